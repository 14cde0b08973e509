# igb: 1
# timeout: 300
# Not of vfctl, of the emulator: one processor reads memory-mapped I/O while the other one changes the
# memory map. QEMU without patches/qemu/0008 aborts here within a minute.
. "$VFCTL_TOP/tests/vm/lib.sh"

readonly CLOCK=/sys/devices/system/clocksource/clocksource0/current_clocksource

# map_changes SECONDS: prints how often the card was mapped and unmapped on processor 0, while
# processor 1 read the clock.
map_changes() {
	/usr/bin/python3 - "$1" /sys/bus/pci/devices/*/device <<-'END'
		import os, sys, time
		cards = [f for f in sys.argv[2:] if open(f).read().strip() == "0x10c9"]
		end = time.monotonic() + float(sys.argv[1])
		reader = os.fork() == 0
		os.sched_setaffinity(0, {int(reader)})
		changes = 0
		command = os.open(os.path.dirname(cards[0]) + "/config", os.O_RDWR)
		while time.monotonic() < end:
		    for memory in () if reader else (6, 0):
		        os.pwrite(command, bytes((memory, 0)), 4)
		        changes += 1
		if reader:
		    os._exit(0)
		os.wait()
		print(changes)
	END
}

ok "the clock is read from the HPET's registers" eval "echo hpet >$CLOCK && grep hpet $CLOCK"
changes=$(map_changes 60)
diag "$changes changes of the memory map in a minute"
within "the map was changed" "$changes" 1000 10000000
ok "no complaint of the kernel" klog_clean
done_testing
