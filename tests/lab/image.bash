# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What the lab's guests have in common: disk images made out of the distribution's packages, and kept
# in the cache.
#
# An image has two partitions: FAT with boot loaders for BIOS and UEFI, kernel and initramfs, and ext4
# with the root file system. Both are written as files, so nothing is ever mounted and a kill leaves
# only a temporary directory, which the next build removes.
#
#   image_cached KIND KEY   prints its path; calls image_build WORK, which leaves WORK/vmlinuz and
#                           WORK/disk.qcow2, when it is not there
# shellcheck source-path=SCRIPTDIR source=common.bash
. "$(dirname -- "${BASH_SOURCE[0]}")/common.bash"

image_kernel=linux-image-cloud-amd64
image_packages=("$image_kernel" busybox-static systemd-boot-efi)
image_tools=(apt-get dpkg-deb depmod cpio lz4 strip xz sfdisk mkfs.vfat mmd mcopy syslinux mke2fs qemu-img)

# Drivers in groups, loaded in this order: the root disk's, then the others that it may need. What a
# driver depends on goes before it in its group.
drivers_virtio_blk='virtio_pci virtio_blk'
drivers_others='virtio_scsi sd_mod ata_piix'

boot_start_mib=1
boot_mib=32
keep_days=14
root_uuid=766d616e-676f-4c61-8000-677565737400

# candidates PACKAGE...: the versions that apt would install, as "NAME VERSION". apt takes a second for it
# and each hypervisor that starts asks, so the result is kept until apt's lists, its settings or what is
# installed change.
candidates() {
  local kept written
  kept=$cache/candidates-$({
    printf '%s\n' "$@"
    find -L /etc/apt /var/lib/apt/lists /var/lib/dpkg/status -printf '%p %T@\n' 2>/dev/null | sort
  } | sha256sum | cut -c 1-16)
  if [[ ! -e $kept ]]; then
    written=$kept.$BASHPID
    mkdir -p "$cache"
    find "$cache" -maxdepth 1 -name 'candidates-*' -mtime +"$keep_days" -delete
    apt-cache policy "$@" |
      awk '/^[^ ]/ { name = $1 } /Candidate:/ { print name, $2 }' >"$written"
    mv "$written" "$kept"
  fi
  cat "$kept"
}

# image_inputs PACKAGE...: what an image of these packages is made of, one line for each: it names the
# image in the cache.
image_inputs() {
  candidates "${image_packages[@]}" "$@"
  (cd "$lab" && find image.bash guest.d/boot guest.d/initramfs -type f -exec sha256sum {} +) | sort
}

# The package that the kernel's meta package stands for today.
kernel_of() {
  apt-cache depends "$1" | awk '$1 == "Depends:" && $2 ~ /^linux-image-[0-9]/ { print $2; exit }'
}

# image_download INTO PACKAGE...: the kernel, what boots it, and these packages with all that they need.
image_download() {
  local into=$1 kernel
  shift
  kernel=$(kernel_of "$image_kernel")
  [[ -n $kernel ]] || die "apt knows no $image_kernel (apt-get update?)"
  mkdir -p "$into/partial"
  # With an empty status file apt downloads the dependencies too, whatever this machine has.
  : >"$into/status"
  apt-get -qq -o Dir::State::status="$into/status" -o Dir::Cache::archives="$into" \
    -o Debug::NoLocking=1 -o APT::Sandbox::User=root --no-install-recommends --download-only \
    --yes install "${image_packages[@]:1}" "$@" >/dev/null
  (cd "$into" && apt-get -qq -o APT::Sandbox::User=root download "$kernel")
}

