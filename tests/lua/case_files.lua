--- The shared cases of tests/cases: reading, values and patterns. tests/cases/README.md says what they mean.
local leafnative <const> = require "leafnative"

local case_files <const> = {}

--- The folder of the cases, beside the folder of this file.
local folder <const> = debug.getinfo(1, "S").source:match "^@(.*)lua/case_files%.lua$" .. "cases/"

-- The files of cases; the folder is named like the API.
local files <const> = {
  leaf = { "authentication", "users", "credentials", "one_click", "sharing", "permissions" },
  losant = { "credential", "credentials", "types" },
}

local samples <const> = {
  ["<id24>"] = "575ece2b7ae143cd83dc4a9b",
  ["<millis>"] = "2016-06-13T04:00:00.000Z",
  ["<id>"] = "0b54e1a2-6c1f-4d27-9a55-3f1d2c7b8e90",
  ["<time>"] = "2024-05-01T12:34:56.123456Z",
  ["<text>"] = "text",
  ["<maybe>"] = "text",
}

local hex <const> = "%x"
local date <const> = "%d%d%d%d%-%d%d%-%d%dT%d%d:%d%d:%d%d%."
local forms <const> = {
  ["<id24>"] = hex:rep(24),
  ["<millis>"] = date .. "%d%d%dZ",
  ["<id>"] = table.concat({ hex:rep(8), hex:rep(4), hex:rep(4), hex:rep(4), hex:rep(12) }, "%-"),
  ["<time>"] = date .. "%d%d%d%d%d%dZ",
  ["<text>"] = ".*",
}

local function read(path)
  local file <close> = assert(io.open(folder .. path, "rb"))
  return assert(leafnative.decode(file:read "a"))
end

--- Keys and a certificate that were made for tests.
case_files.keys = read "samples/keys.json"
case_files.worlds = { leaf = read "leaf/worlds.json", losant = read "losant/worlds.json" }

--- Every case, with the name of its API.
function case_files.all()
  local cases = {}
  for _, api in ipairs { "leaf", "losant" } do
    for _, name in ipairs(files[api]) do
      for _, case in ipairs(read(("%s/%s.json"):format(api, name)).cases) do
        case.api = api
        cases[#cases + 1] = case
      end
    end
  end
  return cases
end

--- The same value with `change` made to each text in it; null, lists and objects stay what they are.
local function changed(value, change)
  if type(value) == "string" then
    return change(value)
  elseif type(value) ~= "table" then
    return value
  end
  local copy = setmetatable({}, getmetatable(value))
  for name, member in next, value do
    copy[name] = changed(member, change)
  end
  return copy
end

--- A copy with every ${name} replaced.
function case_files.expand(value, values)
  return changed(value, function(text)
    return (text:gsub("%${([%w_]+)}", values))
  end)
end

--- An answer that the pattern describes.
function case_files.fill(pattern)
  return changed(pattern, function(text)
    return samples[text] or text
  end)
end

local function in_words(value)
  return value == nil and "nothing" or leafnative.encode(value)
end

local difference

local function difference_of_members(pattern, value, free_members, where)
  for name, member in next, pattern do
    local found = difference(member, value[name], free_members, where .. "/" .. name)
    if found ~= nil then
      return found
    end
  end
  for name in next, value do
    if pattern[name] == nil and not free_members then
      return ("%s: %s is not wanted"):format(where, name)
    end
  end
  return nil
end

--- The first place where a value is not as the pattern says; nil when there is none.
function difference(pattern, value, free_members, where)
  where = where or ""
  if pattern == "<maybe>" then
    return nil
  elseif forms[pattern] ~= nil then
    local fits = type(value) == "string" and value:match("^" .. forms[pattern] .. "$") ~= nil
    return not fits and ("%s: %s is not %s"):format(where, in_words(value), pattern) or nil
  elseif type(pattern) ~= "table" or type(value) ~= "table" then
    local equal = pattern == value and math.type(pattern) == math.type(value)
    return not equal and ("%s: %s where %s is wanted"):format(where, in_words(value), in_words(pattern)) or nil
  elseif getmetatable(pattern) ~= getmetatable(value) then
    return ("%s: a list and an object"):format(where)
  elseif #pattern ~= #value then
    return ("%s: %d entries where %d are wanted"):format(where, #value, #pattern)
  end
  return difference_of_members(pattern, value, free_members, where)
end

case_files.difference = difference

--- The arguments of a call: members of path, query and body.
function case_files.arguments(source)
  local arguments = {}
  for _, part in ipairs { "path", "query", "body" } do
    for name, value in next, source[part] or {} do
      arguments[name] = value
    end
  end
  return arguments
end

--- An answer with the clear text of its secrets, as it came over the wire.
function case_files.plain(value)
  if leafnative.is_secret(value) then
    return value:reveal()
  elseif type(value) ~= "table" then
    return value
  end
  local copy = setmetatable({}, getmetatable(value))
  for name, member in next, value do
    copy[name] = case_files.plain(member)
  end
  return copy
end

return case_files
