# SPDX-License-Identifier: GPL-2.0-or-later
# A batch file becomes guests on a real hypervisor, and goes away again.
bats_require_minimum_version 1.5.0

setup_file() {
  load lab
  lab_up one
  batch=$BATS_FILE_TMPDIR/lab.ini
  write_batch "$batch"
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
  cat >"$1" <<EOF
$(lab_section one)

[plan small]
memory = 256
disk_size = 2

[ssh_key lab]
public_file = $(lab_key).pub

[defaults]
plan = small
image = Debian-12
ssh_keys = lab

[machine web-{1..2}]

[machine db]
ip = 192.168.124.20
autostart = yes
userdata =
  #!/bin/sh
  echo "written by user data" > /etc/motd
EOF
}

provision() {
  vmango-provision "$@"
}

# All that a run could change, in words.
whole_state() {
  local domain
  lab_virsh one list --all --name
  for domain in $(lab_virsh one list --all --name); do
    lab_virsh one dumpxml --inactive "$domain"
    lab_virsh one domstate "$domain"
  done
  lab_virsh one vol-list default
  lab_virsh one net-dumpxml vmango
  lab_virsh one net-dumpxml --inactive vmango
}

objects() {
  lab_virsh one list --all --name
  lab_virsh one vol-list default
  lab_virsh one net-dumpxml vmango | grep '<host ' || true
  lab_virsh one net-dhcp-leases vmango
}

answers_with() {
  [[ $(lab_http one "$2") == "$1" ]]
}

@test "apply makes the machines of the batch, each with its address and its name" {
  run --separate-stderr provision apply -o tsv "$batch"
  echo "$stderr"
  [ "$status" -eq 0 ]
  [ "${#lines[@]}" -eq 3 ]
  for line in "${lines[@]}"; do
    IFS=$'\t' read -r name result state address _ <<<"$line"
    [ "$result" = created ]
    [ "$state" = running ]
    wait_until 30 answers_with "$name" "$address"
  done
  [[ $output == *$'db\tcreated\trunning\t192.168.124.20\t'* ]]
}

@test "the root disk has the plan's size and stands on the image" {
  run lab_virsh one vol-info --bytes web-1_disk default
  [[ $output == *"Capacity:       2147483648 bytes"* ]]
  run lab_virsh one vol-dumpxml web-1_disk default
  [[ $output == *"<path>/var/lib/libvirt/vmango-images/Debian-12_amd64_qcow2.img</path>"* ]]
}

@test "the addresses are reserved and autostart is set" {
  run lab_virsh one net-dumpxml --inactive vmango
  [[ $output == *"name='web-1' ip='192.168.124.1"* ]]
  [[ $output == *"name='db' ip='192.168.124.20'"* ]]
  run lab_virsh one dominfo db
  [[ $output == *"Autostart:      enable"* ]]
}

@test "Vmango's metadata and our own are in the domain" {
  run lab_virsh one metadata web-1 http://vmango.org/schema/md
  [[ $output == *"<imageId>Debian-12_amd64_qcow2.img</imageId>"* ]]
  [[ $output == *"<plan>small</plan>"* ]]
  run lab_virsh one metadata web-1 https://vmango.org/schema/tools
  [[ $output == *'state="ready"'* ]]
}

@test "the key of the batch opens the guest, which has run its user data" {
  run lab_ssh one 192.168.124.20 cat /etc/motd
  [ "$status" -eq 0 ]
  [ "$output" = "written by user data" ]
}

@test "a second apply changes nothing and says so" {
  before=$(whole_state)
  run --separate-stderr provision apply -o tsv "$batch"
  [ "$status" -eq 0 ]
  [[ $stderr == *"3 machines, nothing to change"* ]]
  [ "$(cut -f 2 <<<"$output" | sort -u)" = kept ]
  [ "$(whole_state)" = "$before" ]
}

@test "status shows the machines as JSON with the vocabulary's names" {
  run --separate-stderr provision status -o json "$batch"
  [ "$status" -eq 0 ]
  [ "$(jq -r '.[2] | "\(.Name) \(.StateName) \(.Ip.Address) \(.Plan)"' <<<"$output")" \
    = "db running 192.168.124.20 small" ]
}

