#!/usr/bin/env bats
# vmango-leases without a hypervisor: lease files, libvirt's test driver, output formats.
bats_require_minimum_version 1.5.0

setup() {
  cd "$BATS_TEST_TMPDIR" || return 1
  mkdir dnsmasq
  cat >dnsmasq/virbr1.status <<'JSON'
[
  {"ip-address": "10.0.0.11", "mac-address": "52:54:00:00:00:01", "hostname": "Web",
   "client-id": "ff:00:01", "expiry-time": 4000000000},
  {"ip-address": "10.0.0.12", "mac-address": "52:54:00:00:00:01", "hostname": "Web",
   "client-id": "ff:00:02", "expiry-time": 4000003600},
  {"ip-address": "10.0.0.13", "mac-address": "52:54:00:00:00:02", "expiry-time": 1000},
  {"ip-address": "10.0.0.14", "mac-address": "52:54:00:00:00:03", "hostname": "web",
   "expiry-time": 4000000001},
  {"iaid": "1", "ip-address": "fd00::11", "mac-address": "52:54:00:00:00:01",
   "client-id": "00:01", "expiry-time": 0}
]
JSON
  echo 'interface=virbr1' >dnsmasq/prod.conf
  echo '[{"domain": "web-1", "macs": ["52:54:00:00:00:01"]}]' >dnsmasq/virbr1.macs
}

leases() {
  vmango-leases "$@"
}

@test "a machine is found by its name, best address first" {
  run leases resolve --dir dnsmasq web-1
  [ "$status" -eq 0 ]
  [ "$output" = $'10.0.0.12\n10.0.0.11\nfd00::11' ]
}

@test "by its MAC, in any spelling" {
  run leases resolve --dir dnsmasq -1 52:54:0:0:0:1
  [ "$output" = 10.0.0.12 ]
}

@test "by a host name in two leases, in any case" {
  run leases resolve --dir dnsmasq -4 WEB
  [ "$output" = $'10.0.0.12\n10.0.0.14\n10.0.0.11' ]
}

@test "names come from standard input too" {
  run bash -c "printf 'web-1\n52:54:00:00:00:03\n' | vmango-leases resolve --dir dnsmasq -1 -"
  [ "$status" -eq 0 ]
  [ "$output" = $'10.0.0.12\n10.0.0.14' ]
}

@test "one name without an address is exit status 1, and the others are told" {
  run leases resolve --dir dnsmasq -1 nobody web-1 52:54:00:00:00:02
  [ "$status" -eq 1 ]
  [ "${lines[0]}" = 'vmango-leases: nobody: no machine, NIC or lease has that name' ]
  [ "${lines[1]}" = 'vmango-leases: 52:54:00:00:00:02: no address' ]
  [ "${lines[2]}" = 10.0.0.12 ]
}

@test "families, blocks and networks can be chosen" {
  [ "$(leases resolve --dir dnsmasq -6 web-1)" = fd00::11 ]
  [ "$(leases resolve --dir dnsmasq --cidr 10.0.0.11/32 web-1)" = 10.0.0.11 ]
  [ "$(leases resolve --dir dnsmasq --network prod -1 web-1)" = 10.0.0.12 ]
  run leases resolve --dir dnsmasq --network other web-1
  [ "$status" -eq 1 ]
}

@test "expired leases are not listed" {
  run leases list --dir dnsmasq
  [ "$status" -eq 0 ]
  [ "${#lines[@]}" -eq 4 ]
  [[ $output != *10.0.0.13* ]]
}

@test "TSV has the columns of the man page" {
  run leases list --dir dnsmasq --header
  [ "${lines[0]}" = $'Machine\tHostname\tHWAddr\tAddress\tNetwork\tClientId\tExpires\tSource\tHypervisor\tDisagrees' ]
  [ "${lines[1]}" = $'web-1\tWeb\t52:54:00:00:00:01\t10.0.0.12\tprod\tff:00:02\t2096-10-02T08:06:40Z\tlease\t\t' ]
}

@test "JSON and JSON lines are read by jq" {
  leases list --dir dnsmasq -o json |
    jq -e 'length == 4 and .[0].Family == "ipv4" and .[0].Bridge == "virbr1"'
  leases list --dir dnsmasq -o jsonl | jq -es 'length == 4 and .[2].Expires == null'
  leases resolve --dir dnsmasq -o json web-1 | jq -e '[.[].Address] ==
    ["10.0.0.12", "10.0.0.11", "fd00::11"]'
}

