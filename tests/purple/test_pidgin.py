#!/usr/bin/env python3
"""The module in Pidgin, on an X server of its own. test_pidgin.py BUILD [STORY...]

A line that goes must leave the window exactly as it was without it: the pixels are compared.
"""
import os
import re
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lab'))
import lab  # noqa: E402
import media  # noqa: E402
import screens  # noqa: E402

LINES = (10, 96, 296, 220)  # the part of the window where the lines stand


class Chat:
    def __init__(self, pidgin, peer, place):
        self.pidgin, self.peer, self.place, self.dc, self.window = pidgin, peer, place, place.dc, None

    def opens(self):
        """The window, by a message: no chat has one yet."""
        self.pidgin.window('Buddy List')
        self.pidgin.finds('table cell', '[\U0001f512\u26b7] Bob Bb')
        self.peer.send('say first light')
        self.window = self.pidgin.window('Bob Bb')

    def story(self, told):
        """Each can run alone: the window that the first of them opens is opened before it."""
        if self.window is None and told is not test_a_message_opens_a_window:
            self.opens()
            self.pidgin.shows('first light', 'Bob')
            self.pidgin.xdotool('key', 'shift')  # else, a minute after the last key, nobody counts as sitting there
        told(self)

    def say(self, text):
        self.pidgin.window('Bob Bb')
        self.pidgin.say(text)

    def look(self):
        """The lines as they stand, once they stand still."""
        last = None
        for _ in range(50):
            now = self.pidgin.pixels(self.window, LINES)
            if now == last:
                return now
            last = now
            time.sleep(0.3)
        raise lab.Gone('the window never stands still')

    def points_at_lines(self):
        """The pointer rests on one line after the other: does a tooltip come? (No screen reader sees what it says.)"""
        x, y, width, height = LINES
        for step in range(8, height, 16):
            self.pidgin.xdotool('mousemove', '--window', self.window, str(x + 120), str(y + step))
            self.pidgin.xdotool('mousemove_relative', '1', '1')
            time.sleep(1)  # GTK waits for half of it
            if 'Pidgin' in self.pidgin.titles().split('\n'):
                return True
        return False

    def becomes(self, picture, what):
        screens.until(lambda: self.pidgin.pixels(self.window, LINES) == picture, what)

    def changes(self, picture, what):
        screens.until(lambda: self.pidgin.pixels(self.window, LINES) != picture, what)


def main(stories):
    """Those of a file, by its globals()."""
    with lab.Lab(sys.argv[1], 'pidgin') as place:
        home, peer = screens.home_with_chat(place, 'gtk-gaim')
        chat = Chat(place.add(screens.Pidgin(place, home, reads=True)), peer, place)
        status = lab.run([(name[5:].replace('_', ' '), lambda f=f: chat.story(f))
                          for name, f in list(stories.items())
                          if name.startswith('test_') and (not sys.argv[2:] or name[5:] in sys.argv[2:])])
        if status and os.environ.get('SHOTS'):
            os.replace(chat.pidgin.shot('failed'), os.path.join(os.environ['SHOTS'], 'pidgin.png'))
        return status


def test_a_message_opens_a_window(chat):
    chat.opens()


def test_seen_is_read(chat):
    chat.pidgin.xdotool('key', 'shift')  # else, a minute after the last key, nobody counts as sitting there
    chat.peer.send('say second light')
    chat.peer.hears(r'read \d+')


def test_typing_and_text_arrive(chat):
    chat.say('hello from Pidgin')
    chat.peer.hears('typing on')
    chat.peer.hears('message .* hello from Pidgin$')


TIME = r'\(\d\d:\d\d:\d\d\) '


def test_own_lines_show_where_they_are(chat):
    """Waiting, at the server, read: in the line itself, and the others stay as they are, also one above"""
    chat.say('at once')
    chat.peer.hears('message .* at once$')
    chat.pidgin.shows(': at once \u2713\u00a0\n', 'Bob')
    chat.dc.control('error messages.sendEncrypted 1 420 FLOOD_WAIT_3')
    chat.say('slowly')
    chat.pidgin.shows(TIME + '[^\n]*: at once \u2713\u00a0\n' + TIME + '[^\n]*: slowly \u25f7\u00a0\n', 'Bob')
    chat.peer.hears('message .* slowly$')
    chat.pidgin.shows(': slowly \u2713\u00a0\n', 'Bob')
    before = chat.pidgin.lines('Bob')
    chat.peer.send('read')
    chat.pidgin.shows(': slowly \u2713\u2713\n', 'Bob')
    if chat.pidgin.lines('Bob') != before.replace('\u2713\u00a0', '\u2713\u2713'):
        raise lab.Gone('something else changed:\n%s' % chat.pidgin.lines('Bob'))
    chat.say('/secret info')
    chat.pidgin.shows('Your last messages:\n[^\n]*: read\n[^\n]*: read\n', 'Bob')


