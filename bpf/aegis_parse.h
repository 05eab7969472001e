/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Part one of the datapath: from bytes to a packet description.
 *
 * What the headers of a frame decide alone is returned as a reason; everything
 * else is AEGIS_UNDECIDED and goes on to the verdict. The order of checks is
 * the order of rows in the verdict table. Plain IPv4 and IPv6 with TCP or UDP
 * take the straight way.
 */
#ifndef AEGIS_PARSE_H
#define AEGIS_PARSE_H

#include "aegis_packet.h"

static __always_inline bool is_vlan(__be16 type)
{
	return type == bpf_htons(ETH_P_8021Q) ||
	       type == bpf_htons(ETH_P_8021AD);
}

static __always_inline __u32 parse_link(struct aegis_cursor *c, __be16 *type)
{
	struct ethhdr *eth = c->at;
	struct aegis_vlan_tag *tag;

	if (!skip(c, sizeof(*eth)))
		return AEGIS_MALFORMED;
	*type = eth->h_proto;
#pragma unroll
	for (int i = 0; i < AEGIS_VLAN_TAGS; i++) {
		if (!is_vlan(*type))
			return AEGIS_UNDECIDED;
		if (i + c->tags == AEGIS_VLAN_TAGS)
			return AEGIS_VLAN_DEPTH;
		tag = c->at;
		if (!skip(c, sizeof(*tag)))
			return AEGIS_MALFORMED;
		*type = tag->type;
	}
	return is_vlan(*type) ? AEGIS_VLAN_DEPTH : AEGIS_UNDECIDED;
}

static __always_inline __u32 parse_tcp(struct aegis_cursor *c,
				       struct aegis_packet *p)
{
	struct tcphdr *tcp = c->at;
	__u64 opens, replies;

	if (!skip(c, sizeof(*tcp)) || tcp->doff * 4 < sizeof(*tcp) ||
	    tcp->doff * 4 - sizeof(*tcp) > c->left)
		return AEGIS_MALFORMED;
	/* Without a branch, which the verifier would follow twice. */
	opens = tcp->syn & ~tcp->ack;
	replies = (AEGIS_IS_ESTABLISHED | AEGIS_IS_REPLY) & (opens - 1);
	note_transport(p, bpf_ntohs(tcp->source), bpf_ntohs(tcp->dest),
		       AEGIS_HAS_PORTS | replies);
	return AEGIS_UNDECIDED;
}

static __always_inline __u32 parse_udp(struct aegis_cursor *c,
				       struct aegis_packet *p)
{
	struct udphdr *udp = c->at;

	if (!skip(c, sizeof(*udp)))
		return AEGIS_MALFORMED;
	note_transport(p, bpf_ntohs(udp->source), bpf_ntohs(udp->dest),
		       AEGIS_HAS_PORTS | AEGIS_IS_REPLY);
	return AEGIS_UNDECIDED;
}

/* The type is where both families have it (RFC 792, RFC 4443). */
static __always_inline __u32 parse_icmp(struct aegis_cursor *c,
					struct aegis_packet *p, __u8 request,
					__u8 reply)
{
	__u8 echo = is_leaving() ? reply : request;
	__u8 *icmp = c->at;
	__u64 traits = AEGIS_HAS_ICMP;

	if (!skip(c, AEGIS_ICMP_BYTES))
		return AEGIS_MALFORMED;
	traits |= icmp[0] == echo ? AEGIS_IS_ECHO : 0;
	traits |= icmp[0] == request ? 0 : AEGIS_IS_REPLY;
	note_transport(p, 0, 0, traits);
	p->icmp_type = icmp[0];
	p->offset = c->at - c->start;
	p->left = c->left;
	return AEGIS_UNDECIDED;
}

