# SPDX-License-Identifier: GPL-2.0-or-later
# What goes wrong in the middle of a run: others make objects of the same name, an interrupt, a
# daemon that dies, a disk that is full, a second run.
# shellcheck disable=SC2154,SC2016 # run sets stderr; scripts are written as they stand
bats_require_minimum_version 1.5.0

setup_file() {
  load lab
  lab_up one --no-system --no-firewall
  write_batch "$BATS_FILE_TMPDIR/lab.ini"
}

teardown_file() {
  load lab
  lab_down
}

setup() {
  load lab
  batch=$BATS_FILE_TMPDIR/lab.ini
}

teardown() {
  [ -z "${is_stopped-}" ] || daemon_signal CONT
}

# write_batch FILE [HYPERVISOR'S LINES]
write_batch() {
  cat >"$1" <<EOF
batch = faults

$(lab_section one)
${2-}

[plan tiny]
memory = 32
disk_size = 2

[machine web-1]
plan = tiny
image = Debian-12
EOF
}

apply() {
  vmango-provision apply --quiet --wait 0 --jobs 1 "$@"
}

destroy() {
  vmango-provision destroy --quiet --jobs 1 "$@"
}

objects() {
  lab_virsh one 'list --all --name; vol-list default; net-dumpxml vmango --inactive'
  lab_virsh one net-dumpxml vmango | grep '<host ' || true
  find "$(lab_state one)/lib/images" -type f
}

is_held() {
  [[ $(cut -d ' ' -f 3 "/proc/$1/stat") == T ]]
}

# hold POINT [BATCH]: an apply that stands still there; its PID is in $held, its output in a file.
hold() {
  VMANGO_TEST_POINT=$1:19 vmango-provision apply -q -w 0 -o tsv "${2-$batch}" \
    >"$BATS_TEST_TMPDIR/held" 2>&1 3>&- &
  held=$!
  wait_until 20 is_held "$held"
}

release() {
  kill -"${1-CONT}" "$held"
  status=0
  wait "$held" || status=$?
}

# Makes what nobody else has by now; its names are in ${foreign[@]}.
foreign_make() {
  local volume
  foreign=()
  for volume in web-1_disk web-1_config.iso; do
    ! lab_virsh one vol-create-as default "$volume" 1M 2>/dev/null || foreign+=("$volume")
  done
  lab_virsh one net-update vmango add-last ip-dhcp-host \
    "<host mac='52:54:00:00:00:01' name='other' ip='192.168.124.100'/>" --live --config \
    2>/dev/null || return 0
  foreign+=(other)
}

foreign_is_there() {
  local name
  for name in "${foreign[@]}"; do
    if [ "$name" = other ]; then
      [ "$(lab_virsh one 'net-dumpxml vmango; net-dumpxml vmango --inactive' |
        grep -c "name='other' ip='192.168.124.100'")" -eq 2 ] || return 1
    else
      lab_virsh one vol-info --bytes "$name" default | grep -q 'Capacity: *1048576 bytes' || return 1
    fi
  done
}

foreign_remove() {
  local name
  for name in "${foreign[@]}"; do
    if [ "$name" = other ]; then
      lab_virsh one net-update vmango delete ip-dhcp-host \
        "<host mac='52:54:00:00:00:01' name='other' ip='192.168.124.100'/>" --live --config
    else
      lab_virsh one vol-delete "$name" default
    fi
  done
}

@test "what others make at any moment stays, whether the run goes on or dies" {
  empty=$(objects)
  for signal in CONT KILL; do
    for point in 1 5 7 9 16 22; do
      hold "$point"
      foreign_make
      release "$signal"
      apply "$batch" >/dev/null 2>&1 || true
      destroy "$batch" >/dev/null
      foreign_is_there || {
        echo "point $point, $signal: of ${foreign[*]} something is gone"
        cat "$BATS_TEST_TMPDIR/held"
        return 1
      }
      foreign_remove
      diff <(echo "$empty") <(objects) || { echo "point $point, $signal" && return 1; }
    done
  done
}

# held_meets POINT VOLUME [virsh's arguments]: what another makes there ends the run, and stays.
held_meets() {
  hold "$1" "$BATS_TEST_TMPDIR/same.ini"
  lab_virsh one vol-create-as default "${@:2}"
  release
  cat "$BATS_TEST_TMPDIR/held"
  [ "$status" -eq 1 ]
  lab_virsh one vol-delete "$2" default
  destroy "$BATS_TEST_TMPDIR/same.ini"
}

@test "a volume of the machine's own size and form that another makes meanwhile stays" {
  local folder=/var/lib/libvirt/vmango-images drive
  write_batch "$BATS_TEST_TMPDIR/same.ini" 'clone = copy'
  held_meets 7 web-1_disk 2G --format qcow2
  write_batch "$BATS_TEST_TMPDIR/same.ini" 'clone = overlay'
  held_meets 7 web-1_disk 2G --format qcow2 --backing-vol-format qcow2 \
    --backing-vol $folder/Debian-12_amd64_qcow2.img
  apply "$BATS_TEST_TMPDIR/same.ini"
  drive=$(lab_virsh one vol-info --bytes web-1_config.iso default | awk '/Capacity/ { print $2 }')
  destroy "$BATS_TEST_TMPDIR/same.ini"
  held_meets 7 web-1_config.iso "$drive" --format raw
}