def test_the_peer_takes_a_line_back_and_nothing_else_moves(chat):
    before = chat.look()
    chat.peer.send('say regretted')
    chat.changes(before, 'the new line')
    chat.look()
    chat.peer.send('delete')
    chat.becomes(before, 'the window without the line')


def test_the_own_last_line_is_deleted_for_both(chat):
    before = chat.look()
    chat.say('my own mistake')
    chat.peer.hears('message .* my own mistake')
    chat.changes(before, 'the new line')
    chat.say('/delete')
    chat.peer.hears('gone 1')
    chat.becomes(before, 'the window without the line')


def test_a_long_message_is_one(chat):
    """DECISIONS 32: shown in parts, and taken back with all of them (less than Pidgin keeps: 4000 lines)"""
    before = chat.look()
    chat.peer.send('overlong 50000')
    chat.changes(before, 'the long message')
    chat.look()
    chat.peer.send('delete')
    chat.becomes(before, 'the window without it')


def test_the_toolbars_looks_arrive(chat):
    """SC-I5: what is formatted by Pidgin's keys"""
    before = chat.look()
    chat.pidgin.window('Bob Bb')
    for key, text in (('ctrl+b', 'bold'), ('ctrl+i', 'it'), ('ctrl+u', 'under')):
        chat.pidgin.key(key)
        chat.pidgin.type(text)
        chat.pidgin.key(key)
    chat.say(' see http://x.org/ and **x**')
    chat.peer.hears(r'message -?\d+ 0 bolditunder see http://x.org/ and \*\*x\*\*$')
    chat.peer.hears('looks bold 0-4, italic 4-6, underline 6-11$')
    chat.say('/delete')
    chat.peer.hears('gone 1')
    chat.becomes(before, 'the window without the line')


def test_looks_are_drawn(chat):
    """SC-I6: bold type is wider, what is hidden is not to be read"""
    before = chat.look()
    pictures = []
    for looks in ('bold 0-4', 'code 0-4', 'strike 0-4', 'spoiler 0-4'):
        chat.peer.send('looks %s: wide' % looks)
        chat.changes(before, looks)
        pictures.append(chat.look())
        chat.peer.send('delete')
        chat.becomes(before, 'the window without ' + looks)
    if len(set(pictures)) != len(pictures):
        raise lab.Gone('two of the looks are drawn alike')


def test_a_line_burns(chat):
    chat.say('/ttl 2')
    chat.peer.hears('notice ttl-by-peer 2')
    before = chat.look()
    chat.say('this burns')
    chat.peer.hears('message .* 2 this burns')
    chat.changes(before, 'the new line')
    chat.pidgin.shows(': this burns [\u2713\u25f7][\u2713\u00a0]\u00a0(\\[2\u00a0s\\]|\u23f1\u00a02\u00a0s)\n', 'Bob')
    chat.peer.send('read')
    chat.peer.hears('expired 1')
    chat.becomes(before, 'the window without the line')
    chat.peer.send('say this burns, too')
    chat.changes(before, "the peer's line")
    chat.becomes(before, 'the window without the line')


def test_what_is_left_is_told(chat):
    """SC-G3: by /ttl, and when the pointer rests on the line"""
    chat.say('/ttl 1h')
    chat.say('an hour')
    chat.peer.hears('message .* 3600 an hour$')
    chat.say('/ttl')
    chat.pidgin.shows(r'your message: disappears 1 hour after it is read\n', 'Bob')
    chat.peer.send('read')
    chat.pidgin.shows(': an hour \u2713\u2713', 'Bob')
    chat.say('/ttl')
    chat.pidgin.shows(r'your message: disappears in 1 hour\n', 'Bob')
    screens.until(chat.points_at_lines, 'what is left, at the line')
    chat.say('/ttl off')
    chat.peer.hears('notice ttl-by-peer 0')
    chat.say('/delete')
    chat.peer.hears('gone 1')


