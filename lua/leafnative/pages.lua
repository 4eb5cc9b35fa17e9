--- Lists that come in pages, fetched when they are wanted: `for user in leaf.users:list() do … end`.
local core <const> = require "leafnative.core"
core.own()
local waiting <const> = require "leafnative.waiting"

local methods <const> = {}
local Pages <const> = { __name = "leafnative.list", __index = methods }

local function itself(entry)
  return entry
end

--- A list of a client. `ask` begins a walk over its pages; `wrap` makes an entry into an object.
function Pages.new(client, name, ask, wrap)
  return setmetatable({ _client = client, _name = name, _ask = ask, _wrap = wrap or itself }, Pages)
end

--- The next page of a walk, or the whole reply: in a task others run until it is there.
local function next_of(client, walk, whole)
  local here, task = waiting.here()
  if here ~= nil then
    return waiting.await(here, task, client, "submit_page", walk, whole)
  end
  return walk:next(whole)
end

--- The iterator of a loop: the list is its own. Each loop begins anew. A loop has no place for an error, so that it is
-- raised, as the object that other calls return.
function Pages:__call(_, before)
  if before == nil then
    self._next, self._page, self._at = self:pages(), {}, 0
  end
  while self._next ~= nil do
    self._at = self._at + 1
    local entry = self._page[self._at]
    if entry ~= nil then
      return entry
    end
    local page, err = self._next()
    if err ~= nil then
      self._next = nil
      error(err, 0)
    elseif page == nil then
      self._next, self._page = nil, nil
    else
      self._page, self._at = page, 0
    end
  end
  return nil
end

--- A function that gives the next page as a list, nil behind the last, and nil and the error of a failure, after which
-- it may be called again.
function methods:pages()
  local client, wrap = self._client, self._wrap
  local walk, failed = self._ask()
  return function()
    if walk == nil then
      return nil, failed
    end
    local page, err = next_of(client, walk)
    if page == nil then
      return nil, err
    end
    for index, entry in ipairs(page) do
      page[index] = wrap(entry)
    end
    return page
  end
end

--- The first `count` entries as a list; nil and the error of a failure.
function methods:take(count)
  if math.type(count) ~= "integer" or count < 0 then
    core.raise("take takes how many entries are wanted, as list:take(10).")
  end
  local entries = core.array {}
  local next_page = self:pages()
  while #entries < count do
    local page, err = next_page()
    if err ~= nil then
      return nil, err
    elseif page == nil then
      break
    end
    table.move(page, 1, math.min(#page, count - #entries), #entries + 1, entries)
  end
  return entries
end

--- All entries as a list; nil and the error of a failure.
function methods:all()
  return self:take(math.maxinteger)
end

--- How many entries the whole list has, asked for now; nil when the API does not say, or with the error of a failure.
function methods:total()
  local walk, failed = self._ask()
  if walk == nil then
    return nil, failed
  end
  local reply, err = next_of(self._client, walk, true)
  if err ~= nil then
    return nil, err
  end
  return reply and reply.total or (reply == nil and 0 or nil)
end

function Pages:__tostring()
  return ("list of %s: loop over it, or take some as in :take(10)"):format(self._name)
end

return Pages
