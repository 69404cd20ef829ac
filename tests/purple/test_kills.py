#!/usr/bin/env python3
"""Real processes, killed without warning (SIGKILL) and started again on their folders: SC-D31, SC-D32, SC-L1,
SC-L3 as samples of the crash matrix (DECISIONS 21); what was not read comes back (DECISIONS 23).

usage: test_kills.py BUILD [SEED]
"""
import os
import random
import re
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lab'))
import lab  # noqa: E402

ALICE, BOB = '9990000001', '9990000002'
KILLS = 12


class Person:
    """One account: a process after another, and all that their windows showed."""

    def __init__(self, place, phone):
        self.place, self.phone, self.process = place, phone, None
        self.lives = []    # for each process: the numbers it showed, in order
        self.again = []    # for each process: the numbers that it showed again
        self.told = []     # for each process: the numbers it was told to say
        self.sent = set()  # ids that the server has

    def start(self):
        self.process = self.place.companion(self.phone)
        self.lives.append([])
        self.again.append([])
        self.told.append([])

    def restart(self):
        """What the pipe still holds was shown."""
        self.process.process.kill()
        self.process.process.wait()
        try:
            while True:
                self.process.next(10)
        except lab.Gone:
            pass
        self.look()
        self.start()

    def look(self):
        shown = [line.split(' ', 3)[3] for line in self.process.said if line.startswith('message ')]
        self.lives[-1] = [int(text) for text in shown if text.isdigit()]
        again = [line.split(' ', 3)[3] for line in self.process.said if line.startswith('again ')]
        self.again[-1] = [int(text) for text in again if text.isdigit()]
        ids = [line.split()[1] for line in self.process.said if line.startswith('said ')]
        self.told[-1] = [(n, ids[i] if i < len(ids) else None) for i, (n, _) in enumerate(self.told[-1])]
        self.sent.update(line.split()[1] for line in self.process.said if line.startswith('sent '))

    def drain(self):
        self.process.forget()
        self.look()

    def say(self, number):
        self.told[-1].append((number, None))
        self.process.send('say %d' % number)

    def wanted(self):
        """(number, whether it must have arrived): what the server never got may have died with its process."""
        return [(n, i in self.sent) for life in self.told for n, i in life]


def together(lives):
    """The windows one after the other. What a process showed last, and had no time to mark, its successor shows
    again (DECISIONS 2)."""
    all_shown = []
    for life in lives:
        repeated = 0
        while repeated < len(life) and life[repeated] in all_shown:
            repeated += 1
        if repeated and life[:repeated] != all_shown[len(all_shown) - repeated:]:
            raise lab.Gone('%s shown again after %s' % (life[:repeated], all_shown))
        all_shown += life[repeated:]
    return all_shown


def kept(reader, before, read=()):
    """What its newest process showed again: what none had read, each once, in order."""
    known = [n for n in before if n not in read]
    again = reader.again[-1]
    repeated = [n for n in reader.lives[-1] if n in known]  # shown, but not marked: not "again"
    if again + repeated != known:
        raise lab.Gone('again %s and %s, but unread are %s' % (again, repeated, known))
    print('# %s: %d texts came back unread' % (reader.phone, len(known)))


def check(reader, writer):
    """Each once, in order, none missing; prints how many."""
    got, wanted = together(reader.lives), writer.wanted()
    missing = [n for n, _ in wanted if n not in got]
    if [n for n, _ in wanted if n in got] != got:
        raise lab.Gone('order, or twice: %s' % got)
    if any(must for n, must in wanted if n in missing):
        raise lab.Gone('never shown: %s of %s' % (missing, wanted))
    print('# %s: %d texts, once and in order; %d died with the process that was to say them' %
          (reader.phone, len(got), len(missing)))


