-- The Lua side of bench/lua_memory.py: lists every user of a service and gets one credential of each, or makes calls over
-- HTTP, and prints how many there were and the peak of the program in kB. It is told `service FILE` or `http BASE COUNT`.
local leafnative <const> = require "leafnative"

local kind <const>, place <const>, count <const> = table.unpack(arg)
local done = 0

local function map(leaf, operation, items, options)
  for _, value, err in leaf:map(operation, items, options) do
    assert(value, err)
    done = done + 1
  end
end

if kind == "service" then
  local service <close> = assert(leafnative.service { path = place })
  local leaf <close> = assert(leafnative.leaf { service = service, username = "a@farm.example", password = "pw" })
  map(leaf, "agvance.get", leaf.users:list())
else
  local leaf <close> = assert(leafnative.leaf { base_url = place, token = "token-of-the-bench" })
  local left = tonumber(count)
  map(leaf, "panorama.get", function()
    left = left - 1
    return left >= 0 and "0190f5a1-7b1c-7e3a-9d52-000000000001" or nil
  end, { concurrency = 8 })
end

print(done, io.open("/proc/self/status"):read("a"):match "VmHWM:%s*(%d+)")
