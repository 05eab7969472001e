// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * What arrives on a protected interface: dropped unless a grant, a static rule
 * or one of the few protocols a link cannot do without admits it.
 *
 * Four parts: parse (aegis_parse.h), verdict (aegis_verdict.h,
 * aegis_related.h), finish (aegis_finish.h), entry.
 */
#include "aegis_events.h"
#include "aegis_finish.h"
#include "aegis_related.h"

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
		return p->hop_limit == AEGIS_MLD_HOP_LIMIT && is_link_scope(p);
	default:
		return false;
	}
}

/* A function of its own, see aegis_is_static(). */
__noinline int aegis_look_inside(struct xdp_md *ctx, struct aegis_packet *p,
				 struct aegis_inside *in)
{
	if (!p || !in)
		return 0;
	return look_inside((void *)(long)ctx->data, (void *)(long)ctx->data_end,
			   p, in);
}

/* Rows 6 and 8 to 13 of the verdict table. */
static __always_inline void verdict(struct xdp_md *ctx,
				    const struct aegis_cursor *c,
				    struct aegis_packet *p,
				    struct aegis_decision *d)
{
	struct aegis_inside inside = {
		.otherwise = AEGIS_NO_GRANT,
		.echo = AEGIS_ECHO_REPLY,
		.echo_6 = AEGIS_ECHO_REPLY_6,
	};

	if (p->traits & AEGIS_HAS_ICMP) {
		if (p->family == AEGIS_IPV6 && is_neighbour(p)) {
			d->reason = AEGIS_NEIGHBOUR;
			return;
		}
		inside.offset = c->at - (void *)(long)ctx->data;
		inside.left = c->left;
		if (!aegis_look_inside(ctx, p, &inside)) {
			d->reason = inside.otherwise;
			come_out(p, &inside);
			return;
		}
	}
	d->reason =
		p->traits & AEGIS_IS_FRAGMENT ? AEGIS_FRAGMENT : AEGIS_NO_GRANT;
	by_grants(p, d);
	by_rules(p, &inside, d);
	come_out(p, &inside);
}

/* Shared by all CPUs, hence atomics. */
static __always_inline void account(const struct aegis_decision *d,
				    __u32 length)
{
	struct aegis_record *r = d->record;

	if (d->reason != AEGIS_GRANT || !r)
		return;
	__sync_fetch_and_add(&r->packets, 1);
	__sync_fetch_and_add(&r->bytes, length);
	note_time(&r->in_boot_ns, d->now);
}

/* The one place a reason becomes an action: not admitted means dropped. */
static __always_inline int finish(struct xdp_md *ctx,
				  const struct aegis_packet *p,
				  const struct aegis_decision *d)
{
	struct aegis_amount amount = {.packets = 1, .bytes = p->frame_length};
	__u64 *head = (void *)(long)ctx->data;
	bool audited = is_audited(d->reason);
	bool passes = admits(d->reason) || audited;

	if (has_setting(AEGIS_SETTING_DRY_RUN)) {
		if ((void *)(head + 1) <= (void *)(long)ctx->data_end)
			*head = d->grant;
		return answer(d, passes, audited);
	}
	count(AEGIS_ARRIVING, d->reason, &amount, audited);
	account(d, p->frame_length);
	if (!passes)
		report(AEGIS_ARRIVING, d->reason, d->now, p);
	return passes ? XDP_PASS : XDP_DROP;
}

static __always_inline __u32 frame_length(struct xdp_md *ctx)
{
	if (has_setting(AEGIS_SETTING_BUFF_LEN))
		return bpf_xdp_get_buff_len(ctx);
	return ctx->data_end - ctx->data;
}

SEC("xdp")
int aegis_ingress(struct xdp_md *ctx)
{
	struct aegis_cursor cursor = {
		.at = (void *)(long)ctx->data,
		.end = (void *)(long)ctx->data_end,
		.left = frame_length(ctx),
	};
	struct aegis_decision decision = {};
	struct aegis_packet packet;
	__u32 reason;

	begin(&packet, cursor.left);
	reason = parse(&cursor, &packet);
	/* Two ends, so that a header's own verdict carries nothing along. */
	if (reason != AEGIS_UNDECIDED) {
		decision.reason = reason;
		return finish(ctx, &packet, &decision);
	}
	verdict(ctx, &cursor, &packet, &decision);
	return finish(ctx, &packet, &decision);
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
