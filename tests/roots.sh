#!/usr/bin/env bash
# roots.sh debian12|debian13|i386 [--keep] [FOLDER]: makes a bare Debian in FOLDER and runs the tests
# in it: all of them from nothing (`./run tests`) on Debian 12 and 13, the unit and flow rings on
# i386. No part of the suite: it wants root, debootstrap, Debian's mirror and npm's registry.
#
# Mirror and proxies are those of this machine's apt, the registry is npm's setting here. Everything
# lies below FOLDER (a temporary one if none is given) and is removed at the end, unless --keep: then a
# next run goes on with that root. What is mounted and started lives in namespaces of its own and so
# ends with this script, however it ends.
set -euo pipefail

die () { printf 'roots: %s\n' "$*" >&2; exit 1; }
usage () { sed -n '2s/^# /usage: /p' "$0" | cut -d: -f1-2 >&2; exit 2; }

# --- inside the namespaces: mount and run -----------------------------------------------------
if [ "${1:-}" = --inside ]; then
    root=$2
    shift 2
    mount --make-rprivate /
    mount -t proc proc "$root/proc"
    mount -t tmpfs -o mode=755 tmpfs "$root/dev"
    for node in 'null 3' 'zero 5' 'full 7' 'random 8' 'urandom 9'; do
        mknod -m 666 "$root/dev/${node% *}" c 1 "${node#* }"
    done
    mknod -m 666 "$root/dev/tty" c 5 0
    mkdir "$root/dev/pts" "$root/dev/shm"
    mount -t devpts -o newinstance,ptmxmode=0666,mode=620,gid=5 devpts "$root/dev/pts"
    mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
    ln -s pts/ptmx "$root/dev/ptmx"
    ln -s /proc/self/fd "$root/dev/fd"
    for n in 0:stdin 1:stdout 2:stderr; do
        ln -s "/proc/self/fd/${n%:*}" "$root/dev/${n#*:}"
    done
    exec chroot "$root" /usr/bin/env -i HOME=/root LANG=C.UTF-8 TERM=xterm-256color \
        PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@"
fi

# --- which one, and where ----------------------------------------------------------------------
case ${1:-} in
debian12) suite=bookworm arch=amd64 verb=(tests) ;;
debian13) suite=trixie arch=amd64 verb=(tests) ;;
i386) suite=bookworm arch=i386 verb=(tests unit flow) ;;
*) usage ;;
esac
name=$1
keep= folder=
for arg in "${@:2}"; do
    case $arg in
    --keep) keep=1 ;;
    -*) usage ;;
    *) [ -z "$folder" ] || usage; folder=$arg ;;
    esac
done
[ "$(id -u)" -eq 0 ] || die "making a root is root's business"
for tool in debootstrap unshare chroot apt-get; do
    command -v "$tool" >/dev/null || die "please install $tool"
done
source_root=$(cd "$(dirname "$0")/.." && pwd)
self=$source_root/tests/roots.sh
[ -n "$folder" ] || folder=$(mktemp -d "${TMPDIR:-/tmp}/roots.XXXXXX")
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
root=$folder/$name

running=
finish () {
    trap - EXIT INT TERM HUP
    if [ -n "$running" ]; then # its child is the first process of its namespace: all die with it
        kill -KILL "$running" 2>/dev/null || true
        wait "$running" 2>/dev/null || true
    fi
    [ -n "$keep" ] && { echo "roots: kept $root"; return; }
    for _ in 1 2 3 4 5; do # the last of the killed may still write
        rm -rf --one-file-system "$root" && break
        sleep 1
    done
    rmdir "$folder" 2>/dev/null || true
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# inside COMMAND...: in the root, with mounts and processes that nothing outlives
inside () {
    unshare --mount --pid --fork --kill-child "$self" --inside "$root" "$@" </dev/null &
    running=$!
    local status=0
    wait "$running" || status=$?
    running=
    return "$status"
}

# --- the bare root -----------------------------------------------------------------------------
mirror=$(apt-get indextargets --format '$(LABEL) $(REPO_URI)' 'Created-By: Packages' |
    sed -n 's/^Debian //p' | head -n 1)
[ -n "$mirror" ] || die "apt knows no mirror of Debian here"
if [ ! -e "$root/made" ]; then
    rm -rf --one-file-system "$root"
    echo "roots: making $name"
    debootstrap --variant=minbase --arch="$arch" "$suite" "$root" "$mirror" >"$folder/$name.log" 2>&1 ||
        { tail -n 20 "$folder/$name.log" >&2; die "debootstrap failed"; }
    touch "$root/made"
fi
rm -f "$folder/$name.log"
apt-config dump --no-empty | grep -E '^Acquire::(http|https)::(proxy|verify)' \
    >"$root/etc/apt/apt.conf.d/90machine" || true
cp /etc/resolv.conf /etc/hosts "$root/etc/"
settings=()
registry=${npm_config_registry:-${NPM_CONFIG_REGISTRY:-}}
[ -n "$registry" ] || registry=$(cd / && npm config get registry 2>/dev/null || true)
case $registry in http*) settings+=("npm_config_registry=$registry") ;; esac
for variable in http_proxy https_proxy no_proxy; do
    [ -z "${!variable:-}" ] || settings+=("$variable=${!variable}")
done
if [ -n "${NODE_EXTRA_CA_CERTS:-}" ]; then
    cp "$NODE_EXTRA_CA_CERTS" "$root/etc/machine-ca.pem"
    settings+=(NODE_EXTRA_CA_CERTS=/etc/machine-ca.pem)
fi

# --- what is tracked here, and the run ---------------------------------------------------------
tree=/srv/purple-mtproto
rm -rf "${root:?}$tree"
mkdir -p "$root$tree"
(cd "$source_root" && git ls-files -z | xargs -0 tar -c --ignore-failed-read) | tar -xC "$root$tree"
echo "roots: ./run ${verb[*]} on $name"
status=0
inside "${settings[@]}" sh -c "cd $tree && exec ./run ${verb[*]}" || status=$?
echo "roots: $name ended with $status after $((SECONDS / 60)) minutes"
exit "$status"
