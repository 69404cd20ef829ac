/* Incoming messages until they were seen, as the chat's other files know it; outwards it
 * is in secret-chat.h. */
#pragma once

#include "secret-private.h"

/* How many of these are incoming and were never seen. */
unsigned secret_notes_unseen (const SecretChat *chat, const int64_t *ids, size_t n);
/* After a start, once: everything unseen whose text is kept is reported as MESSAGE again,
 * oldest first, before anything newer (DECISIONS 2, 23). */
void secret_show_waiting (SecretChat *chat, HostTime now);
/* The login is over: what was not seen is erased, and told as ERASED. */
void secret_erase_unseen (SecretChat *chat);
/* Finds out anew up to which date everything was seen (SC-E14), after messages up to `at`
 * were seen (0: after unseen ones went). */
void secret_read_report (SecretChat *chat, int32_t at);
void secret_read_pump (SecretChat *chat);
void secret_save_lost (SecretChat *chat); /* secret-record.c */

/* secret-timer.c */
/* As it is shown; everything in it is borrowed from the chat. */
TalkMessage secret_note_message (const SecretChat *chat, const SecretNote *note);
/* The countdown begins at `wall`, if there is a timer and none runs yet. */
void secret_note_count_down (SecretChat *chat, SecretNote *note, int64_t wall,
                             HostTime now);
void secret_note_show (SecretChat *chat, SecretNote *note);
