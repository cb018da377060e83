# SPDX-License-Identifier: GPL-2.0-or-later
# A hypervisor over ssh: few logins, one after the other, and those that its server refuses are tried again.
# CI makes 12 machines at once, LONG=1 forty.
# takes: 60 s
# shellcheck disable=SC2154 # run sets stderr
bats_require_minimum_version 1.5.0

setup_file() {
  load lab
  lab_up one
  server_start
}

teardown_file() {
  load lab
  [ ! -e "$BATS_FILE_TMPDIR/server.pid" ] || kill "$(cat "$BATS_FILE_TMPDIR/server.pid")" || true
  lab_down
}

setup() {
  load lab
  log=$BATS_FILE_TMPDIR/server.log
  far="qemu+ssh://root@127.0.0.1:2222/system?command=$BATS_FILE_TMPDIR/ssh&no_verify=1"
  : >"$log"
}

# sshd as it is configured by default, but for its keys and its port; and an ssh that knows them.
server_start() {
  local dir=$BATS_FILE_TMPDIR
  export LAB_KEY
  LAB_KEY=$(lab_key)
  ssh-keygen -q -t ed25519 -N '' -f "$dir/host_key"
  cat >"$dir/sshd_config" <<END
Port 2222
ListenAddress 127.0.0.1
HostKey $dir/host_key
AuthorizedKeysFile $LAB_KEY.pub
PermitRootLogin yes
StrictModes no
PidFile $dir/server.pid
END
  cat >"$dir/ssh" <<END
#!/bin/sh
echo >>$dir/tries
exec ssh -i $LAB_KEY -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR "\$@"
END
  chmod +x "$dir/ssh"
  lab_exec one sh -c "mkdir -p /run/sshd && exec /usr/sbin/sshd -f $dir/sshd_config -E $dir/server.log" 3>&-
  wait_until 10 test -e "$dir/server.pid"
}

# Prints a batch of machines that nobody waits for.
batch() {
  cat <<END
batch = ssh

[hypervisor local]
url = $far
vm_template = $PWD/packaging/templates/vm.xml.in
volume_template = $PWD/packaging/templates/volume.xml.in

[plan tiny]
memory = 32
disk_size = 2

[machine m-{01..$1}]
plan = tiny
image = Debian-12
END
}

logins() {
  grep -c 'Accepted publickey' "$log"
}

@test "many machines at once: at most four logins, and no failure" {
  local count=${LONG:+40}
  count=${count:-12}
  batch "$count" >"$BATS_TEST_TMPDIR/lab.ini"
  run --separate-stderr lab_exec one vmango-provision apply -j 40 -q -o tsv --wait 0 "$BATS_TEST_TMPDIR/lab.ini"
  echo "$stderr"
  [ "$status" -eq 0 ]
  [ -z "$stderr" ]
  [ "$(grep -c $'\tcreated\trunning\t' <<<"$output")" -eq "$count" ]
  echo "logins: $(logins)"
  [ "$(logins)" -le 4 ]
  : >"$log"
  lab_exec one vmango-provision destroy -j 40 -q -y "$BATS_TEST_TMPDIR/lab.ini"
  [ "$(logins)" -le 4 ]
}

# Takes all the logins that the server lets begin, until crowd_end: of a hundred it refuses each further one,
# before that some.
crowd_begin() {
  lab_exec one bash -c "$(declare -f crowd); crowd" >"$BATS_TEST_TMPDIR/crowd" 2>&1 3>&- &
  wait_until 10 grep -q full "$BATS_TEST_TMPDIR/crowd"
}

crowd() {
  local i fd
  echo $$
  for ((i = 0; i < 600; i++)); do
    # shellcheck disable=SC2034 # it stays open
    exec {fd}<>/dev/tcp/127.0.0.1/2222
  done
  echo full
  exec sleep 100
}

crowd_end() {
  lab_exec one kill "$(head -n 1 "$BATS_TEST_TMPDIR/crowd")"
}

is_refused() {
  [ "$(wc -l <"$BATS_FILE_TMPDIR/tries")" -ge 2 ]
}

@test "a login that is refused, as the server has too many, is tried again" {
  batch 1 >"$BATS_TEST_TMPDIR/lab.ini"
  crowd_begin
  : >"$BATS_FILE_TMPDIR/tries"
  lab_exec one vmango-provision plan -q -o tsv "$BATS_TEST_TMPDIR/lab.ini" >"$BATS_TEST_TMPDIR/plan" 2>&1 3>&- &
  plan=$!
  wait_until 10 is_refused
  kill -0 $plan
  crowd_end
  wait $plan || status=$?
  cat "$BATS_TEST_TMPDIR/plan"
  [ "${status-0}" -eq 4 ]
  [[ $(cat "$BATS_TEST_TMPDIR/plan") == m-01$'\t'create* ]]
}

@test "a server that never lets anybody in is reported, with what it said" {
  crowd_begin
  run -3 lab_exec one vmango-leases list -c "$far"
  echo "$output"
  [[ $output == *'exchange_identification'* || $output == *'Connection reset'* ]]
  crowd_end
}
