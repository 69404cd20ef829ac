/* The state machine of one chat: the bytes choose what the peer sends (whole actions with
 * plausible or wrong numbers, or raw bodies), what the server says and answers, what the
 * user does, how time goes, and when the process dies. It starts from a stored chat, so
 * that an execution costs no handshake. After each move the machine is consistent.
 *
 * fuzz-secret.c looks at hostile plaintexts, fuzz-sim.c at two machines and their
 * agreement; this one goes through states. */
#include "fuzz.h"

#include "dh-toy.h"
#include "forge.h"
#include "tg-refusal.h"

#include <string.h>

#define MOVES_MAX 40
#define CALLS_MAX 16
#define USER 1001
#define PEER 1002

typedef struct {
    StoreKey key;
    GBytes *value;
} Saved;

typedef struct {
    const uint8_t *data;
    size_t len;
    SecretEnv env;
    SecretChat *chat;
    AnyStore *store;
    StoreBatch *batch;
    struct {
        uint64_t token;
        SecretCallKind kind;
    } calls[CALLS_MAX];
    unsigned n_calls;
    GArray *ids; /* of messages shown or sent */
    HostTime now;
    int32_t id;
    uint64_t seed;
} Machine;

/* --- where it starts --- */

static void
save_cb (StoreKey key, const uint8_t *value, size_t len, void *user)
{
    Saved saved = { key, g_bytes_new (value, len) };
    g_array_append_val (user, saved);
}

static GArray *
saved_of (End *end)
{
    GArray *records = g_array_new (FALSE, FALSE, sizeof (Saved));

    any_store_each_secret (end->store, save_cb, records);
    return records;
}

/* Ready on either side, waiting for the peer, and asked by the peer; made once. */
static GArray *
start_of (unsigned which)
{
    static GArray *starts[4];

    if (starts[0] == NULL) {
        g_autoptr (World) ready = world_ready_at (3);
        g_autoptr (World) asked = world_new (4, WORLD_TOY);
        starts[0] = saved_of (ready->alice);
        starts[1] = saved_of (ready->bob);
        asked->bob->thinks = TRUE;
        end_asks (asked->alice);
        world_run (asked);
        starts[2] = saved_of (asked->alice);
        starts[3] = saved_of (asked->bob);
    }
    return starts[which % G_N_ELEMENTS (starts)];
}

/* --- its surroundings --- */

static StoreBatch *
batch_cb (void *user)
{
    return ((Machine *)user)->batch;
}

static void
call_cb (void *user, SecretChat *chat, const SecretCall *call)
{
    Machine *m = user;

    if (m->n_calls == CALLS_MAX)
        memmove (m->calls, m->calls + 1, --m->n_calls * sizeof *m->calls);
    m->calls[m->n_calls].token = call->token;
    m->calls[m->n_calls++].kind = call->kind;
}

static void
event_cb (void *user, SecretChat *chat, const TalkEvent *event)
{
    Machine *m = user;

    if (event->kind == TALK_EVENT_MESSAGE)
        g_array_append_val (m->ids, event->u.message.id);
}

static uint8_t
draw (Machine *m)
{
    return fuzz_byte (&m->data, &m->len);
}

static int64_t
draw_id (Machine *m)
{
    uint8_t b = draw (m);
    return m->ids->len > 0 && b < 200 ? g_array_index (m->ids, int64_t, b % m->ids->len)
                                      : (int8_t)b;
}

static void
commit (Machine *m)
{
    any_store_commit (m->store, m->batch, NULL);
    store_batch_free (m->batch);
    m->batch = store_batch_new ();
}

static void
load_cb (StoreKey key, const uint8_t *value, size_t len, void *user)
{
    Machine *m = user;

    if (key.kind == STORE_CHAT)
        m->chat = secret_chat_load (&m->env, (int32_t)key.owner, value, len);
    else
        secret_chat_load_record (m->chat, key, value, len);
}

static void
load (Machine *m)
{
    g_clear_pointer (&m->chat, secret_chat_free);
    store_batch_free (m->batch);
    m->batch = store_batch_new ();
    m->n_calls = 0;
    any_store_each_secret (m->store, load_cb, m);
    secret_chat_set_typing_action (m->chat, TRUE);
    secret_chat_loaded (m->chat, m->now);
    secret_chat_resume (m->chat, m->now);
}

