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
  return plain(self._members, options ~= nil and options.reveal == true)
end

local Record

--- A member as it is shown: objects of a schema as records, null as nil.
local function shown(field, value)
  if value == null then
    return nil
  elseif type(value) ~= "table" or field == nil or field.of == nil then
    return value
  elseif field.type == "object of resources" then
    local members = {}
    for name, entry in next, value do
      members[name] = records.new(Record, field.of, entry)
    end
    return members
  elseif getmetatable(value) == nil then -- a list is marked, an object is not
    return records.new(Record, field.of, value)
  end
  local list = core.array {}
  for index, entry in ipairs(value) do
    list[index] = type(entry) == "table" and records.new(Record, field.of, entry) or entry
  end
  return list
end

--- A member by its snake_case or its wire name; nil when the answer did not have it.
function records.member(self, name)
  local members = self._members
  local fields = records.fields(self._schema)
  local field = fields.by_snake[name] or fields.by_name[name]
  if field ~= nil then
    return shown(field, members[field.name])
  end
  local value = members[name]
  if value == nil and type(name) == "string" then
    for wire_name, member in next, members do
      if core.snake(wire_name) == name then
        value = member
        break
      end
    end
  end
  return shown(nil, value)
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
  return ("%s{%s}"):format(self._schema, table.concat(words, ", "))
end

local function record_pairs(self)
  return next, self._members, nil
end

--- A class of records. Its methods come before the members of an answer; `more(self, name)` is asked between.
function records.class(name, methods, more)
  local class = { __name = name, __record = true }
  function class.__index(self, key)
    local found = methods[key]
    if key == "to_table" then
      return to_table
    elseif found == nil and more ~= nil then
      found = more(self, key)
    end
    if found == nil then
      found = records.member(self, key)
    end
    return found
  end
  class.__newindex = refuse_change
  class.__tostring = record_tostring
  class.__pairs = record_pairs
  return class
end

Record = records.class("leafnative.record", {})
records.Record = Record

--- A record of a schema. `more` are hidden members of the object itself.
function records.new(class, schema, members, more)
  local record = more or {}
  record._schema = schema
  record._members = members
  return setmetatable(record, class)
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
