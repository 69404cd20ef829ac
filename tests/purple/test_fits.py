#!/usr/bin/env python3
"""Each dialog fits Finch at 80x24 in each language: title, text and all buttons (test_fits.py BUILD [TEST...]).

The headless host measures them as libgnt lays them out (headless-fits.c); test_speech.py looks at some in real
Finch. Names are as long as Telegram allows, and everything is pressed that asks or tells.
"""
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lab'))
import lab  # noqa: E402
import tongue  # noqa: E402
from lab import ALICE  # noqa: E402

LONG, OTHER = '9990000003', '9990000004'
FIRST = 'Maximiliane Alexandra Theodora Wilhelmina Friederike Karoline M.'
LAST = 'von Hohenstauffenburg-Lichtenwalde zu Rosengarten und Altmark II'
USERS = [LONG + ':%s:%s' % (FIRST, LAST), OTHER + ':%s:%s' % (FIRST, LAST)]
COMMANDS = ('help', 'key', 'verify', 'ttl', 'delete', 'delete all', 'block', 'unblock', 'contact delete', 'secret info',
            'secret skip', 'secret end', 'secret erase')
# The notice of a request in Pidgin's list, which is 250 points wide at first: its buttons stand in one row, cut at the left.
NOTICE, NOTICE_ROOM = ('Accept', 'Reject', 'Leave to my phone'), 32

# A row of the same list has room for 152 points of what it says below the name, cut at the right; as Pidgin 2.14 draws them
# in DejaVu Sans, which is wide. Every form that it can take is written by the module's own functions (rows.c).
# In a list that scrolls it has less: there it is to be read whole that the key is not verified, unless something was not sent.
ROW_ROOM, SCROLLED_ROOM = 152, 133
UNVERIFIED = {'en': 'not verified', 'de': 'ungeprüft', 'ru': 'не.проверен'}
# How many pixels wide GTK 2 draws the small letters of a row; the others have 7.
WIDTHS = {letter: width for width, letters in ((2, '\u202f'), (3, 'ijlIJ'), (4, 'f .,:/-\xa0'), (5, 'rt()[]'), (6, 'cszLгзсэ'),
                                               (8, 'ABCKRUVXZдийнпцъАБВКСХЧЬЭЯÄÜ'), (9, 'wDGHNOQмыДИЙЛНОПЦÖ'), (10, 'MжфюМФЪЫ'),
                                               (11, 'mWшщ'), (12, '…ЖШ'), (13, 'ЩЮ'))
          for letter in letters}


def points(text):
    return sum(WIDTHS.get(letter, 7) for letter in text)


