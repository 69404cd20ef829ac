/* Self-destruct timers (SECRET-CHATS.md section G). */
#include "spell.h"

#include <string.h>

#define DAY ((int64_t)24 * 3600 * 1000)

static void
see (End *end, int64_t id)
{
    secret_chat_seen (end->chat, &id, 1, end->world->now);
    world_run (end->world);
}

static const char *const secret_media[] = {
    "f1fa8d78 b0 i0 i0 i1 i1 i1 b32 b32 ''",                               /* photo */
    "32798a8c b0 i0 i0 i1 i1 i1 b32 b32",                                  /* layer 8 */
    "970c8c0e b0 i0 i0 i0 'video/mp4' i1 i1 i1 b32 b32 ''",                /* video */
    "4cee6ef3 b0 i0 i0 i0 i1 i1 i1 b32 b32",                               /* layer 8 */
    "7afe8ae2 b0 i0 i0 '' i1 b32 b32 v1 0ef02ce6 i0 i0 i1 i1 ''",          /* video */
    "7afe8ae2 b0 i0 i0 '' i1 b32 b32 v1 0ef02ce6 i1 i0 i1 i1 ''",          /* round */
    "7afe8ae2 b0 i0 i0 '' i1 b32 b32 v2 0ef02ce6 i0 i0 i1 i1 11b58939 ''", /* GIF */
    "7afe8ae2 b0 i0 i0 '' i1 b32 b32 v2 17399fad i0 ~0 i1 i1 11b58939 ''", /* leaked */
    "7afe8ae2 b0 i0 i0 '' i1 b32 b32 v2 11b58939 6c37c15c i1 i1 ''",       /* animation */
    "6abd9782 b0 i0 i0 '' l1 b32 b32 v1 9852f9c6 i0 i0 ''",                /* music */
    "6abd9782 b0 i0 i0 '' l1 b32 b32 v1 9852f9c6 i1024 i0 ''",             /* voice */
    "7afe8ae2 b0 i0 i0 '' i1 b32 b32 v1 ded218e0 i0 't' 'p' ''",           /* old music */
    "57e0a9cb i0 'audio/ogg' i1 b32 b32",                                  /* old voice */
};

static const char *const plain_media[] = {
    "7afe8ae2 b0 i0 i0 'text/plain' i1 b32 b32 v1 15590068 'a.txt' ''", /* file */
    "b095434b b0 i0 i0 'a.txt' 'text/plain' i1 b32 b32",                /* layer 8 */
    "7afe8ae2 b0 i0 i0 'image/webp' i1 b32 b32 v1 fb0a5727 ''",         /* sticker */
    "7afe8ae2 b0 i0 i0 'video/webm' i1 b32 b32 v2 0ef02ce6 i0 i0 i1 i1 3a556302 'a' "
    "ffb62b95 ''", /* video sticker */
    "7afe8ae2 b0 i0 i0 'application/x-tgsticker' i1 b32 b32 v1 11b58939 ''",
    "35480a59 ~1 ~2",                         /* point */
    "8a0df56f ~1 ~2 'title' 'address' '' ''", /* venue */
    "588a0a97 '+1' 'first' 'last' i0",        /* contact */
    "e50511d8 'http://example.org/'",         /* link */
    "089f5c4a",                               /* none */
};

static gboolean
is_running (End *end, int64_t id)
{
    return secret_note_find (end->chat, id)->expires != 0;
}

static unsigned
reads_sent (End *end)
{
    unsigned n = 0;

    for (unsigned i = 0; i < end->wire->len; i++) {
        Wrapper opened;
        g_autoptr (GBytes) plain = unwrap (end, end->wire->pdata[i], &opened);
        n += opened.body.len > 16 &&
             memcmp (opened.body.data + 12, "\xbe\x40\x4f\x0c", 4) == 0;
    }
    return n;
}

/* SC-G4 SC-E5 SC-M21: media of 1 to 60 s waits for its opening, which tells the sender,
 * once; reading alone starts nothing. All else starts with reading. */