/* --- what the peer sends --- */

static void
public_value (Machine *m, uint8_t exponent[static 256], uint8_t out[static 256])
{
    memset (exponent, 0, 256);
    exponent[255] = draw (m);
    exponent[254] = 7;
    crypto_dh_toy.power_g (3, m->chat->handshake.p, exponent, out);
    if (draw (m) > 240)
        memset (out, 0, 256);
}

static void
encode_service (Machine *m, const TlObject *action, TlWriter *out)
{
    SecretDecryptedMessageService service =
        TL_NEW (SecretDecryptedMessageService, .random_id = draw (m), .action = action);
    tl_encode (&tl_secret_schema, TL_OBJ (&service), out);
}

static void
encode_exchange (Machine *m, unsigned kind, TlWriter *out)
{
    uint8_t b = draw (m), exponent[256], value[256], key[256];
    int64_t id = b < 200 ? m->chat->rekey.exchange.id : b;
    SecretDecryptedMessageActionRequestKey request =
        TL_NEW (SecretDecryptedMessageActionRequestKey, .exchange_id = (int8_t)b,
                .g_a = TL_BYTES (value, 256));
    SecretDecryptedMessageActionAcceptKey accept =
        TL_NEW (SecretDecryptedMessageActionAcceptKey, .exchange_id = id,
                .g_b = TL_BYTES (value, 256));
    SecretDecryptedMessageActionCommitKey commit_key =
        TL_NEW (SecretDecryptedMessageActionCommitKey, .exchange_id = id,
                .key_fingerprint = m->chat->keys.other.fingerprint + (b % 16 == 0));
    SecretDecryptedMessageActionAbortKey abort_key =
        TL_NEW (SecretDecryptedMessageActionAbortKey, .exchange_id = id);

    switch (kind) {
    case 0:
        public_value (m, exponent, value);
        encode_service (m, TL_OBJ (&request), out);
        break;
    case 1: /* as an honest peer, or nearly */
        public_value (m, exponent, value);
        crypto_dh_toy.power (m->chat->rekey.exchange.public_value, m->chat->handshake.p,
                             exponent, key);
        accept.key_fingerprint = crypto_key_id (key) + (b % 16 == 1);
        encode_service (m, TL_OBJ (&accept), out);
        break;
    case 2:
        encode_service (m, TL_OBJ (&commit_key), out);
        break;
    default:
        encode_service (m, TL_OBJ (&abort_key), out);
        break;
    }
}

static void
encode_action (Machine *m, unsigned kind, TlWriter *out)
{
    int64_t ids[3] = { draw_id (m), draw_id (m), draw (m) };
    SecretSendMessageTypingAction typing_on = TL_NEW (SecretSendMessageTypingAction);
    SecretDecryptedMessageActionSetMessageTTL ttl =
        TL_NEW (SecretDecryptedMessageActionSetMessageTTL,
                .ttl_seconds = (int32_t)((uint32_t)draw (m) << draw (m) % 28));
    SecretDecryptedMessageActionReadMessages read =
        TL_NEW (SecretDecryptedMessageActionReadMessages, .random_ids = { ids, 3 });
    SecretDecryptedMessageActionDeleteMessages gone =
        TL_NEW (SecretDecryptedMessageActionDeleteMessages, .random_ids = { ids, 3 });
    SecretDecryptedMessageActionScreenshotMessages shot =
        TL_NEW (SecretDecryptedMessageActionScreenshotMessages, .random_ids = { ids, 1 });
    SecretDecryptedMessageActionNotifyLayer layer =
        TL_NEW (SecretDecryptedMessageActionNotifyLayer, .layer = (int32_t)draw (m) - 10);
    SecretDecryptedMessageActionFlushHistory flush =
        TL_NEW (SecretDecryptedMessageActionFlushHistory);
    SecretDecryptedMessageActionTyping typing =
        TL_NEW (SecretDecryptedMessageActionTyping, .action = TL_OBJ (&typing_on));
    int32_t from = 2 * (m->chat->numbers.peer_in + draw (m) % 8 - 2);
    SecretDecryptedMessageActionResend resend =
        TL_NEW (SecretDecryptedMessageActionResend,
                .start_seq_no = from + (m->chat->outgoing ? 1 : 0),
                .end_seq_no = from + 2 * (draw (m) % 6) + (m->chat->outgoing ? 1 : 0));
    const TlObject *actions[] = { TL_OBJ (&ttl),    TL_OBJ (&read),  TL_OBJ (&gone),
                                  TL_OBJ (&shot),   TL_OBJ (&layer), TL_OBJ (&flush),
                                  TL_OBJ (&typing), TL_OBJ (&resend) };

    encode_service (m, actions[kind % G_N_ELEMENTS (actions)], out);
}

