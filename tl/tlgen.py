#!/usr/bin/env python3
"""Schema + list of what is used -> descriptor tables (.c) and structs (.h).

Usage: tlgen.py PREFIX NAME SCHEMA.tl USED [--manifest FILE] [--also FILE.tl ...] [--strict] [--depth N] OUT.c OUT.h
       tlgen.py --diff OLD.tl NEW.tl

Every id is checked against its CRC32. USED has one constructor or method a line: `name` (all
fields), `name: field field! field`, or `name: * field!` (all, too), where `!` marks a field that dumps must not show; names of
old forms in secret.tl carry their layer (decryptedMessage45). What USED does not list is known to
the decoder but has no struct. A USED of - means everything. What --also names joins the schema; where that has the
name already, it is the form of the layer in that file's head, and carries it (user198).
"""
import re
import sys
import zlib

import closure

LINE = re.compile(r'^([\w.]+)(?:#([0-9a-f]+))?\s+(.*?)\s*=\s*([\w.<>]+)\s*;(?:\s*//\s*(\S+))?\s*$')
# ids that are not the CRC32 of their line, as published
EXCEPTIONS = {0x6abd9782}
KEYWORDS = set('auto break case char const continue default do double else enum extern float for '
               'goto if inline int long register restrict return short signed sizeof static struct '
               'switch typedef union unsigned void volatile while base'.split())
SCALARS = {'int': ('TL_KIND_INT', 'int32_t'), 'long': ('TL_KIND_LONG', 'int64_t'),
           'double': ('TL_KIND_DOUBLE', 'double'), 'int128': ('TL_KIND_INT128', 'uint8_t'),
           'int256': ('TL_KIND_INT256', 'uint8_t'), 'string': ('TL_KIND_BYTES', 'TlBytes'),
           'bytes': ('TL_KIND_BYTES', 'TlBytes'), 'Bool': ('TL_KIND_BOOL', 'gboolean'),
           'true': ('TL_KIND_TRUE', 'gboolean'), '#': ('TL_KIND_FLAGS', None),
           'Object': ('TL_KIND_RAW', 'TlBytes'), 'X': ('TL_KIND_RAW', 'TlBytes')}
NONE = 0xffff


def die(*words):
    sys.exit('tlgen: ' + ' '.join(str(w) for w in words))


def crc(line):
    line = re.sub(r'^([\w.]+)#[0-9a-f]+', r'\1', line)
    line = re.sub(r' \w+:flags\d*\.\d+\?true', '', line)
    line = re.sub(r'(?<=[:?])bytes\b', 'string', line)
    line = line.replace('<', ' ').replace('>', '').replace('{', '').replace('}', '')
    return zlib.crc32(line.encode())


class Field:
    def __init__(self, name, kind):
        self.name, self.flag_word, self.flag_bit = name, '', 0
        m = re.match(r'^(flags\d*)\.(\d+)\?(.*)$', kind)
        if m:
            self.flag_word, self.flag_bit, kind = m.group(1), int(m.group(2)), m.group(3)
        kind = kind.lstrip('!')
        self.shape = 'TL_SHAPE_ONE'
        m = re.match(r'^([Vv])ector<(.*)>$', kind)
        if m:
            self.shape = 'TL_SHAPE_VECTOR' if m.group(1) == 'V' else 'TL_SHAPE_BARE_VECTOR'
            kind = m.group(2)
        self.kind = kind
        self.secret = self.stored = False
        self.c_name = name + '_' if name in KEYWORDS else name

    def optional(self):
        return bool(self.flag_word)

    def bare_object(self):
        return self.kind not in SCALARS and self.kind.split('.')[-1][0].islower()

    def table_kind(self):
        if self.kind in SCALARS:
            return SCALARS[self.kind][0]
        return 'TL_KIND_BARE' if self.bare_object() else 'TL_KIND_OBJECT'

    def needs_has(self):
        return (self.optional() and self.shape == 'TL_SHAPE_ONE' and
                self.kind in ('int', 'long', 'double', 'int128', 'int256', 'Bool'))

    def declaration(self):
        if self.shape != 'TL_SHAPE_ONE':
            return 'TlVector %s;' % self.c_name
        if self.kind in ('int128', 'int256'):
            return 'uint8_t %s[%d];' % (self.c_name, 16 if self.kind == 'int128' else 32)
        if self.kind in SCALARS:
            return '%s %s;' % (SCALARS[self.kind][1], self.c_name)
        return 'const TlObject *%s;' % self.c_name


