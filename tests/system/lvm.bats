# SPDX-License-Identifier: GPL-2.0-or-later
# Root volumes and config drives as logical volumes, on a hypervisor whose kernel has device mapper.
# takes: 180 s
# shellcheck disable=SC2154 # run sets stderr
bats_require_minimum_version 1.5.0

setup_file() {
  load lab
  local images=$BATS_FILE_TMPDIR/images
  mkdir "$images"
  # Bytes at both ends, so that a copy that ends early shows.
  qemu-img create -q -f qcow2 "$images/Debian-12_amd64_qcow2.img" 64M
  qemu-img create -q -f raw "$images/Debian-99_amd64_raw.img" 64M
  qemu-io -c 'write -q -P 7 0 1M' -c 'write -q -P 9 63M 1M' "$images/Debian-12_amd64_qcow2.img"
  qemu-io -f raw -c 'write -q -P 5 0 1M' -c 'write -q -P 3 63M 1M' "$images/Debian-99_amd64_raw.img"
  "$lab_dir/lvm" up "$(lab_name one)" >/dev/null
  lvm_virsh pool-define-as guests logical --source-name guests --target /dev/guests
  lvm_virsh pool-start guests
  lvm_virsh pool-create-as vmango-images dir --target "$images"
  lvm_virsh net-create "$(examples)/bridge/network.xml"
}

teardown_file() {
  load lab
  "$lab_dir/lvm" down "$(lab_name one)"
}

setup() {
  load lab
  batch=$BATS_FILE_TMPDIR/lvm.ini
}

examples() {
  (cd "$BATS_TEST_DIRNAME/../../packaging/examples" && pwd)
}

lvm_exec() {
  "$lab_dir/lvm" exec "$(lab_name one)" "$@"
}

lvm_virsh() {
  lvm_exec virsh --quiet --connect "$("$lab_dir/lvm" uri)" "$@"
}

# write_batch IMAGE DISK_SIZE [HYPERVISOR'S LINES [MACHINE'S LINES]]
write_batch() {
  cat >"$batch" <<EOF
[hypervisor local]
url = $("$lab_dir/lvm" uri)
root_storage_pool = guests
network = office
vm_template = $(examples)/lvm/vm.xml.in
volume_template = ${volume_template-$(examples)/lvm/volume.xml.in}
${3-}

[plan tiny]
memory = 32
disk_size = $2

[machine lv-1]
plan = tiny
image = $1
ip = dhcp
${4-}
EOF
}

provision() {
  lvm_exec vmango-provision "$1" -q "${@:2}" "$batch"
}

volumes() {
  lvm_virsh vol-list guests | awk '{ print $1 }' | paste -sd ' '
}

capacity() {
  lvm_virsh vol-info --bytes lv-1_disk guests | awk '/^Capacity/ { print $2 }'
}

# holds IMAGE FORMAT: the root volume begins with all of the image.
holds() {
  lvm_virsh vol-download lv-1_disk "$BATS_TEST_TMPDIR/disk" --pool guests
  qemu-img compare -q -f raw -F "$2" "$BATS_TEST_TMPDIR/disk" "$BATS_FILE_TMPDIR/images/$1"
}

@test "a qcow2 image becomes a logical volume of the plan's size in whole extents" {
  write_batch Debian-12 65M
  run --separate-stderr provision apply -o tsv -w 0
  echo "$stderr"
  [ "$status" -eq 0 ]
  [[ $output == $'lv-1\tcreated\trunning\t'* ]]
  [ "$(capacity)" = $((68 * 1024 * 1024)) ]
  holds Debian-12_amd64_qcow2.img qcow2
  [[ $(lvm_virsh vol-dumpxml lv-1_disk guests) != *"<backingStore>"*"<path>"* ]]
  lvm_virsh vol-download lv-1_config.iso "$BATS_TEST_TMPDIR/drive" --pool guests
  isoinfo -d -i "$BATS_TEST_TMPDIR/drive" | grep -x 'Volume id: config-2'
  lvm_virsh domblklist lv-1 | grep -w '/dev/guests/lv-1_disk'
}

@test "the next apply keeps it, a new config drive goes into another logical volume" {
  write_batch Debian-12 65M
  run provision apply -w 0 -o tsv
  [[ $output == $'lv-1\tkept\trunning\t'* ]]
  write_batch Debian-12 65M '' 'userdata = #!/bin/sh'
  run provision apply --update -w 0 -o tsv
  [[ $output == $'lv-1\tupdated\trunning\t'* ]]
  [ "$(volumes)" = 'lv-1_config-2.iso lv-1_disk' ]
}

@test "a larger disk is told as what can't be" {
  write_batch Debian-12 129M '' 'userdata = #!/bin/sh'
  run -1 --separate-stderr lvm_exec vmango-provision apply --update -w 0 "$batch"
  [[ $stderr == *"lv-1: RootDisk.Size can't change from 68.0 MiB to 129.0 MiB in place"* ]]
  [ "$(capacity)" = $((68 * 1024 * 1024)) ]
  provision destroy
  [ -z "$(volumes)" ]
}

# dies POINT: an apply that is killed there leaves nothing that destroy does not take. Then IMAGE FORMAT is
# whole in the root volume.
dies() {
  run -137 env VMANGO_TEST_POINT="$1:9" "$lab_dir/lvm" exec "$(lab_name one)" \
    vmango-provision apply -q -w 0 "$batch"
  [ $# -eq 1 ] || holds "$2" "$3"
  provision destroy
  [ -z "$(volumes)" ]
  [ -z "$(lvm_virsh list --all --name)" ]
}

@test "a raw image is copied whole, and a run that dies leaves nothing that destroy does not take" {
  write_batch Debian-99 64M
  dies 5
  # The clone is whole when the run dies while it writes the config drive.
  dies 9 Debian-99_amd64_raw.img raw
}

@test "the volume template that is installed makes logical volumes as well" {
  volume_template=$BATS_TEST_DIRNAME/../../packaging/templates/volume.xml.in
  write_batch Debian-12 65M
  dies 9 Debian-12_amd64_qcow2.img qcow2
}

@test "an overlay in a pool of logical volumes is refused with its place" {
  write_batch Debian-12 65M 'clone = overlay'
  run -2 --separate-stderr provision check
  [[ $stderr == *"lvm.ini:7: clone: overlay needs images and root volumes in pools of type dir, fs or netfs; these are dir and logical"* ]]
}
