#!/bin/sh
# install.sh: everything an operator does with Crier's files.
set -eu
umask 022
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin

here=$(cd "$(dirname "$0")" && pwd -P)

# An archive that bundle wrote has its own installer: it does the work.
word= archive=
for next in "$@"; do
    if [ "$word" = --from ]; then archive=$next; fi
    word=$next
done
if [ -n "$archive" ] && [ ! -d "$here/programs" ]; then
    unpacked=$(mktemp -d "${TMPDIR:-/tmp}/crier-bundle.XXXXXX")
    chmod 755 "$unpacked"
    trap 'rm -rf "$unpacked"' EXIT
    gzip -dc "$archive" | (cd "$unpacked" && tar -xf -)
    sh "$unpacked"/*/install.sh "$@"
    exit
fi
for part in say packages routes instance demo host check; do
    if [ -f "$here/install/$part.sh" ]; then . "$here/install/$part.sh"; fi
done

usage() {
    cat <<'END'
Usage: ./install.sh COMMAND [OPTION...]

  demo        an instance of its own, running, with a first post published
  check       build, and run all tests; ends with "N passed, N failed"
              (--long: the full figures: kills, faults, fuzzing)
  install     Crier on this host; again after an update: upgrades in place
  uninstall   remove it; data, settings and published feeds stay
  bundle      write an archive with built programs and this installer
  config WHICH    print a server's configuration: lighttpd, lighttpd-server
              or apache
  instance    lay out an instance in --dir and start nothing (tests use it)

Options of demo:
  --dir DIR           where (default ./demo)
  --port PORT         of 127.0.0.1 (default 8080, or the next free one)
  --set KEY=VALUE     a line for the instance's crier.conf; repeatable
  --no-ticker         start no ticker: you run publisher yourself
  --stop              stop the demo in DIR

Options of install (uninstall takes the first two):
  --prefix DIR        where (default /usr/local/crier, without root ~/crier)
  --docroot DIR       the web server's document root (default DIR/www, or
                      ~/public_html where there is one)
  --user USER         who owns the data, serves requests and publishes
                      (default: the web server's user, without root you)
  --server NAME       apache or lighttpd (default: the one that is there)
  --base-url URL      how the world reaches it, as https://crier.example.org
  --suffix .cgi       for hosts that run only programs named so
  --set KEY=VALUE     a line for crier.conf; repeatable
  --dynamic           endpoints that load the C library: each request costs
                      more, and the library's fixes come by themselves (also
                      of demo and bundle)
  --from ARCHIVE      programs from an archive that bundle wrote
END
}

command=${1-}
[ $# -eq 0 ] || shift
owner= docroot= prefix= suffix= base_url= build= port= server=
settings= variables= stop= ticker=yes long= which= dynamic=
if [ "$command" = config ]; then
    which=${1-}
    [ $# -eq 0 ] || shift
fi
newline='
'
while [ $# -gt 0 ]; do
    case $1 in
    --dir | --prefix | --docroot | --user | --suffix | --base-url | --build | \
        --port | --set | --env | --server | --from)
        [ $# -gt 1 ] || fail "$1 needs a value" ;;
    esac
    case $1 in
    --dir | --prefix) prefix=$(absolute "$2"); shift ;;
    --docroot) docroot=$(absolute "$2"); shift ;;
    --user) owner=$2; shift ;;
    --suffix) suffix=$2; shift ;;
    --base-url) base_url=${2%/}; shift ;;
    --build) build=$(absolute "$2"); shift ;;
    --port) port=$2; shift ;;
    --set) settings=$settings$2$newline; shift ;;
    --env) variables=$variables$2$newline; shift ;;
    --server) server=$2; shift ;;
    --from) shift ;;
    --stop) stop=yes ;;
    --no-ticker) ticker= ;;
    --dynamic) dynamic=yes ;;
    --long) long=--long ;;
    --help | -h) usage; exit 0 ;;
    *) fail "$1: no such option (--help lists them)" ;;
    esac
    shift
done
plain_path "$prefix$docroot"
scratch=$(mktemp -d "${TMPDIR:-/tmp}/crier-install.XXXXXX")
holding=
trap 'rm -rf "$scratch"; [ -z "$holding" ] || rm -f "$holding"' EXIT
trap 'exit 1' HUP INT TERM

case $command in
config | instance)
    [ -n "$prefix" ] || fail "$command needs --dir"
    instance_names
    pick_owner
    if [ "$command" = config ]; then
        server_config "$which"
    else
        built
        lay_instance
    fi ;;
demo | check | install | uninstall | bundle)
    "do_$command" ;;
help | --help | -h)
    usage ;;
*)
    usage >&2
    exit 2 ;;
esac
