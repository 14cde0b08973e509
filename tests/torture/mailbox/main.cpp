// SPDX-License-Identifier: GPL-2.0-only
// Talks to the PF as a guest might that means no good.
#include <charconv>
#include <chrono>
#include <cstdio>
#include <exception>
#include <map>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "mailbox.hpp"
#include "messages.hpp"

namespace {

using namespace hostile;
using namespace std::chrono_literals;
using seconds = std::chrono::duration<double>;

constexpr const char* usage =
	"Usage: mailbox PCI-ADDRESS random COUNT SEED   messages of any number, length and "
	"content\n"
	"       mailbox PCI-ADDRESS valid COUNT MOST    soft limits from 1 to MOST Mbit/s\n"
	"       mailbox PCI-ADDRESS set VALUE...        one soft limit after the other\n"
	"Writes into the mailbox of an 82576 VF that has no driver, without a pause. Prints as "
	"JSON\n"
	"how many were answered, and how: the status of each answer (patches/linux has what they\n"
	"mean), \"nack\", \"other\" or \"none\"; and for how many seconds it went on.\n";

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
counts send_random(mailbox& box, std::uint32_t count, std::uint32_t seed)
{
	std::mt19937_64 dice(seed);
	counts kinds;

	for (std::uint32_t i = 0; i < count; ++i) {
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

std::vector<std::uint32_t> limits_up_to(std::uint32_t count, std::uint32_t most)
{
	std::vector<std::uint32_t> limits(count);

	for (std::uint32_t i = 0; i < count; ++i)
		limits[i] = i % most + 1;
	return limits;
}

counts run(mailbox& box, std::string_view kind, const std::vector<std::uint32_t>& numbers)
{
	const message reset = {vf_reset};

	box.send(reset, 5s);
	if (kind == "random")
		return send_random(box, numbers.at(0), numbers.at(1));
	if (kind == "valid")
		return send_limits(box, limits_up_to(numbers.at(0), numbers.at(1)));
	return send_limits(box, numbers);
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
		const auto begin = std::chrono::steady_clock::now();
		const counts kinds = run(box, argv[2], numbers);
		std::printf("{\"seconds\": %.3f",
			    seconds(std::chrono::steady_clock::now() - begin).count());
		for (const auto& [kind, count] : kinds)
			std::printf(", \"%s\": %u", kind.c_str(), count);
		std::printf("}\n");
	} catch (const std::exception& e) {
		std::fprintf(stderr, "mailbox: %s\n", e.what());
		return 1;
	}
	return 0;
}
