/* See tgp-words-media.h. */
#include "tgp-words-media.h"

#include "tgp-gettext.h"

#include <locale.h>

static const char *
video_label (const TalkMedia *media)
{
    return media->round ? _ ("video message") : media->animated ? _ ("GIF") : _ ("video");
}

static const char *
content_label (const TalkMessage *message)
{
    switch (message->content) {
    case TALK_CONTENT_TEXT:
        return NULL;
    case TALK_CONTENT_PHOTO:
        return _ ("photo");
    case TALK_CONTENT_VIDEO:
        return video_label (&message->media);
    case TALK_CONTENT_AUDIO:
        return _ ("audio");
    case TALK_CONTENT_VOICE:
        return _ ("voice message");
    case TALK_CONTENT_FILE:
        return _ ("file");
    case TALK_CONTENT_STICKER:
        return _ ("sticker");
    case TALK_CONTENT_GEO:
    case TALK_CONTENT_VENUE:
        return _ ("place");
    case TALK_CONTENT_CONTACT:
        return _ ("contact");
    case TALK_CONTENT_MISSING:
        return _ ("missing file");
    case TALK_CONTENT_UNSUPPORTED:
        break;
    }
    return _ ("unsupported message");
}

/* With the decimal sign of the user's locale, whatever the process has by now: Pidgin loads Perl,
 * which sets that of C (FRONTENDS 4). */
static char *
number_in_words (double n)
{
    locale_t locale = newlocale (LC_NUMERIC_MASK, "", (locale_t)0);
    locale_t before = locale != (locale_t)0 ? uselocale (locale) : (locale_t)0;
    char *text = g_strdup_printf (n < 9.95 ? "%.1f" : "%.0f", n);

    if (locale != (locale_t)0) {
        uselocale (before);
        freelocale (locale);
    }
    return text;
}

char *
tgp_words_size (int64_t size)
{
    static const char *const units[] = { N_ ("kB"), N_ ("MB"), N_ ("GB") };
    double n = (double)size;
    size_t unit = 0;

    if (size < 1000)
        return g_strdup_printf (ngettext ("%d byte", "%d bytes", (unsigned long)size),
                                (int)size);
    for (n /= 1000; n >= 999.5 && unit + 1 < G_N_ELEMENTS (units); n /= 1000)
        unit++;
    g_autofree char *number = number_in_words (n);
    return g_strdup_printf ("%s %s", number, _ (units[unit]));
}

/* Its number, by which it is named in commands, and what is known of it. */
static void
append_facts (GString *line, const TalkMessage *message)
{
    const TalkMedia *media = &message->media;
    g_autofree char *size = tgp_words_size (media->size);

    g_string_append_printf (line, " %d", message->number);
    if (message->beside.album != 0) {
        g_string_append (line, ", ");
        g_string_append_printf (line, _ ("no. %d of an album"),
                                message->beside.album_place);
    }
    if (media->width > 0 && message->content != TALK_CONTENT_STICKER)
        g_string_append_printf (line, ", %d\u00d7%d", media->width, media->height);
    if (media->duration > 0)
        g_string_append_printf (line, ", %d:%02d", media->duration / 60,
                                media->duration % 60);
    g_string_append_printf (line, ", %s", size);
    if (media->file == TALK_FILE_DAMAGED)
        g_string_append_printf (line, ", %s", _ ("damaged, cannot be opened"));
}

char *
tgp_words_media (const TalkMessage *message)
{
    const char *label = content_label (message);

    if (label == NULL)
        return NULL;
    GString *line = g_string_new ("[");
    g_string_append (line, label);
    if (message->media.file != TALK_FILE_NONE || /* an own one lies nowhere yet */
        (message->outgoing && message->media.size > 0))
        append_facts (line, message);
    if (message->detail != NULL)
        g_string_append_printf (line, ": %s", message->detail);
    g_string_append_c (line, ']');
    return g_string_free (line, FALSE);
}

/* --- saved --- */

