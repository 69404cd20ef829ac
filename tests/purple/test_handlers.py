#!/usr/bin/env python3
"""What handlers of other plugins do behind a line, in the middle of whatever wrote it.

usage: test_handlers.py BUILD [NAME...]
"""
import glob
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lab'))
import lab  # noqa: E402
from media import sends  # noqa: E402

CAROL = '9990000003'
STORIES = lab.Stories('handlers', 'open secret')
in_lab, with_chat = STORIES.in_lab, STORIES.with_chat


# --- they close windows ------------------------------------------------------------------------------

FREED_IS_SEEN = {'G_SLICE': 'always-malloc', 'MALLOC_PERTURB_': '127',
                 'LAB_ASAN': ':max_free_fill_size=65536:free_fill_byte=127'}  # GLib is not instrumented; no size is negative


def opened_and_closed(us, chats):
    us.does('swallow closing')
    for _ in range(3):
        for chat in chats:
            us.does('close ' + chat)
        us.does('open-all')


@in_lab
def windows_close_in_a_line(place):
    """DECISIONS 25: another plugin may close windows behind any line; nothing is lost by it"""
    os.environ.update(FREED_IS_SEEN)
    us, companion = place.chat('--as', 'finch')
    us.send('allow log-secret-chats')
    us.send('logging secret')  # from now on: each window is told of it
    chats = []
    for text in ('one', 'two'):
        us.send('menu @Bob Start secret chat')
        chats.append(us.hears('line (secret[0-9-]+) system: .*Waiting').group(1))
        for word in ('first', 'last'):
            us.send('send %s %s %s' % (chats[-1], word, text))
            us.hears('line .* send: .*%s %s' % (word, text))
        us.send('logging ' + chats[-1])
    opened_and_closed(us, ['secret'] + chats)
    us.does('swallow nothing')
    for chat, text in zip(chats, ('one', 'two')):
        us.does('close ' + chat)
        us.send('open ' + chat)
        us.hears('line %s send: .*first %s' % (chat, text))
        us.hears('line %s send: .*last %s' % (chat, text))
        us.does('close ' + chat)


@in_lab
def windows_close_in_not_sent(place):
    """DECISIONS 25: ... nor of what was not sent, which stands in the next window"""
    os.environ.update(FREED_IS_SEEN)
    us, companion = place.chat()
    us.send('menu @Bob Start secret chat')
    waiting = us.hears('line (secret[0-9-]+) system: Waiting').group(1)
    for word in ('first', 'last'):
        us.send('send %s the %s of them' % (waiting, word))
        us.hears('line .* send: the %s of them' % word)
    us.does('close ' + waiting)
    companion.send('reject')
    companion.hears('secret -?[0-9]+ closed')
    opened_and_closed(us, ['secret', waiting])
    us.does('swallow nothing')
    us.does('close ' + waiting)
    us.send('open ' + waiting)
    for word in ('first', 'last'):
        us.hears('line %s system: Not sent: .*the %s of them' % (waiting, word))


# --- they end the account ----------------------------------------------------------------------------

def comes_back(us):
    us.does('swallow nothing')
    us.does('disable')
    us.forget()
    us.send('enable')
    us.hears('signed-on')


def stands_once(us, text):
    lab.until(lambda: len([line for line in us.history() if text in line]) == 1, '"%s" stands once' % text, show=us.history)


ENDING = [
    'send secret one', 'send secret /nonsense', 'cmd secret secret info', 'cmd secret secret messages',
    'cmd secret ttl 1h', 'cmd secret ttl off', 'cmd secret verify no', 'cmd secret screenshot', 'cmd secret sessions',
    'cmd secret photo nowhere.txt', 'cmd secret forward 1 Carol', 'cmd secret secret nonsense', 'cmd @Bob secret list',
    'cmd @Bob profile',
    'send @Bob hello|press Cancel', 'send @Bob hello|send @Bob and more|escape', 'send @nobody_here hello',
    '!say one', '!say two|!say three', '!ttl 100', '!ttl 0', '!screenshot', '!flush',
    'close secret|!say behind it|!say and more|open secret',
    'menu @Bob Start secret chat|?secret .* requested;send secret a draft|send secret another|!reject',
    'menu @Bob Start secret chat|?secret .* requested;!accept', '!close',
    'menu @Bob Start secret chat', 'cmd @Bob contact name Carla']


