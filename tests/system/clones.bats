# SPDX-License-Identifier: GPL-2.0-or-later
# Root volumes of every kind: overlays, copies and shared blocks in pools of files; what can't be is
# refused before anything is done.
# shellcheck disable=SC2154 # run sets stderr
bats_require_minimum_version 1.5.0

size=$((300 * 1024 * 1024))
raw=Debian-99_amd64_raw.img

setup_file() {
  load lab
  lab_up one --no-system --no-firewall
  lab_exec one qemu-img create -q -f raw "/var/lib/libvirt/vmango-images/$raw" 64M
  lab_exec one sh -c 'echo content | dd conv=notrunc status=none of="$1"' - \
    "/var/lib/libvirt/vmango-images/$raw"
  lab_virsh one pool-refresh vmango-images
  xfs_up
}

teardown_file() {
  load lab
  xfs_down
  lab_down
}

setup() {
  load lab
  batch=$BATS_FILE_TMPDIR/lab.ini
}

# Two pools on one file system that can share blocks, in the hypervisor's mounts alone.
xfs_up() {
  local file=$BATS_FILE_TMPDIR/xfs pool
  truncate -s 512M "$file"
  mkfs.xfs -q -m reflink=1 "$file"
  losetup --find --show "$file" >"$BATS_FILE_TMPDIR/loop"
  lab_exec one mkdir -p /var/lib/libvirt/xfs
  lab_exec one mount -t xfs "$(cat "$BATS_FILE_TMPDIR/loop")" /var/lib/libvirt/xfs
  for pool in images disks; do
    lab_exec one mkdir "/var/lib/libvirt/xfs/$pool"
    [ "$pool" = disks ] || lab_exec one cp "/var/lib/libvirt/vmango-images/$raw" /var/lib/libvirt/xfs/images
    lab_virsh one pool-create-as "xfs-$pool" dir --target "/var/lib/libvirt/xfs/$pool"
  done
}

xfs_down() {
  lab_exec one umount /var/lib/libvirt/xfs || true
  losetup --detach "$(cat "$BATS_FILE_TMPDIR/loop")" || true
}

# write_batch IMAGE HYPERVISOR'S LINES: the guests have little to boot from.
write_batch() {
  cat >"$batch" <<EOF
$(lab_section one)
$2

[plan tiny]
memory = 32
disk_size = 300M

[machine clone-1]
plan = tiny
image = $1
EOF
}

provision() {
  vmango-provision "$1" -q "${@:2}" "$batch"
}

objects() {
  lab_virsh one 'list --all --name; vol-list default; vol-list xfs-disks; net-dumpxml vmango' |
    grep -v '^ *<\(/\|[^h]\)' | tr -d ' \n'
  lab_exec one find /var/lib/libvirt/images /var/lib/libvirt/xfs/disks -type f
}

# volume XPATH [POOL]: of the clone, "" for what it does not have.
volume() {
  lab_virsh one vol-dumpxml clone-1_disk "${2-default}" | xmlstarlet sel -t -v "$1"
}

# Applied, the clone is $1, has the plan's size, and the guest is given that format; destroyed, nothing is left.
cloned_as() {
  local format=$1 backing=$2 pool=${3-default}
  run --separate-stderr provision apply -w 0
  echo "$stderr"
  [ "$status" -eq 0 ]
  [ "$(volume /volume/capacity "$pool")" = "$size" ]
  [ "$(volume /volume/target/format/@type "$pool")" = "$format" ]
  [ "$format" != qcow2 ] || [ "$(volume /volume/target/compat "$pool")" = 1.1 ]
  [ "$(volume /volume/backingStore/path "$pool")" = "$backing" ]
  [ "$(lab_virsh one dumpxml clone-1 | xmlstarlet sel -t -v '//disk[@device="disk"]/driver/@type')" = "$format" ]
  [ "$(lab_virsh one domblkinfo clone-1 vda | awk '/^Capacity/ { print $2 }')" = "$size" ]
}

gone() {
  provision destroy
  [ -z "$(objects)" ]
}

