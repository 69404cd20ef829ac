/* What the user does: an act is a turn of its own, says at once whether anything can be
 * done, and leaves when it is durable. */
#include "client-bench.h"

#include "record.tl.h"
#include "tl-encode.h"

#include <string.h>

#define CAROL 1003
#define NO_CHAT 4711

/* All acts in a secret chat, and what became of each. */
static void
assert_all_acts (Bench *bench, int32_t chat, TalkCode want)
{
    TgClient *client = bench->client;
    const int64_t id = 1;
    g_autofree int64_t *ids = NULL;
    size_t n = 77;

    g_assert_cmpint (tg_secret_accept (client, chat), ==, want);
    g_assert_cmpint (tg_secret_reject (client, chat), ==, want);
    g_assert_cmpint (tg_secret_leave (client, chat), ==, want);
    g_assert_cmpint (tg_secret_close (client, chat, TRUE), ==, want);
    g_assert_cmpint (tg_secret_send (client, chat, "x", &ids, &n), ==, want);
    g_assert_null (ids);
    g_assert_cmpuint (n, ==, 0);
    g_assert_cmpint (tg_secret_delete (client, chat, &id, 1), ==, want);
    g_assert_cmpint (tg_secret_flush (client, chat), ==, want);
    g_assert_cmpint (tg_secret_set_ttl (client, chat, 5), ==, want);
    g_assert_cmpint (tg_secret_screenshot (client, chat), ==, want);
    g_assert_cmpint (tg_secret_rekey (client, chat), ==, want);
    g_assert_cmpint (tg_secret_skip (client, chat), ==, want);
    g_assert_cmpint (tg_secret_set_verified (client, chat, TRUE), ==, want);
    tg_secret_typing (client, chat, TRUE);
    tg_secret_seen (client, chat, &id, 1);
    tg_secret_let_go (client, chat, id);
    tg_secret_lost_told (client, chat);
}

/* No such chat: nothing happens, and nothing is written. */
static void
no_chat (void)
{
    g_autoptr (Bench) bench = bench_new (TRUE);

    bench_online (bench);
    unsigned before = bench->calls->len;
    bench->hold = TRUE;
    assert_all_acts (bench, NO_CHAT, TALK_NO_CHAT);
    g_assert_cmpuint (bench->jobs->len, ==, 0);
    g_assert_cmpuint (bench->calls->len, ==, before);
    g_assert_null (tg_secret_unseen (bench->client, NO_CHAT));
    g_assert_cmpuint (tg_secret_count_waiting (bench->client, NO_CHAT, NULL, NULL), ==,
                      0);
    g_assert_cmpuint (tg_secret_count_unseen (bench->client, NO_CHAT), ==, 0);
    g_assert_false (tg_secret_has_own (bench->client, NO_CHAT, 1));
}

/* What the user does after the account went offline for good reaches nothing. */
static void
offline (void)
{
    g_autoptr (Bench) bench = bench_new (TRUE);
    g_autoptr (World) w = world_new (1, WORLD_TOY);
    int32_t chat = bench_chat_on (bench, w), other = NO_CHAT;

    bench_lose_key (bench, "SESSION_REVOKED");
    unsigned before = bench->calls->len;
    bench->hold = TRUE;
    assert_all_acts (bench, chat, TALK_IS_OFFLINE);
    g_assert_cmpint (tg_secret_start (bench->client, BENCH_BOB, &other), ==,
                     TALK_IS_OFFLINE);
    g_assert_cmpint (other, ==, NO_CHAT);
    tg_client_remove_contact (bench->client, BENCH_BOB);
    tg_client_block (bench->client, BENCH_BOB, TRUE);
    tg_client_set_online (bench->client, FALSE);
    tg_client_log_out (bench->client);
    tg_client_wake (bench->client);
    tg_client_answer (bench->client, bench->attempt, "x");
    g_assert_cmpuint (bench->jobs->len, ==, 0);
    g_assert_cmpuint (bench->calls->len, ==, before);
}

/* The same before the store is open: there is no account yet. */
static void
before_the_start (void)
{
    g_autoptr (Bench) bench = bench_new (TRUE);
    int32_t chat = NO_CHAT;

    bench_make (bench);
    assert_all_acts (bench, NO_CHAT, TALK_NO_CHAT);
    g_assert_cmpint (tg_secret_start (bench->client, BENCH_BOB, &chat), ==,
                     TALK_IS_OFFLINE);
    tg_client_remove_contact (bench->client, BENCH_BOB);
    tg_client_set_online (bench->client, TRUE);
    tg_client_log_out (bench->client);
    tg_client_wake (bench->client);
    g_assert_cmpuint (bench->calls->len, ==, 0);
}

