-- Looks at every provider credential of every grower and prints those that do not work.
--
--   LEAF_USERNAME=… LEAF_PASSWORD=… leafnative-lua --time 900 verify_credentials.lua
--
-- Ends with 10 when a credential is broken, so that cron sends its mail.
local leafnative <const> = require "leafnative"

local leaf <close> = assert(leafnative.leaf {})
local looked, broken = 0, 0

for user in leaf.users:list() do
  for _, provider in ipairs(leafnative.providers()) do
    if user[provider.member] then
      looked = looked + 1
      local credential, err = user[provider.attribute]:get()
      local status = credential and credential.status or err.code
      if status ~= "OK" then
        broken = broken + 1
        print(("%s\t%s\t%s\t%s"):format(user.id, user.name, provider.name, status))
      end
    end
  end
end

io.stderr:write(("%d credentials, %d broken\n"):format(looked, broken))
os.exit(broken == 0 and 0 or 10)
