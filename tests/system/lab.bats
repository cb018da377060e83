#!/usr/bin/env bats
# shellcheck disable=SC2016,SC2154 # quoted for the inside; lab.bash is loaded
# SPDX-License-Identifier: GPL-2.0-or-later
# The lab keeps its promises: private hypervisors that leave no trace, and a guest that all tests
# can rely on.
# takes: 160 s

bats_require_minimum_version 1.5.0

hook_script='#!/bin/sh
cat >/dev/null
echo "$*" >>/var/log/libvirt/hook.log
'

setup_file() {
  load lab
  export VMANGO_HOOK=$BATS_FILE_TMPDIR/hook
  printf '%s' "$hook_script" >"$VMANGO_HOOK"
  chmod 755 "$VMANGO_HOOK"
  "$lab_dir/guest" >/dev/null
  lab_up one &
  VMANGO_HOOK_PLACE=qemu.d lab_up two --ipv6 --qemu-conf 'max_files = 4096' &
  wait %1
  wait %2
  start_guests
}

# The first comes up alone, for its time to be taken; the others while the tests of hypervisors run.
start_guests() {
  local files=$BATS_FILE_TMPDIR
  lab_config_drive openstack "$files/alpha.iso" alpha $'#!/bin/sh\necho said by user data | tee -a /root/said'
  lab_config_drive nocloud "$files/beta.iso" beta $'#!/bin/sh\necho said by user data | tee -a /root/said'
  lab_config_drive openstack "$files/gamma.iso" gamma
  lab_guest one alpha --drive "$files/alpha.iso" --bus ide
  lab_wait_address one alpha
  lab_virsh one dominfo alpha | sed -n 's/^CPU time: *\([0-9]*\).*/\1/p' >"$files/alpha.seconds"
  vfat_drive "$files/delta.img"
  lab_guest two beta --drive "$files/beta.iso" --bus virtio --machine q35
  lab_guest two gamma --drive "$files/gamma.iso" --bus scsi --machine q35
  lab_guest one delta --drive "$files/delta.img" --bus virtio
}

