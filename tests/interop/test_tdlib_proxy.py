#!/usr/bin/env python3
"""TDLib behind the proxies of our tests, so that these are judged by others: our MTProxy, and SOCKS 5.

usage: test_tdlib_proxy.py BUILD
"""
import sys

import tdlib
from tdlib import lab

from gate import Socks

ALICE, BOB = '9990000001', '9990000002'
KEY = '00112233445566778899aabbccddeeff'


def talks(place, proxy):
    """It logs in, and a secret chat goes both ways."""
    td = place.tdlib('bob', BOB, proxy=proxy)
    with open('/proc/%d/environ' % td.process.pid, 'rb') as f:
        if b'TDREDIRECT_PORT' in f.read():
            raise lab.Gone('there is a way beside the proxy')
    us = place.companion(ALICE)
    user = td.call('searchUserByPhoneNumber', phone_number='+' + ALICE)
    td.call('createNewSecretChat', user_id=user['id'])
    us.hears('secret -?[0-9]+ requested')
    us.send('accept')
    chat = td.chat_of(td.secret('Ready')['id'])
    td.say(chat, 'by the proxy')
    us.hears(r'message -?\d+ 0 by the proxy')
    us.send('say and back')
    td.gets(chat)


def by_mtproxy(secret, kind):
    def story():
        """MT-B11 MT-B12 MT-B16: TDLib takes our proxy for one"""
        with tdlib.Lab(sys.argv[1], 'tdlib-proxy') as place:
            place.prepare_tdlib()
            proxy = place.add(lab.Mtproxy(place, secret))
            talks(place, (proxy.port, {'@type': 'proxyTypeMtproto', 'secret': secret}))
            if not proxy.through() or any(line.split()[1] != kind for line in proxy.through()):
                raise lab.Gone('through the proxy: %s' % proxy.through())
    return story


def by_socks():
    """MT-B38: TDLib takes our SOCKS 5 proxy for one, with a name and a password"""
    with tdlib.Lab(sys.argv[1], 'tdlib-proxy') as place:
        place.prepare_tdlib()
        proxy = Socks(place.dc)
        talks(place, (proxy.port, {'@type': 'proxyTypeSocks5', 'username': 'me', 'password': 'geheim'}))
        if 'me:geheim' not in proxy.heard:
            raise lab.Gone('the proxy heard %r' % proxy.heard)


sys.exit(lab.run([('a plain secret', by_mtproxy(KEY, 'intermediate')), ('a dd secret', by_mtproxy('dd' + KEY, 'padded')),
                  ('an ee secret', by_mtproxy('ee' + KEY + b'www.example.org'.hex(), 'padded')), ('SOCKS 5', by_socks)],
                 independent=True))
