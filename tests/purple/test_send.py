#!/usr/bin/env python3
"""What the user types stands in the window only when it is true, and arrives as typed.

usage: test_send.py BUILD [NAME...]
"""
import os
import re
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lab'))
import lab  # noqa: E402
from lab import ALICE, BOB  # noqa: E402

STORIES = lab.Stories('send', 'open secret')
in_lab, with_chat = STORIES.in_lab, STORIES.with_chat


def as_front(front):
    return lambda story: with_chat(story, '--as', front)


def lines(us, wait=None):
    """Own and incoming lines that were shown, in order, up to one that is waited for."""
    if wait:
        us.hears(wait)
        us.pending = []
    found = []
    for line in us.said:
        match = re.match(r'line secret\S+ (send|recv): (.*)', line)
        if match:
            found.append(match.groups())
    return found


def standing(us, text):
    return [line for line in us.history() if text in line]


def stands_once(us, text):
    found = standing(us, text)
    if len(found) != 1:
        raise lab.Gone('"%s" stands %d times: %s' % (text, len(found), found))


# --- own lines ---------------------------------------------------------------------------------------

@with_chat
def waits_for_the_disk(place, us, companion):
    """DECISIONS 25: nothing stands before it is stored, then it stands once"""
    us.send('disk held')
    us.send('send secret slowly')
    us.never('line secret.* send: slowly')
    us.send('disk released')
    us.hears('line secret.* send: slowly$')
    companion.hears(r'message -?\d+ 0 slowly$')
    stands_once(us, 'slowly')


@with_chat
def fifty_and_fifty(place, us, companion):
    """DECISIONS 25: 50 own and 50 incoming over a slow disk, the tab closed in the middle; all arrive once, in
    order, lines stand in the order of the commits, and no own line opens a window"""
    us.send('disk slow 300')
    start = time.time()
    for i in range(25):
        us.send('send secret mine %d.' % i)
        companion.send('say yours %d.' % i)
    us.hears('line secret.* send: mine 0\\.')
    if time.time() - start < 0.3:
        raise lab.Gone('an own line came sooner than it can have been stored')
    us.hears('line secret.* send: mine 24\\.')
    us.hears('line secret.* recv: yours 20\\.')
    us.send('close secret')
    us.send('open secret')
    for i in range(25, 50):
        us.send('send secret mine %d.' % i)
        companion.send('say yours %d.' % i)
    for i in range(50):
        companion.hears(r'message -?\d+ 0 mine %d\.$' % i)
    us.hears('line secret.* recv: yours 49\\.')
    us.hears('line secret.* send: mine 49\\.')
    shown = lines(us)
    own = [text for kind, text in shown if kind == 'send']
    others = [text for kind, text in shown if kind == 'recv']
    if own != sorted(own, key=lambda t: int(t[5:-1])) or len(own) != len(set(own)):
        raise lab.Gone('own lines: %s' % own)
    # what was not seen in the tab that closed is in the next one, too (DECISIONS 23)
    if list(dict.fromkeys(others)) != ['yours %d.' % i for i in range(50)]:
        raise lab.Gone('incoming lines: %s' % others)
    now = [re.search(r'(mine|yours) \d+\.', line).group(0) for line in us.history() if ' system' not in line and
           re.search(r'(mine|yours) \d+\.', line)]
    if now != [text for _, text in shown][-len(now):] or 'mine 49.' not in now:
        raise lab.Gone('the window holds %s' % now)


@with_chat
def own_line_opens_no_window(place, us, companion):
    """DECISIONS 25: the chat is looked up when the line is durable"""
    us.send('disk held')
    us.send('send secret behind closed doors')
    us.send('close secret')
    us.send('disk released')
    companion.hears(r'message -?\d+ 0 behind closed doors$')
    us.never('line secret.* send: ')


@with_chat
def full_disk(place, us, companion):
    """DECISIONS 25: what could not be stored is told with its text, and again when the store is well"""
    us.send('disk full')
    us.send('send secret never stored')
    us.hears(r'line secret.* system: Not sent: the text could not be stored\.<BR>never stored$')
    us.hears("error fatal The account's data cannot be read or written")
    us.send('disk good')
    us.send('disable')
    us.send('enable')
    us.hears('line secret.* system: 1 message was not sent; its text stands above')
    us.send('send secret room again')
    companion.hears('message .* room again$')
    us.never('line secret.* send: never stored', 0)
    stands_once(us, 'never stored')
    for line in companion.said:
        if 'never stored' in line:
            raise lab.Gone('it went after all')
    us.send('disable')
    us.send('enable')
    us.hears('signed-on')
    us.never('line secret.* system: 1 message was not sent')