# A NoCloud seed of the other kind: FAT, and the key in the user data.
vfat_drive() {
  local tree=$BATS_FILE_TMPDIR/seed
  mkdir "$tree"
  printf 'instance-id: delta\nlocal-hostname: delta.example.org\n' >"$tree/meta-data"
  printf '#cloud-config\nssh_authorized_keys:\n  - %s\n' "$(cat "$(lab_key).pub")" >"$tree/user-data"
  truncate --size 1M "$1"
  mkfs.vfat -n CIDATA "$1" >/dev/null
  mcopy -i "$1" "$tree"/* ::
}

teardown_file() {
  load lab
  lab_down
}

setup() {
  load lab
}

# Names of hypervisors that tests start for themselves, so that teardown can end them.
teardown() {
  local name
  for name in dying racing broken other left right; do
    lab_down "$name"
  done
}

hypervisor() {
  "$lab_dir/hypervisor" "$@"
}

# Prints each process, mount and file of the machine that has to do with a hypervisor.
traces() {
  local name=$1 namespaces=${2-} process
  ls -d "${VMANGO_LAB_DIR:-/var/tmp/vmango-lab}/$name"* 2>/dev/null
  grep -F "/$name/" /proc/mounts
  ip -oneline link | grep -F virbr-vmango
  for process in /proc/[0-9]*; do
    if grep -qsF "/$name/" "$process/mountinfo" || has_namespace "$process" "$namespaces"; then
      tr '\0' ' ' <"$process/cmdline"
      echo
    fi
  done
}

namespaces_of() {
  readlink "/proc/$1/ns/"{mnt,pid,net,ipc}
}

has_namespace() {
  [[ -n $2 ]] && readlink "$1/ns/"{mnt,pid,net,ipc} 2>/dev/null | grep -qxF "$2"
}

recorded() {
  cut -d ' ' -f 1 "$(lab_state "$1")/$2"
}

assert_no_traces() {
  local found
  found=$(traces "$@")
  [[ -z $found ]] || { printf 'left:\n%s\n' "$found" && return 1; }
}

# --- hypervisors ---

@test "two hypervisors with the same network and addresses run at once" {
  for name in one two; do
    lab_virsh "$name" net-dumpxml vmango | grep -F "<ip address='192.168.124.1'"
    [ "$(lab_virsh "$name" net-list --name)" = vmango ]
    [ "$(lab_virsh "$name" pool-list --name | sort | xargs)" = 'default vmango-images' ]
  done
  [ "$(lab_virsh one list --name | sort | xargs)" = 'alpha delta' ]
  [ "$(lab_virsh two list --name | sort | xargs)" = 'beta gamma' ]
}

@test "the machine sees nothing of a hypervisor's network" {
  run ip link show virbr-vmango
  [ "$status" -ne 0 ]
}

@test "the image pool has the guest's image, and two pools never share a directory" {
  lab_virsh one vol-info --pool vmango-images Debian-12_amd64_qcow2.img
  one=$(lab_virsh one pool-dumpxml default | xmllint --xpath 'string(//path)' -)
  two=$(lab_virsh one pool-dumpxml vmango-images | xmllint --xpath 'string(//path)' -)
  [[ $one/ != "$two"/* && $two/ != "$one"/* ]]
}

@test "the hook is installed as libvirt wants it, in either place, and is called" {
  [ "$(stat -c '%F %U %a' "$(lab_state one)/etc/hooks/qemu")" = 'regular file root 755' ]
  [ "$(stat -c '%F %U %a' "$(lab_state two)/etc/hooks/qemu.d/vmango-lease-monitor")" = 'regular file root 755' ]
  grep -x 'alpha started begin -' "$(lab_state one)/log/hook.log"
  grep -x 'beta started begin -' "$(lab_state two)/log/hook.log"
}

@test "a hook that is not there is an error" {
  VMANGO_HOOK=$BATS_TEST_TMPDIR/none run -3 hypervisor up "$(lab_name broken)"
  [[ $output == *'no such executable'* ]]
  assert_no_traces "$(lab_name broken)"
}

@test "--qemu-conf adds a line" {
  grep -x 'max_files = 4096' "$(lab_state two)/etc/qemu.conf"
}

@test "--no-system puts an image there that does not boot, --no-firewall a network without rules" {
  lab_up dying --no-system --no-firewall
  [[ $(lab_exec dying qemu-io -r -c 'read -P 0 0 64k' /var/lib/libvirt/vmango-images/Debian-12_amd64_qcow2.img) == 'read 65536/65536 '* ]]
  lab_exec one iptables-save | grep -w virbr-vmango
  run ! grep -w virbr-vmango <<<"$(lab_exec dying iptables-save)"
  [ "$(lab_virsh dying net-list --name)" = vmango ]
}

@test "exec runs inside, with its directory, arguments, input and status kept" {
  cd "$BATS_TEST_TMPDIR"
  [ "$(lab_exec one pwd)" = "$BATS_TEST_TMPDIR" ]
  [ "$(echo input | lab_exec one cat)" = input ]
  [ "$(lab_exec one printf '%s|' 'a b' '' '$c')" = 'a b||$c|' ]
  run -7 lab_exec one sh -c 'exit 7'
  lab_exec one virsh list --name | grep -x alpha
  lab_exec one ip link show virbr-vmango
  [ "$(lab_exec one cat /proc/1/comm)" = hypervisor ]
}

@test "list tells what is up" {
  hypervisor list | grep -P "^$(lab_name one)\tup\tqemu\+unix:///system\?socket=/.*/libvirt-sock$"
}

@test "up of what is up is an error and harms nothing" {
  run -3 hypervisor up "$(lab_name one)"
  [[ $output == *'already up'* ]]
  lab_virsh one domstate alpha | grep -x running
}

