rockspec_format = "3.0"
package = "leafnative"
version = "0.1.0-1"
-- The tree in whose lua/ this file stands: `luarocks make lua/leafnative-0.1.0-1.rockspec`, from its top.
source = { url = "git+file://." }
description = {
   summary = "Farm-data credentials and data sharing: a native client and the same endpoints in process",
   license = "MIT",
}
supported_platforms = { "linux" }
dependencies = { "lua >= 5.4, < 5.5" }
-- CMake and pkg-config find these; the names in brackets are those of Debian's packages.
external_dependencies = {
   CURL = { library = "curl" }, -- libcurl4-openssl-dev
   CJSON = { library = "cjson" }, -- libcjson-dev
   OPENSSL = { library = "ssl" }, -- libssl-dev
   SQLITE = { library = "sqlite3" }, -- libsqlite3-dev
   SODIUM = { library = "sodium" }, -- libsodium-dev
}
build = {
   type = "cmake", -- cmake, pkg-config, liblua5.4-dev
   variables = {
      CMAKE_BUILD_TYPE = "Release",
      CMAKE_INSTALL_PREFIX = "$(PREFIX)",
      CMAKE_INSTALL_BINDIR = "$(BINDIR)",
      LFN_LUA = "ON",
      LFN_LUA_LIBDIR = "$(LIBDIR)",
      LFN_LUA_SHAREDIR = "$(LUADIR)",
      LFN_LIBRARY = "OFF",
   },
}
