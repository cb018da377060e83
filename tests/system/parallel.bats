# SPDX-License-Identifier: GPL-2.0-or-later
# As many guests start at a time as there are workers: a hook holds each start until all are under
# way, and fails it when that does not come about.
# shellcheck disable=SC2154 # run sets stderr
bats_require_minimum_version 1.5.0

setup_file() {
  load lab
  write_hook "$BATS_FILE_TMPDIR/hook"
  VMANGO_HOOK=$BATS_FILE_TMPDIR/hook lab_up one --no-system --no-firewall
}

teardown_file() {
  load lab
  lab_down
}

setup() {
  load lab
  cat >"$BATS_TEST_TMPDIR/lab.ini" <<EOF
$(lab_section one)

[plan tiny]
memory = 32
disk_size = 2

[machine web-{1..8}]
plan = tiny
image = Debian-12
ip = dhcp
EOF
}

write_hook() {
  cat >"$1" <<'EOF'
#!/bin/bash
[ "$2" = prepare ] || exit 0
starts=/var/lib/libvirt/starts
mkdir -p "$starts"
: >"$starts/$1"
for ((i = 0; i < 200; i++)); do
  [ "$(find "$starts" -type f | wc -l)" -lt 8 ] || exit 0
  sleep 0.1
done
echo "only $(ls "$starts")" >&2
exit 1
EOF
  chmod +x "$1"
}

@test "eight workers start eight machines at a time on one hypervisor" {
  run --separate-stderr vmango-provision apply -q -w 0 -j 8 "$BATS_TEST_TMPDIR/lab.ini"
  echo "$output$stderr"
  [ "$status" -eq 0 ]
  [ "$(lab_virsh one list --name | grep -c '^web-')" -eq 8 ]
  run vmango-provision destroy -q "$BATS_TEST_TMPDIR/lab.ini"
  [ "$status" -eq 0 ]
}

# A fake of libvirt's call, since the real one fails in one of some dozen first calls of a libvirtd:
# it says no when another thread is in it.
@test "no two machines are told to libvirt's validation at a time" {
  gcc -shared -fPIC -o "$BATS_TEST_TMPDIR/define_alone.so" "$BATS_TEST_DIRNAME/../lab/define_alone.c"
  rm -rf "$(lab_state one)/lib/starts"
  LD_PRELOAD=$BATS_TEST_TMPDIR/define_alone.so run --separate-stderr \
    vmango-provision apply -q -w 0 -j 8 "$BATS_TEST_TMPDIR/lab.ini"
  echo "$output$stderr"
  [ "$status" -eq 0 ]
  run vmango-provision destroy -q "$BATS_TEST_TMPDIR/lab.ini"
  [ "$status" -eq 0 ]
}
