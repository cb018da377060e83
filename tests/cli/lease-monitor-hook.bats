# SPDX-License-Identifier: GPL-2.0-or-later
# The hook goes where this libvirt looks for it, and away again; what is somebody else's stays.
bats_require_minimum_version 1.5.0

setup() {
  repository=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
  root=$BATS_TEST_TMPDIR/root
  libexec=$BATS_TEST_TMPDIR/libexec
  state=$root/var/lib/vmango-tools
  new=$root/etc/libvirt/hooks/qemu.d/vmango-lease-monitor
  old=$root/etc/libvirt/hooks/qemu
  mkdir -p "$root" "$libexec" "$BATS_TEST_TMPDIR/bin"
  cp "$repository/packaging/lease-monitor-hook" "$libexec/"
  version one
  export PATH="$BATS_TEST_TMPDIR/bin:$PATH"
  libvirt 9.0.0
}

# A lease monitor of some version.
version() {
  printf '#!/bin/sh\necho %s\n' "$1" >"$libexec/vmango-lease-monitor"
  chmod +x "$libexec/vmango-lease-monitor"
}

libvirt() {
  printf '#!/bin/sh\necho "libvirtd (libvirt) %s"\n' "$1" >"$BATS_TEST_TMPDIR/bin/libvirtd"
  chmod +x "$BATS_TEST_TMPDIR/bin/libvirtd"
}

hook() {
  "$libexec/lease-monitor-hook" "$@" --root "$root"
}

# Says nothing.
quietly() {
  local said
  said=$("$@" 2>&1) && [ -z "$said" ] || { printf 'said: %s\n' "$said"; return 1; }
}


@test "it is a regular executable of its own, and removing it leaves nothing, twice each" {
  quietly hook install
  quietly hook install
  [ -f "$new" ]
  [ ! -L "$new" ]
  [ "$(stat -c %a "$new")" = 755 ]
  cmp "$libexec/vmango-lease-monitor" "$new"
  quietly hook remove
  [ "$(find "$root" ! -path "$root/var" ! -path "$root/var/lib" | wc -l)" -eq 1 ]
  quietly hook remove
}

@test "directories that were there stay, also empty ones" {
  mkdir -p "$root/etc/libvirt/hooks/qemu.d"
  hook install
  hook remove
  [ -d "$root/etc/libvirt/hooks/qemu.d" ]
  [ -z "$(ls -A "$root/etc/libvirt/hooks/qemu.d")" ]
}

@test "a new version replaces ours, and keeps the mode that the administrator gave it" {
  hook install
  version two
  quietly hook update
  [ "$("$new")" = two ]
  chmod 0644 "$new"
  version three
  quietly hook update
  cmp "$libexec/vmango-lease-monitor" "$new"
  [ "$(stat -c %a "$new")" = 644 ]
  quietly hook remove
  [ ! -e "$new" ]
}

@test "somebody else's file, link or directory in its place stays, and is told" {
  mkdir -p "${new%/*}"
  for kind in file link dangling directory; do
    case $kind in
    file) echo mine >"$new" ;;
    link) ln -s "$libexec/vmango-lease-monitor" "$new" ;;
    dangling) ln -s /nowhere "$new" ;;
    directory) mkdir "$new" ;;
    esac
    before=$(ls -ldn "$new"; cat "$new" 2>/dev/null || :)
    run -0 hook install
    [[ $output == *"$new: is not ours"* ]]
    run -0 hook update
    [[ $output == *"$new: is not ours"* ]]
    quietly hook remove
    [ "$before" = "$(ls -ldn "$new"; cat "$new" 2>/dev/null || :)" ]
    rm -r "$new"
  done
}

@test "ours, once changed, is the administrator's" {
  hook install
  echo '# changed' >>"$new"
  version two
  run -0 hook update
  [[ $output == *"$new: is not ours, or was changed"* ]]
  run -0 hook remove
  [[ $output == *"$new: was changed, not deleted"* ]]
  [ "$("$new")" = one ]
  [ ! -e "$state" ]
}

@test "an update leaves a deleted hook deleted, install puts it back" {
  hook install
  rm "$new"
  version two
  run -0 hook update
  [[ $output == *"$new: was deleted, not installed again"* ]]
  [ ! -e "$new" ]
  hook install
  [ "$("$new")" = two ]
}

@test "before libvirt 6.5 it is hooks/qemu, unless there is one" {
  libvirt 6.4.0
  quietly hook install
  [ "$("$old")" = one ]
  [ ! -e "$new" ]
  quietly hook remove
  [ ! -e "$old" ]
  mkdir -p "${old%/*}"
  echo mine >"$old"
  run -0 hook install
  [[ $output == *"$old: is not ours"* ]]
  [ "$(cat "$old")" = mine ]
  [ ! -e "$new" ]
}

@test "6.5.0 has qemu.d, and so has what comes later, or is not there yet" {
  for version in 6.5.0 6.10.0 11.3.0; do
    libvirt "$version"
    hook install
    [ -e "$new" ]
    [ ! -e "$old" ]
    hook remove
  done
  printf '#!/bin/sh\nexit 127\n' >"$BATS_TEST_TMPDIR/bin/libvirtd"
  hook install
  [ -e "$new" ]
  [ ! -e "$old" ]
}

@test "a libvirt that has come to 6.5 gets it moved, and a changed one stays" {
  libvirt 5.0.0
  hook install
  libvirt 9.0.0
  quietly hook update
  [ -e "$new" ]
  [ ! -e "$old" ]
  hook remove
  libvirt 5.0.0
  hook install
  echo '# changed' >>"$old"
  libvirt 9.0.0
  run -0 hook update
  [[ $output == *"$old: was changed"* ]]
  [ -e "$new" ]
  [ -e "$old" ]
}

@test "killed before it could put the new one into its place, the next run goes on" {
  hook install
  printf '#!/bin/sh\necho two\n' >"$libexec/vmango-lease-monitor"
  # The record is moved first, the hook second.
  cat >"$BATS_TEST_TMPDIR/bin/mv" <<'END'
#!/bin/sh
case $* in *.vmango-lease-monitor.new*) kill -KILL $PPID ;; *) exec /bin/mv "$@" ;; esac
END
  chmod +x "$BATS_TEST_TMPDIR/bin/mv"
  run ! hook update
  rm "$BATS_TEST_TMPDIR/bin/mv"
  [ "$("$new")" = one ]
  version three
  quietly hook update
  [ "$("$new")" = three ]
  quietly hook remove
  [ -z "$(find "$root" ! -type d)" ]
}

@test "wrong usage is told as such" {
  run -2 hook
  run -2 "$libexec/lease-monitor-hook" instal
  [[ $output == *'neither a verb nor an option: instal'* ]]
  rm "$libexec/vmango-lease-monitor"
  run -3 hook install
}
