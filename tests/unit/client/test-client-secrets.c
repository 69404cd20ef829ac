/* Secret chats of one account: the group they begin with, primes, ids, envelopes,
 * answers, several at once, and their end with the key. */
#include "client-bench.h"

#include "crypto-hash.h"
#include "dh-toy.h"
#include "record.tl.h"
#include "secret-private.h"
#include "secret.tl.h"
#include "tl-writer.h"

#include <string.h>

#define CONFIG ApiMessagesGetDhConfig_ID
#define REQUEST ApiMessagesRequestEncryption_ID

static int32_t
start_chat (Bench *bench)
{
    int32_t id;
    g_assert_cmpint (tg_secret_start (bench->client, BENCH_BOB, &id), ==, TALK_DONE);
    bench_run (bench);
    return id;
}

static TalkSecret
info_of (Bench *bench, int32_t id)
{
    TalkSecret info;

    g_assert_true (tg_secret_info (bench->client, id, &info));
    return info;
}

/* The version that the open getDhConfig names. */
static int32_t
asked_version (Bench *bench)
{
    const BenchCall *call = bench_call (bench, CONFIG);

    g_assert_nonnull (call);
    return bench_int (call, 0);
}

static void
answer_config (Bench *bench, int32_t version, int g, const uint8_t *p, size_t len)
{
    uint8_t random[256] = { 5 };
    ApiMessagesDhConfig config =
        TL_NEW (ApiMessagesDhConfig, .g = g, .p = TL_BYTES (p, len), .version = version,
                .random = TL_BYTES (random, 256));

    bench_answer (bench, bench_call (bench, CONFIG), TL_OBJ (&config));
}

static void
answer_same (Bench *bench)
{
    ApiMessagesDhConfigNotModified same =
        TL_NEW (ApiMessagesDhConfigNotModified, .random = TL_BYTES ("r", 1));

    bench_answer (bench, bench_call (bench, CONFIG), TL_OBJ (&same));
}

/* Alive at Bob's request: the group was taken. */
static void
assert_requested (Bench *bench, int32_t id)
{
    BenchCall *call = bench_call (bench, REQUEST);

    g_assert_nonnull (call);
    g_assert_cmpint (info_of (bench, id).state, ==, TALK_STATE_ASKING);
    bench_refuse (bench, call, 400, "ENOUGH"); /* it is of no interest any more */
}

/* SC-A1 SC-F4: the group is asked for with the version that is known, also after a
 * restart, and used when it is the same; a new one takes its place only if it is good;
 * what was never here cannot be the same */
static void
the_group_is_kept (void)
{
    g_autoptr (Bench) bench = bench_new (TRUE);
    uint8_t odd[256];

    bench_online (bench);
    int32_t id = start_chat (bench);
    g_assert_cmpint (asked_version (bench), ==, 0);
    answer_same (bench); /* of nothing */
    g_assert_cmpint (info_of (bench, id).closed, ==, TALK_CLOSED_REQUEST_FAILED);
    g_assert_null (bench_call (bench, REQUEST));
    g_assert_null (bench_call (bench, ApiMessagesDiscardEncryption_ID));

    start_chat (bench);
    g_assert_cmpint (asked_version (bench), ==, 0);
    answer_config (bench, 7, 3, crypto_dh_known_prime, 256);
    g_assert_nonnull (bench_call (bench, REQUEST));
    g_assert_cmpint (bench->client->secrets->env.current_g, ==, 3);
    for (int restart = 0; restart < 2; restart++) {
        if (restart) {
            bench_kill (bench);
            bench_online (bench);
            g_assert_cmpint (bench->client->secrets->env.current_g, ==, 3); /* SC-F4 */
            g_assert_cmpmem (bench->client->secrets->env.current_p, 256,
                             crypto_dh_known_prime, 256);
        }
        unsigned requests = bench_count (bench, REQUEST);
        id = start_chat (bench);
        g_assert_cmpint (asked_version (bench), ==, 7);
        answer_same (bench);
        g_assert_cmpuint (bench_count (bench, REQUEST), ==, requests + 1);
        g_assert_cmpint (tg_secrets_find (bench->client, id)->handshake.g, ==, 3);
        g_assert_cmpmem (tg_secrets_find (bench->client, id)->handshake.p, 256,
                         crypto_dh_known_prime, 256);
    }

    memcpy (odd, crypto_dh_known_prime, 256); /* bad ones are not kept */
    odd[0] = 0x40;
    const struct {
        int g;
        size_t len;
        const uint8_t *p;
    } bad[] = { { 9, 256, crypto_dh_known_prime },
                { 3, 255, crypto_dh_known_prime },
                { 3, 256, odd } };
    for (size_t i = 0; i < G_N_ELEMENTS (bad); i++) {
        id = start_chat (bench);
        answer_config (bench, 8, bad[i].g, bad[i].p, bad[i].len);
        if (i == 2) /* the worker's verdict */
            bench_run (bench);
        g_assert_cmpint (info_of (bench, id).closed, ==, TALK_CLOSED_BAD_KEY);
        start_chat (bench);
        g_assert_cmpint (asked_version (bench), ==, 7);
        answer_same (bench);
    }
    start_chat (bench);
    answer_config (bench, 9, 4, crypto_dh_known_prime, 256); /* a good one is */
    g_assert_cmpint (bench->client->secrets->env.current_g, ==, 4);
    start_chat (bench);
    g_assert_cmpint (asked_version (bench), ==, 9);
}