/* A header that is cut is malformed; a protocol not known here has no ports. */
static __always_inline __u32 parse_transport(struct aegis_cursor *c,
					     struct aegis_packet *p,
					     __u8 protocol, __u8 family)
{
	if (protocol == IPPROTO_TCP)
		return parse_tcp(c, p);
	if (protocol == IPPROTO_UDP)
		return parse_udp(c, p);
	if (protocol == IPPROTO_ICMP && family == AEGIS_IPV4)
		return parse_icmp(c, p, AEGIS_ECHO, AEGIS_ECHO_REPLY);
	if (protocol == IPPROTO_ICMPV6 && family == AEGIS_IPV6)
		return parse_icmp(c, p, AEGIS_ECHO_6, AEGIS_ECHO_REPLY_6);
	note_transport(p, 0, 0, AEGIS_IS_REPLY);
	return AEGIS_UNDECIDED;
}

/* Of a packet whose transport header was read. */
static __always_inline bool is_request(const struct aegis_packet *p)
{
	return (p->traits & (AEGIS_HAS_ICMP | AEGIS_IS_REPLY)) ==
	       AEGIS_HAS_ICMP;
}

/*
 * What its ports seem to be, another fragment may overwrite. It may open
 * something where it is of TCP, since nobody knows whether another one has a
 * bare SYN, and where it begins an echo request.
 */
static __always_inline void note_fragment(struct aegis_packet *p, bool opens)
{
	note_transport(p, 0, 0,
		       AEGIS_IS_FRAGMENT | (opens ? 0 : AEGIS_IS_REPLY));
}

/*
 * Leaves of what the frame has the datagram alone: what follows that is padding
 * and belongs to nobody. The cursor stands behind the plain header.
 */
static __always_inline bool trim(struct aegis_cursor *c, const struct iphdr *ip)
{
	__u32 total = bpf_ntohs(ip->tot_len);

	if (c->is_train && !total)
		total = sizeof(*ip) + c->left;
	if (total < ip->ihl * 4 || total - sizeof(*ip) > c->left)
		return false;
	c->left = total - sizeof(*ip);
	return true;
}

/* Options are for nobody; but what is cut behind them is malformed first. */
static __always_inline __u32 parse_options(struct aegis_cursor *c,
					   struct aegis_packet *p,
					   const struct iphdr *ip)
{
	/* Masked for the verifier, which has not kept what ihl is checked for.
	 */
	__u32 options = (ip->ihl * 4 - sizeof(*ip)) & AEGIS_OPTIONS_MASK;
	__u32 reason = AEGIS_UNDECIDED;

	if (ip->version != 4 || ip->ihl < AEGIS_IPV4_WORDS || !trim(c, ip) ||
	    !skip(c, options))
		return AEGIS_MALFORMED;
	if (!(ip->frag_off & bpf_htons(AEGIS_IPV4_OFFSET)))
		reason = parse_transport(c, p, ip->protocol, AEGIS_IPV4);
	return reason == AEGIS_UNDECIDED ? AEGIS_IP_OPTIONS : reason;
}

static __always_inline __u32 parse_fragment(struct aegis_cursor *c,
					    struct aegis_packet *p,
					    const struct iphdr *ip)
{
	bool opens = ip->protocol == IPPROTO_TCP;
	__u32 reason = AEGIS_UNDECIDED;

	if (!(ip->frag_off & bpf_htons(AEGIS_IPV4_OFFSET))) {
		reason = parse_transport(c, p, ip->protocol, AEGIS_IPV4);
		opens = opens || (reason == AEGIS_UNDECIDED && is_request(p));
	}
	note_fragment(p, opens);
	return reason;
}

static __always_inline __u32 parse_ipv4(struct aegis_cursor *c,
					struct aegis_packet *p)
{
	struct iphdr *ip = c->at;
	__u32 reason;

	if (!skip(c, sizeof(*ip)))
		return AEGIS_MALFORMED;
	if (*(__u8 *)ip != AEGIS_PLAIN_IPV4)
		return parse_options(c, p, ip);
	if (!trim(c, ip))
		return AEGIS_MALFORMED;
	note_ipv4(p, ip->saddr, ip->daddr);
	p->more = 0;
	if (ip->frag_off & bpf_htons(AEGIS_IPV4_MORE | AEGIS_IPV4_OFFSET))
		reason = parse_fragment(c, p, ip);
	else
		reason = parse_transport(c, p, ip->protocol, AEGIS_IPV4);
	if (reason == AEGIS_UNDECIDED)
		note_protocol(p, ip->protocol, AEGIS_IPV4);
	return reason;
}

#endif
