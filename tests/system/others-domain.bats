# SPDX-License-Identifier: GPL-2.0-or-later
# What others do to the domain of a machine, its guest and libvirt: rows of the table in tests/README.md.
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

# started: status shows a complete machine that is stopped, apply starts it, and has nothing more to do.
started() {
  provision status -o tsv "$batch"
  [ "$status" -eq 1 ]
  [[ $output == web-1$'\t'ready$'\t'stopped$'\t'192.168.124.100* ]]
  provision plan -o tsv "$batch"
  [[ $output == web-1$'\t'start* ]]
  provision apply -o tsv --wait 0 "$batch"
  [ "$status" -eq 0 ]
  [[ $output == web-1$'\t'started$'\t'running* ]]
  ready
}

@test "undefined while it runs: apply defines it" {
  lab_virsh one undefine web-1
  row 'its definition has been removed while it runs' restored
  [ "$(lab_virsh one dominfo web-1 | awk '/Persistent/ { print $2 }')" = yes ]
  destroyed
}

@test "undefined while it runs: destroy" {
  lab_virsh one undefine web-1
  [ "$(state)" = running ]
  destroyed
  [ -z "$(volumes)" ]
  [ "$(reservations)" -eq 0 ]
}

@test "undefined while it runs: stop keeps it" {
  lab_virsh one undefine web-1
  run -0 --separate-stderr vmango-provision stop -o tsv "$batch"
  [ "$(state)" = 'shut off' ]
  provision apply -o tsv --wait 0 "$batch"
  [[ $output == web-1$'\t'started* ]]
  destroyed
}

@test "saved: nothing is updated that the saved guest would not have" {
  lab_virsh one managedsave web-1
  write_batch $'userdata = #!/bin/sh\n' >"$batch"
  provision apply --update -o tsv --wait 0 "$batch"
  [ "$status" -eq 1 ]
  [[ $stderr == *'web-1: its guest is saved and would resume as it was; start it first: virsh -c '* ]]
  [ "$(volumes)" = 'web-1_config.iso web-1_disk' ]
  pasted 'start it first: '
  [ "$(state)" = running ]
  provision apply --update -o tsv --wait 0 "$batch"
  [ "$status" -eq 0 ]
  destroyed
}

@test "copied with its NVRAM file: destroy leaves that, and says so" {
  local nvram=/var/lib/libvirt/qemu/nvram/web-1_VARS.fd
  lab_virsh one destroy web-1
  lab_exec one sh -c "mkdir -p ${nvram%/*} && echo >$nvram"
  lab_virsh one dumpxml --inactive web-1 |
    sed "s,</os>,<loader readonly='yes' type='pflash'>/usr/share/none</loader><nvram>$nvram</nvram></os>," | lab_virsh one define /dev/stdin
  lab_virsh one dumpxml --inactive web-1 |
    sed '/<name>/s/web-1/golden/; /<uuid>/d; /<metadata>/,/<\/metadata>/d; /<disk /,/<\/disk>/d; /<mac address/d' | lab_virsh one define /dev/stdin
  # Newer definitions have it as a source.
  lab_virsh one dumpxml --inactive golden | sed "s,<nvram.*</nvram>,<nvram type='file'><source file='$nvram'/></nvram>," | lab_virsh one define /dev/stdin
  destroyed 'its NVRAM file stays, as domain golden has it too'
  lab_exec one test -e "$nvram"
  lab_virsh one undefine golden --nvram
}

