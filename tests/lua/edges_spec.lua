--- What nobody means to do and scripts do all the same: finalizers that call back, wrong values for every verb, and
-- functions of the core that are called by hand.
local leafnative <const> = require "leafnative"
local core <const> = require "leafnative.core"
local world <const> = require "world"

local NOT_A_NUMBER <const> = 0 / 0

--- A finalizer that is set again whenever it ran; gives what ends it.
local function again_and_again(body)
  local on = true
  local function arm()
    if on then
      setmetatable({}, { __gc = function()
        body()
        arm()
      end })
    end
  end
  arm()
  return function()
    on = false
  end
end

describe("a finalizer", function()
  after_each(function()
    collectgarbage("incremental", 200, 100)
  end)

  it("that runs while values are made may call the client that they are from", function()
    local here <close> = world.leaf()
    local ids, ran, wrong = {}, 0, nil
    for number = 1, 4 do
      ids[number] = assert(here.farm.users:create { name = "Maple" }).id
    end
    local stop = again_and_again(function()
      local user, err = here.farm:call("users.get", { leaf_user_id = ids[1] })
      ran, wrong = ran + 1, user == nil and err or wrong
    end)
    collectgarbage("incremental", 1, 1000)
    for _ = 1, 5000 do
      for _, user, err in here.farm:map("users.get", ids) do
        assert.are.equal("Maple", user and user.name, err)
      end
      if ran > 3 then
        break
      end
    end
    stop()
    assert.is_true(ran > 3, ran)
    assert.is_nil(wrong)
    assert.are.equal("Maple", assert(here.farm.users:get(ids[1])).name)
  end)

  it("that changes a question while it is read changes what is not read yet", function()
    local here <close> = world.leaf()
    local grower = assert(here.farm.users:create { name = "Maple" })
    assert(assert(here.farm.sharing:share(world.COOP)):grant(grower, { fields = true }))
    assert(here.coop.sharing:accept(world.FARM))
    local login = { username = world.COOP, password = "password of " .. world.COOP }
    local token = assert(here.coop.authentication:login(login)).id_token:reveal()
    local question = {}
    local stop = again_and_again(function()
      if question.resource ~= nil then
        question.token = ""
      end
    end)
    collectgarbage("incremental", 1, 1000)
    for _ = 1, 20 do
      question = { token = token .. "", leaf_user_id = grower.id, resource = "FIELDS", action = "READ" }
      assert.is_boolean(here.service:decide_access({ question })[1].allowed)
    end
    stop()
  end)
end)