/* SC-A2 SC-E18: a refused number of random bytes is asked for once more, then none */
static void
refused_lengths_of_random_bytes (void)
{
    static const int32_t lengths[] = { 256, 256, 0 };

    for (int fails = 0; fails < 2; fails++) {
        g_autoptr (Bench) bench = bench_new (TRUE);
        bench_online (bench);
        int32_t id = start_chat (bench);
        for (size_t i = 0; i < G_N_ELEMENTS (lengths); i++) {
            BenchCall *call = bench_call (bench, CONFIG);
            g_assert_cmpint (bench_int (call, 1), ==, lengths[i]);
            if (i < 2 || fails)
                bench_refuse (bench, call, 400, "RANDOM_LENGTH_INVALID");
        }
        if (fails) {
            g_assert_cmpint (info_of (bench, id).closed, ==, TALK_CLOSED_REQUEST_FAILED);
            g_assert_null (bench_call (bench, CONFIG));
            continue;
        }
        ApiMessagesDhConfig config = TL_NEW (ApiMessagesDhConfig, .g = 3,
                                             .p = TL_BYTES (crypto_dh_known_prime, 256),
                                             .version = 7, .random = TL_BYTES ("", 0));
        bench_answer (bench, bench_call (bench, CONFIG), TL_OBJ (&config));
        assert_requested (bench, id);
    }
}

static unsigned checked; /* primes, by the worker */

static gboolean
no_known_prime (const uint8_t p[static 256])
{
    return FALSE;
}

static void
checked_cb (TgClient *client, const uint8_t p[static 256], gboolean good, int32_t chat_id,
            uint64_t token)
{
}

static gboolean
even_last_bit (const uint8_t p[static 256])
{
    checked++;
    return p[255] % 4 == 3;
}

/* SC-A3: a verdict, good or bad, is found once for a prime, and kept; not without bound
 */
static void
primes_are_judged_once (void)
{
    g_autoptr (Bench) bench = bench_new (TRUE);
    CryptoDhOps dh = crypto_dh_toy;

    dh.is_known_prime = no_known_prime;
    dh.is_safe_prime = even_last_bit;
    checked = 0;
    for (int restart = 0; restart < 2; restart++) {
        if (restart)
            bench_kill (bench);
        bench_online (bench);
        bench->client->dh = bench->client->secrets->env.dh = &dh;
        for (int round = 0; round < 2; round++)
            for (int good = 0; good < 2; good++) {
                uint8_t p[256] = { 0x80, [255] = good ? 3 : 1 };
                int32_t id = start_chat (bench);
                answer_config (bench, 20 + good, 3, p, 256);
                bench_run (bench);
                if (good)
                    assert_requested (bench, id);
                else
                    g_assert_cmpint (info_of (bench, id).closed, ==, TALK_CLOSED_BAD_KEY);
                g_assert_cmpint (bench->client->prime->group.version, !=,
                                 20); /* the bad one */
                g_assert_cmpuint (checked, ==, restart || round ? 2 : (unsigned)good + 1);
            }
        start_chat (bench);
        g_assert_cmpint (asked_version (bench), ==, 21); /* kept after the check */
        bench_refuse (bench, bench_call (bench, CONFIG), 400, "ENOUGH");
    }
    bench->client->secrets->running = TRUE;
    for (unsigned i = 0; i < 40; i++) { /* many primes */
        uint8_t p[256] = { 0x80, [254] = (uint8_t)i, [255] = 1 };
        tg_prime_check (bench->client, p, checked_cb, 1, 1);
        bench_run (bench);
    }
    g_assert_cmpuint (bench->client->prime->verdicts->len, ==, 32);
    unsigned before = checked;
    uint8_t newest[256] = { 0x80, [254] = 39, [255] = 1 },
            oldest[256] = { 0x80, [255] = 3 };
    tg_prime_check (bench->client, newest, checked_cb, 1, 1);
    bench_run (bench);
    g_assert_cmpuint (checked, ==, before);
    tg_prime_check (bench->client, oldest, checked_cb, 1, 1);
    bench_run (bench);
    g_assert_cmpuint (checked, ==, before + 1);
}

