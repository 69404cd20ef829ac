#!/usr/bin/env python3
"""What a user of the module reads and can do, in a libpurple without a screen.

usage: test_sentences.py BUILD [TEST...]
"""
import glob
import os
import re
import resource
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lab'))
import lab  # noqa: E402
import tongue  # noqa: E402
from lab import ALICE, BOB  # noqa: E402
from media import sends  # noqa: E402

STORIES = lab.Stories('sentences')
in_lab, with_chat = STORIES.in_lab, STORIES.with_chat
BUILD = STORIES.build


# --- the server's refusals ---------------------------------------------------------------------------

def refused(code, error, sentence, closes=False, service=False):
    """SC-E17, SC-E18: the reaction and the sentence"""
    def story(place, us, companion):
        method = 'messages.sendEncryptedService' if service else 'messages.sendEncrypted'
        place.dc.control('error %s 1 %d %s Alice' % (method, code, error))
        us.send('open secret')
        us.send('cmd secret screenshot' if service else 'send secret refused')
        us.hears('line secret.* system: ' + sentence)
        if closes:
            us.send('send secret once more')
            us.hears('line secret.* system: Not sent: this secret chat has ended')
        else:
            us.send('send secret the next one')
            companion.hears(r'message -?\d+ 0 the next one')
    return with_chat(story)


def waits(code, error, method='messages.sendEncrypted'):
    """DECISIONS 7: never failed by time; MSG_WAIT_* is repeated"""
    def story(place, us, companion):
        place.dc.control('error %s 1 %d %s Alice' % (method, code, error))
        us.send('send secret patience')
        companion.hears(r'message -?\d+ 0 patience')
        us.never('line secret.* system: Not sent')
    return with_chat(story)


# --- login -------------------------------------------------------------------------------------------

@in_lab
def no_api_id(place):
    """MT-F2"""
    us = place.headless()
    us.account(ALICE, api_id=None, api_hash=None)
    us.hears('error fatal This program was built without an API id')


@in_lab
def wrong_phone(place):
    """MT-F4"""
    us = place.headless()
    us.account('12ab')
    us.hears('error fatal This is not a valid phone number')


@in_lab
def unknown_phone(place):
    """MT-F4"""
    us = place.headless()
    us.account('4499999999')
    us.hears('error fatal This is not a valid phone number')


@in_lab
def disk_full(place):
    """The account goes offline and says why; nothing is lost when it is enabled again"""
    us, companion = place.chat()
    unlimited = resource.prlimit(us.process.pid, resource.RLIMIT_FSIZE, (1024, resource.RLIM_INFINITY))
    us.send('send secret on a full disk')
    us.hears("error fatal The account's data cannot be read or written")
    companion.send('say meanwhile')
    resource.prlimit(us.process.pid, resource.RLIMIT_FSIZE, unlimited)
    us.send('disable')
    us.send('enable')
    us.hears('line secret.* recv: meanwhile$')
    us.send('send secret room again')
    companion.hears('message .* room again$')


@with_chat
def silent_and_large(place, us, companion):
    """MT-G13, DECISIONS 32: what was missed is not told, or is too large to be read"""
    companion.send('say before')  # behind all that a new chat tells: nothing is on its way
    us.hears('line secret.* recv: before')
    us.send('send secret before, too')
    companion.hears(r'message -?\d+ 0 before, too')
    us.send('disable')
    place.dc.control('difference large')
    us.send('enable')
    us.hears('.*The server sent 1 piece of news that was too large to be read. It was left out')
    us.hears('signed-on')
    place.dc.control('reset')
    companion.send('say after all')
    us.hears('line secret.* recv: after all')
    us.send('disable')
    place.dc.control('drop updates.getDifference 0')
    us.send('enable')
    us.hears('.*The server has not yet told what was missed')


