/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The report of an examination: results of checks, with advice for each problem. */
#define _GNU_SOURCE
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "common/buf.h"
#include "common/cleanup.h"
#include "common/text.h"
#include "provision/doctor/doctor.h"

#define KVM_ADVICE                                                                         \
	"Turn virtualization on in the firmware (or nesting, on the host below) and load " \
	"kvm_intel or kvm_amd."
#define DHCP_ADVICE                                                                         \
	"vmango-leases audit -c URI shows who holds addresses; release some, or widen the " \
	"range by virsh -c URI net-edit NAME."
#define SPACE_ADVICE \
	"Delete volumes that are no longer needed, or move the pool to a larger disk."
#define LOAD_ADVICE                                                                     \
	"Reload the daemon, which looks for hooks only when it starts or is reloaded: " \
	"systemctl reload NAME"

static const struct {
	const char *check;
	enum doctor_result result;
	const char *advice;
} kinds[DOCTOR_KIND_COUNT] = {
	[DOCTOR_CONNECTION] =
		{"connection", DOCTOR_FINDING,
		 "Correct the address, start libvirt's daemon there (systemctl start NAME), or "
		 "get access: the group libvirt, or with SSH a login without a password prompt."},
	[DOCTOR_READ_ONLY] =
		{"connection", DOCTOR_WARNING,
		 "This user can only look: to change anything there, join the "
		 "group of libvirt's socket (usually libvirt), or run this as "
		 "root."},
	[DOCTOR_DRIVER] =
		{"libvirt", DOCTOR_FINDING,
		 "Give the address of a QEMU hypervisor, such as qemu:///system."},
	[DOCTOR_LIBVIRT_OLD] = {"libvirt", DOCTOR_FINDING, "Upgrade libvirt there."},
	[DOCTOR_KVM_EMULATED] = {"kvm", DOCTOR_WARNING,
				 "Guests are emulated, which is slow. " KVM_ADVICE},
	[DOCTOR_KVM_MISSING] = {"kvm", DOCTOR_FINDING,
				KVM_ADVICE " Or set domain_type = auto."},
	[DOCTOR_KVM_BROKEN] = {"kvm", DOCTOR_FINDING,
			       "Set domain_type = qemu for this hypervisor: guests that "
			       "are to use this KVM do not boot."},
	[DOCTOR_NETWORK_MISSING] =
		{"network", DOCTOR_FINDING,
		 "Define it (virsh -c URI net-define FILE), or set network of the "
		 "hypervisor to another (virsh -c URI net-list --all)."},
	[DOCTOR_NETWORK_INACTIVE] = {"network", DOCTOR_FINDING,
				     "virsh -c URI net-start NAME"},
	[DOCTOR_NETWORK_AUTOSTART] = {"network", DOCTOR_WARNING,
				      "virsh -c URI net-autostart NAME"},
	[DOCTOR_NETWORK_TRANSIENT] = {"network", DOCTOR_WARNING,
				      "virsh -c URI net-dumpxml NAME | virsh -c URI "
				      "net-define /dev/stdin"},
	[DOCTOR_DHCP_NONE] =
		{"dhcp", DOCTOR_FINDING,
		 "Add a <dhcp> with a <range> to it by virsh -c URI net-edit NAME, or "
		 "give the hypervisor a network_script."},
	[DOCTOR_DHCP_OTHERS] = {"dhcp", DOCTOR_WARNING,
				"Machines there need ip = dhcp and a DHCP server on that "
				"bridge; or give the hypervisor a network_script."},
	[DOCTOR_DHCP_IPV6] = {"dhcp", DOCTOR_WARNING, "Machines there need ip = dhcp."},
	[DOCTOR_DHCP_FULL] = {"dhcp", DOCTOR_FINDING, DHCP_ADVICE},
	[DOCTOR_DHCP_NEARLY_FULL] = {"dhcp", DOCTOR_WARNING, DHCP_ADVICE},
	[DOCTOR_FORWARD_OFF] =
		{"forwarding", DOCTOR_FINDING,
		 "sysctl -w NAME=1 && echo NAME=1 >/etc/sysctl.d/60-forwarding.conf"},
	[DOCTOR_FORWARD_DOCKER] = {"forwarding", DOCTOR_WARNING,
				   "PATH -I DOCKER-USER -i NAME -j ACCEPT && PATH -I "
				   "DOCKER-USER -o NAME -j ACCEPT"},
	[DOCTOR_FORWARD_IPTABLES] = {"forwarding", DOCTOR_WARNING,
				     "PATH -I FORWARD -i NAME -j ACCEPT && PATH -I "
				     "FORWARD -o NAME -j ACCEPT"},
	[DOCTOR_FORWARD_NFT] = {"forwarding", DOCTOR_WARNING,
				"nft insert rule PATH iifname NAME accept && nft insert "
				"rule PATH oifname NAME accept"},
	[DOCTOR_FORWARD_FIREWALLD] =
		{"forwarding", DOCTOR_WARNING,
		 "firewall-cmd --permanent --zone=trusted --add-interface=NAME && "
		 "firewall-cmd --reload"},
	[DOCTOR_BRIDGED_DOCKER] = {"forwarding", DOCTOR_WARNING,
				   "PATH -I DOCKER-USER -i NAME -o NAME -j ACCEPT"},
	[DOCTOR_BRIDGED_OTHERS] = {"forwarding", DOCTOR_WARNING, "sysctl -w PATH=0"},
	[DOCTOR_INPUT_IPTABLES] = {"forwarding", DOCTOR_WARNING,
				   "PATH -I INPUT -i NAME -p udp -m multiport --dports "
				   "53,67,547 -j ACCEPT"},
	[DOCTOR_INPUT_NFT] =
		{"forwarding", DOCTOR_WARNING,
		 "nft insert rule PATH iifname NAME udp dport '{ 53, 67, 547 }' accept"},
	[DOCTOR_FIREWALLD_ZONE] =
		{"forwarding", DOCTOR_WARNING,
		 "firewall-cmd --permanent --zone=PATH --change-interface=NAME && "
		 "firewall-cmd --reload"},
	[DOCTOR_PROBE_NOT_TRIED] =
		{"probe", DOCTOR_WARNING,
		 "Run vmango-provision doctor --probe as root on the hypervisor itself."},
	[DOCTOR_PROBE_SILENT] =
		{"probe", DOCTOR_FINDING,
		 "Start the DHCP server, and see whether the bridge has a port towards it "
		 "(bridge link show), and the switch there lets MAC addresses of guests "
		 "through."},
	[DOCTOR_PROBE_ROUTER] =
		{"probe", DOCTOR_FINDING,
		 "See whether that address is right, and replies to pings at all."},
	[DOCTOR_PROBE_OUTSIDE] =
		{"probe", DOCTOR_FINDING,
		 "See whether the network that the gateway is in has a route back to the "
		 "machines (mode nat has no need of it), and what firewalls on the way "
		 "drop."},
	[DOCTOR_POOL_MISSING] =
		{"pool", DOCTOR_FINDING,
		 "virsh -c URI pool-define-as NAME dir --target /var/lib/libvirt/NAME && "
		 "virsh -c URI pool-build NAME && virsh -c URI pool-start NAME && "
		 "virsh -c URI pool-autostart NAME"},
	[DOCTOR_POOL_INACTIVE] = {"pool", DOCTOR_FINDING, "virsh -c URI pool-start NAME"},
	[DOCTOR_POOL_AUTOSTART] = {"pool", DOCTOR_WARNING,
				   "virsh -c URI pool-autostart NAME"},
	[DOCTOR_POOL_TRANSIENT] = {"pool", DOCTOR_WARNING,
				   "virsh -c URI pool-dumpxml NAME | virsh -c URI "
				   "pool-define /dev/stdin"},
	[DOCTOR_POOL_NO_FILES] = {"pool", DOCTOR_WARNING,
				  "vmango-imagetool imports only into pools of type dir, "
				  "fs or netfs."},
	[DOCTOR_POOL_UNFIT] = {"pool", DOCTOR_FINDING,
			       "Keep root volumes in a pool of type dir, fs, netfs or "
			       "logical."},
	[DOCTOR_POOL_NO_OVERLAY] =
		{"pool", DOCTOR_FINDING,
		 "Set clone = auto, or keep images and root volumes in "
		 "pools of type dir, fs or netfs."},
	[DOCTOR_SPACE_NONE] = {"space", DOCTOR_FINDING, SPACE_ADVICE},
	[DOCTOR_SPACE_LOW] = {"space", DOCTOR_WARNING, SPACE_ADVICE},
	[DOCTOR_IMAGES_NONE] = {"images", DOCTOR_FINDING,
				"Import one: vmango-imagetool import -c URI --pool NAME "
				"FILE"},
	[DOCTOR_IMAGE_NAME] =
		{"images", DOCTOR_WARNING,
		 "Rename it to OSName-OSVersion_Arch_Format.img, or remove it "
		 "from the pool, then virsh -c URI pool-refresh NAME"},
	[DOCTOR_IMAGE_UNFINISHED] =
		{"images", DOCTOR_WARNING,
		 "Wait for the import; one that was interrupted is finished or removed "
		 "by the next import into the pool, or by vmango-imagetool remove."},
	[DOCTOR_TEMPLATE] = {"templates", DOCTOR_FINDING,
			     "Correct the template, or set vm_template or "
			     "volume_template of the hypervisor to another."},
	[DOCTOR_HOOK_MISSING] =
		{"hook", DOCTOR_FINDING,
		 "Install it, as vmango-lease-monitor(8) says: until then "
		 "addresses of deleted guests stay in use."},
	[DOCTOR_HOOK_PLACE] = {"hook", DOCTOR_FINDING, "mv PATH /etc/libvirt/hooks/qemu"},
	[DOCTOR_HOOK_FILE] = {"hook", DOCTOR_FINDING,
			      "Put a copy of the program itself there: AppArmor lets "
			      "libvirt follow no link out of /etc/libvirt/hooks."},
	[DOCTOR_HOOK_MODE] = {"hook", DOCTOR_FINDING,
			      "chown root:root PATH && chmod 0755 PATH"},
	[DOCTOR_HOOK_LABEL] = {"hook", DOCTOR_FINDING, "restorecon PATH"},
	[DOCTOR_HOOK_TWICE] = {"hook", DOCTOR_WARNING, "rm PATH"},
	[DOCTOR_HOOK_NOT_LOADED] = {"hook-loaded", DOCTOR_FINDING, LOAD_ADVICE},
	[DOCTOR_HOOK_PERHAPS_LOADED] = {"hook-loaded", DOCTOR_WARNING, LOAD_ADVICE},
	[DOCTOR_HOOK_ANSWER] = {"hook-answer", DOCTOR_FINDING,
				"Reinstall it: what libvirt runs there must exit "
				"immediately with 0 and print nothing."},
	[DOCTOR_HOOK_VERSION] = {"hook-answer", DOCTOR_WARNING,
				 "Install the lease monitor of this version."},
	[DOCTOR_LEASE_FILE] = {"leases", DOCTOR_FINDING,
			       "Check the file; a broken one can be deleted while its "
			       "network is stopped."},
	[DOCTOR_LOCK_LEFT] = {"locks", DOCTOR_WARNING,
			      "virsh -c URI secret-undefine NAME"},
};

