# SPDX-License-Identifier: GPL-2.0-or-later
# The Debian package: made, checked, installed on a bare system and on a hypervisor, used there,
# upgraded, purged.
# takes: 110 s
# shellcheck disable=SC2030,SC2031,SC2016 # bats; scripts are written as they stand
bats_require_minimum_version 1.5.0

setup_file() {
  load lab
  release=$(. /etc/os-release && echo "$VERSION_CODENAME")
  export release
  cd "$BATS_TEST_DIRNAME/../.." || return
  deb=$(env -u MAKEFLAGS -u MAKELEVEL DEB_BUILD_OPTIONS=nocheck make -s deb BUILD="${BUILD:-build}" | tail -n 1)
  deb=$(realpath "$deb")
  version=$(dpkg-deb --field "$deb" Version)
  export version deb
  older_package "$BATS_FILE_TMPDIR/older.deb"
  VMANGO_HOOK=none lab_up host --release "$release"
}

teardown_file() {
  load lab
  lab_down
}

setup() {
  load lab
  hooks=$(lab_state host)/etc/hooks
}

# The same package as an older version of it would be: another hook, other settings, a program less.
older_package() {
  local tree=$BATS_FILE_TMPDIR/older
  dpkg-deb --raw-extract "$deb" "$tree"
  sed -i 's/^Version: .*/Version: 0.0.1/' "$tree/DEBIAN/control"
  printf '#!/bin/sh\n# older\n' >"$tree/usr/libexec/vmango-tools/vmango-lease-monitor"
  echo '# older' >>"$tree/etc/vmango/vmango.ini"
  rm "$tree/usr/bin/vmango-render"
  (cd "$tree" && find usr -type f -print0 | xargs -0 md5sum >DEBIAN/md5sums)
  dpkg-deb --root-owner-group -Znone --build "$tree" "$1"
}

# On the hypervisor, without the programs of this tree.
on_host() {
  lab_exec host env PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive HOME=/root \
    LC_ALL=C "$@"
}

# There is no network in there: what it needs has to be there.
host_install() {
  on_host sh -c 'cp "$1" /root/package.deb &&
    apt-get install -qq --no-install-recommends --allow-downgrades \
      -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold -o Dpkg::Use-Pty=0 \
      /root/package.deb 2>&1; status=$?; rm -f /root/package.deb; exit $status' sh "$1"
}

# Everything but what package managers keep for themselves.
all_files() {
  on_host sh -c 'find / /etc/libvirt -xdev \( -path /var/lib/dpkg -o -path /var/log -o -path /var/cache \
    -o -path /var/lib/apt -o -path /tmp -o -path /root -o -path /etc/libvirt/qemu \) -prune -o -print | sort -u'
}

loaded_hooks() {
  on_host sh -c 'ls /etc/libvirt/hooks/qemu.d'
}

@test "lintian finds nothing" {
  run lintian --allow-root --fail-on error,warning "$(dirname "$deb")"/vmango-tools_"$version"_*.changes
  echo "$output"
  [ "$status" -eq 0 ]
  [ -z "$output" ]
}

@test "on a bare Debian apt installs it with what it needs, all of it works, purge leaves nothing" {
  run "$BATS_TEST_DIRNAME/../lab/fresh-root" "$release" tests/system/package-on-bare-root <"$deb"
  echo "$output"
  [ "$status" -eq 0 ]
  [ "${lines[-1]}" = 'nothing is left' ]
  [ "$(grep -c "^vmango-[a-z-]* $version\$" <<<"$output")" -eq 6 ]
}

@test "on a hypervisor it installs without a word, and libvirtd has the hook at once" {
  all_files >"$BATS_FILE_TMPDIR/before"
  run -0 host_install "$deb"
  run ! grep -iE 'lease-monitor-hook|warning|error' <<<"$output"
  [ -z "$(on_host dpkg -V vmango-tools)" ]
  [ -f "$hooks/qemu.d/vmango-lease-monitor" ]
  [ ! -L "$hooks/qemu.d/vmango-lease-monitor" ]
  [ "$(stat -c '%a %U' "$hooks/qemu.d/vmango-lease-monitor")" = '755 root' ]
  [ "$(on_host sh -c 'command -v vmango-provision')" = /usr/bin/vmango-provision ]
  on_host vmango-provision doctor -o tsv | cut -f 2,3 | grep '^hook' | sort >"$BATS_TEST_TMPDIR/doctor" || :
  cat "$BATS_TEST_TMPDIR/doctor"
  grep -x $'hook\tok' "$BATS_TEST_TMPDIR/doctor"
  grep -x $'hook-answer\tok' "$BATS_TEST_TMPDIR/doctor"
}

