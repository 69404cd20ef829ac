/* See tgp-blocked.h. */
#include "tgp-blocked.h"

#include "tgp-frontend.h"

static gboolean
is_denied (TgpAccount *tgp, const char *name)
{
    return !purple_privacy_check (tgp->account, name) ||
           (tgp_frontend ()->denies_by_list &&
            g_slist_find_custom (tgp->account->deny, name, (GCompareFunc)g_strcmp0) !=
                NULL);
}

gboolean
tgp_secret_is_blocked (TgpAccount *tgp, int32_t chat_id)
{
    g_autofree char *name = tgp_name_secret (chat_id);
    TalkSecret info;

    if (is_denied (tgp, name))
        return TRUE;
    /* whoever else may write, the chat's own entry says */
    if ((tgp->account->perm_deny != PURPLE_PRIVACY_DENY_USERS &&
         !tgp_frontend ()->denies_by_list) ||
        !tgp_has_info (tgp, chat_id, &info))
        return FALSE;
    g_autofree char *person = tgp_name_person (info.user_id);
    return is_denied (tgp, person);
}

typedef struct {
    TgpAccount *tgp;
    int64_t user_id;
    gboolean blocked;
} Person;

static void
person_cb (const TalkSecret *info, void *user)
{
    Person *person = user;
    g_autofree char *name = tgp_name_secret (info->id);

    /* only what has an entry can have been blocked by its entry */
    if (info->user_id == person->user_id &&
        purple_find_buddy (person->tgp->account, name) != NULL)
        person->blocked |= is_denied (person->tgp, name);
}

gboolean
tgp_person_is_blocked (TgpAccount *tgp, int64_t user_id)
{
    g_autofree char *name = tgp_name_person (user_id);
    Person person = { tgp, user_id, is_denied (tgp, name) };

    if (!person.blocked && tgp->client != NULL)
        tg_client_each_secret (tgp->client, person_cb, &person);
    return person.blocked;
}
