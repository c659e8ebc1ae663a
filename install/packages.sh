# packages.sh: what Crier needs of the system, by its packages' names.

# package_names GROUP...: base, build (a compiler and headers), run (what
# programs built elsewhere link), lighttpd, apache, cron, demo, check.
package_names() {
    for group in "$@"; do
        case $system-$group in
        *-base) echo ca-certificates tzdata ;;
        debian-run) echo libsqlite3-0 libcurl4 libb64-0d libsodium23 \
            libutf8proc2 libpsl5 ;;
        debian-build) echo gcc libc6-dev make libsqlite3-dev \
            libcurl4-openssl-dev libb64-dev libsodium-dev libutf8proc-dev \
            libpsl-dev ;;
        debian-apache) echo apache2 ;;
        debian-check) echo clang libclang-rt-14-dev libcmocka-dev sqlite3 \
            python3 python3-pytest python3-pytest-xdist unicode-data \
            chromium chromium-driver ;;
        alpine-run) echo sqlite-libs libcurl libb64 libsodium utf8proc \
            libpsl ;;
        alpine-build) echo gcc musl-dev make sqlite-dev curl-dev libb64-dev \
            libsodium-dev utf8proc-dev libpsl-dev ;;
        alpine-apache) echo apache2 ;;
        alpine-check) echo clang compiler-rt cmocka-dev sqlite python3 \
            py3-pytest py3-pytest-xdist unicode-character-database setpriv \
            chromium chromium-chromedriver ;;
        fedora-run) echo sqlite-libs libcurl libb64 libsodium utf8proc \
            libpsl ;;
        fedora-build) echo gcc make sqlite-devel libcurl-devel libb64-devel \
            libsodium-devel utf8proc-devel libpsl-devel ;;
        fedora-apache) echo httpd ;;
        fedora-check) echo clang compiler-rt libasan libubsan \
            libcmocka-devel sqlite python3 python3-pytest \
            python3-pytest-xdist unicode-ucd chromium chromedriver ;;
        alpine-cron) ;;                 # busybox has one
        debian-cron) echo cron ;;
        fedora-cron) echo cronie ;;
        *-lighttpd) echo lighttpd ;;
        *-demo) echo curl ;;
        esac
    done | tr ' ' '\n'
}

# know_system: debian, alpine or fedora in $system, or nothing.
know_system() {
    system=$(. /etc/os-release 2>/dev/null && echo " ${ID-} ${ID_LIKE-} ")
    case $system in
    *' debian '* | *' ubuntu '*) system=debian ;;
    *' alpine '*) system=alpine ;;
    *' fedora '* | *' rhel '*) system=fedora ;;
    *) system= ;;
    esac
}

is_installed() {
    case $system in
    debian) dpkg-query -W -f '${Status}' "$1" 2>/dev/null |
        grep -q '^install ok installed' ;;
    alpine) apk info -e "$1" >/dev/null 2>&1 ;;
    fedora) rpm -q --whatprovides "$1" >/dev/null 2>&1 ;;
    esac
}

# need GROUP...: install what of them is missing, and nothing else.
need() {
    know_system
    if [ -z "$system" ]; then
        say 'not a Debian, Alpine or Fedora system: packages are yours to find'
        return
    fi
    missing=
    for package in $(package_names "$@"); do
        is_installed "$package" || missing="$missing $package"
    done
    [ -n "$missing" ] || return 0
    step "installing packages:$missing"
    sudo=
    if [ "$(id -u)" != 0 ]; then
        have sudo || fail "as root, install:$missing"
        sudo=sudo
    fi
    case $system in
    debian) install_debian ;;
    alpine) $sudo apk add --quiet $missing ;;
    fedora) $sudo dnf install -y -q --setopt=install_weak_deps=False \
        $missing ;;
    esac || fail "could not install:$missing"
}

# Debian starts a daemon as soon as it is unpacked, and at every boot. While
# apt works, a policy forbids the first; afterwards the daemons that came now
# are told not to do the second. The demo and the tests start their own.
install_debian() {
    services=
    for package in $missing; do
        case $package in
        lighttpd | apache2) services="$services $package" ;;
        esac
    done
    policy=/usr/sbin/policy-rc.d
    $sudo sh -c "[ ! -e $policy ] || mv $policy $policy.before-crier
        printf '#!/bin/sh\nexit 101\n' > $policy; chmod 755 $policy"
    trap 'restore_policy; exit 1' HUP INT TERM
    apt_status=0
    {
        $sudo apt-get -q -o DPkg::Lock::Timeout=300 update &&
            $sudo env DEBIAN_FRONTEND=noninteractive apt-get -q -y \
                -o DPkg::Lock::Timeout=300 install \
                --no-install-recommends $missing
    } > "$scratch/apt" 2>&1 || apt_status=$?
    restore_policy
    trap 'exit 1' HUP INT TERM
    if [ "$apt_status" != 0 ]; then
        tail -n 20 "$scratch/apt" >&2
        return 1
    fi
    for service in $services; do
        $sudo update-rc.d "$service" disable >/dev/null 2>&1 || :
        say "packaged service $service is installed, not started, and off"
    done
}

restore_policy() {
    $sudo sh -c "rm -f $policy
        [ ! -e $policy.before-crier ] || mv $policy.before-crier $policy"
}
