// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Gives every run of a benchmark another client: writes the next IPv4 source
 * address into the frame and goes on with the program that is measured. What
 * that one looks up is then in no cache. Never attached.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

/*
 * Far apart and without a common divisor with any number of clients that is a
 * product of small primes: all of them have their turn, none beside the last.
 */
#define CYCLE_STEP 611953

/* Set by the benchmark. */
const volatile __u32 cycle_first = 0; /* address, host order */
const volatile __u32 cycle_count = 1;

/* Of one thread: test runs of a benchmark follow each other. */
static __u32 cycle_at;

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} cycle_next SEC(".maps");

SEC("xdp")
int cycle_clients(struct xdp_md *ctx)
{
	void *end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = (void *)(long)ctx->data;
	struct iphdr *ip = (void *)(eth + 1);

	if ((void *)(ip + 1) > end)
		return XDP_ABORTED;
	cycle_at += CYCLE_STEP;
	if (cycle_at >= cycle_count)
		cycle_at %= cycle_count;
	ip->saddr = bpf_htonl(cycle_first + cycle_at);
	bpf_tail_call(ctx, &cycle_next, 0);
	return XDP_ABORTED; /* there is no program to go on with */
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
