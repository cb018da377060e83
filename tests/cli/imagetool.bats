#!/usr/bin/env bats
# vmango-imagetool: names and contents of images, without a hypervisor.
bats_require_minimum_version 1.5.0

setup() {
  fixtures=$BATS_TEST_DIRNAME/../fixtures
  cd "$BATS_TEST_TMPDIR" || return 1
}

# refused STATUS TEXT: what `run` ran ended so, and its output has the text.
refused() {
  echo "$output"
  [ "$status" -eq "$1" ] && [[ $output == *"$2"* ]]
}

@test "parse prints a record for each name" {
  run -0 vmango-imagetool parse -o jsonl Centos-7-x86_64_qcow2.img
  [ "$output" = '{"Id":"Centos-7-x86_64_qcow2.img","OS":"Centos-7","OSName":"Centos","OSVersion":"7","Arch":"x86_64","Type":"qcow2","TypeString":"qcow2","Size":null,"SizeMegabytes":null,"VirtualSize":null,"Date":null,"PoolName":null,"Path":null}' ]
}

@test "parse reads names from standard input, says which line does not fit, and goes on" {
  run --separate-stderr -1 vmango-imagetool parse < <(
    printf 'Debian-12_amd64_qcow2.img\nnotes.txt\n\n/srv/Debian-12_arm64_raw.img')
  [ "${#lines[@]}" -eq 2 ]
  [ "${lines[0]}" = $'Debian-12_amd64_qcow2.img\tDebian-12\tx86_64\tqcow2\t\t\t\t\t' ]
  [ "${lines[1]}" = $'Debian-12_arm64_raw.img\tDebian-12\taarch64\traw\t\t\t\t\t' ]
  [ "${stderr_lines[0]}" = 'vmango-imagetool: line 2: notes.txt: column 10: does not end in ".img"' ]
  [ "${stderr_lines[1]}" = 'vmango-imagetool: line 3: : column 1: does not end in ".img"' ]
}

@test "parse --strict takes the canonical form alone" {
  run -0 vmango-imagetool parse --strict Centos-7_amd64_qcow2.img
  run vmango-imagetool parse --strict Centos-7-amd64_qcow2.img
  refused 1 'column 9: not canonical, which is "Centos-7_amd64_qcow2.img"'
}

@test "parse does not write control characters to the terminal, nor read endless lines" {
  run vmango-imagetool parse $'Centos-7\e[31m_amd64_qcow2.img'
  refused 1 'Centos-7\x1b[31m_amd64_qcow2.img: column 9'
  run vmango-imagetool parse < <(head -c 3000000 /dev/zero | tr '\0' x; echo; echo Debian-12_amd64_raw.img)
  [ "$status" -eq 1 ]
  [[ $output == *'column 171: longer than 170 bytes'*'Debian-12_amd64_raw.img'$'\t'* ]]
}

@test "parse fails when standard output can't be written" {
  run vmango-imagetool parse Debian-12_amd64_raw.img >/dev/null
  run -3 sh -c 'vmango-imagetool parse Debian-12_amd64_raw.img >/dev/full'
}

@test "name gives published files their names, and says what decides the rest" {
  run -0 vmango-imagetool name debian-12-genericcloud-amd64.qcow2 \
    https://example.org/Fedora-Cloud-Base-39-1.5.aarch64.raw.xz
  [ "${lines[0]}" = Debian-12_amd64_qcow2.img ]
  [ "${lines[1]}" = Fedora-39_arm64_raw.img ]
  run vmango-imagetool name openbsd-min.qcow2
  refused 1 'the name does not say: OS version (--version), architecture (--arch)'
  run -0 vmango-imagetool name --version 7.6 --arch amd64 openbsd-min.qcow2
  [ "$output" = OpenBSD-7.6_amd64_qcow2.img ]
}

@test "name does not take options against what the name says" {
  run vmango-imagetool name --arch arm64 debian-12-genericcloud-amd64.qcow2
  refused 1 'its name says amd64, not arm64'
  run vmango-imagetool name --arch sparc x.qcow2
  refused 2 'unknown architecture "sparc"'
}

