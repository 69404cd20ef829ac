#!/usr/bin/env python3
"""People in the list: their names, pictures and times, what is known of them, how they come into it; and whether we are
there, as others see it.

usage: test_people.py BUILD [STORY...]
"""
import os
import re
import struct
import sys
import zlib

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lab'))
import lab  # noqa: E402
from lab import ALICE, BOB  # noqa: E402

STORIES = lab.Stories('people')
in_lab = STORIES.in_lab
BUILD = STORIES.build
CAROL = '9990000003'


def png(side, color=b'\x20\x80\xc0'):
    def chunk(kind, data):
        return struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data))
    rows = (b'\0' + color * side) * side
    return (b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', struct.pack('>IIBBBBB', side, side, 8, 2, 0, 0, 0)) +
            chunk(b'IDAT', zlib.compress(rows)) + chunk(b'IEND', b''))


def alone(place, *more, **settings):
    """Alice, as in Pidgin, who knows Bob."""
    us = place.headless('purple', '--as', 'pidgin', *more)
    us.log_in(ALICE, **settings)
    place.knows_bob(us)
    return us


def picture(place, who, data):
    path = os.path.join(place.directory, 'picture')
    with open(path, 'wb') as f:
        f.write(data)
    place.dc.control('profile %s picture %s' % (who, path))


def icon(us, name, size):
    def now():
        us.forget()
        us.send('icon ' + name)
        return int(us.hears(r'icon \S+ (\d+)').group(1)) == size
    lab.until(now, 'the picture of %s, of %d bytes' % (name, size))


def pairs(us, command):
    """What Get Info or a tooltip says, by its label."""
    us.forget()
    before = len(us.said)
    us.send(command)
    us.hears('(info|tooltip) end')
    found = [re.match(r'(?:info|tooltip) \S+ ([^:]+): (.*)', line) for line in us.said[before:]]
    return {m.group(1): m.group(2) for m in found if m}


def shows(us, command, label, pattern):
    lab.until(lambda: re.match(pattern + '$', pairs(us, command).get(label, '')), '%s: %s' % (label, pattern),
              show=lambda: str(pairs(us, command)))


def in_list(us, *people):
    """Which of them the buddy list has."""
    us.forget()
    us.does('buddies')
    return [who for who in people if any(re.match('buddy %s( |$)' % who, line) for line in us.pending)]


def count(place, method):
    found = re.search(re.escape(method) + r'=(\d+)', place.dc.control('stats'))
    return int(found.group(1)) if found else 0


@in_lab
def pictures(place):
    """MT-I20: beside a person's entry and their secret chats', another one when it changes, gone when it is removed"""
    us, companion = place.chat('--as', 'pidgin')
    one, two = png(160), png(160, b'\xc0\x20\x20')
    picture(place, 'Bob', one)
    icon(us, '@Bob', len(one))
    icon(us, 'secret', len(one))
    got = count(place, 'upload.getFile')
    picture(place, 'Bob', two)
    icon(us, '@Bob', len(two))
    icon(us, 'secret', len(two))
    us.send('disable')
    us.send('enable')
    us.hears('signed-on')
    icon(us, '@Bob', len(two))
    if count(place, 'upload.getFile') != got + 1:
        raise lab.Gone('fetched again: %s' % place.dc.control('stats'))
    place.dc.control('profile Bob picture none')
    icon(us, '@Bob', 0)
    icon(us, 'secret', 0)


@in_lab
def pictures_go_with_the_account(place):
    """MT-I20 DECISIONS 16: no file of libpurple's has a person's picture when the account was removed"""
    us = alone(place)
    picture(place, 'Bob', png(160))
    us.send('open @Bob')
    icon(us, '@Bob', len(png(160)))
    kept = os.path.join(us.home, 'icons')
    if len(os.listdir(kept)) != 1:
        raise lab.Gone('kept: ' + ' '.join(os.listdir(kept)))
    us.send('delete')
    us.send('buddies')
    us.hears('buddies end')
    if os.listdir(kept):
        raise lab.Gone('still there: ' + ' '.join(os.listdir(kept)))


