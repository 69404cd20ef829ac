/* Layers and text. */
#include "secret-layer.h"

#include "secret-types.h"

#include <string.h>

int32_t
secret_layer_choose (int32_t peer_layer, int32_t sent_layer)
{
    static const int32_t known[] = { 144, 101, 73 }; /* what an iOS peer understands */
    int32_t layer = SECRET_LAYER_MIN;

    for (size_t i = 0; i < G_N_ELEMENTS (known); i++) {
        if (known[i] <= SECRET_LAYER_MAX && known[i] <= peer_layer) {
            layer = known[i];
            break;
        }
    }
    return MAX (layer, sent_layer);
}

static gboolean
is_harmful (gunichar c)
{
    if (c < 0x20)
        return c != '\t' && c != '\n';
    return (c >= 0x7f && c <= 0x9f) || (c >= 0x202a && c <= 0x202e) ||
           (c >= 0x2066 && c <= 0x2069) || c == 0x200e || c == 0x200f;
}

char *
secret_text_clean (TlBytes text)
{
    if (text.len == 0)
        return g_strdup (""); /* a field that this form does not have */
    g_autofree char *valid =
        g_utf8_make_valid ((const char *)text.data, (gssize)text.len);
    GString *clean = g_string_sized_new (text.len);

    for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p)) {
        gunichar c = g_utf8_get_char (p);
        if (!is_harmful (c))
            g_string_append_unichar (clean, c);
    }
    return g_string_free (clean, FALSE);
}

size_t
secret_text_units (const char *text, size_t bytes)
{
    size_t units = 0;

    for (const char *p = text; p < text + bytes; p = g_utf8_next_char (p))
        units += g_utf8_get_char (p) > 0xffff ? 2 : 1;
    return units;
}

size_t
secret_text_split (const char *text)
{
    size_t units = 0, space = 0;
    const char *p = text;

    for (; *p != '\0'; p = g_utf8_next_char (p)) {
        gunichar c = g_utf8_get_char (p);
        units += c > 0xffff ? 2 : 1;
        if (units > SECRET_TEXT_MAX)
            break;
        if (c == ' ' || c == '\n')
            space = (size_t)(p - text) + 1;
    }
    if (*p == '\0')
        return (size_t)(p - text);
    /* a space in the last eighth is a better place than the middle of a word */
    size_t all = (size_t)(p - text);
    return space > all - all / 8 ? space : all;
}
