/* The simulation of secret-sim.h: moves, the windows of both sides, the checks. */
#include "secret-sim.h"

#include "secret-pair.h"
#include "secret-private.h"

#include <stdio.h>
#include <string.h>

typedef struct {
    int64_t id;
    unsigned number;
    gboolean excused; /* taken back, flushed or failed: need not be shown any more */
    gboolean taken;   /* back, by its sender */
    gboolean timed;
    gboolean seen; /* by its reader, and that is stored */
    unsigned shown;
    unsigned life; /* of the process that showed it last */
} Said;

typedef struct {
    PairEnd *end;
    GArray *said;       /* Said, in order */
    GHashTable *window; /* random_id -> 1: what stands in this end's window */
    GArray *pending;    /* SimEvent, not yet let out */
    GArray *unread;     /* int64_t */
    unsigned last_number;
    unsigned life; /* how many processes there were */
} Side;

typedef struct {
    TalkEventKind kind;
    TalkGoneWhy gone;
    TalkNoticeKind notice;
    int64_t id;
    unsigned number;
    gboolean text;
    gboolean by_peer;
    int64_t ids[64];
    size_t n_ids;
    TalkState state;
    TalkClosed closed;
} SimEvent;

typedef struct {
    const uint8_t *data;
    size_t len, at;
    gboolean seeded;
    uint64_t seed, first;
    Pair *pair;
    Side sides[2];
    SimStats *stats;
    unsigned step;
    GString *story; /* the last moves, for the report */
} Sim;

static void G_GNUC_NORETURN G_GNUC_PRINTF (2, 3)
    broken (Sim *sim, const char *format, ...)
{
    va_list args;

    va_start (args, format);
    g_autofree char *what = g_strdup_vprintf (format, args);
    va_end (args);
    fprintf (stderr, "seed %" G_GUINT64_FORMAT " step %u: %s\n%s\n", sim->first,
             sim->step, what, sim->story->str);
    abort ();
}

static uint8_t
draw (Sim *sim)
{
    if (!sim->seeded)
        return sim->at < sim->len ? sim->data[sim->at++] : 0;
    sim->seed = sim->seed * 6364136223846793005u + 1442695040888963407u;
    return (uint8_t)(sim->seed >> 53);
}

static gboolean
more (const Sim *sim, unsigned steps)
{
    return sim->seeded ? sim->step < steps : sim->at < sim->len && sim->step < 4000;
}

static Said *
find_said (Side *side, int64_t id)
{
    for (unsigned i = side->said->len; i > 0; i--) {
        Said *said = &g_array_index (side->said, Said, i - 1);
        if (said->id == id)
            return said;
    }
    return NULL;
}

/* Texts begin with a mark that no log may hold, and end so that none is part of another.
 */
static char *
text_of (unsigned number)
{
    return g_strdup_printf (PAIR_MARK "%u;", number);
}

static unsigned
number_of (const char *text)
{
    return g_str_has_prefix (text, PAIR_MARK)
               ? (unsigned)g_ascii_strtoull (text + strlen (PAIR_MARK), NULL, 10)
               : 0;
}

/* --- what is reported --- */
static void
watch (Pair *pair, PairEnd *end, const TalkEvent *e)
{
    Sim *sim = pair->user;
    SimEvent copy = { .kind = e->kind,
                      .gone = e->u.gone.why,
                      .notice = e->u.notice.kind,
                      .state = e->u.secret.state,
                      .closed = e->u.secret.closed };
    size_t n = e->kind == TALK_EVENT_GONE ? e->u.gone.n : 0;

    if (e->kind == TALK_EVENT_MESSAGE) {
        copy.id = e->u.message.id;
        copy.text = e->u.message.content == TALK_CONTENT_TEXT;
        copy.number = number_of (e->u.message.text);
    } else if (e->kind == TALK_EVENT_FAILED) {
        copy.id = e->u.failed.id;
    }
    for (size_t done = 0; done < n || done == 0; done += copy.n_ids) {
        copy.n_ids = MIN (n - done, G_N_ELEMENTS (copy.ids));
        if (copy.n_ids > 0)
            memcpy (copy.ids, e->u.gone.ids + done, copy.n_ids * sizeof *copy.ids);
        g_array_append_val (sim->sides[end->index].pending, copy);
        if (copy.n_ids == 0)
            break;
    }
}