static void
secret_media_waits_for_its_opening (World *w)
{
    static const int ttls[] = { 1, 60, 61 };
    End *alice = w->alice, *bob = w->bob;
    unsigned n = G_N_ELEMENTS (secret_media), opened = 0;
    int64_t id = 100;

    w->hold = TRUE; /* Alice is played by hand */
    bob->env.current_g = 7;
    for (unsigned i = 0; i < n + G_N_ELEMENTS (plain_media); i++) {
        for (unsigned k = 0; k < 3; k++, id++) {
            const char *media = i < n ? secret_media[i] : plain_media[i - n];
            gboolean waits = i < n && ttls[k] <= 60;
            g_test_message ("%s, %d s", media, ttls[k]);
            send_spelled (w, alice, "91cc4674 i512 l%" G_GINT64_FORMAT " i%d 'x' %s", id,
                          ttls[k], media);
            g_assert_nonnull (secret_note_find (bob->chat, id));
            g_assert_false (is_running (bob, id)); /* not at receipt (SC-G2) */
            see (bob, id);
            g_assert_cmpint (is_running (bob, id), ==, !waits);
            if (!waits)
                continue;
            for (int twice = 0; twice < 2; twice++) {
                g_assert_cmpint (secret_chat_open_media (bob->chat, &id, 1, w->now), ==,
                                 TALK_DONE);
                world_run (w);
            }
            g_assert_true (is_running (bob, id));
            g_assert_cmpint (secret_note_find (bob->chat, id)->expires, ==,
                             w->now.wall + ttls[k] * 1000);
            g_assert_cmpuint (reads_sent (bob), ==, ++opened);
        }
    }
    g_free (end_events (bob));
    world_advance (w, 61 * 1000);
    g_assert_cmpuint (g_hash_table_size (bob->chat->notes.table), ==, 0);
}

/* SC-G4: it may be opened when the chat has ended, and has no more time than it had */
static void
media_opened_after_the_end_runs_out (World *w)
{
    End *alice = w->alice, *bob = w->bob;
    int64_t id = 100;

    w->hold = TRUE;
    bob->env.current_g = 7;
    send_spelled (w, alice, "91cc4674 i512 l100 i5 'x' %s", secret_media[0]);
    see (bob, id);
    secret_chat_close (bob->chat, FALSE, TALK_CLOSED_BY_PEER, w->now);
    world_run (w);
    unsigned sent = bob->wire->len;
    g_assert_nonnull (secret_note_find (bob->chat, id));
    g_assert_cmpint (secret_chat_open_media (bob->chat, &id, 1, w->now), ==, TALK_DONE);
    g_assert_true (is_running (bob, id));
    world_advance (w, 4000);
    g_assert_cmpint (secret_chat_open_media (bob->chat, &id, 1, w->now), ==, TALK_DONE);
    world_advance (w, 1000);
    g_assert_null (secret_note_find (bob->chat, id));
    g_assert_cmpuint (bob->wire->len, ==, sent); /* nobody is there to be told */
}

/* SC-G4 SC-G3 SC-E6: the same for what we sent: reading starts text and media above 60 s,
 * readMessages the other media */
static void
own_secret_media_waits_for_the_peers_opening (void)
{
    for (int media = 0; media < 2; media++) {
        static const int ttls[] = { 1, 60, 61 };
        for (int k = 0; k < 3; k++) {
            g_autoptr (World) w = world_ready_at (2);
            End *alice = w->alice, *bob = w->bob;
            int32_t now = w->date;
            SecretNote *note = secret_note_new (alice->chat, 7);
            note->outgoing = note->sent = TRUE;
            note->content = media ? TALK_CONTENT_VIDEO : TALK_CONTENT_TEXT;
            note->date = now;
            secret_note_set_ttl (note, ttls[k], media, 0);
            secret_chat_peer_read (alice->chat, now, now, w->now);
            g_assert_cmpint (note->expires != 0, ==, !media || ttls[k] > 60);
            send_spelled (w, bob, "73164160 l1 0c4f40be v1 l7");
            g_assert_cmpint (note->expires, ==, w->now.wall + ttls[k] * 1000);
            g_assert_true (note->opened);
            world_advance (w, ttls[k] * 1000);
            g_assert_null (secret_note_find (alice->chat, 7));
        }
    }
}

