#!/usr/bin/env python3
"""Nothing irreversible by accident (DECISIONS 28): acts in the list stay there, questions have a default that does
nothing, requests of strangers open nothing. In a libpurple without a screen that is no kinder than the real front ends.

usage: test_acts.py BUILD [TEST...]
"""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lab'))
import lab  # noqa: E402
from lab import ALICE, BOB  # noqa: E402

STORIES = lab.Stories('acts')
in_lab, with_chat = STORIES.in_lab, STORIES.with_chat
BUILD = STORIES.build


def no_calls(place, *methods):
    stats = place.dc.control('stats')
    for method in methods:
        if method in stats:
            raise lab.Gone('%s went out: %s' % (method, stats))


ENDING = ('messages.discardEncryption', 'contacts.deleteContacts', 'contacts.block', 'contacts.unblock', 'auth.logOut')


def entry(us, pattern):
    us.forget()
    us.send('groups')
    return us.hears('(group %s|groups end)' % pattern).string != 'groups end'


@with_chat
def local_acts_stay_local(place, us, companion):
    """DECISIONS 28: renaming, moving, merging, copying, blocking"""
    us.send('group-rename Secret chats/Whispers')
    us.send('group-rename Telegram/People')
    us.send('copy @Bob Others')
    us.send('copy secret Others')
    us.send('buddies')
    us.hears('buddy secret.* Bob Bb .secret. .online')  # the copy has its name at once
    us.send('remove @Bob')  # one of two copies
    us.send('remove secret')
    us.send('move @Bob Friends')
    us.send('move secret Friends')
    us.send('group-rename Friends/People')  # merges (of doubles in both libpurple itself makes a wild pointer)
    us.send('block @Bob')
    us.send('block secret')
    us.send('unblock @Bob')
    us.send('unblock secret')
    us.never('action ')
    us.send('send secret still here')
    companion.hears(r'message -?\d+ 0 still here')
    no_calls(place, *ENDING)
    if not entry(us, 'People: secret.*'):
        raise lab.Gone('the entry of the chat is gone')


def renamed_groups_are_kept():
    """DECISIONS 28: what comes next stands where the user has the others"""
    with lab.Lab(BUILD, 'acts', users=['9990000003:Carol:Cc']) as place:
        us, companion = place.chat()
        us.send('group-rename Secret chats/Whispers')
        us.does('group-rename Telegram/People')
        companion.send('start ' + ALICE)
        us.hears('action Bob Bb wants')
        us.send('press Accept')
        companion.hears('secret -?[0-9]+ ready')
        us.hears('line secret.* is ready')
        us.send('buddies')
        second = us.hears(r'buddy (secret[0-9-]+) Bob Bb .secret 2.').group(1)
        if not entry(us, 'Whispers: %s ' % second) or entry(us, 'Secret chats: '):
            raise lab.Gone('the next chat is in another group')
        us.send('remove @Bob')
        us.hears('action Remove Bob')
        us.send('press Only from this list')
        place.dc.control('message Bob Alice hello')
        us.hears('line id.*You have an ordinary message')
        if not entry(us, 'People: id1000002 ') or entry(us, 'Telegram: '):
            raise lab.Gone('the next person is in another group')
        us.does('move %s Friends' % second)
        companion.send('start ' + ALICE)
        us.hears('action Bob Bb wants')
        us.send('press Accept')
        us.hears('line secret.* is ready')
        us.send('buddies')
        if not entry(us, 'Friends: %s ' % us.hears(r'buddy (secret[0-9-]+) Bob Bb .secret 3.').group(1)):
            raise lab.Gone('the next chat is not with the newest')


@with_chat
def padlock(place, us, companion):
    """The padlock stands beside a chat that lives, and no longer"""
    us.send('emblem secret')
    us.hears('emblem secure$')
    us.send('emblem @Bob')
    us.hears('emblem none$')
    us.does('open secret')
    companion.send('close')
    us.hears('line secret.* system: Bob Bb ended')
    us.send('emblem secret')
    us.hears('emblem none$')


