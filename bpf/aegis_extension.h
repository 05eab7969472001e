/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * IPv6: from bytes to a packet description, and the walk along extension
 * headers, row 7 of the verdict table.
 */
#ifndef AEGIS_EXTENSION_H
#define AEGIS_EXTENSION_H

#include "aegis_parse.h"

static __always_inline bool is_extension(__u8 next)
{
	switch (next) {
	case IPPROTO_HOPOPTS:
	case IPPROTO_ROUTING:
	case IPPROTO_FRAGMENT:
	case IPPROTO_AH:
	case IPPROTO_DSTOPTS:
	case AEGIS_NEXT_MOBILITY:
	case AEGIS_NEXT_HIP:
	case AEGIS_NEXT_SHIM6:
		return true;
	default:
		return false;
	}
}

/* Hop-by-Hop stands first or nowhere, RFC 8200 section 4.1. */
static __always_inline bool is_passable(__u8 next, int before)
{
	return next == IPPROTO_DSTOPTS || next == IPPROTO_FRAGMENT ||
	       (next == IPPROTO_HOPOPTS && before == 0);
}

/* Where a walk along IPv6 extension headers stands. */
struct aegis_walk {
	__u32 bytes;	  /* of extension headers so far */
	__u8 next;	  /* type of the header at the cursor */
	bool is_fragment; /* a Fragment header that is not atomic was met */
	bool is_later;	  /* and what follows is not the transport header */
};

/* Moves past one extension header and keeps account of the budget. */
static __always_inline __u32 step(struct aegis_cursor *c, struct aegis_walk *w)
{
	struct aegis_fragment_header *h = c->at;
	__u32 more, offset;

	if (!skip(c, sizeof(*h)))
		return AEGIS_MALFORMED;
	/* Other extension headers keep their length where this one has zero. */
	more = w->next == IPPROTO_FRAGMENT ? 0 : h->reserved * 8;
	offset = w->next == IPPROTO_FRAGMENT ? bpf_ntohs(h->offset) : 0;
	if (!skip(c, more))
		return AEGIS_MALFORMED;
	w->bytes += sizeof(*h) + more;
	if (w->bytes > AEGIS_EXTENSION_BYTES)
		return AEGIS_EXTENSION_HEADER;
	w->next = h->next;
	w->is_fragment = offset & AEGIS_IPV6_OFFSET_MORE;
	w->is_later = offset & AEGIS_IPV6_OFFSET;
	return AEGIS_UNDECIDED;
}

/* Walks from the front to the transport header; the first offender decides. */
static __always_inline __u32 walk(struct aegis_cursor *c, struct aegis_walk *w)
{
	__u32 reason;

#pragma unroll
	for (int i = 0; i <= AEGIS_EXTENSIONS; i++) {
		if (w->is_fragment || !is_extension(w->next))
			return AEGIS_UNDECIDED;
		if (i == AEGIS_EXTENSIONS || !is_passable(w->next, i))
			return AEGIS_EXTENSION_HEADER;
		reason = step(c, w);
		if (reason != AEGIS_UNDECIDED)
			return reason;
	}
	return AEGIS_EXTENSION_HEADER;
}

/*
 * Reads on where an IPv6 packet has extension headers: "offset", "left" and
 * "protocol" of the packet say where. A function of its own, see
 * aegis_is_static().
 */
__noinline int aegis_walk(struct aegis_frame *ctx, struct aegis_packet *p)
{
	struct aegis_walk w = {};
	struct aegis_cursor c;
	bool opens = false;
	__u32 reason;

	if (!p)
		return AEGIS_MALFORMED;
	place(&c, ctx, p);
	w.next = p->protocol;
	reason = walk(&c, &w);
	if (reason == AEGIS_UNDECIDED && !w.is_later) {
		reason = parse_transport(&c, p, w.next, AEGIS_IPV6);
		opens = reason == AEGIS_UNDECIDED && is_request(p);
	}
	/* Behind another header, TCP may stand in a fragment to come. */
	if (w.is_fragment)
		note_fragment(p, opens || w.next == IPPROTO_TCP ||
					 is_extension(w.next));
	note_protocol(p, w.next, AEGIS_IPV6);
	return reason;
}

static __always_inline void note_extensions(struct aegis_packet *p,
					    const struct aegis_cursor *c)
{
	note_transport(p, 0, 0, AEGIS_HAS_EXTENSIONS);
	p->offset = c->at - c->start;
	p->left = c->left;
}

static __always_inline __u32 parse_ipv6(struct aegis_cursor *c,
					struct aegis_packet *p)
{
	struct ipv6hdr *ip = c->at;
	__u32 payload, reason = AEGIS_UNDECIDED;

	if (!skip(c, sizeof(*ip)) || ip->version != 6)
		return AEGIS_MALFORMED;
	payload = bpf_ntohs(ip->payload_len);
	if (c->is_train && !payload)
		payload = c->left;
	if (payload > c->left)
		return AEGIS_MALFORMED;
	c->left = payload;
	note_ipv6(p, &ip->saddr, &ip->daddr);
	p->more = 0;
	p->hop_limit = ip->hop_limit;
	if (ip->nexthdr != IPPROTO_TCP && is_extension(ip->nexthdr))
		note_extensions(p, c);
	else
		reason = parse_transport(c, p, ip->nexthdr, AEGIS_IPV6);
	if (reason == AEGIS_UNDECIDED)
		note_protocol(p, ip->nexthdr, AEGIS_IPV6);
	return reason;
}

#endif
