/* Secret chats as the server sees them: who, which devices, sealed bytes in order. */
#include "dc-files.h"
#include "dc-keys.h"
#include "dc-private.h"

#include "dh-toy.h"

#include <string.h>

#define DH_VERSION 3
#define G 3

void
dc_encrypted_free (DcEncrypted *message)
{
    g_byte_array_unref (message->data);
    g_free (message);
}

void
dc_chat_free (DcChat *chat)
{
    g_byte_array_unref (chat->g_a);
    g_byte_array_unref (chat->g_b);
    g_hash_table_unref (chat->random_ids);
    g_free (chat);
}

DcChat *
dc_chat_find (Dc *dc, int32_t id)
{
    for (unsigned i = 0; i < dc->chats->len; i++) {
        DcChat *chat = g_ptr_array_index (dc->chats, i);
        if (chat->id == id)
            return chat;
    }
    return NULL;
}

static int64_t
access_hash (const DcChat *chat, const DcUser *user)
{
    return chat->hash ^ (user->id * 2654435761);
}

void
dc_chat_encode (DcChat *chat, DcKey *device, DcUser *user, TlWriter *out)
{
    gboolean admin = user == chat->admin;
    int64_t hash = access_hash (chat, user);
    SrvEncryptedChatDiscarded discarded =
        TL_NEW (SrvEncryptedChatDiscarded, .history_deleted = chat->history_deleted,
                .id = chat->id);
    SrvEncryptedChatWaiting waiting = TL_NEW (
        SrvEncryptedChatWaiting, .id = chat->id, .access_hash = hash, .date = chat->date,
        .admin_id = chat->admin->id, .participant_id = chat->part->id);
    SrvEncryptedChatRequested requested = TL_NEW (
        SrvEncryptedChatRequested, .id = chat->id, .access_hash = hash,
        .date = chat->date, .admin_id = chat->admin->id, .participant_id = chat->part->id,
        .g_a = TL_BYTES (chat->g_a->data, chat->g_a->len));
    const GByteArray *number = admin ? chat->g_b : chat->g_a;
    SrvEncryptedChat ready =
        TL_NEW (SrvEncryptedChat, .id = chat->id, .access_hash = hash, .date = chat->date,
                .admin_id = chat->admin->id, .participant_id = chat->part->id,
                .g_a_or_b = TL_BYTES (number->data, number->len),
                .key_fingerprint = chat->fingerprint);
    const TlObject *object;

    if (chat->state == DC_CHAT_DISCARDED)
        object = TL_OBJ (&discarded);
    else if (chat->state == DC_CHAT_REQUESTED)
        object = admin ? TL_OBJ (&waiting) : TL_OBJ (&requested);
    else if (!admin && device != chat->part_key) /* accepted on another device */
        object = TL_OBJ (&discarded);
    else
        object = TL_OBJ (&ready);
    g_assert_true (tl_encode (&tl_dc_schema, object, out));
}

/* Tells one device, or all of the user's, how the chat stands now. */
static void
push_chat (DcCall *call, DcChat *chat, DcUser *to, DcKey *device, DcUser *about)
{
    g_auto (TlWriter) body = { 0 };

    dc_chat_encode (chat, device, to, &body);
    g_autoptr (TlMessage) message =
        tl_message_decode (&tl_dc_schema, body.data, body.len, NULL);
    SrvUpdateEncryption update =
        TL_NEW (SrvUpdateEncryption, .chat = tl_message_root (message),
                .date = dc_now (call->dc));
    dc_push (call->dc, call, to, device, TL_OBJ (&update), about);
}

/* The chat an inputEncryptedChat names, if it is the caller's; else NULL and an error. */
static DcChat *
named (DcCall *call, const TlObject *object)
{
    const SrvInputEncryptedChat *input = TL_AS (object, SrvInputEncryptedChat);
    DcChat *chat = input != NULL ? dc_chat_find (call->dc, input->chat_id) : NULL;

    if (chat != NULL && (chat->admin == call->user || chat->part == call->user) &&
        input->access_hash == access_hash (chat, call->user))
        return chat;
    dc_fail (call, 400, "ENCRYPTION_ID_INVALID");
    return NULL;
}

static DcUser *
other (const DcCall *call, const DcChat *chat)
{
    return call->user == chat->admin ? chat->part : chat->admin;
}

static DcKey *
other_device (const DcCall *call, const DcChat *chat)
{
    return call->user == chat->admin ? chat->part_key : chat->admin_key;
}

