#!/usr/bin/env python3
"""Logins on real screens. An e-mail address for login codes, typed as a person types: Telegram asks for one, a code proves it, the
login code comes there; and who cannot read it has codes sent to the phone again. A QR code in Pidgin, read from the screen.

usage: test_logins.py BUILD [NAME ...]
"""
import base64
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lab'))
import lab  # noqa: E402
import screens  # noqa: E402

STORIES = lab.Stories('logins')
ADDRESS, PATTERN = 'alice@example.org', r'a\*\*\*@example\.org'


class InFinch:
    """80x24: each question is to be seen whole."""
    ui = 'gnt-purple'

    def __init__(self, place, home):
        self.finch = place.add(screens.Finch(place, home, 80, 24))

    def asks(self, title, *texts):
        """All of these stand in the dialog, which is in front."""
        screens.until(lambda: any(title.startswith(name) and name for name in self.finch.windows()), 'the question %r' % title,
                      show=self.finch.screen)
        self.finch.front('^%s$' % title)
        for text in texts:
            screens.until(lambda: re.search(text, self.finch.dialog(title)), '%r in the question %r' % (text, title),
                          show=self.finch.screen)

    def answer(self, title, text):
        self.finch.type(text)
        self.finch.press('OK')

    def rests(self):
        for title in 'E-mail address', 'Code by e-mail', 'Login code':
            self.finch.loses('\u2524%s\u251c' % title)


class InPidgin:
    ui = 'gtk-gaim'

    def __init__(self, place, home):
        self.pidgin = place.add(screens.Pidgin(place, home, reads=True))

    def asks(self, title, *texts):
        for text in texts:
            self.pidgin.finds('label', '(?s).*' + text, title)

    def answer(self, title, text):
        self.pidgin.window('^%s$' % title)
        self.pidgin.click(next(n for n in self.pidgin.look(title) if n.role == 'text' and n.shows))
        self.pidgin.type(text)
        self.pidgin.press('OK', title)

    def rests(self):
        self.pidgin.loses('label', '(?s).*The login code was sent', 'Login code')


def story(front):
    def told(place):
        """MT-F20, MT-F21: what is no address, one that is not taken, a wrong code; then the login code by mail, and the way out of it"""
        dc = place.dc
        dc.control('code address')
        dc.control('resend 0')

        def mailed():
            return dc.wait(lambda line: re.search('mail %s (.*)' % re.escape(ADDRESS), line), 'a mail').group(1)
        us = front(place, screens.home_of(place, place.headless(), front.ui))
        us.asks('E-mail address', 'Telegram wants an e-mail address of yours that login codes are sent to')
        us.answer('E-mail address', 'nobody')
        us.asks('E-mail address', 'That is not an e-mail address')
        us.answer('E-mail address', 'alice@example.invalid')
        us.asks('E-mail address', 'Telegram does not take that e-mail address: use another one')
        us.answer('E-mail address', ADDRESS)
        us.asks('Code by e-mail', 'A code was sent to your e-mail address ' + PATTERN, 'An empty answer goes back to the address')
        mailed()
        us.answer('Code by e-mail', '')
        us.asks('E-mail address', 'Telegram wants')
        us.answer('E-mail address', ADDRESS)
        us.asks('Code by e-mail', 'A code was sent')
        code = mailed()
        us.answer('Code by e-mail', '%06d' % ((int(code) + 1) % 1000000))
        us.asks('Code by e-mail', 'That code was wrong')
        us.answer('Code by e-mail', code)
        mailed()
        us.asks('Login code', 'The login code was sent to your e-mail address ' + PATTERN,
                'No access to these e-mails. An empty answer has codes sent to your phone number again')
        us.answer('Login code', '')
        us.asks('Login code', 'The login code was sent to you as a text message')
        us.answer('Login code', dc.wait(lambda line: re.search('code 9990000001 (.*)', line), 'a code').group(1))
        screens.until(lambda: dc.counts().get('contacts.getContacts'), 'the login')
        us.rests()
        if dc.counts().get('auth.resetLoginEmail') != 1:
            raise lab.Gone(dc.control('stats'))
    return STORIES.in_lab(told)


@STORIES.in_lab
def drawn(place):
    """MT-F32, MT-F33: what stands on the screen is what a camera reads; scanned, it is the login, and the window is gone"""
    place.dc.control('tokens 600')  # seconds: the first one stands for the whole story
    pidgin = place.add(screens.Pidgin(place, screens.home_of(place, place.headless(), InPidgin.ui, qr_login=1)))
    window = pidgin.window('^Log in by QR code$')
    token = base64.b64decode(place.dc.wait(lambda line: re.search('token (.*)', line), 'a token').group(1))
    link = 'tg://login?token=' + base64.urlsafe_b64encode(token).decode().rstrip('=')

    def seen():
        return subprocess.run(['zbarimg', '--quiet', '--raw', pidgin.shot('qr', window)], capture_output=True, text=True,
                              check=False).stdout.strip()
    screens.until(lambda: seen() == link, 'the link %s' % link, show=seen)
    place.dc.control('scan Alice')
    screens.until(lambda: 'QR code' not in pidgin.titles(), 'the end of the window', show=pidgin.state)
    screens.until(lambda: place.dc.counts().get('contacts.getContacts'), 'the login')


TESTS = [('mail in Finch', story(InFinch)), ('mail in Pidgin', story(InPidgin)), ('a QR code in Pidgin', drawn)]

if __name__ == '__main__':
    sys.exit(STORIES.run(TESTS))
