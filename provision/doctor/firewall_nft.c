/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads the rules of nftables. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/json.h"
#include "provision/doctor/firewall_nft.h"

enum { DHCP_PORT = 67, DHCP6_PORT = 547 };

static json_object *member(json_object *object, const char *name)
{
	json_object *value = NULL;

	return json_object_is_type(object, json_type_object) &&
			       json_object_object_get_ex(object, name, &value)
		       ? value
		       : NULL;
}

/* NULL if it is no text. */
static const char *text_of(json_object *value)
{
	return json_object_is_type(value, json_type_string)
		       ? json_object_get_string(value)
		       : NULL;
}

static const char *member_text(json_object *object, const char *name)
{
	return text_of(member(object, name));
}

static bool text_is(json_object *object, const char *name, const char *expected)
{
	const char *text = member_text(object, name);

	return text && !strcmp(text, expected);
}

/* The values of an expression: the items of a list or a set, or itself. */
static size_t values_count(json_object *right)
{
	json_object *set = member(right, "set");

	if (set)
		right = set;
	return json_object_is_type(right, json_type_array)
		       ? json_object_array_length(right)
		       : 1;
}

static json_object *value_at(json_object *right, size_t i)
{
	json_object *set = member(right, "set");

	if (set)
		right = set;
	return json_object_is_type(right, json_type_array)
		       ? json_object_array_get_idx(right, i)
		       : right;
}

/* -1 if it is not a list of names. */
static int interfaces_read(json_object *right, bool is_not, struct firewall_match *match)
{
	if (match->names.count)
		return -1;
	for (size_t i = 0; i < values_count(right); i++) {
		const char *name = text_of(value_at(right, i));

		/* "@NAME" is a set that is listed elsewhere. */
		if (!name || *name == '@')
			return -1;
		*array_add(&match->names) = mem_string(name);
	}
	match->is_not = is_not;
	return 0;
}

static int block_read(json_object *value, struct address_block *block)
{
	json_object *prefix = member(value, "prefix"), *length = member(prefix, "len");
	const char *text = prefix ? member_text(prefix, "addr") : text_of(value);
	int bits;

	if (!text || lease_address_parse(text, &block->address, NULL) < 0)
		return -1;
	bits = block->address.family == AF_INET ? 32 : 128;
	block->prefix = (unsigned int)bits;
	if (!length)
		return 0;
	if (json_object_get_int(length) < 0 || json_object_get_int(length) > bits)
		return -1;
	block->prefix = (unsigned int)json_object_get_int(length);
	return 0;
}

static int sources_read(json_object *right, struct firewall_rule *rule)
{
	for (size_t i = 0; i < values_count(right); i++) {
		struct address_block block;

		if (block_read(value_at(right, i), &block) < 0)
			return -1;
		*array_add(&rule->sources) = block;
	}
	return 0;
}

/* New connections match "new"; with other states only known ones do. */
static int states_read(json_object *right, struct firewall_rule *rule)
{
	bool has_new = false, has_replies = false;

	for (size_t i = 0; i < values_count(right); i++) {
		const char *state = text_of(value_at(right, i));

		has_new |= state && !strcmp(state, "new");
		has_replies |= state && (!strcmp(state, "established") ||
					 !strcmp(state, "related"));
	}
	rule->is_for_replies |= !has_new && has_replies;
	return has_new || has_replies ? 0 : -1;
}

/* The rest of the condition stays one. */
static void ports_read(json_object *right, struct firewall_rule *rule)
{
	for (size_t i = 0; i < values_count(right); i++) {
		json_object *value = value_at(right, i);

		if (json_object_is_type(value, json_type_int) &&
		    (json_object_get_int(value) == DHCP_PORT ||
		     json_object_get_int(value) == DHCP6_PORT))
			rule->is_for_dhcp = true;
	}
}

/* -1 if the condition is not understood. */
static int condition_read(json_object *left, json_object *right, bool is_not,
			  struct firewall_rule *rule)
{
	json_object *meta = member(left, "meta"), *payload = member(left, "payload");
	json_object *ct = member(left, "ct");

	if (meta && (text_is(meta, "key", "iifname") || text_is(meta, "key", "iif")))
		return interfaces_read(right, is_not, &rule->in);
	if (meta && (text_is(meta, "key", "oifname") || text_is(meta, "key", "oif")))
		return interfaces_read(right, is_not, &rule->out);
	if (is_not)
		return -1;
	if (payload && text_is(payload, "field", "saddr"))
		return sources_read(right, rule);
	if (ct && text_is(ct, "key", "state"))
		return states_read(right, rule);
	if (payload && text_is(payload, "field", "dport"))
		ports_read(right, rule);
	return -1;
}

static void match_read(json_object *match, struct firewall_rule *rule)
{
	const char *operator= member_text(match, "op");
	bool is_not = operator&& !strcmp(operator, "!=");

	if (!operator||(!is_not && strcmp(operator, "==") && strcmp(operator, "in")) ||
	    condition_read(member(match, "left"), member(match, "right"), is_not, rule) <
		    0)
		rule->is_conditional = true;
}

