#!/usr/bin/env python3
"""Checks of the tree itself, printed as TAP.

Usage: lint.py SOURCE_ROOT [MODULE.so]

Include directions, sizes, names in ARCHITECTURE.md, words that must not be committed, and (given
the module) its exported symbols.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zlib

ROOT = sys.argv[1]
MODULE = sys.argv[2] if len(sys.argv) > 2 else None
LINES_MAX = 800
HEADER_MAX = 200
PRIVATE_MAX = 350  # what the files of one folder share is no contract

# folder -> folders whose headers it may include (ARCHITECTURE.md, "Who may include whom")
MAY = {
    'tl': ['tl'],
    'crypto': ['crypto'],
    'plugin/host': [],
    'plugin/talk': ['plugin/talk'],
    'plugin/store': ['plugin/store', 'crypto'],
    'plugin/mtproto': ['plugin/mtproto', 'plugin/host', 'plugin/store', 'crypto', 'tl'],
    'plugin/net': ['plugin/net', 'plugin/mtproto', 'plugin/host', 'plugin/store', 'crypto', 'tl'],
    'plugin/media': ['plugin/media', 'plugin/talk', 'crypto', 'tl'],
    'plugin/secret': ['plugin/secret', 'plugin/media', 'plugin/host', 'plugin/talk', 'plugin/store', 'crypto', 'tl'],
    'plugin/client': ['plugin/client', 'plugin/secret', 'plugin/media', 'plugin/net', 'plugin/mtproto', 'plugin/store',
                      'plugin/host', 'plugin/talk', 'crypto', 'tl'],
    'plugin/purple': ['plugin/purple', 'plugin/client', 'plugin/talk', 'plugin/host', 'plugin/media/media-look.h',
                      'plugin/media/media-clean.h', 'plugin/media/media-frame.h', 'plugin/media/media-tags.h'],
}
SYSTEM = {  # library headers only these folders may see
    r'^openssl/': ['crypto'],
    r'^sqlite3\.h$': ['plugin/store'],
    r'^libsecret/': ['plugin/store'],
    r'^(purple|account|accountopt|blist|cmds|connection|conversation|core|debug|eventloop|idle|'
    r'imgstore|log|network|notify|plugin|prefs|privacy|proxy|prpl|request|savedstatuses|server|'
    r'signals|status|util|version|xfer)\.h$': ['plugin/purple'],
    r'^zlib\.h$': ['tl'],
    r'^qrencode\.h$': ['plugin/purple'],
    r'^utf8proc\.h$': ['plugin/secret'],
}


def tracked(*suffixes):
    names = []
    if shutil.which('git'):
        names = subprocess.run(['git', '-C', ROOT, 'ls-files'], capture_output=True, text=True).stdout.split('\n')[:-1]
    if not names:  # no git, or no checkout: all that is no build folder
        for folder, folders, files in os.walk(ROOT):
            folders[:] = [f for f in folders if not f.startswith(('build', '.git', 'node_modules', '__pycache__'))]
            names += [os.path.relpath(os.path.join(folder, f), ROOT) for f in files]
    return [n for n in names if n.endswith(suffixes) and os.path.exists(os.path.join(ROOT, n))]


def text(name):
    with open(os.path.join(ROOT, name), encoding='utf-8', errors='replace') as f:
        return f.read()


def includes_go_down():
    home = {}
    for name in tracked('.h'):
        if not name.startswith('tests/'):
            home[os.path.basename(name)] = name
    bad = []
    for name in tracked('.c', '.h'):
        folder = os.path.dirname(name)
        if folder not in MAY:
            continue
        for kind, header in re.findall(r'#\s*include\s*([<"])([^>"]+)[>"]', text(name)):
            if kind == '"':
                where = home.get(os.path.basename(header))
                generated = header.endswith('.tl.h')
                if generated and 'tl' not in MAY[folder]:
                    bad.append('%s includes %s' % (name, header))
                if where and not any(where == m or os.path.dirname(where) == m
                                     for m in MAY[folder]):
                    bad.append('%s includes %s' % (name, where))
            for pattern, allowed in SYSTEM.items():
                if re.search(pattern, header) and folder not in allowed:
                    bad.append('%s includes <%s>' % (name, header))
    return bad


def layers_know_their_schemas_only():
    bad = []
    for folder, words in (('plugin/mtproto', r'\b(Api|Secret)[A-Z]\w+_ID\b|"(api|secret)\.tl\.h"'),
                          ('plugin/client', r'\bmt_session_\w+ \('),
                          ('plugin/secret', r'\bApi[A-Z]\w+|"(api|mtproto)\.tl\.h"'),
                          ('plugin/purple', r'\bTL_AS\b|\.tl\.h"')):
        for name in tracked('.c', '.h'):
            if os.path.dirname(name) == folder and re.search(words, text(name)):
                bad.append('%s knows a schema that is not its own' % name)
    return bad


# Files that know the server's error words by name; above them are codes.
WORDS = {'plugin/client/tg-refusal.c', 'plugin/net/net-refusal.c', 'plugin/mtproto/mt-call.c', 'plugin/mtproto/mt-answer.c'}
# Words of that form which are our own: what is told as the reason where the server gave none, and the environment.
OWN_WORDS = {'UNEXPECTED_ANSWER', 'UNDECODABLE', 'DH_CONFIG_MISSING', 'BAD_STATE', 'BAD_CODE_HASH', 'BAD_TOKEN', 'NO_USER', 'NOT_STORED', 'NOT_TAKEN', 'PURPLE_MTPROTO_DEBUG', 'XDG_RUNTIME_DIR'}


def errors_are_codes():
    """What the server calls its errors stands in few files (SC-E17): above them is what they mean."""
    bad = []
    for name in tracked('.c', '.h'):
        if name.startswith('plugin/') and name not in WORDS:
            source = re.sub(r'/\*.*?\*/', '', text(name), flags=re.S)
            bad += ['%s knows "%s"' % (name, word) for word in re.findall(r'"([A-Z][A-Z0-9]*(?:_[A-Z0-9]*)+)"', source)
                    if word not in OWN_WORDS]
    return bad


def files_are_small():
    bad = []
    for name in tracked('.c', '.h', '.py', '.sh'):
        lines = text(name).count('\n')
        if lines > LINES_MAX:
            bad.append('%s has %d lines' % (name, lines))
        elif name.endswith('.h') and lines > (PRIVATE_MAX if 'private' in name else HEADER_MAX):
            bad.append('%s has %d lines, a contract should be shorter' % (name, lines))
    return bad


def files_say_what_they_are_for():
    return ['%s does not begin with a comment' % name for name in tracked('.c', '.h')
            if not text(name).lstrip().startswith('/*')]


def pages_are_true():
    bad = []
    for page in ('ARCHITECTURE.md', 'HACKING.md', 'README.md'):
        for path in re.findall(r'`([\w./-]+/[\w.-]*\.(?:[ch]|py|sh|tl|used|md))`', text(page)):
            if not os.path.exists(os.path.join(ROOT, path)):
                bad.append('%s names %s, which does not exist' % (page, path))
        for path in re.findall(r'\]\(([\w./-]+)\)', text(page)):
            if not os.path.exists(os.path.join(ROOT, path)):
                bad.append('%s links to %s, which does not exist' % (page, path))
    return bad


def every_source_folder_is_described():
    page = text('ARCHITECTURE.md')
    folders = {os.path.dirname(n) for n in tracked('.c') if not n.startswith('tests/')}
    return ['ARCHITECTURE.md does not name %s' % f for f in sorted(folders) if f not in page]


def numbered():
    """What may be cited: requirements, decisions, facts on front ends."""
    there = set()
    for page in ('SECRET-CHATS', 'MTPROTO'):
        there |= set(re.findall(r'^(?:- |\| )?\*\*((?:SC|MT)-[A-M]\d+)\*\*', text('tests/requirements/%s.md' % page), re.M))
    there |= {'DECISIONS ' + n for n in re.findall(r'^\| (\d+) \|', text('ARCHITECTURE.md').split('### Decided, by number')[1], re.M)}
    there |= {'FRONTENDS ' + n for n in re.findall(r'^(?:\* \*\*|## )(\d+(?:\.\d+)?)', text('plugin/purple/FRONTENDS.md'), re.M)}
    return there


def every_number_resolves():
    there, bad = numbered(), []
    for name in tracked('.c', '.h', '.py', '.sh', '.md', '.tl', '.used', '.build', 'run'):
        if name == 'tests/lint/lint.py':
            continue
        for line_number, line in enumerate(text(name).split('\n'), 1):
            cited = re.findall(r'\b(?:SC|MT)-[A-Z]\d+\b', line)
            for page, numbers in re.findall(r'\b(DECISIONS|FRONTENDS) (\d+(?:\.\d+)?(?:(?:, | and )\d+(?:\.\d+)?\b(?!\S*[a-z]))*)', line):
                cited += ['%s %s' % (page, n) for n in re.findall(r'\d+(?:\.\d+)?', numbers)]
            bad += ['%s:%d cites %s, which is nowhere' % (name, line_number, c) for c in cited if c not in there]
            bad += ['%s:%d cites %s, which is no page here' % (name, line_number, c)
                    for c in re.findall(r'\b(?:LIBPURPLE|FACTS|STYLE|PEERS|FOUND|HOUSE)\b(?: [\dA-Z][\d.]*)?', line)]
    return bad


def nothing_private_is_committed():
    words = re.compile(r'/(?:work|root|home)/\w|\b(?:TODO|FIXME|XXX)\b|registry\.npm' + r'js|"resolved":')
    bad = []
    for name in tracked('.c', '.h', '.py', '.sh', '.md', '.build', '.json', 'run'):
        if name == 'tests/lint/lint.py' or name.startswith('tests/vectors/'):
            continue
        for number, line in enumerate(text(name).split('\n'), 1):
            if words.search(line):
                bad.append('%s:%d %s' % (name, number, line.strip()[:60]))
    return bad


def every_attack_has_a_test():
    """The rows of section M are tests of that name."""
    there = ''.join(text(n) for n in tracked('.c') if n.startswith('tests/') and 'section-m' in n)
    return ['no test is named SC-M%d' % row for row in range(1, 37)
            if not re.search(r'"(?:/section-m/)?SC-M%d["/]' % row, there)]


def tests_there():
    """C tests by their paths, Python tests as `file: name`; a story told for several front ends without its last word."""
    names = set()
    for name in tracked('.c'):
        if not name.startswith('tests/'):
            continue
        source = text(name)
        names |= set(re.findall(r'g_test_add\w*\s*\(\s*"([^"]+)"', source))
        prefix = re.search(r'#define ADD\(\w+(?:, func)?\) g_test_add_func \("([^"]+)"', source)
        for added in re.findall(r'\bADD \("?([^",)]+)', source):
            names.add(added if added.startswith('/') else (prefix.group(1) if prefix else '') + added)
        for area in re.findall(r'stories_add \("([^"]+)"', source):
            names |= {'/secret/%s/%s' % (area, told) for told in re.findall(r'\bSTORY \((\w+)', source)}
        names |= {'/section-m/' + row for row in re.findall(r'\{ "(SC-M\d+)"', source)}
    for name in tracked('.py'):
        if name.startswith('tests/purple/test_'):
            source, page = text(name), os.path.basename(name)
            names |= {'%s: %s' % (page, quoted.strip()) for _, quoted in re.findall(r'\(([\'"])(.*?)\1', source)}
            if '__name__.replace' in source:
                names |= {'%s: %s' % (page, f.replace('_', ' ')) for f in re.findall(r'^def (\w+)', source, re.M)}
    return names


def every_bound_has_a_test():
    """SECURITY.md says what each party can do at worst: each cell has a mark, each mark names tests, which exist."""
    page = text('SECURITY.md').split('## What each party can do at worst')[1].split('\n## ')[0]
    rows = [row.strip('| \n').split('|') for row in page.split('\n') if row.startswith('| **')]
    bad, marks, there = [], [], tests_there()
    for row in rows:
        for cell in row[1:]:
            mark = re.search(r'\(([A-Z]\d)\)\s*$', cell)
            marks.append(mark.group(1) if mark else '')
            if not mark:
                bad.append('a cell names no tests: ' + cell.strip()[:60])
    if len(rows) < 6 or len(marks) != 4 * len(rows) or len(set(marks)) != len(marks):
        bad.append('SECURITY.md has %d parties and %d cells with marks of their own' % (len(rows), len(set(marks))))
    lists = {mark: re.findall(r'`([^`]+)`', tests)
             for mark, tests in re.findall(r'^\* ([A-Z]\d): ((?:.|\n  )*)', page, re.M)}
    for mark in sorted(set(marks) ^ set(lists)):
        bad.append('the mark %s is in the table or in the list only' % mark)
    for mark, tests in lists.items():
        bad += ['%s names no test' % mark] if not tests else []
        bad += ['%s names %s, which does not exist' % (mark, test) for test in tests if test not in there]
    return bad


def stored_records_are_versioned():
    """DECISIONS 30: what is stored changes with its version, and nothing that was ever written
    becomes unreadable. tl/schema/record.versions has a line a version."""
    sys.dont_write_bytecode = True
    sys.path.insert(0, os.path.join(ROOT, 'tl'))
    from tlgen import crc
    lines = [line.split('; //')[0].rstrip(';') for line in text('tl/schema/record.tl').split('\n')
             if line and not line.startswith('//')]
    ids = ['%08x' % crc(line) for line in lines]
    whole = '%08x' % zlib.crc32('\n'.join(lines).encode())
    version = int(re.search(r'#define STORE_VERSION (\d+)', text('plugin/store/store.h')).group(1))
    rows = [row.split() for row in text('tl/schema/record.versions').split('\n')
            if row and not row.startswith('#')]
    bad = []
    if rows[-1][:2] != [str(version), whole]:
        bad.append('record.tl is not that of version %d: raise STORE_VERSION, append to record.versions:'
                   % version)
        bad.append('%d %s %s' % (int(rows[-1][0]) + 1, whole, ' '.join(ids)))
    for row in rows:
        bad += ['%s of version %s is gone from record.tl' % (i, row[0]) for i in row[2:] if i not in ids]
    if [int(row[0]) for row in rows] != list(range(1, len(rows) + 1)):
        bad.append('record.versions does not count')
    return bad


def sentences():
    """What is to be translated, as the sources have it: a template."""
    listed = text('po/POTFILES').split()
    marked = sorted(n for n in tracked('.c') if n.startswith('plugin/')
                    and re.search(r'\b(N?_|d?ngettext) ?\(', text(n)))
    out = subprocess.run(['xgettext', '--from-code=UTF-8', '-k_', '-kN_', '-kngettext:1,2', '-o', '-'] + marked,
                         cwd=ROOT, capture_output=True, text=True)
    if out.returncode:
        return None, [out.stderr.strip()]
    return out.stdout, ['po/POTFILES: %s' % n for n in sorted(set(listed) ^ set(marked))]


def sentences_have_a_place():
    """What ends like a sentence stands in a tgp-words file, which knows no libpurple; labels stay with their buttons."""
    words = 'plugin/purple/tgp-words'
    bad = ['%s knows more than words' % name for name in tracked('.c', '.h') if name.startswith(words)
           and re.search(r'\bpurple[_.]\w+|\bPurple\w+|\bTgpAccount\b', text(name))]
    template, _ = sentences()  # translations_are_complete() says why there is none
    for block in (template or '').split('\n\n')[1:]:
        places = {name for names in re.findall(r'^#: (.*)', block, re.M) for name in re.findall(r'(\S+):\d+', names)}
        for lines in re.findall(r'^msgid(?:_plural)? ((?:".*"\n)+)', block, re.M):
            string = ''.join(re.findall(r'"(.*)"', lines))
            if re.search(r'(?<!\.\.)[.?\u2026](?:[)\s]|\\n)*$', string):
                bad += ['%s says: %s' % (name, string[-60:]) for name in sorted(places) if not name.startswith(words)]
    return bad


def translations_are_complete():
    template, bad = sentences()
    if template is None:
        return bad
    for name in tracked('.po'):
        with tempfile.NamedTemporaryFile('w', suffix='.pot', encoding='utf-8') as f:
            f.write(template)
            f.flush()
            merged = subprocess.run(['msgmerge', '--quiet', '--no-fuzzy-matching', '-o', '-', os.path.join(ROOT, name),
                                     f.name], capture_output=True, text=True).stdout
        lacks = subprocess.run(['msgattrib', '--untranslated', '--no-obsolete', '-'], input=merged, capture_output=True,
                               text=True).stdout
        bad += ['%s lacks %s' % (name, s) for s in re.findall(r'^msgid ((?:".*"\n)+)msg(?:str|id_plural)', lacks, re.M)
                if s.strip() != '""']
        done = subprocess.run(['msgfmt', '--check', '--statistics', '-o', os.devnull, os.path.join(ROOT, name)],
                              stderr=subprocess.PIPE, encoding='utf-8', env=dict(os.environ, LC_ALL='C'))
        if done.returncode or 'untranslated' in done.stderr or 'fuzzy' in done.stderr:
            bad.append('%s: %s' % (name, done.stderr.strip()))
    return bad


def formats_here():
    """Each clang-format lays out in its own way: 14 judges, that of Debian 12, which has to be there on Debian 12;
    elsewhere there is nothing to count."""
    try:
        with open('/etc/os-release', encoding='utf-8') as f:
            release = f.read()
    except OSError:
        release = ''
    if re.search(r'^ID="?debian"?$', release, re.M) and re.search(r'^VERSION_ID="?12"?$', release, re.M):
        return True
    if not shutil.which('clang-format'):
        return False
    return ' version 14.' in subprocess.run(['clang-format', '--version'], capture_output=True, text=True).stdout


def sources_are_formatted():
    if not shutil.which('clang-format'):
        return ['clang-format is not installed']
    names = tracked('.c', '.h')
    out = subprocess.run(['clang-format', '--dry-run', '-Werror'] + names, cwd=ROOT,
                         capture_output=True, text=True)
    return sorted({line.split(':')[0] + ' is not formatted'
                   for line in out.stderr.split('\n') if 'error:' in line})


# What ends or deletes something -> the only file of plugin/purple that may call it (DECISIONS 28). What the protocol
# itself has to end, it ends in plugin/secret (SC-D30); what a removed account left is erased at the next start
# (DECISIONS 16).
ENDS = dict.fromkeys(['tg_secret_close', 'tg_secret_reject', 'tg_secret_leave', 'tg_secret_delete', 'tg_secret_flush', 'tg_secret_skip',
                      'tg_client_remove_contact', 'tg_client_block'], 'tgp-ends.c')
ENDS.update(dict.fromkeys(['tg_client_log_out', 'tg_client_end_login', 'tg_client_log_in_anew'], 'tgp-ends-session.c'))
ENDS['tg_eraser_new'] = 'tgp-removal.c'


def one_file_ends_things():
    if not MODULE:
        return []
    bad, called = [], set()
    folder = MODULE + '.p'
    for name in sorted(os.listdir(folder)):
        if not name.endswith('.o'):
            continue
        out = subprocess.run(['nm', '--undefined-only', os.path.join(folder, name)], capture_output=True, text=True)
        for symbol in set(re.findall(r'U (\w+)', out.stdout)) & set(ENDS):
            called.add(symbol)
            if name != ENDS[symbol] + '.o':
                bad.append('%s calls %s, which is for %s only' % (name, symbol, ENDS[symbol]))
    return bad + ['nobody calls %s: is the list out of date?' % s for s in sorted(set(ENDS) - called)]


# What nothing in the module calls -> what will.
COMING = {}


def ids_of_others_are_mixed():
    """What another side chose is no hash by itself (talk-id.h)."""
    return ['%s uses g_int64_hash: talk_id_hash' % name for name in tracked('.c')
            if name.startswith(('plugin/secret/', 'plugin/client/', 'plugin/purple/'))
            and 'g_int64_hash' in text(name)]


def one_file_knows_the_front_end():
    """What differs in a front end is a field of its row (tgp-frontend.h); nobody else asks for its name."""
    return ['%s asks which front end it is in' % name for name in tracked('.c', '.h')
            if name.startswith('plugin/') and name != 'plugin/purple/tgp-frontend.c'
            and re.search(r'purple_core_get_ui|"(?:gtk-gaim|gnt-purple|BitlBee)"', text(name))]


# Each option of an account, and what it says. None may hide from others that somebody is online, types or has read, keep what
# destroys itself, or take another program's name: the terms forbid it (tests/requirements/MTPROTO.md, appendix 2).
OPTIONS = {
    'api-id': 'own program', 'api-hash': 'own program', 'qr-login': 'way of logging in', 'secret-requests': 'who is asked about',
    'typing-actions': 'beside the notice that always goes (SC-E12)', 'show-numbers': 'own view', 'log-secret-chats': 'own file, never of timed lines',
    'secret-service': 'place of the key', 'mtproxy': 'way to the servers', 'server': 'way to the servers', 'server-key': 'way to the servers',
    'test-environment': 'which servers', 'logged-in': 'kept by the program, in no dialog',
}


def options_hide_nothing():
    """MT-F41: the account's options are those of the list, and so is what is read of an account."""
    named = dict(re.findall(r'^#define (TGP_\w+) "([\w-]+)"', ''.join(text(n) for n in tracked('.h', '.c') if n.startswith('plugin/purple/')), re.M))
    bad, used, offered = [], set(), 0
    for name in tracked('.c'):
        if not name.startswith('plugin/'):
            continue
        source = text(name)
        offered += len(re.findall(r'purple_account_option_\w+_new \(', source))
        for key in (re.findall(r'purple_account_(?:get|set)_(?:ui_)?(?:bool|int|string) \(\s*[^,;]+,\s*("[\w-]+"|\w+)', source) +
                    re.findall(r'\boption \(account,\s*("[\w-]+"|\w+)', source) +
                    re.findall(r'purple_account_option_\w+_new \(\s*_ \((?:[^()]|\([^()]*\))*\),\s*("[\w-]+"|\w+)', source)):
            key = key.strip('"') if key.startswith('"') else named.get(key, key)
            if name == 'plugin/purple/tgp-login.c' and key == 'name':
                continue  # option() itself
            used.add(key)
            if key not in OPTIONS:
                bad.append('%s has or reads the option "%s" of an account: what does it hide? (OPTIONS)' % (name, key))
    return bad + ['no option is found: is the pattern out of date?'] * (offered < 10) + [
        'there is no option "%s"' % key for key in sorted(set(OPTIONS) - used)]


