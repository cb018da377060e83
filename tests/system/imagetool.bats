#!/usr/bin/env bats
# shellcheck disable=SC2030,SC2031 # bats
# SPDX-License-Identifier: GPL-2.0-or-later
# vmango-imagetool on real hypervisors: what is imported is whole, or not there at all.
bats_require_minimum_version 1.5.0

setup_file() {
  load lab
  export VMANGO_HOOK=none
  lab_up one --no-image
  lab_up two --no-image
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
  two=$(lab_uri two)
  pool_one=$(lab_state one)/lib/vmango-images
  pool_two=$(lab_state two)/lib/vmango-images
  cd "$BATS_TEST_TMPDIR" || return 1
}

# Every test ends as it began: no image, and nothing left over.
teardown() {
  local uri
  [ -z "${small-}" ] || end_small
  for uri in "$one" "$two"; do
    vmango-imagetool list -c "$uri" | cut -f 1 | xargs -r vmango-imagetool remove -q -c "$uri"
  done
  [ -z "$(find "$pool_one" "$pool_two" -mindepth 1)" ]
}

# A disk of 64 MiB, most of it holes, in every format and packing.
make_images() {
  mkdir "$1" && cd "$1" || return
  truncate -s 64M disk.raw
  sfdisk -q --label gpt disk.raw <<<'1M,62M' >/dev/null
  for at in 1 7 20 21 40 62; do
    head -c 700000 /dev/urandom | dd of=disk.raw bs=1M seek=$at conv=notrunc status=none
  done
  fallocate --dig-holes disk.raw
  qemu-img convert -O qcow2 disk.raw disk.qcow2
  qemu-img convert -c -O qcow2 disk.raw packed.qcow2
  gzip -1 -k disk.raw && bzip2 -1 -k disk.raw && xz -0 -k disk.raw
  zstd -q -1 disk.raw && lz4 -q -1 disk.raw disk.raw.lz4
  sha256sum disk.* >SHA256SUMS
  sha512sum --tag disk.* >CHECKSUM
}

imagetool() {
  vmango-imagetool "$@"
}

# The same content, and the holes are still holes: at most 5 % more is allocated.
is_copy() {
  local format=raw
  [[ $2 != *qcow2* ]] || format=qcow2
  qemu-img compare -q -f "$format" -F "$format" "$1" "$2" && cmp "$1" "$2"
  [ $(($(stat -c %b "$2") * 100)) -le $(($(stat -c %b "$1") * 105)) ]
}

# refused STATUS TEXT: what `run` ran ended so, and said so; no pool has anything.
refused() {
  echo "$output"
  [ "$status" -eq "$1" ] && [[ $output == *"$2"* ]] || return
  [ -z "$(ls -A "$pool_one")" ] && [ -z "$(ls -A "$pool_two")" ]
}

has_sent() {
  [ -n "$(find "$1" -name '.vmango-import-*' -size +0)" ]
}

# begin_import [OPTION]...: starts an import from a pipe that stays open, and waits until a part has arrived;
# $import is its PID, descriptor 9 the pipe.
begin_import() {
  rm -f pipe && mkfifo pipe
  exec 9<>pipe
  # Programs in the background ignore SIGINT, unless told not to.
  env --default-signal=INT vmango-imagetool import -c "$one" "$@" --as Debian-12_amd64_raw.img - <pipe >import.out 2>&1 3>&- 9>&- &
  import=$!
  head -c 20000000 "$images/disk.raw" >&9
  wait_until 20 has_sent "$pool_one"
}

end_import() {
  status=0
  wait "$import" || status=$?
  exec 9>&-
}