@test "a volume under the name of one that an interrupted destroy had deleted stays" {
  local volume point
  empty=$(objects)
  # Deleted and still named, or named no more.
  for point in 7 9 11 13; do
    volume=web-1_disk
    [ "$point" -ge 11 ] || volume=web-1_config.iso
    apply "$batch"
    run -137 env "VMANGO_TEST_POINT=$point:9" vmango-provision destroy --quiet --jobs 1 "$batch"
    run ! lab_virsh one vol-info "$volume" default
    [ "$(lab_virsh one dumpxml web-1 | grep -c "tools:volume.* name=.$volume")" -eq $((point % 4 == 3)) ]
    lab_virsh one vol-create-as default "$volume" 1M
    destroy "$batch"
    lab_virsh one vol-delete "$volume" default
    diff <(echo "$empty") <(objects)
  done
}

@test "a volume whose file was deleted by hand is gone for libvirt after destroy as well" {
  empty=$(objects)
  apply "$batch"
  rm "$(lab_state one)/lib/images/web-1_disk"
  destroy "$batch"
  diff <(echo "$empty") <(objects)
  apply "$batch"
  destroy "$batch"
}

@test "a machine that somebody undefines while it is destroyed leaves nothing" {
  empty=$(objects)
  apply "$batch"
  VMANGO_TEST_POINT=4:19 vmango-provision destroy -q "$batch" >"$BATS_TEST_TMPDIR/held" 2>&1 3>&- &
  held=$!
  wait_until 20 is_held "$held"
  lab_virsh one undefine web-1
  release
  cat "$BATS_TEST_TMPDIR/held"
  [ "$status" -eq 0 ]
  diff <(echo "$empty") <(objects)
}

@test "a guest that can't start fails the machine with libvirt's reason" {
  empty=$(objects)
  lab_exec one mv /etc/libvirt/hooks/qemu /etc/libvirt/hooks/qemu.away
  printf '#!/bin/sh\n[ "$2" != start ] || { echo "no, says the hook" >&2; exit 1; }\n' |
    lab_exec one tee /etc/libvirt/hooks/qemu >/dev/null
  lab_exec one chmod +x /etc/libvirt/hooks/qemu
  run --separate-stderr apply "$batch"
  echo "$stderr"
  lab_exec one mv /etc/libvirt/hooks/qemu.away /etc/libvirt/hooks/qemu
  [ "$status" -eq 1 ]
  [[ $stderr == *"web-1: can't start the domain: "*"no, says the hook"* ]]
  diff <(echo "$empty") <(objects)
}

@test "an address that another took meanwhile is replaced by the next" {
  hold 2
  foreign=(other)
  lab_virsh one net-update vmango add-last ip-dhcp-host \
    "<host mac='52:54:00:00:00:01' name='other' ip='192.168.124.100'/>" --live --config
  release
  cat "$BATS_TEST_TMPDIR/held"
  [ "$status" -eq 0 ]
  grep -q $'^web-1\tcreated\trunning\t192.168.124.101\t' "$BATS_TEST_TMPDIR/held"
  lab_virsh one dumpxml web-1 | grep -q 'ip="192.168.124.101"'
  destroy "$batch"
  foreign_is_there
  foreign_remove
}

@test "a domain that another made under the machine's UUID meanwhile stays" {
  hold 1
  uuid=$(vmango-provision context --offline "$batch" web-1 | jq -r .Machine.Id)
  lab_virsh one define /dev/stdin <<EOF
<domain type='qemu'><name>web-1</name><uuid>$uuid</uuid><memory>1024</memory>
<title>foreign</title><os><type>hvm</type></os></domain>
EOF
  release
  [ "$status" -eq 1 ]
  grep -q 'the domain has been defined by another user meanwhile' "$BATS_TEST_TMPDIR/held"
  lab_virsh one dumpxml web-1 | grep -q foreign
  lab_virsh one undefine web-1
}

@test "an interrupt at any point leaves a machine that is whole, or nothing" {
  empty=$(objects)
  for point in 1 4 8 12 16 20 24; do
    status=0
    VMANGO_TEST_POINT=$point:2 apply "$batch" >/dev/null 2>"$BATS_TEST_TMPDIR/errors" || status=$?
    cat "$BATS_TEST_TMPDIR/errors"
    if grep -q 'web-1: interrupted before' "$BATS_TEST_TMPDIR/errors"; then
      [ "$status" -eq 130 ]
      diff <(echo "$empty") <(objects) || { echo "point $point" && return 1; }
    else
      [ "$status" -eq 130 ] || [ "$status" -eq 0 ]
      vmango-provision status "$batch"
      whole=$point
    fi
    destroy "$batch"
    diff <(echo "$empty") <(objects) || { echo "point $point" && return 1; }
  done
  [ "$whole" -eq 24 ]
}

