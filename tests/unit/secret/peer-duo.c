/* The harness of peer-duo.h. */
#include "peer-duo.h"

#include "dh-toy.h"

#include <string.h>

#define OURS 1001
#define PEER 1002
#define CHAT_ID 4711
#define ACCESS_HASH 77
#define ROUNDS_MAX 100000
#define LOST_MAX 2

typedef struct {
    SecretCall call;
    GBytes *data; /* of SEND, REQUEST and ACCEPT */
} DuoCall;

typedef struct {
    int32_t raw;
    int32_t date;
    GBytes *data;
} DuoMessage;

static gboolean
fill (void *user, uint8_t *out, size_t len)
{
    Duo *duo = user;

    for (size_t i = 0; i < len; i++) {
        duo->seed = duo->seed * 6364136223846793005u + 1442695040888963407u;
        out[i] = (uint8_t)(duo->seed >> 56);
    }
    return TRUE;
}

static StoreBatch *
batch_cb (void *user)
{
    return ((Duo *)user)->batch;
}

static void
call_cb (void *user, SecretChat *chat, const SecretCall *call)
{
    Duo *duo = user;
    DuoCall *copy = g_new0 (DuoCall, 1);

    copy->call = *call;
    if (call->kind == SECRET_CALL_SEND)
        copy->data = g_bytes_new (call->u.send.data.data, call->u.send.data.len);
    else if (call->kind == SECRET_CALL_REQUEST)
        copy->data = g_bytes_new (call->u.request.g_a, 256);
    else if (call->kind == SECRET_CALL_ACCEPT)
        copy->data = g_bytes_new (call->u.accept.g_b, 256);
    g_queue_push_tail (&duo->calls, copy);
}

static void
event_cb (void *user, SecretChat *chat, const TalkEvent *event)
{
    Duo *duo = user;

    if (duo->watch != NULL)
        duo->watch (duo, event);
}

static int64_t
server_time_cb (void *user, HostTime now)
{
    return ((Duo *)user)->date;
}

static const SecretOps ops = { batch_cb, call_cb, event_cb, server_time_cb };

static void
call_free (DuoCall *call)
{
    g_clear_pointer (&call->data, g_bytes_unref);
    g_free (call);
}

static void
message_free (DuoMessage *message)
{
    g_bytes_unref (message->data);
    g_free (message);
}

static GQueue *
queue_of (Duo *duo, DuoWay way)
{
    return way == DUO_TO_US ? &duo->to_us : &duo->to_peer;
}

unsigned
duo_on_the_way (Duo *duo, DuoWay way)
{
    return g_queue_get_length (queue_of (duo, way));
}

/* --- our side's life --- */

static void
load_cb (StoreKey key, const uint8_t *value, size_t len, void *user)
{
    Duo *duo = user;

    if (key.kind == STORE_CHAT)
        duo->chat = secret_chat_load (&duo->env, (int32_t)key.owner, value, len);
    else
        secret_chat_load_record (duo->chat, key, value, len);
}

static void
reload (Duo *duo)
{
    static const StoreKind kinds[] = { STORE_CHAT, STORE_OUTBOX, STORE_QUEUED,
                                       STORE_EARLY, STORE_MESSAGE };
    g_autoptr (GError) error = NULL;

    any_store_commit (duo->store, duo->durable, &error);
    g_assert_no_error (error);
    store_batch_free (duo->durable);
    duo->durable = store_batch_new ();
    g_clear_pointer (&duo->chat, secret_chat_free);
    g_queue_clear_full (&duo->calls, (GDestroyNotify)call_free);
    for (size_t i = 0; i < G_N_ELEMENTS (kinds); i++)
        any_store_each (duo->store, kinds[i], TRUE, 0, load_cb, duo, NULL);
    g_assert_nonnull (duo->chat);
    secret_chat_resume (duo->chat, duo->now);
    duo_commit (duo);
}

