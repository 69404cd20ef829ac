"""What the tests have from npm: at the versions of package-lock.json, into the build folder."""
import filecmp
import fcntl
import os
import shutil
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))
NAMES = ('package.json', 'package-lock.json', '.npmrc')


def modules(build):
    """The folder of modules. No script of a package runs: one wants a compiler, and none is needed."""
    store = os.path.join(build, 'tests/interop/npm')
    done = os.path.join(store, 'installed')  # which lock file's packages are there
    os.makedirs(store, exist_ok=True)
    with open(os.path.join(store, 'lock'), 'w', encoding='ascii') as one_at_a_time:
        fcntl.flock(one_at_a_time, fcntl.LOCK_EX)
        lock = os.path.join(HERE, 'package-lock.json')
        if not os.path.exists(done) or not filecmp.cmp(done, lock, shallow=False):
            for name in NAMES:
                shutil.copy(os.path.join(HERE, name), store)
            subprocess.run(['npm', 'ci', '--silent', '--ignore-scripts', '--no-audit', '--no-fund'], cwd=store, check=True,
                           timeout=600, stdout=subprocess.DEVNULL)
            shutil.copy(lock, done)
    return os.path.join(store, 'node_modules')
