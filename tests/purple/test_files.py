#!/usr/bin/env python3
"""Files of the other side: what their lines say, and where they are saved.

usage: test_files.py BUILD [STORY...]
"""
import os
import resource
import stat
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lab'))
import lab  # noqa: E402
from media import beside, homes, png, public, sends  # noqa: E402

STORIES = lab.Stories('files')
with_home = homes(STORIES, XDG_CONFIG_HOME='%s/.config')


def whole(path, size):
    with open(path, 'rb') as f:
        data = f.read()
    if data != bytes(i % 251 for i in range(size)):
        raise lab.Gone('%s has %d other bytes' % (path, len(data)))
    mode = stat.S_IMODE(os.stat(path).st_mode)
    if mode != 0o600:
        raise lab.Gone('%s has mode %o' % (path, mode))


def there(folder, *names):
    got = sorted(os.listdir(folder)) if os.path.isdir(folder) else []
    if got != sorted(names):
        raise lab.Gone('%s has %s' % (folder, got))


@with_home()
def saved(place, us, companion, home):
    """SC-H7, SC-H12: among the downloads, in a folder, under a name; nothing is overwritten"""
    sends(place, companion, 'photo', 'look', 90000)
    us.hears(r'line secret.* recv: \[photo 1, 640×480, 90 kB\] look$')
    us.hears(r'line secret.* system: To see it, type .show 1: .* To save it, type /save 1: ')
    us.send('cmd secret save 1')
    us.hears(r'line secret.* system: File 1 \(90 kB\) is being saved\. /cancel 1 stops it\.$')
    us.hears(r'line secret.* system: File 1 is saved, unencrypted, as %s/Downloads/photo-1\.jpg$' % home)
    whole(home + '/Downloads/photo-1.jpg', 90000)
    sends(place, companion, 'file', '../../a b.txt', 300000)
    us.hears(r'line secret.* recv: \[file 2, 300 kB: a b\.txt\]$')
    for typed, name in (('save 2', '/Downloads/a b.txt'), ('save 2', '/Downloads/a b (2).txt'),
                        ('save 2 ~', '/a b.txt'), ('save last %s/x y.bin' % home, '/x y.bin'),
                        ('save #2 x y.bin', '/x y (2).bin'),
                        ('save 2 "x y.bin"', '/x y (3).bin'), ('save 2 x "y".bin', '/x "y".bin')):
        us.send('cmd secret ' + typed)
        got = us.hears(r'line secret.* system: File 2 is saved, unencrypted, as (.*)$').group(1)
        if got != home + name:
            raise lab.Gone('%s: %s' % (typed, got))
        whole(got, 300000)
    there(home + '/Downloads', 'photo-1.jpg', 'a b.txt', 'a b (2).txt')


@with_home()
def how(place, us, companion, home):
    """Where no line has links, the first file of a start says how it is had, and the first picture, whatever came before"""
    for kind, told in (('file', r'To save it, type /save 1: '), ('photo', 'To see it, type /show 2: '), ('file', None),
                       ('photo', None)):
        sends(place, companion, kind, 'x', 1000)
        us.hears(r'line secret.* recv: \[%s ' % kind)
        if told:
            us.hears('line secret.* system: ' + told)
        else:
            us.never('line secret.* system: To s')


KINDS = (('photo', 'look', r'photo %s, 640×480, 1\.0 kB\] look'),
         ('video', 'look', r'video %s, 320×240, 0:07, 1\.0 kB\] look'),
         ('gif', 'look', r'GIF %s, 1\.0 kB\] look'),
         ('audio', 'look', r'audio %s, 0:07, 1\.0 kB: A title – A title\] look'),
         ('voice', '12', r'voice message %s, 0:12, 1\.0 kB\]'),
         ('round', 'look', r'video message %s, 240×240, 0:07, 1\.0 kB\] look'),
         ('file', 'a.txt', r'file %s, 1\.0 kB: a\.txt\]'),
         ('sticker', '\U0001f44d', '\\[sticker %s, 1\\.0 kB: \U0001f44d\\]'))


