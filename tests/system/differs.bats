# SPDX-License-Identifier: GPL-2.0-or-later
# A machine that is not as its batch says, because the batch, its template or somebody else has changed
# it: rows of the table in tests/README.md.
# shellcheck disable=SC2154 # run sets stderr
bats_require_minimum_version 1.5.0

setup_file() {
  load lab
  load lease-clients
  lab_up one --no-system --no-firewall
  clients_up one
  lab_virsh one net-define /dev/stdin <<'EOF2'
<network><name>other</name><bridge name='virbr-other'/>
<ip address='10.20.0.1' netmask='255.255.255.0'><dhcp><range start='10.20.0.10' end='10.20.0.99'/></dhcp></ip>
</network>
EOF2
  lab_virsh one net-start other
}

teardown_file() {
  load lab
  load lease-clients
  clients_down
  lab_down
}

setup() {
  load lab
  load lease-clients
  batch=$BATS_TEST_TMPDIR/lab.ini
  template=$BATS_TEST_TMPDIR/vm.xml.in
  cp "$BATS_TEST_DIRNAME/../../packaging/templates/vm.xml.in" "$template"
  write_batch >"$batch"
  run -0 --separate-stderr vmango-provision apply -q --wait 0 "$batch"
}

teardown() {
  vmango-provision destroy -q --yes "$batch" >/dev/null
  [ -z "$(lab_virsh one list --all --name)" ]
  [ "$(reservations vmango)$(reservations other)" = 00 ]
}

# Nobody waits for its guest, so it may be too small to boot.
write_batch() {
  cat <<EOF2
batch = shop

$(lab_section one | sed "s|^vm_template = .*|vm_template = $template|")
network = vmango

[plan tiny]
memory = 32
disk_size = 2

[machine web-1]
plan = tiny
image = Debian-12
EOF2
}

edit() {
  sed -i "$1" "${2-$batch}"
}

reservations() {
  lab_virsh one net-dumpxml --inactive "$1" | grep -c "<host "
}

provision() {
  run --separate-stderr vmango-provision "$@"
  echo "$output"
  echo "$stderr"
}

# fields: what plan would change, and how; what only waits for the next start is not changed.
fields() {
  vmango-provision plan -q -o json "$batch" | jq -r '.[0].Changes[] | select(.How != "next start") | "\(.Field): \(.From) -> \(.To): \(.How)"'
}

# waits: what status says to wait for the next start.
waits() {
  vmango-provision status -q -o json "$batch" | jq -r '.[0].Waits[] | "\(.Field): \(.From) -> \(.To)"'
}

# one_line FIELDS: as messages have them.
one_line() {
  sed 's/: in place$//; s/: not possible$/ (not possible)/' <<<"$1" | paste -sd ';' | sed 's/;/; /g'
}

# differs FIELDS: apply alone says it twice, and changes nothing.
differs() {
  [ "$(fields)" = "$1" ]
  for _ in 1 2; do
    provision apply -o tsv --wait 0 "$batch"
    [ "$status" -eq 1 ]
    [[ $output == web-1$'\t'kept$'\t'running* ]]
    [[ $stderr == *"web-1: differs from the batch: $(one_line "$1")"* ]]
  done
  provision status -o tsv "$batch"
  [ "$status" -eq 1 ]
  [ "$(fields)" = "$1" ]
}

# updated [OPTION]...: apply --update changes it, and after it nothing differs from the batch.
updated() {
  provision apply --update "$@" -o tsv --wait 0 "$batch"
  [ "$status" -eq 0 ]
  [[ $output == web-1$'\t'updated$'\t'running* ]]
  provision apply -o tsv --wait 0 "$batch"
  [ "$status" -eq 0 ]
  [[ $output == web-1$'\t'kept$'\t'running* ]]
}

# waiting WHAT: status says so until reboot brings it about.
waiting() {
  provision status -o tsv "$batch"
  [ "$status" -eq 1 ]
  [[ $output == web-1$'\t'waits$'\t'running* ]]
  [[ $stderr == *"web-1: not in effect yet: $1"*"vmango-provision reboot -m web-1 $batch"* ]]
  [ "$(waits)" = "$1" ]
  provision apply -o tsv --wait 0 "$batch"
  [ "$status" -eq 0 ]
  [[ $output == web-1$'\t'kept$'\t'running* ]]
  [[ $stderr == *"web-1: not in effect yet: $1"* ]]
  provision reboot --graceful 0 -o tsv "$batch"
  [ "$status" -eq 0 ]
  ready
}

