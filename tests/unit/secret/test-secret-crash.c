/* Stories that together pass through every state and step of a chat, each told again
 * once for every point at which one end's process may die (DECISIONS 21): before a write,
 * after that, after each call that got out, with each answer that came, when a message is
 * shown and not marked yet. Each with every turn written for itself; many also with three
 * turns that gather, and with all that wait. What must be true at the end: rules.h. */
#include "story.h"
#include "secret-private.h"
#include "secret.tl.h"

#include <string.h>

/* --- the beginning --- */

/* asking, config, request, waiting; requested, accepting; ready with NotifyLayer */
static void
birth (World *w)
{
    w->bob->thinks = TRUE;
    end_asks (w->alice);
    world_run (w);
    end_accepts (w->bob);
    world_run (w);
    world_ends_ready (w);
}

/* a group that is checked first; a message that comes before the chat is ready */
static void
slow_birth (World *w)
{
    End *alice = w->alice;

    w->asks_prime = TRUE;
    w->bob->thinks = TRUE;
    end_asks (w->alice);
    world_run (w);
    alice->policy.hold = TRUE;
    end_accepts (w->bob);
    world_run (w);
    end_says (w->bob, "too early");
    world_run (w);
    alice->policy.hold = FALSE;
    server_late (alice); /* encryptedChat is the last */
    world_run (w);
    world_ends_ready (w);
}

/* What is typed before the chat is ready, on both sides, waits for it and goes in its
 * order, before what is typed later; what is taken back meanwhile goes nowhere. */
static void
drafts (World *w)
{
    End *alice = w->alice, *bob = w->bob;

    bob->thinks = TRUE;
    end_asks (alice);
    end_says (alice, "while it is asked for");
    world_run (w);
    end_says (alice, "while it waits");
    int64_t one = end_says (alice, "thought better of");
    end_deletes (alice, one);
    end_says (alice, "while it still waits");
    end_accepts (bob);
    end_says (bob, "while it is accepted");
    world_run (w);
    end_says (alice, "now it is ready");
    world_run (w);
    world_ends_ready (w);
    g_assert_cmpuint (rules_text (alice, "thought better of")->shown, ==, 0);
}

/* --- talking --- */

static void
texts (World *w)
{
    End *alice = w->alice, *bob = w->bob;

    end_types (alice, TRUE);
    end_types (bob, TRUE);
    world_run (w);
    end_says (alice, "first of alice");
    end_says (bob, "first of bob");
    end_says (alice, "second of alice");
    world_run (w);
    end_sees (bob);
    world_run (w);
    end_types (bob, FALSE);
    end_sets_ttl (bob, 77);
    end_says (bob, "second of bob");
    world_run (w);
    end_sees (alice);
    end_sets_ttl (alice, 0);
    world_run (w);
    world_ends_ready (w);
}

/* What is shown of it can be had. */
static void
has_its_file (World *w, End *end, const TalkEvent *event)
{
    if (event->kind == TALK_EVENT_MESSAGE &&
        event->u.message.content == TALK_CONTENT_MISSING)
        world_broken (w, "a file came without its file: \"%s\"", event->u.message.text);
}

/* A file is sent, two, one that is cancelled, one that is taken back, one between texts: none arrives
 * twice, and what is not sent is told (SC-H4, SC-D21, SC-D31; MT-H16, MT-H28) */
static void
files (World *w)
{
    End *alice = w->alice, *bob = w->bob;

    w->watch = has_its_file;
    end_sends (alice, "a photo");
    end_says (alice, "passes it, or not");
    world_run (w);
    end_deletes (bob, end_sends (bob, "taken back"));
    end_cancels (bob, end_sends (bob, "cancelled"));
    end_sends (bob, "first of two");
    end_sends (bob, "second of two");
    world_run (w);
    end_sees (alice);
    bob->policy.lose = 1;
    end_sends (alice, "gets lost, is asked for");
    world_run (w);
    end_says (alice, "so that it is missed");
    world_run (w);
    end_sees (bob);
    end_sets_ttl (bob, 77);
    end_sends (bob, "burns");
    world_run (w);
    end_sets_ttl (bob, 0);
    world_run (w);
    world_ends_ready (w);
    g_assert_cmpuint (rules_text (bob, "taken back")->shown, ==, 0);
    g_assert_cmpuint (rules_text (bob, "cancelled")->shown, ==, 0);
}