static void
show (Sim *sim, Side *side, Side *other, const SimEvent *e)
{
    Said *said = find_said (other, e->id);

    if (said == NULL || !e->text)
        broken (sim, "a message nobody sent was shown");
    if (said->number != e->number)
        broken (sim, "message %u came as %u", said->number, e->number);
    if (said->shown++ > 0 && said->life == side->life)
        broken (sim, "message %u was shown twice", said->number);
    if (said->seen) /* DECISIONS 23: else once by every process */
        broken (sim, "message %u was shown again though it was seen", said->number);
    said->life = side->life;
    if (e->number <= side->last_number)
        broken (sim, "message %u after %u", e->number, side->last_number);
    side->last_number = e->number;
    sim->stats->shown++;
    g_hash_table_add (side->window, g_memdup2 (&e->id, sizeof e->id));
    g_array_append_val (side->unread, e->id);
    secret_chat_displayed (side->end->chat, e->id);
}

static void
take_event (Sim *sim, Side *side, Side *other, const SimEvent *e)
{
    switch (e->kind) {
    case TALK_EVENT_MESSAGE:
        show (sim, side, other, e);
        break;
    case TALK_EVENT_FAILED: {
        Said *said = find_said (side, e->id);
        if (said != NULL)
            said->excused = TRUE;
        break;
    }
    case TALK_EVENT_GONE:
        if (e->gone == TALK_GONE_EXPIRED)
            sim->stats->expired += (unsigned)e->n_ids;
        for (size_t i = 0; i < e->n_ids; i++) {
            g_hash_table_remove (side->window, &e->ids[i]);
            for (unsigned k = side->unread->len; k > 0; k--)
                if (g_array_index (side->unread, int64_t, k - 1) == e->ids[i])
                    g_array_remove_index (side->unread, k - 1);
        }
        break;
    case TALK_EVENT_NOTICE:
        sim->stats->rekeyed += e->notice == TALK_NOTICE_REKEYED;
        break;
    case TALK_EVENT_SECRET:
        if (e->state == TALK_STATE_CLOSED)
            broken (sim, "the chat was closed: %d", e->closed);
        break;
    default:
        break;
    }
}

static void
released (Pair *pair, PairEnd *end)
{
    Sim *sim = pair->user;
    Side *side = &sim->sides[end->index];

    for (unsigned i = 0; i < side->pending->len; i++)
        take_event (sim, side, &sim->sides[1 - end->index],
                    &g_array_index (side->pending, SimEvent, i));
    g_array_set_size (side->pending, 0);
}

/* A process ends, and its windows with it. */
static void
lost (Pair *pair, PairEnd *end)
{
    Sim *sim = pair->user;
    Side *side = &sim->sides[end->index];

    g_array_set_size (side->pending, 0);
    g_array_set_size (side->unread, 0);
    g_hash_table_remove_all (side->window);
    side->last_number = 0;
    side->life++;
}

/* What was never seen stands in the window of a process that came back (DECISIONS 23). */
static void
look_around (Sim *sim, Side *side)
{
    g_autoptr (GArray) unseen = secret_chat_unseen (side->end->chat);

    for (unsigned i = 0; i < unseen->len; i++)
        if (!g_hash_table_contains (side->window, &g_array_index (unseen, int64_t, i)))
            broken (sim, "an unseen message does not stand in the new window");
}

/* --- moves --- */

/* Everything that may still be on its way need not arrive any more. */
static void
excuse_all (Sim *sim)
{
    for (int s = 0; s < 2; s++)
        for (unsigned i = 0; i < sim->sides[s].said->len; i++)
            g_array_index (sim->sides[s].said, Said, i).excused = TRUE;
}

static void
say (Sim *sim, Side *side)
{
    static unsigned number;
    g_autofree char *text = text_of (++number);
    Said said = { .number = number, .timed = pair_info (side->end).ttl > 0 };

    side->end->fate = PAIR_LIVES;
    if (secret_chat_send_text (side->end->chat, text, 0, FALSE, sim->pair->now,
                               &said.id) != TALK_DONE)
        broken (sim, "a ready chat does not send");
    g_array_append_val (side->said, said);
    g_hash_table_add (side->window, g_memdup2 (&said.id, sizeof said.id));
    sim->stats->said++;
    pair_commit (side->end);
}

static void
take_back (Sim *sim, Side *side, uint8_t which)
{
    if (side->said->len == 0)
        return;
    unsigned i = side->said->len - 1 - which % MIN (side->said->len, 8u);
    Said *said = &g_array_index (side->said, Said, i);
    side->end->fate = PAIR_LIVES;
    if (!g_hash_table_contains (side->window, &said->id))
        return;
    said->excused = said->taken = TRUE;
    g_hash_table_remove (side->window, &said->id);
    secret_chat_delete (side->end->chat, &said->id, 1, sim->pair->now);
    pair_commit (side->end);
}