def commands_are_described():
    """The one table of commands, the help of each, and README's table of them say the same."""
    table = re.findall(r'^    \{ "(\w+)", \w+, TGP_COMMAND_(\w+) \},$', text('plugin/purple/tgp-commands.c'), re.M)
    # a front end's own, too
    helps = {kind: set(re.findall(r'\b_\s*\(\s*"(\w+)[ :\[]', words)) for kind, words
             in re.findall(r'case TGP_COMMAND_(\w+):(.*?)(?=case TGP_COMMAND_|\Z)', text('plugin/purple/tgp-words-commands.c'), re.S)}
    rows = re.findall(r'^\| (`/.*?) \| ', text('README.md'), re.M)
    readme = set(re.findall(r'`/(\w+)', ' '.join(rows)))
    own = {'slash'}  # stands for /help where the front end has one of its own
    return (['no command is found: is the pattern out of date?'] * (len(table) < 5) +
            ['/%s has no help of its name' % name for name, kind in table if name not in own and helps.get(kind) != {name}] +
            ['README has no row of /%s' % name for name, _ in table if name not in readme | own] +
            ['README has /%s, which there is not' % name for name in sorted(readme - {name for name, _ in table})])


def one_file_has_the_conversations():
    """Which conversation is whose, and that there is one: plugin/purple/tgp-conv.c."""
    return ['%s finds or makes a conversation' % name for name in tracked('.c', '.h')
            if name.startswith('plugin/') and name != 'plugin/purple/tgp-conv.c'
            and re.search(r'purple_find_conversation|purple_conversation_new', text(name))]


