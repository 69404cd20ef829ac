/* The data centre's memory as text, so that a story can go on another day: people, keys,
 * chats, what waits. Connections, sessions and switches are not part of it: they come
 * back as after a restart. */
#include "dc-private.h"

#include <string.h>

static void
put_bytes (GKeyFile *file, const char *group, const char *name, const void *data,
           size_t len)
{
    g_autofree char *text = g_base64_encode (data, len);
    g_key_file_set_string (file, group, name, text);
}

static GByteArray *
get_bytes (GKeyFile *file, const char *group, const char *name)
{
    g_autofree char *text = g_key_file_get_string (file, group, name, NULL);
    size_t len = 0;
    g_autofree guchar *data = text != NULL ? g_base64_decode (text, &len) : NULL;
    GByteArray *bytes = g_byte_array_new ();

    if (len > 0)
        g_byte_array_append (bytes, data, (unsigned)len);
    return bytes;
}

static int64_t
get_number (GKeyFile *file, const char *group, const char *name)
{
    return g_key_file_get_int64 (file, group, name, NULL);
}

static const char *
numbered (const char *what, unsigned i, char out[static 32])
{
    g_snprintf (out, 32, "%s %u", what, i);
    return out;
}

/* --- saving --- */

static void
save_user (GKeyFile *file, const DcUser *user, const char *group)
{
    g_autoptr (GString) strangers = g_string_new (NULL);
    GHashTableIter iter;
    gpointer id;

    g_key_file_set_string (file, group, "phone", user->phone);
    g_key_file_set_string (file, group, "first", user->first);
    g_key_file_set_string (file, group, "last", user->last);
    if (user->password != NULL)
        g_key_file_set_string (file, group, "password", user->password);
    g_key_file_set_integer (file, group, "pts", user->pts);
    g_key_file_set_integer (file, group, "seq", user->seq);
    g_key_file_set_int64 (file, group, "was_online", user->was_online);
    g_hash_table_iter_init (&iter, user->strangers);
    while (g_hash_table_iter_next (&iter, &id, NULL))
        g_string_append_printf (strangers, "%" G_GINT64_FORMAT ";", *(int64_t *)id);
    g_key_file_set_value (file, group, "strangers", strangers->str);
}

static void
save_encrypted (GKeyFile *file, const DcEncrypted *message, const char *group, int64_t id)
{
    g_key_file_set_int64 (file, group, "key", id);
    g_key_file_set_integer (file, group, "qts", message->qts);
    g_key_file_set_int64 (file, group, "random_id", message->random_id);
    g_key_file_set_integer (file, group, "chat", message->chat_id);
    g_key_file_set_integer (file, group, "date", message->date);
    g_key_file_set_boolean (file, group, "service", message->service);
    put_bytes (file, group, "data", message->data->data, message->data->len);
}

/* Temporary keys go: clients make new ones. */
static void
save_keys (GKeyFile *file, Dc *dc)
{
    g_autoptr (GList) keys = g_hash_table_get_values (dc->keys);
    unsigned n = 0, waiting = 0;
    char group[32];

    for (GList *l = keys; l != NULL; l = l->next) {
        const DcKey *key = l->data;
        if (key->temporary)
            continue;
        numbered ("key", n++, group);
        put_bytes (file, group, "bytes", key->key, 256);
        g_key_file_set_int64 (file, group, "salt", key->salt);
        g_key_file_set_integer (file, group, "number", key->number);
        g_key_file_set_int64 (file, group, "user", key->user != NULL ? key->user->id : 0);
        g_key_file_set_integer (file, group, "qts", key->qts);
        for (unsigned i = 0; i < key->encrypted->len; i++)
            save_encrypted (file, g_ptr_array_index (key->encrypted, i),
                            numbered ("waiting", waiting++, group), key->id);
    }
}

static void
save_chat (GKeyFile *file, const DcChat *chat, const char *group)
{
    g_key_file_set_integer (file, group, "id", chat->id);
    g_key_file_set_integer (file, group, "state", (int)chat->state);
    g_key_file_set_int64 (file, group, "admin", chat->admin->id);
    g_key_file_set_int64 (file, group, "part", chat->part->id);
    g_key_file_set_int64 (file, group, "admin_key", chat->admin_key->id);
    g_key_file_set_int64 (file, group, "part_key",
                          chat->part_key != NULL ? chat->part_key->id : 0);
    g_key_file_set_integer (file, group, "date", chat->date);
    g_key_file_set_integer (file, group, "changed", chat->changed);
    g_key_file_set_int64 (file, group, "hash", chat->hash);
    g_key_file_set_int64 (file, group, "fingerprint", chat->fingerprint);
    g_key_file_set_boolean (file, group, "history_deleted", chat->history_deleted);
    put_bytes (file, group, "g_a", chat->g_a->data, chat->g_a->len);
    put_bytes (file, group, "g_b", chat->g_b->data, chat->g_b->len);
}

