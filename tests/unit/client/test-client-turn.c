/* The queue of turns alone: what is written together, what leaves when. */
#include "tg-turn.h"

#include <stdlib.h>

#define MESSAGES 40

typedef struct {
    unsigned id;
    int64_t at;
    HostTimerFunc func;
    void *user;
} Timer;

typedef struct {
    Host host;
    TgTurns *turns;
    GArray *timers;    /* Timer */
    int64_t now, cost; /* of each effect */
    unsigned last_timer;
    StoreBatch *writing; /* NULL: none */
    unsigned writes, synced;
    size_t largest;  /* records of a write */
    GString *out;    /* what left */
    GString *failed; /* what was dropped */
    unsigned failures;
    gboolean marks; /* each effect is shown: a turn marks that */
    StoreNeed need; /* of such a mark */
    gboolean nowhere;
    gboolean gone;
} Desk;

typedef struct {
    Desk *desk;
    unsigned number;
} Effect;

static HostTime
now_cb (void *self)
{
    return (HostTime){ .mono = ((Desk *)self)->now };
}

static unsigned
timer_add_cb (void *self, int64_t delay, HostTimerFunc func, void *user)
{
    Desk *desk = self;
    Timer timer = { ++desk->last_timer, desk->now + delay, func, user };

    g_array_append_val (desk->timers, timer);
    return timer.id;
}

static void
timer_remove_cb (void *self, unsigned id)
{
    Desk *desk = self;

    for (unsigned i = 0; i < desk->timers->len; i++)
        if (g_array_index (desk->timers, Timer, i).id == id)
            g_array_remove_index (desk->timers, i--);
}

static const HostOps host_ops = { .now = now_cb,
                                  .timer_add = timer_add_cb,
                                  .timer_remove = timer_remove_cb };

static gboolean
write_cb (void *user, StoreBatch *take_batch)
{
    Desk *desk = user;

    g_assert_null (desk->writing);
    if (desk->nowhere) {
        store_batch_free (take_batch);
        return FALSE;
    }
    desk->writing = take_batch;
    desk->writes++;
    desk->synced += store_batch_need (take_batch) == STORE_DURABLE;
    desk->largest = MAX (desk->largest, store_batch_size (take_batch));
    return TRUE;
}

static void put (Desk *desk, size_t len, StoreNeed need);

static unsigned
run_cb (void *user, void *data)
{
    Desk *desk = user;
    Effect *effect = data;

    g_string_append_printf (desk->out, "%u ", effect->number);
    desk->now += desk->cost;
    if (!desk->marks)
        return 1;
    tg_turns_begin (desk->turns);
    put (desk, 1, desk->need);
    tg_turns_end (desk->turns);
    return 1;
}

static void
failed_cb (void *user, GPtrArray *effects)
{
    Desk *desk = user;

    desk->failures++;
    for (unsigned i = 0; i < effects->len; i++)
        g_string_append_printf (desk->failed, "%u ",
                                ((Effect *)effects->pdata[i])->number);
}

static void
gone_cb (void *user)
{
    ((Desk *)user)->gone = TRUE;
}

static const TgTurnOps ops = { write_cb, run_cb, failed_cb, gone_cb, g_free };

static Desk *
desk_new (void)
{
    Desk *desk = g_new0 (Desk, 1);

    desk->host = (Host){ &host_ops, desk };
    desk->timers = g_array_new (FALSE, FALSE, sizeof (Timer));
    desk->out = g_string_new (NULL);
    desk->failed = g_string_new (NULL);
    desk->need = STORE_WRITTEN;
    desk->turns = tg_turns_new (&desk->host, &ops, desk);
    return desk;
}

static void
desk_free (Desk *desk)
{
    if (desk->turns != NULL)
        g_assert_true (tg_turns_free (desk->turns));
    g_assert_cmpuint (desk->timers->len, ==, 0);
    g_clear_pointer (&desk->writing, store_batch_free);
    g_array_unref (desk->timers);
    g_string_free (desk->out, TRUE);
    g_string_free (desk->failed, TRUE);
    g_free (desk);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Desk, desk_free)

