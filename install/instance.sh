# instance.sh: an instance of Crier is one folder, the same for a demo, a
# test and a real host:
#   bin/      publisher, collector, janitor and crier-admin, that know
#             their crier.conf; tick, collect and night, for cron
#   libexec/  the programs behind them       cgi-bin/  the endpoints
#   share/    schema.sql, migrations         etc/      crier.conf, servers'
#   log/      capped logs                    www/      the document root
#   data/     database, key, media, run files: 0700, of the one user
#             that serves requests and publishes

# instance_names: set the names of its parts from $prefix and $docroot.
instance_names() {
    cgi=$prefix/cgi-bin
    conf=$prefix/etc/crier.conf
    data=$prefix/data
    logs=$prefix/log
    : "${docroot:=$prefix/www}"
}

# pick_owner: as root without --user, who called sudo (for a demo), else the
# user that a web server has.
pick_owner() {
    [ -z "$owner" ] || return 0
    owner=$(id -un)
    [ "$(id -u)" = 0 ] || return 0
    if [ "$command" = demo ] && [ "${SUDO_USER:-root}" != root ]; then
        owner=$SUDO_USER
        return
    fi
    for owner in www-data apache lighttpd http nobody; do
        if id "$owner" >/dev/null 2>&1; then return; fi
    done
    fail 'no user to run as: name one with --user'
}

# built: the folder with programs: --build, a bundle's own, or a new build.
built() {
    if [ -n "$build" ]; then
        :
    elif [ -d "$here/programs" ]; then
        build=$here/programs
    else
        step 'building the programs'
        make_programs >&2 || fail 'the build failed'
        build=$here/build/release${dynamic:+-dynamic}
    fi
    [ -x "$build/cron/publisher" ] || fail "$build: holds no programs"
}

# make_programs: one make at a time, where there is a way to wait.
make_programs() {
    set -- make -s -C "$here" -j"$(getconf _NPROCESSORS_ONLN || echo 2)" \
        ${dynamic:+STATIC=0}
    if have flock; then
        mkdir -p "$here/build"
        flock "$here/build/lock" "$@"
    else
        "$@"
    fi
}

# door PROGRAM HOW: a program that knows where its crier.conf is.
door() {
    echo '#!/bin/sh'
    if [ "$2" = default ]; then
        printf 'CRIER_CONF=${CRIER_CONF:-%s}\n' "$(quote "$conf")"
    else
        printf 'CRIER_CONF=%s\n' "$(quote "$conf")"
    fi
    echo 'export CRIER_CONF'
    if [ -d "$prefix/lib" ]; then
        printf 'LD_LIBRARY_PATH=%s\n' "$(quote "$prefix/lib")"
        echo 'export LD_LIBRARY_PATH'
    fi
    if [ "$2" = default ]; then
        printf 'exec %s "$@"\n' "$(quote "$1")"
    else
        printf 'exec %s\n' "$(quote "$1")"
    fi
}

# publishers: the processes that run this instance's publisher, collector or
# janitor.
publishers() {
    for process in /proc/[0-9]*; do
        case $(readlink "$process/exe" 2>/dev/null) in
        "$prefix/libexec/publisher" | "$prefix/libexec/publisher (deleted)" | \
            "$prefix/libexec/collector" | \
            "$prefix/libexec/collector (deleted)" | \
            "$prefix/libexec/janitor" | "$prefix/libexec/janitor (deleted)")
            echo "${process#/proc/}" ;;
        esac
    done
}

# hold_publishers: before an upgrade. No tick begins (bin/tick looks for the
# file), those that run are asked to end, and are waited for: a post on its
# way is finished first.
hold_publishers() {
    folder "$prefix/etc" 755
    holding=$prefix/etc/upgrading
    : > "$holding"
    [ -n "$(publishers)" ] || return 0
    step 'waiting for posts that are on their way'
    kill -TERM $(publishers) 2>/dev/null || :
    hold_wait=0
    while [ -n "$(publishers)" ]; do
        hold_wait=$((hold_wait + 1))
        [ "$hold_wait" -le 600 ] || fail 'a post is on its way for 10 minutes:
    nothing was changed; run this again later'
        sleep 1
    done
}