@with_chat
def lost_behind_a_closed_window(place, us, companion):
    """DECISIONS 25: without a window the entry says it, and the line comes when the chat is opened"""
    us.send('disk held')
    us.send('send secret lost meanwhile')
    us.send('close secret')
    us.send('disk full')
    us.hears("error fatal The account's data cannot be read or written")
    us.never('line secret.*lost meanwhile', 0)
    us.send('disk good')
    us.send('disable')
    us.send('enable')
    us.hears('signed-on')
    us.send('buddies')
    us.hears(r'buddy secret.* 1 not sent, not verified')
    us.send('open secret')
    us.hears(r'line secret.* system: Not sent: the text could not be stored\.<BR>lost meanwhile$')
    us.send('buddies')
    us.hears(r'buddy secret.* secret, not verified$')


@with_chat
def end_while_storing(place, us, companion):
    """DECISIONS 25: the account ends while the disk works; the next login knows what became of the text"""
    us.send('disk slow 300')
    us.send('send secret stored at the end')
    us.send('disable')
    us.send('disk good')
    us.send('enable')
    us.hears('line secret.* send: stored at the end$')
    companion.hears(r'message -?\d+ 0 stored at the end$')
    stands_once(us, 'stored at the end')
    us.send('disk slow 300')
    us.send('disk full')
    us.send('send secret not at the end')
    us.send('disable')
    us.send('disk good')
    us.send('enable')
    us.hears(r'line secret.* system: Not sent: the text could not be stored\.<BR>not at the end$')
    us.never('line secret.* send: not at the end', 0)
    us.send('send secret and on')
    companion.hears(r'message -?\d+ 0 and on$')


def written_by(verb):
    """DECISIONS 25: one line, whoever writes it; it burns like any other"""
    def story(place, us, companion):
        us.send('cmd secret ttl 3')
        companion.hears('notice ttl-by-peer 3')
        us.send('%s secret by <b>other</b> hands' % verb)
        companion.hears(r'message -?\d+ 3 by other hands$')
        us.hears('line secret.* send: by .*other.* hands')
        stands_once(us, 'hands')
        us.send('send secret by <b>other</b> hands')  # the same once more, typed
        companion.hears(r'message -?\d+ 3 by <b>other</b> hands$')
        companion.send('read')
        companion.hears('expired')
        us.loses('hands')
    return with_chat(story)


@with_chat
def pounce_on_a_message(place, us, companion):
    """DECISIONS 25: the pounce's line inside the signal of an incoming one; both are known, each as itself"""
    us.does('pounce-on-message secret from a pounce')
    companion.send('say the trigger')
    companion.hears(r'message -?\d+ 0 from a pounce$')
    us.hears('line secret.* recv: the trigger')
    us.send('send secret next')
    companion.hears(r'message -?\d+ 0 next$')
    stands_once(us, 'from a pounce')
    companion.send('delete')
    us.loses('trigger')
    stands_once(us, 'from a pounce')
    us.send('cmd secret delete')
    us.send('cmd secret delete')
    us.loses('from a pounce')


@with_chat
def pounce_not_stored(place, us, companion):
    """DECISIONS 25: a line that was written too early is taken back"""
    us.send('disk full')
    us.send('pounce secret too early')
    us.hears(r'line secret.* system: Not sent: the text could not be stored\.<BR>too early$')
    stands_once(us, 'too early')


