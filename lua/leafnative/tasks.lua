--- Tasks: functions that run side by side in one program. A call of their client inside a task lets the others run
-- until its answer is there; to the function it looks like any other call. Tasks start no thread and wait for nothing
-- by themselves: `run` drives them, or an event loop does, which watches their descriptor and calls `poll`.
local core <const> = require "leafnative.core"
core.own()

local tasks <const> = {}
local methods <const> = {}
local Tasks <const> = { __name = "leafnative.tasks", __index = methods }

-- Which tasks a coroutine belongs to.
local home <const> = setmetatable({}, { __mode = "k" })

-- ---- coroutines in the order in which they came ----

local function put(queue, task)
  queue.last = queue.last + 1
  queue[queue.last] = task
end

local function take(queue)
  local task = queue[queue.first]
  queue[queue.first] = nil
  queue.first = queue.first + 1
  return task
end

local function length(queue)
  return queue.last - queue.first + 1
end

local function new_queue()
  return { first = 1, last = 0 }
end

-- ---- calls inside a task ----

--- Tasks of a client. `options`: concurrency, how many calls may be under way (64); rate, how many may begin in a
-- second.
function tasks.open(client, options)
  local calls, err = client:calls(options)
  if calls == nil then
    return nil, err
  end
  return setmetatable({
    _client = client,
    _calls = calls,
    _ended = {}, -- what a poll hands over, from _at to _total
    _at = 0,
    _total = 0,
    _waiting = {}, -- coroutines by the numbers of their calls
    _crowded = new_queue(), -- coroutines whose calls found no room
    _ready = new_queue(), -- coroutines that go on at the next poll
    _live = {}, -- all that have not ended
    _count = 0,
  }, Tasks)
end

--- The tasks that the running coroutine belongs to, when a call of the client may yield here; else nil, and it blocks:
-- in the main program, in a coroutine of a script's own, and inside a function that Lua's libraries call (sort, gsub).
function tasks.here(client)
  local self = home[coroutine.running()]
  if self ~= nil and self._client == client and coroutine.isyieldable() then
    return self
  end
  return nil
end

-- What a coroutine yields when it waits for an answer, or for room; any other yield lets the others run once.
local ANSWER <const> = {}
local ROOM <const> = {}

--- Submits a call by `method` of the set, and waits for its answer.
function tasks.await(self, method, ...)
  local calls = self._calls
  while calls:room() == 0 and calls:pending() > 0 do
    coroutine.yield(ROOM)
  end
  local number, err = calls[method](calls, ...)
  if number == nil then
    return nil, err
  end
  self._waiting[number] = coroutine.running()
  return coroutine.yield(ANSWER)
end

-- ---- turns ----

--- Lets a task go on. What it raises ends the tasks' poll.
local function resume(self, task, ...)
  local ran, yielded = coroutine.resume(task, ...)
  if coroutine.status(task) == "dead" then
    self._live[task], home[task] = nil, nil
    self._count = self._count - 1
    if not ran then
      coroutine.close(task)
      error(yielded, 0)
    end
  elseif yielded == ROOM then
    put(self._crowded, task)
  elseif yielded ~= ANSWER then
    put(self._ready, task)
  end
end

--- Starts a function as a task: it runs at once, up to its first call.
function methods:spawn(body, ...)
  if type(body) ~= "function" then
    core.raise("spawn takes a function, not a " .. type(body) .. ".")
  end
  local task = coroutine.create(body)
  home[task], self._live[task] = self, true
  self._count = self._count + 1
  resume(self, task, ...)
end

--- Those that a queue has now, one after the other; what they put into it waits for the next turn.
local function resume_queue(self, queue)
  for _ = 1, length(queue) do
    resume(self, take(queue))
  end
end

--- Hands out what a poll gave. A task that raises ends the turn, and the next one goes on behind it.
local function resume_ended(self)
  local ended = self._ended
  while self._at < self._total do
    local at = self._at * 3 + 1
    local number, value, err = ended[at], ended[at + 1], ended[at + 2]
    ended[at], ended[at + 1], ended[at + 2] = nil, nil, nil
    self._at = self._at + 1
    local task = self._waiting[number]
    self._waiting[number] = nil
    if task ~= nil and err then
      resume(self, task, nil, err)
    elseif task ~= nil then
      resume(self, task, value)
    end
  end
end

--- Every task that waits gets the error: its answer will not come.
local function resume_failed(self, err)
  local number, task = next(self._waiting)
  while number ~= nil do
    self._waiting[number] = nil
    resume(self, task, nil, err)
    number, task = next(self._waiting)
  end
  resume_queue(self, self._crowded)
end

local function resume_crowded(self)
  while length(self._crowded) > 0 and self._calls:room() > 0 do
    resume(self, take(self._crowded))
  end
end

--- Lets everything move, and waits up to `seconds` when there is nothing to do (0: not at all). Gives how many tasks
-- have not ended. What a task raises is raised here; the others are not touched by it.
function methods:poll(seconds)
  if self._at == self._total then
    local wait = length(self._ready) > 0 and 0 or seconds
    local count, err = self._calls:poll(wait, self._ended)
    if count == nil then
      resume_failed(self, err)
      count = 0
    end
    self._at, self._total = 0, count
  end
  resume_ended(self)
  resume_crowded(self)
  resume_queue(self, self._ready)
  return self._count
end

--- Runs until every task has ended.
function methods:run()
  while self._count > 0 do
    self:poll()
  end
end

--- How many tasks have not ended.
function methods:count()
  return self._count
end

--- The number of a descriptor that is readable when a poll has something to do, for an event loop.
function methods:descriptor()
  return self._calls:descriptor()
end

--- Ends every task where it stands, and lets go of its calls. Twice is fine.
function methods:close()
  self._calls:close()
  local live = self._live
  self._live, self._waiting, self._count, self._at, self._total = {}, {}, 0, 0, 0
  self._ready, self._crowded = new_queue(), new_queue()
  for task in next, live do
    home[task] = nil
    if task ~= coroutine.running() then
      coroutine.close(task)
    end
  end
end

Tasks.__close = methods.close

function Tasks:__tostring()
  return ("tasks: %d not ended"):format(self._count)
end

return tasks