/* SC-A3: what is kept is believed: no other judge is asked */
static void
kept_verdicts_are_believed (void)
{
    for (int good = 0; good < 2; good++) {
        g_autoptr (Bench) bench = bench_new (TRUE);
        CryptoDhOps dh = crypto_dh_toy;
        uint8_t p[256] = { 0x80, [255] = good ? 1 : 3 }, hash[32];
        crypto_sha256 (p, 256, hash);
        RecPrimeVerdict verdict =
            TL_NEW (RecPrimeVerdict, .hash = TL_BYTES (hash, 32), .good = good);
        const TlObject *items[] = { TL_OBJ (&verdict) };
        RecPrimeVerdicts verdicts = TL_NEW (RecPrimeVerdicts, .verdicts = { items, 1 });
        bench_put (bench, STORE_ACCOUNT, 2, TL_OBJ (&verdicts));
        dh.is_known_prime = no_known_prime;
        dh.is_safe_prime = even_last_bit; /* would say the opposite */
        bench_online (bench);
        bench->client->dh = bench->client->secrets->env.dh = &dh;
        int32_t id = start_chat (bench);
        answer_config (bench, 20, 3, p, 256);
        bench_run (bench);
        g_assert_cmpint (info_of (bench, id).closed, ==,
                         good ? TALK_CLOSED_NOT : TALK_CLOSED_BAD_KEY);
    }
}

static const uint32_t *script;
static size_t scripted;

static gboolean
scripted_fill (void *user, uint8_t *out, size_t len)
{
    if (scripted == 0 || len != 4)
        return crypto_random_fill (crypto_random_system (), out, len);
    memcpy (out, script++, 4);
    scripted--;
    return TRUE;
}

/* SC-A10: the ids of all chats of the account are taken, those of closed ones as well */
static void
ids_of_closed_chats_are_taken (void)
{
    static const uint32_t drawn[] = { 500, 500, 500, 501 };
    static const CryptoRandom random = { scripted_fill, NULL };
    g_autoptr (Bench) bench = bench_new (TRUE);

    bench_online (bench);
    bench->client->secrets->env.random = &random;
    script = drawn;
    scripted = G_N_ELEMENTS (drawn);
    g_assert_cmpint (start_chat (bench), ==, 500);
    tg_secret_close (bench->client, 500, FALSE);
    bench_run (bench);
    g_assert_cmpint (info_of (bench, 500).state, ==, TALK_STATE_CLOSED);
    g_assert_cmpint (start_chat (bench), ==, 501);
    g_assert_cmpuint (scripted, ==, 0);
}

/* SC-A30 SC-B7: two chats with one person, each with its own numbers and keys; what is
 * for the one is nothing in the other, and one end is not two */
