#!/usr/bin/env python3
"""Where the key of what is stored lives: the real GNOME Keyring, a passphrase, a file.

usage: test_keys.py BUILD
"""
import os
import shutil
import signal
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lab'))
import desktop  # noqa: E402
import lab  # noqa: E402

ALICE, BOB = '9990000001', '9990000002'
BUILD = sys.argv[1]
MENU = 'account-menu Set or remove the passphrase for stored keys...'
GONE = "error fatal The key of the account's data is in the desktop's keyring"


class Place(lab.Lab):
    def __init__(self, keyring=True):
        super().__init__(BUILD, 'keys')
        self.desktop = self.add(desktop.Desktop(self))
        if keyring:
            self.desktop.start_keyring()

    def program(self, **settings):
        """The program starts, and its account is switched on."""
        accounts = os.path.join(self.directory, 'purple', 'accounts.xml')
        if os.path.exists(accounts):  # of the run before; its settings may be others
            os.unlink(accounts)
        us = self.headless(env=self.desktop.environment)
        us.account(ALICE, **settings)
        return us

    def first(self, **settings):
        us = self.program(**settings)
        us.hears('input Login code')
        us.send('answer 12345')
        us.hears('signed-on')
        return us

    def again(self, us, **settings):
        us.stop()
        return self.program(**settings)


def story(keyring=True):
    def decorate(function):
        def run():
            with Place(keyring) as place:
                function(place)
        run.__doc__ = function.__doc__
        return run
    return decorate


def key_file(us):
    """The bytes of seal.key."""
    folder = os.path.join(us.home, 'mtproto')
    with open(os.path.join(folder, os.listdir(folder)[0], 'seal.key'), 'rb') as f:
        return f.read()


def files(directory):
    found = {}
    for folder, _, names in os.walk(directory):
        for name in names:
            path = os.path.join(folder, name)
            if os.path.isfile(path):
                with open(path, 'rb') as f:
                    found[path] = f.read()
    return found


def lies_nowhere(us, key):
    for path, data in files(us.home).items():
        if key in data or key.hex().encode() in data.lower():
            raise lab.Gone('%s holds the key' % path)


def expect(good, what):
    if not good:
        raise lab.Gone(what)


def kept(us):
    """What must not change when the key cannot be had."""
    return {path: data for path, data in files(os.path.join(us.home, 'mtproto')).items()}


@story(keyring=False)
def moves_into_the_keyring(place):
    """SC-L11, SC-L12: at the next start where one runs; and back when it is not wanted"""
    us = place.first()
    key = key_file(us)
    expect(len(key) == 32, 'no plain key in the file')
    place.desktop.start_keyring()
    us = place.again(us)
    us.hears('signed-on')
    expect(b'secret-service' in key_file(us), 'the key did not move')
    lies_nowhere(us, key)
    us = place.again(us)
    us.hears('signed-on')
    us.never('input Login code', 0.1)
    us = place.again(us, secret_service='no')
    us.hears('signed-on')
    expect(key_file(us) == key, 'the key did not come back')


@story()
def starts_in_the_keyring(place):
    """SC-L11: never in the user's directory; a secret chat goes on after a restart"""
    companion = place.companion(BOB)
    us = place.first()
    place.start(us, companion)
    expect(b'secret-service' in key_file(us), 'the key is not in the keyring')
    place.desktop.stop_keyring()
    us.stop()
    place.desktop.start_keyring()
    us = place.program()
    us.hears('signed-on')
    us.send('send secret still here')
    companion.hears(r'message -?\d+ 0 still here')


@story()
def keyring_gone(place):
    """No keyring, a locked one, another one: said clearly, nothing changed, nothing made anew"""
    us = place.first()
    us.stop()
    before = kept(us)
    place.desktop.stop_keyring()
    us = place.program()
    us.hears(GONE)
    us.stop()
    expect(kept(us) == before, 'something changed without a keyring')
    data = os.path.join(place.desktop.directory, 'data')
    shutil.move(data, data + '-away')
    place.desktop.start_keyring()
    us = place.program()
    us.hears(GONE)
    us.stop()
    expect(kept(us) == before, 'something changed with another keyring')
    place.desktop.stop_keyring()
    shutil.rmtree(data)
    shutil.move(data + '-away', data)
    place.desktop.start_keyring()
    us = place.program()
    us.hears('signed-on')


@story()
def prompt_stands(place):
    """Somebody is asked to unlock and does not answer: the account can be switched off, the program ended"""
    us = place.first()
    us.stop()
    place.desktop.stop_keyring()
    place.desktop.start_keyring(unlocked=False)
    us = place.program()
    lab.until(place.desktop.prompted, 'a question to unlock')
    us.send('disable')
    us.send('buddies')
    us.hears('buddies end', 15)  # the question would stand for longer
    us.send('enable')
    us.send('quit')
    us.hears('over', 15)


