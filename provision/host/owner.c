/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The owner of a batch: the record of a run, and whether the run is still alive.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "common/cleanup.h"
#include "common/file.h"
#include "common/json.h"
#include "common/mem.h"
#include "common/num.h"
#include "common/text.h"
#include "provision/host/metadata.h"
#include "provision/host/metadata_write.h"
#include "provision/host/owner.h"

enum { DEPTH_MAX = 2, STAT_SIZE_MAX = 4096, STAT_START = 22, STAT_STATE = 3 };

static void boot_id_read(char boot_id[static UUID_STR_LEN])
{
	CLEANUP(buf_free) struct buf text = {0};

	if (file_read("/proc/sys/kernel/random/boot_id", STAT_SIZE_MAX, &text, NULL) <
		    0 ||
	    text.size < UUID_STR_LEN - 1)
		return;
	memcpy(boot_id, text.data, UUID_STR_LEN - 1);
	boot_id[UUID_STR_LEN - 1] = '\0';
}

/*
 * The state and the start time of a process; its name, in parentheses, can be any text.
 * -1 if the process does not exist or is not visible.
 */
static int process_read(pid_t pid, char *state, uint64_t *start_ticks)
{
	CLEANUP(free_ptr) char *path = mem_format("/proc/%d/stat", (int)pid);
	CLEANUP(buf_free) struct buf text = {0};
	char *field, *rest, *next = NULL;

	if (file_read(path, STAT_SIZE_MAX, &text, NULL) < 0)
		return -1;
	rest = strrchr(buf_text(&text), ')');
	field = rest ? strtok_r(rest + 1, " ", &next) : NULL;
	if (!field)
		return -1;
	*state = *field;
	for (int i = STAT_STATE; field && i < STAT_START; i++)
		field = strtok_r(NULL, " ", &next);
	return field ? num_parse(field, 0, UINT64_MAX, start_ticks, NULL) : -1;
}

/* A text that is too long is cut, and characters that XML does not allow are escaped. */
static char *own_text(const char *text, size_t max_size)
{
	CLEANUP(buf_free) struct buf printable = {.max_size = max_size};

	if (!text)
		return mem_string("");
	if (strlen(text) <= max_size && metadata_can_hold(text, strlen(text)))
		return mem_string(text);
	text_add_printable(&printable, text);
	return mem_string(buf_text(&printable));
}

void owner_self(const char *verb, const char *user, const char *file, struct owner *owner)
{
	char host[HOST_NAME_MAX + 1] = "";
	struct stat namespace;
	uuid_t token;
	char state;

	*owner = (struct owner){.pid = getpid(), .since_s = time(NULL)};
	uuid_generate_random(token);
	uuid_unparse_lower(token, owner->token);
	boot_id_read(owner->boot_id);
	if (stat("/proc/self/ns/pid", &namespace) == 0)
		owner->pid_namespace = namespace.st_ino;
	if (stat("/proc/self/ns/time", &namespace) == 0)
		owner->time_namespace = namespace.st_ino;
	process_read(owner->pid, &state, &owner->start_ticks);
	gethostname(host, sizeof(host) - 1);
	owner->host = own_text(host, OWNER_TEXT_MAX);
	owner->verb = own_text(verb, OWNER_TEXT_MAX);
	owner->user = own_text(user, OWNER_TEXT_MAX);
	owner->file = own_text(file, OWNER_FILE_MAX);
}

void owner_free(struct owner *owner)
{
	if (!owner)
		return;
	free(owner->verb);
	free(owner->user);
	free(owner->host);
	free(owner->file);
	*owner = (struct owner){0};
}