@test "verbs other than up and down refuse a hypervisor that is not up" {
  for verb in uri 'exec' domain-type restart; do
    run -3 hypervisor "$verb" "$(lab_name never)" true
    [[ $output == *'not up'* ]]
  done
}

@test "wrong usage is told as such" {
  run -2 hypervisor
  run -2 hypervisor up
  run -2 hypervisor up ../x
  run -2 hypervisor up x --no-such-option
  run -2 hypervisor frobnicate x
}

@test "a socket path that is too long is refused before anything is made" {
  deep=$BATS_TEST_TMPDIR/$(printf 'x%.0s' {1..100})
  VMANGO_LAB_DIR=$deep run -3 hypervisor up x
  [[ $output == *'too long'* ]]
  [ ! -e "$deep" ]
}

@test "domain-type is kvm only where a kernel boots with it" {
  type=$(lab_domain_type one)
  if "$lab_dir/kvm-works"; then [ "$type" = kvm ]; else [ "$type" = qemu ]; fi
}

@test "down leaves nothing, and can be said twice" {
  lab_up dying
  name=$(lab_name dying)
  namespaces=$(namespaces_of "$(recorded dying init)")
  [ -n "$(traces "$name" "$namespaces")" ]
  lab_down dying
  assert_no_traces "$name" "$namespaces"
  lab_down dying
}

@test "libvirtd killed: a restart brings it back, and down leaves nothing" {
  lab_up dying --no-image
  name=$(lab_name dying)
  namespaces=$(namespaces_of "$(recorded dying init)")
  lab_exec dying sh -c 'kill -KILL $(cat /run/libvirt/libvirtd.pid)'
  run ! lab_virsh dying list
  lab_restart dying
  lab_virsh dying net-list --name | grep -x vmango
  lab_exec dying sh -c 'kill -KILL $(cat /run/libvirt/libvirtd.pid)'
  lab_down dying
  assert_no_traces "$name" "$namespaces"
}

@test "the namespaces' PID 1 killed: all of it dies, up starts anew, down leaves nothing" {
  lab_up dying --no-image
  name=$(lab_name dying)
  namespaces=$(namespaces_of "$(recorded dying init)")
  kill -KILL "$(recorded dying init)"
  run -3 hypervisor uri "$name"
  hypervisor list | grep -P "^$name\tdead"
  lab_up dying --no-image
  lab_virsh dying net-list --name | grep -x vmango
  kill -KILL "$(recorded dying namespaces)"
  lab_down dying
  assert_no_traces "$name" "$namespaces"
}

# kill_up_when SIGNAL FILE: starts up and kills it as soon as FILE is there in the state.
kill_up_when() {
  local up
  "$lab_dir/hypervisor" up "$(lab_name racing)" --no-image >"$BATS_TEST_TMPDIR/up.log" 2>&1 3>&- &
  up=$!
  wait_until 20 test -e "$(lab_state racing)/$2"
  kill "-$1" "$up" || true # it may have come to its end
  wait "$up" || true
}

@test "up killed at any moment: down leaves nothing" {
  for moment in etc/qemu.conf namespaces init run/libvirt-sock network.xml pool.xml; do
    kill_up_when KILL "$moment"
    lab_down racing
    assert_no_traces "$(lab_name racing)"
  done
}

@test "up killed in the middle: the next up starts anew" {
  kill_up_when KILL network.xml
  lab_up racing --no-image
  lab_virsh racing net-list --name | grep -x vmango
}

@test "up terminated cleans up after itself" {
  kill_up_when TERM namespaces
  assert_no_traces "$(lab_name racing)"
}

@test "up that fails shows libvirtd's log and cleans up after itself" {
  run -3 hypervisor up "$(lab_name broken)" --no-image --qemu-conf 'user = ['
  [[ $output == *'qemu.conf'* ]]
  assert_no_traces "$(lab_name broken)"
}

