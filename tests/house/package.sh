#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The Debian package of this build unpacks to a program that runs, depends on what it loads, and has a library with
# which a C and a C++ program compile, link and run.
set -eu
for tool in g++ cpack dpkg-deb dpkg-shlibdeps pkg-config; do
    command -v "$tool" >/dev/null || { echo "skipped: no $tool"; exit 77; }
done
work=$(mktemp -d "${TMPDIR:-/tmp}/gmig-package.XXXXXX")
trap 'rm -rf "$work"' EXIT
root=$work/root

cd "${GMIG_BUILD:?}"
cpack -G DEB -B "$work/made" >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
deb=$(ls "$work"/made/gmig_*.deb)
dpkg-deb -x "$deb" "$root"

fail() {
    echo "$1"
    bad=1
}
bad=0

version=$("$root/usr/bin/gmig" --version)
test "$version" = "$("${GMIG:?}" --version)" || fail "gmig --version says: $version"

# Each library that the program and the library name is of a package that Depends names.
depends=$(dpkg-deb -f "$deb" Depends | tr ',' '\n' | sed 's/ *(.*//; s/ //g')
lib=$(dirname "$(find "$root" -name 'libgmig.so')")
for needed in $(objdump -p "$root/usr/bin/gmig" "$lib/libgmig.so" | awk '$1 == "NEEDED" { print $2 }' | sort -u); do
    owner=$(dpkg-query -S "*/$needed" 2>/dev/null | sed -n 's/:.*//p' | sort -u)
    for package in $owner; do
        printf '%s\n' "$depends" | grep -qx "$package" && continue 2
    done
    fail "$needed (of $owner) is loaded, but Depends does not name its package"
done
for package in libpq5 git; do
    dpkg-deb -f "$deb" Recommends | grep -qw "$package" || fail "Recommends lacks $package"
done

# What a program that uses libgmig does.
cat >"$work/user.c" <<'END'
#include <gmig/gmig.h>
#include <stdio.h>

int main(void)
{
    puts(gmig_version());
    return 0;
}
END
PKG_CONFIG_PATH=$lib/pkgconfig
# The prefix lies outside the system's folders here, so -I and -L are not left out as they would be under /usr.
PKG_CONFIG_ALLOW_SYSTEM_CFLAGS=1
PKG_CONFIG_ALLOW_SYSTEM_LIBS=1
export PKG_CONFIG_PATH PKG_CONFIG_ALLOW_SYSTEM_CFLAGS PKG_CONFIG_ALLOW_SYSTEM_LIBS
for compiler in "gcc -x c" "g++ -x c++"; do
    $compiler -Wall -Wextra -Werror "$work/user.c" $(pkg-config --cflags --libs gmig) -o "$work/user"
    answer=$(LD_LIBRARY_PATH=$lib "$work/user")
    test "gmig $answer" = "$version" || fail "a program of $compiler with libgmig says: $answer"
done
test "$(pkg-config --modversion gmig)" = "$answer" || fail "gmig.pc has another version"

# What must be in the package besides.
for file in usr/share/doc/gmig/copyright usr/share/doc/gmig/README.md usr/share/gmig/hooks/pre-commit \
            usr/share/gmig/templates/gitlab-ci.yml; do
    test -s "$root/$file" || fail "the package lacks $file"
done
cd "${GMIG_SOURCE:?}"
for page in docs/man/*; do
    test -s "$root/usr/share/man/man${page##*.}/${page##*/}" || fail "the package lacks the man page $page"
done
if [ -e src/cmd/cmd_completion.c ]; then
    bash -n "$root/usr/share/bash-completion/completions/gmig" || fail "no bash completions"
    find "$root" -name _gmig -size +0 | grep -q . || fail "no zsh completions"
    test -s "$root/usr/share/fish/vendor_completions.d/gmig.fish" || fail "no fish completions"
fi
exit $bad
