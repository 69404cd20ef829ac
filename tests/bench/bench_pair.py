#!/usr/bin/env python3
"""The module in libpurple beside TDLib with its message database, on the same data centre: CPU, syncs, memory, waits.

usage: bench_pair.py BUILD [--json FILE] [--texts N] [--missed N] [--only PART]
"""
import argparse
import json
import os
import statistics
import struct
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '..', 'interop'))
import tdlib  # noqa: E402
from tdlib import lab  # noqa: E402

ALICE, BOB = '9990000001', '9990000002'
figures = {}


def rss(pid):
    """(resident, private) kilobytes."""
    fields = {}
    with open('/proc/%d/smaps_rollup' % pid, encoding='ascii') as f:
        for line in f:
            word = line.split()
            if word[0].endswith(':'):
                fields[word[0][:-1]] = int(word[1])
    return fields['Rss'], fields['Private_Clean'] + fields['Private_Dirty']


def cpu(pid):
    """Seconds of all its threads, to the nanosecond: the CPU clock of another process (clock_getcpuclockid)."""
    return time.clock_gettime((~pid << 3) | 2)


def line(what, text):
    print('%-58s %s' % (what, text), flush=True)


def note(name, ours, theirs=None, ratio=None):
    figures[name] = ours if theirs is None else {'ours': ours, 'tdlib': theirs, 'ratio': ratio}


class Counted:
    """Where TDLib counts its syncs."""

    def __init__(self, place):
        self.path = os.path.join(place.directory, 'syncs')
        self.shim = os.path.join(place.build, 'tests/bench/libsyncs.so')
        os.environ['SYNCS_FILE'] = self.path

    def count(self):
        with open(self.path, 'rb') as f:
            return struct.unpack('Q', f.read(8))[0]


def syncs_of(us):
    """The headless host stands for the C library there, and counts by itself."""
    us.send('disk syncs')
    return int(us.hears('syncs').string.split()[1])


class Table:
    """Ours and TDLib in one chat."""

    def __init__(self, place):
        place.prepare_tdlib()
        self.td_syncs = Counted(place)
        self.us = place.headless('full')
        self.us.log_in(ALICE)
        shim = place.shim
        place.shim = shim + ':' + self.td_syncs.shim
        self.td = place.tdlib('bob', BOB, keep=True)
        place.shim = shim
        user = self.td.call('searchUserByPhoneNumber', phone_number='+' + ALICE)
        self.td.call('createNewSecretChat', user_id=user['id'])
        self.us.hears('action .*wants to start a secret chat')
        self.us.send('press Accept')
        self.us.hears('line secret.* is ready')
        self.chat = self.td.chat_of(self.td.secret('Ready')['id'])
        time.sleep(3)
        self.n = 0

    def pids(self):
        return self.us.process.pid, self.td.process.pid

    def measure(self, run):
        """(seconds, our CPU seconds, TDLib's, our syncs, TDLib's)"""
        self.td.forget()
        self.us.forget()
        time.sleep(1)
        pids = self.pids()
        before = [cpu(pid) for pid in pids] + [syncs_of(self.us), self.td_syncs.count()]
        start = time.time()
        run()
        seconds = time.time() - start
        time.sleep(1.5)  # what follows belongs to it
        after = [cpu(pid) for pid in pids] + [syncs_of(self.us), self.td_syncs.count()]
        return [seconds] + [b - a for a, b in zip(before, after)]

    def next(self):
        self.n += 1
        return 'number %d.' % self.n

    def td_has(self, text):
        self.td.sees(lambda e: e['@type'] == 'updateNewMessage' and
                     e['message']['content'].get('text', {}).get('text') == text, text, 120)

    def we_have(self, text):
        self.us.hears('line secret.* recv: %s$' % text, 120)

    def td_says(self, text):
        self.td.tell('sendMessage', chat_id=self.chat, input_message_content={
            '@type': 'inputMessageText', 'text': {'@type': 'formattedText', 'text': text}})

    def out(self, n, wait):
        for _ in range(n):
            text = self.next()
            self.us.send('send secret ' + text)
            if wait:
                self.td_has(text)
        if not wait:
            self.td_has(text)

    def into(self, n, wait):
        for _ in range(n):
            text = self.next()
            self.td_says(text)
            if wait:
                self.td.sees(lambda e: e['@type'] == 'updateMessageSendSucceeded', 'sent', 120)
                self.we_have(text)
        if not wait:
            self.we_have(text)


def texts(place, args):
    table = Table(place)
    n, rows = args.texts, {}
    table.out(20, True)  # warm
    table.into(20, True)
    for _ in range(args.rounds):
        for name, run in (('out burst', lambda: table.out(n, False)), ('in burst', lambda: table.into(n, False)),
                          ('out one by one', lambda: table.out(n, True)),
                          ('in one by one', lambda: table.into(n, True))):
            rows.setdefault(name, []).append(table.measure(run))
    cost = {}  # name -> (ours, TDLib's), microseconds a text
    for name, runs in rows.items():
        cost[name] = tuple(statistics.median(r[i] for r in runs) / n * 1e6 for i in (1, 2))
        spread = ['%.0f .. %.0f' % (min(r[i] for r in runs) / n * 1e6, max(r[i] for r in runs) / n * 1e6)
                  for i in (1, 2)]
        line('%d texts %s' % (n, name), '%.0f us of CPU a text (%s), TDLib %.0f us (%s), %.2f s, syncs %.2f and %.2f' %
             (cost[name][0], spread[0], cost[name][1], spread[1], statistics.median(r[0] for r in runs),
              statistics.median(r[3] for r in runs) / n, statistics.median(r[4] for r in runs) / n))
    # both ends of the same exchange, but of a single text out, which is compared with TDLib's own single text out
    for key, ours, theirs in (('text_out_burst', 'out burst', 'out burst'), ('text_in_burst', 'in burst', 'in burst'),
                              ('text_out_single', 'out one by one', 'in one by one'),
                              ('text_in_sequential', 'in one by one', 'in one by one'),
                              ('text_out_burst_both_send', 'out burst', 'in burst'),
                              ('text_in_burst_both_receive', 'in burst', 'out burst'),
                              ('text_in_sequential_both_receive', 'in one by one', 'out one by one')):
        a, b = 1e6 / cost[ours][0], 1e6 / cost[theirs][1]
        note(key, round(a), round(b), round(a / b, 2))
        line('  %s' % key, '%.0f texts a CPU second, TDLib %.0f: %.2f times' % (a, b, a / b))
    one = rows['out one by one'] + rows['in one by one']
    ours, theirs = (sum(r[i] for r in one) / (n * len(one)) for i in (3, 4))
    note('syncs_per_text', round(ours, 3))
    note('syncs_per_text_tdlib', round(theirs, 3))
    line('syncs a text, one after the other, both directions', '%.2f, TDLib %.2f' % (ours, theirs))


