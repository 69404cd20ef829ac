#!/usr/bin/env bash
# fuzz.sh BUILD [TARGET] [SECONDS]: runs the fuzzers of a -Dfuzz=true build, one after the other.
# fuzz.sh BUILD --secret: seeds of the secret chat's simulation, without end; --sim: of the connection's.
# Findings stay in BUILD/findings; new inputs in BUILD/corpus, the committed ones are read only.
set -euo pipefail
build=$1
only=${2:-}
seconds=${3:-60}
here=$(cd "$(dirname "$0")" && pwd)
# simulate PROGRAM SEEDS: seed after seed, so many at a time, until something breaks
simulate () {
    local first
    first=$(date +%s)
    while :; do
        SIM_FIRST=$first SIM_SEEDS=$2 "$build/tests/$1" | grep -E '^# seeds|^seed|^not ok|^Bail out'
        [ "${PIPESTATUS[0]}" = 0 ] || exit 1
        first=$((first + $2))
    done
}
case $only in
--secret) simulate unit/secret/test-secret-sim 10000 ;;
--sim) simulate sim/test-sim-toy 100 ;;
esac
mkdir -p "$build/findings"
found=0 ended=
for exe in "$build"/tests/fuzz/fuzz-*; do
    [ -f "$exe" ] && [ -x "$exe" ] || continue
    name=$(basename "$exe")
    [ -z "$only" ] || [ "fuzz-$only" = "$name" ] || [ "$only" = "$name" ] || continue
    found=1
    mkdir -p "$build/corpus/$name"
    corpora=("$build/corpus/$name")
    [ -d "$here/corpus-${name#fuzz-}" ] && corpora+=("$here/corpus-${name#fuzz-}")
    echo "fuzz: $name for $seconds seconds"
    # entropic scheduling counts features longer than a whole machine runs
    "$exe" -max_total_time="$seconds" -entropic=0 -artifact_prefix="$build/findings/$name-" \
        -print_final_stats=1 -rss_limit_mb=2048 "${corpora[@]}" 2>&1 |
        grep -E '^(stat::|SUMMARY|==|#.*DONE)' || [ "${PIPESTATUS[0]}" -eq 0 ] || ended+=" $name"
done
[ "$found" = 1 ] || { echo "fuzz: no such target: $only" >&2; exit 2; }
if [ -n "$(ls -A "$build/findings")" ]; then
    echo "fuzz: findings:"
    ls "$build/findings"
    exit 1
fi
[ -z "$ended" ] || { echo "fuzz: ended badly:$ended" >&2; exit 1; }
echo "fuzz: no findings"