@test "name reads the format off the content where the name does not tell it" {
  qemu-img create -q -f qcow2 flatcar_production_qemu_image.img 1M
  run -0 vmango-imagetool name --version 3815.2.0 --arch amd64 flatcar_production_qemu_image.img
  [ "$output" = Flatcar-3815.2.0_amd64_qcow2.img ]
  qemu-img create -q -f raw debian-12-genericcloud-amd64.qcow2 1M
  run vmango-imagetool name debian-12-genericcloud-amd64.qcow2
  refused 1 'is named qcow2 but contains raw'
}

# disk FILE LABEL: a raw disk of 8 MiB with a partition table and something in it.
disk() {
  truncate -s 8M "$1"
  sfdisk -q --label "$2" "$1" <<<'1M,4M' >/dev/null
  head -c 300000 /dev/urandom | dd of="$1" bs=1M seek=2 conv=notrunc status=none
}

@test "inspect tells what QEMU tells, of every version and kind of cluster" {
  disk gpt.raw gpt
  disk dos.raw dos
  qemu-img convert -O qcow2 gpt.raw v3.qcow2
  qemu-img convert -O qcow2 -o compat=0.10 gpt.raw v2.qcow2
  qemu-img convert -O qcow2 -c gpt.raw packed.qcow2
  qemu-img convert -O qcow2 -o extended_l2=on,cluster_size=128k dos.raw extended.qcow2
  qemu-img convert -O qcow2 -o cluster_size=2M dos.raw large.qcow2
  qemu-img convert -O qcow2 -o compression_type=zstd -c dos.raw zstd.qcow2
  qemu-img convert -O qcow2 -o preallocation=metadata gpt.raw metadata.qcow2
  for file in *.raw *.qcow2; do
    run -0 vmango-imagetool inspect -o json "$file"
    qemu-img info --output=json "$file" >info.json
    echo "$file" && jq -c '.[]' <<<"$output"
    [ "$(jq .[0].VirtualSize <<<"$output")" = "$(jq '."virtual-size"' info.json)" ]
    [ "$(jq .[0].Size <<<"$output")" = "$(jq '."actual-size"' info.json)" ]
    [ "$(jq .[0].Format <<<"$output")" = "$(jq .format info.json)" ]
    [ "$(jq .[0].ClusterSize <<<"$output")" = "$(jq '."cluster-size"' info.json)" ]
    [ "$(jq .[0].Compression <<<"$output")" = "$(jq '."format-specific".data."compression-type"' info.json)" ]
    case $file in
      zstd.qcow2) expected=null ;;
      gpt.raw | v?.qcow2 | packed.qcow2 | metadata.qcow2) expected='"gpt"' ;;
      *) expected='"mbr"' ;;
    esac
    [ "$(jq -c .[0].PartitionTable <<<"$output")" = "$expected" ]
    [ "$(jq -c .[0].Problems <<<"$output")" = '[]' ]
  done
}

@test "inspect reads packed images and pipes" {
  disk disk.raw gpt
  qemu-img convert -O qcow2 disk.raw disk.qcow2
  gzip -k disk.qcow2 && bzip2 -k disk.qcow2 && xz -k disk.qcow2
  zstd -q disk.qcow2 && lz4 -q disk.qcow2 disk.qcow2.lz4
  for packing in gz bz2 xz zst lz4; do
    run -0 vmango-imagetool inspect -o json - <"disk.qcow2.$packing"
    [ "$(jq -c '.[0] | [.Packing, .Format, .VirtualSize]' <<<"$output")" = "[\"$packing\",\"qcow2\",8388608]" ]
    [ "$(jq .[0].ImageSize <<<"$output")" -eq "$(stat -c %s disk.qcow2)" ]
  done
  run -0 vmango-imagetool inspect -o tsv - < <(cat disk.raw)
  [ "$output" = $'-\traw\t\t8388608\t\t\t\t\t\t\t\tgpt\t\t[]' ]
}

@test "inspect sees a truncated image wherever it is cut" {
  disk disk.raw gpt
  qemu-img convert -O qcow2 disk.raw whole.qcow2
  qemu-img convert -O qcow2 -c disk.raw packed.qcow2
  for file in disk.raw whole.qcow2 packed.qcow2; do
    size=$(stat -c %s "$file")
    for cut in $((size - 512)) $((size / 2)) $((size / 3)) 70000 66000; do
      head -c "$cut" "$file" >cut.img
      run vmango-imagetool inspect cut.img
      refused 1 truncated
    done
  done
}