ready() {
  provision status -o tsv "$batch"
  [ "$status" -eq 0 ]
  [[ $output == web-1$'\t'ready$'\t'running* ]]
  [ -z "$(waits)$(fields)" ]
}

# nic [OPTION]: what its NIC is connected to.
nic() {
  lab_virsh one domiflist "$@" web-1 | awk 'NF { print $3, $4 }'
}

# address: what status says, and which source has it.
address() {
  vmango-provision status -q -o json "$batch" | jq -r '.[0] | "\(.Ip.Address) \(.AddressSource)"'
}

@test "network = changed: the NIC moves with --update at the next start, its reservation at once" {
  [ "$(address)" = '192.168.124.100 static' ]
  edit 's/^network = .*/network = other/'
  differs $'Network: vmango -> other: in place\nIp.Address: 192.168.124.100 -> auto: in place'
  [ "$(reservations vmango)$(reservations other)" = 10 ]
  updated
  [[ $stderr != *'takes effect'* ]]
  [ "$(reservations vmango)$(reservations other)" = 01 ]
  # The guest is still on the old network, where it has nothing any more.
  [ "$(nic)" = 'vmango virtio' ]
  [ "$(nic --inactive)" = 'other virtio' ]
  [ "$(address)" = 'null null' ]
  waiting 'Network: vmango -> other'
  [ "$(nic)" = 'other virtio' ]
  [ "$(address)" = '10.20.0.10 static' ]
}

@test "network = changed: with --hotplug the NIC of a running guest moves at once" {
  id=$(lab_virsh one domid web-1)
  edit 's/^network = .*/network = other/'
  updated --hotplug
  [ "$(nic)" = 'other virtio' ]
  [ "$(lab_virsh one domid web-1)" = "$id" ]
  [ "$(lab_virsh one domif-getlink web-1 "$(lab_virsh one domiflist web-1 | awk 'NF { print $1 }')" | awk '{ print $2 }')" = up ]
  ready
  run -2 --separate-stderr vmango-provision apply --hotplug "$batch"
  [[ $stderr == *'--hotplug is only for --update'* ]]
}

@test "network = changed: an update that is killed at any point is finished by the next" {
  local point network=vmango step=3
  [ -z "${LONG-}" ] || step=1
  # Some of the points, all of them with LONG=1.
  for ((point = 2; point < 40; point += step)); do
    [ "$network" = vmango ] && network=other || network=vmango
    edit "s/^network = .*/network = $network/"
    status=0
    VMANGO_TEST_POINT=$point:9 vmango-provision apply --update -q --wait 0 "$batch" >/dev/null || status=$?
    [ "$status" -ne 0 ] || break
    [ "$status" -eq 137 ]
    run -0 vmango-provision apply --update -q --wait 0 "$batch"
    [ "$(nic --inactive)" = "$network virtio" ]
    [ "$(reservations "$network")" -eq 1 ]
    [ "$(reservations vmango)$(reservations other)" != 11 ]
    [ -z "$(fields)" ]
  done
  [ "$point" -gt 8 ]
}

@test "network = changed to one that does not have the batch's address: an error before anything changes" {
  edit 's/^image = .*/&\nip = 192.168.124.50/'
  edit 's/^network = .*/network = other/'
  for verb in plan apply 'apply --update'; do
    # shellcheck disable=SC2086 # two words
    provision $verb "$batch"
    [ "$status" -eq 2 ]
    [[ $stderr == *'not an address for a guest of network other'* ]]
  done
  [ "$(nic --inactive)" = 'vmango virtio' ]
}

# change_nic NETWORK MODEL [OPTION]...: as an administrator would.
change_nic() {
  local network=$1 model=$2
  shift 2
  lab_virsh one dumpxml --inactive web-1 | xmlstarlet sel -t -c '/domain/devices/interface' |
    sed "s/network='[^']*'/network='$network'/; s/network=\"[^\"]*\"/network=\"$network\"/; s/model type=\"[^\"]*\"/model type=\"$model\"/" >"$BATS_TEST_TMPDIR/nic.xml"
  lab_virsh one update-device web-1 "$BATS_TEST_TMPDIR/nic.xml" "$@"
}

