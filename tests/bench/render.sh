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
GOCACHE=$(realpath -m -- "$build")/go-cache
export GOCACHE
go build -o "$work/go-render" tests/bench/render.go
jq -c . "$data" >"$work/one.jsonl"
for ((i = 0; i < machines; i++)); do cat "$work/one.jsonl"; done >"$work/many.jsonl"

vmango-render "$template" <"$data" >"$work/ours"
"$work/go-render" "$template" --data "$data" >"$work/go"
cmp "$work/ours" "$work/go"

# compare TITLE RUNS INPUT ARGUMENT...: medians of elapsed and CPU time, and their ratios.
compare() {
  local title=$1 runs=$2 input=$3
  shift 3
  hyperfine --shell none --warmup 5 --runs "$runs" --export-json "$work/times.json" \
    "$work/go-render $template --data $input $*" \
    "vmango-render $template --data $input $*" \
    "vmango-render $template --escape none --data $input $*" >/dev/null 2>&1
  jq -r --arg title "$title" 'def ms: . * 1e5 | round / 100;
    def ratio($other): . / $other * 100 | round / 100;
    [.results[] | {time: .median, cpu: (.user + .system)}] as [$go, $xml, $plain] |
    "\($title): Go \($go.time | ms) ms (CPU \($go.cpu | ms))",
    "  vmango-render      \($xml.time | ms) ms, \($xml.time | ratio($go.time)) of Go (CPU \($xml.cpu | ratio($go.cpu)))",
    "  without XML checks \($plain.time | ms) ms, \($plain.time | ratio($go.time)) of Go (CPU \($plain.cpu | ratio($go.cpu)))"' \
    "$work/times.json"
}

compare "one domain, a process" "$runs" "$data"
compare "$machines domains, one process" 10 "$work/many.jsonl" --json-lines