@with_chat
def removing_a_chat_asks(place, us, companion):
    """DECISIONS 28: no answer keeps it, with its alias, presence and number"""
    for key in ('escape', 'return', 'press Keep'):
        us.send('remove secret')
        us.hears(r'action End the secret chat with Bob Bb.*\[End and delete for both\] \[End chat\] \[Keep\]')
        us.send('buddies')
        us.hears('buddy secret.* Bob Bb .secret. .online')
        us.send(key)
        us.forget()
    us.send('send secret still here')
    companion.hears(r'message -?\d+ 0 still here')
    no_calls(place, *ENDING)
    us.send('remove secret')
    us.hears('action End the secret chat')
    us.send('press End chat')
    companion.hears('secret -?[0-9]+ closed 3')
    if entry(us, '.*: secret.*'):
        raise lab.Gone('the entry of an ended chat came back')


@with_chat
def removing_chats_asks_once(place, us, companion):
    """DECISIONS 28: one act, one question"""
    us.send('menu @Bob Start secret chat')
    companion.hears('secret -?[0-9]+ requested')
    us.hears('line secret.* system: Waiting')
    us.send('group-remove Secret chats')
    us.hears('action End 2 secret chats')
    us.never('action ')
    us.send('buddies')
    us.hears('buddy secret.* Bob Bb .secret 2.')
    us.send('press End and delete for both')
    companion.hears('secret -?[0-9]+ closed 3')
    companion.hears('secret -?[0-9]+ closed 4')  # it was not accepted yet


@with_chat
def removing_people_and_chats_asks_once(place, us, companion):
    """DECISIONS 28: several at once are one question, also where they are of two kinds"""
    us.send('move @Bob Secret chats')
    for key in ('escape', 'return', 'press Keep'):
        us.send('group-remove Secret chats')
        us.hears(r'action Remove these 2 entries.*\[End, delete at Telegram\] \[End, remove only here\] \[Keep\]')
        us.never('action ')
        us.send('buddies')
        us.hears('buddy (secret|id).* Bob Bb')
        us.hears('buddy (secret|id).* Bob Bb')
        us.send(key)
        us.forget()
    us.send('send secret still here')
    companion.hears(r'message -?\d+ 0 still here')
    no_calls(place, *ENDING)
    us.send('group-remove Secret chats')
    us.hears('action Remove these 2 entries')
    us.send('press End, remove only here')
    companion.hears('secret -?[0-9]+ closed 3')
    if entry(us, '.*: (secret|id).*'):
        raise lab.Gone('an entry came back')
    no_calls(place, 'contacts.deleteContacts')


@with_chat
def removing_a_contact_asks(place, us, companion):
    """DECISIONS 28: from this list only, until the person is added again or writes"""
    us.send('group-remove Telegram')
    us.hears('action Remove Bob Bb only from this list, or also from Telegram.s contacts')
    us.send('buddies')
    us.hears('buddy id.* Bob Bb .online')
    us.send('escape')
    us.forget()
    us.send('remove @Bob')
    us.hears('action Remove Bob')
    us.send('press Only from this list')
    if entry(us, '.*: id.*'):
        raise lab.Gone('the entry is still there')
    us.send('disable')
    us.send('enable')
    us.hears('signed-on')
    us.never('x')
    if entry(us, '.*: id.*'):
        raise lab.Gone('the entry came back')
    place.dc.control('message Bob Alice hello')
    us.hears('line id.*You have an ordinary message')
    if not entry(us, 'Telegram: id.*'):
        raise lab.Gone('who writes is not in the list')
    no_calls(place, *ENDING)
    us.send('remove @Bob')
    us.hears('action Remove Bob')
    us.send("press Also from Telegram's contacts")
    lab.until(lambda: 'contacts.deleteContacts' in place.dc.control('stats'), 'the deletion at the server')
    if entry(us, '.*: id.*'):
        raise lab.Gone('the entry is still there')
    us.send('send secret still here')  # the chat goes on
    companion.hears(r'message -?\d+ 0 still here')


@in_lab
def closed_unanswered(place):
    """DECISIONS 28, FRONTENDS 5: a request whose question was closed holds back neither the next people's nor the
    next one of that person"""
    us = place.headless()
    us.log_in(ALICE)
    place.dc.control('hostile Alice requests 14')  # seven stay
    if us.hears(r'action (\d+) wants to start a secret chat').group(1) == '7000000':
        us.hears('action 7000001 wants to start a secret chat')  # that one was withdrawn
    us.never('action ')
    for other in range(7000003, 7000014, 2):
        us.send('escape')
        us.hears('action %d wants to start a secret chat' % other)
    us.send('escape')
    us.never('action ')
    companion = place.companion(BOB)
    for _ in range(2):
        companion.send('start ' + ALICE)
        us.hears('action Bob Bb wants to start a secret chat')
        us.send('escape')
    no_calls(place, *ENDING)


