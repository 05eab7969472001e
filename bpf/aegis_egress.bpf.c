// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * What leaves through a protected interface: dropped unless it is the reply to
 * what a live grant admits, a static rule admits it, or the link cannot do
 * without it. So a service opens no connection, and sends nothing to a client
 * whose grant is gone. No state: the grants are those of the other direction,
 * asked for the tuple changed round.
 *
 * In contrast to a frame that arrives, one that leaves may have a VLAN tag
 * beside its bytes, headers that are not in its first buffer, and stand for a
 * train of segments.
 */
#include "aegis_events.h"
#include "aegis_finish.h"
#include "aegis_related.h"

#include <linux/pkt_cls.h>

#define AEGIS_HEADER_BYTES 256 /* more than any that are looked at */
#define AEGIS_VLAN_BYTES 4

/* Whoever comes next may decide, see linux/bpf.h: TCX_NEXT and TCX_DROP. */
#define AEGIS_PASS (-1)
#define AEGIS_DROP 2

/*
 * As for a frame that arrives, with the ends changed round: to where no router
 * forwards, or from one of our own addresses.
 */
static __always_inline bool is_neighbour(const struct aegis_packet *p)
{
	__u64 hop_limit = AEGIS_ND_HOP_LIMIT;

	switch (p->icmp_type) {
	case AEGIS_MLD_QUERY:
	case AEGIS_MLD_REPORT:
	case AEGIS_MLD_DONE:
	case AEGIS_MLD_REPORT_2:
		hop_limit = AEGIS_MLD_HOP_LIMIT;
		break;
	case AEGIS_ND_ROUTER_SOLICIT:
	case AEGIS_ND_ROUTER_ADVERT:
	case AEGIS_ND_NEIGHBOUR_SOLICIT:
	case AEGIS_ND_NEIGHBOUR_ADVERT:
		break;
	default:
		return false;
	}
	return p->hop_limit == hop_limit &&
	       (is_link_scope(p) || is_own(p->client));
}

/* Whether a grant may be asked: what opens nothing, and no error. */
static __always_inline bool is_reply(const struct aegis_packet *p)
{
	__u64 echo_reply =
		p->family == AEGIS_IPV6 ? AEGIS_ECHO_REPLY_6 : AEGIS_ECHO_REPLY;

	if (p->traits & AEGIS_HAS_ICMP)
		return p->icmp_type == echo_reply;
	return (p->traits & (AEGIS_HAS_PORTS | AEGIS_IS_FRAGMENT)) &&
	       (p->traits & AEGIS_IS_REPLY);
}

/* Changes the ends round: from a packet to the one that it answers, and back.
 */
static __always_inline void turn_round(struct aegis_packet *p)
{
	__be64 client[2] = {p->client[0], p->client[1]};
	__u64 port = p->source_port;

	p->client[0] = p->service[0];
	p->client[1] = p->service[1];
	p->service[0] = client[0];
	p->service[1] = client[1];
	/* With nothing that the verifier knows, see aegis_zero. */
	p->source_port = p->destination_port + aegis_zero;
	p->destination_port = port + aegis_zero;
	p->icmp_type += aegis_zero;
	p->hop_limit += aegis_zero;
	note_protocol(p, p->protocol, p->family);
}

/* Whether a live grant admits what this packet replies to. */
static __always_inline void by_grant(struct aegis_packet *p,
				     struct aegis_decision *d)
{
	__u64 traits = p->traits;

	turn_round(p);
	if (traits & AEGIS_HAS_ICMP)
		p->traits = AEGIS_HAS_ICMP | AEGIS_IS_ECHO;
	by_grants(p, d);
	turn_round(p);
	p->traits = traits;
}

/* A function of its own, see aegis_is_static(). */
__noinline int aegis_look_inside(struct __sk_buff *ctx, struct aegis_packet *p,
				 struct aegis_inside *in)
{
	if (!p || !in)
		return 0;
	return look_inside((void *)(long)ctx->data, (void *)(long)ctx->data_end,
			   p, in);
}

/* In the order of datapath.md, "Egress". */
static __always_inline void verdict(struct __sk_buff *ctx,
				    const struct aegis_cursor *c,
				    struct aegis_packet *p,
				    struct aegis_decision *d)
{
	struct aegis_inside inside = {
		.otherwise = AEGIS_EGRESS,
		.echo = AEGIS_ECHO,
		.echo_6 = AEGIS_ECHO_6,
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
	if (inside.is_it || is_reply(p))
		by_grant(p, d);
	if (d->reason != AEGIS_GRANT) {
		d->reason = AEGIS_EGRESS;
		d->grant = 0;
	}
	by_rules(p, &inside, d);
	come_out(p, &inside);
	forget_decision(d);
}

/* A train counts as the frames it becomes. */
static __always_inline void measure(struct __sk_buff *ctx,
				    struct aegis_amount *amount)
{
	__u32 length = ctx->len;

