/* What the user does: every public function is one turn. */
#include "tg-private.h"

#include "secret-text.h"
#include "tl-text.h"

/* --- public --- */

void
tg_client_answer (TgClient *client, unsigned attempt, const char *text)
{
    if (client->stopped || (client->session == NULL && !client->wants_passphrase))
        return;
    tg_turn_begin (client);
    if (client->wants_passphrase)
        tg_open_answer (client, attempt, text);
    else if (!tg_wait_answer (client, attempt, text))
        tg_login_answer (client, attempt, text);
    tg_act_end (client);
}

void
tg_client_log_in_anew (TgClient *client, unsigned attempt)
{
    tg_client_answer (client, attempt, "");
}

void
tg_client_wake (TgClient *client)
{
    if (client->stopped || client->session == NULL)
        return;
    tg_turn_begin (client);
    mt_session_wake (client->session, tg_now (client));
    tg_act_end (client);
}

void
tg_client_set_online (TgClient *client, gboolean online)
{
    client->online_wanted = online;
    if (client->stopped || client->session == NULL || !client->was_online)
        return;
    tg_turn_begin (client);
    tg_send_status (client);
    tg_act_end (client);
}

static void
log_out_cb (void *user, TlMessage *answer, const MtError *error)
{
    TgClient *client = user;
    const ApiAuthLoggedOut *out =
        answer != NULL ? TL_AS (tl_message_root (answer), ApiAuthLoggedOut) : NULL;

    if (error != NULL && error->code == MT_ERROR_LOCAL_CLOSED)
        return; /* nobody answered */
    if (out != NULL)
        tg_take_token (client, out->future_auth_token); /* MT-F22 */
    tg_lose_key (client, NULL);
}

void
tg_client_log_out (TgClient *client)
{
    ApiAuthLogOut request = TL_NEW (ApiAuthLogOut);

    if (client->stopped || client->session == NULL)
        return;
    tg_turn_begin (client);
    /* silence is no answer: what it would end stays until there is one (DECISIONS 24) */
    tg_call (client, TL_OBJ (&request), MT_CALL_PATIENT, log_out_cb, client);
    tg_act_end (client);
}

char *
tg_name_in_sentence (const char *name)
{
    return tl_text_isolate (name);
}

/* --- public: people --- */

void
tg_client_each_peer (TgClient *client, TgPeerFunc func, void *user)
{
    GHashTableIter iter;
    gpointer value;
    TalkPerson peer;

    g_hash_table_iter_init (&iter, client->peers);
    while (g_hash_table_iter_next (&iter, NULL, &value)) {
        tg_fill_person (client, value, &peer);
        func (&peer, user);
    }
}

gboolean
tg_client_peer (TgClient *client, int64_t user_id, TgPeerFunc func, void *user)
{
    const TgPeerData *data = tg_peer_find (client, user_id);
    TalkPerson peer;

    if (data == NULL)
        return FALSE;
    tg_fill_person (client, data, &peer);
    func (&peer, user);
    return TRUE;
}

typedef struct {
    TgClient *client;
    TgPeerFunc func;
    void *user;
} Find;

static void
run_found (TgClient *client, TgEffect *e)
{
    Find *find = (Find *)(void *)e->data->data;

    if (e->id == 0 || !tg_client_peer (client, e->id, find->func, find->user))
        find->func (NULL, find->user);
}

static void
find_cb (void *user, TlMessage *answer, const MtError *error)
{
    Find *find = user;
    const ApiContactsResolvedPeer *resolved =
        answer != NULL ? TL_AS (tl_message_root (answer), ApiContactsResolvedPeer) : NULL;
    const ApiPeerUser *peer =
        resolved != NULL ? TL_AS (resolved->peer, ApiPeerUser) : NULL;

    if (resolved != NULL)
        tg_peers_take (find->client, &resolved->users);
    TgEffect *e = tg_effect (find->client, run_found);
    e->id = peer != NULL ? peer->user_id : 0;
    e->data = g_byte_array_new ();
    g_byte_array_append (e->data, (const uint8_t *)find, sizeof *find);
    g_free (find);
}

