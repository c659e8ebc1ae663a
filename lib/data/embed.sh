#!/bin/sh
# embed.sh SCHEMA [STEP...]: schema.sql and the steps in migrations/ as C, for
# migrate.c.
quote() {
    sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/^/    "/' -e 's/$/\\n"/'
}

# Without comments: SQLite keeps a statement as it was written, and every
# request reads it.
bare() {
    awk -v single="'" '{
        at = index($0, "--")
        head = probe = substr($0, 1, at - 1)
        if (at && gsub(/"/, "", probe) % 2 == 0 &&
            gsub(single, "", probe) % 2 == 0)
            $0 = head
        sub(/[ \t]+$/, "")
        if ($0 != "")
            print
    }' "$1"
}
schema=$1
shift
printf '/* Made by lib/data/embed.sh. */\n'
printf 'const char migrate_schema[] =\n'
bare "$schema" | quote
printf ';\nconst struct migrate_step migrate_steps[] = {\n'
for step in "$@"; do
    name=$(basename "$step" .sql)
    number=$(expr "$name" : '0*\([1-9][0-9]*\)-.') || {
        echo "embed.sh: $step: not named NNNN-words.sql" >&2
        exit 1
    }
    printf '{ %d, "%s",\n' "$number" "$name"
    bare "$step" | quote
    printf '},\n'
done
printf '{ 0, 0, 0 }\n};\n'
