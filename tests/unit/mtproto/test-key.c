/* The salts of a data centre: what it refuses is gone, in memory and in the record that the
 * next process begins with; what one session learns serves the others. */
#include "mt-bench.h"
#include "mt-private.h"
#include "record.tl.h"
#include "tl-encode.h"

#include <string.h>

#define SECOND 1000

/* The salt a server names when it refuses ours. */
static void
refuse_salt (MtBench *b, const MtHeard *call, int64_t salt)
{
    MtpBadServerSalt bad =
        TL_NEW (MtpBadServerSalt, .bad_msg_id = call->msg_id,
                .bad_msg_seqno = call->seq_no, .error_code = 48, .new_server_salt = salt);
    mb_say (b, TL_OBJ (&bad), FALSE);
}

/* 66 from in ten seconds on, 67 an hour later */
static void
learn_salts (MtBench *b)
{
    uint32_t now = (uint32_t)(b->now.wall / 1000);
    const MtSalt salts[] = { { now + 10, now + 3700, 66 },
                             { now + 3600, now + 7300, 67 } };

    mt_key_take_salts (b->session->key, salts, G_N_ELEMENTS (salts));
    mb_flush (b);
}

static int64_t
salt_of_next (MtBench *b, int n)
{
    mb_call (b, n, 0);
    g_assert_nonnull (mb_find_call (b, n));
    return mb_find_call (b, n)->salt;
}

/* MT-D21 MT-D22: those that follow are used in their time, by the next process as well */
static void
salts_follow_each_other (void)
{
    g_autoptr (MtBench) b = mb_ready ();

    mb_give_pong (b); /* the server's time is known */
    learn_salts (b);
    g_assert_cmpint (salt_of_next (b, 1), ==, 77);
    mb_advance (b, 11 * SECOND);
    g_assert_cmpint (salt_of_next (b, 2), ==, 66);
    mb_restart (b);
    g_assert_cmpint (salt_of_next (b, 3), ==, 66);
    b->now.wall += 3595 * SECOND;
    b->now.mono += 3595 * SECOND;
    mb_restart (b);
    mb_give_pong (b);
    g_assert_cmpint (salt_of_next (b, 4), ==, 67);
}

/* MT-D20 MT-D22: a refused salt takes those with it that should have followed; so it is
 * after a restart, too, which may come at once or when one of them would have been due */
static void
a_bad_salt_clears_the_old_ones (void)
{
    for (int when = 0; when < 3; when++) { /* 0 no restart, 1 at once, 2 later */
        g_autoptr (MtBench) b = mb_ready ();
        learn_salts (b);
        mb_call (b, 1, 0);
        refuse_salt (b, mb_find_call (b, 1), 88);
        g_assert_cmpint (mb_find_call (b, 1)->salt, ==, 88);
        if (when == 1)
            mb_restart (b);
        mb_give_pong (b);
        b->now.wall += 20 * SECOND;
        b->now.mono += 20 * SECOND;
        if (when == 2) {
            mb_restart (b);
            mb_give_pong (b);
        }
        g_assert_cmpint (salt_of_next (b, 2), ==, 88);
        g_assert_cmpuint (b->session->key->salts->len, ==, 0);
    }
}

/* MT-D22: a stored salt that is none costs one refusal, and no call: the next process has the right one */
static void
a_stored_salt_may_be_wrong (void)
{
    g_autoptr (MtBench) b = mb_ready ();

    mt_key_set_salt (b->session->key, 0x7777777777777777);
    mb_flush (b);
    mb_restart (b);
    mb_call (b, 1, 0);
    g_assert_cmpint (mb_find_call (b, 1)->salt, ==, 0x7777777777777777);
    refuse_salt (b, mb_find_call (b, 1), 88);
    g_assert_cmpint (mb_find_call (b, 1)->salt, ==, 88);
    mb_answer (b, mb_find_call (b, 1));
    g_assert_cmpstr (b->answers->str, ==, "ok ");
    mb_restart (b);
    g_assert_cmpint (salt_of_next (b, 2), ==, 88);
    g_assert_cmpuint (mb_count_call (b, 2), ==, 1);
}

/* MT-D23: the salt of a new session is the present one; it says nothing of the others */
static void
a_new_session_names_its_salt (void)
{
    g_autoptr (MtBench) b = mb_ready ();
    MtpNewSessionCreated created = TL_NEW (MtpNewSessionCreated, .first_msg_id = 4,
                                           .unique_id = 1, .server_salt = 99);

    learn_salts (b);
    mb_say (b, TL_OBJ (&created), TRUE);
    g_assert_cmpint (salt_of_next (b, 1), ==, 99);
    mb_restart (b);
    g_assert_cmpint (salt_of_next (b, 2), ==, 99);
    g_assert_cmpuint (b->session->key->salts->len, ==, 2);
}

/* MT-C32: two sessions with one data centre have one key and its salts, and write them once;
 * the key outlives the one that is gone */
static void
sessions_share_a_key (void)
{
    g_autoptr (MtBench) b = mb_ready ();
    MtConfig config = b->config;

    config.key = b->session->key;
    MtSession *other = mt_session_new (&config, b->session->ops, b);
    g_assert_true (other->key == b->session->key);
    mb_call (b, 1, 0);
    refuse_salt (b, mb_find_call (b, 1), 88);
    g_assert_cmpint (other->key->salt, ==, 88);
    g_assert_false (other->key->dirty); /* the one that learned it has written it */
    mt_session_free (other);
    g_assert_cmpint (salt_of_next (b, 2), ==, 88);
}