@test "a file goes into two hypervisors at once, byte for byte, with its holes" {
  for file in disk.raw disk.qcow2 packed.qcow2; do
    name=Debian-12_amd64_${file#*.}.img
    run --separate-stderr imagetool import -c "$one" -c "$two" --as "$name" "$images/$file"
    echo "$stderr"
    [ "$status" -eq 0 ]
    [ "${#lines[@]}" -eq 2 ]
    for pool in "$pool_one" "$pool_two"; do
      is_copy "$images/$file" "$pool/$name"
    done
    run -0 lab_virsh one vol-dumpxml "$name" vmango-images
    [[ $output == *"<format type='${file#*.}'/>"* ]]
    imagetool remove -q -c "$one" -c "$two" "$name"
  done
}

@test "on the hypervisor itself the image is renamed into place" {
  run --separate-stderr lab_exec one "$(command -v vmango-imagetool)" import -o json \
    --as Debian-12_amd64_raw.img "$images/disk.raw"
  echo "$stderr"
  [ "$status" -eq 0 ]
  [ "$(jq -c '.[0] | [.Id, .OS, .Arch, .Type, .VirtualSize, .PoolName]' <<<"$output")" = \
    '["Debian-12_amd64_raw.img","Debian-12","x86_64","raw",67108864,"vmango-images"]' ]
  is_copy "$images/disk.raw" "$pool_one/Debian-12_amd64_raw.img"
  lab_virsh one vol-path Debian-12_amd64_raw.img --pool vmango-images
}

@test "each packing is undone, from a file and from a pipe" {
  for packing in gz bz2 xz zst lz4; do
    imagetool import -c "$one" --as Debian-12_amd64_raw.img "$images/disk.raw.$packing"
    imagetool import -c "$two" --as Debian-12_amd64_raw.img - < <(cat "$images/disk.raw.$packing")
    is_copy "$images/disk.raw" "$pool_one/Debian-12_amd64_raw.img"
    is_copy "$images/disk.raw" "$pool_two/Debian-12_amd64_raw.img"
    imagetool remove -q -c "$one" -c "$two" Debian-12_amd64_raw.img
  done
}

@test "the name comes from the published one, and list shows it" {
  cp "$images/packed.qcow2" debian-12-genericcloud-amd64.qcow2
  imagetool import -c "$one" debian-12-genericcloud-amd64.qcow2
  : >"$pool_one/notes.txt"
  lab_virsh one pool-refresh vmango-images
  run --separate-stderr imagetool list -c "$one" -o json
  [ "$(jq -r '.[].Id' <<<"$output")" = Debian-12_amd64_qcow2.img ]
  [ "$(jq '.[0].VirtualSize' <<<"$output")" -eq 67108864 ]
  [ "$(jq '.[0].Size' <<<"$output")" -eq $(($(stat -c %b "$pool_one/Debian-12_amd64_qcow2.img") * 512)) ]
  [[ $stderr == *'notes.txt: column 10: does not end in ".img"'* ]]
  # A file that goes behind libvirt's back.
  rm "$pool_one/notes.txt"
  run --separate-stderr imagetool list -c "$one"
  [ "${#lines[@]}" -eq 1 ]
  [ -z "$stderr" ]
  run --separate-stderr imagetool list --dir "$pool_one" -o json
  [ "$(jq -r '.[].Id' <<<"$output")" = Debian-12_amd64_qcow2.img ]
}

@test "checksums are those of the file as it was downloaded" {
  imagetool import -c "$one" --sums "$images/SHA256SUMS" --as Debian-12_amd64_raw.img "$images/disk.raw.zst"
  imagetool import -c "$one" --sums "$images/CHECKSUM" --as Debian-13_amd64_raw.img "$images/disk.raw.xz"
  imagetool import -c "$one" --checksum "sha256:$(sha256sum <"$images/disk.raw" | cut -c -64)" \
    --as Debian-14_amd64_raw.img - < <(cat "$images/disk.raw")
}

@test "a wrong checksum leaves nothing behind" {
  run imagetool import -c "$one" -c "$two" --checksum "sha256:$(sha256sum </dev/null | cut -c -64)" \
    --as Debian-12_amd64_raw.img "$images/disk.raw"
  refused 2 'its checksum is sha256:'
  cp "$images/disk.raw.gz" disk.raw.xz
  run imagetool import -c "$one" --sums "$images/SHA256SUMS" --as Debian-12_amd64_raw.img disk.raw.xz
  refused 2 'its checksum is sha256:'
}

@test "a download that broke off leaves nothing behind" {
  for file in disk.raw packed.qcow2 disk.raw.gz disk.raw.bz2 disk.raw.xz disk.raw.zst disk.raw.lz4; do
    format=raw
    [[ $file != *qcow2 ]] || format=qcow2
    run imagetool import -c "$one" --as Debian-12_amd64_$format.img - \
      < <(head -c $(($(stat -c %s "$images/$file") - 4000)) "$images/$file")
    refused 2 '-: '
  done
}

@test "a qcow2 image out of a pipe is looked at before it has its name" {
  sfdisk -q --part-type "$images/disk.raw" 1 B921B045-1DF0-41C3-AF44-4C6F280D3FAE
  qemu-img convert -c -O qcow2 "$images/disk.raw" other.qcow2
  sfdisk -q --part-type "$images/disk.raw" 1 0FC63DAF-8483-4772-8E79-3D69D8477DE4
  run imagetool import -c "$one" --as Debian-12_amd64_qcow2.img - < <(cat other.qcow2)
  refused 2 'is named amd64 but has a partition for arm64'
}

@test "what unpacks to more than is allowed is refused" {
  run imagetool import -c "$one" --max-size 10M --as Debian-12_amd64_raw.img "$images/disk.raw.xz"
  refused 2 'is larger than the allowed 10.0 MiB'
}

@test "killed on the way, no image is there, and the next import removes what is left" {
  begin_import
  kill -KILL "$import"
  end_import
  run --separate-stderr imagetool list -c "$one"
  [ -z "$output$stderr" ]
  has_sent "$pool_one"
  run imagetool import -v -c "$one" --as Debian-13_amd64_raw.img "$images/disk.raw"
  [[ $output == *'leftover of an import, removed'* ]]
  [ "$(ls -A "$pool_one")" = Debian-13_amd64_raw.img ]
}

@test "an import that runs is not disturbed by another" {
  begin_import
  imagetool import -c "$one" --as Debian-13_amd64_raw.img "$images/disk.raw"
  tail -c +20000001 "$images/disk.raw" >&9
  exec 9>&-
  end_import
  cat import.out
  [ "$status" -eq 0 ]
  is_copy "$images/disk.raw" "$pool_one/Debian-12_amd64_raw.img"
}

@test "interrupted, it cleans up itself" {
  for signal in INT TERM HUP; do
    begin_import
    kill -"$signal" "$import"
    end_import
    output=$(cat import.out)
    refused $((128 + $(kill -l $signal))) interrupted
  done
}

@test "libvirtd dies on the way: the import fails, and the next one succeeds and cleans up" {
  begin_import
  lab_restart one --kill 3>&-
  tail -c +20000001 "$images/disk.raw" >&9 3>&- &
  rest=$!
  end_import
  kill "$rest"
  output=$(cat import.out)
  echo "$output"
  [ "$status" -eq 3 ]
  [ ! -e "$pool_one/Debian-12_amd64_raw.img" ]
  imagetool import -c "$one" --as Debian-12_amd64_raw.img "$images/disk.raw"
  [ "$(ls -A "$pool_one")" = Debian-12_amd64_raw.img ]
  is_copy "$images/disk.raw" "$pool_one/Debian-12_amd64_raw.img"
}

# The tool as a program elsewhere ($place is empty) or on the hypervisor itself.
imagetool_there() {
  "${place[@]}" env LIBVIRT_DEFAULT_URI="$uri" "$(command -v vmango-imagetool)" "$@"
}

# Kills an import at one of the moments before and after it changes something; fails when it
# came to its end before that.
killed_at() {
  KILL_AT=$1 LD_PRELOAD=$kill_at run imagetool_there import \
    --as Debian-12_amd64_qcow2.img "${options[@]}" "$images/disk.qcow2"
  [ "$status" -eq 137 ]
}

begin_kills() {
  place=("$@")
  options=()
  uri=$one
  [ $# -eq 0 ] || uri=qemu:///system
  kill_at=$BATS_TEST_TMPDIR/kill_at.so
  cc -shared -fPIC -o "$kill_at" "$BATS_TEST_DIRNAME/../fixtures/kill_at.c" -ldl
}

# Whatever is listed is whole, and so is what has the first bytes of an image; the next import leaves the
# image and nothing else.
survives_kill() {
  local name=Debian-12_amd64_qcow2.img listed
  listed=$(imagetool list -c "$one" | cut -f 1)
  echo "$1: listed: $listed, there: $(ls -A "$pool_one")"
  [ -z "$listed" ] || is_copy "$images/disk.qcow2" "$pool_one/$name" || return
  [ ! -s "$pool_one/$name" ] || cmp -s -n 16 "$pool_one/$name" /dev/zero ||
    is_copy "$images/disk.qcow2" "$pool_one/$name" || return
  imagetool_there import -q --as $name "$images/disk.qcow2" ||
    echo "which is no failure where the image was there already"
  [ "$(imagetool list -c "$one" | cut -f 1)" = $name ] || return
  [ "$(ls -A "$pool_one")" = $name ] && is_copy "$images/disk.qcow2" "$pool_one/$name" || return
  imagetool remove -c "$one" $name
}

@test "killed at any moment from afar, no half image is listed, and the next import is whole" {
  begin_kills
  step=1
  while killed_at $step; do
    survives_kill $step
    step=$((step + 1))
  done
  echo "$output"
  [ "$status" -eq 0 ]
  [ $step -gt 15 ]
}

@test "killed at any moment from afar with --safe, likewise" {
  begin_kills
  options=(--safe)
  step=1
  while killed_at $step; do
    survives_kill $step
    step=$((step + 1))
  done
  echo "$output"
  [ "$status" -eq 0 ]
  [ $step -gt 15 ]
}

@test "killed at any moment on the hypervisor itself, likewise" {
  begin_kills lab_exec one
  step=1
  while killed_at $step; do
    survives_kill $step
    step=$((step + 1))
  done
  echo "$output"
  [ "$status" -eq 0 ]
  [ $step -gt 8 ]
}

@test "killed at any moment while it replaces an image there, the old or the new one is whole" {
  begin_kills lab_exec one
  imagetool import -q -c "$one" --as Debian-12_amd64_qcow2.img "$images/packed.qcow2"
  options=(--replace)
  step=1
  while killed_at $step; do
    cmp -s "$images/packed.qcow2" "$pool_one/Debian-12_amd64_qcow2.img" ||
      is_copy "$images/disk.qcow2" "$pool_one/Debian-12_amd64_qcow2.img"
    imagetool_there import -q --replace --as Debian-12_amd64_qcow2.img "$images/packed.qcow2"
    [ "$(ls -A "$pool_one")" = Debian-12_amd64_qcow2.img ]
    step=$((step + 1))
  done
  [ "$status" -eq 0 ]
  [ $step -gt 8 ]
  is_copy "$images/disk.qcow2" "$pool_one/Debian-12_amd64_qcow2.img"
}

@test "one hypervisor that can't be reached does not keep the others from it" {
  run --separate-stderr imagetool import -c "$one" -c 'qemu+unix:///system?socket=/nowhere' -c "$two" \
    --as Debian-12_amd64_raw.img "$images/disk.raw"
  [ "$status" -eq 1 ]
  [ "${#lines[@]}" -eq 2 ]
  [[ $stderr == *'socket=/nowhere: '* ]]
  is_copy "$images/disk.raw" "$pool_two/Debian-12_amd64_raw.img"
}

@test "a full disk leaves nothing behind" {
  lab_exec one mkdir -p /var/lib/libvirt/small
  lab_exec one mount -t tmpfs -o size=3M tmpfs /var/lib/libvirt/small
  lab_virsh one pool-create-as small dir --target /var/lib/libvirt/small
  run imagetool import -c "$one" --pool small --as Debian-12_amd64_raw.img "$images/disk.raw"
  refused 3 "$one: the disk of pool small is full"
  [ -z "$(lab_exec one ls -A /var/lib/libvirt/small)" ]
  lab_virsh one pool-destroy small
  lab_exec one umount /var/lib/libvirt/small
}

# A pool of its own on a disk of $1, which does not share blocks between files. Its image is of
# 4.2 MB, and so is what is to replace it: of 24 MB there is room for two more copies of that, of
# 11 MB for one.
begin_small() {
  name=Debian-12_amd64_qcow2.img
  lab_exec one mkdir -p /var/lib/libvirt/small
  lab_exec one mount -t tmpfs -o "size=$1" tmpfs /var/lib/libvirt/small
  lab_virsh one pool-create-as small dir --target /var/lib/libvirt/small
  small=/proc/$(cut -d ' ' -f 1 "$(lab_state one)/init")/root/var/lib/libvirt/small
  put_small "$images/packed.qcow2"
}

put_small() {
  cp "$1" "$small/$name"
  lab_virsh one pool-refresh small
}

end_small() {
  lab_virsh one pool-destroy small
  lab_exec one umount /var/lib/libvirt/small
  small=
}

ls_small() {
  ls -A "$small"
}

# What the file $1 of the pool is a copy of.
small_is() {
  local image
  for image in packed disk; do
    ! cmp -s "$images/$image.qcow2" "$small/$1" || echo $image
  done
}

# Which files of the pool are copies of images.
small_copies() {
  local file
  for file in $(ls_small); do
    [ -z "$(small_is "$file")" ] || echo "$file $(small_is "$file")"
  done
}

@test "without room for a copy --replace leaves the old image where it is" {
  begin_small 7M
  qemu-img create -q -f qcow2 old.qcow2 1M
  put_small old.qcow2
  run imagetool import -c "$one" --pool small --replace --as $name "$images/disk.qcow2"
  echo "$output"
  [ "$status" -eq 3 ]
  [[ $output == *"can't replace $name: pool small has no room for a copy of the new image; the old image is unchanged" ]]
  [ "$(ls_small)" = $name ]
  cmp old.qcow2 "$small/$name"
  end_small
}

@test "with room for one or for two more copies --replace replaces, byte for byte" {
  for size in 11M 24M; do
    begin_small $size
    imagetool import -c "$one" --pool small --replace --as $name "$images/disk.qcow2"
    [ "$(ls_small)" = $name ]
    is_copy "$images/disk.qcow2" "$small/$name"
    rm "$small/$name"
    name=Debian-12_amd64_raw.img
    cp "$images/disk.raw" other.raw
    echo other | dd of=other.raw bs=1M seek=30 conv=notrunc status=none
    put_small other.raw
    imagetool import -c "$one" --pool small --replace --as $name "$images/disk.raw"
    [ "$(ls_small)" = $name ]
    is_copy "$images/disk.raw" "$small/$name"
    end_small
  done
}

# libvirt reads what it has been sent by a thread of its own, which may not have begun.
@test "an image that libvirt still takes for a raw one is replaced byte for byte, its first bytes last" {
  begin_small 11M
  cc -shared -fPIC -o hostile.so "$BATS_TEST_DIRNAME/../fixtures/hostile_hypervisor.c" -ldl
  run env LD_PRELOAD="$PWD/hostile.so" HOSTILE_FORMAT=raw "$(command -v vmango-imagetool)" import -q -c "$one" --pool small \
    --replace --as $name "$images/disk.qcow2"
  echo "$output"
  [ "$status" -eq 0 ]
  [ "$(ls_small)" = $name ]
  is_copy "$images/disk.qcow2" "$small/$name"
  end_small
}

# The next import, of another image, leaves the old or the new image under its name, and
# nothing else.
small_recovers() {
  echo "$1: $(small_copies); of $(ls_small)"
  [ -n "$(small_copies)" ] || return
  imagetool import -q -c "$one" --pool small --as Other-1_amd64_raw.img other.raw || return
  [ -n "$(small_is $name)" ] || return
  [ "$(imagetool list -c "$one" --pool small | cut -f 1 | xargs)" = "$name Other-1_amd64_raw.img" ] || return
  [ "$(ls_small | xargs)" = "$name Other-1_amd64_raw.img" ] || return
  imagetool remove -q -c "$one" --pool small Other-1_amd64_raw.img
  [ "$(small_is $name)" = packed ] || put_small "$images/packed.qcow2"
}

# begin_replacements SIZE STEP STRIDE: every STRIDE-th of the moments from STEP on; with LONG all
# of them.
begin_replacements() {
  begin_kills
  begin_small "$1"
  truncate -s 1M other.raw
  options=(--replace --pool small)
  step=$2 stride=$3
  [ -z "${LONG-}" ] || step=1 stride=1
}

@test "killed at any moment while it replaces an image from afar, the old or the new one is whole" {
  for size in 11M 24M; do
    begin_replacements $size $((${size%M} / 11 + 4)) 6
    while killed_at $step; do
      small_recovers "$size $step"
      step=$((step + stride))
    done
    [ "$status" -eq 0 ]
    [ $step -gt 20 ]
    end_small
  done
}

# Runs an import that runs a command at one of the moments.
at_moment() {
  KILL_AT=$1 AT_COMMAND=$2 LD_PRELOAD=$kill_at run imagetool_there import --as Debian-12_amd64_qcow2.img \
    "${options[@]}" "$images/disk.qcow2"
}

# A failure says which volume has what.
says_truth() {
  local whole
  case $output in
  *'the old image is unchanged') [ "$(small_is $name)" = packed ] ;;
  *'is complete in volume '*)
    whole=${output#*is complete in volume }
    [ "$(small_is "${whole%% *}")" = disk ]
    ;;
  *) [[ $output == *full* ]] && [ "$(small_is $name)" = packed ] ;;
  esac
}

