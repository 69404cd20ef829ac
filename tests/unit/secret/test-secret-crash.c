/* Stories that together pass through every state and step of a chat, each told again
 * once for every point at which one side's process may die (DECISIONS 21): before a write,
 * after that, after each call that got out, with each answer that came, when a message is
 * shown and not marked yet. Each with every turn written for itself; many also with three
 * turns a write, and with all that wait. What must be true at the end stands in
 * crash-check.c. */
#include "crash-pair.h"
#include "secret-private.h"
#include "secret.tl.h"

#include <string.h>

#define EVERY_FILE 150 /* one point in so many runs on real files */

typedef struct {
    const char *name;
    void (*tell) (Crash *crash);
    /* at least; a matrix does not shrink unseen */
    unsigned points, of_three, of_all; /* turns a write: 1, 3, all; 0: not told so */
    int more; /* messages that a side may send more when the order is another */
} Story;

static CrashSide *
alice_of (Crash *crash)
{
    return &crash->sides[0];
}

static CrashSide *
bob_of (Crash *crash)
{
    return &crash->sides[1];
}

static void
ready (Crash *crash)
{
    crash_start (crash);
    crash_run (crash);
    crash_accept (bob_of (crash));
    crash_run (crash);
    g_assert_cmpint (alice_of (crash)->chat->state, ==, TALK_STATE_READY);
    g_assert_cmpint (bob_of (crash)->chat->state, ==, TALK_STATE_READY);
    crash->armed = TRUE;
}

/* --- the beginning --- */

/* asking, config, request, waiting; requested, accepting; ready with NotifyLayer */
static void
birth (Crash *crash)
{
    crash->armed = TRUE;
    crash_start (crash);
    crash_run (crash);
    crash_accept (bob_of (crash));
    crash_run (crash);
    crash_end_ready (crash);
}

/* a group that is checked first; a message that comes before the chat is ready */
static void
slow_birth (Crash *crash)
{
    CrashSide *alice = alice_of (crash);

    crash->armed = TRUE;
    crash->ask_prime = TRUE;
    crash_start (crash);
    crash_run (crash);
    alice->hold = TRUE;
    crash_accept (bob_of (crash));
    crash_run (crash);
    crash_say (bob_of (crash), "too early");
    crash_run (crash);
    alice->hold = FALSE;
    crash_late (alice); /* encryptedChat is the last */
    crash_run (crash);
    crash_end_ready (crash);
}

/* --- talking --- */

static void
texts (Crash *crash)
{
    CrashSide *alice = alice_of (crash), *bob = bob_of (crash);

    ready (crash);
    crash_typing (alice, TRUE);
    crash_typing (bob, TRUE);
    crash_run (crash);
    crash_say (alice, "first of alice");
    crash_say (bob, "first of bob");
    crash_say (alice, "second of alice");
    crash_run (crash);
    crash_see (bob);
    crash_run (crash);
    crash_typing (bob, FALSE);
    crash_set_ttl (bob, 77);
    crash_say (bob, "second of bob");
    crash_run (crash);
    crash_see (alice);
    crash_set_ttl (alice, 0);
    crash_run (crash);
    crash_end_ready (crash);
}

/* own messages are taken back before they got out, before they arrived, after it */
static void
deletions (Crash *crash)
{
    CrashSide *alice = alice_of (crash), *bob = bob_of (crash);

    ready (crash);
    bob->hold = TRUE;
    int64_t kept = crash_say (alice, "arrives and goes");
    int64_t one = crash_say (alice, "never sent, never seen");
    crash_delete (alice, one);
    int64_t two = crash_say (alice, "sent, not arrived");
    crash_run (crash);
    crash_delete (alice, two);
    crash_say (alice, "stays");
    crash_run (crash);
    bob->hold = FALSE;
    crash_run (crash);
    crash_delete (bob, kept);
    crash_run (crash);
    crash_end_ready (crash);
    g_assert_cmpuint (crash_text (alice, "never sent, never seen")->shown, ==, 0);
}

