--- Tasks: functions that run side by side in one program. A call of a client inside a task lets the others run until
-- its answer is there; to the function it looks like any other call. Tasks start no thread and wait for nothing by
-- themselves: `run` drives them, or an event loop does, which watches their descriptor and calls `poll`.
local core <const> = require "leafnative.core"
core.own()
local queue <const> = require "leafnative.queue"
local task <const> = require "leafnative.task"
local waiting <const> = require "leafnative.waiting"

local put <const>, take <const>, length <const> = queue.put, queue.take, queue.length

local tasks <const> = {}
local methods <const> = {}
local Tasks <const> = { __name = "leafnative.tasks", __index = methods }

--- Whether it is a number of seconds; what is no number at all is a float that differs from itself.
local function is_span(seconds)
  return math.type(seconds) ~= nil and seconds == seconds
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
  local times, due, now = self._times, 0, core.monotonic()
  while times[due + 1] ~= nil and times[due + 1].due <= now do
    due = due + 1
    put(self._woken, times[due])
  end
  if due > 0 then
    table.move(times, due + 1, #times + due, 1) -- behind the last one stands nil
  end
end

local function wake_maps(self)
  local tickets = {}
  for ticket in next, self._maps do
    tickets[#tickets + 1] = ticket
  end
  for _, ticket in ipairs(tickets) do
    waiting.forget_map(ticket)
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
    if span_of(self, span) ~= 0 and assert(waiting.watch_of(self)) then
      self._watch:wait(span)
      poll_lines(self)
    end
  end
  wake_maps(self)
  wake_due(self)
end

--- Raises what a task raised that nobody joins.
local function raise_failures(self)
  while length(self._failures) > 0 do
    local failed = take(self._failures)
    if not failed._told then
      failed._told = true
      error(failed._raised, 0)
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
    waiting.wake(self, take(self._woken))
  end
  for _ = 1, length(self._ready) do
    task.go_on(take(self._ready))
  end
end

--- Lets everything move, and waits up to `seconds` when there is nothing to do (0: not at all). Gives how many tasks
-- have not ended. What a task raises that nobody joins is raised here; the others are not touched by it.
function methods:poll(seconds)
  if self._closed then
    core.raise "The tasks are closed."
  elseif seconds ~= nil and not is_span(seconds) then
    core.raise "poll takes a number of seconds, or nothing."
  end
  local running = task.running()
  if running ~= nil and running._tasks == self then
    core.raise "poll was called from inside a task."
  end
  waiting.ring(self, nil)
  move(self, seconds)
  self._submitted = false
  run_ready(self)
  waiting.ring(self, self._submitted and 0 or span_of(self))
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
  local begun = task.new(self, body)
  task.go_on(begun, ...)
  if length(self._ready) > 0 or length(self._failures) > 0 then
    waiting.ring(self, 0)
  end
  return begun
end

--- How many tasks have not ended.
function methods:count()
  return self._count
end

--- The number of a descriptor that is readable when a poll has something to do, for an event loop.
function methods:descriptor()
  local is_new = self._watch == nil
  local watch, err = waiting.watch_of(self)
  if watch == nil then
    return nil, err
  end
  if is_new then
    waiting.ring(self, 0)
  end
  return watch:descriptor()
end

--- Ends every task where it stands, and lets go of its calls. Twice is fine.
function methods:close()
  if self._closed then
    return
  end
  self._closed = true
  if waiting.adopting() == self then
    waiting.adopt(nil)
  end
  local live = self._live
  self._live = {}
  for one in next, live do
    task.close(one)
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

--- Lets the others run for so many seconds. To be called inside a task.
function methods:sleep(seconds)
  local here, running = waiting.here()
  if here ~= self then
    core.raise "sleep is for the inside of a task, where it can wait."
  elseif not is_span(seconds) then
    core.raise "sleep takes a number of seconds."
  end
  waiting.rest(self, running, seconds)
end

-- ---- opening ----

local option_names <const> = { "concurrency", "rate", "suspend", "resume" }

local function check_options(options)
  if type(options) ~= "table" then
    core.raise("tasks takes a table of options, not a " .. type(options) .. ".")
  end
  core.check("option of tasks", options, option_names)
  local concurrency, rate = options.concurrency, options.rate
  if concurrency ~= nil and (math.type(concurrency) ~= "integer" or concurrency < 1) then
    core.raise "concurrency must be a positive integer."
  elseif rate ~= nil and not (math.type(rate) and rate > 0) then
    core.raise "rate must be above 0: calls begun in a second."
  elseif (options.suspend == nil) ~= (options.resume == nil) then
    core.raise "Give suspend and resume, or neither of them."
  elseif options.suspend ~= nil and waiting.adopting() ~= nil then
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
    _woken = queue.new(), -- tickets whose wait is over
    _ready = queue.new(), -- tasks that go on at the next poll
    _failures = queue.new(), -- tasks that raised something
    _live = {}, -- all that have not ended
    _count = 0,
  }, Tasks)
  if options.suspend ~= nil then
    waiting.adopt(self)
  end
  return self
end

return tasks
