#!/usr/bin/env bats
# shellcheck disable=SC2016,SC2154 # quoted for the inside; lab.bash is loaded
# SPDX-License-Identifier: GPL-2.0-or-later
# vmango-leases on real hypervisors. Machines are QEMU without an operating system, and their DHCP
# clients are udhcpc with the machine's MAC on the network's bridge, where no guest is needed.

bats_require_minimum_version 1.5.0

setup_file() {
  load lab
  export VMANGO_HOOK=none
  lab_up one &
  lab_up two --no-image &
  wait %1
  wait %2
  define_network one fast 10.9.1
  define_network two fast 10.9.1
  lab_exec one ip link add br-plain type bridge
  lab_exec one ip address add 10.9.2.1/24 dev br-plain
  lab_exec one ip link set br-plain up
  start_guest
}

teardown_file() {
  load lab
  lab_down
}

setup() {
  load lab
}

# Ends what a test has left running in a hypervisor.
teardown() {
  [[ ! -e $BATS_TEST_TMPDIR/inner ]] || xargs <"$BATS_TEST_TMPDIR/inner" "$lab_dir/hypervisor" exec "$(lab_name one)" kill
}

# A network whose dnsmasq does not ping addresses for three seconds before it hands them out.
define_network() {
  local name=$1 net=$2 prefix=$3
  lab_virsh "$name" net-define /dev/stdin <<XML
<network xmlns:dnsmasq="http://libvirt.org/schemas/network/dnsmasq/1.0">
  <name>$net</name><bridge name='br-$net' stp='off' delay='0'/>
  <ip address='$prefix.1' netmask='255.255.255.0'><dhcp>
    <range start='$prefix.100' end='$prefix.199'/>
    <host mac='52:54:00:00:01:01' name='reserved' ip='$prefix.10'/>
  </dhcp></ip>
  <dnsmasq:options><dnsmasq:option value='no-ping'/></dnsmasq:options>
</network>
XML
  lab_virsh "$name" net-start "$net"
}

# A guest on a bridge without a DHCP server, with an address that only its agent can tell.
start_guest() {
  local files=$BATS_FILE_TMPDIR images=/var/lib/libvirt/images
  lab_config_drive openstack "$files/plain.iso" plain \
    $'#!/bin/sh\nip address add 10.9.2.5/24 dev eth0\nip link set eth0 up'
  cp "$files/plain.iso" "$(lab_state one)/lib/images/plain.iso"
  lab_exec one qemu-img create -q -f qcow2 -F qcow2 \
    -b /var/lib/libvirt/vmango-images/Debian-12_amd64_qcow2.img "$images/plain" 1G
  lab_virsh one create /dev/stdin <<XML
<domain type='$(lab_domain_type one)'>
  <name>plain</name><memory unit='MiB'>256</memory>
  <os><type arch='x86_64' machine='pc'>hvm</type></os><features><acpi/></features>
  <devices>
    <disk type='file' device='disk'><driver name='qemu' type='qcow2'/>
      <source file='$images/plain'/><target dev='vda' bus='virtio'/></disk>
    $(lab_config_device ide "$images/plain.iso")
    <interface type='bridge'><mac address='52:54:00:00:02:05'/><source bridge='br-plain'/>
      <model type='virtio'/></interface>
    <channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>
  </devices>
</domain>
XML
}

# machine HYPERVISOR NAME MAC [NETWORK] [METADATA]: defines one, without an operating system.
machine() {
  lab_virsh "$1" define /dev/stdin <<XML
<domain type='qemu'>
  <name>$2</name><memory unit='MiB'>32</memory>
  <metadata>${5-}</metadata>
  <os><type arch='x86_64' machine='pc'>hvm</type></os>
  <devices><interface type='network'><mac address='$3'/><source network='${4-fast}'/>
    <model type='virtio'/><rom enabled='no'/></interface></devices>
</domain>
XML
}