/* SC-G5 SC-G4: no medium ends before its end; what waits for an opening is decided by the
 * timer as sent */
static void
a_timer_is_as_long_as_the_medium (World *w)
{
    static const struct {
        int ttl, duration, want;
        gboolean waits;
    } rows[] = {
        { 5, 20, 21, TRUE },      { 5, 4, 5, TRUE },       { 5, 5, 6, TRUE },
        { 60, 3600, 3601, TRUE }, { 61, 120, 121, FALSE }, { 0, 20, 0, FALSE },
        { 5, -7, 5, TRUE },       { 61, 0, 61, FALSE },
    };
    static const char *const media[] = {
        "6080758f i%d i1 b32 b32",
        "57e0a9cb i%d 'audio/ogg' i1 b32 b32",
        "4cee6ef3 b0 i0 i0 i%d i1 i1 i1 b32 b32",
        "524a415d b0 i0 i0 i%d 'video/mp4' i1 i1 i1 b32 b32",
        "970c8c0e b0 i0 i0 i%d 'video/mp4' i1 i1 i1 b32 b32 ''",
        "7afe8ae2 b0 i0 i0 '' i1 b32 b32 v1 051448e5 i%d ''",
        "7afe8ae2 b0 i0 i0 '' i1 b32 b32 v1 ded218e0 i%d '' '' ''",
        "7afe8ae2 b0 i0 i0 '' i1 b32 b32 v1 9852f9c6 i1024 i%d ''",
        "7afe8ae2 b0 i0 i0 '' i1 b32 b32 v1 5910cccb i%d i1 i1 ''",
        "7afe8ae2 b0 i0 i0 '' i1 b32 b32 v1 0ef02ce6 i1 i%d i1 i1 ''",
        "7afe8ae2 b0 i0 i0 '' i1 b32 b32 v1 d38ff1c2 i0 ~%d i1 i1 ''",
        "7afe8ae2 b0 i0 i0 '' i1 b32 b32 v1 17399fad i0 ~%d i1 i1 ''",
        "7afe8ae2 b0 i0 i0 '' i1 b32 b32 v1 43c57c48 i0 ~%d i1 i1 ''",
    };
    End *bob = w->bob;
    int64_t id = 10;

    bob->env.current_g = 7;
    for (size_t k = 0; k < G_N_ELEMENTS (media); k++) {
        g_auto (GStrv) halves = g_strsplit (media[k], "%d", 2);
        for (size_t i = 0; i < G_N_ELEMENTS (rows); i++, id++) {
            send_spelled (w, w->alice,
                          "91cc4674 i512 l%" G_GINT64_FORMAT " i%d '' %s%d%s", id,
                          rows[i].ttl, halves[0], rows[i].duration, halves[1]);
            const SecretNote *note = secret_note_find (bob->chat, id);
            g_test_message ("%s: %d", media[k], rows[i].duration);
            g_assert_nonnull (note);
            g_assert_cmpint (note->ttl, ==, rows[i].want);
            g_assert_cmpint (note->opens, ==, rows[i].waits);
        }
    }
    send_spelled (w, w->alice,
                  "91cc4674 i512 l1 i5 '' 6080758f i2147483647 i1 "
                  "b32 b32"); /* a length that cannot be */
    g_assert_cmpint (secret_note_find (bob->chat, 1)->ttl, <=, SECRET_TTL_MAX);
}

