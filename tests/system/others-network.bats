# SPDX-License-Identifier: GPL-2.0-or-later
# What others do to the reservation and the network of a machine: rows of the table in tests/README.md.
# shellcheck disable=SC2154 # run sets stderr, others.bash sets batch
bats_require_minimum_version 1.5.0

setup_file() {
  load others
  others_up
}

teardown_file() {
  load lab
  lab_down
}

setup() {
  load others
  others_setup
}

@test "reservation deleted: apply adds it; until then no other machine gets its address" {
  entry_update delete "$(entry)" --live --config
  provision status -o tsv "$batch"
  [[ $output == web-1$'\t'degraded$'\t'running$'\t\t'* ]]
  sed 's/^batch = shop/batch = other/; s/web-1/db-1/' "$batch" >"$BATS_TEST_TMPDIR/other.ini"
  provision apply -o tsv --wait 0 "$BATS_TEST_TMPDIR/other.ini"
  [[ $output == db-1$'\t'created$'\t'running$'\t'192.168.124.101* ]]
  provision destroy -y "$BATS_TEST_TMPDIR/other.ini"
  row 'the reservation of 192.168.124.100 has been removed from network vmango' restored
  [ -n "$(entry)" ]
  destroyed
}

@test "reservation deleted in the running network alone, or in its configuration: apply adds it there" {
  entry_update delete "$(entry)" --live
  provision status -o tsv "$batch"
  [[ $output == web-1$'\t'degraded$'\t'running$'\t\t'* ]]
  row 'the reservation of 192.168.124.100 has been removed from the running network vmango' restored
  [ "$(reservations)" -eq 1 ]
  entry_update delete "$(entry)" --config
  provision status -o tsv "$batch"
  [[ $output == web-1$'\t'degraded$'\t'running$'\t'192.168.124.100* ]]
  row 'the reservation of 192.168.124.100 has been removed from the configuration of network vmango' restored
  [ "$(reservations --inactive)" -eq 1 ]
  # What is left goes with the machine.
  entry_update delete "$(entry)" --live
  destroyed
  [ "$(reservations --inactive)" -eq 0 ]
}

@test "address given to another: it is named" {
  entry_update delete "$(entry)" --live --config
  entry_update add "<host mac='52:54:00:00:00:99' name='db' ip='192.168.124.100'/>" --live --config
  row 'its address 192.168.124.100 is now reserved for db in network vmango; if nothing needs that: virsh -c '
  destroyed
  [[ $(entry db) == *"ip='192.168.124.100'"* ]]
  entry_update delete "$(entry db)" --live --config
}

@test "link of its NIC down, now or at the next start: it is named, with the command" {
  local mac
  mac=$(lab_virsh one domiflist web-1 | awk 'NF { print $5 }')
  lab_virsh one domif-setlink web-1 "$mac" down
  row "the link of its network interface $mac is down; to turn it on: virsh -c "
  provision status "$batch"
  pasted 'to turn it on: '
  ready
  lab_virsh one domif-setlink web-1 "$mac" down --config
  row "the link of its network interface $mac is down at its next start; to turn it on: virsh -c "
  lab_virsh one domif-setlink web-1 "$mac" down
  provision status "$batch"
  [[ $stderr != *reboot* ]]
  pasted 'to turn it on: '
  ready
  destroyed
}

@test "another domain has its MAC address: it is named" {
  local mac
  mac=$(lab_virsh one domiflist --inactive web-1 | awk 'NF { print $5 }')
  lab_virsh one dumpxml --inactive web-1 |
    sed '/<name>/s/web-1/db-1/; /<uuid>/d; /<metadata>/,/<\/metadata>/d; /<disk /,/<\/disk>/d' | lab_virsh one define /dev/stdin
  row "domain db-1 has its MAC address $mac too; to give that another one: virsh -c "
  destroyed
  lab_virsh one undefine db-1
}

@test "NIC removed from the definition of a running guest: reboot is not advised" {
  lab_virsh one detach-interface web-1 network --config
  provision status -o tsv "$batch"
  [ "$status" -eq 1 ]
  [[ $output == web-1$'\t'degraded$'\t'running* ]]
  [[ $stderr == *'web-1: its network interface '*' is missing; to add it: apply --update'* ]]
  [[ $stderr != *reboot* ]]
  destroyed
}

@test "name given to another: it is named, with the command that deletes that entry" {
  entry_update delete "$(entry)" --config
  entry_update add "<host mac='52:54:00:00:00:99' name='web-1' ip='192.168.124.222'/>" --config
  row 'its name web-1 is now reserved for 192.168.124.222 in network vmango; if nothing needs that: virsh -c '
  pasted 'if nothing needs that: '
  row 'the reservation of 192.168.124.100 has been removed from the configuration of network vmango' restored
}

@test "reservation with another address, or another name: it is named, and stays after destroy" {
  lab_virsh one net-update vmango modify ip-dhcp-host "$(entry | sed 's/\.100/.200/')" --live --config
  provision status -o tsv "$batch"
  [[ $output == web-1$'\t'degraded$'\t'running$'\t\t'* ]]
  row 'network vmango reserves 192.168.124.200 for it, not 192.168.124.100; to undo that: virsh -c '
  pasted 'to undo that: '
  row 'the reservation of 192.168.124.100 has been removed from network vmango' restored
  lab_virsh one net-update vmango modify ip-dhcp-host "$(entry | sed "s/'web-1'/'mail'/")" --live --config
  row 'network vmango reserves 192.168.124.100 for it as mail, not web-1; to undo that: virsh -c '
  destroyed 'the reservation of 192.168.124.100 for mail in network vmango stays, as others have changed it; to delete it: '
  [ -n "$(entry mail)" ]
  pasted 'to delete it: '
  [ "$(reservations)" -eq 0 ]
  [ "$(reservations --inactive)" -eq 0 ]
}

@test "network restarted: the running guest is not connected; reboot connects it" {
  lab_virsh one net-destroy vmango
  lab_virsh one net-start vmango
  row 'the guest is not connected to network vmango, which has been restarted since; reboot stops and starts it'
  provision reboot --graceful 0 "$batch"
  [ "$status" -eq 0 ]
  [ -n "$(lab_virsh one net-port-list vmango --uuid)" ]
  ready
  lab_virsh one net-destroy vmango
  lab_virsh one net-start vmango
  # The daemon connects guests when it starts.
  lab_restart one
  ready
}

@test "network stopped: an error with the command, no address; destroy" {
  lab_virsh one net-destroy vmango
  refusal 'network "vmango" is not active on local (virsh -c '
  provision status -o tsv "$batch"
  [[ $output == web-1$'\t'ready$'\t'running$'\t\t'* ]]
  destroyed
  [ -z "$(volumes)" ]
  [ "$(reservations --inactive)" -eq 0 ]
  lab_virsh one net-start vmango
}

@test "network gone: an error; destroy" {
  lab_virsh one net-dumpxml --inactive vmango | grep -v '<host ' >"$BATS_TEST_TMPDIR/net.xml"
  lab_virsh one net-destroy vmango
  lab_virsh one net-undefine vmango
  refusal 'no network "vmango" on local'
  destroyed
  [ -z "$(volumes)" ]
  lab_virsh one net-define "$BATS_TEST_TMPDIR/net.xml"
  lab_virsh one net-start vmango
}
