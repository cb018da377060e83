# SPDX-License-Identifier: GPL-2.0-or-later
# What others do to the volumes, disks and pools of a machine: rows of the table in tests/README.md.
# shellcheck disable=SC2154 # run sets stderr, others.bash sets batch and images
bats_require_minimum_version 1.5.0

setup_file() {
  load others
  others_up
}

teardown_file() {
  load lab
  lab_down
}

setup() {
  load others
  others_setup
}

instance_id() {
  grep -a -o 'instance-id[^,}]*\|"uuid"[^,}]*' "$(lab_state one)/lib/images/web-1_config.iso"
}

@test "config drive deleted: apply writes it again, with its instance id" {
  id=$(instance_id)
  [ -n "$id" ]
  lab_virsh one vol-delete web-1_config.iso default
  row 'its config drive, volume default/web-1_config.iso, is missing' restored
  [ "$(instance_id)" = "$id" ]
  destroyed
}

@test "config drive deleted, and the run that writes it is killed: the next one completes it" {
  id=$(instance_id)
  for point in 2 3 4 5 6 7 8; do
    lab_virsh one vol-delete web-1_config.iso default || true
    VMANGO_TEST_POINT=$point:9 run vmango-provision apply -q --wait 0 "$batch"
    provision apply -o tsv --wait 0 "$batch"
    [ "$status" -eq 0 ]
    [ "$(instance_id)" = "$id" ]
    provision status -o tsv "$batch"
    [[ $output == web-1$'\t'ready* ]]
  done
  destroyed
  [ -z "$(volumes)" ]
}

@test "config drive ejected: apply inserts it; another medium is left, with the command" {
  lab_virsh one change-media web-1 hdc --eject --config
  # While its firmware looks at the drive the guest closes it again.
  wait_until 20 lab_virsh one change-media web-1 hdc --eject --live --force
  row 'its config drive, volume default/web-1_config.iso, has been ejected from hdc' restored
  [[ $(lab_virsh one domblklist web-1) == *"hdc   $images/web-1_config.iso"* ]]
  [[ $(lab_virsh one domblklist --inactive web-1) == *"hdc   $images/web-1_config.iso"* ]]
  lab_virsh one change-media web-1 hdc --eject --config
  lab_virsh one vol-delete web-1_config.iso default
  row 'its config drive, volume default/web-1_config.iso, is missing' restored
  [[ $(lab_virsh one domblklist --inactive web-1) == *"hdc   $images/web-1_config.iso"* ]]
  lab_virsh one vol-create-as default rescue.iso 1M --format raw
  lab_virsh one change-media web-1 hdc "$images/rescue.iso" --update --config
  row "CD-ROM hdc has $images/rescue.iso instead of its config drive"
  pasted 'to insert that at the next start: '
  ready
  lab_virsh one vol-delete rescue.iso default
}

@test "root disk copied elsewhere: it is shown; nothing is deleted" {
  lab_virsh one destroy web-1
  lab_exec one cp "$images/web-1_disk" "$images/copy"
  lab_virsh one dumpxml --inactive web-1 | sed "s,$images/web-1_disk,$images/copy," | lab_virsh one define /dev/stdin
  for word in started kept; do
    provision apply -o tsv --wait 0 "$batch"
    [ "$status" -eq 0 ]
    [[ $output == web-1$'\t'$word* ]]
    [[ $stderr == *"web-1: disk vda is $images/copy, not $images/web-1_disk as created"* ]]
  done
  ready
  refused "disk vda is $images/copy, not $images/web-1_disk as created; nothing is deleted"
  lab_virsh one 'destroy web-1; detach-disk web-1 vda --config'
  destroyed
  lab_virsh one 'pool-refresh default; vol-delete copy default'
}

@test "files deleted, which the pool still lists: the drive is written again, the disk is named" {
  lab_exec one rm "$images/web-1_config.iso"
  row 'its config drive, volume default/web-1_config.iso, is missing' restored
  lab_exec one test -s "$images/web-1_config.iso"
  lab_exec one rm "$images/web-1_disk"
  row 'its disk, volume default/web-1_disk, is missing; to recreate the machine, destroy it first'
  destroyed
}