/* own messages are taken back before they got out, before they arrived, after it */
static void
deletions (World *w)
{
    End *alice = w->alice, *bob = w->bob;

    bob->policy.hold = TRUE;
    int64_t kept = end_says (alice, "arrives and goes");
    int64_t one = end_says (alice, "never sent, never seen");
    end_deletes (alice, one);
    int64_t two = end_says (alice, "sent, not arrived");
    world_run (w);
    end_deletes (alice, two);
    end_says (alice, "stays");
    world_run (w);
    bob->policy.hold = FALSE;
    world_run (w);
    end_deletes (bob, kept);
    world_run (w);
    world_ends_ready (w);
    g_assert_cmpuint (rules_text (alice, "never sent, never seen")->shown, ==, 0);
}

/* everything goes, on both sides, also what is lost on the way and asked for again */
static void
flushes (World *w)
{
    End *alice = w->alice, *bob = w->bob;

    end_says (alice, "seen and flushed");
    end_says (bob, "unseen and flushed");
    world_run (w);
    end_sees (bob);
    world_run (w);
    world_lose (w, w->alice, 1);
    end_says (alice, "lost and flushed");
    server_answers (alice);
    server_answers (alice);
    end_flushes (alice);
    world_run (w);
    end_says (alice, "after the flush");
    world_run (w);
    world_ends_ready (w);
}

/* --- holes --- */

static void
say_numbers (World *w, End *end, unsigned from, unsigned to)
{
    for (unsigned i = from; i <= to; i++) {
        g_autofree char *text = g_strdup_printf ("number %u of %d", i, end->index);
        end_says (end, text);
        while (server_answers (end))
            ;
    }
}

static void
hole (World *w)
{
    world_lose (w, w->alice, 1);
    say_numbers (w, w->alice, 1, 5);
    world_run (w);
    world_ends_ready (w);
}

static void
two_holes (World *w)
{
    End *bob = w->bob;

    say_numbers (w, bob, 1, 1);
    world_lose (w, w->bob, 1);
    say_numbers (w, bob, 2, 3);
    world_lose (w, w->bob, 2);
    say_numbers (w, bob, 4, 7);
    world_run (w);
    world_ends_ready (w);
}

/* both lose something, and each asks while it is being asked (SC-D15, D18) */
static void
holes_of_both (World *w)
{
    End *alice = w->alice, *bob = w->bob;

    alice->policy.hold = bob->policy.hold = TRUE;
    world_lose (w, w->alice, 2);
    world_lose (w, w->bob, 2);
    say_numbers (w, alice, 1, 4);
    say_numbers (w, bob, 1, 4);
    alice->policy.hold = bob->policy.hold = FALSE;
    world_run (w);
    world_ends_ready (w);
}

/* nobody answers the first request, the second is answered (DECISIONS 26) */
static void
hole_asked_again (World *w)
{
    End *alice = w->alice, *bob = w->bob;

    world_lose (w, w->alice, 2);
    say_numbers (w, alice, 1, 4);
    while (server_delivers (bob))
        ;
    alice->policy.hold = TRUE; /* what asks her */
    world_run (w);
    world_advance (w, 10000);
    world_advance (w, 30000);
    alice->policy.hold = FALSE;
    world_run (w);
    world_ends_ready (w);
}

/* the user gives up what is missing; it comes late (DECISIONS 26) */
static void
hole_given_up (World *w)
{
    End *alice = w->alice, *bob = w->bob;

    world_lose (w, w->alice, 1);
    say_numbers (w, alice, 1, 3);
    alice->policy.hold = TRUE;
    while (server_delivers (bob) || server_answers (bob))
        ;
    end_skips (bob);
    g_assert_cmpuint (bob->chat->holes.queue->len, ==, 0);
    rules_text (alice, "number 1 of 0")->excused = TRUE;
    alice->policy.hold = FALSE;
    world_run (w);
    world_ends_ready (w);
    if (w->death.end < 0) /* what a dying process sends again is not lost */
        g_assert_cmpuint (rules_text (alice, "number 1 of 0")->shown, ==, 0);
}

