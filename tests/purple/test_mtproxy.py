#!/usr/bin/env python3
"""The account behind an MTProxy (tests/lab/mtproxy.py) in the headless host.

usage: test_mtproxy.py BUILD [NAME ...]
"""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lab'))
import lab  # noqa: E402
from lab import ALICE, BOB  # noqa: E402

STORIES = lab.Stories('mtproxy')
in_lab = STORIES.in_lab
KEY = '00112233445566778899aabbccddeeff'
DOMAIN = b'www.example.org'.hex()
NOWHERE = '127.0.0.1:1'  # what the account would connect to without the proxy


def each_kind(secret, kind):
    def story(place):
        """MT-B11 MT-B12 MT-B13 MT-B16 MT-B17: login, a secret chat and a reconnect, and the proxy is told the number"""
        proxy = place.add(lab.Mtproxy(place, secret))
        companion = place.companion(BOB)
        us = place.headless()
        us.log_in(ALICE, mtproxy=proxy.link, server=NOWHERE)
        place.start(us, companion)
        proxy.command('cut')
        us.send('send secret by the proxy')
        companion.hears(r'message -?\d+ 0 by the proxy$')
        companion.send('say ' + 'and back ' * 400)
        us.hears('line secret.* and back')
        through = proxy.through()
        if len(through) < 2 or set(through) != {'2 ' + kind}:
            raise lab.Gone('through the proxy: %s' % through)
    return in_lab(story)


@in_lab
def slow_pieces(place):
    """MT-B5 MT-B16: an answer and records of a byte each are as good as any"""
    proxy = place.add(lab.Mtproxy(place, 'ee' + KEY + DOMAIN))
    proxy.command('slow')
    us = place.headless()
    us.log_in(ALICE, mtproxy=proxy.link, server=NOWHERE)


@in_lab
def another_server_answers(place):
    """MT-B15: wrong HMAC, a web server, an alert: nothing is sent, the reason is told, and it goes on when the proxy is
    itself again"""
    proxy = place.add(lab.Mtproxy(place, 'ee' + KEY + DOMAIN))
    us = place.headless()
    for mode in ('wrong hmac', 'web server', 'alert'):
        proxy.command(mode)
        if mode == 'wrong hmac':
            us.account(ALICE, mtproxy=proxy.link, server=NOWHERE)
            us.hears('progress The MTProxy does not accept its secret')
        proxy.forget()
        proxy.hears('came')
    us.never('(error|input)', 0)
    if proxy.through():
        raise lab.Gone('something was sent')
    us.hears('input Login code', 120)


@in_lab
def an_answer_without_an_end(place):
    """MT-B15: it is given up in time, and tried again"""
    proxy = place.add(lab.Mtproxy(place, 'ee' + KEY + DOMAIN))
    proxy.command('no end')
    us = place.headless()
    us.account(ALICE, mtproxy=proxy.link, server=NOWHERE)
    proxy.hears('refused went')
    proxy.command('pass')
    us.hears('input Login code', 120)


@in_lab
def the_wrong_clock(place):
    """MT-B14: the hello carries the time, and a proxy with another clock does not answer to it"""
    proxy = place.add(lab.Mtproxy(place, 'ee' + KEY + DOMAIN))
    proxy.command('clock 3600')
    us = place.headless()
    us.account(ALICE, mtproxy=proxy.link, server=NOWHERE)
    us.hears("progress The MTProxy .* this computer's clock", 60)
    proxy.command('clock 0')
    us.hears('input Login code', 120)


@in_lab
def a_wrong_secret(place):
    """MT-B11: the proxy gets nothing that it can read, and leads nowhere"""
    proxy = place.add(lab.Mtproxy(place, 'dd' + KEY))
    us = place.headless()
    us.account(ALICE, mtproxy=proxy.link.replace(KEY, KEY[::-1]), server=NOWHERE)
    proxy.hears('refused tag')
    us.hears('progress No connection to the server', 60 + lab.PATIENCE)
    us.never('(error|input)', 0)


class Direct:
    """A port that stands for the direct way: nobody may come."""

    def __init__(self):
        import socket
        self.listener = socket.socket()
        self.listener.bind(('127.0.0.1', 0))
        self.listener.listen()
        self.listener.setblocking(False)
        self.server = '127.0.0.1:%d' % self.listener.getsockname()[1]

    def nobody_came(self):
        try:
            self.listener.accept()
        except BlockingIOError:
            return
        raise lab.Gone('went directly')


@in_lab
def links_that_are_none(place):
    """MT-B12 MT-B13: what cannot be a proxy is said when the account connects, and there is no connection then"""
    direct = Direct()
    wrong = [
        ('example.org', 'is not a link to one'),
        ('tg://socks?server=127.0.0.1&port=1080', 'is a link to a SOCKS proxy'),
        ('tg://proxy?port=443&secret=' + KEY, 'names no server'),
        ('tg://proxy?server=127.0.0.1&port=65536&secret=' + KEY, 'names no port'),
        ('tg://proxy?server=127.0.0.1&port=443&secret=aa' + KEY, 'is missing, incomplete or of an unknown kind'),
    ]
    for number, (text, words) in enumerate(wrong):
        us = place.headless('wrong%d' % number)
        us.account(ALICE, mtproxy=text, server=direct.server)
        line = us.hears('error fatal .*').string
        if words not in line or KEY in line or 'until then no connection is made' not in line:
            raise lab.Gone(line)
        us.send('quit')
        us.hears('over')
    direct.nobody_came()


@in_lab
def the_proxy_goes(place):
    """MT-B36 (its case without a host's proxy): when the proxy is gone there is no direct way"""
    direct = Direct()
    proxy = place.add(lab.Mtproxy(place, KEY))
    companion = place.companion(BOB)
    us = place.headless()
    us.log_in(ALICE, mtproxy=proxy.link, server=direct.server)
    place.start(us, companion)
    proxy.kill()
    us.send('send secret the proxy is gone')
    us.hears('(progress|error) No connection to the server', 60 + lab.PATIENCE)
    companion.never('message')
    direct.nobody_came()


TESTS = [
    ('a plain secret', each_kind(KEY, 'intermediate')),
    ('a dd secret', each_kind('dd' + KEY, 'padded')),
    ('an ee secret', each_kind('ee' + KEY + DOMAIN, 'padded')),
    ('slow pieces', slow_pieces),
    ('another server answers', another_server_answers),
    ('an answer without an end', an_answer_without_an_end),
    ('the wrong clock', the_wrong_clock),
    ('a wrong secret', a_wrong_secret),
    ('links that are none', links_that_are_none),
    ('the proxy goes', the_proxy_goes),
]


if __name__ == '__main__':
    sys.exit(STORIES.run(TESTS))
