#!/usr/bin/env python3
"""The module in Finch, in a terminal: what a person sees and types. test_finch.py BUILD [STORY...]

(SC-E1, SC-E5, SC-E9, SC-E12, SC-E13, SC-G1, SC-G3: by what stands on the screen and what the other side hears.)
"""
import os
import re
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lab'))
import lab  # noqa: E402
import screens  # noqa: E402
from media import public, sends  # noqa: E402


def main():
    with lab.Lab(sys.argv[1], 'finch') as place:
        home, peer = screens.home_with_chat(place, 'gnt-purple')
        with tempfile.TemporaryDirectory(dir='/dev/shm') as memory:
            finch = place.add(screens.Finch(place, home, environment={'XDG_RUNTIME_DIR': memory}))
            finch.memory, finch.first, finch.opened = memory, peer.info()['chat'], False

            def told(story):
                """Each can run alone: the window that the first of them opens is opened before it."""
                begins = test_the_buddy_list_holds_both_people, test_a_message_opens_a_window_and_is_not_read_yet
                if not finch.opened and story not in begins:
                    begins[1](finch, peer)
                    if story is not test_looking_at_the_window_marks_read:
                        test_looking_at_the_window_marks_read(finch, peer)
                finch.opened |= story is not begins[0]
                story(*[finch, peer, place.dc, place][:story.__code__.co_argcount])
            return lab.run([(name[5:].replace('_', ' '), lambda f=f: told(f)) for name, f in list(globals().items())
                            if name.startswith('test_') and (not sys.argv[2:] or name[5:] in sys.argv[2:])])


def menu_of_bob(finch):
    """The popup of the person's entry, wherever the cursor stands in the list."""
    def shown():
        finch.keys('Escape')
        time.sleep(1)  # else the two are Alt-C-n
        finch.keys('C-n', 'F11')
        time.sleep(0.5)
        return 'Start secret chat' in finch.screen()
    screens.until(shown, "the person's menu", show=finch.screen)


def say(finch, text):
    finch.type(text)
    finch.keys('Enter')


def greets(finch, peer):
    """An own line above what comes, where none is."""
    if 'hello from Finch' not in finch.screen():
        say(finch, 'hello from Finch')
        peer.hears('message .* hello from Finch$')
        finch.shows('hello from Finch')


def test_the_buddy_list_holds_both_people(finch, peer):
    finch.shows(r'Telegram')
    finch.shows(r'Secret chats')
    finch.shows('🔒 Bob Bb')


def test_a_message_opens_a_window_and_is_not_read_yet(finch, peer):
    peer.send('say first light')
    finch.shows(r'first light')
    peer.send('say second light')
    finch.shows(r'second light')
    finch.keys('C-l')  # a key in the buddy list is not a look at the chat
    peer.never('read')


def test_looking_at_the_window_marks_read(finch, peer):
    finch.keys('M-n')
    peer.hears(r'read \d+')


def test_typing_is_heard_and_seen(finch, peer):
    finch.type('he')
    peer.hears('typing on')
    finch.type('llo from Finch')
    finch.keys('Enter')
    peer.hears('message .* hello from Finch$')
    finch.shows(r'hello from Finch')
    peer.send('typing on')
    finch.shows(r'is typing\.\.\.')
    peer.send('typing off')
    finch.loses(r'is typing\.\.\.')


def test_own_lines_show_where_they_are(finch, peer, dc):
    """Waiting, at the server, read; also while the other side types"""
    greets(finch, peer)
    peer.send('typing on')
    finch.shows(r'is typing')
    dc.control('error messages.sendEncrypted 1 420 FLOOD_WAIT_3')
    say(finch, 'slowly')
    finch.shows('hello from Finch \u2713[ \u00a0]')
    finch.shows('slowly \u25f7')
    peer.hears('message .* slowly$')
    finch.shows('slowly \u2713[ \u00a0]')
    peer.send('read')
    finch.shows('hello from Finch \u2713\u2713')
    finch.shows('slowly \u2713\u2713')
    finch.shows('first light +[^ \u2713]*\n')  # no sign
    peer.send('typing off')
    finch.loses(r'is typing')


def test_the_peer_takes_one_line_back(finch, peer):
    greets(finch, peer)
    peer.send('delete')
    finch.loses(r'second light')
    finch.shows(r'first light')
    finch.shows(r'hello from Finch')