/* --- new keys --- */

/* One move at a time, so that what that step sends is still to be carried out. */
static void
until (End *end, SecretRekeyStep step)
{
    while (end->chat->rekey.step != step && world_step (end->world))
        ;
}

/* the same in few words, so that another client can tell it, too */
static void
new_key (World *w, End *a, End *b)
{
    End *us = w->us != NULL ? w->us : a;
    int64_t old = us->chat->keys.now.fingerprint;

    end_rekeys (a);
    end_says (b, "on the way to a new key");
    world_run (w);
    end_says (a, "under the new key");
    world_run (w);
    end_says (b, "also under the new key");
    world_run (w);
    world_ends_ready (w);
    g_assert_cmpint (us->chat->keys.now.fingerprint, !=, old);
}

static void
new_key_by_alice (World *w)
{
    new_key (w, w->alice, w->bob);
}

static void
new_key_by_bob (World *w)
{
    new_key (w, w->bob, w->alice);
}

/* both ask at once (SC-F15); iOS has another rule: test-secret-peers.c */
static void
new_keys_cross (World *w)
{
    End *alice = w->alice, *bob = w->bob;

    end_rekeys (alice);
    end_rekeys (bob);
    end_says (alice, "while both ask");
    end_says (bob, "while both wait");
    world_run (w);
    world_ends_ready (w);
}

static void
rekey_once (World *w, End *a, End *b)
{
    end_rekeys (a);
    end_says (b, "on the way to a new key");
    until (b, SECRET_REKEY_B_WAIT);
    end_says (b, "the last one under the old key");
    until (a, SECRET_REKEY_A_DONE);
    a->policy.hold = TRUE;
    end_says (a, "under the new key"); /* the old one is still needed (SC-F14) */
    world_run (w);
    a->policy.hold = FALSE;
    world_run (w);
    end_says (b, "also under the new key");
    world_run (w);
}

static void
rekey_by_alice (World *w)
{
    rekey_once (w, w->alice, w->bob);
    world_ends_ready (w);
}

static void
rekey_by_bob (World *w)
{
    rekey_once (w, w->bob, w->alice);
    world_ends_ready (w);
}

/* AcceptKey and CommitKey wait for holes to close (SC-F8): each comes by a Resend while
 * the second hole behind it is open. What was sent under the old key is taken back under
 * it (SC-F14). */
static void
rekey_with_holes (World *w)
{
    End *alice = w->alice, *bob = w->bob;

    world_lose (w, w->alice, 1);
    end_rekeys (alice);
    say_numbers (w, alice, 1, 1);
    world_lose (w, w->alice, 1);
    int64_t id = end_says (alice, "taken back while keys change");
    say_numbers (w, alice, 3, 3);
    until (bob, SECRET_REKEY_B_WAIT);
    world_lose (w, w->bob, 1);
    say_numbers (w, bob, 1, 1);
    world_lose (w, w->bob, 1);
    say_numbers (w, bob, 2, 3);
    end_deletes (alice, id);
    world_run (w);
    world_ends_ready (w);
}

/* both ask for a new key at once (SC-F15) */
static void
collision (World *w)
{
    w->alice->policy.hold = w->bob->policy.hold = TRUE;
    end_rekeys (w->alice);
    end_rekeys (w->bob);
    while (server_answers (w->alice) || server_answers (w->bob))
        ;
    w->alice->policy.hold = w->bob->policy.hold = FALSE;
    world_run (w);
    world_ends_ready (w);
}

static void
assert_idle (World *w)
{
    for (int i = 0; i < 2; i++)
        g_assert_cmpint (w->ends[i].chat->rekey.step, ==, SECRET_REKEY_IDLE);
}

