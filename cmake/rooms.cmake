# The standard headers that nearly every file includes, compiled once: the first target makes them, all later ones with the
# same flags take them over. It saves a third of a build's time and nothing else: every file still includes what it uses.
function(precompile target)
  list(JOIN ARGN " " headers)
  string(MD5 key "${headers}")
  get_property(owner GLOBAL PROPERTY precompiled_${key})
  if(owner)
    target_precompile_headers(${target} REUSE_FROM ${owner})
  else()
    target_precompile_headers(${target} PRIVATE ${ARGN})
    set_property(GLOBAL PROPERTY precompiled_${key} ${target})
  endif()
endfunction()

# A room is a folder under src/: one static library, and the only other rooms it may include are those it names here.
# scripts/check_layers.py reads the same calls and fails when an #include reaches into a room that is not named.
#   room(input USES units base LIBRARIES tomlplusplus::tomlplusplus)
# Every room but an INTERNAL one belongs to the installed package, as eigenbau::<name>.
function(room name)
  cmake_parse_arguments(ROOM "INTERNAL" "" "USES;LIBRARIES" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${name}/*.cpp)
  if(NOT sources)
    return()
  endif()
  add_library(eigenbau_${name} STATIC ${sources})
  target_include_directories(eigenbau_${name} PUBLIC $<BUILD_INTERFACE:${CMAKE_CURRENT_SOURCE_DIR}>
                                                     $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/eigenbau>)
  target_compile_features(eigenbau_${name} PUBLIC cxx_std_23)
  list(TRANSFORM ROOM_USES PREPEND eigenbau_)
  foreach(used ${ROOM_USES})
    if(NOT TARGET ${used})
      list(REMOVE_ITEM ROOM_USES ${used})
    endif()
  endforeach()
  target_link_libraries(eigenbau_${name} PUBLIC ${ROOM_USES} PRIVATE $<BUILD_INTERFACE:eigenbau_flags> fmt::fmt
                                                                     ${ROOM_LIBRARIES})
  precompile(eigenbau_${name} <algorithm> <array> <cmath> <cstdint> <functional> <limits> <map> <optional> <set> <span> <string>
             <string_view> <vector> <fmt/format.h>)
  if(NOT ROOM_INTERNAL)
    set_target_properties(eigenbau_${name} PROPERTIES EXPORT_NAME ${name})
    install(TARGETS eigenbau_${name} EXPORT eigenbau ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
    install(DIRECTORY ${name} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/eigenbau FILES_MATCHING PATTERN "*.h")
  endif()
endfunction()