static void
get_dh_config (DcCall *call)
{
    const SrvMessagesGetDhConfig *query = TL_AS (call->query, SrvMessagesGetDhConfig);
    size_t len = (size_t)CLAMP (query->random_length, 0, 1024);
    g_autofree uint8_t *random = g_malloc (len + 1);

    dc_random (call->dc, random, len);
    SrvMessagesDhConfig config =
        TL_NEW (SrvMessagesDhConfig, .g = G, .p = TL_BYTES (crypto_dh_known_prime, 256),
                .version = DH_VERSION, .random = TL_BYTES (random, len));
    SrvMessagesDhConfigNotModified same =
        TL_NEW (SrvMessagesDhConfigNotModified, .random = TL_BYTES (random, len));
    dc_answer (call, query->version == DH_VERSION ? TL_OBJ (&same) : TL_OBJ (&config));
}

static DcChat *
make_chat (DcCall *call, const SrvMessagesRequestEncryption *query, DcUser *part)
{
    DcChat *chat = g_new0 (DcChat, 1);

    chat->id = query->random_id;
    chat->admin = call->user;
    chat->admin_key = call->device;
    chat->part = part;
    chat->date = chat->changed = dc_now (call->dc);
    chat->hash = dc_random_id (call->dc);
    chat->g_a = g_byte_array_new ();
    chat->g_b = g_byte_array_new ();
    g_byte_array_append (chat->g_a, query->g_a.data, (unsigned)query->g_a.len);
    chat->random_ids =
        g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
    g_ptr_array_add (call->dc->chats, chat);
    return chat;
}

static void
request (DcCall *call)
{
    const SrvMessagesRequestEncryption *query =
        TL_AS (call->query, SrvMessagesRequestEncryption);
    const SrvInputUser *input = TL_AS (query->user_id, SrvInputUser);
    DcUser *part = input != NULL ? dc_user_by_id (call->dc, input->user_id) : NULL;
    DcChat *chat = dc_chat_find (call->dc, query->random_id);

    if (part == NULL || part == call->user ||
        input->access_hash != dc_user_hash (part, call->user)) {
        dc_fail (call, 400, "USER_ID_INVALID");
        return;
    }
    if (query->g_a.len == 0 || query->g_a.len > 256) {
        dc_fail (call, 400, "DH_G_A_INVALID");
        return;
    }
    if (chat != NULL && (chat->admin != call->user || chat->part != part)) {
        dc_fail (call, 500, "RANDOM_ID_DUPLICATE");
        return;
    }
    if (chat == NULL) { /* else: the same request once more */
        chat = make_chat (call, query, part);
        push_chat (call, chat, part, NULL, call->user);
    }
    dc_chat_encode (chat, call->device, call->user, &call->answer);
}

static void
accept (DcCall *call)
{
    const SrvMessagesAcceptEncryption *query =
        TL_AS (call->query, SrvMessagesAcceptEncryption);
    DcChat *chat = named (call, query->peer);

    if (chat == NULL)
        return;
    if (chat->state == DC_CHAT_DISCARDED) {
        dc_fail (call, 400, "ENCRYPTION_ALREADY_DECLINED");
        return;
    }
    if (chat->state == DC_CHAT_READY || call->user != chat->part) {
        dc_fail (call, 400, "ENCRYPTION_ALREADY_ACCEPTED");
        return;
    }
    chat->state = DC_CHAT_READY;
    chat->part_key = call->device;
    chat->changed = dc_now (call->dc);
    chat->fingerprint = query->key_fingerprint;
    g_byte_array_append (chat->g_b, query->g_b.data, (unsigned)query->g_b.len);
    push_chat (call, chat, chat->admin, chat->admin_key, chat->part);
    for (unsigned i = 0; i < call->dc->sessions->len; i++) { /* the other devices */
        DcSession *session = g_ptr_array_index (call->dc->sessions, i);
        DcKey *device = dc_device (session->key);
        if (device->user == call->user && device != call->device)
            push_chat (call, chat, call->user, device, NULL);
    }
    dc_chat_encode (chat, call->device, call->user, &call->answer);
}

static void
end (DcCall *call, DcChat *chat, gboolean history_deleted)
{
    chat->state = DC_CHAT_DISCARDED;
    chat->history_deleted = history_deleted;
    chat->changed = dc_now (call->dc);
    push_chat (call, chat, other (call, chat), other_device (call, chat), NULL);
}

