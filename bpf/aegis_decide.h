/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Rows 6 and 8 to 13 of the verdict table, and what datapath.md says of frames
 * that leave: in which order grants, rules and the rest are asked.
 *
 * TCP and UDP by exact grants are decided at once; aegis_others() decides what
 * is rare. It is a function of its own, so that the verifier follows it once.
 */
#ifndef AEGIS_DECIDE_H
#define AEGIS_DECIDE_H

#include "aegis_related.h"

/* Neighbour discovery and MLD that stay on the link: of ICMPv6. */
static __always_inline bool is_neighbour(const struct aegis_packet *p);

/* What is counted of one frame, or of a train of segments. */
struct aegis_amount {
	__u32 packets;
	__u32 bytes;
};

/* The reasons that admit. */
#define AEGIS_ADMITTING                                                        \
	(1U << AEGIS_ARP | 1U << AEGIS_NEIGHBOUR | 1U << AEGIS_RELATED_ERROR | \
	 1U << AEGIS_GRANT | 1U << AEGIS_STATIC | 1U << AEGIS_LINK_CONTROL)

_Static_assert(AEGIS_REASONS <= 32, "a bit for each reason");

static __always_inline bool admits(__u32 reason)
{
	return reason < AEGIS_REASONS && AEGIS_ADMITTING >> reason & 1;
}

/* What is not admitted is no reply, whatever it is. */
static __always_inline __u32 refusal(__u32 reason)
{
	return is_leaving() ? AEGIS_EGRESS : reason;
}

/* What has no ports, and what no exact grant has admitted at first sight. */
static __always_inline void others(struct aegis_frame *ctx,
				   struct aegis_packet *p,
				   struct aegis_decision *d)
{
	struct aegis_inside inside = {.otherwise = refusal(AEGIS_NO_GRANT)};
	bool is_asked = p->traits & AEGIS_HAS_PORTS; /* by_exact() */

	if (p->traits & AEGIS_HAS_EXTENSIONS) {
		d->reason = aegis_walk(ctx, p);
		if (d->reason != AEGIS_UNDECIDED)
			return;
	}
	if (p->traits & AEGIS_HAS_ICMP) {
		if (p->family == AEGIS_IPV6 && is_neighbour(p)) {
			d->reason = AEGIS_NEIGHBOUR;
			return;
		}
		if (!aegis_look_inside(ctx, p, &inside)) {
			d->reason = inside.otherwise;
			come_out(p, &inside);
			return;
		}
	}
	d->reason =
		p->traits & AEGIS_IS_FRAGMENT ? AEGIS_FRAGMENT : AEGIS_NO_GRANT;
	if (is_grantable(p))
		by_nearest(p, is_asked, d);
	by_rules(p, &inside, d);
	come_out(p, &inside);
}

__noinline int aegis_others(struct aegis_frame *ctx, struct aegis_packet *p,
			    struct aegis_decision *d)
{
	if (!p || !d)
		return 0;
	others(ctx, p, d);
	if (!admits(d->reason)) {
		d->reason = refusal(d->reason);
		d->slot = is_leaving() ? 0 : d->slot;
	}
	return 0;
}

/* Decides; the record of the grant that admits, or NULL. */
static __always_inline struct aegis_record *decide(struct aegis_frame *ctx,
						   struct aegis_packet *p,
						   struct aegis_decision *d)
{
	bool may_be_granted = !is_leaving() || p->traits & AEGIS_IS_REPLY;
	bool more = !(p->traits & AEGIS_HAS_PORTS);
	struct aegis_record *r = NULL;

	if (!more && may_be_granted)
		r = by_exact(p, d, &more);
	if (more) {
		aegis_others(ctx, p, d);
		return d->reason == AEGIS_GRANT ? record_of(d->slot) : NULL;
	}
	if (!r)
		d->reason =
			is_static(p) ? AEGIS_STATIC : refusal(AEGIS_NO_GRANT);
	return r;
}

#endif
