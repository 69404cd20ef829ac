#!/usr/bin/env python3
"""A loudspeaker without a sound card: what reaches ALSA's default device of a home folder is kept in a file, at the pace
of a real one. speaker.py PIPE FILE is the speaker itself."""
import array
import fcntl
import os
import sys
import time

RATE = 48000
PIECE = RATE // 100 * 2  # bytes
PIPE = 4096  # so many are on their way to it
DEVICE = '''pcm.!default { type plug slave { pcm speaker rate %d channels 1 format S16_LE } }
pcm.speaker { type file slave.pcm null format raw file "%s" }
'''


class Speaker:
    """Of the programs whose home folder that is, from now on; `command` is to be run meanwhile."""

    def __init__(self, home):
        self.path, self.pipe, self.settings = (os.path.join(home, name) for name in ('heard', 'hears', '.asoundrc'))
        self.command = [sys.executable, os.path.abspath(__file__), self.pipe, self.path]
        os.mkfifo(self.pipe)
        self.stands(True)

    def stands(self, there):
        """Is it there for programs that start now?"""
        with open(self.settings, 'w', encoding='utf-8') as f:
            f.write(DEVICE % (RATE, self.pipe) if there else 'pcm.!default { type hw card 31 }\n')

    def seconds(self):
        """How much of it was heard until now, silence included"""
        return os.path.getsize(self.path) / RATE / 2 if os.path.exists(self.path) else 0

    def rests(self):
        """Once nothing comes to it any more"""
        last = -1
        while last != self.seconds():
            last = self.seconds()
            time.sleep(1)

    def tones(self, begin=0.0):
        """What was heard from that second on, each tenth of one: Hz, or 0 where it was silent."""
        with open(self.path, 'rb') as f:
            f.seek(int(begin * RATE) * 2)
            samples = array.array('h', f.read())
        return [tone(samples[at:at + RATE // 10]) for at in range(0, len(samples) - RATE // 10 + 1, RATE // 10)]


def tone(samples):
    """By how often it goes up through zero"""
    if max(map(abs, samples)) < 1000:
        return 0
    ups = [at for at in range(1, len(samples)) if samples[at - 1] < 0 <= samples[at]]
    return round((len(ups) - 1) * RATE / (ups[-1] - ups[0])) if len(ups) > 1 else -1


def main(pipe, path):
    source = os.open(pipe, os.O_RDWR)  # there is no end of it
    fcntl.fcntl(source, fcntl.F_SETPIPE_SZ, PIPE)
    due = time.monotonic()
    with open(path, 'ab', 0) as f:
        while True:
            piece = os.read(source, PIECE)
            f.write(piece)
            due = max(due, time.monotonic() - 0.05) + len(piece) / RATE / 2
            time.sleep(max(0, due - time.monotonic()))


if __name__ == '__main__':
    main(*sys.argv[1:])
