/* The process of end.h: turns, writes, its end and its new start. */
#include "end-private.h"
#include "model.h"

#include "dh-toy.h"
#include "secret-private.h"
#include "store-bytes.h"

#include <string.h>

#define ALICE 1001
#define BOB 1002
#define STORE_KEY_BYTE 9
#define PAUSE_MAX 10 /* ms: of tg-turn.c, between many effects */

typedef struct {
    unsigned id;
    int64_t at;
    HostTimerFunc func;
    void *user;
} EndTimer;

/* What waits until a turn is durable: an event, or what the server has to be told. */
typedef struct {
    unsigned number; /* of the turn */
    TalkEvent *event;
    ServerItem *item;
} Waiting;

typedef struct {
    unsigned number;
    ServerCall *call; /* or */
    TalkEvent *event; /* or neither: the turn is out */
} Effect;

End *
end_other (const End *end)
{
    return &end->world->ends[1 - end->index];
}

static void
waiting_free (Waiting *waiting)
{
    g_clear_pointer (&waiting->event, talk_event_free);
    g_clear_pointer (&waiting->item, server_item_free);
    g_free (waiting);
}

static void
effect_free (void *data)
{
    Effect *effect = data;

    g_clear_pointer (&effect->call, server_call_free);
    g_clear_pointer (&effect->event, talk_event_free);
    g_free (effect);
}

/* --- the turn that runs --- */

static void
begin (End *end)
{
    if (end->open)
        return;
    end->open = TRUE;
    end->effects = end->calling = 0;
    tg_turns_begin (end->turns);
}

static void
add_effect (End *end, ServerCall *take_call, TalkEvent *take_event)
{
    Effect *effect = g_new0 (Effect, 1);

    effect->number = end->ended + 1;
    effect->call = take_call;
    effect->event = take_event;
    tg_turns_add (end->turns, effect);
}

static StoreBatch *
batch_cb (void *user)
{
    End *end = user;

    begin (end);
    return tg_turns_batch (end->turns);
}

StoreBatch *
end_batch (End *end)
{
    return batch_cb (end);
}

/* What a worker computes is there as soon as anybody looks (server.c). */
static GBytes *
end_power (const End *end, const SecretCall *call)
{
    uint8_t power[256];

    end->dh.power (call->u.power.base, call->u.power.p, call->u.power.exponent, power);
    return g_bytes_new (power, sizeof power);
}

static void
call_cb (void *user, SecretChat *chat, const SecretCall *call)
{
    End *end = user;
    ServerCall *copy = g_new0 (ServerCall, 1);

    begin (end);
    copy->call = *call;
    copy->life = end->life;
    if (call->kind == SECRET_CALL_SEND)
        copy->data = g_bytes_new (call->u.send.data.data, call->u.send.data.len);
    else if (call->kind == SECRET_CALL_UPLOAD)
        copy->file =
            (MediaPlace){ .size = call->u.upload.file->look.size,
                          .fingerprint = media_key_fingerprint (
                              call->u.upload.file->key, call->u.upload.file->iv) };
    else if (call->kind == SECRET_CALL_REQUEST)
        copy->data = g_bytes_new (call->u.request.g_a, 256);
    else if (call->kind == SECRET_CALL_ACCEPT)
        copy->data = g_bytes_new (call->u.accept.g_b, 256);
    else if (call->kind == SECRET_CALL_POWER)
        copy->data = end_power (end, call);
    end->effects++;
    end->calling |= 1u << call->kind;
    add_effect (end, copy, NULL);
}

static void
event_cb (void *user, SecretChat *chat, const TalkEvent *event)
{
    End *end = user;
    Waiting *told = g_new0 (Waiting, 1);

    begin (end);
    told->number = end->ended + 1;
    told->event = talk_event_copy (event);
    g_queue_push_tail (&end->unsettled, told);
    end->effects++;
    add_effect (end, NULL, talk_event_copy (event));
}

static int64_t
server_time_cb (void *user, HostTime now)
{
    return ((End *)user)->world->date;
}

static const SecretOps secret_ops = { batch_cb, call_cb, event_cb, server_time_cb };

/* --- the queue --- */

static HostTime
now_cb (void *self)
{
    return ((End *)self)->world->now;
}

