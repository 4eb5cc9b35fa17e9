--- Tasks: functions that run side by side in one program. A call of a client inside a task lets the others run until
-- its answer is there; to the function it looks like any other call. Tasks start no thread and wait for nothing by
-- themselves: `run` drives them, or an event loop does, which watches their descriptor and calls `poll`.
local core <const> = require "leafnative.core"
core.own()

local tasks <const> = {}
local methods <const> = {}
local Tasks <const> = { __name = "leafnative.tasks", __index = methods }

-- The task that a coroutine is.
local home <const> = setmetatable({}, { __mode = "k" })

-- The tasks that take up the calls of coroutines that are none, with functions to suspend and to resume these.
local adopting

-- What a task yields when it waits for something that will wake it; any other yield lets the others run once.
local WAITS <const> = {}

-- How many calls may wait for their turn behind those under way.
local QUEUE <const> = 1024

-- ---- in the order in which they came ----

local function new_queue()
  return { first = 1, last = 0 }
end

local function put(queue, entry)
  queue.last = queue.last + 1
  queue[queue.last] = entry
end

local function take(queue)
  local entry = queue[queue.first]
  queue[queue.first] = nil
  queue.first = queue.first + 1
  return entry
end

local function length(queue)
  return queue.last - queue.first + 1
end

-- ---- one task ----

local task_methods <const> = {}
local Task <const> = { __name = "leafnative.task", __index = task_methods }

local function ended(task)
  task._ended = true
  task._tasks._live[task] = nil
  task._tasks._count = task._tasks._count - 1
  home[task._thread] = nil
  for _, waiting in ipairs(task._joining) do
    put(task._tasks._ready, waiting)
  end
end

--- Takes what came of letting a task go on: a wait, or its end, and what it yielded, returned or raised.
local function settle(task, went_well, first, ...)
  if coroutine.status(task._thread) ~= "dead" then
    if first ~= WAITS then
      put(task._tasks._ready, task)
    end
    return
  end
  if went_well then
    task._results = table.pack(first, ...)
  else
    coroutine.close(task._thread)
    task._raised = first
    task._failed = true
    put(task._tasks._failures, task)
  end
  ended(task)
end

--- Lets a task go on, up to its next wait or its end. What it raised is for whoever joins it, else for run and poll.
-- When it begins, what stands behind it goes to its function.
local function go_on(task, ...)
  if not task._ended then
    settle(task, coroutine.resume(task._thread, ...))
  end
end

--- Waits until the task has ended, and gives what its function returned; raises what it raised. Nil and an error when
-- it was cancelled.
function task_methods:join()
  local here = home[coroutine.running()]
  self._told = true
  if here == self then
    core.raise "A task cannot wait for itself."
  end
  while not self._ended do
    if here ~= nil and here._tasks == self._tasks and coroutine.isyieldable() then
      put(self._joining, here)
      coroutine.yield(WAITS)
    else
      self._tasks:poll()
    end
  end
  if self._failed then
    error(self._raised, 0)
  elseif self._results == nil then
    local hint = "What its call did is not known: look before you call again."
    return nil, core.error("closed", "The task was cancelled.", hint)
  end
  return table.unpack(self._results, 1, self._results.n)
end

--- Ends the task where it stands, and lets go of its call: whether that took effect is not known.
function task_methods:cancel()
  if self._ended then
    return
  elseif coroutine.status(self._thread) ~= "suspended" then
    core.raise "A task cannot cancel itself, nor one that waits for it to go on."
  end
  local well, raised = coroutine.close(self._thread)
  if not well then
    self._raised, self._failed = raised, true
    put(self._tasks._failures, self)
  end
  ended(self)
end

--- Whether it has ended.
function task_methods:ended()
  return self._ended
end

Task.__close = task_methods.cancel

function Task:__tostring()
  return self._ended and "task, ended" or "task"
end

-- ---- waiting inside a task ----