@in_lab
def no_pictures(place):
    """MT-I20 MT-H27: what is none is not handed to libpurple, and what is elsewhere, or of nobody in the list, not fetched"""
    us = alone(place)
    picture(place, 'Bob', png(160))
    shows(us, 'info @Bob', 'Name', 'Bob Bb')
    if count(place, 'upload.getFile'):
        raise lab.Gone('a picture of somebody who is not there was asked for')
    us.send('open @Bob')
    icon(us, '@Bob', len(png(160)))
    place.dc.control('profile Bob picture none')
    icon(us, '@Bob', 0)
    big = png(16)
    big = big[:16] + struct.pack('>II', 60000, 60000) + big[24:]
    for data in (b'<svg/>', big, png(160) + bytes(200000), b'\xff\xd8\xff\xe0'):
        before = count(place, 'upload.getFile')
        picture(place, 'Bob', data)
        lab.until(lambda n=before: count(place, 'upload.getFile') > n, 'a picture was asked for')
        place.dc.control('profile Bob first Bob')
        icon(us, '@Bob', 0)
        if count(place, 'upload.getFile') != before + 1:
            raise lab.Gone('asked for twice')
    before = count(place, 'upload.getFile')
    place.dc.control('profile Bob picture-dc 4')  # nobody says where that is
    picture(place, 'Bob', png(160))
    shows(us, 'tooltip @Bob', 'On Telegram', '.*')
    icon(us, '@Bob', 0)
    if count(place, 'upload.getFile') != before:
        raise lab.Gone('a picture of another data centre was asked for here')


def pictures_from_elsewhere():
    """MT-I20 MT-C32 MT-B31: what is at another data centre is fetched there; what goes wrong there is nobody's trouble here"""
    with lab.Lab(BUILD, 'people', sites=['4', '2m']) as place:
        us, companion = place.chat('--as', 'pidgin')
        one, two = png(160), png(160, b'\xc0\x20\x20')
        place.dc.control('profile Bob picture-dc 4')
        picture(place, 'Bob', one)
        icon(us, '@Bob', len(one))
        place.dc.control('lose-login 4')
        picture(place, 'Bob', two)
        icon(us, '@Bob', len(two))
        if place.dc.counts()['auth.importAuthorization'] != 2:
            raise lab.Gone(place.dc.control('stats'))
        companion.send('say still here')
        us.hears('.*still here')
        if place.dc.control('fault') != 'ok none':
            raise lab.Gone(place.dc.control('fault'))


def home_is_elsewhere():
    """MT-B25 MT-E11 MT-F5: an account that moves to another data centre than the one in its settings goes on there, and is
    there again after a restart, though it is asked nothing and sent nowhere"""
    with lab.Lab(BUILD, 'people', sites=['4', '2m']) as place:
        us, companion = place.chat('--as', 'pidgin')
        secret = companion.info()['chat']
        place.dc.control('home Alice 4')
        us.send('send secret%s on the way' % secret)
        companion.hears('message .* on the way$')
        moved = count(place, 'auth.importAuthorization')
        for day in ('one', 'two'):
            us.send('quit')
            us.hears('over')
            us.process.wait(lab.PATIENCE)
            us = place.headless('purple', '--as', 'pidgin')
            us.hears('signed-on')
            us.send('send secret%s day %s' % (secret, day))
            companion.hears('message .* day %s$' % day)
        if count(place, 'auth.importAuthorization') != moved or count(place, 'auth.signIn') != 2:
            raise lab.Gone(place.dc.control('stats'))
        if place.dc.control('fault') != 'ok none':
            raise lab.Gone(place.dc.control('fault'))


def ways(log, number):
    """When each way to that data centre was begun, in seconds of the day, attempt by attempt."""
    found = []
    with open(log) as f:
        for hour, minute, second, way in re.findall(r'^(\d\d):(\d\d):(\d\d).*\[dc%d\] connecting, way (\d)' % number, f.read(),
                                                    re.M):
            if way == '0':
                found.append([])
            found[-1].append((int(hour) * 60 + int(minute)) * 60 + int(second))
    return found


