"""Real front ends with the module in them: Finch in tmux, Pidgin under Xvfb."""
import os
import re
import shutil
import subprocess
import time

import desktop
from lab import NO_BUS, until

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
   <setting name='api-hash' type='string'>x</setting>
  </settings>
  <settings ui='%(ui)s'><setting name='auto-login' type='bool'>1</setting></settings>
 </account>
</account>
'''
PREFS = '''<?xml version='1.0' encoding='UTF-8' ?>
<pref version='1' name='/'>
 <pref name='purple'><pref name='conversations'><pref name='im'>
  <pref name='send_typing' type='bool' value='1'/></pref></pref>
  <pref name='away'><pref name='idle_reporting' type='string' value='none'/></pref></pref>
 <pref name='finch'><pref name='conversations'>
  <pref name='notify_typing' type='bool' value='1'/></pref></pref>
</pref>
'''


def home_with_chat(lab, ui):
    """A libpurple folder whose account has a secret chat with the companion: (folder, companion)."""
    plugin, companion = lab.chat()
    plugin.stop()
    home = plugin.home
    os.makedirs(os.path.join(home, 'plugins'), exist_ok=True)
    shutil.copy(os.path.join(lab.build, 'plugin/purple/mtproto.so'), os.path.join(home, 'plugins'))
    with open(os.path.join(home, 'accounts.xml'), 'w', encoding='utf-8') as f:
        f.write(ACCOUNT % {'phone': '9990000001', 'port': lab.dc.port, 'key': lab.dc.key, 'ui': ui})
    with open(os.path.join(home, 'prefs.xml'), 'w', encoding='utf-8') as f:
        f.write(PREFS)
    companion.forget()
    return home, companion


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

    def tmux(self, *words):
        return subprocess.run(['tmux', '-S', self.socket, *words], env=self.environment, check=True,
                              stdout=subprocess.PIPE, encoding='utf-8').stdout

    def screen(self):
        return self.tmux('capture-pane', '-p')

    def keys(self, *keys):
        for key in keys:
            self.tmux('send-keys', key)
            time.sleep(0.1)  # ncurses tells Escape from Alt by time

    def type(self, text):
        self.tmux('send-keys', '-l', text)

    def shows(self, pattern, timeout=20):
        return until(lambda: re.search(pattern, self.screen()), 'the terminal showing %r' % pattern, timeout, self.screen)

    def loses(self, pattern, timeout=20):
        until(lambda: not re.search(pattern, self.screen()), 'the terminal losing %r' % pattern, timeout, self.screen)

    def alive(self):
        return subprocess.run(['tmux', '-S', self.socket, 'has-session'], stderr=subprocess.DEVNULL,
                              env=self.environment).returncode == 0

    def stop(self):
        subprocess.run(['tmux', '-S', self.socket, 'kill-server'], stderr=subprocess.DEVNULL, env=self.environment)


class Finch(Terminal):
    def __init__(self, lab, home, width=110, height=34):
        super().__init__(lab.directory, 'finch -c %s 2>%s' % (home, os.path.join(lab.directory, 'finch.log')), width,
                         height)


class Pidgin:
    """An X server of its own, a window manager and Pidgin in it."""

    def __init__(self, lab, home):
        self.directory = lab.directory
        read, write = os.pipe()
        self.processes = []
        self.start(['Xvfb', '-displayfd', str(write), '-screen', '0', '1000x700x24', '-nolisten', 'tcp'],
                   dict(os.environ), pass_fds=(write,))
        os.close(write)
        with os.fdopen(read) as f:
            self.display = ':' + f.readline().strip()
        self.environment = dict(os.environ, DISPLAY=self.display, HOME=lab.directory, LC_ALL='C.UTF-8',
                                NO_AT_BRIDGE='1', GTK_THEME='Adwaita')
        self.start(['openbox', '--sm-disable'], self.environment)
        bus = os.path.join(lab.directory, 'pidgin-bus')  # with nobody on it but Pidgin
        os.makedirs(os.path.join(bus, 'services'), exist_ok=True)
        with open(os.path.join(bus, 'bus.conf'), 'w', encoding='utf-8') as f:
            f.write(desktop.CONFIG % {'directory': bus})
        self.start(['dbus-daemon', '--config-file', os.path.join(bus, 'bus.conf'), '--nofork'], self.environment)
        until(lambda: os.path.exists(os.path.join(bus, 'bus')), 'the bus')
        self.environment['DBUS_SESSION_BUS_ADDRESS'] = 'unix:path=%s/bus' % bus
        self.log = os.path.join(lab.directory, 'pidgin.log')
        self.pidgin = self.start(['pidgin', '-m', '-c', home], self.environment,
                                 stderr=open(self.log, 'w', encoding='utf-8'))

    def start(self, argv, environment, **kw):
        kw.setdefault('stderr', subprocess.DEVNULL)
        process = subprocess.Popen(argv, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, **kw)
        self.processes.append(process)
        return process

    def xdotool(self, *words):
        return subprocess.run(['xdotool', *words], env=self.environment, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, encoding='utf-8').stdout.strip()

    def window(self, title, timeout=20):
        """Waits for a window, raises and focuses it: its id."""
        found = until(lambda: self.xdotool('search', '--onlyvisible', '--name', title).split(),
                      'a window %r' % title, timeout, self.titles)[-1]
        self.xdotool('windowactivate', '--sync', found)
        return found

    def titles(self):
        ids = self.xdotool('search', '--onlyvisible', '--name', '.').split()
        return '\n'.join(self.xdotool('getwindowname', i) for i in ids)

    def type(self, text):
        self.xdotool('type', '--delay', '15', text)

    def key(self, *keys):
        for key in keys:
            self.xdotool('key', key)
            time.sleep(0.1)

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

    def alive(self):
        return self.pidgin.poll() is None

    def stop(self):
        for process in reversed(self.processes):  # Pidgin before its bus and its screen
            process.terminate()
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
