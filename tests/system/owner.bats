# SPDX-License-Identifier: GPL-2.0-or-later
# One owner of a batch at a time: whatever runs from other checkouts, standard input and other hosts
# do meanwhile, a finished machine stays, and each object is made by one run. LONG=1 takes every
# point of a run and more rounds.
# takes: 130 s
# shellcheck disable=SC2154,SC2016 # run sets stderr; scripts are written as they stand
bats_require_minimum_version 1.5.0

setup_file() {
  load lab
  lab_up one --no-system --no-firewall
}

teardown_file() {
  load lab
  lab_down
}

setup() {
  load lab
  batch=$BATS_TEST_TMPDIR/lab.ini
  copy=$BATS_TEST_TMPDIR/other/copy.ini
  mkdir -p "${copy%/*}"
  write_batch shop web-1 >"$batch"
  cp "$batch" "$copy"
  held=()
}

# A run that a failed test has held would hold up those after it.
teardown() {
  local pid
  for pid in $(jobs -p); do kill -KILL "$pid" || true; done
}

# Prints a batch; nobody waits for its guest, so it may be too small to boot.
write_batch() {
  cat <<EOF
batch = $1

$(lab_section one)

[plan tiny]
memory = 32
disk_size = 2

[machine $2]
plan = tiny
image = Debian-12
autostart = yes
EOF
}

apply() {
  vmango-provision apply --quiet --wait 0 --jobs 1 "$@"
}

apply_from_stdin() {
  apply - <"$copy"
}

destroy() {
  vmango-provision destroy --quiet --jobs 1 "$@"
}

# The same, as the process that a signal reaches.
run_apply() {
  exec vmango-provision apply --quiet --wait 0 --jobs 1 "$@"
}

run_destroy() {
  exec vmango-provision destroy --quiet --jobs 1 "$@"
}

# All that runs change, but for the token of the run and the file that it read.
state() {
  local domain
  for domain in $(lab_virsh one list --all --name); do
    lab_virsh one "dumpxml --inactive $domain; domstate $domain"
  done | sed -E 's/ (run|last)="[0-9a-f-]*"//g; s/ file="[^"]*"//'
  lab_virsh one 'vol-list default; net-dumpxml vmango --inactive; secret-list'
  lab_virsh one net-dumpxml vmango | grep '<host ' || true
  find "$(lab_state one)/lib/images" -type f -printf '%f\n' | sort
}

is_held() {
  [[ $(cut -d ' ' -f 3 "/proc/$1/stat" 2>/dev/null) == T ]]
}

is_held_or_ended() {
  is_held "$1" || ! kill -0 "$1" 2>/dev/null
}

# hold POINT BATCH COMMAND: a run that stands still there, or comes to its end before.
hold() {
  VMANGO_TEST_POINT=$1:19 "$3" "$2" >"$2.held" 2>&1 3>&- &
  held+=($!)
  wait_until 30 is_held_or_ended $!
}

# end SIGNAL PID: the status is that of the run.
end() {
  kill "-$1" "$2" 2>/dev/null || true
  wait "$2"
}

ended_by_kill() {
  status=0
  end KILL "$1" 2>/dev/null || status=$?
  [ "$status" -eq 137 ]
}

# Runs as on another host: nothing is to be seen there of the processes of this one.
elsewhere() {
  unshare --pid --fork --mount-proc "$@"
}

# refused COMMAND...: another run has the batch, and is named.
refused() {
  run --separate-stderr "$@"
  [ "$status" -eq 3 ] && [[ $stderr == *'batch "shop" is in use on local by '*' of '*', PID '*', since 20'*' UTC ('*'lab.ini); wait until it ends' ]] || {
    echo "$*: status $status: $stderr"
    return 1
  }
}

