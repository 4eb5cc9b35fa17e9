--- In which form a call by name gives its answer: tables, objects, or the text as it came.
local leafnative <const> = require "leafnative"
local world <const> = require "world"

local SOME_ID <const> = "0b54e1a2-6c1f-4d27-9a55-3f1d2c7b8e90"
local USER <const> = '{"id":"x","password":"word"}'

--- Calls a function outside of tasks and inside one.
local function everywhere(body)
  body()
  local tasks <close> = leafnative.tasks()
  tasks:spawn(body)
  tasks:run()
end

describe("the values of a call", function()
  it("are tables, objects, or the text as it came", function()
    local leaf <close> = world.canned { { 200, USER } }
    everywhere(function()
      local arguments = { leaf_user_id = SOME_ID }
      for _, options in ipairs { {}, { values = "tables" } } do
        local members = assert(leaf:call("users.get", arguments, options))
        assert.is_nil(getmetatable(members))
        assert.are.equal("word", members.password:reveal())
      end
      local user = assert(leaf:call("users.get", arguments, { values = "objects" }))
      assert.are.equal("***", tostring(user.password))
      assert.is_function(user.delete)
      assert.are.equal(USER, assert(leaf:call("users.get", arguments, { values = "text", deadline = 5 })))
    end)
  end)

  it("are the data of a reply in the same forms", function()
    local leaf <close> = world.canned { { 200, USER } }
    everywhere(function()
      local arguments = { leaf_user_id = SOME_ID }
      local reply = assert(leaf:reply("users.get", arguments, { values = "text" }))
      assert.are.same({ USER, 200 }, { reply.data, reply.status })
      assert.are.equal("x", assert(leaf:reply("users.get", arguments)).data.id)
      assert.is_function(assert(leaf:reply("users.get", arguments, { values = "objects" })).data.delete)
    end)
  end)

  it("are an empty text, and no object, for an answer without a body", function()
    local leaf <close> = world.canned { { 204, "" } }
    everywhere(function()
      for form, expected in pairs { text = "", tables = true, objects = true } do
        assert.are.equal(expected, leaf:call("users.delete", { leaf_user_id = SOME_ID }, { values = form }))
      end
    end)
  end)

  it("are one page of a list", function()
    local here <close> = world.leaf()
    for _, name in ipairs { "Maple", "Birch" } do
      assert(here.farm.users:create { name = name })
    end
    everywhere(function()
      local arguments = { size = 1, sort = "name,asc" }
      local text = assert(here.farm:call("users.list", arguments, { values = "text" }))
      local users = assert(here.farm:call("users.list", arguments, { values = "objects" }))
      assert.are.equal(1, #users)
      assert.are.equal("Birch", users[1]:refresh().name)
      assert.are.equal(leafnative.encode(leafnative.decode(text)), leafnative.encode { users[1]:to_table() })
    end)
  end)

  it("are those of the service in this program, of reads and of writes", function()
    local here <close> = world.leaf()
    everywhere(function()
      local text = assert(here.farm:call("users.create", { name = "Maple" }, { values = "text" }))
      local arguments = { leaf_user_id = leafnative.decode(text).id }
      local user = assert(here.farm:call("users.get", arguments, { values = "objects" }))
      assert.are.equal("Maple", user.name)
      assert.are.equal(user.id, assert(user:update { name = "Birch" }).id)
      assert(user.agvance:create(world.AGVANCE))
      for _, name in ipairs { "leaf_user_id", "leafUserId" } do
        local credential = assert(here.farm:call("agvance.get", { [name] = user.id }, { values = "objects" }))
        assert.are.equal(credential.status, credential:refresh().status)
      end
    end)
  end)

  it("are not looked at as a text, though the status is", function()
    local answers = { { 200, "no JSON" }, { 404, '{"password":"other-word"}' }, { 200, "" } }
    local leaf <close> = world.canned { answers[1], answers[2], answers[3], table.unpack(answers) }
    everywhere(function()
      local text_of = function()
        return leaf:call("users.get", { leaf_user_id = SOME_ID }, { values = "text" })
      end
      assert.are.equal("no JSON", text_of())
      local none, err = text_of()
      assert.are.same({ nil, "not_found", 404 }, { none, err.code, err.status })
      assert.is_nil(err.body:find("other-word", 1, true))
      assert.are.equal("", text_of())
    end)
  end)

  it("belong to their own call alone, also behind one that was refused", function()
    local leaf <close> = world.canned { { 200, USER } }
    local calls <const> = assert(leaf._client:calls { concurrency = 1, queue = 1 })
    local text, arguments = { values = "text" }, { leaf_user_id = SOME_ID }
    assert(calls:submit("users.get", arguments, text, true))
    local refused, ended = 0, {}
    while refused == 0 do
      local number, err = calls:submit("users.get", arguments, text)
      refused = number == nil and assert(err.code) or 0
    end
    while calls:pending() > 0 do
      calls:poll(1, ended)
    end
    local number = assert(calls:submit("users.get", arguments))
    while calls:pending() > 0 do
      calls:poll(1, ended)
    end
    assert.are.same({ number, "x" }, { ended[1], ended[2].id })
    calls:close()
  end)

  it("are refused by any other name, by a method, among the arguments, and for a list that is walked", function()
    local here <close> = world.leaf()
    local farm, users = here.farm, here.farm.users
    everywhere(function()
      for body, wanted in pairs {
        [function() farm:call("users.list", {}, { values = "dicts" }) end] = "objects, tables or text",
        [function() farm:call("users.list", {}, { values = true }) end] = "values must be a string",
        [function() farm:map("users.get", { SOME_ID }, { values = "dicts" }) end] = "objects, tables or text",
        [function() users:get(SOME_ID, { values = "text" }) end] = "no argument named values: it is an option of call",
        [function() users:list({ values = "text" }):take(1) end] = "no argument named values: it is an option of call",
        [function() farm:call("users.list", { values = "text" }) end] = "leaf:call(name, arguments, {values",
        [function() farm:entries("users.list", {}, { values = "text" }):take(1) end] = "ask call for one page",
        [function() farm:entries("users.list", {}, { values = "objects" }):take(1) end] = "ask call for one page",
        [function() farm.call({}, "users.list", {}, { values = "objects" }) end] = "Call it with a colon",
      } do
        local err = world.raised(body)
        assert.are.equal("bad_input", err.code)
        assert.is_truthy(err.message:find(wanted, 1, true), err.message)
      end
    end)
  end)
end)