def act_in(us, companion, what, acts):
    """Each is one of ours, of the peer's after "!", or what the peer is to say after "?"; other plugins do
    `what` behind the lines of those behind ";"."""
    before, _, acts = acts.rpartition(';')
    if before:
        act_in(us, companion, 'nothing', before)
    companion.forget()
    us.does('swallow ' + what)
    for act in acts.split('|'):
        if act[0] == '!':
            companion.send(act[1:])
        elif act[0] == '?':
            companion.hears(act[1:])
        else:
            us.send(act)


@in_lab
def account_ends_in_a_line(place):
    """DECISIONS 25: a handler of another plugin ends the account behind a line, in the middle of whatever wrote it"""
    us, companion = place.chat()
    us.send('open secret')
    companion.send('say hello')
    us.hears('line secret.* recv: hello')
    for acts in ENDING:
        act_in(us, companion, 'ending', acts)
        us.hears('ended by a line')
        comes_back(us)
        us.does('open secret')


def comes_back_in_a_line(more):
    """DECISIONS 25: ... and connects it at once: what goes on does not take the new connection for its own"""
    @in_lab
    def story(place):
        os.environ.update(FREED_IS_SEEN, **more)
        us, companion = place.chat()
        us.send('open secret')
        companion.send('say hello')
        us.hears('line secret.* recv: hello')
        for acts in ENDING:
            act_in(us, companion, 'reviving', acts)
            us.hears('off and on by a line')
            us.does('swallow nothing')
            us.hears('signed-on')
            us.does('open secret')
        for name in more:
            del os.environ[name]
    return story


# What is freed is given out again at once: the new connection lies where the old one did.
SAME_ADDRESS = {'LAB_ASAN': ':quarantine_size_mb=0:thread_local_quarantine_size_kb=0'}


@with_chat
def account_ends_in_not_sent(place, us, companion):
    """DECISIONS 25: ... and what was not sent stands once, or is said when it is back"""
    place.dc.control('error messages.sendEncrypted 1 400 DATA_INVALID')
    us.does('swallow ending')
    us.send('send secret refused by the server')
    us.hears('ended by a line')  # in its own line, which comes first
    us.does('disable')
    us.send('enable')
    us.hears('ended by a line')
    comes_back(us)
    stands_once(us, 'refused by the server')
    us.does('swallow ending')
    us.send('send secret /nonsense')
    us.hears('ended by a line')
    comes_back(us)
    stands_once(us, '/nonsense')
    us.send('send secret and on')
    companion.hears(r'message -?\d+ 0 and on$')


@in_lab
def account_ends_in_the_list(place):
    """DECISIONS 25: ... and where an entry comes, has another name, or another presence"""
    os.environ.update(FREED_IS_SEEN, G_DEBUG='fatal-criticals')
    us, companion = place.chat()
    place.start(us, companion)
    for signal, act in (('presence', lambda: place.dc.control('profile Bob status recently')),
                        ('leaving', lambda: place.dc.control('profile Bob status offline 100')),
                        ('naming', lambda: place.dc.control('profile Bob first Robert')),
                        ('adding', lambda: us.send('menu id1000002 Start secret chat'))):
        us.does('swallow ' + signal)
        act()
        us.hears('ended by ' + signal)
        comes_back(us)


@in_lab
def account_ends_where_somebody_comes(place):
    """DECISIONS 25: ... of somebody who was looked for, or is in the address book now"""
    os.environ.update(FREED_IS_SEEN)
    us, companion = place.chat()
    us.send('remove @Bob')
    us.hears('action Remove Bob')
    us.does('press Only from this list')
    us.does('swallow adding')
    us.send('add +%s Friends Robert' % lab.BOB)
    us.hears('ended by adding')
    comes_back(us)
    us.send('remove id1000002')
    us.hears('action Remove')
    us.does('press Only from this list')
    us.does('swallow adding')
    companion.send('say hello')  # who writes is in the list again
    us.hears('ended by adding')
    comes_back(us)


