# SPDX-License-Identifier: GPL-2.0-or-later
# Links that die: each run ends with the reason, an interrupt ends it at once, and the next run finishes.
# The link is tests/lab/slow_link.c; a run stands still at one of its points while it is cut. CI does a few
# of the moments, LONG=1 twelve.
# shellcheck disable=SC2154 # run sets stderr
bats_require_minimum_version 1.5.0

setup_file() {
  load lab
  load link
  lab_up one --no-system --no-firewall
  link_build
  link_up link one 0
}

teardown_file() {
  load lab
  load link
  link_down link
  lab_down
}

setup() {
  load lab
  load link
  far=$(link_uri link)
  batch=$BATS_TEST_TMPDIR/lab.ini
  {
    lab_section one far | sed "s,^url = .*,url = $far,"
    cat <<END
[plan tiny]
memory = 32
disk_size = 2
[machine web-{1..2}]
plan = tiny
image = Debian-12
END
  } >"$batch"
  moments=(3 12)
  [ -z "${LONG-}" ] || moments=(2 3 4 5 6 8 10 12 14 16 18 20)
}

# What a failed test has started would go on.
teardown() {
  local pid
  link_signal link USR2
  for pid in $(jobs -p); do kill -KILL "$pid" || true; done
}

is_stopped() {
  [[ $(cut -d ' ' -f 3 "/proc/$1/stat") == T ]]
}

objects() {
  lab_virsh one 'list --all --name; vol-list default; vol-list vmango-images; net-dumpxml vmango; secret-list' |
    grep -v '<bridge'
}

# cut_at MOMENT SIGNAL COMMAND...: sets `status`, `output` and how long it took from the cut on, or from SIGNAL,
# which it gets a second after it goes on ("": none).
cut_at() {
  local began
  VMANGO_TEST_POINT=$1:19 "${@:3}" >"$BATS_TEST_TMPDIR/output" 2>&1 3>&- &
  wait_until 30 is_stopped $!
  link_signal link USR1
  began=$EPOCHREALTIME
  kill -CONT $!
  if [ -n "$2" ]; then
    sleep 1
    began=$EPOCHREALTIME
    kill "-$2" $!
  fi
  status=0
  wait $! || status=$?
  took=$(((${EPOCHREALTIME/./} - ${began/./}) / 1000))
  link_signal link USR2
  output=$(cat "$BATS_TEST_TMPDIR/output")
  echo "$*: $status after $took ms: $output"
}

# The next run finishes, and nothing is left.
finished() {
  run vmango-provision apply -q --wait 0 "$batch"
  echo "$output"
  [ "$status" -eq 0 ]
  vmango-provision status -q "$batch"
  vmango-provision destroy -q -y "$batch"
  diff <(echo "$before") <(objects)
}

@test "cut at any moment of apply: it ends with the reason, and the next one finishes" {
  before=$(objects)
  for moment in "${moments[@]}"; do
    cut_at "$moment" '' vmango-provision apply -q --wait 0 "$batch"
    [ "$status" -ne 0 ]
    [ "$took" -lt $((silent_limit * 1000)) ]
    [[ $output == *'no answer for 20 s'* || $output == *'the connection was lost; run this again'* ]]
    finished
  done
}

@test "cut at any moment of destroy: it ends with the reason, and the next apply makes all again" {
  before=$(objects)
  for moment in "${moments[@]}"; do
    vmango-provision apply -q --wait 0 "$batch"
    cut_at "$moment" '' vmango-provision destroy -q -y "$batch"
    [ "$status" -ne 0 ]
    [ "$took" -lt $((silent_limit * 1000)) ]
    [[ $output == *'no answer for 20 s'* || $output == *'the connection was lost; run this again'* ]]
    finished
    vmango-provision apply -q --wait 0 "$batch"
    cut_at "$moment" TERM vmango-provision destroy -q -y "$batch"
    [ "$status" -eq 143 ]
    [ "$took" -lt $((signal_limit * 1000)) ]
    finished
  done
}

@test "what does not answer is reported once, and does not hold up the others" {
  lab_up two --no-system --no-firewall
  {
    printf 'batch = both\n'
    lab_section two near
    printf '%s\n' '[machine here]' 'hypervisor = near' 'plan = tiny' 'image = Debian-12'
    sed '/^image/s/$/\nhypervisor = far/' "$batch"
  } >"$BATS_TEST_TMPDIR/both.ini"
  link_signal link USR1
  run --separate-stderr vmango-provision apply -q -o tsv --wait 0 "$BATS_TEST_TMPDIR/both.ini"
  link_signal link USR2
  echo "$output$stderr"
  [ "$status" -eq 1 ]
  [[ $output == here$'\t'created$'\t'running* ]]
  [ "$(grep -c 'no answer for 20 s' <<<"$stderr")" -eq 1 ]
  [[ $stderr == *'far: web-1, web-2: '*'no answer for 20 s'* ]]
  vmango-provision destroy -q -y "$BATS_TEST_TMPDIR/both.ini"
}

@test "interrupted while nobody answers, apply ends at once, and the next one finishes" {
  before=$(objects)
  for moment in "${moments[@]}"; do
    cut_at "$moment" INT vmango-provision apply -q --wait 0 "$batch"
    [ "$status" -eq 130 ]
    [ "$took" -lt $((signal_limit * 1000)) ]
    finished
  done
}

is_uploading() {
  lab_virsh one vol-list vmango-images | grep -q '^ Other-1_'
}

