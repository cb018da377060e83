# SPDX-License-Identifier: GPL-2.0-or-later
# A hypervisor of modular daemons: the way of a user, and each of them restarted in the middle of apply.
# only: make check-long
# takes: 200 s
# shellcheck disable=SC2154 # run sets stderr
bats_require_minimum_version 1.5.0

setup_file() {
  load lab
  lab_up path --modular --no-image
  lab_up one --modular --no-system --no-firewall
  {
    printf 'batch = shop\n'
    lab_section one | sed "s,^url = .*,url = qemu+unix:///system?socket=$(lab_state one)/run/virtqemud-sock,"
    printf '%s\n' '[plan tiny]' 'memory = 32' 'disk_size = 2' '[machine web-1]' 'plan = tiny' 'image = Debian-12'
  } >"$BATS_FILE_TMPDIR/lab.ini"
  sed "s,/virtqemud-sock,/libvirt-sock," "$BATS_FILE_TMPDIR/lab.ini" >"$BATS_FILE_TMPDIR/proxy.ini"
}

teardown_file() {
  load lab
  load lease-clients
  clients_down
  lab_down
}

setup() {
  load lab
  load user-path
}

objects() {
  lab_virsh one 'list --all --name; vol-list default; net-dumpxml vmango --inactive; secret-list'
  lab_virsh one net-dumpxml vmango | grep '<host ' || true
  find "$(lab_state one)/lib/images" -type f
}

is_held_or_ended() {
  [[ $(cut -d ' ' -f 3 "/proc/$1/stat" 2>/dev/null) == T ]] || ! kill -0 "$1" 2>/dev/null
}

# restarted_at POINT DAEMON BATCH: the daemon is restarted while an apply is held at that point, or after it has
# ended, if it has no such point: now killed, now stopped. Sets $status and $said.
restarted_at() {
  local held how=()
  (($1 % 2 == 0)) || how=(--kill)
  VMANGO_TEST_POINT=$1:19 vmango-provision apply -q -w 0 -o tsv "$3" >"$BATS_TEST_TMPDIR/held" 2>&1 3>&- &
  held=$!
  wait_until 30 is_held_or_ended "$held"
  lab_restart one ${how[@]+"${how[@]}"} "$2"
  kill -CONT "$held" 2>/dev/null || true
  status=0
  wait "$held" || status=$?
  said=$(<"$BATS_TEST_TMPDIR/held")
}

# each_point DAEMON BATCH: at every third point of a run. The next run finishes, whatever became of this one,
# and nothing is left. The number of runs that failed is in $failed.
each_point() {
  local empty point
  failed=0
  empty=$(objects)
  for ((point = 1; point < 30; point += 3)); do
    restarted_at "$point" "$@"
    printf '%s at %s: %s\n%s\n' "$1" "$point" "$status" "$said"
    if ((status != 0)); then
      [[ $status == [13] ]]
      [[ $said == *'the connection was lost; run this again'* ]]
      failed=$((failed + 1))
    fi
    run -0 --separate-stderr vmango-provision apply -q -w 0 "$2"
    run -0 --separate-stderr vmango-provision status -o tsv "$2"
    [[ $output == $'web-1\tready\trunning\t'* ]]
    run -0 --separate-stderr vmango-provision destroy -q --yes "$2"
    diff <(echo "$empty") <(objects)
  done
  printf '# %s: %s of 10 runs failed, the next one finished\n' "$1" "$failed" >&3
}

@test "doctor, import, apply, resolve, the hook, update and destroy" {
  user_path path virtqemud
}

@test "the hook was installed after virtqemud had started: doctor names that" {
  path_batch 256 >"$BATS_TEST_TMPDIR/path.ini"
  lab_exec one touch /etc/libvirt/hooks/qemu
  path_run one 0 vmango-provision doctor -o tsv "$BATS_TEST_TMPDIR/path.ini"
  [[ $output == *$'\thook-loaded\twarning\tvirtqemud was started before '*': systemctl reload virtqemud'* ]]
  lab_restart one virtqemud
  path_run one 0 vmango-provision doctor -v -o tsv "$BATS_TEST_TMPDIR/path.ini"
  [[ $output == *$'\thook-loaded\tok\tvirtqemud '* ]]
}

@test "a hook that is installed while virtqemud runs is run from then on" {
  local mac=52:54:00:aa:00:01
  load lease-clients
  clients_up one
  lab_exec one rm /etc/libvirt/hooks/qemu
  lab_restart one virtqemud
  cp "$BATS_TEST_DIRNAME/../../packaging/lease-monitor-hook" "$(command -v vmango-lease-monitor)" "$BATS_TEST_TMPDIR"
  # Its record goes elsewhere: this is the host's /var/lib.
  # shellcheck disable=SC2016 # expands inside
  run lab_exec one unshare --mount sh -c 'mount -t tmpfs tmpfs /var/lib && exec "$0" install' \
    "$BATS_TEST_TMPDIR/lease-monitor-hook"
  echo "$output"
  [ "$status" -eq 0 ]
  client_lease one "$mac"
  wait_until 5 lease_count_is one "$mac" 1
  idle_guest one three "$mac"
  lab_virsh one destroy three
  wait_until 5 lease_count_is one "$mac" 0
  lab_virsh one undefine three
}

@test "a daemon that does not run is named, with the command that starts it" {
  local daemon
  path_batch 256 >"$BATS_TEST_TMPDIR/path.ini"
  for daemon in virtnetworkd virtstoraged virtsecretd virtqemud; do
    lab_exec one sh -c "kill \$(cat /run/libvirt/$daemon.pid)"
    wait_until 20 lab_exec one sh -c "! test -e /run/libvirt/$daemon.pid"
    path_run one 1 vmango-provision doctor -o tsv "$BATS_TEST_TMPDIR/path.ini"
    grep $'\tfinding\t' <<<"$output" | grep "systemctl start $daemon"
    run ! grep 'systemctl .* libvirtd' <<<"$output"
    lab_restart one "$daemon"
  done
  path_run one 0 vmango-provision doctor -o tsv "$BATS_TEST_TMPDIR/path.ini"
}

@test "virtqemud restarts in the middle of apply" {
  each_point virtqemud "$BATS_FILE_TMPDIR/lab.ini"
  ((failed > 0))
}

@test "virtnetworkd restarts in the middle of apply" {
  each_point virtnetworkd "$BATS_FILE_TMPDIR/lab.ini"
  ((failed > 0))
}

@test "virtstoraged restarts in the middle of apply" {
  each_point virtstoraged "$BATS_FILE_TMPDIR/lab.ini"
  ((failed > 0))
}

@test "virtsecretd restarts in the middle of apply" {
  each_point virtsecretd "$BATS_FILE_TMPDIR/lab.ini"
}

@test "virtnodedevd restarts in the middle of apply" {
  each_point virtnodedevd "$BATS_FILE_TMPDIR/lab.ini"
}

@test "virtproxyd restarts in the middle of apply" {
  each_point virtproxyd "$BATS_FILE_TMPDIR/proxy.ini"
  ((failed > 0))
}
