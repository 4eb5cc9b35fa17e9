--- What map and tasks do at their edges: kinds of items and values, rates, failures, and ends in the middle.
local leafnative <const> = require "leafnative"
local core <const> = require "leafnative.core"
local world <const> = require "world"

local SOME_ID <const> = "0b54e1a2-6c1f-4d27-9a55-3f1d2c7b8e90"
local USER <const> = '{"id":"' .. SOME_ID .. '","name":"Maple"}'

local function repeated(count)
  local at = 0
  return function()
    at = at + 1
    return at <= count and SOME_ID or nil
  end
end

describe("the values of a map", function()
  it("are objects, tables, or the text as it came", function()
    local leaf <close> = world.canned { { 200, '{"id":"x","password":"word"}' } }
    for _, user in leaf:map("users.get", { SOME_ID }) do
      assert.are.equal("***", tostring(user.password))
      assert.is_function(user.delete)
    end
    for _, members in leaf:map("users.get", { SOME_ID }, { values = "tables" }) do
      assert.is_nil(getmetatable(members))
      assert.are.equal("word", members.password:reveal())
    end
    for _, ordered in ipairs { false, true } do
      for _, text in leaf:map("users.get", { SOME_ID }, { values = "text", ordered = ordered }) do
        assert.are.equal('{"id":"x","password":"word"}', text)
      end
    end
  end)

  it("are lists for a list operation, all pages of them", function()
    local here <close> = world.leaf()
    local grower = assert(here.farm.users:create { name = "Maple" })
    assert(grower.agvance:create(world.AGVANCE))
    for _ = 1, 3 do
      assert(here.service:check_credentials())
    end
    local count = #assert(grower.agvance:get()):events():all()
    for _, ordered in ipairs { true, false } do
      for _, events, err in here.farm:map("agvance.events", { grower, grower.id }, { size = 1, ordered = ordered }) do
        assert.is_nil(err)
        assert.are.equal(count, #events)
      end
    end
  end)

  it("are errors where the answer is none, and its secrets stay hidden", function()
    local leaf <close> = world.canned { { 200, '[{"password":"other-word"}]' }, { 403, '{"password":"other-word"}' } }
    local codes = {}
    for _, value, err in leaf:map("users.get", { SOME_ID, SOME_ID }, { ordered = true }) do
      assert.is_nil(value)
      assert.is_nil((err.body or ""):find("other-word", 1, true))
      codes[#codes + 1] = err.code
    end
    assert.are.same({ "protocol", "forbidden" }, codes)
  end)
end)

describe("an item of a map", function()
  it("stands for its place in the path, whatever object it is", function()
    local here <close> = world.leaf()
    local grower = assert(here.farm.users:create { name = "Maple" })
    local credential = assert(grower.agvance:create(world.AGVANCE))
    for _, item in ipairs { grower, grower.id, here.farm:user(grower.id), credential, { leaf_user_id = grower.id } } do
      for given, found, err in here.farm:map("agvance.get", { item }) do
        assert.is_nil(err)
        assert.is_true(rawequal(item, given))
        assert.are.equal(credential.id, found.id)
        assert.is_function(found.refresh)
      end
    end
  end)

  it("is refused with the cure when it stands for nothing", function()
    local here <close> = world.leaf()
    local relation = assert(here.farm.sharing:share(world.COOP))
    for _, case in ipairs {
      { "users.get", 5, "give ids" },
      { "users.get", relation, "give ids" },
      { "users.create", "id", "give the arguments of each call as a table" },
      { "sharing.status", "id", "give role for all of them" },
    } do
      for _, _, err in here.farm:map(case[1], { case[2] }) do
        assert.are.equal("bad_input", err.code)
        assert.is_truthy(err.message:find(case[3], 1, true), err.message)
      end
    end
  end)

  it("goes with the arguments of every call", function()
    local here <close> = world.leaf()
    local relation = assert(here.farm.sharing:share(world.COOP))
    for owner, status in here.farm:map("sharing.status", { world.COOP }, { role = "receiver" }) do
      assert.are.equal(relation.other, owner)
      assert.are.equal("PENDING", status)
    end
    local made = {}
    for _, user in here.farm:map("users.create", { { name = "a" }, { name = "b" } }, { phone = "1", ordered = true }) do
      made[#made + 1] = user.name .. user.phone
    end
    assert.are.same({ "a1", "b1" }, made)
  end)

  it("that Losant has needs no application", function()
    local here <close> = world.losant()
    local key = assert(here.losant.credentials:create { name = "uploads", type = "aws", config = world.AWS })
    for _, credential, err in here.losant:map("credential.get", { key.id, key }) do
      assert.is_nil(err)
      assert.are.equal("uploads", credential.name)
    end
  end)
end)

describe("a map", function()
  it("begins no more calls in a second than its rate allows", function()
    local leaf <close> = world.canned { { 200, USER } }
    local began, count = core.monotonic(), 0
    for _ in leaf:map("users.get", repeated(13), { rate = 100 }) do
      count = count + 1
    end
    assert.are.equal(13, count)
    assert.is_true(core.monotonic() - began >= 0.1)
  end)

  it("holds no more than its window, and pulls a quarter of it at a time", function()
    local leaf <close> = world.canned { { 200, USER } }
    local pulled, given = 0, 0
    local function items()
      pulled = pulled + 1
      return pulled <= 400 and SOME_ID or nil
    end
    for _ in leaf:map("users.get", items, { concurrency = 16 }) do
      given = given + 1
      assert.is_true(pulled - given <= 16)
    end
    assert.are.equal(400, given)
  end)

  it("that is left, closed or dropped at any moment lets go of everything", function()
    local here <close> = world.leaf()
    local ids = {}
    for i = 1, 8 do
      ids[i] = assert(here.farm.users:create { name = "grower " .. i }).id
    end
    local seed = 7
    local function random(most)
      seed = (seed * 1103515245 + 12345) % 2147483648
      return seed // 65536 % most + 1
    end
    for round = 1, 200 do
      local ends, count = random(9), 0
      local options = { concurrency = random(8), ordered = round % 2 == 0, values = round % 3 == 0 and "text" or nil }
      local map = here.farm:map(round % 5 == 0 and "agvance.events" or "users.get", ids,
        round % 5 == 0 and { concurrency = 2 } or options)
      while map() ~= nil and count < ends do
        count = count + 1
        if random(6) == 1 then
          collectgarbage "step"
        end
      end
      if round % 3 == 1 then
        map:close()
        assert.is_nil(map())
      end
    end
    collectgarbage()
    assert.are.equal("grower 1", assert(here.farm.users:get(ids[1])).name)
  end)

  it("ends with an error when its client is closed under it", function()
    local here <close> = world.leaf()
    local id = assert(here.farm.users:create { name = "Maple" }).id
    local err = world.raised(function()
      for _ in here.farm:map("users.get", { id, id, id, id, id }, { concurrency = 1 }) do
        here.farm:close()
      end
    end)
    assert.are.equal("closed", err.code)
  end)

  it("gives what a transport raises as the cause, and so does a task", function()
    local given = { token = "x", config = false, attempts = 1, transport = function() error("mine", 0) end }
    local leaf <close> = assert(leafnative.leaf(given))
    local tasks <close> = leafnative.tasks()
    local errors = {}
    for _, _, err in leaf:map("users.get", { SOME_ID }) do
      errors[1] = err
    end
    errors[2] = tasks:spawn(function()
      return (select(2, leaf.users:get(SOME_ID)))
    end):join()
    for at = 1, 2 do
      assert.are.same({ "transport", "mine" }, { errors[at].code, errors[at].cause })
    end
  end)

  it("raises what its iterator raises", function()
    local leaf <close> = world.canned { { 200, USER } }
    local ran, err = pcall(function()
      for _ in leaf:map("users.get", function() error("mine", 0) end) do
        error "nothing was to come"
      end
    end)
    assert.is_false(ran)
    assert.are.equal("mine", err)
  end)
end)

describe("a task", function()
  it("gives what its function returned to whoever joins it, and raises what that raised", function()
    local here <close> = world.leaf()
    local tasks <close> = leafnative.tasks()
    local good = tasks:spawn(function(name)
      return assert(here.farm.users:create { name = name }).name, nil, 3
    end, "Maple")
    local bad = tasks:spawn(function()
      here.farm.users:get(SOME_ID)
      error("mine", 0)
    end)
    local outer = tasks:spawn(function()
      local ran, err = pcall(bad.join, bad)
      return ran, err, (good:join())
    end)
    assert.are.same({ false, "mine", "Maple" }, { outer:join() })
    assert.are.same({ "Maple", nil, 3 }, { good:join() })
    tasks:run()
  end)

  it("that is cancelled lets go of its call, and says so to who waits", function()
    local here <close> = world.leaf()
    local tasks <close> = leafnative.tasks()
    local closed, went_on = false, false
    local task = tasks:spawn(function()
      local guard <close> = setmetatable({}, { __close = function() closed = true end })
      here.farm.users:get(SOME_ID)
      went_on = guard
    end)
    local waits = tasks:spawn(function()
      return select(2, task:join()).code
    end)
    task:cancel()
    task:cancel()
    assert.are.equal("closed", waits:join())
    assert.is_true(closed and task:ended() and not went_on)
    assert.are.equal(0, tasks:poll(0))
  end)

  it("may call several clients, sleep, wait for a value and walk over a map", function()
    local here <close> = world.leaf()
    local other <close> = world.losant()
    local grower = assert(here.farm.users:create { name = "Maple" })
    local credential = assert(grower.agvance:create(world.AGVANCE))
    local tasks <close> = leafnative.tasks { concurrency = 4 }
    local seen = {}
    tasks:spawn(function()
      tasks:sleep(0.005)
      seen.slept = true
    end)
    tasks:spawn(function()
      seen.status = assert(credential:wait_until { status = "OK", deadline = 5 }).status
      seen.late = select(2, credential:wait_until { status = "UNAUTHENTICATED", deadline = 0.01 }).code
      seen.never = select(2, credential:wait_until { status = "GONE" }).code
      seen.total = here.farm.users:list():total()
      seen.reply = here.farm:reply("users.get", { leaf_user_id = grower.id }).status
    end)
    tasks:spawn(function()
      local key = { type = "aws", config = world.AWS }
      seen.key = assert(other.losant.credentials:ensure("uploads", key)).name
    end)
    tasks:spawn(function()
      local count = 0
      for _, user in here.farm:map("users.get", { grower, grower, grower, grower, grower }, { concurrency = 2 }) do
        count = count + #user.name
      end
      seen.map = count
    end)
    tasks:run()
    local waited = { status = "OK", late = "deadline", never = "bad_input" }
    for name, value in pairs(waited) do
      assert.are.equal(value, seen[name])
      seen[name] = nil
    end
    assert.are.same({ slept = true, total = 1, reply = 200, key = "uploads", map = 25 }, seen)
  end)

  it("that sleeps leaves the processor alone, also behind a call", function()
    local here <close> = world.leaf()
    local tasks <close> = leafnative.tasks()
    local used, polls = nil, 0
    tasks:spawn(function()
      here.farm.users:get(SOME_ID)
      local before = os.clock()
      tasks:sleep(0.1)
      used = os.clock() - before
    end)
    while tasks:poll() > 0 do
      polls = polls + 1
    end
    assert.is_true(used < 0.05)
    assert.is_true(polls < 20)
  end)

  it("of others is left alone when one raises, and what it raises comes out once", function()
    local tasks <close> = leafnative.tasks()
    local done = 0
    for i = 1, 4 do
      tasks:spawn(function()
        coroutine.yield()
        done = done + 1
        if i % 2 == 0 then
          error("mine " .. i, 0)
        end
      end)
    end
    assert.are.equal("mine 2", select(2, pcall(tasks.run, tasks)))
    assert.are.equal("mine 4", select(2, pcall(tasks.run, tasks)))
    tasks:run()
    assert.are.equal(4, done)
  end)

  it("cannot wait for itself, nor for one that waits for it", function()
    local tasks <close> = leafnative.tasks()
    local first, second
    first = tasks:spawn(function()
      coroutine.yield()
      second:join()
    end)
    second = tasks:spawn(function()
      first:join()
    end)
    assert.is_truthy(world.raised(tasks.run, tasks).message:find("wait for one another", 1, true))
  end)

  it("may be closed at any moment, two hundred times", function()
    local here <close> = world.leaf()
    local id = assert(here.farm.users:create { name = "Maple" }).id
    for round = 1, 200 do
      local tasks <close> = leafnative.tasks { concurrency = 1 + round % 3 }
      for _ = 1, round % 7 do
        local task = tasks:spawn(function()
          for _ in here.farm.users:list { size = 1 } do
            here.farm.users:get(id)
          end
        end)
        if round % 5 == 0 then
          task:cancel()
        end
      end
      for _ = 1, round % 4 do
        tasks:poll(0)
      end
      if round % 10 == 0 then
        collectgarbage()
      end
    end
    assert.are.equal("Maple", assert(here.farm.users:get(id)).name)
  end)
end)

describe("coroutines of another scheduler", function()
  it("wait in their own way", function()
    local here <close> = world.leaf()
    local id = assert(here.farm.users:create { name = "Maple" }).id
    local names, others = {}, 0
    do
      local tasks <close> = leafnative.tasks {
        suspend = function(ticket)
          ticket.thread = coroutine.running()
          coroutine.yield()
        end,
        resume = function(ticket)
          assert(coroutine.resume(ticket.thread))
        end,
      }
      assert.is_truthy(world.raised(leafnative.tasks, { suspend = print, resume = print }).message)
      for i = 1, 3 do
        coroutine.wrap(function()
          local name = assert(here.farm.users:get(id)).name
          names[i] = name
        end)()
        others = others + #names
      end
      while #names < 3 do
        tasks:poll(0.1)
      end
    end
    assert.are.equal(0, others)
    assert.are.same({ "Maple", "Maple", "Maple" }, names)
    coroutine.wrap(function() -- nothing takes them up any longer
      names[4] = assert(here.farm.users:get(id)).name
    end)()
    assert.are.equal("Maple", names[4])
  end)
end)
