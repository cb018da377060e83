#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The hook, whole process: an ignored event beside /bin/true, and a release event, without the
# wait for its confirmation, beside the same work by Python. Medians; ratios within one run.
set -euo pipefail

here=$(dirname "$0")
runs=${RUNS:-2000}
export runs
[ -n "${BUILD:-}" ] || { echo "usage: make bench" >&2; exit 2; }

"$here/../cli/lease-host" <<'EOF'
# figure TITLE RUNS EVENT PROGRAM...: a line of the table, the hook beside the program.
figure() {
  local title=$1 runs=$2 event=$3 hook_us other_us
  shift 3
  # shellcheck disable=SC2086 # an event is several arguments
  "$BUILD/tests/bench/compare" "$runs" /run/domain "$hook" $event -- "$@" $event >/run/figures
  read -r hook_us other_us </run/figures
  awk -v title="$title" -v hook="$hook_us" -v other="$other_us" \
    'BEGIN {printf "%-40s %9d %9d %11.2f %11.1f\n", title, hook, other, hook / other, other / hook}'
}

# leases_of COUNT: as many leases of others, and three of the guest.
leases_of() {
  {
    echo '['
    for ((i = 0; i < $1; i++)); do
      printf '  {\n    "ip-address": "10.%d.%d.%d",\n    "mac-address": "52:54:01:%02x:%02x:%02x",\n    "hostname": "guest-%d",\n    "client-id": "ff:b5:5e:67:ff:00:02:00:00:ab:11:%02x:%02x:%02x",\n    "expiry-time": 2000000000\n  },\n' \
        $((i >> 16)) $((i >> 8 & 255)) $((i & 255)) $((i >> 16)) $((i >> 8 & 255)) $((i & 255)) \
        "$i" $((i >> 16)) $((i >> 8 & 255)) $((i & 255))
    done
    for ((i = 0; i < 3; i++)); do
      printf '  {\n    "ip-address": "192.168.124.%d",\n    "mac-address": "52:54:00:00:00:01",\n    "client-id": "ff:0%d",\n    "expiry-time": 2000000000\n  }%s\n' \
        $((i + 5)) "$i" "$([ "$i" -eq 2 ] || echo ,)"
    done
    echo ']'
  } >"$leases/virbr0.status"
}

bridge virbr0 192.168.124.1/24
network default virbr0
printf '[confirm]\nwait_ms = 0\n' >/etc/vmango/lease-monitor.conf
domain network:default:52:54:00:00:00:01 >/run/domain
echo '2026-11-23 02:43:00.123+0000: starting up libvirt version: 11.3.0' >/var/log/libvirt/qemu/web-1.log
python=(/usr/bin/python3 "$PWD/tests/bench/lease-monitor.py")
ignored='web-1 prepare begin -'
release='web-1 release end destroyed'
printf '%-40s %9s %9s %11s %11s\n' 'event; beside' 'hook us' 'other us' hook/other other/hook
figure 'ignored; /bin/true' "$runs" "$ignored" /bin/true
figure 'ignored; Python' "$((runs / 20))" "$ignored" "${python[@]}"
leases_of 20
figure 'release of 3 leases of 23; Python' "$((runs / 20))" "$release" "${python[@]}"
leases_of 100000
figure 'release of 3 leases of 100,003; Python' 5 "$release" "${python[@]}"
EOF
