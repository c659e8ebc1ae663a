#!/bin/sh
# schema.sh: every table is STRICT, and every program's statements prepare
# over a database made from schema.sql.
set -eu
BUILD=${BUILD:-build/release}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
database=$folder/crier.db
status=0

sqlite3 -bail "$database" < schema.sql > /dev/null
loose=$(sqlite3 "$database" "SELECT name || ' is not STRICT'
    FROM pragma_table_list WHERE schema = 'main' AND type = 'table'
     AND NOT strict AND name NOT LIKE 'sqlite_%'")
[ -z "$loose" ] || { echo "$loose"; status=1; }

[ -d "$BUILD/cgi-bin" ] || { echo "$BUILD is not built"; exit 1; }
for program in $(find "$BUILD/cgi-bin" -type f -perm -100 | LC_ALL=C sort); do
    "$program" --check "$database" 2>&1 || { echo "$program"; status=1; }
done
exit $status
