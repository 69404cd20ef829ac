/* Raw numbers of messages (SC-D). */
#pragma once

#include "secret-core.h"

typedef struct {
    int32_t raw_in;   /* the next that is in order */
    int32_t raw_out;  /* the next of ours */
    int32_t peer_in;  /* our messages that the peer has processed */
    int32_t in_floor; /* the same as said by messages in order: may not go back (SC-D9) */
    gboolean has_v2;
    int32_t first_v2; /* lowest raw number that came in MTProto 2.0 (SC-B13) */
} SecretNumbers;

/* Who sent, as the parity of numbers on the wire says it: 0 = we created the chat. */
int secret_numbers_x (const SecretChat *chat);
void secret_numbers_save (const SecretChat *chat, SecretRecord *record);
gboolean secret_numbers_load (SecretChat *chat, const SecretRecord *record);
