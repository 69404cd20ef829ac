/* Which calls a client makes by itself, how many, and what it knows before it speaks of their
 * answers. */
#include "client-login.h"

#include "tl-encode.h"

#include <string.h>

#define CAROL 1003
#define MINUTE (60 * 1000)
#define CONTACTS 5000

/* A user with all that a contact has. */
static ApiUser
user_of (int64_t id, const char *name)
{
    return TL_NEW (ApiUser, .id = id, .contact = TRUE, .has_access_hash = TRUE,
                   .access_hash = id, .first_name = TL_STR (name));
}

/* The answer of a server at which nothing happens; `users` are those of the book. */
static void
answer_one (Bench *bench, BenchCall *call, const TlVector *users)
{
    static const uint8_t yes[] = { 0xb5, 0x75, 0x72, 0x99 };
    static const uint8_t nothing[] = { 0x15, 0xc4, 0xb5, 0x1c, 0, 0, 0, 0 };
    ApiUpdatesDifferenceEmpty empty =
        TL_NEW (ApiUpdatesDifferenceEmpty, .date = 20, .seq = 1);
    ApiContactsContacts book =
        TL_NEW (ApiContactsContacts, .contacts = { nothing, 0 }, .users = *users);

    switch (call->id) {
    case ApiUpdatesGetDifference_ID:
        bench_answer (bench, call, TL_OBJ (&empty));
        break;
    case ApiContactsGetContacts_ID:
        bench_answer (bench, call, TL_OBJ (&book));
        break;
    case ApiContactsGetStatuses_ID:
    case ApiUsersGetUsers_ID:
        bench_answer_bytes (bench, call, nothing, sizeof nothing);
        break;
    case ApiAccountUpdateStatus_ID:
        bench_answer_bytes (bench, call, yes, sizeof yes);
        break;
    default:
        bench_refuse (bench, call, 400, "NOT_HERE");
        break;
    }
}

static void
answer_all (Bench *bench, const TlVector *users)
{
    for (unsigned i = 0; i < bench->calls->len; i++) {
        BenchCall *call = bench->calls->pdata[i];
        if (call->left && !call->answered)
            answer_one (bench, call, users);
    }
}

static unsigned
count_but (Bench *bench, const uint32_t *ids, size_t n)
{
    unsigned all = bench->calls->len;

    for (size_t i = 0; i < n; i++)
        all -= bench_count (bench, ids[i]);
    return all;
}

/* MT-E29: a day of an account at which nothing happens: each method so often and no more, and
 * none beside itself; what goes once a day does not go at the same minute for ever */
static void
a_day_has_few_calls (void)
{
    static const uint32_t known[] = { ApiContactsGetContacts_ID,
                                      ApiContactsGetStatuses_ID,
                                      ApiUpdatesGetDifference_ID,
                                      ApiAccountUpdateStatus_ID };
    static const TlVector nobody = { known, 0 };
    g_autoptr (Bench) bench = bench_new (TRUE);
    int64_t last = 0, least = G_MAXINT64, most = 0;
    unsigned books;

    bench_online (bench);
    tg_client_set_online (bench->client, TRUE);
    for (int minute = 0; minute < 24 * 60; minute++) {
        answer_all (bench, &nobody);
        bench_advance (bench, MINUTE);
    }
    g_assert_cmpuint (bench_count (bench, ApiHelpGetConfig_ID), <=, 25);
    g_assert_cmpuint (bench_count (bench, ApiContactsGetContacts_ID), <=, 2);
    g_assert_cmpuint (bench_count (bench, ApiContactsGetStatuses_ID), <=, 2);
    g_assert_cmpuint (bench_count (bench, ApiUpdatesGetDifference_ID), <=, 4 * 24 + 2);
    g_assert_cmpuint (bench_count (bench, ApiAccountUpdateStatus_ID), <=, 24 * 18 + 2);
    g_assert_cmpuint (count_but (bench, known, G_N_ELEMENTS (known)), <=, 20);

    books = bench_count (bench, ApiContactsGetContacts_ID);
    for (int minute = 0; minute < 8 * 24 * 60; minute++) {
        answer_all (bench, &nobody);
        bench_advance (bench, MINUTE);
        if (bench_count (bench, ApiContactsGetContacts_ID) == books)
            continue;
        books++;
        if (last != 0) {
            least = MIN (least, bench->now.mono - last);
            most = MAX (most, bench->now.mono - last);
        }
        last = bench->now.mono;
    }
    g_test_message ("%d to %d minutes", (int)(least / MINUTE), (int)(most / MINUTE));
    g_assert_cmpint (least, >=, 22 * HOUR);
    g_assert_cmpint (most, <=, 25 * HOUR);
    g_assert_cmpint (least, <, most);
}

