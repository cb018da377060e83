# SPDX-License-Identifier: GPL-2.0-or-later
# What libvirt would refuse or a guest would lack is found by check, plan and apply, before anything is
# created; templates as Vmango has them are accepted.
# shellcheck disable=SC2154 # run sets stderr
bats_require_minimum_version 1.5.0

setup_file() {
  load lab
  lab_up one --no-system --no-firewall
  lab_exec one ip link add br0 type bridge
}

teardown_file() {
  load lab
  lab_down
}

setup() {
  load lab
  repository=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
  vmango=$repository/tests/fixtures/provision/vmango
  batch=$BATS_TEST_TMPDIR/lab.ini
  template=$BATS_TEST_TMPDIR/vm.xml.in
  export ADDRESSES=$BATS_TEST_TMPDIR/addresses
  mkdir -p "$ADDRESSES"
}

# What a failed test left does not fail the next.
teardown() {
  [ ! -e "$batch" ] || vmango-provision destroy --yes --quiet "$batch"
}

# write_batch HYPERVISOR VM VOLUME [LINE OF THE HYPERVISOR]...
write_batch() {
  cat >"$batch" <<EOF
batch = definitions
[hypervisor local]
url = $(lab_uri "$1")
vm_template = $2
volume_template = $3
$(printf '%s\n' "${@:4}")
[plan tiny]
memory = 32
disk_size = 2
[ssh_key lab]
public_file = $(lab_key).pub
[defaults]
plan = tiny
image = Debian-12
ssh_keys = lab
[machine d-{1..3}]
EOF
}

# with SED'S SCRIPT [LINE OF THE HYPERVISOR]...: the installed template, changed.
with() {
  sed "$1" "$repository/packaging/templates/vm.xml.in" >"$template"
  write_batch one "$template" "$repository/packaging/templates/volume.xml.in" "${@:2}"
}

# disk ATTRIBUTE'S NAME AND VALUE [TYPE]: a second disk, for sed.
disk() {
  printf "s#<interface#<disk type='%s' device='disk'><source %s/><target dev='vdb' bus='virtio'/></disk>&#" \
    "${2-file}" "$1"
}

objects() {
  lab_virsh one 'list --all --name; vol-list default'
  lab_virsh one net-dumpxml vmango | grep '<host ' || true
}

# finds MESSAGE [VERB]...: these verbs (check) end with 2 and that error, of the first machine, and nothing
# is created.
finds() {
  local verb verbs=("${@:2}")
  for verb in "${verbs[@]:-check}"; do
    run -2 --separate-stderr vmango-provision "$verb" "$batch"
    echo "$verb: $stderr"
    [ "$stderr" = "vmango-provision: $batch:16: machine d-1: $1 (and 2 more machines)" ]
  done
  [ -z "$(objects)" ]
}

@test "what libvirt does not accept is found before anything is created" {
  local version
  version=$(pkg-config --modversion libvirt)
  with "s/bus='ide'/bus='nosuch'/"
  finds "the domain is not valid by the schema of libvirt $version: /domain/devices/disk[2]/target/@bus is \"nosuch\""
  with 's#<devices>#&<none/>#'
  finds "the domain is not valid by the schema of libvirt $version: /domain/devices/none" check plan apply
  with "s/arch='{{ .Machine.Arch }}'/& machine='q35'/"
  finds 'local does not accept the domain: unsupported configuration: IDE controllers are unsupported for this QEMU binary or machine type'
  with "s/arch='{{ .Machine.Arch }}'/& machine='pc-9.99'/"
  finds "local does not accept the domain: invalid argument: the machine 'pc-9.99' is not supported by emulator '/usr/bin/qemu-system-x86_64'"
  with 's#<devices>#&<emulator>/usr/bin/kvm-spice</emulator>#'
  finds 'local does not accept the domain: Cannot check QEMU binary /usr/bin/kvm-spice: No such file or directory'
}

