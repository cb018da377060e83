// SPDX-License-Identifier: GPL-2.0-or-later

// Runs the cases of the table files given with real Go and compares the results; --write
// prints the table with Go's results put in, --seeds DIRECTORY makes seeds for the fuzz
// targets out of some of the cases. README.md tells the format.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"runtime"
	"strconv"
	"strings"
	"text/template"
)

type testCase struct {
	line     int
	template []string
	data     string
	missing  string
	files    [][2]string
	output   []string
	errors   []string
	since    string
	ours     bool
}

// number decodes as the C engine does: integers stay integers.
func number(text json.Number) any {
	if !strings.ContainsAny(string(text), ".eE") {
		if n, err := strconv.ParseInt(string(text), 10, 64); err == nil {
			return int(n)
		}
		if n, err := strconv.ParseUint(string(text), 10, 64); err == nil {
			return n
		}
	}
	n, err := text.Float64()
	if err != nil || math.IsInf(n, 0) {
		panic("number out of range in the data of a case: " + text)
	}
	return n
}

func numbers(value any) any {
	switch value := value.(type) {
	case json.Number:
		return number(value)
	case []any:
		// The capacity is the length, so that slice has nothing behind the end.
		list := make([]any, len(value))
		for i, element := range value {
			list[i] = numbers(element)
		}
		return list
	case map[string]any:
		for key, member := range value {
			value[key] = numbers(member)
		}
	}
	return value
}

func decode(text string) any {
	var value any
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&value); err != nil {
		panic(fmt.Sprintf("data %s: %v", text, err))
	}
	return numbers(value)
}

// reason is what remains of a message without the place.
func reason(err error) string {
	text := strings.TrimPrefix(err.Error(), "template: ")
	if at := strings.Index(text, "executing \""); at >= 0 {
		if at = strings.Index(text, ">: "); at >= 0 {
			return text[at+3:]
		}
	}
	parts := strings.SplitN(text, ": ", 2)
	if len(parts) == 2 && strings.Contains(parts[0], ":") {
		text = parts[1]
	}
	return strings.TrimPrefix(text, "template: ")
}

func run(c *testCase) (output string, err error) {
	t := template.New("main").Option("missingkey=" + c.missing)
	if t, err = t.Parse(strings.Join(c.template, "\n")); err != nil {
		return "", err
	}
	for _, file := range c.files {
		if _, err = t.New(file[0]).Parse(file[1]); err != nil {
			return "", err
		}
	}
	var out bytes.Buffer
	err = t.Execute(&out, decode(c.data))
	return out.String(), err
}

func older(version string) bool {
	var have, want [2]int
	fmt.Sscanf(runtime.Version(), "go%d.%d", &have[0], &have[1])
	fmt.Sscanf(version, "%d.%d", &want[0], &want[1])
	return have[0] < want[0] || have[0] == want[0] && have[1] < want[1]
}

// unmark takes the mark off a line: "< text", or "<q" and a Go string; "|" goes on.
func unmark(line string) string {
	if len(line) > 1 && line[1] == 'q' {
		text, err := strconv.Unquote(strings.TrimSpace(line[2:]))
		if err != nil {
			panic("not a Go string: " + line)
		}
		return text
	}
	return strings.TrimPrefix(line[1:], " ")
}

