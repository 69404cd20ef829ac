#!/usr/bin/env python3
"""Which secret chats there are: their entries in the list, their numbers, /secret list.

usage: test_entries.py BUILD [STORY...]
"""
import itertools
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lab'))
import lab  # noqa: E402
from lab import ALICE, BOB  # noqa: E402

STORIES = lab.Stories('entries')
in_lab = STORIES.in_lab
BUILD = STORIES.build
CAROL, DAVE = '9990000003', '9990000004'


def with_carol(story):
    """story(place, us, companion), with somebody else in the address book"""
    def story_with_carol():
        with lab.Lab(BUILD, 'entries', users=[CAROL + ':Carol:Cc']) as place:
            us, companion = place.chat()
            story(place, us, companion)
    return story_with_carol


def same(got, wanted):
    if got != wanted:
        raise lab.Gone('%s instead of %s' % (got, wanted))


def listed(us, where='secret', more=''):
    """The lines of /secret list, typed there."""
    us.forget()
    us.send('cmd %s secret list%s' % (where, more))
    text = us.hears(r'line \S+ system: (\d+ \| .*|There is no .*)').group(1)
    return text.split('<BR>')


# --- numbers, /secret list ---------------------------------------------------------------------------

@in_lab
def none(place):
    """/secret list where there is nothing to list, in a conversation with a person"""
    us = place.headless()
    us.log_in(ALICE)
    place.knows_bob(us)
    us.send('open @Bob')
    for more in ('', ' all', '  ALL '):
        same(listed(us, '@Bob', more),
             ['There is no secret chat. /secret in a conversation with somebody starts one.'])


@with_carol
def numbers(place, us, companion):
    """Every chat and request has a number, the same while it exists, and the list says how each of them is"""
    same(listed(us), ['1 | open | not verified | timer off | Bob Bb'])
    companion.send('start ' + ALICE)
    us.hears('action Bob Bb wants')
    us.send('menu @Carol Start secret chat')
    us.hears('line secret.* system: Waiting for Carol')
    us.send('open @Bob')
    wanted = ['1 | open | not verified | timer off | Bob Bb', '2 | asks you | Bob Bb', '3 | waiting | Carol Cc']
    same(listed(us, '@Bob'), wanted)
    us.send('press Accept')
    companion.hears('secret -?[0-9]+ ready')
    us.hears('line secret.* is ready')
    us.send('buddies')  # the number that commands take is the one that the entry shows
    second = us.hears(r'buddy (secret\S+) Bob Bb .secret 2. ').group(1)
    us.send('cmd %s ttl 30s' % second)
    us.send('cmd %s verify yes' % second)
    us.hears('line secret.* system: You marked')
    wanted[1] = '2 | open | verified | timer 30 seconds | Bob Bb'
    same(listed(us), wanted)
    us.send('blur')
    companion.send('say unseen')
    us.hears('line secret.* recv: unseen')
    us.send('disable')
    us.send('enable')
    us.hears('signed-on')
    same(listed(us, '@Bob'), [wanted[0], '2 | open | verified | timer 30 seconds | Bob Bb', wanted[2]])
    companion.send('close')
    us.hears('line secret.* system: Bob Bb ended')
    same(listed(us, '@Bob'), [wanted[0], '2 | ended | Bob Bb', wanted[2]])
    for typed in '1', '#1', ' 1 ':
        us.send('cmd @Bob secret info ' + typed)
        us.hears('line id.* system: Secret chat with Bob Bb: open')
    for typed in '9', '0', '-1', '1x', '99999999999':
        us.send('cmd @Bob secret info ' + typed)
        us.hears('line id.* system: There is no secret chat with this number')
    us.send('menu @Bob Start secret chat')  # a number is not given again
    us.hears('line secret.* system: Waiting for Bob')
    same(listed(us, '@Bob')[-1], '4 | waiting | Bob Bb')
    us.send('buddies')
    us.hears('buddy secret.* Bob Bb .secret 4. ')


# --- names -------------------------------------------------------------------------------------------

