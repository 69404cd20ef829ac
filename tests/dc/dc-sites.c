/* Sites: which there are, logins that are carried from one to another, and what an honest
 * client never does with them. */
#include "dc-sites.h"

#include <string.h>

#define ABSURD_PORT 7
#define SECRET "\xddsixteen bytes of" /* of addresses that have one: dd and 16 bytes */
#define BYTES 32                      /* of an exported login */

struct DcSite {
    int number;
    gboolean media;
    int port;
    gboolean ipv6;
    gboolean dead;   /* whoever comes is sent away */
    gboolean secret; /* its obfuscation takes SECRET */
    gboolean denies; /* whoever it is, it says that it does not know the key */
};

typedef struct {
    uint8_t bytes[BYTES];
    DcUser *user;
    DcKey *device; /* whose login it is */
    int to;
} Export;

void
dc_sites_free (Dc *dc)
{
    g_clear_pointer (&dc->sites, g_ptr_array_unref);
    g_clear_pointer (&dc->exports, g_ptr_array_unref);
    g_free (dc->fault);
}

void
dc_fault_note (Dc *dc, const char *format, ...)
{
    va_list args;

    va_start (args, format);
    g_autofree char *text = g_strdup_vprintf (format, args);
    va_end (args);
    dc_log (dc, "FAULT %s", text);
    if (dc->fault == NULL)
        dc->fault = g_steal_pointer (&text);
}

const char *
dc_fault (Dc *dc)
{
    return dc->fault;
}

void
dc_add_site (Dc *dc, int number, gboolean media, int port)
{
    DcSite *site = g_new0 (DcSite, 1);

    *site = (DcSite){ .number = number, .media = media, .port = port };
    if (dc->sites == NULL)
        dc->sites = g_ptr_array_new_with_free_func (g_free);
    g_ptr_array_add (dc->sites, site);
}

/* The one at that address, else `none`. */
static DcSite *
site_at (const Dc *dc, int port, DcSite *none)
{
    for (unsigned i = 0; dc->sites != NULL && i < dc->sites->len; i++) {
        DcSite *site = g_ptr_array_index (dc->sites, i);
        if (site->port == port)
            return site;
    }
    return none;
}

void
dc_set_ipv6 (Dc *dc, int port)
{
    DcSite none;

    site_at (dc, port, &none)->ipv6 = TRUE;
}

gboolean
dc_has_port (const Dc *dc, int port)
{
    return dc->port == port || site_at (dc, port, NULL) != NULL;
}

DcConn *
dc_conn_new_at (Dc *dc, int port, const DcConnOps *ops, void *user)
{
    DcConn *conn = dc_conn_new (dc, ops, user);

    conn->strict = TRUE;
    if (port == ABSURD_PORT)
        dc_conn_drop (conn);
    for (unsigned i = 0; dc->sites != NULL && i < dc->sites->len; i++) {
        const DcSite *site = g_ptr_array_index (dc->sites, i);
        if (site->port != port)
            continue;
        conn->site = site->number;
        conn->media = site->media;
        conn->secret = site->secret;
        if (site->dead)
            dc_conn_drop (conn);
    }
    return conn;
}

void
dc_site_obfuscation (const DcConn *conn, const uint8_t *part, uint8_t key[32])
{
    g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
    gsize len = 32;

    memcpy (key, part, 32);
    if (!conn->secret)
        return;
    g_checksum_update (sum, part, 32);
    g_checksum_update (sum, (const uint8_t *)SECRET + 1, 16);
    g_checksum_get_digest (sum, key, &len);
}

/* Or somebody on the way there does: nobody signs that word. */
static gboolean
is_denied (const DcConn *conn)
{
    const Dc *dc = conn->dc;

    for (unsigned i = 0; dc->sites != NULL && i < dc->sites->len; i++) {
        const DcSite *site = g_ptr_array_index (dc->sites, i);
        if (site->denies && site->number == conn->site && site->media == conn->media)
            return TRUE;
    }
    return FALSE;
}

gboolean
dc_site_knows (const DcConn *conn, const DcKey *key)
{
    if (conn->strict && is_denied (conn))
        return FALSE;
    if (!conn->strict || key->number % 10000 == conn->site)
        return TRUE;
    dc_fault_note (conn->dc, "a key of data centre %d at %d", key->number, conn->site);
    return FALSE;
}

