/* What stands in a line for a message that is no text, or not only. What is returned as char *
 * is g_free()d. */
#pragma once

#include "talk.h"

/* "[photo 3, 640x480, 90 kB]"; NULL: it is a text. */
char *tgp_words_media (const TalkMessage *message);
char *tgp_words_size (int64_t size); /* in the unit that leaves few digits: "90 kB" */
/* Once an account: how the files of such lines are had. */
char *tgp_words_save_how (int number, gboolean shown, /* it can be, by /show */
                          gboolean elsewhere);        /* TgpFrontend's */

/* Why a file is not even asked for. */
typedef enum {
    TGP_SAVE_NO_FILE,
    TGP_SAVE_TIMED,
    TGP_SAVE_DAMAGED,
    TGP_SAVE_NO_FOLDER,
    TGP_SAVE_ELSEWHERE, /* the disk is not the user's own: no path */
    TGP_SAVE_BUSY,
    TGP_SAVE_OFFLINE,
} TgpNotSaved;
char *tgp_words_not_saved (int number, TgpNotSaved why);
char *tgp_words_save_begins (int number, int64_t size);
char *tgp_words_saving (const TalkSaving *saving, gboolean elsewhere);
char *tgp_words_not_saving (int number);
char *tgp_words_own_file (int number);     /* it is neither shown nor saved */
char *tgp_words_no_file (const char *who); /* of that person's */
char *tgp_words_no_picture (const char *who);
char *tgp_words_no_voice (const char *who);
char *tgp_words_no_album (const char *who);
char *tgp_words_of_no_album (int number);

/* --- sent --- */

/* "Not sent: ..."; `name`: NULL if it has none. */
char *tgp_words_file_not_sent (TalkContent content, const char *name, TalkSendFile why);
/* The same, of what the user wanted to send as a picture; or not at all. */
typedef enum {
    TGP_UPLOAD_NO_PICTURE,
    TGP_UPLOAD_LARGE_PICTURE, /* it cannot be made smaller here */
    TGP_UPLOAD_LOST_PICTURE,  /* the front end does not have it */
    TGP_UPLOAD_ELSEWHERE,     /* the disk is not the user's own */
    TGP_UPLOAD_NO_CHAT,       /* files go into secret chats only */
} TgpNotUploaded;
char *tgp_words_not_uploaded (const char *name, TgpNotUploaded why);
const char *tgp_words_a_picture (void); /* in these, where it has no name */
/* Of a file that goes on to another chat. */
char *tgp_words_forwarded (int number, const char *who, int chat_number);
char *tgp_words_not_forwarded (int number, TalkFile file, int32_t ttl, const char *who);
char *tgp_words_no_open_chat (const char *whom);
char *tgp_words_not_open (const TalkSecret *info, const char *who); /* that one */
const char *tgp_words_forwarded_here (void); /* it is the chat where that is typed */
char *tgp_words_several_chats (const char *whom, const char *numbers);
/* A picture that goes as it is; a GIF that does, as it moves. */
char *tgp_words_untouched (const char *name, gboolean moves);
/* Of a progress that is worth a line; NULL: it is not. */
char *tgp_words_sending (const TalkSending *sending);
/* The same on demand, whatever it is. */
char *tgp_words_on_its_way (const TalkSending *sending);
const char *tgp_words_no_files (void);
const char *
tgp_words_which_file (void); /* asked where the front end has no dialog for it */