/* everything goes, on both sides, also what is lost on the way and asked for again */
static void
flushes (Crash *crash)
{
    CrashSide *alice = alice_of (crash), *bob = bob_of (crash);

    ready (crash);
    crash_say (alice, "seen and flushed");
    crash_say (bob, "unseen and flushed");
    crash_run (crash);
    crash_see (bob);
    crash_run (crash);
    alice->lose = 1;
    crash_say (alice, "lost and flushed");
    crash_serve (alice);
    crash_serve (alice);
    crash_flush (alice);
    crash_run (crash);
    crash_say (alice, "after the flush");
    crash_run (crash);
    crash_end_ready (crash);
}

/* --- holes --- */

static void
say_numbers (Crash *crash, CrashSide *side, unsigned from, unsigned to)
{
    for (unsigned i = from; i <= to; i++) {
        g_autofree char *text = g_strdup_printf ("number %u of %d", i, side->index);
        crash_say (side, text);
        while (crash_serve (side))
            ;
    }
}

static void
hole (Crash *crash)
{
    ready (crash);
    alice_of (crash)->lose = 1;
    say_numbers (crash, alice_of (crash), 1, 5);
    crash_run (crash);
    crash_end_ready (crash);
}

static void
two_holes (Crash *crash)
{
    CrashSide *bob = bob_of (crash);

    ready (crash);
    say_numbers (crash, bob, 1, 1);
    bob->lose = 1;
    say_numbers (crash, bob, 2, 3);
    bob->lose = 2;
    say_numbers (crash, bob, 4, 7);
    crash_run (crash);
    crash_end_ready (crash);
}

/* both lose something, and each asks while it is being asked (SC-D15, D18) */
static void
holes_of_both (Crash *crash)
{
    CrashSide *alice = alice_of (crash), *bob = bob_of (crash);

    ready (crash);
    alice->hold = bob->hold = TRUE;
    alice->lose = bob->lose = 2;
    say_numbers (crash, alice, 1, 4);
    say_numbers (crash, bob, 1, 4);
    alice->hold = bob->hold = FALSE;
    crash_run (crash);
    crash_end_ready (crash);
}

/* nobody answers the first request, the second is answered (DECISIONS 26) */
static void
hole_asked_again (Crash *crash)
{
    CrashSide *alice = alice_of (crash), *bob = bob_of (crash);

    ready (crash);
    alice->lose = 2;
    say_numbers (crash, alice, 1, 4);
    while (crash_deliver (bob))
        ;
    alice->hold = TRUE; /* what asks her */
    crash_run (crash);
    crash_advance (crash, 10000);
    crash_advance (crash, 30000);
    alice->hold = FALSE;
    crash_run (crash);
    crash_end_ready (crash);
}

static void
skip_act (CrashSide *side, void *data)
{
    secret_chat_skip (side->chat, side->crash->now);
}

/* the user gives up what is missing; it comes late (DECISIONS 26) */
static void
hole_given_up (Crash *crash)
{
    CrashSide *alice = alice_of (crash), *bob = bob_of (crash);

    ready (crash);
    alice->lose = 1;
    say_numbers (crash, alice, 1, 3);
    alice->hold = TRUE;
    while (crash_deliver (bob) || crash_serve (bob))
        ;
    crash_act (bob, skip_act, NULL);
    g_assert_cmpuint (bob->chat->gaps->len, ==, 0);
    ((CrashText *)(void *)crash_text (alice, "number 1 of 0"))->excused = TRUE;
    alice->hold = FALSE;
    crash_run (crash);
    crash_end_ready (crash);
    if (crash->side < 0) /* what a dying process sends again is not lost */
        g_assert_cmpuint (crash_text (alice, "number 1 of 0")->shown, ==, 0);
}

/* --- new keys --- */

