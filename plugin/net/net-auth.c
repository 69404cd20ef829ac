/* A login is carried from home to another data centre: auth.exportAuthorization here,
 * auth.importAuthorization there (MT-C32, MT-E18). Nothing that goes wrong with it is of any
 * consequence at home. */
#include "net-private.h"

#define EXPORTED_MAX 65536 /* bytes; real ones have some hundreds */

static void
give_up (NetDc *dc, const char *why)
{
    g_debug ("[dc%d] no login there: %s", dc->dc, why);
    dc->auth = NET_AUTH_NONE;
    dc->marked = NET_DC_BROKEN;
}

static void
imported_cb (void *user, TlMessage *answer, const MtError *error)
{
    NetDc *dc = user;
    const ApiAuthAuthorization *authorization =
        answer != NULL ? TL_AS (tl_message_root (answer), ApiAuthAuthorization) : NULL;
    const ApiUser *who =
        authorization != NULL ? TL_AS (authorization->user, ApiUser) : NULL;

    if (dc->auth != NET_AUTH_IMPORTING)
        return;
    if (error != NULL && error->code == MT_ERROR_LOCAL_CLOSED)
        dc->auth = NET_AUTH_NONE;
    else if (error != NULL)
        give_up (dc, error->text);
    else if (who == NULL || !who->self || who->id != dc->net->own_id)
        give_up (dc, "it is somebody else's");
    else {
        dc->auth = NET_AUTH_DONE;
        dc->proved = TRUE;
    }
}

static void
exported_cb (void *user, TlMessage *answer, const MtError *error)
{
    NetDc *dc = user;
    NetLine *line = &dc->lines[NET_DOWN];
    const ApiAuthExportedAuthorization *exported =
        answer != NULL ? TL_AS (tl_message_root (answer), ApiAuthExportedAuthorization)
                       : NULL;

    if (dc->auth != NET_AUTH_EXPORTING)
        return;
    dc->auth = NET_AUTH_NONE;
    if (error != NULL && error->code == MT_ERROR_LOCAL_CLOSED)
        return;
    if (exported == NULL) {
        give_up (dc, error != NULL ? error->text : "no answer");
        return;
    }
    if (line->session == NULL)
        return;
    g_auto (TlWriter) writer = { 0 };
    ApiAuthImportAuthorization request =
        TL_NEW (ApiAuthImportAuthorization, .id = exported->id, .bytes = exported->bytes);
    tl_writer_int (&writer, (int32_t)ApiInvokeWithoutUpdates_ID); /* MT-E6 */
    if (exported->bytes.len > EXPORTED_MAX ||
        !tl_encode (&tl_api_schema, TL_OBJ (&request), &writer)) {
        give_up (dc, "what was exported is too large");
        return;
    }
    dc->auth = NET_AUTH_IMPORTING;
    mt_session_call_encoded (line->session, ApiAuthImportAuthorization_ID,
                             TL_BYTES (writer.data, writer.len), MT_CALL_BEFORE_LOGIN,
                             imported_cb, dc);
}

void
net_auth_step (NetDc *dc)
{
    ApiAuthExportAuthorization request =
        TL_NEW (ApiAuthExportAuthorization, .dc_id = dc->dc);
    int64_t now = dc->net->now.mono;

    if (dc->auth != NET_AUTH_NONE || dc->marked != NET_DC_WELL)
        return;
    if (dc->logins >= NET_LOGINS_MAX) {
        give_up (dc, "it was tried often enough");
        return;
    }
    if (dc->logins > 0 && now < dc->login_at + NET_MINUTE)
        return;
    dc->logins++;
    dc->login_at = now;
    dc->auth = NET_AUTH_EXPORTING;
    mt_session_call (net_home_main (dc->net)->session, TL_OBJ (&request), MT_CALL_DEFAULT,
                     exported_cb, dc, NULL);
}

static gboolean
is_out (const NetDc *dc)
{
    return dc->auth == NET_AUTH_EXPORTING || dc->auth == NET_AUTH_IMPORTING;
}

void
net_auth_check (NetDc *dc)
{
    if (!is_out (dc) || dc->net->now.mono < dc->login_at + NET_LOGIN_WITHIN)
        return;
    g_debug ("[dc%d] no login there: no answer", dc->dc);
    dc->auth = NET_AUTH_NONE; /* what is answered later is nobody's */
    dc->marked = MAX (dc->marked, NET_DC_LOST);
}

int64_t
net_auth_deadline (const NetDc *dc)
{
    if (is_out (dc))
        return dc->login_at + NET_LOGIN_WITHIN;
    return dc->auth == NET_AUTH_NONE && dc->logins > 0 &&
                   net_line_is_ready (&dc->lines[NET_DOWN])
               ? dc->login_at + NET_MINUTE
               : HOST_NEVER;
}