static void
flush (Sim *sim, Side *side)
{
    side->end->fate = PAIR_LIVES;
    excuse_all (sim);
    secret_chat_flush (side->end->chat, sim->pair->now);
    pair_commit (side->end);
}

static void
see (Sim *sim, Side *side)
{
    if (side->unread->len == 0)
        return;
    secret_chat_seen (side->end->chat, (const int64_t *)(void *)side->unread->data,
                      side->unread->len, sim->pair->now);
    for (unsigned i = 0; i < side->unread->len; i++) {
        Said *said = find_said (&sim->sides[1 - side->end->index],
                                g_array_index (side->unread, int64_t, i));
        if (said != NULL)
            said->seen = TRUE;
    }
    g_array_set_size (side->unread, 0);
    side->end->fate = PAIR_LIVES;
    pair_commit (side->end);
}

/* An old or damaged ciphertext of either side is handed to this one. */
static void
forge (Sim *sim, Side *side, uint8_t kind)
{
    PairEnd *from =
        &sim->pair->ends[(kind & 1) ? side->end->index : 1 - side->end->index];

    if (from->wire->len == 0)
        return;
    GBytes *old = from->wire->pdata[draw (sim) % from->wire->len];
    size_t len;
    const uint8_t *data = g_bytes_get_data (old, &len);
    g_autofree uint8_t *copy = g_memdup2 (data, len);
    sim->stats->forged++;
    if ((kind & 2) != 0)
        copy[(draw (sim) * 256u + draw (sim)) % len] ^= (uint8_t)(1 + draw (sim) % 255);
    if ((kind & 4) != 0)
        len = len * draw (sim) / 256;
    pair_inject (side->end, TL_BYTES (copy, len));
}

static void
move (Sim *sim)
{
    static const int32_t ttls[] = { 0, 1, 7, 60 };
    uint8_t code = draw (sim);
    Side *side = &sim->sides[code & 1];
    PairEnd *end = side->end;
    unsigned kind = (code >> 1) % 32;

    g_string_append_printf (sim->story, "%u:%u ", code & 1, kind);
    if (sim->story->len > 600)
        g_string_erase (sim->story, 0, 200);
    sim->step++;
    switch (kind) {
    case 0 ... 5:
        say (sim, side);
        break;
    case 6:
        take_back (sim, side, draw (sim));
        break;
    case 7:
        if (draw (sim) < 40)
            flush (sim, side);
        break;
    case 8:
        secret_chat_set_ttl (end->chat, ttls[draw (sim) % 4], sim->pair->now);
        pair_commit (end);
        break;
    case 9:
        see (sim, side);
        break;
    case 10:
        secret_chat_rekey (end->chat, sim->pair->now);
        pair_commit (end);
        break;
    case 11:
        secret_chat_set_typing (end->chat, draw (sim) & 1, sim->pair->now);
        pair_commit (end);
        break;
    case 12: /* the next turn of this side is its last */
        end->fate = draw (sim) & 1 ? PAIR_DIES_BEFORE : PAIR_DIES_AFTER;
        break;
    case 13:
        pair_commit (end);
        lost (sim->pair, end);
        pair_restart (end);
        look_around (sim, side);
        break;
    case 14:
        pair_reconnect (end);
        break;
    case 15:
        pair_double (end);
        break;
    case 16:
        sim->stats->lost += (unsigned)pair_lose (end);
        break;
    case 17 ... 18:
        forge (sim, side, draw (sim));
        break;
    case 19:
        pair_advance (sim->pair, 100 * draw (sim)); /* delivers all */
        break;
    case 20: {
        int64_t ms = 1000 * draw (sim);
        sim->pair->now.wall += ms;
        sim->pair->now.mono += ms;
        secret_chat_tick (end->chat, sim->pair->now);
        pair_commit (end);
        break;
    }
    case 21 ... 25:
        pair_deliver_one (end);
        break;
    case 26:
        pair_swap (end);
        break;
    default:
        pair_answer_one (end);
        break;
    }
}

/* --- the end --- */

typedef struct {
    Sim *sim;
    Side *side;
} Scan;

/* A text in the store belongs to a line that stands in the window. */
static void
scan_record (StoreKey key, const uint8_t *value, size_t len, void *user)
{
    Scan *scan = user;
    const char *mark = g_strstr_len ((const char *)value, (gssize)len, PAIR_MARK);

    if (mark != NULL && (key.kind != STORE_MESSAGE ||
                         !g_hash_table_contains (scan->side->window, &key.id)))
        broken (scan->sim, "message %u is gone, its text is in the store (kind %d)",
                number_of (mark), key.kind);
}

