# SPDX-License-Identifier: GPL-2.0-or-later
# What could not be asked is not taken for missing: libvirt's test driver, and a preloaded fake that fails as
# modular daemons do when one of them does not run (fixtures/absent_daemon.c). system/unasked.bats has machines.
bats_require_minimum_version 1.5.0

setup_file() {
  cc -shared -fPIC -o "$BATS_FILE_TMPDIR/absent.so" "$BATS_TEST_DIRNAME/../fixtures/absent_daemon.c" -ldl
  cc -shared -fPIC -o "$BATS_FILE_TMPDIR/mute.so" "$BATS_TEST_DIRNAME/../fixtures/mute_domain.c" -ldl
}

setup() {
  templates=$(cd "$BATS_TEST_DIRNAME/../../packaging/templates" && pwd)
  cd "$BATS_TEST_TMPDIR" || return
  { sed '/<\/node>/d' "$BATS_TEST_DIRNAME/../fixtures/provision/node.xml"
    cat <<'XML'
<domain type='test'><name>other</name><memory unit='MiB'>64</memory><os><type>hvm</type></os>
<devices><disk type='file' device='disk'><source file='/disks/other.img'/><target dev='vda'/></disk>
<interface type='network'><mac address='52:54:00:00:00:01'/><source network='vmango'/></interface></devices>
</domain></node>
XML
  } >node.xml
  uri=test://$PWD/node.xml
  batch
}

# batch [LINE]: lab.ini, with a line more for its hypervisor.
batch() {
  printf 'batch = lab\n[hypervisor h]\nurl = %s\nvm_template = %s/vm.xml.in\nvolume_template = %s/volume.xml.in\n%s\n' \
    "$uri" "$templates" "$templates" "${1-}" >lab.ini
  printf '[plan p]\nmemory = 64\ndisk_size = 5\n[machine web]\nplan = p\nimage = Debian-12\n' >>lab.ini
}

# without DAEMON COMMAND...: as if that daemon did not run.
without() {
  env ASAN_OPTIONS=verify_asan_link_order=0 LD_PRELOAD="$BATS_FILE_TMPDIR/absent.so" ABSENT_DAEMON="$1" \
    "$(command -v "$2")" "${@:3}"
}

# muted TOOL ARGUMENT...: on a hypervisor that does not describe the domain "other".
muted() {
  run --separate-stderr env ASAN_OPTIONS=verify_asan_link_order=0 LD_PRELOAD="$BATS_FILE_TMPDIR/mute.so" MUTE_DOMAIN=other \
    "$(command -v "$1")" "${@:2}"
}

# unasked STATUS DAEMON COMMAND...: the command names the daemon and how to start it, and says of nothing that it
# does not exist.
unasked() {
  run "-$1" --separate-stderr without "$2" "${@:3}"
  echo "$output"
  echo "$stderr"
  [[ $output$stderr == *"Failed to connect socket to '/run/libvirt/$2-sock': No such file or directory"* ]]
  [[ ${output@L}${stderr@L} == *"start it there: systemctl start $2.socket"* ]]
  ! grep -E '(^|[:" ])no (pool|network|image|volume|such)|does not exist|net-define|pool-define|not active' \
    <<<"$output$stderr"
}

@test "without virtnetworkd, doctor advises to start it, not to define the network" {
  unasked 1 virtnetworkd vmango-provision doctor lab.ini
  grep -q $'^h\tnetwork\tfinding\tnetwork "vmango": not known: .*\tStart it there: systemctl start virtnetworkd.socket$' \
    <<<"$output"
  # The pools are those that they are, and nothing is said of addresses.
  [ "$(grep -c $'\tpool\t' <<<"$output")" -gt 0 ]
  [ "$(grep -c $'\tdhcp\t' <<<"$output")" -eq 0 ]
  batch "network_script = $(type -P true)"
  unasked 1 virtnetworkd vmango-provision doctor lab.ini
}

@test "without virtstoraged, doctor advises to start it, not to define the pools" {
  unasked 1 virtstoraged vmango-provision doctor lab.ini
  [ "$(grep -c $'\tpool\tfinding\tpool ".*": not known: .*\tStart it there: systemctl start virtstoraged.socket$' <<<"$output")" -eq 2 ]
  [ "$(grep -cE $'\t(space|images)\t' <<<"$output")" -eq 0 ]
  grep -q $'\tnetwork\t' <<<"$output"
}

@test "without a daemon that they need, check, plan and apply do nothing, and end with 3" {
  local daemon
  for daemon in virtnetworkd virtstoraged; do
    unasked 3 "$daemon" vmango-provision check lab.ini
    unasked 3 "$daemon" vmango-provision plan lab.ini
    unasked 3 "$daemon" vmango-provision apply -n lab.ini
    unasked 3 "$daemon" vmango-provision context lab.ini web
    unasked 1 "$daemon" vmango-provision facts lab.ini
  done
  # Status shows what it knows.
  unasked 1 virtstoraged vmango-provision status lab.ini
  [[ $output == web$'\t'absent* ]]
  # With an error in the batch as well, that is to be corrected first.
  sed -i 's/^image = .*/image = Debian-99/' lab.ini
  run -2 --separate-stderr without virtnetworkd vmango-provision check lab.ini
  [[ $stderr == *'no image "Debian-99"'*'virtnetworkd.socket'* || $stderr == *'virtnetworkd.socket'*'no image "Debian-99"'* ]]
  run -0 --separate-stderr vmango-provision export -c "$uri" other
  unasked 3 virtstoraged vmango-provision export -c "$uri" other
  unasked 3 virtnetworkd vmango-provision export -c "$uri" other
}

@test "without its daemon, leases and images are not known, which is status 3" {
  local verb
  for verb in list 'resolve other' audit 'release other'; do
    # shellcheck disable=SC2086 # words
    unasked 3 virtnetworkd vmango-leases $verb -c "$uri"
  done
  head -c 1048576 /dev/urandom >Foo-1_amd64_raw.img
  unasked 3 virtstoraged vmango-imagetool list -c "$uri"
  unasked 3 virtstoraged vmango-imagetool remove -c "$uri" Debian-12_amd64_qcow2.img
  unasked 3 virtstoraged vmango-imagetool import -n -c "$uri" Foo-1_amd64_raw.img
}

@test "a domain that can't be read is named, and is not missing" {
  local verb
  for verb in 'check lab.ini' 'plan lab.ini' "facts -c $uri" "status --all -c $uri"; do
    # shellcheck disable=SC2086 # words
    muted vmango-provision $verb
    [ "$status" -ne 0 ]
    [ "$status" -ne 4 ]
    [[ $stderr == *other* ]]
  done
  muted vmango-leases list -c "$uri"
  [[ $stderr == *other* ]]
}

@test "a hypervisor that does not answer is named with what to start, or whom to ask" {
  local socket=/run/libvirt/libvirt-sock
  if [ -S "$socket" ]; then
    socket=/run/libvirt/nosuchd-sock
    run -3 --separate-stderr vmango-imagetool list -c "qemu+unix:///system?socket=$socket"
    [[ $stderr == *'(start it there: systemctl start nosuchd.socket)' ]]
  else
    run -3 --separate-stderr vmango-imagetool list -c qemu:///system
    [[ $stderr == *'(start it there: systemctl start '*'.socket)' ]]
  fi
  # Another socket is not systemd's.
  run -3 --separate-stderr vmango-imagetool list -c "qemu+unix:///system?socket=$PWD/libvirt-sock"
  [[ $stderr != *systemctl* ]]
}
