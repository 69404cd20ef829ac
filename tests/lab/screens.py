"""Real front ends with the module in them: Finch in tmux, Pidgin under Xvfb."""
import fcntl
import json
import os
import re
import shutil
import signal
import struct
import subprocess
import sys
import termios
import time
import unicodedata

import desktop
import speaker
import tidy
from lab import NO_BUS, PATIENCE, Gone, until

ACCOUNT = '''<?xml version='1.0' encoding='UTF-8' ?>
<account version='1.0'>
 <account>
  <protocol>prpl-mtproto</protocol>
  <name>%(phone)s</name>
  <statuses>
   <status type='available' name='Available' active='true'><attributes/></status>
   <status type='offline' name='Offline' active='false'><attributes/></status>
  </statuses>
  <settings>
   <setting name='server' type='string'>127.0.0.1:%(port)d</setting>
   <setting name='server-key' type='string'>%(key)s</setting>
   <setting name='api-id' type='string'>1</setting>
   <setting name='api-hash' type='string'>x</setting>%(more)s
  </settings>
  <settings ui='%(ui)s'><setting name='auto-login' type='bool'>1</setting></settings>
 </account>
</account>
'''
# Without a tray, Pidgin gives up its icon there five seconds after its start, and then puts the buddy list before
# everything, with the cursor in it.
PREFS = '''<?xml version='1.0' encoding='UTF-8' ?>
<pref version='1' name='/'>
 <pref name='purple'><pref name='conversations'><pref name='im'>
  <pref name='send_typing' type='bool' value='1'/></pref></pref>
  <pref name='away'><pref name='idle_reporting' type='string' value='none'/></pref></pref>
 <pref name='finch'><pref name='conversations'>
  <pref name='notify_typing' type='bool' value='1'/></pref></pref>
 <pref name='pidgin'>
  <pref name='blist'><pref name='list_visible' type='bool' value='1'/></pref>
  <pref name='docklet'><pref name='show' type='string' value='never'/></pref></pref>
</pref>
'''


def sanitizers(lab):
    """What a front end needs in its environment if the module is built with sanitizers: what they find ends it."""
    module = os.path.join(lab.build, 'plugin/purple/mtproto.so')
    needs = subprocess.run(['ldd', module], stdout=subprocess.PIPE, check=True, encoding='utf-8').stdout
    runtime = re.search(r'libasan\S* => (\S+)', needs)
    if not runtime:
        return {}
    return {'LD_PRELOAD': '%s:%s' % (runtime.group(1), os.path.join(lab.build, 'tests/purple/libuntranslated.so')),
            'ASAN_OPTIONS': 'detect_leaks=0',  # front ends leak at their end
            'UBSAN_OPTIONS': 'print_stacktrace=1:halt_on_error=1'}


def home_with_chat(lab, ui):
    """A libpurple folder whose account has a secret chat with the companion: (folder, companion)."""
    plugin, companion = lab.chat()
    companion.forget()
    return home_of(lab, plugin, ui), companion


def home_of(lab, plugin, ui, **settings):
    """The headless plugin's folder, which a front end may take over: it ends. Settings are numbers that mean yes and no."""
    plugin.stop()
    home = plugin.home
    os.makedirs(os.path.join(home, 'plugins'), exist_ok=True)
    shutil.copy(os.path.join(lab.build, 'plugin/purple/mtproto.so'), os.path.join(home, 'plugins'))
    with open(os.path.join(home, 'accounts.xml'), 'w', encoding='utf-8') as f:
        f.write(ACCOUNT % {'phone': '9990000001', 'port': lab.dc.port, 'key': lab.dc.key, 'ui': ui,
                           'more': ''.join("<setting name='%s' type='bool'>%d</setting>" % (name.replace('_', '-'), yes)
                                           for name, yes in settings.items())})
    with open(os.path.join(home, 'prefs.xml'), 'w', encoding='utf-8') as f:
        f.write(PREFS)
    return home


