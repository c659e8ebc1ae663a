# demo.sh: an instance of its own with a web server of its own, on this
# machine's loopback address, that has published a first post.

do_demo() {
    : "${prefix:=$(pwd -P)/demo}"
    demo_dir=$prefix
    if [ -L "$demo_dir/instance" ]; then
        prefix=$(cd "$demo_dir/instance" && pwd -P)
    fi
    if [ -n "$stop" ]; then
        demo_stop || fail "no demo runs in $demo_dir"
        say "stopped; ./install.sh demo --dir $demo_dir goes on with it"
        return
    fi
    need base build lighttpd demo
    built
    pick_owner
    demo_place
    instance_names
    if demo_stop; then say 'stopped the demo that ran here'; fi
    demo_port
    step "laying out an instance in $prefix, of user $owner"
    demo_again=
    if [ -f "$data/crier.db" ]; then demo_again=yes; fi
    lay_instance
    if [ -n "$demo_again" ]; then admin clock accept; fi
    demo_start
    demo_people
    demo_post
    demo_tell
}

# demo_place: where the instance's user cannot reach the folder asked for (as
# below /root), the instance lies in /var/lib and the folder links to it.
demo_place() {
    if [ -L "$demo_dir/instance" ]; then return; fi
    mkdir -p "$demo_dir"
    if ! reachable "$owner" "$demo_dir"; then
        prefix=$(mktemp -d /var/lib/crier-demo.XXXXXX)
        chmod 755 "$prefix"
        ln -s "$prefix" "$demo_dir/instance"
        say "user $owner cannot reach $demo_dir: the instance is in $prefix"
    fi
}

# demo_pid: the supervisor of this instance, if it lives.
demo_pid() {
    demo_pid=$(cat "$prefix/run/supervisor.pid" 2>/dev/null) || return 1
    tr '\0' ' ' 2>/dev/null < "/proc/$demo_pid/cmdline" |
        grep -Fq "$prefix/libexec/supervise" || return 1
    echo "$demo_pid"
}

demo_stop() {
    demo_running=$(demo_pid) || return 1
    step "stopping the supervisor, process $demo_running"
    kill "$demo_running"
    demo_wait=0
    while demo_pid >/dev/null || server_answers; do
        demo_wait=$((demo_wait + 1))
        [ "$demo_wait" -le 100 ] || fail "process $demo_running does not end"
        sleep 0.1
    done
    rm -f "$prefix/run/supervisor.pid"
}

# server_answers: does the instance's own server still listen?
server_answers() {
    demo_old=$(sed -n 's/^server.port = //p' "$prefix/etc/lighttpd.conf" \
        2>/dev/null)
    [ -n "$demo_old" ] && ! port_is_free "$demo_old"
}

# port_is_free PORT: nobody accepts connections there (curl's status 7).
port_is_free() {
    curl -s -o /dev/null --max-time 2 "http://127.0.0.1:$1/" && return 1
    [ $? = 7 ]
}

# demo_port: the one asked for, the one it had, or the first free from 8080.
demo_port() {
    if [ -n "$port" ]; then
        case $port in
        *[!0-9]* | ??????*) fail "--port $port: is no port" ;;
        esac
        port_is_free "$port" || fail "port $port is taken"
    else
        port=8080
        if [ -f "$conf" ]; then port=$(conf_get base_url | sed 's/.*://'); fi
        while ! port_is_free "$port"; do port=$((port + 1)); done
    fi
    base_url=http://127.0.0.1:$port
}

demo_start() {
    step "starting lighttpd on 127.0.0.1:$port${ticker:+ and a minute ticker}"
    folder "$prefix/run" 755 "$owner"
    put "$here/install/supervise.sh" "$prefix/libexec/supervise" 755
    server_config lighttpd-server | put_text "$prefix/etc/lighttpd.conf" 644
    run_as "$owner" sh -c 'setsid "$@" 2>> "$0" &' "$logs/supervisor.log" \
        "$prefix/libexec/supervise" "$prefix" ${ticker:+ticker} \
        < /dev/null > /dev/null 2>&1
    demo_wait=0
    while port_is_free "$port"; do
        demo_wait=$((demo_wait + 1))
        if [ "$demo_wait" -gt 100 ]; then
            tail -n 5 "$logs/supervisor.log" "$logs/lighttpd.log" >&2 || :
            fail 'lighttpd does not start'
        fi
        sleep 0.1
    done
    demo_running=$(demo_pid) || fail 'the supervisor has ended'
}

# api METHOD PATH [BODY]: one request with curl, as any program would.
api() {
    curl -sS --max-time 60 -X "$1" "$base_url/api/v1$2" \
        -H "Authorization: Bearer $CRIER_API_KEY" \
        ${3:+-H "Content-Type: application/json" --data "$3"}
}

