"""A data centre, companions and TDLibs in processes of their own, and waiting for what they say."""
import json
import os
import queue
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
PACKAGE = '@prebuilt-tdlib/linux-x64-glibc'


class Gone(Exception):
    """A process did not say what was expected of it."""


class Process:
    """Lines out, lines in. What was said and not yet waited for is kept until forget()."""

    def __init__(self, name, argv, **kw):
        self.name, self.said, self.pending, self.queue = name, [], [], queue.Queue()
        self.process = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                        bufsize=1, **kw)
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

    def wait(self, test, what, timeout=30):
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

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()


class Dc(Process):
    def __init__(self, build, directory):
        self.key = os.path.join(directory, 'server.pem')
        self.control_path = os.path.join(directory, 'control')
        super().__init__('dc', [os.path.join(build, 'tests/dc/dc'), '--port', '0', '--public-key-out', self.key,
                                '--control', self.control_path, '--user', '9990000001:Alice:Aa',
                                '--user', '9990000002:Bob:Bb'])
        self.port = int(self.wait(lambda l: re.match(r'ready (\d+)', l), 'ready').group(1))

    def control(self, line):
        with socket.socket(socket.AF_UNIX) as s:
            s.connect(self.control_path)
            s.sendall(line.encode() + b'\n')
            answer = s.makefile().readline().strip()
        if not answer.startswith('ok'):
            raise Gone('%s: %s' % (line, answer))
        return answer


class Companion(Process):
    """Our own client, without libpurple."""

    def __init__(self, build, dc, directory, phone, *more):
        super().__init__('companion', [os.path.join(build, 'tests/peer/companion'), '--server',
                                       '127.0.0.1:%d' % dc.port, '--server-key', dc.key, '--phone', phone,
                                       '--directory', os.path.join(directory, 'c' + phone), *more])
        self.hears('online')

    def hears(self, pattern, timeout=30):
        return self.wait(lambda l: re.match(pattern, l), pattern, timeout)

    def info(self):
        self.send('info')
        line = self.hears('info ').string.split()
        return dict(zip(line[2::2], line[3::2]))


class Tdlib(Process):
    def __init__(self, lab, name, phone, online=True):
        self.phone, self.extra, self.events, self.lab = phone, 0, [], lab
        env = dict(os.environ, TDREDIRECT_PORT=str(lab.dc.port), LD_PRELOAD=lab.shim)
        env.pop('ASAN_OPTIONS', None)
        self.directory = os.path.join(lab.directory, 'td' + name)
        super().__init__('TDLib ' + name, [sys.executable, os.path.join(HERE, 'tdlib_host.py'), lab.tdjson,
                                           os.path.join(lab.directory, 'td-%s.log' % name)], env=env)
        self.tell('setTdlibParameters', use_test_dc=True, database_directory=self.directory,
                  files_directory=self.directory + '/f', use_file_database=False, use_chat_info_database=False,
                  use_message_database=False, use_secret_chats=True, api_id=12345, api_hash='0' * 32,
                  system_language_code='en', device_model='Test', system_version='1', application_version='1.0',
                  database_encryption_key='')
        self.state('WaitPhoneNumber')
        self.tell('setAuthenticationPhoneNumber', phone_number='+' + phone)
        self.state('WaitCode')
        self.tell('checkAuthenticationCode', code='12345')
        self.state('Ready')
        if online:
            self.tell('setOption', name='online', value={'@type': 'optionValueBoolean', 'value': True})

    def tell(self, kind, **fields):
        self.extra += 1
        self.send(json.dumps(dict(fields, **{'@type': kind, '@extra': self.extra})))
        return self.extra

    def parse(self, line):
        event = json.loads(line)
        self.events.append(event)
        return event

    def sees(self, test, what, timeout=30):
        return self.wait(lambda e: e if test(e) else None, what, timeout)

    def call(self, kind, **fields):
        extra = self.tell(kind, **fields)
        answer = self.sees(lambda e: e.get('@extra') == extra, 'the answer of ' + kind)
        if answer['@type'] == 'error':
            raise Gone('%s: %s' % (kind, answer))
        return answer

    def state(self, name):
        wanted = 'authorizationState' + name
        self.sees(lambda e: e['@type'] == 'updateAuthorizationState' and
                  e['authorization_state']['@type'] == wanted, wanted)

    def update(self, kind, timeout=30, **fields):
        return self.sees(lambda e: e['@type'] == kind and all(e.get(k) == v for k, v in fields.items()),
                         '%s %s' % (kind, fields), timeout)

    def secret(self, state, timeout=30):
        wanted = 'secretChatState' + state
        return self.sees(lambda e: e['@type'] == 'updateSecretChat' and
                         e['secret_chat']['state']['@type'] == wanted, wanted, timeout)['secret_chat']

    def chat_of(self, secret_id):
        """The id of the conversation that shows a secret chat."""
        is_it = (lambda e: e['@type'] == 'updateNewChat' and
                 e['chat']['type'].get('secret_chat_id') == secret_id)
        for event in self.events:
            if is_it(event):
                return event['chat']['id']
        return self.sees(is_it, 'its conversation')['chat']['id']

    def say(self, chat, text):
        self.tell('sendMessage', chat_id=chat, input_message_content={
            '@type': 'inputMessageText', 'text': {'@type': 'formattedText', 'text': text}})
        return self.sees(lambda e: e['@type'] == 'updateMessageSendSucceeded' and
                         e['message']['chat_id'] == chat, 'sent: ' + text)['message']['id']

    def gets(self, chat, content='messageText', timeout=30):
        return self.sees(lambda e: e['@type'] == 'updateNewMessage' and e['message']['chat_id'] == chat and
                         not e['message']['is_outgoing'] and e['message']['content']['@type'] == content,
                         content, timeout)['message']


