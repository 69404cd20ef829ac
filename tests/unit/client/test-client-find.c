/* People who are looked up, asked about, added, and their pictures. */
#include "client-bench.h"

#include "tg-photos.h"
#include "tg-picture.h"
#include "tl-encode.h"

#include <string.h>

#define CAROL 1003
#define PHOTO 77
#define FILE_UNKNOWN 0xaa963b05u
#define PEER_SETTINGS 0xf47741f7u
#define PEER_NOTIFY_SETTINGS 0x99622c0cu

static void
found_cb (const TalkPerson *peer, const TalkNotFound *nobody, void *user)
{
    if (peer != NULL)
        g_string_append_printf (user, "%s ", peer->name);
    else
        g_string_append_printf (user, "%d/%d ", nobody->why, (int)nobody->seconds);
}

static void
about_cb (const TalkPerson *peer, const char *about, void *user)
{
    g_string_append_printf (user, "%s:%s:%d ", peer != NULL ? peer->name : "-",
                            about != NULL ? about : "-",
                            peer != NULL ? (int)peer->blocked : -1);
}

static void
assert_heard (GString *heard, const char *text)
{
    g_assert_cmpstr (heard->str, ==, text);
    g_string_truncate (heard, 0);
}

static void
find (Bench *bench, const char *what, GString *heard)
{
    tg_client_find_peer (bench->client, what, found_cb, heard);
    bench_run (bench);
}

static void
answer_found (Bench *bench, uint32_t method)
{
    ApiUser carol =
        TL_NEW (ApiUser, .id = CAROL, .has_access_hash = TRUE, .access_hash = 55,
                .first_name = TL_STR ("Carol"), .last_name = TL_STR ("Cc"));
    ApiPeerUser peer = TL_NEW (ApiPeerUser, .user_id = CAROL);
    const TlObject *users[] = { TL_OBJ (&carol) };
    ApiContactsResolvedPeer answer =
        TL_NEW (ApiContactsResolvedPeer, .peer = TL_OBJ (&peer), .users = { users, 1 },
                .chats = { users, 0 });

    bench_answer (bench, bench_call (bench, method), TL_OBJ (&answer));
}

/* MT-I15 MT-I16: an answer holds for some minutes, one that there is nobody, too */
static void
answers_hold (void)
{
    g_autoptr (Bench) bench = bench_new (TRUE);
    g_autoptr (GString) heard = g_string_new (NULL);

    bench_online (bench);
    find (bench, "@Carol", heard);
    answer_found (bench, ApiContactsResolveUsername_ID);
    assert_heard (heard, "Carol Cc ");
    find (bench, "carol", heard);
    assert_heard (heard, "Carol Cc ");
    find (bench, "+999 (1) 2345", heard);
    bench_refuse (bench, bench_call (bench, ApiContactsResolvePhone_ID), 400,
                  "PHONE_NOT_OCCUPIED");
    assert_heard (heard, "0/0 ");
    find (bench, "99912345", heard);
    assert_heard (heard, "0/0 ");
    g_assert_cmpuint (bench_count (bench, ApiContactsResolveUsername_ID), ==, 1);
    g_assert_cmpuint (bench_count (bench, ApiContactsResolvePhone_ID), ==, 1);
    bench_advance (bench, 301 * 1000);
    find (bench, "99912345", heard);
    g_assert_cmpuint (bench_count (bench, ApiContactsResolvePhone_ID), ==, 2);
}

/* MT-I15 MT-I16: what is neither a number nor a name is not sent; a pause that the server
 * wants is kept, and told */