@test "root disk replaced by another volume: it is shown, not grown; nothing is deleted" {
  lab_virsh one destroy web-1
  lab_virsh one vol-create-as default theirs 1G --format qcow2
  lab_virsh one dumpxml --inactive web-1 |
    sed "s,<disk type='file' device='disk'>,<disk type='volume' device='disk'>,; s,<source file='$images/web-1_disk'/>,<source pool='default' volume='theirs'/>," |
    lab_virsh one define /dev/stdin
  refused "disk vda is volume theirs of pool default, not $images/web-1_disk as created; nothing is deleted"
  lab_virsh one dumpxml --inactive web-1 |
    sed "s,<disk type='volume' device='disk'>,<disk type='file' device='disk'>,; s,<source pool='default' volume='theirs'/>,<source file='$images/theirs'/>," |
    lab_virsh one define /dev/stdin
  lab_virsh one dumpxml --inactive web-1 |
    sed '/<name>/s/web-1/db-1/; /<uuid>/d; /<metadata>/,/<\/metadata>/d; /<mac address/d' | lab_virsh one define /dev/stdin
  sed -i 's/disk_size = 2/disk_size = 3/' "$batch"
  provision apply --update -o tsv --wait 0 "$batch"
  [ "$status" -eq 1 ]
  [[ $stderr == *"web-1: the disk is not grown: $images/theirs is in use by machine db-1"* ]]
  lab_virsh one undefine db-1
  [ "$(lab_virsh one vol-info theirs --pool default --bytes | awk '/Capacity/ { print $2 }')" -eq 1073741824 ]
  lab_virsh one 'detach-disk web-1 vda --config; vol-delete theirs default'
  destroyed
}

@test "config drive's CD-ROM removed: it is named, with the command" {
  lab_virsh one detach-disk web-1 hdc --config
  ready
  [[ $stderr == *'its config drive, volume default/web-1_config.iso, is not attached; to attach it at the next start: virsh -c '* ]]
  [[ $stderr != *reboot* ]]
  pasted 'to attach it at the next start: '
  ready
  [[ $stderr != *attach* ]]
  destroyed
}

@test "config drive ejected from the running guest alone: that is its own affair" {
  wait_until 20 lab_virsh one change-media web-1 hdc --eject --live --force
  ready
  destroyed
}

@test "an overlay put into the pool's folder: destroy refuses, though no pool lists it" {
  lab_virsh one destroy web-1
  lab_exec one qemu-img create -q -f qcow2 -F qcow2 -b "$images/web-1_disk" "$images/mine.qcow2"
  refused 'its volumes are in use by volume default/mine.qcow2; nothing is deleted'
  lab_virsh one vol-delete mine.qcow2 default
  # Pools of others are left alone: libvirt forgets one that it can't read.
  lab_virsh one pool-create-as extra dir --target /var/lib/libvirt/extra --build
  lab_exec one rmdir /var/lib/libvirt/extra
  destroyed
  [ "$(lab_virsh one pool-list --name | grep -c '^extra')" -eq 1 ]
  lab_virsh one pool-destroy extra
}

@test "root disk attached to another domain: it is named, with the command; destroy refuses" {
  lab_virsh one dumpxml --inactive web-1 |
    sed '/<name>/s/web-1/db-1/; /<uuid>/d; s/<mac address=.*/<mac address="52:54:00:00:00:98"\/>/' |
    lab_virsh one define /dev/stdin
  row "domain db-1 has its disk $images/web-1_disk too; to take it from that: virsh -c "
  refused 'its volumes are in use by machine db-1; nothing is deleted'
  provision status "$batch"
  pasted 'to take it from that: '
  lab_virsh one detach-disk db-1 hdc --config
  ready
  # The copy has the machine's metadata, and is not taken for it.
  destroyed
  lab_virsh one undefine db-1
}

@test "pool moved to another folder: it is shown; destroy refuses" {
  lab_virsh one pool-dumpxml default >"$BATS_TEST_TMPDIR/pool.xml"
  lab_exec one mkdir /var/lib/libvirt/moved
  lab_virsh one 'pool-destroy default; pool-undefine default'
  sed 's,<path>.*</path>,<path>/var/lib/libvirt/moved</path>,' "$BATS_TEST_TMPDIR/pool.xml" |
    lab_virsh one pool-define /dev/stdin
  lab_virsh one pool-start default
  ready
  [[ $stderr == *"web-1: disk vda is $images/web-1_disk, not /var/lib/libvirt/moved/web-1_disk as created"* ]]
  provision destroy -y "$batch"
  [ "$status" -eq 1 ]
  [[ $stderr == *"web-1: disk vda is $images/web-1_disk, not /var/lib/libvirt/moved/web-1_disk as created; nothing is deleted"* ]]
  lab_virsh one 'pool-destroy default; pool-undefine default'
  lab_virsh one pool-define "$BATS_TEST_TMPDIR/pool.xml"
  lab_virsh one pool-start default
  destroyed
}

@test "pool gone: an error; destroy says what stays" {
  lab_virsh one pool-dumpxml default >"$BATS_TEST_TMPDIR/pool.xml"
  lab_virsh one 'pool-destroy default; pool-undefine default'
  refusal 'no pool "default" on local'
  destroyed 'volume web-1_disk stays, as pool default does not exist'
  lab_virsh one pool-define "$BATS_TEST_TMPDIR/pool.xml"
  lab_virsh one pool-start default
  lab_virsh one 'vol-delete web-1_disk default; vol-delete web-1_config.iso default'
}

