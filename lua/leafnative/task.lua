--- One task: a function that runs in a coroutine, up to its next wait or its end.
local core <const> = require "leafnative.core"
core.own()
local queue <const> = require "leafnative.queue"

local put <const> = queue.put

local task <const> = {}

-- What a task yields when it waits for something that will wake it; any other yield lets the others run once.
local WAITS <const> = {}

-- The task that a coroutine is.
local home <const> = setmetatable({}, { __mode = "k" })

local task_methods <const> = {}
local Task <const> = { __name = "leafnative.task", __index = task_methods }

local function ended(self)
  if self._ended then
    return -- it was closed while it ran
  end
  self._ended = true
  self._tasks._live[self] = nil
  self._tasks._count = self._tasks._count - 1
  home[self._thread] = nil
  for _, waiting in ipairs(self._joining) do
    put(self._tasks._ready, waiting)
  end
end

--- Takes what came of letting a task go on: a wait, or its end, and what it yielded, returned or raised.
local function settle(self, went_well, first, ...)
  if coroutine.status(self._thread) ~= "dead" then
    if first ~= WAITS then
      put(self._tasks._ready, self)
    end
    return
  end
  if went_well then
    self._results = table.pack(first, ...)
  else
    coroutine.close(self._thread)
    self._raised = first
    self._failed = true
    put(self._tasks._failures, self)
  end
  ended(self)
end

--- Lets a task go on, up to its next wait or its end. What it raised is for whoever joins it, else for run and poll.
-- When it begins, what stands behind it goes to its function.
function task.go_on(self, ...)
  if not self._ended then
    settle(self, coroutine.resume(self._thread, ...))
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

--- Waits, inside a task, until something wakes it.
function task.rest()
  coroutine.yield(WAITS)
end

--- The task that runs now; nil outside of all.
function task.running()
  return home[coroutine.running()]
end

--- Ends a task where it stands; one that runs just now, or waits for a coroutine that does, is only forgotten.
function task.close(self)
  if coroutine.status(self._thread) == "suspended" then
    coroutine.close(self._thread)
  end
  ended(self)
end

--- A task of `tasks`, which has not begun.
function task.new(tasks, body)
  local self = setmetatable({
    _tasks = tasks,
    _thread = coroutine.create(body),
    _joining = queue.new(),
    _ended = false,
  }, Task)
  home[self._thread], tasks._live[self] = self, true
  tasks._count = tasks._count + 1
  return self
end

return task
