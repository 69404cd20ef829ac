/* From the secret chats to the server: their calls become API calls, and the answers go back
 * to them. */
#include "tg-secrets.h"
#include "tg-peers.h"
#include "tg-power.h"
#include "tg-prime.h"
#include "tg-refusal.h"
#include "tg-uploads.h"

#include <string.h>

#define RANDOM_REFUSALS_MAX 2 /* of getDhConfig */

typedef struct {
    TgClient *client;
    int32_t chat_id;
    uint64_t token;
    SecretCallKind kind;
    unsigned refusals; /* of the length of random bytes */
} Asked;

/* --- calls --- */

/* The server's present group is the one that chats begin with. */
static void
use_group (TgClient *client)
{
    client->secrets->env.current_g = client->prime->group.g;
    memcpy (client->secrets->env.current_p, client->prime->group.p,
            sizeof client->prime->group.p);
}

static void
prime_checked_cb (TgClient *client, const uint8_t p[static 256], gboolean good,
                  int32_t chat_id, uint64_t token)
{
    SecretChat *chat = tg_secrets_find (client, chat_id);
    SecretAnswer answer = { .u.prime_good = good };

    use_group (client);
    if (chat != NULL)
        secret_chat_answer (chat, token, &answer, tg_now (client));
}

static void
power_cb (TgClient *client, const uint8_t *power, int32_t chat_id, uint64_t token)
{
    SecretChat *chat = tg_secrets_find (client, chat_id);
    SecretAnswer answer = { .u.power = power };

    if (chat != NULL)
        secret_chat_answer (chat, token, &answer, tg_now (client));
}

static void
answer_config (TgClient *client, TlMessage *message, SecretAnswer *answer)
{
    const TlObject *root = tl_message_root (message);
    const ApiMessagesDhConfig *config = TL_AS (root, ApiMessagesDhConfig);
    const ApiMessagesDhConfigNotModified *same =
        TL_AS (root, ApiMessagesDhConfigNotModified);

    if (config != NULL) {
        tg_prime_offered (client, config);
        use_group (client);
        answer->u.dh_config.random = config->random;
        answer->u.dh_config.g = config->g;
        answer->u.dh_config.p = config->p;
    } else if (same != NULL && client->prime->group.version != 0) { /* SC-A1 */
        answer->u.dh_config.random = same->random;
        answer->u.dh_config.g = client->prime->group.g;
        answer->u.dh_config.p =
            TL_BYTES (client->prime->group.p, sizeof client->prime->group.p);
    } else {
        answer->error_code = 400;
        answer->error_type = "DH_CONFIG_MISSING";
    }
}

static void
fill_answer (TgClient *client, SecretCallKind kind, TlMessage *message,
             SecretAnswer *answer)
{
    const TlObject *root = tl_message_root (message);
    const ApiMessagesSentEncryptedMessage *sent =
        TL_AS (root, ApiMessagesSentEncryptedMessage);
    const ApiMessagesSentEncryptedFile *file = TL_AS (root, ApiMessagesSentEncryptedFile);

    switch (kind) {
    case SECRET_CALL_DH_CONFIG:
        answer_config (client, message, answer);
        break;
    case SECRET_CALL_REQUEST:
    case SECRET_CALL_ACCEPT:
        if (!tg_secrets_remote (root, &answer->u.remote)) {
            answer->error_code = 400;
            answer->error_type = "UNEXPECTED_ANSWER";
        }
        break;
    case SECRET_CALL_SEND:
        answer->u.sent.date = sent != NULL ? sent->date : file != NULL ? file->date : 0;
        if (file != NULL)
            tg_secrets_place (file->file, &answer->u.sent.file);
        break;
    default:
        break;
    }
}

/* SC-A12: an answer about another chat than the one asked about: the asked one ends by
 * itself, the other one may live at the server, too. One that is known has its own life.
 */
static void
refuse_other (TgClient *client, const Asked *asked, int32_t id)
{
    if ((asked->kind == SECRET_CALL_REQUEST || asked->kind == SECRET_CALL_ACCEPT) &&
        id != 0 && id != asked->chat_id && tg_secrets_find (client, id) == NULL)
        tg_secrets_add (
            client, id,
            secret_chat_new_unwanted (&client->secrets->env, id, tg_now (client)));
}

static void ask_config (Asked *asked);

