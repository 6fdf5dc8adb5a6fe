# SPDX-License-Identifier: Apache-2.0
#
# What `cmake --install` puts where. The places are those of GNUInstallDirs, and those in which
# pkg-config, man and the shells look.

install(TARGETS gmig_cli RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(TARGETS gmig LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY include/gmig DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN *.h)

# The file finds its prefix from its own place, so that `cmake --install --prefix` needs no rebuild.
set(pkgconfig_folder ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
cmake_path(ABSOLUTE_PATH pkgconfig_folder BASE_DIRECTORY ${CMAKE_INSTALL_PREFIX}
           OUTPUT_VARIABLE pkgconfig_place)
cmake_path(RELATIVE_PATH CMAKE_INSTALL_PREFIX BASE_DIRECTORY ${pkgconfig_place}
           OUTPUT_VARIABLE GMIG_PC_TO_PREFIX)
configure_file(cmake/gmig.pc.in gmig.pc @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/gmig.pc DESTINATION ${pkgconfig_folder})

file(GLOB pages CONFIGURE_DEPENDS docs/man/*.[157])
foreach(page IN LISTS pages)
    string(REGEX MATCH "[157]$" section ${page})
    install(FILES ${page} DESTINATION ${CMAKE_INSTALL_MANDIR}/man${section})
endforeach()

# The program itself knows its options; it runs here unless it was built for another machine.
set(zsh_folder site-functions)
if(EXISTS /etc/debian_version AND CMAKE_INSTALL_PREFIX STREQUAL "/usr")
    set(zsh_folder vendor-completions) # Debian's zsh does not look in /usr/share/zsh/site-functions
endif()
set(completes_bash bash-completion/completions/gmig)
set(completes_zsh zsh/${zsh_folder}/_gmig)
set(completes_fish fish/vendor_completions.d/gmig.fish)
if(EXISTS ${PROJECT_SOURCE_DIR}/src/cmd/cmd_completion.c AND
   (NOT CMAKE_CROSSCOMPILING OR CMAKE_CROSSCOMPILING_EMULATOR))
    set(made)
    foreach(shell bash zsh fish)
        set(script ${CMAKE_CURRENT_BINARY_DIR}/completions/${completes_${shell}})
        cmake_path(GET script PARENT_PATH folder)
        file(MAKE_DIRECTORY ${folder})
        add_custom_command(OUTPUT ${script}
            COMMAND gmig_cli completion ${shell} > ${script}
            DEPENDS gmig_cli VERBATIM)
        list(APPEND made ${script})
    endforeach()
    add_custom_target(gmig_completions ALL DEPENDS ${made})
    install(DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/completions/ DESTINATION ${CMAKE_INSTALL_DATADIR})
endif()

# `gmig hook install` has the hooks' text in itself; these copies are for who installs them by hand.
install(DIRECTORY hooks DESTINATION ${CMAKE_INSTALL_DATADIR}/gmig USE_SOURCE_PERMISSIONS)
install(DIRECTORY ci/templates DESTINATION ${CMAKE_INSTALL_DATADIR}/gmig)
install(DIRECTORY docs/ DESTINATION ${CMAKE_INSTALL_DOCDIR}
        FILES_MATCHING PATTERN *.md PATTERN *.schema.json PATTERN man EXCLUDE)
install(FILES README.md CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} RENAME copyright)