def dialogs_break_their_lines():
    """Where dialogs cut lines is known to one file each: notices and texts asked for, questions with buttons."""
    return ['%s tells beside plugin/purple/tgp-dialog.c' % name for name in tracked('.c', '.h')
            if name.startswith('plugin/') and name not in ('plugin/purple/tgp-dialog.c', 'plugin/purple/tgp-question.c')
            and re.search(r'purple_notify_(message|info|warning|error|formatted) \(|purple_request_(input|action) \(', text(name))]


def tests_of_the_table_exist():
    """tests/purple/README.md: what its cells name are tests, and stories of theirs."""
    table, bad = 'tests/purple/README.md', []
    files = {re.sub('^test_', '', os.path.basename(name)[:-3]).replace('tdlib_', 'tdlib-'): name for name in tracked('.py')
             if name.startswith(('tests/purple/', 'tests/interop/'))}
    for line in text(table).split('\n'):
        for cell in line.split('|')[2:-1] if line.startswith('| ') else []:
            for file, stories in re.findall(r'(?<![\w-])(%s): ([^;:(]+)' % '|'.join(files), re.sub(r'\(.*?\)|`[^`]*`', '', cell)):
                source = text(files[file])
                for story in filter(None, re.split(' ?\u2026 ?|, ', stories.strip())):
                    if not re.search(r'def (test_)?%s|[\'"]%s[\'"]' % (re.escape(re.sub(r'\W', '_', story)), re.escape(story)), source):
                        bad.append('%s: %s has no story "%s"' % (table, file, story))
    return bad


