#!/usr/bin/env python3
"""The main story of a secret chat in a real front end, driven by keys and read from its screen, with real TDLib at the
other end.

usage: test_screens_tdlib.py BUILD finch-80|finch-120|pidgin|bitlbee
"""
import base64
import re
import signal
import sys
import time

import tdlib
from tdlib import lab
import irc
import screens

ALICE, BOB = '9990000001', '9990000002'
TIMER = 20  # seconds: enough for a busy machine to look at a line before it goes
SIGNS = {'waiting': '\u25f7', 'sent': '\u2713(?!\u2713)', 'read': '\u2713\u2713'}
WORDS = {'waiting': 'waiting, the server does not have it yet', 'sent': 'at the server, not read yet', 'read': 'read'}


class Screen:
    """Where lines can be taken away, and each own one says where it is."""
    sees = True  # what stands in the window in front is seen

    def shows(self, pattern):
        screens.until(lambda: re.search(pattern, ' '.join(self.lines().split())), 'the window showing %r' % pattern,
                      show=self.lines)

    def own(self, text, state):
        self.shows(': %s %s' % (text, SIGNS[state]))

    def timed(self, text):
        self.shows('%s .*%d' % (text, TIMER))

    def gone(self, before, _count=1):
        """The window shows what it did before, letter for letter: other lines are what they were."""
        screens.until(lambda: self.lines() == before, 'the window as before', show=lambda: '%s\n---\n%s' % (before, self.lines()))


class Finch(Screen):
    def __init__(self, place, home, *size):
        self.front = place.add(screens.Finch(place, home, *size))
        self.front.shows('Telegram')

    def lines(self):
        """Of the conversation, without its frame and the bar at its side."""
        return '\n'.join(row.split('\u2502')[1].rstrip('\u2592\u2191\u2193 ') for row in self.front.screen().split('\n')
                         if row.startswith('\u2502'))

    def start(self):
        self.front.menu('[^\U0001f512]*Bob Bb', 'Start secret chat')
        self.front.front('\U0001f512 Bob Bb')

    def say(self, text):
        self.front.type(text)
        self.front.keys('Enter')

    def key(self, digits):
        """The picture is text there, too."""
        self.say('/key')
        for eight in digits:
            self.shows('[\u2591-\u2593\u2588]{24} ' + eight)

    def end(self):
        self.front.menu('.*\U0001f512\u2713 Bob', 'Secret chat', 'End secret chat')
        self.front.front('^Secret chat$')
        self.front.shows('End th(e|is) secret chat')
        self.front.press('End chat')
        self.front.front('\U0001f513 Bob Bb')


class Pidgin(Screen):
    def __init__(self, place, home):
        self.front = place.add(screens.Pidgin(place, home, reads=True))

    def lines(self):
        return self.front.lines('Bob Bb')

    def start(self):
        self.front.menu('Bob Bb$', 'Start secret chat')
        self.front.window('Bob Bb')

    def say(self, text):
        self.front.in_entry('Bob Bb')
        self.front.say(text)

    def key(self, digits):
        """In a window of its own, which Escape closes without an answer."""
        self.say('/key')
        self.front.window('Key')
        shown = self.front.finds('label', '([0-9A-F]{2} ){3}[0-9A-F]{2}  ', 'Key').name
        if [' '.join(line.split()) for line in shown.strip().split('\n')] != digits:
            raise lab.Gone('another key: ' + shown)
        self.front.finds('icon', 'Key', 'Key')
        self.front.key('Escape')
        self.front.loses('dialog', 'Key')

    def end(self):
        self.say('/secret end')
        self.front.window('Secret chat')
        self.front.finds('label', 'End th(e|is) secret chat', 'Secret chat')
        self.front.press('End chat', 'Secret chat')


