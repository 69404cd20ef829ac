#!/usr/bin/env python3
"""Pictures and files of the other side in Pidgin's window.

usage: test_pictures.py BUILD [STORY...]
"""
import glob
import os
import re
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lab'))
import lab  # noqa: E402
import media  # noqa: E402
import screens  # noqa: E402
from test_pidgin import LINES, main, test_pidgin_lives as lives  # noqa: E402

TURNED = os.path.realpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'data', 'pictures', 'turned.jpg'))


def has_colour(chat, colour):
    pixels, at = chat.pidgin.pixels(chat.window, LINES), 0
    while (at := pixels.find(bytes(colour) * 40, at)) >= 0 and at % 3 != 0:  # the end of one pixel and the beginning of the next
        at += 1
    return at >= 0


def has_nearly(chat, colour):
    """As a JPEG has it."""
    pixels = chat.pidgin.pixels(chat.window, LINES)
    near = bytes(all(abs(pixels[at + i] - colour[i]) < 16 for i in range(3)) for at in range(0, len(pixels), 3))
    return b'\1' * 40 in near


def links(chat):
    """Where they are, as they are read, by the blue line below their words: (row, column)"""
    width, height = LINES[2:]
    pixels = chat.pidgin.pixels(chat.window, LINES)
    found, row = [], height - 1
    while row >= 0:
        here, at = [], 0
        while at < width - 12:
            first = (row * width + at) * 3
            red, green, blue = colour = pixels[first:first + 3]
            if red == green < 150 and blue > 200 and pixels[first:first + 36] == colour * 12:
                here.append((row, at))
                while at < width and pixels[(row * width + at) * 3:][:3] == colour:
                    at += 1
            at += 1
        found = here + found
        row -= 8 if here else 1
    return found


def click_link(chat, which=None):
    """That one (-1: the last); else the first one of the last line that has some."""
    found = links(chat)
    if not found:
        raise lab.Gone('no link stands there')
    row, at = found[which] if which else next(link for link in found if link[0] == found[-1][0])
    chat.pidgin.xdotool('mousemove', '--window', chat.window, str(LINES[0] + at + 6), str(LINES[1] + row - 4), 'click', '1')


def sends(chat, name, picture, ttl=0):
    return media.sends(chat.place, chat.peer, 'photo', name, picture, ttl)


def test_a_photo_is_shown_to_who_looks(chat):
    """Fetched, unasked, when its window has the focus, not before; it leaves with its line, also by a flush"""
    before = chat.look()
    chat.pidgin.window('Buddy List')
    chat.dc.forget()
    sends(chat, 'red', media.png(chat.place.directory + '/red.png', (120, 60), (250, 0, 0)))
    chat.pidgin.shows(r'\[photo \d+, 640×480, \d+ bytes\] red \[show\] \[save\]', 'Bob')
    chat.look()
    chat.dc.never('Alice: upload.getFile')
    chat.pidgin.window('Bob Bb')
    chat.pidgin.shows(r'\] red \[save\]\n', 'Bob')
    screens.until(lambda: has_colour(chat, (250, 0, 0)), 'the picture')
    chat.peer.send('delete')
    chat.becomes(before, 'the window without the picture')


def is_read(chat):
    """What was deleted before would be told."""
    chat.dc.wait(lambda l: l == 'Alice: messages.readEncryptedHistory', 'what is read')


