/* What people are called (see tgp-person.h). */
#include "tgp-person.h"

#include <string.h>

#define NAMES_MAX 40000 /* people's names at hand; twice what the client keeps */

/* GLib gives it far more room than it takes, and there is one of each name. */
static char *
fold (const char *name)
{
    g_autofree char *folded = g_utf8_casefold (name, -1);

    return g_strdup (folded);
}

/* Those who are called the same. */
typedef struct {
    int n;
    int64_t only; /* user id where there is one; 0: not known any more which */
} Called;

int
tgp_person_namesakes (TgpAccount *tgp, const char *name, int64_t *only)
{
    g_autofree char *folded = g_utf8_casefold (name, -1);
    const Called *called = g_hash_table_lookup (tgp->namesakes, folded);

    if (only != NULL)
        *only = called != NULL && called->n == 1 ? called->only : 0;
    return called != NULL ? called->n : 0;
}

static void
call (TgpAccount *tgp, const char *name, int64_t user_id)
{
    g_autofree char *folded = fold (name);
    Called *called = g_hash_table_lookup (tgp->namesakes, folded);

    if (called == NULL) {
        called = g_new0 (Called, 1);
        called->only = user_id;
        g_hash_table_insert (tgp->namesakes, g_steal_pointer (&folded), called);
    }
    called->n++;
}

/* Who is called otherwise ever again leaves nothing behind. */
static void
uncall (TgpAccount *tgp, const char *name)
{
    g_autofree char *folded = g_utf8_casefold (name, -1);
    Called *called = g_hash_table_lookup (tgp->namesakes, folded);

    if (called == NULL)
        return;
    called->only = 0;
    if (--called->n <= 0)
        g_hash_table_remove (tgp->namesakes, folded);
}

static void
remember_cb (const TalkPerson *peer, void *user)
{
    TgpAccount *tgp = user;
    const char *before = g_hash_table_lookup (tgp->names, &peer->id);

    if (before != NULL) {
        uncall (tgp, before);
    } else if (g_hash_table_size (tgp->names) >=
               NAMES_MAX) { /* they are asked for again */
        g_hash_table_remove_all (tgp->names);
        g_hash_table_remove_all (tgp->namesakes);
    }
    call (tgp, peer->name, peer->id);
    g_hash_table_replace (tgp->names, g_memdup2 (&peer->id, sizeof peer->id),
                          g_strdup (peer->name));
}

void
tgp_person_remember (TgpAccount *tgp, const TalkPerson *peer)
{
    remember_cb (peer, tgp);
}

const char *
tgp_person_name (TgpAccount *tgp, int64_t user_id)
{
    const char *name = g_hash_table_lookup (tgp->names, &user_id);

    if (name == NULL && tgp->client != NULL) { /* known from an earlier login? */
        tg_client_peer (tgp->client, user_id, remember_cb, tgp);
        name = g_hash_table_lookup (tgp->names, &user_id);
    }
    if (name != NULL)
        return name;
    char *number = g_strdup_printf ("%" G_GINT64_FORMAT, user_id);
    call (tgp, number, user_id);
    g_hash_table_insert (tgp->names, g_memdup2 (&user_id, sizeof user_id), number);
    return number;
}

static void
is_contact_cb (const TalkPerson *peer, void *user)
{
    *(gboolean *)user = peer->contact;
}

gboolean
tgp_person_is_contact (TgpAccount *tgp, int64_t user_id)
{
    gboolean contact = FALSE;

    tg_client_peer (tgp->client, user_id, is_contact_cb, &contact);
    return contact;
}

static void
differ_cb (const TalkPerson *peer, void *user)
{
    char **tail = user;
    size_t digits = peer->phone != NULL ? strlen (peer->phone) : 0;

    if (peer->username != NULL)
        *tail = g_strdup_printf ("@%s", peer->username);
    else if (digits > 4)
        *tail = g_strdup_printf ("\u2026%s", peer->phone + digits - 4);
    else if (!peer->contact)
        *tail = g_strdup (_ ("not in your contacts"));
}

char *
tgp_person_label (TgpAccount *tgp, int64_t user_id)
{
    const char *name = tgp_person_name (tgp, user_id);
    g_autofree char *tail = NULL;

    if (tgp_person_namesakes (tgp, name, NULL) < 2)
        return g_strdup (name);
    if (tgp->client != NULL)
        tg_client_peer (tgp->client, user_id, differ_cb, &tail);
    if (tail == NULL)
        tail = g_strdup_printf ("%" G_GINT64_FORMAT, user_id);
    return g_strdup_printf ("%s, %s", name, tail);
}

char *
tgp_person_in_sentence (TgpAccount *tgp, int64_t user_id)
{
    g_autofree char *label = tgp_person_label (tgp, user_id);

    return tg_name_in_sentence (label);
}

char *
tgp_chat_person (TgpAccount *tgp, int32_t chat_id)
{
    TalkSecret info;

    return tgp_has_info (tgp, chat_id, &info) ? tgp_person_in_sentence (tgp, info.user_id)
                                              : g_strdup ("?");
}
