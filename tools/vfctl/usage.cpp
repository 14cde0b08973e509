// SPDX-License-Identifier: GPL-2.0-only
#include "usage.hpp"

#include <algorithm>
#include <cstddef>
#include <numeric>

#include <fmt/core.h>

#include "input.hpp"

namespace vfctl::tool {

namespace {

// Levenshtein's: letters to insert, remove or replace.
std::size_t distance(std::string_view a, std::string_view b)
{
	std::vector<std::size_t> row(b.size() + 1);
	std::iota(row.begin(), row.end(), std::size_t{0});
	for (std::size_t i = 0; i < a.size(); ++i) {
		std::size_t diagonal = row[0];
		row[0] = i + 1;
		for (std::size_t j = 0; j < b.size(); ++j) {
			const std::size_t replace = diagonal + (a[i] == b[j] ? 0 : 1);
			diagonal = row[j + 1];
			row[j + 1] = std::min({replace, row[j] + 1, diagonal + 1});
		}
	}
	return row.back();
}

std::vector<std::string> shown_commands(const CLI::App& app)
{
	std::vector<std::string> names;
	for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
		if (!command->get_group().empty())
			names.push_back(command->get_name());
	}
	return names;
}

std::string about_extra(const CLI::App& app, const std::string& extra)
{
	if (extra.size() > 1 && extra.front() == '-')
		return fmt::format("there is no option '{}'", extra.substr(0, extra.find('=')));
	if (!app.get_subcommands().empty())
		return fmt::format("'{}' is one argument too many", extra);
	const std::string meant = nearest(extra, shown_commands(app));
	return fmt::format("there is no command '{}'{}", extra,
			   meant.empty() ? "" : fmt::format("; did you mean '{}'?", meant));
}

// The part of a message before a text.
std::string before(const std::string& message, std::string_view text)
{
	return message.substr(0, message.find(text));
}

std::string about(const CLI::App& app, const CLI::ParseError& e)
{
	std::string message = e.what();
	const auto extras = app.remaining(true);
	if (!extras.empty())
		return about_extra(app, extras.front());
	if (dynamic_cast<const CLI::RequiredError*>(&e) != nullptr) {
		return app.get_subcommands().empty()
			       ? "a command is missing"
			       : before(message, " is required") + " is missing";
	}
	if (dynamic_cast<const CLI::ExcludesError*>(&e) != nullptr) {
		const std::string one = before(message, " excludes ");
		return fmt::format("{} and {} exclude each other", one,
				   message.substr(std::min(message.size(), one.size() + 10)));
	}
	// "--color: 1 required TEXT missing"
	if (dynamic_cast<const CLI::ArgumentMismatch*>(&e) != nullptr &&
	    message.find("missing") != message.npos)
		return before(message, ":") + " needs a value";
	return message;
}

} // namespace

std::string nearest(std::string_view word, const std::vector<std::string>& known)
{
	for (const auto& one : known) {
		if (!word.empty() && one.starts_with(word))
			return one;
	}
	std::string best;
	// A word of which nothing is left after two changes is like any other.
	std::size_t least = std::min<std::size_t>(3, word.size());
	for (const auto& one : known) {
		const std::size_t d = distance(word, one);
		if (d < least) {
			least = d;
			best = one;
		}
	}
	return best;
}

std::string sentence_for(const CLI::App& app, const CLI::ParseError& e)
{
	if (dynamic_cast<const input_error*>(&e) != nullptr)
		return e.what();
	const auto commands = app.get_subcommands();
	const std::string name = commands.empty() ? "" : " " + commands.front()->get_name();
	const std::string sentence = about(app, e);
	return fmt::format("{}{} see vfctl{} --help", sentence, sentence.ends_with('?') ? "" : ";",
			   name);
}

} // namespace vfctl::tool
