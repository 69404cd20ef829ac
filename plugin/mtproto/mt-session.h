/* One authorised conversation with one data centre, as a machine without I/O.
 *
 * Bytes, time and calls go in; bytes, answers and updates come out through MtOps. It owns
 * the whole ladder: transport framing, auth-key exchange where no key is known, encrypted
 * packets, ids, salts, acks, containers, resends, pings, reconnects with back-off. Its
 * user opens and closes the connection it asks for, and calls tick() at deadline().
 * (MTPROTO.md sections B, C, D, E.)
 */
#pragma once

#include "crypto-dh.h"
#include "crypto-secret.h"
#include "host.h"
#include "mt-proxy.h"
#include "store.h"
#include "tl-message.h"

typedef struct MtSession MtSession;
typedef struct MtCall MtCall; /* a question that waits for its answer; the session's */

typedef enum {
    MT_STATE_OFFLINE,    /* waiting for the next attempt */
    MT_STATE_CONNECTING, /* asked for a connection */
    MT_STATE_EXCHANGING, /* making an auth key, or binding a temporary one */
    MT_STATE_READY,      /* encrypted session is running */
    MT_STATE_FAILED,     /* gave up for good: MtOps.failed told why */
} MtState;

/* What the server said under the key, and the session ends by. */
typedef enum {
    MT_FAILURE_KEY_LOST,       /* AUTH_KEY_UNREGISTERED and its like (MT-E17) */
    MT_FAILURE_USER_DELETED,   /* the account is gone, or banned (MT-E17) */
    MT_FAILURE_KEY_DUPLICATED, /* AUTH_KEY_DUPLICATED (MT-C38) */
} MtFailure;

/* Why an attempt came to nothing. Nobody signed any of it: it ends nothing, the session
 * tries again (DECISIONS 24). The values are stored. */
typedef enum {
    MT_TROUBLE_NONE,
    MT_TROUBLE_CLOSED,      /* not reached, reset, closed */
    MT_TROUBLE_SILENT,      /* nothing came in time */
    MT_TROUBLE_GARBAGE,     /* bytes that are no packet of the server's */
    MT_TROUBLE_EXCHANGE,    /* a check of the key exchange failed (MT-C) */
    MT_TROUBLE_KEY_UNKNOWN, /* ours; -404, or not bound to (MT-C37, MT-C42) */
    MT_TROUBLE_BUSY,        /* -429 (MT-B22) */
    MT_TROUBLE_WRONG_DC,    /* -444 (MT-B23) */
    MT_TROUBLE_REFUSED,     /* another transport error */
    MT_TROUBLE_SERVER_KEY,  /* none of the offered server keys is ours (MT-C5) */
    MT_TROUBLE_PROXY,       /* who answers does not know the proxy's secret (MT-B15) */
} MtTrouble;

/* Belongs to the account: outlives the session (MtOps.pause, mt_session_set_pause()). */
typedef struct {
    MtTrouble trouble;     /* of the last attempt; NONE: the server was heard */
    int failures;          /* attempts in a row that came to nothing */
    int refusals;          /* those among them that make the pauses long */
    int64_t until;         /* Unix ms: no attempt before */
    int64_t unknown_since; /* Unix ms: KEY_UNKNOWN and no other word since; 0: no */
} MtPause;

/* A server key: modulus big endian, exponent 65537; fingerprint as MT-A20. */
typedef struct {
    uint8_t modulus[256];
    int64_t fingerprint;
} MtServerKey;

/* What the servers say of an address of theirs (MT-B26); stored; 0 of those built in. */
typedef enum {
    MT_ADDRESS_IPV6 = 1 << 0,
    MT_ADDRESS_MEDIA = 1 << 1,      /* for files only; kept from the account's session */
    MT_ADDRESS_OBFUSCATED = 1 << 2, /* wants an obfuscated transport, which ours is */
    MT_ADDRESS_STATIC = 1 << 3,     /* for those who come through a proxy */
    MT_ADDRESS_THIS_PORT = 1 << 4,  /* no other port is to be tried */
} MtAddressFlags;
#define MT_ADDRESS_FLAGS 0x1fu

typedef struct {
    const char *address;
    uint16_t port;
    unsigned flags;         /* MtAddressFlags */
    const MtSecret *secret; /* of a proxy, or the address's own (MT-B18); or NULL */
} MtAddress;

#define MT_RACE_MAX 3 /* connections that are tried at once; slots below that */

/* All borrowed pointers must outlive the session. */
typedef struct {
    int dc;                     /* 1..5 */
    gboolean test;              /* test environment: dc + 10000 on the wire */
    const MtAddress *addresses; /* those that this session may use (mt-route.h) */
    size_t n_addresses;
    const MtServerKey *keys;
    size_t n_keys;
    const TlSchema *schema; /* of the calls: tl_api_schema */
    GBytes *header;         /* invokeWithLayer(initConnection( ... ready encoded, MT-E1 */
    const CryptoRandom *random;
    const CryptoDhOps *dh;
    struct MtKey *key; /* shared with other sessions; NULL: one of its own */
    /* Not the one that the account hangs on: what is wrong with key or login is told to the
     * call that heard it, and ends nothing; the key is not forgotten here. */
    gboolean guest;
    gboolean temporary; /* packets go under temporary keys, bound to it (MT-C39) */
    gboolean borrows;   /* a guest: another session here makes those, and loses them */
} MtConfig;

