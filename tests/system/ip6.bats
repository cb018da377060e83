# SPDX-License-Identifier: GPL-2.0-or-later
# Networks with IPv6 only, by DHCPv6 and by router advertisements, and networks with both families.
# shellcheck disable=SC2154 # run sets stderr
bats_require_minimum_version 1.5.0

setup_file() {
  load lab
  lab_up one --ipv6
  network_up six "<ip family='ipv6' address='fd00:6::1' prefix='64'>
    <dhcp><range start='fd00:6::100' end='fd00:6::1ff'/></dhcp></ip>"
  network_up ra "<ip family='ipv6' address='fd00:7::1' prefix='64'/>"
}

teardown_file() {
  load lab
  lab_down
}

setup() {
  load lab
  batch=$BATS_FILE_TMPDIR/lab.ini
}

# network_up NAME SUBNETS: on the bridge virbr-NAME.
network_up() {
  lab_virsh one net-create /dev/stdin <<END
<network><name>$1</name><forward mode='open'/><bridge name='virbr-$1' stp='off' delay='0'/>$2</network>
END
}

# write_batch MACHINE NETWORK [LINE]...
write_batch() {
  local machine=$1 network=$2
  shift 2
  cat >"$batch" <<END
batch = lab
$(lab_section one)
network = $network

[plan tiny]
memory = 256
disk_size = 1

[machine $machine]
plan = tiny
image = Debian-12
$(printf '%s\n' "$@")
END
}

# inside VERB [OPTION]...: on the hypervisor itself, whose neighbours the kernel knows.
inside() {
  sed "s|^url = .*|url = qemu:///system|" "$batch" >"$BATS_TEST_TMPDIR/inside.ini"
  lab_exec one vmango-provision "$@" "$BATS_TEST_TMPDIR/inside.ini"
}

provision() {
  vmango-provision "$1" -q "${@:2}" "$batch"
}

leases() {
  vmango-leases "$1" -c "$(lab_uri one)" "${@:2}"
}

# The address in the first line of results.
address_of() {
  cut -f 4 <<<"${lines[0]}"
}

@test "DHCPv6 only: apply waits for the address, and every command shows it" {
  local address
  write_batch six-1 six 'ip = dhcp'
  run -0 --separate-stderr provision apply -o tsv
  address=$(address_of)
  [[ $output == $'six-1\tcreated\trunning\tfd00:6::1'* ]]
  [ "$(lab_http one "[$address]")" = six-1 ]
  run -0 provision apply -o tsv
  [[ $output == $'six-1\tkept\trunning\t'"$address"$'\t'* ]]
  run -0 provision status -o json
  [ "$(jq -r '.[0] | "\(.Ip.Address) \(.AddressSource)"' <<<"$output")" = "$address lease" ]
  run -0 --separate-stderr leases resolve -1 --wait 10 six-1
  [ "$output" = "$address" ]
  run -0 --separate-stderr leases list -o hosts
  grep -qx "$address"$'\tsix-1' <<<"$output"
  run -0 --separate-stderr leases list -o ssh-config
  [[ $output == *$'Host six-1\n\tHostName '"$address"$'\n'* ]]
  run -0 --separate-stderr leases ansible --host six-1
  [ "$(jq -r .ansible_host <<<"$output")" = "$address" ]
  run -0 provision reboot
  [[ $output == *"$address"* ]]
  run -0 provision destroy
}

@test "router advertisements only: the agent has the address" {
  local address
  write_batch ra-1 ra 'ip = dhcp'
  run -0 --separate-stderr provision apply -o json
  address=$(jq -r '.[0].Ip.Address' <<<"$output")
  [[ $address == fd00:7::5054:ff:fe* ]]
  [ "$(jq -r '.[0].AddressSource' <<<"$output")" = agent ]
  run -0 provision status -o tsv
  [[ $output == $'ra-1\tready\trunning\t'"$address"$'\t'* ]]
  run -0 --separate-stderr leases resolve -1 --wait 10 ra-1
  [ "$output" = "$address" ]
  run -0 provision destroy
}

# The address that a guest with this MAC address makes of an advertised fd00:7::/64.
slaac_address() {
  local b
  IFS=: read -ra b <<<"$1"
  printf 'fd00:7::%x:%x:%x:%x\n' "$(((0x${b[0]} ^ 2) << 8 | 0x${b[1]}))" "$((0x${b[2]}ff))" \
    "$((0xfe${b[3]}))" "$((0x${b[4]}${b[5]}))"
}

@test "router advertisements only, no agent: the hypervisor's neighbours have it" {
  local address
  write_batch ra-2 ra 'ip = dhcp'
  sed '/<channel/,/<\/channel>/d' "$BATS_TEST_DIRNAME/../../packaging/templates/vm.xml.in" \
    >"$BATS_FILE_TMPDIR/no-agent.xml.in"
  sed -i "s|^vm_template = .*|vm_template = $BATS_FILE_TMPDIR/no-agent.xml.in|" "$batch"
  run -1 --separate-stderr provision apply --wait 1 -o tsv
  [[ $stderr == *'ra-2: has no address after 1 s (lease: none; agent: '*'; arp: '*')'* ]]
  address=$(slaac_address "$(cut -f 8 <<<"$output")")
  wait_until "$lab_limit" lab_http one "[$address]"
  run -0 --separate-stderr inside apply -q -o json
  [ "$(jq -r '.[0] | "\(.Ip.Address) \(.AddressSource)"' <<<"$output")" = "$address arp" ]
  run -0 lab_exec one vmango-leases resolve -1 ra-2
  [ "$output" = "$address" ]
  run -0 provision destroy
}

@test "both families: a reserved IPv4 address is waited for, with dhcp the first of any" {
  write_batch both-1 vmango
  run -0 --separate-stderr provision apply -o tsv
  [[ $output == $'both-1\tcreated\trunning\t192.168.124.1'* ]]
  run -0 --separate-stderr leases resolve --wait 20 both-1
  [[ ${lines[0]} == 192.168.124.1* ]]
  wait_until "$lab_limit" has_both both-1
  run -0 --separate-stderr leases resolve -1 both-1
  [ "${#lines[@]}" -eq 1 ]
  run -0 provision destroy
  write_batch both-2 vmango 'ip = dhcp'
  run -0 --separate-stderr provision apply -o tsv
  [[ $(address_of) == 192.168.124.1* || $(address_of) == fd00:124::1* ]]
  run -0 provision destroy
}

has_both() {
  leases resolve "$1" | grep -q ^192.168.124 && leases resolve "$1" | grep -q ^fd00:124::
}

@test "ip = auto wants IPv4 addresses to choose from, and says what works without" {
  write_batch six-2 six
  run -2 --separate-stderr provision check
  [[ $stderr == *'network six of local has no IPv4 DHCP range to choose an address from; set ip = dhcp'* ]]
}