@in_lab
def refused_and_back(place):
    """MT-I14: who was to go from Telegram's contacts, too, and is one still, is in the list again"""
    us = place.headless('purple', '--as', 'pidgin')
    us.log_in(ALICE)
    place.knows_bob(us)
    for error in ('400 CONTACT_ID_INVALID', '420 FROZEN_METHOD_INVALID'):
        place.dc.control('error contacts.deleteContacts 1 ' + error)
        us.send('remove @Bob')
        us.hears('action Remove Bob')
        us.send("press Also from Telegram's contacts")
        us.hears('notify .*(Telegram did not do|Telegram has frozen)')
        if not entry(us, '.*: id1000002'):
            raise lab.Gone('Bob is not in the list after ' + error)
    us.send('remove @Bob')
    us.hears('action Remove Bob')
    us.send("press Also from Telegram's contacts")
    lab.until(lambda: 'contacts.deleteContacts=3' in place.dc.control('stats'), 'the deletion at the server')
    if entry(us, '.*: id1000002'):
        raise lab.Gone('Bob is still there')


@in_lab
def refused_by_the_server(place):
    """DECISIONS 28: what the user said yes to and the server did not do is told, in our words"""
    us, companion = as_bitlbee(place)
    for command, method in (('contact delete', 'contacts.deleteContacts'), ('block', 'contacts.block'),
                            ('unblock', 'contacts.unblock')):
        place.dc.control('error %s 1 400 SOME_WORD' % method)
        us.send('send secret /' + command)
        us.hears('root Request: Contact')
        us.send('yes')
        said = us.hears('notify .*Telegram did not do what you asked about Bob Bb: try again later').string
        if 'SOME_WORD' in said:
            raise lab.Gone('the word of the server: ' + said)
    companion.never('message ', 0.1)


@with_chat
def removed_offline(place, us, companion):
    """DECISIONS 28: a chat whose entry was removed while the account was offline"""
    us.send('disable')
    us.send('remove secret')
    us.send('enable')
    us.hears('line secret.* system: The entry of this secret chat with Bob Bb was no longer in the list')
    us.hears('signed-on')
    us.send('buddies')
    us.hears('buddy secret.* Bob Bb .secret. .online')
    no_calls(place, *ENDING)


def as_bitlbee(place):
    companion = place.companion(BOB)
    us = place.headless('purple', '--as', 'bitlbee')
    us.log_in(ALICE)
    place.start(us, companion)
    return us, companion


@in_lab
def bitlbee_removes_locally(place):
    """DECISIONS 28: "remove" is BitlBee's own; its line says what would do more"""
    us, companion = as_bitlbee(place)
    us.send('remove secret')
    us.hears('notify The secret chat with Bob Bb goes on.*/secret end')
    us.send('buddies')
    us.hears('buddy secret.* Bob Bb .secret. .online')
    us.send('remove @Bob')
    us.hears('notify Bob Bb is removed from this list only.*/contact delete')
    us.never('root Request')
    no_calls(place, *ENDING)
    us.send('send secret /contact delete')
    us.hears('root Request: Contact..Delete Bob Bb from Telegram.s contacts')
    us.send('no')
    no_calls(place, *ENDING)
    us.send('send secret /contact delete')
    us.hears('root Request: Contact')
    us.send('yes')
    lab.until(lambda: 'contacts.deleteContacts' in place.dc.control('stats'), 'the deletion')
    companion.never('message ', 0.1)


@in_lab
def bitlbee_asks_in_words(place):
    """FRONTENDS 5: no (null), and its words say what happens"""
    us, companion = as_bitlbee(place)
    for command, yes in (('/secret end', 'End chat'), ('/secret erase', 'End and delete for both'),
                         ('/delete all', 'Delete for both'), ('/block', 'Block'), ('/unblock', 'Unblock')):
        us.send('send secret ' + command)
        text = us.hears('root Request: ').string
        if '(null)' in text or 'Bob Bb' not in text or '(yes: %s; no: Cancel)' % yes not in text:
            raise lab.Gone(text)
        us.send('no')
    us.send('account-menu Log out at the server')
    if '(null)' in us.hears('root Request: Log out..Log %s out at the server' % ALICE).string:
        raise lab.Gone('(null)')
    us.send('no')
    no_calls(place, *ENDING)
    companion.send('start ' + ALICE)
    text = us.hears('root Request: ').string
    if '(null)' in text or '(yes: Accept; no: Reject)' not in text:
        raise lab.Gone(text)
    us.send('yes')
    companion.hears('secret -?[0-9]+ ready')


