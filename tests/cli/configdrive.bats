#!/usr/bin/env bats
# vmango-configdrive: what a guest finds on the drive, read by other programs than ours.

setup() {
  cd "$BATS_TEST_TMPDIR" || return 1
  cat >machine.json <<'JSON'
{
  "Machine": {
    "Name": "web-1", "Id": "3c0f0b9c-0f5f-5a5e-9a3c-2a2e5f1f0b11", "HWAddr": "52:54:00:AB:CD:EF",
    "Ip": {"Address": "192.168.124.10", "Gateway": "192.168.124.1", "Netmask": 24},
    "SSHKeys": [
      {"Name": "me: \"x\" #1", "Public": "ssh-ed25519 AAAA/C3Nz me@host: {{ y }} 'z'\n"},
      {"Name": "other", "Public": "ssh-rsa BBBB"}
    ],
    "Userdata": "#cloud-config\nruncmd:\n  - echo \"caf\u00e9\"\n"
  },
  "Image": {"Id": "Debian-12_amd64_qcow2.img"},
  "Hypervisor": {"Name": "local", "ConfigDrive": "openstack"}
}
JSON
}

# extract IMAGE FOLDER [TREE]: what is in the image, by xorriso; TREE is norock for Joliet names.
extract() {
  xorriso -read_fs "${3:-any}" -osirrox on -indev "$1" -extract / "$2" >xorriso.log 2>&1 || {
    cat xorriso.log
    return 1
  }
  chmod -R u+w "$2"
}

# files FOLDER: the paths of all files below it, on one line.
files() {
  (cd "$1" && find . -type f | LC_ALL=C sort | tr '\n' ' ')
}

# yaml FILE FILTER: a value out of YAML, read as cloud-init reads it.
yaml() {
  python3 -c 'import json, sys, yaml; print(json.dumps(yaml.safe_load(open(sys.argv[1]))))' "$1" |
    jq -r "$2"
}

fails() {
  local expected=$1 message=$2
  shift 2
  run vmango-configdrive "$@" <machine.json
  echo "status $status: $output"
  [ "$status" -eq "$expected" ]
  [ "$output" = "vmango-configdrive: $message" ]
}

@test "openstack: label, names and contents" {
  vmango-configdrive <machine.json >drive.iso
  isoinfo -d -i drive.iso | grep -qx 'Volume id: config-2'
  extract drive.iso rock
  [ "$(files rock)" = "./openstack/latest/meta_data.json ./openstack/latest/network_data.json ./openstack/latest/user_data ./openstack/latest/vendor_data.json " ]
  cd rock/openstack/latest
  [ "$(jq -r .uuid meta_data.json)" = 3c0f0b9c-0f5f-5a5e-9a3c-2a2e5f1f0b11-1 ]
  [ "$(jq -r .hostname meta_data.json)" = web-1 ]
  [ "$(jq -r '.public_keys["me: \"x\" #1"]' meta_data.json)" = "ssh-ed25519 AAAA/C3Nz me@host: {{ y }} 'z'" ]
  [ "$(jq -r .public_keys.other meta_data.json)" = 'ssh-rsa BBBB' ]
  [ "$(jq -c . vendor_data.json)" = '{}' ]
  [ "$(jq -r '.links[0].ethernet_mac_address' network_data.json)" = 52:54:00:ab:cd:ef ]
  [ "$(jq -r '.networks[0].type' network_data.json)" = ipv4_dhcp ]
  [ "$(jq -r '.networks[0].link' network_data.json)" = "$(jq -r '.links[0].id' network_data.json)" ]
  jq -j .Machine.Userdata ../../../machine.json | cmp - user_data
}

@test "nocloud: label, names and contents" {
  vmango-configdrive -f nocloud machine.json >drive.iso
  isoinfo -d -i drive.iso | grep -qx 'Volume id: cidata'
  extract drive.iso rock
  [ "$(files rock)" = './meta-data ./network-config ./user-data ' ]
  [ "$(yaml rock/meta-data '.["instance-id"]')" = 3c0f0b9c-0f5f-5a5e-9a3c-2a2e5f1f0b11-1 ]
  [ "$(yaml rock/meta-data '.["local-hostname"]')" = web-1 ]
  [ "$(yaml rock/meta-data '.["public-keys"]["me: \"x\" #1"]')" = "ssh-ed25519 AAAA/C3Nz me@host: {{ y }} 'z'" ]
  [ "$(yaml rock/network-config .version)" = 2 ]
  [ "$(yaml rock/network-config '.ethernets[].match.macaddress')" = 52:54:00:ab:cd:ef ]
  [ "$(yaml rock/network-config '.ethernets[].dhcp4')" = true ]
  [ "$(yaml rock/network-config '.ethernets[]["dhcp-identifier"]')" = mac ]
  jq -j .Machine.Userdata machine.json | cmp - rock/user-data
}

@test "both formats have the same names in Joliet" {
  vmango-configdrive <machine.json >drive.iso
  extract drive.iso joliet norock
  [ "$(files joliet)" = "./openstack/latest/meta_data.json ./openstack/latest/network_data.json ./openstack/latest/user_data ./openstack/latest/vendor_data.json " ]
  vmango-configdrive -f nocloud <machine.json >cidata.iso
  isoinfo -J -f -i cidata.iso | grep -q '^/user-data'
  isoinfo -J -x '/user-data;1' -i cidata.iso | grep -q '^#cloud-config$'
}