static void
keep_batch (Duo *duo)
{
    store_batch_join (duo->durable, duo->batch);
    duo->batch = store_batch_new ();
}

void
duo_commit (Duo *duo)
{
    if (duo->fate != DUO_DIES_BEFORE)
        keep_batch (duo);
    if (duo->fate != DUO_LIVES) {
        duo->fate = DUO_LIVES;
        duo->deaths++;
        store_batch_free (duo->batch);
        duo->batch = store_batch_new ();
        if (duo->gone != NULL)
            duo->gone (duo);
        reload (duo);
    } else if (duo->released != NULL) {
        duo->released (duo);
        keep_batch (duo);
    }
}

void
duo_restart (Duo *duo)
{
    duo_commit (duo);
    if (duo->gone != NULL)
        duo->gone (duo);
    reload (duo);
}

void
duo_reconnect (Duo *duo)
{
    duo_commit (duo);
    g_queue_clear_full (&duo->calls, (GDestroyNotify)call_free);
    secret_chat_suspend (duo->chat);
    secret_chat_resume (duo->chat, duo->now);
    duo_commit (duo);
}

int64_t
duo_say (Duo *duo, const char *text)
{
    int64_t id = 0;

    g_assert_cmpint (secret_chat_send_text (duo->chat, text, 0, FALSE, duo->now, &id), ==,
                     TALK_DONE);
    duo_commit (duo);
    return id;
}

TalkSecret
duo_info (Duo *duo)
{
    TalkSecret info;

    secret_chat_info (duo->chat, &info);
    return info;
}

/* --- the server --- */

void
duo_collect (Duo *duo)
{
    PeerWire *wire;

    while ((wire = g_queue_pop_head (&duo->peer->wire)) != NULL) {
        DuoMessage *message = g_new0 (DuoMessage, 1);
        message->raw = wire->raw;
        message->date = ++duo->date;
        message->data = g_bytes_ref (wire->data);
        g_ptr_array_add (duo->peer_wire, g_bytes_ref (wire->data));
        g_queue_push_tail (&duo->to_us, message);
        peer_wire_free (wire);
    }
}

/* Numbers reach the server in order (SC-D3), so that the nth new id is number n. */
static int32_t
number_of (Duo *duo, int64_t random_id)
{
    gpointer raw;

    if (g_hash_table_lookup_extended (duo->numbers, &random_id, NULL, &raw))
        return GPOINTER_TO_INT (raw);
    int32_t next = (int32_t)g_hash_table_size (duo->numbers);
    g_hash_table_insert (duo->numbers, g_memdup2 (&random_id, sizeof random_id),
                         GINT_TO_POINTER (next));
    return next;
}

static void
take_send (Duo *duo, const DuoCall *call, SecretAnswer *answer)
{
    DuoMessage *message = g_new0 (DuoMessage, 1);

    answer->u.sent.date = ++duo->date;
    message->raw = number_of (duo, call->call.u.send.random_id);
    message->date = duo->date;
    message->data = g_bytes_ref (call->data);
    g_ptr_array_add (duo->wire, g_bytes_ref (call->data));
    g_queue_push_tail (&duo->to_peer, message);
}

/* The peer accepts at once, as all of them do. */
static void
take_request (Duo *duo, const DuoCall *call, SecretAnswer *answer)
{
    size_t len;
    const uint8_t *g_a = g_bytes_get_data (call->data, &len);

    peer_public (duo->peer, duo->g_peer);
    duo->remote.id = call->call.u.request.random_id;
    duo->remote.key_fingerprint = peer_agree (duo->peer, TL_BYTES (g_a, len));
    duo->remote.state = SECRET_REMOTE_WAITING;
    answer->u.remote = duo->remote;
}