@test "overlay stands on the image, qcow2 or raw" {
  local folder=/var/lib/libvirt/vmango-images
  write_batch Debian-12 'clone = overlay'
  cloned_as qcow2 "$folder/Debian-12_amd64_qcow2.img"
  gone
  write_batch Debian-99 'clone = overlay'
  cloned_as qcow2 "$folder/$raw"
  [ "$(volume /volume/backingStore/format/@type)" = raw ]
  gone
}

@test "copy stands alone, qcow2 or raw" {
  write_batch Debian-12 'clone = copy'
  cloned_as qcow2 ''
  gone
  write_batch Debian-99 'clone = copy'
  cloned_as raw ''
  [ "$(head -c 7 "$(lab_state one)/lib/images/clone-1_disk")" = content ]
  gone
}

@test "auto is an overlay of a qcow2 image, and of a raw one where no blocks can be shared" {
  local folder=/var/lib/libvirt/vmango-images
  write_batch Debian-12 ''
  cloned_as qcow2 "$folder/Debian-12_amd64_qcow2.img"
  gone
  # Another file system than the image's.
  write_batch Debian-99 'root_storage_pool = xfs-disks'
  cloned_as qcow2 "$folder/$raw" xfs-disks
  run --separate-stderr provision apply -o tsv -w 0
  [ "$(cut -f 2 <<<"$output")" = kept ]
  gone
}

@test "auto shares a raw image's blocks on a file system that can" {
  write_batch Debian-99 $'image_storage_pool = xfs-images\nroot_storage_pool = xfs-disks'
  cloned_as raw '' xfs-disks
  lab_exec one filefrag -v /var/lib/libvirt/xfs/disks/clone-1_disk | grep -w shared
  [ "$(lab_exec one head -c 7 /var/lib/libvirt/xfs/disks/clone-1_disk)" = content ]
  # What the guest writes is its own.
  lab_virsh one destroy clone-1
  lab_exec one sh -c 'echo changed | dd conv=notrunc status=none of="$1"' - \
    /var/lib/libvirt/xfs/disks/clone-1_disk
  [ "$(lab_exec one head -c 7 "/var/lib/libvirt/xfs/images/$raw")" = content ]
  gone
}

@test "a run killed while no blocks could be shared leaves nothing that the next does not roll back" {
  local point
  write_batch Debian-99 'root_storage_pool = xfs-disks'
  for ((point = 4; point < 16; point += 3)); do
    VMANGO_TEST_POINT=$point:9 run -137 provision apply -w 0
    case $((point % 2)) in
    0) run -0 provision destroy ;;
    1)
      cloned_as qcow2 "/var/lib/libvirt/vmango-images/$raw" xfs-disks
      run -0 provision destroy
      ;;
    esac
    [ -z "$(objects)" ] || { echo "point $point" && return 1; }
  done
}

@test "an image that does not fit into the plan's disk is refused" {
  write_batch Debian-99 'clone = copy'
  sed -i 's/^disk_size.*/disk_size = 32M/' "$batch"
  run -2 --separate-stderr provision apply
  [[ $stderr == *"lab.ini:"*": plan: the disk of plan tiny is 32.0 MiB, image $raw needs 64.0 MiB"* ]]
  [ -z "$(objects)" ]
}

@test "a pool of partitions and a clone that can't be are refused with their places" {
  local loop line
  truncate -s 128M "$BATS_TEST_TMPDIR/disk"
  loop=$(losetup --find --show "$BATS_TEST_TMPDIR/disk")
  parted --script "$loop" mklabel gpt
  lab_virsh one pool-create-as parts disk --source-dev "$loop" --source-format gpt --target /dev
  write_batch Debian-99 'root_storage_pool = parts'
  line=$(grep -n parts "$batch" | cut -d : -f 1)
  run --separate-stderr provision check
  echo "$stderr"
  lab_virsh one pool-destroy parts
  losetup --detach "$loop"
  [ "$status" -eq 2 ]
  [[ $stderr == *"lab.ini:$line: root_storage_pool: pool parts is of type disk: its volumes are partitions, whose names can't be chosen"* ]]
}
