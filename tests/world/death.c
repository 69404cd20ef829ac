/* Points of death.h. */
#include "world.h"

#include "secret-private.h"

gboolean
death_comes (End *end, DeathKind kind)
{
    Death *death = &end->world->death;

    if (!death->armed)
        return FALSE;
    unsigned n = death->counts[end->index][kind]++;
    return !death->came && death->end == end->index && death->kind == kind &&
           death->at == n;
}

void
death_looks (End *end)
{
    Death *death = &end->world->death;
    const SecretChat *chat = end->chat;

    if (!death->armed || chat == NULL)
        return;
    death->states |= 1u << chat->state;
    death->steps |= 1u << chat->rekey.step;
    death->records |= 1u << STORE_CHAT;
    death->records |= (unsigned)(chat->outbox.list->len > 0) << STORE_OUTBOX;
    death->records |= (unsigned)(chat->holes.queue->len > 0) << STORE_QUEUED;
    death->records |= (unsigned)(chat->handshake.early->len > 0) << STORE_EARLY;
    death->records |= (unsigned)(g_hash_table_size (chat->notes.table) > 0)
                      << STORE_MESSAGE;
    death->calls |= end->calling;
}
