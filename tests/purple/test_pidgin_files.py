#!/usr/bin/env python3
"""Files in Pidgin: pictures that are sent, and its window of transfers. test_pidgin_files.py BUILD [STORY...]"""
import os
import sys

import test_pidgin as base
from test_pictures import click_link
from test_pidgin import media, screens

PICTURE = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'data', 'pictures', 'turned.jpg')


def test_an_inserted_picture_is_a_photo(chat):
    """Insert Image: with what is typed around it, and without where it was taken"""
    pidgin, path = chat.pidgin, os.path.realpath(PICTURE)
    chat.peer.forget()
    pidgin.window('Bob Bb')
    pidgin.type('look ')
    pidgin.click(pidgin.down(lambda: pidgin.click(pidgin.stands('menu', 'Conversation', 'Bob Bb')), 'Insert Image'))
    pidgin.choose('Insert Image', path)
    pidgin.window('Bob Bb')
    pidgin.type('here')
    pidgin.key('Return')
    pidgin.shows(r'\[photo \d+, 200×300, \d.* kB\] look here', 'Bob Bb')
    chat.peer.hears('message -?\\d+ 0 look here$')
    chat.peer.hears('with 2 200 300 ')


def test_a_file_is_stopped_in_its_window(chat):
    """Send File; Stop"""
    pidgin = chat.pidgin
    chat.dc.control('delay upload.saveFilePart 600000')
    pidgin.window('Bob Bb')
    pidgin.click(pidgin.down(lambda: pidgin.click(pidgin.stands('menu', 'Conversation', 'Bob Bb')), 'Send File'))
    pidgin.choose('Open File', os.path.realpath(PICTURE))
    pidgin.shows(r'\[file \d+, 200×300, 1\.3 kB: turned\.jpg\]', 'Bob Bb')
    pidgin.window('File Transfers')
    pidgin.press('Stop', 'File Transfers')
    pidgin.shows(r'Not sent: you stopped turned\.jpg\.', 'Bob Bb')
    pidgin.press('Close', 'File Transfers')
    chat.dc.control('reset')


def moves(chat, name):
    """Its row in the window of transfers says less and less that remains."""
    def remains():
        row = [node.text for node in chat.pidgin.look('File Transfers') if node.role == 'table cell']
        return row[row.index(name) + 2] if name in row else ''
    seen = set()

    def goes_on():
        seen.add(remains())
        return len(seen - {''}) >= 3
    chat.pidgin.window('File Transfers')
    screens.until(goes_on, 'three values of what remains', show=lambda: str(seen))


def test_what_is_sent_goes_on_in_the_window_of_transfers(chat):
    """MT-H28: within seconds; a text passes it"""
    path = os.path.join(chat.place.directory, 'long up.bin')
    with open(path, 'wb') as f:
        f.write(os.urandom(8 << 20))
    chat.dc.control('delay upload.saveFilePart 700')
    chat.pidgin.drop('Bob Bb', path)
    moves(chat, 'long up.bin')
    chat.peer.forget()
    chat.say('passes')
    chat.peer.hears(r'message -?\d+ 0 passes$')
    chat.pidgin.window('File Transfers')
    chat.pidgin.press('Stop', 'File Transfers')
    chat.pidgin.shows(r'Not sent: you stopped long up\.bin\.', 'Bob Bb')
    chat.pidgin.press('Close', 'File Transfers')
    chat.dc.control('reset')


def test_what_is_saved_stands_in_the_window_of_transfers(chat):
    """MT-H28: how far it is, and its Stop; saved once more it is whole, and the window goes"""
    pidgin = chat.pidgin
    chat.dc.control('delay upload.getFile 700')
    media.sends(chat.place, chat.peer, 'file', 'long down.bin', 8 << 20)
    pidgin.window('Bob Bb')
    pidgin.shows(r'long down\.bin\] \[save\]', 'Bob Bb')
    chat.look()
    click_link(chat, -1)
    moves(chat, 'long down.bin')
    pidgin.click(pidgin.stands('table cell', 'long down.bin', 'File Transfers'))
    pidgin.press('Stop', 'File Transfers')
    pidgin.shows(r'File \d+ is not saved: you stopped it\. Nothing was kept\.', 'Bob Bb')
    chat.dc.control('reset')
    pidgin.press('Close', 'File Transfers')
    chat.look()
    click_link(chat, -1)
    pidgin.shows(r'is saved, unencrypted, as .*/Downloads/long down\.bin\n', 'Bob Bb')
    screens.until(lambda: 'File Transfers' not in pidgin.titles(), 'the window going')


def test_a_dropped_picture_is_a_photo(chat):
    """... where "insert" is chosen of what Pidgin asks: with what is typed before and behind it"""
    pidgin = chat.pidgin
    chat.peer.forget()
    pidgin.in_entry('Bob Bb')
    pidgin.type('see ')
    pidgin.drop('Bob Bb', PICTURE)
    pidgin.click(pidgin.stands('radio button', 'Insert in message'))
    pidgin.press('OK')
    pidgin.in_entry('Bob Bb')
    pidgin.say('there')
    pidgin.shows(r'\[photo \d+, 200×300, \d.* kB\] see there', 'Bob Bb')
    chat.peer.hears('message -?\\d+ 0 see there$')
    chat.peer.hears('with 2 200 300 ')


def test_several_pictures_are_an_album(chat):
    """SC-H17: ... what is typed between and behind them is the first one's caption"""
    pidgin = chat.pidgin
    chat.peer.forget()
    pidgin.in_entry('Bob Bb')
    for typed, picture in (('one ', PICTURE), ('and two ', media.png(chat.place.directory + '/two.png', (30, 20), (9, 9, 9)))):
        pidgin.type(typed)
        pidgin.drop('Bob Bb', picture)
        pidgin.click(pidgin.stands('radio button', 'Insert in message'))
        pidgin.press('OK')
        pidgin.in_entry('Bob Bb')
    pidgin.say('here')
    pidgin.shows(r'\[photo \d+, no\. 1 of an album, 200×300, \d.* kB\] one and two +here', 'Bob Bb')
    pidgin.shows(r'\[photo \d+, no\. 2 of an album, 30×20, .*\]', 'Bob Bb')
    chat.peer.hears('message -?\\d+ 0 one and two +here$')
    chat.peer.hears('with 2 200 300 ')
    chat.peer.hears('in an album$')
    chat.peer.hears('with 2 30 20 ')
    chat.peer.hears('in an album$')


def test_a_dropped_file_is_a_file(chat):
    """... at once; a picture, too, where Pidgin's own choice stays"""
    pidgin = chat.pidgin
    path = os.path.join(chat.place.directory, 'for bob.txt')
    with open(path, 'w', encoding='utf-8') as f:
        f.write('hello')
    pidgin.drop('Bob Bb', path)
    pidgin.shows(r'\[file \d+, 5 bytes: for bob\.txt\]', 'Bob Bb')
    chat.peer.hears(r'with 6 0 0 5 for bob\.txt$')
    pidgin.drop('Bob Bb', PICTURE)
    pidgin.stands('radio button', 'Send image file')
    pidgin.press('OK')
    pidgin.shows(r'turned\.jpg is sent as it is, with what may stand in it', 'Bob Bb')
    chat.peer.hears(r'with 6 200 300 \d+ turned\.jpg$')


def test_pidgin_lives(chat):
    base.test_pidgin_lives(chat)


if __name__ == '__main__':
    sys.exit(base.main(globals()))
