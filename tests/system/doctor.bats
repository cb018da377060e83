# SPDX-License-Identifier: GPL-2.0-or-later
# vmango-provision doctor on a hypervisor that is broken in one way after another, and
# mended by what the advice says where that is a command.
bats_require_minimum_version 1.5.0

setup_file() {
  load lab
  lab_up one
  templates=$(cd "$BATS_TEST_DIRNAME/../../packaging/templates" && pwd)
  batch_is "$BATS_FILE_TMPDIR/lab.ini"
}

teardown_file() {
  load lab
  lab_down
}

setup() {
  load lab
  templates=$(cd "$BATS_TEST_DIRNAME/../../packaging/templates" && pwd)
  batch=$BATS_FILE_TMPDIR/lab.ini
  hook=/etc/libvirt/hooks/qemu
}

# batch_is FILE [LINE]...: a batch of one hypervisor, with these settings more.
batch_is() {
  local file=$1
  shift
  printf '%s\n' '[hypervisor one]' 'url = qemu:///system' "vm_template = $templates/vm.xml.in" \
    "volume_template = $templates/volume.xml.in" "$@" >"$file"
}

# Inside, where the hypervisor is the machine's own.
doctor() {
  lab_exec one vmango-provision doctor "$@"
}

# What is not well, but for what the host itself may lack: a working KVM, much space.
unwell() {
  grep -v $'\tok\t' <<<"$output" | grep -vE $'\t(kvm|space)\twarning\t'
}

healthy() {
  run -0 --separate-stderr doctor "$batch"
  ! unwell
}

# reports RESULT CHECK DETAIL [BATCH]: the only thing that is not well, of which DETAIL is a
# pattern; its advice goes to $advice.
reports() {
  local status_expected=1 row
  [[ $1 == finding ]] || status_expected=0
  run "-$status_expected" --separate-stderr doctor "${4-$batch}"
  row=$(unwell)
  # shellcheck disable=SC2053 # a pattern
  [[ $(cut -f 2-4 <<<"$row") == "$2"$'\t'"$1"$'\t'$3 ]] || { printf 'told: %s\n' "$row" && false; }
  advice=$(cut -f 5 <<<"$row")
  [[ -n $advice ]]
}

follow() {
  lab_exec one sh -c "$advice"
}

everything() {
  local object
  for object in domstate dumpxml; do
    lab_virsh one list --all --name | while read -r name; do [[ -z $name ]] || lab_virsh one "$object" "$name"; done
  done
  lab_virsh one net-list --all
  lab_virsh one net-dumpxml vmango
  lab_virsh one pool-list --all --details
  lab_virsh one vol-list vmango-images --details
  find "$(lab_state one)"/{etc,lib,run} -printf '%p %y %m %s %T@ %C@\n' | sort
}

@test "a healthy hypervisor: 0, and nothing on it has changed" {
  healthy
  everything >"$BATS_TEST_TMPDIR/before"
  run -0 --separate-stderr doctor -v -o json "$batch"
  [ "$(jq -r '[.[].Check] | unique | join(" ")' <<<"$output")" = \
    "connection dhcp forwarding hook hook-answer hook-loaded images kvm leases libvirt network pool space templates" ]
  [ "$(jq 'all(.Hypervisor == "one" and (.Result != "ok" or .Advice == null))' <<<"$output")" = true ]
  [ -z "$stderr" ]
  everything | diff "$BATS_TEST_TMPDIR/before" -
}

@test "network: not active, without autostart, not kept, not there" {
  lab_virsh one net-destroy vmango
  reports finding network 'network "vmango" is not active'
  [ "$advice" = 'virsh -c qemu:///system net-start vmango' ]
  follow
  lab_virsh one net-autostart --disable vmango
  reports warning network 'network "vmango" does not start when the host does'
  follow
  lab_virsh one net-undefine vmango
  reports warning network 'network "vmango" is transient: it is gone when it stops'
  follow
  reports warning network 'network "vmango" does not start when the host does'
  follow
  healthy
  batch_is "$BATS_TEST_TMPDIR/other.ini" 'network = nowhere'
  reports finding network 'no network "nowhere"' "$BATS_TEST_TMPDIR/other.ini"
}