@test "inspect says whether the name agrees with the content" {
  disk Debian-12_amd64_raw.img gpt
  run -0 vmango-imagetool inspect -o json Debian-12_amd64_raw.img
  [ "$(jq .[0].NameAgrees <<<"$output")" = true ]
  sfdisk -q --part-type Debian-12_amd64_raw.img 1 B921B045-1DF0-41C3-AF44-4C6F280D3FAE
  run -1 vmango-imagetool inspect -o json Debian-12_amd64_raw.img
  [ "$(jq -c '.[0] | [.NameAgrees, .Problems]' <<<"$output")" = \
    '[false,["is named amd64 but has a partition for arm64"]]' ]
}

@test "inspect finds what is wrong with each of the hostile images" {
  "$fixtures/hostile-images" . >list
  while IFS=$'\t' read -r file refusal; do
    [[ $file != virtual-size/* ]] || continue
    run vmango-imagetool inspect -o json "$file"
    problems=$(jq -r '.[0].Problems[]' <<<"$output" 2>/dev/null) || problems=$output
    echo "$file: $problems"
    [ "$status" -ne 0 ]
    [[ $problems == *"$refusal"* ]]
  done <list
  [ "$(wc -l <list)" -gt 40 ]
}

@test "inspect reports a file that it can't read, and goes on" {
  qemu-img create -q -f qcow2 good.qcow2 1M
  run vmango-imagetool inspect missing . good.qcow2
  [ "$status" -eq 1 ]
  [[ $output == *'missing: can'"'"'t open: No such file or directory'* ]]
  [[ $output == *'.: is a folder'* ]]
  [[ $output == *$'good.qcow2\tqcow2\t'* ]]
}

# The test driver has no pool of images and no uploads: what gets so far was not refused.
import() {
  run vmango-imagetool import -c test:///default "$@"
}

@test "import refuses each of the hostile images before it asks a hypervisor" {
  "$fixtures/hostile-images" . >list
  while IFS=$'\t' read -r file refusal; do
    import --as "${file#*/}" "$file"
    echo "$file: $output"
    [ "$status" -eq 2 ]
    [[ $output == "vmango-imagetool: $file: "*"$refusal"* ]]
  done <list
}

@test "import takes what is good up to the hypervisor" {
  disk disk.raw gpt
  import --as Debian-12_amd64_raw.img disk.raw
  refused 3 'pool vmango-images: '
  import --pool default-pool --as Debian-12_amd64_raw.img disk.raw
  refused 3 "test:///default: can't "
  import --as Debian-12_amd64_raw.img - <disk.raw
  refused 3 'pool vmango-images: '
}

@test "import needs a name, and a canonical one" {
  disk disk.raw gpt
  import disk.raw
  refused 2 'disk.raw: the name does not say: OS (--os)'
  import - <disk.raw
  refused 2 'standard input has no name; give one with --as'
  import --as Debian-12-x86_64_raw.img disk.raw
  refused 2 'column 10: not canonical, which is "Debian-12_amd64_raw.img"'
  import --as Debian-12 disk.raw
  refused 2 'Debian-12: column 10: does not end in ".img"'
}

@test "import refuses what is larger than it may be" {
  truncate -s 3T large.raw
  import --as Debian-12_amd64_raw.img large.raw
  refused 2 'has a virtual size of 3.0 TiB, but at most 2.0 TiB are allowed'

  import --max-size 10M --as Debian-12_amd64_raw.img large.raw
  refused 2 'at most 10.0 MiB are allowed'
}

@test "import wants checksums that it can read" {
  disk disk.raw gpt
  import --checksum md5:00 --as Debian-12_amd64_raw.img disk.raw
  refused 2 'not sha256:... or sha512:...: "md5:00"'
  sha256sum disk.raw >SHA256SUMS
  import --sums missing --as Debian-12_amd64_raw.img disk.raw
  refused 2 'missing: No such file or directory'
  import --sums SHA256SUMS --as Debian-12_amd64_raw.img other.raw
  refused 2 'SHA256SUMS: has no SHA-256 or SHA-512 of other.raw'
  import --sums SHA256SUMS --checksum "sha256:$(cut -c -64 SHA256SUMS)" --as Debian-12_amd64_raw.img disk.raw
  refused 2 'exclude each other'
}

@test "a FIFO is read wherever the user names a file" {
  disk disk.raw gpt
  qemu-img convert -O qcow2 disk.raw disk.qcow2
  run -0 vmango-imagetool inspect -o json <(cat disk.qcow2) <(gzip -c disk.raw)
  [ "$(jq -c '.[] | [.Format, .Packing, .Size, .Problems]' <<<"$output")" = \
    $'["qcow2",null,null,[]]\n["raw","gz",null,[]]' ]
  run -0 vmango-imagetool inspect -o json /dev/fd/5 5<disk.qcow2
  [ "$(jq -c '.[] | [.Format, .VirtualSize]' <<<"$output")" = '["qcow2",8388608]' ]
  run vmango-imagetool inspect <(head -c 1000 disk.qcow2)
  refused 1 'is truncated'
  run -0 vmango-imagetool name --os Debian --version 12 --arch amd64 <(cat disk.qcow2)
  [ "$output" = Debian-12_amd64_qcow2.img ]
  import --as Debian-12_amd64_raw.img <(cat disk.raw)
  refused 3 'pool vmango-images: '
  import --as Debian-12_amd64_raw.img --sums <(sha256sum disk.raw) disk.raw
  refused 3 'pool vmango-images: '
  import --as Debian-12_amd64_raw.img --sums - disk.raw < <(sha256sum disk.raw)
  refused 3 'pool vmango-images: '
  import --as Debian-12_amd64_raw.img --sums <(sha256sum disk.qcow2) disk.raw
  refused 2 'has no SHA-256 or SHA-512 of disk.raw'
  import --as Debian-12_amd64_raw.img --sums - - <disk.raw
  refused 2 'only one of FILE and --sums can be standard input'
}

@test "list says which pool it can't read" {
  run vmango-imagetool list -c test:///default
  refused 3 'pool vmango-images: '
  run vmango-imagetool list -c test:///default --pool default-pool
  [ "$status" -eq 0 ]
  run vmango-imagetool list --dir . --pool x
  refused 2 '--dir and --pool or --connect exclude each other'
  run vmango-imagetool list --dir missing
  refused 3 'missing: No such file or directory'
}

@test "list --dir leaves out what is no image, and says why" {
  qemu-img create -q -f qcow2 Debian-12_amd64_qcow2.img 1G
  qemu-img create -q -f raw Debian-13_amd64_qcow2.img 1M
  qemu-img create -q -f qcow2 -b Debian-12_amd64_qcow2.img -F qcow2 Debian-14_amd64_qcow2.img
  mkdir Debian-15_amd64_raw.img
  mkfifo Debian-16_amd64_raw.img
  run --separate-stderr -0 vmango-imagetool list --dir . -o json
  [ "$(jq -c '.[] | [.Id, .VirtualSize, .PoolName, .Path]' <<<"$output")" = \
    '["Debian-12_amd64_qcow2.img",1073741824,null,"./Debian-12_amd64_qcow2.img"]' ]
  [[ $stderr == *'Debian-13_amd64_qcow2.img: is named qcow2 but contains raw'* ]]
  [[ $stderr == *'Debian-14_amd64_qcow2.img: has a backing file, "Debian-12_amd64_qcow2.img"'* ]]
  [[ $stderr == *'Debian-15_amd64_raw.img: is not a regular file'* ]]
  [[ $stderr == *'Debian-16_amd64_raw.img: is not a regular file'* ]]
}

@test "the examples of the manual that need no network do what it shows" {
  manual=$BATS_TEST_DIRNAME/../../imagetool/vmango-imagetool.1
  grep -A 1 '^\$ vmango-imagetool name' "$manual" | grep -v '^--' >examples
  [ "$(wc -l <examples)" -eq 4 ]
  while read -r prompt command && read -r expected; do
    [ "$prompt" = '$' ]
    [ "$(eval "$command")" = "$expected" ]
  done <examples
  vmango-imagetool parse -o json Centos-7_amd64_qcow2.img
  grep -qF 'vmango-imagetool parse -o json Centos-7_amd64_qcow2.img' "$manual"
}