static void
put (Desk *desk, size_t len, StoreNeed need)
{
    static int64_t id;
    g_autofree uint8_t *value = g_malloc0 (len);

    store_batch_put_mark (tg_turns_batch (desk->turns),
                          (StoreKey){ STORE_MESSAGE, 1, ++id }, value, len, need);
}

static void
add (Desk *desk, unsigned number)
{
    Effect *effect = g_new0 (Effect, 1);

    effect->number = number;
    tg_turns_add (desk->turns, effect);
}

/* A turn with a record of `len` bytes (0: none) and an effect of that number. */
static void
turn (Desk *desk, size_t len, StoreNeed need, unsigned number)
{
    tg_turns_begin (desk->turns);
    if (len > 0)
        put (desk, len, need);
    add (desk, number);
    tg_turns_end (desk->turns);
}

/* The write that runs is over. */
static void
written (Desk *desk, gboolean good)
{
    g_assert_nonnull (desk->writing);
    g_clear_pointer (&desk->writing, store_batch_free);
    tg_turns_written (desk->turns, good);
}

static void
advance (Desk *desk, int64_t ms)
{
    int64_t end = desk->now + ms;

    for (;;) {
        unsigned next = desk->timers->len;
        for (unsigned i = 0; i < desk->timers->len; i++)
            if (g_array_index (desk->timers, Timer, i).at <= end &&
                (next == desk->timers->len ||
                 g_array_index (desk->timers, Timer, i).at <
                     g_array_index (desk->timers, Timer, next).at))
                next = i;
        if (next == desk->timers->len)
            break;
        Timer timer = g_array_index (desk->timers, Timer, next);
        g_array_remove_index (desk->timers, next);
        desk->now = MAX (desk->now, timer.at);
        timer.func (timer.user);
    }
    desk->now = end;
}

/* All writes succeed, all timers of the next 100 ms run. */
static void
settle (Desk *desk)
{
    while (desk->writing != NULL) {
        written (desk, TRUE);
        advance (desk, 100);
    }
}

static char *
numbers (unsigned from, unsigned to)
{
    GString *text = g_string_new (NULL);

    for (unsigned i = from; i <= to; i++)
        g_string_append_printf (text, "%u ", i);
    return g_string_free (text, FALSE);
}

/* --- what is written together --- */

/* DECISIONS 2: a slice of a difference is one turn; that its messages were shown, another
 * write, which the next sync makes durable */
static void
a_slice_of_forty_is_two_writes (void)
{
    g_autoptr (Desk) desk = desk_new ();
    g_autofree char *all = numbers (1, MESSAGES);

    desk->marks = TRUE;
    tg_turns_begin (desk->turns);
    for (unsigned i = 1; i <= MESSAGES; i++) {
        put (desk, 100, STORE_DURABLE);
        add (desk, i);
    }
    tg_turns_end (desk->turns);
    g_assert_cmpstr (desk->out->str, ==, "");
    settle (desk);
    g_assert_cmpstr (desk->out->str, ==, all);
    g_assert_cmpuint (desk->writes, ==, 2);
    g_assert_cmpuint (desk->synced, ==, 1);
    advance (desk, TG_LATE_MS);
    g_assert_cmpuint (desk->writes, ==, 3); /* an empty one: the sync */
    settle (desk);
    g_assert_cmpuint (desk->synced, ==, 2);
}

/* Messages that come while the disk is slow are the next group, with the marks of what was
 * shown before them. */
static void
forty_live_ones_are_three_writes (void)
{
    g_autoptr (Desk) desk = desk_new ();
    g_autofree char *all = numbers (1, MESSAGES);

    desk->marks = TRUE;
    for (unsigned i = 1; i <= MESSAGES; i++)
        turn (desk, 100, STORE_DURABLE, i);
    g_assert_cmpuint (desk->writes, ==, 1);
    settle (desk);
    g_assert_cmpstr (desk->out->str, ==, all);
    g_assert_cmpuint (desk->writes, ==, 3);
}

