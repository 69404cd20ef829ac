#!/usr/bin/env python3
"""Real TDLib in a process of its own: JSON requests on standard input, JSON events on standard output.

usage: tdlib_host.py LIBTDJSON LOGFILE
"""
import ctypes
import json
import sys
import threading


def main():
    lib = ctypes.CDLL(sys.argv[1])
    lib.td_create_client_id.restype = ctypes.c_int
    lib.td_receive.restype = ctypes.c_char_p
    lib.td_receive.argtypes = [ctypes.c_double]
    lib.td_send.argtypes = [ctypes.c_int, ctypes.c_char_p]
    lib.td_execute.restype = ctypes.c_char_p
    lib.td_execute.argtypes = [ctypes.c_char_p]
    for request in (
            {'@type': 'setLogStream', 'log_stream': {'@type': 'logStreamFile', 'path': sys.argv[2],
                                                     'max_file_size': 1 << 26}},
            {'@type': 'setLogVerbosityLevel', 'new_verbosity_level': 2}):
        lib.td_execute(json.dumps(request).encode())
    client = lib.td_create_client_id()

    def feed():
        for line in sys.stdin:
            lib.td_send(client, line.encode())
        lib.td_send(client, b'{"@type":"close"}')

    threading.Thread(target=feed, daemon=True).start()
    while True:
        event = lib.td_receive(1.0)
        if not event:
            continue
        sys.stdout.write(event.decode() + '\n')
        sys.stdout.flush()
        if b'"authorizationStateClosed"' in event:
            return


main()