@test "root disk detached: it is named, and no guest is started without; the command attaches it" {
  lab_virsh one destroy web-1
  lab_virsh one detach-disk web-1 vda --config
  row 'its disk, volume default/web-1_disk, is not attached; to attach it: virsh -c '
  [ "$(state)" = 'shut off' ]
  pasted 'to attach it: '
  provision apply -o tsv --wait 0 "$batch"
  [[ $output == web-1$'\t'started* ]]
  ready
}

@test "disk attached by others: nothing to change; destroy leaves it, and says so" {
  lab_virsh one vol-create-as default data 1M --format raw
  lab_virsh one attach-disk web-1 "$images/data" vdb --config --live
  ready
  destroyed "disk vdb, $images/data, stays, as it was not created with the machine; if nothing needs it: "
  pasted 'if nothing needs it: '
  run ! lab_virsh one vol-info data default
}

@test "root disk renamed: it is missing, and apply does not try to start the guest" {
  lab_virsh one destroy web-1
  lab_exec one mv "$images/web-1_disk" "$images/old"
  lab_virsh one pool-refresh default
  row 'its disk, volume default/web-1_disk, is missing; to recreate the machine, destroy it first'
  [[ $output == web-1$'\t'kept$'\t'stopped* ]]
  [[ $stderr != *"can't start"* ]]
  lab_exec one mv "$images/old" "$images/web-1_disk"
  lab_virsh one pool-refresh default
}

@test "root disk deleted: it is named" {
  lab_virsh one destroy web-1
  lab_virsh one vol-delete web-1_disk default
  provision status -o tsv "$batch"
  [ "$status" -eq 1 ]
  [[ $output == web-1$'\t'degraded$'\t'stopped* ]]
  [[ $stderr == *"web-1: its disk, volume default/web-1_disk, is missing; to recreate the machine, destroy it first"* ]]
  provision apply --wait 0 "$batch"
  [ "$status" -eq 1 ]
  destroyed
  [ -z "$(volumes)" ]
}

@test "root disk grown by others: a difference; replaced by another format: the reason why it does not start" {
  lab_virsh one destroy web-1
  lab_virsh one vol-resize web-1_disk 3G default
  provision status -o tsv "$batch"
  [[ $output == web-1$'\t'differs* ]]
  for word in started kept; do
    provision apply -o tsv --wait 0 "$batch"
    [ "$status" -eq 1 ]
    [[ $output == web-1$'\t'$word* ]]
    [[ $stderr == *'web-1: differs from the batch: RootDisk.Size: 3.0 GiB -> 2.0 GiB (not possible)'* ]]
  done
  lab_virsh one 'destroy web-1; vol-delete web-1_disk default; vol-create-as default web-1_disk 2G --format raw'
  provision status -o tsv "$batch"
  [ "$status" -eq 1 ]
  for _ in 1 2; do
    provision apply -o tsv --wait 0 "$batch"
    [ "$status" -eq 1 ]
    [[ $stderr == *"web-1: can't start the domain: "*"Image is not in qcow2 format"* ]]
  done
  destroyed
  [ -z "$(volumes)" ]
}

@test "pool stopped: an error with the command; destroy says what stays, a snapshot's file in another pool too" {
  lab_exec one mkdir /var/lib/libvirt/snapshots
  lab_virsh one pool-create-as snapshots dir --target /var/lib/libvirt/snapshots
  lab_virsh one snapshot-create-as web-1 s1 --disk-only --diskspec vda,file=/var/lib/libvirt/snapshots/web-1.s1
  lab_virsh one pool-destroy default
  refusal 'pool "default" is not active on local (virsh -c '
  destroyed 'volume web-1_disk stays, as pool default is not active; to delete it: '
  [[ $stderr == *"volume web-1_disk stays, as pool default is not active; to delete it: virsh -c "*" pool-start default && virsh -c "*" vol-delete --pool default web-1_disk"* ]]
  [[ $stderr == *'disk vda, /var/lib/libvirt/snapshots/web-1.s1, stays, as it was not created with the machine; if nothing needs it: '* ]]
  [[ $stderr != *"can't be deleted"* ]]
  [ "$(reservations --inactive)" -eq 0 ]
  pasted 'if nothing needs it: '
  run ! lab_virsh one vol-info web-1.s1 snapshots
  pasted 'volume web-1_disk stays, as pool default is not active; to delete it: '
  [ "$(volumes)" = "web-1_config.iso" ]
  lab_virsh one vol-delete web-1_config.iso default
}
