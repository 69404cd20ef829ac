#!/usr/bin/env python3
"""What becomes of an account's data when the user removes it (DECISIONS 16), or goes back to an older version.

usage: test_removal.py BUILD
"""
import contextlib
import hashlib
import os
import shutil
import sqlite3
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lab'))
import lab  # noqa: E402

ALICE, BOB = '9990000001', '9990000002'
BUILD = sys.argv[1]


def story(function):
    def run():
        with lab.Lab(BUILD, 'removal') as place:
            function(place)
    run.__doc__ = function.__doc__
    return run


def expect(good, what):
    if not good:
        raise lab.Gone(what)


def folders(us):
    return sorted(os.listdir(os.path.join(us.home, 'mtproto')))


def read_all(us):
    found = {}
    for folder, _, names in os.walk(os.path.join(us.home, 'mtproto')):
        for name in names:
            with open(os.path.join(folder, name), 'rb') as f:
                found[os.path.join(folder, name)] = f.read()
    return found


def is_one(us, suffix):
    names = folders(us)
    expect(len(names) == 1 and len(names[0]) == 32 + len(suffix) and names[0].endswith(suffix),
           'the folder is ' + ' '.join(names))
    return os.path.join(us.home, 'mtproto', names[0])


def quits(us):
    us.send('quit')
    us.hears('over')


@story
def erased_at_the_next_start(place):
    """DECISIONS 16: another name at once; erased, and its blocks overwritten, when the program starts without it"""
    us, companion = place.chat()
    us.send('delete')
    us.send('buddies')
    us.hears('buddies end')
    removed = is_one(us, '.removed')
    blocks = os.path.join(place.directory, 'blocks')
    os.mkdir(blocks)
    for name in ('seal.key', 'store.db'):
        os.link(os.path.join(removed, name), os.path.join(blocks, name))
    quits(us)
    is_one(us, '.removed')
    us = place.headless()
    lab.until(lambda: not folders(us), 'the erasing')
    for name in os.listdir(blocks):
        with open(os.path.join(blocks, name), 'rb') as f:
            expect(not f.read().strip(b'\0'), name + ' was not overwritten')
    us.log_in(ALICE)  # as on the first day
    is_one(us, '')


@story
def comes_back_at_once(place):
    """DECISIONS 16: removed and added again, the account has its data, and the chat goes on"""
    us, companion = place.chat()
    us.send('delete')
    us.account(ALICE)
    us.hears('signed-on')
    us.never('input Login code', 0.1)
    is_one(us, '')
    companion.send('say welcome back')
    us.hears('line secret.* recv: welcome back')


@story
def comes_back_with_the_accounts(place):
    """The program ended before libpurple wrote that the account is gone: nothing is erased"""
    us, companion = place.chat()
    accounts = os.path.join(us.home, 'accounts.xml')
    us.send('disable')
    quits(us)
    shutil.copy(accounts, accounts + '.before')
    us = place.headless()
    us.send('delete')
    us.send('buddies')
    us.hears('buddies end')
    is_one(us, '.removed')
    quits(us)
    shutil.copy(accounts + '.before', accounts)
    us = place.headless()
    us.send('buddies')
    us.hears('buddies end')
    is_one(us, '.removed')
    us.send('enable')
    us.hears('signed-on')
    us.never('input Login code', 0.1)
    is_one(us, '')


@story
def another_stays(place):
    """The data of an account that stays are let alone"""
    us = place.headless()
    us.log_in(BOB)
    bob = folders(us)
    us.send('delete')
    us.log_in(ALICE)
    expect(len(folders(us)) == 2, 'not two folders')
    quits(us)
    us = place.headless()
    us.hears('signed-on')
    lab.until(lambda: len(folders(us)) == 1, 'the erasing')
    is_one(us, '')
    expect(bob[0] not in folders(us), 'the wrong one was erased')


@story
def interrupted(place):
    """What was left of an erasing is erased at the next start, and not given back"""
    us = place.headless()
    us.log_in(ALICE)
    quits(us)
    os.unlink(os.path.join(us.home, 'accounts.xml'))
    path = is_one(us, '')
    os.unlink(os.path.join(path, 'seal.key'))
    os.rename(path, path + '.erasing01234567')
    us = place.headless()
    us.log_in(ALICE)
    lab.until(lambda: len(folders(us)) == 1, 'the erasing')
    is_one(us, '')


