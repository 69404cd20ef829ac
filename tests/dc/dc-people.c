/* Users as others see them, and what is pushed to their devices. */
#include "dc-keys.h"
#include "dc-feed.h"
#include "dc-mood.h"

#include <string.h>

typedef struct {
    DcSession *session;
    GByteArray *body;
} DcPush;

void
dc_user_free (DcUser *user)
{
    g_free (user->phone);
    g_free (user->token);
    g_free (user->first);
    g_free (user->last);
    g_free (user->password);
    g_free (user->address);
    g_hash_table_unref (user->strangers);
    dc_profile_clear (user);
    dc_feed_clear (user);
    g_free (user);
}

DcUser *
dc_user_by_phone (Dc *dc, const char *phone, size_t len)
{
    if (len > 0 && phone[0] == '+') {
        phone++;
        len--;
    }
    for (unsigned i = 0; i < dc->users->len; i++) {
        DcUser *user = g_ptr_array_index (dc->users, i);
        if (strlen (user->phone) == len && memcmp (user->phone, phone, len) == 0)
            return user;
    }
    return NULL;
}

DcUser *
dc_user_by_id (Dc *dc, int64_t id)
{
    for (unsigned i = 0; i < dc->users->len; i++) {
        DcUser *user = g_ptr_array_index (dc->users, i);
        if (user->id == id)
            return user;
    }
    return NULL;
}

int64_t
dc_user_hash (const DcUser *user, const DcUser *viewer)
{
    return user->id * 7919 + viewer->id * 31 + 17;
}

SrvUser
dc_user_object (Dc *dc, const DcUser *user, const DcUser *viewer,
                SrvUserStatusOnline *online, SrvUserStatusOffline *offline)
{
    gboolean self = user == viewer;
    gboolean contact = !self && !g_hash_table_contains (viewer->strangers, &user->id);

    *online = TL_NEW (SrvUserStatusOnline, .expires = dc_in (dc, 300));
    *offline = TL_NEW (SrvUserStatusOffline, .was_online = (int32_t)user->was_online);
    SrvUser object = TL_NEW (
        SrvUser, .self = self, .contact = contact, .mutual_contact = contact,
        .id = user->id, .has_access_hash = TRUE,
        .access_hash = dc_user_hash (user, viewer), .first_name = TL_STR (user->first),
        .last_name = TL_STR (user->last), .phone = TL_STR (user->phone),
        .status = user->online ? TL_OBJ (online) : TL_OBJ (offline));
    dc_profile_show (user, viewer, &object);
    return object;
}

/* --- pushing --- */

static DcKey *
device_of (const DcSession *session)
{
    return dc_device (session->key);
}

void
dc_push (Dc *dc, DcCall *call, DcUser *to, DcKey *device, const TlObject *update,
         DcUser *about)
{
    SrvUserStatusOnline online;
    SrvUserStatusOffline offline;
    SrvUser user;
    const TlObject *updates[] = { update }, *users[1];
    SrvUpdates all = TL_NEW (SrvUpdates, .updates = { updates, 1 }, .users = { users, 0 },
                             .chats = { users, 0 }, .date = dc_now (dc));
    g_auto (TlWriter) body = { 0 };

    if (about != NULL) {
        user = dc_user_object (dc, about, to, &online, &offline);
        users[0] = TL_OBJ (&user);
        all.users.len = 1;
    }
    g_assert_true (tl_encode (&tl_dc_schema, TL_OBJ (&all), &body));
    if (update->id == SrvUpdateNewEncryptedMessage_ID &&
        dc_mood_says (dc, DC_MOOD_MISSED))
        return; /* its qts is noticed later */
    for (unsigned i = 0; i < dc->sessions->len; i++) {
        DcSession *session = g_ptr_array_index (dc->sessions, i);
        DcKey *key = device_of (session);
        if (key->user != to || (device != NULL && key != device) ||
            ((!session->updates || key->login != NULL) && !dc->updates_everywhere))
            continue; /* a login that was carried elsewhere is no device of its own */
        if (call == NULL) {
            dc_layer_tell (session, &body);
            continue;
        }
        DcPush *push = g_new0 (DcPush, 1);
        push->session = session;
        push->body = g_byte_array_new ();
        g_byte_array_append (push->body, body.data, (unsigned)body.len);
        g_ptr_array_add (call->after, push);
    }
}

