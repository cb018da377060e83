# SPDX-License-Identifier: GPL-2.0-or-later
# A batch that changes: on two real hypervisors, in place, and what is no longer wanted goes.
# takes: 110 s
bats_require_minimum_version 1.5.0

setup_file() {
  load lab
  lab_up one --no-firewall
  lab_up two --no-firewall
}

teardown_file() {
  load lab
  lab_down
}

setup() {
  load lab
  batch=$BATS_FILE_TMPDIR/lab.ini
}

# write_batch MACHINES [PLAN [KEYS [MORE]]]
write_batch() {
  local name
  {
    for name in one two; do
      cat <<EOF
$(lab_section "$name" "$name")
EOF
    done
    cat <<EOF
[plan small]
memory = 256
disk_size = 2
[plan big]
memory = 384
cpus = 2
disk_size = 3
[ssh_key lab]
public_file = $(lab_key).pub
[ssh_key second]
public = ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMOdxzGzQjde5/zQJGdWZnlD7CA0ZYeYP7OuZQRhNn8q second
[defaults]
plan = ${2:-small}
image = Debian-12
ssh_keys = ${3:-lab}
hypervisor = any
[machine $1]
${4-}
EOF
  } >"$batch"
}

provision() {
  vmango-provision "$@"
}

volumes() {
  lab_virsh "$1" vol-list default | awk '{ print $1 }' | sort | paste -sd ' '
}

# instance_of HYPERVISOR MACHINE: the instance id that its config drive tells.
instance_of() {
  local file
  file=$(lab_virsh "$1" domblklist --inactive "$2" | awk '$1 == "hdc" { print $2 }')
  isoinfo -R -x /openstack/latest/meta_data.json \
    -i "$(lab_state "$1")/lib/images/${file##*/}" | jq -r .uuid
}

# fields MACHINE: what plan would change.
fields() {
  provision plan -o json --machine "$1" "$batch" |
    jq -r '.[0].Changes[] | "\(.Field): \(.From) -> \(.To): \(.How)"'
}

# planned_by_facts: plan prints the same for the facts of the hypervisors, which stay in $batch.facts.
planned_by_facts() {
  local asked
  provision facts "$batch" >"$batch.facts" || return
  run --separate-stderr provision plan -q -o json "$batch"
  asked=$output
  run --separate-stderr provision plan -q -o json --facts "$batch.facts" "$batch"
  diff - <(echo "$asked") <<<"$output"
}

@test "machines are spread over two hypervisors, and stay where they are" {
  write_batch 'web-{1..3}'
  run --separate-stderr provision apply -o tsv --wait 0 "$batch"
  echo "$stderr"
  [ "$status" -eq 0 ]
  [ "$(cut -f 1,2,5 <<<"$output")" = $'web-1\tcreated\tone\nweb-2\tcreated\ttwo\nweb-3\tcreated\tone' ]
  # Alone it would go to "two" now, which has fewer.
  sed -i 's/^hypervisor = any/hypervisor = two, one/' "$batch"
  run --separate-stderr provision apply -o tsv --wait 0 "$batch"
  [ "$status" -eq 0 ]
  [ "$(cut -f 1,2,5 <<<"$output")" = $'web-1\tkept\tone\nweb-2\tkept\ttwo\nweb-3\tkept\tone' ]
}