def a_black_hole_is_passed_by():
    """MT-B28 MT-B40: an address that swallows what is sent there holds up neither a line for files nor the account's own for
    longer than until another one is tried beside it: one of the other family at a real ::1, or, on a machine that has none, at
    another port; nothing is left of the way that lost"""
    with lab.Lab(BUILD, 'people', sites=['4hole', lab.other_way('4'), '2m']) as place:
        log = os.path.join(place.directory, 'log')
        companion = place.companion(BOB)
        us = place.headless('purple', '--as', 'pidgin', env={'PURPLE_MTPROTO_DEBUG': log})
        us.log_in(ALICE)
        place.start(us, companion)
        data = png(160)
        place.dc.control('profile Bob picture-dc 4')
        picture(place, 'Bob', data)
        icon(us, '@Bob', len(data))
        place.dc.control('home Alice 4')
        us.send('send secret%s on the way' % companion.info()['chat'])
        companion.hears('message .* on the way$')
        attempts = ways(log, 4)
        if len(attempts) < 2 or [len(attempt) for attempt in attempts] != [2] * len(attempts):
            raise lab.Gone('not one beside the other, each time: %s' % attempts)
        for one, other in attempts:
            if (other - one) % 86400 > 5:  # its own time is more than ten, and seconds are all that is known
                raise lab.Gone('one after the other: %s' % attempts)
        lab.until(lambda: not us.connecting(), 'nothing is being connected to any more')
        if place.dc.control('fault') != 'ok none':
            raise lab.Gone(place.dc.control('fault'))


@in_lab
def no_pictures_in_finch(place):
    """MT-I20: where none is shown, none is fetched"""
    us = place.headless('purple', '--as', 'finch')
    us.log_in(ALICE)
    place.knows_bob(us)
    picture(place, 'Bob', png(160))
    place.dc.control('profile Bob first Robert')
    shows(us, 'info id1000002', 'Name', 'Robert Bb')
    if count(place, 'upload.getFile'):
        raise lab.Gone('a picture was fetched')


@in_lab
def last_seen(place):
    """MT-I4: each kind in its words; a time only where there is one; who was online is not any more, by itself"""
    us = alone(place)
    for status, words in (('recently', 'last seen recently'), ('week', 'last seen within a week'),
                          ('month', 'last seen within a month'), ('offline 30', r'last seen (at|on .* at) \d\d:\d\d'),
                          ('offline 900000', r'last seen on .* at \d\d:\d\d'), ('offline 1700000000', 'offline'),
                          ('offline -5000', r'last seen (at|on .* at) \d\d:\d\d'), ('online 3', 'online')):
        place.dc.control('profile Bob status ' + status)
        shows(us, 'tooltip @Bob', 'On Telegram', words)
    shows(us, 'tooltip @Bob', 'On Telegram', r'last seen (at|on .* at) \d\d:\d\d')
    us.send('buddies')
    us.hears(r'buddy id1000002 Bob Bb \[offline\] (last seen at|seen on) ')
    place.dc.control('profile Bob status offline 900000')
    shows(us, 'tooltip @Bob', 'On Telegram', r'last seen on .* at \d\d:\d\d')
    us.send('buddies')
    us.hears(r'buddy id1000002 Bob Bb \[offline\] seen on [0-9/.]+$')  # a row has no room for the time


@in_lab
def get_info(place):
    """MT-I18 MT-I19: what is known, asked for once a minute; a warning that no name covers"""
    us, companion = place.chat('--as', 'pidgin')
    place.dc.control('profile Bob username bobby')
    place.dc.control('profile Bob about I collect stamps')
    shows(us, 'info @Bob', 'About', 'I collect stamps')
    shows(us, 'info @Bob', 'User name', '@bobby')
    found = pairs(us, 'info @Bob')
    for label, value in (('Name', 'Bob Bb'), ('Phone', '+' + BOB), ('In your contacts', 'Yes'),
                         ('Secret chats', '1, not verified')):
        if found.get(label) != value:
            raise lab.Gone('%s: %s' % (label, found))
    if 'Note' in found or 'Blocked' in found or count(place, 'users.getFullUser') > 1:
        raise lab.Gone('%s %s' % (found, place.dc.control('stats')))
    us.send('cmd secret verify yes')
    shows(us, 'tooltip @Bob', 'Secret chats', '1, verified')
    shows(us, 'info secret', 'Secret chat', '.*')
    us.send('cmd @Bob block')
    us.hears('action ')
    us.send('press Block')
    shows(us, 'tooltip @Bob', 'Blocked', 'Yes.*')
    us.send('info secret')
    us.hears('info secret-?\\d+ Name: Bob Bb')  # the window that waits for it
    place.dc.control('profile Bob scam yes')
    place.dc.control('profile Bob first ' + 'x' * 3000)
    shows(us, 'tooltip id1000002', 'Note', 'Warning: .*')
    if len(pairs(us, 'info id1000002')['Name']) > 200:
        raise lab.Gone('a name of 3,000 letters')
    us.send('info nobody-there')
    us.hears('info nobody-there Note: Nothing is known of')


