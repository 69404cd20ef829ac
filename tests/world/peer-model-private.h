/* What the files of the peer model share. */
#pragma once

#include "peer-model.h"

/* An incoming message, opened. */
typedef struct {
    int32_t raw;
    int32_t in_seq_no;
    int32_t layer;
    int64_t key_id;
    gboolean other_key; /* it came under `other` of its arrival */
    gboolean acted;     /* a Resend that was answered already */
    TlMessage *message; /* the wrapper */
} PeerIn;

#define peer_debug(peer, ...)                                                            \
    do {                                                                                 \
        if ((peer)->talks)                                                               \
            g_debug (__VA_ARGS__);                                                       \
    } while (0)

/* peer-model.c */
void peer_close (PeerModel *peer, const char *format, ...) G_GNUC_PRINTF (2, 3);
/* peer-model-send.c */
PeerOut *peer_send (PeerModel *peer, const TlObject *body, int64_t random_id,
                    gboolean user);
PeerOut *peer_send_action (PeerModel *peer, const TlObject *action);
void peer_answer_resend (PeerModel *peer, int32_t start, int32_t end);
void peer_send_again (PeerModel *peer); /* what a pass has put into peer->again */
void peer_release (PeerModel *peer);
void peer_forget (PeerModel *peer, int64_t id); /* an own message was deleted */
void peer_forget_all (PeerModel *peer);
void peer_out_free (PeerOut *out);
int64_t peer_random_id (PeerModel *peer);
/* peer-model-rekey.c */
void peer_rekey_used (PeerModel *peer, const PeerIn *in);
void peer_rekey_action (PeerModel *peer, const TlObject *action);
void peer_rekey_pump (PeerModel *peer);
