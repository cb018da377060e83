// SPDX-License-Identifier: GPL-2.0-or-later

// What vmango-render is measured against: TEMPLATE --data FILE [--json-lines] by
// text/template, one document, or one for each line, in one process.
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
	file, err := os.Open(os.Args[3])
	if err != nil {
		panic(err)
	}
	decoder := json.NewDecoder(bufio.NewReader(file))
	lines := len(os.Args) > 4 && os.Args[4] == "--json-lines"
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
