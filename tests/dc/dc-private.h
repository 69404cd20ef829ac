/* What the data centre's files share.
 *
 *   dc-transport.c  bytes of a connection     dc-handshake.c  key exchange
 *   dc-keys.c       which are known, binding
 *   dc-session.c    encrypted packets         dc-rpc.c        calls, wrappers, switches
 *   dc-auth.c  dc-people.c  dc-secret.c  dc-updates.c         one table of methods each
 *   dc-profile.c    pictures, statuses, words dc-listed.c   lists of people
 *   dc-login.c      how a code goes out, QR   dc-mail.c     an address for codes
 *   dc-account.c    logins on all devices, terms
 *   dc-feed.c       what an account is told by pts and seq
 *   dc-cloud.c      ordinary messages that a client sends
 *   dc-layer.c      forms of other layers
 *   dc-sites.c      several data centres      dc-files.c    files of secret chats
 *   dc-stickers.c   public sets
 *   dc-hostile.c    what no honest server does
 *   dc-mood.c       what an honest one may do to its messages
 *   dc-numbers.c    whether a client numbers them as it must
 *   dc-control.c    switches by text          dc-main.c       sockets
 *   dc-state.c      its memory as text
 */
#pragma once

#include "dc-user.h"
#include "dc.h"

#include "crypto-aes-ctr.h"
#include "crypto-dh.h"
#include "rsa-server.h"
#include "dc.tl.h"
#include "tl-encode.h"
#include "tl-message.h"

typedef struct DcSession DcSession;
typedef struct DcChat DcChat;
typedef struct DcSite DcSite;

/* A message that the client has not acknowledged. */
typedef struct {
    int64_t msg_id;
    int32_t seq_no;
    GByteArray *body;
} DcUnacked;

struct DcSession {
    Dc *dc;
    DcKey *key;
    int64_t id;
    DcConn *conn; /* NULL: not connected */
    int32_t content;
    gboolean updates; /* a call without invokeWithoutUpdates came */
    GHashTable *seen; /* msg_id */
    GQueue unacked;   /* DcUnacked */
};

typedef enum { DC_CHAT_REQUESTED, DC_CHAT_READY, DC_CHAT_DISCARDED } DcChatState;

struct DcChat {
    int32_t id;
    DcChatState state;
    DcUser *admin, *part;
    DcKey *admin_key, *part_key; /* devices; part_key when accepted */
    int32_t date, changed;
    int64_t hash; /* access hashes derive from it */
    int64_t fingerprint;
    gboolean history_deleted;
    GByteArray *g_a, *g_b;
    GHashTable *random_ids; /* of what was sent, once each */
};

typedef enum { DC_SWITCH_ERROR, DC_SWITCH_DROP, DC_SWITCH_DELAY } DcSwitchKind;

typedef struct {
    DcSwitchKind kind;
    char *method;
    const DcUser *by; /* NULL = anybody; of whom the call must be */
    int n;            /* the n-th next call; 0 = every */
    int code;
    int64_t ms;
    char *text;
} DcSwitch;

typedef enum { DC_DELIVERY_LOST, DC_DELIVERY_TWICE, DC_DELIVERY_HELD } DcDeliveryKind;

typedef struct {
    DcDeliveryKind kind;
    int32_t chat_id;  /* 0 = any */
    const DcUser *to; /* NULL = either side */
    int n;            /* of those that fit; held: all of them */
} DcDelivery;

/* A secret message that waits for `release`. */
typedef struct {
    DcChat *chat;
    DcUser *to;
    DcKey *device;
    int64_t random_id;
    gboolean service;
    GByteArray *data;
    DcFile *file; /* borrowed, or NULL */
} DcHeld;

typedef struct {
    int64_t due;
    DcSession *session;
    GByteArray *body;
} DcDelayed;

typedef struct DcMood DcMood;
typedef struct DcFiles DcFiles;
typedef struct DcStickers DcStickers;

typedef enum {
    DC_DIFFERENCE_TRUE,
    DC_DIFFERENCE_ENDLESS, /* slices that lead nowhere */
    DC_DIFFERENCE_LARGE,   /* more than any input may be */
    DC_DIFFERENCE_FRAME,   /* in a frame that is larger than any may be (MT-B6) */
} DcDifference;

