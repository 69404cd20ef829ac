/* What people show of themselves: pictures, statuses, a user name, words; who blocked whom. */
#include "dc-files.h"
#include "dc-stickers.h"
#include "dc-sites.h"

#include <string.h>

void
dc_called_free (DcCalled *called)
{
    if (called == NULL)
        return;
    g_free (called->first);
    g_free (called->last);
    g_free (called);
}

void
dc_profile_clear (DcUser *user)
{
    g_clear_pointer (&user->picture, g_byte_array_unref);
    g_free (user->username);
    g_free (user->about);
    g_hash_table_unref (user->blocked);
    g_hash_table_unref (user->called);
}

/* In the viewer's address book; by their own name they are called as long as it is that. */
static void
call_person (DcUser *viewer, const DcUser *user, TlBytes first, TlBytes last)
{
    DcCalled *called = g_new0 (DcCalled, 1);

    called->first = g_strndup ((const char *)first.data, first.len);
    called->last = g_strndup ((const char *)last.data, last.len);
    if (g_str_equal (called->first, user->first) &&
        g_str_equal (called->last, user->last))
        g_hash_table_remove (viewer->called, &user->id);
    else
        g_hash_table_insert (viewer->called, g_memdup2 (&user->id, sizeof user->id),
                             g_steal_pointer (&called));
    dc_called_free (called);
}

void
dc_profile_show (const DcUser *user, const DcUser *viewer, SrvUser *object)
{
    const DcCalled *called = g_hash_table_lookup (viewer->called, &user->id);

    if (called != NULL) {
        object->first_name = TL_STR (called->first);
        object->last_name = TL_STR (called->last);
    }
    object->scam = user->scam;
    if (user->username != NULL)
        object->username = TL_STR (user->username);
    if (user->picture != NULL)
        object->photo = TL_OBJ (&user->photo);
    if (user->says)
        object->status = &user->said.any;
}

/* --- switches --- */

static void
tell_all (Dc *dc, DcUser *user, const TlObject *update)
{
    for (unsigned i = 0; i < dc->users->len; i++) {
        DcUser *other = g_ptr_array_index (dc->users, i);
        if (other != user)
            dc_push (dc, NULL, other, NULL, update, user);
    }
}

static gboolean
set_picture (Dc *dc, DcUser *user, const char *path)
{
    g_autofree char *data = NULL;
    gsize len;

    if (g_str_equal (path, "none")) {
        g_clear_pointer (&user->picture, g_byte_array_unref);
        return TRUE;
    }
    if (!g_file_get_contents (path, &data, &len, NULL))
        return FALSE;
    g_clear_pointer (&user->picture, g_byte_array_unref);
    user->picture = g_byte_array_new ();
    g_byte_array_append (user->picture, (const uint8_t *)data, (unsigned)len);
    user->photo =
        TL_NEW (SrvUserProfilePhoto, .photo_id = dc_random_id (dc) & G_MAXINT64,
                .dc_id = user->photo.dc_id != 0 ? user->photo.dc_id : dc->config.dc);
    return TRUE;
}

static gboolean
set_status (Dc *dc, DcUser *user, const char *kind, const char *seconds)
{
    int n = seconds != NULL ? (int)g_ascii_strtoll (seconds, NULL, 10) : 0;

    user->says = TRUE;
    if (g_str_equal (kind, "online"))
        user->said.online = TL_NEW (SrvUserStatusOnline, .expires = dc_in (dc, n));
    else if (g_str_equal (kind, "offline"))
        user->said.offline = TL_NEW (SrvUserStatusOffline, .was_online = dc_in (dc, -n));
    else if (g_str_equal (kind, "recently"))
        user->said.recently = TL_NEW (SrvUserStatusRecently);
    else if (g_str_equal (kind, "week"))
        user->said.week = TL_NEW (SrvUserStatusLastWeek);
    else if (g_str_equal (kind, "month"))
        user->said.month = TL_NEW (SrvUserStatusLastMonth);
    else
        user->says = FALSE;
    return user->says;
}

/* Their other name is told to the others who know it, and to the devices of their own. */
static void
tell_renamed (Dc *dc, DcCall *call, DcUser *user)
{
    SrvUpdateUser changed = TL_NEW (SrvUpdateUser, .user_id = user->id);
    SrvUpdateUserName renamed =
        TL_NEW (SrvUpdateUserName, .user_id = user->id,
                .first_name = TL_STR (user->first), .last_name = TL_STR (user->last));

    tell_all (dc, user, TL_OBJ (&changed));
    dc_push (dc, call, user, NULL, TL_OBJ (&renamed), NULL);
}