def stranger(story):
    """story(place, us): Carol is on Telegram, but not in Alice's contacts"""
    def story_with_carol():
        with lab.Lab(BUILD, 'people', users=[CAROL + ':Carol:Cc']) as place:
            place.dc.control('profile Carol username carol_c')
            us = alone(place)
            us.send('remove @Carol')
            us.hears('action Remove Carol')
            us.send("press Also from Telegram's contacts")
            lab.until(lambda: count(place, 'contacts.deleteContacts') == 1, 'Carol is a stranger')
            story(place, us)
    return story_with_carol


@stranger
def added(place, us):
    """MT-I13: by number, under the alias and in the group that were typed; a contact at Telegram under her own name"""
    us.send('add +%s Friends Carrie' % CAROL)
    lab.until(lambda: count(place, 'contacts.addContact') == 1, 'Carol is added')
    us.send('groups')
    us.hears('group Friends: id1000003')
    us.send('aliases id1000003')
    us.hears("alias id1000003 own 'Carrie' server 'Carol Cc'")
    shows(us, 'info id1000003', 'In your contacts', 'Yes')
    us.send('add @carol Other')
    us.hears('notify .*Carol.* is in your list already')
    us.send('groups')
    if us.hears('(group Other|groups end)').string != 'groups end':
        raise lab.Gone('what was typed stands in the list')


@stranger
def added_by_link(place, us):
    """MT-I15 MT-I16: links with a name and with a number"""
    us.send('add https://t.me/carol Friends')
    lab.until(lambda: count(place, 'contacts.addContact') == 1, 'Carol is added')
    us.send('groups')
    us.hears('group Friends: id1000003')
    us.send('add t.me/+%s Friends' % BOB)
    us.hears('notify .*Bob Bb is in your list already')
    us.send('add tg://resolve?phone=%s Friends' % BOB)
    us.hears('notify .*Bob Bb is in your list already')


@in_lab
def not_added(place):
    """MT-I15 MT-I16 MT-I22: each reason its sentence; nothing that was typed stays; ourselves neither"""
    us = alone(place)
    us.send('add +4900000000 Friends')
    us.hears('notify .*Nobody was found for "')
    us.send('add some.thing Friends')
    us.hears('notify .*"some.thing" is neither a phone number, nor')
    us.send('add %s Friends' % ALICE)
    us.hears('notify .*That is your own account')
    place.dc.control('error contacts.resolveUsername 1 420 FLOOD_WAIT_5000')
    us.send('add @somebody Friends')
    us.hears('notify .*no more searches for now. Try again in 1 hour 24 minutes')
    us.send('add @somebody_else Friends')
    us.hears('notify .*no more searches for now')
    us.send('groups')
    if us.hears('(group Friends|groups end)').string != 'groups end':
        raise lab.Gone('what was typed stands in the list')


@in_lab
def names(place):
    """MT-I3 DECISIONS 28: what the user calls somebody stays, and stays here; what they call themselves follows"""
    us = alone(place)
    us.send('call @Bob My brother')
    place.dc.control('profile Bob first Robert')

    def known():
        us.forget()
        us.send('aliases id1000002')
        return us.hears('alias id1000002 (.*)').group(1) == "own 'My brother' server 'Robert Bb'"
    lab.until(known, 'both names')
    if count(place, 'contacts.addContact') or count(place, 'contacts.importContacts'):
        raise lab.Gone('the server was told a name')


