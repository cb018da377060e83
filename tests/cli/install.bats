# SPDX-License-Identifier: GPL-2.0-or-later
# What make install puts where, and that make uninstall takes all of it away and nothing else.

setup() {
  repository=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
  root=$BATS_TEST_TMPDIR/root
  hook=$root/etc/libvirt/hooks/qemu.d/vmango-lease-monitor
}

in_root() {
  make -s -C "$repository" "$@" DESTDIR="$root" prefix=/usr BUILD="${BUILD:-build}" >/dev/null
}

@test "make install puts programs, pages, templates, settings and the hook into their places" {
  in_root install
  [ -x "$root/usr/bin/vmango-provision" ]
  [ -x "$root/usr/bin/vmango-leases" ]
  [ -f "$root/usr/share/man/man1/vmango-provision.1" ]
  [ -f "$root/usr/share/man/man8/vmango-lease-monitor.8" ]
  [ -f "$root/usr/share/man/man5/vmango.ini.5" ]
  for page in hypervisor images networks templates; do
    [ -f "$root/usr/share/man/man7/vmango-$page.7" ]
  done
  [ -f "$root/usr/share/vmango-tools/vm.xml.in" ]
  [ -f "$root/usr/share/vmango-tools/volume.xml.in" ]
  [ -f "$root/usr/share/doc/vmango-tools/examples/demo.ini" ]
  [ -x "$root/usr/share/doc/vmango-tools/examples/bridge/addresses" ]
  [ -f "$root/etc/vmango/vmango.ini" ]
  for program in provision leases imagetool render configdrive; do
    [ -f "$root/usr/share/bash-completion/completions/vmango-$program" ]
  done
  [ -f "$root/usr/share/zsh/site-functions/_vmango" ]
  [ -x "$hook" ]
  [ -f "$hook" ]
  [ ! -L "$hook" ]
  [ ! -e "$root/usr/bin/vmango-lease-monitor" ]
}

@test "every program has its page" {
  in_root install HOOK=no
  [ ! -e "$root/etc/libvirt" ]
  for program in "$root"/usr/bin/* "$root"/usr/libexec/vmango-tools/vmango-*; do
    name=$(basename "$program")
    [ -e "$root/usr/share/man/man1/$name.1" ] || [ -e "$root/usr/share/man/man8/$name.8" ]
  done
}

@test "make uninstall leaves nothing of ours, twice" {
  in_root install
  in_root uninstall
  [ -z "$(find "$root" ! -type d)" ]
  [ -z "$(find "$root" -type d \( -name '*vmango*' -o -name libvirt \))" ]
  in_root uninstall
}

@test "what others put there, and changed settings, outlive install and uninstall" {
  in_root install
  echo '[plan mine]' >>"$root/etc/vmango/vmango.ini"
  echo mine >"$root/usr/share/vmango-tools/mine.xml.in"
  echo '#!/bin/sh' >"${hook%/*}/mine"
  cp -a "$root" "$BATS_TEST_TMPDIR/before"
  in_root install
  diff -r "$root" "$BATS_TEST_TMPDIR/before"
  in_root uninstall
  tail -n 1 "$root/etc/vmango/vmango.ini" | grep -x '\[plan mine\]'
  [ "$(find "$root" ! -type d | wc -l)" -eq 3 ]
}

@test "the settings that are installed are taken by the programs, also uncommented" {
  batch=$BATS_TEST_TMPDIR/batch.ini
  cat "$repository/packaging/etc/vmango.ini" >"$batch"
  vmango-provision check --offline "$batch"
  sed -n 's/^# \([a-z_[].*[]=].*\)/\1/p' "$repository/packaging/etc/vmango.ini" |
    sed "s|^public_file = .*|public_file = $BATS_TEST_TMPDIR/key.pub|" >"$batch"
  echo 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFvZ3ZtM4vTn9rPp3yD1x1vY0m3E7hU5m0wJ0y5q9d3s me' >"$BATS_TEST_TMPDIR/key.pub"
  printf '[machine one]\nimage = Debian-12\n' >>"$batch"
  grep -qx 'disk_size = 5' "$batch"
  vmango-provision check --offline "$batch"
}
