/* The rules of rules.h. */
#include "model.h"

#include "secret-private.h"

#include <string.h>

/* --- lines --- */

static void
stand (End *end, int64_t id)
{
    g_hash_table_add (end->lines, g_memdup2 (&id, sizeof id));
}

void
rules_said (End *end, unsigned at, int64_t id, const char *text)
{
    int32_t ttl = end->model != NULL ? end->model->ttl : end->chat->ttl;
    Line line = { .id = id, .text = g_strdup (text), .timed = ttl > 0 };

    g_array_insert_val (end->said, at, line);
    stand (end, id);
}

/* NULL: it did not say that. */
static Line *
line_of (End *end, int64_t id, int *index)
{
    for (unsigned i = end->said->len; i > 0; i--) {
        Line *line = &g_array_index (end->said, Line, i - 1);
        if (line->id != id)
            continue;
        if (index != NULL)
            *index = (int)i - 1;
        return line;
    }
    return NULL;
}

Line *
rules_text (End *end, const char *text)
{
    for (unsigned i = 0; i < end->said->len; i++) {
        Line *line = &g_array_index (end->said, Line, i);
        if (g_str_equal (line->text, text))
            return line;
    }
    return NULL;
}

gboolean
rules_stands (End *end, int64_t id)
{
    for (unsigned i = 0; i < end->unread->len; i++)
        if (g_array_index (end->unread, int64_t, i) == id)
            return TRUE;
    return FALSE;
}

/* --- marks --- */

static void
make_mark (End *end, Mark *mark)
{
    mark->made = TRUE;
    mark->turn = end->ended + (end->open ? 1 : 0);
}

void
rules_shown_marked (End *end, int64_t id)
{
    Line *line = line_of (end_other (end), id, NULL);

    if (line != NULL)
        make_mark (end, &line->shown_mark);
}

void
rules_told_marked (End *end, int64_t id)
{
    Line *line = line_of (end, id, NULL);

    if (line != NULL)
        make_mark (end, &line->told_mark);
}

static void
keep_mark (const End *end, Mark *mark)
{
    mark->stored |= mark->made && mark->turn <= end->durable;
    mark->made = FALSE;
}

void
rules_stopped (End *end)
{
    const GArray *own = end->said, *others = end_other (end)->said;

    for (unsigned i = 0; i < own->len; i++)
        keep_mark (end, &g_array_index (own, Line, i).told_mark);
    for (unsigned i = 0; i < others->len; i++)
        keep_mark (end, &g_array_index (others, Line, i).shown_mark);
}

/* --- what is shown --- */

void
rules_shown (End *end, int64_t id, const char *text, gboolean again)
{
    World *w = end->world;
    int index = -1;
    Line *line = line_of (end_other (end), id, &index);

    g_array_append_val (end->shown, id);
    g_string_append_printf (end->texts, "%s ", text);
    g_array_append_val (end->unread, id);
    stand (end, id);
    if (w->lawless || (line == NULL && w->forged > 0))
        return;
    if (line == NULL)
        world_broken (w, "\"%s\" is shown, which nobody said", text);
    if (!g_str_equal (line->text, text))
        world_broken (w, "\"%s\" came as \"%s\"", line->text, text);
    if (line->seen)
        world_broken (w, "\"%s\" is shown again though it was seen", text);
    if (line->shown > 0 && line->life == end->life)
        world_broken (w, "\"%s\" is shown twice", text);
    if (line->shown_mark.stored && !again)
        world_broken (w, "\"%s\" is shown as if it were new, a second time", text);
    if (line->shown == 0 && again)
        world_broken (w, "\"%s\" is shown again, and never was", text);
    if (index <= end->last_shown && !line->file)
        world_broken (w, "\"%s\" is shown behind what is newer", text);
    if (!line->file)
        end->last_shown = index;
    line->shown++;
    line->life = end->life;
}

void
rules_read (End *end, int64_t id)
{
    for (unsigned k = end->unread->len; k > 0; k--)
        if (g_array_index (end->unread, int64_t, k - 1) == id)
            g_array_remove_index (end->unread, k - 1);
}

void
rules_seen (End *end, const GArray *ids)
{
    for (unsigned i = 0; i < ids->len; i++) {
        Line *line = line_of (end_other (end), g_array_index (ids, int64_t, i), NULL);
        if (line != NULL)
            line->seen = TRUE;
    }
}