def test_a_line_burns_while_the_peer_is_typing(finch, peer):
    say(finch, '/ttl 2')
    finch.shows(r'set the self-destruct timer to 2 seconds')
    peer.hears('notice ttl-by-peer 2')
    peer.send('typing on')
    finch.shows(r'is typing')
    say(finch, 'this burns')
    peer.hears('message .* 2 this burns')
    finch.shows('this burns \u2713[ \u00a0].\\[2.s\\]')
    say(finch, '/ttl')
    finch.shows(r'your message: disappears 2 seconds after it is read')
    peer.send('read')
    finch.loses(r'this burns')
    peer.hears('expired 1')
    finch.shows(r'is typing')
    finch.shows(r'first light')
    say(finch, '/ttl off')
    finch.shows(r'turned the self-destruct timer off')
    peer.hears('notice ttl-by-peer 0')


def test_quotes_and_what_was_typed_go_along(finch, peer):
    """SC-G7: out of other lines, which stay as they are, and out of the entry's history; and a text in two parts"""
    say(finch, 'long ' * 900 + 'end')
    peer.hears('message .* long end$')
    finch.shows('long end \u2713')
    say(finch, '/delete')
    peer.hears('gone 2')
    finch.loses(r'long')
    say(finch, 'to be quoted')
    number = peer.hears(r'message (-?\d+) 0 to be quoted').group(1)
    peer.send('reply %s an answer' % number)
    finch.shows('\u21a9 to be quoted')
    peer.send('say behind it')
    finch.shows(r'behind it')
    say(finch, '/delete')
    peer.hears('gone 1')
    finch.loses(r'to be quoted')
    if not re.search('\u21a9 [^\\w\n]*(\\(earlier message\\))?[^\\w\n]*\n\\S? *an answer', finch.screen()):
        raise lab.Gone(finch.screen())
    finch.keys('C-p')
    finch.shows(r'/delete_')
    finch.keys('C-p')
    finch.loses(r'/delete_')
    if 'quoted' in finch.screen():
        raise lab.Gone(finch.screen())
    finch.keys('C-u')
    say(finch, 'words to be named')
    peer.hears('message .* words to be named')
    say(finch, '/delete "Words to be"')
    peer.hears('gone 1')
    finch.loses('to be named')
    finch.keys('C-p')
    finch.keys('X', 'x')
    finch.shows('Xx')
    if 'ords to' in finch.screen():
        raise lab.Gone(finch.screen())
    finch.keys('C-u')


def test_further_lines_begin_elsewhere(finch, peer):
    """SC-M35: what follows a newline does not stand where a line with its time and name begins"""
    peer.send('overlong 34')
    finch.shows(r'[^\w\s]\s*  0000001 & words|\n\s*\S?  0000001 & words')
    finch.shows(r'\(\d\d:\d\d:\d\d\) .*: 0000000 & words')


def test_looks_are_shown_by_signs(finch, peer):
    """SC-I6: Finch draws conversations in one kind of type"""
    peer.send(r'looks bold 0-4, italic 5-7, code 8-9, spoiler 10-11, link 12-14 https://t.me/: wide it c h go')
    finch.shows(r': \*wide\* _it_ `c` \|\|h\|\| go\s+\(https://t.me/\)')
    peer.send('looks bold 0-11: ** verified')
    finch.shows(r': \*\*\\\* verified\*')


def test_no_line_of_the_peer_is_an_action(finch, peer):
    """SC-M35: Finch makes "*** NAME ..." of what begins with /me, as notices begin"""
    peer.send('say /me deleted all messages.')
    peer.send('say /meadow')
    finch.shows(r': /meadow')
    if not re.search(r': /me\s+deleted all', finch.screen()):
        raise lab.Gone(finch.screen())


def test_delete_takes_back_the_own_last_line_and_no_other(finch, peer):
    greets(finch, peer)
    say(finch, 'kept')
    say(finch, 'regretted')
    peer.hears('message .* regretted')
    say(finch, '/delete')
    finch.loses(r'regretted')
    peer.hears('gone 1')
    finch.shows(r'kept')
    finch.shows(r'hello from Finch')


def test_what_answers_itself_shows_no_quote(finch, peer):
    """SC-I3: nor does one that answers what is not there yet; a ring of answers is shown, and taken back, message by message"""
    peer.send('ring 1 to myself')
    finch.shows('Bob Bb[^\n]*: to myself 1')
    peer.send('ring 3 round')
    for n, quote in (1, r'\(earlier message\)'), (2, r'\(earlier message\)'), (3, 'round 1'):
        finch.shows('\u21a9 %s[^\\n]*\n\\S? *round %d' % (quote, n))
    for text in 'round 3', 'round 2', 'round 1', 'to myself':
        finch.shows(text)
        peer.send('delete')
        finch.loses(text)
    say(finch, 'it goes on')
    peer.hears('message .* it goes on')


