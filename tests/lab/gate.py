"""Ports before the data centre that count who comes: the direct way, and proxies as hosts know them."""
import socket
import struct
import threading

import lab


def pump(source, target):
    try:
        while True:
            data = source.recv(65536)
            if not data:
                break
            target.sendall(data)
    except OSError:
        pass
    for end in (source, target):
        try:
            end.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


class Gate:
    """A port before the data centre, which counts who comes. Itself it stands for the direct way."""
    heard, refuses = '', False  # what a proxy was told besides the target

    def __init__(self, dc, port=None):
        self.dc, self.wanted, self.open = dc, [], []
        self.listener = socket.socket()
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.listener.bind(('127.0.0.1', port or lab.free_port()))  # one may come back to its port
        self.listener.listen()
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client = self.listener.accept()[0]
            except OSError:
                return
            threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def greet(self, client):
        return 'somebody'

    def serve(self, client):
        self.open.append(client)
        wanted = self.greet(client)
        if wanted is None:
            client.close()
            return
        self.wanted.append(wanted)
        server = socket.create_connection(('127.0.0.1', self.dc.port))
        self.open.append(server)
        threading.Thread(target=pump, args=(server, client), daemon=True).start()
        pump(client, server)

    def goes(self):
        """Nobody is served any more, and all that is open is cut."""
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for end in self.open:
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


class Socks(Gate):
    """A SOCKS 5 proxy; wherever somebody wants to go, it leads to the data centre. Its whim: silence or nonsense."""
    whim, met = None, 0

    def greet(self, client):
        whim = self.whim
        self.met += whim is not None
        try:
            while whim:
                if whim == 'nonsense':
                    client.sendall(bytes(range(1, 200)) * 300)
                if not client.recv(4096):
                    return None
            methods = client.recv(2 + client.recv(2, socket.MSG_PEEK)[1])[2:]
            if self.refuses:
                client.sendall(b'\5\xff')
                return None
            client.sendall(b'\5\2' if b'\2' in methods else b'\5\0')
            if b'\2' in methods:  # RFC 1929
                user = client.recv(client.recv(2, socket.MSG_WAITALL)[1], socket.MSG_WAITALL)
                self.heard += '%s:%s' % (user.decode(), client.recv(client.recv(1)[0], socket.MSG_WAITALL).decode())
                client.sendall(b'\1\0')
            kind = client.recv(4, socket.MSG_WAITALL)[3]
            size = 4 if kind == 1 else client.recv(1)[0]
            host = client.recv(size, socket.MSG_WAITALL)
            port = struct.unpack('>H', client.recv(2, socket.MSG_WAITALL))[0]
            client.sendall(b'\5\0\0\1\0\0\0\0\0\0')
        except (OSError, IndexError):  # it went away
            return None
        return '%s:%d' % (socket.inet_ntoa(host) if kind == 1 else host.decode(), port)


class Socks4(Gate):
    """A SOCKS 4 proxy, for addresses only."""

    def greet(self, client):
        try:
            head = client.recv(8, socket.MSG_WAITALL)
            while client.recv(1) not in (b'\0', b''):
                pass
            client.sendall(b'\0\x5a' + bytes(6))
            return '%s:%d' % (socket.inet_ntoa(head[4:8]), struct.unpack('>H', head[2:4])[0])
        except (OSError, struct.error):
            return None


class HttpProxy(Gate):
    """An HTTP proxy that makes tunnels; its answer comes in pieces."""

    def greet(self, client):
        try:
            asked = b''
            while b'\r\n\r\n' not in asked:
                more = client.recv(4096)
                if not more:
                    return None
                asked += more
                self.heard += more.decode('latin-1')
            if self.refuses:
                client.sendall(b'HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n')
                return None
            for piece in (b'HTTP/1.0 200 Conn', b'ection established\r\nX-Other: 1\r\n', b'\r\n'):
                client.sendall(piece)
            verb, target = asked.decode('latin-1').split(' ')[:2]
            return target if verb == 'CONNECT' else verb + ' ' + target
        except OSError:
            return None