@with_chat
def quotes_go_along(place, us, companion):
    """SC-G7: what quotes a message says so no more when that is deleted, by either side; all else of it stays"""
    us.send('send secret a <b> to quote')
    number = companion.hears(r'message (-?\d+) 0 a <b> to quote$').group(1)
    companion.send('reply %s the answer, a &lt;b&gt; to quote' % number)
    us.hears('line secret.* recv: \u21a9 a <b> to quote<BR>the answer')
    companion.send('reply %s another' % number)
    us.hears('line secret.* recv: \u21a9 a <b> to quote<BR>another$')
    us.send('cmd secret delete')
    companion.hears('gone 1')
    us.loses('\u21a9 a &lt;b&gt; to quote')
    for text in ('\u21a9 (earlier message)<BR>the answer, a &amp;lt;b&amp;gt; to quote', '\u21a9 (earlier message)<BR>another'):
        stands_once(us, text)
    stands_once(us, 'another')
    us.send('send secret first')
    first = companion.hears(r'message (-?\d+) 0 first$').group(1)
    companion.forget()
    companion.send('reply %s second' % first)
    second = companion.hears(r'said (-?\d+)').group(1)
    us.hears('line secret.* recv: \u21a9 first<BR>second$')
    companion.send('reply %s third' % second)  # a quote has no quote in it, which would outlive what it quotes
    us.hears('line secret.* recv: \u21a9 second<BR>third$')
    us.send('cmd secret delete')
    us.loses('\u21a9 first')
    stands_once(us, '\u21a9 second<BR>third')


@with_chat
def flush_takes_all(place, us, companion):
    """SC-E10: the lines of others, and what was not sent, go with the rest"""
    us.send('pounce secret by a pounce')
    companion.hears(r'message -?\d+ 0 by a pounce$')
    place.dc.control('error messages.sendEncrypted 1 400 DATA_INVALID')
    us.send('send secret refused')
    us.hears(r'line secret.* system: Not sent: the server refused this message.s data\.<BR>refused$')
    companion.send('flush')
    us.hears('line secret.* system: Bob Bb deleted all messages')
    us.loses('pounce')
    us.loses('refused')


def refused(code, error, reason):
    """SC-E17, SC-E18, DECISIONS 25: what the server refuses does not stand as sent"""
    def story(place, us, companion):
        place.dc.control('error messages.sendEncrypted 1 %d %s' % (code, error))
        us.send('send secret a & b')
        us.hears('line secret.* send: a & b')
        us.hears(r'line secret.* system: Not sent: %s<BR>a & b$' % reason)
        stands_once(us, 'a &amp; b')
        us.send('send secret the next one')
        companion.hears(r'message -?\d+ 0 the next one')
    return with_chat(story)


@with_chat
def over(place, us, companion):
    """DECISIONS 25: into a chat that is over nothing goes, and the text stands where it is told"""
    companion.send('close')
    us.hears('line secret.* system: Bob Bb ended this secret chat')
    us.send('send secret too late')
    us.hears(r'line secret.* system: Not sent: this secret chat has ended\. /secret new starts a new one\.<BR>too late$')
    us.never('line secret.* send: ', 0)


@with_chat
def ends_unsent(place, us, companion):
    """DECISIONS 25, SC-D30: what still waited when the chat ended was not sent"""
    place.dc.control('error messages.sendEncrypted 0 420 FLOOD_WAIT_30')
    us.send('send secret still waiting')
    us.hears('line secret.* send: still waiting$')
    companion.send('close')
    us.hears(r'line secret.* system: Not sent: this secret chat has ended\.<BR>still waiting$')
    stands_once(us, 'still waiting')


def another(place, us, kill):
    """The next process, after this one was killed without warning, or after it quit."""
    if kill:
        us.kill()
    else:
        us.send('quit')
        us.hears('over')
        us.process.wait(lab.PATIENCE)
    us = place.headless()
    if kill:
        us.account(lab.ALICE)  # libpurple writes its accounts later
    us.hears('signed-on')
    return us


def waiting(us, text):
    """What stands behind the chat's entry."""
    def status():
        us.send('buddies')
        line = us.hears('buddy secret').string
        us.hears('buddies end')
        return line.split('] ', 1)[1]
    lab.until(lambda: status() == text, 'the status "%s"' % text, show=status)


def stored(us, companion, text):
    """What was to be stored before is on the disk once a later text has reached the other one."""
    us.send('send secret ' + text)
    companion.hears(r'message -?\d+ 0 %s$' % text)


NOT_SENT = r'line secret.* system: Not sent: %s<BR>%s$'
REFUSED = "the server refused this message's data\\."