void
rules_told_failed (End *end, const TalkFailed *failed)
{
    Line *line = line_of (end, failed->id, NULL);

    if (line == NULL || end->world->lawless)
        return; /* in the turn that says it */
    if (*failed->text == '\0' && end->chat->closed == TALK_CLOSED_CORRUPT)
        return; /* its record is damaged */
    if (!g_str_equal (line->text, failed->text))
        world_broken (end->world, "\"%s\" was not sent, it is told: \"%s\"", line->text,
                      failed->text);
    if (line->told > 0 && line->told_life == end->life)
        world_broken (end->world, "that \"%s\" was not sent is told twice", line->text);
    if (line->told_mark.stored)
        world_broken (end->world, "that \"%s\" was not sent is told for ever",
                      line->text);
    line->told++;
    line->told_life = end->life;
}

/* Nothing is refused in silence. */
static void
check_failed (End *end)
{
    for (unsigned i = 0; i < end->said->len; i++) {
        const Line *line = &g_array_index (end->said, Line, i);
        if (line->failed && !line->gone && line->told == 0)
            world_broken (end->world, "nobody was told that \"%s\" was not sent",
                          line->text);
    }
}

void
rules_taken (End *end, int64_t id)
{
    for (int e = 0; e < 2; e++) {
        Line *line = line_of (&end->world->ends[e], id, NULL);
        if (line != NULL)
            line->taken = line->excused = TRUE;
    }
}

void
rules_excuse (End *end)
{
    for (unsigned i = 0; i < end->said->len; i++)
        g_array_index (end->said, Line, i).excused = TRUE;
}

void
rules_excuse_all (World *w)
{
    for (int e = 0; e < 2; e++)
        rules_excuse (&w->ends[e]);
}

static void
settle_gone (End *end, const TalkGone *gone)
{
    end->flushed |= gone->why == TALK_GONE_FLUSHED;
    for (size_t i = 0; i < gone->n; i++) {
        for (int e = 0; e < 2; e++) {
            Line *line = line_of (&end->world->ends[e], gone->ids[i], NULL);
            if (line != NULL)
                line->gone = TRUE;
        }
        g_hash_table_remove (end->lines, &gone->ids[i]);
        rules_read (end, gone->ids[i]);
    }
}

void
rules_settled (End *end, const TalkEvent *event)
{
    if (event->kind == TALK_EVENT_FAILED) {
        Line *line = line_of (end, event->u.failed.id, NULL);
        if (line != NULL)
            line->excused = line->failed = TRUE;
    } else if (event->kind == TALK_EVENT_GONE) {
        settle_gone (end, &event->u.gone);
    }
}

/* --- turns --- */

typedef struct {
    unsigned n, highest, last;
} Numbers;

static void
number_cb (StoreKey key, const uint8_t *value, size_t len, void *user)
{
    Numbers *numbers = user;

    g_assert_cmpuint (len, ==, sizeof numbers->last);
    if (key.kind == STORE_DC) {
        memcpy (&numbers->last, value, len);
    } else {
        numbers->n++;
        numbers->highest = MAX (numbers->highest, (unsigned)key.owner);
    }
}

void
rules_turns (End *end)
{
    Numbers numbers = { 0 };

    if ((end->world->flags & WORLD_COARSE) != 0)
        return;
    any_store_each (end->store, STORE_UPDATES, TRUE, 0, number_cb, &numbers, NULL);
    any_store_each (end->store, STORE_DC, TRUE, 0, number_cb, &numbers, NULL);
    if (numbers.n != end->durable || numbers.highest != end->durable ||
        numbers.last != end->durable) /* joined in their order */
        world_broken (
            end->world,
            "of %u turns that are stored %u are there, up to %u, the last is %u",
            end->durable, numbers.n, numbers.highest, numbers.last);
}

/* --- what stands in the store at the end --- */

typedef struct {
    GByteArray *all; /* every value, one behind the other */
    unsigned records[STORE_KINDS];
} Scan;

static void
scan_cb (StoreKey key, const uint8_t *value, size_t len, void *user)
{
    Scan *scan = user;

    g_assert_nonnull (value);
    scan->records[key.kind]++;
    g_byte_array_append (scan->all, value, (unsigned)len);
}

static Scan
scan_store (End *end)
{
    Scan scan = { .all = g_byte_array_new () };

    for (StoreKind kind = STORE_ACCOUNT; kind < STORE_KINDS; kind++)
        g_assert_true (any_store_each (end->store, kind, TRUE, 0, scan_cb, &scan, NULL));
    return scan;
}

static gboolean
has (const Scan *scan, const void *what, size_t len)
{
    return memmem (scan->all->data, scan->all->len, what, len) != NULL;
}

static void
check_line (End *end, const Scan *scan, gboolean own, const Line *line)
{
    if ((line->gone || own || line->seen) && has (scan, line->text, strlen (line->text)))
        world_broken (end->world, "\"%s\" is still in the store of end %d", line->text,
                      end->index);
    if (line->gone && secret_note_find (end->chat, line->id) != NULL)
        world_broken (end->world, "end %d still knows of \"%s\"", end->index, line->text);
}

