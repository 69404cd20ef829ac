"""A data centre, companions and front ends in processes of their own, and waiting for what they say."""
import functools
import os
import queue
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time

import tidy

ALICE, BOB = '9990000001', '9990000002'
NO_BUS = 'disabled:'  # never the bus, and the keyring, of whoever runs the tests
# Seconds that something may take on a busy machine. What comes is seen at once; only what never comes takes so long.
PATIENCE = 120


class Gone(Exception):
    """A process did not say what was expected of it."""


def until(test, what, timeout=PATIENCE, show=lambda: ''):
    end = time.time() + timeout
    while True:
        result = test()
        if result:
            return result
        if time.time() > end:
            raise Gone('%s did not happen\n%s' % (what, show()))
        time.sleep(0.1)


def free_port():
    """Of those that the kernel gives to nobody who asks for any, so that it stays free until its owner takes it."""
    with open('/proc/sys/net/ipv4/ip_local_port_range', encoding='ascii') as f:
        end = int(f.read().split()[0])
    while True:
        port = random.randrange(end - 12000, end) if end > 14000 else random.randrange(1024, 65536)
        with socket.socket() as s:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                s.bind(('127.0.0.1', port))
                return port
            except OSError:
                pass


class Process:
    """Lines out, lines in. What was said and not yet waited for is kept until forget()."""

    def __init__(self, name, argv, **kw):
        self.name, self.said, self.pending, self.queue = name, [], [], queue.Queue()
        self.process = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        encoding='utf-8', errors='replace', bufsize=1, **kw)
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            self.queue.put(line.rstrip('\n'))
        self.queue.put(None)

    def send(self, line):
        self.process.stdin.write(line + '\n')
        self.process.stdin.flush()

    def next(self, timeout):
        line = self.queue.get(timeout=max(timeout, 0.001))
        if line is None:
            raise Gone('%s ended; its last words:\n%s' % (self.name, '\n'.join(self.said[-15:])))
        self.said.append(line)
        return line

    def parse(self, line):
        return line

    def forget(self):
        """What was said until now is of no interest any more."""
        while True:
            try:
                self.next(0)
            except queue.Empty:
                break
        self.pending = []

    def wait(self, test, what, timeout=PATIENCE):
        """test(x) of the first thing said for which it is true."""
        end = time.time() + timeout
        for i, item in enumerate(self.pending):
            result = test(item)
            if result:
                del self.pending[i]
                return result
        while True:
            try:
                item = self.parse(self.next(end - time.time()))
            except queue.Empty:
                raise Gone('%s never said %s; its last words:\n%s' %
                           (self.name, what, '\n'.join(x[:300] for x in self.said[-15:])))
            result = test(item)
            if result:
                return result
            self.pending.append(item)

    def never(self, pattern, seconds=0.5):
        """Says it nowhere until `seconds` from now."""
        end = time.time() + seconds
        while True:
            try:
                self.pending.append(self.next(end - time.time()))
            except queue.Empty:
                break
        for line in self.pending:
            if re.match(pattern, line):
                raise Gone('%s said: %s' % (self.name, line))

    def kill(self):
        """It gets no chance to save or to say anything."""
        self.process.kill()
        self.process.wait(tidy.GRACE)

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(tidy.GRACE)
            except subprocess.TimeoutExpired:
                self.process.kill()


class Dc(Process):
    def __init__(self, build, directory, users=(), people=0, sites=()):
        self.key = os.path.join(directory, 'server.pem')
        self.control_path = os.path.join(directory, 'control')
        super().__init__('dc', [os.path.join(build, 'tests/dc/dc'), '--port', '0', '--public-key-out', self.key,
                                '--control', self.control_path, '--user', '9990000001:Alice:Aa',
                                '--user', '9990000002:Bob:Bb',
                                '--people', str(people), *[word for user in users for word in ('--user', user)],
                                *[word for site in sites for word in ('--site', site)]],
                         env=dict(os.environ, LC_ALL='C.UTF-8'))
        self.sites = {site: int(self.wait(lambda l, s=site: re.match('site %s (\\d+)' % s, l), 'site').group(1)) for site in sites}
        self.port = int(self.wait(lambda l: re.match(r'ready (\d+)', l), 'ready').group(1))

    def control(self, line):
        with socket.socket(socket.AF_UNIX) as s:
            s.connect(self.control_path)
            s.sendall(line.encode() + b'\n')
            answer = s.makefile().readline().strip()
        if not answer.startswith('ok'):
            raise Gone('%s: %s' % (line, answer))
        return answer


    def counts(self):
        """method -> how many calls of it came."""
        return dict((name, int(n)) for name, n in (word.split('=') for word in self.control('stats').split()[1:]))


