/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Part two of the datapath: from a packet description to a reason.
 *
 * Pure over the maps: nothing is written here, so that the program and its
 * dry-run twin cannot come to different answers.
 */
#ifndef AEGIS_VERDICT_H
#define AEGIS_VERDICT_H

#include "aegis_wide.h"
#include "aegis_clock.h"

#define AEGIS_ND_ROUTER_SOLICIT 133
#define AEGIS_ND_ROUTER_ADVERT 134
#define AEGIS_ND_NEIGHBOUR_SOLICIT 135
#define AEGIS_ND_NEIGHBOUR_ADVERT 136
#define AEGIS_MLD_QUERY 130
#define AEGIS_MLD_REPORT 131
#define AEGIS_MLD_DONE 132
#define AEGIS_MLD_REPORT_2 143
#define AEGIS_ND_HOP_LIMIT 255 /* was not forwarded, RFC 4861 section 11.2 */
#define AEGIS_LINK_MULTICAST 0xff02    /* ff02::/16, RFC 4291 section 2.7 */
#define AEGIS_LINK_LOCAL (0xfe80 >> 6) /* fe80::/10, section 2.5.6 */
#define AEGIS_MLD_HOP_LIMIT 1 /* will not be forwarded, RFC 3810 section 5 */
#define AEGIS_MS_NS 1000000ULL

/* Set by the loader, one copy for each interface; constants for the verifier.
 */
const volatile struct aegis_settings aegis_settings;

/*
 * Unread; set by the loader to what tells this object from every other, so that
 * user space knows what the settings of an attached program were meant for.
 */
const volatile __u64 aegis_object;

/* Written by user space through a mapping, so that the lease is one store. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct aegis_state);
} aegis_state SEC(".maps");

/*
 * Every IPv6 address of this host, in all of its interfaces: written by user
 * space when the program is loaded and whenever they change, looked at only for
 * neighbour discovery with a unicast destination. HASH, so that an address is
 * there whole or not at all.
 */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, AEGIS_OWN_ADDRESSES);
	__type(key, struct aegis_own_key);
	__type(value, __u32);
} aegis_own SEC(".maps");

/* Who decided. */
struct aegis_decision {
	__u64 reason; /* enum aegis_reason */
	__u64 slot;   /* of the grant that decided; 0: none did */
	__u64 now;    /* CLOCK_BOOTTIME, ns; 0: not asked yet */
};

static __always_inline bool has_setting(__u32 flag)
{
	return aegis_settings.flags & flag;
}

static __always_inline bool is_link_control(__be16 type)
{
#pragma unroll
	for (int i = 0; i < AEGIS_ETHERTYPES; i++) {
		if (type && type == aegis_settings.ethertype[i])
			return true;
	}
	return false;
}

/* To link-scope multicast or a link-local address: no router forwards that. */
static __always_inline bool is_link_scope(const __be64 *address)
{
	__u64 high = bpf_be64_to_cpu(address[0]);

	return high >> 48 == AEGIS_LINK_MULTICAST ||
	       high >> 54 == AEGIS_LINK_LOCAL;
}

/*
 * A router forwards a packet that came with hop limit 255: the server behind it
 * discards that as neighbour discovery, but it gets it. So the destination must
 * be one that is not forwarded. Addresses of our own are such: solicitations by
 * unicast and answers to our own solicitations go there.
 */
static __always_inline bool is_own(const __be64 *address)
{
	struct aegis_own_key key = {
		.address = {address[0], address[1]},
	};

	return bpf_map_lookup_elem(&aegis_own, &key);
}

/* Not zero where an address is outside a prefix. */
static __always_inline __u64 outside(const volatile __be64 *prefix,
				     const volatile __be64 *mask,
				     const __be64 *address)
{
	return ((address[0] ^ prefix[0]) & mask[0]) |
	       ((address[1] ^ prefix[1]) & mask[1]);
}

/* Not zero where a port is below the first or above the last. */
static __always_inline __u64 beyond(__u64 port, __u64 first, __u64 last)
{
	return (port - first) >> 63 | (last - port) >> 63;
}

/* Without branches, which the verifier would multiply by rules. */
static __always_inline bool matches(const volatile struct aegis_rule *r,
				    const struct aegis_packet *p)
{
	__u64 miss = r->family ^ p->family;

	miss |= (r->protocol ^ p->protocol) & r->protocol_mask;
	miss |= r->needs & ~p->traits;
	miss |= beyond(p->client_port, r->client_port_first,
		       r->client_port_last);
	miss |= beyond(p->service_port, r->service_port_first,
		       r->service_port_last);
	miss |= outside(r->client, r->client_mask, p->client);
	miss |= outside(r->service, r->service_mask, p->service);
	return !miss;
}

