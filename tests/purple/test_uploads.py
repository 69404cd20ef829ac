#!/usr/bin/env python3
"""Files that the user sends: by commands, out of a text, by Send File.

usage: test_uploads.py BUILD [STORY...]
"""
import os
import re
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lab'))
import lab  # noqa: E402
from media import homes, opus  # noqa: E402

STORIES = lab.Stories('uploads')
with_home = homes(STORIES, TMPDIR='%s')
PICTURES = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'data', 'pictures')
TURNED = os.path.join(PICTURES, 'turned.jpg')


def write(folder, name, data=b'x'):
    path = os.path.join(folder, name)
    with open(path, 'wb') as f:
        f.write(data)
    return path


@with_home()
def not_sent(place, us, companion, home):
    """Each reason is a sentence that names the file; the caption comes back below it"""
    write(home, 'empty.bin', b'')
    write(home, 'picture.jpg', b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>')
    write(home, 'bomb.png', b'\x89PNG\r\n\x1a\n\0\0\0\rIHDR' + 2 * (60000).to_bytes(4, 'big') + bytes(230))
    write(home, 'cut.jpg', open(TURNED, 'rb').read()[:300])
    os.mkfifo(os.path.join(home, 'pipe'))
    for typed, reason in (
            ('file nowhere.txt', r'nowhere\.txt is not there\.'),
            ('file ~/nowhere.txt', r'nowhere\.txt is not there\.'),
            ('file ' + home, r'home is a folder\.'),
            ('photo empty.bin', r'empty\.bin is empty\.'),
            ('file pipe', r'pipe cannot be read\.'),
            ('photo picture.jpg', r'picture\.jpg is not a picture that can be shown\. /file sends it as it is\.'),
            ('photo cut.jpg', r'cut\.jpg is not a picture that can be shown\. /file sends it as it is\.'),
            ('photo bomb.png', r'bomb\.png is too large a picture to be made smaller here\. /file sends it as it is\.')):
        us.send('cmd secret %s | look & see' % typed)
        us.hears(r'line secret.* system: Not sent: %s<BR>look & see$' % reason)
    for name in ('file', 'photo'):
        us.send('cmd secret ' + name)
        us.hears('line secret.* system: This is not how the command is written:<BR>/%s path' % name)
    us.send('cmd secret files')
    us.hears(r'line secret.* system: No file of this chat is being sent or saved\.$')
    us.send('insert secret see {} there')
    us.hears(r'line secret.* system: Not sent: what was put into the text is no picture that can be read\.<BR>see +there$')


@with_home()
def not_sent_later(place, us, companion, home):
    """MT-H16: what shows on its way: too large, refused, the program's end by its own or by a kill; each names the file, with
    the caption below it, once"""
    def fails(us, name, reason):
        us.hears(r'line secret.* system: Not sent: %s<BR>look$' % (reason % re.escape(name)))
    large = write(home, 'large.iso')
    os.truncate(large, (2000 << 20) + 1)  # sparse
    us.send('cmd secret file large.iso | look')
    fails(us, 'large.iso', r'%s is larger than 2000 MiB\.')
    os.unlink(large)
    place.dc.control('error upload.saveFilePart 0 400 SOMETHING')
    write(home, 'odd.bin', bytes(1000))
    us.send('cmd secret file odd.bin | look')
    fails(us, 'odd.bin', r'the server refused %s\.')
    place.dc.control('reset')
    for kill in (False, True):
        place.dc.control('delay upload.saveFilePart 600000')
        for name in ('first.bin', 'second.bin', 'third.bin'):
            write(home, name, bytes(2000000 if name == 'first.bin' else 9))
            us.send('cmd secret file %s | look' % name)
            us.hears(r'line secret.* send: \[file \d+, .*: %s\] look$' % re.escape(name))
        if kill:
            us.kill()
        else:
            us.send('quit')
            us.hears('over')
            us.process.wait(lab.PATIENCE)
        place.dc.control('reset')
        us = place.headless('purple', env=dict(os.environ, HOME=home, TMPDIR=home))
        us.hears('signed-on')
        us.send('open secret')
        for name in ('first.bin', 'second.bin', 'third.bin'):
            fails(us, name, r'this program ended while %s was on its way\.')
        us.never('.*Not sent', 1)
    companion.never('(message|with) .*')


def comes(companion, text, kind, home, album=False):
    """What the companion has of a file: its bytes, its name, and the words that say what it is; in an album or alone"""
    id = companion.hears(r'message (-?\d+) 0 %s$' % text).group(1)
    with_what = companion.hears(r'with (%d .*)$' % kind).group(1)
    companion.send('save %s %s' % (id, os.path.join(home, 'there')))
    heard = companion.hears('in an album$|saved (.*)$')
    if (heard.string == 'in an album') != album:
        raise lab.Gone('%s: %s' % (text, heard.string))
    with open((companion.hears('saved (.*)$') if album else heard).group(1), 'rb') as f:
        return f.read(), with_what


PHOTO, VIDEO, MUSIC, VOICE, FILE = 2, 3, 4, 5, 6


@with_home()
def sent(place, us, companion, home):
    """What each command makes of a file, and what the other side has of it"""
    os.mkdir(os.path.join(home, 'there'))
    us.send('cmd secret photo %s | look *here*' % TURNED)
    us.hears(r'line secret.* send: \[photo 1, 200×300, \d.* kB\] look \*here\*$')
    data, what = comes(companion, r'look \*here\*', PHOTO, home)
    if b'SECRET' in data or b'Exif' in data or not what.startswith('2 200 300 %d' % len(data)):
        raise lab.Gone('a photo is %s' % what)
    write(home, 'a b.txt', b'hello')
    us.send('cmd secret file "a b.txt" | read')
    us.hears(r'line secret.* send: \[file 2, 5 bytes: a b\.txt\] read$')
    for typed, number in (('show 1', 1), ('play 1', 1), ('save 2', 2), ('save 1 ' + home, 1)):
        us.send('cmd secret ' + typed)
        us.hears(r'line secret.* system: The file of message %d is your own: what you send is not kept here\.$' % number)
    data, what = comes(companion, 'read', FILE, home)
    if data != b'hello' or what != '6 0 0 5 a b.txt':
        raise lab.Gone('a file is %s' % what)
    us.send('cmd secret file ' + TURNED)
    us.hears(r'line secret.* system: turned\.jpg is sent as it is, with what may stand in it beside the picture: ')
    us.hears(r'line secret.* send: \[file 3, .*: turned\.jpg\]$')
    data, what = comes(companion, '', FILE, home)
    with open(TURNED, 'rb') as f:
        if f.read() != data or not what.endswith(' turned.jpg'):
            raise lab.Gone('a picture as a file is %s' % what)


def frame(kind, text):
    return kind + len(text).to_bytes(4, 'big') + bytes(2) + text


@with_home()
def music(place, us, companion, home):
    """SC-H11: what an MP3 says it is called and by whom, and how long it is; it is saved under its own name"""
    os.mkdir(os.path.join(home, 'there'))
    tags = frame(b'TPE1', b'\0Caf\xe9') + frame(b'TIT2', b'\1' + '\ufeffÜber'.encode('utf-16-le'))
    sound = (b'\xff\xfb\x90\0' + bytes(413)) * 383
    whole = b'ID3\3\0\0\0\0\0' + bytes([len(tags)]) + tags + sound
    us.send('cmd secret file ' + write(home, 'a b.bin', whole))
    us.hears(r'line secret.* send: \[audio 1, 0:10, 160 kB: a b\.bin\]$')
    data, what = comes(companion, '', MUSIC, home)
    if data != whole or what != '4 0 0 %d Café – Über' % len(whole) or os.listdir(home + '/there') != ['a b.bin']:
        raise lab.Gone('music is %s, %s' % (what, os.listdir(home + '/there')))


@homes(STORIES, XDG_DATA_HOME='%s')()
def what_it_is(place, us, companion, home):
    """SC-H11: a file is said to be what its bytes show, else what its name says, and of its name never what its bytes would
    show"""
    with open(TURNED, 'rb') as f:
        jpeg = f.read()
    os.mkdir(os.path.join(home, 'mime'))  # where the system has no such list
    write(home, 'mime/globs2', b'50:text/plain:*.txt\n50:application/pdf:*.pdf\n50:application/zip:*.zip\n'
          b'50:image/png:*.png\n50:audio/ogg:*.ogg\n50:video/quicktime:*.mov\n')
    for n, (name, data, mime) in enumerate((
            ('a.txt', b'hello', 'text/plain'), ('A B.PDF', b'hello', 'application/pdf'), ('a.zip', b'hello', 'application/zip'),
            ('none', b'hello', 'application/octet-stream'), ('a.png', b'hello', 'application/octet-stream'),
            ('a.ogg', b'hello', 'application/octet-stream'), ('a.mov', b'hello', 'application/octet-stream'),
            ('b.txt', jpeg, 'image/jpeg'),
            ('IMG_1.HEIC', b'\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'image/heic'),
            ('IMG_2.MOV', b'\0\0\0\x14ftypqt  \0\0\0\0qt  ', 'video/quicktime'),
            ('IMG_3', b'\0\0\0\x14ftypcrx \0\0\0\1crx ', 'application/octet-stream')), 1):
        us.send('cmd secret file ' + write(home, name, data))
        us.hears(r'line secret.* send: \[file %d, ' % n)
        companion.send('mime %s' % companion.hears(r'message (-?\d+) 0 ').group(1))
        said = companion.hears('mime (.*)$').group(1)
        if said != mime:
            raise lab.Gone('%s is said to be %s' % (name, said))


@with_home()
def of_a_text(place, us, companion, home):
    """SC-H17: pictures in a text are an album, the text is the first one's; a text that follows them passes"""
    os.mkdir(os.path.join(home, 'there'))
    us.send('insert secret {%s}see{%s} this ' % (TURNED, os.path.join(PICTURES, 'clear.png')))
    us.hears(r'line secret.* send: \[photo 1, no\. 1 of an album, 200×300, .*\] see this$')
    us.hears(r'line secret.* send: \[photo 2, no\. 2 of an album, 60×40, .*\]$')
    for typed in ('save album 1', 'show album 2'):
        us.send('cmd secret ' + typed)
        us.hears(r'line secret.* system: The file of message %s is your own: ' % typed[-1])
    comes(companion, 'see this', PHOTO, home, album=True)
    comes(companion, '', PHOTO, home, album=True)


@with_home()
def timed(place, us, companion, home):
    """SC-G4, SC-G7: an own photo or voice message with a timer goes when the other side has opened it and its time is over,
    not when it was read; a file, which is seen at once, when that was read; /ttl says so"""
    us.send('cmd secret ttl 2s')
    companion.hears('notice ttl-by-peer 2$')
    def begins():
        us.send('cmd secret ttl')
        return us.hears(r'line secret.* system: .*your message: disappears (in|2 seconds after it is .*)[^<>]*$').group(1)

    def is_read():
        us.send('cmd secret secret info')
        return us.hears(r'line secret.* system: .*Your last messages:.*').string.endswith(': read')
    sound = opus(os.path.join(home, 'a.ogg'))
    for typed, line in (('photo %s | burns' % TURNED, r'\[photo \d+, 200×300, .*\] burns'),
                        ('file %s | burns' % sound, r'\[voice message \d+, .*\] burns'),
                        ('file %s | burns' % write(home, 'a.txt'), r'\[file \d+, .*: a\.txt\] burns')):
        us.send('cmd secret ' + typed)
        us.hears('line secret.* send: ' + line)
        number = companion.hears(r'message (-?\d+) 2 burns$').group(1)
        begin = begins()
        companion.send('read')
        if 'a.txt' not in typed:
            lab.until(is_read, 'that it was read')
            if (begin, begins()) != 2 * ('2 seconds after it is opened',):
                raise lab.Gone('it does not wait: ' + begin)
            companion.send('open ' + number)
        elif begin != '2 seconds after it is read':
            raise lab.Gone('it waits for more: ' + begin)
        us.loses('burns')
        companion.hears('expired 1$')


@with_home('--as', 'pidgin')
def by_its_window(place, us, companion, home):
    """SC-G7: Send File: its dialog, its progress, its Stop; what cannot be sent says why; nothing stays of what is deleted"""
    path = write(home, 'large.bin', os.urandom(3000000))
    place.dc.control('delay upload.saveFilePart 150')
    us.send('sendfile secret')
    us.hears('file dialog')
    us.send('choose ' + path)
    us.hears('xfer shown large.bin')
    us.hears(r'line secret.* send: \[file 1, 3\.0 MB: large\.bin\]')
    for some in ('[1-3]', '[4-6]', '[7-9]'):  # it goes on as the file does
        us.hears('xfer %s[0-9]%%$' % some)
    us.hears(r'xfer 100% whole')
    us.hears('xfer gone')
    companion.hears(r'with 6 0 0 3000000 large\.bin$')
    us.send('cmd secret delete')
    companion.hears('gone 1$')
    us.loses('large.bin')  # not in a line of libpurple's own either
    us.send('sendfile secret')
    us.hears('file dialog')
    us.send('choose')
    us.hears('xfer gone')
    place.dc.control('delay upload.saveFilePart 60000')
    us.send('sendfile secret ' + path)
    us.hears(r'line secret.* send: \[file 2, 3\.0 MB: large\.bin\]')
    us.send('stop')
    us.hears(r'line secret.* system: Not sent: you stopped large\.bin\.$')
    us.hears('xfer gone')
    us.send('sendfile secret ' + path)
    us.hears(r'line secret.* send: \[file 3, 3\.0 MB: large\.bin\]')
    us.send('cmd secret files')
    us.hears(r'line secret.* system: File 3: .* of 3\.0 MB are sent\.')
    us.send('cmd secret cancel last')  # not the one that is sent already
    us.hears(r'line secret.* system: Not sent: you stopped large\.bin\.$')
    us.hears('xfer gone')
    us.send('sendfile secret ' + path)
    us.hears(r'line secret.* send: \[file 4, 3\.0 MB: large\.bin\]')
    us.send('cmd secret delete 4')
    us.hears('xfer gone')
    us.send('sendfile-stop secret ' + path)  # while a worker looks at it
    us.hears(r'line secret.* system: Not sent: you stopped large\.bin\.$')
    us.hears('xfer gone')
    us.send('sendfile secret ' + write(home, 'none.bin', b''))
    us.hears(r'line secret.* system: Not sent: none\.bin is empty\.')
    us.hears('xfer gone')
    us.send('sendfile secret ' + path)
    us.hears(r'line secret.* send: \[file \d, 3\.0 MB: large\.bin\]')
    us.send('disable')
    us.hears('xfer gone')


@with_home()
def in_turn(place, us, companion, home):
    """MT-H28: that others go before it is said where one asks; by itself when it lasts"""
    place.dc.control('delay upload.saveFilePart 600000')
    for n in '123':
        us.does('send secret /file %s' % write(home, n + '.bin', n.encode() * 9))
        us.hears(r'line secret.* send: \[file %s, 9 bytes: %s\.bin\]' % (n, n))
    begun = time.time()
    us.send('cmd secret files')
    us.hears(r'line secret.* system: .*File 3 waits: others go before it\.')
    us.hears(r'line secret.* system: File 3 waits: others go before it\.$')
    if time.time() < begun + 8:
        raise lab.Gone('it is said too soon')


@with_home('--as', 'pidgin')
def said_once(place, us, companion, home):
    """What fails is said once: by the transfer where the chat knows nothing of it, though its window is open; else by the
    chat, and if it has no window, when it has one"""
    path = write(home, 'a.bin', b'hello')
    us.send('onto secret @Bob ' + path)
    us.hears(r'notify File transfer to .*: Not sent: the entry of this secret chat stands together with another one\.$')
    us.hears('xfer gone')
    us.hears('line secret.* system: The entry of this secret chat was put together')
    companion.send('close')
    us.hears('line secret.* system: .* ended ')
    us.send('menu @Bob Start secret chat')
    companion.hears('secret -?[0-9]+ requested')
    us.send('sendfile secret ' + path)
    us.hears(r'line secret.* send: \[file 1, 5 bytes: a\.bin\]')
    us.does('close secret')
    write(home, 'a.bin', b'changed')
    companion.send('accept')
    us.hears('xfer gone')
    us.send('open secret')
    us.hears(r'line secret.* system: Not sent: a\.bin changed while it was being read\.$')
    us.never(r'(notify|line secret.* system:).*Not sent')


GONE = r'Not sent: %s is not there\.'


@with_home('--as', 'pidgin')
def said_without_a_window(place, us, companion, home):
    """What a worker finds wrong with a file is said at once, where the chat has no window that could say it and nothing is
    kept until it has one; once, also after a new start"""
    us.does('close secret')
    us.send('sendfile-gone secret ' + write(home, 'a.bin', b'hello'))
    us.hears('notify File transfer to .*: ' + GONE % r'a\.bin' + '$')
    us.hears('xfer gone')
    us.send('windows all')
    us.hears('windows 0$')
    us.send('open secret')
    us.never('line secret.* system:.*Not sent')
    us.send('sendfile-gone secret ' + write(home, 'a.bin', b'hello'))  # its window says it
    us.hears('line secret.* system: ' + GONE % r'a\.bin' + '$')
    us.hears('xfer gone')
    us.never('notify .*Not sent')


@with_home('--as', 'finch')
def said_without_a_window_in_finch(place, us, companion, home):
    """... by whatever way it was given; a caption is kept, over the program's end, too"""
    us.does('close secret')
    us.send('sendfile-list secret')
    us.hears(r'input Which file\?')
    us.send('answer ~/none.txt')
    us.hears('notify ' + GONE % r'none\.txt' + ' *: *$')
    us.send('sendfile-list secret')
    us.hears(r'input Which file\?')
    us.send('answer ~/none.txt | look')
    us.never('notify .*Not sent')
    us.send('quit')
    us.hears('over')
    us.process.wait(lab.PATIENCE)
    again = place.headless('purple', '--as', 'finch', env=dict(os.environ, HOME=home))
    again.hears('signed-on')
    again.send('open secret')
    again.hears('line secret.* system: .*Not sent: .*<BR>look$')
    again.never('Not sent')


@with_home('--as', 'bitlbee')
def said_in_bitlbee(place, us, companion, home):
    """... in BitlBee, which has no windows, in a line"""
    us.does('close secret')
    us.send('sendfile-gone secret ' + write(home, 'a.bin', b'hello'))
    us.hears('line secret.* system: .*Not sent: .* is empty')


@with_home('--as', 'finch')
def caption_of_who_goes(place, us, companion, home):
    """A worker is at it when the account ends, and no window is left: the caption stands in a dialog that goes with the
    account, whatever way the file was given"""
    us.send('leaving insert secret look {%s} there' % TURNED)
    us.hears(r'notify Not sent: .*\|look +there: $')
    us.send('enable')
    us.hears('signed-on')
    us.send('sendfile-list secret')
    us.hears(r'input Which file\?')
    us.send('leaving answer %s | look' % write(home, 'a.txt'))
    us.hears(r'notify Not sent: .*\|look: $')
    us.hears('xfer gone')
    us.send('delete')
    us.hears('told-closed')
    us.hears('told-closed')


@with_home('--as', 'bitlbee')
def caption_of_who_goes_in_bitlbee(place, us, companion, home):
    """... in BitlBee, where it would be a line of the control channel and its log, the reason alone is told"""
    us.send('leaving insert secret look {%s} there' % TURNED)
    if 'look' in us.hears('notify Not sent: .*').string:
        raise lab.Gone('the caption is told')
    us.never('look')


@with_home('--as', 'pidgin')
def called_like_a_window(place, us, companion, home):
    """Somebody whom the user calls as conversations are called inside: no line about a transfer comes to that window"""
    us.send('buddies')
    chat = us.hears(r'buddy (secret-?\d+) ').group(1)
    us.does('call @Bob ' + chat)
    us.send('buddies')
    bob = us.hears(r'buddy (id\d+) %s ' % chat).group(1)
    us.send('sendfile %s %s' % (bob, write(home, 'a.txt')))
    us.hears('notify File transfer to "%s" failed.: Not sent: files and pictures are sent in secret chats only' % chat)
    us.hears('xfer gone')
    us.never('line secret.*transfer')


@with_home('--as', 'finch')
def by_a_path(place, us, companion, home):
    """Finch's own dialogs for files crash: a path is asked for"""
    write(home, 'a.txt', b'hello')
    us.send('sendfile secret')
    us.hears(r'input Which file\? It is sent as it is\.')
    us.send('answer ~/a.txt')
    us.hears(r'line secret.* send: \[file 1, 5 bytes: a\.txt\]')
    us.hears('xfer gone')
    companion.hears(r'with 6 0 0 5 a\.txt$')
    for typed, answer in (('~/a.txt | look & *see*', r'send: \[file 2, 5 bytes: a\.txt\] look & \*see\*$'),
                          ('"a.txt"|look', r'send: \[file 3, 5 bytes: a\.txt\] look$'),
                          ('~/none.txt | look & see', r'system: (?:\*\*\* )?Not sent: none\.txt is not there\.<BR>look & see$'),
                          ('~ | look', r'system: (?:\*\*\* )?Not sent: .* is a folder\.<BR>look$')):
        us.send('sendfile secret')
        us.hears(r'input Which file\?')
        us.send('answer ' + typed)
        us.hears('line secret.* ' + answer)
    companion.hears(r'message .* look & \*see\*$')
    companion.hears('message .* look$')


@with_home()
def nobody_there(place, us, companion, home):
    """A contact without a secret chat: what to do"""
    write(home, 'a.txt')
    us.send('open @Bob')
    us.send('insert @Bob see {%s}' % TURNED)
    us.hears(r'line id\d+ system: Not sent: files and pictures are sent in secret chats only\. Type /secret .*<BR>see$')
    us.send('sendfile @Bob %s/a.txt' % home)
    us.hears(r'(?i)notify.*Not sent: files and pictures are sent in secret chats only')
    us.hears('xfer gone')
    us.send('sendfile @Bob')
    us.hears(r'(?i)notify.*Not sent: files and pictures are sent in secret chats only')
    us.hears('xfer gone')


@with_home('--as', 'bitlbee')
def not_in_bitlbee(place, us, companion, home):
    """The disk is not the user's own, which help says; what comes by DCC leaves no copy, sent or not"""
    for command, what in (('photo', 'not here.* send the picture to this person by DCC'), ('save', '.*of the machine that BitlBee'),
                          ('file', 'not here.* send the file to this person by DCC'), ('play', 'BitlBee has no sound')):
        us.send('send secret /help ' + command)
        us.hears(r'line secret.* \*\*\* /%s[ 0-9]*: %s' % (command, what))
    us.send('send secret /photo %s' % TURNED)
    us.hears(r'line secret.* Not sent: BitlBee runs for several people, and its files are not yours')
    us.send('sendfile secret ' + write(home, 'empty.bin', b''))
    us.hears('copy gone')
    us.hears(r'line secret.* Not sent: empty\.bin is empty\.')
    us.hears('xfer gone')
    us.send('sendfile @Bob ' + write(home, 'for nobody.txt', b'hello'))
    us.hears('notify Not sent: files and pictures are sent in secret chats only')  # below a title: else "(null)"
    us.hears('copy gone')
    us.hears('xfer gone')
    os.mkdir(os.path.join(home, 'there'))
    us.send('sendfile secret ' + write(home, 'a.txt', b'hello'))
    us.hears('copy gone')
    if comes(companion, '', FILE, home) != (b'hello', '6 0 0 5 a.txt'):
        raise lab.Gone('not that file')
    us.hears('xfer gone')
    us.send('sendfile secret ' + TURNED)
    us.hears('copy gone')
    data, what = comes(companion, '', PHOTO, home)
    if b'SECRET' in data:
        raise lab.Gone('it says where it was taken')
    us.hears('xfer gone')
    if [name for name in os.listdir(home) if name.startswith('bitlbee') and os.listdir(os.path.join(home, name))]:
        raise lab.Gone('a copy stays')


sys.exit(STORIES.run([('sent', sent), ('music', music), ('what it is', what_it_is), ('of a text', of_a_text), ('timed', timed), ('by its window', by_its_window), ('in turn', in_turn), ('said once', said_once), ('said without a window', said_without_a_window),
    ('said without a window in Finch', said_without_a_window_in_finch), ('said in BitlBee', said_in_bitlbee), ('caption of who goes', caption_of_who_goes), ('caption of who goes in BitlBee', caption_of_who_goes_in_bitlbee), ('called like a window', called_like_a_window), ('by a path', by_a_path), ('not sent', not_sent), ('not sent later', not_sent_later), ('nobody there', nobody_there), ('not in BitlBee', not_in_bitlbee)]))
