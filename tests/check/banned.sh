#!/bin/sh
# banned.sh: calls that no code of ours makes, and output only where it
# belongs.
set -eu
banned='strcpy|strncpy|strcat|strncat|sprintf|vsprintf|gets|strtok|strtok_r'
banned="$banned|atoi|atol|atof|localtime|localtime_r|gmtime|ctime|asctime"
banned="$banned|system|popen|alloca|tmpnam|mktemp|rand|srand|setjmp"

# Who writes to standard output or standard error.
output='lib/web/(reply|describe)\.c|lib/base/log\.c|lib/publish/plan\.c'
output="$output|(lib/admin|cron)/[a-z_]*\.[ch]"

code() {
    find lib cgi-bin cron -name '*.[ch]' | LC_ALL=C sort |
        xargs awk -f tests/check/code.awk
}

{
    code | grep -E "[^A-Za-z0-9_.>]($banned) *\(" || true
    code | sed 's/format(printf//' | grep -vE "^($output):" |
        grep -E '[^A-Za-z0-9_](v?printf|puts|putchar|stdout|stderr)\b' || true
} | { ! grep .; }
