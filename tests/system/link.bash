# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# For bats: links with delay to hypervisors of the lab (tests/lab/slow_link.c), which can be cut. After
# `load lab`.

# shellcheck disable=SC2034 # where this is loaded
silent_limit=25 # s, until a silent hypervisor is given up
# shellcheck disable=SC2034
signal_limit=2 # s, until a signal ends what waits for one

link_build() {
  cc -O2 -o "$BATS_FILE_TMPDIR/slow_link" "$lab_dir/slow_link.c"
}

# link_up LINK HYPERVISOR DELAY_MS [CUT]: prints nothing; LINK names it from then on.
link_up() {
  local link=$BATS_FILE_TMPDIR/$1
  "$BATS_FILE_TMPDIR/slow_link" "$link" "$(lab_state "$2")/run/libvirt-sock" "$3" "$link.count" ${4+"$4"} 3>&- &
  echo $! >"$link.pid"
  wait_until 10 test -s "$link.count"
}

link_uri() {
  printf 'qemu+unix:///system?socket=%s\n' "$BATS_FILE_TMPDIR/$1"
}

# link_signal LINK SIGNAL: USR1 cuts it, USR2 mends it.
link_signal() {
  kill "-$2" "$(cat "$BATS_FILE_TMPDIR/$1.pid")"
}

link_down() {
  link_signal "$1" TERM
  rm -f "$BATS_FILE_TMPDIR/$1".*
}

# Its calls, connections and round trips so far.
link_count() {
  cat "$BATS_FILE_TMPDIR/$1.count"
}

# link_counts LINK COMMAND...: runs it, and sets calls, connections and trips to what it took.
link_counts() {
  local link=$1 before
  shift
  read -ra before <<<"$(link_count "$link")"
  "$@"
  # The count is written before a call goes on, and closing a connection is a call.
  read -r calls connections trips <<<"$(link_count "$link")"
  calls=$((calls - before[0]))
  connections=$((connections - before[1]))
  trips=$((trips - before[2]))
  echo "$*: $calls calls, $connections connections, $trips round trips"
}