@in_lab
def ourselves(place):
    """MT-I8 MT-I9: there, away, invisible, idle, gone: as the front end says, and told once each"""
    us, companion = alone(place), place.companion(BOB)

    def seen(words):
        lab.until(lambda: count(place, 'account.updateStatus') == len(words) + started, 'status %s' % words[-1],
                  show=lambda: place.dc.control('stats'))
    companion.hears('.*online')
    started = count(place, 'account.updateStatus')
    told = []
    for status in ('away', 'invisible', 'available', 'idle', 'back'):
        us.send('be ' + status)
        if status != 'invisible':  # away and invisible are one to others
            told.append(status)
        seen(told)
    us.send('disable')
    seen(told + ['gone'])


@stranger
def added_by_a_command(place, us):
    """MT-I13: by number or @name, as the user calls her, in any conversation of the account"""
    us.send('open @Bob')
    for wrong in ('add', 'add as Me', 'add @carol as', 'add somebody', 'add +%sas X' % CAROL):
        us.send('cmd @Bob contact ' + wrong)
        us.hears('line id.* system: .*contact add NUMBER')
    us.send('cmd @Bob contact Add  +%s AS My Carol' % CAROL)
    lab.until(lambda: count(place, 'contacts.addContact') == 1, 'Carol is added')
    us.send('aliases id1000003')
    us.hears("alias id1000003 own 'My Carol' server 'Carol Cc'")
    us.send('cmd @Bob contact add @carol')
    us.hears('notify .*is in your list already')


@in_lab
def named(place):
    """MT-I13 MT-I15: by a command in a person's or a secret chat's conversation, in Telegram's contacts; else nothing is told"""
    us, companion = place.chat('--as', 'pidgin')
    us.send('cmd secret contact name ' + 'x' * 65)
    us.hears('line .*system: A name has 64 letters at most')
    us.send('cmd secret contact name')
    us.hears('line .*system: .*contact add NUMBER')
    us.send('cmd secret contact Name  Uncle Bob the Elder')
    us.hears('line secret.*system: In Telegram.s contacts this person is called Uncle Bob the Elder now')
    us.send('aliases id1000002')
    us.hears("alias id1000002 own '' server 'Uncle Bob the Elder'")
    shows(us, 'info id1000002', 'Name', 'Uncle Bob the Elder')
    place.dc.control('error contacts.addContact 1 400 CONTACT_NAME_EMPTY')
    us.send('open @Bob')
    us.send('cmd id1000002 contact name Robert')
    us.hears('notify .*Telegram did not do what you asked about Uncle Bob')
    if count(place, 'contacts.addContact') != 2:
        raise lab.Gone(place.dc.control('stats'))


@in_lab
def profile(place):
    """MT-I21: the own name and text, by the account's menu: as the server has them, sent where they differ, what cannot be is
    typed once more; another device's change is not taken back, and is seen here"""
    us = alone(place)
    place.dc.control('profile Alice about I am Alice')

    def edit():
        us.send('account-menu Edit your profile...')
        us.hears('fields Profile: What others see of you at Telegram')

    us.send('account-menu Edit your profile...')
    us.hears("field First name 'Alice'")
    us.hears("field Last name 'Aa'")
    us.hears("field About you 'I am Alice'")
    us.hears('fields Profile')
    us.send('fields-ok')
    edit()
    us.send('fields-cancel')
    edit()
    if count(place, 'account.updateProfile'):
        raise lab.Gone('sent, though nothing is another')
    place.dc.control('profile Alice first Alicia')  # on another device, while the dialog stands
    lab.until(lambda: us.send('own') or us.hears("own shown '(.*)' info").group(1) == 'Alicia Aa', 'the other name')
    us.send('put-field About ' + 'x' * 71)
    us.send('put-field Last Bb')
    us.send('fields-ok')
    us.hears("field First name 'Alice'")
    us.hears("field Last name 'Bb'")
    us.hears("field About you 'x{71}'")
    us.hears('fields Profile: This text about you is too long')
    us.send('put-field First')
    us.send('fields-ok')
    us.hears('fields Profile: This name is not possible')
    us.send('put-field First Alice')
    us.send('put-field About  a <b> & c ')
    us.send('fields-ok')
    us.hears('notify .*At Telegram your name is Alicia Bb. The text about you: a <b> & c')
    us.send('own')
    us.hears("own shown 'Alicia Bb' info 'a &lt;b&gt; &amp; c'")
    for error, says in (('400 FIRSTNAME_INVALID', 'fields Profile: This name is not possible'),
                        ('400 ABOUT_TOO_LONG', 'fields Profile: This text about you is too long'),
                        ('400 NO', 'notify .*Telegram did not do that'),
                        ('420 FLOOD_WAIT_120', 'notify .*Telegram wants a pause.* Try again in 2 minutes')):
        place.dc.control('error account.updateProfile 1 ' + error)
        edit()
        us.send('put-field Last Cc')
        us.send('fields-ok')
        us.hears(says)
        if says.startswith('fields'):
            us.send('fields-cancel')
    edit()
    us.send('disable')  # its dialog goes with it
    us.send('enable')
    us.hears('signed-on')
    us.send('own')
    us.hears("own shown 'Alicia Bb'")