def refused_behind_a_closed_window(kill):
    """DECISIONS 25: what was refused while its window was shut outlives the program, sealed, until a line says it"""
    def story(place, us, companion):
        place.dc.control('error messages.sendEncrypted 1 400 DATA_INVALID')
        us.send('disk held')
        us.send('send secret refused meanwhile')
        us.send('close secret')
        us.send('disk released')
        waiting(us, '1 not sent, not verified')
        us = another(place, us, kill)
        if not kill:  # after a kill the entry is made anew, and a window says so
            us.never('line secret', 0.3)
            waiting(us, '1 not sent, not verified')
            us.send('open secret')
        us.hears(NOT_SENT % (REFUSED, 'refused meanwhile'))
        stands_once(us, 'refused meanwhile')
        waiting(us, 'secret, not verified')
        us.send('send secret and on')
        companion.hears(r'message -?\d+ 0 and on$')
        us = another(place, us, kill)
        us.send('open secret')
        us.never('line secret.*refused meanwhile', 0.5)
    return with_chat(story)


@with_chat
def refused_and_swallowed(place, us, companion):
    """DECISIONS 25: "Not sent" that another plugin keeps from the window is not said, and said after a new start"""
    place.dc.control('error messages.sendEncrypted 1 400 DATA_INVALID')
    us.send('open secret')
    us.does('swallow writing')
    us.send('send secret swallow the refusal')
    us.send('send secret and on')  # goes behind it
    companion.hears(r'message -?\d+ 0 and on$')
    us.does('swallow nothing')
    us = another(place, us, True)
    us.hears(NOT_SENT % (REFUSED, 'swallow the refusal'))


@with_chat
def refused_by_the_chat_and_swallowed(place, us, companion):
    """DECISIONS 25: ... also what only the chat itself refused, which nothing else has: in the next window, and after a new start"""
    us.does('swallow writing')
    us.send('send secret /nonsense, swallow it')
    waiting(us, '1 not sent, not verified')
    us.does('swallow nothing')
    us.does('reopen secret')
    us.hears('line secret.* system: Not sent: .*<BR>/nonsense, swallow it$')
    waiting(us, 'secret, not verified')
    us.does('swallow writing')
    us.send('send secret /nonsense, swallow that')
    waiting(us, '1 not sent, not verified')
    stored(us, companion, 'one')
    us = another(place, us, True)
    us.hears('line secret.* system: Not sent: .*<BR>/nonsense, swallow that$')
    us.never('line secret.*swallow it')
    stored(us, companion, 'two')
    us = another(place, us, True)
    us.never('line secret.*swallow')


@in_lab
def refused_in_bitlbee(place):
    """DECISIONS 25: in BitlBee, where nothing is heard of a line that was handed on, "Not sent" is said once"""
    us, companion = place.chat('--as', 'bitlbee', password='kept')
    us.send('send secret /nonsense')
    us.hears(r'line secret.* system: \*\*\* Not sent: .*/nonsense$')
    place.dc.control('error messages.sendEncrypted 1 400 DATA_INVALID')
    us.send('send secret refused')
    us.hears(r'line secret.* system: \*\*\* Not sent: .*refused$')
    for _ in range(2):
        us.send('quit')
        us.hears('over')
        us.process.wait(lab.PATIENCE)
        us = place.headless('purple', '--as', 'bitlbee')
        us.hears('signed-on')
        us.never('line secret.*Not sent', 1)


@with_chat
def ended_behind_a_notice(place, us, companion):
    """DECISIONS 25: a chat that ends, history and all, while a notice before it is still being stored: both are told"""
    us.send('open secret')
    us.send('disk held')
    companion.send('screenshot')
    companion.send('close delete')
    us.never('line secret', 1)
    us.send('disk released')
    us.hears('line secret.* system: .*screenshot')
    us.hears('line secret.* system: .*ended this secret chat')


@with_chat
def not_stored_then_ended(place, us, companion):
    """DECISIONS 25: what a full disk did not take is kept as soon as there is room, and outlives the program"""
    us.send('disk held')
    us.send('send secret lost meanwhile')
    us.send('close secret')
    us.send('disk full')
    us.hears("error fatal The account's data cannot be read or written")
    us.send('disk good')
    us.send('disable')
    us.send('enable')
    us.hears('signed-on')
    waiting(us, '1 not sent, not verified')
    us = another(place, us, False)
    us.send('open secret')
    us.hears(NOT_SENT % ('the text could not be stored\\.', 'lost meanwhile'))
    stands_once(us, 'lost meanwhile')