@test "cut at any moment of import: it ends with the reason, and the next one finishes" {
  qemu-img create -q -f qcow2 "$BATS_TEST_TMPDIR/disk.qcow2" 64M
  qemu-io -c 'write -q -P 7 0 32M' "$BATS_TEST_TMPDIR/disk.qcow2"
  for signal in '' INT; do
    mkfifo "$BATS_TEST_TMPDIR/fifo"
    before=$(objects)
    # It stands still in the middle of what it sends.
    vmango-imagetool import -q -c "$far" --as Other-1_amd64_qcow2.img - <"$BATS_TEST_TMPDIR/fifo" >"$BATS_TEST_TMPDIR/output" 2>&1 3>&- &
    import=$!
    exec 8>"$BATS_TEST_TMPDIR/fifo"
    head -c 16M "$BATS_TEST_TMPDIR/disk.qcow2" >&8
    wait_until 20 is_uploading
    link_signal link USR1
    tail -c +16777217 "$BATS_TEST_TMPDIR/disk.qcow2" >&8 2>/dev/null &
    began=$EPOCHREALTIME
    [ -z "$signal" ] || kill "-$signal" $import
    exec 8>&-
    status=0
    wait $import || status=$?
    took=$(((${EPOCHREALTIME/./} - ${began/./}) / 1000))
    link_signal link USR2
    echo "$signal: $status after $took ms: $(cat "$BATS_TEST_TMPDIR/output")"
    rm "$BATS_TEST_TMPDIR/fifo"
    [ "$status" -ne 0 ]
    if [ -n "$signal" ]; then
      [ "$status" -eq 130 ]
      [[ $(cat "$BATS_TEST_TMPDIR/output") == *'does not answer; left to the next run'* ]]
      [ "$took" -lt $((signal_limit * 1000)) ]
    else
      [ "$took" -lt $((silent_limit * 1000)) ]
      [[ $(cat "$BATS_TEST_TMPDIR/output") == *'no answer for 20 s'* ]]
    fi
    vmango-imagetool import -q -c "$far" --as Other-1_amd64_qcow2.img "$BATS_TEST_TMPDIR/disk.qcow2"
    vmango-imagetool remove -q -c "$far" Other-1_amd64_qcow2.img
    diff <(echo "$before") <(objects)
  done
}

# lease MAC: a client that asks the hypervisor's DHCP server.
lease() {
  lab_exec one sh -c 'dev=c${1##*:}
    ip link add "$dev" type veth peer name "$dev-b"
    ip link set "$dev" address "$1" up
    ip link set "$dev-b" master virbr-vmango up
    udhcpc -i "$dev" -n -q -f -t 20 -T 1 -s /bin/true' sh "$1"
}

@test "cut under watch: it says so once, goes on when the link is back, and a signal ends it" {
  out=$BATS_TEST_TMPDIR/out
  lease 52:54:00:00:02:01
  vmango-leases watch --initial -c "$far" >"$out" 2>"$out.errors" 3>&- &
  watch=$!
  wait_until 20 grep -q '"present".*52:54:00:00:02:01' "$out"
  link_signal link USR1
  wait_until 40 grep -q 'no answer for 20 s\|the connection was lost' "$out.errors"
  lease 52:54:00:00:02:02
  link_signal link USR2
  wait_until 60 grep -q '"added".*52:54:00:00:02:02' "$out"
  run ! grep removed "$out"
  [ "$(wc -l <"$out.errors")" -eq 1 ]
  link_signal link USR1
  began=$EPOCHREALTIME
  kill -INT $watch
  wait $watch || status=$?
  [ "$status" -eq 130 ]
  [ $(((${EPOCHREALTIME/./} - ${began/./}) / 1000)) -lt $((signal_limit * 1000)) ]
}

@test "cut before and after what import changes: it ends with the reason, and the next one finishes" {
  local image=Other-1_amd64_qcow2.img
  cc -shared -fPIC -o "$BATS_TEST_TMPDIR/kill_at.so" "$BATS_TEST_DIRNAME/../fixtures/kill_at.c" -ldl
  qemu-img create -q -f qcow2 "$BATS_TEST_TMPDIR/disk.qcow2" 64M
  qemu-io -c 'write -q -P 7 0 4M' "$BATS_TEST_TMPDIR/disk.qcow2"
  before=$(objects)
  moments=(6 22)
  [ -z "${LONG-}" ] || moments=(2 4 6 8 10 12 16 18 20 22 26 30)
  for moment in "${moments[@]}"; do
    began=$EPOCHREALTIME
    run env KILL_AT="$moment" AT_COMMAND="kill -USR1 $(cat "$BATS_FILE_TMPDIR/link.pid")" LD_PRELOAD="$BATS_TEST_TMPDIR/kill_at.so" \
      "$(command -v vmango-imagetool)" import -q -c "$far" --as $image "$BATS_TEST_TMPDIR/disk.qcow2"
    took=$(((${EPOCHREALTIME/./} - ${began/./}) / 1000))
    link_signal link USR2
    echo "$moment: $status after $took ms: $output"
    [ "$status" -eq 3 ]
    [ "$took" -lt $((silent_limit * 1000)) ]
    [[ $output == *'no answer for 20 s'* || $output == *'the connection was lost; run this again'* ]]
    # It may have come to its end, but for the report.
    vmango-imagetool import -q -c "$far" --as $image "$BATS_TEST_TMPDIR/disk.qcow2" || [ "$moment" -ge 22 ]
    [ "$(vmango-imagetool list -c "$far" | cut -f 1 | grep -c "^$image\$")" -eq 1 ]
    cmp "$BATS_TEST_TMPDIR/disk.qcow2" "$(lab_state one)/lib/vmango-images/$image"
    vmango-imagetool remove -q -c "$far" $image
    diff <(echo "$before") <(objects)
  done
}