# held_everywhere COMMAND PREPARE EXPECTED: holds a run at its points while others try theirs.
held_everywhere() {
  local point step=4
  [ -z "${LONG-}" ] || step=1
  for ((point = 1; point < 100; point += step)); do
    "$2" "$batch" >/dev/null
    hold "$point" "$batch" "$1"
    is_held "${held[-1]}" || break
    refused apply "$copy"
    refused apply_from_stdin
    refused destroy "$copy"
    end CONT "${held[-1]}" || {
      echo "point $point: $(cat "$batch.held")"
      return 1
    }
    diff <(echo "$3") <(state) || {
      echo "point $point: another state than that of a run alone"
      return 1
    }
  done
  end CONT "${held[-1]}"
  [ "$point" -gt 10 ]
}

@test "an apply held anywhere keeps all others away and ends as if it were alone" {
  empty=$(state)
  apply "$batch"
  full=$(state)
  destroy "$batch"
  diff <(echo "$empty") <(state)
  held_everywhere run_apply destroy "$full"
  destroy "$batch"
  diff <(echo "$empty") <(state)
}

@test "a destroy held anywhere keeps all others away and ends as if it were alone" {
  empty=$(state)
  held_everywhere run_destroy apply "$empty"
  destroy "$batch"
}

@test "a run that was killed holds nobody up, whatever its point" {
  empty=$(state)
  apply "$batch"
  full=$(state)
  destroy "$batch"
  for point in 1 9 20; do
    hold "$point" "$batch" run_apply
    ended_by_kill "${held[-1]}"
    SECONDS=0
    apply "$copy"
    [ "$SECONDS" -lt 20 ]
    diff <(echo "$full") <(state)
    destroy "$copy"
    diff <(echo "$empty") <(state)
  done
}

# The batches of several machines at a time, since each waits half a minute.
@test "a run that another host takes for dead changes nothing when it goes on" {
  local count=6 i points=() runs=()
  [ -z "${LONG-}" ] || count=30
  empty=$(state)
  for ((i = 1; i <= count; i++)); do
    write_batch "shop$i" "web-$i" >"$BATS_TEST_TMPDIR/$i.ini"
    points[i]=$((RANDOM % 20 + 2))
    hold "${points[i]}" "$BATS_TEST_TMPDIR/$i.ini" run_apply
  done
  for ((i = 1; i <= count; i++)); do
    elsewhere vmango-provision apply --wait 0 -o tsv - <"$BATS_TEST_TMPDIR/$i.ini" \
      >"$BATS_TEST_TMPDIR/$i.out" 2>"$BATS_TEST_TMPDIR/$i.err" 3>&- &
    runs[i]=$!
  done
  for ((i = 1; i <= count; i++)); do
    wait "${runs[i]}" || {
      echo "point ${points[i]}: $(cat "$BATS_TEST_TMPDIR/$i.err")"
      return 1
    }
    grep -q "batch \"shop$i\" is locked on local by apply of .*; watching it for 30 s" "$BATS_TEST_TMPDIR/$i.err"
  done
  full=$(state)
  for ((i = 1; i <= count; i++)); do
    status=0
    end CONT "${held[i - 1]}" || status=$?
    [ "$status" -eq 1 ] && grep -q 'another run took over' "$BATS_TEST_TMPDIR/$i.ini.held" || {
      echo "point ${points[i]}: status $status: $(cat "$BATS_TEST_TMPDIR/$i.ini.held")"
      return 1
    }
  done
  diff <(echo "$full") <(state)
  for ((i = 1; i <= count; i++)); do
    destroy "$BATS_TEST_TMPDIR/$i.ini"
  done
  diff <(echo "$empty") <(state)
}

has_lock() {
  lab_virsh one secret-list | grep -q vmango-provision/shop
}

@test "a run on another host that lives is not taken for dead, and the lock outlives libvirtd" {
  hold 5 "$batch" run_apply
  lab_restart one --kill
  refused apply "$copy"
  ended_by_kill "${held[-1]}"
  # This one goes on, with a guest that takes its time to stop.
  apply "$batch"
  vmango-provision stop --graceful 60 "$batch" >/dev/null 2>&1 3>&- &
  held+=($!)
  wait_until 20 has_lock
  run --separate-stderr elsewhere vmango-provision destroy "$copy"
  echo "$stderr"
  [ "$status" -eq 3 ]
  [[ $stderr == *'is in use on local by stop of '* ]]
  ended_by_kill "${held[-1]}"
  destroy "$batch"
}

