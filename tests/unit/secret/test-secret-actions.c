/* Service actions, both ways: what goes out and what the peer's do, once each. */
#include "section-m.h"

#include <string.h>

#define assert_events(end, expected)                                                     \
    do {                                                                                 \
        g_autofree char *events_ = pair_events (end);                                    \
        g_assert_cmpstr (events_, ==, (expected));                                       \
    } while (0)

static void
quiet (Pair *pair)
{
    g_free (pair_events (alice_of (pair)));
    g_free (pair_events (bob_of (pair)));
}

/* The n-th of an end's messages on the wire, opened; the object inside its wrapper. */
static TlMessage *
wire (PairEnd *from, unsigned n, const TlObject **body)
{
    size_t len;
    const uint8_t *data = g_bytes_get_data (from->wire->pdata[n], &len);
    TlMessage *message = pair_open (from->chat, from->index == 0, TL_BYTES (data, len));

    g_assert_nonnull (message);
    *body = TL_AS (tl_message_root (message), SecretDecryptedMessageLayer)->message;
    return message;
}

static const TlObject *
action_of (const TlObject *body)
{
    return TL_AS (body, SecretDecryptedMessageService)->action;
}

/* SC-E1 SC-E2: service actions leave by the service method, texts by the other, with
 * their own number and flag outside as inside */
static void
the_outside_fits_the_inside (void)
{
    g_autoptr (Pair) pair = pair_ready (1);
    PairEnd *alice = alice_of (pair);
    unsigned services = 0, texts = 0;
    int64_t id;

    secret_chat_set_typing_action (alice->chat, TRUE);
    for (int silent = 0; silent < 2; silent++)
        secret_chat_send_text (alice->chat, "x", 0, silent, pair->now, &id);
    secret_chat_set_ttl (alice->chat, 5, pair->now);
    secret_chat_screenshot (alice->chat, NULL, 0, pair->now);
    secret_chat_delete (alice->chat, &(int64_t){ 42 }, 1, pair->now);
    secret_chat_set_typing (alice->chat, TRUE, pair->now);
    secret_chat_rekey (alice->chat, pair->now);
    pair_commit (alice);
    while (pair_call (alice, 0) != NULL) {
        const SecretCall *call = pair_call (alice, 0);
        if (call->kind == SECRET_CALL_SEND) {
            g_autoptr (TlMessage) message =
                pair_open (alice->chat, TRUE, call->u.send.data);
            const TlObject *body =
                TL_AS (tl_message_root (message), SecretDecryptedMessageLayer)->message;
            const SecretDecryptedMessage *text = TL_AS (body, SecretDecryptedMessage);
            g_assert_cmpint (call->u.send.service, ==, text == NULL);
            services += text == NULL;
            texts += text != NULL;
            g_assert_cmpint (
                call->u.send.random_id, ==,
                text != NULL ? text->random_id
                             : TL_AS (body, SecretDecryptedMessageService)->random_id);
            if (text != NULL)
                g_assert_cmpint (call->u.send.silent, ==, text->silent);
        }
        pair_answer_one (alice);
    }
    g_assert_cmpuint (services, ==, 5);
    g_assert_cmpuint (texts, ==, 2);
}

/* SC-E4: a timer is at most a year, at least nothing, and holds for both sides */
static void
timers_have_bounds (void)
{
    static const struct {
        int32_t sent, held;
        TalkCode ours; /* of our sending it */
    } rows[] = { { 0, 0, TALK_DONE },
                 { 5, 5, TALK_DONE },
                 { 604800, 604800, TALK_DONE },
                 { 31536000, 31536000, TALK_DONE },
                 { 31536001, 31536000, TALK_INVALID },
                 { -1, 0, TALK_INVALID },
                 { G_MININT32, 0, TALK_INVALID },
                 { G_MAXINT32, 31536000, TALK_INVALID } };

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autoptr (Pair) pair = pair_ready (2);
        PairEnd *alice = alice_of (pair), *bob = bob_of (pair);
        SecretDecryptedMessageActionSetMessageTTL action = TL_NEW (
            SecretDecryptedMessageActionSetMessageTTL, .ttl_seconds = rows[i].sent);
        g_autofree char *event = g_strdup_printf ("ttl %d peer\n", rows[i].held);
        quiet (pair);
        send_action (pair, alice, TL_OBJ (&action));
        assert_events (bob, event);
        g_assert_cmpint (pair_info (bob).ttl, ==, rows[i].held);
        g_assert_cmpint (secret_chat_set_ttl (bob->chat, rows[i].sent, pair->now), ==,
                         rows[i].ours);
        g_assert_cmpint (pair_info (bob).ttl, ==, rows[i].held);
    }
}

