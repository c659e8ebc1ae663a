#!/bin/sh
# openapi.sh: join what every program under $1 says of itself (--describe: a
# line for each path) into one OpenAPI document.
set -eu
cat <<'END'
{"openapi":"3.1.0","info":{"title":"Crier","version":"1",
"description":"Schedules social posts and publishes them."},
"components":{"securitySchemes":{"key":{"type":"http","scheme":"bearer"}}},
"paths":{
END
find "$1" -type f -perm -100 ! -name '*.o' | LC_ALL=C sort |
while read -r program; do "$program" --describe; done | sed '$!s/$/,/'
echo '}}'
