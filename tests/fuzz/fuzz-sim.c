/* The whole machine: the bytes are the schedule of the simulation (secret-sim.h). */
#include "fuzz.h"

#include "secret-pair.h"
#include "secret-sim.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t len)
{
    SimStats stats = { 0 };

    pair_quiet ();
    sim_bytes (data, len, &stats);
    return 0;
}
