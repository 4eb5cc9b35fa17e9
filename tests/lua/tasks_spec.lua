--- Many calls at once: map, tasks, and event loops that drive them.
local leafnative <const> = require "leafnative"
local world <const> = require "world"

local function growers_of(farm, count)
  local ids = {}
  for i = 1, count do
    local user = assert(farm.users:create { name = "grower " .. i })
    ids[i] = user.id
    if i % 2 == 0 then
      assert(user.agvance:create(world.AGVANCE))
    end
  end
  return ids
end

describe("map", function()
  it("gives item, value and error for every item", function()
    local here <close> = world.leaf()
    local ids = growers_of(here.farm, 10)
    local seen, missing = {}, 0
    for id, credential, err in here.farm:map("agvance.get", ids, { concurrency = 3 }) do
      seen[id] = true
      if err then
        assert.are.equal("not_found", err.code)
        missing = missing + 1
      else
        assert.are.equal("OK", credential.status)
      end
    end
    for _, id in ipairs(ids) do
      assert.is_true(seen[id])
    end
    assert.are.equal(5, missing)
  end)

  it("refuses what it can do nothing with, and says what to do", function()
    local here <close> = world.leaf()
    local user = assert(here.farm.users:create { name = "grower" })
    local function says(words, ...)
      local given <const> = table.pack(...)
      local went, mistake = pcall(function() return here.farm:map(table.unpack(given, 1, given.n)) end)
      assert.is_false(went)
      assert.are.equal("bad_input", mistake.code)
      assert.is_truthy(mistake.message:find(words, 1, true), mistake.message)
    end
    says("The operation must be a string", nil, { user })
    says("There is no operation named panoramma.get; near to it: panorama.", "panoramma.get", { user })
    says("There is no operation named users.gte; near to it: users.", "users.gte", { user })
    says("put it into a table", "users.get", user)
    says("put it into a table", "users.create", { name = "one" })
    says("not a string", "users.get", { user }, "options")
    local went, mistake = pcall(here.farm.map, "users.get", { user })
    assert.is_false(went)
    assert.is_truthy(mistake.message:find("as in leaf:map(…)", 1, true))
  end)

  it("keeps the order of the items when it is asked to", function()
    local here <close> = world.leaf()
    local at, ids = 0, growers_of(here.farm, 10)
    for id, user in here.farm:map("users.get", ids, { ordered = true, concurrency = 4 }) do
      at = at + 1
      assert.are.equal(ids[at], id)
      assert.are.equal("grower " .. at, user.name)
    end
    assert.are.equal(10, at)
  end)

  it("takes lists of the API, iterators and tables of arguments", function()
    local here <close> = world.leaf()
    local ids = growers_of(here.farm, 4)
    local names = {}
    for user, answer in here.farm:map("users.get", here.farm.users:list { sort = "name,asc" }, { ordered = true }) do
      names[#names + 1] = user.name .. answer.name
    end
    assert.are.equal("grower 1grower 1", names[1])
    assert.are.equal(4, #names)
    local function items()
      return coroutine.wrap(function()
        for _, id in ipairs(ids) do
          coroutine.yield { leaf_user_id = id, phone = "1" }
        end
      end)
    end
    for _, user, err in here.farm:map("users.update", items()) do
      assert.is_nil(err)
      assert.are.equal("1", user.phone)
    end
  end)

  it("gives a mistake in an item as its error, and goes on", function()
    local here <close> = world.leaf()
    local ids = growers_of(here.farm, 2)
    local codes = {}
    local items = { ids[1], { leaf_userid = ids[1] }, {}, ids[2] }
    for _, user, err in here.farm:map("users.get", items, { ordered = true }) do
      codes[#codes + 1] = user and "ok" or err.code
    end
    assert.are.same({ "ok", "bad_input", "bad_input", "ok" }, codes)
  end)

  it("pulls items only when there is room, and may be left at any time", function()
    local here <close> = world.leaf()
    local ids, pulled = growers_of(here.farm, 2), 0
    local function items()
      pulled = pulled + 1
      return ids[pulled % 2 + 1]
    end
    for _ in here.farm:map("users.get", items, { concurrency = 2 }) do
      if pulled > 20 then
        break
      end
    end
    assert.is_true(pulled <= 25)
  end)

  it("tells how far it is", function()
    local here <close> = world.leaf()
    local done, failed
    local function progress(...)
      done, failed = ...
    end
    for _ in here.farm:map("agvance.get", growers_of(here.farm, 6), { progress = progress }) do -- luacheck: ignore
    end
    assert.are.same({ 6, 3 }, { done, failed })
  end)

  it("raises for an operation and an option that there are not", function()
    local here <close> = world.leaf()
    for wanted, body in pairs {
      ["agvance.get"] = function() here.farm:map("agvance.gett", {}) end,
      ["concurency"] = function() here.farm:map("users.get", {}, { concurency = 1 }) end,
      ["iterator"] = function() here.farm:map("users.get", 5) end,
    } do
      assert.is_truthy(world.raised(body).message:find(wanted, 1, true))
    end
  end)
end)

describe("get_many", function()
  it("gives the values in the order of the items, or the first error", function()
    local here <close> = world.leaf()
    local ids = growers_of(here.farm, 3)
    local users = assert(here.farm:get_many("users.get", ids))
    assert.are.equal("grower 3", users[3].name)
    local none, err = here.farm:get_many("agvance.get", ids)
    assert.is_nil(none)
    assert.are.equal("not_found", err.code)
    assert.is_truthy(world.raised(here.farm.get_many, here.farm, "users.delete", ids).message:find("map", 1, true))
  end)
end)

describe("tasks", function()
  it("run side by side, with calls that look like any others", function()
    local here <close> = world.leaf()
    local ids, order = growers_of(here.farm, 6), {}
    local tasks <close> = leafnative.tasks { concurrency = 2 }
    for i, id in ipairs(ids) do
      tasks:spawn(function()
        local user = assert(here.farm.users:get(id))
        order[#order + 1] = i
        user = assert(user:update { phone = tostring(i) })
        order[#order + 1] = i
        assert(user.phone == tostring(i))
      end)
    end
    assert.are.equal(6, tasks:count())
    tasks:run()
    assert.are.equal(0, tasks:count())
    assert.are.equal(12, #order)
    assert.are_not.same({ 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6 }, order)
  end)

  it("walk over lists a page at a time", function()
    local here <close> = world.leaf()
    growers_of(here.farm, 5)
    local tasks <close> = leafnative.tasks()
    local counts = { 0, 0 }
    for at = 1, 2 do
      tasks:spawn(function()
        for _ in here.farm.users:list { size = 2 } do
          counts[at] = counts[at] + 1
        end
      end)
    end
    tasks:run()
    assert.are.same({ 5, 5 }, counts)
  end)

  it("do not share a walk, of which they would read the same page twice and others never", function()
    local here <close> = world.leaf()
    growers_of(here.farm, 9)
    local tasks <close> = leafnative.tasks()
    local next_page, read = here.farm.users:list({ size = 2 }):pages(), {}
    local function walk()
      for page in next_page do
        table.move(page, 1, #page, #read + 1, read)
      end
    end
    local first, second = tasks:spawn(walk), tasks:spawn(walk)
    local joined, err = pcall(second.join, second)
    assert.is_false(joined)
    assert.is_truthy(tostring(err):find("under way already", 1, true))
    first:join()
    assert.are.equal(9, #read)
    assert.is_nil(next_page())
  end)

  it("give failures as values, and raise what a task raises", function()
    local here <close> = world.leaf()
    local tasks <close> = leafnative.tasks()
    local code
    tasks:spawn(function()
      code = select(2, here.farm.users:get "0b54e1a2-6c1f-4d27-9a55-3f1d2c7b8e90").code
    end)
    tasks:spawn(function()
      here.farm.users:get "0b54e1a2-6c1f-4d27-9a55-3f1d2c7b8e90"
      error("mine", 0)
    end)
    local ran, err = pcall(tasks.run, tasks)
    assert.is_false(ran)
    assert.are.equal("mine", err)
    tasks:run()
    assert.are.equal("not_found", code)
  end)

  it("block where the stack cannot yield, and in a coroutine of the script's own", function()
    local here <close> = world.leaf()
    local ids = growers_of(here.farm, 3)
    local tasks <close> = leafnative.tasks()
    local names, own = {}, nil
    tasks:spawn(function()
      table.sort(ids, function(left, right)
        return assert(here.farm.users:get(left)).name < assert(here.farm.users:get(right)).name
      end)
      local text = ("1 2"):gsub("%d", function(at)
        return assert(here.farm.users:get(ids[tonumber(at)])).name
      end)
      names[1] = text
      own = coroutine.wrap(function()
        coroutine.yield(assert(here.farm.users:get(ids[3])).name)
      end)()
    end)
    tasks:run()
    assert.are.same({ "grower 1 grower 2" }, names)
    assert.are.equal("grower 3", own)
  end)

  it("let go of everything when they are closed", function()
    local here <close> = world.leaf()
    local ids = growers_of(here.farm, 2)
    local tasks = leafnative.tasks()
    local closed = false
    tasks:spawn(function()
      local guard <close> = setmetatable({}, { __close = function()
        closed = true
      end })
      here.farm.users:get(ids[1])
      error(guard)
    end)
    tasks:close()
    tasks:close()
    assert.is_true(closed)
    assert.are.equal(0, tasks:count())
  end)

  it("end with an error when their client is closed", function()
    local here <close> = world.leaf()
    local ids = growers_of(here.farm, 1)
    local tasks <close> = leafnative.tasks()
    local code
    tasks:spawn(function()
      code = select(2, here.farm.users:get(ids[1])).code
    end)
    here.farm:close()
    tasks:run()
    assert.are.equal("closed", code)
  end)
end)

describe("an event loop", function()
  it("of luv drives tasks by their descriptor", function()
    local uv <const> = require "luv"
    local here <close> = world.leaf()
    local ids, done = growers_of(here.farm, 4), 0
    local tasks <close> = leafnative.tasks()
    for _, id in ipairs(ids) do
      tasks:spawn(function()
        assert(here.farm.users:get(id))
        done = done + 1
      end)
    end
    local handle = uv.new_poll(assert(tasks:descriptor()))
    local function turn()
      if tasks:poll(0) == 0 then
        handle:close()
      end
    end
    handle:start("r", turn)
    turn()
    uv.run()
    assert.are.equal(4, done)
  end)

  it("of cqueues drives tasks by their descriptor", function()
    local cqueues <const> = require "cqueues"
    local here <close> = world.leaf()
    local ids, done = growers_of(here.farm, 4), 0
    local tasks <close> = leafnative.tasks()
    for _, id in ipairs(ids) do
      tasks:spawn(function()
        assert(here.farm.users:get(id))
        done = done + 1
      end)
    end
    local loop = cqueues.new()
    loop:wrap(function()
      local readable = { pollfd = assert(tasks:descriptor()), events = "r" }
      while tasks:poll(0) > 0 do
        cqueues.poll(readable)
      end
    end)
    assert(loop:loop())
    assert.are.equal(4, done)
  end)
end)

describe("a set of calls", function()
  it("answers closed when it is closed, or when its client is", function()
    local here <close> = world.leaf()
    local calls = assert(here.farm._client:calls())
    local other = assert(here.farm._client:calls())
    assert.are.equal(1, assert(other:submit "users.list"))
    calls:close()
    assert.are.equal("closed", select(2, calls:submit("users.list")).code)
    here.farm:close()
    assert.are.equal("closed", select(2, other:poll(0, {})).code)
    assert.are.equal(0, other:room())
  end)
end)
