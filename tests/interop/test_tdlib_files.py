#!/usr/bin/env python3
"""Files between our client and real TDLib: what they are, cancelled by each, and at another data centre. It must not
close the chat.

usage: test_tdlib_files.py BUILD [STORY...]
"""
import os
import re
import sys

import tdlib
from pair import Pair
from tdlib import lab
from media import jpeg  # noqa: E402

def our_files(pair):
    """SC-H1, SC-H2, SC-H4 to H6, SC-H10, SC-H11, SC-H13, SC-H17; MT-H1 to H4, MT-H26: TDLib knows each for what it is
    and has the same bytes; it never closes the chat"""
    rows = [  # kind, bytes, as TDLib calls it, the file in it, what else it says
        ('photo', 70001, 'Photo', lambda c: c['photo']['sizes'][-1]['photo'], lambda c: c['photo']['sizes'][-1]['width'] == 640),
        ('file', 1, 'Document', lambda c: c['document']['document'], lambda c: c['document']['mime_type'] == 'text/plain'),
        ('file', 11 << 20, 'Document', lambda c: c['document']['document'], lambda c: True),
        ('file', 20 << 20, 'Document', lambda c: c['document']['document'], lambda c: True),
        ('video', 300000, 'Video', lambda c: c['video']['video'], lambda c: (c['video']['duration'], c['video']['width']) == (7, 320)),
        ('gif', 300000, 'Animation', lambda c: c['animation']['animation'], lambda c: c['animation']['width'] == 320),
        ('round', 300000, 'VideoNote', lambda c: c['video_note']['video'], lambda c: c['video_note']['duration'] == 7),
        ('audio', 50000, 'Audio', lambda c: c['audio']['audio'], lambda c: (c['audio']['duration'], c['audio']['title'], c['audio']['performer']) == (7, 'A title', 'Somebody')),
        ('voice', 50000, 'VoiceNote', lambda c: c['voice_note']['voice'], lambda c: c['voice_note']['duration'] == 7)]
    for i, (kind, size, name, file_of, right) in enumerate(rows):
        path, data = write(pair, 'our %d.bin' % i, size)
        pair.us.send('file %s 0 %s' % (kind, path))
        got = pair.td.gets(pair.chat, 'message' + name)
        content = got['content']
        if not right(content) or content.get('caption', {}).get('text') not in ('caption', None):
            raise lab.Gone('not as it was sent: %s' % content)
        if 'caption' in content and content['caption']['entities'][0]['type']['@type'] != 'textEntityTypeBold':
            raise lab.Gone('not bold: %s' % content)
        if name == 'Document' and content['document']['file_name'] != 'our %d.bin' % i:
            raise lab.Gone('it is called %s' % content)
        fetched(pair, file_of(content), data)
        pair.us.hears('sent ')
    pair.talk()


def our_album(pair):
    """SC-H17: three belong together; SC-H11, SC-G5: a timed photo is one that burns"""
    written = [write(pair, 'a%d.jpg' % i, 20000) for i in range(3)]
    for path, _ in written:
        pair.us.send('file photo 77 %s' % path)
    came = [pair.td.gets(pair.chat, 'messagePhoto') for _ in written]
    albums = {message['media_album_id'] for message in came}
    if len(albums) != 1 or albums == {'0'}:
        raise lab.Gone('albums %s' % albums)
    for message, (_, data) in zip(came, written):
        fetched(pair, message['content']['photo']['sizes'][-1]['photo'], data)
    pair.us.send('ttl 10')
    path, data = write(pair, 'timed.jpg', 20000)
    pair.us.send('file photo 0 %s' % path)
    got = pair.td.gets(pair.chat, 'messagePhoto')
    if got['self_destruct_type'].get('self_destruct_time') != 10:
        raise lab.Gone('no timer: %s' % got)
    fetched(pair, got['content']['photo']['sizes'][-1]['photo'], data)
    pair.td.call('openMessageContent', chat_id=pair.chat, message_id=got['id'])
    pair.us.hears('expired 1')
    pair.us.send('ttl 0')
    pair.td.sees(lambda e: e['@type'] == 'updateChatMessageAutoDeleteTime' and
                 e.get('message_auto_delete_time', 0) == 0, 'no timer')
    pair.talk()


