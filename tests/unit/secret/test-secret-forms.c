/* Every published form of the secret schema, spelled by hand; its damaged ones; and which
 * of them may be written (SECRET-CHATS.md section C). */
#include "spell.h"

#include "tl-tables.h"

#include <string.h>

/* Name, the form with all its optional fields, and without them where it has any. */
static const struct {
    const char *name, *words, *bare;
} forms[] = {
    { "decryptedMessage", "1f814f1f l8000000014 b3 'message' e50511d8 'http://x/'",
      NULL },
    { "decryptedMessageService", "aa48327d l24000000042 b7 a82fdd63", NULL },
    { "decryptedMessageMediaEmpty", "089f5c4a", NULL },
    { "decryptedMessageMediaPhoto", "32798a8c b9 i10 i11 i12 i13 i14 b15 b16", NULL },
    { "decryptedMessageMediaVideo", "4cee6ef3 b17 i18 i19 i20 i21 i22 i23 b24 b25",
      NULL },
    { "decryptedMessageMediaGeoPoint", "35480a59 ~26.25 ~27.25", NULL },
    { "decryptedMessageMediaContact",
      "588a0a97 'phone_number' 'first_name' 'last_name' i31", NULL },
    { "decryptedMessageActionSetMessageTTL", "a1733aec i32", NULL },
    { "decryptedMessageMediaDocument",
      "b095434b b33 i34 i35 'file_name' 'mime_type' i38 b39 b0", NULL },
    { "decryptedMessageMediaAudio", "6080758f i41 i42 b3 b4", NULL },
    { "decryptedMessageActionReadMessages", "0c4f40be v2 l184000000322 l188000000329",
      NULL },
    { "decryptedMessageActionDeleteMessages", "65614304 v2 l196000000343 l200000000350",
      NULL },
    { "decryptedMessageActionScreenshotMessages",
      "8ac1f475 v2 l208000000364 l212000000371", NULL },
    { "decryptedMessageActionFlushHistory", "6719e45c", NULL },
    { "decryptedMessage", "204d3878 l216000000378 i55 'message' e50511d8 'http://x/'",
      NULL },
    { "decryptedMessageService", "73164160 l232000000406 a82fdd63", NULL },
    { "decryptedMessageMediaVideo",
      "524a415d b20 i61 i62 i63 'mime_type' i65 i66 i67 b28 b29", NULL },
    { "decryptedMessageMediaAudio", "57e0a9cb i70 'mime_type' i72 b33 b34", NULL },
    { "decryptedMessageLayer", "1be31789 b35 i76 i77 i78 73164160 l9 a82fdd63", NULL },
    { "sendMessageTypingAction", "16bf744e", NULL },
    { "sendMessageCancelAction", "fd5ec8f5", NULL },
    { "sendMessageRecordVideoAction", "a187d66f", NULL },
    { "sendMessageUploadVideoAction", "92042ff7", NULL },
    { "sendMessageRecordAudioAction", "d52f73f7", NULL },
    { "sendMessageUploadAudioAction", "e6ac8a6f", NULL },
    { "sendMessageUploadPhotoAction", "990a3c1a", NULL },
    { "sendMessageUploadDocumentAction", "8faee98e", NULL },
    { "sendMessageGeoLocationAction", "176f8ba1", NULL },
    { "sendMessageChooseContactAction", "628cbc6f", NULL },
    { "decryptedMessageActionResend", "511110b0 i80 i81", NULL },
    { "decryptedMessageActionNotifyLayer", "f3048883 i82", NULL },
    { "decryptedMessageActionTyping", "ccb27641 16bf744e", NULL },
    { "decryptedMessageActionRequestKey", "f3c9611b l336000000588 b5", NULL },
    { "decryptedMessageActionAcceptKey", "6fe1735b l344000000602 b7 l352000000616",
      NULL },
    { "decryptedMessageActionAbortKey", "dd05ec6b l356000000623", NULL },
    { "decryptedMessageActionCommitKey", "ec2e0b9b l360000000630 l4000000007", NULL },
    { "decryptedMessageActionNoop", "a82fdd63", NULL },
    { "documentAttributeImageSize", "6c37c15c i2 i3", NULL },
    { "documentAttributeAnimated", "11b58939", NULL },
    { "documentAttributeSticker", "fb0a5727", NULL },
    { "documentAttributeVideo", "5910cccb i4 i5 i6", NULL },
    { "documentAttributeAudio", "051448e5 i7", NULL },
    { "documentAttributeFilename", "15590068 'file_name'", NULL },
    { "photoSizeEmpty", "0e17e23c 'type'", NULL },
    { "photoSize", "77bfb61b 'type' 7c596b46 l1 i2 l3 i12 i13 i14", NULL },
    { "photoCachedSize", "e9a734fa 'type' 7c596b46 l1 i2 l3 i17 i18 b19", NULL },
    { "fileLocationUnavailable", "7c596b46 l80000000140 i21 l88000000154", NULL },
    { "fileLocation", "53d69076 i23 l96000000168 i25 l104000000182", NULL },
    { "decryptedMessageMediaExternalDocument",
      "fa95b0dd l108000000189 l112000000196 i29 'mime_type' i31 0e17e23c 'x' i33 v2 "
      "11b58939 11b58939",
      NULL },
    { "decryptedMessage",
      "36b091de i2696 l148000000259 i38 'message' e50511d8 'http://x/' v2 bd610bc9 i0 i1 "
      "bd610bc9 i0 i1 'via_bot_name' l180000000315",
      "36b091de i0 l148000000259 i38 'message'" },
    { "decryptedMessageMediaPhoto", "f1fa8d78 b6 i47 i48 i49 i50 i51 b12 b13 'caption'",
      NULL },
    { "decryptedMessageMediaVideo",
      "970c8c0e b15 i56 i57 i58 'mime_type' i60 i61 i62 b23 b24 'caption'", NULL },
    { "decryptedMessageMediaDocument",
      "7afe8ae2 b26 i67 i68 'mime_type' i70 b31 b32 v2 11b58939 11b58939 'caption'",
      NULL },
    { "documentAttributeSticker", "3a556302 'alt' ffb62b95", NULL },
    { "documentAttributeAudio", "ded218e0 i79 'title' 'performer'", NULL },
    { "messageEntityUnknown", "bb92ba95 i82 i83", NULL },
    { "messageEntityMention", "fa04579d i84 i85", NULL },
    { "messageEntityHashtag", "6f635b0d i86 i87", NULL },
    { "messageEntityBotCommand", "6cef8ac7 i88 i89", NULL },
    { "messageEntityUrl", "6ed02538 i90 i1", NULL },
    { "messageEntityEmail", "64e475c2 i2 i3", NULL },
    { "messageEntityBold", "bd610bc9 i4 i5", NULL },
    { "messageEntityItalic", "826f8b60 i6 i7", NULL },
    { "messageEntityCode", "28a20571 i8 i9", NULL },
    { "messageEntityPre", "73924be0 i10 i11 'language'", NULL },
    { "messageEntityTextUrl", "76a6d327 i13 i14 'url'", NULL },
    { "inputStickerSetShortName", "861cc8a0 'short_name'", NULL },
    { "inputStickerSetEmpty", "ffb62b95", NULL },
    { "decryptedMessageMediaVenue",
      "8a0df56f ~17.25 ~18.25 'title' 'address' 'provider' 'venue_id'", NULL },
    { "decryptedMessageMediaWebPage", "e50511d8 'url'", NULL },
    { "documentAttributeAudio", "9852f9c6 i1031 i24 'title' 'performer' b27",
      "9852f9c6 i0 i24" },
    { "documentAttributeVideo", "0ef02ce6 i1 i28 i29 i30", "0ef02ce6 i0 i28 i29 i30" },
    { "sendMessageRecordRoundAction", "88f27fbc", NULL },
    { "sendMessageUploadRoundAction", "bb718624", NULL },
    { "decryptedMessage",
      "91cc4674 i133802 l124000000217 i32 'message' e50511d8 'http://x/' v2 bd610bc9 i0 "
      "i1 bd610bc9 i0 i1 'via_bot_name' l156000000273 l160000000280",
      "91cc4674 i0 l124000000217 i32 'message'" },
    { "messageEntityUnderline", "9c4e7e8b i41 i42", NULL },
    { "messageEntityStrike", "bf0693d4 i43 i44", NULL },
    { "messageEntityBlockquote", "020df5d0 i45 i46", NULL },
    { "decryptedMessageMediaDocument",
      "6abd9782 b7 i48 i49 'mime_type' l204000000357 b12 b13 v2 11b58939 11b58939 "
      "'caption'",
      NULL },
    { "messageEntitySpoiler", "32ca960f i58 i59", NULL },
    { "messageEntityCustomEmoji", "c8cf05f8 i60 i61 l248000000434", NULL },
    { "messageEntityMentionName", "352dca58 i63 i64 i65", NULL },
    { "messageEntityPhone", "9b69e34b i66 i67", NULL },
    { "messageEntityCashtag", "4c4e743f i68 i69", NULL },
    { "messageEntityBankCard", "761e6af4 i70 i71", NULL },
    { "messageEntityMentionName", "dc7b1140 i72 i73 l296000000518", NULL },
    { "messageEntityBlockquote", "f1ccaaac i1 i75 i76", "f1ccaaac i0 i75 i76" },
    { "documentAttributeVideo", "d38ff1c2 i15 ~77.25 i78 i79 i80",
      "d38ff1c2 i0 ~77.25 i78 i79" },
    { "documentAttributeVideo", "17399fad i31 ~81.25 i82 i83 i84 ~85.25",
      "17399fad i0 ~81.25 i82 i83" },
    { "documentAttributeVideo", "43c57c48 i63 ~86.25 i87 i88 i89 ~90.25 'video_codec'",
      "43c57c48 i0 ~86.25 i87 i88" },
    { "documentAttributeSticker", "6319d612 i3 'alt' ffb62b95 aed6dbb2 i1 ~0.5 ~0.5 ~1.5",
      "6319d612 i0 'alt' ffb62b95" },
    { "maskCoords", "aed6dbb2 i5 ~6.25 ~7.25 ~8.25", NULL },
    { "inputStickerSetID", "9de7a269 l36000000063 l40000000070", NULL },
    { "documentAttributeHasStickers", "9801d2f7", NULL },
    { "documentAttributeCustomEmoji", "fd149899 i3 'alt' ffb62b95",
      "fd149899 i0 'alt' ffb62b95" },
};

