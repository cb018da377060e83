# SPDX-License-Identifier: GPL-2.0-or-later
# A machine on a hypervisor of which a daemon does not run: nothing of it counts as missing, and nothing is lost.
# libvirt's daemon has all in one here, so that a preloaded fake fails as modular daemons do
# (fixtures/absent_daemon.c). And the exit status of runs that change machines.
# shellcheck disable=SC2154 # run sets stderr
bats_require_minimum_version 1.5.0

setup_file() {
  load lab
  lab_up one --no-system --no-firewall
  cc -shared -fPIC -o "$BATS_FILE_TMPDIR/absent.so" "$BATS_TEST_DIRNAME/../fixtures/absent_daemon.c" -ldl
}

teardown_file() {
  load lab
  lab_down
}

setup() {
  load lab
  batch=$BATS_FILE_TMPDIR/lab.ini
  [ -e "$batch" ] || write_batch 32 >"$batch"
}

# write_batch MEMORY
write_batch() {
  printf 'batch = shop\n%s\n[plan tiny]\nmemory = %s\ndisk_size = 2\n[machine web-1]\nplan = tiny\nimage = Debian-12\n' \
    "$(lab_section one)" "$1"
}

# without DAEMON COMMAND...: as if that daemon did not run.
without() {
  env ASAN_OPTIONS=verify_asan_link_order=0 LD_PRELOAD="$BATS_FILE_TMPDIR/absent.so" ABSENT_DAEMON="$1" \
    "$(command -v "$2")" "${@:3}"
}

# ends STATUS ARGUMENT...: the status of vmango-provision.
ends() {
  run "-$1" --separate-stderr vmango-provision "${@:2}"
  echo "$output"
  echo "$stderr"
}

# Everything that a machine is made of.
belongings() {
  lab_virsh one list --all --name
  lab_virsh one domstate web-1
  lab_virsh one vol-list default | awk '/web-1/ { print $1 }'
  lab_virsh one net-dumpxml --inactive vmango | grep "name='web-1'"
  lab_virsh one secret-list
}

@test "nobody answers, something to do, nothing to do, differences: 3, 4, 0, 1" {
  ends 4 plan "$batch"
  ends 4 apply -n "$batch"
  ends 1 status "$batch"
  ends 0 destroy -n "$batch"
  ends 0 apply -q --wait 0 "$batch"
  ends 0 plan "$batch"
  ends 0 apply -n "$batch"
  ends 0 apply --wait 0 "$batch"
  ends 0 status "$batch"
  ends 4 destroy -n "$batch"
  # The batch differs.
  write_batch 64 >"$batch.64"
  ends 4 plan "$batch.64"
  ends 4 apply -n --update "$batch.64"
  ends 1 apply --wait 0 "$batch.64"
  ends 1 status "$batch.64"
  # A machine that others have paused is degraded; what is to be done is theirs.
  lab_virsh one suspend web-1
  ends 1 status "$batch"
  ends 4 plan "$batch"
  ends 1 apply --wait 0 "$batch"
  lab_virsh one resume web-1
  ends 0 stop "$batch"
  ends 1 status "$batch"
  ends 4 plan "$batch"
  ends 0 start --wait 0 "$batch"
  # Who may not ask is not answered.
  local nobody=(setpriv --reuid 65534 --regid 65534 --clear-groups)
  chmod o+rx "$BATS_RUN_TMPDIR" "$BATS_FILE_TMPDIR"
  cp "$(command -v vmango-provision)" "$BATS_FILE_TMPDIR/tool"
  for verb in check plan apply 'apply -n' status start stop reboot destroy facts; do
    # shellcheck disable=SC2086 # words
    run --separate-stderr "${nobody[@]}" "$BATS_FILE_TMPDIR/tool" $verb - <"$batch"
    echo "$verb: $status $output$stderr"
    [ "$status" -eq 3 ]
  done
  # What libvirt has not is an error of the batch.
  lab_virsh one net-destroy vmango
  ends 2 check "$batch"
  ends 2 plan "$batch"
  ends 2 apply "$batch"
  ends 1 status "$batch"
  lab_virsh one net-start vmango
  # The guest has lost its NIC's bridge.
  ends 1 status "$batch"
  ends 0 reboot --graceful 0 "$batch"
  ends 0 status "$batch"
}

# looks COMMAND...: inside, as a user without rights; batches from standard input.
looks() {
  chmod o+rx "$BATS_RUN_TMPDIR" "$BATS_FILE_TMPDIR"
  cp "$(command -v "$1")" "$BATS_FILE_TMPDIR/$1"
  run --separate-stderr lab_exec one env HOME=/run/nobody XDG_RUNTIME_DIR=/run/nobody \
    setpriv --reuid 65534 --regid 65534 --clear-groups "$BATS_FILE_TMPDIR/$1" "${@:2}"
  echo "$*: $status $output$stderr"
}

