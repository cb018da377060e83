# SPDX-License-Identifier: GPL-2.0-or-later
# No memory: allocations of a tool and of its libraries fail, one or all from one on. Either the run is
# as a good one, or it exits with 3 and "out of memory" and has written nothing. LONG=1 takes
# every allocation, CI a sample. Not in `make asan`: a sanitizer has a malloc() of its own.
bats_require_minimum_version 1.5.0

setup_file() {
  export fail_alloc=$BATS_FILE_TMPDIR/fail_alloc.so
  gcc -shared -fPIC -o "$fail_alloc" "$BATS_TEST_DIRNAME/../fixtures/fail_alloc.c"
}

setup() {
  fixtures=$BATS_TEST_DIRNAME/../fixtures
  cd "$BATS_TEST_TMPDIR" || return
  mkdir written
}

# points COUNT: which allocations fail, alone or (N-) with all that follow. With LONG each in both ways,
# but of more than 2000 (schemas, plans) some 500.
points() {
  local at stride more='' runs=30
  [ -z "${LONG-}" ] || runs=$(($1 > 2000 ? 500 : $1))
  stride=$((($1 - 1) / runs + 1))
  for ((at = 1; at <= $1; at += stride)); do
    echo "$at$more"
    if [ "${LONG-}" ]; then echo "$at-"; elif [ "$more" ]; then more=''; else more=-; fi
  done
}

# exhaust INPUT TOOL [ARGUMENT...]: fails unless each run of the tool is good, or writes nothing.
exhaust() {
  local input=$1 tool=$2 good=0 status at tried=0 bad=0
  shift
  "$@" <"$input" >good 2>good.err || good=$?
  status=0
  LD_PRELOAD=$fail_alloc FAIL_ALLOC_COUNT=$PWD/count TMPDIR=$PWD/written "$@" <"$input" >out 2>err || status=$?
  [ "$status" -eq "$good" ] && cmp out good && cmp err good.err
  [ -s good ]
  for at in $(points "$(<count)"); do
    tried=$((tried + 1))
    status=0
    timeout 60 env LD_PRELOAD="$fail_alloc" FAIL_ALLOC="$at" TMPDIR="$PWD/written" "$@" <"$input" >out 2>err || status=$?
    [[ $status -ne 3 || -s out || $(<err) != *"$tool: out of memory" ]] || continue
    [ "$status" -ne "$good" ] || ! cmp -s out good || continue
    bad=$((bad + 1))
    printf 'allocation %s: exit status %s, %s bytes, "%s"\n' "$at" "$status" "$(wc -c <out)" "$(<err)"
  done
  printf '# %s: %s of 2 x %s points, %s bad\n' "$*" "$tried" "$(<count)" "$bad" >&3
  [ "$tried" -ge 20 ]
  [ "$bad" -eq 0 ]
  [ -z "$(ls written)" ]
}

@test "no memory: vmango-render" {
  cat >all.in <<'IN'
{{define "row"}}<k n="{{.}}" u="{{urlquery .}}">{{printf "%q" .}} {{js .}} {{html .}}</k>{{end -}}
<all>{{block "head" .Machine}}<h>{{.Name}}</h>{{end}}
{{- range $i, $key := .Machine.SSHKeys}}{{if gt $i 5}}{{break}}{{end}}{{template "row" $key.Name}}{{end}}
{{- $n := len .List}}{{range .List}}{{if eq . $n}}{{continue}}{{end}}<i>{{.}} {{printf "%08.3f|%x" 1.5 $n}}</i>{{end}}
{{- with index .List 1}}<w>{{slice "abcdef" . 4}}</w>{{end}}{{.Metadata}}</all>
IN
  exhaust "$fixtures/render/web-1.json" vmango-render "$fixtures/render/vm.xml.in"
  exhaust "$fixtures/render/web-1.json" vmango-render --set 'List:=[1, 2, 3]' --set Machine.Name=w --escape xml all.in
  exhaust "$fixtures/render/web-1.json" vmango-render --validate domain "$fixtures/render/vm.xml.in"
  exhaust /dev/null vmango-render --list-fields -o json all.in
}

@test "no memory: vmango-configdrive" {
  cat >web-1.json <<'JSON'
{"Machine": {"Name": "web-1", "Id": "3c0f0b9c-0f5f-5a5e-9a3c-2a2e5f1f0b11", "HWAddr": "52:54:00:AB:CD:EF",
  "Ip": {"Address": "192.168.124.10", "Gateway": "192.168.124.1", "Netmask": 24},
  "SSHKeys": [{"Name": "me", "Public": "ssh-ed25519 AAAA/C3Nz me@host"}, {"Name": "other", "Public": "ssh-rsa BBBB"}],
  "Userdata": "#cloud-config\nruncmd:\n  - echo \"caf\u00e9\"\n"},
 "Image": {"Id": "Debian-12_amd64_qcow2.img"}, "Hypervisor": {"Name": "local", "ConfigDrive": "openstack"}}
JSON
  head -c 100000 /dev/urandom >user-data
  exhaust web-1.json vmango-configdrive
  exhaust web-1.json vmango-configdrive -f nocloud
  exhaust web-1.json vmango-configdrive -f nocloud --static --dns 9.9.9.9 -u user-data
}

