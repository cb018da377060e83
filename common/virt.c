/* SPDX-License-Identifier: GPL-2.0-or-later */
/* libvirt: opens connections, converts errors, frees references at the end of scopes. */
#define _GNU_SOURCE
#include <errno.h>
#include <string.h>

#include "common/mem.h"
#include "common/virt.h"

static void error_ignore(void *data, virErrorPtr error)
{
	(void)data;
	(void)error;
}

int virt_error_code(void)
{
	virErrorPtr last = virGetLastError();

	return last ? last->code : VIR_ERR_OK;
}

int virt_error(struct error *error, const char *format, ...)
{
	CLEANUP(free_ptr) char *context = NULL;
	va_list arguments;

	va_start(arguments, format);
	context = mem_vformat(format, arguments);
	va_end(arguments);
	return error_set(error, "%s: %s", context, virGetLastErrorMessage());
}

/* Whether the last error has that code and the text in its message. */
static bool error_has(int code, const char *text)
{
	virErrorPtr last = virGetLastError();

	return last && last->code == code && last->message && strstr(last->message, text);
}

bool virt_is_building(void)
{
	return error_has(VIR_ERR_OPERATION_INVALID, "still being allocated");
}

bool virt_is_busy(void)
{
	return virt_is_building() ||
	       error_has(VIR_ERR_OPERATION_INVALID, "still in use") ||
	       error_has(VIR_ERR_INTERNAL_ERROR, "asynchronous jobs running");
}

bool virt_is_no_file(void)
{
	virErrorPtr error = virGetLastError();

	/* libvirt puts the errno of a system error there. */
	return error && error->code == VIR_ERR_SYSTEM_ERROR && error->int1 == ENOENT;
}

virConnectPtr virt_open(const char *uri, bool read_only, struct error *error)
{
	virConnectPtr connection;

	virSetErrorFunc(NULL, error_ignore);
	connection = read_only ? virConnectOpenReadOnly(uri) : virConnectOpen(uri);
	if (!connection)
		virt_error(error, "%s", uri ? uri : "libvirt's default hypervisor");
	return connection;
}

bool virt_uri_is_local(const char *uri)
{
	const char *at = strstr(uri, "://"), *query = strchr(uri, '?');
	const char *transport = strchrnul(uri, '+');

	if (!at || (query && strstr(query, "socket=")))
		return false;
	if (transport < at && strncmp(transport, "+unix:", 6))
		return false;
	at += 3;
	return (query ? (size_t)(query - at) : strlen(at)) == strlen("/system") &&
	       !strncmp(at, "/system", strlen("/system"));
}

bool virt_is_local(virConnectPtr connection)
{
	CLEANUP(free_ptr) char *uri = virConnectGetURI(connection);

	return uri && virt_uri_is_local(uri);
}
