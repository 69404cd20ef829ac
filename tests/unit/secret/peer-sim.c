/* The simulation of peer-sim.h: moves, the windows of both sides, the checks. */
#include "peer-sim.h"

#include "peer-duo.h"
#include "secret-private.h" /* the key, for the last check */

#include <stdio.h>
#include <string.h>

#define STORY_MAX 1200
#define HOUR_MS (3600 * 1000 + 1000)

typedef struct {
    int64_t id;
    unsigned number;
    gboolean excused; /* taken back, flushed or failed: need not be shown any more */
    gboolean deleted; /* by its author: may not stand anywhere in the end */
    gboolean seen;    /* by us, and that is stored */
    unsigned shown;
    unsigned life; /* of the process that showed it last */
} Said;

/* What one side said, and what stands in its window. */
typedef struct {
    GArray *said; /* Said, in order */
    GHashTable *window;
    unsigned last_number;
    unsigned life; /* of ours: how many processes there were */
} Side;

typedef struct {
    TalkEventKind kind;
    TalkGoneWhy gone;
    TalkNoticeKind notice;
    int64_t id;
    unsigned number;
    int64_t ids[64];
    size_t n_ids;
    TalkClosed closed;
    char *detail;
} SimEvent;

typedef struct {
    uint64_t seed, first;
    const char *name;
    Duo *duo;
    Side us, them;
    GArray *pending; /* SimEvent, of ours, not yet let out */
    GArray *unread;  /* int64_t, in our window */
    PeerSimStats *stats;
    unsigned numbers;
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
    fprintf (stderr, "%s, chat of %s, seed %" G_GUINT64_FORMAT " step %u: %s\n%s\n",
             sim->name, sim->duo->ours ? "ours" : "theirs", sim->first, sim->step, what,
             sim->story->str);
    abort ();
}

static uint8_t
draw (Sim *sim)
{
    sim->seed = sim->seed * 6364136223846793005u + 1442695040888963407u;
    return (uint8_t)(sim->seed >> 53);
}

static Said *
find_said (const Side *side, int64_t id)
{
    for (unsigned i = side->said->len; i > 0; i--) {
        Said *said = &g_array_index (side->said, Said, i - 1);
        if (said->id == id)
            return said;
    }
    return NULL;
}

static void
open_window (GHashTable *window, int64_t id)
{
    g_hash_table_add (window, g_memdup2 (&id, sizeof id));
}

/* --- what is reported --- */

/* `author` said it, it is shown to `reader`. */
static void
show (Sim *sim, Side *author, Side *reader, int64_t id, unsigned number)
{
    Said *said = find_said (author, id);

    if (said == NULL)
        broken (sim, "a message nobody sent was shown");
    if (said->number != number)
        broken (sim, "message %u came as %u", said->number, number);
    if (said->shown++ > 0 && said->life == reader->life)
        broken (sim, "message %u was shown twice", number);
    if (said->seen) /* DECISIONS 23: else once by every process of ours */
        broken (sim, "message %u was shown again though it was seen", number);
    said->life = reader->life;
    if (number <= reader->last_number)
        broken (sim, "message %u after %u", number, reader->last_number);
    reader->last_number = number;
    open_window (reader->window, id);
    sim->stats->shown++;
}

/* What a side said before it hears of the other's flush may go with it. */
static void
excuse_all (Side *side)
{
    for (unsigned i = 0; i < side->said->len; i++)
        g_array_index (side->said, Said, i).excused = TRUE;
}

