/* What the files of one account share, bottom up, as meson.build names them: each calls only
 * those above it here. What goes the other way is a mark, or one of TgWires.
 *
 *   tg-turn.c     the queue: memory changes, groups are written, then the effects
 *   tg-config.c   servers, keys, introduction       tg-eraser.c  what removed accounts left
 *   tg-core.c     effects, records, calls, the end  tg-commit.c  the turns and the store
 *   tg-line.c     the session's connection          tg-open.c    the store and its key
 *   tg-wait.c     why it is not online              tg-prime.c   the group, and primes
 *   tg-peers.c    people                            tg-people.c  acts on them
 *   tg-secrets.c  which chats there are             tg-secret-tell.c   what they tell
 *   tg-secret-calls.c  they and the server          tg-secret-acts.c   acts in them
 *   tg-notices.c  what is told beside them          tg-box.c     a stream of numbers
 *   tg-updates.c  the order of the world            tg-difference.c    what was missed
 *   tg-login.c    code, password, home DC           tg-client.c  all of it, and the timer
 */
#pragma once

#include "tg-client.h"

#include "mt-session.h"
#include "secret-chat.h"
#include "store-key.h"
#include "store.h"
#include "talk-id.h"
#include "tg-config.h"
#include "tg-turn.h"
#include "tg-wait.h"

#include "api.tl.h"

typedef struct TgEffect TgEffect;
typedef void (*TgEffectFunc) (TgClient *client, TgEffect *effect);

/* Something that leaves the account, when its turn is durable. One struct for all: unused
 * fields are zero; what it points to is owned and wiped. */
struct TgEffect {
    TgEffectFunc run;
    TgEffectFunc
        lost; /* in place of run, in a turn that tells so, when its own could not be
                        * written; may be NULL */
    TalkEvent *event;
    int a;
    int64_t id;
    unsigned weight; /* how many ordinary ones it is as much work as; 0 = 1 */
    char *text;
    GByteArray *data;
    GArray *ids;
};

/* Outlives the client while jobs run. */
typedef struct {
    int refs;
    TgClient *client; /* NULL: gone */
    Store *store;
    uint8_t key[32]; /* the store's */
} TgLink;

typedef enum {
    TG_LOGIN_NONE,
    TG_LOGIN_PAUSED,   /* not connected: nothing may be asked for yet */
    TG_LOGIN_SENDING,  /* auth.sendCode is out */
    TG_LOGIN_CODE,     /* the user types the code */
    TG_LOGIN_SIGNING,  /* auth.signIn is out */
    TG_LOGIN_PARAMS,   /* account.getPassword is out */
    TG_LOGIN_PASSWORD, /* the user types the password */
    TG_LOGIN_PROVING,  /* SRP runs, auth.checkPassword is out */
    TG_LOGIN_DONE,
} TgLoginState;

typedef struct {
    TgLoginState state;
    gboolean again, expired;
    char *hash; /* phone_code_hash */
    int hops;
    gboolean restarted;
    TlMessage *password; /* account.password in use */
    char *typed;         /* password on its way, wiped */
    char *code;          /* the same */
    int failures;        /* in a row that pass by themselves */
} TgLogin;

/* An update that came before its predecessors; keeps its message alive. */
typedef struct {
    TlMessage *message;
    const TlObject *update;
    size_t size; /* of the message, counted for one of its updates */
} TgEarly;

typedef enum { TG_FIT_NOW, TG_FIT_OLD, TG_FIT_EARLY } TgFit;

#define TG_KEPT_MAX ((size_t)8 << 20) /* bytes of memory that wait, early or postponed */
#define TG_COUNT_MAX 1000000          /* events in one update; more is no honest count */
#define TG_IDLE_WAIT (15 * 60 * 1000) /* ms without any update (MT-G12) */
#define TG_TELL_AFTER 2000            /* ms: receivedQueue after new encrypted messages */

