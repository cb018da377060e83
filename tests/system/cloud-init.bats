# SPDX-License-Identifier: GPL-2.0-or-later
# A real Debian with cloud-init takes what the batch says from both forms of config drive, and what an
# update changes at its next start. Emulated, its start takes most of a minute, so both run at once, and
# one of them alone is started again, by a new QEMU, which takes half of the time of a reboot; with LONG=1
# both are rebooted.
# takes: 250 s
# shellcheck disable=SC2016,SC2154 # quoted for the guest; lab.bash and run set the others
bats_require_minimum_version 1.5.0

forms=(openstack nocloud)
guest_limit=420 # s, for a start and all of cloud-init on a busy machine
odd=$'tab\there, \'single\' "double" back\\slash $HOME `id` %s & <tag> #hash: - [x] {y} käse 東京 \U1f600'
second_key='ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMOdxzGzQjde5/zQJGdWZnlD7CA0ZYeYP7OuZQRhNn8q second'

setup_file() {
  load lab
  cloud_guest=$("$lab_dir/cloud-guest")
  lab_up one --no-image
  # Nobody writes to an image that machines stand on.
  ln -s "$cloud_guest" "$(lab_state one)/lib/vmango-images/Debian-12_amd64_qcow2.img"
  lab_virsh one pool-refresh vmango-images
}

teardown_file() {
  load lab
  lab_down
}

setup() {
  load lab
  batch=$BATS_FILE_TMPDIR/lab.ini
}

# write_batch WORD [KEYS]: user data that leave WORD in files and run a command.
write_batch() {
  local form templates
  templates=$(cd "$BATS_TEST_DIRNAME/../../packaging/templates" && pwd)
  {
    for form in "${forms[@]}"; do
      cat <<END
[hypervisor $form]
url = $(lab_uri one)
config_drive = $form
vm_template = $templates/vm.xml.in
volume_template = $templates/volume.xml.in
[machine $form-1]
hypervisor = $form
END
    done
    cat <<END
[plan small]
memory = 384
disk_size = 2
[ssh_key lab]
public_file = $(lab_key).pub
[ssh_key second]
public = $second_key
[defaults]
plan = small
image = Debian-12
ssh_keys = ${2:-lab}
userdata =
  #cloud-config
  write_files:
    - path: /etc/odd
      content: |
        $odd
          indented $1
    - path: /etc/motd
      content: $1
  runcmd:
    - 'hostname >/etc/runcmd-$1'
    - [sh, -c, 'echo "\$0 \$1" >>/etc/runs', "it's", "$1"]
END
  } >"$batch"
}

# guest FORM COMMAND...: by SSH with the batch's key, as the user whom the image has.
guest() {
  local address
  address=$(vmango-leases resolve --connect "$(lab_uri one)" "$1-1" | head -n 1)
  [ -n "$address" ] || return
  # Long times: emulated, a handshake takes seconds.
  lab_exec one ssh -q -i "$(lab_key)" -o BatchMode=yes -o ConnectTimeout=60 -o ServerAliveInterval=20 \
    -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null "debian@$address" "${@:2}" </dev/null
}

# keep FORM INSTANCE: fails until cloud-init is through with that instance; then the files of the guest
# that are looked at are in TMPDIR/FORM. One connection is enough for all, since each takes seconds.
keep() {
  local into=$BATS_FILE_TMPDIR/$1
  guest "$1" "
    is_done() { [ -s /run/cloud-init/result.json ] && grep -qx $2 /var/lib/cloud/data/instance-id; }
    for try in \$(seq 150); do
      ! is_done || break
      sleep 1
    done
    is_done && hostname >hostname &&
      tar -c -h -f - hostname .ssh/authorized_keys /run/cloud-init/result.json /etc/hostname \
        /etc/odd /etc/motd /etc/runcmd-* /etc/runs /etc/netplan" >"$into.tar" &&
    rm -rf "$into" && mkdir "$into" && tar -x -f "$into.tar" -C "$into"
}

# file FORM PATH: a file that was kept.
file() {
  cat "$BATS_FILE_TMPDIR/$1/$2"
}