/* Nothing of what was deleted, expired, refused or is done with stands in the store, nor
 * any key but the ones in use (SC-D19, D25, F20, G7; DECISIONS 3). */
static void
check_store (End *end)
{
    World *w = end->world;
    const SecretChat *chat = end->chat;

    g_assert_cmpuint (tg_turns_waiting (end->turns), ==, 0);
    g_assert_cmpuint (end->out, ==, end->durable);
    rules_turns (end);
    Scan scan = scan_store (end);
    for (int e = 0; e < 2; e++)
        for (unsigned i = 0; i < w->ends[e].said->len; i++)
            check_line (end, &scan, e == end->index,
                        &g_array_index (w->ends[e].said, Line, i));
    for (unsigned i = 0; i < end->keys->len; i++) {
        const uint8_t *key = g_bytes_get_data (end->keys->pdata[i], NULL);
        if ((!chat->keys.now.used || memcmp (key, chat->keys.now.key, 256) != 0) &&
            has (&scan, key, 256))
            world_broken (w, "an old key is still in the store of end %d", end->index);
    }
    g_assert_cmpuint (scan.records[STORE_QUEUED], ==, 0);
    g_assert_cmpuint (scan.records[STORE_EARLY], ==, 0);
    g_assert_cmpuint (scan.records[STORE_CHAT], ==, 1);
    if (chat->state == TALK_STATE_CLOSED)
        g_assert_cmpuint (scan.records[STORE_OUTBOX], ==, 0);
    g_byte_array_unref (scan.all);
}

/* What a new process shows again. */
static unsigned
unseen_lines (End *end)
{
    const GArray *said = end_other (end)->said;
    unsigned n = 0;

    for (unsigned i = 0; i < said->len; i++) {
        const Line *line = &g_array_index (said, Line, i);
        if (line->shown == 0 || line->seen || line->gone)
            continue;
        n++;
        if (line->life != end->life) /* as every one before */
            world_broken (end->world, "\"%s\" was not shown again", line->text);
    }
    return n;
}

static void
compare_info (const TalkSecret *before, const TalkSecret *after)
{
    g_assert_cmpint (before->state, ==, after->state);
    g_assert_cmpint (before->closed, ==, after->closed);
    g_assert_cmpint (before->ttl, ==, after->ttl);
    g_assert_cmpint (before->peer_layer, ==, after->peer_layer);
    g_assert_cmpuint (before->raw_in, ==, after->raw_in);
    g_assert_cmpuint (before->raw_out, ==, after->raw_out);
    g_assert_cmpuint (before->acknowledged, ==, after->acknowledged);
    g_assert_cmpuint (before->unacknowledged, ==, after->unacknowledged);
    g_assert_cmpuint (before->key_messages, ==, after->key_messages);
    g_assert_cmpmem (before->key_hash, 36, after->key_hash, 36);
}

/* What is stored is what is in memory: a new process has nothing to do but to show what
 * nobody saw. */
static void
check_reload (End *end)
{
    TalkSecret before = end_info (end), after;
    unsigned unseen = unseen_lines (end);

    end_restarts (end, NULL, NULL);
    after = end_info (end);
    compare_info (&before, &after);
    g_assert_cmpuint (end->resumed, ==, unseen);
    g_assert_false (end->resumed_records);
}

/* --- the end --- */

void
rules_all_shown (End *end)
{
    check_failed (end);
    for (unsigned i = 0; i < end->said->len; i++) {
        const Line *line = &g_array_index (end->said, Line, i);
        if (!line->excused && line->shown == 0)
            world_broken (end->world, "\"%s\" was never shown", line->text);
    }
}

/* Nothing waits any more, and no mark is put off. */
static void
settle_all (World *w)
{
    int rounds = 0;

    do {
        if (rounds++ > 100)
            world_broken (w, "a mark is put off for ever");
        world_run (w);
        for (int i = 0; i < 2; i++)
            end_writes_all (&w->ends[i]);
        world_run (w);
    } while (w->alice->out + w->bob->out > w->alice->durable + w->bob->durable);
}

static void
reconnect_both (World *w)
{
    w->lets = NULL;
    for (int i = 0; i < 2; i++) {
        End *end = &w->ends[i];
        end->policy.hold = FALSE;
        end->policy.lose = 0;
        end->weak = FALSE;
        end_reconnects (end);
    }
    world_run (w);
}

