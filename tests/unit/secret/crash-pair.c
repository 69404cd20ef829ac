/* The world of crash-pair.h: two sides and the server. */
#include "crash-private.h"
#include "dh-toy.h"
#include "store-bytes.h"

#include <string.h>

#define ALICE 1001
#define BOB 1002
#define ACCESS_HASH 77
#define STORE_KEY_BYTE 9

/* --- what gets out --- */

static gboolean
fill (void *user, uint8_t *out, size_t len)
{
    Crash *crash = user;

    for (size_t i = 0; i < len; i++) {
        crash->seed = crash->seed * 6364136223846793005u + 1442695040888963407u;
        out[i] = (uint8_t)(crash->seed >> 56);
    }
    return TRUE;
}

static StoreBatch *
batch_cb (void *user)
{
    return ((CrashSide *)user)->batch;
}

static void
call_cb (void *user, SecretChat *chat, const SecretCall *call)
{
    CrashSide *side = user;
    CrashCall *copy = g_new0 (CrashCall, 1);

    copy->call = *call;
    copy->life = side->life;
    if (call->kind == SECRET_CALL_SEND)
        copy->data = g_bytes_new (call->u.send.data.data, call->u.send.data.len);
    else if (call->kind == SECRET_CALL_REQUEST)
        copy->data = g_bytes_new (call->u.request.g_a, 256);
    else if (call->kind == SECRET_CALL_ACCEPT)
        copy->data = g_bytes_new (call->u.accept.g_b, 256);
    g_ptr_array_add (side->asked, copy);
}

static void
event_cb (void *user, SecretChat *chat, const TalkEvent *e)
{
    CrashSide *side = user;
    CrashTold *told = g_new0 (CrashTold, 1);

    told->kind = e->kind;
    told->ids = g_array_new (FALSE, FALSE, sizeof (int64_t));
    if (e->kind == TALK_EVENT_MESSAGE) {
        told->id = e->u.message.id;
        told->text = g_strdup (e->u.message.text);
    } else if (e->kind == TALK_EVENT_FAILED) {
        told->id = e->u.failed.id;
        told->text = g_strdup (e->u.failed.text);
    } else if (e->kind == TALK_EVENT_GONE) {
        told->gone = e->u.gone.why;
        if (e->u.gone.n > 0)
            g_array_append_vals (told->ids, e->u.gone.ids, (unsigned)e->u.gone.n);
    }
    g_ptr_array_add (side->told, told);
}

/* The server counts a second a message. */
static int64_t
server_time_cb (void *user, HostTime now)
{
    CrashSide *side = user;

    return MAX (side->crash->date, now.wall / 1000);
}

static const SecretOps ops = { batch_cb, call_cb, event_cb, server_time_cb };

void
crash_call_free (CrashCall *call)
{
    g_clear_pointer (&call->data, g_bytes_unref);
    g_free (call);
}

void
crash_told_free (CrashTold *told)
{
    g_free (told->text);
    g_array_unref (told->ids);
    g_free (told);
}

void
crash_item_free (CrashItem *item)
{
    g_clear_pointer (&item->data, g_bytes_unref);
    g_free (item);
}

/* The two switches of a side's group: a prime nobody knows, values nobody wants. Its
 * functions do not say for whom they work. */
static const CrashSide *running;

void
crash_enter (CrashSide *side)
{
    running = side;
}

static gboolean
is_public_value (const uint8_t p[static 256], const uint8_t v[static 256])
{
    return !running->weak && crypto_dh_toy.is_public_value (p, v);
}

static gboolean
is_known_prime (const uint8_t p[static 256])
{
    return !running->crash->ask_prime;
}

/* --- life and death --- */

void
crash_open_store (CrashSide *side)
{
    g_autoptr (GError) error = NULL;
    uint8_t key[32] = { STORE_KEY_BYTE };

    side->store = side->folder != NULL ? any_store_open (side->folder, key, &error)
                                       : any_store_memory ();
    g_assert_no_error (error);
}

static void
load_cb (StoreKey key, const uint8_t *value, size_t len, void *user)
{
    CrashSide *side = user;

    if (key.kind == STORE_CHAT)
        side->chat = secret_chat_load (&side->env, (int32_t)key.owner, value, len);
    else
        secret_chat_load_record (side->chat, key, value, len);
}