static void
two_chats_with_one_person (void)
{
    g_autoptr (Bench) bench = bench_new (TRUE);
    g_autoptr (World) left = world_new (1, WORLD_TOY);
    g_autoptr (World) right = world_new (2, WORLD_TOY);
    World *pairs[] = { left, right };
    int32_t ids[2];
    unsigned said[2] = { 0, 0 };

    bench_online (bench);
    for (int i = 0; i < 2; i++) {
        ids[i] = bench_chat (bench, pairs[i]);
        bench_carry (bench, pairs[i]);
        bench_deliver (bench, ids[i], bench_bob_sends (pairs[i]));
        bench_carry (bench, pairs[i]);
    }
    g_assert_cmpint (ids[0], !=, ids[1]);
    g_assert_cmpint (
        memcmp (info_of (bench, ids[0]).key_hash, info_of (bench, ids[1]).key_hash, 36),
        !=, 0);
    for (int i = 0; i < 6; i++) { /* three in one, between them two in the other */
        int to = i == 1 || i == 4 ? 1 : 0;
        g_autofree char *text = g_strdup_printf ("%d to %d", i, to);
        g_autofree char *heard = g_strdup_printf ("message %s", text);
        end_says (pairs[to]->bob, text);
        GBytes *data = bench_bob_sends (pairs[to]);
        bench_deliver (bench, ids[1 - to], data); /* to the wrong one */
        g_assert_false (bench_told (bench, heard));
        bench_deliver (bench, ids[to], data);
        g_assert_true (bench_told (bench, heard));
        g_autofree int64_t *sent = NULL;
        size_t n;
        g_assert_cmpint (tg_secret_send (bench->client, ids[to], text, &sent, &n), ==,
                         TALK_DONE);
        bench_run (bench);
        bench_carry (bench, pairs[to]);
        g_assert_cmpuint (pairs[to]->bob->shown->len, ==, ++said[to]);
        if (i == 3) {
            bench_stop (bench);
            bench_online (bench);
        }
    }
    g_assert_cmpuint (info_of (bench, ids[0]).raw_in, ==, 5);
    g_assert_cmpuint (info_of (bench, ids[1]).raw_in, ==, 3);
    tg_secret_set_ttl (bench->client, ids[1], 7);
    g_assert_cmpint (info_of (bench, ids[0]).ttl, ==, 0);
    tg_secret_close (bench->client, ids[0], FALSE);
    bench_run (bench);
    g_assert_cmpint (info_of (bench, ids[1]).state, ==, TALK_STATE_READY);
}

/* SC-A31: a request says which folder it belongs in, or does not */
static void
requests_come_with_and_without_a_folder (void)
{
    uint8_t g_a[256] = { 0x40, [255] = 9 };

    for (int folder = 0; folder < 2; folder++) {
        g_autoptr (Bench) bench = bench_new (TRUE);
        g_auto (TlWriter) update = { 0 };
        bench_online (bench);
        tl_writer_int (&update, (int32_t)ApiUpdateShort_ID);
        tl_writer_int (&update, (int32_t)ApiUpdateEncryption_ID);
        tl_writer_int (&update, (int32_t)ApiEncryptedChatRequested_ID);
        tl_writer_int (&update, folder); /* flags */
        if (folder)
            tl_writer_int (&update, 1);
        tl_writer_int (&update, 600);
        tl_writer_long (&update, 77);
        tl_writer_int (&update, 5);
        tl_writer_long (&update, BENCH_BOB);
        tl_writer_long (&update, BENCH_OWN);
        tl_writer_bytes (&update, g_a, sizeof g_a);
        tl_writer_int (&update, 5);
        tl_writer_int (&update, 5);
        bench_receive_bytes (bench, update.data, update.len);
        g_assert_cmpint (info_of (bench, 600).state, ==, TALK_STATE_REQUESTED);
        const SecretChat *chat = tg_secrets_find (bench->client, 600);
        g_assert_cmpint (chat->user_id, ==, BENCH_BOB);
        g_assert_cmpint (chat->access_hash, ==, 77);
        g_assert_cmpmem (chat->handshake.g_peer, 256, g_a, 256);
    }
}