static void
discard (DcCall *call)
{
    const SrvMessagesDiscardEncryption *query =
        TL_AS (call->query, SrvMessagesDiscardEncryption);
    DcChat *chat = dc_chat_find (call->dc, query->chat_id);

    if (chat == NULL || (chat->admin != call->user && chat->part != call->user)) {
        dc_fail (call, 400, "ENCRYPTION_ID_INVALID");
        return;
    }
    if (chat->state == DC_CHAT_DISCARDED) {
        dc_fail (call, 400, "ENCRYPTION_ALREADY_DECLINED");
        return;
    }
    end (call, chat, query->delete_history);
    dc_answer_bool (call, TRUE);
}

void
dc_chats_log_out (DcCall *call)
{
    for (unsigned i = 0; i < call->dc->chats->len; i++) {
        DcChat *chat = g_ptr_array_index (call->dc->chats, i);
        const DcKey *key = call->user == chat->admin  ? chat->admin_key
                           : call->user == chat->part ? chat->part_key
                                                      : NULL;
        if (key == call->device && chat->state != DC_CHAT_DISCARDED)
            end (call, chat, FALSE);
    }
}

/* What the switches say about the next message of `chat` to `to`: how often it arrives
 * (0, 1 or 2 times), and whether it waits. */
static int
arrivals (Dc *dc, const DcChat *chat, const DcUser *to, gboolean *wait)
{
    int n = 1;

    for (unsigned i = 0; i < dc->deliveries->len;) {
        DcDelivery *delivery = g_ptr_array_index (dc->deliveries, i++);
        if ((delivery->chat_id != 0 && delivery->chat_id != chat->id) ||
            (delivery->to != NULL && delivery->to != to))
            continue;
        if (delivery->kind == DC_DELIVERY_HELD) {
            *wait = TRUE;
        } else if (n == 1 && --delivery->n == 0) { /* one switch a message */
            n = delivery->kind == DC_DELIVERY_TWICE ? 2 : 0;
            g_ptr_array_remove_index (dc->deliveries, --i);
        }
    }
    return n;
}

/* `call` is NULL for what has waited. */
static void
deliver (Dc *dc, DcCall *call, const DcHeld *item)
{
    DcKey *device = item->device;
    TlBytes data = TL_BYTES (item->data->data, item->data->len);
    DcFileObject file;
    DcEncrypted *message = g_new0 (DcEncrypted, 1);

    message->qts = ++device->qts;
    message->random_id = item->random_id;
    message->chat_id = item->chat->id;
    message->date = dc_now (dc);
    message->service = item->service;
    message->data = g_byte_array_ref (item->data);
    message->file = item->file;
    g_ptr_array_add (device->encrypted, message);
    SrvEncryptedMessage plain = TL_NEW (
        SrvEncryptedMessage, .random_id = item->random_id, .chat_id = item->chat->id,
        .date = message->date, .bytes = data, .file = dc_file_object (item->file, &file));
    SrvEncryptedMessageService small =
        TL_NEW (SrvEncryptedMessageService, .random_id = item->random_id,
                .chat_id = item->chat->id, .date = message->date, .bytes = data);
    SrvUpdateNewEncryptedMessage update =
        TL_NEW (SrvUpdateNewEncryptedMessage,
                .message = item->service ? TL_OBJ (&small) : TL_OBJ (&plain),
                .qts = message->qts);
    dc_push (dc, call, item->to, device, TL_OBJ (&update), NULL);
}

void
dc_held_free (DcHeld *held)
{
    g_byte_array_unref (held->data);
    g_free (held);
}

void
dc_release (Dc *dc, int32_t chat_id, const DcUser *to)
{
    for (unsigned i = 0; i < dc->held->len;) {
        DcHeld *held = g_ptr_array_index (dc->held, i);
        if ((chat_id != 0 && held->chat->id != chat_id) ||
            (to != NULL && held->to != to)) {
            i++;
            continue;
        }
        deliver (dc, NULL, held);
        g_ptr_array_remove_index (dc->held, i);
    }
}

