/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds the fields that a template uses, without data. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "common/buf.h"
#include "common/cleanup.h"
#include "provision/template/function_type.h"
#include "provision/template/tree.h"
#include "provision/render/field_uses.h"

enum {
	NODES_MAX = 1000 * 1000, /* visited, again for each call of a template */
	PATH_MAX_BYTES = 512,	 /* longer paths come from recursion */
	CALLS_MAX = 20,		 /* nesting of calls of templates */
	VISITS_MAX = 2000,	 /* templates, once for each origin of their data */
	USES_MAX = 10000,
	EXPRESSION_SHOWN_MAX = 60,
};

static const char unknown[] = "?";

/* A variable and the path of its value. */
struct origin {
	const char *name;
	const char *path;
};

/* A template that was followed, and the path of its data. */
struct visit {
	const struct definition *definition;
	const char *path;
};

/* Paths are in the arena. */
struct search {
	struct field_uses *uses;
	struct arena arena;
	ARRAY(struct origin) variables;
	size_t frame;
	ARRAY(struct visit) visits;
	unsigned int calls;
	size_t nodes;
};

static const char *pipe_follow(struct search *search, const char *dot,
			       const struct pipe *pipe);
static void list_follow(struct search *search, const char *dot, const struct node *list);

static const char *path_join(struct search *search, const char *path, const char *more)
{
	CLEANUP(buf_free) struct buf joined = {0};

	if (strlen(path) + strlen(more) > PATH_MAX_BYTES)
		return unknown;
	buf_format(&joined, "%s%s%s", path, *path && *more != '[' ? "." : "", more);
	return arena_copy(&search->arena, joined.data, joined.size);
}

static bool is_too_large(const struct search *search)
{
	return search->nodes > NODES_MAX || search->visits.count > VISITS_MAX ||
	       search->uses->list.count > USES_MAX;
}

static void use_add(struct search *search, const char *path, enum field_use_kind kind,
		    const struct source *source, size_t from, size_t to)
{
	size_t size = to - from > EXPRESSION_SHOWN_MAX ? EXPRESSION_SHOWN_MAX : to - from;

	if (is_too_large(search))
		return;
	*array_add(&search->uses->list) = (struct field_use){
		.path = mem_string(path),
		.kind = kind,
		.file = source->name,
		.line = source_line(source, from),
		.column = source_column(source, from),
		.expression = mem_format("%.*s%s", (int)size, source->text + from,
					 to - from > size ? "..." : ""),
	};
}

static const char *variable_path(const struct search *search, const char *name)
{
	for (size_t i = search->variables.count; i > search->frame; i--)
		if (search->variables.items[i - 1].name == name)
			return search->variables.items[i - 1].path;
	return unknown;
}

static const char *fields_follow(struct search *search, const char *path,
				 const struct node *node)
{
	for (const struct field *f = node->path.fields; f; f = f->next) {
		path = path_join(search, path, f->name);
		use_add(search, path, USE_FIELD, node->source, node->from, f->to);
		if (f->next && !is_too_large(search))
			search->uses->list.items[search->uses->list.count - 1].is_step =
				true;
	}
	return path;
}

static const char *word_follow(struct search *search, const char *dot,
			       const struct node *node)
{
	switch (node->type) {
	case NODE_DOT:
		return dot;
	case NODE_FIELD:
		return fields_follow(search, dot, node);
	case NODE_VARIABLE:
		return fields_follow(search, variable_path(search, node->path.variable),
				     node);
	case NODE_CHAIN:
		return fields_follow(search, word_follow(search, dot, node->path.base),
				     node);
	case NODE_PIPE:
		return pipe_follow(search, dot, node->pipe);
	default:
		return unknown;
	}
}

/* The path of index: a constant string is a field, anything else an element. */
static const char *index_follow(struct search *search, const char *path,
				const struct node *word, const struct node *call)
{
	bool constant = word->type == NODE_CONSTANT &&
			word->constant.value.type == VALUE_STRING;

	if (!constant)
		return path_join(search, path, "[]");
	path = path_join(search, path, word->constant.value.text.at);
	use_add(search, path, USE_FIELD, call->source, call->from, word->to);
	return path;
}

