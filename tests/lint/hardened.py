#!/usr/bin/env python3
"""What the build hardened, read from the module itself; printed as TAP.

Usage: hardened.py MODULE.so [fortified]
"""
import re
import subprocess
import sys


def readelf(*options):
    return subprocess.run(['readelf', '--wide', *options, sys.argv[1]], capture_output=True, text=True, check=True,
                          env={'LC_ALL': 'C', 'PATH': '/usr/bin:/bin'}).stdout


def imported(pattern):
    return re.search(r' UND +(?:%s)(?:@| |$)' % pattern, readelf('--dyn-syms'), re.M)


def every_symbol_is_bound_at_load():
    return re.search(r'\((?:FLAGS|FLAGS_1|BIND_NOW)\).*\b(?:BIND_NOW|NOW)\b', readelf('--dynamic'))


def tables_are_read_only_after_relocation():
    return re.search(r'^ +GNU_RELRO ', readelf('--program-headers'), re.M)


def the_stack_is_not_executable():
    stack = re.search(r'^ +GNU_STACK .*', readelf('--program-headers'), re.M)
    return stack and ' RW ' in stack.group(0)


def the_stack_is_guarded():
    return imported('__stack_chk_fail(?:_local)?')


def nothing_is_relocated_in_code():
    return 'TEXTREL' not in readelf('--dynamic')


def library_calls_check_sizes():
    return imported(r'__\w+_chk')


def main():
    checks = [every_symbol_is_bound_at_load, tables_are_read_only_after_relocation, the_stack_is_not_executable,
              the_stack_is_guarded, nothing_is_relocated_in_code]
    if 'fortified' in sys.argv[2:]:
        checks.append(library_calls_check_sizes)
    print('1..%d' % len(checks))
    results = [bool(check()) for check in checks]
    for number, (check, result) in enumerate(zip(checks, results), 1):
        print('%s %d - %s' % ('ok' if result else 'not ok', number, check.__name__.replace('_', ' ')))
    return 0 if all(results) else 1


if __name__ == '__main__':
    sys.exit(main())