static void
groups_are_bounded (void)
{
    g_autoptr (Desk) desk = desk_new ();

    turn (desk, 10, STORE_DURABLE, 0);
    for (unsigned i = 0; i < 2 * TG_GROUP_TURNS + 10; i++)
        turn (desk, 10, STORE_DURABLE, 1);
    settle (desk);
    g_assert_cmpuint (desk->writes, ==, 4);
    g_assert_cmpuint (desk->largest, ==, 10 * TG_GROUP_TURNS);
    turn (desk, 10, STORE_DURABLE, 0);
    for (unsigned i = 0; i < 5; i++)
        turn (desk, TG_GROUP_BYTES / 2, STORE_DURABLE, 1);
    turn (desk, 3 * TG_GROUP_BYTES, STORE_DURABLE,
          1); /* one is written whatever its size */
    settle (desk);
    g_assert_cmpuint (desk->writes, ==, 4 + 1 + 3 + 1);
    g_assert_cmpuint (tg_turns_waiting (desk->turns), ==, 0);
}

/* --- what leaves when --- */

/* SC-L3: nothing leaves before its group is durable, and nothing overtakes it */
static void
nothing_leaves_before (void)
{
    g_autoptr (Desk) desk = desk_new ();

    turn (desk, 0, STORE_DURABLE, 1);
    g_assert_cmpstr (desk->out->str, ==, "1 ");
    turn (desk, 10, STORE_DURABLE, 2);
    turn (desk, 0, STORE_DURABLE, 3);
    turn (desk, 10, STORE_DURABLE, 4);
    turn (desk, 10, STORE_LATE, 5);
    g_assert_cmpstr (desk->out->str, ==, "1 ");
    written (desk, TRUE);
    g_assert_cmpstr (desk->out->str, ==, "1 2 3 ");
    turn (desk, 0, STORE_DURABLE, 6);
    g_assert_cmpstr (desk->out->str, ==, "1 2 3 ");
    written (desk, TRUE);
    g_assert_cmpstr (desk->out->str, ==, "1 2 3 4 5 6 ");
    g_assert_null (desk->writing);
}

/* DECISIONS 1: a failed write lets nothing out, drops the group and all behind it, and is
 * told once; what comes after is never written, and leaves nothing either */
static void
a_failed_write_lets_nothing_out (void)
{
    g_autoptr (Desk) desk = desk_new ();

    turn (desk, 10, STORE_DURABLE, 1);
    written (desk, TRUE);
    turn (desk, 10, STORE_DURABLE, 2);
    written (desk, TRUE);
    turn (desk, 10, STORE_LATE, 3); /* its mark is lost as well */
    turn (desk, 10, STORE_DURABLE, 4);
    turn (desk, 10, STORE_DURABLE, 5);
    turn (desk, 0, STORE_DURABLE, 6);
    written (desk, FALSE);
    g_assert_cmpstr (desk->out->str, ==, "1 2 3 ");
    g_assert_cmpstr (desk->failed->str, ==, "4 5 6 ");
    g_assert_cmpuint (desk->failures, ==, 1);
    turn (desk, 10, STORE_DURABLE, 7);
    turn (desk, 10, STORE_LATE, 8);
    g_assert_cmpstr (desk->failed->str, ==, "4 5 6 7 8 ");
    g_assert_cmpuint (desk->writes, ==, 3);
    g_assert_null (tg_turns_take (desk->turns));
    turn (desk, 0, STORE_DURABLE, 9); /* that the account is offline */
    g_assert_cmpstr (desk->out->str, ==, "1 2 3 9 ");
    advance (desk, 10 * TG_LATE_MS);
    g_assert_cmpuint (desk->writes, ==, 3);
}

