-- What luacheck knows about the Lua text of this project.
std = "lua54"
max_line_length = 120
cache = false
-- Annotations for editors: names that nobody uses.
exclude_files = { "lua/leafnative/meta.lua" }
files["tests/lua"].std = "+busted"
