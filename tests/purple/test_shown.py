#!/usr/bin/env python3
"""What is shown of messages with files where lines show no pictures: in memory, for another program.

usage: test_shown.py BUILD [STORY...]
"""
import glob
import os
import shutil
import stat
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lab'))
import lab  # noqa: E402
from media import beside, jpeg, marked, marks, sends  # noqa: E402

STORIES = lab.Stories('shown')
IN_MEMORY = r'line secret.* system: Message %d is in memory.*: (%s/purple-mtproto/[0-9a-f]{32}\S*)$'


def with_memory(story, *options):
    """story(place, us, companion, runtime): a chat, and a folder in memory of the test's own."""
    def story_with_memory(place):
        runtime = tempfile.mkdtemp(prefix='shown', dir='/dev/shm')
        try:
            companion = place.companion(lab.BOB)
            us = place.headless('purple', *options, env=dict(os.environ, XDG_RUNTIME_DIR=runtime))
            us.log_in(lab.ALICE)
            place.start(us, companion)
            us.send('open secret')
            story(place, us, companion, runtime)
        finally:
            shutil.rmtree(runtime)
    story_with_memory.__doc__ = story.__doc__
    return STORIES.in_lab(story_with_memory)


def shown(us, number, runtime):
    us.send('cmd secret show %d' % number)
    return us.hears(IN_MEMORY % (number, runtime)).group(1)


def in_memory(runtime):
    return glob.glob(runtime + '/purple-mtproto/*')


def leaves(runtime):
    lab.until(lambda: in_memory(runtime) == [], 'nothing in memory')


def whole(path, size):
    with open(path, 'rb') as f:
        if f.read() != bytes(i % 251 for i in range(size)):
            raise lab.Gone('%s has other bytes' % path)
    mode = stat.S_IMODE(os.stat(path).st_mode), stat.S_IMODE(os.stat(os.path.dirname(path)).st_mode)
    if mode != (0o600, 0o700):
        raise lab.Gone('%s has modes %o, %o' % (path, *mode))


@with_memory
def timed(place, us, companion, runtime):
    """SC-G4, SC-G7, DECISIONS 31: in memory from when it is asked for, overwritten and gone when its time is over"""
    sends(place, companion, 'photo', 'burns', 300000, 4)
    us.hears(r'line secret.* recv: \[photo 1, 640×480, 300 kB\] burns')
    us.hears(r'line secret.* system: To open it, type /show 1: its time begins then\. It cannot be saved\.$')
    us.send('cmd secret save 1')
    us.hears('line secret.* has a timer, so it is not saved')
    path = shown(us, 1, runtime)
    companion.hears('opened 1$')
    whole(path, 300000)
    with open(path, 'rb') as other:  # a program that has it open keeps nothing
        leaves(runtime)
        if other.read().strip(b'\0') != b'':
            raise lab.Gone('it can still be read')
    us.loses('burns')
    us.loses('To open it, type /show 1')
    us.send('cmd secret show 1')
    us.hears('line secret.* system: (No message|Message).* 1')


@with_memory
def wiped(place, us, companion, runtime):
    """SC-G7: of a picture whose time is over no byte is in this program's memory, nor of one that was deleted,
    or whose program ends"""
    picture = marked(jpeg(os.path.join(place.directory, 'burns.jpg'), (90, 90), (1, 2, 3)))
    for n, ttl in ((1, 2), (2, 0), (3, 60)):
        sends(place, companion, 'photo', 'burns', picture, ttl)
        us.hears(r'line secret.* recv: \[photo %d, .*burns' % n)
        shown(us, n, runtime)
        if ttl == 0:
            companion.send('delete')
        if ttl != 60:
            us.loses('burns')
            leaves(runtime)
            lab.until(lambda: marks(us.process.pid) == 0, 'nothing of it', show=lambda: '%d' % marks(us.process.pid))
    us.send('quit')
    leaves(runtime)


@with_memory
def long(place, us, companion, runtime):
    """SC-G4, SC-G5: what lasts longer than its timer has the time that it lasts, from when it is opened"""
    sends(place, companion, 'voice', '90', 3000, 30)
    us.hears(r'line secret.* recv: \[voice message 1, 1:30, 3\.0 kB\]')
    us.send('cmd secret play 1')
    us.hears(r'line secret.* system: Message 1 is in memory for .*, counted from now; ')
    companion.hears('opened 1$')