/* MT-E29: nobody answers for a day: no call goes twice, so none waits beside itself; and after
 * a log out none goes at all */
static void
silence_makes_no_calls (void)
{
    g_autoptr (Bench) bench = bench_new (TRUE);

    bench_online (bench);
    tg_client_set_online (bench->client, TRUE);
    bench_advance (bench, MINUTE);
    for (int hour = 0; hour < 48; hour++)
        bench_advance (bench, HOUR);
    for (unsigned i = 0; i < bench->calls->len; i++)
        for (unsigned k = 0; k < i; k++) {
            BenchCall *a = bench->calls->pdata[i], *b = bench->calls->pdata[k];
            g_assert_true (a->id != b->id || a->answered || b->answered ||
                           a->id == ApiAccountUpdateStatus_ID); /* not the same status */
        }
    g_assert_cmpuint (bench_count (bench, ApiAccountUpdateStatus_ID), <=, 2);
    bench_lose_key (bench, "AUTH_KEY_UNREGISTERED");
    bench_run (bench);
    unsigned before = bench->calls->len;
    for (int hour = 0; hour < 48; hour++)
        bench_advance (bench, HOUR);
    g_assert_cmpuint (bench->calls->len, ==, before);
}

/* What left. */
static unsigned
left (const Bench *bench)
{
    unsigned n = 0;

    for (unsigned i = 0; i < bench->calls->len; i++)
        n += ((BenchCall *)bench->calls->pdata[i])->left;
    return n;
}

/* MT-E29: two days without a connection: nothing leaves, and what is due waits once, not as often as
 * it was; then it goes */
static void
nothing_is_made_offline (void)
{
    static const TlVector nobody_there = { "", 0 };
    g_autoptr (Bench) bench = bench_new (TRUE);

    bench_online (bench);
    tg_client_set_online (bench->client, TRUE);
    for (int i = 0; i < 5; i++) {
        answer_all (bench, &nobody_there);
        bench_advance (bench, MINUTE);
    }
    answer_all (bench, &nobody_there);
    unsigned made = bench->calls->len, gone = left (bench);
    bench->conn_events->closed (bench->conn_user, "a test");
    for (int hour = 0; hour < 48; hour++)
        bench_advance (bench, HOUR);
    g_assert_cmpuint (left (bench), ==, gone);
    for (unsigned i = made; i < bench->calls->len; i++)
        for (unsigned k = made; k < i; k++)
            g_assert_cmpuint (((BenchCall *)bench->calls->pdata[i])->id, !=,
                              ((BenchCall *)bench->calls->pdata[k])->id);
    tg_client_wake (bench->client);
    bench->conn_events->opened (bench->conn_user);
    bench_run (bench);
    g_assert_cmpuint (left (bench), >, gone);
    g_assert_cmpuint (left (bench), <=, gone + 8);
}

/* MT-E28: before a login nothing goes that is not of it: not whether we are there, not who is
 * blocked, not who was looked for; when somebody is logged in, what was waiting goes. (That what goes
 * before is on the list of what may is looked after by bench-net.c, for every test of a client.) */
static void
nothing_goes_before_a_login (void)
{
    g_autoptr (Bench) bench = at_the_code ();

    tg_client_set_online (bench->client, TRUE);
    tg_client_block (bench->client, BENCH_BOB, TRUE);
    bench_advance (bench, HOUR);
    for (unsigned i = 0; i < bench->calls->len; i++) {
        const BenchCall *call = bench->calls->pdata[i];
        g_assert_true (!call->left || call->before_login);
    }
    type (bench, "12345");
    g_assert_cmpuint (bench_count (bench, ApiAccountUpdateStatus_ID), ==, 0);
    authorize (bench, called (bench, ApiAuthSignIn_ID));
    bench_advance (bench, 1000);
    called (bench, ApiUpdatesGetState_ID);
}

/* MT-E28: who logs out before there is a login does not wait for one, which would end then */
static void
a_log_out_waits_for_no_login (void)
{
    g_autoptr (Bench) bench = at_the_code ();

    tg_client_log_out (bench->client);
    bench_run (bench);
    bench_refuse (bench, called (bench, ApiAuthLogOut_ID), 401, "AUTH_KEY_UNREGISTERED");
    assert_offline (bench, TALK_OFFLINE_LOGGED_OUT);
}

/* MT-E30: five thousand contacts, all with pictures: the start is a dozen of calls; nobody is
 * asked for one by one, pictures come two at a time */
