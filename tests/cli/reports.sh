#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Reports for hosts of code and of builds: each says what was found, in just the form that its reader takes, whatever
# bytes a repository holds.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"

read_reports() {
    python3 "$GMIG_SOURCE/tests/support/read_reports.py" "$@"
}

# What their readers publish says the same: Debian's Python has the packages for it.
held_to_schemas() {
    /usr/bin/python3 "$GMIG_SOURCE/tests/support/report_schemas.py" "$GMIG_SOURCE/tests/data/report_schemas" "$@"
}

schemas=yes
/usr/bin/python3 -c 'import jsonschema' 2>/dev/null && command -v xmllint >/dev/null || schemas=
[ "$schemas" ] || echo "left out: what the readers of reports publish, without python3-jsonschema and xmllint"
for case in clean hostile huge many heavy; do
    mkdir "$case"
    expect 0 "${GMIG_HOSTILE_REPORTS:?}" "$case" "$case"
    expect 0 read_reports "$case"
    [ -z "$schemas" ] || expect 0 held_to_schemas "$case"
done

# spoilt REPORT WHAT WITH: a report that is a little wrong is refused.
spoilt() {
    cp "hostile/$1" kept
    sed "s/$2/$3/" kept >"hostile/$1"
    cmp -s kept "hostile/$1" && fail "there is no $2 in $1"
    expect 1 held_to_schemas hostile
    has_err "report_schemas: $1: "
    mv kept "hostile/$1"
}
if [ "$schemas" ]; then
    spoilt sarif '"level":' '"grade":'
    spoilt rdjson '"ERROR"' '"FATAL"'
    spoilt gitlab '"fingerprint":' '"mark":'
    spoilt junit '<testcase ' '<testcase colour="red" '
    expect 0 held_to_schemas hostile
fi
rm -rf clean hostile huge many heavy

# On GitHub the step's summary gets a table, after what is there already, as far as there is room.
new_repo cards
revision aaaa1 ""
revision bbbb2 aaaa1
revision cccc3 aaaa1
GITHUB_STEP_SUMMARY=$box/summary
export GITHUB_STEP_SUMMARY
expect 1 gmig check --report github
has "::error file=migrations/cccc3.sql,line=2,title=divergent-heads::2 heads"
same_file "$box/summary" <<'END'
### gmig: 1 error in 3 revisions of migrations/ at worktree

| | rule | where | what |
|---|---|---|---|
| error | divergent-heads | <code>migrations/cccc3.sql&#58;2</code> | 2 heads in lineage default&#58; cccc3, bbbb2; aaaa1 has the children cccc3 (migrations/cccc3.sql) and bbbb2 (migrations/bbbb2.sql)<br>Run &#96;gmig merge --stage&#96;, and commit. |
END
expect 1 gmig check --report json:"$box/report.json" --report github:"$box/report.txt"
[ "$(grep -c '^### gmig: 1 error' "$box/summary")" = 2 ] || fail "the second summary is not appended"
head -c 1048200 /dev/zero | tr '\0' x >"$box/summary"
expect 1 gmig check --report github
grep -q "^1 more; " "$box/summary" || fail "the summary does not count what it has no room for"
[ "$(wc -c <"$box/summary")" -le 1048576 ] || fail "the summary is too large for GitHub"
head -c 1048570 /dev/zero | tr '\0' x >"$box/summary"
expect 1 gmig check --report github
[ "$(wc -c <"$box/summary")" -eq 1048570 ] || fail "a full summary grows"
rm "$box/summary"
expect 1 gmig check
[ ! -e "$box/summary" ] || fail "a text report writes a summary"
GITHUB_STEP_SUMMARY=$box/no/such/folder
expect 1 gmig check --report github
has "::error"
same_err <<'END'
gmig: warning: the summary of this step is not written: cannot write: No such file or directory
END
unset GITHUB_STEP_SUMMARY

# Every format is to be had from the command line.
for format in text json github gitlab sarif junit rdjson teamcity azure markdown; do
    expect 1 gmig check --report "$format"
    has divergent-heads
done