static void
nothing_is_sent_in_vain (void)
{
    static const char *const rows[] = { "",
                                        "@",
                                        "a",
                                        "+",
                                        "12",
                                        "a b",
                                        "\xc3\xa4hnlich",
                                        "@a/b",
                                        "1234567890123456789",
                                        "--------",
                                        "abcdefghijklmnopqrstuvwxyz1234567" };
    g_autoptr (Bench) bench = bench_new (TRUE);
    g_autoptr (GString) heard = g_string_new (NULL);

    bench_online (bench);
    unsigned before = bench->calls->len;
    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        find (bench, rows[i], heard);
        assert_heard (heard, "1/0 ");
        g_assert_cmpuint (bench->calls->len, ==, before);
    }
    find (bench, "@carol", heard);
    bench_refuse_with (bench, bench_call (bench, ApiContactsResolveUsername_ID), 420,
                       "FLOOD_WAIT", 300);
    assert_heard (heard, "2/300 ");
    before = bench->calls->len;
    bench_advance (bench, 100 * 1000);
    find (bench, "@dave", heard);
    assert_heard (heard, "2/200 ");
    g_assert_cmpuint (bench->calls->len, ==, before);
    bench_advance (bench, 200 * 1000);
    find (bench, "@dave", heard);
    bench_refuse (bench, bench_call (bench, ApiContactsResolveUsername_ID), 500, "NO");
    assert_heard (heard, "4/0 ");
}

/* MT-I13: added under their own names, without a number unless the user knows it, and without
 * ours; then the book is asked for. Refused, it is told; nobody adds themselves. */
static void
people_are_added (void)
{
    g_autoptr (Bench) bench = bench_new (TRUE);
    g_autoptr (GString) heard = g_string_new (NULL);
    g_autofree char *refused =
        g_strdup_printf ("trouble %d %d", TALK_TROUBLE_NOT_ADDED, CAROL);
    ApiUpdates done = TL_NEW (ApiUpdates, .date = 21);
    static const char phone[] = "4912345";

    bench_online (bench);
    find (bench, "@carol", heard);
    answer_found (bench, ApiContactsResolveUsername_ID);
    g_assert_cmpint (tg_client_add_contact (bench->client, BENCH_OWN, NULL), ==,
                     TALK_NO_PERSON);
    g_assert_cmpint (tg_client_add_contact (bench->client, 4711, NULL), ==,
                     TALK_NO_PERSON);
    for (int i = 0; i < 2; i++) {
        g_assert_cmpint (
            tg_client_add_contact (bench->client, CAROL, i == 0 ? NULL : "+49 123-45"),
            ==, TALK_DONE);
        bench_run (bench);
        BenchCall *call = bench_call (bench, ApiContactsAddContact_ID);
        size_t len;
        const char *bytes = g_bytes_get_data (call->request, &len);
        g_assert_cmpint (bench_int (call, 0), ==, 0); /* our number stays ours */
        g_assert_nonnull (memmem (bytes, len, "Carol", 5));
        g_assert_nonnull (memmem (bytes, len, "Cc", 2));
        g_assert_cmpint (memmem (bytes, len, phone, strlen (phone)) != NULL, ==, i);
        unsigned books = bench_count (bench, ApiContactsGetContacts_ID);
        bench_refuse (bench, bench_call (bench, ApiContactsGetContacts_ID), 500, "NO");
        if (i == 0)
            bench_refuse (bench, call, 400, "CONTACT_NAME_EMPTY");
        else
            bench_answer (bench, call, TL_OBJ (&done));
        g_assert_cmpint (bench_told (bench, refused), ==, i == 0);
        g_assert_cmpuint (bench_count (bench, ApiContactsGetContacts_ID), ==,
                          books + (unsigned)i);
        if (i == 0)
            bench_advance (bench, 300 * 1000 + 10); /* the book is asked for again */
    }
}

/* All fields that must be there, by hand: the client has structs of some only. */
static void
answer_about (Bench *bench, const char *about, gboolean blocked)
{
    g_auto (TlWriter) answer = { 0 };

    tl_writer_int (&answer, (int32_t)ApiUsersUserFull_ID);
    tl_writer_int (&answer, (int32_t)ApiUserFull_ID);
    tl_writer_int (&answer, (blocked ? 1 : 0) | 2); /* flags: about */
    tl_writer_int (&answer, 0);                     /* flags2 */
    tl_writer_long (&answer, BENCH_BOB);
    tl_writer_bytes (&answer, about, strlen (about));
    tl_writer_int (&answer, (int32_t)PEER_SETTINGS);
    tl_writer_int (&answer, 0);
    tl_writer_int (&answer, (int32_t)PEER_NOTIFY_SETTINGS);
    tl_writer_int (&answer, 0);
    tl_writer_int (&answer, 0);   /* common_chats_count */
    for (int i = 0; i < 2; i++) { /* chats, users */
        tl_writer_int (&answer, (int32_t)TlVectorObject_ID);
        tl_writer_int (&answer, 0);
    }
    bench_answer_bytes (bench, bench_call (bench, ApiUsersGetFullUser_ID), answer.data,
                        answer.len);
}