@story
def quit_wipes_nothing(place):
    """FRONTENDS 0.4: a quit tells of every account's end; so does switching off"""
    us, companion = place.chat()
    us.send('disable')
    us.send('buddies')
    us.hears('buddies end')
    before = read_all(us)
    expect(any(path.endswith('seal.key') for path in before), 'no key')
    quits(us)
    expect(read_all(us) == before, 'something changed')
    us = place.headless()
    us.send('enable')
    us.hears('signed-on')
    quits(us)  # while it is online
    expect(set(read_all(us)) == set(before), 'something went')


def folder_of(name):
    """As an earlier version named it: by the spelling of the user name."""
    return hashlib.sha256(('prpl-mtproto %s production' % name).encode()).hexdigest()[:32]


def without_accounts(us):
    quits(us)
    os.unlink(os.path.join(us.home, 'accounts.xml'))


def signs_on(place, name, us=None):
    """The account goes on where it was: no code is asked for, the chat is there."""
    us = us or place.headless()
    us.account(name)
    us.hears('signed-on')
    us.never('input Login code', 0.1)
    us.send('buddies')
    us.hears('buddy secret.*Bob Bb')
    return us


@story
def spelled_otherwise(place):
    """DECISIONS 29: the spelling of the number is nobody; a folder of an earlier version is found and renamed"""
    us, companion = place.chat()
    for old, name in ((None, '+999 000 0001'), ('+9990000001', '9990000001'), ('+999 000-0001', '00999 0000001'),
                      ('(999) 000-0001', '999-000-0001'), ('+999 0000001', '+999 0000001')):
        without_accounts(us)
        if old:
            path = is_one(us, '')
            os.rename(path, os.path.join(os.path.dirname(path), folder_of(old)))
        us = signs_on(place, name.replace(' ', '_'))
        expect(folders(us) == [folder_of(ALICE)], 'the folder is ' + ' '.join(folders(us)))


@story
def removed_and_spelled_otherwise(place):
    """DECISIONS 16, 29: what was removed comes back under any spelling"""
    us, companion = place.chat()
    us.send('delete')
    us.send('buddies')
    us.hears('buddies end')
    path = is_one(us, '.removed')
    os.rename(path, os.path.join(os.path.dirname(path), folder_of('+9990000001') + '.removed'))
    signs_on(place, '999_000_0001', us)
    expect(folders(us) == [folder_of(ALICE)], 'the folder is ' + ' '.join(folders(us)))


@story
def one_number_twice(place):
    """DECISIONS 29: a second account of the same number is the same; its removal takes nothing from the first"""
    us, companion = place.chat()
    us.account('+9990000001')
    us.hears('error fatal This account is in use')
    us.send('buddies')  # libpurple hangs up a turn of the loop later, whatever became of the account
    us.hears('buddies end')
    us.send('delete +9990000001')
    us.send('buddies')
    us.hears('buddies end')
    is_one(us, '')
    companion.send('say untouched')
    us.hears('line secret.* recv: untouched')


@story
def two_folders_of_one_number(place):
    """Two accounts of the time when the spelling was somebody: each keeps what it has"""
    us, companion = place.chat()
    without_accounts(us)
    path = is_one(us, '')
    os.rename(path, os.path.join(os.path.dirname(path), folder_of('+9990000001')))
    other = place.headless('other')
    other.log_in(ALICE)
    without_accounts(other)
    shutil.copytree(os.path.join(other.home, 'mtproto', folder_of(ALICE)),
                    os.path.join(us.home, 'mtproto', folder_of(ALICE)))
    us = signs_on(place, '+9990000001')
    expect(folders(us) == sorted([folder_of(ALICE), folder_of('+9990000001')]), 'a folder went')


@story
def newer_version(place):
    """DECISIONS 30: what a newer version wrote has a sentence of its own, and stays as it is"""
    us, companion = place.chat()
    without_accounts(us)
    path = is_one(us, '')
    with contextlib.closing(sqlite3.connect(os.path.join(path, 'store.db'))) as db:
        db.execute('PRAGMA user_version = 9999')
    before = read_all(us)
    us = place.headless()
    us.account(ALICE)
    us.hears("error fatal This account's data were written by a newer version")
    expect(read_all(us) == before, 'its files are changed')


TESTS = [('erased at the next start', erased_at_the_next_start), ('it comes back at once', comes_back_at_once),
         ('it comes back with the accounts', comes_back_with_the_accounts), ('another account stays', another_stays),
         ('an erasing that was interrupted', interrupted), ('a quit wipes nothing', quit_wipes_nothing),
         ('another spelling of the number', spelled_otherwise),
         ('removed, and another spelling', removed_and_spelled_otherwise),
         ('one number twice', one_number_twice), ('two folders of one number', two_folders_of_one_number),
         ('a newer version', newer_version)]


if __name__ == '__main__':
    sys.exit(lab.run(TESTS, independent=True))
