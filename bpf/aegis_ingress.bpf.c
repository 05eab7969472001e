// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * What arrives on a protected interface: dropped unless a grant, a static rule
 * or one of the few protocols a link cannot do without admits it.
 *
 * Four parts: parse (aegis_parse.h), verdict (aegis_verdict.h), finish, entry.
 */
#include "aegis_events.h"
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

static __always_inline __u32 counter_index(__u32 direction, __u32 reason)
{
	__u32 slot = aegis_settings.interface_slot;

	return (slot * AEGIS_DIRECTIONS + direction) * AEGIS_REASONS + reason;
}

static __always_inline void count(__u32 reason, __u32 length, bool audited)
{
	__u32 index = counter_index(AEGIS_ARRIVING, reason);
	struct aegis_counter *n = bpf_map_lookup_elem(&aegis_counters, &index);

	if (!n)
		return;
	if (audited) {
		n->audit_packets++;
		n->audit_bytes += length;
	} else {
		n->packets++;
		n->bytes += length;
	}
}

/* Shared by all CPUs, hence atomics; the time lazily, to spare its cache line.
 */
static __always_inline void account(const struct aegis_decision *d,
				    __u32 length)
{
	struct aegis_record *r = d->record;
	__u64 now = d->now - AEGIS_TICK_NS; /* told as late as it may be */

	if (d->reason != AEGIS_GRANT || !r)
		return;
	__sync_fetch_and_add(&r->packets, 1);
	__sync_fetch_and_add(&r->bytes, length);
	if (now > r->in_boot_ns && now - r->in_boot_ns >= AEGIS_LAZY_NS)
		r->in_boot_ns = now;
}

/* Answers instead of acting: see AEGIS_SETTING_DRY_RUN. */
static __always_inline int answer(struct xdp_md *ctx,
				  const struct aegis_decision *d, int action,
				  bool audited)
{
	__u64 *head = (void *)(long)ctx->data;

	if ((void *)(head + 1) <= (void *)(long)ctx->data_end)
		*head = d->grant;
	return action | d->reason << AEGIS_DRY_RUN_REASON_SHIFT |
	       (audited ? AEGIS_DRY_RUN_WOULD_DROP : 0);
}

/* The one place a reason becomes an action: not admitted means dropped. */
static __always_inline int finish(struct xdp_md *ctx,
				  const struct aegis_packet *p,
				  const struct aegis_decision *d)
{
	bool audited = is_audited(d->reason);
	int action = admits(d->reason) || audited ? XDP_PASS : XDP_DROP;

	if (has_setting(AEGIS_SETTING_DRY_RUN))
		return answer(ctx, d, action, audited);
	count(d->reason, p->frame_length, audited);
	account(d, p->frame_length);
	if (action == XDP_DROP)
		report(AEGIS_ARRIVING, d->reason, d->now, p);
	return action;
}

static __always_inline __u32 frame_length(struct xdp_md *ctx)
{
	if (has_setting(AEGIS_SETTING_BUFF_LEN))
		return bpf_xdp_get_buff_len(ctx);
	return ctx->data_end - ctx->data;
}

SEC("xdp")
int aegis_ingress(struct xdp_md *ctx)
{
	struct aegis_cursor cursor = {
		.at = (void *)(long)ctx->data,
		.end = (void *)(long)ctx->data_end,
		.left = frame_length(ctx),
	};
	struct aegis_decision decision = {};
	struct aegis_packet packet;
	__u32 reason;

	begin(&packet, cursor.left);
	reason = parse(&cursor, &packet);
	/* Two ends, so that a header's own verdict carries nothing along. */
	if (reason != AEGIS_UNDECIDED) {
		decision.reason = reason;
		return finish(ctx, &packet, &decision);
	}
	verdict(&packet, &decision);
	return finish(ctx, &packet, &decision);
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