static unsigned
timer_add_cb (void *self, int64_t delay, HostTimerFunc func, void *user)
{
    End *end = self;
    EndTimer timer = { ++end->last_timer, end->world->now.mono + delay, func, user };

    g_array_append_val (end->timers, timer);
    return timer.id;
}

static void
timer_remove_cb (void *self, unsigned id)
{
    End *end = self;

    for (unsigned i = 0; i < end->timers->len; i++)
        if (g_array_index (end->timers, EndTimer, i).id == id)
            g_array_remove_index (end->timers, i--);
}

static const HostOps host_ops = { .now = now_cb,
                                  .timer_add = timer_add_cb,
                                  .timer_remove = timer_remove_cb };

static gboolean
write_cb (void *user, StoreBatch *take_batch)
{
    End *end = user;

    g_assert_null (end->writing);
    end->writing = take_batch;
    end->covers = end->ended;
    return TRUE;
}

/* What gets out is durable, or need not be; and nothing overtakes. */
static void
check_out (End *end, unsigned number)
{
    if (number != end->out + 1)
        world_broken (end->world, "turn %u got out behind %u", number, end->out);
    if (number > end->durable && !end->late->data[number - 1])
        world_broken (end->world, "turn %u got out, and only %u are stored", number,
                      end->durable);
}

static unsigned
run_cb (void *user, void *data)
{
    End *end = user;
    Effect *effect = data;

    check_out (end, effect->number);
    if (effect->call != NULL) {
        g_queue_push_tail (&end->calls, g_steal_pointer (&effect->call));
        if (death_comes (end, DEATH_CALL))
            end_dies (end);
    } else if (effect->event != NULL) {
        rules_settled (end, effect->event);
        end_takes (end, effect->event);
    } else {
        end->out = effect->number;
        return 0;
    }
    return 1;
}

static void
failed_cb (void *user, GPtrArray *effects)
{
    world_broken (((End *)user)->world, "a write failed");
}

static void
gone_cb (void *user)
{
}

static const TgTurnOps turn_ops = { write_cb, run_cb, failed_cb, gone_cb, effect_free };

/* --- each turn leaves a record, and the last its number --- */

static void
leave_number (End *end, StoreBatch *batch)
{
    unsigned number = end->ended;
    StoreKey own = { STORE_UPDATES, number, 0 }, last = { STORE_DC, 0, 0 };

    if ((end->world->flags & WORLD_COARSE) != 0)
        return;
    store_batch_put_mark (batch, own, &number, sizeof number, STORE_LATE);
    store_batch_put_mark (batch, last, &number, sizeof number, STORE_LATE);
}

static void
number_cb (StoreKey key, const uint8_t *value, size_t len, void *user)
{
    g_assert_cmpuint (len, ==, sizeof (unsigned));
    memcpy (user, value, len);
}

/* How far the store is. */
static unsigned
durable_number (End *end)
{
    unsigned number = 0;

    if ((end->world->flags & WORLD_COARSE) != 0)
        return end->covers;
    g_assert_true (
        any_store_each (end->store, STORE_DC, TRUE, 0, number_cb, &number, NULL));
    return number;
}

/* --- ending a turn --- */

/* The number of the turn, 0: nothing came of it. */
static unsigned
close_turn (End *end)
{
    StoreBatch *batch = tg_turns_batch (end->turns);

    end->open = FALSE;
    if (end->effects == 0 && store_batch_is_empty (batch))
        return 0;
    death_looks (end);
    add_effect (end, NULL, NULL);
    end->ended++;
    leave_number (end, batch);
    if (end->world->gather == 1 && !store_batch_is_empty (batch))
        store_batch_require (batch, STORE_DURABLE); /* for itself */
    uint8_t late = store_batch_need (batch) == STORE_LATE;
    g_byte_array_append (end->late, &late, 1);
    return end->ended;
}

/* The server is told when it is durable. */
static void
keep_item (End *end, unsigned number, ServerItem *take_item)
{
    if (number == 0 && tg_turns_waiting (end->turns) == 0) {
        server_item_free (take_item);
        return;
    }
    Waiting *kept = g_new0 (Waiting, 1);
    kept->number = end->ended;
    kept->item = take_item;
    g_queue_push_tail (&end->unacknowledged, kept);
}

static void load (End *end);

static void
enter_queue (End *end)
{
    end->depth++;
}

