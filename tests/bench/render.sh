#!/usr/bin/env bash
# vmango-render against a compiled Go program that renders the same domain template: the time
# of a process, and 10,000 machines in one process. The XML is the same to the byte.
set -euo pipefail

build=${BUILD:?}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
template=tests/fixtures/render/vm.xml.in
data=tests/fixtures/render/web-1.json
runs=${RENDER_RUNS:-500}
machines=10000

export GO111MODULE=off GOFLAGS="" GOTOOLCHAIN=local
GOCACHE=$(cd "$build" && pwd)/go-cache
export GOCACHE
go build -o "$work/go-render" tests/bench/render.go
jq -c . "$data" >"$work/one.jsonl"
for ((i = 0; i < machines; i++)); do cat "$work/one.jsonl"; done >"$work/many.jsonl"

vmango-render "$template" <"$data" >"$work/ours"
"$work/go-render" "$template" <"$data" >"$work/go"
cmp "$work/ours" "$work/go"

# compare TITLE RUNS INPUT ARGUMENT...: mean times, and each as a ratio to Go's.
compare() {
  local title=$1 runs=$2 input=$3
  shift 3
  hyperfine --shell sh --warmup 5 --runs "$runs" --export-json "$work/times.json" \
    "$work/go-render $template $* <$input >/dev/null" \
    "vmango-render $template $* <$input >/dev/null" \
    "vmango-render $template --escape none $* <$input >/dev/null" >/dev/null 2>&1
  jq -r --arg title "$title" '[.results[].mean] as $t |
    "\($title): Go \($t[0] * 1e5 | round / 100) ms; vmango-render \($t[1] * 1e5 | round / 100) ms (\($t[1] / $t[0] * 100 | round / 100) of Go), " +
    "without XML checks \($t[2] * 1e5 | round / 100) ms (\($t[2] / $t[0] * 100 | round / 100) of Go)"' \
    "$work/times.json"
}

compare "one domain, a process" "$runs" "$data"
compare "$machines domains, one process" 10 "$work/many.jsonl" --json-lines
