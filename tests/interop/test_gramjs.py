#!/usr/bin/env python3
"""GramJS on our data centre: a client that nobody here wrote and that shares nothing with TDLib, of an older layer.

usage: test_gramjs.py BUILD [STORY...]
"""
import json
import os
import socket
import struct
import subprocess
import sys

import npm
import patch_tdjson
from tdlib import lab, shim

from gate import Socks

HERE = os.path.dirname(os.path.abspath(__file__))
ALICE, BOB, PASSWORD = '9990000001', '9990000002', 'battery-staple'
KEY = '00112233445566778899aabbccddeeff'


def clean(env):
    return {name: value for name, value in env.items()
            if name not in ('ASAN_OPTIONS', 'NODE_OPTIONS', 'LD_PRELOAD') and not name.startswith('TDREDIRECT')}


class Gramjs(lab.Process):
    def __init__(self, place, transport, session='', proxy=None):
        n, e = patch_tdjson.pkcs1_numbers(patch_tdjson.read_public_key(place.dc.key))
        fingerprint = struct.unpack('<q', struct.pack('<Q', patch_tdjson.fingerprint(n, e)))[0]
        env = dict(clean(os.environ), LD_PRELOAD=shim(place), TDREDIRECT_PORT=str(place.dc.port))
        if proxy:
            del env['TDREDIRECT_PORT']
        self.count = 0
        super().__init__('GramJS', ['node', os.path.join(HERE, 'gramjs_host.js'), npm.modules(place.build)], env=env)
        self.send(json.dumps({'key': {'fingerprint': str(fingerprint), 'n': str(n), 'e': e}, 'transport': transport,
                              'session': session, 'proxy': proxy}))

    def parse(self, line):
        return json.loads(line)

    def ask(self, what, **fields):
        self.count += 1
        mine = self.count
        self.send(json.dumps(dict(fields, id=mine, do=what)))
        answer = self.wait(lambda e: e if e.get('answer') == mine else None, 'the answer of ' + what)
        if 'error' in answer:
            raise lab.Gone('%s: %s' % (what, answer['error']))
        return answer['result']

    def hears(self, text):
        return self.wait(lambda e: e if e.get('event') == 'message' and e['text'] == text else None, text)

    def goes_to(self):
        """Where its connections lead."""
        own = set()
        for fd in os.listdir('/proc/%d/fd' % self.process.pid):
            own.add(os.readlink('/proc/%d/fd/%s' % (self.process.pid, fd)))
        found = set()
        for name in ('tcp', 'tcp6', 'udp', 'udp6'):
            if os.path.exists('/proc/net/' + name):
                with open('/proc/net/' + name, encoding='ascii') as f:
                    rows = [line.split() for line in f.readlines()[1:]]
                for row in rows:
                    if 'socket:[%s]' % row[9] in own:
                        address, port = row[2].split(':')
                        found.add((socket.inet_ntoa(struct.pack('<I', int(address, 16))) if len(address) == 8 else address,
                                   int(port, 16)))
        return found


def same(got, wanted):
    if got != wanted:
        raise lab.Gone('%r, not %r' % (got, wanted))


def logs_in(place, transport, phone=ALICE, proxy=None, passwords=()):
    client = place.add(Gramjs(place, transport, proxy=proxy))
    same(client.ask('connect'), {'connected': True, 'layer': 198})
    login = client.ask('login', phone='+' + phone, codes=['12345'], passwords=list(passwords))
    return client, login


def talk(transport):
    def story(place):
        """Code and two-step password, a wrong one first; messages both ways, in the forms of layer 198"""
        place.dc.control('password Alice ' + PASSWORD)
        alice, login = logs_in(place, transport, passwords=['wrong', PASSWORD])
        same(login['refused'], ['PASSWORD_HASH_INVALID'])
        same(alice.goes_to(), {('127.0.0.1', place.dc.port)})
        me = alice.ask('me')
        same((me['first'], me['phone'], me['self']), ('Alice', ALICE, True))
        same([user['first'] for user in alice.ask('contacts')], ['Bob'])
        place.dc.control('profile Bob about a friend')
        same(alice.ask('full', to='Bob')['about'], 'a friend')
        bob, _ = logs_in(place, transport, BOB)
        bob.ask('me')
        sent = alice.ask('send', to='Bob', text='by GramJS')
        same((sent['text'], sent['out']), ('by GramJS', True))
        heard = bob.hears('by GramJS')
        same((heard['from'], heard['out']), (me['id'], False))
        bob.ask('send', to='Alice', text='and back')
        alice.hears('and back')
        first, second = alice.ask('again', to='Bob', text='once')
        same(first, second)
        bob.hears('once')
        same([m['text'] for m in bob.ask('difference', pts=1)], ['by GramJS', 'and back', 'once'])
        place.dc.control('message-whole Alice Bob whole')
        bob.hears('whole')
    return story


