/* A frame, made by either of the functions that make one. */
#pragma once

#include "mt-frame.h"

static inline gboolean
frame_wrap (MtFrame *frame, const CryptoRandom *random, const uint8_t *payload,
            size_t len, GByteArray *out, gboolean whole)
{
    g_auto (TlWriter) packet = { 0 };

    if (!whole)
        return mt_frame_wrap (frame, random, payload, len, out);
    tl_writer_space (&packet, MT_FRAME_ROOM);
    tl_writer_raw (&packet, payload, len);
    g_autoptr (GByteArray) bytes = mt_frame_wrap_whole (frame, random, &packet);
    if (bytes != NULL)
        g_byte_array_append (out, bytes->data, bytes->len);
    return bytes != NULL;
}