# demo_people: a user, a key and a `site' account; those of the last run, if
# they are still good.
demo_people() {
    CRIER_EMAIL=demo@example.org CRIER_API_KEY= CRIER_PASSWORD=
    if [ -f "$demo_dir/demo.env" ]; then
        CRIER_EMAIL=$(. "$demo_dir/demo.env" && echo "$CRIER_EMAIL")
        CRIER_PASSWORD=$(. "$demo_dir/demo.env" && echo "$CRIER_PASSWORD")
        CRIER_API_KEY=$(. "$demo_dir/demo.env" && echo "$CRIER_API_KEY")
    fi
    if [ -z "$CRIER_PASSWORD" ]; then
        step "creating user $CRIER_EMAIL"
        CRIER_PASSWORD=$(od -An -N12 -tx1 /dev/urandom | tr -d ' \n')
        if admin user list | grep -Fq "$CRIER_EMAIL"; then
            echo "$CRIER_PASSWORD" | admin user password "$CRIER_EMAIL"
        else
            echo "$CRIER_PASSWORD" | admin user add "$CRIER_EMAIL"
        fi
    fi
    if [ -z "$CRIER_API_KEY" ] || ! api GET /connections |
        grep -q '"accounts"'; then
        step 'creating an API key'
        CRIER_API_KEY=$(admin key add --user "$CRIER_EMAIL" --name demo \
            --scopes all)
    fi
    account=$(api GET /connections | account_of site)
    if [ -z "$account" ]; then
        step 'connecting the site feed of this instance'
        admin account add site --user "$CRIER_EMAIL" --handle demo
        account=$(api GET /connections | account_of site)
    fi
    [ -n "$account" ] || fail 'GET /connections shows no site account'
}

# account_of NETWORK: the first such account's id in an answer to
# GET /connections.
account_of() {
    tr '{' '\n' | grep "\"platform\":\"$1\"" |
        sed -n 's/.*"id":"\([^"]*\)".*/\1/p' | head -n 1
}

demo_post() {
    step 'scheduling a post through the API'
    soon=$(date -u -d "@$(($(date +%s) + 30))" +%Y-%m-%dT%H:%M:%SZ)
    caption='Hello from Crier! A program asked for this through the API,'
    caption="$caption SQLite kept it, and the publisher put it here."
    answer=$(api POST /posts/schedule "{\"platforms\": [\"site\"],
        \"profileIds\": [\"$account\"], \"scheduledTime\": \"$soon\",
        \"caption\": \"$caption\"}")
    say "$answer"
    post=$(printf '%s' "$answer" |
        sed -n 's/.*"postIds": *\[ *"\([^"]*\)".*/\1/p')
    [ -n "$post" ] || fail 'the API took no post'
    step 'publishing it now'
    run_as "$owner" "$prefix/bin/tick" --target "${post#post_}" ||
        tail -n 5 "$logs/publisher.log"
    demo_wait=0
    while :; do
        answer=$(api GET "/posts/$post")
        case $answer in
        *'"status":"posted"'*) break ;;
        *'"status":"failed"'*) fail "$answer" ;;
        esac
        demo_wait=$((demo_wait + 1))
        [ "$demo_wait" -le 120 ] || fail "not published: $answer"
        sleep 1
    done
    permalink=$(printf '%s' "$answer" |
        sed -n 's/.*"permalink":"\([^"]*\)".*/\1/p')
    curl -fsS -o /dev/null "$permalink" || fail "$permalink does not answer"
}

demo_tell() {
    (umask 077
    for name in CRIER_URL CRIER_API_KEY CRIER_CONF CRIER_EMAIL \
        CRIER_PASSWORD CRIER_PID CRIER_BIN; do
        case $name in
        CRIER_URL) value=$base_url ;;
        CRIER_CONF) value=$conf ;;
        CRIER_PID) value=$demo_running ;;
        CRIER_BIN) value=$prefix/bin ;;
        *) eval "value=\$$name" ;;
        esac
        printf '%s=%s\n' "$name" "$(quote "$value")"
    done > "$demo_dir/demo.env.new"
    if [ -n "${SUDO_USER-}" ] && [ "$owner" = "$SUDO_USER" ]; then
        chown "$owner" "$demo_dir/demo.env.new"
    fi
    mv -f "$demo_dir/demo.env.new" "$demo_dir/demo.env")
    cat <<END

Crier runs at $base_url/ ($owner, process $demo_running).
Its first post: $permalink

Go on:
    set -a; . $(quote "$demo_dir/demo.env"); set +a
    curl -H "Authorization: Bearer \$CRIER_API_KEY" \\
        "\$CRIER_URL/api/v1/connections"
    "\$CRIER_BIN/crier-admin" doctor
    ./install.sh demo --stop --dir $(quote "$demo_dir")
END
}
