#!/usr/bin/env python3
"""Real Finch at 80x24 in German and in Russian: dialogs are seen whole, with a name as long as Telegram allows.

usage: test_speech.py BUILD [TEST...]; all the dialogs are measured by test_fits.py.
"""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lab'))
import lab  # noqa: E402
import screens  # noqa: E402
import tongue  # noqa: E402
from lab import ALICE  # noqa: E402

LONG = '9990000003'
FIRST = 'Maximiliane Alexandra Theodora Wilhelmina Friederike Karoline M.'
LAST = 'von Hohenstauffenburg-Lichtenwalde zu Rosengarten und Altmark II'
NAME = FIRST + ' ' + LAST
SECRET, PERSON = 1, 3  # their rows in the list, where a tooltip that wide covers them


def home_with_long_name(place):
    companion = place.companion(LONG)
    plugin = place.headless()
    plugin.log_in(ALICE)
    place.knows_bob(plugin)
    plugin.send('menu id1000003 Start secret chat')
    companion.hears('secret -?[0-9]+ requested')
    companion.send('accept')
    plugin.hears('line secret.* is ready')
    return screens.home_of(place, plugin, 'gnt-purple')


class Looks:
    def __init__(self, place, language):
        home = home_with_long_name(place)
        self.words = tongue.Tongue(place, home, language)
        self.say = self.words.say
        self.finch = place.add(screens.Finch(place, home, 80, 24, self.words.environment))
        self.finch.shows('Maximi')

    def menu(self, row, *words):
        self.finch.keys('M-1')
        screens.until(self.finch.in_list, 'the buddy list', lab.PATIENCE, self.finch.screen)
        self.finch.keys('Home', *['Down'] * row, 'F11')
        for word in words:
            self.finch.choose(word)
            self.finch.keys('Enter')

    def whole(self, title, *texts):
        """The dialog in front has that title, those texts and buttons, and all of it is seen; Escape closes it."""
        title = self.say(title)
        self.finch.front('^%s$' % title)

        def seen():
            shown = self.finch.dialog(title)
            return all(' '.join(text.split()) in shown for text in texts)
        screens.until(seen, 'all of %r' % (texts,), lab.PATIENCE, self.finch.screen)
        self.finch.keys('M-c')
        self.finch.loses(title + '\u251c')

    def all(self):
        ask = self.say
        self.menu(SECRET, ask('Secret chat'), ask('End and delete secret chat...')[:30])
        self.whole('Secret chat', ask('End the secret chat with %s and delete all of it, for both sides?') % NAME,
                   ask('This cannot be undone.'), ask('End and delete for both'), ask('Cancel'))
        self.menu(SECRET, ask('Secret chat'), ask('Information'))
        self.whole('Secret chat', NAME, 'OK')
        self.menu(PERSON, '(Remove|Entfernen|Удалить)')
        self.finch.press('(Remove|Entfernen|Удалить)')
        self.whole('Remove contact', ask("Remove %s only from this list, or also from Telegram's contacts?") % NAME,
                   ask("Also from Telegram's contacts"), ask('Only from this list'), ask('Keep'))


def looks(language):
    def story():
        with lab.Lab(sys.argv[1], 'speech', users=['%s:%s:%s' % (LONG, FIRST, LAST)]) as place:
            Looks(place, language).all()
    return story


TESTS = [('in German', looks('de')), ('in Russian', looks('ru'))]


if __name__ == '__main__':
    named = sys.argv[2:]
    sys.exit(lab.run([test for test in TESTS if not named or test[0] in named], independent=True))