says() {
  grep -q "$1" "$BATS_TEST_TMPDIR/held"
}

# interrupted SIGNAL STATUS: the held program ends within 2 s.
interrupted() {
  local start=${EPOCHREALTIME/./}
  release "$1"
  cat "$BATS_TEST_TMPDIR/held"
  [ "$status" -eq "$2" ]
  ((${EPOCHREALTIME/./} - start < 2000000))
}

# begin VERB...: its PID is in $held, its output in a file.
begin() {
  vmango-provision "$@" >"$BATS_TEST_TMPDIR/held" 2>&1 3>&- &
  held=$!
}

@test "an interrupt ends the wait for a guest to stop, and for its address; the machine stays" {
  begin apply --wait 600 "$batch"
  wait_until 20 says 'wait for the address'
  interrupted INT 130
  # The guest has too little memory to boot, so it never stops by itself.
  begin stop --graceful 600 "$batch"
  wait_until 20 says 'web-1: stop'
  interrupted INT 130
  begin destroy --graceful 600 "$batch"
  wait_until 20 says 'web-1: stop'
  interrupted TERM 143
  run -0 vmango-provision status -o tsv "$batch"
  [[ $output == *running* ]]
  destroy "$batch"
}

daemon_signal() {
  is_stopped=$([ "$1" = CONT ] || echo yes)
  lab_exec one sh -c "kill -$1 \$(cat /run/libvirt/libvirtd.pid)"
}

@test "while libvirtd hangs, an interrupt ends stop, and says what apply has to roll back" {
  empty=$(objects)
  hold 8
  daemon_signal STOP
  kill -CONT "$held"
  kill -INT "$held"
  wait_until 5 says 'interrupted: rolls back or finishes web-1, and ends within 30 s'
  interrupted INT 130
  daemon_signal CONT
  apply "$batch"
  VMANGO_TEST_POINT=1:19 vmango-provision stop -q "$batch" >"$BATS_TEST_TMPDIR/held" 2>&1 3>&- &
  held=$!
  wait_until 20 is_held "$held"
  daemon_signal STOP
  kill -CONT "$held"
  interrupted TERM 143
  daemon_signal CONT
  destroy "$batch"
  diff <(echo "$empty") <(objects)
}

@test "a run that loses libvirtd ends, and the next one finishes its work" {
  empty=$(objects)
  for point in 3 8 14 20; do
    hold "$point"
    lab_restart one --kill
    release
    [ "$status" -ne 0 ]
    run apply "$batch"
    [ "$status" -eq 0 ]
    vmango-provision status "$batch"
    destroy "$batch"
    diff <(echo "$empty") <(objects) || { echo "point $point" && return 1; }
  done
}

@test "a disk that is full fails the machine, which leaves nothing" {
  lab_exec one mkdir /var/lib/libvirt/small
  for size in 100k 220k; do
    lab_exec one mount -t tmpfs -o "size=$size" tmpfs /var/lib/libvirt/small
    lab_virsh one pool-create-as small dir --target /var/lib/libvirt/small
    write_batch "$BATS_TEST_TMPDIR/full.ini" 'root_storage_pool = small'
    empty=$(objects)
    run --separate-stderr apply "$BATS_TEST_TMPDIR/full.ini"
    echo "$stderr"
    [ "$status" -eq 1 ]
    [[ $stderr == *"No space left"* ]]
    diff <(echo "$empty") <(objects)
    [ -z "$(lab_exec one ls /var/lib/libvirt/small)" ]
    lab_virsh one pool-destroy small
    lab_exec one umount /var/lib/libvirt/small
  done
}

@test "what has a machine's names and is not its own is named, with the command that removes it" {
  empty=$(objects)
  lab_virsh one vol-create-as default web-1_disk 1M
  lab_virsh one net-update vmango add-last ip-dhcp-host \
    "<host mac='52:54:00:00:00:01' name='web-1' ip='192.168.124.100'/>" --live --config
  run -2 --separate-stderr apply "$batch"
  echo "$stderr"
  [ "$(grep -c 'lab.ini:.*: machine web-1: .* already .*; if nothing needs it: virsh -c ' <<<"$stderr")" -eq 2 ]
  run -0 --separate-stderr destroy "$batch"
  echo "$stderr"
  [ "$(grep -c 'web-1: is absent, but .* already .*; if nothing needs it: virsh -c ' <<<"$stderr")" -eq 2 ]
  sed -n 's/.*if nothing needs it: //p' <<<"$stderr" >"$BATS_TEST_TMPDIR/commands"
  bash -e "$BATS_TEST_TMPDIR/commands"
  diff <(echo "$empty") <(objects)
  apply "$batch"
  destroy "$batch"
  diff <(echo "$empty") <(objects)
}