static void
take_accept (Duo *duo, const DuoCall *call, SecretAnswer *answer)
{
    size_t len;
    const uint8_t *g_b = g_bytes_get_data (call->data, &len);

    peer_agree (duo->peer, TL_BYTES (g_b, len));
    duo->remote.state = SECRET_REMOTE_CHAT;
    duo->remote.key_fingerprint = call->call.u.accept.key_fingerprint;
    answer->u.remote = duo->remote;
}

static void
take_config (SecretAnswer *answer)
{
    static const uint8_t random[256] = { 4, 5, 6 };

    answer->u.dh_config.g = 3;
    answer->u.dh_config.p = TL_BYTES (crypto_dh_known_prime, 256);
    answer->u.dh_config.random = TL_BYTES (random, sizeof random);
}

gboolean
duo_answer (Duo *duo)
{
    DuoCall *call = g_queue_pop_head (&duo->calls);
    SecretAnswer answer = { 0 };

    if (call == NULL)
        return FALSE;
    switch (call->call.kind) {
    case SECRET_CALL_DH_CONFIG:
        take_config (&answer);
        break;
    case SECRET_CALL_REQUEST:
        take_request (duo, call, &answer);
        break;
    case SECRET_CALL_ACCEPT:
        take_accept (duo, call, &answer);
        break;
    case SECRET_CALL_SEND:
        take_send (duo, call, &answer);
        break;
    case SECRET_CALL_READ:
        duo->reads++;
        break;
    case SECRET_CALL_CHECK_PRIME:
    case SECRET_CALL_DISCARD:
    case SECRET_CALL_TYPING:
        break;
    }
    secret_chat_answer (duo->chat, call->call.token, &answer, duo->now);
    duo_commit (duo);
    call_free (call);
    return TRUE;
}

static void
deliver_to_us (Duo *duo, DuoMessage *take_message)
{
    size_t len;
    const uint8_t *data = g_bytes_get_data (take_message->data, &len);
    gboolean again = duo->fate == DUO_DIES_BEFORE; /* the server did not hear of it */

    secret_chat_receive (duo->chat, take_message->date, TL_BYTES (data, len), FALSE, TRUE,
                         duo->now);
    if (again)
        g_queue_push_head (&duo->to_us, take_message);
    duo_commit (duo);
    if (!again)
        message_free (take_message);
}

static gboolean
is_full (const PeerModel *peer)
{
    return peer->traits->queue_max > 0 && peer->waiting->len >= peer->traits->queue_max;
}

/* A client that acts on every copy of a Resend stalls where it gets ours a second time
 * after it has released what that asks for. Lost messages alone do not bring that about,
 * late ones may: we ask for what is only late, or it asks for our Resend, which is. */
gboolean
duo_may_overtake (Duo *duo, DuoWay way)
{
    return duo_may_open_hole (duo, way) && !duo->peer->traits->acts_on_copies;
}

gboolean
duo_deliver (Duo *duo, DuoWay way, unsigned nth)
{
    GQueue *queue = queue_of (duo, way);
    DuoMessage *message = g_queue_peek_nth (queue, nth);

    if (message == NULL || (nth > 0 && !duo_may_overtake (duo, way)))
        return FALSE;
    if (way == DUO_TO_US) {
        deliver_to_us (duo, g_queue_pop_nth (queue, nth));
        return TRUE;
    }
    /* one more behind a hole would end the chat: first what fills the hole */
    while (message != NULL && is_full (duo->peer) && message->raw > duo->peer->in)
        message = g_queue_peek_nth (queue, ++nth);
    if (message == NULL)
        return FALSE;
    g_queue_pop_nth (queue, nth);
    size_t len;
    const uint8_t *data = g_bytes_get_data (message->data, &len);
    peer_receive (duo->peer, TL_BYTES (data, len));
    duo_collect (duo);
    message_free (message);
    return TRUE;
}

void
duo_run (Duo *duo)
{
    gboolean moved = TRUE;

    for (int rounds = 0; moved && duo->peer->closed == NULL; rounds++) {
        g_assert_cmpint (rounds, <, ROUNDS_MAX);
        duo_collect (duo);
        moved = duo_answer (duo);
        moved |= duo_deliver (duo, DUO_TO_US, 0);
        moved |= duo_deliver (duo, DUO_TO_PEER, 0);
    }
}