class Terminal:
    """A tmux of its own with one command in it; `environment` is added to that of the command."""

    def __init__(self, directory, command, width, height, environment=None):
        self.socket = os.path.join(directory, 'tmux')
        self.environment = dict(os.environ, LC_ALL='C.UTF-8', TERM='xterm-256color', HOME=directory,
                                DBUS_SESSION_BUS_ADDRESS=NO_BUS)
        for name in ('TMUX', 'DISPLAY'):
            self.environment.pop(name, None)
        self.environment.update(environment or {})
        self.tmux('-f', '/dev/null', 'new-session', '-d', '-x', str(width), '-y', str(height), command)
        self.device = self.tmux('list-panes', '-F', '#{pane_tty}').strip()

    def tmux(self, *words):
        return subprocess.run(['tmux', '-S', self.socket, *words], env=self.environment, check=True,
                              stdout=subprocess.PIPE, encoding='utf-8').stdout

    def screen(self):
        return self.tmux('capture-pane', '-p')

    LISTS = ('Buddy List', 'Buddy-Liste', 'Список собеседников')  # if Finch itself is translated there
    ARROWS = {'Up': 'A', 'Down': 'B', 'Right': 'C', 'Left': 'D'}  # as this terminal's description has them

    def keys(self, *keys):
        for key in keys:
            if key in self.ARROWS:
                self.tmux('send-keys', '-l', '\x1bO' + self.ARROWS[key])
            else:
                self.tmux('send-keys', key)
            if key == 'Escape':
                time.sleep(0.4)  # Finch tells it from Alt by time, of which it takes 0.25 s
            self.settles()

    def _works(self):
        """What was typed was not read yet, or somebody in the terminal computes."""
        terminal = os.open(self.device, os.O_RDONLY | os.O_NOCTTY | os.O_NONBLOCK)
        try:
            waiting = struct.unpack('i', fcntl.ioctl(terminal, termios.FIONREAD, b'\0' * 4))[0]
            number = os.fstat(terminal).st_rdev
        finally:
            os.close(terminal)
        if waiting > 0:
            return True
        for pid in filter(str.isdigit, os.listdir('/proc')):
            try:
                with open('/proc/%s/stat' % pid, encoding='utf-8', errors='replace') as f:
                    words = f.read().rpartition(')')[2].split()
            except OSError:  # it has gone
                continue
            if words[0] in 'RDT' and int(words[4]) == number:
                return True
        return False

    def settles(self, most=10):
        """Until all that was typed is done, and the screen shows it: a key too early means another row. What works on
        by itself is waited for `most` seconds."""
        end, quiet = time.time() + most, 0
        while quiet < 3 and time.time() < end:
            try:
                quiet = 0 if self._works() else quiet + 1
            except OSError:  # the terminal is gone with who was in it
                return
            time.sleep(0.01)
        if self.alive():
            self.tmux('list-panes')  # tmux has then read what it had to read before

    def _blue(self):
        """What stands out on the screen: (is it a window's title?, text)."""
        found = []
        for line in self.tmux('capture-pane', '-p', '-e').rstrip('\n').split('\n')[:-1]:  # but the list of windows
            blue, before = False, ''
            for piece in re.split('(\x1b\\[[0-9;]*m)', line):
                if piece.startswith('\x1b'):
                    for code in piece[2:-1].split(';'):
                        blue = code == '44' or (blue and code not in ('', '0', '40', '49'))
                    continue
                if blue and piece.strip():
                    found.append((before.endswith('\u2524'), piece.strip()))
                before = piece or before
        return found

    def selected(self):
        """The rows and buttons that Enter would mean."""
        return [text for title, text in self._blue() if not title]

    def title(self):
        """Of the window in front."""
        return ''.join(text for title, text in self._blue() if title)

    def in_list(self):
        """The buddy list is in front; its title may be cut."""
        title = self.title()
        return title != '' and any(name.startswith(title) for name in self.LISTS)

    def dialog(self, title):
        """What stands within the frame of the window in front, in one line; it is to have one."""
        rows = self.screen().split('\n')
        top = next((i for i, row in enumerate(rows) if '\u2524%s\u251c' % title in row), None)
        if top is None:
            return ''
        cells = [''.join(c * (2 if unicodedata.east_asian_width(c) in 'WF' else 1) for c in row) for row in rows]
        left = cells[top].rindex('\u250c', 0, cells[top].index('\u2524'))
        right = cells[top].index('\u2510', left)
        bottom = next((i for i in range(top + 1, len(rows)) if cells[i][left:left + 1] == '\u2514'
                       and cells[i][right:right + 1] == '\u2518'), None)
        if bottom is None:
            return ''
        return ' '.join(' '.join(row[left + 1:right].split()) for row in cells[top + 1:bottom])

    def windows(self):
        """The names in the list of windows, cut as they may be."""
        return [name.strip() for name in self.screen().rstrip('\n').split('\n')[-1].split('\u2502')]

    def choose(self, pattern, key='Down', steps=40):
        """Presses the key until a text that stands out matches."""
        for _ in range(steps):
            before = self.selected()
            if any(re.match(pattern, text) for text in before):
                return
            self.keys(key)
            end = time.time() + 0.5
            while self.selected() == before and time.time() < end:
                time.sleep(0.05)
        raise Gone('nothing like %r can be chosen:\n%s' % (pattern, self.screen()))

    def entry(self, pattern):
        """Goes to a row of the buddy list."""
        self.keys('M-1')
        until(self.in_list, 'the buddy list', PATIENCE, self.screen)

        def chosen():
            """And stays: a row that gets another name is a new one for Finch, which goes to the first then."""
            self.keys('Home')
            self.choose(pattern)
            time.sleep(0.2)
            self.settles()
            return any(re.match(pattern, text) for text in self.selected())
        until(chosen, 'the row %r chosen' % pattern, PATIENCE, self.screen)

    def menu(self, pattern, *words):
        """The menu of a buddy, and in it one word after the other."""
        for last in False, False, True:
            self.entry(pattern)
            self.keys('F11')
            try:
                self.choose(words[0], steps=25)
                break
            except Gone:
                if last:
                    raise
                self.keys('Escape')  # the row got another name in that moment, and the bar was elsewhere: once more
        self.keys('Enter')
        for word in words[1:]:
            self.choose(word)
            self.keys('Enter')

    def press(self, label):
        """A button of the dialog in front."""
        self.choose(label, 'Tab', 12)
        self.keys('Enter')

    def front(self, title, steps=12):
        """Goes on from window to window until that one is in front."""
        end = time.time() + PATIENCE
        while time.time() < end:
            for _ in range(steps):
                before = self.title()
                if re.search(title, before):
                    return
                self.keys('M-n')
                wait = time.time() + 1
                while self.title() == before and time.time() < wait:
                    time.sleep(0.05)
        raise Gone('no window %r:\n%s' % (title, self.screen()))

    def open(self, pattern, title):
        """A conversation, by its row in the buddy list."""
        self.entry(pattern)
        self.keys('Enter')
        self.front(title)

    def kill(self):
        """It gets no chance to save or to say anything."""
        os.kill(int(self.tmux('list-panes', '-F', '#{pane_pid}')), signal.SIGKILL)
        until(lambda: not self.alive(), 'the end')

    def type(self, text):
        self.tmux('send-keys', '-l', text)

    def shows(self, pattern, timeout=PATIENCE):
        return until(lambda: re.search(pattern, self.screen()), 'the terminal showing %r' % pattern, timeout, self.screen)

    def loses(self, pattern, timeout=PATIENCE):
        until(lambda: not re.search(pattern, self.screen()), 'the terminal losing %r' % pattern, timeout, self.screen)

    def alive(self):
        return subprocess.run(['tmux', '-S', self.socket, 'has-session'], stderr=subprocess.DEVNULL,
                              env=self.environment).returncode == 0

    def stop(self):
        subprocess.run(['tmux', '-S', self.socket, 'kill-server'], stderr=subprocess.DEVNULL, env=self.environment)


