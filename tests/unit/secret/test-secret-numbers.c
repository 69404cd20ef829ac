/* Numbers of stored records that cannot be. They open under the seal, so one of us wrote them:
 * an earlier version that took a server at its word, or a fault. A count that cannot be closes
 * the chat; a moment, a timer or a date is cut to what it may be. (UBSan looks on.) */
#include "story.h"
#include "secret-private.h"

#include <stddef.h>
#include <string.h>

#define DAY ((int64_t)24 * 3600 * 1000)

/* What a chat does in a life: time, a text each way, a hole, a new key. */
static void
live (World *w)
{
    for (int e = 0; e < 2; e++) {
        End *end = &w->ends[e];
        if (end_info (end).state == TALK_STATE_READY)
            end_says (end, "and so on");
    }
    world_run (w);
    world_advance (w, 1000);
    world_advance (w, 2 * DAY);
    if (end_info (w->bob).state == TALK_STATE_READY)
        secret_chat_rekey (w->bob->chat, w->now);
    world_run (w);
    secret_chat_deadline (w->bob->chat, w->now);
}

/* Alice and Bob in the middle of it: a text that is not acknowledged, one behind a hole, one
 * not seen, one whose time runs. */
static gboolean
lose (World *w, End *from, unsigned n)
{
    unsigned lost = *(unsigned *)w->user;

    return from->index == 1 || n < lost || n == lost + 1; /* what is sent again, too */
}

static World *
in_the_middle (void)
{
    World *w = world_ready_at (71);
    End *alice = w->alice, *bob = w->bob;
    static unsigned lost;

    secret_chat_set_ttl (alice->chat, 30, w->now);
    end_says (alice, "its time runs");
    world_run (w);
    secret_chat_seen (bob->chat, (const int64_t *)(void *)bob->shown->data,
                      bob->shown->len, w->now);
    world_run (w);
    secret_chat_set_ttl (alice->chat, 0, w->now);
    end_says (alice, "not seen");
    world_run (w);
    lost = alice->wire->len;
    w->user = &lost;
    w->lets = lose;
    end_says (alice, "lost");
    end_says (bob, "not acknowledged");
    end_says (alice, "behind a hole");
    world_run (w);
    w->lets = NULL;
    g_assert_cmpuint (bob->chat->holes.queue->len, ==, 1);
    g_assert_cmpuint (bob->chat->outbox.list->len, >, 0);
    return w;
}

static void
keep (End *end)
{
    secret_save (end->chat);
    end_restarts (end, NULL, NULL);
}

typedef struct {
    const char *name;
    size_t at;
    gboolean wide; /* int64_t */
    gboolean damaged;
} Row;

#define NUMBER(field)                                                                    \
    {                                                                                    \
#field, offsetof(SecretChat, field), FALSE, TRUE                                 \
    }
#define MOMENT(field)                                                                    \
    {                                                                                    \
#field, offsetof(SecretChat, field), TRUE, FALSE                                 \
    }
#define CUT(field)                                                                       \
    {                                                                                    \
#field, offsetof(SecretChat, field), FALSE, FALSE                                \
    }

