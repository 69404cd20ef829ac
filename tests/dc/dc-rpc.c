/* Calls: wrappers off, switches, which method, the answer behind it. */
#include "dc-keys.h"
#include "dc-mood.h"
#include "dc-sites.h"

#include "mtproto.tl.h"
#include "tl-gzip.h"
#include "tl-reader.h"

#include <string.h>

#define WRAPPERS_MAX 8
#define BOOL_TRUE 0x997275b5u /* built in (MT-A11) */
#define BOOL_FALSE 0xbc799737u

void
dc_switch_free (DcSwitch *item)
{
    g_free (item->method);
    g_free (item->text);
    g_free (item);
}

void
dc_delayed_free (DcDelayed *delayed)
{
    g_byte_array_unref (delayed->body);
    g_free (delayed);
}

void
dc_fail (DcCall *call, int code, const char *text)
{
    call->error_code = code;
    g_free (call->error);
    call->error = g_strdup (text);
}

void
dc_answer (DcCall *call, const TlObject *object)
{
    g_assert_true (tl_encode (&tl_dc_schema, object, &call->answer));
}

void
dc_answer_bool (DcCall *call, gboolean value)
{
    tl_writer_int (&call->answer, (int32_t)(value ? BOOL_TRUE : BOOL_FALSE));
}

static void
send_result (DcSession *session, int64_t msg_id, const DcCall *call, int64_t delay)
{
    g_auto (TlWriter) body = { 0 };

    tl_writer_int (&body, (int32_t)MtpRpcResult_ID);
    tl_writer_long (&body, msg_id);
    if (call->error != NULL) {
        tl_writer_int (&body, (int32_t)MtpRpcError_ID);
        tl_writer_int (&body, call->error_code);
        tl_writer_bytes (&body, call->error, strlen (call->error));
    } else {
        dc_layer_answer (call, &body);
    }
    if (delay == 0) {
        dc_session_send (session, &body, TRUE, TRUE);
        return;
    }
    DcDelayed *delayed = g_new0 (DcDelayed, 1);
    delayed->due = dc_now_ms (session->dc) + delay;
    delayed->session = session;
    delayed->body = g_byte_array_new ();
    g_byte_array_append (delayed->body, body.data, (unsigned)body.len);
    g_ptr_array_add (session->dc->delayed, delayed);
}

/* Takes invokeWithLayer and the like off; NULL: does not decode. */
static TlMessage *
unwrap (DcSession *session, const uint8_t *body, size_t len, gboolean *no_updates)
{
    g_autoptr (GByteArray) unpacked = NULL;
    g_autoptr (TlMessage) message = NULL;

    for (int i = 0; i < WRAPPERS_MAX; i++) {
        uint32_t id = 0;
        TlBytes query = { NULL, 0 };
        if (len >= 4)
            memcpy (&id, body, 4);
        id = GUINT32_FROM_LE (id);
        if (id == MtpGzipPacked_ID) { /* TDLib packs inside the wrappers */
            TlReader reader;
            tl_reader_init (&reader, body + 4, len - 4);
            TlBytes packed = tl_reader_bytes (&reader);
            GByteArray *more = tl_gunzip (packed.data, packed.len, TL_UNPACKED_MAX, NULL);
            if (more == NULL)
                return NULL;
            g_clear_pointer (&unpacked, g_byte_array_unref);
            unpacked = more;
            body = unpacked->data;
            len = unpacked->len;
            continue;
        }
        g_auto (TlWriter) newer = { 0 };
        if (dc_layer_hear (session, body, len, &newer)) {
            body = newer.data;
            len = newer.len;
        }
        g_autoptr (TlMessage) next = tl_message_decode (&tl_dc_schema, body, len, NULL);
        if (next == NULL)
            return NULL;
        const TlObject *root = tl_message_root (next);
        if (TL_AS (root, SrvInvokeWithLayer) != NULL) {
            DcKey *key = session->key->perm != NULL ? session->key->perm : session->key;
            key->layer = TL_AS (root, SrvInvokeWithLayer)->layer;
            dc_site_layer (session->conn, key->layer);
            query = TL_AS (root, SrvInvokeWithLayer)->query;
        } else if (TL_AS (root, SrvInitConnection) != NULL) {
            TlBytes model = TL_AS (root, SrvInitConnection)->device_model;
            DcKey *key = session->key->perm != NULL ? session->key->perm : session->key;
            g_free (key->model);
            key->model = g_strndup ((const char *)model.data, model.len);
            query = TL_AS (root, SrvInitConnection)->query;
        } else if (TL_AS (root, SrvInvokeAfterMsg) != NULL) {
            query = TL_AS (root, SrvInvokeAfterMsg)->query;
        } else if (TL_AS (root, SrvInvokeAfterMsgs) != NULL) {
            query = TL_AS (root, SrvInvokeAfterMsgs)->query;
        } else if (TL_AS (root, SrvInvokeWithoutUpdates) != NULL) {
            *no_updates = TRUE;
            query = TL_AS (root, SrvInvokeWithoutUpdates)->query;
        } else {
            return g_steal_pointer (&next);
        }
        /* the query points into the message that held it */
        g_clear_pointer (&message, tl_message_unref);
        message = g_steal_pointer (&next);
        body = query.data;
        len = query.len;
    }
    return NULL;
}

