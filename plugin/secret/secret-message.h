/* What a decryptedMessage says, whatever its form. */
#pragma once

#include "secret-types.h"

#include "secret-ops.h"
#include "tl-message.h"

typedef struct {
    int64_t random_id;
    int32_t ttl;
    gboolean has_ttl; /* layer-8 forms have none: the chat's counts (SC-G1) */
    TalkContent content;
    gboolean needs_file;  /* its medium lies in an encrypted file */
    gboolean timed_media; /* with a ttl of 1..60 s it opens by itself (SC-G4) */
    int32_t duration;
    char *text;
    TalkSpans *spans; /* how it looks */
    char *detail;
    MediaFile *
        file; /* of a medium that lies in one: what opens it, or where it is public; or NULL */
    GBytes *thumb;   /* what it looks like, small; or NULL */
    int64_t album;   /* which it belongs to; 0: none (SC-H17) */
    TlBytes caption; /* while it is decoded */
    char *link;      /* the same */
    int64_t reply_to;
    gboolean silent;
} SecretDecoded;

/* TRUE: a message for people (maybe empty); FALSE: not a decryptedMessage at all. */
gboolean secret_message_decode (const TlObject *object, SecretDecoded *out);
void secret_decoded_clear (SecretDecoded *decoded);