def test_commands_answer_and_are_not_sent(finch, peer):
    say(finch, '/ttl sometimes')
    finch.shows(r'Give a time like 30s')
    say(finch, '/key')
    finch.shows(r'([0-9A-F]{2} ){3}[0-9A-F]{2}  ')
    finch.shows('(\u2588|\u2593|\u2592|\u2591){24}')  # the picture (SC-K2, SC-K3)
    peer.never(r'message .*/(ttl|key)')


def test_text_arrives_as_typed(finch, peer):
    """DECISIONS 27: Finch parses first, and takes one of two slashes away"""
    for typed, arrives in (('a <b> & c', 'a <b> & c'), ('//etc/passwd', '/etc/passwd'), ('//word', '/word'),
                           ('/me waves', '/me waves')):
        say(finch, typed)
        peer.hears(r'message -?\d+ 0 %s$' % arrives)
    say(finch, ' /TTL 5')
    peer.hears('notice ttl-by-peer 5$')
    say(finch, '/ttl off')
    peer.hears('notice ttl-by-peer 0$')
    say(finch, ' /foo bar')
    finch.shows(r'Not sent: there is no command /foo here')
    say(finch, '/help')
    finch.shows(r'screenshot,[\s▒│]+secret,[\s▒│]+sessions,[\s▒│]+show,[\s▒│]+slash,')
    if len(re.findall(r'\bhelp,', finch.screen())) != 1:
        raise lab.Gone('in the list:\n' + finch.screen())
    say(finch, '/slash')
    finch.shows(r'slashes send it as text')
    peer.never('message .*foo', 0)


def test_a_file_is_saved(finch, peer, dc, place):
    """SC-H7: the line says what it is, /save where it is put"""
    saved = os.path.join(place.directory, 'look.jpg')
    sends(place, peer, 'photo', 'look here', 90000)
    finch.shows(r'\[photo \d+, 640×480, 90 kB\] look here')
    say(finch, '/save last ' + saved)
    finch.shows(r'is saved, unencrypted')
    with open(saved, 'rb') as f:
        if f.read() != bytes(i % 251 for i in range(90000)):
            raise lab.Gone('another file')
    say(finch, '/save last nowhere/at/all')
    finch.shows(r'there is no such')


def test_a_timed_photo_lies_in_memory_for_its_time(finch, peer, dc, place):
    """SC-G4, SC-G7, DECISIONS 31: /show puts it there and begins its time, after which file and lines are gone"""
    sends(place, peer, 'photo', 'soon gone', 90000, 3)
    finch.shows(r'\[photo \d+, 640×480, 90 kB\] soon gone')
    say(finch, '/show last')
    peer.hears('opened 1$')
    finch.shows('is in memory for 3 seconds')
    files = os.listdir(finch.memory + '/purple-mtproto')
    if len(files) != 1:
        raise lab.Gone('in memory: %s' % files)
    finch.loses('soon gone')
    finch.loses('is in memory for')
    screens.until(lambda: not os.listdir(finch.memory + '/purple-mtproto'), 'nothing in memory')


def test_a_photo_and_a_file_are_sent(finch, peer):
    """Pictures leave upright, and as a file untouched, which is said"""
    picture = os.path.realpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'data', 'pictures', 'turned.jpg'))
    peer.forget()
    say(finch, '/photo %s | seen' % picture)
    finch.shows(r'\[photo \d+, 200×300, \d.* kB\] seen')
    peer.hears('message -?[0-9]+ 0 seen$')
    peer.hears('with 2 200 300 ')
    say(finch, '/file ' + picture)
    finch.shows('turned.jpg is sent as it is')
    peer.hears('with 6 200 300 [0-9]+ turned.jpg$')
    say(finch, '/file /nowhere/at.all')
    finch.shows('Not sent: at.all is not there')


def test_delete_all_asks_first_and_enter_alone_does_nothing(finch, peer):
    say(finch, 'kept at first')  # on the screen: /key took many lines
    peer.hears('message .* kept at first')
    say(finch, '/delete all')
    finch.shows(r'Delete all messages of the secret')
    finch.keys('Enter')
    finch.loses(r'Delete all messages')
    finch.shows(r'kept at first')
    say(finch, '/delete all')
    finch.shows(r'Delete all messages of the secret')
    finch.keys('Tab', 'Enter')
    peer.hears('notice flushed-by-peer')
    finch.loses(r'kept at first')
    finch.loses(r'hello from Finch')


def test_ending_asks_and_enter_alone_does_nothing(finch, peer):
    """DECISIONS 28: the button says what it does, the text names the person"""
    for command, button in (('/secret end', 'End chat'), ('/secret erase', 'End and delete for both')):
        say(finch, command)
        finch.shows(r'nd the secret chat with Bob Bb')
        finch.shows(button)
        finch.keys('Escape')
        time.sleep(1)  # else the two are Alt-Enter
        finch.keys('Enter')
        finch.loses(button)
    say(finch, 'still here')
    peer.hears('message .* still here')


