/* What the files of one secret chat share, bottom up: each calls those before it only.
 *
 *   secret-seq, secret-text, secret-layer     pure decisions
 *   secret-message      what a decrypted message says
 *   secret-core         state, events, calls, the end     secret-record  to and from disk
 *   secret-notes        what is remembered of messages, expiry
 *   secret-read         up to where both sides have read  secret-seen    until they are seen
 *   secret-unsent       own text that was refused, kept until that is told
 *   secret-outbox       own messages: numbered, sealed, kept, sent
 *   secret-notify       layers                            secret-typing  both ways
 *   secret-handshake    request, accept, discard          secret-rekey   a new key
 *   secret-holes        what is missing
 *   secret-send, secret-acts                 what the user does
 *   secret-action       the peer's actions                secret-receive open, order
 *   secret-chat         life, settle() at the end of every input
 *   secret-input        the inputs
 *
 * What a file has to tell one above it, it marks in SecretEnd; secret_settle() acts on it.
 */
#pragma once

#include "secret-chat.h"
#include "secret-core.h"
#include "secret-layer.h"
#include "secret-notes.h"
#include "secret-outbox.h"
#include "secret-rekey.h"
#include "secret-seq.h"
#include "secret-text.h"

#include "crypto-envelope.h"
#include "talk-id.h"

/* An incoming message behind a hole, decrypted (SC-D11). */
typedef struct {
    int32_t raw_in;
    int32_t date;
    int32_t layer;
    int32_t in_seq_no;
    int64_t fingerprint;
    gboolean noop;  /* was a Resend, already answered (SC-D18) */
    gboolean asked; /* we had asked for it (SC-D9) */
    gboolean has_file;
    GByteArray *body;
} SecretQueued;

typedef struct {
    int32_t date;
    gboolean has_file;
    GByteArray *data;
} SecretEarly;

/* Which secrets the chat's record held when it was written last; keys by fingerprint. */
typedef struct {
    int64_t key, other, exchange_id;
    gboolean exponent, rekey_exponent;
} SecretKept;

/* What the running input asks of its end. */
typedef struct {
    gboolean closed;   /* secret_end(): what a closed chat has no use for goes */
    gboolean flush;    /* the peer deleted the history */
    gboolean early;    /* what came before the chat was ready may be opened now */
    gboolean own_note; /* notes of own messages went */
    gboolean unseen;   /* notes of messages that nobody had seen went */
} SecretEnd;

struct SecretChat {
    const SecretEnv *env;
    int32_t id;
    int64_t access_hash;
    int64_t user_id;
    gboolean outgoing;
    TalkState state;
    TalkClosed closed;
    char *detail;
    int32_t date;
    int32_t ttl;

    /* layers */
    int32_t peer_layer; /* heard from the peer, 0 = nothing yet */
    int32_t told_layer; /* newest own layer announced */
    int32_t sent_layer; /* highest layer of a message sent (SC-C6) */
    gboolean newer_told;
    gboolean wrapped_seen;
    int64_t notified; /* wall ms of the last NotifyLayer for an unknown constructor */

    /* numbers */
    int32_t raw_in;
    int32_t raw_out;
    int32_t peer_in;  /* our messages that the peer has processed */
    int32_t in_floor; /* the same as said by messages in order: may not go back (SC-D9) */
    SecretRange asked;  /* the last range we asked to be sent again */
    int64_t hole_since; /* wall ms, 0 = no hole */
    gboolean hole_told;
    gboolean long_random; /* the peer's messages carry TDLib's 31 random bytes */
    int64_t ask_at;       /* wall ms of the last Resend of ours */
    int32_t ask_step;     /* repeats made by the clock while the first hole stands */
    int64_t ask_day;      /* wall ms of the first of these repeats */
    int32_t ask_today;
    int32_t orders;

    /* keys */
    gboolean has_v2;
    int32_t first_v2; /* lowest raw number that came in MTProto 2.0 (SC-B13) */
    SecretKey key;    /* sends */
    SecretKey other;  /* candidate or previous one */
    SecretRekey rekey;
    int32_t rekey_failures;
    SecretPause pause;
    int32_t rekey_peer_at; /* raw_in of the peer's last RequestKey, -1 = none */
    gboolean group_told;   /* the user knows that no new key is possible (SC-F4) */
    gboolean has_key_hash;
    uint8_t key_hash[36];
    gboolean verified; /* the user compared key_hash: of this chat only (SC-K4) */