void
duo_advance (Duo *duo, int64_t ms)
{
    duo->now.wall += ms;
    duo->now.mono += ms;
    duo->date = MAX (duo->date, (int32_t)(duo->now.wall / 1000));
    duo->peer->now = duo->now.wall;
    secret_chat_tick (duo->chat, duo->now);
    duo_commit (duo);
    peer_tick (duo->peer);
    duo_run (duo);
}

/* --- the server as the enemy --- */

static int
times_lost (Duo *duo, DuoWay way, int32_t raw)
{
    return GPOINTER_TO_INT (
        g_hash_table_lookup (duo->lost[way], GINT_TO_POINTER (raw + 1)));
}

static void
mark_lost (Duo *duo, DuoWay way, int32_t raw)
{
    g_hash_table_insert (duo->lost[way], GINT_TO_POINTER (raw + 1),
                         GINT_TO_POINTER (times_lost (duo, way, raw) + 1));
    duo->lost_last[way] = MAX (duo->lost_last[way], raw);
}

gboolean
duo_has_hole (Duo *duo, DuoWay way)
{
    TalkSecret info = duo_info (duo);

    if (way == DUO_TO_US)
        return info.queued > 0 || duo->lost_last[way] >= (int32_t)info.raw_in;
    return duo->peer->waiting->len > 0 || duo->lost_last[way] >= duo->peer->in;
}

gboolean
duo_may_open_hole (Duo *duo, DuoWay way)
{
    gboolean here = duo_has_hole (duo, way);
    gboolean back = duo_has_hole (duo, way == DUO_TO_US ? DUO_TO_PEER : DUO_TO_US);

    if (duo->peer->traits->answers == PEER_IN_TURN)
        return !back;
    if (duo->peer->traits->asks == PEER_AT_ONCE && way == DUO_TO_PEER)
        return !here || !back;
    return TRUE;
}

gboolean
duo_lose (Duo *duo, DuoWay way)
{
    DuoMessage *message = g_queue_peek_head (queue_of (duo, way));
    const PeerTraits *traits = duo->peer->traits;
    gboolean again =
        way == DUO_TO_US ? !traits->range_once : traits->asks == PEER_EVERY_PASS;

    if (message == NULL || !duo_may_open_hole (duo, way) ||
        times_lost (duo, way, message->raw) >= (again ? LOST_MAX : 1))
        return FALSE;
    mark_lost (duo, way, message->raw);
    message_free (g_queue_pop_head (queue_of (duo, way)));
    return TRUE;
}

void
duo_lose_all (Duo *duo, DuoWay way)
{
    DuoMessage *message;

    while ((message = g_queue_pop_head (queue_of (duo, way))) != NULL) {
        mark_lost (duo, way, message->raw);
        message_free (message);
    }
}

gboolean
duo_double (Duo *duo, DuoWay way)
{
    DuoMessage *message = g_queue_peek_head (queue_of (duo, way));
    size_t len;

    if (message == NULL)
        return FALSE;
    const uint8_t *data = g_bytes_get_data (message->data, &len);
    if (way == DUO_TO_PEER && peer_minds_copy (duo->peer, TL_BYTES (data, len)))
        return FALSE;
    DuoMessage *copy = g_new0 (DuoMessage, 1);
    *copy = *message;
    copy->data = g_bytes_ref (message->data);
    g_queue_push_head (queue_of (duo, way), copy);
    return TRUE;
}

void
duo_inject (Duo *duo, DuoWay way, TlBytes data)
{
    if (way == DUO_TO_US) {
        secret_chat_receive (duo->chat, duo->date, data, FALSE, TRUE, duo->now);
        duo_commit (duo);
    } else if (!is_full (duo->peer) && !peer_minds_copy (duo->peer, data)) {
        peer_receive (duo->peer, data);
        duo_collect (duo);
    }
}