/* SC-L3: an act's turn ends with the act, and its call leaves when the turn is durable */
static void
an_act_is_a_turn (void)
{
    g_autoptr (Bench) bench = bench_new (TRUE);
    g_autoptr (World) w = world_new (2, WORLD_TOY);
    int32_t chat = bench_chat_on (bench, w);
    unsigned turn = tg_turns_number (bench->client->turns);
    unsigned before = bench_count (bench, ApiMessagesSendEncryptedService_ID);

    bench->hold = TRUE;
    g_assert_cmpint (tg_secret_set_ttl (bench->client, chat, 30), ==, TALK_DONE);
    g_assert_cmpuint (tg_turns_number (bench->client->turns), ==, turn + 1);
    g_assert_cmpuint (bench_count (bench, ApiMessagesSendEncryptedService_ID), ==,
                      before);
    bench->hold = FALSE;
    bench_run (bench);
    g_assert_cmpuint (bench_count (bench, ApiMessagesSendEncryptedService_ID), ==,
                      before + 1);
    bench_carry (bench, w);
    turn = tg_turns_number (bench->client->turns);
    g_assert_cmpint (tg_secret_delete (bench->client, chat, NULL, 0), ==, TALK_NOTHING);
    g_assert_cmpuint (tg_turns_number (bench->client->turns), ==, turn + 1);
}

typedef struct {
    Bench *bench;
    GString *found;
} Search;

static void
found_cb (const TalkPerson *person, const TalkNotFound *nobody, void *user)
{
    Search *search = user;

    g_string_append_printf (search->found, "%s ", person != NULL ? person->name : "-");
    if (person != NULL) /* it was told of before */
        g_assert_true (bench_told (search->bench, "peer Carol"));
}

static void
answer_found (Bench *bench, uint32_t method, int64_t id)
{
    ApiUser carol = TL_NEW (ApiUser, .id = CAROL, .has_access_hash = TRUE,
                            .access_hash = 55, .first_name = TL_STR ("Carol"));
    ApiPeerUser peer = TL_NEW (ApiPeerUser, .user_id = id);
    const TlObject *users[] = { TL_OBJ (&carol) };
    ApiContactsResolvedPeer answer =
        TL_NEW (ApiContactsResolvedPeer, .peer = TL_OBJ (&peer),
                .users = { users, id != 0 }, .chats = { users, 0 });

    bench_answer (bench, bench_call (bench, method), TL_OBJ (&answer));
}

/* A person is found by number or by name, told of, and then handed over; once a question. */
static void
people_are_found (void)
{
    g_autoptr (Bench) bench = bench_new (TRUE);
    g_autoptr (GString) found = g_string_new (NULL);
    Search search = { bench, found };

    bench_online (bench);
    tg_client_find_peer (bench->client, "+999 12345", found_cb, &search);
    bench_run (bench);
    g_assert_nonnull (bench_call (bench, ApiContactsResolvePhone_ID));
    tg_client_find_peer (bench->client, "@carol", found_cb, &search);
    bench_run (bench);
    g_assert_cmpstr (found->str, ==, "");
    bench_refuse (bench, bench_call (bench, ApiContactsResolvePhone_ID), 400,
                  "PHONE_NOT_OCCUPIED");
    g_assert_cmpstr (found->str, ==, "- ");
    answer_found (bench, ApiContactsResolveUsername_ID, CAROL);
    g_assert_cmpstr (found->str, ==, "- Carol ");
    tg_client_find_peer (bench->client, "caro", found_cb, &search);
    bench_run (bench);
    answer_found (bench, ApiContactsResolveUsername_ID, CAROL + 1); /* nobody told of */
    g_assert_cmpstr (found->str, ==, "- Carol - ");
    int32_t chat;
    g_assert_cmpint (tg_secret_start (bench->client, CAROL, &chat), ==, TALK_DONE);
    g_assert_cmpint (tg_secret_start (bench->client, CAROL + 1, &chat), ==,
                     TALK_NO_PERSON);
    g_assert_cmpint (tg_secret_start (bench->client, BENCH_OWN, &chat), ==,
                     TALK_NO_PERSON);
}

