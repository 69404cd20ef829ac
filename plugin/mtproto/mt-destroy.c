/* The end of a key at the server: asked on each connection until it says something. */
#include "mt-destroy.h"

#include "mt-private.h"
#include "mtproto.tl.h"

void
mt_session_destroy_key (MtSession *s)
{
    if (s->destroy != MT_DESTROY_DONE)
        s->destroy = MT_DESTROY_WANTED;
}

gboolean
mt_session_key_is_destroyed (const MtSession *s)
{
    return s->destroy == MT_DESTROY_DONE;
}

void
mt_destroy_ask (MtSession *s)
{
    MtpDestroyAuthKey request = TL_NEW (MtpDestroyAuthKey);

    if (s->destroy != MT_DESTROY_WANTED)
        return;
    mt_send_queue (s, MT_SENT_DESTROY, TL_OBJ (&request), NULL, 0, 0);
    s->destroy = MT_DESTROY_OUT;
}

void
mt_destroy_unheard (MtSession *s)
{
    if (s->destroy == MT_DESTROY_OUT)
        s->destroy = MT_DESTROY_WANTED;
}

void
mt_destroy_heard (MtSession *s)
{
    if (s->destroy == MT_DESTROY_OUT)
        s->destroy = MT_DESTROY_DONE;
}
