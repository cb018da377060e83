#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# vmango-provision on a hypervisor of its own, as root, until all machines are started: ten from one
# image beside a loop of `qemu-img create -b` and `virt-install --import --cloud-init`, medians of
# turns in one run; and the time of a machine when there are 1, 10 and 50. virt-install makes two
# kinds of machines: the same as ours, when it is told a system that has virtio (disk, network, rng,
# channel of the guest agent), and one with little in it, when it is told none. Addresses are had by
# DHCP, or are reserved, for which virt-install needs `virsh net-update`. The guests have nothing to
# boot, so that they take no time from those that are made.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
templates=$(cd "$here/../../packaging/templates" && pwd)
lab=$here/../lab/hypervisor
[ -n "${BUILD:-}" ] || { echo "usage: make bench" >&2; exit 2; }
[ "$EUID" -eq 0 ] || { echo "machines: only root can make a hypervisor" >&2; exit 3; }
provision=$(cd "$BUILD" && pwd)/vmango-provision
name=bench-$$
rounds=5
image=Debian-12_amd64_qcow2.img
images=/var/lib/libvirt/images
folder=$(mktemp -d)
trap '"$lab" down "$name"; rm -rf "$folder"' EXIT
trap 'exit 1' INT TERM

virsh_lab() {
  virsh --quiet --connect "$uri" "$@"
}

# milliseconds COMMAND...: what it took; its output goes to a file that is shown when it fails.
milliseconds() {
  local begin=${EPOCHREALTIME/[.,]/}
  "$@" >"$folder/output" 2>&1 </dev/null || { cat "$folder/output" >&2 && return 1; }
  echo $(((${EPOCHREALTIME/[.,]/} - begin) / 1000))
}

# batch COUNT IP: COUNT-IP.ini, a batch of so many machines, each with a config drive.
batch() {
  cat >"$folder/$1-$2.ini" <<INI
[hypervisor local]
url = $uri
vm_template = $templates/vm.xml.in
volume_template = $templates/volume.xml.in
[plan tiny]
memory = 64
disk_size = 2
[machine web-{1..$1}]
plan = tiny
image = Debian-12
userdata_file = user-data
ip = $2
INI
}

apply() {
  "$provision" apply -q --wait 0 "$folder/$1.ini"
}

destroy() {
  "$provision" destroy -q "$folder/$1.ini"
}

# reservation N add|delete: the one that machine N has beside virt-install.
reservation() {
  virsh_lab net-update vmango "$2" ip-dhcp-host --live --config \
    "<host mac='52:54:00:bb:bb:$(printf %02x "$1")' name='vi-$1' ip='192.168.124.$((200 + $1))'/>"
}

# install_each COUNT OSINFO [reserved]
install_each() {
  local i
  for ((i = 1; i <= $1; i++)); do
    "$lab" exec "$name" qemu-img create -q -f qcow2 -F qcow2 \
      -b "/var/lib/libvirt/vmango-images/$image" "$images/vi-${i}_disk" 2G
    [ "${3-}" != reserved ] || reservation "$i" add
    "$lab" exec "$name" virt-install --quiet --connect qemu:///system --name "vi-$i" --memory 64 \
      --vcpus 1 --import --disk "path=$images/vi-${i}_disk,bus=virtio" \
      --network "network=vmango,mac=52:54:00:bb:bb:$(printf %02x "$i")" \
      --osinfo "$2" --virt-type "$domain_type" --graphics vnc --noautoconsole \
      --cloud-init "user-data=$folder/user-data"
  done
}

# remove_each COUNT [reserved]
remove_each() {
  local i
  for ((i = 1; i <= $1; i++)); do
    virsh_lab destroy "vi-$i"
    virsh_lab undefine "vi-$i" --remove-all-storage
    [ "${2-}" != reserved ] || reservation "$i" delete
  done
}

started() {
  virsh_lab list --name | grep -c .
}

median() {
  sort -n | awk '{ of[NR] = $1 } END { print of[int((NR + 1) / 2)] }'
}

printf '#!/bin/sh\necho bench > /etc/motd\n' >"$folder/user-data"
uri=$("$lab" up "$name" --no-image)
domain_type=$("$lab" domain-type "$name")
# Where virt-install puts its config drives.
"$lab" exec "$name" mkdir -p /var/lib/libvirt/boot
"$lab" exec "$name" qemu-img create -q -f qcow2 "/var/lib/libvirt/vmango-images/$image" 1G
virsh_lab pool-refresh vmango-images
for count in 1 10 50; do batch $count auto; done
batch 10 dhcp

# timed BATCH FILE: adds what its apply took, in milliseconds.
timed() {
  milliseconds apply "$1" >>"$folder/$2"
  [ "$(started)" -eq "${1%-*}" ]
  destroy "$1" >/dev/null
}

# timed_install FILE OSINFO [reserved]
timed_install() {
  milliseconds install_each 10 "${@:2}" >>"$folder/$1"
  [ "$(started)" -eq 10 ]
  remove_each 10 "${@:3}" >/dev/null
}

for ((round = 0; round < rounds; round++)); do
  timed 1-auto 1
  timed 10-dhcp dhcp
  timed 10-auto 10
  timed_install same debian11
  timed_install reserved debian11 reserved
  timed_install bare detect=off,require=off
done
timed 50-auto 50

# beside OURS THEIRS WHAT
beside() {
  awk -v ours="$(median <"$folder/$1")" -v theirs="$(median <"$folder/$2")" -v what="$3" 'BEGIN {
    printf "%-37s  %.1f s, virt-install %.1f s: %.1f times faster\n", what, ours / 1000, theirs / 1000,
      theirs / ours }'
}

echo 'ten machines from one image, all started (target: 4 times faster)'
beside dhcp same 'the same machines, addresses by DHCP'
beside 10 reserved 'the same machines, addresses reserved'
beside dhcp bare 'virt-install told no system, DHCP'
printf 'machines\tapply ms\tms a machine\n' >"$folder/table"
for count in 1 10 50; do
  took=$(median <"$folder/$count")
  printf '%s\t%s\t%s\n' "$count" "$took" $((took / count)) >>"$folder/table"
done
column -t -s $'\t' "$folder/table"
