// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * What leaves through a protected interface: dropped unless it is the reply to
 * what a live grant admits, a static rule admits it, or the link cannot do
 * without it. So a service opens no connection, and sends nothing to a client
 * whose grant is gone. No state: the grants are those of the other direction.
 *
 * In contrast to a frame that arrives, one that leaves may have a VLAN tag
 * beside its bytes, headers that are not in its first buffer, and stand for a
 * train of segments.
 */
#define AEGIS_WAY AEGIS_LEAVING
#define aegis_frame __sk_buff

#include "aegis_decide.h"

/* Whoever comes next may decide, see linux/bpf.h: TCX_NEXT and TCX_DROP. */
#define AEGIS_PASS (-1)
#define AEGIS_DROP 2

#define AEGIS_HEADER_BYTES 256 /* more than any that are looked at */
#define AEGIS_VLAN_BYTES 4

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
	       (is_link_scope(p->client) || is_own(p->service));
}

/* A train counts as the frames it becomes. */
static __always_inline void measure(struct __sk_buff *ctx, __u32 length,
				    struct aegis_amount *amount)
{

	amount->packets = ctx->gso_segs ? ctx->gso_segs : 1;
	amount->bytes = ctx->wire_len > length ? ctx->wire_len : length;
	if (ctx->vlan_present)
		amount->bytes += amount->packets * AEGIS_VLAN_BYTES;
}

static __always_inline void answer_grant(struct __sk_buff *ctx, __u64 id)
{
	bpf_skb_store_bytes(ctx, 0, &id, sizeof(id), 0);
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
 * ever: payload is elsewhere, headers are not. Those that it fails to bring
 * cannot be read, and are malformed.
 */
static __always_inline void pull_headers(struct __sk_buff *ctx)
{
	void *end = (void *)(long)ctx->data_end;
	void *data = (void *)(long)ctx->data;
	__u64 length = ctx->len;

	if (length > AEGIS_HEADER_BYTES)
		length = AEGIS_HEADER_BYTES;
	if ((__u64)(end - data) < length && !is_plain(data, end))
		bpf_skb_pull_data(ctx, length);
}

#include "aegis_finish.h"

SEC("tcx/egress")
int aegis_egress(struct __sk_buff *ctx)
{
	struct aegis_cursor cursor;

	pull_headers(ctx);
	cursor.start = (void *)(long)ctx->data;
	cursor.at = cursor.start;
	cursor.end = (void *)(long)ctx->data_end;
	cursor.left = ctx->len;
	cursor.tags = ctx->vlan_present ? 1 : 0;
	cursor.is_train = ctx->gso_segs > 1;
	return judge_frame(ctx, &cursor);
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
