--- What the clients of every API have in common: how they are opened, how operations are called, how answers become
-- objects. Methods are made from the rows; nothing here knows an API, a group or an operation by name.
local core <const> = require "leafnative.core"
core.own()
local Pages <const> = require "leafnative.pages"
local records <const> = require "leafnative.records"
local waiting <const> = require "leafnative.waiting"

local api <const> = {}

-- ---- the rows ----

--- The provider rows by their attribute names.
api.providers = {}
-- The operations of each API by group and name; those per provider under `true`.
local operations <const> = {}

for _, provider in ipairs(core.providers()) do
  api.providers[provider.attribute] = provider
end

--- Of a row what a call needs; the rest is for readers of the tables.
local function operation_of(row)
  return {
    name = row.name,
    is_delete = row.method == "DELETE",
    is_reading = row.method == "GET",
    path_members = row.path_members,
    form = row.form,
    result = row.result,
  }
end

for _, row in ipairs(core.operations()) do
  local groups = operations[row.api] or {}
  local group = row.per_provider and true or row.group
  groups[group] = groups[group] or {}
  groups[group][row.name] = operation_of(row)
  operations[row.api] = groups
end

-- ---- sending ----

--- Calls an operation: in a task others run until the answer is there, elsewhere the program waits for it. `whole` asks
-- for the reply, not only its data.
local function send(client, whole, call_name, arguments, options)
  local here, task = waiting.here()
  if here ~= nil then
    return waiting.await(here, task, client, "submit", call_name, arguments, options, whole)
  elseif whole then
    return client:reply(call_name, arguments, options)
  end
  return client:call(call_name, arguments, options)
end

-- ---- groups of operations ----

