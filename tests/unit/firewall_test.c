/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which packets the rules of nftables and iptables drop. */
#include <string.h>

#include "common/buf.h"
#include "common/cleanup.h"
#include "common/file.h"
#include "provision/doctor/firewall.h"
#include "provision/doctor/firewall_iptables.h"
#include "provision/doctor/firewall_nft.h"
#include "tests/unit/tap.h"

/* With single quotes for double ones. */
#define NFT(objects) "{'nftables':[{'metainfo':{'json_schema_version':1}}" objects "]}"
#define CHAIN(name) \
	",{'chain':{'family':'inet','table':'f','name':'" name "','handle':1}}"
#define BASE(hook, policy)                                                 \
	",{'chain':{'family':'inet','table':'f','name':'base','handle':1," \
	"'type':'filter','hook':'" hook "','prio':0,'policy':'" policy "'}}"
#define RULE_OF(chain, expressions)                                             \
	",{'rule':{'family':'inet','table':'f','chain':'" chain "','handle':2," \
	"'expr':[" expressions "]}}"
#define RULE(expressions) RULE_OF("base", expressions)
#define IN(name) \
	"{'match':{'op':'==','left':{'meta':{'key':'iifname'}},'right':" name "}}"
#define OUT(op, name) \
	"{'match':{'op':'" op "','left':{'meta':{'key':'oifname'}},'right':" name "}}"
#define FROM(block)                                                                               \
	"{'match':{'op':'==','left':{'payload':{'protocol':'ip','field':'saddr'}},'right':" block \
	"}}"
#define STATE(states) \
	"{'match':{'op':'in','left':{'ct':{'key':'state'}},'right':" states "}}"
#define ODD "{'match':{'op':'==','left':{'meta':{'key':'mark'}},'right':1}}"

