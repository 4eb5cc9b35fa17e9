--- What the clients of every API have in common: how they are opened, how operations are called, how answers become
-- objects. Methods are made from the rows; nothing here knows an API, a group or an operation by name.
local core <const> = require "leafnative.core"
core.own()
local Pages <const> = require "leafnative.pages"
local records <const> = require "leafnative.records"
local tasks <const> = require "leafnative.tasks"

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
  local here, task = tasks.here()
  if here ~= nil then
    return tasks.await(here, task, client, "submit", call_name, arguments, options, whole)
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
      names[#names + 1] = name
    end
  end
  table.sort(names)
  return names
end

local option_names <const> = { "strict", "timeout", "deadline" }

--- The path members that are not bound yet, in their order.
local function open_members(operation, bound)
  local names = {}
  for _, name in ipairs(operation.path_members) do
    if bound[name] == nil then
      names[#names + 1] = name
    end
  end
  return names
end

--- Arguments and options of a call: path members in their order, then one table with what is named.
local function read_arguments(call_name, operation, bound, ...)
  local arguments, count = {}, select("#", ...)
  local named = count > 0 and select(count, ...) or nil
  if type(named) == "table" then
    local metatable = getmetatable(named)
    if metatable ~= nil and metatable.__path ~= nil then
      core.raise(("%s was given an object: give its id."):format(call_name))
    end
    count = count - 1
    for name, value in next, named do
      arguments[name] = value
    end
  end
  local names = open_members(operation, bound)
  while count > #names and select(count, ...) == nil do
    count = count - 1 -- a table of options that was left out
  end
  if count > #names then
    core.raise(("%s takes %d values before its table, not %d."):format(call_name, #names, count))
  end
  for i = 1, count do
    local name, value = names[i], (select(i, ...))
    if value == nil then
      core.raise(("%s got nil for %s."):format(call_name, name))
    elseif arguments[name] ~= nil then
      core.raise(("%s got two values for %s."):format(call_name, name))
    end
    arguments[name] = value
  end
  for name, value in next, bound do
    arguments[name] = value
  end
  return arguments
end

local function take_options(call_name, operation, arguments)
  local options, missing_ok = nil, arguments.missing_ok
  arguments.missing_ok = nil
  if missing_ok and not operation.is_delete then
    core.raise(call_name .. " takes no missing_ok: it deletes nothing.")
  end
  for _, name in ipairs(option_names) do
    if arguments[name] ~= nil then
      options = options or {}
      options[name] = arguments[name]
      arguments[name] = nil
    end
  end
  return options, missing_ok
end

--- The object for an answer of an operation of the group.
local function wrap(group, operation, members, arguments)
  local schema = operation.result
  if schema == "provider" then
    schema = group._provider.schema
  end
  local bound = {}
  for _, name in ipairs(operation.path_members) do
    bound[name] = arguments[name]
  end
  return group._api:_record(schema, members, bound)
end

local function list(group, call_name, operation, arguments, options)
  local client = group._api._client
  return Pages.new(client, call_name, function()
    return client:pages(call_name, arguments, options)
  end, function(members)
    return wrap(group, operation, members, arguments)
  end)
end

local function call(group, call_name, operation, ...)
  local arguments = read_arguments(call_name, operation, group._bound, ...)
  local options, missing_ok = take_options(call_name, operation, arguments)
  if operation.form == "list" then
    return list(group, call_name, operation, arguments, options)
  end
  local data, err = send(group._api._client, false, call_name, arguments, options)
  if data == nil then
    if missing_ok and err.code == "not_found" then
      return true
    end
    return nil, err
  end
  return operation.form == "object" and wrap(group, operation, data, arguments) or data
end

--- The method for an operation of a class of groups.
local function method_of(class, prefix, operation)
  local call_name = prefix .. "." .. operation.name
  return function(group, ...)
    if getmetatable(group) ~= class then
      core.raise(("Call it with a colon, as in %s:%s(…)."):format(prefix, operation.name))
    end
    return call(group, call_name, operation, ...)
  end
end

--- A class of groups: `prefix` before the names of its operations, and further methods by name. `extra(self, name)` is
-- asked for what is neither.
local function group_class(prefix, rows, verbs)
  local methods = {}
  local class = { __name = "leafnative." .. prefix }
  for name, operation in next, rows do
    methods[name] = method_of(class, prefix, operation)
  end
  for name, verb in next, verbs or {} do
    methods[name] = verb
  end
  function class.__index(_, name)
    local method = methods[name]
    if method == nil and not (type(name) == "string" and name:sub(1, 1) == "_") then
      core.unknown("member of " .. prefix, name, names_of(methods))
    end
    return method
  end
  function class.__tostring(self)
    local words = { prefix }
    for name, value in next, self._bound do
      words[#words + 1] = ("%s=%s"):format(name, tostring(value))
    end
    return table.concat(words, " ")
  end
  return class
end

local classes <const> = {}

--- A group of operations of an API ("users"), bound to the path members that are known already.
function api.group(owner, name, bound, verbs)
  local key = owner._name .. "." .. name
  classes[key] = classes[key] or group_class(name, operations[owner._name][name], verbs)
  return setmetatable({ _api = owner, _bound = bound or {} }, classes[key])
end

--- The credential operations of a provider ("panorama"), bound to a user.
function api.provider_group(owner, attribute, bound, verbs)
  local key = owner._name .. " " .. attribute
  classes[key] = classes[key] or group_class(attribute, operations[owner._name][true], verbs)
  return setmetatable({ _api = owner, _bound = bound, _provider = api.providers[attribute] }, classes[key])
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
  local rows = operations[group._api._name][true]
  local call_name = group._provider.attribute .. "." .. name
  local client, here, task = group._api._client, tasks.here()
  local data, err
  if here ~= nil then
    data, err = tasks.wait(here, task, client, call_name, group._bound, member, value, seconds)
  else
    data, err = client:wait(call_name, group._bound, member, value, seconds)
  end
  if data == nil then
    return nil, err
  end
  return wrap(group, rows[name], data, group._bound)
end

-- ---- clients ----

local methods <const> = {}

--- Calls an operation by its name ("users.create", "panorama.get"); gives its answer as plain values.
function methods:call(name, arguments, options)
  return send(self._client, false, name, arguments, options)
end

--- The same with what else is known of the answer: data, status, attempts, total, has_next, reconciled.
function methods:reply(name, arguments, options)
  return send(self._client, true, name, arguments, options)
end

--- A list operation by its name ("users.list"), its entries as plain values.
function methods:entries(name, arguments, options)
  local client = self._client
  return Pages.new(client, name, function()
    return client:pages(name, arguments, options)
  end)
end

--- Sends a request that the tables lack, with the same token and timeouts; gives its answer as plain values.
function methods:request(method, path, body)
  local here, task = tasks.here()
  if here ~= nil then
    return tasks.await(here, task, self._client, "submit_request", method, path, body)
  end
  return self._client:request(method, path, body)
end

--- The arguments that the client knows by itself.
function methods._common()
  return {}
end

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

--- An operation by its name ("users.get", "panorama.get") and what it is called on.
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
  return operation, { _api = owner, _provider = provider }
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
  local operation, group = find(self, call_name)
  local function wrap_value(members, arguments)
    return wrap(group, operation, members, arguments)
  end
  local map = require "leafnative.map"(self, operation, call_name, items, options, wrap_value)
  local here, task = tasks.here()
  if here ~= nil then
    return tasks.iterator(here, task, map), nil, nil, map
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

--- A class of clients. `verbs` are its methods; `attributes` make the groups that stand in a client, by name.
function api.class(name, verbs, attributes)
  local class = { __name = "leafnative." .. name }
  for method_name, method in next, methods do
    verbs[method_name] = verbs[method_name] or method
  end
  function class.__index(self, key)
    local verb = verbs[key]
    if verb ~= nil then
      return verb
    elseif attributes[key] ~= nil then
      local made = attributes[key](self)
      rawset(self, key, made)
      return made
    elseif type(key) == "string" and key:sub(1, 1) ~= "_" then
      core.unknown("member of " .. name, key, names_of(verbs, attributes))
    end
    return nil
  end
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
