/* The account's logins: who they are, the end of one, and whether it may receive secret chats
 * (MT-F37, MT-F39); and the terms of service, asked for once a day (MT-F38). Nothing is ended or
 * changed but by the user's act. */
#include "tg-logins.h"

#include "tg-peers.h"

#include "tl-tables.h"
#include "tl-text.h"

#define LOGINS_MAX 200  /* of one account; more are not listed */
#define NAME_CUT 100    /* characters of a device, a place */
#define TERMS_MAX 30000 /* bytes of a text */
#define ID_MAX 1000     /* bytes of its name */
#define ASKED_MAX 5     /* questions about new logins an hour; more come with /sessions */
#define HOUR ((int64_t)3600 * 1000)
#define DAY (24 * HOUR)

/* Somebody waits for what the server says. */
typedef struct {
    int64_t number;
    TgLoginsFunc list;
    TgDoneFunc done; /* one of both */
    void *user;
    TlMessage *answer; /* NULL: none yet, or an error */
} Waiting;

struct TgLogins {
    GQueue waiting;   /* Waiting */
    int64_t number;   /* of the last of them */
    int64_t terms_at; /* mono: when they are asked for next */
    int64_t since;    /* mono: the hour in which so many were told */
    unsigned told;
};

void
tg_logins_init (TgClient *client)
{
    client->logins = g_new0 (TgLogins, 1);
    client->logins->terms_at = HOST_NEVER;
    g_queue_init (&client->logins->waiting);
}

/* --- who waits --- */

static void
waiting_free (Waiting *waiting)
{
    g_clear_pointer (&waiting->answer, tl_message_unref);
    g_free (waiting);
}

static void tell_list (const ApiAccountAuthorizations *all, const Waiting *waiting);

static void
tell (const Waiting *waiting)
{
    const TlObject *root =
        waiting->answer != NULL ? tl_message_root (waiting->answer) : NULL;
    const ApiAccountAuthorizations *all =
        root != NULL ? TL_AS (root, ApiAccountAuthorizations) : NULL;

    if (waiting->done != NULL)
        waiting->done (root != NULL && root->id == TL_BOOL_TRUE_ID, waiting->user);
    else if (all != NULL)
        tell_list (all, waiting);
    else
        waiting->list (NULL, 0, waiting->user);
}

/* When the turn is durable: whoever hears it may act, or end the account. */
static void
run_tell (TgClient *client, TgEffect *e)
{
    GQueue *all = &client->logins->waiting;

    for (GList *l = all->head; l != NULL; l = l->next) {
        Waiting *waiting = l->data;
        if (waiting->number != e->id)
            continue;
        g_queue_delete_link (all, l);
        tell (waiting);
        waiting_free (waiting);
        return;
    }
}

typedef struct {
    TgClient *client;
    Waiting *waiting;
} Asked;

static void
answered_cb (void *user, TlMessage *answer, const MtError *error)
{
    g_autofree Asked *asked = user;
    TgClient *client = asked->client;

    if (client->dying)
        return; /* tg_logins_clear() tells it */
    asked->waiting->answer = answer != NULL ? tl_message_ref (answer) : NULL;
    tg_effect (client, run_tell)->id = asked->waiting->number;
}

static void
ask (TgClient *client, const TlObject *request, Waiting wanted)
{
    TgLogins *logins = client->logins;

    if (client->stopped || client->net == NULL || client->own_id == 0) {
        tell (&wanted);
        return;
    }
    g_auto (TgAct) act = tg_act (client);
    Asked *asked = g_new0 (Asked, 1);
    wanted.number = ++logins->number;
    *asked = (Asked){ client, g_memdup2 (&wanted, sizeof wanted) };
    g_queue_push_tail (&logins->waiting, asked->waiting);
    tg_call (client, request, MT_CALL_DEFAULT, answered_cb, asked);
}

