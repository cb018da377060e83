# SPDX-License-Identifier: GPL-2.0-or-later
# Far hypervisors: in how many calls and round trips they are read, and what becomes of a run when one dies
# meanwhile. Round trips are counted (tests/lab/slow_link.c), not timed.
# shellcheck disable=SC2154 # run sets stderr
bats_require_minimum_version 1.5.0
# takes: 120 s

machines=10

setup_file() {
  load lab
  load link
  lab_up one --no-system --no-firewall
  link_build
  link_up far one 50
  write_batch >"$BATS_FILE_TMPDIR/lab.ini"
  vmango-provision apply -q --wait 0 "$BATS_FILE_TMPDIR/lab.ini"
}

teardown_file() {
  load lab
  load link
  link_down far
  lab_down
}

setup() {
  load lab
  load link
  batch=$BATS_FILE_TMPDIR/lab.ini
  far=$(link_uri far)
}

write_batch() {
  cat <<END
batch = far
$(lab_section one)
[plan tiny]
memory = 32
disk_size = 2
[machine web-{1..$machines}]
plan = tiny
image = Debian-12
END
}

# few CALLS TRIPS COMMAND...: it succeeds over the far link, in no more than so many.
few() {
  link_counts far "${@:3}"
  [ "$connections" -eq 1 ]
  [ "$calls" -le "$1" ]
  [ "$trips" -le "$2" ]
}

@test "plan, status and list of machines that run: four calls are in flight" {
  promised=$((25 + 2 * machines / 4))
  few $((35 + 4 * machines)) "$promised" vmango-provision plan -q -c "$far" "$batch"
  few $((36 + 4 * machines)) "$promised" vmango-provision status -q -c "$far" "$batch"
  few $((15 + 2 * machines)) $((promised - 5)) vmango-leases list -c "$far"
}

@test "images that no machine names are not read" {
  link_counts far vmango-provision plan -q -c "$far" "$batch"
  before=$calls
  for image in Other-1 Other-2 Debian-11; do
    lab_exec one qemu-img create -q -f qcow2 "/var/lib/libvirt/vmango-images/${image}_amd64_qcow2.img" 1M
  done
  lab_virsh one pool-refresh vmango-images
  few "$before" 100 vmango-provision plan -q -c "$far" "$batch"
  few $((before + 1)) 100 vmango-provision status -q -c "$far" "$batch"
  # They are known, though.
  sed 's/^image = .*/image = Other-3/' "$batch" >"$BATS_TEST_TMPDIR/other.ini"
  run -2 --separate-stderr vmango-provision plan "$BATS_TEST_TMPDIR/other.ini"
  [[ $stderr == *'no image "Other-3"'*'did you mean "Other-'[12]'"?'* ]]
  vmango-provision facts "$batch" | jq -e '.Images | map(select(.Path and .VirtualSize > 0)) | length == 4'
}

@test "what they print is the same as near the hypervisor, in the same order" {
  for command in 'vmango-provision plan -o json' 'vmango-provision status -o json' 'vmango-provision status --all -o tsv' \
    'vmango-provision facts'; do
    # shellcheck disable=SC2086 # words
    diff <($command -c "$far" "$batch" | same) <($command -c "$(lab_uri one)" "$batch" | same)
  done
  diff <(vmango-leases list -o tsv -c "$far" | same) <(vmango-leases list -o tsv -c "$(lab_uri one)" | same)
}

# Without what differs by the link, or by the moment.
same() {
  sed -e "s,$far,URI,g" -e "s,$(lab_uri one),URI,g" -E -e 's/"(Time|Free)":[0-9]+/"\1":0/g'
}

# dying LINK MOMENT COMMAND...: runs it over a link that is cut as its call number MOMENT comes; leaves its
# status, output and milliseconds in files.
dying() {
  local link=$1 began
  link_up "$link" one 0 "$2"
  began=$EPOCHREALTIME
  "${@:3}" -c "$(link_uri "$link")" >"$BATS_TEST_TMPDIR/$link.out" 2>"$BATS_TEST_TMPDIR/$link.err" && status=0 || status=$?
  echo "$status $(((${EPOCHREALTIME/./} - ${began/./}) / 1000))" >"$BATS_TEST_TMPDIR/$link.end"
}