@test "undefined while it is off: volumes and reservation are named, with the commands" {
  lab_virsh one destroy web-1
  lab_virsh one undefine web-1
  refusal 'volume web-1_disk already exists in pool default of local; if nothing needs it: virsh -c '
  [[ $stderr == *'192.168.124.100 is already reserved for web-1 in network vmango of local; if nothing needs it: virsh -c '* ]]
  provision destroy -y -o tsv "$batch"
  [ "$status" -eq 0 ]
  [[ $output == web-1$'\t'absent* ]]
  for what in 'volume web-1_disk already' 'volume web-1_config.iso already' '192.168.124.100 is already'; do
    [[ $stderr == *"web-1: is absent, but $what"* ]]
    rest=${stderr#*"$what"*needs it: }
    eval "${rest%%$'\n'*}"
  done
  [ -z "$(volumes)" ]
}

@test "paused: it is named" {
  lab_virsh one suspend web-1
  provision status -o json "$batch"
  [[ $(jq -r '.[0].Reason' <<<"$output") == 'the guest is paused; to resume it: virsh -c '* ]]
  lab_virsh one resume web-1
  lab_virsh one suspend web-1
  provision status -o tsv "$batch"
  [[ $output == web-1$'\t'degraded$'\t'paused$'\t'* ]]
  row 'the guest is paused; to resume it: virsh -c '
  destroyed
}

@test "CPUs set for the next start: plan shows the difference" {
  lab_virsh one setvcpus web-1 2 --maximum --config
  lab_virsh one setvcpus web-1 2 --config
  provision plan -o tsv "$batch"
  [[ $output == web-1$'\t'change$'\t'*'Cpus: 2 -> 1'* ]]
  sed -i 's/^memory = 32/&\ncpus = 2/' "$batch"
  lab_virsh one setvcpus web-1 1 --config
  provision plan -o tsv "$batch"
  [[ $output == web-1$'\t'change$'\t'*'Cpus: 1 -> 2'* ]]
  provision status -o tsv "$batch"
  [ "$status" -eq 1 ]
  [[ $output == web-1$'\t'differs* ]]
  destroyed
}

@test "crashed, or saved by libvirt: apply starts it" {
  lab_exec one pkill -KILL -F /run/libvirt/qemu/web-1.pid
  wait_until 10 lab_is_off one web-1
  started
  lab_virsh one managedsave web-1
  provision apply -o tsv --wait 0 "$batch"
  [[ $output == web-1$'\t'started$'\t'running* ]]
  lab_virsh one managedsave web-1
  destroyed
  [ -z "$(volumes)" ]
}

@test "snapshots, internal and external: nothing to change; destroy deletes them" {
  lab_virsh one snapshot-create-as web-1 s1
  lab_virsh one snapshot-create-as web-1 s2 --disk-only
  [[ $(lab_virsh one domblklist web-1) == *"$images/web-1_disk.s2"* ]]
  ready
  destroyed
  lab_virsh one pool-refresh default
  [ -z "$(volumes)" ]
}

@test "snapshot taken while destroy works: its file is named" {
  VMANGO_TEST_POINT=4:19 vmango-provision destroy -y "$batch" >/dev/null 2>"$BATS_TEST_TMPDIR/err" &
  pid=$!
  wait_until 10 grep -q '^State:.*T' "/proc/$pid/status"
  lab_virsh one snapshot-create-as web-1 s1 --disk-only
  kill -CONT "$pid"
  wait "$pid"
  stderr=$(<"$BATS_TEST_TMPDIR/err")
  [[ $stderr == *"web-1: disk vda, $images/web-1_disk.s1, stays, as it was not created with the machine; if nothing needs it: "* ]]
  pasted 'if nothing needs it: '
  [ -z "$(volumes)" ]
}

@test "reverted to a snapshot from before an update: the later config drive is named" {
  lab_virsh one snapshot-create-as web-1 s1
  write_batch 'userdata = later' >"$batch"
  provision apply -q --update --wait 0 "$batch"
  [ "$(volumes)" = "web-1_config-2.iso web-1_disk" ]
  # libvirt looks for the medium only when it has taken the snapshot's definition.
  run ! lab_virsh one snapshot-revert web-1 s1 --running
  row 'its config drive, volume default/web-1_config.iso, is missing'
  for _ in 1 2; do
    provision apply -o tsv --update --wait 0 "$batch"
    [ "$status" -eq 1 ]
    [[ $stderr == *"web-1: can't create the volume: volume web-1_config-2.iso already exists in pool default of local; if nothing needs it: "* ]]
  done
  destroyed "volume web-1_config-2.iso of pool default stays, as the machine's metadata do not name it; if nothing needs it: "
  pasted 'if nothing needs it: '
  [ -z "$(volumes)" ]
}

@test "block job or backup in progress: nothing to change; destroy refuses" {
  lab_virsh one blockcopy web-1 vda "$images/copy" --transient-job --wait
  ready
  refused "a block job is under way on disk vda; let it end, or end it (virsh -c "
  lab_virsh one blockjob web-1 vda --abort
  cat >"$(lab_state one)/etc/backup.xml" <<END
<domainbackup mode='pull'><server transport='unix' socket='/run/libvirt/backup'/><disks>
<disk name='vda' type='file'><scratch file='$images/scratch'/></disk>
</disks></domainbackup>
END
  lab_virsh one backup-begin web-1 "$(lab_state one)/etc/backup.xml"
  ready
  refused 'a migration or another job is under way; try again when it has ended (virsh -c '
  lab_virsh one domjobabort web-1
  destroyed
  lab_exec one rm -f "$images/copy" "$images/scratch"
  lab_virsh one pool-refresh default
}

@test "autostart turned off: apply turns it on; what the batch changes is a difference" {
  write_batch 'autostart = yes' >"$batch"
  provision apply -q --update --wait 0 "$batch"
  lab_virsh one autostart --disable web-1
  row 'its autostart has been turned off' restored
  [[ $(lab_virsh one dominfo web-1) == *"Autostart:      enable"* ]]
  write_batch >"$batch"
  provision plan -o tsv "$batch"
  [[ $output == web-1$'\t'change$'\t'*'Autostart: yes -> no'* ]]
  # So the machine is there after the hypervisor was started again.
  write_batch 'autostart = yes' >"$batch"
  lab_virsh one destroy web-1
  lab_restart one
  wait_until 10 ready
  destroyed
}

@test "title and description set by others: an update keeps them" {
  lab_virsh one desc web-1 --live --config 'of others'
  lab_virsh one desc web-1 --title --live --config 'Web'
  ready
  sed -i 's/^memory = .*/memory = 40/' "$batch"
  provision apply -q --update --wait 0 "$batch"
  [ "$(lab_virsh one desc web-1 --config)" = 'of others' ]
  [ "$(lab_virsh one desc web-1 --title --config)" = Web ]
  destroyed
}

@test "renamed: it is named, with the command; then it is stopped, and apply starts it" {
  lab_virsh one destroy web-1
  lab_virsh one domrename web-1 web-9
  provision status -o tsv "$batch"
  [[ $output == web-1$'\t'failed* ]]
  refusal 'domain web-9 on local has the UUID of machine web-1; if it is the machine, renamed: virsh -c '
  provision destroy -y "$batch"
  [ "$status" -eq 2 ]
  [ "$(volumes)" = "web-1_config.iso web-1_disk" ]
  pasted 'if it is the machine, renamed: '
  started
}

@test "metadata removed, or damaged: the domain is not taken for the machine" {
  lab_virsh one metadata web-1 https://vmango.org/schema/tools --key tools --live --config \
    --set '<machine state="nonsense"/>'
  refusal "the name is taken on local by a domain whose metadata can't be read; to look at them: virsh -c "
  refused ''
  lab_virsh one metadata web-1 https://vmango.org/schema/tools --live --config --remove
  refusal 'the name is taken on local by a domain of Vmango (user root); to take it into this batch: vmango-provision adopt '
  lab_virsh one metadata web-1 http://vmango.org/schema/md --live --config --remove
  refusal 'the name is taken on local by a domain of no batch, with the UUID of this machine; to take it into this batch: vmango-provision adopt '
  provision adopt -q "$batch" web-1
  [ "$status" -eq 0 ]
  destroyed
  [ -z "$(volumes)" ]
}

@test "libvirtd restarted: nothing changes" {
  lab_restart one
  ready
}

@test "libvirtd stopped: it is named, with its socket" {
  sed -i 's,/libvirt-sock$,/none,' "$batch"
  for verb in status plan; do
    provision "$verb" -o tsv "$batch"
    [ "$status" -eq 3 ]
    [[ $output$stderr == *"Failed to connect socket to '"*"/none'"* ]]
  done
  for verb in 'apply --wait 0' 'apply --wait 0' 'destroy -y'; do
    # shellcheck disable=SC2086 # words
    provision $verb -o tsv "$batch"
    [ "$status" -eq 3 ]
    [[ $output == web-1$'\t'failed* ]]
    [[ $stderr == *"web-1: qemu+unix:"*"Failed to connect socket to '"*"/none'"* ]]
  done
}