const char *doctor_kind_check(enum doctor_kind kind)
{
	return kinds[kind].check;
}

enum doctor_result doctor_kind_result(enum doctor_kind kind)
{
	return kinds[kind].result;
}

const char *doctor_kind_advice(enum doctor_kind kind)
{
	return kinds[kind].advice;
}

const char *doctor_result_word(enum doctor_result result)
{
	static const char *const words[] = {
		[DOCTOR_OK] = "ok",
		[DOCTOR_WARNING] = "warning",
		[DOCTOR_FINDING] = "finding",
	};

	return words[result];
}

/* The size of the placeholder at `text`, 0 when there is none. */
static size_t placeholder_find(const char *text, const char *word, const char *value)
{
	size_t size = strlen(word);

	return value && !strncmp(text, word, size) ? size : 0;
}

char *doctor_advice(const struct doctor_report *report, enum doctor_kind kind,
		    const char *name, const char *path)
{
	const char *text = kinds[kind].advice;
	CLEANUP(buf_free) struct buf advice = {0};

	while (*text) {
		const char *value = name;
		size_t size;

		if (!report->uri && (size = placeholder_find(text, "-c URI ", ""))) {
			text += size;
			continue;
		}
		size = placeholder_find(text, "NAME", name);
		if (!size && (size = placeholder_find(text, "PATH", path)))
			value = path;
		if (!size && (size = placeholder_find(text, "URI", report->uri)))
			value = report->uri;
		if (size)
			text_add_shell(&advice, value);
		else
			buf_add_char(&advice, *text);
		text += size ? size : 1;
	}
	return buf_take(&advice);
}