static uint32_t
id_of (const char *words)
{
    return (uint32_t)g_ascii_strtoull (words, NULL, 16);
}

static gboolean
is_among (const char *list, const char *words)
{
    g_autofree char *id = g_strndup (words, 8);
    return strstr (list, id) != NULL;
}

/* --- reading --- */

static void
round_trip (const char *name, const char *words)
{
    g_autoptr (GByteArray) bytes = spell ("%s", words);
    g_autoptr (GError) error = NULL;
    g_auto (TlWriter) again = { 0 };
    g_autoptr (TlMessage) message =
        tl_message_decode (&tl_secret_schema, bytes->data, bytes->len, &error);

    g_test_message ("%s", words);
    g_assert_no_error (error);
    g_assert_cmphex (tl_message_root (message)->id, ==, id_of (words));
    g_assert_cmpstr (tl_id_name (&tl_secret_schema, id_of (words)), ==, name);
    g_assert_true (tl_encode (&tl_secret_schema, tl_message_root (message), &again));
    g_assert_cmpmem (again.data, again.len, bytes->data, bytes->len);
}

/* SC-C1 SC-I1: all 95 forms, and no other, with and without what is optional */
static void
every_form_is_read_and_written_back (void)
{
    g_assert_cmpuint (G_N_ELEMENTS (forms), ==, 95);
    g_assert_cmpuint (tl_secret_schema.n_ctors, ==, 95);
    for (size_t i = 0; i < G_N_ELEMENTS (forms); i++) {
        round_trip (forms[i].name, forms[i].words);
        if (forms[i].bare != NULL)
            round_trip (forms[i].name, forms[i].bare);
    }
}

