#!/usr/bin/env python3
"""Our client and real TDLib in one secret chat on our data centre, in both directions.

usage: test_tdlib.py BUILD
"""
import base64
import sys
import time

import tdlib
from tdlib import lab

ALICE, BOB = '9990000001', '9990000002'


def story(build, ours_first):
    with tdlib.Lab(build, 'tdlib') as place:
        place.prepare_tdlib()
        td = place.tdlib('bob', BOB)
        us = place.companion(ALICE)
        box = {}

        def forget():
            if 'chat' in box:
                td.forget()
                us.forget()

        def starts():
            """SC-A23, SC-A7"""
            if ours_first:
                us.send('start ' + BOB)
            else:
                user = td.call('searchUserByPhoneNumber', phone_number='+' + ALICE)
                td.call('createNewSecretChat', user_id=user['id'])
                us.hears('secret -?[0-9]+ requested')
                us.send('accept')
            us.hears('secret -?[0-9]+ ready')
            box['secret'] = td.secret('Ready')
            box['chat'] = td.chat_of(box['secret']['id'])
            td.call('openChat', chat_id=box['chat'])
            layer()

        def layer():
            """SC-C4, SC-C8"""
            td.sees(lambda e: e['@type'] == 'updateSecretChat' and e['secret_chat']['layer'] == 144, 'layer 144')
            end = time.time() + lab.PATIENCE
            while us.info()['layer'] != '144':
                if time.time() > end:
                    raise lab.Gone('we never heard of layer 144')
                time.sleep(0.1)

        def same_key():
            """SC-K1"""
            theirs = base64.b64decode(box['secret']['key_hash']).hex()
            if us.info()['hash'] != theirs:
                raise lab.Gone('the key hashes differ')

        def text_out():
            us.send('say h\u00e9llo \u2764')
            got = td.gets(box['chat'])
            box['ours'] = got['id']
            if got['content']['text']['text'] != 'h\u00e9llo \u2764':
                raise lab.Gone(str(got['content']))
            us.hears('sent')

        def text_in():
            box['theirs'] = td.say(box['chat'], 'hi from TDLib')
            us.hears(r'message -?\d+ 0 hi from TDLib')

        def typing_out():
            us.send('typing on')
            td.update('updateChatAction')

        def typing_in():
            td.call('sendChatAction', chat_id=box['chat'], action={'@type': 'chatActionTyping'})
            us.hears('typing on')

        def read_out():
            """SC-E14"""
            us.send('read')
            td.update('updateChatReadOutbox', chat_id=box['chat'])

        def read_in():
            td.call('viewMessages', chat_id=box['chat'], message_ids=[box['ours']], force_read=True,
                    source={'@type': 'messageSourceChatHistory'})
            us.hears('read')

        def timer_out():
            """SC-E4"""
            us.send('ttl 60')
            td.sees(lambda e: e['@type'] == 'updateChatMessageAutoDeleteTime' and
                    e['message_auto_delete_time'] == 60, 'the timer of 60 s')

        def timer_in():
            td.call('setChatMessageAutoDeleteTime', chat_id=box['chat'], message_auto_delete_time=2)
            us.hears('notice ttl-by-peer 2')

        def expires_here():
            """SC-G2, SC-G7"""
            td.say(box['chat'], 'burns')
            us.hears(r'message -?\d+ 2 burns')
            us.send('read')
            us.hears('expired 1')
            td.update('updateDeleteMessages', chat_id=box['chat'])

        def expires_there():
            """SC-G3"""
            us.send('say burns too')
            got = td.gets(box['chat'])
            td.call('viewMessages', chat_id=box['chat'], message_ids=[got['id']], force_read=True,
                    source={'@type': 'messageSourceChatHistory'})
            us.hears('expired 1')
            td.update('updateDeleteMessages', chat_id=box['chat'])
            us.send('ttl 0')
            td.sees(lambda e: e['@type'] == 'updateChatMessageAutoDeleteTime' and
                    e.get('message_auto_delete_time', 0) == 0, 'no timer')

        def delete_out():
            """SC-E7"""
            us.send('say to be deleted')
            got = td.gets(box['chat'])
            us.send('delete')
            td.sees(lambda e: e['@type'] == 'updateDeleteMessages' and got['id'] in e['message_ids'], 'deletion')

        def delete_in():
            """SC-E8"""
            mine = td.say(box['chat'], 'theirs to delete')
            us.hears(r'message -?\d+ 0 theirs to delete')
            td.call('deleteMessages', chat_id=box['chat'], message_ids=[mine], revoke=True)
            us.hears('gone 1')

        def screenshot_out():
            """SC-E9"""
            us.send('screenshot')
            td.gets(box['chat'], 'messageScreenshotTaken')

        def screenshot_in():
            us.send('say look')
            got = td.gets(box['chat'])
            td.call('viewMessages', chat_id=box['chat'], message_ids=[got['id']], force_read=True,
                    source={'@type': 'messageSourceScreenshot'})
            us.hears('notice shot-by-peer')

        def flush_out():
            """SC-E10"""
            us.send('flush')
            us.hears('gone')
            td.update('updateDeleteMessages', chat_id=box['chat'])

        def flush_in():
            td.say(box['chat'], 'before the flush')
            us.hears(r'message -?\d+ 0 before the flush')
            td.call('deleteChatHistory', chat_id=box['chat'], remove_from_chat_list=False, revoke=True)
            us.hears('notice flushed-by-peer')
            us.hears('gone')

        def rekey():
            """SC-F6, SC-F10, SC-F11: more than 100 messages, a new key, the chat goes on"""
            for i in range(60):
                us.send('say o%d' % i)
                td.say(box['chat'], 'i%d' % i)
                us.hears(r'message -?\d+ 0 i%d$' % i)
            td.sees(lambda e: e['@type'] == 'updateNewMessage' and
                    e['message']['content'].get('text', {}).get('text') == 'o59', 'our last one')
            end = time.time() + lab.PATIENCE
            while us.info()['rekeying'] == '1':
                if time.time() > end:
                    raise lab.Gone('the exchange never ended: %s' % us.info())
                td.say(box['chat'], 'still there?')
                time.sleep(0.2)
            us.send('say after the new key')
            td.sees(lambda e: e['@type'] == 'updateNewMessage' and
                    e['message']['content'].get('text', {}).get('text') == 'after the new key', 'it')
            same_key()

        def closes():
            """SC-A24, SC-A25"""
            if ours_first:
                us.send('close')
                td.secret('Closed')
            else:
                td.call('closeSecretChat', secret_chat_id=box['secret']['id'])
                us.hears('secret -?[0-9]+ closed 3')

        return lab.run([
            ('the chat is made, both speak layer 144', starts), ('the key hashes are equal', same_key),
            ('our text arrives', text_out), ('their text arrives', text_in), ('our typing', typing_out),
            ('their typing', typing_in), ('our reading', read_out), ('their reading', read_in),
            ('our timer', timer_out), ('their timer', timer_in), ('theirs burns on both sides', expires_here),
            ('ours burns on both sides', expires_there), ('our deletion', delete_out), ('their deletion', delete_in),
            ('our screenshot', screenshot_out), ('their screenshot', screenshot_in), ('our flush', flush_out),
            ('their flush', flush_in), ('a new key after a hundred messages', rekey), ('the end', closes)], forget)


sys.exit(story(sys.argv[1], sys.argv[2] == 'ours'))
