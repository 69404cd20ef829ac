#!/usr/bin/env python3
"""The module in real BitlBee: a secret chat over IRC, and who has its key.

usage: test_bitlbee.py BUILD
"""
import glob
import os
import re
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lab'))
import irc  # noqa: E402
import lab  # noqa: E402
from media import sends  # noqa: E402

TURNED = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'data', 'pictures', 'turned.jpg')
COPIES = '/tmp/bitlbee-purple-ft.*'  # BitlBee looks for no other place
ALICE, BOB = '9990000001', '9990000002'
BUILD = sys.argv[1]
NAMED = {'9990000003:\u0410\u043d\u043d\u0430:\u0429\u0451\u043a\u0438\u043d\u0430-\u042e\u0433': 'Anna_Shchyokina_Yug',  # beside Bob, and their nicks
         '9990000004:\u0645\u062d\u0645\u062f:\u0639\u0644\u064a': 'id1000004', '9990000005:\u738b:\u5c0f\u660e': 'xiaoming', '9990000006:\U0001f600:\U0001f680': 'id1000006',
         '9990000007:Q:': 'Q', '9990000008:%s:' % ('N' * 64): 'N' * 24, '9990000009:Carol:Cc': 'Carol_Cc_1000009',
         '9990000010:carol:cC': 'carol_cC_1000010', '9990000011:Zo\u00eb:Br\u00fbl\u00e9e': 'Zoe_Brulee', '9990000012:Secret:Agent': '_Secret_Agent',
         '9990000013:Carol:Cc 1000009': 'Carol_Cc_1000009_1000013', '9990000014:Agent:007': 'Agent_007', '9990000015:root:': 'root_',
         '9990000016:Maximilian:Musterm': 'Maximilian_Musterm', '9990000017:Maximilian:Musterfrau': 'Maximilian_Musterfrau'}
ON = 'root &bitlbee: mtproto - Logging in: Logged in'
REFUSED = "root &bitlbee: mtproto - Login error: The account's data are sealed with another password"