@test "with a disk that fills up at any moment of a replacement, it says what is whole, and the next import goes on" {
  local fill size
  for size in 24M ${LONG:+11M}; do
    open=0
    begin_replacements $size 7 4
    fill="cat /dev/zero >'$small/fill' 2>/dev/null || true"
    for ((; step < 30; step += stride)); do
      at_moment $step "$fill"
      echo "$size $step: $status: $output"
      [ "$status" -eq 0 ] || says_truth
      [[ $output != *'is complete in volume'* ]] || open=$((open + 1))
      rm -f "$small/fill"
      lab_virsh one pool-refresh small
      small_recovers $step
    done
    [ $open -gt 0 ]
    end_small
  done
}

@test "of two that replace an image at once, each ends with a whole one" {
  local other
  begin_replacements 48M 7 1
  other="vmango-imagetool import -q -c '$one' --pool small --replace --as $name '$images/packed.qcow2' >other.out 2>&1 3>&- &"
  for step in 7 9 17; do
    rm -f other.out
    at_moment $step "$other"
    echo "$step: $output"
    [ "$status" -eq 0 ]
    wait_until 40 grep -q small other.out
    [ -n "$(small_is $name)" ]
    [ "$(ls_small)" = $name ]
  done
  end_small
}

@test "interrupted while it replaces, it ends in good order" {
  begin_replacements 24M 3 1
  for step in 3 7 15 21; do
    at_moment $step "kill -INT \$PPID"
    echo "$step: $status: $output"
    [[ $status == 0 || $status == 130 ]]
    [ "$(ls_small)" = $name ]
    small_recovers $step
  done
  end_small
}

