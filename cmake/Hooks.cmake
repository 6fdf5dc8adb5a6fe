# SPDX-License-Identifier: Apache-2.0
#
# The scripts of hooks/ as C, so that `gmig hook install` works wherever the program is, alone too.

# Writes hook_texts.c, which defines gm_hook_texts of app/hook/hooks.h, into `out`.
function(gm_embed_hooks out)
    file(GLOB scripts CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/hooks/*)
    set(rows)
    foreach(script IN LISTS scripts)
        set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${script})
        cmake_path(GET script FILENAME name)
        file(READ ${script} bytes HEX)
        string(REGEX REPLACE "([0-9a-f][0-9a-f])" "\\\\x\\1" bytes "${bytes}")
        string(APPEND rows "    {\"${name}\", GM_STR_INIT(\"${bytes}\")},\n")
    endforeach()
    file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/generated/hook_texts.c @ONLY CONTENT
"/* SPDX-License-Identifier: Apache-2.0 */
/* Made from hooks/ by cmake/Hooks.cmake. */
#include \"app/hook/hooks.h\"

const gm_hook_text gm_hook_texts[] = {
@rows@    {NULL, {NULL, 0}},
};
")
    set(${out} ${PROJECT_BINARY_DIR}/generated/hook_texts.c PARENT_SCOPE)
endfunction()