/* SC-L10 SC-D5: every number of a chat's own record, at its limits */
static void
numbers_of_a_chat (void)
{
    static const Row rows[] = {
        NUMBER (numbers.raw_in),
        NUMBER (numbers.raw_out),
        NUMBER (numbers.peer_in),
        NUMBER (numbers.in_floor),
        NUMBER (holes.asked.from),
        NUMBER (holes.asked.to),
        NUMBER (notes.orders),
        NUMBER (keys.now.messages),
        NUMBER (rekey.pause.raw),
        NUMBER (rekey.failures),
        NUMBER (rekey.exchange.commit_out),
        NUMBER (rekey.exchange.commit_heard),
        NUMBER (rekey.peer_at),
        NUMBER (numbers.first_v2),
        NUMBER (holes.ask_step),
        NUMBER (holes.ask_today),
        CUT (ttl),
        CUT (date),
        CUT (layers.peer),
        CUT (layers.told),
        CUT (reading.date),
        CUT (reading.sent),
        CUT (reading.peer_date),
        MOMENT (holes.since),
        MOMENT (holes.ask_at),
        MOMENT (holes.ask_day),
        MOMENT (rekey.pause.wall),
        MOMENT (layers.notified),
        MOMENT (keys.now.created),
    };

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++)
        for (int high = 0; high < 2; high++) {
            g_autoptr (World) w = in_the_middle ();
            End *bob = w->bob;
            uint8_t *field = (uint8_t *)bob->chat + rows[i].at;
            g_test_message ("%s %s", rows[i].name, high ? "high" : "low");
            bob->chat->numbers.has_v2 = TRUE;
            bob->chat->holes.ask_at = bob->chat->holes.ask_day =
                bob->chat->rekey.pause.wall = w->now.wall;
            bob->chat->holes.ask_step = bob->chat->holes.ask_today = 1;
            if (strstr (rows[i].name, "rekey.exchange.") != NULL)
                bob->chat->rekey.step = SECRET_REKEY_A_DONE;
            if (rows[i].wide)
                *(int64_t *)(void *)field = high ? G_MAXINT64 : G_MININT64;
            else
                *(int32_t *)(void *)field = high ? G_MAXINT32 : G_MININT32;
            keep (bob);
            if (rows[i].damaged)
                g_assert_cmpint (end_info (bob).closed, ==, TALK_CLOSED_CORRUPT);
            else
                g_assert_cmpint (end_info (bob).state, ==, TALK_STATE_READY);
            g_assert_cmpint (bob->chat->ttl, >=, 0);
            g_assert_cmpint (bob->chat->ttl, <=, SECRET_TTL_MAX);
            live (w);
        }
}

static void
record_cb (StoreKey key, const uint8_t *value, size_t len, void *user)
{
    if (key.id == 0)
        g_byte_array_append (user, value, (unsigned)len);
}

/* The chat's own record, as it is written now. */
static GByteArray *
written (End *end, SecretChat *chat)
{
    GByteArray *record = g_byte_array_new ();

    secret_save (chat);
    end_turn (end);
    end_writes_all (end);
    g_assert_true (any_store_each (end->store, STORE_CHAT, FALSE, chat->id, record_cb,
                                   record, NULL));
    g_assert_cmpuint (record->len, >, 0);
    return record;
}

static void
fill_key (SecretKey *key, uint8_t with)
{
    *key = (SecretKey){ .used = TRUE, .created = 31 + with, .messages = 41 + with };
    memset (key->key, with, sizeof key->key);
    key->fingerprint = crypto_key_id (key->key);
}

/* No field as a new chat has it. */
static void
fill (SecretChat *chat)
{
    SecretHandshake *handshake = &chat->handshake;

    chat->closed = TALK_CLOSED_BY_PEER;
    chat->detail = g_strdup ("why");
    chat->ttl = 5;
    handshake->has_exponent = handshake->has_public = handshake->has_peer_public = TRUE;
    handshake->asked_server = TRUE;
    handshake->discard_pending = handshake->delete_history = TRUE;
    memset (handshake->exponent, 1, 256);
    memset (handshake->g_own, 2, 256);
    memset (handshake->g_peer, 3, 256);
    chat->layers = (SecretLayers){ 144, 101, 73, TRUE, TRUE, 1 };
    chat->numbers = (SecretNumbers){ 11, 12, 10, 9, TRUE, 8 };
    fill_key (&chat->keys.now, 4);
    fill_key (&chat->keys.other, 5);
    chat->keys.verified = TRUE;
    chat->rekey.step = SECRET_REKEY_A_DONE;
    chat->rekey.exchange =
        (SecretExchange){ .id = 1, .commit_out = 2, .commit_heard = 3 };
    chat->rekey.pause = (SecretPause){ 4, 5 };
    chat->rekey.failures = 1;
    chat->rekey.peer_at = 6;
    chat->rekey.group_told = TRUE;
    chat->holes.asked = (SecretRange){ 1, 2 };
    chat->holes.long_random = chat->holes.told = TRUE;
    chat->holes.since = 3;
    chat->holes.ask_at = 4;
    chat->holes.ask_step = 5;
    chat->holes.ask_day = 6;
    chat->holes.ask_today = 7;
    chat->notes.orders = 8;
    chat->reading = (SecretReading){ .date = 9, .sent = 8, .peer_date = 7 };
}