@in_lab
def answered_in_bitlbee(place):
    """FRONTENDS 0.8: what was answered in BitlBee is not closed with a later question, whatever memory that one has"""
    us, companion = as_bitlbee(place)
    for i in range(30):  # so many that the memory of one is taken again
        us.send('send secret /block')
        us.hears('root Request: ')
    for i in range(30):
        us.send('no')
    for i in range(3):
        companion.send('start ' + ALICE)
        companion.hears('secret -?[0-9]+ waiting')
        us.hears('root Request: .*wants to start')
        us.send('cmd @Bob secret leave')
        us.hears('request closed')
    us.send('buddies')
    us.hears('buddies end')
    no_calls(place, *ENDING)


def questions(front):
    def story(place):
        """DECISIONS 28: Return and Escape do nothing in a question with consequences; the text names the person"""
        companion = place.companion(BOB)
        us = place.headless('purple', '--as', front)
        us.log_in(ALICE)
        place.start(us, companion)
        for question in ('menu secret Secret chat/End secret chat...', 'menu secret Secret chat/End and delete secret chat...',
                         'menu secret Secret chat/Delete all messages...', 'menu secret Secret chat/Delete my last message...',
                         'cmd secret secret end', 'cmd secret secret erase', 'cmd secret delete all',
                         'cmd secret contact delete', 'cmd secret block', 'cmd secret unblock', 'remove secret',
                         'remove @Bob', 'account-menu Log out at the server'):
            for key in ('return', 'escape'):
                us.send('send secret still here')
                us.forget()
                us.send(question)
                text = us.hears('action ').string.replace('|', ' ')
                if 'Bob Bb' not in text and ALICE not in text:
                    raise lab.Gone('nobody is named: ' + text)
                us.send(key)
        companion.hears(r'message -?\d+ 0 still here')
        us.send('send secret the last one')
        companion.hears(r'message -?\d+ 0 the last one')
        no_calls(place, *ENDING)
        if any(line.startswith(('gone', 'notice')) for line in companion.pending):
            raise lab.Gone('something was deleted')
    return in_lab(story)


@with_chat
def together_is_taken_apart(place, us, companion):
    """FRONTENDS 0.6: a secret entry in a contact of several"""
    us.send('onto secret @Bob')
    us.hears(r'line secret.* system: Not sent: the entry of this secret chat stands together with another one\.<BR>typed too early')
    us.hears('line secret.* system: The entry of this secret chat was put together with another')
    companion.never('message')
    us.send('buddies')
    us.hears('buddy secret.* Bob Bb .secret. .online')
    if entry(us, '.*: .* of 2'):
        raise lab.Gone('still together')
    us.send('onto @Bob secret')
    us.hears('line secret.* system: The entry of this secret chat was put together')
    if entry(us, '.*: .* of 2'):
        raise lab.Gone('still together')
    us.send('disable')
    us.send('onto secret @Bob')
    us.send('enable')
    us.hears('line secret.* system: The entry of this secret chat was put together')
    if entry(us, '.*: .* of 2'):
        raise lab.Gone('still together')


@in_lab
def requests_open_nothing(place):
    """SC-A15: fifteen requests of one person are one question, which Return does not answer; three hundred withdrawn ones leave nothing"""
    companion = place.companion(BOB)
    us = place.headless()
    us.log_in(ALICE)
    place.knows_bob(us)
    for _ in range(15):
        companion.send('start ' + ALICE)
        companion.hears('secret -?[0-9]+ waiting')
    us.hears('action Bob Bb wants')
    us.send('return')  # whoever types just now has not answered
    us.hears('nothing is pressed')
    us.never('(action|line) ', 1)
    if entry(us, '.*: secret.*'):
        raise lab.Gone('an entry without acceptance')
    us.send('press Reject')
    for _ in range(15):
        companion.hears('secret -?[0-9]+ closed 15')
    us.never('(action|line) ')
    for _ in range(300):
        companion.send('start ' + ALICE)
        companion.hears('secret -?[0-9]+ waiting')
        companion.send('close')
    us.forget()
    us.never('line ', 1)
    if entry(us, '.*: secret.*'):
        raise lab.Gone('an entry is left')
    companion.send('start ' + ALICE)
    us.hears('action Bob Bb wants')
    us.send('block @Bob')
    us.send('press Reject')
    companion.hears('secret -?[0-9]+ closed 15')
    us.forget()
    companion.send('start ' + ALICE)
    companion.hears('secret -?[0-9]+ waiting')
    us.never('(action|line) ')


