"""What a companion sends beside text: sealed as any client does it, and laid at the data centre."""
import os
import struct
import zlib


def png(path, sides, colour, claimed=None):
    """A picture of one colour; `claimed`: the sides that its header says. Its path."""
    def part(kind, data):
        return struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data))
    with open(path, 'wb') as f:
        f.write(b'\x89PNG\r\n\x1a\n' + part(b'IHDR', struct.pack('>IIBBBBB', *(claimed or sides), 8, 2, 0, 0, 0)) +
                part(b'IDAT', zlib.compress((b'\0' + bytes(colour) * sides[0]) * sides[1])) + part(b'IEND', b''))
    return path


def sends(place, companion, kind, name, what, ttl=0, dc=None):
    """`what`: so many bytes, or the path of a file."""
    path = os.path.join(place.directory, 'sealed')
    companion.send('seal %s %s' % (what, path))
    (dc or place.dc).control('attach 0 %s %s' % (companion.hears(r'sealed (-?\d+)$').group(1), path))
    companion.send('media %s %d %s' % (kind, ttl, name))
    companion.hears(r'media -?\d+$')
