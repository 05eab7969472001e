// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Does nothing: what BPF_PROG_TEST_RUN itself costs, for the benchmark. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int empty_pass(struct xdp_md *ctx)
{
	(void)ctx;
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
