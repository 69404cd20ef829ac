/* The login's states, its errors, and how it ends well. */
#include "tg-login-private.h"

#include "tg-peers.h"
#include "tg-refusal.h"
#include "tg-wait.h"

#include "record.tl.h"
#include "tl-text.h"

#include <string.h>

#define HOPS_MAX 3         /* migrations of one login (MT-E11) */
#define FLOOD_UNKNOWN 3600 /* s, where the server names no time */
#define FLOOD_MAX 604800   /* s: no sane server asks for more */
#define PAUSE_FIRST 1000   /* ms after an error of the server's own; doubled */
#define PAUSE_STEPS 6
#define PAUSE_QR 60000 /* ms, at most, while somebody looks at a picture (MT-F32) */

void
tg_login_set_state (TgClient *client, TgLoginState state)
{
    static const struct {
        const char *name;
        gboolean asks;
    } states[] = {
        [TG_LOGIN_NONE] = { "none", FALSE },
        [TG_LOGIN_PAUSED] = { "paused", FALSE },
        [TG_LOGIN_SENDING] = { "sending", FALSE },
        [TG_LOGIN_RESENDING] = { "resending", FALSE },
        [TG_LOGIN_CODE] = { "code", TRUE },
        [TG_LOGIN_SIGNING] = { "signing", FALSE },
        [TG_LOGIN_EMAIL] = { "email", TRUE },
        [TG_LOGIN_MAILING] = { "mailing", FALSE },
        [TG_LOGIN_EMAIL_CODE] = { "email code", TRUE },
        [TG_LOGIN_VERIFYING] = { "verifying", FALSE },
        [TG_LOGIN_PARAMS] = { "params", FALSE },
        [TG_LOGIN_PASSWORD] = { "password", TRUE },
        [TG_LOGIN_PROVING] = { "proving", FALSE },
        [TG_LOGIN_LOST] = { "lost", FALSE },
        [TG_LOGIN_RECOVERY] = { "recovery", TRUE },
        [TG_LOGIN_RECOVERING] = { "recovering", FALSE },
        [TG_LOGIN_QR_ASKING] = { "qr asking", FALSE },
        [TG_LOGIN_QR] = { "qr", TRUE },
        [TG_LOGIN_QR_IMPORTING] = { "qr importing", FALSE },
        [TG_LOGIN_DONE] = { "done", FALSE },
    };
    G_STATIC_ASSERT (G_N_ELEMENTS (states) == TG_LOGIN_DONE + 1);

    g_debug ("[login] %s -> %s", states[client->login->state].name, states[state].name);
    client->login->state = state;
    client->asks_user = states[state].asks;
}

void
tg_sent_clear (TgSent *sent)
{
    g_free (sent->hash);
    g_free (sent->part);
    *sent = (TgSent){ 0 };
}

void
tg_login_wipe_token (TgLogin *login)
{
    size_t len;

    if (login->qr.token == NULL)
        return;
    const void *data = g_bytes_get_data (login->qr.token, &len);
    crypto_wipe ((void *)data, len);
    g_clear_pointer (&login->qr.token, g_bytes_unref);
}

void
tg_login_wipe (TgClient *client)
{
    TgLogin *login = client->login;

    g_clear_pointer (&login->typed, crypto_text_free);
    g_clear_pointer (&login->code, crypto_text_free);
    g_clear_pointer (&login->email, crypto_text_free);
    g_clear_pointer (&login->password, tl_message_unref);
    tg_login_wipe_token (login);
    tg_sent_clear (&login->sent);
}

/* --- errors --- */

void
tg_login_refuse (TgClient *client, const MtError *error)
{
    g_autofree char *detail = g_strdup (error->text);

    tg_login_let_go (client);
    tg_stop (client, tg_refusal_offline (error),
             g_strcanon (detail, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "_ ", '?'),
             TRUE);
}

/* `n`: pauses before it. */
static void
pause_for (TgClient *client, TalkWait reason, int n)
{
    int64_t pause = (int64_t)PAUSE_FIRST << MIN (n, PAUSE_STEPS);

    tg_wait_login (client, reason,
                   client->login->qr.wanted ? MIN (pause, PAUSE_QR) : pause);
}

void
tg_login_again (TgClient *client, void (*step) (TgClient *client))
{
    int n = client->login->repeats++;

    if (n == 0)
        step (client);
    else
        pause_for (client, TALK_WAIT_SERVER_ERROR, n - 1);
}