void
dc_push_run (DcCall *call)
{
    for (unsigned i = 0; i < call->after->len; i++) {
        DcPush *push = g_ptr_array_index (call->after, i);
        TlWriter body = { .data = push->body->data, .len = push->body->len };
        dc_layer_tell (push->session, &body);
        g_byte_array_unref (push->body);
        g_free (push);
    }
    g_ptr_array_unref (call->after);
}

void
dc_set_online (Dc *dc, DcUser *user, gboolean is_online)
{
    SrvUserStatusOnline online = TL_NEW (SrvUserStatusOnline, .expires = dc_in (dc, 300));
    SrvUserStatusOffline offline =
        TL_NEW (SrvUserStatusOffline, .was_online = dc_now (dc));
    SrvUpdateUserStatus update =
        TL_NEW (SrvUpdateUserStatus, .user_id = user->id,
                .status = is_online ? TL_OBJ (&online) : TL_OBJ (&offline));

    user->online = is_online;
    user->was_online = dc_now (dc);
    for (unsigned i = 0; i < dc->users->len; i++) {
        DcUser *other = g_ptr_array_index (dc->users, i);
        if (other != user)
            dc_push (dc, NULL, other, NULL, TL_OBJ (&update), NULL);
    }
}

/* --- methods --- */

DcUser *
dc_input_user (DcCall *call, const TlObject *object)
{
    const SrvInputUser *input = TL_AS (object, SrvInputUser);

    if (object->id == SrvInputUserSelf_ID)
        return call->user;
    DcUser *user = input != NULL ? dc_user_by_id (call->dc, input->user_id) : NULL;
    return user != NULL && input->access_hash == dc_user_hash (user, call->user) ? user
                                                                                 : NULL;
}

static void
get_users (DcCall *call)
{
    const SrvUsersGetUsers *query = TL_AS (call->query, SrvUsersGetUsers);
    SrvUserStatusOnline online;
    SrvUserStatusOffline offline;
    unsigned n = 0;

    for (size_t i = 0; i < query->id.len; i++)
        n += dc_input_user (call, TL_ITEM_OBJ (query->id, i)) != NULL;
    tl_writer_int (&call->answer, (int32_t)TlVectorObject_ID);
    tl_writer_int (&call->answer, (int32_t)n);
    for (size_t i = 0; i < query->id.len; i++) {
        DcUser *user = dc_input_user (call, TL_ITEM_OBJ (query->id, i));
        if (user == NULL)
            continue;
        SrvUser object = dc_user_object (call->dc, user, call->user, &online, &offline);
        dc_answer (call, TL_OBJ (&object));
    }
}

static uint64_t
hash_more (uint64_t hash, int64_t number)
{
    hash ^= hash >> 21;
    hash ^= hash << 35;
    hash ^= hash >> 4;
    return hash + (uint64_t)number;
}

/* As clients compute it (MT-I2); users have ascending ids. */
static int64_t
hash_of (const SrvUser *users, unsigned n)
{
    uint64_t hash = hash_more (0, n);

    for (unsigned i = 0; i < n; i++)
        hash = hash_more (hash, users[i].id);
    return (int64_t)hash;
}

