"""An account by itself, beside TDLib's: 5,000 contacts, chats in memory, how soon it is online, what it does when idle.

(Called by bench_pair.py.)
"""
import glob
import os
import sqlite3
import time

import lab
import tdlib
from figures import cpu, line, middle, note, note_held, rss, rss_of_python, settled, wakes
from lab import ALICE, BOB

CONTACTS, CHATS = 5000, 100
IDLE = 120  # seconds
SAVED = 6   # libpurple stores its list five seconds after the last change
PEER = 4    # STORE_PEER of plugin/store/store.h


class Timed(tdlib.Tdlib):
    """It knows when TDLib itself began: what carries it here takes time, too."""
    begun = None

    def parse(self, event):
        self.begun = self.begun or time.time()
        return super().parse(event)

    def connected(self):
        self.sees(lambda e: e['@type'] == 'updateConnectionState' and e['state']['@type'] == 'connectionStateReady',
                  'connected')


def ended(us):
    """As a user who leaves: what is to be written is written."""
    us.send('quit')
    us.hears('over')
    us.process.wait(lab.PATIENCE)


def records(us):
    """Place -> sealed bytes of all that is stored; what is written anew is sealed anew, and differs."""
    found = {}
    for path in glob.glob(os.path.join(us.home, 'mtproto', '*', '*')):
        with open(path, 'rb') as f:
            if f.read(15) != b'SQLite format 3':
                continue
        db = sqlite3.connect(path)
        found.update((tuple(row[:3]), row[3:]) for row in db.execute('SELECT kind, owner, * FROM record'))
        db.close()
    return found


def entries_alone(place):
    """Kilobytes that so many entries take in libpurple, whoever made them."""
    us = place.headless('fill')
    us.account(ALICE, server='127.0.0.1:1')
    us.send('disable')
    settled(us.process.pid)
    base = rss(us.process.pid)[0]
    us.send('fill %d' % CONTACTS)
    us.hears('filled')
    settled(us.process.pid)
    return rss(us.process.pid)[0] - base


def one_account(place):
    """Kilobytes that an account without chats adds to each, once its contacts are there: (ours, TDLib's, our host)."""
    place.prepare_tdlib()
    us = place.headless('people')
    base = rss(us.process.pid)[0]
    us.send('loop start')
    us.log_in(ALICE)
    settled(us.process.pid)
    ours = rss(us.process.pid)[0] - base
    td = place.tdlib('people', ALICE)
    td.call('getContacts')
    settled(td.process.pid)
    theirs = rss(td.process.pid)[0] - rss_of_python()
    td.quit()
    return ours, theirs, us


def people(args):
    """What so many contacts add to an account that has one."""
    with tdlib.Lab(args.build, 'bench') as place:
        few = one_account(place)
        alone = entries_alone(place)
    with tdlib.Lab(args.build, 'bench', people=CONTACTS) as place:
        many(place, few, alone)


def many(place, few, alone):
    """The first login with so many contacts, then a start at which nothing has changed."""
    ours, theirs, us = one_account(place)
    ours, theirs = ours - few[0], theirs - few[1]
    us.send('count')
    entries = int(us.hears('count').string.split()[1])
    note('memory_kb_%d_contacts' % CONTACTS, ours, theirs, round(theirs / max(ours, 1), 2))
    note('memory_kb_%d_contacts_libpurple' % CONTACTS, alone)
    line('%d contacts (%d entries in the list) add, resident' % (CONTACTS, entries),
         '%d kB, of these libpurple for its entries %d kB; TDLib %d kB' % (ours, alone, theirs))
    time.sleep(SAVED)
    note_held(us, 'hold_ms_%d_contacts_first' % CONTACTS, 'the first login with %d contacts' % CONTACTS, True)
    ended(us)
    before = records(us)
    us = place.headless('people')
    us.send('loop start')
    us.hears('signed-on')
    settled(us.process.pid)
    time.sleep(SAVED)
    note_held(us, 'hold_ms_%d_contacts' % CONTACTS, 'a later start with %d contacts' % CONTACTS, True)
    ended(us)
    after = records(us)
    changed = [place_ for place_ in set(before) | set(after) if before.get(place_) != after.get(place_)]
    peers = sum(1 for place_ in changed if place_[0] == PEER)
    note('records_written_at_unchanged_restart', peers)
    line('records of people written at a restart that changed nothing', '%d of %d (and %d others)' %
         (peers, sum(1 for place_ in after if place_[0] == PEER), len(changed) - peers))


