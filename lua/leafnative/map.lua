--- What the items of a map stand for, found out once from the row of the operation; the calls are made by the core.
local core <const> = require "leafnative.core"
core.own()
local records <const> = require "leafnative.records"

local option_names <const> = {
  concurrency = true, rate = true, ordered = true, progress = true, values = true, strict = true, timeout = true,
  deadline = true,
}

--- Options of the map, and the arguments of every call, which stand among them.
local function split(owner, operation, given)
  local options, common = {}, {}
  for name, value in next, owner:_common() do
    for _, member in ipairs(operation.path_members) do
      common[name] = member == name and value or common[name]
    end
  end
  if given ~= nil and type(given) ~= "table" then
    core.raise(("map takes a table of options and arguments behind the items, not a %s."):format(type(given)))
  end
  for name, value in next, given or {} do
    if option_names[name] then
      options[name] = value
    else
      common[name] = value
    end
  end
  return options, common
end

--- A table that is one item, or arguments, holds no items, and would be over at once.
local function check_items(items)
  local metatable = type(items) == "table" and getmetatable(items)
  local is_object = metatable and metatable.__path ~= nil
  if is_object or metatable == nil and #items == 0 and next(items) ~= nil then
    core.raise "map takes a list of items, not one of them: put it into a table, as in { item }."
  end
end

local function words(names)
  return table.concat(names, " and ")
end

--- The path member that an item stands for; or nil, and why only a table can be an item.
local function single_of(operation, common)
  local fields = records.fields "path"
  local open, chosen, naming = {}, {}, {}
  for _, name in ipairs(operation.path_members) do
    local field = fields.by_snake[name]
    if common[name] == nil and common[field.name] == nil then
      open[#open + 1] = name
      local list = field.choice ~= nil and chosen or naming
      list[#list + 1] = name
    end
  end
  if #open == 0 then
    return nil, "give the arguments of each call as a table"
  elseif #naming > 0 and #chosen > 0 then
    return nil, ("give %s for all of them, as in map(…, {%s = …})"):format(words(chosen), chosen[1])
  elseif #open > 1 then
    return nil, ("give %s for all of them, as in map(…, {%s = …})"):format(table.concat(open, " or "), open[1])
  end
  return open[1]
end

local function refuse(item, refusal)
  local what = "An item of the type %s cannot stand for a call of this operation: %s."
  core.raise(what:format(type(item), refusal or "give ids, objects with an id, or tables of arguments"))
end

local function merged(common, own)
  local all = {}
  for name, value in next, common do
    all[name] = value
  end
  for name, value in next, own do
    all[name] = value
  end
  return all
end

--- Objects of the package say which members of a path they stand for; those that this one has count.
local function of_path(plan, item, path)
  local own, complete = {}, true
  for _, name in ipairs(plan.operation.path_members) do
    own[name] = path[name]
    complete = complete and (path[name] ~= nil or plan.common[name] ~= nil)
  end
  local first = next(own)
  if first ~= nil and first == plan.single and next(own, first) == nil then
    return own[first]
  elseif first == nil or not complete then
    refuse(item, plan.refusal)
  end
  return merged(plan.common, own)
end

--- An item that is no string, as the string that stands for it or as a table of arguments.
local function resolve(plan, item)
  local metatable = type(item) == "table" and getmetatable(item)
  if metatable == nil then
    return merged(plan.common, item)
  elseif metatable and metatable.__path ~= nil then
    return of_path(plan, item, metatable.__path(item))
  elseif metatable and plan.single ~= nil and type(item.id) == "string" then
    return item.id
  end
  return refuse(item, plan.refusal)
end

--- The members of the path that all calls share.
local function known_of(plan)
  local known = {}
  for _, name in ipairs(plan.operation.path_members) do
    known[name] = plan.common[name]
  end
  return known
end

--- What makes objects of the values of items that are no strings, and of lists; for all others the core does it.
local function wrapper(plan, owner, class)
  local function bound_of(item)
    local own = type(item) == "string" and item or resolve(plan, item)
    if type(own) == "string" then
      own = { [plan.single] = own }
    end
    local bound = known_of(plan)
    for _, name in ipairs(plan.operation.path_members) do
      bound[name] = own[name]
    end
    return bound
  end
  if plan.operation.form == "object" then
    return function(members, item)
      return records.new(class, members, owner, bound_of(item))
    end
  end
  return function(entries, item)
    return records.all(class, entries, owner, bound_of(item))
  end
end

--- A map of a client. Values become records of the class, unless it is nil.
return function(owner, operation, call_name, items, given, class)
  check_items(items)
  local options, common = split(owner, operation, given)
  local single, refusal = single_of(operation, common)
  local plan = { operation = operation, common = common, single = single, refusal = refusal }
  options.common, options.single = common, single
  function options.resolve(item)
    return resolve(plan, item)
  end
  if class ~= nil and (options.values == nil or options.values == "objects") then
    options.wrap = wrapper(plan, owner, class)
    options.class, options.owner, options.known = class, owner, known_of(plan)
  end
  local map, err = owner._client:map(call_name, items, options)
  if map == nil then
    error(err, 0)
  end
  return map
end
