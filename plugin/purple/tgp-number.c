/* What stands between the digits of a phone number says nothing; but folders of accounts
 * were once named by it, and a name's digest does not say what it is a digest of. So the
 * usual spellings are tried. */
#include "tgp-number.h"

#include <string.h>

#define DIGITS_MIN 5 /* as MT-F4 */
#define DIGITS_MAX 15
#define MARKS_MAX 4   /* between the digits; a pair of brackets counts for two */
#define COUNTRY_MAX 4 /* digits before an opening bracket */

char *
tgp_number_identity (const char *user_name)
{
    g_autofree char *name = g_strstrip (g_strdup (user_name));
    GString *digits = g_string_new (NULL);

    for (const char *p = name; *p != '\0' && digits != NULL; p++) {
        if (g_ascii_isdigit (*p)) {
            g_string_append_c (digits, *p);
        } else if (strchr ("+ -()./", *p) == NULL) {
            g_string_free (digits, TRUE);
            digits = NULL;
        }
    }
    if (digits == NULL)
        return g_steal_pointer (&name);
    if (g_str_has_prefix (digits->str, "00")) /* as dialled from a landline */
        g_string_erase (digits, 0, 2);
    if (digits->len < DIGITS_MIN || digits->len > DIGITS_MAX) {
        g_string_free (digits, TRUE);
        return g_steal_pointer (&name);
    }
    return g_string_free (digits, FALSE);
}

typedef struct {
    const char *digits;
    const char *const *marks; /* between two digits */
    gboolean brackets;
    TgpSpellingFunc func;
    void *user;
    GString *text;
} Spelling;

typedef enum { BRACKET_NONE, BRACKET_OPEN, BRACKET_CLOSED } Bracket;

static gboolean spell (Spelling *s, size_t at, int marks, Bracket bracket);

/* `mark`, the digit at `at`, and the rest. */
static gboolean
spell_on (Spelling *s, const char *mark, size_t at, int marks, Bracket bracket)
{
    size_t len = s->text->len;

    g_string_append (s->text, mark);
    g_string_append_c (s->text, s->digits[at]);
    gboolean found = spell (s, at + 1, marks, bracket);
    g_string_truncate (s->text, len);
    return found;
}

static gboolean
spell (Spelling *s, size_t at, int marks, Bracket bracket)
{
    static const char *const opening[] = { "(", " (", NULL };
    static const char *const closing[] = { ")", ") ", ")-", NULL };
    const char *const *brackets = NULL;
    Bracket then = bracket;

    if (s->digits[at] == '\0')
        return bracket != BRACKET_OPEN && s->func (s->text->str, s->user);
    if (spell_on (s, "", at, marks, bracket))
        return TRUE;
    if (marks == MARKS_MAX)
        return FALSE;
    for (size_t i = 0; at > 0 && bracket != BRACKET_OPEN && s->marks[i] != NULL; i++)
        if (spell_on (s, s->marks[i], at, marks + 1, bracket))
            return TRUE;
    if (s->brackets && bracket == BRACKET_NONE && at <= COUNTRY_MAX) {
        brackets = opening;
        then = BRACKET_OPEN;
    } else if (bracket == BRACKET_OPEN) {
        brackets = closing;
        then = BRACKET_CLOSED;
    }
    for (; brackets != NULL && *brackets != NULL; brackets++)
        if (spell_on (s, *brackets, at, marks + 1, then))
            return TRUE;
    return FALSE;
}

gboolean
tgp_number_each_spelling (const char *digits, TgpSpellingFunc func, void *user)
{
    static const char *const prefixes[] = { "", "+", "00" };
    static const char *const usual[] = { " ", "-", NULL }, *const dots[] = { ".", NULL },
                             *const strokes[] = { "/", NULL };
    const struct {
        const char *const *marks;
        gboolean brackets;
    } ways[] = { { usual, TRUE }, { dots, FALSE }, { strokes, FALSE } };
    gboolean found = FALSE;

    for (size_t w = 0; w < G_N_ELEMENTS (ways) && !found; w++)
        for (size_t p = 0; p < G_N_ELEMENTS (prefixes) && !found; p++) {
            Spelling s = { digits, ways[w].marks, ways[w].brackets,
                           func,   user,          g_string_new (prefixes[p]) };
            found = spell (&s, 0, 0, BRACKET_NONE);
            g_string_free (s.text, TRUE);
        }
    return found;
}