/* SC-G6: timers out of range, those of whole chats and of old forms as well */
static void
timers_have_a_range (World *w)
{
    static const int32_t rows[][2] = { { -1, 0 },
                                       { -2147483647, 0 },
                                       { 0, 0 },
                                       { 1, 1 },
                                       { 60, 60 },
                                       { 61, 61 },
                                       { 31536000, 31536000 },
                                       { 31536001, 31536000 },
                                       { 2147483646, 31536000 },
                                       { 2147483647, 31536000 } };
    End *alice = w->alice, *bob = w->bob;
    int64_t id = 10;

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++, id += 4) {
        send_spelled (w, alice, "91cc4674 i0 l%d i%d 'x'", (int)id, rows[i][0]);
        send_spelled (w, alice, "204d3878 l%d i%d 'x' 089f5c4a", (int)id + 1, rows[i][0]);
        send_spelled (w, alice, "73164160 l1 a1733aec i%d", rows[i][0]);
        g_assert_cmpint (end_info (bob).ttl, ==, rows[i][1]);
        send_spelled (w, alice, "1f814f1f l%d b15 'x' 089f5c4a", (int)id + 2);
        for (int k = 0; k < 3; k++) /* the last has the chat's (SC-G1) */
            g_assert_cmpint (secret_note_find (bob->chat, id + k)->ttl, ==, rows[i][1]);
    }
    for (int k = 0; k < 3; k++) /* 2^31 - 1 is no "once" */
        g_assert_false (secret_note_find (bob->chat, id - 4 + k)->opens);
}

/* SC-G1: a message keeps the timer that it was written with; a form without one takes the
 * chat's when its turn comes, not when it arrives */
static void
a_message_keeps_its_timer (World *w)
{
    End *alice = w->alice, *bob = w->bob;

    secret_chat_set_ttl (alice->chat, 30, w->now);
    end_says (alice, "thirty");
    secret_chat_set_ttl (alice->chat, 90, w->now);
    end_says (alice, "ninety");
    secret_chat_set_ttl (alice->chat, 0, w->now);
    end_says (alice, "for ever");
    world_run (w);
    assert_events (bob, "ttl 30 peer\nmessage 'thirty' ttl 30 content 0\n"
                        "ttl 90 peer\nmessage 'ninety' ttl 90 content 0\n"
                        "ttl 0 peer\nmessage 'for ever' ttl 0 content 0\n");

    w->hold = TRUE;
    int32_t raw = (int32_t)end_info (bob).raw_in;
    g_autoptr (GByteArray) old = spell ("1f814f1f l77 b15 'old' 089f5c4a");
    g_autoptr (GByteArray) set = spell ("73164160 l1 a1733aec i44");
    g_autoptr (GBytes) second =
        forge_raw (alice, 144, 2, 2 * (raw + 1) + 1, old->data, old->len);
    g_autoptr (GBytes) first =
        forge_raw (alice, 144, 2, 2 * raw + 1, set->data, set->len);
    inject (bob, second);
    inject (bob, first);
    g_assert_cmpint (secret_note_find (bob->chat, 77)->ttl, ==, 44);
}

/* SC-G2 SC-G3 SC-J9: text starts with reading; the sender's with the server's word of it,
 * for what was sent up to that date, from then or from now, whatever is earlier */
static void
own_text_starts_with_the_peers_reading (void)
{
    static const struct {
        int mark, at; /* seconds after sending; at: when the server says it was read */
        gboolean starts;
        int left; /* of 100 s, ten seconds after sending */
    } rows[] = { { -1, 5, FALSE, 0 },
                 { 0, 5, TRUE, 95 },
                 { 1, 5, TRUE, 95 },
                 { 0, 10, TRUE, 100 },
                 { 0, 5000, TRUE, 100 } };

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autoptr (World) w = world_ready_at (6);
        End *alice = w->alice;
        w->hold = TRUE;
        secret_chat_set_ttl (alice->chat, 100, w->now);
        int64_t id = end_says (alice, "sent");
        world_run (w);
        const SecretNote *note = secret_note_find (alice->chat, id);
        int32_t date = note->date;
        w->now.wall = (int64_t)date * 1000;
        world_advance (w, 10000);
        int64_t unsent = end_says (alice, "still on its way");
        secret_chat_peer_read (alice->chat, date + rows[i].mark, date + rows[i].at,
                               w->now);
        g_assert_cmpint (note->expires != 0, ==, rows[i].starts);
        if (rows[i].starts)
            g_assert_cmpint (note->expires - w->now.wall, ==, rows[i].left * 1000);
        /* never what the server does not have yet */
        secret_chat_peer_read (alice->chat, 0x7ffffff0, date, w->now);
        g_assert_cmpint (secret_note_find (alice->chat, unsent)->expires, ==, 0);
    }
    g_autoptr (World) w = world_ready_at (7);
    End *alice = w->alice;
    secret_chat_set_ttl (alice->chat, 100, w->now);
    world_run (w);
    alice->policy.fail_type = "DATA_INVALID";
    alice->policy.fail_count = 1;
    alice->window = WINDOW_MUTE; /* no line says it: it is kept */
    int64_t id = end_says (alice, "refused");
    world_run (w);
    const SecretNote *refused = secret_note_find (alice->chat, id);
    g_assert_cmpint (refused->ttl, ==, 0); /* nothing to count */
    g_assert_cmpint (refused->expires, ==, 0);
}

