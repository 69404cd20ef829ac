#!/usr/bin/env python3
"""Two accounts in one Pidgin that talk with the same person. test_accounts.py BUILD [STORY...]

The two conversations and the two entries have the same name: what is typed goes to the one it is typed in.
"""
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lab'))
import lab  # noqa: E402
import screens  # noqa: E402

CAROL = '9990000003'
ENTRY, TAB = '[\U0001f512\u26b7] \u2026%s \u203a Bob Bb', '\u2026%s \u203a Bob Bb .secret.'
WINDOW = '\u2026000'  # begins so


def home_of_two(place):
    """Pidgin's folder, the companion, and its chats with the two."""
    peer = place.companion(lab.BOB)
    plugin, chats = place.headless(), []
    for phone in (lab.ALICE, CAROL):
        plugin.log_in(phone)
        plugin.send('use ' + phone)
        place.start(plugin, peer)
        chats.append(peer.info()['chat'])
    home = screens.home_of(place, plugin, 'gtk-gaim')
    path = os.path.join(home, 'accounts.xml')
    with open(path, encoding='utf-8') as f:
        text = f.read()
    account = re.search(' <account>.*</account>\n', text, re.S).group()
    account = account[:account.index('</account>\n') + len('</account>\n')]
    with open(path, 'w', encoding='utf-8') as f:
        f.write(text.replace(account, account + account.replace(lab.ALICE, CAROL)))
    return home, peer, chats


class Two:
    def __init__(self, place):
        home, self.peer, self.chats = home_of_two(place)
        self.peer.forget()
        self.pidgin = place.add(screens.Pidgin(place, home, reads=True))
        self.pidgin.window('Buddy List', 60)

    def nodes(self, role, pattern, window=''):
        return [n for n in self.pidgin.look(window) if n.role == role and n.shows and re.match(pattern, n.name or n.text)]

    def entries(self):
        """Each account has its own, which say whose they are: the names are the same"""
        for phone in (lab.ALICE, CAROL):
            screens.until(lambda phone=phone: len(self.nodes('table cell', ENTRY % phone[-4:], 'Buddy List')) == 1,
                          'an entry of %s' % phone, lab.PATIENCE, lambda: self.nodes('table cell', '.*Bob', 'Buddy List'))

    def says(self, chat, text):
        self.peer.send('chat ' + chat)
        self.peer.send('say ' + text)

    def front(self, text, phone):
        """The tab with that line in front, which says whose it is, and the cursor in its entry."""
        def is_front():
            if text in self.pidgin.lines(WINDOW):
                return True
            tabs = self.nodes('page tab', TAB % '000[13]')
            self.tab = getattr(self, 'tab', 0) + 1
            if tabs:
                self.pidgin.click(tabs[self.tab % len(tabs)])
            return False
        screens.until(is_front, 'the conversation with %r' % text, lab.PATIENCE, lambda: self.pidgin.lines(WINDOW))
        self.pidgin.in_entry(TAB % phone[-4:])

    def apart(self):
        """MT-F40: each text goes to the chat in whose window it was typed, and stands in no other"""
        for chat, text in zip(self.chats, ('for the first', 'for the second')):
            self.says(chat, text)
        for chat, text, phone in list(zip(self.chats, ('for the first', 'for the second'), (lab.ALICE, CAROL))) * 2:
            self.front(text, phone)
            self.pidgin.say('back ' + text)
            self.peer.hears('message .* back %s$' % text)
            if self.peer.info()['chat'] != chat:
                raise lab.Gone('it went to another chat')
            self.pidgin.shows('back ' + text, WINDOW)
        if 'for the first' in self.pidgin.lines(WINDOW):
            raise lab.Gone('a line of the other account stands here:\n' + self.pidgin.lines(WINDOW))

    def ended(self):
        """What ends on one account leaves the other's alone"""
        self.front('for the second', CAROL)
        self.pidgin.say('/secret end')
        self.pidgin.press('End chat')
        self.peer.hears('secret %s closed' % self.chats[1])
        self.front('for the first', lab.ALICE)
        self.pidgin.say('this one goes on')
        self.peer.hears('message .* this one goes on$')
        if not self.pidgin.alive():
            raise lab.Gone('Pidgin is gone')


def main():
    with lab.Lab(sys.argv[1], 'accounts', users=['%s:Carol:Cc' % CAROL]) as place:
        two = Two(place)
        names = sys.argv[2:] or ['entries', 'apart', 'ended']
        return lab.run([(name, getattr(two, name)) for name in names])


if __name__ == '__main__':
    sys.exit(main())
