# SPDX-License-Identifier: GPL-2.0-or-later
# The RPM: made, checked, installed, upgraded and erased on a Debian that has rpm, which knows of no
# other package there; so what it depends on is only looked at.
# shellcheck disable=SC2016,SC2030,SC2031 # bats
bats_require_minimum_version 1.5.0

setup_file() {
  release=$(. /etc/os-release && echo "$VERSION_CODENAME")
  export release
  cd "$BATS_TEST_DIRNAME/../.." || return
  env -u MAKEFLAGS -u MAKELEVEL DEB_BUILD_OPTIONS=nocheck make -s rpm BUILD="${BUILD:-build}" 2>&1
  version=$(vmango-leases --version | cut -d ' ' -f 2)
  rpm=$(realpath "${BUILD:-build}/vmango-tools-$version-1.$(uname -m).rpm")
  export version rpm
}

query() {
  rpm --query --package "$@" "$rpm"
}

@test "rpmlint finds nothing" {
  run rpmlint --config "$BATS_TEST_DIRNAME/../../packaging/rpm/rpmlint.toml" \
    "$(dirname "$rpm")/packages/rpm/SPECS/vmango-tools.spec" "$rpm" "${rpm%.*.rpm}.src.rpm"
  echo "$output"
  [ "$status" -eq 0 ]
  [[ $output == *'0 errors, 0 warnings'* ]]
}

@test "settings are settings, the hook is in no list, all of it is root's" {
  [ "$(query --configfiles)" = $'/etc/vmango/lease-monitor.conf\n/etc/vmango/vmango.ini' ]
  run ! grep '^/etc/libvirt' <<<"$(query --list)"
  [ "$(query --queryformat '[%{FILEUSERNAME}:%{FILEGROUPNAME}\n]' | sort -u)" = root:root ]
  query --requires | grep '^libvirt\.so\.0('
  query --queryformat '%{VERSION}\n' | grep -Fx "$version"
}

@test "installed, it has the hook in its place; upgraded and erased, it leaves what is the administrator's" {
  run "$BATS_TEST_DIRNAME/../lab/fresh-root" "$release" bash -c '
    set -e
    cat >/tmp/package.rpm
    { apt-get -qq update && apt-get -qq install --no-install-recommends rpm; } >/tmp/said 2>&1 || cat /tmp/said
    hook=/etc/libvirt/hooks/qemu.d/vmango-lease-monitor
    mkdir -p /usr/share/licenses # which every system with rpm has
    find /etc /usr /var/lib -xdev ! -path "/var/lib/rpm*" | sort >/tmp/before
    rpm --force-debian --install --nodeps /tmp/package.rpm
    rpm --verify --nodeps vmango-tools && echo verified
    [ -f $hook ] && [ ! -L $hook ] && $hook --version 2>&1
    echo "# mine" >>/etc/vmango/vmango.ini
    rpm --force-debian --upgrade --replacepkgs --nodeps /tmp/package.rpm
    tail -n 1 /etc/vmango/vmango.ini
    [ -x $hook ]
    rpm --erase --nodeps vmango-tools 2>&1
    [ ! -e $hook ]
    rm /etc/vmango/vmango.ini.rpmsave
    rmdir /etc/vmango
    diff /tmp/before <(find /etc /usr /var/lib -xdev ! -path "/var/lib/rpm*" | sort) && echo nothing is left
  ' <"$rpm"
  echo "$output"
  [ "${lines[0]}" = verified ]
  [ "${lines[1]}" = "vmango-lease-monitor $version" ]
  [ "${lines[2]}" = '# mine' ]
  [ "$status" -eq 0 ]
  [ "${lines[-1]}" = 'nothing is left' ]
}