@test "a hypervisor that falls silent while it is read is reported once, within 25 s" {
  moments=(3 9 20 45)
  [ -z "${LONG-}" ] || moments=(2 3 6 7 8 9 12 16 20 25 27 30 35 40 45 50 60 70)
  # Side by side, as each takes as long as the silence.
  for moment in "${moments[@]}"; do
    dying "plan-$moment" "$moment" vmango-provision plan "$batch" &
    dying "status-$moment" "$moment" vmango-provision status "$batch" &
    ((moment >= 30)) || dying "list-$moment" "$moment" vmango-leases list &
  done
  wait
  for end in "$BATS_TEST_TMPDIR"/*.end; do
    link=$(basename "$end" .end)
    read -r status took <"$end"
    echo "$link: $status after $took ms: $(cat "$BATS_TEST_TMPDIR/$link".{err,out})"
    link_down "$link"
    [ "$took" -lt $((silent_limit * 1000)) ]
    [[ $link == list-* && $status -eq 1 || $status -eq 3 ]]
    said=$BATS_TEST_TMPDIR/$link.err
    [[ $link != plan-* ]] || said=$BATS_TEST_TMPDIR/$link.out
    grep -q "$(link_uri "$link" | sed 's/[?]/[?]/'): no answer for 20 s" "$said"
    # plan has it in the record of each machine.
    [[ $link == plan-* ]] || [ "$(wc -l <"$said")" -eq 1 ]
    ! grep -q absent "$BATS_TEST_TMPDIR/$link.out"
  done
}

is_cut_at() {
  local count
  read -ra count <<<"$(link_count "$1")"
  ((count[0] >= $2))
}

@test "a connection that is closed while calls wait ends at once, and is reported once" {
  for moment in 9 30; do
    link_up closed one 0 "$moment"
    vmango-provision status -c "$(link_uri closed)" "$batch" >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" 3>&- &
    wait_until 10 is_cut_at closed "$moment"
    began=$EPOCHREALTIME
    link_down closed
    status=0
    wait $! || status=$?
    took=$(((${EPOCHREALTIME/./} - ${began/./}) / 1000))
    echo "$status after $took ms: $(cat "$BATS_TEST_TMPDIR/err")"
    [ "$status" -eq 3 ]
    [ "$took" -lt 5000 ]
    [[ $(cat "$BATS_TEST_TMPDIR/err") == *'the connection was lost; run this again' ]]
    [ "$(wc -l <"$BATS_TEST_TMPDIR/err")" -eq 1 ]
  done
}

# interrupted MOMENT COMMAND...: it waits for calls over a link that is cut at that moment.
interrupted() {
  link_up waits one 0 "$1"
  "${@:2}" -c "$(link_uri waits)" >/dev/null 2>&1 3>&- &
  wait_until 10 is_cut_at waits "$1"
  began=$EPOCHREALTIME
  kill -INT $!
  status=0
  wait $! || status=$?
  took=$(((${EPOCHREALTIME/./} - ${began/./}) / 1000))
  echo "${*:2}: $status after $took ms"
  link_down waits
  [ "$status" -eq 130 ]
  [ "$took" -lt $((signal_limit * 1000)) ]
}

@test "an interrupt ends what waits for calls in flight" {
  interrupted 35 vmango-provision plan "$batch"
  interrupted 35 vmango-provision apply --wait 0 "$batch"
  interrupted 20 vmango-leases list
  vmango-provision plan -q "$batch"
}

@test "two that are silent cost the time of one, and one that is not is read meanwhile" {
  lab_up two --no-system --no-firewall
  link_up dead1 one 0
  link_up dead2 two 0
  {
    printf 'batch = both\n'
    lab_section one near
    lab_section one dead1 | sed "s,^url = .*,url = $(link_uri dead1),"
    lab_section two dead2 | sed "s,^url = .*,url = $(link_uri dead2),"
    printf '[plan tiny]\nmemory = 32\ndisk_size = 2\n[machine here]\nhypervisor = near\nplan = tiny\nimage = Debian-12\n'
  } >"$BATS_TEST_TMPDIR/both.ini"
  link_signal dead1 USR1
  link_signal dead2 USR1
  began=$EPOCHREALTIME
  run --separate-stderr vmango-provision status --all -o tsv "$BATS_TEST_TMPDIR/both.ini"
  took=$(((${EPOCHREALTIME/./} - ${began/./}) / 1000))
  echo "$status after $took ms: $output$stderr"
  link_down dead1
  link_down dead2
  [ "$took" -lt $((silent_limit * 1000)) ]
  [ "$(grep -c $'\tnear\t' <<<"$output")" -eq "$machines" ]
  [ "$(grep -c 'no answer for 20 s' <<<"$stderr")" -eq 2 ]
}

@test "machines that do not run take fewer calls" {
  vmango-provision stop -q --graceful 0 "$batch"
  few $((36 + 3 * machines)) $((25 + 2 * machines / 4)) run -1 vmango-provision status -c "$far" "$batch"
  few $((15 + machines)) 20 vmango-leases list -c "$far"
}