/* One move at a time, so that what that step sends is still to be carried out. */
static void
until (CrashSide *side, SecretRekeyStep step)
{
    CrashSide *alice = alice_of (side->crash), *bob = bob_of (side->crash);

    while (side->chat->rekey.step != step &&
           (crash_serve (alice) || crash_deliver (alice) || crash_serve (bob) ||
            crash_deliver (bob) || crash_write (alice) || crash_write (bob)))
        ;
}

static void
rekey_once (Crash *crash, CrashSide *a, CrashSide *b)
{
    crash_rekey (a);
    crash_say (b, "on the way to a new key");
    until (b, SECRET_REKEY_B_WAIT);
    crash_say (b, "the last one under the old key");
    until (a, SECRET_REKEY_A_DONE);
    a->hold = TRUE;
    crash_say (a, "under the new key"); /* the old one is still needed (SC-F14) */
    crash_run (crash);
    a->hold = FALSE;
    crash_run (crash);
    crash_say (b, "also under the new key");
    crash_run (crash);
}

static void
rekey_by_alice (Crash *crash)
{
    ready (crash);
    rekey_once (crash, alice_of (crash), bob_of (crash));
    crash_end_ready (crash);
}

static void
rekey_by_bob (Crash *crash)
{
    ready (crash);
    rekey_once (crash, bob_of (crash), alice_of (crash));
    crash_end_ready (crash);
}

/* AcceptKey and CommitKey wait for holes to close (SC-F8): each comes by a Resend while
 * the second hole behind it is open. What was sent under the old key is taken back under
 * it (SC-F14). */
static void
rekey_with_holes (Crash *crash)
{
    CrashSide *alice = alice_of (crash), *bob = bob_of (crash);

    ready (crash);
    alice->lose = 1;
    crash_rekey (alice);
    say_numbers (crash, alice, 1, 1);
    alice->lose = 1;
    int64_t id = crash_say (alice, "taken back while keys change");
    say_numbers (crash, alice, 3, 3);
    until (bob, SECRET_REKEY_B_WAIT);
    bob->lose = 1;
    say_numbers (crash, bob, 1, 1);
    bob->lose = 1;
    say_numbers (crash, bob, 2, 3);
    crash_delete (alice, id);
    crash_run (crash);
    crash_end_ready (crash);
}

/* both ask for a new key at once (SC-F15) */
static void
collision (Crash *crash)
{
    ready (crash);
    alice_of (crash)->hold = bob_of (crash)->hold = TRUE;
    crash_rekey (alice_of (crash));
    crash_rekey (bob_of (crash));
    while (crash_serve (alice_of (crash)) || crash_serve (bob_of (crash)))
        ;
    alice_of (crash)->hold = bob_of (crash)->hold = FALSE;
    crash_run (crash);
    crash_end_ready (crash);
}

static void
assert_idle (Crash *crash)
{
    for (int i = 0; i < 2; i++)
        g_assert_cmpint (crash->sides[i].chat->rekey.step, ==, SECRET_REKEY_IDLE);
}

/* Bob does not like Alice's number, Alice does not like Bob's (SC-F6, F9, F19) */
static void
rekey_aborted (Crash *crash)
{
    ready (crash);
    bob_of (crash)->weak = TRUE;
    crash_rekey (alice_of (crash));
    crash_run (crash);
    bob_of (crash)->weak = FALSE;
    assert_idle (crash);
    crash_say (bob_of (crash), "under the old key");
    crash_run (crash);
    crash_rekey (bob_of (crash));
    bob_of (crash)->weak = TRUE;
    crash_run (crash);
    bob_of (crash)->weak = FALSE;
    assert_idle (crash);
    crash_end_ready (crash);
}