static const struct {
	const char *what, *text, *drops;
} nft[] = {
	{"no rules", NFT(""), "-"},
	{"a policy that accepts", NFT(BASE("forward", "accept")), "-"},
	{"one that drops", NFT(BASE("forward", "drop")), "inet f base"},
	{"of another hook", NFT(BASE("output", "drop")), "-"},
	{"everything is accepted", NFT(BASE("forward", "drop") RULE("{'accept':null}")),
	 "-"},
	{"only replies are",
	 NFT(BASE("forward", "drop")
		     RULE(STATE("['established','related']") ",{'accept':null}")),
	 "inet f base"},
	{"new connections too",
	 NFT(BASE("forward", "drop")
		     RULE(STATE("['established','new']") ",{'accept':null}")),
	 "-"},
	{"what comes from the bridge is",
	 NFT(BASE("forward", "drop")
		     RULE(IN("'virbr0'") ",{'counter':{}},{'accept':null}")),
	 "-"},
	{"what comes from another is",
	 NFT(BASE("forward", "drop") RULE(IN("'virbr1'") ",{'accept':null}")),
	 "inet f base"},
	{"a set of interfaces",
	 NFT(BASE("forward", "drop")
		     RULE(IN("{'set':['x','virbr0']}") ",{'accept':null}")),
	 "-"},
	{"all that begin so",
	 NFT(BASE("forward", "drop") RULE(IN("'virbr*'") ",{'accept':null}")), "-"},
	{"a named set is not known",
	 NFT(BASE("forward", "drop") RULE(IN("'@s'") ",{'accept':null}")), "inet f base"},
	{"to the uplink",
	 NFT(BASE("forward", "drop") RULE(OUT("==", "'eth0'") ",{'accept':null}")), "-"},
	{"to all but one",
	 NFT(BASE("forward", "drop") RULE(OUT("!=", "'br7'") ",{'accept':null}")), "-"},
	{"to all but the uplink",
	 NFT(BASE("forward", "drop") RULE(OUT("!=", "'eth0'") ",{'accept':null}")),
	 "inet f base"},
	{"from the subnet",
	 NFT(BASE("forward", "drop") RULE(
		 FROM("{'prefix':{'addr':'10.9.0.0','len':16}}") ",{'accept':null}")),
	 "-"},
	{"from another subnet",
	 NFT(BASE("forward", "drop") RULE(FROM(
		 "{'set':['1.2.3.4',{'prefix':{'addr':'10.8.0.0','len':16}}]}") ",{'accept':null}")),
	 "inet f base"},
	{"a condition of the bridge is believed",
	 NFT(BASE("forward", "drop") RULE(IN("'virbr0'") "," ODD ",{'accept':null}")),
	 "-"},
	{"one of anybody is not",
	 NFT(BASE("forward", "drop") RULE(ODD ",{'accept':null}")), "inet f base"},
	{"a rule that rejects",
	 NFT(BASE("forward", "accept")
		     RULE("{'reject':{'type':'icmpx','expr':'admin-prohibited'}}")),
	 "inet f base"},
	{"one that drops on a condition is not believed",
	 NFT(BASE("forward", "accept") RULE(ODD ",{'drop':null}")), "-"},
	{"a chain that accepts",
	 NFT(BASE("forward", "drop") CHAIN("g") RULE("{'jump':{'target':'g'}}")
		     RULE_OF("g", "{'accept':null}")),
	 "-"},
	{"a chain that returns, and what follows",
	 NFT(BASE("forward", "drop") RULE("{'jump':{'target':'g'}}")
		     RULE("{'accept':null}") RULE_OF("g", "{'return':null}")),
	 "-"},
	{"goto does not come back",
	 NFT(BASE("forward", "drop") RULE("{'goto':{'target':'g'}}")
		     RULE("{'accept':null}") CHAIN("g")),
	 "inet f base"},
	{"a chain that does not exist",
	 NFT(BASE("forward", "drop") RULE("{'jump':{'target':'g'}}")), "inet f base"},
	{"chains in a circle",
	 NFT(BASE("forward", "drop") RULE("{'jump':{'target':'base'}}")), "-"},
	{"a map of interfaces",
	 NFT(BASE("forward", "drop") RULE(
		 "{'vmap':{'key':{'meta':{'key':'iifname'}},'data':{'set':[['lo',{'drop':null}],"
		 "['virbr0',{'accept':null}]]}}}")),
	 "-"},
	{"a map of states",
	 NFT(BASE("forward", "drop") RULE(
		 "{'vmap':{'key':{'ct':{'key':'state'}},'data':{'set':[['invalid',{'drop':null}],"
		 "['established',{'accept':null}]]}}}")),
	 "inet f base"},
	{"odd documents",
	 NFT(",{'chain':{}},{'rule':{'family':'inet','table':'f','chain':'base'}},{'rule':7},7,"
	     "{'chain':{'family':'inet','table':'f','name':'base','type':'filter',"
	     "'hook':'forward','policy':'drop'}}" RULE(
		     "7,{},{'match':7},{'vmap':7},{'accept':7}")),
	 "inet f base"},
};

static const char *drops_text(const struct firewall *firewall,
			      const struct firewall_packet *packet, struct buf *text)
{
	const struct firewall_chain *chain = firewall_drops(firewall, packet);

	buf_clear(text);
	if (!chain)
		return "-";
	buf_format(text, "%s %s", chain->table, chain->name);
	return buf_text(text);
}

static struct firewall_packet packet_make(void)
{
	struct firewall_packet packet = {.hook = FIREWALL_FORWARD,
					 .in = "virbr0",
					 .out = "eth0",
					 .family = AF_INET,
					 .source.prefix = 24};

	lease_address_parse("10.9.3.1", &packet.source.address, NULL);
	return packet;
}