static void
take_message (DcCall *call, const TlObject *peer, int64_t random_id, TlBytes data,
              gboolean service, DcFile *file)
{
    DcChat *chat = named (call, peer);

    if (chat == NULL)
        return;
    if (chat->state != DC_CHAT_READY) {
        dc_fail (call, 400, "ENCRYPTION_DECLINED");
        return;
    }
    if (data.len < 24 + 16 || (data.len - 24) % 16 != 0) {
        dc_fail (call, 400, "DATA_INVALID");
        return;
    }
    /* the same random_id with the same bytes is a repetition of an unanswered call; a
     * peer's Resend repeats it as well, and the two cannot be told apart: both are
     * delivered, as the receiver removes duplicates by number */
    gboolean wait = FALSE;
    int n = arrivals (call->dc, chat, other (call, chat), &wait);
    for (int i = 0; i < n; i++) {
        DcHeld *item = g_new0 (DcHeld, 1);
        item->chat = chat;
        item->to = other (call, chat);
        item->device = other_device (call, chat);
        item->random_id = random_id;
        item->service = service;
        item->file = file;
        item->data = g_byte_array_new ();
        g_byte_array_append (item->data, data.data, (unsigned)data.len);
        if (wait) {
            g_ptr_array_add (call->dc->held, item);
            continue;
        }
        deliver (call->dc, call, item);
        dc_held_free (item);
    }
    DcFileObject object;
    SrvMessagesSentEncryptedMessage answer =
        TL_NEW (SrvMessagesSentEncryptedMessage, .date = dc_now (call->dc));
    SrvMessagesSentEncryptedFile with_file =
        TL_NEW (SrvMessagesSentEncryptedFile, .date = dc_now (call->dc),
                .file = dc_file_object (file, &object));
    dc_answer (call, file != NULL ? TL_OBJ (&with_file) : TL_OBJ (&answer));
}

static void
send_file (DcCall *call)
{
    const SrvMessagesSendEncryptedFile *query =
        TL_AS (call->query, SrvMessagesSendEncryptedFile);
    DcFile *file = dc_files_sent (call, query->file);

    if (file != NULL)
        take_message (call, query->peer, query->random_id, query->data, FALSE, file);
}

static void
send_encrypted (DcCall *call)
{
    const SrvMessagesSendEncrypted *query = TL_AS (call->query, SrvMessagesSendEncrypted);
    take_message (call, query->peer, query->random_id, query->data, FALSE,
                  dc_files_attached (call->dc));
}

static void
send_service (DcCall *call)
{
    const SrvMessagesSendEncryptedService *query =
        TL_AS (call->query, SrvMessagesSendEncryptedService);
    take_message (call, query->peer, query->random_id, query->data, TRUE, NULL);
}

static void
set_typing (DcCall *call)
{
    const SrvMessagesSetEncryptedTyping *query =
        TL_AS (call->query, SrvMessagesSetEncryptedTyping);
    DcChat *chat = named (call, query->peer);

    if (chat == NULL)
        return;
    SrvUpdateEncryptedChatTyping update =
        TL_NEW (SrvUpdateEncryptedChatTyping, .chat_id = chat->id);
    if (query->typing && chat->state == DC_CHAT_READY)
        dc_push (call->dc, call, other (call, chat), other_device (call, chat),
                 TL_OBJ (&update), NULL);
    dc_answer_bool (call, TRUE);
}

static void
read_history (DcCall *call)
{
    const SrvMessagesReadEncryptedHistory *query =
        TL_AS (call->query, SrvMessagesReadEncryptedHistory);
    DcChat *chat = named (call, query->peer);

    if (chat == NULL)
        return;
    SrvUpdateEncryptedMessagesRead update =
        TL_NEW (SrvUpdateEncryptedMessagesRead, .chat_id = chat->id,
                .max_date = query->max_date, .date = dc_now (call->dc));
    if (chat->state == DC_CHAT_READY)
        dc_push (call->dc, call, other (call, chat), other_device (call, chat),
                 TL_OBJ (&update), NULL);
    dc_answer_bool (call, TRUE);
}

static void
received_queue (DcCall *call)
{
    int32_t max = TL_AS (call->query, SrvMessagesReceivedQueue)->max_qts;
    GPtrArray *waiting = call->device->encrypted;

    if (max > call->device->qts) {
        dc_fail (call, 400, "MAX_QTS_INVALID");
        return;
    }
    while (waiting->len > 0 &&
           ((DcEncrypted *)g_ptr_array_index (waiting, 0))->qts <= max)
        g_ptr_array_remove_index (waiting, 0);
    tl_writer_int (&call->answer, (int32_t)TlVectorObject_ID);
    tl_writer_int (&call->answer, 0);
}

const DcMethod dc_secret_methods[] = {
    { "messages.getDhConfig", get_dh_config, FALSE },
    { "messages.requestEncryption", request, FALSE },
    { "messages.acceptEncryption", accept, FALSE },
    { "messages.discardEncryption", discard, FALSE },
    { "messages.sendEncrypted", send_encrypted, FALSE },
    { "messages.sendEncryptedFile", send_file, FALSE },
    { "messages.sendEncryptedService", send_service, FALSE },
    { "messages.setEncryptedTyping", set_typing, FALSE },
    { "messages.readEncryptedHistory", read_history, FALSE },
    { "messages.receivedQueue", received_queue, FALSE },
    { NULL, NULL, FALSE },
};