@test "an image that a machine gets while another one arrives is not replaced" {
  local overlay place
  imagetool import -q -c "$one" --as Debian-12_amd64_qcow2.img "$images/packed.qcow2"
  for place in '' 'lab_exec one'; do
    begin_kills $place
    options=(--replace)
    overlay="virsh -q -c '$one' vol-create-as default overlay 3G --format qcow2
      --backing-vol-format qcow2 --backing-vol /var/lib/libvirt/vmango-images/Debian-12_amd64_qcow2.img >/dev/null"
    at_moment 5 "${overlay//$'\n'/ }"
    echo "$output"
    [ "$status" -eq 1 ]
    [[ $output == *'is in use by volume default/overlay' ]]
    cmp "$images/packed.qcow2" "$pool_one/Debian-12_amd64_qcow2.img"
    [ "$(ls -A "$pool_one")" = Debian-12_amd64_qcow2.img ]
    lab_virsh one vol-delete overlay default
  done
}

@test "what a dead import says of an image that is whole does not remove it" {
  local mark=.vmango-publish-01234567-0123456789abcdef_Debian-12_amd64_qcow2.img
  cp "$images/disk.qcow2" "$pool_one/Debian-12_amd64_qcow2.img"
  : >"$pool_one/$mark"
  touch -d '2 hours ago' "$pool_one/$mark" "$pool_one/Debian-12_amd64_qcow2.img"
  lab_virsh one pool-refresh vmango-images
  run imagetool remove -n -c "$one" Debian-12_amd64_qcow2.img
  [ "$status" -eq 1 ]
  [[ $output == *'Debian-12_amd64_qcow2.img is incomplete: '* ]]
  imagetool import -q -c "$one" --as Debian-13_amd64_raw.img "$images/disk.raw"
  [ "$(find "$pool_one" -mindepth 1 -printf '%f\n' | sort | paste -sd ' ')" = 'Debian-12_amd64_qcow2.img Debian-13_amd64_raw.img' ]
  is_copy "$images/disk.qcow2" "$pool_one/Debian-12_amd64_qcow2.img"
}