@test "the same input gives the same bytes, whatever the place" {
  TZ=Pacific/Auckland LC_ALL=C.UTF-8 vmango-configdrive <machine.json >one.iso
  TZ=America/New_York LC_ALL=C setarch -R vmango-configdrive <machine.json >two.iso
  cmp one.iso two.iso
  vmango-configdrive --instance-id 3c0f0b9c-2 <machine.json >three.iso
  ! cmp -s one.iso three.iso
}

@test "files are read-only and root's, their dates fixed" {
  vmango-configdrive -f nocloud <machine.json >drive.iso
  run xorriso -indev drive.iso -find / -exec lsdl
  echo "$output"
  grep -q "^-r--r--r-- .* 0 .* 0 .* Jan  1  1980 '/meta-data'" <<<"$output"
  ! grep -E "^-|^d" <<<"$output" | grep -v 1980
}

@test "user data of any bytes from a file" {
  seq 20000 | gzip -n >bytes
  vmango-configdrive -u bytes <machine.json >drive.iso
  extract drive.iso rock
  cmp bytes rock/openstack/latest/user_data
}

@test "without user data there is no user_data, but an empty user-data" {
  jq 'del(.Machine.Userdata, .Machine.HWAddr)' machine.json >bare.json
  vmango-configdrive bare.json >drive.iso
  extract drive.iso rock
  [ "$(files rock)" = './openstack/latest/meta_data.json ./openstack/latest/vendor_data.json ' ]
  vmango-configdrive -f nocloud bare.json >cidata.iso
  extract cidata.iso cidata
  [ "$(files cidata)" = './meta-data ./user-data ' ]
  [ ! -s cidata/user-data ]
}

@test "--static writes the address" {
  vmango-configdrive --static --dns 9.9.9.9 --dns 2620:fe::fe <machine.json >drive.iso
  extract drive.iso rock
  local data=rock/openstack/latest/network_data.json
  [ "$(jq -c '.networks[0] | [.type, .ip_address, .netmask, .routes[0].gateway]' $data)" = \
    '["ipv4","192.168.124.10","255.255.255.0","192.168.124.1"]' ]
  [ "$(jq -c '[.services[].address]' $data)" = '["9.9.9.9","2620:fe::fe"]' ]
  vmango-configdrive -f nocloud --static --dns 9.9.9.9 <machine.json >cidata.iso
  extract cidata.iso cidata
  [ "$(yaml cidata/network-config '.ethernets[].addresses[0]')" = 192.168.124.10/24 ]
  [ "$(yaml cidata/network-config '.ethernets[].routes[0].via')" = 192.168.124.1 ]
  [ "$(yaml cidata/network-config '.ethernets[].nameservers.addresses[0]')" = 9.9.9.9 ]
}

@test "usage errors" {
  fails 2 'usage: "floppy" is not openstack or nocloud (see vmango-configdrive --help)' -f floppy
  fails 2 'usage: --dns goes with --static (see vmango-configdrive --help)' --dns 1.1.1.1
  fails 2 'usage: too many arguments: "b" (see vmango-configdrive --help)' a b
}

@test "input that makes no drive is refused and nothing is written" {
  echo '{"Machine": {"Name": "web-1"}' >machine.json
  fails 2 'standard input: line 2: the JSON ends early'
  echo '{"Machine": {"Name": "web-1"}}' >machine.json
  fails 2 'standard input: Machine: Id: missing'
  echo '{"Machine": {"Name": "web 1", "Id": "a"}}' >machine.json
  fails 2 'standard input: host name: "web 1" is none: letters, digits, "-" and "_", 1 to 63 between dots'
  echo '{"Machine": {"Name": "a", "Id": "a"}, "Hypervisor": {"ConfigDrive": "none"}}' >machine.json
  fails 2 'standard input: Hypervisor: ConfigDrive: none, so the machine has no config drive (see --format)'
  vmango-configdrive -f nocloud machine.json >drive.iso
  [ -s drive.iso ]
}

@test "a full disk is an error exit" {
  run bash -c 'vmango-configdrive machine.json >/dev/full'
  [ "$status" -eq 3 ]
  [ "$output" = 'vmango-configdrive: standard output: No space left on device' ]
}

@test "a file that is not there, user data that is too large" {
  fails 2 'missing.json: No such file or directory' missing.json
  truncate -s 1048577 large
  run vmango-configdrive -u large machine.json
  echo "$output"
  [ "$status" -eq 2 ]
  grep -q '^vmango-configdrive: large: ' <<<"$output"
}

@test "the examples of the man page" {
  manual=$BATS_TEST_DIRNAME/../../provision/vmango-configdrive.1
  mandoc -T lint -W warning "$manual"
  cp machine.json web-1.json
  seq 100 | gzip -n >web.yaml.gz
  sed -n 's/^\.Dl \$ \(vmango-configdrive\)/\1/p' "$manual" | sed 's/\\-/-/g' >examples
  [ -s examples ]
  while read -r example; do
    echo "$example"
    rm -f web-1.iso
    bash -c "$example"
    extract web-1.iso "$(mktemp -d)"
  done <examples
}