static const DcKey *
login_of (const DcSession *session)
{
    return session->key->perm != NULL ? session->key->perm : session->key;
}

void
dc_site_packet (const DcConn *conn, const DcSession *session)
{
    Dc *dc = conn->dc;

    if (!conn->strict || conn->closed)
        return;
    if (session->conn != NULL && session->conn != conn && !session->conn->closed)
        dc_fault_note (dc, "two connections of one session at %d", conn->site);
    for (unsigned i = 0; i < dc->sessions->len && !conn->media; i++) {
        const DcSession *other = g_ptr_array_index (dc->sessions, i);
        if (other != session && other->conn != NULL && other->conn != conn &&
            !other->conn->closed && !other->conn->media &&
            login_of (other) == login_of (session) && other->conn->site == conn->site)
            dc_fault_note (dc,
                           "two connections of one key to addresses that are not "
                           "for files, at %d",
                           conn->site);
    }
}

static gboolean
moves (DcCall *call, const char *word, int dc)
{
    const DcConn *conn = call->session->conn;

    if (conn == NULL || !conn->strict || dc == conn->site)
        return FALSE;
    g_autofree char *text = g_strdup_printf ("%s_%d", word, dc);
    dc_fail (call, 303, text);
    return TRUE;
}

void
dc_site_call (DcCall *call, const char *name, gboolean no_updates)
{
    const DcConn *conn = call->session->conn;
    gboolean file = g_str_has_prefix (name, "upload.");
    gboolean free = g_str_has_prefix (name, "auth.") || g_str_has_prefix (name, "help.");

    if (conn == NULL || !conn->strict)
        return;
    if (!call->session->key->temporary)
        dc_fault_note (call->dc, "%s under a permanent key, at %d", name, conn->site);
    if (g_str_equal (name, "auth.importAuthorization") && !no_updates)
        dc_fault_note (call->dc, "a login is carried to %d, and updates wanted there",
                       conn->site);
    if (conn->media && !file && !free) {
        dc_fault_note (call->dc, "%s at an address for files", name);
        dc_fail (call, 400, "METHOD_INVALID");
    }
    if (call->user == NULL)
        return;
    if (conn->site == call->user->lived && !conn->media && !file && !free &&
        moves (call, "USER_MIGRATE", call->user->home))
        return;
    gboolean main = conn->site == call->user->home && !conn->media;
    if (main && no_updates && !free)
        dc_fault_note (call->dc, "%s without updates, where they belong", name);
    if (!main && !no_updates && !free)
        dc_fault_note (call->dc, "%s asks for updates where there are none", name);
    if (!main && !file && !free)
        dc_fault_note (call->dc, "%s is not for data centre %d", name, conn->site);
}

void
dc_site_layer (const DcConn *conn, int layer)
{
    if (conn != NULL && conn->strict && layer != tl_schema_layer (&tl_dc_schema))
        dc_fault_note (conn->dc, "layer %d is spoken, at %d", layer, conn->site);
}

gboolean
dc_site_moves (DcCall *call, const DcUser *user)
{
    return moves (call, "PHONE_MIGRATE", user->home);
}

gboolean
dc_site_moves_file (DcCall *call, int dc)
{
    return moves (call, "FILE_MIGRATE", dc);
}

/* None of these is to be used by anybody: all have the port ABSURD_PORT, or none. */
static size_t
absurd_options (SrvDcOption *options, size_t size)
{
    const SrvDcOption absurd[] = {
        TL_NEW (SrvDcOption, .id = 4, .ip_address = TL_STR ("127.0.0.1"), .port = 0),
        TL_NEW (SrvDcOption, .id = 4, .ip_address = TL_STR ("127.0.0.1"),
                .port = 65536 + ABSURD_PORT),
        TL_NEW (SrvDcOption, .id = 4, .ip_address = TL_STR ("nowhere"),
                .port = ABSURD_PORT),
        TL_NEW (SrvDcOption, .id = 4, .ip_address = TL_STR (""), .port = ABSURD_PORT),
        TL_NEW (SrvDcOption, .id = 0, .ip_address = TL_STR ("127.0.0.1"),
                .port = ABSURD_PORT),
        TL_NEW (SrvDcOption, .id = 9, .ip_address = TL_STR ("127.0.0.1"),
                .port = ABSURD_PORT),
        TL_NEW (SrvDcOption, .cdn = TRUE, .id = 4, .ip_address = TL_STR ("127.0.0.1"),
                .port = ABSURD_PORT),
        TL_NEW (SrvDcOption, .ipv6 = TRUE, .id = 4, .ip_address = TL_STR ("127.0.0.1"),
                .port = ABSURD_PORT),
        TL_NEW (SrvDcOption, .id = 4, .ip_address = TL_STR ("::1"), .port = ABSURD_PORT),
        TL_NEW (SrvDcOption, .id = 4, .ip_address = TL_STR ("127.0.0.1"),
                .port = ABSURD_PORT, .secret = TL_STR ("sixteen bytes, so")),
    };
    size_t n = MIN (size, G_N_ELEMENTS (absurd));

    memcpy (options, absurd, n * sizeof *absurd);
    return n;
}

