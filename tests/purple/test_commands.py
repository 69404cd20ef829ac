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
    for typed in ('key now', 'screenshot x', 'verify maybe', 'verify yes no', 'contact', 'contact eat',
                  'block all', 'unblock x'):
        us.send('cmd secret ' + typed)
        us.hears(MISUSED % ('secret', typed.split()[0]))
        us.forget()
    us.send('cmd secret ttl soon')
    us.hears('line secret.* system: Give a time like 30s')
    us.send('cmd secret secret list none')
    us.hears('line secret.* system: Here /secret takes one of these words: ')
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


# --- which message -----------------------------------------------------------------------------------

def talk(us, companion, *texts):
    """Each is in the window when the next is said; with "<" it is the other side's."""
    for text in texts:
        if text.startswith('<'):
            companion.send('say ' + text[1:])
            us.hears('line secret.* recv: %s$' % text[1:])
        else:
            us.send('send secret ' + text)
            companion.hears(r'message -?\d+ 0 %s$' % text)


def listed(us, more=''):
    us.forget()
    us.send('cmd secret secret messages' + more)
    us.send('cmd secret screenshot')  # what follows it in the window is behind the list
    lines = []
    while True:
        line = us.hears('line secret.* system: (.*)').group(1)
        if ' | ' not in line:
            return lines
        cells = line.split(' | ')
        lines.append(' '.join([cells[0]] + cells[2:]))


def same(got, wanted):
    if got != wanted:
        raise lab.Gone('%s instead of %s' % (got, wanted))


def has(us, text, wanted=True):
    if any(text in line for line in us.history()) != wanted:
        raise lab.Gone('"%s" %s' % (text, 'is missing' if wanted else 'is still there'))


@with_chat
def numbers(place, us, companion):
    """SC-E7, DECISIONS 28: /secret messages, /delete by number: own ones at once, the other side's after a question; a
    number never means another message"""
    us.send('open secret')
    us.send('cmd secret secret messages')
    us.hears('line secret.* system: There are no messages in this chat')
    talk(us, companion, 'alpha', '<beta', 'gamma', '<delta')
    same(listed(us), ['1 you alpha', '2 Bob Bb beta', '3 you gamma', '4 Bob Bb delta'])
    same(listed(us, ' 2'), ['3 you gamma', '4 Bob Bb delta'])
    for more in (' 0', ' x', ' -1', ' 2 3'):
        us.send('cmd secret secret messages' + more)
        us.hears(MISUSED % ('secret', 'secret'))
    us.send('cmd secret delete 1')
    companion.hears('gone 1')
    us.loses('alpha')  # in the lists, too
    has(us, 'gamma')
    us.send('cmd secret delete 1')
    us.hears(r'line secret.* system: Message 1 is gone\.$')
    us.send('cmd secret delete #5')
    us.hears('line secret.* system: There is no message 5 in this chat')
    us.send('cmd secret delete 99999999999999999999')
    us.hears('line secret.* system: There is no message')
    us.send('cmd secret delete 2')
    us.hears('action Delete message 2, of Bob Bb, for both sides')
    us.send('press Cancel')
    us.send('cmd secret delete 2')
    us.hears('action Delete message 2, of Bob Bb, for both sides')
    us.send('press Delete for both')
    companion.hears('gone 1')
    us.loses('beta')
    talk(us, companion, 'epsilon')
    same(listed(us), ['3 you gamma', '4 Bob Bb delta', '5 you epsilon'])
    us.send('cmd secret delete last')
    companion.hears('gone 1')
    us.loses('epsilon')


@with_chat
def beginnings(place, us, companion):
    """A message by the beginning of its text: in quotes or not, without regard to case and blanks; if there are several
    it says which"""
    us.send('open secret')
    talk(us, companion, 'hello world', 'hello moon', '5 apples', 'all of it')
    us.send('cmd secret delete  Hello ')
    us.hears(r'line secret.* system: Several messages begin with "Hello": 1, 2\. Name one by its number')
    us.send('cmd secret delete hello  WO')
    companion.hears('gone 1')
    us.loses('hello world')
    us.send('cmd secret delete "5 app"')
    companion.hears('gone 1')
    us.loses('5 apples')
    us.send('cmd secret delete "all"')
    companion.hears('gone 1')
    us.loses('all of it')
    us.send('cmd secret delete goodbye')
    us.hears('line secret.* system: No message begins with "goodbye"')
    us.send('cmd secret delete "hello" now')
    us.hears(MISUSED % ('secret', 'delete'))
    has(us, 'hello moon')