typedef struct {
    gboolean known;
    int32_t pts, qts, date, seq;
    int64_t idle_at;      /* mono: no update for 15 minutes */
    int64_t gap_at;       /* mono: wait for what is missing until then, 0 = no gap */
    GQueue postponed;     /* TlMessage: while a difference runs, or for another turn */
    GPtrArray *early;     /* TgEarly behind a gap */
    gboolean early_more;  /* it is filled: they go on in another turn */
    size_t kept;          /* bytes of both */
    unsigned turn, taken; /* how much of what came that turn has taken */
    TlMessage *piece;     /* a difference or an update that is being taken */
    size_t piece_at;
    int64_t more_at;  /* mono: go on with what waits */
    int32_t told_qts; /* receivedQueue */
    int64_t tell_at;  /* mono */
    gboolean synced;  /* the first difference of this process is done */

    /* tg-difference.c */
    gboolean due;     /* it runs, but the question goes out at the input's end */
    gboolean running; /* getDifference or getState is out, or its answer is being taken */
    gboolean wanted;
    gboolean rebased;   /* the server refused our state, all but qts is its own now */
    int64_t not_before; /* mono */
    int failures;
    int64_t caught_up_at; /* mono: reconnected; nothing more is awaited then */
    MtCall *asked;        /* which is out */
    int64_t asked_at;     /* mono */
    unsigned silences;    /* questions in a row without an answer */
    int64_t began;        /* mono: out of step since; 0 = in step */
    gboolean told_slow;
    unsigned large;     /* answers that were too large */
    gboolean ask_state; /* to skip what is not shown */
    int32_t skip_to; /* single secret messages up to this qts may be skipped; 0: none */
    unsigned skipped;
    unsigned still, slices; /* in a row: without progress, at all */
} TgUpdates;

typedef struct {
    int32_t version; /* 0 = none */
    int32_t g;
    uint8_t p[256];
} TgGroup;

typedef struct {
    int64_t id;
    int64_t access_hash;
    char *first, *last, *username, *phone;
    gboolean contact, deleted;
    TalkPresence presence;
    int64_t last_seen;
    char *name;          /* what people see */
    gboolean told;       /* once in this process */
    unsigned event_turn; /* the turn in which it was told last */
    TgEffect *event;     /* of that turn */
} TgPeerData;

/* A record as the store had it. */
typedef struct {
    StoreKey key;
    uint8_t *value; /* NULL: damaged */
    size_t len;
} TgRecord;

/* What is heard above: tg-client.c alone knows who. */
typedef struct {
    void (*opened) (TgClient *client, const GArray *records); /* TgRecord */
    void (*logged_in) (TgClient *client);                     /* own_id is known */
    void (*in_step) (TgClient *client); /* with the server, for the first time */
    void (*move_home) (TgClient *client, int dc); /* the account lives there (MT-E11) */
    void (*presence) (TgClient *client, int64_t user_id, TalkPresence presence);
    gboolean (*has_chat) (TgClient *client, int64_t user_id);
    void (*settle) (TgClient *client); /* the input ends: what it marked is done */
    void (*rearm) (TgClient *client);  /* the timer */
} TgWires;

struct TgClient {
    const Host *host;
    const TgWires *wires;
    TgEventFunc event;
    void *user;
    TgConfig config;      /* strings owned */
    GCancellable *cancel; /* of the wait for the secret service */
    gboolean wants_passphrase;
    unsigned attempt;   /* of the last question to the user (MT-F1) */
    gboolean asks_user; /* for what it cannot go on without */

    TgLink *link;
    TgTurns *turns;
    char *commit_error;  /* why the last one failed */
    unsigned tidy_timer; /* of the store */
    int64_t tidy_at;     /* mono */
    gboolean dying;
    gboolean stopped; /* an offline event was fatal */

    MtSession *session;
    MtConfig mt;
    TgServers servers;
    HostConn *conn;
    unsigned timer;
    int64_t timer_at;

    int64_t own_id;                  /* 0 = not logged in */
    gboolean self_asked, self_known; /* who the server takes us for */
    int64_t stored_id; /* who this account is, logged in or not; 0 = nobody yet */
    int home_dc;
    GPtrArray *tokens; /* GBytes, future auth tokens */
    gboolean online_wanted;
    TalkStep step;
    gboolean was_online;

    TgLogin login;
    TgWait wait;
    TgUpdates updates;
    GHashTable *peers; /* id -> TgPeerData */
    TlMessage *crowd;  /* an answer with many people, being taken */
    size_t crowd_at;
    GHashTable *cloud_told; /* user ids with a notice in this session */
    int64_t service_since;  /* mono: the hour in which so many notifications came */
    unsigned service_count;

    const CryptoDhOps *dh;

    GHashTable *chats; /* chat id -> SecretChat */
    SecretEnv env;
    gboolean secrets_running;
    TgGroup group;    /* the server's present one */
    TgGroup offered;  /* not checked yet */
    GArray *verdicts; /* on primes */
};

static inline HostTime
tg_now (TgClient *client)
{
    return host_now (client->host);
}

/* --- tg-core.c --- */

TgLink *tg_link_ref (TgLink *link);
void tg_link_unref (TgLink *link);
void tg_wipe_string (char *text); /* and frees it */
void tg_turn_begin (TgClient *client);
void tg_turn_end (TgClient *client);
StoreBatch *tg_batch (TgClient *client);
TgEffect *tg_effect (TgClient *client, TgEffectFunc run); /* of the running turn */

