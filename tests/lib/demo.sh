# shellcheck shell=bash
# Part "demo": both demos come to their end, and the shell that one of them leaves is one.

demo_packages() {
	vm_packages
	tools_need
	ethtool_need
	apt_need bash-completion python3-pexpect python3-pyte
}

demo_run() {
	step "the demo, and its shell"
	result_check "the demo, and its shell on a terminal" demo_terminal
	step "the demo with guests"
	result_check "the demo with guests" "$TOP/examples/demo.sh" --guests
}

# demo_terminal: types in its shell. Words are completed, vfctl top has the whole screen until
# q is typed, and programs of sbin are found.
demo_terminal() {
	local top='veth0\.0(.|\n)*veth0\.1'
	demo_packages
	"$TOP/tests/vm/screen.py" --echo --size 120x40 --timeout 600 \
		'wait:Leave with exit(.|\n)*^host#$' \
		'send:command -v vfctld<Enter>' 'wait:^/.*/sbin/vfctld$' \
		'send:echo 2 > /sys/class/net/eth0/device/sriov_numvfs<Enter>' \
		'send:clear; vfctl to<Tab>' 'wait:vfctl top$' 'send:<Enter>' \
		'gone:host#' "wait:$top" 'lacks:host#' 'send:q' 'wait:^host#' \
		'send:ethtool --tx-r<Tab>' 'wait:ethtool --tx-rate' 'send:veth0.1<Enter>' \
		'wait:Transmit rate limits for veth0\.1' 'send:exit<Enter>' exit:0 \
		-- "$TOP/examples/demo.sh" --shell
}
