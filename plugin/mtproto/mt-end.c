/* What the running input asks of its end: files below mt-session.c mark it, and stop; the
 * session does it, when nothing of the connection is in use any more. The first word counts. */
#include "mt-private.h"

void
mt_end_drop (MtSession *s, MtTrouble trouble, const char *why)
{
    mt_end_drop_for (s, trouble, 0, why);
}

void
mt_end_drop_for (MtSession *s, MtTrouble trouble, int failures, const char *why)
{
    if (s->end.drop)
        return;
    s->end.drop = TRUE;
    s->end.trouble = trouble;
    s->end.failures = failures;
    s->end.why = g_strdup (why);
}

void
mt_end_fail (MtSession *s, MtFailure failure, const char *detail)
{
    if (s->end.fail)
        return;
    s->end.fail = TRUE;
    s->end.failure = failure;
    s->end.detail = g_strdup (detail);
}

void
mt_end_renew (MtSession *s, const char *why)
{
    g_debug ("[dc%d] new session: %s", s->config.dc, why);
    s->end.renew = TRUE;
}

void
mt_end_heard (MtSession *s)
{
    s->end.heard = TRUE;
}

gboolean
mt_end_is_near (const MtSession *s)
{
    return s->end.drop || s->end.fail || s->end.renew || s->end.move != NULL;
}