/* MT-I18 MT-I19: asked for when somebody wants to know it, not twice within a minute; one
 * clean line, however long it is; who is blocked is known since */
static void
people_are_asked_about (void)
{
    g_autoptr (Bench) bench = bench_new (TRUE);
    g_autoptr (GString) heard = g_string_new (NULL);
    g_autofree char *huge = g_strnfill (100000, 'x');

    bench_online (bench);
    g_assert_cmpuint (bench_count (bench, ApiUsersGetFullUser_ID), ==, 0);
    tg_client_ask_about (bench->client, 4711, about_cb, heard);
    assert_heard (heard, "-:-:-1 ");
    tg_client_ask_about (bench->client, BENCH_BOB, about_cb, heard);
    bench_run (bench);
    answer_about (bench, "line\none\xe2\x80\xae", TRUE);
    assert_heard (heard, "Bob:line one:2 ");
    tg_client_ask_about (bench->client, BENCH_BOB, about_cb, heard);
    bench_run (bench);
    assert_heard (heard, "Bob:line one:2 ");
    g_assert_cmpuint (bench_count (bench, ApiUsersGetFullUser_ID), ==, 1);
    bench_advance (bench, 61 * 1000);
    tg_client_ask_about (bench->client, BENCH_BOB, about_cb, heard);
    bench_run (bench);
    answer_about (bench, huge, FALSE);
    g_assert_cmpuint (heard->len, <, 300);
    g_string_truncate (heard, 0);
    bench_advance (bench, 61 * 1000);
    tg_client_ask_about (bench->client, BENCH_BOB, about_cb, heard);
    bench_run (bench);
    bench_refuse (bench, bench_call (bench, ApiUsersGetFullUser_ID), 400, "NO");
    assert_heard (heard, "Bob:-:1 "); /* what is known here */
}

/* --- pictures --- */

static GByteArray *
png (uint32_t width, uint32_t height, size_t more)
{
    static const uint8_t start[] = { 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n',
                                     0,    0,   0,   13,  'I',  'H',  'D',  'R' };
    GByteArray *bytes = g_byte_array_new ();
    uint32_t size[] = { GUINT32_TO_BE (width), GUINT32_TO_BE (height) };

    g_byte_array_append (bytes, start, sizeof start);
    g_byte_array_append (bytes, (uint8_t *)size, sizeof size);
    g_byte_array_set_size (bytes, bytes->len + (unsigned)more);
    return bytes;
}

static GByteArray *
jpeg (unsigned width, unsigned height, unsigned scans)
{
    const uint8_t head[] = { 0xff,
                             0xd8,
                             0xff,
                             0xe0,
                             0,
                             4,
                             'J',
                             'F',
                             0xff,
                             0xff,
                             0xc2,
                             0,
                             11,
                             8,
                             (uint8_t)(height >> 8),
                             (uint8_t)height,
                             (uint8_t)(width >> 8),
                             (uint8_t)width,
                             1,
                             1,
                             0x11,
                             0 };
    static const uint8_t scan[] = { 0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0, 0xff, 0 };
    GByteArray *bytes = g_byte_array_new ();

    g_byte_array_append (bytes, head, sizeof head);
    for (unsigned i = 0; i < scans; i++)
        g_byte_array_append (bytes, scan, sizeof scan);
    return bytes;
}

static void
assert_sane (GByteArray *take_bytes, gboolean sane)
{
    g_assert_cmpint (tg_picture_is_sane (take_bytes->data, take_bytes->len, 640), ==,
                     sane);
    for (unsigned len = 0; len < MIN (take_bytes->len, 24); len++) { /* cut short */
        g_autofree uint8_t *part = g_memdup2 (take_bytes->data, len);
        g_assert_false (len < 17 && tg_picture_is_sane (part, len, 640));
    }
    g_byte_array_unref (take_bytes);
}