static void
peer_event (PeerModel *peer, PeerEvent event, int64_t id, TlBytes text, void *user)
{
    Sim *sim = user;

    switch (event) {
    case PEER_SHOWN: {
        g_autofree char *digits = g_strndup ((const char *)text.data, text.len);
        show (sim, &sim->us, &sim->them, id, (unsigned)atoi (digits));
        break;
    }
    case PEER_DELETED:
        g_hash_table_remove (sim->them.window, &id);
        break;
    case PEER_FLUSHED:
        excuse_all (&sim->them);
        /* with its history go the deletions that may have to be sent again */
        for (unsigned i = 0;
             peer->traits->gone == PEER_GONE_MISSING && i < sim->them.said->len; i++)
            g_array_index (sim->them.said, Said, i).deleted = FALSE;
        g_hash_table_remove_all (sim->them.window);
        break;
    }
}

static void
watch (Duo *duo, const TalkEvent *e)
{
    Sim *sim = duo->user;
    SimEvent copy = { .kind = e->kind,
                      .gone = e->u.gone.why,
                      .notice = e->u.notice.kind };
    size_t n = e->kind == TALK_EVENT_GONE ? e->u.gone.n : 0;

    if (e->kind == TALK_EVENT_MESSAGE) {
        if (e->u.message.content != TALK_CONTENT_TEXT)
            broken (sim, "something unsupported was shown");
        copy.id = e->u.message.id;
        copy.number = (unsigned)atoi (e->u.message.text);
    }
    if (e->kind == TALK_EVENT_SECRET && e->u.secret.state == TALK_STATE_CLOSED)
        broken (sim, "we closed the chat: %d, %s", e->u.secret.closed,
                e->u.secret.closed_detail);
    for (size_t done = 0; done < n || done == 0; done += copy.n_ids) {
        copy.n_ids = MIN (n - done, G_N_ELEMENTS (copy.ids));
        if (copy.n_ids > 0)
            memcpy (copy.ids, e->u.gone.ids + done, copy.n_ids * sizeof *copy.ids);
        g_array_append_val (sim->pending, copy);
        if (copy.n_ids == 0)
            break;
    }
}

static void
close_window (Sim *sim, int64_t id)
{
    g_hash_table_remove (sim->us.window, &id);
    for (unsigned k = sim->unread->len; k > 0; k--)
        if (g_array_index (sim->unread, int64_t, k - 1) == id)
            g_array_remove_index (sim->unread, k - 1);
}

static void
take_event (Sim *sim, const SimEvent *e)
{
    switch (e->kind) {
    case TALK_EVENT_MESSAGE:
        show (sim, &sim->them, &sim->us, e->id, e->number);
        g_array_append_val (sim->unread, e->id);
        secret_chat_displayed (sim->duo->chat, e->id);
        break;
    case TALK_EVENT_FAILED:
        broken (sim, "a message failed, though the server refuses nothing");
    case TALK_EVENT_GONE:
        if (e->gone == TALK_GONE_FLUSHED)
            excuse_all (&sim->us);
        for (size_t i = 0; i < e->n_ids; i++) {
            close_window (sim, e->ids[i]);
        }
        break;
    case TALK_EVENT_NOTICE:
        sim->stats->rekeyed += e->notice == TALK_NOTICE_REKEYED;
        break;
    default:
        break;
    }
}

static void
released (Duo *duo)
{
    Sim *sim = duo->user;

    for (unsigned i = 0; i < sim->pending->len; i++)
        take_event (sim, &g_array_index (sim->pending, SimEvent, i));
    g_array_set_size (sim->pending, 0);
}

/* Our process died, its window and what was on the way to it with it (DECISIONS 2). */
static void
gone (Duo *duo)
{
    Sim *sim = duo->user;

    g_array_set_size (sim->pending, 0);
    g_array_set_size (sim->unread, 0);
    g_hash_table_remove_all (sim->us.window);
    sim->us.last_number = 0;
    sim->us.life++;
}

/* --- moves of people --- */