def in_columns(front, titles):
    """A person with a long name and two secret chats: what the list shows of a name tells the three apart; a window's
    title is in words where there is room, also after a new start, unless the user called the chat otherwise"""
    def story(place):
        us, companion = place.chat('--as', front)
        place.start(us, companion)
        place.dc.control('profile %s first Maria-Magdalena Annette' % BOB)

        def names():
            us.send('buddies')
            lines = []
            while not lines or lines[-1] != 'buddies end':
                lines.append(us.hears('buddy |buddies end').string)
            return sorted(line.split(' ', 2)[2].split(' [')[0][:12] for line in lines[:-1])
        lab.until(lambda: names() == ['Maria-Magdal', '\U0001f512 Maria-Magd', '\U0001f5122 Maria-Mag'],
                  'three names', show=lambda: str(names()))
        us.send('buddies')
        second = us.hears('buddy (secret\\S+) \U0001f5122 ').group(1)
        for times in range(2):
            us.send('open ' + second)
            us.send('title ' + second)
            us.hears('title %s$' % titles[0])
            us.send('close ' + second)
            us.send('disable')
            us.send('enable')
            us.hears('signed-on')
        us.send('open ' + second)
        us.send('cmd %s verify yes' % second)
        us.hears('line secret.* system: .*You marked')
        us.send('title ' + second)
        us.hears('title %s$' % titles[1])
        us.send('call %s My Maria' % second)
        us.send('cmd %s verify no' % second)
        us.hears('line secret.* system: .*The key of this chat is not')
        us.send('title ' + second)
        us.hears('title My Maria$')
    return in_lab(story)


def long_in_finch(place):
    """Finch draws an entry's tooltip, headed by its name, over the list where the name is long: it gets a name that
    leaves room, cut in its middle, so that namesakes are still told apart"""
    us, companion = place.chat('--as', 'finch')

    def names():
        us.send('buddies')
        lines = []
        while not lines or lines[-1] != 'buddies end':
            lines.append(us.hears('buddy |buddies end').string)
        return sorted(line.split(' ', 2)[2].split(' [')[0] for line in lines[:-1])
    for first, shown in (('W' * 60, 'W' * 29 + '\u2026WWWWWWW Bb'),
                         ('\u6c34' * 50, '\u6c34' * 14 + '\u2026' + '\u6c34' * 3 + ' Bb'),
                         ('W' * 37, 'W' * 37 + ' Bb')):
        place.dc.control('profile %s first %s' % (BOB, first))
        lab.until(lambda: names() == [shown, '\U0001f512 ' + shown], shown, show=lambda: str(names()))


# --- two accounts ------------------------------------------------------------------------------------

@with_carol
def two_accounts(place, us, companion):
    """MT-F40: two accounts, each with a secret chat with the same person: every line stands in the conversation of its
    own, each account has its own numbers, and what ends on one leaves the other alone"""
    first = companion.info()['chat']
    us.log_in(CAROL)
    us.send('use ' + CAROL)
    place.start(us, companion)
    second = companion.info()['chat']
    chats = ((ALICE, first), (CAROL, second))
    for _ in range(2):
        for phone, chat in chats:
            us.send('use ' + phone)
            us.send('send secret%s by %s' % (chat, phone))
            companion.hears('message .* by %s$' % phone)
            if companion.info()['chat'] != chat:
                raise lab.Gone('it went to another chat')
            companion.send('chat ' + chat)
            companion.send('say back to ' + phone)
            us.hears('line secret%s recv: back to %s$' % (chat, phone))
    for phone, chat in chats:
        us.send('use ' + phone)
        us.forget()
        us.send('lines secret' + chat)
        lines = []
        while not lines or lines[-1] != 'history end':
            lines.append(us.hears('history').string)
        same([line for line in lines if line.endswith((ALICE, CAROL))],
             ['history: by ' + phone, 'history: back to ' + phone] * 2)
        same(listed(us, 'secret' + chat), ['1 | open | not verified | timer off | Bob Bb'])
        us.send('cmd secret%s secret info 2' % chat)
        us.hears('line secret%s system: There is no secret chat with this number' % chat)
    us.send('cmd secret%s secret end' % second)
    us.hears('action .*')
    us.send('press End chat')
    companion.hears('secret %s closed' % second)
    us.send('disable')
    us.send('delete ' + CAROL)
    us.send('use ' + ALICE)
    us.send('send secret%s this one goes on' % first)
    companion.hears('message .* this one goes on$')
    if companion.info()['chat'] != first:
        raise lab.Gone('it went to another chat')
    same(listed(us, 'secret' + first), ['1 | open | not verified | timer off | Bob Bb'])