class Ctor:
    def __init__(self, name, number, params, kind, label, method):
        self.name, self.number, self.kind, self.label = name, number, kind, label
        self.method, self.suffix, self.used = method, '', False
        self.fields = [Field(*p.split(':', 1)) for p in params.split() if not p.startswith('{')]

    def key(self):
        return self.name + self.suffix

    def c_name(self, prefix):
        words = re.split(r'[._]', self.name)
        return prefix + ''.join(w[0].upper() + w[1:] for w in words if w) + self.suffix


def read_schema(path, number_free):
    ctors, by_hand, part = [], [], 'types'
    text = open(path, encoding='utf-8').read()
    for n, line in enumerate(text.split('\n'), 1):
        if line.startswith('---'):
            part = line.strip('-').strip()
            continue
        if not line or line.startswith('//'):
            continue
        m = LINE.match(line)
        if not m:
            die('%s:%d does not read: %s' % (path, n, line))
        name, number, params, kind, label = m.groups()
        computed = crc(line.split(';')[0])
        if number is None:
            if not number_free:
                die('%s:%d has no id' % (path, n))
            number = '%08x' % computed
        number = int(number, 16)
        if part == 'by hand':
            by_hand.append((name, number))
            continue
        if number != computed and number not in EXCEPTIONS:
            die('%s:%d: id %08x is not its CRC32 %08x' % (path, n, number, computed))
        ctors.append(Ctor(name, number, params, kind, label, part == 'functions'))
    seen = {}
    for c in ctors:
        if c.number in seen:
            die('%s: id %08x twice' % (path, c.number))
        seen[c.number] = c
    layer = re.search(r'\bLAYER (\d+)', text)
    return ctors, by_hand, int(layer.group(1)) if layer else 0


def name_old_forms(ctors):
    """The newest published form has no suffix, older ones their layer, leaked ones Main."""
    groups = {}
    for c in ctors:
        groups.setdefault(c.name, []).append(c)
    for group in groups.values():
        if not any(c.label for c in group):
            continue
        published = sorted((c for c in group if c.label != 'main'), key=lambda c: int(c.label))
        taken = {}
        for c in published[:-1]:
            taken[c.label] = taken.get(c.label, 0) + 1
            c.suffix = c.label + ('b' if taken[c.label] > 1 else '')
        for i, c in enumerate(c for c in group if c.label == 'main'):
            c.suffix = 'Main' + (str(i + 1) if i else '')


def join(ctors, path):
    """Adds what another file has; forms of its layer behind those that have the name."""
    more, _, layer = read_schema(path, False)
    names = {c.name for c in ctors}
    numbers = {c.number for c in ctors}
    for c in more:
        if c.number in numbers:
            die('%s: %s is in the schema already' % (path, c.name))
        if c.name in names:
            c.suffix = str(layer)
    ctors.extend(more)