func mark(mark, text string) string {
	for _, line := range strings.Split(text, "\n") {
		if line != strings.TrimRight(line, " \t") || strings.ContainsAny(line, "\r\t\x00") ||
			!strings.Contains(strconv.Quote(line), strings.ReplaceAll(strings.ReplaceAll(line, `\`, `\\`), `"`, `\"`)) {
			return mark + "q " + strconv.Quote(text)
		}
	}
	return strings.TrimRight(mark+" "+strings.ReplaceAll(text, "\n", "\n| "), " ")
}

type report struct {
	write         bool
	seeds         string // directory
	seen          int
	cases, failed int
	held          int
}

// seed writes some of the cases for the target of templates, others with their data and
// files for the target of both.
func (r *report) seed(c *testCase) {
	text := strings.Join(c.template, "\n")
	put := func(target, content string) {
		path := fmt.Sprintf("%s/%s/table-%03d", r.seeds, target, r.seen)
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			panic(err)
		}
	}
	r.seen++
	if len(c.files) > 0 || r.seen%25 == 0 {
		both := text + "\x00" + strings.TrimSpace(c.data)
		for _, file := range c.files {
			both += "\x00" + file[1]
		}
		put("template_both", both)
	} else if r.seen%16 == 0 {
		put("template", text)
	}
}

func (r *report) finish(name string, c *testCase) {
	if len(c.template) == 0 {
		return
	}
	if r.seeds != "" {
		r.seed(c)
		return
	}
	if c.ours || older(c.since) {
		r.held++
		if r.write {
			for _, e := range c.errors {
				fmt.Println(mark("!", e))
			}
			if c.output != nil {
				fmt.Println(mark(">", strings.Join(c.output, "\n")))
			}
		}
		return
	}
	r.cases++
	output, err := run(c)
	switch {
	case r.write && err != nil:
		fmt.Println(mark("!", reason(err)))
	case r.write:
		fmt.Println(mark(">", output))
	case err != nil && (len(c.errors) == 0 || !strings.Contains(reason(err), c.errors[0])):
		r.failed++
		fmt.Printf("%s:%d: Go fails with %q, the table has %q\n", name, c.line, reason(err), c.errors)
	case err == nil && (c.output == nil || strings.Join(c.output, "\n") != output):
		r.failed++
		fmt.Printf("%s:%d: Go gives %q, the table has %q %q\n", name, c.line, output, c.output, c.errors)
	}
}

func (r *report) option(c *testCase, text string) {
	words := strings.SplitN(strings.TrimSpace(text), " ", 2)
	switch words[0] {
	case "missing":
		c.missing = words[1]
	case "since":
		c.since = words[1]
	case "file":
		parts := strings.SplitN(words[1], " ", 2)
		c.files = append(c.files, [2]string{parts[0], parts[1]})
	default:
		c.ours = true
	}
}

func (r *report) file(name string) {
	file, err := os.Open(name)
	if err != nil {
		panic(err)
	}
	defer file.Close()
	c := &testCase{data: "null", missing: "default"}
	scanner := bufio.NewScanner(file)
	scanner.Buffer(nil, 1<<20)
	var last *[]string
	for number := 1; scanner.Scan(); number++ {
		line := scanner.Text()
		kind := byte('\n')
		if line != "" {
			kind = line[0]
		}
		if len(c.template) > 0 && kind != '|' && kind != '>' && kind != '!' {
			r.finish(name, c)
			c = &testCase{data: c.data, missing: "default"}
		}
		switch kind {
		case '@':
			c.data = line[1:]
		case '%':
			r.option(c, line[1:])
		case '<':
			c.line = number
			last = &c.template
		case '>':
			last = &c.output
		case '!':
			last = &c.errors
		}
		if strings.IndexByte("<>!|", kind) >= 0 {
			*last = append(*last, unmark(line))
		}
		results := last == &c.output || last == &c.errors
		if r.write && !(results && strings.IndexByte(">!|", kind) >= 0) {
			fmt.Println(line)
		}
	}
	r.finish(name, c)
}

func main() {
	r := &report{}
	for i := 1; i < len(os.Args); i++ {
		switch os.Args[i] {
		case "--write":
			r.write = true
		case "--seeds":
			i++
			r.seeds = os.Args[i]
		default:
			r.file(os.Args[i])
		}
	}
	if r.write || r.seeds != "" {
		return
	}
	fmt.Printf("%s: %d cases, %d failed; %d not run: newer or not Go's\n", runtime.Version(), r.cases, r.failed, r.held)
	if r.failed > 0 || r.cases == 0 {
		os.Exit(1)
	}
}
