# SPDX-License-Identifier: GPL-2.0-or-later
# Plans on libvirt's test driver: where machines go, and what looking costs.
bats_require_minimum_version 1.5.0

setup() {
  templates=$(cd "$BATS_TEST_DIRNAME/../../packaging/templates" && pwd)
  cd "$BATS_TEST_TMPDIR" || return
  # The test driver writes no XML by itself, so each hypervisor is a file.
  node rack1 8 Debian-12_amd64_qcow2.img
  node rack2 8 Debian-12_amd64_qcow2.img
  node rack3 8 Ubuntu-22.04_amd64_qcow2.img
}

# node NAME GIB IMAGE [DOMAIN...]: a hypervisor with that much memory, whose domains run.
node() {
  local name=$1 gib=$2 image=$3 domain
  shift 3
  {
    sed -e "s,<memory>.*<,<memory>$((gib * 1048576))<," -e '/<\/node>/d' \
      -e "s/Debian-12_amd64_qcow2.img/$image/" "$BATS_TEST_DIRNAME/../fixtures/provision/node.xml"
    for domain; do
      printf "<domain type='test'><name>%s</name><memory unit='GiB'>1</memory>" "$domain"
      printf "<os><type>hvm</type></os></domain>\n"
    done
    echo '</node>'
  } >"$name.xml"
}

# batch: writes lab.ini with the hypervisors; what stands on its input comes after.
batch() {
  local rack
  for rack in rack1 rack2 rack3; do
    cat <<INI
[hypervisor $rack]
url = test://$PWD/$rack.xml
vm_template = $templates/vm.xml.in
volume_template = $templates/volume.xml.in
INI
  done >lab.ini
  cat >>lab.ini <<INI
[plan small]
memory = 1024
disk_size = 5
[plan large]
memory = 4G
disk_size = 5
[defaults]
plan = small
image = Debian-12
INI
  cat >>lab.ini
}

# places: "NAME ACTION HYPERVISOR" for each machine.
places() {
  vmango-provision plan -o tsv lab.ini | awk -F '\t' '{ print $1, $2, $3 }'
}

