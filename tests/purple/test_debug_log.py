#!/usr/bin/env python3
"""The log that PURPLE_MTPROTO_DEBUG asks for is its owner's alone. test_debug_log.py BUILD

Somebody else on the machine reads nothing and leads it nowhere (SECURITY); and there is nothing in it
that its owner could not show to somebody who helps (MT-E31).
"""
import os
import stat
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lab'))
import lab  # noqa: E402

NUMBER = '9990000001'


def run_with(place, path):
    """A front end with the module comes and goes, as careless as can be."""
    before = os.umask(0)
    try:
        host = place.headless('purple', env={'PURPLE_MTPROTO_DEBUG': path})
        host.account(NUMBER)
        host.hears('input Login code')
        host.send('quit')
        host.process.wait(20)
    finally:
        os.umask(before)


def private(path):
    with open(path, encoding='utf-8') as f:
        text = f.read()
    if 'client' not in text or '-> auth.sendCode' not in text:
        raise lab.Gone('nothing was logged')
    if NUMBER in text:
        raise lab.Gone('the phone number stands in it')
    mode = stat.S_IMODE(os.stat(path).st_mode)
    if mode != 0o600:
        raise lab.Gone('the mode is %o' % mode)


def a_new_file(place, path):
    run_with(place, path)
    private(path)


def an_old_file(place, path):
    with open(path, 'w', encoding='utf-8') as f:
        f.write('kept\n')
    os.chmod(path, 0o666)
    run_with(place, path)
    private(path)
    with open(path, encoding='utf-8') as f:
        if f.readline() != 'kept\n':
            raise lab.Gone('the file was not appended to')


def untouched(path, text):
    with open(path, encoding='utf-8') as f:
        if f.read() != text:
            raise lab.Gone('it was written to')


def a_symbolic_link(place, path):
    with open(path + '.other', 'w', encoding='utf-8') as f:
        f.write('mine\n')
    os.symlink(path + '.other', path)
    run_with(place, path)
    untouched(path + '.other', 'mine\n')


def a_second_name(place, path):
    with open(path + '.other', 'w', encoding='utf-8') as f:
        f.write('mine\n')
    os.link(path + '.other', path)
    run_with(place, path)
    untouched(path + '.other', 'mine\n')


def a_pipe(place, path):
    os.mkfifo(path, 0o600)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    run_with(place, path)
    try:
        said = os.read(reader, 100)
    except BlockingIOError:
        said = b''
    os.close(reader)
    if said:
        raise lab.Gone('the pipe heard %r' % said)


def a_pipe_without_a_reader(place, path):
    os.mkfifo(path, 0o600)
    run_with(place, path)  # and does not hang


def standard_error(place, path):
    before = os.dup(2)
    with open(path, 'wb') as f:
        os.chmod(path, 0o640)
        os.dup2(f.fileno(), 2)
    try:
        run_with(place, '/dev/stderr')
    finally:
        os.dup2(before, 2)
        os.close(before)
    with open(path, encoding='utf-8') as f:
        if 'client' not in f.read() or stat.S_IMODE(os.stat(path).st_mode) != 0o640:
            raise lab.Gone('the stream was not taken as it is')


def main():
    tests = [a_new_file, an_old_file, a_symbolic_link, a_second_name, a_pipe, a_pipe_without_a_reader,
             standard_error]

    def story(test):
        def tell():
            with lab.Lab(sys.argv[1], 'debug-log') as place:
                test(place, os.path.join(place.directory, 'debug.log'))
        return tell
    return lab.run([(test.__name__.replace('_', ' '), story(test)) for test in tests], independent=True)


if __name__ == '__main__':
    sys.exit(main())