@with_chat
def long_text(place, us, companion):
    """SC-I8, DECISIONS 25: a text that went in parts is one message, and goes whole"""
    us.send('open secret')
    us.send('send secret ' + 'x' * 10000)
    for _ in range(3):
        companion.hears(r'message -?\d+ 0 ')
    same([line[:5] for line in listed(us)], ['1 you'])
    us.send('cmd secret delete 2')  # of its second part
    companion.hears('gone 3')
    us.send('cmd secret secret messages')
    us.hears('line secret.* system: There are no messages in this chat')


@with_chat
def replies(place, us, companion):
    """SC-I3: an answer shows what it answers as long as that stands, and is refused without a text"""
    us.send('open secret')
    talk(us, companion, '<the question', '<another', 'mine')
    us.send('cmd secret reply 1 the answer')
    companion.hears(r'message -?\d+ 0 the answer$')
    us.hears('line secret.* send: \u21a9 the question(<BR>|.)the answer$')
    us.send('cmd secret reply last  /secret of mine')
    us.hears('line secret.* send: \u21a9 another(<BR>|.)/secret of mine$')
    companion.hears(r'message -?\d+ 0 /secret of mine$')
    us.send('cmd secret reply "the QUEST" again')
    us.hears('line secret.* send: \u21a9 the question(<BR>|.)again$')
    us.send('cmd secret reply 3 to myself')
    us.hears('line secret.* send: \u21a9 mine(<BR>|.)to myself$')
    us.send('cmd secret reply 4 on and on')  # of an answer its own text is quoted
    us.hears('line secret.* send: \u21a9 the answer(<BR>|.)on and on$')
    for typed in ('reply', 'reply 1', 'reply "the question"'):
        us.send('cmd secret ' + typed)
        us.hears(MISUSED % ('secret', 'reply'))
    us.send('cmd secret reply 77 nobody')
    us.hears('line secret.* system: There is no message 77')
    companion.never('message .*nobody', 0.2)


@with_chat
def looks(place, us, companion):
    """SC-I3 SC-I5: what is answered or put below a quote looks as it was typed, where the front end has markup"""
    talk(us, companion, '<the question')
    us.send('cmd-markup secret reply 1  a <b>bold</b> &amp; plain answer ')
    companion.hears(r'message -?\d+ 0 a bold & plain answer$')
    companion.hears('looks bold 2-6$')
    us.hears('line secret.* send: \u21a9 the question(<BR>|.)a <b>bold</b> &(amp;)? plain answer$')
    us.send('cmd-markup secret <b>reply 1 all</b>')
    companion.hears('looks bold 0-3$')
    us.send('cmd-markup secret quote 1 <i>so?</i>')
    companion.hears(r'message -?\d+ 0 > the question.so\?$')
    companion.hears('looks italic 15-18$')
    us.send('raw secret  /Reply 1 <b>by a line</b>')  # one that comes to us
    companion.hears(r'message -?\d+ 0 by a line$')
    companion.hears('looks bold 0-9$')
    us.send('cmd secret reply 1 <b>text</b>')
    companion.hears(r'message -?\d+ 0 <b>text</b>$')
    us.send('cmd secret reply 1 plain')
    companion.hears(r'message -?\d+ 0 plain$')


@with_chat
def timed(place, us, companion):
    """SC-G7: what has a timer is quoted nowhere, and its text is in no list"""
    us.send('open secret')
    us.send('cmd secret ttl 1h')
    companion.hears('notice ttl-by-peer 3600')
    us.send('send secret for an hour')
    companion.hears(r'message -?\d+ 3600 for an hour$')
    us.send('cmd secret ttl off')
    companion.hears('notice ttl-by-peer 0')
    same(listed(us), ['1 you (has a timer)'])
    us.send('cmd secret quote 1')
    us.hears('line secret.* system: Message 1 has a timer, so it is not quoted')
    us.send('cmd secret quote 1 and more')
    us.hears('line secret.* system: Message 1 has a timer, so it is not quoted')
    us.send('cmd secret reply "for an" yes')
    us.hears(r'line secret.* send: \u21a9 \(earlier message\)(<BR>|.)yes$')
    companion.hears(r'message -?\d+ 0 yes$')


@with_chat
def quotes(place, us, companion):
    """/quote sends the text of a message above one's own; without one it says how, where nothing can be put into the
    entry"""
    us.send('open secret')
    talk(us, companion, '<so it is')
    us.send('cmd secret quote 1 is it?')
    us.hears('line secret.* send: > so it is(<BR>|.)is it\\?$')
    companion.hears(r'message -?\d+ 0 > so it is.*is it\?$')
    us.send('cmd secret quote 1')
    us.hears(r'line secret.* system: Write your text behind it: /quote 1 text')
    us.send('cmd secret quote')
    us.hears(MISUSED % ('secret', 'quote'))
    us.send('focus secret')  # seen: its text is kept no longer than its line
    companion.hears('read')
    us.send('close secret')
    us.send('open secret')
    us.send('cmd secret quote 1')
    us.hears('line secret.* system: The text of message 1 is not kept, so it cannot be quoted')


