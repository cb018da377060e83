# SPDX-License-Identifier: GPL-2.0-or-later
# Disks that are no longer what they were created as: snapshots, block jobs, other machines on them.
bats_require_minimum_version 1.5.0

images=/var/lib/libvirt/images

setup_file() {
  load lab
  lab_up one --no-system --no-firewall
  batch=$BATS_FILE_TMPDIR/snap.ini
  write_batch 1
  vmango-provision apply --wait 0 "$batch"
}

teardown_file() {
  load lab
  lab_down
}

setup() {
  load lab
  batch=$BATS_FILE_TMPDIR/snap.ini
}

# write_batch DISK_SIZE [MORE]
write_batch() {
  cat >"$batch" <<END
batch = snap
$(lab_section one)
[plan tiny]
memory = 32
disk_size = $1
[defaults]
plan = tiny
image = Debian-12
ip = dhcp
${2-}
[machine m-{1..7}]
END
}

# files MACHINE: what is in the pool's folder of its name.
files() {
  local folder
  folder=$(lab_state one)/lib/images
  find "$folder" -name "$1*" -printf '%f\n' | sort | paste -sd ' '
}

# virtual_size FILE
virtual_size() {
  qemu-img info -U --output json "$(lab_state one)/lib/images/$1" | jq '."virtual-size" / 1073741824'
}

destroy() {
  run --separate-stderr vmango-provision destroy -o tsv --machine "$1" "$batch"
  echo "$output"
  echo "$stderr"
}

# refused MACHINE: it is not destroyed, and is as it was before.
refused() {
  local before after
  before=$(lab_virsh one dumpxml "$1"; files "$1")
  destroy "$1"
  [ "$status" -eq 1 ]
  [[ $output == "$1"$'\t'failed* ]]
  after=$(lab_virsh one dumpxml "$1"; files "$1")
  [ "$before" = "$after" ]
}

# announced MACHINE: destroy -n lists all of its files, and deletes none.
announced() {
  local before
  before=$(files "$1")
  run -4 --separate-stderr vmango-provision destroy -n -o json --machine "$1" "$batch"
  echo "$output$stderr"
  [ "$(jq -r '.[0].Owns.Volumes[].Name' <<<"$output" | sort | paste -sd ' ')" = "$before" ]
  [ "$(files "$1")" = "$before" ]
}

# not_announced MACHINE REASON: destroy -n says that it would be refused, and why.
not_announced() {
  run -1 --separate-stderr vmango-provision destroy -n -o json --machine "$1" "$batch"
  echo "$output$stderr"
  [ "$(jq -r '.[0].Action' <<<"$output")" = fail ]
  [[ $(jq -r '.[0].Reason' <<<"$output") == *"$2"* ]]
}

destroyed() {
  destroy "$1"
  [ "$status" -eq 0 ]
  [[ $output == "$1"$'\t'destroyed* ]]
  [ -z "$(files "$1")" ]
  run -1 lab_virsh one domstate "$1"
}

@test "a disk with external snapshots grows where it is written to, running or not" {
  lab_virsh one snapshot-create-as m-1 a --disk-only
  lab_virsh one snapshot-create-as m-1 b --disk-only
  write_batch 2
  run -0 --separate-stderr vmango-provision apply --update --wait 0 -o tsv --machine m-1 "$batch"
  [[ $output == m-1$'\t'updated* ]]
  [ "$(virtual_size m-1_disk.b)" = 2 ]
  [ "$(virtual_size m-1_disk.a)" = 1 ]
  [ "$(virtual_size m-1_disk)" = 1 ]
  lab_virsh one destroy m-1
  write_batch 3
  run -0 --separate-stderr vmango-provision apply --update --wait 0 -o tsv --machine m-1 "$batch"
  [ "$(virtual_size m-1_disk.b)" = 3 ]
  [ "$(virtual_size m-1_disk)" = 1 ]
  run -0 --separate-stderr vmango-provision plan -o tsv --machine m-1 "$batch"
  [[ $output == m-1$'\t'keep* ]]
  write_batch 1
}

@test "destroy deletes what snapshots have created of its disk" {
  [ "$(files m-1)" = "m-1_config.iso m-1_disk m-1_disk.a m-1_disk.b" ]
  announced m-1
  destroyed m-1
  [[ $stderr == *'m-1 on '*' will be deleted with '*default/m-1_disk.a*default/m-1_disk.b* ]]
  # Merged, which leaves the file; and one inside of the disk.
  lab_virsh one snapshot-create-as m-2 a --disk-only
  lab_virsh one blockcommit m-2 vda --shallow --active --pivot --wait
  lab_virsh one destroy m-2
  lab_virsh one snapshot-create-as m-2 inside
  [ "$(files m-2)" = "m-2_config.iso m-2_disk m-2_disk.a" ]
  announced m-2
  destroyed m-2
}