static void
encode_body (Machine *m, TlWriter *out)
{
    unsigned kind = draw (m) % 32;
    SecretDecryptedMessage text =
        TL_NEW (SecretDecryptedMessage, .random_id = (int64_t)draw (m) * 257,
                .ttl = draw (m) % 70, .message = TL_STR ("text"));

    if (kind < 12) {
        tl_encode (&tl_secret_schema, TL_OBJ (&text), out);
    } else if (kind < 20) {
        encode_action (m, kind, out);
    } else if (kind < 28) {
        encode_exchange (m, kind % 4, out);
    } else {
        size_t want = 4u * (draw (m) % 32), piece = MIN (m->len, want);
        tl_writer_raw (out, m->data, piece);
        m->data += piece;
        m->len -= piece;
        while (out->len % 4 != 0 || out->len < 4)
            tl_writer_raw (out, "\0", 1);
    }
}

/* Seals as the peer would: mostly the numbers that fit, under the key of its choice. */
static void
peer_sends (Machine *m)
{
    static const uint8_t random[15];
    static const int32_t layers[] = { 144, 144, 144, 101, 73, 46, 151, 0 };
    uint8_t how = draw (m);
    int x = m->chat->outgoing ? 0 : 1;
    const SecretKey *key = (how & 0x80) != 0 && m->chat->keys.other.used
                               ? &m->chat->keys.other
                               : &m->chat->keys.now;
    int32_t in = 2 * m->chat->numbers.raw_out + 1 - x,
            out = 2 * m->chat->numbers.raw_in + x;
    g_auto (TlWriter) plain = { 0 };
    g_auto (TlWriter) body = { 0 };

    if ((how & 0x40) != 0)
        in -= 2 * (draw (m) % 8);
    if ((how & 0x20) != 0)
        out += 2 * (int8_t)draw (m);
    if ((how & 0x1f) == 0x1f)
        in += (int8_t)draw (m);
    encode_body (m, &body);
    if (!key->used)
        return;
    tl_writer_int (&plain, (int32_t)(4 + 16 + 12 + body.len));
    tl_writer_int (&plain, (int32_t)SecretDecryptedMessageLayer_ID);
    tl_writer_bytes (&plain, random, sizeof random);
    tl_writer_int (&plain, layers[how % G_N_ELEMENTS (layers)]);
    tl_writer_int (&plain, in);
    tl_writer_int (&plain, out);
    tl_writer_raw (&plain, body.data, body.len);
    size_t end = plain.len;
    while (plain.len < end + 12 || plain.len % 16 != 0)
        tl_writer_raw (&plain, "x", 1);
    g_autoptr (GBytes) wire = forge_seal (key, !m->chat->outgoing, plain.data, plain.len);
    size_t len;
    const uint8_t *data = g_bytes_get_data (wire, &len);
    secret_chat_receive (m->chat, (int32_t)(m->now.wall / 1000), TL_BYTES (data, len),
                         NULL, (how & 1) != 0, m->now);
}

/* --- what the server says --- */

