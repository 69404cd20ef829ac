#!/usr/bin/env bash
# fuzz.sh BUILD [TARGET] [SECONDS]: runs the fuzzers of a -Dfuzz=true build, one after the other.
# fuzz.sh BUILD --secret: seeds of the secret chat's simulation, without end.
# Findings stay in BUILD/findings; new inputs in BUILD/corpus, the committed ones are read only.
set -euo pipefail
build=$1
only=${2:-}
seconds=${3:-60}
here=$(cd "$(dirname "$0")" && pwd)
if [ "$only" = --secret ]; then # the simulation, seed after seed, until something breaks
    first=$(date +%s)
    while :; do
        SIM_FIRST=$first SIM_SEEDS=10000 "$build/tests/unit/secret/test-secret-sim" |
            grep -E '^# seeds|^seed|^not ok'
        [ "${PIPESTATUS[0]}" = 0 ] || exit 1
        first=$((first + 10000))
    done
fi
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
