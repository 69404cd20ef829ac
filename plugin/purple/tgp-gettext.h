/* _() and ngettext() in this module's own catalogue. */
#pragma once

#define GETTEXT_PACKAGE "purple-mtproto"
#include <glib/gi18n-lib.h>
#include <libintl.h>

/* GLib's header leaves it the host's own catalogue, which has none of our sentences. */
#undef ngettext
#define ngettext(one, many, n) g_dngettext (GETTEXT_PACKAGE, one, many, n)