def missed_once(place, name, n, delay):
    """Seconds that a text takes that is typed when n missed messages stand in the window; syncs of the catch-up."""
    other = place.companion(BOB)
    us = place.headless(name)
    us.log_in(ALICE)
    place.start(us, other)
    us.send('disable')
    us.send('disk syncs')  # what it says then, it says after that
    us.hears('syncs')
    for i in range(n):
        other.send('say missed %d.' % i)
    lab.until(lambda: place.dc.counts().get('messages.sendEncrypted', 0) >= n, 'all are sent', 300)
    time.sleep(1)
    us.forget()
    if delay:
        us.send('disk slow %d' % delay)
    before, start, busy = syncs_of(us), time.time(), cpu(us.process.pid)
    us.send('enable')
    us.hears('line secret.* recv: missed %d.$' % (n - 1), 600)
    shown = time.time() - start
    typed = time.time()
    us.send('send secret typed then')
    other.hears('message .*typed then', 120)
    took = time.time() - typed
    time.sleep(1)
    return took, shown, (syncs_of(us) - before) * 1000 / n, (cpu(us.process.pid) - busy) * 1e6 / n


def dialogue(place, us, other, n):
    """Milliseconds from a text's arrival to its answer's."""
    waits = []
    for i in range(n):
        start = time.time()
        us.send('send secret here %d.' % i)
        other.hears('message .*here %d.' % i)
        waits.append((time.time() - start) * 1000)
        other.send('say there %d.' % i)
        us.hears('line secret.* recv: there %d.' % i)
    return statistics.median(waits), max(waits)


def missed(place, args):
    took, shown, syncs, busy = missed_once(place, 'missed', args.missed, 0)
    note('text_after_10000_missed_s', round(took, 3))
    line('a text typed after %d missed ones leaves after' % args.missed, '%.2f s (they were shown after %.2f s)' %
         (took, shown))
    line('  syncs a thousand missed messages; CPU a message', '%.1f; %.0f us' % (syncs, busy))


def slow(place, args):
    took, shown, syncs, _ = missed_once(place, 'slow', 1000, 8)
    note('slow_text_after_1000_missed_s', round(took, 3))
    line('the same after 1,000, every sync 8 ms slower', '%.2f s (shown after %.2f s)' % (took, shown))
    us, other = place.processes[-1], place.processes[-2]
    middle, most = dialogue(place, us, other, 50)
    note('slow_text_in_a_dialogue_ms', round(middle, 1))
    line('a text in a dialogue, every sync 8 ms slower', '%.1f ms, at most %.1f ms' % (middle, most))


def memory(place, args):
    empty = place.headless('empty')
    time.sleep(1)
    base = rss(empty.process.pid)
    table = Table(place)
    ours, theirs = (rss(pid) for pid in table.pids())
    added, own = ours[0] - base[0], theirs[0] - rss_of_python()
    note('memory_kb', added, own, round(own / max(added, 1), 1))
    # Python and ctypes carry TDLib here: what an empty one takes is not counted against it
    line('libpurple host without an account, resident', '%d kB' % base[0])
    line('  an account with one secret chat adds', '%d kB (private %d kB)' % (added, ours[1] - base[1]))
    line('TDLib logged in with one secret chat, resident', '%d kB (%.1f times)' % (own, own / max(added, 1)))


def rss_of_python():
    process = subprocess.Popen([sys.executable, '-c', 'import ctypes, json, sys; sys.stdin.read()'],
                               stdin=subprocess.PIPE)
    time.sleep(0.5)
    resident = rss(process.pid)[0]
    process.stdin.close()
    process.wait()
    return resident


PARTS = [texts, missed, slow, memory]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('build')
    parser.add_argument('--json')
    parser.add_argument('--texts', type=int, default=400)
    parser.add_argument('--rounds', type=int, default=3)
    parser.add_argument('--missed', type=int, default=10000)
    parser.add_argument('--only', action='append', choices=[p.__name__ for p in PARTS], default=[])
    args = parser.parse_args()
    if args.json and os.path.exists(args.json):
        with open(args.json, encoding='utf-8') as f:
            figures.update(json.load(f))
    for part in PARTS:
        if args.only and part.__name__ not in args.only:
            continue
        with tdlib.Lab(args.build, 'bench') as place:
            part(place, args)
        if args.json:
            with open(args.json, 'w', encoding='utf-8') as f:
                json.dump(figures, f, indent=1, sort_keys=True)
    return 0


if __name__ == '__main__':
    sys.exit(main())
