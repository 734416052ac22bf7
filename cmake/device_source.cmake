# SPDX-License-Identifier: BSD-3-Clause
# Preprocesses the device sources and writes OUT: a C array of the result, which `wick emit-c` cuts functions out of.
#   cmake -DOUT=.. -DFILES=a.c,b.c (relative to ROOT/src) -DROOT=.. -DCC=.. -P device_source.cmake
# Project headers and macros are expanded; the C library's headers are replaced by empty ones, so that nothing of this
# machine comes in (int32_t, memcpy and the like stay as written); -undef leaves the portable branch of each #if.
get_filename_component(folder ${OUT} DIRECTORY)
set(stubs ${folder}/empty_headers)
foreach(header string stdint stdbool stddef limits float)
  file(WRITE ${stubs}/${header}.h "")
endforeach()
# Parameters of kernel bodies: each source that has them includes them anew. What their header includes comes first of all,
# as a file of its own: a definition is printed with the names of the file that has it first.
set(parameter_header kernels/element/in_f32.h)
file(STRINGS ${ROOT}/src/${parameter_header} parameters REGEX "^# *define ")
set(all "")
string(REPLACE "," ";" FILES "${FILES}")
foreach(file ${parameter_header} ${FILES})
  string(APPEND all "WICK_FILE(\"${file}\");\n#include \"${file}\"\n")
  file(STRINGS ${ROOT}/src/${file} macros REGEX "^# *define ")
  foreach(macro ${macros} ${parameters}) # a macro of one file is none of the next
    string(REGEX REPLACE "^# *define +([A-Za-z0-9_]+).*" "\\1" macro "${macro}")
    string(APPEND all "#undef ${macro}\n")
  endforeach()
endforeach()
file(WRITE ${folder}/device_source_all.c "${all}")
execute_process(
  COMMAND ${CC} -E -P -undef -nostdinc -DNDEBUG -DWICK_NO_MESSAGES -w -I${ROOT}/src -I${ROOT}/include -I${stubs}
          ${folder}/device_source_all.c -o ${folder}/device_source.i
  COMMAND_ERROR_IS_FATAL ANY)
file(READ ${folder}/device_source.i bytes HEX)
string(REGEX REPLACE "(................................)" "\\1\n" bytes "${bytes}")
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
file(WRITE ${OUT} "// Made by cmake/device_source.cmake.
#include \"compiler/emit_c/embedded_source.h\"

const unsigned char wick_embedded_source[] = {
${bytes}0};
const size_t wick_embedded_source_bytes = sizeof wick_embedded_source - 1;
")