/* SC-I1: each of the 128 sets of flags of a message, told apart field by field */
static void
every_set_of_flags_comes_back (void)
{
    static const unsigned bits[] = { 1, 3, 5, 7, 9, 11, 17 };

    for (unsigned set = 0; set < 128; set++) {
        unsigned flags = 0;
        for (unsigned i = 0; i < 7; i++)
            flags |= (set >> i & 1) << bits[i];
#define HAS(bit) ((flags >> (bit)&1) != 0)
        g_autoptr (GByteArray) bytes = spell (
            "91cc4674 i%u l7 i9 'text' %s %s %s %s %s", flags,
            HAS (9) ? "e50511d8 'http://x/'" : "", HAS (7) ? "v1 bd610bc9 i0 i1" : "",
            HAS (11) ? "'bot'" : "", HAS (3) ? "l33" : "", HAS (17) ? "l44" : "");
        g_autoptr (TlMessage) message =
            tl_message_decode (&tl_secret_schema, bytes->data, bytes->len, NULL);
        g_assert_nonnull (message);
        const SecretDecryptedMessage *m =
            TL_AS (tl_message_root (message), SecretDecryptedMessage);
        g_auto (TlWriter) again = { 0 };
        g_assert_cmpint (m->no_webpage, ==, HAS (1));
        g_assert_cmpint (m->has_reply_to_random_id, ==, HAS (3));
        g_assert_cmpint (m->reply_to_random_id, ==, HAS (3) ? 33 : 0);
        g_assert_cmpint (m->silent, ==, HAS (5));
        g_assert_cmpuint (m->entities.len, ==, HAS (7));
        g_assert_cmpint (m->media != NULL, ==, HAS (9));
        g_assert_cmpuint (m->via_bot_name.len, ==, HAS (11) ? 3 : 0);
        g_assert_cmpint (m->grouped_id, ==, HAS (17) ? 44 : 0);
        g_assert_cmpint (m->ttl, ==, 9);
        g_assert_cmpuint (m->message.len, ==, 4);
        g_assert_true (tl_encode (&tl_secret_schema, TL_OBJ (m), &again));
        g_assert_cmpmem (again.data, again.len, bytes->data, bytes->len);
    }
}