class Dialogs:
    def __init__(self, place, language):
        self.place = place
        self.words = tongue.Tongue(place, os.path.join(place.directory, 'purple'), language)
        self.companion = place.companion(LONG)
        self.us = place.headless('purple', '--as', 'finch', env=self.words.environment)
        place.dc.control('password %s %s' % (ALICE, 'secret'))
        self.us.account(ALICE)
        self.us.hears('input ')
        self.us.send('answer 00000')
        self.us.hears('input ')
        self.us.send('answer 12345')
        self.us.hears('input .*masked')
        self.us.send('answer wrong')
        self.us.hears('input .*masked')
        self.us.send('answer secret')
        self.us.hears('signed-on')

    def entries(self, command):
        self.us.send(command)
        found = []
        while True:
            line = self.us.hears('(item|items|no buddy) (.*)')
            if line.group(1) != 'item':
                return found
            found.append(line.group(2).removesuffix(' \u2713'))

    def quiet(self):
        """All that was done is done, and every question is closed without an answer."""
        for command in ['escape', 'cancel'] * 3 + ['windows ALL']:
            self.us.send(command)
        self.us.hears('windows ')
        self.us.forget()

    def starts(self):
        person = self.named('id1000003 ')
        self.us.send('menu %s %s' % (person, self.words.say('Start secret chat')))
        self.companion.hears('secret -?[0-9]+ requested')
        self.companion.send('accept')
        self.companion.hears('secret -?[0-9]+ ready')
        return person

    def named(self, pattern):
        found = lab.until(lambda: self.buddies(pattern), 'an entry of ' + pattern)
        return found.split()[1]

    def buddies(self, pattern):
        self.us.send('buddies')
        found = None
        while True:
            line = self.us.hears('buddy .*|buddies end').string
            if line == 'buddies end':
                return found
            if re.match('buddy ' + pattern, line):
                found = line

    def all(self):
        person = self.starts()
        self.us.hears('line secret.*/key')
        self.companion.send('say a few words')
        self.us.hears('line secret.* recv: a few words')
        self.us.send('send secret an answer')
        self.companion.hears('message .*an answer')
        for name in ('secret', person):
            for entry in self.entries('items ' + name):
                self.us.send('menu %s %s' % (name, entry))
                self.quiet()
            for command in COMMANDS:
                self.us.send('cmd %s %s' % (name, command))
                self.quiet()
            self.us.send('remove ' + name)
            self.us.hears('action ')
            self.quiet()
        self.both()
        self.account()
        self.removed()

    def both(self):
        """A person and a chat are removed at once."""
        for name in ('secret', self.named('id1000003 ')):
            self.us.send('move %s Together' % name)
        self.us.send('group-remove Together')
        self.us.hears('action ')
        self.quiet()

    def asked(self):
        """Somebody asks for a secret chat."""
        other = self.place.companion(OTHER)
        other.send('start ' + ALICE)
        self.us.hears('action ')
        self.quiet()

    def account(self):
        self.asked()
        for entry in self.entries('account-entries'):
            self.us.send('account-menu ' + entry)
            self.quiet()
        passphrase = self.words.say('Set or remove the passphrase for stored keys...')
        for second in ('different', 'typed'):
            self.us.send('account-menu ' + passphrase)
            self.us.hears('input ')
            self.us.send('answer typed')
            self.us.hears('input ')
            self.us.send('answer ' + second)
            self.us.hears('notify ')

    def removed(self):
        self.us.send('delete')
        self.us.hears('notify ')

    def rows(self):
        said = subprocess.run([os.path.join(self.place.build, 'tests/purple/rows'), os.path.join(self.place.build, 'po')],
                              env=dict(os.environ, **self.words.environment), stdout=subprocess.PIPE, check=True, encoding='utf-8').stdout
        rows = sorted({line.removeprefix('row ') for line in said.split('\n') if line})
        if len(rows) < 30 or not any(self.words.say('secret, verified') == row for row in rows):
            raise lab.Gone('not every row, or not in this language: %s' % rows)
        return rows

    def judge(self):
        row = ' '.join(self.words.say(label) for label in NOTICE)
        if len(row) > NOTICE_ROOM:
            raise lab.Gone('%d letters: %s' % (len(row), row))
        rows = self.rows()
        wide = ['%d points: %s' % (points(row), row) for row in rows if points(row) > ROW_ROOM]
        if wide:
            raise lab.Gone('rows of the list are cut: ' + '; '.join(wide))
        unsent = self.words.say_n('%u not sent, verified', '%u not sent, verified', 2).partition(',')[0] % 2
        cut = [row for row in rows if '12' not in row and unsent not in row
               for says in [re.search('.*' + UNVERIFIED[self.words.language], row)]
               if says and points(says.group()) + (points('…') if says.group() != row else 0) > SCROLLED_ROOM]
        if cut:
            raise lab.Gone('that the key is not verified is cut in a list that scrolls: ' + '; '.join(cut))
        bad = sorted({line for line in self.us.said if line.startswith('unfit ')})
        shown = {line for line in self.us.said if re.match('(action|input|notify) ', line)}
        print('# %d dialogs' % len(shown))
        if bad or len(shown) < 20:
            raise lab.Gone('%d dialogs; of these do not fit:\n%s' % (len(shown), '\n'.join(bad)))


def fits(language):
    def story():
        with lab.Lab(sys.argv[1], 'fits', users=USERS) as place:
            dialogs = Dialogs(place, language)
            dialogs.all()
            dialogs.judge()
    return story


TESTS = [('in English', fits('en')), ('in German', fits('de')), ('in Russian', fits('ru'))]


if __name__ == '__main__':
    named = sys.argv[2:]
    sys.exit(lab.run([test for test in TESTS if not named or test[0] in named], independent=True))
