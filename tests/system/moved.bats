# SPDX-License-Identifier: GPL-2.0-or-later
# Machines that others migrate between two hypervisors, one pool of which is shared: no disk of a guest
# that runs is deleted, and leftovers are removed.
bats_require_minimum_version 1.5.0

setup_file() {
  load lab
  lab_pair_up one two --no-firewall
  share_pool
  write_batches
  vmango-provision apply --wait 0 "$BATS_FILE_TMPDIR/new.ini"
}

teardown_file() {
  load lab
  lab_down
}

setup() {
  load lab
  both=$BATS_FILE_TMPDIR/both.ini
  only_one=$BATS_FILE_TMPDIR/one.ini
  only_two=$BATS_FILE_TMPDIR/two.ini
}

# The pool "common" of both is one folder, "default" is a folder of each.
share_pool() {
  local name folder
  folder=$(lab_state one)/lib/common
  mkdir "$folder"
  lab_exec two mkdir /var/lib/libvirt/common
  lab_exec two mount --bind "$folder" /var/lib/libvirt/common
  for name in one two; do
    lab_virsh "$name" pool-create-as common dir --target /var/lib/libvirt/common
  done
  truncate -s 64K "$(lab_state one)/lib/vmango-images/Blank-1_amd64_raw.img"
  lab_virsh one pool-refresh vmango-images
}

# section NAME POOL [CLONE]
section() {
  lab_section "$1" "$1-$2"
  printf 'root_storage_pool = %s\nclone = %s\n' "$2" "${3-auto}"
}

# batch FILE COMMON RAW LOCAL: the hypervisors of machines on the shared pool, raw and on the other.
write_batch() {
  cat >"$BATS_FILE_TMPDIR/$1.ini" <<END
batch = moved
$(section one common; section two common; section one default; section two default)
$(section one raw copy | sed 's/= raw/= common/')
[plan tiny]
memory = 32
disk_size = 1
[plan some]
memory = 128
disk_size = 1
[defaults]
plan = tiny
image = Debian-12
hypervisor = $2
ip = dhcp
[machine s-{1..7}]
[machine slow]
plan = some
[machine reserved]
ip = 192.168.124.77
[machine raw]
image = Blank-1
hypervisor = $3
[machine l-{1..3}]
hypervisor = $4
END
}

write_batches() {
  local name
  write_batch new one-common one-raw one-default
  write_batch both 'one-common, two-common' 'one-raw, two-common' 'one-default, two-default'
  # As somebody has it who knows only one of them.
  for name in one two; do
    {
      printf 'batch = moved\n%s\n' "$(section "$name" common)"
      sed -n '/^\[plan tiny/,/^\[machine raw/p' "$BATS_FILE_TMPDIR/both.ini" |
        sed "s/^hypervisor = .*/hypervisor = $name-common/;s/^image = Blank.*//"
    } >"$BATS_FILE_TMPDIR/$name.ini"
  done
}

# move MACHINE: to two, as an administrator does it.
move() {
  lab_migrate one two "$1" --persistent
  lab_runs two "$1"
}

lab_runs() {
  [[ $(lab_virsh "$1" domstate "$2") == running ]]
}

files() {
  find "$(lab_state "$1")/lib/$2" -name "*$3*" -printf '%f\n' | sort | paste -sd ' '
}

provision() {
  run --separate-stderr vmango-provision "$@"
  echo "$output"
  echo "$stderr"
}

@test "a batch of one hypervisor deletes no disk of a guest that runs on the other" {
  for machine in s-1 raw; do
    move "$machine"
    provision destroy -o tsv --machine "$machine" "$only_one"
    [ "$status" -eq 1 ]
    [[ $stderr == *"$machine: volume ${machine}_disk of pool common is locked by a QEMU process, but $machine does not run on one-common"* ]]
    lab_virsh one domstate "$machine"
    lab_runs two "$machine"
    [ "$(files one common "$machine")" = "${machine}_config.iso ${machine}_disk" ]
  done
}

