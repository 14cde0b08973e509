// SPDX-License-Identifier: GPL-2.0-only
// What rate::parse() makes of its arguments, a line for each: see tc.sh.
#include <cstdio>

#include <vfctl/error.hpp>
#include <vfctl/rate.hpp>

int main(int argc, char** argv)
{
	for (int i = 1; i < argc; i++) {
		try {
			const auto rate = vfctl::rate::parse(argv[i]);
			const auto text = to_string(rate);
			std::printf("ok %ju %ju %s\n", std::uintmax_t{rate.bits_per_sec()},
				    std::uintmax_t{vfctl::rate::parse(text).bits_per_sec()},
				    text.c_str());
		} catch (const vfctl::error& e) {
			std::printf("no %s\n", e.message().c_str());
		}
	}
}
