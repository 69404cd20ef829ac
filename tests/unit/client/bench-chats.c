/* The bench's chats: Bob's end of a World, and what travels between it and the client. */
#include "client-bench.h"

#include "dh-toy.h"
#include "tl-reader.h"

GBytes *
bench_bob_sends (World *w)
{
    End *bob = w->bob;
    unsigned n = bob->wire->len;

    end_turn (bob);
    while (bob->wire->len == n) {
        const SecretCall *call = server_call (bob, 0);
        static const SecretAnswer done = { 0 };
        if (call != NULL &&
            (call->kind == SECRET_CALL_TYPING || call->kind == SECRET_CALL_READ))
            server_answers_with (bob, &done);
        else if (!server_answers (bob))
            return NULL;
    }
    return bob->wire->pdata[n];
}

int32_t
bench_waiting_chat (Bench *bench, World *w, ApiEncryptedChat *accepted)
{
    End *bob = w->bob;
    uint8_t random[256] = { 9 };
    ApiMessagesDhConfig config =
        TL_NEW (ApiMessagesDhConfig, .g = 3, .p = TL_BYTES (crypto_dh_known_prime, 256),
                .version = 7, .random = TL_BYTES (random, 256));
    ApiMessagesDhConfigNotModified same =
        TL_NEW (ApiMessagesDhConfigNotModified, .random = TL_BYTES (random, 256));

    int32_t id;
    g_assert_cmpint (tg_secret_start (bench->client, BENCH_BOB, &id), ==, TALK_DONE);
    bench_run (bench);
    BenchCall *ask = bench_call (bench, ApiMessagesGetDhConfig_ID);
    bench_answer (bench, ask,
                  bench_int (ask, 0) == 7 ? TL_OBJ (&same) : TL_OBJ (&config));
    BenchCall *request = bench_call (bench, ApiMessagesRequestEncryption_ID);
    g_assert_nonnull (request);
    size_t len;
    const uint8_t *data = g_bytes_get_data (request->request, &len);
    SecretRemote remote = { .state = SECRET_REMOTE_REQUESTED,
                            .id = id,
                            .access_hash = 77,
                            .date = 1,
                            .admin_id = BENCH_OWN,
                            .participant_id = BENCH_BOB,
                            .g_a_or_b = TL_BYTES (data + len - 256, 256) };
    w->forged++; /* what Alice says is not said here */
    w->server.chat_id = id;
    g_byte_array_append (w->server.g_a, data + len - 256, 256);
    bob->chat = secret_chat_new_incoming (&bob->env, &remote, w->now);
    secret_chat_accept (bob->chat, w->now);
    server_answers (bob);
    const SecretCall *call = server_call (bob, 0);
    g_assert_cmpint (call->kind, ==, SECRET_CALL_ACCEPT);
    g_byte_array_append (w->server.g_b, call->u.accept.g_b, 256);
    *accepted = TL_NEW (ApiEncryptedChat, .id = id, .access_hash = 77, .date = 1,
                        .admin_id = BENCH_OWN, .participant_id = BENCH_BOB,
                        .g_a_or_b = TL_BYTES (w->server.g_b->data, 256),
                        .key_fingerprint = call->u.accept.key_fingerprint);
    remote.state = SECRET_REMOTE_CHAT;
    remote.key_fingerprint = call->u.accept.key_fingerprint;
    SecretAnswer answer = { .u.remote = remote };
    server_answers_with (bob, &answer);
    ApiEncryptedChatWaiting waiting =
        TL_NEW (ApiEncryptedChatWaiting, .id = id, .access_hash = 77, .date = 1,
                .admin_id = BENCH_OWN, .participant_id = BENCH_BOB);
    bench_answer (bench, request, TL_OBJ (&waiting));
    return id;
}

int32_t
bench_chat (Bench *bench, World *w)
{
    ApiEncryptedChat accepted;
    int32_t id = bench_waiting_chat (bench, w, &accepted);
    ApiUpdateEncryption update =
        TL_NEW (ApiUpdateEncryption, .chat = TL_OBJ (&accepted), .date = 1);

    bench_update (bench, TL_OBJ (&update));
    g_assert_true (bench_told (bench, "chat 4 0"));
    return id;
}

void
bench_carry (Bench *bench, World *w)
{
    BenchCall *call;

    while ((call = bench_call (bench, ApiMessagesSendEncryptedService_ID)) != NULL ||
           (call = bench_call (bench, ApiMessagesSendEncrypted_ID)) != NULL) {
        unsigned words = call->id == ApiMessagesSendEncrypted_ID ? 1 : 0; /* flags */
        size_t len;
        const uint8_t *data = g_bytes_get_data (call->request, &len);
        TlReader in;
        tl_reader_init (&in, data, len);
        for (unsigned i = 0; i < 1 + words + 4 + 2; i++) /* id, peer, random_id */
            tl_reader_int (&in);
        TlBytes body = tl_reader_bytes (&in);
        g_assert_true (tl_reader_finished (&in));
        ApiMessagesSentEncryptedMessage sent =
            TL_NEW (ApiMessagesSentEncryptedMessage, .date = ++w->date);
        secret_chat_receive (w->bob->chat, w->date, body, NULL, TRUE, w->now);
        end_turn (w->bob);
        bench_answer (bench, call, TL_OBJ (&sent));
    }
}

void
bench_deliver (Bench *bench, int32_t chat_id, GBytes *data)
{
    size_t len;
    const uint8_t *bytes = g_bytes_get_data (data, &len);
    ApiEncryptedMessageService message =
        TL_NEW (ApiEncryptedMessageService, .random_id = 1, .chat_id = chat_id,
                .date = 100 + bench->qts, .bytes = TL_BYTES (bytes, len));
    ApiUpdateNewEncryptedMessage update = TL_NEW (
        ApiUpdateNewEncryptedMessage, .message = TL_OBJ (&message), .qts = ++bench->qts);

    bench_update (bench, TL_OBJ (&update));
}

int32_t
bench_chat_on (Bench *bench, World *w)
{
    bench_online (bench);
    int32_t chat = bench_chat (bench, w);
    bench_carry (bench, w);
    bench_deliver (bench, chat, bench_bob_sends (w));
    bench_carry (bench, w);
    g_string_truncate (bench->told, 0);
    return chat;
}
