#!/usr/bin/env bash
# fuzz.sh BUILD [TARGET] [SECONDS]: runs the fuzzers of a -Dfuzz=true build, one after the other.
# fuzz.sh BUILD --secret: seeds of the secret chat's simulation, without end; --sim: of the connection's.
# Findings stay in BUILD/findings; new inputs in BUILD/corpus, the committed ones are read only. What
# of the decoders all inputs reach is told at the end, where llvm's tools are.
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
mkdir -p "$build/findings" "$build/dict"
export LLVM_PROFILE_FILE=/dev/null
found=0 ended= objects=()
for exe in "$build"/tests/fuzz/fuzz-*; do
    [ -f "$exe" ] && [ -x "$exe" ] || continue
    name=$(basename "$exe")
    [ -z "$only" ] || [ "fuzz-$only" = "$name" ] || [ "$only" = "$name" ] || continue
    found=1
    mkdir -p "$build/corpus/$name"
    corpora=("$build/corpus/$name")
    [ -d "$here/corpus-${name#fuzz-}" ] && corpora+=("$here/corpus-${name#fuzz-}")
    python3 "$here/dict.py" "$name" >"$build/dict/$name"
    dict=()
    [ ! -s "$build/dict/$name" ] || dict=(-dict="$build/dict/$name")
    echo "fuzz: $name for $seconds seconds"
    # entropic scheduling counts features longer than a whole machine runs
    "$exe" -max_total_time="$seconds" -entropic=0 -artifact_prefix="$build/findings/$name-" \
        -print_final_stats=1 -rss_limit_mb=2048 "${dict[@]}" "${corpora[@]}" 2>&1 |
        grep -E '^(stat::|SUMMARY|==|#.*DONE)' || [ "${PIPESTATUS[0]}" -eq 0 ] || ended+=" $name"
    # the inputs once more, counted
    LLVM_PROFILE_FILE=$build/$name.profraw "$exe" -runs=0 "${corpora[@]}" >"$build/$name.log" 2>&1 || ended+=" $name"
    objects+=(-object "$exe")
done
if compgen -G "$build/fuzz-*.profraw" >/dev/null; then
    llvm-profdata merge -sparse -o "$build/coverage" "$build"/fuzz-*.profraw
    rm -f "$build"/fuzz-*.profraw
    echo "fuzz: lines of the decoders that the inputs reach:"
    llvm-cov export -summary-only -instr-profile "$build/coverage" "${objects[@]}" | python3 "$here/coverage.py"
fi
[ "$found" = 1 ] || { echo "fuzz: no such target: $only" >&2; exit 2; }
if [ -n "$(ls -A "$build/findings")" ]; then
    echo "fuzz: findings:"
    ls "$build/findings"
    exit 1
fi
[ -z "$ended" ] || { echo "fuzz: ended badly:$ended" >&2; exit 1; }
echo "fuzz: no findings"