@with_chat
def parts_refused_one_by_one(place, us, companion):
    """SC-I8, DECISIONS 25: of one long text one line says what was not sent of it"""
    words = ' '.join('word%d' % i for i in range(1500))
    for number in (1, 2):
        place.dc.control('error messages.sendEncrypted %d 400 DATA_INVALID' % number)
    us.send('send secret ' + words)
    companion.hears(r'message -?\d+ 0 .*word1499$')
    lab.until(lambda: len(standing(us, 'Not sent: ')) == 1 and len(standing(us, 'word')) == 3, 'one line of two parts',
              show=lambda: [t[:60] + "..." + t[-30:] for t in us.history()])
    two, four, refused = standing(us, 'word')
    _, one, three = re.split('<BR>', refused)
    if ''.join((one, two, three, four)) != words:
        raise lab.Gone('not all of it stands there: %s' % [t[:40] for t in (one, two, three, four)])
    us.send('cmd secret delete')
    us.loses('word1499')


@with_chat
def long_text(place, us, companion):
    """SC-I8, DECISIONS 25: the parts of one text are one message for /delete"""
    us.send('send secret short')
    us.send('send secret ' + 'word ' * 2000)
    for text in ('short$', 'word', 'word', 'word'):
        companion.hears(r'message -?\d+ 0 ' + text)
    us.send('cmd secret delete')
    companion.hears('gone 3$')
    us.loses('word')
    stands_once(us, 'short')


@with_chat
def typing_is_of_a_chat(place, us, companion):
    """SC-E12, SC-E13: the end of typing is told in the chat where it was typed"""
    us.send('buddies')
    first = us.hears(r'buddy (secret\S+)').group(1)
    us.send('cmd secret secret new')
    companion.hears('secret -?[0-9]+ requested')
    companion.send('accept')
    second = us.hears(r'line (secret\S+) system: .* is ready').group(1)
    if first == second:
        raise lab.Gone('one chat only')
    companion.forget()
    us.send('type %s on' % first)
    companion.hears('typing on')
    us.send('type %s off' % second)  # leaving the other tab
    us.send('type %s off' % first)
    companion.hears('typing off', 5)


@with_chat
def delayed(place, us, companion):
    """DECISIONS 7: who was told that a message waits is told when it has gone; nobody else is"""
    us.send('send secret at once')
    companion.hears(r'message -?\d+ 0 at once$')
    us.never('line secret.* system: The server has taken', 0.2)
    place.dc.control('delay messages.sendEncrypted 10000')
    us.send('send secret in a while')
    us.hears('line secret.* send: in a while$')
    us.send('clock 61')
    us.hears('line secret.* system: The server has not taken your message for a minute')
    us.hears('line secret.* system: The server has taken your message now')
    place.dc.control('reset')
    us.send('send secret and again')
    companion.hears(r'message -?\d+ 0 and again$')
    us.never('line secret.* system: The server has taken')


# --- as typed ----------------------------------------------------------------------------------------

RTL = '<SPAN style="direction:rtl;text-align:right;">%s</SPAN>'
OFFER = ' \\t  \\t\\t\\t\\t \\t \\t \\t  '  # of pidgin-otr, then a version


@with_chat
def markup(place, us, companion):
    """DECISIONS 27: what front ends and plugins put around a text stays here"""
    for sent, arrives in ((RTL % '\u05e9\u05dc\u05d5\u05dd &lt;b&gt;', '\u05e9\u05dc\u05d5\u05dd <b>'),
                          ('<b>a</b> <font size="2">b</font>', 'a b'),
                          ('<a href="http://x.org/?a&amp;b">http://x.org/?a&amp;b</a>', 'http://x.org/?a&b'),
                          ('one<br>two\\nthree', 'one two three'),  # the companion shows newlines as blanks
                          ('I <3 &amp;amp; tabs\\there', 'I <3 &amp; tabs\there'),
                          ('hello' + OFFER + '  \\t\\t  \\t ', 'hello'),
                          ('hello' + OFFER + ' \\t \\t  \\t   \\t\\t  \\t   \\t\\t  \\t\\t', 'hello'),
                          (RTL % 'left' + OFFER + '  \\t\\t  \\t\\t', 'left'),
                          (RTL % '\u200f\u05e9\u05dc\u05d5\u05dd\u200e (12)\u061c.', '\u200f\u05e9\u05dc\u05d5\u05dd\u200e (12)\u061c.'),
                          ('\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645', '\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645')):
        us.send('raw secret ' + sent)
        companion.hears(r'message -?\d+ 0 ' + re.escape(arrives) + '$')
    # the other side takes these out before it shows them (SC-C19); here they stand as they were typed, and went out
    us.send('raw secret ' + RTL % '\u202b\u05e9\u202c \u2067\u05dc\u2069')
    us.hears('line secret.* send: \u202b\u05e9\u202c \u2067\u05dc\u2069$')


