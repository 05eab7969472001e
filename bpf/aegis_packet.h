/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the headers of a frame say, once they are read, and how far they have
 * been.
 *
 * Every bounds check is in skip(). What a pointer to a header points to may be
 * read after that alone.
 */
#ifndef AEGIS_PACKET_H
#define AEGIS_PACKET_H

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
#define AEGIS_ARP_BYTES 28	/* RFC 826 for Ethernet and IPv4 */
#define AEGIS_PLAIN_IPV4 0x45	/* version, and a header without options */
#define AEGIS_IPV4_WORDS 5	/* of such a header */
#define AEGIS_OPTIONS_MASK 0x3c /* bytes of IPv4 options there can be */
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
	AEGIS_HAS_EXTENSIONS = 64,	    /* of IPv6, not read yet */
	AEGIS_IS_REPLY = AEGIS_NEEDS_REPLY, /* may be one: opens nothing */
};

/*
 * What the verdict looks at. It has a client's end and a service's, whichever
 * way the frame goes: what leaves is sent by the service. Whole words: one that
 * is stored in pieces and loaded at once stalls the processor for longer than a
 * look-up takes.
 *
 * It is not zeroed first, which would take as long as a look-up, too: whoever
 * says that a packet is to be decided has set all of it.
 */
struct aegis_packet {
	__be64 client[2];  /* as in aegis_grant_key */
	__be64 service[2]; /* as in aegis_grant_key */
	__u64 tail;	   /* port, protocol and family as there, in one */
	__u64 family;	   /* enum aegis_family */
	__u64 protocol;
	__u64 client_port; /* host order, like the next; 0 where it has none */
	__u64 service_port;
	__u64 traits; /* enum aegis_trait */
	union {
		__u64 more; /* all of these */
		struct {
			__u32 left; /* bytes of the datagram from "offset" on */
			__u16 offset; /* in the frame: of what follows the ICMP
					 header, or of extension headers */
			__u8 hop_limit; /* of IPv6 */
			__u8 icmp_type;
		};
	};
};

static __always_inline bool is_leaving(void)
{
	return AEGIS_WAY == AEGIS_LEAVING;
}

/* Moves past a header; false if the frame, or what can be read of it, ends. */
static __always_inline bool skip(struct aegis_cursor *c, __u32 size)
{
	void *next = c->at + size;

	if (size > c->left || next > c->end)
		return false;
	c->at = next;
	c->left -= size;
	return true;
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

static __always_inline void note_transport(struct aegis_packet *p, __u64 source,
					   __u64 destination, __u64 traits)
{
	p->client_port = is_leaving() ? destination : source;
	p->service_port = is_leaving() ? source : destination;
	p->traits = traits;
}

/* Notes what everything of this protocol has in common, after its ports. */
static __always_inline void note_protocol(struct aegis_packet *p,
					  __u64 protocol, __u64 family)
{
	__u32 number = p->service_port << 16 | protocol << 8 | family;

	p->tail = bpf_htonl(number);
	p->protocol = protocol;
	p->family = family;
}

/* Once more in the order of the network: ::ffff:a.b.c.d */
static __always_inline __be64 mapped_ipv4(__be32 address)
{
	__be64 prefix = bpf_cpu_to_be64(0xffff00000000ULL);

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	return prefix | (__u64)address << 32;
#else
	return prefix | address;
#endif
}

static __always_inline void note_ipv4(struct aegis_packet *p, __be32 from,
				      __be32 to)
{
	p->client[0] = 0;
	p->client[1] = mapped_ipv4(is_leaving() ? to : from);
	p->service[0] = 0;
	p->service[1] = mapped_ipv4(is_leaving() ? from : to);
}

static __always_inline void note_ipv6(struct aegis_packet *p,
				      const struct in6_addr *source,
				      const struct in6_addr *destination)
{
	const __be64 *from = (const __be64 *)source;
	const __be64 *to = (const __be64 *)destination;

	p->client[0] = is_leaving() ? to[0] : from[0];
	p->client[1] = is_leaving() ? to[1] : from[1];
	p->service[0] = is_leaving() ? from[0] : to[0];
	p->service[1] = is_leaving() ? from[1] : to[1];
}

#endif
