#!/usr/bin/env python3
"""The real module inside libpurple, and real TDLib, in one secret chat.

usage: test_plugin_tdlib.py BUILD
"""
import ctypes.util
import os
import re
import sys
import tempfile

import tdlib
from tdlib import lab

ALICE, BOB = '9990000001', '9990000002'
TURNED = os.path.realpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'data', 'pictures', 'turned.jpg'))


def story(build):
    with tdlib.Lab(build, 'plugin-tdlib') as place, tempfile.TemporaryDirectory(dir='/dev/shm') as memory:
        place.prepare_tdlib()
        td = place.tdlib('bob', BOB)
        us = place.headless(env=dict(os.environ, XDG_RUNTIME_DIR=memory))
        us.log_in(ALICE)
        box = {}

        def accepts():
            """SC-A15: TDLib asks, the user says yes"""
            user = td.call('searchUserByPhoneNumber', phone_number='+' + ALICE)
            td.call('createNewSecretChat', user_id=user['id'])
            us.hears('action .*wants to start a secret chat')
            us.send('press Accept')
            us.hears('line secret.* is ready')
            box['chat'] = td.chat_of(td.secret('Ready')['id'])
            td.call('openChat', chat_id=box['chat'])
            us.send('open secret')

        def talks():
            us.send('send secret hello from libpurple')
            if td.gets(box['chat'])['content']['text']['text'] != 'hello from libpurple':
                raise lab.Gone('another text arrived')
            td.say(box['chat'], '<b>hello</b> & more')
            us.hears('line secret.* recv: <b>hello</b> & more$')

        def formats():
            """SC-I5, SC-I6: what is formatted in libpurple arrives so, and what TDLib formats; offsets are UTF-16's"""
            us.send('raw secret \U0001f600 <b>bold <i>both</i></b> <u>u</u><s>s</s> <a href="https://t.me/x">link</a> #tag')
            text = td.gets(box['chat'])['content']['text']
            got = {(e['type']['@type'][len('textEntityType'):], e['offset'], e['length'], e['type'].get('url'))
                   for e in text['entities']}
            wanted = {('Bold', 3, 5, None), ('Bold', 8, 4, None),  # as TDLib cuts it
                      ('Italic', 8, 4, None), ('Underline', 13, 1, None),
                      ('Strikethrough', 14, 1, None), ('TextUrl', 16, 4, 'https://t.me/x'), ('Hashtag', 21, 4, None)}
            if text['text'] != '\U0001f600 bold both us link #tag' or got != wanted:
                raise lab.Gone(str(text))
            td.say(box['chat'], '\U0001f600 bold code hid link', looks=[
                ('Bold', 3, 4), ('Code', 8, 4), ('Spoiler', 13, 3), ('TextUrl', 17, 4), ('Underline', 17, 4)])
            us.hears('line secret.* recv: \U0001f600 <b>bold</b> `code` \\|\\|hid\\|\\| <u>link</u> '
                     r'\(https://t.me/x\)$')

        def reads():
            """SC-E14: with the focus, not before"""
            td.forget()
            td.call('openChat', chat_id=box['chat'])
            us.send('focus secret')
            td.update('updateChatReadOutbox', chat_id=box['chat'])

        def burns():
            """SC-G2, SC-G7"""
            us.send('cmd secret ttl 2s')
            td.sees(lambda e: e['@type'] == 'updateChatMessageAutoDeleteTime' and
                    e['message_auto_delete_time'] == 2, 'the timer')
            td.say(box['chat'], 'burns')
            us.hears('line secret.* recv: burns')
            td.update('updateDeleteMessages', chat_id=box['chat'])
            us.loses('burns')

        def deletes():
            us.send('cmd secret ttl off')
            us.send('send secret to be deleted')
            got = td.gets(box['chat'])
            us.send('cmd secret delete')
            td.sees(lambda e: e['@type'] == 'updateDeleteMessages' and got['id'] in e['message_ids'], 'deletion')
            us.loses('to be deleted')

        def quotes():
            """SC-I3: a reply quotes the line that still stands, and no text that has, or had, a timer"""
            us.send('send secret the question')
            asked = td.gets(box['chat'])['id']
            us.send('send secret another text')  # acknowledged: the question's text is kept no more
            td.gets(box['chat'])
            td.say(box['chat'], 'the answer', asked)
            us.hears('line secret.* recv: ↩ the question(<BR>|.)the answer$')
            us.send('cmd secret ttl 1h')
            us.send('send secret for an hour')
            timed = td.gets(box['chat'])['id']
            us.send('cmd secret ttl off')
            td.say(box['chat'], 'no copy', timed)
            us.hears(r'line secret.* recv: ↩ \(earlier message\)(<BR>|.)no copy$')
            us.send('close secret')
            us.send('open secret')
            td.say(box['chat'], 'once more', asked)
            us.hears(r'line secret.* recv: ↩ \(earlier message\)(<BR>|.)once more$')

        def replies():
            """SC-I3: an answer written by /reply is one for TDLib"""
            td.say(box['chat'], 'what do you say')
            us.hears('line secret.* recv: what do you say$')
            us.send('cmd secret reply "what do" this')
            got = td.gets(box['chat'])
            if got['content']['text']['text'] != 'this' or got['reply_to']['@type'] != 'messageReplyToMessage':
                raise lab.Gone('no answer: %s' % got)

        def files():
            """SC-H1, SC-H2, SC-H4, SC-H7: what TDLib sends is saved byte by byte, small and large, with what it says of it"""
            folder = os.path.join(place.directory, 'saved')
            os.mkdir(folder)
            for name, size, kind in (('pic.jpg', 70001, 'Photo'), ('a b.bin', 15, 'Document'), ('large.bin', 20 << 20, 'Document')):
                path, data = os.path.join(place.directory, name), os.urandom(size)
                with open(path, 'wb') as f:
                    f.write(data)
                what = {'@type': 'input' + kind, kind.lower(): {'@type': 'inputFileLocal', 'path': path}, 'width': 64, 'height': 48,
                        'disable_content_type_detection': True}
                td.tell('sendMessage', chat_id=box['chat'], input_message_content={
                    '@type': 'inputMessage' + kind, kind.lower(): what,
                    'caption': {'@type': 'formattedText', 'text': 'caption'}})
                us.hears(r'line secret.* recv: \[%s \d+, [^]]*\] caption$' % (
                    'photo' if kind == 'Photo' else 'file'))
                us.send('cmd secret save last ' + folder)
                got = us.hears('line secret.* system: File .* is saved, unencrypted, as (.*)$').group(1)
                with open(got, 'rb') as f:
                    if f.read() != data:
                        raise lab.Gone('%s is another file' % got)
                if kind == 'Document' and os.path.basename(got) != name:
                    raise lab.Gone('it is called %s' % got)

        def looks():
            """SC-H2, SC-H10, SC-H11, SC-I3: TDLib's video, voice, GIF, music, round video and sticker are lines that say what
            and how large they are, and what they answer; each is had as it was"""
            us.send('send secret which one')
            asked = {'@type': 'inputMessageReplyToMessage', 'message_id': td.gets(box['chat'])['id']}
            for kind, file, more, line in (
                    ('Video', {'@type': 'inputVideo', 'duration': 83, 'width': 320, 'height': 240},
                     {}, r'\[video (\d+), 320×240, 1:23, 70 kB\] caption$'),
                    ('VoiceNote', None, {'duration': 12}, r'\[voice message (\d+), 0:12, 70 kB\] caption$'),
                    ('Animation', {'@type': 'inputAnimation', 'duration': 3, 'width': 320, 'height': 240}, {},
                     r'\[GIF (\d+), 320×240, 70 kB: Animation\] caption$'),
                    ('Audio', {'@type': 'inputAudio', 'duration': 83, 'title': 'Title', 'performer': 'Somebody'}, {},
                     r'\[audio (\d+), 1:23, 70 kB: Somebody – Title\] caption$'),
                    ('VideoNote', None, {'duration': 3, 'length': 240}, r'\[video message (\d+), 240×240, 0:03, 70 kB\]$'),
                    ('Sticker', None, {'width': 512, 'height': 512, 'emoji': '👍'}, r'\[sticker (\d+), 70 kB\]$')):
                path, data = os.path.join(place.directory, kind), os.urandom(70000)
                with open(path, 'wb') as f:
                    f.write(data)
                field = re.sub('(?<=[a-z])(?=N)', '_', kind).lower()
                local = {'@type': 'inputFileLocal', 'path': path}
                td.tell('sendMessage', chat_id=box['chat'], reply_to=asked, input_message_content={
                    '@type': 'inputMessage' + kind, field: dict(file, **{field: local}) if file else local,
                    'caption': {'@type': 'formattedText', 'text': 'caption'}, **more})
                number = us.hears('line secret.* recv: ↩ which one(?:<BR>|.)' + line).group(1)
                us.send('cmd secret save %s %s/saved' % (number, place.directory))
                got = us.hears('line secret.* system: File .* is saved, unencrypted, as (.*)$').group(1)
                with open(got, 'rb') as f:
                    if f.read() != data:
                        raise lab.Gone('%s is another file' % got)

        def album():
            """SC-H17: TDLib's album is one, in the order in which it comes, and saved as one, with its bytes"""
            data = {n: os.urandom(70000 + n) for n in (1, 2, 3)}
            for n in data:
                with open(os.path.join(place.directory, 'part%d.jpg' % n), 'wb') as f:
                    f.write(data[n])
            td.tell('sendMessageAlbum', chat_id=box['chat'], input_message_contents=[{
                '@type': 'inputMessagePhoto', 'width': 64, 'height': 48 + n,
                'photo': {'@type': 'inputPhoto', 'width': 64, 'height': 48 + n, 'photo': {
                    '@type': 'inputFileLocal', 'path': os.path.join(place.directory, 'part%d.jpg' % n)}},
                'caption': {'@type': 'formattedText', 'text': 'part %d' % n}} for n in data])
            parts = set()
            for n in data:  # TDLib sends each when it is up
                height, part = us.hears(r'line secret.* recv: \[photo \d+, no\. %d of an album, 64×(\d+), 70 kB\] part (\d)$' % n).groups()
                if int(height) != 48 + int(part):
                    raise lab.Gone('part %s is %s high' % (part, height))
                parts.add(int(part))
            if parts != set(data):
                raise lab.Gone('parts %s' % parts)
            us.send('cmd secret save album %s/saved' % place.directory)
            saved = set()
            for _ in data:
                with open(us.hears('line secret.* system: File .* is saved, unencrypted, as (.*)$').group(1), 'rb') as f:
                    saved.add(f.read())
            if saved != set(data.values()):
                raise lab.Gone('other files')

        def sends():
            """SC-H1, SC-H4, SC-H10, SC-H11: what /photo and /file send is for TDLib what it is, with its size, sides, name
            and caption; a photo tells nothing of its place, a file is untouched"""
            def came(kind, field, typed):
                """What TDLib says of it, and its bytes."""
                us.send('cmd secret ' + typed)
                content = td.gets(box['chat'], 'message' + kind)['content']
                what = content[field]['sizes'][-1] if field == 'photo' else content[field]
                small = [(size['width'], size['height']) for size in content[field]['sizes'][:-1]] if field == 'photo' else []
                if field == 'photo' and small != ([(60, 90)] if ctypes.util.find_library('gdk_pixbuf-2.0') else []):
                    raise lab.Gone('its small pictures: %s' % small)
                file = td.call('downloadFile', file_id=what[field]['id'], priority=1, offset=0, limit=0, synchronous=True)
                with open(file['local']['path'], 'rb') as f:
                    data = f.read()
                if file['size'] != len(data):
                    raise lab.Gone('it is to have %d bytes, and has %d' % (file['size'], len(data)))
                return content['caption']['text'], what, data

            text = os.path.join(place.directory, 'for bob.txt')
            with open(text, 'wb') as f:
                f.write(b'hello')
            with open(TURNED, 'rb') as f:
                picture = f.read()
            caption, what, data = came('Photo', 'photo', 'photo %s | look *here*' % TURNED)
            if (caption, what['width'], what['height'], b'SECRET' in data) != ('look *here*', 200, 300, False):
                raise lab.Gone('a photo is %s, %s' % (caption, what))
            caption, what, data = came('Document', 'document', 'file "%s" | read this' % text)
            if (caption, what['file_name'], what['mime_type'], data) != ('read this', 'for bob.txt', 'text/plain', b'hello'):
                raise lab.Gone('a file is %s, %s' % (caption, what))
            caption, what, data = came('Document', 'document', 'file ' + TURNED)
            if (caption, what['file_name'], what['mime_type'], data) != ('', 'turned.jpg', 'image/jpeg', picture):
                raise lab.Gone('a picture as a file is %s, %s' % (caption, what))

        def opens():
            """SC-G4, SC-E5, DECISIONS 31: TDLib's timed photo, and voice, is shown on demand; it learns that, and both let go of it in time"""
            path, data = os.path.join(place.directory, 'pic.jpg'), os.urandom(3000)
            with open(path, 'wb') as f:
                f.write(data)
            us.send('cmd secret ttl 4s')
            td.sees(lambda e: e['@type'] == 'updateChatMessageAutoDeleteTime' and e['message_auto_delete_time'] == 4, 'the timer')
            td.forget()
            td.tell('sendMessage', chat_id=box['chat'], input_message_content={
                '@type': 'inputMessagePhoto', 'width': 64, 'height': 48,
                'photo': {'@type': 'inputPhoto', 'photo': {'@type': 'inputFileLocal', 'path': path}, 'width': 64, 'height': 48}})
            number = us.hears(r'line secret.* recv: \[photo (\d+), [^]]*\]').group(1)
            td.update('updateMessageSendSucceeded')  # before that TDLib takes no "opened" for it
            us.send('cmd secret show ' + number)
            shown = us.hears(r'line secret.* system: Message %s is in memory for 4 seconds.*: (%s/\S*)$' % (
                number, re.escape(memory))).group(1)
            with open(shown, 'rb') as f:
                if f.read() != data:
                    raise lab.Gone('another file')
            td.update('updateMessageContentOpened', chat_id=box['chat'])
            td.update('updateDeleteMessages', chat_id=box['chat'])
            lab.until(lambda: not os.path.exists(shown), 'nothing in memory')
            td.forget()  # SC-G5: what lasts longer than its timer is there until its end
            td.tell('sendMessage', chat_id=box['chat'], input_message_content={
                '@type': 'inputMessageVoiceNote', 'duration': 6, 'voice_note': {'@type': 'inputFileLocal', 'path': path}})
            number = us.hears(r'line secret.* recv: \[voice message (\d+), 0:06, ').group(1)
            td.update('updateMessageSendSucceeded')
            us.send('cmd secret play ' + number)
            us.hears(r'line secret.* system: Message %s is in memory for 7 seconds' % number)
            td.update('updateMessageContentOpened', chat_id=box['chat'])
            td.update('updateDeleteMessages', chat_id=box['chat'])
            us.loses('[voice message ' + number)

        return lab.run([('TDLib asks, the user accepts', accepts), ('both talk', talks), ('both format', formats),
                        ('reading is told with the focus', reads), ('a timed line burns', burns),
                        ('a deleted line leaves', deletes), ('a reply quotes', quotes), ('an answer arrives', replies),
                        ('files are saved', files),
                        ('a video, a voice', looks), ('an album', album), ('files are sent', sends), ('a timed photo is opened', opens)])


sys.exit(story(sys.argv[1]))
