/* _() and ngettext() in this module's own catalogue. */
#pragma once

#define GETTEXT_PACKAGE "purple-mtproto"
#include <glib/gi18n-lib.h>