# A thread's stack is no allocation of malloc(); before a program has its libraries, its loader exits with 127.
@test "no memory: vmango-configdrive below a limit" {
  local status kib tried=0
  vmango-configdrive "$fixtures/render/web-1.json" >good
  for ((kib = 3000; kib <= 30000; kib += 1500)); do
    status=0
    (ulimit -v "$kib" && exec vmango-configdrive "$fixtures/render/web-1.json") >out 2>err || status=$?
    echo "$kib KiB: exit status $status, $(<err)"
    case $status in
      0) cmp out good ;;
      3) tried=$((tried + 1)); [ ! -s out ] && [ -s err ] ;;
      *) [ "$status" -eq 127 ] ;;
    esac
  done
  [ "$tried" -gt 0 ]
}

@test "no memory: vmango-imagetool without a hypervisor" {
  mkdir images
  qemu-img create -q -f qcow2 images/Debian-12_amd64_qcow2.img 1G
  qemu-img create -q -f qcow2 -b Debian-12_amd64_qcow2.img -F qcow2 images/Ubuntu-22.04_amd64_qcow2.img
  truncate -s 5M images/Centos-7_amd64_raw.img
  exhaust /dev/null vmango-imagetool parse -o json Debian-12_amd64_qcow2.img Centos-7-x86_64_raw.img bad.img
  exhaust /dev/null vmango-imagetool inspect -o json images/Ubuntu-22.04_amd64_qcow2.img
  exhaust /dev/null vmango-imagetool inspect images/Centos-7_amd64_raw.img
  exhaust /dev/null vmango-imagetool list -o table --dir images
}

@test "no memory: vmango-provision, by recorded facts and by libvirt" {
  templates=$(cd "$BATS_TEST_DIRNAME/../../packaging/templates" && pwd)
  cp "$fixtures/provision/node.xml" rack.xml
  cp "$fixtures/batch/id_ed25519.pub" "$fixtures/batch/web.yaml" .
  cat >lab.ini <<INI
batch = lab
[hypervisor rack]
url = test://$PWD/rack.xml
vm_template = $templates/vm.xml.in
volume_template = $templates/volume.xml.in
[ssh_key me]
public_file = id_ed25519.pub
[plan small]
memory = 64
disk_size = 5
[defaults]
plan = small
image = Debian-12
ssh_keys = me
[machine web-{1,2}]
hypervisor = rack
userdata_file = web.yaml
INI
  vmango-provision facts lab.ini >facts.json
  exhaust /dev/null vmango-provision context --offline lab.ini web-1
  exhaust /dev/null vmango-provision plan -o json --facts facts.json lab.ini
  exhaust /dev/null vmango-provision plan lab.ini
}

# Its libraries are shared ones here, since nothing can be preloaded into the static hook.
@test "no memory: the hook exits with 0, and says once that it gave up or what it did" {
  local tried bad said='web-1: 192.168.124.5 \(.*\) on virbr0: (release sent, not confirmed|not released: .*)'
  cat >script <<'EOF'
printf '#!/bin/sh\nLD_PRELOAD=$fail_alloc exec "$shared" "$@"\n' >/run/failing
chmod +x /run/failing
network default virbr0
bridge virbr0 192.168.124.1/24
status virbr0 192.168.124.5 $one
network other virbr1
printf '[reason]\ndestroyed = release\n[confirm]\nwait_ms = 0\n' >/etc/vmango/lease-monitor.conf
domain network:default:$one network:other:$two >/run/domain

release() { "$1" web-1 release end destroyed </run/domain; }

# report EVENT: in a line, how it ended and what it said.
report() { echo "$1 $at: $? $(wc -l </run/err): $(</run/err)"; }

real=$hook hook=/run/failing
FAIL_ALLOC_COUNT=/run/count stopped web-1
for at in $(points "$(</run/count)"); do
  FAIL_ALLOC=$at stopped web-1 2>/run/err
  report stopped
done
hook=$real stopped web-1
FAIL_ALLOC_COUNT=/run/count release /run/failing
for at in $(points "$(</run/count)"); do
  hook=$real stopped web-1
  FAIL_ALLOC=$at release /run/failing 2>/run/err
  report release
done
[ -z "$(ls /run/vmango)" ]
EOF
  export -f points
  export one=52:54:00:00:00:01 two=52:54:00:00:00:02 shared=$BATS_TEST_DIRNAME/../../${BUILD:-build}/tests/vmango-lease-monitor
  (cd "$BATS_TEST_DIRNAME/../.." && exec tests/cli/lease-host) <script >runs
  tried=$(grep -c . runs)
  grep -vE "^(stopped [0-9-]+: 0 0: |[a-z]+ [0-9-]+: 0 1: vmango-lease-monitor: out of memory, gave up|release [0-9-]+: 0 1: vmango-lease-monitor: $said)$" runs >wrong || true
  cat wrong
  bad=$(grep -c . wrong) || true
  printf '# vmango-lease-monitor: %s points, %s bad\n' "$tried" "$bad" >&3
  [ "$tried" -ge 40 ]
  [ "$bad" -eq 0 ]
}