def cancelled(pair):
    """MT-H28: what was cancelled uses no number; texts pass what is on its way"""
    pair.control('delay upload.saveBigFilePart 60000')
    pair.us.send('file file 0 %s' % write(pair, 'never.bin', 20 << 20)[0])
    pair.us.hears('own ')
    pair.talk()
    pair.us.send('cancel')
    pair.us.hears('failed -?[0-9]+ CANCELLED')
    pair.control('reset')
    pair.talk()


def their_small_picture(pair):
    """SC-H10: what TDLib sends beside a photo, a video and a file is told as it was"""
    small = jpeg(os.path.join(pair.place.directory, 'small.jpg'), (90, 60), (1, 2, 3))
    for kind in ('Photo', 'Video', 'Document'):
        path, _ = write(pair, 'with a small one', 20000)
        pair.td.tell('sendMessage', chat_id=pair.chat, input_message_content={
            '@type': 'inputMessage' + kind, kind.lower(): {
                '@type': 'input' + kind, kind.lower(): {'@type': 'inputFileLocal', 'path': path}, 'width': 640, 'height': 480,
                'thumbnail': {'@type': 'inputThumbnail', 'width': 90, 'height': 60,
                              'thumbnail': {'@type': 'inputFileLocal', 'path': small}}}})
        pair.us.hears('with ')
        pair.us.hears('small %d$' % os.path.getsize(small))
    pair.talk()


def files_go_on(pair):
    """SC-H11, SC-H18: what TDLib sent is forwarded into another chat, after a restart, and is there what it was, with the same
    bytes: music with its title and performer, too"""
    sent = [  # kind, what TDLib says of it, what it looks for in what it gets, the file in that
        ('Audio', 'a track.mp3', {'duration': 83, 'title': 'A long way', 'performer': 'The Others'}, {}, lambda c: c['audio']['audio'],
         lambda c: (c['audio']['title'], c['audio']['performer'], c['audio']['duration'], c['audio']['file_name']) == (
             'A long way', 'The Others', 83, 'a track.mp3')),
        ('Photo', 'a.jpg', {'width': 64, 'height': 48}, {}, lambda c: c['photo']['sizes'][-1]['photo'],
         lambda c: c['photo']['sizes'][-1]['width'] == 64),
        ('Video', 'a.mp4', {'duration': 83, 'width': 320, 'height': 240}, {}, lambda c: c['video']['video'],
         lambda c: (c['video']['duration'], c['video']['width'], c['video']['height']) == (83, 320, 240)),
        ('VoiceNote', 'a.ogg', None, {'duration': 12}, lambda c: c['voice_note']['voice'], lambda c: c['voice_note']['duration'] == 12),
        ('Sticker', 'a.webp', None, {'width': 512, 'height': 512, 'emoji': '👍'}, lambda c: c['sticker']['sticker'],
         lambda c: c['sticker']['width'] == 512),
        ('Document', 'a b.bin', {'disable_content_type_detection': True}, {}, lambda c: c['document']['document'],
         lambda c: c['document']['file_name'] == 'a b.bin')]
    came = []
    for kind, name, of_file, of_message, _, _ in sent:
        path, data = write(pair, name, 70000)
        field, local = re.sub('(?<=[a-z])(?=N)', '_', kind).lower(), {'@type': 'inputFileLocal', 'path': path}
        file = local if of_file is None else {'@type': 'input' + kind, field: local, **of_file}
        pair.td.tell('sendMessage', chat_id=pair.chat, input_message_content={
            '@type': 'inputMessage' + kind, field: file, **of_message})
        came.append((pair.us.hears(r'message (-?\d+) 0 ').group(1), data))
        pair.us.hears('with ')
    first = pair.secret
    pair.end_us()
    pair.begin_us()
    pair.start()
    uploads = [method for method in pair.place.dc.counts() if method.startswith('upload.save')]
    before = [pair.place.dc.counts()[method] for method in uploads]
    for (kind, _, _, _, file_of, right), (id, data) in zip(sent, came):
        pair.us.send('forward %d %s' % (first, id))
        content = pair.td.gets(pair.chat, 'message' + kind)['content']
        if not right(content):
            raise lab.Gone('forwarded it is %s' % content)
        fetched(pair, file_of(content), data)
    if [pair.place.dc.counts()[method] for method in uploads] != before:
        raise lab.Gone('it was uploaded')
    pair.talk()