void
tg_client_find_peer (TgClient *client, const char *what, TgPeerFunc func, void *user)
{
    g_autofree char *phone = tg_phone_clean (what);

    if (client->stopped || client->session == NULL) {
        func (NULL, user);
        return;
    }
    Find *find = g_new0 (Find, 1);
    *find = (Find){ client, func, user };
    tg_turn_begin (client);
    if (phone != NULL) {
        ApiContactsResolvePhone request =
            TL_NEW (ApiContactsResolvePhone, .phone = TL_STR (phone));
        tg_call (client, TL_OBJ (&request), MT_CALL_DEFAULT, find_cb, find);
    } else {
        const char *name = *what == '@' ? what + 1 : what;
        ApiContactsResolveUsername request =
            TL_NEW (ApiContactsResolveUsername, .username = TL_STR (name));
        tg_call (client, TL_OBJ (&request), MT_CALL_DEFAULT, find_cb, find);
    }
    tg_act_end (client);
}

typedef struct {
    TgClient *client;
    int64_t user_id;
} About;

/* The user said yes to it, so the user is told that it did not come to be. */
static void
tell_refused (const About *about, const MtError *error)
{
    if (error != NULL && error->code != MT_ERROR_LOCAL_CLOSED && !about->client->dying &&
        !about->client->stopped)
        tg_tell_trouble (about->client, TALK_TROUBLE_REFUSED, about->user_id);
}

static void
blocked_cb (void *user, TlMessage *answer, const MtError *error)
{
    g_autofree About *about = user;

    tell_refused (about, error);
}

static void
removed_cb (void *user, TlMessage *answer, const MtError *error)
{
    g_autofree About *about = user;

    tell_refused (about, error);
    TgPeerData *peer = tg_peer_find (about->client, about->user_id);

    if (answer != NULL && peer != NULL)
        tg_peer_no_contact (about->client, peer);
}

void
tg_client_remove_contact (TgClient *client, int64_t user_id)
{
    const TgPeerData *peer = tg_peer_find (client, user_id);

    if (peer == NULL || client->stopped || client->session == NULL)
        return;
    ApiInputUser user =
        TL_NEW (ApiInputUser, .user_id = user_id, .access_hash = peer->access_hash);
    const TlObject *ids[] = { TL_OBJ (&user) };
    ApiContactsDeleteContacts request =
        TL_NEW (ApiContactsDeleteContacts, .id = { ids, 1 });
    About *about = g_new0 (About, 1);
    *about = (About){ client, user_id };
    tg_turn_begin (client);
    tg_call (client, TL_OBJ (&request), MT_CALL_DEFAULT, removed_cb, about);
    tg_act_end (client);
}

void
tg_client_block (TgClient *client, int64_t user_id, gboolean blocked)
{
    const TgPeerData *peer = tg_peer_find (client, user_id);

    if (peer == NULL || client->stopped || client->session == NULL)
        return;
    ApiInputPeerUser person =
        TL_NEW (ApiInputPeerUser, .user_id = user_id, .access_hash = peer->access_hash);
    ApiContactsBlock block = TL_NEW (ApiContactsBlock, .id = TL_OBJ (&person));
    ApiContactsUnblock unblock = TL_NEW (ApiContactsUnblock, .id = TL_OBJ (&person));
    About *about = g_new0 (About, 1);
    *about = (About){ client, user_id };
    tg_turn_begin (client);
    tg_call (client, blocked ? TL_OBJ (&block) : TL_OBJ (&unblock), MT_CALL_DEFAULT,
             blocked_cb, about);
    tg_act_end (client);
}

/* --- public: secret chats --- */

/* An act of the user in a chat: its turn, which ends with the scope. */
typedef struct {
    TgClient *client;
    SecretChat *chat; /* NULL: nothing can be done, `code` says why */
    TalkCode code;
} TgAct;

static SecretChat *
find_chat (TgClient *client, int32_t chat_id)
{
    return client->stopped ? NULL : tg_secrets_find (client, chat_id);
}

static TgAct
tg_act (TgClient *client, int32_t chat_id)
{
    TgAct act = { client, find_chat (client, chat_id), TALK_NO_CHAT };

    if (client->stopped)
        act.code = TALK_IS_OFFLINE;
    if (act.chat != NULL)
        tg_turn_begin (client);
    return act;
}

static void
tg_act_clear (TgAct *act)
{
    if (act->chat != NULL)
        tg_act_end (act->client);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TgAct, tg_act_clear)