@test "NIC moved to another network by others, and its reservation deleted: --update mends both" {
  entry=$(lab_virsh one net-dumpxml vmango | sed -n "s/^ *\(<host .*name='web-1'.*\)/\1/p")
  lab_virsh one net-update vmango delete ip-dhcp-host "$entry" --live --config
  change_nic other virtio --config
  updated
  [ "$(address)" = '192.168.124.100 static' ]
  ready
}

@test "NIC moved to another network by others: --update moves it back" {
  change_nic other virtio --config
  differs 'Network: other -> vmango: in place'
  updated
  [ "$(nic --inactive)" = 'vmango virtio' ]
  ready
}

@test "NIC of a running guest moved by others: it waits for the next start" {
  change_nic other virtio --live
  [ "$(address)" = 'null null' ]
  waiting 'Network: other -> vmango'
  [ "$(address)" = '192.168.124.100 static' ]
}

@test "NIC model changed by others: --update changes it back" {
  change_nic vmango e1000 --config
  differs 'Nic.Model: e1000 -> virtio: in place'
  updated
  ready
}

@test "NIC removed: it is named, and --update adds it" {
  mac=$(lab_virsh one domiflist web-1 | awk 'NF { print $5 }')
  lab_virsh one detach-interface web-1 network --config
  provision status -o tsv "$batch"
  [ "$status" -eq 1 ]
  [[ $output == web-1$'\t'degraded* ]]
  [[ $stderr == *"web-1: its network interface $mac is missing; to add it: apply --update"* ]]
  for _ in 1 2; do
    provision apply --wait 0 "$batch"
    [ "$status" -eq 1 ]
    [[ $stderr == *"web-1: its network interface $mac is missing"* ]]
  done
  updated
  [ "$(nic --inactive)" = 'vmango virtio' ]
  [ "$(lab_virsh one domiflist --inactive web-1 | awk 'NF { print $5 }')" = "$mac" ]
  ready
}

@test "NIC removed, and the guest runs without it: each apply fails it, until its next start" {
  lab_virsh one detach-interface web-1 network --config
  lab_virsh one destroy web-1
  lab_virsh one start web-1
  [ -z "$(nic)" ]
  for _ in 1 2; do
    provision apply --wait 60 -o tsv "$batch"
    [ "$status" -eq 1 ]
    [[ $output == web-1$'\t'failed* ]]
    [[ $stderr == *'web-1: has no network interface'* ]]
  done
  provision apply --update --wait 60 "$batch"
  [ "$status" -eq 0 ]
  provision apply --wait 60 "$batch"
  [ "$status" -eq 1 ]
  [[ $stderr == *'web-1: has no network interface'* ]]
  waiting 'Network: none -> vmango'
}

@test "NIC added: what the batch does not describe is no difference" {
  lab_virsh one attach-interface web-1 network other --model virtio --config
  lab_virsh one attach-interface web-1 network other --model virtio --live --mac "$(lab_virsh one domiflist --inactive web-1 | awk '$3 == "other" { print $5 }')"
  ready
  provision apply -o tsv --wait 0 "$batch"
  [ "$status" -eq 0 ]
}

@test "memory set by others for the next start differs, as a maximum too" {
  lab_virsh one setmem web-1 16384 --config
  differs 'Memory: 16.0 MiB -> 32.0 MiB: in place'
  updated
  lab_virsh one setmaxmem web-1 65536 --config
  [ "$(waits)" = 'Memory: 32.0 MiB -> 64.0 MiB' ]
  differs 'Memory: 64.0 MiB -> 32.0 MiB: in place'
  updated
  ready
}

@test "memory = larger: it waits for the next start" {
  edit 's/^memory = .*/memory = 64/'
  updated
  waiting 'Memory: 32.0 MiB -> 64.0 MiB'
}

@test "CPUs of the running guest set by others wait for the next start" {
  edit 's|<vcpu>|<vcpu current="1">|' "$template"
  edit 's/^memory = .*/&\ncpus = 2/'
  updated
  lab_virsh one setvcpus web-1 1 --config
  waiting 'Cpus: 1 -> 2'
  lab_virsh one setvcpus web-1 2 --live
  waiting 'Cpus: 2 -> 1'
}

