# The daemon, how systemd runs it, an example of a policy, and what a monitoring system takes.
set(VFCTL_UNIT_DIR ${CMAKE_INSTALL_PREFIX}/lib/systemd/system CACHE PATH "of systemd's units")
set(VFCTL_SYSUSERS_DIR ${CMAKE_INSTALL_PREFIX}/lib/sysusers.d CACHE PATH "of systemd's users")

configure_file(systemd/vfctld.service.in vfctld.service @ONLY)

install(TARGETS vfctld_main RUNTIME DESTINATION ${CMAKE_INSTALL_SBINDIR})
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/vfctld.service DESTINATION ${VFCTL_UNIT_DIR})
install(FILES systemd/vfctl.sysusers RENAME vfctl.conf DESTINATION ${VFCTL_SYSUSERS_DIR})
# Not where libvirt looks for it: that is for the administrator to do.
install(PROGRAMS libvirt/vfctl DESTINATION ${CMAKE_INSTALL_DATADIR}/vfctl/libvirt)
install(FILES vfctld.8 DESTINATION ${CMAKE_INSTALL_MANDIR}/man8)
install(FILES vfctld.toml DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples)
install(FILES monitoring/dashboard.json monitoring/alerts.yaml
  DESTINATION ${CMAKE_INSTALL_DATADIR}/vfctl/monitoring)