/* What lay in its memory is lost, though the server had given it out: as if the server
 * had lost it, and none is lost twice. */
void
duo_restart_peer (Duo *duo)
{
    if (duo->peer->traits->queue == PEER_QUEUE_MEMORY) {
        g_autoptr (GArray) gone = peer_waiting_numbers (duo->peer);
        for (unsigned i = 0; i < gone->len; i++)
            mark_lost (duo, DUO_TO_PEER, g_array_index (gone, int32_t, i));
    }
    peer_restart (duo->peer);
}

/* --- from nothing to a chat --- */

static Duo *
duo_new (const PeerTraits *traits, gboolean ours, uint64_t seed)
{
    Duo *duo = g_new0 (Duo, 1);

    duo->ours = ours;
    duo->seed = seed;
    duo->random = (CryptoRandom){ fill, duo };
    duo->now = (HostTime){ .wall = 1700000000000, .mono = 1000000 };
    duo->date = (int32_t)(duo->now.wall / 1000);
    duo->env = (SecretEnv){ .ops = &ops,
                            .user = duo,
                            .random = &duo->random,
                            .dh = &crypto_dh_toy,
                            .own_user_id = OURS };
    duo->store = any_store_memory ();
    duo->batch = store_batch_new ();
    duo->durable = store_batch_new ();
    duo->peer = peer_model_new (traits, !ours, &duo->random, duo->now.wall);
    duo->numbers = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
    duo->wire = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
    duo->peer_wire = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
    for (int way = 0; way < 2; way++) {
        duo->lost[way] = g_hash_table_new (NULL, NULL);
        duo->lost_last[way] = -1;
    }
    duo->remote = (SecretRemote){ .id = CHAT_ID,
                                  .access_hash = ACCESS_HASH,
                                  .date = duo->date,
                                  .admin_id = ours ? OURS : PEER,
                                  .participant_id = ours ? PEER : OURS,
                                  .g_a_or_b = TL_BYTES (duo->g_peer, 256) };
    return duo;
}

Duo *
duo_ready (const PeerTraits *traits, gboolean ours, uint64_t seed)
{
    Duo *duo = duo_new (traits, ours, seed);

    if (ours) {
        duo->chat = secret_chat_new_outgoing (&duo->env, PEER, NULL, 0, duo->now);
        duo_run (duo);
        duo->remote.state = SECRET_REMOTE_CHAT;
        secret_chat_update (duo->chat, &duo->remote, duo->now);
    } else {
        peer_public (duo->peer, duo->g_peer);
        duo->remote.state = SECRET_REMOTE_REQUESTED;
        duo->chat = secret_chat_new_incoming (&duo->env, &duo->remote, duo->now);
        secret_chat_accept (duo->chat, duo->now);
    }
    duo_commit (duo);
    while (duo_info (duo).state != TALK_STATE_READY)
        g_assert_true (duo_answer (duo));
    peer_ready (duo->peer, duo->remote.key_fingerprint);
    duo_run (duo);
    return duo;
}

void
duo_free (Duo *duo)
{
    g_clear_pointer (&duo->chat, secret_chat_free);
    store_batch_free (duo->batch);
    store_batch_free (duo->durable);
    any_store_close (duo->store);
    peer_model_free (duo->peer);
    g_queue_clear_full (&duo->calls, (GDestroyNotify)call_free);
    g_queue_clear_full (&duo->to_us, (GDestroyNotify)message_free);
    g_queue_clear_full (&duo->to_peer, (GDestroyNotify)message_free);
    g_hash_table_unref (duo->numbers);
    g_ptr_array_unref (duo->wire);
    g_ptr_array_unref (duo->peer_wire);
    for (int way = 0; way < 2; way++)
        g_hash_table_unref (duo->lost[way]);
    g_free (duo);
}