release_publishers() {
    rm -f "$prefix/etc/upgrading"
    holding=
}

# is_upgrade: do the programs built differ from those in place?
is_upgrade() {
    [ -f "$prefix/libexec/publisher" ] || return 1
    ! cmp -s "$build/cron/publisher" "$prefix/libexec/publisher" ||
        ! cmp -s "$build/cron/admin" "$prefix/libexec/crier-admin"
}

# lay_programs: what was built goes to its places, each file in one step;
# what is built no more is removed.
lay_programs() {
    folder "$prefix" 755
    for part in bin libexec cgi-bin share share/migrations etc; do
        folder "$prefix/$part" 755
    done
    for program in "$build"/cron/*; do
        [ -f "$program" ] && [ -x "$program" ] || continue
        name=$(basename "$program")
        if [ "$name" = admin ]; then name=crier-admin; fi
        put "$program" "$prefix/libexec/$name" 755
        door "$prefix/libexec/$name" default | put_text "$prefix/bin/$name" 755
    done
    programs "$build/cgi-bin" '' > "$scratch/programs"
    while read -r program; do
        folder "$(dirname "$cgi/$program")" 755
        put "$build/cgi-bin/$program" "$cgi/$program$suffix" 755
    done < "$scratch/programs"
    (cd "$cgi" && find . -type f) | sed 's|^\./||' | LC_ALL=C sort |
    while read -r program; do
        if ! sed "s|\$|$suffix|" "$scratch/programs" |
            grep -Fqx "$program"; then
            rm -f "$cgi/$program"
            wrote "$cgi (without $program)"
        fi
    done
    put "$here/schema.sql" "$prefix/share/schema.sql" 644
    put "$build/openapi.json" "$prefix/share/openapi.json" 644
    for file in "$here"/migrations/*.sql; do
        if [ -f "$file" ]; then
            put "$file" "$prefix/share/migrations/$(basename "$file")" 644
        fi
    done
    cron_script publisher | put_text "$prefix/bin/tick" 755
    cron_script collector | put_text "$prefix/bin/collect" 755
    cron_script janitor | put_text "$prefix/bin/night" 755
}

# cron_script PROGRAM: what cron starts. The log is capped: at a megabyte it
# becomes PROGRAM.log.1, and the one before is gone.
cron_script() {
    cat <<END
#!/bin/sh
# Runs the $1; its words go to a log of at most two megabytes. While
# install.sh replaces programs and migrates, it does not begin.
[ ! -e $(quote "$prefix/etc/upgrading") ] || exit 0
log=$(quote "$logs/$1.log")
if [ "\$(wc -c 2>/dev/null < "\$log" || echo 0)" -gt 1000000 ]; then
    mv -f "\$log" "\$log.1"
fi
exec $(quote "$prefix/bin/$1") "\$@" >> "\$log" 2>&1
END
}

# lay_pages: the document root, and the folder where `site' accounts write. A
# page of the same name that is somebody else's stays.
lay_pages() {
    folder "$docroot" 755
    pages > "$scratch/pages"
    while read -r page; do
        if [ -f "$docroot/$page" ] && ! is_ours "$docroot/$page"; then
            say "kept your own $docroot/$page"
            continue
        fi
        folder "$(dirname "$docroot/$page")" 755
        put "$here/htdocs/$page" "$docroot/$page" 644
    done < "$scratch/pages"
    put "$here/README" "$docroot/crier-readme.txt" 644
    folder "$docroot/site" 755 "$owner"
}

# pages: the files of htdocs.
pages() {
    (cd "$here/htdocs" && find . -type f) | sed 's|^\./||' | LC_ALL=C sort
}

is_ours() { grep -qs 'name="generator" content="Crier"' "$1"; }

# conf_get KEY: its value in crier.conf.
conf_get() {
    sed -n "s/^ *$1 *= *//p" "$conf" | tail -n 1
}