static void
answered_cb (void *user, TlMessage *message, const MtError *error)
{
    Asked *asked = user;
    TgClient *client = asked->client;
    SecretChat *chat = client->dying ? NULL : tg_secrets_find (client, asked->chat_id);
    SecretAnswer answer = { 0 };

    if (chat != NULL && error != NULL && asked->kind == SECRET_CALL_DH_CONFIG &&
        asked->refusals < RANDOM_REFUSALS_MAX &&
        tg_refusal_of (error) == TG_REFUSAL_RANDOM_LENGTH) { /* SC-A2, SC-E18 */
        asked->refusals++;
        ask_config (asked);
        return;
    }
    gboolean before = error != NULL && asked->kind == SECRET_CALL_SEND &&
                      tg_refusal_is_duplicate (error);
    if (before) { /* when, nobody says */
        answer.u.sent.date = (int32_t)tg_server_time (client);
    } else if (error != NULL) {
        answer.error_code =
            error->code == MT_ERROR_LOCAL_CLOSED ? -1
            : error->code == MT_ERROR_LOCAL_DECODE || error->code == MT_ERROR_LOCAL_BUDGET
                ? 400
                : error->code;
        answer.error_type = error->type;
        answer.repeated = error->repeated;
    }
    if (chat != NULL) {
        if (error == NULL)
            fill_answer (client, asked->kind, message, &answer);
        answer.refusal = tg_refusal_secret (answer.error_type);
        answer.part = tg_refusal_part (answer.error_type);
        secret_chat_answer (chat, asked->token, &answer, tg_now (client));
        if (answer.error_code == 0)
            refuse_other (client, asked, answer.u.remote.id);
    }
    g_free (asked);
}

/* How many random bytes: what was documented, the same once more, then none. */
static void
ask_config (Asked *asked)
{
    static const int32_t lengths[RANDOM_REFUSALS_MAX + 1] = { 256, 256, 0 };
    ApiMessagesGetDhConfig request =
        TL_NEW (ApiMessagesGetDhConfig, .version = asked->client->prime->group.version,
                .random_length = lengths[asked->refusals]);

    tg_call (asked->client, TL_OBJ (&request), MT_CALL_PATIENT, answered_cb, asked);
}

static Asked *
asked_new (TgClient *client, const SecretCall *call)
{
    Asked *asked = g_new0 (Asked, 1);

    *asked = (Asked){ client, call->chat_id, call->token, call->kind, 0 };
    return asked;
}

static void
ask (TgClient *client, const SecretCall *call, const TlObject *request, MtCallFlags flags)
{
    tg_call (client, request, flags, answered_cb, asked_new (client, call));
}

static void
ask_request (TgClient *client, const SecretCall *call)
{
    const TgPeerData *peer = tg_peer_find (client, call->u.request.user_id);
    ApiInputUser user = TL_NEW (ApiInputUser, .user_id = call->u.request.user_id,
                                .access_hash = peer != NULL ? peer->access_hash : 0);
    ApiMessagesRequestEncryption request =
        TL_NEW (ApiMessagesRequestEncryption, .user_id = TL_OBJ (&user),
                .random_id = call->u.request.random_id,
                .g_a = TL_BYTES (call->u.request.g_a, 256));
    ask (client, call, TL_OBJ (&request), MT_CALL_PATIENT);
}

/* SC-H4, SC-D21 */
static void
ask_send_file (TgClient *client, const SecretCall *call, const TlObject *peer)
{
    const SecretFileRef *file = &call->u.send.file;
    ApiInputEncryptedFileUploaded small =
        TL_NEW (ApiInputEncryptedFileUploaded, .id = file->id, .parts = file->parts,
                .md5_checksum = TL_STR (file->md5), .key_fingerprint = file->fingerprint);
    ApiInputEncryptedFileBigUploaded big =
        TL_NEW (ApiInputEncryptedFileBigUploaded, .id = file->id, .parts = file->parts,
                .key_fingerprint = file->fingerprint);
    ApiInputEncryptedFile there =
        TL_NEW (ApiInputEncryptedFile, .id = file->id, .access_hash = file->access_hash);
    ApiMessagesSendEncryptedFile request =
        TL_NEW (ApiMessagesSendEncryptedFile, .silent = call->u.send.silent, .peer = peer,
                .random_id = call->u.send.random_id, .data = call->u.send.data,
                .file = file->kind == SECRET_FILE_SMALL ? TL_OBJ (&small)
                        : file->kind == SECRET_FILE_BIG ? TL_OBJ (&big)
                                                        : TL_OBJ (&there));
    ask (client, call, TL_OBJ (&request), MT_CALL_PATIENT);
}

static void
ask_send (TgClient *client, const SecretCall *call, const TlObject *peer)
{
    if (call->u.send.file.kind != SECRET_FILE_NONE) {
        ask_send_file (client, call, peer);
        return;
    }
    ApiMessagesSendEncryptedService service =
        TL_NEW (ApiMessagesSendEncryptedService, .peer = peer,
                .random_id = call->u.send.random_id, .data = call->u.send.data);
    ApiMessagesSendEncrypted message =
        TL_NEW (ApiMessagesSendEncrypted, .silent = call->u.send.silent, .peer = peer,
                .random_id = call->u.send.random_id, .data = call->u.send.data);
    ask (client, call, call->u.send.service ? TL_OBJ (&service) : TL_OBJ (&message),
         MT_CALL_PATIENT);
}

