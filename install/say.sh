# say.sh: how install.sh speaks, gives up, quotes and replaces files.

step() { printf '==> %s\n' "$*"; }
say() { printf '    %s\n' "$*"; }

fail() {
    printf 'install.sh: %s\n' "$*" >&2
    exit 1
}

# quote WORD: the word as a shell reads it back.
quote() {
    printf "'"
    printf '%s' "$1" | sed "s/'/'\\\\''/g"
    printf "'"
}

have() { command -v "$1" >/dev/null 2>&1; }

# absolute PATH: the path from /, whether or not it exists yet.
absolute() {
    case $1 in
    /*) printf '%s\n' "$1" ;;
    *) printf '%s/%s\n' "$(pwd -P)" "$1" ;;
    esac | sed 's|/\./|/|g; s|//*|/|g; s|\(.\)/$|\1|; s|/\.$||'
}

# plain_path PATH: paths go into configurations of four syntaxes; only those
# that mean the same in each are taken.
plain_path() {
    case $1 in
    *[!A-Za-z0-9_./@:,+=\ -]*)
        fail "$1: a path may hold letters, digits, spaces, _./@:,+= and -" ;;
    esac
}

# wrote PATH: what a run changes is listed, so that it can say "nothing".
wrote() {
    echo "$1" >> "$scratch/changes"
    [ -z "${list_changes-}" ] || say "wrote $1"
}

# put SOURCE DESTINATION MODE: replace a file in one step, where it differs.
put() {
    if [ -f "$2" ] && cmp -s "$1" "$2"; then
        chmod "$3" "$2"
        return
    fi
    cp "$1" "$2.new"
    chmod "$3" "$2.new"
    mv -f "$2.new" "$2"
    wrote "$2"
}

# put_text DESTINATION MODE: the same, with what standard input holds.
put_text() {
    cat > "$scratch/text"
    put "$scratch/text" "$1" "$2"
}

# folder PATH MODE [OWNER]: make it where it is missing.
folder() {
    if [ ! -d "$1" ]; then
        mkdir -p "$1"
        wrote "$1/"
    fi
    chmod "$2" "$1"
    if [ -n "${3-}" ] && [ "$(id -u)" = 0 ]; then
        chown "$3" "$1"
    fi
}

# reachable USER PATH: can that user come to PATH's nearest existing folder?
reachable() {
    reach=$2
    while [ ! -d "$reach" ]; do reach=$(dirname "$reach"); done
    run_as "$1" test -x "$reach"
}

# run_as USER COMMAND...: as root, run it as that user; else simply run it.
run_as() {
    run_user=$1
    shift
    if [ "$(id -u)" != 0 ] || [ "$run_user" = root ]; then
        "$@"
    elif setpriv --version 2>/dev/null | grep -q util-linux; then
        setpriv --reuid "$run_user" --regid "$(id -g "$run_user")" \
            --clear-groups "$@"
    else
        run_line=
        for run_word in "$@"; do
            run_line="$run_line $(quote "$run_word")"
        done
        su -s /bin/sh "$run_user" -c "exec$run_line"
    fi
}
