# SPDX-License-Identifier: GPL-2.0-or-later
# vmango-provision doctor without a hypervisor of its own.
bats_require_minimum_version 1.5.0

doctor() {
  vmango-provision doctor "$@"
}

@test "what is no QEMU hypervisor is a finding, and the rest is told all the same" {
  run -1 --separate-stderr doctor -c test:///default
  [ -z "$stderr" ]
  grep -q $'^test:///default\tconnection\tok\ttest:///default\t$' <<<"$output"
  grep -q $'\tlibvirt\tfinding\tit is not a QEMU hypervisor but TEST\tGive ' <<<"$output"
  grep -q $'\tnetwork\tfinding\tno network "vmango"\t' <<<"$output"
  grep -q $'\tpool\tfinding\tno pool "vmango-images"\tvirsh -c test:///default pool-define-as vmango-images ' <<<"$output"
}

@test "settings of a batch are those of its hypervisors" {
  printf '[hypervisor a]\nurl = test:///default\nnetwork = default\n[hypervisor b]\nurl = no:///such\n' \
    >"$BATS_TEST_TMPDIR/two.ini"
  run -1 --separate-stderr doctor -o jsonl "$BATS_TEST_TMPDIR/two.ini"
  [[ $(jq -r 'select(.Hypervisor == "a" and .Check == "network").Detail' <<<"$output") == 'network "default" '* ]]
  [ "$(jq -r 'select(.Hypervisor == "b" and .Check == "connection").Result' <<<"$output")" = finding ]
}

@test "a batch with mistakes: 2, and no hypervisor is asked" {
  printf '[hypervisor a]\nnetwrok = x\n' >"$BATS_TEST_TMPDIR/bad.ini"
  run -2 --separate-stderr doctor "$BATS_TEST_TMPDIR/bad.ini"
  [ -z "$output" ]
  [[ $stderr == *'bad.ini:2: '*'netwrok'* ]]
}

@test "one --connect and no more with a batch, one batch and no more" {
  : >"$BATS_TEST_TMPDIR/lab.ini"
  run -2 doctor -c test:///default -c test:///default "$BATS_TEST_TMPDIR/lab.ini"
  run -2 doctor "$BATS_TEST_TMPDIR/lab.ini" "$BATS_TEST_TMPDIR/lab.ini"
  run -2 doctor --wait 1
  run -1 doctor -c test:///default "$BATS_TEST_TMPDIR/lab.ini"
  [[ ${lines[0]} == local$'\t'connection$'\t'ok* ]]
}

@test "output that can't be written is an error of the system" {
  run -3 --separate-stderr sh -c 'vmango-provision doctor -c test:///default >/dev/full'
  [ "$stderr" = "vmango-provision: standard output: can't write: No space left on device" ]
}
