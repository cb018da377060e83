// SPDX-License-Identifier: GPL-2.0-or-later

// What vmango-render is measured against: text/template on JSON from standard input, one
// document, or with --json-lines one for each line, in one process.
package main

import (
	"bufio"
	"encoding/json"
	"os"
	"text/template"
)

func main() {
	t := template.Must(template.ParseFiles(os.Args[1])).Option("missingkey=error")
	out := bufio.NewWriter(os.Stdout)
	decoder := json.NewDecoder(bufio.NewReader(os.Stdin))
	lines := len(os.Args) > 2 && os.Args[2] == "--json-lines"
	for first := true; first || lines; first = false {
		var data any
		if err := decoder.Decode(&data); err != nil {
			if lines && !first {
				break
			}
			panic(err)
		}
		if err := t.Execute(out, data); err != nil {
			panic(err)
		}
	}
	if err := out.Flush(); err != nil {
		panic(err)
	}
}
