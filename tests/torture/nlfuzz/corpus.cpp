// SPDX-License-Identifier: GPL-2.0-only
#include "corpus.hpp"

#include <algorithm>
#include <fstream>
#include <stdexcept>

namespace nlfuzz {

namespace {

// Longer ones are not kept: that they are long is rarely why they came farther.
constexpr std::size_t longest_kept = 4096;

} // namespace

bool corpus::offer(const input& what, std::span<const std::uint64_t> passed)
{
	std::uint64_t from = 0;
	bool is_new = false;

	for (const auto place : passed) {
		is_new |= places_.insert(place).second;
		is_new |= ways_.insert(from * 0x9e3779b97f4a7c15U ^ place).second;
		from = place;
	}
	if (!is_new || what.datagram.size() > longest_kept)
		return false;
	inputs_.push_back(what);
	return true;
}

const input& corpus::pick(dice& luck) const
{
	return inputs_[std::max(luck.below(inputs_.size()), luck.below(inputs_.size()))];
}

std::vector<input> corpus::load(const std::string& file)
{
	std::ifstream from(file);
	std::vector<input> read;
	std::string line;

	if (!from)
		throw std::runtime_error("cannot read " + file);
	while (std::getline(from, line))
		if (auto one = input_of_text(line))
			read.push_back(std::move(*one));
	return read;
}

void corpus::save(const std::string& file) const
{
	std::ofstream to(file);

	for (const auto& one : inputs_)
		to << to_text(one) << '\n';
	if (!to.flush())
		throw std::runtime_error("cannot write " + file);
}

} // namespace nlfuzz
