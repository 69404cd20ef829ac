/* Reads a packet of any length with little memory.
 *
 *   HEAD (key id, msg_key) -> INNER (salt .. length) -> FIRST (four bytes: a container?)
 *     -> ENTRY, BODY, ENTRY, BODY ... of a container, or BODY -> REST (padding)
 *
 * All of it up to REST is not known to be genuine until the end. */
#include "mt-large.h"

#include "mtproto.tl.h"
#include "tl-reader.h"

#include <string.h>

#define BLOCK 16
#define HEAD 24          /* auth_key_id, msg_key */
#define INNER 32         /* salt, session_id, msg_id, seq_no, length */
#define ENTRY 16         /* msg_id, seq_no, length */
#define CUT 12           /* rpc_result and the id of its question */
#define SMALL 4096       /* bytes of a message that is kept whole */
#define ENTRIES_MAX 1024 /* of a container (MT-D24) */
#define PADDING_MIN 12
#define PADDING_MAX 1024

typedef enum {
    STEP_INNER,
    STEP_FIRST,
    STEP_COUNT,
    STEP_ENTRY,
    STEP_BODY,
    STEP_REST
} Step;

struct MtLarge {
    uint8_t key[256];
    size_t sealed; /* bytes of ciphertext, all of them */
    uint8_t head[HEAD];
    size_t head_len;
    uint8_t block[BLOCK]; /* ciphertext that waits for the rest of its block */
    size_t block_len;
    size_t taken; /* bytes of ciphertext */
    CryptoOpener *opener;

    Step step;
    GByteArray *have; /* what the step has collected */
    size_t want;      /* bytes until the step is done, collected or not */
    MtPacket packet;
    size_t left;    /* bytes of the body behind the present message */
    uint32_t count; /* entries to come */
    size_t room;    /* what may still be kept */
    size_t whole;   /* bytes of the present message that are kept */
    gboolean bad;   /* the packet's own length is wrong */
    gboolean container, malformed;
    GPtrArray *messages;
};

static void
message_free (void *data)
{
    MtLargeMessage *message = data;

    crypto_wipe (message->kept->data, message->kept->len);
    g_byte_array_unref (message->kept);
    g_free (message);
}

MtLarge *
mt_large_new (const uint8_t key[static 256], size_t total)
{
    MtLarge *large = g_new0 (MtLarge, 1);

    memcpy (large->key, key, sizeof large->key);
    large->sealed = total > HEAD ? (total - HEAD) / BLOCK * BLOCK : 0;
    large->step = STEP_INNER;
    large->have = g_byte_array_new ();
    large->want = INNER;
    large->room = MT_LARGE_KEPT;
    large->messages = g_ptr_array_new_with_free_func (message_free);
    return large;
}

void
mt_large_free (MtLarge *large)
{
    if (large == NULL)
        return;
    crypto_opener_free (large->opener);
    crypto_wipe (large->have->data, large->have->len);
    g_byte_array_unref (large->have);
    g_ptr_array_unref (large->messages);
    crypto_wipe (large, sizeof *large);
    g_free (large);
}

static void
go (MtLarge *large, Step step, size_t want)
{
    large->step = step;
    large->want = want;
    g_byte_array_set_size (large->have, 0);
}

static void
spoil (MtLarge *large)
{
    large->malformed = TRUE;
    go (large, STEP_REST, G_MAXSIZE);
}

static MtLargeMessage *
last (const MtLarge *large)
{
    return g_ptr_array_index (large->messages, large->messages->len - 1);
}

/* The body of a message of `len` bytes follows; small ones are kept. */
static void
begin_body (MtLarge *large, int64_t msg_id, int32_t seq_no, size_t len)
{
    MtLargeMessage *message = g_new0 (MtLargeMessage, 1);

    *message = (MtLargeMessage){ msg_id, seq_no, len, g_byte_array_new () };
    g_ptr_array_add (large->messages, message);
    large->whole = len <= SMALL && len <= large->room ? len : MIN (len, CUT);
    large->room -= MIN (large->room, large->whole);
    go (large, STEP_BODY, len);
}

static void
next_entry (MtLarge *large)
{
    if (large->container && large->count > 0)
        go (large, STEP_ENTRY, ENTRY);
    else if (large->left > 0)
        spoil (large);
    else
        go (large, STEP_REST, G_MAXSIZE);
}

static void
take_entry (MtLarge *large, TlReader *in)
{
    int64_t msg_id = tl_reader_long (in);
    int32_t seq_no = tl_reader_int (in);
    uint32_t len = (uint32_t)tl_reader_int (in);

    if (large->left < ENTRY || len % 4 != 0 || len < 4 || len > large->left - ENTRY ||
        (msg_id & 1) == 0 || (uint64_t)msg_id >= (uint64_t)large->packet.msg_id) {
        spoil (large);
        return;
    }
    large->count--;
    large->left -= ENTRY + len;
    begin_body (large, msg_id, seq_no, len);
}

