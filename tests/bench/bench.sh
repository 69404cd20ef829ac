#!/usr/bin/env bash
# bench.sh BUILD [--big]: the figures of this build on this machine, TDLib beside it; of files of 2 GB, too. (Called by
# ./run bench.)
set -euo pipefail
build=$1
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/purple-mtproto-bench.XXXXXX")
trap 'rm -rf "$work"' EXIT

size () { stat -c %s "$1"; }
so=$build/plugin/purple/mtproto.so
cp "$so" "$work/stripped.so"
strip --strip-unneeded "$work/stripped.so"
printf '%-58s %10d bytes (%d stripped)\n' 'the module' "$(size "$so")" "$(size "$work/stripped.so")"

status=0 # a figure that is too much ends no other one's measuring
for part in seal chats; do
    "$build/tests/bench/bench" "$part"
done
"$build/tests/bench/bench" pair "$work/pair"
"$build/tests/bench/bench" store "$work/store"
"$build/tests/bench/bench-wire"
"$build/tests/bench/bench-hold" || status=$?
python3 "$here/bench_pidgin.py" "$build" || status=$?
python3 "$here/bench_pair.py" "$build" --json "$(dirname "$build")/bench.json" "${@:2}" || status=$?
td=$(find "$build" -name 'libtdjson*.so' -o -name 'tdjson.node' -o -name '*tdjson*.so' 2>/dev/null | head -n 1)
if [ -n "$td" ]; then
    printf '%-58s %10d bytes\n' 'TDLib, as npm delivers it' "$(size "$td")"
    awk -v a="$(size "$td")" -v b="$(size "$work/stripped.so")" \
        'BEGIN { printf "%-58s %10.1f\n", "  TDLib / the module", a / b }'
fi
exit "$status"
