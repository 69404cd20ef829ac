#!/usr/bin/env python3
"""Ways to log in, as a user meets them: how a code comes, and by which other way; a QR code; the
account's other logins, and terms of service.

usage: test_login.py BUILD [NAME ...]
"""
import base64
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lab'))
import lab  # noqa: E402
from lab import ALICE  # noqa: E402

API_HASH = '0f1e2d3c4b5a69788796a5b4c3d2e1f0'
STORIES = lab.Stories('login')
in_lab, with_chat = STORIES.in_lab, STORIES.with_chat


def told(code, sentence):
    """MT-F11: how the code comes is said, with what is known of it; any way leads in"""
    def story(place):
        place.dc.control('code ' + code)
        us = place.headless()
        us.account(ALICE)
        us.hears('input Login code: ' + sentence)
        us.send('answer 123456')
        us.hears('signed-on')
    return in_lab(story)


@in_lab
def another_way(place):
    """MT-F14: asked for, it comes by another way, of which there is none behind it"""
    place.dc.control('resend 0')
    us = place.headless()
    us.account(ALICE)
    us.hears('input Login code: The login code was sent to your other Telegram apps. It has 5 characters. '
             'No code[?] An empty answer asks for another way: a text message. The answer "qr"')
    us.send('answer ?')
    us.hears('input Login code: The login code was sent to you as a text message. It has 5 characters. The answer')
    us.send('answer 12345')
    us.hears('signed-on')


@in_lab
def too_early(place):
    """MT-F14: not before its time, which is said"""
    place.dc.control('resend 3600')
    us = place.headless()
    us.account(ALICE)
    us.hears('input Login code: .*That is possible in 1 hour')
    us.send('answer ?')
    us.hears('input Login code: It is too early for another way. The login code was sent to your other .*possible in')
    if place.dc.counts().get('auth.resendCode'):
        raise lab.Gone('it was asked for')
    us.send('answer 12345')
    us.hears('signed-on')


@in_lab
def no_way(place):
    """MT-F14: all ways are used up"""
    place.dc.control('resend 0')
    place.dc.control('error auth.resendCode 1 406 SEND_CODE_UNAVAILABLE')
    us = place.headless()
    us.account(ALICE)
    us.hears('input Login code')
    us.send('answer ?')
    us.hears('input Login code: There is no other way left for the code')
    us.send('answer 12345')
    us.hears('signed-on')


# --- a QR code ---------------------------------------------------------------------------------------

def picture(blocks):
    """What stands in half blocks, as a camera sees it: a grey map, four pixels a module."""
    rows = []
    for line in blocks:
        rows.append([c in '▀█' for c in line])
        rows.append([c in '▄█' for c in line])
    side = max(len(row) for row in rows) + 8
    rows = [[False] * side] * 4 + [[False] * 4 + row + [False] * (side - 4 - len(row)) for row in rows] + [[False] * side] * 4
    pixels = b''.join(bytes(0 if dark else 255 for dark in row for _ in range(4)) * 4 for row in rows)
    return b'P5 %d %d 255\n' % (4 * side, 4 * len(rows)) + pixels


def read(place, blocks):
    path = os.path.join(place.directory, 'qr.pgm')
    with open(path, 'wb') as f:
        f.write(picture(blocks))
    return subprocess.run(['zbarimg', '--quiet', '--raw', path], capture_output=True, text=True, check=True).stdout.strip()


def shown_in_finch(us):
    line = us.hears(r'(unfit|action Log in by QR code)\b').string
    if line.startswith('unfit'):
        raise lab.Gone(line)
    lines = line.split('|', 1)[1].split('<BR>')
    return [re.sub('[^ ▀▄█].*', '', text)[2:] for text in lines], line


@in_lab
def in_finch(place):
    """MT-F32, MT-F33: in Finch it stands in half blocks, which a camera reads, in a dialog that fits; scanned, it is the login"""
    us = place.headless('purple', '--as', 'finch')
    us.account('label', qr_login='yes')
    blocks, line = shown_in_finch(us)
    link = read(place, blocks)
    token = place.dc.wait(lambda l: re.search('token (.*)', l), 'token').group(1)
    if link != 'tg://login?token=' + base64.urlsafe_b64encode(base64.b64decode(token)).decode().rstrip('='):
        raise lab.Gone('it reads ' + link)
    if 'Link Desktop Device'.split()[0] not in line:
        raise lab.Gone('it does not say how')
    place.dc.control('scan Alice')
    us.hears('signed-on')


