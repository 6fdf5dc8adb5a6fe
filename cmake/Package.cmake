# SPDX-License-Identifier: Apache-2.0
#
# `cpack -G DEB` in a build folder makes one Debian package of all that is installed.

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_CONTACT "gmig developers <dev@gmig.example>")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION database)
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
    "gmig reads migration history straight from git: it shows the heads of every
branch, merges them, and brings a database there with one careful runner.
It serves git hooks, CI and production alike.")
# dpkg-shlibdeps sees what the program and the library load when they start. libpq is opened when a
# PostgreSQL database is first spoken to, and git is run where libgit2 can't read a repository.
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "libpq5, git")
# Lets packages of programs that use libgmig depend on this one.
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON)
include(CPack)