def test_a_small_picture_stands_for_what_is_not_fetched(chat):
    """SC-H10: of a file, and of a photo until it is looked at; of nothing that opens, and of none that is broken; it leaves
    with its line"""
    before, green, red = chat.look(), (0, 200, 0), (250, 0, 0)
    small = media.jpeg(chat.place.directory + '/green.jpg', (90, 60), green)
    photo = media.png(chat.place.directory + '/red.png', (120, 60), red)
    media.beside(chat.peer, small)
    chat.dc.forget()
    media.sends(chat.place, chat.peer, 'file', 'paper.pdf', 500)
    chat.pidgin.shows(r'500 bytes: paper\.pdf\] \[save\]\n', 'Bob')
    screens.until(lambda: has_nearly(chat, green), 'the small picture')
    is_read(chat)
    chat.peer.send('delete')
    chat.becomes(before, 'the window without file and picture')
    chat.pidgin.window('Buddy List')
    chat.dc.forget()
    sends(chat, 'later red', photo)
    chat.pidgin.shows(r'\] later red \[show\] \[save\]\n', 'Bob')
    screens.until(lambda: has_nearly(chat, green), 'the small picture')
    chat.pidgin.window('Bob Bb')
    chat.pidgin.shows(r'\] later red \[save\]\n', 'Bob')
    screens.until(lambda: has_colour(chat, red) and not has_nearly(chat, green), 'the photo in its place')
    is_read(chat)
    chat.peer.send('delete')
    chat.becomes(before, 'the window without the photo')
    chat.dc.forget()
    sends(chat, 'not yet', photo, 5)
    chat.pidgin.shows(r'not yet \[show\]', 'Bob')
    chat.look()
    if has_nearly(chat, green):
        raise lab.Gone('it is seen before it is opened')
    is_read(chat)
    chat.peer.send('delete')
    chat.becomes(before, 'the window without what was not opened')
    with open(small, 'wb') as f:  # a header, and no picture behind it
        f.write(bytes.fromhex('ffd8ffc0000b08003c005a01011100ffda0008010100003f007fffd9'))
    media.beside(chat.peer, small)
    chat.dc.forget()
    media.sends(chat.place, chat.peer, 'file', 'broken.pdf', 500)
    chat.pidgin.shows(r'500 bytes: broken\.pdf\] \[save\]', 'Bob')
    media.beside(chat.peer)
    is_read(chat)
    chat.peer.send('delete')
    chat.becomes(before, 'the window without the line')


def test_a_timed_photo_is_shown_by_a_click(chat):
    """SC-G4, SC-G7: hidden till then, even in a window that is looked at; then its time begins; nothing of it stays"""
    before = chat.look()
    sends(chat, 'soon gone', media.png(chat.place.directory + '/blue.png', (120, 60), (0, 0, 250)), 3)
    chat.pidgin.shows(r'soon gone \[show\]', 'Bob')
    chat.look()
    if has_colour(chat, (0, 0, 250)) or 'opened 1' in chat.peer.pending:
        raise lab.Gone('it is open')
    click_link(chat)
    screens.until(lambda: has_colour(chat, (0, 0, 250)), 'the picture')
    chat.peer.hears('opened 1$')
    if '[show]' in chat.pidgin.lines('Bob') or '[save]' in chat.pidgin.lines('Bob'):
        raise lab.Gone('a link stands there')
    chat.becomes(before, 'the window without line and picture')


def test_an_own_timed_photo_goes_when_it_was_opened(chat):
    """SC-G4, SC-G7: its line waits for that, and leaves the window when its time is over"""
    chat.say('/ttl 2s')
    chat.peer.hears('notice ttl-by-peer 2$')
    chat.pidgin.shows('You set the self-destruct timer to 2 seconds', 'Bob')
    before = chat.look()
    chat.say('/photo %s | mine' % TURNED)
    number = chat.peer.hears(r'message (-?\d+) 2 mine$').group(1)
    chat.peer.send('read')
    chat.pidgin.shows(r'\[photo \d+, 200×300, [^\n]*\] mine\s✓✓\s\[2\ss\]\n', 'Bob')
    chat.peer.send('open ' + number)
    chat.becomes(before, 'the window without the line')
    chat.say('/ttl off')
    chat.peer.hears('notice ttl-by-peer 0$')


def test_an_album_is_saved_by_a_click(chat):
    """SC-H17: all of it, at the first one's line"""
    media.beside(chat.peer, album=7)
    for n, rest in ((1, r' \[save album\]'), (2, '')):
        media.sends(chat.place, chat.peer, 'file', 'of album %d' % n, 1000 * n)
        chat.pidgin.shows(r'no\. %d of an album, %d\.0 kB: of album %d\] \[save\]%s\n' % (n, n, n, rest), 'Bob')
    media.beside(chat.peer)
    chat.look()
    click_link(chat, -2)
    for n in (1, 2):
        chat.pidgin.shows(r'is saved, unencrypted, as %s/Downloads/of album %d\n' % (re.escape(chat.place.directory), n), 'Bob')


ENDLESS = (b'\xff' + bytes(255)) * 4000


