/* Own files (secret-uploads.c). An own file is a note without a number until it is uploaded: texts
 * pass it. Told as MESSAGE; then as SENT or FAILED. It is numbered in the turn in which UPLOAD
 * is answered; a file does not go up in a chat that is not ready. */
#pragma once

#include "secret-ops.h"

typedef struct {
    TalkContent content;
    TalkMedia look;                /* with its size */
    const char *name, *mime;       /* or NULL */
    const char *title, *performer; /* of AUDIO; "" or NULL: none */
    const uint8_t *thumb;          /* NULL: none */
    size_t thumb_len;
    int32_t thumb_width, thumb_height;
    TalkTyped caption;
    gboolean silent;
    int64_t album;
    TalkSendFile refused; /* it was found that it cannot go: FAILED at once */
} SecretFileOut;
/* Its key and iv are drawn here. NOT_READY, IS_CLOSED, INVALID as send(). */
TalkCode secret_chat_send_file (SecretChat *chat, const SecretFileOut *file, HostTime now,
                                int64_t *random_id);
/* A file that was received, in whatever chat of the account: it goes on without a way up, with the key
 * that it has (SC-H18). NOTHING: it cannot be had, or is too large for this peer. */
TalkCode secret_chat_forward_file (SecretChat *chat, const MediaFile *file,
                                   TalkContent content, const TalkTyped *caption,
                                   HostTime now, int64_t *random_id);
/* NOTHING: no such file is on its way up. Else FAILED, as cancelled. */
TalkCode secret_chat_cancel (SecretChat *chat, int64_t random_id, HostTime now);
/* What was asked for under this token is still wanted. */
gboolean secret_chat_uploads (const SecretChat *chat, int64_t random_id, uint64_t token);
/* Own, and neither sent nor refused: what it is made of may be needed once more. */
gboolean secret_chat_needs_file (const SecretChat *chat, int64_t random_id);