@test "the file that is renamed is the one that was sent" {
  begin_kills lab_exec one
  at_moment 5 "cd /var/lib/libvirt/vmango-images && cp .vmango-import-* copy && mv copy .vmango-import-*"
  echo "$output"
  [ "$status" -eq 3 ]
  [[ $output == *"this machine's file of that name is not what was sent to the hypervisor" ]]
  [ -z "$(ls -A "$pool_one")" ]
}

@test "what was killed while libvirt made the image is not listed, and goes" {
  dead=01234567-0123456789abcdef
  # shellcheck disable=SC2066 # as elsewhere
  for uri in "$one"; do
    cp "$images/disk.raw" "$pool_one/Debian-12_amd64_raw.img"
    : >"$pool_one/.vmango-publish-${dead}_Debian-12_amd64_raw.img"
    touch -d '2 hours ago' "$pool_one/.vmango-publish-${dead}_Debian-12_amd64_raw.img" "$pool_one/Debian-12_amd64_raw.img"
    lab_virsh one pool-refresh vmango-images
  done
  run --separate-stderr imagetool list -c "$one"
  [ -z "$output$stderr" ]
  run --separate-stderr imagetool list --dir "$pool_one"
  [ -z "$output$stderr" ]
  imagetool import -c "$one" --as Debian-12_amd64_raw.img "$images/disk.raw.gz"
  [ "$(ls -A "$pool_one")" = Debian-12_amd64_raw.img ]
  is_copy "$images/disk.raw" "$pool_one/Debian-12_amd64_raw.img"
}

# What an import leaves that is killed after it has marked its copy of the new image as complete:
# the image $1, whose old content is disk.raw, and what replaces it.
leave_replacement() {
  local dead=01234567-0123456789abcdef
  cp "$images/disk.raw" "$pool_one/$1"
  truncate -s 1M "$pool_one/.vmango-new-${dead}_$1"
  : >"$pool_one/.vmango-replace-${dead}_$1"
  touch -d '2 hours ago' "$pool_one"/.vmango-*
}

# A machine whose disk is the file $1; it is not started.
define_machine() {
  lab_virsh one define /dev/stdin <<XML
<domain type='qemu'><name>web-1</name><memory>65536</memory><os><type>hvm</type></os><devices>
  <disk type='file' device='disk'><source file='$1'/><target dev='vda' bus='virtio'/></disk>
</devices></domain>
XML
}

@test "a raw image whose replacement was killed before the old one was deleted stays, also in use" {
  local name=Debian-12_amd64_raw.img
  leave_replacement $name
  touch -d '1 week ago' "$pool_one/$name"
  lab_virsh one pool-refresh vmango-images
  define_machine /var/lib/libvirt/vmango-images/$name
  [ -z "$(imagetool list -c "$one")" ]
  run imagetool import -v -c "$one" --as Other-1_amd64_raw.img "$images/disk.raw.gz"
  echo "$output"
  [ "$status" -eq 0 ]
  [[ $output == *"$name: its replacement was interrupted; the image is complete"* ]]
  [ "$(imagetool list -c "$one" | cut -f 1 | xargs)" = "$name Other-1_amd64_raw.img" ]
  [ "$(find "$pool_one" -mindepth 1 | wc -l)" -eq 2 ]
  cmp "$images/disk.raw" "$pool_one/$name"
  lab_virsh one undefine web-1
}