TalkCode
tg_secret_start (TgClient *client, int64_t user_id, int32_t *chat_id)
{
    const TgPeerData *peer = tg_peer_find (client, user_id);
    GHashTableIter iter;
    gpointer key;

    if (client->stopped || client->session == NULL)
        return TALK_IS_OFFLINE;
    if (peer == NULL || peer->deleted || user_id == client->own_id)
        return TALK_NO_PERSON;
    g_autoptr (GArray) used = g_array_new (FALSE, FALSE, sizeof (int32_t));
    g_hash_table_iter_init (&iter, client->chats);
    while (g_hash_table_iter_next (&iter, &key, NULL))
        g_array_append_val (used, *(int32_t *)key);
    tg_turn_begin (client);
    SecretChat *chat = secret_chat_new_outgoing (&client->env, user_id,
                                                 (const int32_t *)(void *)used->data,
                                                 used->len, tg_now (client));
    if (chat != NULL) {
        TalkSecret info;
        secret_chat_info (chat, &info);
        *chat_id = info.id;
        secret_chat_set_typing_action (chat, client->config.typing_actions);
        secret_chat_set_peer_online (chat, peer->presence != TALK_PRESENCE_OFFLINE);
        g_hash_table_insert (client->chats, g_memdup2 (chat_id, sizeof *chat_id), chat);
    }
    tg_act_end (client);
    return chat != NULL ? TALK_DONE : TALK_NO_RANDOM;
}

TalkCode
tg_secret_accept (TgClient *client, int32_t chat_id)
{
    g_auto (TgAct) act = tg_act (client, chat_id);

    if (act.chat == NULL)
        return act.code;
    secret_chat_accept (act.chat, tg_now (client));
    return TALK_DONE;
}

TalkCode
tg_secret_reject (TgClient *client, int32_t chat_id)
{
    g_auto (TgAct) act = tg_act (client, chat_id);

    if (act.chat == NULL)
        return act.code;
    secret_chat_reject (act.chat, tg_now (client));
    return TALK_DONE;
}

TalkCode
tg_secret_leave (TgClient *client, int32_t chat_id)
{
    g_auto (TgAct) act = tg_act (client, chat_id);

    if (act.chat == NULL)
        return act.code;
    secret_chat_leave (act.chat, tg_now (client));
    return TALK_DONE;
}

