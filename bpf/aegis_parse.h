/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Part one of the datapath: from bytes to a packet description.
 *
 * Every bounds check is in take(). What the headers of a frame decide alone is
 * returned as a reason; everything else is AEGIS_UNDECIDED and goes on to the
 * verdict. The order of checks is the order of rows in the verdict table.
 */
#ifndef AEGIS_PARSE_H
#define AEGIS_PARSE_H

#include <stdbool.h>

#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "aegis_layout.h"

#ifndef AEGIS_WAY
#error "say which way frames go: AEGIS_WAY, and what a frame is: aegis_frame"
#endif

#define AEGIS_VLAN_TAGS 2
#define AEGIS_ARP_BYTES 28 /* RFC 826 for Ethernet and IPv4 */
#define AEGIS_IPV4_WORDS 5 /* of a header without options */
#define AEGIS_ICMP_BYTES 8
#define AEGIS_ECHO 8 /* request, RFC 792 */
#define AEGIS_ECHO_REPLY 0
#define AEGIS_ECHO_6 128 /* request, RFC 4443 */
#define AEGIS_ECHO_REPLY_6 129
#define AEGIS_OFFSET_MASK 0xff	  /* more than any header has in front of it */
#define AEGIS_EXTENSIONS 4	  /* IPv6 extension headers at most */
#define AEGIS_EXTENSION_BYTES 128 /* and their length together */

#define AEGIS_IPV4_MORE 0x2000	      /* host order */
#define AEGIS_IPV4_OFFSET 0x1fff      /* host order */
#define AEGIS_IPV6_OFFSET 0xfff8      /* host order */
#define AEGIS_IPV6_OFFSET_MORE 0xfff9 /* host order */

/* RFC 8200 calls these by numbers that linux/in.h names only in part. */
#define AEGIS_NEXT_MOBILITY 135
#define AEGIS_NEXT_HIP 139
#define AEGIS_NEXT_SHIM6 140

struct aegis_vlan_tag {
	__be16 control;
	__be16 type;
};

struct aegis_fragment_header {
	__u8 next;
	__u8 reserved;
	__be16 offset; /* offset, two reserved bits, more */
	__be32 id;
};

/* What is left of the frame. */
struct aegis_cursor {
	void *start;
	void *at;
	void *end;  /* of the first buffer: what can be read */
	__u32 left; /* bytes of the frame, then of the datagram, from "at" on */
	__u32 tags; /* VLAN tags that the frame has and its bytes have not */
	bool is_train; /* stands for several segments, so a length may be 0 */
};

/*
 * What a packet is, as far as its headers can be trusted. Those of a fragment
 * cannot: another one may overwrite them after reassembly, so nothing that
 * names a port may admit it.
 */
enum aegis_trait {
	AEGIS_HAS_PORTS = AEGIS_NEEDS_PORTS, /* a whole TCP or UDP header */
	AEGIS_IS_ESTABLISHED = AEGIS_NEEDS_ESTABLISHED, /* no bare SYN */
	AEGIS_HAS_ICMP = 4, /* a whole header of the family's own ICMP */
	AEGIS_IS_ECHO = 8, /* one that a grant is about: a request that arrives,
			      or the reply to it */
	AEGIS_IS_FRAGMENT = 16,		    /* then it has none of the above */
	AEGIS_IS_REPLY = AEGIS_NEEDS_REPLY, /* may be one: opens nothing */
};

/*
 * Always zero, which the verifier does not know since it may be written. Adding
 * it makes the verifier forget what it knows of a number, where it would follow
 * everything that comes next anew for each number that it knows.
 */
volatile __u64 aegis_zero;

/*
 * What the verdict looks at. It has a client's end and a service's, whichever
 * way the frame goes: what leaves is sent by the service. Whole words: one that
 * is stored in pieces and loaded at once stalls the processor for longer than a
 * look-up takes.
 */
struct aegis_packet {
	__be64 client[2];  /* as in aegis_grant_key */
	__be64 service[2]; /* as in aegis_grant_key */
	__u64 tail;	   /* port, protocol and family as there, in one */
	__u64 family;	   /* enum aegis_family */
	__u64 protocol;
	__u64 client_port; /* host order, like the next */
	__u64 service_port;
	__u64 hop_limit;
	__u64 icmp_type;
	__u64 traits; /* enum aegis_trait */
	__u64 offset; /* in the frame, of what follows the headers above */
	__u64 left;   /* bytes of the datagram from there on */
};

static __always_inline bool is_leaving(void)
{
	return AEGIS_WAY == AEGIS_LEAVING;
}

/* Of what has not been read, nothing is known. */
static __always_inline void begin(struct aegis_packet *p)
{
	*p = (struct aegis_packet){};
}

/* Moves past a header; NULL if the frame, or what can be read of it, ends. */
static __always_inline void *take(struct aegis_cursor *c, __u32 size)
{
	void *at = c->at;

	if (size > c->left || at + size > c->end)
		return NULL;
	c->at = at + size;
	c->left -= size;
	return at;
}

