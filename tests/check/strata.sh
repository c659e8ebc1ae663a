#!/bin/sh
# strata.sh: each stratum includes only what stands below it, the two wings
# never each other, and each library is met in one place.
set -eu
tab=$(printf '\t')

# stratum: what it may include
rules='lib/base base
lib/data data base
lib/core core data base
lib/web web core data base
lib/dialect dialect web core data base
lib/network network core data base
lib/publish publish network core data base
lib/admin admin publish network core data base
lib/connect connect web network core data base
cgi-bin dialect web core data base
cron admin publish network core data base'

# lib/connect stands in both wings: its pages ask networks. Only the programs
# named here may include it, or ask a server themselves.
exceptions='cgi-bin/mcp/connect.c connect
cgi-bin/socialrails/api/v1/ai/generate.c network
cgi-bin/socialrails/api/v1/media/upload-url.c network'

# header: the one stratum that may include it
libraries='curl/curl.h lib/network
sqlite3.h lib/data
sodium.h lib/base
b64/cencode.h lib/base
b64/cdecode.h lib/base'

{
    find lib cgi-bin cron -name '*.[ch]' | LC_ALL=C sort |
    while read -r file; do
        allowed=$(echo "$rules" | while read -r stratum words; do
            case $file in $stratum/*) echo "$words" ;; esac
        done)
        more=$(echo "$exceptions" | sed -n "s,^$file ,,p")
        [ -n "$allowed" ] || echo "$file: stands in no stratum"
        sed -n 's/^ *# *include *"\([^"]*\)".*/\1/p' "$file" |
        while read -r header; do
            case $header in schema.inc) continue ;; esac
            case " $allowed $more " in
            *" ${header%%/*} "*) ;;
            *) echo "$file: includes $header" ;;
            esac
            [ -f "lib/$header" ] || echo "$file: $header is not in lib"
        done
        echo "$libraries" | while read -r header stratum; do
            case $file in "$stratum"/*) continue ;; esac
            if grep -q "^ *# *include *<$header>" "$file"; then
                echo "$file: includes <$header>"
            fi
        done
    done
    echo "$exceptions" | while read -r file stratum; do
        [ ! -f "$file" ] || grep -q "include \"$stratum/" "$file" ||
            echo "$file: needs no exception for $stratum"
    done
} | { ! grep .; }
