/* What the files of one account share.
 *
 *   tg-client.c   life, connection, timer           tg-acts.c    the public functions
 *   tg-turn.c     the queue: memory changes, groups are written, then the effects
 *   tg-commit.c   an account's turns and the store
 *   tg-open.c     the store and its key              tg-config.c  servers, keys, header
 *   tg-events.c   events as effects                  tg-updates.c order of the world
 *   tg-difference.c  what was missed
 *   tg-login.c    code, password, home DC            tg-secrets.c chats and their calls
 *   tg-peers.c    people                             tg-dh.c      their group
 *   tg-eraser.c   what removed accounts left        tg-wait.c    why it is not online
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
    unsigned attempt;
    gboolean again, expired;
    char *hash; /* phone_code_hash */
    int hops;
    gboolean restarted;
    TlMessage *password; /* account.password in use */
    char *typed;         /* password on its way, wiped */
    char *code;          /* the same */
    int failures;        /* in a row that pass by themselves */
} TgLogin;

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

struct TgClient {
    const Host *host;
    TgEventFunc event;
    void *user;
    TgConfig config;      /* strings owned */
    GCancellable *cancel; /* of the wait for the secret service */
    gboolean wants_passphrase;

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

/* tg-commit.c */
void tg_turn_init (TgClient *client);
void tg_turn_begin (TgClient *client);
void tg_turn_end (TgClient *client);
StoreBatch *tg_batch (TgClient *client);
TgEffect *tg_effect (TgClient *client, TgEffectFunc run); /* of the running turn */
/* The client ends: what its turns changed is still written, but nothing leaves. */
void tg_turn_write_all (TgClient *client);
void tg_turn_drop_all (TgClient *client);
/* The last of all. FALSE: effects run; the client is freed when they do not any more. */
gboolean tg_turn_clear (TgClient *client);
void tg_wipe_string (char *text); /* and frees it */
TgLink *tg_link_ref (TgLink *link);
void tg_link_unref (TgLink *link);

/* tg-events.c */
void tg_tell_step (TgClient *client, TalkStep step);
void tg_tell_offline (TgClient *client, TalkOffline reason, const char *detail,
                      gboolean fatal);
void tg_tell_waiting (TgClient *client, TalkWait reason, int64_t seconds);
void tg_tell_ask (TgClient *client, const TalkAsk *ask);
void tg_tell_person (TgClient *client, TgPeerData *peer);
void tg_tell_cloud_message (TgClient *client, int64_t user_id);
void tg_tell_service_message (TgClient *client, TlBytes text);
void tg_tell_trouble (TgClient *client, TalkTrouble trouble, int64_t number);
void tg_tell_stored (TgClient *client, SecretChat *chat);       /* as it was found */
void tg_tell_secret (TgClient *client, const TalkEvent *event); /* a chat's own */
/* An own text, told when its turn is durable; the caller appends the ids of its parts to
 * what is returned. */
GArray *tg_tell_own (TgClient *client, int32_t chat_id, const char *text);
/* Of these effects, which never ran: the own texts are told as lost, in this turn. */
void tg_tell_lost (TgClient *client, GPtrArray *effects);
/* Up to where a message's text is shown, and how many characters are not. */
const char *tg_shown_end (const char *text, int64_t *hidden);
/* What the glue said of a message it was given, in a turn of its own. */
void tg_offered (TgClient *client, int32_t chat_id, int64_t id, gboolean shown);
void tg_fill_person (TgClient *client, const TgPeerData *data, TalkPerson *person);

/* tg-client.c */
/* Any call; `func` gets the error already logged. NULL is never returned for our own
 * requests. */
MtCall *tg_call (TgClient *client, const TlObject *request, MtCallFlags flags,
                 MtAnswerFunc func, void *user);
void tg_put (TgClient *client, StoreKind kind, int64_t owner, const TlObject *record);
void tg_save_account (TgClient *client);
/* A future auth token is kept for the next login, where it is of a sane size (MT-F22). */
void tg_take_token (TgClient *client, TlBytes token);
/* Gives up until the user reconnects: tells, stops the session. */
void tg_stop (TgClient *client, TalkOffline reason, const char *detail, gboolean fatal);
void tg_logged_in (TgClient *client);
void tg_lose_key (TgClient *client, const char *detail);
/* The user's word: login, key and chats end, another login begins. */
void tg_log_in_anew (TgClient *client);
void tg_send_status (TgClient *client);
/* Ends the turn of a user's act: what was asked for goes out, the timer is set anew. */
void tg_act_end (TgClient *client);
void tg_move_home (TgClient *client, int dc);
/* Makes the session of the home data centre; its key record comes later, if at all. */
gboolean tg_make_session (TgClient *client);

/* tg-open.c; owners in STORE_ACCOUNT */
#define TG_RECORD_PAUSES 3
#define TG_RECORD_IDENTITY 4
void tg_open_answer (TgClient *client, unsigned attempt, const char *passphrase);

/* tg-login.c */
/* Connects, once it may (a login that waits needs no connection). */
void tg_login_begin (TgClient *client);
void tg_login_start (TgClient *client); /* connected, not logged in */
void tg_login_again (TgClient *client); /* the pause is over */
void tg_login_answer (TgClient *client, unsigned attempt, const char *text);
void tg_login_clear (TgClient *client);

/* tg-updates.c */
void tg_updates_init (TgClient *client);
void tg_updates_clear (TgClient *client);
void tg_updates_load (TgClient *client, const uint8_t *record, size_t len);
void tg_updates_sync (TgClient *client); /* after login or a new start */
void tg_updates_reconnected (TgClient *client);
void tg_updates_receive (TgClient *client, TlMessage *updates); /* NULL: run difference */
void tg_updates_tick (TgClient *client, HostTime now);
int64_t tg_updates_deadline (TgClient *client);
/* For tg-difference.c. */
void tg_updates_save (TgClient *client);
void tg_updates_set_state (TgClient *client, const TlObject *state);
void tg_updates_apply (TgClient *client, const TlObject *update, gboolean live);
void tg_updates_take_cloud (TgClient *client, const TlObject *message);
gboolean tg_updates_may_take (TgClient *client); /* one more in this turn; counts it */
void tg_updates_go_on (TgClient *client);
void tg_updates_forget_early (TgClient *client);

/* tg-difference.c */
void tg_difference_run (TgClient *client);  /* now */
void tg_difference_ask (TgClient *client);  /* as soon as it may be */
void tg_difference_take (TgClient *client); /* a piece of the answer */
void tg_difference_connected (TgClient *client);
void tg_difference_tick (TgClient *client, HostTime now);
int64_t tg_difference_deadline (TgClient *client);

/* tg-peers.c */
void tg_peers_load (TgClient *client, const uint8_t *record, size_t len);
void tg_peers_take (TgClient *client, const TlVector *users); /* a few */
void tg_peers_take_one (TgClient *client, const TlObject *user);
void tg_peers_status (TgClient *client, int64_t id, const TlObject *status);
void tg_peers_fetch_contacts (TgClient *client);
void tg_peers_clear (TgClient *client);
void tg_peers_tick (TgClient *client); /* goes on with a long answer */
int64_t tg_peers_deadline (TgClient *client);
TgPeerData *tg_peer_find (TgClient *client, int64_t id);
void tg_peer_free (TgPeerData *peer);
void tg_peer_rename (TgClient *client, const ApiUpdateUserName *update);
void tg_peer_no_contact (TgClient *client, TgPeerData *peer);

/* tg-dh.c */
void tg_dh_init (TgClient *client);
void tg_dh_clear (TgClient *client);
void tg_dh_load (TgClient *client, const uint8_t *record, size_t len);
void tg_dh_offered (TgClient *client, const ApiMessagesDhConfig *config);
/* Answers the chat, or with chat id 0 the session, in a turn of its own. */
void tg_dh_check_prime (TgClient *client, const uint8_t p[static 256], int32_t chat_id,
                        uint64_t token);

/* tg-secrets.c */
void tg_secrets_init (TgClient *client);
void tg_secrets_clear (TgClient *client);
void tg_secrets_load (TgClient *client, StoreKey key, const uint8_t *record, size_t len);
void tg_secrets_roll_back (TgClient *client); /* closes what is open (SC-L9) */
void tg_secrets_run (TgClient *client); /* online and in step with the server: resume */
/* A new connection, and what was missed over it is here (DECISIONS 26). */
void tg_secrets_caught_up (TgClient *client);
void tg_secrets_encryption (TgClient *client, const TlObject *chat);
void tg_secrets_message (TgClient *client, const TlObject *message, gboolean live);
void tg_secrets_typing (TgClient *client, int32_t chat_id);
void tg_secrets_read (TgClient *client, int32_t chat_id, int32_t max_date, int32_t date);
void tg_secrets_presence (TgClient *client, int64_t user_id, gboolean online);
void tg_secrets_tick (TgClient *client, HostTime now);
int64_t tg_secrets_deadline (TgClient *client);
SecretChat *tg_secrets_find (TgClient *client, int32_t chat_id);
gboolean tg_secrets_any_open (TgClient *client);
