#!/bin/sh
# programs.sh: the programs of cgi-bin as a C table, for endpoint.c. The
# Makefile names the main() of each program_ and its path.
set -eu
list=$(find cgi-bin -name '*.c' | LC_ALL=C sort | sed 's,^cgi-bin/,,; s,\.c$,,')
for path in $list; do
    echo "int program_$(echo "$path" | tr /.- ___)(int, char **);"
done
echo 'static const struct program {'
echo '    const char *path;'
echo '    int (*run)(int, char **);'
echo '} programs[] = {'
for path in $list; do
    echo "    { \"/$path\", program_$(echo "$path" | tr /.- ___) },"
done
echo '};'
