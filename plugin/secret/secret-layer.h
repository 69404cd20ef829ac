/* What may be said in which layer, and text on its way to people. */
#pragma once

#include "tl-schema.h"

/* The layer of the next message: both sides' highest in common, one of 73, 101, 144,
 * never below what was sent before (SC-C4 to C6). */
int32_t secret_layer_choose (int32_t peer_layer, int32_t sent_layer);
/* Checked UTF-8 without control characters but tab and newline, without direction
 * overrides (SC-C19); g_free() it. */
char *secret_text_clean (TlBytes text);
/* Bytes of `text` that fit into one message, cut at a character, rather at a space or
 * newline (SC-I8); 0 only for an empty text. */
size_t secret_text_split (const char *text);
/* Length in UTF-16 units. */
size_t secret_text_units (const char *text, size_t bytes);
