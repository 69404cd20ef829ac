/* See net-bench.h. */
#include "net-bench.h"

#include "api.tl.h"
#include "crypto-rsa.h"
#include "tl-encode.h"
#include "world-key.h"

#include <glib/gstdio.h>
#include <string.h>

#define STEP 5 /* ms between two looks */

static int64_t
wall_cb (void *user)
{
    return ((NetBench *)user)->now.wall;
}

/* --- wires --- */

static void
dc_send_cb (void *user, const uint8_t *data, size_t len)
{
    g_byte_array_append (((NetWire *)user)->down, data, (unsigned)len);
}

static void
dc_close_cb (void *user)
{
    ((NetWire *)user)->cut = TRUE;
}

static void
hang_up (NetWire *wire)
{
    g_clear_pointer (&wire->conn, dc_conn_free);
    g_byte_array_set_size (wire->up, 0);
    g_byte_array_set_size (wire->all, 0);
    g_byte_array_set_size (wire->down, 0);
    wire->port = 0;
    wire->opened = wire->cut = wire->mute = FALSE;
}

static void
connect_cb (void *user, int line, const MtAddress *address)
{
    NetBench *b = user;

    hang_up (&b->wires[line]);
    b->wires[line].port = address->port;
    g_assert_cmpint (address->port, <, G_N_ELEMENTS (b->connects));
    b->connects[address->port]++;
}

static void
disconnect_cb (void *user, int line)
{
    hang_up (&((NetBench *)user)->wires[line]);
}

static void
send_cb (void *user, int line, GByteArray *bytes)
{
    NetWire *wire = &((NetBench *)user)->wires[line];

    if (wire->port != 0)
        g_byte_array_append (wire->up, bytes->data, bytes->len);
}

/* What lies on a wire goes on; `share` bytes of it up. */
static void
run_wire (NetBench *b, int line, unsigned share)
{
    static const DcConnOps ops = { dc_send_cb, dc_close_cb };
    NetWire *wire = &b->wires[line];

    if (wire->port == 0 || wire->mute ||
        (wire->opened && !wire->cut && wire->up->len == 0 && wire->down->len == 0))
        return;
    if (!wire->opened) {
        wire->opened = TRUE;
        wire->conn = dc_conn_new_at (b->dc, wire->port, &ops, wire);
        net_connected (b->net, line, b->now);
    } else if (wire->up->len > 0 && !wire->cut) {
        unsigned n = MIN (wire->up->len, share);
        g_autofree uint8_t *data = g_memdup2 (wire->up->data, n);
        g_byte_array_remove_range (wire->up, 0, n);
        g_byte_array_append (wire->all, data, n);
        dc_conn_receive (wire->conn, data, n);
    }
    if (wire->down->len > 0) {
        g_autoptr (GByteArray) down = g_steal_pointer (&wire->down);
        wire->down = g_byte_array_new ();
        wire->heard += down->len;
        net_receive (b->net, line, down->data, down->len, b->now);
    } else if (wire->cut) {
        hang_up (wire);
        net_closed (b->net, line, b->now);
    }
    net_flush (b->net, b->now);
}

void
nb_run (NetBench *b, int64_t ms)
{
    int64_t end = b->now.mono + ms;

    while (b->now.mono < end) {
        unsigned busy = 0;
        b->now.mono += STEP;
        b->now.wall += STEP;
        dc_tick (b->dc);
        if (net_deadline (b->net) <= b->now.mono) {
            net_tick (b->net, b->now);
            net_flush (b->net, b->now);
        }
        for (int line = 0; line < NET_LINES; line++)
            busy += b->wires[line].up->len > 0;
        for (int line = 0; line < NET_LINES; line++)
            run_wire (b, line,
                      b->rate > 0 ? (unsigned)(b->rate * STEP) / MAX (busy, 1)
                                  : G_MAXUINT);
    }
}

