# SPDX-License-Identifier: GPL-2.0-or-later
# What vmango-provision does, taken by hand: each step is a filter or virsh.
# shellcheck disable=SC2154,SC2016 # run sets stderr; scripts are written as they stand
bats_require_minimum_version 1.5.0

setup_file() {
  load lab
  lab_up one
  templates=$(cd "$BATS_TEST_DIRNAME/../../packaging/templates" && pwd)
  cat >"$BATS_FILE_TMPDIR/lab.ini" <<EOF
[hypervisor local]
url = $(lab_uri one)
vm_template = $templates/vm.xml.in
volume_template = $templates/volume.xml.in
clone = copy

[plan small]
memory = 256
disk_size = 2

[ssh_key lab]
public_file = $(lab_key).pub

[machine web-1]
plan = small
image = Debian-12
ssh_keys = lab
ip = dhcp
EOF
}

teardown_file() {
  load lab
  lab_down
}

setup() {
  load lab
}

answers() {
  [[ $(lab_http one "$address") == web-1 ]]
}

@test "the steps taken by hand make a machine that status knows" {
  cd "$BATS_FILE_TMPDIR"
  root=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
  VIRSH_DEFAULT_CONNECT_URI=$(lab_uri one)
  export VIRSH_DEFAULT_CONNECT_URI LIBVIRT_DEFAULT_URI=$VIRSH_DEFAULT_CONNECT_URI
  cp "$root"/packaging/templates/*.in .
  sed -n '/^## How they compose/,/^## /s/^    //p' "$root/README.md" >steps
  # The last one logs in, which is done inside.
  [[ $(tail -n 1 steps) == 'ssh '*' "root@$('* ]]
  bash -euo pipefail <(sed '$d' steps)

  address=$(bash -euc "$(sed -n '$s/^ssh .* "root@$(\(.*\))"$/\1/p' steps)")
  wait_until 30 answers
  [ "$(lab_ssh one "$address" hostname)" = web-1 ]
  run --separate-stderr vmango-provision status -o tsv lab.ini
  echo "$stderr"
  [ "$status" -eq 0 ]
  # shellcheck disable=SC2154 # set by run
  [[ $output == $'web-1\tready\trunning\t'"$address"$'\t'* ]]
  run --separate-stderr vmango-provision apply -o tsv lab.ini
  [ "$status" -eq 0 ]
  [[ $output == $'web-1\tkept\trunning\t'* ]]
}

@test "destroy removes all that was made by hand" {
  run vmango-provision destroy -q "$BATS_FILE_TMPDIR/lab.ini"
  [ "$status" -eq 0 ]
  [ -z "$(lab_virsh one 'list --all --name; vol-list default; net-dhcp-leases vmango')" ]
}
