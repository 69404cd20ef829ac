#!/usr/bin/env python3
"""What is kept of a secret chat beside the module: libpurple's logs, and other plugins (test_logs.py BUILD [TEST...]).

That timed lines are in no log, and what who ticks "Enable Logging" reads, is in test_unseen.py.
"""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lab'))
import lab  # noqa: E402

STORIES = lab.Stories('logs')
with_chat = STORIES.with_chat
LOGGED = 'line secret.* system: What is said here is written to the logs on this computer'


def says_that_it_logs(place, us, companion):
    """SC-G9: once in each window, when the user wants it; the sentence itself is in no log"""
    us.send('close secret')
    us.send('open secret')
    us.hears(LOGGED)
    us.send('send secret kept')
    companion.hears('message .* kept$')
    us.never(LOGGED, 0.5)
    us.send('close secret')
    us.send('open secret')
    us.hears(LOGGED)
    for folder, _, names in os.walk(us.home + '/logs'):
        for name in names:
            with open(os.path.join(folder, name), encoding='utf-8') as f:
                if 'What is said here' in f.read():
                    raise lab.Gone('the notice is logged')


@with_chat
def switched_on_later(place, us, companion):
    """SC-G9: the setting counts from now on, and a tick at "Enable Logging" is answered with what is true"""
    us.send('open secret')
    us.send('logging secret')
    us.hears('line secret.* system: Nothing is logged')
    us.send('allow log-secret-chats')
    us.send('logging secret')
    us.hears(LOGGED)
    us.never('line secret.* system: Nothing is logged', 0.5)


def kept_by_a_plugin(first):
    @with_chat
    def story(place, us, companion):
        """SC-G9: what "Last Seen" notes in the list's file is taken out before it is written"""
        us.send('swallow keeping')
        us.send(first)
        companion.send('say between us')
        us.hears('line secret.* recv: between us')
        us.send('settings secret')
        us.hears('setting lastsaid: none')
        us.send('quit')
        us.hears('over')
        with open(os.path.join(us.home, 'blist.xml'), encoding='utf-8') as f:
            if 'between us' in f.read():
                raise lab.Gone('the buddy list has it')
    return story


TESTS = [('a logged chat says so', with_chat(says_that_it_logs, log_secret_chats='yes')),
         ('switched on later', switched_on_later),
         ('a plugin notes what was said', kept_by_a_plugin('open secret')),
         ('and a new window', kept_by_a_plugin('close secret'))]


if __name__ == '__main__':
    sys.exit(STORIES.run(TESTS))
