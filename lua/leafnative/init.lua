--- leafnative: farm-data credentials and data sharing, against the live API or the same endpoints in this program.
--
-- What can happen while a program runs is returned, as nil and an error object; a mistake in a script is raised.
local core <const> = require "leafnative.core"
core.own()
local times <const> = require "leafnative.times"

local leafnative <const> = {
  version = core.version,
  null = core.null,
  array = core.array,
  decode = core.decode,
  encode = core.encode,
  secret = core.secret,
  is_secret = core.is_secret,
  time = times.seconds,
  operations = core.operations,
  providers = core.providers,
  schema = core.schema,
  statuses = core.statuses,
}

--- A client of Leaf: leaf{service = …} over a service of this program, leaf{base_url = …} at an address, and leaf{} at
-- the live one, with address and login from the environment and the configuration file.
function leafnative.leaf(options)
  return require("leafnative.leaf").open(options)
end

--- A client of Losant, seen from one application: losant{token = …, application_id = …}.
function leafnative.losant(options)
  return require("leafnative.losant").open(options)
end

--- Functions that run side by side: tasks{concurrency = 64, rate = 100}. Inside them a call of any client lets the
-- others run until its answer is there.
function leafnative.tasks(options)
  return require("leafnative.tasks").open(options)
end

--- The endpoints in this program: service{} in memory, service{path = "leaf.db"} kept in a file.
function leafnative.service(options)
  if core.service == nil then
    core.raise("This build has no service: it was made for clients alone.")
  end
  return core.service(options)
end

return leafnative