static gboolean
reads (const GByteArray *bytes)
{
    g_autofree uint8_t *exact = g_memdup2 (bytes->data, bytes->len);
    g_autoptr (TlMessage) message =
        tl_message_decode (&tl_secret_schema, exact, bytes->len, NULL);

    return message != NULL;
}

static void
assert_unreadable (GString *words, const char *from, const char *to)
{
    g_autofree char *damaged = g_strdup (words->str);
    char *at = strstr (damaged, from);

    for (; at != NULL; at = strstr (at + 1, from)) {
        g_autofree char *bad = g_strdup_printf ("%.*s%s%s", (int)(at - damaged), damaged,
                                                to, at + strlen (from));
        g_autoptr (GByteArray) bytes = spell ("%s", bad);
        g_test_message ("%s", bad);
        g_assert_false (reads (bytes));
    }
}

/* SC-C17 SC-C18 SC-B17: unknown flag bits, counts and ids of vectors that cannot be,
 * cuts, bytes left over: of every form */
static void
every_damaged_form_is_refused (void)
{
    for (size_t i = 0; i < G_N_ELEMENTS (forms); i++) {
        g_autoptr (GString) words = g_string_new (forms[i].words);
        g_autoptr (GByteArray) bytes = spell ("%s", words->str);
        unsigned len = bytes->len;
        g_assert_true (reads (bytes));
        if (forms[i].bare != NULL) {
            uint32_t flags;
            memcpy (&flags, bytes->data + 4, 4);
            flags = GUINT32_TO_LE (GUINT32_FROM_LE (flags) | 1u << 30);
            memcpy (bytes->data + 4, &flags, 4);
            g_assert_false (reads (bytes));
            flags &= GUINT32_TO_LE (~(1u << 30));
            memcpy (bytes->data + 4, &flags, 4);
        }
        assert_unreadable (words, "v2", "v-1");
        assert_unreadable (words, "v2", "v2147483647");
        assert_unreadable (words, "v2", "v500");
        assert_unreadable (words, "v2", "1cb5c416 i2");
        g_byte_array_append (bytes, (const uint8_t *)"\0\0\0", 4);
        g_assert_false (reads (bytes));
        for (unsigned cut = 4; cut <= len; cut += 4) {
            g_byte_array_set_size (bytes, len - cut);
            g_assert_false (reads (bytes));
        }
    }
}

