// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Do nothing, for the benchmark: what BPF_PROG_TEST_RUN itself costs, and what
 * a flood costs that nobody looks at.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int empty_pass(struct xdp_md *ctx)
{
	(void)ctx;
	return XDP_PASS;
}

SEC("xdp")
int empty_drop(struct xdp_md *ctx)
{
	(void)ctx;
	return XDP_DROP;
}

/* Of what leaves: whoever comes next decides, see linux/bpf.h: TCX_NEXT. */
SEC("tcx/egress")
int empty_leaving(struct __sk_buff *ctx)
{
	(void)ctx;
	return -1;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
