#!/usr/bin/env python3
"""Our client and real TDLib through what real life does to a secret chat: new keys, losses, duplicates,
restarts, a thousand messages while one is away, the end in all its forms. TDLib must never close a chat itself.

usage: test_tdlib_hard.py BUILD ours|theirs [STORY...]     (who asks for the chat; of these only)
"""
import re
import sys

import tdlib
from pair import BOB, Pair, nth, text_of
from tdlib import lab

MANY = 1000
TRIES = 20  # of a coin: which exchange_id is larger


# --- layers and keys

def layers(pair):
    """SC-C4, SC-C8: both begin at 73 and are at 144 after one notice each"""
    pair.note()
    pair.start()
    sealed = re.findall(r'#(\d+) is sealed at layer (\d+)', '\n'.join(pair.us.said[pair.mark:]))
    if sealed[0] != ('0', '73'):
        raise lab.Gone('our first message: %s' % sealed)
    theirs = [e['secret_chat']['layer'] for e in pair.td.events if e['@type'] == 'updateSecretChat']
    if theirs[0] != 73 or theirs[-1] != 144:
        raise lab.Gone('layers at TDLib: %s' % theirs)
    pair.note()
    pair.talk()
    if not re.search('is sealed at layer 144', '\n'.join(pair.us.said[pair.mark:])):
        raise lab.Gone('we do not send layer 144')


def key_by_us(pair):
    """SC-K1: on demand, and the picture stays"""
    pair.us.send('rekey')
    pair.new_key('A asked -> A commits', 'A commits -> A done', 'A done -> idle')


def key_by_them(pair):
    """SC-F6: TDLib asks by itself"""
    pair.they_ask()
    pair.control('release %d Alice' % pair.secret)
    pair.new_key('idle -> B accepts', 'B accepts -> B waits', 'B waits -> B done')


def keys_by_both(pair):
    """SC-F15, SC-F17: both ask in the same moment, until each exchange_id was the larger once"""
    seen = set()
    for _ in range(TRIES):
        pair.note()
        pair.td.forget()
        pair.control('hold %d' % pair.secret)
        pair.us.send('rekey')
        pair.us.hears('.*re-keying: idle -> A asked')
        pair.theirs(101)
        pair.control('release %d' % pair.secret)
        pair.settled()
        steps = pair.steps()
        seen.add('theirs' if 'idle -> B accepts' in steps else 'ours' if 'A asked -> A commits' in steps else steps)
        if seen == {'ours', 'theirs'}:
            return
    raise lab.Gone('only seen: %s' % seen)


def late_answer(pair):
    """SC-F18, SC-F17: TDLib stores our request and answers at its next event. What its user writes before that, here
    because the server's answers are late, is no sign that it never will: asked twice, it closes the chat."""
    pair.talk()
    pair.td.forget()
    pair.note()
    pair.us.send('rekey')
    pair.us.hears('.*<- messages.sendEncryptedService: ok')
    pair.us.send('read')
    pair.td.update('updateChatReadOutbox')  # behind our request
    pair.control('delay messages.sendEncrypted 500')
    pair.they_begin(30)  # it never calls those "sent" that we have acknowledged before the server answered
    pair.us.hears(r'message .* %s$' % pair.to_us[-1])
    pair.control('reset')
    pair.new_key('A asked -> A commits')


# --- losses

def lost_to_us(pair):
    """SC-D12, SC-D16: one, and several in a row"""
    pair.theirs(4, lost=[1])
    pair.all_here()
    pair.theirs(12, lost=[2, 3, 4, 5, 6])
    pair.all_here()
    pair.theirs(12, lost=[3, 6, 7, 11])
    pair.all_here()
    pair.talk()


def repeat_is_exact(pair):
    """DECISIONS 26: of five that are lost two arrive when we ask, and are acknowledged by a text of ours: the repeat
    begins at the third, as TDLib ends a chat where it is asked for what it has released"""
    pair.us.send('rekey')  # so that TDLib does not ask in the middle of a later story
    pair.settled()
    pair.note()
    pair.theirs(6, lost=[1, 2, 3, 4, 5, 9, 10, 11])  # the last three of what it sends again
    first, last = map(int, pair.us.hears(r'.*asks for #(\d+)\.\.(\d+)$').groups())
    if last != first + 4:
        raise lab.Gone('asked for %d to %d' % (first, last))
    pair.us.hears(r'message -?\d+ \d+ %s$' % pair.to_us[-5])
    pair.ours()
    pair.td.sees(lambda e: text_of(e) == pair.to_td[-1], pair.to_td[-1])
    pair.us.hears(r'.*asks for #%d\.\.%d$' % (first + 2, last))
    pair.all_here()
    pair.talk()