/* MT-I14: the user said yes to it: what the server did not do is told, what it did is kept. */
static void
contacts_are_removed_at_the_server (void)
{
    g_autofree char *refused =
        g_strdup_printf ("trouble %d %d", TALK_TROUBLE_KEPT, BENCH_BOB);

    for (int good = 0; good < 2; good++) {
        g_autoptr (Bench) bench = bench_new (TRUE);
        ApiUpdates done = TL_NEW (ApiUpdates, .date = 21);
        bench_online (bench);
        tg_client_remove_contact (bench->client, BENCH_BOB);
        bench_run (bench);
        g_assert_true (tg_peer_find (bench->client, BENCH_BOB)->contact);
        if (good)
            bench_answer (bench, bench_call (bench, ApiContactsDeleteContacts_ID),
                          TL_OBJ (&done));
        else
            bench_refuse (bench, bench_call (bench, ApiContactsDeleteContacts_ID), 400,
                          "CONTACT_ID_INVALID");
        g_assert_cmpint (bench_told (bench, refused), ==, !good);
        g_assert_cmpint (tg_peer_find (bench->client, BENCH_BOB)->contact, ==, !good);
        bench_stop (bench);
        bench_online (bench);
        g_assert_cmpint (tg_peer_find (bench->client, BENCH_BOB)->contact, ==, !good);
    }
}

static void
a_block_that_is_refused_is_told (void)
{
    g_autoptr (Bench) bench = bench_new (TRUE);
    g_autofree char *refused =
        g_strdup_printf ("trouble %d %d", TALK_TROUBLE_REFUSED, BENCH_BOB);
    ApiUpdates yes = TL_NEW (ApiUpdates, .date = 21); /* no error, whatever it is */

    bench_online (bench);
    tg_client_block (bench->client, CAROL, TRUE); /* nobody knows her */
    tg_client_block (bench->client, BENCH_BOB, TRUE);
    bench_run (bench);
    g_assert_cmpuint (bench_count (bench, ApiContactsBlock_ID), ==, 1);
    bench_answer (bench, bench_call (bench, ApiContactsBlock_ID), TL_OBJ (&yes));
    g_assert_false (bench_told (bench, refused));
    tg_client_block (bench->client, BENCH_BOB, FALSE);
    bench_run (bench);
    bench_refuse (bench, bench_call (bench, ApiContactsUnblock_ID), 400,
                  "CONTACT_ID_INVALID");
    g_assert_true (bench_told (bench, refused));
    tg_client_block (bench->client, BENCH_BOB, FALSE);
    bench_run (bench);
    bench_stop (bench); /* nobody is there to be told */
}

/* A notification of Telegram's own, in words, because its struct leaves out what nobody reads. */
static void
say_popup (Bench *bench)
{
    g_auto (TlWriter) out = { 0 };

    tl_writer_int (&out, (int32_t)ApiUpdateShort_ID);
    tl_writer_int (&out, (int32_t)ApiUpdateServiceNotification_ID);
    tl_writer_int (&out, 1); /* popup */
    tl_writer_bytes (&out, "X", 1);
    tl_writer_bytes (&out, "%n<b>no & no", 12);
    tl_writer_int (&out, 0x3ded6320); /* messageMediaEmpty */
    tl_writer_int (&out, (int32_t)TlVectorObject_ID);
    tl_writer_int (&out, 0);
    tl_writer_int (&out, 1);
    bench_receive_bytes (bench, out.data, out.len);
}

/* MT-E21: a refusal that Telegram itself says why of is not told a second time, whether its
 * message comes before it or after; a frozen account is called so, and nothing is tried again
 * for it */
static void
what_telegram_says_is_said_once (void)
{
    static const struct {
        int code;
        const char *type;
    } rows[] = { { 406, "SOMETHING" },
                 { 406, "SOMETHING" },
                 { 420, "FROZEN_METHOD_INVALID" },
                 { 400, "FROZEN_PARTICIPANT_MISSING" } };
    g_autofree char *frozen = g_strdup_printf ("trouble %d 0", TALK_TROUBLE_FROZEN);

    for (size_t n = 0; n < G_N_ELEMENTS (rows); n++) {
        g_autoptr (Bench) bench = bench_new (TRUE);
        bench_online (bench);
        tg_client_block (bench->client, BENCH_BOB, TRUE);
        bench_run (bench);
        if (n == 0)
            say_popup (bench);
        bench_refuse (bench, bench_call (bench, ApiContactsBlock_ID), rows[n].code,
                      rows[n].type);
        if (n == 1)
            say_popup (bench);
        bench_advance (bench, 60000);
        g_assert_cmpuint (bench->services, ==, n < 2 ? 1 : 0);
        g_assert_cmpint (bench_told (bench, frozen), ==, n >= 2);
        g_assert_null (strstr (bench->told->str, "trouble"));
        g_assert_cmpuint (bench_count (bench, ApiContactsBlock_ID), ==, 1);
    }
}