@test "old dnsmasq lease files are read, and broken entries named" {
  mkdir old
  printf '%s\n' '4000000000 52:54:00:00:00:07 10.1.0.7 seven 01:52:54:00:00:00:07' \
    'nonsense' 'duid 00:01' '4000000000 7 fd01::7 seven 00:03:00:01:52:54:00:00:00:07' >old/lab.leases
  run leases resolve --dir old seven
  [ "$status" -eq 0 ]
  [ "${lines[0]}" = 'vmango-leases: old/lab.leases: line 2: not a lease' ]
  [ "${lines[1]}" = 10.1.0.7 ]
  [ "${lines[2]}" = fd01::7 ]
  [ "$(leases -q 2>&1 resolve || true)" != '' ]
  [ "$(leases resolve -q --dir old --network lab -4 seven)" = 10.1.0.7 ]
}

@test "a broken file does not hide the others" {
  echo '{}' >dnsmasq/virbr0.status
  echo 'x' >dnsmasq/virbr2.macs
  echo 'interface=../x' >dnsmasq/bad.conf
  mkfifo dnsmasq/virbr3.status
  run leases resolve --dir dnsmasq -1 web-1
  [ "$status" -eq 0 ]
  [ "${lines[4]}" = 10.0.0.12 ]
  [[ $output == *'dnsmasq/virbr0.status: not a list of leases'* ]]
  [[ $output == *'dnsmasq/virbr2.macs: not a list of machines'* ]]
  [[ $output == *'dnsmasq/bad.conf: interface: not an interface'* ]]
  [[ $output == *'dnsmasq/virbr3.status: not a regular file'* ]]
}

@test "an empty lease file and one with an empty list are no leases" {
  printf '' >dnsmasq/virbr1.status
  printf '[\n\n]\n' >dnsmasq/virbr2.status
  run leases list --dir dnsmasq
  [ "$status" -eq 0 ]
  [ -z "$output" ]
}

@test "lease files need no root" {
  local nobody=()
  [ "$(id -u)" -ne 0 ] || nobody=(setpriv --reuid 65534 --regid 65534 --clear-groups)
  chmod -R o+rX "$BATS_TEST_TMPDIR"
  chmod 0600 dnsmasq/prod.conf
  cp "$(command -v vmango-leases)" tool
  run "${nobody[@]}" ./tool resolve --dir dnsmasq -1 web-1
  [ "$status" -eq 0 ]
  [ "$output" = 10.0.0.12 ]
}

@test "a directory that is not there is exit status 3" {
  run leases list --dir nowhere
  [ "$status" -eq 3 ]
  [ "$output" = 'vmango-leases: nowhere: No such file or directory' ]
}

@test "usage mistakes are exit status 2" {
  local arguments
  for arguments in 'resolve' 'lst' 'list x' 'list --source dhcp' 'list --cidr 10' \
    'list -o jsonn' 'list --dir x -c y' 'ansible' 'ansible --list --host x'; do
    # shellcheck disable=SC2086
    run leases $arguments
    [ "$status" -eq 2 ]
    [[ $output == 'vmango-leases: usage: '* ]]
  done
}

@test "a network that is stopped meanwhile is nothing to tell of" {
  ln -s nowhere dnsmasq/virbr2.macs
  ln -s nowhere dnsmasq/virbr2.status
  run --separate-stderr leases list --dir dnsmasq
  [ "$status" -eq 0 ]
  [ -z "$stderr" ]
}

@test "watch ends when its reader does" {
  run --separate-stderr timeout 60 bash -c 'vmango-leases watch --dir dnsmasq --initial | head -n 1'
  [ "$status" -eq 0 ]
  [[ $output == '{"Event":"present",'* ]]
  [ -z "$stderr" ]
}

@test "a full disk is an error" {
  run bash -c 'vmango-leases list --dir dnsmasq >/dev/full'
  [ "$status" -eq 3 ]
  [ "$(grep -c 'No space left on device' <<<"$output")" -eq 1 ]
  run bash -c 'vmango-leases list --dir dnsmasq -o hosts >/dev/full'
  [ "$status" -eq 3 ]
}

