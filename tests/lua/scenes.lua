--- Short programs that touch every part of the module, each as a function that gives true when all went well. They run
-- again and again: under an allocator that fails at any moment, and under a collector at its most aggressive.
local leafnative <const> = require "leafnative"
local core <const> = require "leafnative.core"
local world <const> = require "world"

local SOME_ID <const> = "0b54e1a2-6c1f-4d27-9a55-3f1d2c7b8e90"

local scenes <const> = {}

--- A client over a function that answers everything alike.
local function canned(status, body)
  return assert(leafnative.leaf {
    token = "canned",
    config = false,
    attempts = 1,
    transport = function()
      return status, { ["Content-Type"] = "application/json" }, body
    end,
  })
end

function scenes.json()
  local text = '{"a":[],"b":{},"c":[null,1,1.5,1e400,12345678901234567890,true],'
    .. '"d":{"deep":["long enough to be no short text"]}}'
  return leafnative.encode(assert(leafnative.decode(text))) == text and leafnative.decode "[1,"  == nil
end

function scenes.secrets()
  local one, two = leafnative.secret "a word", leafnative.secret "a word"
  return one == two and one:reveal() == "a word" and "is " .. one == "is ***" and leafnative.secret(one) == two
end

function scenes.tables()
  local count = #leafnative.operations() + #leafnative.providers() + #leafnative.statuses() + #core.problems()
  for _, name in ipairs(core.schemas()) do
    count = count + #core.schema(name).fields
  end
  return count > 100
end

function scenes.mistakes()
  local leaf <close> = canned(200, "{}")
  local ran, err = pcall(leaf.users.create, leaf.users, { nam = "x" })
  local again, second = pcall(leaf.call, leaf, "users.crate")
  return not ran and not again and tostring(err) ~= tostring(second)
end

function scenes.answers()
  local attached = '"panoramaCredentials":{"id":"y","password":"word"}'
  local leaf <close> = canned(200, '{"id":"x","name":"Maple","new":[1],' .. attached .. "}")
  local user = assert(leaf.users:get(SOME_ID))
  local reply = assert(leaf:reply("users.get", { leaf_user_id = SOME_ID }, { timeout = 30, deadline = 60 }))
  return user.name == "Maple" and user.panorama_credentials.id == "y" and #tostring(user) > 0 and reply.status == 200
    and user:to_table({ reveal = true }).panoramaCredentials.password == "word" and user.new[1] == 1
end

function scenes.refusals()
  local leaf <close> = canned(403, '{"title":"No","status":403,"detail":"no","token":"word"}')
  local none, err = leaf.users:get(SOME_ID)
  return none == nil and err.code == "forbidden" and err.problem.title == "No" and #tostring(err) > 0
end

function scenes.lists()
  local leaf <close> = canned(200, '[{"id":"a"},{"id":"b"}]')
  local count = 0
  for user in leaf.users:list { size = 100 } do
    count = count + #user.id
  end
  return count == 2 and #assert(leaf.users:list({ size = 100 }):all()) == 2
end

function scenes.requests()
  local leaf <close> = canned(200, '{"password":"word"}')
  local body = { list = leafnative.array {}, none = leafnative.null, n = 0.1 }
  local answer = assert(leaf:request("POST", "/elsewhere", body))
  return answer.password:reveal() == "word"
end

function scenes.failing_transport()
  local leaf <close> = assert(leafnative.leaf { token = "x", config = false, attempts = 1, transport = error })
  local none, err = leaf.users:get(SOME_ID)
  return none == nil and err.code == "transport" and err.cause ~= nil
end

function scenes.coroutines()
  local leaf = canned(200, '{"id":"x"}')
  local work = coroutine.wrap(function()
    local inner <close> = leaf
    for _ = 1, 2 do
      coroutine.yield(assert(inner.users:get(SOME_ID)).id)
    end
    return "end"
  end)
  return work() == "x" and work() == "x" and work() == "end" and leaf:closed()
end

local shared

--- A service that all scenes share, emptied before each use.
local function leaf_world()
  shared = shared or assert(leafnative.service {})
  assert(shared:reset())
  assert(shared:create_owner(world.FARM, "word"))
  assert(shared:create_owner(world.COOP, "word"))
  return shared, assert(leafnative.leaf { service = shared, username = world.FARM, password = "word" })
end

function scenes.credentials()
  local service, leaf = leaf_world()
  local farm <close> = leaf
  local user = assert(farm.users:create { name = "Maple" })
  local credential = assert(user.agvance:create(world.AGVANCE))
  assert(service:set_provider_answer(user.id, "agvance", { status = 401, body = { error = "expired" } }))
  assert(service:check_credentials() == 1)
  assert(user.agvance:rotate { password = "new" })
  assert(credential:events():all())
  return user:delete()
end

