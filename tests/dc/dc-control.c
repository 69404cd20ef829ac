/* Switches by text: what tests and people tell the data centre to do. */
#include "dc-files.h"
#include "dc-keys.h"
#include "dc-feed.h"
#include "dc-mood.h"
#include "dc-sites.h"
#include "dc-stickers.h"

#include <string.h>

#define CLOCK_MAX ((int64_t)100 * 365 * 86400) /* s */

static char *
fault (const char *text)
{
    return g_strdup_printf ("error: %s", text);
}

static DcUser *
find_user (Dc *dc, const char *who)
{
    DcUser *user = dc_user_by_phone (dc, who, strlen (who));

    for (unsigned i = 0; user == NULL && i < dc->users->len; i++) {
        DcUser *candidate = g_ptr_array_index (dc->users, i);
        if (g_ascii_strcasecmp (candidate->first, who) == 0)
            user = candidate;
    }
    return user;
}

static char *
add_switch (Dc *dc, DcSwitchKind kind, char **words, unsigned n)
{
    const DcUser *by =
        kind == DC_SWITCH_ERROR && n == 6 ? find_user (dc, words[5]) : NULL;

    if (n == 6 && by == NULL)
        return fault ("no such user");
    DcSwitch *item = g_new0 (DcSwitch, 1);
    item->kind = kind;
    item->by = by;
    item->method = g_strdup (words[1]);
    if (kind == DC_SWITCH_DELAY) {
        item->ms = g_ascii_strtoll (words[2], NULL, 10);
    } else {
        item->n = (int)g_ascii_strtoll (words[2], NULL, 10);
        if (kind == DC_SWITCH_ERROR) {
            item->code = (int)g_ascii_strtoll (words[3], NULL, 10);
            item->text = g_strdup (words[4]);
        }
    }
    g_ptr_array_add (dc->switches, item);
    return g_strdup ("ok");
}

/* `who` may be NULL: both sides. */
static char *
add_delivery (Dc *dc, DcDeliveryKind kind, const char *chat, const char *n,
              const char *who)
{
    const DcUser *to = who != NULL ? find_user (dc, who) : NULL;

    if (who != NULL && to == NULL)
        return fault ("no such user");
    DcDelivery *delivery = g_new0 (DcDelivery, 1);
    delivery->kind = kind;
    delivery->chat_id = (int32_t)g_ascii_strtoll (chat, NULL, 10);
    delivery->to = to;
    delivery->n = MAX ((int)g_ascii_strtoll (n, NULL, 10), 1);
    g_ptr_array_add (dc->deliveries, delivery);
    return g_strdup ("ok");
}

static char *
release (Dc *dc, const char *chat, const char *who)
{
    const DcUser *to = who != NULL ? find_user (dc, who) : NULL;
    int32_t chat_id = (int32_t)g_ascii_strtoll (chat, NULL, 10);

    if (who != NULL && to == NULL)
        return fault ("no such user");
    for (unsigned i = dc->deliveries->len; i > 0; i--) {
        const DcDelivery *delivery = g_ptr_array_index (dc->deliveries, i - 1);
        if (delivery->kind == DC_DELIVERY_HELD && delivery->chat_id == chat_id &&
            delivery->to == to)
            g_ptr_array_remove_index (dc->deliveries, i - 1);
    }
    dc_release (dc, chat_id, to);
    return g_strdup ("ok");
}

static char *
disconnect_user (Dc *dc, DcUser *user)
{
    for (unsigned i = 0; i < dc->sessions->len; i++) {
        DcSession *session = g_ptr_array_index (dc->sessions, i);
        if (dc_device (session->key)->user == user && session->conn != NULL)
            dc_conn_drop (session->conn);
    }
    return g_strdup ("ok");
}

