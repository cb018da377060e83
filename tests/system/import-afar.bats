#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# vmango-imagetool import to a hypervisor that is not this machine: a new qcow2 image is sent to its name
# without its first bytes, and is an image to nobody until they follow.
# shellcheck disable=SC2154 # run sets stderr
bats_require_minimum_version 1.5.0

setup_file() {
  load lab
  export VMANGO_HOOK=none
  lab_up one --no-system --no-firewall
  export images=$BATS_FILE_TMPDIR/images
  make_images "$images"
}

teardown_file() {
  load lab
  lab_down
}

setup() {
  load lab
  one=$(lab_uri one)
  pool=$(lab_state one)/lib/vmango-images
  name=Other-1_amd64_qcow2.img
  there=Debian-12_amd64_qcow2.img # from the beginning
  cd "$BATS_TEST_TMPDIR" || return 1
}

# Every test ends as it began.
teardown() {
  [ -z "${import-}" ] || kill -KILL "$import" || true
  vmango-imagetool list -c "$one" | cut -f 1 | grep -v "^$there\$" | xargs -r vmango-imagetool remove -q -c "$one"
  [ "$(files)" = $there ]
}

# Disks of 64 MiB, most of them holes.
make_images() {
  mkdir "$1" && cd "$1" || return
  truncate -s 64M disk.raw
  for at in 1 7 20 21 40 62; do
    head -c 700000 /dev/urandom | dd of=disk.raw bs=1M seek=$at conv=notrunc status=none
  done
  qemu-img convert -O qcow2 disk.raw disk.qcow2
  qemu-img convert -c -O qcow2 disk.raw packed.qcow2
  fallocate --dig-holes disk.qcow2
}

imagetool() {
  vmango-imagetool "$@"
}

# is_copy FILE COPY: the same bytes, and at most 5 % more of them are allocated.
is_copy() {
  cmp "$1" "$2" && [ $(($(stat -c %b "$2") * 100)) -le $(($(stat -c %b "$1") * 105)) ]
}

# The files of the pool, in one line.
files() {
  find "$pool" -mindepth 1 -printf '%f\n' | LC_ALL=C sort | paste -sd ' '
}

has_no_head() {
  cmp -s -n 16 "$1" /dev/zero
}

has_sent() {
  [ -s "$1" ]
}

# begin_import [OPTION]...: starts an import from a pipe that stays open, and waits until a part has arrived in
# the file $arrives; $import is its PID, descriptor 9 the pipe.
begin_import() {
  rm -f pipe && mkfifo pipe
  exec 9<>pipe
  # Programs in the background ignore SIGINT, unless that is set up.
  env --default-signal=INT vmango-imagetool import -c "$one" "$@" --as $name - <pipe >import.out 2>&1 3>&- 9>&- &
  import=$!
  head -c 2000000 "$images/disk.qcow2" >&9
  # shellcheck disable=SC2086 # may be a pattern
  wait_until 20 has_sent ${arrives-$pool/$name}
}

send_rest() {
  tail -c +2000001 "$images/disk.qcow2" >&9
}

end_import() {
  exec 9>&-
  status=0
  wait "$import" || status=$?
  import=
  cat import.out
}

# batch IMAGE: lab.ini with a machine of that image.
batch() {
  {
    lab_section one
    printf '%s\n' '[machine web-1]' "image = $1" 'plan = tiny' '[plan tiny]' 'memory = 32' 'disk_size = 2'
  } >lab.ini
}

@test "half sent, it is an image to nobody" {
  local wanted verb
  begin_import
  has_no_head "$pool/$name"
  run ! qemu-img info -f qcow2 "$pool/$name"
  lab_virsh one pool-refresh vmango-images
  run -0 lab_virsh one vol-dumpxml $name vmango-images
  [[ $output == *"<format type='raw'/>"* ]]
  for verb in "-c $one" "--dir $pool"; do
    # shellcheck disable=SC2086 # two words
    run -0 --separate-stderr imagetool list $verb
    [ "$(cut -f 1 <<<"$output")" = $there ]
    [ -z "$stderr" ]
  done
  for wanted in $name Other-1; do
    batch $wanted
    for verb in plan apply; do
      run --separate-stderr vmango-provision $verb -q lab.ini
      echo "$stderr"
      [[ $status == [23] ]]
      [[ $stderr == *"$name\""*'is not complete: an import is under way or was interrupted'* ]]
    done
  done
  [ -z "$(lab_virsh one list --all --name)" ]
  run --separate-stderr vmango-provision doctor -o tsv lab.ini
  echo "$output$stderr"
  grep "$name" <<<"$output" | grep 'an import is under way or was interrupted'
  run imagetool remove -c "$one" $name
  echo "$output"
  [ "$status" -eq 1 ]
  [[ $output == *"$name is being imported by another import"* ]]
  send_rest
  end_import
  [ "$status" -eq 0 ]
  is_copy "$images/disk.qcow2" "$pool/$name"
  [ "$(files)" = "$there $name" ]
  run -4 vmango-provision plan -q -o tsv lab.ini
  [[ $output == web-1$'\t'create* ]]
}

