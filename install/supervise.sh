#!/bin/sh
# supervise: run an instance's own web server, and a tick now and each minute,
# until this process ends; however it ends, they end with it.
#
#     supervise PREFIX [ticker]
#
# It must lead a process group of its own (setsid).
set -u
prefix=$1
alive=$prefix/run/alive
cd /

# The guard reads a pipe that only the supervisor holds open for writing. The
# kernel closes it when the supervisor is gone, even by kill -9.
rm -f "$alive"
mkfifo -m 600 "$alive" || exit 1
(
    trap '' TERM
    read -r _ < "$alive"
    kill -TERM 0
) &
exec 9> "$alive"
rm -f "$alive"

echo "$$" > "$prefix/run/supervisor.pid.new"
mv -f "$prefix/run/supervisor.pid.new" "$prefix/run/supervisor.pid"

PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
lighttpd -D -f "$prefix/etc/lighttpd.conf" 9>&- &
server=$!

if [ "${2-}" = ticker ]; then
    while :; do
        "$prefix/bin/tick" &
        sleep $((60 - $(date +%s) % 60))
    done 9>&- &
fi

trap 'exit 0' HUP INT TERM
wait "$server"
