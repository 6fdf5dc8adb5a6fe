# SPDX-License-Identifier: Apache-2.0
#
# The queries of src/db/postgres/catalogue/ as C: SQL reads best as SQL.

# Writes catalogue_queries.c, which defines gm_pg_catalogue_queries of db/postgres/catalogue_queries.h, into `out`.
# Comments and indentation stay behind.
function(gm_embed_catalogue out)
    file(GLOB queries CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/db/postgres/catalogue/*.sql)
    set(rows)
    foreach(query IN LISTS queries)
        set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${query})
        cmake_path(GET query STEM name)
        file(READ ${query} text)
        string(REGEX REPLACE "(^|\n) *--[^\n]*" "\n" text "${text}")
        string(REGEX REPLACE "[ \n]*\n[ \n]*" "\n" text "${text}")
        string(HEX "${text}" bytes)
        string(REGEX REPLACE "([0-9a-f][0-9a-f])" "\\\\x\\1" bytes "${bytes}")
        string(APPEND rows "    {\"${name}\", GM_STR_INIT(\"${bytes}\")},\n")
    endforeach()
    file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/generated/catalogue_queries.c @ONLY CONTENT
"/* SPDX-License-Identifier: Apache-2.0 */
/* Made from src/db/postgres/catalogue/ by cmake/Catalogue.cmake. */
#include \"db/postgres/catalogue_queries.h\"

const gm_pg_catalogue_query gm_pg_catalogue_queries[] = {
@rows@    {NULL, {NULL, 0}},
};
")
    set(${out} ${PROJECT_BINARY_DIR}/generated/catalogue_queries.c PARENT_SCOPE)
endfunction()