static void
leave_queue (End *end)
{
    if (--end->depth == 0 && end->dead)
        load (end);
}

/* Which keys there ever were. */
static void
keep_key (End *end)
{
    const SecretKey *key = end->chat != NULL ? &end->chat->keys.now : NULL;

    if (key == NULL || !key->used || (end->world->flags & WORLD_COARSE) != 0)
        return;
    if (end->keys->len > 0 &&
        memcmp (g_bytes_get_data (end->keys->pdata[end->keys->len - 1], NULL), key->key,
                256) == 0)
        return;
    g_ptr_array_add (end->keys, g_bytes_new (key->key, 256));
}

static void
commit (End *end, StoreBatch *take_batch)
{
    g_autoptr (StoreBatch) batch = take_batch;
    g_autoptr (GError) error = NULL;
    unsigned before = end->durable;
    Waiting *waiting;

    any_store_commit (end->store, batch, &error);
    g_assert_no_error (error);
    end->durable = durable_number (end);
    end->groups += end->durable > before + 1;
    keep_key (end);
    while ((waiting = g_queue_peek_head (&end->unacknowledged)) != NULL &&
           waiting->number <= end->durable)
        waiting_free (g_queue_pop_head (&end->unacknowledged));
    while ((waiting = g_queue_peek_head (&end->unsettled)) != NULL &&
           waiting->number <= end->durable) { /* settled, seen or not */
        rules_settled (end, waiting->event);
        waiting_free (g_queue_pop_head (&end->unsettled));
    }
}

static void
write_one (End *end, gboolean counted)
{
    if (counted && death_comes (end, DEATH_BEFORE)) {
        end_dies (end);
        return;
    }
    enter_queue (end);
    commit (end, g_steal_pointer (&end->writing));
    if (end->fate == END_DIES_AFTER) {
        end->fate = END_LIVES;
        server_forgets_calls (end);
        end_dies (end);
    } else if (death_comes (end, DEATH_AFTER)) {
        end_dies (end);
    } else {
        tg_turns_written (end->turns, TRUE);
    }
    leave_queue (end);
}

gboolean
end_writes (End *end)
{
    if (end->writing == NULL)
        return FALSE;
    write_one (end, TRUE);
    return TRUE;
}

/* Writes while so many turns wait. */
static void
write_some (End *end, unsigned gather, gboolean counted)
{
    while (end->depth == 0 && end->writing != NULL &&
           tg_turns_waiting (end->turns) >= gather) {
        write_one (end, counted);
        counted = TRUE;
    }
}

/* Until all that waits is out. */
static void
let_all_out (End *end)
{
    unsigned life = end->life;

    while (end->life == life && tg_turns_waiting (end->turns) > 0)
        if (!end_writes (end) && !end_pauses (end))
            world_broken (end->world, "%u turns wait for nothing",
                          tg_turns_waiting (end->turns));
}

/* TRUE: this was its last turn, and is not stored. */
static gboolean
meets_fate (End *end, unsigned number)
{
    if (end->fate == END_LIVES || (end->fate == END_DIES_AFTER && number > 0))
        return FALSE;
    end->fate = END_LIVES;
    server_forgets_calls (end);
    end_dies (end);
    return TRUE;
}

gboolean
end_turn_of (End *end, ServerItem *take_item, gboolean answer)
{
    unsigned gather = end->world->gather, life = end->life;
    gboolean open = end->open;
    unsigned number = open ? close_turn (end) : 0;

    if (take_item != NULL)
        keep_item (end, number, take_item);
    if (meets_fate (end, number))
        return FALSE;
    if (!open)
        return TRUE;
    if (number > 0 && answer && death_comes (end, DEATH_ANSWER)) {
        end_dies (end);
        return FALSE;
    }
    enter_queue (end);
    tg_turns_end (end->turns);
    leave_queue (end);
    if (number > 0 && end->life == life) /* an answer's own write is its point */
        write_some (end, gather, !answer || gather > 1);
    if (end->life == life && end->depth == 0 && gather == 1)
        let_all_out (end);
    return end->life == life || number <= end->kept;
}

gboolean
end_turn (End *end)
{
    if (end->model != NULL)
        model_sends (end);
    return !end->open || end_turn_of (end, NULL, FALSE);
}

