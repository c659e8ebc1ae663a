#!/bin/sh
# words.sh: nothing is left for another day.
set -eu
words='TODO|FIXME|HACK|for now|not yet implemented|unimplemented|placeholder'
! find . \( -path ./build -o -path ./.git -o -path ./demo \) -prune \
    -o -type f ! -path ./tests/check/words.sh ! -name '*.[jp]*g' -print |
    LC_ALL=C sort | xargs grep -nIiE "(^|[^a-z])($words)([^a-z]|\$)"