def test_what_no_decoder_may_see_is_not_shown(chat):
    """254 bytes that claim 60000×60000 pixels, and others; text that looks like a link is none"""
    before, folder = chat.look(), chat.place.directory
    cut = media.jpeg(folder + '/cut.jpg', (300, 300), (1, 2, 3))
    os.truncate(cut, 100)
    for path, data in (('svg.jpg', b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'),
                       ('endless.gif', b'GIF89a\x3c\0\x3c\0\x80\0\0' + bytes(6) + b',\0\0\0\0\x3c\0\x3c\0\0\2' + ENDLESS)):
        with open(os.path.join(folder, path), 'wb') as f:
            f.write(data)
    for path, said in ((media.png(folder + '/bomb.png', (1, 1), (0, 0, 0), (60000, 60000)), r'Photo \d+ cannot be shown: 60000×60000 is too large\.'),
                       (media.png(folder + '/wide.png', (1, 1), (0, 0, 0), (8193, 1)), r'Photo \d+ cannot be shown: 8193×1 is too large\.'),
                       (cut, r'Photo \d+ cannot be shown: it is damaged\.'), (folder + '/endless.gif', r'Photo \d+ cannot be shown: it is damaged\.'),
                       (media.moving_webp(folder + '/many.webp', 61), r'Picture \d+ cannot be shown: unpacked it is too large\.'),
                       (media.moving_webp(folder + '/wide.webp', 2, 3000), r'Picture \d+ cannot be shown: unpacked it is too large\.'),
                       (folder + '/svg.jpg', r'Message \d+ cannot be shown here: it is not a picture\.')):
        chat.dc.forget()
        sends(chat, 'bomb [show]', path)
        chat.pidgin.shows(r'bomb \[show\] \[show\] \[save\]', 'Bob')
        chat.look()
        click_link(chat)
        chat.pidgin.shows(said + r' /save \d+ keeps it\.', 'Bob')
        chat.pidgin.shows(r'bomb \[show\] \[show\] \[save\]', 'Bob')
        is_read(chat)
        chat.peer.send('delete')
        chat.becomes(before, 'the window without the line, and what was said of it')


def moves(chat):
    """Seen as the first of its pictures, as a further one, and as the first one again."""
    for colour in (media.FIRST, media.OTHERS, media.FIRST):
        screens.until(lambda wanted=colour: has_colour(chat, wanted), 'the picture in the colour %s' % (colour,))


def sends_moving(chat, frames, name, more=b'', ttl=0, **look):
    path = '%s/%d.gif' % (chat.place.directory, frames)
    with open(path, 'wb') as f:
        f.write(media.moves(chat.place.directory + '/moves.gif', frames, **look)[:-2 if more else None] + more)
    chat.pidgin.xdotool('key', 'shift')  # somebody is there, however long the rest took
    chat.dc.forget()
    media.sends(chat.place, chat.peer, 'gif', name, path, ttl)


def rests(chat):
    """Some seconds of that."""
    def still():
        seen = set()
        for n in range(20):
            seen.add(chat.pidgin.pixels(chat.window, LINES))
            time.sleep(0.03 + 0.007 * n)  # never in step with it
        return len(seen) == 1
    screens.until(still, 'what moves no more', 60)


def test_what_moves_moves(chat):
    """A GIF within the limits, for half a minute; again when its window is looked at, or pressed in. It leaves with its line"""
    before = chat.look()
    sends_moving(chat, 2, 'moves')
    chat.pidgin.shows(r'\[GIF \d+, [^\n]*\] moves \[save\]\n', 'Bob')
    moves(chat)
    began = time.time()
    rests(chat)
    if time.time() < began + 20:
        raise lab.Gone('it rests too soon')
    chat.pidgin.window('Buddy List')
    chat.pidgin.window('Bob Bb')
    moves(chat)
    rests(chat)
    chat.pidgin.xdotool('mousemove', '--window', chat.window, str(LINES[0] + 250), str(LINES[1] + 20), 'click', '1')
    moves(chat)
    chat.pidgin.in_entry('Bob Bb')  # else a cursor stands where it was pressed
    is_read(chat)
    chat.peer.send('delete')
    chat.becomes(before, 'the window without it')


def test_what_moves_and_has_a_timer_moves_for_its_time(chat):
    """SC-G4, SC-G7: from the click to its end, and nothing of its pictures stays in memory"""
    before, further = chat.look(), (bytes(media.OTHERS) + b'\xff') * 1200  # a third of one
    sends_moving(chat, 6, 'soon gone', ttl=10)
    chat.pidgin.shows(r'soon gone \[show\]', 'Bob')
    chat.look()
    click_link(chat)
    moves(chat)
    screens.until(lambda: media.marks(chat.pidgin.pidgin.pid, further) >= 15, 'five further pictures in memory')
    chat.becomes(before, 'the window without line and picture')
    screens.until(lambda: media.marks(chat.pidgin.pidgin.pid, further) == 0, 'memory without its pictures',
                  show=lambda: '%d' % media.marks(chat.pidgin.pidgin.pid, further))


def test_what_moves_stands_still(chat):
    """A GIF of too many pictures, or without an end, is shown by its first one, and by no other; a sticker as a picture, too,
    if there is a reader for it, else its emoji stands there; a video and music are saved"""
    before, folder = chat.look(), chat.place.directory
    for frames, more in ((61, b''), (2, ENDLESS)):
        sends_moving(chat, frames, 'moves', more)
        chat.pidgin.shows(r'\[GIF \d+, [^\n]*\] moves \[save\]\n', 'Bob')
        screens.until(lambda: has_colour(chat, media.FIRST), 'its first picture')
        if not all(has_colour(chat, media.FIRST) for _ in range(20)):
            raise lab.Gone('it moves')
        chat.look()
        is_read(chat)
        chat.peer.send('delete')
        chat.becomes(before, 'the window without it')
    for path, stands in ((media.png(folder + '/sticker.png', (300, 300), (250, 0, 250)), r'\[save\]\n'),
                         (media.webp(folder + '/sticker.webp'), r'\[show\] \[save\]\n')):
        if path.endswith('webp') and glob.glob('/usr/lib/*/gdk-pixbuf-2.0/*/loaders/*webp*'):
            continue
        chat.dc.forget()
        media.sends(chat.place, chat.peer, 'sticker', '\U0001f44d', path)
        chat.pidgin.shows(r'\[sticker \d+, [^\n]*: \U0001f44d\] ' + stands, 'Bob')
        if path.endswith('png'):
            screens.until(lambda: has_colour(chat, (250, 0, 250)), 'the sticker')
        else:
            chat.look()
            click_link(chat)
            chat.pidgin.shows(r'Picture \d+ cannot be shown: this program cannot read pictures of its kind\.', 'Bob')
        is_read(chat)
        chat.peer.send('delete')
        chat.becomes(before, 'the window without the sticker')
    media.public(chat.place, chat.peer, folder + '/sticker.png', 'image/png')
    chat.pidgin.shows(r'\[sticker \d+, [^\n]*: \U0001f44d\] \[show\] \[save\]\n', 'Bob')  # it tells the server which one it is
    chat.look()
    if has_colour(chat, (250, 0, 250)):
        raise lab.Gone('a public sticker was fetched unasked')
    click_link(chat)
    screens.until(lambda: has_colour(chat, (250, 0, 250)), 'the public sticker')
    chat.peer.send('delete')
    chat.becomes(before, 'the window without the public sticker')
    for kind in ('video', 'round', 'audio'):
        chat.dc.forget()
        media.sends(chat.place, chat.peer, kind, 'plays', 1000)
        chat.pidgin.shows(r'0:07, 1\.0 kB[^\n]*\] plays \[save\]\n', 'Bob')
        is_read(chat)
        chat.peer.send('delete')
        chat.becomes(before, 'the window without it')


def test_a_long_caption_is_of_one_photo(chat):
    """Its parts are further lines, of which none has a picture: it is fetched once, and the next one, too"""
    before = chat.look()
    chat.dc.forget()
    first = sends(chat, 'c' * 50000 + ' end', media.png(chat.place.directory + '/red.png', (20, 20), (250, 0, 0)))
    chat.pidgin.shows(r'c end\n', 'Bob')
    second = sends(chat, 'after', media.png(chat.place.directory + '/green.png', (20, 20), (0, 250, 0)))
    chat.pidgin.shows(r'\] after \[save\]\n', 'Bob')
    chat.pidgin.shows(r'\] +\[save\]\n', 'Bob')
    for _ in range(2):
        chat.dc.wait(lambda l: l == 'Alice: upload.getFile', 'a photo that is fetched')
    chat.dc.never('Alice: upload.getFile')
    is_read(chat)
    for number in (first, second):
        chat.peer.send('delete ' + number)
    chat.becomes(before, 'the window without both')


def test_what_is_no_picture_says_so(chat):
    """A video with a timer is for another program, where there is a folder in memory; here others can read it"""
    folder = os.path.join(chat.place.directory, 'purple-mtproto')
    os.makedirs(folder, exist_ok=True)
    os.chmod(folder, 0o755)
    media.sends(chat.place, chat.peer, 'video', 'burns', 1000, 5)
    chat.pidgin.shows(r'burns \[show\]', 'Bob')
    chat.look()
    click_link(chat)
    chat.pidgin.shows(r'Message \d+ cannot be shown here: it is not a picture\. It has a timer and is not saved: open it on your phone\.\n', 'Bob')
    chat.peer.send('delete')


def test_what_moves_slowly_takes_little_memory(chat):
    """Of large pictures, of which the next would be due in minutes, no more is there than what is shown"""
    def memory():
        with open('/proc/%d/status' % chat.pidgin.pidgin.pid) as f:
            return int(re.search(r'VmRSS:\s+(\d+)', f.read()).group(1)) >> 10
    chat.pidgin.window('Bob Bb')
    before = memory()
    for n in range(10):
        sends_moving(chat, 2, 'slow %d' % n, side=1500, delay=60000)
        chat.pidgin.shows(r'slow %d \[save\]\n' % n, 'Bob')
    screens.until(lambda: memory() < before + 90, 'less memory', 10, show=lambda: '%d MB, before %d' % (memory(), before))
    chat.peer.send('flush')  # what was fetched unasked counts as long as it stands there
    screens.until(lambda: 'slow' not in chat.pidgin.lines('Bob'), 'no line of them', show=lambda: chat.pidgin.lines('Bob'))


def test_no_more_than_twenty_are_fetched_unasked(chat):
    """However many come: the newest, one after the other; the others keep [show]"""
    chat.pidgin.window('Buddy List')
    picture = media.png(chat.place.directory + '/dot.png', (2, 2), (250, 0, 0))
    for n in range(23):
        sends(chat, 'number %d' % n, picture)
        chat.pidgin.shows(r'number %d \[show\]' % n, 'Bob')
    chat.dc.forget()
    chat.pidgin.window('Bob Bb')
    screens.until(lambda: chat.pidgin.lines('Bob').count('[show]') == 3, 'twenty of them', show=lambda: chat.pidgin.lines('Bob'))
    for n in range(3):
        chat.pidgin.shows(r'number %d \[show\]' % n, 'Bob')
    for n in range(20):
        chat.dc.wait(lambda l: l == 'Alice: upload.getFile', 'a file that is fetched')
    chat.dc.never('Alice: upload.getFile')


def test_small_pictures_are_bounded(chat):
    """SC-H10: those of a window's last hundred lines that have one are kept, and no others"""
    chat.pidgin.window('Bob Bb')
    media.beside(chat.peer, media.marked(media.jpeg(chat.place.directory + '/marked.jpg', (4, 4), (9, 9, 9))))
    chat.dc.forget()
    for n in range(150):
        media.sends(chat.place, chat.peer, 'file', 'flood %d' % n, 10)
        chat.dc.wait(lambda l: l == 'Bob: messages.sendEncrypted', 'the message, with what was attached')
    media.beside(chat.peer)
    chat.pidgin.shows(r'flood 149\] \[save\]\n', 'Bob')
    chat.peer.send('say read')
    chat.pidgin.shows(r': read\n', 'Bob')
    screens.until(lambda: 90 < media.marks(chat.pidgin.pidgin.pid) < 125, 'a hundred of them',
                  show=lambda: '%d' % media.marks(chat.pidgin.pidgin.pid))


test_pidgin_lives = lives
if __name__ == '__main__':
    sys.exit(main(globals()))