@with_home()
def each_kind(place, us, companion, home):
    """SC-H11, SC-H13, SC-I3, SC-G4: each kind says what it is, with its caption, what it answers, and its timer"""
    us.send('send secret the question')
    asked = int(companion.hears(r'message (-?\d+) 0 the question$').group(1))
    for ttl in (0, 60):
        beside(companion, answers=asked)
        for kind, name, line in KINDS:
            sends(place, companion, kind, name, 1000, ttl)
            us.hears(r'line secret.* recv: ↩ the question(<BR>|.)\[?%s' % (line % r'\d+'))
            us.send('cmd secret ttl')
            us.hears('line secret.* system: Self-destruct timer: off%s' % ('<BR>.*to you: disappears 1 minute after you %s it$' % ('see' if kind in ('file', 'sticker') else 'open') if ttl else '$'))
            us.send('cmd secret save last')
            us.hears('line secret.* system: ' + (r'The file of message \d+ has a timer, so it is not saved\.$' if ttl else
                                                 r'File \d+ is saved, unencrypted, as .*/Downloads/(%s-\d+\.|a\.txt$)' % ('video' if kind == 'round' else kind)))


@with_home()
def of_public_sets(place, us, companion, home):
    """SC-H14, SC-M32: a sticker of a public set is asked for when somebody wants it, and not before; those that move are saved;
    SC-H18: each goes on as what it is"""
    first = companion.info()['chat']
    for number, (mime, name) in enumerate((('image/webp', 'webp'), ('application/x-tgsticker', 'tgs'), ('video/webm', 'webm')), 1):
        public(place, companion, 9000 + number, mime)
        us.hears('line secret.* recv: \\[sticker %d, 9\\.0 kB: \U0001f44d\\]$' % number)
        us.send('cmd secret save %d' % number)
        us.hears(r'line secret.* system: File %d is saved, unencrypted, as %s/Downloads/sticker-%d\.%s$' % (number, home, number, name))
        whole(home + '/Downloads/sticker-%d.%s' % (number, name), 9000 + number)
    us.send('cmd secret show 3')
    us.hears(r'line secret.* system: Message 3 cannot be shown here: it is not a picture\.')
    place.dc.control('stickers gone')
    us.send('cmd secret show 1')
    us.hears(r'line secret.* system: Message 1 is not shown: the server does not have its file any more\.')
    place.dc.control('stickers true')
    public(place, companion, 1024 * 1024 + 1)
    us.hears('line secret.* recv: \\[sticker: \U0001f44d\\]$')
    us.send('cmd secret forward 4 bob')
    us.hears(r'line secret.* system: There is no other open secret chat')
    place.start(us, companion)
    us.send('cmd secret%s forward 4 #2' % first)
    us.hears(r'line secret.* system: Message 4 has no file from Bob Bb.* that could be forwarded')
    for number, name in enumerate(('webp', 'tgs', 'webm'), 1):
        us.send('cmd secret%s forward %d #2' % (first, number))
        us.hears(r'line secret.* system: The file of message %d is forwarded to Bob Bb.*, into secret chat 2\.$' % number)
        us.hears('line secret.* send: \\[sticker %d, 9\\.0 kB: \U0001f44d\\]$' % number)
        came = companion.hears(r'message (-?\d+) 0 ').group(1)
        companion.hears('with [0-9]+ 0 0 %d \U0001f44d$' % (9000 + number))
        companion.send('save %s %s' % (came, home))
        companion.hears('saved %s/nameless.%s$' % (home, name))
        whole('%s/nameless.%s' % (home, name), 9000 + number)


def saves(us, typed, *numbers):
    us.send('cmd secret save ' + typed)
    for number in numbers:
        us.hears(r'line secret.* system: File %d \(.*\) is being saved\. /cancel %d stops it\.$' % (number, number))
    for number in numbers:
        us.hears(r'line secret.* system: File \d is saved, unencrypted, as ')


