/* The moves of draw.h, and what must be true after them. */
#include "draw-private.h"

#include "secret-private.h"

#define STORY_MAX 600
#define BYTES_STEPS 4000 /* drawn from bytes at most */

uint8_t
draw_byte (Draw *d)
{
    if (!d->seeded)
        return d->at < d->len ? d->data[d->at++] : 0;
    d->seed = d->seed * 6364136223846793005u + 1442695040888963407u;
    return (uint8_t)(d->seed >> 53);
}

void
draw_tells (Draw *d, const char *format, ...)
{
    va_list args;

    va_start (args, format);
    g_string_append_vprintf (d->story, format, args);
    va_end (args);
    if (d->story->len > STORY_MAX)
        g_string_erase (d->story, 0, STORY_MAX / 3);
    g_free (d->w->name);
    d->w->name = g_strdup_printf (
        "%s%sseed %" G_GUINT64_FORMAT " step %u, %s", d->title != NULL ? d->title : "",
        d->title != NULL ? ", " : "", d->first, d->step, d->story->str);
}

static gboolean
more (const Draw *d, unsigned steps)
{
    return d->seeded ? d->step < steps : d->at < d->len && d->step < BYTES_STEPS;
}

void
draw_watches (World *w, End *end, const TalkEvent *event)
{
    Draw *d = w->user;

    switch (event->kind) {
    case TALK_EVENT_MESSAGE:
        if (event->u.message.content != TALK_CONTENT_TEXT &&
            event->u.message.content != TALK_CONTENT_PHOTO &&
            (event->u.message.content != TALK_CONTENT_MISSING || d->stats->forged == 0))
            world_broken (w, "something that is no text and no photo was shown");
        if (event->u.message.outgoing)
            break;
        if (event->u.message.content == TALK_CONTENT_PHOTO &&
            event->u.message.media.file != TALK_FILE_THERE)
            world_broken (w, "a photo was shown that cannot be had");
        d->stats->shown++;
        d->stats->photos += event->u.message.content == TALK_CONTENT_PHOTO;
        break;
    case TALK_EVENT_GONE:
        if (event->u.gone.why == TALK_GONE_EXPIRED)
            d->stats->expired += (unsigned)event->u.gone.n;
        break;
    case TALK_EVENT_NOTICE:
        d->stats->rekeyed += event->u.notice.kind == TALK_NOTICE_REKEYED;
        break;
    case TALK_EVENT_SECRET:
        if (event->u.secret.state == TALK_STATE_CLOSED)
            world_broken (w, "the chat was closed: %d", event->u.secret.closed);
        break;
    default:
        break;
    }
    g_string_truncate (end->events, 0); /* nobody reads them */
}

void
draw_looks (End *end)
{
    g_autoptr (GArray) unseen = secret_chat_unseen (end->chat);

    for (unsigned i = 0; i < unseen->len; i++)
        if (!g_hash_table_contains (end->lines, &g_array_index (unseen, int64_t, i)))
            world_broken (end->world,
                          "an unseen message does not stand in the new window");
}

/* --- moves --- */

/* Texts begin with a mark that no log may hold, and end so that none is part of another.
 */
void
draw_says (Draw *d, End *end)
{
    static unsigned number;
    g_autofree char *text = g_strdup_printf (WORLD_MARK "%u;", ++number);

    end->fate = END_LIVES;
    if (end_says (end, text) == 0)
        world_broken (d->w, "a ready chat does not send");
    d->stats->said++;
}

/* A photo, which texts may pass, and which a process that ends may not bring up. */
static void
sends (Draw *d, End *end)
{
    static unsigned number;
    g_autofree char *caption = g_strdup_printf (WORLD_MARK "p%u;", ++number);

    end->fate = END_LIVES;
    if (end_sends (end, caption) == 0)
        world_broken (d->w, "a ready chat does not send a photo");
    d->stats->said++;
}

void
draw_takes_back (Draw *d, End *end)
{
    uint8_t which = draw_byte (d);

    if (end->said->len == 0)
        return;
    unsigned i = end->said->len - 1 - which % MIN (end->said->len, 8u);
    int64_t id = g_array_index (end->said, Line, i).id;
    end->fate = END_LIVES;
    if (g_hash_table_contains (end->lines, &id))
        end_deletes (end, id);
}

static void
see (End *end)
{
    if (end->unread->len == 0)
        return;
    end->fate = END_LIVES;
    end_sees (end);
}

