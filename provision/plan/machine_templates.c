/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The templates of a hypervisor's machines. */
#define _GNU_SOURCE
#include <assert.h>

#include "common/cleanup.h"
#include "common/file.h"
#include "provision/plan/machine_templates.h"

static_assert((int)BATCH_TEMPLATE_MAX == (int)TEMPLATE_SIZE_MAX,
	      "a template that the batch has read is one that can be parsed");

/* `read` is what the batch has already read of it. */
static int template_read(const struct batch_hypervisor *config, const char *key,
			 const char *path, const struct batch_text *read,
			 struct template **result, struct error_list *errors)
{
	CLEANUP(buf_free) struct buf text = {0};
	CLEANUP(error_free) struct error error = {0};

	if (read->data)
		*result = template_parse(path, read->data, read->size, &error);
	else if (file_read(path, TEMPLATE_SIZE_MAX, &text, &error) == 0)
		*result = template_parse(path, buf_text(&text), text.size, &error);
	if (*result)
		return 0;
	return batch_hypervisor_error(config, key, errors, "%s", error_text(&error));
}

int machine_templates_read(const struct batch_hypervisor *config,
			   struct machine_templates *templates, struct error_list *errors)
{
	const char *vm = config->vm_template, *volume = config->volume_template;
	size_t before = errors->count;

	template_read(config, "vm_template", vm ? vm : VMANGO_DATADIR "/vm.xml.in",
		      &config->vm_template_text, &templates->vm, errors);
	template_read(config, "volume_template",
		      volume ? volume : VMANGO_DATADIR "/volume.xml.in",
		      &config->volume_template_text, &templates->volume, errors);
	return errors->count > before ? -1 : 0;
}

void machine_templates_free(struct machine_templates *templates)
{
	if (!templates)
		return;
	template_free(templates->vm);
	template_free(templates->volume);
	*templates = (struct machine_templates){0};
}
