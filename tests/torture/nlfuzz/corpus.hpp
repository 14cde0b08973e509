// SPDX-License-Identifier: GPL-2.0-only
// Inputs that came to code where none had been before.
#pragma once

#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <unordered_set>
#include <vector>

#include "input.hpp"
#include "random.hpp"

namespace nlfuzz {

class corpus {
public:
	/// \param passed  places that the input has passed, in their order
	/// \return whether it was kept
	bool offer(const input& what, std::span<const std::uint64_t> passed);

	bool empty() const { return inputs_.empty(); }
	std::size_t size() const { return inputs_.size(); }
	/// Later ones, which have come farther, rather than earlier ones.
	const input& pick(dice& luck) const;

	const std::set<std::uint64_t>& places() const { return places_; }

	/// A file of lines; what a line says that is no input is passed over.
	/// \throws std::runtime_error
	static std::vector<input> load(const std::string& file);
	void save(const std::string& file) const;

private:
	std::vector<input> inputs_;
	std::set<std::uint64_t> places_;
	std::unordered_set<std::uint64_t> ways_; ///< from one place to the next
};

} // namespace nlfuzz
