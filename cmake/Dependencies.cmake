# SPDX-License-Identifier: Apache-2.0
# The libraries gmig stands on, each as gm::NAME.
find_package(PkgConfig REQUIRED)
foreach(pair git2=libgit2 sqlite=sqlite3 yaml=yaml-0.1 jansson=jansson md=libmd)
    string(REPLACE "=" ";" pair ${pair})
    list(GET pair 0 name)
    list(GET pair 1 package)
    pkg_check_modules(${name} REQUIRED IMPORTED_TARGET ${package})
    add_library(gm_${name} INTERFACE)
    target_link_libraries(gm_${name} INTERFACE PkgConfig::${name})
    add_library(gm::${name} ALIAS gm_${name})
endforeach()

find_library(PG_QUERY_ARCHIVE libpg_query.a REQUIRED)
find_path(PG_QUERY_INCLUDE pg_query.h REQUIRED)
add_library(gm_pg_query INTERFACE)
target_include_directories(gm_pg_query SYSTEM INTERFACE ${PG_QUERY_INCLUDE})
target_link_libraries(gm_pg_query INTERFACE ${PG_QUERY_ARCHIVE} Threads::Threads m)
# The archive exports hundreds of unprefixed PostgreSQL names; libpq must not bind to them.
target_link_options(gm_pg_query INTERFACE -Wl,--exclude-libs,libpg_query.a)
add_library(gm::pg_query ALIAS gm_pg_query)
find_package(Threads REQUIRED)
# libpq is opened with dlopen when first needed; its header only is used here.
pkg_check_modules(pq REQUIRED libpq)
add_library(gm_pq_headers INTERFACE)
target_include_directories(gm_pq_headers SYSTEM INTERFACE ${pq_INCLUDE_DIRS})
add_library(gm::pq_headers ALIAS gm_pq_headers)
