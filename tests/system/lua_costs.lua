-- One way of calling from Lua: told WAY BASE COUNT, it makes so many calls. Callgrind counts two runs of different
-- counts; the difference is what the calls cost.
local leafnative <const> = require "leafnative"

local way <const>, base <const>, count <const> = arg[1], arg[2], tonumber(arg[3])

local IN_FLIGHT <const> = 64

local leaf <close> = assert(leafnative.leaf { base_url = base, token = "t" })

-- The same few ids again and again, so that making them costs nothing.
local ids <const> = {}
for number = 1, 100 do
  ids[number] = ("0190f5a1-7b1c-7e3a-9d52-%012x"):format(number)
end

local at = 0
local function next_id()
  at = at + 1
  return at <= count and ids[at % 100 + 1] or nil
end

local function map(values)
  return function()
    for _, value, err in leaf:map("users.get", next_id, { concurrency = IN_FLIGHT, values = values }) do
      assert(value, err)
    end
  end
end

local ways <const> = { text = map "text", tables = map "tables", objects = map "objects" }

function ways.call()
  for id in next_id do
    assert(leaf:call("users.get", { leaf_user_id = id }))
  end
end

function ways.call_text()
  local text <const> = { values = "text" }
  for id in next_id do
    assert(leaf:call("users.get", { leaf_user_id = id }, text))
  end
end

function ways.method()
  for id in next_id do
    assert(leaf.users:get(id))
  end
end

function ways.tasks()
  local tasks <close> = leafnative.tasks { concurrency = IN_FLIGHT }
  for _ = 1, IN_FLIGHT do
    tasks:spawn(function()
      for id in next_id do
        assert(leaf:call("users.get", { leaf_user_id = id }))
      end
    end)
  end
  tasks:run()
end

ways[way]()
