#!/usr/bin/env python3
"""Voice of the other side in Pidgin, as far as the loudspeaker. test_voice.py BUILD [STORY...]"""
import re
import sys

import test_pidgin as base
from test_pictures import click_link
from test_pidgin import lab, media, screens

LAG = 1.5  # seconds at most that were on their way to the loudspeaker, on a loaded machine; GStreamer alone reads 3.5 ahead


def plays(chat, seconds, hertz, ttl=0, said=None):
    """It comes (saying that it is another time long), [play] is clicked, and the other side is told: its message, and
    from which second on it is heard."""
    speaks = chat.pidgin.speaker
    path = media.opus(chat.place.directory + '/voice.ogg', media.sung(hertz, seconds * 50))
    number = media.sends(chat.place, chat.peer, 'voice', '%d' % (said or seconds), path, ttl)
    chat.pidgin.shows(r'0:%02d, [^\n]*\] \[play\][^\n]*\n$' % (said or seconds), 'Bob')
    chat.look()
    begin = speaks.seconds()
    click_link(chat, -1 if ttl else -2)
    chat.peer.hears('opened 1$')
    screens.until(lambda: hertz in speaks.tones(begin), 'the tone', show=lambda: str(speaks.tones(begin)))
    return number, begin


def ends(chat, pattern=r'\] \[play\] \[save\]\n$', window='Bob'):
    """Once the window shows that, nothing is heard but what was on its way."""
    chat.pidgin.shows(pattern, window)
    silent(chat)


def silent(chat):
    begin = chat.pidgin.speaker.seconds()
    chat.pidgin.speaker.rests()
    if chat.pidgin.speaker.seconds() > begin + LAG:
        raise lab.Gone('%.1f s are heard after its end' % (chat.pidgin.speaker.seconds() - begin))


def test_voice_is_heard_and_saved_by_a_click(chat):
    """SC-E5, SC-G4: all of it, as it was said, and the other side is told"""
    _, begin = plays(chat, 3, 440)
    ends(chat)
    heard = chat.pidgin.speaker.tones(begin)
    if not 26 <= heard.count(440) <= 31 or len(heard) - heard.count(440) - heard.count(0) > 4:
        raise lab.Gone('it sounds otherwise: %s' % heard)
    chat.look()
    click_link(chat, -1)
    chat.pidgin.shows(r'is saved, unencrypted, as .*/Downloads/voice-\d+\.ogg\n', 'Bob')


def test_voice_is_stopped_by_a_click(chat):
    """... and by /cancel; it begins anew"""
    plays(chat, 50, 440)
    chat.pidgin.shows(r'\] \[stop\] \[save\]\n$', 'Bob')
    chat.look()
    click_link(chat, -2)
    ends(chat)
    chat.look()
    begin = chat.pidgin.speaker.seconds()
    click_link(chat, -2)
    screens.until(lambda: 440 in chat.pidgin.speaker.tones(begin), 'the tone, once more')
    chat.say('/cancel ' + re.findall(r'voice message (\d+)', chat.pidgin.lines('Bob'))[-1])
    ends(chat)


def test_one_voice_at_a_time(chat):
    """The one before ends"""
    plays(chat, 50, 440)
    _, begin = plays(chat, 2, 880)
    ends(chat, r'\] \[play\] \[save\]\n(.*\n)*.*\] \[play\] \[save\]\n$')
    heard = chat.pidgin.speaker.tones(begin)
    first = heard.index(880)
    if 440 in heard[first:] or heard[:first].count(440) > LAG * 10 or not 16 <= heard.count(880) <= 21:
        raise lab.Gone('it sounds otherwise: %s' % heard)


def test_voice_ends_with_its_time(chat):
    """SC-G7: which is longer than it says that it is"""
    before = chat.look()
    plays(chat, 50, 440, 3, 2)
    chat.becomes(before, 'the window without the line')
    silent(chat)


def test_voice_ends_with_its_line(chat):
    before = chat.look()
    number, _ = plays(chat, 50, 440)
    chat.peer.send('delete ' + number)
    chat.becomes(before, 'the window without the line')
    silent(chat)


def test_voice_ends_with_the_account(chat):
    """... where it goes offline: memory is clean then"""
    plays(chat, 50, 440)
    account = chat.pidgin.purple('PurpleAccountsFind', 'string:9990000001', 'string:prpl-mtproto')
    chat.pidgin.purple('PurpleAccountDisconnect', 'int32:' + account)
    screens.until(lambda: chat.pidgin.purple('PurpleAccountIsDisconnected', 'int32:' + account) == '1', 'its end')
    ends(chat, window='(Bob')  # Pidgin's sign for who is offline
    chat.pidgin.purple('PurpleAccountConnect', 'int32:' + account)
    chat.peer.send('say after that')
    chat.pidgin.shows('after that', 'Bob')


def test_voice_without_a_loudspeaker(chat):
    """It says so, and the other side hears of nothing"""
    chat.pidgin.speaker.stands(False)
    chat.pidgin.kill()
    chat.pidgin.start_pidgin()
    chat.pidgin.window('Buddy List')
    media.sends(chat.place, chat.peer, 'voice', '9', media.opus(chat.place.directory + '/voice.ogg'))
    chat.window = chat.pidgin.window('Bob Bb')
    chat.pidgin.shows(r'0:09, [^\n]*\] \[play\]', 'Bob')
    chat.look()
    click_link(chat, -2)
    chat.pidgin.shows(r'Message \d+ cannot be played: GStreamer cannot decode it, or finds no loudspeaker\. /save \d+ keeps it\.', 'Bob')
    chat.pidgin.shows(r'0:09, [^\n]*\] \[play\]', 'Bob')
    chat.peer.never('opened')
    chat.pidgin.speaker.stands(True)
    chat.pidgin.kill()
    chat.pidgin.start_pidgin()
    chat.window = None  # what comes next opens one


def test_pidgin_lives(chat):
    base.test_pidgin_lives(chat)


if __name__ == '__main__':
    sys.exit(base.main(globals()))