/* Whether we are there is told from when the account is online on, and after it the last
 * word. */
static void
presence_is_told_online (void)
{
    g_autoptr (Bench) bench = bench_new (TRUE);

    bench_start (bench);
    tg_client_set_online (bench->client, FALSE);
    bench_run (bench);
    g_assert_cmpuint (bench_count (bench, ApiAccountUpdateStatus_ID), ==, 0);
    bench_difference (bench, NULL, 0, NULL, 0, 5);
    g_assert_true (bench_told (bench, "online"));
    g_assert_cmpuint (bench_count (bench, ApiAccountUpdateStatus_ID), ==, 1);
    BenchCall *call = bench_call (bench, ApiAccountUpdateStatus_ID);
    g_assert_cmpint (bench_int (call, 0), ==,
                     (int32_t)0x997275b5); /* offline: boolTrue */
    tg_client_set_online (bench->client, TRUE);
    bench_run (bench);
    g_assert_cmpuint (bench_count (bench, ApiAccountUpdateStatus_ID), ==, 2);
}

/* DECISIONS 24, MT-F22: silence ends no login; an answer does, also a refusal, and its
 * token goes with the next login */
static void
logging_out_needs_an_answer (void)
{
    g_autofree char *out = g_strdup_printf ("offline %d", TALK_OFFLINE_LOGGED_OUT);

    for (int how = 0; how < 3; how++) {
        g_autoptr (Bench) bench = bench_new (TRUE);
        g_autoptr (World) w = world_new (3, WORLD_TOY);
        ApiAuthLoggedOut answer =
            TL_NEW (ApiAuthLoggedOut, .future_auth_token = TL_STR ("token"));
        int32_t chat = bench_chat_on (bench, w);
        tg_client_log_out (bench->client);
        bench_run (bench);
        BenchCall *call = bench_call (bench, ApiAuthLogOut_ID);
        g_assert_nonnull (call);
        if (how == 1)
            bench_answer (bench, call, TL_OBJ (&answer));
        else if (how == 2)
            bench_refuse (bench, call, 400, "ENOUGH");
        g_assert_cmpint (bench_told (bench, out), ==, how > 0);
        bench_stop (bench);
        bench_start (bench);
        TalkSecret info;
        g_assert_true (tg_secret_info (bench->client, chat, &info));
        g_assert_cmpint (info.closed, ==, how > 0 ? TALK_CLOSED_LOGGED_OUT : 0);
        g_assert_cmpint (bench->client->own_id, ==, how > 0 ? 0 : BENCH_OWN);
        g_assert_cmpuint (bench->client->tokens->len, ==, how == 1);
    }
}

/* MT-F36: neither the end of the program nor that of the account's connection is a log-out, in
 * whatever it is in the middle of; the next start has the login */
static void
an_end_is_no_log_out (void)
{
    for (int how = 0; how < 3; how++) {
        g_autoptr (Bench) bench = bench_new (TRUE);
        if (how == 0)
            bench_start (bench); /* nobody has said yet what was missed */
        else
            bench_online (bench);
        if (how == 2) {
            tg_client_set_online (bench->client, FALSE);
            bench_run (bench);
        }
        bench_stop (bench);
        g_assert_cmpuint (bench_count (bench, ApiAuthLogOut_ID), ==, 0);
        for (unsigned i = 0; i < bench->calls->len; i++)
            g_assert_cmpuint (((BenchCall *)bench->calls->pdata[i])->id, !=,
                              ApiAuthLogOut_ID);
        bench_online (bench);
        g_assert_cmpint (bench->client->own_id, ==, BENCH_OWN);
    }
}

typedef struct {
    Bench *bench;
    unsigned told, done;
    gboolean end; /* of the account, when the list comes */
} Hearer;

static void
done_cb (gboolean done, void *user)
{
    ((Hearer *)user)->done++;
}

static void
logins_cb (const TalkLogin *logins, size_t n, void *user)
{
    Hearer *hearer = user;

    hearer->told++;
    if (hearer->end)
        bench_kill (hearer->bench);
    else if (hearer->bench->client != NULL && n > 0)
        tg_client_end_login (hearer->bench->client, logins[0].hash, done_cb, hearer);
}

