/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * slow_link LISTEN TARGET DELAY_MS COUNT [CUT]: a link to a hypervisor's socket TARGET,
 * at the socket LISTEN, on which each byte takes half of DELAY_MS. The file COUNT has how
 * many calls of libvirt went over it, how many connections were made, and in how many
 * round trips the calls were, after each change of them. With SIGUSR1 it is cut: it takes
 * everything, connections too, and delivers nothing; SIGUSR2 mends it, for new
 * connections. With CUT it is cut as call number CUT comes.
 * Calls are those of libvirt's protocol (https://libvirt.org/internals/rpc.html): without
 * keep-alive messages and data of streams. A call is one round trip later than the latest
 * call whose answer had been delivered before it came, on any connection; so calls in
 * flight at a time share one, and how fast the machine is hardly matters.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { LINKS_MAX = 256, PART = 256 * 1024, PARTS_MAX = 64, HEADER = 28, SERIALS = 256 };

/* Types of messages. */
enum { CALL = 0, REPLY = 1 };

/* Bytes under way in one direction. */
struct part {
	uint64_t due_ms;
	size_t size, sent;
	char *bytes;   /* size 0: the sender has closed */
	uint64_t trip; /* the latest of the calls that it answers */
};

struct direction {
	int from, to;
	struct part parts[PARTS_MAX];
	size_t first, count;
	/* Of a message: the header that has come, and what is left. */
	unsigned char header[HEADER];
	size_t header_size;
	uint32_t left;
};

struct link {
	bool is_used, is_dead;
	struct direction ways[2];
	uint64_t trips[SERIALS]; /* of calls, by the low bits of their serials */
};

static struct link links[LINKS_MAX];
static volatile sig_atomic_t is_cut;
static uint64_t delay_ms, cut_at, calls, connections, trips, answered;
static const char *count_path;

static void on_signal(int number)
{
	is_cut = number == SIGUSR1;
}

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static uint64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static void count_write(void)
{
	FILE *file = fopen(count_path, "w");

	if (!file)
		die(count_path);
	fprintf(file, "%llu %llu %llu\n", (unsigned long long)calls,
		(unsigned long long)connections, (unsigned long long)trips);
	fclose(file);
}

static uint32_t number_at(const unsigned char *bytes)
{
	return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 |
	       (uint32_t)bytes[2] << 8 | bytes[3];
}

/* Length, program, version, procedure, type, serial, status. */
static void message_count(struct link *link, const unsigned char *header,
			  struct part *part)
{
	const uint32_t keep_alive = 0x6b656570;
	uint64_t *trip = &link->trips[number_at(header + 20) % SERIALS];
	uint32_t type = number_at(header + 16);

	if (number_at(header + 4) == keep_alive)
		return;
	if (type == CALL) {
		calls++;
		is_cut = is_cut || calls == cut_at;
		*trip = answered + 1;
		trips = *trip > trips ? *trip : trips;
	} else if (type == REPLY && *trip > part->trip) {
		part->trip = *trip;
	}
}

static void messages_count(struct link *link, struct direction *way, struct part *part)
{
	const char *bytes = part->bytes;
	size_t size = part->size;
	uint64_t before = calls;

	while (size) {
		size_t taken;

		if (way->left) {
			taken = size < way->left ? size : way->left;
			way->left -= (uint32_t)taken;
		} else {
			taken = HEADER - way->header_size;
			taken = size < taken ? size : taken;
			memcpy(way->header + way->header_size, bytes, taken);
			way->header_size += taken;
			if (way->header_size == HEADER) {
				uint32_t length = number_at(way->header);

				message_count(link, way->header, part);
				way->left = length > HEADER ? length - HEADER : 0;
				way->header_size = 0;
			}
		}
		bytes += taken;
		size -= taken;
	}
	if (calls != before)
		count_write();
}

static int unix_socket(const char *path, struct sockaddr_un *address)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	*address = (struct sockaddr_un){.sun_family = AF_UNIX};
	if (fd < 0 || strlen(path) >= sizeof(address->sun_path))
		die(path);
	memcpy(address->sun_path, path, strlen(path));
	return fd;
}

static void link_close(struct link *link)
{
	for (size_t i = 0; i < 2; i++) {
		struct direction *way = &link->ways[i];

		close(way->from);
		for (; way->count;
		     way->count--, way->first = (way->first + 1) % PARTS_MAX)
			free(way->parts[way->first].bytes);
	}
	*link = (struct link){0};
}

