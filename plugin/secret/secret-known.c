/* What can be told of messages on demand: where own ones are, and what is left of timers. */
#include "secret-private.h"

static TalkOwn
own_of (const SecretNote *note)
{
    return note->refused ? TALK_OWN_REFUSED
           : note->seen  ? TALK_OWN_READ
           : note->sent  ? TALK_OWN_SENT
                         : TALK_OWN_WAITING;
}

static TalkKnown
known_of (const SecretNote *note, HostTime now)
{
    return (TalkKnown){
        .id = note->random_id,
        .number = note->order,
        .date = note->date,
        .ttl = note->ttl,
        .left = secret_note_left (note, now),
        .outgoing = note->outgoing,
        .opens = note->opens,
        .own = own_of (note),
        .continues = note->continues,
        .text = note->text,
    };
}

gboolean
secret_chat_known (const SecretChat *chat, int64_t random_id, HostTime now,
                   TalkKnown *known)
{
    const SecretNote *note = secret_note_find (chat, random_id);

    if (note != NULL)
        *known = known_of (note, now);
    return note != NULL;
}

const MediaFile *
secret_chat_shown_file (const SecretChat *chat, int64_t random_id)
{
    const SecretNote *note = secret_note_find (chat, random_id);

    return note != NULL && !note->outgoing && note->file != NULL &&
                   note->file->look.file == TALK_FILE_THERE
               ? note->file
               : NULL;
}

const MediaFile *
secret_chat_file (const SecretChat *chat, int64_t random_id)
{
    const SecretNote *note = secret_note_find (chat, random_id);

    return note != NULL && note->ttl == 0 ? secret_chat_shown_file (chat, random_id)
                                          : NULL;
}

void
secret_chat_each_known (const SecretChat *chat, HostTime now, SecretKnownFunc func,
                        void *user)
{
    g_autoptr (GArray) ids = secret_notes_ids (chat, NULL);
    gboolean more = TRUE;

    for (unsigned i = ids->len; i > 0 && more; i--) {
        TalkKnown known =
            known_of (secret_note_find (chat, g_array_index (ids, int64_t, i - 1)), now);
        more = func (&known, user);
    }
}