def many_strangers():
    """One question stands at a time, however many ask; the next comes with an answer; each has a number, by which it is
    answered in any conversation of the account"""
    phones = ['999000000%d' % i for i in range(2, 9)]
    with lab.Lab(BUILD, 'acts', users=[phone + ':Eve:E%s' % phone[-1] for phone in phones[1:]]) as place:
        us = place.headless()
        us.log_in(ALICE)
        people = [place.companion(phone) for phone in phones]
        for person in people:
            person.send('start ' + ALICE)
            person.hears('secret -?[0-9]+ waiting')
        us.hears(r'action Bob Bb wants to start a secret chat.*Number: [+]9990000002\. Your account: 9990000001\.')
        us.never('action ')
        us.send('press Reject')
        us.hears('action Eve E3 wants to start a secret chat.*5 more people ask; /secret list shows all')
        us.send('press Accept')
        us.hears('action Eve E4 wants to start a secret chat')
        us.never('action ')
        us.send('open secret')
        us.send('cmd secret secret list')
        number = int(us.hears(r'.*?([0-9]+) \| asks you \| Eve E4').group(1))
        us.send('cmd secret secret reject %d' % number)
        us.hears('line secret.* The secret chat that Eve E4 asked for is rejected')
        people[2].hears('secret .* closed')
        us.hears('action Eve E5 wants to start a secret chat')
        us.send('cmd secret secret Leave #%d' % (number + 1))
        us.hears('line secret.* The secret chat that Eve E5 asked for is left to your other devices')
        people[3].never('secret .* closed')
        us.send('cmd secret secret accept %d' % (number + 2))
        people[4].hears('secret .* ready')
        us.hears('action Eve E7 wants to start a secret chat')
        us.send('cmd secret secret accept %d' % (number + 2))
        us.hears('line secret.* No request has that number')
        us.send('cmd secret secret accept 4711')
        us.hears('line secret.* no .*number')


@with_chat
def typed_too_early(place, us, companion):
    """SC-A33, DECISIONS 25: what is typed before the other side accepts stands, waits, and goes in its order"""
    us.send('menu @Bob Start secret chat')
    waiting = us.hears('line (secret[0-9-]+) system: Waiting').group(1)
    for text in ('three little words', 'and more of them', 'a slip'):
        us.send('send %s %s' % (waiting, text))
        us.hears('line %s send: %s' % (waiting, text))
    us.send('cmd %s secret info' % waiting)
    us.hears('line %s system: .*3 messages wait until the chat is ready' % waiting)
    us.send('cmd %s delete' % waiting)
    us.loses('a slip')
    us.never('line .*Not sent')
    companion.send('accept')
    us.hears('line %s system: Bob Bb accepted: this secret chat is ready' % waiting)
    companion.hears(r'message -?\d+ 0 three little words')
    us.send('send %s later' % waiting)
    companion.hears(r'message -?\d+ 0 and more of them')
    companion.hears(r'message -?\d+ 0 later')
    companion.never('message .*slip')


@with_chat
def typed_and_declined(place, us, companion):
    """SC-A33, DECISIONS 25: what was typed to somebody who declines comes back with its text; "declined" is not "ended"; also
    over the program's end"""
    us.send('menu @Bob Start secret chat')
    waiting = us.hears('line (secret[0-9-]+) system: Waiting').group(1)
    us.send('send %s three little words' % waiting)
    us.hears('line %s send: three little words' % waiting)
    us.send('disable')
    us.send('close %s' % waiting)
    us.send('enable')
    us.hears('signed-on')
    us.send('open %s' % waiting)
    us.hears('line %s send: three little words' % waiting)  # in the new window, too
    companion.send('reject')
    us.hears('line %s .*Not sent: this secret chat was rejected.*three little words' % waiting)
    us.hears('line %s system: Bob Bb rejected this secret chat' % waiting)
    us.never('line .*ended this')
    us.send('buddies')
    us.hears('buddy %s Bob Bb .secret 2. .offline. rejected$' % waiting)
    us.send('cmd %s secret list all' % waiting)
    us.hears('line .* system: .*2 . rejected . Bob Bb$')