/* An old or damaged ciphertext of either end is handed to this one. */
static void
replay (Draw *d, End *end)
{
    uint8_t kind = draw_byte (d);
    const End *from = (kind & 1) != 0 ? end : end_other (end);

    if (from->wire->len == 0)
        return;
    GBytes *old = from->wire->pdata[draw_byte (d) % from->wire->len];
    size_t len;
    const uint8_t *data = g_bytes_get_data (old, &len);
    g_autofree uint8_t *copy = g_memdup2 (data, len);
    d->stats->forged++;
    if ((kind & 2) != 0)
        copy[(draw_byte (d) * 256u + draw_byte (d)) % len] ^=
            (uint8_t)(1 + draw_byte (d) % 255);
    if ((kind & 4) != 0)
        len = len * draw_byte (d) / 256;
    secret_chat_receive (end->chat, d->w->date, TL_BYTES (copy, len), NULL, TRUE,
                         d->w->now);
    end_turn_of (end, NULL, FALSE);
}

static void
flush (Draw *d, End *end)
{
    if (draw_byte (d) >= 40)
        return;
    end->fate = END_LIVES;
    end_flushes (end);
}

/* What a user does; each is an input that may be the last. */
static void
act (Draw *d, End *end, unsigned kind)
{
    static const int32_t ttls[] = { 0, 1, 7, 60 };
    World *w = d->w;

    if (kind == 6)
        draw_takes_back (d, end);
    else if (kind == 7)
        flush (d, end);
    else if (kind == 8)
        secret_chat_set_ttl (end->chat, ttls[draw_byte (d) % 4], w->now);
    else if (kind == 9)
        see (end);
    else if (kind == 10)
        secret_chat_rekey (end->chat, w->now);
    else if (kind == 11)
        secret_chat_set_typing (end->chat, draw_byte (d) & 1, w->now);
    else if (kind == 5)
        sends (d, end);
    else
        draw_says (d, end);
    end_turn (end);
}

/* What happens to its process. */
static void
befall (Draw *d, End *end, unsigned kind)
{
    World *w = d->w;

    if (kind == 12) {
        end->fate = draw_byte (d) & 1 ? END_DIES_BEFORE : END_DIES_AFTER;
    } else if (kind == 13) {
        end->fate = END_LIVES;
        end_restarts (end, NULL, NULL);
        end_writes_all (end);
        draw_looks (end);
    } else if (kind == 14) {
        end_reconnects (end);
    } else if (kind == 19) {
        world_advance (w, 100 * draw_byte (d)); /* delivers all */
    } else {
        world_pass (w, 1000 * draw_byte (d));
        secret_chat_tick (end->chat, w->now);
        end_turn_of (end, NULL, FALSE);
    }
}

static void
move (Draw *d)
{
    uint8_t code = draw_byte (d);
    End *end = &d->w->ends[code & 1];
    unsigned kind = (code >> 1) % 32;

    d->step++;
    draw_tells (d, "%u:%u ", code & 1, kind);
    switch (kind) {
    case 0 ... 11:
        act (d, end, kind);
        break;
    case 15:
        server_doubles (end);
        break;
    case 16:
        d->stats->lost += (unsigned)server_loses (end);
        break;
    case 17 ... 18:
        replay (d, end);
        break;
    case 12 ... 14:
    case 19 ... 20:
        befall (d, end, kind);
        break;
    case 21 ... 25:
        server_delivers (end);
        break;
    case 26:
        server_swaps (end);
        break;
    default:
        server_answers (end);
        break;
    }
}

/* --- the end --- */

/* Whose text that is; NULL: nobody said it. */
static const Line *
find_said (End *end, const char *text, size_t len)
{
    for (int i = 0; i < 2; i++) {
        GArray *said = (i == 0 ? end : end_other (end))->said;
        for (unsigned j = 0; j < said->len; j++) {
            const Line *line = &g_array_index (said, Line, j);
            size_t n = strlen (line->text);
            if (n <= len && memcmp (line->text, text, n) == 0)
                return line;
        }
    }
    return NULL;
}

/* A text in the store belongs to a line that stands in the window; that of an own message
 * stays until it was acknowledged, unless it was taken back (SC-D25). */
static void
scan_record (StoreKey key, const uint8_t *value, size_t len, void *user)
{
    End *end = user;
    /* records are bytes: there are zeros before a text, and anything in a key */
    const char *mark = memmem (value, len, WORLD_MARK, strlen (WORLD_MARK));
    size_t left = mark != NULL ? len - (size_t)(mark - (const char *)value) : 0;
    const Line *line = mark != NULL ? find_said (end, mark, left) : NULL;

    if (mark == NULL ||
        (line != NULL &&
         (key.kind == STORE_OUTBOX ? !line->taken
                                   : g_hash_table_contains (end->lines, &line->id))))
        return;
    world_broken (end->world, "\"%.*s\" is gone, and is in the store (kind %d)",
                  (int)MIN (10, left), mark, key.kind);
}