@test "an unfinished import whose mark was deleted is still no image" {
  begin_import
  kill -KILL "$import"
  end_import
  find "$pool" -name '.vmango-publish-*' -delete
  lab_virsh one pool-refresh vmango-images
  run -0 --separate-stderr imagetool list -c "$one"
  [ "$(cut -f 1 <<<"$output")" = $there ]
  [[ $stderr == *"$name: is named qcow2 but contains raw"* ]]
  batch $name
  run --separate-stderr vmango-provision apply -q lab.ini
  echo "$stderr"
  [ "$status" -eq 2 ]
  [[ $stderr == *"image \"$name\" in pool vmango-images of local is not complete"* ]]
  rm "$pool/$name"
  lab_virsh one pool-refresh vmango-images
}

@test "a pool with room for one copy is enough" {
  lab_exec one mkdir -p /var/lib/libvirt/small
  lab_exec one mount -t tmpfs -o size=6M tmpfs /var/lib/libvirt/small
  lab_virsh one pool-create-as small dir --target /var/lib/libvirt/small
  run imagetool import -c "$one" --pool small --as $name "$images/disk.qcow2"
  echo "$output"
  [ "$status" -eq 0 ]
  lab_exec one cmp "$images/disk.qcow2" /var/lib/libvirt/small/$name
  imagetool remove -q -c "$one" --pool small $name
  # And without room for that nothing stays.
  lab_exec one mount -o remount,size=3M /var/lib/libvirt/small
  run imagetool import -c "$one" --pool small --as $name "$images/disk.qcow2"
  echo "$output"
  [ "$status" -eq 3 ]
  [[ $output == *'the disk of pool small is full'* ]]
  [ -z "$(lab_exec one ls -A /var/lib/libvirt/small)" ]
  lab_virsh one pool-destroy small
  lab_exec one umount /var/lib/libvirt/small
}

# wrap_qemu_img LINE...: until unwrap_qemu_img the hypervisor's qemu-img is a script of these lines, in which
# $real is the real one.
wrap_qemu_img() {
  cp "$(command -v qemu-img)" "$BATS_TEST_TMPDIR/real"
  printf '%s\n' '#!/bin/sh' "real=$BATS_TEST_TMPDIR/real" "$@" >wrapper
  chmod +x wrapper
  lab_exec one mount --bind "$PWD/wrapper" "$(command -v qemu-img)"
}

unwrap_qemu_img() {
  lab_exec one umount "$(command -v qemu-img)"
}

@test "it is on the hypervisor's disk before its first bytes are sent, and they are before it has its name" {
  cc -shared -fPIC -o disk_log.so "$BATS_TEST_DIRNAME/../fixtures/disk_log.c" -ldl
  wrap_qemu_img "LD_PRELOAD=$PWD/disk_log.so DISK_LOG=$PWD/log exec \$real \"\$@\""
  imagetool import -q -c "$one" --as $name "$images/disk.qcow2"
  unwrap_qemu_img
  cat log
  [ "$(grep -F "/$name " log | sed 's,.*/,,' | xargs)" = "$name without head $name with head" ]
  is_copy "$images/disk.qcow2" "$pool/$name"
}

