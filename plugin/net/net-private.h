/* What the net's files share. Each calls only those below it; what it has to tell a higher
 * one it marks, and net.c acts on it at the input's end.
 *
 *   net.c          inputs and their end, which call takes which line, what ends what
 *   net-ask.c      a call on a line, and what its answer sends elsewhere
 *   net-move.c     home itself becomes another data centre while the account is logged in
 *   net-end.c      the servers are asked to forget keys
 *   net-former.c   temporary keys that serve no more are dropped
 *   net-auth.c     a login is carried from home to another data centre
 *   net-dc.c       one data centre: key, sessions by lane
 *   net-places.c   where data centres are, as they say themselves
 *   net-calls.c    the lists of calls
 *   net-refusal.c  words of the servers
 */
#pragma once

#include "mt-destroy.h"
#include "mt-key.h"
#include "net-refusal.h"
#include "net.h"

#include "api.tl.h"
#include "tl-encode.h"

#define NET_MINUTE 60000
#define NET_LOGINS_MAX 5 /* carried there in a row, once a minute at most (MT-E18) */
#define NET_LOGIN_WITHIN NET_MINUTE /* for all of it, however often lines end meanwhile */

typedef struct NetDc NetDc;

/* One lane of a data centre: its session, where it has one, and that session's connection. */
typedef struct {
    NetDc *dc;
    NetLane lane;
    MtSession *session; /* NULL: not in use */
    GArray *addresses;  /* MtAddress, as the session was given them */
    GPtrArray *hosts;   /* what they point at */
    unsigned running;   /* calls that it has */
    int64_t used;       /* mono, when it had one last */
    int64_t off_until;  /* mono: not to be used before (lanes at home) */
    gboolean fails;     /* marked: it does not get through */
} NetLine;

typedef enum {
    NET_AUTH_NONE,
    NET_AUTH_EXPORTING, /* auth.exportAuthorization is out, at home */
    NET_AUTH_IMPORTING, /* auth.importAuthorization is out, there */
    NET_AUTH_DONE,      /* or so it is thought, until a 401 */
} NetAuth;

/* What the end of the input is to do about a data centre other than the home one. */
typedef enum {
    NET_DC_WELL,
    NET_DC_STALE,  /* there is no login: another key, and it is carried there anew */
    NET_DC_LOST,   /* not reached: its calls fail */
    NET_DC_BROKEN, /* and its key goes */
} NetDcState;

struct NetDc {
    Net *net;
    int dc;
    MtKey *key;
    NetLine lines[NET_LANES];
    NetAuth auth;
    int logins;           /* carried there in a row without a call that got through */
    int64_t login_at;     /* mono of the last one */
    int64_t broken_until; /* mono: calls fail at once */
    NetDcState marked;
    gboolean started; /* the line there was told to connect */
    gboolean proved;  /* its login is no guess: it was carried there, or answered */
};

/* Where data centres are, by help.getConfig (MT-B25, B26). */
typedef struct {
    GArray *addresses; /* NetAddress; NULL: nothing was said yet */
    GPtrArray *hosts;  /* what they point at, secrets too */
    gboolean asked;    /* the question is out */
    int64_t ask_at;    /* mono: not again before; 0 = at once */
    int64_t asked_at;  /* mono of the last answer */
    int64_t told;      /* Unix ms: when they were told, maybe to an earlier process */
    gboolean changed;  /* and since then the server said that they are others */
} NetPlaces;

/* Keys that are given up (net-end.c). */
typedef struct {
    gboolean wanted, begun;
    int64_t until;               /* mono: that must do */
    MtKey *keys[NET_DC_MAX + 1]; /* to be destroyed; NULL: none, or it was */
} NetEnd;

/* Temporary keys that are dropped (net-former.c). */
typedef struct {
    int64_t at;   /* mono: the servers are told; HOST_NEVER: not soon */
    MtCall *call; /* they were, and have not answered; or NULL */
} NetFormer;

struct Net {
    NetConfig config;
    const NetOps *ops;
    void *user;
    int home;
    int given;  /* the data centre at the address that the user gave, if any */
    int moving; /* to that data centre, as soon as it is known where that is; 0 = no */
    gboolean carries;   /* and its login is carried there first */
    int64_t patient_to; /* mono: until then what is out at home may be answered there */
    gboolean logged_in;
    int64_t own_id;
    HostTime now; /* of the running input */
    NetPlaces places;
    NetDc dcs[NET_DC_MAX + 1];
    GQueue calls;     /* NetCall, but those of (home, MAIN), in order */
    GQueue mains;     /* those */
    gboolean held;    /* some of them wait */
    size_t handed;    /* bytes that this input gave to lines for files */
    gboolean late;    /* and what is left goes with the next one, at once */
    uint64_t numbers; /* of calls, so far */
    GList *walk;      /* the next one of a walk through them */
    uint64_t walk_end;
    gboolean ending; /* net_free(), net_give_up(): nothing is asked any more */
    NetEnd end;
    NetFormer former;
};