/* SC-C13 SC-C17 SC-C18: what cannot be read in a good wrapper consumes its number and
 * shows as one unsupported message; an unknown action shows nothing; the chat goes on */
static void
what_cannot_be_read_is_unsupported (World *w)
{
    static const struct {
        const char *words;
        unsigned shown;
    } rows[] = {
        { "91cc4674 i512 l1 i0 'x' 12345678 i1", 1 },       /* media */
        { "91cc4674 i128 l1 i0 'x' v1 12345678 i0 i1", 1 }, /* entity */
        { "91cc4674 i512 l1 i0 'x' 7afe8ae2 b0 i0 i0 '' i1 b32 b32 v1 12345678 ''", 1 },
        { "91cc4674 i512 l1 i0 'x' fa95b0dd l1 l1 i1 '' i1 12345678 i1 v0", 1 },
        { "91cc4674 i512 l1 i0 'x' bd610bc9 i0 i1", 1 }, /* an entity as media */
        { "91cc4674 i1073741824 l1 i0 'x'", 1 },         /* bit 30 */
        { "36b091de i32 l1 i0 'x'", 1 },                 /* a bit of a later form */
        { "91cc4674 i128 l1 i0 'x' v-1", 1 },
        { "91cc4674 i128 l1 i0 'x' v2147483647 bd610bc9 i0 i1", 1 },
        { "91cc4674 i128 l1 i0 'x' 1cb5c416 i1 bd610bc9 i0 i1", 1 },
        { "91cc4674 i0 l1", 1 },          /* cut */
        { "12345678 i1", 1 },             /* a message of the future */
        { "73164160 l1 12345678 i1", 0 }, /* an action */
        { "aa48327d l1 b15 12345678", 0 },
        { "73164160 l1 ccb27641 12345678", 0 }, /* what is typed */
        { "73164160 l1 65614304 v-1", 0 },
    };
    End *alice = w->alice, *bob = w->bob;
    Shown shown;

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        uint32_t raw_in = end_info (bob).raw_in;
        g_test_message ("%s", rows[i].words);
        watch_shown (w, &shown);
        send_spelled (w, alice, "%s", rows[i].words);
        g_assert_cmpuint (end_info (bob).raw_in, ==, raw_in + 1);
        g_assert_cmpuint (shown.n, ==, rows[i].shown);
        if (rows[i].shown > 0) {
            g_assert_cmpint (shown.content, ==, TALK_CONTENT_UNSUPPORTED);
            g_assert_cmpuint (shown.text_len, ==, 0);
            g_assert_cmpint (shown.ttl, ==, 0);
        }
    }
    world_run (w);
    assert_alive (w);
}