run_adopt() {
  exec vmango-provision adopt --yes --quiet "$1" web-1
}

@test "no machine is adopted while its own batch is at work, nor worked on while it is adopted" {
  taker=$BATS_TEST_TMPDIR/other/takes-lab.ini
  write_batch taker web-1 >"$taker"
  apply "$batch"
  hold 2 "$batch" run_destroy
  refused vmango-provision adopt --yes "$taker" web-1
  end CONT "${held[-1]}"
  [ -z "$(lab_virsh one list --all --name)" ]
  apply "$batch"
  hold 1 "$taker" run_adopt
  refused destroy "$copy"
  end CONT "${held[-1]}"
  run --separate-stderr vmango-provision destroy "$copy"
  [ "$status" -eq 2 ]
  [[ $stderr == *'of batch "taker"'* ]]
  destroy "$taker"
  [ -z "$(lab_virsh one secret-list)" ]
}

@test "a destroy that is interrupted before it deletes leaves all, one that died is no machine to start" {
  apply "$batch"
  full=$(state)
  run -130 env VMANGO_TEST_POINT=1:2 vmango-provision destroy "$batch"
  [[ $output == *'web-1: interrupted before: delete'* ]]
  diff <(echo "$full") <(state)
  # Before anything is deleted it is a machine that is off.
  hold 4 "$batch" run_destroy
  ended_by_kill "${held[-1]}"
  apply "$batch"
  diff <(echo "$full") <(state)
  hold 6 "$batch" run_destroy
  ended_by_kill "${held[-1]}"
  run -1 --separate-stderr vmango-provision status -o json "$batch"
  [ "$(jq -r '.[].Result' <<<"$output")" = deleting ]
  run -4 --separate-stderr vmango-provision plan -o json "$batch"
  echo "$output"
  [[ $(jq -r '.[].Reason' <<<"$output") == 'a run that deleted it was interrupted'* ]]
  run -1 vmango-provision start --wait 0 "$batch"
  [[ $output == *'web-1: a run on it was interrupted; apply recreates it, destroy deletes the rest of it'* ]]
  run -1 vmango-provision reboot "$batch"
  run -0 vmango-provision stop "$batch"
  destroy "$batch"
}

@test "a machine whose deletion had begun and that somebody starts is kept only if it is whole" {
  apply "$batch"
  full=$(state)
  hold 6 "$batch" run_destroy
  ended_by_kill "${held[-1]}"
  lab_virsh one start web-1
  apply "$batch"
  diff <(echo "$full") <(state)
  # One whose first volume was deleted is not, though it can be started without that.
  hold 10 "$batch" run_destroy
  ended_by_kill "${held[-1]}"
  [ "$(lab_virsh one vol-list default | awk 'NF { print $1 }')" = web-1_disk ]
  drive=$(lab_virsh one domblklist web-1 --details | awk '$2 == "cdrom" { print $3 }')
  lab_virsh one "change-media web-1 $drive --eject --config; start web-1"
  run -2 vmango-provision apply --quiet --wait 0 "$batch"
  [[ $output == *'its deletion was interrupted, but it runs: another user has started it; to have it recreated: virsh '*' destroy web-1'* ]]
  run -1 vmango-provision start --quiet "$batch"
  [[ $output == *'web-1: a run on it was interrupted, but it runs; destroy deletes it'* ]]
  destroy "$batch"
  [ -z "$(lab_virsh one vol-list default)" ]
  # One that was never complete is none even if its roll-back was interrupted.
  hold 16 "$batch" run_apply
  ended_by_kill "${held[-1]}"
  hold 4 "$batch" run_destroy
  is_held "${held[-1]}"
  run -4 --separate-stderr vmango-provision plan -o json "$batch"
  echo "$output"
  [[ $(jq -r '.[].Reason' <<<"$output") == 'is being deleted by destroy of '* ]]
  ended_by_kill "${held[-1]}"
  lab_virsh one dumpxml web-1 | grep -q '<tools:machine .*state="being-created" .* last='
  [ "$(vmango-provision status -o json "$batch" | jq -r '.[].Result')" = deleting ]
  lab_virsh one start web-1
  run -2 vmango-provision apply --quiet --wait 0 "$batch"
  [[ $output == *'its deletion was interrupted, but it runs'* ]]
  lab_virsh one destroy web-1
  apply "$batch"
  diff <(echo "$full") <(state)
  destroy "$batch"
}

