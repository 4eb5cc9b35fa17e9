--- Waiting inside a task: for the answer of a call, for a time, for what a map has under way. What is waited for is a
-- ticket; a task that is closed meanwhile lets go of it.
local core <const> = require "leafnative.core"
core.own()
local queue <const> = require "leafnative.queue"
local task <const> = require "leafnative.task"

local put <const> = queue.put

local waiting <const> = {}

-- The tasks that take up the calls of coroutines that are none, with functions to suspend and to resume these.
local adopting

-- How many calls may wait for their turn behind those under way.
local QUEUE <const> = 1024

--- The tasks in which a call may wait here, and the task; nothing where it blocks: in the main program, in a coroutine
-- of the script's own, and inside a function that Lua's libraries call (sort, gsub).
function waiting.here()
  if not coroutine.isyieldable() then
    return nil
  end
  local running = task.running()
  if running ~= nil then
    return running._tasks, running
  end
  return adopting
end

--- Something that is waited for: a call, a time, or what a map has under way.
local Ticket <const> = {}

--- A task that is closed while it waits lets go of what it waits for.
function Ticket:__close()
  if not self.woken and self.forget ~= nil then
    self.forget(self)
  end
end

--- Has the descriptor of the tasks be readable in so many seconds; nil: not by itself.
function waiting.ring(self, seconds)
  if self._watch ~= nil then
    self._watch:ring(seconds)
  end
end

--- Has the calls of coroutines that are no tasks taken up by these tasks; nil: by none.
function waiting.adopt(tasks)
  adopting = tasks
end

function waiting.adopting()
  return adopting
end

local function wait_for(self, ticket)
  if ticket.task ~= nil then
    task.rest()
  end
  while not ticket.woken do
    self._suspend(ticket)
  end
end

--- Lets go on what waits for the ticket.
function waiting.wake(self, ticket)
  ticket.woken = true
  if ticket.task ~= nil then
    task.go_on(ticket.task)
  else
    self._resume(ticket)
  end
end

-- ---- calls ----

--- The calls of one client.
local function line_of(self, client)
  local line = self._lines[client]
  if line ~= nil then
    return line
  end
  local calls, err = client:calls { concurrency = self._concurrency, rate = self._rate, queue = QUEUE }
  if calls == nil then
    return nil, err
  end
  line = {
    client = client,
    calls = calls,
    room = 0, -- for so many calls at least; there may be more
    ended = {},
    at = 0,
    total = 0,
    waiting = {},
    crowded = queue.new(),
  }
  if self._watch ~= nil then
    local watched, failed = self._watch:add(assert(calls:descriptor()))
    if watched == nil then
      calls:close()
      return nil, failed
    end
  end
  self._lines[client] = line
  return line
end

local function forget_call(ticket)
  ticket.line.waiting[ticket.number] = nil
  if not ticket.line.closed then
    ticket.line.calls:cancel(ticket.number)
  end
end

local function wait_for_room(self, here, line)
  while line.room < 1 do
    line.room = line.calls:room()
    if line.room > 0 or line.calls:pending() == 0 then
      return
    end
    local ticket <close> = setmetatable({ task = here }, Ticket)
    put(line.crowded, ticket)
    wait_for(self, ticket)
  end
end

--- Submits a call of a client by `method` of its set, and waits for its answer.
function waiting.await(self, here, client, method, ...)
  local line, err = line_of(self, client)
  if line == nil then
    return nil, err
  end
  if line.room < 1 then
    wait_for_room(self, here, line)
  end
  local number, failed = line.calls[method](line.calls, ...)
  if number == nil then
    return nil, failed
  end
  line.room = line.room - 1
  local ticket <close> = setmetatable({
    task = here,
    line = line,
    number = number,
    forget = forget_call,
    woken = false,
    value = nil,
    err = nil,
  }, Ticket)
  line.waiting[number] = ticket
  if not self._submitted then
    self._submitted = true -- it goes out at the next poll
    waiting.ring(self, 0)
  end
  wait_for(self, ticket)
  return ticket.value, ticket.err
end

-- ---- times ----

local function forget_time(ticket)
  for at, other in ipairs(ticket.times) do
    if other == ticket then
      table.remove(ticket.times, at)
      return
    end
  end
end

--- Waits for so many seconds.
function waiting.rest(self, here, seconds)
  local ticket <close> = setmetatable({ task = here, times = self._times, forget = forget_time }, Ticket)
  ticket.due = core.monotonic() + seconds
  local at = #self._times + 1
  while at > 1 and self._times[at - 1].due > ticket.due do
    at = at - 1
  end
  table.insert(self._times, at, ticket)
  waiting.ring(self, 0)
  wait_for(self, ticket)
end

--- Makes a reading call again and again until a member of its answer has the value, as a client does that blocks.
function waiting.wait(self, here, client, name, arguments, member, value, seconds)
  local possible, refusal = client:check_wait(name, arguments, member, value, seconds)
  if not possible then
    return nil, refusal
  end
  local begun, pause = core.monotonic(), core.wait_rest(0)
  while true do
    local left = seconds > 0 and math.max(seconds - (core.monotonic() - begun), 0.001) or nil
    local data, err = waiting.await(self, here, client, "submit", name, arguments, { deadline = left })
    if data == nil then
      return nil, err
    end
    local now = data[member]
    if now == value then
      return data
    elseif core.monotonic() - begun > seconds - pause then
      return nil, core.error("deadline", ("%s is still %s, not %s."):format(member, tostring(now), value))
    end
    waiting.rest(self, here, pause)
    pause = core.wait_rest(pause)
  end
end

-- ---- maps ----

--- The one descriptor for all that the tasks wait for.
function waiting.watch_of(self)
  if self._watch ~= nil then
    return self._watch
  end
  local watch, err = core.watch()
  if watch == nil then
    return nil, err
  end
  for _, line in next, self._lines do
    local descriptor, failed = line.calls:descriptor()
    if descriptor == nil then
      return nil, failed
    end
    assert(watch:add(descriptor))
  end
  self._watch = watch
  return watch
end

--- Takes the descriptor of a map out of what is watched.
function waiting.forget_map(ticket)
  ticket.maps[ticket] = nil
  ticket.watch:remove(ticket.descriptor)
end

--- Waits until a step of the map may have something to do.
local function wait_for_map(self, here, map)
  local watch, descriptor = assert(waiting.watch_of(self)), assert(map:descriptor())
  local ticket <close> = setmetatable({
    task = here,
    maps = self._maps,
    watch = watch,
    descriptor = descriptor,
    forget = waiting.forget_map,
  }, Ticket)
  assert(watch:add(descriptor))
  self._maps[ticket] = true
  wait_for(self, ticket)
end

--- What a loop inside a task calls in place of the map itself.
function waiting.iterator(self, here, map)
  return function()
    while true do
      local item, value, err = map:step()
      if item ~= false then
        return item, value, err
      end
      wait_for_map(self, here, map)
    end
  end
end

return waiting