@test "what the domain needs and the hypervisor does not have is found" {
  local folder=/var/lib/libvirt/images refresh
  refresh="if it was created without libvirt: virsh -c '$(lab_uri one)' pool-refresh default"
  with 's/{{ .Network }}/none/'
  finds 'interface: no network "none" on local'
  with "s/interface type='network'/interface type='bridge'/; s/source network='{{ .Network }}'/source bridge='none'/"
  finds 'interface: no bridge or network device "none" on local'
  with "s#<model type='virtio'/>#&<filterref filter='none'/>#"
  finds 'interface: no network filter "none" on local'
  with "$(disk "file='$folder/none'")"
  finds "disk vdb: no volume \"$folder/none\" in pool \"default\" on local; $refresh"
  with "$(disk "pool='default' volume='none'" volume)"
  finds "disk vdb: no volume \"none\" in pool \"default\" on local; $refresh"
  with "$(disk "pool='none' volume='none'" volume)"
  finds 'disk vdb: no pool "none" on local'
  # Where the same libvirt is the system's, files outside of pools are seen as well.
  with "$(disk "file='/etc/none'")"
  sed -i 's/^url = .*/url = qemu:\/\/\/system/' "$batch"
  run -2 lab_exec one "$(command -v vmango-provision)" check "$batch"
  [[ $output == *'machine d-1: disk vdb: no file or device "/etc/none" on local (and 2 more machines)' ]]
  with "$(disk "file='/etc/none'")"
  run -0 --separate-stderr vmango-provision check "$batch"
  [ "$stderr" = 'vmango-provision: d-1: disk vdb: "/etc/none" is in no pool, so whether it exists on local is not known (and 2 more machines)' ]
}

@test "all errors are reported together" {
  with "s/bus='ide'/bus='nosuch'/; s/{{ .Network }}/none/; $(disk "file='/var/lib/libvirt/images/{{ .Machine.Name }}-data'")"
  run -2 --separate-stderr vmango-provision check "$batch"
  echo "$stderr"
  [ "$(grep -c . <<<"$stderr")" -eq 5 ]
  [[ $stderr == *' is "nosuch" (and 2 more machines)'* ]]
  [[ $stderr == *'no network "none" on local (and 2 more machines)'* ]]
  [[ $stderr == *'machine d-3: disk vdb: no volume "/var/lib/libvirt/images/d-3-data" in pool "default"'* ]]
}

@test "what exists is accepted: a second disk by path and by name, a bridge, a filter, the own volume by name" {
  lab_virsh one vol-create-as default data 1M --format raw
  with "s#<disk type='file' device='disk'>#<disk type='volume' device='disk'>#
    s#<source file='{{ .VolumePath }}'/>#<source pool='{{ .Hypervisor.RootStoragePool }}' volume='{{ .Machine.Name }}_disk'/>#
    $(disk "file='/var/lib/libvirt/images/data'"); $(disk "pool='default' volume='data'" volume | sed 's/vdb/vdc/')
    s#<model type='virtio'/>#&<filterref filter='mine'/>#
    s#</devices>#<interface type='bridge'><source bridge='br0'/></interface>&#"
  lab_virsh one nwfilter-define /dev/stdin <<<"<filter name='mine'/>" >/dev/null
  run -0 --separate-stderr vmango-provision check "$batch"
  [ -z "$stderr" ]
  lab_virsh one vol-delete data default
  lab_virsh one nwfilter-undefine mine
}

@test "what libvirt does not know, and what it is not asked for, is no error" {
  # 9.0 builds no command line with a device that it has not prepared.
  with "s#<devices>#&<hostdev mode='subsystem' type='pci'><source><address domain='0' bus='0x99' slot='0' function='0'/></source></hostdev>#"
  run -0 --separate-stderr vmango-provision check "$batch"
  echo "$stderr"
  [[ $stderr == 'vmango-provision: d-1: not known before it starts: local does not accept the domain: internal error: '*' (and 2 more machines)' ]]
  with "s/bus='ide'/bus='nosuch'/"
  vmango-provision facts "$batch" >"$BATS_TEST_TMPDIR/facts"
  run -4 --separate-stderr vmango-provision plan --facts "$BATS_TEST_TMPDIR/facts" "$batch"
  [ "$(wc -l <<<"$output")" -eq 3 ]
  vmango-provision check --offline "$batch"
}