/* A photo from Alice: its id. */
static int64_t
send_photo (Pair *pair, int32_t ttl)
{
    static int64_t id = 7000;
    SecretDecryptedMessageMediaPhoto photo = TL_NEW (SecretDecryptedMessageMediaPhoto);
    SecretDecryptedMessage message =
        TL_NEW (SecretDecryptedMessage, .random_id = ++id, .ttl = ttl,
                .message = TL_STR (""), .media = TL_OBJ (&photo));

    send_object (pair, alice_of (pair), TL_OBJ (&message));
    return id;
}

/* SC-E5: opening tells the peer once, one id a message, never for text or own ones */
static void
opening_is_told_once (void)
{
    g_autoptr (Pair) pair = pair_ready (3);
    PairEnd *alice = alice_of (pair), *bob = bob_of (pair);
    int64_t text = pair_say (alice, "text"), own = pair_say (bob, "own");

    pair_run (pair);
    int64_t ids[] = { send_photo (pair, 30), text, own, 42, send_photo (pair, 0) };
    unsigned n = bob->wire->len;
    secret_note_find (bob->chat, own)->content = TALK_CONTENT_PHOTO;
    for (int i = 0; i < 2; i++)
        secret_chat_open_media (bob->chat, ids, 5, pair->now);
    while (pair_answer_one (bob))
        ;
    g_assert_cmpuint (bob->wire->len, ==, n + 2);
    for (int i = 0; i < 2; i++) {
        const TlObject *body;
        g_autoptr (TlMessage) message = wire (bob, n + (unsigned)i, &body);
        const SecretDecryptedMessageActionReadMessages *read =
            TL_AS (action_of (body), SecretDecryptedMessageActionReadMessages);
        g_assert_cmpuint (read->random_ids.len, ==, 1);
        g_assert_cmpint (TL_ITEM (read->random_ids, int64_t, 0), ==, ids[i * 4]);
    }
}

/* SC-E6: only own messages that were sent are opened, each once */
static void
only_own_sent_messages_are_opened (void)
{
    g_autoptr (Pair) pair = pair_ready (4);
    PairEnd *alice = alice_of (pair), *bob = bob_of (pair);
    int64_t ids[5] = { pair_say (bob, "own"), pair_say (alice, "incoming"), 42 };

    pair_run (pair);
    pair->hold = TRUE;
    ids[3] = pair_say (bob, "unsent");
    ids[4] = ids[0];
    secret_note_find (bob->chat, ids[1])->sent = TRUE; /* it says nothing of those */
    quiet (pair);
    SecretDecryptedMessageActionReadMessages read =
        TL_NEW (SecretDecryptedMessageActionReadMessages, .random_ids = { ids, 5 });
    for (int i = 0; i < 2; i++)
        send_action (pair, alice, TL_OBJ (&read));
    assert_events (bob, "opened 1 peer\n");
    for (int i = 0; i < 4; i++) {
        const SecretNote *note = secret_note_find (bob->chat, ids[i]);
        if (note != NULL)
            g_assert_cmpint (note->opened, ==, i == 0);
    }
}