/* Bob does not like Alice's number, Alice does not like Bob's (SC-F6, F9, F19) */
static void
rekey_aborted (World *w)
{
    w->bob->weak = TRUE;
    end_rekeys (w->alice);
    world_run (w);
    w->bob->weak = FALSE;
    assert_idle (w);
    end_says (w->bob, "under the old key");
    world_run (w);
    end_rekeys (w->bob);
    w->bob->weak = TRUE;
    world_run (w);
    w->bob->weak = FALSE;
    assert_idle (w);
    world_ends_ready (w);
}

/* ... twice, and that is the end (SC-F9) */
static void
rekey_failed_twice (World *w)
{
    End *alice = w->alice;

    for (int i = 0; i < 2; i++) {
        end_rekeys (alice);
        alice->weak = TRUE;
        world_run (w);
        alice->weak = FALSE;
        w->death.armed = FALSE; /* not sooner than 20 messages later (SC-M23) */
        for (unsigned n = 1; i == 0 && n <= 20; n++)
            say_numbers (w, alice, n, n);
        world_run (w);
        w->death.armed = TRUE;
    }
    world_ends_closed (w, TALK_CLOSED_BAD_KEY, TALK_CLOSED_BY_PEER);
}

/* --- timers --- */

static void
timers (World *w)
{
    End *alice = w->alice, *bob = w->bob;

    end_sets_ttl (alice, 5);
    world_run (w);
    end_says (alice, "burns at both ends");
    end_says (bob, "burns as well");
    world_run (w);
    end_sees (alice);
    end_sees (bob);
    world_run (w);
    world_advance (w, 3000);
    end_sets_ttl (bob, 0);
    end_says (bob, "does not burn");
    world_run (w);
    world_advance (w, 3000);
    world_ends_ready (w);
    g_assert_true (rules_text (alice, "burns at both ends")->gone); /* SC-G8 */
    g_assert_true (rules_text (bob, "burns as well")->gone);
    g_assert_false (rules_text (bob, "does not burn")->gone);
}

/* --- what nobody saw --- */

/* every process shows it, until it is seen or taken back (DECISIONS 23) */
static void
unseen (World *w)
{
    End *alice = w->alice, *bob = w->bob;

    end_sets_ttl (alice, 5);
    end_says (alice, "seen at once");
    world_run (w);
    end_sees (bob);
    int64_t id = end_says (alice, "not seen, taken back");
    end_says (alice, "not seen, kept");
    world_run (w);
    world_advance (w, 60000); /* nothing begins to burn */
    end_deletes (alice, id);
    world_run (w);
    end_sets_ttl (alice, 0);
    end_says (alice, "newer than all");
    world_run (w);
    g_assert_false (rules_text (alice, "not seen, kept")->gone);
    g_assert_false (rules_text (alice, "not seen, kept")->seen);
    world_ends_ready (w);
}

/* what left no line is kept, and shown when it can be */
static void
hidden (World *w)
{
    End *alice = w->alice, *bob = w->bob;

    end_says (alice, "with a line");
    world_run (w);
    bob->window = WINDOW_BLIND;
    end_says (alice, "without a line");
    end_says (alice, "without one, too");
    world_run (w);
    g_assert_cmpuint (rules_text (alice, "without a line")->shown, ==, 0);
    bob->window = WINDOW_SHOWS;
    end_opens (bob);
    world_run (w);
    world_ends_ready (w);
}

/* handed over for the last time: in no store, and read with what is seen later */
static void
let_go (World *w)
{
    End *alice = w->alice, *bob = w->bob;

    end_sets_ttl (alice, 5);
    end_says (alice, "let go");
    world_run (w);
    end_lets_go (bob);
    world_advance (w, 60000);
    g_assert_false (rules_text (alice, "let go")->gone);
    end_sets_ttl (alice, 0);
    end_says (alice, "answered");
    world_run (w);
    end_sees (bob);
    world_run (w);
    world_advance (w, 6000);
    g_assert_true (rules_text (alice, "let go")->gone);
    world_ends_ready (w);
}

