/* What the session's files share. Each calls only those below it; what it has to tell a
 * higher one it marks (mt-end.c).
 *
 *   mt-session.c  inputs and their end: connect, deadlines, calls
 *   mt-receive.c  what arrives, frame by frame
 *   mt-messages.c the messages of a packet, each once
 *   mt-service.c  one handler per service message
 *   mt-answer.c   what the calls are told
 *   mt-destroy.c  a key is given up
 *   mt-exchange.c making keys, binding temporary ones
 *   mt-silence.c  calls without an answer
 *   mt-flood.c    methods that the server wants a pause of
 *   mt-send.c     ids, containers, the table of what was sent
 *   mt-race.c     addresses side by side, until one is connected
 *   mt-end.c      what an input asks of its end
 *   mt-key.c      key, salts, their record
 */
#pragma once

#include "mt-bind.h"
#include "mt-call.h"
#include "mt-clock.h"
#include "mt-frame.h"
#include "mt-handshake.h"
#include "mt-key.h"
#include "mt-large.h"
#include "mt-packet.h"
#include "mt-race.h"

#define MT_PROBLEMS_MAX 5 /* complaints in a row before backing off (MT-D20, MT-D31) */

typedef enum {
    MT_SENT_CALL,
    MT_SENT_ACKS,
    MT_SENT_PING,
    MT_SENT_STATE_REQ,
    MT_SENT_SALTS,
    MT_SENT_CONTAINER,
    MT_SENT_INFO,  /* answers to the server's own questions */
    MT_SENT_FETCH, /* asks for an answer that lies ready there */
    MT_SENT_DESTROY,
} MtSentKind;

/* One own message that the server may still refer to. */
typedef struct {
    int64_t msg_id;
    MtSentKind kind;
    MtCall *call; /* NULL once answered or cancelled */
    GArray *ids;  /* int64_t: of acks, state requests, a container's contents; or NULL */
    int64_t mono; /* when */
    int64_t ping_id;
} MtSent;

/* A service message waiting for the next flush. */
typedef struct {
    MtSentKind kind;
    GByteArray *body;
    GArray *ids;
    int64_t ping_id;
} MtQueued;

#define MT_CREATED_MAX 8
#define MT_FETCHED_MAX 128

/* What the running input asks of its end (mt-end.c). */
typedef struct {
    gboolean heard, renew, drop, fail;
    MtTrouble trouble;
    int failures; /* the pause is at least that of so many */
    char *why;
    MtFailure failure;
    char *detail;
    MtKey *move;       /* owned: a new session begins, under this key */
    MtBindAnswer bind; /* of the server, to mt_exchange_bind() */
} MtEnd;

/* What a new_session_created said. */
typedef struct {
    int64_t unique_id;
    int64_t first_msg_id;
} MtCreated;

/* No call of this method goes before that time. */
typedef struct {
    const TlCtor *method;
    int64_t until; /* mono ms */
} MtFlood;

/* How far the server was asked to forget the key. */
typedef enum {
    MT_DESTROY_NO,
    MT_DESTROY_WANTED,
    MT_DESTROY_OUT,
    MT_DESTROY_DONE
} MtDestroy;

struct MtSession {
    MtConfig config;
    const MtOps *ops;
    void *user;
    MtState state;
    gboolean wanted;
    gboolean logged_in;
    MtDestroy destroy;

    MtKey *key;         /* the data centre's, maybe other sessions' too */
    MtKey *live;        /* what packets go under: the same, or a temporary one */
    gboolean temporary; /* a temporary one is wanted */
    int64_t old_id;     /* of the live key before: what still comes under it is let go */
    MtHandshake *handshake; /* the exchange that runs */
    int64_t exchange_began; /* mono */
    MtKey *next;            /* made: the session moves to it when it is quiet */
    int64_t quiet_until;    /* mono: or then */
    MtCall *bind;           /* asks the server to bind `live`; nothing else goes out */
    int64_t look_at;        /* mono: another session makes the key; HOST_NEVER = none */