def every_check_runs():
    """What is defined here is called, too."""
    source = text('tests/lint/lint.py')
    return ['%s is never run' % name for name in re.findall(r'^def (\w+)\(\):', source, re.M)
            if len(re.findall(r'\b%s\b' % name, source)) == 1]


def global_symbols():
    """name -> objects of the layers that define it, that use it. (tl-dump is the program beside the module.)"""
    root = os.path.dirname(os.path.dirname(os.path.dirname(MODULE)))
    folders = [MODULE + '.p', os.path.join(root, 'tl/tl-dump.p')]
    folders += [os.path.join(root, f, 'lib%s.a.p' % os.path.basename(f)) for f in MAY if f not in ('plugin/host', 'plugin/purple')]
    defined, used = {}, {}
    for folder in folders:
        for name in sorted(os.listdir(folder)):
            if not name.endswith('.o'):
                continue
            out = subprocess.run(['nm', '--extern-only', os.path.join(folder, name)], capture_output=True, text=True)
            for kind, symbol in re.findall(r'([A-Za-z]) (\w+)$', out.stdout, re.M):
                (used if kind == 'U' else defined).setdefault(symbol, set()).add(name)
    return defined, used


def backward_calls(folder):
    """Pairs of files of which the first calls one that meson.build names behind it."""
    root = os.path.dirname(os.path.dirname(os.path.dirname(MODULE)))
    objects = MODULE + '.p' if folder == 'plugin/purple' else os.path.join(root, folder, 'lib%s.a.p' % os.path.basename(folder))
    sources = re.split(r"(?:static_library|shared_module)\('\w+'", text(folder + '/meson.build'))[1].split('c_args')[0]
    order = [name for name in re.findall(r"'([\w-]+\.c)'", sources) if os.path.exists(os.path.join(objects, name + '.o'))]
    defined, used = {}, {}
    for name in order:
        out = subprocess.run(['nm', '--extern-only', os.path.join(objects, name + '.o')], capture_output=True, text=True)
        for kind, symbol in re.findall(r'([A-Za-z]) (\w+)$', out.stdout, re.M):
            if kind == 'U':
                used.setdefault(name, set()).add(symbol)
            else:
                defined[symbol] = name
    return sorted({(name, defined[symbol]) for name, symbols in used.items() for symbol in symbols
                   if symbol in defined and order.index(defined[symbol]) > order.index(name)})


