/* The state of a device and what it missed, in slices. */
#include "dc-files.h"
#include "dc-feed.h"

static SrvUpdatesState
state_of (DcCall *call)
{
    return TL_NEW (SrvUpdatesState, .pts = call->user->pts, .qts = call->device->qts,
                   .date = dc_now (call->dc), .seq = call->user->seq);
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

/* Secret messages that wait, `max` at most, as objects of `plain` and `small`. */
static void
waiting_messages (const DcKey *device, unsigned max, SrvEncryptedMessage *plain,
                  SrvEncryptedMessageService *small, DcFileObject *files,
                  const TlObject **messages)
{
    for (unsigned i = 0; i < max; i++) {
        const DcEncrypted *m = g_ptr_array_index (device->encrypted, i);
        TlBytes data = TL_BYTES (m->data->data, m->data->len);
        plain[i] = TL_NEW (SrvEncryptedMessage, .random_id = m->random_id,
                           .chat_id = m->chat_id, .date = m->date, .bytes = data,
                           .file = dc_file_object (m->file, &files[i]));
        small[i] = TL_NEW (SrvEncryptedMessageService, .random_id = m->random_id,
                           .chat_id = m->chat_id, .date = m->date, .bytes = data);
        messages[i] = m->service ? TL_OBJ (&small[i]) : TL_OBJ (&plain[i]);
    }
}

/* The state at the end of a slice. */
static SrvUpdatesState
state_at (DcCall *call, const GPtrArray *letters, unsigned n_letters, unsigned n)
{
    const SrvUpdatesGetDifference *query = TL_AS (call->query, SrvUpdatesGetDifference);
    SrvUpdatesState state = state_of (call);

    state.date = query->date;
    state.pts = query->pts;
    state.qts = query->qts;
    if (n_letters > 0)
        state.pts = ((DcLetter *)g_ptr_array_index (letters, n_letters - 1))->pts;
    if (n > 0)
        state.qts =
            ((DcEncrypted *)g_ptr_array_index (call->device->encrypted, n - 1))->qts;
    return state;
}

/* Everybody, as the caller sees them. */
static void
answer_difference (DcCall *call, const TlVector *letters, const TlVector *encrypted,
                   const TlVector *others, const SrvUpdatesState *state, gboolean final)
{
    unsigned n = call->dc->users->len;
    g_autofree SrvUser *users = g_new0 (SrvUser, n);
    g_autofree SrvUserStatusOnline *online = g_new0 (SrvUserStatusOnline, n);
    g_autofree SrvUserStatusOffline *offline = g_new0 (SrvUserStatusOffline, n);
    g_autofree const TlObject **items = g_new0 (const TlObject *, n);

    for (unsigned i = 0; i < n; i++) {
        users[i] = dc_user_object (call->dc, g_ptr_array_index (call->dc->users, i),
                                   call->user, &online[i], &offline[i]);
        items[i] = TL_OBJ (&users[i]);
    }
    SrvUpdatesDifference all =
        TL_NEW (SrvUpdatesDifference, .new_messages = *letters,
                .new_encrypted_messages = *encrypted, .other_updates = *others,
                .chats = { items, 0 }, .users = { items, n }, .state = TL_OBJ (state));
    SrvUpdatesDifferenceSlice slice =
        TL_NEW (SrvUpdatesDifferenceSlice, .new_messages = *letters,
                .new_encrypted_messages = *encrypted, .other_updates = *others,
                .chats = { items, 0 }, .users = { items, n },
                .intermediate_state = TL_OBJ (state));
    dc_answer (call, final ? TL_OBJ (&all) : TL_OBJ (&slice));
}

/* Ordinary messages and news behind what the caller has. */
static void
missed (DcCall *call, GPtrArray *letters, GPtrArray *news)
{
    const SrvUpdatesGetDifference *query = TL_AS (call->query, SrvUpdatesGetDifference);

    for (unsigned i = 0; i < call->user->letters->len; i++) {
        DcLetter *letter = g_ptr_array_index (call->user->letters, i);
        if (letter->pts > query->pts)
            g_ptr_array_add (letters, letter);
    }
    for (unsigned i = 0; i < call->user->news->len; i++) {
        DcNews *one = g_ptr_array_index (call->user->news, i);
        if (one->date >= query->date)
            g_ptr_array_add (news, one);
    }
}

/* Secret messages, then ordinary ones, as many as a slice has; with the last one the rest. */
static void
get_difference (DcCall *call)
{
    const SrvUpdatesGetDifference *query = TL_AS (call->query, SrvUpdatesGetDifference);
    GPtrArray *waiting = call->device->encrypted;
    g_autoptr (GPtrArray) owners =
        g_ptr_array_new_with_free_func ((GDestroyNotify)tl_message_unref);
    g_autoptr (GArray) chats = g_array_new (FALSE, FALSE, sizeof (SrvUpdateEncryption));
    g_autoptr (GPtrArray) letters = g_ptr_array_new (), news = g_ptr_array_new ();

    if (call->dc->difference != DC_DIFFERENCE_TRUE) {
        dc_hostile_difference (call);
        return;
    }
    /* what the client has is not kept any longer */
    while (waiting->len > 0 &&
           ((DcEncrypted *)g_ptr_array_index (waiting, 0))->qts <= query->qts)
        g_ptr_array_remove_index (waiting, 0);
    changed_chats (call, query->date, owners, chats);
    missed (call, letters, news);
    if (waiting->len + chats->len + letters->len + news->len == 0) {
        SrvUpdatesDifferenceEmpty empty = TL_NEW (
            SrvUpdatesDifferenceEmpty, .date = dc_now (call->dc), .seq = call->user->seq);
        dc_answer (call, TL_OBJ (&empty));
        return;
    }
    unsigned most = call->dc->slice > 0 ? call->dc->slice : G_MAXUINT;
    unsigned n = MIN (waiting->len, most), n_letters = MIN (letters->len, most - n);
    gboolean final = n == waiting->len && n_letters == letters->len;
    g_autofree SrvEncryptedMessage *plain = g_new0 (SrvEncryptedMessage, n + 1);
    g_autofree SrvEncryptedMessageService *small =
        g_new0 (SrvEncryptedMessageService, n + 1);
    g_autofree const TlObject **messages = g_new0 (const TlObject *, n + 1);
    g_autofree DcFileObject *files = g_new0 (DcFileObject, n + 1);
    waiting_messages (call->device, n, plain, small, files, messages);
    g_autoptr (GPtrArray) mail = g_ptr_array_new (), others = g_ptr_array_new ();
    for (unsigned i = 0; i < n_letters; i++)
        g_ptr_array_add (mail, &((DcLetter *)g_ptr_array_index (letters, i))->message);
    /* a chat stands before its messages, whichever slice has them */
    for (unsigned i = 0; i < chats->len; i++)
        g_ptr_array_add (others, &g_array_index (chats, SrvUpdateEncryption, i));
    for (unsigned i = 0; final && i < news->len; i++)
        g_ptr_array_add (others, &((DcNews *)g_ptr_array_index (news, i))->update);
    SrvUpdatesState state =
        final ? state_of (call) : state_at (call, letters, n_letters, n);
    answer_difference (call, &(TlVector){ mail->pdata, mail->len },
                       &(TlVector){ messages, n },
                       &(TlVector){ others->pdata, others->len }, &state, final);
}

const DcMethod dc_updates_methods[] = {
    { "updates.getState", get_state, FALSE },
    { "updates.getDifference", get_difference, FALSE },
    { NULL, NULL, FALSE },
};
