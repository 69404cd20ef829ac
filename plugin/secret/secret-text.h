/* What people wrote, on its way to people: checked, cleaned, counted, cut. Results are
 * g_malloc'ed; free those of messages with crypto_text_free(). */
#pragma once

#include "crypto-secret.h"
#include "tl-schema.h"

typedef char SecretText; /* for g_autoptr () */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SecretText, crypto_text_free)
/* Many lines, cleaned (tl-text.h; SC-C19). */
char *secret_text_clean (TlBytes text);
/* One line, cleaned and of bounded length. */
char *secret_text_line (TlBytes text);
/* The last component of a file's name, safe to show and to write to; NULL if nothing is
 * left of it (SC-H12). */
char *secret_text_name (TlBytes name);
/* A web page: http or https with a host, of sane length (SC-H16). */
gboolean secret_text_is_page (const char *url);
/* What a link may lead to: such a page, a mail address, a place in Telegram (SC-I6). */
gboolean secret_text_is_target (const char *url);
/* Bytes of `text` that fit into one message (SC-I8): behind a blank where there is one and
 * the word after it is no longer than a message, else between two characters as people
 * count them. 0 only for an empty text. */
size_t secret_text_split (const char *text);
/* Length in UTF-16 units. */
size_t secret_text_units (const char *text, size_t bytes);
