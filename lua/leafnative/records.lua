--- What an API answers, as objects: members in snake_case, and by their wire names in brackets; secrets as secrets.
--
-- A record shows what one answer held and never asks again. Members that the tables do not know are kept. A member
-- that is null or missing is nil; `to_table` tells them apart.
local core <const> = require "leafnative.core"
core.own()

local records <const> = {}
local null <const> = core.null

-- The fields of a schema by their snake_case and their wire names, read when a record of it is first looked at.
local known <const> = {}

--- The rows of the members of a schema: `by_snake`, `by_name`, and in their order.
function records.fields(schema)
  local fields = known[schema]
  if fields == nil then
    fields = { by_snake = {}, by_name = {} }
    for index, field in ipairs(core.schema(schema).fields) do
      fields[index] = field
      fields.by_snake[field.snake] = field
      fields.by_name[field.name] = field
    end
    known[schema] = fields
  end
  return fields
end

--- A value without its secrets: "***", or in the clear.
local function plain(value, reveal)
  if core.is_secret(value) then
    return reveal and value:reveal() or tostring(value)
  elseif type(value) ~= "table" or getmetatable(value) ~= nil and #value == 0 and next(value) ~= nil then
    return value -- a number that is kept by its digits is such a table
  end
  local copy = setmetatable({}, getmetatable(value))
  for name, member in next, value do
    copy[name] = plain(member, reveal)
  end
  return copy
end

--- The members by wire name as plain values, null as leafnative.null; secrets as "***", or clear with {reveal = true}.
local function to_table(self, options)
  if options ~= nil then
    core.check("option of to_table", options, { "reveal" })
  end
  return plain(self._members, options ~= nil and options.reveal == true)
end

--- A member as it is shown: objects of a schema as records, null as nil.
local function shown(field, value)
  if value == null then
    return nil
  elseif type(value) ~= "table" or field.of == nil then
    return value
  end
  local class = records.class(records.plain, field.of)
  if field.type == "object of resources" then
    local members = {}
    for name, entry in next, value do
      members[name] = records.new(class, entry)
    end
    return members
  elseif getmetatable(value) == nil then -- a list is marked, an object is not
    return records.new(class, value)
  end
  local list = core.array {}
  for index, entry in ipairs(value) do
    list[index] = type(entry) == "table" and records.new(class, entry) or entry
  end
  return list
end

--- A member that the tables do not know.
local function stranger(members, name)
  local value = members[name]
  if value == nil and type(name) == "string" then
    for wire_name, member in next, members do
      if core.snake(wire_name) == name then
        value = member
        break
      end
    end
  end
  return value ~= null and value or nil
end

--- A row of a member by its snake_case or its wire name.
local function field_of(schema, name)
  local fields = records.fields(schema)
  return fields.by_snake[name] or fields.by_name[name]
end

--- The schema of a record.
function records.schema(self)
  return getmetatable(self).__schema
end

--- A member by its snake_case or its wire name; nil when the answer did not have it.
function records.member(self, name)
  local field = field_of(records.schema(self), name)
  if field ~= nil then
    return shown(field, self._members[field.name])
  end
  return stranger(self._members, name)
end

local function refuse_change(self, name)
  core.raise(("%s shows one answer of the API and is not changed: %s was assigned."):format(
    getmetatable(self).__name, tostring(name)))
end

local function in_words(value)
  if value == null then
    return "null"
  elseif type(value) == "table" then
    return core.encode(value)
  elseif type(value) == "string" then
    return ("%q"):format(value)
  end
  return tostring(value)
end

local function record_tostring(self)
  local words = {}
  for name, value in next, self._members do
    words[#words + 1] = core.snake(name) .. "=" .. in_words(value)
  end
  table.sort(words)
  return ("%s{%s}"):format(records.schema(self), table.concat(words, ", "))
end

local function record_pairs(self)
  return next, self._members, nil
end

--- A kind of records. Its methods come before the members of an answer; `more(self, name)` is asked between, and
-- `path(self)` gives what a record stands for in the path of an operation.
function records.kind(name, methods, more, path)
  methods.to_table = to_table
  return { name = name, methods = methods, more = more, path = path, classes = {} }
end

--- Finds members of a record that are not seen yet, and notes what the next look-up need not find out again: methods,
-- and the wire names of members that are shown as they are.
local function finder(kind, schema, seen)
  local methods, more = kind.methods, kind.more
  return function(self, name)
    local found = methods[name]
    if found ~= nil then
      seen[name] = found
      return found
    end
    found = more ~= nil and more(self, name) or nil
    if found ~= nil then
      return found
    end
    local field = field_of(schema, name)
    if field ~= nil and field.of == nil then
      seen[name] = field.name
    end
    return records.member(self, name)
  end
end

--- The class of the records of a kind whose members are of a schema.
function records.class(kind, schema)
  local class = kind.classes[schema]
  if class == nil then
    local seen = {}
    class = {
      __name = kind.name,
      __record = true,
      __schema = schema,
      __index = core.lookup(seen, finder(kind, schema, seen)),
      __newindex = refuse_change,
      __tostring = record_tostring,
      __pairs = record_pairs,
      __path = kind.path,
    }
    kind.classes[schema] = class
  end
  return class
end

--- What has no verbs.
records.plain = records.kind("leafnative.record", {})

--- A record of a class. It knows the client and the members of the path that it came from, where there are any.
function records.new(class, members, api, bound)
  return setmetatable({ _members = members, _api = api, _bound = bound }, class)
end

--- The entries of a list as records, in its place.
function records.all(class, entries, api, bound)
  for index, members in ipairs(entries) do
    entries[index] = records.new(class, members, api, bound)
  end
  return entries
end

--- Whether two values are equal, tables member by member, a secret and its text alike, null and nothing alike.
function records.equal(left, right)
  left = core.is_secret(left) and left:reveal() or left
  right = core.is_secret(right) and right:reveal() or right
  if left == null then
    left = nil
  end
  if right == null then
    right = nil
  end
  if type(left) ~= "table" or type(right) ~= "table" then
    return left == right
  end
  for name, value in next, left do
    if not records.equal(value, right[name]) then
      return false
    end
  end
  for name in next, right do
    if left[name] == nil then
      return false
    end
  end
  return true
end

return records
