/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The grant table: memory that user space writes with plain stores while the
 * datapath reads it. docs/adr says which orderings that relies on.
 *
 * A slot is read once, as one word; its record is reached through the number in
 * that word, so the loads of the record follow it on every CPU there is. A
 * record whose slot was cleared is used again after a grace period only, so
 * what a run has found stays what it was until the run ends.
 */
#ifndef AEGIS_TABLE_H
#define AEGIS_TABLE_H

#include "aegis_extension.h"

/* Set by the loader, the same for every interface: constants for the verifier.
 */
const volatile struct aegis_table aegis_table;

/*
 * Written by user space. Sized when it is opened, at four slots or fewer for
 * each line of eight: there is nearly always room in one of the two lines.
 */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 16);
	__type(key, __u32);
	__type(value, struct aegis_line);
} aegis_lines SEC(".maps");

/* Filled by user space before a slot names it. ARRAY: nothing is evicted. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 64);
	__type(key, __u32);
	__type(value, struct aegis_record);
} aegis_records SEC(".maps");

/*
 * A bit for each tag, by its upper bits: zero means that no slot has the tag.
 * Written by user space: set before the slot, cleared after it. Small enough
 * for the cache where the lines are not.
 */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 16);
	__type(key, __u32);
	__type(value, __u64);
} aegis_filter SEC(".maps");

/* What user space keeps of aegis_table; no program looks at it. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct aegis_table);
} aegis_shape SEC(".maps");

/* Where a key may stand. */
struct aegis_place {
	__u32 tag; /* odd: a free slot has none */
	__u32 line;
	__u32 other_line;
};

/*
 * Without "volatile", but such that the compiler does not take for a constant
 * what the loader sets.
 */
static __always_inline const struct aegis_table *table(void)
{
	const struct aegis_table *t = (const struct aegis_table *)&aegis_table;

	asm("" : "+r"(t));
	return t;
}

/* Half-words against seeds: the multilinear hash of Lemire and Kaser. */
static __always_inline __u64 product(const struct aegis_table *t, __u64 word,
				     int i)
{
	return (t->seed[2 * i] + (__u32)word) *
	       (t->seed[2 * i + 1] + (word >> 32));
}

static __always_inline void locate_key(const __be64 *client,
				       const __be64 *service, __u64 tail,
				       __u64 family, struct aegis_place *at)
{
	const struct aegis_table *t = table();
	__u64 x = t->seed[10];

	if (family == AEGIS_IPV6)
		x += product(t, client[0], 0) + product(t, service[0], 2);
	else
		x += t->ipv4_sum; /* the same: these are zero */
	x += product(t, client[1], 1) + product(t, service[1], 3);
	x += product(t, tail, 4);
	/* Only the upper half is universal; the lower one gets its share. */
	x ^= x >> 32;
	x *= t->seed[11];
	x ^= x >> 32;
	at->tag = (__u32)x | 1;
	at->line = x >> 32 & t->line_mask;
	/* From the tag alone, so that a slot can be moved knowing only itself.
	 */
	at->other_line =
		at->line ^ ((at->tag * 0x5bd1e995U >> 8 | 1) & t->line_mask);
}

static __always_inline void locate(const struct aegis_packet *p,
				   struct aegis_place *at)
{
	locate_key(p->client, p->service, p->tail, p->family, at);
}

static __always_inline bool may_be_known(__u32 tag)
{
	__u32 bit = tag >> 1 & table()->filter_mask;
	__u32 index = bit >> 6;
	__u64 *word = bpf_map_lookup_elem(&aegis_filter, &index);

	return word && *(volatile __u64 *)word >> (bit & 63) & 1;
}

static __always_inline struct aegis_record *record_of(__u64 slot)
{
	__u32 index = (__u32)slot - 1;

	return bpf_map_lookup_elem(&aegis_records, &index);
}

/* What is looked for in each slot: a key, and ports that must be covered. */
struct aegis_sought {
	__be64 client[2]; /* as in aegis_packet, like the next two */
	__be64 service[2];
	__u64 tail;
	__u64 port_first; /* host order, like the next */
	__u64 port_last;
};

/* Without branches, which the verifier would multiply by slots and widths. */
static __always_inline bool is_sought(const struct aegis_record *r,
				      const struct aegis_sought *s)
{
	__u64 miss = r->key.service[1] ^ s->service[1];

	miss |= r->key.client[1] ^ s->client[1];
	miss |= *(const __u32 *)&r->key.port ^ s->tail;
	miss |= r->key.client[0] ^ s->client[0];
	miss |= r->key.service[0] ^ s->service[0];
	miss |= (s->port_first - r->port_first) >> 63;
	miss |= (r->port_last - s->port_last) >> 63;
	return !miss;
}

/* Port, protocol and family of a record are one aligned word of 32 bits. */
static __always_inline bool is_for(const struct aegis_record *r,
				   const struct aegis_packet *p)
{
	return r->key.service[1] == p->service[1] &&
	       r->key.client[1] == p->client[1] &&
	       *(const __u32 *)&r->key.port == p->tail &&
	       r->key.client[0] == p->client[0] &&
	       r->key.service[0] == p->service[0];
}

/* The first slot of a line that has the tag; 0 if there is none. */
static __always_inline __u64 tagged(__u32 index, __u32 tag)
{
	struct aegis_line *line = bpf_map_lookup_elem(&aegis_lines, &index);

	if (!line)
		return 0;
#pragma unroll
	for (int i = 0; i < AEGIS_LINE_SLOTS; i++) {
		__u64 slot = *(volatile __u64 *)&line->slot[i];

		if (slot >> 32 == tag)
			return slot;
	}
	return 0;
}

#endif
