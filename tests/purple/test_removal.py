#!/usr/bin/env python3
"""What becomes of an account's data when the user removes it (DECISIONS 16).

usage: test_removal.py BUILD
"""
import os
import shutil
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
    """LIBPURPLE 0.4: a quit tells of every account's end; so does switching off"""
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


TESTS = [('erased at the next start', erased_at_the_next_start), ('it comes back at once', comes_back_at_once),
         ('it comes back with the accounts', comes_back_with_the_accounts), ('another account stays', another_stays),
         ('an erasing that was interrupted', interrupted), ('a quit wipes nothing', quit_wipes_nothing)]


if __name__ == '__main__':
    sys.exit(lab.run(TESTS, independent=True))