static void
call_cb (void *user, SecretChat *chat, const SecretCall *call)
{
    TgClient *client = user;
    ApiInputEncryptedChat peer = TL_NEW (ApiInputEncryptedChat, .chat_id = call->chat_id,
                                         .access_hash = call->access_hash);

    switch (call->kind) {
    case SECRET_CALL_DH_CONFIG:
        ask_config (asked_new (client, call));
        break;
    case SECRET_CALL_CHECK_PRIME:
        tg_prime_check (client, call->u.prime.p, prime_checked_cb, call->chat_id,
                        call->token);
        break;
    case SECRET_CALL_POWER:
        tg_power (client, call->u.power.base, call->u.power.p, call->u.power.exponent,
                  power_cb, call->chat_id, call->token);
        break;
    case SECRET_CALL_REQUEST:
        ask_request (client, call);
        break;
    case SECRET_CALL_ACCEPT: {
        ApiMessagesAcceptEncryption request =
            TL_NEW (ApiMessagesAcceptEncryption, .peer = TL_OBJ (&peer),
                    .g_b = TL_BYTES (call->u.accept.g_b, 256),
                    .key_fingerprint = call->u.accept.key_fingerprint);
        ask (client, call, TL_OBJ (&request), MT_CALL_PATIENT);
        break;
    }
    case SECRET_CALL_DISCARD: {
        ApiMessagesDiscardEncryption request = TL_NEW (
            ApiMessagesDiscardEncryption,
            .delete_history = call->u.discard.delete_history, .chat_id = call->chat_id);
        ask (client, call, TL_OBJ (&request), MT_CALL_PATIENT);
        break;
    }
    case SECRET_CALL_SEND:
        ask_send (client, call, TL_OBJ (&peer));
        break;
    case SECRET_CALL_READ: {
        ApiMessagesReadEncryptedHistory request =
            TL_NEW (ApiMessagesReadEncryptedHistory, .peer = TL_OBJ (&peer),
                    .max_date = call->u.read.max_date);
        ask (client, call, TL_OBJ (&request), MT_CALL_PATIENT);
        break;
    }
    case SECRET_CALL_TYPING: {
        ApiMessagesSetEncryptedTyping request =
            TL_NEW (ApiMessagesSetEncryptedTyping, .peer = TL_OBJ (&peer),
                    .typing = call->u.typing.typing);
        ask (client, call, TL_OBJ (&request), MT_CALL_DROPPABLE);
        break;
    }
    case SECRET_CALL_UPLOAD:
        tg_uploads_ask (client, call);
        break;
    }
}

/* --- life --- */

static StoreBatch *
batch_cb (void *user)
{
    return tg_batch (user);
}

static void
event_cb (void *user, SecretChat *chat, const TalkEvent *event)
{
    tg_tell_secret (user, event);
}

static int64_t
server_time_cb (void *user, HostTime now)
{
    const TgClient *client = user;

    return client->net != NULL ? net_server_time (client->net, now) : now.wall / 1000;
}

static const SecretOps secret_ops = { batch_cb, call_cb, event_cb, server_time_cb };

void
tg_secrets_init (TgClient *client)
{
    client->secrets = g_new0 (TgSecrets, 1);
    client->secrets->let_go_at = HOST_NEVER;
    client->secrets->chats = g_hash_table_new_full (g_int_hash, g_int_equal, g_free,
                                                    (GDestroyNotify)secret_chat_free);
    client->secrets->env = (SecretEnv){ .ops = &secret_ops,
                                        .user = client,
                                        .random = crypto_random_system (),
                                        .dh = client->dh,
                                        .next_number = 1 };
}

void
tg_secrets_load (TgClient *client, StoreKey key, const uint8_t *record, size_t len)
{
    int32_t chat_id = (int32_t)key.owner;
    SecretChat *chat = tg_secrets_find (client, chat_id);

    if (key.kind == STORE_CHAT) {
        tg_secrets_add (client, chat_id,
                        secret_chat_load (&client->secrets->env, chat_id, record, len));
        return;
    }
    if (chat == NULL) { /* the chat's own record is missing: closed, not new (SC-L10) */
        chat = secret_chat_load (&client->secrets->env, chat_id, NULL, 0);
        tg_secrets_add (client, chat_id, chat);
    }
    secret_chat_load_record (chat, key, record, len);
}

/* What a roll-back closed was told by that. */
static void
tell_loaded (TgClient *client, SecretChat *chat)
{
    TalkSecret info;

    secret_chat_info (chat, &info);
    if (info.closed != TALK_CLOSED_ROLLED_BACK ||
        !store_was_rolled_back (client->link->store))
        tg_tell_stored (client, chat);
}

void
tg_secrets_loaded (TgClient *client)
{
    GHashTableIter iter;
    gpointer chat;

    use_group (client);
    client->secrets->env.own_user_id = client->own_id;
    tg_secrets_number (client);
    client->secrets->let_go_at = tg_now (client).mono;
    g_hash_table_iter_init (&iter, client->secrets->chats);
    while (g_hash_table_iter_next (&iter, NULL, &chat)) {
        tell_loaded (client, chat);
        secret_chat_loaded (chat, tg_now (client));
    }
}
