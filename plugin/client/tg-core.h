/* What the features of one account stand on. The files of this folder, bottom up: each calls only those
 * above it here, and includes their headers. What goes the other way is a mark, or one of TgWires.
 *   tg-turn.c     the queue: memory changes, groups are written, then the effects
 *   tg-config.c   servers, keys, introduction       tg-eraser.c  what removed accounts left
 *   tg-refusal.c  the server's error words          tg-core.c    effects, records, calls, the end
 *   tg-commit.c   the turns and the store           tg-line.c    the net's connections
 *   tg-open.c     the store and its key             tg-environment.c  of which Telegram it is
 *   tg-wait.c     why it is not online              tg-prime.c, tg-power.c  the group, primes, powers
 *   tg-presence.c who is there                      tg-peers.c   people
 *   tg-book.c     the address book                  tg-people.c  acts on people
 *   tg-found.c    people looked up                  tg-listed.c  lists of people
 *   tg-profile.c  of oneself                        tg-picture.c, tg-photos.c  people's pictures
 *   tg-status.c   whether the user is there         tg-held.c    texts before there is a chat
 *   tg-secrets.c which chats there are; tg-secret-tell.c, tg-secret-said.c what they tell, and are told
 *   tg-again.c, tg-progress.c, tg-source.c, tg-uploads.c  files on their way
 *   tg-secret-calls.c  they call                    tg-secret-acts.c  acts in them
 *   tg-sink.c, tg-file-name.c  as files are written   tg-sticker.c, tg-parts.c, tg-files.c  come here
 *   tg-notices.c  what is told beside chats         tg-logins.c  on which devices, and terms
 *   tg-box.c      a stream of numbers               tg-updates.c the order of the world
 *   tg-difference.c  what was missed                tg-login*.c  from nobody to somebody
 *   tg-self.c     are we still who we were          tg-net.c, tg-features.c, tg-client.c   all of it
 */
#pragma once

#include "tg-client.h"

#include "net.h"
#include "store.h"
#include "talk-id.h"
#include "tg-config.h"
#include "tg-turn.h"
#include "api.tl.h"

#include <gio/gio.h>

typedef struct TgLine TgLine;
typedef struct TgWait TgWait;
typedef struct TgLogin TgLogin;
typedef struct TgPrime TgPrime;
typedef struct TgPeers TgPeers;
typedef struct TgBook TgBook;
typedef struct TgFound TgFound;
typedef struct TgListed TgListed;
typedef struct TgPhotos TgPhotos;
typedef struct TgStatus TgStatus;
typedef struct TgNotices TgNotices;
typedef struct TgLogins TgLogins;
typedef struct TgUpdates TgUpdates;
typedef struct TgSecrets TgSecrets;
typedef struct TgHolds TgHolds;
typedef struct TgFiles TgFiles;
typedef struct TgEffect TgEffect;
typedef void (*TgEffectFunc) (TgClient *client, TgEffect *effect);

/* What leaves the account when its turn is durable. One struct for all: unused fields are zero;
 * what it points to is owned and wiped. */
struct TgEffect {
    TgEffectFunc run;
    TgEffectFunc lost; /* or NULL: in run's place, told where its own turn was lost */
    TalkEvent *event;
    int a;
    int64_t id;
    unsigned weight; /* how many ordinary ones it is as much work as; 0 = 1 */
    char *text;
    TalkSpans *spans; /* how that looks */
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

/* A record as the store had it. */
typedef struct {
    StoreKey key;
    uint8_t *value; /* NULL: damaged */
    size_t len;
    TlMessage *message; /* the value, decoded, where a feature wants it so */
    void *made;         /* of it by its feature, on the worker; NULL: nothing */
    GDestroyNotify made_free;
} TgRecord;

/* What is heard above: tg-client.c and tg-features.c alone know who. */
typedef struct {
    void (*make) (TgRecord *record, TlMessage *message);      /* decoded; on a worker */
    void (*opened) (TgClient *client, const GArray *records); /* TgRecord */
    void (*logged_in) (TgClient *client);                     /* own_id is known */
    void (*in_step) (TgClient *client); /* with the server, for the first time */
    void (*move_home) (TgClient *client, int dc); /* the account lives there (MT-E11) */
    void (*presence) (TgClient *client, int64_t user_id, TalkPresence presence);
    gboolean (*has_chat) (TgClient *client, int64_t user_id);
    /* A call's answer that is an Updates: as any that is pushed (MT-G23); borrowed. */
    void (*updates) (TgClient *client, TlMessage *answer);
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

    Net *net;
    TgServers servers;
    HostConn *conns[NET_LINES];
    TgLine *lines; /* tg-line.c */
    unsigned timer;
    int64_t timer_at;

    int64_t own_id;                  /* 0 = not logged in */
    gboolean self_asked, self_known; /* who the server takes us for */
    int64_t stored_id; /* who this account is, logged in or not; 0 = nobody yet */
    int home_dc;
    GPtrArray *tokens; /* GBytes, future auth tokens */
    gboolean online_wanted;
    gboolean was_online;

    const CryptoDhOps *dh;

    TgWait *wait;
    TgLogin *login;
    TgPrime *prime;
    TgPeers *peers;
    TgBook *book;
    TgFound *found;
    TgListed *listed;
    TgPhotos *photos;
    TgStatus *status;
    TgNotices *notices;
    TgLogins *logins;
    TgUpdates *updates;
    TgSecrets *secrets;
    TgHolds *holds;
    TgFiles *files;
    struct TgUploads *uploads;
};

static inline HostTime
tg_now (TgClient *client)
{
    return host_now (client->host);
}
TgLink *tg_link_ref (TgLink *link);
void tg_link_unref (TgLink *link);
TgClient *tg_link_leave (TgLink **link); /* a worker is done; NULL: the client is gone */
void tg_turn_begin (TgClient *client);
void tg_turn_end (TgClient *client);
StoreBatch *tg_batch (TgClient *client);
TgEffect *tg_effect (TgClient *client, TgEffectFunc run); /* of the running turn */

/* An input: its turn, which ends with the scope; then what it marked is done, what it asked for
 * goes out and the timer is set anew. Effects may end the client. */
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
/* Owners in STORE_ACCOUNT: 0, what follows, those of tg-prime.c, tg-environment.h, NET_RECORD_PLACES. */
#define TG_RECORD_PAUSES 3
#define TG_RECORD_IDENTITY 4
#define TG_RECORD_CODE 6
void tg_save_account (TgClient *client);

/* Any call; `func` gets the error, already logged. NULL is never returned for our requests. */
NetCall *tg_call (TgClient *client, const TlObject *request, MtCallFlags flags,
                  MtAnswerFunc func, void *user);
void tg_disconnect (TgClient *client, int line); /* at once */
void tg_disconnect_all (TgClient *client);
/* Gives up until the user reconnects: tells, closes the connections. */
void tg_stop (TgClient *client, TalkOffline reason, const char *detail, gboolean fatal);
