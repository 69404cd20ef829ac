"""A desktop's session without a desktop: a bus of its own and the real GNOME Keyring on it, all inside the lab's
directory. Nothing is started by the bus but what a test asks for."""
import os
import re
import subprocess

import tidy
from lab import Gone, until

CONFIG = '''<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
 <type>session</type>
 <listen>unix:path=%(directory)s/bus</listen>
 <servicedir>%(directory)s/services</servicedir>
 <policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/>
  <allow own="*"/></policy>
 <limit name="service_start_timeout">600000</limit>
</busconfig>
'''
SERVICE = '''[D-BUS Service]
Name=org.gnome.keyring.SystemPrompter
Exec=%s
'''
PROMPTER = '''#!/bin/sh
# Somebody who is asked for the keyring's password and does not answer.
touch "%(directory)s/prompted"
until [ -e "%(directory)s/over" ]; do sleep 0.1; done
'''


class Desktop:
    def __init__(self, lab):
        self.directory = os.path.join(lab.directory, 'desktop')
        os.makedirs(os.path.join(self.directory, 'services'))
        os.mkdir(os.path.join(self.directory, 'run'), 0o700)
        self.environment = dict(os.environ, HOME=self.directory, XDG_DATA_HOME=self.directory + '/data',
                                XDG_CONFIG_HOME=self.directory + '/config', XDG_CACHE_HOME=self.directory + '/cache',
                                XDG_RUNTIME_DIR=self.directory + '/run', LC_ALL='C.UTF-8',
                                DBUS_SESSION_BUS_ADDRESS='unix:path=%s/bus' % self.directory)
        for name in ('DISPLAY', 'WAYLAND_DISPLAY', 'GNOME_KEYRING_CONTROL'):
            self.environment.pop(name, None)
        self.write('bus.conf', CONFIG % {'directory': self.directory})
        prompter = self.write('prompter', PROMPTER % {'directory': self.directory})
        os.chmod(prompter, 0o755)
        self.write('services/prompter.service', SERVICE % prompter)
        self.log = open(os.path.join(self.directory, 'log'), 'w', encoding='utf-8')
        self.keyring = None
        self.bus = self.start(['dbus-daemon', '--config-file', self.directory + '/bus.conf', '--nofork'])
        until(lambda: os.path.exists(self.directory + '/bus'), 'the bus')

    def write(self, name, text):
        path = os.path.join(self.directory, name)
        with open(path, 'w', encoding='utf-8') as f:
            f.write(text)
        return path

    def start(self, argv, **kw):
        return subprocess.Popen(argv, env=self.environment, stdout=self.log, stderr=self.log, **kw)

    def start_keyring(self, unlocked=True):
        """With `unlocked`, the login keyring is made, or opened, as a login does it."""
        argv = ['gnome-keyring-daemon', '--foreground', '--components=secrets']
        self.keyring = self.start(argv + ['--unlock'] if unlocked else argv, stdin=subprocess.PIPE)
        if unlocked:
            self.keyring.stdin.write(b'the login password')
        self.keyring.stdin.close()
        until(self.keyring_answers, 'the keyring')

    def keyring_answers(self):
        if self.keyring.poll() is not None:
            raise Gone('the keyring ended')
        done = subprocess.run(['dbus-send', '--session', '--print-reply', '--dest=org.freedesktop.DBus',
                               '/org/freedesktop/DBus', 'org.freedesktop.DBus.NameHasOwner',
                               'string:org.freedesktop.secrets'], env=self.environment, stdout=subprocess.PIPE,
                              stderr=self.log, encoding='utf-8')
        return 'boolean true' in done.stdout

    def entries(self):
        """The objects in the login keyring."""
        done = subprocess.run(['dbus-send', '--session', '--print-reply', '--dest=org.freedesktop.secrets',
                               '/org/freedesktop/secrets/collection/login', 'org.freedesktop.DBus.Properties.Get',
                               'string:org.freedesktop.Secret.Collection', 'string:Items'], env=self.environment,
                              stdout=subprocess.PIPE, check=True, encoding='utf-8')
        return re.findall(r'object path "(.*)"', done.stdout)

    def stop_keyring(self):
        self.end(self.keyring)
        self.keyring = None

    def prompted(self):
        return os.path.exists(os.path.join(self.directory, 'prompted'))

    @staticmethod
    def end(process):
        process.terminate()
        try:
            process.wait(tidy.GRACE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def stop(self):
        self.write('over', '')
        if self.keyring is not None:
            self.stop_keyring()
        self.end(self.bus)
        self.log.close()
