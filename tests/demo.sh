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
[ -n "${DISPLAY:-}" ] || finch=1
[ -z "$finch" ] || { [ -t 0 ] && [ -t 1 ]; } || { echo "demo: Finch wants a terminal" >&2; exit 2; }
me=15550000001 # phone numbers that nobody has
companion=15550000002
work=$(mktemp -d "${TMPDIR:-/tmp}/purple-mtproto-demo.XXXXXX")
pids=()

runs () { [ -n "$(tr -d '\0' <"/proc/$1/cmdline")" ]; } 2>/dev/null # empty: it is over

# Neither tmux nor what runs in it is a child of this: they are waited for, so that nobody writes into a
# folder that is gone.
close_tmux () {
    local pid n=0 there
    [ -S "$work/tmux" ] || return 0
    there=$(tmux -S "$work/tmux" list-panes -a -F '#{pid} #{pane_pid}' 2>/dev/null) || return 0
    tmux -S "$work/tmux" kill-server 2>/dev/null || true
    for pid in $there; do
        while runs "$pid"; do
            [ $((n += 1)) -le 100 ] || { kill -9 "$pid" 2>/dev/null || true; break; }
            sleep 0.1
        done
    done
}

stop () { # also from its beginning, when a signal comes there: all of it is done
    trap '' INT TERM HUP # the end of a terminal comes more than once
    trap - EXIT
    exec 9>&- || true
    close_tmux || true
    for pid in "${pids[@]}"; do
        kill "$pid" 2>/dev/null || true
    done
    wait 2>/dev/null || true
    rm -rf "$work"
}
trap stop EXIT
trap 'stop; exit 130' INT
trap 'stop; exit 143' TERM HUP

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
    --phone "$companion" --directory "$work/companion" --play >"$work/companion.log" 2>&1 9>&- &
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

# The chat stands beside the buddy list, whatever the size.
write_prefs () { # COLUMNS LINES
    local width=$(($1 - 24 > 100 ? 100 : $1 - 24))
    cat >"$home/prefs.xml" <<XML
<?xml version='1.0' encoding='UTF-8' ?>
<pref version='1' name='/'>
 <pref name='purple'><pref name='conversations'><pref name='im'>
  <pref name='send_typing' type='bool' value='1'/></pref></pref></pref>
 <pref name='finch'><pref name='conversations'>
  <pref name='notify_typing' type='bool' value='1'/>
  <pref name='position'><pref name='x' type='int' value='22'/><pref name='y' type='int' value='0'/></pref>
  <pref name='size'><pref name='width' type='int' value='$width'/>
   <pref name='height' type='int' value='$(($2 - 4))'/></pref></pref></pref>
</pref>
XML
}

in_tmux () { tmux -S "$work/tmux" -f "$work/tmux.conf" -u "$@"; }

# Finch runs in a tmux of its own: there its keys work in every terminal (in some, a tmux among
# them, Finch does not know the arrow keys), and the cursor can be put into the chat.
run_finch () {
    local size finch log="$work/front.log"
    cat >"$work/tmux.conf" <<'CONF'
set -g default-terminal screen-256color
set -g status off
set -g prefix None
unbind -aT prefix
set -s escape-time 20
CONF
    size=$(stty size) # of the terminal: lines columns
    [ "${size% *}" -ge 10 ] && [ "${size#* }" -ge 40 ] || size="24 80"
    finch="exec finch -c $(printf '%q' "$home") 2>$(printf '%q' "$log")"
    unset TMUX DISPLAY
    tput -T "${TERM:-none}" longname >/dev/null 2>&1 || export TERM=xterm-256color
    in_tmux new-session -d -x "${size#* }" -y "${size% *}" -s demo "read -r _; $finch"
    [ -z "$debug" ] || in_tmux split-window -d -v -l 7 -t demo "exec tail -n +1 -F $(printf '%q' "$work/plugin.log") 2>/dev/null"
    write_prefs $(in_tmux display-message -p -t demo:0.0 '#{pane_width} #{pane_height}')
    in_tmux set-hook -t demo pane-exited "kill-session -t demo" # with Finch goes what stood below it
    in_tmux send-keys -t demo:0.0 Enter
    (
        for _ in $(seq 300); do # its first line stands: the cursor goes there
            if in_tmux capture-pane -p -t demo:0.0 2>/dev/null | grep -q 'Hello!'; then
                in_tmux send-keys -t demo:0.0 M-n
                break
            fi
            sleep 0.1
        done
    ) >/dev/null 2>&1 &
    pids+=($!)
    in_tmux attach-session -t demo
}

run_pidgin () {
    write_prefs 80 24
    if [ -n "$debug" ]; then
        tail -n +1 -F "$PURPLE_MTPROTO_DEBUG" 2>/dev/null &
        pids+=($!)
        pidgin -m -c "$home"
    else
        pidgin -m -c "$home" 2>"$work/front.log"
    fi
}

if [ -n "$finch" ]; then
    cat <<'TEXT'

  A secret chat with "Companion Demo" is ready; the cursor is in it.
    type something   and the companion types back
    /ttl 10          sets the timer: lines burn ten seconds after they were read
    /delete          takes your last line back on both sides
                     (/delete all: everything; /key shows the key, /secret more)
    Alt-n            goes on to the next window, the buddy list
    F11 or Ctrl-x    on a buddy there: its menu, "Start secret chat" for another
    Alt-q            leaves Finch and stops everything

TEXT
    printf 'Press Enter to open Finch. '
    read -r _
    write_account gnt-purple
    run_finch || true
else
    cat <<'TEXT'

  A secret chat with "Companion Demo" is ready; its window comes in a moment.
    type something   and the companion types back
    /ttl 10          sets the timer: lines burn ten seconds after they were read
    /delete          takes your last line back on both sides
                     (/delete all: everything; /key shows the key, /secret more)
    another chat     "Start secret chat" in the menu of the buddy "Companion Demo"

TEXT
    write_account gtk-gaim
    run_pidgin || true
fi
echo "demo: over; everything that was started is stopped"