# Unpacks every package into one tree, merged as installed systems are: packages differ in whether
# they say lib or usr/lib.
image_unpack() {
  local from=$1 into=$2 package dir
  for dir in bin sbin lib lib64; do
    mkdir -p "$into/usr/$dir"
    ln -s "usr/$dir" "$into/$dir"
  done
  for package in "$from"/*.deb; do
    dpkg-deb --fsys-tarfile "$package" | tar --extract --keep-directory-symlink --directory "$into"
  done
}

# image_prepare WORK PACKAGE...: makes WORK/packages, the tree of all packages, and WORK/vmlinuz, and
# prints the directory of the kernel's modules.
image_prepare() {
  local work=$1 modules
  shift
  image_download "$work/debs" "$@"
  image_unpack "$work/debs" "$work/packages"
  modules=$(echo "$work"/packages/lib/modules/*)
  depmod --basedir "$work/packages" "$(basename "$modules")"
  cp "$work"/packages/boot/vmlinuz-* "$work/vmlinuz"
  printf '%s\n' "$modules"
}

# Prints the names of a driver's files, dependencies first, below the modules directory $1.
driver_files() {
  local modules=$1 driver=$2
  awk -F: -v driver="$driver" '
    { file = $1; sub(/.*\//, "", file); sub(/\.ko.*/, "", file); gsub(/-/, "_", file) }
    file == driver { count = split($2, needs, " "); for (i = count; i > 0; i--) print needs[i]; print $1 }
  ' "$modules/modules.dep"
}

# Copies the drivers of a group to the tree $2 and writes their order of loading.
install_drivers() {
  local modules=$1 tree=$2 group=$3 driver file base
  mkdir -p "$tree/lib/modules"
  shift 3
  for driver; do
    driver_files "$modules" "$driver"
  done | awk '!seen[$0]++' | while read -r file; do
    base=$(basename "$file")
    base=${base%.xz}
    case $file in
    *.xz) xz -dc "$modules/$file" >"$tree/lib/modules/$base" ;;
    *) cp "$modules/$file" "$tree/lib/modules/$base" ;;
    esac
    strip --strip-debug "$tree/lib/modules/$base"
    printf '%s\n' "$base"
  done >"$tree/lib/modules/$group"
}

install_busybox() {
  local from=$1 tree=$2 dir=$3 applet
  install -D "$from/bin/busybox" "$tree/bin/busybox"
  mkdir -p "$tree/$dir"
  "$tree/bin/busybox" --list | while read -r applet; do
    [[ -e $tree/sbin/$applet || -e $tree/bin/$applet ]] || ln -s /bin/busybox "$tree/$dir/$applet"
  done
}

# make_initramfs WORK MODULES DRIVER...: these drivers are loaded whatever the root disk needs.
make_initramfs() {
  local work=$1 modules=$2 tree=$1/initramfs
  shift 2
  cp -a "$lab/guest.d/initramfs" "$tree"
  mkdir -p "$tree"/{dev,proc,sys,sysroot}
  install_busybox "$work/packages" "$tree" bin
  # shellcheck disable=SC2086 # lists of words
  {
    install_drivers "$modules" "$tree" virtio-blk $drivers_virtio_blk
    install_drivers "$modules" "$tree" others $drivers_others
    install_drivers "$modules" "$tree" always "$@"
  }
  (cd "$tree" && find . -print0 | LC_ALL=C sort -z |
    cpio --quiet --null --create --format newc --owner 0:0) | lz4 -lq9 >"$work/initramfs.img"
}

