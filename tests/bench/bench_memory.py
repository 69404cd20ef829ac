#!/usr/bin/env python3
"""Resident memory, and messages a second, of the module in libpurple beside TDLib, on the same data centre.

usage: bench_memory.py BUILD
"""
import os
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '..', 'interop'))
import tdlib  # noqa: E402

ALICE, BOB = '9990000001', '9990000002'
MESSAGES = 500


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
    with open('/proc/%d/stat' % pid, encoding='ascii') as f:
        words = f.read().rsplit(')', 1)[1].split()
    return (int(words[11]) + int(words[12])) / os.sysconf('SC_CLK_TCK')


def line(what, text):
    print('%-58s %s' % (what, text), flush=True)


def main():
    with tdlib.Lab(sys.argv[1], 'bench') as place:
        place.prepare_tdlib()
        empty = place.headless('empty')
        time.sleep(1)
        us = place.headless('full')
        us.log_in(ALICE)
        td = place.tdlib('bob', BOB)
        user = td.call('searchUserByPhoneNumber', phone_number='+' + ALICE)
        td.call('createNewSecretChat', user_id=user['id'])
        us.hears('action .*wants to start a secret chat')
        us.send('press Accept')
        us.hears('line secret.* is ready')
        chat = td.chat_of(td.secret('Ready')['id'])
        time.sleep(3)
        base, ours = rss(empty.process.pid), rss(us.process.pid)
        pid = td.process.pid
        theirs = rss(pid)
        added = ours[0] - base[0]
        # Python and ctypes carry TDLib here: what an empty one takes is not counted against it
        python = rss_of_python()
        tdlib_own = theirs[0] - python
        line('libpurple host without an account, resident', '%d kB' % base[0])
        line('  an account with one secret chat adds', '%d kB (private %d kB)' % (added, ours[1] - base[1]))
        line('TDLib logged in with one secret chat, resident', '%d kB' % tdlib_own)
        line('  TDLib / ours', '%.1f' % (tdlib_own / max(added, 1)))
        for name, process, send, hear in (
                ('ours to TDLib', us, lambda n: us.send('send secret number %d' % n),
                 lambda n: td.sees(lambda e: e['@type'] == 'updateNewMessage' and
                                   e['message']['content'].get('text', {}).get('text') == 'number %d' % n, 'it', 120)),
                ('TDLib to ours', td, lambda n: td.say(chat, 'number %d' % n),
                 lambda n: us.hears('line secret.* recv: number %d$' % n, 120))):
            td.forget()
            us.forget()
            start, a, b = time.time(), cpu(us.process.pid), cpu(pid)
            for n in range(MESSAGES):
                send(n)
            hear(MESSAGES - 1)
            seconds = time.time() - start
            ours, theirs = max(cpu(us.process.pid) - a, 0.01), max(cpu(pid) - b, 0.01)
            line('%d messages, %s' % (MESSAGES, name), '%.2f s' % seconds)
            line('  messages per CPU second', '%.0f here, %.0f in TDLib (%.1f times)' %
                 (MESSAGES / ours, MESSAGES / theirs, theirs / ours))
    return 0


def rss_of_python():
    import subprocess
    process = subprocess.Popen([sys.executable, '-c', 'import ctypes, json, sys; sys.stdin.read()'],
                               stdin=subprocess.PIPE)
    time.sleep(0.5)
    resident = rss(process.pid)[0]
    process.stdin.close()
    process.wait()
    return resident


if __name__ == '__main__':
    sys.exit(main())