def apart(front, mark, first, second, work, title, counted):
    """MT-F40: where two accounts have chats with one person, and only there, the first columns of an entry say of which
    account it is: the end of its number, or what the user calls it; a window's title says it, too. Who it is can be seen
    beside that, also while something waits there"""
    alice, carol = first + mark, second + mark

    def story():
        with lab.Lab(BUILD, 'entries', users=[CAROL + ':Carol:Cc', DAVE + ':Dave:Bb']) as place:
            us, bob = place.chat('--as', front)
            dave = place.companion(DAVE)
            us.log_in(CAROL)

            def rows(phone):
                us.send('use ' + phone)
                return sorted(line.split(' ', 2)[2].split(' [')[0] for line in in_list(us))

            def both(ours, others):
                lab.until(lambda: (rows(ALICE), rows(CAROL)) == (ours, others), 'the entries',
                          show=lambda: '%s %s' % (rows(ALICE), rows(CAROL)))
            us.send('use ' + CAROL)
            place.knows_bob(us)
            us.send('menu @Dave Start secret chat')
            dave.hears('secret -?[0-9]+ requested')
            dave.send('accept')
            us.hears('line secret.* is ready')
            both(['\U0001f512 Bob Bb'], ['\U0001f512 Dave Bb'])
            us.send('use ' + CAROL)
            place.start(us, bob)
            both(['\U0001f512 ' + alice + 'Bob Bb'], ['\U0001f512 Dave Bb', '\U0001f512 ' + carol + 'Bob Bb'])
            us.send('called Workers Inc')  # Carol's, where these were asked for last
            place.dc.control('profile %s first Rob' % BOB)
            both(['\U0001f512 ' + alice + 'Rob Bb'], ['\U0001f512 Dave Bb', '\U0001f512 ' + work + mark + 'Rob Bb'])
            chat = 'secret' + bob.info()['chat']
            us.send('title ' + chat)
            us.hears('title %s$' % (title % (work + mark)))
            us.send('called')
            us.send('disable')
            us.send('use ' + ALICE)
            lab.until(lambda: rows(ALICE) == ['\U0001f512 Rob Bb'], 'an account alone', show=lambda: rows(ALICE))
            us.send('use ' + CAROL)
            us.send('enable')
            us.hears('signed-on')
            both(['\U0001f512 ' + alice + 'Rob Bb'], ['\U0001f512 Dave Bb', '\U0001f512 ' + carol + 'Rob Bb'])
            bob.send('close')
            us.hears('line secret.* system: .*Rob Bb ended')
            us.send('close ' + chat)
            both(['\U0001f512 Rob Bb'], ['\U0001f512 Dave Bb'])
            place.dc.control('profile %s first Rob' % DAVE)  # somebody else, but the same row
            both(['\U0001f512 ' + alice + 'Rob Bb, \u20260002'], ['\U0001f512 ' + carol + 'Rob Bb, \u20260004'])
            dave.send('say waits')
            lab.until(lambda: rows(CAROL) == [counted], 'how many wait', show=lambda: rows(CAROL))
    return story


# --- ended ones leave --------------------------------------------------------------------------------

def in_list(us):
    """The entries of secret chats, as the front end shows them."""
    us.forget()
    us.send('buddies')
    entries = []
    while True:
        line = us.hears('buddy secret|buddies end').string
        if line == 'buddies end':
            return entries
        entries.append(line)


def stored_list(place):
    """What libpurple wrote of its list."""
    with open(os.path.join(place.directory, 'purple', 'blist.xml'), encoding='utf-8') as f:
        return f.read()


def leaves(us, name):
    lab.until(lambda: not any(name in line for line in in_list(us)), 'the end of the entry',
              show=lambda: '\n'.join(in_list(us)))


@with_carol
def ended_leaves(place, us, companion):
    """An ended chat leaves the list when its window is closed, and no row of it stays in the file; the list of all
    has it, also after a restart"""
    us.send('buddies')
    name = us.hears('buddy (secret\\S+)').group(1)
    us.send('open ' + name)
    companion.send('close')
    us.hears('line secret.* system: Bob Bb ended')
    us.send('buddies')
    us.hears('buddy %s Bob Bb .secret. .offline. ended$' % name)  # its window stands
    us.send('close ' + name)
    leaves(us, name)
    us.send('open @Bob')
    same(listed(us, '@Bob'), ['There is no secret chat. /secret in a conversation with somebody starts one.'])
    same(listed(us, '@Bob', ' all'), ['1 | ended | Bob Bb'])
    us.send('quit')
    us.process.wait(lab.PATIENCE)
    if 'secret' in stored_list(place).replace('Secret chats', ''):
        raise lab.Gone(stored_list(place))
    us = place.headless()
    us.hears('signed-on')
    us.send('open @Bob')
    same(listed(us, '@Bob', ' all'), ['1 | ended | Bob Bb'])
    same(in_list(us), [])