/* SC-L1 SC-L8: what is written of a chat is read, each field: written again it is the same */
static void
every_field_is_read_back (void)
{
    g_autoptr (World) w = world_ready_at (74);

    for (int i = 0; i < 2; i++) {
        End *end = &w->ends[i];
        fill (end->chat);
        g_autoptr (GByteArray) first = written (end, end->chat);
        g_autoptr (SecretChat) again =
            secret_chat_load (&end->env, end->chat->id, first->data, first->len);
        g_assert_cmpint (again->closed, ==, TALK_CLOSED_BY_PEER); /* it is whole */
        g_autoptr (GByteArray) second = written (end, again);
        g_assert_cmpmem (second->data, second->len, first->data, first->len);
    }
}

typedef enum { NOTE, GAP, OUT } Of;

static void *
record_of (End *end, Of of)
{
    GHashTableIter iter;
    gpointer value = NULL;

    if (of == GAP)
        return end->chat->holes.queue->pdata[0];
    if (of == OUT)
        return end->chat->outbox.list->pdata[end->chat->outbox.list->len - 1];
    g_hash_table_iter_init (&iter, end->chat->notes.table);
    while (g_hash_table_iter_next (&iter, NULL, &value))
        if (((SecretNote *)value)->expires != 0)
            return value;
    g_assert_not_reached ();
}

/* SC-L10 SC-D5: the same of what belongs to it */
static void
numbers_of_its_records (void)
{
#define PART(of, Type, field, wide, damaged)                                             \
    {                                                                                    \
        of,                                                                              \
        {                                                                                \
#Type "." #field, offsetof(Type, field), wide, damaged                       \
        }                                                                                \
    }
    static const struct {
        Of of;
        Row row;
    } rows[] = {
        PART (NOTE, SecretNote, order, FALSE, TRUE),
        PART (NOTE, SecretNote, date, FALSE, FALSE),
        PART (NOTE, SecretNote, ttl, FALSE, FALSE),
        PART (NOTE, SecretNote, expires, TRUE, FALSE),
        PART (GAP, SecretQueued, raw_in, FALSE, TRUE),
        PART (GAP, SecretQueued, date, FALSE, FALSE),
        PART (GAP, SecretQueued, layer, FALSE, FALSE),
        PART (GAP, SecretQueued, in_seq_no, FALSE, TRUE),
        PART (OUT, SecretOut, raw_out, FALSE, TRUE),
        PART (OUT, SecretOut, resends, FALSE, FALSE),
        PART (OUT, SecretOut, resend_hour, TRUE, FALSE),
        PART (OUT, SecretOut, created, TRUE, FALSE),
    };

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++)
        for (int high = 0; high < 2; high++) {
            g_autoptr (World) w = in_the_middle ();
            End *bob = w->bob;
            const Row *row = &rows[i].row;
            uint8_t *record = record_of (bob, rows[i].of);
            g_test_message ("%s %s", row->name, high ? "high" : "low");
            if (row->wide)
                *(int64_t *)(void *)(record + row->at) = high ? G_MAXINT64 : G_MININT64;
            else
                *(int32_t *)(void *)(record + row->at) = high ? G_MAXINT32 : G_MININT32;
            if (rows[i].of == NOTE)
                secret_save_note (bob->chat, (const SecretNote *)(void *)record);
            else if (rows[i].of == GAP)
                secret_save_queued (bob->chat, (const SecretQueued *)(void *)record);
            else
                secret_out_save (bob->chat, (const SecretOut *)(void *)record,
                                 STORE_DURABLE);
            end_restarts (bob, NULL, NULL);
            if (row->damaged)
                g_assert_cmpint (end_info (bob).closed, ==, TALK_CLOSED_CORRUPT);
            else
                g_assert_cmpint (end_info (bob).state, ==, TALK_STATE_READY);
            live (w);
        }
}