# conf_set KEY VALUE: change the key's line in the file to come, or add one.
conf_set() {
    awk -v key="$1" -v value="$2" '
        { word = $0; sub(/[ =].*/, "", word) }
        word == key { if (!done++) print key " = " value; next }
        { print }
        END { if (!done) print key " = " value }' "$conf.new" > "$scratch/conf"
    cat "$scratch/conf" > "$conf.new"
}

# lay_conf: crier.conf, written once; afterwards only what was asked for
# changes. It comes to its place when crier-admin has read it without a word.
lay_conf() {
    if [ -f "$conf" ]; then
        cp "$conf" "$conf.new"
        if [ -n "$base_url" ]; then conf_set base_url "$base_url"; fi
    else
        cat > "$conf.new" <<END
# crier.conf: what the operator of this instance decided. README has the keys.
base_url = $base_url
data_dir = $data
share_dir = $prefix/share
site_dir = $docroot/site
END
    fi
    chmod 644 "$conf.new"
    while IFS= read -r line; do
        [ -n "$line" ] || continue
        case $line in
        *=*) conf_set "$(echo "${line%%=*}" | sed 's/^ *//; s/ *$//')" \
                 "$(echo "${line#*=}" | sed 's/^ *//; s/ *$//')" ;;
        *) conf_set "$line" '' ;;
        esac
    done <<END
$settings
END
}

settle_conf() {
    if ! CRIER_CONF=$conf.new admin init
    then
        rm -f "$conf.new"
        fail 'crier.conf stays as it was'
    elif cmp -s "$conf.new" "$conf"; then
        rm -f "$conf.new"
    else
        mv -f "$conf.new" "$conf"
        wrote "$conf"
    fi
}

admin() { run_as "$owner" "$prefix/bin/crier-admin" "$@"; }

# lay_data: key file and database, new or brought up to date.
lay_data() {
    folder "$data" 700 "$owner"
    folder "$data/upload" 700 "$owner"
    folder "$logs" 750 "$owner"
    if [ -f "$data/crier.db" ]; then
        settle_conf
        admin migrate
    else
        settle_conf
        wrote "$data/crier.db"
    fi
}

lay_instance() {
    if is_upgrade; then hold_publishers; fi
    lay_programs
    lay_pages
    lay_conf
    lay_data
    release_publishers
}

# server_config WHICH: print a web server's configuration of this instance.
server_config() {
    T_COMMAND="./install.sh $command" T_DOCROOT=$docroot T_CGI=$cgi
    T_LOG=$logs T_UPLOADS=$data/upload T_PORT=$port
    T_PREFIXES=$(prefixes "$cgi")
    T_ALIASES=$(echo "$T_PREFIXES" | tr '|' '\n' | while read -r word; do
        printf '    "/%s/" => "%s/%s/",\n' "$word" "$cgi" "$word"
    done)
    export T_COMMAND T_DOCROOT T_CGI T_LOG T_UPLOADS T_PORT T_PREFIXES
    export T_ALIASES T_ROUTES T_ENVIRONMENT T_SITE
    case $1 in
    lighttpd)
        T_ROUTES=$(routes lighttpd "$cgi" "$suffix")
        T_ENVIRONMENT=$(environment '        "%s" => "%s",\n')
        render lighttpd.conf.in ;;
    lighttpd-server)
        T_SITE=$(server_config lighttpd)
        render lighttpd-server.conf.in ;;
    apache)
        T_ROUTES=$(routes apache "$cgi" "$suffix" "$cgi")
        T_ENVIRONMENT=$(environment '    SetEnv %s "%s"\n')
        render apache.conf.in ;;
    *)
        fail "config $1: lighttpd, lighttpd-server or apache" ;;
    esac
}

# environment FORMAT: what the server hands to the programs.
environment() {
    printf "$1" CRIER_CONF "$conf"
    if [ -d "$prefix/lib" ]; then
        printf "$1" LD_LIBRARY_PATH "$prefix/lib"
    fi
    while IFS= read -r line; do
        [ -z "$line" ] || printf "$1" "${line%%=*}" "${line#*=}"
    done <<END
$variables
END
}
