/* See tgp-quote.h. */
#include "tgp-quote.h"

#include "tgp-conv.h"
#include "tgp-lines.h"
#include "tgp-recall.h"
#include "tgp-text.h"
#include "tgp-words-message.h"

#include <string.h>

#define QUOTE_MAX 60 /* characters */

/* What stands there belongs to the character before it: an accent, a joined picture. */
static gboolean
is_joined (const char *p)
{
    gunichar c = g_utf8_get_char (p);

    return g_unichar_iszerowidth (c) || g_unichar_ismark (c) ||
           (c >= 0x1f3fb && c <= 0x1f3ff) ||
           g_utf8_get_char (g_utf8_prev_char (p)) == 0x200d;
}

char *
tgp_quote_beginning (const char *text, unsigned max)
{
    const char *end = text;

    for (unsigned n = 0; *end != '\0' && (n < max || (n < 2 * max && is_joined (end)));
         n++)
        end = g_utf8_next_char (end);
    g_autofree char *start = g_strndup (text, (gsize)(end - text));
    return g_strconcat (g_strdelimit (start, "\n\t", ' '), *end != '\0' ? "\u2026" : "",
                        NULL);
}

/* Of a line that answers something: what stands below. */
static const char *
below (const char *line)
{
    const char *end = g_str_has_prefix (line, TGP_ANSWERS) ? strchr (line, '\n') : NULL;

    return end != NULL ? end + 1 : line;
}

/* Its line's text, or what is recalled of it; to be wiped. */
static char *
standing (TgpAccount *tgp, int32_t chat_id, int64_t id)
{
    PurpleConversation *conv = tgp_secret_conversation (tgp, chat_id, FALSE);
    char *line = conv != NULL ? tgp_lines_text (conv, id) : NULL;

    return line != NULL ? line : tgp_recall (tgp, chat_id, id);
}

char *
tgp_quote_text (TgpAccount *tgp, int32_t chat_id, const TalkMessage *message)
{
    char *line = standing (tgp, chat_id, message->id);
    size_t at;

    if (line != NULL) {
        char *text = g_strdup (message->reply_to != 0 ? below (line) : line);
        tgp_text_wipe (line);
        return text;
    }
    return *message->text != '\0' || message->content != TALK_CONTENT_TEXT
               ? tgp_words_message (message, NULL, &at)
               : NULL;
}

char *
tgp_quote (TgpAccount *tgp, int32_t chat_id, const TalkMessage *message)
{
    if (message->reply_to == 0)
        return NULL;
    g_autofree char *line =
        message->reply_timed ? NULL : standing (tgp, chat_id, message->reply_to);
    const char *text = line != NULL ? below (line) : message->reply_text;
    return text == NULL || *text == '\0' ? g_strdup (tgp_words_earlier ())
                                         : tgp_quote_beginning (text, QUOTE_MAX);
}
