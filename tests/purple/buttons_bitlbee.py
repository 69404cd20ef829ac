#!/usr/bin/env python3
"""What people type to BitlBee, over IRC: buttons_bitlbee.py BUILD

Its commands for the list stay in the list (DECISIONS 28); what cannot be undone is asked, and done for a "yes" only;
a line that is no command never goes out (DECISIONS 27). The other side, and the data centre, say what arrived.
"""
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lab'))
import irc  # noqa: E402
import lab  # noqa: E402

ALICE, BOB, NAMESAKE, ALSO = '9990000001', '9990000002', '9990000003', '9990000004'
WEEK = 7 * 86400
IRREVERSIBLE = ('messages.discardEncryption', 'contacts.deleteContacts', 'contacts.block', 'auth.logOut')


class Story:
    def __init__(self, place):
        self.place = place
        self.peer, self.namesake = place.companion(BOB), place.companion(NAMESAKE)
        self.bitlbee = place.add(irc.Bitlbee(place))
        self.alice = place.add(irc.Person(self.bitlbee, 'alice'))
        self.alice.root('register sesame')
        self.alice.hears('root &bitlbee: Account successfully created')
        self.alice.add_account(place, ALICE)
        self.alice.root('account mtproto on')
        asks = self.alice.hears(r'(purple_request_\d+) alice: The login code was sent').group(1)
        self.alice.say(asks, '12345')
        self.bob = self.alice.hears(r'(Bob_Bb_1000002) joins').group(1)
        self.other = self.alice.hears(r'(Bob_Bb_1000003) joins').group(1)
        self.chat, self.id = self.start()

    def start(self):
        self.alice.forget()  # others that joined at a new start
        self.alice.say(self.bob, '/secret')
        chat = self.peer.hears('secret (-?[0-9]+) requested').group(1)
        self.peer.send('chat ' + chat)
        self.peer.send('accept')
        nick = self.alice.hears(r'(secret\d+-Bob_Bb\S*) joins').group(1)
        self.alice.hears(nick + r' alice: .* is ready')
        return nick, chat

    def quiet(self):
        """Nothing that cannot be undone reached the server so far."""
        counts = self.place.dc.counts()
        for method in IRREVERSIBLE:
            if counts.get(method):
                raise lab.Gone('%s was called' % method)

    def came_in(self, text, chat):
        """... and in no other chat."""
        self.peer.hears('message .* %s$' % text)
        if self.peer.info()['chat'] != chat:
            raise lab.Gone('it went to another chat')

    def ask(self, line, text):
        self.alice.say(self.chat, line)
        self.alice.hears('root &bitlbee: %s' % text)
        self.alice.hears('root &bitlbee: You can use the ')

    # ---

    def timer(self):
        """SC-E1"""
        for line, seconds in (('/ttl 30s', 30), ('/TTL off', 0), ('  /ttl 1m', 60), ('/ttl off', 0)):
            self.alice.say(self.chat, line)
            self.peer.hears('notice ttl-by-peer %d$' % seconds)

    def slash(self):
        """DECISIONS 27"""
        for line in '/foo bar', '/delet all', '/Secre end':
            self.alice.say(self.chat, line)
            self.alice.hears(self.chat + r' alice: \*\*\* Not sent: there is no command')
            self.alice.hears(self.chat + r' alice: \*\*\* ' + line)
        self.peer.never('message', 0.5)
        for line, text in (('//word', '/word'), ('/etc/passwd', '/etc/passwd'), ('//etc/passwd', '//etc/passwd')):
            self.alice.say(self.chat, line)
            self.came_in(text, self.id)

    def right_to_left(self):
        """What is typed arrives, in any direction, and as no markup"""
        for text in '\u05e9\u05dc\u05d5\u05dd alice', '<b>1 &lt; 2</b> & so on':
            self.alice.say(self.chat, text)
            self.came_in(text, self.id)

    def unanswered(self):
        """DECISIONS 28: no, and no answer, are no"""
        for line, text in (('/delete all', 'Delete all messages of'), ('/secret end', 'End the secret chat'),
                           ('/secret erase', 'End the secret chat')):
            self.ask(line, text)
            self.alice.root('no')
            self.alice.hears('root &bitlbee: ')
        self.ask('/secret end', 'End the secret chat')
        self.alice.say(self.chat, 'it goes on')
        self.came_in('it goes on', self.id)
        self.alice.root('no')
        self.peer.never('notice flushed')
        self.quiet()

    def answered(self):
        """SC-E5"""
        self.ask('/delete all', 'Delete all messages of')
        self.alice.root('yes')
        self.peer.hears('notice flushed-by-peer')

    def two_chats(self):
        """Each text goes to its own"""
        second, chat = self.start()
        for nick, where in ((self.chat, self.id), (second, chat), (self.chat, self.id)):
            self.alice.say(nick, 'to %s' % where)
            self.came_in('to %s' % where, where)

    def local(self):
        """DECISIONS 28: rename, block and remove are BitlBee's own"""
        self.alice.root('rename %s robert' % self.bob)
        self.alice.hears('root &bitlbee: Nick successfully changed')
        self.alice.root('rename robert %s' % self.bob)
        self.alice.hears('root &bitlbee: Nick successfully changed')
        self.peer.send('chat ' + self.id)
        for nick in self.bob, self.chat:
            self.alice.root('block %s' % nick)
            self.alice.hears('root &bitlbee: Buddy .* moved from allow- to block-list')
            self.peer.send('say behind %s' % nick)
            self.peer.hears('sent')
            self.alice.never('.*behind', 1)
            self.alice.root('allow %s' % nick)
            self.alice.hears('root &bitlbee: Buddy .* moved from block- to allow-list')
            self.alice.hears('%s alice: behind %s$' % (self.chat, nick))
        self.alice.root('remove %s' % self.chat)
        self.alice.hears('root &bitlbee: Buddy .* removed from contact list')
        self.peer.send('chat ' + self.id)
        self.peer.send('say you hear me')
        self.alice.hears('.* you hear me')
        self.quiet()


    def one_name(self):
        """Two people with one name: what is asked says which of them, and each text goes to its own"""
        peer = self.namesake
        self.alice.forget()
        self.alice.say(self.other, '/secret')
        chat = peer.hears('secret (-?[0-9]+) requested').group(1)
        peer.send('accept')
        nick = self.alice.hears(r'(secret\S+) joins').group(1)
        self.alice.hears(nick + r' alice: \*\*\* Bob Bb, \S*0003 accepted: this secret chat is ready')
        for who, end in ((nick, '0003'), (self.chat, '0002')):
            self.alice.say(who, '/secret end')
            self.alice.hears(r'root &bitlbee: End the secret chat with Bob Bb, \S*%s' % end)
            self.alice.hears('root &bitlbee: You can use the ')
            self.alice.root('no')
            self.alice.hears('root &bitlbee: mtproto - Rejected')
        self.alice.say(nick, 'to the other Bob')
        peer.hears('message .* to the other Bob$')
        self.alice.say(self.chat, 'to the first Bob')
        self.came_in('to the first Bob', self.id)
        self.peer.never('message .*other')
        self.alice.say(nick, '/secret end')
        self.alice.hears('root &bitlbee: You can use the ')
        self.alice.root('yes')
        peer.hears('secret %s closed' % chat)
        self.peer.never('secret -?[0-9]+ closed')

    def requests(self):
        """SC-A15: yes accepts, no rejects, /secret leave tells nobody; root's question goes with that

        BitlBee tells libpurple nothing of an answer: what was answered is not taken for what is closed later."""
        for answer in 'no', 'no', 'leave', 'no', 'leave', 'yes':
            self.peer.send('start ' + ALICE)
            asked = self.peer.hears('secret (-?[0-9]+) waiting').group(1)
            self.alice.hears('root &bitlbee: .*Bob Bb, \\S*0002 wants to start a secret chat')
            self.alice.hears('root &bitlbee: You can use the ')
            if answer == 'leave':
                self.alice.say(self.bob, '/secret leave')
                self.peer.never('secret %s closed' % asked, 0.5)
                self.alice.root('yes')
                self.alice.hears('root &bitlbee: Did I ask you something')
            else:
                self.alice.root(answer)
                self.peer.hears('secret %s %s' % (asked, 'ready' if answer == 'yes' else 'closed'))

    def two_accounts(self):
        """Two accounts of one user, with the same person in both: each text goes by its own, and each list has its own
        numbers"""
        self.alice.add_account(self.place, ALSO, tag='mtproto2')
        self.alice.forget()
        self.alice.root('account mtproto2 on')
        asks = self.alice.hears(r'(purple_request_\d+) alice: The login code was sent').group(1)
        self.alice.say(asks, '12345')
        also = self.alice.hears(r'(Bob_Bb_1000002\S+) joins').group(1)
        self.peer.forget()
        self.alice.say(also, '/secret')
        chat = self.peer.hears('secret (-?[0-9]+) requested').group(1)
        self.peer.send('chat ' + chat)
        self.peer.send('accept')
        nick = self.alice.hears(r'(secret\S+) joins').group(1)
        self.alice.hears(re.escape(nick) + r' alice: .* is ready')
        for _ in range(2):
            for who, where in ((nick, chat), (self.chat, self.id)):
                self.alice.say(who, 'by %s' % where)
                self.came_in('by %s' % where, where)
                self.peer.send('chat ' + where)
                self.peer.send('say back by %s' % where)
                self.alice.hears(re.escape(who) + ' alice: back by %s$' % where)
        for who in also, nick:
            self.alice.say(who, '/secret list')
            self.alice.hears(re.escape(who) + r' alice: \*\*\* 1 \| open \| .* Bob Bb')
        self.alice.say(also, '/secret info 1')
        self.alice.hears(re.escape(also) + r' alice: \*\*\* Secret chat with Bob Bb.*: open')
        self.alice.say(nick, '/secret end')
        self.alice.hears('root &bitlbee: You can use the ')
        self.alice.root('yes')
        self.peer.hears('secret %s closed' % chat)
        self.alice.say(self.chat, 'this one goes on')
        self.came_in('this one goes on', self.id)

    def at_telegram(self):
        """DECISIONS 28: blocked, unblocked, no contact any more: asked, and done for a yes; the secret chat with them is called
        as before, also behind a new start"""
        for command, method in (('/block', 'contacts.block'), ('/unblock', 'contacts.unblock'),
                                ('/contact delete', 'contacts.deleteContacts')):
            for answer in 'no', 'yes':
                before = self.place.dc.counts().get(method, 0)
                self.alice.say(self.chat, command)
                self.alice.hears('root &bitlbee: You can use the ')
                self.alice.root(answer)
                if answer == 'no':
                    self.alice.hears('root &bitlbee: mtproto - Rejected')
                    if self.place.dc.counts().get(method, 0) != before:
                        raise lab.Gone('%s was called' % method)
                else:
                    lab.until(lambda: self.place.dc.counts().get(method, 0) == before + 1, method)
        self.alice.say(self.chat, 'it goes on')
        self.came_in('it goes on', self.id)
        self.again()  # the chat is called as before, though nobody else in the list is
        if self.listed(self.bob):
            raise lab.Gone('who is no contact stands in the list')
        self.alice.root('add mtproto +' + BOB)
        self.alice.hears(self.bob + ' joins')
        self.again()
        self.alice.hears(self.bob + ' joins')

    def profile(self):
        """MT-I21: what others see of the user, which BitlBee has no menu for: shown, changed, as another device changes it, also with what
        IRC would take for something else; what cannot be is said, and a contact's window is as good as a chat's"""
        def answers(who, typed, *lines):
            self.alice.say(who, typed)
            for line in lines:
                self.alice.hears(who + r' alice: \*\*\* ' + line)
        before = self.place.dc.counts().get('account.updateProfile', 0)
        answers(self.chat, '/profile', r'At Telegram your name is Alice Aa\. There is no text about you\.')
        answers(self.bob, '/PROFILE  Name Anna  Maria Aa', r'At Telegram your name is Anna Maria Aa\.')
        answers(self.chat, '/profile about 1 < 2 & <b>so</b> \u05e9\u05dc\u05d5\u05dd',
                r'At Telegram your name is Anna Maria Aa\. The text about you: 1 < 2 & <b>so</b> \u05e9\u05dc\u05d5\u05dd$')
        answers(self.chat, '/profile about ' + 'y' * 141, 'This text about you is too long')
        for wrong in '/profile name', '/profile picture x':
            answers(self.chat, wrong, 'This is not how the command is written')
        self.place.dc.control('profile %s first Anna-Lena' % ALICE)
        answers(self.chat, '/profile', r'At Telegram your name is Anna-Lena')
        answers(self.chat, '/profile about off', r'At Telegram your name is .*There is no text about you\.')
        self.peer.never('message', 0)
        if self.place.dc.counts().get('account.updateProfile', 0) - before != 3:
            raise lab.Gone('not sent three times')
        self.quiet()

    def off_and_on(self):
        """The account is switched off and on while its chats are open: what comes meanwhile is there"""
        self.alice.root('account mtproto off')
        self.alice.hears('root &bitlbee: mtproto - Signing off')
        self.alice.say(self.chat, 'to nobody')
        self.peer.send('chat ' + self.id)
        self.peer.send('say while you were away')
        self.peer.hears('sent')
        self.alice.root('account mtproto on')
        self.alice.hears('root &bitlbee: mtproto - Logging in: Logged in')
        self.alice.hears('%s alice: while you were away$' % self.chat)
        self.alice.say(self.chat, 'back again')
        self.came_in('back again', self.id)
        self.peer.never('message .*to nobody')
        self.quiet()

    def deleted(self):
        """DECISIONS 16: the account goes from BitlBee; nothing of that is told to the server"""
        before = self.place.dc.counts()
        self.alice.root('account mtproto off')
        self.alice.hears('root &bitlbee: mtproto - Signing off')
        self.alice.root('account mtproto del')
        self.alice.hears('root &bitlbee: Account deleted')
        self.alice.root('account list')
        self.alice.hears('root &bitlbee: End of account list')
        if any('mtproto (' in line for line in self.alice.said[-2:]):
            raise lab.Gone('the account is still there')
        after = self.place.dc.counts()
        for method in IRREVERSIBLE:
            if after.get(method) != before.get(method):
                raise lab.Gone('%s was called' % method)
        self.peer.never('secret -?[0-9]+ closed', 0.5)

    def unread(self):
        """DECISIONS 23: nobody is seen to look here: what was not answered comes once more, marked, after a new
        start, and then never again; it counts as read with the next answer"""
        self.peer.send('chat ' + self.id)
        self.peer.forget()
        self.peer.send('say think of me')
        self.alice.hears('.* alice: think of me$')
        self.again()
        nick = self.alice.hears(r'(secret\S+) alice: \(again\) think of me$').group(1)
        self.peer.never('read', 1)
        self.again()
        self.alice.never(r'.*think of me', 2)
        self.alice.say(nick, 'I do')
        self.came_in('I do', self.id)
        self.peer.hears('read ')

    def starts_anew(self, ahead=0):
        self.alice.leave()
        self.bitlbee.stop()
        self.bitlbee = self.place.add(irc.Bitlbee(self.place, ahead))
        self.alice = self.place.add(irc.Person(self.bitlbee, 'alice'))
        self.alice.root('identify sesame')
        self.alice.hears('root &bitlbee: mtproto - Logging in: Logged in')

    def again(self):
        self.starts_anew()
        self.alice.hears(self.chat + ' joins')

    def listed(self, nick):
        """It stands in BitlBee's list, whether anybody is there or not."""
        self.alice.root('blist all')
        self.alice.hears('root &bitlbee: \\d+ buddies')
        rows = [line for line in self.alice.said if re.match('root &bitlbee: %s ' % nick, line)]
        self.alice.said = []
        return rows

    def added(self):
        """Somebody added by number or @name stands in the list once, by their own nick or the one that was typed with it, and no
        second time as the number or @name"""
        self.place.dc.control('profile %s username somebody' % NAMESAKE)
        self.place.dc.control('profile %s username alsoalice' % ALSO)
        self.alice.forget()
        for who in self.other, 'Also_Alice':
            self.alice.root('remove ' + who)
            self.alice.hears('root &bitlbee: Buddy .* removed from contact list')
        lab.until(lambda: not self.handles('id1000003') and not self.handles('id1000004'), 'those who were removed to go')
        self.alice.root('add mtproto +' + NAMESAKE)
        lab.until(lambda: self.handles('id1000003'), 'who was added')
        self.alice.root('add mtproto @somebody')
        self.alice.hears('root &bitlbee: .*Bob Bb.* is in the list already|root &bitlbee: .*already')
        self.alice.root('add mtproto @AlsoAlice Gran')
        lab.until(lambda: self.handles('id1000004'), 'who was added with a nick')
        if not self.listed('Gran +.*id1000004'):
            raise lab.Gone('another nick than the one that was typed: %s' % self.handles('id1000004'))
        for typed in '+' + NAMESAKE, '@somebody', '@alsoalice':
            if self.handles(typed):
                raise lab.Gone('the list has ' + typed)
        if len(self.handles('id1000003')) != 1 or len(self.handles('id1000004')) != 1:
            raise lab.Gone('not once')
        self.alice.root('add mtproto @nobodythere Aunty')
        self.alice.hears('root &bitlbee: .*nobodythere')
        if self.listed('Aunty '):
            raise lab.Gone('nobody has a nick')
        self.nicked()

    def nicked(self):
        """... who is in the list is called by what was typed at once, as by BitlBee's "rename"; both nicks are there after a new
        start, and what somebody else came to be called while the server was asked is not taken from them"""
        for typed, nick in (('+' + NAMESAKE, 'mum'), ('@somebody', 'dad'), ('id1000003', 'mom')):
            self.alice.root('add mtproto %s %s' % (typed, nick))
            if typed != 'id1000003':
                self.alice.hears('root &bitlbee: .*Bob Bb.* is in your list already, and is called %s there from now on' % nick)
            lab.until(lambda: self.listed(nick + ' +id1000003'), nick)
            if len(self.handles('id1000003')) != 1 or typed != 'id1000003' and self.handles(typed):
                raise lab.Gone('not once')
        self.place.dc.control('profile %s username notaskedbefore' % NAMESAKE)
        self.alice.line('PRIVMSG &bitlbee :add mtproto +%s Nan\r\nPRIVMSG &bitlbee :add mtproto @notaskedbefore nan' % ALSO)
        self.alice.hears('root &bitlbee: .*Also Alice.* is in your list already, and is called Nan there')
        self.alice.hears('root &bitlbee: .*Bob Bb.* is in your list already, under the name they had: nan is taken there')
        self.alice.root('rename Nan Gran')
        self.alice.hears('root &bitlbee: Nick successfully changed')
        self.again()
        self.alice.hears('mom joins')
        self.alice.say('mom', '/secret list all')
        self.alice.hears('mom alice: ')
        if not self.listed('Gran +.*id1000004'):
            raise lab.Gone('another nick after a new start: %s' % self.handles('id1000004'))
        self.alice.root('rename -del mom')
        self.alice.hears("root &bitlbee: Nickname reset to `%s'" % self.other)

    def erased(self):
        """DECISIONS 23: a chat that was erased leaves the list behind its last line, and does not come back; that it ended is
        told once"""
        for ended in False, True:
            nick, chat = self.start()
            self.peer.send('chat ' + chat)
            self.peer.send('say read and gone')
            self.alice.hears(nick + ' alice: read and gone')
            for command in ('/secret end', '/secret erase') if ended else ('/secret erase',):
                self.alice.say(nick, command)
                self.alice.hears('root &bitlbee: You can use the ')
                self.alice.root('yes')
                if command == '/secret end' or not ended:
                    self.alice.hears(nick + r' alice: \*\*\* You ended this secret chat')
            self.alice.hears(nick + r' alice: \*\*\* 1 message is deleted, or its time is over')
            self.alice.never(nick + r' alice: \*\*\* You ended', 0)
            lab.until(lambda: not self.handles('secret' + chat), 'the entry to go')

    def erased_too_late(self):
        """SC-A24: a yes to "for both sides" that comes when the other side has ended the chat says that it is for this one only"""
        for command, says in (('/secret erase', 'The secret chat with Bob Bb, .* had ended before that, so it is deleted on this side only'),
                              ('/secret end', 'This secret chat has ended')):
            nick, chat = self.start()
            self.alice.say(nick, 'to be erased')
            self.peer.hears('message .* to be erased$')
            self.alice.say(nick, command)
            self.alice.hears('root &bitlbee: You can use the ')
            self.peer.send('chat ' + chat)
            self.peer.send('close')
            self.alice.hears(nick + r' alice: \*\*\* Bob Bb.* ended this secret chat')
            self.alice.root('yes')
            self.alice.hears(nick + r' alice: \*\*\* ' + says)

    def handles(self, handle):
        return self.listed(r'\S+ +' + re.escape(handle))

    def written_to(self):
        """A number, a @name or a link is written to as soon as it has a nick, for this session only: it is looked up, asked
        about once, and the text goes when the chat is accepted; nobody becomes a contact by that. BitlBee itself answers what
        is written to no nick."""
        self.place.dc.control('profile %s username somebody' % NAMESAKE)
        added = self.place.dc.counts().get('contacts.addContact', 0)
        for who, nick in (('+' + NAMESAKE, 'mum'), ('@somebody', 'dad'), ('https://t.me/somebody', 'aunt')):
            self.alice.root('add -tmp mtproto %s %s' % (who, nick))
            self.alice.hears("root &bitlbee: Temporarily assigned nickname `%s'" % nick)
            self.alice.say(nick, 'hello to ' + nick)
            self.alice.hears('root &bitlbee: Start a secret chat with Bob Bb.*, and send this when it is accepted')
            self.alice.hears('root &bitlbee: You can use the ')
            self.alice.root('yes')
            chat = self.namesake.hears('secret (-?[0-9]+) requested').group(1)
            self.namesake.send('chat ' + chat)
            self.namesake.send('accept')
            self.namesake.hears('message .* hello to %s$' % nick)
            chat = self.alice.hears(r'(secret\S+) joins').group(1)
            self.alice.hears(chat + ' alice: .* is ready')
            self.namesake.send('close')
            self.alice.hears(chat + ' alice: .*ended this secret chat')
        if self.place.dc.counts().get('contacts.addContact', 0) != added:
            raise lab.Gone('a contact was added')

    def ended_leaves(self):
        """An ended chat stays in the list for a week, and leaves it then; `/secret list all` has it for a month"""
        nick, chat = self.start()
        self.peer.send('chat ' + chat)
        self.peer.send('close')
        self.alice.hears(nick + r' alice: \*\*\* Bob Bb.* ended this secret chat')
        for days, stands in (6, True), (8, False):
            self.starts_anew(days * 86400)
            lab.until(lambda: self.listed(self.bob) and bool(self.listed(nick)) == stands, 'the list after %d days' % days)
            self.alice.say(self.bob, '/secret list all')
            self.alice.hears(self.bob + r' alice: \*\*\* \d+ \| ended \| Bob Bb')
        self.again()


NAMES = ('timer slash right_to_left unanswered answered unread two_chats local profile off_and_on one_name written_to ended_leaves requests '
         'at_telegram added erased erased_too_late '
         'two_accounts deleted').split()


def main():
    with lab.Lab(sys.argv[1], 'buttons', users=[NAMESAKE + ':Bob:Bb', ALSO + ':Also:Alice']) as place:
        story = Story(place)
        names = sys.argv[2:] or NAMES
        return lab.run([(name.replace('_', ' '), getattr(story, name)) for name in names], independent=True)


if __name__ == '__main__':
    sys.exit(main())