@with_memory
def kept(place, us, companion, runtime):
    """Without a timer, too: until it is deleted, the account goes, or, where the program died, its next start"""
    for name in ('a', 'b', 'c'):
        sends(place, companion, 'photo', name, 5000)
        us.hears(r'line secret.* recv: \[photo \d, 640×480, 5\.0 kB\] %s$' % name)
        if name == 'a':
            us.hears('line secret.* system: To see it, type /show 1: .* To save it, type /save 1: ')
    whole(shown(us, 3, runtime), 5000)
    path, = in_memory(runtime)
    us.send('cmd secret show 3')  # once more
    us.hears('line secret.* system: Message 3 is in memory already; .*: %s$' % path)
    os.unlink(path)
    path = shown(us, 3, runtime)
    if in_memory(runtime) != [path]:
        raise lab.Gone('in memory: %s' % in_memory(runtime))
    whole(path, 5000)
    companion.send('delete')
    leaves(runtime)
    whole(shown(us, 2, runtime), 5000)
    us.send('disable')
    leaves(runtime)
    us.send('enable')
    us.hears('signed-on')
    us.send('open secret')
    path = shown(us, 1, runtime)
    us.kill()
    whole(path, 5000)
    again = place.headless('purple', env=dict(os.environ, XDG_RUNTIME_DIR=runtime))
    again.account(lab.ALICE)
    again.hears('signed-on')
    leaves(runtime)


@with_memory
def seen_first(place, us, companion, runtime):
    """SC-G4: what has more than a minute is not opened: its time begins when its line is seen, and no word says else"""
    us.send('focus secret')
    sends(place, companion, 'photo', 'burns', 5000, 61)
    us.hears(r'line secret.* recv: \[photo 1, .* burns')
    us.hears(r'line secret.* system: To see it, type /show 1\. It has a timer and cannot be saved\.$')
    us.send('cmd secret show 1')
    us.hears(r'line secret.* system: Message 1 is in memory, not on a disk, until it is deleted')


@with_memory
def gif(place, us, companion, runtime):
    """What moves and is said to be a GIF is a picture, also over a new start; a video is none"""
    sends(place, companion, 'gif', 'moves', 5000)
    us.hears(r'line secret.* recv: \[GIF 1, 5\.0 kB\] moves$')
    us.hears('line secret.* system: To see it, type /show 1: ')
    sends(place, companion, 'video', 'plays', 5000)
    us.hears('line secret.* recv: .*plays$')
    us.send('cmd secret show 2')
    us.hears('line secret.* system: Message 2 cannot be shown here: it is not a picture')
    us.send('cmd secret show last')
    whole(us.hears(IN_MEMORY % (1, runtime)).group(1), 5000)
    us.send('disable')
    leaves(runtime)
    us.send('enable')
    us.hears('signed-on')
    us.send('open secret')
    whole(shown(us, 1, runtime), 5000)


@with_memory
def nowhere(place, us, companion, runtime):
    """DECISIONS 31: without a folder in memory nothing is shown, and no timer begins"""
    sends(place, companion, 'photo', 'burns', 1000, 4)
    us.hears('line secret.* recv: .*burns')
    with open(runtime + '/purple-mtproto', 'w', encoding='utf-8'):
        us.send('cmd secret show 1')
        us.hears('line secret.* system: Message 1 cannot be shown: this program shows no pictures, and there is no '
                 r'folder in memory \(XDG_RUNTIME_DIR\) .* It has a timer and is not saved: open it on your phone\.$')
    os.unlink(runtime + '/purple-mtproto')
    os.mkdir(runtime + '/purple-mtproto', 0o755)  # others look into it
    us.send('cmd secret show 1')
    us.hears('line secret.* system: Message 1 cannot be shown: this program shows no pictures')
    os.chmod(runtime + '/purple-mtproto', 0o700)
    shown(us, 1, runtime)
    companion.hears('opened 1$')


