// SPDX-License-Identifier: GPL-2.0-only
#include "command.hpp"

#include <algorithm>
#include <cerrno>
#include <cstddef>

#include <fmt/core.h>

#include "table.hpp"
#include "text.hpp"

namespace vfctl::tool {

vfctl::client& context::client()
{
	if (!client_)
		client_.emplace(connect(backend));
	return *client_;
}

void context::print(std::string_view text) const
{
	if (std::fwrite(text.data(), 1, text.size(), out) != text.size())
		throw output_error(errno, std::generic_category(), "cannot write the output");
}

void context::print_json(const json& value) const
{
	print(to_text(value, output.pretty) + '\n');
}

void context::print(const table& what) const
{
	print(what.render(output.colour));
}

void context::flush() const
{
	if (std::fflush(out) != 0)
		throw output_error(errno, std::generic_category(), "cannot write the output");
}

void context::note(std::string_view sentence) const
{
	// In order with what standard output has, where both are one.
	static_cast<void>(std::fflush(out));
	fmt::print(err, "vfctl: {}\n", printable(sentence));
}

CLI::App& add_command(CLI::App& app, const std::string& name, const std::string& description,
		      std::string_view example)
{
	CLI::App& command = *app.add_subcommand(name, description);
	command.fallthrough();
	command.group("Commands");
	std::string footer = example.find('\n') == example.npos ? "Example:" : "Examples:";
	for (std::size_t begin = 0; begin < example.size();) {
		const std::size_t end = std::min(example.find('\n', begin), example.size());
		footer.append("\n  ").append(example.substr(begin, end - begin));
		begin = end + 1;
	}
	command.footer(footer + "\n\nGlobal options, as --json: see vfctl --help");
	return command;
}

} // namespace vfctl::tool