gboolean
tg_login_passes (TgClient *client, const MtError *error)
{
    if (tg_refusal_of (error) == TG_REFUSAL_FLOOD) {
        int64_t seconds = tg_refusal_pause (error, FLOOD_UNKNOWN, FLOOD_MAX);
        tg_wait_login (client, TALK_WAIT_FLOOD, seconds * 1000);
        return TRUE;
    }
    if (error->code < 500 && error->code >= 0)
        return FALSE;
    pause_for (client,
               error->code == MT_ERROR_LOCAL_TIMEOUT ? TALK_WAIT_NO_ANSWER
                                                     : TALK_WAIT_SERVER_ERROR,
               client->login->failures++);
    return TRUE;
}

gboolean
tg_login_may_move (const TgClient *client, int64_t dc)
{
    return dc >= 1 && dc <= NET_DC_MAX && dc != client->home_dc &&
           ++client->login->hops <= HOPS_MAX;
}

gboolean
tg_login_migrated (TgClient *client, const MtError *error)
{
    if (tg_refusal_of (error) != TG_REFUSAL_MIGRATE ||
        !tg_login_may_move (client, error->number))
        return FALSE;
    g_debug ("[login] the account lives at data centre %d", (int)error->number);
    client->login->moved = client->login->state;
    tg_login_set_state (client, TG_LOGIN_NONE);
    client->wires->move_home (client, (int)error->number);
    return TRUE;
}

/* --- success --- */

/* What is stored belongs to somebody else (MT-F7): this login is taken back, and nothing
 * of it stays. */
static void
other_user (TgClient *client)
{
    ApiAuthLogOut request = TL_NEW (ApiAuthLogOut);

    tg_call (client, TL_OBJ (&request), MT_CALL_BEFORE_LOGIN, NULL, NULL);
    net_flush (client->net, tg_now (client));
    net_forget (client->net);
    tg_login_set_state (client, TG_LOGIN_NONE);
    tg_stop (client, TALK_OFFLINE_OTHER_USER, NULL, TRUE);
}

void
tg_login_succeed (TgClient *client, const TlObject *object)
{
    const ApiAuthAuthorization *authorization = TL_AS (object, ApiAuthAuthorization);
    const ApiUser *user =
        authorization != NULL ? TL_AS (authorization->user, ApiUser) : NULL;

    if (object != NULL &&
        object->id == ApiAuthAuthorizationSignUpRequired_ID) { /* MT-F19 */
        tg_stop (client, TALK_OFFLINE_SIGN_UP_NEEDED, NULL, TRUE);
        return;
    }
    if (user == NULL || !user->self || user->deleted ||
        !talk_is_user (user->id)) { /* MT-F7, MT-A25 */
        tg_stop (client, TALK_OFFLINE_LOGIN_REFUSED, "NO_USER", TRUE);
        return;
    }
    if (client->stored_id != 0 && client->stored_id != user->id) {
        other_user (client);
        return;
    }
    tg_take_token (client, authorization->future_auth_token);
    tg_login_let_go (client);
    tg_login_wipe (client);
    client->login->qr.gone_at = 0; /* nobody looks at it any more */
    tg_login_set_state (client, TG_LOGIN_DONE);
    client->own_id = client->stored_id = user->id;
    tg_save_account (client);
    RecIdentity identity = TL_NEW (RecIdentity, .user_id = user->id);
    tg_put (client, STORE_ACCOUNT, TG_RECORD_IDENTITY, TL_OBJ (&identity));
    tg_wait_logged_in (client);
    const TlObject *items[] = { authorization->user };
    TlVector users = { items, 1 };
    tg_peers_take (client, &users);
    client->wires->logged_in (client);
}

/* --- questions and answers --- */

void
tg_login_ask (TgClient *client, TgLoginState state, TalkAsk ask)
{
    TgLogin *login = client->login;

    login->qr.gone_at = 0; /* something else takes its place */
    ask.attempt = ask.attempt != 0 ? ask.attempt : ++client->attempt;
    ask.again = login->again;
    ask.expired = login->expired;
    ask.why = login->why;
    ask.phone = client->config.phone;
    login->again = login->expired = FALSE;
    login->why = TALK_AGAIN_NONE;
    login->repeats = 0;
    tg_login_set_state (client, state);
    tg_tell_ask (client, &ask);
}

char *
tg_login_trim (const char *text, gboolean words)
{
    size_t len;

    while (g_ascii_isspace (*text))
        text++;
    for (len = strlen (text); len > 0 && g_ascii_isspace (text[len - 1]);)
        len--;
    /* what is returned was never moved: wiping it leaves no copy of ours (MT-F18) */
    if (words)
        return g_strndup (text, len);
    GString *code = g_string_sized_new (len);
    for (const char *p = text; p < text + len; p++)
        if (*p != ' ' && *p != '-' && *p != '\t')
            g_string_append_c (code, *p);
    return g_string_free (code, FALSE);
}