@in_lab
def profile_by_a_command(place):
    """MT-I21: /profile, in any conversation, also where the account has no menu"""
    us = place.headless('purple', '--as', 'bitlbee')
    us.log_in(ALICE)
    place.knows_bob(us)
    us.send('open @Bob')
    for wrong in ('name', 'about', 'picture x', 'now'):
        us.send('cmd @Bob profile ' + wrong)
        us.hears('line id.* system: .*This is not how the command is written')
    for typed, says in (('', 'At Telegram your name is Alice Aa. There is no text about you'),
                        (' Name  Anna Maria Aa', 'At Telegram your name is Anna Maria Aa'),
                        (' about 1 < 2 & so on', 'The text about you: 1 < 2 & so on'),
                        (' about 1 < 2 &  so on', 'The text about you: 1 < 2 & so on')):
        us.send('cmd @Bob profile' + typed)
        us.hears('line .*system: .*' + says)
    if count(place, 'account.updateProfile') != 2:
        raise lab.Gone(place.dc.control('stats'))
    us.send('cmd @Bob profile about Off')
    us.hears('line .*system: .*There is no text about you')
    us.send('cmd @Bob profile about ' + 'y' * 141)
    us.hears('line .*system: .*This text about you is too long')


@in_lab
def profile_by_plugins(place):
    """MT-I21: as libpurple's own functions have it, which other plugins call; libpurple's picture is not sent"""
    us = alone(place)
    us.send('get-alias')
    us.hears("own alias 'Alice Aa'")
    us.send('set-alias Alice Maria Aa')
    us.hears("own alias 'Alice Maria Aa'")
    us.send('own')
    us.hears("own shown 'Alice Maria Aa'")
    us.send('set-alias')
    us.hears('no alias: This name is not possible')
    us.send('set-info I am <b>here</b> &amp; there')
    us.hears('notify .*The text about you: I am here & there')
    us.send('set-info I am here &amp; there')  # as some do at each sign-on
    us.send('set-info I am gone')
    us.hears('notify .*The text about you: I am gone')
    place.dc.control('error users.getFullUser 1 420 FROZEN_METHOD_INVALID')
    us.send('set-alias Alice Bb')
    us.hears('no alias: Telegram did not do that')
    us.send('set-no-info')
    us.send('set-alias Alice Cc')
    us.hears("own alias 'Alice Cc'")
    if count(place, 'account.updateProfile') != 4 or count(place, 'photos.uploadProfilePhoto'):
        raise lab.Gone(place.dc.control('stats'))