@test "machines go in turn to the hypervisors that have the image, the first of equals first" {
  batch <<<$'[machine web-{1..4}]\nhypervisor = any'
  run places
  [ "$output" = "web-1 create rack1
web-2 create rack2
web-3 create rack1
web-4 create rack2" ]
}

@test "the one with the fewest machines is taken, and plan says why" {
  node rack1 8 Debian-12_amd64_qcow2.img one two
  batch <<<$'[machine web-{1..3}]\nhypervisor = rack1, rack2'
  run places
  [ "$output" = "web-1 create rack2
web-2 create rack2
web-3 create rack1" ]
  run -4 --separate-stderr vmango-provision plan -o jsonl --machine web-1 lab.ini
  [ "$(jq -r .Reason <<<"$output")" = "rack2: 0 machines; rack1: 2 machines" ]
}

@test "machines that name their hypervisor take their share first" {
  batch <<<$'[machine any]\nhypervisor = any\n[machine fixed-{1..2}]\nhypervisor = rack1'
  run places
  [ "$output" = "any create rack2
fixed-1 create rack1
fixed-2 create rack1" ]
}

@test "memory is counted within the plan, and what fits nowhere is an error with the reasons" {
  batch <<<$'[machine big-{1..5}]\nplan = large\nhypervisor = any'
  run -2 --separate-stderr vmango-provision plan lab.ini
  [ -z "$output" ]
  [[ $stderr == *"lab.ini:"*": hypervisor: no hypervisor has room for big-5: rack1: 0 B of memory left, 4.0 GiB needed; rack2: 0 B of memory left, 4.0 GiB needed; rack3: no image \"Debian-12\""* ]]
  sed -i 's/1\.\.5/1..4/' lab.ini
  run places
  [ "$(cut -d ' ' -f 3 <<<"$output" | paste -sd ' ')" = "rack1 rack2 rack1 rack2" ]
}

@test "a hypervisor that is down fails its machines, and those that may be on it" {
  batch <<<$'[machine fixed]\nhypervisor = rack1\n[machine web-{1..2}]\nhypervisor = any'
  rm rack1.xml
  run -3 --separate-stderr vmango-provision plan -o tsv lab.ini
  [[ ${lines[0]} == $'fixed\tfail\track1\t'* ]]
  [[ ${lines[1]} == $'web-1\tfail\t\t'*"may be on rack1, which can't be reached ("*"); --assume-lost rack1 creates it elsewhere"* ]]
  [[ ${lines[2]} == $'web-2\tfail\t'* ]]
  run -1 --separate-stderr vmango-provision plan --assume-lost rack1 -o tsv lab.ini
  [[ ${lines[0]} == $'fixed\tfail\track1\t'* ]]
  [[ ${lines[1]} == $'web-1\tcreate\track2\t'*"rack1: can't be reached"* ]]
  [[ ${lines[2]} == $'web-2\tcreate\track2\t'* ]]
  run -2 --separate-stderr vmango-provision plan --assume-lost rak1 -o tsv lab.ini
  [[ $stderr == *'--assume-lost: no hypervisor "rak1"; did you mean "rack1"?'* ]]
  run -3 --separate-stderr vmango-provision apply -n -o tsv lab.ini
  [[ ${lines[0]} == $'fixed\tfail\track1\t'* ]]
}

@test "a word that is no hypervisor is told with the nearest" {
  batch <<<$'[machine web]\nhypervisor = rack1, rak2'
  run -2 --separate-stderr vmango-provision check --offline lab.ini
  [[ $stderr == *': hypervisor: no hypervisor "rak2"; did you mean "rack1"?'* ]] ||
    [[ $stderr == *': hypervisor: no hypervisor "rak2"; did you mean "rack2"?'* ]]
}

@test "two machines with one address on hypervisors that they share are a mistake" {
  batch <<<$'[machine a]\nhypervisor = any\nip = 192.168.124.9\n[machine b]\nhypervisor = rack2\nip = 192.168.124.9'
  run -2 --separate-stderr vmango-provision check --offline lab.ini
  [[ $stderr == *": ip: a already has this address"* ]]
  sed -i 's/^hypervisor = any/hypervisor = rack1/' lab.ini
  run -0 vmango-provision check --offline lab.ini
}

# The calls of libvirt's interface that a plan makes.
calls_of() {
  rm -f calls
  LIBVIRT_LOG_FILTERS='1:libvirt' LIBVIRT_LOG_OUTPUTS="1:file:$PWD/calls" \
    vmango-provision plan "$1" >/dev/null || [ $? -eq 4 ]
  grep -Eo ' : vir[A-Z][A-Za-z]+:[0-9]+ : ' calls | grep -Ev 'Free|Ref' | sort
}

@test "200 machines are planned with the calls to libvirt that one needs" {
  batch <<<$'[machine web-{1..1}]\nhypervisor = any'
  calls_of lab.ini >one
  sed -i 's/{1\.\.1}/{1..200}/; s/^memory = 1024/memory = 16/; s/^disk_size = 5/disk_size = 1/' lab.ini
  calls_of lab.ini >many
  grep -q virStoragePoolLookupByName one
  # rack2 gets machines too now, and is asked for its capabilities once as well.
  diff <(uniq one) <(uniq many)
  [ "$(wc -l <many)" -le "$(($(wc -l <one) + 5))" ]
  [ "$(vmango-provision plan lab.ini | cut -f 2,3 | sort | uniq -c | awk '{ print $1 }' | paste -sd ' ')" = "100 100" ]
}

# owned NAME: a machine that the batch has made, on rack1, with its volume in the pool "slow".
owned() {
  local uuid
  batch <<<"[machine $1]"$'\nhypervisor = any'
  uuid=$(vmango-provision context --offline lab.ini "$1" | jq -r .Machine.Id)
  sed -i '/<\/node>/d' rack1.xml
  cat >>rack1.xml <<XML
<domain type='test'><name>$1</name><uuid>$uuid</uuid><memory unit='GiB'>1</memory>
<metadata><tools:machine xmlns:tools="https://vmango.org/schema/tools" state="ready">
<tools:batch name="lab" file="$PWD/lab.ini"/><tools:input hash="x"/><tools:instance serial="1"/>
<tools:volume pool="slow" name="$1_disk"/>
</tools:machine></metadata><os><type>hvm</type></os></domain>
</node>
XML
}

@test "sections that lead to one hypervisor do not make two of its machines" {
  owned web-1
  owned web-2
  sed -i "s,<name>default</name>.*,&<pool type='dir'><name>slow</name><target><path>/slow</path></target></pool>," rack1.xml
  batch <<<$'[machine web-1]\nhypervisor = any'
  sed -i "s,^\[hypervisor rack2\].*,&\nroot_storage_pool = slow," lab.ini
  sed -i "s,rack2.xml,rack1.xml," lab.ini
  # The section whose pool its volume is in.
  run -1 --separate-stderr vmango-provision status -o tsv lab.ini
  [ "$(cut -f 1,2,5 <<<"$output")" = $'web-1\tdegraded\track2\nweb-2\tunlisted\track1' ]
  sed -i '1i batch = lab' lab.ini
  run -4 --separate-stderr vmango-provision plan --prune -o tsv lab.ini
  [ "$(cut -f 1,2 <<<"$output" | grep delete)" = $'web-2\tdelete' ]
}

@test "names of 63 bytes make a section longer than the INI reader's own" {
  local name
  name=$(printf 'n%.0s' {1..62})
  batch <<<"[machine $name{1..2}]"$'\nhypervisor = rack1'
  run places
  [ "$output" = "${name}1 create rack1
${name}2 create rack1" ]
  batch <<<"[machine $name{1..10}]"$'\nhypervisor = rack1'
  run -2 --separate-stderr vmango-provision plan lab.ini
  [[ $stderr == *"lab.ini:"*"name is longer than 63 characters"* ]]
}

# programs_batch URL: a batch whose address and script leave a mark when they are run.
programs_batch() {
  printf '#!/bin/sh\ntouch "%s/ran.${0##*/}"\necho 192.0.2.7\n' "$PWD" | tee script command >/dev/null
  chmod +x script command
  # Any of the test driver's networks but this one has addresses for the script to hand out.
  printf '%s\n' '[hypervisor local]' "url = $1" "network_script = $PWD/script" \
    "vm_template = $templates/vm.xml.in" "volume_template = $templates/volume.xml.in" \
    '[plan small]' 'memory = 1024' 'disk_size = 5' '[machine web]' 'plan = small' 'image = Debian-12' >lab.ini
}

@test "what only looks runs no program of a batch that others can write, says so and goes on" {
  programs_batch "qemu+ext:///system?command=$PWD/command"
  chmod o+w lab.ini
  for verb in check plan status doctor 'context web' 'apply -n'; do
    # shellcheck disable=SC2086 # words
    set -- $verb
    run vmango-provision "$1" lab.ini "${@:2}"
    echo "$verb: $output"
    [[ $output == *'not asked, since it names a program and its file can be written by every user'* ]]
    [[ $output == *'network_script: not asked: the file can be written by every user'* ]]
    [ "$(echo ran.*)" = 'ran.*' ]
  done
  # Standard input that is this file is no better; a pipe is the user's own.
  printf 'batch = lab\n' | cat - lab.ini >lab-2.ini
  chmod o+w lab-2.ini
  run vmango-provision plan - <lab-2.ini
  [[ $output == *'not asked'* ]]
  [ ! -e ran.command ]
  run vmango-provision plan - < <(cat lab-2.ini)
  [[ $output != *'not asked'* ]]
  [ -e ran.command ]
  rm ran.command
  # An address of the command line is the user's own.
  run vmango-provision plan -c "qemu+ext:///system?command=$PWD/command" lab.ini
  [ -e ran.command ]
  rm ran.command
  # What runs machines is asked to run them.
  run vmango-provision apply lab.ini
  [ -e ran.command ]
  rm ran.command
  chmod o-w lab.ini
  run vmango-provision plan lab.ini
  [[ $output != *'not asked'* ]]
  [ -e ran.command ]
}

@test "what a file that others can write includes is judged by itself, and the other way round" {
  programs_batch "qemu+ext:///system?command=$PWD/command"
  mv lab.ini part.ini
  echo 'include = part.ini' >lab.ini
  chmod o+w part.ini
  run vmango-provision plan lab.ini
  [[ $output == *'not asked'* ]]
  [ ! -e ran.command ]
  chmod o-w part.ini
  chmod o+w lab.ini
  run vmango-provision plan lab.ini
  [[ $output != *'not asked'* ]]
  [ -e ran.command ]
}