def goes(us, companion, typed, arrives):
    us.send('enter secret ' + typed)
    companion.hears(r'message -?\d+ 0 ' + re.escape(arrives) + '$')


def stays(us, companion, typed, word):
    us.send('enter secret ' + typed)
    us.hears(r'line secret\S+ system: (\*\*\* )?Not sent: there is no command /%s here\..*(<BR>|\|)(\*\*\* )?%s$' %
             (word, re.escape(typed)))


def commands(us, companion, *typed):
    for line, seconds in typed:
        us.send('enter secret ' + line)
        companion.hears('notice ttl-by-peer %d$' % seconds)
    us.send('enter secret /ttl off')
    companion.hears('notice ttl-by-peer 0$')


def slashes(front):
    """DECISIONS 27: where the front end knows no commands, and in BitlBee"""
    def story(place, us, companion):
        commands(us, companion, ('/ttl 5', 5), (' /ttl 6', 6), ('/TTL 7', 7))
        for typed, arrives in (('/etc/passwd', '/etc/passwd'), ('//etc/passwd', '//etc/passwd'), ('//ttl 5', '/ttl 5'),
                               ('// no comment', '// no comment'), ('/me waves', '/me waves'), ('/', '/'),
                               ('a /ttl 5', 'a /ttl 5')):
            goes(us, companion, typed, arrives)
        stays(us, companion, '/foo bar', 'foo')
        stays(us, companion, ' /Foo', 'foo')
        stays(us, companion, '/ttl30 s', 'ttl30')
        us.send('enter secret /help')
        us.hears('line secret.* system: .*//word sends /word as text.*/delete.*/ttl ')
        us.send('enter secret /help delete')
        us.hears('line secret.* system: .*/delete: takes')
        us.never('line secret.* send: /foo', 0)
        companion.never('message .*(foo|ttl30|help)', 0.2)
    return with_chat(story, '--as', front)


def help_once(us, rules):
    """/help is the front end's, and stands once in its list; the rules have an entry of their own."""
    us.send('enter secret /help')
    listed = us.hears(r'line secret.* error: The following commands.*:\|(.*)\.$').group(1).split(', ')
    if listed.count('help') != 1 or 'delete' not in listed or 'slash' not in listed:
        raise lab.Gone('listed: %s' % listed)
    us.send('enter secret /help slash')
    us.hears('line secret.* error: .*' + rules)
    us.send('enter secret /slash')
    us.hears('line secret.* system: .*' + rules)
    us.never('line secret.* (system|error): .*' + rules, 0.2)


@as_front('pidgin')
def slashes_in_pidgin(place, us, companion):
    """DECISIONS 27: Pidgin keeps an unknown /word"""
    commands(us, companion, ('/ttl 5', 5), (' /ttl 6', 6), (' /TTL 7', 7))
    for typed, arrives in (('/etc/passwd', '/etc/passwd'), ('//etc/passwd', '//etc/passwd'), ('//ttl 5', '/ttl 5'),
                           (' /etc/passwd', ' /etc/passwd'), ('// no comment', '// no comment')):
        goes(us, companion, typed, arrives)
    for typed in ('/foo', '/TTL 8'):
        us.send('enter secret ' + typed)
        us.hears('front: Unknown command')
    stays(us, companion, ' /foo', 'foo')
    help_once(us, '//word sends /word as text')
    companion.never('message .*(foo|TTL)', 0.2)


@as_front('finch')
def slashes_in_finch(place, us, companion):
    """DECISIONS 27: Finch parses first, and what comes with a slash was escaped"""
    commands(us, companion, ('/ttl 5', 5), (' /ttl 6', 6), (' /TTL 7', 7))
    for typed, arrives in (('//etc/passwd', '/etc/passwd'), ('//foo', '/foo'), ('///foo', '//foo'),
                           (' //foo', '/foo')):
        goes(us, companion, typed, arrives)
    for typed in ('/foo', '/TTL 8'):
        us.send('enter secret ' + typed)
        us.hears('front: No such command')
    stays(us, companion, ' /foo', 'foo')
    help_once(us, '//etc/passwd arrives as /etc/passwd')
    companion.never('message .*( /?foo$|TTL)', 0.2)