@test "the formats for other programs are those of list and resolve, and refused elsewhere" {
  for verb in resolve list; do
    [[ $(vmango-leases "$verb" --help) == *'Further output formats: hosts ssh-config ansible'* ]]
  done
  for verb in audit 'release web-1' 'release -n web-1'; do
    run -2 --separate-stderr vmango-leases $verb -o hosts
    [[ $stderr == "vmango-leases: usage: ${verb%% *} does not have the output format \"hosts\", only these do: resolve, list (see "* ]]
    run -2 --separate-stderr vmango-leases $verb -o hots
    [[ $stderr != *did\ you\ mean* ]]
    [[ $(vmango-leases ${verb%% *} --help) != *ansible* ]]
  done
}

@test "getent reads the hosts format" {
  leases list --dir dnsmasq --guest-names -o hosts >hosts
  [ "$(head -n 2 hosts)" = $'10.0.0.14\tweb\n10.0.0.12\tweb-1' ]
  run unshare -rm bash -c 'mount --bind hosts /etc/hosts && getent -s files hosts web-1 fd00::11'
  echo "$output"
  [ "$status" -eq 0 ]
  [[ ${lines[0]} == *web-1* ]]
  [[ ${lines[1]} == fd00::11*web-1* ]]
}

@test "ssh reads the ssh-config format" {
  leases list --dir dnsmasq --guest-names -o ssh-config >config
  ssh -G -F config web-1 >seen
  grep -qx 'hostname 10.0.0.12' seen
  grep -qx 'hostkeyalias web-1' seen
  [ "$(ssh -G -F config web | sed -n 's/^hostname //p')" = 10.0.0.14 ]
}

@test "ansible-inventory reads the ansible format" {
  leases list --dir dnsmasq -o ansible >inventory
  ansible-inventory -i inventory --list >seen.json
  jq -e '._meta.hostvars["web-1"].ansible_host == "10.0.0.12"
    and (.network_prod.hosts | index("web-1"))' seen.json
}

@test "ansible-inventory runs it as an inventory script" {
  printf '#!/bin/sh\nexec vmango-leases "$@" --dir "%s"\n' "$PWD/dnsmasq" >script
  chmod +x script
  ansible-inventory -i script --list >seen.json 2>warnings
  cat warnings
  [ ! -s warnings ]
  jq -e '._meta.hostvars["web-1"].vmango_addresses == ["10.0.0.12", "10.0.0.11", "fd00::11"]
    and (.network_prod.hosts | index("web-1"))' seen.json
  ansible-inventory -i script --host web-1 | jq -e '.ansible_host == "10.0.0.12"'
  leases --host nobody --dir dnsmasq | jq -e '. == {}'
}

# names FORMAT [OPTION]...: the hosts and aliases that a format has, one a line.
names() {
  local format=$1
  shift
  leases list -q --dir dnsmasq -o "$format" "$@" | case $format in
    hosts) cut -f 2 ;;
    ssh-config) sed -n 's/^Host //p' ;;
    ansible) sed -n 's/ ansible_host=.*//p' ;;
  esac
}

@test "what a guest calls itself is a name only when it is asked for, and never a machine's or localhost" {
  cat >dnsmasq/virbr1.macs <<'JSON'
[{"domain": "web-1", "macs": ["52:54:00:00:00:01"]}, {"domain": "db-1", "macs": ["52:54:00:00:00:02"]},
 {"domain": "off", "macs": ["52:54:00:00:00:03"]}]
JSON
  local name
  for name in gitlab gitlab. GitLab; do
    jq -n --arg name "$name" '[{"ip-address": "10.0.0.1", "mac-address": "52:54:00:00:00:01", "expiry-time": 0,
      hostname: $name}, {"ip-address": "10.0.0.9", "mac-address": "52:54:00:00:00:09", "expiry-time": 0,
      hostname: "alone"}]' >dnsmasq/virbr1.status
    for format in hosts ssh-config ansible; do [ "$(names $format)" = web-1 ]; done
    [ "$(names hosts --guest-names)" = $'alone\nweb-1 '"$name" ]
    [ "$(names ssh-config --guest-names)" = $'alone\nweb-1 '"$name" ]
    [ "$(names ansible --guest-names)" = $'alone\nweb-1' ]
    leases --list -q --dir dnsmasq | jq -e '.all.hosts == ["web-1"] and ._meta.hostvars["web-1"].vmango_hostname != null'
    [ "$(leases resolve -q --dir dnsmasq -o hosts web-1)" = $'10.0.0.1\tweb-1' ]
  done
  for name in localhost LocalHost localhost. localhost.localdomain localhost4.localdomain4 localhost6 \
    ip6-localhost ip6-loopback IP6-AllNodes x.localhost db-1 DB-1 db-1. db-1.. off OFF. web-1.; do
    jq -n --arg name "$name" '[{"ip-address": "10.0.0.1", "mac-address": "52:54:00:00:00:01", "expiry-time": 0,
      hostname: $name}, {"ip-address": "10.0.0.9", "mac-address": "52:54:00:00:00:09", "expiry-time": 0,
      hostname: $name}]' >dnsmasq/virbr1.status
    for format in hosts ssh-config ansible; do [ "$(names $format --guest-names)" = web-1 ]; done
    [ "$(leases resolve -q --dir dnsmasq -o hosts --guest-names web-1)" = $'10.0.0.1\tweb-1' ]
  done
}

