/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Row 9 of the verdict table: ICMP errors, judged by the packet that they
 * complain about.
 *
 * The embedded packet went the other way. Its addresses and ports changed
 * round, it is one that would go the way of the error: that one is looked up.
 */
#ifndef AEGIS_RELATED_H
#define AEGIS_RELATED_H

#include "aegis_verdict.h"

#define AEGIS_UNREACHABLE 3 /* RFC 792 */
#define AEGIS_TIME_EXCEEDED 11
#define AEGIS_PARAMETER 12
#define AEGIS_UNREACHABLE_6 1 /* RFC 4443, the first of four errors */
#define AEGIS_PARAMETER_6 4   /* and the last */

/* What an error has of the transport header, whatever that is. */
struct aegis_ports {
	__be16 source;
	__be16 destination;
};

static __always_inline bool is_error(const struct aegis_packet *p)
{
	if (!(p->traits & AEGIS_HAS_ICMP) || !is_matchable(p))
		return false;
	if (p->family == AEGIS_IPV6)
		return p->icmp_type >= AEGIS_UNREACHABLE_6 &&
		       p->icmp_type <= AEGIS_PARAMETER_6;
	return p->icmp_type == AEGIS_UNREACHABLE ||
	       p->icmp_type == AEGIS_TIME_EXCEEDED ||
	       p->icmp_type == AEGIS_PARAMETER;
}

/*
 * Notes the four bytes behind an embedded header. False if they are cut where
 * they matter.
 */
static __always_inline bool note_embedded(struct aegis_cursor *c,
					  struct aegis_packet *p, __u8 protocol,
					  __u8 family)
{
	bool has_ports = protocol == IPPROTO_TCP || protocol == IPPROTO_UDP;
	bool is_ipv4 = family == AEGIS_IPV4;
	__u8 icmp = is_ipv4 ? IPPROTO_ICMP : IPPROTO_ICMPV6;
	__u8 request = is_ipv4 ? AEGIS_ECHO : AEGIS_ECHO_6;
	__u8 reply = is_ipv4 ? AEGIS_ECHO_REPLY : AEGIS_ECHO_REPLY_6;
	/* What the embedded packet is that belongs to a grant. */
	__u8 echo = is_leaving() ? request : reply;
	__u64 traits = AEGIS_IS_ESTABLISHED | AEGIS_IS_REPLY;
	__u64 from = 0, to = 0;
	struct aegis_ports *ports = c->at;

	if (has_ports || protocol == icmp) {
		if (!skip(c, sizeof(*ports)))
			return false;
		if (has_ports) {
			from = bpf_ntohs(ports->destination);
			to = bpf_ntohs(ports->source);
			traits |= AEGIS_HAS_PORTS;
		} else if (*(__u8 *)ports == echo) {
			traits |= AEGIS_HAS_ICMP | AEGIS_IS_ECHO;
		}
	}
	note_transport(p, from, to, traits);
	note_protocol(p, protocol, family);
	return true;
}

/* The ends of the embedded packet, changed round. */
static __always_inline bool embedded_ipv4(struct aegis_cursor *c,
					  struct aegis_packet *p)
{
	struct iphdr *ip = c->at;

	if (!skip(c, sizeof(*ip)) || *(__u8 *)ip != AEGIS_PLAIN_IPV4 ||
	    bpf_ntohs(ip->frag_off) & (AEGIS_IPV4_MORE | AEGIS_IPV4_OFFSET))
		return false;
	note_ipv4(p, ip->daddr, ip->saddr);
	return note_embedded(c, p, ip->protocol, AEGIS_IPV4);
}

static __always_inline bool embedded_ipv6(struct aegis_cursor *c,
					  struct aegis_packet *p)
{
	struct ipv6hdr *ip = c->at;

	if (!skip(c, sizeof(*ip)) || ip->version != 6 ||
	    is_extension(ip->nexthdr))
		return false;
	note_ipv6(p, &ip->daddr, &ip->saddr);
	return note_embedded(c, p, ip->nexthdr, AEGIS_IPV6);
}

/*
 * Puts the packet that an error is about, going the way of the error, in the
 * error's place. The cursor stands behind the header of the error. False if
 * nothing can be said of the packet, or if it had not been sent by whom the
 * error goes to; then it is none of the two.
 */
static __always_inline bool step_inside(struct aegis_cursor *c,
					struct aegis_packet *p)
{
	__be64 *to = is_leaving() ? p->client : p->service;
	__be64 error_to[2] = {to[0], to[1]};
	__u64 family = p->family;
	bool is_whole;

	if (family == AEGIS_IPV6)
		is_whole = embedded_ipv6(c, p);
	else
		is_whole = embedded_ipv4(c, p);
	return is_whole && to[0] == error_to[0] && to[1] == error_to[1] &&
	       is_matchable(p);
}

/* What is looked up where an ICMP error comes. */
struct aegis_inside {
	__u64 is_it;	  /* whether it is the packet inside an error */
	__u64 otherwise;  /* the reason for the error itself, if not for that */
	__be64 client[2]; /* of the error, like the next two */
	__be64 service[2];
	__u64 family;
};

/*
 * Row 9: 0 if the packet is an error that is decided by "otherwise"; else what
 * is to be looked up has taken the place of the packet. A function of its own,
 * see aegis_is_static().
 */
__noinline int aegis_look_inside(struct aegis_frame *ctx,
				 struct aegis_packet *p,
				 struct aegis_inside *in)
{
	struct aegis_cursor cursor;

	if (!p || !in)
		return 0;
	if (!is_error(p))
		return 1;
	if (is_static(p))
		in->otherwise = AEGIS_STATIC;
	in->is_it = 1;
	in->client[0] = p->client[0];
	in->client[1] = p->client[1];
	in->service[0] = p->service[0];
	in->service[1] = p->service[1];
	in->family = p->family;
	place(&cursor, ctx, p);
	return step_inside(&cursor, p);
}

/* What grants have left undecided, for a packet or the error it stood in. */
static __always_inline void by_rules(const struct aegis_packet *p,
				     const struct aegis_inside *in,
				     struct aegis_decision *d)
{
	if (d->reason != AEGIS_GRANT) {
		if (is_static(p)) {
			d->reason = AEGIS_STATIC;
			d->slot = 0;
		} else if (in->is_it) {
			d->reason = in->otherwise;
			d->slot = 0;
			return;
		}
	}
	if (in->is_it)
		d->reason = AEGIS_RELATED_ERROR;
}

/* Makes the packet the error again, as far as an event tells of it. */
static __always_inline void come_out(struct aegis_packet *p,
				     const struct aegis_inside *in)
{
	if (!in->is_it)
		return;
	p->client[0] = in->client[0];
	p->client[1] = in->client[1];
	p->service[0] = in->service[0];
	p->service[1] = in->service[1];
	p->family = in->family;
	p->protocol = in->family == AEGIS_IPV6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP;
	p->client_port = 0;
	p->service_port = 0;
	p->traits = AEGIS_HAS_ICMP;
}

#endif