class Lab:
    """Everything in one temporary directory; leave it with the `with` statement."""

    def __init__(self, build, name):
        self.build, self.processes = build, []
        self.directory = tempfile.mkdtemp(prefix='mtp-' + name + '-')
        self.dc = self.add(Dc(build, self.directory))

    def __enter__(self):
        return self

    def __exit__(self, *what):
        for process in reversed(self.processes):
            process.stop()
        shutil.rmtree(self.directory, ignore_errors=True)

    def add(self, process):
        self.processes.append(process)
        return process

    def companion(self, phone, *more):
        return self.add(Companion(self.build, self.dc, self.directory, phone, *more))

    def prepare_tdlib(self):
        """The library with our data centre's key in it, and the shim that keeps it on this machine."""
        store = os.path.join(self.build, 'tests/interop/npm')
        source = os.path.join(store, 'node_modules', PACKAGE, 'libtdjson.so')
        if not os.path.exists(source):
            os.makedirs(store, exist_ok=True)
            for name in ('package.json', 'package-lock.json', '.npmrc'):
                shutil.copy(os.path.join(HERE, name), store)
            subprocess.run(['npm', 'ci', '--silent', '--no-audit', '--no-fund'], cwd=store, check=True, timeout=600,
                           stdout=subprocess.DEVNULL)
        self.tdjson = os.path.join(self.directory, 'libtdjson.so')
        self.shim = os.path.join(self.directory, 'tdredirect.so')
        subprocess.run([sys.executable, os.path.join(HERE, 'patch_tdjson.py'), source, self.dc.key, self.tdjson],
                       check=True, stdout=subprocess.DEVNULL)
        subprocess.run(['cc', '-O2', '-shared', '-fPIC', '-o', self.shim, os.path.join(HERE, 'tdredirect.c'), '-ldl'],
                       check=True)

    def tdlib(self, name, phone, **kw):
        return self.add(Tdlib(self, name, phone, **kw))


def run(tests, before=lambda: None):
    """Runs (name, function) pairs that build on each other; prints TAP; the exit status."""
    print('1..%d' % len(tests), flush=True)
    broken = None
    for number, (name, function) in enumerate(tests, 1):
        if broken is None:
            try:
                before()
                function()
                print('ok %d - %s' % (number, name), flush=True)
                continue
            except Exception as error:  # noqa: every failure is reported and ends the story
                broken = error
                for line in str(error).splitlines():
                    print('# ' + line[:400])
        print('not ok %d - %s' % (number, name), flush=True)
    return 1 if broken else 0
