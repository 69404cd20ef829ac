/* An account's logins: every device that somebody logged in with; and terms of service. */
#include "dc-private.h"

#include <string.h>

#define TERMS_ID "{}"

static int
by_id (gconstpointer a, gconstpointer b)
{
    const DcKey *one = *(const DcKey *const *)a, *two = *(const DcKey *const *)b;

    return one->born < two->born ? -1 : one->born > two->born;
}

static GPtrArray *
devices_of (Dc *dc, const DcUser *user)
{
    GPtrArray *devices = g_ptr_array_new ();
    GHashTableIter iter;
    gpointer value;

    g_hash_table_iter_init (&iter, dc->keys);
    while (g_hash_table_iter_next (&iter, NULL, &value))
        if (((DcKey *)value)->user == user && !((DcKey *)value)->temporary)
            g_ptr_array_add (devices, value);
    g_ptr_array_sort (devices, by_id);
    return devices;
}

static DcKey *
device_of (DcCall *call, int64_t hash)
{
    g_autoptr (GPtrArray) devices = devices_of (call->dc, call->user);

    for (unsigned i = 0; i < devices->len; i++) {
        DcKey *device = g_ptr_array_index (devices, i);
        if (device == call->device ? hash == 0 : device->id == hash)
            return device;
    }
    dc_fail (call, 400, "HASH_INVALID");
    return NULL;
}

static void
get_authorizations (DcCall *call)
{
    g_autoptr (GPtrArray) devices = devices_of (call->dc, call->user);
    g_autofree SrvAuthorization *all = g_new0 (SrvAuthorization, devices->len);
    g_autofree const TlObject **items = g_new0 (const TlObject *, devices->len);

    for (unsigned i = 0; i < devices->len; i++) {
        const DcKey *device = g_ptr_array_index (devices, i);
        gboolean here = device == call->device;
        all[i] =
            TL_NEW (SrvAuthorization, .current = here, .hash = here ? 0 : device->id,
                    .encrypted_requests_disabled = device->no_secrets,
                    .device_model = TL_STR (device->model != NULL ? device->model : "?"),
                    .platform = TL_STR (""), .system_version = TL_STR (""), .api_id = 1,
                    .app_name = TL_STR ("App"), .app_version = TL_STR ("1"),
                    .date_created = (int32_t)device->born,
                    .date_active = dc_now (call->dc), .ip = TL_STR ("127.0.0.1"),
                    .country = TL_STR ("Nowhere"), .region = TL_STR (""));
        items[i] = TL_OBJ (&all[i]);
    }
    SrvAccountAuthorizations answer =
        TL_NEW (SrvAccountAuthorizations, .authorization_ttl_days = 180,
                .authorizations = { items, devices->len });
    dc_answer (call, TL_OBJ (&answer));
}

static void
reset_authorization (DcCall *call)
{
    DcKey *device =
        device_of (call, TL_AS (call->query, SrvAccountResetAuthorization)->hash);

    if (device == NULL)
        return;
    device->user = NULL;
    dc_answer_bool (call, TRUE);
}

static void
change_settings (DcCall *call)
{
    const SrvAccountChangeAuthorizationSettings *query =
        TL_AS (call->query, SrvAccountChangeAuthorizationSettings);
    DcKey *device = device_of (call, query->hash);

    if (device == NULL)
        return;
    if (query->has_encrypted_requests_disabled)
        device->no_secrets = query->encrypted_requests_disabled;
    dc_log (call->dc, "settings%s%s%s", query->confirmed ? " confirmed" : "",
            query->has_encrypted_requests_disabled ? " secrets" : "",
            query->has_call_requests_disabled ? " calls" : "");
    dc_answer_bool (call, TRUE);
}

static void
get_terms (DcCall *call)
{
    SrvHelpTermsOfServiceUpdateEmpty none =
        TL_NEW (SrvHelpTermsOfServiceUpdateEmpty, .expires = dc_in (call->dc, 86400));
    SrvDataJSON id = TL_NEW (SrvDataJSON, .data = TL_STR (TERMS_ID));
    SrvHelpTermsOfService terms =
        TL_NEW (SrvHelpTermsOfService, .popup = TRUE, .id = TL_OBJ (&id),
                .text = TL_STR (call->dc->terms != NULL ? call->dc->terms : ""));
    SrvHelpTermsOfServiceUpdate update =
        TL_NEW (SrvHelpTermsOfServiceUpdate, .expires = dc_in (call->dc, 86400),
                .terms_of_service = TL_OBJ (&terms));

    dc_answer (call, call->dc->terms != NULL ? TL_OBJ (&update) : TL_OBJ (&none));
}

static void
accept_terms (DcCall *call)
{
    g_clear_pointer (&call->dc->terms, g_free);
    dc_answer_bool (call, TRUE);
}

/* The user's newest device is one that nobody confirmed: the others are told. */
void
dc_account_tell_new (Dc *dc, DcUser *user)
{
    g_autoptr (GPtrArray) devices = devices_of (dc, user);
    DcKey *newest = devices->len > 0 ? devices->pdata[devices->len - 1] : NULL;

    for (unsigned i = 0; i + 1 < devices->len; i++) {
        SrvUpdateNewAuthorization update =
            TL_NEW (SrvUpdateNewAuthorization, .unconfirmed = TRUE, .hash = newest->id,
                    .has_date = TRUE, .date = dc_now (dc), .device = TL_STR ("Phone <b>"),
                    .location = TL_STR ("Nowhere"));
        dc_push (dc, NULL, user, devices->pdata[i], TL_OBJ (&update), NULL);
    }
}

/* The service itself says something to all of the user's devices, of some kind. */
void
dc_account_tell_service (Dc *dc, DcUser *user, const char *type, const char *text)
{
    SrvMessageMediaEmpty none = TL_NEW (SrvMessageMediaEmpty);
    SrvUpdateServiceNotification update = TL_NEW (
        SrvUpdateServiceNotification, .popup = TRUE, .type = TL_STR (type),
        .message = TL_STR (text), .media = TL_OBJ (&none), .entities = { NULL, 0 });
    g_autoptr (GPtrArray) devices = devices_of (dc, user);

    for (unsigned i = 0; i < devices->len; i++)
        dc_push (dc, NULL, user, devices->pdata[i], TL_OBJ (&update), NULL);
}

const DcMethod dc_account_methods[] = {
    { "account.getAuthorizations", get_authorizations, FALSE },
    { "account.resetAuthorization", reset_authorization, FALSE },
    { "account.changeAuthorizationSettings", change_settings, FALSE },
    { "help.getTermsOfServiceUpdate", get_terms, FALSE },
    { "help.acceptTermsOfService", accept_terms, FALSE },
    { NULL, NULL, FALSE },
};