def test_quotes_and_what_was_typed_go_along(chat):
    """SC-G7: out of other lines, and out of the entry's history (Ctrl+Up), also of a text in two parts"""
    chat.say('to be quoted :)')
    number = chat.peer.hears(r'message (-?\d+) 0 to be quoted').group(1)
    for text in 'an answer', 'another':
        chat.peer.send('reply %s %s' % (number, text))
    chat.pidgin.shows('\u21a9 to be quoted [^\n]*\n *another\n', 'Bob')
    chat.say('/delete')
    chat.peer.hears('gone 1')
    chat.pidgin.shows('\u21a9 \\(earlier message\\)\n *an answer\n[^\n]*\u21a9 \\(earlier message\\)\n *another\n', 'Bob')
    chat.pidgin.key('ctrl+Up')
    chat.pidgin.shows('/delete', 'Bob')
    chat.pidgin.key('ctrl+Up')
    screens.until(lambda: '/delete' not in chat.pidgin.lines('Bob'), 'the line before')
    if 'quoted' in chat.pidgin.lines('Bob'):
        raise lab.Gone(chat.pidgin.lines('Bob'))
    chat.pidgin.key('ctrl+a', 'BackSpace')
    before = chat.pidgin.lines('Bob')
    chat.pidgin.xdotool('type', '--delay', '1', 'long ' * 900 + 'end')
    chat.pidgin.key('Return')
    chat.peer.hears('message .* long end$')
    chat.pidgin.shows('long end \u2713\u00a0', 'Bob')
    chat.say('/delete')
    chat.peer.hears('gone 2')
    screens.until(lambda: chat.pidgin.lines('Bob') == before, 'the lines without it')
    chat.pidgin.key('ctrl+Up')
    chat.pidgin.shows('/delete', 'Bob')
    chat.pidgin.key('ctrl+Up')
    screens.until(lambda: '/delete' not in chat.pidgin.lines('Bob'), 'the line before')
    if 'long' in chat.pidgin.lines('Bob'):
        raise lab.Gone(chat.pidgin.lines('Bob')[-200:])
    chat.pidgin.key('ctrl+a', 'BackSpace')
    chat.say('words to be named')
    chat.peer.hears('message .* words to be named')
    chat.say('/delete "Words to be"')
    chat.peer.hears('gone 1')
    screens.until(lambda: 'to be named' not in chat.pidgin.lines('Bob'), 'the line gone')
    chat.pidgin.key('ctrl+Up')
    chat.pidgin.type('Xx')
    chat.pidgin.shows('Xx', 'Bob')
    if 'ords to' in chat.pidgin.lines('Bob'):
        raise lab.Gone(chat.pidgin.lines('Bob')[-200:])
    chat.pidgin.key('ctrl+a', 'BackSpace')


def test_what_answers_itself_shows_no_quote(chat):
    """SC-I3: nor does one that answers what is not there yet; a ring of answers is shown, and taken back, message by message"""
    chat.peer.send('ring 1 to myself')
    chat.pidgin.shows(': to myself 1\n', 'Bob')
    chat.peer.send('ring 3 round')
    for n, quote in (1, r'\(earlier message\)'), (2, r'\(earlier message\)'), (3, 'round 1'):
        chat.pidgin.shows(': \u21a9 %s\n *round %d\n' % (quote, n), 'Bob')
    for text in 'round 3', 'round 2', 'round 1', 'to myself 1':
        chat.peer.send('delete')
        screens.until(lambda t=text: t not in chat.pidgin.lines('Bob'), 'the line gone')


def test_return_and_escape_end_nothing(chat):
    """DECISIONS 28, FRONTENDS 0.8: the default of a question with consequences is the button that does nothing"""
    for command in ('/delete all', '/secret end', '/secret erase'):
        for key in ('Return', 'Escape'):
            chat.say(command)
            chat.pidgin.window('^Secret chat$')
            chat.pidgin.key(key)
            screens.until(lambda: 'Secret chat\n' not in chat.pidgin.titles() + '\n', 'the end of the question')
    chat.say('still here')
    chat.peer.hears('message .* still here')
    if any(line.startswith(('notice flushed', 'secret')) for line in chat.peer.pending):
        raise lab.Gone('something ended')