static gboolean
is_quiet (const NetBench *b)
{
    for (int line = 0; line < NET_LINES; line++)
        if (b->wires[line].port != 0 && !b->wires[line].mute &&
            (!b->wires[line].opened || b->wires[line].cut || b->wires[line].up->len > 0 ||
             b->wires[line].down->len > 0))
            return FALSE;
    return TRUE;
}

void
nb_pass (NetBench *b, int64_t ms)
{
    int64_t end = b->now.mono + ms;

    while (b->now.mono < end) {
        int64_t next = MIN (MIN (net_deadline (b->net), end) - STEP, b->now.mono + 2000);
        if (is_quiet (b) && next > b->now.mono) {
            b->now.wall += next - b->now.mono;
            b->now.mono = next;
        }
        nb_run (b, STEP);
    }
}

/* --- the net's other words --- */

static StoreBatch *
batch_cb (void *user)
{
    return ((NetBench *)user)->batch;
}

static void
check_prime_cb (void *user, const uint8_t p[static 256])
{
    g_assert_not_reached (); /* the data centre has the known one */
}

static void
state_cb (void *user, MtState state)
{
}

static void
updates_cb (void *user, TlMessage *updates)
{
    ((NetBench *)user)->updates++;
}

static void
failed_cb (void *user, MtFailure failure, const char *detail)
{
    ((NetBench *)user)->failed++;
}

static void
pause_cb (void *user, const MtPause *pause)
{
}

static void
moved_cb (void *user, int dc)
{
    NetBench *b = user;

    b->moved = b->home = dc;
}

static void
given_up_cb (void *user)
{
    ((NetBench *)user)->given_up++;
}

/* --- making --- */

static void
signed_in_cb (void *user, TlMessage *answer, const MtError *error)
{
    NetBench *b = user;

    g_assert_nonnull (answer);
    const ApiAuthAuthorization *authorization =
        TL_AS (tl_message_root (answer), ApiAuthAuthorization);
    const ApiUser *self = TL_AS (authorization->user, ApiUser);
    b->own_id = self->id;
    b->own_hash = self->access_hash;
}

static void
log_in (NetBench *b)
{
    ApiAuthSignIn request =
        TL_NEW (ApiAuthSignIn, .phone_number = TL_STR ("1"),
                .phone_code_hash = TL_STR ("x"), .phone_code = TL_STR ("12345"));

    net_start (b->net, b->now);
    net_call (b->net, 0, NET_MAIN, TL_OBJ (&request), MT_CALL_BEFORE_LOGIN, signed_in_cb,
              b);
    nb_run (b, 1000);
    g_assert_cmpint (b->own_id, !=, 0);
    net_set_logged_in (b->net, b->own_id);
}

static GBytes *
header_new (void)
{
    static const uint8_t nothing[1];
    g_auto (TlWriter) inner = { 0 };
    g_auto (TlWriter) outer = { 0 };
    ApiInitConnection init =
        TL_NEW (ApiInitConnection, .api_id = 1, .device_model = TL_STR ("x"),
                .system_version = TL_STR ("x"), .app_version = TL_STR ("x"),
                .system_lang_code = TL_STR ("en"), .lang_pack = TL_STR (""),
                .lang_code = TL_STR (""), .query = TL_BYTES (nothing, 0));
    tl_encode (&tl_api_schema, TL_OBJ (&init), &inner);
    ApiInvokeWithLayer layer =
        TL_NEW (ApiInvokeWithLayer, .layer = tl_schema_layer (&tl_api_schema),
                .query = TL_BYTES (inner.data, inner.len));

    tl_encode (&tl_api_schema, TL_OBJ (&layer), &outer);
    return g_bytes_new (outer.data, outer.len);
}

static void
make_picture (NetBench *b, int dc)
{
    g_autofree char *command = NULL;
    g_autofree char *place = g_strdup_printf ("profile 1 picture-dc %d", dc);
    int fd = g_file_open_tmp ("mtp-net-XXXXXX", &b->picture, NULL);

    g_assert_cmpint (fd, >=, 0);
    g_close (fd, NULL);
    g_assert_true (g_file_set_contents (b->picture, "a picture", -1, NULL));
    command = g_strdup_printf ("profile 1 picture %s", b->picture);
    nb_control (b, place);
    nb_control (b, command);
}

