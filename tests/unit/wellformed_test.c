/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which documents are well-formed, and what is said of the others. */
#include <stdlib.h>
#include <string.h>

#include "common/buf.h"
#include "common/cleanup.h"
#include "common/mem.h"
#include "provision/render/wellformed.h"
#include "tests/unit/tap.h"

/* One for all, so that each document is read after another. */
static struct wellformed *checker;

static void good(const char *text)
{
	CLEANUP(error_free) struct error error = {0};

	tap_string(wellformed_check(checker, text, strlen(text), &error) < 0
			   ? error_text(&error)
			   : "good",
		   "good", "%.*s", (int)strcspn(text, "\n"), text);
}

/* `reason` without the line that follows it. */
static void refused(const char *text, size_t size, const char *reason)
{
	CLEANUP(error_free) struct error error = {0};
	int status = wellformed_check(checker, text, size, &error);
	CLEANUP(free_ptr)
	char *begins = mem_substring(error_text(&error),
				     strnlen(error_text(&error), strlen(reason)));

	tap_string(status < 0 ? begins : "good", reason, "%.*s: %s",
		   (int)strcspn(text, "\n"), text, reason);
}

static void bad(const char *text, const char *reason)
{
	refused(text, strlen(text), reason);
}

static void test_good(void)
{
	good("<a/>");
	good("<a ></a >");
	good("\xef\xbb\xbf<?xml version=\"1.0\" encoding='utf-8' standalone=\"no\" ?>\n<a/>");
	good("<!-- c --><?pi?><?pi x?><a><!----><?pi?></a><!-- - -->\n");
	good("<a b='1' c=\"2\" d = '&amp;&lt;&gt;&quot;&apos;&#9;&#x1F427;'>&amp;]]&gt;</a>");
	good("<a><![CDATA[<b>&]]]]><![CDATA[>]]></a>");
	good("<a>\xc3\xa9 ]] ></a>");
	good("<\xc3\xa9t\xc3\xa9 \xc3\xa0=''/>");
	good("<a xmlns='u' xmlns:b='v'><b:c b:d='1' d='2' xml:lang='en'/><e/></a>");
	good("<a xmlns:x='u'><b xmlns:x='v' x:c=''/><c x:c=''/></a>");
	good("<a xmlns:xml='http://www.w3.org/XML/1998/namespace' xmlns=''/>");
	good("<a.b-c_d1/>");
}

static void test_structure(void)
{
	bad("", "line 1, column 1: no element found");
	bad(" \n ", "line 2, column 2: no element found");
	bad("x<a/>", "line 1, column 2: not well-formed (invalid token)");
	bad("<a/>\nx", "line 2, column 1: junk after document element");
	bad("<a/><b/>", "line 1, column 5: junk after document element");
	bad("<a></a><a></a>", "line 1, column 8: junk after document element");
	bad("<a>\n<b></a>", "line 2, column 6: mismatched tag");
	bad("<a>", "line 1, column 4: an element does not end");
	bad("</a>", "line 1, column 2: not well-formed (invalid token)");
	bad("<a/></a>", "line 1, column 6: not well-formed (invalid token)");
	bad("<!DOCTYPE a><a/>",
	    "line 1, column 12: document type declarations are refused");
	bad("<a><?xml version='1.0'?></a>",
	    "line 1, column 4: XML or text declaration not at start of entity");
	bad("<?xml version='1.0' encoding='latin1'?><a/>",
	    "line 1, column 1: the encoding is not UTF-8");
	bad("<?xml encoding='utf-8'?><a/>",
	    "line 1, column 7: XML declaration not well-formed");
}

static void test_markup(void)
{
	bad("<a", "line 1, column 1: unclosed token");
	bad("< a/>", "line 1, column 2: not well-formed (invalid token)");
	bad("<a/ >", "line 1, column 4: not well-formed (invalid token)");
	bad("<1/>", "line 1, column 2: not well-formed (invalid token)");
	bad("<a b/>", "line 1, column 5: not well-formed (invalid token)");
	bad("<a b=c/>", "line 1, column 6: not well-formed (invalid token)");
	bad("<a b='1'c='2'/>", "line 1, column 9: not well-formed (invalid token)");
	bad("<a b='<'/>", "line 1, column 7: not well-formed (invalid token)");
	bad("<a b='/>", "line 1, column 1: unclosed token");
	bad("<a b='' b=''/>", "line 1, column 9: duplicate attribute");
	bad("<a>]]></a>", "line 1, column 6: not well-formed (invalid token)");
	bad("<a>&</a>", "line 1, column 5: not well-formed (invalid token)");
	bad("<a>&nbsp;</a>", "line 1, column 4: undefined entity");
	bad("<a>&#0;</a>", "line 1, column 4: reference to invalid character number");
	bad("<a>&#xD800;</a>", "line 1, column 4: reference to invalid character number");
	bad("<a>&#x110000;</a>",
	    "line 1, column 4: reference to invalid character number");
	bad("<a>&#;</a>", "line 1, column 6: not well-formed (invalid token)");
	bad("<a>\x01</a>", "line 1, column 4: not well-formed (invalid token)");
	bad("<a>\xff</a>", "line 1, column 4: not well-formed (invalid token)");
	bad("<a><!-- -- --></a>", "line 1, column 11: not well-formed (invalid token)");
	bad("<a><!-- ", "line 1, column 4: unclosed token");
	bad("<a><![CDATA[ ", "line 1, column 14: unclosed CDATA section");
	bad("<?pi", "line 1, column 1: unclosed token");
}

