/* The harness of the secret-chat tests. */
#include "secret-pair.h"

#include "dh-toy.h"
#include "secret-private.h"
#include "secret.tl.h"
#include "tg-refusal.h"
#include "tl-encode.h"

#include <string.h>

#define ALICE 1001
#define BOB 1002
#define ACCESS_HASH 77
#define LOST_MAX 2 /* of the same message */

typedef struct {
    SecretCall call;
    GBytes *data;   /* of SEND */
    GBytes *number; /* of REQUEST and ACCEPT */
} PairCall;

typedef struct {
    int32_t date;
    int64_t random_id; /* the outer one: a resend keeps it (SC-D21) */
    GBytes *data;
} PairMessage;

static gboolean
fill (void *user, uint8_t *out, size_t len)
{
    Pair *pair = user;

    for (size_t i = 0; i < len; i++) {
        pair->seed = pair->seed * 6364136223846793005u + 1442695040888963407u;
        out[i] = (uint8_t)(pair->seed >> 56);
    }
    return TRUE;
}

static StoreBatch *
batch_cb (void *user)
{
    return ((PairEnd *)user)->batch;
}

static void
call_cb (void *user, SecretChat *chat, const SecretCall *call)
{
    PairEnd *end = user;
    PairCall *copy = g_new0 (PairCall, 1);

    copy->call = *call;
    if (call->kind == SECRET_CALL_SEND)
        copy->data = g_bytes_new (call->u.send.data.data, call->u.send.data.len);
    else if (call->kind == SECRET_CALL_REQUEST)
        copy->number = g_bytes_new (call->u.request.g_a, 256);
    else if (call->kind == SECRET_CALL_ACCEPT)
        copy->number = g_bytes_new (call->u.accept.g_b, 256);
    g_queue_push_tail (&end->calls, copy);
}

static void
note_gone (PairEnd *end, const TalkGone *gone)
{
    static const char *const names[] = { [TALK_GONE_DELETED] = "deleted",
                                         [TALK_GONE_FLUSHED] = "flushed",
                                         [TALK_GONE_EXPIRED] = "expired",
                                         [TALK_GONE_ERASED] = "erased" };

    g_string_append (end->events, names[gone->why]);
    if (gone->why != TALK_GONE_ERASED)
        g_string_append_printf (end->events, " %zu %s", gone->n,
                                gone->by_peer ? "peer" : "us");
}

static void
note_notice (PairEnd *end, const TalkNotice *notice)
{
    static const char *const names[] = {
        [TALK_NOTICE_TTL] = "ttl",          [TALK_NOTICE_SCREENSHOT] = "shot",
        [TALK_NOTICE_DELAYED] = "delayed",  [TALK_NOTICE_GAP] = "gap",
        [TALK_NOTICE_NEWER_PEER] = "newer", [TALK_NOTICE_OLD_GROUP] = "old group",
        [TALK_NOTICE_REKEYED] = "rekeyed",
    };
    const char *who = notice->by_peer ? "peer" : "us";

    g_string_append (end->events, names[notice->kind]);
    if (notice->kind == TALK_NOTICE_TTL)
        g_string_append_printf (end->events, " %d %s", (int)notice->number, who);
    else if (notice->kind == TALK_NOTICE_SCREENSHOT)
        g_string_append_printf (end->events, " %s", who);
    else if (notice->kind == TALK_NOTICE_GAP)
        g_string_append_printf (end->events, " %u missing, %u wait", notice->missing,
                                notice->queued);
}

static void
event_cb (void *user, SecretChat *chat, const TalkEvent *e)
{
    PairEnd *end = user;

    switch (e->kind) {
    case TALK_EVENT_SECRET:
        g_string_append_printf (end->events, "state %d %d", e->u.secret.state,
                                e->u.secret.closed);
        break;
    case TALK_EVENT_MESSAGE:
        g_string_append_printf (end->events, "message '%s' ttl %d content %d",
                                e->u.message.text, e->u.message.ttl,
                                e->u.message.content);
        g_array_append_val (end->shown, e->u.message.id);
        break;
    case TALK_EVENT_SENT:
        g_string_append (end->events, "sent");
        break;
    case TALK_EVENT_FAILED:
        g_string_append_printf (end->events, "failed %s", e->u.failed.token);
        break;
    case TALK_EVENT_READ:
        g_string_append (end->events, "read");
        break;
    case TALK_EVENT_OPENED:
        g_string_append_printf (end->events, "opened %zu peer", e->u.opened.n);
        break;
    case TALK_EVENT_GONE:
        note_gone (end, &e->u.gone);
        break;
    case TALK_EVENT_TYPING:
        g_string_append (end->events, e->u.typing ? "typing on" : "typing off");
        break;
    case TALK_EVENT_NOTICE:
        note_notice (end, &e->u.notice);
        break;
    default:
        g_assert_not_reached ();
    }
    g_string_append_c (end->events, '\n');
    if (end->pair->watch != NULL)
        end->pair->watch (end->pair, end, e);
}

