#!/usr/bin/env python3
"""Incoming text until it was really seen (DECISIONS 23), and what is never logged, in a libpurple without a screen.

usage: test_unseen.py BUILD [NAME...]
"""
import glob
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lab'))
import lab  # noqa: E402
from lab import ALICE, BOB  # noqa: E402

STORIES = lab.Stories('unseen', 'blur')
in_lab, with_chat = STORIES.in_lab, STORIES.with_chat


def says(companion, us, *texts):
    for text in texts:
        companion.send('say ' + text)
        us.hears('line secret.* recv: %s$' % text)


def again(place, us, *args, kill=True, **settings):
    """Another process, after the old one was killed without warning, or after it quit."""
    if kill:
        us.kill()
        us = place.headless('purple', *args)
        us.account(ALICE, **settings)
    else:
        us.send('quit')
        us.hears('over')
        us.process.wait(lab.PATIENCE)
        us = place.headless('purple', *args)
    us.hears('signed-on')
    return us


def status(us):
    us.send('buddies')
    line = us.hears('buddy secret').string
    us.hears('buddies end')
    return line.split('] ', 1)[1]


def waits_as(us, text):
    lab.until(lambda: status(us) == text, 'the status "%s"' % text, show=lambda: status(us))


def history(us):
    """The window's lines; libpurple forgets new entries when it is killed, and we say so."""
    return [t for t in us.history() if not t.startswith('The entry of')]


# --- restarts ------------------------------------------------------------------------------------------

def unseen_after(kill):
    """DECISIONS 23, 2; SC-L1: shown again at each start, once, in order, before newer ones, until it was seen"""
    def story(place, us, companion):
        says(companion, us, 'first', 'second')
        companion.never('read')
        for _ in range(2):
            us = again(place, us, kill=kill)
            us.hears('line secret.* recv: first$')
            us.hears('line secret.* recv: second$')
            us.never('line secret.* recv')
            if history(us) != ['first', 'second']:
                raise lab.Gone('the window holds %s' % history(us))
        us.send('quit') if not kill else us.kill()
        us.process.wait(lab.PATIENCE)
        companion.send('say third')
        companion.hears('sent')
        us = place.headless()
        if kill:
            us.account(ALICE)
        us.hears('line secret.* recv: third$')
        if history(us) != ['first', 'second', 'third']:
            raise lab.Gone('the window holds %s' % history(us))
        companion.never('read')
        us.send('focus secret')
        companion.hears('read')
        us = again(place, us, kill=True)
        us.never('line secret.* recv')
    return with_chat(story)


@with_chat
def its_own_time(place, us, companion):
    """DECISIONS 23: the second copy has the time of the first"""
    says(companion, us, 'when')
    us.send('times secret')
    first = us.hears('time: .* when').string
    us.hears('time end')
    us.never('x', 1.5)  # it is counted in seconds
    us = again(place, us)
    us.hears('line secret.* recv: when$')
    us.send('times secret')
    if us.hears('time: .* when').string != first:
        raise lab.Gone('another time than ' + first)


@with_chat
def same_process(place, us, companion):
    """DECISIONS 23: a line that still stands in an open window is not shown again"""
    says(companion, us, 'stands')
    us.send('disable')
    us.send('enable')
    us.hears('signed-on')
    us.never('line secret.* recv')
    us.send('focus secret')
    companion.hears('read')


@with_chat
def does_not_burn(place, us, companion):
    """SC-G2, DECISIONS 23: an unseen message's timer does not run, over a restart either; seen, it burns"""
    us.does('open secret')
    companion.send('ttl 2')
    us.hears('line secret.* system: Bob Bb set the self-destruct timer')
    says(companion, us, 'short')
    us.never('x', 2.5)
    us = again(place, us)
    us.hears('line secret.* recv: short$')
    us.never('x', 2.5)
    if history(us) != ['short']:
        raise lab.Gone('it burnt unseen: %s' % history(us))
    us.send('focus secret')
    companion.hears('read')
    us.loses('short')


# --- windows ---------------------------------------------------------------------------------------------

