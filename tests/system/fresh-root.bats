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

# What this repository's fresh roots leave on the machine while they run; its own root may be one.
traces() {
  pgrep -f "[f]resh-root __inside .*$1"
  grep -F /fresh. /proc/mounts | grep -v '^[^ ]* / '
}

@test "the command runs in a clean clone of what is committed, with nothing of this machine in it" {
  run -0 fresh_root sh -ec 'pwd; git status --porcelain; git rev-parse HEAD; hostname
    if command -v libvirtd || command -v gcc; then exit 1; fi
    [ $(ls /proc | grep -c "^[0-9]") -lt 8 ]'
  [ "${lines[0]}" = /root/vmango-tools ]
  [ "${lines[1]}" = "$(git -C "$repository" rev-parse HEAD)" ]
  [ "${lines[2]}" = fresh ]
  [ "${#lines[@]}" -eq 3 ]
}

@test "the clone is where --path says, and the command's status is passed on" {
  run -7 fresh_root --path /srv/x sh -c 'pwd; exit 7'
  [ "$output" = /srv/x ]
}

@test "apt works" {
  fresh_root sh -c 'apt-get -qq update && apt-get -qq install --no-install-recommends hello >/dev/null 2>&1 && hello'
}

@test "the command has our standard input" {
  [ "$(echo told | fresh_root cat)" = told ]
}

@test "killed, it takes its processes and mounts along; the next run takes its files" {
  mark=mark-$BATS_TEST_NUMBER-$$
  "$repository/tests/lab/fresh-root" "$release" sh -c 'sleep 1000' "$mark" 3>&- &
  pid=$!
  for ((i = 0; i < 600; i++)); do
    pgrep -f "[f]resh-root __inside .*$mark" >/dev/null && break
    sleep 0.05
  done
  work=$(pgrep -af "[f]resh-root __inside .*$mark" | grep -om 1 '/[^ ]*/fresh\.[^ ]*')
  [ -d "$work" ]
  kill -KILL "$pid"
  for ((i = 0; i < 200; i++)); do
    [ -n "$(traces "$mark")" ] || break
    sleep 0.05
  done
  [ -z "$(traces "$mark")" ]
  fresh_root true
  [ ! -e "$work" ]
}

@test "wrong usage is told as such" {
  run -2 "$repository/tests/lab/fresh-root"
  run -2 "$repository/tests/lab/fresh-root" trixie
  run -2 "$repository/tests/lab/fresh-root" ../x true
}
