# SPDX-License-Identifier: GPL-2.0-or-later
# What make install puts where.

@test "make install puts programs, pages, templates and the hook into their places" {
  root=$BATS_TEST_TMPDIR/root
  make -s -C "$BATS_TEST_DIRNAME/../.." install DESTDIR="$root" prefix=/usr BUILD="${BUILD:-build}" >/dev/null
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
  hook=$root/etc/libvirt/hooks/qemu.d/vmango-lease-monitor
  [ -x "$hook" ] && [ -f "$hook" ] && [ ! -L "$hook" ]
  [ ! -e "$root/usr/bin/vmango-lease-monitor" ]
}
