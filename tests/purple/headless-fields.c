/* Dialogs with several fields, and what libpurple lets other plugins do with the own profile, in the
 * headless host. One dialog stands at a time. */
#include "headless.h"

#include <string.h>

typedef struct {
    PurpleRequestFields *fields;
    PurpleRequestFieldsCb ok, cancel;
    void *user;
} Fields;

static Fields *dialog; /* NULL: none stands */

static GList *
all_fields (void)
{
    PurpleRequestFieldGroup *group =
        purple_request_fields_get_groups (dialog->fields)->data;

    return purple_request_field_group_get_fields (group);
}

void *
fields_request (const char *title, const char *primary, PurpleRequestFields *fields,
                GCallback ok, GCallback cancel, void *user)
{
    if (dialog != NULL)
        g_error ("two dialogs with fields");
    dialog = g_new0 (Fields, 1);
    *dialog = (Fields){ fields, (PurpleRequestFieldsCb)ok, (PurpleRequestFieldsCb)cancel,
                        user };
    for (GList *l = all_fields (); l != NULL; l = l->next) {
        const char *text = purple_request_field_string_get_value (l->data);
        say ("field %s '%s'", purple_request_field_get_label (l->data),
             text != NULL ? text : "");
    }
    say ("fields %s: %s", title, primary);
    return dialog;
}

void
fields_close (void *ui_handle)
{
    Fields *closed = ui_handle;

    if (closed == dialog)
        dialog = NULL;
    purple_request_fields_destroy (closed->fields);
    g_free (closed);
}

static void
fill (const char *label, const char *text)
{
    for (GList *l = dialog != NULL ? all_fields () : NULL; l != NULL; l = l->next)
        if (g_str_has_prefix (purple_request_field_get_label (l->data), label)) {
            purple_request_field_string_set_value (l->data, text);
            return;
        }
    say ("no field %s", label);
}

/* As the front ends do: what is called first, of which another one may come, then it closes. */
static void
finish (gboolean ok)
{
    Fields *it = dialog;

    if (it == NULL) {
        say ("no fields");
        return;
    }
    dialog = NULL;
    (ok ? it->ok : it->cancel) (it->user, it->fields);
    purple_request_close (PURPLE_REQUEST_FIELDS, it);
}

static void
alias_done_cb (PurpleAccount *account, const char *alias)
{
    say ("own alias '%s'", alias);
}

static void
alias_failed_cb (PurpleAccount *account, const char *error)
{
    say ("no alias: %s", error);
}

gboolean
fields_command (const char *verb, const char *rest)
{
    PurpleAccount *account = the_account ();
    g_auto (GStrv) words = g_strsplit (rest, " ", 2);

    if (g_str_equal (verb, "put-field")) /* the first word of its label, and a text */
        fill (words[0], words[0] != NULL && words[1] != NULL ? words[1] : "");
    else if (g_str_equal (verb, "fields-ok") || g_str_equal (verb, "fields-cancel"))
        finish (g_str_equal (verb, "fields-ok"));
    else if (g_str_equal (verb, "set-info"))
        serv_set_info (purple_account_get_connection (account), rest);
    else if (g_str_equal (verb, "set-no-info"))
        serv_set_info (purple_account_get_connection (account), NULL);
    else if (g_str_equal (verb, "set-alias"))
        purple_account_set_public_alias (account, rest, alias_done_cb, alias_failed_cb);
    else if (g_str_equal (verb, "own"))
        say ("own shown '%s' info '%s'",
             purple_connection_get_display_name (purple_account_get_connection (account)),
             purple_account_get_user_info (account) != NULL
                 ? purple_account_get_user_info (account)
                 : "");
    else if (g_str_equal (verb, "get-alias"))
        purple_account_get_public_alias (account, alias_done_cb, alias_failed_cb);
    else
        return FALSE;
    return TRUE;
}
