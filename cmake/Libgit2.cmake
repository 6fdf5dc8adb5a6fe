# SPDX-License-Identifier: Apache-2.0
#
# gm::libgit2: the archive without its network code (src/git/no_transports.c says why) and with a
# mended inflate (src/git/finite_inflate.c), if that links, starts and serves a repository on this
# machine; else the shared library. pkg-config also
# names the archives that only the network code needs (mbedtls, ssh2); nothing of them is taken.

include(${CMAKE_CURRENT_LIST_DIR}/StaticArchives.cmake)

pkg_check_modules(libgit2 REQUIRED QUIET IMPORTED_TARGET libgit2>=1.5)
gm_archives(archives libgit2)
set(replacements ${PROJECT_SOURCE_DIR}/src/git/no_transports.c
    ${PROJECT_SOURCE_DIR}/src/git/finite_inflate.c)
set(wrap LINKER:--wrap=git_zstream_get_output)
if(archives AND NOT CMAKE_CROSSCOMPILING)
    try_run(GMIG_LIBGIT2_STATIC_STATUS GMIG_LIBGIT2_STATIC_LINKS
        SOURCES ${CMAKE_CURRENT_LIST_DIR}/libgit2_check.c ${replacements}
        CMAKE_FLAGS "-DINCLUDE_DIRECTORIES=${libgit2_INCLUDE_DIRS}"
        LINK_OPTIONS ${wrap}
        LINK_LIBRARIES ${archives}
        ARGS ${CMAKE_CURRENT_BINARY_DIR}/libgit2_check.git)
endif()
if(GMIG_LIBGIT2_STATIC_LINKS AND GMIG_LIBGIT2_STATIC_STATUS EQUAL 0 AND archives)
    add_library(gm_libgit2_replacements OBJECT ${replacements})
    target_include_directories(gm_libgit2_replacements SYSTEM PRIVATE ${libgit2_INCLUDE_DIRS})
    list(PREPEND archives $<TARGET_OBJECTS:gm_libgit2_replacements>)
else()
    if(GMIG_STATIC_DEPS)
        message(STATUS "libgit2: no usable static archive; gmig will start some 10 ms slower")
    endif()
    set(archives)
endif()
gm_dependency(libgit2 "${archives}")
if(archives)
    target_link_options(gm_libgit2 INTERFACE
        $<$<STREQUAL:$<TARGET_PROPERTY:TYPE>,EXECUTABLE>:${wrap}>)
endif()