struct Dc {
    DcConfig config;
    DcDifference difference;
    CryptoRandom random;
    CryptoRsaPrivate *rsa;
    int64_t fingerprint;
    GHashTable *keys;      /* id -> DcKey, owned */
    GPtrArray *sessions;   /* owned */
    GPtrArray *users;      /* owned */
    GPtrArray *chats;      /* owned */
    GPtrArray *conns;      /* borrowed */
    GPtrArray *switches;   /* owned */
    GPtrArray *deliveries; /* owned */
    GPtrArray *held;       /* DcHeld, owned */
    GPtrArray *delayed;    /* owned */
    GHashTable *counts;    /* method -> calls */
    int64_t ahead;         /* ms that its clock is */
    int64_t last_id;
    char destroying;   /* of a key, how it is answered (dc-keys.c) */
    int32_t lives;     /* s that temporary keys live at most; 0 = as was asked */
    int64_t unique_id; /* of new sessions; 0 = each its own */
    int port;          /* told in the config */
    char *terms;       /* of service, to be accepted; NULL: none */
    char *code_kind, *code_part; /* how codes go out (dc-login.c); NULL: app */
    int resend_after;            /* s; -1: by no other way */
    int token_time;              /* s that a QR code lives; 0: as many as real ones */
    /* dc-sites.c */
    GPtrArray *sites;   /* DcSite, owned; or NULL */
    GPtrArray *exports; /* owned; or NULL */
    DcUser *imposter;   /* whom imported logins belong to; NULL: as it should be */
    enum {
        DC_CARRIED_TRUE,
        DC_CARRIED_UNNAMED, /* imported logins do not say that it is oneself */
        DC_CARRIED_LARGE,   /* exported ones have 100 kB */
    } carried;
    char *fault;
    gboolean absurd;             /* the config has addresses that are none */
    gboolean updates_everywhere; /* also where nobody wants them */
    gboolean lies;               /* it has no others than those that lead nowhere */
    DcMood *mood;                /* NULL: none was ever set */
    DcFiles *files;
    DcStickers *stickers;
    unsigned slice; /* messages of an answer to getDifference; 0 = all */
};

typedef enum {
    DC_FRAME_NONE, /* not known yet */
    DC_FRAME_INTERMEDIATE,
    DC_FRAME_PADDED,
    DC_FRAME_ABRIDGED,
    DC_FRAME_FULL,
} DcFrameKind;

struct DcConn {
    Dc *dc;
    const DcConnOps *ops;
    void *user;
    CryptoCtr *in, *out; /* NULL: not obfuscated */
    DcFrameKind kind;
    uint32_t heard, said; /* full: packets until now */
    int number;           /* data centre id of the header, or anything */
    int site;             /* where it came to */
    gboolean media;       /* at an address for files */
    gboolean secret;      /* at one that has a secret (dc-sites.c) */
    gboolean strict;      /* of a client that is to be judged */
    GByteArray *buffer;
    GHashTable *exchanges; /* nonce -> exchange */
    int64_t ends_at;       /* unless it is pinged again; real ms, 0 = never */
    gboolean closed;
};

/* One call being answered. */
typedef struct {
    Dc *dc;
    DcSession *session;
    DcKey *device; /* the permanent key */
    DcUser *user;  /* NULL before login */
    int64_t msg_id;
    const TlObject *query;
    TlWriter answer;
    int error_code;
    char *error;
    GPtrArray *after; /* DcPush: goes out behind the answer */
} DcCall;

typedef struct {
    const char *name;
    void (*run) (DcCall *call);
    gboolean anonymous; /* allowed before login */
} DcMethod;

extern const DcMethod dc_account_methods[], dc_auth_methods[], dc_login_methods[],
    dc_mail_methods[], dc_listed_methods[], dc_people_methods[], dc_profile_methods[],
    dc_secret_methods[], dc_updates_methods[], dc_site_methods[], dc_file_methods[],
    dc_sticker_methods[], dc_cloud_methods[]; /* ended by name NULL */

void dc_log (Dc *dc, const char *format, ...) G_GNUC_PRINTF (2, 3);
int64_t dc_now_ms (Dc *dc);
int32_t dc_now (Dc *dc);
int32_t dc_in (Dc *dc, int seconds); /* from now; beyond 2038 they go round */
void dc_random (Dc *dc, void *out, size_t len);
int64_t dc_random_id (Dc *dc);
int64_t dc_msg_id (Dc *dc, gboolean answer);

/* dc-transport.c */
void dc_conn_write (DcConn *conn, const uint8_t *payload, size_t len);
void dc_conn_drop (DcConn *conn);

/* dc-handshake.c */
void dc_plain_receive (DcConn *conn, const uint8_t *body, size_t len);

/* dc-session.c */
void dc_session_packet (DcConn *conn, const uint8_t *packet, size_t len);
void dc_session_send (DcSession *session, const TlWriter *body, gboolean content,
                      gboolean answer);
/* On its connection, which it must have. */
void dc_session_transmit (DcSession *session, int64_t msg_id, int32_t seq_no,
                          const uint8_t *body, size_t len);
void dc_session_forget (Dc *dc, DcUser *user);
void dc_session_free (DcSession *session);
void dc_key_free (DcKey *key);
DcKey *dc_key_add (Dc *dc, const uint8_t key[static 256], int64_t salt, int number,
                   gboolean temporary);

/* dc-rpc.c */
void dc_count (Dc *dc, const char *name); /* a call of it */
void dc_rpc (DcSession *session, int64_t msg_id, const uint8_t *body, size_t len);
void dc_fail (DcCall *call, int code, const char *text);
void dc_answer (DcCall *call, const TlObject *object);
void dc_answer_bool (DcCall *call, gboolean value);
/* TRUE: a switch stands for that message; *text is NULL for "drop". */
gboolean dc_switched (Dc *dc, const char *name, int *code, char **text);
void dc_delayed_free (DcDelayed *delayed);
void dc_switch_free (DcSwitch *item);

