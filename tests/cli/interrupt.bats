# SPDX-License-Identifier: GPL-2.0-or-later
# Every tool ends when it gets SIGINT or SIGTERM, whatever it waits for, and dies by the signal.
# shellcheck disable=SC2154,SC2016 # run sets stderr; scripts are written as they stand
bats_require_minimum_version 1.5.0

# A peer that accepts and never answers, at $BATS_FILE_TMPDIR/peer; a byte in `peers` for each.
setup_file() {
  python3 - "$BATS_FILE_TMPDIR/peer" "$BATS_FILE_TMPDIR/peers" 3>&- <<'PYTHON' &
import socket, sys
server = socket.socket(socket.AF_UNIX)
server.bind(sys.argv[1])
server.listen(200)
peers = []
while True:
    peers.append(server.accept())
    open(sys.argv[2], "a").write(".")
PYTHON
  echo $! >"$BATS_FILE_TMPDIR/peer.pid"
  for _ in {1..200}; do
    [ ! -S "$BATS_FILE_TMPDIR/peer" ] || return 0
    sleep 0.05
  done
  return 1
}

teardown_file() {
  kill "$(cat "$BATS_FILE_TMPDIR/peer.pid")"
}

setup() {
  cd "$BATS_TEST_TMPDIR" || return
  uri="qemu+unix:///system?socket=$BATS_FILE_TMPDIR/peer"
  pids=()
  words=()
}

teardown() {
  ((${#pids[@]} == 0)) || kill -KILL "${pids[@]}" 2>/dev/null || true
}

# begin COMMAND...: in the background, where a shell lets programs ignore SIGINT.
begin() {
  "$@" <&0 >"out.${#pids[@]}" 2>&1 3>&- 9>&- &
  pids+=($!)
  words+=("$*")
}

# Those that have ended too early.
show_over() {
  local i
  for i in "${!pids[@]}"; do
    ! is_over "${pids[i]}" || { echo "over: ${words[i]}" && cat "out.$i"; }
  done
}

# wait_for COMMAND...: until it succeeds.
wait_for() {
  local deadline=$((SECONDS + 8))
  until "$@"; do
    ((SECONDS < deadline)) || { echo "waited for: $*" && show_over && return 1; }
    sleep 0.02
  done
}

have_connected() {
  [ -e "$BATS_FILE_TMPDIR/peers" ] && (($(stat -c %s "$BATS_FILE_TMPDIR/peers") >= $1))
}

is_over() {
  [ ! -e "/proc/$1" ] || [ "$(cut -d ' ' -f 3 "/proc/$1/stat" 2>/dev/null)" = Z ]
}

are_over() {
  local pid
  for pid in "${pids[@]}"; do
    is_over "$pid" || return 1
  done
}

# end SIGNAL STATUS: all of them, within 2 s.
end() {
  local i status start=${EPOCHREALTIME/./}
  kill -"$1" "${pids[@]}"
  wait_for are_over
  echo "after $(((${EPOCHREALTIME/./} - start) / 1000)) ms"
  ((${EPOCHREALTIME/./} - start < 2000000))
  for i in "${!pids[@]}"; do
    status=0
    wait "${pids[i]}" || status=$?
    echo "$status ${words[i]}" && cat "out.$i"
    ((status == $2))
  done
  pids=()
}

write_batch() {
  printf '%s\n' 'batch = silent' "[hypervisor local]" "url = $uri" '[plan tiny]' 'memory = 32' \
    'disk_size = 2' '[machine web-1]' 'plan = tiny' 'image = Debian-12' >silent.ini
}

begin_all() {
  local verb
  for verb in list watch audit 'resolve web-1' 'resolve --wait 600 web-1' 'release web-1'; do
    # shellcheck disable=SC2086 # words
    begin vmango-leases ${verb%% *} -c "$uri" ${verb#"${verb%% *}"}
  done
  truncate -s 1M Debian-12_amd64_raw.img
  printf '\x55\xaa' | dd of=Debian-12_amd64_raw.img bs=1 seek=510 conv=notrunc status=none
  begin vmango-imagetool list -c "$uri"
  begin vmango-imagetool remove -c "$uri" Debian-12_amd64_raw.img
  begin vmango-imagetool import -c "$uri" Debian-12_amd64_raw.img
  write_batch
  for verb in check plan status apply destroy start stop 'stop --graceful 600' reboot doctor; do
    # A copy each, since one at a time may work on a batch.
    cp silent.ini "batch.${#pids[@]}.ini"
    # shellcheck disable=SC2086 # words
    begin vmango-provision $verb "batch.${#pids[@]}.ini"
  done
  begin vmango-provision context silent.ini web-1
}

@test "while a hypervisor keeps silent, each verb ends on SIGINT and on SIGTERM" {
  begin_all
  wait_for have_connected ${#pids[@]}
  count=${#pids[@]}
  end INT 130
  begin_all
  wait_for have_connected $((2 * count))
  end TERM 143
}

is_reading() {
  local pid
  for pid in "${pids[@]}"; do
    # Blocked in read(2) or open(2) of a FIFO: asleep, with nothing left to do.
    ! is_over "$pid" || return 1
    grep -qE 'pipe|fifo|wait_for_partner|anon_pipe|poll' "/proc/$pid/wchan" || return 1
  done
}

begin_readers() {
  begin vmango-render vm.in <silent
  begin vmango-configdrive <silent
  begin vmango-provision plan - <silent
  begin vmango-imagetool parse - <silent
  begin vmango-leases resolve --dir . - <silent
  begin vmango-imagetool import --as Debian-12_amd64_raw.img -c test:///default - <silent
  # Nobody has it open for writing.
  begin vmango-imagetool import --as Debian-12_amd64_raw.img -c test:///default silent-2
  begin vmango-imagetool inspect silent-2
}

@test "while nothing comes on standard input or from a FIFO, likewise" {
  mkfifo silent silent-2
  exec 9<>silent
  echo '{{ .Machine.Name }}' >vm.in
  begin_readers
  wait_for is_reading
  end INT 130
  begin_readers
  wait_for is_reading
  end TERM 143
  exec 9>&-
}

script_write() {
  printf '#!/bin/sh\n%s\n' "$1" >script
  chmod +x script
}

@test "a network script and what it has started end with the tool" {
  script_write "sleep 1000 & echo \$! >'$PWD/inner'; wait"
  begin vmango-leases list -c test:///default --source script --script "$PWD/script"
  wait_for test -s inner
  end TERM 143
  wait_for is_over "$(cat inner)"
}

@test "a script has no signals ignored that the tool or its caller ignores" {
  script_write 'kill -PIPE $$; echo 192.0.2.1'
  run env --ignore-signal=PIPE vmango-leases list -v -c test:///default --source script --script "$PWD/script"
  echo "$output"
  [[ $output == *'ended by signal 13'* ]]
}