/* One login; by hand, for the fields that nobody reads. */
static void
answer_logins (Bench *bench)
{
    g_auto (TlWriter) w = { 0 };

    tl_writer_int (&w, (int32_t)ApiAccountAuthorizations_ID);
    tl_writer_int (&w, 180);
    tl_writer_int (&w, 0x1cb5c415);
    tl_writer_int (&w, 1);
    tl_writer_int (&w, (int32_t)ApiAuthorization_ID);
    tl_writer_int (&w, 0);
    tl_writer_long (&w, 7);
    for (int i = 0; i < 3; i++) /* device, platform, system */
        tl_writer_bytes (&w, "x", 1);
    tl_writer_int (&w, 1);
    for (int i = 0; i < 2; i++) /* app, version */
        tl_writer_bytes (&w, "x", 1);
    tl_writer_int (&w, 1);
    tl_writer_int (&w, 1);
    for (int i = 0; i < 3; i++) /* address, country, region */
        tl_writer_bytes (&w, "x", 1);
    bench_answer_bytes (bench, bench_call (bench, ApiAccountGetAuthorizations_ID), w.data,
                        w.len);
}

/* MT-F39: who hears of the logins may act on them at once, or end the account; who waits when
 * that ends hears of it once */
static void
who_hears_of_logins_may_do_anything (void)
{
    for (int end = 0; end < 2; end++) {
        g_autoptr (Bench) bench = bench_new (TRUE);
        Hearer hearer = { .bench = bench, .end = end };

        bench_online (bench);
        tg_client_ask_logins (bench->client, logins_cb, &hearer);
        bench_run (bench);
        answer_logins (bench);
        g_assert_cmpuint (hearer.told, ==, 1);
        if (end)
            continue;
        bench_run (bench);
        g_assert_nonnull (bench_call (bench, ApiAccountResetAuthorization_ID));
        g_assert_cmpuint (hearer.done, ==, 0);
        hearer.end = TRUE;
        bench_stop (bench);
        g_assert_cmpuint (hearer.done, ==, 1);
        g_assert_cmpuint (hearer.told, ==, 1);
    }
}

/* MT-F38: new terms are asked for when the server says that there may be some: not more than once an
 * hour, at least once a day; and what is accepted are those that were shown */
static void
terms_are_asked_for_in_time (void)
{
    static const int64_t hour = 3600, day = 24 * 3600;
    static const int64_t rows[][2] = {
        { -1000, hour }, { 0, hour }, { 7200, 7200 }, { day, day }, { 10 * day, day }
    };
    g_autoptr (Bench) bench = bench_new (TRUE);
    Hearer hearer = { .bench = bench };

    bench_online (bench);
    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        unsigned asked = bench_count (bench, ApiHelpGetTermsOfServiceUpdate_ID);
        ApiHelpTermsOfServiceUpdateEmpty none =
            TL_NEW (ApiHelpTermsOfServiceUpdateEmpty,
                    .expires = (int32_t)(bench->now.wall / 1000 + rows[i][0]));
        bench_answer (bench, bench_call (bench, ApiHelpGetTermsOfServiceUpdate_ID),
                      TL_OBJ (&none));
        bench_advance (bench, rows[i][1] * 1000 - 2000);
        g_test_message ("%d", (int)rows[i][0]);
        g_assert_cmpuint (bench_count (bench, ApiHelpGetTermsOfServiceUpdate_ID), ==,
                          asked);
        bench_advance (bench, 3000);
        g_assert_cmpuint (bench_count (bench, ApiHelpGetTermsOfServiceUpdate_ID), ==,
                          asked + 1);
    }
    g_assert_cmpuint (bench_count (bench, ApiHelpAcceptTermsOfService_ID), ==, 0);
    tg_client_accept_terms (bench->client, "these", done_cb, &hearer);
    bench_run (bench);
    BenchCall *call = bench_call (bench, ApiHelpAcceptTermsOfService_ID);
    g_assert_nonnull (call);
    size_t len;
    const uint8_t *data = g_bytes_get_data (call->request, &len);
    g_assert_nonnull (memmem (data, len, "these", 5));
    g_assert_cmpuint (hearer.done, ==, 0);
    bench_stop (bench); /* nobody answers: who waits is told so */
    g_assert_cmpuint (hearer.done, ==, 1);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
#define ADD(f) g_test_add_func ("/client/acts/" #f, f)
    ADD (no_chat);
    ADD (offline);
    ADD (before_the_start);
    ADD (an_act_is_a_turn);
    ADD (people_are_found);
    ADD (contacts_are_removed_at_the_server);
    ADD (a_block_that_is_refused_is_told);
    ADD (what_telegram_says_is_said_once);
    ADD (presence_is_told_online);
    ADD (logging_out_needs_an_answer);
    ADD (an_end_is_no_log_out);
    ADD (terms_are_asked_for_in_time);
    ADD (who_hears_of_logins_may_do_anything);
    return g_test_run ();
}