    /* session */
    MtClock clock;
    int64_t session_id;
    int32_t content; /* content-related messages sent */
    MtSeen seen;
    gboolean header_done;  /* an answer to a wrapped call arrived */
    int64_t init_again_at; /* mono: before, no undecodable answer clears header_done */
    int64_t session_made;  /* mono */
    int problems;
    GArray *acks; /* int64_t */
    int64_t acks_since;
    MtCreated created_sessions[MT_CREATED_MAX];
    unsigned n_created;
    GQueue calls;          /* MtCall, in order of their creation */
    uint64_t call_numbers; /* so many were ever made */
    GArray *floods;        /* MtFlood */
    int64_t rest_at;       /* mono: nothing is sealed before; HOST_NEVER = at once */
    GQueue queued;         /* MtQueued */
    GHashTable *sent;      /* msg_id -> MtSent */
    GQueue sent_order;     /* MtSent, oldest first */
    int64_t state_asked;   /* mono of the first state request without answer, 0 = none */
    int64_t asked_before;  /* ms that it was asked for on earlier connections */
    int64_t lost_at;       /* mono: since when there is no connection, 0 = there is one */
    gboolean ask_again;    /* the question was not taken; mt-silence.c repeats it */
    int ask_repeats;

    /* connection */
    MtRoutes *routes;
    MtRace race;     /* while connecting */
    unsigned slot;   /* of the connection, when it is there */
    int which;       /* its address */
    gboolean proved; /* the server was heard on it */
    MtFrame *frame;
    MtLarge *large; /* the packet that comes in parts, or NULL */
    MtPause pause;
    int64_t retry_at;
    int64_t step_deadline; /* connecting, exchanging */
    int64_t last_received;
    int64_t ping_at;
    int64_t calm_at; /* when the ping was due before a call hurried it; 0: none does */
    int64_t pong_deadline; /* HOST_NEVER: no ping in flight */
    int64_t round_trip; /* ms that this connection's last pong took; 0: none came yet */
    int64_t doubt; /* ping_id of what only its own pong answers, 0: any pong will do */
    int64_t salts_asked;
    int64_t life_until; /* bytes do not put pong_deadline off beyond */
    TlBudget budget;    /* what the running input may still make */
    int64_t more_at;    /* mono: frames wait for another turn; HOST_NEVER = none */
    int64_t fetched[MT_FETCHED_MAX]; /* the last answers asked for on this connection */
    unsigned n_fetched;
    MtEnd end;
};

/* mt-end.c */
/* Closes the connection; the next attempt waits for as long as the trouble is worth, and
 * for as long as that many `failures` are. */
void mt_end_drop (MtSession *session, MtTrouble trouble, const char *why);
void mt_end_drop_for (MtSession *session, MtTrouble trouble, int failures,
                      const char *why);
void mt_end_fail (MtSession *session, MtFailure failure, const char *detail);
/* New id, clean counters, unanswered calls queued again; at most once in 10 s (MT-D32). */
void mt_end_renew (MtSession *session, const char *why);
/* The server was heard: a packet under the key, and a new one. */
void mt_end_heard (MtSession *session);
/* The connection or its session will be gone: no more is taken from it, or sent. */
gboolean mt_end_is_near (const MtSession *session);

/* mt-send.c */
void mt_send_flush (MtSession *session, HostTime now);
void mt_send_queue (MtSession *session, MtSentKind kind, const TlObject *body,
                    const int64_t *ids, size_t n_ids, int64_t ping_id);
/* Its ping_id. */
int64_t mt_send_ping (MtSession *session, HostTime now);
/* A ping on a connection that the network may have left behind: no pong soon is its end (MT-B32). */
void mt_send_doubt (MtSession *session, HostTime now);
MtSent *mt_send_find (MtSession *session, int64_t msg_id);
void mt_send_fetch (MtSession *session, int64_t answer_id); /* by msg_resend_req */
void mt_send_ack (MtSession *session, int64_t msg_id, HostTime now);
/* Sends again what `msg_id` carried: a call, acks, or a container's contents. */
void mt_send_again (MtSession *session, int64_t msg_id);
void mt_send_forget (MtSession *session, MtCall *call);
/* Tells who asked; the call is gone. */
void mt_send_finish (MtSession *session, MtCall *call, TlMessage *answer,
                     const MtError *error);