@test "a guest that stops loses its lease and apply starts it again" {
  lab_virsh one net-dhcp-leases vmango | grep -w 192.168.124.20
  lab_virsh one destroy db
  run lab_virsh one net-dhcp-leases vmango
  [[ $output != *192.168.124.20* ]]
  run --separate-stderr provision status -o tsv "$batch"
  [ "$status" -eq 1 ]
  [[ $output == *$'db\tready\tstopped\t'* ]]
  run --separate-stderr provision apply -o tsv "$batch"
  [ "$status" -eq 0 ]
  [[ $output == *$'db\tstarted\trunning\t192.168.124.20\t'* ]]
}

# log_ends MACHINE REASON: how its QEMU ended last, by libvirt's log.
log_ends() {
  [[ $(grep 'shutting down' "$(lab_state one)/log/qemu/$1.log" | tail -n 1) == *"reason=$2" ]]
}

@test "stop ends the machines that --only names, --graceful by themselves, and start has them back" {
  run -0 --separate-stderr provision stop --graceful 60 --only 'web-*' -o tsv "$batch"
  [ "$(cut -f 1,2,3 <<<"$output")" = $'web-1\tstopped\tstopped\nweb-2\tstopped\tstopped' ]
  log_ends web-1 shutdown
  log_ends web-2 shutdown
  [ "$(lab_virsh one domstate db)" = running ]
  # One that can't listen is stopped when its time is over.
  lab_virsh one suspend db
  run -0 --separate-stderr provision stop -g 1 -o tsv "$batch"
  [ "$(cut -f 1,2,3 <<<"$output")" = $'web-1\tkept\tstopped\nweb-2\tkept\tstopped\ndb\tstopped\tstopped' ]
  log_ends db destroyed
  run -0 --separate-stderr provision start --only 'web-?' -o tsv "$batch"
  [ "$(cut -f 1,2,3 <<<"$output")" = $'web-1\tstarted\trunning\nweb-2\tstarted\trunning' ]
  while IFS=$'\t' read -r name _ _ address _; do
    wait_until "$lab_limit" answers_with "$name" "$address"
  done <<<"$output"
  run -0 --separate-stderr provision start -o tsv "$batch"
  [ "$(cut -f 1,2,3 <<<"$output")" = $'web-1\tkept\trunning\nweb-2\tkept\trunning\ndb\tstarted\trunning' ]
  run -2 --separate-stderr provision stop --only 'w-*' "$batch"
  [[ $stderr == *'w-*'* ]]
}

@test "every mistake of a batch is told at once, and nothing is changed" {
  lab_virsh one pool-define-as off dir --target /var/lib/libvirt/off
  lab_virsh one net-define /dev/stdin <<<'<network><name>quiet</name><bridge name="virbr-quiet"/></network>'
  lab_virsh one define /dev/stdin <<'EOF'
<domain type='qemu'><name>taken</name><memory>1024</memory><os><type>hvm</type></os></domain>
EOF
  bad=$BATS_TEST_TMPDIR/bad.ini
  sed '/^\[plan small\]/a colour = red' "$batch" >"$bad"
  cat >>"$bad" <<EOF

[hypervisor other]
url = $(lab_uri one)
root_storage_pool = off
network = quiet

[machine a]
plan = smal
hypervisor = local

[machine b]
image = Debain-12
hypervisor = local

[machine taken]
hypervisor = local

[machine c]
hypervisor = other
EOF
  sed -i 's/^\[machine \(web.*\|db\)\]/&\nhypervisor = local/' "$bad"
  before=$(whole_state)
  run --separate-stderr provision apply "$bad"
  lab_virsh one undefine taken
  lab_virsh one pool-undefine off
  lab_virsh one net-undefine quiet
  [ "$status" -eq 2 ]
  echo "$stderr"
  [[ $stderr == *"bad.ini:7: unknown key \"colour\""* ]]
  [[ $stderr == *": plan: no plan \"smal\"; did you mean \"small\"?"* ]]
  [[ $stderr == *": image: no image \"Debain-12\""*"did you mean \"Debian-12\"?"* ]]
  [[ $stderr == *"taken: the name is taken on local by a domain of no batch"* ]]
  [[ $stderr == *": root_storage_pool: pool \"off\" is not active on other (virsh -c '$(lab_uri one)' pool-start off)"* ]]
  [[ $stderr == *": network: network \"quiet\" is not active on other (virsh -c '$(lab_uri one)' net-start quiet)"* ]]
  [ -z "$output" ]
  after=$(lab_virsh one define /dev/stdin <<'EOF' >/dev/null && whole_state
<domain type='qemu'><name>taken</name><memory>1024</memory><os><type>hvm</type></os></domain>
EOF
  )
  lab_virsh one undefine taken
  [ "$(grep -v uuid <<<"$after")" = "$(grep -v uuid <<<"$before")" ]
}