@story()
def keyring_hangs(place):
    """The keyring does not answer at all"""
    us = place.first()
    place.desktop.keyring.send_signal(signal.SIGSTOP)
    us.send('disable')
    us.send('enable')
    us.send('buddies')
    us.hears('buddies end')
    us.send('quit')
    us.hears('over')
    place.desktop.keyring.send_signal(signal.SIGCONT)


@story()
def bus_ends(place):
    """The session's bus goes while the keyring is asked: the program stays"""
    us = place.first()
    us.stop()
    place.desktop.stop_keyring()
    place.desktop.start_keyring(unlocked=False)
    us = place.program()
    lab.until(place.desktop.prompted, 'a question to unlock')
    place.desktop.end(place.desktop.bus)
    us.never('over')
    us.send('disable')
    us.send('buddies')
    us.hears('buddies end', 15)


@story(keyring=False)
def passphrase(place):
    """SC-L11: set, wrong, right, removed"""
    us = place.first()
    key = key_file(us)
    us.send(MENU)
    us.hears('input Passphrase for stored keys: It is asked for at every start.*masked')
    us.send('answer correct horse')
    us.hears('input Passphrase for stored keys: The same once more.*masked')
    us.send('answer battery')
    us.hears('notify .*is as before.*: The two passphrases differ')
    expect(key_file(us) == key, 'two that differ were taken')
    us.send(MENU)
    us.send('answer correct horse')
    us.hears('input .*once more')
    us.send('answer correct horse')
    us.hears('notify The stored keys are sealed')
    lies_nowhere(us, key)
    us = place.again(us)
    us.hears('input Passphrase: The stored keys of this account are sealed.*masked')
    us.send('answer incorrect horse')
    us.hears('input Passphrase: That passphrase was wrong')
    us.send('cancel')
    us.hears('error fatal The login was cancelled')
    us = place.again(us)
    us.hears('input Passphrase: The stored keys')
    us.send('answer correct horse')
    us.hears('signed-on')
    us.never('input Login code', 0.1)
    lies_nowhere(us, key)
    us.send(MENU)
    us.send('answer ')
    us.hears('notify The stored keys need no passphrase')
    expect(key_file(us) == key, 'the key is not back in the file')
    us = place.again(us)
    us.hears('signed-on')


@story()
def passphrase_and_keyring(place):
    """A passphrase rules over the keyring, which forgets the key; without one it goes back there"""
    us = place.first()
    us.send(MENU)
    us.send('answer x')
    us.hears('input .*once more')
    us.send('answer x')
    us.hears('notify The stored keys are sealed')
    us = place.again(us)
    us.hears('input Passphrase')
    us.send('answer x')
    us.hears('signed-on')
    expect(b'scrypt' in key_file(us), 'the passphrase is gone')
    us.send(MENU)
    us.send('answer ')
    us.hears('notify The stored keys need no passphrase')
    expect(b'secret-service' in key_file(us), 'the key is not in the keyring')


@story(keyring=False)
def lost_key_file(place):
    """A key that is gone is not replaced by a new one, which would open nothing"""
    us = place.first()
    us.stop()
    folder = os.path.join(us.home, 'mtproto')
    os.unlink(os.path.join(folder, os.listdir(folder)[0], 'seal.key'))
    before = kept(us)
    us = place.program()
    us.hears("error fatal The account's data cannot be opened.*seal.key is gone")
    us.stop()
    expect(kept(us) == before, 'something was made')


@story()
def removed(place):
    """DECISIONS 16: the keyring forgets the key of an account that was removed; if it cannot, at a later start"""
    us = place.first()
    expect(len(place.desktop.entries()) == 1, 'the key is not in the keyring')
    us.send('delete')
    us.stop()
    place.desktop.stop_keyring()
    us = place.headless(env=place.desktop.environment)
    folder = os.path.join(us.home, 'mtproto')
    lab.until(lambda: {os.path.basename(path) for path in files(folder)} == {'seal.key', 'lock'}, 'the erasing')
    us.stop()
    place.desktop.start_keyring(unlocked=False)
    us = place.headless(env=dict(place.desktop.environment, HEADLESS_DEBUG='1'))
    us.hears('.* is erased at a later start')
    us.stop()
    expect(len(files(folder)) == 2, 'a locked keyring was believed')
    place.desktop.stop_keyring()
    place.desktop.start_keyring()
    us = place.headless(env=place.desktop.environment)
    lab.until(lambda: not os.listdir(folder), 'the erasing')
    expect(not place.desktop.entries(), 'the keyring still has the key')


TESTS = [
    ('a key moves into the keyring and back', moves_into_the_keyring),
    ('a key that was never in a file', starts_in_the_keyring),
    ('a keyring that is gone', keyring_gone), ('a question to unlock that stands', prompt_stands),
    ('a keyring that hangs', keyring_hangs), ('the end of the bus', bus_ends), ('a passphrase', passphrase),
    ('a passphrase and a keyring', passphrase_and_keyring), ('a lost key file', lost_key_file),
    ('an account that was removed', removed)]


if __name__ == '__main__':
    sys.exit(lab.run(TESTS, independent=True))