# For BIOS by SYSLINUX, for UEFI by systemd-boot where firmware looks for what removable media boot.
make_boot_partition() {
  local work=$1 image=$1/boot.fat
  truncate --size "${boot_mib}M" "$image"
  mkfs.vfat -F 16 -h $((boot_start_mib * 2048)) -n VMANGO-BOOT --invariant "$image" >/dev/null
  mcopy -i "$image" -s "$work/vmlinuz" "$work/initramfs.img" "$lab"/guest.d/boot/* ::
  mmd -i "$image" ::/EFI ::/EFI/BOOT
  mcopy -i "$image" "$work/packages/lib/systemd/boot/efi/systemd-bootx64.efi" ::/EFI/BOOT/BOOTX64.EFI
  syslinux --install "$image"
}

# The tree WORK/root, with file system features and UUIDs that are the same each time.
make_root_partition() {
  local work=$1 size_mib=$2 image=$1/root.ext4
  truncate --size "${size_mib}M" "$image"
  E2FSPROGS_FAKE_TIME=1 mke2fs -q -t ext4 -L vmango-root -J size=4 -m 0 -d "$work/root" \
    -U "$root_uuid" -E "hash_seed=$root_uuid,lazy_itable_init=0,nodiscard" "$image"
}

# make_disk WORK MODULES ROOT_MIB [DRIVER]...: WORK/disk.qcow2 of WORK/vmlinuz and the tree WORK/root,
# with an initramfs that loads these drivers too.
make_disk() {
  local work=$1 modules=$2 root_mib=$3 disk=$1/disk.raw root_start_mib=$((boot_start_mib + boot_mib))
  make_initramfs "$work" "$modules" "${@:4}"
  make_boot_partition "$work"
  make_root_partition "$work" "$root_mib"
  truncate --size $((root_start_mib + root_mib))M "$disk"
  sfdisk --quiet "$disk" <<END
label: dos
label-id: 0x766d6e67
start=${boot_start_mib}MiB, size=${boot_mib}MiB, type=e, bootable
start=${root_start_mib}MiB, size=${root_mib}MiB, type=83
END
  write_at "$disk" 0 "$(syslinux_file mbr/mbr.bin)"
  write_at "$disk" "$boot_start_mib" "$work/boot.fat"
  write_at "$disk" "$root_start_mib" "$work/root.ext4"
  qemu-img convert -f raw -O qcow2 "$disk" "$work/disk.qcow2"
}

write_at() {
  dd if="$3" of="$1" bs=1M seek="$2" conv=notrunc,sparse status=none
}

syslinux_file() {
  local dir
  for dir in /usr/lib/syslinux /usr/share/syslinux; do
    [[ -e $dir/$1 ]] && printf '%s\n' "$dir/$1" && return
    [[ -e $dir/${1##*/} ]] && printf '%s\n' "$dir/${1##*/}" && return
  done
  die "no $1 of SYSLINUX (packaging/deps test installs it)"
}

# Only the holder of the lock builds, so a directory that is already there is a killed build's.
image_build_into_cache() {
  local kind=$1 image=$2 work
  rm -rf "$cache/$kind"-build.*
  find "$cache" -maxdepth 1 -name "$kind-*" -mtime +"$keep_days" -delete
  work=$(mktemp -d "$cache/$kind-build.XXXXXX")
  # shellcheck disable=SC2064 # now
  trap "rm -rf '$work'" EXIT
  trap 'exit 1' INT TERM HUP
  image_build "$work" >&2
  mv "$work/vmlinuz" "${image%.qcow2}.vmlinuz"
  mv "$work/disk.qcow2" "$image"
}

image_cached() {
  local kind=$1 image=$cache/$1-$2.qcow2
  if [[ ! -e $image ]]; then
    (
      cache_lock "$kind"
      if [[ ! -e $image ]]; then image_build_into_cache "$kind" "$image"; fi
    )
  fi
  printf '%s\n' "$image"
}

# image_main INPUTS [ARGUMENT]...: the script's main function; INPUTS is the command that prints what
# names the image, whose kind is the script's name.
image_main() {
  local inputs=$1 output='' key image
  shift
  while (($# > 0)); do
    case $1 in
    --output) output=${2:?--output needs a file name} && shift ;;
    --help) usage && exit ;;
    *) usage_error "unknown argument: $1" ;;
    esac
    shift
  done
  need "${image_tools[@]}"
  key=$("$inputs" | sha256sum | cut -c 1-16)
  image=$(image_cached "$program" "$key")
  if [[ -z $output ]]; then
    printf '%s\n' "$image"
  else
    cp --sparse=always --reflink=auto "$image" "$output.$$"
    mv "$output.$$" "$output"
  fi
}