static void
deliver_in (Bench *bench, int32_t chat_id, GBytes *data, int envelope)
{
    size_t len;
    const uint8_t *bytes = g_bytes_get_data (data, &len);
    ApiEncryptedFileEmpty none = TL_NEW (ApiEncryptedFileEmpty);
    ApiEncryptedFile file = TL_NEW (ApiEncryptedFile, .id = 1, .size = 16);
    ApiEncryptedMessageService service =
        TL_NEW (ApiEncryptedMessageService, .random_id = 4, .chat_id = chat_id,
                .date = 300, .bytes = TL_BYTES (bytes, len));
    ApiEncryptedMessage message =
        TL_NEW (ApiEncryptedMessage, .random_id = 4, .chat_id = chat_id, .date = 300,
                .bytes = TL_BYTES (bytes, len),
                .file = envelope == 1 ? TL_OBJ (&none) : TL_OBJ (&file));
    ApiUpdateNewEncryptedMessage update =
        TL_NEW (ApiUpdateNewEncryptedMessage,
                .message = envelope == 0 ? TL_OBJ (&service) : TL_OBJ (&message),
                .qts = ++bench->qts);

    bench_update (bench, TL_OBJ (&update));
}

/* SC-E1 SC-J10 SC-D27: whatever is in it, each envelope is opened; its number, and a file
 * that belongs to nothing, are only hints */
static void
every_action_in_every_envelope (void)
{
    for (int envelope = 0; envelope < 3; envelope++) {
        g_autoptr (Bench) bench = bench_new (TRUE);
        g_autoptr (World) w = world_new (3, WORLD_TOY);
        bench_online (bench);
        int32_t id = bench_chat (bench, w);
        SecretChat *bob = w->bob->chat;
        bench_carry (bench, w);
        deliver_in (bench, id, bench_bob_sends (w), envelope);
        bench_carry (bench, w);
        int64_t text = end_says (w->bob, "text");
        deliver_in (bench, id, bench_bob_sends (w), envelope);
        g_assert_true (bench_told (bench, "message text"));
        secret_chat_set_ttl (bob, 8, w->now);
        secret_chat_screenshot (bob, NULL, 0, w->now);
        secret_chat_delete (bob, &text, 1, w->now);
        secret_chat_set_typing_action (bob, TRUE);
        secret_chat_set_typing (bob, TRUE, w->now);
        secret_chat_flush (bob, w->now);
        secret_chat_rekey (bob, w->now);
        for (GBytes *data; (data = bench_bob_sends (w)) != NULL;)
            deliver_in (bench, id, data, envelope);
        g_test_message ("envelope %d: %s", envelope, bench->told->str);
        g_assert_cmpint (info_of (bench, id).ttl, ==, 8);
        g_autofree char *shot = g_strdup_printf ("notice %d", TALK_NOTICE_SCREENSHOT);
        g_assert_true (bench_told (bench, shot));
        g_assert_true (bench_told (bench, "gone 1"));
        g_assert_true (bench_told (bench, "flushed by peer"));
        g_assert_true (info_of (bench, id).rekeying);
        g_assert_cmpuint (info_of (bench, id).raw_in, ==, bob->numbers.raw_out);
        g_assert_cmpuint (info_of (bench, id).queued, ==, 0);
    }
}

/* SC-E3: each form of the answer gives the message its date */
static void
every_form_of_an_answer (void)
{
    for (int form = 0; form < 3; form++) {
        g_autoptr (Bench) bench = bench_new (TRUE);
        g_autoptr (World) w = world_new (4, WORLD_TOY);
        bench_online (bench);
        int32_t id = bench_chat (bench, w);
        bench_carry (bench, w);
        g_autofree int64_t *ids = NULL;
        size_t n;
        g_assert_cmpint (tg_secret_send (bench->client, id, "x", &ids, &n), ==,
                         TALK_DONE);
        bench_run (bench);
        ApiMessagesSentEncryptedMessage plain =
            TL_NEW (ApiMessagesSentEncryptedMessage, .date = 4000);
        ApiEncryptedFileEmpty none = TL_NEW (ApiEncryptedFileEmpty);
        ApiEncryptedFile some = TL_NEW (ApiEncryptedFile, .id = 1);
        ApiMessagesSentEncryptedFile file =
            TL_NEW (ApiMessagesSentEncryptedFile, .date = 4000,
                    .file = form == 1 ? TL_OBJ (&none) : TL_OBJ (&some));
        bench_answer (bench, bench_call (bench, ApiMessagesSendEncrypted_ID),
                      form == 0 ? TL_OBJ (&plain) : TL_OBJ (&file));
        g_assert_true (bench_told (bench, "sent 4000"));
        const SecretNote *note =
            secret_note_find (tg_secrets_find (bench->client, id), ids[0]);
        g_assert_true (note->sent);
        g_assert_cmpint (note->date, ==, 4000);
    }
}

