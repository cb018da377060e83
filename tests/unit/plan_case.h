/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Plans as text: a batch and recorded facts in, changes and errors out. */
#ifndef TESTS_UNIT_PLAN_CASE_H
#define TESTS_UNIT_PLAN_CASE_H

#include "common/buf.h"
#include "common/json.h"
#include "leases/mac.h"
#include "provision/batch/batch_load.h"
#include "provision/batch/identity.h"
#include "provision/host/facts_json.h"
#include "provision/plan/plan.h"
#include "provision/plan/plan_faults.h"
#include "provision/plan/plan_moved.h"
#include "tests/unit/batch_folder.h"
#include "tests/unit/tap.h"

enum { PLAN_HOSTS_MAX = 3 };

/*
 * Facts are patches over PLAN_FACTS: objects are merged, members of the lists in
 * `plan_list_bases` each with their base, all else is replaced. A single quote stands for
 * a double one.
 */
struct plan_case {
	const char *name;
	const char
		*batch; /* the head, hypervisors and defaults follow unless it has them */
	const char *facts[PLAN_HOSTS_MAX]; /* of rack1 and so on; NULL: no more */
	/* Words: "find", "unlisted", "prune", "adopts", "lost=NAME", "only=GLOB",
	 * "machine=NAME", "identity" (shows UUID, MAC, clone and architecture). */
	const char *options;
	/* "NAME ACTION HYPERVISOR IMAGE: difference; reason", then "error: MESSAGE", each
	 * on a line of its own. */
	const char *expected;
	const char *vm, *volume; /* templates; NULL: such that are right */
};

#define PLAN_FACTS                                                                        \
	"{'Format':'vmango-facts-1','Hypervisor':'rack%d','Time':1764316800,"             \
	"'IsReached':true,'Unreachable':null,'Problems':[],"                              \
	"'Uri':'qemu+ssh://rack%d/system',"                                               \
	"'HostId':'11111111-2222-3333-4444-00000000000%d',"                               \
	"'Arch':'x86_64','Memory':17179869184,'HasCapabilities':true,"                    \
	"'KVM':[{'Arch':'x86_64'}],"                                                      \
	"'ImagePool':{'Name':'vmango-images','Type':'dir','Path':'/images','Free':0},"    \
	"'RootPool':{'Name':'default','Type':'dir','Path':'/disks',"                      \
	"'Free':107374182400},"                                                           \
	"'Network':{'Name':'vmango','Bridge':'virbr1','IsBridge':false,'HasSubnet':true," \
	"'Gateway':'192.168.124.1','Prefix':24,'IpIndex':0,'HasDHCP':true,"               \
	"'Ranges':[{'First':'192.168.124.10','Last':'192.168.124.99'}],'Hosts':[]},"      \
	"'Images':[{'Id':'Debian-12_amd64_qcow2.img','Path':'/images/a','Size':1000,"     \
	"'VirtualSize':2147483648,'Changed':100},"                                        \
	"{'Id':'Ubuntu-22.04_amd64_raw.img','Path':'/images/b','Size':1000,"              \
	"'VirtualSize':2147483648,'Changed':100}],"                                       \
	"'VolumesAreOld':false,'Unfinished':[],'Volumes':[],'Domains':[]}"

#define PLAN_IMAGE                                              \
	"{'Id':'Debian-12_amd64_qcow2.img','Path':'/images/a'," \
	"'Size':1000,'VirtualSize':2147483648,'Changed':100}"
#define PLAN_VOLUME "{'Name':'web_disk','Capacity':5368709120,'IsBlock':false}"
#define PLAN_HOST                                                     \
	"{'HasHWAddr':true,'HWAddr':'52:54:00:00:00:01','Name':null," \
	"'Address':'192.168.124.20'}"

/* A machine that the batch "lab" has created, which runs and is as wanted. Name, UUID,
 * MAC, file and volumes are put in where a case does not give them. */