function scenes.relations()
  local service, leaf = leaf_world()
  local farm <close> = leaf
  local coop <close> = assert(leafnative.leaf { service = service, username = world.COOP, password = "word" })
  local user = assert(farm.users:create { name = "Maple" })
  local relation = assert(farm.sharing:share(world.COOP))
  assert(relation:grant(user, { operations = { "PLANTED" } }))
  assert(coop.sharing:accept(world.FARM))
  local question = { token = "x", leaf_user_id = user.id, resource = "FIELDS", action = "READ" }
  return service:decide_access({ question })[1].allowed == false and #assert(service:shared_with(world.COOP)) == 1
    and relation:revoke(user)
end

function scenes.losant()
  local service, farm <close> = leaf_world()
  local application = assert(service:create_application())
  local token = assert(service:create_token { application = application, scopes = { "credential.*", "credentials.*" } })
  local losant <close> = assert(leafnative.losant { service = service, token = token, application_id = application })
  local uploads = assert(losant.credentials:ensure("uploads", { type = "aws", config = world.AWS }))
  local hub = { name = "Hub", credentialName = "uploads", integrationType = "sqs", enabled = true }
  assert(service:register(application, "integration", hub))
  return select(2, uploads:delete { unless_linked = true }).code == "conflict" and farm ~= nil
end

function scenes.service()
  local service <close> = assert(leafnative.service { clock = os.time, log = function() end })
  assert(service:seed { owners = { { email = world.FARM, password = "word" } } })
  local status, headers = service:handle("GET", "/elsewhere", { Accept = "*/*" })
  return status == 401 and headers["Content-Type"] ~= nil and service:seed { owners = 1 } == nil
end

function scenes.events()
  local service, first = leaf_world()
  first:close()
  local told = {}
  local farm <close> = assert(leafnative.leaf {
    service = service,
    username = world.FARM,
    password = "word",
    on_event = function(event)
      told[#told + 1] = event.operation .. event.path
    end,
  })
  return farm.users:create { name = "Maple" } ~= nil and #told > 0
end

function scenes.map()
  local leaf <close> = canned(200, '{"id":"x","name":"Maple"}')
  local count = 0
  for _, user, err in leaf:map("users.get", { SOME_ID, SOME_ID, {} }, { concurrency = 2, ordered = true }) do
    count = count + (user and 1 or 0) + (err and 10 or 0)
  end
  return count == 12
end

function scenes.map_of_lists()
  local leaf <close> = canned(200, '[{"id":"x"}]')
  local count = 0
  for _, users in leaf:map("users.list", { { name = "a" }, {} }, { concurrency = 2, size = 100 }) do
    count = count + #users
  end
  return count == 2
end

function scenes.map_of_texts()
  local leaf <close> = canned(200, '{"id":"x"}')
  local count = 0
  local function progress(done)
    count = count + done
  end
  local options = { values = "text", concurrency = 4, progress = progress }
  for _, text in leaf:map("users.get", { SOME_ID, leaf:user(SOME_ID), { leaf_user_id = SOME_ID } }, options) do
    count = count + #text
    if count > 1000 then
      break
    end
  end
  return count >= 30
end

function scenes.calls_in_every_form()
  local leaf <close> = canned(200, '{"id":"x"}')
  local tasks <close> = leafnative.tasks()
  local function call(values)
    return assert(leaf:call("users.get", { leaf_user_id = SOME_ID }, { values = values }))
  end
  local task = tasks:spawn(function()
    return #call "text" + #call("objects").id
  end)
  return #call "text" + #call("tables").id + #call("objects").id + task:join() == 23
end

function scenes.tasks()
  local leaf <close> = canned(200, '[{"id":"x"}]')
  local tasks <close> = leafnative.tasks { concurrency = 1 }
  local count = 0
  for _ = 1, 3 do
    tasks:spawn(function()
      for user in leaf.users:list { size = 100 } do
        count = count + #user.id
      end
    end)
  end
  tasks:run()
  return count == 3
end

function scenes.tasks_that_wait()
  local leaf <close> = canned(200, '{"id":"x","status":"OK"}')
  local tasks <close> = leafnative.tasks()
  local cancelled = tasks:spawn(function()
    leaf.users:get(SOME_ID)
  end)
  local joined = tasks:spawn(function()
    tasks:sleep(0.001)
    local count = 0
    for _, user in leaf:map("users.get", { SOME_ID, SOME_ID }) do
      count = count + #user.id
    end
    return count
  end)
  cancelled:cancel()
  return tasks:descriptor() ~= nil and joined:join() == 2
end

--- What is kept for all scenes is let go.
function scenes.close()
  if shared ~= nil then
    shared:close()
    shared = nil
  end
  return true
end

-- A build for clients alone has no service to play these over.
if core.service == nil then
  for _, name in ipairs { "credentials", "events", "losant", "relations", "service" } do
    scenes[name] = nil
  end
end

return scenes