def accounts_end_together():
    """DECISIONS 25: ... or other accounts, while one ends: what each was asked about goes with its own"""
    os.environ.update(FREED_IS_SEEN)
    with lab.Lab(STORIES.build, 'handlers', users=[CAROL + ':Carol:Cc']) as place:
        us = place.headless('purple')
        for phone in (lab.ALICE, CAROL):
            us.log_in(phone)
            us.send('use ' + phone)
            place.knows_bob(us)
            us.send('send @Bob hello')
            us.hears('action ')
        us.send('use ' + lab.ALICE)
        us.does('swallow ending-all')
        us.send('disable')
        us.hears('all ended by a line')
        us.does('swallow nothing')


# --- they connect the account, or delete it -------------------------------------------------------------

def is_whole(us):
    """The account is libpurple's own still: it can be ended, and connected."""
    us.hears('signed-on')
    us.does('swallow nothing')
    for act, state in (('go off', 'offline'), ('go on', 'connecting|online')):
        us.send(act)
        us.send('state')
        us.hears('state (%s)$' % state)
    us.hears('signed-on')


@with_chat
def account_connects_in_a_line(place, us, companion):
    """DECISIONS 25: ... connects the account behind a line that its end writes, or when it is off: nothing is forgotten"""
    for what, sign in (('connecting', 'connected by a line'), ('flapping', 'on and off by a line')):
        us.send('send @Bob typed before ' + what)
        us.hears('action ')
        us.does('swallow ' + what)
        us.forget()
        us.send('go off')
        us.hears('line .* system: .*typed before ' + what)
        us.hears(sign)
        if what == 'flapping':
            us.does('swallow nothing')
            us.send('go on')
        is_whole(us)
    us.does('swallow returning')
    us.forget()
    us.send('go off')
    us.hears('connected when it was off')
    is_whole(us)
    us.send('send secret and on')
    companion.hears(r'message -?\d+ 0 and on$')


@with_chat
def account_is_deleted_in_a_line(place, us, companion):
    """DECISIONS 25: ... or deletes it behind that line, or behind any"""
    us.send('send @Bob typed before')
    us.hears('action ')
    us.does('swallow deleting')
    us.send('go off')
    us.hears('deleted by a line')
    us.does('mark')


@with_chat
def account_is_deleted_when_it_is_forgotten(place, us, companion):
    """... or deletes it while libpurple has forgotten the connection that was made in the middle of its end"""
    os.environ.update(FREED_IS_SEEN)
    us.does('swallow returning')
    us.send('go off\ndelete')  # in one turn of the loop
    us.hears('connected when it was off')
    us.does('mark')
    us.does('mark')


@in_lab
def account_ends_where_somebody_is_shown(place):
    """DECISIONS 25: ... or ends it where it is told who somebody is"""
    os.environ.update(FREED_IS_SEEN)
    us, companion = place.chat()
    us.does('swallow showing')
    us.send('info @Bob')
    us.hears('ended by showing')
    comes_back(us)


@in_lab
def account_ends_where_an_entry_comes_back(place):
    """DECISIONS 25: ... or where an entry comes back that was removed, and about which is asked"""
    os.environ.update(FREED_IS_SEEN)
    us, companion = place.chat()
    for name in ('id1000002', 'secret'):
        us.does('swallow adding')
        us.send('remove ' + name)
        us.hears('ended by adding')
        comes_back(us)
    us.send('remove id1000002')
    us.hears('action Remove Bob')


@in_lab
def entries_are_taken_out(place):
    """DECISIONS 25: ... takes an entry out of the list that comes, or comes back"""
    os.environ.update(FREED_IS_SEEN)
    us, companion = place.chat()
    us.does('swallow taking')
    for act in ('menu id1000002 Start secret chat', 'remove secret', 'remove id1000002', 'add +%s Friends Robert' % lab.BOB):
        us.forget()
        us.send(act)
        us.hears('taken out')
        us.does('mark')
    us.does('swallow nothing')
    us.does('disable')
    us.forget()
    us.send('enable')
    us.hears('signed-on')
    us.send('add +%s Friends Robert' % lab.BOB)
    us.does('mark')


# --- what nobody answers any more -----------------------------------------------------------------------