/* The server counts a second a message. */
static int64_t
server_time_cb (void *user, HostTime now)
{
    PairEnd *end = user;

    return end->pair->date;
}

static const SecretOps ops = { batch_cb, call_cb, event_cb, server_time_cb };

static void
call_free (PairCall *call)
{
    g_clear_pointer (&call->data, g_bytes_unref);
    g_clear_pointer (&call->number, g_bytes_unref);
    g_free (call);
}

static void
message_free (PairMessage *message)
{
    g_bytes_unref (message->data);
    g_free (message);
}

static void
quiet_cb (const char *domain, GLogLevelFlags level, const char *message, gpointer user)
{
    if (strstr (message, PAIR_MARK) != NULL)
        g_error ("a text is in the log: %s", message);
}

void
pair_quiet (void)
{
    static gboolean done;

    if (!done && g_getenv ("G_MESSAGES_DEBUG") == NULL)
        g_log_set_handler ("mtp-secret", G_LOG_LEVEL_DEBUG, quiet_cb, NULL);
    done = TRUE;
}

static void
open_store (PairEnd *end)
{
    static const uint8_t key[32] = { 7 };
    g_autoptr (GError) error = NULL;

    end->store = end->folder != NULL ? any_store_open (end->folder, key, &error)
                                     : any_store_memory ();
    g_assert_no_error (error);
}

static Pair *
new_pair (uint64_t seed, const CryptoDhOps *dh, const char *folder)
{
    static const char *const names[] = { "alice", "bob" };
    Pair *pair = g_new0 (Pair, 1);

    pair->seed = seed;
    pair->random = (CryptoRandom){ fill, pair };
    pair->now = (HostTime){ .wall = 1700000000000, .mono = 1000000 };
    pair->g_a = g_byte_array_new ();
    pair->g_b = g_byte_array_new ();
    for (int i = 0; i < 2; i++) {
        PairEnd *end = &pair->ends[i];
        end->pair = pair;
        end->index = i;
        end->env = (SecretEnv){ .ops = &ops,
                                .user = end,
                                .random = &pair->random,
                                .dh = dh,
                                .own_user_id = i == 0 ? ALICE : BOB };
        if (folder != NULL)
            end->folder = g_build_filename (folder, names[i], NULL);
        open_store (end);
        end->batch = store_batch_new ();
        end->events = g_string_new (NULL);
        end->shown = g_array_new (FALSE, FALSE, sizeof (int64_t));
        end->wire = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
        end->kinds = g_ptr_array_new ();
        end->lost = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
    }
    return pair;
}

Pair *
pair_new (uint64_t seed)
{
    return new_pair (seed, &crypto_dh_toy, NULL);
}

Pair *
pair_new_real (uint64_t seed, const char *folder)
{
    return new_pair (seed, &crypto_dh_real, folder);
}

void
pair_free (Pair *pair)
{
    for (int i = 0; i < 2; i++) {
        PairEnd *end = &pair->ends[i];
        g_clear_pointer (&end->chat, secret_chat_free);
        store_batch_free (end->batch);
        any_store_close (end->store);
        g_queue_clear_full (&end->calls, (GDestroyNotify)call_free);
        g_queue_clear_full (&end->inbox, (GDestroyNotify)message_free);
        g_string_free (end->events, TRUE);
        g_array_unref (end->shown);
        g_ptr_array_unref (end->wire);
        g_ptr_array_unref (end->kinds);
        g_hash_table_unref (end->lost);
        g_free (end->folder);
    }
    g_byte_array_unref (pair->g_a);
    g_byte_array_unref (pair->g_b);
    g_free (pair);
}