/* A match or target of iptables, which nft does not show; iptables does. */
static void xt_read(json_object *xt, struct firewall_rule *rule)
{
	if (text_is(xt, "type", "target"))
		rule->verdict = text_is(xt, "name", "REJECT") ? FIREWALL_DROP
							      : FIREWALL_OTHER;
	else if (text_is(xt, "name", "physdev"))
		rule->is_for_bridged = true;
	else if (!text_is(xt, "name", "comment"))
		rule->is_conditional = true;
}

/* Whether the expression is a verdict. */
static bool verdict_read(const char *name, json_object *value, struct firewall_rule *rule)
{
	static const struct {
		const char *name;
		enum firewall_verdict verdict;
	} verdicts[] = {
		{"accept", FIREWALL_ACCEPT}, {"drop", FIREWALL_DROP},
		{"reject", FIREWALL_DROP},   {"jump", FIREWALL_JUMP},
		{"goto", FIREWALL_GOTO},     {"return", FIREWALL_RETURN},
	};

	for (size_t i = 0; i < ARRAY_LENGTH(verdicts); i++) {
		if (strcmp(verdicts[i].name, name))
			continue;
		rule->verdict = verdicts[i].verdict;
		free(rule->target);
		rule->target = mem_string(member_text(value, "target"));
		return true;
	}
	return false;
}

static void expression_read(json_object *expression, struct firewall_rule *rule)
{
	static const char *const harmless[] = {"counter", "log",    "comment",
					       "notrack", "mangle", "vmap"};

	json_object_object_foreach(expression, name, value) {
		bool is_known = verdict_read(name, value, rule);

		for (size_t i = 0; i < ARRAY_LENGTH(harmless); i++)
			is_known |= !strcmp(name, harmless[i]);
		if (!strcmp(name, "match"))
			match_read(value, rule);
		else if (!strcmp(name, "xt"))
			xt_read(value, rule);
		else if (!is_known)
			rule->is_conditional = true;
	}
}

static struct firewall_rule rule_read(json_object *expressions)
{
	struct firewall_rule rule = {0};

	for (size_t i = 0; i < json_object_array_length(expressions); i++) {
		json_object *expression = json_object_array_get_idx(expressions, i);

		if (json_object_is_type(expression, json_type_object))
			expression_read(expression, &rule);
	}
	return rule;
}

/* One rule for each entry of a verdict map: its conditions are those of `expressions`. */
static void map_read(json_object *map, json_object *expressions,
		     struct firewall_chain *chain)
{
	json_object *entries = member(map, "data");

	for (size_t i = 0; i < values_count(entries); i++) {
		json_object *entry = value_at(entries, i);
		json_object *key = NULL, *verdict = NULL;
		struct firewall_rule *rule;

		if (json_object_is_type(entry, json_type_array)) {
			key = json_object_array_get_idx(entry, 0);
			verdict = json_object_array_get_idx(entry, 1);
		}
		rule = array_add(&chain->rules);
		*rule = rule_read(expressions);
		if (condition_read(member(map, "key"), key, false, rule) < 0)
			rule->is_conditional = true;
		if (json_object_is_type(verdict, json_type_object))
			expression_read(verdict, rule);
	}
}

static void rule_add(json_object *object, struct firewall_chain *chain)
{
	json_object *expressions = member(object, "expr"), *map = NULL;

	if (!json_object_is_type(expressions, json_type_array))
		return;
	for (size_t i = 0; i < json_object_array_length(expressions) && !map; i++)
		map = member(json_object_array_get_idx(expressions, i), "vmap");
	if (map)
		map_read(map, expressions, chain);
	else
		*array_add(&chain->rules) = rule_read(expressions);
}

/* The chain that an object, a chain or a rule, names as `name`; NULL if it does not. */
static struct firewall_chain *chain_of(json_object *object, const char *name,
				       struct firewall *firewall)
{
	const char *family = member_text(object, "family");
	const char *table = member_text(object, "table");
	CLEANUP(free_ptr) char *full = NULL;

	if (!family || !table || !member_text(object, name))
		return NULL;
	full = mem_format("%s %s", family, table);
	return firewall_chain_add(firewall, full, member_text(object, name));
}

static void chain_read(json_object *object, struct firewall *firewall)
{
	struct firewall_chain *chain = chain_of(object, "name", firewall);

	if (!chain || !text_is(object, "type", "filter"))
		return;
	if (text_is(object, "hook", "forward"))
		chain->hook = FIREWALL_FORWARD;
	else if (text_is(object, "hook", "input"))
		chain->hook = FIREWALL_INPUT;
	chain->drops = text_is(object, "policy", "drop");
}

int firewall_nft_parse(const char *text, size_t size, struct firewall *firewall,
		       struct error *error)
{
	CLEANUP(json_put) json_object *document = NULL;
	json_object *objects;

	if (json_parse(text, size, JSON_DEPTH_MAX, &document, error) < 0)
		return -1;
	objects = member(document, "nftables");
	if (!json_object_is_type(objects, json_type_array))
		return error_set(error, "no list of rules of nftables");
	for (size_t i = 0; i < json_object_array_length(objects); i++) {
		json_object *object = json_object_array_get_idx(objects, i);
		json_object *rule = member(object, "rule");
		struct firewall_chain *chain = rule ? chain_of(rule, "chain", firewall)
						    : NULL;

		if (chain)
			rule_add(rule, chain);
		else if (member(object, "chain"))
			chain_read(member(object, "chain"), firewall);
	}
	return 0;
}
