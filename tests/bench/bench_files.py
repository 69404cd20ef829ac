"""Files of a secret chat, up and down, beside TDLib's on the same data centre; and a text that passes one.

(Called by bench_pair.py; 2 GB only with --big.)
"""
import hashlib
import os
import re
import statistics
import subprocess
import threading
import time

import lab
from figures import cpu, held, line, note, rss
from gate import Gate
from lab import ALICE, BOB

MB = 1000000
NARROW = 1 * MB  # bytes a second
LONG = 1800      # seconds that a file may take


class Narrow(Gate):
    """Before the data centre: so many bytes a second go up, and little waits before it."""

    def serve(self, client):
        client.setsockopt(lab.socket.SOL_SOCKET, lab.socket.SO_RCVBUF, 1 << 16)
        server = lab.socket.create_connection(('127.0.0.1', self.dc.port))
        self.open += client, server
        threading.Thread(target=self.down, args=(server, client), daemon=True).start()
        free = time.time()
        try:
            while True:
                data = client.recv(1 << 13)
                if not data:
                    break
                free = max(free, time.time()) + len(data) / NARROW
                time.sleep(max(0, free - time.time()))
                server.sendall(data)
        except OSError:
            pass
        server.close()

    @staticmethod
    def down(server, client):
        try:
            while True:
                data = server.recv(1 << 16)
                if not data:
                    break
                client.sendall(data)
        except OSError:
            pass
        client.close()


class Two:
    """Ours and TDLib in one chat."""

    def __init__(self, place, **settings):
        place.prepare_tdlib()
        self.place, self.n = place, 0
        self.us = place.headless('files')
        self.us.log_in(ALICE, **settings)
        self.td = place.tdlib('bob', BOB, keep=True)
        user = self.td.call('searchUserByPhoneNumber', phone_number='+' + ALICE)
        self.td.call('createNewSecretChat', user_id=user['id'])
        self.us.hears('action .*wants to start a secret chat')
        self.us.send('press Accept')
        self.us.hears('line secret.* is ready')
        self.chat = self.td.chat_of(self.td.secret('Ready')['id'])
        self.us.send('open secret')
        time.sleep(3)

    def file(self, size):
        """Of random bytes, or what is very large of none."""
        self.n += 1
        path = os.path.join(self.place.directory, '%d.bin' % self.n)
        with open(path, 'wb') as f:
            if size > 1000 * MB:
                f.truncate(size)
            else:
                for at in range(0, size, MB):
                    f.write(os.urandom(min(MB, size - at)))
        with open(path, 'rb') as f:  # who reads it first has no more to do than who comes later
            while f.read(MB):
                pass
        return path

    def text(self):
        """Milliseconds until it is there, and an answer here."""
        self.n += 1
        begun = time.time()
        self.us.send('send secret there %d.' % self.n)
        self.td.sees(lambda e: e['@type'] == 'updateNewMessage' and
                     e['message']['content'].get('text', {}).get('text') == 'there %d.' % self.n, 'the text', 600)
        self.td.tell('sendMessage', chat_id=self.chat, input_message_content={
            '@type': 'inputMessageText', 'text': {'@type': 'formattedText', 'text': 'back %d.' % self.n}})
        self.us.hears('line secret.* recv: back %d.$' % self.n, 600)
        return (time.time() - begun) * 1000


def same(path, other):
    sums = [hashlib.sha256(), hashlib.sha256()]
    for each, name in zip(sums, (path, other)):
        with open(name, 'rb') as f:
            while True:
                data = f.read(MB)
                if not data:
                    break
                each.update(data)
    if sums[0].digest() != sums[1].digest():
        raise lab.Gone('%s has other bytes' % other)


def peak(pid):
    """Kilobytes that were resident at most since the last call; from here on it counts anew."""
    with open('/proc/%d/status' % pid, encoding='ascii') as f:
        most = int(re.search(r'VmHWM:\s*(\d+)', f.read()).group(1))
    with open('/proc/%d/clear_refs' % pid, 'w', encoding='ascii') as f:
        f.write('5')
    return most


