// SPDX-License-Identifier: GPL-2.0-only
// Makes inputs worse.
#pragma once

#include <cstddef>

#include "draft.hpp"
#include "generator.hpp"
#include "input.hpp"
#include "random.hpp"
#include "values.hpp"

namespace nlfuzz {

class mutator {
public:
	mutator(generator& maker, values& from, dice& luck);

	/// Changes it in one to a few ways.
	/// \param other  of which messages may be taken over
	void change(input& what, const input& other);

private:
	void change_once(input& what, const input& other);
	void change_message(input& what);
	void change_attribute(draft& what);
	void change_header(draft& what);
	void change_lengths(draft& what);
	void change_bytes(bytes& what);
	void change_socket(input& what);
	void grow(draft& what);

	generator& maker_;
	values& values_;
	dice& luck_;
};

/// No input is longer: what a socket takes by default.
constexpr std::size_t longest_datagram = 160'000;

} // namespace nlfuzz