static void
load_cb (StoreKey key, const uint8_t *value, size_t len, void *user)
{
    PairEnd *end = user;

    if (key.kind == STORE_CHAT)
        end->chat = secret_chat_load (&end->env, (int32_t)key.owner, value, len);
    else
        secret_chat_load_record (end->chat, key, value, len);
}

static void
reload (PairEnd *end)
{
    static const StoreKind kinds[] = { STORE_CHAT, STORE_OUTBOX, STORE_QUEUED,
                                       STORE_EARLY, STORE_MESSAGE };

    g_clear_pointer (&end->chat, secret_chat_free);
    g_queue_clear_full (&end->calls, (GDestroyNotify)call_free);
    if (end->folder != NULL) {
        g_clear_pointer (&end->store, any_store_close);
        open_store (end);
    }
    for (size_t i = 0; i < G_N_ELEMENTS (kinds); i++)
        any_store_each (end->store, kinds[i], TRUE, 0, load_cb, end, NULL);
    if (end->chat == NULL)
        return; /* died before the first record */
    secret_chat_resume (end->chat, end->pair->now);
    pair_commit (end);
}

static void
commit_batch (PairEnd *end)
{
    g_autoptr (GError) error = NULL;

    any_store_commit (end->store, end->batch, &error);
    g_assert_no_error (error);
    store_batch_free (end->batch);
    end->batch = store_batch_new ();
}

void
pair_commit (PairEnd *end)
{
    Pair *pair = end->pair;

    if (end->fate != PAIR_DIES_BEFORE)
        commit_batch (end);
    if (end->fate != PAIR_LIVES) {
        end->fate = PAIR_LIVES;
        end->deaths++;
        store_batch_free (end->batch);
        end->batch = store_batch_new ();
        if (pair->lost != NULL)
            pair->lost (pair, end);
        reload (end);
        return;
    }
    if (pair->released != NULL) {
        pair->released (pair, end);
        commit_batch (end);
    }
}

void
pair_restart (PairEnd *end)
{
    pair_commit (end);
    reload (end);
}

void
pair_forget_calls (PairEnd *end)
{
    g_queue_clear_full (&end->calls, (GDestroyNotify)call_free);
}

void
pair_reconnect (PairEnd *end)
{
    pair_commit (end);
    pair_forget_calls (end);
    secret_chat_suspend (end->chat);
    secret_chat_resume (end->chat, end->pair->now);
    pair_commit (end);
}

gboolean
pair_lose (PairEnd *end)
{
    PairMessage *message = g_queue_peek_head (&end->inbox);

    if (message == NULL)
        return FALSE;
    int times = GPOINTER_TO_INT (g_hash_table_lookup (end->lost, &message->random_id));
    if (times >= LOST_MAX)
        return FALSE;
    g_hash_table_replace (end->lost, g_memdup2 (&message->random_id, 8),
                          GINT_TO_POINTER (times + 1));
    message_free (g_queue_pop_head (&end->inbox));
    return TRUE;
}

void
pair_double (PairEnd *end)
{
    PairMessage *message = g_queue_peek_head (&end->inbox);

    if (message == NULL)
        return;
    PairMessage *copy = g_new0 (PairMessage, 1);
    copy->date = message->date;
    copy->random_id = message->random_id;
    copy->data = g_bytes_ref (message->data);
    g_queue_push_head (&end->inbox, copy);
}

void
pair_swap (PairEnd *end)
{
    PairMessage *first = g_queue_pop_head (&end->inbox);

    if (first != NULL)
        g_queue_push_nth (&end->inbox, first, 1);
}

/* --- the server --- */

static SecretRemote
remote_of (Pair *pair, SecretRemoteState state, const GByteArray *number)
{
    return (SecretRemote){ .state = state,
                           .id = pair->chat_id,
                           .access_hash = ACCESS_HASH,
                           .date = pair->date,
                           .admin_id = ALICE,
                           .participant_id = BOB,
                           .g_a_or_b = number != NULL
                                           ? TL_BYTES (number->data, number->len)
                                           : (TlBytes){ NULL, 0 },
                           .key_fingerprint = pair->fingerprint };
}

