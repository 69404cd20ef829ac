/* Own messages until the peer acknowledged them (SC-D). */
#pragma once

#include "secret-out.h"

typedef struct {
    GPtrArray *list;  /* SecretOut by raw_out, owned: all that may be asked for again */
    int32_t from;     /* everything with a lower number was sent */
    uint64_t token;   /* of what is in flight */
    int32_t raw;      /* its number */
    int64_t retry_at; /* mono, 0 = at once */
    int64_t since;    /* mono: what is at the head waits since; 0 = nothing does */
    int32_t waits;    /* its number */
    gboolean delayed_told;
} SecretOutbox;

SecretOut *secret_send_action (SecretChat *chat, const TlObject *action, HostTime now);
SecretOut *secret_send_object (SecretChat *chat, const TlObject *body, int64_t random_id,
                               gboolean service, HostTime now);
void secret_outbox_release (SecretChat *chat, int32_t peer_in);
/* Those of them that are own messages and may not have arrived become their own
 * deletions (SC-D19). */
void secret_outbox_forget (SecretChat *chat, const int64_t *ids, size_t n, HostTime now);
/* Marks a range to be sent again; FALSE = the range breaks SC-D22. */
gboolean secret_outbox_resend (SecretChat *chat, int32_t start, int32_t end,
                               HostTime now);
void secret_outbox_pump (SecretChat *chat, HostTime now);
int64_t secret_outbox_deadline (const SecretChat *chat, HostTime now); /* mono */
gboolean secret_outbox_answer (SecretChat *chat, uint64_t token,
                               const SecretAnswer *answer, HostTime now);
/* All records are here: that a user's message was sent stands in its note only. */
void secret_outbox_loaded (SecretChat *chat);
/* It holds every number that the peer may still ask for (SC-D23, SC-L9). */
gboolean secret_outbox_is_whole (const SecretChat *chat);
/* A file that is to be uploaded once more was asked for so. */
gboolean secret_outbox_uploads (const SecretChat *chat, int64_t random_id,
                                uint64_t token);
void secret_outbox_wipe (SecretChat *chat);
gboolean secret_outbox_load (SecretChat *chat, const TlObject *root); /* one record */
