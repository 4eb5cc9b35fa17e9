--- What every part stands on: error objects, secrets, JSON, times, and doors that close.
local leafnative <const> = require "leafnative"
local core <const> = require "leafnative.core"
local world <const> = require "world"

local SOME_ID <const> = "0b54e1a2-6c1f-4d27-9a55-3f1d2c7b8e90"

describe("a failure", function()
  it("is nil and an object with everything that is known", function()
    local body = '{"title":"No","message":"error.forbidden","detail":"no","status":403}'
    local leaf <close> = world.canned { { 403, body, { ["Content-Type"] = "application/problem+json" } } }
    local none, err = leaf.users:get(SOME_ID)
    assert.is_nil(none)
    assert.are.equal("forbidden", err.code)
    assert.are.equal(403, err.status)
    assert.is_false(err.retryable)
    assert.are.equal("No", err.problem.title)
    assert.are.equal(1, #err.attempts)
    assert.are.equal("done", err.attempts[1].stage)
    assert.is_truthy(tostring(err):find(err.message:sub(1, -2), 1, true))
    assert.is_truthy(tostring(err):find(err.hint, 1, true))
  end)

  it("has the attempts of a call that was repeated", function()
    local leaf <close>, seen = world.canned { { 503, "", { ["Retry-After"] = "0" } }, { 200, '{"id":"x"}' } }
    local reply = assert(leaf:reply("users.get", { leaf_user_id = SOME_ID }))
    assert.are.equal(2, #seen)
    assert.are.equal("server", reply.attempts[1].code)
    assert.are.equal("ok", reply.attempts[2].code)
    assert.are.equal("x", reply.data.id)
  end)

  it("shows no secret of the request or the answer", function()
    local leaf <close> = world.canned { { 400, '{"message":"panorama-password is wrong","password":"other-word"}' } }
    local none, err = leaf:user(SOME_ID).panorama:create(world.PANORAMA)
    assert.is_nil(none)
    assert.is_nil(err.body:find("panorama-password", 1, true))
    assert.is_nil(err.body:find("other-word", 1, true))
  end)

  it("is what an answer of another form is, and of no form at all", function()
    for _, body in ipairs { '[{"password":"other-word"}]', '"text"', '{"password":"other-word"', "" } do
      local leaf <close> = world.canned { { 200, body } }
      local none, err = leaf.users:get(SOME_ID)
      assert.is_nil(none)
      assert.are.equal("protocol", err.code)
      assert.is_nil((err.body or ""):find("other-word", 1, true))
    end
  end)

  it("names the code that the tables give each status", function()
    local codes = {}
    for _, row in ipairs(leafnative.statuses()) do
      codes[row.code] = row.hint
    end
    for _, code in ipairs { "bad_input", "unauthorized", "not_found", "rate_limited", "closed", "no_memory" } do
      assert.are.equal(codes[code], core.error(code, "x").hint)
    end
  end)
end)

describe("a mistake", function()
  local here
  before_each(function()
    here = world.leaf()
  end)
  after_each(function()
    here:__close()
  end)

  it("is raised with the line of the script and the names that come near", function()
    local line = debug.getinfo(1, "l").currentline + 2
    local err = world.raised(function()
      here.farm.users:create { nam = "Maple" }
    end)
    assert.are.equal("bad_input", err.code)
    assert.are.equal("/nam", err.where)
    assert.is_truthy(err.message:find("near to it: name", 1, true))
    assert.is_truthy(err.position:find("core_spec.lua:" .. line, 1, true))
    assert.is_truthy(tostring(err):find("core_spec.lua:" .. line, 1, true))
  end)

  it("names the one name that two exchanged letters, or one too many, are near to", function()
    for _, given in ipairs { "nmae", "naem", "nname", "ame" } do
      local err = world.raised(here.farm.users.create, here.farm.users, { [given] = "Maple" })
      assert.is_truthy(err.message:find("near to it: name.", 1, true), err.message)
    end
  end)

  it("is raised for a value that is given twice, and for values that no member is left for", function()
    local users = here.farm.users
    local err = world.raised(users.get, users, SOME_ID, { leaf_user_id = SOME_ID })
    assert.is_truthy(err.message:find("Two values were given for leaf_user_id", 1, true))
    err = world.raised(users.get, users, SOME_ID, SOME_ID)
    assert.is_truthy(err.message:find("takes 1 value before its table, not 2", 1, true))
    err = world.raised(users.list, users, { name = "a", missing_ok = true })
    assert.is_truthy(err.message:find("takes no missing_ok", 1, true))
  end)

  it("is raised for operations, groups, options and providers that there are not", function()
    local farm = here.farm
    local relation = assert(farm.sharing:share(world.COOP))
    for wanted, body in pairs {
      ["users.create"] = function() farm:call "users.crate" end,
      ["users"] = function() return farm.usres end,
      ["panorama"] = function() return farm:user(SOME_ID).panoramma end,
      ["username"] = function() leafnative.leaf { usrname = "x" } end,
      ["mask_secrets"] = function() leafnative.service { mask_secret = true } end,
      ["deadline"] = function() farm:call("users.list", {}, { deadlin = 1 }) end,
      ["agvance"] = function() here.service:clear_provider_answer(SOME_ID, "agvanse") end,
      ["grant takes what may be read"] = function() relation:grant(SOME_ID) end,
      ["operations"] = function() relation:grant(SOME_ID, { operation = { "PLANTED" } }) end,
    } do
      local err = world.raised(body)
      assert.is_truthy(err.message:find(wanted, 1, true), err.message)
    end
  end)

  it("is raised for values that have no form", function()
    local farm = here.farm
    local circle = {}
    circle.circle = circle
    for wanted, value in pairs {
      ["function"] = print,
      ["neither a list nor an object"] = { 1, 2, name = "x" },
      ["nested deeper"] = circle,
      ["not finite"] = 0 / 0,
      ["UTF%-8"] = "\xff",
    } do
      local err = world.raised(farm.users.create, farm.users, { name = value })
      assert.is_truthy(err.message:find(wanted), err.message)
    end
  end)

  it("is raised for a method that is called with a dot, and for nil in place of an id", function()
    local err = world.raised(here.farm.users.create, { name = "Maple" })
    assert.is_truthy(err.message:find("colon", 1, true))
    err = world.raised(here.farm.users.get, here.farm.users, nil)
    assert.is_truthy(err.message:find("leaf_user_id", 1, true))
  end)

  it("is raised when a record is assigned to", function()
    local user = assert(here.farm.users:create { name = "Maple" })
    assert.is_truthy(world.raised(function()
      user.name = "Oak"
    end).message:find("name", 1, true))
  end)
end)

describe("a secret", function()
  it("shows itself as *** and is equal to one with the same text alone", function()
    local one = leafnative.secret "word"
    assert.are.equal("***", tostring(one))
    assert.are.equal("token ***.", "token " .. one .. ".")
    assert.is_true(one == leafnative.secret "word")
    assert.is_false(one == leafnative.secret "other")
    assert.is_false(one == "word")
    assert.are.equal("word", one:reveal())
    assert.is_true(leafnative.is_secret(one))
    assert.are.equal('["***"]', leafnative.encode { one })
    assert.are.equal('["word"]', leafnative.encode({ one }, { reveal = true }))
  end)

  it("is what a member of an answer becomes that is named like one, in requests that the tables lack too", function()
    local leaf <close> = world.canned { { 200, '{"password":"word","list":[{"accessToken":12}]}' } }
    local answer = assert(leaf:request("GET", "/elsewhere"))
    assert.are.equal("word", answer.password:reveal())
    assert.are.equal("12", answer.list[1].accessToken:reveal())
  end)
end)

describe("JSON", function()
  it("comes back as it went in", function()
    for _, text in ipairs {
      "[]", "{}", "[[],{}]", "[null,1,null]", '{"a":null,"b":[],"c":{}}', "1", "-0.5", "1.0", '"\\u0000é"',
      "9223372036854775807", "9223372036854775808", "-123456789012345678901234567890", "1e400", "true", "false",
    } do
      local value, err = leafnative.decode(text)
      assert.is_nil(err)
      assert.are.equal(text, leafnative.encode(value))
    end
  end)

  it("keeps integers integers and floats floats", function()
    local values = assert(leafnative.decode "[1,1.0,1e2]")
    assert.are.equal("integer", math.type(values[1]))
    assert.are.equal("float", math.type(values[2]))
    assert.are.equal(100.0, values[3])
    assert.are.equal("9223372036854775808", tostring(assert(leafnative.decode "9223372036854775808")))
  end)

  it("knows an empty list by its mark and null by its value", function()
    assert.are.equal('{"a":[],"b":{}}', leafnative.encode { a = leafnative.array {}, b = {} })
    assert.are.equal("[null]", leafnative.encode { leafnative.null })
    assert.are.equal(leafnative.null, assert(leafnative.decode "null"))
  end)

  it("is read strictly", function()
    for _, text in ipairs { "", "[1,]", "{'a':1}", '{"a":1,"a":2}', "[1] x", '"\\ud800"', "01", ("["):rep(65) } do
      local none, err = leafnative.decode(text)
      assert.is_nil(none)
      assert.are.equal("protocol", err.code)
    end
  end)

  it("is written without members that stand in a number by mistake", function()
    local number = setmetatable({ literal = "1,2" }, getmetatable(leafnative.decode "9223372036854775808"))
    assert.is_truthy(world.raised(leafnative.encode, number).message:find("number", 1, true))
  end)
end)

describe("a time", function()
  it("is seconds since 1970 as a float", function()
    for text, seconds in pairs {
      ["1970-01-01T00:00:00Z"] = 0.0,
      ["2024-02-29T12:34:56.5Z"] = 1709210096.5,
      ["2024-05-01T12:34:56.123456Z"] = 1714566896.123456,
      ["2024-05-01T14:34:56+02:00"] = 1714566896.0,
      ["1969-12-31T23:59:59"] = -1.0,
    } do
      assert.are.equal(seconds, leafnative.time(text))
      assert.are.equal("float", math.type(leafnative.time(text)))
    end
  end)

  it("is nil for a text that is none", function()
    for _, text in ipairs { "", "2024-05-01", "2024-13-01T00:00:00Z", "2024-05-01T00:00:00x", "yesterday" } do
      assert.is_nil(leafnative.time(text))
    end
  end)
end)

describe("a transport of Lua", function()
  it("that raises is a failure with its cause", function()
    local cause = { "mine" }
    local leaf <close> = assert(leafnative.leaf { token = "x", config = false, attempts = 1, transport = function()
      error(cause)
    end })
    local none, err = leaf.users:get(SOME_ID)
    assert.is_nil(none)
    assert.are.equal("transport", err.code)
    assert.are.equal(cause, err.cause)
  end)

  it("that answers oddly is a failure that says how", function()
    for wanted, answer in pairs {
      ["HTTP status"] = function() return "no" end,
      ["line end"] = function() return 200, { ["X-A"] = "a\nb" } end,
      ["must be a string"] = function() return 200, {}, {} end,
      ["answer_max_bytes"] = function() return 200, {}, ("x"):rep(2000) end,
    } do
      local leaf <close> = assert(leafnative.leaf {
        token = "x", config = false, attempts = 1, answer_max_bytes = 1000, transport = answer,
      })
      local _, err = leaf.users:get(SOME_ID)
      assert.are.equal("transport", err.code)
      assert.is_truthy(err.cause.message:find(wanted, 1, true), tostring(err.cause))
    end
  end)

  it("cannot call its own client, which would wait for itself", function()
    local leaf
    local within
    leaf = assert(leafnative.leaf { token = "x", config = false, transport = function()
      within = world.raised(leaf.users.get, leaf.users, SOME_ID)
      leaf:close()
      return 200, {}, '{"id":"x"}'
    end })
    assert.are.equal("x", assert(leaf.users:get(SOME_ID)).id)
    assert.is_truthy(within.message:find("inside one of its own functions", 1, true))
    assert.are.equal("closed", select(2, leaf.users:get(SOME_ID)).code)
  end)

  it("may use another client", function()
    local inner <close> = world.canned { { 200, '{"id":"inner"}' } }
    local leaf <close> = assert(leafnative.leaf { token = "x", config = false, transport = function()
      return 200, {}, leafnative.encode { id = assert(inner.users:get(SOME_ID)).id }
    end })
    assert.are.equal("inner", assert(leaf.users:get(SOME_ID)).id)
  end)
end)

describe("events and log", function()
  it("tell what happens, without ids and secrets", function()
    local told = {}
    local here <close> = world.leaf { on_event = function(event)
      told[#told + 1] = event
    end }
    assert(here.farm.users:create { name = "Maple" })
    local last = told[#told]
    assert.are.equal("response", last.kind)
    assert.are.equal("users.create", last.operation)
    assert.are.equal("/services/usermanagement/api/users", last.path)
    assert.are.equal(201, last.status)
    assert.are.equal("POST", last.method)
  end)

  it("that fail end no call", function()
    local here <close> = world.leaf { on_event = function()
      error "not today"
    end, log = error }
    warn "@off"
    local user = assert(here.farm.users:create { name = "Maple" })
    warn "@on"
    assert.are.equal("Maple", user.name)
  end)
end)

describe("a handle", function()
  it("may be closed twice, and answers closed from then on", function()
    local here = world.leaf()
    local list = here.farm.users:list()
    here.farm:close()
    here.farm:close()
    assert.is_true(here.farm:closed())
    assert.are.equal("closed", select(2, here.farm.users:get(SOME_ID)).code)
    assert.are.equal("closed", select(2, list:all()).code)
    here.service:close()
    here.service:close()
    assert.are.equal("closed", select(2, here.coop.users:get(SOME_ID)).code)
    assert.are.equal("closed", select(2, here.service:reset()).code)
    assert.are.equal("closed", select(2, leafnative.leaf { service = here.service, token = "x" }).code)
    here.coop:close()
  end)

  it("shows what it calls", function()
    local here <close> = world.leaf()
    assert.are.equal("client of leaf over a service", tostring(here.farm))
    local leaf <close> = assert(leafnative.leaf { base_url = "https://leaf.example/", token = "hidden-text" })
    assert.are.equal("client of leaf at https://leaf.example", tostring(leaf))
    leaf:close()
    assert.are.equal("client of leaf, closed", tostring(leaf))
  end)

  it("holds its parent for as long as it lives", function()
    local leaf
    do
      local service = assert(leafnative.service {})
      assert(service:create_owner(world.FARM, "word"))
      leaf = assert(leafnative.leaf { service = service, username = world.FARM, password = "word" })
    end
    collectgarbage()
    collectgarbage()
    local kept = { leaf.users }
    leaf = nil -- luacheck: ignore
    collectgarbage()
    kept[1] = assert(kept[1]:create { name = "Maple" })
    collectgarbage()
    assert.are.equal("Maple", assert(kept[1]:refresh()).name)
  end)

  it("ends with its block, also when the block fails", function()
    local leaf
    pcall(function()
      local inner <close> = world.canned { { 200, "{}" } }
      leaf = inner
      error "out"
    end)
    assert.is_true(leaf:closed())
  end)
end)

describe("a service", function()
  it("is seeded, copied, forgotten and brought back", function()
    local path = os.tmpname()
    os.remove(path)
    local document = {
      owners = { { email = world.FARM, password = "word" } },
      users = { { owner = world.FARM, name = "Maple", externalId = "g" } },
    }
    local service <close> = assert(leafnative.service { path = path .. ".db", cheap_passwords = true })
    assert(service:seed(document))
    assert(service:snapshot(path))
    assert.are.equal("conflict", select(2, service:snapshot(path)).code)
    assert(service:reset())
    local leaf <close> = assert(leafnative.leaf { service = service, username = world.FARM, password = "word" })
    assert.are.equal("unauthorized", select(2, leaf.users:list():all()).code)
    assert(service:restore(path))
    assert.are.equal("Maple", assert(leaf.users:list():all())[1].name)
    for _, name in ipairs { path, path .. ".db", path .. ".db.key", path .. ".db-wal", path .. ".db-shm" } do
      os.remove(name)
    end
  end)

  it("names the member of a seed that is wrong", function()
    local service <close> = leafnative.service {}
    local none, err = service:seed { owners = { { email = "no e-mail", password = "word" } } }
    assert.is_nil(none)
    assert.are.equal("/owners/0/email", err.where)
  end)

  it("has the clock that it is given", function()
    local now = 1700000000
    local service <close> = assert(leafnative.service { clock = function()
      return now
    end })
    assert(service:create_owner(world.FARM, "word"))
    local leaf <close> = assert(leafnative.leaf { service = service, username = world.FARM, password = "word" })
    local user = assert(leaf.users:create { name = "Maple" })
    local credential = assert(user.agvance:create(world.AGVANCE))
    assert.are.equal(1700000000.0, leafnative.time(credential.created_time))
    now = now + 3600
    assert(service:set_provider_answer(user.id, "agvance", { status = 401 }))
    service:check_credentials()
    assert.are.equal(1700003600.0, leafnative.time(assert(credential:events():take(1))[1].created_date))
  end)

  it("answers raw requests", function()
    local service <close> = leafnative.service {}
    local status, headers, body = service:handle("GET", "/services/usermanagement/api/users", { Accept = "*/*" })
    assert.are.equal(401, status)
    assert.are.equal("application/problem+json", headers["Content-Type"])
    assert.are.equal(401, assert(leafnative.decode(body)).status)
  end)
end)
