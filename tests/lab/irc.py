"""BitlBee with libpurple, and people who talk to it over IRC."""
import os
import queue
import re
import shutil
import socket
import subprocess
import threading

import tidy
from lab import NO_BUS, PATIENCE, Process, free_port, until

CONFIG = '''[settings]
RunMode = ForkDaemon
AuthMode = Open
PluginDir = %s/
'''


def answers(port):
    try:
        socket.create_connection(('127.0.0.1', port)).close()
        return True
    except OSError:
        return False


class Bitlbee:
    """A process for every connection, one directory for all of them."""

    def __init__(self, lab, ahead=0):
        """Its calendar is so many seconds ahead of that of the machine."""
        self.home = os.path.join(lab.directory, 'bitlbee')
        self.port = free_port()
        plugins = os.path.join(lab.directory, 'bitlbee-plugins')
        os.makedirs(self.home, exist_ok=True)
        if not os.path.isdir(plugins):
            os.makedirs(os.path.join(plugins, 'purple'))
            shutil.copy(os.path.join(lab.build, 'plugin/purple/mtproto.so'), os.path.join(plugins, 'purple'))
        config = os.path.join(lab.directory, 'bitlbee.conf')
        with open(config, 'w', encoding='utf-8') as f:
            f.write(CONFIG % plugins)
        self.log = open(os.path.join(lab.directory, 'bitlbee.log'), 'a', encoding='utf-8')
        shift = {'AHEAD': str(ahead), 'LD_PRELOAD': os.path.join(lab.build, 'tests/purple/libahead.so')} if ahead else {}
        self.process = subprocess.Popen(
            [shutil.which('bitlbee', path=os.environ['PATH'] + ':/usr/sbin'), '-F', '-n', '-c', config, '-d', self.home + '/', '-i', '127.0.0.1', '-p', str(self.port),
             '-P', os.path.join(lab.directory, 'bitlbee.pid')], stdin=subprocess.DEVNULL, stdout=self.log,
            stderr=self.log, env=dict(os.environ, LC_ALL='C.UTF-8', HOME=lab.directory,
                                      DBUS_SESSION_BUS_ADDRESS=NO_BUS, **shift))
        until(lambda: answers(self.port), 'BitlBee')

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(tidy.GRACE)
            except subprocess.TimeoutExpired:
                self.process.kill()
        self.log.close()


class Person(Process):
    """Somebody at an IRC client. What they hear is "nick channel-or-own-nick: text"."""

    def __init__(self, bitlbee, nick):
        self.name, self.nick, self.said, self.pending, self.queue = nick, nick, [], [], queue.Queue()
        self.socket = socket.create_connection(('127.0.0.1', bitlbee.port))
        threading.Thread(target=self._read, daemon=True).start()
        self.line('NICK ' + nick)
        self.line('USER %s x x :%s' % (nick, nick))
        self.hears('root &bitlbee: If you already have an account')

    def _read(self):
        for line in self._lines():
            message = re.match(r':(\S+?)!\S+ (PRIVMSG|JOIN|QUIT) :?(\S+)(?: :(.*))?', line.rstrip('\r\n'))
            if message:
                who, what, where, text = message.groups()
                self.queue.put('%s %s: %s' % (who, where, text) if what == 'PRIVMSG' else
                               '%s %s' % (who, what.lower() + 's'))
        self.queue.put(None)

    def _lines(self):
        try:
            with self.socket.makefile(encoding='utf-8', errors='replace', newline='\r\n') as lines:
                yield from lines
        except OSError:  # BitlBee ended
            pass

    def line(self, line):
        self.socket.sendall((line + '\r\n').encode())

    def root(self, command):
        self.line('PRIVMSG &bitlbee :' + command)

    def say(self, who, text):
        self.line('PRIVMSG %s :%s' % (who, text))

    def hears(self, pattern, timeout=PATIENCE):
        return self.wait(lambda l: re.match(pattern, l), pattern, timeout)

    def offers(self, who, name, data, meanwhile):
        """A file, by DCC over loopback, as an IRC client does it; `meanwhile` is called when half of it is gone."""
        with socket.create_server(('127.0.0.1', 0)) as offer:
            offer.settimeout(PATIENCE)
            self.line('PRIVMSG %s :\x01DCC SEND %s %d %d %d\x01' % (who, name, 0x7f000001, offer.getsockname()[1], len(data)))
            taker = offer.accept()[0]
        with taker:
            taker.settimeout(PATIENCE)
            taker.sendall(data[:len(data) // 2])
            meanwhile()
            taker.sendall(data[len(data) // 2:])
            while taker.recv(4096):  # how much it has, again and again; it goes when it has all
                pass

    def add_account(self, lab, phone, *password, tag='mtproto'):
        """`tag`: how BitlBee will call it"""
        self.root('account add mtproto %s %s' % (phone, ' '.join(password)))
        self.hears('root &bitlbee: Account successfully added')
        for name, value in (('server', '127.0.0.1:%d' % lab.dc.port), ('server-key', lab.dc.key), ('api-id', '1'),
                            ('api-hash', 'x')):
            self.root('account %s set %s %s' % (tag, name, value))
            self.hears('root &bitlbee: %s = ' % name)

    def leave(self):
        """Comes back when BitlBee has written everything and ended this connection's process."""
        self.line('QUIT')
        while self.queue.get(timeout=PATIENCE) is not None:
            pass

    def stop(self):
        try:
            self.socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.socket.close()
