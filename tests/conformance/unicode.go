// SPDX-License-Identifier: GPL-2.0-or-later

// Prints provision/template/unicode_tables.c: the code points that Go takes for letters,
// decimal digits and printable characters.
package main

import (
	"fmt"
	"strings"
	"unicode"
)

func table(name string, is func(rune) bool) {
	var ranges []string
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if !is(r) {
			continue
		}
		first := r
		for r < unicode.MaxRune && is(r+1) {
			r++
		}
		ranges = append(ranges, fmt.Sprintf("{0x%04x, 0x%04x}", first, r))
	}
	fmt.Printf("\nconst struct unicode_range unicode_%s[] = {\n", name)
	line := ""
	for i, text := range ranges {
		if i < len(ranges)-1 {
			text += ","
		}
		if line != "" && 8+len(line)+1+len(text) > 90 {
			fmt.Printf("\t%s\n", line)
			line = ""
		}
		line = strings.TrimLeft(line+" "+text, " ")
	}
	fmt.Printf("\t%s};\n", line)
	fmt.Printf("const size_t unicode_%s_count = ARRAY_LENGTH(unicode_%s);\n", name, name)
}

func main() {
	fmt.Printf("/* SPDX-License-Identifier: GPL-2.0-or-later */\n")
	fmt.Printf("/* Unicode %s as Go has it; made by tests/conformance/unicode.go. */\n", unicode.Version)
	fmt.Printf("#include \"common/mem.h\"\n#include \"provision/template/unicode.h\"\n")
	table("letters", unicode.IsLetter)
	table("digits", unicode.IsDigit)
	table("printable", unicode.IsPrint)
}