def test_a_question_that_waited_for_the_server_stands_in_front(finch):
    """FRONTENDS 4: whom /unblock 1 means is known when the list has come; the question is one of the user's own"""
    say(finch, '/block')
    finch.shows('Block Bob Bb at Telegram')
    finch.press('Block')
    say(finch, '/contact blocked')
    finch.shows(r'1 \| Bob Bb \|')
    say(finch, '/unblock 1')
    screens.until(lambda: finch.title() == 'Contact', 'the question in front', 20, finch.screen)
    finch.press('Unblock')
    say(finch, '/contact blocked')
    finch.shows('You have blocked nobody at')


def test_a_request_takes_no_cursor(finch, peer):
    finch.type('half a li')
    peer.send('start 9990000001')
    peer.hears('secret -?[0-9]+ waiting')
    finch.shows(r'\|Secret chat|\u2502Secret chat')  # in the bar of windows
    finch.type('ne')
    finch.shows('half a line_')
    finch.keys('Enter')
    peer.hears('message .* half a line')
    finch.keys('M-n')
    finch.shows('Bob Bb wants to start a secret chat with you')
    finch.keys('Tab', 'Enter')  # Reject
    peer.hears('secret -?[0-9]+ closed 15')
    finch.loses('wants to start')


def test_the_menu_starts_a_chat_and_the_cursor_goes_there_at_once(finch, peer):
    """FRONTENDS 4: what is typed while the other side accepts is for them"""
    peer.forget()
    finch.keys('M-1')
    finch.shows('Available')
    menu_of_bob(finch)
    finch.keys('t')  # Start secret chat
    finch.shows('🔒[2-9] Bob Bb ')
    finch.type('typed at o')
    peer.hears('secret -?[0-9]+ requested')
    peer.send('accept')
    finch.shows('is ready')
    finch.type('nce')
    finch.keys('Enter')
    peer.hears('message .* typed at once')


def test_a_public_sticker_goes_on(finch, peer, dc, place):
    """SC-H18: into the first chat, where the other side has it as what it is"""
    if peer.info()['chat'] == finch.first:  # this story runs alone: the second chat
        test_the_menu_starts_a_chat_and_the_cursor_goes_there_at_once(finch, peer)
    public(place, peer, 9000)
    finch.shows(r'\[sticker \d+, 9\.0 kB: ')
    say(finch, '/forward last #1')
    finch.shows(r'is forwarded to Bob Bb')
    came = peer.hears(r'message (-?\d+) 0 ').group(1)
    peer.hears('with [0-9]+ 0 0 9000 \U0001f44d$')
    second = peer.info()['chat']
    peer.send('chat ' + finch.first)
    peer.send('save %s %s' % (came, place.directory))
    saved = peer.hears('saved (.*)$').group(1)
    with open(saved, 'rb') as f:
        if f.read() != bytes(i % 251 for i in range(9000)):
            raise lab.Gone('another file')
    peer.send('chat ' + second)
    say(finch, '/secret end')
    finch.shows('End chat')
    finch.keys('Tab', 'Enter')
    peer.hears('secret -?[0-9]+ closed 3')


def test_finch_lives_and_leaves(finch, peer):
    if not finch.alive():
        raise lab.Gone('Finch is gone')
    finch.leave()


def test_a_QR_code_stays_in_front(finch, peer, dc, place):
    """MT-F33: the one that takes its place stands in front, too, whole at 80x24; elsewhere nothing comes to the front"""
    dc.control('tokens 4')  # the Finch of the other stories has left
    home = screens.home_of(place, place.headless('another'), 'gnt-purple', qr_login=1)
    finch = place.add(screens.Finch(place, home, 80, 24))
    title = 'Log in by QR code'
    finch.shows(title)
    screens.until(lambda: 'Buddy List' in finch.windows(), 'the buddy list, which comes to the front', show=finch.screen)
    finch.front(title)

    def whole():
        """To its frame's last line, and nothing over it."""
        return finch.title() == title and finch.dialog(title)
    seen = screens.until(whole, 'the whole window', show=finch.screen)
    screens.until(lambda: whole() not in (False, '', seen), 'another code', show=finch.screen)
    finch.keys('M-1')
    screens.until(finch.in_list, 'the buddy list', show=finch.screen)
    before = dc.counts()['auth.exportLoginToken']
    screens.until(lambda: dc.counts()['auth.exportLoginToken'] > before + 1, 'more codes')
    if not finch.in_list():
        raise lab.Gone('a code came to the front by itself:\n' + finch.screen())


if __name__ == '__main__':
    sys.exit(main())
