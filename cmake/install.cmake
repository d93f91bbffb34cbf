# What `cmake --install` brings: the program, its data, and a CMake package with the libraries and headers of the rooms.
include(CMakePackageConfigHelpers)

if(TARGET eigenbau)
  install(TARGETS eigenbau RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()
foreach(data catalog scenarios)
  if(EXISTS ${PROJECT_SOURCE_DIR}/${data})
    install(DIRECTORY ${data} DESTINATION ${CMAKE_INSTALL_DATADIR}/eigenbau)
  endif()
endforeach()
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})

set(package ${CMAKE_INSTALL_LIBDIR}/cmake/eigenbau)
configure_package_config_file(cmake/eigenbau-config.cmake.in ${PROJECT_BINARY_DIR}/eigenbau-config.cmake
                              INSTALL_DESTINATION ${package})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/eigenbau-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/eigenbau-config.cmake ${PROJECT_BINARY_DIR}/eigenbau-config-version.cmake
        DESTINATION ${package})
install(EXPORT eigenbau NAMESPACE eigenbau:: FILE eigenbau-targets.cmake DESTINATION ${package})