static void
check_store (Sim *sim, Side *side)
{
    static const StoreKind kinds[] = { STORE_CHAT, STORE_OUTBOX, STORE_QUEUED,
                                       STORE_EARLY, STORE_MESSAGE };
    Scan scan = { sim, side };

    for (size_t i = 0; i < G_N_ELEMENTS (kinds); i++)
        any_store_each (side->end->store, kinds[i], TRUE, 0, scan_record, &scan, NULL);
}

static void
check_said (Sim *sim, Side *side, Side *other)
{
    for (unsigned i = 0; i < side->said->len; i++) {
        const Said *said = &g_array_index (side->said, Said, i);
        gboolean here = g_hash_table_contains (side->window, &said->id);
        gboolean there = g_hash_table_contains (other->window, &said->id);
        if (said->shown == 0 && !said->excused)
            broken (sim, "message %u was never shown", said->number);
        if (said->taken && (here || there))
            broken (sim, "message %u stands though it was taken back", said->number);
        if (said->timed && there)
            broken (sim, "message %u stands though its time is over", said->number);
        if (said->timed && here && said->shown > 0)
            broken (sim, "own message %u stands though its time is over", said->number);
    }
}

static void
check (Sim *sim)
{
    TalkSecret a = pair_info (sim->sides[0].end), b = pair_info (sim->sides[1].end);

    if (a.raw_out != b.raw_in || b.raw_out != a.raw_in)
        broken (sim, "counters: %u/%u and %u/%u", a.raw_out, b.raw_in, b.raw_out,
                a.raw_in);
    if (a.queued + b.queued > 0)
        broken (sim, "%u and %u messages wait behind a hole", a.queued, b.queued);
    if (memcmp (sim->sides[0].end->chat->keys.now.key,
                sim->sides[1].end->chat->keys.now.key, 256))
        broken (sim, "the keys differ");
    for (int s = 0; s < 2; s++) {
        check_said (sim, &sim->sides[s], &sim->sides[1 - s]);
        check_store (sim, &sim->sides[s]);
    }
}

/* Nothing is lost any more, both sides speak, everything shown is read; what was timed
 * has its time. */
static void
heal (Sim *sim)
{
    for (int round = 0; round < 4; round++) {
        for (int s = 0; s < 2; s++) {
            sim->sides[s].end->fate = PAIR_LIVES;
            pair_reconnect (sim->sides[s].end);
            say (sim, &sim->sides[s]);
        }
        pair_run (sim->pair);
        pair_advance (sim->pair, 3000);
        for (int s = 0; s < 2; s++) {
            look_around (sim, &sim->sides[s]);
            see (sim, &sim->sides[s]);
        }
        pair_advance (sim->pair, 61000);
    }
    for (int s = 0; s < 2; s++) /* what was read or timed before is over now */
        pair_advance (sim->pair, 120000);
}

static void
run (Sim *sim, unsigned steps, const char *folder)
{
    uint64_t seed = sim->seeded ? sim->seed : 1;

    sim->story = g_string_new (NULL);
    sim->pair = folder != NULL ? pair_new_real (seed, folder) : pair_new (seed);
    pair_make_ready (sim->pair);
    sim->pair->user = sim;
    sim->pair->watch = watch;
    sim->pair->released = released;
    sim->pair->lost = lost;
    for (int s = 0; s < 2; s++) {
        Side *side = &sim->sides[s];
        side->end = &sim->pair->ends[s];
        side->said = g_array_new (FALSE, FALSE, sizeof (Said));
        side->window = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
        side->pending = g_array_new (FALSE, FALSE, sizeof (SimEvent));
        side->unread = g_array_new (FALSE, FALSE, sizeof (int64_t));
        secret_chat_set_peer_online (side->end->chat, TRUE);
    }
    while (more (sim, steps))
        move (sim);
    heal (sim);
    check (sim);
    sim->stats->steps += sim->step;
    for (int s = 0; s < 2; s++) {
        Side *side = &sim->sides[s];
        sim->stats->deaths += side->end->deaths;
        g_array_unref (side->said);
        g_array_unref (side->pending);
        g_array_unref (side->unread);
        g_hash_table_unref (side->window);
    }
    pair_free (sim->pair);
    g_string_free (sim->story, TRUE);
}

void
sim_seed (uint64_t seed, unsigned steps, const char *folder, SimStats *stats)
{
    Sim sim = {
        .seeded = TRUE, .seed = seed * 2654435761u, .first = seed, .stats = stats
    };
    run (&sim, steps, folder);
}

void
sim_bytes (const uint8_t *data, size_t len, SimStats *stats)
{
    Sim sim = { .data = data, .len = len, .stats = stats };
    run (&sim, 0, NULL);
}
