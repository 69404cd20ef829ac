/* Schedules of one chat of ours against another client (draw.h). */
#include "draw-private.h"

#include "secret-private.h"

#define HOUR_MS (3600 * 1000 + 1000)

/* Our turn ends here, and if it is to be the last, that was it. */
static void
end_ours (World *w)
{
    end_turn_of (w->us, NULL, FALSE);
}

/* --- moves of people --- */

static void
watch (World *w, End *end, const TalkEvent *event)
{
    if (event->kind == TALK_EVENT_FAILED)
        world_broken (w, "a message failed, though the server refuses nothing");
    draw_watches (w, end, event);
}

static void
flush (Draw *d, End *end)
{
    if (draw_byte (d) >= 40)
        return;
    end->fate = END_LIVES;
    for (unsigned i = 0; i < end->said->len; i++)
        g_array_index (end->said, Line, i).taken = TRUE;
    if (end->model != NULL)
        g_hash_table_remove_all (end->lines);
    end_flushes (end);
}

static void
set_ttl (Draw *d, End *end)
{
    static const int32_t ttls[] = { 0, 1, 7, 60 };
    int32_t ttl = ttls[draw_byte (d) % G_N_ELEMENTS (ttls)];

    if (end->model != NULL) {
        peer_set_ttl (end->model, ttl);
        return;
    }
    secret_chat_set_ttl (end->chat, ttl, d->w->now);
    end_ours (d->w);
}

static void
read_all (Draw *d, End *end)
{
    World *w = d->w;

    if (end->model != NULL) { /* the server's word, for all of them */
        secret_chat_peer_read (w->us->chat, w->date, w->date, w->now);
    } else {
        end->fate = END_LIVES;
        end_sees (end);
    }
    end_ours (w);
}

static void
rekey (Draw *d, End *end)
{
    World *w = d->w;

    if (end->model != NULL) {
        peer_rekey (end->model);
    } else {
        secret_chat_rekey (end->chat, w->now);
        end_ours (w);
    }
    d->stats->collisions += w->us->chat->rekey.step == SECRET_REKEY_A_ASKED &&
                            w->them->model->step == PEER_ASKED;
}

static void
type (Draw *d, End *end)
{
    World *w = d->w;

    if (end->model != NULL) /* none of them sends it as an action */
        secret_chat_peer_typing (w->us->chat, w->now);
    else
        secret_chat_set_typing (end->chat, draw_byte (d) & 1, w->now);
    end_ours (w);
}

static void
screenshot (Draw *d, End *end)
{
    if (end->model != NULL)
        peer_screenshot (end->model);
    else
        secret_chat_screenshot (end->chat, NULL, 0, d->w->now);
    end_ours (d->w);
}

/* --- moves of the world --- */

/* An old or damaged ciphertext. A client that closes the chat when msg_key does not match
 * (TDLib) is only given what it would survive: whole copies of ours, and others under a
 * fingerprint that it does not know. A full queue in memory takes no more copies. */
static void
forge (Draw *d, End *to)
{
    World *w = d->w;
    uint8_t kind = draw_byte (d);
    gboolean strict = to->model != NULL && to->model->traits->bad_msg_key == PEER_CLOSES;
    gboolean reflect = !strict && (kind & 1) != 0;
    const GPtrArray *from = reflect ? to->wire : end_other (to)->wire;

    if (from->len == 0)
        return;
    size_t len;
    unsigned back = draw_byte (d) % from->len;
    const uint8_t *data = g_bytes_get_data (from->pdata[from->len - 1 - back], &len);
    if (!model_may_overtake (to) &&
        (model_has_hole (to) || back < server_on_the_way (to)))
        kind |= 2; /* not before its turn */
    g_autofree uint8_t *copy = g_memdup2 (data, len);
    if ((kind & 2) != 0)
        copy[(draw_byte (d) * 256u + draw_byte (d)) % (strict ? 8 : len)] ^=
            (uint8_t)(1 + draw_byte (d) % 255);
    if ((kind & 4) != 0 && !strict)
        len = len * draw_byte (d) / 256;
    d->stats->forged++;
    if (to->model != NULL) {
        model_injects (to, TL_BYTES (copy, len));
        return;
    }
    secret_chat_receive (to->chat, w->date, TL_BYTES (copy, len), NULL, TRUE, w->now);
    end_ours (w);
}

static void
die (Draw *d, End *end)
{
    uint8_t how = draw_byte (d);

    if (end->model == NULL) {
        end->fate = how & 1 ? END_DIES_BEFORE : END_DIES_AFTER;
        return;
    }
    end_restarts (end, NULL, NULL);
    d->stats->restarts++;
}