class Story:
    """One evening: each test goes on where the one before ended."""

    def __init__(self, place):
        self.place = place
        self.companion = place.companion(BOB)
        self.bitlbee = place.add(irc.Bitlbee(place))
        self.alice = self.chat = None

    def person(self, nick):
        return self.place.add(irc.Person(self.bitlbee, nick))

    def alice_again(self):
        """She comes back and identifies; BitlBee switches her account on."""
        self.alice = self.person('alice')
        self.alice.root('identify sesame')
        self.alice.hears('root &bitlbee: Password accepted')

    def files(self, *more):
        """What the module stores: path -> bytes."""
        found = {}
        for folder, _, names in os.walk(os.path.join(self.bitlbee.home, 'purple', *more)):
            if os.path.join('mtproto', '') in os.path.join(folder, ''):
                for name in names:
                    with open(os.path.join(folder, name), 'rb') as f:
                        found[os.path.join(folder, name)] = f.read()
        return found

    def key_file(self):
        return next(data for path, data in self.files().items() if path.endswith('seal.key'))

    def logs_in(self):
        """Registers, adds the account, answers the question for the code (FRONTENDS 0.7)"""
        self.alice = self.person('alice')
        self.alice.root('register sesame')
        self.alice.hears('root &bitlbee: Account successfully created')
        self.alice.add_account(self.place, ALICE)
        self.alice.root('account mtproto on')
        self.alice.hears('root &bitlbee: .*sealed with a new random password')
        asks = self.alice.hears(r'(purple_request_\d+) alice: The login code was sent').group(1)
        self.alice.say(asks, '12345')
        self.alice.hears(ON)
        if b'scrypt' not in self.key_file():
            raise lab.Gone('the key is not sealed by a password')

    def nicks(self):
        """Readable without any setting, and apart, whatever people are called; who has nothing readable has the @name, or an
        id"""
        nicks = {'id%d' % (1000000 + int(person[:10]) - 9990000000): nick for person, nick in NAMED.items()}
        nicks['id1000002'] = 'Bob_Bb'

        def people():
            return {handle: nick for handle, nick in self.listed().items() if handle in nicks}
        lab.until(lambda: people() == nicks, 'the nicks', show=lambda: str(people()))

    def listed(self):
        """What BitlBee has in its list: handle -> nick."""
        self.alice.root('blist all')
        self.alice.hears('root &bitlbee: \\d+ buddies')
        rows = [line.split()[2:4] for line in self.alice.said if re.match(r'root &bitlbee: \S+ +(id|secret-?)\d+ ', line)]
        self.alice.forget()
        self.alice.said = []
        return {handle: nick for nick, handle in rows}

    def cut(self):
        """Who is told apart from others by what a chat's nick has no room for has the user id in it"""
        def nicks():
            return sorted(nick for nick in self.listed().values() if nick.startswith('secret'))
        before = nicks()
        self.alice.say('Maximilian_Musterm', '/secret')
        lab.until(lambda: len(nicks()) > len(before), 'another chat')
        nick = next(one for one in nicks() if one not in before)
        if not re.fullmatch(r'secret\d-Maximili_1000016', nick):
            raise lab.Gone('the chat is called %s' % nick)
        self.alice.say(nick, '/secret end')
        self.alice.hears('root &bitlbee: You can use the ')
        self.alice.root('yes')
        lab.until(lambda: nicks() == before, 'the chats of before', show=lambda: str(nicks()))

    def chats(self):
        """A secret chat, text both ways; commands are typed as text (FRONTENDS 0.9)"""
        bob = self.chat_person = 'Bob_Bb'
        self.alice.say(bob, '/secret')
        self.companion.hears('secret -?[0-9]+ requested')
        self.companion.send('accept')
        self.chat = self.alice.hears(r'(secret1-%s) joins' % bob).group(1)
        self.alice.hears(self.chat + r' alice: .* is ready')
        self.alice.say(self.chat, 'over IRC')
        self.companion.hears(r'message -?\d+ 0 over IRC$')
        self.companion.send('looks bold 0-4, italic 5-7, code 8-9: bold it c')  # SC-I6, as IRC draws it
        self.alice.hears(self.chat + ' alice: \x02bold\x02 \x1fit\x1f `c`$')
        self.companion.send('say and back')
        self.alice.hears(self.chat + ' alice: and back$')
        self.alice.say(self.chat, '/secret info')
        self.alice.hears(self.chat + r' alice: \*\*\* Secret chat with Bob Bb: open')
        self.companion.never(r'message .*/secret', 0.5)

    def key(self):
        """SC-K2, SC-K3: twelve lines of one width: the picture in shades, the hex beside its first four"""
        wanted = bytes.fromhex(self.companion.info()['hash'])
        self.alice.say(self.chat, '/key')
        self.alice.hears(self.chat + r' alice: \*\*\* The key of this chat')
        for i in range(12):
            line = self.alice.hears(self.chat + r' alice: \*\*\* ([\u2591-\u2593\u2588]{24})(?: {3}([0-9A-F ]{24}))? *$')
            cells = [[0, 1, 3, 2]['\u2591\u2592\u2593\u2588'.index(c)] for c in line.group(1)[::2]]
            digits = (line.group(2) or '').replace(' ', '').lower()
            if cells != [wanted[n // 4] >> 2 * (n % 4) & 3 for n in range(12 * i, 12 * i + 12)]:
                raise lab.Gone('line %d is of another picture: %s' % (i, line.group(1)))
            if digits != (wanted[8 * i:8 * i + 8].hex() if i < 4 else ''):
                raise lab.Gone('another key: ' + digits)

    def questions(self):
        """FRONTENDS 5, DECISIONS 28: a question says what yes does, names the person, and its no does nothing"""
        for command, does in (('/secret end', 'End chat'), ('/delete all', 'Delete for both'), ('/block', 'Block')):
            self.alice.say(self.chat, command)
            heard = self.alice.hears(r'root &bitlbee: .*\(yes: ').string
            if '(null)' in heard or '(yes: %s; no: Cancel)' % does not in heard:
                raise lab.Gone(heard)
            self.alice.root('no')
            self.alice.hears(r'root &bitlbee: mtproto - Rejected')
            self.alice.hears(r'root &bitlbee: .*\(yes: ')  # it repeats the question
        self.alice.never('.*\\(null\\)')
        self.alice.say(self.chat, 'nothing ended')
        self.companion.hears(r'message -?\d+ 0 nothing ended$')

    def removes(self):
        """DECISIONS 28: "remove" and /kick out of a channel of a group are of BitlBee's list only"""
        self.alice.line('JOIN &secrets')
        self.alice.root('channel &secrets set fill_by group')
        self.alice.hears("root &bitlbee: fill_by = ")
        self.alice.root('channel &secrets set group "Secret chats"')
        self.alice.hears("root &bitlbee: group = ")
        self.alice.line('KICK &secrets ' + self.chat)
        self.alice.hears('root &bitlbee: .*The secret chat with Bob Bb goes on.*/secret end')
        bob = self.chat_person
        self.alice.root('remove ' + self.chat)
        self.alice.hears('root &bitlbee: .*The secret chat with Bob Bb goes on.*/secret end')
        self.chat = self.alice.hears(r'(secret\S+) joins').group(1)
        self.alice.root('remove ' + bob)
        self.alice.hears('root &bitlbee: .*Bob Bb is removed from this list only.*/contact delete')
        stats = self.place.dc.control('stats')
        if 'discardEncryption' in stats or 'deleteContacts' in stats:
            raise lab.Gone(stats)
        self.alice.root('add mtproto id1000002')
        self.alice.hears(bob + ' joins')
        self.alice.say(self.chat, 'still there')
        self.companion.hears(r'message -?\d+ 0 still there$')

    def arrives_as_typed(self):
        """DECISIONS 27: what an IRC client sends, CTCP ACTION too, arrives as it is, or stays"""
        for typed, arrives in (('a <b> & &lt; "c"', 'a <b> & &lt; "c"'), ('/etc/passwd', '/etc/passwd'),
                               ('//etc/passwd', '//etc/passwd'), ('//word', '/word'), ('/me waves', '/me waves'),
                               ('\x01ACTION sits\x01', '/me sits')):
            self.alice.say(self.chat, typed)
            self.companion.hears(r'message -?\d+ 0 %s$' % re.escape(arrives))
        self.alice.say(self.chat, '/foo bar')
        self.alice.hears(self.chat + r' alice: \*\*\* Not sent: there is no command /foo here')
        self.alice.hears(self.chat + r' alice: \*\*\* /foo bar$')
        self.alice.say(self.chat, ' /TTL 7')
        self.companion.hears('notice ttl-by-peer 7$')
        self.alice.say(self.chat, '/ttl off')
        self.companion.hears('notice ttl-by-peer 0$')
        self.alice.say(self.chat, '/help')
        self.alice.hears(self.chat + r' alice: \*\*\* .*//word sends /word')
        self.alice.hears(self.chat + r' alice: \*\*\* /delete: takes')
        self.companion.never(r'message .*(foo|TTL|help)', 0.2)
        self.companion.send('say a <b> & &lt; "c"')
        self.alice.hears(self.chat + ' alice: a <b> & &lt; "c"$')

    def by_dcc(self):
        """What an IRC client sends by DCC: a picture is a photo without its place, all else a file; BitlBee's own copy of it,
        in the clear, is gone when it is sent"""
        def copies(name='.'):
            """What BitlBee keeps of it meanwhile."""
            return glob.glob(os.path.join(COPIES, name))

        with open(TURNED, 'rb') as f:
            picture = f.read()
        for name, data, kind in (('%s.jpg', picture, '2 200 300 '), ('%s.txt', b'for your eyes', '6 0 0 13 ')):
            name %= os.urandom(8).hex()
            before = copies()
            self.alice.offers(self.chat, name, data, lambda: lab.until(lambda: copies(name), "BitlBee's copy"))
            number = self.companion.hears(r'message (-?\d+) 0 $').group(1)
            self.companion.hears('with ' + kind)
            self.alice.hears('root &bitlbee: mtproto - File %s transferred successfully' % name)
            lab.until(lambda: set(copies()) <= set(before) and not copies(name), 'the end of the copy and its folder')
            self.companion.send('save %s %s' % (number, self.place.directory))
            with open(self.companion.hears('saved (.*)$').group(1), 'rb') as f:
                got = f.read()
            if b'SECRET' in got or (data != picture and got != data):
                raise lab.Gone('%s is not what it is to be' % name)

    def received(self):
        """What the other side sends, by numbered commands: saved on BitlBee's machine, 0600, or in its memory, for its time"""
        def says(typed, answer):
            self.alice.say(self.chat, typed)
            return self.alice.hears(self.chat + ' alice: \\*\\*\\* ' + answer)
        whole = bytes(i % 251 for i in range(90000))
        for kind, name, line in (('photo', 'look', r'\[photo (\d+), 640×480, 90 kB\] look'), ('sticker', '\U0001f44d', '\\[sticker (\\d+), 90 kB: \U0001f44d\\]'),
                                 ('file', '../../a b.desktop', r'\[file (\d+), 90 kB: a b\.desktop\]')):
            sends(self.place, self.companion, kind, name, 90000)
            number = self.alice.hears(self.chat + ' alice: ' + line).group(1)
            path = says('/save ' + number, r'File %s is saved, unencrypted, on the machine that BitlBee runs on, as (.*)$' % number).group(1)
            with open(path, 'rb') as f:
                if f.read() != whole or os.stat(path).st_mode & 0o777 != 0o600:
                    raise lab.Gone('%s is another file, or for others' % path)
        says('/play last', '.*Bob Bb has sent no voice message')
        sends(self.place, self.companion, 'photo', 'burns', 90000, 4)
        number = self.alice.hears(self.chat + r' alice: \[photo (\d+), 640×480, 90 kB\] burns \[4\u00a0s\]$').group(1)
        says('/save ' + number, 'The file of message %s has a timer, so it is not saved' % number)
        path = says('/show ' + number, r'Message %s is in the memory of the machine that BitlBee runs on for 4 seconds, .*: (%s/.*)$' % (
            number, re.escape(os.environ['XDG_RUNTIME_DIR']))).group(1)
        with open(path, 'rb') as f:
            if f.read() != whole:
                raise lab.Gone('another file')
        self.companion.hears('opened 1$')
        lab.until(lambda: not os.path.exists(path), 'nothing in memory')

    def timed(self):
        """Lines cannot be taken back here: that is said when a timer is set, and when they should have gone; the timer
        stands in the line, and where own messages are is told on demand"""
        self.alice.say(self.chat, '/ttl 2')
        self.alice.hears(self.chat + r' alice: \*\*\* You set the self-destruct timer to 2 seconds')
        self.alice.hears(self.chat + r' alice: \*\*\* This program cannot take lines off your screen')
        self.companion.hears('notice ttl-by-peer 2$')  # else it says that without a timer
        self.companion.send('say to you')
        self.alice.hears(self.chat + ' alice: to you \\[2\u00a0s\\]$')
        self.alice.say(self.chat, 'from you')
        self.companion.hears(r'message -?\d+ 2 from you$')
        self.alice.say(self.chat, '/ttl')
        self.alice.hears(self.chat + r' alice: \*\*\* .*, your message: disappears 2 seconds after it is read')
        self.companion.send('read')
        gone = 0
        while gone < 2:  # told together, if they go together
            gone += int(self.alice.hears(self.chat + r' alice: \*\*\* (\d) messages? (?:is|are) deleted, or (?:its|their) time is over').group(1))
        self.alice.say(self.chat, '/ttl off')
        self.companion.hears('notice ttl-by-peer 0$')
        self.alice.say(self.chat, 'nobody reads this')
        self.companion.hears(r'message -?\d+ 0 nobody reads this$')
        self.alice.say(self.chat, '/secret info')
        self.alice.hears(self.chat + r' alice: \*\*\* Your last messages:')
        self.alice.hears(self.chat + r' alice: \*\*\* [\d:]+: at the server, not read yet')
        self.companion.send('delete')

    def another_nick(self):
        """Another IRC user with the same number has a login of his own before him, and no file of hers"""
        self.alice.leave()  # online, she writes files of her own
        before = self.files('alice')
        mallory = self.person('mallory')
        mallory.add_account(self.place, ALICE)
        mallory.root('account mtproto on')
        mallory.hears(r'purple_request_\d+ mallory: The login code was sent')
        mallory.leave()
        self.unchanged('alice', before)
        self.alice_again()
        self.alice.hears(ON)

    def unchanged(self, nick, before):
        after = self.files(nick)
        for path in sorted(set(before) | set(after)):
            if before.get(path) != after.get(path):
                raise lab.Gone('%s changed' % path)

    def restarts(self):
        """BitlBee restarts; she identifies, and the chat goes on"""
        self.alice.leave()
        self.bitlbee.stop()
        self.companion.send('say while away')
        self.bitlbee = self.place.add(irc.Bitlbee(self.place))
        self.alice_again()
        self.alice.hears(ON)
        self.alice.hears(self.chat + ' alice: while away')
        self.alice.say(self.chat, 'still here')
        self.companion.hears(r'message -?\d+ 0 still here$')

    def same_nick(self):
        """DECISIONS 13: who takes her nick comes to her files, and gets nothing; they stay as they are"""
        self.alice.leave()
        before = self.files()
        mallory = self.person('alice')
        mallory.add_account(self.place, ALICE)
        mallory.root('account mtproto on')
        mallory.hears(REFUSED)
        mallory.never(r'purple_request_\d+ ', 0.1)
        mallory.root('account mtproto set password guess')
        mallory.hears('root &bitlbee: Setting changed')
        mallory.root('account mtproto on')
        mallory.hears(REFUSED)
        mallory.leave()
        self.unchanged('', before)

    def account_off(self):
        """FRONTENDS 0.4: "account off" removes the account for libpurple; nothing is erased for that"""
        self.alice_again()
        self.alice.hears(ON)
        self.alice.root('account mtproto off')
        self.alice.hears('root &bitlbee: mtproto - Signing off')
        kept = [path for path in self.files('alice') if path.endswith(('seal.key', 'store.db'))]
        if len(kept) != 2 or any('.removed' in path for path in kept):
            raise lab.Gone('what is left: %s' % kept)
        self.alice.root('account mtproto on')
        self.alice.hears(ON)
        self.alice.say(self.chat, 'off and on')
        self.companion.hears(r'message -?\d+ 0 off and on$')

    def by_qr(self):
        """MT-F32: the QR code is a link in one line; scanned elsewhere, it is the login; answered by a word, a code is asked for"""
        dora = self.person('dora')
        dora.root('register sesame')
        dora.hears('root &bitlbee: Account successfully created')
        dora.add_account(self.place, ALICE)
        dora.root('account mtproto set qr-login true')
        dora.hears('root &bitlbee: qr-login = ')
        dora.root('account mtproto on')
        asks = dora.hears(r'(purple_request_\d+) dora: .*tg://login\?token=[\w-]{43}( |$)').group(1)
        dora.say(asks, 'code')
        asks = dora.hears(r'(purple_request_\d+) dora: The login code was sent').group(1)
        dora.say(asks, 'qr')
        dora.hears(r'purple_request_\d+ dora: .*tg://login\?token=[\w-]{43}( |$)')
        self.place.dc.control('scan Alice')
        dora.hears(ON)
        dora.leave()

    def own_password(self):
        """A password that the user gave is the token"""
        self.alice.leave()
        carol = self.person('carol')
        carol.root('register sesame')
        carol.hears('root &bitlbee: Account successfully created')
        carol.add_account(self.place, ALICE, 'tulips')
        carol.root('account mtproto on')
        asks = carol.hears(r'(purple_request_\d+) carol: The login code was sent').group(1)
        carol.say(asks, '12345')
        carol.hears(ON)
        carol.never('root &bitlbee: .*new random password', 0.1)
        carol.leave()
        mallory = self.person('carol')
        mallory.add_account(self.place, ALICE, 'roses')
        mallory.root('account mtproto on')
        mallory.hears(REFUSED)
        mallory.root('account mtproto set password tulips')
        mallory.hears('root &bitlbee: Setting changed')
        mallory.root('account mtproto on')
        mallory.hears(ON)


def main():
    with lab.Lab(BUILD, 'bitlbee', users=NAMED) as place, tempfile.TemporaryDirectory(dir='/dev/shm') as memory:
        os.environ['XDG_RUNTIME_DIR'] = memory
        place.dc.control('profile 9990000005 username xiaoming')
        story = Story(place)
        return lab.run([('a login', story.logs_in), ('nicks', story.nicks), ('a secret chat', story.chats), ('the key', story.key),
                        ('text arrives as typed', story.arrives_as_typed), ('files by DCC', story.by_dcc), ('files received', story.received),
                        ('a timer', story.timed), ('questions', story.questions), ('removing', story.removes),
                        ('names that are cut', story.cut), ('another nick', story.another_nick), ('a restart', story.restarts),
                        ('the same nick', story.same_nick), ('account off', story.account_off), ('a login by a link', story.by_qr),
                        ('a password of the user', story.own_password)])


if __name__ == '__main__':
    sys.exit(main())