--- The tasks in which a call may wait here, and the task; nothing where it blocks: in the main program, in a coroutine
-- of the script's own, and inside a function that Lua's libraries call (sort, gsub).
function tasks.here()
  if not coroutine.isyieldable() then
    return nil
  end
  local task = home[coroutine.running()]
  if task ~= nil then
    return task._tasks, task
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

local function ring(self, seconds)
  if self._watch ~= nil then
    self._watch:ring(seconds)
  end
end

local function wait_for(self, ticket)
  if ticket.task ~= nil then
    coroutine.yield(WAITS)
  end
  while not ticket.woken do
    self._suspend(ticket)
  end
end

local function wake(self, ticket)
  ticket.woken = true
  if ticket.task ~= nil then
    go_on(ticket.task)
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
    crowded = new_queue(),
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

local function wait_for_room(self, task, line)
  while line.room < 1 do
    line.room = line.calls:room()
    if line.room > 0 or line.calls:pending() == 0 then
      return
    end
    local ticket <close> = setmetatable({ task = task }, Ticket)
    put(line.crowded, ticket)
    wait_for(self, ticket)
  end
end

--- Submits a call of a client by `method` of its set, and waits for its answer.
function tasks.await(self, task, client, method, ...)
  local line, err = line_of(self, client)
  if line == nil then
    return nil, err
  end
  if line.room < 1 then
    wait_for_room(self, task, line)
  end
  local number, failed = line.calls[method](line.calls, ...)
  if number == nil then
    return nil, failed
  end
  line.room = line.room - 1
  local ticket <close> = setmetatable({
    task = task,
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
    ring(self, 0)
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

local function rest(self, task, seconds)
  local ticket <close> = setmetatable({ task = task, times = self._times, forget = forget_time }, Ticket)
  ticket.due = core.monotonic() + seconds
  local at = #self._times + 1
  while at > 1 and self._times[at - 1].due > ticket.due do
    at = at - 1
  end
  table.insert(self._times, at, ticket)
  ring(self, 0)
  wait_for(self, ticket)
end

--- Lets the others run for so many seconds. To be called inside a task.
function methods:sleep(seconds)
  local here, task = tasks.here()
  if here ~= self then
    core.raise "sleep is for the inside of a task, where it can wait."
  end
  rest(self, task, seconds)
end

--- Makes a reading call again and again until a member of its answer has the value, as a client does that blocks.
function tasks.wait(self, task, client, name, arguments, member, value, seconds)
  local begun, pause = core.monotonic(), 0.25
  while true do
    local data, err = tasks.await(self, task, client, "submit", name, arguments)
    if data == nil then
      return nil, err
    end
    local now = data[member]
    if now == value then
      return data
    elseif core.monotonic() - begun > seconds - pause then
      return nil, core.error("deadline", ("%s is still %s, not %s."):format(member, tostring(now), value))
    end
    rest(self, task, pause)
    pause = math.min(pause * 2, 5)
  end
end

-- ---- maps ----

local watch_of

local function forget_map(ticket)
  ticket.maps[ticket] = nil
  ticket.watch:remove(ticket.descriptor)
end

--- Waits until a step of the map may have something to do.
local function wait_for_map(self, task, map)
  local watch, descriptor = assert(watch_of(self)), assert(map:descriptor())
  local ticket <close> = setmetatable({
    task = task,
    maps = self._maps,
    watch = watch,
    descriptor = descriptor,
    forget = forget_map,
  }, Ticket)
  assert(watch:add(descriptor))
  self._maps[ticket] = true
  wait_for(self, ticket)
end

--- What a loop inside a task calls in place of the map itself.
function tasks.iterator(self, task, map)
  return function()
    while true do
      local item, value, err = map:step()
      if item ~= false then
        return item, value, err
      end
      wait_for_map(self, task, map)
    end
  end
end

-- ---- turns ----

local function fail_line(self, line, err)
  line.closed = true
  self._lines[line.client] = nil
  for number, ticket in pairs(line.waiting) do
    line.waiting[number] = nil
    ticket.value, ticket.err = nil, err
    put(self._woken, ticket)
  end
  while length(line.crowded) > 0 do
    put(self._woken, take(line.crowded))
  end
  line.calls:close()
end

--- Takes what a poll of a line gave: those that wait are woken later, in their order.
local function take_ended(self, line)
  local list = line.ended
  while line.at < line.total do
    local at = line.at * 3 + 1
    local ticket = line.waiting[list[at]]
    line.waiting[list[at]] = nil
    if ticket ~= nil then
      ticket.value, ticket.err = list[at + 1], list[at + 2] or nil
      put(self._woken, ticket)
    end
    list[at], list[at + 1], list[at + 2] = nil, nil, nil
    line.at = line.at + 1
  end
  for _ = 1, math.min(length(line.crowded), line.calls:room()) do
    put(self._woken, take(line.crowded))
  end
end

local function poll_line(self, line, seconds)
  local count, err = line.calls:poll(seconds, line.ended)
  if count == nil then
    fail_line(self, line, err)
    return
  end
  line.at, line.total = 0, count
  take_ended(self, line)
end

local function poll_lines(self)
  local open = {}
  for _, line in next, self._lines do
    open[#open + 1] = line
  end
  for _, line in ipairs(open) do
    poll_line(self, line, 0)
  end
end

--- How long may be waited at most: not at all when a task can go on, and not beyond the first of the times.
local function span_of(self, seconds)
  if length(self._ready) > 0 or length(self._woken) > 0 or length(self._failures) > 0 then
    return 0
  end
  local first = self._times[1]
  if first == nil then
    return seconds
  end
  local left = math.max(first.due - core.monotonic(), 0)
  return seconds == nil and left or math.min(left, seconds)
end

local function wake_due(self)
  local now = core.monotonic()
  while self._times[1] ~= nil and self._times[1].due <= now do
    put(self._woken, table.remove(self._times, 1))
  end
end

local function wake_maps(self)
  local waiting = {}
  for ticket in next, self._maps do
    waiting[#waiting + 1] = ticket
  end
  for _, ticket in ipairs(waiting) do
    forget_map(ticket)
    put(self._woken, ticket)
  end
end

--- Waits, and takes what ended. One client alone is waited for without a descriptor.
local function move(self, seconds)
  local span = span_of(self, seconds)
  local client, only = next(self._lines)
  local is_alone = client ~= nil and next(self._lines, client) == nil and next(self._maps) == nil
  if is_alone and only.calls:pending() > 0 then
    poll_line(self, only, span)
  else
    poll_lines(self)
    if span_of(self, span) ~= 0 and assert(watch_of(self)) then
      self._watch:wait(span)
      poll_lines(self)
    end
  end
  wake_maps(self)
  wake_due(self)
end

--- The one descriptor for all that the tasks wait for.
function watch_of(self)
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

--- Raises what a task raised that nobody joins.
local function raise_failures(self)
  while length(self._failures) > 0 do
    local task = take(self._failures)
    if not task._told then
      task._told = true
      error(task._raised, 0)
    end
  end
end

--- Whether anything can still wake a task.
local function is_stuck(self)
  if self._count == 0 or next(self._maps) ~= nil or self._times[1] ~= nil or length(self._ready) > 0 then
    return false
  end
  for _, line in next, self._lines do
    if line.calls:pending() > 0 or next(line.waiting) ~= nil then
      return false
    end
  end
  return true
end

--- Those that can go on, one after the other; what they put into the queues waits for the next turn.
local function run_ready(self)
  for _ = 1, length(self._woken) do
    wake(self, take(self._woken))
  end
  for _ = 1, length(self._ready) do
    go_on(take(self._ready))
  end
end

--- Lets everything move, and waits up to `seconds` when there is nothing to do (0: not at all). Gives how many tasks
-- have not ended. What a task raises that nobody joins is raised here; the others are not touched by it.
function methods:poll(seconds)
  if self._closed then
    core.raise "The tasks are closed."
  elseif home[coroutine.running()] ~= nil and home[coroutine.running()]._tasks == self then
    core.raise "poll was called from inside a task."
  end
  ring(self, nil)
  move(self, seconds)
  self._submitted = false
  run_ready(self)
  ring(self, self._submitted and 0 or span_of(self))
  raise_failures(self)
  return self._count
end

--- Runs until every task has ended.
function methods:run()
  while self._count > 0 do
    self:poll()
    if is_stuck(self) then
      core.raise "The tasks that are left wait for one another."
    end
  end
  raise_failures(self)
end

--- Starts a function as a task: it runs at once, up to its first wait. Gives the task: join, cancel, ended.
function methods:spawn(body, ...)
  if type(body) ~= "function" then
    core.raise("spawn takes a function, not a " .. type(body) .. ".")
  elseif self._closed then
    core.raise "The tasks are closed."
  end
  local task = setmetatable({
    _tasks = self,
    _thread = coroutine.create(body),
    _joining = {},
    _ended = false,
  }, Task)
  task._joining.first, task._joining.last = 1, 0
  home[task._thread], self._live[task] = task, true
  self._count = self._count + 1
  go_on(task, ...)
  if length(self._ready) > 0 or length(self._failures) > 0 then
    ring(self, 0)
  end
  return task
end

--- How many tasks have not ended.
function methods:count()
  return self._count
end

--- The number of a descriptor that is readable when a poll has something to do, for an event loop.
function methods:descriptor()
  local is_new = self._watch == nil
  local watch, err = watch_of(self)
  if watch == nil then
    return nil, err
  end
  if is_new then
    ring(self, 0)
  end
  return watch:descriptor()
end

--- Ends every task where it stands, and lets go of its calls. Twice is fine.
function methods:close()
  if self._closed then
    return
  end
  self._closed = true
  if adopting == self then
    adopting = nil
  end
  local live, running = self._live, coroutine.running()
  self._live = {}
  for task in next, live do
    if task._thread ~= running then
      coroutine.close(task._thread)
    end
    ended(task)
  end
  for _, line in next, self._lines do
    line.closed = true
    line.calls:close()
  end
  self._lines = {}
  if self._watch ~= nil then
    self._watch:close()
    self._watch = nil
  end
end

Tasks.__close = methods.close

function Tasks:__tostring()
  return ("tasks: %d not ended"):format(self._count)
end

-- ---- opening ----

local option_names <const> = { "concurrency", "rate", "suspend", "resume" }

local function check_options(options)
  for name in next, options do
    local known = false
    for _, option in ipairs(option_names) do
      known = known or option == name
    end
    if not known then
      core.unknown("option of tasks", name, option_names)
    end
  end
  local concurrency = options.concurrency
  if concurrency ~= nil and (math.type(concurrency) ~= "integer" or concurrency < 1) then
    core.raise "concurrency must be a positive integer."
  elseif (options.suspend == nil) ~= (options.resume == nil) then
    core.raise "Give suspend and resume, or neither of them."
  elseif options.suspend ~= nil and adopting ~= nil then
    core.raise "Other tasks take up the calls of coroutines already."
  end
end

--- Tasks, for the calls of any client. `options`: concurrency, how many calls of a client may be under way (64); rate,
-- how many may begin in a second; suspend and resume, for the coroutines of another scheduler: calls inside these wait,
-- too. suspend(ticket) lets such a coroutine rest until resume(ticket) is called; a ticket is a table to keep something
-- in.
function tasks.open(options)
  options = options or {}
  check_options(options)
  local self = setmetatable({
    _concurrency = options.concurrency,
    _rate = options.rate,
    _suspend = options.suspend,
    _resume = options.resume,
    _lines = {}, -- by their clients
    _maps = {}, -- tickets
    _times = {}, -- tickets, the first due first
    _woken = new_queue(), -- tickets whose wait is over
    _ready = new_queue(), -- tasks that go on at the next poll
    _failures = new_queue(), -- tasks that raised something
    _live = {}, -- all that have not ended
    _count = 0,
  }, Tasks)
  if options.suspend ~= nil then
    adopting = self
  end
  return self
end

return tasks
