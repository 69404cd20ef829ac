/* Forms of the layer that a client announced: what the data centre says in its own one is turned into
 * them, and what it hears out of them, so that nothing else here knows that there is more than one. */
#include "dc-private.h"

#include "tl-reader.h"
#include "tl-tables.h"

#include <string.h>

#define OLD_LAYER 198 /* of layer-198.tl */
#define WORDS_MAX 4

/* What of our layer has another form in that one. */
static const struct {
    uint32_t now, then;
} forms[] = {
    { SrvUser_ID, SrvUser198_ID },
    { SrvMessage_ID, SrvMessage198_ID },
    { SrvUserFull_ID, SrvUserFull198_ID },
    { SrvPeerSettings_ID, SrvPeerSettings198_ID },
    { SrvInputReplyToMessage_ID, SrvInputReplyToMessage198_ID },
    { SrvMessagesSendMessage_ID, SrvMessagesSendMessage198_ID },
    { SrvContactsSearch_ID, SrvContactsSearch198_ID },
    { SrvContactsAddContact_ID, SrvContactsAddContact198_ID },
};

typedef struct {
    gboolean back; /* into our layer */
    TlReader in;
    TlWriter *out;
} Turn;

/* A field's value, as it was written. */
typedef struct {
    gboolean there;
    size_t at, len;
} Piece;

static gboolean turn_object (Turn *turn);
static gboolean turn_fields (Turn *turn, const TlCtor *from, const TlCtor *to);

static const TlCtor *
other_form (const TlCtor *ctor, gboolean back)
{
    for (size_t i = 0; i < G_N_ELEMENTS (forms); i++)
        if (ctor->id == (back ? forms[i].then : forms[i].now))
            return tl_schema_find (&tl_dc_schema, back ? forms[i].now : forms[i].then);
    return ctor;
}

static gboolean
turn_raw (Turn *turn, size_t len)
{
    const uint8_t *bytes = tl_reader_raw (&turn->in, len);

    if (bytes == NULL && len > 0)
        return FALSE;
    tl_writer_raw (turn->out, bytes, len);
    return TRUE;
}

static gboolean
turn_value (Turn *turn, const TlField *field)
{
    switch (field->kind) {
    case TL_KIND_INT:
    case TL_KIND_BOOL:
        return turn_raw (turn, 4);
    case TL_KIND_LONG:
    case TL_KIND_DOUBLE:
        return turn_raw (turn, 8);
    case TL_KIND_INT128:
        return turn_raw (turn, 16);
    case TL_KIND_INT256:
        return turn_raw (turn, 32);
    case TL_KIND_RAW:
        return turn_raw (turn, turn->in.len);
    case TL_KIND_BYTES: {
        TlBytes bytes = tl_reader_bytes (&turn->in);
        tl_writer_bytes (turn->out, bytes.data, bytes.len);
        return tl_reader_ok (&turn->in);
    }
    case TL_KIND_OBJECT:
        return turn_object (turn);
    case TL_KIND_BARE: {
        const TlCtor *ctor = &tl_dc_schema.ctors[field->target];
        return turn_fields (turn, ctor, ctor);
    }
    default:
        return FALSE;
    }
}

static gboolean
turn_shape (Turn *turn, const TlField *field)
{
    if (field->shape == TL_SHAPE_ONE)
        return turn_value (turn, field);
    if (field->shape == TL_SHAPE_VECTOR && !turn_raw (turn, 4))
        return FALSE;
    int32_t n = tl_reader_int (&turn->in);
    tl_writer_int (turn->out, n);
    for (int32_t i = 0; i < n; i++)
        if (!turn_value (turn, field))
            return FALSE;
    return tl_reader_ok (&turn->in);
}

/* Each field that is there, one behind the other. */
static gboolean
take_fields (Turn *turn, const TlCtor *from, Piece *pieces)
{
    uint32_t flags[WORDS_MAX + 1] = { 0 };
    unsigned words = 0;

    for (unsigned i = 0; i < from->n_fields; i++) {
        const TlField *field = &tl_dc_schema.fields[from->first_field + i];
        Piece *piece = &pieces[i];
        if (field->kind == TL_KIND_FLAGS) {
            if (words == WORDS_MAX)
                return FALSE;
            flags[++words] = (uint32_t)tl_reader_int (&turn->in);
            continue;
        }
        if (field->flag_word != 0 &&
            (flags[field->flag_word] & 1u << field->flag_bit) == 0)
            continue;
        piece->there = TRUE;
        piece->at = turn->out->len;
        if (field->kind != TL_KIND_TRUE && !turn_shape (turn, field))
            return FALSE;
        piece->len = turn->out->len - piece->at;
    }
    return tl_reader_ok (&turn->in);
}