void
crash_load (CrashSide *side)
{
    static const StoreKind kinds[] = { STORE_CHAT, STORE_OUTBOX, STORE_GAP, STORE_MESSAGE,
                                       STORE_PENDING };

    for (size_t i = 0; i < G_N_ELEMENTS (kinds); i++)
        any_store_each (side->store, kinds[i], TRUE, 0, load_cb, side, NULL);
    if (side->chat == NULL)
        return; /* died before the first record */
    crash_enter (side);
    secret_chat_set_typing_action (side->chat, TRUE);
    secret_chat_resume (side->chat, side->crash->now);
}

void
crash_reopen (CrashSide *side, void (*between) (CrashSide *side, void *data), void *data)
{
    crash_write_late (side); /* an orderly end */
    g_clear_pointer (&side->chat, secret_chat_free);
    side->life++;
    side->last_shown = -1;
    g_array_set_size (side->unread, 0);
    any_store_close (side->store);
    if (between != NULL)
        between (side, data);
    crash_open_store (side);
    crash_load (side);
    crash_turn (side, NULL, FALSE);
}

static void
side_init (Crash *crash, int index, gboolean files)
{
    CrashSide *side = &crash->sides[index];

    side->crash = crash;
    side->index = index;
    side->dh = crypto_dh_toy;
    side->dh.is_public_value = is_public_value;
    side->dh.is_known_prime = is_known_prime;
    side->env = (SecretEnv){ .ops = &ops,
                             .user = side,
                             .random = &crash->random,
                             .dh = &side->dh,
                             .own_user_id = index == 0 ? ALICE : BOB };
    if (files)
        side->folder = g_dir_make_tmp ("mtp-crash-XXXXXX", NULL);
    crash_open_store (side);
    side->batch = store_batch_new ();
    side->asked = g_ptr_array_new_with_free_func ((GDestroyNotify)crash_call_free);
    side->told = g_ptr_array_new_with_free_func ((GDestroyNotify)crash_told_free);
    g_queue_init (&side->turns);
    g_queue_init (&side->late);
    side->refused = g_hash_table_new_full (g_bytes_hash, g_bytes_equal,
                                           (GDestroyNotify)g_bytes_unref, NULL);
    side->lost = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
    side->said = g_array_new (FALSE, TRUE, sizeof (CrashText));
    side->unread = g_array_new (FALSE, FALSE, sizeof (int64_t));
    side->keys = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
    side->last_shown = -1;
}

Crash *
crash_new (uint64_t seed, gboolean files)
{
    Crash *crash = g_new0 (Crash, 1);

    crash->seed = seed;
    crash->random = (CryptoRandom){ fill, crash };
    crash->now = (HostTime){ .wall = 1700000000000, .mono = 1000000 };
    crash->date = (int32_t)(crash->now.wall / 1000);
    crash->gather = 1;
    for (int i = 0; i < 2; i++)
        side_init (crash, i, files);
    return crash;
}

void
crash_free (Crash *crash)
{
    for (int i = 0; i < 2; i++) {
        CrashSide *side = &crash->sides[i];
        g_clear_pointer (&side->chat, secret_chat_free);
        crash_forget_turns (side);
        store_batch_free (side->batch);
        any_store_close (side->store);
        if (side->folder != NULL)
            bytes_remove_folder (side->folder);
        g_free (side->folder);
        g_ptr_array_unref (side->asked);
        g_ptr_array_unref (side->told);
        g_queue_clear_full (&side->calls, (GDestroyNotify)crash_call_free);
        g_queue_clear_full (&side->inbox, (GDestroyNotify)crash_item_free);
        g_hash_table_unref (side->refused);
        g_hash_table_unref (side->lost);
        for (unsigned k = 0; k < side->said->len; k++)
            g_free (g_array_index (side->said, CrashText, k).text);
        g_array_unref (side->said);
        g_array_unref (side->unread);
        g_ptr_array_unref (side->keys);
    }
    g_clear_pointer (&crash->g_a, g_bytes_unref);
    g_clear_pointer (&crash->g_b, g_bytes_unref);
    g_free (crash);
}

