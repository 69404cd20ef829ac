/* Every field and byte beside what three to five other implementations wrote. The tables
 * here keep every field (USED is "-"), those of the client only what it reads. */
#include "json-tl.h"

#include "all-api.tl.h"
#include "all-mtproto.tl.h"
#include "all-secret.tl.h"
#include "api.tl.h"
#include "mtproto.tl.h"
#include "secret.tl.h"
#include "tl-dump.h"
#include "tl-encode.h"
#include "tl-message.h"
#include "tl-tables.h"

static const TlSchema *all, *ours;
static unsigned checked, unknown;

static void
check (const VectorCase *c)
{
    g_autoptr (GBytes) bytes = vector_hex (c->in, "bytes");
    JsonObject *fields = json_object_get_object_member (c->in, "fields");
    size_t len;
    const uint8_t *data = g_bytes_get_data (bytes, &len);
    g_autoptr (GError) error = NULL;
    g_auto (TlWriter) built = { 0 };
    g_auto (TlWriter) again = { 0 };

    TlObject *object = json_to_tl (all, fields);
    if (object == NULL) { /* of another layer, or cannot reach this client */
        g_autoptr (TlMessage) any = tl_message_decode (all, data, len, &error);
        g_assert_true ((any == NULL) == (error != NULL));
        json_tl_clear ();
        g_test_message ("unknown %s", vector_text (c->in, "constructor"));
        unknown++;
        return;
    }
    checked++;
    g_assert_true (tl_encode (all, object, &built));
    g_assert_cmpmem (built.data, built.len, data, len);
    g_autoptr (TlMessage) message = tl_message_decode (all, data, len, &error);
    g_assert_no_error (error);
    json_tl_compare (all, fields, tl_message_root (message));
    g_assert_true (tl_encode (all, tl_message_root (message), &again));
    g_assert_cmpmem (again.data, again.len, data, len);
    json_tl_clear ();

    /* the client's tables read the same, and keep less */
    g_autoptr (TlMessage) mine = tl_message_decode (ours, data, len, &error);
    g_assert_no_error (error);
    g_autofree char *line = tl_dump (ours, data, len);
    g_assert_true (g_str_has_prefix (
        line, ours->names + tl_schema_find (ours, tl_message_root (mine)->id)->name));
    for (size_t cut = 0; cut < len; cut += 4) { /* MT-A7: a cut is never read over */
        g_autoptr (TlMessage) half = tl_message_decode (ours, data, cut, NULL);
        g_assert_null (half);
    }
}

static void
compare (const char *topic, const TlSchema *everything, const TlSchema *client,
         unsigned want, unsigned want_unknown)
{
    all = everything;
    ours = client;
    checked = unknown = 0;
    vectors_each (topic, check);
    g_test_message ("%s: %u compared, %u unknown", topic, checked, unknown);
    g_assert_cmpuint (checked, ==, want);
    g_assert_cmpuint (unknown, ==, want_unknown);
}

/* MT-A3 MT-A10 MT-A11 MT-A17 */
static void
test_api (void)
{
    compare ("tl_api", &tl_all_api_schema, &tl_api_schema, 185, 39);
}

/* MT-A3 MT-A19 */
static void
test_mtproto (void)
{
    compare ("tl_mtproto", &tl_all_mtproto_schema, &tl_mtproto_schema, 38, 0);
}

/* MT-A16, every old form */
static void
test_secret (void)
{
    compare ("tl_secret", &tl_all_secret_schema, &tl_secret_schema, 228, 0);
}

/* --- hostile bytes --- */
static unsigned refused;

static void
hostile (const VectorCase *c)
{
    const char *name = vector_text (c->in, "schema");
    const char *verdict = vector_text (c->out, "verdict");
    const TlSchema *schema = g_str_equal (name, "api")       ? &tl_api_schema
                             : g_str_equal (name, "mtproto") ? &tl_mtproto_schema
                                                             : &tl_secret_schema;
    g_autoptr (GBytes) bytes = vector_hex (c->in, "bytes");
    size_t len;
    const uint8_t *data = g_bytes_get_data (bytes, &len);
    g_autoptr (GError) error = NULL;
    g_autoptr (TlMessage) message = tl_message_decode (schema, data, len, &error);
    g_autofree char *line = tl_dump (schema, data, len);

    if (g_str_equal (verdict, "reject")) {
        g_test_message ("%s: %s", c->id, vector_text (c->in, "why"));
        g_assert_null (message);
        g_assert_error (error, TL_ERROR, error->code);
        refused++;
    } else if (g_str_equal (verdict, "accept")) {
        g_assert_no_error (error);
        g_assert_nonnull (message);
    } else {
        g_assert_true ((message == NULL) == (error != NULL));
    }
    g_assert_nonnull (line);
}

/* MT-A7 MT-A13 MT-A14 */
static void
test_hostile (void)
{
    refused = 0;
    vectors_each ("tl_hostile", hostile);
    g_assert_cmpuint (refused, ==, 66);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/tl/vectors/api", test_api);
    g_test_add_func ("/tl/vectors/mtproto", test_mtproto);
    g_test_add_func ("/tl/vectors/secret", test_secret);
    g_test_add_func ("/tl/vectors/hostile", test_hostile);
    return g_test_run ();
}
