/* Messages made by hand, as a hostile peer or server would; and looking whether anything
 * changed. */
#pragma once

#include "story.h"
#include "secret-private.h"
#include "secret.tl.h"
#include "tl-encode.h"

/* What an attack may not change. */
typedef struct {
    TalkSecret info;
    unsigned shown, calls;
} Look;

/* What goes to the server: a plaintext, of whole blocks, under this key. The same in
 * MTProto 1.0, whose msg_key covers `hashed` bytes and knows no sides. */
GBytes *forge_seal (const SecretKey *key, gboolean by_creator, const uint8_t *plain,
                    size_t len);
GBytes *forge_seal_v1 (const SecretKey *key, const uint8_t *plain, size_t hashed,
                       size_t len);
/* A message of `from`'s key, with these numbers. */
GBytes *forge (End *from, int32_t layer, int32_t in_seq_no, int32_t out_seq_no,
               const TlObject *body);
GBytes *forge_raw (End *from, int32_t layer, int32_t in_seq_no, int32_t out_seq_no,
                   const uint8_t *body, size_t len);
/* The decryptedMessageLayer inside `data`, sent by the creator or by the other side and
 * opened with one of `chat`'s keys; NULL if none fits. */
TlMessage *forge_opens (const SecretChat *chat, gboolean by_creator, TlBytes data);
/* Alice's request is answered with `g_b` (256 bytes; NULL: one in range) and this
 * fingerprint: why she closed the chat. */
TalkClosed world_answered (uint64_t seed, const uint8_t *g_b, int64_t fingerprint);

Look look_at (End *end);
void assert_untouched (End *end, const Look *before);
void inject (End *to, GBytes *data);
void inject_bytes (End *to, const uint8_t *data, size_t len);
GBytes *newest (End *from);   /* ciphertext; borrowed */
void assert_alive (World *w); /* both ends still talk to each other */
/* Seals a body from `from` with the numbers that fit now. */
GBytes *forge_next (World *w, End *from, const uint8_t *body, size_t len);
/* A body from `from` with the numbers that fit now. */
void send_object (World *w, End *from, const TlObject *body);
void send_action (World *w, End *from, const TlObject *action);

typedef struct {
    const char *name; /* of the row */
    void (*func) (void);
} SectionM;
int section_m_run (int argc, char **argv, const SectionM *rows, size_t n); /* main () */