@in_lab
def ended_unread(place):
    """DECISIONS 23: what nobody has read keeps the entry, until it was seen"""
    us, companion = place.chat()
    us.send('buddies')
    name = us.hears('buddy (secret\\S+)').group(1)
    us.send('close ' + name)
    us.send('blur')
    companion.send('say last words')
    us.hears('line secret.* recv: last words')
    companion.send('close')
    us.hears('line secret.* system: Bob Bb ended')
    us.send('close ' + name)
    us.send('buddies')
    us.hears('buddy %s .* 1 unread, ended$' % name)
    same(listed(us, '@Bob'), ['1 | ended | 1 unread | Bob Bb'])
    polls = itertools.count()

    def read_and_closed():
        n = next(polls)
        if n % 20 == 0:
            us.send('open ' + name)
            us.send('focus ' + name)
        elif n % 20 == 10:  # somebody had time to look
            us.send('close ' + name)
        return in_list(us) == []

    lab.until(read_and_closed, 'the end of the entry', show=lambda: in_list(us))


@in_lab
def stale_rows(place):
    """Rows of chats of which nothing is known are taken out of the list's file"""
    us, companion = place.chat()
    us.send('quit')
    us.process.wait(lab.PATIENCE)
    path = os.path.join(place.directory, 'purple', 'blist.xml')
    text = stored_list(place)
    row = text[text.index("<contact>", text.index('Secret chats')):]
    row = row[:row.index('</contact>') + len('</contact>')]
    name = row[row.index('<name>') + 6:row.index('</name>')]
    with open(path, 'w', encoding='utf-8') as f:
        f.write(text.replace(row, row + row.replace(name, 'secret4242')))
    us = place.headless()
    us.hears('signed-on')
    leaves(us, 'secret4242')
    if not any(name in line for line in in_list(us)):
        raise lab.Gone('the chat that goes on went, too')


@in_lab
def ended_in_bitlbee(place):
    """No window is closed there: the entry stays a week, over restarts, or until /secret erase"""
    companion = place.companion(BOB)
    us = place.headless('purple', '--as', 'bitlbee')
    us.log_in(ALICE, password='kept')
    place.start(us, companion)
    same([line.split('] ')[1] for line in in_list(us)], ['secret chat, not verified'])
    companion.send('close')
    us.hears('line secret.* system: .*Bob Bb ended')
    us.send('disable')
    us.send('enable')
    us.hears('signed-on')
    same([line.split('] ')[1] for line in in_list(us)], ['ended'])
    us.send('cmd secret secret erase')
    us.hears('root Request')
    us.send('yes')
    leaves(us, 'secret')


LONG = 'Maria-Magdalena Annette Bb'
TESTS = [('none', none), ('numbers', numbers),
         ('two accounts', two_accounts),
         ('long names in Finch', in_lab(long_in_finch)),
         ('names in Pidgin', in_columns('pidgin', (LONG + ' .secret 2.', LONG + ' .secret 2, verified.'))),
         ('names in Finch', in_columns('finch', ('\U0001f5122 ' + LONG, '\U0001f5122\u2713 ' + LONG))),
         ('apart in Pidgin', apart('pidgin', ' \u203a ', '\u20260001', '\u20260003', 'Worke\u2026nc', '%sRob Bb .secret.',
                                   '\U0001f512 \u20260003 \u203a Rob Bb, \u20260004')),
         ('apart in Finch', apart('finch', '\u203a', '\u202601', '\u202603', 'Wo\u2026c', '\U0001f512 %sRob Bb',
                                  '\U0001f512 \u202603\u203aRo\u2026 (1)')),
         ('ended leaves', ended_leaves), ('ended unread', ended_unread),
         ('stale rows', stale_rows), ('ended in BitlBee', ended_in_bitlbee)]


if __name__ == '__main__':
    sys.exit(STORIES.run(TESTS))
