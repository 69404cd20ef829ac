#!/usr/bin/env python3
"""The demo as the README tells it to somebody new, in a terminal of 80x24. test_demo.py BUILD

What the page says to do is done literally, by what stands on the screen; afterwards nothing is left.
"""
import os
import re
import shutil
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '..', 'lab'))
import lab  # noqa: E402
import screens  # noqa: E402
import tidy  # noqa: E402

BUILD = sys.argv[1]
DEMO = os.path.join(HERE, '..', 'demo.sh')


class Demo(screens.Terminal):
    def __init__(self, term, *options):
        tidy.adopt(BUILD)
        self.directory = tidy.folder(BUILD, 'demo')
        self.work = os.path.join(self.directory, 'tmp')  # the demo's own folder goes here
        os.mkdir(self.work)
        command = 'TERM=%s %s %s --finch %s; echo "ended with $?"; read -r _' % (term, DEMO, BUILD, ' '.join(options))
        super().__init__(self.directory, command, 80, 24, {'TMPDIR': self.work})

    def starts(self):
        self.shows(r'Press Enter to open Finch')
        self.keys('Enter')
        self.shows(r'Hello! This is the')
        self.shows('Buddy List.*🔒 Companion Demo')
        # the cursor leaves the buddy list: the chat's title is drawn as the one in front
        lab.until(lambda: self.cursor()[0] > 22, 'the cursor in the chat', show=self.screen)

    def cursor(self):
        return [int(x) for x in self.tmux('display-message', '-p', '#{cursor_x} #{cursor_y}').split()]

    def says(self, text):
        self.type(text)
        self.keys('Enter')

    def leaves(self):
        self.keys('M-q')
        self.shows(r'demo: over; everything that was started is stopped')
        self.shows(r'ended with 0')

    def left_nothing(self):
        if os.listdir(self.work):
            raise lab.Gone('left behind: %s' % os.listdir(self.work))
        running = [c for c in map(tidy.command, tidy.descendants()) if self.work in c]
        if running:
            raise lab.Gone('still running: ' + ', '.join(running))

    def end(self):
        self.stop()
        left = tidy.end_all()
        shutil.rmtree(self.directory)
        if left:
            raise lab.Gone('still running at the end:\n' + '\n'.join(left))


def as_the_readme_says(demo):
    demo.starts()
    demo.says('good evening')
    demo.shows(r'You: good evening')
    demo.shows(r'is typing')
    demo.shows('(?s)good evening.*🔒 Companion Demo: ')
    demo.says('/ttl 10')
    demo.shows(r'(?s)set the self-destruct timer to 10\W+seconds')
    demo.says('this burns')
    demo.shows(r'You: this burns')
    demo.loses(r'You: this burns')
    demo.says('/ttl off')
    demo.shows(r'(?s)turned the self-destruct timer\W+off')
    demo.says('this was a mistake')
    demo.shows(r'You: this was a mistake')
    demo.says('/delete')
    demo.loses(r'You: this was a mistake')


def another_chat(demo):
    """By the arrow keys, which are not the same in every terminal."""
    demo.keys('M-n')
    lab.until(lambda: demo.cursor()[0] < 22, 'the cursor in the buddy list', show=demo.screen)
    for _ in range(8):  # down to the person, whose card names no secret chat
        before = demo.screen()
        demo.keys('Down')
        lab.until(lambda: demo.screen() != before, 'the cursor moving', show=demo.screen)
        if re.search(r'┤id\d+├', demo.screen()):
            break
    demo.shows(r'┤id\d+├')
    demo.keys('F11')
    entry = demo.shows(r'Start secret chat +\((.)\)')
    demo.type(entry.group(1))
    demo.shows('🔒2 Companion Demo')


def story(term):
    def tell():
        demo = Demo(term)
        try:
            as_the_readme_says(demo)
            another_chat(demo)
            demo.leaves()
            demo.left_nothing()
        finally:
            demo.end()
    return tell


def with_the_log():
    demo = Demo('tmux-256color', '--debug')
    try:
        demo.starts()
        demo.shows(r'\d\d:\d\d:\d\d (client|mtproto|secret|store) ')
        demo.says('good evening')
        demo.shows(r'You: good evening')
        demo.leaves()
        demo.left_nothing()
    finally:
        demo.end()


def closed_terminal(begin):
    """The window is closed in the middle: everything ends by itself."""
    demo = Demo('xterm-256color')
    try:
        begin(demo)
        demo.stop()
        lab.until(lambda: not os.listdir(demo.work), 'the demo tidying up')
        demo.left_nothing()
    finally:
        demo.end()


if __name__ == '__main__':
    sys.exit(lab.run([('as the README says, in a tmux', story('tmux-256color')),
                      ('as the README says, in an xterm', story('xterm-256color')),
                      ('in a terminal nobody has heard of', story('unheard-of')),
                      ('with the log', with_the_log), ('a closed terminal', lambda: closed_terminal(Demo.starts)),
                      ('a terminal closed before', lambda: closed_terminal(lambda demo: demo.shows('Press Enter')))], independent=True))