/* The same field of the other form, if it is there; else NULL. */
static const Piece *
find_piece (const TlCtor *from, const Piece *pieces, const TlField *wanted)
{
    for (unsigned i = 0; i < from->n_fields; i++) {
        const TlField *field = &tl_dc_schema.fields[from->first_field + i];
        if (field->name == wanted->name && field->kind == wanted->kind &&
            field->shape == wanted->shape && field->target == wanted->target)
            return pieces[i].there ? &pieces[i] : NULL;
    }
    return NULL;
}

static uint32_t
flags_of (const TlCtor *from, const Piece *pieces, const TlCtor *to, unsigned word)
{
    uint32_t flags = 0;

    for (unsigned i = 0; i < to->n_fields; i++) {
        const TlField *field = &tl_dc_schema.fields[to->first_field + i];
        if (field->flag_word == word && find_piece (from, pieces, field) != NULL)
            flags |= 1u << field->flag_bit;
    }
    return flags;
}

/* What both forms have is kept; what only the new one has is left out, or not there. */
static gboolean
turn_fields (Turn *turn, const TlCtor *from, const TlCtor *to)
{
    g_autofree Piece *pieces = g_new0 (Piece, from->n_fields + 1);
    g_auto (TlWriter) values = { 0 };
    TlWriter *out = turn->out;
    unsigned words = 0;

    turn->out = &values;
    gboolean taken = take_fields (turn, from, pieces);
    turn->out = out;
    for (unsigned i = 0; taken && i < to->n_fields; i++) {
        const TlField *field = &tl_dc_schema.fields[to->first_field + i];
        if (field->kind == TL_KIND_FLAGS) {
            tl_writer_int (out, (int32_t)flags_of (from, pieces, to, ++words));
            continue;
        }
        const Piece *piece = find_piece (from, pieces, field);
        if (piece != NULL)
            tl_writer_raw (out, values.data + piece->at, piece->len);
        else if (field->flag_word == 0)
            return FALSE;
    }
    return taken;
}

static gboolean
turn_object (Turn *turn)
{
    uint32_t id = (uint32_t)tl_reader_int (&turn->in);
    const TlCtor *from = tl_schema_find (&tl_dc_schema, id);

    if (from == NULL)
        return FALSE;
    const TlCtor *to = other_form (from, turn->back);
    tl_writer_int (turn->out, (int32_t)to->id);
    return turn_fields (turn, from, to);
}

static gboolean
is_old (const DcSession *session)
{
    const DcKey *device = session->key->perm != NULL ? session->key->perm : session->key;

    return device->layer > 0 && device->layer <= OLD_LAYER;
}

gboolean
dc_layer_hear (const DcSession *session, const uint8_t *body, size_t len, TlWriter *out)
{
    Turn turn = { .back = TRUE, .out = out };

    tl_reader_init (&turn.in, body, len);
    return is_old (session) && turn_object (&turn) && tl_reader_finished (&turn.in);
}

void
dc_layer_answer (const DcCall *call, TlWriter *out)
{
    const TlCtor *method =
        call->query != NULL ? tl_schema_find (&tl_dc_schema, call->query->id) : NULL;
    g_auto (TlWriter) turned = { 0 };
    Turn turn = { .out = &turned };

    tl_reader_init (&turn.in, call->answer.data, call->answer.len);
    if (method != NULL && method->method && is_old (call->session) &&
        turn_shape (&turn, &tl_dc_schema.fields[method->first_field + method->n_fields]))
        tl_writer_raw (out, turned.data, turned.len);
    else
        tl_writer_raw (out, call->answer.data, call->answer.len);
}

void
dc_layer_tell (DcSession *session, const TlWriter *updates)
{
    g_auto (TlWriter) turned = { 0 };
    Turn turn = { .out = &turned };

    tl_reader_init (&turn.in, updates->data, updates->len);
    dc_session_send (session, is_old (session) && turn_object (&turn) ? &turned : updates,
                     TRUE, FALSE);
}
