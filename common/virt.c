/* SPDX-License-Identifier: GPL-2.0-or-later */
/* libvirt: converts errors, frees references at the end of scopes. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/mem.h"
#include "common/virt.h"

int virt_error_code(void)
{
	virErrorPtr last = virGetLastError();

	return last ? last->code : VIR_ERR_OK;
}

bool virt_is_missing(void)
{
	switch (virt_error_code()) {
	case VIR_ERR_NO_DOMAIN:
	case VIR_ERR_NO_DOMAIN_SNAPSHOT:
	case VIR_ERR_NO_NETWORK:
	case VIR_ERR_NO_STORAGE_POOL:
	case VIR_ERR_NO_STORAGE_VOL:
	case VIR_ERR_NO_SECRET:
	case VIR_ERR_NO_NWFILTER:
	case VIR_ERR_NO_INTERFACE:
		return true;
	default:
		return false;
	}
}

bool virt_is_unasked(void)
{
	virErrorPtr last = virGetLastError();

	if (!last)
		return false;
	switch (last->code) {
	case VIR_ERR_NO_CONNECT:
	case VIR_ERR_AUTH_FAILED:
	case VIR_ERR_AUTH_CANCELLED:
	case VIR_ERR_AUTH_UNAVAILABLE:
	case VIR_ERR_RPC:
		return true;
	case VIR_ERR_NO_SUPPORT:
		return false;
	default:
		/* The domain is that of the layer that failed, also if it was a daemon's
		 * that asked another daemon. */
		return last->domain == VIR_FROM_RPC;
	}
}

/* The daemon of a socket such as "/run/libvirt/virtnetworkd-sock"; NULL: none is named,
 * or one that systemd does not listen on. The path is the same in every language. */
static char *socket_daemon(const char *message)
{
	static const char folder[] = "/run/libvirt/", end[] = "-sock";
	const char *start = message ? strstr(message, folder) : NULL;
	CLEANUP(free_ptr) char *name = NULL;
	size_t length;

	if (!start)
		return NULL;
	start += strlen(folder);
	length = strspn(start, "abcdefghijklmnopqrstuvwxyz");
	if (!length || strncmp(start + length, end, strlen(end)) != 0)
		return NULL;
	name = mem_substring(start, length);
	/* The socket of the one daemon for all is named after the library. */
	return mem_string(strcmp(name, "libvirt") ? name : "libvirtd");
}

/* NULL: none, or no error. */
static char *advice_of(virErrorPtr last)
{
	CLEANUP(free_ptr) char *daemon = NULL;

	if (!last)
		return NULL;
	daemon = socket_daemon(last->message);
	/* The number is that of the failed system call. */
	if (daemon && last->int1 == EACCES)
		return mem_format("join the group of %s's socket, usually libvirt, and "
				  "log in again, or run this as root",
				  daemon);
	return daemon ? mem_format("start it there: systemctl start %s.socket", daemon)
		      : NULL;
}

char *virt_unasked_advice(void)
{
	return advice_of(virGetLastError());
}

/* The same, for an error of a connection that was open. */
static char *lost_advice(void)
{
	char *advice = virt_unasked_advice();
	int code = virt_error_code();

	if (!advice && (code == VIR_ERR_INTERNAL_ERROR || code == VIR_ERR_SYSTEM_ERROR))
		return mem_string("the connection was lost; run this again");
	return advice;
}

static int error_from_last(struct error *error, const char *context, char *advice)
{
	bool is_unasked = virt_is_unasked();

	if (advice)
		error_set(error, "%s: %s (%s)", context, virGetLastErrorMessage(),
			  advice);
	else
		error_set(error, "%s: %s", context, virGetLastErrorMessage());
	free(advice);
	if (error)
		error->is_unasked = is_unasked;
	return -1;
}

/* Whether the last error is one of the connection, with that text. */
static bool is_of_connection(const char *text)
{
	virErrorPtr last = virGetLastError();

	return last && last->domain == VIR_FROM_RPC && last->message &&
	       strstr(last->message, text);
}

int virt_error(struct error *error, const char *format, ...)
{
	CLEANUP(free_ptr) char *context = NULL;
	va_list arguments;

	va_start(arguments, format);
	context = mem_vformat(format, arguments);
	va_end(arguments);
	if (is_of_connection("keepalive timeout"))
		return virt_silent_error(error, context, VIRT_SILENT_S);
	if (is_of_connection("client socket is closed"))
		return virt_lost_error(error, context);
	return error_from_last(error, context, virt_is_unasked() ? lost_advice() : NULL);
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

/* Over ssh, nc(1) or virt-ssh-helper(1) may not open the socket there; ssh(1) itself adds
 * the methods of a login that was refused. */
static bool is_denied_there(const char *message)
{
	const char *denied = message ? strstr(message, ": Permission denied") : NULL;

	return denied && denied[strlen(": Permission denied")] != ' ';
}

/* A socket's permissions are checked by the kernel. */
static bool is_denied(virErrorPtr failure)
{
	switch (failure ? failure->code : VIR_ERR_OK) {
	case VIR_ERR_AUTH_FAILED:
	case VIR_ERR_AUTH_CANCELLED:
	case VIR_ERR_AUTH_UNAVAILABLE:
	case VIR_ERR_ACCESS_DENIED:
		return true;
	default:
		return failure &&
		       (failure->int1 == EACCES || is_denied_there(failure->message));
	}
}

int virt_open_error(struct error *error, const char *name, virErrorPtr failure)
{
	CLEANUP(free_ptr) char *advice = advice_of(failure);

	error_set(error, "%s: %s%s%s%s", name,
		  failure && failure->message ? failure->message : "unknown error",
		  advice ? " (" : "", advice ? advice : "", advice ? ")" : "");
	if (error) {
		error->is_unasked = true;
		error->is_denied = is_denied(failure);
	}
	return -1;
}

int virt_silent_error(struct error *error, const char *name, unsigned int seconds)
{
	error_set(error, "%s: no answer for %u s", name, seconds);
	if (error)
		error->is_unasked = error->is_silent = true;
	return -1;
}

int virt_lost_error(struct error *error, const char *name)
{
	error_set(error, "%s: the connection was lost; run this again", name);
	if (error)
		error->is_unasked = true;
	return -1;
}

bool virt_uri_is_session(const char *uri)
{
	const char *at = uri ? strstr(uri, "://") : NULL;
	const char *path = at ? strchr(at + strlen("://"), '/') : NULL;

	return path && !strncmp(path, "/session", strlen("/session")) &&
	       (!path[strlen("/session")] || path[strlen("/session")] == '?');
}

bool virt_is_lost(virConnectPtr connection)
{
	return virConnectIsAlive(connection) == 0;
}

int virt_lost_while(struct error *error, const char *name, bool is_silent)
{
	return is_silent ? virt_silent_error(error, name, VIRT_SILENT_S)
			 : virt_lost_error(error, name);
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