gboolean
end_turn_of_act (End *end)
{
    unsigned life = end->life, before = end->ended;

    if (!end_turn (end))
        return FALSE;
    unsigned number = MIN (end->ended, before + 1); /* if anything came of it */
    if (end->life != life)
        return TRUE;
    let_all_out (end);
    return end->life == life || number <= end->kept;
}

/* --- time --- */

static void
run_timer (End *end, unsigned i)
{
    EndTimer timer = g_array_index (end->timers, EndTimer, i);

    g_array_remove_index (end->timers, i);
    enter_queue (end);
    timer.func (timer.user);
    leave_queue (end);
}

gboolean
end_pauses (End *end)
{
    for (unsigned i = 0; i < end->timers->len; i++)
        if (g_array_index (end->timers, EndTimer, i).at <=
            end->world->now.mono + PAUSE_MAX) {
            run_timer (end, i);
            return TRUE;
        }
    return FALSE;
}

void
end_passes (End *end)
{
    while (end_pauses (end))
        write_some (end, end->world->gather, TRUE);
}

void
end_writes_all (End *end)
{
    StoreBatch *batch;

    end_turn (end);
    let_all_out (end);
    if (end->writing != NULL)
        end_writes (end);
    if ((batch = tg_turns_take (end->turns)) != NULL) {
        end->covers = end->ended;
        commit (end, batch);
    }
}

/* --- life and death --- */

static void
open_store (End *end)
{
    g_autoptr (GError) error = NULL;
    uint8_t key[32] = { STORE_KEY_BYTE };

    end->store = end->folder != NULL ? any_store_open (end->folder, key, &error)
                                     : any_store_memory ();
    g_assert_no_error (error);
}

static void
load_cb (StoreKey key, const uint8_t *value, size_t len, void *user)
{
    End *end = user;

    if (key.kind == STORE_CHAT)
        end->chat = secret_chat_load (&end->env, (int32_t)key.owner, value, len);
    else
        secret_chat_load_record (end->chat, key, value, len);
}

static void
load (End *end)
{
    end->dead = FALSE;
    end->turns = tg_turns_new (&end->host, &turn_ops, end);
    any_store_each_secret (end->store, load_cb, end);
    if (end->chat == NULL)
        return; /* died before the first record */
    secret_chat_set_typing_action (end->chat, end->typing_action);
    secret_chat_resume (end->chat, end->world->now);
    end->resumed = end->open ? end->effects : 0;
    end->resumed_records =
        end->open && !store_batch_is_empty (tg_turns_batch (end->turns));
    end_turn (end);
}

/* What nobody acknowledged comes again. */
static void
give_back (End *end)
{
    Waiting *waiting;

    while ((waiting = g_queue_pop_tail (&end->unacknowledged)) != NULL) {
        if (waiting->item->kind != SERVER_TYPING)
            g_queue_push_head (&end->inbox, g_steal_pointer (&waiting->item));
        waiting_free (waiting);
    }
}

/* The process, but not its files. */
static void
stop (End *end)
{
    end->life++;
    end->open = FALSE;
    g_clear_pointer (&end->chat, secret_chat_free);
    g_clear_pointer (&end->writing, store_batch_free);
    tg_turns_free (g_steal_pointer (&end->turns));
    g_array_set_size (end->timers, 0);
    end->kept = end->ended = end->out = end->durable;
    g_byte_array_set_size (end->late, end->durable);
    g_queue_clear_full (&end->unsettled, (GDestroyNotify)waiting_free);
    give_back (end);
    g_array_set_size (end->unread, 0); /* the window is gone */
    g_hash_table_remove_all (end->lines);
    end->last_shown = -1;
}

void
end_dies (End *end)
{
    end->world->death.came = TRUE;
    end->deaths++;
    rules_stopped (end);
    stop (end);
    rules_turns (end);
    if (end->folder != NULL) {
        any_store_close (end->store);
        open_store (end);
    }
    end->dead = TRUE;
    if (end->depth == 0)
        load (end);
}

void
end_restarts (End *end, void (*between) (End *end, void *data), void *data)
{
    if (end->model != NULL) {
        model_restarts (end);
        return;
    }
    end_writes_all (end);
    rules_stopped (end);
    stop (end);
    server_forgets_calls (end);
    if (end->folder != NULL)
        any_store_close (end->store);
    if (between != NULL)
        between (end, data);
    if (end->folder != NULL)
        open_store (end);
    end->covers = end->durable;
    end->ended = end->out = end->durable = end->kept = durable_number (end);
    load (end);
}