def other_way(number):
    """For --site: another address of that data centre beside one of IPv4: at ::1, where this machine has one; else at IPv4,
    too, so that what is told of two ways is told of two ports."""
    try:
        with socket.socket(socket.AF_INET6) as s:
            s.bind(('::1', 0))
    except OSError:
        return number
    return number + 'v6'


class Path(Process):
    """Somebody between a client and the data centre (path.py)."""

    def __init__(self, lab, modes):
        super().__init__('path', [sys.executable, os.path.join(os.path.dirname(os.path.abspath(__file__)), 'path.py'),
                                  str(lab.dc.port), ','.join(modes)])
        self.port = int(self.wait(lambda l: re.match(r'ready (\d+)', l), 'ready').group(1))

    def attack(self):
        self.send('attack')
        self.wait(lambda l: l == 'ok', 'ok')

    def enough(self, attacks, seconds=0):
        """So many connections were not let alone, and so long."""
        end = time.time() + seconds
        for n in range(1, attacks + 1):
            self.wait(lambda l: l.startswith('attacked %d ' % n), 'attack %d' % n, 180)
        while time.time() < end:
            time.sleep(1)

    def goes_away(self):
        self.send('pass')
        self.wait(lambda l: l == 'ok', 'ok')


class Mtproxy(Process):
    """A proxy of Telegram's own kind before the data centre (mtproxy.py); the secret in hexadecimal."""

    def __init__(self, lab, secret):
        super().__init__('mtproxy', [sys.executable, os.path.join(os.path.dirname(os.path.abspath(__file__)), 'mtproxy.py'),
                                     str(lab.dc.port), secret])
        self.secret = secret
        self.port = int(self.wait(lambda l: re.match(r'ready (\d+)', l), 'ready').group(1))
        self.link = 'tg://proxy?server=127.0.0.1&port=%d&secret=%s' % (self.port, secret)

    def hears(self, pattern, timeout=PATIENCE):
        return self.wait(lambda l: re.match(pattern, l), pattern, timeout)

    def command(self, line):
        self.send(line)
        self.hears('ok$')

    def through(self):
        """Of each connection that got through until now: data centre's number and transport."""
        self.command('pass')
        return [line.split(' ', 1)[1] for line in self.said if line.startswith('through ')]


class Companion(Process):
    """Our own client, without libpurple."""

    def __init__(self, build, dc, directory, phone, *more):
        super().__init__('companion', [os.path.join(build, 'tests/peer/companion'), '--server',
                                       '127.0.0.1:%d' % dc.port, '--server-key', dc.key, '--phone', phone,
                                       '--directory', os.path.join(directory, 'c' + phone), *more])
        self.hears('online')

    def hears(self, pattern, timeout=PATIENCE):
        return self.wait(lambda l: re.match(pattern, l), pattern, timeout)

    def info(self):
        self.send('info')
        line = self.hears('info ').string.split()
        return dict(zip(line[2::2], line[3::2]), chat=line[1])  # where the last message came, or what was chosen


class Headless(Process):
    """The real module in a libpurple without a screen (tests/purple/headless.c)."""

    def __init__(self, lab, name='purple', *more, env=None):
        self.home = os.path.join(lab.directory, name)
        plugins = os.path.join(lab.directory, 'plugins')
        os.makedirs(self.home, exist_ok=True)
        if not os.path.isdir(plugins):  # once: a process that runs has it mapped
            os.makedirs(plugins)
            shutil.copy(os.path.join(lab.build, 'plugin/purple/mtproto.so'), plugins)
        # libpurple itself leaks at its end; our own leaks are the other rings' business
        environment = dict(os.environ, ASAN_OPTIONS='detect_leaks=0' + os.environ.get('LAB_ASAN', ''), LC_ALL='C.UTF-8',
                           DBUS_SESSION_BUS_ADDRESS=NO_BUS)
        environment.update(env or {})
        super().__init__('libpurple', [os.path.join(lab.build, 'tests/purple/headless'), '--user-dir', self.home,
                                       '--plugins', plugins, *more], env=environment,
                         preexec_fn=lambda: signal.signal(signal.SIGXFSZ, signal.SIG_IGN))  # a full disk is an error
        self.lab = lab
        self.hears('ready')

    def hears(self, pattern, timeout=PATIENCE):
        return self.wait(lambda l: re.match(pattern, l), pattern, timeout)

    def does(self, line):
        """What is told to somebody else afterwards comes when this is done."""
        self.send(line)
        self.send('mark')
        self.hears('marked$')

    def connecting(self):
        """Sockets of this process whose connecting has come to no end yet."""
        own = set()
        for fd in os.listdir('/proc/%d/fd' % self.process.pid):
            try:
                own.add(os.readlink('/proc/%d/fd/%s' % (self.process.pid, fd)))
            except FileNotFoundError:
                pass  # closed meanwhile
        rows = []
        for name in ('tcp', 'tcp6'):
            if os.path.exists('/proc/net/' + name):
                with open('/proc/net/' + name) as f:
                    rows += [line.split() for line in f.readlines()[1:]]
        return sum(row[3] == '02' and 'socket:[%s]' % row[9] in own for row in rows)

    def account(self, phone, **settings):
        wanted = {'server': '127.0.0.1:%d' % self.lab.dc.port, 'server-key': self.lab.dc.key, 'api-id': '1',
                  'api-hash': 'x'}
        wanted.update({k.replace('_', '-'): v for k, v in settings.items()})
        self.send('account %s %s' % (phone, ' '.join('%s=%s' % i for i in wanted.items() if i[1] is not None)))

    def log_in(self, phone, **settings):
        self.account(phone, **settings)
        self.hears('input Login code')
        self.send('answer 12345')
        self.hears('signed-on')

    def loses(self, text, timeout=PATIENCE):
        """The line leaves the conversation."""
        end = time.time() + timeout
        while any(text in line for line in self.history()):
            if time.time() > end:
                raise Gone('"%s" is still in the window' % text)
            time.sleep(0.1)

    def history(self):
        """The texts of the secret chat's conversation."""
        self.send('lines secret')
        texts = []
        while True:
            line = self.hears('history').string
            if line == 'history end':
                return texts
            texts.append(line[len('history: '):])


