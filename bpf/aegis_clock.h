/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What time it is, for a fraction of what asking costs: the coarse monotonic
 * clock, plus the time the machine has been suspended, which is measured anew
 * once a second on each CPU. So a grant that ended while the machine slept may
 * admit for a second after it woke up.
 *
 * The coarse clock stands still between two ticks. It is taken as late as it
 * can be: a grant ends up to 10 ms too soon rather than too late.
 */
#ifndef AEGIS_CLOCK_H
#define AEGIS_CLOCK_H

#include "aegis_packet.h"

#define AEGIS_CLOCK_NS 1000000000ULL /* how long an offset is believed */
#define AEGIS_TICK_NS 10000000ULL /* between two ticks, at most (HZ is 100) */

/* Written by the datapath, per CPU; made anew by each process. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct aegis_clock);
} aegis_clock SEC(".maps");

/*
 * The monotonic clock is read first: what passes until the other one is read
 * makes it later than it is, never earlier.
 */
static __always_inline __u64 measured_offset(void)
{
	__u64 monotonic = bpf_ktime_get_ns();

	return bpf_ktime_get_boot_ns() - monotonic + AEGIS_TICK_NS;
}

/*
 * CLOCK_BOOTTIME, ns, up to AEGIS_TICK_NS ahead. Without "may_keep" nothing is
 * written.
 */
static __always_inline __u64 boot_time(bool may_keep)
{
	__u64 coarse = bpf_ktime_get_coarse_ns();
	__u32 zero = 0;
	struct aegis_clock *c = bpf_map_lookup_elem(&aegis_clock, &zero);

	if (!c)
		return coarse + measured_offset();
	if (!c->checked_ns || coarse - c->checked_ns >= AEGIS_CLOCK_NS) {
		__u64 offset = measured_offset();

		if (!may_keep)
			return coarse + offset;
		c->offset_ns = offset;
		c->checked_ns = coarse;
	}
	return coarse + c->offset_ns;
}

#endif