/* the end of a chat leaves it */
static void
unseen_at_the_end (World *w)
{
    End *alice = w->alice, *bob = w->bob;

    end_says (alice, "last words");
    world_run (w);
    end_closes (alice, FALSE);
    world_run (w);
    g_assert_false (rules_text (alice, "last words")->gone);
    world_ends_closed (w, TALK_CLOSED_BY_US, TALK_CLOSED_BY_PEER);
    end_sees (bob);
    world_ends_closed (w, TALK_CLOSED_BY_US, TALK_CLOSED_BY_PEER);
}

/* the end of the login erases it */
static void
unseen_at_log_out (World *w)
{
    End *alice = w->alice, *bob = w->bob;

    end_says (alice, "seen before");
    world_run (w);
    end_sees (bob);
    end_says (alice, "not seen before");
    world_run (w);
    end_logs_out (bob);
    g_assert_true (rules_text (alice, "not seen before")->gone);
    end_ends_logged_out (bob);
}

/* --- what the server refuses --- */

static void
refusals (World *w)
{
    End *alice = w->alice;

    end_says (alice, "taken");
    world_run (w);
    alice->policy.refuse = "DATA_TOO_LONG";
    end_says (alice, "not taken");
    end_says (alice, "taken after it");
    world_run (w);
    alice->policy.refuse = "DATA_INVALID";
    alice->policy.refuse_service = TRUE;
    end_types (alice, TRUE); /* Noop takes its numbers */
    world_run (w);
    end_says (alice, "typed at last");
    world_run (w);
    world_ends_ready (w);
}

/* --- the end --- */

static void
closed_by_alice (World *w)
{
    End *alice = w->alice, *bob = w->bob;

    end_says (alice, "history of alice");
    end_says (bob, "history of bob");
    world_run (w);
    end_says (bob, "on its way");
    end_says (alice, "not sent any more");
    end_closes (alice, TRUE);
    world_run (w);
    g_assert_true (alice->discard_history);
    g_assert_true (alice->flushed && bob->flushed); /* SC-A25, A26 */
    world_ends_closed (w, TALK_CLOSED_BY_US, TALK_CLOSED_BY_PEER);
}

static void
closed_by_bob (World *w)
{
    End *alice = w->alice, *bob = w->bob;

    end_says (alice, "history of alice");
    world_run (w);
    world_lose (w, w->alice, 1);
    end_says (alice, "lost");
    end_says (alice, "behind a hole");
    server_answers (alice);
    server_answers (alice);
    server_delivers (bob);
    end_says (bob, "not sent any more");
    end_closes (bob, FALSE);
    world_run (w);
    g_assert_false (bob->discard_history);
    g_assert_false (alice->flushed || bob->flushed);
    world_ends_closed (w, TALK_CLOSED_BY_PEER, TALK_CLOSED_BY_US);
}

static void
closed_while_waiting (World *w)
{
    w->bob->thinks = TRUE;
    end_asks (w->alice);
    world_run (w);
    end_closes (w->alice, FALSE);
    world_run (w);
    world_ends_closed (w, TALK_CLOSED_BY_US, TALK_CLOSED_ELSEWHERE);
}

static void
rejected (World *w)
{
    w->bob->thinks = TRUE;
    end_asks (w->alice);
    world_run (w);
    end_rejects (w->bob);
    world_run (w);
    g_assert_false (w->bob->discard_history);
    world_ends_closed (w, TALK_CLOSED_DECLINED, TALK_CLOSED_REJECTED);
}

/* what was typed before comes back */
static void
drafts_declined (World *w)
{
    End *alice = w->alice, *bob = w->bob;

    bob->thinks = TRUE;
    end_asks (alice);
    end_says (alice, "while it is asked for");
    world_run (w);
    end_says (alice, "while it waits");
    end_rejects (bob);
    world_run (w);
    g_assert_true (rules_text (alice, "while it is asked for")->failed);
    g_assert_true (rules_text (alice, "while it waits")->failed);
    world_ends_closed (w, TALK_CLOSED_DECLINED, TALK_CLOSED_REJECTED);
}

