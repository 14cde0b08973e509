// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "top_frame.hpp"
#include "top_model.hpp"

namespace vfctl::tool {

/// The VFs as a table that fits: names are shortened before columns are left out, the least
/// important first.
class top_table {
public:
	/// \param columns  of the terminal; absent: as wide as it takes
	/// \param raw  numbers in base units
	top_table(const std::vector<top_row>& rows, std::optional<std::size_t> columns,
		  bool unicode, bool raw);

	top_line heading() const;
	top_line line(const top_row& row) const;

private:
	struct kind; ///< of column

	struct column {
		const kind* what;
		std::size_t width;   ///< now; at first, the least that it can do with
		std::size_t natural; ///< that shows everything
	};

	void add_column(const kind& what, const std::vector<top_row>& rows);
	void leave_out(std::size_t columns);
	std::size_t width() const;

	std::vector<column> columns_;
	bool unicode_;
	bool raw_;
};

} // namespace vfctl::tool