def searched_and_blocked():
    """MT-I23 MT-I17: who has such a name, contacts marked; the blocked by number, and unblocked by it"""
    with lab.Lab(BUILD, 'people', users=[CAROL + ':Carol:Bobson']) as place:
        place.dc.control('profile Carol username carol_c')
        us = place.headless('purple', '--as', 'finch')
        us.log_in(ALICE)
        place.knows_bob(us)
        us.send('open @Bob')
        us.send('cmd @Bob contact delete')
        us.hears('action Delete')
        us.send('press Delete contact')
        lab.until(lambda: count(place, 'contacts.deleteContacts') == 1, 'Bob is a stranger')
        for word, answer in (('bo', '"bo" is too short'), ('nobody at all', 'Nobody was found for "nobody at all"')):
            us.send('cmd @Bob contact search ' + word)
            us.hears('line .*system: .*' + answer)
        us.send('cmd @Bob contact search bob')
        found = us.hears(r'line .*system: .*Carol Bobson . @carol_c . \+%s . in your contacts' % CAROL).string
        if '/contact add' in found:
            raise lab.Gone('nobody here can be added by a user name: ' + found)
        place.dc.control('profile Bob username bobby')
        us.send('cmd @Bob contact search bob')
        us.hears(r'line .*system: .*Bob Bb . @bobby.*/contact add @name adds one of them')
        us.send('cmd @Bob contact blocked')
        us.hears('line .*system: .*You have blocked nobody at Telegram')
        us.send('cmd @Bob unblock 1')
        us.hears('line .*system: .*You have blocked nobody with the number 1')
        us.send('cmd @Bob block')
        us.hears('action Block')
        us.send('press Block')
        lab.until(lambda: count(place, 'contacts.block') == 1, 'Bob is blocked')
        us.send('cmd @Bob contact Blocked')
        us.hears('line .*system: .*1 . Bob Bb . .*/unblock 2 ends')
        place.dc.control('blocks Alice Carol yes')  # on another device: the first of the list by now
        for wrong in ('contact blocked now', 'contact search', 'unblock x', 'unblock 1 2'):
            us.send('cmd @Bob ' + wrong)
            us.hears('line .*system: .*This is not how the command is written')
        us.send('cmd @Bob unblock 1')
        us.hears('action .*Bob Bb')
        us.send('press Unblock')
        lab.until(lambda: count(place, 'contacts.unblock') == 1, 'Bob is not blocked any more')
        us.send('cmd @Bob contact blocked')
        us.hears('line .*system: .*1 . Carol Bobson . .*/unblock 2 ends')
        place.dc.control('error contacts.getBlocked 1 400 NO')
        us.send('cmd @Bob contact blocked')
        us.hears('line .*system: .*The list of blocked people cannot be fetched now')


def deleted_elsewhere():
    """MT-I3 DECISIONS 28: a contact who is deleted on another device leaves the list; an entry on which something of the
    user's hangs stays and tells so; the server hears of nothing, and no chat ends"""
    with lab.Lab(BUILD, 'people', users=[CAROL + ':Carol:Cc', '9990000004:Dave:Dd']) as place:
        us, companion = place.chat('--as', 'pidgin')
        us.send('call id1000004 My Dave')
        for who in 'Carol', 'Dave', 'Bob':
            place.dc.control('forget Alice ' + who)

        def left():
            return in_list(us, 'id1000002', 'id1000003', 'id1000004')
        lab.until(lambda: left() == ['id1000002', 'id1000004'], 'Carol is gone, the others are not', show=lambda: str(left()))
        for who in 'id1000002', 'id1000004':  # with a secret chat; with a name of the user's
            shows(us, 'tooltip ' + who, 'In your contacts', 'No')
            us.send('buddies')
            us.hears('buddy %s .* not in your contacts' % who)
        us.send('send secret still here')
        companion.hears(r'message -?\d+ 0 still here')
        us.send('add @carol Friends')
        lab.until(lambda: left() == ['id1000002', 'id1000003', 'id1000004'], 'Carol is in the list again', show=lambda: str(left()))
        us.send('disable')
        place.dc.control('forget Alice Carol')
        us.send('enable')
        us.hears('signed-on')
        shows(us, 'tooltip id1000003', 'In your contacts', 'No')  # the user put her there
        if count(place, 'contacts.deleteContacts') or count(place, 'messages.discardEncryption'):
            raise lab.Gone(place.dc.control('stats'))


