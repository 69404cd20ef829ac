/* The whole machine: the bytes are the schedule of the simulation (draw.h). */
#include "fuzz.h"

#include "draw.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t len)
{
    DrawStats stats = { 0 };

    world_quiet ();
    draw_bytes (data, len, &stats);
    return 0;
}
