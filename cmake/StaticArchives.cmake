# SPDX-License-Identifier: Apache-2.0
#
# How gmig links what it depends on.
#
# A git hook is judged by its start-up, and loading a dozen shared libraries takes longer than the
# work they do. So an executable takes static archives, where there are any and they pass a check.
# A shared library takes the shared ones: few archives are built for use in one (Debian's libgit2,
# SQLite, jansson and zlib are not).

include_guard(GLOBAL)
find_package(PkgConfig REQUIRED)

option(GMIG_STATIC_DEPS "Link executables with static archives of the libraries gmig depends on" ON)

# What to link for the archive of `module`, which pkg_check_modules has found, into `out`: nothing
# if it has no archive. The archive must be where pkg-config says, or it might not fit the headers.
# What it needs may be anywhere; parts of libc, and what has no archive, stay plain names.
function(gm_archives out module)
    set(found)
    set(names ${${module}_STATIC_LIBRARIES})
    list(POP_FRONT names own)
    find_library(archive lib${own}.a PATHS ${${module}_LIBDIR} NO_DEFAULT_PATH NO_CACHE)
    if(GMIG_STATIC_DEPS AND archive)
        list(APPEND found ${archive})
        foreach(name IN LISTS names)
            unset(archive)
            if(NOT name MATCHES "^(c|m|rt|dl|pthread)$")
                find_library(archive lib${name}.a HINTS ${${module}_LIBDIR} NO_CACHE)
            endif()
            if(archive)
                list(APPEND found ${archive})
            else()
                list(APPEND found ${name})
            endif()
        endforeach()
    endif()
    set(${out} "${found}" PARENT_SCOPE)
endfunction()

# gm::`module`: executables link `archives` if there are any, everything else what pkg-config says.
function(gm_dependency module archives)
    add_library(gm_${module} INTERFACE)
    add_library(gm::${module} ALIAS gm_${module})
    target_include_directories(gm_${module} SYSTEM INTERFACE ${${module}_INCLUDE_DIRS})
    if(archives)
        set(executable $<STREQUAL:$<TARGET_PROPERTY:TYPE>,EXECUTABLE>)
        target_link_libraries(gm_${module} INTERFACE
            "$<IF:${executable},${archives},PkgConfig::${module}>")
        message(STATUS "${module}: static archive")
    else()
        target_link_libraries(gm_${module} INTERFACE PkgConfig::${module})
        message(STATUS "${module}: shared library")
    endif()
endfunction()

# gm::`module` from the pkg-config package `package`, for a library whose archive needs no check.
function(gm_pkg_dependency module package)
    pkg_check_modules(${module} REQUIRED QUIET IMPORTED_TARGET ${package})
    gm_archives(archives ${module})
    gm_dependency(${module} "${archives}")
endfunction()
