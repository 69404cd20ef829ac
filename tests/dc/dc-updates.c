/* The state of a device and what it missed. */
#include "dc-private.h"

static SrvUpdatesState
state_of (DcCall *call)
{
    return TL_NEW (SrvUpdatesState, .pts = call->user->pts, .qts = call->device->qts,
                   .date = dc_now (call->dc), .seq = 1);
}

static void
get_state (DcCall *call)
{
    SrvUpdatesState state = state_of (call);
    dc_answer (call, TL_OBJ (&state));
}

/* The caller's chats that changed since `date`, decoded; the messages own them. */
static void
changed_chats (DcCall *call, int32_t date, GPtrArray *owners, GArray *updates)
{
    for (unsigned i = 0; i < call->dc->chats->len; i++) {
        DcChat *chat = g_ptr_array_index (call->dc->chats, i);
        g_auto (TlWriter) body = { 0 };
        gboolean admin = chat->admin == call->user;
        if ((!admin && chat->part != call->user) || chat->changed < date ||
            (admin && chat->admin_key != call->device))
            continue;
        dc_chat_encode (chat, call->device, call->user, &body);
        TlMessage *message = tl_message_decode (&tl_dc_schema, body.data, body.len, NULL);
        g_ptr_array_add (owners, message);
        SrvUpdateEncryption update =
            TL_NEW (SrvUpdateEncryption, .chat = tl_message_root (message),
                    .date = chat->changed);
        g_array_append_val (updates, update);
    }
}

static void
get_difference (DcCall *call)
{
    const SrvUpdatesGetDifference *query = TL_AS (call->query, SrvUpdatesGetDifference);
    GPtrArray *waiting = call->device->encrypted;
    g_autoptr (GPtrArray) owners =
        g_ptr_array_new_with_free_func ((GDestroyNotify)tl_message_unref);
    g_autoptr (GArray) chats = g_array_new (FALSE, FALSE, sizeof (SrvUpdateEncryption));
    SrvEncryptedFileEmpty none = TL_NEW (SrvEncryptedFileEmpty);
    unsigned n = 0;

    if (call->dc->difference != DC_DIFFERENCE_TRUE) {
        dc_hostile_difference (call);
        return;
    }
    /* what the client has is not kept any longer */
    while (waiting->len > 0 &&
           ((DcEncrypted *)g_ptr_array_index (waiting, 0))->qts <= query->qts)
        g_ptr_array_remove_index (waiting, 0);
    changed_chats (call, query->date, owners, chats);
    if (waiting->len == 0 && chats->len == 0) {
        SrvUpdatesDifferenceEmpty empty =
            TL_NEW (SrvUpdatesDifferenceEmpty, .date = dc_now (call->dc), .seq = 1);
        dc_answer (call, TL_OBJ (&empty));
        return;
    }
    g_autofree SrvEncryptedMessage *plain =
        g_new0 (SrvEncryptedMessage, waiting->len + 1);
    g_autofree SrvEncryptedMessageService *small =
        g_new0 (SrvEncryptedMessageService, waiting->len + 1);
    g_autofree const TlObject **messages = g_new0 (const TlObject *, waiting->len + 1);
    for (unsigned i = 0; i < waiting->len; i++) {
        const DcEncrypted *m = g_ptr_array_index (waiting, i);
        TlBytes data = TL_BYTES (m->data->data, m->data->len);
        plain[i] =
            TL_NEW (SrvEncryptedMessage, .random_id = m->random_id, .chat_id = m->chat_id,
                    .date = m->date, .bytes = data, .file = TL_OBJ (&none));
        small[i] = TL_NEW (SrvEncryptedMessageService, .random_id = m->random_id,
                           .chat_id = m->chat_id, .date = m->date, .bytes = data);
        messages[n++] = m->service ? TL_OBJ (&small[i]) : TL_OBJ (&plain[i]);
    }
    g_autofree const TlObject **others = g_new0 (const TlObject *, chats->len + 1);
    for (unsigned i = 0; i < chats->len; i++)
        others[i] = TL_OBJ (&g_array_index (chats, SrvUpdateEncryption, i));
    unsigned n_users = call->dc->users->len;
    g_autofree SrvUser *users = g_new0 (SrvUser, n_users);
    g_autofree SrvUserStatusOnline *online = g_new0 (SrvUserStatusOnline, n_users);
    g_autofree SrvUserStatusOffline *offline = g_new0 (SrvUserStatusOffline, n_users);
    g_autofree const TlObject **user_items = g_new0 (const TlObject *, n_users);
    for (unsigned i = 0; i < n_users; i++) {
        users[i] = dc_user_object (call->dc, g_ptr_array_index (call->dc->users, i),
                                   call->user, &online[i], &offline[i]);
        user_items[i] = TL_OBJ (&users[i]);
    }
    SrvUpdatesState state = state_of (call);
    SrvUpdatesDifference difference =
        TL_NEW (SrvUpdatesDifference, .new_messages = { messages, 0 },
                .new_encrypted_messages = { messages, n },
                .other_updates = { others, chats->len }, .chats = { messages, 0 },
                .users = { user_items, n_users }, .state = TL_OBJ (&state));
    dc_answer (call, TL_OBJ (&difference));
}

const DcMethod dc_updates_methods[] = {
    { "updates.getState", get_state, FALSE },
    { "updates.getDifference", get_difference, FALSE },
    { NULL, NULL, FALSE },
};