@with_chat
def slashes_to_a_person(place, us, companion):
    """DECISIONS 6, 27: the same where nothing is sent at all"""
    us.send('enter @Bob /foo')
    us.hears('line id.* system: Not sent: there is no command /foo here.*<BR>/foo$')
    us.send('enter @Bob /etc/passwd')
    us.hears('action ')
    us.send('press Cancel')
    us.hears('line id.* system: Not sent: this program writes in secret chats only.*<BR>/etc/passwd$')


def handed_back_in(us, window, text):
    us.send('windows ALL')
    before = int(us.hears('windows ([0-9]+)').group(1))
    us.send('escape')
    us.hears('line %s system: Not sent: .*%s' % (window, text))
    us.send('windows ALL')
    if int(us.hears('windows ([0-9]+)').group(1)) != before + 1:
        raise lab.Gone('it stands in no window of its own')


def offered_and_killed(end):
    def story(place):
        """DECISIONS 6, 25: what waits for the answer to that question is asked about again after the program's end, however it
        ended, goes or comes back then, and once"""
        companion = place.companion(BOB)
        us = place.headless()
        us.log_in(ALICE)
        place.knows_bob(us)
        us.never('x', 6)  # libpurple stores its accounts after five seconds
        us.send('send @Bob typed before the end')
        us.hears('action Start a secret chat with Bob Bb, and send this')
        us.send('send @Bob the second')
        us.send('send @nobody_here hello')
        us.hears('line .*Nobody was found')  # in the order of the turns: what was typed before is on the disk
        us.does('close @Bob')
        us.send(end)
        us.process.wait(lab.PATIENCE)
        us = place.headless()
        us.hears('signed-on')
        us.hears('action Start a secret chat with Bob Bb, and send this.*typed before the end')
        us.never('action ')
        us.send('press Start and send')
        companion.hears('secret -?[0-9]+ requested')
        companion.send('accept')
        companion.hears(r'message -?\d+ 0 typed before the end')
        companion.hears(r'message -?\d+ 0 the second')
        us.send('send +%s looked up' % BOB)
        us.hears('action Send this in your secret chat with Bob Bb')
        us.does('close +' + BOB)
        us.send('disable')  # the window is shut: nothing there can say it
        us.send('enable')
        us.hears('action Send this in your secret chat with Bob Bb.*looked up')
        handed_back_in(us, '[+]%s' % BOB, 'looked up')
        us.never('action ')
        us.send('disable')
        us.send('enable')
        us.hears('signed-on')
        us.never('action ')
        companion.never('message ', 0.1)
    return in_lab(story)


@in_lab
def offered_and_stopped(place):
    """DECISIONS 25: where the account stops by itself, what waits for the answer is asked about again when it is back: it is not
    said to be unsent as well, or it would be sent twice"""
    place.companion(BOB)
    us = place.headless()
    us.log_in(ALICE)
    place.knows_bob(us)
    us.send('send @Bob only once')
    us.hears('action Start a secret chat with Bob Bb')
    us.send('send @nobody_here hello')
    us.hears('line .*Nobody was found')  # what was typed before is on the disk
    place.dc.control('error contacts.resolveUsername 1 406 AUTH_KEY_DUPLICATED')
    us.send('send @somebody_else hello')
    us.hears('error ')
    us.never('line .*Not sent.*only once')
    us.send('enable')
    us.hears('action Start a secret chat with Bob Bb, and send this.*only once')
    us.send('press Cancel')
    us.hears('line .* system: Not sent: .*only once')


@in_lab
def handed_back_without_a_window(place):
    """DECISIONS 25: what comes back is seen where its window was shut, too"""
    place.companion(BOB)
    us = place.headless()
    us.log_in(ALICE)
    place.knows_bob(us)
    us.send('send @Bob not now')
    us.hears('action Start a secret chat with Bob Bb')
    us.does('close @Bob')
    handed_back_in(us, 'id[0-9]+', 'not now')
    us.send('send @nobody_here hello')
    us.does('close @nobody_here')
    us.hears('line @nobody_here system: Nobody was found.*hello')


