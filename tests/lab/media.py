"""What a companion sends beside text: sealed as any client does it, and laid at the data centre."""
import ctypes
import math
import os
import struct
import subprocess
import zlib

import lab


def png(path, sides, colour, claimed=None):
    """A picture of one colour; `claimed`: the sides that its header says. Its path."""
    def part(kind, data):
        return struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data))
    with open(path, 'wb') as f:
        f.write(b'\x89PNG\r\n\x1a\n' + part(b'IHDR', struct.pack('>IIBBBBB', *(claimed or sides), 8, 2, 0, 0, 0)) +
                part(b'IDAT', zlib.compress((b'\0' + bytes(colour) * sides[0]) * sides[1])) + part(b'IEND', b''))
    return path


def jpeg(path, sides, colour):
    """The same as a JPEG, small enough to go with a message."""
    subprocess.run(['convert', '-size', '%dx%d' % sides, 'xc:rgb(%d,%d,%d)' % colour, '-quality', '85', path], check=True)
    return path


FIRST, OTHERS = (250, 250, 0), (0, 250, 120)  # neither is the other one backwards, as screens have colours


def moves(path, frames, side=60, delay=10):
    """A GIF of so many pictures, each there for so many hundredths of a second, of which the first has a colour of its own. Its bytes."""
    subprocess.run(['convert', '-dispose', 'previous', '-delay', str(delay), '-size', '%dx%d' % (side, side), 'xc:rgb(%d,%d,%d)' % FIRST] +
                   ['xc:rgb(%d,%d,%d)' % OTHERS] * (frames - 1) + ['-loop', '0', path], check=True)
    with open(path, 'rb') as f:
        return f.read()


def webp(path):
    """One pixel. Its path."""
    with open(path, 'wb') as f:
        f.write(bytes.fromhex('524946461a000000574542505650384c0d0000002f00000010071011118888fe0700'))
    return path


def moving_webp(path, frames, side=20):
    """What such an animation says of itself, with so little in its frames that no decoder would draw it. Its path."""
    def chunk(kind, data):
        return kind + struct.pack('<I', len(data)) + data + bytes(len(data) & 1)

    def three(n):
        return struct.pack('<I', n)[:3]
    data = b'WEBP' + chunk(b'VP8X', bytes([2, 0, 0, 0]) + three(side - 1) * 2) + chunk(b'ANIM', bytes(6)) + chunk(
        b'ANMF', bytes(6) + three(side - 1) * 2 + three(100) + bytes(1) + chunk(b'VP8 ', bytes(10))) * frames
    with open(path, 'wb') as f:
        f.write(chunk(b'RIFF', data))
    return path


def sung(hertz, packets):
    """That tone as packets of Opus, of which each lasts 20 ms."""
    library, error, room = ctypes.CDLL('libopus.so.0'), ctypes.c_int(), ctypes.create_string_buffer(1275)
    library.opus_encoder_create.restype = ctypes.c_void_p
    encoder = ctypes.c_void_p(library.opus_encoder_create(48000, 1, 2049, ctypes.byref(error)))
    made = []
    for begin in range(0, packets * 960, 960):
        samples = struct.pack('<960h', *(int(12000 * math.sin(2 * math.pi * hertz * at / 48000)) for at in range(begin, begin + 960)))
        size = library.opus_encode(encoder, samples, 960, room, 1275)
        made.append(room.raw[:size])
    library.opus_encoder_destroy(encoder)
    return made