def test_what_is_missing_is_given_up_by_word_only(chat):
    """DECISIONS 26: Return and Escape go on waiting"""
    chat.peer.send('info')
    number = chat.peer.hears(r'info (-?\d+) ').group(1)
    chat.dc.forget()
    chat.dc.control('hold %s Bob' % number)  # nobody hears that something is asked for
    chat.dc.control('drop-delivery %s 1 Alice' % number)
    before = chat.look()
    for text in ('lost', 'waits'):
        chat.peer.send('say ' + text)
    chat.dc.wait(lambda l: l == 'Alice: messages.sendEncryptedService', 'what we ask for')
    for key in ('Return', 'Escape'):
        chat.say('/secret skip')
        chat.pidgin.window('^Secret chat$')
        chat.pidgin.key(key)
        screens.until(lambda: 'Secret chat\n' not in chat.pidgin.titles() + '\n', 'the end of the question')
    if chat.look() != before:
        raise lab.Gone('something was shown')
    chat.say('/secret skip')
    chat.pidgin.window('^Secret chat$')
    chat.pidgin.key('Tab', 'Return')
    chat.changes(before, 'what waited')
    chat.dc.control('release %s Bob' % number)
    chat.say('goes on')
    chat.peer.hears('message .* goes on$')


def test_a_request_takes_no_cursor(chat):
    chat.pidgin.window('Bob Bb')
    chat.pidgin.type('half a li')
    chat.peer.send('start 9990000001')
    asked = chat.peer.hears('secret (-?[0-9]+) waiting').group(1)
    screens.until(chat.pidgin.notice, 'the notice')
    chat.pidgin.type('ne')
    chat.pidgin.key('Return')
    chat.peer.hears('message .* half a line$')
    chat.peer.send('chat ' + asked)
    chat.peer.send('close')
    screens.until(lambda: not chat.pidgin.notice(), 'the end of the notice')


def start_from_the_menu(chat):
    chat.pidgin.menu('Bob Bb$', 'Start secret chat')
    chat.peer.hears('secret -?[0-9]+ requested')


def test_the_menu_starts_a_chat_and_the_cursor_goes_there_at_once(chat):
    """FRONTENDS 4: another tab was in front; what is typed while the other side accepts is for the new chat"""
    start_from_the_menu(chat)
    screens.until(lambda: re.search(r'\(secret [2-9]\)', chat.pidgin.xdotool('getactivewindow', 'getwindowname')), 'the new window')
    chat.pidgin.type('typed at o')
    first = chat.peer.info()['hash']
    chat.peer.send('accept')
    chat.peer.hears('secret -?[0-9]+ ready')
    chat.pidgin.type('nce')
    chat.pidgin.key('Return')
    chat.peer.hears('message .* typed at once')
    if chat.peer.info()['hash'] == first:
        raise lab.Gone('it went into the first chat')


def test_no_other_tab_comes_to_the_front_of_text_that_is_being_typed(chat):
    front = chat.pidgin.xdotool('getwindowname', chat.pidgin.window('Bob Bb'))
    chat.pidgin.type('a private th')
    start_from_the_menu(chat)
    chat.peer.send('accept')
    chat.peer.hears('secret -?[0-9]+ ready')
    chat.window = chat.pidgin.window('^%s$' % re.escape(front))
    chat.pidgin.type('ing')
    chat.pidgin.key('Return')
    chat.peer.hears('message .* a private thing')


def test_text_arrives_as_typed(chat):
    """DECISIONS 27: right-to-left, several lines, slashes"""
    chat.say('/ttl off')
    chat.peer.hears('notice ttl-by-peer 0')
    chat.say('\u05e9\u05dc\u05d5\u05dd <b> & left')  # of letters that are on no key xdotool may lose some
    chat.peer.hears('message -?\\d+ 0 [\u05d0-\u05ea]+ <b> & left$')
    for typed, arrives in (('/etc/passwd', '/etc/passwd'), ('//etc/passwd', '//etc/passwd'), ('//word', '/word'),
                           ('/me waves', '/me waves')):
        chat.say(typed)
        chat.peer.hears(r'message -?\d+ 0 %s$' % re.escape(arrives))
    chat.pidgin.type('one')
    chat.pidgin.key('shift+Return')
    chat.say('two')
    chat.peer.hears(r'message -?\d+ 0 one two$')  # the companion shows a newline as a blank
    for line, seconds in ((' /ttl 5', 5), (' /TTL off', 0)):
        chat.say(line)
        chat.peer.hears('notice ttl-by-peer %d$' % seconds)
    chat.say('/foo bar')
    chat.say(' /foo bar')
    chat.say('//last')
    chat.peer.hears(r'message -?\d+ 0 /last$')
    chat.peer.never('message .*foo', 0)


