#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What all refs say together is what each says alone: alone, no tree is read as another one and a few files more.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"

# stream SEED: random branches, for git fast-import. Most go on from the head of another one; the others have whatever
# a history can have.
stream() {
    awk -v seed="$1" 'function any(count) { return int(rand() * count) }
    function id(number) { return sprintf("%08x", 4096 + number) }
    function put(path, text) { printf "M 100644 inline %s\ndata %d\n%s\n", path, length(text), text }
    function add(self, parents, extra) {
        put(sprintf("migrations/%02d_%s.sql", any(100), self),
            "-- revision: " self "\n-- parents: [" parents "]\n-- created: 2026-01-01T00:00:00Z\n" extra \
            "\n-- gmig:up\nSELECT 1;\n")
    }
    function start(ref, from) {
        printf "commit refs/heads/%s\ncommitter T <t@example.org> 1700000000 +0000\ndata 1\nx\n", ref
        if (from != "")
            printf "from refs/heads/%s\n", from
    }
    BEGIN {
        srand(seed)
        start("main", "")
        put("gmig.yml", "migrations: migrations\ndialects: [sqlite]")
        for (next_id = 0; next_id < 8; next_id++)
            add(id(next_id), next_id ? id(next_id - 1) : "", "")
        head["main"] = id(7)
        for (number = 0; number < 110; number++) {
            ref = sprintf("b%05d", any(100) * 110 + number)
            if (number % 10 == 0)
                printf "reset refs/heads/%s-\nfrom refs/heads/main\n", ref
            from = number && any(3) == 0 ? names[any(number)] : "main"
            names[number] = ref
            start(ref, from)
            last = head[from]
            self = id(next_id++)
            kind = any(24)
            if (kind == 0) put("src/other", number)
            else if (kind == 1) add(self, id(any(8)), "")
            else if (kind == 2) add(self, last, "-- labels: [web]\n")
            else if (kind == 3) add(self, last, "-- depends: [" id(any(8)) "]\n")
            else if (kind == 4) add(id(any(8)), last, "")
            else if (kind == 5) add(self, "ffffffff", "")
            else if (kind == 6) print "D migrations"
            else if (kind == 7) put("migrations/50_broken.sql", "broken")
            else if (kind == 8) print "M 120000 inline migrations/link.sql\ndata 1\nx"
            else if (kind == 9) add(self, "", "")
            else if (kind == 10) add(self, self, "")
            else if (kind == 11) add(self, id(any(8)) ", " last, "")
            else if (kind == 12) { add(self, id(next_id), ""); add(id(next_id), self, ""); next_id++ }
            else if (kind == 13) put("migrations/README", number)
            else if (kind == 14) add(self, last ", ffffffff", "")
            else {
                for (more = any(3); more >= 0; more--) {
                    add(self, last, "")
                    last = self
                    self = id(next_id++)
                }
                self = last
            }
            head[ref] = self
        }
    }'
}

for seed in ${GMIG_SEED:-$(as_many "1 2 3" 1)}; do
    cd "$box/here"
    new_repo "repo$seed"
    stream "$seed" | git fast-import --quiet
    # The second time from what the first one kept.
    for time in first second; do
        together=0
        $GMIG heads --all-refs >"$box/$time" 2>/dev/null || together=$?
        [ $together -eq 1 ] || fail "seed $seed: heads --all-refs ended with $together"
        [ -f .git/gmig/entries ] || fail "seed $seed: nothing was kept"
    done
    rm -r .git/gmig
    git for-each-ref --format='%(refname)' refs/heads >"$box/refs"
    while read -r ref; do
        $GMIG heads --refs "$ref" 2>/dev/null || :
    done <"$box/refs" >"$box/alone"
    for time in first second; do
        diff "$box/$time" "$box/alone" || fail "seed $seed, $time time: together refs say something else than alone"
    done
done