@with_home()
def what_it_is(place, us, companion, home):
    """SC-H12: a photo is called by what its bytes are, if they are a picture's, and as its sender or its type says else"""
    picture = png(os.path.join(place.directory, 'a.png'), (640, 480), (9, 8, 7))
    for number, (kind, name, what, called) in enumerate((('photo', 'a', picture, 'photo-1.png'), ('photo', 'b', 90, 'photo-2.jpg'),
                                                         ('file', 'own.jpg', picture, 'own.jpg')), 1):
        sends(place, companion, kind, name, what)
        us.hears('line secret.* recv: .%s %d' % (kind, number))
        us.send('cmd secret save %d' % number)
        got = us.hears(r'line secret.* system: File %d is saved, unencrypted, as (.*)$' % number).group(1)
        if got != '%s/Downloads/%s' % (home, called):
            raise lab.Gone(got)
    us.send('cmd secret save 1 ~/mine.jpg')
    us.hears(r'line secret.* system: File 1 is saved, unencrypted, as %s/mine\.jpg$' % home)


@with_home()
def albums(place, us, companion, home):
    """SC-H17: what is of an album says so, and all of it is saved at once; what is missing takes nothing along"""
    us.send('cmd secret save album')
    us.hears(r'line secret.* system: Bob Bb has sent no album in this chat\.$')
    beside(companion, album=5)
    sends(place, companion, 'photo', 'first', 1000)
    us.hears(r'line secret.* recv: \[photo 1, no\. 1 of an album, 640×480, 1\.0 kB\] first$')
    sends(place, companion, 'file', 'b.txt', 2000)
    us.hears(r'line secret.* recv: \[file 2, no\. 2 of an album, 2\.0 kB: b\.txt\]$')
    sends(place, companion, 'photo', 'third', 3000)
    us.hears(r'line secret.* recv: \[photo 3, no\. 3 of an album, 640×480, 3\.0 kB\] third$')
    beside(companion)
    sends(place, companion, 'photo', 'alone', 4000)
    us.hears(r'line secret.* recv: \[photo 4, 640×480, 4\.0 kB\] alone$')
    saves(us, 'album 2', 1, 2, 3)
    there(home + '/Downloads', 'photo-1.jpg', 'b.txt', 'photo-3.jpg')
    saves(us, 'album ~', 1, 2, 3)
    whole(home + '/b.txt', 2000)
    for typed, answer in (('album 4', r'Message 4 is not part of an album\.'), ('album #4 ~', r'Message 4 is not part of an album\.'),
                          ('album 9', 'There is no message 9 '), ('albums', 'No message begins with "albums"'),
                          ('"album"', 'No message begins with "album"')):
        us.send('cmd secret save ' + typed)
        us.hears('line secret.* system: ' + answer)
    beside(companion, album=5)  # begins anew
    sends(place, companion, 'photo', 'fifth', 5000, 60)
    us.hears(r'line secret.* recv: \[photo 5, no\. 4 of an album, 640×480, 5\.0 kB\] fifth')
    us.send('cmd secret save album')
    for number in (1, 2, 3):
        us.hears('line secret.* system: File %d .* is being saved' % number)
    us.hears(r'line secret.* system: The file of message 5 has a timer, so it is not saved\.$')