@test "DHCP: no range, none of libvirt's, all taken" {
  local name
  for name in bare bridged small; do
    batch_is "$BATS_TEST_TMPDIR/$name.ini" "network = $name"
  done
  lab_virsh one net-define /dev/stdin <<'EOF'
<network><name>bare</name><ip address='10.9.1.1' netmask='255.255.255.0'/></network>
EOF
  lab_virsh one net-define /dev/stdin <<'EOF'
<network><name>bridged</name><forward mode='bridge'/><bridge name='virbr-vmango'/></network>
EOF
  lab_virsh one net-define /dev/stdin <<'EOF'
<network><name>small</name><ip address='10.9.2.1' netmask='255.255.255.0'><dhcp>
  <range start='10.9.2.10' end='10.9.2.11'/>
  <host mac='52:54:00:00:00:01' ip='10.9.2.10'/><host mac='52:54:00:00:00:02' ip='10.9.2.11'/>
</dhcp></ip></network>
EOF
  for name in bare bridged small; do
    lab_virsh one net-start "$name"
    lab_virsh one net-autostart "$name"
  done
  reports finding dhcp 'network "bare" has no DHCP range' "$BATS_TEST_TMPDIR/bare.ini"
  reports warning dhcp 'libvirt assigns no IPv4 addresses on network "bridged"' "$BATS_TEST_TMPDIR/bridged.ini"
  reports finding dhcp '2 of 2 addresses from 10.9.2.10 to 10.9.2.11 are *' "$BATS_TEST_TMPDIR/small.ini"
  for name in bare bridged small; do
    lab_virsh one net-destroy "$name"
    lab_virsh one net-undefine "$name"
  done
}

@test "pools: not there, not active, without autostart, of a wrong type" {
  batch_is "$BATS_TEST_TMPDIR/new.ini" 'root_storage_pool = new'
  reports finding pool 'no pool "new"' "$BATS_TEST_TMPDIR/new.ini"
  follow
  run -0 doctor "$BATS_TEST_TMPDIR/new.ini"
  lab_virsh one pool-destroy new
  reports finding pool 'pool "new" is not active' "$BATS_TEST_TMPDIR/new.ini"
  follow
  lab_virsh one pool-autostart --disable new
  reports warning pool 'pool "new" does not start when the host does' "$BATS_TEST_TMPDIR/new.ini"
  follow
  run -0 doctor "$BATS_TEST_TMPDIR/new.ini"
  lab_virsh one pool-destroy new
  lab_virsh one pool-undefine new

  lab_virsh one pool-define-as volumes logical --source-name nothing --target /dev/nothing
  batch_is "$BATS_TEST_TMPDIR/lvm.ini" 'root_storage_pool = volumes' 'clone = overlay'
  run -1 doctor "$BATS_TEST_TMPDIR/lvm.ini"
  [[ $output == *'clone: overlay needs images and root volumes in pools of type dir, fs or netfs'* ]]
  batch_is "$BATS_TEST_TMPDIR/lvm.ini" 'image_storage_pool = volumes'
  run -1 doctor "$BATS_TEST_TMPDIR/lvm.ini"
  [[ $output == *'pool "volumes" of images is of type logical'* ]]
  lab_virsh one pool-undefine volumes
}

@test "space: a pool that is full" {
  lab_exec one sh -c 'mkdir /var/lib/libvirt/full && mount -t tmpfs -o size=1m tmpfs /var/lib/libvirt/full'
  lab_virsh one pool-define-as full dir --target /var/lib/libvirt/full
  lab_virsh one pool-start full
  lab_virsh one pool-autostart full
  batch_is "$BATS_TEST_TMPDIR/full.ini" 'root_storage_pool = full'
  reports finding space '* of 1.0 MiB free in pool "full"' "$BATS_TEST_TMPDIR/full.ini"
  lab_virsh one pool-destroy full
  lab_virsh one pool-undefine full
  lab_exec one umount /var/lib/libvirt/full
}