# dhcp HYPERVISOR MAC NETWORK [UDHCPC-OPTION]...: takes a lease as that card would, and waits until
# libvirt has it: dnsmasq has its script called only after the answer to the client.
dhcp() {
  local name=$1 mac=$2 bridge=br-$3 said address
  [[ $3 != vmango ]] || bridge=virbr-vmango
  shift 3
  said=$(lab_exec "$name" sh -c '
    mac=$1 bridge=$2 dev=c$(echo "$1" | tr -d : | tail -c 8)
    shift 2
    if [ ! -e "/sys/class/net/$dev" ]; then
      ip link add "$dev" type veth peer name "$dev-b"
      ip link set "$dev" address "$mac" up
    fi
    ip link set "$dev-b" master "$bridge" up
    udhcpc -i "$dev" -n -q -f -t 20 -T 1 -s /bin/true "$@" 2>&1' sh "$mac" "$bridge" "$@") || {
    printf '%s\n' "$said" >&2
    return 1
  }
  address=$(sed -n 's/^udhcpc: lease of \([0-9.]*\) .*/\1/p' <<<"$said")
  wait_until 20 lab_exec "$name" jq -e --arg mac "$mac" --arg address "$address" \
    'any(.[]; ."mac-address" == $mac and ."ip-address" == $address)' "/var/lib/libvirt/dnsmasq/$bridge.status"
}

# In the hypervisor's own namespaces, where its lease files are.
inside() {
  local name=$1
  shift
  lab_exec "$name" vmango-leases "$@"
}

# From here, by libvirt's API alone.
outside() {
  local name=$1 verb=$2
  shift 2
  vmango-leases "$verb" -c "$(lab_uri "$name")" "$@"
}

# Succeeds when the command does not.
fails() {
  ! "$@"
}

status_file=/var/lib/libvirt/dnsmasq/br-fast.status

@test "a reservation is the answer for its machine" {
  machine one reserved-machine 52:54:00:00:01:01
  [ "$(inside one resolve reserved-machine)" = 10.9.1.10 ]
  [ "$(outside one resolve reserved-machine)" = 10.9.1.10 ]
  [ "$(outside one resolve RESERVED)" = 10.9.1.10 ]
}

@test "a dynamic lease is found by each kind of name, from its file and by the API" {
  local uuid kind address name
  machine one dynamic 52:54:00:00:01:02
  dhcp one 52:54:00:00:01:02 fast -x hostname:dyn-host
  uuid=$(lab_virsh one domuuid dynamic)
  address=$(lab_virsh one net-dhcp-leases fast --mac 52:54:00:00:01:02 |
    awk '/ipv4/ { sub("/.*", "", $5); print $5 }')
  [[ $address == 10.9.1.1?? ]]
  for kind in inside outside; do
    for name in dynamic "$uuid" 52:54:00:00:01:02 Dyn-Host; do
      [ "$($kind one resolve "$name")" = "$address" ]
    done
    $kind one list --machine dynamic -o json | jq -e --arg address "$address" '
      length == 1 and .[0].Address == $address and .[0].Prefix == 24 and .[0].Network == "fast"
      and .[0].Hostname == "dyn-host" and .[0].Bridge == "br-fast" and .[0].Source == "lease"
      and .[0].ClientId == "01:52:54:00:00:01:02" and (.[0].Expires | fromdate > now)'
  done
}

@test "of several leases the one that was acknowledged last comes first" {
  local last
  machine one twice 52:54:00:00:01:03
  dhcp one 52:54:00:00:01:03 fast -x 0x3d:010203
  lab_exec one sleep 1
  dhcp one 52:54:00:00:01:03 fast -x 0x3d:040506
  last=$(inside one list --machine twice -o json | jq -r 'max_by(.Expires).Address')
  [ "$(inside one list --machine twice | wc -l)" -eq 2 ]
  [ "$(inside one resolve -1 twice)" = "$last" ]
}

@test "a host name in two leases gives both, whichever network they are of" {
  dhcp one 52:54:00:00:01:04 vmango -x hostname:twin
  dhcp one 52:54:00:00:01:05 fast -x hostname:twin
  run outside one resolve twin
  [ "$status" -eq 0 ]
  [ "${#lines[@]}" -eq 2 ]
  [[ ${lines[0]} == 10.9.1.* ]]
  [[ ${lines[1]} == 192.168.124.* ]]
  [[ $(outside one resolve --network vmango twin) == 192.168.124.* ]]
}