class Bitlbee:
    """No line can be taken off its screen, which is told; where own ones are is told on demand; an answer says that what
    stood there was seen."""
    sees = False

    def __init__(self, place):
        self.alice = place.add(irc.Person(place.add(irc.Bitlbee(place)), 'alice'))
        self.alice.root('register sesame')
        self.alice.hears('root &bitlbee: Account successfully created')
        self.alice.add_account(place, ALICE)
        self.alice.root('account mtproto on')
        asks = self.alice.hears(r'(purple_request_\d+) alice: The login code was sent').group(1)
        self.alice.say(asks, '12345')
        self.alice.hears('Bob_Bb joins')
        self.chat = None

    def lines(self):
        """What was said of deletions is of what went before."""
        self.alice.forget()

    def start(self):
        self.alice.say('Bob_Bb', '/secret')
        self.chat = self.alice.hears(r'(secret1-Bob_Bb) joins').group(1)

    def say(self, text):
        self.alice.say(self.chat, text)

    def shows(self, pattern):
        self.alice.hears('%s alice: .*%s' % (self.chat, pattern))

    def told(self, command):
        """What a command answers: BitlBee does what it is told in turn."""
        lines = []
        self.say(command)
        self.alice.root('set debug')
        self.alice.wait(lambda line: lines.append(line) or re.match('root &bitlbee: debug = ', line), 'the setting')
        return lines

    def own(self, _text, state):
        """The last one."""
        screens.until(lambda: self.told('/secret info')[-2].endswith(': ' + WORDS[state]), 'the last message being ' + state,
                      show=lambda: '\n'.join(self.told('/secret info')))

    def timed(self, text):
        self.shows('%s.*%d' % (text, TIMER))

    def gone(self, _before, count=1):
        """Those that go together are told together."""
        while count > 0:
            count -= int(self.alice.hears(self.chat + r' alice: \*\*\* (\d) messages? (?:is|are) deleted, or (?:its|their) time is').group(1))

    def key(self, digits):
        self.say('/key')
        for eight in digits:
            self.shows('[\u2591-\u2593\u2588]{24} +' + eight.replace(' ', ' +'))

    def end(self):
        self.say('/secret end')
        self.alice.hears(r'root &bitlbee: .*\(yes: End chat')
        self.alice.root('yes')


