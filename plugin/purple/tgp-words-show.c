/* See tgp-words-show.h. */
#include "tgp-words-show.h"

#include "tgp-gettext.h"
#include "tgp-words-media.h"
#include "tgp-words.h"

const char *
tgp_words_link (TgpLink link)
{
    switch (link) {
    case TGP_LINK_SHOW:
        return _ ("show");
    case TGP_LINK_PLAY:
        return _ ("play");
    case TGP_LINK_STOP:
        return _ ("stop");
    case TGP_LINK_ALBUM:
        return _ ("save album");
    case TGP_LINK_SAVE:
        break;
    }
    return _ ("save");
}

TgpNotShown
tgp_not_fetched (TalkSave what)
{
    switch (what) {
    case TALK_SAVE_CANCELLED:
        return TGP_SHOW_STOPPED;
    case TALK_SAVE_GONE:
        return TGP_SHOW_GONE;
    case TALK_SAVE_REFUSED:
        return TGP_SHOW_REFUSED;
    case TALK_SAVE_DAMAGED:
        return TGP_SHOW_OTHER;
    default:
        return TGP_SHOW_CUT;
    }
}

/* What is not said of something: in words of its own, as "photo 3" is not the same everywhere. */
static char *
reason (const TgpMedium *medium, TgpNotShown why)
{
    int number = medium->number;

    switch (why) {
    case TGP_SHOW_NO_FILE:
        return g_strdup_printf (_ ("Message %d has nothing that can be shown."), number);
    case TGP_SHOW_DAMAGED:
        return g_strdup_printf (
            _ ("The file of message %d is damaged and cannot be opened."), number);
    case TGP_SHOW_BUSY:
        return g_strdup_printf (_ ("Message %d is being fetched already."), number);
    case TGP_SHOW_NO_PICTURE:
        return g_strdup_printf (
            _ ("Message %d cannot be shown here: it is not a picture."), number);
    case TGP_SHOW_LARGE: {
        g_autofree char *size = tgp_words_size (medium->look.size);
        return g_strdup_printf (_ ("Message %d cannot be shown: %s is too large."),
                                number, size);
    }
    case TGP_SHOW_SIDES:
        return g_strdup_printf (
            _ ("Photo %1$d cannot be shown: %2$d\u00d7%3$d is too large."), number,
            medium->look.width, medium->look.height);
    case TGP_SHOW_UNPACKED:
        return g_strdup_printf (
            _ ("Picture %d cannot be shown: unpacked it is too large."), number);
    case TGP_SHOW_BROKEN:
        return g_strdup_printf (_ ("Photo %d cannot be shown: it is damaged."), number);
    case TGP_SHOW_NO_READER:
        return g_strdup_printf (
            _ ("Picture %d cannot be shown: this program cannot read pictures of its "
               "kind."),
            number);
    case TGP_SHOW_NO_MEMORY:
        return g_strdup_printf (
            _ ("Message %d cannot be shown: this program shows no pictures, and there is "
               "no folder in memory (XDG_RUNTIME_DIR) to put it in for another one."),
            number);
    case TGP_SHOW_STOPPED:
        return g_strdup_printf (_ ("Message %d is not shown: you stopped it."), number);
    case TGP_SHOW_GONE:
        return g_strdup_printf (
            _ ("Message %d is not shown: it was deleted, or its time is over."), number);
    case TGP_SHOW_REFUSED:
        return g_strdup_printf (
            _ ("Message %d is not shown: the server does not have its file any more."),
            number);
    case TGP_SHOW_CUT:
        return g_strdup_printf (_ ("Message %d is not shown: the connection was lost."),
                                number);
    case TGP_SHOW_OTHER:
        return g_strdup_printf (_ ("Message %d is not shown: what came is not the file "
                                   "that was announced."),
                                number);
    case TGP_PLAY_NOT_HERE:
        return g_strdup_printf (
            _ ("Message %d cannot be played here: this program has no sound."), number);
    case TGP_PLAY_NO_READER:
        return g_strdup_printf (_ ("Message %d cannot be played: GStreamer, or a part of "
                                   "it that reads Opus, is not installed."),
                                number);
    case TGP_PLAY_FAILED:
        return g_strdup_printf (_ ("Message %d cannot be played: GStreamer cannot decode "
                                   "it, or finds no loudspeaker."),
                                number);
    case TGP_PLAY_MUTED:
        return g_strdup_printf (
            _ ("Message %d is not played: this program's sounds are switched off."),
            number);
    case TGP_PLAY_NO_VOICE:
        return g_strdup_printf (
            _ ("Message %d cannot be played here: it is not a voice message."), number);
    case TGP_SHOW_OFFLINE:
        break;
    }
    return g_strdup_printf (_ ("Message %d is not shown: the account is offline."),
                            number);
}

