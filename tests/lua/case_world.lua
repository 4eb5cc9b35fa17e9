--- A service with the owners, the applications, the tokens and the steps of a case.
local leafnative <const> = require "leafnative"
local core <const> = require "leafnative.core"
local case_files <const> = require "case_files"

local World <const> = {}
World.__index = World

--- Makes the call of a case or a step. A mistake that is raised is an outcome too: its object is the error.
function World.call(client, source)
  local ran, data, err = pcall(client.call, client, source.operation or source.call, case_files.arguments(source), {
    strict = not source.lax,
  })
  if not ran then
    assert(type(data) == "table", data)
    return nil, data
  end
  return data, err
end

function World.new(case)
  local self = { service = assert(leafnative.service {}), api = case.api, tokens = {}, values = {} }
  setmetatable(self, World)
  local worlds = case_files.worlds[case.api]
  self.owners = worlds.owners or {}
  for _, owner in next, self.owners do
    assert(self.service:create_owner(owner.email, owner.password))
  end
  for name, application in next, worlds.applications or {} do
    self.values[name] = assert(self.service:create_application(application))
  end
  for name, row in next, worlds.tokens or {} do
    local application = self.values[row.application]
    self.tokens[name] = assert(self.service:create_token { application = application, scopes = row.scopes })
  end
  for _, steps in ipairs { worlds.worlds[case.world], case.before or {} } do
    for _, step in ipairs(steps) do
      self:take(case_files.expand(step, self.values))
    end
  end
  return self
end

--- A client that calls as an owner or with a token.
function World:client(owner)
  local row = self.owners[owner]
  return assert(core.client {
    service = self.service,
    api = self.api,
    config = false,
    username = row and row.email,
    password = row and row.password,
    token = not row and (self.tokens[owner] or "not-a-token") or nil,
  })
end

function World:take(step)
  if step.call then
    local client <close> = self:client(step.as)
    local data = case_files.plain(assert(World.call(client, step)))
    for name, member in next, step.save or {} do
      self.values[name] = data[member]
    end
  elseif step.provider_answer then
    local answer = { status = step.status, headers = step.headers, body = step.body }
    assert(self.service:set_provider_answer(step.user, step.provider_answer, answer))
  elseif step.register then
    local made = assert(self.service:register(step.application, step.register, step.document))
    if step.save then
      self.values[step.save] = made
    end
  else
    assert(step.check_credentials)
    assert(self.service:check_credentials())
  end
end

--- A bearer token in the clear.
function World:token(owner)
  local row = self.owners[owner]
  if row == nil then
    return self.tokens[owner] and self.tokens[owner]:reveal() or "not-a-token"
  end
  local login = leafnative.encode { username = row.email, password = row.password }
  local _, _, body = self.service:handle("POST", "/api/authenticate", {}, login)
  return assert(leafnative.decode(body)).id_token
end

--- Closes the service before the collector does: a suite makes many.
function World:__close()
  self.service:close()
end

return World
