# SPDX-License-Identifier: GPL-2.0-or-later
# The way of a user with libvirt, QEMU and dnsmasq of one Debian release after the other.
# only: make check-releases
# takes: 140 s
bats_require_minimum_version 1.5.0

setup() {
  load lab
  load user-path
}

teardown() {
  lab_down
}

on_release() {
  local began=$SECONDS up
  lab_up "$1" --release "$1" --no-image
  up=$((SECONDS - began))
  printf '# %s: %s; up after %s s\n' "$1" "$(path_version "$1")" "$up" >&3
  user_path "$1" libvirtd
  printf '# %s: the way took %s s\n' "$1" $((SECONDS - began - up)) >&3
}

@test "Debian 12" {
  on_release bookworm
}

@test "Debian 13" {
  on_release trixie
}

@test "Debian sid" {
  on_release sid
}