@test "a replacement that can't be finished says what is complete, and what to do" {
  local name=Debian-12_amd64_raw.img command
  leave_replacement $name
  lab_virsh one pool-refresh vmango-images
  define_machine /var/lib/libvirt/vmango-images/$name
  run imagetool import -c "$one" --as $name "$images/disk.raw"
  echo "$output"
  [ "$status" -eq 3 ]
  [[ $output == *"can't finish the replacement of $name: $name is in use by machine web-1; the new image is complete in volume .vmango-new-"*"once volume $name can be deleted" ]]
  lab_virsh one undefine web-1
  rm "$pool_one"/.vmango-new-*
  lab_virsh one pool-refresh vmango-images
  run imagetool import -c "$one" --as $name "$images/disk.raw"
  echo "$output"
  [ "$status" -eq 3 ]
  command=${output##*if the image is complete: }
  [[ $command == "virsh -c '$one' vol-delete --pool vmango-images .vmango-replace-"* ]]
  (unset LIBVIRT_DEFAULT_URI && eval "$command")
  [ "$(imagetool list -c "$one" | cut -f 1)" = $name ]
}

@test "on the hypervisor itself a machine is known that has the image by another path" {
  local path name=Debian-12_amd64_raw.img
  imagetool import -q -c "$one" --as $name "$images/disk.raw"
  lab_exec one ln -s vmango-images /var/lib/libvirt/link
  for path in link/$name ./vmango-images//$name; do
    define_machine "/var/lib/libvirt/$path"
    run lab_exec one "$(command -v vmango-imagetool)" remove $name
    echo "$output"
    [ "$status" -eq 1 ]
    [[ $output == *"$name is in use by machine web-1" ]]
    lab_virsh one undefine web-1
  done
  lab_exec one rm /var/lib/libvirt/link
}

@test "imports of other machines are left alone as long as they are young" {
  : >"$pool_one/.vmango-import-01234567-0123456789abcdef"
  imagetool import -c "$one" --as Debian-12_amd64_raw.img "$images/disk.raw"
  [ -e "$pool_one/.vmango-import-01234567-0123456789abcdef" ]
  rm "$pool_one/.vmango-import-01234567-0123456789abcdef"
}

@test "an image that is there stays, unless it is to be replaced" {
  imagetool import -c "$one" --as Debian-12_amd64_raw.img "$images/disk.raw"
  truncate -s 1M other.raw
  run imagetool import -c "$one" --as Debian-12_amd64_raw.img other.raw
  [ "$status" -eq 1 ]
  [[ $output == *'Debian-12_amd64_raw.img already exists'* ]]
  is_copy "$images/disk.raw" "$pool_one/Debian-12_amd64_raw.img"
  imagetool import -c "$one" --replace --as Debian-12_amd64_raw.img other.raw
  cmp other.raw "$pool_one/Debian-12_amd64_raw.img"
  lab_exec one "$(command -v vmango-imagetool)" import --replace --as Debian-12_amd64_raw.img "$images/disk.raw"
  is_copy "$images/disk.raw" "$pool_one/Debian-12_amd64_raw.img"
}

@test "before a copy of an image is deleted, the other one is on the disk" {
  local name=Debian-12_amd64_qcow2.img
  cc -shared -fPIC -o sync_log.so "$BATS_TEST_DIRNAME/../fixtures/sync_log.c" -ldl
  imagetool import -q -c "$one" --as $name "$images/packed.qcow2"
  # So that it does not rename files in there.
  chmod o+w "$pool_one"
  run lab_exec one env LD_PRELOAD="$PWD/sync_log.so" SYNC_LOG="$PWD/log" "$(command -v vmango-imagetool)" \
    import -q --replace --as $name "$images/disk.qcow2"
  chmod o-w "$pool_one"
  echo "$output"
  [ "$status" -eq 0 ]
  cat log
  [ "$(sed -E 's/-[0-9a-f]{8}-[0-9a-f]{16}(-1)?//' log | paste -sd ' ')" = \
    "sync $name sync .vmango-replace_$name .vmango-new_$name .vmango-lock_$name .vmango-import" ]
}

# Runs an import on a hypervisor that answers with names and paths of its own choosing; $victim is
# a file that it must not touch.
hostile() {
  local inode
  cc -shared -fPIC -o hostile.so "$BATS_TEST_DIRNAME/../fixtures/hostile_hypervisor.c" -ldl
  mkdir -p etc && echo secret >etc/shadow
  inode=$(stat -c %i etc/shadow)
  run env LD_PRELOAD="$PWD/hostile.so" "$@" "$(command -v vmango-imagetool)" import -c "$one" \
    --as Debian-12_amd64_raw.img "${options[@]}" "$images/disk.raw"
  echo "$output"
  [ "$(ls -A etc)" = shadow ] && [ "$(stat -c %i etc/shadow)" = "$inode" ] && [ "$(cat etc/shadow)" = secret ]
}

@test "a hypervisor that answers with another name has no file of this machine renamed" {
  local option
  for option in '' --replace; do
    read -ra options <<<"$option"
    hostile HOSTILE_POOL="$PWD/etc" HOSTILE_NAME=shadow HOSTILE_PATH="$PWD/etc/shadow"
    [ "$status" -eq 3 ]
    [[ $output == *'calls volume ".vmango-'*'" "shadow"'* ]]
    hostile HOSTILE_POOL="$PWD" HOSTILE_NAME=etc/shadow HOSTILE_PATH="$PWD/etc/shadow"
    [ "$status" -eq 3 ]
    [[ $output == *'calls volume ".vmango-'*'" "etc/shadow"'* ]]
    hostile HOSTILE_POOL="$PWD/etc" HOSTILE_PATH="$PWD/etc/shadow"
    [ "$status" -eq 3 ]
    [[ $output == *"$PWD/etc/shadow"*"is not in the folder"* ]]
  done
  imagetool import -q -c "$one" --as Debian-12_amd64_raw.img "$images/disk.raw"
  run -0 --separate-stderr env LD_PRELOAD="$PWD/hostile.so" HOSTILE_POOL="$PWD/etc" "$(command -v vmango-imagetool)" \
    list -c "$one"
  [ -z "$output" ]
  [[ $stderr == *'Debian-12_amd64_raw.img: its path "/var/lib/libvirt/vmango-images/Debian-12_amd64_raw.img" is not in the folder '* ]]
}

# An overlay on an overlay on the image, and a machine that has the upper one.
make_machine() {
  lab_exec one qemu-img create -q -f qcow2 -F qcow2 \
    -b /var/lib/libvirt/vmango-images/Debian-12_amd64_qcow2.img /var/lib/libvirt/images/lower
  lab_exec one qemu-img create -q -f qcow2 -F qcow2 -b lower /var/lib/libvirt/images/upper
  lab_virsh one pool-refresh default
  define_with "<disk type='volume'><driver name='qemu' type='qcow2'/>
    <source pool='default' volume='upper'/><target dev='vda' bus='virtio'/></disk>"
}

# define_with DISK
define_with() {
  lab_virsh one define /dev/stdin <<XML
<domain type='qemu'><name>web-1</name><memory>65536</memory><os><type>hvm</type></os><devices>
  $1
</devices></domain>
XML
}

@test "an image that machines stand on is neither removed nor replaced" {
  imagetool import -c "$one" --as Debian-12_amd64_qcow2.img "$images/disk.qcow2"
  make_machine
  run imagetool remove -c "$one" Debian-12_amd64_qcow2.img
  echo "$output"
  [ "$status" -eq 1 ]
  [[ $output == *'Debian-12_amd64_qcow2.img is in use by machine web-1' ]]
  run imagetool import -c "$one" --replace --as Debian-12_amd64_qcow2.img "$images/packed.qcow2"
  [ "$status" -eq 1 ]
  [[ $output == *'is in use by machine web-1' ]]
  is_copy "$images/disk.qcow2" "$pool_one/Debian-12_amd64_qcow2.img"
  # What is below a disk in an inactive pool is not known.
  lab_virsh one pool-destroy default
  run imagetool remove -c "$one" Debian-12_amd64_qcow2.img
  [ "$status" -eq 1 ]
  [[ $output == *'Debian-12_amd64_qcow2.img may be in use: machine web-1 has a disk in pool default, which is inactive; to find out: virsh -c '*' pool-start default' ]]
  run imagetool import -c "$one" --replace --as Debian-12_amd64_qcow2.img "$images/packed.qcow2"
  [ "$status" -eq 1 ]
  [[ $output == *'may be in use: machine web-1 has a disk in pool default, which is inactive'* ]]
  is_copy "$images/disk.qcow2" "$pool_one/Debian-12_amd64_qcow2.img"
  lab_virsh one pool-start default
  lab_virsh one undefine web-1
  run imagetool remove -c "$one" Debian-12_amd64_qcow2.img
  [[ $output == *'is in use by volume default/lower, volume default/upper' ]]
  lab_virsh one vol-delete upper default
  lab_virsh one vol-delete lower default
  # Nothing is below a raw disk, such as an ISO file.
  lab_virsh one pool-destroy default
  define_with "<disk type='volume'><source pool='default' volume='link'/><target dev='vda'/></disk>"
  run imagetool remove -c "$one" Debian-12_amd64_qcow2.img
  [[ $output == *'may be in use: machine web-1 has a disk in pool default'* ]]
  lab_virsh one undefine web-1
  define_with "<disk type='file' device='cdrom'><source file='/var/lib/libvirt/images/tools.iso'/>
    <target dev='sda' bus='sata'/></disk>"
  imagetool remove -n -c "$one" Debian-12_amd64_qcow2.img
  is_copy "$images/disk.qcow2" "$pool_one/Debian-12_amd64_qcow2.img"
  imagetool remove -c "$one" Debian-12_amd64_qcow2.img
  lab_virsh one 'pool-start default; undefine web-1'
  [ -z "$(ls -A "$pool_one")" ]
}

# Until unshare_pool, the pool of both is one folder.
share_pool() {
  lab_exec two mount --bind "$pool_one" /var/lib/libvirt/vmango-images
  lab_virsh two pool-refresh vmango-images
}

unshare_pool() {
  lab_exec two umount /var/lib/libvirt/vmango-images
  lab_virsh two pool-refresh vmango-images
}

# overlay_machine IMAGE FORMAT: web-2 of hypervisor two, whose disk is an overlay on the image.
overlay_machine() {
  lab_exec two qemu-img create -q -f qcow2 -F "$2" -b "/var/lib/libvirt/vmango-images/$1" /var/lib/libvirt/images/web-2
  lab_virsh two define /dev/stdin <<'XML'
<domain type='qemu'><name>web-2</name><memory unit='MiB'>32</memory><os><type>hvm</type></os><devices>
  <disk type='file' device='disk'><driver name='qemu' type='qcow2'/>
    <source file='/var/lib/libvirt/images/web-2'/><target dev='vda' bus='virtio'/></disk>
</devices></domain>
XML
}

drop_overlay_machine() {
  lab_virsh two undefine web-2
  rm "$(lab_state two)/lib/images/web-2"
  lab_virsh two pool-refresh default
}

# keeps_image NAME FILE ARGUMENT...: the tool exits with 1, and the image is the file.
keeps_image() {
  local name=$1 file=$2
  shift 2
  run --separate-stderr imagetool "$@"
  echo "$output$stderr"
  [ "$status" -eq 1 ] && [ -z "$output" ] && cmp "$file" "$pool_one/$name"
  [ "$(ls -A "$pool_one")" = "$name" ]
}

@test "no hypervisor removes or replaces an image that a machine of another one has" {
  local name=Debian-12_amd64_qcow2.img order
  imagetool import -q -c "$one" --as $name "$images/disk.qcow2"
  share_pool
  overlay_machine $name qcow2
  for order in "-c $one -c $two" "-c $two -c $one"; do
    # shellcheck disable=SC2086 # two options
    keeps_image $name "$images/disk.qcow2" remove $order $name
    [[ $stderr == *"$one: $name is not changed: it is in use on $two, whose pool is the same storage"* ]]
    [[ $stderr == *"$two: $name is in use by machine web-2"* ]]
    # shellcheck disable=SC2086
    keeps_image $name "$images/disk.qcow2" import -q --replace $order --as $name "$images/packed.qcow2"
    [[ $stderr == *"$one: $name is not changed: it is in use on $two, whose pool is the same storage"* ]]
    [[ $stderr == *"$two: $name is in use by machine web-2"* ]]
  done
  keeps_image $name "$images/disk.qcow2" remove -n -c "$one" -c "$two" $name
  # An image that the other's pool does not list, nor a pool its overlay.
  mv "$pool_one/$name" "$pool_one/$name.away"
  lab_virsh two pool-refresh vmango-images
  mv "$pool_one/$name.away" "$pool_one/$name"
  keeps_image $name "$images/disk.qcow2" remove -c "$one" -c "$two" $name
  keeps_image $name "$images/disk.qcow2" import -q --replace -c "$one" -c "$two" --as $name "$images/packed.qcow2"
  # As another file, the image of that path can go.
  unshare_pool
  imagetool import -q -c "$two" --as $name "$images/disk.qcow2"
  run --separate-stderr imagetool remove -c "$one" -c "$two" $name
  echo "$output$stderr"
  [ "$status" -eq 1 ]
  [ "${#lines[@]}" -eq 1 ] && [ "$stderr" = "vmango-imagetool: $two: $name is in use by machine web-2" ]
  [ ! -e "$pool_one/$name" ] && cmp "$images/disk.qcow2" "$pool_two/$name"
  drop_overlay_machine
}

@test "a machine that gets the image on another hypervisor while one arrives keeps it" {
  local name=Debian-12_amd64_raw.img
  truncate -s 64M old.raw
  imagetool import -q -c "$one" --as $name old.raw
  share_pool
  begin_import -c "$two" --replace
  overlay_machine $name raw
  tail -c +20000001 "$images/disk.raw" >&9
  exec 9>&-
  end_import
  cat import.out
  [ "$status" -eq 1 ]
  [[ $(<import.out) == *"$one: $name is not changed: it is in use on $two, whose pool is the same storage"* ]]
  [ "$(ls -A "$pool_one")" = $name ] && cmp old.raw "$pool_one/$name"
  drop_overlay_machine
  unshare_pool
}

@test "nothing is removed or replaced while one of the hypervisors can't be asked who uses it" {
  local name=Debian-12_amd64_raw.img nowhere='qemu+unix:///system?socket=/nowhere' verb wanted
  imagetool import -q -c "$one" --as $name "$images/disk.raw"
  truncate -s 64M other.raw
  # Both say it; import exits as if libvirt had failed everywhere.
  for verb in "1 remove $name" "3 import -q --replace --as $name other.raw"; do
    wanted=${verb%% *} verb=${verb#* }
    # shellcheck disable=SC2086
    run --separate-stderr imagetool ${verb/ / -c $one -c $nowhere }
    echo "$output$stderr"
    [ "$status" -eq "$wanted" ]
    [[ $stderr == *"$one: $name is not changed: whether it is in use on $nowhere could not be found out; to leave out that hypervisor, omit its -c"* ]]
    cmp "$images/disk.raw" "$pool_one/$name"
  done
}

@test "an image that a QEMU process has open stays, whoever has started it" {
  local name format
  share_pool
  for format in qcow2 raw; do
    name=Debian-12_amd64_$format.img
    imagetool import -q -c "$one" --as $name "$images/disk.$format"
    overlay_machine $name $format
    lab_virsh two start web-2
    keeps_image $name "$images/disk.$format" remove -c "$one" $name
    [[ $stderr == *"$name is in use: a QEMU process has it open, but no machine of this hypervisor; does a machine of another hypervisor that has this storage use it?"* ]]
    keeps_image $name "$images/disk.$format" import -q --replace -c "$one" --as $name "$images/disk.$format"
    [[ $stderr == *"$name is in use: a QEMU process has it open"* ]]
    lab_virsh two destroy web-2
    drop_overlay_machine
    imagetool remove -q -c "$one" $name
    [ -z "$(ls -A "$pool_one")" ]
  done
  unshare_pool
}

@test "an overlay is known by every form of its backing file" {
  local name=Debian-12_amd64_qcow2.img form path
  path=/var/lib/libvirt/vmango-images/$name
  imagetool import -q -c "$one" --as $name "$images/disk.qcow2"
  for form in "file:$path" "file://$path" "../vmango-images/$name" "json:{\"file.filename\":\"$path\"}" \
    "json:{\"driver\":\"qcow2\",\"file\":{\"driver\":\"file\",\"filename\":\"$path\"}}" \
    "json:{\"driver\":\"quorum\",\"vote-threshold\":1,\"children\":[{\"driver\":\"file\",\"filename\":\"$path\"}]}"; do
    lab_exec one qemu-img create -q -u -f qcow2 -F qcow2 -b "$form" /var/lib/libvirt/images/overlay 1G
    lab_virsh one pool-refresh default
    keeps_image $name "$images/disk.qcow2" remove -c "$one" $name
    [[ $stderr == *"$name is in use by volume default/overlay" ]]
    lab_virsh one vol-delete overlay default
  done
}

@test "an image stays as long as a volume that may stand on it can't be read" {
  local folder
  folder=$(lab_state one)/lib/images
  imagetool import -q -c "$one" --as Debian-12_amd64_qcow2.img "$images/disk.qcow2"
  lab_virsh one vol-create-as default overlay 3G --format qcow2 --backing-vol-format qcow2 \
    --backing-vol /var/lib/libvirt/vmango-images/Debian-12_amd64_qcow2.img
  mv "$folder/overlay" "$folder/overlay.away"
  mkfifo "$folder/overlay"
  run imagetool remove -c "$one" Debian-12_amd64_qcow2.img
  echo "$output"
  [ "$status" -ne 0 ]
  [[ $output == *"overlay: "*"FIFO"* ]]
  # Its file gone, it is no volume any more.
  rm "$folder/overlay"
  imagetool remove -c "$one" Debian-12_amd64_qcow2.img
  mv "$folder/overlay.away" "$folder/overlay"
  lab_virsh one vol-delete overlay default
}

@test "remove touches images alone" {
  : >"$pool_one/notes.txt"
  lab_virsh one pool-refresh vmango-images
  run imagetool remove -c "$one" notes.txt
  [ "$status" -eq 1 ]
  [ -e "$pool_one/notes.txt" ]
  lab_virsh one vol-delete notes.txt vmango-images
}

@test "a dry run says what would be there and changes nothing" {
  run --separate-stderr imagetool import -n -o json -c "$one" --as Debian-12_amd64_raw.img "$images/disk.raw"
  [ "$(jq -r '.[0].Path' <<<"$output")" = /var/lib/libvirt/vmango-images/Debian-12_amd64_raw.img ]
  refused 0 Debian-12_amd64_raw.img
}
