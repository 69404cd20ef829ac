"""Nothing is left behind: what a lab's processes start becomes the lab's own child when its parent ends, is waited for,
and is named if it does not go. As a program: is anything left of the labs of a build? tidy.py BUILD"""
import ctypes
import glob
import os
import signal
import sys
import tempfile
import time

MARK = 'MTP_LAB'  # in the environment of every process of a lab: the build it belongs to
OWNER = 'of-build'  # a file in the folder of every lab that says the same
PR_SET_CHILD_SUBREAPER = 36
GRACE = 30  # seconds that a process may take to end by itself, on a busy machine too


def adopt(build):
    """From now on orphans of our processes are ours; being told to end is an ordinary end."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    os.environ[MARK] = os.path.realpath(build)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))


def folder(build, name, root=None):
    """A new temporary folder that says whose it is."""
    directory = tempfile.mkdtemp(prefix='mtp-' + name + '-', dir=root)
    with open(os.path.join(directory, OWNER), 'w', encoding='utf-8') as f:
        f.write(os.path.realpath(build))
    return directory


def read(path):
    try:
        with open(path, 'rb') as f:
            return f.read().decode('utf-8', 'replace')
    except OSError:
        return ''


def command(pid):
    return '%d %s' % (pid, read('/proc/%d/cmdline' % pid).replace('\0', ' ').strip() or '(gone)')


def processes():
    """pid -> parent, of all that run (zombies do not)."""
    parents = {}
    for path in glob.glob('/proc/[0-9]*/stat'):
        fields = read(path).rpartition(')')[2].split()
        if fields and fields[0] not in 'ZX':
            parents[int(path.split('/')[2])] = int(fields[1])
    return parents


def descendants():
    parents = processes()
    found, before = {os.getpid()}, 0
    while len(found) != before:
        before = len(found)
        found |= {pid for pid, parent in parents.items() if parent in found}
    return found - {os.getpid()}


def reap():
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


def end_all():
    """Waits for all that was started, directly or not; kills what does not end: the commands of those."""
    end = time.time() + GRACE
    while True:
        reap()
        left = descendants()
        if not left:
            return []
        if time.time() > end:
            break
        time.sleep(0.05)
    commands = [command(pid) for pid in sorted(left)]
    while left:
        for pid in left:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        time.sleep(0.05)
        reap()
        left = descendants()
    return commands


def main():
    build = os.path.realpath(sys.argv[1])
    found = []
    for path in glob.glob('/proc/[0-9]*/environ'):
        if '%s=%s' % (MARK, build) in read(path).split('\0'):
            found.append('runs: ' + command(int(path.split('/')[2])))
    for root in {tempfile.gettempdir(), '/tmp', '/dev/shm'}:
        found += ['stands: ' + os.path.dirname(path) for path in glob.glob(os.path.join(root, 'mtp-*', OWNER))
                  if read(path) == build]
    print('1..1')
    for line in found:
        print('# ' + line)
    print('%s 1 - nothing is left of the labs' % ('not ok' if found else 'ok'))
    return 1 if found else 0


if __name__ == '__main__':
    sys.exit(main())
