# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# For bats: private hypervisors and guests, named so that test files and runs never meet.
#
#   setup_file() { load lab; lab_up one; }
#   teardown_file() { load lab; lab_down; }
#   setup() { load lab; }
#   @test "..." { lab_virsh one list; }

lab_dir=$(cd -- "$BATS_TEST_DIRNAME/../lab" && pwd)
lab_limit=60 # s, for a guest to do what it does in a few

# The hypervisor that this file of this run calls $1.
lab_name() {
  local file=${BATS_TEST_FILENAME##*/}
  printf '%s-%s-%s\n' "${file%.bats}" "$1" "${BATS_RUN_TMPDIR##*[-.]}"
}

# Waits until a command succeeds, and shows the last try's output when it does not. What takes long is
# asked for less often: asking takes from what is waited for.
wait_until() {
  local limit=$1 deadline=$((SECONDS + $1)) pause=5 output
  shift
  until output=$("$@" 2>&1); do
    if ((SECONDS >= deadline)); then
      printf 'waited %s s for: %s\n%s\n' "$limit" "$*" "$output" >&2
      return 1
    fi
    sleep "0.$(printf %02d "$pause")"
    ((pause >= 80)) || pause=$((pause * 5 / 4 + 1))
  done
}

# Hypervisors. The first argument is always the name in this file.

lab_up() {
  local name=$1
  shift
  "$lab_dir/hypervisor" up "$(lab_name "$name")" "$@" >/dev/null || return
  : >"$BATS_FILE_TMPDIR/lab-$name"
}

# lab_pair_up NAME NAME [--shared] [--joined] [OPTION]...: two that can migrate guests to each other.
lab_pair_up() {
  local one=$1 two=$2
  shift 2
  "$lab_dir/pair" up "$(lab_name "$one")" "$(lab_name "$two")" "$@" >/dev/null || return
  : >"$BATS_FILE_TMPDIR/lab-$one"
  : >"$BATS_FILE_TMPDIR/lab-$two"
}

# lab_migrate FROM TO GUEST [OPTION]...: as virsh migrate takes them; live, driven by the client. What a
# pair shares, libvirt can't know to be shared: without --unsafe it refuses.
lab_migrate() {
  local from=$1 to=$2 guest=$3
  shift 3
  lab_virsh "$from" migrate --live --unsafe "$@" "$guest" "$(lab_uri "$to")"
}

# Takes down one, or all that this file has started.
lab_down() {
  local mark
  if (($# > 0)); then
    "$lab_dir/hypervisor" down "$(lab_name "$1")"
    return
  fi
  for mark in "$BATS_FILE_TMPDIR"/lab-*; do
    [[ ! -e $mark ]] || "$lab_dir/hypervisor" down "$(lab_name "${mark##*/lab-}")"
  done
}

# As the verb uri prints it, without its start: this is asked for with each look at a guest.
lab_uri() {
  printf 'qemu+unix:///system?socket=%s/run/libvirt-sock\n' "$(lab_state "$1")"
}

# lab_section HYPERVISOR [NAME]: its section of a batch, by the name local or NAME.
lab_section() {
  local templates
  templates=$(cd -- "$lab_dir/../../packaging/templates" && pwd)
  printf '%s\n' "[hypervisor ${2-local}]" "url = $(lab_uri "$1")" "vm_template = $templates/vm.xml.in" \
    "volume_template = $templates/volume.xml.in"
}

lab_exec() {
  local name
  name=$(lab_name "$1")
  shift
  "$lab_dir/hypervisor" exec "$name" "$@"
}

lab_restart() {
  local name
  name=$(lab_name "$1")
  shift
  "$lab_dir/hypervisor" restart "$name" "$@"
}

lab_domain_type() {
  "$lab_dir/hypervisor" domain-type "$(lab_name "$1")"
}

lab_virsh() {
  local uri
  uri=$(lab_uri "$1") || return
  shift
  virsh --quiet --connect "$uri" "$@"
}

# The hypervisor's files as the host sees them: etc, lib, log.
lab_state() {
  printf '%s/%s\n' "${VMANGO_LAB_DIR:-/var/tmp/vmango-lab}" "$(lab_name "$1")"
}

# Guests.

# The SSH key that config drives made here carry.
lab_key() {
  local key=$BATS_FILE_TMPDIR/key
  [[ -e $key ]] || ssh-keygen -q -t ed25519 -N '' -C lab -f "$key"
  printf '%s\n' "$key"
}

# lab_config_drive KIND FILE HOSTNAME [USERDATA]: KIND is openstack or nocloud.
lab_config_drive() {
  local kind=$1 file=$2 name=$3 userdata=${4-} tree
  tree=$(mktemp -d "$BATS_FILE_TMPDIR/drive.XXXXXX")
  "lab_config_$kind" "$tree" "$name" "$(cat "$(lab_key).pub")" "$userdata"
  lab_config_iso "$kind" "$tree" "$file"
}

lab_config_openstack() {
  local tree=$1/openstack/latest name=$2 key=$3 userdata=$4
  mkdir -p "$tree"
  jq -n --arg name "$name" --arg key "$key" \
    '{uuid: ("uuid-" + $name), name: $name, hostname: $name, public_keys: {lab: $key}}' \
    >"$tree/meta_data.json"
  [[ -z $userdata ]] || printf '%s\n' "$userdata" >"$tree/user_data"
}

lab_config_nocloud() {
  local tree=$1 name=$2 key=$3 userdata=$4
  printf 'instance-id: id-%s\nlocal-hostname: %s\npublic-keys:\n  - %s\n' "$name" "$name" "$key" \
    >"$tree/meta-data"
  printf '%s\n' "$userdata" >"$tree/user-data"
}

lab_config_iso() {
  local label=config-2
  [[ $1 == openstack ]] || label=cidata
  genisoimage -quiet -rational-rock -joliet -volid "$label" -output "$3" "$2"
}

# Prints the config drive's device: ide and scsi are CD-ROMs, virtio is a disk.
lab_config_device() {
  local bus=$1 path=$2 kind=cdrom target=sda
  case $bus in
  ide) target=hda ;;
  virtio) kind=disk target=vdb ;;
  esac
  cat <<EOF
<disk type='file' device='$kind'>
  <driver name='qemu' type='raw'/><source file='$path'/>
  <target dev='$target' bus='$bus'/><readonly/>
</disk>
EOF
  [[ $bus != scsi ]] || echo "<controller type='scsi' model='virtio-scsi'/>"
}

# lab_guest HYPERVISOR GUEST [--drive FILE] [--bus ide|virtio|scsi] [--machine pc|q35] [--mac MAC]
# defines and starts a guest of 256 MB on an overlay over the lab's image; its console goes to
# log/GUEST.console.
lab_guest() {
  local name=$1 guest=$2 drive='' bus=ide machine=pc mac='' images=/var/lib/libvirt/images
  shift 2
  while (($# > 0)); do
    case $1 in
    --drive) drive=$2 ;;
    --bus) bus=$2 ;;
    --machine) machine=$2 ;;
    --mac) mac="<mac address=\"$2\"/>" ;;
    *) echo "lab_guest: $1: unknown option" >&2 && return 2 ;;
    esac
    shift 2
  done
  lab_exec "$name" qemu-img create -q -f qcow2 -F qcow2 \
    -b /var/lib/libvirt/vmango-images/Debian-12_amd64_qcow2.img "$images/${guest}_disk" 1G
  if [[ -n $drive ]]; then
    lab_exec "$name" cp "$drive" "$images/${guest}_config.iso"
    drive=$(lab_config_device "$bus" "$images/${guest}_config.iso")
  fi
  lab_virsh "$name" define /dev/stdin <<EOF