static void
drafts_ended (World *w)
{
    End *alice = w->alice, *bob = w->bob;

    bob->thinks = TRUE;
    end_asks (alice);
    world_run (w);
    end_says (alice, "while it waits");
    end_accepts (bob);
    end_says (bob, "while it is accepted");
    end_closes (alice, FALSE);
    world_run (w);
    g_assert_true (rules_text (alice, "while it waits")->failed);
    g_assert_true (rules_text (bob, "while it is accepted")->failed);
    world_ends_closed (w, TALK_CLOSED_BY_US, TALK_CLOSED_ELSEWHERE);
}

static void
impossible_act (End *end, void *data)
{
    SecretDecryptedMessageActionResend action =
        TL_NEW (SecretDecryptedMessageActionResend, .start_seq_no = 4000 + end->index,
                .end_seq_no = 4000 + end->index);

    secret_send_action (end->chat, TL_OBJ (&action), end->world->now);
    secret_settle (end->chat, end->world->now);
}

/* a Resend of what never was (SC-D22) */
static void
violated (World *w)
{
    End *alice = w->alice, *bob = w->bob;

    end_says (bob, "history of bob");
    end_rekeys (bob);
    end_acts (alice, impossible_act, NULL);
    end_says (alice, "never arrives");
    world_run (w);
    world_ends_closed (w, TALK_CLOSED_BY_PEER, TALK_CLOSED_VIOLATION);
}

/* SC-D11 SC-D13 SC-D18 SC-D19 SC-D21 SC-D25 SC-D28 SC-D30 SC-D31 SC-D32 SC-A11 SC-A17
 * SC-A22 SC-A24 SC-A25 SC-A33 SC-E15 SC-F5 SC-F8 SC-F14 SC-F15 SC-F19 SC-F20 SC-G7 SC-G8 SC-L1
 * SC-L2 SC-L3 SC-L4 SC-L5 SC-L6 SC-L7 SC-L8: told once undisturbed, and once for each
 * point. */
