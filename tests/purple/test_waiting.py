#!/usr/bin/env python3
"""Logins that are refused or have to wait, and no network: what a user reads, and that nobody has to do anything.

usage: test_waiting.py BUILD [NAME ...]
"""
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lab'))
import lab  # noqa: E402
from lab import ALICE, BOB  # noqa: E402

STORIES = lab.Stories('waiting')
in_lab, with_chat = STORIES.in_lab, STORIES.with_chat


@in_lab
def no_port(place):
    us = place.headless()
    us.account(ALICE, server='example.org')
    us.hears('error fatal "example.org" is not the address of a server: it needs a name and a port')


def nobody_there(server):
    """An outage is said, with its reason; nothing of it is fatal (FRONTENDS 6)"""
    def story(place):
        us = place.headless()
        us.account(ALICE, server=server)
        us.hears(r'progress No connection to the server \(.+\). Trying again', 75)
        us.never('error')
    return in_lab(story)


@with_chat
def server_gone(place, us, companion):
    """DECISIONS 24: within a minute the account shows that it is offline; and comes back by itself"""
    place.dc.stop()
    us.send('send secret said into the void')
    us.hears(r'error No connection to the server', 75)
    for _ in range(2):  # libpurple ends the connection in its own time
        us.send('buddies')
        us.hears('buddies end')
    us.send('enable')  # as a host does after a while
    us.hears(r'progress No connection to the server', 75)
    us.never('error')


@in_lab
def in_finch(place):
    """Finch shows neither progress nor an end that passes: the reason is said once where the user looks"""
    companion = place.companion(BOB)
    us = place.headless('purple', '--as', 'finch')
    us.log_in(ALICE)
    place.start(us, companion)
    us.send('open secret')
    place.dc.stop()
    us.hears('line secret.* system: .*No connection to the server', 75)
    us.forget()
    for _ in range(2):
        us.send('buddies')
        us.hears('buddies end')
    us.send('enable')
    us.never('line secret.* system: .*No connection to the server', 15)


@in_lab
def in_finch_at_login(place):
    us = place.headless('purple', '--as', 'finch')
    us.account(ALICE, server='127.0.0.1:1')
    us.hears(r'notify No connection to the server \(.+\)', 75)
    us.never('notify', 20)


def seems_lost(answer):
    """DECISIONS 24, MT-C42: a server that binds no key to the login's for a minute; the text names what logging in anew ends"""
    def story(place):
        companion = place.companion(BOB)
        us = place.headless()
        us.log_in(ALICE)
        place.start(us, companion)
        us.does('blur')
        companion.send('say never seen')
        us.hears('line secret.* recv: never seen$')
        binds = place.dc.counts()['auth.bindTempAuthKey']
        place.dc.control('clock 120')  # a key that was just made may be unknown
        place.dc.control('lose-keys Alice')
        place.dc.control('disconnect Alice')
        lab.until(lambda: place.dc.counts()['auth.bindTempAuthKey'] >= binds + 2, 'two answers')  # the first was taken note of
        us.send('clock 90000')
        us.hears('error The answer is that this session is not known', 60 + lab.PATIENCE)
        for _ in range(2):
            us.send('buddies')
            us.hears('buddies end')
        us.send('enable')
        us.hears(r'action Log in anew\?.*secret chats with: Bob Bb. .*\[Log in anew\] \[Go on waiting\]')
        if answer is not None:
            us.send('press ' + answer)
        if answer == 'Log in anew':  # DECISIONS 23: told when it happens
            us.hears('notify 1 message you had not seen was erased')
            us.hears('input Login code')
            us.send('answer 12345')
            us.hears('signed-on')
            return
        place.dc.control('recall-keys Alice')
        place.dc.control('lose-temporary Bob')  # the next one tells what the time is now
        place.dc.control('disconnect Bob')
        us.send('clock 1000')  # whatever the pause is; the timers that run do not go along
        us.send('disable')
        us.send('enable')
        us.hears('signed-on')
        us.send('send secret still here')
        companion.hears(r'message .* still here$')
    return in_lab(story)