static void nft_test(void)
{
	const struct firewall_packet packet = packet_make();
	CLEANUP(buf_free) struct buf text = {0};

	for (size_t i = 0; i < ARRAY_LENGTH(nft); i++) {
		CLEANUP(free_ptr) char *json = mem_string(nft[i].text);
		CLEANUP(firewall_free) struct firewall firewall = {0};
		CLEANUP(error_free) struct error error = {0};

		for (char *at = json; *at; at++)
			if (*at == '\'')
				*at = '"';
		firewall_nft_parse(json, strlen(json), &firewall, &error);
		tap_string(error.message ? error.message
					 : drops_text(&firewall, &packet, &text),
			   nft[i].drops, "nft: %s", nft[i].what);
	}
}

#define DROPS "-P INPUT ACCEPT\n-P FORWARD DROP\n-P OUTPUT ACCEPT\n"
/* What libvirt 9 adds. */
#define LIBVIRT                                                                             \
	"-N LIBVIRT_FWI\n-N LIBVIRT_FWO\n-N LIBVIRT_FWX\n"                                  \
	"-A FORWARD -j LIBVIRT_FWX\n-A FORWARD -j LIBVIRT_FWI\n-A FORWARD -j LIBVIRT_FWO\n" \
	"-A LIBVIRT_FWI -d 10.9.3.0/24 -o virbr0 -m conntrack --ctstate "                   \
	"RELATED,ESTABLISHED -j ACCEPT\n"                                                   \
	"-A LIBVIRT_FWI -o virbr0 -j REJECT --reject-with icmp-port-unreachable\n"          \
	"-A LIBVIRT_FWO -s 10.9.3.0/24 -i virbr0 -j ACCEPT\n"                               \
	"-A LIBVIRT_FWO -i virbr0 -j REJECT --reject-with icmp-port-unreachable\n"          \
	"-A LIBVIRT_FWX -i virbr0 -o virbr0 -j ACCEPT\n"
/* What Docker 24 adds. */
#define DOCKER                                                                                  \
	DROPS "-N DOCKER\n-N DOCKER-USER\n-A FORWARD -j DOCKER-USER\n"                          \
	      "-A FORWARD -o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n"    \
	      "-A FORWARD -o docker0 -j DOCKER\n-A FORWARD -i docker0 ! -o docker0 -j ACCEPT\n" \
	      "-A DOCKER -d 172.17.0.2/32 ! -i docker0 -o docker0 -p tcp -m tcp --dport 80 -j " \
	      "ACCEPT\n"                                                                        \
	      "-A DOCKER-USER -j RETURN\n"

static const struct {
	const char *what, *text, *drops;
} iptables[] = {
	{"libvirt's rules for NAT", DROPS LIBVIRT, "-"},
	{"Docker beside them", DOCKER LIBVIRT, "-"},
	{"Docker alone", DOCKER, "ip filter FORWARD"},
	{"the bridge is accepted for Docker",
	 DOCKER "-A DOCKER-USER -i virbr0 -j ACCEPT\n", "ip filter FORWARD"},
	{"before it returns",
	 "-N DOCKER-USER\n-A DOCKER-USER -i virbr0 -j ACCEPT\n" DOCKER, "-"},
	{"bridges by a pattern, a comment that looks like a rule",
	 DROPS "-A FORWARD -i virbr+ -m comment --comment \"a \\\" -j DROP\" -j ACCEPT\n",
	 "-"},
	{"what is bridged, which this is not",
	 DROPS "-A FORWARD -m physdev --physdev-is-bridged -j ACCEPT\n",
	 "ip filter FORWARD"},
	{"not from the bridge", DROPS "-A FORWARD ! -i virbr0 -j ACCEPT\n",
	 "ip filter FORWARD"},
	{"not from elsewhere", DROPS "-A FORWARD ! -i virbr1 -j ACCEPT\n", "-"},
	{"a chain is gone to", DROPS "-N A\n-A FORWARD -g A\n-A FORWARD -j ACCEPT\n",
	 "ip filter FORWARD"},
	{"lines that are no rules", "# a\n\n-A\n-P FORWARD\n-X\nx y z\n-A FORWARD -j\n\"",
	 "-"},
};

