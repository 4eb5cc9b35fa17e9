-- Prints, as JSON, what the Lua module offers at run time: for parity.py, which runs it with all of Lua. The argument
-- holds names to ask objects for: those of members that a function finds and that stand in no table.
local leafnative = require "leafnative"

local function names(...)
  local list = leafnative.array {}
  for i = 1, select("#", ...) do
    for name in next, (select(i, ...)) do
      if name:sub(1, 1) ~= "_" then
        list[#list + 1] = name
      end
    end
  end
  table.sort(list)
  return list
end

local function upvalues(f)
  local found = {}
  for i = 1, 255 do
    local name, value = debug.getupvalue(f, i)
    if name == nil then
      return found
    end
    found[name] = value
  end
end

local function index(object)
  return getmetatable(object).__index
end

-- What a function that looks members up holds: methods, and groups that are made when they are asked for.
local function held(object)
  local look = index(object)
  if type(look) == "table" then
    return names(look)
  elseif debug.getinfo(look, "S").what == "C" then
    local _, seen = debug.getupvalue(look, 1)
    local _, otherwise = debug.getupvalue(look, 2)
    local known = upvalues(otherwise)
    return names(known.methods or seen, known.attributes or {})
  end
  local known = upvalues(look)
  return names(known.methods or known.verbs, known.attributes or {})
end

local service = assert(leafnative.service { cheap_passwords = true })
assert(service:create_owner("a@farm.example", "pw"))
assert(service:create_owner("b@farm.example", "pw"))
local leaf = assert(leafnative.leaf { service = service, username = "a@farm.example", password = "pw" })
local application = assert(service:create_application())
local token = assert(service:create_token { application = application, scopes = "all.Application" })
local losant = assert(leafnative.losant { service = service, token = token, application_id = application })
local user = assert(leaf.users:create { name = "Maple Farm" })
local panorama = assert(user.panorama:create {
  client_id = "a", username = "b", password = "c", organization_code = "d", refresh_token = "e",
  client_environment = "STAGE",
})
local relation = assert(leaf.sharing:share "b@farm.example")
local key = assert(losant.credentials:create {
  name = "k",
  type = "aws",
  config = { access_key_id = "AKIAMAPLEFARM0001", secret_access_key = "secret", region = "eu-central-1" },
})
local linked = assert(key:linked_resources())
local permissions = assert(relation:grant(user, { fields = true }))
local _, err = leaf.users:get "6b9f7a2e-54c3-4a2b-9d1e-0f3c2b1a4d5e"

local offers = {
  operations = {},
  schemas = {},
  codes = leafnative.array {},
  error = names(err),
  objects = {
    module = names(leafnative),
    Leaf = held(leaf),
    Losant = held(losant),
    Service = names(index(service)),
    Secret = names(index(leafnative.secret "x")),
    Pages = names(index(leaf.users:list())),
    Record = held(permissions),
    User = held(user),
    Credential = held(panorama),
    Relation = held(relation),
    ServiceCredential = held(key),
    LinkedResources = held(linked),
    Sharing = held(leaf.sharing),
    Credentials = held(losant.credentials),
    ProviderCredentials = held(user.panorama),
  },
  attributes = {},
}
for _, row in ipairs(leafnative.statuses()) do
  offers.codes[#offers.codes + 1] = row.code
end
local core = require "leafnative.core"
for _, name in ipairs(core.schemas()) do
  local fields = leafnative.array {}
  for _, field in ipairs(leafnative.schema(name).fields) do
    fields[#fields + 1] = field.snake
  end
  offers.schemas[name] = fields
end
local function offer(prefix, object)
  for _, name in ipairs(object and held(object) or {}) do
    offers.operations[prefix .. "." .. name] = true
  end
end
for _, name in ipairs { "authentication", "users", "one_click", "sharing", "permissions" } do
  offer(name, leaf[name])
end
local api = require "leafnative.api"
offer("credential", api.group(losant, "credential"))
offer("credentials", api.group(losant, "credentials"))
for _, provider in ipairs(leafnative.providers()) do
  offer(provider.attribute, user[provider.attribute])
end
-- Members that are found by a function and stand in no table.
local asked = leafnative.decode(arg[1])
local probed = {
  Record = permissions,
  User = user,
  Relation = relation,
  ServiceCredential = key,
  LinkedResources = linked,
}
for object, wanted in pairs(asked) do
  local list = leafnative.array {}
  for _, name in ipairs(wanted) do
    if probed[object] and probed[object][name] ~= nil then
      list[#list + 1] = name
    end
  end
  offers.attributes[object] = list
end
print(leafnative.encode(offers))