static void
see_all (World *w)
{
    End *bob = w->bob;

    secret_chat_seen (bob->chat, (const int64_t *)(void *)bob->shown->data,
                      bob->shown->len, w->now);
    world_run (w);
}

/* SC-I4 SC-E14: a date far ahead that an earlier version stored with a message, seen or
 * behind a hole, stops no marks: those for what comes later still go out */
static void
a_stored_date_far_ahead_stops_no_marks (void)
{
    for (int behind = 0; behind < 2; behind++) {
        g_autoptr (World) w = world_ready_at (72);
        End *alice = w->alice, *bob = w->bob;
        unsigned lost = alice->wire->len;
        w->user = &lost;
        w->lets = behind ? lose : NULL;
        end_says (alice, "one");
        end_says (alice, "dated by an enemy");
        world_run (w);
        if (behind) {
            SecretQueued *gap = bob->chat->holes.queue->pdata[0];
            gap->date = G_MAXINT32 - 1;
            secret_save_queued (bob->chat, gap);
        } else {
            int64_t id = g_array_index (bob->shown, int64_t, 1);
            SecretNote *note = secret_note_find (bob->chat, id);
            note->date = G_MAXINT32 - 1;
            secret_save_note (bob->chat, note);
        }
        w->lets = NULL;
        end_restarts (bob, NULL, NULL);
        world_advance (w, 60 * 1000); /* the hole is asked for again, and filled */
        g_assert_cmpuint (bob->chat->holes.queue->len, ==, 0);
        see_all (w);
        world_advance (w, 2 * DAY);
        end_says (alice, "a later one");
        world_run (w);
        see_all (w);
        int64_t id = g_array_index (bob->shown, int64_t, bob->shown->len - 1);
        g_assert_cmpint (bob->last_read, ==, secret_note_find (bob->chat, id)->date);
    }
}

/* SC-E14: the last second that a date can name, as all do from 2038 on, is read like others */
static void
the_last_date_is_read (World *w)
{
    End *alice = w->alice, *bob = w->bob;

    w->date = G_MAXINT32 - 10; /* the server's present */
    for (int i = 0; i < 2; i++) {
        w->hold = TRUE;
        end_says (alice, "late");
        world_run (w);
        size_t len;
        const uint8_t *data =
            g_bytes_get_data (alice->wire->pdata[alice->wire->len - 1], &len);
        w->date = G_MAXINT32 - 3;
        bob->last_read = 0;
        secret_chat_receive (bob->chat, G_MAXINT32, TL_BYTES (data, len), NULL, TRUE,
                             w->now);
        end_turn (bob);
        see_all (w);
        g_assert_cmpint (bob->last_read, ==, G_MAXINT32);
    }
}

/* SC-C19: a text comes out of the store as text, whatever somebody put there */
static void
stored_text_is_text (World *w)
{
    End *alice = w->alice, *bob = w->bob;

    end_says (alice, "kept");
    world_run (w);
    SecretNote *note =
        secret_note_find (bob->chat, g_array_index (bob->shown, int64_t, 0));
    secret_note_drop_text (note);
    note->text = g_strdup ("not \xff\x1b[1m\xe2\x80\xae text\xf0");
    secret_save_note (bob->chat, note);
    g_free (end_events (bob));
    w->forged++; /* nobody said this */
    rules_text (alice, "kept")->id = 0;
    end_restarts (bob, NULL, NULL);
    g_autofree char *events = end_events (bob);
    g_assert_nonnull (
        strstr (events, "'not \xef\xbf\xbd[1m text\xef\xbf\xbd' ttl 0 content 0"));
}

static const Story stories[] = {
    STORY (the_last_date_is_read, PLAIN),
    STORY (stored_text_is_text, PLAIN),
};

int
main (int argc, char **argv)
{
    stories_init (&argc, &argv);
    stories_add ("numbers", stories, G_N_ELEMENTS (stories));
#define ADD(f) g_test_add_func ("/secret/numbers/" #f, f)
    ADD (numbers_of_a_chat);
    ADD (every_field_is_read_back);
    ADD (numbers_of_its_records);
    ADD (a_stored_date_far_ahead_stops_no_marks);
    return g_test_run ();
}