/* Both talk until everything is acknowledged. */
static void
talk (World *w)
{
    for (int round = 0; round < 4; round++) {
        static const char *const last[2][4] = { { "A-0", "A-1", "A-2", "A-3" },
                                                { "B-0", "B-1", "B-2", "B-3" } };
        reconnect_both (w);
        for (int i = 0; i < 2; i++) {
            if (end_says (&w->ends[i], last[i][round]) == 0)
                world_broken (w, "end %d cannot speak any more", i);
            world_run (w);
            end_sees (&w->ends[1 - i]);
        }
        world_run (w);
        world_advance (w, 30000);
    }
    for (int i = 0; i < (w->them != NULL ? 4 : 2); i++) { /* the last word is, too; */
        end_sets_ttl (&w->ends[i % 2], 0); /* Android counts one behind (SC-D26) */
        world_run (w);
    }
    settle_all (w);
}

/* Another client has no cause to end the chat, and could read all (model.h). */
static void
check_with_model (World *w)
{
    const PeerModel *model = w->them->model;
    const SecretChat *chat = w->us->chat;

    if (model->closed != NULL || chat->state != TALK_STATE_READY)
        world_broken (w, "the chat is closed: %d, %s", chat->closed,
                      model->closed != NULL ? model->closed : "open for them");
    if (chat->keys.now.fingerprint != peer_sending_key (w->them->model)->id)
        world_broken (w, "the keys differ");
    if (chat->numbers.raw_out != model->in || chat->numbers.raw_in != model->out)
        world_broken (w, "numbers: %d/%d and %d/%d", chat->numbers.raw_out, model->in,
                      model->out, chat->numbers.raw_in);
    if (model->unreadable > 0)
        world_broken (w, "%u messages that they cannot read", model->unreadable);
}

static void
check_both (World *w)
{
    const SecretChat *a = w->alice->chat, *b = w->bob->chat;

    if (a->state != TALK_STATE_READY || b->state != TALK_STATE_READY)
        world_broken (w, "the chat is closed: %d, %d", a->closed, b->closed);
    if (memcmp (a->keys.now.key, b->keys.now.key, 256) != 0)
        world_broken (w, "the keys differ");
    if (a->numbers.raw_out != b->numbers.raw_in ||
        b->numbers.raw_out != a->numbers.raw_in)
        world_broken (w, "numbers: %d/%d and %d/%d", a->numbers.raw_out,
                      b->numbers.raw_in, b->numbers.raw_out, a->numbers.raw_in);
}

void
rules_agree (World *w)
{
    if (w->them != NULL)
        check_with_model (w);
    else
        check_both (w);
}

void
world_ends_ready (World *w)
{
    talk (w);
    rules_agree (w);
    for (int i = 0; i < 2; i++) {
        End *end = &w->ends[i];
        rules_all_shown (end);
        if (end->model != NULL)
            continue;
        g_assert_cmpint (end->chat->rekey.step, ==, SECRET_REKEY_IDLE);
        g_assert_false (end->chat->keys.other.used);
        g_assert_cmpint (end->chat->ttl, ==, 0);
        g_assert_cmpint (end->chat->layers.peer, ==,
                         w->them != NULL ? w->them->model->traits->own_layer
                                         : SECRET_LAYER_MAX);
        g_assert_cmpint (end->chat->layers.told, ==, SECRET_LAYER_MAX); /* SC-L8 */
        g_assert_cmpuint (end->discards, ==, 0);
    }
    for (int i = 0; i < 2; i++) {
        if (w->ends[i].model != NULL)
            continue;
        check_store (&w->ends[i]);
        check_reload (&w->ends[i]);
    }
}

void
end_ends_logged_out (End *end)
{
    settle_all (end->world);
    g_assert_cmpint (end->chat->state, ==, TALK_STATE_CLOSED);
    g_assert_cmpint (end->chat->closed, ==, TALK_CLOSED_LOGGED_OUT);
    g_assert_cmpuint (end->discards, ==, 0);
    check_store (end);
    check_reload (end);
}

void
world_ends_closed (World *w, TalkClosed alice, TalkClosed bob)
{
    reconnect_both (w);
    world_advance (w, 120000);
    settle_all (w);
    for (int i = 0; i < 2; i++) {
        End *end = &w->ends[i];
        TalkClosed why = i == 0 ? alice : bob;
        g_assert_cmpint (end->chat->state, ==, TALK_STATE_CLOSED);
        g_assert_cmpint (end->chat->closed, ==, why);
        g_assert_false (end->chat->handshake.discard_pending);
        /* who was told does not tell (SC-A25) */
        g_assert_cmpint (end->discards > 0, ==,
                         why != TALK_CLOSED_BY_PEER && why != TALK_CLOSED_ELSEWHERE &&
                             why != TALK_CLOSED_DECLINED);
        g_autoptr (GArray) left = secret_chat_last_text (end->chat);
        g_assert_true (left->len == 0 || !end_other (end)->discard_history);
        g_assert_cmpint (end_says (end, "too late"), ==, 0);
        check_failed (end);
    }
    for (int i = 0; i < 2; i++) {
        check_store (&w->ends[i]);
        check_reload (&w->ends[i]);
    }
}