/* SC-A29: without its key an account has no chats: keys, counters and qts are gone, and
 * nothing of it can be sent any more */
static void
chats_end_with_the_key (void)
{
    g_autoptr (Bench) bench = bench_new (TRUE);
    g_autoptr (World) w = world_new (5, WORLD_TOY);

    bench_online (bench);
    int32_t id = bench_chat (bench, w);
    bench_carry (bench, w);
    bench_lose_key (bench, "SESSION_REVOKED");
    g_assert_true (bench_told (bench, "chat 5 13"));
    g_assert_cmpuint (bench_count (bench, ApiMessagesDiscardEncryption_ID), ==, 0);
    bench_stop (bench);
    bench_start (bench);
    const SecretChat *chat = tg_secrets_find (bench->client, id);
    g_assert_cmpint (info_of (bench, id).closed, ==, TALK_CLOSED_LOGGED_OUT);
    g_assert_false (chat->keys.now.used);
    g_assert_cmpuint (chat->outbox.list->len, ==, 0);
    g_assert_false (bench->client->updates->known);
    g_assert_cmpint (bench->client->own_id, ==, 0);
    int64_t random_id;
    g_assert_cmpint (secret_chat_send_text (tg_secrets_find (bench->client, id), "x", 0,
                                            FALSE, bench->now, &random_id),
                     ==, TALK_IS_CLOSED);
}

static unsigned
discards_of (Bench *bench, int32_t id)
{
    unsigned n = 0;

    for (unsigned i = 0; i < bench->calls->len; i++) {
        const BenchCall *call = g_ptr_array_index (bench->calls, i);
        n += call->left && call->id == ApiMessagesDiscardEncryption_ID &&
             bench_int (call, 1) == id;
    }
    return n;
}

/* SC-A12: the answer to a request names another chat: that one is ended, too, and until the
 * server has heard it, also after a restart; but not one that is known already */
static void
another_chats_id_is_discarded_as_well (void)
{
    for (int known = 0; known < 2; known++) {
        g_autoptr (Bench) bench = bench_new (TRUE);
        g_autoptr (World) w = world_new (31, WORLD_TOY);
        bench_online (bench);
        int32_t old = bench_chat (bench, w);
        int32_t other = known ? old : -77;
        int32_t id;
        g_assert_cmpint (tg_secret_start (bench->client, BENCH_BOB, &id), ==, TALK_DONE);
        bench_run (bench);
        BenchCall *config = bench_call (bench, ApiMessagesGetDhConfig_ID);
        ApiMessagesDhConfigNotModified same =
            TL_NEW (ApiMessagesDhConfigNotModified, .random = TL_STR (""));
        bench_answer (bench, config, TL_OBJ (&same));
        ApiEncryptedChatWaiting waiting =
            TL_NEW (ApiEncryptedChatWaiting, .id = other, .access_hash = 77, .date = 1,
                    .admin_id = BENCH_OWN, .participant_id = BENCH_BOB);
        bench_answer (bench, bench_call (bench, ApiMessagesRequestEncryption_ID),
                      TL_OBJ (&waiting));
        g_assert_cmpuint (discards_of (bench, id), ==, 1);
        g_assert_cmpuint (discards_of (bench, other), ==, !known);
        TalkSecret info;
        g_assert_true (tg_secret_info (bench->client, id, &info));
        g_assert_cmpint (info.closed, ==, TALK_CLOSED_REQUEST_FAILED);
        g_assert_true (tg_secret_info (bench->client, old, &info));
        g_assert_cmpint (info.state, ==, TALK_STATE_READY); /* as it was */

        bench_kill (bench);
        bench_start (bench);
        bench_difference (bench, NULL, 0, NULL, 0, bench->qts);
        g_assert_cmpuint (discards_of (bench, id), ==, 1);
        g_assert_cmpuint (discards_of (bench, other), ==, !known);
        if (known)
            continue;
        for (int i = 0; i < 2; i++)
            bench_refuse (bench, bench_call (bench, ApiMessagesDiscardEncryption_ID), 400,
                          "ENCRYPTION_ALREADY_DECLINED");
        bench_kill (bench);
        bench_start (bench);
        bench_difference (bench, NULL, 0, NULL, 0, bench->qts);
        g_assert_cmpuint (bench_count (bench, ApiMessagesDiscardEncryption_ID), ==, 0);
    }
}

