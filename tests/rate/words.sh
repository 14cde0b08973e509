# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# Words for a rate, by what tc and the parsers of this project make of them.
# "bits" below are those that the parser printed, "bytes" those of tc.

units=(
	bit kbit mbit gbit tbit kibit mibit gibit tibit
	bps kbps mbps gbps tbps kibps mibps gibps tibps
)

# Words which both read. tc drops bits below a byte, so values that matter are
# whole bytes; where they are not, both must agree after dropping them.
same=(
	8 9 15 16 1000 1000000 999999999 1000000000 4294967296 34359738368
	9007199254740992 1000000000000000 123456789012344
	8bit 800bit 1kbit 500kbit 1mbit 1Mbit 1MBIT 500mbit 500Mbit 1000mbit
	1gbit 10gbit 100GBit 400gbit 1tbit 2Tbit
	8kibit 1Kibit 1mibit 512MiBit 1gibit 1GIBIT 1tibit
	1bps 100bps 1kbps 1KBps 1mbps 100mbps 100MBps 1gbps 1tbps
	1kibps 1KiBps 1mibps 1MIBPS 1gibps 1tibps
	1.5gbit 2.5Gbit 0.5gbit .5gbit 5.gbit 0.25mbit 12.5mbps 1.5mibit
	0.57gbit 4.35mbit 0.29gbit 1.1gbit 0.001gbit
	1e6 1e9 1E9 5e-1gbit 1e5kbit 2.5e2mbit
	1e+6 1e+3kbit 25e-1gbit 1E+2mbps 0.5e1gbit .5e1gbit 5.e1mbit 1e006
	0500mbit 00008 +5mbit " 5mbit" 18446744tbit
	"  +5mbit" $'\t5mbit' $'\n5mbit' +.5gbit 0000.5gbit 1.500000gbit
)
# Every unit, in lower and upper case, with whole numbers and with a fraction
# which is one in binary too.
for unit in "${units[@]}"; do
	same+=("16$unit" "1001${unit^^}" "22.5${unit^}")
done

# Fractions which are none in binary: tc cuts off what is left of the last byte,
# here they are rounded to the nearest bit.
rounded=(33.3mbit 1.005mbit 66.6gbit)

# Whole numbers which are none in a double: tc rounds them up. For parsers that
# are exact.
higher=()

# Words which neither reads. A percentage is one of the link's speed for tc; the
# device it is tried on has none.
neither=(
	"" " " . - + bit mbit gbps foo none5 5foo 5mbitx 5m 5M 5g 5Mb 5mb
	5MBit/s "5 mbit" "5mbit " "5mbit 6mbit" 1.2.3gbit "1,5gbit" 1e 1ebit
	1e+ e9 .mbit 5ebit 5pbit 50% "5%%" 5.5.
	+-5 -+5 ++5 5e5e5 5mbits 5bits 5kb 5kB 5kib 5Bit5 5bp 5bpss "1'000mbit"
	1_000mbit ½gbit ５mbit
)

# Words which tc reads, some of them as nonsense, and this project does not.
stricter=(
	-1 -0 -5mbit nan NAN inf INFINITY infmbit 0x10 0x10mbit 0X8 0x1p20
	1e999 1e99gbit 18446744073709551616 18446745tbit 3e6tbps 1e-999gbit
	0.1 0.4bit
)

# "No limit"; tc has no word for it.
nothing=(0 00 0.0 0bit 0mbit 0e9 0kibps none None NONE)