@in_lab
def wrong_key(place):
    """MT-C5, DECISIONS 24: the reason can be read; the account waits, and goes on"""
    other = os.path.join(place.directory, 'other')
    os.mkdir(other)
    stranger = place.add(lab.Dc(BUILD, other))
    us = place.headless()
    us.account(ALICE, server_key=stranger.key)
    us.hears('progress The server cannot prove who it is.* Trying again')
    us.never('error')
    us.send('setting server-key ' + place.dc.key)
    us.send('disable')
    us.send('enable')
    us.hears('input Login code')  # after what is left of the pause


@in_lab
def damaged_key_file(place):
    path = os.path.join(place.directory, 'junk.pem')
    with open(path, 'w') as f:
        f.write('nothing')
    us = place.headless()
    us.account(ALICE, server_key=path)
    us.hears('error fatal ".*junk.pem" cannot be read, or is not the public key')


@in_lab
def wrong_code(place):
    """MT-F17"""
    us = place.headless()
    us.account(ALICE)
    us.hears('input Login code: The login code was sent')
    us.send('answer 1')
    us.hears('input Login code: That code was wrong')
    us.send('answer 1 2-3 45')
    us.hears('signed-on')


@in_lab
def password(place):
    """MT-F23 to F28"""
    place.dc.control('password %s correct' % ALICE)
    us = place.headless()
    us.account(ALICE)
    us.hears('input Login code')
    us.send('answer 12345')
    us.hears('input Password: .*Your hint: the usual.*masked')
    us.send('answer wrong')
    us.hears('input Password: That password was wrong')
    us.send('answer correct')
    us.hears('signed-on')


@in_lab
def cancelled(place):
    """MT-F15"""
    us = place.headless()
    us.account(ALICE)
    us.hears('input Login code')
    us.send('cancel')
    us.hears('error fatal The login was cancelled')


@in_lab
def api_id_refused(place):
    """MT-F2"""
    place.dc.control('error auth.sendCode 1 400 API_ID_INVALID')
    us = place.headless()
    us.account(ALICE)
    us.hears('error fatal The server refuses this API id')


@in_lab
def two_programs(place):
    """SC-M22, SC-L9"""
    us = place.headless()
    us.log_in(ALICE)
    again = place.headless('purple')
    again.account(ALICE)
    again.hears('error fatal This account is in use by another program')


# --- commands ----------------------------------------------------------------------------------------

@with_chat
def ttl_command(place, us, companion):
    """DECISIONS 5"""
    for text, seconds in (('5', 5), ('30s', 30), ('5m', 300), ('1h', 3600), ('2D', 172800), ('1w', 604800),
                          ('off', 0)):
        us.send('cmd secret ttl ' + text)
        companion.hears('notice ttl-by-peer %d$' % seconds)
    for text in ('x', '-1', '5x', '400d', '99999999999', '5 m s', 'on'):
        us.send('cmd secret ttl ' + text)
        us.hears('line secret.* system: Give a time like')
    us.send('cmd secret ttl')
    us.hears('line secret.* system: Self-destruct timer: off')


@with_chat
def delete_command(place, us, companion):
    """SC-E7, DECISIONS 4"""
    us.send('cmd secret delete')
    us.hears('line secret.* system: There is nothing to delete')
    us.send('send secret stays')
    us.send('send secret goes')
    companion.hears(r'message -?\d+ 0 goes')
    us.send('cmd secret delete')
    companion.hears('gone 1')
    us.loses('goes')
    if not any('stays' in line for line in us.history()):
        raise lab.Gone('another line went, too')
    us.send('cmd secret delete all')
    us.hears('action Delete all messages of the secret chat with Bob Bb, for both sides')
    us.send('press Cancel')
    us.send('cmd secret delete all')
    us.hears('action Delete all messages')
    us.send('press Delete for both')
    companion.hears('notice flushed-by-peer')
    us.loses('stays')


