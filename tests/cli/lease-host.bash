# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# What a test may use inside tests/cli/lease-host.

leases=/var/lib/libvirt/dnsmasq
hook=$PWD/${BUILD:-build}/vmango-lease-monitor

# bridge NAME ADDRESS/PREFIX...
bridge() {
  local name=$1 address
  shift
  ip link add "$name" type bridge
  for address in "$@"; do
    case $address in
      *:*) ip -6 address add "$address" dev "$name" nodad ;;
      *) ip address add "$address" dev "$name" ;;
    esac
  done
  ip link set "$name" up
}

# network NAME BRIDGE [MODE]: the files of an active network.
network() {
  printf 'interface=%s\n' "$2" >"$leases/$1.conf"
  cat >"/run/libvirt/network/$1.xml" <<XML
<networkstatus><network><name>$1</name><forward mode='${3:-nat}'/><bridge name='$2'/></network></networkstatus>
XML
}

# server NAME BRIDGE THIRD: a network 192.168.THIRD.0/24 and fd00:THIRD::/64 with the dnsmasq
# that libvirt would start for it, which reports leases to libvirt's own helper.
server() {
  bridge "$2" "192.168.$3.1/24" "fd00:$3::1/64"
  network "$1" "$2"
  cat >>"$leases/$1.conf" <<CONF
strict-order
except-interface=lo
bind-dynamic
dhcp-range=192.168.$3.2,192.168.$3.254,255.255.255.0
dhcp-no-override
dhcp-authoritative
dhcp-range=fd00:$3::100,fd00:$3::1ff,64
no-ping
port=0
CONF
  : >"$leases/$2.status"
  VIR_BRIDGE_NAME=$2 dnsmasq --no-daemon --conf-file="$leases/$1.conf" --leasefile-ro \
    --dhcp-script="${LEASESHELPER:-/usr/lib/libvirt/libvirt_leaseshelper}" \
    >"/run/dnsmasq-$2.log" 2>&1 &
  printf '%s\n' $! >"/run/dnsmasq-$2.pid"
  until grep -qs 'DHCP.*sockets bound' "/run/dnsmasq-$2.log"; do sleep 0.02; done
}

# client BRIDGE: a namespace `client` whose eth0 is a port of the bridge.
client() {
  ip netns add client
  ip link add tap type veth peer name eth0 netns client
  ip link set tap master "$1" up
  ip -n client link set lo up
}

# lease MAC [OPTION]...: takes an IPv4 lease, with the options of udhcpc.
lease() {
  local mac=$1
  shift
  ip -n client link set eth0 down
  ip -n client link set eth0 address "$mac" up
  ip netns exec client busybox udhcpc -i eth0 -n -q -f -t 30 -T 1 -s /bin/true "$@" >/run/udhcpc.log 2>&1
}

# lease6 MAC: takes an IPv6 lease, with a DUID of its own.
lease6() {
  ip -n client link set eth0 down
  ip -n client link set eth0 address "$1" up
  until ip -n client -6 address show dev eth0 scope link -tentative | grep -q fe80; do sleep 0.02; done
  ip netns exec client dhclient -6 -1 -lf "/run/$1.leases" -pf /run/dhclient.pid -sf /bin/true \
    eth0 >/run/dhclient.log 2>&1
  until_true test -s /run/dhclient.pid
  kill "$(cat /run/dhclient.pid)"
  rm /run/dhclient.pid
}

# until_true COMMAND...: waits for what comes soon, but on a busy machine 30 s at most.
until_true() {
  local end=$((SECONDS + 30))
  while ((SECONDS < end)); do
    ! "$@" || return 0
    sleep 0.02
  done
  printf 'still not true: %s\n' "$*"
  return 1
}

# addresses BRIDGE: those in its status file, one a line.
addresses() {
  sed -n 's/.*"ip-address": "\(.*\)".*/\1/p' "$leases/$1.status"
}

count_is() {
  [ "$(addresses "$1" | wc -l)" -eq "$2" ]
}

# status BRIDGE ADDRESS MAC [CLIENT-ID]...: adds an entry to a status file of our own.
status() {
  local file=$leases/$1.status
  [ -s "$file" ] && sed -i '$d' "$file" && echo , >>"$file" || echo '[' >"$file"
  printf '{"ip-address": "%s", "mac-address": "%s", %s"expiry-time": 2000000000}\n]\n' \
    "$2" "$3" "${4:+\"client-id\": \"$4\", }" >>"$file"
}

# domain [KIND:SOURCE:MAC]...: domain XML with these cards.
domain() {
  local card kind source
  printf '<domain type="kvm"><name>web-1</name><devices>'
  for card; do
    kind=${card%%:*}
    card=${card#*:}
    source=${card%%:*}
    printf '<interface type="%s"><mac address="%s"/><source %s="%s"/></interface>' \
      "$kind" "${card#*:}" "$kind" "$source"
  done
  printf '</devices></domain>\n'
}

# stopped GUEST [STATE REASON [ELEMENT]...]: the first of the two events of a guest that ends;
# without a state it was started here and has shut down.
stopped() {
  local guest=$1 file=/run/libvirt/qemu/$1.xml
  shift
  (($# > 0)) || set -- shutdown unknown "<job type='destroy' async='none'/>" "<devices><device alias='net0'/></devices>"
  printf "<domstatus state='%s' reason='%s' pid='1'>" "$1" "$2" >"$file"
  shift 2
  printf '%s' "$@" '<domain/></domstatus>' >>"$file"
  "$hook" "$guest" stopped end - <&-
  rm "$file"
}

# stop REASON [KIND:SOURCE:MAC]...: what libvirt does when a guest with these cards has ended.
stop() {
  local reason=$1
  shift
  domain "$@" >/run/domain
  stopped web-1
  "$hook" web-1 release end "$reason" </run/domain
}

# releases_seen BRIDGE: how many releases its dnsmasq has got.
releases_seen() {
  grep -c 'DHCPRELEASE' "/run/dnsmasq-$1.log"
}

# packets ADDRESS COUNT: prints what comes in at the DHCP port, a line of hexadecimal each.
packets() {
  perl -MIO::Socket::INET -e '
    my $socket = IO::Socket::INET->new(LocalAddr => $ARGV[0], LocalPort => 67, Proto => "udp");
    for (1 .. $ARGV[1]) { $socket->recv(my $packet, 2048); print unpack("H*", $packet), "\n"; }
  ' "$@"
}
