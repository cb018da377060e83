/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SSH public keys: what is one, and everything that only looks like one. */
#define _GNU_SOURCE
#include <string.h>

#include "common/buf.h"
#include "common/cleanup.h"
#include "common/file.h"
#include "common/mem.h"
#include "provision/batch/ssh_key.h"
#include "tests/unit/tap.h"

#define ED25519 \
	"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f"
#define ECDSA                                                                           \
	"ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBB"     \
	"AFOGMWHbrcCTj8yrTD4n4Wclok8t2aPLIaQlyoHpdxCtRKVkqTFz77bYiX6rzHDVx0RGtOHH61k80" \
	"pm3D3xxLM="
#define SK                                                                             \
	"sk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29tAAAAIAABA" \
	"gMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4fAAAABHNzaDo="
#define NOT_A_KEY "not an SSH public key (\"type base64 comment\")"

static const struct {
	const char *what, *text, *key;
} accepted[] = {
	{"a key", ED25519, ED25519},
	{"a comment", ED25519 " me@laptop", ED25519 " me@laptop"},
	{"blanks in a comment", ED25519 " caf\xc3\xa9  of\tme",
	 ED25519 " caf\xc3\xa9  of\tme"},
	{"a line's end", ED25519 "\n", ED25519},
	{"CR LF, blanks at the end", ED25519 " me \t\r\n", ED25519 " me"},
	{"lines around", "\n# my key\r\n\t\n" ED25519 "\n\n#\n \n", ED25519},
	{"tabs between",
	 "ssh-ed25519\t "
	 "AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f",
	 "ssh-ed25519\t "
	 "AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f"},
	{"padded base64", ECDSA " x", ECDSA " x"},
	{"a security key", SK, SK},
};

static const struct {
	const char *what, *text, *reason;
} refused[] = {
	{"nothing", "", "no SSH key"},
	{"only comments", "# " ED25519 "\n\n", "no SSH key"},
	{"two keys", ED25519 "\n" ECDSA "\n", "more than one SSH key"},
	{"two keys, the second wrong", ED25519 "\nx\n", "more than one SSH key"},
	{"options in front", "no-pty " ED25519, NOT_A_KEY},
	{"only a type", "ssh-ed25519", NOT_A_KEY},
	{"only base64", "AAAAC3NzaC1lZDI1NTE5", NOT_A_KEY},
	{"a blank in front", " " ED25519, NOT_A_KEY},
	{"another type than the key's",
	 "ssh-rsa AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f",
	 NOT_A_KEY},
	{"a type that the key's begins with",
	 "ssh-ed2551 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f",
	 NOT_A_KEY},
	{"a type and no key", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5", NOT_A_KEY},
	{"a key cut short",
	 "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhsc",
	 NOT_A_KEY},
	{"base64 cut inside of four characters",
	 "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR",
	 NOT_A_KEY},
	{"bytes behind the key",
	 "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f"
	 "AAA=",
	 NOT_A_KEY},
	{"a length beyond the end",
	 "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5/////2FiYw==", NOT_A_KEY},
	{"padding inside",
	 "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5=AAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f",
	 NOT_A_KEY},
	{"padding alone", "ssh-ed25519 ====", NOT_A_KEY},
	{"base64 of URLs",
	 "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR_-",
	 NOT_A_KEY},
	{"a private key",
	 "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAA\n", NOT_A_KEY},
	{"PEM", "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----\n",
	 NOT_A_KEY},
	{"an escape in the comment", ED25519 " \x1b[2J",
	 "control character in the SSH key"},
	{"CR inside", ED25519 "\rx\n", "control character in the SSH key"},
	{"a comment in Latin-1", ED25519 " caf\xe9", "SSH key is not UTF-8"},
};

static void accepts(const char *what, const char *text, const char *expected)
{
	CLEANUP(error_free) struct error error = {0};
	CLEANUP(free_ptr) char *key = NULL;

	tap_ok(ssh_key_parse(text, strlen(text), &key, &error) == 0, "%s is taken: %s",
	       what, error_text(&error));
	tap_string(key, expected, "%s: the line", what);
}

static void refuses(const char *what, const char *text, size_t size, const char *reason)
{
	CLEANUP(error_free) struct error error = {0};
	char *key = NULL;

	tap_ok(ssh_key_parse(text, size, &key, &error) < 0 && !key, "%s: refused", what);
	tap_string(error_text(&error), reason, "%s: why", what);
}

static void longest(void)
{
	CLEANUP(buf_free) struct buf text = {0};
	CLEANUP(free_ptr) char *key = NULL;

	buf_add_string(&text, ED25519 " ");
	while (text.size < SSH_KEY_MAX)
		buf_add_char(&text, 'c');
	tap_ok(ssh_key_parse(text.data, text.size, &key, NULL) == 0, "16 KiB are taken");
	tap_bytes(key, strlen(key), text.data, text.size, "and nothing of them is cut");
	buf_add_char(&text, 'c');
	refuses("one byte more", text.data, text.size,
		"SSH key is longer than 16384 bytes");
}

static void file_is_taken(const char *path)
{
	CLEANUP(buf_free) struct buf text = {0};
	CLEANUP(free_ptr) char *key = NULL;
	CLEANUP(error_free) struct error error = {0};

	tap_ok(file_read(path, SSH_KEY_MAX, &text, &error) == 0 &&
		       ssh_key_parse(text.data, text.size, &key, &error) == 0,
	       "%s: %s", path, error_text(&error));
	tap_bytes(key, key ? strlen(key) : 0, text.data, text.size - 1, "%s: the line",
		  path);
}

int main(void)
{
	for (size_t i = 0; i < ARRAY_LENGTH(accepted); i++)
		accepts(accepted[i].what, accepted[i].text, accepted[i].key);
	for (size_t i = 0; i < ARRAY_LENGTH(refused); i++)
		refuses(refused[i].what, refused[i].text, strlen(refused[i].text),
			refused[i].reason);
	refuses("a NUL byte", ED25519 "\0x", sizeof(ED25519 "\0x") - 1,
		"control character in the SSH key");
	longest();
	file_is_taken("tests/fixtures/batch/id_ed25519.pub");
	file_is_taken("tests/fixtures/batch/id_rsa.pub");
	return tap_done();
}