@with_chat
def notices(place, us, companion):
    """SC-E4, SC-E9, SC-E10"""
    us.does('open secret')
    companion.send('ttl 90')
    us.hears('line secret.* system: Bob Bb set the self-destruct timer to 90 seconds')
    companion.send('ttl 0')
    us.hears('line secret.* system: Bob Bb turned the self-destruct timer off')
    companion.send('screenshot')
    us.hears('line secret.* system: Bob Bb took a screenshot')
    companion.send('flush')
    us.hears('line secret.* system: Bob Bb deleted all messages')
    companion.send('typing on')
    us.hears('typing secret.* on')
    companion.send('typing off')
    us.hears('typing secret.* off')
    companion.send('close')
    us.hears('line secret.* system: Bob Bb ended this secret chat. /secret new starts a new one')
    us.forget()
    us.send('cmd secret secret new')
    companion.hears('secret -?[0-9]+ requested')


@with_chat
def typing(place, us, companion):
    """SC-E12, SC-E13"""
    us.send('type secret on')
    companion.hears('typing on')
    us.send('type secret off')
    companion.hears('typing off')


@with_chat
def reading(place, us, companion):
    """SC-E14: with the focus, not before"""
    us.does('blur')
    companion.send('say seen?')
    us.hears('line secret.* recv: seen')
    companion.never('read')
    us.send('focus secret')
    companion.hears('read')


@in_lab
def focusless(place):
    """Where a front end knows no focus, the answer tells that it was read."""
    companion = place.companion(BOB)
    us = place.headless('purple', '--focusless')
    us.log_in(ALICE)
    place.start(us, companion)
    companion.send('say seen?')
    us.hears('line secret.* recv: seen')
    companion.never('read')
    us.send('send secret yes')
    companion.hears('read')


@with_chat
def looks(place, us, companion):
    """SC-I5, SC-I6: formatting both ways; what was not seen looks the same after a new start; an own line shows what
    is sent"""
    us.send('raw secret <b>bold</b> and <i>it</i>, <a href="https://x.org/">here</a> **x**')
    us.hears('line secret.* send: <b>bold</b> and <i>it</i>, here \\*\\*x\\*\\*$')
    companion.hears(r'message -?\d+ 0 bold and it, here \(https://x.org/\) \*\*x\*\*$')
    companion.hears('looks bold 0-4, italic 9-11, link 13-17 https://x.org/$')
    companion.send('looks bold 0-4, spoiler 5-11, link 12-16 https://t.me/: bold hidden here')
    shown = r'line secret.* recv: <b>bold</b> \|\|hidden\|\| here \(https://t.me/\)$'
    us.hears(shown)
    us.send('quit')
    us.process.wait(lab.PATIENCE)
    us = place.headless()
    us.account(ALICE)
    us.hears(shown)


@with_chat
def markup(place, us, companion):
    """SC-M35: escaped exactly once, both ways"""
    us.send('send secret <b>&amp; "x"</b>')
    companion.hears(r'message -?\d+ 0 <b>&amp; "x"</b>$')
    companion.send('say <img src=x> &lt;')
    us.hears('line secret.* recv: <img src=x> &lt;$')
    companion.send('overlong 150000')  # DECISIONS 32
    us.hears('line secret.* recv: .*59375 characters not shown')
    companion.send('say after it')
    us.hears('line secret.* recv: after it')


@with_chat
def never_in_clear(place, us, companion):
    """DECISIONS 6"""
    before = place.dc.control('stats')
    us.send('send @Bob in clear')
    us.hears('action Send this in your secret chat with Bob Bb')
    us.send('press Cancel')
    us.hears('line id.* system: Not sent: this program writes in secret chats only')
    companion.forget()
    place.dc.control('message Bob Alice hello')
    us.hears('line id.*You have an ordinary message')
    place.dc.control('message Bob Alice again')
    us.never('line id.*You have an ordinary message')
    if 'messages.sendMessage' in place.dc.control('stats') or 'messages.sendMessage' in before:
        raise lab.Gone('something went out in clear')


