/* Whether the server takes us for who we are (MT-F7). */
#include "tg-self.h"

#include "tg-difference.h"
#include "tg-peers.h"
#include "tg-wait.h"

static gboolean
is_other_user (TgClient *client, const TlVectorObject *users)
{
    for (size_t i = 0; i < users->items.len; i++) {
        const ApiUser *self = TL_AS (TL_ITEM_OBJ (users->items, i), ApiUser);
        if (self != NULL && self->self && self->id != client->own_id)
            return TRUE;
    }
    return FALSE;
}

static void
self_cb (void *user, TlMessage *answer, const MtError *error)
{
    TgClient *client = user;
    const TlVectorObject *users =
        answer != NULL ? (const TlVectorObject *)tl_message_root (answer) : NULL;

    client->self_asked = FALSE;
    if (client->own_id == 0 || (error != NULL && error->code == MT_ERROR_LOCAL_CLOSED))
        return;
    if (users != NULL && users->base.id == TlVectorObject_ID) {
        if (is_other_user (client, users)) { /* MT-F7 */
            tg_stop (client, TALK_OFFLINE_OTHER_USER, NULL, TRUE);
            return;
        }
        tg_peers_take (client, &users->items);
    }
    client->self_known = TRUE;
    tg_difference_sync (client);
}

void
tg_self_ask (TgClient *client)
{
    ApiInputUserSelf self = TL_NEW (ApiInputUserSelf);
    const TlObject *ids[] = { TL_OBJ (&self) };
    ApiUsersGetUsers request = TL_NEW (ApiUsersGetUsers, .id = { ids, 1 });

    if (client->self_asked)
        return;
    client->self_asked = TRUE;
    tg_tell_step (client, TALK_STEP_SYNCHRONISING);
    tg_call (client, TL_OBJ (&request), MT_CALL_DEFAULT, self_cb, client);
}