/* SC-E7: 250 ids make three actions of at most 100; they are gone here at once */
static void
long_lists_are_split (void)
{
    g_autoptr (Pair) pair = pair_ready (5);
    PairEnd *alice = alice_of (pair), *bob = bob_of (pair);
    static const size_t sizes[] = { 100, 100, 50 };
    int64_t ids[250];

    for (int i = 0; i < 250; i++) {
        ids[i] = pair_say (alice, "x");
        if (i % 50 == 0)
            pair_run (pair);
    }
    pair_run (pair);
    for (int i = 0; i < 30; i++) { /* all is acknowledged, the new key is settled */
        pair_say (bob, "y");
        pair_say (alice, "y");
        pair_run (pair);
    }
    unsigned n = alice->wire->len;
    quiet (pair);
    g_assert_cmpint (secret_chat_delete (alice->chat, ids, 250, pair->now), ==,
                     TALK_DONE);
    assert_events (alice, "deleted 250 us\n");
    for (int i = 0; i < 250; i++)
        g_assert_null (secret_note_find (alice->chat, ids[i]));
    pair_run (pair);
    g_assert_cmpuint (alice->wire->len, ==, n + 3);
    for (unsigned i = 0, at = 0; i < 3; at += (unsigned)sizes[i++]) {
        const TlObject *body;
        g_autoptr (TlMessage) message = wire (alice, n + i, &body);
        const SecretDecryptedMessageActionDeleteMessages *action =
            TL_AS (action_of (body), SecretDecryptedMessageActionDeleteMessages);
        g_assert_cmpuint (action->random_ids.len, ==, sizes[i]);
        g_assert_cmpint (TL_ITEM (action->random_ids, int64_t, 0), ==, ids[at]);
    }
    assert_events (bob, "deleted 100 peer\ndeleted 100 peer\ndeleted 50 peer\n");
}

/* SC-E8: of this chat, incoming and outgoing, each once, in a list with an end */
static void
deletions_reach_only_what_is_here (void)
{
    enum { MANY = 120000, READ = 100000 };
    g_autoptr (Pair) pair = pair_ready (6);
    g_autoptr (Pair) other = pair_ready (7);
    PairEnd *alice = alice_of (pair), *bob = bob_of (pair);
    int64_t foreign = pair_say (alice_of (other), "elsewhere");
    int64_t incoming = pair_say (alice, "a"), own = pair_say (bob, "b"),
            kept = pair_say (alice, "c");
    g_autofree int64_t *ids = g_new0 (int64_t, MANY);

    pair_run (other);
    pair_run (pair);
    quiet (pair);
    ids[1] = foreign;
    ids[2] = incoming;
    ids[3] = incoming;
    ids[4] = own;
    ids[READ] = kept; /* beyond what is looked at */
    SecretDecryptedMessageActionDeleteMessages action =
        TL_NEW (SecretDecryptedMessageActionDeleteMessages, .random_ids = { ids, MANY });
    send_action (pair, alice, TL_OBJ (&action));
    assert_events (bob, "deleted 2 peer\n");
    g_assert_null (secret_note_find (bob->chat, incoming));
    g_assert_null (secret_note_find (bob->chat, own));
    g_assert_nonnull (secret_note_find (bob->chat, kept));
    g_assert_nonnull (secret_note_find (bob_of (other)->chat, foreign));
    send_action (pair, alice, TL_OBJ (&action));
    assert_events (bob, ""); /* nothing known is left in it */
    pair_restart (bob);
    g_assert_null (secret_note_find (bob->chat, incoming));
    g_assert_nonnull (secret_note_find (bob->chat, kept));
}

/* SC-E9: a line for each, also for none, and one for all copies */
static void
screenshots_are_told_once (void)
{
    g_autoptr (Pair) pair = pair_ready (8);
    PairEnd *alice = alice_of (pair), *bob = bob_of (pair);
    int64_t ids[] = { 1, 2 };

    quiet (pair);
    for (size_t n = 0; n < 3; n++) {
        secret_chat_screenshot (alice->chat, ids, n, pair->now);
        pair_run (pair);
        assert_events (bob, "shot peer\n");
        for (int i = 0; i < 5; i++)
            inject (bob, newest (alice));
        assert_events (bob, "");
        const TlObject *body;
        g_autoptr (TlMessage) message = wire (alice, alice->wire->len - 1, &body);
        g_assert_cmpuint (
            TL_AS (action_of (body), SecretDecryptedMessageActionScreenshotMessages)
                ->random_ids.len,
            ==, n);
    }
}

static gboolean
lose_2 (Pair *pair, PairEnd *from, unsigned n)
{
    return from->index != 0 || n != 2;
}

/* SC-E10: what follows the flush stays, whenever the flush itself arrives; the chat does
 * as well */