/* What can be done instead, with what is there and not for this front end. */
static char *
instead (const TgpMedium *medium, TgpNotShown why)
{
    switch (why) {
    case TGP_SHOW_NO_PICTURE:
    case TGP_SHOW_LARGE:
    case TGP_SHOW_SIDES:
    case TGP_SHOW_UNPACKED:
    case TGP_SHOW_BROKEN:
    case TGP_SHOW_NO_READER:
    case TGP_SHOW_NO_MEMORY:
    case TGP_PLAY_NOT_HERE:
    case TGP_PLAY_NO_READER:
    case TGP_PLAY_FAILED:
    case TGP_PLAY_NO_VOICE:
        return medium->ttl > 0
                   ? g_strdup (_ ("It has a timer and is not saved: open it on your "
                                  "phone."))
                   : g_strdup_printf (_ ("/save %d keeps it."), medium->number);
    default:
        return NULL;
    }
}

char *
tgp_words_not_shown (const TgpMedium *medium, TgpNotShown why)
{
    g_autofree char *what = reason (medium, why), *how = instead (medium, why);

    return how != NULL ? g_strdup_printf ("%s %s", what, how) : g_steal_pointer (&what);
}

char *
tgp_words_shown_as (const TgpMedium *medium, const char *path, int32_t seconds,
                    gboolean elsewhere)
{
    g_autofree char *time = seconds > 0 ? tgp_words_duration (seconds) : NULL;

    if (elsewhere)
        return time != NULL
                   ? g_strdup_printf (
                         _ ("Message %1$d is in the memory of the machine that BitlBee "
                            "runs on for %2$s, counted from now; open it there with "
                            "another program: %3$s"),
                         medium->number, time, path)
                   : g_strdup_printf (
                         _ ("Message %1$d is in the memory of the machine that BitlBee "
                            "runs on, not on a disk, until it is deleted or this account "
                            "goes offline; open it there with another program: %2$s"),
                         medium->number, path);
    return time != NULL
               ? g_strdup_printf (_ ("Message %1$d is in memory for %2$s, counted from "
                                     "now; open it with another program: %3$s"),
                                  medium->number, time, path)
               : g_strdup_printf (_ ("Message %1$d is in memory, not on a disk, until it "
                                     "is deleted or this account goes offline; open it "
                                     "with another program: %2$s"),
                                  medium->number, path);
}

char *
tgp_words_lies (const TgpMedium *medium, const char *path, gboolean elsewhere)
{
    return g_strdup_printf (
        elsewhere
            ? _ ("Message %1$d is in the memory of the machine that BitlBee runs on "
                 "already; open it there with another program: %2$s")
            : _ ("Message %1$d is in memory already; open it with another program: "
                 "%2$s"),
        medium->number, path);
}

char *
tgp_words_show_how (int number, gboolean opens)
{
    return g_strdup_printf (
        opens ? _ ("To open it, type /show %d: its time begins then. It cannot be saved.")
              : _ ("To see it, type /show %d. It has a timer and cannot be saved."),
        number);
}