/*
 * An IPv4-mapped address in an IPv6 header is no address on the wire (RFC 4291
 * section 2.5.5.2): nothing is ever permitted to it, by no prefix.
 */
static __always_inline bool is_mapped(const __be64 *address)
{
	return !address[0] && bpf_be64_to_cpu(address[1]) >> 32 == 0xffff;
}

static __always_inline bool is_matchable(const struct aegis_packet *p)
{
	return p->family == AEGIS_IPV4 ||
	       !(is_mapped(p->client) || is_mapped(p->service));
}

/*
 * Whether a rule admits a packet. A function of its own, as are some more that
 * few packets come to: the verifier follows it once, and not once for each of
 * the many ways through the headers.
 */
__noinline int aegis_is_static(const struct aegis_packet *p)
{
	if (!p || !is_matchable(p))
		return 0;
#pragma clang loop unroll(disable)
	for (__u32 i = 0; i < AEGIS_RULES; i++) {
		if (i >= aegis_settings.rule_count)
			return 0;
		if (matches(&aegis_settings.rule[i], p))
			return 1;
	}
	return 0;
}

static __always_inline bool is_static(const struct aegis_packet *p)
{
	return aegis_settings.rule_count && aegis_is_static(p);
}

static __always_inline bool has_lease(__u64 now)
{
	__u32 zero = 0;
	struct aegis_state *state = bpf_map_lookup_elem(&aegis_state, &zero);

	return state && now < state->lease_until_boot_ns;
}

/* Whether the idle limit has run out; see aegis_record. */
static __always_inline bool is_idle(const struct aegis_record *r, __u64 now)
{
	__u64 since = r->in_boot_ns;

	if (has_setting(AEGIS_SETTING_BOTH_WAYS) && r->out_boot_ns < since)
		since = r->out_boot_ns;
	/* "now" was read before another CPU wrote: not idle, never negative. */
	return now > since && now - since >= r->idle_ms * AEGIS_MS_NS;
}

/* What one grant, taken alone, says to a packet of its tuple. */
static __always_inline __u32 judge(const struct aegis_record *r, __u64 now)
{
	__u32 flags = r->key.flags;

	if (now >= r->hard_boot_ns || now >= r->soft_boot_ns)
		return AEGIS_EXPIRED;
	if (r->idle_ms && is_idle(r, now))
		return AEGIS_IDLE;
	if ((flags & AEGIS_GRANT_NEEDS_LEASE) && !has_lease(now))
		return AEGIS_LEASE;
	return flags & AEGIS_GRANT_AUDIT ? AEGIS_WOULD_ADMIT : AEGIS_GRANT;
}

/* What time it is; asked once for each packet. */
static __always_inline __u64 now_of(struct aegis_decision *d)
{
	if (!d->now)
		d->now = boot_time(!has_setting(AEGIS_SETTING_DRY_RUN));
	return d->now;
}

/* The record of a slot, if it is of this key and live: then it admits. */
static __always_inline struct aegis_record *
admits_by(__u64 slot, const struct aegis_packet *p, struct aegis_decision *d)
{
	struct aegis_record *r = record_of(slot);

	if (!r || !is_for(r, p) || judge(r, now_of(d)) != AEGIS_GRANT)
		return NULL;
	d->reason = AEGIS_GRANT;
	d->slot = slot;
	return r;
}

/* The best that was found in some slots. */
struct aegis_nearest {
	__u64 slot; /* 0: none */
	__u64 rank; /* a reason, or AEGIS_RANK_GRANT */
};

#define AEGIS_RANK_GRANT 255 /* above every reason there is */

/*
 * Compares one slot that has the tag, and takes it if it is better. A function
 * of its own, see aegis_is_static(): it is called for nearly each slot that is
 * the one, and for hardly any other.
 */
__noinline int aegis_compare(__u64 slot, const struct aegis_sought *s,
			     __u64 now, struct aegis_nearest *best)
{
	struct aegis_record *r = record_of(slot);
	__u64 rank;

	if (!r || !s || !best || !is_sought(r, s))
		return 0;
	rank = judge(r, now);
	if (rank == AEGIS_GRANT)
		rank = AEGIS_RANK_GRANT;
	if (rank > best->rank) {
		best->rank = rank;
		best->slot = slot;
	}
	return 0;
}