def chats(place, args):
    """Resident memory with one chat and with many; TDLib is the other end of them."""
    place.prepare_tdlib()
    us = place.headless('chats')
    base, td_base = rss(us.process.pid)[0], rss_of_python()
    us.log_in(ALICE)
    td = place.tdlib('chats', BOB, keep=True)
    place.knows_bob(us)
    settled(us.process.pid)
    us.send('loop start')
    done = 0
    for goal in (1, CHATS):
        while done < goal:
            us.send('menu @Bob Start secret chat')
            us.hears('line secret.* is ready')
            done += 1
        settled(us.process.pid)
        settled(td.process.pid)
        ours, theirs = rss(us.process.pid)[0] - base, rss(td.process.pid)[0] - td_base
        note('memory_kb_%d_chats' % goal, ours, theirs, round(theirs / max(ours, 1), 1))
        line('an account with %d secret chat%s, resident' % (goal, 's' * (goal > 1)),
             '%d kB, TDLib %d kB (%.1f times)' % (ours, theirs, theirs / max(ours, 1)))
    note_held(us, 'hold_ms_key_exchange', '%d secret chats begin' % CHATS)


def starts(place, args):
    """Milliseconds until an account is online: a login, and a start with what it knows by then."""
    place.prepare_tdlib()
    rows = {name: ([], []) for name in ('login', 'restart')}
    for n in range(args.rounds):
        us = place.headless('start%d' % n)
        us.send('loop start')
        begun = time.time()
        us.log_in(ALICE)
        rows['login'][0].append(time.time() - begun)
        settled(us.process.pid)
        if n == 0:
            note_held(us, 'hold_ms_login', 'login')
        ended(us)
        us = place.headless('start%d' % n)
        begun = time.time()
        us.hears('signed-on')
        rows['restart'][0].append(time.time() - begun)
        ended(us)
        td = place.add(Timed(place, 'start%d' % n, ALICE, keep=True))
        rows['login'][1].append(time.time() - td.begun)
        td.connected()
        td.quit()
        td = place.add(Timed(place, 'start%d' % n, ALICE, keep=True))
        td.connected()
        rows['restart'][1].append(time.time() - td.begun)
        td.quit()
    for name, (ours, theirs) in rows.items():
        ours, theirs = middle(ours) * 1000, middle(theirs) * 1000
        note('%s_to_online_ms' % name, round(ours), round(theirs), round(theirs / ours, 1))
        line('online after %s' % ('a login' if name == 'login' else 'a start'),
             '%.0f ms, TDLib %.0f ms (%.1f times)' % (ours, theirs, theirs / ours))


def idle(place, args):
    """Nothing happens: what an account does then beyond its host, all threads counted."""
    place.prepare_tdlib()
    empty, us = place.headless('empty'), place.headless('idle')
    us.log_in(ALICE)
    td = place.tdlib('idle', BOB, keep=True)
    pids = [p.process.pid for p in (empty, us, td)]
    for pid in pids:
        settled(pid)
    time.sleep(SAVED)
    before, busy = [wakes(pid) for pid in pids], [cpu(pid) for pid in pids]
    time.sleep(IDLE)
    after = [wakes(pid) for pid in pids]
    # threads that ended meanwhile took their numbers along; TDLib's host asks it once a second, in its first thread
    none, ours, theirs = [sum(n - was.get(task, 0) for task, n in now.items() if task != ignored) * 3600 / IDLE
                          for was, now, ignored in zip(before, after, (0, 0, pids[2]))]
    ours -= none
    spent = [(cpu(pid) - then) * 3600 / IDLE for pid, then in zip(pids, busy)]
    note('idle_wakes_an_hour', round(ours), round(theirs), round(theirs / max(ours, 1), 1))
    line('wake-ups of an idle account an hour, all threads', '%.0f, TDLib %.0f (CPU %.2f s, TDLib %.2f s)' %
         (ours, theirs, spent[1] - spent[0], spent[2]))


PARTS = [people, chats, starts, idle]