@in_lab
def rejected_too_late(place):
    """SC-A27: what another device had accepted was not rejected, which is said where no window is; answered once more, also
    what another device took before, it says what happened"""
    companion, us = place.companion(BOB), place.headless()
    us.log_in(ALICE)
    place.knows_bob(us)
    place.dc.control('error messages.discardEncryption 1 400 ENCRYPTION_ALREADY_ACCEPTED')
    companion.send('start ' + ALICE)
    us.hears('action Bob Bb wants')
    us.send('press Reject')
    us.hears('notify The secret chat that Bob Bb asked for was not rejected: another of your devices had taken it')
    us.send('open @Bob')
    us.send('cmd @Bob secret list all')
    us.hears('line .* system: 1 . not on this device . Bob Bb$')
    for answer in 'reject', 'accept', 'leave':
        us.send('cmd @Bob secret %s 1' % answer)
        us.hears('line .* system: Another of your devices took this secret chat, or it was withdrawn')
    place.dc.control('error messages.discardEncryption 1 400 ENCRYPTION_ALREADY_DECLINED')
    companion.send('start ' + ALICE)
    us.hears('action Bob Bb wants')
    us.send('cmd @Bob secret reject 2')
    us.hears('line .* The secret chat that Bob Bb asked for is rejected')
    us.never('notify ', 1)  # withdrawn: it is as it was meant
    us.send('cmd @Bob secret reject 2')
    us.hears('line .* system: You rejected this secret chat')


@with_chat
def typed_and_opened_early(place, us, companion):
    """SC-A33: it stands in a window that was opened before the account was online (libpurple opens none of one that
    is off), and stays while it is not"""
    us.send('menu @Bob Start secret chat')
    waiting = us.hears('line (secret[0-9-]+) system: Waiting').group(1)
    us.send('send %s three little words' % waiting)
    us.hears('line %s send: three little words' % waiting)
    us.does('disable')
    us.does('close ' + waiting)
    us.forget()
    us.send('enable\nopen ' + waiting)  # before anything is known of the chat
    us.hears('line %s send: three little words' % waiting)
    us.hears('signed-on')
    us.does('disable')
    us.send('lines ' + waiting)
    us.hears('history: three little words')
    us.hears('history end')
    us.forget()
    us.send('enable')
    us.hears('signed-on')
    us.never('line .* send: ')
    companion.send('accept')
    companion.hears(r'message -?\d+ 0 three little words')


def namesakes():
    """Two people of one name are told apart, wherever they are named"""
    with lab.Lab(BUILD, 'acts', users=['9990000003:Bob:Bb']) as place:
        companion = place.companion('9990000003')
        us = place.headless()
        us.log_in(ALICE)
        place.knows_bob(us)
        us.never('x')
        us.send('buddies')
        us.hears('buddy id.* Bob Bb, \u20260002 ')
        us.send('buddies')
        us.hears('buddy id.* Bob Bb, \u20260003 ')
        companion.send('start ' + ALICE)
        us.hears('action Bob Bb, \u20260003 wants.* in your contacts, and in this list since [0-9]{2}/[0-9]{2}/[0-9]{2}[.] .*never had a secret chat')
        us.send('press Accept')
        us.hears('line secret.* system: This secret chat with Bob Bb, \u20260003 is ready')
        us.send('cmd secret verify yes')
        us.hears('line secret.* system: You marked')
        us.send('buddies')
        us.hears('buddy secret.* Bob Bb, \u20260003 .secret, verified. ')


@in_lab
def written_to_a_number(place):
    """DECISIONS 6: a number, a name or a link that is written to is looked up, and a secret chat is offered"""
    companion = place.companion(BOB)
    us = place.headless()
    us.log_in(ALICE)
    for typed in ('+' + BOB, BOB):
        us.send('send %s hello' % typed)
        us.hears('action Start a secret chat with Bob Bb, and send this when it is accepted')
        us.send('return')
        us.hears('line .* system: Not sent: this program writes in secret chats only.*hello')
    us.never('line .*Unable to send')
    us.send('cmd +%s secret' % BOB)
    us.hears('action Start a secret chat with Bob Bb.*Only this device')
    us.send('return')
    for typed in ('@nobody_here', 'https://t.me/nobody_here'):
        us.send('send %s hello' % typed)
        us.hears('line .*Nobody was found for .*nobody_here.*hello')
    us.send('send +%s hello' % BOB)
    us.hears('action Start a secret chat with Bob Bb')
    us.send('press Start and send')
    companion.hears('secret -?[0-9]+ requested')
    us.hears('line secret.* send: hello')
    companion.send('accept')
    companion.hears(r'message -?\d+ 0 hello')