@with_chat
def over(place, us, companion):
    """A chat that ends, and a message that goes, while a question about it stands"""
    us.send('open secret')
    talk(us, companion, '<one', '<two')
    us.send('cmd secret delete 1')
    us.hears('action Delete message 1')
    companion.send('delete')
    us.loses('two')
    companion.send('flush')
    us.loses('one')
    us.send('press Delete for both')
    us.hears(r'line secret.* system: Message 1 is gone\.')
    talk(us, companion, 'three')
    us.send('cmd secret delete all')
    us.hears('action Delete all messages')
    companion.send('close')
    us.hears('line secret.* system: .*ended this secret chat')
    us.send('press Delete for both')
    us.hears('line secret.* system: This secret chat has ended')
    for typed in ('delete 3', 'delete', 'ttl 5', 'key', 'screenshot'):
        us.send('cmd secret ' + typed)
        us.hears('line secret.* system: This secret chat has ended')
    us.send('cmd secret reply 3 too late')
    us.hears('line secret.* system: Not sent: this secret chat has ended.*too late')


@with_chat
def elsewhere(place, us, companion):
    """What is for secret chats only says so elsewhere"""
    us.send('open @Bob')
    for typed in ('delete 1', 'reply 1 x', 'quote 1', 'key', 'verify', 'screenshot', 'ttl'):
        us.send('cmd @Bob ' + typed)
        us.hears('line id.* system: This works in secret chats only')
    us.send('cmd @Bob secret messages')
    us.hears('line id.* system: Here /secret takes one of these words: new, accept, reject, leave, list$')
    us.send('cmd @Bob help secret')  # each word that it knows, with numbers, too
    us.hears('line id.* system: .*anywhere: list, list all, and info 2, accept 2, reject 2, leave 2 ')


def in_bitlbee(place, us, companion):
    """Where the front end keeps no lines: their beginnings are known all the same, and commands and help go by send_im"""
    for said in ('<one thing', 'another'):
        talk(us, companion, said) if said[0] == '<' else us.send('enter secret ' + said)
    companion.hears('message .* another$')
    us.forget()
    us.send('enter secret /secret messages')
    us.hears(r'line secret.* system: \*\*\* 1 \| \S+ \| Bob Bb \| one thing$')
    us.hears(r'line secret.* system: \*\*\* 2 \| \S+ \| you \| another$')
    us.send('enter secret /Reply "one t" yes')
    companion.hears(r'message -?\d+ 0 yes$')
    us.send('enter secret /delete another')
    companion.hears('gone 1')
    us.send('enter secret /quote 1 so?')
    companion.hears(r'message -?\d+ 0 > one thing.*so\?$')
    us.send('enter secret /help ttl')
    us.hears(r'line secret.* system: \*\*\* /ttl \[30s')
    us.send('enter secret /help /TTL')
    us.hears(r'line secret.* system: \*\*\* /ttl \[30s')
    us.send('enter secret /help nonsense')
    us.hears('line secret.* system: .*There is no such command')
    us.send('enter secret /contact Search bob')
    us.hears(r'line secret.* system: \*\*\* Bob Bb \| \+\d+ \| in your contacts')
    us.send('enter secret /contact blocked')
    us.hears(r'line secret.* system: \*\*\* You have blocked nobody at Telegram')
    us.send('enter secret /contact name Robert')
    us.hears(r'line secret.* system: \*\*\* In Telegram.s contacts this person is called Robert now')
    us.send('allow show-numbers')
    companion.send('say counted')
    number = int(us.hears(r'line secret.* recv: counted #(\d+)$').group(1))
    companion.send('ttl 600')
    us.hears('line secret.* set the self-destruct timer')
    companion.send('say burning')
    us.hears(r'line secret.* recv: burning #%d\u00a0\[10\u00a0min\]$' % (number + 1))


TESTS = [
    ('arguments that do not belong there', misused), ('case and blanks', forgiven), ('by number', numbers),
    ('by the beginning', beginnings), ('a long text', long_text), ('/reply', replies), ('looks of an answer', looks), ('with a timer', timed),
    ('/quote', quotes), ('while a question stands', over), ('elsewhere', elsewhere),
    ('in BitlBee', with_chat(in_bitlbee, '--as', 'bitlbee')),
]

if __name__ == '__main__':
    sys.exit(STORIES.run(TESTS))
