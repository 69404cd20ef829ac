#!/usr/bin/env bash
# demo.sh BUILD [--debug] [--finch]: a loopback data centre, a companion and a front end with an
# account that is already logged in. Everything lives in one temporary folder and ends with
# the front end. (Called by ./run demo.)
set -euo pipefail
build=$1
shift
debug= finch=
for arg in "$@"; do
    case $arg in
    --debug) debug=1 ;;
    --finch) finch=1 ;;
    *) echo "usage: ./run demo [--debug] [--finch]" >&2; exit 2 ;;
    esac
done
me=15550000001 # phone numbers that nobody has
companion=15550000002
work=$(mktemp -d "${TMPDIR:-/tmp}/purple-mtproto-demo.XXXXXX")
pids=()

stop () {
    trap - EXIT INT TERM HUP
    exec 9>&- || true
    for pid in "${pids[@]}"; do
        kill "$pid" 2>/dev/null || true
    done
    wait 2>/dev/null || true
    rm -rf "$work"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# wait_for FILE PATTERN WHAT: until the pattern stands in the file
wait_for () {
    local n
    for n in $(seq 300); do
        grep -qE "$2" "$1" 2>/dev/null && return 0
        sleep 0.1
    done
    echo "demo: $3 did not start; its last words:" >&2
    tail -n 20 "$1" >&2
    exit 1
}

echo "demo: starting a data centre on loopback"
mkfifo "$work/life"
exec 9<>"$work/life" # the data centre lives as long as this stays open
"$build/tests/dc/dc" --address 127.0.0.1 --port 0 --dc 2 \
    --public-key-out "$work/server.pem" --control "$work/control" --life-fd 9 \
    --user "$me:You:Demo" --user "$companion:Companion:Demo" >"$work/dc.log" 2>&1 &
pids+=($!)
wait_for "$work/dc.log" '^ready [0-9]+' "the data centre"
port=$(sed -nE 's/^ready ([0-9]+).*/\1/p' "$work/dc.log" | head -n 1)

echo "demo: starting a companion"
"$build/tests/peer/companion" --server "127.0.0.1:$port" --server-key "$work/server.pem" \
    --phone "$companion" --directory "$work/companion" --play >"$work/companion.log" 2>&1 &
pids+=($!)
wait_for "$work/companion.log" '^online' "the companion"

# A libpurple folder with the module and one account. Nobody reads the phone of the demo, so the
# login code is answered by the front end without a screen, before the real one opens.
home=$work/purple
mkdir -p "$home/plugins"
cat >"$home/blist.xml" <<XML
<?xml version='1.0' encoding='UTF-8' ?>
<purple version='1.0'><blist/></purple>
XML
cp "$build"/plugin/purple/*.so "$home/plugins/"
cat >"$home/prefs.xml" <<XML
<?xml version='1.0' encoding='UTF-8' ?>
<pref version='1' name='/'>
 <pref name='purple'><pref name='conversations'><pref name='im'>
  <pref name='send_typing' type='bool' value='1'/></pref></pref></pref>
 <pref name='finch'><pref name='conversations'>
  <pref name='notify_typing' type='bool' value='1'/></pref></pref>
</pref>
XML
write_account () { # UI
    cat >"$home/accounts.xml" <<XML
<?xml version='1.0' encoding='UTF-8' ?>
<account version='1.0'>
 <account>
  <protocol>prpl-mtproto</protocol>
  <name>$me</name>
  <alias>You</alias>
  <statuses>
   <status type='available' name='Available' active='true'><attributes/></status>
   <status type='offline' name='Offline' active='false'><attributes/></status>
  </statuses>
  <settings>
   <setting name='server' type='string'>127.0.0.1:$port</setting>
   <setting name='server-key' type='string'>$work/server.pem</setting>
   <setting name='api-id' type='string'>1</setting>
   <setting name='api-hash' type='string'>demo</setting>
   <setting name='secret-service' type='bool'>0</setting>
  </settings>
  <settings ui='$1'><setting name='auto-login' type='bool'>1</setting></settings>
 </account>
</account>
XML
}

echo "demo: logging in"
write_account headless
"$build/tests/purple/headless" --user-dir "$home" --plugins "$home/plugins" --login-only 12345 \
    >"$work/login.log" 2>&1 || { cat "$work/login.log" >&2; exit 1; }

export PURPLE_MTPROTO_DEBUG=$work/plugin.log
: >"$PURPLE_MTPROTO_DEBUG"
cat <<'TEXT'

  1. A secret chat with the companion is ready: type, and it types back. (Another one: the menu of
     the buddy "Companion Demo" - in Finch select it and press F11 - "Start secret chat".)
  2. /ttl 10  sets the timer: lines burn ten seconds after they were read.
  3. /delete  takes your last line back on both sides, /delete all everything (it asks first);
     /key shows the key, /secret the state.

TEXT
if [ -n "${DISPLAY:-}" ] && [ -z "$finch" ]; then
    write_account gtk-gaim
    front=(pidgin -m -c "$home")
else
    write_account gnt-purple
    front=(finch -c "$home")
    [ -t 0 ] && { printf 'Press Enter to open Finch (leave it with Alt-q). '; read -r _; }
fi
if [ -n "$debug" ]; then
    tail -n +1 -F "$work/plugin.log" "$work/companion.log" "$work/dc.log" 2>/dev/null \
        >"$work/all.log" &
    pids+=($!)
fi
if [ -n "$debug" ] && [ "${front[0]}" = finch ]; then
    unset TMUX
    tmux -L "demo-$$" new-session "$(printf '%q ' "${front[@]}"); tmux -L demo-$$ kill-server" \; \
        split-window -d -v -l 35% "tail -F $(printf '%q' "$PURPLE_MTPROTO_DEBUG")" \; \
        set -g status off
elif [ -n "$debug" ]; then
    tail -F "$PURPLE_MTPROTO_DEBUG" 2>/dev/null &
    pids+=($!)
    "${front[@]}" || true
else
    "${front[@]}" 2>"$work/front.log" || true
fi
echo "demo: over; everything that was started is stopped"
