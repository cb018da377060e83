# SPDX-License-Identifier: GPL-2.0-or-later
# Guests that migrate between two hypervisors, and that fail to, twenty times: the one that runs keeps
# its lease and disk. LONG=1 does those of the failures that depend on the moment, and the good ones,
# five times.
bats_require_minimum_version 1.5.0

one=52:54:00:cc:00:01
two=52:54:00:cc:00:02
three=52:54:00:cc:00:03
four=52:54:00:cc:00:04

setup_file() {
  load lab
  load lease-clients
  lab_pair_up left right --shared --no-image
  for name in left right; do
    clients_up "$name"
    client_lease "$name" "$one"
    client_lease "$name" "$two"
  done
  disk_guest moving "$one" 2000
}

teardown_file() {
  load lab
  load lease-clients
  clients_down
  lab_down
}

setup() {
  load lab
  load lease-clients
}

# disk_guest GUEST MAC MEMORY [FOLDER]: runs on the left. Its CPU waits in the firmware, and of much
# memory, which is all zeros, a slow migration transfers enough to take some seconds.
disk_guest() {
  local disk=${4:-/var/lib/libvirt/images}/$1.qcow2
  lab_exec left qemu-img create -q -f qcow2 "$disk" 64M
  lab_virsh left define /dev/stdin <<XML
<domain type='qemu'>
  <name>$1</name><memory unit='MiB'>$3</memory><os><type arch='x86_64' machine='pc'>hvm</type></os>
  <devices>
    <controller type='usb' model='none'/><memballoon model='none'/>
    <disk type='file' device='disk'>
      <driver name='qemu' type='qcow2' cache='none'/><source file='$disk'/><target dev='vda' bus='virtio'/>
    </disk>
    <interface type='network'><mac address='$2'/><source network='leases'/></interface>
  </devices>
</domain>
XML
  lab_virsh left start "$1"
}

rounds() {
  if [[ ${LONG-} ]]; then echo 1 2 3 4 5; else echo 1; fi
}

# assert_runs HYPERVISOR [GUEST [MAC]]: it runs there, and nobody has taken its lease or its disk.
assert_runs() {
  local guest=${2:-moving} mac=${3:-$one} name
  [[ $(lab_virsh "$1" domstate "$guest") == running ]]
  lab_exec "$1" test -s "$(lab_virsh "$1" domblklist "$guest" | awk '{ print $2 }')"
  for name in left right; do lease_count_is "$name" "$mac" 1; done
}

has_guest() {
  lab_virsh "$1" list --name | grep -qx "$2"
}

has_none() {
  ! has_guest "$@" && [[ $(lab_exec "$1" sh -c "ls /run/libvirt/qemu/$2.pid 2>/dev/null") == '' ]]
}

hook_ended() {
  ! lab_exec "$1" pgrep -f 'hooks/qemu' >/dev/null
}

# migrate_slowly FROM TO [OPTION]...: begins a migration that is still going on when it returns.
migrate_slowly() {
  local from=$1 to=$2
  shift 2
  lab_migrate "$from" "$to" moving --bandwidth 1 "$@" >"$BATS_TEST_TMPDIR/migrate.log" 2>&1 3>&- &
  migrating=$!
  wait_until "$lab_limit" has_guest "$to" moving
  wait_until "$lab_limit" is_transferring "$from"
}

is_transferring() {
  lab_virsh "$1" domjobinfo moving | grep -q 'Memory processed'
}

# assert_failed FROM TO: the migration has, and the guest goes on running where it was.
assert_failed() {
  run ! wait "$migrating"
  cat "$BATS_TEST_TMPDIR/migrate.log"
  wait_until "$lab_limit" has_none "$2" moving
  wait_until "$lab_limit" hook_ended "$2"
  wait_until "$lab_limit" runs "$1"
  assert_runs "$1"
  lab_exec "$2" sh -c '! ls /run/vmango 2>/dev/null | grep .'
}

runs() {
  [[ $(lab_virsh "$1" domstate moving) == running ]]
}

target_qemu() {
  lab_exec "$1" sh -c "kill -$2 \$(cat /run/libvirt/qemu/moving.pid)"
}

@test "aborted by the source: driven by the client, peer to peer, tunnelled, before post-copy" {
  for _ in $(rounds); do
    for way in '' --p2p '--p2p --tunnelled' --postcopy; do
      # shellcheck disable=SC2086 # options
      migrate_slowly left right $way
      lab_virsh left domjobabort moving
      assert_failed left right
    done
  done
}

@test "destroyed on the target while it arrives" {
  for _ in $(rounds); do
    migrate_slowly left right
    lab_virsh right destroy moving
    assert_failed left right
  done
}

@test "QEMU killed on the target, and terminated" {
  for _ in $(rounds); do
    for signal in KILL TERM; do
      migrate_slowly left right
      target_qemu right "$signal"
      assert_failed left right
    done
  done
}

@test "libvirtd killed on the target, and restarted with the source as its client" {
  for _ in $(rounds); do
    migrate_slowly left right
    lab_restart right --kill
    assert_failed left right
    migrate_slowly left right --p2p
    lab_restart right
    assert_failed left right
  done
}

@test "libvirtd killed on the source" {
  migrate_slowly left right --p2p
  lab_restart left --kill
  assert_failed left right
}