def opus(path, packets=(b'\xf8\xff\xfe',) * 5):
    """A voice message, of silence, as phones send it: Ogg with Opus. Its path."""
    def page(kind, at, number, data):
        head = b'OggS' + struct.pack('<BBqIII', 0, kind, at, 7, number, 0) + bytes([len(data), *map(len, data)])
        whole, crc = head + b''.join(data), 0
        for byte in whole:
            crc ^= byte << 24
            for _ in range(8):
                crc = (crc << 1 ^ 0x04c11db7 if crc & 0x80000000 else crc << 1) & 0xffffffff
        return whole[:22] + struct.pack('<I', crc) + whole[26:]
    with open(path, 'wb') as f:
        f.write(page(2, 0, 0, [b'OpusHead' + struct.pack('<BBHIhB', 1, 1, 312, 48000, 0, 0)]) +
                page(0, 0, 1, [b'OpusTags' + struct.pack('<I4sI', 4, b'test', 0)]))
        for at in range(0, len(packets), 50):
            end = min(at + 50, len(packets))
            f.write(page(4 if end == len(packets) else 0, 960 * end, 2 + at // 50, packets[at:end]))
    return path


MARK = bytes(reversed(range(128, 228))) * 3


def marked(path):
    """That JPEG, with something in it that is found in a process's memory. Its path."""
    with open(path, 'rb') as f:
        data = f.read()
    with open(path, 'wb') as f:
        f.write(data[:2] + b'\xff\xfe' + (2 + len(MARK)).to_bytes(2, 'big') + MARK + data[2:])
    return path


def marks(pid, what=MARK):
    """How often that, or what marked() wrote, stands in that process's memory"""
    count = 0
    with open('/proc/%d/maps' % pid, encoding='utf-8') as maps, open('/proc/%d/mem' % pid, 'rb', 0) as memory:
        for line in maps:
            begin, end = (int(at, 16) for at in line.split()[0].split('-'))
            if ' rw' not in line or end - begin > 1 << 30:  # of ASan's shadow nearly all is nowhere
                continue
            try:
                memory.seek(begin)
                count += memory.read(end - begin).count(what)
            except (OSError, OverflowError):
                pass  # nothing lies there
    return count


def beside(companion, thumb='-', album=0, answers=0):
    """What is sent from now on has that small picture, is of that album, and answers that message."""
    companion.send('beside %d %s %s' % (album, thumb, answers))
    companion.hears('beside$')


def sends(place, companion, kind, name, what, ttl=0, dc=None):
    """`what`: so many bytes, or the path of a file. The message's id."""
    if kind != 'photo':  # a document has the form of that layer, which the other side has to name first
        lab.until(lambda: int(companion.info()['layer']) >= 143, 'the layer of files')
    path = os.path.join(place.directory, 'sealed')
    companion.send('seal %s %s' % (what, path))
    (dc or place.dc).control('attach 0 %s %s' % (companion.hears(r'sealed (-?\d+)$').group(1), path))
    companion.send('media %s %d %s' % (kind, ttl, name))
    return companion.hears(r'media (-?\d+)$').group(1)


def public(place, companion, what, mime='image/webp', emoji='\U0001f44d', dc=None):
    """A sticker of a public set: it lies there as it is, and its message says where. `what`: so many bytes, or a path."""
    public.made = getattr(public, 'made', 1000) + 1
    path = what
    if isinstance(what, int):
        path = os.path.join(place.directory, 'public')
        with open(path, 'wb') as f:
            f.write(bytes(i % 251 for i in range(what)))
    (dc or place.dc).control('sticker 0 %d 77 Cats %s' % (public.made, path))
    companion.send('public 2 %d 77 %d %s Cats %s' % (public.made, os.path.getsize(path), mime, emoji))
    companion.hears(r'media (-?\d+)$')


def homes(stories, **more):
    """with_home: a story of those has story(place, us, companion, home), a chat and a home folder of its own; `more`:
    of our environment, where %s is that folder."""
    def with_home(*options):
        def decorate(story):
            def story_with_home(place):
                home = os.path.join(place.directory, 'home')
                os.mkdir(home)
                companion = place.companion(lab.BOB)
                environment = {name: value % home for name, value in more.items()}
                us = place.headless('purple', *options, env=dict(os.environ, HOME=home, **environment))
                us.log_in(lab.ALICE)
                place.start(us, companion)
                us.send('open secret')
                story(place, us, companion, home)
            story_with_home.__doc__ = story.__doc__
            return stories.in_lab(story_with_home)
        return decorate
    return with_home