class Story:
    def __init__(self, us, td):
        self.us, self.td, self.chat, self.early, self.typed = us, td, None, None, []

    def types_(self, text):
        self.typed.append(text)
        self.us.say(text)

    def says(self, text, answer_to=None):
        """TDLib's user does, and learns that it was seen, where that can be."""
        said = self.td.say(self.chat, text, answer_to)
        if self.us.sees:
            self.seen(said)
        return said

    def seen(self, said):
        self.td.sees(lambda e: e['@type'] == 'updateChatReadOutbox' and e['last_read_outbox_message_id'] == said, 'it was seen')

    def gets(self, text):
        return self.td.sees(lambda e: e['@type'] == 'updateNewMessage' and not e['message']['is_outgoing'] and
                            e['message']['content'].get('text', {}).get('text') == text, text)['message']

    def looks(self):
        """TDLib's user has seen all that is there."""
        self.td.call('openChat', chat_id=self.chat)
        found = self.td.call('getChatHistory', chat_id=self.chat, from_message_id=0, offset=0, limit=100, only_local=True)
        self.td.call('viewMessages', chat_id=self.chat, message_ids=[m['id'] for m in found['messages']], force_read=True)

    def loses(self, *ids):
        """TDLib has them no more."""
        left = set(ids)

        def all_gone(event):
            if event['@type'] == 'updateDeleteMessages' and event['is_permanent']:
                left.difference_update(event['message_ids'])
            return not left
        self.td.sees(all_gone, 'deletion of %s' % (ids,))

    def sets(self, time, seconds, told):
        self.us.say('/ttl ' + time)
        self.td.sees(lambda e: e['@type'] == 'updateChatMessageAutoDeleteTime' and e['message_auto_delete_time'] == seconds,
                     'the timer')
        self.us.shows(told)

    # ---

    def starts(self):
        """SC-A1, SC-A33: TDLib, which would accept at once, is away: what is typed is kept, which is seen"""
        self.td.process.send_signal(signal.SIGSTOP)
        self.us.start()
        self.us.shows('Waiting for Bob Bb to accept')
        self.types_('typed early')
        self.us.own('typed early', 'waiting')

    def accepts(self):
        """SC-A8: ... and is sent when it has come and accepted"""
        self.td.process.send_signal(signal.SIGCONT)
        self.chat = self.td.chat_of(self.td.secret('Ready')['id'])
        self.early = self.gets('typed early')['id']
        self.us.shows('Bob Bb accepted: this secret chat is ready')
        self.us.own('typed early', 'sent')

    def types(self):
        """The tick comes with the server's word"""
        self.types_('hello from a screen')
        self.gets('hello from a screen')
        self.us.own('hello from a screen', 'sent')

    def replies(self):
        """SC-I3, SC-E14: both ways, and TDLib learns that its answer was seen"""
        answer = self.says('an answer', self.early)
        self.us.shows('\u21a9 typed early')
        self.us.shows('an answer')
        self.us.say('/reply last and mine')
        self.typed.append('and mine')
        if self.gets('and mine')['reply_to'].get('message_id') != answer:
            raise lab.Gone('it answers something else')
        if not self.us.sees:
            self.seen(answer)
        self.us.own('\u21a9 an answer and mine', 'sent')

    def reads(self):
        """SC-E14: seen by TDLib's user"""
        self.looks()
        self.us.own('\u21a9 an answer and mine', 'read')
        if self.us.sees:
            self.us.own('hello from a screen', 'read')
            self.us.own('typed early', 'read')

    def burns(self):
        """SC-G2, SC-G7: a line of each side says its timer, and goes when it was seen so long"""
        self.sets('%ds' % TIMER, TIMER, 'You set the self-destruct timer to %d seconds' % TIMER)
        before = self.us.lines()
        time.sleep(1)  # of two readings within a second TDLib tells, and minds, the first only
        theirs = self.says('burns soon')
        self.us.timed('burns soon')
        self.types_('burns too')
        ours = self.gets('burns too')['id']
        if self.us.sees:
            self.us.timed('burns too')
        self.looks()
        self.us.own('burns too', 'read')
        self.loses(theirs, ours)
        self.us.gone(before, 2)
        self.sets('off', 0, 'You turned the self-destruct timer off')

    def deletes(self):
        """SC-E8: for both, by either"""
        before = self.us.lines()
        self.types_('to be deleted')
        got = self.gets('to be deleted')['id']
        self.us.own('to be deleted', 'sent')
        self.us.say('/delete')
        self.loses(got)
        self.us.gone(before)
        before = self.us.lines()
        theirs = self.says('taken back')
        self.us.shows('taken back')
        self.td.call('deleteMessages', chat_id=self.chat, message_ids=[theirs], revoke=True)
        self.us.gone(before)

    def verifies(self):
        """SC-K2, SC-K3, SC-K4: the key that TDLib has"""
        secret = self.td.call('getSecretChat', secret_chat_id=self.td.call('getChat', chat_id=self.chat)['type']['secret_chat_id'])
        key = base64.b64decode(secret['key_hash'])
        self.us.key([key[i:i + 8].hex(' ').upper() for i in range(0, 32, 8)])
        self.us.say('/verify yes')
        self.us.shows('You marked the key of this chat as verified')

    def ends(self):
        """SC-A20: TDLib's chat is closed; it had each text once, in the order in which they were typed, and no command"""
        self.us.end()
        self.td.secret('Closed')
        self.us.shows('You ended this secret chat')
        new = [e['message'] for e in self.td.events if e['@type'] == 'updateNewMessage']
        got = [m['content']['text']['text'] for m in new
               if m['chat_id'] == self.chat and not m['is_outgoing'] and m['content']['@type'] == 'messageText']
        if got != self.typed:
            raise lab.Gone('TDLib got %s' % got)


def front_end(place, name):
    if name == 'bitlbee':
        return Bitlbee(place)
    us = place.headless()
    us.log_in(ALICE)
    place.knows_bob(us)
    if name == 'pidgin':
        return Pidgin(place, screens.home_of(place, us, 'gtk-gaim'))
    return Finch(place, screens.home_of(place, us, 'gnt-purple'), *{'finch-80': (80, 24), 'finch-120': (120, 36)}[name])


def main():
    build, name = sys.argv[1:3]
    with tdlib.Lab(build, 'screens-tdlib') as place:
        place.prepare_tdlib()
        td = place.tdlib('bob', BOB)
        story = Story(front_end(place, name), td)
        return lab.run([(step, getattr(story, step)) for step in
                        'starts accepts types replies reads burns deletes verifies ends'.split()])


if __name__ == '__main__':
    sys.exit(main())
