#!/usr/bin/env python3
"""What the module takes of Pidgin's main loop for a key, a message, a tick and a timer's end, in a window of 1,000 lines.

usage: bench_pidgin.py BUILD
"""
import os
import struct
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '..', 'lab'))
import lab  # noqa: E402
import screens  # noqa: E402
from figures import line, settled  # noqa: E402

LINES, TIMES = 1000, 20
ROUNDS = 3  # the best of: what others do to the machine is not ours
MOST = 1.0  # ms of a key, a message, a tick or an end


class Shares:
    """The numbers of shares.c."""

    def __init__(self, path):
        self.path = path

    def begin(self):
        with open(self.path, 'r+b') as f:
            f.write(bytes(24))

    def read(self):
        """(ms of all, ms of the longest call, calls)"""
        with open(self.path, 'rb') as f:
            every, longest, calls = struct.unpack('QQQ', f.read(24))
        return every / 1e6, longest / 1e6, calls


def told(what, every, longest):
    """FALSE: too much."""
    good = every / TIMES <= MOST
    line('Pidgin with %d lines, %s' % (LINES, what), '%.2f ms of the main loop (the longest call %.2f ms; at most %.0f)%s' %
         (every / TIMES, longest, MOST, '' if good else '  TOO MUCH'))
    return good


def main():
    with lab.Lab(sys.argv[1], 'bench') as place:
        path = os.path.join(place.directory, 'shares')
        os.environ.update(SHARES_FILE=path, LD_PRELOAD=os.path.join(sys.argv[1], 'tests/bench/libshares.so'))
        home, peer = screens.home_with_chat(place, 'gtk-gaim')
        pidgin = place.add(screens.Pidgin(place, home))
        for name in 'SHARES_FILE', 'LD_PRELOAD':
            del os.environ[name]
        shares, pid = Shares(path), pidgin.pidgin.pid
        peer.send('say the first')
        pidgin.window('Bob Bb')
        for i in range(LINES):
            peer.send('say number %d of many' % i)
        settled(pid, most=300)
        results = []

        def say(i):
            peer.send('say measured %d' % i)
            time.sleep(0.2)  # else several come in one turn

        def press(i):
            pidgin.key('abcdefghij'[i % 10] if i % 10 else 'ctrl+a')  # and begins anew

        for what, act in ('an incoming message', say), ('a key press', press):
            rounds = []
            for _ in range(ROUNDS):
                shares.begin()
                for i in range(TIMES):
                    act(i)
                settled(pid)
                rounds.append(shares.read())
            results.append(told(what, *min(rounds)[:2]))

        pidgin.key('ctrl+a', 'BackSpace')
        peer.forget()
        for i in range(TIMES):
            pidgin.type('mine')
            pidgin.key('Return')
            peer.hears('message .* mine$')
        settled(pid)
        shares.begin()
        peer.send('read')
        settled(pid)
        results.append(told('a tick', *shares.read()[:2]))

        peer.send('ttl 15')
        for i in range(TIMES):
            peer.send('say burns %d' % i)
        settled(pid, span=2)
        shares.begin()
        time.sleep(16)
        settled(pid)
        results.append(told("a timer's end", *shares.read()[:2]))
        return 0 if all(results) else 1


if __name__ == '__main__':
    sys.exit(main())