@test "the disk of a machine that is off where it was migrated to stays" {
  lab_virsh two destroy raw
  provision destroy -o tsv --yes --machine raw "$only_one"
  [ "$status" -eq 1 ]
  [[ $stderr == *"raw: it was migrated to another hypervisor, which this batch does not have, or where it is off; nothing is deleted"* ]]
  provision apply -o tsv --wait 0 --machine raw "$only_one"
  [ "$status" -ne 0 ]
  provision start -o tsv --machine raw "$only_one"
  [ "$status" -eq 1 ]
  [[ $stderr == *"raw: it was migrated to another hypervisor; if it no longer exists there, start it here: virsh -c "*" start raw"* ]]
  [ "$(lab_virsh one domstate raw)" = "shut off" ]
  [ "$(files one common raw)" = "raw_config.iso raw_disk" ]
  lab_virsh two start raw
}

@test "what a moved machine left is shown, and removed by apply; its disk and address stay" {
  move reserved
  provision plan -o tsv --machine reserved "$both"
  [ "$status" -eq 4 ]
  [[ $output == reserved$'\t'clean$'\t'two-common$'\t'*"left on one-common: definition, volume common/reserved_disk, volume common/reserved_config.iso, reservation 192.168.124.77"* ]]
  provision status -o tsv --machine reserved "$both"
  [[ $output == reserved$'\t'moved$'\t'running$'\t'*two-common* ]]
  [[ $stderr == *"reserved: runs on two-common, left on one-common: definition, "*"; apply removes it"* ]]
  provision apply -o tsv --wait 0 --machine reserved --machine s-1 "$both"
  [ "$status" -eq 0 ]
  [ "$(cut -f 1-2 <<<"$output")" = $'s-1\tcleaned\nreserved\tcleaned' ]
  run ! lab_virsh one domstate reserved
  run ! lab_virsh one domstate s-1
  lab_runs two reserved
  lab_runs two s-1
  [ "$(files one common reserved)" = "reserved_config.iso reserved_disk" ]
  run ! grep -q 192.168.124.77 <(lab_virsh one net-dumpxml vmango)
  grep -q 192.168.124.77 <(lab_virsh two net-dumpxml vmango)
  provision plan -o tsv --machine reserved "$both"
  [ "$status" -eq 0 ]
  [[ $output == reserved$'\t'keep$'\t'two-common* ]]
}

@test "what a moved machine left: where the new network has no DHCP, the reservation stays and is named" {
  local plain=$BATS_TEST_TMPDIR/plain.ini
  {
    printf 'batch = plain\n%s\n%s\n' "$(section one common)" "$(section two common)"
    printf '%s\n' '[plan tiny]' 'memory = 32' 'disk_size = 1' '[machine p-1]' 'plan = tiny' \
      'image = Debian-12' 'ip = 192.168.124.78' 'hypervisor = one-common'
  } >"$plain"
  provision apply -q --wait 0 "$plain"
  lab_virsh two net-dumpxml --inactive vmango >"$BATS_TEST_TMPDIR/before.xml"
  sed '/<dhcp>/,/<\/dhcp>/d' "$BATS_TEST_TMPDIR/before.xml" | lab_virsh two net-define /dev/stdin
  lab_virsh two net-destroy vmango
  lab_virsh two net-start vmango
  move p-1
  sed -i 's/^hypervisor = one-common/&, two-common/' "$plain"
  provision apply -o tsv --wait 0 "$plain"
  [[ $output == p-1$'\t'cleaned$'\t'running* ]]
  # It works as it is printed.
  command=$(sed -n 's/.*if nothing needs it: //p' <<<"$stderr")
  [[ $stderr == *"p-1: the reservation of 192.168.124.78 in network vmango of one-common stays, as network vmango of two-common hands out no addresses; if nothing needs it: virsh -c "*" net-update vmango delete ip-dhcp-host "* ]]
  grep -q 192.168.124.78 <(lab_virsh one net-dumpxml vmango)
  run ! lab_virsh one domstate p-1
  sh -c "$command"
  run ! grep -q 192.168.124.78 <(lab_virsh one net-dumpxml vmango)
  provision destroy -q --yes "$plain"
  lab_virsh two net-define "$BATS_TEST_TMPDIR/before.xml"
  lab_virsh two net-destroy vmango
  lab_virsh two net-start vmango
}