/* An input, whoever it is from: its turn, which ends with the scope; then what it marked is
 * done, what it asked for goes out and the timer is set anew. Effects may end the client. */
typedef struct {
    TgClient *client;
} TgAct;
TgAct tg_act (TgClient *client);
void tg_act_clear (TgAct *act);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TgAct, tg_act_clear)

/* An event, copied; told when the turn is durable. */
TgEffect *tg_tell (TgClient *client, TalkEvent event);
TgEffect *tg_tell_by (TgClient *client, TgEffectFunc run, const TalkEvent *event);
void tg_tell_ask (TgClient *client, const TalkAsk *ask);
void tg_tell_trouble (TgClient *client, TalkTrouble trouble, int64_t number);

void tg_put (TgClient *client, StoreKind kind, int64_t owner, const TlObject *record);
/* A future auth token is kept for the next login, where it is of a sane size (MT-F22). */
void tg_take_token (TgClient *client, TlBytes token);
TlBytes *tg_tokens (const TgClient *client); /* borrowed, in an array to be freed */
/* Owners in STORE_ACCOUNT: 0, what follows, and those of tg-prime.c. */
#define TG_RECORD_PAUSES 3
#define TG_RECORD_IDENTITY 4
void tg_save_account (TgClient *client);

/* Any call; `func` gets the error already logged. NULL is never returned for our own
 * requests. */
MtCall *tg_call (TgClient *client, const TlObject *request, MtCallFlags flags,
                 MtAnswerFunc func, void *user);
void tg_disconnect (TgClient *client); /* at once */
/* Gives up until the user reconnects: tells, closes the connection. */
void tg_stop (TgClient *client, TalkOffline reason, const char *detail, gboolean fatal);

/* --- tg-commit.c --- */

void tg_turn_init (TgClient *client);
/* The client ends: what its turns changed is still written, but nothing leaves. */
void tg_turn_write_all (TgClient *client);
void tg_turn_drop_all (TgClient *client);
/* The last of all. FALSE: effects run; the client is freed when they do not any more. */
gboolean tg_turn_clear (TgClient *client);

/* --- tg-line.c: of MtOps --- */

void tg_line_connect (void *user, const MtAddress *address);
void tg_line_disconnect (void *user);
void tg_line_send (void *user, const uint8_t *data, size_t len);

/* --- tg-open.c --- */

void tg_open_answer (TgClient *client, unsigned attempt, const char *passphrase);

/* --- tg-prime.c --- */

void tg_prime_init (TgClient *client);
void tg_prime_clear (TgClient *client);
void tg_prime_load (TgClient *client, StoreKey key, const uint8_t *record, size_t len);
void tg_prime_offered (TgClient *client, const ApiMessagesDhConfig *config);
/* The verdict, in a turn of its own; not if the account ended meanwhile. */
typedef void (*TgPrimeFunc) (TgClient *client, const uint8_t p[static 256], gboolean good,
                             int32_t chat_id, uint64_t token);
/* Chat id 0: the session asks. */
void tg_prime_check (TgClient *client, const uint8_t p[static 256], TgPrimeFunc func,
                     int32_t chat_id, uint64_t token);

/* --- tg-peers.c --- */

void tg_peers_init (TgClient *client);
void tg_peers_load (TgClient *client, StoreKey key, const uint8_t *record, size_t len);
void tg_peers_take (TgClient *client, const TlVector *users); /* a few */
void tg_peers_take_one (TgClient *client, const TlObject *user);
void tg_peers_status (TgClient *client, int64_t id, const TlObject *status);
void tg_peers_fetch_contacts (TgClient *client);
void tg_peers_clear (TgClient *client);
void tg_peers_tick (TgClient *client, HostTime now); /* goes on with a long answer */
int64_t tg_peers_deadline (TgClient *client);
TgPeerData *tg_peer_find (TgClient *client, int64_t id);
void tg_peer_rename (TgClient *client, const ApiUpdateUserName *update);
void tg_peer_no_contact (TgClient *client, TgPeerData *peer);
void tg_fill_person (TgClient *client, const TgPeerData *data, TalkPerson *person);

/* --- tg-login.c --- */

/* Connects, once it may (a login that waits needs no connection). */
void tg_login_begin (TgClient *client);
void tg_login_start (TgClient *client); /* connected, not logged in */
void tg_login_answer (TgClient *client, unsigned attempt, const char *text);
void tg_login_tick (TgClient *client, HostTime now); /* the pause is over */
void tg_login_reset (TgClient *client);              /* for another login */
void tg_login_clear (TgClient *client);

#include "tg-secrets.h"
#include "tg-updates.h"
