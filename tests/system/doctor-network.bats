# SPDX-License-Identifier: GPL-2.0-or-later
# vmango-provision doctor: what keeps the packets of guests from their way, seen in the rules of the
# hypervisor and tried by --probe, and mended by what the advice says.
# shellcheck disable=SC2154 # run sets stderr
bats_require_minimum_version 1.5.0

setup_file() {
  load foreign-dhcp
  lab_up one --no-system
  bridge_up one
  lab_virsh one net-define /dev/stdin <<'END'
<network><name>routed</name><forward mode='open'/><bridge name='virbr-routed' stp='off' delay='0'/>
<ip address='10.77.0.1' netmask='255.255.255.0'><dhcp>
  <range start='10.77.0.10' end='10.77.0.19'/><range start='10.77.0.50' end='10.77.0.99'/></dhcp></ip>
<ip family='ipv6' address='fd00:77::1' prefix='64'><dhcp>
  <range start='fd00:77::10' end='fd00:77::1f'/></dhcp></ip></network>
END
  lab_virsh one net-define /dev/stdin <<'END'
<network><name>six</name><forward mode='open'/><bridge name='virbr-six' stp='off' delay='0'/>
<ip family='ipv6' address='fd00:6::1' prefix='64'/></network>
END
  for network in routed six; do
    lab_virsh one net-start "$network"
    lab_virsh one net-autostart "$network"
  done
}

teardown_file() {
  load foreign-dhcp
  servers_down
  lab_down
}

setup() {
  load foreign-dhcp
}

teardown() {
  servers_down
  lab_exec one sh -c 'iptables -P FORWARD ACCEPT; iptables -D FORWARD -j DOCKER-USER
    iptables -F DOCKER-USER; iptables -X DOCKER-USER; nft delete table inet mine
    sysctl -q -w net.ipv4.ip_forward=1 net.bridge.bridge-nf-call-iptables=1' 2>/dev/null || true
}

# doctor NETWORK [OPTION]...: inside, what it says about forwarding and by the probe.
doctor() {
  local templates
  templates=$(cd "$BATS_TEST_DIRNAME/../../packaging/templates" && pwd)
  printf '%s\n' '[hypervisor one]' 'url = qemu:///system' "vm_template = $templates/vm.xml.in" \
    "volume_template = $templates/volume.xml.in" "network = $1" >"$BATS_TEST_TMPDIR/lab.ini"
  lab_exec one vmango-provision doctor "${@:2}" "$BATS_TEST_TMPDIR/lab.ini" >"$BATS_TEST_TMPDIR/out" || true
  grep -E $'^one\t(forwarding|probe|dhcp)\t' "$BATS_TEST_TMPDIR/out"
}

# reports CHECK RESULT DETAIL NETWORK [OPTION]...: DETAIL is a pattern; its advice goes to $advice.
reports() {
  local row
  row=$(doctor "${@:4}" | grep $'^one\t'"$1"$'\t' | head -1)
  # shellcheck disable=SC2053 # a pattern
  [[ $(cut -f 3-4 <<<"$row") == "$2"$'\t'$3 ]] || { printf 'reported: %s\n' "$row" && false; }
  advice=$(cut -f 5 <<<"$row")
}

follow() {
  lab_exec one sh -c "$advice"
}

# As Docker leaves it.
docker_has_been_here() {
  lab_exec one sh -c 'iptables -N DOCKER-USER && iptables -A FORWARD -j DOCKER-USER && iptables -P FORWARD DROP'
}

# Links, neighbours and namespaces of the hypervisor.
traces() {
  lab_exec one ip -o link | grep -o 'vmprobe[^:@]*' || true
  lab_exec one sh -c 'ls -l /proc/[0-9]*/ns/net 2>/dev/null | sed "s/.*-> //" | sort -u'
  lab_exec one ip neighbour show nud reachable nud stale | cut -d ' ' -f 1 | sort
}

@test "DHCP: every range is counted, of both families" {
  reports dhcp ok '0 of 10 addresses from 10.77.0.10 to 10.77.0.19 are leased or reserved; 0 of 50 addresses from *; 0 of 16 addresses from fd00:77::10 to fd00:77::1f are *' routed
  reports dhcp warning 'network "six" has only IPv6, by router advertisements' six
  [ "$advice" = 'Machines there need ip = dhcp.' ]
}

@test "nothing is wrong: neither seen nor tried" {
  reports forwarding ok 'no rule that drops packets of virbr-routed was found' routed
  traces >"$BATS_TEST_TMPDIR/before"
  reports probe ok '10.77.0.1 offers 10.77.0.* on virbr-routed, from where 10.77.0.1 replies to pings' routed --probe
  traces | diff "$BATS_TEST_TMPDIR/before" -
  [ -z "$(lab_virsh one net-dhcp-leases routed | grep 10.77)" ]
  reports probe ok 'not tried: network "six" has no IPv4' six --probe
}

@test "a DHCP server that is not libvirt's, or none" {
  server_up one
  traces >"$BATS_TEST_TMPDIR/before"
  reports probe ok '10.55.0.2 offers 10.55.0.1* on br0, from where 10.55.0.1 replies to pings' office --probe
  traces | diff "$BATS_TEST_TMPDIR/before" -
  [ ! -s "$BATS_TEST_TMPDIR/foreign.leases" ]
  servers_down
  reports probe finding 'no DHCP server answers on br0 within 10 s' office --probe
  [[ $advice == 'Start the DHCP server'* ]]
}