/* SC-A12: nor is an answer that says nothing taken for a refusal */
static void
an_answer_that_is_none_ends_the_chat_at_the_server (void)
{
    g_autoptr (Bench) bench = bench_new (TRUE);
    g_autoptr (World) w = world_new (32, WORLD_TOY);

    bench_online (bench);
    bench_chat (bench, w); /* the group is known */
    int32_t id;
    g_assert_cmpint (tg_secret_start (bench->client, BENCH_BOB, &id), ==, TALK_DONE);
    bench_run (bench);
    ApiMessagesDhConfigNotModified same =
        TL_NEW (ApiMessagesDhConfigNotModified, .random = TL_STR (""));
    bench_answer (bench, bench_call (bench, ApiMessagesGetDhConfig_ID), TL_OBJ (&same));
    ApiEncryptedChatEmpty empty = TL_NEW (ApiEncryptedChatEmpty, .id = 0);
    bench_answer (bench, bench_call (bench, ApiMessagesRequestEncryption_ID),
                  TL_OBJ (&empty));
    g_assert_cmpuint (discards_of (bench, id), ==, 1);
}

/* What Bob's end never writes by itself: one message of `n` characters. */
static GBytes *
bob_says_much (World *w, size_t n)
{
    End *bob = w->bob;
    g_autofree char *text = g_strnfill (n, 'x');
    SecretDecryptedMessage message =
        TL_NEW (SecretDecryptedMessage, .random_id = 77, .message = TL_BYTES (text, n));

    for (size_t i = 60; i < n; i += 61)
        text[i] = i % 2 ? ' ' : '\n';
    g_assert_nonnull (
        secret_send_object (bob->chat, TL_OBJ (&message), 77, FALSE, w->now));
    secret_settle (bob->chat, w->now);
    return bench_bob_sends (w);
}

/* What waited comes whole, as far as it is shown at all. */
static gboolean
waits_cb (int32_t chat_id, const TalkMessage *message, void *user)
{
    const size_t *n = user;

    if (message->id == 77) {
        g_assert_cmpuint (strlen (message->text), ==, MIN (*n, 100000));
        g_assert_cmpint (message->hidden, ==, *n > 100000 ? (int64_t)*n - 100000 : 0);
    }
    return TRUE;
}

/* DECISIONS 32: a long message is told in parts, one a loop turn, in order and before what
 * came after it; beyond 100,000 characters only how many there are. It is displayed when
 * the last part was: a process that dies before has it again. */
static void
a_long_message_comes_in_parts (void)
{
    static const size_t lengths[] = { 4096, 4097, 100000, 100001, 900000 };

    for (size_t i = 0; i < G_N_ELEMENTS (lengths); i++) {
        size_t n = lengths[i];
        g_autoptr (Bench) bench = bench_new (TRUE);
        g_autoptr (World) w = world_new (i + 1, WORLD_TOY);
        bench_online (bench);
        int32_t id = bench_chat (bench, w);
        bench_carry (bench, w);
        bench_deliver (bench, id, bench_bob_sends (w));
        GBytes *much = bob_says_much (w, n);
        int64_t ids[] = { 77, end_says (w->bob, "after it") };
        GBytes *after = bench_bob_sends (w);

        bench_deliver (bench, id, much);
        bench_deliver (bench, id, after);
        g_assert_cmpuint (bench->shown, <=, 4096 + strlen ("after it"));
        if (n > 4096)
            g_assert_false (bench_told (bench, "message after it"));
        if (n == 900000) { /* dies in the middle */
            bench_advance (bench, 50);
            g_assert_cmpuint (bench->shown, >, 4096);
            g_assert_cmpuint (bench->shown, <, 50000);
            bench_kill (bench);
            bench->shown = bench->parts = 0;
            bench_start (bench); /* what came after it was not written down yet */
            size_t len;
            const uint8_t *bytes = g_bytes_get_data (after, &len);
            ApiEncryptedMessageService again =
                TL_NEW (ApiEncryptedMessageService, .random_id = 1, .chat_id = id,
                        .date = 200, .bytes = TL_BYTES (bytes, len));
            const TlObject *messages[] = { TL_OBJ (&again) };
            bench_difference (bench, messages, 1, NULL, 0, 8);
        }
        for (int ms = 0; ms < 1000; ms++) {
            size_t before = bench->shown;
            bench_advance (bench, 1);
            g_assert_cmpuint (bench->shown - before, <=, 4096 + strlen ("after it"));
        }
        g_assert_true (bench_told (bench, "message after it"));
        g_assert_cmpuint (bench->shown, ==, MIN (n, 100000) + strlen ("after it"));
        g_assert_cmpint (bench->hidden, ==, n > 100000 ? (int64_t)n - 100000 : 0);
        g_assert_cmpuint (bench->parts, ==, 0);
        g_assert_true (tg_secret_each_waiting (bench->client, id, waits_cb, &n));
        tg_secret_seen (bench->client, id, ids, 2);
        bench_run (bench);
        bench_stop (bench);
        bench_start (bench); /* it was seen: not again */
        bench->shown = 0;
        bench_difference (bench, NULL, 0, NULL, 0, 8);
        bench_advance (bench, 1000);
        g_assert_cmpuint (bench->shown, ==, 0);
    }
}

