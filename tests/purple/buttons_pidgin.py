#!/usr/bin/env python3
"""The buttons of Pidgin, pressed as a person presses them: buttons_pidgin.py BUILD [TEST...]

Every entry of the menus does what it says and nothing else; what cannot be undone is done by its own button only;
what is typed goes to whom the eye was on; what happens in the list stays there (DECISIONS 28). The windows are read
as a screen reader reads them; the other side, and the data centre, say what arrived.
"""
import os
import re
import shutil
import signal
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lab'))
import lab  # noqa: E402
import screens  # noqa: E402

LOCK = '[\U0001f512\U0001f513\u26b7\u2717]'  # the last two where no font has the others: of a chat that lives, that ended
SECRET, PERSON = r'Bob Bb \(secret\)', r'Bob Bb$'  # titles
MENU = 'Secret chat$'
IRREVERSIBLE = ('messages.discardEncryption', 'contacts.deleteContacts', 'contacts.block', 'auth.logOut')


def row(title):
    """How the list shows the secret chat with that title: its lock and number stand where no name is cut."""
    return LOCK + re.search(r'\(secret ?(\d*)', title).group(1) + '\u2713? Bob Bb'


ENTRY = row(SECRET)


class Story:
    def __init__(self, place, home, peer):
        self.place, self.peer, self.rejected_ones = place, peer, 0
        self.others, self.second, self.groups = set(), None, ['Secret chats', 'Telegram']
        self.pidgin = place.add(screens.Pidgin(place, home, reads=True))
        self.pidgin.window('Buddy List', 60)
        self.pidgin.finds('table cell', ENTRY, timeout=60)
        self.chat = peer.info()['chat']

    def quiet(self):
        """Nothing that cannot be undone reached the server so far."""
        counts = self.place.dc.counts()
        for method in IRREVERSIBLE:
            if counts.get(method, 0) > (self.rejected_ones if method == 'messages.discardEncryption' else 0):
                raise lab.Gone('%s was called' % method)

    def talk(self, title=SECRET + '$'):
        """The cursor is in that conversation."""
        if self.pidgin.find('page tab', title):
            self.pidgin.window('Bob Bb')
            for patience in (2, 5, 20):  # Pidgin takes no notice of the first press after a tab was moved
                self.pidgin.click(self.pidgin.finds('page tab', title))
                try:
                    self.pidgin.window(title, patience)
                    break
                except lab.Gone:
                    if patience == 20:
                        raise
        else:
            self.pidgin.menu(row(title), 'IM')
        self.pidgin.in_entry(title)

    def came_in(self, text, chat):
        """... and in no other chat."""
        self.peer.hears('message .* %s$' % text)
        went = self.peer.info()['chat']
        if went != chat:
            raise lab.Gone('it went to chat %s, not to %s:\n%s' % (went, chat, '\n'.join(self.peer.said[-15:])))

    # --- the menu of a secret chat

    def timer(self):
        """SC-E1: the sub-menu sets it, and its "off" ends it"""
        self.pidgin.menu(ENTRY, MENU, 'Self-destruct timer', '30 seconds')
        self.peer.hears('notice ttl-by-peer 30$')
        self.pidgin.menu(ENTRY, MENU, 'Self-destruct timer', 'off')
        self.peer.hears('notice ttl-by-peer 0$')

    def screenshot(self):
        """SC-E10"""
        self.pidgin.menu(ENTRY, MENU, 'Tell about a screenshot')
        self.peer.hears('notice shot-by-peer')

    def renew(self):
        """SC-F2"""
        before = int(self.peer.info()['in'])
        self.pidgin.menu(ENTRY, MENU, 'Renew the key')
        screens.until(lambda: int(self.peer.info()['in']) >= before + 2, 'RequestKey and CommitKey')

    def information(self):
        """In words"""
        self.pidgin.menu(ENTRY, MENU, 'Information')
        self.pidgin.window('Secret chat')
        self.pidgin.shows('Secret chat with Bob Bb', 'Secret chat')
        self.pidgin.key('Escape')
        self.pidgin.loses('dialog', 'Secret chat')

    def get_info(self):
        """MT-I18: what is known comes into the window that says that it is asked for, and into no second one"""
        for pattern in PERSON, ENTRY:
            self.pidgin.menu(pattern, 'Get Info')
            self.pidgin.shows('Name: Bob Bb\n', 'Buddy Information')
            if self.pidgin.titles().split('\n').count('Buddy Information') != 1:
                raise lab.Gone('another window waits for ever')
            self.pidgin.window('Buddy Information')
            self.pidgin.key('Escape')
            screens.until(lambda: 'Buddy Information' not in self.pidgin.titles(), 'no window')

    def compare(self, *keys):
        """The window with the key: its title has the keys, and these are pressed."""
        self.pidgin.menu(ENTRY, MENU, 'Show the key')
        self.pidgin.window('Key')
        if keys:
            self.pidgin.key(*keys)
            self.pidgin.loses('dialog', 'Key')

    def key(self):
        """SC-K2, SC-K3: the picture, cell by cell, and the hex in lines of one width; Return, Escape and closing are
        no answer"""
        self.compare()
        wanted = bytes.fromhex(self.peer.info()['hash'])
        picture = self.pidgin.stands('icon', 'Key', 'Key')
        shown = self.pidgin.area(picture)
        for i in range(144):
            x, y = 16 * (i % 12) + 8, 16 * (i // 12) + 8
            at = 3 * (y * picture.width + x + (picture.width - 192) // 2)
            colour = ('ffffff', 'd5e6f3', '2d5775', '2f99c9')[wanted[i // 4] >> 2 * (i % 4) & 3]
            if shown[at:at + 3].hex() != colour:
                raise lab.Gone('cell %d is %s, not %s' % (i, shown[at:at + 3].hex(), colour))
        digits = self.pidgin.finds('label', '([0-9A-F]{2} ){3}[0-9A-F]{2}  ', 'Key').name
        if digits.replace(' ', '').lower().split() != [wanted[8 * i:8 * i + 8].hex() for i in range(4)]:
            raise lab.Gone('another key: ' + digits)
        for key in 'Return', 'Escape', 'alt+F4':
            self.pidgin.key(key)
            self.pidgin.loses('dialog', 'Key')
            self.compare()
        self.pidgin.press('Later', 'Key')
        self.pidgin.loses('dialog', 'Key')
        if self.pidgin.find('table cell', ENTRY + r'\n.*[^t] verified', 'Buddy List'):
            raise lab.Gone('verified by no answer')

    def compared(self):
        """SC-K4: the answers in the window with the key"""
        self.compare()
        self.pidgin.press('They are equal', 'Key')
        self.pidgin.shows('You marked the key of this chat as', 'Bob Bb')
        self.compare()
        self.pidgin.finds('label', '(?s).*You marked this key as verified', 'Key')
        self.pidgin.press('They differ', 'Key')
        self.pidgin.shows('You found that the keys differ', 'Bob Bb')

    def verified(self):
        """SC-K4: the mark is set by its entry, and taken away by the other, which did the same"""
        self.pidgin.menu(ENTRY, MENU, 'I compared the key')
        self.pidgin.finds('table cell', ENTRY + r'\n(?!.*not verified).*verified', 'Buddy List')
        self.pidgin.menu(ENTRY, MENU, 'Take the verified mark away')
        self.pidgin.finds('table cell', ENTRY + r'\n.*not verified', 'Buddy List')

    # --- the window's own places: the menu in its bar, and the button

    def in_bar(self, *words):
        """That entry of the menu in the chat's window."""
        self.pidgin.click(self.pidgin.down(lambda: self.talk(r'Bob Bb \(secret'), MENU, *words))

    def at_button(self, shows, *words):
        """The button says that, and has that entry."""
        def opens():
            self.talk(r'Bob Bb \(secret')
            self.pidgin.click(self.pidgin.finds('button', shows, 'Bob Bb'))
        self.pidgin.click(self.pidgin.down(opens, *words))

    def window_menu(self):
        """SC-E1, SC-K4: the same entries at the window, by the bar and by the button, which shows what they did"""
        self.in_bar('Self-destruct timer', '30 seconds')
        self.peer.hears('notice ttl-by-peer 30$')
        self.at_button('Timer 30 seconds, not verified', 'Self-destruct timer')
        def marked():
            return [n.name for n in self.pidgin.menu_items() if 'checked' in n.states]
        screens.until(lambda: marked() == ['30 seconds'], 'the mark at the timer', 20, lambda: repr(marked()))
        self.pidgin.click(self.pidgin.menu_item('off$'))
        self.peer.hears('notice ttl-by-peer 0$')
        self.at_button('Secret chat, not verified$', 'I compared the key')
        self.at_button('Secret chat, verified$', 'Take the verified mark')
        self.pidgin.finds('button', 'Secret chat, not verified$', 'Bob Bb')
        self.in_bar('Show the key')
        self.pidgin.window('Key')
        self.pidgin.key('Escape')
        self.in_bar('Tell about a screenshot')
        self.peer.hears('notice shot-by-peer')
        for ask, text in ((lambda: self.in_bar('Delete all messages'), 'Delete all messages of'),
                          (lambda: self.at_button('Secret chat', 'End secret chat'), 'End th(e|is) secret chat')):
            ask()
            self.pidgin.window('Secret chat')
            self.pidgin.key('Return')
            self.pidgin.loses('label', text, 'Secret chat')
        self.peer.never('notice flushed', 0.5)
        self.quiet()

    def has_places(self, window, wanted=True):
        """The menu in that window's bar, and the button in its tab in front."""
        def shown():
            nodes = [n for n in self.pidgin.look() if re.match(window, n.window) and n.shows]
            return {r for r in ('menu', 'button')
                    if any(n.role == r and re.match('(Secret chat|Timer|Offline|Ended)', n.name) for n in nodes)}
        screens.until(lambda: shown() == ({'menu', 'button'} if wanted else set()), 'the places of ' + window, 20,
                      lambda: repr(shown()))

    def window_moved(self):
        """They are there while the tab in front is the chat's: after another tab came there, and in another window"""
        self.talk()
        self.has_places(SECRET)
        self.pidgin.menu(PERSON, 'IM')
        self.pidgin.window(PERSON)
        self.has_places('Bob Bb$', False)
        self.talk()
        self.has_places(SECRET)
        self.pidgin.drag(self.pidgin.finds('page tab', SECRET), 500, 620)
        screens.until(lambda: {'Bob Bb', 'Bob Bb (secret)'} <= set(self.pidgin.titles().split('\n')), 'two windows', lab.PATIENCE,
                      self.pidgin.titles)
        self.has_places(SECRET)
        self.has_places('Bob Bb$', False)
        self.pidgin.window(PERSON)
        self.pidgin.key('ctrl+w')
        self.in_bar('Information')
        self.pidgin.window('Secret chat')
        self.pidgin.key('Escape')

    def window_offline(self):
        """An account that is offline leaves the button, which says so, and no entry can be pressed; online, all of it
        is as before"""
        self.talk()
        account = self.pidgin.purple('PurpleAccountsGetAllActive') or '0'
        account = re.findall(r'\d+', account)[0]
        self.pidgin.purple('PurpleAccountDisconnect', 'int32:' + account)
        off = self.pidgin.finds('button', 'Offline')
        if 'sensitive' in off.states or 'sensitive' in self.pidgin.menu_item(MENU).states:
            raise lab.Gone('it can be pressed')
        self.pidgin.purple('PurpleAccountConnect', 'int32:' + account)
        self.pidgin.finds('button', 'Secret chat')
        self.in_bar('Self-destruct timer', '1 minute')
        self.peer.hears('notice ttl-by-peer 60$')
        self.in_bar('Self-destruct timer', 'off')
        self.peer.hears('notice ttl-by-peer 0$')

    def window_unloaded(self):
        """A module that is unloaded takes its places out of the windows, and its window with a key closes"""
        self.in_bar('Show the key')
        self.pidgin.window('Key')
        account = re.findall(r'\d+', self.pidgin.purple('PurpleAccountsGetAllActive') or '0')[0]
        self.pidgin.purple('PurpleAccountDisconnect', 'int32:' + account)
        self.pidgin.finds('button', 'Offline')
        self.pidgin.loses('dialog', 'Key')
        self.pidgin.pidgin.send_signal(signal.SIGUSR1)
        self.has_places('.*Bob', False)
        self.lives()
        self.pidgin.kill()
        self.pidgin.start_pidgin()
        self.pidgin.finds('table cell', ENTRY, timeout=60)

    # --- questions: Return, Escape and closing are no answer

    def no_answer(self, ask, text, title='Secret chat'):
        for keys in ('Return',), ('Escape',), ('Tab', 'Escape'):  # Tab alone goes to a button, and presses none
            ask()
            self.pidgin.window(title)
            self.pidgin.finds('label', text, title)
            self.pidgin.key(*keys)
            self.pidgin.loses('label', text, title)

    def answer(self, label, title='Secret chat'):
        self.pidgin.window(title)
        self.pidgin.press(label, title)
        self.pidgin.loses('dialog', title)

    def delete_last(self):
        """SC-E3: asked, and for both sides"""
        self.talk()
        self.pidgin.say('a slip')
        self.peer.hears('message .* a slip$')
        self.no_answer(lambda: self.pidgin.menu(ENTRY, MENU, 'Delete my last message'), 'Delete your last message')
        self.peer.never('gone', 0.5)
        self.pidgin.menu(ENTRY, MENU, 'Delete my last message')
        self.answer('Delete for both')
        self.peer.hears('gone 1$')

    def delete_all(self):
        """SC-E5"""
        self.no_answer(lambda: self.pidgin.menu(ENTRY, MENU, 'Delete all messages'), 'Delete all messages of')
        self.peer.never('notice flushed', 0.5)
        self.pidgin.menu(ENTRY, MENU, 'Delete all messages')
        self.answer('Delete for both')
        self.peer.hears('notice flushed-by-peer')

    def end_unanswered(self):
        """SC-A20: the chat goes on"""
        self.no_answer(lambda: self.pidgin.menu(ENTRY, MENU, 'End secret chat'), 'End th(e|is) secret chat')
        self.no_answer(lambda: self.pidgin.menu(ENTRY, MENU, 'End and delete'), 'End th(e|is) secret chat')
        self.quiet()

    def typed_questions(self):
        """DECISIONS 28: the same for what asks after a command"""
        for line, text in (('/delete all', 'Delete all messages of'), ('/secret end', 'End th(e|is) secret chat'),
                           ('/secret erase', 'End th(e|is) secret chat')):
            def ask(line=line):
                self.talk()
                self.pidgin.say(line)
            self.no_answer(ask, text)
        self.peer.never('notice flushed', 0.5)
        self.quiet()

    def remove(self, who):
        self.pidgin.menu(who, 'Remove$')
        self.pidgin.press('Remove Buddy')

    def removed_unanswered(self):
        """DECISIONS 28: what was removed from the list comes back unless its question is answered"""
        self.no_answer(lambda: self.remove(ENTRY), 'End th(e|is) secret chat', 'Remove secret chat')
        self.pidgin.finds('table cell', ENTRY, 'Buddy List')
        self.no_answer(lambda: self.remove(PERSON), 'Remove Bob Bb', 'Remove contact')
        self.pidgin.finds('table cell', PERSON, 'Buddy List')
        self.quiet()

    # --- the list

    def rename(self, old, new, role='table cell', shows=None):
        """In place, with F2: again, where the row moved away under the hand. What shows then is waited for."""
        for patience in (5, 10, 20):
            self.pidgin.window('Buddy List')
            self.pidgin.click(self.pidgin.finds('table cell', old, 'Buddy List'))
            screens.until(lambda: 'selected' in self.pidgin.finds('table cell', old, 'Buddy List').states, 'the row')
            self.pidgin.key('F2')
            self.pidgin.type(new)
            self.pidgin.key('Return')
            try:
                return self.pidgin.finds(role, shows or new, timeout=patience)
            except lab.Gone:
                self.pidgin.key('Escape')
        raise lab.Gone('%s is not renamed' % old)

    def renamed_groups(self):
        """DECISIONS 28: other names: nothing of it reaches the server, and the chat goes on"""
        for old, new in zip(self.groups, ('Locked', 'Folks')):
            self.rename(old, new)
            self.pidgin.key('Right')  # Pidgin shows it folded
        self.groups = ['Locked', 'Folks']
        self.quiet()
        self.talk()
        self.pidgin.say('still here')
        self.came_in('still here', self.chat)

    def moved(self):
        """DECISIONS 28: into another group and back"""
        for group in reversed(self.groups):
            self.pidgin.menu(ENTRY, 'Move to', group)
            self.quiet()
        self.talk()
        self.pidgin.say('moved about')
        self.came_in('moved about', self.chat)

    # --- who gets what is typed

    def ask_for_a_chat(self):
        """By the menu: its conversation has the keys: (title, number). Requests have numbers in the list, too."""
        def new():
            return next((t for t in self.pidgin.titles().split('\n') if re.match(r'Bob Bb \(secret \d+\)$', t)
                         and t not in self.others), None)
        self.pidgin.menu(PERSON, 'Start secret chat')
        number = self.peer.hears('secret (-?[0-9]+) requested').group(1)
        found = screens.until(new, 'a window of its own name', show=self.pidgin.titles)
        self.others.add(found)
        title = found.replace('(', r'\(').replace(')', r'\)')
        self.pidgin.window(title)
        return title, number

    def started(self):
        """SC-A1: a chat that is asked for while another one is in front has the cursor at once; what is typed
        before and after its acceptance is one text, and goes there"""
        self.talk()
        self.second_title, self.second = self.ask_for_a_chat()
        self.pidgin.type('half a ')
        self.peer.send('chat ' + self.second)
        self.peer.send('accept')
        self.peer.hears('secret %s ready' % self.second)
        self.pidgin.type('sentence')
        self.pidgin.key('Return')
        self.came_in('half a sentence', self.second)

    def tabs(self):
        """The text goes to the tab that is in front"""
        if self.second is None:
            self.started()
        for name, chat in ((SECRET, self.chat), (self.second_title, self.second)):
            self.talk(name + '$')
            self.pidgin.say('to chat %s' % chat)
            self.came_in('to chat %s' % chat, chat)

    def typed_on(self):
        """An acceptance and a request that come in the middle of a word take no cursor away: every letter arrives"""
        title, third = self.ask_for_a_chat()
        self.talk()
        self.pidgin.type('in the middle ')
        self.peer.send('chat ' + third)
        self.peer.send('accept')
        self.peer.hears('secret %s ready' % third)
        self.pidgin.finds('table cell', row(title) + r'\nsecret', 'Buddy List')
        self.peer.send('start 9990000001')
        letters = 0
        while not self.pidgin.notice() or letters < 20:
            self.pidgin.type('x')
            letters += 1
        self.pidgin.type(' of a word')
        self.pidgin.key('Return')
        self.came_in('in the middle %s of a word' % ('x' * letters), self.chat)
        self.no_window()

    # --- a request: a notice in the list, which opens no window

    def no_window(self):
        if self.pidgin.find('dialog', 'Secret chat'):
            raise lab.Gone('a window opens')

    def request(self):
        """It stands, and is read: the cursor is in the list."""
        self.peer.send('start 9990000001')
        screens.until(self.pidgin.notice, 'a notice')
        self.no_window()
        self.read_notice()

    def read_notice(self):
        self.pidgin.window('Buddy List')
        def read():
            if not self.pidgin.find('label', 'Bob Bb wants to start', 'Buddy List'):
                self.pidgin.key('Tab')  # from place to place, as who sees nothing goes
                return False
            return True
        screens.until(read, 'the words of the notice')

    def notice_goes(self):
        self.pidgin.loses('label', 'Bob Bb wants to start', 'Buddy List')
        screens.until(lambda: not self.pidgin.notice(), 'no notice')

    def answer_request(self, label):
        self.pidgin.window('Buddy List')
        self.pidgin.press(label, 'Buddy List')
        self.notice_goes()

    def rejected(self):
        """SC-A15, SC-A17: Reject rejects; a request leaves no entry"""
        if self.pidgin.notice():
            self.read_notice()
        else:
            self.request()
        self.answer_request('Reject')
        self.rejected_ones += 1
        self.peer.hears('secret -?[0-9]+ closed')
        entries = {(n.name or n.text).split('\n')[0] for n in self.pidgin.look('Buddy List') if n.role == 'table cell'}
        if [e for e in entries if re.match(LOCK + r'\d', e) and not any(re.match(row(o), e) for o in self.others)]:
            raise lab.Gone('it has an entry: %s' % entries)

    def closed_unanswered(self):
        """DECISIONS 28, FRONTENDS 5: the notice's cross is no answer, the request stays in the list of all, and the next
        request of that person is asked about"""
        self.request()
        x, y, width, _ = self.pidgin.notice()
        self.pidgin.xdotool('mousemove', str(x + width - 7), str(y + 9), 'click', '1')
        self.notice_goes()
        self.quiet()
        self.talk()
        self.pidgin.say('/secret list')
        self.pidgin.shows('asks you.*Bob Bb', 'Bob Bb')
        self.request()
        self.answer_request('Reject')
        for _ in range(2):
            self.rejected_ones += 1
            self.peer.hears('secret -?[0-9]+ closed')

    def asked_once(self):
        """However many ask, one notice stands; withdrawn it goes by itself, and what is asked later is asked"""
        self.request()
        for _ in range(2):
            self.peer.send('start 9990000001')
            self.peer.hears('secret -?[0-9]+ waiting')
        if sum(n.role == 'label' and n.shows and (n.name or '').startswith('Bob Bb wants')
               for n in self.pidgin.look('Buddy List')) != 1:
            raise lab.Gone('more notices than one')
        self.answer_request('Reject')
        for _ in range(3):
            self.rejected_ones += 1
            self.peer.hears('secret -?[0-9]+ closed')
        self.request()
        self.peer.send('close')
        self.notice_goes()
        self.rejected_ones += 1
        self.quiet()

    # --- what is typed

    def empty(self):
        """Pidgin keeps a line that it did not take in the entry."""
        self.pidgin.key('ctrl+a', 'BackSpace')

    def reply(self):
        """SC-I8: the line shows what it answers"""
        self.talk()
        self.peer.send('chat ' + self.chat)
        self.peer.send('say shall we meet')
        self.pidgin.shows(': shall we meet', 'Bob Bb')
        self.pidgin.say('/reply last at noon')
        self.came_in('at noon', self.chat)
        self.pidgin.shows('\u21a9 shall we meet[^\n]*\n *at noon', 'Bob Bb')

    def drafts(self):
        """SC-A33: what is typed before the other side accepts stands in its window, opened again or after a new start,
        and is sent, once, when they do"""
        title, chat = self.ask_for_a_chat()
        self.pidgin.in_entry(title)
        self.pidgin.say('kept for later')
        self.pidgin.shows(': kept for later \u25f7', 'Bob Bb')
        self.pidgin.key('ctrl+w')
        self.pidgin.loses('page tab', title)
        self.talk(title)
        self.pidgin.shows(': kept for later \u25f7', 'Bob Bb')
        self.pidgin.window('Buddy List')
        self.pidgin.key('ctrl+q')
        screens.until(lambda: not self.pidgin.alive(), 'Pidgin leaving')
        self.pidgin.start_pidgin()
        self.pidgin.finds('table cell', row(title), 'Buddy List')
        self.talk(title)
        self.pidgin.shows(': kept for later \u25f7', 'Bob Bb')
        self.peer.send('chat ' + chat)
        self.peer.send('accept')
        self.came_in('kept for later', chat)
        self.pidgin.shows(': kept for later \u2713', 'Bob Bb')
        if self.pidgin.lines('Bob Bb').count('kept for later') != 1:
            raise lab.Gone('it stands there more than once')

    def slash(self):
        """DECISIONS 27: what is no command is never sent"""
        self.talk()
        for line in '/foo bar', '/TTL sometimes', ' /delet all':
            self.pidgin.say(line)
            self.empty()
        self.peer.never('message .*(foo|TTL|delet)', 0.5)
        self.pidgin.say('//word')
        self.came_in('/word', self.chat)

    def typed_as_it_is(self):
        """Right to left, and what looks like markup"""
        self.talk()
        for text in '\u05e9\u05dc\u05d5\u05dd alice', '<b>1 &lt; 2</b> & so on':
            self.pidgin.say(text)
            self.came_in(text, self.chat)

    # --- logs

    def tick(self):
        """The item "Enable Logging" of the conversation in front, in its open menu."""
        return self.pidgin.down(lambda: self.pidgin.window('Bob Bb'), 'Options$', 'Enable Logging')

    def no_tick(self):
        """... is not ticked; the menu is closed again"""
        def off():
            ticked = 'checked' in self.tick().states
            self.pidgin.key('Escape', 'Escape')
            return not ticked
        screens.until(off, 'the tick going')

    def logged(self, *texts):
        """Which of them stand in any of Pidgin's log files."""
        found = []
        for folder, _, names in os.walk(os.path.join(self.pidgin.home, 'logs')):
            for name in names:
                with open(os.path.join(folder, name), encoding='utf-8', errors='replace') as f:
                    content = f.read()
                found += [os.path.join(folder, name) + ': ' + text for text in texts if text in content]
        return found

    def logging(self):
        """DECISIONS 23: "Enable Logging" in a secret chat: a line says that nothing is logged, the tick is off
        before and afterwards, and there is no file"""
        self.talk()
        self.no_tick()
        for times in 1, 2:
            self.pidgin.click(self.tick())
            self.pidgin.shows('(?s)(Nothing is logged: secret.*){%d}' % times, 'Bob Bb')
            self.no_tick()
        self.talk()
        self.pidgin.say('for nobody else')
        self.came_in('for nobody else', self.chat)
        if self.pidgin.lines('Bob Bb').count('Nothing is logged: secret') != 2:
            raise lab.Gone('it says more than it was asked')
        logged = self.logged('for nobody else', 'is logged', 'ogging')
        if logged:
            raise lab.Gone('\n'.join(logged))

    # --- the menu of the account

    def account(self, word):
        self.pidgin.click(self.pidgin.down(lambda: self.pidgin.window('Buddy List'), 'Accounts$', '9990000001', word))

    def account_unanswered(self):
        """DECISIONS 24: the login ends by the user's word; a passphrase is set by its own button"""
        self.no_answer(lambda: self.account('Log out at the server'), 'Log .* out at the server', 'Log out')
        self.account('Set or remove the passphrase')
        self.pidgin.window('Passphrase')
        self.pidgin.key('Escape')
        self.pidgin.loses('label', '.*[Pp]assphrase')
        self.quiet()
        self.talk()
        self.pidgin.say('logged in')
        self.came_in('logged in', self.chat)

    def profile(self):
        """MT-I21: the dialog has what the server has; Escape changes nothing, its button does"""
        self.place.dc.control('profile Alice about was here')
        self.account('Edit your profile')
        self.pidgin.window('Profile')
        self.pidgin.stands('text', 'was here', 'Profile')
        self.pidgin.key('Escape')
        self.pidgin.loses('dialog', 'Profile')
        self.account('Edit your profile')
        self.pidgin.window('Profile')
        self.pidgin.click(self.pidgin.stands('text', 'was here', 'Profile'))
        self.pidgin.key('ctrl+a')
        self.pidgin.type('is here')
        self.pidgin.press('OK', 'Profile')
        self.pidgin.finds('label', '.*your name is Alice Aa. The text about you: is here')
        self.pidgin.press('Close', 'Profile')
        self.pidgin.loses('dialog', 'Profile')

    # --- what was not seen

    def waits(self, text):
        """In a window without focus: it stands there once, and is not read."""
        self.pidgin.shows(text, 'Bob Bb')
        if self.pidgin.lines('Bob Bb').count(text) != 1:
            raise lab.Gone('it stands there more than once')
        self.peer.never('read', 1)

    def comes_again(self, text, leave):
        self.talk()
        self.pidgin.window('Buddy List')
        self.peer.send('chat ' + self.chat)
        self.peer.forget()
        self.peer.send('say ' + text)
        self.waits(text)
        leave()
        self.pidgin.start_pidgin()
        self.waits(text)
        self.pidgin.window(SECRET)
        self.peer.hears('read ')

    def unread_quit(self):
        """DECISIONS 23: a text that nobody looked at is there again after a quit, once"""
        def leave():
            self.pidgin.window('Buddy List')
            self.pidgin.key('ctrl+q')
            screens.until(lambda: not self.pidgin.alive(), 'Pidgin leaving')
        self.comes_again('left for later', leave)

    def unread_kill(self):
        """... and after a death; what was seen does not come again"""
        self.comes_again('left for the end', self.pidgin.kill)
        if 'left for later' in self.pidgin.lines('Bob Bb'):
            raise lab.Gone('it was seen')

    def hides(self, when):
        self.pidgin.purple('PurplePrefsSetString', 'string:/pidgin/conversations/im/hide_new', 'string:' + when)

    def unread_hidden(self):
        """DECISIONS 23: where Pidgin keeps new windows hidden, the row of the list says how many messages wait; who
        opens it reads them, and it says so no more"""
        self.talk()
        self.pidgin.key('ctrl+w')
        screens.until(lambda: not re.search(SECRET, self.pidgin.titles()), 'the window closing', show=self.pidgin.titles)
        self.pidgin.window('Buddy List')
        self.hides('always')
        try:
            self.peer.send('chat ' + self.chat)
            self.peer.forget()
            for n, text in enumerate(('behind the scenes', 'and again'), 1):
                self.peer.send('say ' + text)
                self.pidgin.finds('table cell', ENTRY + r'\n%d unread, not verified$' % n, 'Buddy List')
            self.peer.never('read', 2)
            if re.search(SECRET, self.pidgin.titles()):
                raise lab.Gone('a window opens')
            self.talk()
        finally:
            self.hides('never')
        self.waits_no_more('behind the scenes', 'and again')

    def waits_no_more(self, *texts):
        for text in texts:
            self.pidgin.shows(text, 'Bob Bb')
        self.peer.hears('read ')
        self.pidgin.finds('table cell', ENTRY + r'\nsecret, not verified$', 'Buddy List')

    def unread_closed(self):
        """... and in a window that was closed before anybody looked into it, by the mouse, from another tab"""
        if self.second is None:
            self.started()
        self.talk()
        self.talk(self.second_title + '$')
        self.peer.send('chat ' + self.chat)
        self.peer.forget()
        self.peer.send('say behind a tab')
        self.peer.hears('sent')
        self.peer.never('read', 1)
        tab = self.pidgin.stands('page tab', SECRET + '$', 'Bob Bb')
        self.pidgin.click(tab, '2')  # closes it
        self.pidgin.finds('table cell', ENTRY + r'\n1 unread, not verified$', 'Buddy List')
        self.peer.never('read', 1)
        self.talk()
        self.waits_no_more('behind a tab')

    def blocked(self):
        """DECISIONS 23, 28: Block keeps what comes, silently and unread; Unblock shows it"""
        self.pidgin.menu(ENTRY, 'Block')
        self.peer.send('chat ' + self.chat)
        self.peer.forget()
        self.peer.send('say behind the door')
        self.peer.hears('sent')
        self.peer.never('read', 2)
        if 'behind the door' in self.pidgin.lines('Bob Bb'):
            raise lab.Gone('it is shown')
        self.pidgin.menu(ENTRY, 'Unblock')
        self.pidgin.shows('behind the door', 'Bob Bb')
        self.pidgin.window(SECRET)
        self.peer.hears('read ')
        self.quiet()

    def end(self):
        """SC-A20: by its own button; the window with its key closes"""
        self.compare()
        self.pidgin.xdotool('windowmove', self.pidgin.window('Key'), '340', '300')  # it may stand before the list
        self.pidgin.menu(ENTRY, MENU, 'End secret chat')
        self.answer('End chat')
        self.peer.hears('secret %s closed' % self.chat)
        self.pidgin.loses('dialog', 'Key')

    def lives(self):
        if not self.pidgin.alive():
            raise lab.Gone('Pidgin is gone')
        with open(self.pidgin.log, encoding='utf-8', errors='replace') as f:
            critical = [line for line in f if 'CRITICAL' in line and 'GdkPixbuf' not in line]  # FRONTENDS 8: no icon
        if critical:
            raise lab.Gone(''.join(critical))


NAMES = ('timer screenshot renew information get_info key compared verified window_menu window_moved window_offline window_unloaded delete_last delete_all end_unanswered typed_questions removed_unanswered '
         'renamed_groups moved started tabs typed_on rejected closed_unanswered asked_once reply drafts slash typed_as_it_is logging account_unanswered profile unread_quit '
         'unread_kill unread_hidden unread_closed blocked end lives').split()


def switch_on(plugin, home):
    """A plugin of Pidgin's own kind, as its window of plugins would."""
    path = shutil.copy(plugin, os.path.join(home, 'plugins'))
    prefs = os.path.join(home, 'prefs.xml')
    with open(prefs, encoding='utf-8') as f:
        text = f.read()
    with open(prefs, 'w', encoding='utf-8') as f:
        f.write(text.replace("<pref name='pidgin'>", "<pref name='pidgin'><pref name='plugins'><pref name='loaded' "
                             "type='pathlist'><item value='%s'/></pref></pref>" % path))


def main(story_class=Story, all_names=NAMES):
    with lab.Lab(sys.argv[1], 'buttons') as place:
        home, peer = screens.home_with_chat(place, 'gtk-gaim')
        switch_on(os.path.join(sys.argv[1], 'tests/purple/unload.so'), home)
        story = story_class(place, home, peer)
        names = sys.argv[2:] or all_names
        status = lab.run([(name.replace('_', ' '), getattr(story, name)) for name in names],
                         independent=bool(sys.argv[2:]))
        if status and os.environ.get('SHOTS'):
            os.replace(story.pidgin.shot('failed'), os.path.join(os.environ['SHOTS'], 'buttons.png'))
        return status


if __name__ == '__main__':
    sys.exit(main())
