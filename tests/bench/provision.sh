#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# vmango-provision on libvirt's test driver, whole process: 1, 200 and 2000 machines planned,
# each beside `virsh list`, which only connects to the same hypervisor. Medians of one run.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
templates=$(cd "$here/../../packaging/templates" && pwd)
node=$(cd "$here/../fixtures/provision" && pwd)/node.xml
[ -n "${BUILD:-}" ] || { echo "usage: make bench" >&2; exit 2; }
virsh=$(command -v virsh)
build=$(cd "$BUILD" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

# batch COUNT: the path of a batch of so many machines, each with a config drive.
batch() {
  cat >"$1.ini" <<INI
[hypervisor local]
url = test://$node
vm_template = $templates/vm.xml.in
volume_template = $templates/volume.xml.in
[plan small]
memory = 512
disk_size = 5
[machine web-{1..$1}]
plan = small
image = Debian-12
userdata = #!/bin/sh
INI
  printf '%s\n' "$folder/$1.ini"
}

# planned BATCH: as apply would do it, "1" (there is something to do) being no failure.
cat >planned <<'SH'
#!/bin/sh
"$0.program" plan "$1" || [ $? -eq 1 ]
SH
chmod +x planned
ln -s "$build/vmango-provision" planned.program

printf 'machines\tplan ms\tvirsh list ms\tplan/virsh\tms a machine\n'
for count in 1 200 2000; do
  "$build/tests/bench/compare" $((count > 200 ? 5 : 20)) /dev/null "$folder/planned" "$(batch $count)" \
    -- "$virsh" --quiet --connect "test://$node" list --all >figures
  read -r plan_us virsh_us <figures
  awk -v OFS='\t' -v count=$count -v plan="$plan_us" -v virsh="$virsh_us" \
    'BEGIN {print count, sprintf("%.1f", plan / 1000), sprintf("%.1f", virsh / 1000),
      sprintf("%.1f", plan / virsh), sprintf("%.2f", plan / 1000 / count)}'
done | column -t -s $'\t'
