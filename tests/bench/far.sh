#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Machines that are defined, not started, and have leases, on a hypervisor of its own, as root. Over a link
# of 50 ms: plan, status and list of 10 and 100, with the round trips that they take, beside `virsh list` and
# `virsh net-dhcp-leases`; promised are 1.5 s for ten. Without delay: time a machine of 10, 100 and 1,000, which
# is not to grow. Medians.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
templates=$(cd "$here/../../packaging/templates" && pwd)
lab=$here/../lab/hypervisor
[ -n "${BUILD:-}" ] || { echo "usage: make bench" >&2; exit 2; }
[ "$EUID" -eq 0 ] || { echo "far: only root can make a hypervisor" >&2; exit 3; }
build=$(cd "$BUILD" && pwd)
PATH=$build:$PATH
name=bench-far-$$
rounds=${RUNS:-5}
folder=$(mktemp -d)
trap '[ -z "${link-}" ] || kill "$link"; "$lab" down "$name"; rm -rf "$folder"' EXIT
trap 'exit 1' INT TERM

inside() {
  "$lab" exec "$name" "$@"
}

virsh_lab() {
  virsh --quiet --connect "$near" "$@"
}

# A network with room for a thousand; its leases are written below.
network() {
  virsh_lab net-define /dev/stdin >/dev/null <<XML
<network><name>wide</name><bridge name='virbr-wide'/>
<ip address='10.9.0.1' netmask='255.255.0.0'><dhcp><range start='10.9.1.0' end='10.9.255.254'/></dhcp></ip></network>
XML
  virsh_lab net-start wide >/dev/null
}

# batch COUNT
batch() {
  cat >"$folder/lab.ini" <<INI
batch = far
[hypervisor local]
url = $near
network = wide
vm_template = $templates/vm.xml.in
volume_template = $templates/volume.xml.in
[plan tiny]
memory = 32
disk_size = 2
[machine web-{1..$1}]
plan = tiny
image = Debian-12
ip = dhcp
INI
}

# more FIRST LAST: machines like web-1, with the identity that apply would give them.
more() {
  python3 - "$folder" "$1" "$2" <<'PY'
import re, sys, uuid
folder, first, last = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
like = open(folder + '/web-1.xml').read()
old = re.search('<uuid>(.*)</uuid>', like).group(1)
space = uuid.UUID('9cb1d1a4-6a2b-4c0e-8f0b-2f2b7a0f5c11')
def mac(identity):
    return '52:54:00:%s:%s:%s' % (identity[0:2], identity[2:4], identity[4:6])
for number in range(first, last + 1):
    new = str(uuid.uuid5(space, 'far/web-%d' % number))
    text = like.replace(old, new).replace(mac(old), mac(new))
    open('%s/web-%d.xml' % (folder, number), 'w').write(re.sub(r'\bweb-1\b|\bweb-1(?=_)', 'web-%d' % number, text))
    print('define %s/web-%d.xml' % (folder, number))
PY
}

# grow FIRST LAST: defines them, with their volumes.
grow() {
  more "$1" "$2" >"$folder/define"
  # shellcheck disable=SC2016 # for the inside
  inside sh -c 'cd /var/lib/libvirt/images; for i in $(seq "$1" "$2"); do
    cp web-1_disk "web-${i}_disk"; cp web-1_config.iso "web-${i}_config.iso"; done' sh "$1" "$2"
  virsh --quiet --connect "$near" <"$folder/define" >/dev/null
  virsh_lab pool-refresh default >/dev/null
}

# leases COUNT: one for each machine.
leases() {
  virsh_lab list --all --name | grep . | head -n "$1" | while read -r machine; do
    grep -o "mac address='[^']*" "$folder/$machine.xml" | cut -d "'" -f 2
  done | jq -nR '[inputs] | to_entries | map({"ip-address": "10.9.\(.key / 250 | floor + 1).\(.key % 250 + 1)",
    "mac-address": .value, "hostname": "guest-\(.key)", "expiry-time": 4000000000})' >"$folder/status"
  inside cp "$folder/status" /var/lib/libvirt/dnsmasq/virbr-wide.status
}

# ms COMMAND...: the median of some runs; a status of 1 or 4 says that there is something to do.
ms() {
  local begin status i
  for ((i = 0; i < rounds; i++)); do
    begin=${EPOCHREALTIME/[.,]/}
    status=0
    "$@" >"$folder/output" 2>&1 </dev/null || status=$?
    echo $(((${EPOCHREALTIME/[.,]/} - begin) / 1000))
    case $status in 0 | 1 | 4) ;; *) cat "$folder/output" >&2 && return 1 ;; esac
  done | sort -n | awk '{ of[NR] = $1 } END { print of[int((NR + 1) / 2)] }'
}

# trips COMMAND...: round trips over the link.
trips() {
  local before after
  before=$(cut -d ' ' -f 3 "$folder/link.count")
  "$@" >/dev/null 2>&1 </dev/null || :
  after=$(cut -d ' ' -f 3 "$folder/link.count")
  echo $((after - before))
}

# row COUNT TITLE COMMAND...
row() {
  printf '%s\t%s\t%s\t%s\n' "$1" "$2" "$(ms "${@:3}")" "$(trips "${@:3}")"
}

near=$("$lab" up "$name" --no-system --no-firewall)
network
batch 1
vmango-provision apply -q --wait 0 "$folder/lab.ini" >/dev/null
vmango-provision stop -q --graceful 0 "$folder/lab.ini" >/dev/null
virsh_lab dumpxml --inactive web-1 >"$folder/web-1.xml"
cc -O2 -o "$folder/slow_link" "$here/../lab/slow_link.c"
"$folder/slow_link" "$folder/link" "${near#*socket=}" 50 "$folder/link.count" &
link=$!
far="qemu+unix:///system?socket=$folder/link"
printf 'machines\tover 50 ms\tms\tround trips\n' >"$folder/far"
printf 'machines\tplan ms\tstatus ms\tlist ms\tplan\tstatus\tlist: ms a machine\n' >"$folder/near"
had=1
for count in 10 100 1000; do
  grow $((had + 1)) $count
  batch $count
  leases $count
  had=$count
  plan=$(ms vmango-provision plan "$folder/lab.ini")
  status=$(ms vmango-provision status "$folder/lab.ini")
  list=$(ms vmango-leases list -c "$near")
  awk -v OFS='\t' -v count=$count -v plan="$plan" -v status="$status" -v list="$list" 'BEGIN {
    print count, plan, status, list, sprintf("%.2f", plan / count), sprintf("%.2f", status / count),
      sprintf("%.2f", list / count) }' >>"$folder/near"
  ((count <= 100)) || continue
  {
    row $count plan vmango-provision plan -c "$far" "$folder/lab.ini"
    row $count status vmango-provision status -c "$far" "$folder/lab.ini"
    row $count 'leases list' vmango-leases list -c "$far"
    row $count 'virsh list --all' virsh --connect "$far" list --all
    row $count 'virsh net-dhcp-leases' virsh --connect "$far" net-dhcp-leases wide
  } >>"$folder/far"
done
column -t -s $'\t' "$folder/far"
column -t -s $'\t' "$folder/near"
