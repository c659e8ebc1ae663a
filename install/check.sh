# check.sh: the one test command. What each part printed is in build/check;
# what failed is printed as well.

passed=0 failed=0

# tally NAME PASSED FAILED: add up, and say so.
tally() {
    passed=$((passed + $2))
    failed=$((failed + $3))
    if [ "$3" = 0 ]; then
        say "$1: $2 passed, $(($(date +%s) - began)) s"
    else
        say "$1: $2 passed, $3 FAILED (build/check/$1.log)"
        grep -E '^(not ok|FAILED|ERROR|E  )|rror:|FAIL' \
            "$here/build/check/$1.log" | head -n 40 || :
    fi
}

# part NAME COMMAND...: one thing that goes well or not.
part() {
    name=$1
    shift
    began=$(date +%s)
    if "$@" > "$here/build/check/$name.log" 2>&1; then
        tally "$name" 1 0
    else
        echo "FAILED $name" >> "$here/build/check/$name.log"
        tally "$name" 0 1
    fi
}

# units BUILD: each cmocka program, each of its tests.
units() {
    name=units-$1
    log=$here/build/check/$name.log
    began=$(date +%s)
    for unit in "$here/build/$1"/tests/unit/test_*; do
        case $unit in
        *.[do]) continue ;;
        esac
        status=0
        CMOCKA_MESSAGE_OUTPUT=TAP timeout 300 "$unit" > "$scratch/unit" 2>&1 ||
            status=$?
        if [ "$status" != 0 ] && ! grep -q '^not ok ' "$scratch/unit"; then
            echo "not ok - it ended with status $status" >> "$scratch/unit"
        fi
        echo "# $unit"
        cat "$scratch/unit"
    done > "$log"
    tally "$name" "$(count '^ok ' "$log")" "$(count '^not ok ' "$log")"
}

count() { grep -c "$1" "$2" || :; }

# scripts: the check scripts, each one counts.
scripts() {
    began=$(date +%s)
    log=$here/build/check/scripts.log
    sh tests/check/run > "$log" 2>&1 || :
    tally scripts "$(count '^ok ' "$log")" "$(count '^FAILED ' "$log")"
}

# fuzz: each program of tests/fuzz counts.
fuzz() {
    began=$(date +%s)
    log=$here/build/check/fuzz.log
    /usr/bin/python3 -B tests/fuzz/run --seconds "$fuzz_seconds" \
        > "$log" 2>&1 || [ "$(count '^FAILED ' "$log")" != 0 ] ||
        echo 'FAILED it ended early' >> "$log"
    tally fuzz "$(count '^[a-z0-9_]*: [0-9]* tries' "$log")" \
        "$(count '^FAILED ' "$log")"
}

# suite NAME ARGUMENT...: pytest, with what it is told.
suite() {
    name=$1
    shift
    began=$(date +%s)
    log=$here/build/check/$name.log
    xml=$here/build/check/$name.xml
    rm -f "$xml"
    pytest_status=0
    timeout "$suite_seconds" /usr/bin/python3 -B -m pytest -q \
        -p no:cacheprovider --junitxml "$xml" "$@" \
        > "$log" 2>&1 || pytest_status=$?
    head=$(head -c 2000 "$xml" 2>/dev/null | tr '>' '\n' |
        grep '<testsuite ' || :)
    all=$(attribute tests) skipped=$(attribute skipped)
    bad=$(($(attribute failures) + $(attribute errors)))
    case $pytest_status-$bad in
    0-0 | 1-[1-9]*) ;;
    *)
        echo "FAILED pytest ended with status $pytest_status" >> "$log"
        bad=$((bad + 1)) all=$((all + 1)) ;;
    esac
    tally "$name" "$((all - bad - skipped))" "$bad"
    [ "$skipped" = 0 ] || say "$name: $skipped skipped"
}