@with_home()
def not_saved(place, us, companion, home):
    """DECISIONS 31; MT-H28: what is not saved says why, and nothing is kept"""
    sends(place, companion, 'photo', 'soon gone', 1000, 10)
    us.hears(r'line secret.* recv: \[photo 1, 640×480, 1\.0 kB\] soon gone')
    us.send('cmd secret save 1')
    us.hears(r'line secret.* system: The file of message 1 has a timer, so it is not saved\.$')
    companion.send('say text')
    us.hears('line secret.* recv: text$')
    us.send('cmd secret save 2')
    us.hears(r'line secret.* system: Message 2 has no file that can be saved\.$')
    us.send('cmd secret save last')
    us.hears(r'line secret.* system: The file of message 1 has a timer, so it is not saved\.$')
    us.send('cmd secret save')
    us.hears('line secret.* system: This is not how the command is written:<BR>/save')
    us.send('cmd secret cancel 2')
    us.hears(r'line secret.* system: No file of message 2 is being saved or sent\.$')
    sends(place, companion, 'file', 'x', 5000000)
    us.hears(r'line secret.* recv: \[file 3, 5\.0 MB: x\]$')
    us.send('cmd secret save 3 nowhere/at/all')
    us.hears(r'line secret.* system: File 3 is not saved: there is no such folder\.$')
    place.dc.control('files short')
    us.send('cmd secret save 3')
    us.hears(r'line secret.* system: File 3 is not saved: what came is not the file that was announced\. Nothing was kept\.$')
    place.dc.control('files gone')
    us.send('cmd secret save 3')
    us.hears(r'line secret.* system: File 3 is not saved: the server does not have it any more\. Nothing was kept\.$')
    place.dc.control('files true')
    place.dc.control('delay upload.getFile 100')
    us.send('cmd secret save 3')
    us.hears('line secret.* system: File 3 .* is being saved')
    us.send('cmd secret save 3')
    us.hears('line secret.* system: File 3 is being saved already')
    us.send('cmd secret cancel 3')
    us.hears(r'line secret.* system: File 3 is not saved: you stopped it\. Nothing was kept\.$')
    us.send('cmd secret save 3')
    us.hears('line secret.* system: File 3 .* is being saved')
    companion.send('delete')
    us.hears(r'line secret.* system: File 3 is not saved: its message was deleted\. Nothing was kept\.$')
    sends(place, companion, 'file', 'y', 5000000)
    us.hears(r'line secret.* recv: \[file 4, 5\.0 MB: y\]$')
    us.send('cmd secret save 4')
    us.hears('line secret.* system: File 4 .* is being saved')
    us.send('disable')
    us.hears(r'line secret.* system: File 4 is not saved: the connection was lost\. Nothing was kept\.$')
    lab.until(lambda: os.listdir(home + '/Downloads') == [], 'an empty folder')


@with_home('--as', 'pidgin')
def in_its_window(place, us, companion, home):
    """MT-H28: where a window of transfers shows what comes, how far it is; its Stop; it ends with what is saved; what is
    small does not come into it"""
    def begins(number):
        us.send('cmd secret save %d' % number)
        us.hears('line secret.* system: File %d .* is being saved' % number)

    def runs(name):
        us.hears('xfer shown %s$' % name)
        for some in ('[1-3]', '[4-6]'):
            us.hears('xfer %s[0-9]%%$' % some)
    place.dc.control('delay upload.getFile 100')
    sends(place, companion, 'file', 'small', 200000)
    us.hears(r'line secret.* recv: \[file 1, 200 kB: small\]')
    begins(1)
    us.hears('line secret.* system: File 1 is saved, unencrypted, as ')
    us.never('xfer')
    sends(place, companion, 'file', 'large', 5000000)
    us.hears(r'line secret.* recv: \[file 2, 5\.0 MB: large\]')
    begins(2)
    runs('large')
    us.hears('xfer 100% whole')
    us.hears('xfer gone')
    whole(home + '/Downloads/large', 5000000)
    begins(2)
    runs(r'large')
    us.send('stop')
    us.hears(r'line secret.* system: File 2 is not saved: you stopped it\. Nothing was kept\.$')
    us.hears('xfer gone')
    begins(2)
    runs('large')
    us.send('cmd secret cancel 2')
    us.hears(r'line secret.* system: File 2 is not saved: you stopped it\. Nothing was kept\.$')
    us.hears('xfer gone')
    begins(2)
    runs('large')
    companion.send('delete')
    us.hears(r'line secret.* system: File 2 is not saved: its message was deleted\. Nothing was kept\.$')
    us.hears('xfer gone')
    sends(place, companion, 'file', 'last', 5000000)
    us.hears(r'line secret.* recv: \[file 3, 5\.0 MB: last\]')
    begins(3)
    runs('last')
    us.send('disable')
    us.hears('xfer gone')
    there(home + '/Downloads', 'small', 'large')