class Lab:
    """Everything in one temporary directory; leave it with the `with` statement."""

    def __init__(self, build, name, root=None, users=(), people=0, sites=()):
        self.build, self.processes = build, []
        tidy.adopt(build)
        self.directory = tidy.folder(build, name, root)
        try:
            self.dc = self.add(Dc(build, self.directory, users, people, sites))
        except BaseException:
            self.__exit__()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *what):
        for process in reversed(self.processes):
            process.stop()
        left = tidy.end_all()
        shutil.rmtree(self.directory)
        if left:
            raise Gone('still running at the end:\n' + '\n'.join(left))

    def add(self, process):
        self.processes.append(process)
        return process

    def companion(self, phone, *more):
        return self.add(Companion(self.build, self.dc, self.directory, phone, *more))

    def headless(self, *args, **kw):
        return self.add(Headless(self, *args, **kw))

    def chat(self, *more, **settings):
        """A plugin (with `more` options) and a companion with a secret chat that is ready: (plugin, companion)."""
        companion = self.companion(BOB)
        plugin = self.headless('purple', *more)
        plugin.log_in(ALICE, **settings)
        self.start(plugin, companion)
        return plugin, companion

    def knows_bob(self, plugin):
        """The address book comes a moment after the login."""
        end = time.time() + PATIENCE
        while True:
            plugin.send('buddies')
            if 'Bob' in plugin.hears('(buddy .*Bob|buddies end)').string:
                break
            if time.time() > end:
                raise Gone('nobody in the buddy list')
            time.sleep(0.1)

    def start(self, plugin, companion):
        self.knows_bob(plugin)
        plugin.send('menu @Bob Start secret chat')
        companion.hears('secret -?[0-9]+ requested')
        companion.send('accept')
        companion.hears('secret -?[0-9]+ ready')
        plugin.hears('line secret.* is ready')
        plugin.forget()
        companion.forget()


class Stories:
    """Tests of a program that is called with BUILD [NAME...], each in a lab of its own."""

    def __init__(self, name, first=None):
        self.build, self.named, self.name, self.first = sys.argv[1], sys.argv[2:], name, first

    def in_lab(self, story):
        """story(place)"""
        @functools.wraps(story)
        def story_in_lab():
            with Lab(self.build, self.name) as place:
                story(place)
        return story_in_lab

    def with_chat(self, story, *more, **settings):
        """story(place, us, companion), where there is a secret chat; `first` was said to us."""
        @functools.wraps(story)
        def story_with_chat(place):
            us, companion = place.chat(*more, **settings)
            if self.first:
                us.send(self.first)
            story(place, us, companion)
        return self.in_lab(story_with_chat)

    def run(self, tests):
        """(name, story) pairs, of them the named ones if any are: the exit status."""
        return run([test for test in tests if not self.named or test[0] in self.named], independent=True)


def run(tests, before=lambda: None, independent=False):
    """Runs (name, function) pairs; prints TAP; the exit status. Unless they are independent, they build on each
    other, and the first that fails ends the story."""
    print('1..%d' % len(tests), flush=True)
    failed = 0
    for number, (name, function) in enumerate(tests, 1):
        if failed and not independent:
            print('not ok %d - %s' % (number, name), flush=True)
            continue
        begun = time.time()
        try:
            before()
            function()
            print('ok %d - %s\n# %.1f s' % (number, name, time.time() - begun), flush=True)
        except Exception as error:  # noqa: every failure is reported
            failed += 1
            for line in str(error).splitlines():
                print('# ' + line[:400])
            print('not ok %d - %s' % (number, name), flush=True)
    return 1 if failed else 0
