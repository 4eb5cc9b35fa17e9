-- Gives a Losant credential a new secret, which comes on the standard input, after a look at what uses it.
--
--   new-key-from-the-vault | LOSANT_TOKEN=… LOSANT_APPLICATION_ID=… leafnative-lua rotate_losant_key.lua uploads
--
-- The secret is no argument: other users of the machine can see those.
local leafnative <const> = require "leafnative"

local name <const> = assert(arg[1], "name the credential")
local secret <const> = leafnative.secret(assert(io.read(), "the new secret comes on the standard input"))

local losant <close> = assert(leafnative.losant {})
local credential, err = losant.credentials:find(name)
assert(credential, err or "there is no credential " .. name)

local users = assert(credential:linked_resources { include_custom_nodes = true }):users()
local rotated = assert(losant.credentials:rotate(name, { secret_access_key = secret }))
print(("%s rotated at %s, used by %s"):format(name, rotated.last_updated, table.concat(users, ", ")))