@in_lab
def unanswered(place):
    """MT-I21: who asked for another name or text hears of it when the account goes before Telegram answered"""
    us, companion = place.chat()
    place.dc.control('delay account.updateProfile 100000')
    for n, (act, said) in enumerate((('set-alias Alice Zz', 'no alias: '), ('cmd @Bob profile name Alice Yy', 'line id.* system: .*'),
                                     ('set-alias Alice Xx', 'no alias: '))):
        us.send(act)
        lab.until(lambda n=n: 'account.updateProfile=%d' % (n + 1) in place.dc.control('stats'), act)
        us.does('swallow connecting')  # whoever hears of it may connect the account
        us.send('go off' if n < 2 else 'delete')
        us.hears(said + 'The account went offline before Telegram answered')
        if n == 1:
            us.hears('connected by a line')
        elif n == 0:
            us.send('go on')
        if n < 2:
            us.hears('signed-on')


@in_lab
def nothing_is_left(place):
    """Dialogs that nobody answers, or that go with the account, leave nothing behind"""
    found = os.path.join(place.directory, 'leaks')
    os.environ['LAB_ASAN'] = ':detect_leaks=1:fast_unwind_on_malloc=0:exitcode=0:log_path=' + found
    try:
        us, companion = place.chat('--as', 'finch')
    finally:
        del os.environ['LAB_ASAN']
    for act, sign in (('sendfile secret', r'input Which file\?'), ('send @Bob hello', 'action Send this'),
                      ('account-menu Edit your profile...', 'fields Profile')):
        us.send(act)
        us.hears(sign)
    us.send('go off')
    us.send('quit')
    us.hears('over')
    us.process.wait()
    for name in glob.glob(found + '*'):
        with open(name, encoding='utf-8', errors='replace') as report:
            lines = [line for line in report if 'plugin/purple/tgp-' in line]
        if lines:
            raise lab.Gone(''.join(lines))


@in_lab
def account_ends_by_a_transfer(place):
    """A handler of another plugin ends the account where a transfer is over, whole or not, up or down"""
    us, companion = place.chat('--as', 'pidgin')
    path = os.path.join(place.directory, 'large')
    with open(path, 'wb') as f:
        f.write(bytes(1500000))
    for kind in ('whole', 'stopped', 'deleted'):
        place.dc.control('reset')
        if kind != 'whole':
            place.dc.control('delay upload.saveFilePart 60000')
        us.send('open secret')
        us.does('swallow transfers')
        us.send('sendfile secret ' + path)
        us.hears(r'line secret.* send: \[file \d+, 1\.5 MB: large\]')
        if kind != 'whole':
            us.send('stop' if kind == 'stopped' else 'cmd secret delete')
        us.hears('ended by a transfer')
        us.hears('xfer gone')
        comes_back(us)
    for kind in ('whole', 'stopped', 'deleted'):
        place.dc.control('reset')
        place.dc.control('delay upload.getFile 150')
        us.send('open secret')
        sends(place, companion, 'file', kind, 1500000)
        number = us.hears(r'line secret.* recv: \[file (\d+), 1\.5 MB: %s\]' % kind).group(1)
        us.does('swallow transfers')
        us.send('cmd secret save %s %s' % (number, place.directory))
        us.hears('xfer shown ' + kind)
        if kind == 'stopped':
            us.send('stop')
        elif kind == 'deleted':
            companion.send('delete')
        us.hears('ended by a transfer')
        us.hears('xfer gone')
        comes_back(us)


sys.exit(STORIES.run([
    ('windows close in a line', windows_close_in_a_line), ('windows close in "Not sent"', windows_close_in_not_sent),
    ('the account ends in a line', account_ends_in_a_line), ('the account comes back in a line', comes_back_in_a_line({})),
    ('the account comes back where it was', comes_back_in_a_line(SAME_ADDRESS)),
    ('the account ends in "Not sent"', account_ends_in_not_sent),
    ('the account ends in the list', account_ends_in_the_list),
    ('the account ends where somebody comes', account_ends_where_somebody_comes),
    ('accounts end together', accounts_end_together), ('the account connects in a line', account_connects_in_a_line),
    ('the account is deleted in a line', account_is_deleted_in_a_line),
    ('the account is deleted when it is forgotten', account_is_deleted_when_it_is_forgotten),
    ('the account ends where somebody is shown', account_ends_where_somebody_is_shown),
    ('the account ends where an entry comes back', account_ends_where_an_entry_comes_back),
    ('the account ends by a transfer', account_ends_by_a_transfer),
    ('entries are taken out', entries_are_taken_out), ('unanswered', unanswered),
    ('nothing is left', nothing_is_left)]))