static void
set_text (char **own, const char *text)
{
    g_free (*own);
    *own = g_strdup (text);
}

/* FALSE: there is no such thing. */
gboolean
dc_profile_set (Dc *dc, DcUser *user, const char *what, const char *value)
{
    g_auto (GStrv) words = g_strsplit (value, " ", 2);
    SrvUpdateUser changed = TL_NEW (SrvUpdateUser, .user_id = user->id);
    gboolean known = TRUE;

    if (g_str_equal (what, "picture"))
        known = set_picture (dc, user, value);
    else if (g_str_equal (what, "picture-dc"))
        user->photo.dc_id = (int)g_ascii_strtoll (value, NULL, 10);
    else if (g_str_equal (what, "username"))
        set_text (&user->username, value);
    else if (g_str_equal (what, "about"))
        set_text (&user->about, value);
    else if (g_str_equal (what, "first"))
        set_text (&user->first, value);
    else if (g_str_equal (what, "scam"))
        user->scam = g_str_equal (value, "yes");
    else
        known = g_str_equal (what, "status") && words[0] != NULL &&
                set_status (dc, user, words[0], words[1]);
    if (known && g_str_equal (what, "first"))
        tell_renamed (dc, NULL, user);
    else if (known)
        tell_all (dc, user, TL_OBJ (&changed));
    return known;
}

/* --- methods --- */

static DcUser *
of_peer (DcCall *call, const TlObject *object)
{
    const SrvInputPeerUser *peer = TL_AS (object, SrvInputPeerUser);
    DcUser *user = peer != NULL ? dc_user_by_id (call->dc, peer->user_id) : NULL;

    return user != NULL && peer->access_hash == dc_user_hash (user, call->user) ? user
                                                                                : NULL;
}

static void
get_file (DcCall *call)
{
    const SrvUploadGetFile *query = TL_AS (call->query, SrvUploadGetFile);
    if (dc_files_get (call, query) || dc_stickers_get (call, query))
        return;
    const SrvInputPeerPhotoFileLocation *location =
        TL_AS (query->location, SrvInputPeerPhotoFileLocation);
    const DcUser *user = location != NULL ? of_peer (call, location->peer) : NULL;

    if (user == NULL || user->picture == NULL ||
        user->photo.photo_id != location->photo_id) {
        dc_fail (call, 400, "LOCATION_INVALID");
        return;
    }
    if (dc_site_moves_file (call, user->photo.dc_id))
        return;
    if (query->limit <= 0 || query->limit % 4096 != 0 || (1 << 20) % query->limit != 0) {
        dc_fail (call, 400, "LIMIT_INVALID");
        return;
    }
    if (query->offset < 0 || query->offset % 4096 != 0) {
        dc_fail (call, 400, "OFFSET_INVALID");
        return;
    }
    size_t from = MIN ((size_t)query->offset, user->picture->len);
    size_t n = MIN ((size_t)query->limit, user->picture->len - from);
    SrvStorageFileUnknown type = TL_NEW (SrvStorageFileUnknown);
    SrvUploadFile answer = TL_NEW (SrvUploadFile, .type = TL_OBJ (&type),
                                   .bytes = TL_BYTES (user->picture->data + from, n));
    dc_answer (call, TL_OBJ (&answer));
}

static void
get_full_user (DcCall *call)
{
    DcUser *user = dc_input_user (call, TL_AS (call->query, SrvUsersGetFullUser)->id);
    SrvPeerSettings settings = TL_NEW (SrvPeerSettings);
    SrvPeerNotifySettings notify = TL_NEW (SrvPeerNotifySettings);
    SrvUserStatusOnline online;
    SrvUserStatusOffline offline;

    if (user == NULL) {
        dc_fail (call, 400, "USER_ID_INVALID");
        return;
    }
    SrvUser object = dc_user_object (call->dc, user, call->user, &online, &offline);
    const TlObject *users[] = { TL_OBJ (&object) };
    SrvUserFull full =
        TL_NEW (SrvUserFull, .id = user->id,
                .blocked = g_hash_table_contains (call->user->blocked, &user->id),
                .settings = TL_OBJ (&settings), .notify_settings = TL_OBJ (&notify));
    if (user->about != NULL)
        full.about = TL_STR (user->about);
    SrvUsersUserFull answer = TL_NEW (SrvUsersUserFull, .full_user = TL_OBJ (&full),
                                      .chats = { users, 0 }, .users = { users, 1 });
    dc_answer (call, TL_OBJ (&answer));
}

