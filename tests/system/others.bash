# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# For others-*.bats: what others do to a machine, and what status, plan, apply and destroy then say and do:
# the rows of the table in tests/README.md. One machine is there at the begin of each test.
# shellcheck disable=SC2034,SC2154 # run sets output, status and stderr; tests use images

images=/var/lib/libvirt/images

others_up() {
  load lab
  lab_up one --no-system --no-firewall
}

others_setup() {
  load lab
  batch=$BATS_TEST_TMPDIR/lab.ini
  write_batch >"$batch"
  provision apply -q --wait 0 "$batch"
  [ "$status" -eq 0 ]
}

# write_batch [KEY]: nobody waits for its guest, so it may be too small to boot.
# shellcheck disable=SC2120 # tests give it
write_batch() {
  cat <<END
batch = shop

$(lab_section one)

[plan tiny]
memory = 32
disk_size = 2

[machine web-1]
plan = tiny
image = Debian-12
${1-}
END
}

provision() {
  run --separate-stderr vmango-provision "$@"
  echo "$output"
  echo "$stderr"
}

# destroyed [NOTE]: destroy deletes the domain, and prints NOTE about what stays.
destroyed() {
  provision destroy -o tsv --yes "$batch"
  [ "$status" -eq 0 ]
  [[ $output == web-1$'\t'destroyed* ]]
  [[ $stderr == *"${1+web-1: }${1-}"* ]]
  [ -n "${1-}" ] || [[ $stderr != *stays* ]]
  run ! lab_virsh one domid web-1
}

# refused REASON: destroy deletes nothing.
refused() {
  provision destroy -o tsv --yes "$batch"
  [ "$status" -ne 0 ]
  [[ $stderr == *"web-1: $1"* ]]
  [ "$(volumes)" = "web-1_config.iso web-1_disk" ]
}

# The machine's volumes, in one line.
volumes() {
  lab_virsh one vol-list default | awk '/web-1/ { print $1 }' | paste -sd ' '
}

# reservations [--inactive]: how many the network has.
reservations() {
  lab_virsh one net-dumpxml "$@" vmango | grep -c "<host "
}

# entry [NAME]: the network's <host> element of that name.
entry() {
  lab_virsh one net-dumpxml vmango | sed -n "s/^ *\(<host .*name='${1-web-1}'.*\)/\1/p"
}

# entry_update COMMAND XML OPTION...
entry_update() {
  lab_virsh one net-update vmango "$1" ip-dhcp-host "$2" "${@:3}"
}

state() {
  lab_virsh one domstate web-1
}

# ready STATE: status, plan and apply find nothing to change.
ready() {
  provision status -o tsv "$batch"
  [ "$status" -eq 0 ]
  [[ $output == web-1$'\t'ready$'\t'running$'\t'192.168.124.100* ]]
  provision plan -o tsv "$batch"
  [ "$status" -eq 0 ]
  provision apply -o tsv --wait 0 "$batch"
  [ "$status" -eq 0 ]
  [[ $output == web-1$'\t'kept* ]]
}

# row FAULT [RESTORED]: status, plan and apply name it; what apply restores is no longer there after it,
# the rest is there again.
row() {
  provision status -o tsv "$batch"
  [ "$status" -eq 1 ]
  [[ $output == web-1$'\t'degraded$'\t'* ]]
  [[ $stderr == *"web-1: $1"* ]]
  provision plan -o tsv "$batch"
  [[ $output == web-1$'\t'*"$1"* ]]
  provision apply -o tsv --wait 0 "$batch"
  if [ "${2-}" = restored ]; then
    [ "$status" -eq 0 ]
    [[ $output == web-1$'\t'restored$'\t'running$'\t'192.168.124.100* ]]
    ready
  else
    [ "$status" -eq 1 ]
    [[ $stderr == *"web-1: $1"* ]]
    provision apply -o tsv --wait 0 "$batch"
    [ "$status" -eq 1 ]
    [[ $stderr == *"web-1: $1"* ]]
  fi
}

# refusal MESSAGE: an error of the batch, twice the same, with which nothing is changed.
refusal() {
  local verb
  provision status -o tsv "$batch"
  [ "$status" -eq 1 ]
  [[ $stderr == *"$1"* ]]
  for verb in plan 'apply --wait 0' 'apply --wait 0'; do
    # shellcheck disable=SC2086 # words
    provision $verb -o tsv "$batch"
    [ "$status" -eq 2 ]
    [[ $stderr == *"$1"* ]]
  done
}

# pasted BEFORE: runs the command that the last message has after BEFORE, up to its end or ", then apply".
pasted() {
  local command=${stderr#*"$1"}
  command=${command%%$'\n'*}
  command=${command%, then apply}
  [[ $command == 'virsh -c '* ]]
  eval "$command"
}
