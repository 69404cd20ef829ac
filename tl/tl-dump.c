/* Bytes -> one line of text: the tables walked a third time, for logs. */
#include "tl-dump.h"

#include "tl-reader.h"
#include "tl-tables.h"

#define DUMP_DEPTH_MAX 64
#define DUMP_STRING_MAX 64 /* characters of a string that are shown */

typedef struct {
    const TlSchema *schema;
    TlReader in;
    GString *out;
    unsigned depth;
} Dumper;

static void dump_boxed (Dumper *dumper);
static void dump_fields (Dumper *dumper, const TlCtor *ctor);

static void
dump_string (GString *out, TlBytes bytes)
{
    size_t shown = MIN (bytes.len, DUMP_STRING_MAX);

    if (bytes.data != NULL && g_utf8_validate ((const char *)bytes.data, shown, NULL)) {
        g_autofree char *text = g_strndup ((const char *)bytes.data, shown);
        g_autofree char *escaped = g_strescape (text, NULL);
        g_string_append_printf (out, "\"%s%s\"", escaped, shown < bytes.len ? "..." : "");
    } else {
        g_string_append_printf (out, "[%zu bytes]", bytes.len);
    }
}

static void
dump_value (Dumper *dumper, const TlField *field)
{
    TlReader *in = &dumper->in;

    switch (field->kind) {
    case TL_KIND_INT:
        g_string_append_printf (dumper->out, "%d", tl_reader_int (in));
        break;
    case TL_KIND_LONG:
        g_string_append_printf (dumper->out, "%" G_GINT64_FORMAT, tl_reader_long (in));
        break;
    case TL_KIND_DOUBLE:
        g_string_append_printf (dumper->out, "%g", tl_reader_double (in));
        break;
    case TL_KIND_INT128:
    case TL_KIND_INT256:
        tl_reader_raw (in, field->kind == TL_KIND_INT128 ? 16 : 32);
        g_string_append (dumper->out, "[nonce]");
        break;
    case TL_KIND_BYTES:
        dump_string (dumper->out, tl_reader_bytes (in));
        break;
    case TL_KIND_RAW:
        g_string_append_printf (dumper->out, "[%zu bytes]", in->len);
        tl_reader_raw (in, in->len);
        break;
    case TL_KIND_BOOL:
        g_string_append (dumper->out,
                         (uint32_t)tl_reader_int (in) == TL_BOOL_TRUE_ID ? "yes" : "no");
        break;
    case TL_KIND_BARE:
        dump_fields (dumper, &dumper->schema->ctors[field->target]);
        break;
    default:
        dump_boxed (dumper);
    }
}

static void
dump_field (Dumper *dumper, const TlField *field)
{
    TlReader *in = &dumper->in;
    size_t start = dumper->out->len;

    if (field->shape == TL_SHAPE_ONE) {
        dump_value (dumper, field);
    } else {
        if (field->shape == TL_SHAPE_VECTOR &&
            (uint32_t)tl_reader_int (in) != TL_VECTOR_ID)
            tl_reader_fail (in);
        int32_t count = tl_reader_int (in);
        if (count < 0 || (size_t)count > in->len / 4)
            tl_reader_fail (in);
        g_string_append_c (dumper->out, '[');
        for (int32_t i = 0; i < count && tl_reader_ok (in); i++) {
            if (i > 0)
                g_string_append_c (dumper->out, ' ');
            dump_value (dumper, field);
        }
        g_string_append_c (dumper->out, ']');
    }
    if (field->secret) {
        g_string_truncate (dumper->out, start);
        g_string_append (dumper->out, "###");
    }
}

static void
dump_fields (Dumper *dumper, const TlCtor *ctor)
{
    const TlSchema *schema = dumper->schema;
    uint32_t flags[3] = { 0 };
    unsigned words = 0;

    g_string_append (dumper->out, schema->names + ctor->name);
    if (++dumper->depth > DUMP_DEPTH_MAX)
        tl_reader_fail (&dumper->in);
    g_string_append_c (dumper->out, '{');
    for (unsigned i = 0; i < ctor->n_fields && tl_reader_ok (&dumper->in); i++) {
        const TlField *field = &schema->fields[ctor->first_field + i];
        if (field->kind == TL_KIND_FLAGS) {
            flags[++words] = (uint32_t)tl_reader_int (&dumper->in);
            continue;
        }
        if (field->flag_word != 0 &&
            (flags[field->flag_word] >> field->flag_bit & 1) == 0)
            continue;
        g_string_append_printf (dumper->out, "%s%s", i > 0 ? " " : "",
                                schema->names + field->name);
        if (field->kind == TL_KIND_TRUE)
            continue;
        g_string_append_c (dumper->out, '=');
        dump_field (dumper, field);
    }
    g_string_append_c (dumper->out, '}');
    dumper->depth--;
}

static void
dump_boxed (Dumper *dumper)
{
    const TlCtor *ctor =
        tl_schema_find (dumper->schema, (uint32_t)tl_reader_int (&dumper->in));

    if (ctor == NULL || !tl_reader_ok (&dumper->in))
        tl_reader_fail (&dumper->in);
    else
        dump_fields (dumper, ctor);
}

char *
tl_dump (const TlSchema *schema, const uint8_t *data, size_t len)
{
    Dumper dumper = { .schema = schema, .out = g_string_new (NULL) };

    tl_reader_init (&dumper.in, data, len);
    dump_boxed (&dumper);
    if (!tl_reader_ok (&dumper.in))
        g_string_prepend (dumper.out, "malformed: ");
    else if (dumper.in.len > 0)
        g_string_append_printf (dumper.out, " and %zu bytes", dumper.in.len);
    return g_string_free (dumper.out, FALSE);
}
