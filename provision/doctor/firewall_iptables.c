/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads the rules of iptables. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "provision/doctor/firewall_iptables.h"

/* The words of a line; words in double quotes are one. */
struct words {
	ARRAY(char *) all;
	size_t at;
};

static void words_free(struct words *words)
{
	array_foreach(word, &words->all)
		free(*word);
	free(words->all.items);
}

static void words_split(const char *line, size_t size, struct words *words)
{
	const char *end = line + size;

	while (line < end) {
		const char *stop = *line == '"' ? "\"" : " ";
		const char *from = line + (*line == '"');
		const char *to = from;

		while (to < end && *to != *stop) {
			to += *stop == '"' && *to == '\\' && to + 1 < end;
			to++;
		}
		if (to > from || *stop == '"')
			*array_add(&words->all) = mem_substring(from,
								(size_t)(to - from));
		line = to < end ? to + 1 : end;
	}
}

/* The next word; "" after the last. */
static const char *word_next(struct words *words)
{
	return words->at < words->all.count ? words->all.items[words->at++] : "";
}

static void interface_read(const char *name, bool is_not, struct firewall_match *match)
{
	char *pattern = mem_string(name);
	size_t size = strlen(pattern);

	if (size && pattern[size - 1] == '+')
		pattern[size - 1] = '*';
	*array_add(&match->names) = pattern;
	match->is_not = is_not;
}

static bool source_read(const char *text, bool is_not, struct firewall_rule *rule)
{
	struct address_filter filter = {0};

	if (is_not || address_filter_add_block(&filter, text, NULL) < 0)
		return false;
	*array_add(&rule->sources) = filter.blocks.items[0];
	address_filter_free(&filter);
	return true;
}

/* New connections match "NEW"; with other states only known ones do. */
static bool states_read(const char *text, bool is_not, struct firewall_rule *rule)
{
	bool has_replies = strstr(text, "ESTABLISHED") || strstr(text, "RELATED");

	if (is_not || (!has_replies && !strstr(text, "NEW")))
		return false;
	rule->is_for_replies |= !strstr(text, "NEW");
	return true;
}

static void target_read(const char *target, struct firewall_rule *rule)
{
	static const struct {
		const char *name;
		enum firewall_verdict verdict;
	} verdicts[] = {
		{"ACCEPT", FIREWALL_ACCEPT},
		{"DROP", FIREWALL_DROP},
		{"REJECT", FIREWALL_DROP},
		{"RETURN", FIREWALL_RETURN},
	};

	rule->verdict = FIREWALL_JUMP;
	for (size_t i = 0; i < ARRAY_LENGTH(verdicts); i++) {
		if (!strcmp(target, verdicts[i].name))
			rule->verdict = verdicts[i].verdict;
	}
	if (rule->verdict == FIREWALL_JUMP)
		rule->target = mem_string(target);
}

/* An option of a rule with its value; false if it is a condition that is not
 * understood. */
static bool option_read(const char *option, struct words *words, bool is_not,
			struct firewall_rule *rule)
{
	if (!strcmp(option, "--physdev-is-bridged") && !is_not) {
		rule->is_for_bridged = true;
		return true;
	}
	if (!strcmp(option, "-i"))
		interface_read(word_next(words), is_not, &rule->in);
	else if (!strcmp(option, "-o"))
		interface_read(word_next(words), is_not, &rule->out);
	else if (!strcmp(option, "-s"))
		return source_read(word_next(words), is_not, rule);
	else if (!strcmp(option, "--ctstate") || !strcmp(option, "--state"))
		return states_read(word_next(words), is_not, rule);
	else if (!strcmp(option, "-m") || !strcmp(option, "--comment"))
		word_next(words);
	else
		return false;
	return true;
}

/* The options after a target are its own. */
static void rule_read(struct words *words, struct firewall_rule *rule)
{
	bool is_not = false;

	while (words->at < words->all.count) {
		const char *word = word_next(words);

		if (!strcmp(word, "!")) {
			is_not = true;
			continue;
		}
		if (!strcmp(word, "-j") || !strcmp(word, "-g")) {
			free(TAKE(rule->target));
			target_read(word_next(words), rule);
			if (!strcmp(word, "-g"))
				rule->verdict = FIREWALL_GOTO;
			return;
		}
		rule->is_for_dhcp |= !strcmp(word, "--dport") &&
				     words->at < words->all.count &&
				     (!strcmp(words->all.items[words->at], "67") ||
				      !strcmp(words->all.items[words->at], "547"));
		if (!option_read(word, words, is_not, rule))
			rule->is_conditional = true;
		is_not = false;
	}
}

static void line_read(const char *line, size_t size, const char *table,
		      struct firewall *firewall)
{
	CLEANUP(words_free) struct words words = {0};
	struct firewall_chain *chain;
	const char *command;

	words_split(line, size, &words);
	if (words.all.count < 2)
		return;
	command = word_next(&words);
	if (strcmp(command, "-P") && strcmp(command, "-N") && strcmp(command, "-A"))
		return;
	chain = firewall_chain_add(firewall, table, word_next(&words));
	if (!strcmp(command, "-A")) {
		rule_read(&words, array_add(&chain->rules));
		return;
	}
	if (!strcmp(command, "-N"))
		return;
	if (!strcmp(chain->name, "FORWARD"))
		chain->hook = FIREWALL_FORWARD;
	else if (!strcmp(chain->name, "INPUT"))
		chain->hook = FIREWALL_INPUT;
	chain->drops = !strcmp(word_next(&words), "DROP");
}

void firewall_iptables_parse(const char *text, size_t size, const char *table,
			     struct firewall *firewall)
{
	const char *end = text + size;

	while (text < end) {
		const char *stop = memchr(text, '\n', (size_t)(end - text));
		size_t length = (size_t)((stop ? stop : end) - text);

		line_read(text, length, table, firewall);
		text += length + (stop != NULL);
	}
}
