/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Part three of the datapath: from a reason to what becomes of the frame, and
 * what is counted.
 *
 * Whoever includes this has defined before what differs between the directions:
 * is_neighbour(), measure(), answer_grant(), AEGIS_PASS and AEGIS_DROP.
 */
#ifndef AEGIS_FINISH_H
#define AEGIS_FINISH_H

#include "aegis_decide.h"
#include "aegis_events.h"

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

/* What audit of an interface lets pass all the same; rows 1 and 2 never do. */
static __always_inline bool is_audited(__u32 reason)
{
	return has_setting(AEGIS_SETTING_AUDIT) && !admits(reason) &&
	       reason != AEGIS_MALFORMED && reason != AEGIS_VLAN_DEPTH;
}

static __always_inline void
count(__u32 reason, const struct aegis_amount *amount, bool audited)
{
	__u32 slot = aegis_settings.interface_slot;
	__u32 index =
		(slot * AEGIS_DIRECTIONS + AEGIS_WAY) * AEGIS_REASONS + reason;
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

/* What a grant has admitted. Shared by all CPUs, hence atomics. */
static __always_inline void account(struct aegis_record *r, __u64 now,
				    const struct aegis_amount *amount)
{
	if (is_leaving()) {
		note_time(&r->out_boot_ns, now);
		return;
	}
	__sync_fetch_and_add(&r->packets, 1);
	__sync_fetch_and_add(&r->bytes, amount->bytes);
	note_time(&r->in_boot_ns, now);
}

/* What a dry run returns: see AEGIS_SETTING_DRY_RUN. */
static __always_inline int answer(struct aegis_frame *ctx,
				  const struct aegis_decision *d, bool passes,
				  bool audited)
{
	struct aegis_record *r = d->slot ? record_of(d->slot) : NULL;

	answer_grant(ctx, r ? r->id : 0);
	return (passes ? XDP_PASS : XDP_DROP) |
	       d->reason << AEGIS_DRY_RUN_REASON_SHIFT |
	       (audited ? AEGIS_DRY_RUN_WOULD_DROP : 0);
}

/*
 * The one place a reason becomes an action: not admitted means dropped. "r" is
 * the record of the grant that admits, "p" what is known of the frame: NULL for
 * neither.
 */
static __always_inline int finish(struct aegis_frame *ctx, __u32 length,
				  const struct aegis_packet *p,
				  const struct aegis_decision *d,
				  struct aegis_record *r)
{
	bool audited = is_audited(d->reason);
	bool passes = admits(d->reason) || audited;
	struct aegis_amount amount;

	if (has_setting(AEGIS_SETTING_DRY_RUN))
		return answer(ctx, d, passes, audited);
	measure(ctx, length, &amount);
	count(d->reason, &amount, audited);
	if (r)
		account(r, d->now, &amount);
	if (!passes)
		report(d->reason, d->now, p);
	return passes ? AEGIS_PASS : AEGIS_DROP;
}

/* From a frame to what becomes of it. */
static __always_inline int judge_frame(struct aegis_frame *ctx,
				       struct aegis_cursor *c)
{
	struct aegis_decision d = {};
	struct aegis_packet packet;
	struct aegis_record *r;
	__u32 length = c->left;
	__u32 reason = parse(c, &packet);

	/* Two ends, so that a header's own verdict carries nothing along. */
	if (reason != AEGIS_UNDECIDED) {
		struct aegis_decision own = {
			.reason = admits(reason) ? reason : refusal(reason),
		};

		return finish(ctx, length, NULL, &own, NULL);
	}
	r = decide(ctx, &packet, &d);
	return finish(ctx, length, &packet, &d, r);
}

#endif
