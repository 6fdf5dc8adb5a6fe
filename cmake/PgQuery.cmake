# SPDX-License-Identifier: Apache-2.0
#
# gm::pg_query: PostgreSQL's own parser, always from its archive, with its symbols hidden.
#
# libpg_query.so exports hundreds of PostgreSQL's internal functions without a prefix. Were it
# loaded, libpq, opened later, would bind to its pg_utf_mblen and others instead of its own. The
# archive is position independent, so it serves a shared library too. It has no pkg-config file.
# pg_query.pb-c.h wants libprotobuf-c's header; that library's code is in the archive.

include_guard(GLOBAL)

find_path(PG_QUERY_INCLUDE_DIR pg_query/pg_query.pb-c.h REQUIRED)
find_path(PROTOBUF_C_INCLUDE_DIR protobuf-c/protobuf-c.h REQUIRED)
find_library(PG_QUERY_ARCHIVE libpg_query.a REQUIRED)
mark_as_advanced(PG_QUERY_INCLUDE_DIR PROTOBUF_C_INCLUDE_DIR PG_QUERY_ARCHIVE)

add_library(gm_pg_query INTERFACE)
add_library(gm::pg_query ALIAS gm_pg_query)
target_include_directories(gm_pg_query SYSTEM INTERFACE
    ${PG_QUERY_INCLUDE_DIR} ${PROTOBUF_C_INCLUDE_DIR})
target_link_libraries(gm_pg_query INTERFACE ${PG_QUERY_ARCHIVE})
target_link_options(gm_pg_query INTERFACE LINKER:--exclude-libs,libpg_query.a)
message(STATUS "pg_query: static archive, symbols hidden")
