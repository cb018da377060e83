#!/usr/bin/env bats
# shellcheck disable=SC2030,SC2031,SC2016,SC2034 # bats
# SPDX-License-Identifier: GPL-2.0-or-later
# fresh-root gives a bare Debian with a clone of the repository, and takes all of it away again.

bats_require_minimum_version 1.5.0

setup() {
  repository=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
  release=$(. /etc/os-release && echo "$VERSION_CODENAME")
}

fresh_root() {
  "$repository/tests/lab/fresh-root" "$release" "$@"
}

# What this repository's fresh roots leave on the machine while they run.
traces() {
  pgrep -f "[f]resh-root __inside .*$1"
  grep -F /fresh. /proc/mounts
}

@test "the command runs in a clean clone of what is committed" {
  [ "$(fresh_root pwd)" = /root/vmango-tools ]
  [ "$(fresh_root --path /srv/x sh -c 'pwd && git status --porcelain')" = /srv/x ]
  [ "$(fresh_root git rev-parse HEAD)" = "$(git -C "$repository" rev-parse HEAD)" ]
}

@test "nothing of this machine is in it" {
  fresh_root sh -c '! command -v libvirtd && ! command -v gcc'
  [ "$(fresh_root sh -c 'ls /proc | grep -c "^[0-9]"')" -lt 8 ]
  [ "$(fresh_root hostname)" = fresh ]
}

@test "apt works" {
  fresh_root sh -c 'apt-get -qq update && apt-get -qq install --no-install-recommends hello >/dev/null 2>&1 && hello'
}

@test "the command's status is passed on" {
  run -7 fresh_root sh -c 'exit 7'
}

@test "killed, it takes everything with it" {
  mark=mark-$BATS_TEST_NUMBER-$$
  "$repository/tests/lab/fresh-root" "$release" sh -c 'sleep 1000' "$mark" 3>&- &
  pid=$!
  for ((i = 0; i < 200; i++)); do
    pgrep -f "[f]resh-root __inside .*$mark" >/dev/null && break
    sleep 0.05
  done
  kill -KILL "$pid"
  for ((i = 0; i < 200; i++)); do
    [ -n "$(traces "$mark")" ] || break
    sleep 0.05
  done
  [ -z "$(traces "$mark")" ]
}

@test "wrong usage is told as such" {
  run -2 "$repository/tests/lab/fresh-root"
  run -2 "$repository/tests/lab/fresh-root" trixie
  run -2 "$repository/tests/lab/fresh-root" ../x true
}
