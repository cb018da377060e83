# SPDX-License-Identifier: GPL-2.0-or-later
# Whose a machine is, on libvirt's test driver: who is named, what is refused, what is listed.
bats_require_minimum_version 1.5.0

setup() {
  templates=$(cd "$BATS_TEST_DIRNAME/../../packaging/templates" && pwd)
  cd "$BATS_TEST_TMPDIR" || return
  node rack1 </dev/null
  node rack2 </dev/null
}

# node NAME: a hypervisor with the domains on standard input.
node() {
  { sed '/<\/node>/d' "$BATS_TEST_DIRNAME/../fixtures/provision/node.xml"
    cat
    echo '</node>'; } >"$1.xml"
}

# batch [HEAD]: lab.ini with both racks, the head before and the machines on standard input.
batch() {
  local rack
  { [ $# -eq 0 ] || echo "$1"
    for rack in rack1 rack2; do
      printf '[hypervisor %s]\nurl = test://%s/%s.xml\nvm_template = %s/vm.xml.in\nvolume_template = %s/volume.xml.in\n' \
        "$rack" "$PWD" "$rack" "$templates" "$templates"
    done
    printf '[plan small]\nmemory = 64\ndisk_size = 5\n[defaults]\nplan = small\nimage = Debian-12\nhypervisor = rack1\n'
    cat; } >"${file:-lab.ini}"
}

# domain NAME [UUID [STATE [METADATA]]]: STATE is that of virDomainState, 1 runs and 5 does not.
domain() {
  printf "<domain type='test' xmlns:test='http://libvirt.org/schemas/domain/test/1.0'><name>%s</name>" "$1"
  printf "%s<memory unit='MiB'>64</memory><metadata>%s</metadata><os><type>hvm</type></os>" \
    "${2:+<uuid>$2</uuid>}" "${4-}"
  printf "<test:domainstate/><test:runstate>%s</test:runstate></domain>\n" "${3:-1}" |
    sed 's,<test:domainstate/>,,'
}

# ours BATCH FILE [ATTRIBUTES]: metadata of a machine of ours.
ours() {
  printf '<tools:machine xmlns:tools="https://vmango.org/schema/tools" state="ready" %s>' "${3-}"
  printf '<tools:batch name="%s" file="%s"/><tools:input hash="x"/><tools:instance serial="1"/>' "$1" "$2"
  printf '<tools:volume pool="default" name="gone_disk"/></tools:machine>'
  vmango "${4:-bob}"
}

vmango() {
  printf '<vmango:md xmlns:vmango="http://vmango.org/schema/md"><vmango:creator>%s</vmango:creator></vmango:md>' "$1"
}

# uuid_of BATCH MACHINE: what the batch's name and the machine's make.
uuid_of() {
  printf '[plan p]\nmemory = 1\ndisk_size = 1\n[machine %s]\nplan = p\nimage = x\n' "$2" >"$1.ini.tmp"
  { echo "batch = $1"; cat "$1.ini.tmp"; } |
    vmango-provision context --offline - "$2" | jq -r .Machine.Id
}

@test "--prune and destroy --all need a file that says its name" {
  batch <<<'[machine web]'
  run -2 --separate-stderr vmango-provision plan --prune lab.ini
  [[ $stderr == *'lab.ini: batch is missing: machines of another file of that name would be deleted too; add "batch = lab" before the first section'* ]]
  run -2 --separate-stderr vmango-provision apply --prune lab.ini
  run -2 --separate-stderr vmango-provision destroy --all lab.ini
  [[ $stderr == *'add "batch = lab"'* ]]
  batch 'batch = lab' <<<'[machine web]'
  run -4 --separate-stderr vmango-provision plan --prune -o tsv lab.ini
  [[ $output == $'web\tcreate\t'* ]]
}

@test "machines that the file no longer has are listed; the status is that of the others" {
  batch 'batch = five' </dev/null
  { domain a4 "$(uuid_of five a4)" 1 "$(ours five /x/five.ini)"
    domain a5 "$(uuid_of five a5)" 5 "$(ours five /x/five.ini 'protect="yes"')"; } | node rack2
  run -0 --separate-stderr vmango-provision status -o tsv lab.ini
  [ "$(cut -f 1,2,3,5 <<<"$output")" = $'a4\tunlisted\trunning\track2\na5\tunlisted\tstopped\track2' ]
  [[ $stderr == *'2 machines of batch "five" are not in the file: a4, a5'* ]]
  run -0 --separate-stderr vmango-provision plan -o tsv lab.ini
  [ "$(cut -f 1,2,3 <<<"$output")" = $'a4\tunlisted\track2\na5\tunlisted\track2' ]
  run -0 --separate-stderr vmango-provision apply -o tsv lab.ini
  [ "$(cut -f 1,2,3 <<<"$output")" = $'a4\tunlisted\trunning\na5\tunlisted\tstopped' ]
  [[ $stderr == *'are not in the file: a4, a5'* ]]
  run -0 --separate-stderr vmango-provision destroy lab.ini
  [[ $stderr == *'2 machines of batch "five" are not in the file (kept without --all): a4, a5'* ]]
  # What goes is listed, what is protected stays and stops the rest.
  run -1 --separate-stderr vmango-provision plan --prune -o json lab.ini
  [ "$(jq -c '[.[] | [.Name, .Action, .Reason, .Owns.Volumes]]' <<<"$output")" = \
    '[["a4","delete",null,[{"Pool":"default","Name":"gone_disk"}]],["a5","unlisted","is protected",null]]' ]
  run -1 --separate-stderr vmango-provision apply --prune lab.ini
  [ -z "$output" ]
  [[ $stderr == *'a5: is protected, and not in the file'*$'\n'*'nothing was changed'* ]]
  run -1 --separate-stderr vmango-provision destroy --all lab.ini
  [[ $stderr == *'a5: is protected'* ]]
  # A dry run says so as well.
  for verb in 'destroy --all -n' 'apply --prune -n' 'plan --prune'; do
    run -1 --separate-stderr vmango-provision $verb lab.ini
    [[ $stderr == *'a5: is protected, and not in the file; add it again without "protect" and run apply first'* ]]
  done
  # One of them alone.
  run -4 --separate-stderr vmango-provision destroy -n --all -m a4 -o tsv lab.ini
  [ "$(cut -f 1,2,7 <<<"$output")" = $'a4\tdelete\tdefault/gone_disk' ]
  run -2 --separate-stderr vmango-provision destroy -n --all -m a6 lab.ini
  [[ $stderr == *'no machine "a6" in the batch'* ]]
}

@test "a batch named after its file is that file's: another of the name touches none of it" {
  mkdir -p A B
  file=A/site.ini batch </dev/null
  file=B/site.ini batch <<<'[machine web]'
  { domain web "$(uuid_of site web)" 5 "$(ours site "$PWD/A/site.ini")"
    domain db "$(uuid_of site db)" 5 "$(ours site "$PWD/A/site.ini")"; } | node rack1
  run -0 --separate-stderr vmango-provision status -o tsv A/site.ini
  [ "$(cut -f 1,2 <<<"$output" | sort)" = $'db\tunlisted\nweb\tunlisted' ]
  for verb in plan apply destroy stop; do
    run -2 --separate-stderr vmango-provision "$verb" B/site.ini
    [[ $stderr == *": machine web: the name is taken on rack1 by a domain of batch \"site\" (file $PWD/A/site.ini, user bob); if the files are one batch, add \"batch = site\" before the first section; to take it into this batch: vmango-provision adopt $PWD/B/site.ini web"* ]]
  done
  # The same folder by another way, and a name that both say.
  ln -s A C
  run -0 vmango-provision status C/site.ini
  file=B/site.ini batch 'batch = site' <<<'[machine web]'
  run -0 --separate-stderr vmango-provision destroy -n -o tsv --only nothing --all B/site.ini || true
  run -4 --separate-stderr vmango-provision plan --prune -o tsv B/site.ini
  [ "$(cut -f 1,2 <<<"$output")" = $'web\tchange\ndb\tdelete' ]
}

@test "who has a name is said: batch, file and user, Vmango, or nobody" {
  { domain web "$(uuid_of other web)" 1 "$(ours other /home/bob/other.ini)"
    domain old "" 1 "$(vmango alice)"
    domain router; } | node rack1
  batch <<<$'[machine web]\n[machine old]\n[machine router]\n[machine free]\nhypervisor = any'
  run -2 --separate-stderr vmango-provision plan lab.ini
  [[ $stderr == *'machine web: the name is taken on rack1 by a domain of batch "other" (file /home/bob/other.ini, user bob); if this is the file of that batch, renamed, add "batch = other" before the first section; to take it into this batch: '* ]]
  [[ $stderr == *'machine old: the name is taken on rack1 by a domain of Vmango (user alice); to take it into this batch: '* ]]
  [[ $stderr == *'machine router: the name is taken on rack1 by a domain of no batch'* ]]
  [[ $stderr != *'machine free'* ]]
}

@test "a copy of a machine is not the batch's, whatever its metadata claim" {
  domain copy "" 5 "$(ours lab "$PWD/lab.ini")" | node rack1
  batch 'batch = lab' </dev/null
  run -0 --separate-stderr vmango-provision plan --prune -o tsv lab.ini
  [ -z "$output" ]
  batch 'batch = lab' <<<'[machine copy]'
  run -2 --separate-stderr vmango-provision plan lab.ini
  [[ $stderr == *'by a domain of batch "lab" ('*'), copied from another domain'* ]]
}

@test "status --all lists every domain with its owner, with a batch and without" {
  { domain web "$(uuid_of lab web)" 1 "$(ours lab "$PWD/lab.ini" 'protect="yes"' carol)"
    domain his "$(uuid_of other his)" 5 "$(ours other /other.ini)"
    domain old "" 1 "$(vmango alice)"
    domain broken "" 1 '<tools:machine xmlns:tools="https://vmango.org/schema/tools" state="?"/>'
    domain router; } | node rack1
  batch <<<$'[machine web]\n'
  run -1 --separate-stderr vmango-provision status --all -o tsv lab.ini
  [[ $stderr == *'domain broken on rack1: tools:machine: @state'* ]]
  [ "$(sort <<<"$output")" = "$(sort <<<$'web\tthis\trunning\track1\tlab\t'"$PWD"$'/lab.ini\tcarol\tyes
his\tbatch\tstopped\track1\tother\t/other.ini\tbob\tno
old\tvmango\trunning\track1\t\t\talice\tno
broken\tunknown\trunning\track1\t\t\t\tno
router\tnone\trunning\track1\t\t\t\tno')" ]
  run -1 --separate-stderr vmango-provision status --all -c "test://$PWD/rack1.xml" --only '[how]*' -o tsv
  [ "$(cut -f 1,2 <<<"$output" | sort)" = $'his\tbatch\nold\tvmango\nweb\tbatch' ]
  run -3 --separate-stderr vmango-provision status --all -c "test://$PWD/none.xml"
}

# single [HEAD]: lab.ini with one hypervisor, whose url is for --connect to say.
single() {
  printf '%s\n[hypervisor local]\nvm_template = %s/vm.xml.in\nvolume_template = %s/volume.xml.in\n' "${1-}" "$templates" "$templates"
  printf '[plan small]\nmemory = 64\ndisk_size = 5\n[defaults]\nplan = small\nimage = Debian-12\n[machine web]\n'
}

@test "the command that adopts a machine works as it is printed, through a link and with --connect" {
  mkdir 'my batches'
  single >'my batches/real.ini'
  ln -s 'my batches/real.ini' lab.ini
  domain web '' 5 "$(vmango alice)" | node rack1
  run -2 --separate-stderr vmango-provision plan -c "test://$PWD/rack1.xml" lab.ini
  command=$(sed -n 's/.*; to take it into this batch: //p' <<<"$stderr")
  [ "$command" = "vmango-provision adopt -c test://$PWD/rack1.xml $PWD/lab.ini web" ]
  cd /
  run -0 --separate-stderr sh -c "$command"
  [[ $output == $'web\tadopted\t'* && $stderr == *'becomes a machine of batch "lab"'* ]]
  cd "$BATS_TEST_TMPDIR/my batches"
  run -2 --separate-stderr vmango-provision apply -c "test://$BATS_TEST_TMPDIR/rack1.xml" ../my\ batches/real.ini
  run -0 --separate-stderr sh -c "$(sed -n 's/.*; to take it into this batch: //p' <<<"$stderr")"
  [[ $stderr == *'becomes a machine of batch "real"'* ]]
  # Standard input can't be given again.
  run -2 --separate-stderr vmango-provision plan -c "test://$BATS_TEST_TMPDIR/rack1.xml" - < <(single 'batch = lab')
  [[ $stderr == *'the name is taken'* && $stderr != *' adopt '* ]]
}

@test "a machine that the file no longer has can be named: what it is, and the command that deletes it" {
  batch 'batch = five' <<<'[machine web]'
  domain a4 "$(uuid_of five a4)" 1 "$(ours five /x/five.ini)" | node rack2
  for verb in plan apply destroy status start 'apply -n'; do
    run -2 --separate-stderr vmango-provision $verb -m a4 lab.ini
    [ -z "$output" ]
    [[ $stderr == "vmango-provision: machine \"a4\" of batch \"five\" is on rack2, but no longer in the file; to delete it: vmango-provision destroy --all -m a4 $PWD/lab.ini"* ]]
    [[ $stderr != *'no machine'* ]]
  done
  vmango-provision facts lab.ini >facts.json
  run -2 --separate-stderr vmango-provision plan --facts facts.json -m a4 lab.ini
  [[ $stderr == *'machine "a4" of batch "five" is on rack2'* ]]
  # Another's machine, and one that no batch has, stay unknown.
  run -2 --separate-stderr vmango-provision plan -m a5 lab.ini
  [[ $stderr == *'no machine "a5" in the batch'* ]]
  batch 'batch = six' <<<'[machine web]'
  run -2 --separate-stderr vmango-provision plan -m a4 lab.ini
  [[ $stderr == *'no machine "a4" in the batch'* ]]
  # The command works as it is printed.
  batch 'batch = five' <<<'[machine web]'
  run -2 --separate-stderr vmango-provision apply -m a4 lab.ini
  run --separate-stderr sh -c "${stderr##*delete it: }"
  [[ $output == $'a4\t'* && $stderr == *'a4 on rack2, which runs, will be deleted with default/gone_disk'* ]]
}

@test "status --all selects among all domains, and says whose those of no or another file are" {
  { domain web "$(uuid_of lab web)" 1 "$(ours lab "$PWD/A/lab.ini")"
    domain copy "" 5 "$(ours lab "$PWD/lab.ini")"
    domain router; } | node rack1
  batch <<<'[machine web]'
  run -0 --separate-stderr vmango-provision status --all -m copy -m router -o tsv lab.ini
  [ "$(cut -f 1,2 <<<"$output" | sort)" = $'copy\tcopy\nrouter\tnone' ]
  run -0 --separate-stderr vmango-provision status --all --only 'w*' -o tsv lab.ini
  [ "$(cut -f 1,2,6 <<<"$output")" = $'web\tfile\t'"$PWD/A/lab.ini" ]
  run -1 --separate-stderr vmango-provision status --all -m ruoter -o tsv lab.ini
  [ -z "$output" ]
  [ "$stderr" = 'vmango-provision: no domain "ruoter" on the hypervisors; did you mean "router"?' ]
  run -1 --separate-stderr vmango-provision status --all --only 'x*' -o tsv -c "test://$PWD/rack1.xml"
  [ "$stderr" = 'vmango-provision: --only x* matches no domain on the hypervisors' ]
}

@test "apply that leaves differences is not done: what differs, and the command that changes it" {
  { domain web "$(uuid_of lab web)" 1 "$(ours lab "$PWD/lab.ini")"
    domain db "$(uuid_of lab db)" 1 "$(ours lab "$PWD/lab.ini")"; } | node rack1
  batch 'batch = lab' <<<$'[plan large]\nmemory = 128\ndisk_size = 5\n[machine web]\nplan = large\n[machine db]'
  run -1 --separate-stderr vmango-provision apply --wait 0 -o tsv lab.ini
  [ "$(cut -f 1,2 <<<"$output")" = $'web\tkept\ndb\tkept' ]
  echo "$stderr"
  [[ $stderr == *'web: differs from the batch: ImageId: '*' (not possible); Plan: none -> large; Memory: 64.0 MiB -> 128.0 MiB'* ]]
  [[ $stderr == *$'\nvmango-provision: to change what can be changed in place: vmango-provision apply --update '"$PWD/lab.ini"* ]]
  [[ $stderr != *'nothing to change'* ]]
  run -1 --separate-stderr vmango-provision apply --wait 0 -o tsv --only 'w*' lab.ini
  [[ $stderr == *"in place: vmango-provision apply --update -m web $PWD/lab.ini"* ]]
  run -1 --separate-stderr vmango-provision apply --wait 0 - <lab.ini
  [[ $stderr == *'in place: apply --update'* ]]
}

@test "destroy -n of a protected machine is refused with the reason that destroy has" {
  { domain web "$(uuid_of lab web)" 1 "$(ours lab "$PWD/lab.ini" 'protect="yes"')"
    domain db "$(uuid_of lab db)" 1 "$(ours lab "$PWD/lab.ini")"; } | node rack1
  batch 'batch = lab' <<<$'[machine web]\nprotect = yes\n[machine db]'
  run -1 --separate-stderr vmango-provision destroy lab.ini
  [[ $stderr == *'nothing was changed' ]]
  refusals=$(grep 'is protected' <<<"$stderr")
  run -1 --separate-stderr vmango-provision destroy -n -o tsv lab.ini
  [ "$(cut -f 1,2,6 <<<"$output")" = $'web\tfail\tis protected; remove "protect" from its section and run apply first\ndb\tdelete\t' ]
  [ "$stderr" = "$refusals" ]
  run -4 --separate-stderr vmango-provision destroy -n -o tsv -m db lab.ini
  [[ $output == $'db\tdelete\t'* && -z $stderr ]]
}

@test "status says that a name is taken, and by whom" {
  { domain web "$(uuid_of other web)" 1 "$(ours other /x/other.ini)"
    domain db; } | node rack1
  batch <<<$'[machine web]\n[machine db]\nhypervisor = any\n[machine new]'
  run -1 --separate-stderr vmango-provision status -o json lab.ini
  echo "$output$stderr"
  [ "$(jq -c '.[] | [.Name, .Result]' <<<"$output" | paste -sd ' ')" = '["web","failed"] ["db","absent"] ["new","absent"]' ]
  [ "$(jq -r '.[0].Reason' <<<"$output")" = 'the name is taken on rack1 by a domain of batch "other" (file /x/other.ini, user bob)' ]
  [[ $stderr == *'machine web: the name is taken on rack1 by a domain of batch "other"'* ]]
}

# twins STATE1 STATE2: the machine web on both racks.
twins() {
  local id
  id=$(uuid_of lab web)
  domain web "$id" "$1" "$(ours lab "$PWD/lab.ini")" | node rack1
  domain web "$id" "$2" "$(ours lab "$PWD/lab.ini")" | node rack2
  batch <<<$'[machine web]\nhypervisor = any'
  run -2 --separate-stderr vmango-provision apply lab.ini
  [ -z "$output" ]
}

@test "a machine on two hypervisors: which one runs, and the commands that resolve it" {
  one="test://$PWD/rack1.xml" two="test://$PWD/rack2.xml"
  twins 1 5
  [[ $stderr == *': hypervisor: web is on rack1, where it runs, and on rack2, where it does not run'$'\n'* ]]
  [ "$(grep -c 'to keep' <<<"$stderr")" -eq 2 ]
  [[ $stderr == *"web: to keep the one on rack1, which runs: virsh -c $two undefine --keep-nvram --snapshots-metadata --managed-save web"$'\n'*"web: to keep the one on rack2: virsh -c $one destroy web && virsh -c $one undefine --keep-nvram --snapshots-metadata --managed-save web"* ]]
  twins 5 1
  [[ $stderr == *"web: to keep the one on rack2, which runs: virsh -c $one undefine --keep-nvram --snapshots-metadata --managed-save web"$'\n'*"web: to keep the one on rack1: virsh -c $two destroy web && "* ]]
  twins 5 5
  [[ $stderr != *destroy* ]]
  [[ $stderr == *"to keep the one on rack1: virsh -c $two undefine --keep-nvram --snapshots-metadata --managed-save web"$'\n'*"to keep the one on rack2: virsh -c $one undefine --keep-nvram --snapshots-metadata --managed-save web"* ]]
  twins 1 1
  [[ $stderr == *'where it runs, and on rack2, where it runs; if they share a disk, it is being damaged'* ]]
  [ "$(grep -c "virsh -c .* destroy web && virsh -c .* undefine --keep-nvram --snapshots-metadata --managed-save web" <<<"$stderr")" -eq 2 ]
}

@test "export prints lines that check accepts, with what a batch can't say as comments" {
  local devices xml
  devices='<devices>
<disk type="file" device="disk"><source file="/images/Debian-12_amd64_qcow2.img"/><target dev="vda"/></disk>
<disk type="file" device="disk"><source file="/disks/data # x"/><target dev="vdb"/></disk>
<interface type="network"><mac address="52:54:00:00:00:01"/><source network="vm ango # 1"/></interface>
<interface type="bridge"><mac address="52:54:00:00:00:02"/><source bridge="br0"/></interface></devices>'
  xml=$(domain test '' 5 "$(vmango eve)")
  node rack1 <<<"${xml%%<test:runstate>*}$devices<test:runstate>${xml#*<test:runstate>}"
  run -0 --separate-stderr vmango-provision export -c "test://$PWD/rack1.xml" test
  echo "$output"
  [[ $output == *$'\n[machine test]\n'* ]]
  [[ $output == *'network = "vm ango # 1"'* ]]
  [[ $output == *'# test: not in the batch: disk vdb: /disks/data # x'* ]]
  [[ $output == *'# test: not in the batch: network interface 52:54:00:00:00:02 on br0'* ]]
  [[ $output == *'root_storage_pool = vmango-images'* ]]
  [[ $output == *$'memory = 64M\ncpus = 1\ndisk_size = 1024M\n'* ]]
  [[ $output == *'image = CHANGE-ME'* ]]
  { echo 'batch = got'; echo "$output"; } >got.ini
  run -0 vmango-provision check --offline got.ini
  # What the lines do not say is said: keys and user data, also where the domain records none.
  key='<vmango:sshkeys><vmango:key name="ann">ssh-ed25519 AAAA</vmango:key></vmango:sshkeys><vmango:userdata>#!/bin/sh</vmango:userdata>'
  { domain known "" 5 "$(vmango eve | sed "s,</vmango:md>,$key&,")"
    domain other; } | node rack1
  run -0 --separate-stderr vmango-provision export -c "test://$PWD/rack1.xml" known other
  [[ $output == *'# known: not in the batch: SSH keys: ann'* ]]
  [[ $output == *'# known: not in the batch: 9 bytes of user data'* ]]
  [[ $output != *'# known: its SSH keys'* ]]
  [[ $output == *'# other: its SSH keys and user data are not known'* ]]
  domain 'a{b,c}' | node rack1
  run -1 --separate-stderr vmango-provision export -c "test://$PWD/rack1.xml" 'a{b,c}' missing
  [ -z "$output" ]
  [[ $stderr == *"a{b,c}: a machine can't have its name"*missing* ]]
}

@test "adopt takes what Vmango and other batches created, and nothing else" {
  { domain web "$(uuid_of other web)" 1 "$(ours other /home/bob/other.ini)"
    domain old "" 5 "$(vmango alice)"
    domain busy "$(uuid_of other busy)" 5 "$(ours other /home/bob/other.ini | sed 's/ready/creating/')"
    domain router; } | node rack1
  batch <<<$'[machine web]\n[machine old]\n[machine router]\n[machine busy]\n[machine none]'
  run -4 --separate-stderr vmango-provision adopt -n -o json lab.ini web old
  [ "$(jq -c '[.[] | [.Name, .Action, .Owns.Volumes]]' <<<"$output")" = '[["web","adopt",[]],["old","adopt",[]]]' ]
  [ "$(jq -r '.[0].Changes[].Field' <<<"$output" | head -n 1)" = ImageId ]
  run -2 --separate-stderr vmango-provision adopt -n lab.ini router
  [[ $stderr == *'the name is taken on rack1 by a domain of no batch; adopt only takes domains of Vmango and of other batches'* ]]
  run -2 --separate-stderr vmango-provision adopt -n lab.ini busy
  [[ $stderr == *'a run on the machine of batch "other"'*'was interrupted, or is in progress; let its own batch finish it'* ]]
  run -2 --separate-stderr vmango-provision adopt -n lab.ini none
  [[ $stderr == *'domain none does not exist on its hypervisors'* ]]
  run -2 --separate-stderr vmango-provision adopt -n lab.ini wob
  [[ $stderr == *'no machine "wob" in the batch; did you mean "web"?'* ]]
  # The test driver keeps what it is told as long as it is connected.
  run -0 --separate-stderr vmango-provision adopt -o tsv lab.ini web old
  [ "$(cut -f 1,2 <<<"$output")" = $'web\tadopted\nold\tadopted' ]
  [[ $stderr == *'old on rack1, a domain of Vmango (user alice), becomes a machine of batch "lab" and owns nothing'* ]]
  [[ $stderr == *'web: differs from the batch: ImageId: none -> Debian-12_amd64_qcow2.img (not possible)'* ]]
}

@test "Creator is the user of sudo, else USER, LOGNAME, or the user's entry in passwd" {
  batch 'batch = lab' <<<'[machine web]'
  creator() {
    vmango-provision context lab.ini web | jq -r .Machine.Creator
  }
  [ "$(SUDO_USER=ann USER=root LOGNAME=root creator)" = ann ]
  [ "$(unset SUDO_USER && USER=bob LOGNAME=ann creator)" = bob ]
  [ "$(unset SUDO_USER && USER='' LOGNAME=ann creator)" = ann ]
  [ "$(unset SUDO_USER USER LOGNAME && creator)" = "$(id -un)" ]
}
