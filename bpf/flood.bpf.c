// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Makes a flood for the benchmarks: run by BPF_PROG_TEST_RUN on live frames, it
 * sends each one into one end of a veth pair, with another source every time.
 *
 * The kernel uses the frames again, so everything is written that anybody may
 * have changed.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#define FLOOD_STEP                                                             \
	611953 /* prime: all sources have their turn, none in order */

/* Set by the benchmark. */
const volatile __u32 flood_interface = 0;
const volatile __u32 flood_first = 0; /* source address, host order */
const volatile __u32 flood_count = 1;
const volatile __u8 flood_macs[12] = {}; /* destination, then source */

static __u32 flood_at; /* of one thread */

static __always_inline __u16 checksum(const struct iphdr *ip)
{
	const __u16 *word = (const void *)ip;
	__u32 sum = 0;

#pragma unroll
	for (unsigned int i = 0; i < sizeof(*ip) / 2; i++)
		sum += word[i];
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return ~sum;
}

SEC("xdp")
int flood_send(struct xdp_md *ctx)
{
	void *end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = (void *)(long)ctx->data;
	struct iphdr *ip = (void *)(eth + 1);
	__u8 *mac = (void *)eth;

	if ((void *)(ip + 1) > end)
		return XDP_ABORTED;
	flood_at += FLOOD_STEP;
	if (flood_at >= flood_count)
		flood_at %= flood_count;
#pragma unroll
	for (unsigned int i = 0; i < sizeof(flood_macs); i++)
		mac[i] = flood_macs[i];
	ip->saddr = bpf_htonl(flood_first + flood_at);
	ip->ttl = 64;
	ip->check = 0;
	ip->check = checksum(ip);
	return bpf_redirect(flood_interface, 0);
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
