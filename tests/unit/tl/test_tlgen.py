#!/usr/bin/env python3
"""The generator of the tables beside schemas that are not what they should be: test_tlgen.py SOURCE

It is run as the build runs it, on copies with one thing changed.
"""
import os
import re
import subprocess
import sys
import tempfile

SOURCE = sys.argv[1]
TL = os.path.join(SOURCE, 'tl')
# name in the build, schema, what else the generator is told
SCHEMAS = {'api': ['Api', '--manifest', os.path.join(TL, 'api.manifest')], 'mtproto': ['Mtp'],
           'secret': ['Secret', '--strict', '--depth', '8']}


def lines_of(name):
    with open(os.path.join(TL, 'schema', name + '.tl'), encoding='utf-8') as f:
        return f.read().split('\n')


def generate(name, lines):
    """Its exit status and what it said."""
    prefix, *more = SCHEMAS[name]
    with tempfile.TemporaryDirectory() as folder:
        schema = os.path.join(folder, name + '.tl')
        with open(schema, 'w', encoding='utf-8') as f:
            f.write('\n'.join(lines))
        done = subprocess.run(
            [sys.executable, os.path.join(TL, 'tlgen.py'), prefix, name, schema,
             os.path.join(TL, 'used', name + '.used'), *more, os.path.join(folder, 'a.c'), os.path.join(folder, 'a.h')],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60)
        return done.returncode, done.stdout, os.path.exists(os.path.join(folder, 'a.c'))


def refused(name, lines, *words):
    code, said, made = generate(name, lines)
    assert code == 1 and not made, (name, code, said)
    assert all(word in said for word in words), (words, said)


def row(lines, beginning):
    return next(n for n, line in enumerate(lines) if line.startswith(beginning))


# MT-A16 MT-A17: as they stand, all ids are what their lines give
def the_schemas_as_they_stand():
    for name in SCHEMAS:
        code, said, made = generate(name, lines_of(name))
        assert code == 0 and made, (name, said)


# MT-A16: another name or type of a field, another order, another id: the id is not its line's
def another_line_under_an_id():
    for name, line, old, new in (
            ('mtproto', 'pong#', 'ping_id:long', 'pong_id:long'),
            ('mtproto', 'pong#', 'ping_id:long', 'ping_id:int'),
            ('mtproto', 'pong#', 'msg_id:long ping_id:long', 'ping_id:long msg_id:long'),
            ('mtproto', 'resPQ#', '#05162463', '#05162462'),
            ('secret', 'decryptedMessageActionTyping#', 'action:', 'actions:'),
            ('api', 'user#', 'first_name:', 'name:'),
            ('api', 'messages.sendEncrypted#', 'random_id:', 'id:')):
        lines = lines_of(name)
        n = row(lines, line)
        assert old in lines[n], lines[n]
        lines[n] = lines[n].replace(old, new, 1)
        refused(name, lines, ':%d: id ' % (n + 1), 'is not its CRC32')


# MT-A16: two rows with one id, and one without
def ids_that_are_not_one_each():
    lines = lines_of('mtproto')
    n = row(lines, 'pong#')
    refused('mtproto', lines[:n] + [lines[n]] + lines[n:], 'twice')
    lines[n] = re.sub('#[0-9a-f]+', '', lines[n])
    refused('mtproto', lines, 'has no id')


# MT-A17: a constructor less than the closure of what is asked, in its midst or alone of its type, or one more: told
# by its type
def a_row_less_or_more():
    whole = lines_of('api')
    for beginning, kind in (('jsonNull#', 'JSONValue '), ('textBold#', 'RichText '), ('peerColor#', 'PeerColor ')):
        n = row(whole, beginning)
        refused('api', whole[:n] + whole[n + 1:], 'is not the one of', kind)
    n = row(whole, 'textBold#')
    more = 'userGone id:long = User;'
    sys.path.insert(0, TL)
    from tlgen import crc
    more = more.replace('userGone', 'userGone#%08x' % crc(more[:-1]))
    refused('api', whole[:n] + [more] + whole[n:], 'is not the one of', 'User ')


def main():
    tests = [the_schemas_as_they_stand, another_line_under_an_id, ids_that_are_not_one_each, a_row_less_or_more]
    print('1..%d' % len(tests))
    failed = 0
    for number, test in enumerate(tests, 1):
        try:
            test()
            print('ok %d - %s' % (number, test.__name__.replace('_', ' ')))
        except (AssertionError, StopIteration, subprocess.SubprocessError) as e:
            failed = 1
            print('not ok %d - %s\n# %s' % (number, test.__name__.replace('_', ' '), str(e).replace('\n', '\n# ')))
    return failed


if __name__ == '__main__':
    sys.exit(main())
