/* Bytes of the wire spelled by hand, word by word, so that no table of ours decides what
 * they mean; and what became of them. */
#pragma once

#include "forge.h"

/* 91cc4674   a constructor (or any int in hex)     i-5 l7 ~0.5   int, long, double
 * 'a text'   a string                              b300          300 bytes of 'B', below a million
 * xffd8      two bytes
 * v2         the head of a vector of two
 * %s and the like are filled in first. */
GByteArray *spell (const char *format, ...) G_GNUC_PRINTF (1, 2);
/* Sends such a body from `from` with the numbers that fit now, and with a file where its
 * media need one. */
void send_spelled (World *w, End *from, const char *format, ...) G_GNUC_PRINTF (3, 4);
/* A text of `from` with these raw numbers: `raw` its own, `ack` of the other side's. */
void inject_text (End *from, int32_t raw, int32_t ack, int64_t id, const char *text);

/* The newest message that was shown at any end, and how many there were. */
typedef struct {
    unsigned n;
    int64_t random_id;
    TalkContent content;
    int32_t ttl, date;
    gboolean silent;
    int64_t reply_to;
    char text[300], detail[300], quote[300]; /* "-" where there is none */
    size_t text_len;
} Shown;
void watch_shown (World *w, Shown *shown);

/* What `from` keeps of that message for the peer, or NULL. */
const SecretOut *forge_out (End *from, int64_t id);
/* Opens what `from` has sent: the plaintext behind the length word; NULL if it does not
 * open as MTProto 2.0 under `key`. */
GBytes *unseal (End *from, const uint8_t *key, GBytes *wire);
/* The same with its wrapper read; `body` is borrowed from the result. */
typedef struct {
    size_t random_len;
    uint8_t random[31];
    int32_t layer, in_seq_no, out_seq_no;
    TlBytes body;
} Wrapper;
GBytes *unwrap (End *from, GBytes *wire, Wrapper *wrapper);
