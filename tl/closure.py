#!/usr/bin/env python3
"""Cuts the part of a whole API layer that can reach this client, and its manifest.

Usage: closure.py LAYER.tl LAYER_NUMBER METHODS OUT.tl OUT.manifest

TL has no lengths: to step over a constructor one must know its fields, so the client needs every
constructor of every type that its methods can be answered with, and of Updates; and for sending,
every constructor of the types its methods take. METHODS lists one method a line, `#` comments.
The manifest holds `type count hash` a line (hash of the sorted ids); the generator compares it
with the schema it reads, so that a lost row fails the build.
"""
import re
import sys
import zlib

LINE = re.compile(r'^([\w.]+)#([0-9a-f]+)\s*(.*?)\s*=\s*([\w.<> !]+);', re.M)
PLAIN = {'int', 'long', 'double', 'string', 'bytes', 'int128', 'int256', 'Bool', 'true', '#', 'X',
         'Object', 'True'}


def parse(text):
    """(constructors, methods): name -> (id, params, type, line)"""
    constructors, methods = {}, {}
    for part, target in zip(re.split(r'^---functions---$', text, flags=re.M)[-2:],
                            (constructors, methods)):
        for m in LINE.finditer(part):
            name, number, params, kind = m.groups()
            target[name] = (int(number, 16), params, kind.strip(), m.group(0)[:-1])
    return constructors, methods


def types_of(params):
    for param in params.split():
        if ':' in param and not param.startswith('{'):
            kind = re.sub(r'^flags\d*\.\d+\?', '', param.split(':', 1)[1]).lstrip('!')
            yield re.sub(r'^[Vv]ector<(.*)>$', r'\1', kind)


def result_of(kind):
    return re.sub(r'^[Vv]ector<(.*)>$', r'\1', kind)


def closure(seeds, by_type):
    known, queue = set(), [s for s in seeds if s not in PLAIN]
    while queue:
        kind = queue.pop()
        if kind in known:
            continue
        known.add(kind)
        for _, (_, params, _, _) in by_type.get(kind, []):
            queue.extend(t for t in types_of(params) if t not in known and t not in PLAIN)
    return known


def manifest(constructors):
    """Lines of `type count hash` over name -> (id, params, type, line)."""
    by_type = {}
    for number, _, kind, _ in constructors.values():
        by_type.setdefault(kind, []).append(number)
    for kind in sorted(by_type):
        ids = ' '.join('%08x' % i for i in sorted(by_type[kind]))
        yield '%s %d %08x' % (kind, len(by_type[kind]), zlib.crc32(ids.encode()))


def main():
    source, layer, list_file, out, out_manifest = sys.argv[1:]
    constructors, methods = parse(open(source, encoding='utf-8').read())
    wanted = [line.split('#')[0].strip() for line in open(list_file, encoding='utf-8')]
    wanted = [w for w in wanted if w]
    missing = [w for w in wanted if w not in methods]
    if missing:
        sys.exit('closure: no such method: %s' % ' '.join(missing))
    by_type = {}
    for name, row in constructors.items():
        by_type.setdefault(row[2], []).append((name, row))
    seeds = ['Updates', 'Bool']
    for w in wanted:
        seeds.append(result_of(methods[w][2]))
        seeds.extend(types_of(methods[w][1]))
    known = closure(seeds, by_type)
    kept = {n: r for n, r in constructors.items() if r[2] in known}
    with open(out, 'w', encoding='utf-8') as f:
        f.write('// The part of API layer %s that can reach this client, by type. Made by '
                'tl/closure.py from\n// the methods in tl/api.methods; %d constructors, %d '
                'methods.\n// LAYER %s\n' % (layer, len(kept), len(wanted), layer))
        for kind in sorted(known, key=lambda k: ('.' in k, k.lower())):
            rows = by_type.get(kind, [])
            f.write('\n// %s\n' % kind)
            for _, row in rows:
                f.write(row[3] + ';\n')
        f.write('\n---functions---\n\n')
        for w in sorted(wanted):
            f.write(methods[w][3] + ';\n')
    with open(out_manifest, 'w', encoding='utf-8') as f:
        f.write('\n'.join(manifest(kept)) + '\n')
    print('%d constructors, %d types, %d methods' % (len(kept), len(known), len(wanted)))


if __name__ == '__main__':
    main()