@test "a destroy that was killed half-way leaves no snapshot" {
  lab_virsh one snapshot-create-as m-3 a --disk-only
  VMANGO_TEST_POINT=9:9 run vmango-provision destroy --machine m-3 "$batch"
  [ "$status" -eq 137 ]
  lab_virsh one domstate m-3
  destroyed m-3
}

@test "a snapshot that no pool can delete is named, with what to do" {
  lab_exec one mkdir -p /var/lib/libvirt/elsewhere
  lab_virsh one snapshot-create-as m-4 a --disk-only --diskspec vda,file=/var/lib/libvirt/elsewhere/m-4.a
  refused m-4
  [[ $stderr == *"in no active pool, nothing is deleted: /var/lib/libvirt/elsewhere/m-4.a (virsh -c 'qemu+unix:"*"' pool-create-as NAME dir --target /var/lib/libvirt/elsewhere "* ]]
  not_announced m-4 'in no active pool, nothing is deleted: /var/lib/libvirt/elsewhere/m-4.a'
  lab_virsh one pool-create-as elsewhere dir --target /var/lib/libvirt/elsewhere
  destroyed m-4
  run -1 lab_exec one test -e /var/lib/libvirt/elsewhere/m-4.a
}

@test "nothing is deleted while a block job is under way, or after the disk was moved" {
  lab_virsh one blockcopy m-5 vda /var/lib/libvirt/elsewhere/m-5.copy --transient-job --wait
  refused m-5
  [[ $stderr == *"a block job is under way on disk vda; "*"(virsh -c 'qemu+unix:"*"' blockjob m-5 vda --abort)"* ]]
  lab_virsh one blockjob m-5 vda --pivot
  refused m-5
  [[ $stderr == *"disk vda is /var/lib/libvirt/elsewhere/m-5.copy, not $images/m-5_disk as created; nothing is deleted"*"' detach-disk m-5 vda --config"* ]]
  lab_virsh one destroy m-5
  # Its disk still grows.
  write_batch 2
  run -0 --separate-stderr vmango-provision apply --update --wait 0 -o tsv --machine m-5 "$batch"
  [ "$(virtual_size ../elsewhere/m-5.copy)" = 2 ]
  write_batch 1
  lab_virsh one destroy m-5
  lab_virsh one detach-disk m-5 vda --config
  destroyed m-5
  lab_exec one test -e /var/lib/libvirt/elsewhere/m-5.copy
}

# define_twin NAME DISK
define_twin() {
  lab_virsh one define /dev/stdin <<END
<domain type='qemu'><name>$1</name><memory unit='MiB'>32</memory><os><type>hvm</type></os><devices>
<disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='$2'/><target dev='vda'/></disk>
</devices></domain>
END
}

@test "a volume that another machine or an overlay uses stays, and they are named" {
  define_twin other "$images/m-6_disk"
  refused m-6
  [[ $stderr == *"its volumes are in use by machine other; nothing is deleted"* ]]
  [[ $stderr == *"m-6 on "*", which runs, can't be deleted: its volumes are in use by machine other"* ]]
  not_announced m-6 'its volumes are in use by machine other'
  lab_virsh one undefine other
  # Made without libvirt, which does not list it.
  lab_exec one qemu-img create -q -f qcow2 -F qcow2 -b "$images/m-6_disk" "$images/linked"
  define_twin clone "$images/linked"
  refused m-6
  [[ $stderr == *"its volumes are in use by machine clone; nothing is deleted"* ]]
  lab_virsh one undefine clone
  refused m-6
  [[ $stderr == *"its volumes are in use by volume default/linked; nothing is deleted"* ]]
  lab_virsh one vol-delete linked default
  # As others write the name of a backing file.
  local form
  for form in "file:$images/m-6_disk" "json:{\"file.filename\":\"$images/m-6_disk\"}" \
    "json:{\"driver\":\"qcow2\",\"file\":{\"driver\":\"file\",\"filename\":\"$images/m-6_disk\"}}"; do
    lab_exec one qemu-img create -q -u -f qcow2 -F qcow2 -b "$form" "$images/linked" 1G
    lab_virsh one pool-refresh default
    refused m-6
    [[ $stderr == *"its volumes are in use by volume default/linked; nothing is deleted"* ]]
  done
  lab_virsh one vol-delete linked default
  destroyed m-6
}

@test "a config drive that another machine has stays when it is replaced" {
  define_twin other "$images/m-7_config.iso"
  printf '[ssh_key lab]\npublic_file = %s.pub\n' "$(lab_key)" >"$BATS_FILE_TMPDIR/key.ini"
  write_batch 1 "ssh_keys = lab
$(cat "$BATS_FILE_TMPDIR/key.ini")"
  run --separate-stderr vmango-provision apply --update --wait 0 -o tsv --machine m-7 "$batch"
  echo "$output$stderr"
  [ "$status" -eq 0 ]
  [[ $output == m-7$'\t'updated* ]]
  [[ $stderr == *"m-7: $images/m-7_config.iso is in use by machine other"* ]]
  [ "$(files m-7)" = "m-7_config-2.iso m-7_config.iso m-7_disk" ]
}