static char *
new_salt (Dc *dc, DcUser *user)
{
    GHashTableIter iter;
    gpointer value;

    g_hash_table_iter_init (&iter, dc->keys);
    while (g_hash_table_iter_next (&iter, NULL, &value)) {
        DcKey *key = value;
        if (dc_device (key)->user == user)
            key->salt = key->old_salt = dc_random_id (dc);
    }
    return g_strdup ("ok");
}

/* How many secret messages that person's devices have not acknowledged. */
static char *
queued (Dc *dc, const char *who)
{
    const DcUser *user = find_user (dc, who);
    unsigned n = 0;
    GHashTableIter iter;
    gpointer value;

    if (user == NULL)
        return fault ("no such user");
    g_hash_table_iter_init (&iter, dc->keys);
    while (g_hash_table_iter_next (&iter, NULL, &value)) {
        const DcKey *key = value;
        if (key->user == user)
            n += key->encrypted->len;
    }
    return g_strdup_printf ("ok %u", n);
}

/* Each has the other's number and logins from now on. */
static char *
swap (Dc *dc, DcUser *one, DcUser *two)
{
    GHashTableIter iter;
    gpointer value;
    char *phone = one->phone;

    one->phone = two->phone;
    two->phone = phone;
    g_hash_table_iter_init (&iter, dc->keys);
    while (g_hash_table_iter_next (&iter, NULL, &value)) {
        DcKey *key = value;
        if (key->user == one || key->user == two)
            key->user = key->user == one ? two : one;
    }
    return g_strdup ("ok");
}

static char *
reset (Dc *dc)
{
    g_ptr_array_set_size (dc->switches, 0);
    dc_mood_clear (dc);
    dc->slice = 0;
    dc->difference = DC_DIFFERENCE_TRUE;
    g_ptr_array_set_size (dc->deliveries, 0);
    dc_release (dc, 0, NULL);
    return g_strdup ("ok");
}

static char *
stats (Dc *dc)
{
    GString *text = g_string_new ("ok");
    GHashTableIter iter;
    gpointer key, value;

    g_hash_table_iter_init (&iter, dc->counts);
    while (g_hash_table_iter_next (&iter, &key, &value))
        g_string_append_printf (text, " %s=%d", (char *)key, GPOINTER_TO_INT (value));
    return g_string_free (text, FALSE);
}

static char *
set_difference (Dc *dc, const char *kind)
{
    static const char *const kinds[] = { "true", "endless", "large", "frame" };

    for (unsigned i = 0; i < G_N_ELEMENTS (kinds); i++)
        if (g_str_equal (kind, kinds[i])) {
            dc->difference = (DcDifference)i;
            return g_strdup ("ok");
        }
    return fault ("no such difference");
}

static char *
hostile (Dc *dc, DcUser *to, const char *what, const char *number)
{
    unsigned n = (unsigned)g_ascii_strtoull (number, NULL, 10);

    if (g_str_equal (what, "updates"))
        dc_hostile_update (dc, to, n);
    else if (g_str_equal (what, "requests"))
        dc_hostile_requests (dc, to, n);
    else
        return fault ("no such thing");
    return g_strdup ("ok");
}

/* Another device of `user` takes `who` out of the address book, or puts them in. */
static char *
forget (Dc *dc, DcUser *user, DcUser *who, gboolean back)
{
    if (who == NULL)
        return fault ("no such user");
    SrvUpdateUser changed = TL_NEW (SrvUpdateUser, .user_id = who->id);
    if (back)
        g_hash_table_remove (user->strangers, &who->id);
    else
        dc_remove_contact (dc, user->id, who->id);
    dc_push (dc, NULL, user, NULL, TL_OBJ (&changed), who);
    return g_strdup ("ok");
}