#define PLAN_DOMAIN                                                                                                          \
	"{'Name':'web','Id':'','IsActive':true,'IsPaused':false,'IsTransient':false,'Autostart':false,"                      \
	"'Hardware':null,'Live':null,'IsUnreadable':false,'IsOverwritten':false,'Memory':536870912,'Cpus':1,'CpusOnline':1," \
	"'Activity':'runs','IsSettled':true,'IsIdle':false,'WasMigrated':false,'Interfaces':[],"                             \
	"'Disks':[],'Metadata':{'HasVmango':true,"                                                                           \
	"'ImageId':'Debian-12_amd64_qcow2.img','Os':'Debian-12','Creator':'ann',"                                            \
	"'Plan':'small','Keys':[],'UserdataHash':null,'UserdataSize':0,"                                                     \
	"'UserdataShown':0,'HasTools':true,'State':'ready',"                                                                 \
	"'Run':'99999999-8888-7777-6666-555555555555','Batch':'lab',"                                                        \
	"'BatchFile':'/batch/lab.ini','Adopted':null,'AdoptedName':null,'Protect':false,"                                    \
	"'InputHash':'x','InstanceSerial':1,'DriveHash':null,'Volumes':[],"                                                  \
	"'Reservation':{'Network':'vmango','HWAddr':'52:54:00:00:00:01',"                                                    \
	"'Address':'192.168.124.20','Name':'web','ByScript':false}}}"

#define PLAN_VM                                                                    \
	"<domain type='kvm'><name>{{ .Machine.Name }}</name><devices>"             \
	"<interface type='network'><source network='{{ .Network }}'/></interface>" \
	"</devices></domain>"
#define PLAN_VOLUME_XML "<volume><name>{{ .Machine.Name }}_disk</name></volume>"

static const struct {
	const char *list, *base;
} plan_list_bases[] = {
	{"Domains", PLAN_DOMAIN}, {"Images", PLAN_IMAGE}, {"Hosts", PLAN_HOST}};

static inline json_object *plan_json(const char *text)
{
	CLEANUP(free_ptr) char *copy = mem_string(text);
	CLEANUP(error_free) struct error error = {0};
	json_object *object = NULL;

	for (char *at = copy; *at; at++)
		if (*at == '\'')
			*at = '"';
	if (json_parse(copy, strlen(copy), JSON_DEPTH_MAX, &object, &error) < 0) {
		printf("Bail out! %s: %s\n", error_text(&error), text);
		exit(1);
	}
	return object;
}

static inline void plan_merge(json_object *base, json_object *patch);

static inline json_object *plan_list_merged(const char *base, json_object *patches)
{
	json_object *list = json_object_new_array();

	for (size_t i = 0; i < json_object_array_length(patches); i++) {
		json_object *item = plan_json(base);

		plan_merge(item, json_object_array_get_idx(patches, i));
		json_object_array_add(list, item);
	}
	return list;
}

static inline void plan_merge(json_object *base, json_object *patch)
{
	json_object_object_foreach(patch, name, value) {
		json_object *old = json_object_object_get(base, name);
		json_object *new = NULL;

		if (json_object_is_type(value, json_type_object) &&
		    json_object_is_type(old, json_type_object)) {
			plan_merge(old, value);
			continue;
		}
		for (size_t i = 0; i < ARRAY_LENGTH(plan_list_bases); i++) {
			if (!strcmp(name, plan_list_bases[i].list))
				new = plan_list_merged(plan_list_bases[i].base, value);
		}
		json_object_object_add(base, name, new ? new : json_object_get(value));
	}
}

/* What follows from a domain's name, where the case leaves it open. */
static inline void plan_domain_finish(json_object *domain)
{
	json_object *metadata = json_object_object_get(domain, "Metadata");
	const char *name = json_object_get_string(json_object_object_get(domain, "Name"));
	CLEANUP(free_ptr) char *volumes = NULL;
	char uuid_text[UUID_STR_LEN], mac_text[MAC_TEXT_MAX];
	uint8_t mac[MAC_SIZE];
	uuid_t uuid;

	identity_uuid("lab", name, uuid, uuid_text);
	identity_mac(uuid, 0, mac);
	if (!*json_object_get_string(json_object_object_get(domain, "Id")))
		json_object_object_add(domain, "Id", json_object_new_string(uuid_text));
	if (!json_object_array_length(json_object_object_get(domain, "Interfaces"))) {
		CLEANUP(free_ptr)
		char *list = mem_format("[{'HWAddr':'%s'}]", mac_format(mac, mac_text));

		json_object_object_add(domain, "Interfaces", plan_json(list));
	}
	if (json_object_array_length(json_object_object_get(metadata, "Volumes")))
		return;
	volumes = mem_format("[{'Pool':'default','Name':'%s_disk','Capacity':0,"
			     "'Image':0,'Backing':null},{'Pool':'default',"
			     "'Name':'%s_config.iso','Capacity':0,'Image':0,"
			     "'Backing':null}]",
			     name, name);
	json_object_object_add(metadata, "Volumes", plan_json(volumes));
}