DARK = """style "dark" { base[NORMAL] = "#1e1e1e" text[NORMAL] = "#e0e0e0" bg[NORMAL] = "#2b2b2b" fg[NORMAL] = "#e0e0e0" }
class "GtkWidget" style "dark"
"""
GREEN = """style "green" { GtkIMHtml::hyperlink-color = "#20c020" }
class "GtkIMHtml" style "green"
"""


def test_links_are_as_legible_as_the_theme(chat):
    """Ours and those in what people write: light on a dark ground, and as the theme has Pidgin's own, if it says that"""
    def colours():
        """Of the lines below words, which are drawn a little into what is beside them."""
        pixels = chat.pidgin.pixels(chat.window, LINES)
        runs = {pixels[at:at + 3] for at in range(0, len(pixels) - 36, 3) if pixels[at:at + 36] == pixels[at:at + 3] * 12}
        return {'green' if green > max(red, blue) + 50 else 'light blue' if green > red + 15 else 'dark blue'
                for red, green, blue in runs if max(green, blue) > red + 50}
    for theme, colour in (('', 'dark blue'), (DARK, 'light blue'), (DARK + GREEN, 'green')):
        path = os.path.join(chat.place.directory, 'theme.rc')
        with open(path, 'w', encoding='utf-8') as f:
            f.write(theme)
        chat.pidgin.environment['GTK2_RC_FILES'] = path
        chat.pidgin.kill()
        chat.pidgin.start_pidgin()
        chat.pidgin.window('Buddy List')
        media.sends(chat.place, chat.peer, 'file', 'of any colour', 10)
        chat.peer.send('say https://example.org/of/theirs')
        chat.window = chat.pidgin.window('Bob Bb')
        chat.pidgin.shows(r'of any colour\] \[save\]\n(.*\n)*.*of/theirs', 'Bob')
        chat.say('https://example.org/of/ours')
        chat.pidgin.shows(r'of/ours \S', 'Bob')
        screens.until(lambda: colours() == {colour}, 'links in ' + colour, show=colours)
    del chat.pidgin.environment['GTK2_RC_FILES']
    chat.pidgin.kill()
    chat.pidgin.start_pidgin()
    chat.window = None  # what comes next opens one


def test_a_link_says_where_it_leads(chat):
    """... and nothing of ours covers that: one tooltip, Pidgin's, over a link"""
    x, y, width, _ = LINES

    def tips(at):
        """The windows there when the pointer has rested at that place of the lines: "GtkIMHtml" is Pidgin's."""
        chat.pidgin.xdotool('mousemove', '--window', chat.window, str(x + at[0] + 20), str(y + at[1] + 60))
        chat.pidgin.xdotool('mousemove', '--window', chat.window, str(x + at[0]), str(y + at[1]))
        chat.pidgin.xdotool('mousemove_relative', '1', '1')
        time.sleep(1.5)  # GTK waits for half a second
        return {'GtkIMHtml', 'Pidgin'} & set(chat.pidgin.titles().split('\n'))

    def link():
        """Where the line below its words begins."""
        pixels = chat.pidgin.pixels(chat.window, LINES)
        for at in range(0, len(pixels) - 36, 3):
            red, green, blue = pixels[at:at + 3]
            if pixels[at:at + 36] == pixels[at:at + 3] * 12 and blue > max(red, green) + 50:
                return (at // 3) % width, (at // 3) // width
        return None
    chat.say('/clear')
    chat.say('https://example.org/ours')
    left, low = screens.until(link, 'a link')
    screens.until(lambda: 'GtkIMHtml' in tips((left + 20, low - 4)), "Pidgin's own")
    for right in 5, 15, 25:
        if tips((left + right, low - 4)) != {'GtkIMHtml'}:
            raise lab.Gone('one covers the other')


def test_pidgin_lives(chat):
    if not chat.pidgin.alive():
        raise lab.Gone('Pidgin is gone')
    with open(chat.pidgin.log, encoding='utf-8', errors='replace') as f:
        critical = [line for line in f if 'CRITICAL' in line and 'mtproto' in line.lower()]
    if critical:
        raise lab.Gone(''.join(critical))


if __name__ == '__main__':
    sys.exit(main(globals()))