char *
tgp_words_save_how (int number, gboolean shown, gboolean elsewhere)
{
    g_autofree char *save = g_strdup_printf (
        elsewhere ? _ ("To save it, type /save %d: it is put among the downloads of the "
                       "machine that BitlBee runs on, unencrypted.")
                  : _ ("To save it, type /save %d: it is put among your downloads, "
                       "unencrypted."),
        number);

    if (!shown)
        return g_steal_pointer (&save);
    g_autofree char *show = g_strdup_printf (
        elsewhere ? _ ("To see it, type /show %d: it is put into the memory of the "
                       "machine that BitlBee runs on, for another program there.")
                  : _ ("To see it, type /show %d: it is put into memory for another "
                       "program."),
        number);
    return g_strdup_printf ("%s %s", show, save);
}

char *
tgp_words_not_saved (int number, TgpNotSaved why)
{
    switch (why) {
    case TGP_SAVE_NO_FILE:
        return g_strdup_printf (_ ("Message %d has no file that can be saved."), number);
    case TGP_SAVE_TIMED:
        return g_strdup_printf (
            _ ("The file of message %d has a timer, so it is not saved."), number);
    case TGP_SAVE_DAMAGED:
        return g_strdup_printf (
            _ ("The file of message %d is damaged and cannot be opened."), number);
    case TGP_SAVE_NO_FOLDER:
        return g_strdup_printf (_ ("File %d is not saved: there is no such folder."),
                                number);
    case TGP_SAVE_ELSEWHERE:
        return g_strdup_printf (
            _ ("File %1$d is not saved: BitlBee runs for several people, and its folders "
               "are not yours. /save %1$d puts it into its downloads."),
            number);
    case TGP_SAVE_BUSY:
        return g_strdup_printf (
            _ ("File %1$d is being saved already, or many others are. /cancel %1$d stops "
               "it."),
            number);
    case TGP_SAVE_OFFLINE:
        break;
    }
    return g_strdup_printf (_ ("File %d is not saved: the account is offline."), number);
}

char *
tgp_words_save_begins (int number, int64_t size)
{
    g_autofree char *text = tgp_words_size (size);

    return g_strdup_printf (_ ("File %1$d (%2$s) is being saved. /cancel %1$d stops it."),
                            number, text);
}

char *
tgp_words_saving (const TalkSaving *saving, gboolean elsewhere)
{
    g_autofree char *done = tgp_words_size (saving->done),
                    *total = tgp_words_size (saving->total);
    int number = saving->number;

    switch (saving->what) {
    case TALK_SAVE_RUNS:
        return g_strdup_printf (_ ("File %d: %s of %s are here."), number, done, total);
    case TALK_SAVE_DONE:
        return g_strdup_printf (
            elsewhere ? _ ("File %d is saved, unencrypted, on the machine that BitlBee "
                           "runs on, as %s")
                      : _ ("File %d is saved, unencrypted, as %s"),
            number, saving->path);
    case TALK_SAVE_CANCELLED:
        return g_strdup_printf (
            _ ("File %d is not saved: you stopped it. Nothing was kept."), number);
    case TALK_SAVE_GONE:
        return g_strdup_printf (
            _ ("File %d is not saved: its message was deleted. Nothing was kept."),
            number);
    case TALK_SAVE_REFUSED:
        return g_strdup_printf (
            _ ("File %d is not saved: the server does not have it any "
               "more. Nothing was kept."),
            number);
    case TALK_SAVE_DAMAGED:
        return g_strdup_printf (_ ("File %d is not saved: what came is not the file that "
                                   "was announced. Nothing was kept."),
                                number);
    case TALK_SAVE_DISK:
        return g_strdup_printf (
            _ ("File %d is not saved: it could not be written (%s). Nothing was kept."),
            number, saving->path != NULL ? saving->path : "?");
    case TALK_SAVE_CUT:
        break;
    }
    return g_strdup_printf (
        _ ("File %d is not saved: the connection was lost. Nothing was kept."), number);
}

char *
tgp_words_not_saving (int number)
{
    return g_strdup_printf (_ ("No file of message %d is being saved or sent."), number);
}

