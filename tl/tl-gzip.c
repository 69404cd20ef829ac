/* Bounded, streaming inflate: trusts no length of the input (MT-A22). */
#include "tl-gzip.h"

#include "tl-message.h"

#include <zlib.h>

#define WINDOW_ANY 47 /* 15 bits, and 32: gzip and zlib headers */
#define PIECE 16384

GByteArray *
tl_gunzip (const uint8_t *data, size_t len, size_t limit, GError **error)
{
    z_stream stream = { 0 };
    uint8_t piece[PIECE];
    int status = Z_OK;
    gboolean large = FALSE;

    if (len == 0 || len > G_MAXUINT32 || inflateInit2 (&stream, WINDOW_ANY) != Z_OK) {
        g_set_error (error, TL_ERROR, TL_ERROR_MALFORMED, "packed data does not begin");
        return NULL;
    }
    GByteArray *out = g_byte_array_new ();
    stream.next_in = (uint8_t *)data;
    stream.avail_in = (unsigned)len;
    while (status == Z_OK) {
        stream.next_out = piece;
        stream.avail_out = sizeof piece;
        status = inflate (&stream, Z_NO_FLUSH);
        size_t got = sizeof piece - stream.avail_out;
        large = out->len + got > limit;
        if (large)
            break;
        g_byte_array_append (out, piece, (unsigned)got);
        if (status == Z_OK && got == 0 && stream.avail_in == 0)
            status = Z_BUF_ERROR;
    }
    unsigned left = stream.avail_in;
    inflateEnd (&stream);
    explicit_bzero (piece, sizeof piece);
    if (large || status != Z_STREAM_END || left > 0) {
        if (out->len > 0)
            explicit_bzero (out->data, out->len);
        g_byte_array_free (out, TRUE);
        g_set_error (error, TL_ERROR, large ? TL_ERROR_BUDGET : TL_ERROR_MALFORMED,
                     "packed data is %s", large ? "too large" : "corrupt");
        return NULL;
    }
    return out;
}