/* Somebody asks and takes it back, and the user's answer to that could not be told. */
static void
ask_in_vain (Bench *bench, int32_t id)
{
    uint8_t g_a[256] = { 0x40, 9 };
    int64_t kept;
    ApiEncryptedChatRequested requested = TL_NEW (
        ApiEncryptedChatRequested, .id = id, .access_hash = 7, .date = 1,
        .admin_id = BENCH_BOB, .participant_id = BENCH_OWN, .g_a = TL_BYTES (g_a, 256));
    ApiEncryptedChatDiscarded discarded = TL_NEW (ApiEncryptedChatDiscarded, .id = id);
    ApiUpdateEncryption update =
        TL_NEW (ApiUpdateEncryption, .chat = TL_OBJ (&requested), .date = 1);

    bench_update (bench, TL_OBJ (&update));
    update.chat = TL_OBJ (&discarded);
    bench_update (bench, TL_OBJ (&update));
    g_assert_cmpint (tg_secret_keep (bench->client, id,
                                     &(TalkTyped){ .text = "too late" }, "CLOSED", &kept),
                     ==, TALK_DONE);
}

/* SC-M36 DECISIONS 25: a chat that gives way to newer ones leaves nothing in the store: what
 * was kept in it would be the only record of a chat that looks damaged (SC-L10) */
static void
what_gives_way_goes_whole (void)
{
    enum { KEPT = 1000, MORE = 5 };
    g_autoptr (Bench) bench = bench_new (TRUE);

    bench_online (bench);
    for (int32_t id = 1; id <= KEPT + MORE; id++)
        ask_in_vain (bench, id);
    g_assert_cmpuint (g_hash_table_size (bench->client->secrets->chats), ==, KEPT);
    bench_stop (bench);
    bench_make (bench);
    tg_client_start (bench->client);
    bench_run (bench); /* it is open */
    g_assert_cmpuint (g_hash_table_size (bench->client->secrets->chats), ==, KEPT);
    for (int32_t id = 1; id <= KEPT + MORE; id++) {
        TalkSecret info;
        if (tg_secret_info (bench->client, id, &info))
            g_assert_cmpint (info.closed, ==, TALK_CLOSED_ELSEWHERE);
    }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    world_quiet ();
#define ADD(f) g_test_add_func ("/client/secrets/" #f, f)
    ADD (the_group_is_kept);
    ADD (refused_lengths_of_random_bytes);
    ADD (primes_are_judged_once);
    ADD (kept_verdicts_are_believed);
    ADD (ids_of_closed_chats_are_taken);
    ADD (two_chats_with_one_person);
    ADD (requests_come_with_and_without_a_folder);
    ADD (every_action_in_every_envelope);
    ADD (every_form_of_an_answer);
    ADD (a_long_message_comes_in_parts);
    ADD (chats_end_with_the_key);
    ADD (another_chats_id_is_discarded_as_well);
    ADD (an_answer_that_is_none_ends_the_chat_at_the_server);
    ADD (what_gives_way_goes_whole);
    return g_test_run ();
}