void
tg_logins_clear (TgClient *client)
{
    Waiting *waiting;

    while ((waiting = g_queue_pop_head (&client->logins->waiting)) != NULL) {
        g_clear_pointer (&waiting->answer, tl_message_unref);
        tell (waiting);
        waiting_free (waiting);
    }
    g_clear_pointer (&client->logins, g_free);
}

/* --- the list --- */

/* What strangers may choose, so that it turns nothing around. */
static char *
word_of (TlBytes text)
{
    g_autofree char *line = tl_text_line (text, NAME_CUT);

    return tl_text_isolate (line);
}

static char *
place_of (const ApiAuthorization *a)
{
    g_autofree char *country = word_of (a->country);
    g_autofree char *region = word_of (a->region);

    return *region != '\0' && *country != '\0' ? g_strconcat (region, ", ", country, NULL)
                                               : g_strconcat (region, country, NULL);
}

static char *
app_of (const ApiAuthorization *a)
{
    g_autofree char *name = word_of (a->app_name);
    g_autofree char *version = word_of (a->app_version);
    char *both = g_strconcat (name, " ", version, NULL);

    return g_strstrip (both);
}

/* The oldest first, so that a new one does not change the numbers of others. */
static int
by_age (gconstpointer a, gconstpointer b)
{
    const ApiAuthorization *one = *(const ApiAuthorization *const *)a;
    const ApiAuthorization *two = *(const ApiAuthorization *const *)b;

    if (one->date_created != two->date_created)
        return one->date_created < two->date_created ? -1 : 1;
    return one->hash < two->hash ? -1 : one->hash > two->hash;
}

static void
tell_list (const ApiAccountAuthorizations *all, const Waiting *waiting)
{
    g_autoptr (GPtrArray) sorted = g_ptr_array_new ();
    g_autoptr (GPtrArray) strings = g_ptr_array_new_with_free_func (g_free);
    g_autoptr (GArray) list = g_array_new (FALSE, FALSE, sizeof (TalkLogin));

    for (size_t i = 0; i < all->authorizations.len && i < LOGINS_MAX; i++) {
        const ApiAuthorization *one =
            TL_AS (TL_ITEM_OBJ (all->authorizations, i), ApiAuthorization);
        if (one != NULL)
            g_ptr_array_add (sorted, (void *)one);
    }
    g_ptr_array_sort (sorted, by_age);
    for (unsigned i = 0; i < sorted->len; i++) {
        const ApiAuthorization *one = g_ptr_array_index (sorted, i);
        TalkLogin login = { .hash = one->hash,
                            .here = one->current,
                            .secrets = !one->encrypted_requests_disabled,
                            .device = word_of (one->device_model),
                            .app = app_of (one),
                            .place = place_of (one),
                            .active = one->date_active };
        g_ptr_array_add (strings, (void *)login.device);
        g_ptr_array_add (strings, (void *)login.app);
        g_ptr_array_add (strings, (void *)login.place);
        g_array_append_val (list, login);
    }
    waiting->list ((const TalkLogin *)(void *)list->data, list->len, waiting->user);
}

void
tg_client_ask_logins (TgClient *client, TgLoginsFunc func, void *user)
{
    ApiAccountGetAuthorizations request = TL_NEW (ApiAccountGetAuthorizations);

    ask (client, TL_OBJ (&request), (Waiting){ .list = func, .user = user });
}

/* --- acts --- */

void
tg_client_end_login (TgClient *client, int64_t hash, TgDoneFunc func, void *user)
{
    ApiAccountResetAuthorization request =
        TL_NEW (ApiAccountResetAuthorization, .hash = hash);

    ask (client, TL_OBJ (&request), (Waiting){ .done = func, .user = user });
}

void
tg_client_login_secrets (TgClient *client, int64_t hash, gboolean may, TgDoneFunc func,
                         void *user)
{
    ApiAccountChangeAuthorizationSettings request = TL_NEW (
        ApiAccountChangeAuthorizationSettings, .hash = hash,
        .has_encrypted_requests_disabled = TRUE, .encrypted_requests_disabled = !may);

    ask (client, TL_OBJ (&request), (Waiting){ .done = func, .user = user });
}

