#!/bin/sh
# embed.sh SCHEMA [STEP...]: schema.sql and the steps in migrations/ as C, for
# migrate.c.
quote() {
    sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/^/    "/' -e 's/$/\\n"/' "$1"
}
schema=$1
shift
printf '/* Made by lib/data/embed.sh. */\n'
printf 'const char migrate_schema[] =\n'
quote "$schema"
printf ';\nconst struct migrate_step migrate_steps[] = {\n'
for step in "$@"; do
    name=$(basename "$step" .sql)
    number=$(expr "$name" : '0*\([1-9][0-9]*\)-.') || {
        echo "embed.sh: $step: not named NNNN-words.sql" >&2
        exit 1
    }
    printf '{ %d, "%s",\n' "$number" "$name"
    quote "$step"
    printf '},\n'
done
printf '{ 0, 0, 0 }\n};\n'
