#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# vmango-leases beside virsh net-dhcp-leases, on the same status file of a network in the lab, and
# alone where libvirt's protocol ends (65,536 leases in an answer). Medians; ratios within one run.
set -euo pipefail

lab=$(cd "$(dirname "$0")/../lab" && pwd)
name=bench-leases-$$
runs=${RUNS:-10}
work=$(mktemp -d)
trap '"$lab/hypervisor" down "$name"; rm -rf "$work"' EXIT
[ -n "${BUILD:-}" ] || { echo "usage: make bench" >&2; exit 2; }

VMANGO_HOOK=none "$lab/hypervisor" up "$name" --no-image >/dev/null

inside() {
  "$lab/hypervisor" exec "$name" "$@"
}

# leases_of COUNT: as many leases, as libvirt_leaseshelper writes them.
leases_of() {
  jq -n --argjson count "$1" '
    def hex: [(. / 16 | floor), . % 16] | map("0123456789abcdef"[.:. + 1]) | add;
    [range($count) | [(. / 65536 | floor), (. / 256 | floor) % 256, . % 256] as $at |
      {"ip-address": "10.\($at | map(tostring) | join("."))",
       "mac-address": "52:54:01:\($at | map(hex) | join(":"))",
       "hostname": "guest-\(.)",
       "client-id": "ff:b5:5e:67:ff:00:02:00:00:ab:11:\($at | map(hex) | join(":"))",
       "expiry-time": 4000000000}]' >"$work/status"
  inside cp "$work/status" /var/lib/libvirt/dnsmasq/virbr-vmango.status
}

# median COMMAND...: milliseconds.
median() {
  inside hyperfine --warmup 1 --runs "$runs" --style none --export-json "$work/figures" -N "$*" >/dev/null
  jq '.results[0].median * 1000' "$work/figures"
}

# figure TITLE OURS THEIRS
figure() {
  awk -v OFS='\t' -v title="$1" -v ours="$2" -v theirs="${3:-0}" 'BEGIN {
    print title, sprintf("%.0f", ours), theirs ? sprintf("%.0f", theirs) : "-",
      theirs ? sprintf("%.3f", ours / theirs) : "-" }'
}

# peak COMMAND...: KiB of memory.
peak() {
  inside python3 -c 'import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)' "$@"
}

{
  printf 'leases\tours ms\tvirsh ms\tours/virsh\n'
  for count in 1000 60000; do
    leases_of "$count"
    figure "list $count" "$(median vmango-leases list)" "$(median virsh net-dhcp-leases vmango)"
    figure "resolve one of $count by MAC" "$(median vmango-leases resolve 52:54:01:00:00:07)" \
      "$(median virsh net-dhcp-leases vmango --mac 52:54:01:00:00:07)"
    figure "resolve one of $count by host name" "$(median vmango-leases resolve guest-7)" \
      "$(median virsh net-dhcp-leases vmango)"
  done
  leases_of 100000
  figure 'list 100000' "$(median vmango-leases list)"
  figure 'list 100000 as JSON' "$(median vmango-leases list -o json)"
  figure 'resolve one of 100000 by host name' "$(median vmango-leases resolve guest-7)"
} | column -t -s $'\t'
{
  printf 'leases\tfile KiB\tpeak KiB\tpeak/file\n'
  for count in 25000 50000 100000; do
    leases_of "$count"
    peak vmango-leases list | awk -v OFS='\t' -v count="$count" \
      -v file=$(($(stat -c %s "$work/status") / 1024)) '{print count, file, $1, sprintf("%.2f", $1 / file)}'
  done
} | column -t -s $'\t'
