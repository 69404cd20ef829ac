/* The whole machine: the bytes are the schedule of the simulation (secret-sim.h). */
#include "fuzz.h"

#include "secret-pair.h"
#include "secret-sim.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t len)
{
    static gboolean quiet;
    SimStats stats = { 0 };

    if (!quiet)
        pair_quiet ();
    quiet = TRUE;
    sim_bytes (data, len, &stats);
    return 0;
}