/* MT-C31: what is no record of this data centre's is none */
static void
a_foreign_record_is_none (void)
{
    static const uint8_t nothing[300];
    MtKey *key = mt_key_new (2, FALSE);

    g_assert_false (mt_key_restore (key, nothing, sizeof nothing));
    g_assert_false (mt_key_restore (key, nothing, 0));
    g_assert_false (key->known);
    mt_key_unref (key);
}

/* MT-C31: nor is one that is shortened, by however much, longer, or whose key has another length or
 * is all zeros; what was there before stays absent, and is no key of zeros */
static void
a_damaged_record_is_none (void)
{
    static const uint8_t zeros[257];
    g_autoptr (MtBench) b = mb_ready ();
    size_t len;
    const uint8_t *record = g_bytes_get_data (b->record, &len);
    static const size_t lens[] = { 0, 1, 255, 256, 257 };

    for (size_t cut = 0; cut <= len + 4; cut++) {
        MtKey *key = mt_key_new (2, FALSE);
        g_autofree uint8_t *part = g_malloc0 (len + 4);
        memcpy (part, record, MIN (cut, len));
        g_assert_cmpint (mt_key_restore (key, part, cut), ==, cut == len);
        g_assert_cmpint (key->known, ==, cut == len);
        mt_key_unref (key);
    }
    for (size_t i = 0; i < G_N_ELEMENTS (lens); i++)
        for (int zero = 0; zero < 2; zero++) {
            uint8_t bytes[257];
            g_auto (TlWriter) out = { 0 };
            MtKey *key = mt_key_new (2, FALSE);
            gboolean good = lens[i] == 256 && !zero;
            memset (bytes, 0x11, sizeof bytes);
            RecDcKey made = TL_NEW (RecDcKey, .dc = 2, .created = 1,
                                    .key = TL_BYTES (zero ? zeros : bytes, lens[i]));
            g_assert_true (tl_encode (&tl_record_schema, TL_OBJ (&made), &out));
            g_assert_cmpint (mt_key_restore (key, out.data, out.len), ==, good);
            g_assert_cmpint (key->known, ==, good);
            mt_key_unref (key);
        }
}

/* MT-C31: nor is one of the other environment, or of another data centre, whose keys have
 * the same place */
static void
a_record_has_an_environment (void)
{
    static const struct {
        int dc;
        gboolean test, taken;
    } rows[] = { { 2, FALSE, TRUE }, { 2, TRUE, FALSE }, { 3, FALSE, FALSE } };
    g_autoptr (MtBench) b = mb_ready ();
    size_t len;
    const uint8_t *record = g_bytes_get_data (b->record, &len);

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        MtKey *key = mt_key_new (rows[i].dc, rows[i].test);
        g_assert_cmpint (mt_key_restore (key, record, len), ==, rows[i].taken);
        g_assert_cmpint (key->known, ==, rows[i].taken);
        mt_key_unref (key);
    }
}

/* MT-C31 MT-C40: a key that is forgotten is gone at once, from memory too, and what is bound to it,
 * whoever still holds them */
static void
a_forgotten_key_is_wiped (void)
{
    static const uint8_t nothing[256];
    uint8_t bytes[256];
    const MtSalt salt = { 1, 2, 3 };
    MtKey *key = mt_key_new (2, FALSE);

    memset (bytes, 7, sizeof bytes);
    memset (key->key, 8, sizeof key->key);
    mt_key_made (key, 5, 6);
    mt_key_take_salts (key, &salt, 1);
    MtKey *temporary = mt_key_new_temporary (key, bytes, 5, 6, 86400);
    mt_key_bind (key, temporary);
    MtKey *held = mt_key_ref (key);
    mt_key_forget (key);
    g_assert_false (held->known);
    g_assert_null (held->temporary);
    g_assert_cmpmem (held->key, 256, nothing, 256);
    g_assert_cmpint (held->salt, ==, 0);
    g_assert_cmpuint (held->salts->len, ==, 0);
    g_assert_false (temporary->known);
    g_assert_cmpmem (temporary->key, 256, nothing, 256);
    mt_key_unref (temporary);
    mt_key_unref (held);
    mt_key_unref (key);
}

/* MT-C31: a session whose key was forgotten says nothing more under it, and takes nothing that is
 * sealed with what is left in its place */
static void
no_word_under_a_forgotten_key (void)
{
    static const uint8_t nothing[256];
    g_auto (TlWriter) update = { 0 };

    tl_writer_int (&update, (int32_t)ApiUpdatesTooLong_ID);
    for (int hears = 0; hears < 2; hears++) {
        g_autoptr (MtBench) b = mb_ready ();
        mb_give_pong (b);
        mb_forget (b);
        g_free (mb_take (b->events));
        mt_key_forget (b->session->key);
        memcpy (b->key, nothing, sizeof b->key);
        if (hears)
            mb_say_bytes (b, update.data, update.len, TRUE);
        else
            mb_call (b, 1, 0);
        g_assert_cmpuint (b->heard->len, ==, 0);
        g_autofree char *events = mb_take (b->events);
        g_assert_null (strstr (events, "update"));
        g_assert_nonnull (strstr (events, "disconnect"));
        g_assert_cmpint (mt_session_state (b->session), ==, MT_STATE_OFFLINE);
    }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
#define ADD(f) g_test_add_func ("/key/" #f, f)
    ADD (salts_follow_each_other);
    ADD (a_bad_salt_clears_the_old_ones);
    ADD (a_stored_salt_may_be_wrong);
    ADD (a_new_session_names_its_salt);
    ADD (sessions_share_a_key);
    ADD (a_foreign_record_is_none);
    ADD (a_damaged_record_is_none);
    ADD (a_record_has_an_environment);
    ADD (a_forgotten_key_is_wiped);
    ADD (no_word_under_a_forgotten_key);
    return g_test_run ();
}