static const DcMethod *
find_method (const char *name)
{
    static const DcMethod *const tables[] = {
        dc_account_methods, dc_auth_methods,   dc_login_methods,   dc_mail_methods,
        dc_listed_methods,  dc_people_methods, dc_profile_methods, dc_secret_methods,
        dc_updates_methods, dc_site_methods,   dc_file_methods,    dc_sticker_methods,
        dc_cloud_methods
    };

    for (size_t t = 0; t < G_N_ELEMENTS (tables); t++)
        for (const DcMethod *method = tables[t]; method->name != NULL; method++)
            if (g_str_equal (method->name, name))
                return method;
    return NULL;
}

/* The first switch whose turn it is for this call, or NULL. */
static DcSwitch *
find_switch (Dc *dc, const char *name, const DcUser *by)
{
    for (unsigned i = 0; i < dc->switches->len; i++) {
        DcSwitch *item = g_ptr_array_index (dc->switches, i);
        if (!g_str_equal (item->method, name) && !g_str_equal (item->method, "*"))
            continue;
        if (item->by != NULL && item->by != by)
            continue;
        if (item->n == 0)
            return item;
        if (--item->n > 0)
            continue;
        g_ptr_array_steal_index (dc->switches, i);
        return item; /* the caller frees it: it is used up */
    }
    return NULL;
}

static void
run_method (DcCall *call, const char *name)
{
    const DcMethod *method = find_method (name);

    if (method == NULL)
        dc_fail (call, 400, "METHOD_INVALID");
    else if (dc_key_is_empty (call->session->key, name))
        dc_fail (call, 401, "AUTH_KEY_PERM_EMPTY");
    else if (call->user == NULL && !method->anonymous)
        dc_fail (call, 401, "AUTH_KEY_UNREGISTERED");
    else
        method->run (call);
}

gboolean
dc_switched (Dc *dc, const char *name, int *code, char **text)
{
    DcSwitch *item = find_switch (dc, name, NULL);

    if (item == NULL)
        return FALSE;
    *code = item->code;
    *text = g_strdup (item->text);
    if (!g_ptr_array_find (dc->switches, item, NULL))
        dc_switch_free (item);
    return TRUE;
}

void
dc_count (Dc *dc, const char *name)
{
    int n = GPOINTER_TO_INT (g_hash_table_lookup (dc->counts, name));
    g_hash_table_replace (dc->counts, g_strdup (name), GINT_TO_POINTER (n + 1));
}

void
dc_rpc (DcSession *session, int64_t msg_id, const uint8_t *body, size_t len)
{
    Dc *dc = session->dc;
    gboolean no_updates = FALSE;
    g_autoptr (TlMessage) message = unwrap (session, body, len, &no_updates);
    DcKey *device = dc_device (session->key);
    DcCall call = { .dc = dc,
                    .session = session,
                    .device = device,
                    .user = device->user,
                    .msg_id = msg_id };
    int64_t delay = 0;

    if (message == NULL) {
        dc_fail (&call, 400, "INPUT_METHOD_INVALID");
        send_result (session, msg_id, &call, 0);
        g_free (call.error);
        return;
    }
    call.query = tl_message_root (message);
    const char *name = tl_id_name (&tl_dc_schema, call.query->id);
    DcSwitch *item = find_switch (dc, name, call.user);
    dc_count (dc, name);
    dc_log (dc, "%s: %s", call.user != NULL ? call.user->first : "-", name);
    call.after = g_ptr_array_new ();
    if (item != NULL && item->kind == DC_SWITCH_ERROR)
        dc_fail (&call, item->code, item->text);
    else if (!dc_mood_refuses (&call))
        dc_site_call (&call, name, no_updates);
    if (call.error == NULL)
        run_method (&call, name);
    if (item != NULL && item->kind == DC_SWITCH_DELAY)
        delay = item->ms;
    gboolean dropped = item != NULL && item->kind == DC_SWITCH_DROP;
    if (item != NULL && !g_ptr_array_find (dc->switches, item, NULL))
        dc_switch_free (item);
    if (call.error != NULL)
        dc_log (dc, "  -> %d %s", call.error_code, call.error);
    if (!dropped)
        send_result (session, msg_id, &call, delay);
    if (!no_updates)
        session->updates = device->user != NULL;
    dc_push_run (&call);
    g_free (call.error);
    tl_writer_clear (&call.answer);
}
