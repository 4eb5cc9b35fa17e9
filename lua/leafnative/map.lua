--- One operation for many items, many calls at once: `for id, credential, err in leaf:map("panorama.get", ids) do …
-- end`.
local core <const> = require "leafnative.core"
core.own()

local option_names <const> = {
  "concurrency", "rate", "ordered", "progress", "arguments", "strict", "timeout", "deadline",
}

local function check_options(options)
  for name in next, options do
    local known = false
    for _, option in ipairs(option_names) do
      known = known or option == name
    end
    if not known then
      core.unknown("option of map", name, option_names)
    end
  end
end

--- A function that gives the next item: of a list, or of an iterator as a loop takes it.
local function source_of(items)
  if type(items) == "function" or getmetatable(items) ~= nil and getmetatable(items).__call ~= nil then
    local before
    return function()
      before = items(nil, before)
      return before
    end
  elseif type(items) ~= "table" then
    core.raise("map takes a list of items or an iterator, not a " .. type(items) .. ".")
  end
  local at = 0
  return function()
    at = at + 1
    return items[at]
  end
end

--- The arguments of a call for an item: a table of them; or an id, or an object that has one, in place of the path
-- member that the arguments of every call leave open.
local function arguments_of(item, common, open)
  local id = type(item) == "string" and item or nil
  if type(item) == "table" and getmetatable(item) ~= nil then
    id = item.id
  end
  local arguments = {}
  for name, value in next, common do
    arguments[name] = value
  end
  if id ~= nil then
    if open == nil then
      core.raise "The operation has no path member that an id could stand for: give tables of arguments."
    end
    arguments[open] = id
  elseif type(item) == "table" then
    for name, value in next, item do
      arguments[name] = value
    end
  else
    core.raise("An item must be an id, an object with one, or a table of arguments, not a " .. type(item) .. ".")
  end
  return arguments
end

local methods <const> = {}
local Map <const> = { __name = "leafnative.map", __index = methods }

--- Puts an outcome where the loop takes it: as it comes, or in the place of its item.
local function keep(self, place, item, value, err)
  self._failed = self._failed + (err ~= nil and 1 or 0)
  if not self._ordered then
    self._last = self._last + 1
    place = self._last
  end
  self._outcomes[place] = { item, value, err }
end

--- Begins the call for the next item; false when there is none. A mistake in one item is its error.
local function begin(self)
  local item = self._next()
  if item == nil then
    self._next = nil
    return false
  end
  self._place = self._place + 1
  local ran, number, err = pcall(function()
    local arguments = arguments_of(item, self._common, self._open)
    return self._calls:submit(self._name, arguments, self._options)
  end)
  if ran and number ~= nil then
    self._under_way[number] = { self._place, item }
    return true
  end
  if not ran then
    err = number
    if type(err) ~= "table" then
      error(err, 0)
    end
  end
  keep(self, self._place, item, nil, err)
  return true
end

--- Pulls items while there is room for their calls, and for what an earlier one keeps waiting.
local function fill(self)
  while self._next ~= nil and self._calls:room() > 0 and self._place - self._given < self._window do
    if not begin(self) then
      return
    end
  end
end

local function take_ended(self, count)
  local ended = self._ended
  for at = 1, count * 3, 3 do
    local call = self._under_way[ended[at]]
    self._under_way[ended[at]] = nil
    local value, err = ended[at + 1], ended[at + 2]
    if err then
      keep(self, call[1], call[2], nil, err)
    else
      keep(self, call[1], call[2], self._wrap(value, call[2]), nil)
    end
  end
end

local function tell(self)
  if self._progress ~= nil then
    self._progress(self._given, self._failed)
  end
end

--- The next outcome: item, value, and the error in place of the value. Nothing behind the last one.
function Map:__call()
  while self._calls ~= nil do
    local outcome = self._outcomes[self._given + 1]
    if outcome ~= nil then
      self._given = self._given + 1
      self._outcomes[self._given] = nil
      tell(self)
      return outcome[1], outcome[2], outcome[3]
    end
    fill(self)
    if next(self._under_way) ~= nil then
      local count, err = self._calls:poll(nil, self._ended)
      if count == nil then
        self:close()
        error(err, 0)
      end
      take_ended(self, count)
    elseif self._outcomes[self._given + 1] == nil and self._next == nil then
      self:close()
    end
  end
  return nil
end

--- Lets go of what is under way. A loop that ends does this by itself.
function methods:close()
  if self._calls ~= nil then
    self._calls:close()
    self._calls, self._next, self._outcomes = nil, nil, {}
  end
end

Map.__close = methods.close

--- The iterator, and what a loop closes when it ends. `plan`: client, name, open, wrap.
return function(plan, items, options)
  options = options or {}
  check_options(options)
  local concurrency = options.concurrency or 64
  local source = source_of(items)
  local calls, err = plan.client:calls { concurrency = concurrency, rate = options.rate }
  if calls == nil then
    error(err, 0)
  end
  local self = setmetatable({
    _calls = calls,
    _name = plan.name,
    _open = plan.open,
    _wrap = plan.wrap,
    _next = source,
    _common = options.arguments or {},
    _options = { strict = options.strict, timeout = options.timeout, deadline = options.deadline },
    _ordered = options.ordered,
    _progress = options.progress,
    _window = concurrency * 2,
    _under_way = {}, -- place and item by the number of the call
    _outcomes = {}, -- by the place at which they are handed out
    _ended = {},
    _place = 0, -- of the item that was pulled last
    _last = 0, -- of the outcome that came last
    _given = 0, -- of the outcome that was handed out last
    _failed = 0,
  }, Map)
  return self, nil, nil, self
end