# uuid_of FORM: what the instance ids begin with.
uuid_of() {
  lab_virsh one domuuid "$1-1"
}

@test "one apply starts a machine with each form of config drive" {
  write_batch first
  run -0 --separate-stderr vmango-provision apply --wait 0 -o tsv "$batch"
  [ "$(cut -f 1,2,5 <<<"$output")" = $'openstack-1\tcreated\topenstack\nnocloud-1\tcreated\tnocloud' ]
  for form in "${forms[@]}"; do
    wait_until "$guest_limit" keep "$form" "$(uuid_of "$form")-1"
  done
}

@test "cloud-init finds out by itself which form it is, and has nothing to complain of" {
  [ "$(file openstack run/cloud-init/result.json | jq -c '[.v1.datasource, .v1.errors]')" = \
    '["DataSourceConfigDrive [net,ver=2][source=/dev/sr0]",[]]' ]
  [ "$(file nocloud run/cloud-init/result.json | jq -c '[.v1.datasource, .v1.errors]')" = \
    '["DataSourceNoCloud [seed=/dev/sr0][dsmode=net]",[]]' ]
}

@test "host name and SSH keys are the batch's" {
  for form in "${forms[@]}"; do
    [ "$(file "$form" hostname)" = "$form-1" ]
    [ "$(file "$form" etc/hostname)" = "$form-1" ]
    [ "$(file "$form" .ssh/authorized_keys)" = "$(cat "$(lab_key).pub")" ]
  done
}

# done_with WORD: all that the user data of write_batch WORD are to leave.
done_with() {
  for form in "${forms[@]}"; do
    [ "$(file "$form" etc/odd)" = "$odd"$'\n'"  indented $1" ]
    [ "$(file "$form" etc/motd)" = "$1" ]
    [ "$(file "$form" "etc/runcmd-$1")" = "$form-1" ]
  done
}

@test "user data are done, with every character that is in them" {
  done_with first
  for form in "${forms[@]}"; do
    [ "$(file "$form" etc/runs)" = "it's first" ]
  done
}

@test "the network is the drive's: NoCloud's says who the guest is to DHCP" {
  for form in "${forms[@]}"; do
    mac=$(lab_virsh one domiflist "$form-1" | awk '$2 == "network" { print $5 }')
    [[ $(file "$form" etc/netplan/50-cloud-init.yaml) == *"macaddress: '$mac'"* ||
      $(file "$form" etc/netplan/50-cloud-init.yaml) == *"macaddress: $mac"* ]]
    client=$(lab_virsh one net-dhcp-leases vmango --mac "$mac" | awk '{ print $NF }')
    case $form in
    nocloud) [ "$client" = "01:$mac" ] ;;
    openstack) [[ $client == ff:* ]] ;;
    esac
  done
}

# started_again: each form's guest.
started_again() {
  local form options=()
  for form in "${forms[@]}"; do
    options+=(--machine "$form-1")
    guest "$form" sync
  done
  if [ -n "${LONG-}" ]; then
    run -0 vmango-provision reboot "${options[@]}" "$batch"
    return
  fi
  run -0 vmango-provision stop "${options[@]}" "$batch"
  run -0 vmango-provision start --wait 0 "${options[@]}" "$batch"
}

@test "changed user data and keys take effect in an updated machine when it is started again" {
  write_batch second 'lab, second'
  run -0 --separate-stderr vmango-provision apply --update --wait 0 -o tsv "$batch"
  [ "$(cut -f 1,2 <<<"$output")" = $'openstack-1\tupdated\nnocloud-1\tupdated' ]
  [ -n "${LONG-}" ] || forms=(openstack)
  started_again
  for form in "${forms[@]}"; do
    wait_until "$guest_limit" keep "$form" "$(uuid_of "$form")-2"
  done
  done_with second
  for form in "${forms[@]}"; do
    [ "$(file "$form" .ssh/authorized_keys)" = "$(cat "$(lab_key).pub")"$'\n'"$second_key" ]
    # What the first run did was not done again.
    [ "$(file "$form" etc/runs)" = $'it\'s first\nit\'s second' ]
  done
  run -0 vmango-provision destroy -q "$batch"
}