/* Frames it, and lets it out: what stands behind MT_FRAME_ROOM bytes. */
void mt_send_packet (MtSession *session, TlWriter *take_packet);
unsigned mt_send_in_flight (const MtSession *session); /* calls */
void mt_send_clear (MtSession *session); /* forgets everything that was sent or queued */
int64_t mt_send_deadline (const MtSession *session);

/* mt-flood.c */
/* A call of `method` was told to wait for so long (at most a week counts): the others of
 * its method wait, too (MT-E13). */
void mt_flood_begin (MtSession *session, const TlCtor *method, int64_t seconds,
                     HostTime now);
/* Before calls go: those of a method that waits are put off, or told how long it would be,
 * as each would be if the server said it. */
void mt_flood_hold (MtSession *session, HostTime now);

/* mt-silence.c */
/* Asks what the server has got of the calls that wait: after a reconnect (MT-D38), and
 * when one had no answer for long (MT-E8). */
void mt_silence_ask (MtSession *session, HostTime now);
void mt_silence_over (MtSession *session); /* it was told, or is of no interest now */
void mt_silence_disconnected (MtSession *session, HostTime now);
/* There is a connection again: asks what became of the calls, which get the time of the outage back. */
void mt_silence_connected (MtSession *session, HostTime now);
void mt_silence_tick (MtSession *session, HostTime now);
int64_t mt_silence_deadline (const MtSession *session);

/* mt-exchange.c */
/* The key that packets may go under now; NULL: something is to be made. */
MtKey *mt_exchange_usable (MtSession *session, HostTime now);
/* Whether the server may have made it too lately to know it everywhere (MT-C42). */
gboolean mt_exchange_is_young (const MtSession *session, const MtKey *key, HostTime now);
/* The temporary key that is in use serves no more: the next connection has another one, not
 * at once where this one was young. */
void mt_exchange_lose (MtSession *session, const char *why, HostTime now);
/* Makes the next of what is missing, or waits for a session that does. */
void mt_exchange_begin (MtSession *session, HostTime now);
void mt_exchange_receive (MtSession *session, const uint8_t *payload, size_t len,
                          HostTime now); /* a plain packet */
void mt_exchange_prime_checked (MtSession *session, const uint8_t p[static 256],
                                gboolean good, HostTime now);
void mt_exchange_bind (MtSession *session, HostTime now); /* asks for `live` */
void mt_exchange_bound (MtSession *session);              /* it said yes */
void
mt_exchange_stop (MtSession *session); /* the connection goes: what is half made, too */
void mt_exchange_advance (MtSession *session, HostTime now); /* what is due */
int64_t mt_exchange_deadline (const MtSession *session);

/* mt-destroy.c */
void mt_destroy_ask (MtSession *session);     /* where that is wanted */
void mt_destroy_unheard (MtSession *session); /* it is asked again */
void mt_destroy_heard (MtSession *session);

/* mt-answer.c */
typedef enum { MT_UNPACKED, MT_UNPACKED_CORRUPT, MT_UNPACKED_LARGE } MtUnpacked;
/* The message as plain bytes: unpacked where it was packed (MT-A21), once, within what the
 * input may still make (DECISIONS 32). `owned` gets the new bytes, if any. */
MtUnpacked mt_answer_unpack (MtSession *session, const uint8_t **data, size_t *len,
                             GByteArray **owned);
/* An rpc_result, not yet unpacked. */
void mt_answer_receive (MtSession *session, int64_t msg_id, const uint8_t *body,
                        size_t len, HostTime now);
/* The answer to that question was larger than an input may be. */
void mt_answer_large (MtSession *session, int64_t req_msg_id, HostTime now);

/* mt-service.c */
/* FALSE: it is no service message, and nothing was done. What does not decode is passed over. */
gboolean mt_service_handle (MtSession *session, int64_t msg_id, TlBytes body,
                            HostTime now);

/* mt-messages.c */
void mt_messages_packet (MtSession *session, const MtPacket *packet, HostTime now);
/* A genuine one that was too large to be kept: calls whose answers it held are told so,
 * what is small in it is handled, other things are asked for as updates are. */
void mt_messages_large (MtSession *session, const MtLarge *large, const MtPacket *packet,
                        HostTime now);

/* mt-receive.c */
/* Takes the frames that have arrived, as many as fit into one turn (DECISIONS 32). */
void mt_receive_frames (MtSession *session, HostTime now);
