#!/usr/bin/python3
"""A window from which files can be dragged as from a file manager; it goes when somebody took them. drops.py PATH...

By GTK 2 itself, which Pidgin brings along: it speaks to the place below the pointer as a file manager's does.
"""
import ctypes
import pathlib
import sys

TITLE = b'files to drag'
COPY, LEFT_BUTTON = 2, 1 << 8  # GDK_ACTION_COPY, GDK_BUTTON1_MASK


class Target(ctypes.Structure):
    _fields_ = [('target', ctypes.c_char_p), ('flags', ctypes.c_uint), ('info', ctypes.c_uint)]


def main(paths):
    gtk = ctypes.CDLL('libgtk-x11-2.0.so.0')
    glib = ctypes.CDLL('libgobject-2.0.so.0')
    pointer = ctypes.c_void_p
    for name in ('gtk_window_new', 'gtk_event_box_new', 'gtk_label_new'):
        getattr(gtk, name).restype = pointer
    gtk.gtk_selection_data_get_target.restype = pointer
    uris = ''.join(pathlib.Path(path).resolve().as_uri() + '\r\n' for path in paths).encode()

    given = []

    @ctypes.CFUNCTYPE(None, pointer, pointer, pointer, ctypes.c_uint, ctypes.c_uint, pointer)
    def gives(_box, _context, data, _info, _time, _user):
        given.append(True)
        gtk.gtk_selection_data_set(pointer(data), pointer(gtk.gtk_selection_data_get_target(pointer(data))), 8, uris, len(uris))

    @ctypes.CFUNCTYPE(None, pointer, pointer, pointer)
    def over(_box, _context, _user):
        if given:
            gtk.gtk_main_quit()

    gtk.gtk_init(None, None)
    window, box = pointer(gtk.gtk_window_new(0)), pointer(gtk.gtk_event_box_new())
    gtk.gtk_window_set_title(window, TITLE)
    gtk.gtk_window_set_accept_focus(window, 0)  # the keys stay where one types
    gtk.gtk_container_add(box, pointer(gtk.gtk_label_new(b'\n\n   here   \n\n')))
    gtk.gtk_container_add(window, box)
    gtk.gtk_drag_source_set(box, LEFT_BUTTON, ctypes.byref(Target(b'text/uri-list', 0, 0)), 1, COPY)
    glib.g_signal_connect_data(box, b'drag-data-get', gives, None, None, 0)
    glib.g_signal_connect_data(box, b'drag-end', over, None, None, 0)
    gtk.gtk_window_move(window, 850, 560)
    gtk.gtk_widget_show_all(window)
    gtk.gtk_main()


if __name__ == '__main__':
    main(sys.argv[1:])