typedef struct {
    int64_t owner;
    uint8_t *value; /* the last one, owned */
    size_t len;
} Stored;

static void
stored_cb (StoreKey key, const uint8_t *value, size_t len, void *user)
{
    Stored *stored = user;

    if (key.owner != stored->owner)
        return;
    g_free (stored->value);
    stored->value = g_memdup2 (value, len);
    stored->len = len;
}

static void
make_net (NetBench *b)
{
    static const NetOps ops = { connect_cb,     disconnect_cb, send_cb,    batch_cb,
                                check_prime_cb, state_cb,      updates_cb, failed_cb,
                                pause_cb,       moved_cb,      given_up_cb };
    Stored places = { .owner = NET_RECORD_PLACES };

    any_store_each (b->store, STORE_ACCOUNT, TRUE, 0, stored_cb, &places, NULL);
    const NetAddress given = { .at = { "127.0.0.1", (uint16_t)b->given } };
    b->built_in =
        b->given != 0 ? given : (NetAddress){ .dc = 2, .at = { "127.0.0.1", PORT_HOME } };
    const NetConfig net = { .home = b->home,
                            .addresses = &b->built_in,
                            .n_addresses = 1,
                            .told = places.value,
                            .told_len = places.len,
                            .only = b->only,
                            .keys = (const MtServerKey *)(void *)b->keys->data,
                            .n_keys = 1,
                            .header = b->header,
                            .random = crypto_random_system (),
                            .dh = &crypto_dh_real };
    b->net = net_new (&net, &ops, b);
    g_assert_nonnull (b->net);
    g_free (places.value);
    for (int dc = 1; dc <= NET_DC_MAX; dc++) {
        Stored key = { .owner = dc };
        any_store_each (b->store, STORE_DC, TRUE, 0, stored_cb, &key, NULL);
        if (key.value != NULL)
            g_assert_true (net_restore (b->net, dc, key.value, key.len));
        g_free (key.value);
    }
}

void
nb_store (NetBench *b)
{
    g_assert_true (any_store_commit (b->store, b->batch, NULL));
    store_batch_clear (b->batch);
}

unsigned
nb_keys_stored (NetBench *b)
{
    unsigned n = 0;

    nb_store (b);
    for (int dc = 1; dc <= NET_DC_MAX; dc++) {
        Stored key = { .owner = dc };
        any_store_each (b->store, STORE_DC, TRUE, 0, stored_cb, &key, NULL);
        n += key.value != NULL;
        g_free (key.value);
    }
    return n;
}

void
nb_restart (NetBench *b)
{
    nb_store (b);
    net_free (b->net);
    for (int line = 0; line < NET_LINES; line++)
        hang_up (&b->wires[line]);
    make_net (b);
    if (!b->nobody)
        net_set_logged_in (b->net, b->own_id);
    net_start (b->net, b->now);
    net_flush (b->net, b->now);
}

NetBench *
nb_new (int dc, gboolean files)
{
    NetBench *b = g_new0 (NetBench, 1);
    MtServerKey key;

    b->now = (HostTime){ .mono = 1000, .wall = 1750000000000 };
    DcConfig config = { .dc = 2, .wall_ms = wall_cb, .user = b, .key_pem = world_key };
    b->dc = dc_new (&config);
    dc_set_port (b->dc, PORT_HOME);
    dc_add_site (b->dc, 2, FALSE, PORT_HOME);
    if (files)
        dc_add_site (b->dc, 2, TRUE, PORT_FILES);
    dc_add_site (b->dc, 4, FALSE, PORT_OTHER);
    dc_add_user (b->dc, "1", "Alice", "A");
    dc_add_user (b->dc, "2", "Bob", "B");
    g_autofree char *pem = dc_public_key (b->dc);
    g_assert_true (crypto_rsa_parse (pem, strlen (pem), key.modulus));
    key.fingerprint = crypto_rsa_fingerprint (key.modulus);
    b->keys = g_array_new (FALSE, FALSE, sizeof key);
    g_array_append_val (b->keys, key);
    for (int line = 0; line < NET_LINES; line++)
        b->wires[line] = (NetWire){ .bench = b,
                                    .up = g_byte_array_new (),
                                    .down = g_byte_array_new (),
                                    .all = g_byte_array_new () };
    b->header = header_new ();
    b->batch = store_batch_new ();
    b->store = any_store_memory ();
    b->home = 2;
    b->given = PORT_HOME;
    make_net (b);
    make_picture (b, dc);
    log_in (b);
    return b;
}

