#!/usr/bin/env python3
"""The menu of a secret chat, and what its entries do, in a libpurple without a screen.

usage: test_menu.py BUILD [TEST...]
"""
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lab'))
import lab  # noqa: E402

STORIES = lab.Stories('menu')
with_chat = STORIES.with_chat


def cells_of(text):
    """The picture's cells, as shaded blocks show them: the darker the colour, the denser (SC-K2)."""
    return [[0, 1, 3, 2]['\u2591\u2592\u2593\u2588'.index(c)] for c in text if c in '\u2591\u2592\u2593\u2588'][::2]


def picture_of(hash36):
    bits = bytes.fromhex(hash36)
    return [bits[i // 4] >> 2 * (i % 4) & 3 for i in range(144)]


@with_chat
def key_window(place, us, companion):
    """SC-K2, SC-K3, SC-K4: picture and hex in lines that fit 80 columns, how to compare them, and three answers"""
    wanted = companion.info()['hash']

    def ask():
        us.forget()
        us.send('menu secret Secret chat/Show the key...')
        return us.hears('action The key of the secret chat with Bob Bb').string
    lines = ask().split('|', 1)[1].split(' [They are equal]')[0].split('<BR>')
    if [cells_of(line) for line in lines] != [picture_of(wanted)[12 * i:12 * i + 12] for i in range(12)]:
        raise lab.Gone('another picture is shown')
    if [line[27:].replace(' ', '').lower() for line in lines[:4]] != [wanted[i:i + 16] for i in (0, 16, 32, 48)]:
        raise lab.Gone('another key is shown')
    if max(map(len, lines)) > 74:
        raise lab.Gone('too wide: %r' % max(lines, key=len))
    beside = ' '.join(line[27:] for line in lines[5:])
    if not re.match('Compare picture and letters with what Bob Bb sees .* read this chat.  This key is not verified yet', beside):
        raise lab.Gone(beside)
    us.send('press Later')
    us.never('line secret', 0.5)
    ask()
    us.send('press They are equal')
    us.hears('line secret.* system: You marked the key of this chat as verified')
    if 'You marked this key as verified' not in ask().replace('<BR>' + wanted, ''):
        raise lab.Gone('it does not say that it is verified')
    us.send('press They differ')
    us.hears('line secret.* system: The key of this chat is not marked as verified')
    us.hears('line secret.* system: You found that the keys differ')
    ask()
    companion.send('close')  # while it is looked at
    us.hears('line secret.* system: Bob Bb ended')
    us.forget()
    us.send('press They are equal')
    us.hears('line secret.* system: This secret chat has ended')
    us.never('line secret', 0.5)


TIMES = ('off', '5 seconds', '30 seconds', '1 minute', '1 hour', '1 day', '1 week')
READY = ('Show the key...', 'I compared the key: it is verified', 'Information', 'Renew the key', 'Tell about a screenshot',
         'Delete my last message...', 'Delete all messages...', 'End secret chat...', 'End and delete secret chat...')


def has_entries(us, *wanted):
    us.forget()
    us.send('items secret')
    us.hears('items end')
    shown = [line[len('item Secret chat/'):] for line in us.pending if line.startswith('item Secret chat/')]
    if shown != list(wanted):
        raise lab.Gone('the menu is %r' % shown)


@with_chat
def entries_of_each_state(place, us, companion):
    """FRONTENDS 4: one entry in the list, with all of them below; the timer that runs is marked, also an unusual one"""
    def timers(now, among=TIMES):
        return ['Self-destruct timer'] + ['Self-destruct timer/%s%s' % (t, ' \u2713' if t == now else '') for t in among]
    has_entries(us, *timers('off'), *READY)
    companion.send('ttl 45')
    us.hears('line secret.* system: .*45 seconds')
    has_entries(us, *timers('45 seconds', TIMES[:3] + ('45 seconds',) + TIMES[3:]), *READY)
    us.send('menu secret Secret chat/Self-destruct timer/45 seconds')  # it is so already
    us.send('menu secret Secret chat/Self-destruct timer/1 hour')
    companion.hears('notice ttl-by-peer 3600$')
    us.send('menu secret Secret chat/I compared the key: it is verified')
    us.hears('line secret.* system: You marked')
    has_entries(us, *timers('1 hour'), READY[0], 'Take the verified mark away', *READY[2:])
    companion.send('close')
    us.hears('line secret.* system: Bob Bb ended')
    has_entries(us, 'Information', 'Start a new secret chat')


@with_chat
def entries_do_what_they_say(place, us, companion):
    """FRONTENDS 4: every entry of the menu, though the front end overwrites its data; a sub-menu's, too"""
    us.send('menu secret Secret chat/I compared the key: it is verified')
    us.hears('line secret.* system: You marked the key of this chat as verified')
    us.send('menu secret Secret chat/Take the verified mark away')
    us.hears('line secret.* system: The key of this chat is not marked')
    for entry, seconds in (('5 seconds', 5), ('30 seconds', 30), ('1 minute', 60), ('1 hour', 3600), ('1 day', 86400),
                           ('1 week', 604800), ('off', 0)):
        us.send('menu secret Secret chat/Self-destruct timer/' + entry)
        companion.hears('notice ttl-by-peer %d$' % seconds)
    us.send('menu secret Secret chat/Tell about a screenshot')
    companion.hears('notice shot-by-peer')
    companion.send('close')
    us.hears('line secret.* system: Bob Bb ended')
    us.send('menu secret Secret chat/Start a new secret chat')
    companion.hears('secret -?[0-9]+ requested')


@with_chat
def unverified(place, us, companion):
    """SC-K4: a new chat with somebody whose key was verified says in each of its windows that its own is not, until it
    is"""
    warning = 'line secret.* system: You verified the key of another chat with Bob Bb'
    us.send('cmd secret verify yes')
    us.hears('line secret.* system: You marked the key')
    us.send('menu @Bob Start secret chat')
    new = 'secret' + companion.hears('secret (-?[0-9]+) requested').group(1)
    us.forget()
    companion.send('accept')
    us.hears('line secret.* is ready')
    us.hears(warning)
    us.send('close ' + new)
    us.never(warning)
    us.send('open ' + new)
    us.hears(warning)
    us.send('send ' + new + ' once in a window is enough')
    companion.hears('message .* once in a window')
    us.never(warning)
    us.send('disable')  # its window stays
    us.send('enable')
    us.hears('signed-on')
    us.never(warning)
    us.send('cmd ' + new + ' verify yes')
    us.hears('line secret.* system: You marked the key')
    us.send('close ' + new)
    us.send('open ' + new)
    us.never(warning)


def ended_meanwhile(front, act, button, says):
    """A question about a chat that the other side ends meanwhile, answered yes, ends nothing more at the server; what was done, or
    could not be, is said"""
    with lab.Lab(STORIES.build, 'menu') as place:
        companion = place.companion(lab.BOB)
        us = place.headless('purple', '--as', front)
        us.log_in(lab.ALICE)
        place.start(us, companion)
        us.send('send secret hello')
        companion.hears('message .* hello$')
        companion.send('say of theirs')
        us.hears('line secret.* of theirs')
        us.send(act)
        us.hears('(action|root) .*Bob Bb')
        companion.send('close')
        us.hears('line secret.* system: .*Bob Bb ended')
        before = place.dc.counts()
        us.send('yes' if front == 'bitlbee' else 'press ' + button)
        for text in says:
            us.hears('line secret.* system: .*' + text)
        us.send('buddies')
        us.hears('buddies end')
        us.never('line secret.* system: .*(nded this secret chat|is verified)', 0.5)
        if {method: n - before.get(method, 0) for method, n in place.dc.counts().items() if 'ncrypt' in method and n != before.get(method, 0)}:
            raise lab.Gone(place.dc.control('stats'))


OVER = 'This secret chat has ended'
HERE_ONLY = 'The secret chat with Bob Bb had ended before that, so it is deleted on this side only'
MEANWHILE = [('cmd secret secret end', 'End chat', [OVER]), ('cmd secret delete all', 'Delete for both', [OVER]),
             ('cmd secret delete of theirs', 'Delete for both', [OVER]),
             ('cmd secret secret erase', 'End and delete for both', [HERE_ONLY, '2 messages are deleted, or their time is over'])]
BY_MENU = [('menu secret Secret chat/Delete my last message...', 'Delete for both', [OVER]),
           ('remove secret', 'End and delete for both', [HERE_ONLY])]
# Pidgin's own window with the key is closed by the chat's end; BitlBee has none, and its list asks nothing.
ACTS = {'pidgin': MEANWHILE + BY_MENU, 'finch': MEANWHILE + BY_MENU + [('menu secret Secret chat/Show the key...', 'They are equal', [OVER])], 'bitlbee': MEANWHILE}


def after_the_end(front):
    def story():
        for act, button, says in ACTS[front]:
            ended_meanwhile(front, act, button, says)
    return story


@with_chat
def the_last_one_is_what_was_asked_about(place, us, companion):
    """DECISIONS 28: "your last message" is the one that was the last when that was asked; where it is gone by then, or none was
    there, that is said"""
    us.send('menu secret Secret chat/Delete my last message...')
    us.hears('line secret.* system: There is nothing to delete')
    for meanwhile in True, False:
        us.send('send secret asked about')
        companion.hears('message .* asked about$')
        us.send('menu secret Secret chat/Delete my last message...')
        us.hears('action Delete your last message')
        if meanwhile:
            us.send('send secret meanwhile')
            companion.hears('message .* meanwhile$')
        else:
            us.send('cmd secret delete last')
            companion.hears('gone 1')
        us.send('press Delete for both')
        if meanwhile:
            companion.hears('gone 1')
            us.loses('asked about')
            if not any('meanwhile' in line for line in us.history()):
                raise lab.Gone('another one was deleted')
        else:
            us.hears('line secret.* system: .*Message 3 is gone')
            companion.never('gone')


TESTS = [('entries of the menu', entries_do_what_they_say), ('the entries of each state', entries_of_each_state),
         ('the window with the key', key_window), ('a new chat is not verified', unverified),
         ('after the end in Pidgin', after_the_end('pidgin')), ('after the end in Finch', after_the_end('finch')),
         ('after the end in BitlBee', after_the_end('bitlbee')),
         ('the last one is what was asked about', the_last_one_is_what_was_asked_about)]

if __name__ == '__main__':
    sys.exit(STORIES.run(TESTS))