static void
take_inner (MtLarge *large, TlReader *in)
{
    MtPacket *packet = &large->packet;
    size_t room = large->sealed - INNER;

    packet->salt = tl_reader_long (in);
    packet->session_id = tl_reader_long (in);
    packet->msg_id = tl_reader_long (in);
    packet->seq_no = tl_reader_int (in);
    packet->len = (uint32_t)tl_reader_int (in);
    large->bad = packet->len % 4 != 0 || packet->len < 8 || packet->len > room ||
                 room - packet->len < PADDING_MIN || room - packet->len > PADDING_MAX;
    if (large->bad)
        spoil (large);
    else
        go (large, STEP_FIRST, 4);
}

/* The step has all it wanted. */
static void
take_step (MtLarge *large)
{
    TlReader in;

    tl_reader_init (&in, large->have->data, large->have->len);
    switch (large->step) {
    case STEP_INNER:
        take_inner (large, &in);
        break;
    case STEP_FIRST:
        large->container = (uint32_t)tl_reader_int (&in) == MtpMsgContainer_ID;
        if (large->container) {
            go (large, STEP_COUNT, 4);
        } else {
            uint8_t first[4];
            memcpy (first, large->have->data, sizeof first);
            begin_body (large, large->packet.msg_id, large->packet.seq_no,
                        large->packet.len);
            g_byte_array_append (last (large)->kept, first, sizeof first);
            large->want -= sizeof first;
        }
        break;
    case STEP_COUNT:
        large->count = (uint32_t)tl_reader_int (&in);
        large->left = large->packet.len - 8;
        if (large->count > ENTRIES_MAX)
            spoil (large);
        else
            next_entry (large);
        break;
    case STEP_ENTRY:
        take_entry (large, &in);
        break;
    case STEP_BODY:
        next_entry (large);
        break;
    case STEP_REST:
        break;
    }
}

/* Bytes of a body: all of a small one, the beginning of another. */
static void
keep (MtLarge *large, const uint8_t *data, size_t len)
{
    MtLargeMessage *message = last (large);
    if (message->kept->len < large->whole)
        g_byte_array_append (message->kept, data,
                             (unsigned)MIN (len, large->whole - message->kept->len));
}

static void
read_plain (MtLarge *large, const uint8_t *data, size_t len)
{
    while (len > 0 && large->step != STEP_REST) {
        size_t n = MIN (len, large->want);
        if (large->step == STEP_BODY)
            keep (large, data, n);
        else
            g_byte_array_append (large->have, data, (unsigned)n);
        data += n;
        len -= n;
        large->want -= n;
        if (large->want == 0)
            take_step (large);
    }
}

/* Ciphertext, as it comes: whole blocks go through the opener in a scratch of their own. */
static void
read_sealed (MtLarge *large, const uint8_t *data, size_t len)
{
    uint8_t scratch[64 * BLOCK];

    len = MIN (len, large->sealed - large->taken);
    large->taken += len;
    while (len > 0) {
        size_t n;
        if (large->block_len > 0 || len < BLOCK) {
            n = MIN (len, BLOCK - large->block_len);
            memcpy (large->block + large->block_len, data, n);
            large->block_len += n;
            if (large->block_len == BLOCK) {
                crypto_opener_feed (large->opener, large->block, BLOCK);
                read_plain (large, large->block, BLOCK);
                large->block_len = 0;
            }
        } else {
            n = MIN (len / BLOCK * BLOCK, sizeof scratch);
            memcpy (scratch, data, n);
            crypto_opener_feed (large->opener, scratch, n);
            read_plain (large, scratch, n);
        }
        data += n;
        len -= n;
    }
    crypto_wipe (scratch, sizeof scratch);
}

void
mt_large_feed (MtLarge *large, const uint8_t *data, size_t len)
{
    if (large->head_len < HEAD) {
        size_t n = MIN (len, HEAD - large->head_len);
        memcpy (large->head + large->head_len, data, n);
        large->head_len += n;
        data += n;
        len -= n;
        if (large->head_len == HEAD)
            large->opener = crypto_opener_new (large->key, 8, large->head + 8);
    }
    if (len > 0)
        read_sealed (large, data, len);
}

gboolean
mt_large_end (MtLarge *large, MtPacket *packet)
{
    TlReader in;

    tl_reader_init (&in, large->head, large->head_len);
    if (large->opener == NULL || large->taken != large->sealed ||
        tl_reader_long (&in) != crypto_key_id (large->key) ||
        !crypto_opener_end (large->opener) || large->bad)
        return FALSE;
    *packet = large->packet;
    packet->body = NULL;
    return TRUE;
}

const GPtrArray *
mt_large_messages (const MtLarge *large, gboolean *container)
{
    *container = large->container;
    return large->malformed ? NULL : large->messages;
}
