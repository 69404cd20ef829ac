#!/usr/bin/env python3
"""The buttons of Pidgin, pressed as a person presses them: buttons_pidgin.py BUILD [TEST...]

Every entry of the menus does what it says and nothing else; what cannot be undone is done by its own button only;
what is typed goes to whom the eye was on; what happens in the list stays there (DECISIONS 28). The windows are read
as a screen reader reads them; the other side, and the data centre, say what arrived.
"""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lab'))
import lab  # noqa: E402
import screens  # noqa: E402

SECRET, PERSON = r'Bob Bb \(secret\)', r'Bob Bb$'
IRREVERSIBLE = ('messages.discardEncryption', 'contacts.deleteContacts', 'contacts.block', 'auth.logOut')


class Story:
    def __init__(self, place, home, peer):
        self.place, self.peer = place, peer
        self.pidgin = place.add(screens.Pidgin(place, home, reads=True))
        self.pidgin.window('Buddy List', 60)
        self.pidgin.finds('table cell', SECRET, timeout=60)
        self.chat = peer.info()['chat']

    def quiet(self):
        """Nothing that cannot be undone reached the server so far."""
        counts = self.place.dc.counts()
        for method in IRREVERSIBLE:
            if counts.get(method):
                raise lab.Gone('%s was called' % method)

    def talk(self, title=SECRET + '$'):
        """The cursor is in that conversation."""
        if not self.pidgin.find('page tab', title):
            self.pidgin.menu(title if title != SECRET + '$' else SECRET, 'IM')
            self.pidgin.window(title)
        else:
            self.pidgin.window('Bob Bb')
            self.pidgin.click(self.pidgin.finds('page tab', title))
            self.pidgin.window(title)

    def say(self, text):
        self.pidgin.type(text)
        self.pidgin.key('Return')

    def came_in(self, text, chat):
        """... and in no other chat."""
        self.peer.hears('message .* %s$' % text)
        if self.peer.info()['chat'] != chat:
            raise lab.Gone('it went to another chat')

    # --- the menu of a secret chat

    def timer(self):
        """SC-E1: the sub-menu sets it, and its "off" ends it"""
        self.pidgin.menu(SECRET, 'Self-destruct timer', '30 seconds')
        self.peer.hears('notice ttl-by-peer 30$')
        self.pidgin.menu(SECRET, 'Self-destruct timer', 'off')
        self.peer.hears('notice ttl-by-peer 0$')

    def screenshot(self):
        """SC-E10"""
        self.pidgin.menu(SECRET, 'Tell about a screenshot')
        self.peer.hears('notice shot-by-peer')

    def renew(self):
        """SC-F2"""
        before = int(self.peer.info()['in'])
        self.pidgin.menu(SECRET, 'Renew the key')
        screens.until(lambda: int(self.peer.info()['in']) >= before + 2, 'RequestKey and CommitKey')

    def key(self):
        """SC-K2"""
        self.pidgin.menu(SECRET, 'Key and information')
        self.pidgin.window('Secret chat')
        self.pidgin.shows('([0-9A-F]{2} ){3}[0-9A-F]{2}', 'Secret chat')
        self.pidgin.key('Escape')
        self.pidgin.loses('dialog', 'Secret chat')

    def verified(self):
        """SC-K4: the mark is set by its entry, and taken away by the other, which did the same"""
        self.pidgin.menu(SECRET, 'I compared the key')
        self.pidgin.finds('table cell', r'Bob Bb \(secret.*\n.*verified', 'Buddy List')
        self.pidgin.menu(r'Bob Bb \(secret', 'Take the verified mark away')
        self.pidgin.finds('table cell', SECRET + r'\n(?!.*verified)', 'Buddy List')

    # --- questions: Return, Escape and closing are no answer

    def no_answer(self, ask, text, title='Secret chat'):
        for key in 'Return', 'Escape':
            ask()
            self.pidgin.window(title)
            self.pidgin.finds('label', text, title)
            self.pidgin.key(key)
            self.pidgin.loses('label', text, title)

    def answer(self, label, title='Secret chat'):
        self.pidgin.window(title)
        self.pidgin.press(label, title)
        self.pidgin.loses('dialog', title)

    def delete_last(self):
        """SC-E3: asked, and for both sides"""
        self.talk()
        self.say('a slip')
        self.peer.hears('message .* a slip$')
        self.no_answer(lambda: self.pidgin.menu(SECRET, 'Delete my last message'), 'Delete your last message')
        self.peer.never('gone', 0.5)
        self.pidgin.menu(SECRET, 'Delete my last message')
        self.answer('Delete for both')
        self.peer.hears('gone 1$')

    def delete_all(self):
        """SC-E5"""
        self.no_answer(lambda: self.pidgin.menu(SECRET, 'Delete all messages'), 'Delete all messages of')
        self.peer.never('notice flushed', 0.5)
        self.pidgin.menu(SECRET, 'Delete all messages')
        self.answer('Delete for both')
        self.peer.hears('notice flushed-by-peer')

    def end_unanswered(self):
        """SC-A20: the chat goes on"""
        self.no_answer(lambda: self.pidgin.menu(SECRET, 'End secret chat'), 'End th(e|is) secret chat')
        self.no_answer(lambda: self.pidgin.menu(SECRET, 'End and delete'), 'End th(e|is) secret chat')
        self.quiet()

    def typed_questions(self):
        """DECISIONS 28: the same for what asks after a command"""
        for line, text in (('/delete all', 'Delete all messages of'), ('/secret end', 'End th(e|is) secret chat'),
                           ('/secret erase', 'End th(e|is) secret chat')):
            def ask(line=line):
                self.talk()
                self.say(line)
            self.no_answer(ask, text)
        self.peer.never('notice flushed', 0.5)
        self.quiet()

    def removed_unanswered(self):
        """DECISIONS 28: what was removed from the list comes back unless its question is answered"""
        def remove(who):
            self.pidgin.menu(who, 'Remove$')
            self.pidgin.window('^$|Remove')
            self.pidgin.press('Remove Buddy')
        self.no_answer(lambda: remove(SECRET), 'End th(e|is) secret chat', 'Remove secret chat')
        self.pidgin.finds('table cell', SECRET, 'Buddy List')
        self.no_answer(lambda: remove(PERSON), 'Remove Bob Bb', 'Remove contact')
        self.pidgin.finds('table cell', PERSON, 'Buddy List')
        self.quiet()

    # --- the list

    def rename(self, old, new):
        """In place, with F2: again, where the row moved away under the hand."""
        for patience in (3, 10, 20):
            self.pidgin.window('Buddy List')
            self.pidgin.click(self.pidgin.finds('table cell', old, 'Buddy List'))
            screens.until(lambda: 'selected' in self.pidgin.finds('table cell', old, 'Buddy List').states, 'the row')
            self.pidgin.key('F2')
            self.pidgin.type(new)
            self.pidgin.key('Return')
            try:
                return self.pidgin.finds('table cell', new, 'Buddy List', patience)
            except lab.Gone:
                self.pidgin.key('Escape')
        raise lab.Gone('%s is not renamed' % old)

    def renamed_groups(self):
        """DECISIONS 28: other names: nothing of it reaches the server, and the chat goes on"""
        for old, new in (('Secret chats', 'Locked'), ('Telegram', 'Folks')):
            self.rename(old, new)
            self.pidgin.key('Right')  # Pidgin shows it folded
        self.quiet()
        self.talk()
        self.say('still here')
        self.came_in('still here', self.chat)

    def moved(self):
        """DECISIONS 28: into another group and back"""
        self.pidgin.menu(SECRET, 'Move to', 'Folks')
        self.quiet()
        self.pidgin.menu(SECRET, 'Move to', 'Locked')
        self.quiet()
        self.talk()
        self.say('moved about')
        self.came_in('moved about', self.chat)

    # --- who gets what is typed

    def started(self):
        """SC-A1: a chat that is asked for while another one is in front has the cursor at once; what is typed
        before and after its acceptance is one text, and goes there"""
        self.talk()
        self.pidgin.menu(PERSON, 'Start secret chat')
        self.second = self.peer.hears('secret (-?[0-9]+) requested').group(1)
        self.pidgin.window(r'Bob Bb \(secret 2\)')
        self.pidgin.type('half a ')
        self.peer.send('chat ' + self.second)
        self.peer.send('accept')
        self.peer.hears('secret %s ready' % self.second)
        self.pidgin.type('sentence')
        self.pidgin.key('Return')
        self.came_in('half a sentence', self.second)

    def tabs(self):
        """The text goes to the tab that is in front"""
        for name, chat in ((SECRET, self.chat), (r'Bob Bb \(secret 2\)', self.second)):
            self.talk(name + '$')
            self.say('to chat %s' % chat)
            self.came_in('to chat %s' % chat, chat)

    def typed_on(self):
        """An acceptance and a request that come in the middle of a word take no cursor away"""
        self.pidgin.menu(PERSON, 'Start secret chat')
        third = self.peer.hears('secret (-?[0-9]+) requested').group(1)
        self.pidgin.window(r'Bob Bb \(secret 3\)')
        self.talk()
        self.pidgin.type('in the middle ')
        self.peer.send('chat ' + third)
        self.peer.send('accept')
        self.peer.hears('secret %s ready' % third)
        self.pidgin.finds('table cell', r'Bob Bb \(secret 3\)\nsecret chat', 'Buddy List')
        self.pidgin.type('of ')
        self.peer.send('start 9990000001')
        self.pidgin.finds('label', 'Bob Bb wants to start', 'Secret chat')
        self.pidgin.type('a word')
        self.pidgin.key('Return')
        self.came_in('in the middle of a word', self.chat)

    def rejected(self):
        """SC-A15, SC-A17: Reject rejects; a request leaves no entry"""
        self.answer('Reject')
        self.peer.hears('secret -?[0-9]+ closed')
        if self.pidgin.find('table cell', r'Bob Bb \(secret 4\)'):
            raise lab.Gone('it has an entry')

    def end(self):
        """SC-A20: by its own button"""
        self.pidgin.menu(SECRET, 'End secret chat')
        self.answer('End chat')
        self.peer.hears('secret %s closed' % self.chat)

    def lives(self):
        if not self.pidgin.alive():
            raise lab.Gone('Pidgin is gone')
        with open(self.pidgin.log, encoding='utf-8', errors='replace') as f:
            critical = [line for line in f if 'CRITICAL' in line and 'mtproto' in line.lower()]
        if critical:
            raise lab.Gone(''.join(critical))


NAMES = ('timer screenshot renew key verified delete_last delete_all end_unanswered typed_questions removed_unanswered '
         'renamed_groups moved started tabs typed_on rejected end lives').split()


def main():
    with lab.Lab(sys.argv[1], 'buttons') as place:
        home, peer = screens.home_with_chat(place, 'gtk-gaim')
        story = Story(place, home, peer)
        names = sys.argv[2:] or NAMES
        status = lab.run([(name.replace('_', ' '), getattr(story, name)) for name in names],
                         independent=bool(sys.argv[2:]))
        if status and os.environ.get('SHOTS'):
            os.replace(story.pidgin.shot('failed'), os.path.join(os.environ['SHOTS'], 'buttons.png'))
        return status


if __name__ == '__main__':
    sys.exit(main())