static void
check_store (End *end)
{
    any_store_each_secret (end->store, scan_record, end);
}

static void
check_lines (End *end)
{
    World *w = end->world;

    rules_all_shown (end);
    for (unsigned i = 0; i < end->said->len; i++) {
        const Line *line = &g_array_index (end->said, Line, i);
        gboolean here = g_hash_table_contains (end->lines, &line->id);
        gboolean there = g_hash_table_contains (end_other (end)->lines, &line->id);
        if (line->taken && (here || there))
            world_broken (w, "\"%s\" stands though it was taken back", line->text);
        if (line->timed && !line->file && (there || (here && line->shown > 0)))
            world_broken (w, "\"%s\" stands though its time is over", line->text);
    }
}

static void
check (World *w)
{
    unsigned a = w->alice->chat->holes.queue->len, b = w->bob->chat->holes.queue->len;

    rules_agree (w);
    if (a + b > 0)
        world_broken (w, "%u and %u messages wait", a, b);
    for (int i = 0; i < 2; i++) {
        end_writes_all (&w->ends[i]);
        rules_turns (&w->ends[i]);
        check_lines (&w->ends[i]);
        check_store (&w->ends[i]);
    }
}

/* Nothing is lost any more, both ends speak, everything shown is read; what was timed
 * has its time. */
static void
heal (Draw *d)
{
    World *w = d->w;

    for (int round = 0; round < 4; round++) {
        for (int i = 0; i < 2; i++) {
            w->ends[i].fate = END_LIVES;
            end_reconnects (&w->ends[i]);
            draw_says (d, &w->ends[i]);
        }
        world_run (w);
        world_advance (w, 3000);
        for (int i = 0; i < 2; i++) {
            draw_looks (&w->ends[i]);
            see (&w->ends[i]);
        }
        world_advance (w, 61000);
    }
    for (int i = 0; i < 2; i++) /* what was read or timed before is over now */
        world_advance (w, 120000);
}

/* Someone types before there is a chat to send it in; a process may end among it. */
static void
types_early (Draw *d, End *end)
{
    for (unsigned n = draw_byte (d) % 4; n > 0; n--) {
        uint8_t what = draw_byte (d);
        draw_says (d, end);
        if (what < 40)
            draw_takes_back (d, end);
        else if (what < 100)
            end_restarts (end, NULL, NULL);
        else if (what < 180)
            server_answers (end);
    }
}

/* From a seed the chat begins with drafts; a fuzzer's bytes begin with a chat. */
static void
be_born (Draw *d)
{
    World *w = d->w;

    if (!d->seeded) {
        world_ready (w);
        return;
    }
    w->bob->thinks = TRUE;
    end_asks (w->alice);
    types_early (d, w->alice);
    world_run (w);
    types_early (d, w->alice);
    world_run (w);
    end_accepts (w->bob);
    types_early (d, w->bob);
    world_run (w);
    for (int i = 0; i < 2; i++)
        if (end_info (&w->ends[i]).state != TALK_STATE_READY)
            world_broken (w, "end %d is not ready", i);
}

static void
run (Draw *d, unsigned steps, WorldFlags flags, unsigned gather)
{
    World *w = d->w = world_new (d->seeded ? d->seed : 1, flags);

    d->story = g_string_new (NULL);
    w->gather = gather;
    for (int i = 0; i < 2; i++)
        w->ends[i].slow = (d->first >> i) & 1;
    be_born (d);
    w->user = d;
    w->watch = draw_watches;
    for (int i = 0; i < 2; i++)
        secret_chat_set_peer_online (w->ends[i].chat, TRUE);
    while (more (d, steps))
        move (d);
    heal (d);
    check (w);
    d->stats->steps += d->step;
    for (int i = 0; i < 2; i++)
        d->stats->deaths += w->ends[i].deaths;
    world_free (w);
    g_string_free (d->story, TRUE);
}

void
draw_seed (uint64_t seed, unsigned steps, WorldFlags flags, unsigned gather,
           DrawStats *stats)
{
    Draw d = {
        .seeded = TRUE, .seed = seed * 2654435761u, .first = seed, .stats = stats
    };

    run (&d, steps, flags, gather);
}

void
draw_bytes (const uint8_t *data, size_t len, DrawStats *stats)
{
    Draw d = { .data = data, .len = len, .stats = stats };

    run (&d, 0, WORLD_COARSE, 1);
}
