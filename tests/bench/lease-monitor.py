#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What the lease monitor does at `release end`, the plain way: for comparison only."""
import json
import socket
import sys
from xml.dom import minidom

LEASES = "/var/lib/libvirt/dnsmasq"
NETWORKS = "/run/libvirt/network"


def release(bridge, server, lease):
    mac = bytes.fromhex(lease["mac-address"].replace(":", ""))
    packet = bytes([1, 1, 6, 0]) + bytes(8) + socket.inet_aton(lease["ip-address"])
    packet += bytes(12) + mac.ljust(16, b"\0") + bytes(192) + bytes([99, 130, 83, 99])
    packet += bytes([53, 1, 7, 54, 4]) + socket.inet_aton(server)
    if "client-id" in lease:
        client_id = bytes.fromhex(lease["client-id"].replace(":", ""))
        packet += bytes([61, len(client_id)]) + client_id
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, bridge.encode())
        sender.sendto((packet + b"\xff").ljust(300, b"\0"), (server, 67))


def main():
    if sys.argv[2:4] != ["release", "end"]:
        return
    domain = minidom.parse(sys.stdin)
    for interface in domain.getElementsByTagName("interface"):
        if interface.getAttribute("type") != "network":
            continue
        mac = interface.getElementsByTagName("mac")[0].getAttribute("address")
        source = interface.getElementsByTagName("source")[0].getAttribute("network")
        network = minidom.parse(f"{NETWORKS}/{source}.xml")
        bridge = network.getElementsByTagName("bridge")[0].getAttribute("name")
        with open(f"{LEASES}/{bridge}.status", encoding="utf-8") as status:
            leases = json.load(status)
        for lease in leases:
            if lease["mac-address"].lower() == mac.lower():
                release(bridge, "192.168.124.1", lease)


main()