@with_home()
def damaged(place, us, companion, home):
    """SC-H3, SC-H9: a file that is not what its message says, or is not there, or is there without being announced: the line
    says so, nothing is asked for, and the chat goes on"""
    sends(place, companion, 'file', 'good', 1000)
    us.hears(r'line secret.* recv: \[file 1, 1\.0 kB: good\]$')
    for number, (attached, typed, line, answer) in enumerate((
            (1, 'media file 0 x', r'\[file 2, 1\.0 kB, damaged, cannot be opened: x\]', 'The file of message 2 is damaged and cannot be opened'),
            (1, 'media photo 5 look', r'\[photo 3, 640×480, 1\.0 kB, damaged, cannot be opened\] look', 'The file of message 3 is damaged and cannot be opened'),
            (None, 'media photo 0 look', r'\[missing file\] look', 'Message 4 has nothing that can be shown'),
            (0, 'say words', r'\[missing file\] words', 'Message 5 has nothing that can be shown')), 2):
        path = os.path.join(place.directory, 'sealed')
        companion.send('seal 1000 ' + path)
        fingerprint = int(companion.hears(r'sealed (-?\d+)$').group(1))
        if attached is not None:
            place.dc.control('attach 0 %d %s' % (fingerprint ^ attached, path))
        companion.send(typed)
        us.hears('line secret.* recv: %s$' % line)
        us.send('cmd secret show %d' % number)
        us.hears('line secret.* system: ' + answer)
        us.send('cmd secret save %d' % number)
        us.hears('line secret.* system: .*(damaged|has a timer|no file that can be saved)')
    if place.dc.counts().get('upload.getFile', 0):
        raise lab.Gone('it was asked for')
    us.send('send secret and on')
    companion.hears('message .* and on$')


@with_home()
def disk_full(place, us, companion, home):
    """MT-H28: a disk that takes no more of it: why, in the system's words; nothing is kept; with room it is had"""
    sends(place, companion, 'file', 'x', 5000000)
    us.hears(r'line secret.* recv: \[file 1, 5\.0 MB: x\]$')
    unlimited = resource.prlimit(us.process.pid, resource.RLIMIT_FSIZE, (3000000, resource.RLIM_INFINITY))
    us.send('cmd secret save 1')
    us.hears(r'line secret.* system: File 1 is not saved: it could not be written \(.+\)\. Nothing was kept\.$')
    lab.until(lambda: os.listdir(home + '/Downloads') == [], 'an empty folder')
    resource.prlimit(us.process.pid, resource.RLIMIT_FSIZE, unlimited)
    us.send('cmd secret save 1')
    us.hears('line secret.* system: File 1 is saved, unencrypted, as ')
    whole(home + '/Downloads/x', 5000000)


def listed(us):
    us.send('buddies')
    lines = []
    while not lines or lines[-1] != 'buddies end':
        lines.append(us.hears('buddy .*|buddies end').string)
    return '\n'.join(lines)


