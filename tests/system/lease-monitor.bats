# SPDX-License-Identifier: GPL-2.0-or-later
# The lease monitor as the hook of real libvirts: 9.0 says no reason, 11.3 does.
# takes: 170 s
bats_require_minimum_version 1.5.0

setup_file() {
  load lab
  load lease-clients
  lab_up old
  lab_up new --release trixie
  clients_up old
  clients_up new
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
}

one=52:54:00:aa:00:01
two=52:54:00:aa:00:02

# What the tests of both versions do.

all_leases_gone() {
  local name=$1 other
  client_lease "$name" "$two"
  client_lease "$name" "$one" -x 0x3d:01020304
  client_lease "$name" "$one" -x 0x3d:ffb55e67ff
  client_lease "$name" "$one" -x 0x3d:00aabbcc
  client_lease6 "$name" "$one"
  wait_until 5 lease_count_is "$name" "$one" 4
  other=$(lease_addresses "$name" "$two")
  idle_guest "$name" three "$one"
  lab_virsh "$name" destroy three
  lease_count_is "$name" "$one" 0
  [[ $(lease_addresses "$name" "$two") == "$other" ]]
}

plugged_card_counts() {
  local name=$1
  client_lease "$name" "$one"
  wait_until 5 lease_count_is "$name" "$one" 1
  idle_guest "$name" plug
  lab_virsh "$name" attach-interface plug network leases --mac "$one" --live
  lab_virsh "$name" destroy plug
  lease_count_is "$name" "$one" 0
}

saved_guest_keeps() {
  local name=$1 address
  lab_guest "$name" saved --mac 52:54:00:bb:00:01
  address=$(lab_wait_address "$name" saved)
  wait_until "$lab_limit" lab_http "$name" "$address"
  lab_virsh "$name" managedsave saved
  [[ $(lease_addresses "$name" 52:54:00:bb:00:01 virbr-vmango) == "$address" ]]
  lab_virsh "$name" start saved
  [[ $(lab_virsh "$name" domifaddr saved) == *"$address"* ]]
  wait_until "$lab_limit" lab_http "$name" "$address"
  lab_virsh "$name" shutdown saved
  wait_until "$lab_limit" lab_is_off "$name" saved
  wait_until 5 lease_gone "$name" 52:54:00:bb:00:01 virbr-vmango
}

lease_gone() {
  [[ -z $(lease_addresses "$@") ]]
}

failed_start_releases() {
  local name=$1
  client_lease "$name" "$one"
  wait_until 5 lease_count_is "$name" "$one" 1
  lab_virsh "$name" define /dev/stdin <<EOF
<domain type='qemu'>
  <name>fails</name><memory unit='MiB'>16</memory>
  <os><type arch='x86_64' machine='pc'>hvm</type><loader readonly='yes' type='rom'>/nowhere</loader></os>
  <devices>
    <interface type='network'><mac address='$one'/><source network='leases'/></interface>
  </devices>
</domain>
EOF
  run lab_virsh "$name" start fails
  [[ $status -ne 0 ]]
  lease_count_is "$name" "$one" 0
}

restart_kills_none() {
  local name=$1
  client_lease "$name" "$one"
  wait_until 5 lease_count_is "$name" "$one" 1
  idle_guest "$name" lasting "$one"
  lab_restart "$name"
  [[ $(lab_virsh "$name" domstate lasting) == paused ]]
  lab_restart "$name" --kill
  [[ $(lab_virsh "$name" domstate lasting) == paused ]]
  lease_count_is "$name" "$one" 1
  lab_virsh "$name" destroy lasting
  lease_count_is "$name" "$one" 0
}

# The time until libvirt has done it, in ms.
time_of() {
  local start
  start=$(date +%s%N)
  "$@" >&2
  echo $((($(date +%s%N) - start) / 1000000))
}

dnsmasq_signal() {
  lab_exec "$1" pkill "-$2" --oldest --full 'dnsmasq --conf-file=.*/leases.conf'
}

deaf_dnsmasq_delays_little() {
  local name=$1 before after
  idle_guest "$name" before
  before=$(time_of lab_virsh "$name" destroy before)
  client_lease "$name" "$one"
  wait_until 5 lease_count_is "$name" "$one" 1
  idle_guest "$name" deaf "$one"
  dnsmasq_signal "$name" STOP
  after=$(time_of lab_virsh "$name" destroy deaf)
  dnsmasq_signal "$name" CONT
  echo "without $before ms, with $after ms"
  ((after - before <= 2000))
  lab_is_off "$name" deaf
  wait_until 5 lease_count_is "$name" "$one" 0
}