TalkCode
tg_secret_close (TgClient *client, int32_t chat_id, gboolean delete_history)
{
    g_auto (TgAct) act = tg_act (client, chat_id);

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

TalkCode
tg_secret_send (TgClient *client, int32_t chat_id, const char *text, int64_t **ids,
                size_t *n)
{
    g_auto (TgAct) act = tg_act (client, chat_id);

    *ids = NULL;
    *n = 0;
    if (act.chat == NULL)
        return act.code;
    GArray *sent = tg_tell_own (client, chat_id, text); /* before what it causes */
    do { /* an empty text is one empty part: refused below */
        size_t len = secret_text_split (text);
        g_autofree char *part = g_strndup (text, len);
        int64_t id;
        act.code = secret_chat_send_text (act.chat, part, 0, FALSE, tg_now (client), &id);
        if (act.code == TALK_DONE && sent->len > 0)
            secret_chat_continue (act.chat, id);
        if (act.code == TALK_DONE)
            g_array_append_val (sent, id);
        text += len;
    } while (act.code == TALK_DONE && *text != '\0');
    *n = sent->len;
    *ids = g_memdup2 (sent->data, sent->len * sizeof (int64_t));
    return act.code;
}

gboolean
tg_secret_has_own (TgClient *client, int32_t chat_id, int64_t id)
{
    SecretChat *chat = tg_secrets_find (client, chat_id);
    return chat != NULL && secret_chat_has_own (chat, id);
}

void
tg_secret_typing (TgClient *client, int32_t chat_id, gboolean typing)
{
    SecretChat *chat = find_chat (client, chat_id);

    if (chat == NULL)
        return;
    tg_turn_begin (client);
    secret_chat_set_typing (chat, typing, tg_now (client));
    tg_act_end (client);
}

void
tg_secret_seen (TgClient *client, int32_t chat_id, const int64_t *ids, size_t n)
{
    SecretChat *chat = find_chat (client, chat_id);

    if (chat == NULL)
        return;
    tg_turn_begin (client);
    secret_chat_seen (chat, ids, n, tg_now (client));
    tg_act_end (client);
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
    tg_wipe_string ((char *)message->text);
    tg_wipe_string ((char *)message->detail);
    tg_wipe_string ((char *)message->reply_text);
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
    copy->detail = g_strdup (message->detail);
    copy->reply_text = g_strdup (message->reply_text);
    copy->hidden = hidden;
    g_ptr_array_add (user, copy);
}

gboolean
tg_secret_each_waiting (TgClient *client, int32_t chat_id, TgWaitingFunc func, void *user)
{
    SecretChat *chat = find_chat (client, chat_id);
    g_autoptr (GPtrArray) waiting =
        g_ptr_array_new_with_free_func ((GDestroyNotify)waiting_free);
    TgTurns *turns = client->turns;

    if (chat != NULL)
        secret_chat_each_waiting (chat, copy_waiting, waiting);
    gboolean held = tg_turns_hold (turns);
    for (unsigned i = 0; i < waiting->len && !client->dying; i++) {
        const TalkMessage *message = g_ptr_array_index (waiting, i);
        tg_offered (client, chat_id, message->id, func (chat_id, message, user));
    }
    gboolean lives = !client->dying;
    if (held)
        tg_turns_release (turns);
    return lives;
}

static void
add_waiting (const TalkMessage *message, void *user)
{
    g_array_append_val (user, message->id);
}

GArray *
tg_secret_waiting (TgClient *client, int32_t chat_id)
{
    SecretChat *chat = tg_secrets_find (client, chat_id);
    GArray *ids = chat != NULL ? g_array_new (FALSE, FALSE, sizeof (int64_t)) : NULL;

    if (chat != NULL)
        secret_chat_each_waiting (chat, add_waiting, ids);
    return ids;
}

void
tg_secret_let_go (TgClient *client, int32_t chat_id, int64_t id)
{
    SecretChat *chat = find_chat (client, chat_id);

    if (chat == NULL)
        return;
    tg_turn_begin (client);
    secret_chat_let_go (chat, id);
    tg_act_end (client);
}

void
tg_secret_lost_told (TgClient *client, int32_t chat_id)
{
    SecretChat *chat = find_chat (client, chat_id);

    if (chat == NULL)
        return;
    tg_turn_begin (client);
    secret_chat_lost_told (chat, tg_now (client));
    tg_act_end (client);
}

void
tg_client_each_countdown (TgClient *client, TgCountdownFunc func, void *user)
{
    GHashTableIter iter;
    gpointer value;

    g_hash_table_iter_init (&iter, client->chats);
    while (g_hash_table_iter_next (&iter, NULL, &value))
        secret_chat_each_countdown (value, tg_now (client), func, user);
}

TalkCode
tg_secret_delete (TgClient *client, int32_t chat_id, const int64_t *ids, size_t n)
{
    g_auto (TgAct) act = tg_act (client, chat_id);
    g_autoptr (GArray) last = NULL;

    if (act.chat == NULL)
        return act.code;
    if (n == 0) {
        last = secret_chat_last_text (act.chat);
        ids = (const int64_t *)(void *)last->data;
        n = last->len;
    }
    return n > 0 ? secret_chat_delete (act.chat, ids, n, tg_now (client)) : TALK_NOTHING;
}

TalkCode
tg_secret_flush (TgClient *client, int32_t chat_id)
{
    g_auto (TgAct) act = tg_act (client, chat_id);

    return act.chat != NULL ? secret_chat_flush (act.chat, tg_now (client)) : act.code;
}

TalkCode
tg_secret_set_ttl (TgClient *client, int32_t chat_id, int32_t seconds)
{
    g_auto (TgAct) act = tg_act (client, chat_id);

    return act.chat != NULL ? secret_chat_set_ttl (act.chat, seconds, tg_now (client))
                            : act.code;
}

TalkCode
tg_secret_screenshot (TgClient *client, int32_t chat_id)
{
    g_auto (TgAct) act = tg_act (client, chat_id);

    return act.chat != NULL ? secret_chat_screenshot (act.chat, NULL, 0, tg_now (client))
                            : act.code;
}

TalkCode
tg_secret_rekey (TgClient *client, int32_t chat_id)
{
    g_auto (TgAct) act = tg_act (client, chat_id);

    return act.chat != NULL ? secret_chat_rekey (act.chat, tg_now (client)) : act.code;
}

TalkCode
tg_secret_skip (TgClient *client, int32_t chat_id)
{
    g_auto (TgAct) act = tg_act (client, chat_id);

    return act.chat != NULL ? secret_chat_skip (act.chat, tg_now (client)) : act.code;
}

TalkCode
tg_secret_set_verified (TgClient *client, int32_t chat_id, gboolean verified)
{
    g_auto (TgAct) act = tg_act (client, chat_id);

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

    g_hash_table_iter_init (&iter, client->chats);
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
    GHashTableIter iter;
    gpointer value;
    TalkSecret info;

    g_hash_table_iter_init (&iter, client->chats);
    while (g_hash_table_iter_next (&iter, NULL, &value)) {
        secret_chat_info (value, &info);
        func (&info, user);
    }
}