@test "template changed: each field is named; only the NIC's model changes in place" {
  edit "s/<model type='virtio'/<model type='e1000'/; s/dev='vda' bus='virtio'/dev='sda' bus='scsi'/" "$template"
  edit "s|<type arch='{{ .Machine.Arch }}'>|<type arch='{{ .Machine.Arch }}' machine='q35'>|; s|<clock|<cpu mode='maximum'/>\n  &|" "$template"
  differs "Nic.Model: virtio -> e1000: in place
Disk: vda virtio -> sda scsi: not possible
MachineType: $(lab_virsh one dumpxml web-1 | xmlstarlet sel -t -v '/domain/os/type/@machine') -> q35: not possible
CpuMode: $(lab_virsh one dumpxml --inactive web-1 | xmlstarlet sel -t -v '/domain/cpu/@mode' || echo none) -> maximum: not possible"
  provision apply --update --wait 0 "$batch"
  [ "$status" -eq 1 ]
  [[ $stderr == *"web-1: Disk can't change from vda virtio to sda scsi in place; to recreate the machine, destroy it first"* ]]
  [ "$(nic --inactive)" = 'vmango e1000' ]
  [[ $stderr == *'web-1: Nic.Model: takes effect at the next start'* ]]
  edit "s/<model type='e1000'/<model type='e1000e'/" "$template"
  provision apply --update --hotplug --wait 0 "$batch"
  [[ $stderr == *"web-1: can't move the network interface: "*model* ]]
  [[ $stderr == *'web-1: Nic.Model: takes effect at the next start'* ]]
}

@test "template changed, but nothing of what it makes: no difference" {
  edit "s|<memballoon|<!-- as before -->\n    &|; s|<rng model='virtio'>|<rng  model='virtio'>|; s|machine='[^']*'||" "$template"
  ready
}

@test "network redefined without its address: --update gives it another" {
  lab_virsh one net-dumpxml --inactive vmango >"$BATS_TEST_TMPDIR/before.xml"
  sed '/<host /d; s/192\.168\.124\./192.168.99./g' "$BATS_TEST_TMPDIR/before.xml" | lab_virsh one net-define /dev/stdin
  # Until it is started again, its reservations are those of another subnet.
  provision apply -o tsv --wait 0 "$batch"
  [[ $output == web-1$'\t'kept* ]]
  [[ $(lab_virsh one net-dumpxml --inactive vmango) != *192.168.124.100* ]]
  lab_virsh one net-destroy vmango
  lab_virsh one net-start vmango
  provision status -o tsv "$batch"
  [ "$status" -eq 1 ]
  [[ $output == web-1$'\t'degraded$'\t'running$'\t\t'* ]]
  [[ $stderr == *'web-1: network vmango no longer has its address 192.168.124.100; to give it another one: apply --update'* ]]
  for _ in 1 2; do
    provision apply --wait 0 "$batch"
    [ "$status" -eq 1 ]
    [[ $stderr == *'web-1: differs from the batch: Ip.Address: 192.168.124.100 -> auto'* ]]
  done
  provision apply --update -o tsv --wait 0 "$batch"
  [ "$status" -eq 1 ]
  [[ $output == web-1$'\t'updated$'\t'running* ]]
  [[ $stderr == *'web-1: the guest is not connected to network vmango, which has been restarted since; reboot stops and starts it'* ]]
  provision reboot --graceful 0 -o tsv "$batch"
  [ "$(address)" = '192.168.99.100 static' ]
  ready
  vmango-provision destroy -q --yes "$batch"
  [ "$(reservations vmango)" -eq 0 ]
  grep -v '<host ' "$BATS_TEST_TMPDIR/before.xml" | lab_virsh one net-define /dev/stdin
  lab_virsh one net-destroy vmango
  lab_virsh one net-start vmango
}

@test "a machine without an address fails in each apply, and in start" {
  for verb in apply apply start; do
    provision "$verb" --wait 1 -o tsv "$batch"
    [ "$status" -eq 1 ]
    [[ $output == web-1$'\t'failed$'\t'running* ]]
    [[ $stderr == *'web-1: has no address after 1 s'* ]]
  done
}

@test "a machine with a lease is kept without waiting, and status says where its address is from" {
  edit 's/^network = .*/network = leases/'
  updated --hotplug
  [ "$(address)" = '192.168.77.2 static' ]
  client_lease one "$(lab_virsh one domiflist web-1 | awk 'NF { print $5 }')"
  wait_until 5 address_is '192.168.77.2 lease'
  for verb in apply start; do
    provision "$verb" --wait 60 -o tsv "$batch"
    [ "$status" -eq 0 ]
    [[ $output == web-1$'\t'kept$'\t'running$'\t'192.168.77.2* ]]
    [[ $stderr != *'wait for the address'* ]]
  done
}

address_is() {
  [ "$(address)" = "$1" ]
}