    /* handshake */
    int32_t g; /* 0 = no group yet */
    uint8_t p[256];
    gboolean has_exponent;
    uint8_t exponent[256];
    gboolean has_public;
    uint8_t g_own[256]; /* g_a (creator) or g_b */
    gboolean has_peer_public;
    uint8_t g_peer[256];   /* incoming: g_a of the request */
    gboolean asked_server; /* acceptEncryption may have been received once */
    gboolean refetched;
    gboolean discard_pending;
    gboolean delete_history;
    CryptoSecret *server_random; /* not NULL: the prime is being checked */
    int32_t offered_g;

    /* reading */
    int32_t read_date;
    int32_t read_sent;
    int32_t peer_read_date;
    int32_t lost; /* messages that left no line and were too many to keep; till told */

    GPtrArray *outbox;     /* SecretOut by raw_out, owned */
    GPtrArray *queue;      /* SecretQueued by raw_in, owned */
    GPtrArray *early;      /* SecretEarly, owned */
    GHashTable *notes;     /* random_id -> SecretNote, owned */
    gboolean counting;     /* some may have a countdown */
    unsigned sweep_at;     /* number of notes at which old ones are looked for */
    gboolean unchecked;    /* loaded, but not yet found whole */
    gboolean notes_loaded; /* some may never have been on the screen */

    /* of this process only */
    int64_t hole_due;   /* mono, when the hole is told */
    int64_t asked_mono; /* as ask_at */
    gboolean ask_again; /* once, after a reconnect */
    uint64_t tokens;    /* the last one given out */
    uint64_t handshake_token;
    uint64_t send_token;
    int32_t send_raw;
    int32_t send_from;  /* everything with a lower number was sent */
    int64_t send_since; /* mono: what is at the head waits since; 0 = nothing does */
    int32_t send_waits; /* its number */
    gboolean delayed_told;
    int64_t send_retry_at; /* mono */
    uint64_t read_token;
    int32_t read_asked;
    gboolean read_again; /* more was seen while the call ran */
    uint64_t discard_token;
    uint64_t typing_token;
    gboolean online; /* between resume() and suspend() */
    gboolean peer_online;
    gboolean typing_action_wanted;
    gboolean typing_on; /* we said that we type */
    gboolean typing_action_on;
    int64_t typing_call_at, typing_action_at; /* mono of the last, or minus infinity */
    int64_t peer_typing_until;                /* mono, 0 = not typing */
    SecretEnd end;
    gboolean dirty;
    SecretKept kept;
};

#define SECRET_LONG_AGO (G_MININT64 / 2)

/* secret-record.c */
void secret_save (SecretChat *chat);
void secret_save_out (SecretChat *chat, const SecretOut *out);
void secret_mark_out (SecretChat *chat, const SecretOut *out); /* that it was sent */
void secret_delete_out (SecretChat *chat, int32_t raw_out);
void secret_save_queued (SecretChat *chat, const SecretQueued *item);
void secret_delete_queued (SecretChat *chat, int32_t raw_in);
void secret_save_note (SecretChat *chat, const SecretNote *note);
void secret_mark_note (SecretChat *chat, const SecretNote *note, StoreNeed need);
void secret_delete_note (SecretChat *chat, int64_t random_id);
void secret_save_lost (SecretChat *chat);
void secret_save_early (SecretChat *chat, const SecretEarly *early, unsigned serial);
void secret_delete_queues (SecretChat *chat); /* outbox, queue, early */
gboolean secret_load (SecretChat *chat, const uint8_t *record, size_t len);
gboolean secret_load_other (SecretChat *chat, StoreKey key, const uint8_t *record,
                            size_t len);

/* secret-read.c */
/* Finds out anew up to which date everything was seen (SC-E14), after messages up to `at`
 * were seen (0: after unseen ones went). */
void secret_read_report (SecretChat *chat, int32_t at);
void secret_read_pump (SecretChat *chat);
gboolean secret_read_answer (SecretChat *chat, uint64_t token,
                             const SecretAnswer *answer);
void secret_read_by_peer (SecretChat *chat, int32_t max_date, int32_t date, HostTime now);
/* What an earlier version took at its word does not stop the marks for ever. */
void secret_read_loaded (SecretChat *chat, HostTime now);

/* secret-seen.c */
/* After a start, once: everything unseen whose text is kept is reported as MESSAGE again,
 * oldest first, before anything newer (DECISIONS 2, 23). */
void secret_show_waiting (SecretChat *chat, HostTime now);
/* The login is over: what was not seen is erased, and told as ERASED. */
void secret_erase_unseen (SecretChat *chat);
void secret_seen_mark (SecretChat *chat, const int64_t *ids, size_t n, HostTime now);
void secret_seen_hidden (SecretChat *chat, int64_t random_id);
void secret_seen_lost_told (SecretChat *chat);

