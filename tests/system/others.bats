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

# row FAULT [RESTORED]: status, plan and apply name it; what apply restores is no longer there after it,
# the rest is there again.
row() {
  provision status -o tsv "$batch"
  [ "$status" -eq 1 ]
  [[ $output == web-1$'\t'degraded$'\t'* ]]
  [[ $stderr == *"web-1: $1"* ]]
  provision plan -o tsv "$batch"
  [[ $output == web-1$'\t'*"$1"* ]]
  provision apply -o tsv --wait 0 "$batch"
  if [ "${2-}" = restored ]; then
    [ "$status" -eq 0 ]
    [[ $output == web-1$'\t'restored$'\t'running* ]]
    provision status -o tsv "$batch"
    [ "$status" -eq 0 ]
    [[ $output == web-1$'\t'ready$'\t'running$'\t'192.168.124.100* ]]
  else
    [ "$status" -eq 1 ]
    [[ $stderr == *"web-1: $1"* ]]
    provision apply -o tsv --wait 0 "$batch"
    [ "$status" -eq 1 ]
    [[ $stderr == *"web-1: $1"* ]]
  fi
}

entry() {
  lab_virsh one net-dumpxml vmango | sed -n "s/^ *\(<host .*name='web-1'.*\)/\1/p"
}

@test "reservation deleted: apply adds it; until then no other machine gets its address" {
  lab_virsh one net-update vmango delete ip-dhcp-host "$(entry)" --live --config
  provision status -o tsv "$batch"
  [[ $output == web-1$'\t'degraded$'\t'running$'\t\t'* ]]
  sed 's/^batch = shop/batch = other/; s/web-1/db-1/' "$batch" >"$BATS_TEST_TMPDIR/other.ini"
  provision apply -o tsv --wait 0 "$BATS_TEST_TMPDIR/other.ini"
  [[ $output == db-1$'\t'created$'\t'running$'\t'192.168.124.101* ]]
  provision destroy -y "$BATS_TEST_TMPDIR/other.ini"
  row 'the reservation of 192.168.124.100 has been removed from network vmango' restored
  [ -n "$(entry)" ]
  destroyed
}

@test "address given to another: it is named" {
  lab_virsh one net-update vmango delete ip-dhcp-host "$(entry)" --live --config
  lab_virsh one net-update vmango add ip-dhcp-host "<host mac='52:54:00:00:00:99' name='db' ip='192.168.124.100'/>" --live --config
  row 'its address 192.168.124.100 is now reserved for db in network vmango'
  destroyed
  [[ $(lab_virsh one net-dumpxml vmango) == *"name='db' ip='192.168.124.100'"* ]]
  lab_virsh one net-update vmango delete ip-dhcp-host "<host mac='52:54:00:00:00:99' name='db' ip='192.168.124.100'/>" --live --config
}

@test "config drive deleted: apply writes it again, with its instance id" {
  id=$(instance_id)
  [ -n "$id" ]
  lab_virsh one vol-delete web-1_config.iso default
  row 'its config drive, volume default/web-1_config.iso, is missing' restored
  [ "$(instance_id)" = "$id" ]
  destroyed
}

instance_id() {
  grep -a -o 'instance-id[^,}]*\|"uuid"[^,}]*' "$(lab_state one)/lib/images/web-1_config.iso"
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

@test "root disk deleted: it is named" {
  lab_virsh one destroy web-1
  lab_virsh one vol-delete web-1_disk default
  provision status -o tsv "$batch"
  [ "$status" -eq 1 ]
  [[ $output == web-1$'\t'degraded$'\t'stopped* ]]
  [[ $stderr == *"web-1: volume default/web-1_disk is missing; to recreate the machine, destroy it first"* ]]
  provision apply --wait 0 "$batch"
  [ "$status" -eq 1 ]
  destroyed
  [ -z "$(volumes)" ]
}

@test "undefined while it runs: apply defines it" {
  lab_virsh one undefine web-1
  row 'its definition has been removed while it runs' restored
  [ "$(lab_virsh one dominfo web-1 | awk '/Persistent/ { print $2 }')" = yes ]
  destroyed
}

@test "paused: it is named" {
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
