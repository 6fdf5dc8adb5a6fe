# SPDX-License-Identifier: Apache-2.0
# The libraries gmig stands on, each as gm::NAME.
find_package(Threads REQUIRED)
include(StaticArchives)
include(Libgit2)
include(PgQuery)
gm_pkg_dependency(sqlite sqlite3)
gm_pkg_dependency(yaml yaml-0.1)
gm_pkg_dependency(jansson jansson)
gm_pkg_dependency(md libmd)

# libpq is opened with dlopen when first needed; only its header is used here.
pkg_check_modules(pq REQUIRED QUIET libpq)
add_library(gm_pq_headers INTERFACE)
target_include_directories(gm_pq_headers SYSTEM INTERFACE ${pq_INCLUDE_DIRS})
add_library(gm::pq_headers ALIAS gm_pq_headers)