@with_chat
def no_logs(place, us, companion):
    """SC-G9"""
    us.send('send secret not for the log')
    us.send('logging secret')
    us.hears('logging 0')
    us.send('send secret still not')
    companion.hears(r'message -?\d+ 0 still not')
    for path in glob.glob(us.home + '/**', recursive=True):
        if os.path.isfile(path):
            with open(path, 'rb') as f:
                if b'not for the log' in f.read():
                    raise lab.Gone(path + ' holds the text')


@in_lab
def request_rules(place):
    """SC-A16: accepted without a question, or left to another device"""
    companion = place.companion(BOB)
    us = place.headless()
    us.log_in(ALICE, secret_requests='contacts')
    place.knows_bob(us)
    companion.send('start ' + ALICE)
    companion.hears('secret -?[0-9]+ ready')
    us.hears('line secret.* is ready')
    us.never('action ')
    us.send('disable')
    us.account(ALICE, secret_requests='never')
    place.knows_bob(us)
    companion.send('start ' + ALICE)
    us.never('action ', 3)
    us.never('line secret.*wants to start', 0.1)


@in_lab
def blocked_while_a_rule_waits(place):
    """SC-A16, DECISIONS 28: who is blocked while other devices have their chance is not accepted by a rule"""
    companion = place.companion(BOB)
    us = place.headless()
    us.log_in(ALICE, secret_requests='contacts')
    place.knows_bob(us)
    companion.send('start ' + ALICE)
    companion.hears('secret -?[0-9]+ waiting')
    us.send('block @Bob')
    companion.never('secret -?[0-9]+ ready', 4)
    us.never('(action|line) ', 0.1)


@in_lab
def request_is_durable(place):
    """DECISIONS 15, SC-A15"""
    companion = place.companion(BOB)
    us = place.headless()
    us.log_in(ALICE)
    companion.send('start ' + ALICE)
    us.hears('action Bob Bb wants to start a secret chat with you')
    us.send('disable')
    us.send('enable')
    us.hears('action Bob Bb wants to start a secret chat with you')
    us.send('press Accept')
    companion.hears('secret -?[0-9]+ ready')
    companion.send('start ' + ALICE)
    us.hears('action Bob Bb wants')
    us.send('press Reject')
    companion.hears('secret -?[0-9]+ closed 15')


@in_lab
def withdrawn_request(place):
    """SC-A15: the question goes with the request"""
    companion = place.companion(BOB)
    us = place.headless()
    us.log_in(ALICE)
    companion.send('start ' + ALICE)
    us.hears('action Bob Bb wants')
    companion.hears('secret -?[0-9]+ waiting')
    companion.send('close')
    us.hears('request closed')


@with_chat
def restart(place, us, companion):
    """SC-D32, SC-L1: everything goes on after a restart, messages come once"""
    us.send('send secret before')
    companion.hears(r'message -?\d+ 0 before')
    us.send('disable')
    companion.send('say while away')
    us.send('enable')
    us.hears('line secret.* recv: while away')
    us.never('line secret.* recv: while away')
    us.send('send secret after')
    companion.hears(r'message -?\d+ 0 after')


@with_chat
def burns_offline(place, us, companion):
    """SC-G7, SC-G8: a line's time does not depend on the account"""
    us.does('focus secret')
    companion.send('ttl 3')
    us.hears('line secret.* system: Bob Bb set the self-destruct timer')
    companion.send('say short')
    us.hears('line secret.* recv: short')
    companion.hears('read')
    us.send('disable')
    us.loses('short')


@with_chat
def seen_after_a_reconnect(place, us, companion):
    """SC-E14, SC-G2: what still stands unseen in a window is seen later"""
    us.does('blur')
    companion.send('ttl 3')
    companion.send('say still here')
    us.hears('line secret.* recv: still here')
    us.send('disable')
    us.send('enable')
    us.hears('signed-on')
    companion.never('read')
    us.send('focus secret')
    companion.hears('read')
    us.loses('still here')


