/* What the user does in secret chats: every act is a turn. */
#include "tg-secrets.h"
#include "tg-held.h"
#include "tg-peers.h"
#include "tg-client-fetch.h"

#include "secret-text.h"

/* An act of the user in a chat: its turn, which ends with the scope. */
typedef struct {
    TgAct act;
    SecretChat *chat; /* NULL: nothing can be done, `code` says why */
    TalkCode code;
} ChatAct;

static SecretChat *
find_chat (TgClient *client, int32_t chat_id)
{
    return client->stopped ? NULL : tg_secrets_find (client, chat_id);
}

static ChatAct
chat_act (TgClient *client, int32_t chat_id)
{
    ChatAct act = { .chat = find_chat (client, chat_id), .code = TALK_NO_CHAT };

    if (client->stopped)
        act.code = TALK_IS_OFFLINE;
    if (act.chat != NULL)
        act.act = tg_act (client);
    return act;
}

static void
chat_act_clear (ChatAct *act)
{
    if (act->chat != NULL)
        tg_act_clear (&act->act);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ChatAct, chat_act_clear)

TalkCode
tg_secret_start (TgClient *client, int64_t user_id, int32_t *chat_id)
{
    const TgPeerData *peer = tg_peer_find (client, user_id);
    GHashTableIter iter;
    gpointer key;

    if (client->stopped || client->net == NULL)
        return TALK_IS_OFFLINE;
    if (peer == NULL || peer->deleted || user_id == client->own_id)
        return TALK_NO_PERSON;
    g_autoptr (GArray) used = g_array_new (FALSE, FALSE, sizeof (int32_t));
    g_hash_table_iter_init (&iter, client->secrets->chats);
    while (g_hash_table_iter_next (&iter, &key, NULL))
        g_array_append_val (used, *(int32_t *)key);
    g_auto (TgAct) act = tg_act (client);
    SecretChat *chat = secret_chat_new_outgoing (&client->secrets->env, user_id,
                                                 (const int32_t *)(void *)used->data,
                                                 used->len, tg_now (client));
    if (chat != NULL) {
        TalkSecret info;
        secret_chat_info (chat, &info);
        *chat_id = info.id;
        secret_chat_set_peer_online (chat, peer->seen.presence != TALK_PRESENCE_OFFLINE);
        tg_secrets_add (client, info.id, chat);
    }
    return chat != NULL ? TALK_DONE : TALK_NO_RANDOM;
}

TalkCode
tg_secret_accept (TgClient *client, int32_t chat_id)
{
    g_auto (ChatAct) act = chat_act (client, chat_id);

    if (act.chat == NULL)
        return act.code;
    secret_chat_accept (act.chat, tg_now (client));
    return TALK_DONE;
}

TalkCode
tg_secret_reject (TgClient *client, int32_t chat_id)
{
    g_auto (ChatAct) act = chat_act (client, chat_id);

    if (act.chat == NULL)
        return act.code;
    secret_chat_reject (act.chat, tg_now (client));
    return TALK_DONE;
}

TalkCode
tg_secret_leave (TgClient *client, int32_t chat_id)
{
    g_auto (ChatAct) act = chat_act (client, chat_id);

    if (act.chat == NULL)
        return act.code;
    secret_chat_leave (act.chat, tg_now (client));
    return TALK_DONE;
}

TalkCode
tg_secret_close (TgClient *client, int32_t chat_id, gboolean delete_history)
{
    g_auto (ChatAct) act = chat_act (client, chat_id);

    if (act.chat == NULL)
        return act.code;
    secret_chat_close (act.chat, delete_history, TALK_CLOSED_BY_US, tg_now (client));
    return TALK_DONE;
}

size_t
tg_secret_split (const char *text)
{
    return secret_text_split (text);
}

/* In one turn, with what is done about the text besides. */
static TalkCode
write_parts (TgClient *client, ChatAct *act, int32_t chat_id, const TalkTyped *typed,
             GArray **sent)
{
    const char *text = typed->text;
    g_autoptr (TalkSpans) spans = secret_chat_spans (act->chat, typed->spans);

    *sent = tg_tell_own (client, chat_id, text, spans); /* before what it causes */
    do { /* an empty text is one empty part: refused below */
        size_t len = secret_text_split (text);
        g_autofree char *part = g_strndup (text, len);
        g_autoptr (TalkSpans) looks =
            talk_spans_part (spans, (size_t)(text - typed->text), len);
        TalkTyped one = { part, looks, text == typed->text ? typed->reply_to : 0 };
        int64_t id;
        act->code = secret_chat_send (act->chat, &one, FALSE, tg_now (client), &id);
        if (act->code == TALK_DONE && (*sent)->len > 0)
            secret_chat_continue (act->chat, id);
        if (act->code == TALK_DONE)
            g_array_append_val (*sent, id);
        text += len;
    } while (act->code == TALK_DONE && *text != '\0');
    return act->code;
}