/* ... twice, and that is the end (SC-F9) */
static void
rekey_failed_twice (Crash *crash)
{
    CrashSide *alice = alice_of (crash);

    ready (crash);
    for (int i = 0; i < 2; i++) {
        crash_rekey (alice);
        alice->weak = TRUE;
        crash_run (crash);
        alice->weak = FALSE;
        crash->armed = FALSE; /* not sooner than 20 messages later (SC-M23) */
        for (unsigned n = 1; i == 0 && n <= 20; n++)
            say_numbers (crash, alice, n, n);
        crash_run (crash);
        crash->armed = TRUE;
    }
    crash_end_closed (crash, TALK_CLOSED_BAD_KEY, TALK_CLOSED_BY_PEER);
}

/* --- timers --- */

static void
timers (Crash *crash)
{
    CrashSide *alice = alice_of (crash), *bob = bob_of (crash);

    ready (crash);
    crash_set_ttl (alice, 5);
    crash_run (crash);
    crash_say (alice, "burns at both ends");
    crash_say (bob, "burns as well");
    crash_run (crash);
    crash_see (alice);
    crash_see (bob);
    crash_run (crash);
    crash_advance (crash, 3000);
    crash_set_ttl (bob, 0);
    crash_say (bob, "does not burn");
    crash_run (crash);
    crash_advance (crash, 3000);
    crash_end_ready (crash);
    g_assert_true (crash_text (alice, "burns at both ends")->gone); /* SC-G8 */
    g_assert_true (crash_text (bob, "burns as well")->gone);
    g_assert_false (crash_text (bob, "does not burn")->gone);
}

/* --- what nobody saw --- */

/* every process shows it, until it is seen or taken back (DECISIONS 23) */
static void
unseen (Crash *crash)
{
    CrashSide *alice = alice_of (crash), *bob = bob_of (crash);

    ready (crash);
    crash_set_ttl (alice, 5);
    crash_say (alice, "seen at once");
    crash_run (crash);
    crash_see (bob);
    int64_t id = crash_say (alice, "not seen, taken back");
    crash_say (alice, "not seen, kept");
    crash_run (crash);
    crash_advance (crash, 60000); /* nothing begins to burn */
    crash_delete (alice, id);
    crash_run (crash);
    crash_set_ttl (alice, 0);
    crash_say (alice, "newer than all");
    crash_run (crash);
    g_assert_false (crash_text (alice, "not seen, kept")->gone);
    g_assert_false (crash_text (alice, "not seen, kept")->seen);
    crash_end_ready (crash);
}

/* what left no line is kept, and shown when it can be */
static void
hidden (Crash *crash)
{
    CrashSide *alice = alice_of (crash), *bob = bob_of (crash);

    ready (crash);
    crash_say (alice, "with a line");
    crash_run (crash);
    bob->blind = TRUE;
    crash_say (alice, "without a line");
    crash_say (alice, "without one, too");
    crash_run (crash);
    g_assert_cmpuint (crash_text (alice, "without a line")->shown, ==, 0);
    bob->blind = FALSE;
    crash_open (bob);
    crash_run (crash);
    crash_end_ready (crash);
}

/* handed over for the last time: in no store, and read with what is seen later */
static void
let_go (Crash *crash)
{
    CrashSide *alice = alice_of (crash), *bob = bob_of (crash);

    ready (crash);
    crash_set_ttl (alice, 5);
    crash_say (alice, "let go");
    crash_run (crash);
    crash_let_go (bob);
    crash_advance (crash, 60000);
    g_assert_false (crash_text (alice, "let go")->gone);
    crash_set_ttl (alice, 0);
    crash_say (alice, "answered");
    crash_run (crash);
    crash_see (bob);
    crash_run (crash);
    crash_advance (crash, 6000);
    g_assert_true (crash_text (alice, "let go")->gone);
    crash_end_ready (crash);
}

/* the end of a chat leaves it */
static void
unseen_at_the_end (Crash *crash)
{
    CrashSide *alice = alice_of (crash), *bob = bob_of (crash);

    ready (crash);
    crash_say (alice, "last words");
    crash_run (crash);
    crash_close (alice, FALSE);
    crash_run (crash);
    g_assert_false (crash_text (alice, "last words")->gone);
    crash_end_closed (crash, TALK_CLOSED_BY_US, TALK_CLOSED_BY_PEER);
    crash_see (bob);
    crash_end_closed (crash, TALK_CLOSED_BY_US, TALK_CLOSED_BY_PEER);
}

