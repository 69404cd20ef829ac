#!/usr/bin/env python3
"""Somebody on the path without any key, before the module in real Finch, Pidgin and BitlBee (DECISIONS 24).

usage: test_path.py BUILD FRONT [SECONDS]

At every reconnect they do something else. Without SECONDS it goes on until each of it was done once. Afterwards
the chat, what was typed and what came meanwhile are there, and the account is back by itself.
"""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lab'))
import irc  # noqa: E402
import lab  # noqa: E402
import screens  # noqa: E402

ALICE, BOB = '9990000001', '9990000002'
BUILD, FRONT = sys.argv[1:3]
SECONDS = int(sys.argv[3]) if len(sys.argv) > 3 else 0
# What costs the temporary key comes last: without one nothing that they let pass proves a server, and the pauses grow
# as in tests/flow/test-path.c, whose time is no real one.
MODES = ['reset', 'noise', '-444', 'later', 'packet', '-429', '-404']
BACK = 300  # s: the longest pause of so short an attack, and a host's own


class Front:
    """What the three have in common: a chat, lines out and in, and being there."""

    def __init__(self, place, path):
        self.place, self.path = place, path

    def home(self, ui):
        home, self.peer = screens.home_with_chat(self.place, ui)
        accounts = os.path.join(home, 'accounts.xml')
        with open(accounts, encoding='utf-8') as f:
            text = f.read()
        with open(accounts, 'w', encoding='utf-8') as f:
            f.write(text.replace(':%d<' % self.place.dc.port, ':%d<' % self.path.port))
        return home


class Finch(Front):
    def start(self):
        self.finch = self.place.add(screens.Finch(self.place, self.home('gnt-purple')))
        self.peer.send('say first light')
        self.finch.shows('first light')
        self.finch.keys('M-n')
        self.peer.hears(r'read \d+')

    def say(self, text):
        self.finch.type(text)
        self.finch.keys('Enter')

    def shows(self, text, timeout=lab.PATIENCE):
        # a dialog that says why stands before the window; its own key closes it
        def seen():
            if text in self.finch.screen():
                return True
            self.finch.keys('M-n')
            return False
        lab.until(seen, 'Finch showing ' + text, timeout, self.finch.screen)

    def alive(self):
        return self.finch.alive()


class Pidgin(Front):
    def start(self):
        self.pidgin = self.place.add(screens.Pidgin(self.place, self.home('gtk-gaim'), reads=True))
        self.peer.send('say first light')
        self.pidgin.window('Bob Bb')
        self.pidgin.shows('first light', 'Bob Bb')

    def say(self, text):
        self.pidgin.window('Bob Bb')
        self.pidgin.say(text)

    def shows(self, text, timeout=lab.PATIENCE):
        self.pidgin.shows(text, 'Bob Bb', timeout)

    def alive(self):
        return self.pidgin.alive()


class Bitlbee(Front):
    def start(self):
        self.peer = self.place.companion(BOB)
        self.bitlbee = self.place.add(irc.Bitlbee(self.place))
        self.alice = self.place.add(irc.Person(self.bitlbee, 'alice'))
        self.alice.root('register sesame')
        self.alice.hears('root &bitlbee: Account successfully created')
        self.alice.add_account(self.place, ALICE)
        self.alice.root('account mtproto set server 127.0.0.1:%d' % self.path.port)
        self.alice.hears('root &bitlbee: server = ')
        self.alice.root('account mtproto on')
        asks = self.alice.hears(r'(purple_request_\d+) alice: The login code was sent').group(1)
        self.alice.say(asks, '12345')
        self.alice.hears('root &bitlbee: mtproto - Logging in: Logged in')
        bob = self.alice.hears(r'(Bob_Bb) joins').group(1)
        self.alice.say(bob, '/secret')
        self.peer.hears('secret -?[0-9]+ requested')
        self.peer.send('accept')
        self.peer.hears('secret -?[0-9]+ ready')
        self.alice.hears(r'secret\S+ alice: .* is ready')
        self.peer.send('say first light')
        self.chat = self.alice.hears(r'(\S+) alice: first light').group(1)

    def say(self, text):
        self.alice.say(self.chat, text)

    def shows(self, text, timeout=lab.PATIENCE):
        self.alice.hears(r'\S+ alice: .*' + text, timeout)

    def alive(self):
        self.alice.root('account list')
        return self.alice.hears(r'root &bitlbee: .*mtproto')


def story(place, path):
    front = {'finch': Finch, 'pidgin': Pidgin, 'bitlbee': Bitlbee}[FRONT](place, path)
    front.start()
    logins = place.dc.counts().get('auth.sendCode', 0)
    path.attack()
    front.say('typed under attack')
    front.peer.send('say said under attack')
    path.enough(len(MODES), SECONDS)
    path.goes_away()
    front.peer.hears(r'message .* typed under attack$', BACK)
    front.shows('said under attack', BACK)
    front.peer.send('say and it goes on')
    front.shows('and it goes on')
    if not front.alive():
        raise lab.Gone(FRONT + ' is gone')
    front.peer.never('secret .* closed')
    if place.dc.counts().get('auth.sendCode', 0) != logins:
        raise lab.Gone('somebody logged in anew')


def main():
    with lab.Lab(BUILD, 'path') as place:
        return lab.run([('an attack from the path, before ' + FRONT, lambda: story(place, place.add(lab.Path(place, MODES))))])


if __name__ == '__main__':
    sys.exit(main())