@with_chat
def handed_back_with_its_looks(place, us, companion):
    """SC-I5 DECISIONS 25: what comes back looks as it was typed: refused, over a restart, no command, to a person"""
    looks = 'a <b>bold</b> &lt;b&gt; <i>one</i>'
    shown = 'a <b>bold</b> <b> <i>one</i>$'
    place.dc.control('error messages.sendEncrypted 1 400 DATA_INVALID')
    us.send('raw secret ' + looks)
    us.hears('line secret.* system: Not sent: .*<BR>' + shown)
    us.send('raw secret  /nonsense ' + looks)
    us.hears('line secret.* system: Not sent: .*<BR> /nonsense ' + shown)
    us.send('raw @Bob ' + looks)
    us.hears('action Send this in your secret chat with Bob Bb')
    us.send('press Cancel')
    us.hears('line id.* system: Not sent: .*<BR>' + shown)
    place.dc.control('error messages.sendEncrypted 1 400 DATA_INVALID')
    us.send('disk held')
    us.send('raw secret ' + looks)
    us.send('close secret')
    us.send('disk released')
    waiting(us, '1 not sent, not verified')
    us = another(place, us, False)
    us.send('open secret')
    us.hears('line secret.* system: Not sent: .*<BR>' + shown)


@as_front('pidgin')
def handed_back_in_pidgin(place, us, companion):
    """SC-I5: Pidgin's own bold ends before the text, so that what was bold in it is seen"""
    place.dc.control('error messages.sendEncrypted 1 400 DATA_INVALID')
    us.send('raw secret a <b>bold</b> one')
    us.hears('line secret.* system: Not sent: .*<BR></b>a <b>bold</b> one<b>$')
    us.send('raw secret  /nonsense')
    us.hears('line secret.* system: Not sent: .*<BR>( )*/nonsense$')


TESTS = [
    ('a line waits for the disk', waits_for_the_disk), ('fifty and fifty', fifty_and_fifty),
    ('an own line opens no window', own_line_opens_no_window), ('a full disk', full_disk),
    ('lost behind a closed window', lost_behind_a_closed_window), ('an end while storing', end_while_storing),
    ("a pounce's line", written_by('pounce')), ('a line written afterwards', written_by('echo')),
    ('a line written by nobody', written_by('inject')), ('a pounce that is not stored', pounce_not_stored), ('a pounce on a message', pounce_on_a_message),
    ('quotes go along', quotes_go_along), ('a flush takes all', flush_takes_all),
    ('DATA_INVALID', refused(400, 'DATA_INVALID', "the server refused this message's data\\.")),
    ('USER_IS_BLOCKED', refused(403, 'USER_IS_BLOCKED', 'this person has blocked you\\.')),
    ('USER_DELETED', refused(400, 'USER_DELETED', "this person's account was deleted\\.")),
    ('another refusal', refused(400, 'SOMETHING_NEW', 'the server refused this message\\.')),
    ('a chat that is over', over), ('a chat that ends', ends_unsent), ('a long text', long_text),
    ('refused behind a closed window, then killed', refused_behind_a_closed_window(True)),
    ('refused behind a closed window, then ended', refused_behind_a_closed_window(False)),
    ('refused and swallowed', refused_and_swallowed), ('refused by the chat and swallowed', refused_by_the_chat_and_swallowed),
    ('refused in BitlBee', refused_in_bitlbee), ('not stored, then ended', not_stored_then_ended),
    ('ended behind a notice', ended_behind_a_notice), ('parts refused one by one', parts_refused_one_by_one),
    ('typing in two chats', typing_is_of_a_chat), ('a delay', delayed), ('markup', markup),
    ('slashes', slashes('headless')), ('slashes in BitlBee', slashes('bitlbee')),
    ('slashes in Pidgin', slashes_in_pidgin), ('slashes in Finch', slashes_in_finch),
    ('slashes to a person', slashes_to_a_person),
    ('offered and stopped', offered_and_stopped), ('offered and quit', offered_and_killed('quit')), ('offered and killed', offered_and_killed('die')),
    ('handed back without a window', handed_back_without_a_window),
    ('handed back with its looks', handed_back_with_its_looks), ('handed back in Pidgin', handed_back_in_pidgin)]


if __name__ == '__main__':
    sys.exit(STORIES.run(TESTS))
