#!/usr/bin/env python3
"""Somebody between client and data centre who has no key: a proxy that turns against who comes through it.

usage: path.py PORT MODE,MODE ...     lets everything pass; prints "ready PORT"

Commands on standard input: "attack" (cuts what is open; each new connection gets the next mode), "pass".
Says "attacked N MODE" for each connection it did not let alone. Modes: a transport error like -404 (said in the
server's stead), insert-404 (said in between), noise, packet, reset, later, silent, trickle.

The obfuscation is no secret: its key is in the first 64 bytes of a connection (libcrypto has the cipher).
"""
import asyncio
import ctypes
import ctypes.util
import os
import struct
import sys

CRYPTO = ctypes.CDLL(ctypes.util.find_library('crypto'))
for name in ('EVP_CIPHER_CTX_new', 'EVP_aes_256_ctr'):
    getattr(CRYPTO, name).restype = ctypes.c_void_p
LET_PASS = 3  # pieces of the client's, before insert and later act


class Ctr:
    def __init__(self, key, iv):
        self.ctx = ctypes.c_void_p(CRYPTO.EVP_CIPHER_CTX_new())
        if not CRYPTO.EVP_EncryptInit_ex(self.ctx, ctypes.c_void_p(CRYPTO.EVP_aes_256_ctr()), None, key, iv):
            raise OSError('no AES')

    def __call__(self, data):
        out, size = ctypes.create_string_buffer(len(data) + 16), ctypes.c_int()
        CRYPTO.EVP_EncryptUpdate(self.ctx, out, ctypes.byref(size), data, len(data))
        return out.raw[:size.value]


class Connection:
    def __init__(self, path, mode, reader, writer):
        self.path, self.mode, self.reader, self.writer = path, mode, reader, writer
        self.seal = self.open = self.server = None
        self.head, self.pieces = b'', 0

    async def run(self):
        try:
            server_reader, self.server = await asyncio.open_connection('127.0.0.1', self.path.port)
            back = asyncio.ensure_future(self.backwards(server_reader))
            while True:
                data = await self.reader.read(65536)
                if not data:
                    break
                if not self.swallows():
                    self.server.write(data)
                self.notice(data)
            back.cancel()
        except OSError:
            pass
        self.close()

    async def backwards(self, reader):
        try:
            while True:
                data = await reader.read(65536)
                if not data:
                    break
                if self.seal and self.open:
                    data = self.seal(self.open(data))
                if not self.swallows():
                    self.writer.write(data)
        except OSError:
            pass
        self.close()

    def swallows(self):
        return self.mode not in ('pass', 'later') and not self.mode.startswith('insert')

    def notice(self, data):
        if not self.seal:
            self.head += data
            if len(self.head) < 64:
                return
            reversed_head = self.head[63::-1]
            self.seal = Ctr(reversed_head[8:40], reversed_head[40:56])
            self.open = Ctr(reversed_head[8:40], reversed_head[40:56])
        self.pieces += 1
        self.act()

    def say(self, payload, told=None):
        self.writer.write(self.seal(struct.pack('<I', told or len(payload)) + payload))

    def act(self):
        mode, late = self.mode, self.pieces == LET_PASS
        if mode.startswith('-'):
            self.say(struct.pack('<i', int(mode)))
            self.close()
        elif mode.startswith('insert') and late:
            self.say(struct.pack('<i', int(mode[len('insert'):])))
        elif mode == 'noise':
            self.writer.write(os.urandom(96))
        elif mode == 'packet':
            self.say(os.urandom(96))
        elif mode == 'reset':
            self.writer.transport.abort()
        elif mode == 'later' and late:
            self.close()
        elif mode == 'trickle':
            self.say(b'\0' * 8, 1 << 20)

    def close(self):
        self.path.open.discard(self)
        for writer in (self.writer, self.server):
            if writer:
                writer.close()


class Path:
    def __init__(self, port, modes):
        self.port, self.modes, self.attacks, self.attacking, self.open = port, modes, 0, False, set()

    async def accept(self, reader, writer):
        mode = 'pass'
        if self.attacking:
            mode = self.modes[self.attacks % len(self.modes)]
            self.attacks += 1
            print('attacked %d %s' % (self.attacks, mode), flush=True)
        connection = Connection(self, mode, reader, writer)
        self.open.add(connection)
        await connection.run()

    def command(self):
        line = sys.stdin.readline().strip()
        if line in ('attack', 'pass'):
            self.attacking = line == 'attack'
            for connection in list(self.open):
                connection.close()
            print('ok', flush=True)
        elif not line:
            asyncio.get_running_loop().stop()


async def main():
    path = Path(int(sys.argv[1]), sys.argv[2].split(','))
    server = await asyncio.start_server(path.accept, '127.0.0.1', 0)
    asyncio.get_running_loop().add_reader(sys.stdin, path.command)
    print('ready %d' % server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await server.serve_forever()


if __name__ == '__main__':
    try:
        asyncio.run(main())
    except (RuntimeError, KeyboardInterrupt):
        pass