static void
many_contacts_are_few_calls (void)
{
    g_autoptr (Bench) bench = bench_new (TRUE);
    g_autofree ApiUser *users = g_new0 (ApiUser, CONTACTS);
    g_autofree const TlObject **items = g_new0 (const TlObject *, CONTACTS);
    ApiUserProfilePhoto photo = TL_NEW (ApiUserProfilePhoto, .photo_id = 5, .dc_id = 2);
    TlVector all = { items, CONTACTS };

    for (int i = 0; i < CONTACTS; i++) {
        users[i] = user_of (5000 + i, "P");
        users[i].photo = TL_OBJ (&photo);
        items[i] = TL_OBJ (&users[i]);
    }
    bench_online (bench);
    tg_client_set_online (bench->client, TRUE);
    for (int second = 0; second < 60; second++) {
        unsigned open = 0;
        for (unsigned i = 0; i < bench->calls->len; i++) {
            BenchCall *call = bench->calls->pdata[i];
            if (call->id == ApiUploadGetFile_ID)
                open += call->left && !call->answered;
            else if (call->left && !call->answered)
                answer_one (bench, call, &all);
        }
        g_assert_cmpuint (open, <=, 2);
        bench_advance (bench, 1000);
    }
    static const uint32_t files[] = { ApiUploadGetFile_ID };
    g_assert_nonnull (tg_peer_find (bench->client, 5000 + CONTACTS - 1));
    g_assert_cmpuint (count_but (bench, files, 1), <=, 20);
    g_assert_cmpuint (bench_count (bench, ApiUsersGetFullUser_ID), ==, 0);
    /* who changed is asked for together, and a crowd of them in blocks */
    unsigned before = bench_count (bench, ApiUsersGetUsers_ID);
    for (int i = 0; i < CONTACTS; i++) {
        ApiUpdateUser changed = TL_NEW (ApiUpdateUser, .user_id = 5000 + i);
        bench_update (bench, TL_OBJ (&changed));
    }
    bench_advance (bench, MINUTE);
    g_assert_cmpuint (bench_count (bench, ApiUsersGetUsers_ID) - before, <=, 50);
    for (unsigned i = 0; i < bench->calls->len; i++) {
        const BenchCall *call = bench->calls->pdata[i];
        if (call->id == ApiUsersGetUsers_ID)
            g_assert_cmpint (bench_int (call, 1), <=, 100);
    }
    g_assert_cmpuint (bench_count (bench, ApiUsersGetFullUser_ID), ==, 0);
}

/* MT-E27: people whom an answer or an update brings are known before what speaks of them is
 * told: a request of somebody who was never heard of has a name */
static void
strangers_have_names_first (void)
{
    for (int in_difference = 0; in_difference < 2; in_difference++) {
        g_autoptr (Bench) bench = bench_new (TRUE);
        uint8_t g_a[256] = { 0x40, 9 };
        ApiUser carol = user_of (CAROL, "Carol");
        ApiEncryptedChatRequested requested = TL_NEW (
            ApiEncryptedChatRequested, .id = 1, .access_hash = 7, .date = 1,
            .admin_id = CAROL, .participant_id = BENCH_OWN, .g_a = TL_BYTES (g_a, 256));
        ApiUpdateEncryption update =
            TL_NEW (ApiUpdateEncryption, .chat = TL_OBJ (&requested), .date = 1);
        const TlObject *updates[] = { TL_OBJ (&update) };
        const TlObject *people[] = { TL_OBJ (&carol) };
        ApiUpdatesState state =
            TL_NEW (ApiUpdatesState, .pts = 11, .qts = 5, .date = 21, .seq = 2);
        ApiUpdatesDifference difference = TL_NEW (
            ApiUpdatesDifference, .new_messages = { people, 0 },
            .new_encrypted_messages = { people, 0 }, .other_updates = { updates, 1 },
            .chats = { people, 0 }, .users = { people, 1 }, .state = TL_OBJ (&state));
        ApiUpdates pushed =
            TL_NEW (ApiUpdates, .updates = { updates, 1 }, .users = { people, 1 },
                    .chats = { people, 0 }, .date = 21);
        if (in_difference) {
            bench_start (bench);
            bench_answer (bench, bench_call (bench, ApiUpdatesGetDifference_ID),
                          TL_OBJ (&difference));
        } else {
            bench_online (bench);
            bench_receive (bench, TL_OBJ (&pushed));
        }
        bench_advance (bench, 1000);
        const char *name = strstr (bench->told->str, "peer Carol");
        const char *chat = strstr (bench->told->str, "chat ");
        g_assert_nonnull (name);
        g_assert_nonnull (chat);
        g_assert_true (name < chat);
    }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
#define ADD(f) g_test_add_func ("/client/calls/" #f, f)
    ADD (a_day_has_few_calls);
    ADD (silence_makes_no_calls);
    ADD (nothing_is_made_offline);
    ADD (nothing_goes_before_a_login);
    ADD (a_log_out_waits_for_no_login);
    ADD (many_contacts_are_few_calls);
    ADD (strangers_have_names_first);
    return g_test_run ();
}