def features_see_what_is_below():
    """Features of an account include the headers of files that meson.build names before them; all may see the contract."""
    order = re.findall(r"'([\w-]+)\.c'", text('plugin/client/meson.build'))
    return ['plugin/client/%s.c includes %s.h' % (name, header) for place, name in enumerate(order)
            for header in re.findall(r'#include "([\w-]+)\.h"', text('plugin/client/%s.c' % name))
            if header in order[place + 1:] and header != 'tg-client']


def calls_go_down():
    """Inside a folder, too: meson.build names its files bottom up, each calls those before it."""
    if not MODULE:
        return []
    bad = []
    for folder in ['tl', 'crypto', 'plugin/store', 'plugin/mtproto', 'plugin/net', 'plugin/media', 'plugin/secret', 'plugin/client', 'plugin/purple']:
        bad += ['%s: %s calls %s' % ((folder,) + pair) for pair in backward_calls(folder)]
    return bad


def every_global_is_needed():
    """What only its own file calls is static, what only tests call is theirs."""
    if not MODULE:
        return []
    defined, used = global_symbols()
    lonely = {s for s, names in defined.items() if not used.get(s, set()) - names
              and re.match(r'(tl|crypto|store|mt|net|media|secret|tg|tgp)_', s)}
    bad = ['%s in %s is called by no other file' % (s, ', '.join(sorted(defined[s]))) for s in sorted(lonely - set(COMING))]
    return bad + ['%s is called by now, or gone: it need not be listed' % s for s in sorted(set(COMING) - lonely)]