# locks_of_doctor: what doctor says of locks: the result, the detail and the advice.
locks_of_doctor() {
  vmango-provision doctor -q -o tsv "$copy" | awk -F '\t' '$2 == "locks" { print $3 "|" $4 "|" $5 }'
}

@test "what only looks says who has the batch, and doctor names the lock of a run that has ended" {
  local verb
  apply "$batch"
  hold 3 "$batch" run_destroy
  is_held "${held[-1]}"
  for verb in plan status 'destroy -n' 'apply -n' 'status --all'; do
    # shellcheck disable=SC2086 # several words
    run --separate-stderr vmango-provision $verb "$copy"
    [[ $verb == *--all || $stderr == *'batch "shop" is in use on local by destroy of '*' on '*', PID '${held[-1]}', since 20'*' UTC ('*'lab.ini); it may change meanwhile'* ]]
    # shellcheck disable=SC2086
    run --separate-stderr vmango-provision $verb -q "$copy"
    [[ $stderr != *'in use'* ]]
  done
  [[ $(locks_of_doctor) == 'ok|batch "shop" is in use by destroy of '*'|' ]]
  # Another host can't know, and does not wait for it.
  run --separate-stderr elsewhere vmango-provision plan "$copy"
  [[ $stderr == *'batch "shop" is locked on local by destroy of '*'; the next run finds out whether that has ended'* ]]
  ended_by_kill "${held[-1]}"
  run --separate-stderr vmango-provision plan "$copy"
  [[ $stderr != *'batch "shop" is '* ]]
  [[ $(locks_of_doctor) == 'warning|the lock of batch "shop" is left by destroy of '*"|virsh -c '"*"' secret-undefine "* ]]
  [ "$(lab_virsh one -q secret-list | wc -l)" -eq 1 ]
  bash -c "$(locks_of_doctor | cut -d '|' -f 3)"
  [ -z "$(lab_virsh one -q secret-list)$(locks_of_doctor)" ]
  destroy "$copy"
}

unlock() {
  lab_virsh one secret-undefine "$(lab_virsh one secret-list | awk '$0 ~ /vmango-provision/ { print $1 }')"
}

# What another run has finished since is left as it is by one that does not know it yet.
unlocked() {
  local point=$1 command=$2
  shift 2
  hold "$point" "$batch" "$command"
  unlock
  for step; do "$step" "$copy"; done
  full=$(state)
  status=0
  end CONT "${held[-1]}" || status=$?
  [ "$status" -ne 0 ] && diff <(echo "$full") <(state) || {
    echo "$command at $point: status $status: $(cat "$batch.held")"
    return 1
  }
}

@test "a lock that somebody removes by hand costs nobody a finished machine" {
  local point points=(3 8 13) removals=(2 5 7)
  [ -z "${LONG-}" ] || points=({2..16}) removals=({2..8})
  for point in "${points[@]}"; do
    unlocked "$point" run_apply apply
    destroy "$copy"
  done
  for point in "${removals[@]}"; do
    apply "$batch"
    unlocked "$point" run_destroy destroy apply
    destroy "$copy"
  done
}

run_update() {
  exec vmango-provision apply --update --quiet --wait 0 --jobs 1 "$@"
}

