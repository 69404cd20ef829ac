/* What a document's attributes say it is, in all their forms (SC-C14, SC-H11). */
#pragma once

#include "tl-message.h"

/* As the peer says it; the bytes are the message's. */
typedef struct {
    gboolean video, animated, audio, voice, sticker;
    gboolean round;
    double duration; /* seconds; any number, or none */
    int32_t width, height;
    TlBytes name, title, performer, emoji, set;
} SecretTraits;

/* The last attribute of a kind wins; those of no known kind say nothing. */
void secret_traits_read (const TlVector *attributes, SecretTraits *traits);