@with_chat
def key_and_info(place, us, companion):
    """SC-K3; in words that people know"""
    us.send('cmd secret key')
    shown = us.hears('line secret.* system: The key of this chat').string
    digits = ''.join(c for c in shown.split('in this chat:')[1].replace('<BR>', '') if c in '0123456789ABCDEF')
    if digits.lower() != companion.info()['hash'][:64]:
        raise lab.Gone('another key is shown: ' + digits)
    if shown.endswith(('<BR>', ' ')):
        raise lab.Gone('an empty line below it')
    us.send('cmd secret secret info')
    told = us.hears('line secret.* system: Secret chat with Bob Bb: open<BR>Self-destruct timer: off<BR>Key: not '
                    'verified yet; /verify shows how to do that<BR>Key in use for less than a minute and '
                    '[1-9][0-9]* message').string
    if 'layer' in told.lower():
        raise lab.Gone('a word of the protocol: ' + told)
    us.send('cmd secret secret nonsense')
    us.hears('line secret.* system: Here /secret takes one of these words: ')
    us.send('cmd @Bob ttl 5')
    us.hears('line id.* system: This works in secret chats only')


@with_chat
def skips(place, us, companion):
    """DECISIONS 26: what is missing is told, and given up by the user's word only"""
    companion.send('info')
    chat = companion.hears(r'info (-?\d+) ').group(1)
    us.send('cmd secret secret skip')
    us.hears('line secret.* system: Nothing is missing in this secret chat')
    place.dc.control('hold %s Bob' % chat)  # nobody hears that something is asked for
    place.dc.control('drop-delivery %s 1 Alice' % chat)
    place.dc.control('drop-delivery %s 1 Alice' % chat)
    for text in ('first lost', 'second lost', 'waits', 'waits, too'):
        companion.send('say ' + text)
        companion.hears('sent ')
    told = ''
    for _ in range(200):
        us.send('cmd secret secret info')
        told = us.hears('line secret.* system: Secret chat').string
        if '2 messages of Bob Bb did not arrive; 2 later ones wait behind them' in told:
            break
    else:
        raise lab.Gone('not told: ' + told)
    us.never('line secret.* recv: waits')
    for button in ('Cancel', 'Go on without them'):
        us.send('cmd secret secret skip')
        us.hears('action 2 messages of Bob Bb did not arrive; 2 later ones wait behind them. Go on without them')
        us.never('line secret.* recv: waits')
        us.send('press ' + button)
    us.hears('line secret.* system: This chat goes on without the messages')
    us.hears('line secret.* recv: waits$')
    us.hears('line secret.* recv: waits, too$')
    place.dc.control('release %s Bob' % chat)  # now they come, late
    companion.send('say the next one')
    us.hears('line secret.* recv: the next one$')
    us.never('line secret.* recv: .* lost')
    us.send('cmd secret secret info')
    if 'did not arrive' in us.hears('line secret.* system: Secret chat').string:
        raise lab.Gone('still missing')


