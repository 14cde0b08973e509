# Headers, both libraries, libvfctl.pc and the CMake package "vfctl". All of it finds itself: the
# installed tree can be moved.
include(CMakePackageConfigHelpers)
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/vfctl)
set(pkgconfig_dir ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

install(DIRECTORY include/vfctl DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
  FILES_MATCHING PATTERN "*.hpp")

# Two sets of targets, since only the static library needs those of libmnl and libnl again.
install(TARGETS vfctl EXPORT vfctl_shared)
install(TARGETS vfctl_static EXPORT vfctl_static)
install(EXPORT vfctl_shared DESTINATION ${package_dir} NAMESPACE vfctl::
  FILE vfctl-shared.cmake)
install(EXPORT vfctl_static DESTINATION ${package_dir} NAMESPACE vfctl::
  FILE vfctl-static.cmake)

configure_package_config_file(vfctl-config.cmake.in vfctl-config.cmake
  INSTALL_DESTINATION ${package_dir}
  NO_SET_AND_CHECK_MACRO)
# While the major version is 0, each minor one may break its users.
write_basic_package_version_file(vfctl-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES
  ${CMAKE_CURRENT_BINARY_DIR}/vfctl-config.cmake
  ${CMAKE_CURRENT_BINARY_DIR}/vfctl-config-version.cmake
  DESTINATION ${package_dir})

# Relative to the file itself where the folders are relative to each other.
if(IS_ABSOLUTE ${CMAKE_INSTALL_LIBDIR})
  set(pc_prefix ${CMAKE_INSTALL_PREFIX})
else()
  file(RELATIVE_PATH up ${CMAKE_INSTALL_PREFIX}/${pkgconfig_dir} ${CMAKE_INSTALL_PREFIX})
  string(REGEX REPLACE "/$" "" up ${up})
  set(pc_prefix "\${pcfiledir}/${up}")
endif()
foreach(kind LIBDIR INCLUDEDIR)
  string(TOLOWER pc_${kind} variable)
  if(IS_ABSOLUTE ${CMAKE_INSTALL_${kind}})
    set(${variable} ${CMAKE_INSTALL_${kind}})
  else()
    set(${variable} "\${prefix}/${CMAKE_INSTALL_${kind}}")
  endif()
endforeach()
configure_file(libvfctl.pc.in libvfctl.pc @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/libvfctl.pc DESTINATION ${pkgconfig_dir})