struct NetCall {
    Net *net;
    int dc; /* that it is for; 0 = home */
    NetLane lane;
    uint32_t method;
    TlWriter body;
    MtCallFlags flags;
    GQueue *queue; /* of the net's, where it is */
    GList link;
    uint64_t number;   /* rises along the queue */
    NetLine *line;     /* that has it; NULL: it waits, or is one of `mains` */
    MtCall *call;      /* NULL: it waits */
    int hops;          /* from one data centre to another (MT-E11) */
    int64_t at;        /* mono: not before (mains that wait) */
    gboolean refused;  /* it was, at this home; says where else to go */
    gboolean repeated; /* it may have been carried out at an earlier one, unheard */
    gboolean main;     /* a lane at home was refused: (home, MAIN) shall say */
    MtAnswerFunc func;
    void *user;
};

static inline NetLine *
net_home_main (const Net *net)
{
    return (NetLine *)&net->dcs[net->home].lines[NET_MAIN];
}

static inline gboolean
net_line_is_ready (const NetLine *line)
{
    return line->session != NULL && mt_session_state (line->session) == MT_STATE_READY;
}

/* The user said where home is (NetConfig). */
static inline gboolean
net_is_given (const Net *net)
{
    return net->config.n_addresses > 0 && net->config.addresses[0].dc == 0;
}

/* net-calls.c */
void net_calls_join (NetCall *call, GQueue *queue); /* as its last one */
void net_calls_leave (NetCall *call);
/* Each call of the queue that is in it now, unless it leaves before its turn; not those that
 * join meanwhile. One walk at a time. */
void net_calls_walk (Net *net, GQueue *queue);
NetCall *net_calls_next (Net *net); /* NULL: that was the last one */
/* Tells it, which may make and cancel other calls; it is gone. Its line or session does not have
 * it any more. */
void net_calls_finish (NetCall *call, TlMessage *answer, const MtError *error);
void net_calls_close (NetCall *call); /* with LOCAL_CLOSED */
void net_calls_drop (NetCall *call);  /* without a word */

/* net-dc.c */
void net_dc_init (Net *net, int dc);
void net_dc_clear (NetDc *dc);
/* Addresses of that lane: MtAddress, borrowed, in an array to be freed. */
GArray *net_dc_addresses (const NetLine *line);
/* The lane's session, made if there is none; FALSE: it has no address. */
gboolean net_dc_open (NetLine *line);
/* Its calls fail with LOCAL_CLOSED; the key stays. Not from inside its session. */
void net_dc_close (NetLine *line);
void net_dc_forget_key (NetDc *dc); /* and its record */
/* A session of the MAIN lane that does nothing but have `key` destroyed; FALSE: it has no
 * address. */
gboolean net_dc_open_last (NetDc *dc, MtKey *key);

/* net-end.c */
void net_end_begin (Net *net); /* takes the keys, before they are forgotten */
/* TRUE: all that was to be said was said, or its time is over; nothing is open any more. */
gboolean net_end_step (Net *net);
int64_t net_end_deadline (const Net *net);
void net_end_clear (Net *net);

/* net-former.c */
void net_former_step (Net *net); /* tells them, when it is time to */
int64_t net_former_deadline (const Net *net);

/* net-places.c */
/* What NetConfig has of an earlier process. */
void net_places_restore (Net *net);
/* Asks, where it is time to; the answer is an input of its own. */
void net_places_ask (Net *net);
/* Everything that may be known is. */
gboolean net_places_known (const Net *net);
void net_places_clear (Net *net);
/* Something that the server says by itself at home: that they have changed (MT-B25). */
void net_places_hear (Net *net, const TlObject *root);
/* Asks, though nobody waits for it, where it is time to. */
void net_places_step (Net *net);
int64_t net_places_deadline (const Net *net);

/* net-auth.c */
/* Goes on with what is to be done until calls may be made there; its session is ready. */
void net_auth_step (NetDc *dc);
/* Marks a data centre where what was begun has come to no end for too long. */
void net_auth_check (NetDc *dc);
int64_t net_auth_deadline (const NetDc *dc); /* of either; in the future after them */

/* net-move.c */
/* The server says that the account lives at `to`. FALSE: that is nowhere, or cannot be had. */
gboolean net_move_begin (Net *net, int64_t to);
typedef enum {
    NET_MOVE_WAITS,
    NET_MOVE_READY, /* the login is there, and what was out at home was answered */
    NET_MOVE_FAILED,
} NetMove;
/* Goes on with what is to be done before home may change. */
NetMove net_move_step (Net *net);
int64_t net_move_deadline (const Net *net);

/* net-ask.c */
/* On a line that brings no updates it says so (MT-E6). */
void net_ask_line (NetCall *call, NetLine *line);
void net_ask_main (NetCall *call); /* one of `mains`: of (home, MAIN) */
/* What waits for (home, MAIN) goes there, in its order. */
void net_ask_mains (Net *net);
/* TRUE: what was refused, since the account lives at a home that could not be reached, must arrive
 * and is one of `mains` that waits. */
gboolean net_ask_later (NetCall *call, const MtError *error);
/* Leaves its session, to be asked again or not. */
void net_ask_take_back (NetCall *call);
void net_ask_take_back_all (NetLine *line);
