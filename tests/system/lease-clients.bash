# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# For bats, after `load lab`: DHCP clients without guests, and guests that need no DHCP.
# The first argument is always the hypervisor's name in this file.

lease_bridge=virbr-leases

# A network whose dnsmasq does not ping an address for 3 s before it offers it.
lease_network_up() {
  lab_virsh "$1" net-create /dev/stdin <<EOF
<network xmlns:dnsmasq='http://libvirt.org/schemas/network/dnsmasq/1.0'>
  <name>leases</name>
  <bridge name='$lease_bridge' stp='off' delay='0'/>
  <ip address='192.168.77.1' netmask='255.255.255.0'>
    <dhcp><range start='192.168.77.2' end='192.168.77.254'/></dhcp>
  </ip>
  <ip family='ipv6' address='fd00:77::1' prefix='64'>
    <dhcp><range start='fd00:77::100' end='fd00:77::1ff'/></dhcp>
  </ip>
  <dnsmasq:options><dnsmasq:option value='no-ping'/></dnsmasq:options>
</network>
EOF
}

# A process in the hypervisor's network.
network_pid() {
  local pid
  read -r pid _ <"$(lab_state "$1")/init"
  printf '%s\n' "$pid"
}

# Runs a command of this machine in the hypervisor's network.
in_network() {
  local name=$1
  shift
  nsenter --target "$(network_pid "$name")" --net -- "$@"
}

# The network, and a network namespace whose eth0 is a port of the hypervisor's bridge; ends by clients_down.
clients_up() {
  local name=$1 outer pid
  lease_network_up "$name"
  outer=$(network_pid "$name")
  nsenter --target "$outer" --net -- unshare --net sleep infinity </dev/null >/dev/null 2>&1 3>&- &
  pid=$!
  printf '%s\n' "$pid" >"$BATS_FILE_TMPDIR/clients-$name"
  wait_until 5 has_own_network "$pid" "$outer"
  in_network "$name" ip link add tap-clients type veth peer name eth0 netns "$pid"
  in_network "$name" ip link set tap-clients master "$lease_bridge" up
}

has_own_network() {
  local network
  network=$(readlink "/proc/$1/ns/net")
  [[ $network != "$(readlink "/proc/$2/ns/net")" && $network != "$(readlink /proc/self/ns/net)" ]]
}

clients_down() {
  local mark
  for mark in "$BATS_FILE_TMPDIR"/clients-*; do
    [[ ! -e $mark ]] || kill "$(cat "$mark")"
  done
}

client_run() {
  local name=$1
  shift
  nsenter --target "$(cat "$BATS_FILE_TMPDIR/clients-$name")" --net -- "$@"
}

# client_lease HYPERVISOR MAC [OPTION]...: takes an IPv4 lease, with the options of udhcpc.
client_lease() {
  local name=$1 mac=$2
  shift 2
  client_run "$name" ip link set eth0 down
  client_run "$name" ip link set eth0 address "$mac" up
  client_run "$name" busybox udhcpc -i eth0 -n -q -f -t 10 -T 1 -s /bin/true "$@"
}

# client_lease6 HYPERVISOR MAC: takes an IPv6 lease, with a DUID of its own.
client_lease6() {
  local name=$1 mac=$2 state=$BATS_TEST_TMPDIR/dhclient-$2
  client_run "$name" ip link set eth0 down
  client_run "$name" ip link set eth0 address "$mac" up
  wait_until 10 client_has_link_local "$name"
  client_run "$name" dhclient -6 -1 -lf "$state.leases" -pf "$state.pid" -sf /bin/true eth0
  wait_until 5 test -s "$state.pid"
  kill "$(cat "$state.pid")"
}

client_has_link_local() {
  client_run "$1" ip -6 address show dev eth0 scope link -tentative | grep -q fe80
}

# lease_addresses HYPERVISOR MAC [BRIDGE]: those of a card in the status file.
lease_addresses() {
  jq -r --arg mac "$2" '.[] | select(."mac-address" == $mac) | ."ip-address"' \
    "$(lab_state "$1")/lib/dnsmasq/${3:-$lease_bridge}.status"
}

# Fails unless MAC has COUNT leases.
lease_count_is() {
  [[ $(lease_addresses "$1" "$2" | wc -l) -eq $3 ]]
}

# idle_guest HYPERVISOR GUEST MAC...: a running guest with these cards whose CPU never runs.
idle_guest() {
  local name=$1 guest=$2 mac cards=''
  shift 2
  for mac; do
    cards+="<interface type='network'><mac address='$mac'/><source network='leases'/></interface>"
  done
  lab_virsh "$name" define /dev/stdin <<EOF
<domain type='qemu'>
  <name>$guest</name><memory unit='MiB'>16</memory>
  <os><type arch='x86_64' machine='pc'>hvm</type></os><features><acpi/></features>
  <devices><controller type='usb' model='none'/><memballoon model='none'/>$cards</devices>
</domain>
EOF
  lab_virsh "$name" start --paused "$guest"
}
