/* An account's conversations with all data centres, as a machine without I/O.
 *
 * It knows where they are, has a key with each and a session for each lane that is used
 * (net-dc.c), and says which of them ends what: only the session (home, MAIN) may ever
 * end the account.
 * (MTPROTO.md MT-B25, B26, B31, C32, C35, E6, E11, E18, H15.)
 */
#pragma once

#include "mt-session.h"

#define NET_DC_MAX 5
#define NET_RECORD_PLACES 5 /* of STORE_ACCOUNT */

typedef struct Net Net;
typedef struct NetCall NetCall; /* a question that waits for its answer; the net's */

/* What a call is about, and so which connection it takes. */
typedef enum {
    NET_MAIN, /* all but files; the only one that brings updates */
    NET_UP,   /* parts of files, from here */
    NET_DOWN, /* and to here */
} NetLane;
#define NET_LANES 3
/* A line is one connection: a small number. A lane has MT_RACE_MAX of them, since its session
 * may try some addresses at once; it keeps one. */
#define NET_LINES ((NET_DC_MAX + 1) * NET_LANES * MT_RACE_MAX)

typedef struct {
    int dc; /* 1..5; 0 = as the user said: the one that was home when that was first used */
    MtAddress at;
} NetAddress;

/* All borrowed pointers must outlive the net. */
typedef struct {
    int home; /* 1..5 */
    gboolean test;
    const NetAddress *addresses; /* those that are known without asking */
    size_t n_addresses;
    /* The record that was put under (STORE_ACCOUNT, NET_RECORD_PLACES, 0), or NULL: which
     * others the servers told. Read by net_new() only. */
    const uint8_t *told;
    size_t told_len;
    gboolean
        only; /* a proxy's: the servers are not asked for others, which would be direct */
    const MtServerKey *keys;
    size_t n_keys;
    GBytes *header; /* as MtConfig's */
    const CryptoRandom *random;
    const CryptoDhOps *dh;
} NetConfig;

typedef struct {
    /* As MtOps', of that line. */
    void (*connect) (void *user, int line, const MtAddress *address);
    void (*disconnect) (void *user, int line);
    void (*send) (void *user, int line, GByteArray *bytes);
    StoreBatch *(*batch) (void *user);
    void (*check_prime) (void *user, const uint8_t p[static 256]);
    /* As MtOps', of (home, MAIN) only. */
    void (*state) (void *user, MtState state);
    void (*updates) (void *user, TlMessage *updates);
    void (*failed) (void *user, MtFailure failure, const char *detail);
    void (*pause) (void *user, const MtPause *pause);
    /* Home is there now, as net_move_home() asked; 0: nobody knows where that is. */
    void (*moved) (void *user, int dc);
    /* The end of net_give_up(). */
    void (*given_up) (void *user);
} NetOps;

/* NULL: the home data centre has no address. */
Net *net_new (const NetConfig *config, const NetOps *ops, void *user);
/* Fails all calls with LOCAL_CLOSED, those that are made meanwhile too, and wipes keys. No NetOps
 * function is called afterwards. */
void net_free (Net *net);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Net, net_free)

/* The record that was put under (STORE_DC, dc, 0); FALSE: damaged, treated as absent. */
gboolean net_restore (Net *net, int dc, const uint8_t *record, size_t len);
void net_set_pause (Net *net, const MtPause *pause); /* of (home, MAIN); before start */

/* Inputs. Every one may call NetOps; none may be called from inside a NetOps function. */
/* (home, MAIN) keeps itself connected from now on. */
void net_start (Net *net, HostTime now);
void net_connected (Net *net, int line, HostTime now);
void net_receive (Net *net, int line, const uint8_t *data, size_t len, HostTime now);
void net_closed (Net *net, int line, HostTime now);
void net_tick (Net *net, HostTime now);
void net_prime_checked (Net *net, const uint8_t p[static 256], gboolean good,
                        HostTime now);
void net_reconnect (Net *net, const char *why, HostTime now); /* (home, MAIN) */
void net_wake (Net *net, HostTime now);
/* The account lives at `dc`: a session there, started anew, takes the place of the one at
 * the home so far, whose calls fail with LOCAL_CLOSED. Answered by moved(), maybe after the
 * servers were asked where that is. */
void net_move_home (Net *net, int dc);
/* At the end of each input's turn: what it asked for goes out. */
void net_flush (Net *net, HostTime now);
int64_t net_deadline (const Net *net);

/* Asks `dc` (0 = home). But for (home, MAIN) it waits for key, login and line; what concerns
 * these never reaches `func`, but for LOCAL_CLOSED where they are not to be had. A file that
 * turns out to be at another data centre is asked for there. The handle is valid until
 * `func` was called, which is once, and never from inside this; there, other calls may be made
 * and cancelled. NULL is never returned for our own requests, which encode. */
NetCall *net_call (Net *net, int dc, NetLane lane, const TlObject *request,
                   MtCallFlags flags, MtAnswerFunc func, void *user);
void net_cancel (Net *net, NetCall *call); /* no answer */

/* The key at home has a login, of that user. */
void net_set_logged_in (Net *net, int64_t own_id);
/* It has none any more: all keys are forgotten, with their records. */
void net_forget (Net *net);
/* The account was logged out: the same, and each data centre is asked to forget its key, too,
 * as far as it answers soon (MT-C34). Nothing else is asked any more. Answered by given_up(). */
void net_give_up (Net *net);
MtState net_state (const Net *net); /* of (home, MAIN) */
int64_t net_server_time (const Net *net, HostTime now);
