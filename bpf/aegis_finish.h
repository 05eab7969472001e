/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Part three of the datapath, the same for both directions: from a reason to
 * what becomes of the frame, and what is counted.
 */
#ifndef AEGIS_FINISH_H
#define AEGIS_FINISH_H

#include "aegis_verdict.h"

#define AEGIS_LAZY_NS 1000000000ULL /* activity is written once a second */
#define AEGIS_COUNTERS (AEGIS_INTERFACES * AEGIS_DIRECTIONS * AEGIS_REASONS)

/* Written by the datapath, per CPU: in softirq context no atomics are needed.
 */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, AEGIS_COUNTERS);
	__type(key, __u32);
	__type(value, struct aegis_counter);
} aegis_counters SEC(".maps");

/* Unread; without it the compiler tells user space nothing of these numbers. */
const volatile enum aegis_reason aegis_reasons;

/* Rows 3 and 4 of the verdict table, and everything the headers tell alone. */
static __always_inline __u32 parse(struct aegis_cursor *c,
				   struct aegis_packet *p)
{
	__be16 type = 0;
	__u32 reason = parse_link(c, &type);

	if (reason != AEGIS_UNDECIDED)
		return reason;
	if (type == bpf_htons(ETH_P_ARP))
		return c->left < AEGIS_ARP_BYTES ? AEGIS_MALFORMED : AEGIS_ARP;
	if (type == bpf_htons(ETH_P_IP))
		return parse_ipv4(c, p);
	if (type == bpf_htons(ETH_P_IPV6))
		return parse_ipv6(c, p);
	return is_link_control(type) ? AEGIS_LINK_CONTROL : AEGIS_ETHERTYPE;
}

static __always_inline bool admits(__u32 reason)
{
	switch (reason) {
	case AEGIS_ARP:
	case AEGIS_NEIGHBOUR:
	case AEGIS_RELATED_ERROR:
	case AEGIS_GRANT:
	case AEGIS_STATIC:
	case AEGIS_LINK_CONTROL:
		return true;
	default:
		return false;
	}
}

/* What audit of an interface lets pass all the same; rows 1 and 2 never do. */
static __always_inline bool is_audited(__u32 reason)
{
	return has_setting(AEGIS_SETTING_AUDIT) && !admits(reason) &&
	       reason != AEGIS_MALFORMED && reason != AEGIS_VLAN_DEPTH;
}

/* What is counted of one frame, or of a train of segments. */
struct aegis_amount {
	__u32 packets;
	__u32 bytes;
};

static __always_inline void count(__u32 direction, __u32 reason,
				  const struct aegis_amount *amount,
				  bool audited)
{
	__u32 slot = aegis_settings.interface_slot;
	__u32 index =
		(slot * AEGIS_DIRECTIONS + direction) * AEGIS_REASONS + reason;
	struct aegis_counter *n = bpf_map_lookup_elem(&aegis_counters, &index);

	if (!n)
		return;
	if (audited) {
		n->audit_packets += amount->packets;
		n->audit_bytes += amount->bytes;
	} else {
		n->packets += amount->packets;
		n->bytes += amount->bytes;
	}
}

/*
 * When a grant saw traffic, written lazily, to spare its cache line. It is told
 * as late as it may be.
 */
static __always_inline void note_time(__u64 *boot_ns, __u64 now)
{
	__u64 at = now - AEGIS_TICK_NS;

	if (at > *boot_ns && at - *boot_ns >= AEGIS_LAZY_NS)
		*boot_ns = at;
}

/* What a dry run returns: see AEGIS_SETTING_DRY_RUN. */
static __always_inline int answer(const struct aegis_decision *d, bool passes,
				  bool audited)
{
	return (passes ? XDP_PASS : XDP_DROP) |
	       d->reason << AEGIS_DRY_RUN_REASON_SHIFT |
	       (audited ? AEGIS_DRY_RUN_WOULD_DROP : 0);
}

#endif
