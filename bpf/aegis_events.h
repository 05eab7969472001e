/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Tells user space of drops. While nobody listens, a drop costs one load. While
 * somebody does, each CPU tells of a few drops of each reason in each window of
 * time and counts the others: a flood makes no more events than a trickle. What
 * becomes of an event never changes a verdict.
 */
#ifndef AEGIS_EVENTS_H
#define AEGIS_EVENTS_H

#include "aegis_verdict.h"

#define AEGIS_EVENT_BYTES (1 << 18)	   /* of the ring; whole pages */
#define AEGIS_EVENT_WINDOW_NS 100000000ULL /* of time */
#define AEGIS_EVENT_BURST 8 /* events in a window, per reason and CPU */

/* Written by the datapath, read by one process; made anew by each. */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, AEGIS_EVENT_BYTES);
} aegis_events SEC(".maps");

/* Written by the datapath, per CPU, by reason; made anew by each process. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, AEGIS_REASONS);
	__type(key, __u32);
	__type(value, struct aegis_event_limit);
} aegis_event_limits SEC(".maps");

/* Unread; tells user space what stands in the ring. */
const volatile struct aegis_event aegis_event_type;

/* Who listens: a number that is new each time somebody begins; 0: nobody. */
static __always_inline __u64 listening(void)
{
	__u32 zero = 0;
	struct aegis_state *state = bpf_map_lookup_elem(&aegis_state, &zero);

	return state ? *(volatile __u64 *)&state->events : 0;
}

/* Whether a drop may be told of; if not, it is counted as one that was not. */
static __always_inline bool is_within(struct aegis_event_limit *l, __u64 who)
{
	__u64 now = bpf_ktime_get_coarse_ns();

	if (l->listener != who) {
		l->listener = who;
		l->unreported = 0;
		l->window_ns = 0;
	}
	if (now - l->window_ns >= AEGIS_EVENT_WINDOW_NS) {
		l->window_ns = now;
		l->reported = 0;
	}
	if (l->reported >= AEGIS_EVENT_BURST) {
		l->unreported++;
		return false;
	}
	l->reported++;
	return true;
}

static __always_inline void describe(struct aegis_event *e,
				     const struct aegis_packet *p)
{
	const __be64 *source = is_leaving() ? p->service : p->client;
	const __be64 *destination = is_leaving() ? p->client : p->service;

	e->source[0] = source[0];
	e->source[1] = source[1];
	e->destination[0] = destination[0];
	e->destination[1] = destination[1];
	e->source_port = is_leaving() ? p->service_port : p->client_port;
	e->destination_port = is_leaving() ? p->client_port : p->service_port;
	e->family = p->family;
	e->protocol = p->protocol;
	e->has_ports = !!(p->traits & AEGIS_HAS_PORTS);
}

static __always_inline void describe_nothing(struct aegis_event *e)
{
	e->source[0] = 0;
	e->source[1] = 0;
	e->destination[0] = 0;
	e->destination[1] = 0;
	e->source_port = 0;
	e->destination_port = 0;
	e->family = 0;
	e->protocol = 0;
	e->has_ports = 0;
}

/*
 * A function of its own, see aegis_is_static(): hardly any drop is told of.
 * "p" is NULL where the headers alone decided.
 */
__noinline int aegis_report(__u32 reason, __u64 now, __u64 who,
			    const struct aegis_packet *p)
{
	struct aegis_event_limit *limit;
	struct aegis_event *e;

	limit = bpf_map_lookup_elem(&aegis_event_limits, &reason);
	if (!limit || !is_within(limit, who))
		return 0;
	e = bpf_ringbuf_reserve(&aegis_events, sizeof(*e), 0);
	if (!e) {
		limit->unreported++;
		return 0;
	}
	e->boot_ns = (now ? now : boot_time(true)) - AEGIS_TICK_NS;
	e->unreported = limit->unreported;
	e->interface_slot = aegis_settings.interface_slot;
	e->reason = reason;
	e->direction = AEGIS_WAY;
	e->reserved[0] = 0;
	e->reserved[1] = 0;
	e->reserved[2] = 0;
	if (p)
		describe(e, p);
	else
		describe_nothing(e);
	limit->unreported = 0;
	bpf_ringbuf_submit(e, 0);
	return 0;
}

/*
 * Tells of a dropped packet. "now" is the boot clock's, up to AEGIS_TICK_NS
 * ahead; 0 if it was not asked yet.
 */
static __always_inline void report(__u32 reason, __u64 now,
				   const struct aegis_packet *p)
{
	__u64 who = listening();

	if (who)
		aegis_report(reason, now, who, p);
}

#endif