@test "hostile host names get into no format" {
  cat >dnsmasq/virbr1.status <<'JSON'
[{"ip-address": "10.0.0.1", "mac-address": "52:54:00:00:00:01", "expiry-time": 0,
  "hostname": "x\n10.6.6.6 bank"},
 {"ip-address": "10.0.0.2", "mac-address": "52:54:00:00:00:02", "expiry-time": 0,
  "hostname": "-oProxyCommand=x"},
 {"ip-address": "10.0.0.3", "mac-address": "52:54:00:00:00:03", "expiry-time": 0,
  "hostname": "*"},
 {"ip-address": "10.0.0.4", "mac-address": "52:54:00:00:00:04", "expiry-time": 0,
  "hostname": "a[1:9] ansible_connection=local"}]
JSON
  rm dnsmasq/virbr1.macs
  local format
  for format in hosts ssh-config ansible; do
    run leases list -q --dir dnsmasq --guest-names -o $format
    [ "$status" -eq 0 ]
    [ -z "$output" ]
  done
  run leases list --dir dnsmasq --guest-names -o hosts
  [ "${lines[0]}" = 'vmango-leases: *: left out: not a plain host name' ]
  [ "${#lines[@]}" -eq 4 ]
  leases --list -q --guest-names --dir dnsmasq | jq -e '.all.hosts == []'
  leases list --dir dnsmasq -o json | jq -e 'any(.[]; .Hostname == "x\n10.6.6.6 bank")'
}

# A node of libvirt's test driver with a reservation and two machines.
node() {
  cat >node.xml <<'XML'
<node>
  <network><name>prod</name><bridge name="virbr1"/><ip address="192.168.5.1" prefix="24"><dhcp>
    <range start="192.168.5.10" end="192.168.5.20"/>
    <host mac="52:54:00:00:00:01" name="web-1" ip="192.168.5.77"/></dhcp></ip></network>
  <domain type="test"><name>web-1</name><uuid>3c0f0b9c-0f5f-5a5e-9a3c-2a2e5f1f0b11</uuid>
    <memory>1024</memory><os><type>hvm</type></os><devices><interface type="network">
    <mac address="52:54:00:00:00:01"/><source network="prod"/></interface></devices></domain>
  <domain type="test"><name>web-2</name><memory>1024</memory><os><type>hvm</type></os><devices>
    <interface type="network"><mac address="52:54:00:00:00:02"/><source network="prod"/>
    </interface></devices></domain>
</node>
XML
}

@test "sources that disagree are named" {
  node
  run leases resolve -c "test://$PWD/node.xml" web-1
  [ "$status" -eq 0 ]
  [ "${lines[0]}" = 'vmango-leases: web-1: static says 192.168.5.77, but lease 192.168.5.11, agent 192.168.5.11, arp 192.168.5.11' ]
  [ "${lines[1]}" = 192.168.5.77 ]
  [ "${lines[2]}" = 192.168.5.11 ]
  leases list -c "test://$PWD/node.xml" --machine web-1 -o json |
    jq -e 'map(.Source) == ["static", "lease", "agent", "arp"]
      and .[1].Disagrees == "static 192.168.5.77"'
}