@test "after a change of its MAC a machine has its new card's address only" {
  local old new
  machine one changed 52:54:00:00:01:06
  dhcp one 52:54:00:00:01:06 fast
  old=$(outside one resolve changed)
  lab_virsh one undefine changed
  machine one changed 52:54:00:00:01:07
  run outside one resolve changed
  [ "$status" -eq 1 ]
  dhcp one 52:54:00:00:01:07 fast
  new=$(outside one resolve changed)
  [ "$new" != "$old" ]
  [ "$(inside one resolve changed)" = "$new" ]
}

@test "an expired lease is none, and the audit names it" {
  machine one late 52:54:00:00:01:08
  dhcp one 52:54:00:00:01:08 fast
  inside one resolve late
  # As a dnsmasq that has been stopped leaves it.
  lab_exec one sh -c 'jq "map(if .[\"mac-address\"] == \"52:54:00:00:01:08\"
    then .[\"expiry-time\"] = 1000 else . end)" "$1" >"$1.t" && mv "$1.t" "$1"' sh $status_file
  run inside one resolve late
  [ "$status" -eq 1 ]
  run outside one resolve late
  [ "$status" -eq 1 ]
  inside one audit -o json | jq -e 'any(.[]; .Finding == "expired" and .Machine == "late")'
}

@test "a wait ends when the lease comes, and not by a reservation" {
  local waiting
  machine one waiting 52:54:00:00:01:01
  lab_virsh one undefine reserved-machine
  lab_virsh one start waiting
  run inside one resolve --wait 1 waiting
  [ "$status" -eq 1 ]
  [[ $output == *'not all have an address after 1 s'* ]]
  [[ $output == *'waiting: 52:54:00:00:01:01: lease: no lease'* ]]
  [[ $output == *'waiting: agent: '* ]]
  [[ $output == *'waiting: arp: '* ]]
  inside one resolve --wait 60 waiting >"$BATS_TEST_TMPDIR/address" 3>&- &
  waiting=$!
  dhcp one 52:54:00:00:01:01 fast
  wait $waiting
  [ "$(cat "$BATS_TEST_TMPDIR/address")" = 10.9.1.10 ]
  lab_virsh one destroy waiting
  # A machine that does not run has no address to wait for, whatever lease is left.
  run outside one resolve --wait 0 waiting
  [ "$status" -eq 1 ]
}

@test "a wait for a machine that is not there yet ends by the API too" {
  local waiting
  outside one resolve --wait 60 --source lease later >"$BATS_TEST_TMPDIR/address" 3>&- &
  waiting=$!
  machine one later 52:54:00:00:01:09
  lab_virsh one start later
  dhcp one 52:54:00:00:01:09 fast
  wait $waiting
  [ "$(cat "$BATS_TEST_TMPDIR/address")" = "$(outside one resolve --source lease later)" ]
  lab_virsh one destroy later
}

@test "two hypervisors with the same network are asked at once" {
  local here there
  machine one here 52:54:00:00:01:0a
  machine two there 52:54:00:00:01:0b
  machine two here 52:54:00:00:01:0c
  dhcp one 52:54:00:00:01:0a fast
  dhcp two 52:54:00:00:01:0b fast
  dhcp two 52:54:00:00:01:0c fast
  run vmango-leases resolve -c "$(lab_uri one)" -c "$(lab_uri two)" --source lease here there
  [ "$status" -eq 0 ]
  here="$(outside one resolve here) $(outside two resolve here)"
  there=$(outside two resolve there)
  for address in $here $there; do
    [[ " ${lines[*]} " == *" $address "* ]]
  done
  [ "${lines[-1]}" = "$there" ]
  vmango-leases list -c "$(lab_uri one)" -c "$(lab_uri two)" -o json |
    jq -e 'map(select(.Machine == "here") | .Hypervisor) | unique | length == 2'
}

@test "watch tells what comes, changes and goes, also after libvirtd and the network restart" {
  local out=$BATS_TEST_TMPDIR/out
  tells() {
    jq -es --arg event "$1" --arg mac "$2" --arg name "${3-}" 'any(.[]; .Event == $event and
      .HWAddr == $mac and ($name == "" or .Hostname == $name))' "$out"
  }
  dhcp one 52:54:00:00:01:1f fast
  lab_exec one sh -c 'echo $$ >"$1"; exec vmango-leases watch --initial --network fast' \
    sh "$BATS_TEST_TMPDIR/inner" >"$out" 2>"$out.errors" 3>&- &
  wait_until 20 tells present 52:54:00:00:01:1f
  machine one watched 52:54:00:00:01:20
  dhcp one 52:54:00:00:01:20 fast -x hostname:first
  wait_until 20 tells added 52:54:00:00:01:20 first
  dhcp one 52:54:00:00:01:20 fast -x hostname:second
  wait_until 20 tells changed 52:54:00:00:01:20 second

  lab_restart one
  dhcp one 52:54:00:00:01:21 fast
  wait_until 20 tells added 52:54:00:00:01:21
  fails tells removed 52:54:00:00:01:20
  machine one named-after-restart 52:54:00:00:01:21
  wait_until 20 tells changed 52:54:00:00:01:21

  lab_virsh one net-destroy fast
  wait_until 20 tells removed 52:54:00:00:01:20
  lab_virsh one net-start fast
  dhcp one 52:54:00:00:01:22 fast
  wait_until 20 tells added 52:54:00:00:01:22
  inside one release 52:54:00:00:01:22
  wait_until 20 tells removed 52:54:00:00:01:22
}