/* Goes on behind what has been read of a packet, see "offset" there. */
static __always_inline void place(struct aegis_cursor *c,
				  struct aegis_frame *ctx,
				  const struct aegis_packet *p)
{
	c->start = (void *)(long)ctx->data;
	c->at = c->start + (p->offset & AEGIS_OFFSET_MASK);
	c->end = (void *)(long)ctx->data_end;
	c->left = p->left;
	c->tags = 0;
	c->is_train = false;
}

static __always_inline bool is_vlan(__be16 type)
{
	return type == bpf_htons(ETH_P_8021Q) ||
	       type == bpf_htons(ETH_P_8021AD);
}

static __always_inline __u32 parse_link(struct aegis_cursor *c, __be16 *type)
{
	struct ethhdr *eth = take(c, sizeof(*eth));
	struct aegis_vlan_tag *tag;

	if (!eth)
		return AEGIS_MALFORMED;
	*type = eth->h_proto;
#pragma unroll
	for (int i = 0; i < AEGIS_VLAN_TAGS; i++) {
		if (!is_vlan(*type))
			return AEGIS_UNDECIDED;
		if (i + c->tags == AEGIS_VLAN_TAGS)
			return AEGIS_VLAN_DEPTH;
		tag = take(c, sizeof(*tag));
		if (!tag)
			return AEGIS_MALFORMED;
		*type = tag->type;
	}
	return is_vlan(*type) ? AEGIS_VLAN_DEPTH : AEGIS_UNDECIDED;
}

static __always_inline void note_ports(struct aegis_packet *p, __u64 source,
				       __u64 destination)
{
	p->client_port = is_leaving() ? destination : source;
	p->service_port = is_leaving() ? source : destination;
}

static __always_inline __u32 parse_tcp(struct aegis_cursor *c,
				       struct aegis_packet *p)
{
	struct tcphdr *tcp = take(c, sizeof(*tcp));

	__u64 opens;

	if (!tcp || tcp->doff * 4 < sizeof(*tcp) ||
	    tcp->doff * 4 - sizeof(*tcp) > c->left)
		return AEGIS_MALFORMED;
	note_ports(p, bpf_ntohs(tcp->source), bpf_ntohs(tcp->dest));
	opens = tcp->syn & ~tcp->ack;
	p->traits = AEGIS_HAS_PORTS;
	p->traits |= (AEGIS_IS_ESTABLISHED | AEGIS_IS_REPLY) & (opens - 1);
	return AEGIS_UNDECIDED;
}

static __always_inline __u32 parse_udp(struct aegis_cursor *c,
				       struct aegis_packet *p)
{
	struct udphdr *udp = take(c, sizeof(*udp));

	if (!udp)
		return AEGIS_MALFORMED;
	note_ports(p, bpf_ntohs(udp->source), bpf_ntohs(udp->dest));
	p->traits = AEGIS_HAS_PORTS | AEGIS_IS_REPLY;
	return AEGIS_UNDECIDED;
}

/* The type is where both families have it (RFC 792, RFC 4443). */
static __always_inline __u32 parse_icmp(struct aegis_cursor *c,
					struct aegis_packet *p, __u8 request,
					__u8 reply)
{
	__u8 *icmp = take(c, AEGIS_ICMP_BYTES);
	__u8 echo = is_leaving() ? reply : request;

	if (!icmp)
		return AEGIS_MALFORMED;
	p->icmp_type = icmp[0];
	p->traits = AEGIS_HAS_ICMP;
	p->traits |= icmp[0] == echo ? AEGIS_IS_ECHO : 0;
	p->traits |= icmp[0] == request ? 0 : AEGIS_IS_REPLY;
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
	p->traits = AEGIS_IS_REPLY;
	return AEGIS_UNDECIDED;
}

/* Of a fragment nobody knows whether it is one of a bare SYN. */
static __always_inline __u64 fragment_traits(__u8 protocol)
{
	return AEGIS_IS_FRAGMENT |
	       (protocol == IPPROTO_TCP ? 0 : AEGIS_IS_REPLY);
}

/* Notes what everything of this protocol has in common. */
static __always_inline void note_protocol(struct aegis_packet *p,
					  __u64 protocol, __u64 family)
{
	__u32 number = p->service_port << 16 | protocol << 8 | family;

	p->tail = bpf_htonl(number);
	p->protocol = protocol;
	p->family = family;
}

static __always_inline __be64 mapped_ipv4(__be32 address)
{
	return bpf_cpu_to_be64(0xffff00000000ULL | bpf_ntohl(address));
}

static __always_inline void note_ipv4(struct aegis_packet *p,
				      const struct iphdr *ip)
{
	__be64 source = mapped_ipv4(ip->saddr);
	__be64 destination = mapped_ipv4(ip->daddr);

	p->client[1] = is_leaving() ? destination : source;
	p->service[1] = is_leaving() ? source : destination;
}

