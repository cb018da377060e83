#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# vmango-imagetool parse beside grep -E with the same grammar, on a million names through pipes;
# import beside virsh vol-upload --sparse, of 2 GiB of which 1 GiB is holes, into a volume that is
# there already, raw and as qcow2. An import is on the disk when it ends, since else a power failure could leave half
# of an image under its name; an upload is only on its way there, so that it is also measured with
# a sync behind it. And a qcow2 image of 8 MiB over a link of 50 ms. The two run in turns; medians; ratios within one run.
set -euo pipefail

lab=$(cd "$(dirname "$0")/../lab" && pwd)
name=bench-imagetool-$$
runs=${RUNS:-5}
work=$(mktemp -d /var/tmp/bench-imagetool.XXXXXX)
link=
trap '[ -z "$link" ] || kill "$link"; "$lab/hypervisor" down "$name"; rm -rf "$work"' EXIT
[ -n "${BUILD:-}" ] || { echo "usage: make bench" >&2; exit 2; }
export LC_ALL=C
tool=$(command -v vmango-imagetool)

# milliseconds COMMAND...: how long it takes.
milliseconds() {
  local start=$EPOCHREALTIME end
  "$@" >/dev/null
  end=$EPOCHREALTIME
  echo $(((${end/./} - ${start/./}) / 1000))
}

median() {
  sort -n | awk '{ value[NR] = $1 } END { print value[int((NR + 1) / 2)] }'
}

# figure TITLE RUNS RESET OURS THEIRS: the commands in turns, each after a RESET.
figure() {
  local title=$1 count=$2 reset=$3 ours=$4 theirs=$5
  : >"$work/ours" && : >"$work/theirs"
  for ((i = 0; i < count; i++)); do
    $reset && milliseconds "$ours" >>"$work/ours"
    $reset && milliseconds "$theirs" >>"$work/theirs"
  done
  awk -v title="$title" -v ours="$(median <"$work/ours")" -v theirs="$(median <"$work/theirs")" \
    'BEGIN { printf "%-52s %8d %8d %12.2f\n", title, ours, theirs, ours / theirs }'
}

# Names.

word='[A-Za-z0-9]'
arches='amd64|x86_64|i386|i686|x86|arm64|aarch64|armhf|armv7l|ppc64el|ppc64le|s390x|riscv64'
grammar="^${word}[A-Za-z0-9.+]*-${word}([A-Za-z0-9.+~-]*${word})?[_-]($arches)_(qcow2|raw)\\.img\$"

make_names() {
  awk -v arches="$arches" 'BEGIN {
    count = split(arches, arch, "|")
    split("Debian-12 Centos-7 Ubuntu-22.04 openSUSE-Leap-15.6 AlmaLinux-9 FreeBSD-14.1", os, " ")
    for (i = 0; i < 1000000; i++)
      printf "%s.%d%s%s_%s.img\n", os[i % 6 + 1], i, i % 3 ? "_" : "-", arch[i % count + 1],
        i % 5 ? "qcow2" : "raw"
  }' >"$work/names"
}

parse_names() {
  vmango-imagetool parse < <(cat "$work/names") | cat
}

grep_names() {
  grep -E "$grammar" < <(cat "$work/names") | cat
}

# Images.

make_image() {
  truncate -s 2G "$work/image"
  for ((at = 0; at < 2048; at += 2)); do
    head -c 1M /dev/urandom | dd of="$work/image" bs=1M seek=$at conv=notrunc status=none
  done
  # The same as qcow2, with the same holes; and a small one.
  qemu-img create -q -f qcow2 -o preallocation=metadata "$work/qcow2" 2G
  qemu-img convert -n --target-is-zero -O qcow2 "$work/image" "$work/qcow2"
  qemu-img create -q -f qcow2 "$work/small" 16M
  qemu-io -c 'write -q -P 7 0 8M' "$work/small"
  sync
}

