/* What may be said in which layer. */
#pragma once

#include "tl-schema.h"

/* The layer of the next message: both sides' highest in common, one of 73, 101, 144,
 * never below what was sent before (SC-C4 to C6). */
int32_t secret_layer_choose (int32_t peer_layer, int32_t sent_layer);
/* Whether a form is written in it at all. */
gboolean secret_layer_has (uint32_t id, int32_t layer);
/* Whether a message or service message may be written in `layer`, with all that it holds:
 * the one form of each thing that every client of this layer reads (SC-C12, C15). */
gboolean secret_layer_allows (const TlObject *body, int32_t layer);