# migrates MACHINE: its memory is on the way.
migrates() {
  lab_virsh one domjobinfo "$1" | grep -qE '^Memory processed: +[1-9]'
}

@test "nothing is deleted while a machine is being migrated" {
  lab_migrate one two slow --persistent --bandwidth 1 3>&- &
  wait_until 20 migrates slow
  # It neither ends nor fails while it can't go on.
  lab_exec one ip link set migration down
  provision destroy --machine slow "$only_one"
  [ "$status" -eq 1 ]
  [[ $stderr == *"slow: a migration or another job is under way; try again when it has ended (virsh -c 'qemu+unix:"*"' domjobinfo slow)"* ]]
  provision destroy --machine slow "$only_two"
  [ "$status" -eq 1 ]
  [[ $stderr == *"slow: a migration is under way; try again when it has ended"* ]]
  # Nor is the guest defined where it arrives, by those who know nothing else.
  provision apply --wait 0 --machine slow "$only_two"
  [[ $output$stderr != *"restore the definition"* && $stderr != *"virsh"*" resume slow"* ]]
  [ "$(lab_virsh two dominfo slow | awk '/^Persistent/ { print $2 }')" = no ]
  provision destroy --machine slow "$both"
  [ "$status" -ne 0 ]
  provision apply --machine slow "$both"
  [ "$status" -ne 0 ]
  lab_exec one ip link set migration up
  lab_virsh one domjobabort slow
  run wait $!
  lab_runs one slow
  [ "$(files one common slow)" = "slow_config.iso slow_disk" ]
}

# copy MACHINE: its volumes into the other's folder of the same path.
copy() {
  cp --sparse=always "$(lab_state one)/lib/images/$1"_* "$(lab_state two)/lib/images/"
  lab_virsh two pool-refresh default
}

@test "volumes are deleted where the storage is not shared, though their paths are the same" {
  copy l-1
  move l-1
  provision apply -o tsv --wait 0 --machine l-1 "$both"
  [ "$status" -eq 0 ]
  [[ $output == l-1$'\t'cleaned* ]]
  [ -z "$(files one images l-1)" ]
  [ "$(files two images l-1)" = "l-1_config.iso l-1_disk" ]
  lab_runs two l-1
  # Nor is the other's file in the way of a machine that is destroyed.
  copy l-2
  lab_virsh one dumpxml --inactive l-2 | sed '/<uuid>/d;/<metadata>/,/<\/metadata>/d;/mac address/d;s/<name>.*/<name>other<\/name>/' |
    lab_virsh two define /dev/stdin
  provision destroy -o tsv --machine l-2 "$both"
  [ "$status" -eq 0 ]
  [ -z "$(files one images l-2)" ]
  [ "$(files two images l-2)" = "l-2_config.iso l-2_disk" ]
  [ -z "$(files one . .probe)$(files two . .probe)" ]
}

@test "a standby on the other hypervisor, which no migration has left, stays" {
  copy l-3
  lab_virsh one dumpxml --inactive l-3 | lab_virsh two define /dev/stdin
  provision plan -o tsv --machine l-3 "$both"
  [ "$status" -eq 0 ]
  [[ $output == l-3$'\t'keep$'\t'one-default$'\t'*"a copy on two-common stays (definition, volume default/l-3_disk, volume default/l-3_config.iso), "*"virsh -c "*" undefine --keep-nvram --snapshots-metadata --managed-save l-3"* ]]
  provision status -o tsv --machine l-3 "$both"
  [[ $output == l-3$'\t'ready$'\t'running$'\t'*one-default* ]]
  [[ $stderr == *"l-3: runs on one-default; a copy on two-common stays"* ]]
  provision apply --wait 0 --machine l-3 "$both"
  provision destroy -o tsv --machine l-3 "$both"
  [ "$status" -eq 0 ]
  [[ $stderr == *"l-3: a copy on two-common stays"* ]]
  [ -z "$(files one images l-3)" ]
  [ "$(lab_virsh two domstate l-3)" = "shut off" ]
  [ "$(files two images l-3)" = "l-3_config.iso l-3_disk" ]
}