class Finch(Terminal):
    def __init__(self, lab, home, width=110, height=34, environment=None):
        self.log = os.path.join(lab.directory, 'finch.log')
        more = ' '.join('%s=%s' % pair for pair in sanitizers(lab).items())  # not of tmux itself
        super().__init__(lab.directory, 'exec env %s finch -c %s 2>>%s' % (more, home, self.log), width, height,
                         environment)

    def leave(self):
        """Quits, and says yes where Finch asks; it may be gone before that arrives."""
        def gone():
            try:
                self.keys('Enter')
            except subprocess.CalledProcessError:
                if self.alive():
                    raise
            return not self.alive()
        self.keys('M-q')
        until(gone, 'Finch leaving', show=lambda: self.screen() if self.alive() else '')


class Node:
    """Something that shows in a window, as a screen reader finds it."""

    def __init__(self, window, role, name, text, x, y, width, height, states):
        self.window, self.role, self.name, self.text, self.states = window, role, name, text, states
        self.middle, self.width = (x + width // 2, y + height // 2), width
        self.box = (x, y, width, height)
        self.shows = width > 1 and height > 1


MENU_ROLES = ('menu item', 'check menu item', 'menu')  # the last one stands in bars, too


def waits_for(pid):
    """What each thread of that process does in the kernel, and its children, in a line."""
    def read(*path):
        try:
            with open(os.path.join('/proc', str(pid), *path), encoding='utf-8') as f:
                return f.read().strip()
        except OSError:
            return '?'
    try:
        tasks = os.listdir('/proc/%d/task' % pid)
    except OSError:  # it has just gone
        tasks = []
    threads = ['%s %s' % (read('task', t, 'comm'), read('task', t, 'wchan')) for t in tasks]
    return ', '.join(threads) + '; children ' + (read('task', str(pid), 'children') or 'none')


class Pidgin:
    """An X server of its own, a window manager and Pidgin in it; with `reads`, a screen reader, too."""

    def __init__(self, lab, home, reads=False):
        self.directory, self.home, self.reader, self.sanitizers = lab.directory, home, None, sanitizers(lab)
        read, write = os.pipe()
        self.processes, self.speaker = [], speaker.Speaker(lab.directory)
        self.start(self.speaker.command, dict(os.environ))
        self.start(['Xvfb', '-displayfd', str(write), '-screen', '0', '1000x700x24', '-nolisten', 'tcp',
                    '-noreset',  # else it resets when its last client leaves, and takes with it who just comes
                    '-r'],  # no key repeats because a busy machine lets it go late
                   dict(os.environ), pass_fds=(write,))
        os.close(write)
        with os.fdopen(read) as f:
            self.display = ':' + f.readline().strip()
        self.environment = dict(os.environ, DISPLAY=self.display, HOME=lab.directory, LC_ALL='C.UTF-8',
                                NO_AT_BRIDGE='1', GTK_THEME='Adwaita')
        self.start(['openbox', '--sm-disable'], self.environment)
        bus = os.path.join(lab.directory, 'pidgin-bus')  # with nobody on it but Pidgin (and its reader)
        os.makedirs(os.path.join(bus, 'services'), exist_ok=True)
        with open(os.path.join(bus, 'bus.conf'), 'w', encoding='utf-8') as f:
            f.write(desktop.CONFIG % {'directory': bus})
        if reads:
            shutil.copy('/usr/share/dbus-1/services/org.a11y.Bus.service', os.path.join(bus, 'services'))
        self.start(['dbus-daemon', '--config-file', os.path.join(bus, 'bus.conf'), '--nofork'], self.environment)
        until(lambda: os.path.exists(os.path.join(bus, 'bus')), 'the bus')
        self.environment['DBUS_SESSION_BUS_ADDRESS'] = 'unix:path=%s/bus' % bus
        self.log = os.path.join(lab.directory, 'pidgin.log')
        if reads:
            self.environment.update(XDG_RUNTIME_DIR=lab.directory, GTK_MODULES='gail:atk-bridge')
            del self.environment['NO_AT_BRIDGE']
        self.start_pidgin()
        if reads:
            self.reader = self.start(['/usr/bin/python3', os.path.join(os.path.dirname(__file__), 'reader.py')],
                                     self.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding='utf-8')

    def start_pidgin(self):
        self.pidgin = self.start(['pidgin', '-m', '-c', self.home], dict(self.environment, **self.sanitizers),
                                 stderr=open(self.log, 'a', encoding='utf-8'))

    def start(self, argv, environment, **kw):
        for name in ('stdin', 'stdout', 'stderr'):
            kw.setdefault(name, subprocess.DEVNULL)
        process = subprocess.Popen(argv, env=environment, **kw)
        self.processes.append(process)
        return process

    def xdotool(self, *words):
        return subprocess.run(['xdotool', *words], env=self.environment, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, encoding='utf-8').stdout.strip()

    def window(self, title, timeout=PATIENCE):
        """Waits for a window, and raises it until it has the keys: its id."""
        pressed = 0

        def has_the_keys():
            nonlocal pressed
            found = self.xdotool('search', '--onlyvisible', '--name', title).split()[-1:]
            if found == [self.xdotool('getwindowfocus')]:
                return found[0]
            if found and time.time() > pressed + 1:
                pressed = time.time()
                self.xdotool('windowactivate', found[0])
            return None
        return until(has_the_keys, 'a window %r with the keys' % title, timeout, self.state)

    def titles(self):
        ids = self.xdotool('search', '--onlyvisible', '--name', '.').split()
        return '\n'.join(self.xdotool('getwindowname', i) for i in ids)

    def state(self):
        """For a failure: its windows, which one has the keys, what it waits for, and its last words."""
        with open(self.log, encoding='utf-8', errors='replace') as f:
            words = f.read()[-1500:]
        hidden = self.xdotool('search', '--pid', str(self.pidgin.pid))
        return '%s\nthe keys: %s\n%s\n%s' % (self.titles() or 'no window; made: ' + ' '.join(hidden.split()),
                                            self.xdotool('getwindowfocus', 'getwindowname'),
                                            'it runs: ' + waits_for(self.pidgin.pid) if self.alive() else 'it is gone', words)

    def type(self, text):
        for piece in re.split('([^ -~])', text):
            if not piece or piece.isascii():
                self.xdotool('type', '--delay', '15', piece)
            else:  # on no key of this keyboard: by its number, as GTK takes it; xdotool's own way loses some
                self.xdotool('key', 'ctrl+shift+u', 'type', '--delay', '15', '%x ' % ord(piece))

    def key(self, *keys):
        for key in keys:
            self.xdotool('key', key)
            time.sleep(0.1)

    def in_entry(self, title):
        """The cursor goes to where one types in the window with that title."""
        window, clicked = self.window(title), 0

        def has_the_cursor():
            """The lowest text, which may change its name and come a moment later; again where a click met nothing."""
            nonlocal clicked
            texts = [n for n in self.look(self.xdotool('getwindowname', window)) if n.role == 'text' and n.shows]
            if texts and 'focused' in texts[-1].states:
                return True
            if texts and time.time() > clicked + 3:
                clicked = time.time()
                self.click(texts[-1])
            return False
        until(has_the_cursor, 'the cursor in the entry', PATIENCE, self.state)

    def say(self, text):
        """A line where the cursor is, sent once it stands there; typed again where a busy machine lost a key, or has
        not put the cursor there yet."""
        def written():
            return next((n.text for n in self.look() if n.role == 'text' and 'focused' in n.states), '')

        end = time.time() + PATIENCE
        while True:
            self.type(text)
            try:
                until(lambda: written().endswith((text, '\ufffc')), 'the line %r' % text, 10,
                      lambda: '%r\n%s' % (written(), self.state()))
                break
            except Gone:
                if time.time() > end:
                    raise
                self.key('ctrl+a', 'BackSpace')
        self.key('Return')

    def shot(self, name, window=None):
        """A picture of the window (or everything) as a file: its path."""
        path = os.path.join(self.directory, name + '.png')
        subprocess.run(['import', '-window', window or 'root', path], env=self.environment, check=True,
                       stderr=subprocess.DEVNULL)
        return path

    def pixels(self, window, box):
        """The bytes of a part (x, y, width, height) of a window."""
        x, y, width, height = box
        return subprocess.run(['import', '-window', window, '-crop', '%dx%d+%d+%d' % (width, height, x, y),
                               '+repage', '-depth', '8', 'rgb:-'], env=self.environment, check=True,
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout

    def area(self, node):
        """The bytes of what shows there: red, green, blue."""
        return self.pixels('root', node.box)

    # --- by the screen reader

    def look(self, window=''):
        """What shows in the windows whose title begins so."""
        self.reader.stdin.write(window + '\n')
        self.reader.stdin.flush()
        return [Node(*node) for node in json.loads(self.reader.stdout.readline())]

    def find(self, role, pattern, window=''):
        """What shows and is named so, or None: the newest window first."""
        for node in reversed(self.look(window)):
            if node.role == role and node.shows and re.match(pattern, node.name or node.text):
                return node
        return None

    def finds(self, role, pattern, window='', timeout=PATIENCE):
        return until(lambda: self.find(role, pattern, window), 'Pidgin with a %s %r' % (role, pattern), timeout,
                     lambda: '\n'.join('%s | %s | %s' % (n.window, n.role, n.name or n.text) for n in self.look()
                                       if n.shows and (n.name or n.text)))

    def loses(self, role, pattern, window='', timeout=PATIENCE):
        until(lambda: not self.find(role, pattern, window), 'Pidgin losing a %s %r' % (role, pattern), timeout)

    def stands(self, role, pattern, window=''):
        """The same, once it is where it was when it was looked at before: a window that opens still moves."""
        last = None
        while True:
            node = self.finds(role, pattern, window)
            if last is not None and node.middle == last.middle:
                return node
            last = node

    def click(self, node, button='1'):
        self.xdotool('mousemove', *map(str, node.middle), 'click', button)

    def menu(self, pattern, *words):
        """The menu of a buddy, and in it one word after the other."""
        self.click(self.in_menu(pattern, *words))

    def in_menu(self, pattern, *words):
        """The last word there, which is not clicked yet."""
        def opens():
            self.window('Buddy List')
            self.click(self.stands('table cell', pattern, 'Buddy List'), '3')
        return self.down(opens, *words)

    def down(self, opens, *words):
        """Opens a menu and clicks one word after the other: the last one, which is not clicked yet. From the
        beginning, where a word is not there soon: the row moved away under the hand, or GTK, busy, took the click on a
        menu that had opened by itself for its end."""
        for patience in (5, 20, PATIENCE):
            opens()
            try:
                for word in words[:-1]:
                    self.click(self.menu_item(word, patience))
                return self.menu_item(words[-1], patience)
            except Gone:
                if patience == PATIENCE:
                    raise
                for _ in range(4):
                    if any(n.role != 'menu' for n in self.menu_items()):
                        self.key('Escape')

    def menu_item(self, pattern, timeout=PATIENCE):
        return until(lambda: next((n for n in reversed(self.menu_items()) if re.match(pattern, n.name)), None),
                     'a menu item %r' % pattern, timeout, self.titles)

    def menu_items(self):
        """Those that can be clicked: GTK tells of the others, too, as where they were when their menu was open."""
        opened = []
        for window in self.xdotool('search', '--onlyvisible', '--name', '^Pidgin$').split():
            place = dict(re.findall(r'(\w+)=(-?\d+)$', self.xdotool('getwindowgeometry', '--shell', window), re.M))
            if 'HEIGHT' in place:
                opened.append([int(place[of]) for of in ('X', 'Y', 'WIDTH', 'HEIGHT')])

        def stands_open(box):
            return any(x <= box[0] and box[0] + box[2] <= x + width and y <= box[1] and box[1] + box[3] <= y + height
                       for x, y, width, height in opened)
        return [n for n in self.look() if n.role in MENU_ROLES and n.shows and
                ('showing' in n.states or stands_open(n.box))]

    def lines(self, window):
        """The text of the conversation in front in that window."""
        return '\n'.join(n.text for n in self.look(window) if n.role == 'text' and n.shows)

    def shows(self, pattern, window, timeout=PATIENCE):
        until(lambda: re.search(pattern, self.lines(window)), 'Pidgin showing %r' % pattern, timeout,
              lambda: self.lines(window))

    def press(self, label, window=''):
        """A button of a dialog."""
        self.click(self.stands('button', label, window))

    def choose(self, title, path):
        """The file with that path, in the dialog with that title, which goes then."""
        def typed():
            """Its first letters open the entry for it, and may be lost."""
            self.key('ctrl+a')
            self.type(path)
            return any(node.text == path for node in self.look(title) if node.role == 'text')
        self.window(title)
        self.click(self.stands('table cell', 'File System', title))  # of what was used, one cannot type which
        until(typed, 'the path in the dialog', PATIENCE, self.state)
        self.key('Return')
        until(lambda: title not in self.titles(), 'the dialog going', PATIENCE, self.state)

    def notice(self):
        """The place below the rows of the list, if a notice is there: (x, y, width, height)."""
        nodes = self.look('Buddy List')
        end = max((n.box[1] + n.box[3] for n in nodes if n.role == 'scroll pane' and n.shows), default=0)
        return next((n.box for n in nodes if n.role == 'filler' and n.shows and n.box[1] >= end > 0), None)

    def drag(self, node, x, y):
        """Takes it to another place of the screen."""
        self._drag(node.middle, (x, y))

    def _drag(self, start, end):
        self.xdotool('mousemove', *map(str, start), 'mousedown', '1')
        for step in range(1, 11):
            self.xdotool('mousemove', *(str(a + (b - a) * step // 10) for a, b in zip(start, end)))
            time.sleep(0.03)  # as a hand does: GTK takes a jump for no drag
        self.xdotool('mouseup', '1')

    def drop(self, title, *paths):
        """Files, dragged out of another program's window (drops.py) onto the lines of the conversation with that title."""
        source = self.start([sys.executable, os.path.join(os.path.dirname(os.path.abspath(__file__)), 'drops.py'), *paths],
                            self.environment)
        dragged = 0

        def taken():
            """Again where the hand met nothing."""
            nonlocal dragged
            if source.poll() is not None:
                return True
            found = self.xdotool('search', '--onlyvisible', '--name', '^files to drag$').split()
            if found and time.time() > dragged + 5:
                dragged = time.time()
                at = dict(word.split('=') for word in self.xdotool('getwindowgeometry', '--shell', found[0]).split())
                self.window(title)
                lines = next(n for n in self.look(title) if n.role == 'text' and n.shows)
                self._drag([int(at[a]) + int(at[b]) // 2 for a, b in (('X', 'WIDTH'), ('Y', 'HEIGHT'))], lines.middle)
            return False
        until(taken, 'the files being taken', PATIENCE, self.state)
        self.processes.remove(source)

    def purple(self, method, *words):
        """A function of libpurple's, called from outside (over D-Bus): the number that it gives."""
        answer = subprocess.run(['dbus-send', '--session', '--print-reply', '--dest=im.pidgin.purple.PurpleService',
                                 '/im/pidgin/purple/PurpleObject', 'im.pidgin.purple.PurpleInterface.' + method, *words],
                                env=self.environment, stdout=subprocess.PIPE, check=True, encoding='utf-8').stdout
        return ''.join(re.findall(r'int32 (-?\d+)', answer)[:1])

    def kill(self):
        """It gets no chance to save or to say anything."""
        self.pidgin.kill()
        self.pidgin.wait(tidy.GRACE)

    def alive(self):
        return self.pidgin.poll() is None

    def stop(self):
        for process in reversed(self.processes):  # Pidgin before its bus and its screen
            process.terminate()
            try:
                process.wait(tidy.GRACE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
