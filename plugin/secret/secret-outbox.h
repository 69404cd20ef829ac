/* Own messages until the peer acknowledged them (SC-D). */
#pragma once

#include "secret-core.h"

/* A retained own message: its wire bytes never change (SC-D2, SC-D20). */
typedef struct {
    int64_t random_id;
    int32_t raw_out;
    int32_t layer;
    int32_t in_seq_no; /* as on the wire */
    int64_t fingerprint;
    GByteArray *data;
    gboolean service; /* goes by sendEncryptedService */
    gboolean silent;
    gboolean user;     /* a user's message: refused ones are replaced (SC-D28) */
    gboolean typing;   /* may be replaced by a Noop (DECISIONS 8) */
    gboolean replaced; /* is a self-delete already */
    gboolean sent;     /* the server answered */
    gboolean in_note;  /* ... and its note alone says so on the disk */
    gboolean resend;   /* the peer asked for it again */
    int32_t asks_from; /* a Resend: of which number on; else negative */
    int32_t resends;   /* within `resend_hour` */
    int64_t resend_hour;
    int64_t created; /* wall ms */
} SecretOut;

SecretOut *secret_send_action (SecretChat *chat, const TlObject *action, HostTime now);
SecretOut *secret_send_object (SecretChat *chat, const SecretKey *key,
                               const TlObject *body, int64_t random_id, gboolean service,
                               HostTime now);
void secret_outbox_release (SecretChat *chat, int32_t peer_in);
/* Those of them that are own messages and may not have arrived become their own
 * deletions (SC-D19). */
void secret_outbox_forget (SecretChat *chat, const int64_t *ids, size_t n, HostTime now);
/* Marks a range to be sent again; FALSE = the range breaks SC-D22. */
gboolean secret_outbox_resend (SecretChat *chat, int32_t start, int32_t end,
                               HostTime now);
void secret_outbox_pump (SecretChat *chat, HostTime now);
/* Looks how long what is at the head has waited, and tells. */
void secret_outbox_watch (SecretChat *chat, HostTime now);
int64_t secret_outbox_deadline (const SecretChat *chat); /* mono */
gboolean secret_outbox_answer (SecretChat *chat, uint64_t token,
                               const SecretAnswer *answer, HostTime now);
/* That a user's message was sent stands in its note, so that its own record is written
 * once: read when all records are there, written anew where the note went. */
void secret_outbox_loaded (SecretChat *chat);
void secret_outbox_notes_gone (SecretChat *chat);
/* Users' messages that will never arrive now (SC-D30). */
void secret_outbox_fail_all (SecretChat *chat);
void secret_out_free (SecretOut *out);