@test "the installed tools make a machine, and the installed hook forgets its lease" {
  lab_key
  cat >"$(lab_state host)/etc/batch.ini" <<END
[plan small]
memory = 256
disk_size = 2
[ssh_key lab]
public = $(cat "$(lab_key).pub")
[machine web]
plan = small
image = Debian-12
ssh_keys = lab
ip = dhcp
[hypervisor local]
END
  run -0 on_host vmango-provision apply -o tsv /etc/libvirt/batch.ini
  address=$(on_host vmango-leases resolve --wait 60 web)
  wait_until "$lab_limit" lab_http host "$address"
  [ "$(lab_http host "$address")" = web ]
  on_host vmango-imagetool list -o tsv --pool vmango-images | grep -w Debian-12_amd64_qcow2.img
  on_host vmango-leases list --source lease -o tsv | grep -wF "$address"
  on_host virsh --quiet destroy web
  run ! grep -wF "$address" <<<"$(on_host vmango-leases list --source lease -o tsv)"
  on_host vmango-provision destroy -q /etc/libvirt/batch.ini
  rm "$(lab_state host)/etc/batch.ini"
}

@test "an upgrade replaces the hook, and keeps what the administrator has changed" {
  host_install "$BATS_FILE_TMPDIR/older.deb"
  grep -qx '# older' "$hooks/qemu.d/vmango-lease-monitor"
  on_host sh -c 'echo "# mine" >>/etc/vmango/lease-monitor.conf; echo "# mine" >/etc/vmango/mine'
  mkdir -p "$hooks/qemu.d"
  printf '#!/bin/sh\n' >"$hooks/qemu.d/10-mine"
  run -0 host_install "$deb"
  cmp "$hooks/qemu.d/vmango-lease-monitor" <(on_host cat /usr/libexec/vmango-tools/vmango-lease-monitor)
  [ "$(on_host tail -n 1 /etc/vmango/lease-monitor.conf)" = '# mine' ]
  run ! on_host grep '# older' /etc/vmango/vmango.ini
  [ "$(on_host dpkg -V vmango-tools)" = '??5?????? c /etc/vmango/lease-monitor.conf' ]
  [ "$(on_host vmango-render --version)" = "vmango-render $version" ]
}

@test "an upgrade leaves a changed hook alone and says so" {
  host_install "$BATS_FILE_TMPDIR/older.deb"
  echo '# mine' >>"$hooks/qemu.d/vmango-lease-monitor"
  run -0 host_install "$deb"
  [[ $output == *'qemu.d/vmango-lease-monitor: is not ours, or was changed; not replaced'* ]]
  grep -qx '# mine' "$hooks/qemu.d/vmango-lease-monitor"
  rm "$hooks/qemu.d/vmango-lease-monitor"
  on_host /usr/libexec/vmango-tools/lease-monitor-hook install
}

@test "removed, the hook is gone and guests start; the settings stay" {
  on_host apt-get remove -qq -o Dpkg::Use-Pty=0 vmango-tools
  [ "$(ls "$hooks/qemu.d")" = 10-mine ]
  [ "$(on_host tail -n 1 /etc/vmango/lease-monitor.conf)" = '# mine' ]
  [ ! -e "$(on_host sh -c 'ls /var/lib/vmango-tools' 2>/dev/null)" ]
  on_host virsh --quiet create /dev/stdin <<<"<domain type='qemu'><name>idle</name><memory unit='MiB'>32</memory>
    <os><type>hvm</type></os></domain>"
  on_host virsh --quiet destroy idle
}

@test "purged, nothing of it is left, and the user's files are" {
  run on_host apt-get purge -qq -o Dpkg::Use-Pty=0 vmango-tools
  [ "$status" -eq 0 ]
  [ "$(on_host cat /etc/vmango/mine)" = '# mine' ]
  [ -e "$hooks/qemu.d/10-mine" ]
  on_host rm -r /etc/vmango "/etc/libvirt/hooks/qemu.d"
  diff "$BATS_FILE_TMPDIR/before" <(all_files)
}