@test "Docker's policy drops what a bridge forwards" {
  server_up one
  docker_has_been_here
  reports forwarding warning 'chain FORWARD of table ip filter drops what is bridged by br0, as Docker has set it up' office
  reports probe finding 'no DHCP server answers on br0 within 10 s: chain FORWARD of table ip filter drops *Docker*' office --probe
  follow
  reports probe ok '10.55.0.2 offers *' office --probe
  reports forwarding ok '*' office
}

@test "a policy that drops what a bridge forwards" {
  server_up one
  lab_exec one iptables -P FORWARD DROP
  reports probe finding 'no DHCP server answers on br0 *: chain FORWARD of table ip filter drops what is bridged by br0' office --probe
  [ "$advice" = 'sysctl -w net.bridge.bridge-nf-call-iptables=0' ]
  follow
  reports probe ok '10.55.0.2 offers *' office --probe
}

# A host at 10.66.0.2, the gateway of the default route.
outside_up() {
  nsenter --target "$(network_pid one)" --net -- unshare --net -- sleep infinity </dev/null >/dev/null 2>&1 3>&- &
  printf '%s\n' $! >"$BATS_FILE_TMPDIR/server-$!"
  wait_until 5 has_own_network $! "$(network_pid one)"
  in_network one ip link add uplink type veth peer name eth0 netns $!
  in_network one ip address add 10.66.0.1/24 dev uplink
  in_network one ip link set uplink up
  in_network one ip route add default via 10.66.0.2
  nsenter --target $! --net -- sh -c 'ip address add 10.66.0.2/24 dev eth0 && ip link set eth0 up &&
    ip route add default via 10.66.0.1'
}

@test "beyond the hypervisor: Docker's policy, one of nftables, and forwarding that is off" {
  outside_up
  reports probe ok '10.77.0.1 offers * on virbr-routed, from where 10.77.0.1 and 10.66.0.2 replies to pings' routed --probe
  docker_has_been_here
  reports probe finding '10.66.0.2 does not reply to pings from 10.77.0.* on virbr-routed, as it does to this machine*s: chain FORWARD of table ip filter drops what guests send through virbr-routed, as Docker has set it up' routed --probe
  follow
  reports probe ok '*10.66.0.2 replies to pings' routed --probe
  lab_exec one sh -c "nft add table inet mine && nft add chain inet mine forward_all \
    '{ type filter hook forward priority 0; policy drop; }'"
  reports probe finding '10.66.0.2 does not reply *: chain forward_all of table inet mine drops *' routed --probe
  follow
  reports probe ok '*10.66.0.2 replies to pings' routed --probe
  lab_exec one sysctl -q -w net.ipv4.ip_forward=0
  reports forwarding finding 'the kernel forwards nothing: net.ipv4.ip_forward is 0' routed
  reports probe finding '10.66.0.2 does not reply *: the kernel forwards nothing: *' routed --probe
  [[ $advice == 'sysctl -w net.ipv4.ip_forward=1 && echo net.ipv4.ip_forward=1 >'* ]]
  lab_exec one sh -c "${advice%% && *}"
  reports probe ok '*10.66.0.2 replies to pings' routed --probe
  servers_down
}

@test "requests to libvirt's DHCP server are dropped" {
  lab_exec one sh -c "nft add table inet mine && nft add chain inet mine input_all \
    '{ type filter hook input priority 0; policy drop; }' && nft add rule inet mine input_all iif lo accept"
  reports probe finding 'no DHCP server answers on virbr-routed *: chain input_all of table inet mine drops DHCP requests from virbr-routed' routed --probe
  follow
  reports forwarding ok '*' routed
  run doctor routed --probe
  [[ $output == *$'\tprobe\t'*$'10.77.0.1 offers '* ]]
}

port_exists() {
  lab_exec one ip -o link show master br0 | grep -q vmprobe
}

@test "a probe that is killed leaves nothing" {
  local killed=$BATS_TEST_TMPDIR/killed
  traces >"$BATS_TEST_TMPDIR/before"
  doctor office >/dev/null
  # shellcheck disable=SC2016 # expands inside
  lab_exec one sh -c 'echo $$ >"$1" && exec vmango-provision doctor --probe "$2"' sh "$killed" \
    "$BATS_TEST_TMPDIR/lab.ini" >/dev/null 2>&1 3>&- &
  wait_until 10 port_exists
  lab_exec one kill -KILL "$(cat "$killed")"
  wait $! || true
  wait_until 10 same_traces
}

same_traces() {
  traces | diff "$BATS_TEST_TMPDIR/before" -
}

@test "not on this machine, or not as root: it says so" {
  run --separate-stderr vmango-provision doctor --probe -v -c "$(lab_uri one)"
  [[ $output == *$'\tprobe\twarning\tnot tried: the hypervisor is not this machine\t'*'Run vmango-provision doctor --probe as root'* ]]
  [[ $stderr == *'not checked: what becomes of packets: not on this machine'* ]]
  lab_exec one chmod 0777 /run/libvirt/libvirt-sock
  run lab_exec one setpriv --reuid 65534 --regid 65534 --clear-groups vmango-provision doctor --probe -v \
    -c qemu:///system
  lab_exec one chmod 0700 /run/libvirt/libvirt-sock
  [[ $output == *$'\tprobe\twarning\tnot tried: it needs root\t'* ]]
  [[ $output == *'not checked: the rules that packets go through: /usr/sbin/nft: '* ]]
}
