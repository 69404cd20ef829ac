/* Service actions, both ways: what goes out and what the peer's do, once each. */
#include "forge.h"

#include <string.h>

static void
quiet (World *w)
{
    g_free (end_events (w->alice));
    g_free (end_events (w->bob));
}

/* The n-th of an end's messages on the wire, opened; the object inside its wrapper. */
static TlMessage *
wire (End *from, unsigned n, const TlObject **body)
{
    size_t len;
    const uint8_t *data = g_bytes_get_data (from->wire->pdata[n], &len);
    TlMessage *message = forge_opens (from->chat, from->index == 0, TL_BYTES (data, len));

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
the_outside_fits_the_inside (World *w)
{
    End *alice = w->alice;
    unsigned services = 0, texts = 0;
    int64_t id;

    secret_chat_set_typing_action (alice->chat, TRUE);
    for (int silent = 0; silent < 2; silent++)
        secret_chat_send_text (alice->chat, "x", 0, silent, w->now, &id);
    secret_chat_set_ttl (alice->chat, 5, w->now);
    secret_chat_screenshot (alice->chat, NULL, 0, w->now);
    secret_chat_delete (alice->chat, &(int64_t){ 42 }, 1, w->now);
    secret_chat_set_typing (alice->chat, TRUE, w->now);
    secret_chat_rekey (alice->chat, w->now);
    end_turn (alice);
    while (server_call (alice, 0) != NULL) {
        const SecretCall *call = server_call (alice, 0);
        if (call->kind == SECRET_CALL_SEND) {
            g_autoptr (TlMessage) message =
                forge_opens (alice->chat, TRUE, call->u.send.data);
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
        server_answers (alice);
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
        g_autoptr (World) w = world_ready_at (2);
        End *alice = w->alice, *bob = w->bob;
        SecretDecryptedMessageActionSetMessageTTL action = TL_NEW (
            SecretDecryptedMessageActionSetMessageTTL, .ttl_seconds = rows[i].sent);
        g_autofree char *event = g_strdup_printf ("ttl %d peer\n", rows[i].held);
        quiet (w);
        send_action (w, alice, TL_OBJ (&action));
        assert_events (bob, event);
        g_assert_cmpint (end_info (bob).ttl, ==, rows[i].held);
        g_assert_cmpint (secret_chat_set_ttl (bob->chat, rows[i].sent, w->now), ==,
                         rows[i].ours);
        g_assert_cmpint (end_info (bob).ttl, ==, rows[i].held);
    }
}

/* A photo from Alice: its id. */
static int64_t
send_photo (World *w, int32_t ttl)
{
    static int64_t id = 7000;
    SecretDecryptedMessageMediaPhoto photo = TL_NEW (SecretDecryptedMessageMediaPhoto);
    SecretDecryptedMessage message =
        TL_NEW (SecretDecryptedMessage, .random_id = ++id, .ttl = ttl,
                .message = TL_STR (""), .media = TL_OBJ (&photo));

    send_object (w, w->alice, TL_OBJ (&message));
    return id;
}

/* SC-E5: opening tells the peer once, one id a message, never for text or own ones */
static void
opening_is_told_once (World *w)
{
    End *alice = w->alice, *bob = w->bob;
    int64_t text = end_says (alice, "text"), own = end_says (bob, "own");

    world_run (w);
    int64_t ids[] = { send_photo (w, 30), text, own, 42, send_photo (w, 0) };
    unsigned n = bob->wire->len;
    secret_note_find (bob->chat, own)->content = TALK_CONTENT_PHOTO;
    for (int i = 0; i < 2; i++)
        secret_chat_open_media (bob->chat, ids, 5, w->now);
    while (server_answers (bob))
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
only_own_sent_messages_are_opened (World *w)
{
    End *alice = w->alice, *bob = w->bob;
    int64_t ids[5] = { end_says (bob, "own"), end_says (alice, "incoming"), 42 };

    world_run (w);
    w->hold = TRUE;
    ids[3] = end_says (bob, "unsent");
    ids[4] = ids[0];
    secret_note_find (bob->chat, ids[1])->sent = TRUE; /* it says nothing of those */
    quiet (w);
    SecretDecryptedMessageActionReadMessages read =
        TL_NEW (SecretDecryptedMessageActionReadMessages, .random_ids = { ids, 5 });
    for (int i = 0; i < 2; i++)
        send_action (w, alice, TL_OBJ (&read));
    assert_events (bob, "opened 1 peer\n");
    for (int i = 0; i < 4; i++) {
        const SecretNote *note = secret_note_find (bob->chat, ids[i]);
        if (note != NULL)
            g_assert_cmpint (note->opened, ==, i == 0);
    }
}

/* SC-E7: 250 ids make three actions of at most 100; they are gone here at once */
static void
long_lists_are_split (World *w)
{
    End *alice = w->alice, *bob = w->bob;
    static const size_t sizes[] = { 100, 100, 50 };
    int64_t ids[250];

    for (int i = 0; i < 250; i++) {
        ids[i] = end_says (alice, "x");
        if (i % 50 == 0)
            world_run (w);
    }
    world_run (w);
    for (int i = 0; i < 30; i++) { /* all is acknowledged, the new key is settled */
        end_says (bob, "y");
        end_says (alice, "y");
        world_run (w);
    }
    unsigned n = alice->wire->len;
    quiet (w);
    g_assert_cmpint (secret_chat_delete (alice->chat, ids, 250, w->now), ==, TALK_DONE);
    assert_events (alice, "deleted 250 us\n");
    for (int i = 0; i < 250; i++)
        g_assert_null (secret_note_find (alice->chat, ids[i]));
    world_run (w);
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
    g_autoptr (World) w = world_ready_at (6);
    g_autoptr (World) other = world_ready_at (7);
    End *alice = w->alice, *bob = w->bob;
    int64_t foreign = end_says (other->alice, "elsewhere");
    int64_t incoming = end_says (alice, "a"), own = end_says (bob, "b"),
            kept = end_says (alice, "c");
    g_autofree int64_t *ids = g_new0 (int64_t, MANY);

    world_run (other);
    world_run (w);
    quiet (w);
    ids[1] = foreign;
    ids[2] = incoming;
    ids[3] = incoming;
    ids[4] = own;
    ids[READ] = kept; /* beyond what is looked at */
    SecretDecryptedMessageActionDeleteMessages action =
        TL_NEW (SecretDecryptedMessageActionDeleteMessages, .random_ids = { ids, MANY });
    send_action (w, alice, TL_OBJ (&action));
    assert_events (bob, "deleted 2 peer\n");
    g_assert_null (secret_note_find (bob->chat, incoming));
    g_assert_null (secret_note_find (bob->chat, own));
    g_assert_nonnull (secret_note_find (bob->chat, kept));
    g_assert_nonnull (secret_note_find (other->bob->chat, foreign));
    send_action (w, alice, TL_OBJ (&action));
    assert_events (bob, ""); /* nothing known is left in it */
    end_restarts (bob, NULL, NULL);
    g_assert_null (secret_note_find (bob->chat, incoming));
    g_assert_nonnull (secret_note_find (bob->chat, kept));
}

/* SC-E9: a line for each, also for none, and one for all copies */
static void
screenshots_are_told_once (World *w)
{
    End *alice = w->alice, *bob = w->bob;
    int64_t ids[] = { 1, 2 };

    quiet (w);
    for (size_t n = 0; n < 3; n++) {
        secret_chat_screenshot (alice->chat, ids, n, w->now);
        world_run (w);
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
lose_2 (World *w, End *from, unsigned n)
{
    return from->index != 0 || n != 2;
}

/* SC-E10: what follows the flush stays, whenever the flush itself arrives; the chat does
 * as well */
static void
a_flush_reaches_what_is_before_it (World *w)
{
    End *alice = w->alice, *bob = w->bob;
    int64_t before = end_says (alice, "before"); /* wire 1 */

    w->lets = lose_2;
    world_run (w);
    secret_chat_flush (alice->chat, w->now);
    int64_t after = end_says (alice, "after");
    quiet (w);
    world_run (w);
    assert_events (bob, "flushed 1 peer\nmessage 'after' ttl 0 content 0\n");
    g_assert_null (secret_note_find (bob->chat, before));
    g_assert_nonnull (secret_note_find (bob->chat, after));
    assert_alive (w);
}

/* SC-E11: a Noop takes its number, and that is all */
static void
noop_is_nothing (World *w)
{
    End *bob = w->bob;
    SecretDecryptedMessageActionNoop noop = TL_NEW (SecretDecryptedMessageActionNoop);

    send_action (w, w->alice, TL_OBJ (&noop)); /* acknowledges */
    Look before = look_at (bob);
    unsigned notes = g_hash_table_size (bob->chat->notes.table);
    send_action (w, w->alice, TL_OBJ (&noop));
    g_assert_cmpuint (end_info (bob).raw_in, ==, before.info.raw_in + 1);
    before.info.raw_in++;
    assert_untouched (bob, &before);
    g_assert_cmpuint (g_hash_table_size (bob->chat->notes.table), ==, notes);
    assert_alive (w);
}

/* SC-E12: all twelve forms are typing but the one that ends it; a strange one is none */
static void
every_form_of_typing (World *w)
{
    static const uint32_t forms[] = {
        SecretSendMessageTypingAction_ID,         SecretSendMessageRecordVideoAction_ID,
        SecretSendMessageUploadVideoAction_ID,    SecretSendMessageRecordAudioAction_ID,
        SecretSendMessageUploadAudioAction_ID,    SecretSendMessageUploadPhotoAction_ID,
        SecretSendMessageUploadDocumentAction_ID, SecretSendMessageGeoLocationAction_ID,
        SecretSendMessageChooseContactAction_ID,  SecretSendMessageRecordRoundAction_ID,
        SecretSendMessageUploadRoundAction_ID,    0x12345678,
    };
    End *alice = w->alice, *bob = w->bob;

    for (size_t i = 0; i < G_N_ELEMENTS (forms); i++) {
        gboolean known = forms[i] != 0x12345678;
        uint32_t raw_in = end_info (bob).raw_in;
        quiet (w);
        g_auto (TlWriter) body = { 0 };
        tl_writer_int (&body, (int32_t)SecretDecryptedMessageService_ID);
        tl_writer_long (&body, 5000 + (int64_t)i);
        tl_writer_int (&body, (int32_t)SecretDecryptedMessageActionTyping_ID);
        tl_writer_int (&body, (int32_t)forms[i]);
        g_autoptr (GBytes) data = forge_next (w, alice, body.data, body.len);
        alice->chat->numbers.raw_out++;
        inject (bob, data);
        g_test_message ("form %08x", forms[i]);
        assert_events (bob, known ? "typing on\n" : "");
        g_assert_cmpuint (end_info (bob).raw_in, ==, raw_in + 1);
        SecretSendMessageCancelAction cancel = TL_NEW (SecretSendMessageCancelAction);
        SecretDecryptedMessageActionTyping action =
            TL_NEW (SecretDecryptedMessageActionTyping, .action = TL_OBJ (&cancel));
        send_action (w, alice, TL_OBJ (&action));
        assert_events (bob, known ? "typing off\n" : "");
        g_assert_cmpuint (g_hash_table_size (bob->chat->notes.table), ==, 0);
    }
}

static unsigned
count_typing_actions (End *end, unsigned from, unsigned *cancels)
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
count_kind (const End *end, const char *kind)
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
            g_autoptr (World) w = world_ready_at (12);
            End *alice = w->alice;
            unsigned from = alice->wire->len, cancels = 0;
            secret_chat_set_typing_action (alice->chat, wanted);
            for (int i = 0; i < 60; i++) { /* 12 s of strokes */
                secret_chat_set_typing (alice->chat, TRUE, w->now);
                world_advance (w, 200);
            }
            g_assert_cmpuint (count_kind (alice, "typing"), ==, 3);
            if (says)
                end_says (alice, "done");
            else
                for (int i = 0; i < 3; i++)
                    secret_chat_set_typing (alice->chat, FALSE, w->now);
            world_run (w);
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
        g_autoptr (World) w = world_ready_at (18);
        End *alice = w->alice, *bob = w->bob;
        SecretSendMessageTypingAction on = TL_NEW (SecretSendMessageTypingAction);
        SecretDecryptedMessageActionTyping action =
            TL_NEW (SecretDecryptedMessageActionTyping, .action = TL_OBJ (&on));
        SecretDecryptedMessageService service = TL_NEW (
            SecretDecryptedMessageService, .random_id = 6, .action = TL_OBJ (&action));
        g_auto (TlWriter) body = { 0 };
        g_assert_true (tl_encode (&tl_secret_schema, TL_OBJ (&service), &body));
        g_autoptr (GBytes) data = forge_next (w, alice, body.data, body.len);
        size_t len;
        const uint8_t *bytes = g_bytes_get_data (data, &len);
        int32_t date = w->date - (kind == 1 ? 11 : 10);
        quiet (w);
        secret_chat_receive (bob->chat, date, TL_BYTES (bytes, len), NULL, kind != 0,
                             w->now);
        g_test_message ("kind %d", kind);
        assert_events (bob, kind == 2 ? "typing on\n" : "");

        secret_chat_set_typing_action (alice->chat, TRUE);
        w->hold = TRUE;
        for (int i = 0; kind == 1 && i < 20; i++)
            end_says (alice, "x");
        secret_chat_set_peer_online (alice->chat, kind != 0);
        uint32_t raw_out = end_info (alice).raw_out;
        secret_chat_set_typing (alice->chat, TRUE, w->now);
        g_assert_cmpuint (end_info (alice).raw_out, ==, raw_out + (kind == 2 ? 1 : 0));
    }
}

/* SC-E13: the end is told though the beginning is still on its way; nothing before the
 * chat is ready or after its end */
static void
typing_ends_and_needs_a_chat (void)
{
    g_autoptr (World) w = world_ready_at (13);
    End *alice = w->alice;

    secret_chat_set_typing (alice->chat, TRUE, w->now);
    secret_chat_set_typing (alice->chat, FALSE, w->now);
    end_turn (alice);
    g_assert_true (server_call (alice, 0)->u.typing.typing);
    g_assert_cmpint (server_call (alice, 1)->kind, ==, SECRET_CALL_TYPING);
    g_assert_false (server_call (alice, 1)->u.typing.typing);
    world_run (w);
    secret_chat_close (alice->chat, FALSE, TALK_CLOSED_BY_US, w->now);
    world_run (w);
    secret_chat_set_typing (alice->chat, TRUE, w->now);
    g_assert_null (server_call (alice, 0));

    g_autoptr (World) young = world_new (14, WORLD_TOY);
    young->bob->thinks = TRUE;
    end_asks (young->alice);
    world_run (young);
    secret_chat_set_typing (young->alice->chat, TRUE, young->now);
    secret_chat_set_typing (young->bob->chat, TRUE, young->now);
    secret_chat_peer_typing (young->bob->chat, young->now);
    g_assert_null (server_call (young->alice, 0));
    g_assert_null (server_call (young->bob, 0));
    g_autofree char *events = end_events (young->bob);
    g_assert_null (strstr (events, "typing"));
}

/* SC-E13: the peer's notice is shown for six seconds, a message ends it */
static void
the_peer_s_typing_passes (World *w)
{
    End *alice = w->alice, *bob = w->bob;

    quiet (w);
    secret_chat_peer_typing (bob->chat, w->now);
    assert_events (bob, "typing on\n");
    world_advance (w, 5000);
    secret_chat_peer_typing (bob->chat, w->now); /* goes on */
    world_advance (w, 5999);
    assert_events (bob, "");
    world_advance (w, 1);
    assert_events (bob, "typing off\n");
    secret_chat_peer_typing (bob->chat, w->now);
    end_says (alice, "x");
    world_run (w);
    assert_events (bob, "typing on\ntyping off\nmessage 'x' ttl 0 content 0\n");
}

/* SC-E14: the newest date wins while a mark is on its way, it never goes back, and it is
 * asked for until it was heard */
static void
marks_only_rise (World *w)
{
    End *alice = w->alice, *bob = w->bob;
    int64_t ids[4];
    int32_t dates[4];

    for (int i = 0; i < 4; i++) {
        ids[i] = end_says (alice, "x");
        world_run (w);
        dates[i] = secret_note_find (bob->chat, ids[i])->date;
        if (i > 0)
            g_assert_cmpint (dates[i], >, dates[i - 1]);
    }
    secret_chat_seen (bob->chat, &ids[1], 1, w->now);
    end_turn (bob);
    g_assert_null (server_call (bob, 0)); /* an older one is unseen (DECISIONS 23) */
    secret_chat_seen (bob->chat, &ids[0], 1, w->now);
    end_turn (bob);
    g_assert_cmpint (server_call (bob, 0)->u.read.max_date, ==, dates[1]);
    secret_chat_seen (bob->chat, &ids[3], 1, w->now); /* while it is on its way */
    secret_chat_seen (bob->chat, &ids[2], 1, w->now);
    g_assert_null (server_call (bob, 1));
    server_answers (bob);
    g_assert_cmpint (server_call (bob, 0)->u.read.max_date, ==, dates[3]);
    end_restarts (bob, NULL, NULL);
    g_assert_cmpint (server_call (bob, 0)->u.read.max_date, ==, dates[3]);
    end_reconnects (bob);
    g_assert_cmpint (server_call (bob, 0)->u.read.max_date, ==, dates[3]);
    server_answers (bob);
    secret_chat_seen (bob->chat, &ids[0], 1, w->now); /* once more */
    end_turn (bob);
    g_assert_null (server_call (bob, 0));
    end_restarts (bob, NULL, NULL);
    g_assert_null (server_call (bob, 0));
    g_assert_cmpint (bob->last_read, ==, dates[3]);

    int64_t more[] = { end_says (alice, "y"), end_says (alice, "y") };
    world_run (w);
    int32_t date = secret_note_find (bob->chat, more[1])->date;
    secret_note_find (bob->chat, more[0])->date = date; /* of the same second */
    secret_chat_seen (bob->chat, &more[0], 1, w->now);
    end_turn (bob);
    g_assert_null (server_call (bob, 0));
    secret_chat_seen (bob->chat, &more[1], 1, w->now);
    end_turn (bob);
    g_assert_cmpint (server_call (bob, 0)->u.read.max_date, ==, date);
    int64_t last = end_says (alice, "y"); /* and one more while that is on its way */
    end_turn (alice);
    secret_chat_seen (bob->chat, &last, 1, w->now); /* not even here yet */
    server_answers (bob);
    g_assert_null (server_call (bob, 0));
}

/* One thing that Alice does and Bob takes. */
static void
act (World *w, int what)
{
    End *alice = w->alice;
    int64_t first = alice->shown->len > 0 ? 0 : 1;

    switch (what) {
    case 0:
        secret_chat_set_ttl (alice->chat, 9, w->now);
        break;
    case 1:
        secret_chat_flush (alice->chat, w->now);
        break;
    case 2:
        secret_chat_screenshot (alice->chat, &first, 1, w->now);
        break;
    case 3:
        end_says (alice, "text");
        break;
    default:
        secret_chat_rekey (alice->chat, w->now);
        break;
    }
    end_turn (alice);
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
        for (int fate = END_LIVES; fate <= END_DIES_AFTER; fate++)
            for (int at = 0; at < 6; at++) {
                TalkSecret ends[2][2];
                unsigned notes[2];
                for (int dies = 0; dies < 2; dies++) {
                    g_autoptr (World) w = world_ready_at (17);
                    End *alice = w->alice, *bob = w->bob;
                    int deliveries = 0;
                    act (w, what);
                    for (gboolean moved = TRUE; moved;) {
                        moved = FALSE;
                        for (int i = 0; i < 2; i++) {
                            End *end = &w->ends[i];
                            moved |= server_answers (end);
                            if (end->inbox.length == 0)
                                continue;
                            if (dies && deliveries++ == at)
                                end->fate = (unsigned)fate;
                            moved |= server_delivers (end);
                        }
                    }
                    ends[dies][0] = end_info (alice);
                    ends[dies][1] = end_info (bob);
                    notes[dies] = g_hash_table_size (bob->chat->notes.table);
                    g_assert_cmpmem (alice->chat->keys.now.key, 256,
                                     bob->chat->keys.now.key, 256);
                    assert_alive (w);
                }
                g_test_message ("action %d, fate %d at %d", what, fate, at);
                same_end (&ends[0][0], &ends[1][0]);
                same_end (&ends[0][1], &ends[1][1]);
                g_assert_cmpuint (notes[0], ==, notes[1]);
            }
}

static const Story stories[] = {
    STORY (the_outside_fits_the_inside, PLAIN),
    STORY (opening_is_told_once, PLAIN),
    STORY (only_own_sent_messages_are_opened, PLAIN),
    STORY (long_lists_are_split, PLAIN),
    STORY (screenshots_are_told_once, PLAIN),
    STORY (a_flush_reaches_what_is_before_it, PLAIN),
    STORY (noop_is_nothing, PLAIN),
    STORY (every_form_of_typing, PLAIN),
    STORY (the_peer_s_typing_passes, PLAIN),
    STORY (marks_only_rise, PLAIN),
};

int
main (int argc, char **argv)
{
    stories_init (&argc, &argv);
    stories_add ("actions", stories, G_N_ELEMENTS (stories));
#define ADD(f) g_test_add_func ("/secret/actions/" #f, f)
    ADD (timers_have_bounds);
    ADD (deletions_reach_only_what_is_here);
    ADD (typing_goes_out_as_it_should);
    ADD (stale_typing_is_nothing);
    ADD (typing_ends_and_needs_a_chat);
    ADD (actions_survive_a_crash_once);
    return g_test_run ();
}