static void
take_request (PairEnd *end, const PairCall *call, SecretAnswer *answer)
{
    Pair *pair = end->pair;
    PairEnd *peer = &pair->ends[1];
    size_t len;
    const uint8_t *g_a = g_bytes_get_data (call->number, &len);

    pair->chat_id = call->call.u.request.random_id;
    if (!pair->requested) {
        g_byte_array_append (pair->g_a, g_a, (unsigned)len);
        pair->requested = TRUE;
        SecretRemote remote = remote_of (pair, SECRET_REMOTE_REQUESTED, pair->g_a);
        peer->chat = secret_chat_new_incoming (&peer->env, &remote, pair->now);
        g_assert_nonnull (peer->chat);
        pair_commit (peer);
        if (!peer->manual_accept) {
            secret_chat_accept (peer->chat, pair->now);
            pair_commit (peer);
        }
    } else {
        g_assert_cmpmem (pair->g_a->data, pair->g_a->len, g_a, len); /* SC-A11 */
    }
    answer->u.remote = remote_of (pair, SECRET_REMOTE_WAITING, NULL);
}

static void
take_accept (PairEnd *end, const PairCall *call, SecretAnswer *answer)
{
    Pair *pair = end->pair;
    PairEnd *peer = &pair->ends[0];
    size_t len;
    const uint8_t *g_b = g_bytes_get_data (call->number, &len);

    if (pair->accepted) {
        answer->error_code = 400;
        answer->error_type = "ENCRYPTION_ALREADY_ACCEPTED";
        return;
    }
    pair->accepted = TRUE;
    g_byte_array_append (pair->g_b, g_b, (unsigned)len);
    pair->fingerprint = call->call.u.accept.key_fingerprint;
    SecretRemote remote = remote_of (pair, SECRET_REMOTE_CHAT, pair->g_b);
    secret_chat_update (peer->chat, &remote, pair->now);
    pair_commit (peer);
    answer->u.remote = remote_of (pair, SECRET_REMOTE_CHAT, pair->g_a);
}

static void
take_send (PairEnd *end, const PairCall *call, SecretAnswer *answer)
{
    Pair *pair = end->pair;
    unsigned n = end->wire->len;

    if (end->fail_count > 0 && end->fail_after-- <= 0) {
        end->fail_after = 0;
        end->fail_count--;
        answer->error_code = 400;
        answer->error_type = end->fail_type;
        return;
    }
    g_ptr_array_add (end->wire, g_bytes_ref (call->data));
    answer->u.sent.date = ++pair->date;
    if (pair->deliver == NULL || pair->deliver (pair, end, n)) {
        PairMessage *message = g_new0 (PairMessage, 1);
        message->date = pair->date;
        message->random_id = call->call.u.send.random_id;
        message->data = g_bytes_ref (call->data);
        g_queue_push_tail (&pair->ends[1 - end->index].inbox, message);
    }
}

static void
take_config (SecretAnswer *answer)
{
    static const uint8_t random[256] = { 1, 2, 3 };

    answer->u.dh_config.g = 3;
    answer->u.dh_config.p = TL_BYTES (crypto_dh_known_prime, 256);
    answer->u.dh_config.random = TL_BYTES (random, sizeof random);
}

static void
take_call (PairEnd *end, PairCall *call)
{
    static const char *const names[] = {
        [SECRET_CALL_DH_CONFIG] = "config", [SECRET_CALL_CHECK_PRIME] = "prime",
        [SECRET_CALL_REQUEST] = "request",  [SECRET_CALL_ACCEPT] = "accept",
        [SECRET_CALL_DISCARD] = "discard",  [SECRET_CALL_SEND] = "send",
        [SECRET_CALL_READ] = "read",        [SECRET_CALL_TYPING] = "typing",
    };
    G_STATIC_ASSERT (G_N_ELEMENTS (names) == SECRET_CALL_TYPING + 1);
    SecretAnswer answer = { 0 };
    Pair *pair = end->pair;
    PairEnd *peer = &pair->ends[1 - end->index];

    g_ptr_array_add (end->kinds, (char *)names[call->call.kind]);
    switch (call->call.kind) {
    case SECRET_CALL_DH_CONFIG:
        take_config (&answer);
        break;
    case SECRET_CALL_CHECK_PRIME:
        answer.u.prime_good = TRUE;
        break;
    case SECRET_CALL_REQUEST:
        take_request (end, call, &answer);
        break;
    case SECRET_CALL_ACCEPT:
        take_accept (end, call, &answer);
        break;
    case SECRET_CALL_DISCARD:
        if (peer->chat != NULL) {
            SecretRemote remote = remote_of (pair, SECRET_REMOTE_DISCARDED, NULL);
            remote.history_deleted = call->call.u.discard.delete_history;
            secret_chat_update (peer->chat, &remote, pair->now);
            pair_commit (peer);
        }
        break;
    case SECRET_CALL_SEND:
        take_send (end, call, &answer);
        break;
    case SECRET_CALL_READ:
        end->reads++;
        end->last_read = call->call.u.read.max_date;
        secret_chat_peer_read (peer->chat, end->last_read,
                               (int32_t)(pair->now.wall / 1000), pair->now);
        pair_commit (peer);
        break;
    case SECRET_CALL_TYPING:
        if (call->call.u.typing.typing)
            secret_chat_peer_typing (peer->chat, pair->now);
        pair_commit (peer);
        break;
    }
    answer.refusal = tg_refusal_secret (answer.error_type);
    secret_chat_answer (end->chat, call->call.token, &answer, pair->now);
    pair_commit (end);
    call_free (call);
}

