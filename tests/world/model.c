/* The other client of model.h. */
#include "model.h"

#include <string.h>

#define CHAT_ID 4711
#define LOST_MAX 2 /* of the same message */

/* --- what it tells its user --- */

static void
event_cb (PeerModel *peer, PeerEvent event, int64_t id, TlBytes text, void *user)
{
    End *end = user;
    World *w = end->world;
    g_autofree char *copy = g_strndup ((const char *)text.data, text.len);
    TalkEvent told = { .kind = TALK_EVENT_GONE,
                       .u.gone = { .by_peer = TRUE, .ids = &id, .n = 1 } };

    if (event == PEER_SHOWN)
        told = (TalkEvent){ .kind = TALK_EVENT_MESSAGE,
                            .u.message = {
                                .id = id, .content = TALK_CONTENT_TEXT, .text = copy } };
    else if (event == PEER_FLUSHED)
        told.u.gone = (TalkGone){ .why = TALK_GONE_FLUSHED, .by_peer = TRUE };
    if (w->watch != NULL)
        w->watch (w, end, &told);
    if (event == PEER_SHOWN)
        rules_shown (end, id, copy, FALSE);
    else
        rules_settled (end, &told);
    if (event == PEER_FLUSHED) {
        rules_excuse (end); /* what it said before it heard of that may go, too */
        g_hash_table_remove_all (end->lines);
        /* with its history go the deletions that may have to be sent again */
        for (unsigned i = 0;
             peer->traits->gone == PEER_GONE_MISSING && i < end->said->len; i++)
            g_array_index (end->said, Line, i).taken = FALSE;
    }
}

/* --- what it says --- */

static void
call (End *end, SecretCall what, int32_t number, GBytes *take_data)
{
    ServerCall *call = g_new0 (ServerCall, 1);

    call->call = what;
    call->life = end->life;
    call->number = number;
    call->data = take_data;
    server_takes (end, call);
}

void
model_sends (End *end)
{
    PeerWire *wire;

    while ((wire = g_queue_pop_head (&end->model->wire)) != NULL) {
        SecretCall send = { .kind = SECRET_CALL_SEND,
                            .u.send = { .random_id = wire->outer_id,
                                        .service = !wire->loud } };
        call (end, send, wire->raw, g_bytes_ref (wire->data));
        peer_wire_free (wire);
    }
}

void
model_asks (End *end)
{
    uint8_t g_a[256];
    SecretCall request = { .kind = SECRET_CALL_REQUEST, .u.request.random_id = CHAT_ID };

    peer_public (end->model, g_a);
    call (end, request, 0, g_bytes_new (g_a, sizeof g_a));
}

static void
accept (End *end, TlBytes g_a)
{
    uint8_t g_b[256];
    SecretCall accept = { .kind = SECRET_CALL_ACCEPT };

    peer_public (end->model, g_b);
    accept.u.accept.key_fingerprint = peer_agree (end->model, g_a);
    call (end, accept, 0, g_bytes_new (g_b, sizeof g_b));
    peer_ready (end->model, accept.u.accept.key_fingerprint);
}

int64_t
model_says (End *end, const char *text)
{
    unsigned at = end->said->len;
    int64_t id = peer_say (end->model, text);

    rules_said (end, at, id, text);
    model_sends (end);
    return id;
}

void
model_sees (End *end)
{
    server_item_new (end_other (end), SERVER_READ);
}

/* --- what it gets --- */

static void
take (End *end, const ServerItem *item)
{
    size_t len = 0;
    const uint8_t *data = item->data != NULL ? g_bytes_get_data (item->data, &len) : NULL;
    const SecretRemote *remote = &item->remote;

    if (item->kind == SERVER_MESSAGE) {
        peer_receive (end->model, TL_BYTES (data, len));
    } else if (item->kind == SERVER_ENCRYPTION &&
               remote->state == SECRET_REMOTE_REQUESTED) {
        accept (end, remote->g_a_or_b);
    } else if (item->kind == SERVER_ENCRYPTION && remote->state == SECRET_REMOTE_CHAT) {
        peer_agree (end->model, remote->g_a_or_b);
        peer_ready (end->model, remote->key_fingerprint);
    }
    model_sends (end);
}

gboolean
model_minds_copy (const End *to, const ServerItem *item)
{
    size_t len;
    const uint8_t *data = g_bytes_get_data (item->data, &len);

    return to->model != NULL && peer_minds_copy (to->model, TL_BYTES (data, len));
}

/* What lay in its memory is lost, though the server had given it out: as if the server
 * had lost it, and none is lost twice. */
void
model_restarts (End *end)
{
    if (end->model->traits->queue == PEER_QUEUE_MEMORY) {
        g_autoptr (GArray) gone = peer_waiting_numbers (end->model);
        for (unsigned i = 0; i < gone->len; i++)
            server_marks_lost (end, g_array_index (gone, int32_t, i));
    }
    peer_restart (end->model);
    model_sends (end);
}

