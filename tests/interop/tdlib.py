"""Real TDLib beside the lab: fetched by npm, given our data centre's key, kept on this machine."""
import json
import os
import queue
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '..', 'lab'))
import lab  # noqa: E402
import npm  # noqa: E402

ADDRESSES = {'1': '149.154.175.10', '3': '149.154.175.117'}  # where TDLib looks for data centres of the test world
PACKAGE = '@prebuilt-tdlib/linux-x64-glibc'


class Tdlib(lab.Process):
    """With keep=True it has its databases, and a later one of the same name goes on with them. With a proxy (port and
    type, as TDLib has it) there is no other way out. It begins at data centre 1, which is one of the sites where
    there are any. With pfs=True it uses temporary keys, which it does not by itself."""

    def __init__(self, place, name, phone, online=True, keep=False, proxy=None, pfs=False):
        self.phone, self.extra, self.events, self.place = phone, 0, [], place
        env = dict(os.environ, LD_PRELOAD=place.shim, TDREDIRECT_PORT=str(place.dc.port),
                   TDREDIRECT_PORTS=' '.join('%s=%s' % (ADDRESSES[n], port) for n, port in place.dc.sites.items()))
        env.pop('ASAN_OPTIONS', None)
        if proxy:
            del env['TDREDIRECT_PORT'], env['TDREDIRECT_PORTS']
        self.directory = os.path.join(place.directory, 'td' + name)
        self.log = os.path.join(place.directory, 'td-%s.log' % name)
        self.watched = None  # the secret chat that must not be closed
        known = keep and os.path.isdir(self.directory)
        super().__init__('TDLib ' + name, [sys.executable, os.path.join(HERE, 'tdlib_host.py'), place.tdjson,
                                           self.log], env=env)
        self.tell('setTdlibParameters', use_test_dc=True, database_directory=self.directory,
                  files_directory=self.directory + '/f', use_file_database=keep, use_chat_info_database=keep,
                  use_message_database=keep, use_secret_chats=True, api_id=12345, api_hash='0' * 32,
                  system_language_code='en', device_model='Test', system_version='1', application_version='1.0',
                  database_encryption_key='')
        if proxy:
            self.tell('addProxy', enable=True, comment='', proxy={'@type': 'proxy', 'server': '127.0.0.1', 'port': proxy[0],
                                                      'type': proxy[1]})
        if pfs:
            self.tell('setOption', name='use_pfs', value={'@type': 'optionValueBoolean', 'value': True})
        if not known:
            self.state('WaitPhoneNumber')
            self.tell('setAuthenticationPhoneNumber', phone_number='+' + phone)
            self.state('WaitCode')
            self.tell('checkAuthenticationCode', code='12345')
        self.state('Ready')
        if online:
            self.tell('setOption', name='online', value={'@type': 'optionValueBoolean', 'value': True})

    def tell(self, kind, **fields):
        self.extra += 1
        self.send(json.dumps(dict(fields, **{'@type': kind, '@extra': self.extra})))
        return self.extra

    def parse(self, line):
        event = json.loads(line)
        self.events.append(event)
        if self.watched is not None and event['@type'] == 'updateSecretChat' and \
                event['secret_chat']['id'] == self.watched and \
                event['secret_chat']['state']['@type'] == 'secretChatStateClosed':
            raise lab.Gone('TDLib closed the chat')
        return event

    def forget(self):
        """Every event is looked at and kept; none is waited for any more."""
        try:
            while True:
                self.parse(self.next(0))
        except queue.Empty:
            self.pending = []

    def complaints(self, levels='012'):
        """What its log says about secret chats: fatal, errors, warnings."""
        with open(self.log, encoding='utf-8', errors='replace') as f:
            return [line.strip()[:300] for line in f
                    if re.match(r'\[ ?[%s]\]' % levels, line) and 'SecretChat' in line]

    def quit(self):
        """It saves and goes."""
        self.tell('close')
        self.state('Closed')
        self.process.wait(lab.PATIENCE)

    def sees(self, test, what, timeout=lab.PATIENCE):
        return self.wait(lambda e: e if test(e) else None, what, timeout)

    def call(self, kind, **fields):
        extra = self.tell(kind, **fields)
        answer = self.sees(lambda e: e.get('@extra') == extra, 'the answer of ' + kind)
        if answer['@type'] == 'error':
            raise lab.Gone('%s: %s' % (kind, answer))
        return answer

    def state(self, name):
        wanted = 'authorizationState' + name
        self.sees(lambda e: e['@type'] == 'updateAuthorizationState' and
                  e['authorization_state']['@type'] == wanted, wanted)

    def update(self, kind, timeout=lab.PATIENCE, **fields):
        return self.sees(lambda e: e['@type'] == kind and all(e.get(k) == v for k, v in fields.items()),
                         '%s %s' % (kind, fields), timeout)

    def secret(self, state, timeout=lab.PATIENCE):
        wanted = 'secretChatState' + state
        return self.sees(lambda e: e['@type'] == 'updateSecretChat' and
                         e['secret_chat']['state']['@type'] == wanted, wanted, timeout)['secret_chat']

    def chat_of(self, secret_id):
        """The id of the conversation that shows a secret chat."""
        is_it = (lambda e: e['@type'] == 'updateNewChat' and
                 e['chat']['type'].get('secret_chat_id') == secret_id)
        for event in self.events:
            if is_it(event):
                return event['chat']['id']
        return self.sees(is_it, 'its conversation')['chat']['id']

    def say(self, chat, text, answer_to=None, looks=()):
        """looks: (kind, offset, length), as TDLib's textEntityType... has it"""
        more = {} if answer_to is None else {
            'reply_to': {'@type': 'inputMessageReplyToMessage', 'message_id': answer_to}}
        self.tell('sendMessage', chat_id=chat, **more, input_message_content={
            '@type': 'inputMessageText', 'text': {'@type': 'formattedText', 'text': text, 'entities': [
                {'@type': 'textEntity', 'offset': offset, 'length': length,
                 'type': {'@type': 'textEntityType' + kind, **({'url': 'https://t.me/x'} if kind == 'TextUrl' else {})}}
                for kind, offset, length in looks]}})
        return self.sees(lambda e: e['@type'] == 'updateMessageSendSucceeded' and
                         e['message']['chat_id'] == chat, 'sent: ' + text)['message']['id']

    def history(self, chat):
        """The texts it has from us, the oldest first."""
        texts, last = [], 0
        while True:
            found = self.call('getChatHistory', chat_id=chat, from_message_id=last, offset=0, limit=100,
                              only_local=True)['messages']
            found = [m for m in found if m['id'] != last]
            if not found:
                return texts[::-1]
            last = found[-1]['id']
            texts += [m['content']['text']['text'] for m in found
                      if not m['is_outgoing'] and m['content']['@type'] == 'messageText']

    def gets(self, chat, content='messageText', timeout=lab.PATIENCE):
        return self.sees(lambda e: e['@type'] == 'updateNewMessage' and e['message']['chat_id'] == chat and
                         not e['message']['is_outgoing'] and e['message']['content']['@type'] == content,
                         content, timeout)['message']


def shim(place):
    """What keeps a program on this machine (tdredirect.c)."""
    path = os.path.join(place.directory, 'tdredirect.so')
    if not os.path.exists(path):
        subprocess.run(['cc', '-O2', '-shared', '-fPIC', '-o', path, os.path.join(HERE, 'tdredirect.c'), '-ldl'], check=True)
    return path


class Lab(lab.Lab):
    def prepare_tdlib(self):
        """The library with our data centre's key in it, and the shim that keeps it on this machine."""
        source = os.path.join(npm.modules(self.build), PACKAGE, 'libtdjson.so')
        self.tdjson = os.path.join(self.directory, 'libtdjson.so')
        self.shim = shim(self)
        subprocess.run([sys.executable, os.path.join(HERE, 'patch_tdjson.py'), source, self.dc.key, self.tdjson],
                       check=True, stdout=subprocess.DEVNULL)

    def tdlib(self, name, phone, **kw):
        return self.add(Tdlib(self, name, phone, **kw))
