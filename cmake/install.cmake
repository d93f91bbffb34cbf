# What `cmake --install` brings: the program, its data, and a CMake package with the libraries and headers of the rooms.
include(CMakePackageConfigHelpers)

install(TARGETS eigenbau RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})

# Man pages and completions: the program writes them from its command table.
set(generated ${PROJECT_BINARY_DIR}/share)
add_custom_command(
  OUTPUT ${generated}/stamp
  COMMAND ${CMAKE_COMMAND} -E rm -rf ${generated}
  COMMAND ${CMAKE_COMMAND} -E make_directory ${generated}/man ${generated}/completion
  COMMAND eigenbau man --directory ${generated}/man
  COMMAND eigenbau completion bash -o ${generated}/completion/eigenbau
  COMMAND eigenbau completion zsh -o ${generated}/completion/_eigenbau
  COMMAND eigenbau completion fish -o ${generated}/completion/eigenbau.fish
  COMMAND ${CMAKE_COMMAND} -E touch ${generated}/stamp
  DEPENDS eigenbau
  VERBATIM)
add_custom_target(eigenbau_shell ALL DEPENDS ${generated}/stamp)
install(DIRECTORY ${generated}/man/ DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${generated}/completion/eigenbau DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
install(FILES ${generated}/completion/_eigenbau DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions)
install(FILES ${generated}/completion/eigenbau.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)

foreach(data catalog scenarios)
  if(EXISTS ${PROJECT_SOURCE_DIR}/${data})
    install(DIRECTORY ${data} DESTINATION ${CMAKE_INSTALL_DATADIR}/eigenbau)
  endif()
endforeach()
install(FILES docs/reference/cluster_file.schema.json DESTINATION ${CMAKE_INSTALL_DATADIR}/eigenbau)
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})

set(package ${CMAKE_INSTALL_LIBDIR}/cmake/eigenbau)
configure_package_config_file(cmake/eigenbau-config.cmake.in ${PROJECT_BINARY_DIR}/eigenbau-config.cmake
                              INSTALL_DESTINATION ${package})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/eigenbau-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/eigenbau-config.cmake ${PROJECT_BINARY_DIR}/eigenbau-config-version.cmake
        DESTINATION ${package})
install(EXPORT eigenbau NAMESPACE eigenbau:: FILE eigenbau-targets.cmake DESTINATION ${package})
