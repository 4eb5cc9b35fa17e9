--- The shared cases in Lua: over a canned transport, over the service in this program, and the bare service.
local leafnative <const> = require "leafnative"
local core <const> = require "leafnative.core"
local case_files <const> = require "case_files"
local World <const> = require "case_world"

local cases <const> = case_files.all()

--- Makes the call and holds what it came to against the case.
local function check_outcome(case, client)
  local data, err = World.call(client, case)
  if case.passes then
    local pattern = case.answer.body
    if type(pattern) == "table" and type(data) == "table" and getmetatable(data) and not getmetatable(pattern) then
      pattern = pattern.items
    end
    assert.is_nil(err)
    if pattern == nil then
      assert.is_true(data)
    else
      assert.is_nil(case_files.difference(pattern, case_files.plain(data)))
    end
    return
  end
  assert.is_nil(data)
  assert.are.equal(case.error.code, err.code, tostring(err))
  for _, name in ipairs { "status", "key", "where" } do
    local nothing = name == "status" and 0 or ""
    if case.error[name] ~= nil then
      assert.are.equal(case.error[name], err[name] or nothing, tostring(err))
    end
  end
end

--- A target with the members of its query in one order: a Lua table has none of its own.
local function same_target(wanted, sent)
  local function split(target)
    local path, query = target:match "^([^?]*)%??(.*)$"
    local members = {}
    for member in query:gmatch "[^&]+" do
      members[#members + 1] = member
    end
    table.sort(members)
    return path .. "?" .. table.concat(members, "&")
  end
  assert.are.equal(split(wanted), split(sent))
end

--- The bytes of a body have the order of the rows; the values are what a case is about.
local function same_body(wanted, sent)
  if wanted == nil then
    assert.is_nil(sent)
  else
    assert.is_nil(case_files.difference(assert(leafnative.decode(wanted)), assert(leafnative.decode(sent))))
    assert.are.equal(#wanted, #sent)
  end
end

local function check_canned(original)
  local worlds = case_files.worlds[original.api]
  local case = case_files.expand(original, worlds.values)
  local seen = {}
  local function transport(method, target, headers, body)
    seen[#seen + 1] = { method = method, target = target, headers = headers, body = body }
    local text = case.answer.body ~= nil and leafnative.encode(case_files.fill(case.answer.body)) or ""
    local kind = case.answer.status < 400 and "application/json" or worlds.error_type
    return case.answer.status, text ~= "" and { ["Content-Type"] = kind } or {}, text
  end
  local client <close> = assert(core.client { transport = transport, api = case.api, token = "canned", config = false })
  check_outcome(case, client)
  if case.sent == false then
    assert.are.equal(0, #seen)
    return
  end
  assert.are.equal(1, #seen)
  local request = seen[1]
  assert.are.equal(case.request.method, request.method)
  same_target(case.request.target, request.target)
  same_body(case.request.body, request.body)
  local is_open = case.operation == "authentication.login"
  assert.are.equal(not is_open and "Bearer canned" or nil, request.headers.Authorization)
  assert.are.equal(case.request.body and "application/json" or nil, request.headers["Content-Type"])
end

local function check_in_process(original)
  local world <close> = World.new(original)
  local case = case_files.expand(original, world.values)
  local client <close> = world:client(case.as)
  check_outcome(case, client)
end

local function check_bare(original)
  local world <close> = World.new(original)
  local case = case_files.expand(original, world.values)
  local headers = { Authorization = "Bearer " .. world:token(case.as) }
  local request, wanted = case.request, case.answer
  local status, _, body = world.service:handle(request.method, request.target, headers, request.body)
  assert.are.equal(wanted.status, status, body)
  if wanted.body == nil then
    assert.are.equal("", body)
  else
    assert.is_nil(case_files.difference(wanted.body, assert(leafnative.decode(body)), status >= 400))
  end
end

describe("a shared case", function()
  for _, case in ipairs(cases) do
    local name = ("%s: %s"):format(case.operation, case.name)
    it("sends and reads as it says over a canned transport, " .. name, function()
      check_canned(case)
    end)
    it("comes out the same over the service in this program, " .. name, function()
      check_in_process(case)
    end)
    it("is answered by the bare service, " .. name, function()
      check_bare(case)
    end)
  end
end)

describe("the shared cases", function()
  it("have a passing and a failing one for every operation with every provider", function()
    local seen, holes, count = {}, {}, 0
    for _, case in ipairs(cases) do
      seen[case.operation .. tostring(case.passes)] = true
    end
    local function check(name)
      count = count + 1
      if not (seen[name .. "true"] and seen[name .. "false"]) then
        holes[#holes + 1] = name
      end
    end
    for _, row in ipairs(leafnative.operations()) do
      for _, provider in ipairs(row.per_provider and leafnative.providers() or { { attribute = row.group } }) do
        check(provider.attribute .. "." .. row.name)
      end
    end
    assert.are.same({}, holes)
    assert.is_true(count > #leafnative.operations())
  end)
end)