@test "images: a wrong name, none at all" {
  local images
  images=$(lab_state one)/lib/vmango-images
  : >"$images/notes.txt"
  lab_virsh one pool-refresh vmango-images
  reports warning images 'notes.txt: *'
  rm "$images/notes.txt"
  lab_exec one sh -c "${advice##*then }"
  healthy
  batch_is "$BATS_TEST_TMPDIR/empty.ini" 'image_storage_pool = default'
  reports finding images 'pool "default" has no image' "$BATS_TEST_TMPDIR/empty.ini"
}

@test "templates: one that is not there, one with a mistake" {
  batch_is "$BATS_TEST_TMPDIR/bad.ini"
  sed -i "s|volume.xml.in|nowhere.xml.in|" "$BATS_TEST_TMPDIR/bad.ini"
  reports finding templates '*nowhere.xml.in: No such file or directory' "$BATS_TEST_TMPDIR/bad.ini"
  printf '<domain>{{ if }}</domain>\n' >"$BATS_TEST_TMPDIR/vm.xml.in"
  batch_is "$BATS_TEST_TMPDIR/bad.ini"
  sed -i "s|^vm_template.*|vm_template = vm.xml.in|" "$BATS_TEST_TMPDIR/bad.ini"
  reports finding templates "*vm.xml.in:1*" "$BATS_TEST_TMPDIR/bad.ini"
}

@test "hook: not executable, not root's, others may write, a link, twice, not there" {
  lab_exec one chmod 0644 "$hook"
  reports finding hook "$hook is not executable"
  follow
  lab_exec one chown 12345 "$hook"
  reports finding hook "$hook does not belong to root"
  follow
  lab_exec one chmod 0777 "$hook"
  reports finding hook "users other than root can write to $hook"
  follow
  lab_restart one
  healthy
  lab_exec one install -D -m 0755 "$hook" /etc/libvirt/hooks/qemu.d/again
  reports warning hook '/etc/libvirt/hooks/qemu.d/again is another copy of the lease monitor'
  follow
  healthy
  lab_exec one mv "$hook" /var/lib/libvirt/elsewhere
  reports finding hook 'libvirt runs no vmango-lease-monitor'
  lab_exec one sh -c 'ln -s /var/lib/libvirt/elsewhere /etc/libvirt/hooks/qemu.d/vmango-lease-monitor'
  reports finding hook '/etc/libvirt/hooks/qemu.d/vmango-lease-monitor is a symbolic link'
  lab_exec one rm /etc/libvirt/hooks/qemu.d/vmango-lease-monitor
  lab_exec one mv /var/lib/libvirt/elsewhere "$hook"
}

@test "hook: not loaded, until libvirtd starts again" {
  lab_exec one touch "$hook"
  reports warning hook-loaded 'libvirtd was started before /etc/libvirt/hooks/qemu was installed; *'
  lab_restart one
  healthy
}

# other_user COMMAND...: inside, as a user without rights, in a session of its own.
other_user() {
  local home=/run/nobody
  lab_exec one install -d -o 65534 "$home"
  lab_exec one env "HOME=$home" "XDG_RUNTIME_DIR=$home" setpriv --reuid 65534 --regid 65534 --clear-groups "$@" 3>&-
}

@test "hook: another user's libvirtd, younger, is not the one that runs it" {
  lab_exec one touch "$hook"
  other_user virsh --quiet -c qemu:///session uri
  lab_exec one pgrep -x -u 65534 libvirtd
  reports warning hook-loaded 'libvirtd was started before *'
  [ "$advice" = 'Reload the daemon, which looks for hooks only when it starts or is reloaded: systemctl reload libvirtd' ]
  lab_restart one
  healthy
}

# systemd_is MAIN_PID: as if systemd had started libvirtd as that process and seen it reloaded now; none: without it.
systemd_is() {
  local show=$BATS_FILE_TMPDIR/systemctl
  if (($# == 0)); then
    lab_exec one sh -c 'umount /usr/bin/systemctl; rmdir /run/systemd/system'
    return
  fi
  cat >"$show" <<EOF
#!/bin/sh
case \$* in
*libvirtd.service) printf 'MainPID=$1\nStateChangeTimestampMonotonic=%s\n' $(python3 -c 'import time; print(int(time.monotonic() * 1e6))') ;;
*) printf 'MainPID=0\nStateChangeTimestampMonotonic=0\n' ;;
esac
EOF
  chmod 755 "$show"
  lab_exec one sh -c "mkdir -p /run/systemd/system && mount --bind '$show' /usr/bin/systemctl"
}

