#!/usr/bin/env python3
"""Where the build would install: below libpurple's own folders, whatever the prefix. installs.py BUILD"""
import json
import os
import subprocess
import sys


def output(*argv):
    return subprocess.run(argv, stdout=subprocess.PIPE, check=True, encoding='utf-8').stdout


def main():
    plugins, data = (output('pkg-config', '--variable=' + name, 'purple').strip() for name in ('plugindir', 'datadir'))
    meson = os.environ.get('MESON', 'meson')
    there = json.loads(output(*meson.split(), 'introspect', '--installed', sys.argv[1])).values()
    wanted = {plugins + '/mtproto.so', data + '/pixmaps/pidgin/protocols/scalable/mtproto.svg'}
    wanted |= {data + '/locale/%s/LC_MESSAGES/purple-mtproto.mo' % language for language in ('de', 'ru')}
    wanted |= {data + '/pixmaps/pidgin/protocols/%s/mtproto.png' % size for size in (16, 22, 48)}
    print('1..1')
    for path in sorted(set(there) ^ wanted):
        print('# %s' % path)
    print('%s 1 - all goes where libpurple looks' % ('ok' if set(there) == wanted else 'not ok'))
    return 0 if set(there) == wanted else 1


if __name__ == '__main__':
    sys.exit(main())
