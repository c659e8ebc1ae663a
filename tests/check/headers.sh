#!/bin/sh
# headers.sh: each header compiles alone, and twice.
set -eu
CC=${CC:-cc}
find lib -name '*.h' | LC_ALL=C sort | {
    status=0
    while read -r header; do
        name=${header#lib/}
        printf '#include "%s"\n#include "%s"\n' "$name" "$name" |
            $CC -std=c11 -Wall -Wextra -Werror -D_GNU_SOURCE -Ilib \
                -fsyntax-only -x c - || { echo "$header"; status=1; }
    done
    exit $status
}
