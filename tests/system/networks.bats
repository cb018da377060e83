# SPDX-License-Identifier: GPL-2.0-or-later
# Addresses that a script hands out on a bridge.
# shellcheck disable=SC2154,SC2016 # run sets stderr; scripts are written as they stand
bats_require_minimum_version 1.5.0

setup_file() {
  load lab
  lab_up one
  lab_exec one ip link add br0 type bridge
  lab_exec one ip link set br0 up
  lab_virsh one net-define "$(examples)/bridge/network.xml"
  lab_virsh one net-start office
}

teardown_file() {
  load lab
  lab_down
}

setup() {
  load lab
  batch=$BATS_FILE_TMPDIR/lab.ini
  export ADDRESSES=$BATS_FILE_TMPDIR/addresses
  mkdir -p "$ADDRESSES"
}

examples() {
  (cd "$BATS_TEST_DIRNAME/../../packaging/examples" && pwd)
}

# write_batch HYPERVISOR'S LINES [MACHINE'S LINES]
write_batch() {
  cat >"$batch" <<EOF
$(lab_section one)
$1

[plan tiny]
memory = 32
disk_size = 2

[machine net-1]
plan = tiny
image = Debian-12
${2-}
EOF
}

on_bridge() {
  write_batch "network = office
network_script = ${2-$(examples)/bridge/addresses}" "${1-}"
}

objects() {
  lab_virsh one 'list --all --name; vol-list default'
  ls "$ADDRESSES"
}

provision() {
  vmango-provision "$1" -q "${@:2}" "$batch"
}

@test "a network script assigns, shows and releases the address" {
  on_bridge
  run --separate-stderr provision apply -o tsv
  echo "$stderr"
  [ "$status" -eq 0 ]
  [[ $output == $'net-1\tcreated\trunning\t192.0.2.10\t'* ]]
  [ "$(cat "$ADDRESSES/192.0.2.10")" = "$(cut -f 8 <<<"$output")" ]
  run provision status -o tsv
  [[ $output == $'net-1\tready\trunning\t192.0.2.10\t'* ]]
  run provision apply -o tsv
  [[ $output == $'net-1\tkept\trunning\t192.0.2.10\t'* ]]
  run provision destroy
  [ "$status" -eq 0 ]
  [ -z "$(objects)" ]
}

@test "the batch's own address is the one that the script is asked for" {
  on_bridge 'ip = 192.0.2.77'
  run provision apply -o tsv
  [[ $output == $'net-1\tcreated\trunning\t192.0.2.77\t'* ]]
  provision destroy
  [ -z "$(objects)" ]
}

@test "with ip = dhcp the script is only asked where the machine is" {
  local script=$BATS_TEST_TMPDIR/script
  printf '#!/bin/sh\necho "$1" >>"$0.asked"\n[ "$1" != lookup-ip ] || echo 192.0.2.50\n' >"$script"
  chmod +x "$script"
  on_bridge 'ip = dhcp' "$script"
  run --separate-stderr provision apply -o tsv
  echo "$stderr"
  [ "$status" -eq 0 ]
  [[ $output == $'net-1\tcreated\trunning\t192.0.2.50\t'* ]]
  run provision status -o tsv
  [[ $output == $'net-1\tready\trunning\t192.0.2.50\t'* ]]
  # What others could have written does not name a program to one who only looks.
  chmod o+w "$batch"
  mv "$script.asked" "$script.before"
  run --separate-stderr vmango-provision status -o tsv "$batch"
  [[ $output == $'net-1\tready\trunning\t\t'* ]]
  [[ $stderr == *'network_script: not asked: the file can be written by every user'* ]]
  [ ! -e "$script.asked" ]
  chmod o-w "$batch"
  mv "$script.before" "$script.asked"
  run provision apply -o tsv
  [[ $output == $'net-1\tkept\trunning\t192.0.2.50\t'* ]]
  [[ $(lab_virsh one metadata net-1 https://vmango.org/schema/tools) != *"<reservation"* ]]
  provision destroy
  [ -z "$(objects)" ]
  [ "$(sort -u "$script.asked")" = lookup-ip ]
}

@test "a run killed around the script leaves nothing that the next does not release" {
  on_bridge
  for point in 3 5 6 7 8 9 12; do
    VMANGO_TEST_POINT=$point:9 run provision apply
    [ "$status" -eq 137 ]
    run provision destroy
    [ "$status" -eq 0 ]
    [ -z "$(objects)" ] || { echo "point $point" && return 1; }
  done
}

@test "a script that fails, says nothing or something else fails the machine" {
  local script=$BATS_TEST_TMPDIR/script
  for body in 'exit 1' 'echo unknown' 'echo 192.0.2.300' 'echo 192.0.2.5'; do
    printf '#!/bin/sh\n[ "$1" = release-ip ] && exit\n%s\n' "$body" >"$script"
    chmod +x "$script"
    on_bridge 'ip = 192.0.2.77' "$script"
    run --separate-stderr provision apply
    [ "$status" -eq 1 ]
    [[ $stderr == *"net-1: $script assign-ip: "* ]]
    [ -z "$(objects)" ]
  done
  on_bridge '' "$BATS_TEST_TMPDIR/none"
  run --separate-stderr provision apply
  [ "$status" -eq 2 ]
  [[ $stderr == *"network_script: $BATS_TEST_TMPDIR/none: No such file or directory"* ]]
}
