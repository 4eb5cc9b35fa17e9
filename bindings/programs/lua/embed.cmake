# Writes OUT, a C file with the Lua text of FILES: cmake -DOUT=modules.c -DROOT=lua -DFILES=a.lua,b.lua -P embed.cmake
# The name of a module is its path below ROOT, init.lua being that of its folder.
string(REPLACE "," ";" FILES "${FILES}")
set(bodies "")
set(rows "")
set(number 0)
foreach(file IN LISTS FILES)
  file(READ ${file} bytes HEX)
  string(REGEX REPLACE "(..)" "0x\\1," bytes "${bytes}")
  file(RELATIVE_PATH name ${ROOT} ${file})
  string(REGEX REPLACE "(/init)?\\.lua$" "" name "${name}")
  string(REPLACE "/" "." name "${name}")
  string(APPEND bodies "static const unsigned char text_${number}[] = {${bytes}0};\n")
  string(APPEND rows "    {\"${name}\", (const char *)text_${number}, sizeof text_${number} - 1},\n")
  math(EXPR number "${number} + 1")
endforeach()
file(WRITE ${OUT} "#include \"programs/lua/libraries.h\"\n\n${bodies}
const lfn_run_module lfn_run_modules[] = {\n${rows}    {0, 0, 0},\n};\n")