typedef struct {
    const char *text;
    unsigned found, records;
} Scan;

static void
scan_cb (StoreKey key, const uint8_t *value, size_t len, void *user)
{
    Scan *scan = user;

    scan->records++;
    scan->found += memmem (value, len, scan->text, strlen (scan->text)) != NULL;
}

static Scan
scan_store (End *end, StoreKind kind, const char *text)
{
    Scan scan = { .text = text };

    end_turn (end);
    any_store_each (end->store, kind, TRUE, 0, scan_cb, &scan, NULL);
    return scan;
}

/* SC-G7 SC-D25: what is over is gone from memory and store on both sides; nothing is sent
 * for it. Only its sealed bytes stay until the peer says that it has them: a server that
 * holds a message back and calls it read must not be able to make it vanish */
static void
what_is_over_leaves_nothing (World *w)
{
    static const char secret[] = "nothing of this stays";
    End *alice = w->alice, *bob = w->bob;

    secret_chat_set_ttl (alice->chat, 10, w->now);
    world_run (w);
    int64_t id = end_says (alice, secret);
    world_run (w);
    g_assert_cmpuint (scan_store (alice, STORE_MESSAGE, secret).found, ==, 1);
    g_assert_cmpuint (scan_store (bob, STORE_MESSAGE, secret).found, ==, 1);
    const SecretOut *out = forge_out (alice, id);
    g_assert_nonnull (out); /* not acknowledged yet: the peer may ask for it */
    g_autoptr (GBytes) sealed = g_bytes_new (out->data->data, out->data->len);
    see (bob, id);
    unsigned sent[2] = { alice->wire->len, bob->wire->len };
    g_free (end_events (alice));
    g_free (end_events (bob));
    world_advance (w, 10000);
    assert_events (alice, "expired 1 us\n");
    assert_events (bob, "expired 1 us\n");
    for (int i = 0; i < 2; i++) {
        Scan scan = scan_store (&w->ends[i], STORE_MESSAGE, secret);
        g_assert_cmpuint (scan.records, ==, 0);
        g_assert_null (secret_note_find (w->ends[i].chat, id));
        g_assert_cmpuint (w->ends[i].wire->len, ==, sent[i]);
    }
    out = forge_out (alice, id);
    g_assert_nonnull (out);
    g_autoptr (GBytes) now = g_bytes_new (out->data->data, out->data->len);
    g_assert_true (g_bytes_equal (now, sealed));
    end_restarts (alice, NULL, NULL);
    end_restarts (bob, NULL, NULL);
    assert_events (alice, "");
    assert_events (bob, "");
    end_says (bob, "I have it");
    world_run (w);
    g_assert_null (forge_out (alice, id));
    assert_alive (w);
}

/* A server withholds a timed message, answers for it and calls it read long ago: it goes
 * here, but the peer, which sees the hole, still gets it (SC-D25, SC-M5, SC-M21) */
static void
a_forged_mark_makes_nothing_vanish (World *w)
{
    End *alice = w->alice, *bob = w->bob;

    secret_chat_set_ttl (alice->chat, 10, w->now);
    world_run (w);
    w->hold = TRUE;
    end_says (alice, "withheld");
    world_run (w);
    g_assert_true (server_loses (bob));
    secret_chat_peer_read (alice->chat, G_MAXINT32, 1, w->now);
    world_advance (w, 10);
    w->hold = FALSE;
    end_says (alice, "next");
    world_run (w);
    g_autofree char *events = end_events (bob);
    g_assert_nonnull (strstr (events, "message 'withheld'"));
    assert_alive (w);
}