@test "another release's libvirt runs beside this one's, with the same hook" {
  host=$(. /etc/os-release && echo "$VERSION_CODENAME")
  other=trixie reason=destroyed
  [ "$host" != trixie ] || { other=bookworm && reason=-; }
  lab_up other --release "$other"
  [ "$(lab_exec other sh -c '. /etc/os-release && echo $VERSION_CODENAME')" = "$other" ]
  [ "$(lab_exec other pwd)" = "$PWD" ]
  lab_exec other virsh net-list --name | grep -x vmango
  lab_guest other short
  lab_virsh other destroy short
  grep -x "short release end $reason" "$(lab_state other)/log/hook.log"
  name=$(lab_name other)
  namespaces=$(namespaces_of "$(recorded other init)")
  lab_down other
  assert_no_traces "$name" "$namespaces"
}

# --- pair ---

mac_of() {
  lab_virsh "$1" domiflist "$2" | awk 'NF { print $5 }'
}

@test "a guest migrates between the hypervisors of a pair, there and back, and down leaves nothing" {
  lab_pair_up left right --shared --joined
  lab_guest left moving
  mac=$(mac_of left moving)
  lab_migrate left right moving --undefinesource
  [ -z "$(lab_virsh left list --all --name)" ]
  [ "$(lab_virsh right domstate moving)" = running ]
  lab_migrate right left moving --p2p
  [ "$(lab_virsh left domstate moving)" = running ]
  # It got its address over the joined networks, or gets it now, from the server of either.
  wait_until "$lab_limit" has_lease "$mac" left right
  namespaces=$(for name in left right; do namespaces_of "$(recorded "$name" init)"; done)
  "$lab_dir/pair" down "$(lab_name left)" "$(lab_name right)"
  for name in left right; do assert_no_traces "$(lab_name "$name")" "$namespaces"; done
}

has_lease() {
  local mac=$1 name
  shift
  for name; do lab_virsh "$name" net-dhcp-leases vmango --mac "$mac"; done | grep -F 192.168.124.
}

@test "up of a pair that fails, or is terminated, leaves nothing" {
  run -3 "$lab_dir/pair" up "$(lab_name left)" "$(lab_name right)" --no-image --qemu-conf 'user = ['
  for name in left right; do assert_no_traces "$(lab_name "$name")"; done
  "$lab_dir/pair" up "$(lab_name left)" "$(lab_name right)" --no-image >"$BATS_TEST_TMPDIR/up.log" 2>&1 3>&- &
  wait_until 20 test -e "$(lab_state right)/run/libvirt-sock"
  kill $!
  wait $! || true
  for name in left right; do assert_no_traces "$(lab_name "$name")"; done
}

@test "wrong usage of a pair is an error, and what is up stays as it is" {
  run -2 "$lab_dir/pair" up left
  run -2 "$lab_dir/pair" up left left
  run -2 "$lab_dir/pair" frobnicate left right
  run -3 "$lab_dir/pair" up "$(lab_name one)" "$(lab_name right)"
  [[ $output == *'already up'* ]]
  lab_virsh one domstate alpha | grep -x running
  assert_no_traces "$(lab_name right)"
}

# --- guest ---

@test "the image is below 40 MB" {
  [ "$(stat -c %s "$("$lab_dir/guest")")" -lt 40000000 ]
}

@test "the builder puts a copy where it is told" {
  "$lab_dir/guest" --output "$BATS_TEST_TMPDIR/image"
  cmp "$BATS_TEST_TMPDIR/image" "$("$lab_dir/guest")"
}

# Processor time, because a busy machine says nothing about the guest.
@test "a guest needs less than 15 s to its address" {
  [ "$(cat "$BATS_FILE_TMPDIR/alpha.seconds")" -lt 15 ]
}