def read_used(path, ctors):
    by_key = {c.key(): c for c in ctors}
    if path == '-':
        for c in ctors:
            c.used = True
            for field in c.fields:
                field.stored = field.kind != '#'
        return
    for n, line in enumerate(open(path, encoding='utf-8'), 1):
        line = line.split('#')[0].strip()
        if not line:
            continue
        name, _, fields = line.partition(':')
        c = by_key.get(name.strip())
        if c is None:
            die('%s:%d: the schema has no %s' % (path, n, name))
        if c.used:
            die('%s:%d: %s twice' % (path, n, name))
        c.used = True
        names = fields.split()
        everything = not names or names[0] == '*'
        for field in c.fields:
            field.stored = everything and field.kind != '#'
        names = [w for w in names if w != '*']
        for wanted in names:
            secret = wanted.endswith('!')
            match = [f for f in c.fields if f.name == wanted.rstrip('!')]
            if not match:
                die('%s:%d: %s has no field %s' % (path, n, name, wanted))
            match[0].stored, match[0].secret = True, secret


def check_manifest(path, ctors):
    rows = {c.name: (c.number, None, c.kind, None) for c in ctors if not c.method}
    now = list(closure.manifest(rows))
    then = [line for line in open(path, encoding='utf-8').read().split('\n') if line]
    if now != then:
        die('the schema is not the one of %s: %s' %
            (path, ' | '.join(sorted(set(now) ^ set(then))[:6])))


class Pool:
    """Names, each once, in one string."""

    def __init__(self):
        self.at, self.parts, self.size = {}, [], 0

    def add(self, word):
        if word not in self.at:
            self.at[word] = self.size
            self.parts.append(word)
            self.size += len(word) + 1
        return self.at[word]


def write_header(path, prefix, name, ctors, by_hand):
    with open(path, 'w', encoding='utf-8') as f:
        f.write('/* Structs of %s, made by tl/tlgen.py. */\n#pragma once\n\n'
                '#include "tl-schema.h"\n\nextern const TlSchema tl_%s_schema;\n\n' %
                (name, name))
        for word, number in by_hand:
            f.write('#define %s_ID 0x%08xu\n' % (Ctor(word, 0, '', '', None, False).c_name(prefix),
                                                number))
        names = {}
        for c in ctors:
            if not c.used:
                continue
            c_name = c.c_name(prefix)
            if c_name in names:
                die('%s and %s share the C name %s' % (c.name, names[c_name], c_name))
            names[c_name] = c.name
            f.write('\n#define %s_ID 0x%08xu\ntypedef struct {\n    TlObject base;\n' %
                    (c_name, c.number))
            for field in c.fields:
                if field.stored:
                    if field.needs_has():
                        f.write('    gboolean has_%s;\n' % field.name)
                    f.write('    %s\n' % field.declaration())
            f.write('} %s;\n' % c_name)


def row(field, ctor, prefix, pool, types, ctor_index):
    struct = ctor.c_name(prefix)
    words = [f.name for f in ctor.fields if f.kind == '#']
    offset = 'offsetof (%s, %s)' % (struct, field.c_name) if field.stored else '%d' % NONE
    has = ('offsetof (%s, has_%s)' % (struct, field.name)
           if field.stored and field.needs_has() else '%d' % NONE)
    if field.flag_word and field.flag_word not in words:
        die('%s: no flag word %s' % (ctor.name, field.flag_word))
    kind = field.table_kind()
    if kind == 'TL_KIND_OBJECT':
        target = types[field.kind]
    elif kind == 'TL_KIND_BARE':
        target = ctor_index[field.kind]
    else:
        target = NONE
    flag = words.index(field.flag_word) + 1 if field.flag_word else 0
    return '    { %d, %s, %s, %d, %d, %d, %d, %s, %s },\n' % (
        pool.add(field.name), kind, field.shape, flag, field.flag_bit, int(field.secret), target,
        offset, has)