@in_lab
def with_password(place):
    """MT-F34, MT-F23: two-step verification follows the scan"""
    place.dc.control('password %s correct' % ALICE)
    us = place.headless('purple', '--as', 'finch')
    us.account('label', qr_login='yes')
    shown_in_finch(us)
    place.dc.control('scan Alice')
    us.hears('input Password: This account is protected by a password')
    us.send('answer correct')
    us.hears('signed-on')


def scanned_at_home():
    """MT-F34, MT-E12: whoever scans the code lives at another data centre: the login is finished there, and found again there at
    the next start"""
    with lab.Lab(STORIES.build, 'login', sites=['4']) as place:
        place.dc.control('home Alice 4')
        us = place.headless('purple', '--as', 'finch')
        us.account('label', qr_login='yes')
        shown_in_finch(us)
        place.dc.control('scan Alice')
        us.hears('signed-on')
        us.send('disable')
        us.send('enable')
        us.hears('signed-on')
        counts = place.dc.counts()
        if counts.get('auth.importLoginToken') != 1 or counts.get('auth.sendCode') or place.dc.control('fault') != 'ok none':
            raise lab.Gone('%s %s' % (counts, place.dc.control('fault')))


@in_lab
def recovered(place):
    """MT-F29, MT-F23: a forgotten password: a code by e-mail stands for it; a wrong one is asked for again; the password is gone
    afterwards, which is said before"""
    place.dc.control('password %s correct' % ALICE)
    us = place.headless()
    us.account(ALICE)
    us.hears('input Login code:')
    us.send('answer 12345')
    us.hears('input Password: .*Forgotten[?] An empty answer has a code mailed to you')
    us.send('answer ')
    us.hears("input .*A code was sent to your e-mail address a[*]@b.c.*Entering it removes the account's password")
    us.send('answer 00000')
    us.hears('input .*That code was wrong')
    us.send('answer 54321')
    us.hears('signed-on')
    if place.dc.counts().get('auth.recoverPassword') != 1:
        raise lab.Gone(place.dc.control('stats'))


@in_lab
def in_bitlbee(place):
    """MT-F32: where nothing can be drawn it is a link; a code can be had in its place"""
    us = place.headless('purple', '--as', 'bitlbee')
    us.account(ALICE, qr_login='yes')
    us.hears(r'input Log in by QR code: To log in, make a QR code of this link .* tg://login\?token=[\w-]{43} The answer "code"')
    us.send('answer code')
    us.hears('input Login code')
    us.send('answer 12345')
    us.hears('signed-on')


@in_lab
def from_the_code(place):
    """MT-F32: asked for where a code is, and closed"""
    us = place.headless()
    us.account(ALICE)
    us.hears('input Login code')
    us.send('answer QR')
    us.hears(r'input Log in by QR code: .*tg://login')
    us.send('cancel')
    us.hears('error fatal The login was cancelled')


@in_lab
def too_old(place):
    """MT-F3: no round and round with a picture that the server does not give"""
    place.dc.control('error auth.exportLoginToken 0 406 UPDATE_APP_TO_LOGIN')
    us = place.headless('purple', '--as', 'finch')
    us.account('label', qr_login='yes')
    us.hears('error fatal The server takes no new login of this version')
    if place.dc.counts()['auth.exportLoginToken'] != 1:
        raise lab.Gone('it was tried again')


@in_lab
def taken_away(place):
    """MT-F32: a picture that is too old does not stay where no other is to be had"""
    place.dc.control('tokens 2')
    us = place.headless('purple', '--as', 'finch')
    us.account('label', qr_login='yes')
    shown_in_finch(us)
    place.dc.control('delay auth.exportLoginToken 600000')
    us.hears('request closed')


@in_lab
def nothing_is_logged(place):
    """MT-F2, MT-F18, MT-F31: neither code nor password nor the token of a QR code is in the log of the plugin, or in any file;
    nor is the api_hash in that log"""
    place.dc.control('password %s hush-hush-words' % ALICE)
    log = os.path.join(place.directory, 'log')
    us = place.headless('purple', env={'PURPLE_MTPROTO_DEBUG': log})
    us.account(ALICE, api_hash=API_HASH)
    us.hears('input Login code')
    us.send('answer qr')
    token = us.hears(r'input Log in by QR code: .*token=([\w-]{43})').group(1)
    us.send('answer code')
    us.hears('input Login code')
    us.send('answer 94735')
    us.hears('input Password')
    us.send('answer hush-hush-words')
    us.hears('signed-on')
    us.send('quit')
    us.process.wait(20)
    raw = base64.urlsafe_b64decode(token + '=')
    with open(log, encoding='utf-8') as f:
        if API_HASH in f.read():
            raise lab.Gone('the api_hash is in the log')
    for folder, _, files in os.walk(place.directory):
        for name in files:
            if folder.endswith('plugins') or not os.path.isfile(os.path.join(folder, name)):
                continue
            with open(os.path.join(folder, name), 'rb') as f:
                data = f.read()
            for secret in (b'94735', b'hush-hush-words', token.encode(), raw):
                if secret in data:
                    raise lab.Gone('%r stands in %s' % (secret, name))