def public_stickers_go_on(pair):
    """SC-H14, SC-H18: a sticker of a public set that TDLib sends is one, with its emoji, and is fetched by its set; forwarded
    into another chat, also after a restart of ours, it is there the same one of that set"""
    path, data = write(pair, 'cat.webp', 9000)
    for id in (1001, 1002):
        pair.control('sticker 1 %d 77 Cats %s' % (id, path))
    cats = pair.td.call('searchStickerSet', name='Cats')['stickers']
    came = []
    for cat in cats:
        pair.td.tell('sendMessage', chat_id=pair.chat, input_message_content={
            '@type': 'inputMessageSticker', 'sticker': {'@type': 'inputFileId', 'id': cat['sticker']['id']}, 'width': 512, 'height': 512})
        came.append(pair.us.hears(r'message (-?\d+) 0 ').group(1))
        pair.us.hears('with [0-9]+ 512 512 9000 \U0001f44d$')
        folder = os.path.join(pair.place.directory, 'cat ' + came[-1])
        os.mkdir(folder)
        pair.us.send('save %s %s' % (came[-1], folder))
        saved = pair.us.hears('saved (.*)$').group(1)
        with open(saved, 'rb') as f:
            if f.read() != data:
                raise lab.Gone('it has other bytes')
    first = pair.secret
    pair.control('stickers taken')  # TDLib asks without a reference, and knows of no other
    for id, cat, restarts in zip(came, cats, (False, True)):
        if restarts:
            pair.end_us()
            pair.begin_us()
        pair.start()
        pair.us.send('forward %d %s' % (first, id))
        content = pair.td.gets(pair.chat, 'messageSticker')['content']
        if any(content['sticker'][field] != cat[field] for field in ('id', 'set_id', 'emoji', 'width', 'height', 'format')):
            raise lab.Gone('forwarded it is %s' % content)
        fetched(pair, content['sticker']['sticker'], data)
        pair.talk()
    pair.control('stickers true')


def they_cancel(pair):
    """MT-H28: TDLib takes back what is on its way up, and stops what is on its way down, which it has when it asks again at
    once; nothing of the first comes here, and both write on"""
    pair.control('delay upload.saveBigFilePart 300')
    path, _ = write(pair, 'never theirs.bin', 20 << 20)
    pair.td.forget()
    pair.td.tell('sendMessage', chat_id=pair.chat, input_message_content={
        '@type': 'inputMessageDocument', 'document': {'@type': 'inputDocument', 'document': {
            '@type': 'inputFileLocal', 'path': path}, 'disable_content_type_detection': True}})
    mine = pair.td.sees(lambda e: e['@type'] == 'updateNewMessage' and e['message']['is_outgoing'], 'its own line')
    file = mine['message']['content']['document']['document']['id']
    pair.td.sees(lambda e: e['@type'] == 'updateFile' and e['file']['id'] == file and
                 0 < e['file']['remote']['uploaded_size'] < 20 << 20, 'some of it is up')
    pair.td.call('deleteMessages', chat_id=pair.chat, message_ids=[mine['message']['id']], revoke=True)
    pair.td.sees(lambda e: e['@type'] == 'updateFile' and e['file']['id'] == file and
                 not e['file']['remote']['is_uploading_active'], 'it does not go up any more')
    pair.control('reset')
    pair.talk()
    if any('with ' in line for line in pair.us.said[-20:]):
        raise lab.Gone('something came of it: %s' % pair.us.said[-20:])

    path, data = write(pair, 'stopped.bin', 5 << 20)
    pair.us.send('file file 0 ' + path)
    file = pair.td.gets(pair.chat, 'messageDocument')['content']['document']['document']['id']
    pair.us.hears('sent ')
    pair.control('delay upload.getFile 300')
    pair.td.forget()
    pair.td.call('downloadFile', file_id=file, priority=1, offset=0, limit=0, synchronous=False)
    pair.td.sees(lambda e: e['@type'] == 'updateFile' and e['file']['id'] == file and
                 0 < e['file']['local']['downloaded_size'] < 5 << 20, 'some of it is here')
    pair.td.call('cancelDownloadFile', file_id=file, only_if_pending=False)
    stopped = pair.td.sees(lambda e: e['@type'] == 'updateFile' and e['file']['id'] == file and
                           not e['file']['local']['is_downloading_active'], 'it does not come any more')
    if stopped['file']['local']['is_downloading_completed']:
        raise lab.Gone('it was whole before it could be stopped')
    fetched(pair, {'id': file}, data)  # while the data centre is still asked to drop its calls
    pair.control('reset')
    pair.talk()


