-- lua-curl, which Debian has for Lua 5.1: one easy handle, kept. It is told and tells what lua_clients.lua is and does,
-- but for the HTTP status, which the module does not give, and the processor time, which is told as one figure.
local curl = require "curl"

local _, base, count, _, warm_up, length = unpack(arg)
local target_form = "/services/usermanagement/api/users/0190f5a1-7b1c-7e3a-9d52-%012x/panorama-credentials"

local size
local handle = curl.easy_init()
handle:setopt(curl.OPT_HTTPHEADER, { "Authorization: Bearer token-of-the-bench", "Accept: application/json" })
handle:setopt(curl.OPT_NOSIGNAL, 1)
handle:setopt(curl.OPT_WRITEFUNCTION, function(part)
  size = size + #part
  return #part
end)

local function ask(number)
  size = 0
  handle:setopt(curl.OPT_URL, base .. target_form:format(number))
  assert(handle:perform())
  assert(size == tonumber(length), "an answer is not the one that was sent")
end

local function uptime()
  local file = io.open "/proc/uptime"
  local seconds = file:read "*n"
  file:close()
  return seconds
end

for number = 1, tonumber(warm_up) do
  ask(number)
end
local wall, processor = uptime(), os.clock()
for number = 1, tonumber(count) do
  ask(number)
end
processor, wall = os.clock() - processor, uptime() - wall
local peak = io.open("/proc/self/status"):read("*a"):match "VmHWM:%s*(%d+)"
print(("%d %.6f %.6f %.6f %d"):format(count, wall, processor, 0, peak))
