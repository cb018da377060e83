# SPDX-License-Identifier: GPL-2.0-or-later
# Files that a user names may be FIFOs, such as <(...) of a shell; those in folders of daemons may not. And names
# on standard input: with blanks and CR around them.
bats_require_minimum_version 1.5.0

setup() {
  templates=$(cd "$BATS_TEST_DIRNAME/../../packaging/templates" && pwd)
  cd "$BATS_TEST_TMPDIR" || return
  cp "$templates/vm.xml.in" "$templates/volume.xml.in" .
  cp "$BATS_TEST_DIRNAME/../fixtures/provision/node.xml" node.xml
  echo 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f ann@pc' >key.pub
  printf '#!/bin/sh\necho hello\n' >web.sh
  printf '[plan small]\nmemory = 64\ndisk_size = 5\n' >plans.ini
  batch_is plans.ini key.pub web.sh vm.xml.in volume.xml.in >lab.ini
}

# batch_is INCLUDE KEY USERDATA VM VOLUME: prints a batch with these files, of which two machines name the same.
batch_is() {
  cat <<INI
batch = lab
include = $1
[hypervisor one]
url = test://$PWD/node.xml
vm_template = $4
volume_template = $5
[hypervisor two]
url = test://$PWD/node.xml
vm_template = $4
volume_template = $5
[ssh_key ann]
public_file = $2
[defaults]
plan = small
image = Debian-12
ssh_keys = ann
[machine web-{1..2}]
userdata_file = $3
hypervisor = one
[machine db]
userdata_file = $3
hypervisor = two
INI
}

# same FILE: what standard input has is not empty, and as the file, but for the batch's own file.
same() {
  sed -E 's/ file=\\"[^"]*"//' >piped
  [ -s piped ]
  diff <(sed -E 's/ file=\\"[^"]*"//' "$1") piped
}

# writers FILE...: a FIFO FILE.fifo for each, with a writer of its content.
writers() {
  local file
  for file; do
    mkfifo "$file.fifo"
    cat "$file" >"$file.fifo" &
  done
}