@test "copies that have no room are an error, thin disks a warning" {
  with '' 'clone = copy' 'root_storage_pool = small'
  # A file system of its own, so that its size does not depend on this machine.
  lab_exec one sh -c 'mkdir -p /var/lib/libvirt/small && truncate -s 40M /var/lib/libvirt/small.img &&
    mkfs.ext4 -q /var/lib/libvirt/small.img && mount -o loop /var/lib/libvirt/small.img /var/lib/libvirt/small'
  lab_virsh one pool-create-as small dir --target /var/lib/libvirt/small
  run -2 --separate-stderr vmango-provision check "$batch"
  echo "$stderr"
  [[ $stderr == "vmango-provision: $batch:7: root_storage_pool: pool small of local has 3"*" MiB left, but the disks of 3 machines take 6.0 GiB" ]]
  with '' 'clone = overlay' 'root_storage_pool = small'
  run -0 --separate-stderr vmango-provision check "$batch"
  [[ $stderr == 'vmango-provision: pool small of local has 3'*' MiB left, but the disks of 3 machines can grow to 6.0 GiB' ]]
  lab_virsh one pool-destroy small
  lab_exec one umount /var/lib/libvirt/small
}

# Templates as Vmango's own are: no <uuid>, <metadata> between <currentMemory> and <memory>, <vcpu> late.
vmango_applies() {
  write_batch "$1" "$vmango/vm-file.xml.in" "$vmango/volume.xml.in"
  vmango-render --check "$vmango"/*.in
  run -0 --separate-stderr vmango-provision apply --quiet --wait 0 -o tsv "$batch"
  echo "$stderr"
  [ "$(cut -f 1-3 <<<"$output")" = $'d-1\tcreated\trunning\nd-2\tcreated\trunning\nd-3\tcreated\trunning' ]
  [ -z "$stderr" ]
  lab_virsh "$1" dumpxml d-1 | grep -q "http://vmango.org/schema/md"
  run -0 vmango-provision destroy --yes --quiet "$batch"
}

@test "templates of Vmango are accepted by the oldest libvirt" {
  vmango_applies one
}

@test "templates of Vmango are accepted by a newer libvirt" {
  lab_up new --no-system --no-firewall --release trixie
  vmango_applies new
  # The schema here is not its own: what is not valid by it is only a warning.
  sed 's#<devices>#&<none/>#' "$vmango/vm-file.xml.in" >"$template"
  write_batch new "$template" "$vmango/volume.xml.in"
  run -0 --separate-stderr vmango-provision check "$batch"
  [[ $stderr == 'vmango-provision: d-1: not known for libvirt '*': the domain is not valid by the schema of libvirt '* ]]
  rm "$batch"
  lab_down new
}

@test "a bridge is a network where a script assigns addresses, with any template" {
  local script=$repository/packaging/examples/bridge/addresses
  write_batch one "$vmango/vm-elements.xml.in" "$vmango/volume.xml.in" 'network = br0' "network_script = $script"
  run -0 --separate-stderr vmango-provision apply --quiet -o tsv "$batch"
  echo "$stderr"
  [ "$(cut -f 1-3 <<<"$output")" = $'d-1\tcreated\trunning\nd-2\tcreated\trunning\nd-3\tcreated\trunning' ]
  [ "$(cut -f 4 <<<"$output" | sort)" = $'192.0.2.10\n192.0.2.11\n192.0.2.12' ]
  lab_virsh one domiflist d-1 | grep -q 'bridge *br0'
  run -0 vmango-provision status -o tsv "$batch"
  run vmango-provision doctor -o tsv "$batch"
  [[ $output == *$'\tnetwork\tok\tbridge "br0" exists'* ]]
  vmango-provision destroy --yes --quiet "$batch"
  [ -z "$(ls "$ADDRESSES")" ]
  with '' 'network = br0' "network_script = $script"
  run -0 vmango-provision apply --quiet --machine d-1 "$batch"
  lab_virsh one domiflist d-1 | grep -q 'bridge *br0'
  with '' 'network = br9' "network_script = $script"
  run -2 --separate-stderr vmango-provision check "$batch"
  [[ $stderr == *'network: no network and no bridge "br9" on local' ]]
  with '' 'network = br0' "network_script = $script"
}
