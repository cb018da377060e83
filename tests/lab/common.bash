# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What the lab's scripts share: messages, the cache, bounded waiting.
# shellcheck disable=SC2034 # used by those who source this

# Errors end what runs in $(...) too.
shopt -s inherit_errexit

program=${0##*/}
lab=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
repository=$(cd -- "$lab/../.." && pwd)
cache=${VMANGO_CACHE_DIR:-/var/cache/vmango-lab}

die() {
  printf '%s: %s\n' "$program" "$*" >&2
  exit 3
}

usage_error() {
  printf '%s: %s\n' "$program" "$*" >&2
  usage >&2
  exit 2
}

# need COMMAND...: stop early, and say where missing commands come from.
need() {
  local command missing=()
  for command; do
    command -v "$command" >/dev/null || missing+=("$command")
  done
  ((${#missing[@]} == 0)) || die "missing: ${missing[*]} (packaging/deps test installs them)"
}

# now_ms: the monotonic clock.
now_ms() {
  local up
  read -r up _ </proc/uptime
  printf '%s\n' "$((10#${up/./} * 10))"
}

# wait_for SECONDS WHAT COMMAND...: poll until COMMAND succeeds; WHAT names it in the message.
wait_for() {
  local limit=$1 what=$2 deadline
  shift 2
  deadline=$(($(now_ms) + limit * 1000))
  until "$@"; do
    if (($(now_ms) > deadline)); then
      printf '%s: waited %s s for %s\n' "$program" "$limit" "$what" >&2
      return 1
    fi
    sleep 0.05
  done
}

# cache_lock NAME: hold the cache's lock NAME until this shell (or the caller's subshell) ends.
cache_lock() {
  local fd
  mkdir -p "$cache/locks"
  exec {fd}>"$cache/locks/$1"
  flock "$fd"
}
