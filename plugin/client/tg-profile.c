/* The own profile (see tg-client-profile.h): read anew before it is changed, so that nothing is sent
 * that is so already, and nothing that another device changed is taken back. */
#include "tg-client-profile.h"

#include "tg-peers.h"
#include "tg-refusal.h"
#include "tl-text.h"

#include <string.h>

#define NAME_MAX_CHARACTERS 64 /* of each part */
#define ABOUT_MAX 140          /* of anybody; whose may have 70 only the server knows */
#define FLOOD_MAX 86400        /* s; no sane server asks for more */

typedef struct {
    TgClient *client;
    TgProfileFunc func;
    void *user;
    char *name, *first, *last, *about; /* to be; NULL: as it is */
    char *had;                         /* about, at the server */
} Asked;

static void
asked_free (Asked *asked)
{
    g_free (asked->name);
    g_free (asked->first);
    g_free (asked->last);
    g_free (asked->about);
    g_free (asked->had);
    g_free (asked);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Asked, asked_free)

/* What `func` hears, when the turn is durable. */
typedef struct {
    TgProfileFunc func;
    void *user;
    TalkProfiled what;
    int64_t seconds;
} Told;

static const char *
or_empty (const char *text)
{
    return text != NULL ? text : "";
}

static void
run_told (TgClient *client, TgEffect *e)
{
    const Told *told = (const Told *)(void *)e->data->data;
    const TgPeerData *self = tg_peer_find (client, client->own_id);
    gboolean known = told->what == TALK_PROFILE_DONE || told->what == TALK_PROFILE_SAME;
    TgProfile profile = { .first = or_empty (self != NULL ? self->first : NULL),
                          .last = or_empty (self != NULL ? self->last : NULL),
                          .about = or_empty (e->text) };

    told->func (known ? &profile : NULL, told->what, told->seconds, told->user);
}

static void
tell (const Asked *asked, TalkProfiled what, int64_t seconds, const char *about)
{
    TgEffect *e = tg_effect (asked->client, run_told);
    Told told = { asked->func, asked->user, what, seconds };

    e->text = g_strdup (about);
    e->data = g_byte_array_new ();
    g_byte_array_append (e->data, (const uint8_t *)&told, sizeof told);
}

static void
tell_refusal (const Asked *asked, const MtError *error)
{
    int64_t seconds = 0;
    TalkProfiled what = error->code > 0 ? TALK_PROFILE_REFUSED
                                        : TALK_PROFILE_OFFLINE; /* there was no answer */

    switch (tg_refusal_of (error)) {
    case TG_REFUSAL_NAME_INVALID:
        what = TALK_PROFILE_NAME;
        break;
    case TG_REFUSAL_ABOUT_LONG:
        what = TALK_PROFILE_ABOUT;
        break;
    case TG_REFUSAL_FLOOD:
        what = TALK_PROFILE_TOO_OFTEN;
        seconds = tg_refusal_pause (error, 0, FLOOD_MAX);
        break;
    case TG_REFUSAL_FROZEN:
        what = TALK_PROFILE_TOLD;
        tg_tell_trouble (asked->client, TALK_TROUBLE_FROZEN, 0);
        break;
    case TG_REFUSAL_QUIET:
        what = TALK_PROFILE_TOLD;
        break;
    default:
        break;
    }
    tell (asked, what, seconds, NULL);
}

/* --- changed --- */

static void
changed_cb (void *user, TlMessage *answer, const MtError *error)
{
    g_autoptr (Asked) asked = user;

    if (asked->client->dying)
        return;
    if (error != NULL) {
        tell_refusal (asked, error);
        return;
    }
    tg_peers_take_one (asked->client, tl_message_root (answer));
    tell (asked, TALK_PROFILE_DONE, 0, asked->about != NULL ? asked->about : asked->had);
}

/* The whole name that is wanted, in two parts. */
static void
split_name (Asked *asked, const char *had_first)
{
    size_t first = strlen (had_first);
    const char *name = asked->name;
    gboolean stays = first > 0 && strncmp (name, had_first, first) == 0 &&
                     (name[first] == ' ' || name[first] == '\0');
    const char *blank = stays ? name + first : strchr (name, ' ');

    if (blank == NULL)
        blank = name + strlen (name);
    asked->first = g_strndup (name, (size_t)(blank - name));
    asked->last = g_strdup (*blank == ' ' ? blank + 1 : "");
}

static gboolean
is_long (const char *text, int max)
{
    return text != NULL && g_utf8_strlen (text, -1) > max;
}