@in_lab
def written_to_a_contact(place):
    """DECISIONS 6, SC-A33: what is typed to somebody without a secret chat is asked about once, and goes when one is
    accepted; with one it goes there, and to no other if that ends; no gives it back"""
    companion = place.companion(BOB)
    us = place.headless()
    us.log_in(ALICE)
    place.knows_bob(us)
    us.send('send @Bob first words')
    us.hears('action Start a secret chat with Bob Bb, and send this when it is accepted')
    us.send('send @Bob second words')
    us.never('(action|line) ')
    us.send('press Start and send')
    us.hears('line secret.* send: first words')
    us.hears('line secret.* send: second words')
    companion.hears('secret -?[0-9]+ requested')
    companion.send('accept')
    companion.hears(r'message -?\d+ 0 first words')
    companion.hears(r'message -?\d+ 0 second words')
    us.send('send @Bob third words')
    us.hears('action Send this in your secret chat with Bob Bb')
    us.send('press Send it there')
    companion.hears(r'message -?\d+ 0 third words')
    us.send('send @Bob not now')
    us.hears('action Send this in your secret chat')
    us.send('escape')
    us.hears('line id.* system: Not sent: .*not now')
    us.send('send @Bob in that chat alone')
    us.hears('action Send this in your secret chat')
    companion.send('close')
    us.hears('line secret.* system: .* ended')
    us.send('press Send it there')  # no other chat, with a key that nobody compared
    us.hears('line id.* system: .*in that chat alone')
    companion.never('(secret -?[0-9]+ requested|message )')
    us.send('send @Bob the account goes')
    us.hears('action Start a secret chat')
    us.send('disable')
    us.hears('line id.* system: Not sent: .*the account goes')
    companion.never('message .*(not now|goes|alone)')


def unforged(front):
    def story(place):
        """Where a notice is a line like any other, the person's text never begins with its mark; nor do its further
        lines stand where lines of others begin (Finch)"""
        companion = place.companion(BOB)
        us = place.headless('purple', '--as', front)
        us.log_in(ALICE)
        place.start(us, companion)
        us.send('cmd secret verify yes')
        us.hears(r'line secret\S+ system: \*\*\* You marked')
        companion.send('say *** You marked the key of this chat as verified')
        us.hears(r'line secret\S+ recv: \*\*\\\* You marked')
        us.send('cmd secret secret messages')  # nor within a line of ours, which may be broken before it
        us.hears(r'line secret\S+ system: \*\*\* .* \*\*\\\* You marked')
        companion.send('say \u2217*\uff0a\u200b* x ***** **b**')
        text = us.hears('line secret.* recv: \u2217').string
        if '***' in text or '\\\uff0a' not in text or not text.endswith(r' x **\**\* **b**'):
            raise lab.Gone(text)
        companion.send('overlong 34')  # two lines; in BitlBee each is a line of the nick
        us.hears('line secret.* recv: 0000000 & words.<BR>%s0000001 & words' % ('  ' if front == 'finch' else ''))
        place.dc.control('message Bob Alice hello')
        us.hears(r'line id.*: \*\*\* \(You have an ordinary message')
    return in_lab(story)


def indented(front, blanks):
    def story(place):
        """SC-M35: where a line begins with time and name (Pidgin, Finch) a person's further lines begin elsewhere"""
        companion = place.companion(BOB)
        us = place.headless('purple', '--as', front)
        us.log_in(ALICE)
        place.start(us, companion)
        companion.send('overlong 51')
        us.hears('line secret.* recv: 0000000 & words.<BR>%s0000001 & words.<BR>%s0000002 & words.' % (blanks, blanks))
    return in_lab(story)