static void
a_flush_reaches_what_is_before_it (void)
{
    g_autoptr (Pair) pair = pair_ready (9);
    PairEnd *alice = alice_of (pair), *bob = bob_of (pair);
    int64_t before = pair_say (alice, "before"); /* wire 1 */

    pair->deliver = lose_2;
    pair_run (pair);
    secret_chat_flush (alice->chat, pair->now);
    int64_t after = pair_say (alice, "after");
    quiet (pair);
    pair_run (pair);
    assert_events (bob, "flushed 1 peer\nmessage 'after' ttl 0 content 0\n");
    g_assert_null (secret_note_find (bob->chat, before));
    g_assert_nonnull (secret_note_find (bob->chat, after));
    assert_alive (pair);
}

/* SC-E11: a Noop takes its number, and that is all */
static void
noop_is_nothing (void)
{
    g_autoptr (Pair) pair = pair_ready (10);
    PairEnd *bob = bob_of (pair);
    SecretDecryptedMessageActionNoop noop = TL_NEW (SecretDecryptedMessageActionNoop);

    send_action (pair, alice_of (pair), TL_OBJ (&noop)); /* acknowledges */
    Look before = look_at (bob);
    unsigned notes = g_hash_table_size (bob->chat->notes.table);
    send_action (pair, alice_of (pair), TL_OBJ (&noop));
    g_assert_cmpuint (pair_info (bob).raw_in, ==, before.info.raw_in + 1);
    before.info.raw_in++;
    assert_untouched (bob, &before);
    g_assert_cmpuint (g_hash_table_size (bob->chat->notes.table), ==, notes);
    assert_alive (pair);
}

/* SC-E12: all twelve forms are typing but the one that ends it; a strange one is none */
static void
every_form_of_typing (void)
{
    static const uint32_t forms[] = {
        SecretSendMessageTypingAction_ID,         SecretSendMessageRecordVideoAction_ID,
        SecretSendMessageUploadVideoAction_ID,    SecretSendMessageRecordAudioAction_ID,
        SecretSendMessageUploadAudioAction_ID,    SecretSendMessageUploadPhotoAction_ID,
        SecretSendMessageUploadDocumentAction_ID, SecretSendMessageGeoLocationAction_ID,
        SecretSendMessageChooseContactAction_ID,  SecretSendMessageRecordRoundAction_ID,
        SecretSendMessageUploadRoundAction_ID,    0x12345678,
    };
    g_autoptr (Pair) pair = pair_ready (11);
    PairEnd *alice = alice_of (pair), *bob = bob_of (pair);

    for (size_t i = 0; i < G_N_ELEMENTS (forms); i++) {
        gboolean known = forms[i] != 0x12345678;
        uint32_t raw_in = pair_info (bob).raw_in;
        quiet (pair);
        g_auto (TlWriter) body = { 0 };
        tl_writer_int (&body, (int32_t)SecretDecryptedMessageService_ID);
        tl_writer_long (&body, 5000 + (int64_t)i);
        tl_writer_int (&body, (int32_t)SecretDecryptedMessageActionTyping_ID);
        tl_writer_int (&body, (int32_t)forms[i]);
        g_autoptr (GBytes) data = forge_next (pair, alice, body.data, body.len);
        alice->chat->numbers.raw_out++;
        inject (bob, data);
        g_test_message ("form %08x", forms[i]);
        assert_events (bob, known ? "typing on\n" : "");
        g_assert_cmpuint (pair_info (bob).raw_in, ==, raw_in + 1);
        SecretSendMessageCancelAction cancel = TL_NEW (SecretSendMessageCancelAction);
        SecretDecryptedMessageActionTyping action =
            TL_NEW (SecretDecryptedMessageActionTyping, .action = TL_OBJ (&cancel));
        send_action (pair, alice, TL_OBJ (&action));
        assert_events (bob, known ? "typing off\n" : "");
        g_assert_cmpuint (g_hash_table_size (bob->chat->notes.table), ==, 0);
    }
}

static unsigned
count_typing_actions (PairEnd *end, unsigned from, unsigned *cancels)
{
    unsigned n = 0;

    for (unsigned i = from; i < end->wire->len; i++) {
        const TlObject *body;
        g_autoptr (TlMessage) message = wire (end, i, &body);
        const SecretDecryptedMessageActionTyping *typing =
            TL_AS (body, SecretDecryptedMessageService) != NULL
                ? TL_AS (action_of (body), SecretDecryptedMessageActionTyping)
                : NULL;
        if (typing == NULL)
            continue;
        if (typing->action->id == SecretSendMessageCancelAction_ID)
            ++*cancels;
        else
            n++;
    }
    return n;
}