@test "where libvirt can't write to the disk what it gets, it writes a copy" {
  wrap_qemu_img '[ "$1" != resize ] || exit 1' 'exec $real "$@"'
  imagetool import -q -c "$one" --as $name "$images/disk.qcow2"
  unwrap_qemu_img
  is_copy "$images/disk.qcow2" "$pool/$name"
  [ "$(files)" = "$there $name" ]
  imagetool remove -q -c "$one" $name
  # Only files of whole sectors.
  cp "$images/disk.qcow2" odd.qcow2
  printf 'odd' >>odd.qcow2
  imagetool import -q -c "$one" --as $name odd.qcow2
  is_copy odd.qcow2 "$pool/$name"
  [ "$(files)" = "$there $name" ]
}

@test "killed while it sends, it leaves what is no image, which the next import removes, of whatever image" {
  begin_import
  kill -KILL "$import"
  end_import
  has_no_head "$pool/$name"
  run -0 --separate-stderr imagetool list -c "$one"
  [ "$(cut -f 1 <<<"$output")" = $there ]
  [ -z "$stderr" ]
  run -0 imagetool import -v -c "$one" --as Other-2_amd64_qcow2.img "$images/packed.qcow2"
  [[ $output == *"$name: leftover of an import, removed"* ]]
  [ "$(files)" = "$there Other-2_amd64_qcow2.img" ]
  imagetool remove -q -c "$one" Other-2_amd64_qcow2.img
  begin_import
  kill -KILL "$import"
  end_import
  imagetool import -q -c "$one" --as $name "$images/packed.qcow2"
  is_copy "$images/packed.qcow2" "$pool/$name"
}

@test "killed while it sends, remove removes it" {
  begin_import
  kill -KILL "$import"
  end_import
  run imagetool remove -n -c "$one" $name
  [ "$status" -eq 1 ]
  [[ $output == *"$name is incomplete: an import of it was interrupted"* ]]
  has_no_head "$pool/$name"
  run -0 imagetool remove -v -c "$one" $name
  [[ $output == *"$name: leftover of an import, removed"* ]]
  [ "$(files)" = $there ]
  run imagetool remove -c "$one" $name
  [ "$status" -eq 1 ]
}

@test "an image that is whole though its import was killed is finished, and then removed" {
  local mark=.vmango-publish-01234567-0123456789abcdef_$name
  cp "$images/disk.qcow2" "$pool/$name"
  : >"$pool/$mark"
  touch -d '2 hours ago' "$pool/$mark" "$pool/$name"
  lab_virsh one pool-refresh vmango-images
  [ "$(imagetool list -c "$one" | cut -f 1)" = $there ]
  run -0 imagetool remove -c "$one" $name
  [[ $output == $name$'\t'* ]]
  [ "$(files)" = $there ]
}

@test "the import of another machine is alive as long as its image is written, however old its mark" {
  local mark=.vmango-publish-01234567-0123456789abcdef_$name
  cp "$images/disk.qcow2" "$pool/$name"
  dd if=/dev/zero of="$pool/$name" bs=16 count=1 conv=notrunc status=none
  : >"$pool/$mark"
  touch -d '2 hours ago' "$pool/$mark"
  lab_virsh one pool-refresh vmango-images
  imagetool import -q -c "$one" --as Other-2_amd64_qcow2.img "$images/packed.qcow2"
  [ "$(files)" = "$mark $there $name Other-2_amd64_qcow2.img" ]
  run imagetool import -c "$one" --as $name "$images/packed.qcow2"
  echo "$output"
  [ "$status" -eq 3 ]
  [[ $output == *"$name is being imported by another import; if none is running: "* ]]
  run imagetool remove -c "$one" $name
  [ "$status" -eq 1 ]
  [[ $output == *"$name is being imported by another import"* ]]
  [ -e "$pool/$name" ]
  touch -d '2 hours ago' "$pool/$name"
  imagetool import -q -c "$one" --as $name "$images/packed.qcow2"
  is_copy "$images/packed.qcow2" "$pool/$name"
}

@test "of two imports of one image the second is refused at once, and the first is not disturbed" {
  local began
  begin_import
  for option in '' --replace; do
    began=$SECONDS
    # shellcheck disable=SC2086 # none or one
    run imagetool import -c "$one" $option --as $name "$images/packed.qcow2"
    echo "$output"
    [ "$status" -eq 3 ]
    [[ $output == *"$name is being imported by another import"* ]]
    [ $((SECONDS - began)) -lt 15 ]
  done
  send_rest
  end_import
  [ "$status" -eq 0 ]
  is_copy "$images/disk.qcow2" "$pool/$name"
}