static void
an_answer_comes (Machine *m)
{
    static const char *const errors[] = {
        "ENCRYPTION_DECLINED", "USER_IS_BLOCKED",     "ENCRYPTION_ID_INVALID",
        "DATA_INVALID",        "MSG_WAIT_FAILED",     "ENCRYPTION_ALREADY_ACCEPTED",
        "MAX_DATE_INVALID",    "DH_G_A_INVALID",      "RANDOM_LENGTH_INVALID",
        "CHAT_ID_INVALID",     "SOMETHING_ELSE_GONE", "ENCRYPTION_ALREADY_DECLINED"
    };
    static const uint8_t random[3] = { 1, 2, 3 }, power[256] = { 4, 5, 6 };
    uint8_t how = draw (m);
    SecretAnswer answer = { 0 };

    if (m->n_calls == 0)
        return;
    unsigned which = (how >> 5) % m->n_calls;
    uint64_t token = m->calls[which].token;
    SecretCallKind kind = m->calls[which].kind;
    m->n_calls--;
    memmove (m->calls + which, m->calls + which + 1,
             (m->n_calls - which) * sizeof *m->calls);
    if ((how & 0x1f) >= 0x14) {
        answer.error_code = (how & 0x1f) == 0x1f ? -1 : 400;
        answer.error_type = errors[(how & 0x1f) % G_N_ELEMENTS (errors)];
    } else if (kind == SECRET_CALL_DH_CONFIG) {
        answer.u.dh_config.g = 3;
        answer.u.dh_config.p = TL_BYTES (crypto_dh_known_prime, 256);
        answer.u.dh_config.random = TL_BYTES (random, sizeof random);
    } else if (kind == SECRET_CALL_REQUEST || kind == SECRET_CALL_ACCEPT) {
        answer.u.remote.state = (SecretRemoteState)(draw (m) % 5);
        answer.u.remote.id = m->id;
        answer.u.remote.key_fingerprint = m->chat->keys.now.fingerprint;
    } else if (kind == SECRET_CALL_CHECK_PRIME) {
        answer.u.prime_good = TRUE;
    } else if (kind == SECRET_CALL_POWER) {
        answer.u.power = (how & 1) != 0 ? power : NULL;
    } else if (kind == SECRET_CALL_SEND) {
        answer.u.sent.date = (int32_t)(m->now.wall / 1000);
    }
    answer.refusal = tg_refusal_secret (answer.error_type);
    secret_chat_answer (m->chat, token, &answer, m->now);
}

static void
server_tells (Machine *m)
{
    uint8_t how = draw (m), exponent[256], value[256];
    SecretRemote remote = { .state = (SecretRemoteState)(how % 5),
                            .id = m->id,
                            .access_hash = 77,
                            .admin_id = (how & 0x40) != 0 ? USER : PEER,
                            .participant_id = (how & 0x40) != 0 ? PEER : USER,
                            .history_deleted = (how & 0x80) != 0,
                            .g_a_or_b = TL_BYTES (value, 256) };

    if (remote.state == SECRET_REMOTE_DISCARDED && draw (m) < 200)
        return; /* the end comes too soon otherwise */
    public_value (m, exponent, value);
    if (m->chat->handshake.has_exponent) {
        uint8_t key[256];
        crypto_dh_toy.power (m->chat->handshake.g_own, m->chat->handshake.p, exponent,
                             key);
        remote.key_fingerprint = crypto_key_id (key);
    } else {
        remote.key_fingerprint = m->chat->keys.now.fingerprint + (how == 3);
    }
    secret_chat_update (m->chat, &remote, m->now);
}

/* --- moves --- */

static void
user_acts (Machine *m)
{
    uint8_t how = draw (m);
    int64_t ids[2] = { draw_id (m), draw_id (m) };
    int64_t id;

    switch (how % 16) {
    case 0 ... 3:
        if (secret_chat_send_text (m->chat, "mine", ids[0], FALSE, m->now, &id) ==
            TALK_DONE)
            g_array_append_val (m->ids, id);
        break;
    case 4:
        secret_chat_delete (m->chat, ids, 2, m->now);
        break;
    case 5:
        secret_chat_set_ttl (m->chat, draw (m), m->now);
        break;
    case 6:
        secret_chat_flush (m->chat, m->now);
        break;
    case 7:
    case 8:
        secret_chat_seen (m->chat, ids, 2, m->now);
        break;
    case 9:
        secret_chat_open_media (m->chat, ids, 2, m->now);
        break;
    case 10:
        secret_chat_rekey (m->chat, m->now);
        break;
    case 11:
        secret_chat_set_typing (m->chat, (how & 16) != 0, m->now);
        break;
    case 12:
        secret_chat_let_go (m->chat, ids[1]);
        secret_chat_hidden (m->chat, ids[0], m->now);
        break;
    case 13:
        secret_chat_displayed (m->chat, ids[0]);
        break;
    case 14:
        secret_chat_accept (m->chat, m->now);
        break;
    default:
        if (how > 230)
            secret_chat_close (m->chat, (how & 16) != 0, TALK_CLOSED_BY_US, m->now);
        break;
    }
}

