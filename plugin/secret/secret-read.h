/* Up to where both sides have read. */
#pragma once

#include "secret-core.h"

typedef struct {
    int32_t date;   /* everything up to it was seen */
    int32_t sent;   /* the server knows it up to here */
    uint64_t token; /* of the call that tells it, of this date: */
    int32_t asked;
    gboolean again;    /* more was seen while the call ran */
    int32_t peer_date; /* of our messages */
} SecretReading;

/* Finds out anew up to which date everything was seen (SC-E14), after messages up to `at`
 * were seen (0: after unseen ones went). */
void secret_read_report (SecretChat *chat, int32_t at);
void secret_read_pump (SecretChat *chat, HostTime now);
gboolean secret_read_answer (SecretChat *chat, uint64_t token,
                             const SecretAnswer *answer);
void secret_read_by_peer (SecretChat *chat, int32_t max_date, int32_t date, HostTime now);
/* What an earlier version took at its word does not stop the marks for ever. */
void secret_read_loaded (SecretChat *chat, HostTime now);
void secret_read_wipe (SecretChat *chat);
void secret_read_save (const SecretChat *chat, SecretRecord *record);
gboolean secret_read_load (SecretChat *chat, const SecretRecord *record);