@test "a batch is read from a FIFO, and what it includes is relative to the folder of the shell" {
  vmango-provision context lab.ini db >file
  vmango-provision context <(cat lab.ini) db | same file
  writers lab.ini
  vmango-provision context lab.ini.fifo db | same file
  run -2 --separate-stderr vmango-provision check <(grep -v '^batch' lab.ini)
  [[ $stderr == *': batch is missing: a pipe has no name'* ]]
  # Advice has no path that is gone by then.
  run -4 --separate-stderr vmango-provision plan <(cat lab.ini)
  [[ $stderr != */dev/fd/* ]]
  for verb in check status destroy start; do
    run --separate-stderr vmango-provision "$verb" <(cat lab.ini)
    [ "$status" -ne 2 ]
    [[ $stderr != */dev/fd/* ]]
  done
}

@test "every file that a batch names may be a FIFO, which is read once for all who name it" {
  vmango-provision context lab.ini db >file
  vmango-provision context lab.ini web-1 >file-1
  writers plans.ini key.pub web.sh vm.xml.in volume.xml.in
  batch_is {plans.ini,key.pub,web.sh,vm.xml.in,volume.xml.in}.fifo >piped.ini
  timeout 60 vmango-provision context piped.ini db | same file
  batch_is <(cat plans.ini) <(cat key.pub) <(cat web.sh) <(cat vm.xml.in) <(cat volume.xml.in) >piped.ini
  # Each descriptor is of this shell's line, so that the batch is used in it.
  piped() {
    batch_is "$1" "$2" "$3" "$4" "$5" >piped.ini
    timeout 60 vmango-provision "${@:6}"
  }
  piped <(cat plans.ini) <(cat key.pub) <(cat web.sh) <(cat vm.xml.in) <(cat volume.xml.in) context piped.ini web-1 |
    same file-1
  vmango-provision plan -o json lab.ini >plan || [ $? -eq 4 ]
  piped <(cat plans.ini) <(cat key.pub) <(cat web.sh) <(cat vm.xml.in) <(cat volume.xml.in) plan -o json piped.ini |
    same plan
  # Templates are checked, too.
  run -2 --separate-stderr piped plans.ini key.pub web.sh <(echo '{{') volume.xml.in check piped.ini
  [[ $stderr == *'unclosed action'* ]]
  run -2 --separate-stderr piped plans.ini key.pub web.sh vm.xml.in <(head -c 1048577 /dev/zero) check piped.ini
  [[ $stderr == *'volume_template: '*'larger than 1048576 bytes'* ]]
  run -2 --separate-stderr piped plans.ini <(echo no key) web.sh vm.xml.in volume.xml.in check piped.ini
  [[ $stderr == *': public_file: '* ]]
  run -1 --separate-stderr piped plans.ini key.pub web.sh <(cat vm.xml.in) volume.xml.in doctor piped.ini
  [ "$(grep -c $'\ttemplates\tok\t' <<<"$output")" -eq 2 ]
}

@test "a folder in the place of a file is refused as before, and a FIFO that nobody writes can be interrupted" {
  mkdir folder
  run -2 --separate-stderr vmango-provision check folder
  [[ $stderr == 'vmango-provision: folder: not a regular file' ]]
  mkfifo none
  # INT ends it, as it would without a handler.
  run -124 timeout -s INT -k 10 1 vmango-provision check none
  run -124 timeout -s TERM -k 10 1 vmango-render none
}

@test "--facts, templates, data, contexts, user data, sums and images may be FIFOs" {
  vmango-provision facts lab.ini >facts
  vmango-provision plan -q -o json --facts facts lab.ini >plan || [ $? -eq 4 ]
  vmango-provision plan -q -o json --facts <(cat facts) lab.ini | same plan
  vmango-provision context lab.ini db >db.json
  vmango-render vm.xml.in --data db.json >rendered
  vmango-render --escape xml <(cat vm.xml.in) --data <(cat db.json) | same rendered
  vmango-render --check <(cat vm.xml.in)
  vmango-configdrive -u web.sh db.json >drive
  vmango-configdrive -u <(cat web.sh) <(cat db.json) | same drive
  head -c 2097152 /dev/urandom >Foo-1_amd64_raw.img
  sha256sum Foo-1_amd64_raw.img >SHA256SUMS
  vmango-imagetool inspect -o json Foo-1_amd64_raw.img | jq 'del(.[].File, .[].Size, .[].NameAgrees, .[].PartitionTable)' >inspected
  vmango-imagetool inspect -o json <(cat Foo-1_amd64_raw.img) |
    jq 'del(.[].File, .[].Size, .[].NameAgrees, .[].PartitionTable)' | same inspected
  [ "$(vmango-imagetool name --os Foo --version 1 --arch amd64 <(cat Foo-1_amd64_raw.img))" = Foo-1_amd64_raw.img ]
  vmango-imagetool import -n -o json -c "test://$PWD/node.xml" --sums SHA256SUMS Foo-1_amd64_raw.img
  vmango-imagetool import -n -o json -c "test://$PWD/node.xml" --as Foo-1_amd64_raw.img --sums <(cat SHA256SUMS) \
    <(cat Foo-1_amd64_raw.img)
}

@test "FIFOs in folders of daemons and of images are refused, at once" {
  mkdir dnsmasq images
  echo interface=virbr1 >dnsmasq/prod.conf
  mkfifo dnsmasq/virbr1.status images/Foo-1_amd64_raw.img dnsmasq/other.conf
  run timeout 20 vmango-leases list --dir dnsmasq
  [[ $output == *'virbr1.status: not a regular file'* ]]
  run timeout 20 vmango-imagetool list --dir images
  [[ $output == *'Foo-1_amd64_raw.img: is not a regular file'* ]]
}

@test "names on standard input are taken without the blanks and CR around them" {
  local names=$'  Debian-12_amd64_qcow2.img \r\nFoo-1_amd64_raw.img\t\r'
  mkdir dnsmasq
  printf '[{"ip-address": "10.0.0.11", "mac-address": "52:54:00:00:00:01", "hostname": "web", "expiry-time": 4000000000}]' \
    >dnsmasq/virbr1.status
  echo interface=virbr1 >dnsmasq/prod.conf
  echo '[{"domain": "web-1", "macs": ["52:54:00:00:00:01"]}]' >dnsmasq/virbr1.macs
  run -0 --separate-stderr vmango-imagetool parse -o tsv - <<<"$names"
  [ "$(cut -f 1 <<<"$output")" = $'Debian-12_amd64_qcow2.img\nFoo-1_amd64_raw.img' ]
  [ -z "$stderr" ]
  run -0 --separate-stderr vmango-imagetool parse -o tsv <<<"$names"
  [ "${#lines[@]}" -eq 2 ]
  run -0 --separate-stderr vmango-imagetool name - <<<"$names"
  [ "$output" = $'Debian-12_amd64_qcow2.img\nFoo-1_amd64_raw.img' ]
  [ -z "$stderr" ]
  run -1 --separate-stderr vmango-imagetool name - <<<$'nothing\nFoo-1_amd64_raw.img'
  [ "$output" = Foo-1_amd64_raw.img ]
  [[ $stderr == 'vmango-imagetool: line 1: nothing: '* ]]
  run -0 --separate-stderr vmango-leases resolve --dir dnsmasq -1 - <<<$' web-1 \r\n\r\n'
  [ "$output" = 10.0.0.11 ]
  run -1 --separate-stderr vmango-leases release --dir dnsmasq -n - <<<$' nothing \r'
  [ "$stderr" = 'vmango-leases: nothing: no lease' ]
}