/* Commands whose second word names a user. */
static char *
user_command (Dc *dc, char **words, unsigned n)
{
    DcUser *user = n >= 2 ? find_user (dc, words[1]) : NULL;

    if (user == NULL)
        return fault ("no such command or user");
    if (g_str_equal (words[0], "disconnect"))
        return disconnect_user (dc, user);
    if (g_str_equal (words[0], "forget-session")) {
        g_free (disconnect_user (dc, user));
        dc_session_forget (dc, user);
        return g_strdup ("ok");
    }
    if (g_str_equal (words[0], "picture"))
        return g_strdup_printf ("ok %" G_GINT64_FORMAT, user->photo.photo_id);
    if (g_str_equal (words[0], "imposter")) {
        dc->imposter = user;
        return g_strdup ("ok");
    }
    if (g_str_equal (words[0], "home") && n == 3) {
        user->lived = user->home;
        user->home = (int)g_ascii_strtoll (words[2], NULL, 10);
        return g_strdup ("ok");
    }
    if (g_str_equal (words[0], "mailed"))
        return g_strdup_printf ("ok %s", user->mailed);
    if (g_str_equal (words[0], "bound"))
        return g_strdup_printf ("ok %u", dc_keys_bound (dc, user));
    if (dc_key_control (dc, user, words[0]))
        return g_strdup ("ok");
    if (g_str_equal (words[0], "salt"))
        return new_salt (dc, user);
    if (g_str_equal (words[0], "password") && n >= 3) {
        g_free (user->password);
        user->password = g_strjoinv (" ", words + 2);
        return g_strdup ("ok");
    }
    if (g_str_equal (words[0], "scan") && n == 2)
        return dc_login_scan (dc, user) ? g_strdup ("ok") : fault ("nothing is shown");
    if ((g_str_equal (words[0], "forget") || g_str_equal (words[0], "know")) && n == 3)
        return forget (dc, user, find_user (dc, words[2]), words[0][0] == 'k');
    if (g_str_equal (words[0], "new-login") && n == 2) {
        dc_account_tell_new (dc, user);
        return g_strdup ("ok");
    }
    if (g_str_equal (words[0], "service") && n >= 4) {
        g_autofree char *text = g_strjoinv (" ", words + 3);
        dc_account_tell_service (dc, user, words[2], text);
        return g_strdup ("ok");
    }
    if (g_str_equal (words[0], "profile") && n >= 4) {
        g_autofree char *value = g_strjoinv (" ", words + 3);
        return dc_profile_set (dc, user, words[2], value) ? g_strdup ("ok")
                                                          : fault ("no such thing");
    }
    if (g_str_equal (words[0], "hostile") && n == 4)
        return hostile (dc, user, words[2], words[3]);
    if ((g_str_equal (words[0], "message") || g_str_equal (words[0], "message-whole")) &&
        n >= 4) {
        DcUser *to = find_user (dc, words[2]);
        if (to == NULL)
            return fault ("no such user");
        g_autofree char *text = g_strjoinv (" ", words + 3);
        dc_letter (dc, user, to, text, words[0][7] != 0);
        return g_strdup ("ok");
    }
    if (g_str_equal (words[0], "blocks") && n == 4) {
        DcUser *who = find_user (dc, words[2]);
        if (who == NULL)
            return fault ("no such user");
        dc_news_blocked (dc, user, who, g_str_equal (words[3], "yes"));
        return g_strdup ("ok");
    }
    if (g_str_equal (words[0], "swap") && n >= 3) {
        DcUser *other = find_user (dc, words[2]);
        return other != NULL ? swap (dc, user, other) : fault ("no such user");
    }
    return fault ("no such command");
}