@test "a machine of another hypervisor that has the shared disk is named" {
  lab_virsh one dumpxml --inactive s-2 | sed '/<uuid>/d;/<metadata>/,/<\/metadata>/d;/mac address/d;s/<name>.*/<name>another<\/name>/' |
    lab_virsh two define /dev/stdin
  provision destroy -o tsv --machine s-2 "$both"
  [ "$status" -eq 1 ]
  [[ $stderr == *"s-2: volume s-2_disk of pool common is in use by machine another on two-common; nothing is deleted"* ]]
  lab_runs one s-2
  # Also by the names of pool and volume, which have a path at its start only.
  lab_virsh two dumpxml --inactive another | sed "s/<disk type='file' device='disk'/<disk type='volume' device='disk'/;s/<source file='.*s-2_disk'/<source pool='common' volume='s-2_disk'/" |
    lab_virsh two define /dev/stdin
  lab_virsh two dumpxml another | grep -q "<source pool='common' volume='s-2_disk'/>"
  provision destroy -o tsv --machine s-2 "$both"
  [ "$status" -eq 1 ]
  [[ $stderr == *"s-2: volume s-2_disk of pool common is in use by machine another on two-common; nothing is deleted"* ]]
  # The folder may be a pool of another name there.
  lab_virsh two dumpxml --inactive another | sed "s/pool='common'/pool='stuff'/; /device='cdrom'/,/<\/disk>/d" | lab_virsh two define /dev/stdin
  lab_virsh two 'pool-destroy common; pool-define-as stuff dir --target /var/lib/libvirt/common; pool-start stuff'
  provision destroy -o tsv --machine s-2 "$both"
  [ "$status" -eq 1 ]
  [[ $stderr == *"s-2: volume s-2_disk of pool common is in use by machine another on two-common meanwhile; it is not deleted"* ]]
  # An inactive one, too.
  lab_virsh two pool-destroy stuff
  provision destroy -o tsv --machine s-2 "$both"
  [ "$status" -eq 1 ]
  [[ $stderr == *"s-2: volume s-2_disk of pool common is in use by machine another on two-common meanwhile; it is not deleted"* ]]
  lab_virsh two 'pool-undefine stuff; pool-create-as common dir --target /var/lib/libvirt/common; undefine another'
  provision destroy -o tsv --machine s-2 "$both"
  [ "$status" -eq 0 ]
  [ -z "$(files one common s-2)" ]
}

@test "a machine of another hypervisor that is given the shared disk while destroy works is named" {
  lab_virsh one destroy s-5
  VMANGO_TEST_POINT=2:19 vmango-provision destroy -q -y --machine s-5 "$both" >"$BATS_TEST_TMPDIR/held" 2>&1 3>&- &
  wait_until 30 is_stopped $!
  lab_virsh one dumpxml --inactive s-5 | sed '/<uuid>/d;/<metadata>/,/<\/metadata>/d;/mac address/d;s/<name>.*/<name>another<\/name>/' |
    lab_virsh two define /dev/stdin
  kill -CONT $!
  status=0
  wait $! || status=$?
  [ "$status" -eq 1 ]
  [[ $(cat "$BATS_TEST_TMPDIR/held") == *"s-5: volume s-5_config.iso of pool common is in use by machine another on two-common meanwhile; it is not deleted"* ]]
  [ "$(files one common s-5)" = "s-5_config.iso s-5_disk" ]
  lab_virsh two undefine another
  provision destroy -o tsv --machine s-5 "$both"
  [ "$status" -eq 0 ]
}