/* Error of a call. code as the server said (400, 420 ...), or one of these. */
#define MT_ERROR_LOCAL_CLOSED -10001 /* session freed */
#define MT_ERROR_LOCAL_DECODE -10002 /* the answer did not decode (MT-A23) */
#define MT_ERROR_LOCAL_TIMEOUT -10003
#define MT_ERROR_LOCAL_BUDGET -10004 /* the answer is more than an input may be (32) */
typedef struct {
    int code;
    const char *type;  /* "FLOOD_WAIT" with the number cut out (MT-E10) */
    int64_t number;    /* 3 in FLOOD_WAIT_3; -1 where there is none */
    const char *text;  /* as received, at most 256 bytes, valid UTF-8 */
    gboolean repeated; /* an earlier sending may have been carried out unheard */
} MtError;

/* Exactly one of answer and error is set; both borrowed (ref the answer to keep it).
 * Called once per call, never from inside mt_session_call(). */
typedef void (*MtAnswerFunc) (void *user, TlMessage *answer, const MtError *error);

typedef enum {
    MT_CALL_DEFAULT = 0,
    /* Waits for as long as it takes; 420 and 5xx are repeated with pauses and never reach
     * the caller (secret sends, DECISIONS 7). Without it they do after 60 s (MT-E13,
     * MT-E14). */
    MT_CALL_PATIENT = 1 << 0,
    /* Allowed before mt_session_set_logged_in() (MT-E28). */
    MT_CALL_BEFORE_LOGIN = 1 << 1,
    /* Typing: dropped when there is no connection right now. */
    MT_CALL_DROPPABLE = 1 << 2,
} MtCallFlags;

typedef struct {
    /* Wants a (new) connection to `address`; answered by connected() or closed() of that
     * slot. Several may be wanted at once, and one of them is kept (MT-B28). */
    void (*connect) (void *user, unsigned slot, const MtAddress *address);
    void (*disconnect) (void *user, unsigned slot); /* drop it, no closed() follows */
    void (*send) (void *user, unsigned slot, GByteArray *ref_bytes);
    void (*state) (void *user, MtState state);
    /* An Updates object outside rpc_result; borrowed (MT-D44). NULL: one did not decode,
     * or the server lost our session: run getDifference (MT-A12, MT-D37, MT-D45). */
    void (*updates) (void *user, TlMessage *updates);
    /* Final. */
    void (*failed) (void *user, MtFailure failure, const char *detail);
    /* The batch of the running turn: the session adds its key, salts, time to it. */
    StoreBatch *(*batch) (void *user);
    /* A check that takes 200 ms (unknown prime, MT-C16): run off the loop, answer with
     * mt_session_prime_checked(). */
    void (*check_prime) (void *user, const uint8_t p[static 256]);
    /* An attempt came to nothing and the next one waits; or (trouble NONE) the server was
     * heard again. To be kept, and given back by mt_session_set_pause(). */
    void (*pause) (void *user, const MtPause *pause);
} MtOps;

MtSession *mt_session_new (const MtConfig *config, const MtOps *ops, void *user);
/* Fails all calls with LOCAL_CLOSED, wipes keys. No MtOps function is called afterwards.
 */
void mt_session_free (MtSession *session);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MtSession, mt_session_free)

/* What MtOps.pause was told last, maybe by an earlier process; before start(). */
void mt_session_set_pause (MtSession *session, const MtPause *pause);

/* Inputs. Every one may call MtOps; none may be called from inside an MtOps function. */
/* Keeps itself connected from now on, when the pause is over. */
void mt_session_start (MtSession *session, HostTime now);
void mt_session_connected (MtSession *session, unsigned slot, HostTime now);
void mt_session_receive (MtSession *session, unsigned slot, const uint8_t *data,
                         size_t len, HostTime now);
void mt_session_closed (MtSession *session, unsigned slot, HostTime now);
void mt_session_tick (MtSession *session, HostTime now);
void mt_session_prime_checked (MtSession *session, const uint8_t p[static 256],
                               gboolean good, HostTime now);
/* This connection is no good to its user: another one, after the usual pause. */
void mt_session_reconnect (MtSession *session, const char *why, HostTime now);
/* The network is back, or another one: tries at once, or pings and waits 2 to 10 s (MT-B32). */
void mt_session_wake (MtSession *session, HostTime now);
/* `mono` instant of the next tick(), or HOST_NEVER. */
int64_t mt_session_deadline (const MtSession *session);

#define MT_CALL_MAX ((size_t)2 << 20) /* bytes of a call, wrappers included (MT-B7) */
/* Encodes `request` with config.schema and queues it; it goes out at the end of the turn
 * with mt_session_flush(). NULL with `error`: it cannot. The handle is valid until `func` ran. */
MtCall *mt_session_call (MtSession *session, const TlObject *request, MtCallFlags flags,
                         MtAnswerFunc func, void *user, GError **error);
/* The same of what is encoded already: the method's id, and its bytes, maybe with wrappers
 * before them; at most MT_CALL_MAX of them, which the caller has to see to. */
MtCall *mt_session_call_encoded (MtSession *session, uint32_t method, TlBytes body,
                                 MtCallFlags flags, MtAnswerFunc func, void *user);
void mt_session_cancel (MtSession *session, MtCall *call); /* no answer (MT-D42) */
void mt_session_flush (MtSession *session, HostTime now);

void mt_session_set_logged_in (MtSession *session, gboolean logged_in);
MtState mt_session_state (const MtSession *session);
/* On which it is READY now, or NULL. */
const MtAddress *mt_session_address (const MtSession *session);
/* Unix time of the server, in seconds; local wall time until it is known. */
int64_t mt_session_server_time (const MtSession *session, HostTime now);