@test "who may only look sees all of it, with a warning, and changes nothing" {
  local local=$BATS_FILE_TMPDIR/local.ini verb
  sed 's,^url = .*,url = qemu:///system,' "$batch" >"$local"
  vmango-provision apply -q --wait 0 "$batch"
  for verb in status 'status --all' plan 'apply -n'; do
    # shellcheck disable=SC2086 # words
    looks vmango-provision $verb -o tsv - <"$local"
    [ "$status" -eq 0 ]
    [[ $output == web-1$'\t'* ]]
    [[ $stderr == 'vmango-provision: local: read-only, so guest agents are not asked and pools are not refreshed: '*'Permission denied (join the group of libvirtd'* ]]
  done
  looks vmango-provision facts - <"$local"
  [ "$status" -eq 0 ]
  [ "$(jq -r '.Domains[].Name' <<<"$output")" = web-1 ]
  looks vmango-provision doctor -o tsv -c qemu:///system
  [[ $output == *$'connection\twarning\t'*'Permission denied'*'This user can only look'* ]]
  [[ $output == *$'network\tok\t'* ]]
  looks vmango-leases list -c qemu:///system
  [ "$status" -eq 0 ]
  looks vmango-imagetool list -c qemu:///system
  [ "$status" -eq 0 ]
  for verb in apply destroy stop; do
    looks vmango-provision "$verb" -q - <"$local"
    [ "$status" -eq 3 ]
    [ "$(grep -c 'Permission denied' <<<"$stderr")" -eq 1 ]
  done
  [ "$(lab_virsh one domstate web-1)" = running ]
}

@test "a user's own libvirt is refused in one line, and no advice to define pools there is given" {
  local session=$BATS_FILE_TMPDIR/session.ini
  sed 's,^url = .*,url = qemu:///session,' "$batch" >"$session"
  lab_exec one install -d -o 65534 /run/nobody
  looks vmango-provision check - <"$session"
  [ "$status" -eq 3 ]
  [[ $stderr == *"qemu:///session: a user's own libvirt has no networks that machines can use; as root, or in the group libvirt, use qemu:///system" ]]
  looks vmango-provision doctor -o tsv -c qemu:///session
  [ "$status" -eq 1 ]
  [[ $output != *pool-define* && $output != *'net-define'* ]]
}

@test "without a daemon, status, plan and doctor say what is not known, and of nothing that it is missing" {
  local daemon before
  before=$(belongings)
  for daemon in virtnetworkd virtstoraged; do
    run -1 --separate-stderr without "$daemon" vmango-provision status -o tsv "$batch"
    echo "$output$stderr"
    [[ $output == web-1$'\t'*$'\t'running$'\t'* ]]
    [[ $output != *absent* && $output != *degraded* ]]
    [[ $stderr == *"$daemon-sock"*"(start it there: systemctl start $daemon.socket)"* ]]
    [[ $stderr != *'has been removed'* && $stderr != *'is missing'* ]]
    run -3 --separate-stderr without "$daemon" vmango-provision plan "$batch"
    [ -z "$output" ]
    run -3 --separate-stderr without "$daemon" vmango-provision apply --wait 0 "$batch"
  done
  run -1 --separate-stderr without virtsecretd vmango-provision doctor "$batch"
  grep -q $'\tlocks\tfinding\tnot known: .*virtsecretd' <<<"$output"
  # Without locks, plan says so and apply does nothing.
  run -0 --separate-stderr without virtsecretd vmango-provision plan "$batch"
  [[ $stderr == *"can't list locks: "*'virtsecretd.socket'* ]]
  run -3 --separate-stderr without virtsecretd vmango-provision apply --wait 0 "$batch"
  [[ $stderr == *"can't lock the batch"*'virtsecretd.socket'* ]]
  diff <(echo "$before") <(belongings)
}

@test "without a daemon, nothing is deleted, not even half of it" {
  local before
  before=$(belongings)
  run -3 --separate-stderr without virtnetworkd vmango-provision destroy --yes "$batch"
  [[ $stderr == *'virtnetworkd.socket'* ]]
  run -1 --separate-stderr without virtstoraged vmango-provision destroy --yes "$batch"
  echo "$output$stderr"
  [[ $stderr == *'virtstoraged.socket'* ]]
  [[ $stderr != *pool-create* && $stderr != *'does not exist'* ]]
  run -3 --separate-stderr without virtsecretd vmango-provision destroy --yes "$batch"
  diff <(echo "$before") <(belongings)
  ends 0 destroy --yes "$batch"
  [ -z "$(lab_virsh one list --all --name)" ]
  # An absent machine whose volumes can't be looked for is not known to have left none.
  run --separate-stderr without virtstoraged vmango-provision destroy --yes "$batch"
  [[ $stderr == *'virtstoraged.socket'* ]]
}

@test "leases: without virtnetworkd they are not known" {
  run -3 --separate-stderr without virtnetworkd vmango-leases list -c "$(lab_uri one)"
  [[ $stderr == *"can't list networks: "*'(start it there: systemctl start virtnetworkd.socket)'* ]]
  run -3 --separate-stderr without virtnetworkd vmango-leases audit --fix -c "$(lab_uri one)"
  run -0 --separate-stderr vmango-leases list -c "$(lab_uri one)"
}