char *
dc_control (Dc *dc, const char *line)
{
    g_auto (GStrv) words = g_strsplit_set (line, " \t", 6);
    unsigned n = g_strv_length (words);

    char *told = dc_site_control (dc, words, n);
    if (told == NULL)
        told = dc_files_control (dc, words, n);
    if (told == NULL)
        told = dc_stickers_control (dc, words, n);
    if (told != NULL)
        return told;
    if (n == 2 && g_str_equal (line, "imposter none")) {
        dc->imposter = NULL;
        return g_strdup ("ok");
    }
    if (n == 2 && g_str_equal (words[0], "carried")) {
        dc->carried = g_str_equal (words[1], "unnamed") ? DC_CARRIED_UNNAMED
                      : g_str_equal (words[1], "large") ? DC_CARRIED_LARGE
                                                        : DC_CARRIED_TRUE;
        return g_strdup ("ok");
    }
    if (n == 1 && g_str_equal (words[0], "reset"))
        return reset (dc);
    if (n == 2 && g_str_equal (words[0], "unique")) {
        dc->unique_id = g_ascii_strtoll (words[1], NULL, 10);
        return g_strdup ("ok");
    }
    if (n == 2 && g_str_equal (words[0], "lives")) {
        dc->lives = (int32_t)g_ascii_strtoll (words[1], NULL, 10);
        return g_strdup ("ok");
    }
    if (n == 2 && g_str_equal (words[0], "clock")) {
        dc->ahead =
            1000 * CLAMP (g_ascii_strtoll (words[1], NULL, 10), -CLOCK_MAX, CLOCK_MAX);
        return g_strdup ("ok");
    }
    if (n == 1 && g_str_equal (words[0], "stats"))
        return stats (dc);
    if (n == 2 && g_str_equal (words[0], "queued"))
        return queued (dc, words[1]);
    if ((n == 5 || n == 6) && g_str_equal (words[0], "error"))
        return add_switch (dc, DC_SWITCH_ERROR, words, n);
    if (n == 3 && g_str_equal (words[0], "drop"))
        return add_switch (dc, DC_SWITCH_DROP, words, n);
    if (n == 3 && g_str_equal (words[0], "delay"))
        return add_switch (dc, DC_SWITCH_DELAY, words, n);
    if ((n == 3 || n == 4) && g_str_equal (words[0], "drop-delivery"))
        return add_delivery (dc, DC_DELIVERY_LOST, words[1], words[2], words[3]);
    if ((n == 3 || n == 4) && g_str_equal (words[0], "duplicate"))
        return add_delivery (dc, DC_DELIVERY_TWICE, words[1], words[2], words[3]);
    if ((n == 2 || n == 3) && g_str_equal (words[0], "hold"))
        return add_delivery (dc, DC_DELIVERY_HELD, words[1], "1", words[2]);
    if ((n == 2 || n == 3) && g_str_equal (words[0], "release"))
        return release (dc, words[1], words[2]);
    if (n == 3 && g_str_equal (words[0], "mood"))
        return dc_mood_set (dc, words[1], (int)g_ascii_strtoll (words[2], NULL, 10))
                   ? g_strdup ("ok")
                   : fault ("no such mood");
    if (n == 2 && g_str_equal (words[0], "slice")) {
        dc->slice = (unsigned)g_ascii_strtoull (words[1], NULL, 10);
        return g_strdup ("ok");
    }
    if ((n == 2 || n == 3) && g_str_equal (words[0], "code"))
        return dc_login_set_code (dc, words[1], words[2]) ? g_strdup ("ok")
                                                          : fault ("no such way");
    if (n >= 2 && g_str_equal (words[0], "terms")) {
        g_free (dc->terms);
        dc->terms = g_strjoinv (" ", words + 1);
        return g_strdup ("ok");
    }
    if (n == 2 && g_str_equal (words[0], "resend")) {
        dc->resend_after = (int)g_ascii_strtoll (words[1], NULL, 10);
        return g_strdup ("ok");
    }
    if (n == 2 && g_str_equal (words[0], "tokens")) {
        dc->token_time = (int)g_ascii_strtoll (words[1], NULL, 10);
        return g_strdup ("ok");
    }
    if (n == 2 && g_str_equal (words[0], "difference"))
        return set_difference (dc, words[1]);
    return user_command (dc, words, n);
}
