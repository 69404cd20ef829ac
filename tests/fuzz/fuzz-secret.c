/* A peer with the right key and wrong intentions: bodies, layers, numbers, and plaintexts
 * from the frame on (SC-B8 to B11, SC-M10 to M13). */
#include "fuzz.h"

#include "forge.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t len)
{
    static const int32_t layers[] = { 8, 17, 20, 45, 46, 66, 73, 101, 143, 144, 151, 0 };

    world_quiet ();
    g_autoptr (World) w = world_ready_at (7);
    End *victim = &w->ends[0], *peer = &w->ends[1];
    w->lawless = TRUE;
    for (int i = 0; i < 8 && len > 0; i++) {
        uint8_t code = fuzz_byte (&data, &len);
        uint8_t numbers = fuzz_byte (&data, &len);
        size_t want = 4u * (fuzz_byte (&data, &len) & 63);
        size_t piece = MIN (len, want);
        TalkSecret info = end_info (peer), ours = end_info (victim);
        if (ours.state != TALK_STATE_READY)
            break;
        /* mostly the numbers that fit, so that the body is reached */
        int32_t in = 2 * (int32_t)info.raw_in + 1, out = 2 * (int32_t)ours.raw_in;
        if ((code & 0x80) != 0)
            in += (int8_t)numbers;
        if ((code & 0x40) != 0)
            out += (int8_t)numbers;
        g_autofree uint8_t *exact = fuzz_exact (data, piece);
        if ((code & 0x20) != 0) {
            server_injects (victim, TL_BYTES (exact, piece));
        } else {
            g_autoptr (GBytes) forged = forge_raw (
                peer, layers[code % G_N_ELEMENTS (layers)], in, out, exact, piece);
            size_t forged_len;
            const uint8_t *bytes = g_bytes_get_data (forged, &forged_len);
            server_injects (victim, TL_BYTES (bytes, forged_len));
        }
        data += piece;
        len -= piece;
    }
    if (end_info (victim).state == TALK_STATE_READY) {
        end_restarts (victim, NULL, NULL);
        world_advance (w, 1000);
    }
    return 0;
}
