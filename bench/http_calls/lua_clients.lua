-- The Lua clients of the benchmark. They are told WAY BASE COUNT IN_FLIGHT WARM_UP LENGTH credential|events CA_FILE|-,
-- and tell what those of python_clients.py tell.
local uv <const> = require "luv"

local way <const>, base <const>, count <const>, in_flight <const>, warm_up <const>, length <const>, kind <const> = table.unpack(arg)

local headers <const> = { authorization = "Bearer token-of-the-bench", accept = "application/json" }
local id_form <const> = "0190f5a1-7b1c-7e3a-9d52-%012x"
local target_form <const> = "/services/usermanagement/api/users/" .. id_form .. "/panorama-credentials"
assert(kind == "credential", "the Lua clients ask for credentials")

local function check(status, body)
  assert(status == 200 and #body == tonumber(length), "an answer is not the one that was sent")
end

-- Each client opens what it needs and gives the function that makes one request; those that have many under way give the
-- function that makes all of them.
local clients <const>, many <const> = {}, {}

function clients.leaf_call()
  local leafnative <const> = require "leafnative"
  local leaf <const> = assert(leafnative.leaf { base_url = base, token = "token-of-the-bench" })
  return function(number)
    local credential <const> = assert(leaf:call("panorama.get", { leaf_user_id = id_form:format(number) }))
    assert(credential.status == "OK", "an answer holds other values")
  end
end

function clients.leaf_call_text()
  local leafnative <const> = require "leafnative"
  local leaf <const> = assert(leafnative.leaf { base_url = base, token = "token-of-the-bench" })
  local text <const> = { values = "text" }
  return function(number)
    check(200, assert(leaf:call("panorama.get", { leaf_user_id = id_form:format(number) }, text)))
  end
end

local function ids(times)
  local number = 0
  return function()
    number = number + 1
    return number <= times and id_form:format(number) or nil
  end
end

local function map_client(values, is_well)
  return function()
    local leafnative <const> = require "leafnative"
    local leaf <const> = assert(leafnative.leaf { base_url = base, token = "token-of-the-bench" })
    local options <const> = { concurrency = tonumber(in_flight), values = values }
    return function(times)
      for _, value, err in leaf:map("panorama.get", ids(times), options) do
        assert(value ~= nil and is_well(value), err)
      end
    end
  end
end

many.leaf_text = map_client("text", function(text) return #text == tonumber(length) end)
many.leaf_tables = map_client("tables", function(members) return members.status == "OK" end)
many.leaf_objects = map_client("objects", function(credential) return credential.status == "OK" end)

--- As many tasks as calls in flight, which share the items.
function many.leaf_tasks()
  local leafnative <const> = require "leafnative"
  local leaf <const> = assert(leafnative.leaf { base_url = base, token = "token-of-the-bench" })
  local tasks <const> = leafnative.tasks { concurrency = tonumber(in_flight) }
  return function(times)
    local next_id <const> = ids(times)
    for _ = 1, tonumber(in_flight) do
      tasks:spawn(function()
        for id in next_id do
          local credential <const> = assert(leaf:call("panorama.get", { leaf_user_id = id }))
          assert(credential.status == "OK", "an answer holds other values")
        end
      end)
    end
    tasks:run()
  end
end

-- The same loops without a call: what a program does by itself for every request.
function clients.idle_call()
  local credential <const> = { status = "OK" }
  return function(number)
    assert(id_form:format(number) and credential.status == "OK", "an answer holds other values")
  end
end

function clients.idle_call_text()
  local ready <const> = ("."):rep(tonumber(length))
  return function(number)
    assert(id_form:format(number))
    check(200, ready)
  end
end

local function idle_map(ready, is_well)
  return function()
    return function(times)
      for id in ids(times) do
        assert(id ~= nil and is_well(ready))
      end
    end
  end
end

many.idle_text = idle_map(("."):rep(tonumber(length)), function(text) return #text == tonumber(length) end)
many.idle_objects = idle_map({ status = "OK" }, function(credential) return credential.status == "OK" end)

--- What the module luasocket offers: a new connection for each request.
function clients.luasocket()
  local http <const> = require "socket.http"
  local ltn12 <const> = require "ltn12"
  return function(number)
    local parts <const> = {}
    local sink <const> = ltn12.sink.table(parts)
    local _, status = http.request { url = base .. target_form:format(number), headers = headers, sink = sink }
    check(status, table.concat(parts))
  end
end

--- What can be written by hand over its sockets: a kept connection, and answers that tell their length.
function clients.luasocket_kept()
  local host <const>, port <const> = base:match "^http://(.*):(%d+)$"
  local connection <const> = assert(require("socket").connect(host, tonumber(port)))
  connection:setoption("tcp-nodelay", true)
  local form <const> = "GET " .. target_form .. " HTTP/1.1\r\nHost: " .. host .. "\r\nAuthorization: "
    .. headers.authorization .. "\r\nAccept: " .. headers.accept .. "\r\n\r\n"
  return function(number)
    assert(connection:send(form:format(number)))
    local status <const> = tonumber(assert(connection:receive "*l"):match "^HTTP/1.1 (%d+)")
    local size
    for line in function() return connection:receive "*l" end do
      if line == "" then
        break
      end
      size = size or line:match "^[Cc]ontent%-[Ll]ength: (%d+)"
    end
    check(status, assert(connection:receive(tonumber(size))))
  end
end

local function moment()
  local used <const> = uv.getrusage()
  return uv.hrtime() / 1e9, used.utime.sec + used.utime.usec / 1e6, used.stime.sec + used.stime.usec / 1e6
end

--- What makes so many requests one after the other.
local function sequence(ask)
  return function(times)
    for number = 1, times do
      ask(number)
    end
  end
end

local run <const> = many[way] ~= nil and many[way]() or sequence(clients[way]())
run(tonumber(warm_up))
local wall <const>, user <const>, system <const> = moment()
run(tonumber(count))
local wall_end <const>, user_end <const>, system_end <const> = moment()
local peak <const> = io.open("/proc/self/status"):read("a"):match "VmHWM:%s*(%d+)"
print(("%d %.6f %.6f %.6f %d"):format(count, wall_end - wall, user_end - user, system_end - system, peak))
