-- Prints the status of every grower's Panorama credential from coroutines of cqueues, many at once.
--
--   LEAF_USERNAME=… LEAF_PASSWORD=… leafnative-lua --unsafe with_cqueues.lua
local condition <const>, cqueues <const> = require "cqueues.condition", require "cqueues"
local leafnative <const> = require "leafnative"
local leaf <close> = assert(leafnative.leaf {})
local tasks <close> = leafnative.tasks {
  suspend = function(ticket) -- a call inside a coroutine of cqueues waits here
    ticket.condition = condition.new()
    ticket.condition:wait()
  end,
  resume = function(ticket)
    ticket.condition:signal()
  end,
}
local loop <const>, under_way = cqueues.new(), 1
local function print_status(user)
  local credential, err = user.panorama:get()
  print(user.name, credential and credential.status or err.code)
  under_way = under_way - 1
end
loop:wrap(function()
  for user in leaf.users:list() do
    under_way = under_way + 1
    loop:wrap(print_status, user)
  end
  under_way = under_way - 1
end)
loop:wrap(function()
  while under_way > 0 do
    tasks:poll(0)
    cqueues.poll({ pollfd = tasks:descriptor(), events = "r" }, 0.1)
  end
end)
assert(loop:loop())