TalkCode
tg_secret_write (TgClient *client, int32_t chat_id, const TalkTyped *typed, int64_t **ids,
                 size_t *n)
{
    g_auto (ChatAct) act = chat_act (client, chat_id);
    GArray *sent;

    *ids = NULL;
    *n = 0;
    if (act.chat == NULL)
        return act.code;
    TalkCode code = write_parts (client, &act, chat_id, typed, &sent);
    *n = sent->len;
    *ids = g_memdup2 (sent->data, sent->len * sizeof (int64_t));
    return code;
}

/* In the turn in which the others went: a death makes neither two of it, nor none. */
static gboolean
keep_rest (ChatAct *act, const TalkTyped *typed, size_t taken, const char *token,
           int64_t *kept)
{
    g_autoptr (TalkSpans) looks =
        talk_spans_part (typed->spans, taken, strlen (typed->text + taken));
    TalkTyped rest = { .text = typed->text + taken, .spans = looks };

    return secret_chat_keep (act->chat, &rest, token, tg_now (act->act.client), kept) ==
           TALK_DONE;
}

TalkCode
tg_secret_write_held (TgClient *client, int32_t chat_id, int64_t held, const char *token,
                      int64_t **ids, size_t *n, int64_t *kept)
{
    g_auto (ChatAct) act = chat_act (client, chat_id);
    TalkTyped typed;
    GArray *sent;

    *ids = NULL;
    *n = 0;
    *kept = 0;
    if (act.chat == NULL)
        return act.code;
    if (!tg_held_typed (client, held, &typed))
        return TALK_NOTHING;
    TalkCode code = write_parts (client, &act, chat_id, &typed, &sent);
    size_t taken = 0;
    for (unsigned i = 0; i < sent->len; i++)
        taken += secret_text_split (typed.text + taken);
    if (code == TALK_DONE || keep_rest (&act, &typed, taken, token, kept))
        tg_held_forget (client, held);
    else /* only the rest is asked about again, should the program end here */
        tg_held_cut (client, held, taken);
    *n = sent->len;
    *ids = g_memdup2 (sent->data, sent->len * sizeof (int64_t));
    return code;
}

typedef struct {
    int64_t id;
    char *text;
    TalkSpans *spans;
} Draft;

static void
draft_clear (void *data)
{
    crypto_text_free (((Draft *)data)->text);
    talk_spans_unref (((Draft *)data)->spans);
}

/* What the function does with it may change the chat. */
static void
copy_draft (int64_t id, const char *text, const TalkSpans *spans, void *user)
{
    Draft draft = { id, g_strdup (text), talk_spans_ref (spans) };

    g_array_append_val (user, draft);
}

void
tg_secret_each_draft (TgClient *client, int32_t chat_id, TgDraftFunc func, void *user)
{
    SecretChat *chat = find_chat (client, chat_id);
    g_autoptr (GArray) drafts = g_array_new (FALSE, FALSE, sizeof (Draft));
    g_auto (TgWalk) walk = tg_turns_walk (client->turns);

    g_array_set_clear_func (drafts, draft_clear);
    if (chat != NULL)
        secret_chat_each_draft (chat, copy_draft, drafts);
    for (unsigned i = 0; i < drafts->len && !client->dying; i++) {
        const Draft *draft = &g_array_index (drafts, Draft, i);
        func (chat_id, draft->id, draft->text, draft->spans, user);
    }
}

void
tg_secret_each_message (TgClient *client, int32_t chat_id,
                        void (*func) (const TalkMessage *, void *), void *user)
{
    const SecretChat *chat = tg_secrets_find (client, chat_id);

    if (chat != NULL)
        secret_chat_each_message (chat, func, user);
}

gboolean
tg_secret_has_own (TgClient *client, int32_t chat_id, int64_t id)
{
    SecretChat *chat = tg_secrets_find (client, chat_id);
    return chat != NULL && secret_chat_has_own (chat, id);
}

void
tg_secret_told (TgClient *client, int32_t chat_id, const int64_t *ids, size_t n)
{
    g_auto (ChatAct) act = chat_act (client, chat_id);

    if (act.chat != NULL)
        secret_chat_told (act.chat, ids, n, tg_now (client));
}