static void test_namespaces(void)
{
	bad("<a:b/>", "line 1, column 1: unbound prefix");
	bad("<a><b c:d=''/></a>", "line 1, column 4: unbound prefix");
	bad("<a><b xmlns:c='u'/><c:d/></a>", "line 1, column 20: unbound prefix");
	bad("<a xmlns:b=''/>", "line 1, column 1: must not undeclare prefix");
	bad("<a xmlns:xmlns='u'/>",
	    "line 1, column 1: reserved prefix (xmlns) must not be declared or undeclared");
	bad("<a xmlns:xml='u'/>",
	    "line 1, column 1: reserved prefix (xml) must not be undeclared or bound to another namespace name");
	bad("<a xmlns:b='u' xmlns:c='u' b:d='' c:d=''/>",
	    "line 1, column 1: duplicate attribute");
	bad("<a:b:c/>", "line 1, column 5: not well-formed (invalid token)");
	bad("<:a/>", "line 1, column 2: not well-formed (invalid token)");
}

/* Nothing of a document type declaration is read, and no encoding but UTF-8. */
static void test_hostile(void)
{
	bad("<!DOCTYPE a [<!ENTITY b 'ha'><!ENTITY c '&b;&b;&b;&b;'>]><a>&c;</a>",
	    "line 1, column 13: document type declarations are refused");
	bad("<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>",
	    "line 1, column 40: document type declarations are refused");
	bad("<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>",
	    "line 1, column 13: document type declarations are refused");
	bad("<!DOCTYPE a [<!ENTITY % b SYSTEM 'http://localhost/'> %b;]><a/>",
	    "line 1, column 13: document type declarations are refused");
	bad("<a>&b;</a>", "line 1, column 4: undefined entity");
	bad("<?xml version='1.0' encoding='utf-16'?><a/>",
	    "line 1, column 1: the encoding is not UTF-8");
	bad("<?xml version='2.0'?><a/>", "line 1, column 1: not a version of XML");
	bad("<?xml version='1.'?><a/>", "line 1, column 1: not a version of XML");
#define REFUSED(text, reason) refused(text, sizeof(text) - 1, reason)
	REFUSED("\xff\xfe<\0a\0/\0>\0", "line 1, column 1: the encoding is not UTF-8");
	REFUSED("\xfe\xff\0<\0a\0/\0>", "line 1, column 1: the encoding is not UTF-8");
	REFUSED("<\0a\0/\0>\0", "line 1, column 1: the encoding is not UTF-8");
	REFUSED("\0<\0a\0/\0>", "line 1, column 1: the encoding is not UTF-8");
	REFUSED("<a>\0</a>", "line 1, column 4: not well-formed (invalid token)");
	REFUSED("<a/>\0", "line 1, column 5: not well-formed (invalid token)");
}

static void test_message(void)
{
	CLEANUP(error_free) struct error error = {0}, other = {0};
	CLEANUP(buf_free) struct buf text = {0};

	wellformed_check(checker, "<a>\n<b></a>\n</a>", 16, &error);
	tap_string(error_text(&error), "line 2, column 6: mismatched tag: <b></a>",
		   "the line is shown");
	buf_add_string(&text, "<a>");
	for (int i = 0; i < 100; i++)
		buf_add_string(&text, "1234567890");
	buf_add_string(&text, "</b>");
	wellformed_check(checker, buf_text(&text), text.size, &other);
	tap_ok(strlen(error_text(&other)) ==
		       strlen("line 1, column 1006: mismatched tag: ") + 120,
	       "120 bytes of it at most");
}

static void test_depth(void)
{
	CLEANUP(buf_free) struct buf text = {0};
	CLEANUP(error_free) struct error error = {0};

	for (int i = 0; i < WELLFORMED_DEPTH_MAX; i++)
		buf_add_string(&text, "<a>");
	for (int i = 0; i < WELLFORMED_DEPTH_MAX; i++)
		buf_add_string(&text, "</a>");
	tap_ok(wellformed_check(checker, text.data, text.size, NULL) == 0,
	       "%d elements deep", WELLFORMED_DEPTH_MAX);
	buf_clear(&text);
	for (int i = 0; i <= WELLFORMED_DEPTH_MAX; i++)
		buf_add_string(&text, "<a>\n");
	tap_ok(wellformed_check(checker, text.data, text.size, &error) < 0,
	       "and no more");
	tap_string(error_text(&error),
		   "line 257, column 1: elements are nested too deeply: <a>", "says so");
}

int main(void)
{
	checker = wellformed_new();
	test_good();
	test_structure();
	test_markup();
	test_namespaces();
	test_hostile();
	test_message();
	test_depth();
	wellformed_free(checker);
	return tap_done();
}