static unsigned
count_kind (const PairEnd *end, const char *kind)
{
    unsigned n = 0;

    for (unsigned i = 0; i < end->kinds->len; i++)
        n += g_str_equal (end->kinds->pdata[i], kind);
    return n;
}

/* SC-E12 SC-E13: both forms go, the action every ten seconds and the notice every five;
 * one end, none with a message; the setting leaves the notice only */
static void
typing_goes_out_as_it_should (void)
{
    for (int wanted = 0; wanted < 2; wanted++)
        for (int says = 0; says < 2; says++) {
            g_autoptr (Pair) pair = pair_ready (12);
            PairEnd *alice = alice_of (pair);
            unsigned from = alice->wire->len, cancels = 0;
            secret_chat_set_typing_action (alice->chat, wanted);
            for (int i = 0; i < 60; i++) { /* 12 s of strokes */
                secret_chat_set_typing (alice->chat, TRUE, pair->now);
                pair_advance (pair, 200);
            }
            g_assert_cmpuint (count_kind (alice, "typing"), ==, 3);
            if (says)
                pair_say (alice, "done");
            else
                for (int i = 0; i < 3; i++)
                    secret_chat_set_typing (alice->chat, FALSE, pair->now);
            pair_run (pair);
            g_assert_cmpuint (count_typing_actions (alice, from, &cancels), ==,
                              wanted ? 2 : 0);
            g_assert_cmpuint (cancels, ==, wanted && !says ? 1 : 0);
            g_assert_cmpuint (count_kind (alice, "typing"), ==, says ? 3 : 4);
        }
}

/* SC-E12: what is stale, or comes out of a difference, is not shown; an action goes to
 * nobody who is away, and not on top of much that is not acknowledged (DECISIONS 8) */
static void
stale_typing_is_nothing (void)
{
    for (int kind = 0; kind < 3; kind++) {
        g_autoptr (Pair) pair = pair_ready (18);
        PairEnd *alice = alice_of (pair), *bob = bob_of (pair);
        SecretSendMessageTypingAction on = TL_NEW (SecretSendMessageTypingAction);
        SecretDecryptedMessageActionTyping action =
            TL_NEW (SecretDecryptedMessageActionTyping, .action = TL_OBJ (&on));
        SecretDecryptedMessageService service = TL_NEW (
            SecretDecryptedMessageService, .random_id = 6, .action = TL_OBJ (&action));
        g_auto (TlWriter) body = { 0 };
        g_assert_true (tl_encode (&tl_secret_schema, TL_OBJ (&service), &body));
        g_autoptr (GBytes) data = forge_next (pair, alice, body.data, body.len);
        size_t len;
        const uint8_t *bytes = g_bytes_get_data (data, &len);
        int32_t date = pair->date - (kind == 1 ? 11 : 10);
        quiet (pair);
        secret_chat_receive (bob->chat, date, TL_BYTES (bytes, len), FALSE, kind != 0,
                             pair->now);
        g_test_message ("kind %d", kind);
        assert_events (bob, kind == 2 ? "typing on\n" : "");

        secret_chat_set_typing_action (alice->chat, TRUE);
        pair->hold = TRUE;
        for (int i = 0; kind == 1 && i < 20; i++)
            pair_say (alice, "x");
        secret_chat_set_peer_online (alice->chat, kind != 0);
        uint32_t raw_out = pair_info (alice).raw_out;
        secret_chat_set_typing (alice->chat, TRUE, pair->now);
        g_assert_cmpuint (pair_info (alice).raw_out, ==, raw_out + (kind == 2 ? 1 : 0));
    }
}

/* SC-E13: the end is told though the beginning is still on its way; nothing before the
 * chat is ready or after its end */