/* the end of the login erases it */
static void
unseen_at_log_out (Crash *crash)
{
    CrashSide *alice = alice_of (crash), *bob = bob_of (crash);

    ready (crash);
    crash_say (alice, "seen before");
    crash_run (crash);
    crash_see (bob);
    crash_say (alice, "not seen before");
    crash_run (crash);
    crash_log_out (bob);
    g_assert_true (crash_text (alice, "not seen before")->gone);
    crash_end_logged_out (bob);
}

/* --- what the server refuses --- */

static void
refusals (Crash *crash)
{
    CrashSide *alice = alice_of (crash);

    ready (crash);
    crash_say (alice, "taken");
    crash_run (crash);
    alice->refuse = "DATA_TOO_LONG";
    crash_say (alice, "not taken");
    crash_say (alice, "taken after it");
    crash_run (crash);
    alice->refuse = "DATA_INVALID";
    alice->refuse_service = TRUE;
    crash_typing (alice, TRUE); /* Noop takes its numbers */
    crash_run (crash);
    crash_say (alice, "typed at last");
    crash_run (crash);
    crash_end_ready (crash);
}

/* --- the end --- */

static void
closed_by_alice (Crash *crash)
{
    CrashSide *alice = alice_of (crash), *bob = bob_of (crash);

    ready (crash);
    crash_say (alice, "history of alice");
    crash_say (bob, "history of bob");
    crash_run (crash);
    crash_say (bob, "on its way");
    crash_say (alice, "not sent any more");
    crash_close (alice, TRUE);
    crash_run (crash);
    g_assert_true (alice->discard_history);
    g_assert_true (alice->flushed && bob->flushed); /* SC-A25, A26 */
    crash_end_closed (crash, TALK_CLOSED_BY_US, TALK_CLOSED_BY_PEER);
}

static void
closed_by_bob (Crash *crash)
{
    CrashSide *alice = alice_of (crash), *bob = bob_of (crash);

    ready (crash);
    crash_say (alice, "history of alice");
    crash_run (crash);
    alice->lose = 1;
    crash_say (alice, "lost");
    crash_say (alice, "behind a hole");
    crash_serve (alice);
    crash_serve (alice);
    crash_deliver (bob);
    crash_say (bob, "not sent any more");
    crash_close (bob, FALSE);
    crash_run (crash);
    g_assert_false (bob->discard_history);
    g_assert_false (alice->flushed || bob->flushed);
    crash_end_closed (crash, TALK_CLOSED_BY_PEER, TALK_CLOSED_BY_US);
}

static void
closed_while_waiting (Crash *crash)
{
    crash->armed = TRUE;
    crash_start (crash);
    crash_run (crash);
    crash_close (alice_of (crash), FALSE);
    crash_run (crash);
    crash_end_closed (crash, TALK_CLOSED_BY_US, TALK_CLOSED_ELSEWHERE);
}

static void
rejected (Crash *crash)
{
    crash->armed = TRUE;
    crash_start (crash);
    crash_run (crash);
    crash_reject (bob_of (crash));
    crash_run (crash);
    g_assert_false (bob_of (crash)->discard_history);
    crash_end_closed (crash, TALK_CLOSED_BY_PEER, TALK_CLOSED_REJECTED);
}

static void
impossible_act (CrashSide *side, void *data)
{
    SecretDecryptedMessageActionResend action =
        TL_NEW (SecretDecryptedMessageActionResend, .start_seq_no = 4000 + side->index,
                .end_seq_no = 4000 + side->index);

    secret_send_action (side->chat, TL_OBJ (&action), side->crash->now);
    secret_settle (side->chat, side->crash->now);
}

