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

--- Keeps an outcome until the loop takes it.
local function keep(self, place, item, value, err)
  self._outcomes[place] = { item, value, err }
end

local function submit(self, item)
  local arguments = arguments_of(item, self._common, self._open)
  return self._calls:submit(self._name, arguments, self._options)
end

--- Begins the call for the next item; false when there is none. A mistake in one item is its error.
local function begin(self)
  local item = self._next()
  if item == nil then
    self._next = nil
    return false
  end
  self._place = self._place + 1
  local ran, number, err = pcall(submit, self, item)
  if ran and number ~= nil then
    self._items[number], self._places[number] = item, self._place
    self._under_way = self._under_way + 1
    return true
  end
  if not ran then
    err = number
    if type(err) ~= "table" then
      error(err, 0)
    end
  end
  if not self._ordered then
    self._kept = self._kept + 1
  end
  keep(self, self._ordered and self._place or self._kept, item, nil, err)
  return true
end

--- Pulls items while there is room for their calls, and for what an earlier one keeps waiting.
local function fill(self)
  local room = self._next ~= nil and self._calls:room() or 0
  while room > 0 and self._place - self._given < self._window and begin(self) do
    room = room - 1
  end
end

--- Place, item, value and error of the next call that ended in the block at hand.
local function take_ended(self)
  local at = self._at * 3 + 1
  local number, value, err = self._ended[at], self._ended[at + 1], self._ended[at + 2]
  local item, place = self._items[number], self._places[number]
  self._at = self._at + 1
  self._under_way = self._under_way - 1
  self._items[number], self._places[number], self._ended[at + 1], self._ended[at + 2] = nil, nil, nil, nil
  if err then
    return place, item, nil, err
  end
  return place, item, self._wrap(value, item), nil
end

--- Hands an outcome to the loop.
local function give(self, item, value, err)
  self._given = self._given + 1
  self._failed = self._failed + (err ~= nil and 1 or 0)
  if self._progress ~= nil then
    self._progress(self._given, self._failed)
  end
  return item, value, err
end

--- An outcome that was kept and whose turn it is.
local function take_kept(self)
  local place = self._ordered and self._given + 1 or self._taken + 1
  local outcome = self._outcomes[place]
  if outcome ~= nil then
    self._outcomes[place] = nil
    self._taken = place
  end
  return outcome
end

--- Asks for more calls that ended. False when nothing is left to come.
local function advance(self)
  fill(self)
  if self._under_way == 0 then
    return self._next ~= nil or self._outcomes[(self._ordered and self._given or self._taken) + 1] ~= nil
  end
  local count, err = self._calls:poll(nil, self._ended)
  if count == nil then
    self:close()
    error(err, 0)
  end
  self._at, self._total = 0, count
  return true
end

--- The next outcome: item, value, and the error in place of the value. Nothing behind the last one.
function Map:__call()
  while self._calls ~= nil do
    local outcome = take_kept(self)
    if outcome ~= nil then
      return give(self, outcome[1], outcome[2], outcome[3])
    elseif self._at < self._total then
      local place, item, value, err = take_ended(self)
      if not self._ordered then
        return give(self, item, value, err)
      end
      keep(self, place, item, value, err)
    elseif not advance(self) then
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
    _items = {}, -- by the numbers of their calls; so are their places
    _places = {},
    _under_way = 0,
    _outcomes = {}, -- what is kept: by place, or where no order is kept one behind the other
    _kept = 0,
    _taken = 0,
    _ended = {}, -- the block at hand, from _at to _total
    _at = 0,
    _total = 0,
    _place = 0, -- of the item that was pulled last
    _given = 0, -- how many outcomes the loop has
    _failed = 0,
  }, Map)
  return self, nil, nil, self
end
