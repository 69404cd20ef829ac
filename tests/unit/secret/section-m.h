/* What the tests of section M share: injecting, and looking whether anything changed. */
#pragma once

#include "secret-pair.h"
#include "secret-private.h"
#include "secret.tl.h"
#include "tl-encode.h"

/* What an attack may not change. */
typedef struct {
    TalkSecret info;
    unsigned shown, calls;
} Look;

Look look_at (PairEnd *end);
void assert_untouched (PairEnd *end, const Look *before);
void inject (PairEnd *to, GBytes *data);
void inject_bytes (PairEnd *to, const uint8_t *data, size_t len);
GBytes *newest (PairEnd *from); /* ciphertext; borrowed */
void assert_alive (Pair *pair); /* both ends still talk to each other */
/* Seals a body from `from` with the numbers that fit now. */
GBytes *forge_next (Pair *pair, PairEnd *from, const uint8_t *body, size_t len);
/* A body from `from` with the numbers that fit now. */
void send_object (Pair *pair, PairEnd *from, const TlObject *body);
void send_action (Pair *pair, PairEnd *from, const TlObject *action);

typedef struct {
    const char *name; /* of the row */
    void (*func) (void);
} SectionM;
int section_m_run (int argc, char **argv, const SectionM *rows, size_t n); /* main () */