/* SC-G8: what ended while nobody was there is gone before it could be shown; a clock that
 * is set back, running or not, does not lengthen a life */
static void
neither_sleep_nor_a_wrong_clock_lengthens_a_life (World *w)
{
    End *alice = w->alice, *bob = w->bob;
    Shown shown;

    send_spelled (w, alice, "91cc4674 i0 l5 i100 'slept over'");
    see (bob, 5);
    secret_note_find (bob->chat, 5)->displayed = FALSE; /* the window died */
    secret_save_note (bob->chat, secret_note_find (bob->chat, 5));
    end_turn (bob);
    g_free (end_events (bob));
    watch_shown (w, &shown);
    w->now.wall += 100 * 1000;
    end_restarts (bob, NULL, NULL);
    assert_events (bob, "expired 1 us\n");
    g_assert_cmpuint (shown.n, ==, 0);

    send_spelled (w, alice, "91cc4674 i0 l6 i100 'clock set back while running'");
    see (bob, 6);
    g_free (end_events (bob));
    w->now.wall -= DAY;
    world_advance (w, 99999);
    assert_events (bob, "");
    world_advance (w, 1);
    assert_events (bob, "expired 1 us\n");

    send_spelled (w, alice, "91cc4674 i0 l7 i100 'clock set back while away'");
    see (bob, 7);
    g_free (end_events (bob));
    w->now.wall -= DAY;
    end_restarts (bob, NULL, NULL);
    world_advance (w, 100 * 1000); /* at most its time once more, not a day */
    assert_events (bob, "expired 1 us\n");

    send_spelled (w, alice, "91cc4674 i0 l8 i100 'clock set forward'");
    see (bob, 8);
    g_free (end_events (bob));
    g_assert_cmpint (secret_chat_deadline (bob->chat, w->now), <=,
                     w->now.mono + 100 * 1000);
    w->now.wall += DAY;
    g_assert_cmpint (secret_chat_deadline (bob->chat, w->now), <=, w->now.mono);
    world_advance (w, 0);
    assert_events (bob, "expired 1 us\n");
}

/* SC-D3 SC-G3: what was read, and is over, before anybody acknowledged it was sent all the
 * same: it does not go again after a restart */
static void
what_is_over_before_it_is_acknowledged_was_sent (World *w)
{
    End *alice = w->alice, *bob = w->bob;

    secret_chat_set_ttl (alice->chat, 5, w->now);
    int64_t id = end_says (alice, "read and gone");
    world_run (w);
    unsigned sent = alice->wire->len;
    see (bob, id);
    world_advance (w, 6000);
    g_assert_null (secret_note_find (alice->chat, id));
    g_assert_cmpuint (end_info (alice).unacknowledged, >, 0);
    end_restarts (alice, NULL, NULL);
    world_run (w);
    g_assert_cmpuint (alice->wire->len, ==, sent);
}

static const Story stories[] = {
    STORY (secret_media_waits_for_its_opening, PLAIN),
    STORY (media_opened_after_the_end_runs_out, PLAIN),
    STORY (a_timer_is_as_long_as_the_medium, PLAIN),
    STORY (timers_have_a_range, PLAIN),
    STORY (a_message_keeps_its_timer, PLAIN),
    STORY (what_is_over_leaves_nothing, PLAIN),
    STORY (what_is_over_before_it_is_acknowledged_was_sent, PLAIN),
    STORY (a_forged_mark_makes_nothing_vanish, PLAIN),
    STORY (neither_sleep_nor_a_wrong_clock_lengthens_a_life, PLAIN),
};

int
main (int argc, char **argv)
{
    stories_init (&argc, &argv);
    stories_add ("timers", stories, G_N_ELEMENTS (stories));
#define ADD(f) g_test_add_func ("/secret/timers/" #f, f)
    ADD (own_secret_media_waits_for_the_peers_opening);
    ADD (own_text_starts_with_the_peers_reading);
    return g_test_run ();
}