/* The document of hypervisor `number`, whose file is to be known as `path`. */
static inline json_object *plan_document(const char *patch, int number)
{
	CLEANUP(free_ptr)
	char *text = mem_format(PLAN_FACTS, number, number, number);
	CLEANUP(json_put) json_object *patches = plan_json(patch);
	json_object *document = plan_json(text), *domains;

	plan_merge(document, patches);
	domains = json_object_object_get(document, "Domains");
	for (size_t i = 0; i < json_object_array_length(domains); i++)
		plan_domain_finish(json_object_array_get_idx(domains, i));
	return document;
}

/* The volumes and the reservation of each machine exist, unless the case has 'Bare'. */
static inline void plan_objects_add(struct facts *facts)
{
	array_foreach(domain, &facts->domains) {
		const struct metadata *metadata = &domain->metadata;
		const struct metadata_reservation *reservation = &metadata->reservation;

		if (!metadata->has_tools || metadata->state != METADATA_READY)
			continue;
		array_foreach(volume, &metadata->volumes) {
			if (facts_volume_is_missing(facts, volume))
				array_add(&facts->volumes)->name = mem_string(
					volume->name);
		}
		if (facts_reservation_is_missing(facts, reservation)) {
			struct network_host *host = array_add(&facts->network.hosts);

			*host = (struct network_host){
				.has_mac = true,
				.name = mem_string(reservation->name),
				.address = reservation->ip};
			memcpy(host->mac, reservation->mac, MAC_SIZE);
		}
	}
}

static inline void plan_facts_read(const char *patch, int number, struct facts *facts)
{
	CLEANUP(json_put) json_object *document = plan_document(patch, number);
	const char *text = json_object_to_json_string(document);
	CLEANUP(error_free) struct error error = {0};
	struct facts_origin origin;

	if (facts_json_read(text, strlen(text), facts, &origin, &error) < 0) {
		printf("Bail out! %s: %s\n", error_text(&error), text);
		exit(1);
	}
	free(origin.hypervisor);
	if (!strstr(patch, "'Bare'"))
		plan_objects_add(facts);
}

/* The case's text first, so that its lines have small numbers. */
static inline char *plan_batch_text(const struct plan_case *one)
{
	struct buf text = {0};

	buf_format(&text, "%s\n", one->batch);
	for (int i = 0; i < PLAN_HOSTS_MAX && one->facts[i]; i++) {
		if (!strstr(one->batch, "[hypervisor"))
			buf_format(&text,
				   "[hypervisor rack%d]\n"
				   "url = qemu+ssh://rack%d/system\n",
				   i + 1, i + 1);
	}
	if (!strstr(one->batch, "[plan small]"))
		buf_add_string(&text, "[plan small]\nmemory = 512\ndisk_size = 5\n");
	if (!strstr(one->batch, "[defaults]"))
		buf_add_string(&text, "[defaults]\nplan = small\nimage = Debian-12\n");
	return buf_take(&text);
}

struct plan_work {
	struct batch_folder folder;
	struct batch batch;
	struct facts facts[PLAN_HOSTS_MAX];
	const struct facts *facts_list[PLAN_HOSTS_MAX];
	struct machine_templates templates[PLAN_HOSTS_MAX];
	struct plan_input input;
	struct changes changes;
	struct error_list errors;
	const char *lost[4], *machines[4];
	char *options; /* what the words point to */
	bool finds, shows_identity;
};

static inline void plan_option_take(struct plan_work *work, char *word)
{
	struct plan_input *input = &work->input;
	char *value = strchr(word, '=');

	if (value)
		*value++ = '\0';
	if (!strcmp(word, "find"))
		work->finds = true;
	else if (!strcmp(word, "identity"))
		work->shows_identity = true;
	else if (!strcmp(word, "unlisted"))
		input->unlisted = true;
	else if (!strcmp(word, "prune"))
		input->prune = input->unlisted = true;
	else if (!strcmp(word, "adopts"))
		input->adopts = true;
	else if (!strcmp(word, "lost"))
		work->lost[input->lost_count++] = value;
	else if (!strcmp(word, "machine"))
		work->machines[input->filter.machine_count++] = value;
	else if (!strcmp(word, "only"))
		input->filter.only = value;
	else
		batch_folder_fail(word);
}

static inline struct template *plan_template(const char *text, const char *standard)
{
	CLEANUP(error_free) struct error error = {0};
	struct template *result;

	text = text ? text : standard;
	result = template_parse("template", text, strlen(text), &error);
	if (!result)
		batch_folder_fail(error_text(&error));
	return result;
}

