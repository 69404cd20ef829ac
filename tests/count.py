#!/usr/bin/env python3
"""Counts the real results of the test runs given as JUnit files.

Usage: count.py CONFORMANCE_OUT FILE...

Prints one closing line `N passed, N failed, N skipped` and exits 1 if anything failed, if a
file is missing (its ring did not run) or if nothing ran at all. Writes to CONFORMANCE_OUT, for every
number of the pages in requirements/, which tests name it (comments directly above test functions), or
that it is not built yet, need not be (MAY), or is open.
"""
import json
import os
import re
import sys
import xml.etree.ElementTree as ElementTree

GOOD = ('OK', 'EXPECTEDFAIL', 'SKIP')  # what meson says of a program where nothing failed


def count(path):
    passed = failed = skipped = 0
    for case in ElementTree.parse(path).getroot().iter('testcase'):
        if case.find('failure') is not None or case.find('error') is not None:
            failed += 1
            print('failed: %s / %s' % (case.get('classname'), case.get('name')))
        elif case.find('skipped') is not None:
            skipped += 1
            print('skipped: %s / %s' % (case.get('classname'), case.get('name')))
        else:
            passed += 1
    results = programs(path)
    for result in results:
        if result['result'] not in GOOD:
            told(result)
    ends = broken(path, results)
    for name in ends:
        print('failed: %s ended with an error' % name)
    return passed, failed + len(ends), skipped


def programs(path):
    """What meson wrote of each program that it ran."""
    with open(path.replace('.junit.xml', '.json'), encoding='utf-8') as f:
        return [json.loads(line) for line in f if line.strip()]


def told(result, most=80):
    """What a program said of the first test that failed in it: meson shows it to nobody."""
    words, failed = [], False
    for line in result.get('stdout', '').splitlines():
        begins = line.startswith(('ok ', 'not ok'))
        if failed and begins:
            break
        failed |= line.startswith('not ok')
        words = [line[:400]] if line.startswith('ok ') else words + [line[:400]]
    if failed:
        print('%s:\n%s' % (result['name'], '\n'.join(words[-most:])))


def broken(path, results):
    """Programs that failed without a test that did: they died, leaked, hung, or said less than they promised."""
    blamed = {suite.get('name').partition('.')[2] for suite in ElementTree.parse(path).getroot().iter('testsuite')
              for case in suite.iter('testcase') if case.find('failure') is not None or case.find('error') is not None}
    return [r['name'] for r in results if r['result'] not in GOOD and r['name'] not in blamed]


def requirements(folder):
    """number -> what is to be said of it where no test names it."""
    numbers = {}
    for name in ('SECRET-CHATS.md', 'MTPROTO.md'):
        with open(os.path.join(folder, name), encoding='utf-8') as f:
            text = f.read()
        for number, may in re.findall(r'^(?:- |\| )?\*\*((?:SC|MT)-[A-M]\d+)\*\* ?(\*{0,2}MAY\b)?', text, re.M):
            numbers[number] = 'MAY' if may else 'open'
        coming = re.search(r'^\*\*Not built yet\*\*(?:.|\n(?!\n))*', text, re.M).group(0)
        for kind, first, last in re.findall(r'\b((?:SC|MT)-[A-M])(\d+)(?:\s+to\s+\1(\d+))?', coming):
            for n in range(int(first), int(last or first) + 1):
                numbers['%s%d' % (kind, n)] = 'not built'
    return numbers


def conformance(root):
    """number -> test files whose comments or test names cite it."""
    proofs = {}
    for folder, _, files in os.walk(os.path.join(root, 'tests')):
        for name in sorted(files):
            if not name.endswith(('.c', '.py', '.sh')):
                continue
            path = os.path.join(folder, name)
            with open(path, encoding='utf-8', errors='replace') as f:
                text = f.read()
            for number in set(re.findall(r'\b(?:SC|MT)-[A-M][0-9]+\b', text)):
                proofs.setdefault(number, set()).add(os.path.relpath(path, root))
    return proofs


def main():
    out, files = sys.argv[1], sys.argv[2:]
    totals = [0, 0, 0]
    missing = 0
    for path in files:
        if not os.path.exists(path):
            print('failed: no results in %s' % path)
            missing += 1
            continue
        totals = [a + b for a, b in zip(totals, count(path))]
    totals[1] += missing
    here = os.path.dirname(os.path.abspath(__file__))
    proofs = conformance(os.path.dirname(here))
    numbers = requirements(os.path.join(here, 'requirements'))
    with open(out, 'w', encoding='utf-8') as f:
        for number, without in numbers.items():
            f.write('%s %s\n' % (number, ' '.join(sorted(proofs.get(number, [without])))))
    for number in sorted(set(proofs) - set(numbers)):
        print('failed: a test names %s, which is no requirement' % number)
        totals[1] += 1
    for kind in ('SC', 'MT'):
        mine = [n for n in numbers if n.startswith(kind)]
        without = [numbers[n] for n in mine if n not in proofs]
        print('%s: %d of %d requirements are named by tests, %d are not built yet, %d need not be, %d are open (%s)' %
              (kind, len(mine) - len(without), len(mine), without.count('not built'), without.count('MAY'),
               without.count('open'), out))
    print('%d passed, %d failed, %d skipped' % tuple(totals))
    return 1 if totals[1] or not totals[0] else 0


if __name__ == '__main__':
    sys.exit(main())