/* SC-C22: a form is what its id says, whatever layer the wrapper claims */
static void
the_layer_of_a_wrapper_decides_nothing (void)
{
    static const int layers[] = { 0, 8, 17, 23, 45, 46, 66, 73, 101, 123, 144, 151, 999 };
    static const char *const messages[] = { "1f814f1f l10 b15 'x' 089f5c4a",
                                            "204d3878 l11 i0 'x' 089f5c4a",
                                            "36b091de i0 l12 i0 'x'",
                                            "91cc4674 i0 l13 i0 'x'" };

    for (size_t i = 0; i < G_N_ELEMENTS (layers); i++) {
        g_autoptr (World) w = world_ready_at (2);
        End *alice = w->alice, *bob = w->bob;
        Shown shown;
        watch_shown (w, &shown);
        for (size_t k = 0; k < G_N_ELEMENTS (messages); k++) {
            g_autoptr (GByteArray) body = spell ("%s", messages[k]);
            g_autoptr (GBytes) data = forge_raw (
                alice, layers[i], 2, 2 * (int32_t)(1 + k) + 1, body->data, body->len);
            inject (bob, data);
            g_assert_cmpstr (shown.text, ==, "x");
            g_assert_cmpuint (shown.n, ==, k + 1);
        }
    }
}

/* --- writing --- */

/* The table of SC-C15 with the entities of section I and the actions. */
static const char always[] =
    "91cc4674 73164160 "
    "dd05ec6b 6fe1735b ec2e0b9b 65614304 6719e45c a82fdd63 f3048883 0c4f40be f3c9611b "
    "511110b0 8ac1f475 a1733aec ccb27641 16bf744e fd5ec8f5 "
    "f1fa8d78 fa95b0dd 35480a59 8a0df56f 588a0a97 e50511d8 "
    "11b58939 9852f9c6 15590068 6c37c15c 3a556302 0ef02ce6 ffb62b95 861cc8a0 0e17e23c "
    "fa04579d 6f635b0d 6ed02538 64e475c2 bd610bc9 826f8b60 28a20571 73924be0 76a6d327";
static const char below_143[] = "7afe8ae2";
static const char from_101[] = "9c4e7e8b bf0693d4 020df5d0";
static const char from_143[] = "6abd9782";
static const char from_144[] = "32ca960f c8cf05f8";

static gboolean
is_expected (const char *words, int32_t layer)
{
    return is_among (always, words) || (layer < 143 && is_among (below_143, words)) ||
           (layer >= 101 && is_among (from_101, words)) ||
           (layer >= 143 && is_among (from_143, words)) ||
           (layer >= 144 && is_among (from_144, words));
}

/* A whole message around a form; NULL where it cannot stand in one that we write. */
static char *
embed (const char *name, const char *words, int32_t layer)
{
    static const char before[] = "91cc4674 i512 l1 i0 'x'";
    const char *size =
        layer < 143 ? "7afe8ae2 b0 i0 i0 '' i1" : "6abd9782 b0 i0 i0 '' l1";

    if (g_str_equal (name, "decryptedMessage") ||
        g_str_equal (name, "decryptedMessageService"))
        return g_strdup (words);
    if (g_str_has_prefix (name, "decryptedMessageAction"))
        return g_strconcat ("73164160 l1 ", words, NULL);
    if (g_str_has_prefix (name, "sendMessage"))
        return g_strconcat ("73164160 l1 ccb27641 ", words, NULL);
    if (g_str_has_prefix (name, "decryptedMessageMedia"))
        return g_strconcat (before, " ", words, NULL);
    if (g_str_has_prefix (name, "documentAttribute"))
        return g_strdup_printf ("%s %s b32 b32 v1 %s ''", before, size, words);
    if (g_str_has_prefix (name, "messageEntity"))
        return g_strconcat ("91cc4674 i128 l1 i0 'x' v1 ", words, NULL);
    if (g_str_has_prefix (name, "photo"))
        return g_strdup_printf ("%s fa95b0dd l1 l1 i1 '' i1 %s i1 v0", before, words);
    if (g_str_has_prefix (name, "inputStickerSet"))
        return g_strdup_printf ("%s %s b32 b32 v1 3a556302 'alt' %s ''", before, size,
                                words);
    return NULL; /* the wrapper, places of files, masks */
}