def deleted_while_away():
    """MT-I17 MT-I3 DECISIONS 28: what another device did to the address book while the account was away is seen at the next
    list: who is in it again comes, who is in it no more goes; an entry that stayed for its window goes when that is closed,
    and not only at the next news of that person; a name of the user's stays"""
    with lab.Lab(BUILD, 'people', users=[CAROL + ':Carol:Cc', '9990000004:Dave:Dd', '9990000005:Erna:Ee']) as place:
        us, companion = place.chat('--as', 'pidgin')

        def listed():
            return in_list(us, 'id1000003', 'id1000004', 'id1000005')

        def is_listed(*who):
            lab.until(lambda: listed() == list(who), 'the list is ' + ', '.join(who), show=lambda: str(listed()))

        def away(*lines):
            us.send('disable')
            listed()  # it is: what follows is not heard
            for line in lines:
                place.dc.control(line)
            us.forget()
            us.send('enable')
            us.hears('signed-on')

        is_listed('id1000003', 'id1000004', 'id1000005')
        us.send('call id1000004 My Dave')
        us.send('open id1000005')
        away('forget Alice Carol', 'forget Alice Dave', 'forget Alice Erna')
        is_listed('id1000004', 'id1000005')  # a name of the user's; an open window
        us.send('close id1000005')
        is_listed('id1000004', 'id1000005')
        place.dc.control('tell contacts')  # the list is asked for again
        is_listed('id1000004')
        shows(us, 'tooltip id1000004', 'In your contacts', 'No')
        us.send('buddies')
        us.hears('buddy id1000004 .*My Dave')
        away('know Alice Carol', 'know Alice Dave')
        is_listed('id1000003', 'id1000004')
        us.send('buddies')
        if 'not in your contacts' in us.hears('buddy id1000004 .*My Dave').string:
            raise lab.Gone('he is in the contacts again')
        if count(place, 'contacts.deleteContacts') or count(place, 'contacts.addContact'):
            raise lab.Gone(place.dc.control('stats'))


def telegram_itself():
    """MT-I24, MT-F37: what it writes is shown, as text, its codes are marked, and it stays; another one who is called so is one
    of many"""
    with lab.Lab(BUILD, 'people', users=['42777:Telegram:', CAROL + ':Telegram:Cc']) as place:
        us = alone(place)
        place.dc.control('message-whole Telegram Alice Login code: 12345. It is secret.')
        us.hears('notify-how Do not pass on this code')
        us.hears('notify .*Login code: 12345. It is secret')
        us.forget()
        place.dc.control('message Telegram Alice New login from Berlin')
        us.hears('notify-closed')  # one window, in which the other one follows, marked
        page = us.hears('notify.*').string
        if not page.startswith('notify Message from Telegram: New login from Berlin'):
            raise lab.Gone('what is no code is marked')
        if not re.search('Do not pass on this code.*Login code: 12345', page):
            raise lab.Gone('what was not read is gone: ' + page)
        place.dc.control('message Telegram Alice A <b>bold</b> word & <a href="http://x.org/">one</a>')
        us.hears('notify-closed')
        page = us.hears('notify.*').string
        if 'A <b>bold</b> word & <a href="http://x.org/">one</a>' not in page:
            raise lab.Gone('it is no text: ' + page)
        place.dc.control('message %s Alice Login code: 54321' % CAROL)
        us.hears('line id1000004.*You have an ordinary message')
        for what in ('cmd id777000 block', 'cmd id777000 contact delete', 'remove id777000'):
            us.send('open id777000')
            us.send(what)
            us.hears('notify .*This is Telegram itself')
        us.send('buddies')
        us.hears('buddy id777000')
        us.send('open id1000004')
        us.send('cmd id1000004 block')
        us.hears('action Block Telegram')
        us.send('press Block')
        lab.until(lambda: count(place, 'contacts.block') == 1, 'the other one is blocked')
        if count(place, 'contacts.deleteContacts') != 0:
            raise lab.Gone('Telegram was deleted')


TESTS = [('pictures', pictures), ('pictures from elsewhere', pictures_from_elsewhere),
         ('home is elsewhere', home_is_elsewhere), ('a black hole is passed by', a_black_hole_is_passed_by),
         ('pictures go with the account', pictures_go_with_the_account), ('no pictures', no_pictures), ('no pictures in Finch', no_pictures_in_finch),
         ('last seen', last_seen), ('get info', get_info), ('added', added), ('added by link', added_by_link),
         ('added by a command', added_by_a_command),
         ('not added', not_added), ('names', names), ('named', named),
         ('profile', profile), ('profile by a command', profile_by_a_command), ('profile by plugins', profile_by_plugins),
         ('deleted elsewhere', deleted_elsewhere), ('deleted while away', deleted_while_away), ('searched and blocked', searched_and_blocked), ('Telegram itself', telegram_itself), ('ourselves', ourselves)]


if __name__ == '__main__':
    sys.exit(STORIES.run(TESTS))