static void
say (Sim *sim, Side *side)
{
    char text[32];
    Said said = { .number = ++sim->numbers };

    g_snprintf (text, sizeof text, "%u", said.number);
    if (side == &sim->us) {
        sim->duo->fate = DUO_LIVES;
        said.id = duo_say (sim->duo, text);
    } else {
        said.id = peer_say (sim->duo->peer, text);
    }
    if (sim->duo->peer->talks)
        g_debug ("%s said %u", side == &sim->us ? "we" : "peer", said.number);
    g_array_append_val (side->said, said);
    open_window (side->window, said.id);
    sim->stats->said++;
}

static void
take_back (Sim *sim, Side *side)
{
    uint8_t which = draw (sim);

    if (side->said->len == 0)
        return;
    unsigned i = side->said->len - 1 - which % MIN (side->said->len, 8u);
    Said *said = &g_array_index (side->said, Said, i);
    if (!g_hash_table_remove (side->window, &said->id))
        return;
    said->excused = said->deleted = TRUE;
    if (side == &sim->us) {
        sim->duo->fate = DUO_LIVES;
        secret_chat_delete (sim->duo->chat, &said->id, 1, sim->duo->now);
        duo_commit (sim->duo);
    } else {
        peer_delete (sim->duo->peer, said->id);
    }
}

static void
flush (Sim *sim, Side *side)
{
    Side *other = side == &sim->us ? &sim->them : &sim->us;

    for (unsigned i = 0; i < side->said->len; i++) {
        Said *said = &g_array_index (side->said, Said, i);
        said->excused = said->deleted = TRUE;
    }
    excuse_all (other);
    if (side == &sim->us) {
        sim->duo->fate = DUO_LIVES;
        secret_chat_flush (sim->duo->chat, sim->duo->now);
        duo_commit (sim->duo);
    } else {
        g_hash_table_remove_all (side->window);
        peer_flush (sim->duo->peer);
    }
}

static void
set_ttl (Sim *sim, Side *side)
{
    static const int32_t ttls[] = { 0, 1, 7, 60 };
    int32_t ttl = ttls[draw (sim) % G_N_ELEMENTS (ttls)];

    if (side == &sim->us) {
        secret_chat_set_ttl (sim->duo->chat, ttl, sim->duo->now);
        duo_commit (sim->duo);
    } else {
        peer_set_ttl (sim->duo->peer, ttl);
    }
}

static void
read_all (Sim *sim, Side *side)
{
    Duo *duo = sim->duo;

    if (side == &sim->us) {
        duo->fate = DUO_LIVES;
        secret_chat_seen (duo->chat, (const int64_t *)(void *)sim->unread->data,
                          sim->unread->len, duo->now);
        for (unsigned i = 0; i < sim->unread->len; i++) {
            Said *said = find_said (&sim->them, g_array_index (sim->unread, int64_t, i));
            if (said != NULL)
                said->seen = TRUE;
        }
        g_array_set_size (sim->unread, 0);
    } else { /* the server's word, for all of them */
        secret_chat_peer_read (duo->chat, duo->date, duo->date, duo->now);
    }
    duo_commit (duo);
}

static void
rekey (Sim *sim, Side *side)
{
    Duo *duo = sim->duo;

    if (side == &sim->us) {
        secret_chat_rekey (duo->chat, duo->now);
        duo_commit (duo);
    } else {
        peer_rekey (duo->peer);
    }
    sim->stats->collisions +=
        duo->chat->rekey.step == SECRET_REKEY_A_ASKED && duo->peer->step == PEER_ASKED;
}

static void
type (Sim *sim, Side *side)
{
    Duo *duo = sim->duo;

    if (side == &sim->us)
        secret_chat_set_typing (duo->chat, draw (sim) & 1, duo->now);
    else /* none of them sends it as an action */
        secret_chat_peer_typing (duo->chat, duo->now);
    duo_commit (duo);
}

/* --- moves of the world --- */

/* An old or damaged ciphertext. A client that closes the chat when msg_key does not match
 * (TDLib) is only given what it would survive: whole copies of ours, and others under a
 * fingerprint that it does not know. A full queue in memory takes no more copies. */