static void
deliver (PairEnd *end)
{
    Pair *pair = end->pair;
    PairMessage *message = g_queue_pop_head (&end->inbox);
    size_t len;
    const uint8_t *data = g_bytes_get_data (message->data, &len);
    gboolean again = end->fate == PAIR_DIES_BEFORE; /* the server did not hear of it */

    secret_chat_receive (end->chat, message->date, TL_BYTES (data, len), FALSE, TRUE,
                         pair->now);
    if (again)
        g_queue_push_head (&end->inbox, message);
    pair_commit (end);
    if (!again)
        message_free (message);
}

gboolean
pair_deliver_one (PairEnd *end)
{
    if (end->chat == NULL || g_queue_is_empty (&end->inbox))
        return FALSE;
    deliver (end);
    return TRUE;
}

void
pair_answer_with (PairEnd *end, const SecretAnswer *answer)
{
    PairCall *call = g_queue_pop_head (&end->calls);
    SecretAnswer meant = *answer;

    g_assert_nonnull (call);
    meant.refusal = tg_refusal_secret (answer->error_type);
    secret_chat_answer (end->chat, call->call.token, &meant, end->pair->now);
    pair_commit (end);
    call_free (call);
}

gboolean
pair_answer_one (PairEnd *end)
{
    if (end->chat == NULL || g_queue_is_empty (&end->calls))
        return FALSE;
    take_call (end, g_queue_pop_head (&end->calls));
    return TRUE;
}

void
pair_run (Pair *pair)
{
    gboolean moved = TRUE;

    for (int rounds = 0; moved; rounds++) {
        g_assert_cmpint (rounds, <, 100000);
        moved = FALSE;
        for (int i = 0; i < 2; i++) {
            PairEnd *end = &pair->ends[i];
            if (end->chat != NULL)
                pair_commit (end);
            if (!g_queue_is_empty (&end->calls)) {
                take_call (end, g_queue_pop_head (&end->calls));
                moved = TRUE;
            }
            if (!pair->hold && end->chat != NULL && !g_queue_is_empty (&end->inbox)) {
                deliver (end);
                moved = TRUE;
            }
        }
    }
}

void
pair_start (Pair *pair)
{
    PairEnd *alice = &pair->ends[0];

    pair->date = (int32_t)(pair->now.wall / 1000);
    alice->chat = secret_chat_new_outgoing (&alice->env, BOB, NULL, 0, pair->now);
    pair_commit (alice);
}

void
pair_make_ready (Pair *pair)
{
    pair_start (pair);
    pair_run (pair);
    for (int i = 0; i < 2; i++) {
        g_assert_cmpint (pair_info (&pair->ends[i]).state, ==, TALK_STATE_READY);
        g_string_truncate (pair->ends[i].events, 0);
    }
}

Pair *
pair_ready (uint64_t seed)
{
    Pair *pair = pair_new (seed);

    pair_make_ready (pair);
    return pair;
}

