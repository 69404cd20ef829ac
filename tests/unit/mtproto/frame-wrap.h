/* The frame of a payload, appended. */
#pragma once

#include "mt-frame.h"

static inline gboolean
frame_wrap (MtFrame *frame, const CryptoRandom *random, const uint8_t *payload,
            size_t len, GByteArray *out)
{
    g_auto (TlWriter) packet = { 0 };

    tl_writer_space (&packet, MT_FRAME_ROOM);
    tl_writer_raw (&packet, payload, len);
    g_autoptr (GByteArray) bytes = mt_frame_wrap (frame, random, &packet);
    if (bytes != NULL)
        g_byte_array_append (out, bytes->data, bytes->len);
    return bytes != NULL;
}