static void
forge (Sim *sim, DuoWay way)
{
    Duo *duo = sim->duo;
    uint8_t kind = draw (sim);
    gboolean strict = way == DUO_TO_PEER && duo->peer->traits->bad_msg_key == PEER_CLOSES;
    gboolean reflect = !strict && (kind & 1) != 0;
    GPtrArray *from = (way == DUO_TO_PEER) != reflect ? duo->wire : duo->peer_wire;

    if (from->len == 0)
        return;
    size_t len;
    unsigned back = draw (sim) % from->len;
    const uint8_t *data = g_bytes_get_data (from->pdata[from->len - 1 - back], &len);
    if (!duo_may_overtake (duo, way) &&
        (duo_has_hole (duo, way) || back < duo_on_the_way (duo, way)))
        kind |= 2; /* not before its turn */
    g_autofree uint8_t *copy = g_memdup2 (data, len);
    if ((kind & 2) != 0)
        copy[(draw (sim) * 256u + draw (sim)) % (strict ? 8 : len)] ^=
            (uint8_t)(1 + draw (sim) % 255);
    if ((kind & 4) != 0 && !strict)
        len = len * draw (sim) / 256;
    sim->stats->forged++;
    duo_inject (duo, way, TL_BYTES (copy, len));
}

static void
die (Sim *sim, Side *side)
{
    uint8_t how = draw (sim);

    if (side == &sim->us) {
        sim->duo->fate = how & 1 ? DUO_DIES_BEFORE : DUO_DIES_AFTER;
        return;
    }
    duo_restart_peer (sim->duo);
    sim->stats->restarts++;
}

static void
move (Sim *sim)
{
    Duo *duo = sim->duo;
    uint8_t code = draw (sim);
    Side *side = code & 1 ? &sim->us : &sim->them;
    DuoWay way = code & 1 ? DUO_TO_US : DUO_TO_PEER;
    unsigned kind = (code >> 1) % 32;

    g_string_append_printf (sim->story, "%s:%u ", code & 1 ? "us" : "peer", kind);
    if (sim->story->len > STORY_MAX)
        g_string_erase (sim->story, 0, STORY_MAX / 4);
    sim->step++;
    if (duo->peer->talks)
        g_debug ("step %u: %s %u", sim->step, code & 1 ? "us" : "peer", kind);
    switch (kind) {
    case 0 ... 5:
        say (sim, side);
        break;
    case 6:
        take_back (sim, side);
        break;
    case 7:
        if (draw (sim) < 40)
            flush (sim, side);
        break;
    case 8:
        set_ttl (sim, side);
        break;
    case 9:
        read_all (sim, side);
        break;
    case 10:
        rekey (sim, side);
        break;
    case 11:
        type (sim, side);
        break;
    case 12:
        die (sim, side);
        break;
    case 13:
        if (draw (sim) & 1)
            duo_restart (duo);
        else
            duo_reconnect (duo);
        break;
    case 14:
        duo_deliver (duo, way, 1 + draw (sim) % 3);
        break;
    case 15:
        duo_double (duo, way);
        break;
    case 16:
        sim->stats->lost += (unsigned)duo_lose (duo, way);
        break;
    case 17:
        forge (sim, way);
        break;
    case 18:
        if (side == &sim->them)
            peer_screenshot (duo->peer);
        else
            secret_chat_screenshot (duo->chat, NULL, 0, duo->now);
        duo_commit (duo);
        break;
    case 19:
        duo_advance (duo, 100 * draw (sim)); /* delivers all */
        break;
    case 20 ... 25:
        duo_deliver (duo, way, 0);
        break;
    default:
        duo_answer (duo);
        break;
    }
    duo_collect (duo);
    if (duo->peer->closed != NULL)
        broken (sim, "%s", duo->peer->closed);
}

/* --- the end --- */