@test "an image that an import has not finished is not taken" {
  local image=Debian-12_amd64_qcow2.img
  mark=.vmango-publish-00000000-0000000000000000_$image
  lab_virsh one vol-create-as vmango-images "$mark" 0
  for wanted in "$image" Debian-12; do
    sed -e "s/^image = .*/image = $wanted/" -e 's/^\[machine .*/&-early]/; s/\]-/-/' "$batch" \
      >"$BATS_TEST_TMPDIR/$wanted.ini"
  done
  run --separate-stderr provision plan "$BATS_TEST_TMPDIR/Debian-12.ini"
  echo "$stderr"
  [ "$status" -eq 2 ]
  [[ $stderr == *'no image "Debian-12" for x86_64 in pool vmango-images of local'* ]]
  run --separate-stderr provision plan "$BATS_TEST_TMPDIR/$image.ini"
  echo "$stderr"
  [ "$status" -eq 2 ]
  [[ $stderr == *"image \"$image\" in pool vmango-images of local is not complete: an import is under"* ]]
  lab_virsh one vol-delete "$mark" vmango-images
}

@test "an interrupted run rolls back what it began" {
  extra=$BATS_TEST_TMPDIR/extra.ini
  sed -e '/^\[machine/,$d' "$batch" >"$extra"
  printf '[machine extra-{1..6}]\n' >>"$extra"
  before=$(objects)
  # The first word of progress is the sign that the work has begun.
  coproc run_apply { exec vmango-provision apply -j 2 "$extra" 2>&1; }
  pid=$run_apply_PID
  read -r _ <&"${run_apply[0]}"
  kill -INT "$pid"
  status=0
  cat <&"${run_apply[0]}" >"$BATS_TEST_TMPDIR/output" || true
  wait "$pid" || status=$?
  cat "$BATS_TEST_TMPDIR/output"
  [ "$status" -eq 130 ]
  grep -q 'interrupted before' "$BATS_TEST_TMPDIR/output"
  provision destroy -q "$extra" >/dev/null
  [ "$(objects)" = "$before" ]
}

@test "a killed run is rolled back and finished by the next" {
  extra=$BATS_TEST_TMPDIR/extra.ini
  sed -e '/^\[machine/,$d' "$batch" >"$extra"
  printf '[machine killed]\n' >>"$extra"
  before=$(objects)
  coproc run_apply { exec vmango-provision apply "$extra" 2>&1; }
  pid=$run_apply_PID
  while read -r line <&"${run_apply[0]}"; do
    [[ $line != *"config drive" ]] || break
  done
  kill -KILL "$pid"
  wait "$pid" || true
  run --separate-stderr provision status -o tsv "$extra"
  [[ $output == *$'killed\tcreating\tstopped\t'* ]]
  run --separate-stderr provision apply -o tsv "$extra"
  [ "$status" -eq 0 ]
  [[ $output == *$'killed\tresumed\trunning\t192.168.124.'* ]]
  provision destroy -q "$extra" >/dev/null
  [ "$(objects)" = "$before" ]
}

@test "destroy leaves no domain, volume, reservation or lease" {
  run --separate-stderr provision destroy -o tsv "$batch"
  [ "$status" -eq 0 ]
  [ "$(cut -f 2 <<<"$output" | sort -u)" = destroyed ]
  run objects
  [ "$(tr -d ' \n' <<<"$output")" = "" ]
  run --separate-stderr provision destroy "$batch"
  [ "$status" -eq 0 ]
  [[ $stderr == *"3 machines, nothing to destroy"* ]]
}
