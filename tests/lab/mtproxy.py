#!/usr/bin/env python3
"""An MTProxy of one's own: takes plain, dd and ee secrets and leads each data centre's number to the tests' one.

usage: mtproxy.py PORT SECRET     forwards to 127.0.0.1:PORT; prints "ready PORT"

SECRET is hexadecimal. Of each connection that got through it says "through DC KIND". Commands on standard input: a
mode for the connections that come ("pass", "wrong hmac", "web server", "no end", "slow", "alert"), "cut" (ends
what is open), "clock N" (its own is N seconds ahead). Answers "ok".
"""
import asyncio
import hashlib
import hmac
import os
import struct
import sys
import time

import path

TAGS = {0xefefefef: 'abridged', 0xeeeeeeee: 'intermediate', 0xdddddddd: 'padded'}
CLOCKS = 120  # s that a client's clock may be off
DATA, CHANGE, ALERT = b'\x17\x03\x03', b'\x14\x03\x03\0\1\1', b'\x15\x03\x03\0\2\2\x28'
WEB = b'HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n'


class Refused(Exception):
    """It is not one of ours, or has gone."""


class Client:
    """One who connected: bytes in and out, without what looks like TLS around them."""

    def __init__(self, proxy, reader, writer):
        self.proxy, self.reader, self.writer, self.tls, self.data = proxy, reader, writer, False, b''

    async def read(self):
        """What comes next; empty at the end."""
        if not self.tls:
            return await self.reader.read(65536)
        while True:
            head = await self.reader.readexactly(5)
            body = await self.reader.readexactly(struct.unpack('>H', head[3:])[0])
            if head[:3] == DATA and body:
                return body
            if head + body != CHANGE:
                raise Refused('record %s' % head.hex())

    async def exactly(self, n):
        while len(self.data) < n:
            more = await self.read()
            if not more:
                raise Refused('end')
            self.data += more
        taken, self.data = self.data[:n], self.data[n:]
        return taken

    async def write(self, data):
        mode = self.proxy.mode
        if self.tls:
            size = 1 if mode == 'slow' else 1 + os.urandom(1)[0] * 40
            data = b''.join(DATA + struct.pack('>H', len(piece)) + piece
                            for piece in (data[i:i + size] for i in range(0, len(data), size)))
        if mode == 'slow':
            for i in range(len(data)):
                self.writer.write(data[i:i + 1])
                await self.writer.drain()
                if i % 64 == 0:
                    await asyncio.sleep(0)
        else:
            self.writer.write(data)
        await self.writer.drain()

    async def greet(self):
        """The client's hello and our answer to it."""
        hello = await self.reader.readexactly(5)
        hello += await self.reader.readexactly(struct.unpack('>H', hello[3:])[0])
        mode, key = self.proxy.mode, self.proxy.key
        zeroed = hello[:11] + bytes(32) + hello[43:]
        mac = hmac.digest(key, zeroed, 'sha256')
        when = struct.unpack('<I', bytes(a ^ b for a, b in zip(mac[28:], hello[39:43])))[0]
        if mac[:28] != hello[11:39] or abs(when - self.proxy.now()) > CLOCKS or mode == 'web server':
            self.writer.write(WEB)  # as a proxy does that hides behind a real server
            raise Refused('hello')
        if mode == 'alert':
            self.writer.write(ALERT)
            raise Refused('alert')
        if mode == 'no end':
            self.writer.write(b'\x16\x03\x03\xff\xff' + bytes(60000))
            await self.reader.read()
            raise Refused('went')
        noise = os.urandom(200 + os.urandom(1)[0] * 8)
        inner = b'\3\3' + bytes(32) + b'\x20' + hello[44:76] + b'\x13\x01\0\0\x2e\0\x33\0\x24\0\x1d\0\x20' + \
            os.urandom(32) + b'\0\x2b\0\2\3\4'
        body = b'\2' + struct.pack('>I', len(inner))[1:] + inner
        answer = b'\x16\x03\x03' + struct.pack('>H', len(body)) + body + CHANGE + DATA + \
            struct.pack('>H', len(noise)) + noise
        used = key if mode != 'wrong hmac' else bytes(16)
        answer = answer[:11] + hmac.digest(used, hello[11:43] + answer, 'sha256') + answer[43:]
        await self.write(answer)  # as it is: the records begin behind it
        self.tls = True

    async def run(self):
        if self.proxy.domain is not None:
            await self.greet()
        head = await self.exactly(64)
        back, key = head[::-1], self.proxy.key
        opens = path.Ctr(hashlib.sha256(head[8:40] + key).digest(), head[40:56])
        seals = path.Ctr(hashlib.sha256(back[8:40] + key).digest(), back[40:56])
        plain = opens(head)
        tag, dc = struct.unpack('<Ih', plain[56:62])
        kind = TAGS.get(tag)
        if kind is None or kind not in self.proxy.kinds:
            raise Refused('tag %08x' % tag)
        print('through %d %s' % (dc, kind), flush=True)
        server_reader, server = await asyncio.open_connection('127.0.0.1', self.proxy.port)
        own = bytearray(os.urandom(64))
        own[0:8] = b'AbcdEfgh'
        own[56:62] = plain[56:62]
        own, own_back = bytes(own), bytes(own)[::-1]
        to_server = path.Ctr(own[8:40], own[40:56])
        from_server = path.Ctr(own_back[8:40], own_back[40:56])
        server.write(own[:56] + to_server(own)[56:])
        up = asyncio.ensure_future(self.upwards(opens, to_server, server))
        down = asyncio.ensure_future(self.downwards(from_server, seals, server_reader))
        try:
            await asyncio.wait([up, down], return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (up, down):
                task.cancel()
            await asyncio.gather(up, down, return_exceptions=True)
            server.close()

    async def upwards(self, opens, to_server, server):
        data, self.data = self.data, b''
        while True:
            if data:
                server.write(to_server(opens(data)))
                await server.drain()
            data = await self.read()
            if not data:
                return

    async def downwards(self, from_server, seals, reader):
        while True:
            data = await reader.read(65536)
            if not data:
                return
            await self.write(seals(from_server(data)))


class Proxy:
    def __init__(self, port, secret):
        self.port, self.mode, self.ahead, self.open = port, 'pass', 0, set()
        simple = len(secret) == 16
        self.key, self.domain = secret[:16] if simple else secret[1:17], secret[17:] if secret[17:] else None
        self.kinds = set(TAGS.values()) if simple else {'padded'}

    def now(self):
        return time.time() + self.ahead

    async def accept(self, reader, writer):
        self.open.add(writer)
        print('came', flush=True)
        try:
            await Client(self, reader, writer).run()
        except (Refused, OSError, asyncio.IncompleteReadError) as error:
            print('refused %s' % error, flush=True)
        finally:
            self.open.discard(writer)
            writer.close()

    def command(self):
        line = sys.stdin.readline().strip()
        if not line:
            asyncio.get_running_loop().stop()
            return
        if line == 'cut':
            for writer in list(self.open):
                writer.transport.abort()
        elif line.startswith('clock '):
            self.ahead = int(line.split()[1])
        else:
            self.mode = line
        print('ok', flush=True)


async def main():
    proxy = Proxy(int(sys.argv[1]), bytes.fromhex(sys.argv[2]))
    server = await asyncio.start_server(proxy.accept, '127.0.0.1', 0)
    asyncio.get_running_loop().add_reader(sys.stdin, proxy.command)
    print('ready %d' % server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await server.serve_forever()


if __name__ == '__main__':
    try:
        asyncio.run(main())
    except (RuntimeError, KeyboardInterrupt):
        pass
