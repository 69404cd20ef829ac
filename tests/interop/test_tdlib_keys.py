#!/usr/bin/env python3
"""TDLib with perfect forward secrecy and without: what our data centre knows of temporary keys, judged by others.

usage: test_tdlib_keys.py BUILD
"""
import sys

import tdlib
from tdlib import lab

ALICE, BOB = '9990000001', '9990000002'


def bound(place):
    return int(place.dc.control('bound Bob').split()[1])


def talk(us, td, chat, word):
    td.say(chat, 'from TDLib ' + word)
    us.hears(r'message -?\d+ 0 from TDLib ' + word)
    us.send('say to TDLib ' + word)
    td.gets(chat)


def with_keys(temporary):
    def story():
        """It logs in, and a secret chat goes both ways; with temporary keys also behind the loss of them"""
        with tdlib.Lab(sys.argv[1], 'tdlib-keys') as place:
            place.prepare_tdlib()
            td = place.tdlib('bob', BOB, pfs=temporary)
            us = place.companion(ALICE)
            user = td.call('searchUserByPhoneNumber', phone_number='+' + ALICE)
            td.call('createNewSecretChat', user_id=user['id'])
            us.hears('secret -?[0-9]+ requested')
            us.send('accept')
            chat = td.chat_of(td.secret('Ready')['id'])
            talk(us, td, chat, 'first')
            if (bound(place) > 0) != temporary:
                raise lab.Gone('%d temporary keys are bound' % bound(place))
            if temporary:
                place.dc.control('lose-temporary Bob')
                if bound(place) != 0:
                    raise lab.Gone('they are not lost')
                place.dc.control('disconnect Bob')
                talk(us, td, chat, 'second')
                if bound(place) == 0:
                    raise lab.Gone('no other one was bound')
    return story


sys.exit(lab.run([('without', with_keys(False)), ('with', with_keys(True))], independent=True))
