--- Leaf in Lua: objects with verbs over the service in this program.
local leafnative <const> = require "leafnative"
local world <const> = require "world"

local function grower_of(farm)
  return assert(farm.users:create { name = "Maple Farm", external_id = "grower-1", email = "maple@farm.example" })
end

describe("a user", function()
  it("is made, read, changed, replaced and deleted", function()
    local here <close> = world.leaf()
    local grower = grower_of(here.farm)
    assert.are.equal("Maple Farm", grower.name)
    assert.are.equal("Maple Farm", assert(here.farm.users:get(grower.id)).name)
    assert.are.equal("Oak", assert(grower:update { name = "Oak" }).name)
    assert.are.equal("Elm", assert(here.farm:user(grower.id):replace { name = "Elm" }).name)
    assert.is_true(grower:delete())
    local gone, err = grower:refresh()
    assert.is_nil(gone)
    assert.are.equal("not_found", err.code)
  end)

  it("is refused, not read, where a script has changed what holds it together", function()
    local here <close> = world.leaf()
    local grower = grower_of(here.farm)
    assert.are.equal("Maple Farm", grower.name)
    local index = getmetatable(grower).__index
    assert.is_false(pcall(index, 5, "name"))
    rawset(grower, "_members", 5)
    assert.is_false(pcall(function() return grower.name end))
    for _, wrong in ipairs { 5, "x", false } do
      local users = here.farm.users
      rawset(users, "_bound", wrong)
      local went, err = pcall(users.get, users, "x")
      assert.is_false(went)
      assert.is_truthy(tostring(err):find("_bound was changed", 1, true))
    end
    local other <close> = world.leaf()
    local client = other.farm._client
    rawset(other.farm, "_client", setmetatable({}, getmetatable(client)))
    assert.is_false(pcall(function() return other.farm.users:create { name = "Oak" } end))
    rawset(other.farm, "_client", client)
  end)

  it("shows members in snake_case and by their wire names, and nothing for null", function()
    local here <close> = world.leaf()
    local grower = grower_of(here.farm)
    assert.are.equal("grower-1", grower.external_id)
    assert.are.equal("grower-1", grower["externalId"])
    local cleared = assert(grower:update { external_id = leafnative.null })
    assert.is_nil(cleared.external_id)
    assert.is_nil(cleared.no_such_member)
  end)

  it("keeps its credentials when it is replaced, but for those to detach", function()
    local here <close> = world.leaf()
    local grower = grower_of(here.farm)
    assert(grower.panorama:create(world.PANORAMA))
    assert(grower.agvance:create(world.AGVANCE))
    assert(grower:replace { name = "Elm", detach = { "agvance" } })
    assert.are.equal("OK", assert(grower.panorama:get()).status)
    assert.are.equal("not_found", select(2, grower.agvance:get()).code)
    for _, wrong in ipairs { { panorama = true }, { "panorma" }, 5 } do
      assert.is_false(pcall(grower.replace, grower, { name = "Oak", detach = wrong }))
    end
    assert.are.equal("Elm", assert(grower:refresh()).name)
    local _, err = pcall(grower.replace, grower, { name = "Oak", detach = { "refersh" } })
    assert.is_nil(tostring(err):find("refresh", 1, true)) -- a method is no provider
    assert(grower:replace { name = "Oak", detach = "panorama" })
    assert.are.equal("not_found", select(2, grower.panorama:get()).code)
  end)

  it("is not there for another owner", function()
    local here <close> = world.leaf()
    local grower = grower_of(here.farm)
    local seen, err = here.coop.users:get(grower.id)
    assert.is_nil(seen)
    assert.are.equal("not_found", err.code)
    assert.are.equal(404, err.status)
  end)
end)