/* Which of it cannot be; DONE: all may. */
static TalkProfiled
judge (const Asked *asked)
{
    if ((asked->name != NULL && *asked->name == '\0') ||
        (asked->first != NULL && *asked->first == '\0') ||
        is_long (asked->first, NAME_MAX_CHARACTERS) ||
        is_long (asked->last, NAME_MAX_CHARACTERS))
        return TALK_PROFILE_NAME;
    return is_long (asked->about, ABOUT_MAX) ? TALK_PROFILE_ABOUT : TALK_PROFILE_DONE;
}

/* TRUE: it is to be sent. */
static gboolean
put (const char *wanted, const char *had, TlBytes *bytes)
{
    if (wanted == NULL || g_str_equal (wanted, had))
        return FALSE;
    *bytes = TL_STR (wanted);
    return TRUE;
}

/* Only what differs. */
static void
change (Asked *take_asked)
{
    g_autoptr (Asked) asked = take_asked;
    TgClient *client = asked->client;
    const TgPeerData *self = tg_peer_find (client, client->own_id);
    const char *first = or_empty (self != NULL ? self->first : NULL);
    const char *last = or_empty (self != NULL ? self->last : NULL);
    ApiAccountUpdateProfile request = TL_NEW (ApiAccountUpdateProfile);

    if (asked->name != NULL)
        split_name (asked, first);
    TalkProfiled wrong = judge (asked);
    gboolean differs = put (asked->first, first, &request.first_name);
    differs |= put (asked->last, last, &request.last_name);
    differs |= put (asked->about, asked->had, &request.about);
    if (!differs)
        tell (asked, TALK_PROFILE_SAME, 0, asked->had);
    else if (wrong != TALK_PROFILE_DONE)
        tell (asked, wrong, 0, NULL);
    else
        tg_call (client, TL_OBJ (&request), MT_CALL_DEFAULT, changed_cb,
                 g_steal_pointer (&asked));
}

/* --- asked --- */

static void
full_cb (void *user, TlMessage *answer, const MtError *error)
{
    g_autoptr (Asked) asked = user;
    TgClient *client = asked->client;
    const ApiUsersUserFull *all =
        answer != NULL ? TL_AS (tl_message_root (answer), ApiUsersUserFull) : NULL;
    const ApiUserFull *full = all != NULL ? TL_AS (all->full_user, ApiUserFull) : NULL;

    if (client->dying)
        return;
    if (error != NULL) {
        tell_refusal (asked, error);
        return;
    }
    if (full == NULL || full->id != client->own_id) {
        tell (asked, TALK_PROFILE_REFUSED, 0, NULL);
        return;
    }
    tg_peers_take (client, &all->users);
    asked->had = tl_text_line (full->about, ABOUT_MAX);
    change (g_steal_pointer (&asked));
}

static void
ask (TgClient *client, Asked *take_asked)
{
    g_autoptr (Asked) asked = take_asked;
    ApiInputUserSelf self = TL_NEW (ApiInputUserSelf);
    ApiUsersGetFullUser request = TL_NEW (ApiUsersGetFullUser, .id = TL_OBJ (&self));

    g_auto (TgAct) act = tg_act (client);
    TalkProfiled wrong = judge (asked);
    if (wrong != TALK_PROFILE_DONE)
        tell (asked, wrong, 0, NULL);
    else if (client->stopped || client->net == NULL || client->own_id == 0)
        tell (asked, TALK_PROFILE_OFFLINE, 0, NULL);
    else
        tg_call (client, TL_OBJ (&request), MT_CALL_DEFAULT, full_cb,
                 g_steal_pointer (&asked));
}

static Asked *
asked_new (TgClient *client, TgProfileFunc func, void *user)
{
    Asked *asked = g_new0 (Asked, 1);

    asked->client = client;
    asked->func = func;
    asked->user = user;
    return asked;
}

/* One clean line, longer by a character than what may be. */
static char *
line_of (const char *text, size_t max)
{
    return text != NULL ? tl_text_line (TL_STR (text), max + 1) : NULL;
}

void
tg_client_ask_profile (TgClient *client, TgProfileFunc func, void *user)
{
    ask (client, asked_new (client, func, user));
}

void
tg_client_set_profile (TgClient *client, const TgProfile *wanted, TgProfileFunc func,
                       void *user)
{
    Asked *asked = asked_new (client, func, user);

    asked->first = line_of (wanted->first, NAME_MAX_CHARACTERS);
    asked->last = line_of (wanted->last, NAME_MAX_CHARACTERS);
    asked->about = line_of (wanted->about, ABOUT_MAX);
    ask (client, asked);
}

void
tg_client_set_name (TgClient *client, const char *name, TgProfileFunc func, void *user)
{
    Asked *asked = asked_new (client, func, user);

    asked->name = line_of (name, 3 * NAME_MAX_CHARACTERS);
    ask (client, asked);
}
