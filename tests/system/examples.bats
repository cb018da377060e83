# SPDX-License-Identifier: GPL-2.0-or-later
# The examples that are installed for users: each is what libvirt takes, and those whose guests can run
# here are started.
# shellcheck disable=SC2154 # lab.bash and run set the others
bats_require_minimum_version 1.5.0

setup_file() {
  load lab
  lab_up one
  lab_exec one qemu-img create -q -f qcow2 /var/lib/libvirt/vmango-images/Debian-12_arm64_qcow2.img 64M
  lab_virsh one pool-refresh vmango-images
}

teardown_file() {
  load lab
  lab_down
}

setup() {
  load lab
  examples=$(cd "$BATS_TEST_DIRNAME/../../packaging/examples" && pwd)
  batch=$BATS_TEST_TMPDIR/lab.ini
}

# What a failed test left does not fail the next.
teardown() {
  [ ! -e "$batch" ] || vmango-provision destroy -q "$batch"
}

# use EXAMPLE: the example's batch with the lab's hypervisor, small machines and a key, and templates
# for the ones that are installed where it names none.
use() {
  local template
  {
    printf 'include = %s\n' "$examples/$1/$1.ini"
    printf '[hypervisor local]\nurl = %s\n' "$(lab_uri one)"
    for template in vm volume; do
      grep -q "^${template}_template" "$examples/$1/$1.ini" ||
        printf '%s_template = %s\n' "$template" "$examples/../templates/$template.xml.in"
    done
    printf '[plan small]\nmemory = 256\ndisk_size = 2\n'
    printf '[ssh_key lab]\npublic_file = %s\n[defaults]\nssh_keys = lab\n' "$(lab_key).pub"
  } >"$batch"
}

answers() {
  local address
  address=$(vmango-leases resolve --connect "$(lab_uri one)" "$1") &&
    [[ $(lab_http one "$address") == "$1" ]]
}

volume() {
  lab_virsh one vol-dumpxml "$1" default
}

# Starts the first machine of an example and waits for it to answer with its name and open to the key.
starts() {
  use "$1"
  run -0 --separate-stderr vmango-provision apply --machine web-1 --wait 0 -o tsv "$batch"
  [ "$(cut -f 1,2 <<<"$output")" = $'web-1\tcreated' ]
  wait_until "$lab_limit" answers web-1
  wait_until "$lab_limit" lab_ssh one "$(lab_address one web-1)" true
}

# Nothing of the machines is left: no domain, volume, reservation or NVRAM.
goes_away() {
  run -0 vmango-provision destroy -q "$batch"
  [ -z "$(lab_virsh one list --all --name)" ]
  [ -z "$(lab_virsh one vol-list default)" ]
  [[ $(lab_virsh one net-dumpxml vmango) != *'<host '* ]]
  [ -z "$(find "$(lab_state one)/lib" -name '*_VARS.fd')" ]
}

@test "check passes every example's batch" {
  mkdir -p "$BATS_TEST_TMPDIR/.ssh"
  cp "$(lab_key).pub" "$BATS_TEST_TMPDIR/.ssh/id_ed25519.pub"
  for example in "$examples"/*/*.ini "$examples"/*.ini; do
    HOME=$BATS_TEST_TMPDIR run -0 vmango-provision check --offline "$example"
  done
}

@test "every example is what libvirt's schema takes" {
  context=$BATS_TEST_TMPDIR/context.json
  use files
  vmango-provision context "$batch" web-1 >"$context"
  for template in "$examples"/*/vm.xml.in "$examples"/../templates/vm.xml.in; do
    vmango-render --validate domain "$template" <"$context" >/dev/null
    # Without a config drive, and on KVM.
    jq '.ConfigDrivePath = null | .Hypervisor.DomainType = "kvm"' "$context" |
      vmango-render --validate domain "$template" >"$BATS_TEST_TMPDIR/vm.xml"
    virt-xml-validate "$BATS_TEST_TMPDIR/vm.xml" domain
  done
  for template in "$examples"/*/volume.xml.in "$examples"/../templates/volume.xml.in; do
    vmango-render --validate volume "$template" <"$context" >"$BATS_TEST_TMPDIR/volume.xml"
    virt-xml-validate "$BATS_TEST_TMPDIR/volume.xml" storagevol
  done
  for network in "$examples"/*/network.xml; do
    virt-xml-validate "$network" network
  done
}

@test "files: a volume that stands alone, of the plan's size" {
  starts files
  run -0 volume web-1_disk
  [[ $output == *"<capacity unit='bytes'>2147483648</capacity>"* ]]
  [[ $output == *"<format type='qcow2'/>"* && $output != *'<backingStore>'* ]]
  goes_away
}

@test "overlay: a volume that stands on the image" {
  starts overlay
  run -0 volume web-1_disk
  [[ $output == *'<backingStore>'*'/Debian-12_amd64_qcow2.img</path>'* ]]
  goes_away
}

@test "uefi: a guest that the firmware starts, whose variables go away with it" {
  starts uefi
  run -0 lab_virsh one dumpxml web-1
  [[ $output == *"<loader readonly='yes'"*"OVMF_CODE"* ]]
  [ -n "$(find "$(lab_state one)/lib" -name 'web-1_VARS.fd')" ]
  lab_ssh one "$(lab_address one web-1)" test -d /sys/firmware/efi
  goes_away
}

@test "aarch64: a machine of another architecture, with its image and its firmware" {
  use aarch64
  run -0 --separate-stderr vmango-provision apply --machine web-1 --wait 0 -o tsv "$batch"
  [ "$(cut -f 1,2,3 <<<"$output")" = $'web-1\tcreated\trunning' ]
  run -0 lab_virsh one dumpxml web-1
  [[ $output == *"<type arch='aarch64' machine='virt-"*"AAVMF_CODE"* ]]
  run -0 volume web-1_disk
  [[ $output == *'/Debian-12_arm64_qcow2.img</path>'* ]]
  goes_away
}
