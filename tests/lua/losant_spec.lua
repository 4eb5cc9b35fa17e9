--- Losant in Lua: service credentials as objects with verbs over the service in this program.
local leafnative <const> = require "leafnative"
local case_files <const> = require "case_files"
local world <const> = require "world"

local function uploads_of(here)
  return assert(here.losant.credentials:create { name = "uploads", type = "aws", aws_config = world.AWS })
end

describe("a service credential", function()
  it("is made, found, changed, disabled and enabled", function()
    local here <close> = world.losant()
    local uploads = uploads_of(here)
    assert.are.equal("eu-central-1", uploads.config.region)
    assert.are.equal(uploads.id, assert(here.losant.credentials:find("uploads")).id)
    assert.is_nil(here.losant.credentials:find("nothing"))
    assert.are.equal("eu-west-1", assert(uploads:patch { config = { region = "eu-west-1" } }).config.region)
    assert.is_false(assert(uploads:disable()).enabled)
    assert.is_true(assert(uploads:enable()).enabled)
    assert.are.equal("uploads", assert(uploads:refresh()).name)
  end)

  it("is kept by a guarded delete while something uses it", function()
    local here <close> = world.losant()
    local uploads = uploads_of(here)
    local hub = { name = "Hub", credentialName = "uploads", integrationType = "sqs", enabled = true }
    assert(here.service:register(here.application, "integration", hub))
    local linked = assert(uploads:linked_resources())
    assert.are.equal("Hub", linked.integrations[1].name)
    assert.are.equal(1, linked.integrations.total_count)
    assert.are.equal(0, #linked.flows)
    local none, err = uploads:delete { unless_linked = true }
    assert.is_nil(none)
    assert.are.equal("conflict", err.code)
    assert.is_truthy(tostring(err):find("integration 'Hub'", 1, true))
    local renamed = assert(uploads:patch { name = "uploads-old" })
    assert.is_true(renamed:delete { unless_linked = true })
    assert.is_true(renamed:delete { unless_linked = true, missing_ok = true })
    assert.are.equal("not_found", select(2, renamed:delete()).code)
  end)

  it("is ensured by its name", function()
    local here <close> = world.losant()
    local credentials = here.losant.credentials
    local made = assert(credentials:ensure("uploads", { type = "aws", config = world.AWS }))
    local public = { access_key_id = world.AWS.access_key_id, region = world.AWS.region }
    local same = assert(credentials:ensure("uploads", { type = "aws", config = public }))
    assert.are.equal(made.last_updated, same.last_updated)
    local moved = assert(credentials:ensure("uploads", { type = "aws", config = { region = "us-east-1" } }))
    assert.are.equal("us-east-1", moved.config.region)
    assert.are.equal("conflict", select(2, credentials:ensure("uploads", { type = "jwt" })).code)
    assert.are.equal(1, credentials:list():total())
  end)

  it("gets new secrets and nothing else by rotate", function()
    local here <close> = world.losant()
    local uploads = uploads_of(here)
    local rotated = assert(here.losant.credentials:rotate("uploads", { secret_access_key = "another-secret-key" }))
    assert.are.equal(uploads.id, rotated.id)
    assert.are.equal("not_found", select(2, here.losant.credentials:rotate("nothing", { api_key = "x" })).code)
    local err = world.raised(function()
      here.losant.credentials:rotate("uploads", { secret_acess_key = "x" })
    end)
    assert.is_truthy(err.message:find("secret_access_key", 1, true))
  end)

  it("is listed when its certificate ends soon", function()
    local here <close> = world.losant()
    local credentials, keys = here.losant.credentials, case_files.keys
    local config = { certificate = keys.certificate, private_key = keys.certificate_key }
    local made = assert(credentials:create { name = "gateway", type = "certificateKeyPair", config = config })
    local ends = leafnative.time(made.config.info.not_valid_after)
    local near = assert(credentials:expiring(30, { now = ends - 30 * 86400 }))
    assert.are.equal(made.id, near[1].id)
    assert.are.same({}, assert(credentials:expiring(29, { now = ends - 30 * 86400 })))
    assert.are.same({}, assert(credentials:expiring(30)))
  end)

  it("is listed a page at a time", function()
    local here <close> = world.losant()
    for _, name in ipairs { "one", "two" } do
      local config = { algorithm = "HS256", secret = name }
      assert(here.losant.credentials:create { name = name, type = "jwt", jwt_config = config })
    end
    local names = {}
    for credential in here.losant.credentials:list { per_page = 1, sort_field = "name", sort_direction = "asc" } do
      names[#names + 1] = credential.name
    end
    assert.are.same({ "one", "two" }, names)
  end)
end)

describe("a client of Losant", function()
  it("needs an application", function()
    local service <close> = leafnative.service {}
    local losant <close> = assert(leafnative.losant { service = service, token = "x" })
    local err = world.raised(function()
      return losant.credentials
    end)
    assert.is_truthy(err.message:find("application_id", 1, true))
  end)
end)