char *
tgp_words_own_file (int number)
{
    return g_strdup_printf (
        _ ("The file of message %d is your own: what you send is not kept here."),
        number);
}

char *
tgp_words_no_file (const char *who)
{
    return g_strdup_printf (_ ("%s has sent no file in this chat."), who);
}

char *
tgp_words_no_picture (const char *who)
{
    return g_strdup_printf (_ ("%s has sent no picture in this chat."), who);
}

char *
tgp_words_no_voice (const char *who)
{
    return g_strdup_printf (_ ("%s has sent no voice message in this chat."), who);
}

char *
tgp_words_no_album (const char *who)
{
    return g_strdup_printf (_ ("%s has sent no album in this chat."), who);
}

char *
tgp_words_of_no_album (int number)
{
    return g_strdup_printf (_ ("Message %d is not part of an album."), number);
}

/* --- sent --- */

/* What is told of a file: its name, else what it is. */
static char *
called (TalkContent content, const char *name)
{
    return g_strdup (name != NULL                    ? name
                     : content == TALK_CONTENT_PHOTO ? _ ("the photo")
                     : content == TALK_CONTENT_VIDEO ? _ ("the video")
                     : content == TALK_CONTENT_VOICE ? _ ("the voice message")
                                                     : _ ("the file"));
}

char *
tgp_words_file_not_sent (TalkContent content, const char *name, TalkSendFile why)
{
    g_autofree char *it = called (content, name);

    switch (why) {
    case TALK_SEND_EMPTY:
        return g_strdup_printf (_ ("Not sent: %s is empty."), it);
    case TALK_SEND_FOLDER:
        return g_strdup_printf (_ ("Not sent: %s is a folder."), it);
    case TALK_SEND_GONE:
        return g_strdup_printf (_ ("Not sent: %s is not there."), it);
    case TALK_SEND_LARGE:
        return g_strdup_printf (_ ("Not sent: %s is larger than 2000 MiB."), it);
    case TALK_SEND_CHANGED:
        return g_strdup_printf (_ ("Not sent: %s changed while it was being read."), it);
    case TALK_SEND_UNREADABLE:
        return g_strdup_printf (_ ("Not sent: %s cannot be read."), it);
    case TALK_SEND_CUT:
        return g_strdup_printf (_ ("Not sent: the connection was lost while %s was on "
                                   "its way."),
                                it);
    case TALK_SEND_CANCELLED:
        return g_strdup_printf (_ ("Not sent: you stopped %s."), it);
    case TALK_SEND_RESTART:
        return g_strdup_printf (_ ("Not sent: this program ended while %s was on its "
                                   "way."),
                                it);
    case TALK_SEND_REFUSED:
    case TALK_SEND_NONE:
    case TALK_SEND_CHAT:
    case TALK_SEND_TURN:
    case TALK_SEND_RUNS:
    case TALK_SEND_PAUSE:
    case TALK_SEND_WHOLE:
        break;
    }
    return g_strdup_printf (_ ("Not sent: the server refused %s."), it);
}

char *
tgp_words_not_uploaded (const char *name, TgpNotUploaded why)
{
    switch (why) {
    case TGP_UPLOAD_NO_PICTURE:
        return g_strdup_printf (_ ("Not sent: %1$s is not a picture that can be shown. "
                                   "/file sends it as it is."),
                                name);
    case TGP_UPLOAD_LARGE_PICTURE:
        return g_strdup_printf (_ ("Not sent: %1$s is too large a picture to be made "
                                   "smaller here. /file sends it as it is."),
                                name);
    case TGP_UPLOAD_LOST_PICTURE:
        return g_strdup (_ ("Not sent: what was put into the text is no picture that "
                            "can be read."));
    case TGP_UPLOAD_ELSEWHERE:
        return g_strdup (
            _ ("Not sent: BitlBee runs for several people, and its files are "
               "not yours. Send the file to this person from your own "
               "program (DCC)."));
    case TGP_UPLOAD_NO_CHAT:
        break;
    }
    return g_strdup (_ ("Not sent: files and pictures are sent in secret chats only. "
                        "Type /secret to start one with this person, and send it "
                        "there."));
}

