# SPDX-License-Identifier: GPL-2.0-or-later
# Machines on a bridge whose DHCP server is not libvirt's.
# shellcheck disable=SC2154 # run sets stderr
bats_require_minimum_version 1.5.0

setup_file() {
  load foreign-dhcp
  lab_up one
  bridge_up one
  sed '/<channel/,/<\/channel>/d' "$BATS_TEST_DIRNAME/../../packaging/templates/vm.xml.in" \
    >"$BATS_FILE_TMPDIR/no-agent.xml.in"
}

teardown_file() {
  load foreign-dhcp
  servers_down
  lab_down
}

setup() {
  load foreign-dhcp
  batch=$BATS_FILE_TMPDIR/lab.ini
}

teardown() {
  vmango-provision destroy -q "$batch"
  servers_down
}

# write_batch MACHINE [TEMPLATE]
write_batch() {
  {
    echo 'batch = lab'
    lab_section one
    cat <<END
network = office

[plan tiny]
memory = 256
disk_size = 1

[machine $1]
plan = tiny
image = Debian-12
ip = dhcp
END
  } >"$batch"
  [[ -z ${2-} ]] || sed -i "s|^vm_template = .*|vm_template = $2|" "$batch"
}

provision() {
  vmango-provision "$1" -q "${@:2}" "$batch"
}

# inside VERB [OPTION]...: on the hypervisor itself, whose neighbours the kernel knows.
inside() {
  sed "s|^url = .*|url = qemu:///system|" "$batch" >"$BATS_TEST_TMPDIR/inside.ini"
  lab_exec one vmango-provision "$@" "$BATS_TEST_TMPDIR/inside.ini"
}

@test "apply waits for the address that the guest agent reports" {
  local address
  server_up one
  write_batch agent-1
  run -0 --separate-stderr provision apply -o json
  address=$(jq -r '.[0].Ip.Address' <<<"$output")
  [[ $address == 10.55.0.1* ]]
  [ "$(jq -r '.[0].AddressSource' <<<"$output")" = agent ]
  [ "$(lab_http one "$address")" = agent-1 ]
  run -0 provision status -o tsv
  [[ $output == $'agent-1\tready\trunning\t'"$address"$'\t'* ]]
  run -0 provision apply -o tsv
  [[ $output == $'agent-1\tkept\trunning\t'"$address"$'\t'* ]]
  run -0 vmango-leases resolve -1 --wait 5 -c "$(lab_uri one)" agent-1
  [ "$output" = "$address" ]
}

@test "apply waits for the address in the hypervisor's ARP table" {
  local address
  server_up one here
  write_batch arp-1 "$BATS_FILE_TMPDIR/no-agent.xml.in"
  run -0 --separate-stderr inside apply -q -o json
  address=$(jq -r '.[0].Ip.Address' <<<"$output")
  [[ $address == 10.55.0.1* ]]
  [ "$(jq -r '.[0].AddressSource' <<<"$output")" = arp ]
  wait_until "$lab_limit" lab_http one "$address"
  [ "$(lab_http one "$address")" = arp-1 ]
  run -0 inside status -q -o tsv
  [[ $output == $'arp-1\tready\trunning\t'"$address"$'\t'* ]]
}

@test "what the ARP table has of the guest's last life is not its address" {
  local mac
  write_batch arp-2 "$BATS_FILE_TMPDIR/no-agent.xml.in"
  run -1 --separate-stderr inside apply -q --wait 1 -o tsv
  mac=$(cut -f 8 <<<"$output")
  run -0 inside destroy -q
  lab_exec one ip neighbour replace 10.55.0.77 lladdr "$mac" dev br0 nud stale
  run -1 --separate-stderr inside apply -q --wait 5
  [[ $stderr == *'arp-2: has no address after 5 s (lease: none; agent: not configured; '* ]]
  [[ $stderr == *'arp: '*')'* ]]
  run -0 inside destroy -q
  # Until the guest has it again.
  server_up one here --dhcp-host="$mac,10.55.0.177"
  lab_exec one ip neighbour replace 10.55.0.177 lladdr "$mac" dev br0 nud stale
  run -0 --separate-stderr inside apply -q -o tsv
  [[ $output == $'arp-2\tcreated\trunning\t10.55.0.177\t'* ]]
  wait_until 5 lab_http one 10.55.0.177
}

@test "without a server: what each source answered" {
  write_batch lost-1
  run -1 --separate-stderr provision apply --wait 1
  [[ $stderr == *'lost-1: has no address after 1 s (lease: none; agent: not connected; arp: '* ]]
  run -0 provision destroy
  write_batch lost-2 "$BATS_FILE_TMPDIR/no-agent.xml.in"
  run -1 --separate-stderr inside apply -q --wait 1
  [[ $stderr == *'lost-2: has no address after 1 s (lease: none; agent: not configured; arp: no address of its NICs)'* ]]
  run -1 --separate-stderr vmango-leases resolve --wait 1 -c "$(lab_uri one)" lost-2
  [[ $stderr == *'lost-2: agent: not configured'* ]]
}