@with_memory
def not_shown(place, us, companion, runtime):
    """What is not shown, or heard, says why and what can be done"""
    companion.send('say text')
    us.hears('line secret.* recv: text$')
    us.send('cmd secret show 1')
    us.hears(r'line secret.* system: Message 1 has nothing that can be shown\.$')
    us.send('cmd secret play 1 2')
    us.hears('line secret.* system: This is not how the command is written:<BR>/play 12: this program has no sound; ')
    for typed, none in (('show last', 'picture'), ('play last', 'voice message'), ('save last', 'file')):
        us.send('cmd secret ' + typed)
        us.hears(r'line secret.* system: Bob Bb has sent no %s in this chat\.$' % none)
    us.send('cmd secret cancel last')
    us.hears(r'line secret.* system: No file of this chat is being sent or saved\.$')
    sends(place, companion, 'voice', 'x', 3000)
    us.hears(r'line secret.* recv: \[voice message 2, 0:03, 3\.0 kB\]$')
    for typed, answer in (('show 2', r'Message 2 cannot be shown here: it is not a picture\. /save 2 keeps it\.'),
                          ('play 2', r'Message 2 cannot be played here: this program has no sound\. /save 2 keeps it\.'),
                          ('play last', 'Message 2 cannot be played here'),
                          ('show last', 'Bob Bb has sent no picture in this chat'),
                          ('play 1', 'Message 1 cannot be played here: it is not a voice message'),
                          ('show', 'This is not how the command is written'),
                          ('show 2 x', 'This is not how the command is written')):
        us.send('cmd secret ' + typed)
        us.hears('line secret.* system: ' + answer)
    sends(place, companion, 'file', 'large', 10 * 1024 * 1024 + 1)
    us.hears(r'line secret.* recv: \[file 3, 10 MB: large\]$')
    us.send('cmd secret show 3')
    us.hears(r'line secret.* system: Message 3 cannot be shown: 10 MB is too large\. /save 3 keeps it\.$')
    place.dc.control('files long')
    sends(place, companion, 'photo', 'wrong', 300000)
    us.hears('line secret.* recv: .*wrong$')
    us.send('cmd secret show 4')
    us.hears(r'line secret.* system: Message 4 is not shown: what came is not the file that was announced\.$')
    place.dc.control('files true')
    place.dc.control('delay upload.getFile 60000')
    us.send('cmd secret show 4')
    us.does('cmd secret show 4')
    us.hears(r'line secret.* system: Message 4 is being fetched already\.$')
    us.send('cmd secret cancel 4')
    us.hears(r'line secret.* system: Message 4 is not shown: you stopped it\.$')
    us.send('cmd secret show 4')
    companion.send('delete')
    us.hears(r'line secret.* system: Message 4 is not shown: it was deleted, or its time is over\.$')
    if in_memory(runtime):
        raise lab.Gone('something is in memory')


@with_memory
def album(place, us, companion, runtime):
    """SC-H17: all of an album with one command; what is no picture of it says so"""
    beside(companion, album=7)
    for n, kind in enumerate(('photo', 'voice', 'photo'), 1):
        sends(place, companion, kind, '%d' % n, 1000)
        us.hears(r'line secret.* recv: \[[a-z ]* %d, no\. %d of an album, ' % (n, n))
    us.send('cmd secret show album')
    us.hears('line secret.* system: Message 2 cannot be shown here: ')
    for _ in (1, 3):
        us.hears(r'line secret.* system: Message \d .*%s/purple-mtproto/' % runtime)
    if len(in_memory(runtime)) != 2:
        raise lab.Gone('in memory: %s' % in_memory(runtime))
    us.send('cmd secret show album 1 x')
    us.hears('line secret.* system: This is not how the command is written')


@with_memory
def small_pictures(place, us, companion, runtime):
    """SC-H10: what came along to be shown in the line is not kept where no line shows pictures"""
    us.send('focus secret')
    beside(companion, marked(jpeg(os.path.join(place.directory, 'small.jpg'), (90, 90), (1, 2, 3))))
    for n in range(1, 41):
        sends(place, companion, 'file', 'f%d' % n, 1000)
        us.hears(r'line secret.* recv: \[file %d, 1\.0 kB: f%d\]$' % (n, n))
    beside(companion)
    companion.send('say read')
    us.hears('line secret.* recv: read')
    lab.until(lambda: marks(us.process.pid) < 10, 'no more than what some of them have left behind',
              show=lambda: '%d of 40' % marks(us.process.pid))


def in_bitlbee(place, us, companion, runtime):
    """DECISIONS 13: it is the memory of another machine, and the hint, the line and the help say so"""
    there = 'the memory of the machine that BitlBee runs on'
    sends(place, companion, 'photo', 'look', 5000)
    us.hears(r'line secret.* recv: .*\[photo 1, ')
    us.hears(r'line secret.* To see it, type /show 1: it is put into %s, for another program there\. To save it, ' % there)
    us.send('send secret /show 1')
    us.hears(r'line secret.* Message 1 is in %s, not on a disk, .*open it there with another program: %s/' % (there, runtime))
    sends(place, companion, 'photo', 'burns', 5000, 60)
    us.hears(r'line secret.* recv: .*\[photo 2, ')
    us.send('send secret /show 2')
    us.hears(r'line secret.* Message 2 is in %s for .*, counted from now; open it there' % there)
    for word, said in (('show', '.* into %s, for another program there' % there), ('play', 'BitlBee has no sound; ')):
        us.send('send secret /help ' + word)
        us.hears(r'line secret.* /%s 12: %s' % (word, said))


sys.exit(STORIES.run([('timed', timed), ('wiped', wiped), ('long', long), ('kept', kept), ('seen first', seen_first), ('gif', gif), ('nowhere', nowhere), ('not shown', not_shown), ('album', album),
                      ('small pictures', small_pictures), ('in BitlBee', with_memory(in_bitlbee, '--as', 'bitlbee'))]))