static void
check_side (Sim *sim, const Side *author, const Side *reader)
{
    for (unsigned i = 0; i < author->said->len; i++) {
        const Said *said = &g_array_index (author->said, Said, i);
        const char *who = author == &sim->us ? "ours" : "theirs";
        if (said->shown == 0 && !said->excused)
            broken (sim, "message %u of %s was never shown", said->number, who);
        if (said->deleted && g_hash_table_contains (reader->window, &said->id))
            broken (sim, "message %u of %s stands though it was taken back", said->number,
                    who);
    }
}

static void
check (Sim *sim)
{
    PeerModel *peer = sim->duo->peer;
    TalkSecret info = duo_info (sim->duo);

    if ((int32_t)info.raw_out != peer->in || (int32_t)info.raw_in != peer->out)
        broken (sim, "counters: %u/%d and %d/%u", info.raw_out, peer->in, peer->out,
                info.raw_in);
    if (info.queued + peer->waiting->len > 0)
        broken (sim, "%u and %u messages wait behind a hole", info.queued,
                peer->waiting->len);
    if (sim->duo->chat->keys.now.fingerprint != peer_sending_key (peer)->id)
        broken (sim, "the keys differ");
    if (peer->unreadable > 0)
        broken (sim, "%u messages that the peer cannot read", peer->unreadable);
    if (info.unacknowledged > 3) /* its own last words and one behind (SC-D26) */
        broken (sim, "%u messages are still retained", info.unacknowledged);
    check_side (sim, &sim->us, &sim->them);
    check_side (sim, &sim->them, &sim->us);
}

/* An hour in each round, because the same number is sent again at most six times in one
 * (SC-D24). */
static void
heal (Sim *sim)
{
    for (int round = 0; round < 5; round++) {
        sim->duo->fate = DUO_LIVES;
        duo_reconnect (sim->duo);
        say (sim, &sim->us);
        for (int i = round == 0 ? 25 : 1; i > 0; i--) /* more than is waited for */
            say (sim, &sim->them);
        duo_run (sim->duo);
        duo_advance (sim->duo, HOUR_MS);
        if (sim->duo->peer->closed != NULL)
            broken (sim, "%s", sim->duo->peer->closed);
    }
}

static void
side_init (Side *side)
{
    side->said = g_array_new (FALSE, FALSE, sizeof (Said));
    side->window = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
}

static void
side_clear (Side *side)
{
    g_array_unref (side->said);
    g_hash_table_unref (side->window);
}

void
peer_sim (const PeerTraits *traits, gboolean ours, uint64_t seed, unsigned steps,
          PeerSimStats *stats)
{
    Sim sim = { .seed = seed * 2654435761u, .first = seed, .stats = stats };

    sim.name = traits->name;
    sim.story = g_string_new (NULL);
    sim.pending = g_array_new (FALSE, FALSE, sizeof (SimEvent));
    sim.unread = g_array_new (FALSE, FALSE, sizeof (int64_t));
    side_init (&sim.us);
    side_init (&sim.them);
    sim.duo = duo_ready (traits, ours, sim.seed);
    sim.duo->user = &sim;
    sim.duo->watch = watch;
    sim.duo->released = released;
    sim.duo->gone = gone;
    sim.duo->peer->event = peer_event;
    sim.duo->peer->user = &sim;
    sim.duo->peer->rekey_now = seed % 3 != 0 ? 30 + 10 * (unsigned)(seed % 5) : 0;
    secret_chat_set_peer_online (sim.duo->chat, TRUE);
    secret_chat_set_typing_action (sim.duo->chat, TRUE);
    while (sim.step < steps)
        move (&sim);
    heal (&sim);
    check (&sim);
    stats->steps += sim.step;
    stats->deaths += sim.duo->deaths;
    duo_free (sim.duo);
    side_clear (&sim.us);
    side_clear (&sim.them);
    g_array_unref (sim.pending);
    g_array_unref (sim.unread);
    g_string_free (sim.story, TRUE);
}
