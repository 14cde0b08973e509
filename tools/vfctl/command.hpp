// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <chrono>
#include <cstdio>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

#include <CLI/CLI.hpp>

#include <vfctl/client.hpp>

#include "json.hpp"
#include "style.hpp"

namespace vfctl::tool {

class table;

/// How to print. Set by the global options, before a command runs.
struct output_options {
	bool json = false;
	bool pretty = false; ///< JSON over several lines
	bool raw = false;    ///< numbers in base units, without engineering prefixes
	bool colour = false; ///< escape sequences are wanted
};

/// What a command gets: the options, where to print, and a client made at the first use of it.
class context {
public:
	using clock = std::chrono::steady_clock;

	output_options output;
	backend_type backend = backend_type::automatic;

	std::FILE* out = stdout;
	std::FILE* err = stderr;

	// Tests put their own here.
	std::function<vfctl::client(backend_type)> connect = [](backend_type b) {
		return vfctl::client(b);
	};
	std::function<clock::time_point()> now = clock::now;
	std::function<std::optional<std::string>(std::string_view)> driver_of = bound_driver;

	vfctl::client& client();

	/// Text to standard output.
	/// \throws output_error
	void print(std::string_view text) const;

	/// One JSON value and a newline: over one line, or over several with --pretty.
	void print_json(const json& value) const;

	void print(const table& what) const;

	/// Pushes out what was printed; for those who print again and again.
	void flush() const;

	/// "vfctl: SENTENCE" to standard error.
	void note(std::string_view sentence) const;

private:
	std::optional<vfctl::client> client_;
};

/// Standard output cannot be written to. code() is EPIPE where nobody reads it any more.
class output_error : public std::system_error {
	using system_error::system_error;
};

/// Adds a subcommand that takes the global options as well.
/// \param example  command lines that --help shows, one a line
CLI::App& add_command(CLI::App& app, const std::string& name, const std::string& description,
		      std::string_view example);

// Each adds its subcommand, with options, help and an example. Its callback does the work and
// throws input_error (input.hpp) for exit status 1, vfctl::error, or any other std::exception
// whose what() is a sentence, for 2.
void add_list(CLI::App& app, context& ctx);
void add_show(CLI::App& app, context& ctx);
void add_rate(CLI::App& app, context& ctx);
void add_stats(CLI::App& app, context& ctx);
void add_top(CLI::App& app, context& ctx);
void add_monitor(CLI::App& app, context& ctx);
void add_save(CLI::App& app, context& ctx);
void add_restore(CLI::App& app, context& ctx);
void add_reset(CLI::App& app, context& ctx);
void add_interval(CLI::App& app, context& ctx);
void add_keep_limits(CLI::App& app, context& ctx);
void add_controller(CLI::App& app, context& ctx);
void add_complete(CLI::App& app, context& ctx); // hidden: for the completion of shells

} // namespace vfctl::tool
