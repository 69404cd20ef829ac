/* The server of server.h. */
#include "model.h"

#include "dh-toy.h"
#include "tg-refusal.h"

#include <string.h>

#define ALICE 1001
#define BOB 1002
#define ACCESS_HASH 77
#define LOST_MAX 2 /* of the same message */

void
server_call_free (ServerCall *call)
{
    g_clear_pointer (&call->data, g_bytes_unref);
    g_free (call);
}

ServerItem *
server_item_new (End *to, ServerItemKind kind)
{
    ServerItem *item = g_new0 (ServerItem, 1);

    item->kind = kind;
    item->date = to->world->date;
    g_queue_push_tail (&to->inbox, item);
    return item;
}

void
server_item_free (ServerItem *item)
{
    g_clear_pointer (&item->data, g_bytes_unref);
    g_free (item);
}

void
server_chat_init (ServerChat *server)
{
    server->g_a = g_byte_array_new ();
    server->g_b = g_byte_array_new ();
    server->files = g_array_new (FALSE, FALSE, sizeof (MediaPlace));
}

void
server_chat_clear (ServerChat *server)
{
    g_clear_pointer (&server->g_a, g_byte_array_unref);
    g_clear_pointer (&server->g_b, g_byte_array_unref);
    g_clear_pointer (&server->files, g_array_unref);
}

SecretRemote
server_remote (World *w, SecretRemoteState state, const GByteArray *number)
{
    return (SecretRemote){ .state = state,
                           .id = w->server.chat_id,
                           .access_hash = ACCESS_HASH,
                           .date = w->date,
                           .admin_id = ALICE,
                           .participant_id = BOB,
                           .g_a_or_b = number != NULL
                                           ? TL_BYTES (number->data, number->len)
                                           : (TlBytes){ NULL, 0 },
                           .key_fingerprint = w->server.fingerprint };
}

/* --- what it is asked for --- */

/* What it knows stays as it is while there is a world. */
static void
push_remote (End *to, SecretRemoteState state, const GByteArray *number)
{
    server_item_new (to, SERVER_ENCRYPTION)->remote =
        server_remote (to->world, state, number);
}

static void
set_number (GByteArray *number, GBytes *value)
{
    g_byte_array_append (number, g_bytes_get_data (value, NULL),
                         (unsigned)g_bytes_get_size (value));
}

static gboolean
differs (const GByteArray *number, GBytes *other)
{
    return number->len != g_bytes_get_size (other) ||
           memcmp (number->data, g_bytes_get_data (other, NULL), number->len) != 0;
}

static void
refuse (SecretAnswer *answer, const char *type)
{
    answer->error_code = 400;
    answer->error_type = type;
    answer->refusal = tg_refusal_secret (type);
}

static void
take_request (End *end, ServerCall *call, SecretAnswer *answer)
{
    World *w = end->world;
    ServerChat *server = &w->server;

    if (server->g_a->len == 0) {
        server->chat_id = call->call.u.request.random_id;
        set_number (server->g_a, call->data);
        push_remote (end_other (end), SECRET_REMOTE_REQUESTED, server->g_a);
    }
    if (server->chat_id != call->call.u.request.random_id ||
        differs (server->g_a, call->data)) /* SC-A11 */
        world_broken (w, "the request came again, and was another one");
    answer->u.remote = server_remote (w, SECRET_REMOTE_WAITING, NULL);
}

static void
take_accept (End *end, ServerCall *call, SecretAnswer *answer)
{
    World *w = end->world;
    ServerChat *server = &w->server;

    if (server->g_b->len > 0 && differs (server->g_b, call->data)) /* SC-A17 */
        world_broken (w, "it was accepted again, with another number");
    if (server->discarded) {
        refuse (answer, "ENCRYPTION_ALREADY_DECLINED");
    } else if (server->g_b->len > 0 || server->elsewhere) {
        refuse (answer, "ENCRYPTION_ALREADY_ACCEPTED");
    } else {
        set_number (server->g_b, call->data);
        server->fingerprint = call->call.u.accept.key_fingerprint;
        push_remote (end_other (end), SECRET_REMOTE_CHAT, server->g_b);
        answer->u.remote = server_remote (w, SECRET_REMOTE_CHAT, server->g_a);
    }
}