static inline void plan_work_begin(struct plan_work *work, const struct plan_case *one)
{
	CLEANUP(free_ptr) char *text = plan_batch_text(one);
	char *rest;

	*work = (struct plan_work){.options = mem_string(one->options)};
	batch_folder_enter(&work->folder, text);
	if (batch_load("lab.ini", &(struct batch_options){0}, &work->batch,
		       &work->errors) < 0)
		batch_folder_fail(work->errors.messages[0]);
	free(work->batch.path);
	work->batch.path = mem_string("/batch/lab.ini");
	for (size_t i = 0; i < work->batch.hypervisors.count; i++) {
		plan_facts_read(one->facts[i] ? one->facts[i] : "{}", (int)i + 1,
				&work->facts[i]);
		work->facts[i].config = &work->batch.hypervisors.items[i];
		work->facts_list[i] = &work->facts[i];
		work->templates[i].vm = plan_template(one->vm, PLAN_VM);
		work->templates[i].volume = plan_template(one->volume, PLAN_VOLUME_XML);
	}
	work->input = (struct plan_input){.batch = &work->batch,
					  .facts = work->facts_list,
					  .templates = work->templates,
					  .creator = "ann",
					  .operands = "/batch/lab.ini",
					  .lost = work->lost,
					  .filter.machines = work->machines};
	for (char *word = work->options ? strtok_r(work->options, " ", &rest) : NULL;
	     word; word = strtok_r(NULL, " ", &rest))
		plan_option_take(work, word);
}

static inline void plan_work_end(struct plan_work *work)
{
	changes_free(&work->changes);
	for (size_t i = 0; i < PLAN_HOSTS_MAX; i++) {
		facts_free(&work->facts[i]);
		machine_templates_free(&work->templates[i]);
	}
	batch_free(&work->batch);
	batch_folder_leave(&work->folder);
	error_list_free(&work->errors);
	free(work->options);
}

static inline void plan_change_show(const struct plan_work *work,
				    const struct change *change, struct buf *text)
{
	static const char *const clones[] = {"copy", "overlay", "reflink"};
	CLEANUP(free_ptr) char *diff = machine_diff_text(&change->diff, true);
	CLEANUP(free_ptr) char *waits = machine_diff_text(&change->waits, true);
	CLEANUP(free_ptr) char *left = plan_moved_text(change);
	CLEANUP(free_ptr) char *copies = plan_copies_text(change);
	CLEANUP(free_ptr) char *faults = plan_faults_text(change, false);
	const char *parts[] = {diff,   waits,	       faults,		 left,
			       copies, change->reason, change->placement};
	const char *before = ": ";
	char mac[MAC_TEXT_MAX];

	buf_format(text, "%s %s %s %s", change->name, change_action_name(change->action),
		   change->facts ? change->facts->config->name : "-",
		   change->image ? change->image->id : "-");
	if (work->shows_identity)
		buf_format(text, " %s %s %s %s", change->uuid,
			   mac_format(change->mac, mac), clones[change->clone],
			   change->arch ? change->arch : "-");
	for (size_t i = 0; i < ARRAY_LENGTH(parts); i++) {
		if (!parts[i] || !*parts[i])
			continue;
		buf_format(text, "%s%s", before, parts[i]);
		before = "; ";
	}
	buf_add_char(text, '\n');
}

static inline void plan_case_test(const struct plan_case *one)
{
	CLEANUP(plan_work_end) struct plan_work work;
	CLEANUP(buf_free) struct buf text = {0};
	int status;

	plan_work_begin(&work, one);
	status = (work.finds ? plan_find : plan_make)(&work.input, &work.changes,
						      &work.errors);
	array_foreach(change, &work.changes.list)
		plan_change_show(&work, change, &text);
	for (size_t i = 0; i < work.errors.count; i++)
		buf_format(&text, "error: %s\n", work.errors.messages[i]);
	for (size_t i = 0; i < work.changes.warnings.count; i++)
		buf_format(&text, "warning: %s\n", work.changes.warnings.messages[i]);
	if ((status < 0) != (work.errors.count > 0))
		buf_add_string(&text, "the status does not say so\n");
	tap_string(buf_text(&text), one->expected, "%s", one->name);
}

#define plan_cases_test(cases)                              \
	for (size_t i_ = 0; i_ < ARRAY_LENGTH(cases); i_++) \
	plan_case_test(&(cases)[i_])

#endif