begin_link() {
  cc -O2 -o "$work/slow_link" "$lab/slow_link.c"
  "$work/slow_link" "$work/link" "${uri#*socket=}" 50 "$work/count" &
  link=$!
  until [ -e "$work/count" ]; do sleep 0.05; done
}

inside() {
  "$lab/hypervisor" exec "$name" "$@"
}

images_reset() {
  # shellcheck disable=SC2016 # expands inside
  inside sh -c 'for volume in $(virsh -q vol-list "$0" | cut -d " " -f 2); do
    virsh -q vol-delete "$volume" "$0"; done' "$pool" >/dev/null
  inside virsh -q vol-create-as "$pool" upload 0 --format raw
  sync
}

import_inside() {
  inside "$tool" import -q --pool "$pool" --as Bench-1_amd64_raw.img "$work/image"
}

import_checked() {
  inside "$tool" import -q --pool "$pool" --checksum "$checksum" --as Bench-1_amd64_raw.img "$work/image"
}

import_from_afar() {
  "$tool" import -q -c "$uri" --pool "$pool" --as Bench-1_amd64_raw.img "$work/image"
}

upload_inside() {
  inside virsh -q vol-upload --sparse --pool "$pool" upload "$work/image"
}

upload_synced() {
  upload_inside
  inside sync "/var/lib/libvirt/$pool/upload"
}

upload_from_afar() {
  virsh -q -c "$uri" vol-upload --sparse --pool "$pool" upload "$work/image"
}

import_qcow2() {
  "$tool" import -q -c "$uri" --pool "$pool" --as Bench-1_amd64_qcow2.img "$work/qcow2"
}

upload_qcow2() {
  virsh -q -c "$uri" vol-upload --sparse --pool "$pool" upload "$work/qcow2"
}

upload_qcow2_synced() {
  upload_qcow2
  inside sync "/var/lib/libvirt/$pool/upload"
}

import_small() {
  "$tool" import -q -c "$far" --pool "$pool" --as Bench-1_amd64_qcow2.img "$work/small"
}

upload_small_synced() {
  virsh -q -c "$far" vol-upload --sparse --pool "$pool" upload "$work/small"
  inside sync "/var/lib/libvirt/$pool/upload"
}

printf '%-52s %8s %8s %12s\n' 'what; beside' 'ours ms' 'other ms' ours/other
make_names
figure 'parse 1,000,000 names; grep -E' $((runs * 3)) true parse_names grep_names

make_image
checksum=sha256:$(sha256sum <"$work/image" | cut -c -64)
uri=$(VMANGO_HOOK=none "$lab/hypervisor" up "$name" --no-image)
pool=vmango-images
figure 'import; vol-upload, then sync' "$runs" images_reset import_inside upload_synced
figure 'import; vol-upload' "$runs" images_reset import_inside upload_inside
figure 'import from afar; vol-upload' "$runs" images_reset import_from_afar upload_from_afar
figure 'import of qcow2 from afar; vol-upload, then sync' "$runs" images_reset import_qcow2 upload_qcow2_synced
begin_link
far="qemu+unix:///system?socket=$work/link"
figure 'the same of 8 MiB over a link of 50 ms' "$runs" images_reset import_small upload_small_synced

pool=memory
inside mkdir -p /var/lib/libvirt/memory
inside mount -t tmpfs tmpfs /var/lib/libvirt/memory
inside virsh -q pool-create-as memory dir --target /var/lib/libvirt/memory
figure 'import into memory; vol-upload' "$runs" images_reset import_inside upload_inside
figure 'import into memory with SHA-256; vol-upload' "$runs" images_reset import_checked upload_inside
figure 'import into memory from afar; vol-upload' "$runs" images_reset import_from_afar upload_from_afar
figure 'import of qcow2 into memory from afar; vol-upload' "$runs" images_reset import_qcow2 upload_qcow2