/* Of Unicode's characters; Telegram counts UTF-16. */
static gboolean
is_long (TlBytes text, int max)
{
    return text.data != NULL &&
           g_utf8_strlen ((const char *)text.data, (gssize)text.len) > max;
}

static void
take_part (char **own, TlBytes text)
{
    g_free (*own);
    *own = g_strndup ((const char *)text.data, text.len);
}

static void
update_profile (DcCall *call)
{
    const SrvAccountUpdateProfile *query = TL_AS (call->query, SrvAccountUpdateProfile);
    DcUser *user = call->user;
    SrvUserStatusOnline online;
    SrvUserStatusOffline offline;

    if ((query->first_name.data != NULL && query->first_name.len == 0) ||
        is_long (query->first_name, 64) || is_long (query->last_name, 64)) {
        dc_fail (call, 400, "FIRSTNAME_INVALID");
        return;
    }
    if (is_long (query->about, 70)) {
        dc_fail (call, 400, "ABOUT_TOO_LONG");
        return;
    }
    if (query->first_name.data != NULL)
        take_part (&user->first, query->first_name);
    if (query->last_name.data != NULL)
        take_part (&user->last, query->last_name);
    if (query->about.data != NULL)
        take_part (&user->about, query->about);
    SrvUser object = dc_user_object (call->dc, user, user, &online, &offline);
    dc_answer (call, TL_OBJ (&object));
    tell_renamed (call->dc, call, user);
}

static void
add_contact (DcCall *call)
{
    const SrvContactsAddContact *query = TL_AS (call->query, SrvContactsAddContact);
    DcUser *user = dc_input_user (call, query->id);
    SrvUserStatusOnline online;
    SrvUserStatusOffline offline;

    if (user == NULL || user == call->user || query->first_name.len == 0) {
        dc_fail (call, 400, "CONTACT_ID_INVALID");
        return;
    }
    g_hash_table_remove (call->user->strangers, &user->id);
    call_person (call->user, user, query->first_name, query->last_name);
    SrvUser object = dc_user_object (call->dc, user, call->user, &online, &offline);
    const TlObject *users[] = { TL_OBJ (&object) };
    SrvUpdates answer =
        TL_NEW (SrvUpdates, .updates = { users, 0 }, .users = { users, 1 },
                .chats = { users, 0 }, .date = dc_now (call->dc));
    dc_answer (call, TL_OBJ (&answer));
}

static void
set_blocked (DcCall *call, const TlObject *peer, gboolean blocked)
{
    const DcUser *user = of_peer (call, peer);

    if (user == NULL) {
        dc_fail (call, 400, "PEER_ID_INVALID");
        return;
    }
    if (blocked)
        g_hash_table_add (call->user->blocked, g_memdup2 (&user->id, sizeof user->id));
    else
        g_hash_table_remove (call->user->blocked, &user->id);
    dc_answer_bool (call, TRUE);
}

static void
block (DcCall *call)
{
    set_blocked (call, TL_AS (call->query, SrvContactsBlock)->id, TRUE);
}

static void
unblock (DcCall *call)
{
    set_blocked (call, TL_AS (call->query, SrvContactsUnblock)->id, FALSE);
}

static void
get_statuses (DcCall *call)
{
    SrvUserStatusOnline online;
    SrvUserStatusOffline offline;
    unsigned n = 0;
    g_auto (TlWriter) items = { 0 };

    for (unsigned i = 0; i < call->dc->users->len; i++) {
        DcUser *user = g_ptr_array_index (call->dc->users, i);
        if (user == call->user ||
            g_hash_table_contains (call->user->strangers, &user->id))
            continue;
        SrvUser object = dc_user_object (call->dc, user, call->user, &online, &offline);
        SrvContactStatus status =
            TL_NEW (SrvContactStatus, .user_id = user->id, .status = object.status);
        g_assert_true (tl_encode (&tl_dc_schema, TL_OBJ (&status), &items));
        n++;
    }
    tl_writer_int (&call->answer, (int32_t)TlVectorObject_ID);
    tl_writer_int (&call->answer, (int32_t)n);
    tl_writer_raw (&call->answer, items.data, items.len);
}

const DcMethod dc_profile_methods[] = {
    { "upload.getFile", get_file, FALSE },
    { "users.getFullUser", get_full_user, FALSE },
    { "account.updateProfile", update_profile, FALSE },
    { "contacts.addContact", add_contact, FALSE },
    { "contacts.block", block, FALSE },
    { "contacts.unblock", unblock, FALSE },
    { "contacts.getStatuses", get_statuses, FALSE },
    { NULL, NULL, FALSE },
};
