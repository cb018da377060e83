#!/usr/bin/env bats
# The lease monitor on a host with libvirt's files and dnsmasq, but without libvirtd.

bats_require_minimum_version 1.5.0

# Whatever hangs is a failure; how long it takes is none, since the machine may be busy.
host() {
  run --separate-stderr timeout 120 "$BATS_TEST_DIRNAME/lease-host"
  printf '%s\n--\n%s\n' "$output" "$stderr"
}

# Whether a message is that of a release. That the lease has gone, a dnsmasq on a busy
# machine may show later than the monitor can wait for.
is_release() {
  [[ $1 == *': released, confirmed' || $1 == *': release sent, not confirmed' ]]
}

one=52:54:00:00:00:01
two=52:54:00:00:00:02
export one two

@test "other events leave standard input alone and say nothing" {
  host <<'EOF'
while read -r -a event; do
  printf '%s:' "${event[*]}"
  { "$hook" "${event[@]}"; printf '%s' $?; cat; } < <(echo unread)
done <<'LIST'
web-1 prepare begin -
web-1 start begin -
web-1 started begin -
web-1 stopped end -
web-1 stopped end destroyed
web-1 migrate begin -
web-1 restore begin -
web-1 reconnect begin -
web-1 attach begin -
web-1 release begin -
web-1 released end destroyed
web-1 release end
web-1 release end destroyed more
web-1
LIST
EOF
  [ "$status" -eq 0 ]
  [ "${#lines[@]}" -eq 14 ]
  for line in "${lines[@]}"; do [[ $line == *:0unread ]]; done
  [ -z "$stderr" ]
}

@test "--help and --version go to standard error" {
  run --separate-stderr "${BUILD:-build}/vmango-lease-monitor" --version
  [ "$status" -eq 0 ]
  [ -z "$output" ]
  [[ $stderr =~ ^vmango-lease-monitor\ [0-9.]+$ ]]
  run --separate-stderr "${BUILD:-build}/vmango-lease-monitor" --help
  [ "$status" -eq 0 ]
  [ -z "$output" ]
  [[ $stderr == "usage: vmango-lease-monitor GUEST release end REASON "* ]]
}

@test "links no libvirt, calls nothing that starts a program" {
  binary=${BUILD:-build}/vmango-lease-monitor
  run ldd "$binary"
  [ "$status" -eq 0 ]
  [[ $output != *libvirt* && $output != *libxml2* ]]
  symbols=$(nm "$binary"; nm -D "$binary")
  grep -q ' monitor_release$' <<<"$symbols"
  ! grep -E ' _*(v?fork|clone3?|exec[lv][a-z]*|posix_spawnp?|system|popen)(@|$)' <<<"$symbols"
}

@test "three leases under one MAC with three client-ids and one of DHCPv6: all gone, others stay" {
  host <<'EOF'
server default virbr0 124
client virbr0
lease $two -x 0x3d:ff0102
lease $one -x 0x3d:01020304
lease $one -x 0x3d:ffb55e67ff
lease $one -x 0x3d:00aabbcc
lease6 $one
until_true count_is virbr0 5
others=$(addresses virbr0 | head -1)
ip link delete tap
stop destroyed network:default:$one
until_true count_is virbr0 1
[ "$(addresses virbr0)" = "$others" ]
seen=$(releases_seen virbr0)
stop destroyed network:default:$one
[ "$(releases_seen virbr0)" = "$seen" ]
echo good
EOF
  [ "$output" = good ]
  for line in "${stderr_lines[@]:0:4}"; do is_release "$line"; done
  [ "${#stderr_lines[@]}" -eq 5 ]
  [ "$(tail -n 1 <<<"$stderr")" = "vmango-lease-monitor: web-1: no lease to release" ]
}

@test "releases as they are sent: the stored client-id or none, those without one last" {
  host <<'EOF'
network default virbr0
bridge virbr0 192.168.124.1/24
status virbr0 192.168.124.5 $one
status virbr0 192.168.124.6 $one ff:b5:00:01
echo "[confirm]
wait_ms = 0" >/etc/vmango/lease-monitor.conf
packets 192.168.124.1 2 >/run/packets &
until_true grep -q 017CA8C0:0043 /proc/net/udp
stop destroyed network:default:$one
wait $!
cat /run/packets
EOF
  head='01010600[0-9a-f]{8}00000000'
  tail='0{24}525400000001'"$(printf %0404d 0)"63825363350107'3604c0a87c01'
  [[ ${lines[0]} =~ ^${head}c0a87c06${tail}3d04ffb50001ff0+$ ]]
  [[ ${lines[1]} =~ ^${head}c0a87c05${tail}ff0+$ ]]
  [ "${#lines[@]}" -eq 2 ]
  [ "${#lines[0]}" -eq 600 ]
}