/* a Resend of what never was (SC-D22) */
static void
violated (Crash *crash)
{
    CrashSide *alice = alice_of (crash), *bob = bob_of (crash);

    ready (crash);
    crash_say (bob, "history of bob");
    crash_rekey (bob);
    crash_act (alice, impossible_act, NULL);
    crash_say (alice, "never arrives");
    crash_run (crash);
    crash_end_closed (crash, TALK_CLOSED_BY_PEER, TALK_CLOSED_VIOLATION);
}

/* --- the matrix --- */

static const Story stories[] = {
    { "birth", birth, 180, 0, 0, 0 },
    { "slow-birth", slow_birth, 196, 0, 201, 0 },
    { "texts", texts, 242, 232, 0, 0 },
    { "deletions", deletions, 208, 207, 0, 0 },
    { "flushes", flushes, 209, 0, 211, 0 },
    { "hole", hole, 208, 0, 0, 0 },
    { "two-holes", two_holes, 239, 0, 0, 0 },
    { "holes-of-both", holes_of_both, 252, 224, 230, 0 },
    { "hole-asked-again", hole_asked_again, 221, 0, 0, 0 },
    { "hole-given-up", hole_given_up, 185, 0, 0, 0 },
    { "rekey-by-alice", rekey_by_alice, 212, 0, 204, 0 },
    { "rekey-by-bob", rekey_by_bob, 212, 0, 0, 0 },
    { "rekey-with-holes", rekey_with_holes, 271, 246, 246, 0 },
    { "collision", collision, 179, 0, 0, 2 },
    { "rekey-aborted", rekey_aborted, 189, 0, 0, 0 },
    { "rekey-failed-twice", rekey_failed_twice, 56, 0, 36, 0 },
    { "timers", timers, 212, 0, 213, 0 },
    { "unseen", unseen, 226, 224, 0, 0 },
    { "hidden", hidden, 178, 181, 0, 0 },
    { "let-go", let_go, 197, 0, 200, 0 },
    { "unseen-at-the-end", unseen_at_the_end, 22, 22, 0, 0 },
    { "unseen-at-log-out", unseen_at_log_out, 29, 0, 28, 0 },
    { "refusals", refusals, 203, 0, 0, 0 },
    { "closed-by-alice", closed_by_alice, 40, 34, 34, 0 },
    { "closed-by-bob", closed_by_bob, 38, 32, 32, 0 },
    { "closed-while-waiting", closed_while_waiting, 17, 0, 0, 0 },
    { "rejected", rejected, 17, 0, 0, 0 },
    { "violated", violated, 36, 30, 29, 0 },
};

static void
ignore_cb (const char *domain, GLogLevelFlags level, const char *message, gpointer user)
{
}

/* A death makes no message more: nothing is asked for, announced or said twice (SC-D13,
 * SC-L8). Fewer there may be: what is sent again does not get lost. And no message is
 * shown more than once more (DECISIONS 2). */
static void
compare (const Story *story, Crash *calm, Crash *crash)
{
    for (int i = 0; i < 2; i++) {
        const SecretChat *a = calm->sides[i].chat, *b = crash->sides[i].chat;
        if (a->state == TALK_STATE_READY)
            g_assert_cmpint (b->raw_out, <=, a->raw_out + story->more);
        for (unsigned k = 0; k < calm->sides[i].said->len; k++) {
            const CrashText *said = &g_array_index (calm->sides[i].said, CrashText, k);
            const CrashText *again = crash_find_text (&crash->sides[i], said->text);
            if (again != NULL && said->shown > 0) /* else it was lost, or not said */
                g_assert_cmpuint (again->shown, <=, said->shown + 1);
        }
    }
}

/* SC-D11 SC-D13 SC-D18 SC-D19 SC-D21 SC-D25 SC-D28 SC-D30 SC-D31 SC-D32 SC-A11 SC-A17
 * SC-A22 SC-A24 SC-A25 SC-E15 SC-F5 SC-F8 SC-F14 SC-F15 SC-F19 SC-F20 SC-G7 SC-G8 SC-L1
 * SC-L2 SC-L3 SC-L4 SC-L5 SC-L6 SC-L7 SC-L8: told once undisturbed, and once for each
 * point. */