/*
 * Every slot of a line that has the tag, one after the other: false tags, and
 * up to four grants of one tuple.
 */
static __always_inline void compare_line(__u32 index, __u32 tag,
					 const struct aegis_sought *s,
					 __u64 now, struct aegis_nearest *best)
{
	struct aegis_line *line = bpf_map_lookup_elem(&aegis_lines, &index);

	if (!line)
		return;
#pragma clang loop unroll(disable)
	for (int i = 0; i < AEGIS_LINE_SLOTS; i++) {
		__u64 slot = *(volatile __u64 *)&line->slot[i];

		if (slot >> 32 == tag)
			aegis_compare(slot, s, now, best);
	}
}

/*
 * One width: of the grants of a packet that are so wide, the one that comes
 * nearest to admitting it, if it comes nearer than those before. 0 is the width
 * of exact targets. A function of its own, see aegis_is_static().
 */
__noinline int aegis_by_width(const struct aegis_packet *p, __u64 width,
			      __u64 now, struct aegis_nearest *best)
{
	struct aegis_sought s;
	struct aegis_place at;

	if (!p || !best)
		return 0;
	widen(p, width, &s);
	locate_key(s.client, s.service, s.tail, p->family, &at);
	if (!may_be_known(at.tag))
		return 0;
	compare_line(at.line, at.tag, &s, now, best);
	compare_line(at.other_line, at.tag, &s, now, best);
	return 0;
}

/* Every width in use, until a grant admits. */
static __always_inline void by_widths(const struct aegis_packet *p, __u64 now,
				      struct aegis_nearest *best)
{
	struct aegis_family_widths *of = widths_of(p);

	if (!of)
		return;
#pragma clang loop unroll(disable)
	for (__u32 i = 0; i < AEGIS_WIDTHS; i++) {
		if (i >= *(volatile __u64 *)&of->used ||
		    best->rank == AEGIS_RANK_GRANT)
			return;
		aegis_by_width(p, *(volatile __u64 *)&of->width[i], now, best);
	}
}

/*
 * Rows 10 and 12, for what the first look at each line has not found to admit.
 * A fragment stays one unless a grant admits it or would (row 6). "is_asked"
 * says that the client may have wide grants.
 */
static __always_inline void by_nearest(const struct aegis_packet *p,
				       bool is_asked, struct aegis_decision *d)
{
	bool is_fragment = p->traits & AEGIS_IS_FRAGMENT;
	struct aegis_nearest best = {
		.rank = is_fragment ? AEGIS_NO_GRANT : 0,
	};
	__u64 now = now_of(d);

	if (!is_fragment) /* exact grants name a port: no fragment is theirs */
		aegis_by_width(p, 0, now, &best);
	if (is_asked || (has_widths(p) && may_have_wide(p)))
		by_widths(p, now, &best);
	if (!best.slot)
		return;
	d->slot = best.slot;
	d->reason = best.rank == AEGIS_RANK_GRANT ? AEGIS_GRANT : best.rank;
}

/*
 * Whether a grant may be asked. What leaves must open nothing, too. An IPv4
 * address in IPv6 matches nothing, see is_mapped().
 */
static __always_inline bool is_grantable(const struct aegis_packet *p)
{
	if (is_leaving() && !(p->traits & AEGIS_IS_REPLY))
		return false;
	return p->traits &
		       (AEGIS_HAS_PORTS | AEGIS_IS_ECHO | AEGIS_IS_FRAGMENT) &&
	       is_matchable(p);
}

/*
 * Row 10 for exact grants of a packet with ports: the one that admits. Where
 * there is none, "more" says whether others must be asked, too: some grant was
 * found, but does not admit; or a wide one may be there.
 */
static __always_inline struct aegis_record *
by_exact(const struct aegis_packet *p, struct aegis_decision *d, bool *more)
{
	struct aegis_record *r;
	struct aegis_place at;
	__u64 first, second;

	locate(p, &at);
	if (may_be_known(at.tag)) {
		first = tagged(at.line, at.tag);
		r = first ? admits_by(first, p, d) : NULL;
		if (r)
			return r;
		second = tagged(at.other_line, at.tag);
		r = second ? admits_by(second, p, d) : NULL;
		if (r)
			return r;
		*more = first || second;
	}
	*more = *more || (has_widths(p) && may_have_wide(p));
	return NULL;
}

#endif