@test "cards on two networks and on a bridge; one that is bad stops no other" {
  host <<'EOF'
server default virbr0 124
server other virbr1 125
client virbr0
lease $one
ip link set tap master virbr1
lease $two
until_true count_is virbr0 1
until_true count_is virbr1 1
stop crashed network:../default:$one network:default:broken network:nowhere:$one network:default:$one \
  bridge:virbr1:$two
until_true count_is virbr0 0
until_true count_is virbr1 0
echo good
EOF
  [ "$output" = good ]
  [ "${stderr_lines[0]}" = 'vmango-lease-monitor: web-1: interface 1: not a network'\''s name: "../default"' ]
  [ "${stderr_lines[1]}" = 'vmango-lease-monitor: web-1: interface 2: not a MAC address: "broken"' ]
  [[ ${stderr_lines[2]} == *" on virbr0: "* ]]
  is_release "${stderr_lines[2]}"
  [[ ${stderr_lines[3]} == *" on virbr1: "* ]]
  is_release "${stderr_lines[3]}"
  [ "${#stderr_lines[@]}" -eq 4 ]
}

@test "a network that only lends the bridge of another one" {
  host <<'EOF'
server default virbr0 124
network lent virbr0 bridge
client virbr0
lease $one
until_true count_is virbr0 1
stop destroyed network:lent:$one
until_true count_is virbr0 0
echo good
EOF
  [ "$output" = good ]
}

@test "the bridge from NET.conf when there is no live state" {
  host <<'EOF'
server default virbr0 124
rm /run/libvirt/network/default.xml
client virbr0
lease $one
until_true count_is virbr0 1
stop destroyed network:default:$one
until_true count_is virbr0 0
echo good
EOF
  [ "$output" = good ]
}

@test "dnsmasq's own lease file" {
  host <<'EOF'
bridge virbr0 192.168.124.1/24 fd00:124::1/64
network default virbr0
cat >>$leases/default.conf <<CONF
dhcp-leasefile=$leases/default.leases
dhcp-range=192.168.124.2,192.168.124.254
dhcp-range=fd00:124::100,fd00:124::1ff,64
except-interface=lo
bind-dynamic
no-ping
port=0
CONF
dnsmasq --no-daemon --conf-file=$leases/default.conf >/run/dnsmasq-virbr0.log 2>&1 &
until_true grep -qs "sockets bound" /run/dnsmasq-virbr0.log
client virbr0
lease $two
lease $one -x 0x3d:ff0102
lease $one -x 0x3d:ff0103
lease6 $one
until_true grep -qs fd00: $leases/default.leases
stop destroyed network:default:$one
gone() { [ "$(grep -c 192.168 $leases/default.leases)" -eq 1 ] && ! grep -q fd00: $leases/default.leases; }
until_true gone
echo good
EOF
  [ "$output" = good ]
  for line in "${stderr_lines[@]}"; do is_release "$line"; done
  [ "${#stderr_lines[@]}" -eq 3 ]
}

@test "no dnsmasq there: nothing to do, and nothing to say" {
  host <<'EOF'
network ovs ovsbr0 bridge
cat >/run/libvirt/network/macvtap.xml <<XML
<networkstatus><network><name>macvtap</name><forward dev='eth0' mode='bridge'/></network></networkstatus>
XML
status virbr0 192.168.124.5 $one
stop destroyed network:macvtap:$one network:ovs:$one network:unknown:$one bridge:br0:$one direct:eth0:$one
EOF
  [ "$status" -eq 0 ]
  [ -z "$output$stderr" ]
}

@test "guests that come back keep their leases: reasons as libvirt 10.5 gives them" {
  host <<'EOF'
network default virbr0
status virbr0 192.168.124.5 $one
for reason in saved migrated "from snapshot" unknown "something new" ""; do
  stop "$reason" network:default:$one
done
EOF
  [ "$status" -eq 0 ]
  [ "${stderr_lines[0]}" = "vmango-lease-monitor: web-1: stopped (saved), leases kept" ]
  [ "${stderr_lines[1]}" = "vmango-lease-monitor: web-1: stopped (migrated), leases kept" ]
  [ "${stderr_lines[2]}" = "vmango-lease-monitor: web-1: stopped (from snapshot), leases kept" ]
  [ "${#stderr_lines[@]}" -eq 6 ]
  ! grep -v 'leases kept$' <<<"$stderr"
}

# The bridge is not there, which shows that a release was tried.
@test "other guests do not: reasons as libvirt 10.5 gives them" {
  host <<'EOF'
network default virbr0
status virbr0 192.168.124.5 $one
for reason in shutdown destroyed crashed daemon failed; do
  stop "$reason" network:default:$one
done
touch /var/lib/libvirt/qemu/save/web-1.save
stop failed network:default:$one
stop destroyed network:default:$one
EOF
  [ "$status" -eq 0 ]
  [ "${stderr_lines[0]}" = "vmango-lease-monitor: web-1: 192.168.124.5 ($one) on virbr0: not released: bridge virbr0 is not there" ]
  [ "$(grep -c 'not released' <<<"$stderr")" -eq 6 ]
  [ "${stderr_lines[5]}" = "vmango-lease-monitor: web-1: stopped (failed), leases kept" ]
}

@test "the reason out of QEMU's log, for libvirt before 10.5" {
  host <<'EOF'
network default virbr0
status virbr0 192.168.124.5 $one
log=/var/log/libvirt/qemu/web-1.log
stamp='2026-11-23 02:43:00.123+0000: '
stop - network:default:$one
for reason in saved destroyed migrated shutdown "from snapshot"; do
  printf '%sstarting up libvirt version: 9.0.0\nqemu: x\n%sshutting down, reason=%s\n' "$stamp" "$stamp" "$reason" >>$log
  stop - network:default:$one
done
printf '%sstarting up libvirt version: 9.0.0\n' "$stamp" >>$log
stop - network:default:$one
head -c 300000 /dev/zero | tr '\0' 'x' >$log
printf '\n%sshutting down, reason=crashed\n' "$stamp" >>$log
stop - network:default:$one
rm $log
mkfifo $log
stop - network:default:$one
EOF
  [ "$status" -eq 0 ]
  [[ ${stderr_lines[0]} == *"/web-1.log: No such file or directory" ]]
  [[ ${stderr_lines[1]} == *": stopped (unknown), leases kept" ]]
  [[ ${stderr_lines[2]} == *": stopped (saved), leases kept" ]]
  [[ ${stderr_lines[3]} == *": not released: bridge virbr0 is not there" ]]
  [[ ${stderr_lines[4]} == *": stopped (migrated), leases kept" ]]
  [[ ${stderr_lines[5]} == *": not released: bridge virbr0 is not there" ]]
  [[ ${stderr_lines[6]} == *": stopped (from snapshot), leases kept" ]]
  [[ ${stderr_lines[7]} == *"/web-1.log: no reason of the stop" ]]
  [[ ${stderr_lines[8]} == *": stopped (unknown), leases kept" ]]
  [[ ${stderr_lines[9]} == *": not released: bridge virbr0 is not there" ]]
  [[ ${stderr_lines[10]} == *"/web-1.log: not a regular file" ]]
  [[ ${stderr_lines[11]} == *": stopped (unknown), leases kept" ]]
}

@test "a name that is a path touches no file and keeps the leases" {
  host <<'EOF'
"$hook" ../web-1 release end - <<<x
"$hook" $'web\e[31m\n' release end saved <<<x
EOF
  [ "$status" -eq 0 ]
  [ "${stderr_lines[0]}" = "vmango-lease-monitor: ../web-1: not a guest's name, leases kept" ]
  [ "${stderr_lines[1]}" = 'vmango-lease-monitor: web\x1b[31m\x0a: stopped (saved), leases kept' ]
}

# The bridge does not exist, so that a release that is tried would be reported.
@test "a guest that may run on another host keeps its leases, whatever the reason" {
  host <<'EOF'
network default virbr0
status virbr0 192.168.124.5 $one
domain network:default:$one >/run/domain
job="<job type='none' async='migration in' phase='prepare'/>"
list="<devices><device alias='net0'/></devices>"
for reason in failed crashed daemon destroyed shutdown; do
  stopped web-1 paused migration && "$hook" web-1 release end $reason </run/domain
  stopped web-1 shutdown unknown "$job" && "$hook" web-1 release end $reason </run/domain
  stopped web-1 running postcopy "$list" && "$hook" web-1 release end $reason </run/domain
  stopped web-1 paused migration "<job async='migration out'/>" "$list" && "$hook" web-1 release end $reason </run/domain
done
ls -A /run/vmango
EOF
  [ "$status" -eq 0 ]
  [ -z "$output" ]
  [ "${#stderr_lines[@]}" -eq 20 ]
  [ "${stderr_lines[0]}" = "vmango-lease-monitor: web-1: stopped (failed), may run on another host, leases kept" ]
  ! grep -v 'may run on another host, leases kept$' <<<"$stderr"
}

@test "however often a guest that has left fails to start, its leases stay" {
  host <<'EOF'
network default virbr0
status virbr0 192.168.124.5 $one
domain network:default:$one >/run/domain
log=/var/log/libvirt/qemu/web-1.log
stamp='2026-11-23 02:43:00.123+0000: '
run() { printf '%sstarting up libvirt version: 9.0.0\n%s \\\n%sshutting down, reason=%s\n' "$stamp" "$1" "$stamp" "$2" >>$log; }
run -S migrated
for try in 1 2 3; do run -S failed; "$hook" web-1 release end failed </run/domain; done
run '-incoming defer' crashed
run -S failed; "$hook" web-1 release end - </run/domain
run -S shutdown
run -S failed; "$hook" web-1 release end failed </run/domain
EOF
  [ "$status" -eq 0 ]
  [ "${#stderr_lines[@]}" -eq 5 ]
  for i in 0 1 2 3; do
    [[ ${stderr_lines[i]} == *": stopped (failed), may run on another host, leases kept" ]]
  done
  [[ ${stderr_lines[4]} == *": not released: bridge virbr0 is not there" ]]
}

@test "a guest that has left keeps its leases when its log was rotated since" {
  host <<'EOF'
network default virbr0
status virbr0 192.168.124.5 $one
domain network:default:$one >/run/domain
log=/var/log/libvirt/qemu/web-1.log
stamp='2026-11-23 02:43:00.123+0000: '
run() { printf '%sstarting up libvirt version: 9.0.0\n-S \\\n%sshutting down, reason=%s\n' "$stamp" "$stamp" "$1" >>$log; }
for old in 1 0; do
  run migrated
  mv $log $log.$old
  run failed; "$hook" web-1 release end failed </run/domain
  rm $log*
done
run migrated; run failed; mv $log $log.1
run failed; "$hook" web-1 release end failed </run/domain
rm $log*
run shutdown; mv $log $log.1
run failed; "$hook" web-1 release end failed </run/domain
rm $log; mkfifo $log.0
run failed; "$hook" web-1 release end failed </run/domain
EOF
  [ "$status" -eq 0 ]
  [ "${#stderr_lines[@]}" -eq 5 ]
  for i in 0 1 2; do
    [[ ${stderr_lines[i]} == *": stopped (failed), may run on another host, leases kept" ]]
  done
  for i in 3 4; do
    [[ ${stderr_lines[i]} == *": not released: bridge virbr0 is not there" ]]
  done
}

@test "without a word of libvirt's, QEMU's log shows whether the guest started here" {
  host <<'EOF'
network default virbr0
status virbr0 192.168.124.5 $one
domain network:default:$one >/run/domain
log=/var/log/libvirt/qemu/web-1.log
stamp='2026-11-23 02:43:00.123+0000: '
started() { printf '%sstarting up libvirt version: 9.0.0\n-S \\\n%s%sshutting down, reason=%s\n' "$stamp" "${1+$1$'\n'}" "$stamp" "${2-crashed}" >>$log; }
release() { "$hook" web-1 release end "$1" </run/domain; }
release destroyed
started '-incoming defer \'; release destroyed
stopped web-1 shutdown unknown; release destroyed
stopped web-1 shutdown unknown; release -
started; release destroyed
stopped web-1 shutdown unknown; release -
started '-incoming defer \' migrated; started -S failed; release failed; stopped web-1; release failed
started; started -S failed; release failed
rm $log; touch /run/libvirt/qemu/web-1.xml; "$hook" web-1 stopped end - </dev/null; release crashed
EOF
  [ "$status" -eq 0 ]
  [[ ${stderr_lines[0]} == *"/web-1.log: No such file or directory" ]]
  [[ ${stderr_lines[1]} == *": stopped (destroyed), may run on another host, leases kept" ]]
  [[ ${stderr_lines[2]} == *": stopped (destroyed), may run on another host, leases kept" ]]
  [[ ${stderr_lines[3]} == *": stopped (destroyed), may run on another host, leases kept" ]]
  [[ ${stderr_lines[4]} == *": stopped (crashed), may run on another host, leases kept" ]]
  [[ ${stderr_lines[5]} == *": not released: bridge virbr0 is not there" ]]
  [[ ${stderr_lines[6]} == *": not released: bridge virbr0 is not there" ]]
  [[ ${stderr_lines[7]} == *": stopped (failed), may run on another host, leases kept" ]]
  [[ ${stderr_lines[8]} == *": stopped (failed), may run on another host, leases kept" ]]
  [[ ${stderr_lines[9]} == *": not released: bridge virbr0 is not there" ]]
  [[ ${stderr_lines[10]} == *"/run/libvirt/qemu/web-1.xml: line 1: no element found" ]]
  [[ ${stderr_lines[11]} == *"/web-1.log: No such file or directory" ]]
  [[ ${stderr_lines[12]} == *": stopped (crashed), may run on another host, leases kept" ]]
}

@test "a note holds for one stop, of this boot, and what lies in its place is neither followed nor opened" {
  host <<'EOF'
network default virbr0
status virbr0 192.168.124.5 $one
domain network:default:$one >/run/domain
release() { "$hook" web-1 release end destroyed </run/domain 2>&1 | tail -n 1; }
note=/run/vmango/web-1.end
stopped web-1; stat -c %a /run/vmango $note; release
release
stopped web-1; sed -i 's/ [^ ]* / 00000000-0000-0000-0000-000000000000 /' $note; release
stopped web-1; sed -i 's/ [0-9]*$/ 1/' $note; [ "$(cut -d. -f1 /proc/uptime)" -gt 700 ] || echo "x" >$note; release
stopped web-1; head -c 100000000 /dev/zero >$note; release
stopped web-1; cp $note /run/copy; rm $note; ln -s /run/copy $note; release
stopped web-1; rm $note; mkfifo $note; release
ls -A /run/vmango
echo mine >/run/mine
ln -s /run/mine $note; stopped web-1; cat /run/mine; release
mkfifo $note; stopped web-1; release
mkdir $note; stopped web-1; release
rmdir $note
stopped web-1; chmod 777 /run/vmango; release
chmod 777 /run/vmango; stopped web-1; release
rm -r /run/vmango; mkdir /run/other; ln -s other /run/vmango; stopped web-1; release; ls -A /run/other
rm /run/vmango; touch /run/vmango; stopped web-1; release
EOF
  kept='vmango-lease-monitor: web-1: stopped (destroyed), may run on another host, leases kept'
  tried="vmango-lease-monitor: web-1: 192.168.124.5 ($one) on virbr0: not released: bridge virbr0 is not there"
  [ "$status" -eq 0 ]
  expected=(700 600 "$tried" "$kept" "$kept" "$kept" "$kept" "$kept" "$kept" mine "$tried" "$tried" "$kept" "$kept" "$kept" "$kept" "$kept")
  diff <(printf '%s\n' "${expected[@]}") <(printf '%s\n' "$output")
  [ "${stderr_lines[0]}" = "vmango-lease-monitor: web-1: /run/vmango: can't delete web-1.end: Is a directory" ]
  [ "${stderr_lines[1]}" = "vmango-lease-monitor: web-1: /run/vmango: others can write there" ]
  [[ ${stderr_lines[2]} == "vmango-lease-monitor: web-1: /run/vmango: can't open: "* ]]
  [[ ${stderr_lines[3]} == "vmango-lease-monitor: web-1: /run/vmango: can't open: Not a directory" ]]
  [ "${#stderr_lines[@]}" -eq 4 ]
}

@test "names of guests are names of notes: the longest, and hostile ones" {
  host <<'EOF'
network default virbr0
status virbr0 192.168.124.5 $one
domain network:default:$one >/run/domain
for guest in "$(printf '%0250d' 0)" . .. -rf ' ' $'a\nb' $'\xff' '*' 'a.end'; do
  stopped "$guest"
  ls -A /run/vmango | wc -l
  "$hook" "$guest" release end crashed </run/domain 2>&1 | grep -c 'not released'
done
ls -A /run/vmango
"$hook" ../web-1 stopped end - </dev/null
"$hook" "$(printf '%0300d' 0)" stopped end - </dev/null
ls -A /run/vmango /run | grep -c 'web-1\|000'
EOF
  [ "$(sort <<<"$output" | uniq -c | xargs)" = '1 0 17 1 1 2' ]
  [ "${stderr_lines[0]}" = "vmango-lease-monitor: ../web-1: not a guest's name, leases kept" ]
  [[ ${stderr_lines[1]} == *"File name too long" ]]
}

@test "the configuration sets what goes and what stays" {
  host <<'EOF'
network default virbr0
status virbr0 192.168.124.5 $one
cat >/etc/vmango/lease-monitor.conf <<CONF
# leases of saved guests go here
[reason]
saved = release
shutdown = keep
destroyed = unless-saved
from-snapshot = release
other = release
[confirm]
wait_ms = 0
CONF
touch /var/lib/libvirt/qemu/save/web-1.save
for reason in saved shutdown destroyed "from snapshot" new crashed; do
  stop "$reason" network:default:$one
done
EOF
  [ "$status" -eq 0 ]
  [[ ${stderr_lines[0]} == *": not released: "* ]]
  [[ ${stderr_lines[1]} == *": stopped (shutdown), leases kept" ]]
  [[ ${stderr_lines[2]} == *": stopped (destroyed), leases kept" ]]
  [[ ${stderr_lines[3]} == *": not released: "* ]]
  [[ ${stderr_lines[4]} == *": not released: "* ]]
  [[ ${stderr_lines[5]} == *": not released: "* ]]
  [ "${#stderr_lines[@]}" -eq 6 ]
}

@test "a broken configuration is reported whole, and the defaults hold" {
  host <<'EOF'
network default virbr0
status virbr0 192.168.124.5 $one
cat >/etc/vmango/lease-monitor.conf <<CONF
first = 1
[reason]
saved = release
destroyd = keep
crashed = keeep
[confirm]
wait_ms = 9999
wait_m = 1
[other]
x = y
CONF
printf '[reason]\ndestroyed = %0300d\n' 0 >>/etc/vmango/lease-monitor.conf
stop saved network:default:$one
rm /etc/vmango/lease-monitor.conf
mkfifo /etc/vmango/lease-monitor.conf
stop saved network:default:$one
EOF
  [ "$status" -eq 0 ]
  conf=/etc/vmango/lease-monitor.conf
  [[ $stderr == *"$conf:1: \"first\" stands before the first section"* ]]
  [[ $stderr == *"$conf:4: unknown reason \"destroyd\"; did you mean \"destroyed\"?"* ]]
  [[ $stderr == *"$conf:5: unknown value \"keeep\"; did you mean \"keep\"?"* ]]
  [[ $stderr == *"$conf:7: wait_ms: 9999 is not from 0 to 1500"* ]]
  [[ $stderr == *"$conf:8: unknown key \"wait_m\"; did you mean \"wait_ms\"?"* ]]
  [[ $stderr == *"$conf:9: unknown section \"other\""* ]]
  [[ $stderr == *"$conf:12: unknown value \"0000"* ]]
  [[ $stderr == *"$conf is not heeded"*"stopped (saved), leases kept"*"not a regular file"*"stopped (saved), leases kept" ]]
}

@test "standard input that never ends, is broken, or is 1 GB: given up, status 0" {
  host <<'EOF'
network default virbr0
status virbr0 192.168.124.5 $one
mkfifo /run/never
exec 9<>/run/never
stopped web-1; "$hook" web-1 release end destroyed <&9
stopped web-1; "$hook" web-1 release end destroyed < <({ domain network:default:$one; sleep 9; })
stopped web-1; "$hook" web-1 release end destroyed </dev/zero
truncate -s 1G /run/large
stopped web-1; "$hook" web-1 release end destroyed </run/large
stopped web-1
{ printf '<domain><!--'; head -c 1073741824 /dev/zero | tr '\0' x; } 2>/dev/null |
  "$hook" web-1 release end destroyed || true
stopped web-1; "$hook" web-1 release end destroyed </dev/null
stopped web-1; "$hook" web-1 release end destroyed <&-
stopped web-1; "$hook" web-1 release end destroyed <<<'<domain>'
stopped web-1; "$hook" web-1 release end destroyed </run
EOF
  [ "$status" -eq 0 ]
  [ "${stderr_lines[0]}" = "vmango-lease-monitor: web-1: standard input: it does not end" ]
  [ "${stderr_lines[1]}" = "vmango-lease-monitor: web-1: standard input: it does not end" ]
  [[ ${stderr_lines[2]} == *"standard input: larger than 33554432 bytes" ]]
  [[ ${stderr_lines[3]} == *"standard input: larger than 33554432 bytes" ]]
  [[ ${stderr_lines[4]} == *"standard input: larger than 33554432 bytes" ]]
  [[ ${stderr_lines[5]} == *"domain XML: line 1: no element found" ]]
  [[ ${stderr_lines[6]} == *"standard input: "* ]]
  [[ ${stderr_lines[7]} == *"domain XML: line "* ]]
  [[ ${stderr_lines[8]} == *"standard input: can't read: Is a directory" ]]
}

@test "a FIFO, a device or garbage in place of any file: none holds it up, status 0" {
  host <<'EOF'
network default virbr0
bridge virbr0 192.168.124.1/24
gone() { stop destroyed network:default:$one; }
mkfifo $leases/virbr0.status
gone
rm $leases/virbr0.status
mkdir $leases/virbr0.status
gone
rmdir $leases/virbr0.status
echo '{"ip-address"' >$leases/virbr0.status
gone
: >$leases/virbr0.status
gone
rm /run/libvirt/network/default.xml
mkfifo /run/libvirt/network/default.xml
rm $leases/default.conf
gone
mkfifo $leases/default.conf
gone
EOF
  [ "$status" -eq 0 ]
  [[ ${stderr_lines[0]} == *": interface $one: "*"/virbr0.status: not a regular file" ]]
  [[ ${stderr_lines[1]} == *": interface $one: "*"/virbr0.status: not a regular file" ]]
  [[ ${stderr_lines[2]} == *"/virbr0.status: not a list of leases" ]]
  [[ ${stderr_lines[3]} == *": no lease to release" ]]
  [[ ${stderr_lines[4]} == *"/default.xml: not a regular file" ]]
  [[ ${stderr_lines[5]} == *"/default.xml: not a regular file" ]]
}

@test "a broken entry is skipped and named, the rest of the file counts" {
  host <<'EOF'
server default virbr0 124
client virbr0
lease $one
until_true count_is virbr0 1
sed -i '1s/.*/[ {"ip-address": "10.0.0", "mac-address": "x", "expiry-time": 2000000000},/' $leases/virbr0.status
stop destroyed network:default:$one
EOF
  [ "$status" -eq 0 ]
  [ "${stderr_lines[0]}" = 'vmango-lease-monitor: web-1: /var/lib/libvirt/dnsmasq/virbr0.status: entry 1: ip-address: not an address: "10.0.0"' ]
  [[ ${stderr_lines[1]} == *"($one"* ]] && is_release "${stderr_lines[1]}"
}

@test "a stopped dnsmasq does not hold it up; it hears the release when it goes on" {
  host <<'EOF'
server default virbr0 124
client virbr0
lease $one
until_true count_is virbr0 1
kill -STOP $(cat /run/dnsmasq-virbr0.pid)
stop destroyed network:default:$one
count_is virbr0 1
kill -CONT $(cat /run/dnsmasq-virbr0.pid)
until_true count_is virbr0 0
echo good
EOF
  [ "$output" = good ]
  [[ $stderr == *"($one"*") on virbr0: release sent, not confirmed" ]]
}

@test "no dnsmasq alive, no address in the subnet: says so" {
  host <<'EOF'
network default virbr0
bridge virbr0 192.168.124.1/24
status virbr0 192.168.124.5 $one
status virbr0 10.0.0.5 $one
status virbr0 fd00::5 $one
stop destroyed network:default:$one
EOF
  [ "$status" -eq 0 ]
  [[ ${stderr_lines[0]} == *": 192.168.124.5 ($one) on virbr0: release sent, not confirmed" ]]
  [[ ${stderr_lines[1]} == *": 10.0.0.5 ($one) on virbr0: not released: virbr0 has no address in its subnet" ]]
  [[ ${stderr_lines[2]} == *": fd00::5 ($one) on virbr0: not released: the lease has no DUID" ]]
}

@test "an entry that somebody renews meanwhile is left alone" {
  host <<'EOF'
network default virbr0
bridge virbr0 192.168.124.1/24
status virbr0 192.168.124.5 $one
tried() {
  packets 192.168.124.1 1 >/run/packets && sed -i 's/2000000000/2000000099/' $leases/virbr0.status &
  until_true grep -q 017CA8C0:0043 /proc/net/udp
  stop destroyed network:default:$one 2>&1 | tee /run/said
  wait $!
  sed -i 's/2000000099/2000000000/' $leases/virbr0.status
  grep -q 'virbr0: renewed meanwhile' /run/said
}
until_true tried
EOF
  [ "$status" -eq 0 ]
  [ "${lines[-1]}" = "vmango-lease-monitor: web-1: 192.168.124.5 ($one) on virbr0: renewed meanwhile, left alone" ]
}

@test "a DHCPv6 server that knows no such lease: its status is read" {
  host <<'EOF'
server default virbr0 124
client virbr0
lease6 $one
until_true count_is virbr0 1
sed -i 's/"iaid": "[0-9]*"/"iaid": "4294967295"/' $leases/virbr0.status
tried() {
  stop destroyed network:default:$one 2>&1 | tee /run/said
  grep -q 'the server says' /run/said
}
until_true tried
EOF
  [ "$status" -eq 0 ]
  [[ ${lines[-1]} == *") on virbr0: not released: the server says: status 3: no binding found" ]]
}

@test "what has gone is confirmed, as soon as the machine is not too busy" {
  host <<'EOF'
server default virbr0 124
client virbr0
tried() {
  lease $one -x 0x3d:ff0102
  until_true count_is virbr0 1
  stop destroyed network:default:$one 2>&1 | tee /run/said
  until_true count_is virbr0 0
  grep -q ': released, confirmed$' /run/said
}
until_true tried
EOF
  [ "$status" -eq 0 ]
  [[ ${lines[-1]} == *"192.168.124."*"($one, ff:01:02) on virbr0: released, confirmed" ]]
}

@test "standard error closed, or a pipe that nobody reads: no harm" {
  host <<'EOF'
"$hook" web-1 release end saved 2>&-
(trap '' PIPE; "$hook" web-1 release end saved 2>&1 | true; exit "${PIPESTATUS[0]}")
mkfifo /run/full
exec 9<>/run/full
head -c 65536 /dev/zero >&9
"$hook" web-1 release end saved 2>&9
EOF
  [ "$status" -eq 0 ]
}

# A sanitizer takes more memory than any limit lets it.
@test "out of memory: no harm" {
  host <<'EOF'
{ printf '<domain>'; head -c 30000000 /dev/zero | tr '\0' ' '; } >/run/large
stopped web-1
nm "$hook" | grep __asan_init >/dev/null || ulimit -v 20000
"$hook" web-1 release end destroyed </run/large
EOF
  [ "$status" -eq 0 ]
  [[ $stderr == "vmango-lease-monitor: out of memory, gave up" || $stderr == *"no element found" ]]
}

@test "what it does is in syslog too" {
  host <<'EOF'
busybox syslogd -n -O /run/messages &
until_true test -e /dev/log
network default virbr0
status virbr0 192.168.124.5 $one
"$hook" web-1 release end saved </dev/null
stop destroyed network:default:$one
until_true grep -qs 'not released' /run/messages
cat /run/messages
EOF
  [[ $output =~ daemon.info\ vmango-lease-monitor\[[0-9]+\]:\ web-1:\ stopped\ \(saved\),\ leases\ kept ]]
  [[ $output =~ daemon.warn\ vmango-lease-monitor\[[0-9]+\]:\ web-1:\ 192.168.124.5 ]]
}

@test "many guests stop at once: all their leases go, nobody else's" {
  host <<'EOF'
server default virbr0 124
client virbr0
for i in $(seq 20); do lease 52:54:00:00:01:$(printf %02x $i); done
until_true count_is virbr0 20
for i in $(seq 15); do
  { stopped web-$i; domain network:default:52:54:00:00:01:$(printf %02x $i) | "$hook" web-$i release end destroyed; } &
done
until_true count_is virbr0 5
sed -n 's/.*"mac-address": "\(.*\)".*/\1/p' $leases/virbr0.status | sort
EOF
  [ "$status" -eq 0 ]
  [ "${lines[0]}" = 52:54:00:00:01:10 ]
  [ "${lines[4]}" = 52:54:00:00:01:14 ]
  [ "${#lines[@]}" -eq 5 ]
}