# --- logins on all devices, terms of service -----------------------------------------------------------

@with_chat
def sessions(place, us, companion):
    """MT-F39, MT-F41: listed with a device that can be told; one may get no secret chats, and one is ended, asked"""
    second = place.headless('second')
    second.log_in(ALICE)
    us.send('cmd secret sessions end 2')
    us.hears('line secret.* system: A number is that of the list that you saw last: /sessions shows it')
    us.send('cmd secret sessions')
    us.hears(r'line secret.* system: 1 \| purple-mtproto \(headless\), App 1 \| Nowhere \| this one \| may receive secret chats'
             r'.*2 \| purple-mtproto \(headless\), App 1 \| Nowhere \| \d\d/\d\d/\d\d \d\d:\d\d \| may receive')
    for wrong in ('sessions end', 'sessions secret 2', 'sessions secret 2 maybe', 'sessions end 2 3', 'sessions other'):
        us.send('cmd secret ' + wrong)
        us.hears('line secret.* system: This is not how the command is written')
    us.send('cmd secret sessions secret 2 no')
    us.hears('line secret.* system: Done')
    place.dc.wait(lambda l: re.search('settings secrets$', l), 'one setting only')
    us.send('cmd secret sessions end 3')
    us.hears('line secret.* system: There is no session 3')
    us.send('cmd secret sessions end 1')
    us.hears('line secret.* system: That is this program.s own session')
    us.send('cmd secret sessions end 2')
    us.hears(r'action End the session of purple-mtproto \(headless\)\?.*\[End session\] \[Cancel\]')
    if place.dc.counts().get('account.resetAuthorization'):
        raise lab.Gone('it was ended unasked')
    us.send('cmd secret sessions')
    us.hears('line secret.* system: .*2 .*receives no secret chats')
    us.send('press End session')
    us.hears('notify Done')
    us.send('cmd secret sessions')
    if '2 | purple' in us.hears('line secret.* system: 1 .*').string:
        raise lab.Gone('it is still there')


@with_chat
def numbers_stand(place, us, companion):
    """MT-F39: a number is that of the list that the user saw: where its login is gone since, nothing is done to another"""
    for name in ('second', 'third'):
        device = place.headless(name)
        device.log_in(ALICE)
        if name == 'second':
            second = device
    us.send('cmd secret sessions')
    us.hears('line secret.* system: 1 .*2 .*3 .*may receive')
    second.send('account-menu Log out at the server')
    second.hears('action Log')
    second.send('press Log out')
    place.dc.wait(lambda l: place.dc.counts().get('auth.logOut') == 1, 'the second is gone')
    gone = 'line secret.* system: Session 2 of the list that you saw is not there any more'
    us.send('cmd secret sessions end 2')
    us.hears(gone)
    us.send('cmd secret sessions secret 2 no')
    us.hears(gone)
    if 'account.changeAuthorizationSettings' in place.dc.counts():
        raise lab.Gone('another one was changed')
    us.send('cmd secret sessions')
    us.hears('line secret.* system: 1 .*2 .*may receive')
    us.send('cmd secret sessions end 3')
    us.hears('line secret.* system: There is no session 3')
    us.send('cmd secret sessions end 2')
    us.hears('action End the session')


@with_chat
def no_piles(place, us, companion):
    """MT-F37: of questions about new logins the newest three stand"""
    second = place.headless('second')
    second.log_in(ALICE)
    for n in range(4):
        place.dc.control('new-login Alice')
        us.hears('action Somebody logged in to your account')
    us.hears('request closed')
    for n in range(3):
        us.send('press Later')
    us.send('press Later')
    us.hears('no such button')