static void
get_contacts (DcCall *call)
{
    unsigned max = call->dc->users->len, n = 0;
    g_autofree SrvUser *users = g_new0 (SrvUser, max);
    g_autofree SrvContact *contacts = g_new0 (SrvContact, max);
    g_autofree SrvUserStatusOnline *online = g_new0 (SrvUserStatusOnline, max);
    g_autofree SrvUserStatusOffline *offline = g_new0 (SrvUserStatusOffline, max);
    g_autofree const TlObject **user_items = g_new0 (const TlObject *, max);
    g_autofree const TlObject **contact_items = g_new0 (const TlObject *, max);

    for (unsigned i = 0; i < max; i++) {
        DcUser *user = g_ptr_array_index (call->dc->users, i);
        if (user == call->user ||
            g_hash_table_contains (call->user->strangers, &user->id))
            continue;
        users[n] = dc_user_object (call->dc, user, call->user, &online[n], &offline[n]);
        contacts[n] = TL_NEW (SrvContact, .user_id = user->id, .mutual = TRUE);
        user_items[n] = TL_OBJ (&users[n]);
        contact_items[n] = TL_OBJ (&contacts[n]);
        n++;
    }
    SrvContactsContactsNotModified same = TL_NEW (SrvContactsContactsNotModified);
    if (n > 0 &&
        TL_AS (call->query, SrvContactsGetContacts)->hash == hash_of (users, n)) {
        dc_answer (call, TL_OBJ (&same));
        return;
    }
    SrvContactsContacts answer =
        TL_NEW (SrvContactsContacts, .contacts = { contact_items, n },
                .saved_count = (int32_t)n, .users = { user_items, n });
    dc_answer (call, TL_OBJ (&answer));
}

static void
delete_contacts (DcCall *call)
{
    const SrvContactsDeleteContacts *query =
        TL_AS (call->query, SrvContactsDeleteContacts);
    const TlObject *none[1];
    SrvUpdates answer = TL_NEW (SrvUpdates, .updates = { none, 0 }, .users = { none, 0 },
                                .chats = { none, 0 }, .date = dc_now (call->dc));

    for (size_t i = 0; i < query->id.len; i++) {
        DcUser *user = dc_input_user (call, TL_ITEM_OBJ (query->id, i));
        if (user != NULL)
            dc_remove_contact (call->dc, call->user->id, user->id);
    }
    dc_answer (call, TL_OBJ (&answer));
}

static void
resolved (DcCall *call, DcUser *user)
{
    SrvUserStatusOnline online;
    SrvUserStatusOffline offline;

    if (user == NULL) {
        dc_fail (call, 400, "PHONE_NOT_OCCUPIED");
        return;
    }
    SrvUser object = dc_user_object (call->dc, user, call->user, &online, &offline);
    SrvPeerUser peer = TL_NEW (SrvPeerUser, .user_id = user->id);
    const TlObject *items[] = { TL_OBJ (&object) };
    SrvContactsResolvedPeer answer =
        TL_NEW (SrvContactsResolvedPeer, .peer = TL_OBJ (&peer), .chats = { items, 0 },
                .users = { items, 1 });
    dc_answer (call, TL_OBJ (&answer));
}

static void
resolve_phone (DcCall *call)
{
    TlBytes phone = TL_AS (call->query, SrvContactsResolvePhone)->phone;
    resolved (call, dc_user_by_phone (call->dc, (const char *)phone.data, phone.len));
}

static gboolean
is_name (const char *own, TlBytes name)
{
    return own != NULL && strlen (own) == name.len &&
           g_ascii_strncasecmp (own, (const char *)name.data, name.len) == 0;
}

/* By their user name, or their first name. */
static void
resolve_username (DcCall *call)
{
    TlBytes name = TL_AS (call->query, SrvContactsResolveUsername)->username;
    DcUser *found = NULL;

    for (unsigned i = 0; i < call->dc->users->len; i++) {
        DcUser *user = g_ptr_array_index (call->dc->users, i);
        if (is_name (user->username, name) || is_name (user->first, name))
            found = user;
    }
    resolved (call, found);
}

static void
update_status (DcCall *call)
{
    dc_set_online (call->dc, call->user,
                   !TL_AS (call->query, SrvAccountUpdateStatus)->offline);
    dc_answer_bool (call, TRUE);
}

const DcMethod dc_people_methods[] = {
    { "users.getUsers", get_users, FALSE },
    { "contacts.getContacts", get_contacts, FALSE },
    { "contacts.deleteContacts", delete_contacts, FALSE },
    { "contacts.resolvePhone", resolve_phone, FALSE },
    { "contacts.resolveUsername", resolve_username, FALSE },
    { "account.updateStatus", update_status, FALSE },
    { NULL, NULL, FALSE },
};
