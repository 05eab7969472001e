// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Puts records into a ring as tests of its reader want them: each frame says
 * how long, what is in it, and whether it is taken back. Never attached.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <bpf/bpf_helpers.h>

#define RING_LONG 1001 /* bytes; no multiple of eight */
#define RING_SHORT 64

/* The first bytes of the frame. */
struct ring_order {
	__u64 number;	/* goes into the record's first bytes */
	__u8 is_long;	/* RING_LONG bytes rather than RING_SHORT */
	__u8 discarded; /* taken back after it was filled */
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 16);
} ring_records SEC(".maps");

static __always_inline int put(const struct ring_order *order, __u32 size)
{
	__u64 *record = bpf_ringbuf_reserve(&ring_records, size, 0);

	if (!record)
		return XDP_DROP;
	record[0] = order->number;
	if (order->discarded)
		bpf_ringbuf_discard(record, 0);
	else
		bpf_ringbuf_submit(record, 0);
	return XDP_PASS;
}

/* XDP_DROP: the ring is full. */
SEC("xdp")
int ring_put(struct xdp_md *ctx)
{
	struct ring_order *order = (void *)(long)ctx->data;

	if ((void *)(order + 1) > (void *)(long)ctx->data_end)
		return XDP_ABORTED;
	/* The helper wants a constant: the verifier checks the record by it. */
	return order->is_long ? put(order, RING_LONG) : put(order, RING_SHORT);
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