TalkCode
tg_secret_keep (TgClient *client, int32_t chat_id, const TalkTyped *typed,
                const char *token, int64_t *id)
{
    g_auto (ChatAct) act = chat_act (client, chat_id);

    return act.chat != NULL
               ? secret_chat_keep (act.chat, typed, token, tg_now (client), id)
               : act.code;
}

void
tg_secret_typing (TgClient *client, int32_t chat_id, gboolean typing)
{
    g_auto (ChatAct) act = chat_act (client, chat_id);

    if (act.chat != NULL)
        secret_chat_set_typing (act.chat, typing, tg_now (client));
}

void
tg_secret_seen (TgClient *client, int32_t chat_id, const int64_t *ids, size_t n)
{
    g_auto (ChatAct) act = chat_act (client, chat_id);

    if (act.chat != NULL)
        secret_chat_seen (act.chat, ids, n, tg_now (client));
}

GArray *
tg_secret_unseen (TgClient *client, int32_t chat_id)
{
    SecretChat *chat = tg_secrets_find (client, chat_id);
    return chat != NULL ? secret_chat_unseen (chat) : NULL;
}

static void
waiting_free (TalkMessage *message)
{
    crypto_text_free ((char *)message->text);
    crypto_text_free ((char *)message->detail);
    crypto_text_free ((char *)message->reply_text);
    talk_spans_unref ((TalkSpans *)message->spans);
    g_clear_pointer (&message->beside.thumb, g_bytes_unref);
    g_free (message);
}

/* What the function does with it may change the chat. */
static void
copy_waiting (const TalkMessage *message, void *user)
{
    TalkMessage *copy = g_new (TalkMessage, 1);
    int64_t hidden;
    const char *end = tg_shown_end (message->text, &hidden);

    *copy = *message;
    copy->text = g_strndup (message->text, (gsize)(end - message->text));
    copy->spans = talk_spans_part (message->spans, 0, (size_t)(end - message->text));
    copy->detail = g_strdup (message->detail);
    copy->reply_text = g_strdup (message->reply_text);
    if (copy->beside.thumb != NULL)
        g_bytes_ref (copy->beside.thumb);
    copy->hidden = hidden;
    g_ptr_array_add (user, copy);
}

gboolean
tg_secret_each_waiting (TgClient *client, int32_t chat_id, TgWaitingFunc func, void *user)
{
    SecretChat *chat = find_chat (client, chat_id);
    g_autoptr (GPtrArray) waiting =
        g_ptr_array_new_with_free_func ((GDestroyNotify)waiting_free);
    g_auto (TgWalk) walk = tg_turns_walk (client->turns);

    if (chat != NULL)
        secret_chat_each_waiting (chat, copy_waiting, waiting);
    for (unsigned i = 0; i < waiting->len && !client->dying; i++) {
        const TalkMessage *message = g_ptr_array_index (waiting, i);
        tg_offered (client, chat_id, message->id, func (chat_id, message, user));
    }
    return !client->dying;
}

unsigned
tg_secret_count_waiting (TgClient *client, int32_t chat_id, TgStandsFunc stands,
                         void *user)
{
    const SecretChat *chat = tg_secrets_find (client, chat_id);
    return chat != NULL ? secret_chat_count_waiting (chat, stands, user) : 0;
}

unsigned
tg_secret_count_unseen (TgClient *client, int32_t chat_id)
{
    const SecretChat *chat = tg_secrets_find (client, chat_id);
    return chat != NULL ? secret_chat_count_unseen (chat) : 0;
}

void
tg_secret_let_go (TgClient *client, int32_t chat_id, int64_t id)
{
    g_auto (ChatAct) act = chat_act (client, chat_id);

    if (act.chat != NULL)
        secret_chat_let_go (act.chat, id);
}

void
tg_secret_lost_told (TgClient *client, int32_t chat_id)
{
    g_auto (ChatAct) act = chat_act (client, chat_id);

    if (act.chat != NULL)
        secret_chat_lost_told (act.chat, tg_now (client));
}

void
tg_client_each_countdown (TgClient *client, TgCountdownFunc func, void *user)
{
    GHashTableIter iter;
    gpointer value;

    g_hash_table_iter_init (&iter, client->secrets->chats);
    while (g_hash_table_iter_next (&iter, NULL, &value))
        secret_chat_each_countdown (value, tg_now (client), func, user);
}

gboolean
tg_secret_known (TgClient *client, int32_t chat_id, int64_t id, TalkKnown *known)
{
    const SecretChat *chat = tg_secrets_find (client, chat_id);

    return chat != NULL && secret_chat_known (chat, id, tg_now (client), known);
}

