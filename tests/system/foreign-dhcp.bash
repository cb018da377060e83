# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# For bats, with the lab and clients for leases: a bridge with the network "office", and DHCP
# servers there that are not libvirt's. The first argument is always the hypervisor's name in this file.

load lab
load lease-clients

# bridge_up HYPERVISOR: the bridge br0, on which the hypervisor has 10.55.0.1.
bridge_up() {
  lab_exec "$1" ip link add br0 type bridge
  lab_exec "$1" ip address add 10.55.0.1/24 dev br0
  lab_exec "$1" ip link set br0 up
  lab_virsh "$1" net-define /dev/stdin <<<"<network><name>office</name><forward mode='bridge'/>
    <bridge name='br0'/></network>"
  lab_virsh "$1" net-start office
  lab_virsh "$1" net-autostart office
}

# server_up HYPERVISOR [here [OPTION]...]: a DHCP server at 10.55.0.2 in a network of its own, or one on
# the hypervisor itself, with more options of dnsmasq. It gives out 10.55.0.100 to .199.
server_up() {
  local name=$1 begin=$BATS_TEST_TMPDIR/begin pid fd
  local options=(--keep-in-foreground --conf-file=/dev/null --port=0 --pid-file= --user=root --no-ping
    --dhcp-leasefile="$BATS_TEST_TMPDIR/foreign.leases" --bind-interfaces --dhcp-authoritative
    "--dhcp-range=10.55.0.100,10.55.0.199,1h")
  if [[ ${2-} == here ]]; then
    nsenter --target "$(network_pid "$name")" --net -- dnsmasq "${options[@]}" --interface=br0 "${@:3}" </dev/null >/dev/null 2>&1 3>&- &
    server_started $!
    return
  fi
  rm -f "$begin"
  mkfifo "$begin"
  exec {fd}<>"$begin"
  # shellcheck disable=SC2016 # expands inside
  nsenter --target "$(network_pid "$name")" --net -- unshare --net -- sh -c 'read -r _
    ip address add 10.55.0.2/24 dev eth0 && ip link set eth0 up && exec dnsmasq "$@"' server \
    "${options[@]}" --interface=eth0 --dhcp-option=option:router,10.55.0.1 <"$begin" >/dev/null 2>&1 3>&- {fd}>&- &
  pid=$!
  wait_until 5 has_own_network "$pid" "$(network_pid "$name")"
  in_network "$name" ip link add tap-server type veth peer name eth0 netns "$pid"
  in_network "$name" ip link set tap-server master br0 up
  echo >&"$fd"
  exec {fd}>&-
  server_started "$pid"
}

server_started() {
  printf '%s\n' "$1" >"$BATS_FILE_TMPDIR/server-$1"
  wait_until 10 test -e "$BATS_TEST_TMPDIR/foreign.leases"
}

servers_down() {
  local mark pid
  for mark in "$BATS_FILE_TMPDIR"/server-*; do
    [[ -e $mark ]] || continue
    read -r pid <"$mark"
    kill "$pid"
    wait_until 10 server_is_gone "$pid"
    rm "$mark"
  done
}

server_is_gone() {
  ! kill -0 "$1"
}
