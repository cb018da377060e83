/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which documents are well-formed, and what is said of the others. */
#include <stdlib.h>
#include <string.h>

#include "common/buf.h"
#include "common/cleanup.h"
#include "provision/template/wellformed.h"
#include "tests/unit/tap.h"

static void good(const char *text)
{
	CLEANUP(error_free) struct error error = {0};

	tap_string(wellformed_check(text, strlen(text), &error) < 0 ? error_text(&error)
								    : "good",
		   "good", "%.*s", (int)strcspn(text, "\n"), text);
}

static void bad(const char *text, const char *reason)
{
	CLEANUP(error_free) struct error error = {0};

	tap_string(wellformed_check(text, strlen(text), &error) < 0 ? error_text(&error)
								    : "good",
		   reason, "%.*s", (int)strcspn(text, "\n"), text);
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
	bad("", "line 1, column 1: no element: ");
	bad(" \n ", "line 2, column 2: no element:  ");
	bad("x<a/>", "line 1, column 1: text outside of an element: x<a/>");
	bad("<a/>\nx", "line 2, column 1: text outside of an element: x");
	bad("<a/><b/>", "line 1, column 5: a second element: <a/><b/>");
	bad("<a></a><a></a>", "line 1, column 8: a second element: <a></a><a></a>");
	bad("<a>\n<b></a>", "line 2, column 4: the end of another element: <b></a>");
	bad("<a>", "line 1, column 4: an element does not end: <a>");
	bad("</a>", "line 1, column 1: the end of no element: </a>");
	bad("<a/></a>", "line 1, column 5: the end of no element: <a/></a>");
	bad("<!DOCTYPE a><a/>",
	    "line 1, column 1: document type declarations are refused: <!DOCTYPE a><a/>");
	bad("<a><?xml version='1.0'?></a>",
	    "line 1, column 4: the XML declaration stands "
	    "at the beginning: <a><?xml version='1.0'?></a>");
	bad("<?xml version='1.0' encoding='latin1'?><a/>",
	    "line 1, column 38: the encoding is not UTF-8: "
	    "<?xml version='1.0' encoding='latin1'?><a/>");
	bad("<?xml encoding='utf-8'?><a/>",
	    "line 1, column 6: not an XML declaration: <?xml encoding='utf-8'?><a/>");
}

static void test_markup(void)
{
	bad("<a", "line 1, column 3: not a tag: <a");
	bad("< a/>", "line 1, column 1: not a tag: < a/>");
	bad("<a/ >", "line 1, column 4: not a tag: <a/ >");
	bad("<1/>", "line 1, column 1: not a tag: <1/>");
	bad("<a b/>", "line 1, column 5: an attribute has no value: <a b/>");
	bad("<a b=c/>", "line 1, column 6: an attribute has no value: <a b=c/>");
	bad("<a b='1'c='2'/>", "line 1, column 9: not a tag: <a b='1'c='2'/>");
	bad("<a b='<'/>", "line 1, column 7: \"<\" in an attribute: <a b='<'/>");
	bad("<a b='/>", "line 1, column 9: an attribute does not end: <a b='/>");
	bad("<a b='' b=''/>",
	    "line 1, column 1: an attribute stands there twice: <a b='' b=''/>");
	bad("<a>]]></a>", "line 1, column 4: \"]]>\" in text: <a>]]></a>");
	bad("<a>&</a>", "line 1, column 4: \"&\" that is no reference: <a>&</a>");
	bad("<a>&nbsp;</a>",
	    "line 1, column 4: \"&\" that is no reference: <a>&nbsp;</a>");
	bad("<a>&#0;</a>", "line 1, column 6: not a character reference: <a>&#0;</a>");
	bad("<a>&#xD800;</a>",
	    "line 1, column 6: not a character reference: <a>&#xD800;</a>");
	bad("<a>&#x110000;</a>",
	    "line 1, column 6: not a character reference: <a>&#x110000;</a>");
	bad("<a>&#;</a>", "line 1, column 6: not a character reference: <a>&#;</a>");
	bad("<a>\x01</a>", "line 1, column 4: not a character of XML: <a>\x01</a>");
	bad("<a>\xff</a>", "line 1, column 4: not a character of XML: <a>\xff</a>");
	bad("<a><!-- -- --></a>",
	    "line 1, column 4: \"--\" in a comment: <a><!-- -- --></a>");
	bad("<a><!-- ", "line 1, column 8: it does not end: <a><!-- ");
	bad("<a><![CDATA[ ", "line 1, column 13: it does not end: <a><![CDATA[ ");
	bad("<?pi", "line 1, column 5: white space is missing: <?pi");
}

static void test_namespaces(void)
{
	bad("<a:b/>",
	    "line 1, column 1: a namespace prefix that is not declared: <a:b/>");
	bad("<a><b c:d=''/></a>", "line 1, column 4: a namespace prefix that is not "
				  "declared: <a><b c:d=''/></a>");
	bad("<a><b xmlns:c='u'/><c:d/></a>",
	    "line 1, column 20: a namespace prefix that is not declared: "
	    "<a><b xmlns:c='u'/><c:d/></a>");
	bad("<a xmlns:b=''/>",
	    "line 1, column 1: a namespace prefix for nothing: <a xmlns:b=''/>");
	bad("<a xmlns:xmlns='u'/>",
	    "line 1, column 1: a reserved namespace: <a xmlns:xmlns='u'/>");
	bad("<a xmlns:xml='u'/>",
	    "line 1, column 1: a reserved namespace: <a xmlns:xml='u'/>");
	bad("<a xmlns:b='u' xmlns:c='u' b:d='' c:d=''/>",
	    "line 1, column 1: an attribute stands there twice: "
	    "<a xmlns:b='u' xmlns:c='u' b:d='' c:d=''/>");
	bad("<a:b:c/>",
	    "line 1, column 1: a name with colons in the wrong place: <a:b:c/>");
	bad("<:a/>", "line 1, column 1: a name with colons in the wrong place: <:a/>");
}

static void test_depth(void)
{
	CLEANUP(buf_free) struct buf text = {0};
	CLEANUP(error_free) struct error error = {0};

	for (int i = 0; i < WELLFORMED_DEPTH_MAX; i++)
		buf_add_string(&text, "<a>");
	for (int i = 0; i < WELLFORMED_DEPTH_MAX; i++)
		buf_add_string(&text, "</a>");
	tap_ok(wellformed_check(text.data, text.size, NULL) == 0, "%d elements deep",
	       WELLFORMED_DEPTH_MAX);
	buf_clear(&text);
	for (int i = 0; i <= WELLFORMED_DEPTH_MAX; i++)
		buf_add_string(&text, "<a>\n");
	tap_ok(wellformed_check(text.data, text.size, &error) < 0, "and no more");
	tap_string(error_text(&error),
		   "line 257, column 1: elements nested too deeply: <a>", "says so");
}

int main(void)
{
	test_good();
	test_structure();
	test_markup();
	test_namespaces();
	test_depth();
	return tap_done();
}
