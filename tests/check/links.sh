#!/bin/sh
# links.sh: a program that needs no network links no libcurl, and in the build
# that is installed an endpoint that needs none links no library at all, where
# the archives for that are there.
set -eu
BUILD=${BUILD:-build/release}

# The programs that talk to networks.
talkers='cgi-bin/mcp/connect
cgi-bin/socialrails/api/v1/ai/generate
cgi-bin/socialrails/api/v1/media/upload-url
cron/admin
cron/collector
cron/publisher'

whole=yes
for name in c sqlite3 sodium b64 utf8proc; do
    case $(${CC:-cc} -print-file-name=lib$name.a) in
    /*) ;;
    *) whole= ;;
    esac
done

[ -d "$BUILD/cgi-bin" ] || { echo "$BUILD is not built"; exit 1; }
(cd "$BUILD" && find cgi-bin cron -type f -perm -100 | LC_ALL=C sort) | {
    status=0
    while read -r program; do
        if ldd "$BUILD/$program" | grep -q libcurl; then links=1; else links=0
        fi
        if echo "$talkers" | grep -qx "$program"; then talks=1; else talks=0
        fi
        [ $links = $talks ] || status=1
        case $BUILD:$program:$talks:$whole in
        */release:cgi-bin/*:0:yes)
            ldd "$BUILD/$program" | grep -q 'statically linked' ||
                { echo "$program is not static"; status=1; } ;;
        esac
        [ $links -le $talks ] || echo "$program links libcurl"
        [ $links -ge $talks ] || echo "$program is named but links no libcurl"
    done
    exit $status
}