<domain type='$(lab_domain_type "$name")'>
  <name>$guest</name>
  <memory unit='MiB'>256</memory>
  <vcpu>1</vcpu>
  <os><type arch='x86_64' machine='$machine'>hvm</type></os>
  <features><acpi/></features>
  <devices>
    <disk type='file' device='disk'>
      <driver name='qemu' type='qcow2'/><source file='$images/${guest}_disk'/>
      <target dev='vda' bus='virtio'/>
    </disk>
    $drive
    <interface type='network'>
      $mac<source network='vmango'/><model type='virtio'/>
    </interface>
    <serial type='file'><source path='/var/log/libvirt/$guest.console'/></serial>
    <channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>
  </devices>
</domain>
EOF
  lab_virsh "$name" start "$guest"
}

lab_console() {
  cat "$(lab_state "$1")/log/$2.console"
}

# Prints the address that the guest's lease shows; fails as long as there is none.
lab_address() {
  lab_virsh "$1" domifaddr "$2" | awk '$3 == "ipv4" { sub("/.*", "", $4); print $4; found = 1 } END { exit !found }'
}

# Waits for the guest's address and prints it.
lab_wait_address() {
  wait_until "$lab_limit" lab_address "$1" "$2" && lab_address "$1" "$2"
}

# What the guest at an address answers over HTTP: its host name.
lab_http() {
  lab_exec "$1" curl --silent --show-error --fail --max-time 5 "http://$2/"
}

lab_ssh() {
  local name=$1 address=$2
  shift 2
  lab_exec "$name" ssh -q -i "$(lab_key)" -o BatchMode=yes -o ConnectTimeout=5 \
    -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null "root@$address" "$@" </dev/null
}

lab_is_off() {
  [[ $(lab_virsh "$1" domstate "$2") == 'shut off' ]]
}