TalkClosed
pair_answered (uint64_t seed, const uint8_t *g_b, int64_t fingerprint)
{
    g_autoptr (Pair) pair = pair_new (seed);

    bob_of (pair)->manual_accept = TRUE;
    pair_start (pair);
    pair_run (pair);
    SecretRemote remote = { .state = SECRET_REMOTE_CHAT,
                            .id = pair->chat_id,
                            .access_hash = ACCESS_HASH,
                            .g_a_or_b =
                                TL_BYTES (g_b != NULL ? g_b : pair->g_a->data, 256),
                            .key_fingerprint = fingerprint };
    secret_chat_update (alice_of (pair)->chat, &remote, pair->now);
    pair_run (pair);
    return pair_info (alice_of (pair)).closed;
}

void
pair_advance (Pair *pair, int64_t ms)
{
    pair->now.wall += ms;
    pair->now.mono += ms;
    pair->date = MAX (pair->date, (int32_t)(pair->now.wall / 1000));
    for (int i = 0; i < 2; i++)
        secret_chat_tick (pair->ends[i].chat, pair->now);
    pair_run (pair);
}

int64_t
pair_say (PairEnd *end, const char *text)
{
    int64_t id = 0;

    g_assert_cmpint (
        secret_chat_send_text (end->chat, text, 0, FALSE, end->pair->now, &id), ==,
        TALK_DONE);
    pair_commit (end);
    return id;
}

char *
pair_events (PairEnd *end)
{
    char *text = g_strdup (end->events->str);
    g_string_truncate (end->events, 0);
    return text;
}

void
pair_inject (PairEnd *to, TlBytes data)
{
    secret_chat_receive (to->chat, to->pair->date, data, to->pair->with_file, TRUE,
                         to->pair->now);
    pair_commit (to);
}

GBytes *
pair_forge_raw (PairEnd *from, int32_t layer, int32_t in_seq_no, int32_t out_seq_no,
                const uint8_t *body, size_t len)
{
    uint8_t random[31] = { 0 };
    g_auto (TlWriter) plain = { 0 };

    tl_writer_int (&plain, (int32_t)(4 + 1 + sizeof random + 12 + len));
    tl_writer_int (&plain, (int32_t)SecretDecryptedMessageLayer_ID);
    tl_writer_bytes (&plain, random, sizeof random);
    tl_writer_int (&plain, layer);
    tl_writer_int (&plain, in_seq_no);
    tl_writer_int (&plain, out_seq_no);
    tl_writer_raw (&plain, body, len);
    size_t end = plain.len;
    while (plain.len < end + 12 || plain.len % 16 != 0)
        tl_writer_raw (&plain, "x", 1);
    uint8_t *out = g_malloc (24 + plain.len);
    int64_t fingerprint = GINT64_TO_LE (from->chat->keys.now.fingerprint);
    memcpy (out, &fingerprint, 8);
    crypto_envelope_seal (from->chat->keys.now.key, from->index == 0 ? 0 : 8, plain.data,
                          plain.len, out + 8);
    return g_bytes_new_take (out, 24 + plain.len);
}

GBytes *
pair_forge (PairEnd *from, int32_t layer, int32_t in_seq_no, int32_t out_seq_no,
            const TlObject *body)
{
    g_auto (TlWriter) writer = { 0 };

    g_assert_true (tl_encode (&tl_secret_schema, body, &writer));
    return pair_forge_raw (from, layer, in_seq_no, out_seq_no, writer.data, writer.len);
}

TalkSecret
pair_info (PairEnd *end)
{
    TalkSecret info;
    secret_chat_info (end->chat, &info);
    return info;
}

const SecretCall *
pair_call (const PairEnd *end, unsigned n)
{
    const PairCall *call = g_queue_peek_nth ((GQueue *)&end->calls, n);
    return call != NULL ? &call->call : NULL;
}

TlMessage *
pair_open (const SecretChat *chat, gboolean by_creator, TlBytes data)
{
    int64_t fingerprint;
    const SecretKey *key = &chat->keys.now;
    uint32_t size;

    memcpy (&fingerprint, data.data, sizeof fingerprint);
    if (chat->keys.other.used &&
        chat->keys.other.fingerprint == GINT64_FROM_LE (fingerprint))
        key = &chat->keys.other;
    g_autofree uint8_t *plain = g_malloc (data.len);
    if (!crypto_envelope_open (key->key, by_creator ? 0 : 8, data.data + 8, data.len - 24,
                               plain))
        return NULL;
    memcpy (&size, plain, sizeof size);
    return tl_message_decode (&tl_secret_schema, plain + 4, GUINT32_FROM_LE (size), NULL);
}
