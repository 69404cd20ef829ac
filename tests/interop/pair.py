"""Our client and real TDLib in one chat, and every text that went either way in it."""
import base64
import contextlib
import re
import time

from tdlib import lab

ALICE, BOB = '9990000001', '9990000002'


def text_of(event):
    """The text of a message of ours that has just come to TDLib, else None."""
    if event['@type'] != 'updateNewMessage' or event['message']['is_outgoing']:
        return None
    return event['message']['content'].get('text', {}).get('text')


class Pair:
    """The two in one chat, and every text that went either way in it."""

    def __init__(self, place, ours_first):
        self.place, self.ours_first, self.count = place, ours_first, 0
        self.td = place.tdlib('bob', BOB, keep=True)
        self.us = place.companion(ALICE, '--debug')
        self.user = self.td.call('searchUserByPhoneNumber', phone_number='+' + ALICE)['id']
        self.forget_chat()
        self.note()

    def forget_chat(self):
        self.secret = self.chat = self.hash = None
        self.to_td, self.to_us = [], []
        self.processes = [self.us]

    def control(self, line):
        return self.place.dc.control(line)

    # --- the chat

    def start(self, ours_first=None):
        self.td.watched = None
        self.forget_chat()
        self.forget()
        if self.ours_first if ours_first is None else ours_first:
            self.us.send('start ' + BOB)
        else:
            self.td.tell('createNewSecretChat', user_id=self.user)
            self.us.hears('secret -?[0-9]+ requested')
            self.us.send('accept')
        self.us.hears('secret -?[0-9]+ ready')
        secret = self.td.secret('Ready')
        self.secret = self.td.watched = secret['id']
        self.chat = self.td.chat_of(secret['id'])
        self.hash = base64.b64decode(secret['key_hash']).hex()
        self.td.call('openChat', chat_id=self.chat)
        self.until(lambda: self.us.info()['layer'] == '144', 'layer 144')
        self.td.sees(lambda e: e['@type'] == 'updateSecretChat' and e['secret_chat']['layer'] == 144, 'layer 144')

    def forget(self):
        self.td.forget()
        self.us.forget()

    def until(self, test, what, seconds=lab.PATIENCE):
        """Asks again and again, as there is nothing to wait for."""
        end = time.time() + seconds
        while not test():
            if time.time() > end:
                raise lab.Gone('never: %s' % what)
            time.sleep(0.02)

    # --- texts

    def lose(self, side, numbers):
        """Of the next messages to that side; a switch counts what those before it left."""
        for i, number in enumerate(sorted(numbers)):
            self.control('drop-delivery %d %d %s' % (self.secret, number - i, side))

    def swap(self, hold, release, call, what):
        """What waits for one side goes out; what that makes it call is for the other, and waits there."""
        self.control('hold %d %s' % (self.secret, hold))
        self.place.dc.forget()
        self.control('release %d %s' % (self.secret, release))
        self.place.dc.wait(lambda l: l == call, what)

    def ours(self, n=1, lost=()):
        """We write n texts, those of the numbers `lost` (from 1) get lost in the data centre; all are there when this
        returns. No Resend comes before: TDLib forgets one that is early, and nobody asks twice."""
        texts = self.draw('o', n, self.to_td)
        self.us.forget()
        with self.losing('Bob', lost):
            for text in texts:
                self.us.send('say ' + text)
            self.us.wait(nth(n, lambda l: l.startswith('sent ')), '%d times "sent"' % n)

    def they_begin(self, n):
        """TDLib writes n texts."""
        for text in self.draw('i', n, self.to_us):
            self.td.tell('sendMessage', chat_id=self.chat, input_message_content={
                '@type': 'inputMessageText', 'text': {'@type': 'formattedText', 'text': text}})

    def theirs(self, n=1, lost=()):
        self.td.forget()
        with self.losing('Alice', lost):
            self.they_begin(n)
            self.td.sees(nth(n, lambda e: e['@type'] == 'updateMessageSendSucceeded'), '%d times "sent"' % n)

    def draw(self, letter, n, book):
        texts = ['%s%d' % (letter, self.count + i) for i in range(n)]
        self.count += n
        book += texts
        return texts

    @contextlib.contextmanager
    def losing(self, side, lost):
        if lost:
            self.lose(side, lost)
            self.control('hold %d %s' % (self.secret, side))
        yield
        if lost:
            self.control('release %d %s' % (self.secret, side))

    def received(self):
        """What we have shown, in order; after a crash the line shown last may be shown once more."""
        shown = []
        for process in self.processes:
            before = len(shown)
            for line in process.said:
                match = re.match(r'message (-?\d+) \d+ (i\d+)$', line)
                if match and match.groups() not in shown[:before]:
                    shown.append(match.groups())
        known = set(self.to_us)
        return [text for _, text in shown if text in known]

    def all_here(self, stored=False):
        """Every text of this chat is there, once, in order; stored: in TDLib's database too."""
        if self.to_us and self.to_us[-1] not in self.received():
            self.us.hears(r'message -?\d+ \d+ %s$' % self.to_us[-1])
        if self.to_td and not any(text_of(e) == self.to_td[-1] for e in reversed(self.td.events)):
            self.td.sees(lambda e: text_of(e) == self.to_td[-1], self.to_td[-1])
        same(self.received(), self.to_us, 'we')
        known = set(self.to_td)
        seen = self.td.history(self.chat) if stored else [text_of(e) for e in self.td.events]
        same([text for text in seen if text in known], self.to_td, 'TDLib')

    def talk(self):
        """Both can still write, and nothing else was lost or came twice."""
        self.ours()
        self.theirs()
        self.all_here()

    # --- keys

    def settled(self):
        """No exchange is under way, both have used the new key and dropped the old one, the picture is the same."""
        end = time.time() + lab.PATIENCE
        self.talk()
        while self.us.info()['rekeying'] != '0':
            if time.time() > end:
                raise lab.Gone('the exchange never ends: %s' % self.steps())
            self.talk()
        self.talk()
        if self.us.info()['hash'] != self.hash:
            raise lab.Gone('another key hash')

    def they_ask(self):
        """TDLib writes until it asks for a new key. What it wrote waits, and a hole before it keeps us from asking
        in the same moment."""
        self.us.send('rekey')  # both count from here
        self.settled()
        self.note()
        self.lose('Alice', [1])
        self.control('hold %d Alice' % self.secret)
        self.place.dc.forget()
        self.theirs(101)
        self.place.dc.wait(lambda l: l == 'Bob: messages.sendEncryptedService', 'its RequestKey')

    def steps(self):
        """What our re-keying did since the last forget()."""
        return re.findall(r're-keying: (.*)', '\n'.join(self.us.said[self.mark:]))

    def note(self):
        self.us.forget()
        self.mark = len(self.us.said)

    def new_key(self, *wanted):
        """The exchange that was begun has gone these ways, and is over."""
        self.settled()
        for step in wanted:
            if step not in self.steps():
                raise lab.Gone('no "%s" in %s' % (step, self.steps()))

    # --- processes

    def end_us(self, kill=False):
        self.us.forget()
        self.us.kill() if kill else self.us.stop()

    def begin_us(self):
        self.us = self.place.companion(ALICE, '--debug')
        self.processes.append(self.us)
        if self.secret is not None:
            self.us.send('chat %d' % self.secret)

    def end_td(self, kill=False):
        self.td.forget()
        self.td.kill() if kill else self.td.quit()
        self.old_events = self.td.events

    def begin_td(self):
        self.td = self.place.tdlib('bob', BOB, keep=True)
        self.td.events = self.old_events + self.td.events
        self.td.watched = self.secret
        if self.chat is not None:
            self.td.call('getChat', chat_id=self.chat)
            self.td.call('openChat', chat_id=self.chat)

    def after_kill_td(self):
        """Nothing is lost: each text was shown before or after, or is in its database. That it has them there once
        is its own business: a killed TDLib sometimes has one twice, or has shown it and forgets it."""
        self.ours()
        self.td.sees(lambda e: text_of(e) == self.to_td[-1], self.to_td[-1])
        known, shown = set(self.to_td), set(self.td.history(self.chat))
        for events in (self.old_events, self.td.events[len(self.old_events):]):
            texts = [text_of(e) for e in events if text_of(e) in known]
            same(texts, [text for text in self.to_td if text in texts], 'one process of TDLib')
            shown.update(texts)
        if known - shown:
            raise lab.Gone('TDLib never got %s' % sorted(known - shown))
        self.to_td = []


def nth(n, test):
    """True for the n-th thing for which the test is."""
    left = [n]

    def counts(item):
        left[0] -= 1 if test(item) else 0
        return left[0] == 0
    return counts


def same(got, wanted, who):
    if got == wanted:
        return
    extra = [t for i, t in enumerate(got) if t not in wanted or t in got[:i]]
    at = next((i for i, (a, b) in enumerate(zip(got, wanted)) if a != b), min(len(got), len(wanted)))
    raise lab.Gone('%s have %d of %d texts; twice %s, missing %s; from #%d: %s, not %s' % (
        who, len(got), len(wanted), extra[:5], [t for t in wanted if t not in got][:5], at, got[at:at + 5],
        wanted[at:at + 5]))
