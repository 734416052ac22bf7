# SPDX-License-Identifier: BSD-3-Clause
# Writes OUT: a C table of the text of FILES (a list), each under its stem. See src/compiler/target.c.
set(text "// Made by cmake/embed.cmake.\n#include \"compiler/embedded.h\"\n\nconst wick_embedded_file wick_embedded_targets[] = {\n")
foreach(file ${FILES})
  get_filename_component(stem ${file} NAME_WE)
  file(READ ${file} body)
  string(REPLACE "\\" "\\\\" body "${body}")
  string(REPLACE "\"" "\\\"" body "${body}")
  string(REPLACE "\n" "\\n\"\n     \"" body "${body}")
  string(APPEND text "    {\"${stem}\",\n     \"${body}\"},\n")
endforeach()
string(APPEND text "    {0, 0},\n};\n")
file(WRITE ${OUT} "${text}")