static void link_open(int listener, const char *target)
{
	int client = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	struct sockaddr_un address;
	int server;
	size_t i = 0;

	if (client < 0)
		return;
	while (i < LINKS_MAX && links[i].is_used)
		i++;
	if (i == LINKS_MAX)
		die("too many connections");
	server = unix_socket(target, &address);
	if (connect(server, (struct sockaddr *)&address, sizeof(address)) < 0) {
		close(server);
		close(client);
		return;
	}
	connections++;
	count_write();
	links[i] = (struct link){
		.is_used = true,
		.is_dead = is_cut,
		.ways = {{.from = client, .to = server}, {.from = server, .to = client}}};
}

/* Takes what there is; false when the sender has closed and all was delivered. */
static bool way_read(struct link *link, struct direction *way)
{
	struct part *part = &way->parts[(way->first + way->count) % PARTS_MAX];
	ssize_t size;

	part->bytes = malloc(PART);
	if (!part->bytes)
		die("memory");
	size = read(way->from, part->bytes, PART);
	if (size <= 0 || link->is_dead) {
		free(part->bytes);
		return size > 0 || (size < 0 && errno == EAGAIN);
	}
	part->size = (size_t)size;
	part->sent = 0;
	part->trip = 0;
	messages_count(link, way, part);
	part->due_ms = now_ms() + delay_ms / 2;
	way->count++;
	return true;
}

static bool way_write(struct direction *way)
{
	while (way->count && way->parts[way->first].due_ms <= now_ms()) {
		struct part *part = &way->parts[way->first];
		ssize_t size = send(way->to, part->bytes + part->sent,
				    part->size - part->sent, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (size < 0)
			return errno == EAGAIN;
		part->sent += (size_t)size;
		if (part->sent < part->size)
			return true;
		answered = part->trip > answered ? part->trip : answered;
		free(part->bytes);
		way->first = (way->first + 1) % PARTS_MAX;
		way->count--;
	}
	return true;
}

/* Milliseconds until something is due. */
static int due_find(void)
{
	uint64_t now = now_ms();
	int due = 1000;

	for (size_t i = 0; i < LINKS_MAX; i++) {
		for (size_t j = 0; links[i].is_used && j < 2; j++) {
			const struct direction *way = &links[i].ways[j];
			uint64_t at = way->count ? way->parts[way->first].due_ms
						 : now + 1000;
			int wait = at <= now ? 1 : (int)(at - now);

			due = wait < due ? wait : due;
		}
	}
	return due;
}

static void link_serve(struct link *link, const struct pollfd *polled)
{
	bool alive = true;

	link->is_dead = link->is_dead || is_cut;
	for (size_t j = 0; j < 2; j++) {
		struct direction *way = &link->ways[j];

		if (polled[j].revents && way->count < PARTS_MAX)
			alive = way_read(link, way) && alive;
		if (!link->is_dead)
			alive = way_write(way) && alive;
	}
	if (!alive)
		link_close(link);
}

static void serve(int listener, const char *target)
{
	for (;;) {
		struct pollfd polled[1 + 2 * LINKS_MAX] = {
			{.fd = listener, .events = POLLIN}};

		for (size_t i = 0; i < 2 * (size_t)LINKS_MAX; i++) {
			const struct link *link = &links[i / 2];
			const struct direction *way = &link->ways[i % 2];
			bool reads = link->is_used && way->count < PARTS_MAX;

			polled[1 + i] = (struct pollfd){.fd = reads ? way->from : -1,
							.events = POLLIN};
		}
		if (poll(polled, 1 + 2 * LINKS_MAX, due_find()) < 0 && errno != EINTR)
			die("poll");
		for (size_t i = 0; i < LINKS_MAX; i++) {
			if (links[i].is_used)
				link_serve(&links[i], &polled[1 + 2 * i]);
		}
		if (polled[0].revents)
			link_open(listener, target);
	}
}

int main(int count, char **arguments)
{
	struct sockaddr_un address;
	struct sigaction action = {.sa_handler = on_signal};
	int listener;

	if (count != 5 && count != 6) {
		fprintf(stderr, "usage: slow_link LISTEN TARGET DELAY_MS COUNT [CUT]\n");
		return 2;
	}
	sigaction(SIGUSR1, &action, NULL);
	sigaction(SIGUSR2, &action, NULL);
	delay_ms = strtoull(arguments[3], NULL, 10);
	count_path = arguments[4];
	cut_at = count == 6 ? strtoull(arguments[5], NULL, 10) : 0;
	listener = unix_socket(arguments[1], &address);
	unlink(arguments[1]);
	if (bind(listener, (struct sockaddr *)&address, sizeof(address)) < 0 ||
	    listen(listener, 64) < 0)
		die(arguments[1]);
	count_write();
	serve(listener, arguments[2]);
}
