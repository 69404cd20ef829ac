/* The calls that wait or are out, in their order: told once each, whatever who is told does
 * to the others. */
#include "net-private.h"

void
net_calls_join (NetCall *call, GQueue *queue)
{
    call->queue = queue;
    call->number = ++call->net->numbers;
    call->link = (GList){ .data = call };
    g_queue_push_tail_link (queue, &call->link);
}

void
net_calls_leave (NetCall *call)
{
    Net *net = call->net;

    if (net->walk == &call->link)
        net->walk = call->link.next;
    g_queue_unlink (call->queue, &call->link);
}

void
net_calls_walk (Net *net, GQueue *queue)
{
    net->walk = queue->head;
    net->walk_end = net->numbers;
}

NetCall *
net_calls_next (Net *net)
{
    NetCall *call = net->walk != NULL ? net->walk->data : NULL;

    net->walk = call != NULL && call->number <= net->walk_end ? net->walk->next : NULL;
    return call != NULL && call->number <= net->walk_end ? call : NULL;
}

void
net_calls_finish (NetCall *call, TlMessage *answer, const MtError *error)
{
    MtAnswerFunc func = call->func;
    void *user = call->user;

    net_calls_drop (call);
    func (user, answer, error);
}

void
net_calls_close (NetCall *call)
{
    static const MtError closed = {
        .code = MT_ERROR_LOCAL_CLOSED, .type = "CLOSED", .number = -1, .text = "CLOSED"
    };

    net_calls_finish (call, NULL, &closed);
}

void
net_calls_drop (NetCall *call)
{
    net_calls_leave (call);
    tl_writer_clear (&call->body);
    g_free (call);
}
