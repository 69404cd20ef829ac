#!/usr/bin/python3
"""What a screen reader finds in Pidgin's windows: for screens.py, in a process of its own.

The system's own Python, since gi is not everybody's. A line on standard input is the beginning of a window's
title (empty: all windows); the answer is one line of JSON: a list of what shows, [window, role, name, text,
x, y, width, height, states], on the screen.
"""
import json
import sys

import gi

gi.require_version('Atspi', '2.0')
from gi.repository import Atspi, GLib  # noqa: E402

STATES = {'focused': Atspi.StateType.FOCUSED, 'selected': Atspi.StateType.SELECTED,
          'sensitive': Atspi.StateType.SENSITIVE, 'checked': Atspi.StateType.CHECKED,
          'default': Atspi.StateType.IS_DEFAULT, 'active': Atspi.StateType.ACTIVE,
          'showing': Atspi.StateType.SHOWING}
ROLES = {'push button': 'button'}  # at-spi2 before 2.54 called some things otherwise
CHILDREN_MAX = 200
unlisted = None  # what nothing lists as its child: found by the cursor that was in it


def text_of(node):
    text = node.get_text_iface()
    return Atspi.Text.get_text(text, 0, Atspi.Text.get_character_count(text)) if text else ''


def walk(node, window, out):
    try:
        states = node.get_state_set()
        role = node.get_role_name()
        role = ROLES.get(role, role)
        if not states.contains(Atspi.StateType.SHOWING) and 'menu' not in role:
            return
        component = node.get_component_iface()
        box = Atspi.Component.get_extents(component, Atspi.CoordType.SCREEN) if component else None
        out.append([window, role, node.get_name() or '', text_of(node),
                    *([box.x, box.y, box.width, box.height] if box else [0, 0, 0, 0]),
                    [name for name, state in STATES.items() if states.contains(state)]])
        for i in range(min(node.get_child_count(), CHILDREN_MAX)):
            child = node.get_child_at_index(i)
            if child is not None:
                walk(child, window, out)
    except GLib.Error:  # it went while we looked
        pass


def focused(event):
    """Pidgin's notices are in a box that names no children (FRONTENDS 5), but the cursor tells where it is."""
    global unlisted
    try:
        node, parent = event.source, event.source.get_parent()
        while parent is not None and parent.get_child_count() > 0:
            node, parent = parent, parent.get_parent()
        if parent is not None:
            unlisted = node
    except GLib.Error:  # it went meanwhile
        pass


def look_at_unlisted(title, out):
    try:
        window = unlisted
        while window is not None and window.get_role_name() != 'frame':
            window = window.get_parent()
        if window is not None and window.get_name().startswith(title):
            walk(unlisted, window.get_name(), out)
    except GLib.Error:
        pass


def look(title):
    out = []
    while GLib.MainContext.default().iteration(False):  # where the cursor went
        pass
    desktop = Atspi.get_desktop(0)
    for i in range(desktop.get_child_count()):
        app = desktop.get_child_at_index(i)
        if app is None or 'idgin' not in (app.get_name() or ''):
            continue
        app.clear_cache()
        for n in range(app.get_child_count()):
            window = app.get_child_at_index(n)
            if window is not None and (window.get_name() or '').startswith(title):
                walk(window, window.get_name() or '', out)
    look_at_unlisted(title, out)
    return out


def main():
    Atspi.init()
    Atspi.set_timeout(30000, 30000)  # else a Pidgin that is busy for a second shows nothing, and what is awaited to go is gone
    listener = Atspi.EventListener.new(focused)
    listener.register('object:state-changed:focused')
    for line in sys.stdin:
        try:
            answer = look(line.rstrip('\n'))
        except GLib.Error:
            answer = []
        print(json.dumps(answer), flush=True)


if __name__ == '__main__':
    main()