describe("a wrong value", function()
  local function refused(words, body, ...)
    local ran, err = pcall(body, ...)
    assert.is_false(ran)
    assert.are.equal("bad_input", err.code)
    assert.is_truthy(err.message:find(words, 1, true), err.message)
    assert.is_truthy(err.position:find("edges_spec.lua:", 1, true), err.position)
    return err
  end

  it("is refused with the line of the script, whichever verb it is given to", function()
    local here <close> = world.leaf()
    local leaf, tasks <close> = here.farm, leafnative.tasks()
    local grower = assert(leaf.users:create { name = "Maple" })
    local relation = assert(leaf.sharing:share(world.COOP))
    refused("replace takes a table", grower.replace, grower)
    refused("replace takes a table", grower.replace, grower, 5)
    refused("must be a table, not a string", grower.panorama.ensure, grower.panorama, "x")
    refused("must be a table, not a string", grower.panorama.rotate, grower.panorama, "x")
    refused("{fields = true}, not a string", relation.grant, relation, grower, "x")
    refused("a type or a list of them", relation.grant, relation, grower, { operations = 5 })
    refused("a table of options", leaf.get_many, leaf, "users.get", {}, 5)
    refused("takes its arguments as a table, not a string", leaf.users.create, leaf.users, "Maple")
    refused("a table of options", leafnative.tasks, 5)
    refused("rate must be above 0", leafnative.tasks, { rate = "x" })
    refused("rate must be above 0", leafnative.tasks, { rate = -1 })
    refused("a number of seconds", tasks.poll, tasks, "x")
    for _, seconds in ipairs { "1", NOT_A_NUMBER } do
      local task = tasks:spawn(function()
        refused("a number of seconds", tasks.sleep, tasks, seconds)
      end)
      task:join()
    end
  end)

  it("is refused by the verbs of Losant, too", function()
    local here <close> = world.losant()
    local credentials = here.losant.credentials
    local uploads = assert(credentials:create { name = "uploads", type = "aws", aws_config = world.AWS })
    refused("name must be a string, not a number", credentials.find, credentials, 5)
    refused("name must be a string, not a table", credentials.ensure, credentials, {}, { type = "aws" })
    refused("id_or_name must be a string, not a nil", credentials.rotate, credentials, nil, { password = "x" })
    refused("a table of new secrets, not a string", credentials.rotate, credentials, "uploads", "x")
    refused("takes its arguments as a table, not a number", credentials.create, credentials, 5)
    refused("takes its arguments as a table, not a string", uploads.patch, uploads, "x")
    refused("no type of a credential named awz; near to it: aws", credentials.create, credentials,
      { name = "x", type = "awz", config = {} })
    refused("timeout must be a number", credentials.get, credentials, uploads.id, { timeout = "x" })
    refused("expiring takes a number of days", credentials.expiring, credentials, "x")
    refused("no option named nwo; near to it: now", credentials.expiring, credentials, 30, { nwo = 1 })
    refused("delete takes a table of options, not a string", uploads.delete, uploads, "x")
    refused("no option named unless_linkd; near to it: unless_linked", uploads.delete, uploads, { unless_linkd = true })
    assert.are.equal("uploads", assert(uploads:refresh()).name)
  end)

  it("is an option that a verb would pass over", function()
    local here <close> = world.leaf()
    local users = here.farm.users
    local grower = assert(users:create { name = "Maple" })
    local panorama = assert(grower.panorama:create(world.PANORAMA))
    refused("missing_ok must be true or false, not a string", users.delete, users, grower.id, { missing_ok = "no" })
    refused("no option named timeout", panorama.wait_until, panorama, { status = "OK", timeout = 5 })
    refused("deadline must be a number of seconds, not a string", panorama.wait_until, panorama,
      { status = "OK", deadline = "x" })
    refused("no option of to_table named revael; near to it: reveal", grower.to_table, grower, { revael = true })
  end)

  it("is a pair of seconds, which is told how to be written", function()
    local here <close> = world.leaf()
    refused("one number of seconds, as timeout = 5: that", here.farm.users.get, here.farm.users, "x",
      { timeout = { 3, 5 } })
    refused("connect_timeout = 3", leafnative.leaf, { service = here.service, timeout = { 3, 5 } })
  end)

  it("is a provider of the client, which a user has", function()
    local here <close> = world.leaf()
    refused("a user has it, as leaf:user(id).panorama.", function()
      return here.farm.panorama
    end)
    local err = refused("no member of leaf named usrs; near to it: users", function()
      return here.farm.usrs
    end)
    assert.is_nil(tostring(err):find("_common", 1, true))
  end)

  it("is no file name, and does not show itself in the message about it", function()
    local here <close> = world.leaf()
    local service = here.service
    local err = refused("not JSON text", service.seed, service, '{"owners": [{"password": "hidden"}]}')
    assert.is_nil(tostring(err):find("hidden", 1, true))
    refused("holds a NUL", service.seed, service, "seed.json\0x")
  end)

  it("is told without a hint about a member when it is in none", function()
    assert.is_nil(refused("takes a plain table", leafnative.array, 5).hint)
  end)

  it("is named by the way to it, through objects and lists", function()
    local err = refused("A function was given", leafnative.encode, { fields = { { [1] = { ["a/b"] = print } } } })
    assert.are.equal("/fields/0/0/a~1b", err.where)
    assert.are.equal("", refused("A function was given", leafnative.encode, print).where or "")
  end)

  it("is a name that goes on behind a NUL, which is no option", function()
    local here <close> = world.leaf()
    refused("There is no option", leafnative.leaf, { service = here.service, ["token\0x"] = "word" })
    refused("There is no argument", here.farm.users.create, here.farm.users, { name = "Maple", ["strict\0x"] = false })
  end)
end)

describe("a function of the core", function()
  it("refuses a class that is none", function()
    local here <close> = world.leaf()
    local client = here.farm._client
    assert.is_false(pcall(core.method, "users.get", {}, "no class", print))
    for _, given in ipairs { { class = 5, known = {} }, { class = {}, known = 5 } } do
      given.common, given.single = {}, "leaf_user_id"
      assert.is_false(pcall(client.map, client, "users.get", { "x" }, given))
    end
    local known = { common = {}, single = "leaf_user_id", class = {} }
    assert.is_function(getmetatable(client:map("users.get", { "x" }, known)).__call)
  end)
end)

describe("tasks that are closed", function()
  it("from a coroutine of one of them are over, and count none", function()
    local here <close> = world.leaf()
    local tasks <close> = leafnative.tasks()
    local other = tasks:spawn(function()
      here.farm.users:list():all()
    end)
    local task = tasks:spawn(function()
      coroutine.wrap(function()
        tasks:close()
      end)()
      return "end"
    end)
    assert.are.equal(0, tasks:count())
    assert.are.equal("end", task:join())
    assert.is_true(other:ended())
  end)
end)