@with_chat
def verifies(place, us, companion):
    """SC-K2, SC-K3, SC-K4: shown, marked, stored, never inherited"""
    us.send('cmd secret verify')
    shown = us.hears('line secret.* system: The key of this chat').string
    digits = ''.join(c for c in re.split('Let .* read their key', shown)[0].split('chat:')[1].replace('<BR>', '')
                     if c in '0123456789ABCDEF')
    wanted = companion.info()['hash']
    if digits.lower() != wanted[:64]:
        raise lab.Gone('another key is shown: ' + digits)
    cells = [c for c in shown if c in '\u2591\u2592\u2593\u2588'][::2]
    bits = bytes.fromhex(wanted)
    if cells != ['\u2591\u2592\u2588\u2593'[bits[i // 4] >> 2 * (i % 4) & 3] for i in range(144)]:
        raise lab.Gone('another picture is shown')
    if 'This key is not verified yet' not in shown:
        raise lab.Gone('verified without a look')
    us.send('cmd secret verify maybe')
    us.hears('line secret.* system: This is not how the command is written:<BR>/verify: shows the key')
    us.send('cmd secret verify yes')
    us.hears('line secret.* system: You marked the key of this chat as verified')
    us.never('line secret.*now known as')  # another name in the list is no news in the window
    us.send('disable')
    us.send('enable')
    us.hears('signed-on')
    us.send('cmd secret secret info')
    us.hears('line secret.* system: Secret chat with Bob Bb: open.*Key: verified by you')
    us.forget()
    companion.send('start ' + ALICE)
    us.hears('action Bob Bb wants')
    us.send('press Accept')
    us.hears('line secret.* system: You verified the key of another chat with Bob Bb.*not verified yet')


@in_lab
def rule_verified(place):
    """SC-K4, SC-A16: requests of those whose key was verified are accepted, others asked about"""
    companion = place.companion(BOB)
    us = place.headless()
    us.log_in(ALICE, secret_requests='verified')
    place.knows_bob(us)
    companion.send('start ' + ALICE)
    us.hears('action Bob Bb wants')
    us.send('press Accept')
    us.hears('line secret.* is ready')
    us.send('cmd secret verify yes')
    us.hears('line secret.* system: You marked')
    us.forget()
    companion.send('start ' + ALICE)
    us.hears('line secret.* is ready')
    us.never('action ')


@in_lab
def left_alone(place):
    """SC-A15, SC-A16: left to another device: no word to the server, and not asked again"""
    companion = place.companion(BOB)
    us = place.headless()
    us.log_in(ALICE)
    companion.send('start ' + ALICE)
    us.hears('action Bob Bb wants')
    us.send('press Leave to my phone')
    us.never('line secret', 0.2)  # it was never here
    if 'messages.discardEncryption' in place.dc.control('stats'):
        raise lab.Gone('the request was discarded for every device')
    us.send('disable')
    us.send('enable')
    us.hears('signed-on')
    us.never('action ')


@in_lab
def answers_in_a_ring(place):
    """SC-I3, SC-M35: what answers itself answers nothing; a ring of answers ends, also where it is shown again after a new start, and
    answered"""
    us, companion = place.chat('--as', 'bitlbee', password='kept')
    shown = (('ring 1 to myself', ['to myself 1']),
             ('ring 3 round', ['\u21a9 \\(earlier message\\)(<BR>|.)round 1', '\u21a9 \\(earlier message\\)(<BR>|.)round 2', '\u21a9 round 1(<BR>|.)round 3']))
    for command, lines in shown:
        companion.send(command)
        for line in lines:
            us.hears('line secret.* recv: %s$' % line)
    us.send('quit')
    us.process.wait()
    us = place.headless('purple', '--as', 'bitlbee')
    us.account(ALICE, password='kept')  # which BitlBee keeps
    us.hears(r'line secret.* recv: \(again\) to myself 1$')
    for n, quote in (1, 2), (2, 3), (3, 1):  # by now each is known
        us.hears('line secret.* recv: .*\u21a9 round %d(<BR>|.)round %d$' % (quote, n))
    us.send('cmd secret reply "to myself" to you')
    companion.hears('message .* to you$')


@with_chat
def erases(place, us, companion):
    """SC-A25, SC-A26: ended with its history, on both sides, and its entry goes"""
    us.send('send secret nothing stays')
    companion.hears(r'message -?\d+ 0 nothing stays')
    us.send('cmd secret secret erase')
    us.hears('action End the secret chat with Bob Bb and delete all of it, for both sides')
    us.send('press End and delete for both')
    companion.hears('secret -?[0-9]+ closed 3')
    companion.hears('gone 0')
    us.loses('nothing stays')
    us.forget()
    us.send('buddies')
    if 'secret' in us.hears('(buddy secret|buddies end)').string:
        raise lab.Gone('the entry is still there')


@with_chat
def two_chats(place, us, companion):
    """SC-A30: two chats with one person are told apart"""
    us.send('buddies')
    us.hears('buddy secret.*Bob Bb .secret.')
    us.forget()
    us.send('menu @Bob Start secret chat')
    companion.hears('secret -?[0-9]+ requested')
    us.send('buddies')
    us.hears('buddy secret.*Bob Bb .secret 2.')
    us.send('disable')
    us.send('enable')  # people are told about again
    us.hears('signed-on')
    us.send('buddies')
    us.hears('buddy secret.*Bob Bb .secret 2.')


@in_lab
def reject_rejects(place):
    """FRONTENDS 4: the entry of a request's menu"""
    companion = place.companion(BOB)
    us = place.headless()
    us.log_in(ALICE)
    companion.send('start ' + ALICE)
    us.hears('action Bob Bb wants')
    place.knows_bob(us)
    us.send('menu @Bob Reject secret chat')
    companion.hears('secret -?[0-9]+ closed 15')
    companion.send('start ' + ALICE)
    us.hears('action Bob Bb wants')
    us.send('menu @Bob Accept secret chat')
    companion.hears('secret -?[0-9]+ ready')


@with_chat
def ends(place, us, companion):
    """SC-A24"""
    us.send('menu secret Secret chat/End secret chat...')
    us.hears('action End the secret chat with Bob Bb')
    us.send('press End chat')
    companion.hears('secret -?[0-9]+ closed 3')
    us.send('menu secret Secret chat/Start a new secret chat')
    companion.hears('secret -?[0-9]+ requested')


def speaks(language, asked, ready, timer, since):
    """The translation is found and used, from the user's directory as from the system's; numbers, too, with the
    locale's decimal sign, and days in its order."""
    @in_lab
    def story(place):
        words = tongue.Tongue(place, os.path.join(place.directory, 'purple'), language)
        companion = place.companion(BOB)
        us = place.headless('purple', env=words.environment)
        us.account(ALICE)
        us.hears('input .*' + asked)
        us.send('answer 12345')
        us.hears('signed-on')
        place.knows_bob(us)
        us.send('menu @Bob ' + words.say('Start secret chat'))
        companion.hears('secret -?[0-9]+ requested')
        companion.send('accept')
        us.hears('line secret.* ' + ready)
        us.send('cmd secret ttl 30s')
        us.hears('line secret.* system: ' + timer)
        us.send('cmd secret ttl off')
        companion.hears('notice ttl-by-peer 0$')
        sends(place, companion, 'photo', 'look', 3000)
        us.hears('line secret.* recv: .*640×480, 3,0 .*look$')
        companion.send('start ' + ALICE)
        us.hears('action .*' + since)
    return story


@in_lab
def a_refusal_in_markup(place):
    """MT-E20 MT-E23: what the server calls an error is shown letter for letter, whatever it looks like; what a person
    can do something about is said as that"""
    us = place.headless()
    us.log_in(ALICE)
    place.knows_bob(us)
    place.dc.control('error messages.requestEncryption 1 400 %n<b>no&no')
    us.send('menu @Bob Start secret chat')
    us.hears(r'line .*The secret chat could not be started: Telegram refused it \("%n<b>no&no"\)')
    for word, sentence in (('403 USER_PRIVACY_RESTRICTED', 'the privacy settings of Bob Bb do not let you'),
                           ('403 RECAPTCHA_CHECK_secret__6Lc-x', 'with an official app once'),
                           ('403 APNS_VERIFY_CHECK_x', 'with an official app once'),
                           ('403 INTEGRITY_CHECK_CLASSIC_x', 'with an official app once')):
        place.dc.control('error messages.requestEncryption 1 ' + word)
        us.send('menu @Bob Start secret chat')
        us.hears('line .*The secret chat could not be started: .*' + sentence)


@with_chat
def log_out(place, us, companion):
    """SC-A29, MT-F36"""
    place.dc.control('error messages.readEncryptedHistory 1 401 AUTH_KEY_UNREGISTERED Alice')
    us.does('focus secret')
    companion.send('say read this')
    us.hears('error fatal This session was ended')


TESTS = [
    ('a refusal in markup', a_refusal_in_markup),
    ('DATA_INVALID on a message', refused(400, 'DATA_INVALID', 'Not sent: the server refused this message.s data')),
    ('DATA_INVALID on an action', refused(400, 'DATA_INVALID', "The server refused this chat's data", True, True)),
    ('ENCRYPTION_DECLINED', refused(400, 'ENCRYPTION_DECLINED', 'Bob Bb ended this secret chat', True)),
    ('ENCRYPTION_ID_INVALID', refused(400, 'ENCRYPTION_ID_INVALID', 'The server does not know this secret chat',
                                      True)),
    ('ENCRYPTION_ID_INVALID on an action', refused(400, 'ENCRYPTION_ID_INVALID',
                                                   'The server does not know this secret chat', True, True)),
    ('USER_IS_BLOCKED as 400', refused(400, 'USER_IS_BLOCKED', 'Not sent: this person has blocked you')),
    ('USER_IS_BLOCKED as 403', refused(403, 'USER_IS_BLOCKED', 'Not sent: this person has blocked you')),
    ('USER_IS_BLOCKED on an action', refused(403, 'USER_IS_BLOCKED', 'Bob Bb has blocked you', True, True)),
    ('USER_DELETED', refused(400, 'USER_DELETED', 'Not sent: this person.s account was deleted')),
    ('USER_DELETED on an action', refused(403, 'USER_DELETED', 'The account of Bob Bb was deleted', True, True)),
    ('MSG_WAIT_FAILED as 400', waits(400, 'MSG_WAIT_FAILED')),
    ('MSG_WAIT_FAILED as 500', waits(500, 'MSG_WAIT_FAILED')),
    ('FLOOD_WAIT', waits(420, 'FLOOD_WAIT_2')),
    ('trouble at the server', waits(500, 'INTERNAL')),
    ('no api id', no_api_id), ('a wrong phone number', wrong_phone), ('an unknown phone number', unknown_phone),
    ('a wrong server key', wrong_key), ('a damaged key file', damaged_key_file), ('a wrong code', wrong_code),
    ('a password', password), ('a cancelled login', cancelled), ('a refused api id', api_id_refused),
    ('two programs', two_programs), ('/ttl', ttl_command), ('/delete', delete_command), ('notices', notices),
    ('typing', typing), ('reading', reading), ('a front end without focus', focusless), ('markup', markup), ('looks', looks),
    ('never in clear', never_in_clear), ('no logs', no_logs), ('a request is durable', request_is_durable), ('rules for requests', request_rules),
    ('blocked while a rule waits', blocked_while_a_rule_waits),
    ('a withdrawn request', withdrawn_request), ('a restart', restart), ('a line burns offline', burns_offline), ('seen after a reconnect', seen_after_a_reconnect),
    ('/key and /secret', key_and_info),
    ('/secret skip', skips), ('/verify', verifies), ('the rule of verified contacts', rule_verified),
    ('a request is left to others', left_alone), ('two chats with one person', two_chats), ('answers in a ring', answers_in_a_ring), ('a chat is erased', erases), ('Reject rejects', reject_rejects), ('the end of a chat', ends), ('a full disk', disk_full),
    ('silent and large', silent_and_large),
    ('German', speaks('de', 'Anmeldecode', 'ist bereit', r'Sie .* auf 30 Sekunden gestellt\.$',
                       r'in dieser Liste seit \d\d\.\d\d\.\d{4}\. ')),
    ('Russian', speaks('ru', 'Код для входа', '.*готов', r'Вы поставили .*: 30 секунд\.$', r'в этом списке с \d\d\.\d\d\.\d{4}\. ')), ('a lost session', log_out)]


if __name__ == '__main__':
    sys.exit(STORIES.run(TESTS))
