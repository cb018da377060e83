# SPDX-License-Identifier: GPL-2.0-or-later
# Whose machine it is, on real hypervisors: nothing goes that is not known to be the batch's.
bats_require_minimum_version 1.5.0

setup_file() {
  load lab
  lab_up one --no-system --no-firewall
}

teardown_file() {
  load lab
  lab_down
}

setup() {
  load lab
  cd "$BATS_FILE_TMPDIR" || return
}

# batch FILE [HEAD [HYPERVISOR...]]: the machines come from standard input. Guests need not boot.
batch() {
  local file=$1 head=${2-} name
  shift $(($# < 2 ? $# : 2))
  [ $# -gt 0 ] || set -- one
  mkdir -p "$(dirname "$file")"
  { echo "$head"
    for name; do lab_section "$name" "$name"; done
    printf '%s\n' '[plan tiny]' 'memory = 32' 'disk_size = 2' '[defaults]' 'plan = tiny' \
      'image = Debian-12' 'hypervisor = any'
    cat; } >"$file"
}

apply() {
  vmango-provision apply -q --wait 0 "$@"
}

domains() {
  lab_virsh "${1-one}" list --all --name | sort | paste -sd ' '
}

volumes() {
  lab_virsh one vol-list default | awk '{ print $1 }' | sort | paste -sd ' '
}

# on_terminal ANSWER COMMAND...: runs it on a terminal of its own and types the answer.
on_terminal() {
  local answer=$1
  shift
  printf '%s\n' "$answer" | script --quiet --return --command "$(printf '%q ' "$@")" /dev/null
}

@test "apply --prune by another file of the name deletes nothing; the error says what to add" {
  batch A/site.ini <<<'[machine a]'
  batch B/site.ini <<<'[machine b]'
  run -0 apply A/site.ini
  run -2 --separate-stderr apply --prune B/site.ini
  [[ $stderr == *'B/site.ini: batch is missing: '*'add "batch = site" before the first section' ]]
  run -0 --separate-stderr vmango-provision apply --wait 0 B/site.ini
  # A's machine is not even listed there.
  [[ $stderr != *'not in the file'* ]]
  run -2 --separate-stderr vmango-provision destroy --all B/site.ini
  [ "$(domains)" = 'a b' ]
  run lab_virsh one metadata a https://vmango.org/schema/tools
  [[ $output == *"<batch name=\"site\" file=\"$PWD/A/site.ini\"/>"* ]]
  run -0 vmango-provision destroy -q A/site.ini
  [ "$(domains)" = b ]
  # Both say the name: then they are one batch.
  batch A/site.ini 'batch = site' </dev/null
  run -0 --separate-stderr vmango-provision destroy --all -o tsv A/site.ini
  [[ $stderr == *'b on one, which runs, will be deleted with default/b_disk, default/b_config.iso, 192.168.124.'*' on vmango'* ]]
  [ "$(cut -f 1,2 <<<"$output")" = $'b\tdestroyed' ]
  [ -z "$(volumes)" ]
}

@test "what goes is listed and asked for on a terminal; a no changes nothing" {
  batch lab.ini <<<'[machine web-{1..2}]'
  run -0 apply lab.ini
  run -4 --separate-stderr vmango-provision destroy -n -o json lab.ini
  [ "$(jq -c '.[0] | [.Name, .Action, [.Owns.Volumes[].Name], .Owns.Reservation.Network]' <<<"$output")" = \
    '["web-1","delete",["web-1_disk","web-1_config.iso"],"vmango"]' ]
  run -1 on_terminal no vmango-provision destroy lab.ini
  echo "$output"
  [[ $output == *'web-1 on one, which runs, will be deleted with default/web-1_disk, '* ]]
  [[ $output == *'delete 2 machines of batch "lab"? [y/N]'*'nothing was changed'* ]]
  run -1 on_terminal '' vmango-provision destroy lab.ini
  run -1 on_terminal yesterday vmango-provision destroy lab.ini
  [ "$(domains)" = 'web-1 web-2' ]
  batch lab.ini 'batch = lab' <<<'[machine web-1]'
  run -1 on_terminal n vmango-provision apply --prune --wait 0 lab.ini
  [[ $output == *'delete 1 machine of batch "lab"? [y/N]'*'nothing was changed'* ]]
  [ "$(domains)" = 'web-1 web-2' ]
  run -0 on_terminal y vmango-provision apply --prune --wait 0 lab.ini
  [ "$(domains)" = web-1 ]
  run -0 on_terminal n vmango-provision destroy --yes lab.ini
  [[ $output != *'[y/N]'* ]]
  [ -z "$(domains)$(volumes)" ]
}

@test "protect is kept with the machine, follows the file without a restart, and holds" {
  batch lab.ini 'batch = lab' <<<$'[machine web-{1..2}]\n[machine safe]\nprotect = yes'
  run -0 apply lab.ini
  id=$(lab_virsh one domid safe)
  run -1 --separate-stderr vmango-provision destroy lab.ini
  [[ $stderr == *'safe: is protected; remove "protect" from its section and run apply first'*'nothing was changed' ]]
  [ "$(domains)" = 'safe web-1 web-2' ]
  # No longer in the file: the metadata know it.
  batch lab.ini 'batch = lab' <<<'[machine web-1]'
  run -1 --separate-stderr vmango-provision apply --prune --wait 0 lab.ini
  [[ $stderr == *'safe: is protected, and not in the file'* ]]
  [ "$(domains)" = 'safe web-1 web-2' ]
  run -0 vmango-provision destroy -q --all -m web-2 lab.ini
  # A copy of the file that does not know it yet does not delete it either.
  batch lab.ini 'batch = lab' <<<$'[machine web-1]\nprotect = yes\n[machine safe]'
  run -1 --separate-stderr vmango-provision destroy -m safe lab.ini
  run -4 --separate-stderr vmango-provision plan -o tsv lab.ini
  [ "$(cut -f 1,2,5 <<<"$output")" = $'web-1\tchange\tProtect: no -> yes\nsafe\tchange\tProtect: yes -> no' ]
  run -0 --separate-stderr vmango-provision apply --wait 0 -o tsv lab.ini
  [ "$(cut -f 1,2 <<<"$output")" = $'web-1\tupdated\nsafe\tupdated' ]
  [[ $stderr != *differs* ]]
  [ "$(lab_virsh one domid safe)" = "$id" ]
  run -0 vmango-provision plan lab.ini
  run -0 vmango-provision destroy -q -m safe lab.ini
  run -1 vmango-provision destroy lab.ini
  sed -i '/^protect/d' lab.ini
  run -0 apply lab.ini
  run -0 vmango-provision destroy -q lab.ini
  [ -z "$(domains)$(volumes)" ]
}

# vmango_made NAME DISK: a domain as Vmango makes one.
vmango_made() {
  lab_virsh one define /dev/stdin <<EOF
<domain type='qemu'><name>$1</name><memory unit='MiB'>32</memory>
<metadata><vmango:md xmlns:vmango="http://vmango.org/schema/md"><vmango:imageId>Debian-12_amd64_qcow2.img</vmango:imageId>
<vmango:os>Debian-12</vmango:os><vmango:creator>alice</vmango:creator><vmango:plan>tiny</vmango:plan></vmango:md></metadata>
<os><type arch='x86_64'>hvm</type></os>
<devices><disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='/var/lib/libvirt/images/$2'/>
<target dev='vda' bus='virtio'/></disk>
<interface type='network'><mac address='52:54:00:aa:00:0$3'/><source network='vmango'/></interface></devices></domain>
EOF
}

@test "adopt takes a machine of Vmango with what nobody else uses, and of another file" {
  for disk in old_disk shared_disk; do
    lab_virsh one vol-create-as default "$disk" 2G --format qcow2
  done
  vmango_made old old_disk 1
  vmango_made shared shared_disk 2
  vmango_made other shared_disk 3
  lab_virsh one net-update vmango add ip-dhcp-host --live --config \
    "<host mac='52:54:00:aa:00:01' name='old' ip='192.168.124.77'/>"
  batch lab.ini <<<'[machine {old,shared}]'
  run -2 --separate-stderr vmango-provision apply lab.ini
  [[ $stderr == *"machine old: the name is taken on one by a domain of Vmango (user alice); to take it into this batch: vmango-provision adopt $PWD/lab.ini old"* ]]
  run -1 on_terminal n vmango-provision adopt lab.ini old shared
  [[ $output == *'old on one, a domain of Vmango (user alice), becomes a machine of batch "lab" and owns default/old_disk, 192.168.124.77 on vmango'* ]]
  [[ $output == *'shared: disk /var/lib/libvirt/images/shared_disk is not known to be its own; destroy does not delete it'* ]]
  [[ $output == *'take 2 machines into batch "lab"? [y/N]'*'nothing was changed'* ]]
  run -1 lab_virsh one metadata old https://vmango.org/schema/tools
  before=$(lab_virsh one dumpxml --inactive old | grep -v -e tools: -e '<batch')
  run -0 --separate-stderr vmango-provision adopt -y -o tsv lab.ini old shared
  [ "$(cut -f 1,2,3 <<<"$output")" = $'old\tadopted\tstopped\nshared\tadopted\tstopped' ]
  # Vmango's element and all the rest are as they were.
  diff <(lab_virsh one dumpxml --inactive old | sed '/<tools:machine/,/<\/tools:machine/d') <(echo "$before")
  run -0 --separate-stderr vmango-provision adopt -o tsv lab.ini old
  [ "$(cut -f 1,2 <<<"$output")" = $'old\tkept' ]
  # From here on it is as the batch's own: found by its own UUID, not the batch's.
  run -0 vmango-provision start -q --wait 0 -m old lab.ini
  run --separate-stderr vmango-provision status -o tsv lab.ini
  [ "$(cut -f 1,3,4 <<<"$output")" = $'old\trunning\t192.168.124.77\nshared\tstopped\t' ]
  run -0 --separate-stderr vmango-provision status --all -o tsv lab.ini
  [ "$(cut -f 1,2,7 <<<"$output" | sort)" = $'old\tthis\talice\nother\tvmango\talice\nshared\tthis\talice' ]
  # Another file of the name takes one over, and the first has lost it.
  batch B/lab.ini <<<'[machine old]'
  run -0 --separate-stderr vmango-provision adopt -q -o tsv B/lab.ini old
  [ "$(cut -f 1,2 <<<"$output")" = $'old\tadopted' ]
  run -2 --separate-stderr vmango-provision destroy lab.ini
  [[ $stderr == *'machine old: the name is taken on one by a domain of batch "lab" (file '*/B/lab.ini* ]]
  run -0 vmango-provision destroy -q B/lab.ini
  run -0 vmango-provision destroy -q --machine shared lab.ini || run -0 vmango-provision destroy -q lab.ini
  [ "$(domains)" = other ]
  [ "$(volumes)" = shared_disk ]
  run lab_virsh one net-dumpxml vmango
  [[ $output != *'<host '* ]]
  lab_virsh one undefine other
  lab_virsh one vol-delete shared_disk default
}

@test "adopt takes back a machine whose metadata another tool has dropped" {
  batch lab.ini <<<'[machine bare]'
  run -0 apply lab.ini
  lab_virsh one dumpxml --inactive bare | sed '/<metadata>/,/<\/metadata>/d' | lab_virsh one define /dev/stdin
  lab_virsh one define /dev/stdin <<<'<domain type="qemu"><name>alien</name><memory>1</memory><os><type>hvm</type></os></domain>'
  run -2 --separate-stderr vmango-provision destroy lab.ini
  [[ $stderr == *"taken on one by a domain of no batch, with the UUID of this machine; to take it into this batch: vmango-provision adopt $PWD/lab.ini bare"* ]]
  run -0 --separate-stderr vmango-provision adopt -q -o tsv lab.ini bare
  [ "$(cut -f 1,2 <<<"$output")" = $'bare\tadopted' ]
  run -0 vmango-provision destroy -q lab.ini
  [ -z "$(volumes)" ]
  # Of others nothing says that they ever were the batch's.
  batch lab.ini <<<'[machine alien]'
  run -2 vmango-provision adopt lab.ini alien
  [ "$(domains)" = alien ]
  lab_virsh one undefine alien
}

@test "a machine that names no file gets that of the batch that keeps it as it is" {
  local tools=https://vmango.org/schema/tools id
  batch A/site.ini <<<'[machine a]'
  batch B/site.ini <<<'[machine a]'
  sed -i 's/^memory.*/memory = 48/' B/site.ini
  run -0 apply A/site.ini
  id=$(lab_virsh one domid a)
  # As 0.1 leaves it.
  lab_virsh one metadata a "$tools" --key tools --live --config \
    --set "$(lab_virsh one metadata a "$tools" | sed 's/ file="[^"]*"//; s/ run="[^"]*"//')"
  run lab_virsh one metadata a "$tools"
  [[ $output == *'<batch name="site"/>'* ]]
  # A batch that has it otherwise may be another.
  run -1 apply B/site.ini
  run lab_virsh one metadata a "$tools"
  [[ $output == *'<batch name="site"/>'* ]]
  run -0 --separate-stderr vmango-provision apply --wait 0 -o tsv A/site.ini
  [[ $output == a$'\tkept\t'* && $stderr == *'1 machine, nothing to change' ]]
  run lab_virsh one metadata a "$tools"
  [[ $output == *"<batch name=\"site\" file=\"$PWD/A/site.ini\"/>"* ]]
  [ "$(lab_virsh one domid a)" = "$id" ]
  run -2 --separate-stderr apply B/site.ini
  [[ $stderr == *"the name is taken on "*"file $PWD/A/site.ini"* ]]
  run -0 vmango-provision destroy -q A/site.ini
}

@test "a hypervisor under two URLs is not taken for two, one of which can go" {
  batch lab.ini 'batch = lab' one <<<'[machine web]'
  run -0 apply lab.ini
  { cat lab.ini && lab_section one again | sed 's,socket=/,socket=/./,'; } >both.ini
  run -2 --separate-stderr vmango-provision plan both.ini
  [[ $stderr == *'web: one and again may be one hypervisor under two URLs (both have the host UUID '*'); if so, remove one of them from the batch'* ]]
  [[ $stderr != *undefine* ]]
  run -0 vmango-provision destroy -q lab.ini
}

@test "what can't be looked for on a hypervisor is not called deleted" {
  batch lab.ini 'batch = lab' one <<<$'[hypervisor gone]\nurl = qemu+unix:///system?socket=/nonexistent\n[machine web]\nhypervisor = one'
  run -0 apply lab.ini
  run -1 --separate-stderr vmango-provision apply -q --prune lab.ini
  [[ $stderr == *"gone can't be reached ("*"): machines of batch lab on it stay"* ]]
  run -4 --separate-stderr vmango-provision destroy -n lab.ini
  [[ $stderr == *"gone can't be reached ("* ]]
  run -1 --separate-stderr vmango-provision destroy -q --all lab.ini
  [[ $stderr == *"gone can't be reached ("* ]]
  [ -z "$(domains)" ]
}

@test "export prints what check accepts of a domain of virt-install" {
  lab_virsh one vol-create-as default v_disk 3G --format qcow2 \
    --backing-vol /var/lib/libvirt/vmango-images/Debian-12_amd64_qcow2.img --backing-vol-format qcow2
  vmango_made v v_disk 4
  lab_virsh one metadata v http://vmango.org/schema/md --remove --config
  run -0 --separate-stderr vmango-provision export -c "$(lab_uri one)" v
  { echo 'batch = got'; echo "$output"; } >got.ini
  [[ $output == *$'[machine v]\nhypervisor = local\nplan = 32M-1cpu-3072M\nimage = Debian-12_amd64_qcow2.img\nip = dhcp'* ]]
  [[ $output == *$'network = vmango\nroot_storage_pool = default'* ]]
  run -0 vmango-provision check --offline got.ini
  run -2 --separate-stderr vmango-provision adopt got.ini v
  [[ $stderr == *'the name is taken on local by a domain of no batch; adopt only takes domains of Vmango'* ]]
  lab_virsh one undefine v
  lab_virsh one vol-delete v_disk default
  # Of a machine of ours, what every batch makes is no loss.
  batch lab.ini <<<'[machine web]'
  run -0 apply lab.ini
  run -0 --separate-stderr vmango-provision export -c "$(lab_uri one)" web
  [[ $output == *$'\n[machine web]\n'* && $output != *cdrom* && $output != *CPU* ]]
  run -0 vmango-provision destroy -q lab.ini
}

# As two runs leave it that could not see each other's hypervisor; a migration leaves the same run.
created_twice() {
  lab_virsh one dumpxml --inactive web | sed -E 's/ run="[0-9a-f-]*"/ run="5f0c1d5e-0d0c-4d6b-9d3a-2f6c1f3b7a10"/' |
    lab_virsh two define /dev/stdin
}

@test "a machine on two hypervisors, and one that may be on a third" {
  local command
  lab_up two --no-system --no-firewall
  batch lab.ini 'batch = lab' one two <<<'[machine web]'
  run -0 apply lab.ini
  created_twice
  run -2 --separate-stderr apply lab.ini
  echo "$stderr"
  [[ $stderr == *'web is on one, where it runs, and on two, where it does not run'* ]]
  command=$(sed -n 's/.*to keep the one on one, which runs: //p' <<<"$stderr")
  [[ $command == "virsh -c "*" undefine --keep-nvram --snapshots-metadata --managed-save web" ]]
  # One is paused: it still has its disk open, and a migration may wait there.
  lab_virsh one suspend web
  run -2 --separate-stderr apply lab.ini
  [[ $stderr == *'web is on one, where it runs, and on two, where it does not run'* ]]
  lab_virsh one resume web
  # The command is pasted as it was printed.
  run -0 bash -c "$command"
  [ "$(domains one)" = web ]
  [ -z "$(domains two)" ]
  run -0 vmango-provision plan lab.ini
  # Not in the file, on both: listed, not pruned.
  created_twice
  batch lab.ini 'batch = lab' one two </dev/null
  run -0 --separate-stderr vmango-provision plan -o tsv lab.ini
  [ "$(cut -f 1,2,3 <<<"$output")" = $'web\tunlisted\tone\nweb\tunlisted\ttwo' ]
  run -2 --separate-stderr vmango-provision apply --prune lab.ini
  command=$(sed -n 's/.*to keep the one on two: //p' <<<"$stderr")
  run -0 bash -c "$command"
  [ "$(domains two)" = web ]
  lab_virsh two undefine web
  # What ran on a hypervisor that is gone is created elsewhere on demand alone.
  batch lab.ini 'batch = lab' two one <<<$'[machine web]\n[machine db]\nhypervisor = one'
  lab_virsh one vol-delete web_disk default
  lab_virsh one vol-delete web_config.iso default
  lab_virsh one net-update vmango delete ip-dhcp-host --live --config \
    "$(lab_virsh one net-dumpxml vmango | grep -o '<host .*/>')"
  run -0 apply -m web lab.ini
  [ "$(domains two)" = web ]
  lab_down two
  run -1 --separate-stderr apply lab.ini
  [[ $stderr == *"web: may be on two, which can't be reached ("*"); --assume-lost two creates it elsewhere"* ]]
  [ "$(domains one)" = db ]
  run --separate-stderr apply --assume-lost two lab.ini
  echo "$stderr"
  [ "$status" -eq 0 ]
  [ "$(domains one)" = 'db web' ]
}