def measured(process, run):
    """(CPU seconds, seconds, MB by which its memory grew at most)"""
    pid = process.process.pid
    process.forget()
    time.sleep(1)
    peak(pid)
    before, begun, busy = rss(pid)[0], time.time(), cpu(pid)
    run()
    return cpu(pid) - busy, time.time() - begun, (peak(pid) - before) / 1000


def our_upload(two, path):
    two.us.send('cmd secret file ' + path)
    two.there = two.td.gets(two.chat, 'messageDocument', LONG)['content']['document']['document']['id']


def their_upload(two, path):
    two.td.tell('sendMessage', chat_id=two.chat, input_message_content={
        '@type': 'inputMessageDocument', 'document': {
            '@type': 'inputDocument', 'document': {'@type': 'inputFileLocal', 'path': path},
            'disable_content_type_detection': True}})
    two.td.update('updateMessageSendSucceeded', LONG)
    two.us.hears('line secret.* recv: .file ', LONG)


def our_download(two):
    two.us.send('cmd secret save last ' + two.place.directory)
    two.here = two.us.hears('line secret.* system: File .* is saved, unencrypted, as (.*)$', LONG).group(1)


def their_download(two):
    extra = two.td.tell('downloadFile', file_id=two.there, priority=1, offset=0, limit=0, synchronous=True)
    two.got = two.td.sees(lambda e: e.get('@extra') == extra, 'its file', LONG)['local']['path']


def one_size(two, args, size, what):
    path = two.file(size)
    plain = float(subprocess.run([os.path.join(args.build, 'tests/bench/bench'), 'file'], check=True, stdout=subprocess.PIPE,
                                 encoding='ascii').stdout.split()[-2])
    for way, ours, theirs in (('up', lambda: our_upload(two, path), lambda: their_upload(two, path)),
                              ('down', lambda: our_download(two), lambda: their_download(two))):
        two.us.send('loop start')
        a = measured(two.us, ours)
        longest, wall, _ = held(two.us)
        b = measured(two.td, theirs)
        speed = [size / MB / x[0] for x in (a, b)]
        note('file_%s_%s' % (way, what), round(speed[0]), round(speed[1]), round(speed[0] / speed[1], 2))
        note('file_%s_%s_of_cbc_and_md5' % (way, what), round(speed[0] / plain, 2))
        note('file_%s_%s_more_memory_mb' % (way, what), round(a[2], 1))
        note('hold_ms_file_%s_%s' % (way, what), round(longest, 1))
        line('%s %s' % (what, way), '%.0f MB a CPU second, TDLib %.0f: %.2f times; %.2f of CBC and MD5; %.1f and %.1f s' % (
            *speed, speed[0] / speed[1], speed[0] / plain, a[1], b[1]))
        line('  memory grows by at most', '%.1f MB, TDLib\'s by %.1f MB' % (a[2], b[2]))
        line('  longest hold of the loop', '%.1f ms of CPU (%.1f ms on the wall)' % (longest, wall))
    same(path, two.here)
    same(path, two.got)
    for name in path, two.here, two.got:
        os.unlink(name)


def files(place, args):
    two = Two(place)
    one_size(two, args, 100 * MB, '100_mb')
    if args.big:
        one_size(two, args, 2000 * MB, '2_gb')


def narrow(place, args):
    gate = Narrow(place.dc)
    two = Two(place, server='127.0.0.1:%d' % gate.port)
    alone = [two.text() for _ in range(20)]
    parts = place.dc.counts().get('upload.saveBigFilePart', 0)
    two.us.send('cmd secret file ' + two.file(100 * MB))
    lab.until(lambda: place.dc.counts().get('upload.saveBigFilePart', 0) > parts + 20, 'it goes up')
    beside = [two.text() for _ in range(20)]
    two.us.send('cmd secret cancel last')
    two.us.hears('line secret.* system: Not sent: you stopped ')
    more = statistics.median(beside) - statistics.median(alone)
    note('text_ms_more_beside_1_mb_s', round(more))
    line('there and back of a text, alone and while a file goes up at 1 MB/s',
         '%.0f ms (at most %.0f), %.0f ms (at most %.0f)' % (statistics.median(alone), max(alone),
                                                             statistics.median(beside), max(beside)))


PARTS = [files, narrow]
