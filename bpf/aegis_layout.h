/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The ABI between the datapath and user space: every byte that both sides look
 * at is described here and nowhere else. User space mirrors it as memory
 * layouts; a test compares those with the BTF of the compiled object.
 *
 * Rules of this file: fixed-width types, no implicit padding (it is named
 * "reserved" and zero), a unit and a byte order for each field, enumerators
 * with explicit values that are only ever appended, no logic.
 *
 * Bump AEGIS_LAYOUT_VERSION with every change that an older or newer side would
 * misread: pinned maps of an older version are copied at start if user space
 * knows them, and refused otherwise.
 */
#ifndef AEGIS_LAYOUT_H
#define AEGIS_LAYOUT_H

#include <linux/bpf.h>
#include <linux/types.h>

#define AEGIS_LAYOUT_VERSION 3

#define AEGIS_SLOTS 4		 /* grants that may share one target */
#define AEGIS_RULES 64		 /* local static rules of one interface */
#define AEGIS_WIDTHS 32		 /* widths in use, of each family */
#define AEGIS_LINE_SLOTS 8	 /* slots in one line of the grant table */
#define AEGIS_SEEDS 12		 /* words that the hash is keyed with */
#define AEGIS_ETHERTYPES 4	 /* admitted beside IPv4, IPv6 and ARP */
#define AEGIS_INTERFACES 32	 /* protected interfaces of one instance */
#define AEGIS_OWN_ADDRESSES 1024 /* IPv6 addresses of this host */
#define AEGIS_REASONS 32	 /* counters per direction; room to append */
#define AEGIS_DIRECTIONS 2	 /* enum aegis_direction */

/* Why a frame was admitted or dropped. The numbers are those of user space. */
enum aegis_reason {
	AEGIS_UNDECIDED = 0, /* parsing alone does not tell; never counted */
	AEGIS_MALFORMED = 1,
	AEGIS_VLAN_DEPTH = 2,
	AEGIS_ARP = 3,
	AEGIS_ETHERTYPE = 4,
	AEGIS_IP_OPTIONS = 5,
	AEGIS_FRAGMENT = 6,
	AEGIS_EXTENSION_HEADER = 7,
	AEGIS_NEIGHBOUR = 8,
	AEGIS_RELATED_ERROR = 9,
	AEGIS_GRANT = 10,
	AEGIS_STATIC = 11,
	AEGIS_EXPIRED = 12,
	AEGIS_IDLE = 13,
	AEGIS_LEASE = 14,
	AEGIS_NO_GRANT = 15,
	AEGIS_WOULD_ADMIT = 16,
	AEGIS_EGRESS = 17,
	AEGIS_LINK_CONTROL = 18,
};

/* Which way a frame goes through an interface. */
enum aegis_direction {
	AEGIS_ARRIVING = 0, /* at the protected interface: ingress */
	AEGIS_LEAVING = 1,  /* through it: egress */
};

enum aegis_family {
	AEGIS_IPV4 = 4,
	AEGIS_IPV6 = 6,
	AEGIS_WIDE_IPV4 = 16, /* plus the length of a prefix, 0 to 32 */
	AEGIS_WIDE_IPV6 = 64, /* plus the length of a prefix, 0 to 128 */
};

/*
 * What an exact grant is found by. Hashed byte by byte, so every byte counts.
 * An IPv4 address a.b.c.d stands as ::ffff:a.b.c.d; the family keeps it apart
 * from an IPv6 frame that carries such an address.
 */
struct aegis_grant_key {
	__be64 client[2];  /* source address, network order */
	__be64 service[2]; /* destination address, network order */
	__be16 port;	   /* destination port, network order; 0 for echo */
	__u8 protocol;	   /* IPPROTO_TCP, _UDP, _ICMP or _ICMPV6 (echo) */
	__u8 family;	   /* enum aegis_family */
	__u32 flags;	   /* enum aegis_grant_flag; no part of the key */
};

_Static_assert(sizeof(struct aegis_grant_key) == 40, "key is map ABI");
_Static_assert(__builtin_offsetof(struct aegis_grant_key, port) == 32, "port");

enum aegis_grant_flag {
	AEGIS_GRANT_AUDIT = 1, /* counts WOULD_ADMIT instead of admitting */
	AEGIS_GRANT_NEEDS_LEASE = 2, /* ends when the lease runs out */
};