static void
the_end_writes_one_group (void)
{
    g_autoptr (Desk) desk = desk_new ();

    turn (desk, 10, STORE_LATE, 1);
    turn (desk, 10, STORE_DURABLE, 2);
    for (unsigned i = 0; i < 2 * TG_GROUP_TURNS; i++)
        turn (desk, 10, STORE_DURABLE, 3);
    g_autoptr (StoreBatch) rest = tg_turns_take (desk->turns);
    g_assert_cmpuint (store_batch_size (rest), ==, 10 * 2 * TG_GROUP_TURNS);
    g_assert_cmpstr (desk->out->str, ==, "1 ");
}

/* Where there is no store yet, nothing waits for it. */
static void
nowhere_to_write (void)
{
    g_autoptr (Desk) desk = desk_new ();

    desk->nowhere = TRUE;
    turn (desk, 10, STORE_DURABLE, 1);
    turn (desk, 10, STORE_DURABLE, 2);
    g_assert_cmpstr (desk->out->str, ==, "1 2 ");
}

/* --- marks --- */

/* That something was sent waits for another write, half a second at most; its turn does
 * not wait at all. */
static void
late_marks_wait (void)
{
    g_autoptr (Desk) desk = desk_new ();

    turn (desk, 10, STORE_LATE, 1);
    turn (desk, 10, STORE_LATE, 2);
    g_assert_cmpstr (desk->out->str, ==, "1 2 ");
    g_assert_cmpuint (desk->writes, ==, 0);
    turn (desk, 10, STORE_DURABLE, 3);
    g_assert_cmpuint (store_batch_size (desk->writing), ==, 30);
    settle (desk);
    advance (desk, 10 * TG_LATE_MS);
    g_assert_cmpuint (desk->writes, ==, 1);

    turn (desk, 10, STORE_LATE, 4);
    advance (desk, TG_LATE_MS - 1);
    turn (desk, 10, STORE_LATE, 5);
    g_assert_cmpuint (desk->writes, ==, 1);
    advance (desk, 1);
    g_assert_cmpuint (desk->writes, ==, 2);
    g_assert_cmpuint (store_batch_size (desk->writing), ==, 20);
    g_assert_cmpuint (desk->synced, ==, 2);
    settle (desk);
    advance (desk, 10 * TG_LATE_MS);
    g_assert_cmpuint (desk->writes, ==, 2);
}

/* A mark that is due while something is written goes right behind it. */
static void
late_marks_behind_a_slow_disk (void)
{
    g_autoptr (Desk) desk = desk_new ();

    turn (desk, 10, STORE_DURABLE, 1);
    turn (desk, 10, STORE_LATE, 2);
    written (desk, TRUE);
    turn (desk, 10, STORE_WRITTEN, 3);
    g_assert_cmpuint (store_batch_size (desk->writing), ==,
                      20); /* it takes the mark along */
    advance (desk, 5 * TG_LATE_MS);
    g_assert_cmpuint (desk->writes, ==, 2);
    written (desk, TRUE);
    g_assert_cmpuint (desk->writes, ==, 3);
    g_assert_cmpuint (desk->synced, ==, 2);
    settle (desk);
    g_assert_cmpuint (desk->writes, ==, 3);
}

/* --- pauses, ends --- */

/* DECISIONS 32: the loop has its turn between many events, and nothing overtakes them */
static void
many_effects_pause (void)
{
    g_autoptr (Desk) desk = desk_new ();
    g_autofree char *some = numbers (1, 50);
    g_autofree char *all = numbers (1, 121);

    tg_turns_begin (desk->turns);
    for (unsigned i = 1; i <= 120; i++)
        add (desk, i);
    tg_turns_end (desk->turns);
    g_assert_cmpstr (desk->out->str, ==, some);
    turn (desk, 0, STORE_DURABLE, 121);
    g_assert_cmpstr (desk->out->str, ==, some);
    advance (desk, 100);
    g_assert_cmpstr (desk->out->str, ==, all);
}

