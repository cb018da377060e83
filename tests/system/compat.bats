# SPDX-License-Identifier: GPL-2.0-or-later
# Version 0.1 and this one on the same machines: whatever one of them refuses or does not understand in
# what the other wrote, no machine that is finished is created again or loses its disk.
# shellcheck disable=SC2154 # run sets stderr
bats_require_minimum_version 1.5.0

setup_file() {
  load lab
  released=$("$lab_dir/old-tools" 4a8aa79) || return
  export released
  lab_up one --no-system --no-firewall
}

teardown_file() {
  load lab
  lab_down
}

setup() {
  load lab
  batch=$BATS_TEST_TMPDIR/lab.ini
  write_batch "$batch"
}

teardown() {
  local domain
  for domain in $(lab_virsh one list --all --name); do
    echo "left: $domain"
    lab_virsh one destroy "$domain" || true
    lab_virsh one undefine --nvram "$domain"
  done
  lab_virsh one vol-list default | awk '{ print $1 }' | while read -r volume; do
    lab_virsh one vol-delete "$volume" default
  done
  lab_virsh one net-dumpxml --inactive vmango | grep '<host ' | while read -r host; do
    lab_virsh one net-update vmango delete ip-dhcp-host "$host" --live --config
  done
}

# write_batch FILE [MEMORY]: nobody waits for these guests, so they may be too small to boot. Each
# version has its own templates, as it would be after an upgrade, in the same place.
write_batch() {
  cat >"$1" <<EOF
batch = compat

[hypervisor local]
url = $(lab_uri one)
vm_template = $BATS_TEST_TMPDIR/templates/vm.xml.in
volume_template = $BATS_TEST_TMPDIR/templates/volume.xml.in

[plan tiny]
memory = ${2-32}
disk_size = 2

[ssh_key lab]
public_file = $(lab_key).pub

[defaults]
plan = tiny
image = Debian-12

[machine a]
ssh_keys = lab
userdata = #!/bin/sh
autostart = yes

[machine b]
ip = dhcp
EOF
}

old() {
  ln -sfn "$released/packaging/templates" "$BATS_TEST_TMPDIR/templates"
  "$released/build/vmango-provision" "$@"
}

new() {
  ln -sfn "$(cd "$BATS_TEST_DIRNAME/../../packaging/templates" && pwd)" "$BATS_TEST_TMPDIR/templates"
  vmango-provision "$@"
}

# disk MACHINE: the file of its root disk, inside.
disk() {
  lab_virsh one domblklist --inactive "$1" | awk '$1 == "vda" { print $2 }'
}

# Made by VERSION, which also starts them again after something is written to each disk.
made_by() {
  local machine
  "$1" apply --quiet --wait 0 "$batch"
  for machine in a b; do
    lab_virsh one destroy "$machine"
    lab_exec one qemu-io -c 'write -P 0xa5 1G 64k' "$(disk "$machine")" >/dev/null
  done
  "$1" apply --quiet --wait 0 "$batch"
}

# What makes a machine this one, and this boot of it. Whether a config drive was replaced is seen
# by the guest's instance id.
identity() {
  local machine drive
  for machine in a b; do
    echo "$machine $(lab_virsh one domuuid "$machine") boot $(lab_virsh one domid "$machine")"
    lab_exec one stat -c 'disk %i' "$(disk "$machine")"
    lab_exec one qemu-io --read-only --force-share -c 'read -P 0xa5 1G 64k' "$(disk "$machine")" | head -n 1
    drive=$(lab_virsh one domblklist --inactive "$machine" | awk '$1 == "hdc" { print $2 }')
    isoinfo -R -x /openstack/latest/meta_data.json -i "$(lab_state one)/lib/images/${drive##*/}" | jq -r .uuid
    lab_virsh one domiflist "$machine" | awk '{ print $5 }'
  done
  lab_virsh one 'net-dumpxml vmango; net-dumpxml --inactive vmango' | grep '<host '
}

objects() {
  lab_virsh one 'list --all --name; vol-list default'
  lab_virsh one 'net-dumpxml vmango; net-dumpxml --inactive vmango' | grep '<host ' || true
}

nothing_left() {
  run objects
  [ -z "$(tr -d ' \n' <<<"$output")" ]
}

# unharmed EXPECTED: the machines are those that they were.
unharmed() {
  diff <(echo "$1") <(identity)
}

without_instance() {
  sed -E 's/^([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})-[0-9]+$/\1/' <<<"$1"
}

