#!/bin/sh
# clock.sh: what serves the tests alone is not in a release: its clock cannot
# be moved, and nothing kills it at a point.
set -eu
BUILD=${BUILD:-build/release}
[ -d "$BUILD/cgi-bin" ] || { echo "$BUILD is not built"; exit 1; }
! find "$BUILD/cgi-bin" "$BUILD/cron" -type f -perm -100 -exec \
    grep -laE 'CRIER_(CLOCK|SYNCHRONISED|KILL_AT|POINTS)' {} +
