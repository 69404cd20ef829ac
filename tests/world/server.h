/* The server: it keeps what it has for an end until that has it durable, carries out every
 * call that got out, and answers only the process that made it. */
#pragma once

#include "death.h"

typedef struct {
    SecretCall call;
    unsigned life;  /* of the process that made it */
    int32_t number; /* of a message of another client's; of ours the server counts them */
    GBytes *data;   /* of SEND, REQUEST, ACCEPT */
    MediaPlace file; /* of UPLOAD: its size and fingerprint */
} ServerCall;

typedef enum {
    SERVER_MESSAGE,
    SERVER_ENCRYPTION,
    SERVER_READ,
    SERVER_TYPING, /* not repeated */
} ServerItemKind;

typedef struct {
    ServerItemKind kind;
    int32_t date;      /* READ: up to which */
    int64_t random_id; /* of a message: the outer one, which a resend keeps (SC-D21) */
    int32_t number;    /* which of its end's messages it is, from 0; the same */
    GBytes *data;
    MediaPlace file; /* beside it; dc 0: none */
    SecretRemote remote;
} ServerItem;

/* What it knows of the chat. */
typedef struct {
    int32_t chat_id;       /* 0: was not asked for yet */
    GByteArray *g_a, *g_b; /* empty: was not told yet */
    int64_t fingerprint;
    gboolean discarded;
    gboolean elsewhere; /* another device of Bob's has accepted it */
    GArray *files;      /* MediaPlace of what was uploaded; its id counts them from 1 */
    unsigned file_messages; /* with one of these, as it took them */
} ServerChat;

/* How it treats an end. */
typedef struct {
    unsigned lose; /* so many of its next messages do not arrive, each once */
    gboolean hold; /* what it has for this end stays there */
    /* Its word to the next message of this end that is a text or, if so, a service
     * message, and to the same bytes whenever they come. */
    const char *refuse;
    gboolean refuse_service;
    /* The same, but it knows no bytes again: to the next `fail_count` from `fail_after`. */
    const char *fail_type;
    int fail_count, fail_after;
} Policy;

ServerItem *server_item_new (End *to, ServerItemKind kind);
void server_item_free (ServerItem *item);
void server_call_free (ServerCall *call);
void server_chat_init (ServerChat *server);
void server_chat_clear (ServerChat *server);

/* encryptedChat* as it tells them now; `number` is borrowed, NULL: none. */
SecretRemote server_remote (World *w, SecretRemoteState state, const GByteArray *number);

/* One move. FALSE: there was nothing. */
gboolean server_answers (End *end);  /* carries out one call of this end, and says so */
gboolean server_powers (End *end);   /* what a worker computes for it is there */
gboolean server_delivers (End *end); /* one thing that lies there for it */
gboolean server_brings (End *end);   /* the same, but not what the world holds */

/* Carries out a call that nobody waits for. */
void server_takes (End *end, ServerCall *take_call);
/* The n-th message that lies there for `to`, or NULL; how many there are; the n-th comes,
 * before what lies there first. */
const ServerItem *server_message (End *to, unsigned nth);
unsigned server_on_the_way (End *to);
gboolean server_brings_message (End *to, unsigned nth);

/* The oldest call of this end is answered so, and not carried out. */
void server_answers_with (End *end, const SecretAnswer *answer);
/* The n-th that waits for an answer, NULL: there is none; borrowed. */
const SecretCall *server_call (End *end, unsigned n);
unsigned server_count_calls (End *end, SecretCallKind kind); /* of those */
void server_forgets_calls (End *end); /* they are gone, and nobody knows */
/* What lies there first for `to` goes behind all others / behind the next / is doubled. */
void server_late (End *to);
void server_swaps (End *to);
void server_doubles (End *to);
/* It loses the next message to `to`, but none a third time: so that the limit of an hour
 * is not reached (SC-D24); where one end is another client, as model_may_lose() says.
 * FALSE where it lost nothing. */
gboolean server_loses (End *to);
void server_loses_all (End *to); /* whatever is on the way, even twice */
unsigned server_times_lost (const End *to, int32_t number);
void server_marks_lost (End *to, int32_t number);
/* Hands over something that nobody sent. */
void server_injects (End *to, TlBytes data);

/* Of the next n messages of `from`, each is lost once. */
void world_lose (World *w, End *from, unsigned n);
