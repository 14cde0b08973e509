# guests: yes
# timeout: 400
# modules: vhost_vsock vmw_vsock_virtio_transport
# kernels: one, since two programs and their protocol are what is looked at
# Guests see and lower their limits over vsock, with drivers that know nothing of that.
. "$VFCTL_TOP/tests/vm/lib.sh"
. "$VFCTL_TOP/tests/vm/guests.sh"

guest=$VFCTL_PREFIX/bin/vfctl-guest
cat >/tmp/vfctld.toml <<-END
	[metrics]
	listen = ""
	[guests]
	enabled = true
	[[guest]]
	cid = 3
	vfs = ["veth0.0"]
END

# talk TEXT: a guest's command that sends it, prints what is answered, and then whether it is
# listened to right after that, however long the guest takes to begin anything.
talk() {
	cat <<END
/usr/bin/python3 -c 'import socket
def talk(text, end):
    try:
        with socket.socket(socket.AF_VSOCK) as s:
            s.settimeout(30)
            s.connect((2, 8257))
            s.sendall(text)
            said = s.makefile()
            return said.readline() if end else said.read()
    except OSError:
        return ""
print(talk($1, False) or "cut off")
print("then", talk(b"{\"version\":1,\"request\":\"show\"}\n", True) or "cut off")'
END
}

ok "the card comes up" host_up
ok "two VFs, for guests" guests_prepare eth0 2
ok "vfctl loads" load_vfctl
ok "the stubs are there" wait_for 5 dev_exists veth0.1
ok "vsock loads" modprobe vhost_vsock
"$VFCTL_PREFIX/sbin/vfctld" --config /tmp/vfctld.toml >/tmp/log 2>&1 &
daemon=$!
ok "vfctld begins" wait_for 20 vfctl controller status
for vf in 0 1; do
	ok "VF $vf has an address" ip link set eth0 vf "$vf" mac "52:54:00:76:66:0$vf"
	ok "a guest with VF $vf boots" guest_up "guest$vf" eth0 "$vf" -device "vhost-vsock-pci,guest-cid=$((vf + 3))"
	ok "its VF has a driver" guest_run "guest$vf" "modprobe igbvf && ip link set eth0 up && ip address add 10.0.0.$((vf + 1))/24 dev eth0"
	ok "it has vsock" guest_run "guest$vf" "modprobe vmw_vsock_virtio_transport"
done
ok "a hard limit" vfctl rate veth0.0 200mbit
like "the guest sees it" "$(guest_run guest0 "$guest")" "52:54:00:76:66:00 +200Mbit +none +200Mbit"
ok "the guest sets its soft limit" guest_run guest0 "$guest soft 50mbit"
is "it is known to the host" "$(vfctl rate veth0.0 soft)" 50Mbit
is "and in force" "$(vfctl -j show veth0.0 | jq '.. | .effective_bits_per_sec? // empty' | head -n 1)" 50000000
fails "above the hard one it is refused" guest_run guest0 "$guest soft eth0 300mbit"
like "with the kernel's words" "$(guest_run guest0 "$guest soft eth0 300mbit")" "soft limit 300 Mbit/s is above hard limit 200 Mbit/s"
is "and stays" "$(vfctl rate veth0.0 soft)" 50Mbit
fails "a rate that is none is refused" guest_run guest0 "$guest soft fast"
fails "the VF of the other one is not its own" guest_run guest0 "$guest soft 52:54:00:76:66:01 10mbit"
is "and is left alone" "$(vfctl rate veth0.1 soft)" none
fails "a guest that is not named is not listened to" guest_run guest1 "$guest"

ok "it can be named while it runs" /usr/bin/python3 -c 'import socket
s = socket.socket(socket.AF_UNIX)
s.connect("/run/vfctld/control")
s.sendall(b"""{"version":1,"command":"guest-add","name":"guest1","cid":4,"vfs":["0000:01:10.2","veth0.1"]}\n""")
assert b"error" not in s.recv(1000)'
ok "now it is listened to" guest_run guest1 "$guest"
said=$(guest_run guest1 "$(talk 'b"nonsense\n"')")
like "nonsense is told so" "$said" malformed
like "and cuts it off" "$said" "then cut off"
ok "but not the other one" guest_run guest0 "$guest soft 40mbit"
ok "ten seconds later it may again" wait_for 60 guest_run guest1 "$guest"
said=$(guest_run guest1 "$(talk 'b"{" * 5000')")
is "an endless line cuts it off" "$said" $'cut off\nthen cut off'
said=$(guest_run guest0 "$(talk 'b"{\"version\":1,\"request\":\"show\"}\n" * 100')")
like "a flood too" "$said" "(too-many-requests|^cut off)"
like "in its turn" "$said" "then cut off"
is "which is counted" "$(vfctl -j controller status | jq .guest_cut_offs)" 3
is "all that changes no limit" "$(vfctl rate veth0.0 soft)" 40Mbit
for vf in 0 1; do
	ok "guest $vf goes" guest_down "guest$vf"
done
kill "$daemon"
wait "$daemon" 2>/dev/null
cat /tmp/log
ok "no complaint of the kernel" klog_clean
done_testing