/* --- the server --- */

static SecretRemote
remote_of (Crash *crash, SecretRemoteState state, GBytes *number)
{
    size_t len = 0;
    const void *data = number != NULL ? g_bytes_get_data (number, &len) : NULL;

    return (SecretRemote){ .state = state,
                           .id = crash->chat_id,
                           .access_hash = ACCESS_HASH,
                           .date = crash->date,
                           .admin_id = ALICE,
                           .participant_id = BOB,
                           .g_a_or_b = { data, len },
                           .key_fingerprint = crash->fingerprint };
}

static CrashItem *
push (CrashSide *to, CrashItemKind kind)
{
    CrashItem *item = g_new0 (CrashItem, 1);

    item->kind = kind;
    item->date = to->crash->date;
    g_queue_push_tail (&to->inbox, item);
    return item;
}

static void
push_remote (CrashSide *to, SecretRemoteState state, GBytes *number)
{
    CrashItem *item = push (to, CRASH_ITEM_ENCRYPTION);
    item->data = number != NULL ? g_bytes_ref (number) : NULL;
    item->remote = remote_of (to->crash, state, item->data);
}

static void
refuse (SecretAnswer *answer, const char *type)
{
    answer->error_code = 400;
    answer->error_type = type;
}

static void
take_request (CrashSide *side, CrashCall *call, SecretAnswer *answer)
{
    Crash *crash = side->crash;

    if (crash->g_a == NULL) {
        crash->chat_id = call->call.u.request.random_id;
        crash->g_a = g_bytes_ref (call->data);
        push_remote (&crash->sides[1], SECRET_REMOTE_REQUESTED, crash->g_a);
    }
    g_assert_cmpint (crash->chat_id, ==, call->call.u.request.random_id);
    g_assert_true (g_bytes_equal (crash->g_a, call->data)); /* SC-A11 */
    answer->u.remote = remote_of (crash, SECRET_REMOTE_WAITING, NULL);
}

static void
take_accept (CrashSide *side, CrashCall *call, SecretAnswer *answer)
{
    Crash *crash = side->crash;

    if (crash->g_b != NULL)
        g_assert_true (g_bytes_equal (crash->g_b, call->data)); /* SC-A17 */
    if (crash->discarded) {
        refuse (answer, "ENCRYPTION_ALREADY_DECLINED");
    } else if (crash->g_b != NULL) {
        refuse (answer, "ENCRYPTION_ALREADY_ACCEPTED");
    } else {
        crash->g_b = g_bytes_ref (call->data);
        crash->fingerprint = call->call.u.accept.key_fingerprint;
        push_remote (&crash->sides[0], SECRET_REMOTE_CHAT, crash->g_b);
        answer->u.remote = remote_of (crash, SECRET_REMOTE_CHAT, crash->g_a);
    }
}

static void
take_discard (CrashSide *side, CrashCall *call, SecretAnswer *answer)
{
    Crash *crash = side->crash;
    CrashSide *other = &crash->sides[1 - side->index];

    if (side->discards++ > 0) /* said again: as it was said before (SC-A24) */
        g_assert_cmpint (call->call.u.discard.delete_history, ==, side->discard_history);
    side->discard_history = call->call.u.discard.delete_history;
    if (crash->discarded) {
        refuse (answer, "ENCRYPTION_ALREADY_DECLINED");
        return;
    }
    crash->discarded = TRUE;
    push_remote (other, SECRET_REMOTE_DISCARDED, NULL);
    CrashItem *item = g_queue_peek_tail (&other->inbox);
    item->remote.history_deleted = side->discard_history;
}

