#!/usr/bin/env python3
"""The module in libpurple beside TDLib with its message database, on the same data centre: CPU, syncs, memory, waits.

usage: bench_pair.py BUILD [--json FILE] [--texts N] [--missed N] [--big] [--only PART]
"""
import argparse
import json
import os
import re
import statistics
import struct
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '..', 'interop'))
import tdlib  # noqa: E402
import lab  # noqa: E402

import bench_account  # noqa: E402
import bench_files  # noqa: E402
from figures import cpu, figures, line, note, note_held  # noqa: E402
from lab import ALICE, BOB  # noqa: E402


class Counted:
    """Where a process counts its syncs and its transactions (syncs.c)."""

    def __init__(self, place, name):
        self.path = os.path.join(place.directory, 'syncs-' + name)
        self.env = {'SYNCS_FILE': self.path, 'LD_PRELOAD': os.path.join(place.build, 'tests/bench/libsyncs.so')}

    def counts(self):
        """(syncs, transactions)"""
        with open(self.path, 'rb') as f:
            return struct.unpack('QQ', f.read(16))


def syncs_of(us):
    """The headless host stands for the C library there, and counts by itself."""
    us.send('disk syncs')
    return int(us.hears('syncs').string.split()[1])


class Table:
    """Ours and TDLib in one chat."""

    def __init__(self, place):
        place.prepare_tdlib()
        self.td_syncs, self.our = Counted(place, 'td'), Counted(place, 'us')
        self.us = place.headless('full', env=self.our.env)
        self.us.log_in(ALICE)
        shim = place.shim
        place.shim = shim + ':' + self.td_syncs.env['LD_PRELOAD']
        os.environ['SYNCS_FILE'] = self.td_syncs.path
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
        """(seconds, our CPU seconds, TDLib's, our syncs, TDLib's, our transactions)"""
        self.td.forget()
        self.us.forget()
        time.sleep(1)
        pids = self.pids()
        before = [cpu(pid) for pid in pids] + self.counts()
        start = time.time()
        run()
        seconds = time.time() - start
        time.sleep(1.5)  # what follows belongs to it
        after = [cpu(pid) for pid in pids] + self.counts()
        return [seconds] + [b - a for a, b in zip(before, after)]

    def counts(self):
        return [syncs_of(self.us), self.td_syncs.counts()[0], self.our.counts()[1]]

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
    table.us.send('loop start')
    table.into(100, False)
    note_held(table.us, 'hold_ms_burst', 'a burst of 100 messages')
    one = rows['out one by one'] + rows['in one by one']
    ours, theirs = (sum(r[i] for r in one) / (n * len(one)) for i in (3, 4))
    note('syncs_per_text', round(ours, 3))
    note('syncs_per_text_tdlib', round(theirs, 3))
    commits = sum(r[5] for r in one) / (n * len(one))
    note('transactions_per_text', round(commits, 3))
    line('syncs a text, one after the other, both directions', '%.2f (%.2f transactions), TDLib %.2f' %
         (ours, commits, theirs))


def missed_once(place, name, n, delay):
    """Of a text that is typed when n missed messages stand in the window: seconds until the server has it, until the
    other side shows it; those until all were shown; syncs and CPU of the catch-up."""
    other = place.companion(BOB)
    counted = Counted(place, name)
    us = place.headless(name, env=counted.env)
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
    before, commits = syncs_of(us), counted.counts()[1]
    start, busy = time.time(), cpu(us.process.pid)
    us.send('loop start')
    us.send('enable')
    us.hears('line secret.* recv: missed %d.$' % (n - 1), 600)
    shown = time.time() - start
    sent, typed = place.dc.counts()['messages.sendEncrypted'], time.time()
    us.send('send secret typed then')
    while place.dc.counts()['messages.sendEncrypted'] == sent:
        time.sleep(0.005)
    left = time.time() - typed
    other.hears('message .*typed then', 120)
    there = time.time() - typed
    time.sleep(1)
    busy = cpu(us.process.pid) - busy
    return left, there, shown, [x * 1000 / n for x in (syncs_of(us) - before, counted.counts()[1] - commits, busy * 1000)]


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
    left, there, shown, (syncs, commits, busy) = missed_once(place, 'missed', args.missed, 0)
    note('text_after_10000_missed_s', round(left, 3))
    note('text_after_10000_missed_shown_s', round(there, 3))
    line('a text typed after %d missed ones is at the server after' % args.missed,
         '%.2f s (and there after %.2f s; they were shown after %.2f s)' % (left, there, shown))
    note_held(place.processes[-1], 'hold_ms_catch_up', 'catch-up of %d' % args.missed)
    note('syncs_per_1000_missed', round(syncs, 1))
    note('transactions_per_1000_missed', round(commits, 1))
    line('  of a thousand missed messages', '%.1f syncs, %.1f transactions; CPU of one %.0f us' % (syncs, commits, busy))


def slow(place, args):
    left, there, shown, _ = missed_once(place, 'slow', 1000, 8)
    note('slow_text_after_1000_missed_s', round(left, 3))
    line('the same after 1,000, every sync 8 ms slower', '%.2f s (and there after %.2f s; shown after %.2f s)' %
         (left, there, shown))
    us, other = place.processes[-1], place.processes[-2]
    usual, most = dialogue(place, us, other, 50)
    note('slow_text_in_a_dialogue_ms', round(usual, 1))
    line('a text in a dialogue, every sync 8 ms slower', '%.1f ms, at most %.1f ms' % (usual, most))


def ige(place, args):
    out = subprocess.run([os.path.join(args.build, 'tests/bench/bench'), 'ige'], check=True, stdout=subprocess.PIPE,
                         encoding='ascii').stdout
    print(out, end='', flush=True)
    for size, encrypt, decrypt in re.findall(r'(\d+) bytes .*\n.* ([\d.]+) and ([\d.]+) of CBC', out):
        note('ige_encrypt_%s_of_cbc' % size, float(encrypt))
        note('ige_decrypt_%s_of_cbc' % size, float(decrypt))


PARTS = [ige, texts, missed, slow] + bench_files.PARTS + bench_account.PARTS


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('build')
    parser.add_argument('--json')
    parser.add_argument('--texts', type=int, default=400)
    parser.add_argument('--rounds', type=int, default=3)
    parser.add_argument('--missed', type=int, default=10000)
    parser.add_argument('--big', action='store_true', help='files of 2 GB, too')
    parser.add_argument('--only', action='append', choices=[p.__name__ for p in PARTS], default=[])
    args = parser.parse_args()
    if args.json and os.path.exists(args.json):
        with open(args.json, encoding='utf-8') as f:
            figures.update(json.load(f))
    for part in PARTS:
        if args.only and part.__name__ not in args.only:
            continue
        if part is bench_account.people:
            part(args)
        else:
            with tdlib.Lab(args.build, 'bench') as place:
                part(place, args)
        if args.json:
            with open(args.json, 'w', encoding='utf-8') as f:
                json.dump(figures, f, indent=1, sort_keys=True)
    return 0


if __name__ == '__main__':
    sys.exit(main())
