// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * What arrives on a protected interface: dropped unless a grant, a static rule
 * or one of the few protocols a link cannot do without admits it.
 *
 * Three parts, shared with what leaves: parse (aegis_parse.h), verdict
 * (aegis_decide.h and what that includes), finish (aegis_finish.h). Here is
 * what a frame that arrives has of its own.
 */
#define AEGIS_WAY AEGIS_ARRIVING
#define aegis_frame xdp_md

#include "aegis_decide.h"

#define AEGIS_PASS XDP_PASS
#define AEGIS_DROP XDP_DROP

/*
 * A router forwards a packet that came with hop limit 255: the server behind it
 * discards that as neighbour discovery, but it gets it. So the destination must
 * be one that is not forwarded. Addresses of our own are such: solicitations by
 * unicast and answers to our own solicitations go there.
 */
static __always_inline bool is_discovery(const struct aegis_packet *p)
{
	return p->hop_limit == AEGIS_ND_HOP_LIMIT &&
	       (is_link_scope(p->service) || is_own(p->service));
}

static __always_inline bool is_neighbour(const struct aegis_packet *p)
{
	switch (p->icmp_type) {
	case AEGIS_ND_ROUTER_ADVERT:
		return has_setting(AEGIS_SETTING_ACCEPT_ROUTERS) &&
		       is_discovery(p);
	case AEGIS_ND_ROUTER_SOLICIT:
	case AEGIS_ND_NEIGHBOUR_SOLICIT:
	case AEGIS_ND_NEIGHBOUR_ADVERT:
		return is_discovery(p);
	case AEGIS_MLD_QUERY:
	case AEGIS_MLD_REPORT:
	case AEGIS_MLD_DONE:
	case AEGIS_MLD_REPORT_2:
		return p->hop_limit == AEGIS_MLD_HOP_LIMIT &&
		       is_link_scope(p->service);
	default:
		return false;
	}
}

static __always_inline __u32 frame_length(struct xdp_md *ctx)
{
	if (has_setting(AEGIS_SETTING_BUFF_LEN))
		return bpf_xdp_get_buff_len(ctx);
	return ctx->data_end - ctx->data;
}

static __always_inline void measure(struct xdp_md *ctx, __u32 length,
				    struct aegis_amount *amount)
{
	(void)ctx;
	amount->packets = 1;
	amount->bytes = length;
}

static __always_inline void answer_grant(struct xdp_md *ctx, __u64 id)
{
	__u64 *head = (void *)(long)ctx->data;

	if ((void *)(head + 1) <= (void *)(long)ctx->data_end)
		*head = id;
}

#include "aegis_finish.h"

SEC("xdp")
int aegis_ingress(struct xdp_md *ctx)
{
	struct aegis_cursor cursor = {
		.start = (void *)(long)ctx->data,
		.at = (void *)(long)ctx->data,
		.end = (void *)(long)ctx->data_end,
		.left = frame_length(ctx),
	};

	return judge_frame(ctx, &cursor);
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
