# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# For bats: everything that a user does with a hypervisor, once. The tools run inside, where it is the
# machine's own. After `load lab`.
# shellcheck disable=SC2154 # run sets output and stderr

# path_batch MEMORY: the batch, for the hypervisor itself.
path_batch() {
  local templates
  templates=$(cd -- "$lab_dir/../../packaging/templates" && pwd)
  cat <<EOF
batch = path
[hypervisor local]
url = qemu:///system
vm_template = $templates/vm.xml.in
volume_template = $templates/volume.xml.in
[plan small]
memory = $1
disk_size = 2
[machine web-1]
plan = small
image = Debian-12
EOF
}

# path_run HYPERVISOR STATUS COMMAND...: what it prints is shown when the test fails.
path_run() {
  run "-$2" --separate-stderr lab_exec "$1" "${@:3}"
  printf '$ %s\n%s\n%s\n' "${*:3}" "$output" "$stderr"
}

# Its libvirt and the daemon in use, for the log of the test.
path_version() {
  lab_virsh "$1" version --daemon | sed -n 's/^Running \(against daemon\|hypervisor\): */\1 /p' | paste -sd ,
}

path_objects() {
  lab_virsh "$1" 'list --all --name; vol-list default; net-dumpxml vmango --inactive; secret-list'
}

path_has_no_lease() {
  [[ -z $(lab_exec "$1" vmango-leases list --network vmango --source lease -o tsv) ]]
}

path_answers() {
  [[ $(lab_http "$1" "$2") == web-1 ]]
}

# user_path HYPERVISOR DAEMON: the hypervisor was started with --no-image; DAEMON runs its hook.
user_path() {
  local name=$1 daemon=$2 batch=$BATS_TEST_TMPDIR/path.ini address before
  path_batch 256 >"$batch"
  cp "$("$lab_dir/guest")" "$BATS_TEST_TMPDIR/debian.qcow2"

  path_run "$name" 1 vmango-provision doctor -o tsv "$batch"
  [[ $(grep $'\tfinding\t' <<<"$output") == *$'\timages\tfinding\tpool "vmango-images" has no image\t'* ]]
  path_run "$name" 0 vmango-imagetool import --as Debian-12_amd64_qcow2.img "$BATS_TEST_TMPDIR/debian.qcow2"
  path_run "$name" 0 vmango-provision doctor -v -o tsv "$batch"
  [[ $output == *$'\thook-loaded\tok\t'"$daemon was started or reloaded after it was installed"* ]]

  before=$(path_objects "$name")
  path_run "$name" 0 vmango-provision check "$batch"
  path_run "$name" 4 vmango-provision plan "$batch"
  path_run "$name" 0 vmango-provision apply -o tsv "$batch"
  [[ $output == $'web-1\tcreated\trunning\t'* ]]
  path_run "$name" 0 vmango-leases resolve -1 --wait 60 web-1
  address=$(cut -f 1 <<<"$output")
  wait_until "$lab_limit" path_answers "$name" "$address"
  path_run "$name" 0 vmango-provision status -o tsv "$batch"
  [[ $output == $'web-1\tready\trunning\t'"$address"$'\t'* ]]

  run ! path_has_no_lease "$name"
  path_run "$name" 0 vmango-provision stop -q "$batch"
  wait_until 5 path_has_no_lease "$name"

  path_batch 288 >"$batch"
  path_run "$name" 1 vmango-provision apply -q "$batch"
  path_run "$name" 0 vmango-provision apply -q --update "$batch"
  # Only a guest that has booted takes notice when it is asked to shut down.
  wait_until "$lab_limit" path_answers "$name" "$address"
  path_run "$name" 0 vmango-provision reboot -q "$batch"
  path_run "$name" 0 vmango-provision status -o tsv "$batch"
  [[ $(lab_virsh "$name" dominfo web-1) == *'Max memory:     294912 KiB'* ]]
  wait_until "$lab_limit" path_answers "$name" "$address"

  path_run "$name" 0 vmango-provision destroy --yes -q "$batch"
  diff <(echo "$before") <(path_objects "$name")
  wait_until 5 path_has_no_lease "$name"
}