def elsewhere(pair):
    """MT-H12, MT-H13, SC-H4: files that lie at another data centre: TDLib has ours there, with its login carried over, and
    we have TDLib's; same bytes"""
    pair.control('uploads 3')
    pair.place.dc.forget()
    path, data = write(pair, 'far.bin', 11 << 20)
    pair.us.send('file file 0 ' + path)
    content = pair.td.gets(pair.chat, 'messageDocument')['content']
    fetched(pair, content['document']['document'], data)
    pair.place.dc.wait(lambda l: l == 'Bob is known at data centre 3', 'TDLib is logged in there')
    pair.us.hears('sent ')
    path, data = write(pair, 'far too.bin', 300000)
    pair.td.tell('sendMessage', chat_id=pair.chat, input_message_content={
        '@type': 'inputMessageDocument', 'document': {'@type': 'inputDocument', 'document': {
            '@type': 'inputFileLocal', 'path': path}, 'disable_content_type_detection': True}})
    came = pair.us.hears(r'message (-?\d+) 0 ').group(1)
    pair.us.hears('with .* far too.bin$')
    folder = os.path.join(pair.place.directory, 'here')
    os.mkdir(folder)
    pair.place.dc.forget()
    pair.us.send('save %s %s' % (came, folder))
    pair.place.dc.wait(lambda l: l == 'Alice is known at data centre 3', 'we are logged in there')
    lab.until(lambda: os.path.exists(os.path.join(folder, 'far too.bin')), 'it is saved')
    with open(os.path.join(folder, 'far too.bin'), 'rb') as f:
        if f.read() != data:
            raise lab.Gone('it has other bytes')
    pair.control('uploads 0')
    pair.talk()


def write(pair, name, size):
    path, data = os.path.join(pair.place.directory, name), os.urandom(size)
    with open(path, 'wb') as f:
        f.write(data)
    return path, data


def fetched(pair, file, data):
    got = pair.td.call('downloadFile', file_id=file['id'], priority=1, offset=0, limit=0, synchronous=True)
    with open(got['local']['path'], 'rb') as f:
        if f.read() != data:
            raise lab.Gone('it has other bytes')


STORIES = [('ours are what they were', our_files), ('an album, and one that burns', our_album), ('one is cancelled', cancelled),
           ('their small picture', their_small_picture),
           ('files go on', files_go_on), ('public stickers go on', public_stickers_go_on), ('they cancel', they_cancel),
           ('at another data centre', elsewhere)]


def main(build, only):
    with tdlib.Lab(build, 'tdlib-files', sites=['1', '3']) as place:
        place.prepare_tdlib()
        place.dc.control('home Bob 1')  # where TDLib begins
        pair = Pair(place, True)
        pair.start()

        def told(story):
            return lambda: story(pair)

        return lab.run([(name, told(story)) for name, story in STORIES if not only or name in only], pair.forget)


sys.exit(main(sys.argv[1], sys.argv[2:]))
