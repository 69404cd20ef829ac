/* A session with a known key and the server's end of it, both in the test's hands: what
 * the client sends is unpacked into a list, what the server says is written by the test.
 * The clock is the test's. */
#pragma once

#include "mt-packet.h"
#include "mt-session.h"

#include "api.tl.h"
#include "mtproto.tl.h"

/* One message of the client, containers taken apart. */
typedef struct {
    int64_t msg_id;
    int64_t outer_id; /* of the container, or msg_id */
    int32_t seq_no;
    int64_t salt;
    int64_t session_id;
    uint32_t id; /* constructor */
    uint8_t *body;
    size_t len;
} MtHeard;

typedef struct {
    MtSession *session;
    MtConfig config;
    GBytes *header;
    GBytes *record; /* of the key, as it was in the beginning */
    StoreBatch *batch;
    HostTime now;
    uint8_t key[256];
    int64_t server_salt;
    int64_t last_id; /* of the server */
    int32_t server_seq;
    GPtrArray *heard; /* MtHeard since mb_forget() */
    GByteArray *up;   /* bytes not yet parsed */
    struct CryptoCtr *up_ctr;
    struct CryptoCtr *down_ctr;
    int64_t session_id; /* the newest the client used */
    GString *events;  /* "connect", "disconnect", "ready", "gap", "update", "failed N" */
    GString *answers; /* "pong " / "ok" / "error 420 FLOOD_WAIT 3 " per answered call */
    unsigned connects;
    MtPause pause; /* as the session said last */
} MtBench;

MtBench *mb_new (void);
void mb_free (MtBench *bench);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MtBench, mb_free)
/* Starts, connects, logged in. */
MtBench *mb_ready (void);
void mb_connected (MtBench *bench);
void mb_reconnect (MtBench *bench); /* after whatever pause */
/* The process ends: a new session from what is stored, connected again. */
void mb_restart (MtBench *bench);
void mb_advance (MtBench *bench, int64_t ms); /* ticks at every deadline on the way */
/* messages.getDhConfig with version `n`, so that calls can be told apart. */
MtCall *mb_call (MtBench *bench, int n, MtCallFlags flags);
/* Any call, left for the next flush. */
MtCall *mb_ask (MtBench *bench, const TlObject *request, MtCallFlags flags);
void mb_flush (MtBench *bench);
/* The newest heard message with this constructor; NULL. */
MtHeard *mb_find (MtBench *bench, uint32_t id);
/* The newest heard call made with `n`; NULL. */
MtHeard *mb_find_call (MtBench *bench, int n);
unsigned mb_count_call (MtBench *bench, int n);
void mb_forget (MtBench *bench);
void mb_give_pong (MtBench *bench); /* to the newest ping */
char *mb_take (GString *string);    /* its text, emptied; g_free() it */

int64_t mb_next_id (MtBench *bench, gboolean answer);
/* Sends one message of the server; odd seq_no where `content`. Returns its msg_id. */
int64_t mb_say (MtBench *bench, const TlObject *object, gboolean content);
int64_t mb_say_bytes (MtBench *bench, const uint8_t *body, size_t len, gboolean content);
void mb_say_packet (MtBench *bench, const MtPacket *packet);
/* Frames, not yet obfuscated, in one piece. */
void mb_say_wire (MtBench *bench, const GByteArray *frames);
void mb_say_raw (MtBench *bench, const uint8_t *payload, size_t len);
/* One message of a container. */
void mb_write_entry (TlWriter *out, int64_t msg_id, int32_t seq_no, const void *body,
                     size_t len);
/* The rpc_result that mb_answer() sends, for tests that send it in their own way. */
void mb_write_result (TlWriter *out, int64_t req_msg_id);
/* rpc_result for `call` holding `object` of the api schema, or raw bytes. */
void mb_answer (MtBench *bench, const MtHeard *call);
void mb_answer_bytes (MtBench *bench, int64_t req_msg_id, const uint8_t *body,
                      size_t len);
void mb_answer_error (MtBench *bench, const MtHeard *call, int code, const char *text);
