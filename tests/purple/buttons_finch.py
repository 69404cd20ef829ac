#!/usr/bin/env python3
"""The buttons of Finch, pressed as a person presses them: buttons_finch.py BUILD WIDTH HEIGHT [TEST...]

Every entry of the menus does what it says and nothing else; what cannot be undone is done by its own button
only; what happens in the list stays there (DECISIONS 28). The other side, and the data centre, say what arrived.
"""
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lab'))
import lab  # noqa: E402
import screens  # noqa: E402

SECRET, PERSON = '.*🔒✓? Bob', '[^🔒🔓]*Bob Bb$'
WINDOW = '🔒✓? Bob Bb'  # of the secret chat
MENU = 'Secret chat'
PICTURE = os.path.realpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'data', 'pictures', 'turned.jpg'))
IRREVERSIBLE = ('messages.discardEncryption', 'contacts.deleteContacts', 'contacts.block', 'auth.logOut')


class Story:
    def __init__(self, place, home, peer, size):
        self.place, self.home, self.peer, self.size = place, home, peer, size
        self.start()

    def start(self):
        self.finch = self.place.add(screens.Finch(self.place, self.home, *self.size))
        self.finch.shows(WINDOW)

    def quiet(self):
        """Nothing that cannot be undone reached the server so far."""
        counts = self.place.dc.counts()
        for method in IRREVERSIBLE:
            if counts.get(method):
                raise lab.Gone('%s was called' % method)

    def talk(self):
        """In the window of the secret chat."""
        self.finch.open(SECRET, WINDOW)

    def say(self, text):
        self.finch.type(text)
        self.finch.keys('Enter')

    # --- the menu of a secret chat

    def timer(self):
        """SC-E1: the sub-menu sets it, and its "off" ends it"""
        self.finch.menu(SECRET, MENU, 'Self-destruct timer', '30 seconds')
        self.peer.hears('notice ttl-by-peer 30$')
        self.finch.menu(SECRET, MENU, 'Self-destruct timer', 'off')
        self.peer.hears('notice ttl-by-peer 0$')

    def screenshot(self):
        """SC-E10"""
        self.finch.menu(SECRET, MENU, 'Tell about a screenshot')
        self.peer.hears('notice shot-by-peer')

    def renew(self):
        """SC-F2"""
        before = int(self.peer.info()['in'])
        self.finch.menu(SECRET, MENU, 'Renew the key')
        screens.until(lambda: int(self.peer.info()['in']) >= before + 2, 'RequestKey and CommitKey')

    def information(self):
        """In words"""
        self.finch.menu(SECRET, MENU, 'Information')
        self.finch.shows('Secret chat with Bob Bb')
        self.finch.press('OK')
        self.finch.loses('Secret chat with Bob Bb')

    def get_info(self):
        """MT-I18: what is known comes into the window that says that it is asked for, and into no second one"""
        for row in PERSON, SECRET:
            self.finch.menu(row, 'Get Info')
            self.finch.front('^Buddy Information')
            self.finch.shows('Name: Bob Bb')
            if len([name for name in self.finch.windows() if name.startswith('Buddy Info')]) != 1:
                raise lab.Gone('another window waits for ever:\n' + self.finch.screen())
            self.finch.press('OK')
            self.finch.loses('Name: Bob Bb')

    def compare(self):
        """The window with the key, in front."""
        self.finch.menu(SECRET, MENU, 'Show the key')
        self.finch.front('^Key$')
        self.finch.shows('They are equal')

    def key(self):
        """SC-K2, SC-K3: picture, hex, how to compare and the buttons stand on one screen; Return, Escape and Tab are
        no answer"""
        self.compare()
        wanted = bytes.fromhex(self.peer.info()['hash'])
        lines = re.findall('([\u2591-\u2593\u2588]{24})(?:   ([0-9A-F ]{24}))?', self.finch.screen())
        cells = [[0, 1, 3, 2]['\u2591\u2592\u2593\u2588'.index(c)] for line, _ in lines for c in line[::2]]
        if cells != [wanted[i // 4] >> 2 * (i % 4) & 3 for i in range(144)]:
            raise lab.Gone('another picture:\n' + self.finch.screen())
        if [digits.replace(' ', '').lower() for _, digits in lines[:4]] != [wanted[8 * i:8 * i + 8].hex() for i in range(4)]:
            raise lab.Gone('another key:\n' + self.finch.screen())
        for text in 'The key of the secret chat with Bob Bb', 'Compare picture', 'not verified', 'They differ', 'Later':
            self.finch.shows(text)
        for keys in (['Enter'], ['Escape', 'M-c'], ['Tab', 'Tab', 'Tab', 'Enter']):
            self.compare()
            self.finch.keys(*keys)
            self.finch.loses('They are equal')
        self.finch.loses('🔒✓ Bob')

    def compared(self):
        """SC-K4: the answers in the window with the key; the title of the chat's window follows"""
        self.talk()
        self.compare()
        self.finch.press('They are equal')
        self.finch.front('^🔒✓ Bob Bb')
        self.finch.shows('marked the key of this chat as')
        self.compare()
        self.finch.shows('You marked this key')
        self.finch.press('They differ')
        self.finch.front('^🔒 Bob Bb')
        self.finch.shows('You found that the keys differ')

    def verified(self):
        """SC-K4: the mark is set by its entry, and taken away by the other, which did the same"""
        self.talk()
        self.finch.menu(SECRET, MENU, 'I compared the key')
        self.finch.front(WINDOW)
        self.finch.shows('marked the key of this chat as')
        self.finch.menu(SECRET, MENU, 'Take the verified')
        self.finch.front(WINDOW)
        self.finch.shows('is not marked as')
        self.finch.menu(SECRET, MENU)
        self.finch.shows('I compared the key')
        self.finch.keys('Escape', 'Escape')

    # --- the menu of the chat's window

    def in_window(self, *words):
        """That entry of "Secret chat", in the window's menu (F10), which remembers what was open last."""
        self.talk()
        self.finch.keys('F10')
        self.finch.shows('Conversation +(Send To +)?Secret chat')
        for _ in range(4):
            before = self.finch.screen()
            if 'Information  ' in before:
                break
            self.finch.keys('Right')
            screens.until(lambda before=before: self.finch.screen() != before, 'the next menu', lab.PATIENCE, self.finch.screen)
        else:
            raise lab.Gone('no such menu:\n' + self.finch.screen())
        for word in words:
            self.finch.choose(word)
            self.finch.keys('Enter')

    def window_menu(self):
        """SC-E1, SC-K4: the same entries at the window; the timer that runs is ticked"""
        self.in_window('Self-destruct timer', '.*30 seconds')
        self.peer.hears('notice ttl-by-peer 30$')
        self.in_window('Self-destruct timer')
        self.finch.shows(r'\[X\] 30 seconds')
        self.finch.shows(r'\[ \] off')
        self.finch.choose('.*off')
        self.finch.keys('Enter')
        self.peer.hears('notice ttl-by-peer 0$')
        self.in_window('I compared')
        self.finch.shows('marked the key of this chat as')
        self.in_window('Take the verified')
        self.finch.shows('is not marked as')
        self.in_window('Show the key')
        self.finch.front('^Key$')
        self.finch.shows('They are equal')
        self.finch.keys('Enter')
        self.finch.loses('They are equal')
        self.in_window()
        self.peer.send('ttl 60')  # while it stands open
        self.peer.hears('notice ttl-by-us 60')
        self.finch.shows('End and delete')
        self.finch.choose('Self-destruct timer')
        self.finch.keys('Escape', 'Escape')
        self.in_window('Self-destruct timer')
        self.finch.shows(r'\[X\] 1 minute')
        self.finch.choose('.*off')
        self.finch.keys('Enter')
        self.peer.hears('notice ttl-by-peer 0$')
        self.quiet()

    # --- questions: Return, Escape and closing are no answer, nor is Tab until it has come around

    def no_answer(self, ask, text):
        for keys in (['Enter'], ['Escape', 'M-c'], ['Tab', 'Tab', 'Enter']):
            ask()
            self.finch.front('^Secret chat$')
            self.finch.shows(text)
            self.finch.keys(*keys)
            self.finch.loses(text)

    def delete_last(self):
        """SC-E3: asked, and for both sides"""
        self.talk()
        self.say('a slip')
        self.peer.hears('message .* a slip$')
        self.no_answer(lambda: self.finch.menu(SECRET, MENU, 'Delete my last message'), 'Delete your last message')
        self.peer.never('gone', 0.5)
        self.finch.menu(SECRET, MENU, 'Delete my last message')
        self.finch.front('^Secret chat$')
        self.finch.shows('Delete your last message')
        self.finch.press('Delete for both')
        self.peer.hears('gone 1$')

    def delete_all(self):
        """SC-E5"""
        self.no_answer(lambda: self.finch.menu(SECRET, MENU, 'Delete all messages'), 'Delete all messages of')
        self.peer.never('notice flushed', 0.5)
        self.finch.menu(SECRET, MENU, 'Delete all messages')
        self.finch.front('^Secret chat$')
        self.finch.shows('Delete all messages of')
        self.finch.press('Delete for both')
        self.peer.hears('notice flushed-by-peer')

    def end_unanswered(self):
        """SC-A20: the chat goes on"""
        self.no_answer(lambda: self.finch.menu(SECRET, MENU, 'End secret chat'), 'End th(e|is) secret chat')
        self.no_answer(lambda: self.finch.menu(SECRET, MENU, 'End and delete'), 'End th(e|is) secret chat')
        self.quiet()

    def remove(self, pattern, title):
        """The question stands in front by itself, and its answer is the next key."""
        self.finch.menu(pattern, 'Remove')
        self.finch.press('Remove')
        screens.until(lambda: self.finch.title() == title, 'the question in front', lab.PATIENCE, self.finch.screen)

    def stands(self, pattern):
        """The entry came back, and the bar stands on it."""
        screens.until(lambda: self.finch.title() == 'Buddy List' and re.match(pattern, ''.join(self.finch.selected()[:1])),
                      'the entry chosen', 20, self.finch.screen)

    def removed_unanswered(self):
        """DECISIONS 28: what was removed from the list comes back unless its question is answered"""
        for keys in (['Enter'], ['M-c'], ['Tab', 'Tab', 'Tab', 'Enter']):
            self.remove(SECRET, 'Remove secret chat')
            self.finch.shows('End th(e|is) secret chat')
            self.finch.keys(*keys)
            self.stands(SECRET)
        self.remove(PERSON, 'Remove contact')
        self.finch.shows('only from')
        self.finch.keys('Enter')
        self.stands(PERSON)
        self.quiet()

    # --- the list

    def renamed_groups(self):
        """DECISIONS 28: other names, other groups: nothing of it reaches the server, and the chat goes on"""
        for old, new in (('- Secret chats', 'Locked'), ('- Telegram', 'Folks')):
            self.finch.menu(old, 'Rename')
            self.finch.shows('Please enter the new name')
            self.finch.keys('C-u')
            self.finch.type(new)
            self.finch.press('Rename')
            self.finch.shows('- ' + new)
        self.quiet()
        self.talk()
        self.say('still here')
        self.peer.hears('message .* still here$')

    def alias(self):
        """DECISIONS 28; a window that is open is called so at once"""
        self.finch.open(PERSON, '^Bob Bb')
        self.finch.menu(PERSON, 'Alias')
        self.finch.shows('Please enter')
        self.finch.keys('C-u')
        self.finch.type('Robert')
        self.finch.press('Set Alias')
        self.finch.entry('.*Robert$')
        self.finch.front('^Robert ')
        self.finch.keys('M-c')
        self.quiet()
        self.finch.menu('.*Robert$', 'Alias')
        self.finch.shows('Please enter')
        self.finch.keys('C-u')
        self.finch.type('Bob Bb')
        self.finch.press('Set Alias')
        self.finch.entry(PERSON)

    def merged_groups(self):
        """DECISIONS 28: a group that gets the name of another is in it: nothing of that reaches the server"""
        self.finch.menu('- Locked', 'Rename')
        self.finch.shows('Please enter the new name')
        self.finch.keys('C-u')
        self.finch.type('Folks')
        self.finch.press('Rename')
        self.finch.loses('- Locked')
        self.finch.entry(PERSON)
        self.finch.entry(SECRET)
        self.quiet()
        self.talk()
        self.say('all in one')
        self.peer.hears('message .* all in one$')

    # --- requests and starts

    def asked(self):
        """A question alone, which takes no cursor away: no entry, no window of a chat."""
        self.finch.keys('M-1')
        before = self.finch.windows()
        screens.until(lambda: 'Secret chat' in self.finch.windows(), 'the question', lab.PATIENCE, self.finch.screen)
        if len(self.finch.windows()) > len(before) + 1:
            raise lab.Gone('more than a question: %s' % self.finch.windows())
        self.finch.front('^Secret chat$')
        self.finch.shows('Bob Bb wants to start a secret chat')

    def rejected(self):
        """SC-A15, SC-A17: Reject rejects; a request leaves no entry"""
        self.peer.send('start 9990000001')
        self.asked()
        self.finch.menu(PERSON, 'Reject secret chat')
        self.peer.hears('secret -?[0-9]+ closed')
        screens.until(lambda: 'Secret chat' not in self.finch.windows(), 'the question leaving', lab.PATIENCE, self.finch.screen)

    def left(self):
        """SC-A15: nobody is told no, by the button of the question and by the entry of the menu"""
        before = self.place.dc.counts().get('messages.discardEncryption', 0)
        for by_menu in (False, True):
            self.peer.send('start 9990000001')
            self.asked()
            if by_menu:
                self.finch.menu(PERSON, 'Leave it to my')
            else:
                self.finch.press('Leave to my')
            screens.until(lambda: 'Secret chat' not in self.finch.windows(), 'the question leaving', lab.PATIENCE,
                          self.finch.screen)
        self.peer.never('secret -?[0-9]+ closed', 0.5)
        if self.place.dc.counts().get('messages.discardEncryption', 0) != before:
            raise lab.Gone('the server was told no')

    def taken(self):
        """SC-A19: another device of the account accepts: the question goes, and says nothing; who presses Accept a moment after that
        is told so, and not that it was rejected, or that it ended"""
        device = self.place.companion(lab.ALICE)
        self.peer.send('start 9990000001')
        self.asked()
        device.hears('secret -?[0-9]+ requested')
        device.send('accept')
        self.peer.hears('secret -?[0-9]+ ready')
        screens.until(lambda: 'Secret chat' not in self.finch.windows(), 'the question leaving', lab.PATIENCE, self.finch.screen)
        self.place.dc.control('error messages.acceptEncryption 1 400 ENCRYPTION_ALREADY_ACCEPTED')
        self.peer.send('start 9990000001')
        self.asked()
        self.finch.press('Accept')
        self.finch.shows(r'Another of your devices took this\s+secret chat')
        if re.search('rejected|ended this|has ended', self.finch.screen()):
            raise lab.Gone(self.finch.screen())
        self.finch.keys('M-c')
        self.finch.loses('Another of your devices')

    def accepted(self):
        """SC-A15"""
        self.peer.send('start 9990000001')
        self.asked()
        self.finch.menu(PERSON, 'Accept secret chat')
        chat = self.peer.hears('secret (-?[0-9]+) ready').group(1)
        self.finch.front('🔒[2-9] Bob Bb')  # a request has a number, too
        self.second = re.search('🔒([2-9])', self.finch.title()).group(1)
        self.say('in the second one')
        self.came_in('in the second one', chat)

    def came_in(self, text, chat):
        """... and in no other chat."""
        self.peer.hears('message .* %s$' % text)
        if self.peer.info()['chat'] != chat:
            raise lab.Gone('it went to another chat')

    def started(self):
        """SC-A1: the window is there at once, with the cursor; what is typed in it before the other side accepts
        is not lost, and goes to this chat"""
        self.finch.menu(PERSON, 'Start secret chat')
        chat = self.peer.hears('secret (-?[0-9]+) requested').group(1)
        self.finch.shows('Waiting for')
        self.finch.type('half a ')
        self.peer.send('chat ' + chat)
        self.peer.send('accept')
        self.peer.hears('secret %s ready' % chat)
        self.finch.type('sentence')
        self.finch.keys('Enter')
        self.came_in('half a sentence', chat)

    def reply(self):
        """SC-I8: the line shows what it answers"""
        self.talk()
        self.peer.send('say shall we meet')
        self.finch.shows(': shall we meet')
        self.say('/reply last at noon')
        self.peer.hears('message .* at noon$')
        self.finch.shows('\u21a9 shall we meet[^\n]*\n\\S? *at noon')

    def drafts(self):
        """SC-A33: what is typed before the other side accepts stands in its window, opened again or after a new start,
        and is sent, once, when they do"""
        self.finch.menu(PERSON, 'Start secret chat')
        chat = self.peer.hears('secret (-?[0-9]+) requested').group(1)
        self.finch.front('\U0001f512[2-9] Bob Bb')
        number = re.search('\U0001f512([2-9])', self.finch.title()).group(1)
        row, title = '.*\U0001f512%s Bob' % number, '\U0001f512%s Bob' % number
        self.say('kept for later')
        self.finch.shows(': kept for later \u25f7')
        self.finch.keys('M-c')
        self.finch.loses(': kept for later')
        self.finch.open(row, title)
        self.finch.shows(': kept for later \u25f7')
        self.finch.leave()
        self.start()
        self.finch.open(row, title)
        self.finch.shows(': kept for later \u25f7')
        self.peer.send('chat ' + chat)
        self.peer.send('accept')
        self.came_in('kept for later', chat)
        self.finch.shows(': kept for later \u2713')
        if self.finch.screen().count('kept for later') != 1:
            raise lab.Gone('it stands there more than once')

    def slash(self):
        """DECISIONS 27: what is no command is never sent"""
        self.talk()
        for line in ('/foo bar', '/TTL 10x', '/ttl 10x'):
            self.say(line)
        self.finch.shows(r'\*\*\* Give a time like')
        self.peer.never('message .*(foo|TTL|10x)', 0.5)
        self.finch.type('//word')
        self.finch.keys('Enter')
        self.peer.hears('message .* /word$')

    def right_to_left(self):
        """What is typed from right to left, with the marks that keyboards for it have, arrives byte for byte, and
        what comes stands there so"""
        self.talk()
        for text in ('\u05e9\u05dc\u05d5\u05dd, Bob <12>', '\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645 (12)\u061c.',
                     'a \u200f\u05e9\u05dc\u200e b'):
            self.say(text)
            self.peer.hears('message -?[0-9]+ 0 %s$' % re.escape(text))
            self.peer.send('say < ' + text)
            self.finch.shows(re.escape('Bob Bb: < ' + text))
        self.say('x\u202b\u05e9\u202c \u2067\u05dc\u2069y')  # the other side shows none of these; here it stands as typed
        self.finch.shows('Alice Aa: x\u202b\u05e9\u202c \u2067\u05dc\u2069y')

    # --- what was not seen

    def waits(self, text):
        """In a window without focus: it stands there once, and is not read; the list says how many wait."""
        self.finch.shows(text)
        self.finch.shows('🔒✓? Bob Bb \\(1\\)')
        if self.finch.screen().count(text) != 1:
            raise lab.Gone('it stands there more than once')
        self.peer.never('read', 1)

    def comes_again(self, text, leave):
        self.finch.keys('M-1')
        self.peer.info()
        self.peer.forget()
        self.peer.send('say ' + text)
        self.waits(text)
        leave()
        self.start()
        self.waits(text)
        self.finch.front(WINDOW)
        self.peer.hears('read ')

    def unread_quit(self):
        """DECISIONS 23: a text that nobody looked at is there again after a quit, once"""
        self.comes_again('left for later', self.finch.leave)

    def unread_kill(self):
        """... and after a death; what was seen does not come again"""
        self.comes_again('left for the end', self.finch.kill)
        if 'left for later' in self.finch.screen():
            raise lab.Gone('it was seen')

    def blocked(self):
        """DECISIONS 23, 28: Block keeps what comes, silently and unread; Unblock shows it"""
        self.finch.menu(SECRET, r'\[.\] Blocked')
        self.peer.forget()
        self.peer.send('say behind the door')
        self.peer.hears('sent')
        self.peer.never('read', 2)
        if 'behind the door' in self.finch.screen():
            raise lab.Gone('it is shown')
        self.finch.menu(SECRET, r'\[.\] Blocked')
        self.finch.shows('behind the door')
        self.finch.front(WINDOW)
        self.peer.hears('read ')

    # --- the account

    def account_menu(self, word):
        """An entry of the account, in the menu of the buddy list."""
        self.finch.keys('M-1')
        screens.until(lambda: self.finch.title() == 'Buddy List', 'the buddy list', 10, self.finch.screen)
        self.finch.keys('F10')
        self.finch.shows('Options +Accounts')

        def open_menu():  # it remembers which of them was open
            shown = 'Log out at the server' in self.finch.screen()
            if not shown:
                self.finch.keys('Right')
            return shown
        screens.until(open_menu, 'the menu of the account', lab.PATIENCE, self.finch.screen)
        self.finch.choose(word)
        self.finch.keys('Enter')

    def passphrase(self):
        """DECISIONS 13: Return on nothing and Escape change nothing; typed twice it seals, and an empty one takes it
        away"""
        def sealed():
            for folder, _, names in os.walk(os.path.join(self.home, 'mtproto')):
                if 'seal.key' in names:
                    with open(os.path.join(folder, 'seal.key'), 'rb') as f:
                        return b'scrypt' in f.read()
            raise lab.Gone('no key')

        def dialog(text, *keys):
            self.finch.front('^Passphrase$')
            self.finch.shows(text)
            self.finch.keys(*keys)
            self.finch.loses(text)
        self.account_menu('Set or remove')
        dialog('It is asked for at every start', 'Escape', 'M-c')
        if sealed():
            raise lab.Gone('sealed by nothing')
        self.account_menu('Set or remove')
        self.finch.front('^Passphrase$')
        self.finch.type('open sesame')
        self.finch.press('OK')
        self.finch.front('^Passphrase$')
        self.finch.shows('The same once more')
        self.finch.type('open sesame')
        self.finch.press('OK')
        dialog('sealed with this passphrase', 'Enter')
        if not sealed():
            raise lab.Gone('not sealed')
        self.account_menu('Set or remove')
        self.finch.front('^Passphrase$')
        self.finch.press('OK')
        dialog('need no passphrase now', 'Enter')
        if sealed():
            raise lab.Gone('still sealed')

    def profile(self):
        """MT-I21: the dialog has what the server has; Escape changes nothing, its button does"""
        self.place.dc.control('profile Alice about was here')
        self.account_menu('Edit your profile')
        self.finch.front('^Profile$')
        self.finch.shows('First name.*Alice')
        self.finch.shows('About you.*was here')
        self.finch.keys('Escape', 'M-c')
        self.finch.loses('About you')
        self.account_menu('Edit your profile')
        self.finch.front('^Profile$')
        self.finch.keys('Tab', 'Tab', 'C-u')
        self.finch.type('is here')
        self.finch.press('OK')
        self.finch.front('^Profile$')
        self.finch.shows('your name is Alice Aa. The text about you:\\s+is here')
        self.finch.keys('Enter')
        self.finch.loses('your name is')

    def log_out_unanswered(self):
        """DECISIONS 28"""
        for keys in (['Enter'], ['Escape', 'M-c'], ['Tab', 'Tab', 'Enter']):
            self.account_menu('Log out')
            self.finch.front('^Log out$')
            self.finch.shows('Log 9990000001 out at the server')
            self.finch.keys(*keys)
            self.finch.loses('Log 9990000001 out')
        self.quiet()

    def accounts(self):
        """The window with the accounts, and its only one chosen."""
        self.finch.keys('M-a')
        self.finch.shows('Buddy Pounces')
        self.finch.choose('Accounts')
        self.finch.keys('Enter')
        self.finch.front('^Accounts$')
        self.finch.choose(r'\[.\] 9990000001')

    def settings(self):
        """Not by requirement (FRONTENDS 5): the account's dialog has its buttons on the terminal, with all its options"""
        self.accounts()
        self.finch.press('Modify')
        self.finch.front('^Modify Account$')
        for text in ('MTProxy', 'Test environment', '│ Cancel │ │ Save │'):
            self.finch.shows(text)
        self.finch.choose('Cancel', 'Tab', 20)
        self.finch.keys('Enter')
        self.finch.loses('Test environment')
        self.finch.front('^Accounts$')
        self.finch.keys('M-c')
        self.quiet()

    def tick_numbers(self, ticked):
        self.accounts()
        self.finch.press('Modify')
        self.finch.front('^Modify Account$')
        self.finch.settles()
        self.finch.keys(*['Tab'] * 10)  # a tick that has the focus shows that in its brackets only
        self.finch.settles()
        self.finch.keys('Space')
        self.finch.shows(r'\[%s\] Show the number' % ('X' if ticked else ' '))
        self.finch.choose('Save', 'Tab', 20)
        self.finch.keys('Enter')
        self.finch.loses('Test environment')
        self.finch.front('^Accounts$')
        self.finch.keys('M-c')

    def numbers(self):
        """A setting: each line says its message's number, behind it, own ones in front of where they are"""
        self.tick_numbers(True)
        self.talk()
        self.peer.send('say counted')
        theirs = int(self.finch.shows(r' counted #(\d+)').group(1))
        self.say('counted, too')
        self.finch.shows('counted, too #%d[ \u00a0][\u25f7\u2713]' % (theirs + 1))
        self.say('/photo ' + PICTURE)
        self.finch.shows('kB\\] #%d[ \u00a0][\u25f7\u2713]' % (theirs + 2))
        self.tick_numbers(False)
        self.talk()
        self.say('uncounted')
        self.finch.shows(' uncounted [\u25f7\u2713]')
        self.quiet()

    def off_and_on(self):
        """The account is switched off and on while its chat is open: what comes meanwhile is there, what is typed
        goes again"""
        self.talk()
        self.accounts()
        self.finch.keys('Space')
        self.finch.shows(r'\[ \] 9990000001')
        self.finch.front(WINDOW)
        self.say('to nobody')
        self.finch.shows('not sent')
        self.peer.send('say while you were away')
        self.finch.front('^Accounts$')
        self.finch.keys('Space')
        self.finch.shows(r'\[X\] 9990000001')
        self.finch.keys('M-c')
        self.finch.shows('while you were away')
        self.finch.front(WINDOW)
        self.say('back again')
        self.peer.hears('message .* back again$')
        self.peer.never('message .* to nobody')
        self.quiet()

    def deleted(self):
        """DECISIONS 16: the account goes from this program; what stays at the server is said, and nothing is told to it"""
        before = self.place.dc.counts()
        self.accounts()
        self.finch.press('Delete')
        self.finch.front('^Delete Account$')
        self.finch.press('Delete')
        self.finch.shows('The session of 9990000001 at the server stays')
        after = self.place.dc.counts()
        if any(after.get(method) != before.get(method) for method in IRREVERSIBLE):
            raise lab.Gone('the server was told: %s' % after)

    # --- the end

    def erased(self):
        """SC-A20, SC-E5: by its own button, and the other side is told to delete"""
        self.finch.menu('.*\U0001f512%s Bob' % self.second, MENU, 'End and delete')
        self.finch.front('^Secret chat$')
        self.finch.shows('for both')
        self.finch.press('End and delete for both')
        self.peer.hears('secret -?[0-9]+ closed')
        self.finch.loses('\u25ef \U0001f512%s Bob' % self.second)

    def forgotten(self):
        """DECISIONS 28: from Telegram's contacts, by its own button; the chat goes on"""
        self.remove(PERSON, 'Remove contact')
        self.finch.press('Also from')
        screens.until(lambda: self.place.dc.counts().get('contacts.deleteContacts') == 1, 'the contact being deleted')
        self.finch.open('.*\U0001f512', '\U0001f512')
        self.say('still friends')
        self.peer.hears('message .* still friends$')

    def logged_out(self):
        """MT-F36: by its own button the session and the chats end, and the server is told"""
        self.account_menu('Log out')
        self.finch.front('^Log out$')
        self.finch.press('Log out')
        screens.until(lambda: self.place.dc.counts().get('auth.logOut') == 1, 'the end of the session')
        self.finch.keys('M-1')
        self.finch.loses('\u25ef')  # nobody is there, no chat goes on

    def written_to(self):
        """DECISIONS 6: somebody who is no contact, by the @name: looked up, asked, and sent in the chat that there is"""
        self.finch.keys('M-1')
        screens.until(self.finch.in_list, 'the buddy list', lab.PATIENCE, self.finch.screen)
        self.finch.keys('F10')
        self.finch.shows('Options +Accounts')
        screens.until(lambda: 'Send IM' in self.finch.screen() or self.finch.keys('Right'), 'the menu of the list', lab.PATIENCE,
                      self.finch.screen)
        self.finch.choose('Send IM')
        self.finch.keys('Enter')
        self.finch.shows('Please enter the username')
        self.finch.type('@Bob')
        self.finch.press('OK')
        self.finch.front('@Bob')
        self.say('to a stranger')
        screens.until(lambda: 'Secret chat' in self.finch.windows(), 'the question', lab.PATIENCE, self.finch.screen)
        self.finch.front('^Secret chat$')
        self.finch.press('Send it there')
        self.peer.hears('message .* to a stranger$')

    def end(self):
        """SC-A20: by its own button"""
        self.finch.menu(SECRET, r'\[.\] Show when offline')
        self.finch.menu(SECRET, MENU, 'End secret chat')
        self.finch.front('^Secret chat$')
        self.finch.shows('End th(e|is) secret chat')
        self.finch.press('End chat')
        self.peer.hears('secret -?[0-9]+ closed')

    def again(self):
        """SC-A1: the entry of an ended chat, which shows no lock any more, asks for a new one"""
        self.finch.menu('.*\U0001f513 Bob', MENU, 'Start a new secret chat')
        self.peer.hears('secret (-?[0-9]+) requested')
        self.finch.front('^\U0001f512[2-9]? Bob Bb')
        self.peer.send('accept')
        self.finch.shows('is ready')

    def leaves(self):
        if not self.finch.alive():
            raise lab.Gone('Finch is gone')


NAMES = ('timer screenshot renew information get_info key compared verified window_menu reply delete_last delete_all end_unanswered removed_unanswered alias renamed_groups '
         'merged_groups right_to_left passphrase profile log_out_unanswered settings numbers off_and_on unread_quit unread_kill blocked left rejected taken '
         'accepted started drafts slash erased end again forgotten written_to logged_out leaves').split()


def main():
    build, width, height = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    with lab.Lab(build, 'buttons') as place:
        home, peer = screens.home_with_chat(place, 'gnt-purple')
        story = Story(place, home, peer, (width, height))
        names = sys.argv[4:] or NAMES
        return lab.run([(name.replace('_', ' '), getattr(story, name)) for name in names], independent=bool(sys.argv[4:]))


if __name__ == '__main__':
    sys.exit(main())