/*
 * One grant: two cache lines. What user space writes and what the datapath
 * writes are different words, each of them stored at once. A record that a slot
 * names changes in soft_boot_ns, soft_unix_ms and what the datapath writes, and
 * in nothing else.
 *
 * Where frames are filtered both ways, a grant is idle since the earlier of
 * in_boot_ns and out_boot_ns, so that who forges the one direction keeps
 * nothing alive; else since in_boot_ns.
 */
struct aegis_record {
	struct aegis_grant_key key;
	__u64 hard_boot_ns; /* CLOCK_BOOTTIME, ns: ends here for good */
	__u64 soft_boot_ns; /* CLOCK_BOOTTIME, ns: ends unless extended */
	__u32 idle_ms;	    /* ms without traffic; 0: no limit */
	__u16 port_first;   /* host order; of an exact grant the port, or 0 */
	__u16 port_last;    /* host order; of an exact grant the port, or 0 */
	__u64 in_boot_ns;   /* CLOCK_BOOTTIME, ns: it was applied, or later the
			       last packet from the client; by ingress */
	__u64 id;	    /* of the grant, never 0 */
	__s64 hard_unix_ms; /* as it was asked for; read by user space only */
	__s64 soft_unix_ms; /* as it was asked for; read by user space only */
	__u64 generation;   /* grows with each record that is filled, odd while
			       it is filled; read by user space only */
	__u64 out_boot_ns;  /* as in_boot_ns, to the client; by egress */
	__u64 packets;	    /* from the client; by ingress */
	__u64 bytes;	    /* from the client; by ingress */
};

_Static_assert(sizeof(struct aegis_record) == 128, "record is map ABI");
_Static_assert(__builtin_offsetof(struct aegis_record, in_boot_ns) == 64,
	       "what a packet is compared with is one cache line");

/*
 * Eight slots in one cache line: the tag of a key << 32 | number of a record
 * + 1, or 0. The two lines of a key and its tag follow from its hash.
 */
struct aegis_line {
	__u64 slot[AEGIS_LINE_SLOTS];
};

_Static_assert(sizeof(struct aegis_line) == 64, "line is map ABI");

/*
 * How the table is addressed: fixed when it is made. User space keeps it in a
 * frozen map; programs have it in read-only data.
 */
struct aegis_table {
	__u64 seed[AEGIS_SEEDS]; /* random: nobody can aim collisions */
	__u64 ipv4_sum;	 /* what first halves of addresses add where they are 0
			  */
	__u32 line_mask; /* lines, a power of two, less one */
	__u32 filter_mask; /* bits of the filter, a power of two, less one */
};

_Static_assert(sizeof(struct aegis_table) == 112, "table is map ABI");

/*
 * The widths of the wide targets in force: family of their keys << 8 | size of
 * their port blocks as a power of two, 1 to 16; 0 for a free place.
 */
struct aegis_family_widths {
	__u64 used; /* places to look at; 0 while no target is wide */
	__u64 width[AEGIS_WIDTHS];
};

_Static_assert(sizeof(struct aegis_family_widths) == 264, "widths are map ABI");

struct aegis_widths {
	struct aegis_family_widths of[2]; /* IPv4, IPv6 */
};

_Static_assert(sizeof(struct aegis_widths) == 528, "widths are map ABI");

/* Per CPU: what to add to the coarse monotonic clock. */
struct aegis_clock {
	__u64 checked_ns; /* monotonic clock, ns; 0: never */
	__u64 offset_ns;  /* boot clock less monotonic clock: time suspended */
};

_Static_assert(sizeof(struct aegis_clock) == 16, "clock is map ABI");

/*
 * Per CPU; index: (interface slot * AEGIS_DIRECTIONS + enum aegis_direction) *
 * AEGIS_REASONS + enum aegis_reason.
 */
struct aegis_counter {
	__u64 packets; /* that had this verdict */
	__u64 bytes;
	__u64 audit_packets; /* passed only because the interface audits */
	__u64 audit_bytes;
};

_Static_assert(sizeof(struct aegis_counter) == 32, "counter is map ABI");

/* One per instance. Mapped and written by user space, word by word. */
struct aegis_state {
	__u64 layout_version; /* AEGIS_LAYOUT_VERSION of who made the maps */
	__u64 lease_until_boot_ns; /* CLOCK_BOOTTIME, ns */
	__u64 owner;	      /* process id of the last writer, for diagnosis */
	__s64 wall_offset_ns; /* wall clock less boot clock; user space only */
	__u64 events; /* 0: nobody listens; else another number each time */
};

_Static_assert(sizeof(struct aegis_state) == 40, "state is map ABI");