@test "an image that the pool does not list stays" {
  cp "$images/packed.qcow2" "$pool/$name"
  run imagetool import -c "$one" --as $name "$images/disk.qcow2"
  echo "$output"
  [ "$status" -eq 1 ]
  [[ $output == *"$name already exists (--replace replaces it)"* ]]
  is_copy "$images/packed.qcow2" "$pool/$name"
  [ "$(files)" = "$there $name" ]
}

@test "what another has put in its place meanwhile is neither finished nor removed" {
  begin_import
  find "$pool" -name '.vmango-publish-*' -delete
  cp "$images/packed.qcow2" other && mv other "$pool/$name"
  lab_virsh one pool-refresh vmango-images
  send_rest
  end_import
  [ "$status" -eq 3 ]
  [[ $(cat import.out) == *"$name: another import has taken over"* ]]
  is_copy "$images/packed.qcow2" "$pool/$name"
  [ "$(files)" = "$there $name" ]
  imagetool remove -q -c "$one" $name
  begin_import
  find "$pool" -name '.vmango-publish-*' -delete
  cp "$images/packed.qcow2" other && mv other "$pool/$name"
  lab_virsh one pool-refresh vmango-images
  kill -TERM "$import"
  end_import
  is_copy "$images/packed.qcow2" "$pool/$name"
}

@test "interrupted, it leaves nothing" {
  for signal in INT TERM HUP; do
    begin_import
    kill -$signal "$import"
    end_import
    [ "$status" -eq $((128 + $(kill -l $signal))) ]
    [ "$(files)" = $there ]
  done
}

@test "a wrong checksum, and a download that broke off, leave nothing" {
  run imagetool import -c "$one" --checksum "sha256:$(sha256sum </dev/null | cut -c -64)" --as $name \
    - < <(cat "$images/disk.qcow2")
  [ "$status" -eq 2 ]
  [[ $output == *'its checksum is sha256:'* ]]
  [ "$(files)" = $there ]
  run imagetool import -c "$one" --as $name - < <(head -c 3000000 "$images/disk.qcow2")
  [ "$status" -eq 2 ]
  [ "$(files)" = $there ]
}

@test "libvirtd dies on the way: nothing is an image, and the next import is whole" {
  begin_import
  lab_restart one --kill 3>&-
  send_rest 2>/dev/null 3>&- &
  rest=$!
  end_import
  kill $rest || true
  [ "$status" -eq 3 ]
  [ "$(imagetool list -c "$one" | cut -f 1)" = $there ]
  imagetool import -q -c "$one" --as $name "$images/disk.qcow2"
  is_copy "$images/disk.qcow2" "$pool/$name"
  [ "$(files)" = "$there $name" ]
}

@test "--safe sends it under another name" {
  arrives="$pool/.vmango-import-*"
  begin_import --safe
  [ ! -e "$pool/$name" ]
  send_rest
  end_import
  [ "$status" -eq 0 ]
  is_copy "$images/disk.qcow2" "$pool/$name"
  [ "$(files)" = "$there $name" ]
}

@test "a hypervisor that calls it another name is not believed" {
  cc -shared -fPIC -o hostile.so "$BATS_TEST_DIRNAME/../fixtures/hostile_hypervisor.c" -ldl
  run env LD_PRELOAD="$PWD/hostile.so" HOSTILE_NAME=shadow "$(command -v vmango-imagetool)" import -c "$one" \
    --as $name "$images/disk.qcow2"
  echo "$output"
  [ "$status" -eq 3 ]
  [[ $output == *'calls volume ".vmango-'*'" "shadow"'* ]]
  [ "$(files)" = $there ]
}

# Round trips are what takes time on a slow link: 60 of 50 ms are 3 s.
@test "an image of 8 MiB takes few calls" {
  cc -O2 -o slow_link "$lab_dir/slow_link.c"
  ./slow_link link "$(lab_state one)/run/libvirt-sock" 0 count 3>&- &
  link=$!
  wait_until 10 test -e count
  qemu-img create -q -f qcow2 small.qcow2 16M
  qemu-io -c 'write -q -P 7 0 8M' small.qcow2
  imagetool import -q -c "qemu+unix:///system?socket=$PWD/link" --as $name small.qcow2
  cat count
  kill $link
  [ "$(cut -d ' ' -f 1 count)" -le 40 ]
  is_copy small.qcow2 "$pool/$name"
}