is_stopped() {
  [[ $(cut -d ' ' -f 3 "/proc/$1/stat") == T ]]
}

# held COMMAND...: stands still at its second point, the test's next one to continue.
held() {
  VMANGO_TEST_POINT=2:19 vmango-provision "$@" >"$BATS_TEST_TMPDIR/held" 2>&1 3>&- &
  wait_until 30 is_stopped $!
}

# continued STATUS TEXT: the held run ends so, and says so.
continued() {
  status=0
  kill -CONT $!
  wait $! || status=$?
  cat "$BATS_TEST_TMPDIR/held"
  [ "$status" -eq "$1" ]
  [[ $(cat "$BATS_TEST_TMPDIR/held") == *"$2"* ]]
}

@test "what comes back while apply removes what it left stays whole" {
  move s-6
  held apply -q --wait 0 --machine s-6 "$both"
  lab_migrate two one s-6 --persistent
  lab_runs one s-6
  continued 1 's-6: left on one-common: '
  lab_runs one s-6
  [ "$(lab_virsh one dominfo s-6 | awk '/Persistent/ { print $2 }')" = yes ]
  [ "$(files one common s-6)" = "s-6_config.iso s-6_disk" ]
  # On two it left a copy; status shows both, and the next apply removes it.
  provision status -o tsv --machine s-6 "$both"
  [[ $output == s-6$'\t'*running* ]]
  provision apply -o tsv --wait 0 --machine s-6 "$both"
  [ "$status" -eq 0 ]
  lab_runs one s-6
  run ! lab_virsh two domstate s-6
}

@test "what is migrated away while destroy works is not deleted, and can be kept" {
  local id
  VMANGO_TEST_POINT=3:19 vmango-provision destroy -q -y --machine s-6 "$only_one" >"$BATS_TEST_TMPDIR/held" 2>&1 3>&- &
  wait_until 30 is_stopped $!
  move s-6
  continued 1 's-6: it was migrated to another hypervisor meanwhile; nothing is deleted'
  [ "$(files one common s-6)" = "s-6_config.iso s-6_disk" ]
  id=$(lab_virsh two domid s-6)
  provision status -o tsv --machine s-6 "$both"
  [ "$status" -eq 1 ]
  lab_virsh one undefine s-6
  provision apply -o tsv --wait 0 --machine s-6 "$both"
  [ "$status" -eq 0 ]
  [[ $output == s-6$'\t'kept$'\t'running* ]]
  [ "$(lab_virsh two domid s-6)" = "$id" ]
}

@test "what is migrated away without a trace while destroy works is not deleted" {
  move s-7
  lab_virsh one undefine s-7
  VMANGO_TEST_POINT=3:19 vmango-provision destroy -q -y --machine s-7 "$both" >"$BATS_TEST_TMPDIR/held" 2>&1 3>&- &
  wait_until 30 is_stopped $!
  lab_migrate two one s-7 --persistent --undefinesource
  continued 1 's-7: it was undefined meanwhile, and may have been migrated; nothing is deleted'
  lab_runs one s-7
  [ "$(files one common s-7)" = "s-7_config.iso s-7_disk" ]
  provision destroy -o tsv --machine s-7 "$both"
  [ "$status" -eq 0 ]
}

@test "destroy removes a moved machine and what it left" {
  move s-3
  provision destroy -o tsv --machine s-3 --machine reserved "$both"
  [ "$status" -eq 0 ]
  run ! lab_virsh one domstate s-3
  run ! lab_virsh two domstate s-3
  [ -z "$(files one common s-3)$(files one common reserved)" ]
  run ! grep -q 192.168.124.77 <(lab_virsh two net-dumpxml vmango)
}

@test "what arrived without a definition of its own keeps the old one" {
  lab_migrate one two s-4
  provision apply --wait 0 --machine s-4 "$both"
  [ "$status" -ne 0 ]
  lab_virsh one dominfo s-4
  lab_runs two s-4
  [ "$(files one common s-4)" = "s-4_config.iso s-4_disk" ]
}