static bool is_comparison(const struct node *function)
{
	static const char *const names[] = {"eq", "ne", "lt", "le", "gt", "ge"};

	for (size_t i = 0; i < ARRAY_LENGTH(names); i++)
		if (!strcmp(function->function->name, names[i]))
			return true;
	return false;
}

/* The use that a constant makes of what it is compared with; USE_FIELD: none. */
static enum field_use_kind constant_use(const struct node *word)
{
	if (word->type != NODE_CONSTANT)
		return USE_FIELD;
	switch (word->constant.value.type) {
	case VALUE_INT:
	case VALUE_UINT:
	case VALUE_FLOAT:
		return USE_AS_NUMBER;
	case VALUE_STRING:
		return USE_AS_TEXT;
	default:
		return USE_FIELD;
	}
}

/* A value at `path` is compared with the constants of the call. */
static void comparison_add(struct search *search, const char *path,
			   const struct command *command)
{
	const struct node *function = command->words, *last = function;

	while (last->next)
		last = last->next;
	for (const struct node *word = function->next; word && path != unknown;
	     word = word->next)
		if (constant_use(word) != USE_FIELD)
			use_add(search, path, constant_use(word), function->source,
				function->from, last->to);
}

/* The path of a call; `piped` is NULL in the first stage. The result of and, or and
 * default is known when all their arguments have the same path. */
static const char *call_follow(struct search *search, const char *dot,
			       const struct command *command, const char *piped)
{
	const struct node *function = command->words;
	bool is_index = !strcmp(function->function->name, "index");
	bool chooses = function->function->kind != FUNCTION_PLAIN;
	bool compares = is_comparison(function);
	const char *result = NULL;

	for (const struct node *word = function->next; word; word = word->next) {
		const char *path = word_follow(search, dot, word);

		if (compares)
			comparison_add(search, path, command);
		if (word == function->next)
			result = path;
		else if (is_index)
			result = index_follow(search, result, word, function);
		else if (strcmp(result, path))
			result = unknown;
	}
	if (compares && piped)
		comparison_add(search, piped, command);
	if (piped && result && strcmp(result, piped))
		result = unknown;
	return result && (is_index || chooses) ? result : unknown;
}

static const char *pipe_follow(struct search *search, const char *dot,
			       const struct pipe *pipe)
{
	const char *path = NULL;

	if (!pipe)
		return unknown;
	for (const struct command *c = pipe->commands; c; c = c->next) {
		search->nodes += c->word_count;
		if (c->words->type == NODE_FUNCTION)
			path = call_follow(search, dot, c, path);
		else
			path = word_follow(search, dot, c->words);
		for (const struct node *word = c->words->next;
		     word && c->words->type != NODE_FUNCTION; word = word->next)
			word_follow(search, dot, word);
	}
	for (size_t i = 0; i < pipe->variable_count; i++)
		if (!pipe->assign)
			*array_add(&search->variables) = (struct origin){
				pipe->variables[i], path};
	return path;
}

/* A variable that is assigned to anywhere has an unknown path. */
static void assigned_forget(struct search *search, const struct pipe *pipe)
{
	for (size_t i = 0; pipe && pipe->assign && i < pipe->variable_count; i++)
		for (size_t v = search->frame; v < search->variables.count; v++)
			if (search->variables.items[v].name == pipe->variables[i])
				search->variables.items[v].path = unknown;
}

static const struct pipe *node_pipe(const struct node *node)
{
	switch (node->type) {
	case NODE_ACTION:
		return node->pipe;
	case NODE_TEMPLATE:
		return node->call.pipe;
	case NODE_IF:
	case NODE_WITH:
	case NODE_RANGE:
		return node->branch.pipe;
	default:
		return NULL;
	}
}

/* Looks for assignments in a list before it is followed: in a loop they act on what comes
 * before them. */