/* Each looks like one, and leads nowhere; of all data centres, and no true one beside them. */
static size_t
lying_options (SrvDcOption *options, size_t size)
{
    static const char *const hosts[] = { "127.0.0.1", "127.0.0.2", "127.0.0.3",
                                         "127.0.0.4", "127.0.0.5", "127.0.0.6",
                                         "127.0.0.7", "127.0.0.8" };
    size_t n = 0;

    for (int dc = 1; dc <= 5; dc++)
        for (size_t i = 0; i < 2 * G_N_ELEMENTS (hosts) && n < size; i++)
            options[n++] =
                TL_NEW (SrvDcOption, .id = dc, .port = ABSURD_PORT,
                        .media_only = i >= G_N_ELEMENTS (hosts),
                        .ip_address = TL_STR (hosts[i % G_N_ELEMENTS (hosts)]));
    return n;
}

size_t
dc_site_options (const DcCall *call, SrvDcOption *options, size_t size)
{
    const Dc *dc = call->dc;
    int number = call->session->key->number % 10000;
    size_t n = 0;

    if (dc->lies)
        return lying_options (options, size);
    if (dc->absurd)
        n = absurd_options (options, size);
    if (dc->port != 0)
        options[n++] = TL_NEW (SrvDcOption, .static_ = TRUE, .id = number,
                               .ip_address = TL_STR ("127.0.0.1"), .port = dc->port);
    for (unsigned i = 0; dc->sites != NULL && i < dc->sites->len && n < size; i++) {
        const DcSite *site = g_ptr_array_index (dc->sites, i);
        if (dc->port != site->port)
            options[n++] = TL_NEW (
                SrvDcOption, .media_only = site->media, .ipv6 = site->ipv6,
                .id = site->number, .port = site->port,
                .ip_address = TL_STR (site->ipv6 ? "::1" : "127.0.0.1"),
                .secret = TL_BYTES ((const uint8_t *)SECRET, site->secret ? 17 : 0));
    }
    return n;
}

/* --- logins that travel --- */

static void
export_login (DcCall *call)
{
    int to = TL_AS (call->query, SrvAuthExportAuthorization)->dc_id;

    if (to < 1 || to > 5 || to == call->session->key->number % 10000) {
        dc_fail (call, 400, "DC_ID_INVALID");
        return;
    }
    Export *export = g_new0 (Export, 1);
    dc_random (call->dc, export->bytes, BYTES);
    export->user = call->user;
    export->device = call->device;
    export->to = to;
    if (call->dc->exports == NULL)
        call->dc->exports = g_ptr_array_new_with_free_func (g_free);
    g_ptr_array_add (call->dc->exports, export);
    static const uint8_t large[100 * 1000];
    TlBytes bytes = call->dc->carried == DC_CARRIED_LARGE
                        ? TL_BYTES (large, sizeof large)
                        : TL_BYTES (export->bytes, BYTES);
    SrvAuthExportedAuthorization answer =
        TL_NEW (SrvAuthExportedAuthorization, .id = call->user->id, .bytes = bytes);
    dc_answer (call, TL_OBJ (&answer));
}

/* Each is good once, at the data centre that it was made for. */
static DcUser *
take_export (DcCall *call, const SrvAuthImportAuthorization *query)
{
    GPtrArray *exports = call->dc->exports;

    for (unsigned i = 0; exports != NULL && i < exports->len; i++) {
        const Export *export = g_ptr_array_index (exports, i);
        if (query->bytes.len != BYTES || export->user->id != query->id ||
            export->to != call->session->key->number % 10000 ||
            memcmp (export->bytes, query->bytes.data, BYTES) != 0)
            continue;
        DcUser *user = export->user;
        call->device->login = export->device;
        g_ptr_array_remove_index (exports, i);
        return user;
    }
    return NULL;
}

