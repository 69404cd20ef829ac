/* What an attacker without a key can do. */
#include "path.h"

#include "crypto-aes-ctr.h"

#include <string.h>

#define HEADER 64
#define LET_PASS 4 /* packets of the client, before INSERT, LATER and STALL act */

typedef struct {
    PathMode mode;
    GByteArray *header;
    CryptoCtr *open, *seal; /* the server's stream: as it comes, and as it goes on */
    unsigned packets, passes;
    gboolean turned; /* a bit was */
} Stream;

struct Path {
    Flow *flow;
    WorldPath hooks;
    const PathMode *modes;
    size_t n, next;
    int32_t code;
    gboolean away;
    unsigned attacks, spread;
    GHashTable *streams; /* HostConn -> Stream */
};

static void
stream_free (gpointer data)
{
    Stream *stream = data;

    g_byte_array_unref (stream->header);
    g_clear_pointer (&stream->open, crypto_ctr_free);
    g_clear_pointer (&stream->seal, crypto_ctr_free);
    g_free (stream);
}

static Stream *
stream_of (Path *path, HostConn *conn)
{
    Stream *stream = g_hash_table_lookup (path->streams, conn);

    if (stream != NULL)
        return stream;
    stream = g_new0 (Stream, 1);
    stream->header = g_byte_array_new ();
    stream->mode = path->away ? PATH_PASS : path->modes[path->next++ % path->n];
    stream->passes = LET_PASS;
    if (path->spread > 0)
        stream->passes += world_random (path->flow->world, path->spread + 1);
    path->attacks += stream->mode != PATH_PASS;
    g_hash_table_insert (path->streams, conn, stream);
    return stream;
}

static void
read_header (Stream *stream, const GByteArray *bytes)
{
    uint8_t back[HEADER];

    if (stream->open != NULL)
        return;
    g_byte_array_append (stream->header, bytes->data, bytes->len);
    if (stream->header->len < HEADER)
        return;
    for (size_t i = 0; i < HEADER; i++)
        back[i] = stream->header->data[HEADER - 1 - i];
    stream->open = crypto_ctr_new (back + 8, back + 40);
    stream->seal = crypto_ctr_new (back + 8, back + 40);
}

static void
say (Stream *stream, HostConn *conn, const uint8_t *payload, uint32_t len, uint32_t told)
{
    g_autoptr (GByteArray) out = g_byte_array_new ();
    uint32_t length = GUINT32_TO_LE (told);

    g_byte_array_append (out, (const uint8_t *)&length, 4);
    g_byte_array_append (out, payload, len);
    crypto_ctr_apply (stream->seal, out->data, out->data, out->len);
    world_inject (conn, out->data, out->len);
}

static void
say_code (Path *path, Stream *stream, HostConn *conn)
{
    int32_t code = GINT32_TO_LE (path->code);

    say (stream, conn, (const uint8_t *)&code, 4, 4);
}

static void
say_noise (Path *path, Stream *stream, HostConn *conn, gboolean packet)
{
    uint8_t noise[96];

    for (size_t i = 0; i < sizeof noise; i++)
        noise[i] = (uint8_t)world_random (path->flow->world, 256);
    if (packet)
        say (stream, conn, noise, sizeof noise, sizeof noise);
    else
        world_inject (conn, noise, sizeof noise);
}

/* The client sent something. */
static void
act (Path *path, Stream *stream, HostConn *conn)
{
    static const uint8_t little[8];
    gboolean soon = ++stream->packets == 1, late = stream->packets == stream->passes;

    switch (stream->mode) {
    case PATH_CODE:
        say_code (path, stream, conn);
        world_cut (conn);
        break;
    case PATH_INSERT:
        if (late)
            say_code (path, stream, conn);
        break;
    case PATH_NOISE:
    case PATH_RANDOM:
        say_noise (path, stream, conn, stream->mode == PATH_RANDOM);
        break;
    case PATH_RESET:
        world_cut (conn);
        break;
    case PATH_LATER:
        if (late)
            world_cut (conn);
        break;
    case PATH_TRICKLE:
        if (soon)
            say (stream, conn, little, sizeof little, 1 << 20);
        else
            world_inject (conn, little, 1);
        break;
    default:
        break;
    }
}

/* One bit, of whichever direction is next; sealed bytes do not show which it is. */
static void
turn_bit (Path *path, Stream *stream, GByteArray *bytes)
{
    if (stream->mode != PATH_FLIP || stream->turned || stream->packets < stream->passes ||
        bytes->len == 0)
        return;
    uint32_t bit = world_random (path->flow->world, 8 * bytes->len);
    bytes->data[bit / 8] ^= (uint8_t)(1u << bit % 8);
    stream->turned = TRUE;
}

static gboolean
swallows (const Stream *stream)
{
    return stream->mode != PATH_PASS && stream->mode != PATH_INSERT &&
           stream->mode != PATH_LATER && stream->mode != PATH_FLIP &&
           (stream->mode != PATH_STALL || stream->packets >= stream->passes);
}

static void
bytes_cb (void *user, HostConn *conn, gboolean to_dc, GByteArray *bytes)
{
    Path *path = user;
    Stream *stream = stream_of (path, conn);

    if (to_dc) {
        read_header (stream, bytes);
        if (stream->open != NULL)
            act (path, stream, conn);
    } else if (stream->open != NULL) {
        crypto_ctr_apply (stream->open, bytes->data, bytes->data, bytes->len);
        crypto_ctr_apply (stream->seal, bytes->data, bytes->data, bytes->len);
    }
    turn_bit (path, stream, bytes);
    if (swallows (stream))
        g_byte_array_set_size (bytes, 0);
}

static void
over_cb (void *user, HostConn *conn)
{
    g_hash_table_remove (((Path *)user)->streams, conn);
}

Path *
path_new (Flow *flow, const PathMode *modes, size_t n, int32_t code)
{
    Path *path = g_new0 (Path, 1);

    path->flow = flow;
    path->hooks = (WorldPath){ bytes_cb, over_cb, path };
    path->modes = modes;
    path->n = n;
    path->code = code;
    path->streams = g_hash_table_new_full (NULL, NULL, NULL, stream_free);
    world_set_path (flow->world, &path->hooks);
    return path;
}

void
path_free (Path *path)
{
    world_set_path (path->flow->world, NULL);
    g_hash_table_unref (path->streams);
    g_free (path);
}

void
path_spread (Path *path, unsigned most)
{
    path->spread = most;
}

void
path_go_away (Path *path)
{
    GHashTableIter iter;
    gpointer conn;

    path->away = TRUE;
    g_hash_table_iter_init (&iter, path->streams);
    while (g_hash_table_iter_next (&iter, &conn, NULL))
        world_cut (conn); /* what was spoilt does not get well */
}

unsigned
path_attacks (const Path *path)
{
    return path->attacks;
}
