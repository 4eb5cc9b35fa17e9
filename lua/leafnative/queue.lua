--- What waits in the order in which it came.
local core <const> = require "leafnative.core"
core.own()

local queue <const> = {}

--- An empty queue.
function queue.new()
  return { first = 1, last = 0 }
end

--- Puts an entry behind all others.
function queue.put(of, entry)
  of.last = of.last + 1
  of[of.last] = entry
end

--- Takes the entry that has stood there longest.
function queue.take(of)
  local entry = of[of.first]
  of[of.first] = nil
  of.first = of.first + 1
  return entry
end

function queue.length(of)
  return of.last - of.first + 1
end

return queue