void
dc_save (Dc *dc, GKeyFile *file)
{
    char group[32];

    g_key_file_set_int64 (file, "centre", "wall_ms", dc_now_ms (dc));
    g_key_file_set_int64 (file, "centre", "last_id", dc->last_id);
    for (unsigned i = 0; i < dc->users->len; i++)
        save_user (file, g_ptr_array_index (dc->users, i), numbered ("user", i, group));
    save_keys (file, dc);
    for (unsigned i = 0; i < dc->chats->len; i++)
        save_chat (file, g_ptr_array_index (dc->chats, i), numbered ("chat", i, group));
}

/* --- loading --- */

static void
load_user (Dc *dc, GKeyFile *file, const char *group)
{
    g_autofree char *phone = g_key_file_get_string (file, group, "phone", NULL);
    g_autofree char *first = g_key_file_get_string (file, group, "first", NULL);
    g_autofree char *last = g_key_file_get_string (file, group, "last", NULL);
    g_auto (GStrv) strangers =
        g_key_file_get_string_list (file, group, "strangers", NULL, NULL);
    DcUser *user = dc_user_by_phone (dc, phone, strlen (phone));

    if (user == NULL)
        user = dc_user_by_id (dc, dc_add_user (dc, phone, first, last));
    g_free (user->password);
    user->password = g_key_file_get_string (file, group, "password", NULL);
    user->pts = (int32_t)get_number (file, group, "pts");
    user->seq = MAX ((int32_t)get_number (file, group, "seq"), 1); /* older: none */
    user->was_online = get_number (file, group, "was_online");
    for (size_t i = 0; strangers != NULL && strangers[i] != NULL; i++)
        dc_remove_contact (dc, user->id, g_ascii_strtoll (strangers[i], NULL, 10));
}

static DcKey *
key_of (Dc *dc, GKeyFile *file, const char *group, const char *name)
{
    int64_t id = get_number (file, group, name);
    return g_hash_table_lookup (dc->keys, &id);
}

static void
load_key (Dc *dc, GKeyFile *file, const char *group)
{
    g_autoptr (GByteArray) bytes = get_bytes (file, group, "bytes");

    g_assert_cmpuint (bytes->len, ==, 256);
    int number = (int)get_number (file, group, "number"); /* older files have none */
    DcKey *key = dc_key_add (dc, bytes->data, get_number (file, group, "salt"),
                             number != 0 ? number : dc->config.dc, FALSE);
    key->user = dc_user_by_id (dc, get_number (file, group, "user"));
    key->qts = (int32_t)get_number (file, group, "qts");
}

static void
load_encrypted (Dc *dc, GKeyFile *file, const char *group)
{
    DcEncrypted *message = g_new0 (DcEncrypted, 1);

    message->qts = (int32_t)get_number (file, group, "qts");
    message->random_id = get_number (file, group, "random_id");
    message->chat_id = (int32_t)get_number (file, group, "chat");
    message->date = (int32_t)get_number (file, group, "date");
    message->service = g_key_file_get_boolean (file, group, "service", NULL);
    message->data = get_bytes (file, group, "data");
    g_ptr_array_add (key_of (dc, file, group, "key")->encrypted, message);
}

static void
load_chat (Dc *dc, GKeyFile *file, const char *group)
{
    DcChat *chat = g_new0 (DcChat, 1);

    chat->id = (int32_t)get_number (file, group, "id");
    chat->state = (DcChatState)get_number (file, group, "state");
    chat->admin = dc_user_by_id (dc, get_number (file, group, "admin"));
    chat->part = dc_user_by_id (dc, get_number (file, group, "part"));
    chat->admin_key = key_of (dc, file, group, "admin_key");
    chat->part_key = key_of (dc, file, group, "part_key");
    chat->date = (int32_t)get_number (file, group, "date");
    chat->changed = (int32_t)get_number (file, group, "changed");
    chat->hash = get_number (file, group, "hash");
    chat->fingerprint = get_number (file, group, "fingerprint");
    chat->history_deleted = g_key_file_get_boolean (file, group, "history_deleted", NULL);
    chat->g_a = get_bytes (file, group, "g_a");
    chat->g_b = get_bytes (file, group, "g_b");
    chat->random_ids =
        g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
    g_ptr_array_add (dc->chats, chat);
}

void
dc_load (Dc *dc, GKeyFile *file)
{
    static const struct {
        const char *what;
        void (*load) (Dc *dc, GKeyFile *file, const char *group);
    } parts[] = { { "user", load_user },
                  { "key", load_key },
                  { "waiting", load_encrypted },
                  { "chat", load_chat } };
    char group[32];

    dc->last_id = get_number (file, "centre", "last_id");
    for (size_t p = 0; p < G_N_ELEMENTS (parts); p++)
        for (unsigned i = 0;
             g_key_file_has_group (file, numbered (parts[p].what, i, group)); i++)
            parts[p].load (dc, file, group);
}