def comes_back(place):
    """It goes on with its key and login, without a code; after its log-out it has none"""
    alice, login = logs_in(place, 'Full')
    alice.ask('bye')
    alice.process.wait(lab.PATIENCE)
    again = place.add(Gramjs(place, 'Full', session=login['session']))
    again.ask('connect')
    same(again.ask('me')['first'], 'Alice')
    same(place.dc.counts()['auth.sendCode'], 1)
    again.ask('logout')
    try:
        again.ask('contacts')
    except lab.Gone as error:
        if 'AUTH_KEY_UNREGISTERED' not in str(error):
            raise
    else:
        raise lab.Gone('logged in after all')


def with_ours(place):
    """Our client is told of what GramJS sends, once"""
    us = place.companion(BOB)
    alice, _ = logs_in(place, 'Obfuscated')
    me = alice.ask('me')
    alice.ask('send', to='Bob', text='hello')
    us.hears('cloud %s$' % me['id'])


def by_socks(place):
    """There is no other way for it"""
    proxy = Socks(place.dc)
    alice, _ = logs_in(place, 'Full', proxy={'ip': '127.0.0.1', 'port': proxy.port, 'socksType': 5, 'username': 'me',
                                             'password': 'geheim'})
    same(alice.ask('me')['first'], 'Alice')
    same(alice.goes_to(), {('127.0.0.1', proxy.port)})


def by_mtproxy(place):
    """A proxy with a plain secret, to which it speaks abridged"""
    proxy = place.add(lab.Mtproxy(place, KEY))
    alice, _ = logs_in(place, 'Full', proxy={'ip': '127.0.0.1', 'port': proxy.port, 'MTProxy': True, 'secret': KEY})
    same(alice.ask('me')['first'], 'Alice')
    same(alice.goes_to(), {('127.0.0.1', proxy.port)})
    same({line.split()[1] for line in proxy.through()}, {'abridged'})


def leads(place):
    """To the port of the whole address that it goes to, else to the one for all; if there is none, nowhere"""
    program = 'import socket; socket.create_connection(("9.154.175.10", 443)).sendall(b"x")'
    with socket.create_server(('127.0.0.1', 0)) as right, socket.create_server(('127.0.0.1', 0)) as wrong:
        right_port, wrong_port = right.getsockname()[1], wrong.getsockname()[1]
        for ports, others, gets_there in (('149.154.175.10=%d' % wrong_port, right_port, True),
                                          ('149.154.175.10=%d 9.154.175.10=%d' % (wrong_port, right_port), wrong_port, True),
                                          ('149.154.175.10=%d' % wrong_port, None, False), ('', None, False)):
            env = dict(clean(os.environ), LD_PRELOAD=shim(place), TDREDIRECT_PORTS=ports)
            if others is not None:
                env['TDREDIRECT_PORT'] = str(others)
            done = subprocess.run([sys.executable, '-c', program], env=env, stderr=subprocess.PIPE, check=False,
                                  timeout=lab.PATIENCE)
            there = [at is not None for at in (accepted(right), accepted(wrong))]
            same((done.returncode == 0, there), (gets_there, [gets_there, False]))


def accepted(server):
    """Who connected, which is over by now; None: nobody."""
    server.setblocking(False)
    try:
        connection, address = server.accept()
    except BlockingIOError:
        return None
    connection.close()
    return address


def not_without(place):
    """Without what keeps it on this machine it ends before it connects"""
    host = subprocess.run(['node', os.path.join(HERE, 'gramjs_host.js'), npm.modules(place.build)], env=clean(os.environ),
                          input='{"key": {}, "transport": "Full", "session": ""}\n', text=True, capture_output=True,
                          timeout=lab.PATIENCE, check=False)
    same((host.returncode, host.stdout, 'tdredirect is not loaded' in host.stderr), (1, '', True))


STORIES = lab.Stories('gramjs')
sys.exit(STORIES.run([(name, STORIES.in_lab(story)) for name, story in (
    ('full', talk('Full')), ('obfuscated', talk('Obfuscated')), ('abridged', talk('Abridged')), ('it comes back', comes_back),
    ('our client hears it', with_ours), ('SOCKS 5', by_socks), ('MTProxy', by_mtproxy),
    ('not without the shim', not_without), ('where the shim leads', leads))]))