static void
time_goes (Machine *m)
{
    uint8_t how = draw (m);

    m->now.mono += (int64_t)1 << how % 32;
    m->now.wall += (how & 0x80) != 0 ? -((int64_t)1 << how % 32) : (int64_t)1 << how % 32;
    secret_chat_tick (m->chat, m->now);
}

static void
assert_consistent (const Machine *m, TalkState before)
{
    const SecretChat *chat = m->chat;

    g_assert_true (before != TALK_STATE_CLOSED || chat->state == TALK_STATE_CLOSED);
    g_assert_cmpint (chat->numbers.peer_in, <=, chat->numbers.raw_out);
    g_assert_cmpint (chat->numbers.in_floor, <=, chat->numbers.raw_out);
    if (chat->state == TALK_STATE_CLOSED) { /* SC-D30 */
        g_assert_false (chat->keys.now.used || chat->keys.other.used ||
                        chat->handshake.has_exponent);
        g_assert_cmpuint (chat->outbox.list->len + chat->holes.queue->len, ==, 0);
    }
    if (chat->state != TALK_STATE_READY)
        return;
    g_assert_true (chat->keys.now.used);
    g_assert_cmpint ((int32_t)chat->outbox.list->len, ==,
                     chat->numbers.raw_out - chat->numbers.peer_in);
    int32_t last = chat->numbers.raw_in - 1;
    for (unsigned i = 0; i < chat->holes.queue->len; i++) {
        int32_t raw = ((SecretQueued *)chat->holes.queue->pdata[i])->raw_in;
        g_assert_cmpint (raw, >, last);
        if (raw == chat->numbers.raw_in && chat->online)
            g_assert_cmpuint (chat->rekey.agree.token, !=,
                              0); /* SC-F22: else it would wait
                                                                  for ever */
        last = raw;
    }
    g_assert_true (chat->rekey.step == SECRET_REKEY_IDLE ||
                   chat->rekey.step == SECRET_REKEY_A_ASKED || chat->keys.other.used);
}

static void
move (Machine *m)
{
    TalkState before = m->chat->state;

    switch (draw (m) % 16) {
    case 0 ... 6:
        peer_sends (m);
        break;
    case 7 ... 9:
        an_answer_comes (m);
        break;
    case 10 ... 11:
        user_acts (m);
        break;
    case 12:
        time_goes (m);
        break;
    case 13:
        server_tells (m);
        break;
    case 14: /* dies before the commit, or after it */
        if ((draw (m) & 1) != 0)
            secret_chat_rekey (m->chat, m->now);
        load (m);
        break;
    default:
        secret_chat_suspend (m->chat);
        m->n_calls = 0;
        secret_chat_resume (m->chat, m->now);
        break;
    }
    commit (m);
    assert_consistent (m, before);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t len)
{
    static const SecretOps ops = { batch_cb, call_cb, event_cb };
    Machine m = { .data = data, .len = len, .seed = 1 };
    CryptoRandom random = { world_random, &m.seed };

    world_quiet ();
    GArray *start = start_of (draw (&m));
    m.now = (HostTime){ .wall = 1700000100000, .mono = 2000000 };
    m.env = (SecretEnv){ .ops = &ops,
                         .user = &m,
                         .random = &random,
                         .dh = &crypto_dh_toy,
                         .own_user_id = USER };
    m.ids = g_array_new (FALSE, FALSE, sizeof (int64_t));
    m.batch = store_batch_new ();
    m.store = any_store_memory ();
    for (unsigned i = 0; i < start->len; i++) {
        const Saved *saved = &g_array_index (start, Saved, i);
        size_t size;
        const void *value = g_bytes_get_data (saved->value, &size);
        store_batch_put (m.batch, saved->key, value, size);
        m.id = (int32_t)saved->key.owner;
    }
    commit (&m);
    load (&m);
    commit (&m);
    for (int i = 0; i < MOVES_MAX && m.len > 0; i++)
        move (&m);
    secret_chat_free (m.chat);
    store_batch_free (m.batch);
    any_store_close (m.store);
    g_array_unref (m.ids);
    return 0;
}