static void
die (End *end)
{
    end->world->death.came = TRUE;
    end->deaths++;
    model_restarts (end);
}

void
model_takes (End *end, const ServerItem *item)
{
    if (death_comes (end, DEATH_BEFORE))
        die (end);
    take (end, item);
    if (!death_comes (end, DEATH_AFTER))
        return;
    die (end);
    if (item->kind == SERVER_MESSAGE && !model_minds_copy (end, item))
        take (end, item);
}

static gboolean
is_full (const PeerModel *peer)
{
    return peer->traits->queue_max > 0 && peer->waiting->len >= peer->traits->queue_max;
}

gboolean
model_brings (End *to, unsigned nth)
{
    const ServerItem *item = server_message (to, nth);

    if (item == NULL || (nth > 0 && !model_may_overtake (to)))
        return FALSE;
    /* one more behind a hole would end the chat: first what fills the hole */
    while (to->model != NULL && item != NULL && is_full (to->model) &&
           item->number > to->model->in)
        item = server_message (to, ++nth);
    return item != NULL && server_brings_message (to, nth);
}

void
model_injects (End *end, TlBytes data)
{
    if (is_full (end->model) || peer_minds_copy (end->model, data))
        return;
    peer_receive (end->model, data);
    model_sends (end);
}

/* --- what it can bear --- */

static const PeerTraits *
traits_of (const End *to)
{
    return to->world->them->model->traits;
}

gboolean
model_has_hole (const End *to)
{
    if (to->model != NULL)
        return to->model->waiting->len > 0 || to->lost_last >= to->model->in;
    TalkSecret info = end_info (to);
    return info.queued > 0 || to->lost_last >= (int32_t)info.raw_in;
}

/* A new hole this way does not end the chat by the other client's own nature: who answers
 * a Resend only in its turn waits for ever where there are holes in both directions
 * (Android); and who asks once, for its first hole only, does where its request was lost
 * and ours is in its second hole (TDLib). */
static gboolean
may_open_hole (const End *to)
{
    gboolean here = model_has_hole (to), back = model_has_hole (end_other (to));

    if (traits_of (to)->answers == PEER_IN_TURN)
        return !back;
    if (traits_of (to)->asks == PEER_AT_ONCE && to->model != NULL)
        return !here || !back;
    return TRUE;
}

/* A client that acts on every copy of a Resend stalls where it gets ours a second time
 * after it has released what that asks for. Lost messages alone do not bring that about,
 * late ones may: we ask for what is only late, or it asks for our Resend, which is. */
gboolean
model_may_overtake (const End *to)
{
    return may_open_hole (to) && !traits_of (to)->acts_on_copies;
}

gboolean
model_may_lose (const End *to, const ServerItem *item)
{
    gboolean again = to->model == NULL ? !traits_of (to)->range_once
                                       : traits_of (to)->asks == PEER_EVERY_PASS;

    return may_open_hole (to) &&
           server_times_lost (to, item->number) < (again ? LOST_MAX : 1);
}

/* --- for stories --- */

void
we_say (World *w, const char *text)
{
    g_assert_cmpint (end_says (w->us, text), !=, 0);
}

void
they_say (World *w, const char *text)
{
    end_says (w->them, text);
}

void
assert_lives (World *w)
{
    g_assert_cmpstr (w->them->model->closed, ==, NULL);
    g_assert_cmpint (end_info (w->us).state, ==, TALK_STATE_READY);
}

void
assert_talks (World *w)
{
    world_run (w);
    assert_lives (w);
    g_string_truncate (w->us->texts, 0);
    g_string_truncate (w->them->texts, 0);
    they_say (w, "hello");
    world_run (w);
    we_say (w, "bye");
    world_run (w);
    assert_lives (w);
    g_assert_cmpstr (w->us->texts->str, ==, "hello ");
    g_assert_cmpstr (w->them->texts->str, ==, "bye ");
}

void
run_to (End *to)
{
    while (server_answers (to->world->us) || model_brings (to, 0))
        ;
}

/* --- a world with it --- */

World *
model_world_new (const PeerTraits *traits, gboolean ours, uint64_t seed, WorldFlags flags)
{
    World *w = world_new (seed, flags);

    w->us = ours ? w->alice : w->bob;
    w->them = end_other (w->us);
    w->them->model = peer_model_new (traits, !ours, &w->random, w->now.wall);
    w->them->model->event = event_cb;
    w->them->model->user = w->them;
    w->name = g_strdup_printf ("%s, chat of %s", traits->name, ours ? "ours" : "theirs");
    return w;
}

World *
model_world (const PeerTraits *traits, gboolean ours, uint64_t seed)
{
    World *w = model_world_new (traits, ours, seed, WORLD_TOY);

    world_ready (w);
    return w;
}