/* Options are for nobody; but what is cut behind them is malformed first. */
static __always_inline __u32 parse_options(struct aegis_cursor *c,
					   struct aegis_packet *p,
					   const struct iphdr *ip)
{
	__u32 reason = AEGIS_UNDECIDED;

	if (!take(c, ip->ihl * 4 - sizeof(*ip)))
		return AEGIS_MALFORMED;
	if (!(ip->frag_off & bpf_htons(AEGIS_IPV4_OFFSET)))
		reason = parse_transport(c, p, ip->protocol, AEGIS_IPV4);
	return reason == AEGIS_UNDECIDED ? AEGIS_IP_OPTIONS : reason;
}

static __always_inline __u32 parse_ipv4(struct aegis_cursor *c,
					struct aegis_packet *p)
{
	struct iphdr *ip = take(c, sizeof(*ip));
	__u32 total, fragment, reason = AEGIS_UNDECIDED;

	if (!ip || ip->version != 4 || ip->ihl < AEGIS_IPV4_WORDS)
		return AEGIS_MALFORMED;
	total = bpf_ntohs(ip->tot_len);
	if (!total && c->is_train)
		total = sizeof(*ip) + c->left;
	if (total < ip->ihl * 4 || total - sizeof(*ip) > c->left)
		return AEGIS_MALFORMED;
	/* What follows the datagram is padding and belongs to nobody. */
	c->left = total - sizeof(*ip);
	if (ip->ihl > AEGIS_IPV4_WORDS)
		return parse_options(c, p, ip);
	note_ipv4(p, ip);
	fragment = bpf_ntohs(ip->frag_off);
	if (!(fragment & AEGIS_IPV4_OFFSET))
		reason = parse_transport(c, p, ip->protocol, AEGIS_IPV4);
	if (fragment & (AEGIS_IPV4_OFFSET | AEGIS_IPV4_MORE))
		p->traits = fragment_traits(ip->protocol);
	note_protocol(p, ip->protocol, AEGIS_IPV4);
	return reason;
}

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
	struct aegis_fragment_header *h = take(c, sizeof(*h));
	__u32 more, offset;

	if (!h)
		return AEGIS_MALFORMED;
	/* Other extension headers keep their length where this one has zero. */
	more = w->next == IPPROTO_FRAGMENT ? 0 : h->reserved * 8;
	offset = w->next == IPPROTO_FRAGMENT ? bpf_ntohs(h->offset) : 0;
	if (!take(c, more))
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
 * Goes on where an IPv6 packet has extension headers: "offset", "left" and
 * "protocol" of the packet say where. A function of its own: the verifier
 * follows its many ways once, and not once for each way that leads here.
 */
__noinline int aegis_walk(struct aegis_frame *ctx, struct aegis_packet *p)
{
	struct aegis_walk w = {};
	struct aegis_cursor c;
	__u32 reason;

	if (!p)
		return AEGIS_MALFORMED;
	place(&c, ctx, p);
	w.next = p->protocol;
	reason = walk(&c, &w);
	if (reason == AEGIS_UNDECIDED && !w.is_later)
		reason = parse_transport(&c, p, w.next, AEGIS_IPV6);
	if (w.is_fragment)
		p->traits = fragment_traits(w.next);
	note_protocol(p, w.next, AEGIS_IPV6);
	return reason;
}

static __always_inline void note_ipv6(struct aegis_packet *p,
				      const struct ipv6hdr *ip)
{
	const __be64 *source = (const __be64 *)&ip->saddr;
	const __be64 *destination = (const __be64 *)&ip->daddr;

	p->client[0] = is_leaving() ? destination[0] : source[0];
	p->client[1] = is_leaving() ? destination[1] : source[1];
	p->service[0] = is_leaving() ? source[0] : destination[0];
	p->service[1] = is_leaving() ? source[1] : destination[1];
}

static __always_inline __u32 parse_ipv6(struct aegis_frame *ctx,
					struct aegis_cursor *c,
					struct aegis_packet *p)
{
	struct ipv6hdr *ip = take(c, sizeof(*ip));
	__u32 reason, payload;

	if (!ip || ip->version != 6)
		return AEGIS_MALFORMED;
	payload = bpf_ntohs(ip->payload_len);
	if (!payload && c->is_train)
		payload = c->left;
	if (payload > c->left)
		return AEGIS_MALFORMED;
	c->left = payload;
	note_ipv6(p, ip);
	p->hop_limit = ip->hop_limit;
	if (is_extension(ip->nexthdr)) {
		p->offset = c->at - c->start;
		p->left = payload;
		p->protocol = ip->nexthdr;
		return aegis_walk(ctx, p);
	}
	reason = parse_transport(c, p, ip->nexthdr, AEGIS_IPV6);
	note_protocol(p, ip->nexthdr, AEGIS_IPV6);
	return reason;
}

#endif