def lost_to_them(pair):
    """SC-D20: one, and several in a row"""
    pair.ours(4, lost=[1])
    pair.all_here()
    pair.ours(12, lost=[2, 3, 4, 5, 6])
    pair.all_here()
    pair.ours(12, lost=[3, 6, 7, 11])
    pair.all_here()
    pair.talk()


def lost_both_ways(pair):
    """SC-D15, SC-D18: each side's Resend lies behind a hole of the other"""
    pair.control('hold %d' % pair.secret)
    pair.lose('Bob', [1, 2])
    pair.ours(5)
    pair.lose('Alice', [1, 3])
    pair.theirs(5)
    pair.control('release %d' % pair.secret)
    pair.all_here()
    pair.talk()


def key_lost(pair):
    """SC-F12: the three messages of an exchange get lost, one after the other"""
    for side, n in (('Bob', 1), ('Alice', 1), ('Bob', 2)):
        pair.note()
        pair.control('drop-delivery %d %d %s' % (pair.secret, n, side))
        pair.us.send('rekey')
        pair.us.hears('.*re-keying: idle -> A asked')
        pair.theirs()
        pair.ours()
        pair.theirs()
        pair.ours()
        pair.new_key('A commits -> A done')


def key_lost_theirs(pair):
    """SC-F13: TDLib asks; our AcceptKey and its CommitKey get lost"""
    for side in ('Bob', 'Alice'):  # before each goes what has to do with the hole
        pair.they_ask()
        pair.lose(side, [2])
        pair.control('release %d Alice' % pair.secret)
        pair.us.hears('.*re-keying: idle -> B accepts')
        pair.new_key('B waits -> B done')


def resend_after_key(pair):
    """SC-D20, SC-F12: a text under the old key is asked for when we have the new one"""
    pair.note()
    pair.control('hold %d Alice' % pair.secret)
    pair.us.send('rekey')
    pair.us.hears('.*re-keying: idle -> A asked')
    pair.ours(2)
    pair.control('drop-delivery %d 1 Bob' % pair.secret)
    pair.ours(1)
    pair.theirs(1)
    pair.control('release %d Alice' % pair.secret)
    pair.all_here()
    pair.new_key('A commits -> A done')
    lines = '\n'.join(pair.us.said[pair.mark:])
    if lines.find('A commits -> A done') > lines.find('asked for #'):
        raise lab.Gone('TDLib asked before the new key')


def resend_after_key_theirs(pair):
    """And the other way round: TDLib sends again what is under its old key, after its CommitKey. Our AcceptKey and a
    text reach it together: what it wants to say to the one waits for an event after that has been stored."""
    pair.they_ask()
    pair.lose('Alice', [1])
    pair.theirs()
    pair.swap('Bob', 'Alice', 'Alice: messages.sendEncryptedService', 'our Resend')
    pair.swap('Alice', 'Bob', 'Bob: messages.sendEncrypted', 'what it sends again')
    pair.control('hold %d Bob' % pair.secret)
    pair.control('release %d Alice' % pair.secret)
    pair.us.hears('.*re-keying: B accepts -> B waits')
    pair.ours()
    pair.control('release %d Bob' % pair.secret)

    def event():
        pair.td.sees(lambda e: text_of(e) == pair.to_td[-1], pair.to_td[-1])
        pair.ours()
        return 'B waits -> B done' in pair.steps()

    pair.until(event, 'its CommitKey')
    pair.all_here()
    pair.new_key('B waits -> B done')
    lines = '\n'.join(pair.us.said[pair.mark:])
    if not lines.find('B accepts -> B waits') < lines.rfind('waits behind a hole') < lines.find('B waits -> B done'):
        raise lab.Gone('the hole was not there when the key changed')


def duplicates(pair):
    """SC-D6, SC-D7: everything comes twice"""
    for side in ('Alice', 'Bob'):
        for _ in range(10):
            pair.control('duplicate %d 1 %s' % (pair.secret, side))
    pair.ours(10)
    pair.theirs(10)
    pair.all_here()
    pair.talk()
    pair.control('reset')


# --- restarts

def restart_us(pair):
    """SC-L1: ended politely, texts wait for us"""
    pair.ours(3)
    pair.end_us()
    pair.theirs(5)
    pair.begin_us()
    pair.all_here()
    pair.settled()