@with_chat
def closed_window(place, us, companion):
    """DECISIONS 23: what was not seen in a window that closes waits, is counted, and comes back with the chat"""
    says(companion, us, 'one', 'two')
    us.send('close secret')
    waits_as(us, '2 unread, not verified')
    companion.never('read')
    us.send('open secret')
    us.hears('line secret.* recv: one$')
    us.hears('line secret.* recv: two$')
    waits_as(us, 'secret, not verified')
    us.send('close secret')
    waits_as(us, '2 unread, not verified')
    companion.send('say three')  # by us: what waits comes before it
    for text in 'one', 'two', 'three':
        us.hears('line secret.* recv: %s$' % text)
    if history(us) != ['one', 'two', 'three']:
        raise lab.Gone('the window holds %s' % history(us))
    us.never('line secret.* recv')
    us.send('focus secret')
    companion.hears('read')
    us.send('close secret')
    us.send('open secret')
    us.never('line secret.* recv')


@with_chat
def long_and_closed(place, us, companion):
    """DECISIONS 23, 32: a long message that waited comes like a new one: in parts, not beyond what anybody reads,
    before what is newer, and goes as one"""
    us.does('close secret')
    companion.send('overlong 150000')
    us.hears('line secret.* recv: .*59375 characters not shown')
    companion.send('overlong 150000')
    us.hears('line secret.* recv: .*59375 characters not shown')
    companion.send('say after both')
    us.hears('line secret.* recv: after both$')
    us.send('close secret')
    waits_as(us, '3 unread, not verified')
    us.forget()
    us.send('open secret')
    for text in '.*0000000 & words', '.*59375 characters not shown', '.*59375 characters not shown', 'after both$':
        us.hears('line secret.* recv: ' + text)
    lines = history(us)
    words = ''.join(lines).count(' words.')
    if words != 2 * (100000 // len('0000000 & words.\n')) or len(lines) < 40 or lines[-1] != 'after both':
        raise lab.Gone('%d words in %d lines' % (words, len(lines)))
    us.send('close secret')
    waits_as(us, '3 unread, not verified')
    us.forget()
    us.send('open secret')
    us.hears('line secret.* recv: .*0000000 & words')
    companion.send('say in between')  # the rest of both comes before it
    us.hears('line secret.* recv: in between$')
    if history(us)[-2:] != ['after both', 'in between']:
        raise lab.Gone('the order is another: %s' % [text[:20] for text in history(us)])
    waits_as(us, 'secret, not verified')
    us.send('focus secret')
    companion.hears('read')


LONG = ['%07d' % i for i in range(100000 // 17)]  # what is shown of companion's "overlong 100000"


def is_whole(us):
    """All of the long message stands in the window, once and in order."""
    words = re.findall(r'(\d{7}) &amp;(?:amp;)? words', ''.join(us.history()))
    if words != LONG:
        raise lab.Gone('%d of %d words' % (len(words), len(LONG)))


def half_shown(act, goes_on, waited):
    """DECISIONS 23, 32: a long message that was interrupted while its parts were shown was not seen, and comes whole"""
    def story(place, us, companion):
        companion_sends = lambda: companion.send('overlong 100000')
        if waited:
            companion_sends()
            us.hears('line secret.* recv: .*6250 characters not shown')
            us.send('close secret')
            waits_as(us, '1 unread, not verified')
            us.forget()
        us.send('next-line 3 ' + act)
        us.send('open secret') if waited else companion_sends()
        for _ in range(3):
            us.hears('line secret.* recv: ')
        us = goes_on(place, us)
        us.hears('line secret.* recv: .*6250 characters not shown')
        is_whole(us)
        says(companion, us, 'behind it')  # nothing above an unseen one is read
        companion.never('read')
        us.send('focus secret')
        companion.hears('read')
        us.forget()
        us = again(place, us)
        us.never('line secret.* recv')
    return with_chat(story)


def switched_on(place, us):
    us.forget()
    us.send('enable')
    us.hears('signed-on')
    return us


def opened_anew(place, us):
    waits_as(us, '1 unread, not verified')
    us.send('close secret')
    us.send('swallow nothing')
    us.forget()
    us.send('open secret')
    return us


def already_open(place, us):
    us.forget()
    return us


def started_anew(place, us):
    us.process.wait(lab.PATIENCE)
    us = place.headless('purple')
    us.account(ALICE)
    us.hears('signed-on')
    us.send('blur')
    return us


HALVES = [('half %s, then %s' % ('shown again' if waited else 'shown', name), half_shown(act, goes_on, waited))
          for waited in (False, True)
          for name, act, goes_on in (('switched off', 'disable', switched_on), ('closed', 'close secret', opened_anew),
                                     ('opened anew', 'reopen secret', already_open),
                                     ('cleared', 'clear secret', opened_anew), ('killed', 'die', started_anew),
                                     ('swallowed', 'swallow all', opened_anew))]


def half_looked_at(waited):
    """DECISIONS 23, 32: who looks at a long message while it comes has not seen it before its last part stands"""
    def story(place, us, companion):
        us.send('open secret')
        if waited:
            companion.send('overlong 100000')
            us.hears('line secret.* recv: .*6250 characters not shown')
            us.send('close secret')
            waits_as(us, '1 unread, not verified')
            us.forget()
        us.send('next-line 3 stall 400')  # looks are due behind it
        us.send('next-line 12 close secret')
        us.send('focus secret')
        if not waited:
            companion.send('overlong 100000')
        for _ in range(12):
            us.hears('line secret.* recv: ')
        us = opened_anew(place, us)
        us.hears('line secret.* recv: .*6250 characters not shown')
        is_whole(us)
        says(companion, us, 'behind it')  # nothing above an unseen one is read
        companion.never('read')
        us.send('focus secret')
        companion.hears('read')
    return with_chat(story)


@in_lab
def half_in_bitlbee(place):
    """DECISIONS 23: the last time, too, is one only when all of it was handed over"""
    companion = place.companion(BOB)
    us = place.headless('purple', '--as', 'bitlbee')
    us.log_in(ALICE, password='kept')
    place.start(us, companion)
    companion.send('overlong 100000')
    us.hears('line secret.* recv: .*6250 characters not shown')
    says(companion, us, 'behind it')  # by now it is stored that it was handed over
    us.kill()
    for dies in True, False:
        us = place.headless('purple', '--as', 'bitlbee')
        if dies:
            us.send('next-line 3 die')
        us.account(ALICE, password='kept')
        us.hears(r'line secret.* recv: \(again\) 0000000 & words')
        if dies:
            us.process.wait(30)
    us.hears('line secret.* recv: .*6250 characters not shown')
    says(companion, us, 'the text has left the store')
    us = again(place, us, '--as', 'bitlbee', password='kept')
    us.hears(r'line secret.* recv: .*the text has left the store$')
    if any('words' in line for line in us.said):
        raise lab.Gone('it came a third time')


@with_chat
def cleared_window(place, us, companion):
    """DECISIONS 4, 23: /clear before anybody looked takes the line, not the text"""
    says(companion, us, 'cleared')
    us.send('clear secret')
    us.send('focus secret')
    companion.never('read')
    waits_as(us, '1 unread, not verified')
    us.send('close secret')
    us.send('open secret')
    us.hears('line secret.* recv: cleared$')
    us.send('focus secret')
    companion.hears('read')


@with_chat
def sending_is_no_look(place, us, companion):
    """DECISIONS 23: where the focus is known, an answer in a window behind says nothing (a pounce, a plugin)"""
    says(companion, us, 'behind')
    us.send('send secret by somebody else')
    companion.hears('message .* by somebody else$')
    companion.never('read')
    us.send('focus secret')
    companion.hears('read')


@with_chat
def nobody_there(place, us, companion):
    """DECISIONS 23, SC-G2: who has not touched a key for a minute sees nothing in the window with the focus; back
    again, they do"""
    us.send('focus secret')
    us.does('idle 60')
    companion.send('ttl 2')
    says(companion, us, 'to an empty room')
    companion.never('read', 4.5)  # longer than its life, and than two looks
    if 'to an empty room' not in history(us):
        raise lab.Gone('it burnt in an empty room')
    us.send('idle 59')
    companion.hears('read')
    us.loses('to an empty room')


def taken_back(how, sentence, window=True):
    """DECISIONS 23, SC-E8, SC-E10, SC-A25: only that removes it unseen, and says so"""
    def story(place, us, companion):
        says(companion, us, 'gone unseen')
        if not window:
            us.send('close secret')
            waits_as(us, '1 unread, not verified')
        companion.send(how)
        us.hears(sentence)
        if window:
            us.loses('gone unseen')
        us = again(place, us)
        us.never('line secret.* recv')
    return with_chat(story)


@with_chat
def ended_unseen(place, us, companion):
    """DECISIONS 23, SC-D30: the end of a chat leaves what was not seen, until it was"""
    says(companion, us, 'last words')
    us.send('close secret')
    waits_as(us, '1 unread, not verified')
    companion.send('close')
    us.hears('line secret.* system: Bob Bb ended this secret chat')
    us = again(place, us)
    us.hears('line secret.* recv: last words$')
    us.send('focus secret')
    us.never('x')  # the check comes after the focus has settled
    us = again(place, us)
    us.never('line secret.* recv')


@with_chat
def logged_out(place, us, companion):
    """DECISIONS 23, SC-A29: the end of the login erases it; one line says how much"""
    says(companion, us, 'erased one', 'erased two')
    us.send('close secret')
    place.dc.control('error messages.setEncryptedTyping 1 401 SESSION_REVOKED Alice')
    us.send('type secret on')
    us.hears('error fatal This session was ended.*2 messages you had not seen were erased')


# --- BitlBee -----------------------------------------------------------------------------------------------

@in_lab
def bitlbee(place):
    """DECISIONS 23: no focus: "Alice: 2 unread" and "(again)" at the next start, then the text is in no store; read
    with the next answer only"""
    companion = place.companion(BOB)
    us = place.headless('purple', '--as', 'bitlbee')
    us.log_in(ALICE, password='kept')
    place.start(us, companion)
    says(companion, us, 'to bitlbee', 'and more')
    waits_as(us, '2 unread, secret chat, not verified')
    us.send('disable')
    us.send('enable')  # the IRC client has the lines
    us.hears('signed-on')
    us.never('line secret.* recv')
    us = again(place, us, '--as', 'bitlbee', password='kept')
    us.hears(r'line secret.* system: \*\*\* Bob Bb: 2 unread$')
    us.hears(r'line secret.* recv: \(again\) to bitlbee$')
    us.hears(r'line secret.* recv: \(again\) and more$')
    us.never('line secret.* recv')
    companion.never('read')
    us = again(place, us, '--as', 'bitlbee', password='kept')
    us.never('line secret.* recv')
    companion.never('read')
    waits_as(us, '2 unread, secret chat, not verified')
    us.send('send secret an answer')
    companion.hears('read')
    waits_as(us, 'secret chat, not verified')


def alias(us):
    """What Finch's list shows of the secret chat."""
    us.send('buddies')
    line = us.hears('buddy secret').string
    us.hears('buddies end')
    return line.split(' ', 2)[2].split(' [')[0]


def called(us, text):
    lab.until(lambda: alias(us) == text, 'the alias ' + text, show=lambda: alias(us))


@in_lab
def finch(place):
    """DECISIONS 23: Finch asks for no status text: the alias says how many wait, until they are seen and within what
    its list shows, and stands without it before every line"""
    companion = place.companion(BOB)
    us = place.headless('purple', '--as', 'finch')
    us.log_in(ALICE)
    place.start(us, companion)
    us.does('blur')
    says(companion, us, 'one', 'two')

    called(us, '🔒 Bob Bb (2)')
    us.send('close secret')
    called(us, '🔒 Bob Bb (2)')
    us.send('open secret')
    for text in 'one', 'two':
        us.hears('line secret.* recv: %s$' % text)
        us.hears('from 🔒 Bob Bb$')
        us.hears('from 🔒 Bob Bb$')  # and as it came first
    us.send('focus secret')
    called(us, '🔒 Bob Bb')
    us.never('from .*\\(')
    us.never('line secret.*known as')


@in_lab
def finch_timer(place):
    """DECISIONS 23: what comes to the window that has the keys is seen; the entry does not keep the number that it had
    for the moment when a timer came right behind the message"""
    companion = place.companion(BOB)
    us = place.headless('purple', '--as', 'finch')
    us.log_in(ALICE)
    place.start(us, companion)
    us.does('focus secret')
    says(companion, us, 'first')
    companion.hears('read')
    companion.send('say second')
    companion.send('ttl 30')
    us.hears('line secret.* recv: second$')
    us.hears('line secret.* system: .*set the self-destruct timer')
    companion.hears('read')
    us.send('buddies')  # what is told of a message that was seen is told by now, or with the next look
    us.hears('buddies end')

    called(us, '🔒 Bob Bb')


# --- blocked, swallowed --------------------------------------------------------------------------------------

def blocked(whom):
    """DECISIONS 23, SC-G2, SC-E14: Block is silent, and loses nothing"""
    def story(place, us, companion):
        us.does('open secret')
        companion.send('ttl 2')
        us.hears('line secret.* system: Bob Bb set the self-destruct timer')
        us.send('close secret')
        us.send('block ' + whom)
        us.forget()
        companion.send('say held back')
        companion.send('say held back, too')
        companion.hears('sent')
        companion.hears('sent')
        companion.send('typing on')
        us.send('type secret on')
        us.never('(line|typing|action|notify|input)', 2.5)
        companion.never('(read|typing|secret)', 0.1)
        if status(us) != 'not verified, timer 2 s':
            raise lab.Gone('the entry says ' + status(us))
        us.send('windows all')
        if us.hears('windows').string != 'windows %d' % 1:  # made by "type"
            raise lab.Gone('a window opened')
        us.send('close secret')
        us.send('disable')
        us.send('enable')
        us.hears('signed-on')
        us.never('line secret')
        us.send('unblock ' + whom)
        us.hears('line secret.* recv: held back$')
        us.hears('line secret.* recv: held back, too$')
        us.never('line secret.* recv')
        us.send('focus secret')
        companion.hears('read')
        us.loses('held back')
    return with_chat(story)


@with_chat
def blocked_for_long(place, us, companion):
    """DECISIONS 23: at most 200 are kept; how many went is told at unblocking, over a restart"""
    us.does('block secret')
    for i in range(205):
        companion.send('say number %d;' % i)
    for i in range(205):
        companion.hears('sent')
    lab.until(lambda: place.dc.control('queued Alice') == 'ok 0', 'the end of what is delivered')
    us.send('disable')
    us.send('enable')
    us.hears('signed-on')
    us.send('unblock secret')
    us.hears('line secret.* system: 5 older messages could not be shown')
    us.hears('line secret.* recv: number 204;')
    shown = history(us)
    if shown[-200:] != ['number %d;' % i for i in range(5, 205)] or 'number 4;' in shown:
        raise lab.Gone('shown: %s' % shown)
    us.send('disable')
    us.send('enable')
    us.hears('signed-on')
    us.never('line secret.* older messages')  # told once


@with_chat
def deleted_while_blocked(place, us, companion):
    """DECISIONS 23: what the peer takes back meanwhile is told when it can be told silently no more"""
    us.does('block secret')
    companion.send('say held back')
    companion.hears('sent')
    companion.send('delete')
    us.never('line secret')
    us.send('unblock secret')
    us.hears('line secret.* system: A message you had not seen was deleted by Bob Bb')


@in_lab
def blocked_person_asks(place):
    """DECISIONS 23, SC-A15: a blocked person's request opens nothing, and waits"""
    companion = place.companion(BOB)
    us = place.headless()
    us.log_in(ALICE)
    place.knows_bob(us)
    us.send('block @Bob')
    us.forget()
    companion.send('start ' + ALICE)
    companion.hears('secret -?[0-9]+ waiting')
    us.never('(line|action|notify)', 1)
    companion.never('secret -?[0-9]+ closed', 0.1)
    us.send('unblock @Bob')
    us.hears('action .*wants to start a secret chat')


@with_chat
def blocked_beside_a_line(place, us, companion):
    """DECISIONS 23: Block is silent about what stands already, too"""
    says(companion, us, 'stands')
    us.does('block secret')
    us.send('focus secret')
    companion.never('read', 1)
    us.send('unblock secret')
    companion.hears('read')


def swallowed(how):
    """DECISIONS 23: what another plugin keeps from the window was not shown: not read, not burning, kept"""
    def story(place, us, companion):
        us.does('swallow ' + how)
        companion.send('say swallow this')
        companion.send('say and not this')
        us.hears('line secret.* recv: and not this$')
        us.send('focus secret')
        companion.never('read')  # nothing above an unseen one is
        if any('swallow' in line for line in us.said):
            raise lab.Gone('it was shown')
        waits_as(us, '1 unread, not verified')
        us.send('swallow nothing')
        us.send('close secret')
        us.send('open secret')
        us.hears('line secret.* recv: swallow this$')
        us.send('focus secret')
        companion.hears('read')
    return with_chat(story)


@with_chat
def swallowed_and_newer(place, us, companion):
    """DECISIONS 23: what was swallowed comes before the newer message that opens the window, if it is let through by
    then; what is swallowed still is tried once for each window"""
    us.does('swallow receiving')
    companion.send('say swallow this')
    companion.send('overlong 100000')
    us.hears('line secret.* recv: .*6250 characters not shown')
    us.send('close secret')
    companion.hears('sent')
    waits_as(us, '2 unread, not verified')
    us.forget()
    companion.send('say newer')
    us.hears('line secret.* recv: newer$')
    if us.history()[-1] != 'newer':
        raise lab.Gone('not all that waits came before: %s' % us.history()[-1])
    us.send('close secret')
    us.send('swallow nothing')
    us.forget()
    companion.send('say newest')
    us.hears('line secret.* recv: newest$')
    shown = us.history()
    if shown[0] != 'swallow this' or shown[-2:] != ['newer', 'newest'] or len(shown) < 20:
        raise lab.Gone('the order is another: %s' % [text[:20] for text in shown])
    us.send('focus secret')
    companion.hears('read')


@with_chat
def changed(place, us, companion):
    """DECISIONS 23: what another plugin made of a line is still that line: kept, read, burning, taken back"""
    us.does('swallow changing')
    companion.send('say of another plugin')
    us.hears('line secret.* recv: .*changed.*: of another plugin, said somebody$')
    us = again(place, us)
    us.send('blur')
    us.hears('line secret.* recv: of another plugin$')
    us.send('swallow changing')
    us.send('focus secret')
    companion.hears('read')
    companion.send('ttl 3')
    companion.send('say it burns')
    us.hears('line secret.* recv: .*changed.*: it burns, said somebody$')
    companion.hears('read')
    us.loses('it burns')
    companion.send('ttl 0')
    companion.send('say taken back')
    us.hears('line secret.* recv: .*changed.*: taken back, said somebody$')
    companion.hears('read')
    companion.send('delete')
    us.loses('taken back')
    us.send('send secret an own line')
    companion.hears(r'message -?\d+ 0 an own line$')
    us.hears('line secret.* send: .*changed.*: an own line$')
    us.send('cmd secret delete')
    us.loses('an own line')


@in_lab
def swallowed_in_bitlbee(place):
    """DECISIONS 23: what another plugin keeps from the window was not handed on: it comes as if for the first time"""
    companion = place.companion(BOB)
    us = place.headless('purple', '--as', 'bitlbee')
    us.log_in(ALICE, password='kept')
    place.start(us, companion)
    us.does('swallow receiving')
    companion.send('say swallow this')
    says(companion, us, 'and not this')
    companion.never('read')
    us = again(place, us, '--as', 'bitlbee', password='kept')
    us.hears(r'line secret.* recv: swallow this$')
    us.hears(r'line secret.* recv: \(again\) and not this$')


# --- logs, quotes ------------------------------------------------------------------------------------------------

def logged(us):
    text = ''
    for path in glob.glob(us.home + '/logs/**', recursive=True):
        if os.path.isfile(path):
            with open(path, errors='replace') as f:
                text += f.read()
    return text


def timed_lines_are_not_logged(place, us, companion):
    """SC-G9: with logs of secret chats wanted, a message with a timer is in none, ours and theirs; others are"""
    us.send('send secret mine, kept')
    companion.hears('message .* mine, kept$')
    says(companion, us, 'yours, kept')
    us.send('cmd secret ttl 60')
    companion.hears('notice ttl-by-peer 60')
    us.send('send secret mine, timed')
    companion.hears('message .* mine, timed$')
    says(companion, us, 'yours, timed')
    us.does('swallow writing')
    companion.send('say swallow this timed one')
    companion.send('ttl 0')
    us.hears('line secret.* system: Bob Bb turned the self-destruct timer off')
    us.does('swallow nothing')
    says(companion, us, 'yours, kept at last')
    us.send('send secret mine, kept at last')
    companion.hears('message .* mine, kept at last$')
    text = logged(us)
    if 'timed' in text:
        raise lab.Gone('in the log: ' + text)
    for line in 'mine, kept', 'yours, kept', 'mine, kept at last', 'yours, kept at last':
        if text.count(line + '\n') + text.count(line + '<') != 1:
            raise lab.Gone('"%s" is not in the log: %s' % (line, text))


@with_chat
def logging_is_answered(place, us, companion):
    """SC-G9: who ticks "Enable Logging" reads what is true, and it is not ticked the next time"""
    us.send('send secret before')
    us.send('logging secret')
    us.hears('line secret.* system: Logging started')
    us.hears('line secret.* system: Nothing is logged: secret chats are not written to the logs')
    us.send('close secret')
    us.send('send secret behind the tick')
    companion.hears('message .* behind the tick$')
    us.send('close secret')
    us.send('send secret in another window')
    companion.hears('message .* in another window$')
    if 'before' in logged(us) or 'tick' in logged(us) or 'another' in logged(us):
        raise lab.Gone(logged(us))


TESTS = [
    ('unseen, then killed', unseen_after(True)), ('unseen, then quit', unseen_after(False)),
    ('its own time', its_own_time), ('lines that stand', same_process), ('unseen does not burn', does_not_burn),
    ('a closed window', closed_window), ('long and closed', long_and_closed), *HALVES,
    ('half shown, and looked at', half_looked_at(False)), ('half shown again, and looked at', half_looked_at(True)),
    ('half in BitlBee', half_in_bitlbee), ('a cleared window', cleared_window),
    ('sending is no look', sending_is_no_look), ('nobody at the keyboard', nobody_there),
    ('deleted unseen', taken_back('delete', 'line secret.* system: A message you had not seen was deleted by Bob Bb')),
    ('deleted behind a closed window',
     taken_back('delete', 'line secret.* system: A message you had not seen was deleted by Bob Bb', False)),
    ('flushed unseen', taken_back('flush', 'line secret.* system: A message you had not seen was deleted by Bob Bb')),
    ('erased by the other side',
     taken_back('close delete', 'line secret.* system: A message you had not seen was deleted by Bob Bb')),
    ('erased behind a closed window',
     taken_back('close delete', '(notify|line secret).*A message you had not seen was deleted by Bob Bb', False)),
    ('the end of a chat', ended_unseen), ('the end of the login', logged_out), ('BitlBee', bitlbee), ('Finch', finch),
    ('Finch, and a timer', finch_timer),
    ('a blocked chat', blocked('secret')), ('a blocked person', blocked('@Bob')),
    ('blocked for long', blocked_for_long), ('deleted while blocked', deleted_while_blocked),
    ('a blocked person asks', blocked_person_asks), ('blocked beside a line', blocked_beside_a_line),
    ('swallowed before it is received', swallowed('receiving')),
    ('swallowed before it is written', swallowed('writing')), ('swallowed in BitlBee', swallowed_in_bitlbee),
    ('swallowed, and newer', swallowed_and_newer),
    ('changed by another plugin', changed),
    ('timed lines and logs', with_chat(timed_lines_are_not_logged, log_secret_chats='yes')),
    ('logging is answered', logging_is_answered)]


if __name__ == '__main__':
    sys.exit(STORIES.run(TESTS))