local function names_of(...)
  local names = {}
  for i = 1, select("#", ...) do
    for name in next, (select(i, ...)) do
      names[#names + 1] = name:sub(1, 1) ~= "_" and name or nil
    end
  end
  table.sort(names)
  return names
end

-- The kinds of the records of each API by their schemas; others are plain ones.
api.kinds = {}

--- The class of the records that an operation of an API gives; nil when it gives none.
local function records_of(owner_name, operation, provider)
  local schema = operation.result
  if operation.form ~= "object" and operation.form ~= "list" then
    return nil
  elseif schema == "provider" then
    schema = provider.schema
  end
  return records.class(api.kinds[owner_name][schema] or records.plain, schema)
end

--- The members of the path of an operation that stand among the arguments.
local function bound_of(operation, arguments)
  local bound, fields = {}, records.fields("path").by_snake
  for _, name in ipairs(operation.path_members) do
    bound[name] = arguments[name] or arguments[fields[name].name]
  end
  return bound
end

local function list(group, call_name, operation, class, arguments, options)
  local client, bound = group._api._client, bound_of(operation, arguments)
  return Pages.new(client, call_name, function()
    return client:pages(call_name, arguments, options)
  end, function(members)
    return records.new(class, members, group._api, bound)
  end)
end

--- A call in a task, with what else there is to a method.
local function call(group, call_name, operation, class, arguments, options, missing_ok)
  local data, err = send(group._api._client, false, call_name, arguments, options)
  if data == nil then
    if missing_ok and err.code == "not_found" then
      return true
    end
    return nil, err
  elseif class == nil then
    return data
  end
  return records.new(class, data, group._api, bound_of(operation, arguments))
end

--- The method for an operation of a class of groups.
local function method_of(groups, owner_name, prefix, operation, provider)
  local call_name, class = prefix .. "." .. operation.name, records_of(owner_name, operation, provider)
  return core.method(call_name, groups, class, function(group, arguments, options, missing_ok)
    if operation.form == "list" then
      return list(group, call_name, operation, class, arguments, options)
    end
    return call(group, call_name, operation, class, arguments, options, missing_ok)
  end)
end

--- A class of groups of an API: `prefix` before the names of its operations, and further methods by name.
local function group_class(owner_name, prefix, rows, verbs, provider)
  local methods = {}
  local class = { __name = "leafnative." .. prefix, __index = methods }
  for name, operation in next, rows do
    methods[name] = method_of(class, owner_name, prefix, operation, provider)
  end
  for name, verb in next, verbs or {} do
    methods[name] = verb
  end
  setmetatable(methods, { __index = function(_, name)
    if not (type(name) == "string" and name:sub(1, 1) == "_") then
      core.unknown("member of " .. prefix, name, names_of(methods))
    end
    return nil
  end })
  function class.__tostring(self)
    local words = { prefix }
    for name, value in next, self._bound do
      words[#words + 1] = ("%s=%s"):format(name, tostring(value))
    end
    return table.concat(words, " ")
  end
  return class
end

-- The classes of groups, of each API by the name of the group or the attribute of the provider.
local classes <const> = {}

local function class_of(owner_name, name, rows, verbs, provider)
  local known = classes[owner_name] or {}
  classes[owner_name] = known
  known[name] = known[name] or group_class(owner_name, name, rows, verbs, provider)
  return known[name]
end

--- A group of operations of an API ("users"), bound to the path members that are known already.
function api.group(owner, name, bound, verbs)
  local class = class_of(owner._name, name, operations[owner._name][name], verbs)
  return setmetatable({ _api = owner, _bound = bound or {} }, class)
end

--- The credential operations of a provider ("panorama"), bound to a user.
function api.provider_group(owner, attribute, bound, verbs)
  local provider = api.providers[attribute]
  local class = class_of(owner._name, attribute, operations[owner._name][true], verbs, provider)
  return setmetatable({ _api = owner, _bound = bound, _provider = provider }, class)
end

--- The rows of the members that a create of a provider's credential may carry.
function api.create_fields(group)
  local fields = {}
  for _, field in ipairs(records.fields(group._provider.schema)) do
    if field.marks.in_create then
      fields[#fields + 1] = field
    end
  end
  return fields
end

--- Calls a reading operation of a provider's group until a member of its answer has the value.
function api.wait(group, name, member, value, seconds)
  local operation = operations[group._api._name][true][name]
  local call_name = group._provider.attribute .. "." .. name
  local client, here, task = group._api._client, waiting.here()
  local data, err
  if here ~= nil then
    data, err = waiting.wait(here, task, client, call_name, group._bound, member, value, seconds)
  else
    data, err = client:wait(call_name, group._bound, member, value, seconds)
  end
  if data == nil then
    return nil, err
  end
  local class = records_of(group._api._name, operation, group._provider)
  return records.new(class, data, group._api, group._bound)
end

-- ---- clients ----

local methods <const> = {}

--- The names of all operations of an API.
local function call_names(groups)
  local names = {}
  for group, rows in next, groups do
    for row in next, rows do
      if group ~= true then
        names[#names + 1] = group .. "." .. row
      else
        for provider in next, api.providers do
          names[#names + 1] = provider .. "." .. row
        end
      end
    end
  end
  table.sort(names)
  return names
end

--- An operation by its name ("users.get", "panorama.get"), and its provider where it has one.
local function find(owner, call_name)
  if type(call_name) ~= "string" then
    core.raise(("The operation must be a string, as in map(\"users.get\", …), not a %s."):format(type(call_name)))
  end
  local prefix, name = call_name:match "^([^.]+)%.([^.]+)$"
  local groups = operations[owner._name]
  local provider = api.providers[prefix]
  local operation = provider and groups[true] and groups[true][name] or groups[prefix] and groups[prefix][name]
  if operation == nil then
    core.unknown("operation", call_name, call_names(groups))
  end
  return operation, operation == (groups[true] or {})[name] and provider or nil
end

--- The data of a good answer as the objects that the methods give.
local function objects_of(owner, call_name, arguments, data)
  local operation, provider = find(owner, call_name)
  local class = records_of(owner._name, operation, provider)
  if class == nil or type(data) ~= "table" then
    return data
  end
  local bound = bound_of(operation, arguments or {})
  if operation.form == "list" then
    return records.all(class, data, owner, bound)
  end
  return records.new(class, data, owner, bound)
end

--- A call by name: of the core in a task, and where objects are made of its answer.
local function call_named(self, whole, name, arguments, options)
  local answer, err = send(self._client, whole, name, arguments, options)
  if answer == nil or options == nil or options.values ~= "objects" then
    return answer, err
  elseif whole then
    answer.data = objects_of(self, name, arguments, answer.data)
    return answer
  end
  return objects_of(self, name, arguments, answer)
end

--- call(name, arguments, options) calls an operation by its name ("users.create", "panorama.get") and gives its answer
-- as plain values, or in the form that the option `values` names ("tables", "objects", or "text" as it came, unchecked,
-- with secrets in the clear); reply gives what else is known of it, too: data, status, attempts, total, has_next,
-- reconciled.
methods.call, methods.reply = core.faces(function(self, ...)
  return call_named(self, false, ...)
end, function(self, ...)
  return call_named(self, true, ...)
end)

--- A list operation by its name ("users.list"), its entries as plain values.
function methods:entries(name, arguments, options)
  local client = self._client
  return Pages.new(client, name, function()
    return client:pages(name, arguments, options)
  end)
end

--- Sends a request that the tables lack, with the same token and timeouts; gives its answer as plain values.
function methods:request(method, path, body)
  local here, task = waiting.here()
  if here ~= nil then
    return waiting.await(here, task, self._client, "submit_request", method, path, body)
  end
  return self._client:request(method, path, body)
end

--- The arguments that the client knows by itself.
function methods._common()
  return {}
end

local function check_owner(self, method)
  if type(self) ~= "table" then
    core.raise(("Call it with a colon, as in leaf:%s(…)."):format(method))
  end
end

--- Calls an operation for every item, many at once: an iterator of item, value and error, as they end. An item is an
-- id, or an object that has one, in place of the path member that the arguments of every call leave open; or a table of
-- arguments. What goes wrong with it is its error. Items are pulled when there is room for them; leaving the loop lets
-- go of what is under way. `options`: concurrency (64), rate (calls begun in a second), ordered (in the order of the
-- items), progress (a function of done and failed), values ("objects", "tables" as call gives them, or "text" as it
-- came, unchecked, with secrets in the clear), strict, timeout, deadline, and the arguments of every call.
function methods:map(call_name, items, options)
  check_owner(self, "map")
  local operation, provider = find(self, call_name)
  local class = records_of(self._name, operation, provider)
  local map = require "leafnative.map"(self, operation, call_name, items, options, class)
  local here, task = waiting.here()
  if here ~= nil then
    return waiting.iterator(here, task, map), nil, nil, map
  end
  return map, nil, nil, map
end

--- Where a setting came from: "environment LEAF_TOKEN", the path of a file, "argument", or "" when it is not set.
function methods:source(member)
  return self._client:source(member)
end

--- Closes the connections and wipes the secrets. Twice is fine.
function methods:close()
  self._client:close()
end

--- Whether it was closed.
function methods:closed()
  return self._client:closed()
end

--- The values of a reading operation for many items, in their order; nil and the first error.
function methods:get_many(call_name, items, options)
  check_owner(self, "get_many")
  local operation = find(self, call_name)
  if not operation.is_reading then
    core.raise(("get_many reads: %s does more than that, so use map."):format(call_name))
  elseif options ~= nil and type(options) ~= "table" then
    core.raise(("get_many takes a table of options behind the items, not a %s."):format(type(options)))
  end
  local given = {}
  for name, value in next, options or {} do
    given[name] = value
  end
  given.ordered = true
  local values = core.array {}
  for _, value, err in self:map(call_name, items, given) do
    if err ~= nil then
      return nil, err
    end
    values[#values + 1] = value
  end
  return values
end

--- A class of clients. `verbs` are its methods; `attributes` make the groups that stand in a client, by name. Of any
-- other member `refuse` may say more than that there is none.
function api.class(name, verbs, attributes, refuse)
  local class = { __name = "leafnative." .. name }
  for method_name, method in next, methods do
    verbs[method_name] = verbs[method_name] or method
  end
  class.__index = core.lookup(verbs, function(self, key)
    if attributes[key] ~= nil then
      local made = attributes[key](self)
      rawset(self, key, made)
      return made
    elseif type(key) == "string" and key:sub(1, 1) ~= "_" then
      if refuse ~= nil then
        refuse(key)
      end
      core.unknown("member of " .. name, key, names_of(verbs, attributes))
    end
    return nil
  end)
  function class.__close(self)
    self._client:close()
  end
  function class.__tostring(self)
    return tostring(self._client)
  end
  return class
end

--- Opens a client of the API; nil and the error when it cannot be opened.
function api.open(class, name, options)
  if options ~= nil and type(options) ~= "table" then
    core.raise(("%s takes a table of options, as %s{service = …}, not a %s."):format(name, name, type(options)))
  end
  local given = {}
  for option, value in next, options or {} do
    given[option] = value
  end
  given.api = name
  local client, err = core.client(given)
  if client == nil then
    return nil, err
  end
  return setmetatable({ _client = client, _name = name }, class)
end

return api