@test "hook: with systemd, a reload counts, and what is older is a finding" {
  lab_exec one touch "$hook"
  systemd_is "$(lab_exec one cat /run/libvirt/libvirtd.pid)"
  healthy
  lab_exec one touch "$hook"
  reports finding hook-loaded "libvirtd has not been started or reloaded since $hook was installed"
  systemd_is
  lab_restart one
}

# A socket that another process listened on first, as with systemd.
@test "hook: a libvirtd that was given its socket" {
  lab_exec one sh -c 'kill $(cat /run/libvirt/libvirtd.pid)'
  wait_until 20 lab_exec one sh -c '! pgrep -x -u 0 libvirtd'
  lab_exec one setsid python3 "$BATS_TEST_DIRNAME/../fixtures/activate.py" /run/libvirt/libvirt-sock libvirtd \
    --pid-file /run/libvirt/libvirtd.pid >"$BATS_TEST_TMPDIR/activated" 2>&1 3>&- &
  wait_until 60 lab_virsh one uri
  other_user virsh --quiet -c qemu:///session uri
  healthy
  lab_exec one touch "$hook"
  reports warning hook-loaded 'libvirtd was started before *'
  lab_restart one
  healthy
}

# as_hook PROGRAM: a program that claims to be the lease monitor.
as_hook() {
  lab_exec one sh -c "cat $1 >$hook && echo vmango-lease-monitor >>$hook"
}

@test "hook: one that fails, prints or is of another version; a script is not run" {
  lab_exec one cp -p "$hook" /var/lib/libvirt/good
  as_hook /bin/false
  lab_restart one
  reports finding hook-answer "$hook: exit status 1"
  as_hook /bin/echo
  lab_restart one
  reports finding hook-answer "$hook prints what libvirt may take for XML"
  lab_exec one sh -c "sed 's/vmango-lease-monitor [0-9]/vmango-lease-monitor 9/' /var/lib/libvirt/good >$hook"
  lab_restart one
  reports warning hook-answer "$hook is of version 9.*, this is *"
  lab_exec one sh -c "printf '#!/bin/sh\n# vmango-lease-monitor\ntouch /var/lib/libvirt/was-run\n' >$hook"
  lab_restart one
  healthy
  run ! lab_exec one test -e /var/lib/libvirt/was-run
  lab_exec one cp -p /var/lib/libvirt/good "$hook"
  lab_exec one rm /var/lib/libvirt/good
  lab_restart one
  healthy
}

@test "leases: a file that is broken" {
  local file
  file=$(lab_state one)/lib/dnsmasq/virbr-vmango.status
  echo '"leases"' >"$file"
  reports finding leases '*virbr-vmango.status: *'
  rm "$file"
  healthy
}

@test "several hypervisors: a dead one does not hide the others, what is remote is left out" {
  run -1 --separate-stderr vmango-provision doctor -v -c 'qemu+unix:///system?socket=/nowhere' -c "$(lab_uri one)"
  [[ ${lines[0]} == *$'/nowhere\tconnection\tfinding\t'*'/nowhere'* ]]
  grep -q "^$(lab_uri one | sed 's/[?]/[?]/')"$'\tnetwork\tok\t' <<<"$output"
  [[ $output != *$'\thook'* ]]
  [[ $stderr == *"not checked: the hook, lease files and /dev/kvm: not on this machine"* ]]
}

@test "everything at once is told at once" {
  lab_virsh one net-destroy vmango
  lab_virsh one pool-destroy default
  lab_exec one chmod 0644 "$hook"
  run -1 --separate-stderr doctor "$batch"
  [ "$(grep -c $'\tfinding\t' <<<"$output")" -eq 3 ]
}