attribute() {
    value=$(printf '%s' "$head" | sed -n "s/.* $1=\"\([0-9]*\)\".*/\1/p")
    echo "${value:-0}"
}

do_check() {
    check_began=$(date +%s)
    need base build lighttpd apache demo check
    cd "$here"
    mkdir -p build/check
    kills=300 request_kills=400 faults="--sample 300" fuzz_seconds=10
    suite_seconds=1200
    if [ -n "$long" ]; then
        kills=20000 request_kills=50000 faults="--all --slots 12"
        fuzz_seconds=600 suite_seconds=14400
        CRIER_LONG=yes
        export CRIER_LONG
    fi
    # The build that install.sh's users get, by both compilers, then the ones
    # with the test clock and the crash test's points.
    step 'building'
    part build-gcc make -s -j2 CC=gcc
    part build-clang make -s -j2 CC=clang BUILD=build/clang STATIC=0
    part build-test make -s -j2 CC=gcc TEST=1 all units
    part build-asan make -s -j2 CC=gcc ASAN=1 all units
    part build-fuzz make -s -j2 FUZZ=1
    step 'checking sources, schema and links'
    scripts
    part schema-clang env BUILD=build/clang sh tests/check/schema.sh
    part links-clang env BUILD=build/clang sh tests/check/links.sh
    suite test_checks tests/test_checks.py
    step 'unit tests'
    units test
    step "what strangers send, $fuzz_seconds s for each reader"
    fuzz
    step 'behind lighttpd and Apache; against strict doubles, killed;' \
        'under ASan and UBSan'
    lane requests check_requests &
    lane publisher check_publisher &
    wait
    for name in requests publisher; do
        read -r good bad < "$scratch/lane-$name" || good=0 bad=1
        passed=$((passed + good))
        failed=$((failed + bad))
    done
    step "took $(($(date +%s) - check_began)) s"
    echo "$passed passed, $failed failed"
    [ "$failed" = 0 ]
}

# lane NAME FUNCTION: run it beside another, with counts of its own. The
# publisher's tests mostly wait, each in an instance of its own: four at a
# time beside the other lane take little longer than one.
lane() {
    trap - EXIT
    passed=0 failed=0
    "$2"
    echo "$passed $failed" > "$scratch/lane-$1"
}

check_requests() {
    CRIER_BUILD=$here/build/test
    export CRIER_BUILD
    for name in install contract api browser; do
        suite "$name" "tests/$name"
    done
    part torture-api tests/torture/api --kills "$request_kills"
    check_sanitized
}

check_publisher() {
    CRIER_BUILD=$here/build/test
    export CRIER_BUILD
    suite publisher -n 4 tests/publisher
    part torture-kill tests/torture/kill --kills "$kills"
    part torture-faults tests/torture/faults $faults
    [ -z "$long" ] || part torture-prove tests/torture/prove
    [ -z "$long" ] || part fuzz-prove tests/fuzz/run --prove
}

# check_sanitized: a report of a sanitizer is a failure by itself, also where
# the program's answer looked right. (A unit test asks for more memory than
# there can be; that is a warning.)
check_sanitized() {
    chmod 755 "$scratch"
    mkdir "$scratch/reports"
    chmod 1777 "$scratch/reports"
    options=detect_leaks=0:allocator_may_return_null=1
    ASAN_OPTIONS=$options:log_path=$scratch/reports/asan
    UBSAN_OPTIONS=print_stacktrace=1:log_path=$scratch/reports/ubsan
    CRIER_BUILD=$here/build/asan
    CRIER_SERVERS=lighttpd
    export ASAN_OPTIONS UBSAN_OPTIONS CRIER_BUILD CRIER_SERVERS
    units asan
    suite api-asan tests/api
    cat "$scratch/reports/"* > build/check/reports.log 2>/dev/null || :
    part sanitizers-are-silent no_reports
}

no_reports() { ! grep -E 'ERROR: |runtime error' build/check/reports.log; }
