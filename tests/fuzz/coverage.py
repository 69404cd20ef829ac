#!/usr/bin/env python3
"""Reads what llvm-cov exports, writes how many lines of each file of the module were reached, the least first."""
import json
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
FOLDERS = ('tl', 'crypto', 'plugin/mtproto', 'plugin/secret', 'plugin/store', 'plugin/media')


def main():
    rows = []
    for file in json.load(sys.stdin)['data'][0]['files']:
        path = pathlib.Path(file['filename']).resolve()
        lines = file['summary']['lines']
        if path.suffix != '.c' or not path.is_relative_to(ROOT) or lines['count'] == 0:
            continue
        name = str(path.relative_to(ROOT))
        if name.startswith(FOLDERS) and lines['covered'] > 0:
            rows.append((lines['percent'], name, lines['covered'], lines['count']))
    for percent, name, covered, count in sorted(rows):
        print('%5.1f %%  %4d of %4d  %s' % (percent, covered, count, name))
    print('%5.1f %%  of all %d lines' % (100 * sum(row[2] for row in rows) / max(1, sum(row[3] for row in rows)),
                                        sum(row[3] for row in rows)))


main()
