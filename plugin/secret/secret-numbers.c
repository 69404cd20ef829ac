/* The counters of both directions. */
#include "secret-private.h"
#include "secret-record.h"

int
secret_numbers_x (const SecretChat *chat)
{
    return chat->outgoing ? 0 : 1;
}

void
secret_numbers_save (const SecretChat *chat, SecretRecord *record)
{
    const SecretNumbers *numbers = &chat->numbers;
    RecChat *rec = &record->chat;

    rec->raw_in = numbers->raw_in;
    rec->raw_out = numbers->raw_out;
    rec->peer_in = numbers->peer_in;
    rec->in_floor = numbers->in_floor;
    rec->has_v2 = rec->has_first_v2 = numbers->has_v2;
    rec->first_v2 = numbers->first_v2;
}

gboolean
secret_numbers_load (SecretChat *chat, const SecretRecord *record)
{
    const RecChat *rec = &record->chat;

    chat->numbers = (SecretNumbers){ .raw_in = rec->raw_in,
                                     .raw_out = rec->raw_out,
                                     .peer_in = rec->peer_in,
                                     .in_floor = rec->in_floor,
                                     .has_v2 = rec->has_v2,
                                     .first_v2 = rec->has_first_v2 ? rec->first_v2 : 0 };
    return rec->raw_in >= 0 && rec->raw_in <= SECRET_RAW_MAX && rec->raw_out >= 0 &&
           rec->raw_out <= SECRET_RAW_MAX && rec->peer_in <= rec->raw_out &&
           secret_is_count (rec->peer_in) && secret_is_count (rec->in_floor) &&
           secret_is_count (chat->numbers.first_v2);
}