@test "watch --renewals reports a lease that only lasts longer, and watch alone does not" {
  local name mac=52:54:00:00:01:23 marks=$BATS_TEST_TMPDIR
  local -A options=([renewals]=--renewals)
  tells() {
    jq -es --arg event "$2" --arg mac "$3" 'any(.[]; .Event == $event and .HWAddr == $mac)' "$marks/$1"
  }
  # An expiry has seconds.
  renews() {
    dhcp one "$mac" fast && tells renewals renewed "$mac"
  }
  dhcp one "$mac" fast
  for name in renewals alone; do
    lab_exec one sh -c 'echo $$ >>"$1"; shift; exec vmango-leases watch --initial --network fast "$@"' \
      sh "$marks/inner" ${options[$name]-} >"$marks/$name" 3>&- &
  done
  for name in renewals alone; do wait_until 20 tells "$name" present "$mac"; done
  wait_until 20 renews
  dhcp one 52:54:00:00:01:24 fast
  for name in renewals alone; do wait_until 20 tells "$name" added 52:54:00:00:01:24; done
  fails tells alone renewed "$mac"
}

@test "a lease is released, and only it" {
  machine one stays 52:54:00:00:01:0d
  dhcp one 52:54:00:00:01:0d fast
  dhcp one 52:54:00:00:01:0e fast -x 0x3d:0a0b0c
  dhcp one 52:54:00:00:01:0e fast
  run inside one release -n 52:54:00:00:01:0e
  [ "$status" -eq 0 ]
  [ "${#lines[@]}" -eq 2 ]
  [[ ${lines[0]} == found* ]]
  [ "$(inside one resolve 52:54:00:00:01:0e | wc -l)" -eq 2 ]
  run inside one release "$(inside one resolve -1 52:54:00:00:01:0e)"
  [ "$status" -eq 0 ]
  [ "$(inside one resolve 52:54:00:00:01:0e | wc -l)" -eq 1 ]
  inside one release 52:54:00:00:01:0e
  run inside one resolve 52:54:00:00:01:0e
  [ "$status" -eq 1 ]
  [ -n "$(inside one resolve stays)" ]
  run inside one release nobody
  [ "$status" -eq 1 ]
  run outside one release stays
  [ "$status" -eq 1 ]
  [[ $output == *'on the hypervisor itself only'* ]]
}

@test "the audit finds orphans and mends them" {
  local claim='<t:machine xmlns:t="https://vmango.org/schema/tools" state="ready">
    <t:reservation network="fast" mac="52:54:00:00:01:0f" ip="10.9.1.20" name="gone"/></t:machine>'
  machine two owner 52:54:00:00:01:10 fast "$claim"
  lab_virsh two net-update fast add ip-dhcp-host \
    '<host mac="52:54:00:00:01:0f" name="gone" ip="10.9.1.20"/>' --live --config
  dhcp two 52:54:00:00:01:11 fast
  dhcp two 52:54:00:00:01:10 fast
  run inside two audit -o jsonl
  [ "$status" -eq 1 ]
  printf '%s\n' "$output" | jq -es 'map([.HWAddr, .Source, .Fix]) ==
    [["52:54:00:00:01:11", "lease", "release"], ["52:54:00:00:01:01", "static", null],
     ["52:54:00:00:01:0f", "static", "delete"]]'
  run inside two audit --fix -n
  [ "$status" -eq 1 ]
  [ "$(inside two audit -o jsonl | jq -s length)" -eq 3 ]
  run inside two audit --fix -o jsonl
  [ "$status" -eq 1 ]
  printf '%s\n' "$output" | jq -es 'map(.Fix) == ["released", null, "deleted"]'
  run inside two audit -o jsonl
  printf '%s\n' "$output" | jq -es 'map(.HWAddr) == ["52:54:00:00:01:01"]'
  fails grep 52:54:00:00:01:0f <<<"$(lab_virsh two net-dumpxml fast)"
  fails grep 52:54:00:00:01:0f <<<"$(lab_virsh two net-dumpxml --inactive fast)"
  [ -n "$(inside two resolve owner)" ]
}

