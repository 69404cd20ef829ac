/* Between the server and the secret chats: their calls become API calls, the server's
 * updates find their chat. */
#include "tg-secrets.h"
#include "tg-peers.h"
#include "tg-power.h"
#include "tg-prime.h"
#include "tg-refusal.h"
#include "tg-uploads.h"

#include <string.h>

#define REQUESTS_MAX 50 /* chat requests waiting for the user (SC-M36) */
#define CHATS_MAX                                                                        \
    1000 /* chats kept; then those that never came to be, or ended, give way */
#define RANDOM_REFUSALS_MAX 2 /* of getDhConfig */

typedef struct {
    TgClient *client;
    int32_t chat_id;
    uint64_t token;
    SecretCallKind kind;
    unsigned refusals; /* of the length of random bytes */
} Asked;

/* --- what the server says, in the chat's words --- */

static gboolean
remote_of (const TlObject *object, SecretRemote *out)
{
    const ApiEncryptedChatWaiting *waiting = TL_AS (object, ApiEncryptedChatWaiting);
    const ApiEncryptedChatRequested *requested =
        TL_AS (object, ApiEncryptedChatRequested);
    const ApiEncryptedChat *chat = TL_AS (object, ApiEncryptedChat);
    const ApiEncryptedChatDiscarded *discarded =
        TL_AS (object, ApiEncryptedChatDiscarded);
    const ApiEncryptedChatEmpty *empty = TL_AS (object, ApiEncryptedChatEmpty);

    memset (out, 0, sizeof *out);
    if (waiting != NULL) {
        *out = (SecretRemote){ .state = SECRET_REMOTE_WAITING,
                               .id = waiting->id,
                               .access_hash = waiting->access_hash,
                               .date = waiting->date,
                               .admin_id = waiting->admin_id,
                               .participant_id = waiting->participant_id };
    } else if (requested != NULL) {
        *out = (SecretRemote){ .state = SECRET_REMOTE_REQUESTED,
                               .id = requested->id,
                               .access_hash = requested->access_hash,
                               .date = requested->date,
                               .admin_id = requested->admin_id,
                               .participant_id = requested->participant_id,
                               .g_a_or_b = requested->g_a };
    } else if (chat != NULL) {
        *out = (SecretRemote){ .state = SECRET_REMOTE_CHAT,
                               .id = chat->id,
                               .access_hash = chat->access_hash,
                               .date = chat->date,
                               .admin_id = chat->admin_id,
                               .participant_id = chat->participant_id,
                               .g_a_or_b = chat->g_a_or_b,
                               .key_fingerprint = chat->key_fingerprint };
    } else if (discarded != NULL) {
        *out = (SecretRemote){ .state = SECRET_REMOTE_DISCARDED,
                               .id = discarded->id,
                               .history_deleted = discarded->history_deleted };
    } else if (empty != NULL) {
        *out = (SecretRemote){ .state = SECRET_REMOTE_EMPTY, .id = empty->id };
    }
    return out->id != 0;
}

/* The chat that `object` names: an update, an encryptedMessage, an encryptedChat or an
 * inputEncryptedChat; NULL when it is not known. */
static SecretChat *
chat_of (TgClient *client, const TlObject *object)
{
    SecretRemote remote;

    switch (object != NULL ? object->id : 0) {
    case ApiInputEncryptedChat_ID:
        return tg_secrets_find (client, TL_AS (object, ApiInputEncryptedChat)->chat_id);
    case ApiEncryptedMessage_ID:
        return tg_secrets_find (client, TL_AS (object, ApiEncryptedMessage)->chat_id);
    case ApiEncryptedMessageService_ID:
        return tg_secrets_find (client,
                                TL_AS (object, ApiEncryptedMessageService)->chat_id);
    case ApiUpdateNewEncryptedMessage_ID:
        return chat_of (client, TL_AS (object, ApiUpdateNewEncryptedMessage)->message);
    case ApiUpdateEncryption_ID:
        return chat_of (client, TL_AS (object, ApiUpdateEncryption)->chat);
    case ApiUpdateEncryptedChatTyping_ID:
        return tg_secrets_find (client,
                                TL_AS (object, ApiUpdateEncryptedChatTyping)->chat_id);
    case ApiUpdateEncryptedMessagesRead_ID:
        return tg_secrets_find (client,
                                TL_AS (object, ApiUpdateEncryptedMessagesRead)->chat_id);
    default:
        return object != NULL && remote_of (object, &remote)
                   ? tg_secrets_find (client, remote.id)
                   : NULL;
    }
}

