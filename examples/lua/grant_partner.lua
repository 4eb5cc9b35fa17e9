-- Lets a new partner read what some growers planted and harvested.
--
--   LEAF_USERNAME=… LEAF_PASSWORD=… leafnative-lua grant_partner.lua coop@partner.example < growers.txt
--
-- The standard input holds the id of one grower a line. Nothing flows before the partner accepts.
local leafnative <const> = require "leafnative"

local partner <const> = assert(arg[1], "name the partner")
local leaf <close> = assert(leafnative.leaf {})

local relation, err = leaf.sharing:with_receiver(partner)
if not relation and err.code == "not_found" then
  relation, err = leaf.sharing:share(partner)
end
assert(relation, err)

local failed = 0
for id in io.lines() do
  local granted, refused = relation:grant(id, { operations = { "PLANTED", "HARVESTED" } })
  if not granted then
    failed = failed + 1
    print(id, refused.code, refused.message)
  end
end
print(("%s is %s, %d growers failed"):format(partner, relation.status, failed))
os.exit(failed == 0 and 0 or 10)
