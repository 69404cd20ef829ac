#!/usr/bin/env python3
"""Others around the account: the proxy it goes through, and other users of the machine.

usage: test_others.py BUILD [NAME ...]
"""
import os
import re
import stat
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lab'))
import lab  # noqa: E402
from gate import Gate, HttpProxy, Socks, Socks4  # noqa: E402
from lab import ALICE, BOB  # noqa: E402

STORIES = lab.Stories('others')
in_lab = STORIES.in_lab


# --- the proxy ---------------------------------------------------------------------------------------------------

@in_lab
def only_through_the_proxy(place):
    """MT-B36: every connection goes through the account's proxy; when it is gone, none goes"""
    gate, proxy = Gate(place.dc), Socks(place.dc)
    server = '127.0.0.1:%d' % gate.port
    companion = place.companion(BOB)
    us = place.headless()
    us.log_in(ALICE, server=server, proxy=proxy.port)
    place.start(us, companion)
    place.dc.control('disconnect Alice')
    us.send('send secret by the proxy')
    companion.hears(r'message -?\d+ 0 by the proxy$')
    if len(proxy.wanted) < 2 or set(proxy.wanted) != {server}:
        raise lab.Gone('through the proxy: %s' % proxy.wanted)
    before = len(proxy.wanted)
    proxy.goes()
    us.forget()
    us.send('send secret the proxy is gone')
    us.hears('(progress|error) No connection to the server', 60 + lab.PATIENCE)
    for _ in range(2):  # as a host does, and somebody without patience
        us.send('disable')
        us.send('enable')
        us.hears('progress No connection to the server', 60 + lab.PATIENCE)
    companion.never('message')
    if gate.wanted or len(proxy.wanted) != before:
        raise lab.Gone('went directly: %s' % gate.wanted)
    proxy = Socks(place.dc, proxy.port)
    companion.hears(r'message -?\d+ 0 the proxy is gone$', 120)
    if gate.wanted:
        raise lab.Gone('went directly: %s' % gate.wanted)


@in_lab
def names_are_the_proxys(place):
    """MT-B36 MT-B38: nobody but the proxy is asked where a server is"""
    proxy = Socks(place.dc)
    us = place.headless()
    us.log_in(ALICE, server='nowhere.invalid:443', proxy=proxy.port)
    if set(proxy.wanted) != {'nowhere.invalid:443'}:
        raise lab.Gone('through the proxy: %s' % proxy.wanted)


def each_proxy(kind, make, settings, told=None):
    def story(place):
        """MT-B36 MT-B37 MT-B38: a login by a proxy of each kind that libpurple knows, and nobody comes directly"""
        gate = Gate(place.dc)
        proxy = make(place.dc)
        environment = {}
        if kind == 'env-proxy':  # as desktops set it
            environment['http_proxy'] = 'http://127.0.0.1:%d' % proxy.port
        us = place.headless(env=environment)
        us.log_in(ALICE, server='127.0.0.1:%d' % gate.port, **{kind: settings % proxy.port})
        if set(proxy.wanted) != {'127.0.0.1:%d' % gate.port} or gate.wanted:
            raise lab.Gone('through the proxy: %s, directly: %s' % (proxy.wanted, gate.wanted))
        if told and told not in proxy.heard:
            raise lab.Gone('the proxy heard %r' % proxy.heard)
    return in_lab(story)


@in_lab
def a_proxy_that_refuses(place):
    """MT-B37 MT-B38: one that wants another password, or has no such service, is told in words, and its password is
    in no log"""
    log = os.path.join(place.directory, 'debug')
    for make, kind in ((Socks, 'proxy'), (HttpProxy, 'http-proxy')):
        proxy, gate = make(place.dc), Gate(place.dc)
        proxy.refuses = True
        us = place.headless('purple-' + kind, env={'PURPLE_MTPROTO_DEBUG': log})
        us.account(ALICE, server='127.0.0.1:%d' % gate.port, **{kind: '%d:me:geheim' % proxy.port})
        us.hears(r'progress No connection to the server \(.+\)', 60 + lab.PATIENCE)
        us.never('(error fatal|input)', 0)
        if gate.wanted:
            raise lab.Gone('went directly')
        us.send('quit')
        us.hears('over')
        with open(log, encoding='utf-8') as f:
            if 'geheim' in f.read():
                raise lab.Gone('the password is in the log')


@in_lab
def no_port_80_by_http(place):
    """MT-B37: libpurple asks an HTTP proxy for no tunnel to port 80, but sends what is ours as it is: not by us"""
    proxy = HttpProxy(place.dc)
    us = place.headless()
    us.account(ALICE, server='127.0.0.1:80', **{'http-proxy': proxy.port})
    us.hears('progress No connection to the server', 60 + lab.PATIENCE)
    if proxy.heard:
        raise lab.Gone('it heard %r' % proxy.heard)


@in_lab
def a_proxy_with_whims(place):
    """DECISIONS 24: a proxy that keeps silent, or talks nonsense, is no server that refuses: the login waits"""
    proxy = Socks(place.dc)
    us = place.headless()
    for whim in ('silence', 'nonsense'):
        proxy.whim, proxy.met = whim, 0
        if whim == 'silence':
            us.account(ALICE, proxy=proxy.port)
        us.forget()
        us.hears('progress (No connection to the server|The server does not answer)', 60 + lab.PATIENCE)
        lab.until(lambda: proxy.met >= 2, 'another attempt', 120)
    us.never('(error|input)', 0)
    proxy.whim = None
    us.hears('input Login code', 120)