static void
typing_ends_and_needs_a_chat (void)
{
    g_autoptr (Pair) pair = pair_ready (13);
    PairEnd *alice = alice_of (pair);

    secret_chat_set_typing (alice->chat, TRUE, pair->now);
    secret_chat_set_typing (alice->chat, FALSE, pair->now);
    pair_commit (alice);
    g_assert_true (pair_call (alice, 0)->u.typing.typing);
    g_assert_cmpint (pair_call (alice, 1)->kind, ==, SECRET_CALL_TYPING);
    g_assert_false (pair_call (alice, 1)->u.typing.typing);
    pair_run (pair);
    secret_chat_close (alice->chat, FALSE, TALK_CLOSED_BY_US, pair->now);
    pair_run (pair);
    secret_chat_set_typing (alice->chat, TRUE, pair->now);
    g_assert_null (pair_call (alice, 0));

    g_autoptr (Pair) young = pair_new (14);
    bob_of (young)->manual_accept = TRUE;
    pair_start (young);
    pair_run (young);
    secret_chat_set_typing (alice_of (young)->chat, TRUE, young->now);
    secret_chat_set_typing (bob_of (young)->chat, TRUE, young->now);
    secret_chat_peer_typing (bob_of (young)->chat, young->now);
    g_assert_null (pair_call (alice_of (young), 0));
    g_assert_null (pair_call (bob_of (young), 0));
    g_autofree char *events = pair_events (bob_of (young));
    g_assert_null (strstr (events, "typing"));
}

/* SC-E13: the peer's notice is shown for six seconds, a message ends it */
static void
the_peer_s_typing_passes (void)
{
    g_autoptr (Pair) pair = pair_ready (15);
    PairEnd *alice = alice_of (pair), *bob = bob_of (pair);

    quiet (pair);
    secret_chat_peer_typing (bob->chat, pair->now);
    assert_events (bob, "typing on\n");
    pair_advance (pair, 5000);
    secret_chat_peer_typing (bob->chat, pair->now); /* goes on */
    pair_advance (pair, 5999);
    assert_events (bob, "");
    pair_advance (pair, 1);
    assert_events (bob, "typing off\n");
    secret_chat_peer_typing (bob->chat, pair->now);
    pair_say (alice, "x");
    pair_run (pair);
    assert_events (bob, "typing on\ntyping off\nmessage 'x' ttl 0 content 0\n");
}

/* SC-E14: the newest date wins while a mark is on its way, it never goes back, and it is
 * asked for until it was heard */
static void
marks_only_rise (void)
{
    g_autoptr (Pair) pair = pair_ready (16);
    PairEnd *alice = alice_of (pair), *bob = bob_of (pair);
    int64_t ids[4];
    int32_t dates[4];

    for (int i = 0; i < 4; i++) {
        ids[i] = pair_say (alice, "x");
        pair_run (pair);
        dates[i] = secret_note_find (bob->chat, ids[i])->date;
        if (i > 0)
            g_assert_cmpint (dates[i], >, dates[i - 1]);
    }
    secret_chat_seen (bob->chat, &ids[1], 1, pair->now);
    pair_commit (bob);
    g_assert_null (pair_call (bob, 0)); /* an older one is unseen (DECISIONS 23) */
    secret_chat_seen (bob->chat, &ids[0], 1, pair->now);
    pair_commit (bob);
    g_assert_cmpint (pair_call (bob, 0)->u.read.max_date, ==, dates[1]);
    secret_chat_seen (bob->chat, &ids[3], 1, pair->now); /* while it is on its way */
    secret_chat_seen (bob->chat, &ids[2], 1, pair->now);
    g_assert_null (pair_call (bob, 1));
    pair_answer_one (bob);
    g_assert_cmpint (pair_call (bob, 0)->u.read.max_date, ==, dates[3]);
    pair_restart (bob);
    g_assert_cmpint (pair_call (bob, 0)->u.read.max_date, ==, dates[3]);
    pair_reconnect (bob);
    g_assert_cmpint (pair_call (bob, 0)->u.read.max_date, ==, dates[3]);
    pair_answer_one (bob);
    secret_chat_seen (bob->chat, &ids[0], 1, pair->now); /* once more */
    pair_commit (bob);
    g_assert_null (pair_call (bob, 0));
    pair_restart (bob);
    g_assert_null (pair_call (bob, 0));
    g_assert_cmpint (bob->last_read, ==, dates[3]);

    int64_t more[] = { pair_say (alice, "y"), pair_say (alice, "y") };
    pair_run (pair);
    int32_t date = secret_note_find (bob->chat, more[1])->date;
    secret_note_find (bob->chat, more[0])->date = date; /* of the same second */
    secret_chat_seen (bob->chat, &more[0], 1, pair->now);
    pair_commit (bob);
    g_assert_null (pair_call (bob, 0));
    secret_chat_seen (bob->chat, &more[1], 1, pair->now);
    pair_commit (bob);
    g_assert_cmpint (pair_call (bob, 0)->u.read.max_date, ==, date);
    int64_t last = pair_say (alice, "y"); /* and one more while that is on its way */
    pair_commit (alice);
    secret_chat_seen (bob->chat, &last, 1, pair->now); /* not even here yet */
    pair_answer_one (bob);
    g_assert_null (pair_call (bob, 0));
}