def kill_us(pair):
    """SC-L3, SC-D32: killed with nine texts stored and not sent, and others on the way to us"""
    pair.theirs(10)
    pair.control('delay messages.sendEncrypted 300')
    pair.place.dc.forget()
    for text in pair.draw('o', 10, pair.to_td):
        pair.us.send('say ' + text)
    # the second is sent in the turn of the first one's answer: the others were committed before
    pair.place.dc.wait(nth(2, lambda l: l == 'Alice: messages.sendEncrypted'), 'the second text')
    pair.end_us(kill=True)
    pair.control('reset')
    pair.theirs(3)
    pair.begin_us()
    pair.ours()
    pair.all_here()
    pair.settled()


def restart_td(pair):
    """Closed and started on its database, texts wait for it: to it that is nothing new"""
    pair.end_td()
    pair.ours(5)
    pair.begin_td()
    pair.all_here(stored=True)
    pair.settled()


def kill_td(pair):
    """SC-D20: killed; what it gets again or asks for again is no harm"""
    pair.ours(10)
    pair.end_td(kill=True)
    pair.ours(3)
    pair.begin_td()
    pair.after_kill_td()
    pair.settled()


def kill_in_exchange(pair):
    """SC-F5, SC-L5: each is killed while a new key is being agreed"""
    pair.note()
    pair.control('hold %d' % pair.secret)
    pair.us.send('rekey')
    pair.us.hears('.*re-keying: idle -> A asked')
    pair.ours()
    pair.end_us(kill=True)
    pair.control('release %d Bob' % pair.secret)
    pair.begin_us()
    pair.note()
    pair.control('release %d' % pair.secret)
    pair.new_key('A asked -> A commits')
    pair.note()
    pair.control('hold %d' % pair.secret)
    pair.us.send('rekey')
    pair.us.hears('.*re-keying: idle -> A asked')
    pair.ours()
    pair.end_td(kill=True)
    pair.control('release %d' % pair.secret)
    pair.begin_td()
    pair.after_kill_td()
    pair.new_key('A asked -> A commits')


def timers_after(pair):
    """SC-E4, SC-G7: after all those restarts"""
    pair.us.send('ttl 60')
    pair.td.sees(lambda e: e['@type'] == 'updateChatMessageAutoDeleteTime' and
                 e['message_auto_delete_time'] == 60, 'the timer of 60 s')
    pair.td.call('setChatMessageAutoDeleteTime', chat_id=pair.chat, message_auto_delete_time=1)
    pair.us.hears('notice ttl-by-peer 1')
    pair.td.say(pair.chat, 'burns')
    pair.us.hears(r'message -?\d+ 1 burns')
    pair.us.send('read')
    pair.us.hears('expired ')
    pair.td.update('updateDeleteMessages', chat_id=pair.chat)
    pair.us.send('ttl 0')
    pair.td.sees(lambda e: e['@type'] == 'updateChatMessageAutoDeleteTime' and
                 e.get('message_auto_delete_time', 0) == 0, 'no timer')


def deletion_after(pair):
    """SC-E7, SC-E8"""
    pair.us.send('say to be deleted')
    got = pair.td.gets(pair.chat)
    pair.us.send('delete')
    pair.td.sees(lambda e: e['@type'] == 'updateDeleteMessages' and got['id'] in e['message_ids'], 'deletion')
    mine = pair.td.say(pair.chat, 'theirs to delete')
    pair.us.hears(r'message -?\d+ 0 theirs to delete')
    pair.td.call('deleteMessages', chat_id=pair.chat, message_ids=[mine], revoke=True)
    pair.us.hears('gone 1')


def thousand_to_us(pair):
    """SC-D6: written while we were away; TDLib wants a new key in between, and so do we then"""
    pair.end_us()
    pair.theirs(MANY)
    pair.begin_us()
    pair.all_here()
    pair.settled()


def thousand_to_them(pair):
    """SC-F2, SC-F18: the other way round; we ask for a new key once, and go on without"""
    pair.note()
    pair.end_td()
    pair.ours(MANY)
    pair.begin_td()
    pair.all_here(stored=True)
    pair.settled()
    if pair.steps().count('idle -> A asked') != 1:
        raise lab.Gone('not one request: %s' % pair.steps())


# --- the end

def they_close(pair):
    """SC-A25"""
    pair.td.watched = None
    pair.td.call('closeSecretChat', secret_chat_id=pair.secret)
    pair.us.hears('secret %d closed 3' % pair.secret)


def we_close(pair):
    """SC-A24"""
    pair.start()
    pair.td.watched = None
    pair.us.send('close')
    pair.td.secret('Closed')


