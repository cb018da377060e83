# SPDX-License-Identifier: GPL-2.0-or-later
# A run that dies, is interrupted, or loses its hypervisor or disk at any point leaves nothing that
# the next run does not put right, and what others made stays as it is.
# takes: 140 s
bats_require_minimum_version 1.5.0

setup_file() {
  load lab
  lab_up one --no-system --no-firewall
  batch=$BATS_FILE_TMPDIR/lab.ini
  write_batch "$batch"
}

teardown_file() {
  load lab
  lab_down
}

setup() {
  load lab
  batch=$BATS_FILE_TMPDIR/lab.ini
}

# write_batch FILE [MACHINES [HYPERVISOR'S LINES]]: nobody waits for these guests, so they may be
# too small to boot.
write_batch() {
  cat >"$1" <<EOF
batch = lab

$(lab_section one)
${3-}

[plan tiny]
memory = 32
disk_size = 2

[machine ${2-web-1}]
plan = tiny
image = Debian-12
autostart = yes
EOF
}

apply() {
  vmango-provision apply --quiet --wait 0 --jobs 1 "$@"
}

destroy() {
  vmango-provision destroy --quiet --jobs 1 "$@"
}

# All that a run could change, files included, in words. How often a config drive was replaced, and so
# which of its two names it has, is no difference.
whole_state() {
  state_as_it_is | sed -E 's/_config-2\.iso/_config.iso/g; s/(instance serial=)"[0-9]+"/\1/; s/ (run|last)="[0-9a-f-]+"//g
    s/  +/ /g; s|^(etc/qemu/.*\.xml) [0-9]+$|\1|'
}

state_as_it_is() {
  local uri root domain
  uri=$(lab_uri one)
  root=$(lab_state one)
  for domain in $(virsh --quiet --connect "$uri" list --all --name); do
    # libvirt has the element last that was stored last; which one is no difference.
    virsh --quiet --connect "$uri" "dumpxml --inactive $domain; domstate $domain" | sed '/<vmango:md /,/<\/vmango:md>/d'
    virsh --quiet --connect "$uri" metadata "$domain" http://vmango.org/schema/md
  done
  virsh --quiet --connect "$uri" 'vol-list default; vol-list vmango-images; net-dumpxml vmango;
    net-dumpxml --inactive vmango; secret-list'
  (cd "$root" && find lib/images lib/vmango-images etc/qemu lib/qemu/nvram lib/qemu/save \
    ! -type d ! -name '*_disk' -printf '%p %s\n') 2>/dev/null | sort
  find "$root/lib/images" -name '*_disk' -exec \
    qemu-img info --force-share {} \; | grep -E '^(image|virtual size)'
  true
}

# at POINT:SIGNAL COMMAND...
at() {
  VMANGO_TEST_POINT=$1 "${@:2}"
}

# killed_everywhere PREPARE COMMAND FINISH EXPECTED [STRIDE]: kills COMMAND at each of its points, or
# one of STRIDE, until it comes through; PREPARE comes before it, FINISH behind it, and then the
# state must be EXPECTED.
killed_everywhere() {
  local prepare=$1 command=$2 finish=$3 expected=$4 stride=${5-1} point status
  for ((point = 1; point < 200; point += stride)); do
    "$prepare" "$batch" >/dev/null
    status=0
    at "$point:9" "$command" "$batch" >/dev/null 2>&1 || status=$?
    [ "$status" -ne 0 ] || break
    [ "$status" -eq 137 ]
    "$finish" "$batch" >/dev/null || {
      echo "point $point: not finished by the next run"
      return 1
    }
    diff <(echo "$expected") <(whole_state) || {
      echo "point $point: the next run left something else"
      return 1
    }
  done
  [ "$point" -gt 10 ]
}

@test "apply killed at any point is finished by the next as if nothing had been" {
  empty=$(whole_state)
  apply "$batch"
  full=$(whole_state)
  destroy "$batch"
  diff <(echo "$empty") <(whole_state)
  killed_everywhere destroy apply apply "$full"
  destroy "$batch"
  diff <(echo "$empty") <(whole_state)
}

@test "destroy rolls back an apply that was killed at any point" {
  killed_everywhere destroy apply destroy "$(whole_state)" 3
  destroy "$batch"
}

@test "an update killed at any point is finished by the next as if nothing had been" {
  changed=$BATS_TEST_TMPDIR/changed.ini
  # One that runs may hold its CD for a moment, and then keeps it.
  anew() { destroy "$batch" && apply "$batch" && lab_virsh one destroy web-1; }
  update() { apply --update "$changed"; }
  {
    sed 's/^memory = .*/memory = 48\ncpus = 2/; s/^disk_size = .*/disk_size = 3/; s/^autostart = yes/autostart = no/' "$batch"
    printf 'userdata = #!/bin/sh\n'
  } >"$changed"
  anew >/dev/null
  update
  killed_everywhere anew update update "$(whole_state)" 5
  destroy "$batch"
}

@test "destroy killed at any point is finished by the next" {
  killed_everywhere apply destroy destroy "$(whole_state)"
}

@test "a machine that was half destroyed is recreated by apply" {
  apply "$batch"
  killed_everywhere apply destroy apply "$(whole_state)" 3
}
