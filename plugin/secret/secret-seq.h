/* Sequence numbers of a secret chat: pure decisions (SECRET-CHATS.md section D).
 * On the wire a raw number n of the creator's messages is 2n + 1, of the other side's 2n;
 * here only raw numbers and `x` (0 = we created the chat) occur. */
#pragma once

#include <glib.h>
#include <stdint.h>

#define SECRET_SEQ_MAX (1 << 30) /* wire values above are refused (SC-D5) */
#define SECRET_RAW_MAX (SECRET_SEQ_MAX / 2 - 1) /* raw numbers end here (SC-D5) */
#define SECRET_RESEND_MAX 1000                  /* numbers in one Resend (SC-D22) */

/* raw numbers, from <= n < to; empty when from >= to */
typedef struct {
    int32_t from, to;
} SecretRange;

typedef enum {
    SECRET_SEQ_NEXT,      /* process now */
    SECRET_SEQ_DUPLICATE, /* drop */
    SECRET_SEQ_GAP,       /* queue */
    SECRET_SEQ_DROP,      /* negative or absurd: no state change (SC-D5) */
    SECRET_SEQ_VIOLATION, /* wrong parity (SC-D4): abort */
} SecretSeqArrival;

SecretSeqArrival secret_seq_arrival (int x, int32_t raw_in, int32_t in_seq_no,
                                     int32_t out_seq_no);
/* An acknowledgement is lower than `floor` when its message's turn has come; but not of a
 * message that was `asked` for again, as some clients count anew when they send again
 * (SC-D8, D9). */
gboolean secret_seq_goes_back (int32_t ack, int32_t floor, gboolean asked);
int32_t secret_seq_out (int x, int32_t raw_out);  /* out_seq_no of our message */
int32_t secret_seq_in (int x, int32_t raw_in);    /* in_seq_no of our message */
int32_t secret_seq_peer_out (int x, int32_t raw); /* out_seq_no of a peer's message */
/* The peer's Resend: raw numbers of ours, or FALSE (SC-D22). */
gboolean secret_seq_resend (int x, int32_t raw_out, int32_t start, int32_t end,
                            SecretRange *range);