static void list_forget(struct search *search, const struct node *list)
{
	for (; list; list = list->next) {
		assigned_forget(search, node_pipe(list));
		search->nodes++;
		for (const struct node *branch = list;
		     branch && (branch->type == NODE_IF || branch->type == NODE_WITH ||
				branch->type == NODE_RANGE);
		     branch = branch->branch.otherwise) {
			assigned_forget(search, branch->branch.pipe);
			list_forget(search, branch->branch.list);
			if (!branch->branch.chained) {
				list_forget(search, branch->branch.otherwise);
				break;
			}
		}
	}
}

static void template_follow(struct search *search, const char *path,
			    const struct definition *definition)
{
	size_t frame = search->frame, mark = search->variables.count;

	if (!definition || search->calls == CALLS_MAX || is_too_large(search))
		return;
	array_foreach(visit, &search->visits) {
		if (visit->definition == definition && !strcmp(visit->path, path))
			return;
	}
	*array_add(&search->visits) = (struct visit){definition, path};
	search->frame = mark;
	*array_add(&search->variables) = (struct origin){node_data_name, path};
	search->calls++;
	list_follow(search, path, definition->body);
	search->calls--;
	search->variables.count = mark;
	search->frame = frame;
}

static void range_follow(struct search *search, const char *dot, const struct node *node)
{
	const struct pipe *pipe = node->branch.pipe;
	size_t mark = search->variables.count;
	const char *path = pipe_follow(search, dot, pipe), *element;

	element = path == unknown ? unknown : path_join(search, path, "[]");
	if (path != unknown)
		use_add(search, path, USE_RANGE, pipe->source, pipe->from, pipe->to);
	if (!pipe->assign && pipe->variable_count)
		search->variables.items[search->variables.count - 1].path = element;
	if (!pipe->assign && pipe->variable_count == 2)
		search->variables.items[search->variables.count - 2].path = unknown;
	list_forget(search, node->branch.list);
	list_follow(search, element, node->branch.list);
	search->variables.count = mark;
	list_follow(search, dot, node->branch.otherwise);
	search->variables.count = mark;
}

static void branch_follow(struct search *search, const char *dot, const struct node *node)
{
	size_t mark = search->variables.count;

	for (;; node = node->branch.otherwise) {
		const char *path = pipe_follow(search, dot, node->branch.pipe);
		size_t inner = search->variables.count;

		list_follow(search, node->type == NODE_WITH ? path : dot,
			    node->branch.list);
		search->variables.count = inner;
		if (!node->branch.chained)
			break;
	}
	list_follow(search, dot, node->branch.otherwise);
	search->variables.count = mark;
}

static void list_follow(struct search *search, const char *dot, const struct node *list)
{
	for (; list && !is_too_large(search); list = list->next) {
		search->nodes++;
		switch (list->type) {
		case NODE_ACTION:
			pipe_follow(search, dot, list->pipe);
			assigned_forget(search, list->pipe);
			break;
		case NODE_TEMPLATE:
			template_follow(search, pipe_follow(search, dot, list->call.pipe),
					list->call.target);
			break;
		case NODE_RANGE:
			range_follow(search, dot, list);
			break;
		case NODE_IF:
		case NODE_WITH:
			branch_follow(search, dot, list);
			break;
		default:
			break;
		}
	}
}

static bool is_visited(const struct search *search, const struct definition *definition)
{
	array_foreach(visit, &search->visits) {
		if (visit->definition == definition)
			return true;
	}
	return false;
}

int field_uses_find(const struct template *tmpl, struct field_uses *uses,
		    struct error *error)
{
	struct search search = {.uses = uses};
	int result = 0;

	*array_add(&search.variables) = (struct origin){node_data_name, ""};
	list_follow(&search, "", tmpl->root);
	for (const struct definition *d = tmpl->definitions; d; d = d->next)
		if (d->body != tmpl->root && !is_visited(&search, d))
			template_follow(&search, unknown, d);
	if (is_too_large(&search))
		result = error_set(error, "%s: too large to be followed",
				   tmpl->files->source.name);
	arena_free(&search.arena);
	free(search.variables.items);
	free(search.visits.items);
	return result;
}

void field_uses_free(struct field_uses *uses)
{
	if (!uses)
		return;
	array_foreach(use, &uses->list) {
		free(use->path);
		free(use->expression);
	}
	free(uses->list.items);
	*uses = (struct field_uses){0};
}
