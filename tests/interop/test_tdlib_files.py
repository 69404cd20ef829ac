#!/usr/bin/env python3
"""Files that our client sends, at real TDLib. It must not close the chat.

usage: test_tdlib_files.py BUILD [STORY...]
"""
import os
import sys

import tdlib
from pair import Pair
from tdlib import lab

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
    for i in range(3):
        pair.us.send('file photo 77 %s' % write(pair, 'a%d.jpg' % i, 20000)[0])
    albums = {pair.td.gets(pair.chat, 'messagePhoto')['media_album_id'] for _ in range(3)}
    if len(albums) != 1 or albums == {'0'}:
        raise lab.Gone('albums %s' % albums)
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


STORIES = [('ours are what they were', our_files), ('an album, and one that burns', our_album), ('one is cancelled', cancelled)]


def main(build, only):
    with tdlib.Lab(build, 'tdlib-files') as place:
        place.prepare_tdlib()
        pair = Pair(place, True)
        pair.start()

        def told(story):
            return lambda: story(pair)

        return lab.run([(name, told(story)) for name, story in STORIES if not only or name in only], pair.forget)


sys.exit(main(sys.argv[1], sys.argv[2:]))
