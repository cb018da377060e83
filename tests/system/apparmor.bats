# SPDX-License-Identifier: GPL-2.0-or-later
# The lease monitor inside of AppArmor's profile for libvirtd, as Debian ships it: in a guest, whose
# kernel has AppArmor, whatever this machine's has.
# shellcheck disable=SC2016 # scripts are written as they stand
bats_require_minimum_version 1.5.0

setup_file() {
  load lab
  VMANGO_HOOK=none lab_up one
  lab_virsh one net-create /dev/stdin <<<"<network><name>pair</name><bridge name='virbr-pair' stp='off' delay='0'/></network>"
  lab_config_drive openstack "$BATS_FILE_TMPDIR/drive.iso" confined
  lab_guest one confined --drive "$BATS_FILE_TMPDIR/drive.iso"
  lab_virsh one attach-interface confined network pair --model virtio --live
  lab_virsh one attach-interface confined network pair --model virtio --live
  address=$(lab_wait_address one confined)
  export address
  wait_until "$lab_limit" lab_ssh one "$address" ls /sys/class/net/eth2
  make_load "$BATS_FILE_TMPDIR/load"
  tar -C "$BATS_FILE_TMPDIR/load" -c . | in_guest tar -x -C /
  in_guest sh /run/prepare
}

teardown_file() {
  load lab
  lab_down
}

setup() {
  load lab
  in_guest dmesg -c >/dev/null
}

# Runs a command in the guest, with our standard input.
in_guest() {
  lab_exec one ssh -q -i "$(lab_key)" -o BatchMode=yes -o StrictHostKeyChecking=no \
    -o UserKnownHostsFile=/dev/null "root@$address" "$@"
}

# What is needed in there: the hook, the profile as the kernel reads it, dnsmasq.
make_load() {
  local tree=$1 library
  install -D "${BUILD:-build}/vmango-lease-monitor" "$tree/etc/libvirt/hooks/qemu.d/vmango-lease-monitor"
  install -D "${BUILD:-build}/vmango-lease-monitor" "$tree/opt/elsewhere"
  ln -s /opt/elsewhere "$tree/etc/libvirt/hooks/qemu.d/link"
  mkdir -p "$tree/run/dnsmasq" "$tree"/var/lib/libvirt/dnsmasq "$tree"/run/libvirt/{network,qemu} "$tree"/var/log/libvirt/qemu
  apparmor_parser --skip-kernel-load --skip-cache --stdout --features-file /etc/apparmor.d/abi/3.0 \
    /etc/apparmor.d/usr.sbin.libvirtd >"$tree/run/profile"
  ldd "$(command -v dnsmasq)" | awk '$3 ~ /^\// { print $3 } $1 ~ /^\// { print $1 }' | while read -r library; do
    cp "$library" "$tree/run/dnsmasq/"
  done
  cp "$(command -v dnsmasq)" "$tree/run/dnsmasq/dnsmasq"
  echo "<networkstatus><network><name>leases</name><bridge name='virbr9'/></network></networkstatus>" >"$tree/run/libvirt/network/leases.xml"
  echo '2026-11-23 00:00:00.000+0000: shutting down, reason=destroyed' >"$tree/var/log/libvirt/qemu/web.log"
  echo "<domstatus state='running' reason='booted' pid='1'><domain/></domstatus>" >"$tree/run/libvirt/qemu/web.xml"
  cat >"$tree/run/web.xml" <<'END'
<domain type='kvm'><name>web</name><devices>
  <interface type='network'><mac address='52:54:00:00:77:01'/><source network='leases'/></interface>
</devices></domain>
END
  # As libvirt's lease helper writes them.
  cat >"$tree/run/status" <<'END'
#!/bin/sh
file=/var/lib/libvirt/dnsmasq/virbr9.status
case $1 in
add | old) printf '[\n  {\n    "ip-address": "%s",\n    "mac-address": "%s",\n    "expiry-time": %s\n  }\n]\n' \
  "$3" "$2" "$DNSMASQ_LEASE_EXPIRES" ;;
del) printf '[\n\n]\n' ;;
esac >"$file.new" && mv "$file.new" "$file"
END
  cat >"$tree/run/prepare" <<'END'
set -e
mount -t securityfs securityfs /sys/kernel/security
dd if=/run/profile of=/sys/kernel/security/apparmor/.load bs=1M 2>/dev/null
syslogd -O /run/syslog
pkill -f 'udhcpc.*eth[12]' || :
ip link set eth1 down
ip link set eth1 name virbr9
ip addr add 192.168.77.1/24 dev virbr9
ip link set virbr9 up
ip link set eth2 down
ip link set eth2 address 52:54:00:00:77:01
ip link set eth2 up
chmod +x /run/status
/run/dnsmasq/ld-linux-x86-64.so.2 --library-path /run/dnsmasq /run/dnsmasq/dnsmasq --conf-file=/dev/null \
  --user=root --port=0 --interface=virbr9 --bind-interfaces --no-ping --dhcp-authoritative \
  --dhcp-range=192.168.77.2,192.168.77.99 --dhcp-script=/run/status --dhcp-leasefile=/run/leases \
  --pid-file=/run/dnsmasq.pid
END
  # What libvirtd does, as it is confined: a shell builtin changes its own process.
  cat >"$tree/run/confined" <<'END'
echo 'exec libvirtd' >/proc/self/attr/exec
exec /bin/busybox sh -c 'read -r label </proc/self/attr/current; echo "$label"; exec "$@" </run/web.xml' sh "$@"
END
}

status_file() {
  in_guest cat /var/lib/libvirt/dnsmasq/virbr9.status
}

take_lease() {
  in_guest udhcpc -i eth2 -n -q -f -t 10 -T 1 -s /bin/true
  wait_until 5 has_lease
}

has_lease() {
  status_file | grep 52:54:00:00:77:01
}

@test "the guest's kernel confines by the profile that libvirtd has" {
  [ "$(in_guest sh /run/confined /etc/libvirt/hooks/qemu.d/vmango-lease-monitor web start begin -)" = 'libvirtd (enforce)' ]
}

@test "inside of it the hook runs, releases the lease, tells syslog, and nothing is denied" {
  take_lease
  run -0 in_guest sh /run/confined /etc/libvirt/hooks/qemu.d/vmango-lease-monitor web stopped end -
  [ "$output" = 'libvirtd (enforce)' ]
  in_guest grep '^here ' /run/vmango/web.end
  run -0 in_guest sh /run/confined /etc/libvirt/hooks/qemu.d/vmango-lease-monitor web release end destroyed
  echo "$output"
  [[ $output == *': released, confirmed' ]]
  run ! grep 52:54:00:00:77:01 <<<"$(status_file)"
  [ -z "$(in_guest ls -A /run/vmango)" ]
  in_guest cat /run/syslog | grep 'vmango-lease-monitor.*released, confirmed'
  ! in_guest dmesg | grep 'apparmor="DENIED"'
}

@test "a link to a place outside of the hooks is refused, so a regular file is installed" {
  take_lease
  run in_guest sh /run/confined /etc/libvirt/hooks/qemu.d/link web release end destroyed
  [ "$status" -ne 0 ]
  [[ $output == *'Permission denied'* ]]
  has_lease
  in_guest dmesg | grep 'apparmor="DENIED" operation="exec" profile="libvirtd" name="/opt/elsewhere"'
}