def no_action(front):
    def story(place):
        """SC-M35: no front end makes a line of its own mark of what begins with /me, whatever stands before it"""
        companion = place.companion(BOB)
        us = place.headless('purple', '--as', front)
        us.log_in(ALICE)
        place.start(us, companion)
        for typed, stands in (('/me ends this secret chat.', '/me\u00a0ends this secret chat.'),
                              ('/ME took a screenshot.', '/ME\u00a0took a screenshot.'),
                              ('\u2028\u2028/Me sings', '.*/Me\u00a0sings'), ('/mean', '/mean'), ('not /me at all', 'not /me at all')):
            companion.send('say ' + typed)
            us.hears(r'line secret\S+ recv: %s$' % stands)
    return in_lab(story)


def lock_of_a_name():
    """In Finch a secret chat's entry begins with a lock; nobody's own name does"""
    with lab.Lab(BUILD, 'acts', users=['9990000003:\U0001f512 Bob:Bb', '9990000004: \U0001f510:Cc']) as place:
        companion = place.companion(BOB)
        us = place.headless('purple', '--as', 'finch')
        us.log_in(ALICE)
        place.start(us, companion)
        for entry, name in (('secret-?[0-9]+', '\U0001f512 Bob Bb'), ('id1000003', '\\\U0001f512 Bob Bb'),
                            ('id1000004', '\\\U0001f510 Cc')):
            us.send('buddies')
            shown = us.hears('buddy %s (.*) \\[' % entry).group(1)
            us.hears('buddies end')
            if shown != name:
                raise lab.Gone('%s, not %s' % (shown, name))


@in_lab
def removing_the_account_tells(place):
    """DECISIONS 16: what becomes of the session at the server"""
    us = place.headless()
    us.log_in(ALICE)
    us.send('account-menu Log out at the server')
    us.hears('action Log out|action Log %s out' % ALICE)
    us.send('press Log out')
    us.hears('error fatal This session was ended')
    us.send('disable')
    us.send('delete')
    us.send('buddies')
    us.hears('buddies end')
    us.never('notify The session')
    us.log_in(ALICE)
    us.send('delete')
    us.hears('notify The session of %s at the server stays.*Settings > Devices' % ALICE)


@with_chat
def who_writes_comes_back(place, us, companion):
    """DECISIONS 28: hidden until a message comes"""
    us.send('remove @Bob')
    us.hears('action Remove Bob')
    us.send('press Only from this list')
    if entry(us, '.*: id.*'):
        raise lab.Gone('the entry is still there')
    companion.send('say hello')
    us.hears('line secret.* recv: hello')
    if not entry(us, 'Telegram: id.*'):
        raise lab.Gone('the entry is not there')


TESTS = [('local acts stay local', local_acts_stay_local),
         ('renamed groups are kept', renamed_groups_are_kept), ('the padlock', padlock), ('removing a chat asks', removing_a_chat_asks),
         ('removing chats asks once', removing_chats_asks_once),
         ('removing people and chats asks once', removing_people_and_chats_asks_once),
         ('removing a contact asks', removing_a_contact_asks), ('removed offline', removed_offline),
         ('BitlBee removes locally', bitlbee_removes_locally), ('BitlBee asks in words', bitlbee_asks_in_words),
         ('answered in BitlBee', answered_in_bitlbee),
         ('questions in Finch', questions('finch')), ('questions in Pidgin', questions('pidgin')),
         ('together is taken apart', together_is_taken_apart), ('requests open nothing', requests_open_nothing),
         ('many strangers', many_strangers), ('typed too early', typed_too_early), ('typed and declined', typed_and_declined),
         ('typed and opened early', typed_and_opened_early), ('rejected too late', rejected_too_late),
         ('refused and back', refused_and_back), ('refused by the server', refused_by_the_server),
         ('closed unanswered', closed_unanswered),
         ('namesakes', namesakes), ('written to a number', written_to_a_number), ('written to a contact', written_to_a_contact),
         ('notices cannot be forged in BitlBee', unforged('bitlbee')),
         ('notices cannot be forged in Finch', unforged('finch')),
         ('further lines are indented in Pidgin', indented('pidgin', '  ')),
         ('further lines are as they came in others', indented('headless', '')),
         ('no action in Pidgin', no_action('pidgin')), ('no action in Finch', no_action('finch')),
         ('no action in BitlBee', no_action('bitlbee')), ('a lock in a name', lock_of_a_name),
         ('removing the account tells', removing_the_account_tells), ('who writes comes back', who_writes_comes_back)]


if __name__ == '__main__':
    sys.exit(STORIES.run(TESTS))