def what_is_declared_is_there():
    if not MODULE:
        return []
    defined, _ = global_symbols()
    bad = []
    for name in tracked('.h'):
        if os.path.dirname(name) in MAY:
            plain = re.sub(r'/\*.*?\*/', '', text(name), flags=re.S)
            declared = re.findall(r'^(?!static|#|typedef)[A-Za-z_][\w *]*?\b(\w+) \([^;{]*?\)[^;{(]*;', plain, re.M)
            bad += ['%s declares %s, which is nowhere' % (name, symbol) for symbol in declared if symbol not in defined]
    return bad


def module_exports_one_symbol():
    if not MODULE:
        return []
    out = subprocess.run(['nm', '-D', '--defined-only', MODULE], capture_output=True, text=True)
    names = [line.split()[-1] for line in out.stdout.split('\n') if line.strip()]
    return [] if names == ['purple_init_plugin'] else ['exports: %s' % ' '.join(names)]


def module_needs_no_front_end():
    if not MODULE:
        return []
    out = subprocess.run(['nm', '-D', '--undefined-only', MODULE], capture_output=True, text=True)
    return ['undefined %s' % s for s in re.findall(r'U ((?:gtk|gdk|gnt|pidgin|finch)_\w+)',
                                                    out.stdout)]


def module_stays_loaded():
    """libpurple closes modules while types of their libraries stay registered."""
    if not MODULE:
        return []
    out = subprocess.run(['readelf', '-d', MODULE], capture_output=True, text=True).stdout
    return [] if 'NODELETE' in out else ['the module is not linked with -z nodelete']


CHECKS = [every_check_runs, includes_go_down, every_number_resolves, layers_know_their_schemas_only, errors_are_codes, features_see_what_is_below, files_are_small,
          files_say_what_they_are_for, pages_are_true, every_source_folder_is_described,
          nothing_private_is_committed, every_attack_has_a_test, every_bound_has_a_test, stored_records_are_versioned,
          translations_are_complete, sentences_have_a_place, ids_of_others_are_mixed, one_file_ends_things,
          one_file_knows_the_front_end, one_file_has_the_conversations, dialogs_break_their_lines, commands_are_described, options_hide_nothing,
          tests_of_the_table_exist, every_global_is_needed,
          what_is_declared_is_there, calls_go_down,
          module_exports_one_symbol,
          module_needs_no_front_end, module_stays_loaded]
if formats_here():
    CHECKS.append(sources_are_formatted)


def main():
    print('1..%d' % len(CHECKS))
    failed = 0
    for number, check in enumerate(CHECKS, 1):
        bad = check()
        print('%s %d - %s' % ('not ok' if bad else 'ok', number, check.__name__))
        for line in bad[:20]:
            print('# %s' % line)
        failed += bool(bad)
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
