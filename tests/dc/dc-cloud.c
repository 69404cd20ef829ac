/* Ordinary messages that a client sends: ours never does, others say little else. */
#include "dc-feed.h"

static DcUser *
receiver (DcCall *call, const TlObject *object)
{
    const SrvInputPeerUser *peer = TL_AS (object, SrvInputPeerUser);

    if (object->id == SrvInputPeerSelf_ID)
        return call->user;
    DcUser *user = peer != NULL ? dc_user_by_id (call->dc, peer->user_id) : NULL;
    return user != NULL && peer->access_hash == dc_user_hash (user, call->user) ? user
                                                                                : NULL;
}

/* What was sent with this number already, once each. */
static const DcLetter *
sent_before (const DcUser *user, int64_t random_id)
{
    for (unsigned i = 0; i < user->letters->len; i++) {
        const DcLetter *letter = g_ptr_array_index (user->letters, i);
        if (letter->message.out && letter->random_id == random_id)
            return letter;
    }
    return NULL;
}

static void
send_message (DcCall *call)
{
    const SrvMessagesSendMessage *query = TL_AS (call->query, SrvMessagesSendMessage);
    DcUser *to = receiver (call, query->peer);

    if (to == NULL) {
        dc_fail (call, 400, "PEER_ID_INVALID");
        return;
    }
    if (query->message.len == 0) {
        dc_fail (call, 400, "MESSAGE_EMPTY");
        return;
    }
    const DcLetter *letter = sent_before (call->user, query->random_id);
    if (letter == NULL) {
        g_autofree char *text =
            g_strndup ((const char *)query->message.data, query->message.len);
        letter = dc_letter_sent (call, to, text, query->random_id);
        if (to != call->user)
            dc_letter (call->dc, call->user, to, text, FALSE);
    }
    SrvUpdateShortSentMessage answer =
        TL_NEW (SrvUpdateShortSentMessage, .out = TRUE, .id = letter->pts,
                .pts = letter->pts, .pts_count = 1, .date = letter->message.date);
    dc_answer (call, TL_OBJ (&answer));
}

const DcMethod dc_cloud_methods[] = {
    { "messages.sendMessage", send_message, FALSE },
    { NULL, NULL, FALSE },
};
