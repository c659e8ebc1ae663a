#!/bin/sh
# ownership.sh: every operation that a program describes, and every id that it
# takes, has its row in the ownership matrix (tests/api/ownership.py says how
# to add one).
set -eu
BUILD=${BUILD:-build/release}

[ -d "$BUILD/cgi-bin" ] || { echo "$BUILD is not built"; exit 1; }
exec /usr/bin/env python3 tests/api/ownership.py "$BUILD"
