#!/usr/bin/env python3
"""Which secret chats there are: their entries in the list, their numbers, /secret list.

usage: test_entries.py BUILD [STORY...]
"""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lab'))
import lab  # noqa: E402
from lab import ALICE, BOB  # noqa: E402

STORIES = lab.Stories('entries')
in_lab = STORIES.in_lab
BUILD = STORIES.build
CAROL = '9990000003'


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
    same(listed(us), ['1 | on | not verified | timer off | Bob Bb'])
    companion.send('start ' + ALICE)
    us.hears('action Bob Bb wants')
    us.send('menu @Carol Start secret chat')
    us.hears('line secret.* system: Waiting for Carol')
    us.send('open @Bob')
    wanted = ['1 | on | not verified | timer off | Bob Bb', '2 | asks you | Bob Bb', '3 | waiting | Carol Cc']
    same(listed(us, '@Bob'), wanted)
    us.send('press Accept')
    companion.hears('secret -?[0-9]+ ready')
    us.hears('line secret.* is ready')
    us.send('buddies')  # the number that commands take is the one that the entry shows
    second = us.hears(r'buddy (secret\S+) Bob Bb .secret 2. ').group(1)
    us.send('cmd %s ttl 30s' % second)
    us.send('cmd %s verify yes' % second)
    us.hears('line secret.* system: You marked')
    wanted[1] = '2 | on | verified | timer 30 seconds | Bob Bb'
    same(listed(us), wanted)
    us.send('blur')
    companion.send('say unseen')
    us.hears('line secret.* recv: unseen')
    us.send('disable')
    us.send('enable')
    us.hears('signed-on')
    same(listed(us, '@Bob'), [wanted[0], '2 | on | verified | timer 30 seconds | Bob Bb', wanted[2]])
    companion.send('close')
    us.hears('line secret.* system: The other side ended')
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


TESTS = [('none', none), ('numbers', numbers)]


if __name__ == '__main__':
    sys.exit(STORIES.run(TESTS))