/* dc-layer.c */
/* What came in the forms of the session's layer, in ours; FALSE: they are the same. */
gboolean dc_layer_hear (const DcSession *session, const uint8_t *body, size_t len,
                        TlWriter *out);
/* The call's answer in the forms of its session's layer. */
void dc_layer_answer (const DcCall *call, TlWriter *out);
/* Sends updates, encoded in ours. */
void dc_layer_tell (DcSession *session, const TlWriter *updates);

/* dc-auth.c */
SrvAuthAuthorization dc_log_in (DcCall *call, DcUser *user, SrvUser *self,
                                SrvUserStatusOnline *online,
                                SrvUserStatusOffline *offline);

/* dc-login.c */
#define DC_CODE_HASH "0123456789abcdef"
typedef struct {
    union {
        TlObject any;
        SrvAuthSentCodeTypeMissedCall missed;
        SrvAuthSentCodeTypeFragmentSms fragment;
        SrvAuthSentCodeTypeEmailCode email;
        SrvAuthSentCodeTypeSetUpEmailRequired address;
    } type;
    SrvAuthCodeTypeSms next;
    SrvAuthSentCode code; /* points into this, and at `hash` */
} DcSent;
/* auth.sentCode, as it was set. */
void dc_login_sent (const Dc *dc, const char *hash, DcSent *sent);
void dc_login_send (DcCall *call, const char *hash);
void dc_login_clear (Dc *dc);
/* Codes go out so from now on; FALSE: there is no such way. */
gboolean dc_login_set_code (Dc *dc, const char *kind, const char *part);
/* The newest token that is shown: FALSE: none is. */
gboolean dc_login_scan (Dc *dc, DcUser *user);

/* dc-mail.c */
void dc_mail (Dc *dc, DcUser *user); /* a login code, to their address */
/* Whether it is the code that was mailed; where nobody said an address, any is. */
gboolean dc_mail_is_right (const DcUser *user, const TlObject *verification);

void dc_account_tell_new (Dc *dc, DcUser *user); /* dc-account.c */
/* Of all devices; `type`: as in updateServiceNotification. */
void dc_account_tell_service (Dc *dc, DcUser *user, const char *type, const char *text);
/* dc-people.c */
DcUser *dc_user_by_phone (Dc *dc, const char *phone, size_t len);
DcUser *dc_user_by_id (Dc *dc, int64_t id);
int64_t dc_user_hash (const DcUser *user, const DcUser *viewer);
/* The user as `viewer` sees it; points into `user`. */
SrvUser dc_user_object (Dc *dc, const DcUser *user, const DcUser *viewer,
                        SrvUserStatusOnline *online, SrvUserStatusOffline *offline);
void dc_user_free (DcUser *user);
/* Encodes an update for a device (or all of its user's when NULL) and sends it behind the
 * running call's answer, or at once without one. `about`: users told with it, or NULL. */
void dc_push (Dc *dc, DcCall *call, DcUser *to, DcKey *device, const TlObject *update,
              DcUser *about);
void dc_push_run (DcCall *call);
void dc_set_online (Dc *dc, DcUser *user, gboolean online);
/* Who is meant, if the caller has their access hash; else NULL. */
DcUser *dc_input_user (DcCall *call, const TlObject *input);

/* dc-profile.c */
void dc_profile_clear (DcUser *user);
void dc_profile_show (const DcUser *user, const DcUser *viewer, SrvUser *object);
void dc_called_free (DcCalled *called); /* or NULL */
/* Everybody else is told. FALSE: there is no such thing. */
gboolean dc_profile_set (Dc *dc, DcUser *user, const char *what, const char *value);

/* dc-secret.c */
DcChat *dc_chat_find (Dc *dc, int32_t id);
/* The caller's login ends, and with it the chats of this device: the others are told. */
void dc_chats_log_out (DcCall *call);
void dc_chat_free (DcChat *chat);
void dc_encrypted_free (DcEncrypted *message);
void dc_held_free (DcHeld *held);
/* Delivers what waits, in order, for that chat (0 = any) and side (NULL = either). */
void dc_release (Dc *dc, int32_t chat_id, const DcUser *to);
/* The chat as `device` sees it, encoded boxed into `out`. */
void dc_chat_encode (DcChat *chat, DcKey *device, DcUser *user, TlWriter *out);

/* dc-hostile.c */
/* gzip of `len` bytes; unref it. */
GByteArray *dc_gzip (const uint8_t *data, size_t len);
/* `n` updates of 160 kB that unpack to 64 MB each, in one container. */
void dc_hostile_update (Dc *dc, DcUser *to, unsigned n);
void dc_hostile_difference (DcCall *call);
/* `n` strangers ask for a secret chat; every other one takes it back. */
void dc_hostile_requests (Dc *dc, DcUser *to, unsigned n);
