// SPDX-License-Identifier: GPL-2.0-only
// KCOV: which places of instrumented code the calling thread has come by.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace nlfuzz {

class kcov {
public:
	/// Begins at once, for this thread.
	/// \throws std::system_error
	kcov();
	kcov(const kcov&) = delete;
	kcov& operator=(const kcov&) = delete;
	~kcov();

	void forget() noexcept;

	/// What was passed since then, in that order; views into the kernel's own memory.
	std::span<const std::uint64_t> passed() const noexcept;

private:
	// Larger than what one datagram can make the module do, but for the hugest.
	static constexpr std::size_t entries = 1U << 18U;

	int fd_;
	std::uint64_t* area_;
};

} // namespace nlfuzz