/* MT-H27: only what is a picture by its header, of a sane size and with few passes */
static void
pictures_have_headers (void)
{
    static const char svg[] = "<svg xmlns=\"http://www.w3.org/2000/svg\"/>";

    assert_sane (png (160, 160, 9), TRUE);
    assert_sane (png (640, 640, 9), TRUE);
    assert_sane (png (641, 1, 9), FALSE);
    assert_sane (png (0, 160, 9), FALSE);
    assert_sane (png (60000, 60000, 9), FALSE);
    assert_sane (png (UINT32_MAX, UINT32_MAX, 9), FALSE);
    assert_sane (jpeg (160, 160, 1), TRUE);
    assert_sane (jpeg (160, 160, 10), TRUE);
    assert_sane (jpeg (160, 160, 1000), FALSE);
    assert_sane (jpeg (60000, 60000, 1), FALSE);
    assert_sane (jpeg (160, 0, 1), FALSE);
    g_assert_false (tg_picture_is_sane ((const uint8_t *)svg, sizeof svg, 640));
    g_assert_false (tg_picture_is_sane ((const uint8_t *)"GIF89a\1\0\1\0", 10, 640));
    for (unsigned marker = 0; marker < 256;
         marker++) { /* a header that goes on for ever */
        GByteArray *bytes = jpeg (160, 160, 1);
        for (unsigned i = 2; i + 1 < bytes->len; i++)
            bytes->data[i] = i % 2 ? (uint8_t)marker : 0xff;
        tg_picture_is_sane (bytes->data, bytes->len, 640);
        g_byte_array_unref (bytes);
    }
}

static void
hear_bob (Bench *bench, int64_t photo, int dc)
{
    ApiUserProfilePhoto one =
        TL_NEW (ApiUserProfilePhoto, .photo_id = photo, .dc_id = dc);
    ApiUser bob =
        TL_NEW (ApiUser, .id = BENCH_BOB, .contact = TRUE, .has_access_hash = TRUE,
                .access_hash = 8, .first_name = TL_STR ("Bob"),
                .photo = photo != 0 ? TL_OBJ (&one) : NULL);
    const TlObject *users[] = { TL_OBJ (&bob) };
    ApiUpdates updates = TL_NEW (ApiUpdates, .users = { users, 1 }, .date = 21);

    bench_receive (bench, TL_OBJ (&updates));
}

static void
want (Bench *bench)
{
    tg_client_fetch_photo (bench->client, BENCH_BOB);
    bench_advance (bench, 10);
}

static void
answer_file (Bench *bench, GByteArray *take_bytes)
{
    g_auto (TlWriter) answer = { 0 };

    tl_writer_int (&answer, (int32_t)ApiUploadFile_ID);
    tl_writer_int (&answer, (int32_t)FILE_UNKNOWN);
    tl_writer_int (&answer, 0); /* mtime */
    tl_writer_bytes (&answer, take_bytes->data, take_bytes->len);
    bench_answer_bytes (bench, bench_call (bench, ApiUploadGetFile_ID), answer.data,
                        answer.len);
    g_byte_array_unref (take_bytes);
}

/* MT-I20 MT-H9 MT-H10 MT-H13: a picture is fetched when it is asked for, once, and told; what
 * is none, too long, elsewhere or refused is not asked for again until it is another one */