void
tg_client_confirm_login (TgClient *client, int64_t hash, TgDoneFunc func, void *user)
{
    ApiAccountChangeAuthorizationSettings request =
        TL_NEW (ApiAccountChangeAuthorizationSettings, .confirmed = TRUE, .hash = hash);

    ask (client, TL_OBJ (&request), (Waiting){ .done = func, .user = user });
}

void
tg_client_accept_terms (TgClient *client, const char *id, TgDoneFunc func, void *user)
{
    ApiDataJSON json = TL_NEW (ApiDataJSON, .data = TL_STR (id));
    ApiHelpAcceptTermsOfService request =
        TL_NEW (ApiHelpAcceptTermsOfService, .id = TL_OBJ (&json));

    ask (client, TL_OBJ (&request), (Waiting){ .done = func, .user = user });
}

/* --- a new one --- */

void
tg_logins_new (TgClient *client, const ApiUpdateNewAuthorization *update)
{
    TgLogins *logins = client->logins;
    int64_t now = tg_now (client).mono;

    if (!update->unconfirmed)
        return;
    if (logins->told == 0 || now - logins->since >= HOUR) {
        logins->since = now;
        logins->told = 0;
    }
    if (logins->told++ >= ASKED_MAX)
        return;
    g_autofree char *device = word_of (update->device);
    g_autofree char *place = word_of (update->location);
    tg_tell (client, (TalkEvent){ .kind = TALK_EVENT_NEW_LOGIN,
                                  .u.login = { .hash = update->hash,
                                               .device = device,
                                               .app = "",
                                               .place = place,
                                               .active = update->date } });
}

/* --- terms --- */

static void
terms_cb (void *user, TlMessage *answer, const MtError *error)
{
    TgClient *client = user;
    TgLogins *logins = client->logins;
    const TlObject *root = answer != NULL ? tl_message_root (answer) : NULL;
    const ApiHelpTermsOfServiceUpdate *update =
        root != NULL ? TL_AS (root, ApiHelpTermsOfServiceUpdate) : NULL;
    const ApiHelpTermsOfServiceUpdateEmpty *none =
        root != NULL ? TL_AS (root, ApiHelpTermsOfServiceUpdateEmpty) : NULL;
    int64_t at = update != NULL ? update->expires : none != NULL ? none->expires : 0;

    if (client->dying || logins == NULL)
        return;
    int64_t left = at != 0 ? (at - tg_server_time (client)) * 1000 : DAY;
    logins->terms_at = tg_now (client).mono + CLAMP (left, HOUR, DAY);
    const ApiHelpTermsOfService *terms =
        update != NULL ? TL_AS (update->terms_of_service, ApiHelpTermsOfService) : NULL;
    const ApiDataJSON *id = terms != NULL ? TL_AS (terms->id, ApiDataJSON) : NULL;
    if (id == NULL || id->data.len > ID_MAX || client->own_id == 0)
        return;
    g_autofree char *name = g_strndup ((const char *)id->data.data, id->data.len);
    g_autofree char *text =
        tl_text_clean (TL_BYTES (terms->text.data, MIN (terms->text.len, TERMS_MAX)));
    tg_tell (client, (TalkEvent){ .kind = TALK_EVENT_TERMS,
                                  .u.terms = { .id = name, .text = text } });
}

void
tg_logins_in_step (TgClient *client)
{
    ApiHelpGetTermsOfServiceUpdate request = TL_NEW (ApiHelpGetTermsOfServiceUpdate);

    client->logins->terms_at = HOST_NEVER;
    tg_call (client, TL_OBJ (&request), MT_CALL_DEFAULT, terms_cb, client);
}

void
tg_logins_tick (TgClient *client, HostTime now)
{
    if (client->own_id != 0 && client->logins->terms_at <= now.mono)
        tg_logins_in_step (client);
}

int64_t
tg_logins_deadline (TgClient *client)
{
    return client->own_id != 0 ? client->logins->terms_at : HOST_NEVER;
}