@with_home()
def forwarded(place, us, companion, home):
    """SC-H18: a file goes on where one chat is meant, and no other could be; what has a timer goes on to nobody"""
    first = companion.info()['chat']
    sends(place, companion, 'photo', 'look', 90000)
    us.hears(r'line secret.* recv: \[photo 1, 640×480, 90 kB\] look$')

    def says(typed, answer):
        us.send('cmd secret%s forward %s' % (first, typed))
        us.hears('line secret%s system: %s' % (first, answer))
    says('1 Bob', 'There is no other open secret chat with "Bob"')
    for here in ('1', '#1'):
        says('1 ' + here, r'That is the chat in which you type\. /forward sends a file on to another one\.$')
    place.start(us, companion)
    for number, typed in ((2, '1 bob'), (3, 'last #3')):
        if number == 3:
            place.start(us, companion)
            says('1 Bob Bb', 'There are several secret chats with "Bob Bb": #2, #3\\.')
        before = place.dc.counts().get('messages.sendEncryptedFile', 0)
        says(typed, r'The file of message 1 is forwarded to Bob Bb.*, into secret chat %d\.' % number)
        companion.hears(r'with 2 640 480 90000 ')
        lab.until(lambda: place.dc.counts().get('messages.sendEncryptedFile', 0) == before + 1, 'one message')
    if place.dc.counts().get('upload.saveFilePart', 0):
        raise lab.Gone('it was uploaded')
    unknown = r'There is no secret chat with this number\. /secret list shows them\.'
    for nobody in ('Bobby', 'B', '@bob'):
        says('1 ' + nobody, 'There is no other open secret chat with "%s"' % nobody)
    for number in ('#9', '9', '0', '12345678901'):
        says('1 ' + number, unknown)
    # whoever is called so is neither that user name nor that chat
    for name, answer in (('@bob', 'There is no other open secret chat with "@bob"'), ('#9', unknown), ('9', unknown)):
        place.dc.control('profile %s first %s' % (lab.BOB, name))
        lab.until(lambda shown=name + ' Bb': shown in listed(us), 'the new name')
        says('1 ' + name, answer)
    says('1', 'This is not how the command is written:<BR>/forward 12 name')
    companion.send('chat ' + first)
    companion.send('say words')
    us.hears('line secret%s recv: words$' % first)  # what is laid at the data centre goes with the next message
    sends(place, companion, 'photo', 'soon gone', 1000, 10)
    us.hears(r'line secret%s recv: \[photo 3' % first)
    says('2 #2', 'Message 2 has no file from .* Bb that could be forwarded')
    says('3 #2', 'The file of message 3 has a timer, so it cannot be forwarded')


@with_home()
def not_open(place, us, companion, home):
    """Why a file does not go on to a chat that is not open, named by its number or by its person"""
    first = companion.info()['chat']
    sends(place, companion, 'photo', 'look', 90000)
    us.hears(r'line secret.* recv: \[photo 1, 640×480, 90 kB\] look$')

    def says(number, answer):
        for whom in (str(number), 'bob', '@bob_b'):
            us.send('cmd secret%s forward 1 %s' % (first, whom))
            us.hears('line secret%s system: %s' % (first, answer))
    place.dc.control('profile Bob username bob_b')
    companion.send('start ' + lab.ALICE)
    us.hears('action Bob Bb.* wants to start a secret chat')
    says(2, r'Bob Bb.* wants to start secret chat 2 with you\. /secret accept 2 accepts it\.$')
    us.send('press Accept')
    companion.hears('secret -?[0-9]+ ready')
    companion.send('close')
    us.hears('line secret.* system: .*Bob Bb ended')
    says(2, r'Secret chat 2 with Bob Bb.* has ended\.$')
    us.send('menu @Bob Start secret chat')
    us.hears('line secret.* system: Waiting for Bob')
    says(3, r'Secret chat 3 with Bob Bb.* is not ready yet\.$')


@with_home('--as', 'bitlbee')
def not_in_bitlbee(place, us, companion, home):
    """DECISIONS 13: whose disk it is not, who is there for several people, chooses no path on it"""
    sends(place, companion, 'file', 'x', 100)
    us.hears(r'line secret.* recv: .*\[file 1, 100 bytes: x\]$')
    us.hears(r'line secret.* To save it, type /save 1: it is put among the downloads of the machine that BitlBee runs on')
    us.send('send secret /save 1 ' + home)
    us.hears('line secret.* File 1 is not saved: BitlBee runs for several people')
    us.send('send secret /save 1')
    us.hears('line secret.* File 1 is saved, unencrypted, on the machine that BitlBee runs on, as %s/Downloads/x$' % home)
    there(home, *[name for name in os.listdir(home) if name.startswith('.')], 'Downloads')


sys.exit(STORIES.run([('saved', saved), ('what it is', what_it_is), ('each kind', each_kind), ('of public sets', of_public_sets), ('how', how), ('albums', albums), ('not saved', not_saved), ('in its window', in_its_window), ('damaged', damaged), ('disk full', disk_full), ('forwarded', forwarded),
                      ('not forwarded', not_open), ('not in BitlBee', not_in_bitlbee)]))