def they_close_offline(pair):
    """SC-A25, SC-J6: we learn it at the next start"""
    pair.start()
    pair.talk()
    pair.td.watched = None
    pair.end_us()
    pair.td.call('closeSecretChat', secret_chat_id=pair.secret)
    pair.begin_us()
    pair.us.hears('secret %d closed 3' % pair.secret)


def we_close_offline(pair):
    """SC-A24: TDLib learns it at its next start"""
    pair.start()
    pair.talk()
    pair.end_td()
    pair.us.send('close')
    pair.us.hears('secret %d closed 1' % pair.secret)
    chat, pair.chat, pair.secret = pair.secret, None, None
    pair.begin_td()
    pair.until(lambda: pair.td.call('getSecretChat', secret_chat_id=chat)['state']['@type'] ==
               'secretChatStateClosed', 'closed at TDLib')


def rejected(pair):
    """SC-A24: TDLib asks, we say no"""
    pair.td.tell('createNewSecretChat', user_id=pair.user)
    pair.us.hears('secret -?[0-9]+ requested')
    pair.us.send('reject')
    pair.td.secret('Closed')


def accepted(pair):
    return int(re.search(r'messages\.acceptEncryption=(\d+)', pair.control('stats')).group(1))


def withdrawn(pair):
    """SC-A25: TDLib asks and takes it back; our user's yes comes too late"""
    before = accepted(pair)
    pair.td.tell('createNewSecretChat', user_id=pair.user)
    chat = int(pair.us.hears('secret (-?[0-9]+) requested').group(1))
    pair.td.call('closeSecretChat', secret_chat_id=chat)
    pair.us.hears('secret %d closed 4' % chat)  # or answered elsewhere: the server does not say which
    pair.us.send('accept %d' % chat)
    rejected(pair)
    if accepted(pair) != before:
        raise lab.Gone('accepted after all')


def withdrawn_by_us(pair):
    """SC-A24: we ask and take it back before TDLib, which waits two seconds, accepts"""
    before = accepted(pair)
    pair.us.send('start ' + BOB)
    chat = int(pair.us.hears('secret (-?[0-9]+) waiting').group(1))
    pair.us.send('close')
    pair.us.hears('secret %d closed 1' % chat)
    pair.start(True)
    if accepted(pair) != before + 1:
        raise lab.Gone('TDLib accepted the first one as well')


def no_complaint(pair):
    """SC-F17: nothing in TDLib's log that it would have ended a chat for"""
    found = pair.td.complaints('01')
    if found:
        raise lab.Gone('\n'.join(found))


STORIES = [
    ('layers go from 73 to 144', layers), ('a new key by us', key_by_us), ('a new key by TDLib', key_by_them),
    ('new keys by both at once, each winning once', keys_by_both),
    ('TDLib answers late', late_answer), ('texts lost on the way to us', lost_to_us),
    ('the repeat is exact', repeat_is_exact), ('texts lost on the way to TDLib', lost_to_them), ('holes both ways at once', lost_both_ways),
    ('our exchange loses its messages', key_lost), ('their exchange loses its messages', key_lost_theirs),
    ('asked again after a new key', resend_after_key),
    ('TDLib asked again after a new key', resend_after_key_theirs), ('everything twice', duplicates),
    ('we are restarted', restart_us), ('we are killed', kill_us), ('TDLib is restarted', restart_td),
    ('TDLib is killed', kill_td), ('both are killed in an exchange', kill_in_exchange),
    ('timers after that', timers_after), ('deletion after that', deletion_after),
    ('a thousand texts while we are away', thousand_to_us), ('a thousand while TDLib is away', thousand_to_them),
    ('TDLib closes', they_close), ('we close', we_close), ('TDLib closes while we are away', they_close_offline),
    ('we close while TDLib is away', we_close_offline), ('we reject', rejected),
    ('TDLib takes its request back', withdrawn), ('we take our request back', withdrawn_by_us),
    ('TDLib complains of nothing', no_complaint)]


def main(build, ours_first, only):
    with tdlib.Lab(build, 'tdlib-hard') as place:
        place.prepare_tdlib()
        pair = Pair(place, ours_first)

        def told(story):
            def run():
                try:
                    story(pair)
                except lab.Gone as error:
                    raise lab.Gone('%s\nTDLib said:\n%s' % (error, '\n'.join(pair.td.complaints()[-8:])))
            return run

        chosen = [(name, told(story)) for name, story in STORIES if not only or name in only or story == layers]
        return lab.run(chosen, pair.forget)


sys.exit(main(sys.argv[1], sys.argv[2] == 'ours', sys.argv[3:]))
