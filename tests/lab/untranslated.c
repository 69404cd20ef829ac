/* Nothing is translated (LD_PRELOAD): loaded before a program that was not built with it, ASan's runtime leaves the
 * lock of the C library's translations in a state in which Finch waits for it for good. */
#include <libintl.h>

#undef gettext
#undef dgettext
#undef ngettext
#undef dngettext
#define SHOWN __attribute__ ((visibility ("default")))

SHOWN char *
bindtextdomain (const char *domain, const char *directory)
{
    return (char *)directory;
}

SHOWN char *
bind_textdomain_codeset (const char *domain, const char *codeset)
{
    return (char *)codeset;
}

SHOWN char *
textdomain (const char *domain)
{
    return (char *)domain;
}

SHOWN char *
dcgettext (const char *domain, const char *text, int category)
{
    return (char *)text;
}

SHOWN char *
dgettext (const char *domain, const char *text)
{
    return (char *)text;
}

SHOWN char *
gettext (const char *text)
{
    return (char *)text;
}

SHOWN char *
dcngettext (const char *domain, const char *one, const char *many, unsigned long n,
            int category)
{
    return (char *)(n == 1 ? one : many);
}

SHOWN char *
dngettext (const char *domain, const char *one, const char *many, unsigned long n)
{
    return (char *)(n == 1 ? one : many);
}

SHOWN char *
ngettext (const char *one, const char *many, unsigned long n)
{
    return (char *)(n == 1 ? one : many);
}