@test "no way to the target's QEMU, no libvirtd there, another guest of that name, no disk" {
  run ! lab_migrate left right moving --migrateuri tcp://10.99.0.77:49152
  wait_until "$lab_limit" has_none right moving
  assert_runs left
  run ! lab_virsh left migrate --live --unsafe moving 'qemu+unix:///system?socket=/nowhere'
  assert_runs left
  lab_virsh right define /dev/stdin <<'XML'
<domain type='qemu'><name>moving</name><memory unit='MiB'>32</memory>
  <os><type arch='x86_64' machine='pc'>hvm</type></os></domain>
XML
  run ! lab_migrate left right moving
  [[ $output == *"'moving' already exists"* ]]
  lab_virsh right undefine moving
  assert_runs left
  mkdir -p "$(lab_state left)/lib/alone"
  disk_guest alone "$two" 32 /var/lib/libvirt/alone
  run ! lab_migrate left right alone
  [[ $output == *'No such file'* ]]
  wait_until "$lab_limit" has_none right alone
  assert_runs left alone "$two"
  lab_virsh left destroy alone
  lease_count_is left "$two" 0
  lease_count_is right "$two" 1
}

# The limit of libvirtd's own address space is that of each QEMU it starts.
@test "out of memory on the target" {
  limit_memory 2500000000
  run ! lab_migrate left right moving
  limit_memory unlimited
  [[ $output == *'memory'* ]]
  wait_until "$lab_limit" has_none right moving
  assert_runs left
}

limit_memory() {
  lab_exec right sh -c "prlimit --pid \$(cat /run/libvirt/libvirtd.pid) --as=$1:unlimited"
}

@test "good ones keep lease and disk, there and back, and the lease goes where the guest ends" {
  for _ in $(rounds); do
    lab_migrate left right moving
    assert_runs right
    lab_migrate right left moving --p2p
    assert_runs left
    lab_migrate left right moving --p2p --tunnelled
    assert_runs right
    lab_migrate right left moving --postcopy --postcopy-after-precopy
    assert_runs left
  done
  lab_migrate left right moving --persistent
  assert_runs right
  # Its copy on the source can't start while it runs on the target: QEMU locks the image.
  for _ in 1 2; do
    run ! lab_virsh left start moving
    wait_until "$lab_limit" hook_ended left
    assert_runs right
  done
  lab_virsh right destroy moving
  lease_count_is left "$one" 1
  lease_count_is right "$one" 0
}

# findings MAC HYPERVISOR...: what the audit on the first says of its own, the others asked too.
findings() {
  local mac=$1 name=$2 other uris=()
  shift 2
  for other; do uris+=(-c "$(lab_uri "$other")"); done
  lab_exec "$name" vmango-leases audit -c qemu:///system "${uris[@]}" "${options[@]}" -q -o json |
    jq -r --arg mac "$mac" '.[] | select(.HWAddr == $mac and .Hypervisor == "qemu:///system")
      | [.Finding, .Source, .Fix // "-"] | join(" ")' | sort | xargs
}

# The client answers ARP with the address of the lease, as the guest would.
client_answers() {
  client_run "$1" ip link set eth0 down
  client_run "$1" ip link set eth0 address "$three" up
  client_run "$1" ip address "$2" "$(lease_addresses "$1" "$three")/24" dev eth0
}

@test "the audit knows a machine of another hypervisor, and releases nothing that is used" {
  local options=()
  client_lease left "$three"
  wait_until 5 lease_count_is left "$three" 1
  disk_guest audited "$three" 32
  lab_virsh left net-update leases add ip-dhcp-host \
    "<host mac='$three' name='audited' ip='192.168.77.99'/>" --live
  [ -z "$(findings "$three" left)" ]
  lab_migrate left right audited --undefinesource --persistent
  [ "$(findings "$three" left right)" = 'moved lease - moved static -' ]
  [ "$(findings "$three" left)" = 'orphaned lease release orphaned static -' ]
  run lab_exec left vmango-leases audit -c qemu:///system
  [[ $output == *'leased to a MAC that no machine has here; no other hypervisor was asked'* ]]
  options=(--fix)
  [ "$(findings "$three" left right)" = 'moved lease - moved static -' ]
  lease_count_is left "$three" 1
  client_answers left add
  [ "$(findings "$three" left)" = 'orphaned lease kept orphaned static -' ]
  lease_count_is left "$three" 1
  client_answers left del
  [ "$(findings "$three" left)" = 'orphaned lease released orphaned static -' ]
  lease_count_is left "$three" 0
}

@test "--fix deletes a reservation of ours, whether or not the network keeps it when it stops" {
  local options=(--fix) where claim
  claim="<t:machine xmlns:t='https://vmango.org/schema/tools' state='ready'>
    <t:reservation network='vmango' mac='$four' ip='192.168.124.99' name='gone'/></t:machine>"
  lab_virsh right define /dev/stdin <<XML
<domain type='qemu'><name>owner</name><metadata>$claim</metadata><memory unit='MiB'>32</memory>
  <os><type arch='x86_64' machine='pc'>hvm</type></os></domain>
XML
  for where in --live '--live --config'; do
    # shellcheck disable=SC2086 # options
    lab_virsh left net-update vmango add ip-dhcp-host "<host mac='$four' name='gone' ip='192.168.124.99'/>" $where
    [[ "$(findings "$four" left right)" == *'orphaned static deleted'* ]]
    run ! grep "$four" <<<"$(lab_virsh left net-dumpxml vmango; lab_virsh left net-dumpxml --inactive vmango)"
  done
}
