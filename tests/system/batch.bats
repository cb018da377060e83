# SPDX-License-Identifier: GPL-2.0-or-later
# Ten machines on two real hypervisors out of one file: all come up with their names, stay as they
# are, and go.
# takes: 110 s
# shellcheck disable=SC2154 # run sets stderr
bats_require_minimum_version 1.5.0

setup_file() {
  load lab
  lab_up one
  lab_up two
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

write_batch() {
  local name
  for name in one two; do
    cat <<EOF
$(lab_section "$name" "$name")

EOF
  done >"$1"
  cat >>"$1" <<'EOF'
[plan small]
memory = 192
disk_size = 1

[defaults]
plan = small
image = Debian-12
hypervisor = any

[machine web-{1..8}]
[machine {db,mail}]
EOF
}

provision() {
  vmango-provision "$@"
}

objects() {
  lab_virsh "$1" 'list --all --name; vol-list default; net-dhcp-leases vmango'
  lab_virsh "$1" 'net-dumpxml vmango; net-dumpxml vmango --inactive' | grep '<host ' || true
  ls "$(lab_state "$1")/lib/images"
}

# All that a run could change, in words.
whole_state() {
  local name domain
  for name in one two; do
    for domain in $(lab_virsh "$name" list --all --name); do
      lab_virsh "$name" "dumpxml $domain; domstate $domain"
    done
    lab_virsh "$name" 'vol-list default; net-dumpxml vmango; net-dumpxml vmango --inactive'
  done
}

answers_with() {
  [[ $(lab_http "$1" "$3") == "$2" ]]
}

@test "ten machines on two hypervisors answer HTTP with their names" {
  run --separate-stderr provision apply -o tsv --wait 0 "$batch"
  echo "$stderr"
  [ "$status" -eq 0 ]
  [ "$(cut -f 1 <<<"$output" | paste -sd ' ')" = "web-1 web-2 web-3 web-4 web-5 web-6 web-7 web-8 db mail" ]
  [ "$(cut -f 2,3 <<<"$output" | sort -u)" = $'created\trunning' ]
  # No address twice on a network, and as many machines here as there.
  [ -z "$(cut -f 4,5 <<<"$output" | sort | uniq -d)" ]
  [ "$(cut -f 5 <<<"$output" | sort | uniq -c | awk '{ print $2, $1 }')" = $'one 5\ntwo 5' ]
  # Ten guests boot at a time on what may be two emulated cores.
  while IFS=$'\t' read -r name _ _ address hypervisor _; do
    wait_until 150 answers_with "$hypervisor" "$name" "$address"
  done <<<"$output"
}

@test "a second apply keeps all ten" {
  before=$(whole_state)
  run --separate-stderr provision apply -o tsv "$batch"
  [ "$status" -eq 0 ]
  [[ $stderr == *"10 machines, nothing to change"* ]]
  [ "$(cut -f 2,3 <<<"$output" | sort | uniq -c | awk '{ print $1, $2, $3 }')" = "10 kept running" ]
  [ "$(whole_state)" = "$before" ]
}

@test "destroy leaves nothing of them on either hypervisor" {
  run --separate-stderr provision destroy -o tsv "$batch"
  [ "$status" -eq 0 ]
  [ "$(cut -f 2 <<<"$output" | sort | uniq -c | awk '{ print $1, $2 }')" = "10 destroyed" ]
  for name in one two; do
    run objects "$name"
    [ "$(tr -d ' \n' <<<"$output")" = "" ]
  done
}