@test "the order of belief is a choice" {
  node
  [ "$(leases resolve -q -c "test://$PWD/node.xml" -1 --source agent,static web-1)" = 192.168.5.11 ]
  [ "$(leases resolve -q -c "test://$PWD/node.xml" --source static web-1)" = 192.168.5.77 ]
}

@test "a machine is found by its UUID" {
  node
  [ "$(leases resolve -q -c "test://$PWD/node.xml" -1 3C0F0B9C-0F5F-5A5E-9A3C-2A2E5F1F0B11)" = 192.168.5.77 ]
}

@test "Ansible runs the program itself as an inventory script" {
  node
  LIBVIRT_DEFAULT_URI="test://$PWD/node.xml" ansible-inventory \
    -i "$(command -v vmango-leases)" --list >seen.json 2>warnings
  cat warnings
  [ ! -s warnings ]
  jq -e '._meta.hostvars["web-2"].ansible_host == "192.168.5.31"
    and ._meta.hostvars["web-1"].vmango_hwaddr == "52:54:00:00:00:01"' seen.json
}

@test "a table of one hypervisor has no column for it" {
  node
  run leases list -q -c "test://$PWD/node.xml" -o table
  [[ ${lines[0]} == MACHINE*DISAGREES ]]
  [[ $output != *HYPERVISOR* ]]
  run leases list -q -c "test://$PWD/node.xml" -c "test://$PWD/node.xml" -o table
  [[ ${lines[0]} == *HYPERVISOR* ]]
}

@test "the audit names reservations of nobody, and the fill of pools" {
  node
  sed -i 's/mac="52:54:00:00:00:01" name/mac="52:54:00:00:00:09" name/' node.xml
  run leases audit -c "test://$PWD/node.xml"
  [ "$status" -eq 1 ]
  [ "${#lines[@]}" -eq 1 ]
  [[ ${lines[0]} == orphaned*'reserved for a MAC that no machine has'* ]]
  run leases audit -c "test://$PWD/node.xml" --full 0 -o jsonl
  [ "$(jq -r 'select(.Finding == "pool").Detail' <<<"$output")" = \
    '0 of 11 addresses from 192.168.5.10 to 192.168.5.20 are leased or reserved' ]
  sed -i '/<host mac/s/.*/<\/dhcp><\/ip><\/network>/' node.xml
  run leases audit -c "test://$PWD/node.xml"
  echo "$output"
  [ "$status" -eq 0 ]
  [ -z "$output" ]
}

@test "the audit mends nothing unless each machine could be read" {
  node
  cc -shared -fPIC -o mute.so "$BATS_TEST_DIRNAME/../fixtures/mute_domain.c" -ldl
  run env ASAN_OPTIONS=verify_asan_link_order=0 LD_PRELOAD="$PWD/mute.so" MUTE_DOMAIN=web-1 "$(command -v vmango-leases)" audit -c "test://$PWD/node.xml"
  echo "$output"
  [ "$status" -eq 1 ]
  [[ $output == *'reserved for a MAC that no machine has'* ]]
  for option in '' -n; do
    run env ASAN_OPTIONS=verify_asan_link_order=0 LD_PRELOAD="$PWD/mute.so" MUTE_DOMAIN=web-1 "$(command -v vmango-leases)" audit --fix $option \
      -c test:///default -c "test://$PWD/node.xml"
    echo "$output"
    [ "$status" -eq 3 ]
    [[ ${lines[0]} == 'vmango-leases: machine web-1: '* ]]
    [ "${lines[1]}" = "vmango-leases: test://$PWD/node.xml: not all machines can be read, so --fix would release what they use" ]
    [ "${#lines[@]}" -eq 2 ]
  done
}

@test "a script is a source, and its failures are not the end" {
  node
  cat >script <<'SH'
#!/bin/sh
[ "$1" = lookup-ip ] || exit 2
[ "$VMANGO_MACHINE_NAME" = web-1 ] || { echo _unknown_; exit 0; }
echo "$VMANGO_MACHINE_HWADDR" | sed 's/.*:0/192.0.2./'
SH
  chmod +x script
  [ "$(leases resolve -c "test://$PWD/node.xml" --source script --script ./script web-1)" = 192.0.2.1 ]
  run leases resolve -v -c "test://$PWD/node.xml" --source script,agent --script ./script web-2
  [ "$status" -eq 0 ]
  [[ $output == *'vmango-leases: web-2: script: prints no address'* ]]
  [ "${lines[-1]}" = 192.168.5.31 ]
  run leases resolve -v -c "test://$PWD/node.xml" --source script --script ./nowhere web-2
  [ "$status" -eq 1 ]
  [[ $output == *'vmango-leases: web-2: script: ./nowhere: No such file or directory'* ]]
}

@test "two hypervisors are asked at once" {
  node
  sed 's/192\.168\.5\./192.168.6./g; s/web-2/db-1/; s/:02"/:12"/; s/:01"/:11"/' node.xml >second.xml
  run leases resolve -q -c "test://$PWD/node.xml" -c "test://$PWD/second.xml" --source agent web-2 db-1
  [ "$status" -eq 0 ]
  [ "$output" = $'192.168.5.31\n192.168.6.31' ]
  run leases list -q -c "test://$PWD/node.xml" -c "qemu+unix:///system?socket=/nowhere" --source agent
  [ "$status" -eq 1 ]
  [[ ${lines[0]} == 'vmango-leases: qemu+unix:///system?socket=/nowhere: '* ]]
  [ "${#lines[@]}" -eq 3 ]
}

@test "machines and networks that are not there are mistakes" {
  node
  run leases list -c "test://$PWD/node.xml" --machine nobody
  [ "$status" -eq 1 ]
  [ "$output" = 'vmango-leases: nobody: no machine has that name' ]
  run leases list -c "test://$PWD/node.xml" --network nowhere
  [ "$status" -eq 1 ]
  [ "$output" = 'vmango-leases: network nowhere: not found' ]
}

@test "the examples of the man page work" {
  node
  sed -i 's/prod/vmango/' node.xml
  mkdir bin
  printf '#!/bin/sh\necho "ssh $*"\n' >bin/ssh
  chmod +x bin/ssh
  export PATH=$PWD/bin:$PATH LIBVIRT_DEFAULT_URI="test://$PWD/node.xml"
  sed -n 's/^\.Dl //p' "$BATS_TEST_DIRNAME/../../leases/vmango-leases.1" >examples
  [ "$(wc -l <examples)" -eq 2 ]
  run bash -ec "$(sed -n '/^\.Bd/,/^\.Ed/ { /^\./d; s/\\e$/\\/; p; }' "$BATS_TEST_DIRNAME/../../leases/vmango-leases.1" |
    sed -n '/^ssh/,/)"$/p')"
  [ "${lines[-1]}" = 'ssh -o ConnectionAttempts=60 root@192.168.5.77' ]
  run bash -ec "$(sed -n 1p examples)"
  [[ ${lines[*]} == *$'192.168.5.31\tweb-2'* ]]
  run bash -ec "$(sed -n 2p examples)"
  [ "$status" -eq 0 ]
  [[ ${lines[0]} == *'hosts (2)'* ]]
}

@test "control characters and overrides in a name come out escaped in every format" {
  cat >dnsmasq/virbr1.status <<'JSON'
[{"ip-address": "10.0.0.11", "mac-address": "52:54:00:00:00:01", "hostname": "a\u009b31m\u0085\u007f\u202e\\\u001bé",
  "expiry-time": 4000000000}]
JSON
  for format in table tsv json jsonl; do
    leases list --dir dnsmasq -o $format >seen
    cat -A seen
    # C1 (c2 80 to c2 9f), U+2028 to U+202E, U+2066 to U+2069, C0 but tab and line feed, DEL.
    run ! grep -aP '\xc2[\x80-\x9f]|\xe2\x80[\xa8-\xae]|\xe2\x81[\xa6-\xa9]|[\x00-\x08\x0b-\x1f\x7f]' seen
    [ "$(wc -l <seen)" -ge 1 ]
  done
  leases list --dir dnsmasq -o jsonl | grep -F '\u009b31m\u0085\u007f\u202e\\\u001bé'
  # TSV and JSON say the same.
  cell=$(leases list --dir dnsmasq -o tsv --header | awk -F '\t' 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "Hostname") at = i } NR == 2 { print $at }')
  [ "$(printf '%b' "$cell")" = "$(leases list --dir dnsmasq -o jsonl | jq -r .Hostname)" ]
  run leases resolve --dir dnsmasq $'x\u009b31m'
  [[ $output == *'x\xc2\x9b31m'* ]]
}
