#!/usr/bin/env python3
"""Commands as they are typed: forgiven, refused, and which message is meant.

usage: test_commands.py BUILD [STORY...]
"""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lab'))
import lab  # noqa: E402

STORIES = lab.Stories('commands')
with_chat = STORIES.with_chat
MISUSED = 'line %s.* system: This is not how the command is written:<BR>/%s'


# --- arguments ---------------------------------------------------------------------------------------

@with_chat
def misused(place, us, companion):
    """DECISIONS 27: what does not belong behind a command is refused with its usage, and nothing is done or sent"""
    for typed in ('key now', 'screenshot x', 'verify maybe', 'verify yes no', 'delete all of it', 'contact', 'contact eat',
                  'block all', 'unblock x'):
        us.send('cmd secret ' + typed)
        us.hears(MISUSED % ('secret', typed.split()[0]))
        us.forget()
    us.send('cmd secret ttl soon')
    us.hears('line secret.* system: Give a time like 30s')
    us.send('cmd secret secret list none')
    us.hears('line secret.* system: /secret knows')
    us.never('action', 0)
    companion.never('(message|notice|gone)', 0.2)


@with_chat
def forgiven(place, us, companion):
    """DECISIONS 5, 27: case and blanks do not matter"""
    us.send('cmd secret ttl   30 S  ')
    companion.hears('notice ttl-by-peer 30$')
    us.send('cmd secret ttl  OFF')
    companion.hears('notice ttl-by-peer 0$')
    us.send('cmd secret verify  YES ')
    us.hears('line secret.* system: You marked the key of this chat as verified')
    us.send('cmd secret secret  Info ')
    us.hears('line secret.* system: Secret chat with Bob Bb: open')
    us.send('cmd secret delete  ALL ')
    us.hears('action Delete all messages of the secret chat with Bob Bb')


TESTS = [
    ('arguments that do not belong there', misused), ('case and blanks', forgiven),
]

if __name__ == '__main__':
    sys.exit(STORIES.run(TESTS))
