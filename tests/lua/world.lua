--- A service with two owners and a client for each, closed together.
local leafnative <const> = require "leafnative"

local world <const> = {}

world.FARM, world.COOP = "a@farm.example", "b@coop.example"

world.PANORAMA = {
  client_id = "maple-farm-app",
  username = "maple",
  password = "panorama-password",
  organization_code = "MF-77",
  refresh_token = "panorama-refresh-token",
  client_environment = "STAGE",
}

world.AGVANCE = {
  api_key = "agvance-api-key",
  database_id = "maple-db",
  username = "maple",
  password = "agvance-password",
}

world.AWS = {
  access_key_id = "AKIAMAPLEFARM0001",
  secret_access_key = "aws-secret-access-key",
  region = "eu-central-1",
}

local World <const> = {}
World.__index = World

function World:__close()
  self.farm:close()
  self.coop:close()
  self.service:close()
end

--- `options` go to the client of the farm.
function world.leaf(options)
  local service = assert(leafnative.service {})
  local self = setmetatable({ service = service }, World)
  for _, email in ipairs { world.FARM, world.COOP } do
    assert(service:create_owner(email, "password of " .. email))
  end
  local given = { service = service, username = world.FARM, password = "password of " .. world.FARM }
  for name, value in pairs(options or {}) do
    given[name] = value
  end
  self.farm = assert(leafnative.leaf(given))
  local other = { service = service, username = world.COOP, password = "password of " .. world.COOP }
  self.coop = assert(leafnative.leaf(other))
  return self
end

local LosantWorld <const> = {}
LosantWorld.__index = LosantWorld

function LosantWorld:__close()
  self.losant:close()
  self.service:close()
end

function world.losant()
  local service = assert(leafnative.service {})
  local application = assert(service:create_application())
  local token = assert(service:create_token { application = application, scopes = { "credential.*", "credentials.*" } })
  local losant = assert(leafnative.losant { service = service, token = token, application_id = application })
  return setmetatable({ service = service, application = application, losant = losant, token = token }, LosantWorld)
end

--- A client of Leaf over a function that answers each call with the next of the answers: {status, body[, headers]}.
function world.canned(answers, options)
  local at, seen = 0, {}
  local given = { token = "canned", config = false }
  for name, value in pairs(options or {}) do
    given[name] = value
  end
  function given.transport(method, target, headers, body)
    at = at + 1
    seen[at] = { method = method, target = target, headers = headers, body = body }
    local answer = answers[at] or answers[#answers]
    return answer[1], answer[3] or { ["Content-Type"] = "application/json" }, answer[2]
  end
  return assert(leafnative.leaf(given)), seen
end

--- What a function raises; it must raise an error object.
function world.raised(body, ...)
  local ran, err = pcall(body, ...)
  assert(not ran, "nothing was raised")
  assert(type(err) == "table", err)
  return err
end

return world