void
tg_secret_each_known (TgClient *client, int32_t chat_id, TgKnownFunc func, void *user)
{
    const SecretChat *chat = tg_secrets_find (client, chat_id);

    if (chat != NULL)
        secret_chat_each_known (chat, tg_now (client), func, user);
}

TalkCode
tg_secret_delete (TgClient *client, int32_t chat_id, const int64_t *ids, size_t n)
{
    g_auto (ChatAct) act = chat_act (client, chat_id);
    g_autoptr (GArray) parts = NULL;

    if (act.chat == NULL)
        return act.code;
    if (n == 0) {
        parts = secret_chat_last_text (act.chat);
    } else {
        parts = g_array_new (FALSE, FALSE, sizeof (int64_t));
        for (size_t i = 0; i < n; i++) {
            g_autoptr (GArray) same = secret_chat_parts (act.chat, ids[i]);
            g_array_append_vals (parts, same->data, same->len);
        }
    }
    return parts->len > 0
               ? secret_chat_delete (act.chat, (const int64_t *)(void *)parts->data,
                                     parts->len, tg_now (client))
               : TALK_NOTHING;
}

TalkCode
tg_secret_flush (TgClient *client, int32_t chat_id)
{
    g_auto (ChatAct) act = chat_act (client, chat_id);

    return act.chat != NULL ? secret_chat_flush (act.chat, tg_now (client)) : act.code;
}

TalkCode
tg_secret_set_ttl (TgClient *client, int32_t chat_id, int32_t seconds)
{
    g_auto (ChatAct) act = chat_act (client, chat_id);

    return act.chat != NULL ? secret_chat_set_ttl (act.chat, seconds, tg_now (client))
                            : act.code;
}

TalkCode
tg_secret_screenshot (TgClient *client, int32_t chat_id)
{
    g_auto (ChatAct) act = chat_act (client, chat_id);

    return act.chat != NULL ? secret_chat_screenshot (act.chat, NULL, 0, tg_now (client))
                            : act.code;
}

TalkCode
tg_secret_open_media (TgClient *client, int32_t chat_id, int64_t id)
{
    g_auto (ChatAct) act = chat_act (client, chat_id);

    return act.chat != NULL ? secret_chat_open_media (act.chat, &id, 1, tg_now (client))
                            : act.code;
}

TalkCode
tg_secret_rekey (TgClient *client, int32_t chat_id)
{
    g_auto (ChatAct) act = chat_act (client, chat_id);

    return act.chat != NULL ? secret_chat_rekey (act.chat, tg_now (client)) : act.code;
}

TalkCode
tg_secret_skip (TgClient *client, int32_t chat_id)
{
    g_auto (ChatAct) act = chat_act (client, chat_id);

    return act.chat != NULL ? secret_chat_skip (act.chat, tg_now (client)) : act.code;
}

TalkCode
tg_secret_set_verified (TgClient *client, int32_t chat_id, gboolean verified)
{
    g_auto (ChatAct) act = chat_act (client, chat_id);

    return act.chat != NULL
               ? secret_chat_set_verified (act.chat, verified, tg_now (client))
               : act.code;
}

gboolean
tg_person_is_verified (TgClient *client, int64_t user_id)
{
    GHashTableIter iter;
    gpointer value;
    TalkSecret info;

    g_hash_table_iter_init (&iter, client->secrets->chats);
    while (g_hash_table_iter_next (&iter, NULL, &value)) {
        secret_chat_info (value, &info);
        if (info.user_id == user_id && info.was_verified)
            return TRUE;
    }
    return FALSE;
}

void
tg_key_picture (const TalkSecret *info, uint8_t cells[static 144])
{
    crypto_key_picture (info->key_hash, cells, 144);
}

gboolean
tg_secret_info (TgClient *client, int32_t chat_id, TalkSecret *info)
{
    SecretChat *chat = tg_secrets_find (client, chat_id);

    if (chat != NULL)
        secret_chat_info (chat, info);
    return chat != NULL;
}

void
tg_client_each_secret (TgClient *client, TgSecretFunc func, void *user)
{
    g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (int32_t));
    g_auto (TgWalk) walk = tg_turns_walk (client->turns);
    GHashTableIter iter;
    gpointer key;
    TalkSecret info;

    g_hash_table_iter_init (&iter, client->secrets->chats);
    while (g_hash_table_iter_next (&iter, &key, NULL))
        g_array_append_val (ids, *(int32_t *)key);
    for (unsigned i = 0; i < ids->len && !client->dying; i++)
        if (tg_secret_info (client, g_array_index (ids, int32_t, i), &info))
            func (&info, user);
}