static const Story stories[] = {
    STORY (birth, FROM_BIRTH | EVERY_DEATH | EVERY_MODEL, { 180, 0, 0, 121 }),
    STORY (slow_birth, FROM_BIRTH | EVERY_DEATH | EVERY_DEATH_OF_ALL, { 196, 0, 191 }),
    STORY (drafts,
           FROM_BIRTH | EVERY_DEATH | EVERY_DEATH_OF_THREE | EVERY_DEATH_OF_ALL |
               EVERY_MODEL | OURS,
           { 230, 220, 215, 168 }),
    STORY (texts, EVERY_DEATH | EVERY_DEATH_OF_THREE | EVERY_MODEL, { 242, 228, 0, 156 }),
    STORY (files, EVERY_DEATH | EVERY_DEATH_OF_THREE | EVERY_DEATH_OF_ALL,
           { 275, 265, 265 }, 3),
    STORY (deletions, EVERY_DEATH | EVERY_DEATH_OF_THREE | EVERY_MODEL | OURS,
           { 208, 191, 0, 146 }),
    STORY (flushes, EVERY_DEATH | EVERY_DEATH_OF_ALL | EVERY_MODEL, { 209, 0, 201, 135 }),
    STORY (hole, EVERY_DEATH | EVERY_MODEL, { 200, 0, 0, 124 }),
    STORY (two_holes, EVERY_DEATH | EVERY_MODEL, { 233, 0, 0, 141 }),
    STORY (holes_of_both,
           EVERY_DEATH | EVERY_DEATH_OF_THREE | EVERY_DEATH_OF_ALL | EVERY_MODEL,
           { 244, 220, 222, 159 }),
    STORY (hole_asked_again, EVERY_DEATH | EVERY_MODEL | THEIRS, { 217, 0, 0, 137 }),
    STORY (hole_given_up, EVERY_DEATH | EVERY_MODEL | THEIRS, { 183, 0, 0, 117 }),
    STORY (new_key_by_alice, EVERY_DEATH | EVERY_MODEL, { 202, 0, 0, 133 }),
    STORY (new_key_by_bob, EVERY_DEATH | EVERY_MODEL, { 202, 0, 0, 133 }),
    STORY (new_keys_cross, EVERY_DEATH | TDLIB | ANDROID, { 199, 0, 0, 130 }, 2),
    STORY (rekey_by_alice, EVERY_DEATH | EVERY_DEATH_OF_ALL, { 212, 0, 196 }),
    STORY (rekey_by_bob, EVERY_DEATH, { 212, 0, 0 }),
    STORY (rekey_with_holes, EVERY_DEATH | EVERY_DEATH_OF_THREE | EVERY_DEATH_OF_ALL,
           { 267, 238, 238 }),
    STORY (collision, EVERY_DEATH, { 179, 0, 0 }, 2),
    STORY (rekey_aborted, EVERY_DEATH, { 189, 0, 0 }),
    STORY (rekey_failed_twice, EVERY_DEATH | EVERY_DEATH_OF_ALL, { 56, 0, 50 }),
    STORY (timers, EVERY_DEATH | EVERY_DEATH_OF_ALL | EVERY_MODEL, { 212, 0, 207, 139 }),
    STORY (unseen, EVERY_DEATH | EVERY_DEATH_OF_THREE | EVERY_MODEL | THEIRS,
           { 226, 214, 0, 139 }),
    STORY (hidden, EVERY_DEATH | EVERY_DEATH_OF_THREE | EVERY_MODEL | THEIRS,
           { 178, 173, 0, 115 }),
    STORY (let_go, EVERY_DEATH | EVERY_DEATH_OF_ALL | EVERY_MODEL | THEIRS,
           { 197, 0, 194, 127 }),
    STORY (unseen_at_the_end, EVERY_DEATH | EVERY_DEATH_OF_THREE, { 22, 20, 0 }),
    STORY (unseen_at_log_out, EVERY_DEATH | EVERY_DEATH_OF_ALL, { 29, 0, 28 }),
    STORY (refusals, EVERY_DEATH, { 203, 0, 0 }),
    STORY (closed_by_alice, EVERY_DEATH | EVERY_DEATH_OF_THREE | EVERY_DEATH_OF_ALL,
           { 40, 36, 36 }),
    STORY (closed_by_bob, EVERY_DEATH | EVERY_DEATH_OF_THREE | EVERY_DEATH_OF_ALL,
           { 38, 34, 34 }),
    STORY (closed_while_waiting, FROM_BIRTH | EVERY_DEATH, { 17, 0, 0 }),
    STORY (rejected, FROM_BIRTH | EVERY_DEATH, { 17, 0, 0 }),
    STORY (drafts_declined, FROM_BIRTH | EVERY_DEATH | EVERY_DEATH_OF_ALL, { 24, 0, 27 }),
    STORY (drafts_ended, FROM_BIRTH | EVERY_DEATH, { 32, 0, 0 }),
    STORY (violated, EVERY_DEATH | EVERY_DEATH_OF_THREE | EVERY_DEATH_OF_ALL,
           { 36, 31, 31 }),
};

/* The stories leave out no state, no step of a re-keying, no kind of call and no way to
 * queue. */
static void
every_state_is_reached (void)
{
    Death all = { 0 };

    for (size_t i = 0; i < G_N_ELEMENTS (stories); i++) {
        g_autoptr (World) w = story_world (&stories[i], 1, WORLD_TOY);
        stories[i].tell (w);
        all.states |= w->death.states;
        all.steps |= w->death.steps;
        all.calls |= w->death.calls;
        all.records |= w->death.records;
    }
    g_assert_cmphex (all.states, ==, (2u << TALK_STATE_CLOSED) - 1);
    g_assert_cmphex (all.steps, ==, (2u << SECRET_REKEY_B_DRAIN) - 1);
    g_assert_cmphex (all.calls, ==, (2u << SECRET_CALL_UPLOAD) - 1);
    g_assert_cmphex (all.records, ==, (2u << STORE_EARLY) - (1u << STORE_CHAT));
}

int
main (int argc, char **argv)
{
    stories_init (&argc, &argv);
    stories_add ("crash", stories, G_N_ELEMENTS (stories));
    g_test_add_func ("/secret/crash/every_state_is_reached", every_state_is_reached);
    return g_test_run ();
}
