--- What stands beside the operations of a provider: the API has no update, so that a change is a delete and a create.
local core <const> = require "leafnative.core"
core.own()
local api <const> = require "leafnative.api"
local records <const> = require "leafnative.records"

local replacing <const> = {}

--- The members by their wire names; one that a create does not take is a mistake, before anything is asked.
local function wire_members(group, members)
  local names, known, given = {}, {}, {}
  if members ~= nil and type(members) ~= "table" then
    core.raise("The members of the credential must be a table, not a " .. type(members) .. ".")
  end
  for _, field in ipairs(api.create_fields(group)) do
    names[field.snake], names[field.name] = field.name, field.name
    known[#known + 1] = field.snake
  end
  for name, value in next, members or {} do
    if names[name] == nil then
      core.unknown("member of the credential", name, known)
    end
    given[names[name]] = value
  end
  return given
end

--- Whether it is a secret that the API did not show.
local function is_mask(value)
  return core.is_secret(value) and value:reveal():match "^%**$" ~= nil
end

--- What a create of the same credential would take, as far as the answer shows it.
local function shown_members(group, present)
  local shown = {}
  for _, field in ipairs(api.create_fields(group)) do
    local value = present._members[field.name]
    if value ~= nil and value ~= core.null and not is_mask(value) then
      shown[field.name] = value
    end
  end
  return shown
end

--- The members that a create needs and that are not there, in words; nil when all are.
local function missing_members(group, members)
  local missing = {}
  for _, field in ipairs(api.create_fields(group)) do
    if field.marks.needed and members[field.name] == nil then
      missing[#missing + 1] = field.snake
    end
  end
  return #missing > 0 and table.concat(missing, ", ") or nil
end

--- The error, with what stands after it.
local function standing(err, stands, words)
  err.stands = stands
  err.message = words .. " " .. (err.message or "")
  return nil, err
end

--- Makes the old credential again, and says in the error what came of it.
local function put_back(group, err, old)
  local missing = missing_members(group, old)
  if missing ~= nil then
    local words = "No credential stands: the old one is deleted, and its %s not known."
    return standing(err, "nothing", words:format(missing))
  end
  local made, second = group:create(old)
  if made ~= nil then
    return standing(err, "old", "The old credential was put back, under a new id.")
  elseif second.code == "conflict" then
    return standing(err, "other", "The old credential is deleted, and another one stands.")
  elseif second.code == "unknown_outcome" then
    return standing(err, "unknown", "The old credential is deleted, and may stand again.")
  end
  local words = "No credential stands: putting the old one back failed, too (%s)."
  return standing(err, "nothing", words:format(tostring(second)))
end

local function replace(group, present, members)
  local old, new = shown_members(group, present), shown_members(group, present)
  for name, value in next, members do
    new[name] = value
  end
  local missing = missing_members(group, new)
  if missing ~= nil then
    local words = "The API does not show %s, which would be lost with the old credential; nothing was changed."
    return nil, core.error("bad_input", words:format(missing), "Give it, too.")
  end
  local gone, err = group:delete { missing_ok = true }
  if gone == nil then
    if err.code == "unknown_outcome" then
      return standing(err, "unknown", "The old credential may be deleted; no new one was made.")
    end
    return standing(err, "old", "The old credential stands; nothing was changed.")
  end
  local made, failed = group:create(new)
  if made ~= nil then
    return made
  elseif failed.code == "unknown_outcome" then
    return standing(failed, "unknown", "The old credential is deleted; the new one may stand.")
  elseif failed.code == "conflict" then
    return standing(failed, "other", "The old credential is deleted, and another one stands.")
  end
  return put_back(group, failed, old)
end

--- Makes the credential, or replaces one that differs in a member that is given, and gives it as it is then. A secret
-- that the API answers masked cannot be compared and counts as equal: rotate replaces it. A failure tells what stands.
function replacing:ensure(members)
  local given = wire_members(self, members)
  local present, err = self:get()
  if present == nil then
    if err.code ~= "not_found" then
      return nil, err
    end
    return self:create(given)
  end
  for name, value in next, given do
    local shown = present._members[name]
    if not is_mask(shown) and not records.equal(shown, value) then
      return replace(self, present, given)
    end
  end
  return present
end

--- Replaces the credential by one with these members changed, as rotate{client_secret = …}. When the new one cannot be
-- made the old one is put back, under a new id, where its secrets are known; the error's `stands` says what is there:
-- "old", "other" (what somebody else made), "nothing", or "unknown".
function replacing:rotate(members)
  local given = wire_members(self, members)
  if next(given) == nil then
    core.raise "rotate takes the members that change; none was given."
  end
  local present, err = self:get()
  if present == nil then
    return nil, err
  end
  return replace(self, present, given)
end

return replacing
