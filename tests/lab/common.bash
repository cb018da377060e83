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

# Processes are recorded as "PID START BOOT", so that a PID used anew is not taken for ours.

boot_id() {
  cat /proc/sys/kernel/random/boot_id
}

# Fails for a process that has ended, also while it still waits to be reaped.
start_time() {
  local stat
  { read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 1
  # shellcheck disable=SC2086 # fields, from the third on: the second can hold spaces
  set -- ${stat##*) }
  [[ $1 != [ZX] ]] || return 1
  printf '%s\n' "${20}"
}

record_process() {
  printf '%s %s %s\n' "$2" "$(start_time "$2")" "$(boot_id)" >"$1.new"
  mv "$1.new" "$1"
}

# Prints the PID recorded in file $1 if that very process is alive.
recorded_process() {
  local pid start boot
  { read -r pid start boot <"$1"; } 2>/dev/null || return 1
  [[ $boot == "$(boot_id)" && $start == "$(start_time "$pid")" ]] || return 1
  printf '%s\n' "$pid"
}

process_gone() {
  ! recorded_process "$1" >/dev/null
}