def refusal(code, error, sentence, method='auth.sendCode'):
    """MT-F4, MT-F12, MT-E17: each its own sentence, that says what can be done"""
    def story(place):
        place.dc.control('error %s 1 %d %s' % (method, code, error))
        us = place.headless()
        us.account(ALICE)
        if method != 'auth.sendCode':
            us.hears('input Login code')
            us.send('answer 12345')
        us.hears('error fatal ' + sentence)
    return in_lab(story)


def told_wait(error, sentence, code=420, method='auth.sendCode'):
    """MT-E13: how long it takes is said; the account stays on, also when it is switched off and on again"""
    def story(place):
        place.dc.control('error %s 0 %d %s' % (method, code, error))
        us = place.headless()
        us.account(ALICE)
        if method != 'auth.sendCode':
            us.hears('input Login code')
            us.send('answer 12345')
        us.hears('progress There were too many attempts to log in. Trying again in ' + sentence)
        us.never('error')
        us.send('disable')
        us.send('enable')
        us.hears('progress There were too many attempts to log in. Trying again in ')
        if re.search(r'sendCode=([2-9]|\d\d)', place.dc.control('stats')):
            raise lab.Gone('it was tried again')
    return in_lab(story)


@in_lab
def expired_code(place):
    """MT-F17: a new one is asked for, and nothing was wrong"""
    place.dc.control('error auth.signIn 1 400 PHONE_CODE_EXPIRED')
    us = place.headless()
    us.account(ALICE)
    us.hears('input Login code: The login code was sent')
    us.send('answer 12345')
    us.hears('input Login code: That code came too late. A new one was sent. The login code')
    us.send('answer 12345')
    us.hears('signed-on')


@in_lab
def no_dialogs(place):
    """FRONTENDS 0.7: a front end without dialogs is asked in a conversation; nothing of the answer stays there"""
    place.dc.control('password %s correct' % ALICE)
    us = place.headless('purple', '--dialogless')
    us.account(ALICE)
    us.hears('line Telegram system: The login code was sent.* Write the answer here')
    us.send('send Telegram 123 45')
    us.hears('line Telegram system: This account is protected by a password.* Write the answer here')
    us.send('send Telegram correct')
    us.hears('signed-on')
    us.never('line Telegram send')
    us.send('lines Telegram')
    us.hears('history end')
    if any('correct' in line for line in us.pending):
        raise lab.Gone('the password stands in the conversation')


TESTS = [
    ('no port', no_port), ('nobody listens', nobody_there('127.0.0.1:1')),
    ('no such host', nobody_there('nowhere.invalid:443')), ('the server goes', server_gone),
    ('the server goes, in Finch', in_finch), ('nobody listens, in Finch', in_finch_at_login),
    ('a login that seems lost, and waiting', seems_lost('Go on waiting')),
    ('a login that seems lost, and no answer', seems_lost(None)),
    ('a login that seems lost, and a new one', seems_lost('Log in anew')),
    ('a banned number', refusal(400, 'PHONE_NUMBER_BANNED', 'Telegram has banned this phone number')),
    ('no such account', refusal(400, 'PHONE_NUMBER_UNOCCUPIED', 'There is no account for this number')),
    ('a public api id', refusal(400, 'API_ID_PUBLISHED_FLOOD', 'This API id has become public')),
    ('an old version', refusal(406, 'UPDATE_APP_TO_LOGIN', 'The server takes no new login of this version')),
    ('a deleted account', refusal(401, 'USER_DEACTIVATED', 'This Telegram account was deleted', 'auth.signIn')),
    ('another refusal', refusal(400, 'SOMETHING_NEW', r'The server refused the login \(SOMETHING_NEW\)')),
    ('a flood wait at the login', told_wait('FLOOD_WAIT_5000', '1 hour 24 minutes')),
    ('a long flood wait', told_wait('FLOOD_WAIT_90000', '1 day 1 hour')),
    ('too many codes', told_wait('PHONE_NUMBER_FLOOD', '1 hour', 400)),
    ('a flood wait behind the code', told_wait('FLOOD_WAIT_300', '5 minutes', method='auth.signIn')),
    ('an expired code', expired_code), ('no dialogs', no_dialogs)
]


if __name__ == '__main__':
    sys.exit(STORIES.run(TESTS))
