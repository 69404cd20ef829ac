/* One own message (SC-D). */
#pragma once

#include "secret-keys.h"

/* A retained own message: its wire bytes stay, unless it becomes its own deletion or a
 * Noop (SC-D2, D19, D20). */
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
    int64_t created;     /* wall ms */
    SecretFileRef file;  /* goes beside it; as it was uploaded */
    MediaPlace place;    /* where that lies, once the server said so; dc 0: it has not */
    gboolean upload;     /* it is to be uploaded once more, before this goes */
    int32_t upload_part; /* ... that part of it, or SECRET_PART_ALL */
    enum {
        SECRET_TRIES_NONE,
        SECRET_TRIES_PART,
        SECRET_TRIES_ALL
    } upload_tries; /* so often it was */
} SecretOut;

void secret_out_free (SecretOut *out); /* wipes */
/* Into the turn; of one that is replaced what stood there before goes at once. */
void secret_out_save (SecretChat *chat, const SecretOut *out, StoreNeed need);
/* From a record; NULL where that makes no sense. Owned by the caller. */
SecretOut *secret_out_read (const TlObject *root);
/* Wraps `body` with the numbers that `out` already has, and seals it into out->data. FALSE:
 * its layer does not know it (SC-C12), or there are no random numbers. */
gboolean secret_out_seal (SecretChat *chat, const SecretKey *key, SecretOut *out,
                          const TlObject *body);
