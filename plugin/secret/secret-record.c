/* Records of a chat: written, and decoded whatever their version. */
#include "secret-record.h"
#include "secret-private.h"

#include "tl-encode.h"

#include <string.h>

static StoreBatch *
batch_of (SecretChat *chat)
{
    return chat->env->ops->batch (chat->env->user);
}

void
secret_put (SecretChat *chat, StoreKind kind, int64_t id, const TlObject *record,
            StoreNeed need)
{
    g_auto (TlWriter) writer = { 0 };

    if (tl_encode (&tl_record_schema, record, &writer))
        store_batch_put_mark (batch_of (chat), (StoreKey){ kind, chat->id, id },
                              writer.data, writer.len, need);
    else
        g_critical ("[chat %d] a record does not encode", chat->id);
}

void
secret_drop (SecretChat *chat, StoreKind kind, int64_t id)
{
    store_batch_delete (batch_of (chat), (StoreKey){ kind, chat->id, id });
}

void
secret_drop_all (SecretChat *chat, StoreKind kind)
{
    store_batch_delete_all (batch_of (chat), kind, chat->id);
}

void
secret_forget (SecretChat *chat, StoreForget when)
{
    store_batch_forget (batch_of (chat), when);
}

TlBytes
secret_optional (gboolean there, const uint8_t *data, size_t len)
{
    return there ? TL_BYTES (data, len) : (TlBytes){ NULL, 0 };
}

gboolean
secret_fixed (TlBytes bytes, uint8_t *out, size_t len)
{
    if (bytes.data == NULL || bytes.len != len)
        return FALSE;
    memcpy (out, bytes.data, len);
    return TRUE;
}

char *
secret_text_of (TlBytes bytes)
{
    return bytes.data != NULL ? secret_text_clean (bytes) : NULL;
}

SecretSpans
secret_spans_record (const TalkSpans *spans)
{
    SecretSpans record = { 0 };

    if (spans == NULL)
        return record;
    record.all = g_new0 (RecSpan, spans->n);
    record.objects = g_new0 (const TlObject *, spans->n);
    for (unsigned i = 0; i < spans->n; i++) {
        const TalkSpan *span = &spans->all[i];
        record.all[i] =
            TL_NEW (RecSpan, .style = (int32_t)span->style, .from = (int32_t)span->from,
                    .to = (int32_t)span->to, .target = TL_STR_OPTIONAL (span->target));
        record.objects[i] = TL_OBJ (&record.all[i]);
    }
    record.vector = (TlVector){ record.objects, spans->n };
    return record;
}

void
secret_spans_clear (SecretSpans *spans)
{
    g_free (spans->all);
    g_free (spans->objects);
    memset (spans, 0, sizeof *spans);
}

static gboolean
begins_character (const char *text, size_t len, int32_t at)
{
    return at >= 0 && (size_t)at <= len && ((uint8_t)text[at] & 0xc0) != 0x80;
}

TalkSpans *
secret_spans_of (const TlVector *vector, const char *text)
{
    g_autoptr (GArray) spans = g_array_new (FALSE, FALSE, sizeof (TalkSpan));
    size_t len = text != NULL ? strlen (text) : 0;

    for (size_t i = 0; text != NULL && i < MIN (vector->len, TALK_SPANS_MAX); i++) {
        const RecSpan *record = TL_AS (TL_ITEM_OBJ (*vector, i), RecSpan);
        if (record == NULL || record->style < 0 || record->style >= TALK_STYLES ||
            !begins_character (text, len, record->from) ||
            !begins_character (text, len, record->to))
            continue;
        TalkSpan span = { .style = (TalkStyle)record->style,
                          .from = (uint32_t)record->from,
                          .to = (uint32_t)record->to,
                          .target = secret_text_of (record->target) };
        gboolean link = span.style == TALK_STYLE_LINK;
        if (link == (span.target != NULL) &&
            (!link || secret_text_is_target (span.target)))
            g_array_append_val (spans, span);
        else
            crypto_text_free ((char *)span.target);
    }
    TalkSpans *made = talk_spans_new ((const TalkSpan *)(void *)spans->data, spans->len);
    for (unsigned i = 0; i < spans->len; i++)
        crypto_text_free ((char *)g_array_index (spans, TalkSpan, i).target);
    return made;
}

gboolean
secret_is_count (int32_t n)
{
    return n >= 0 && n <= SECRET_SEQ_MAX;
}

int64_t
secret_moment (int64_t ms)
{
    return CLAMP (ms, 0, G_MAXINT64 / 4);
}

int32_t
secret_timer (int32_t seconds)
{
    return CLAMP (seconds, 0, SECRET_TTL_MAX);
}

/* A copy. Records of these earlier versions lack optional fields only: under the newest
 * id they read as if they had been written without them. */
static CryptoSecret *
renewed (const uint8_t *data, size_t len)
{
    static const struct {
        uint32_t old, now;
    } ids[] = { { RecChat1_ID, RecChat_ID },
                { RecChat2_ID, RecChat_ID },
                { RecChat3_ID, RecChat_ID },
                { RecOutbox1_ID, RecOutbox_ID },
                { RecOutbox2_ID, RecOutbox_ID },
                { RecGap2_ID, RecGap_ID },
                { RecEarly2_ID, RecEarly_ID },
                { RecChatMessage1_ID, RecChatMessage_ID },
                { RecChatMessage2_ID, RecChatMessage_ID },
                { RecChatMessage3_ID, RecChatMessage_ID } };
    CryptoSecret *copy = crypto_secret_new (data, data != NULL ? len : 0);
    uint32_t id;

    if (copy->len < sizeof id)
        return copy;
    memcpy (&id, copy->data, sizeof id);
    for (size_t i = 0; i < G_N_ELEMENTS (ids); i++)
        if (GUINT32_FROM_LE (id) == ids[i].old) {
            id = GUINT32_TO_LE (ids[i].now);
            memcpy (copy->data, &id, sizeof id);
            break;
        }
    return copy;
}

TlMessage *
secret_record_decode (const uint8_t *data, size_t len)
{
    g_autoptr (CryptoSecret) copy = renewed (data, len);

    return tl_message_decode (&tl_record_schema, copy->data, copy->len, NULL);
}
