# holdfast_layer(<name> [USES layers...] [OPTIONS_OF layers...] [SOURCES files...] [LINKS libraries...])
#
# Declares one room of the house. USES links those layers and allows including them; OPTIONS_OF allows only
# their options.hpp. What is declared here is also written to floor_plan.txt in the build folder, which
# tests/lint holds the sources against.

set_property(GLOBAL PROPERTY HOLDFAST_FLOOR_PLAN "")

function(holdfast_layer name)
  cmake_parse_arguments(ARG "" "" "USES;OPTIONS_OF;SOURCES;LINKS" ${ARGN})
  add_library(holdfast_${name} STATIC ${ARG_SOURCES})
  target_include_directories(holdfast_${name} PUBLIC ${PROJECT_SOURCE_DIR})
  target_link_libraries(holdfast_${name} PUBLIC ${ARG_LINKS} PRIVATE holdfast_flags)
  if(TARGET holdfast_lto)
    target_link_libraries(holdfast_${name} PRIVATE holdfast_lto)
  endif()
  foreach(used ${ARG_USES})
    target_link_libraries(holdfast_${name} PUBLIC holdfast_${used})
  endforeach()
  string(JOIN "," uses ${ARG_USES})
  string(JOIN "," options_of ${ARG_OPTIONS_OF})
  set_property(GLOBAL APPEND_STRING PROPERTY HOLDFAST_FLOOR_PLAN "${name} uses=${uses} options=${options_of}\n")
endfunction()
