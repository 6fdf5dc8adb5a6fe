# SPDX-License-Identifier: Apache-2.0
# How every file of the project is compiled: warnings, sanitizers, coverage.
add_library(gm_flags INTERFACE)
target_compile_definitions(gm_flags INTERFACE _GNU_SOURCE)
target_compile_options(gm_flags INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wvla -Wconversion -Wsign-conversion -Wstrict-prototypes
    -Wmissing-prototypes -Wwrite-strings -Wformat=2 -Wformat-nonliteral -Wundef -Wcast-qual
    -Wpointer-arith -Wimplicit-fallthrough)
if(GMIG_WERROR)
    target_compile_options(gm_flags INTERFACE -Werror)
endif()
if(GMIG_SANITIZE)
    target_compile_options(gm_flags INTERFACE -fsanitize=${GMIG_SANITIZE}
        -fno-sanitize-recover=all -fno-omit-frame-pointer)
    target_compile_definitions(gm_flags INTERFACE GMIG_ARENA_PRECISE)
    target_link_options(gm_flags INTERFACE -fsanitize=${GMIG_SANITIZE})
    # Tests start thousands of these programs. A fixed address saves much of the time that one takes to start: each check
    # of UBSan has data that would be relocated.
    if(CMAKE_C_COMPILER_ID STREQUAL "GNU")
        target_link_options(gm_flags INTERFACE "$<$<STREQUAL:$<TARGET_PROPERTY:TYPE>,EXECUTABLE>:-no-pie>")
    endif()
endif()
if(GMIG_COVERAGE)
    target_compile_options(gm_flags INTERFACE --coverage -fprofile-update=atomic)
    # libgmig would export gcov's own names too.
    target_link_options(gm_flags INTERFACE --coverage LINKER:--exclude-libs,libgcov.a)
endif()
