// SPDX-License-Identifier: GPL-2.0-only
// Talks to the PF as a guest might that means no good.
#include <charconv>
#include <chrono>
#include <cstdio>
#include <exception>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "mailbox.hpp"
#include "messages.hpp"

namespace {

using namespace hostile;
using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;

constexpr const char* usage =
	"Usage: mailbox PCI-ADDRESS random SECONDS COUNT SEED\n"
	"                               messages of any number, length and content: as many, and\n"
	"                               for as long\n"
	"       mailbox PCI-ADDRESS valid SECONDS MOST\n"
	"                               soft limits from 1 to MOST Mbit/s\n"
	"       mailbox PCI-ADDRESS set VALUE...\n"
	"                               one soft limit after the other\n"
	"Writes into the mailbox of an 82576 VF that has no driver, without a pause. Prints as\n"
	"JSON how many were answered, and how: the status of each answer (patches/linux has what\n"
	"they mean), \"nack\", \"other\" or \"none\"; and for how many seconds it went on.\n";

std::uint32_t number(std::string_view word)
{
	std::uint32_t value = 0;
	const bool hex = word.starts_with("0x");
	const std::string_view digits = hex ? word.substr(2) : word;
	const auto [end, error] =
		std::from_chars(digits.data(), digits.data() + digits.size(), value, hex ? 16 : 10);

	if (error != std::errc() || end != digits.data() + digits.size())
		throw std::invalid_argument(std::string(word) + " is no number of 32 bits");
	return value;
}

std::string kind_of(const message& sent, const std::optional<answer>& got)
{
	if (!got)
		return "none";
	if (got->refused())
		return "nack";
	if (sent[0] != get_limit && sent[0] != set_limit)
		return "other";
	return std::to_string(got->status);
}

using counts = std::map<std::string, unsigned>;

// It is sent all the same when no answer comes: of what is random, much has none.
counts send_random(mailbox& box, std::uint32_t count, std::uint32_t seed, clock::time_point end)
{
	vfctl::test::generator dice(seed);
	counts kinds;

	for (std::uint32_t i = 0; i < count || clock::now() < end; ++i) {
		const message words = any_message(dice);
		++kinds[kind_of(words, box.send(words, 5ms))];
	}
	return kinds;
}

counts send_limits(mailbox& box, const std::vector<std::uint32_t>& limits)
{
	counts kinds;

	for (const std::uint32_t mbit : limits) {
		const message words = soft_limit(mbit);
		++kinds[kind_of(words, box.send(words, 1s))];
	}
	return kinds;
}

// From 1 to most and again.
counts send_valid(mailbox& box, std::uint32_t most, clock::time_point end)
{
	counts kinds;

	for (std::uint32_t i = 0; clock::now() < end; ++i) {
		const message words = soft_limit(i % most + 1);
		++kinds[kind_of(words, box.send(words, 1s))];
	}
	return kinds;
}

counts run(mailbox& box, std::string_view kind, const std::vector<std::uint32_t>& numbers)
{
	const message reset = {vf_reset};

	box.send(reset, 5s);
	if (kind == "set")
		return send_limits(box, numbers);
	const auto end = clock::now() + std::chrono::seconds(numbers.at(0));
	if (kind == "valid")
		return send_valid(box, numbers.at(1), end);
	return send_random(box, numbers.at(1), numbers.at(2), end);
}

} // namespace

int main(int argc, char** argv)
{
	if (argc < 4) {
		std::fputs(usage, stderr);
		return 1;
	}
	try {
		std::vector<std::uint32_t> numbers;
		for (int i = 3; i < argc; ++i)
			numbers.push_back(number(argv[i]));
		mailbox box(argv[1]);
		const auto begin = clock::now();
		const counts kinds = run(box, argv[2], numbers);
		std::printf("{\"seconds\": %.3f",
			    std::chrono::duration<double>(clock::now() - begin).count());
		for (const auto& [kind, count] : kinds)
			std::printf(", \"%s\": %u", kind.c_str(), count);
		std::printf("}\n");
	} catch (const std::exception& e) {
		std::fprintf(stderr, "mailbox: %s\n", e.what());
		return 1;
	}
	return 0;
}
