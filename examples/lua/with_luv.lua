-- Prints the status of every grower's Panorama credential, many at once, while an event loop of luv does other work.
--
--   LEAF_USERNAME=… LEAF_PASSWORD=… leafnative-lua --unsafe with_luv.lua
local leafnative <const> = require "leafnative"
local uv <const> = require "luv"

local leaf <close> = assert(leafnative.leaf {})
local tasks <close> = leafnative.tasks { concurrency = 16 }

-- One descriptor stands for all that the tasks wait for.
local watch <const> = assert(uv.new_poll(assert(tasks:descriptor())))
local heartbeat <const> = uv.new_timer()

watch:start("r", function()
  local _, left = assert(xpcall(tasks.poll, tostring, tasks, 0)) -- luv shows no error but a text
  if left == 0 then
    watch:close()
    heartbeat:close()
  end
end)
heartbeat:start(0, 1000, function()
  io.stderr:write(("%d growers under way\n"):format(tasks:count()))
end)

tasks:spawn(function()
  for user in leaf.users:list() do
    tasks:spawn(function()
      local credential, err = user.panorama:get()
      print(user.name, credential and credential.status or err.code)
    end)
  end
end)

uv.run()