killed_hook_does_no_harm() {
  local name=$1
  client_lease "$name" "$one"
  wait_until 5 lease_count_is "$name" "$one" 1
  idle_guest "$name" killed "$one"
  dnsmasq_signal "$name" STOP
  lab_virsh "$name" destroy killed 3>&- &
  wait_until 5 lab_exec "$name" pkill -KILL --full '^/etc/libvirt/hooks/qemu killed release'
  wait $!
  dnsmasq_signal "$name" CONT
  lab_is_off "$name" killed
}

unreadable_status_does_no_harm() {
  local name=$1 file
  file=$(lab_state "$name")/lib/dnsmasq/$lease_bridge.status
  idle_guest "$name" unreadable "$one"
  mv "$file" "$file.away"
  mkfifo "$file"
  run lab_virsh "$name" destroy unreadable
  rm "$file"
  mv "$file.away" "$file"
  [[ $status -eq 0 ]]
  lab_is_off "$name" unreadable
}

# Prints the last two events that libvirt has for a guest that is destroyed.
last_events() {
  local name=$1 state
  state=$(lab_state "$name")
  mkdir -p "$state/etc/hooks/qemu.d"
  printf '#!/bin/sh\necho "$@" >>/var/log/libvirt/events\n' >"$state/etc/hooks/qemu.d/events"
  chmod 755 "$state/etc/hooks/qemu.d/events"
  lab_restart "$name" >&2
  idle_guest "$name" told >&2
  lab_virsh "$name" destroy told >&2
  tail -n 2 "$state/log/events"
  rm "$state/etc/hooks/qemu.d/events"
}

@test "libvirt 9.0 says no reason, libvirt 11.3 does" {
  [[ $(last_events old) == $'told stopped end -\ntold release end -' ]]
  [[ $(last_events new) == $'told stopped end -\ntold release end destroyed' ]]
}

@test "libvirt 9.0: three leases with three client-ids, and one of DHCPv6, are gone after destroy" {
  all_leases_gone old
}

@test "libvirt 11.3: three leases with three client-ids, and one of DHCPv6, are gone after destroy" {
  all_leases_gone new
}

@test "libvirt 9.0: the lease of a card that was plugged in goes too" {
  plugged_card_counts old
}

@test "libvirt 11.3: the lease of a card that was plugged in goes too" {
  plugged_card_counts new
}

@test "libvirt 9.0: a saved guest keeps its lease and its address, one that was shut down does not" {
  saved_guest_keeps old
}

@test "libvirt 11.3: a saved guest keeps its lease and its address, one that was shut down does not" {
  saved_guest_keeps new
}

@test "libvirt 9.0: the lease of a guest that fails to start goes" {
  failed_start_releases old
}

@test "libvirt 11.3: the lease of a guest that fails to start goes" {
  failed_start_releases new
}

@test "libvirt 9.0: a restart of libvirtd kills no guest and takes no lease" {
  restart_kills_none old
}

@test "libvirt 11.3: a restart of libvirtd kills no guest and takes no lease" {
  restart_kills_none new
}

@test "libvirt 9.0: a stopped dnsmasq delays the guest's stop by 2 s at most" {
  deaf_dnsmasq_delays_little old
}

@test "libvirt 11.3: a stopped dnsmasq delays the guest's stop by 2 s at most" {
  deaf_dnsmasq_delays_little new
}

@test "libvirt 9.0: a killed hook does not keep the guest from stopping" {
  killed_hook_does_no_harm old
}

@test "libvirt 11.3: a killed hook does not keep the guest from stopping" {
  killed_hook_does_no_harm new
}

@test "libvirt 9.0: a status file that can't be read does not keep the guest from stopping" {
  unreadable_status_does_no_harm old
}

@test "libvirt 11.3: a status file that can't be read does not keep the guest from stopping" {
  unreadable_status_does_no_harm new
}

@test "in qemu.d/" {
  VMANGO_HOOK_PLACE=qemu.d lab_up beside --no-image
  [[ ! -e $(lab_state beside)/etc/hooks/qemu ]]
  clients_up beside
  all_leases_gone beside
}

@test "50 guests stop at once: all their leases go, and nobody else's" {
  local i mac stops=()
  for i in {1..60}; do
    printf -v mac 52:54:00:cc:00:%02x "$i"
    client_lease old "$mac"
  done
  for i in {1..50}; do
    printf -v mac 52:54:00:cc:00:%02x "$i"
    idle_guest old "many-$i" "$mac"
  done
  for i in {1..50}; do
    lab_virsh old destroy "many-$i" 3>&- &
    stops+=($!)
  done
  for i in "${stops[@]}"; do wait "$i"; done
  for i in {1..50}; do
    printf -v mac 52:54:00:cc:00:%02x "$i"
    wait_until 10 lease_count_is old "$mac" 0
  done
  for i in {51..60}; do
    printf -v mac 52:54:00:cc:00:%02x "$i"
    lease_count_is old "$mac" 1
  done
}