def write_tables(path, header, prefix, name, layer, ctors, strict, depth):
    ctors = sorted(ctors, key=lambda c: c.number)
    kinds = sorted({c.kind for c in ctors if not c.method} |
                   {f.kind for c in ctors for f in c.fields if f.table_kind() == 'TL_KIND_OBJECT'} |
                   {closure.result_of(c.kind) for c in ctors if c.method})
    types = {k: i for i, k in enumerate(kinds)}
    known = {c.kind for c in ctors if not c.method}
    ctor_index = {c.name: i for i, c in enumerate(ctors)}
    for c in ctors:
        for f in c.fields:
            if f.table_kind() == 'TL_KIND_OBJECT' and f.kind not in known:
                die('%s.%s: the schema has no constructor of %s' % (c.name, f.name, f.kind))
    pool, rows, table = Pool(), [], []
    for c in ctors:
        first = len(rows)
        for f in c.fields:
            rows.append(row(f, c, prefix, pool, types, ctor_index))
        count = len(rows) - first
        if c.method:
            result = Field('result', 'Object' if c.kind == 'X' else c.kind)
            if result.kind not in SCALARS and result.kind not in known:
                result.kind = 'Object'  # answered outside of an rpc_result: never decoded so
            rows.append(row(result, c, prefix, pool, types, ctor_index))
        table.append('    { 0x%08xu, %d, %d, %d, %d, %d, %s },\n' % (
            c.number, pool.add(c.name), NONE if c.method else types[c.kind], first, count,
            int(c.method), 'sizeof (%s)' % c.c_name(prefix) if c.used else '0'))
    with open(path, 'w', encoding='utf-8') as f:
        f.write('/* Tables of %s, made by tl/tlgen.py. */\n#include "%s"\n#include "tl-tables.h"\n'
                '#include <stddef.h>\n\n' % (name, header))
        f.write('static const char names[] =\n')
        for word in pool.parts:
            f.write('    "%s\\0"\n' % word)
        f.write('    ;\n\nstatic const TlField fields[] = {\n%s};\n\n' % ''.join(rows or [
            '    { 0 },\n']))
        f.write('static const TlCtor ctors[] = {\n%s};\n\n' % ''.join(table))
        f.write('const TlSchema tl_%s_schema = {\n    .name = "%s",\n    .layer = %d,\n'
                '    .names = names,\n    .fields = fields,\n    .ctors = ctors,\n'
                '    .n_ctors = %d,\n    .depth_max = %d,\n'
                '    .strict_flags = %s,\n};\n' % (name, name, layer, len(ctors), depth,
                                              'TRUE' if strict else 'FALSE'))
        if pool.size > NONE or len(rows) > NONE:
            die('too many names or fields for 16 bits')


def diff(old, new):
    before = {c.key(): c for c in read_schema(old, False)[0]}
    after = {c.key(): c for c in read_schema(new, False)[0]}
    for key in sorted(set(before) | set(after)):
        if key not in after:
            print('- %s' % key)
        elif key not in before:
            print('+ %s' % key)
        elif before[key].number != after[key].number:
            gone = {f.name for f in before[key].fields} - {f.name for f in after[key].fields}
            come = {f.name for f in after[key].fields} - {f.name for f in before[key].fields}
            print('~ %s%s%s' % (key, ''.join(' -' + g for g in sorted(gone)),
                                ''.join(' +' + c for c in sorted(come))))


def main():
    args = sys.argv[1:]
    if args[:1] == ['--diff']:
        return diff(*args[1:])
    manifest, strict, depth = None, False, 64
    plain, also = [], []
    while args:
        word = args.pop(0)
        if word == '--manifest':
            manifest = args.pop(0)
        elif word == '--also':
            also.append(args.pop(0))
        elif word == '--strict':
            strict = True
        elif word == '--depth':
            depth = int(args.pop(0))
        else:
            plain.append(word)
    prefix, name, schema, used, out_c, out_h = plain
    ctors, by_hand, layer = read_schema(schema, name == 'record')
    name_old_forms(ctors)
    for path in also:
        join(ctors, path)
    read_used(used, ctors)
    if manifest:
        check_manifest(manifest, ctors)
    write_header(out_h, prefix, name, ctors, by_hand)
    write_tables(out_c, out_h.split('/')[-1], prefix, name, layer, ctors, strict, depth)


if __name__ == '__main__':
    main()