/* DECISIONS 32: where a window takes long with each, fewer run before the loop has its turn */
static void
slow_effects_pause_sooner (void)
{
    g_autoptr (Desk) desk = desk_new ();
    g_autofree char *all = numbers (1, 20);

    desk->cost = 3;
    tg_turns_begin (desk->turns);
    for (unsigned i = 1; i <= 20; i++)
        add (desk, i);
    tg_turns_end (desk->turns);
    g_assert_cmpstr (desk->out->str, ==, "1 2 ");
    advance (desk, 10);
    g_assert_cmpstr (desk->out->str, ==, "1 2 3 4 ");
    advance (desk, 1000);
    g_assert_cmpstr (desk->out->str, ==, all);
}

static unsigned
end_cb (void *user, void *effect)
{
    Desk *desk = user;

    g_string_append (desk->out, "end ");
    g_assert_false (tg_turns_free (g_steal_pointer (&desk->turns)));
    return 1;
}

/* An event may end the account: nothing runs after it. */
static void
an_end_within_an_effect (void)
{
    static const TgTurnOps ending = { write_cb, end_cb, failed_cb, gone_cb, g_free };
    g_autoptr (Desk) desk = desk_new ();

    g_assert_true (tg_turns_free (desk->turns));
    desk->turns = tg_turns_new (&desk->host, &ending, desk);
    tg_turns_begin (desk->turns);
    add (desk, 1);
    add (desk, 2);
    tg_turns_end (desk->turns);
    g_assert_true (desk->gone);
    g_assert_cmpstr (desk->out->str, ==, "end ");
}

/* What left: turns 1 to n, each of them durable, or with nothing that must be. */
static unsigned
check_prefix (Desk *desk, const gboolean *must, unsigned safe)
{
    g_auto (GStrv) left = g_strsplit (desk->out->str, " ", -1);
    unsigned n = 0;

    for (; left[n] != NULL && *left[n] != '\0'; n++) {
        g_assert_cmpuint ((unsigned)atoi (left[n]), ==, n + 1);
        g_assert_true (!must[n + 1] || n + 1 <= safe);
    }
    return n;
}

/* SC-L3: what got out is a prefix of what is durable, however turns and writes meet. */
static void
always_a_prefix (void)
{
    enum { STEPS = 60 };

    for (guint32 seed = 0; seed < 2000; seed++) {
        g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
        g_autoptr (Desk) desk = desk_new ();
        gboolean must[STEPS + 1] = { FALSE };
        unsigned last = 0, safe = 0, writing = 0;
        for (int step = 0; step < STEPS; step++) {
            unsigned before = desk->writes;
            if (g_rand_int_range (rand, 0, 3) > 0) {
                StoreNeed need = (StoreNeed)g_rand_int_range (rand, 0, 3);
                size_t len = g_rand_int_range (rand, 0, 4) > 0 ? 10 : 0;
                must[++last] = len > 0 && need != STORE_LATE;
                turn (desk, len, need, last);
            } else if (desk->writing != NULL) {
                safe = writing;
                written (desk, TRUE);
            } else {
                advance (desk, 300);
            }
            if (desk->writes != before)
                writing = last; /* all that waited: it is less than a group */
            unsigned n = check_prefix (desk, must, safe);
            if (desk->writing == NULL)
                g_assert_cmpuint (n, ==, last);
        }
        settle (desk);
        g_assert_cmpuint (tg_turns_waiting (desk->turns), ==, 0);
    }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
#define ADD(f) g_test_add_func ("/client/turn/" #f, f)
    ADD (a_slice_of_forty_is_two_writes);
    ADD (forty_live_ones_are_three_writes);
    ADD (groups_are_bounded);
    ADD (nothing_leaves_before);
    ADD (a_failed_write_lets_nothing_out);
    ADD (the_end_writes_one_group);
    ADD (nowhere_to_write);
    ADD (late_marks_wait);
    ADD (late_marks_behind_a_slow_disk);
    ADD (many_effects_pause);
    ADD (slow_effects_pause_sooner);
    ADD (an_end_within_an_effect);
    ADD (always_a_prefix);
    return g_test_run ();
}
