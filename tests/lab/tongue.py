"""A front end in another language than English."""
import gettext
import os
import shutil
import subprocess

DOMAIN = 'purple-mtproto'
LOCALES = {'de': 'de_DE', 'ru': 'ru_RU'}


class Tongue:
    """`home`, a libpurple folder, has the module's words in `language` ("en" has no catalogue)."""

    def __init__(self, lab, home, language):
        self.language = language
        catalogues = os.path.join(lab.build, 'po')
        if language == 'en':
            self.environment, self.say, self.say_n = {'LANGUAGE': 'en'}, str, lambda one, many, n: one if n == 1 else many
            return
        words = gettext.translation(DOMAIN, catalogues, [language])
        self.say, self.say_n = words.gettext, words.ngettext
        messages = os.path.join(home, 'locale', language, 'LC_MESSAGES')
        os.makedirs(messages, exist_ok=True)
        shutil.copy(os.path.join(catalogues, language, 'LC_MESSAGES', DOMAIN + '.mo'), messages)
        # Under C and C.UTF-8 nothing is translated (always so from glibc 2.39 on): a real locale, made here.
        made, name = os.path.join(lab.directory, 'locales'), LOCALES[language] + '.UTF-8'
        os.makedirs(made, exist_ok=True)
        if not os.path.isdir(os.path.join(made, name)):
            subprocess.run(['localedef', '-i', LOCALES[language], '-f', 'UTF-8', os.path.join(made, name)], check=True)
        self.environment = {'LOCPATH': made, 'LC_ALL': name, 'LANGUAGE': language}