static void
pictures_are_fetched (void)
{
    g_autoptr (Bench) bench = bench_new (TRUE);
    unsigned asked = 0;

    bench_online (bench);
    want (bench); /* nobody knows yet whether there is one */
    hear_bob (bench, 0, 0);
    want (bench); /* there is none */
    hear_bob (bench, PHOTO, 6);
    want (bench); /* it is nowhere */
    g_assert_cmpuint (bench_count (bench, ApiUploadGetFile_ID), ==, asked);
    hear_bob (bench, PHOTO, 2);
    g_assert_cmpuint (bench_count (bench, ApiUploadGetFile_ID), ==, asked);
    want (bench);
    want (bench);
    g_assert_cmpuint (bench_count (bench, ApiUploadGetFile_ID), ==, ++asked);
    answer_file (bench, png (160, 160, 100));
    g_assert_true (bench_told (bench, "photo 77 124"));
    for (int i = 0; i < 4; i++) {
        hear_bob (bench, PHOTO + 1 + i, 2);
        want (bench);
        g_assert_cmpuint (bench_count (bench, ApiUploadGetFile_ID), ==, ++asked);
        if (i == 0)
            answer_file (bench, png (60000, 60000, 100));
        else if (i == 1)
            answer_file (bench, png (160, 160, 128 * 1024));
        else if (i == 2)
            bench_refuse_with (bench, bench_call (bench, ApiUploadGetFile_ID), 303,
                               "FILE_MIGRATE", 4);
        else
            bench_refuse (bench, bench_call (bench, ApiUploadGetFile_ID),
                          MT_ERROR_LOCAL_BUDGET, "TOO_LARGE"); /* 100 MB */
        want (bench);
        want (bench);
        g_assert_cmpuint (bench_count (bench, ApiUploadGetFile_ID), ==, asked);
    }
    g_assert_null (strstr (bench->told->str, "photo"));
    hear_bob (bench, PHOTO + 9, 2);
    want (bench);
    hear_bob (bench, PHOTO + 10, 2); /* meanwhile it is another one */
    answer_file (bench, png (160, 160, 100));
    g_assert_null (strstr (bench->told->str, "photo"));
    want (bench);
    answer_file (bench, png (160, 160, 100));
    g_assert_true (bench_told (bench, "photo 87 124"));
}

/* MT-H13 MT-C32: what is at another data centre is asked for there; that it is not to be had
 * there holds nothing up here, and is not the picture's fault */
static void
pictures_are_elsewhere (void)
{
    g_autoptr (Bench) bench = bench_new (TRUE);
    ApiUserProfilePhoto there = TL_NEW (ApiUserProfilePhoto, .photo_id = 5, .dc_id = 4);
    ApiUserProfilePhoto here = TL_NEW (ApiUserProfilePhoto, .photo_id = 6, .dc_id = 2);
    ApiUser users[4];
    const TlObject *items[4];

    for (int i = 0; i < 4; i++) {
        users[i] =
            TL_NEW (ApiUser, .id = 5000 + i, .contact = TRUE, .has_access_hash = TRUE,
                    .access_hash = 8, .first_name = TL_STR ("X"),
                    .photo = i < 3 ? TL_OBJ (&there) : TL_OBJ (&here));
        items[i] = TL_OBJ (&users[i]);
    }
    ApiUpdates many = TL_NEW (ApiUpdates, .users = { items, 4 }, .date = 21);
    bench_online (bench);
    bench_receive (bench, TL_OBJ (&many));
    for (int i = 0; i < 4; i++)
        tg_client_fetch_photo (bench->client, 5000 + i);
    bench_advance (bench, 10);
    g_assert_cmpuint (bench_count (bench, ApiUploadGetFile_ID), ==, 3); /* two and one */
    g_assert_cmpint (bench_call (bench, ApiUploadGetFile_ID)->dc, ==, 2);
    answer_file (bench, png (160, 160, 100));
    g_assert_cmpint (bench_call (bench, ApiUploadGetFile_ID)->dc, ==, 4);
    for (int i = 0; i < 2; i++)
        bench_refuse (bench, bench_call (bench, ApiUploadGetFile_ID),
                      MT_ERROR_LOCAL_CLOSED, "CLOSED");
    bench_advance (bench, 10);
    g_assert_cmpuint (bench_count (bench, ApiUploadGetFile_ID), ==, 4);
    tg_client_fetch_photo (bench->client, 5000);
    bench_advance (bench, 10);
    g_assert_cmpuint (bench_count (bench, ApiUploadGetFile_ID), ==, 5);
}