char *owner_json(const struct owner *owner)
{
	CLEANUP(json_put) json_object *object = json_object_new_object();

	json_add_text(object, "Verb", owner->verb);
	json_add_text(object, "User", owner->user);
	json_add_text(object, "Host", owner->host);
	json_add_text(object, "File", owner->file);
	json_add_text(object, "Boot", owner->boot_id);
	json_add_number(object, "PidNamespace", owner->pid_namespace);
	json_add_number(object, "TimeNamespace", owner->time_namespace);
	json_add_number(object, "Pid", (uint64_t)owner->pid);
	json_add_number(object, "Start", owner->start_ticks);
	json_add_number(object, "Since", (uint64_t)owner->since_s);
	json_object_object_add(object, "Renews", json_object_new_boolean(owner->renews));
	return mem_string(json_object_to_json_string_ext(
		object, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
}

static int string_get(json_object *object, const char *name, size_t max_size, char **text,
		      struct error *error)
{
	json_object *value;

	if (!json_object_object_get_ex(object, name, &value) ||
	    !json_object_is_type(value, json_type_string))
		return error_set(error, "%s: missing", name);
	if ((size_t)json_object_get_string_len(value) > max_size)
		return error_set(error, "%s: longer than %zu bytes", name, max_size);
	*text = mem_string(json_object_get_string(value));
	return 0;
}

static int number_get(json_object *object, const char *name, uint64_t max,
		      uint64_t *number, struct error *error)
{
	json_object *value;

	if (!json_object_object_get_ex(object, name, &value) ||
	    !json_object_is_type(value, json_type_int) ||
	    json_object_get_int64(value) < 0)
		return error_set(error, "%s: missing", name);
	*number = json_object_get_uint64(value);
	if (*number > max)
		return error_set(error, "%s: above %" PRIu64, name, max);
	return 0;
}

static int object_read(json_object *object, struct owner *owner, struct error *error)
{
	CLEANUP(free_ptr) char *boot_id = NULL;
	uint64_t pid, since;
	json_object *renews;

	if (!json_object_is_type(object, json_type_object))
		return error_set(error, "not a JSON object");
	if (string_get(object, "Verb", OWNER_TEXT_MAX, &owner->verb, error) < 0 ||
	    string_get(object, "User", OWNER_TEXT_MAX, &owner->user, error) < 0 ||
	    string_get(object, "Host", OWNER_TEXT_MAX, &owner->host, error) < 0 ||
	    string_get(object, "File", OWNER_FILE_MAX, &owner->file, error) < 0 ||
	    string_get(object, "Boot", UUID_STR_LEN - 1, &boot_id, error) < 0 ||
	    number_get(object, "PidNamespace", UINT64_MAX, &owner->pid_namespace, error) <
		    0 ||
	    number_get(object, "Pid", INT_MAX, &pid, error) < 0 ||
	    number_get(object, "Start", UINT64_MAX, &owner->start_ticks, error) < 0 ||
	    number_get(object, "Since", UINT32_MAX, &since, error) < 0)
		return -1;
	/* Without it nobody on this host can judge the process. */
	number_get(object, "TimeNamespace", UINT64_MAX, &owner->time_namespace, NULL);
	memcpy(owner->boot_id, boot_id, strlen(boot_id));
	owner->pid = (pid_t)pid;
	owner->since_s = (int64_t)since;
	owner->renews = json_object_object_get_ex(object, "Renews", &renews) &&
			json_object_is_type(renews, json_type_boolean) &&
			json_object_get_boolean(renews);
	return 0;
}

int owner_parse(const char *text, size_t size, struct owner *owner, struct error *error)
{
	CLEANUP(json_put) json_object *object = NULL;

	*owner = (struct owner){0};
	if (size > OWNER_SIZE_MAX)
		return error_set(error, "larger than %d bytes", OWNER_SIZE_MAX);
	if (json_parse(text, size, DEPTH_MAX, &object, error) < 0)
		return -1;
	if (object_read(object, owner, error) == 0)
		return 0;
	owner_free(owner);
	return -1;
}

enum owner_life owner_judge(const struct owner *owner, const struct owner *self)
{
	uint64_t start_ticks;
	char state;

	if (!*owner->boot_id || strcmp(owner->boot_id, self->boot_id) ||
	    !owner->pid_namespace || owner->pid_namespace != self->pid_namespace ||
	    owner->time_namespace != self->time_namespace || owner->pid <= 0 ||
	    !owner->start_ticks)
		return OWNER_IS_UNKNOWN;
	if (process_read(owner->pid, &state, &start_ticks) < 0)
		/* /proc may hide the processes of other users (hidepid). */
		return kill(owner->pid, 0) < 0 && errno == ESRCH ? OWNER_HAS_ENDED
								 : OWNER_IS_UNKNOWN;
	if (start_ticks != owner->start_ticks || state == 'Z' || state == 'X')
		return OWNER_HAS_ENDED;
	return OWNER_IS_ALIVE;
}

char *owner_text(const struct owner *owner)
{
	char since[sizeof("2026-11-28 04:16:08 UTC") + 8] = "";
	time_t seconds = (time_t)owner->since_s;
	struct tm parts;

	if (gmtime_r(&seconds, &parts))
		strftime(since, sizeof(since), "%Y-%m-%d %H:%M:%S UTC", &parts);
	return mem_format("%s of %s on %s, PID %d, since %s%s%s%s", owner->verb,
			  *owner->user ? owner->user : "an unknown user", owner->host,
			  (int)owner->pid, since, *owner->file ? " (" : "", owner->file,
			  *owner->file ? ")" : "");
}
