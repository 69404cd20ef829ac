#!/usr/bin/env python3
"""More buttons of Pidgin: the mouse in its list and tabs, and what ends by its own button:
buttons_pidgin_list.py BUILD [TEST...]

As in buttons_pidgin.py; what is dragged is dragged with the mouse.
"""
import os
import re
import sys
import time

import buttons_pidgin
from buttons_pidgin import ENTRY, LOCK, MENU, PERSON, SECRET, lab, row, screens

BOB = '9990000002'
FIRST = '\U0001f512 Bob Bb'  # in rows()


class More(buttons_pidgin.Story):
    # --- the mouse

    def rows(self):
        """What the list shows, from top to bottom."""
        cells = [n for n in self.pidgin.look('Buddy List') if n.role == 'table cell' and n.shows and (n.name or n.text)]
        return [re.sub(LOCK, '\U0001f512', n.name or n.text).split('\n')[0] for n in sorted(cells, key=lambda n: n.middle[1])]

    def under(self, group):
        """The rows of that group."""
        rows = self.rows()
        rows = rows[rows.index(group) + 1:] if group in rows else []
        ends = [i for i, name in enumerate(rows) if not re.match('(\U0001f512[0-9]*\u2713? )?Bob Bb', name)]
        return rows[:ends[0]] if ends else rows

    def drag(self, start, end, over=None):
        """As a hand moves: Pidgin sees the way, not only its ends. Held there until `over` shows what waits for it."""
        self.pidgin.xdotool('mousemove', *map(str, start), 'mousedown', '1')
        for i in range(1, 11):
            point = [str(a + (b - a) * i // 10) for a, b in zip(start, end)]
            self.pidgin.xdotool('mousemove', *point)
            time.sleep(0.05)  # the speed of a hand; what it did is looked at afterwards
        try:
            if over is not None:
                screens.until(over, 'what the mouse is held over', 5)
        finally:
            self.pidgin.xdotool('mousemove_relative', '--', '1', '0', 'mouseup', '1')

    def drag_row(self, what, to, did, over=None):
        """Again, where the hand was too quick."""
        for patience in (3, 5, 10, 20):
            self.pidgin.window('Buddy List')
            rows = [self.pidgin.stands('table cell', pattern, 'Buddy List') for pattern in (what, to)]
            try:
                self.drag(rows[0].middle, rows[1].middle, over)
                return screens.until(did, '%r dragged onto %r' % (what, to), patience, lambda: str(self.rows()))
            except lab.Gone:
                if patience == 20:
                    raise

    def goes_on(self, text):
        """Nothing of it reached the server, and what is typed goes where it went."""
        self.quiet()
        self.talk()
        self.pidgin.say(text)
        self.came_in(text, self.chat)

    def dragged_to_a_group(self):
        """DECISIONS 28: a secret chat among the contacts, and a contact among the secret chats"""
        if self.second is None:
            self.started()  # Pidgin shows no empty group
        self.drag_row(ENTRY, 'Telegram$', lambda: FIRST in self.under('Telegram'))
        self.goes_on('among the others')
        self.drag_row(ENTRY, 'Secret chats$', lambda: FIRST in self.under('Secret chats'))
        self.goes_on('and back')
        self.drag_row(row(self.second_title), 'Telegram$', lambda: '\U0001f5122 Bob Bb' in self.under('Telegram'))
        self.drag_row(PERSON, 'Secret chats$', lambda: 'Bob Bb' in self.under('Secret chats'))
        self.goes_on('the other way')

    def put_together(self):
        """DECISIONS 28, FRONTENDS 0.6: a secret chat that is dragged onto a person stands alone again at once, and
        says so; what is typed goes to whom it went"""
        for times, (what, to) in enumerate(((ENTRY, PERSON), (PERSON, ENTRY)), 1):
            self.talk()
            said = self.pidgin.lines('Bob Bb').count('stands alone again')
            self.drag_row(what, to, lambda: self.pidgin.lines('Bob Bb').count('stands alone again') > said,
                          lambda to=to: len([name for name in self.rows() if re.match(to, name)]) > 1)  # it opens
            rows = self.rows()
            if FIRST not in rows or 'Bob Bb' not in rows:
                raise lab.Gone('one of them is gone: %s' % rows)
            self.goes_on('after merging %d' % times)

    def merged_groups(self):
        """DECISIONS 28: a group that gets the name of another one: its chats go on, in the list of the next start,
        too"""
        self.rename(r'Secret chats( \(\d+/\d+\))?$', 'Telegram', 'button', 'Merge Groups')
        self.pidgin.press('Merge Groups')
        screens.until(lambda: FIRST in self.under('Telegram') and 'Secret chats' not in self.rows(),
                      'the merging', show=lambda: str(self.rows()))
        self.goes_on('all in one')
        self.pidgin.window('Buddy List')
        self.pidgin.key('ctrl+q')
        screens.until(lambda: not self.pidgin.alive(), 'Pidgin leaving')
        self.pidgin.start_pidgin()
        self.pidgin.window('Buddy List')
        screens.until(lambda: FIRST in self.under('Telegram'), 'the next start', show=lambda: str(self.rows()))
        self.goes_on('after a start')

    def tab_moved(self):
        """The tabs change places: what is typed goes to the one in front"""
        self.tabs()
        def places():
            return [n for n in self.pidgin.look('Bob Bb') if n.role == 'page tab' and n.shows]
        before = [n.name for n in places()]
        for patience in (3, 5, 10):
            first, second = places()[:2]
            self.drag(second.middle, (first.middle[0] - 30, first.middle[1]))
            try:
                screens.until(lambda: [n.name for n in places()] == before[::-1], 'the tabs', patience)
                break
            except lab.Gone:
                if patience == 10:
                    raise
        self.tabs()

    def tab_away(self):
        """A tab becomes a window of its own: what is typed in each stays with its chat"""
        self.tabs()
        for patience in (3, 5, 10):
            tab = self.pidgin.finds('page tab', self.second_title)
            self.drag(tab.middle, (500, 640))
            try:
                screens.until(lambda: not self.pidgin.find('page tab', self.second_title), 'a window', patience)
                break
            except lab.Gone:
                if patience == 10:
                    raise
        for title, chat in ((SECRET, self.chat), (self.second_title, self.second)) * 2:
            self.pidgin.in_entry(title + '$')
            self.pidgin.say('apart in %s' % chat)
            self.came_in('apart in %s' % chat, chat)
        self.quiet()

    # --- what its own button does

    def left_to_others(self):
        """SC-A17: "Leave it to my phone" ends nothing, and asks no more"""
        self.request()
        self.answer_request('Leave to my phone')
        self.peer.never('secret .* closed', 1)
        self.quiet()
        self.pidgin.in_menu(PERSON, 'Start secret chat')
        if any('ccept' in n.name for n in self.pidgin.menu_items()):
            raise lab.Gone('it is still asked about')
        self.pidgin.key('Escape')
        self.peer.send('close')
        self.peer.hears('secret .* closed')
        self.rejected_ones += 1

    def taken(self):
        """SC-A19: another device of the account accepts: the notice goes, and says nothing; who presses Accept a moment after that
        is told so, and not that it was rejected, or that it ended"""
        device = self.place.companion(lab.ALICE)
        self.request()
        device.hears('secret -?[0-9]+ requested')
        device.send('accept')
        self.peer.hears('secret -?[0-9]+ ready')
        self.notice_goes()
        self.no_window()
        self.place.dc.control('error messages.acceptEncryption 1 400 ENCRYPTION_ALREADY_ACCEPTED')
        self.request()
        self.answer_request('Accept')
        title = self.comes()
        self.pidgin.shows('Another of your devices took this secret chat, or it was withdrawn', 'Bob Bb')
        if re.search('rejected|ended this|has ended', self.pidgin.lines('Bob Bb')):
            raise lab.Gone(self.pidgin.lines('Bob Bb'))
        self.offline_ones(True)
        self.pidgin.finds('table cell', row(title) + r'\n.*not on this device', 'Buddy List')
        self.pidgin.finds('button', 'Not here')
        self.pidgin.key('ctrl+w')
        self.pidgin.loses('table cell', row(title), 'Buddy List')
        self.offline_ones(False)
        self.quiet()

    def offline_ones(self, shown):
        """Buddies, Show, Offline Buddies; else Pidgin hides them after ten seconds."""
        self.pidgin.purple('PurplePrefsSetBool', 'string:/pidgin/blist/show_offline_buddies', 'int32:%d' % shown)

    def comes(self):
        """The title of the window of a new chat, in which the cursor is."""
        title = screens.until(lambda: next((t for t in self.pidgin.titles().split('\n')
                                            if re.match(r'Bob Bb \(secret \d+\)$', t) and t not in self.others), None),
                              'the window of the new chat', show=self.pidgin.titles)
        self.others.add(title)
        title = title.replace('(', r'\(').replace(')', r'\)')
        self.talk(title + '$')
        return title

    def goes(self, title, chat):
        """... which ends."""
        self.pidgin.menu(row(title), MENU, 'End and delete')
        self.answer('End and delete for both')
        self.peer.hears('secret %s closed' % chat)
        self.rejected_ones += 1

    def accepted(self):
        """SC-A15: by the button of the notice; the chat's window comes, and what is typed goes there"""
        self.request()
        self.answer_request('Accept')
        chat = self.peer.hears('secret (-?[0-9]+) ready').group(1)
        title = self.comes()
        self.pidgin.say('by the button')
        self.came_in('by the button', chat)
        self.goes(title, chat)

    def by_menu(self):
        """SC-A15, SC-A17: the same answers by the entries of the person's menu"""
        self.request()
        self.pidgin.menu(PERSON, 'Reject secret chat')
        self.notice_goes()
        self.peer.hears('secret -?[0-9]+ closed')
        self.rejected_ones += 1
        self.request()
        self.pidgin.menu(PERSON, 'Leave it to my phone')
        self.notice_goes()
        self.peer.never('secret .* closed', 1)
        self.quiet()
        self.peer.send('close')
        self.peer.hears('secret .* closed')
        self.rejected_ones += 1
        self.request()
        self.pidgin.menu(PERSON, 'Accept secret chat')
        self.notice_goes()
        chat = self.peer.hears('secret (-?[0-9]+) ready').group(1)
        title = self.comes()
        self.pidgin.say('by the menu')
        self.came_in('by the menu', chat)
        self.goes(title, chat)

    def again(self):
        """SC-A1: the menu in the window of a chat that ended asks for a new one"""
        if self.second is not None:
            self.goes(self.second_title, self.second)
        self.started()
        self.pidgin.menu(row(self.second_title), MENU, 'End secret chat')
        self.answer('End chat')
        self.peer.hears('secret %s closed' % self.second)
        self.rejected_ones += 1
        title, self.second = self.second_title, None
        self.pidgin.click(self.pidgin.down(lambda: self.talk(title + '$'), MENU, 'Start a new secret chat'))
        chat = self.peer.hears('secret (-?[0-9]+) requested').group(1)
        title = self.comes()
        self.peer.send('chat ' + chat)
        self.peer.send('accept')
        self.peer.hears('secret %s ready' % chat)
        self.pidgin.say('once more')
        self.came_in('once more', chat)
        self.goes(title, chat)

    def long_name(self):
        """Whatever somebody is called, their request does not stretch the list, nor leave its window"""
        def width():
            return int(re.search('WIDTH=(\\d+)', self.pidgin.xdotool('getwindowgeometry', '--shell', window)).group(1))
        window = self.pidgin.window('Buddy List')
        before = width()
        for name in 'W' * 200, '\u05e9\u05dc\u05d5\u05dd' * 12, '\U0001f600' * 60:
            self.place.dc.control('profile %s first %s' % (BOB, name))
            self.pidgin.finds('table cell', '.*' + name[:4], 'Buddy List')
            self.peer.send('start 9990000001')
            self.peer.hears('secret -?[0-9]+ waiting')
            x, y, wide, high = screens.until(self.pidgin.notice, 'a notice')
            if width() != before or wide > before:
                raise lab.Gone('the list is %d wide, and was %d; the notice %d' % (width(), before, wide))
            if os.environ.get('SHOTS'):
                os.replace(self.pidgin.shot('long'), os.path.join(os.environ['SHOTS'], 'long-%d.png' % len(name)))
            self.peer.send('close')
            screens.until(lambda: not self.pidgin.notice(), 'no notice')
            self.rejected_ones += 1
        self.place.dc.control('profile %s first Bob' % BOB)
        self.pidgin.finds('table cell', PERSON, 'Buddy List')

    def disabled(self):
        """The account is disabled while a chat is open, and enabled: the chat goes on, in its window"""
        self.talk()
        self.account('Disable')
        self.pidgin.loses('table cell', ENTRY, 'Buddy List')
        self.peer.send('chat ' + self.chat)
        self.peer.send('say while it was away')
        self.quiet()
        self.pidgin.click(self.pidgin.down(lambda: self.pidgin.window('Buddy List'), 'Accounts$', 'Enable Account', '9990000001'))
        self.pidgin.finds('table cell', ENTRY, 'Buddy List')
        self.pidgin.shows('while it was away', 'Bob Bb')
        self.goes_on('there again')

    def all_removed_unanswered(self):
        """DECISIONS 28: a contact and a secret chat at once: one question, and Escape and Return keep all"""
        if 'Telegram' in self.under('Secret chats') or 'Bob Bb' not in self.under('Secret chats'):
            self.drag_row(PERSON, 'Secret chats$', lambda: 'Bob Bb' in self.under('Secret chats'))
        for key in 'Escape', 'Return':
            self.pidgin.menu('Secret chats$', 'Delete')
            self.pidgin.press('Remove Group')
            self.pidgin.window('^Remove$')
            self.pidgin.finds('label', 'Remove these 2 entries', 'Remove')
            self.pidgin.key(key)
            self.pidgin.loses('label', 'Remove these 2 entries', 'Remove')
            screens.until(lambda: sorted(self.under('Secret chats'))[:2] == ['Bob Bb', FIRST], 'all of it',
                          show=lambda: str(self.rows()))
            self.goes_on('kept by ' + key)

    def erased(self):
        """SC-A20: "End and delete for both" of the menu ends that chat, and no other one"""
        if self.second is None:
            self.started()
        self.pidgin.menu(row(self.second_title), MENU, 'End and delete')
        self.answer('End and delete for both')
        self.peer.hears('secret %s closed' % self.second)
        self.rejected_ones += 1
        self.second = None
        self.goes_on('the other one')

    def removed(self):
        """... and that of an entry that is removed"""
        self.started()
        self.remove(row(self.second_title))
        self.answer('End and delete for both', 'Remove secret chat')
        self.peer.hears('secret %s closed' % self.second)
        self.rejected_ones += 1
        self.pidgin.loses('table cell', row(self.second_title), 'Buddy List')
        self.second = None
        self.goes_on('not that one')

    def contact_deleted(self):
        """DECISIONS 28: "Also from Telegram's contacts" deletes the contact, and the secret chat goes on"""
        self.quiet()
        self.remove(PERSON)
        self.answer("Also from Telegram's contacts", 'Remove contact')
        screens.until(lambda: self.place.dc.counts().get('contacts.deleteContacts') == 1, 'the deletion at the server')
        self.pidgin.loses('table cell', PERSON, 'Buddy List')
        if self.pidgin.find('label', '.*did not do'):
            raise lab.Gone('it was refused')
        self.talk()
        self.pidgin.say('no contact any more')
        self.came_in('no contact any more', self.chat)

    def written_to(self):
        """DECISIONS 6: somebody who is no contact, by the @name: looked up, asked once, and sent when it is accepted"""
        self.pidgin.window('Buddy List')
        self.pidgin.key('ctrl+m')
        self.pidgin.window('^Pidgin$|New Instant Message')
        self.pidgin.type('@Bob')
        self.pidgin.key('Return')
        self.pidgin.in_entry('@Bob')  # where another tab stands, Pidgin may leave the cursor on the new one's
        self.pidgin.say('to a stranger')
        self.pidgin.finds('label', 'Start a secret chat with Bob Bb|Send this in your secret chat', 'Secret chat')
        self.answer('Start and send|Send it there')
        self.came_in('to a stranger', self.chat)

    def logged_out(self):
        """DECISIONS 24: "Log out" logs out, and the account says what it means"""
        self.talk()
        self.account('Log out at the server')
        self.answer('Log out', 'Log out')
        screens.until(lambda: self.place.dc.counts().get('auth.logOut') == 1, 'the log-out at the server')
        self.pidgin.shows('The session ended, and this secret chat with it', '(Bob Bb')
        self.pidgin.loses('table cell', ENTRY, 'Buddy List')
        if self.place.dc.counts().get('contacts.deleteContacts', 0) > 1:
            raise lab.Gone('a contact was deleted')


NAMES = ('dragged_to_a_group put_together tab_moved tab_away left_to_others taken accepted by_menu again long_name disabled all_removed_unanswered erased removed '
         'merged_groups contact_deleted written_to logged_out lives').split()

if __name__ == '__main__':
    sys.exit(buttons_pidgin.main(More, NAMES))