static unsigned
waiting_requests (TgClient *client)
{
    unsigned n = 0;
    GHashTableIter iter;
    gpointer value;
    TalkSecret info;

    g_hash_table_iter_init (&iter, client->secrets->chats);
    while (g_hash_table_iter_next (&iter, NULL, &value)) {
        secret_chat_info (value, &info);
        n += info.state == TALK_STATE_REQUESTED;
    }
    return n;
}

/* Somebody asked, and it came to nothing: there is no key and nobody wrote. FALSE: there is
 * no such chat. */
static gboolean
forget_one (TgClient *client)
{
    GHashTableIter iter;
    gpointer value;
    TalkSecret info;

    g_hash_table_iter_init (&iter, client->secrets->chats);
    while (g_hash_table_iter_next (&iter, NULL, &value)) {
        secret_chat_info (value, &info);
        if (info.state != TALK_STATE_CLOSED || info.has_key_hash || info.outgoing)
            continue;
        secret_chat_forget (value);
        g_hash_table_iter_remove (&iter);
        return TRUE;
    }
    return FALSE;
}

void
tg_secrets_encryption (TgClient *client, const TlObject *object)
{
    SecretChat *chat = chat_of (client, object);
    SecretRemote remote;

    if (!remote_of (object, &remote))
        return;
    if (chat != NULL) {
        secret_chat_update (chat, &remote, tg_now (client));
        return;
    }
    if (remote.state != SECRET_REMOTE_REQUESTED ||
        waiting_requests (client) >= REQUESTS_MAX ||
        (g_hash_table_size (client->secrets->chats) >= CHATS_MAX &&
         !forget_one (client) && !tg_secrets_let_one_go (client)))
        return;
    chat = secret_chat_new_incoming (&client->secrets->env, &remote, tg_now (client));
    if (chat != NULL)
        tg_secrets_add (client, remote.id, chat);
}

/* FALSE: there is none. At a data centre that cannot be, it is nowhere (MT-H11). */
static gboolean
place_of (const TlObject *object, MediaPlace *place)
{
    const ApiEncryptedFile *file = TL_AS (object, ApiEncryptedFile);

    if (file == NULL)
        return FALSE;
    gboolean known = file->dc_id >= 1 && file->dc_id <= NET_DC_MAX;
    *place = (MediaPlace){ known ? file->dc_id : 0, file->id, file->access_hash,
                           file->size, file->key_fingerprint };
    return TRUE;
}

void
tg_secrets_message (TgClient *client, const TlObject *object, gboolean live)
{
    const ApiEncryptedMessage *message = TL_AS (object, ApiEncryptedMessage);
    const ApiEncryptedMessageService *service =
        TL_AS (object, ApiEncryptedMessageService);
    SecretChat *chat = chat_of (client, object);
    MediaPlace place;

    if (chat == NULL)
        return; /* dropped, and acknowledged (SC-A22, J10) */
    if (message != NULL)
        secret_chat_receive (chat, message->date, message->bytes,
                             place_of (message->file, &place) ? &place : NULL, live,
                             tg_now (client));
    else if (service != NULL)
        secret_chat_receive (chat, service->date, service->bytes, NULL, live,
                             tg_now (client));
}

void
tg_secrets_typing (TgClient *client, int32_t chat_id)
{
    SecretChat *chat = tg_secrets_find (client, chat_id);

    if (chat != NULL)
        secret_chat_peer_typing (chat, tg_now (client));
}

void
tg_secrets_read (TgClient *client, int32_t chat_id, int32_t max_date, int32_t date)
{
    SecretChat *chat = tg_secrets_find (client, chat_id);

    if (chat != NULL)
        secret_chat_peer_read (chat, max_date, date, tg_now (client));
}

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
        if (!remote_of (root, &answer->u.remote)) {
            answer->error_code = 400;
            answer->error_type = "UNEXPECTED_ANSWER";
        }
        break;
    case SECRET_CALL_SEND:
        answer->u.sent.date = sent != NULL ? sent->date : file != NULL ? file->date : 0;
        if (file != NULL)
            place_of (file->file, &answer->u.sent.file);
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
