// SPDX-License-Identifier: GPL-2.0-only
// What attributes can hold: what the kernel itself tells in its dumps, and what lies at the edge of
// what a policy allows.
#pragma once

#include <cstdint>
#include <vector>

#include "dump.hpp"
#include "family.hpp"
#include "random.hpp"

namespace nlfuzz {

class values {
public:
	values(std::vector<row> rows, dice& luck);

	/// One object that is there: its attributes fit together. Null where nothing is there.
	const row* object();

	/// A value that the policy allows: that of the object if it has one, or any.
	/// \param of  may be null
	bytes fitting(const attribute_policy& wanted, const row* of);

	/// One at the edge of what is allowed, on this side or on the other.
	bytes edge(const attribute_policy& wanted);

	/// One of that many bytes, or of any number where that is 0.
	bytes anything(std::size_t length);

	std::uint64_t number();

private:
	bytes seen(const attribute_policy& wanted);
	bytes text(std::size_t longest);

	std::vector<row> rows_;
	std::vector<std::uint64_t> numbers_; ///< that were seen
	std::vector<bytes> texts_;
	dice& luck_;
};

} // namespace nlfuzz