/* One thing that Alice does and Bob takes. */
static void
act (Pair *pair, int what)
{
    PairEnd *alice = alice_of (pair);
    int64_t first = alice->shown->len > 0 ? 0 : 1;

    switch (what) {
    case 0:
        secret_chat_set_ttl (alice->chat, 9, pair->now);
        break;
    case 1:
        secret_chat_flush (alice->chat, pair->now);
        break;
    case 2:
        secret_chat_screenshot (alice->chat, &first, 1, pair->now);
        break;
    case 3:
        pair_say (alice, "text");
        break;
    default:
        secret_chat_rekey (alice->chat, pair->now);
        break;
    }
    pair_commit (alice);
}

static void
same_end (const TalkSecret *a, const TalkSecret *b)
{
    g_assert_cmpint (a->state, ==, b->state);
    g_assert_cmpint (a->ttl, ==, b->ttl);
    g_assert_cmpuint (a->raw_in, ==, b->raw_in);
    g_assert_cmpuint (a->raw_out, ==, b->raw_out);
    g_assert_cmpuint (a->acknowledged, ==, b->acknowledged);
    g_assert_cmpuint (a->key_messages, ==, b->key_messages);
    g_assert_cmpint (a->rekeying, ==, b->rekeying);
}

/* SC-E15 SC-L1: a process that dies before or after an action was written down comes to
 * where it would have come without; with a re-keying at every one of its deliveries */
static void
actions_survive_a_crash_once (void)
{
    for (int what = 0; what < 5; what++)
        for (int fate = PAIR_LIVES; fate <= PAIR_DIES_AFTER; fate++)
            for (int at = 0; at < 6; at++) {
                TalkSecret ends[2][2];
                unsigned notes[2];
                for (int dies = 0; dies < 2; dies++) {
                    g_autoptr (Pair) pair = pair_ready (17);
                    PairEnd *alice = alice_of (pair), *bob = bob_of (pair);
                    int deliveries = 0;
                    act (pair, what);
                    for (gboolean moved = TRUE; moved;) {
                        moved = FALSE;
                        for (int i = 0; i < 2; i++) {
                            PairEnd *end = &pair->ends[i];
                            moved |= pair_answer_one (end);
                            if (end->inbox.length == 0)
                                continue;
                            if (dies && deliveries++ == at)
                                end->fate = (unsigned)fate;
                            moved |= pair_deliver_one (end);
                        }
                    }
                    ends[dies][0] = pair_info (alice);
                    ends[dies][1] = pair_info (bob);
                    notes[dies] = g_hash_table_size (bob->chat->notes.table);
                    g_assert_cmpmem (alice->chat->keys.now.key, 256,
                                     bob->chat->keys.now.key, 256);
                    assert_alive (pair);
                }
                g_test_message ("action %d, fate %d at %d", what, fate, at);
                same_end (&ends[0][0], &ends[1][0]);
                same_end (&ends[0][1], &ends[1][1]);
                g_assert_cmpuint (notes[0], ==, notes[1]);
            }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    pair_quiet ();
#define ADD(f) g_test_add_func ("/secret/actions/" #f, f)
    ADD (the_outside_fits_the_inside);
    ADD (timers_have_bounds);
    ADD (opening_is_told_once);
    ADD (only_own_sent_messages_are_opened);
    ADD (long_lists_are_split);
    ADD (deletions_reach_only_what_is_here);
    ADD (screenshots_are_told_once);
    ADD (a_flush_reaches_what_is_before_it);
    ADD (noop_is_nothing);
    ADD (every_form_of_typing);
    ADD (typing_goes_out_as_it_should);
    ADD (stale_typing_is_nothing);
    ADD (typing_ends_and_needs_a_chat);
    ADD (the_peer_s_typing_passes);
    ADD (marks_only_rise);
    ADD (actions_survive_a_crash_once);
    return g_test_run ();
}