/* secret-unsent.c */
/* The peer will never get this own message: told as FAILED, its text is kept. */
void secret_refuse (SecretChat *chat, int64_t random_id, const char *token);
/* After a start: what no line has told yet is told again, oldest first. */
void secret_unsent_loaded (SecretChat *chat);
void secret_unsent_told (SecretChat *chat, const int64_t *ids, size_t n);
TalkCode secret_unsent_keep (SecretChat *chat, const char *text, const char *token,
                             HostTime now, int64_t *random_id);
/* The login is over: what was not sent is erased. */
void secret_unsent_erase (SecretChat *chat);
/* Which part of which text a continuing one is. */
void secret_unsent_number (SecretChat *chat, SecretNote *note);

/* secret-notify.c */
void secret_notify_layer (SecretChat *chat, HostTime now);
/* A new chat says what we understand, an old one what we have learned since (SC-A23,
 * SC-C8). */
void secret_notify_pump (SecretChat *chat, HostTime now);
void secret_learn_layer (SecretChat *chat, int32_t layer, HostTime now);

/* secret-typing.c */
void secret_typing_by_peer (SecretChat *chat, HostTime now);
void secret_typing_show (SecretChat *chat, gboolean typing, int64_t until); /* mono */
void secret_typing_ended (SecretChat *chat); /* the peer's */
void secret_typing_tick (SecretChat *chat, HostTime now);
int64_t secret_typing_deadline (const SecretChat *chat);
void secret_typing_set (SecretChat *chat, gboolean typing, HostTime now);
/* Ours ends; `quietly`: a message says so. */
void secret_typing_stop (SecretChat *chat, gboolean quietly, HostTime now);
gboolean secret_typing_answer (SecretChat *chat, uint64_t token);

/* secret-handshake.c */
void secret_handshake_step (SecretChat *chat, HostTime now);
gboolean secret_handshake_answer (SecretChat *chat, uint64_t token,
                                  const SecretAnswer *answer, HostTime now);
void secret_handshake_remote (SecretChat *chat, const SecretRemote *remote, HostTime now);
/* A message under an accepted key whose confirmation got lost confirms it (SC-A19): TRUE
 * where the chat became ready by it. */
gboolean secret_handshake_confirmed (SecretChat *chat);
/* 2048 random bits, mixed with `server_random` (SC-A2, SC-A5). */
gboolean secret_draw_exponent (SecretChat *chat, TlBytes server_random,
                               uint8_t exponent[static 256],
                               uint8_t public_value[static 256]);
gboolean secret_derive (SecretChat *chat, const uint8_t peer[static 256],
                        const uint8_t exponent[static 256], SecretKey *key);

/* secret-holes.c: asked for, asked for again, told, given up (DECISIONS 26) */
/* Something arrived: asks for what is seen to be missing for the first time. */
void secret_holes_ask (SecretChat *chat, HostTime now);
/* Asks again where it is time to. */
void secret_holes_pump (SecretChat *chat, HostTime now);
/* What waited first was taken: the next hole, if there is one, counts from now. */
void secret_holes_moved (SecretChat *chat, HostTime now);
void secret_holes_loaded (SecretChat *chat, HostTime now);
void secret_holes_tick (SecretChat *chat, HostTime now); /* tells of it after a day */
int64_t secret_holes_deadline (const SecretChat *chat, HostTime now);

/* secret-send.c, secret-acts.c: as in secret-chat.h, before the chat settles */
TalkCode secret_send_text (SecretChat *chat, const char *text, int64_t reply_to,
                           gboolean silent, HostTime now, int64_t *random_id);
TalkCode secret_act_delete (SecretChat *chat, const int64_t *ids, size_t n, HostTime now);
TalkCode secret_act_flush (SecretChat *chat, HostTime now);
TalkCode secret_act_set_ttl (SecretChat *chat, int32_t seconds, HostTime now);
TalkCode secret_act_open_media (SecretChat *chat, const int64_t *ids, size_t n,
                                HostTime now);
TalkCode secret_act_screenshot (SecretChat *chat, const int64_t *ids, size_t n,
                                HostTime now);

/* secret-action.c */
void secret_action_run (SecretChat *chat, const TlObject *action, int32_t date,
                        gboolean live, const SecretKey *key, HostTime now);

/* secret-receive.c */
void secret_receive_data (SecretChat *chat, int32_t date, TlBytes data, gboolean has_file,
                          gboolean live, HostTime now);
void secret_receive_early (SecretChat *chat, HostTime now);
/* Goes on without what is missing: what waits is taken in order (DECISIONS 26). */
TalkCode secret_receive_skip (SecretChat *chat, HostTime now);
void secret_queued_free (SecretQueued *item);
void secret_early_free (SecretEarly *early);

/* secret-chat.c */
/* The end of every input: what it marked is done, what may go out goes, the chat's record
 * is written where it changed. */
void secret_settle (SecretChat *chat, HostTime now);
