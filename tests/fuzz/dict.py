#!/usr/bin/env python3
"""dict.py FUZZER: a dictionary for libFuzzer on stdout: the ids of the schemas that FUZZER reads, as they
stand on the wire, and the bytes that mean something to its framing."""
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / 'tl'))
import tlgen  # noqa: E402
SCHEMAS = {
    'tl': ['api', 'mtproto', 'secret', 'record'], 'session': ['mtproto', 'api'], 'large': ['mtproto'],
    'handshake': ['mtproto'], 'message': ['secret'], 'secret': ['secret'], 'machine': ['secret'],
    'sim': ['secret'], 'record': ['record'],
}
VECTOR = 0x1cb5c415


def little(number, size):
    return (number & (1 << 8 * size) - 1).to_bytes(size, 'little')


WORDS = {
    # MT-A4 to A8: lengths at their limits, and a vector with a count
    'tl': [b'\xfe\xff\xff\xff', b'\xfe\x00\x00\x00', b'\xfd', b'\xff',
           little(VECTOR, 4) + little(0x7fffffff, 4), little(VECTOR, 4) + little(-1, 4)],
    # MT-A21, MT-A22: gzip's and zlib's heads, a stored block, the end of a deflated one
    'gzip': [b'\x1f\x8b\x08\x00', b'\x78\x9c', b'\x78\xda', b'\x01\x00\x00\xff\xff', b'\x03\x00'],
    # MT-B20 to B24: the transport's codes, and lengths
    'frame': [little(4, 4) + little(code, 4) for code in (-404, -429, -444, -1, 0)] +
             [little(length, 4) for length in (0, 24, 1 << 22, (1 << 22) + 1025, 0x7fffffff, -1)],
    # MT-D31: the codes of complaints; states of messages (MT-D35)
    'session': [little(code, 4) for code in (16, 17, 18, 19, 20, 32, 33, 34, 35, 48, 64)] +
               [b'FLOOD_WAIT_3', b'CONNECTION_NOT_INITED', b'AUTH_KEY_UNREGISTERED', b'MSG_WAIT_FAILED'],
    # how kinds of files begin, and what stands in them
    'look': [b'\xff\xd8\xff', b'Exif\x00\x00II*\x00', b'Exif\x00\x00MM\x00*', b'\x12\x01\x03\x00', b'\xff\xda',
             b'\x89PNG\r\n\x1a\n', b'IHDR', b'GIF89a', b'RIFF', b'WEBPVP8 ', b'WEBPVP8L', b'WEBPVP8X', b'ANMF', b'ftyp', b'ftypheic',
             b'ftypmif1', b'avif', b'ftypqt  ',
             b'moov', b'trak', b'mdia', b'mvhd', b'tkhd', b'hdlr', b'vide', b'soun', b'OggS', b'OpusHead', b'\x01vorbis'],
    # MT-C5 to C24
    'handshake': [b'\x08\x17\xed\x48\x94\x1a\x08\xf9\x81', little(77, 8)],
}


def ids(name):
    ctors, by_hand, _ = tlgen.read_schema(ROOT / 'tl/schema' / (name + '.tl'), name == 'record')
    return [ctor.number for ctor in ctors] + [number for _, number in by_hand]


def main():
    name = sys.argv[1].removeprefix('fuzz-')
    words = [little(number, 4) for schema in SCHEMAS.get(name, ()) for number in ids(schema)]
    words += WORDS.get(name, [])
    if SCHEMAS.get(name):
        words += [little(VECTOR, 4), little(0x997275b5, 4), little(0xbc799737, 4)] + WORDS['tl']
    for word in dict.fromkeys(words):
        print('"%s"' % ''.join('\\x%02x' % byte for byte in word))


main()