static void
run_story (const Story *story, unsigned gather, unsigned least)
{
    static const char *const kinds[] = { "before", "after", "call", "answer", "mark" };
    g_autoptr (Crash) calm = crash_new (1, FALSE);
    unsigned points = 0, files = 0, by_kind[CRASH_KINDS] = { 0 };

    calm->side = -1;
    calm->gather = gather;
    story->tell (calm);
    for (int side = 0; side < 2; side++)
        for (unsigned kind = 0; kind < CRASH_KINDS; kind++)
            for (unsigned at = 0; at < calm->sides[side].counts[kind]; at++) {
                gboolean file = points % EVERY_FILE == EVERY_FILE - 1;
                g_autoptr (Crash) crash = crash_new (1, file);
                crash->side = side;
                crash->kind = kind;
                crash->at = at;
                crash->gather = gather;
                if (g_getenv ("CRASH_DEBUG") != NULL)
                    g_test_message ("side %d, %s %u", side, kinds[kind], at);
                story->tell (crash);
                g_assert_true (crash->died);
                compare (story, calm, crash);
                points++;
                by_kind[kind]++;
                files += file;
            }
    g_test_message ("%s: %u points (before %u, after %u, call %u, answer %u, mark %u), "
                    "%u of them on files",
                    story->name, points, by_kind[0], by_kind[1], by_kind[2], by_kind[3],
                    by_kind[4], files);
    g_assert_cmpuint (points, >=, least);
    g_assert_true (gather == 1 || calm->sides[0].groups + calm->sides[1].groups > 0);
}

static void
run_each (gconstpointer data)
{
    run_story (data, 1, ((const Story *)data)->points);
}

static void
run_three (gconstpointer data)
{
    run_story (data, 3, ((const Story *)data)->of_three);
}

static void
run_all (gconstpointer data)
{
    run_story (data, CRASH_ALL, ((const Story *)data)->of_all);
}

/* The stories leave out no state, no step of a re-keying, no kind of call and no way to
 * queue. */
static void
every_state_is_reached (void)
{
    CrashSeen all = { 0 };

    for (size_t i = 0; i < G_N_ELEMENTS (stories); i++) {
        g_autoptr (Crash) crash = crash_new (1, FALSE);
        crash->side = -1;
        stories[i].tell (crash);
        all.states |= crash->seen.states;
        all.steps |= crash->seen.steps;
        all.calls |= crash->seen.calls;
        all.records |= crash->seen.records;
    }
    g_assert_cmphex (all.states, ==, (2u << TALK_STATE_CLOSED) - 1);
    g_assert_cmphex (all.steps, ==, (2u << SECRET_REKEY_B_DRAIN) - 1);
    g_assert_cmphex (all.calls, ==, (2u << SECRET_CALL_TYPING) - 1);
    g_assert_cmphex (all.records, ==, (2u << STORE_PENDING) - (1u << STORE_CHAT));
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    if (g_getenv ("G_MESSAGES_DEBUG") == NULL)
        g_log_set_handler ("mtp-secret", G_LOG_LEVEL_DEBUG, ignore_cb, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS (stories); i++) {
        const Story *story = &stories[i];
        g_autofree char *each = g_strconcat ("/secret/crash/", story->name, NULL);
        g_autofree char *three = g_strconcat (each, "/three-a-write", NULL);
        g_autofree char *all = g_strconcat (each, "/all-a-write", NULL);
        g_test_add_data_func (each, story, run_each);
        if (story->of_three > 0)
            g_test_add_data_func (three, story, run_three);
        if (story->of_all > 0)
            g_test_add_data_func (all, story, run_all);
    }
    g_test_add_func ("/secret/crash/every-state", every_state_is_reached);
    return g_test_run ();
}