class Words(Gate):
    """An HTTP proxy that answers with a text of its own: libpurple hands it on as the reason."""
    text = 'forged\n*** \x1b[2J\u202eend ' + 'x' * 5000

    def greet(self, client):
        client.recv(4096)
        client.sendall((self.text + '\r\n\r\n').encode())
        return None


@in_lab
def the_words_of_a_proxy(place):
    """SC-C19: what a proxy says stands in a line of bounded length, of what people can see"""
    proxy = Words(place.dc)
    us = place.headless()
    us.account(ALICE, **{'http-proxy': proxy.port})
    line = us.hears('progress No connection to the server .*forged.*', 60 + lab.PATIENCE).string
    if not re.search(r'forged \*\*\* \[2Jend x+\u2026\)\.', line) or len(line) > 500:
        raise lab.Gone(repr(line))


def descriptors(us, port):
    """Flags of the process's connections to that port."""
    hexed = '0100007F:%04X' % port
    with open('/proc/%d/net/tcp' % us.process.pid, encoding='ascii') as f:
        inodes = {line.split()[9] for line in f if line.split()[2] == hexed}
    found = []
    for name in os.listdir('/proc/%d/fd' % us.process.pid):
        if os.readlink('/proc/%d/fd/%s' % (us.process.pid, name)) in {'socket:[%s]' % inode for inode in inodes}:
            with open('/proc/%d/fdinfo/%s' % (us.process.pid, name), encoding='ascii') as f:
                found.append(int(re.search(r'flags:\s*([0-7]+)', f.read()).group(1), 8))
    return found


@in_lab
def our_sockets(place):
    """MT-B41: they do not block, and no program that the host starts has them"""
    us = place.headless()
    us.log_in(ALICE)
    flags = descriptors(us, place.dc.port)
    if len(flags) != 1 or not flags[0] & os.O_NONBLOCK or not flags[0] & os.O_CLOEXEC:
        raise lab.Gone('flags: %s' % [oct(f) for f in flags])


# --- other users of the machine ----------------------------------------------------------------------------------

def is_ours_alone(us):
    top = os.path.join(us.home, 'mtproto')
    bad, seen = [], set()
    for folder, _, files in os.walk(top):
        if stat.S_IMODE(os.stat(folder).st_mode) != 0o700 and folder != top:
            bad.append('%o %s' % (os.stat(folder).st_mode, folder))
        for name in files:
            seen.add(name)
            mode = os.stat(os.path.join(folder, name)).st_mode
            if stat.S_IMODE(mode) != 0o600:
                bad.append('%o %s' % (mode, name))
    if bad:
        raise lab.Gone(', '.join(bad))
    return seen


@in_lab
def private_files(place):
    """SC-L11: every file of the account is its owner's alone, however careless the umask; what was opened by hand
    is closed again"""
    companion = place.companion(BOB)
    before = os.umask(0)
    try:
        us = place.headless()
    finally:
        os.umask(before)
    us.log_in(ALICE)
    place.start(us, companion)
    us.send('remove @Bob')
    us.hears('action Remove Bob')
    us.send('press Only from this list')
    us.send('send secret of ours')
    companion.hears(r'message -?\d+ 0 of ours$')
    names = is_ours_alone(us)
    missing = {'store.db', 'seal.key', 'lock', 'mark', 'hidden'} - names
    if missing:
        raise lab.Gone('not looked at: %s' % missing)
    us.send('quit')
    us.hears('over')
    us.process.wait(lab.PATIENCE)
    is_ours_alone(us)
    for folder, _, files in os.walk(os.path.join(us.home, 'mtproto')):
        os.chmod(folder, 0o777)
    us = place.headless()
    us.hears('signed-on')
    for folder, _, files in os.walk(os.path.join(us.home, 'mtproto')):
        if 'store.db' in files and stat.S_IMODE(os.stat(folder).st_mode) != 0o700:
            raise lab.Gone('others can enter the folder')


@in_lab
def links(place):
    """SC-L11: the store is not written through a link that somebody laid in its place"""
    us = place.headless()
    us.log_in(ALICE)
    us.send('quit')
    us.hears('over')
    us.process.wait(lab.PATIENCE)
    top = os.path.join(us.home, 'mtproto')
    store = next(os.path.join(folder, 'store.db') for folder, _, files in os.walk(top) if 'store.db' in files)
    os.rename(store, store + '.other')
    with open(store + '.other', 'rb') as f:
        whole = f.read()
    os.symlink(store + '.other', store)
    us = place.headless()
    us.hears('error fatal')
    with open(store + '.other', 'rb') as f:
        if f.read() != whole:
            raise lab.Gone('it was written to')


TESTS = [('only through the proxy', only_through_the_proxy), ("names are the proxy's", names_are_the_proxys),
         ('SOCKS 5 with a password', each_proxy('proxy', Socks, '%d:me:geheim', 'me:geheim')),
         ('SOCKS 4', each_proxy('socks4-proxy', Socks4, '%d')), ('Tor', each_proxy('tor-proxy', Socks, '%d')),
         ('HTTP', each_proxy('http-proxy', HttpProxy, '%d:me:geheim', 'bWU6Z2VoZWlt')),
         ('the environment', each_proxy('env-proxy', HttpProxy, '%d')),
         ('a proxy that refuses', a_proxy_that_refuses), ('no port 80 by HTTP', no_port_80_by_http),
         ('a proxy with whims', a_proxy_with_whims), ('the words of a proxy', the_words_of_a_proxy), ('our sockets', our_sockets),
         ('private files', private_files), ('links', links)]


if __name__ == '__main__':
    sys.exit(STORIES.run(TESTS))