@test "a card that a running machine gets at its next start only is no orphan's" {
  machine two next 52:54:00:00:01:17
  lab_virsh two start next
  lab_virsh two dumpxml --inactive next | sed 's/01:17/01:18/' >"$BATS_TEST_TMPDIR/next.xml"
  lab_virsh two define "$BATS_TEST_TMPDIR/next.xml"
  lab_virsh two net-update fast add ip-dhcp-host "<host mac='52:54:00:00:01:18' ip='10.9.1.21'/>" --live
  run inside two audit -o jsonl
  fails grep 52:54:00:00:01:18 <<<"$output"
  lab_virsh two destroy next
}

@test "a conflict with a reservation, and one client-id on two machines are found" {
  machine one conflict 52:54:00:00:01:12
  machine one clone-a 52:54:00:00:01:13
  machine one clone-b 52:54:00:00:01:14 vmango
  dhcp one 52:54:00:00:01:12 fast
  local address
  address=$(inside one resolve conflict)
  lab_virsh one net-update fast add ip-dhcp-host \
    "<host mac='52:54:00:00:01:15' ip='$address'/>" --live
  dhcp one 52:54:00:00:01:13 fast -x 0x3d:ff0011
  dhcp one 52:54:00:00:01:14 vmango -x 0x3d:ff0011
  inside one audit -o json >"$BATS_TEST_TMPDIR/findings" || [ $? -eq 1 ]
  jq -e --arg address "$address" 'any(.[]; .Finding == "conflicting" and .Address == $address
      and .Machine == "conflict")
    and ([.[] | select(.Finding == "duplicate-client-id") | .Machine] | sort) ==
      ["clone-a", "clone-b"]' "$BATS_TEST_TMPDIR/findings"
}

@test "an agent alone, and then the ARP table alone, know a guest on a plain bridge" {
  [ "$(outside one resolve -4 --wait "$lab_limit" plain)" = 10.9.2.5 ]
  outside one list --machine plain -4 -o json |
    jq -e 'map(.Source) == ["agent"] and .[0].Prefix == 24'
  fails grep '^fe80' <<<"$(outside one resolve plain)"
  grep '^fe80' <<<"$(outside one resolve --all plain)"
  wait_until "$lab_limit" lab_ssh one 10.9.2.5 true
  lab_ssh one 10.9.2.5 'kill $(cat /run/qemu-ga.pid)'
  knows_by_arp() {
    inside one list --machine plain -o json | jq -e 'map(.Source) == ["arp"]'
  }
  wait_until 20 knows_by_arp
  [ "$(inside one resolve plain)" = 10.9.2.5 ]
  run inside one resolve -v plain
  [[ $output == *'plain: agent: '* ]]
}

@test "without libvirtd the lease files alone are read" {
  local expected
  machine two files 52:54:00:00:01:16
  dhcp two 52:54:00:00:01:16 fast -x hostname:file-host
  expected=$(inside two resolve files)
  lab_exec two sh -c 'kill $(cat /run/libvirt/libvirtd.pid)'
  wait_until 20 sh -c '! virsh -c "$1" uri' sh "$(lab_uri two)"
  run --separate-stderr inside two resolve file-host
  [ "$status" -eq 0 ]
  [ "$output" = "$expected" ]
  [[ $stderr == *'reading only the lease files'* ]]
  run inside two audit
  [ "$status" -eq 3 ]
  run outside two resolve file-host
  [ "$status" -eq 3 ]
}