# assert_configured HYPERVISOR GUEST: the config drive reached the guest.
assert_configured() {
  local address
  address=$(lab_wait_address "$1" "$2")
  lab_virsh "$1" net-dhcp-leases vmango | grep -F "$address/24" | grep -w "$2"
  wait_until "$lab_limit" lab_http "$1" "$address"
  [ "$(lab_http "$1" "$address")" = "$2" ]
  wait_until "$lab_limit" lab_ssh "$1" "$address" true
  [ "$(lab_ssh "$1" "$address" hostname)" = "$2" ]
}

@test "OpenStack config drive on an IDE CD-ROM: name, lease, HTTP, SSH" {
  assert_configured one alpha
}

@test "NoCloud config drive on a virtio disk: name, lease, HTTP, SSH" {
  assert_configured two beta
}

@test "OpenStack config drive on a virtio-scsi CD-ROM: name, lease, HTTP, SSH" {
  assert_configured two gamma
}

@test "NoCloud seed on a FAT disk, key in the user data: name, lease, HTTP, SSH" {
  assert_configured one delta
}

@test "user data runs once in an instance's life, also after a reboot" {
  address=$(lab_wait_address one alpha)
  wait_until "$lab_limit" lab_ssh one "$address" grep said /root/said
  lab_console one alpha | grep -F 'said by user data'
  lab_virsh one reboot alpha --mode acpi
  wait_until "$lab_limit" booted_twice
  wait_until "$lab_limit" lab_ssh one "$address" true
  [ "$(lab_ssh one "$address" cat /root/said)" = 'said by user data' ]
}

booted_twice() {
  [ "$(lab_console one alpha | grep -c 'alpha has')" -ge 2 ]
}

@test "NoCloud user data runs" {
  address=$(lab_wait_address two beta)
  wait_until "$lab_limit" lab_ssh two "$address" grep said /root/said
}

@test "the guest agent answers" {
  wait_until "$lab_limit" lab_virsh two qemu-agent-command gamma '{"execute":"guest-ping"}'
  [[ $(lab_virsh two domhostname gamma --source agent) == gamma ]]
}

@test "a guest takes a DHCPv6 lease where there is one" {
  wait_until "$lab_limit" has_ipv6_lease
}

has_ipv6_lease() {
  lab_virsh two net-dhcp-leases vmango | grep -F fd00:124::
}

@test "a hot-plugged interface gets an address" {
  lab_wait_address two gamma
  lab_virsh two attach-interface gamma network vmango --model virtio --mac 52:54:00:00:00:99 --live
  wait_until "$lab_limit" hot_plugged_has_address
}

hot_plugged_has_address() {
  # Not domifaddr: it prints the MAC address beside the first of an interface's leases only.
  lab_virsh two net-dhcp-leases vmango --mac 52:54:00:00:00:99 | grep -F 192.168.124.
}

@test "guests survive a restart of libvirtd" {
  before=$(lab_virsh two domid beta)
  lab_restart two
  [ "$(lab_virsh two domid beta)" = "$before" ]
  lab_restart two --kill
  [ "$(lab_virsh two domid beta)" = "$before" ]
  grep -x 'beta reconnect begin -' "$(lab_state two)/log/hook.log"
}

@test "the power button stops a guest within 3 s" {
  wait_until "$lab_limit" lab_http one "$(lab_wait_address one alpha)"
  lab_virsh one shutdown alpha --mode acpi
  wait_until 3 lab_is_off one alpha
  grep -Ex 'alpha release end (-|shutdown)' "$(lab_state one)/log/hook.log"
}

@test "a guest without a config drive gets an address too" {
  lab_guest one plain
  address=$(lab_wait_address one plain)
  wait_until "$lab_limit" lab_http one "$address"
  [ "$(lab_http one "$address")" = debian ]
}

@test "down with running guests leaves nothing" {
  namespaces=$(namespaces_of "$(recorded two init)")
  lab_down two
  assert_no_traces "$(lab_name two)" "$namespaces"
}