static void iptables_test(void)
{
	const struct firewall_packet packet = packet_make();
	CLEANUP(buf_free) struct buf text = {0};

	for (size_t i = 0; i < ARRAY_LENGTH(iptables); i++) {
		CLEANUP(firewall_free) struct firewall firewall = {0};

		firewall_iptables_parse(iptables[i].text, strlen(iptables[i].text),
					"ip filter", &firewall);
		tap_string(drops_text(&firewall, &packet, &text), iptables[i].drops,
			   "iptables: %s", iptables[i].what);
	}
}

/* Bridged packets, those of IPv6, and requests to this machine. */
static void packets_test(void)
{
	static const char rules[] =
		"-P INPUT DROP\n-P FORWARD DROP\n"
		"-A FORWARD -m physdev --physdev-is-bridged -j ACCEPT\n"
		"-A INPUT -i virbr0 -p udp -m udp --dport 67 -j ACCEPT\n";
	CLEANUP(firewall_free) struct firewall firewall = {0};
	CLEANUP(buf_free) struct buf text = {0};
	struct firewall_packet packet = packet_make();

	firewall_iptables_parse(rules, strlen(rules), "ip filter", &firewall);
	tap_string(drops_text(&firewall, &packet, &text), "ip filter FORWARD", "routed");
	packet.is_bridged = true;
	packet.out = "virbr0";
	tap_string(drops_text(&firewall, &packet, &text), "-", "bridged");
	packet.is_bridged = false;
	packet.family = AF_INET6;
	tap_string(drops_text(&firewall, &packet, &text), "-", "of IPv6");
	packet = (struct firewall_packet){.hook = FIREWALL_INPUT,
					  .in = "virbr0",
					  .family = AF_INET,
					  .is_dhcp = true};
	tap_string(drops_text(&firewall, &packet, &text), "-", "for the DHCP server");
	packet.in = "virbr1";
	tap_string(drops_text(&firewall, &packet, &text), "ip filter INPUT",
		   "for the one of another bridge");
	tap_ok(firewall_table_remove(&firewall, "ip filter") &&
		       !firewall_table_remove(&firewall, "ip filter") &&
		       !firewall.chains.count,
	       "a table is removed");
}

/* The rules of firewalld 1.3 with virbr0 in no zone, so that the default one, public,
 * decides; and in libvirt's. */
static void firewalld_test(void)
{
	static const struct {
		const char *path, *forwarded, *requests;
	} files[] = {
		{"tests/fixtures/firewall/firewalld-public.json",
		 "inet firewalld filter_FORWARD", "inet firewalld filter_INPUT"},
		{"tests/fixtures/firewall/firewalld-libvirt.json", "-", "-"},
	};
	const struct firewall_packet packet = packet_make();
	const struct firewall_packet request = {.hook = FIREWALL_INPUT,
						.in = "virbr0",
						.family = AF_INET,
						.is_dhcp = true};
	CLEANUP(buf_free) struct buf text = {0};

	for (size_t i = 0; i < ARRAY_LENGTH(files); i++) {
		CLEANUP(firewall_free) struct firewall firewall = {0};
		CLEANUP(buf_free) struct buf rules = {0};

		tap_ok(file_read(files[i].path, 1 << 20, &rules, NULL) == 0 &&
			       firewall_nft_parse(buf_text(&rules), rules.size, &firewall,
						  NULL) == 0,
		       "%s", files[i].path);
		tap_string(drops_text(&firewall, &packet, &text), files[i].forwarded,
			   "what is forwarded there");
		tap_string(drops_text(&firewall, &request, &text), files[i].requests,
			   "DHCP requests there");
	}
}

int main(void)
{
	nft_test();
	firewalld_test();
	iptables_test();
	packets_test();
	return tap_done();
}
