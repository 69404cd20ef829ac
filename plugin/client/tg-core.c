/* What every feature of an account stands on: effects of the turn, records, calls, and the
 * end of the account's work. It knows no feature. */
#include "tg-core.h"

#include "record.tl.h"
#include "tl-encode.h"
#include "tl-text.h"

#include <string.h>

#define TOKEN_MAX 1024 /* bytes of a future auth token; real ones have some 20 */
#define TOKENS_MAX 20
#define REASON_MAX 256 /* characters of others' words on what did not work */

TgLink *
tg_link_ref (TgLink *link)
{
    link->refs++;
    return link;
}

void
tg_link_unref (TgLink *link)
{
    if (--link->refs > 0)
        return;
    g_clear_pointer (&link->store, store_close);
    crypto_wipe (link->key, sizeof link->key);
    g_free (link);
}

/* Called before anything is told: a handler may end the account, and open its store anew. */
TgClient *
tg_link_leave (TgLink **link)
{
    TgClient *client = (*link)->client;

    tg_link_unref (g_steal_pointer (link));
    return client;
}

/* --- the turn --- */

void
tg_turn_begin (TgClient *client)
{
    tg_turns_begin (client->turns);
}

void
tg_turn_end (TgClient *client)
{
    tg_turns_end (client->turns);
}

StoreBatch *
tg_batch (TgClient *client)
{
    return tg_turns_batch (client->turns);
}

TgEffect *
tg_effect (TgClient *client, TgEffectFunc run)
{
    TgEffect *effect = g_new0 (TgEffect, 1);

    effect->run = run;
    tg_turns_add (client->turns, effect);
    return effect;
}

TgAct
tg_act (TgClient *client)
{
    tg_turn_begin (client);
    return (TgAct){ client };
}

void
tg_act_clear (TgAct *act)
{
    TgClient *client = act->client;

    client->wires->settle (client);
    if (client->net != NULL)
        net_flush (client->net, tg_now (client));
    client->wires->rearm (client);
    tg_turn_end (client);
}

/* --- events --- */

static void
run_event (TgClient *client, TgEffect *e)
{
    client->event (client->user, e->event);
}

TgEffect *
tg_tell_by (TgClient *client, TgEffectFunc run, const TalkEvent *event)
{
    TgEffect *e = tg_effect (client, run);

    e->event = talk_event_copy (event);
    return e;
}

TgEffect *
tg_tell (TgClient *client, TalkEvent event)
{
    return tg_tell_by (client, run_event, &event);
}

void
tg_tell_ask (TgClient *client, const TalkAsk *ask)
{
    tg_tell (client, (TalkEvent){ .kind = TALK_EVENT_ASK, .u.ask = *ask });
}

void
tg_tell_trouble (TgClient *client, TalkTrouble trouble, int64_t number)
{
    tg_tell (client,
             (TalkEvent){ .kind = TALK_EVENT_TROUBLE, .u.trouble = { trouble, number } });
}

/* --- records --- */

void
tg_put (TgClient *client, StoreKind kind, int64_t owner, const TlObject *record)
{
    g_auto (TlWriter) writer = { 0 };

    if (tl_encode (&tl_record_schema, record, &writer))
        store_batch_put (tg_batch (client), (StoreKey){ kind, owner, 0 }, writer.data,
                         writer.len);
}

void
tg_take_token (TgClient *client, TlBytes token)
{
    if (token.len == 0 || token.len > TOKEN_MAX)
        return;
    g_ptr_array_add (client->tokens, g_bytes_new (token.data, token.len));
    while (client->tokens->len > TOKENS_MAX)
        g_ptr_array_remove_index (client->tokens, 0);
}

TlBytes *
tg_tokens (const TgClient *client)
{
    TlBytes *tokens = g_new0 (TlBytes, client->tokens->len + 1);

    for (unsigned i = 0; i < client->tokens->len; i++) {
        size_t len;
        const void *data = g_bytes_get_data (g_ptr_array_index (client->tokens, i), &len);
        tokens[i] = TL_BYTES (data, len);
    }
    return tokens;
}

void
tg_save_account (TgClient *client)
{
    g_autofree TlBytes *tokens = tg_tokens (client);
    RecAccount record =
        TL_NEW (RecAccount, .has_user_id = client->own_id != 0, .user_id = client->own_id,
                .home_dc = client->home_dc, .tokens = { tokens, client->tokens->len });

    tg_put (client, STORE_ACCOUNT, 0, TL_OBJ (&record));
}

/* --- the server --- */

static void
ignore_answer (void *user, TlMessage *answer, const MtError *error)
{
}

NetCall *
tg_call (TgClient *client, const TlObject *request, MtCallFlags flags, MtAnswerFunc func,
         void *user)
{
    return net_call (client->net, 0, NET_MAIN, request, flags,
                     func != NULL ? func : ignore_answer, user);
}

void
tg_disconnect (TgClient *client, int line)
{
    if (client->conns[line] != NULL)
        client->host->ops->conn_close (client->host->self,
                                       g_steal_pointer (&client->conns[line]));
}

void
tg_disconnect_all (TgClient *client)
{
    for (int line = 0; line < NET_LINES; line++)
        tg_disconnect (client, line);
}

static void
run_disconnect_all (TgClient *client, TgEffect *e)
{
    tg_disconnect_all (client);
}

char *
tg_reason_line (const char *words)
{
    return tl_text_line (TL_STR (words), REASON_MAX);
}

/* The detail may come from anywhere: a server, a file system, a program on the bus. */
void
tg_stop (TgClient *client, TalkOffline reason, const char *detail, gboolean fatal)
{
    g_autofree char *line = detail != NULL ? tg_reason_line (detail) : NULL;

    if (client->stopped)
        return;
    client->stopped = TRUE;
    g_debug ("[account] offline, reason %d", reason);
    tg_tell (client, (TalkEvent){ .kind = TALK_EVENT_OFFLINE,
                                  .u.offline = { reason, line, fatal } });
    tg_effect (client, run_disconnect_all);
}