/* MT-H14 MT-E13: a pause that one data centre wants is kept there, and nowhere else */
static void
pictures_pause (void)
{
    g_autoptr (Bench) bench = bench_new (TRUE);
    ApiUserProfilePhoto photos[3];
    ApiUser users[6];
    const TlObject *items[6];

    for (int i = 0; i < 3; i++) /* at home, which is 2, and at two others */
        photos[i] = TL_NEW (ApiUserProfilePhoto, .photo_id = 5, .dc_id = 2 + i);
    for (int i = 0; i < 6; i++) {
        users[i] = TL_NEW (ApiUser, .id = 5000 + i, .contact = TRUE,
                           .has_access_hash = TRUE, .access_hash = 8,
                           .first_name = TL_STR ("X"), .photo = TL_OBJ (&photos[i % 3]));
        items[i] = TL_OBJ (&users[i]);
    }
    ApiUpdates many = TL_NEW (ApiUpdates, .users = { items, 6 }, .date = 21);
    bench_online (bench);
    bench_receive (bench, TL_OBJ (&many));
    for (unsigned i = 0; i < 3; i++) { /* one waits, then two, then all three */
        tg_client_fetch_photo (bench->client, 5000 + i);
        bench_advance (bench, 10);
        g_assert_cmpuint (bench_count (bench, ApiUploadGetFile_ID), ==, 1 + i);
        bench_refuse_with (bench, bench_call (bench, ApiUploadGetFile_ID), 420,
                           "FLOOD_WAIT", 600);
    }
    for (int i = 3; i < 6; i++)
        tg_client_fetch_photo (bench->client, 5000 + i);
    bench_advance (bench, 599 * 1000);
    g_assert_cmpuint (bench_count (bench, ApiUploadGetFile_ID), ==, 3);
    bench_advance (bench, 2000);
    g_assert_cmpuint (bench_count (bench, ApiUploadGetFile_ID), ==, 3 + 6);
}

/* MT-H14 DECISIONS 32: two at once, whatever waits; a pause is kept by all of them */
static void
pictures_wait (void)
{
    enum { PEOPLE = 3000 };
    g_autoptr (Bench) bench = bench_new (TRUE);
    ApiUserProfilePhoto one = TL_NEW (ApiUserProfilePhoto, .photo_id = 5, .dc_id = 2);
    g_autofree ApiUser *users = g_new0 (ApiUser, PEOPLE);
    g_autofree const TlObject **items = g_new0 (const TlObject *, PEOPLE);

    for (int i = 0; i < PEOPLE; i++) {
        users[i] = TL_NEW (ApiUser, .id = 5000 + i, .first_name = TL_STR ("P"),
                           .contact = TRUE, .photo = TL_OBJ (&one));
        items[i] = TL_OBJ (&users[i]);
    }
    ApiUpdates many = TL_NEW (ApiUpdates, .users = { items, PEOPLE }, .date = 21);
    bench_online (bench);
    bench_receive (bench, TL_OBJ (&many));
    bench_advance (bench, 10 * 1000);
    for (int i = 0; i < PEOPLE; i++)
        tg_client_fetch_photo (bench->client, 5000 + i);
    bench_advance (bench, 10);
    g_assert_cmpuint (bench_count (bench, ApiUploadGetFile_ID), ==, 2);
    bench_refuse_with (bench, bench_call (bench, ApiUploadGetFile_ID), 420, "FLOOD_WAIT",
                       600);
    answer_file (bench, png (160, 160, 100));
    bench_advance (bench, 599 * 1000);
    g_assert_cmpuint (bench_count (bench, ApiUploadGetFile_ID), ==, 2);
    bench_advance (bench, 2000);
    unsigned got = 1;
    for (; bench_call (bench, ApiUploadGetFile_ID) != NULL; got++) {
        answer_file (bench, png (160, 160, 100));
        bench_advance (bench, 10);
    }
    g_assert_cmpuint (got, >=, 1000); /* the others are asked for another time */
    g_assert_cmpuint (got, <=, 1002);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
#define ADD(f) g_test_add_func ("/client/find/" #f, f)
    ADD (answers_hold);
    ADD (nothing_is_sent_in_vain);
    ADD (people_are_added);
    ADD (people_are_asked_about);
    ADD (pictures_have_headers);
    ADD (pictures_are_fetched);
    ADD (pictures_are_elsewhere);
    ADD (pictures_pause);
    ADD (pictures_wait);
    return g_test_run ();
}
