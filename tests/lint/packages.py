#!/usr/bin/env python3
"""What ./run says and does where packages are missing, on a machine that is played: packages.py SOURCE

Nothing is installed and no root is needed: the only programs it finds are harmless ones and stand-ins.
"""
import os
import shutil
import subprocess
import sys
import tempfile

SOURCE = sys.argv[1]
HARMLESS = 'bash env dirname basename grep sed cut uname ls mkdir tee tail'.split()
# Programs that say what they were asked, and end as told.
SAYS = '#!/bin/sh\necho "$(basename "$0") $*" >>"$SAID"\n%s\n'
ORDINARY, ROOT, REFUSES = 'echo 1000', 'echo 0', 'exit 1'
REFUSES_APT = 'case "$*" in *" apt-get install "*) echo "E: no such"; exit 100 ;; esac'
BASE = ('gcc meson ninja-build pkg-config python3 gettext libglib2.0-dev libpurple-dev libssl-dev libsqlite3-dev '
        'zlib1g-dev libutf8proc-dev libqrencode-dev libjson-glib-dev '
        'libsecret-1-dev').split()
SCREENS = 'finch tmux pidgin xvfb openbox xdotool imagemagick zbar-tools dbus-daemon bitlbee-libpurple'.split()
APT = 'apt-get install --no-install-recommends '


def play(verb, **programs):
    """What it printed, and what the stand-ins were asked, a line each; it never gets as far as building."""
    with tempfile.TemporaryDirectory() as folder:
        for name in HARMLESS:
            os.symlink(shutil.which(name), os.path.join(folder, name))
        for name, does in programs.items():
            path = os.path.join(folder, name.replace('_', '-'))
            with open(path, 'w', encoding='utf-8') as f:
                f.write(SAYS % does)
            os.chmod(path, 0o755)
        said = os.path.join(folder, 'said')
        open(said, 'w', encoding='utf-8').close()
        run = shutil.copy(os.path.join(SOURCE, 'run'), folder)  # beside it is where it writes
        done = subprocess.run([run, *verb.split()], env={'PATH': folder, 'SAID': said, 'HOME': folder}, timeout=60,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        assert done.returncode == 1, done
        with open(said, encoding='utf-8') as f:
            return done.stdout.splitlines(), [line for line in f.read().splitlines() if not line.startswith('id ')]


def no_sudo_gets_the_line_for_root():
    printed, asked = play('bench', id=ORDINARY, apt_get='')
    assert printed == ['run: please run as root: ' + APT + ' '.join(BASE + ['npm'] + SCREENS)], printed
    assert asked == [], asked


def a_refused_sudo_does_too():
    printed, asked = play('install', id=ORDINARY, sudo=REFUSES, apt_get='')
    there = ' '.join(n for n in BASE if n != 'libjson-glib-dev')
    assert printed == ['run: sudo is needed once, to install ' + there,
                       'run: sudo is not for this user; please let root run: ' + APT + there], printed
    assert asked == ['sudo -v'], asked


def sudo_is_asked_once_and_installs():
    printed, asked = play('demo', id=ORDINARY, sudo=REFUSES_APT, apt_get='')
    names = ' '.join(BASE + ['finch', 'tmux'])
    assert printed[-2:] == ['E: no such', 'run: could not install; please let root run: ' + APT + names], printed
    assert asked == ['sudo -v', 'sudo apt-get update -qq', 'sudo env DEBIAN_FRONTEND=noninteractive apt-get install '
                     '-y -q --no-install-recommends ' + names], asked


def no_apt_gets_the_names():
    assert play('tests flow', id=ROOT)[0] == ['run: please install: ' + ' '.join(BASE)]


def the_fuzzers_are_asked_for_at_once():
    assert play('fuzz', id=ORDINARY, apt_get='')[0][-1].endswith(' clang libclang-rt-dev')
    clang = 'case "$1" in -dumpversion) echo 16.0.6 ;; *) echo /nowhere ;; esac'
    assert play('fuzz', id=ORDINARY, apt_get='', clang=clang)[0][-1].endswith(' libsecret-1-dev libclang-rt-16-dev')


def bitlbee_does_not_begin_to_serve():
    """Debian's package starts a server for all the world; unless one is there already, and so wanted."""
    gone = {'id': ORDINARY, 'apt_get': '', 'systemctl': '', 'dpkg_query': 'echo "deinstall ok config-files"'}
    there = dict(gone, dpkg_query='echo "install ok installed"')
    printed = play('tests screens', **gone)[0]
    assert printed[0].startswith('run: please run as root: systemctl mask bitlbee; apt-get install '), printed
    assert printed[0].endswith(' bitlbee-libpurple') and printed[0].count('dbus-daemon') == 1, printed
    assert ' systemctl ' not in play('tests screens', **there)[0][0]
    printed, asked = play('tests screens', sudo=REFUSES_APT, **gone)
    assert [line.split()[:4] for line in asked if not line.startswith('dpkg-query ')] == [
        ['sudo', '-v'], ['sudo', 'systemctl', 'mask', '--quiet'], ['sudo', 'apt-get', 'update', '-qq'],
        ['sudo', 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get']], asked
    assert "run: BitlBee's server stays off (systemctl unmask bitlbee, if you want it)" in printed, printed
    assert not any('mask' in line for line in play('tests screens', sudo=REFUSES_APT, **there)[1])


def main():
    tests = [no_sudo_gets_the_line_for_root, a_refused_sudo_does_too, sudo_is_asked_once_and_installs,
             no_apt_gets_the_names, the_fuzzers_are_asked_for_at_once, bitlbee_does_not_begin_to_serve]
    print('1..%d' % len(tests))
    failed = 0
    for number, test in enumerate(tests, 1):
        try:
            test()
            print('ok %d - %s' % (number, test.__name__.replace('_', ' ')))
        except (AssertionError, subprocess.SubprocessError) as e:
            failed = 1
            print('not ok %d - %s\n# %s' % (number, test.__name__.replace('_', ' '), str(e).replace('\n', '\n# ')))
    return failed


if __name__ == '__main__':
    sys.exit(main())