static void
take_discard (End *end, ServerCall *call, SecretAnswer *answer)
{
    World *w = end->world;
    gboolean history = call->call.u.discard.delete_history;

    if (end->discards++ > 0 && history != end->discard_history) /* SC-A24 */
        world_broken (w, "the chat was ended again, and in another way");
    end->discard_history = history;
    if (w->server.discarded) {
        refuse (answer, "ENCRYPTION_ALREADY_DECLINED");
        return;
    }
    w->server.discarded = TRUE;
    push_remote (end_other (end), SECRET_REMOTE_DISCARDED, NULL);
    ServerItem *item = g_queue_peek_tail (&end_other (end)->inbox);
    item->remote.history_deleted = history;
}

/* Its word to this message, or NULL. */
static const char *
refusal (End *end, ServerCall *call)
{
    Policy *policy = &end->policy;

    if (policy->fail_count > 0 && policy->fail_after-- <= 0) {
        policy->fail_after = 0;
        policy->fail_count--;
        return policy->fail_type;
    }
    if (policy->refuse != NULL && call->call.u.send.service == policy->refuse_service) {
        g_hash_table_replace (end->refused, g_bytes_ref (call->data),
                              (char *)policy->refuse);
        policy->refuse = NULL;
    }
    if (end->world->server.discarded)
        return "ENCRYPTION_DECLINED";
    return g_hash_table_lookup (end->refused, call->data);
}

/* --- numbers, and what is lost --- */

/* Numbers reach the server in order (SC-D3), so that the nth new id is number n. */
static int32_t
number_of (End *end, int64_t id)
{
    gpointer number;

    if (g_hash_table_lookup_extended (end->numbers, &id, NULL, &number))
        return GPOINTER_TO_INT (number);
    int32_t next = (int32_t)g_hash_table_size (end->numbers);
    g_hash_table_insert (end->numbers, g_memdup2 (&id, sizeof id),
                         GINT_TO_POINTER (next));
    return next;
}

unsigned
server_times_lost (const End *to, int32_t number)
{
    return GPOINTER_TO_UINT (
        g_hash_table_lookup (to->lost_numbers, GINT_TO_POINTER (number + 1)));
}

void
server_marks_lost (End *to, int32_t number)
{
    g_hash_table_insert (to->lost_numbers, GINT_TO_POINTER (number + 1),
                         GUINT_TO_POINTER (server_times_lost (to, number) + 1));
    to->lost_last = MAX (to->lost_last, number);
}

static gboolean
arrives (End *end, int64_t id, unsigned n)
{
    Policy *policy = &end->policy;

    if (policy->lose > 0 && !g_hash_table_contains (end->lost, &id)) {
        policy->lose--;
        g_hash_table_add (end->lost, g_memdup2 (&id, sizeof id));
        return FALSE;
    }
    return end->world->lets == NULL || end->world->lets (end->world, end, n);
}

/* A file goes up whole, or not at all. */
static void
take_upload (End *end, ServerCall *call, SecretAnswer *answer)
{
    GArray *files = end->world->server.files;
    MediaPlace file = { 2, (int64_t)files->len + 1, 5, (call->file.size + 15) / 16 * 16,
                        call->file.fingerprint };
    SecretFileRef *told = &answer->u.uploaded;

    g_array_append_val (files, file);
    *told = (SecretFileRef){ .kind = SECRET_FILE_SMALL,
                             .id = file.id,
                             .parts = 1,
                             .fingerprint = file.fingerprint };
    memset (told->md5, 'a', sizeof told->md5 - 1);
}

