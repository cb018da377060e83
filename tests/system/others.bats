# SPDX-License-Identifier: GPL-2.0-or-later
# What others do to a machine, and what status, plan, apply and destroy then say and do: the rows of the
# table in tests/README.md.
# shellcheck disable=SC2154 # run sets stderr
bats_require_minimum_version 1.5.0

setup_file() {
  load lab
  lab_up one --no-system --no-firewall
}

teardown_file() {
  load lab
  lab_down
}

setup() {
  load lab
  batch=$BATS_TEST_TMPDIR/lab.ini
  write_batch >"$batch"
  provision apply -q --wait 0 "$batch"
  [ "$status" -eq 0 ]
}

# Nobody waits for its guest, so it may be too small to boot.
write_batch() {
  cat <<EOF
batch = shop

$(lab_section one)

[plan tiny]
memory = 32
disk_size = 2

[machine web-1]
plan = tiny
image = Debian-12
EOF
}

provision() {
  run --separate-stderr vmango-provision "$@"
  echo "$output"
  echo "$stderr"
}

destroyed() {
  provision destroy -o tsv --yes "$batch"
  [ "$status" -eq 0 ]
  [[ $output == web-1$'\t'destroyed* ]]
  [ -z "$(lab_virsh one list --all --name)" ]
}

volumes() {
  lab_virsh one vol-list default | awk '/web-1/ { print $1 }' | paste -sd ' '
}

reservations() {
  lab_virsh one net-dumpxml --inactive vmango | grep -c "<host "
}

@test "network stopped: destroy" {
  lab_virsh one net-destroy vmango
  destroyed
  [ -z "$(volumes)" ]
  [ "$(reservations)" -eq 0 ]
  lab_virsh one net-start vmango
}

@test "network gone: destroy" {
  lab_virsh one net-dumpxml --inactive vmango | grep -v '<host ' >"$BATS_TEST_TMPDIR/net.xml"
  lab_virsh one net-destroy vmango
  lab_virsh one net-undefine vmango
  destroyed
  [ -z "$(volumes)" ]
  lab_virsh one net-define "$BATS_TEST_TMPDIR/net.xml"
  lab_virsh one net-start vmango
}

@test "pool stopped: destroy says what stays" {
  lab_virsh one pool-destroy default
  destroyed
  [[ $stderr == *"web-1: volume web-1_disk stays, as pool default is not active; to delete it: virsh -c "*" pool-start default && virsh -c "*" vol-delete --pool default web-1_disk"* ]]
  [ "$(reservations)" -eq 0 ]
  lab_virsh one pool-start default
  [ "$(volumes)" = "web-1_config.iso web-1_disk" ]
  lab_virsh one 'vol-delete web-1_disk default; vol-delete web-1_config.iso default'
}

@test "pool gone: destroy says what stays" {
  lab_virsh one pool-dumpxml default >"$BATS_TEST_TMPDIR/pool.xml"
  lab_virsh one 'pool-destroy default; pool-undefine default'
  destroyed
  [[ $stderr == *"web-1: volume web-1_disk stays, as pool default does not exist"* ]]
  lab_virsh one pool-define "$BATS_TEST_TMPDIR/pool.xml"
  lab_virsh one pool-start default
  lab_virsh one 'vol-delete web-1_disk default; vol-delete web-1_config.iso default'
}

@test "undefined while it runs: destroy" {
  lab_virsh one undefine web-1
  [ "$(lab_virsh one domstate web-1)" = running ]
  destroyed
  [ -z "$(volumes)" ]
  [ "$(reservations)" -eq 0 ]
}