creator() {
  lab_virsh one dumpxml --inactive web-1 | sed -nE 's/.*<tools:machine .* run="([^"]*)".*/\1/p'
}

@test "of two updates after a lock was removed by hand the first stops" {
  local point creator
  apply "$batch"
  creator=$(creator)
  for point in 4 6; do
    sed -i 's/^memory = .*/memory = 48/' "$batch"
    sed -i 's/^memory = .*/memory = 40/' "$copy"
    hold "$point" "$batch" run_update
    is_held "${held[-1]}"
    unlock
    apply --update "$copy"
    status=0
    end CONT "${held[-1]}" || status=$?
    cat "$batch.held"
    [ "$status" -ne 0 ]
    lab_virsh one dumpxml --inactive web-1 | grep -q '<memory.*>40960<'
    # By it, other hypervisors know their copies of the machine.
    [ "$(creator)" = "$creator" ] && [ -n "$creator" ]
    cp "$copy" "$batch"
    run -0 vmango-provision plan "$batch"
  done
  destroy "$batch"
}

# A definition without metadata, with the UUID $1 or a new one.
foreign() {
  lab_virsh one dumpxml --inactive web-1 | sed -E '/<metadata>/,/<\/metadata>/d; /<mac /d'
}

# held_destroy POINT: continues a destroy that was held there, which has to fail.
held_destroy() {
  status=0
  end CONT "${held[-1]}" || status=$?
  cat "$batch.held"
  [ "$status" -eq 1 ]
}

@test "destroy leaves a domain alone that was renamed, or redefined without metadata, since it looked" {
  apply "$batch"
  hold 1 "$batch" run_destroy
  lab_virsh one destroy web-1
  lab_virsh one domrename web-1 keepme
  held_destroy 1
  [ "$(lab_virsh one list --all --name)" = keepme ]
  [[ $(lab_virsh one vol-list default) == *web-1_disk* ]]
  lab_virsh one domrename keepme web-1
  hold 3 "$batch" run_destroy
  xml=$(foreign)
  lab_virsh one destroy web-1 || true
  lab_virsh one undefine web-1
  lab_virsh one define /dev/stdin <<<"$xml"
  held_destroy 3
  [ "$(lab_virsh one list --all --name)" = web-1 ]
  [[ $(lab_virsh one vol-list default) == *web-1_disk* ]]
  lab_virsh one undefine web-1
  lab_virsh one vol-delete web-1_disk default
  lab_virsh one vol-delete web-1_config.iso default
  lab_virsh one net-update vmango delete ip-dhcp-host "$(lab_virsh one net-dumpxml vmango | sed -n "s/^ *\(<host .*name='web-1'.*\)/\1/p")" --live --config
}

@test "destroy ends when another batch has made a machine of the name since it looked" {
  apply "$batch"
  hold 3 "$batch" run_destroy
  lab_virsh one undefine web-1
  lab_virsh one destroy web-1 || true
  lab_virsh one 'vol-delete web-1_disk default; vol-delete web-1_config.iso default'
  lab_virsh one net-update vmango delete ip-dhcp-host "$(lab_virsh one net-dumpxml vmango | sed -n "s/^ *\\(<host .*name='web-1'.*\\)/\\1/p")" --live --config
  write_batch market web-1 >"$BATS_TEST_TMPDIR/market.ini"
  apply "$BATS_TEST_TMPDIR/market.ini"
  lab_virsh one destroy web-1
  held_destroy 3
  [ "$(lab_virsh one list --all --name)" = web-1 ]
  [[ $(lab_virsh one vol-list default) == *web-1_config.iso*web-1_disk* ]]
  destroy "$BATS_TEST_TMPDIR/market.ini"
}