@with_chat
def new_login(place, us, companion):
    """MT-F37: somebody logged in: the user is asked; a name of a device is text; nothing is ended but by the answer"""
    second = place.headless('second')
    second.log_in(ALICE)
    asked = r'action Somebody logged in to your account: Phone <b>, Nowhere. Was it you\?.*\[It was me\] \[End session\] \[Later\]'
    place.dc.control('new-login Alice')
    us.hears(asked)
    us.send('press Later')
    place.dc.control('new-login Alice')
    us.hears(asked)
    if 'account.resetAuthorization' in place.dc.counts() or 'account.changeAuthorizationSettings' in place.dc.counts():
        raise lab.Gone('something was done unasked')
    us.send('press It was me')
    place.dc.wait(lambda l: re.search('settings confirmed$', l), 'confirmed, and nothing else')
    place.dc.control('new-login Alice')
    us.hears(asked)
    us.send('press End session')
    us.hears('notify Done')


@with_chat
def log_out_offered(place, us, companion):
    """MT-F37: where Telegram says that the login should end, that is shown, as text, and to log out is offered, once; nothing ends
    but by the answer"""
    asked = r'action Log .* out at the server\?.*\[Log out\] \[Cancel\]'
    place.dc.control('service Alice AUTH_KEY_DROP_DUPLICATE Two programs <b>have your key')
    us.hears('notify Message from Telegram: Two programs <b>have your key')
    us.hears(asked)
    place.dc.control('service Alice AUTH_KEY_DROP_DUPLICATE Once more')
    us.hears('notify Message from Telegram: Once more')
    us.send('return')
    us.send('press Cancel')
    us.hears('no such button')  # one question, which Return answers
    place.dc.control('service Alice AUTH_KEY_DROP_DUPLICATE Not now')
    us.hears(asked)
    us.send('escape')
    place.dc.control('service Alice PREMIUM Buy this')
    us.hears('notify Message from Telegram: Buy this')
    us.send('press Cancel')
    us.hears('no such button')
    companion.send('say still here')
    us.hears('line secret.* recv: still here')
    if 'auth.logOut' in place.dc.counts():
        raise lab.Gone('it was logged out unasked')
    place.dc.control('service Alice AUTH_KEY_DROP_DUPLICATE Third')
    us.hears(asked)
    us.send('press Log out')
    place.dc.wait(lambda l: place.dc.counts().get('auth.logOut') == 1, 'logged out')


@in_lab
def terms(place):
    """MT-F38: new terms are shown and asked about; who does not accept them loses nothing"""
    place.dc.control('terms No spitting')
    us = place.headless()
    us.log_in(ALICE)
    us.hears('.*No spitting')
    us.hears(r'action Telegram has new terms of service. Do you accept them\?.*\[Accept\] \[Later\]')
    us.send('press Later')
    us.send('disable')
    us.send('enable')
    us.hears('notify-closed') # one window, whoever is away
    us.hears('signed-on')
    us.hears('action Telegram has new terms of service')
    counts = place.dc.counts()
    if 'help.acceptTermsOfService' in counts or 'auth.logOut' in counts:
        raise lab.Gone('something was done unasked')
    us.send('press Accept')
    place.dc.wait(lambda l: re.search('help.acceptTermsOfService', l), 'accepted')


TESTS = [
    ('by text message', told('sms', 'The login code was sent to you as a text message. It has 5 characters')),
    ('by call', told('call', 'You are being called on the phone and told the login code')),
    ('by missed call', told('missed-call +4299', "You are being called: enter the last 5 digits of the caller's number. "
                                                 r'It begins with \+4299')),
    ('at Fragment', told('fragment https://fragment.com/x', 'The login code waits for you at https://fragment.com/x')),
    ('at no Fragment', told('fragment file:///etc/passwd', 'The login code waits for you at fragment.com')),
    ('by word', told('word p', 'The login code was sent to you as a text message: it is a word. It begins with "p"')),
    ('by e-mail', told('email a***@b.c', r'The login code was sent to your e-mail address a\*\*\*@b.c')),
    ('another way', another_way), ('too early', too_early), ('no way left', no_way),
    ('a QR code in Finch', in_finch), ('a QR code and a password', with_password),
    ('a QR code of somebody elsewhere', scanned_at_home), ('a lost password', recovered),
    ('a QR code in BitlBee', in_bitlbee), ('a QR code from the code', from_the_code), ('too old', too_old),
    ('nothing is logged', nothing_is_logged),
    ('an old QR code', taken_away),
    ('sessions', sessions), ('numbers stand', numbers_stand), ('no piles', no_piles), ('a new login', new_login), ('log out offered', log_out_offered), ('terms of service', terms),
]


if __name__ == '__main__':
    sys.exit(STORIES.run(TESTS))
