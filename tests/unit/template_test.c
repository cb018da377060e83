/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Templates beyond what the tables hold: output buffers, failures, many threads. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/json.h"
#include "provision/template/template.h"
#include "provision/template/float.h"
#include "tests/unit/tap.h"

enum { THREADS = 4, RENDERINGS = 200 };

static struct template *parsed(const char *text)
{
	return template_parse("t", text, strlen(text), NULL);
}

static void test_output(void)
{
	CLEANUP(error_free) struct error error = {0};
	CLEANUP(buf_free) struct buf output = {.max_size = 20};
	struct template *good = parsed("0123456789"), *fails = parsed("abc{{.A.B}}");

	tap_ok(template_render(good, NULL, NULL, &output, NULL) == 0, "renders");
	tap_ok(template_render(fails, NULL, NULL, &output, &error) < 0, "fails");
	tap_string(error_text(&error), "t:1:6: <.A>: nil data; no entry for key \"A\"",
		   "says why");
	tap_string(buf_text(&output), "0123456789", "leaves the output as it was");
	tap_ok(template_render(good, NULL, NULL, &output, NULL) == 0, "appends");
	tap_string(buf_text(&output), "01234567890123456789", "behind it");
	tap_ok(template_render(good, NULL, NULL, &output, &error) < 0,
	       "keeps to the buffer's own maximum");
	tap_ok(!output.overflowed && output.size == 20 && output.max_size == 20,
	       "and leaves it usable");
	template_free(good);
	template_free(fails);
}

static void test_more(void)
{
	CLEANUP(error_free) struct error error = {0};
	CLEANUP(buf_free) struct buf output = {0};
	struct template *template = parsed("{{block \"b\" .}}own{{end}}");

	tap_ok(template_parse_more(template, "m", "{{define \"b\"}}x{{end}}{{", 24,
				   &error) < 0,
	       "a further file that can't be parsed");
	tap_string(error_text(&error), "m:1:25: unclosed action", "is an error");
	tap_ok(template_render(template, NULL, NULL, &output, NULL) == 0 &&
		       !strcmp(buf_text(&output), "own"),
	       "and leaves the template as it was");
	tap_ok(template_parse("large", "", TEMPLATE_SIZE_MAX + 1, &error) == NULL,
	       "a file that is too large is not read");
	template_free(template);
	template_free(NULL);
}

struct worker {
	pthread_t thread;
	const struct template *template;
	json_object *data;
	size_t same;
};

static void *worker_run(void *argument)
{
	struct worker *worker = argument;

	for (int i = 0; i < RENDERINGS; i++) {
		CLEANUP(buf_free) struct buf output = {0};

		if (template_render(worker->template, worker->data, NULL, &output,
				    NULL) == 0 &&
		    !strcmp(buf_text(&output),
			    "a=1.5;b=x;c=map[d:[1 2]];1.5 \"x\" {\"d\":[1,2]}"))
			worker->same++;
	}
	return NULL;
}

static void test_threads(void)
{
	static const char text[] = "{{range $k, $v := .}}{{$k}}={{$v}};{{end}}{{.a}} "
				   "{{quote .b}} {{toJSON .c}}";
	static const char data[] = "{\"c\":{\"d\":[1,2]},\"a\":1.5,\"b\":\"x\"}";
	CLEANUP(json_put) json_object *json = NULL;
	struct template *template = parsed(text);
	struct worker workers[THREADS];
	size_t same = 0;

	json_parse(data, strlen(data), JSON_DEPTH_MAX, &json, NULL);
	for (size_t i = 0; i < THREADS; i++) {
		workers[i] = (struct worker){.template = template, .data = json};
		pthread_create(&workers[i].thread, NULL, worker_run, &workers[i]);
	}
	for (size_t i = 0; i < THREADS; i++) {
		pthread_join(workers[i].thread, NULL);
		same += workers[i].same;
	}
	tap_number(same, THREADS * RENDERINGS,
		   "%d threads render one template on the same data", THREADS);
	template_free(template);
}

/* The shortest decimal gives the same number again. */
static void test_floats(void)
{
	uint64_t state = 1, failures = 0;

	for (int i = 0; i < 20000; i++) {
		CLEANUP(buf_free) struct buf text = {0};
		uint64_t bits;
		double number;

		state = state * 6364136223846793005u + 1442695040888963407u;
		/* Every fourth is a power of two. */
		bits = i % 4 ? state : state & UINT64_C(0xfff0000000000000);
		memcpy(&number, &bits, sizeof(number));
		if (number != number || number - number != 0)
			continue;
		float_add(&text, number, 'g', FLOAT_SHORTEST);
		failures += strtod(buf_text(&text), NULL) != number;
	}
	tap_number(failures, 0, "floats read back as they were");
}

int main(void)
{
	test_output();
	test_more();
	test_threads();
	test_floats();
	return tap_done();
}
