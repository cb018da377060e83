# SPDX-License-Identifier: GPL-2.0-or-later
# Facts of hypervisors as JSON, on libvirt's test driver: recorded, and planned with.
bats_require_minimum_version 1.5.0

setup() {
  templates=$(cd "$BATS_TEST_DIRNAME/../../packaging/templates" && pwd)
  cd "$BATS_TEST_TMPDIR" || return
  key=AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f
  node rack1 </dev/null
  node rack2 </dev/null
}

# node NAME: a hypervisor with the domains on standard input.
node() {
  { sed '/<\/node>/d' "$BATS_TEST_DIRNAME/../fixtures/provision/node.xml"
    cat
    echo '</node>'; } >"$1.xml"
}

# batch [RACK...]: lab.ini with the racks, both without words; the machines are on standard input.
batch() {
  local rack
  [ $# -gt 0 ] || set -- rack1 rack2
  { echo 'batch = lab'
    for rack; do
      printf '[hypervisor %s]\nurl = test://%s/%s.xml\nvm_template = %s/vm.xml.in\nvolume_template = %s/volume.xml.in\n' \
        "$rack" "$PWD" "$rack" "$templates" "$templates"
    done
    printf '[plan small]\nmemory = 64\ndisk_size = 5\n[defaults]\nplan = small\nimage = Debian-12\n'
    cat; } >lab.ini
}

# machine NAME [MORE]: the domain of a machine of the batch, with more metadata of ours.
machine() {
  local uuid
  uuid=$(printf 'batch = lab\n[plan p]\nmemory = 1\ndisk_size = 1\n[machine %s]\nplan = p\nimage = x\n' "$1" |
    vmango-provision context --offline - "$1" | jq -r .Machine.Id)
  cat <<XML
<domain type='test'><name>$1</name><uuid>$uuid</uuid><memory unit='MiB'>64</memory><metadata>
<tools:machine xmlns:tools="https://vmango.org/schema/tools" state="ready" run="00000000-8888-7777-6666-555555555555">
<tools:batch name="lab" file="/home/ann/lab.ini"/><tools:input hash="x"/><tools:instance serial="1"/>
<tools:volume pool="default" name="$1_disk"/><tools:volume pool="default" name="$1_config.iso"/>
${2-}</tools:machine>
<vmango:md xmlns:vmango="http://vmango.org/schema/md"><vmango:imageId>Debian-12_amd64_qcow2.img</vmango:imageId>
<vmango:creator>ann</vmango:creator><vmango:plan>small</vmango:plan>
<vmango:sshkeys><vmango:key name="annskey">ssh-ed25519 $key ann@pc</vmango:key></vmango:sshkeys>
<vmango:userdata>#!/bin/sh
echo very secret
</vmango:userdata></vmango:md>
</metadata><os><type>hvm</type></os></domain>
XML
}

# same [OPTION...]: plan of the facts in facts.json, whose output and status ($expected, or 4) are those of
# plan itself.
same() {
  run "-${expected:-4}" --separate-stderr vmango-provision plan -o json "$@" lab.ini
  printf '%s\n' "$output" >asked
  run "-${expected:-4}" --separate-stderr vmango-provision plan -o json --facts facts.json "$@" lab.ini
  diff asked - <<<"$output"
  [ "$(jq length asked)" -gt 0 ]
}

@test "a plan of recorded facts is that of the hypervisors, which need not exist any more" {
  { machine web-1; machine former; } | node rack1
  batch <<<$'[machine web-{1..3}]\nhypervisor = any\n[machine db]\nhypervisor = rack2\nip = 10.0.1.7'
  vmango-provision facts lab.ini >facts.json
  same
  same --prune
  same --only 'web-*'
  rm rack1.xml rack2.xml
  run -4 --separate-stderr vmango-provision plan --facts facts.json lab.ini
  [[ $output == *$'web-1\tchange\track1\t'*$'web-2\tcreate\track2\t'* ]]
}

@test "plan says as of when the facts are, for each hypervisor" {
  batch <<<$'[machine web]\nhypervisor = any'
  vmango-provision facts lab.ini | jq -c '.Time = 1764316800' >facts.json
  run -4 --separate-stderr vmango-provision plan --facts facts.json lab.ini
  [ "$output" = $'web\tcreate\track1\tDebian-12_amd64_qcow2.img\t\track1: 0 machines; rack2: 0 machines\t' ]
  [ "$stderr" = "vmango-provision: rack1 as of 2025-11-28T08:00:00Z, by the facts in facts.json
vmango-provision: rack2 as of 2025-11-28T08:00:00Z, by the facts in facts.json" ]
}

@test "facts may be in a file each or on standard input; blank lines do not matter" {
  batch <<<$'[machine web]\nhypervisor = any'
  vmango-provision facts lab.ini >facts.json
  sed -n 1p facts.json >one.json
  { echo; sed -n 2p facts.json; echo ' '; } >two.json
  run -4 --separate-stderr vmango-provision plan --facts two.json --facts - lab.ini <one.json
  [[ $output == $'web\tcreate\track1\t'* ]]
  [[ $stderr == *'rack2 as of '*', by the facts in two.json'*'rack1 as of '*', by the facts in -'* ]]
}

@test "the facts of one hypervisor are those of a batch's only one, whatever its name" {
  batch rack1 <<<'[machine web]'
  vmango-provision facts -c "test://$PWD/rack2.xml" >facts.json
  [ "$(jq -r .Hypervisor facts.json)" = "test://$PWD/rack2.xml" ]
  run -4 --separate-stderr vmango-provision plan --facts facts.json lab.ini
  [[ $output == $'web\tcreate\track1\t'* ]]
}

@test "a hypervisor whose facts are missing can't be reached" {
  batch <<<$'[machine a]\nhypervisor = any\n[machine b]\nhypervisor = rack1\n[machine c]\nhypervisor = rack2'
  vmango-provision facts lab.ini | sed -n 1p >facts.json
  run -1 --separate-stderr vmango-provision plan --facts facts.json lab.ini
  advice="to record those of each hypervisor of the batch: vmango-provision facts $PWD/lab.ini"
  [ "$(cut -f 1-3,6 <<<"$output")" = $'a\tfail\t\tmay be on rack2, which can\'t be reached (its facts were not given; '"$advice"$'); --assume-lost rack2 creates it elsewhere
b\tcreate\track1\t
c\tfail\track2\tits facts were not given; '"$advice" ]
  run -1 --separate-stderr vmango-provision plan --facts facts.json --assume-lost rack2 lab.ini
  [[ $output == $'a\tcreate\track1\t'* ]]
}

@test "two sections that are one host need facts each: which are missing, and how to record them" {
  batch <<<$'[machine web-1]\nhypervisor = rack1\n[machine web-2]\nhypervisor = rack2'
  sed -i 's/rack2\.xml/rack1.xml/' lab.ini
  vmango-provision facts -c "test://$PWD/rack1.xml" >facts.json
  run -2 --separate-stderr vmango-provision plan --facts facts.json lab.ini
  [[ $stderr == "vmango-provision: facts.json:1: the batch has no hypervisor \"test://$PWD/rack1.xml\"; to record those of each hypervisor of the batch: vmango-provision facts $PWD/lab.ini" ]]
  sh -c "${stderr##*of the batch: }" >facts.json
  same
  sed 1d facts.json >second.json
  run -1 --separate-stderr vmango-provision plan --facts second.json lab.ini
  [[ $output == *$'web-1\tfail\track1\t'*"its facts were not given; to record those of each hypervisor of the batch: vmango-provision facts $PWD/lab.ini"* ]]
  [[ $output == *$'web-2\tcreate\track2\t'* ]]
}

@test "facts that are given twice, or of an unknown hypervisor, are errors" {
  batch <<<$'[machine web]\nhypervisor = any'
  vmango-provision facts lab.ini >facts.json
  run -2 --separate-stderr vmango-provision plan --facts facts.json --facts facts.json lab.ini
  [ -z "$output" ]
  [[ $stderr == *'vmango-provision: facts.json:1: the facts of rack1 are given twice'* ]]
  # Those that have no URI as well.
  { sed -n 1p facts.json | jq -c '.Uri = null'; sed -n 1p facts.json; } >twice.json
  run -2 --separate-stderr vmango-provision plan --facts twice.json lab.ini
  [[ $stderr == *'twice.json:2: the facts of rack1 are given twice'* ]]
  sed -n 1p facts.json | jq -c '.Hypervisor = "rakc2"' >unknown.json
  run -2 --separate-stderr vmango-provision plan --facts unknown.json lab.ini
  [[ $stderr == *'unknown.json:1: the batch has no hypervisor "rakc2"; did you mean "rack2"?'* ]]
}

@test "no password is in a message, and no command with a URI of others is advised" {
  batch rack1 <<<'[machine web]'
  run --separate-stderr vmango-provision facts -c 'test://u:hushhush@/default'
  [[ $output == *'test://u@/default'* ]]
  [[ $output != *hushhush* ]]
  vmango-provision facts lab.ini | jq -c '.Uri = "qemu+ext:///system?command=/tmp/evil" | .Hypervisor = "other"
    | .Volumes = [{Name: "web_disk", Capacity: 1, IsBlock: false}]' >evil.json
  run -2 --separate-stderr vmango-provision plan --facts evil.json lab.ini
  echo "$stderr"
  [[ $stderr == *'volume web_disk already exists'*'virsh'*'vol-delete'* ]]
  [[ $stderr != *evil\?* && $stderr != */tmp/evil* ]]
  [[ $stderr == *'by the facts of "other" in evil.json'* ]]
}

@test "what is no document of facts is an error with file and line" {
  batch rack1 <<<'[machine web]'
  vmango-provision facts lab.ini >facts.json
  says() {
    run -2 --separate-stderr vmango-provision plan --facts bad.json lab.ini
    [ -z "$output" ]
    echo "$stderr"
    [[ $stderr == "vmango-provision: bad.json"$1 ]]
  }
  { echo; head -c 100 facts.json; } >bad.json
  says ':2: line 1: the JSON ends early'
  echo '[]' >bad.json
  says ':1: not a JSON object'
  sed 's/vmango-facts-1/vmango-facts-2/' facts.json >bad.json
  says ':1: Format: not vmango-facts-1'
  jq -c '.Domains = 5' facts.json >bad.json
  says ':1: Domains: of another type'
  jq -c 'del(.Volumes)' facts.json >bad.json
  says ':1: Volumes: missing'
  head -c 9000000 /dev/zero | tr '\0' ' ' >bad.json
  says ': *8388608*'
  rm bad.json
  says ': No such file or directory'
  printf '\0' | cat facts.json - >bad.json
  says ':2: *'
}

@test "a document without a newline at its end, and CR before it, can be read" {
  batch rack1 <<<'[machine web]'
  printf '%s\r' "$(vmango-provision facts lab.ini)" >facts.json
  run -4 --separate-stderr vmango-provision plan --facts facts.json lab.ini
  [[ $output == $'web\tcreate\track1\t'* ]]
}

@test "what was wrong when the facts were recorded is an error of the plan" {
  batch <<<$'[machine web]\nhypervisor = rack1\n[machine db]\nhypervisor = rack2'
  sed -i 's,<name>vmango-images<,<name>other<,' rack1.xml
  run -1 --separate-stderr vmango-provision facts lab.ini
  [ "${#lines[@]}" -eq 2 ]
  [[ $stderr == *'lab.ini:2: hypervisor rack1: no pool "vmango-images" on rack1' ]]
  printf '%s\n' "$output" >facts.json
  run -2 --separate-stderr vmango-provision plan --facts facts.json lab.ini
  [ -z "$output" ]
  [[ $stderr == *'lab.ini:2: hypervisor rack1: no pool "vmango-images" on rack1'* ]]
  # It does not matter to machines elsewhere.
  run -4 --separate-stderr vmango-provision plan --facts facts.json --machine db lab.ini
  [[ $output == $'db\tcreate\track2\t'* ]]
}

@test "facts have no user data and no keys, and still show whether these differ" {
  machine web '<tools:userdata hash="36bb0ba7" size="26"/>' | node rack1
  batch rack1 <<<'[machine web]'
  vmango-provision facts lab.ini >facts.json
  run ! grep -E 'AAAAC3|very secret|bin/sh' facts.json
  [ "$(jq -r '.Domains[0].Metadata.Keys[0].Hash' facts.json)" = \
    "sha256:$(printf 'ssh-ed25519 %s ann@pc' "$key" | sha256sum | cut -d ' ' -f 1)" ]
  [ "$(jq -r '.Domains[0].Metadata.UserdataHash' facts.json)" = \
    "$(printf '#!/bin/sh\necho very secret\n' | sha256sum | cut -d ' ' -f 1)" ]
  printf '[ssh_key annskey]\npublic = ssh-ed25519 %s ann@pc\n' "$key" >keys
  printf '[machine web]\nssh_keys = annskey\nuserdata =\n #!/bin/sh\n echo very secret\n' | cat keys - | batch rack1
  run -4 --separate-stderr vmango-provision plan --facts facts.json lab.ini
  [[ $output != *SSHKeys* && $output != *Userdata* ]]
  same
  # A key that is none is an error of the batch, and compared with nothing.
  sed -i 's/ AAAA/ BBBB/' lab.ini
  run -2 --separate-stderr vmango-provision plan --facts facts.json lab.ini
  [[ $stderr == *': public: '* && ${#stderr_lines[@]} -eq 2 ]]
}

@test "--redact leaves no name, and replaces the same name by the same" {
  { machine web-1; machine former; } | node rack1
  { machine web-2; machine web-1; } | node rack2
  sed -i 's,<uuid>.*</uuid>,,' rack2.xml
  batch <<<$'[machine web-1]\nhypervisor = any'
  vmango-provision facts --redact lab.ini >facts.json
  for name in web-1 web-2 former lab ann annskey rack1 rack2 vmango-images default virbr0 Debian small \
      "$PWD" /images /disks /home; do
    run ! grep -F -- "$name" facts.json
  done
  # "vmango" is also in the name of the format.
  run ! grep -F '"vmango"' facts.json
  [ "$(jq -r .Hypervisor facts.json | paste -sd ' ')" = 'hypervisor-1 hypervisor-2' ]
  jq -r '.Domains[].Name' facts.json >names
  [ "$(sort names | uniq -c | awk '$1 == 2' | wc -l)" -eq 1 ]
  [ "$(sort -u names | wc -l)" -eq 3 ]
  # A machine's volumes are still known by its name.
  [ "$(jq -r '.Domains[] | .Name + "_disk"' facts.json)" = "$(jq -r '.Domains[].Metadata.Volumes[0].Name' facts.json)" ]
  [ "$(jq -r '.Domains[].Metadata.Batch' facts.json | sort -u)" = batch-1 ]
}

@test "facts end with 1 when one hypervisor could not be asked, and with 3 when none could" {
  batch <<<'[machine web]
hypervisor = any'
  run -0 --separate-stderr vmango-provision facts lab.ini
  [ -z "$stderr" ]
  [ "$(jq -r .Format <<<"$output" | uniq -c | tr -s ' ')" = ' 2 vmango-facts-1' ]
  rm rack2.xml
  run -1 --separate-stderr vmango-provision facts lab.ini
  [ "$(jq -c '[.Hypervisor, .IsReached]' <<<"$output" | paste -sd ' ')" = '["rack1",true] ["rack2",false]' ]
  [[ $stderr == *'vmango-provision: rack2: '* ]]
  # A plan with them fails as one with the hypervisors does.
  printf '%s\n' "$output" >facts.json
  expected=3 same
  [[ $output == *rack2.xml* ]]
  rm rack1.xml
  run -3 --separate-stderr vmango-provision facts lab.ini
  [ "$(jq -r .Unreachable <<<"$output" | grep -c '\.xml')" -eq 2 ]
  run -2 --separate-stderr vmango-provision facts missing.ini
  [ -z "$output" ]
  run -2 --separate-stderr vmango-provision plan --facts facts.json
  node rack1 </dev/null
  run -3 --separate-stderr sh -c 'vmango-provision facts -c "test://$PWD/rack1.xml" >/dev/full'
}

@test "facts of a hypervisor run no program of a batch that others can write" {
  printf '#!/bin/sh\ntouch "%s/ran"\n' "$PWD" >mark
  chmod +x mark
  printf '[hypervisor local]\nurl = qemu+ext:///system?command=%s/mark\n' "$PWD" >lab.ini
  chmod o+w lab.ini
  run -3 --separate-stderr vmango-provision facts lab.ini
  [[ $stderr == *'not asked'* ]]
  [ ! -e ran ]
}

@test "the manual names each member of the facts, and no other" {
  machine web | node rack1
  batch rack1 <<<'[machine web]'
  vmango-provision facts lab.ini >facts.json
  jq -r '.. | objects | keys[]' facts.json | sort -u >printed
  awk '/^\.Ss Facts/ { on = 1; next } /^\.S[sh]/ { on = 0 } on && /Va/' "$BATS_TEST_DIRNAME/../../provision/vmango-provision.1" |
    grep -oE '\b[A-Z][A-Za-z]+' | grep -vxE 'Va|It|Pq|No' | sort -u >manual
  # Of lists that are empty here nothing shows.
  [ "$(comm -13 printed manual | paste -sd ' ')" = 'Bus Chain HasHWAddr HasMirror IsDown IsWritable Model Reason Source Target Volume' ]
  [ -z "$(comm -23 printed manual)" ]
}