/* FALSE: it was never uploaded. */
static gboolean
take_file (World *w, const SecretFileRef *told, MediaPlace *file)
{
    if (told->kind == SECRET_FILE_NONE)
        return TRUE;
    if (told->id < 1 || told->id > w->server.files->len)
        return FALSE;
    *file = g_array_index (w->server.files, MediaPlace, told->id - 1);
    w->server.file_messages++;
    return told->kind == SECRET_FILE_THERE ? told->access_hash == file->access_hash
                                           : told->fingerprint == file->fingerprint;
}

static void
take_send (End *end, ServerCall *call, SecretAnswer *answer)
{
    MediaPlace file = { 0 };
    int64_t id = call->call.u.send.random_id;
    int32_t number = end->model != NULL ? call->number : number_of (end, id);
    unsigned n = end->wire->len;
    const char *why = refusal (end, call);

    if (why != NULL) {
        refuse (answer, why);
        return;
    }
    const SecretFileRef *told = &call->call.u.send.file;
    if (!take_file (end->world, told, &file)) {
        refuse (answer, "FILE_PARTS_INVALID");
        return;
    }
    g_ptr_array_add (end->wire, g_bytes_ref (call->data));
    answer->u.sent.date = ++end->world->date;
    answer->u.sent.file = file;
    if (end->world->lies != NULL && told->kind != SECRET_FILE_NONE)
        end->world->lies (end->world, &answer->u.sent.file);
    if (!arrives (end, id, n)) {
        server_marks_lost (end_other (end), number);
        return;
    }
    ServerItem *item = server_item_new (end_other (end), SERVER_MESSAGE);
    item->random_id = id;
    item->number = number;
    item->data = g_bytes_ref (call->data);
    item->file = file;
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
carry_out (End *end, ServerCall *call, SecretAnswer *answer)
{
    static const char *const names[] = {
        [SECRET_CALL_DH_CONFIG] = "config", [SECRET_CALL_CHECK_PRIME] = "prime",
        [SECRET_CALL_POWER] = "power",      [SECRET_CALL_REQUEST] = "request",
        [SECRET_CALL_ACCEPT] = "accept",    [SECRET_CALL_DISCARD] = "discard",
        [SECRET_CALL_SEND] = "send",        [SECRET_CALL_READ] = "read",
        [SECRET_CALL_TYPING] = "typing",    [SECRET_CALL_UPLOAD] = "upload",
    };
    G_STATIC_ASSERT (G_N_ELEMENTS (names) == SECRET_CALL_UPLOAD + 1);

    g_ptr_array_add (end->kinds, (char *)names[call->call.kind]);
    switch (call->call.kind) {
    case SECRET_CALL_DH_CONFIG:
        take_config (answer);
        break;
    case SECRET_CALL_CHECK_PRIME:
        answer->u.prime_good = TRUE;
        break;
    case SECRET_CALL_POWER: /* the worker's (run_powers()) */
        break;
    case SECRET_CALL_REQUEST:
        take_request (end, call, answer);
        break;
    case SECRET_CALL_ACCEPT:
        take_accept (end, call, answer);
        break;
    case SECRET_CALL_DISCARD:
        take_discard (end, call, answer);
        break;
    case SECRET_CALL_SEND:
        take_send (end, call, answer);
        break;
    case SECRET_CALL_READ:
        end->reads++;
        end->last_read = call->call.u.read.max_date;
        server_item_new (end_other (end), SERVER_READ)->date = end->last_read;
        break;
    case SECRET_CALL_TYPING:
        if (call->call.u.typing.typing)
            server_item_new (end_other (end), SERVER_TYPING);
        break;
    case SECRET_CALL_UPLOAD:
        take_upload (end, call, answer);
        break;
    }
}

void
server_takes (End *end, ServerCall *take_call)
{
    SecretAnswer answer = { 0 };

    carry_out (end, take_call, &answer);
    server_call_free (take_call);
}

/* What is computed off the loop is there before anything of the server's is, unless the
 * worker is slow. TRUE: something was. */
gboolean
server_powers (End *end)
{
    gboolean moved = FALSE;

    end_turn (end);
    for (GList *l = end->calls.head; l != NULL;) {
        ServerCall *call = l->data;
        SecretAnswer answer = { 0 };
        l = l->next;
        if (call->call.kind != SECRET_CALL_POWER)
            continue;
        moved = TRUE;
        g_queue_remove (&end->calls, call);
        answer.u.power = g_bytes_get_data (call->data, NULL);
        if (call->life == end->life && end->chat != NULL) {
            secret_chat_answer (end->chat, call->call.token, &answer, end->world->now);
            end_turn_of (end, NULL, TRUE);
        }
        server_call_free (call);
        l = end->calls.head; /* which are others now */
    }
    return moved;
}

/* The first that is the server's; NULL: none. */
static GList *
first_call (End *end)
{
    GList *l = end->calls.head;

    while (l != NULL && ((ServerCall *)l->data)->call.kind == SECRET_CALL_POWER)
        l = l->next;
    return l;
}

gboolean
server_answers (End *end)
{
    SecretAnswer answer = { 0 };

    gboolean moved = FALSE;

    if (end->slow)
        end_turn (end);
    else /* and of what was done before */
        moved = server_powers (end);
    GList *first = first_call (end);
    if (first == NULL)
        return moved || (end->slow && server_powers (end));
    ServerCall *call = first->data;
    g_queue_delete_link (&end->calls, first);
    carry_out (end, call, &answer);
    if (call->life == end->life && end->chat != NULL) {
        secret_chat_answer (end->chat, call->call.token, &answer, end->world->now);
        end_turn_of (end, NULL, TRUE);
    }
    server_call_free (call);
    return TRUE;
}

void
server_answers_with (End *end, const SecretAnswer *answer)
{
    server_powers (end);
    ServerCall *call = g_queue_pop_head (&end->calls);
    SecretAnswer meant = *answer;

    g_assert_nonnull (call);
    meant.refusal = tg_refusal_secret (answer->error_type);
    meant.part = tg_refusal_part (answer->error_type);
    secret_chat_answer (end->chat, call->call.token, &meant, end->world->now);
    end_turn (end);
    server_call_free (call);
}

const SecretCall *
server_call (End *end, unsigned n)
{
    server_powers (end);
    const ServerCall *call = g_queue_peek_nth (&end->calls, n);
    return call != NULL ? &call->call : NULL;
}

unsigned
server_count_calls (End *end, SecretCallKind kind)
{
    unsigned n = 0;

    for (unsigned i = 0; server_call (end, i) != NULL; i++)
        n += server_call (end, i)->kind == kind;
    return n;
}

void
server_forgets_calls (End *end)
{
    g_queue_clear_full (&end->calls, (GDestroyNotify)server_call_free);
}

/* --- what it brings --- */

static void
take_item (End *end, const ServerItem *item)
{
    World *w = end->world;
    size_t len = 0;
    const uint8_t *data = item->data != NULL ? g_bytes_get_data (item->data, &len) : NULL;

    if (end->chat == NULL && item->kind == SERVER_ENCRYPTION) {
        end->chat = secret_chat_new_incoming (&end->env, &item->remote, w->now);
    } else if (end->chat == NULL) {
        return;
    } else if (item->kind == SERVER_ENCRYPTION) {
        secret_chat_update (end->chat, &item->remote, w->now);
    } else if (item->kind == SERVER_READ) {
        secret_chat_peer_read (end->chat, item->date, (int32_t)(w->now.wall / 1000),
                               w->now);
    } else if (item->kind == SERVER_TYPING) {
        secret_chat_peer_typing (end->chat, w->now);
    } else {
        secret_chat_receive (end->chat, item->date, TL_BYTES (data, len),
                             item->file.dc != 0 ? &item->file : NULL, TRUE, w->now);
    }
}

static gboolean
deliver (End *end, ServerItem *item)
{
    if (item == NULL)
        return FALSE;
    end_turn (end); /* of what was done before */
    if (end->model != NULL) {
        model_takes (end, item);
        server_item_free (item);
        return TRUE;
    }
    gboolean first = end->chat == NULL;
    take_item (end, item);
    end_turn_of (end, item, FALSE);
    if (first && end->chat != NULL && !end->thinks)
        end_accepts (end);
    return TRUE;
}

gboolean
server_delivers (End *end)
{
    const ServerItem *item = g_queue_peek_head (&end->inbox);

    if (end->policy.hold || item == NULL)
        return FALSE;
    if (end->model != NULL && item->kind == SERVER_MESSAGE)
        return model_brings (end, 0);
    return deliver (end, g_queue_pop_head (&end->inbox));
}

/* --- one of its messages --- */

static GList *
find_message (End *to, unsigned nth)
{
    for (GList *l = to->inbox.head; l != NULL; l = l->next)
        if (((ServerItem *)l->data)->kind == SERVER_MESSAGE && nth-- == 0)
            return l;
    return NULL;
}

/* What the server as an enemy looks at: other clients care for messages only. */
static GList *
next (End *to)
{
    return to->world->them != NULL ? find_message (to, 0) : to->inbox.head;
}

const ServerItem *
server_message (End *to, unsigned nth)
{
    GList *l = find_message (to, nth);
    return l != NULL ? l->data : NULL;
}

unsigned
server_on_the_way (End *to)
{
    unsigned n = 0;

    while (server_message (to, n) != NULL)
        n++;
    return n;
}

gboolean
server_brings_message (End *to, unsigned nth)
{
    GList *l = find_message (to, nth);

    if (l == NULL)
        return FALSE;
    ServerItem *item = l->data;
    g_queue_delete_link (&to->inbox, l);
    return deliver (to, item);
}

/* --- the moves of an enemy --- */

gboolean
server_brings (End *end)
{
    if (!end->world->hold)
        return server_delivers (end);
    for (unsigned i = 0; i < end->inbox.length && !end->policy.hold; i++) {
        ServerItem *item = g_queue_peek_nth (&end->inbox, i);
        if (item->kind != SERVER_MESSAGE)
            return deliver (end, g_queue_pop_nth (&end->inbox, i));
    }
    return FALSE;
}

void
server_late (End *to)
{
    if (!g_queue_is_empty (&to->inbox))
        g_queue_push_tail (&to->inbox, g_queue_pop_head (&to->inbox));
}

void
server_swaps (End *to)
{
    ServerItem *first = g_queue_pop_head (&to->inbox);

    if (first != NULL)
        g_queue_push_nth (&to->inbox, first, 1);
}

void
server_doubles (End *to)
{
    GList *l = next (to);
    ServerItem *item = l != NULL ? l->data : NULL;

    if (item == NULL || (item->kind == SERVER_MESSAGE && model_minds_copy (to, item)))
        return;
    ServerItem *copy = g_new0 (ServerItem, 1);
    *copy = *item;
    if (copy->data != NULL)
        g_bytes_ref (copy->data);
    g_queue_push_head (&to->inbox, copy);
}

static void
lose (End *to, GList *l)
{
    ServerItem *item = l->data;

    server_marks_lost (to, item->number);
    g_queue_delete_link (&to->inbox, l);
    server_item_free (item);
}

gboolean
server_loses (End *to)
{
    GList *l = next (to);
    const ServerItem *item = l != NULL ? l->data : NULL;

    if (item == NULL || item->kind != SERVER_MESSAGE)
        return FALSE;
    if (to->world->them != NULL ? !model_may_lose (to, item)
                                : server_times_lost (to, item->number) >= LOST_MAX)
        return FALSE;
    lose (to, l);
    return TRUE;
}

void
server_loses_all (End *to)
{
    GList *l;

    while ((l = find_message (to, 0)) != NULL)
        lose (to, l);
}

void
server_injects (End *to, TlBytes data)
{
    World *w = to->world;

    w->forged++;
    end_turn (to);
    secret_chat_receive (to->chat, w->date, data, w->with_file ? &w->file : NULL, TRUE,
                         w->now);
    end_turn (to);
    if (!to->slow)
        server_powers (to);
}

void
world_lose (World *w, End *from, unsigned n)
{
    from->policy.lose = n;
}