@test "destroy does not delete a disk that another guest has opened since it looked" {
  apply "$batch"
  hold 3 "$batch" run_destroy
  xml=$(foreign | sed -E '/<uuid>/d; s/<name>web-1</<name>rescue</')
  lab_virsh one destroy web-1
  lab_virsh one define /dev/stdin <<<"$xml"
  lab_virsh one start rescue
  held_destroy 3
  [[ $(cat "$batch.held") == *'volume web-1_disk of pool default has been opened by another guest meanwhile; it is not deleted'* ]]
  [[ $(lab_virsh one vol-list default) == *web-1_disk* ]]
  lab_virsh one destroy rescue
  lab_virsh one undefine rescue
  destroy "$batch"
}

@test "destroy does not delete a disk that a guest that is off has been given since it looked" {
  apply "$batch"
  # By path, by volume, and after the machine itself is gone.
  for source in "type='file' file='/var/lib/libvirt/images/web-1_disk'" "type='volume' pool='default' volume='web-1_disk'"; do
    hold 3 "$batch" run_destroy
    lab_virsh one define /dev/stdin <<XML
<domain type='qemu'><name>spare</name><memory unit='MiB'>32</memory>
<os><type arch='x86_64' machine='pc'>hvm</type></os><devices>
<disk ${source%% *} device='disk'><driver name='qemu' type='qcow2'/><source ${source#* }/><target dev='vda' bus='virtio'/></disk>
</devices></domain>
XML
    held_destroy 3
    [[ $(cat "$batch.held") == *'volume web-1_disk of pool default is in use by machine spare meanwhile; it is not deleted'* ]]
    [[ $(lab_virsh one vol-list default) == *web-1_disk* ]]
    lab_virsh one undefine spare
  done
  hold 3 "$batch" run_destroy
  lab_virsh one undefine web-1
  lab_virsh one define /dev/stdin <<'XML'
<domain type='qemu'><name>spare</name><memory unit='MiB'>32</memory>
<os><type arch='x86_64' machine='pc'>hvm</type></os><devices>
<disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='/var/lib/libvirt/images/web-1_disk'/><target dev='vda' bus='virtio'/></disk>
</devices></domain>
XML
  held_destroy 3
  [[ $(lab_virsh one vol-list default) == *web-1_disk* ]]
  lab_virsh one undefine spare
  lab_virsh one vol-delete web-1_disk default
  lab_virsh one net-update vmango delete ip-dhcp-host "$(lab_virsh one net-dumpxml vmango | sed -n "s/^ *\(<host .*name='web-1'.*\)/\1/p")" --live --config
}

@test "a guest is not asked to stop when its machine can't be deleted" {
  apply "$batch"
  lab_virsh one vol-create-as default backup.qcow2 2G --format qcow2 --backing-vol web-1_disk --backing-vol-format qcow2
  run -1 vmango-provision destroy --graceful 2 --yes "$batch"
  [[ $output == *'in use by volume default/backup.qcow2'* ]]
  [ "$(lab_virsh one domstate web-1)" = running ]
  lab_virsh one vol-delete backup.qcow2 default
  destroy "$batch"
}

@test "a guest that was started by hand before it was complete is not rolled back while it runs" {
  hold 16 "$batch" run_apply
  ended_by_kill "${held[-1]}"
  lab_virsh one start web-1
  run -2 --separate-stderr vmango-provision apply --wait 0 "$batch"
  [[ $stderr == *"its creation was interrupted, but it runs: "*"virsh -c "*" destroy web-1"* ]]
  [ "$(lab_virsh one domstate web-1)" = running ]
  lab_virsh one destroy web-1
  apply "$batch"
  destroy "$batch"
}

# Whether the volume of another user, in place of web-1's disk, is still there.
is_theirs() {
  lab_virsh one vol-dumpxml web-1_disk default | grep -q "<format type='raw'/>"
}

@test "a volume in another format that took the place of an unfinished one stays" {
  hold 11 "$batch" run_apply
  ended_by_kill "${held[-1]}"
  lab_virsh one vol-list default | grep -q web-1_disk
  lab_virsh one vol-delete web-1_disk default
  lab_virsh one vol-create-as default web-1_disk 2G --format raw --allocation 0
  run -1 --separate-stderr vmango-provision apply --wait 0 "$batch"
  echo "$stderr"
  [[ $stderr == *web-1_disk* ]]
  is_theirs
  run --separate-stderr vmango-provision destroy --yes "$batch"
  echo "$stderr"
  [[ $stderr == *"web-1: is absent, but volume"*web-1_disk* ]]
  is_theirs
  lab_virsh one vol-delete web-1_disk default
  # So does one of another size, which the next deletion reports after one that was killed.
  apply "$batch"
  hold 5 "$batch" run_destroy
  ended_by_kill "${held[-1]}"
  lab_virsh one destroy web-1 || true
  lab_virsh one vol-resize web-1_disk 3G --pool default
  run -0 --separate-stderr vmango-provision destroy --yes "$batch"
  [[ $stderr == *"web-1: volume web-1_disk of pool default stays, as its size, format or backing file are no longer as recorded"*"vol-delete --pool default web-1_disk"* ]]
  lab_virsh one vol-delete web-1_disk default
  apply "$batch"
  destroy "$batch"
}

@test "a domain has the address that was found last, when others took the first" {
  sed 's|</name>|&<title>{{ .Machine.Ip.Address }}</title>|' "$BATS_TEST_DIRNAME/../../packaging/templates/vm.xml.in" >"$BATS_TEST_TMPDIR/vm.tmpl"
  for name in shop market; do
    write_batch "$name" "$name-1" | sed 's|^vm_template.*|vm_template = vm.tmpl|' >"$BATS_TEST_TMPDIR/$name.ini"
  done
  hold 4 "$BATS_TEST_TMPDIR/shop.ini" run_apply
  apply "$BATS_TEST_TMPDIR/market.ini"
  end CONT "${held[-1]}"
  for name in shop market; do
    address=$(lab_virsh one net-dumpxml vmango | sed -n "s/.*name='$name-1' ip='\([^']*\)'.*/\1/p")
    lab_virsh one dumpxml "$name-1" | grep "<title>$address</title>"
    destroy "$BATS_TEST_TMPDIR/$name.ini"
  done
}

@test "a run is not judged by start times of another time namespace" {
  hold 6 "$batch" run_apply
  run unshare --time --boottime 1000 --fork vmango-provision doctor -c "$(lab_uri one)"
  echo "$output"
  [[ $output == *locks* && $output != *secret-undefine* ]]
  end CONT "${held[-1]}"
  destroy "$batch"
}

@test "plan names the run that is creating or deleting a machine, and calls a dead one interrupted" {
  local reason
  hold 3 "$batch" run_apply
  is_held "${held[-1]}"
  run -4 --separate-stderr vmango-provision plan -o json "$copy"
  reason=$(jq -r '.[0] | .Action + ": " + .Reason' <<<"$output")
  echo "$reason"
  [[ $reason == 'resume: is being created by apply of '*', PID '${held[-1]}', since '* ]]
  run -4 --separate-stderr elsewhere vmango-provision plan -o json "$copy"
  [[ $(jq -r '.[0].Reason' <<<"$output") == 'may still be created by apply of '* ]]
  ended_by_kill "${held[-1]}"
  run -4 --separate-stderr vmango-provision plan -o json "$copy"
  [[ $(jq -r '.[0].Reason' <<<"$output") == 'a run that created it was interrupted: '* ]]
  apply "$batch"
  hold 6 "$batch" run_destroy
  run -4 --separate-stderr vmango-provision plan -o json "$copy"
  [[ $(jq -r '.[0].Reason' <<<"$output") == 'is being deleted by destroy of '* ]]
  ended_by_kill "${held[-1]}"
  destroy "$copy"
}

@test "a file lock that a reader holds has no effect" {
  exec {fd}<"$batch"
  flock --shared "$fd"
  apply "$batch"
  destroy "$batch"
  exec {fd}<&-
}

@test "two runs at once that are killed at random leave what the next run mends" {
  local rounds=15 i pids verbs=(run_apply run_destroy)
  [ -z "${LONG-}" ] || rounds=100
  empty=$(state)
  apply "$batch"
  full=$(state)
  for ((i = 1; i <= rounds; i++)); do
    a=$((RANDOM % 30 + 1)) b=$((RANDOM % 30 + 1))
    first=${verbs[RANDOM % 2]} second=${verbs[RANDOM % 2]}
    VMANGO_TEST_POINT=$a:9 "$first" "$batch" >/dev/null 2>&1 3>&- &
    pids=($!)
    VMANGO_TEST_POINT=$b:9 "$second" "$copy" >/dev/null 2>&1 3>&- &
    pids+=($!)
    wait "${pids[@]}" 2>/dev/null || true
    apply "$copy" >/dev/null
    diff <(echo "$full") <(state) || {
      echo "round $i: $first killed at $a, $second at $b"
      return 1
    }
  done
  destroy "$batch"
  diff <(echo "$empty") <(state)
}

@test "an owner of whom nothing is known, or who lies, is watched and then replaced" {
  lab_virsh one secret-define /dev/stdin <<'EOF'
<secret ephemeral='no' private='no'><description>{"Verb":"apply","Pid":1,"User":"&#155;31m"}</description>
<usage type='volume'><volume>vmango-provision/shop</volume></usage></secret>
EOF
  run --separate-stderr vmango-provision apply --wait 0 "$batch"
  echo "$stderr"
  [ "$status" -eq 0 ]
  [[ $stderr == *'is locked on local by an unknown run; '* ]]
  destroy "$batch"
}

@test "an owner that nobody can judge stays, and the command that removes it can be pasted" {
  lab_virsh one secret-define /dev/stdin <<'EOF'
<secret ephemeral='no' private='no'><description>{"Verb":"apply","User":"bob","Host":"far","File":"/x.ini","Boot":"",
"PidNamespace":1,"Pid":1,"Start":1,"Since":1,"Renews":false}</description>
<usage type='volume'><volume>vmango-provision/shop</volume></usage></secret>
EOF
  run -3 --separate-stderr vmango-provision destroy "$batch"
  [[ $stderr == *'in use on local by apply of bob on far, PID 1, '*"; whether that is still alive can't be seen from here; when it has ended: virsh"* ]]
  run -0 bash -c "$(sed -n 's/.*when it has ended: //p' <<<"$stderr")"
  run -0 vmango-provision destroy -q "$batch"
}

@test "the last call of a run that lost its batch is mended: a guest that runs is complete" {
  apply "$batch"
  full=$(state)
  lab_virsh one dumpxml --inactive web-1 >"$BATS_TEST_TMPDIR/web-1.xml"
  grep -v '<tools:volume' "$BATS_TEST_TMPDIR/web-1.xml" | sed 's/ state="ready"/ state="being-created"/' |
    lab_virsh one define /dev/stdin
  lab_virsh one dumpxml --inactive web-1 | grep -q being-created
  [ "$(vmango-provision status -o json "$batch" | jq -r '.[].Result')" = ready ]
  apply "$batch"
  diff <(echo "$full") <(state)
  destroy "$batch"
  [ -z "$(lab_virsh one vol-list default)" ]
}

@test "what another run overwrote of a guest that runs is written again before that stops" {
  local verb
  apply "$batch"
  full=$(state)
  for verb in 'stop -g 0' 'reboot -g 0' destroy; do
    lab_virsh one dumpxml --inactive web-1 |
      sed -E 's/ state="ready" run="[0-9a-f-]*"/ state="being-created" run="6f6e6520-6f74-4865-b220-72756e000000"/' |
      lab_virsh one define /dev/stdin
    lab_virsh one dumpxml --inactive web-1 | grep -q being-created
    # shellcheck disable=SC2086 # several words
    run -0 vmango-provision $verb -q "$batch"
    [ "$verb" = destroy ] || apply "$batch"
    [ "$verb" = destroy ] || diff <(echo "$full") <(state)
  done
  [ -z "$(lab_virsh one list --all --name)$(lab_virsh one vol-list default)" ]
}
