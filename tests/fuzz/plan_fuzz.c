/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fuzz target: plans for any batch, right or wrong, on any facts. The input is a batch;
 * after a NUL each, up to two documents of facts may follow. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "common/cleanup.h"
#include "common/file.h"
#include "provision/batch/batch_load.h"
#include "provision//host/facts_json.h"
#include "provision/plan/plan.h"
#include "provision/plan/plan_faults.h"
#include "provision/plan/plan_moved.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

enum { HOSTS_MAX = 2 };

static const char vm[] =
	"<domain type='kvm'><name>{{ .Machine.Name }}</name><memory>{{ .Machine.Memory "
	"}}</memory><devices><interface type='network'><source network='{{ .Network "
	"}}'/></interface>{{ .VolumePath }}{{ .Image.Path }}</devices></domain>";
static const char volume[] = "<volume><name>{{ .Machine.Name }}_disk</name></volume>";

/* What there is of the hypervisors: the same of all after the last document. */
static void facts_take(const char *text, size_t size, struct facts facts[])
{
	for (size_t i = 0; i < HOSTS_MAX; i++) {
		const char *end = memchr(text, '\0', size);
		size_t length = end ? (size_t)(end - text) : size;
		struct facts_origin origin;

		if (facts_json_read(text, length, &facts[i], &origin, NULL) < 0)
			facts[i].unreachable = mem_string("no facts");
		free(origin.hypervisor);
		if (end) {
			text = end + 1;
			size -= length + 1;
		}
	}
}

static void changes_check(const struct changes *changes)
{
	array_foreach(change, &changes->list) {
		free(machine_diff_text(&change->diff, true));
		free(plan_moved_text(change));
		free(plan_copies_text(change));
		free(plan_faults_text(change, false));

		change_is_protected(change);
		if (change->action == ACTION_FAIL && !change->reason)
			abort();
		if (change->action == ACTION_DELETE && !change->domain)
			abort();
		if (change->action == ACTION_CHANGE && !change->diff.differences.count)
			abort();
	}
}

static void plan(const struct plan_input *input,
		 int (*make)(const struct plan_input *input, struct changes *changes,
			     struct error_list *errors))
{
	CLEANUP(error_list_free) struct error_list errors = {0};
	CLEANUP(changes_free) struct changes changes = {0};

	if ((make(input, &changes, &errors) < 0) != (errors.count > 0))
		abort();
	changes_check(&changes);
}

/* Every kind of plan. */
static void plans(struct plan_input *input)
{
	plan(input, plan_find);
	plan(input, plan_make);
	input->unlisted = true;
	plan(input, plan_make);
	input->prune = true;
	plan(input, plan_make);
	plan(input, plan_find);
	input->prune = input->unlisted = false;
	input->adopts = true;
	plan(input, plan_make);
}

static void batch_plan(const struct batch *batch, struct facts facts[])
{
	size_t count = batch->hypervisors.count;
	CLEANUP(free_ptr) const struct facts **list = mem_zero(count, sizeof(*list));
	CLEANUP(free_ptr) struct facts *own = mem_zero(count, sizeof(*own));
	CLEANUP(free_ptr)
	struct machine_templates *templates = mem_zero(count, sizeof(*templates));
	struct machine_templates both = {
		.vm = template_parse("vm", vm, sizeof(vm) - 1, NULL),
		.volume = template_parse("volume", volume, sizeof(volume) - 1, NULL)};
	struct plan_input input = {.batch = batch, .facts = list, .templates = templates};

	for (size_t i = 0; i < count; i++) {
		own[i] = facts[i < HOSTS_MAX ? i : HOSTS_MAX - 1];
		own[i].config = &batch->hypervisors.items[i];
		list[i] = &own[i];
		templates[i] = both;
	}
	plans(&input);
	machine_templates_free(&both);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	static const struct batch_options options = {.home = "/nowhere"};
	CLEANUP(error_list_free) struct error_list errors = {0};
	CLEANUP(batch_free) struct batch batch = {0};
	CLEANUP(close_fd) int fd = memfd_create("batch", MFD_CLOEXEC);
	CLEANUP(free_ptr) char *path = mem_format("/proc/self/fd/%d", fd);
	const unsigned char *end = size ? memchr(data, '\0', size) : NULL;
	size_t length = end ? (size_t)(end - data) : size;
	struct facts facts[HOSTS_MAX] = {0};

	/* Whatever files are there would be read; many machines only take time. */
	if (memmem(data, length, "include", 7) || memmem(data, length, "_file", 5))
		return 0;
	if (fd < 0 || file_write_fd(fd, data, length, NULL) < 0)
		abort();
	batch_load(path, &options, &batch, &errors);
	if (batch.machines.count > 100 || !batch.name)
		return 0;
	facts_take((const char *)data + length + (end != NULL),
		   size - length - (end != NULL), facts);
	batch_plan(&batch, facts);
	for (size_t i = 0; i < HOSTS_MAX; i++)
		facts_free(&facts[i]);
	return 0;
}