@test "plan shows which fields differ, from what to what; apply alone changes none" {
  write_batch 'web-{1..3}' big 'lab, second'
  run fields web-1
  [ "$output" = "Plan: small -> big: in place
Memory: 256.0 MiB -> 384.0 MiB: in place
Cpus: 1 -> 2: in place
RootDisk.Size: 2.0 GiB -> 3.0 GiB: in place
SSHKeys: lab -> lab, second: in place" ]
  planned_by_facts
  [ "$(jq -r '.[].Action' <<<"$output" | uniq -c | tr -s ' ')" = ' 3 change' ]
  run ! grep -F "$(cut -d ' ' -f 2 <"$(lab_key).pub")" "$batch.facts"
  run --separate-stderr provision apply -o tsv --machine web-1 "$batch"
  [ "$status" -eq 1 ]
  [ "$(cut -f 2 <<<"$output")" = kept ]
  [[ $stderr == *"web-1: differs from the batch: Plan: small -> big; Memory: 256.0 MiB -> 384.0 MiB"* ]]
  [[ $stderr == *"to change what can be changed in place: vmango-provision apply --update -m web-1 $batch"* ]]
  [[ $stderr != *"nothing to change"* ]]
  [ "$(lab_virsh one dominfo web-1 | awk '$1 == "Max" { print $3 }')" = 262144 ]
}

@test "apply --update changes machines in place, running or not, with a new instance" {
  write_batch 'web-{1..3}' big 'lab, second' 'autostart = yes'
  lab_virsh one destroy web-3
  uuid=$(lab_virsh one domuuid web-1)
  boot=$(lab_virsh one domstats web-1 --state | md5sum; lab_virsh one domid web-1)
  run --separate-stderr provision apply --update -o tsv --wait 0 "$batch"
  echo "$stderr"
  [ "$status" -eq 0 ]
  [ "$(cut -f 2 <<<"$output" | sort -u)" = updated ]
  [[ $stderr == *"web-1: Cpus: takes effect at the next start"* ]]
  # It runs on: the guest was not started anew.
  [ "$(lab_virsh one domstats web-1 --state | md5sum; lab_virsh one domid web-1)" = "$boot" ]
  for machine in web-1 web-3; do
    run lab_virsh one dominfo "$machine"
    [[ $output == *"CPU(s):         2"* || $output == *"State:          running"* ]]
    [[ $output == *"Autostart:      enable"* ]]
    [ "$(lab_virsh one vol-info --bytes "${machine}_disk" default | awk '/^Capacity/ { print $2 }')" = 3221225472 ]
    run lab_virsh one dumpxml --inactive "$machine"
    [[ $output == *"<memory unit='KiB'>393216</memory>"* ]]
    [[ $output == *"<vcpu placement='static'>2</vcpu>"* ]]
    [[ $output == *'<vmango:key name="second">'* ]]
  done
  [ "$(lab_virsh one domblkinfo web-1 vda | awk '/^Capacity/ { print $2 }')" = 3221225472 ]
  [ "$(instance_of one web-1)" = "$uuid-2" ]
  # A guest that holds its CD keeps the old one until its next start, and the volume stays for it.
  kept=
  [[ $stderr != *"web-1: config drive: takes effect at the next start"* ]] || kept=' web-1_config.iso'
  [ "$(volumes one)" = "web-1_config-2.iso$kept web-1_disk web-3_config-2.iso web-3_disk" ]
}

@test "after an update the next apply keeps all" {
  write_batch 'web-{1..3}' big 'lab, second' 'autostart = yes'
  run --separate-stderr provision plan "$batch"
  [ "$status" -eq 0 ]
  run --separate-stderr provision apply --update -o tsv "$batch"
  [ "$status" -eq 0 ]
  [ "$(cut -f 2 <<<"$output" | sort -u)" = kept ]
}

# What an update could change of web-1; how much its guest has written is its own business.
disk_and_network() {
  lab_virsh one vol-dumpxml web-1_disk default | xmlstarlet sel -t -v '//key | //capacity | //format/@type'
  lab_virsh one net-dumpxml vmango
}

@test "what can't change in place is told and left" {
  write_batch 'web-{1..3}' small 'lab, second' 'autostart = yes'
  cat >>"$batch" <<<'ip = dhcp'
  before=$(disk_and_network)
  run fields web-1
  [[ $output == *"Ip.Address: 192.168.124."*" -> dhcp: not possible"* ]]
  [[ $output == *"RootDisk.Size: 3.0 GiB -> 2.0 GiB: not possible"* ]]
  run --separate-stderr provision apply --update -o tsv --machine web-1 "$batch"
  [ "$status" -eq 1 ]
  [[ $stderr == *"web-1: RootDisk.Size can't change from 3.0 GiB to 2.0 GiB in place; to recreate the machine, destroy it first"* ]]
  [ "$(disk_and_network)" = "$before" ]
}

@test "an update that is killed at any point leaves a whole config drive, and the next finishes it" {
  local point keys=second status autostart=no
  for ((point = 1; point < 100; point++)); do
    # A guest that runs may hold its CD.
    lab_is_off one web-1 || lab_virsh one destroy web-1
    # Each round changes the keys, and so the config drive, and autostart, to and fro.
    [ "$keys" = lab ] && keys=second || keys=lab
    [ "$autostart" = no ] && autostart=yes || autostart=no
    write_batch web-1 big "$keys" "autostart = $autostart"
    status=0
    VMANGO_TEST_POINT=$point:9 provision apply --update -q --wait 0 "$batch" >/dev/null || status=$?
    instance=$(instance_of one web-1)
    [[ $instance == "$(lab_virsh one domuuid web-1)-"* ]]
    [ "$status" -ne 0 ] || break
    [ "$status" -eq 137 ]
    run --separate-stderr provision apply --update -q --wait 0 "$batch"
    echo "point $point: $stderr"
    [ "$status" -eq 0 ]
    run -0 provision plan "$batch"
    # One disk and one config drive: nothing is left of the run that died.
    [ "$(volumes one | grep -Eo 'web-1_[^ ]*' | wc -l)" -eq 2 ]
    [[ $(lab_virsh one metadata web-1 https://vmango.org/schema/tools) != *capacity=* ]]
    # Each attempt has an instance id of its own, which a guest may have seen.
    [ "${instance##*-}" -le "$(instance_of one web-1 | sed 's/.*-//')" ]
  done
  [ "$point" -gt 6 ]
}

@test "a volume of somebody else under the name of a new config drive stays" {
  lab_is_off one web-1 || lab_virsh one destroy web-1
  write_batch web-1 big second 'autostart = yes'
  provision apply --update -q --wait 0 "$batch" >/dev/null
  used=$(lab_virsh one domblklist --inactive web-1 | awk '$1 == "hdc" { print $2 }')
  other=web-1_config.iso
  [[ $used != */web-1_config.iso ]] || other=web-1_config-2.iso
  lab_virsh one vol-create-as default "$other" 1000 --format raw
  lab_virsh one destroy web-1
  write_batch web-1 big lab 'autostart = yes'
  run -1 --separate-stderr provision apply --update --wait 0 "$batch"
  [[ $stderr == *"web-1: can't create the volume"* ]]
  [ "$(lab_virsh one vol-info --bytes "$other" default | awk '/^Capacity/ { print $2 }')" = 1000 ]
  [ "$(lab_virsh one domblklist --inactive web-1 | awk '$1 == "hdc" { print $2 }')" = "$used" ]
  lab_virsh one vol-delete "$other" default
  run -0 --separate-stderr provision apply --update --wait 0 "$batch"
}

@test "what the batch no longer has goes by --prune alone, on every hypervisor" {
  write_batch web-1 big lab 'autostart = yes'
  run --separate-stderr provision apply -o tsv "$batch"
  [ "$(cut -f 1,2 <<<"$output")" = $'web-1\tkept\nweb-3\tunlisted\nweb-2\tunlisted' ]
  [[ $stderr == *'2 machines of batch "lab" are not in the file: web-3, web-2'* ]]
  sed -i '1i batch = lab' "$batch"
  run -4 --separate-stderr provision plan --prune -o tsv "$batch"
  [ "$(cut -f 1,2,3 <<<"$output")" = $'web-1\tkeep\tone\nweb-3\tdelete\tone\nweb-2\tdelete\ttwo' ]
  run -0 --separate-stderr provision apply --prune -o tsv "$batch"
  [ "$(cut -f 1,2 <<<"$output")" = $'web-1\tkept\nweb-3\tdeleted\nweb-2\tdeleted' ]
  [ "$(grep -c 'web-2: delete$' <<<"$stderr")" -eq 1 ]
  [ -z "$(volumes two)" ]
  [ "$(lab_virsh one list --all --name | tr -d '\n')" = web-1 ]
  run -0 provision destroy -q "$batch"
  [ -z "$(volumes one)" ]
  run lab_virsh one net-dumpxml vmango
  [[ $output != *'<host '* ]]
}

# medium HYPERVISOR MACHINE: the config drive that its guest sees now.
medium() {
  lab_virsh "$1" domblklist "$2" | awk '$1 == "hdc" { sub(".*/", "", $2); print $2 }'
}

@test "a guest that does not let its config drive go sees the new one after a reboot" {
  write_batch web-1
  sed -i 's/^hypervisor = any/hypervisor = one/' "$batch"
  run -0 provision apply -q "$batch"
  address=$(lab_wait_address one web-1)
  wait_until "$lab_limit" lab_ssh one "$address" 'mount -r -t iso9660 /dev/sr0 /mnt'
  write_batch web-1 small 'lab, second'
  sed -i 's/^hypervisor = any/hypervisor = one/' "$batch"
  run -0 --separate-stderr provision apply --update --wait 0 "$batch"
  [[ $stderr == *'web-1: config drive: takes effect at the next start'* ]]
  [ "$(medium one web-1)" = web-1_config.iso ]
  run -0 provision reboot "$batch"
  [ "$(medium one web-1)" = web-1_config-2.iso ]
  run -0 provision reboot "$batch"
  run -0 provision plan "$batch"
  run -0 provision destroy -q "$batch"
  [[ $(volumes one) != *web-1* ]]
}

# shown: how often the user data are in what every local user can read.
shown() {
  lab_virsh one -r dumpxml web-9 | grep -c s3cret-word || true
}

@test "user data is not in the metadata; what is there goes with --update, and nothing else changes" {
  write_batch web-9 small lab $'hypervisor = one\nuserdata =\n  #!/bin/sh\n  echo s3cret-word'
  hidden=$(cat "$batch")
  sed 's/^\[hypervisor .*/&\nuserdata_metadata = yes/' "$batch" >"$batch.shown"
  provision apply -q --wait 0 "$batch" >/dev/null
  [ "$(shown)" -eq 0 ]
  [[ $(lab_virsh one -r metadata web-9 https://vmango.org/schema/tools) == *'<userdata hash='* ]]
  instance=$(instance_of one web-9)
  # Vmango's page has it where that is wanted.
  cp "$batch.shown" "$batch"
  run -0 --separate-stderr provision plan "$batch"
  [[ $stderr == *"web-9: the user data is not in the metadata"*'apply --update adds it'* ]]
  run -0 --separate-stderr provision apply --wait 0 -o tsv "$batch"
  [[ $output == web-9$'\t'kept* && $stderr == *'apply --update adds it'* ]]
  [ "$(shown)" -eq 0 ]
  run -0 --separate-stderr provision apply --update --wait 0 -o tsv "$batch"
  [[ $output == *updated* && $stderr != *'apply --update'* ]]
  run -0 --separate-stderr provision apply --update --wait 0 -o tsv "$batch"
  [[ $output == web-9$'\t'kept* ]]
  run -0 --separate-stderr provision plan "$batch"
  [ -z "$stderr" ]
  [ "$(shown)" -eq 1 ]
  # A machine that has it is as the batch wants it, but for that.
  echo "$hidden" >"$batch"
  run -0 --separate-stderr provision plan -o tsv "$batch"
  [[ $output == web-9$'\t'keep* ]]
  [[ $stderr == *'web-9: the user data is in the metadata'*'apply --update removes it'* ]]
  planned_by_facts
  [ "$(jq -r '.[].Action' <<<"$output")" = keep ]
  run ! grep -F s3cret "$batch.facts"
  run -0 --separate-stderr provision apply --wait 0 -o tsv "$batch"
  [[ $output == web-9$'\t'kept* && $stderr == *'the user data is in the metadata'* ]]
  [ "$(shown)" -eq 1 ]
  run -0 --separate-stderr provision apply --update --wait 0 -o tsv "$batch"
  [[ $output == web-9$'\t'updated* ]]
  [ "$(shown)" -eq 0 ]
  [ "$(instance_of one web-9)" = "$instance" ]
  run -0 --separate-stderr provision plan "$batch"
  [ -z "$stderr" ]
  # Others can't read the drive either.
  drive=$(lab_virsh one domblklist --inactive web-9 | awk '$1 == "hdc" { print $2 }')
  [ "$(stat -c %a "$(lab_state one)/lib/images/${drive##*/}")" = 600 ]
  provision destroy -q "$batch" >/dev/null
}

# The last one, since the others need both hypervisors.
@test "one hypervisor that is down fails its machines, not the batch" {
  write_batch 'web-{1..2}'
  sed -i 's/^\[machine web.*/[machine fixed]\nhypervisor = two\n&/' "$batch"
  lab_down two
  run --separate-stderr provision apply -o tsv --wait 0 "$batch"
  [ "$status" -eq 3 ]
  [[ $stderr == *"web-1: may be on two, which can't be reached ("*"); --assume-lost two creates it elsewhere"* ]]
  [ "$(cut -f 1,2,5 <<<"$output")" = $'fixed\tfailed\ttwo\nweb-1\tfailed\t\nweb-2\tfailed\t' ]
  run --separate-stderr provision apply -o tsv --wait 0 --assume-lost two "$batch"
  [ "$status" -eq 1 ]
  [ "$(cut -f 1,2,5 <<<"$output")" = $'fixed\tfailed\ttwo\nweb-1\tcreated\tone\nweb-2\tcreated\tone' ]
}
