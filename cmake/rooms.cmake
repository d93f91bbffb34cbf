# A room is a folder under src/: one static library, and the only other rooms it may include are those it names here.
# scripts/check_layers.py reads the same calls and fails when an #include reaches into a room that is not named.
#   room(input USES units base LIBRARIES tomlplusplus::tomlplusplus)
function(room name)
  cmake_parse_arguments(ROOM "" "" "USES;LIBRARIES" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${name}/*.cpp)
  add_library(eigenbau_${name} STATIC ${sources})
  target_include_directories(eigenbau_${name} PUBLIC ${CMAKE_CURRENT_SOURCE_DIR})
  list(TRANSFORM ROOM_USES PREPEND eigenbau_)
  target_link_libraries(eigenbau_${name} PUBLIC ${ROOM_USES} PRIVATE eigenbau_flags fmt::fmt ${ROOM_LIBRARIES})
endfunction()