void
end_reconnects (End *end)
{
    end_turn (end);
    if (end->model != NULL)
        return;
    server_forgets_calls (end);
    secret_chat_suspend (end->chat);
    secret_chat_resume (end->chat, end->world->now);
    end_turn (end);
}

/* --- making --- */

/* The two switches of an end's group. Its functions do not say for whom they work: for an
 * end of the last world that was made. */
static World *latest;

#define SWITCHES(n)                                                                      \
    static gboolean is_public_value_##n (const uint8_t p[static 256],                    \
                                         const uint8_t v[static 256])                    \
    {                                                                                    \
        return !latest->ends[n].weak && crypto_dh_toy.is_public_value (p, v);            \
    }

SWITCHES (0)
SWITCHES (1)

static gboolean
is_known_prime (const uint8_t p[static 256])
{
    return !latest->asks_prime;
}

static void
init_group (End *end)
{
    end->dh = (end->world->flags & WORLD_REAL) != 0 ? crypto_dh_real : crypto_dh_toy;
    if ((end->world->flags & WORLD_REAL) != 0)
        return;
    latest = end->world;
    end->dh.is_public_value = end->index == 0 ? is_public_value_0 : is_public_value_1;
    end->dh.is_known_prime = is_known_prime;
}

void
end_init (End *end, World *w, int index, const char *folder)
{
    end->world = w;
    end->index = index;
    init_group (end);
    end->env = (SecretEnv){ .ops = &secret_ops,
                            .user = end,
                            .random = &w->random,
                            .dh = &end->dh,
                            .own_user_id = index == 0 ? ALICE : BOB };
    if (folder != NULL) {
        end->folder = g_build_filename (folder, "mtp-world-XXXXXX", NULL);
        g_assert_nonnull (g_mkdtemp (end->folder));
    }
    open_store (end);
    end->host = (Host){ &host_ops, end };
    end->timers = g_array_new (FALSE, FALSE, sizeof (EndTimer));
    end->turns = tg_turns_new (&end->host, &turn_ops, end);
    end->late = g_byte_array_new ();
    end->refused = g_hash_table_new_full (g_bytes_hash, g_bytes_equal,
                                          (GDestroyNotify)g_bytes_unref, NULL);
    end->lost = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
    end->numbers = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
    end->lost_numbers = g_hash_table_new (NULL, NULL);
    end->lost_last = -1;
    end->wire = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
    end->kinds = g_ptr_array_new ();
    end->said = g_array_new (FALSE, TRUE, sizeof (Line));
    end->unread = g_array_new (FALSE, FALSE, sizeof (int64_t));
    end->read = g_array_new (FALSE, FALSE, sizeof (int64_t));
    end->lines = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
    end->shown = g_array_new (FALSE, FALSE, sizeof (int64_t));
    end->texts = g_string_new (NULL);
    end->keys = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
    end->events = g_string_new (NULL);
    end->last_shown = -1;
}

void
end_clear (End *end)
{
    stop (end);
    g_clear_pointer (&end->model, peer_model_free);
    any_store_close (end->store);
    if (end->folder != NULL)
        bytes_remove_folder (end->folder);
    g_free (end->folder);
    g_array_unref (end->timers);
    g_byte_array_unref (end->late);
    server_forgets_calls (end);
    g_queue_clear_full (&end->inbox, (GDestroyNotify)server_item_free);
    g_hash_table_unref (end->refused);
    g_hash_table_unref (end->lost);
    g_hash_table_unref (end->numbers);
    g_hash_table_unref (end->lost_numbers);
    g_ptr_array_unref (end->wire);
    g_ptr_array_unref (end->kinds);
    for (unsigned i = 0; i < end->said->len; i++)
        g_free (g_array_index (end->said, Line, i).text);
    g_array_unref (end->said);
    g_array_unref (end->unread);
    g_array_unref (end->read);
    g_hash_table_unref (end->lines);
    g_array_unref (end->shown);
    g_string_free (end->texts, TRUE);
    g_ptr_array_unref (end->keys);
    g_string_free (end->events, TRUE);
}