static void
import_login (DcCall *call)
{
    DcUser *user = take_export (call, TL_AS (call->query, SrvAuthImportAuthorization));
    SrvUserStatusOnline online;
    SrvUserStatusOffline offline;

    if (user == NULL) {
        dc_fail (call, 400, "AUTH_BYTES_INVALID");
        return;
    }
    if (call->dc->imposter != NULL)
        user = call->dc->imposter;
    call->device->user = user;
    SrvUser self = dc_user_object (call->dc, user, user, &online, &offline);
    if (call->dc->carried == DC_CARRIED_UNNAMED)
        self.self = FALSE;
    SrvAuthAuthorization answer = TL_NEW (SrvAuthAuthorization, .user = TL_OBJ (&self));
    dc_answer (call, TL_OBJ (&answer));
    dc_log (call->dc, "%s is known at data centre %d", user->first,
            call->session->key->number % 10000);
}

const DcMethod dc_site_methods[] = {
    { "auth.exportAuthorization", export_login, FALSE },
    { "auth.importAuthorization", import_login, TRUE },
    { NULL, NULL, FALSE },
};

/* --- switches --- */

/* Keys at `number` have no login any more; or are not known at all. */
static void
lose (Dc *dc, int number, gboolean whole)
{
    GHashTableIter iter;
    gpointer value;

    for (unsigned i = 0; i < dc->conns->len; i++) {
        DcConn *conn = g_ptr_array_index (dc->conns, i);
        if (whole && conn->site == number)
            dc_conn_drop (conn);
    }
    g_hash_table_iter_init (&iter, dc->keys);
    while (g_hash_table_iter_next (&iter, NULL, &value)) {
        DcKey *key = value;
        if (key->number % 10000 != number)
            continue;
        key->user = NULL;
        key->unknown |= whole;
    }
}

/* Something is different now: told to that person's devices, wherever they are. */
static void
tell_config (Dc *dc, const char *word)
{
    SrvUpdateConfig config = TL_NEW (SrvUpdateConfig);
    SrvUpdateDcOptions options = TL_NEW (SrvUpdateDcOptions);
    SrvUpdateContactsReset contacts = TL_NEW (SrvUpdateContactsReset);
    const TlObject *what = g_str_equal (word, "config")     ? TL_OBJ (&config)
                           : g_str_equal (word, "contacts") ? TL_OBJ (&contacts)
                                                            : TL_OBJ (&options);

    for (unsigned i = 0; i < dc->users->len; i++)
        dc_push (dc, NULL, g_ptr_array_index (dc->users, i), NULL, what, NULL);
}

char *
dc_site_control (Dc *dc, char **words, unsigned n)
{
    int number = n >= 2 ? (int)g_ascii_strtoll (words[1], NULL, 10) : 0;
    gboolean yes = n == 3 && g_str_equal (words[2], "yes");
    DcSite none, *site = site_at (dc, number, &none);

    if (n == 1 && g_str_equal (words[0], "fault"))
        return g_strdup_printf ("ok %s", dc->fault != NULL ? dc->fault : "none");
    if (n == 2 && g_str_equal (words[0], "lose-login"))
        lose (dc, number, FALSE);
    else if (n == 2 && g_str_equal (words[0], "lose-key"))
        lose (dc, number, TRUE);
    else if (n == 2 && g_str_equal (words[0], "addresses")) {
        dc->absurd = g_str_equal (words[1], "absurd");
        dc->lies = g_str_equal (words[1], "lies");
    } else if (n == 3 && g_str_equal (words[0], "dead"))
        site->dead = yes;
    else if (n == 3 && g_str_equal (words[0], "deny"))
        site->denies = yes;
    else if (n == 2 && g_str_equal (words[0], "secret-port"))
        site->secret = TRUE; /* from now on */
    else if (n == 2 && g_str_equal (words[0], "updates"))
        dc->updates_everywhere = g_str_equal (words[1], "everywhere");
    else if (n == 2 && g_str_equal (words[0], "destroying"))
        dc->destroying = words[1][0];
    else if (n == 2 && g_str_equal (words[0], "tell"))
        tell_config (dc, words[1]);
    else
        return NULL;
    return g_strdup ("ok");
}