static void
take_send (CrashSide *side, CrashCall *call, SecretAnswer *answer)
{
    Crash *crash = side->crash;
    int64_t id = call->call.u.send.random_id;

    if (side->refuse != NULL && call->call.u.send.service == side->refuse_service) {
        g_hash_table_replace (side->refused, g_bytes_ref (call->data),
                              (char *)side->refuse);
        side->refuse = NULL;
    }
    const char *refused = g_hash_table_lookup (side->refused, call->data);
    if (crash->discarded || refused != NULL) {
        refuse (answer, crash->discarded ? "ENCRYPTION_DECLINED" : refused);
        return;
    }
    answer->u.sent.date = ++crash->date;
    if (side->lose > 0 && !g_hash_table_contains (side->lost, &id)) {
        side->lose--;
        g_hash_table_add (side->lost, g_memdup2 (&id, sizeof id));
        return;
    }
    CrashItem *item = push (&crash->sides[1 - side->index], CRASH_ITEM_MESSAGE);
    item->data = g_bytes_ref (call->data);
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
take_call (CrashSide *side, CrashCall *call, SecretAnswer *answer)
{
    CrashSide *other = &side->crash->sides[1 - side->index];

    switch (call->call.kind) {
    case SECRET_CALL_DH_CONFIG:
        take_config (answer);
        break;
    case SECRET_CALL_CHECK_PRIME:
        answer->u.prime_good = TRUE;
        break;
    case SECRET_CALL_REQUEST:
        take_request (side, call, answer);
        break;
    case SECRET_CALL_ACCEPT:
        take_accept (side, call, answer);
        break;
    case SECRET_CALL_DISCARD:
        take_discard (side, call, answer);
        break;
    case SECRET_CALL_SEND:
        take_send (side, call, answer);
        break;
    case SECRET_CALL_READ:
        push (other, CRASH_ITEM_READ)->date = call->call.u.read.max_date;
        break;
    case SECRET_CALL_TYPING:
        if (call->call.u.typing.typing)
            push (other, CRASH_ITEM_TYPING);
        break;
    }
}

gboolean
crash_serve (CrashSide *side)
{
    CrashCall *call = g_queue_pop_head (&side->calls);
    SecretAnswer answer = { 0 };

    if (call == NULL)
        return FALSE;
    take_call (side, call, &answer);
    if (call->life == side->life && side->chat != NULL) {
        crash_enter (side);
        secret_chat_answer (side->chat, call->call.token, &answer, side->crash->now);
        crash_turn (side, NULL, TRUE);
    }
    crash_call_free (call);
    return TRUE;
}

static void
take_item (CrashSide *side, const CrashItem *item)
{
    Crash *crash = side->crash;
    size_t len = 0;
    const uint8_t *data = item->data != NULL ? g_bytes_get_data (item->data, &len) : NULL;

    if (side->chat == NULL && item->kind == CRASH_ITEM_ENCRYPTION)
        side->chat = secret_chat_new_incoming (&side->env, &item->remote, crash->now);
    else if (side->chat == NULL)
        return;
    else if (item->kind == CRASH_ITEM_ENCRYPTION)
        secret_chat_update (side->chat, &item->remote, crash->now);
    else if (item->kind == CRASH_ITEM_READ)
        secret_chat_peer_read (side->chat, item->date, (int32_t)(crash->now.wall / 1000),
                               crash->now);
    else if (item->kind == CRASH_ITEM_TYPING)
        secret_chat_peer_typing (side->chat, crash->now);
    else
        secret_chat_receive (side->chat, item->date, TL_BYTES (data, len), FALSE, TRUE,
                             crash->now);
    if (side->chat != NULL)
        secret_chat_set_typing_action (side->chat, TRUE);
}

gboolean
crash_deliver (CrashSide *side)
{
    CrashItem *item = side->hold ? NULL : g_queue_pop_head (&side->inbox);

    if (item == NULL)
        return FALSE;
    crash_enter (side);
    take_item (side, item);
    crash_turn (side, item, FALSE);
    return TRUE;
}

void
crash_late (CrashSide *side)
{
    if (!g_queue_is_empty (&side->inbox))
        g_queue_push_tail (&side->inbox, g_queue_pop_head (&side->inbox));
}

void
crash_run (Crash *crash)
{
    gboolean moved = TRUE;

    for (int rounds = 0; moved; rounds++) {
        g_assert_cmpint (rounds, <, 10000);
        moved = FALSE;
        for (int i = 0; i < 2; i++) {
            moved |= crash_serve (&crash->sides[i]);
            moved |= crash_deliver (&crash->sides[i]);
        }
        for (int i = 0; i < 2 && !moved; i++)
            moved = crash_write (&crash->sides[i]);
    }
}