@test "0.1 keeps or refuses machines that this version has created" {
  made_by new
  before=$(identity)
  run --separate-stderr old plan -o tsv "$batch"
  echo "plan: $status $output $stderr"
  # Nothing to do, something to change, or a refusal.
  [[ $status == [01234] ]]
  [ -z "$(cut -f 2 <<<"$output" | grep -vxE 'keep|change|')" ]
  for arguments in apply 'apply --update' 'apply --prune'; do
    # shellcheck disable=SC2086 # words
    run --separate-stderr old $arguments -o tsv --wait 0 "$batch"
    echo "$arguments: $status $output $stderr"
    [[ $status == [0123] ]]
    [ -z "$(cut -f 2 <<<"$output" | grep -vxE 'kept|updated|failed|')" ]
    if [ "$arguments" = 'apply --update' ]; then
      # 0.1 looks for the text of user data in the metadata, and finds none: its update writes the
      # config drive again, with a new instance id.
      updated=$(identity)
      diff <(without_instance "$before") <(without_instance "$updated")
      before=$updated
    fi
    unharmed "$before"
  done
  run --separate-stderr old status -o tsv "$batch"
  echo "status: $status $output $stderr"
  [ "$(cut -f 1,3 <<<"$output")" = $'a\trunning\nb\trunning' ] || [[ $status == [23] ]]
  unharmed "$before"
  # And this version still knows them, whatever 0.1 did.
  run --separate-stderr new plan -o tsv "$batch"
  echo "$output $stderr"
  [ "$(cut -f 1,2 <<<"$output")" = $'a\tkeep\nb\tkeep' ]
  new destroy --quiet "$batch"
  nothing_left
}

@test "0.1 destroys machines of this version whole, or not at all" {
  made_by new
  before=$(identity)
  run --separate-stderr old destroy "$batch"
  echo "$status $output $stderr"
  if [ "$status" -eq 0 ]; then
    nothing_left
  else
    unharmed "$before"
    new destroy --quiet "$batch"
    nothing_left
  fi
}

@test "machines of 0.1 are kept, updated and destroyed" {
  made_by old
  before=$(identity)
  run -0 --separate-stderr new plan -o tsv "$batch"
  [ "$(cut -f 1,2 <<<"$output")" = $'a\tkeep\nb\tkeep' ]
  run -0 --separate-stderr new status -o tsv "$batch"
  [ "$(cut -f 1,2,3 <<<"$output")" = $'a\tready\trunning\nb\tready\trunning' ]
  run -0 --separate-stderr new apply -o tsv --wait 0 "$batch"
  [ "$(cut -f 1,2 <<<"$output")" = $'a\tkept\nb\tkept' ]
  unharmed "$before"
  write_batch "$batch" 48
  run -0 --separate-stderr new apply --update -o tsv --wait 0 "$batch"
  [ "$(cut -f 1,2 <<<"$output")" = $'a\tupdated\nb\tupdated' ]
  unharmed "$before"
  # There is a way back: 0.1 keeps or refuses what was updated.
  run --separate-stderr old apply -o tsv --wait 0 "$batch"
  [ -z "$(cut -f 2 <<<"$output" | grep -vxE 'kept|failed|')" ]
  unharmed "$before"
  run -0 --separate-stderr new destroy -o tsv "$batch"
  [ "$(cut -f 1,2 <<<"$output")" = $'a\tdestroyed\nb\tdestroyed' ]
  nothing_left
}

# begun_by VERSION POINT: machine a is finished, and b is not, since its run was killed at POINT.
begun_by() {
  local status=0
  "$1" apply --quiet --wait 0 --machine a "$batch"
  VMANGO_TEST_POINT=$2:9 "$1" apply --quiet --wait 0 --machine b "$batch" || status=$?
  [ "$status" -eq 137 ]
}

finished_machine() {
  lab_virsh one domuuid a
  lab_virsh one domid a
  lab_exec one stat -c %i "$(disk a)"
}

@test "what a killed run of 0.1 began is finished by this version, and beside it nothing is touched" {
  local point before stride=6
  [ -z "${LONG-}" ] || stride=1
  for ((point = 2; point <= 14; point += stride)); do
    begun_by old "$point"
    before=$(finished_machine)
    run -0 --separate-stderr new apply -o tsv --wait 0 "$batch"
    echo "point $point: $output $stderr"
    [[ $output == $'a\tkept\trunning\t'*$'\nb\t'*$'\trunning\t'* ]]
    [ "$(finished_machine)" = "$before" ]
    new destroy --quiet "$batch"
    nothing_left
  done
}

@test "what a killed run of this version began is finished or refused by 0.1" {
  local point before stride=6
  [ -z "${LONG-}" ] || stride=1
  for ((point = 2; point <= 14; point += stride)); do
    begun_by new "$point"
    before=$(finished_machine)
    run --separate-stderr old apply -o tsv --wait 0 "$batch"
    echo "point $point: $status $output $stderr"
    [ "$(finished_machine)" = "$before" ]
    new apply --quiet --wait 0 "$batch"
    [ "$(finished_machine)" = "$before" ]
    new destroy --quiet "$batch"
    nothing_left
  done
}