def story(build, seed):
    draw = random.Random(seed)
    print('# seed %d' % seed)
    with lab.Lab(build, 'kills') as place:
        alice, bob = Person(place, ALICE), Person(place, BOB)
        people = [alice, bob]
        counter = [0]

        def next_number():
            counter[0] += 1
            return counter[0]

        def login():
            """MT-F8: killed when the code is asked for, and when it has just arrived online"""
            bob.start()
            for line in ('ask code', 'online'):
                argv = bob.process.process.args
                argv = [a if a != BOB else ALICE for a in argv]
                argv = [a.replace('c' + BOB, 'c' + ALICE) for a in argv]
                early = place.add(lab.Process('companion', argv))
                early.wait(lambda l: re.match(line, l), line)
                early.process.kill()
                early.process.wait()
            alice.start()

        def request():
            """SC-A11, SC-A17: killed while the request is on its way, and while it is accepted"""
            end = time.time() + lab.PATIENCE
            while True:
                alice.process.send('start ' + BOB)
                alice.process.hears('secret -?[0-9]+ asking')
                alice.restart()
                if bob.process.hears('secret -?[0-9]+ requested'):
                    break
                if time.time() > end:
                    raise lab.Gone('no request arrived')
            bob.process.send('accept')
            time_of_death = draw.choice(['accepting', 'ready', None])
            if time_of_death:
                bob.process.hears('secret -?[0-9]+ ' + time_of_death)
            bob.restart()
            line = bob.process.hears('secret -?[0-9]+ (requested|accepting|ready)').string
            if 'requested' in line:  # the yes died with the process
                bob.process.send('accept')
            if 'ready' not in line:
                bob.process.hears('secret -?[0-9]+ ready')
            alice.process.hears('secret -?[0-9]+ ready')

        def burst(person, n):
            for _ in range(n):
                person.say(next_number())

        def meet():
            """Both have everything of each other."""
            for person, other in (alice, bob), (bob, alice):
                number = next_number()
                person.say(number)
                other.process.hears('message .* %d$' % number)
            for person in people:
                person.drain()

        def kill_somewhere():
            victim, other = draw.sample(people, 2)
            for person in people:
                person.drain()
            burst(other, draw.randint(1, 4))
            burst(victim, draw.randint(1, 4))
            lines = draw.randint(0, 9)
            try:
                for _ in range(lines):
                    victim.process.next(2)
            except Exception:  # it has no more to say: then now
                pass
            victim.restart()

        def talk():
            """SC-D31 SC-D32 SC-L1 SC-L3: twelve kills, each after another line"""
            for _ in range(KILLS):
                kill_somewhere()
            meet()
            check(alice, bob)
            check(bob, alice)

        def unread():
            """DECISIONS 23, SC-L1: killed with texts that nobody read: they come back, until they were read"""
            for person, other in (alice, bob), (bob, alice):
                person.drain()
                for _ in range(2):
                    burst(other, 2)
                    other.process.hears('said')
                    person.restart()
                    number = next_number()
                    other.say(number)
                    person.process.hears('message .* %d$' % number)
                    person.drain()
                    other.drain()
                    kept(person, together(person.lives[:-1]))  # with what came before the kill
                person.process.send('read')
                other.process.hears('read')
                person.drain()
                read = together(person.lives)
                person.restart()
                number = next_number()
                other.say(number)
                person.process.hears('message .* %d$' % number)
                person.drain()
                other.drain()
                kept(person, together(person.lives[:-1]), read)

        def rekey():
            """SC-F5: both sides are killed while the key changes"""
            for who in 0, 1, 0, 1:
                alice.process.send('rekey')
                burst(bob, 2)
                for person in people:
                    person.drain()
                people[who].restart()
                meet()
            end = time.time() + lab.PATIENCE
            while any(p.process.info()['rekeying'] != '0' for p in people):
                meet()
                if time.time() > end:
                    raise lab.Gone('the keys never settle')
            check(alice, bob)
            check(bob, alice)
            a, b = alice.process.info(), bob.process.info()
            if (a['in'], a['out'], a['hash']) != (b['out'], b['in'], b['hash']):
                raise lab.Gone('%s and %s' % (a, b))

        def closing():
            """SC-A24 SC-L7: killed while closing; the other side hears of it, and it stays closed"""
            alice.process.send('close delete')
            alice.process.hears('secret -?[0-9]+ closed 1')
            alice.restart()
            bob.process.hears('secret -?[0-9]+ closed 3')
            alice.restart()
            alice.process.send('say 0')
            alice.process.hears('error ')

        return lab.run([('killed at the end of the login', login), ('killed while a chat begins', request),
                        ('killed %d times while both talk' % KILLS, talk), ('killed with unread texts', unread),
                        ('killed while keys change', rekey),
                        ('killed while closing', closing)])


sys.exit(story(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else random.SystemRandom().randrange(10000)))
