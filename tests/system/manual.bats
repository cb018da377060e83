# SPDX-License-Identifier: GPL-2.0-or-later
# The manual's examples on a hypervisor that is set up as the manual says.
# shellcheck disable=SC2154,SC2016 # root is of manual.bash; scripts are written as they stand

setup_file() {
  load lab
  VMANGO_HOOK_PLACE=qemu.d lab_up one &
  lab_up two --no-image &
  wait %1
  wait %2
}

teardown_file() {
  load lab
  lab_down
}

setup() {
  load lab
  load ../cli/manual
  files=$root/packaging/examples
  work=$BATS_FILE_TMPDIR/work
  mkdir -p "$work/.ssh" "$work/bin" "$work/images" "$work/bridge"
  cd "$work" || return
}

# in_place_of_vmango FILE: the network of an example, started, is the only one.
in_place_of_vmango() {
  lab_virsh one "net-destroy vmango; net-undefine vmango"
  lab_virsh one net-define "$1"
  lab_virsh one net-start vmango
}

# The firewall's rule for connections to the guests of a network, by libvirt.
rule_inwards() {
  lab_exec one iptables -S LIBVIRT_FWI | grep -F -- "-d $1 "
}

@test "libvirt takes the example networks, and they are as open as the page says" {
  in_place_of_vmango "$files/public-subnet/network.xml"
  [[ $(rule_inwards 203.0.113.0/24) != *ctstate* ]]
  in_place_of_vmango "$files/office/network.xml"
  [[ $(rule_inwards 192.168.21.0/24) != *ctstate* ]]
  in_place_of_vmango "$files/vpn/network.xml"
  [[ $(rule_inwards 192.168.124.0/24) != *ctstate* ]]
  [ -z "$(lab_exec one iptables -t nat -S | grep MASQUERADE)" ]
  lab_exec one nft -f "$files/vpn/masquerade.nft"
  lab_exec one nft list table ip vmango | grep -q masquerade
  lab_exec one nft delete table ip vmango
  in_place_of_vmango "$files/nat/network.xml"
  [[ $(rule_inwards 192.168.124.0/24) == *'ctstate RELATED,ESTABLISHED'* ]]
  [ "$(lab_exec one cat /proc/sys/net/ipv4/ip_forward)" = 1 ]
}

@test "libvirt takes the example networks on bridges of others" {
  local network
  for network in bridge openvswitch; do
    lab_virsh one net-define "$files/$network/network.xml"
  done
  lab_virsh one "net-start office; net-start guests"
  lab_virsh one net-list --name | grep -qx guests
}

@test "libvirt takes the example pools" {
  local pool
  for pool in images:vmango-images default:default; do
    lab_virsh one "pool-destroy ${pool#*:}; pool-undefine ${pool#*:}"
    lab_virsh one pool-define "$files/pools/${pool%:*}.xml"
    lab_virsh one pool-start "${pool#*:}"
  done
  lab_virsh one pool-define "$files/lvm/pool.xml"
  lab_virsh one vol-list vmango-images | grep -q Debian-12
}

# The files, hosts and programs that the examples speak of.
sandbox() {
  local file
  cp "$root"/packaging/templates/*.in .
  cp "$files/bridge/addresses" bridge/
  ssh-keygen -q -t ed25519 -N '' -C lab -f .ssh/id_ed25519
  cat >lab.ini <<END
[hypervisor local]
vm_template = vm.xml.in
volume_template = volume.xml.in
[plan tiny]
memory = 192
disk_size = 2
[ssh_key me]
public_file = .ssh/id_ed25519.pub
[machine web-1]
plan = tiny
image = Debian-12
ssh_keys = me
END
  for file in debian-13-genericcloud-amd64.qcow2 FreeBSD-14.1-RELEASE-amd64.qcow2; do
    qemu-img create -q -f qcow2 "$file" 16M
  done
  mkdir -p net
  xz FreeBSD-14.1-RELEASE-amd64.qcow2
  sha512sum debian-*.qcow2 >net/SHA512SUMS
  mv debian-*.qcow2 FreeBSD-*.xz net/
  stand_ins
}

# hv2 is the second hypervisor, all others are the first; downloads come from a folder, and the journal is what the hook says.
stand_ins() {
  cat >bin/curl <<'END'
#!/bin/bash
file=net/${!###*/}
case $1 in
  -O | -LO) cp "$file" . ;;
  *) cat "$file" ;;
esac
END
  cat >bin/ssh <<'END'
#!/bin/bash
# libvirt's options end with "--".
[[ $* != *' -- '* ]] || { while [[ $1 != -- ]]; do shift; done; shift; }
options=()
while [[ $1 == -o ]]; do options+=("$1" "$2"); shift 2; done
host=$1
shift
case $host in
  root@192.168.*) exec /usr/bin/ssh -q -i .ssh/id_ed25519 -o BatchMode=yes -o StrictHostKeyChecking=no \
      -o UserKnownHostsFile=/dev/null -o ConnectTimeout=30 "${options[@]}" "$host" "${@:-hostname}" ;;
  hv2) exec unshare --mount sh -c "mount --bind 'TWO' /run/libvirt && $*" ;;
  *) exec sh -c "$*" ;;
esac
END
  sed -i "s|TWO|$(lab_state two)/run|" bin/ssh
  cat >bin/journalctl <<'END'
#!/bin/bash
virsh dumpxml --inactive web-1 | vmango-lease-monitor web-1 release end shutdown 2>&1 |
  sed 's/^vmango-lease-monitor: //'
END
  chmod +x bin/*
}

# on_hypervisor COMMAND...: as somebody who is logged in there.
on_hypervisor() {
  lab_exec one env -C "$work" HOME="$work" PATH="$work/bin:$PATH" "$@"
}

@test "the examples that need a hypervisor do what the pages say" {
  local page example ran=0
  sandbox
  on_hypervisor vmango-provision apply -q lab.ini
  while read -r page; do
    examples "$page"
    for example in "${page##*/}".*; do
      example_needs_lab "$example" || continue
      # What apply leaves undone is its failure, so the batch changes for this one alone.
      ! grep -q 'apply --update' "$example" || sed -i 's/^memory = .*/memory = 200/' lab.ini
      # An example before may have released its lease, which a guest does not notice until it renews it.
      ! grep -q 'provision apply' "$example" || lab_address one web-1 || lab_virsh one destroy web-1
      example_run "$example" on_hypervisor
      ran=$((ran + 1))
    done
  done < <(pages)
  [ "$ran" -ge 17 ]
  # What the examples have made is what they say.
  [ "$(cat vmango-leases.1.1.1.got)" = web-1 ]
  lab_virsh one vol-list vmango-images | grep -q FreeBSD-14.1_amd64_qcow2.img
  lab_virsh two vol-list vmango-images | grep -q FreeBSD-14.1_amd64_qcow2.img
  [ "$(on_hypervisor vmango-provision context lab.ini web-1 | jq .Machine.MemoryMegabytes)" = 200 ]
}