static struct doctor_item *item_add(struct doctor_report *report, const char *check,
				    enum doctor_result result, const char *format,
				    va_list arguments)
	__attribute__((format(printf, 4, 0)));

static struct doctor_item *item_add(struct doctor_report *report, const char *check,
				    enum doctor_result result, const char *format,
				    va_list arguments)
{
	struct doctor_item *item = array_add(&report->items);

	item->check = check;
	item->result = result;
	item->detail = mem_vformat(format, arguments);
	return item;
}

void doctor_ok(struct doctor_report *report, const char *check, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	item_add(report, check, DOCTOR_OK, format, arguments);
	va_end(arguments);
}

void doctor_problem(struct doctor_report *report, enum doctor_kind kind,
		    const char *about, const char *format, ...)
{
	struct doctor_item *item;
	va_list arguments;

	va_start(arguments, format);
	item = item_add(report, kinds[kind].check, kinds[kind].result, format, arguments);
	va_end(arguments);
	item->advice = doctor_advice(report, kind, about, about);
}

void doctor_problem_add(struct doctor_report *report, enum doctor_kind kind, char *advice,
			const char *format, ...)
{
	struct doctor_item *item;
	va_list arguments;

	va_start(arguments, format);
	item = item_add(report, kinds[kind].check, kinds[kind].result, format, arguments);
	va_end(arguments);
	item->advice = advice;
}

void doctor_unknown(struct doctor_report *report, const char *check, const char *advice,
		    const char *format, ...)
{
	struct doctor_item *item;
	va_list arguments;

	va_start(arguments, format);
	item = item_add(report, check, DOCTOR_FINDING, format, arguments);
	va_end(arguments);
	item->advice = mem_string(
		advice ? advice
		       : "run doctor again; if it says the same, see the journal of "
			 "libvirt's daemons there");
	*item->advice = (char)toupper((unsigned char)*item->advice);
}

void doctor_skip(struct doctor_report *report, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	*array_add(&report->skipped) = mem_vformat(format, arguments);
	va_end(arguments);
}

void doctor_report_free(struct doctor_report *report)
{
	array_foreach(item, &report->items) {
		free(item->detail);
		free(item->advice);
	}
	array_foreach(text, &report->skipped)
		free(*text);
	free(report->items.items);
	free(report->skipped.items);
	*report = (struct doctor_report){.name = report->name, .uri = report->uri};
}