describe("a list", function()
  it("is a loop over all pages, each time anew", function()
    local here <close> = world.leaf()
    for i = 1, 5 do
      assert(here.farm.users:create { name = "user " .. i })
    end
    local list = here.farm.users:list { size = 2, sort = "name,asc" }
    for _ = 1, 2 do
      local names = {}
      for user in list do
        names[#names + 1] = user.name
        if #names == 3 then
          break
        end
      end
      assert.are.same({ "user 1", "user 2", "user 3" }, names)
    end
    assert.are.equal(5, #assert(list:all()))
    assert.are.equal(3, #assert(list:take(3)))
    assert.are.equal(5, list:total())
  end)

  it("gives its pages, and the error of one that fails", function()
    local page = leafnative.encode(leafnative.array { { id = "a" }, { id = "b" } })
    local leaf <close> = world.canned({ { 200, page, { Link = '</x?page=1>; rel="next"' } }, { 403, "{}" } })
    local next_page = leaf.users:list({ size = 2 }):pages()
    assert.are.equal(2, #assert(next_page()))
    local none, err = next_page()
    assert.is_nil(none)
    assert.are.equal("forbidden", err.code)
  end)

  it("raises the error object in a loop, which has no place for a second value", function()
    local leaf <close> = world.canned({ { 403, "{}" } })
    local err = world.raised(function()
      for _ in leaf.users:list() do
        error "there is no entry"
      end
    end)
    assert.are.equal("forbidden", err.code)
  end)
end)

describe("a credential", function()
  it("is made, waited for, logged and deleted", function()
    local here <close> = world.leaf()
    local grower = grower_of(here.farm)
    local credential = assert(grower.agvance:create(world.AGVANCE))
    assert.are.equal("OK", credential.status)
    assert(here.service:set_provider_answer(grower.id, "agvance", { status = 401, body = { error = "expired" } }))
    assert.are.equal(1, here.service:check_credentials())
    assert.are.equal("UNAUTHENTICATED", assert(credential:refresh()).status)
    assert(here.service:clear_provider_answer(grower.id, "agvance"))
    assert.are.equal(1, here.service:check_credentials())
    assert.are.equal("OK", assert(credential:wait_until { status = "OK", deadline = 5 }).status)
    local refused = select(2, credential:wait_until { status = "OKAY" })
    assert.truthy(refused.message:find("status will never be OKAY: it must be one of OK, UNAUTHENTICATED", 1, true))
    assert.are.equal(401, assert(credential:events():all())[2].status_code)
    assert.is_true(credential:delete())
    assert.is_true(credential:delete { missing_ok = true })
    assert.are.equal("not_found", select(2, credential:delete()).code)
  end)

  it("has secrets that do not show themselves", function()
    local here <close> = world.leaf()
    local credential = assert(grower_of(here.farm).agvance:create(world.AGVANCE))
    assert.are.equal("***", tostring(credential.password))
    assert.is_nil(tostring(credential):find(world.AGVANCE.password, 1, true))
    assert.are.equal(world.AGVANCE.password, credential.password:reveal())
    assert.are.equal("***", credential:to_table().password)
    assert.are.equal(world.AGVANCE.password, credential:to_table({ reveal = true }).password)
  end)

  it("is ensured: made, left alone when nothing differs, replaced when something does", function()
    local here <close> = world.leaf()
    local agvance = grower_of(here.farm).agvance
    local first = assert(agvance:ensure(world.AGVANCE))
    assert.are.equal(first.id, assert(agvance:ensure(world.AGVANCE)).id)
    local other = assert(agvance:ensure { database_id = "oak-db" })
    assert.are_not.equal(first.id, other.id)
    assert.are.equal("oak-db", other.database_id)
    assert.are.equal(world.AGVANCE.password, other.password:reveal())
  end)

  it("is rotated, and the old one is put back when the new one is refused", function()
    local here <close> = world.leaf()
    local agvance = grower_of(here.farm).agvance
    assert(agvance:create(world.AGVANCE))
    assert.are.equal("new", assert(agvance:rotate { password = "new" }).password:reveal())
    local none, err = agvance:rotate { password = "" }
    assert.is_nil(none)
    assert.are.equal("old", err.stands)
    assert.are.equal("new", assert(agvance:get()).password:reveal())
  end)
end)

describe("a relation", function()
  it("is offered, granted, accepted, blocked and revoked", function()
    local here <close> = world.leaf()
    local grower = grower_of(here.farm)
    local relation = assert(here.farm.sharing:share(world.COOP))
    assert.are.equal("PENDING", relation.status)
    assert.are.equal(world.COOP, relation.other)
    assert(relation:grant(grower, { fields = true, operations = { "PLANTED", "HARVESTED" } }))
    assert.are.equal("ALLOWED", assert(here.coop.sharing:accept(world.FARM)).status)
    assert.are.same({ "READ" }, assert(relation:permissions(grower.id)).FIELDS.actions)
    local login = { username = world.COOP, password = "password of " .. world.COOP }
    local token = assert(here.coop.authentication:login(login))
    local question = { token = token.id_token, leaf_user_id = grower.id, resource = "FIELDS", action = "READ" }
    assert.are.same({ { allowed = true, status = 200, reason = "granted" } }, here.service:decide_access { question })
    assert.are.equal("BLOCKED", assert(relation:block()).status)
    assert.are.equal("BLOCKED", assert(relation:refresh()).status)
    assert.is_false(here.service:decide_access({ question })[1].allowed)
    assert.are.equal("ALLOWED", assert(relation:unblock()).status)
    assert.is_true(relation:invalidate_tokens())
    assert.is_true(relation:revoke(grower))
    assert.are.equal(1, #assert(here.farm.sharing:sent():all()))
    assert.are.equal(world.FARM, assert(here.coop.sharing:received():all())[1].other)
    assert.are.equal(0, #assert(here.service:shared_with(world.COOP)))
  end)
end)