/* A published document holds attributes; ours may hold those we write only. */
static const char *
own_words (const char *name, const char *words)
{
    return strstr (name, "ExternalDocument") != NULL
               ? "fa95b0dd l1 l1 i1 'image/webp' i1 0e17e23c 's' i2 v1 3a556302 'a' "
                 "861cc8a0 'set'"
               : words;
}

/* SC-C12 SC-C15: each form in each layer: sealed where the table has it, refused
 * elsewhere, and then no number is used */
static void
only_the_forms_of_the_table_are_written (void)
{
    static const int32_t layers[] = { 73, 101, 144 };
    unsigned written = 0, refused = 0;

    for (size_t k = 0; k < G_N_ELEMENTS (layers); k++) {
        for (size_t i = 0; i < G_N_ELEMENTS (forms); i++) {
            g_autoptr (World) w = world_ready_at (3);
            SecretChat *chat = w->alice->chat;
            g_autofree char *words = embed (
                forms[i].name, own_words (forms[i].name, forms[i].words), layers[k]);
            if (words == NULL)
                continue;
            g_autoptr (GByteArray) bytes = spell ("%s", words);
            g_autoptr (TlMessage) message =
                tl_message_decode (&tl_secret_schema, bytes->data, bytes->len, NULL);
            g_assert_nonnull (message);
            gboolean wanted = is_expected (forms[i].words, layers[k]);
            chat->layers.peer = layers[k];
            chat->layers.sent = 0;
            if (!wanted)
                g_test_expect_message ("mtp-secret", G_LOG_LEVEL_CRITICAL,
                                       "*is not written in layer*");
            int32_t raw_out = chat->numbers.raw_out;
            const SecretOut *out =
                secret_send_object (chat, tl_message_root (message), 1, FALSE, w->now);
            if (!wanted)
                g_test_assert_expected_messages ();
            g_test_message ("%s in %d", words, layers[k]);
            g_assert_cmpint (out != NULL, ==, wanted);
            g_assert_cmpint (chat->numbers.raw_out, ==, raw_out + wanted);
            written += wanted;
            refused += !wanted;
            if (out == NULL)
                continue;
            Wrapper opened;
            g_autoptr (GBytes) wire = g_bytes_new (out->data->data, out->data->len);
            g_autoptr (GBytes) plain = unwrap (w->alice, wire, &opened);
            g_assert_cmpint (opened.layer, ==, layers[k]);
            g_assert_cmpmem (opened.body.data, opened.body.len, bytes->data, bytes->len);
        }
    }
    g_assert_cmpuint (written, ==, 41 * 3 + 2 + 3 * 2 + 1 + 2);
    g_assert_cmpuint (refused, >, 100);
}

static const Story stories[] = {
    STORY (what_cannot_be_read_is_unsupported, PLAIN),
};

int
main (int argc, char **argv)
{
    stories_init (&argc, &argv);
    stories_add ("forms", stories, G_N_ELEMENTS (stories));
#define ADD(f) g_test_add_func ("/secret/forms/" #f, f)
    ADD (every_form_is_read_and_written_back);
    ADD (every_set_of_flags_comes_back);
    ADD (every_damaged_form_is_refused);
    ADD (the_layer_of_a_wrapper_decides_nothing);
    ADD (only_the_forms_of_the_table_are_written);
    return g_test_run ();
}