static void
start_anew (Draw *d, End *us)
{
    gboolean again = draw_byte (d) & 1;

    end_ours (d->w);
    if (!again) {
        end_reconnects (us);
        end_ours (d->w);
        return;
    }
    end_restarts (us, NULL, NULL);
    end_writes_all (us);
    draw_looks (us);
}

/* What a person does. */
static void
act (Draw *d, End *end, unsigned kind)
{
    if (kind == 6)
        draw_takes_back (d, end);
    else if (kind == 7)
        flush (d, end);
    else if (kind == 8)
        set_ttl (d, end);
    else if (kind == 9)
        read_all (d, end);
    else if (kind == 10)
        rekey (d, end);
    else if (kind == 11)
        type (d, end);
    else if (kind == 18)
        screenshot (d, end);
    else
        draw_says (d, end);
}

static void
befall (Draw *d, End *end, unsigned kind)
{
    if (kind == 12)
        die (d, end);
    else if (kind == 13)
        start_anew (d, d->w->us);
    else if (kind == 14)
        model_brings (end, 1 + draw_byte (d) % 3);
    else if (kind == 15)
        server_doubles (end);
    else if (kind == 16)
        d->stats->lost += (unsigned)server_loses (end);
    else if (kind == 17)
        forge (d, end);
    else if (kind == 19)
        world_advance (d->w, 100 * draw_byte (d)); /* delivers all */
    else if (kind <= 25)
        model_brings (end, 0);
    else
        server_answers (d->w->us);
}

static void
check_open (World *w)
{
    if (w->them->model->closed != NULL)
        world_broken (w, "%s", w->them->model->closed);
}

static void
move (Draw *d)
{
    World *w = d->w;
    uint8_t code = draw_byte (d);
    End *end = code & 1 ? w->us : w->them;
    unsigned kind = (code >> 1) % 32;

    d->step++;
    draw_tells (d, "%s:%u ", code & 1 ? "us" : "peer", kind);
    if (kind <= 11 || kind == 18)
        act (d, end, kind);
    else
        befall (d, end, kind);
    end_turn (w->them);
    check_open (w);
}

/* --- the end --- */

static void
check_lines (End *end)
{
    rules_all_shown (end);
    for (unsigned i = 0; i < end->said->len; i++) {
        const Line *line = &g_array_index (end->said, Line, i);
        if (line->taken && g_hash_table_contains (end_other (end)->lines, &line->id))
            world_broken (end->world, "\"%s\" stands though it was taken back",
                          line->text);
    }
}

static void
check (World *w)
{
    const PeerModel *peer = w->them->model;
    TalkSecret info = end_info (w->us);

    rules_agree (w);
    unsigned waiting = w->us->chat->holes.queue->len;
    if (waiting + peer->waiting->len > 0)
        world_broken (w, "%u and %u messages wait", waiting, peer->waiting->len);
    if (info.unacknowledged > 3) /* its own last words and one behind (SC-D26) */
        world_broken (w, "%u messages are still retained", info.unacknowledged);
    end_writes_all (w->us);
    check_lines (w->us);
    check_lines (w->them);
}

/* An hour in each round, because the same number is sent again at most six times in one
 * (SC-D24). */
static void
heal (Draw *d)
{
    World *w = d->w;

    for (int round = 0; round < 5; round++) {
        w->us->fate = END_LIVES;
        end_reconnects (w->us);
        draw_says (d, w->us);
        for (int i = round == 0 ? 25 : 1; i > 0; i--) /* more than is waited for */
            draw_says (d, w->them);
        world_run (w);
        world_advance (w, HOUR_MS);
        check_open (w);
    }
}

void
draw_model (const PeerTraits *traits, gboolean ours, uint64_t seed, unsigned steps,
            unsigned gather, DrawStats *stats)
{
    Draw d = {
        .seeded = TRUE, .seed = seed * 2654435761u, .first = seed, .stats = stats
    };
    World *w = d.w = model_world (traits, ours, d.seed);

    d.title = g_steal_pointer (&w->name);
    d.story = g_string_new (NULL);
    w->gather = gather;
    w->user = &d;
    w->watch = watch;
    w->us->typing_action = TRUE;
    secret_chat_set_typing_action (w->us->chat, TRUE);
    secret_chat_set_peer_online (w->us->chat, TRUE);
    w->them->model->rekey_now = seed % 3 != 0 ? 30 + 10 * (unsigned)(seed % 5) : 0;
    while (d.step < steps)
        move (&d);
    heal (&d);
    check (w);
    stats->steps += d.step;
    stats->deaths += w->us->deaths;
    world_free (w);
    g_free (d.title);
    g_string_free (d.story, TRUE);
}
