// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <variant>

#include "top_frame.hpp"
#include "top_view.hpp"

namespace vfctl::tool {

/// Asks for the same frame again: the terminal has another size, or shows rubbish.
struct top_redraw {};

/// The terminal in full-screen mode, for as long as it lives; after that as it was before.
class top_screen {
public:
	/// \throws std::runtime_error  where the terminal cannot do that
	explicit top_screen(bool colour);
	top_screen(const top_screen&) = delete;
	top_screen& operator=(const top_screen&) = delete;
	~top_screen();

	std::size_t lines() const;
	std::size_t columns() const;
	void draw(const top_frame& frame);

	/// What was typed, or that the size has changed; nothing where there is nothing more.
	using input = std::variant<char, top_key, top_redraw>;
	std::optional<input> read();

private:
	struct impl;
	std::unique_ptr<impl> impl_;
};

} // namespace vfctl::tool
