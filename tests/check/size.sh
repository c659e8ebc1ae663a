#!/bin/sh
# size.sh: an endpoint has at most 80 lines, another source 300, a function
# 40 from its name to its closing brace, and a line 80 columns.
set -eu

too_long() {                    # FOLDER... : LIMIT lines at most
    limit=$1; shift
    find "$@" -name '*.[ch]' | LC_ALL=C sort | while read -r file; do
        lines=$(wc -l < "$file")
        [ "$lines" -le "$limit" ] || echo "$file: $lines lines"
    done
}

{
    too_long 80 cgi-bin
    too_long 300 lib cron
    find lib cgi-bin cron -name '*.c' | LC_ALL=C sort | xargs awk '
        FNR == 1 { name = ""; body = 0 }
        /^[A-Za-z_][A-Za-z0-9_]*\(/ { name = $1; start = FNR; body = 0 }
        /^{/ { body = name != "" }
        /^}/ && body {
            if (FNR - start + 1 > 40)
                print FILENAME ":" start ": " name " has " \
                      FNR - start + 1 " lines"
            name = ""; body = 0
        }'
    find . \( -path ./build -o -path ./.git \) -prune -o -type f \
        \( -name '*.[ch]' -o -name '*.sh' -o -name '*.py' \
        -o -name '*.awk' -o -name Makefile \) -print | LC_ALL=C sort |
        LC_ALL=C.UTF-8 xargs grep -n '.\{81,\}' | cut -c 1-100 || true
} | { ! grep .; }