	amount->packets = ctx->gso_segs ? ctx->gso_segs : 1;
	amount->packets += aegis_zero;
	amount->bytes = ctx->wire_len > length ? ctx->wire_len : length;
	if (ctx->vlan_present)
		amount->bytes += amount->packets * AEGIS_VLAN_BYTES;
	amount->bytes += aegis_zero;
}

/* The one place a reason becomes an action: not admitted means dropped. */
static __always_inline int finish(struct __sk_buff *ctx,
				  const struct aegis_packet *p,
				  const struct aegis_decision *d)
{
	bool admitted = admits(d->reason);
	bool audited = has_setting(AEGIS_SETTING_AUDIT) && !admitted;
	struct aegis_amount amount;

	if (has_setting(AEGIS_SETTING_DRY_RUN)) {
		bpf_skb_store_bytes(ctx, 0, &d->grant, sizeof(d->grant), 0);
		return answer(d, admitted || audited, audited);
	}
	measure(ctx, &amount);
	count(AEGIS_LEAVING, d->reason, &amount, audited);
	if (d->reason == AEGIS_GRANT && d->record)
		note_time(&d->record->out_boot_ns, d->now);
	if (!admitted && !audited)
		report(AEGIS_LEAVING, d->reason, d->now, p);
	return admitted || audited ? AEGIS_PASS : AEGIS_DROP;
}

static __always_inline __u32 read_headers(struct __sk_buff *ctx,
					  struct aegis_cursor *c,
					  struct aegis_packet *p)
{
	c->at = (void *)(long)ctx->data;
	c->end = (void *)(long)ctx->data_end;
	c->left = ctx->len;
	c->tags = ctx->vlan_present ? 1 : 0;
	c->is_train = ctx->gso_segs > 1;
	return parse(c, p);
}

/* Whether the first buffer has all headers of plain TCP or UDP. */
static __always_inline bool is_plain(void *data, void *end)
{
	struct ethhdr *eth = data;
	struct ipv6hdr *ipv6 = (void *)(eth + 1);
	struct iphdr *ip = (void *)(eth + 1);
	void *transport = ip + 1;
	__u8 protocol;

	if ((void *)(ip + 1) > end)
		return false;
	protocol = ip->protocol;
	if (eth->h_proto == bpf_htons(ETH_P_IPV6)) {
		if ((void *)(ipv6 + 1) > end)
			return false;
		protocol = ipv6->nexthdr;
		transport = ipv6 + 1;
	} else if (eth->h_proto != bpf_htons(ETH_P_IP) || ip->ihl != 5) {
		return false;
	}
	if (protocol == IPPROTO_TCP)
		return transport + sizeof(struct tcphdr) <= end;
	return protocol == IPPROTO_UDP &&
	       transport + sizeof(struct udphdr) <= end;
}

/*
 * Brings headers into the first buffer where some may be elsewhere. Hardly
 * ever: payload is elsewhere, headers are not.
 */
static __always_inline bool pull_headers(struct __sk_buff *ctx)
{
	void *end = (void *)(long)ctx->data_end;
	void *data = (void *)(long)ctx->data;
	__u64 length = ctx->len;

	if (length > AEGIS_HEADER_BYTES)
		length = AEGIS_HEADER_BYTES;
	if ((__u64)(end - data) >= length || is_plain(data, end))
		return true;
	return !bpf_skb_pull_data(ctx, length);
}

SEC("tcx/egress")
int aegis_egress(struct __sk_buff *ctx)
{
	struct aegis_decision decision = {};
	struct aegis_cursor cursor;
	struct aegis_packet packet;
	__u32 reason = AEGIS_MALFORMED;

	begin(&packet, ctx->len);
	if (pull_headers(ctx))
		reason = read_headers(ctx, &cursor, &packet);
	if (reason != AEGIS_UNDECIDED) {
		/* What is not admitted is no reply, whatever it is. */
		decision.reason = admits(reason) ? reason : AEGIS_EGRESS;
		return finish(ctx, &packet, &decision);
	}
	verdict(ctx, &cursor, &packet, &decision);
	return finish(ctx, &packet, &decision);
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
