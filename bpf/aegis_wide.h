/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Wide targets, which name a prefix, several ports, or both, in the table of
 * exact ones: docs/adr says why.
 *
 * A wide grant stands under the first address of its prefix and under the block
 * of ports that encloses its range: 2^n ports from a multiple of 2^n on. How
 * long the prefix and how large the block is make its width. Whoever looks for
 * wide grants tries the widths that are in use, one look-up each; the exact
 * range is in the record.
 */
#ifndef AEGIS_WIDE_H
#define AEGIS_WIDE_H

#include "aegis_table.h"

/*
 * Written by user space: a width before the first slot of it, and taken away
 * after the last.
 */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct aegis_widths);
} aegis_widths SEC(".maps");

static __always_inline struct aegis_family_widths *
widths_of(const struct aegis_packet *p)
{
	__u32 zero = 0;
	struct aegis_widths *all = bpf_map_lookup_elem(&aegis_widths, &zero);

	return all ? &all->of[p->family >> 1 & 1] : NULL; /* 4 and 6 */
}

/* Whether any wide target of the family is in force. */
static __always_inline bool has_widths(const struct aegis_packet *p)
{
	struct aegis_family_widths *of = widths_of(p);

	return of && *(volatile __u64 *)&of->used;
}

/*
 * Whether a client may have wide grants: it has a bit of its own in the filter
 * then, that of a key without service. So strangers pay for one look-up,
 * however many widths there are.
 */
static __always_inline bool may_have_wide(const struct aegis_packet *p)
{
	const __be64 nowhere[2] = {0, 0};
	struct aegis_place at;

	locate_key(p->client, nowhere, 0, p->family, &at);
	return may_be_known(at.tag);
}

/* The first so many of 64 bits, 0 to 64. */
static __always_inline __be64 leading(__s64 bits)
{
	return bpf_cpu_to_be64(~0ULL << ((64 - bits) & 63)) & -bits >> 63;
}

/* What a prefix of so many bits leaves of an address of 128. */
static __always_inline void mask(const __be64 *address, __s64 bits, __be64 *to)
{
	__s64 beyond_half = bits - 64;
	__s64 is_short = beyond_half >> 63;

	to[0] = address[0] & leading(64 + (beyond_half & is_short));
	to[1] = address[1] & leading(beyond_half & ~is_short);
}

/*
 * What to look for among grants of a width: the key under which those stand
 * that cover a packet, and its port. For a width of 0 the key is that of exact
 * ones, with blocks of one port. Without branches. A fragment has port 0, but
 * only all ports cover it.
 */
static __always_inline void widen(const struct aegis_packet *p, __u64 width,
				  struct aegis_sought *s)
{
	__u64 is_fragment = p->traits / AEGIS_IS_FRAGMENT & 1;
	__u64 is_ipv6 = p->family >> 1 & 1; /* 4 and 6 */
	__u64 is_exact = (width - 1) >> 63;
	__u64 block = (0x10000 | p->service_port) >> (width & 31);
	__u64 family = (width >> 8) + is_exact * p->family;
	__u64 bits = (width >> 8) + 96 - AEGIS_WIDE_IPV4;

	bits -= is_ipv6 * (AEGIS_WIDE_IPV6 + 96 - AEGIS_WIDE_IPV4);
	bits = (bits & (is_exact - 1)) + is_exact * 128;
	s->client[0] = p->client[0];
	s->client[1] = p->client[1];
	mask(p->service, bits, s->service);
	s->tail = bpf_htonl(block << 16 | p->protocol << 8 | family);
	s->port_first = p->service_port;
	s->port_last = p->service_port | is_fragment * 65535;
}

#endif