const char *
tgp_words_a_picture (void)
{
    return _ ("the photo");
}

char *
tgp_words_untouched (const char *name, gboolean moves)
{
    return moves ? g_strdup_printf (_ ("%s moves, so it is sent as it is."), name)
                 : g_strdup_printf (
                       _ ("%s is sent as it is, with what may stand in it beside the "
                          "picture: where and when it was taken. /photo sends pictures "
                          "without that."),
                       name);
}

char *
tgp_words_sending (const TalkSending *sending)
{
    g_autofree char *done = tgp_words_size (sending->done),
                    *all = tgp_words_size (sending->total);

    switch (sending->what) {
    case TALK_SEND_CHAT:
        return g_strdup_printf (_ ("File %d waits until the secret chat is ready."),
                                sending->number);
    case TALK_SEND_TURN:
        return g_strdup_printf (_ ("File %d waits: others go before it."),
                                sending->number);
    case TALK_SEND_PAUSE:
        return g_strdup_printf (_ ("File %d waits: the server does not take it at "
                                   "present. It goes on by itself."),
                                sending->number);
    case TALK_SEND_RUNS:
        return sending->done > 0 && sending->done < sending->total
                   ? g_strdup_printf (_ ("File %1$d: %2$s of %3$s are sent. /cancel %1$d "
                                         "stops it."),
                                      sending->number, done, all)
                   : NULL;
    default:
        return NULL;
    }
}

char *
tgp_words_on_its_way (const TalkSending *sending)
{
    g_autofree char *done = tgp_words_size (sending->done),
                    *all = tgp_words_size (sending->total);
    char *line = tgp_words_sending (sending);

    return line != NULL ? line
                        : g_strdup_printf (_ ("File %d: %s of %s are sent."),
                                           sending->number, done, all);
}

const char *
tgp_words_no_files (void)
{
    return _ ("No file of this chat is being sent or saved.");
}

/* --- libpurple's own window --- */

const char *
tgp_words_which_file (void)
{
    return _ ("Which file? It is sent as it is. A caption may follow its path: path | "
              "caption. /photo sends a picture without the place "
              "and the time at which it was taken.");
}

char *
tgp_words_forwarded (int number, const char *who, int chat_number)
{
    return g_strdup_printf (
        _ ("The file of message %d is forwarded to %s, into secret chat %d."), number,
        who, chat_number);
}

char *
tgp_words_not_forwarded (int number, TalkFile file, int32_t ttl, const char *who)
{
    if (ttl > 0)
        return g_strdup_printf (
            _ ("The file of message %d has a timer, so it cannot be forwarded."), number);
    return file == TALK_FILE_DAMAGED
               ? g_strdup_printf (
                     _ ("The file of message %d is damaged and cannot be opened."),
                     number)
               : g_strdup_printf (
                     _ ("Message %d has no file from %s that could be forwarded."),
                     number, who);
}

char *
tgp_words_no_open_chat (const char *whom)
{
    return g_strdup_printf (_ ("There is no other open secret chat with \"%s\". /secret "
                               "list shows those that there are, with their numbers."),
                            whom);
}

char *
tgp_words_not_open (const TalkSecret *info, const char *who)
{
    if (info->state == TALK_STATE_REQUESTED)
        return g_strdup_printf (_ ("%1$s wants to start secret chat %2$d with you. "
                                   "/secret accept %2$d accepts it."),
                                who, info->number);
    if (info->state == TALK_STATE_CLOSED)
        return g_strdup_printf (_ ("Secret chat %d with %s has ended."), info->number,
                                who);
    return g_strdup_printf (_ ("Secret chat %d with %s is not ready yet."), info->number,
                            who);
}

const char *
tgp_words_forwarded_here (void)
{
    return _ ("That is the chat in which you type. /forward sends a file on to another "
              "one.");
}

char *
tgp_words_several_chats (const char *whom, const char *numbers)
{
    return g_strdup_printf (
        _ ("There are several secret chats with \"%s\": %s. Say which by its number."),
        whom, numbers);
}