/* A drop that is told of, in the ring. */
struct aegis_event {
	__be64 source[2];      /* network order, as in aegis_grant_key */
	__be64 destination[2]; /* network order, as in aegis_grant_key */
	__u64 boot_ns;	       /* CLOCK_BOOTTIME, ns */
	__u64 unreported; /* of this reason since the last one, on this CPU */
	__u32 interface_slot;
	__u16 source_port;	/* host order */
	__u16 destination_port; /* host order */
	__u8 reason;		/* enum aegis_reason */
	__u8 direction;		/* enum aegis_direction */
	__u8 family;	/* enum aegis_family; 0: the addresses were not read */
	__u8 protocol;	/* IP protocol number, with a family */
	__u8 has_ports; /* 1: the ports were read */
	__u8 reserved[3];
};

_Static_assert(sizeof(struct aegis_event) == 64, "event is ring ABI");

/* Per CPU and reason: how much was told. By the datapath only. */
struct aegis_event_limit {
	__u64 window_ns;  /* monotonic clock, ns: when the window began */
	__u64 reported;	  /* in this window */
	__u64 unreported; /* since the last one that was */
	__u64 listener;	  /* aegis_state.events, as it was then */
};

_Static_assert(sizeof(struct aegis_event_limit) == 32, "limit is map ABI");

/* An IPv6 address of this host. */
struct aegis_own_key {
	__be64 address[2]; /* network order */
};

_Static_assert(sizeof(struct aegis_own_key) == 16, "own_key is map ABI");

/* What a rule may ask of a packet beside its addresses and protocol. */
enum aegis_rule_need {
	AEGIS_NEEDS_PORTS = 1, /* names ports: not for packets without any */
	AEGIS_NEEDS_ESTABLISHED = 2, /* TCP that opens nothing: no bare SYN */
	AEGIS_NEEDS_REPLY =
		32, /* opens nothing: no bare SYN, no echo request */
};

/*
 * A local static rule of one direction: admits what it matches. Among those of
 * the egress direction are the replies to what the ingress rules admit. It has
 * the ends of a packet: of one that leaves, the destination is the client's.
 */
struct aegis_rule {
	__be64 client[2]; /* network order, as in aegis_grant_key */
	__be64 client_mask[2];
	__be64 service[2];
	__be64 service_mask[2];
	__u16 client_port_first; /* host order, like the three below */
	__u16 client_port_last;
	__u16 service_port_first;
	__u16 service_port_last;
	__u8 family;	    /* enum aegis_family */
	__u8 protocol;	    /* IP protocol number */
	__u8 protocol_mask; /* 0xff, or 0 for every protocol */
	__u8 needs;	    /* enum aegis_rule_need */
	__u8 reserved[4];
};

_Static_assert(sizeof(struct aegis_rule) == 80, "rule is rodata ABI");

enum aegis_setting_flag {
	AEGIS_SETTING_AUDIT = 1, /* admit what would be dropped, but count it */
	AEGIS_SETTING_ACCEPT_ROUTERS = 2, /* router advertisements */
	AEGIS_SETTING_BUFF_LEN = 4, /* kernel has bpf_xdp_get_buff_len() */
	AEGIS_SETTING_DRY_RUN = 8,  /* answer with the reason, touch nothing */
	AEGIS_SETTING_BOTH_WAYS = 16, /* frames that leave are filtered too */
};

/*
 * Settings of one protected interface. Each interface has its own instance of
 * the program, which carries them in frozen read-only data: no lookup per
 * packet, and changing them is one atomic replacement of the program.
 */
struct aegis_settings {
	__u32 interface_slot; /* 0 to AEGIS_INTERFACES - 1 */
	__u32 flags;	      /* enum aegis_setting_flag */
	__u32 rule_count;     /* of rule[], 0 to AEGIS_RULES */
	__u32 reserved;
	__be16 ethertype[AEGIS_ETHERTYPES]; /* network order; 0: unused */
	struct aegis_rule rule[AEGIS_RULES];
};

_Static_assert(sizeof(struct aegis_settings) == 24 + 64 * 80, "rodata ABI");
_Static_assert(__builtin_offsetof(struct aegis_settings, rule) == 24, "rule");

/*
 * What a program returns with AEGIS_SETTING_DRY_RUN: an XDP action in the low
 * byte (of either direction), the reason above it, and whether only audit
 * admitted the frame. The id of the deciding grant stands in the first eight
 * bytes of the frame.
 */
#define AEGIS_DRY_RUN_REASON_SHIFT 8
#define AEGIS_DRY_RUN_WOULD_DROP (1 << 16)

#endif