void
nb_free (NetBench *b)
{
    net_free (b->net);
    for (int line = 0; line < NET_LINES; line++) {
        hang_up (&b->wires[line]);
        g_byte_array_unref (b->wires[line].up);
        g_byte_array_unref (b->wires[line].down);
        g_byte_array_unref (b->wires[line].all);
    }
    if (!b->faulty)
        g_assert_cmpstr (dc_fault (b->dc), ==, NULL);
    dc_free (b->dc);
    store_batch_free (b->batch);
    any_store_close (b->store);
    g_bytes_unref (b->header);
    g_array_unref (b->keys);
    g_remove (b->picture);
    g_free (b->picture);
    g_free (b);
}

void
nb_control (NetBench *b, const char *line)
{
    g_autofree char *answer = dc_control (b->dc, line);

    g_assert_true (g_str_has_prefix (answer, "ok"));
}

static void
no_send_cb (void *user, const uint8_t *data, size_t len)
{
}

static void
no_close_cb (void *user)
{
}

void
nb_twin (NetBench *b, int line)
{
    static const DcConnOps ops = { no_send_cb, no_close_cb };
    NetWire *wire = &b->wires[line];
    DcConn *twin = dc_conn_new_at (b->dc, wire->port, &ops, NULL);

    dc_conn_receive (twin, wire->all->data, wire->all->len);
    dc_conn_free (twin);
}

unsigned
nb_count (NetBench *b, const char *method)
{
    g_autofree char *stats = dc_control (b->dc, "stats");
    g_autofree char *word = g_strdup_printf (" %s=", method);
    const char *found = strstr (stats, word);

    return found != NULL ? (unsigned)g_ascii_strtoull (found + strlen (word), NULL, 10)
                         : 0;
}

/* --- files --- */

static void
file_cb (void *user, TlMessage *answer, const MtError *error)
{
    NetBench *b = user;
    const ApiUploadFile *file =
        answer != NULL ? TL_AS (tl_message_root (answer), ApiUploadFile) : NULL;

    b->answers++;
    b->code = error != NULL ? error->code : 0;
    b->len = file != NULL ? file->bytes.len : 0;
}

NetCall *
nb_ask_file (NetBench *b, int dc, NetLane lane)
{
    g_autofree char *stats = dc_control (b->dc, "picture 1");
    int64_t id = g_ascii_strtoll (stats + 3, NULL, 10);
    ApiInputPeerUser person =
        TL_NEW (ApiInputPeerUser, .user_id = b->own_id, .access_hash = b->own_hash);
    ApiInputPeerPhotoFileLocation location =
        TL_NEW (ApiInputPeerPhotoFileLocation, .peer = TL_OBJ (&person), .photo_id = id);
    ApiUploadGetFile request = TL_NEW (ApiUploadGetFile, .location = TL_OBJ (&location),
                                       .offset = 0, .limit = 131072);
    NetCall *call =
        net_call (b->net, dc, lane, TL_OBJ (&request), MT_CALL_DEFAULT, file_cb, b);

    net_flush (b->net, b->now);
    return call;
}

int
nb_file (NetBench *b, int dc, NetLane lane)
{
    unsigned before = b->answers;

    nb_ask_file (b, dc, lane);
    for (int s = 0; s < 400 && b->answers == before; s++)
        nb_run (b, 1000);
    g_assert_cmpuint (b->answers, ==, before + 1);
    return b->code;
}
