// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#define TOML_EXCEPTIONS 1
#include <toml++/toml.h>

#include <vfctl/rate.hpp>

#include "policy.hpp"

namespace vfctl::daemon {

/// What was found wrong in a file, as "FILE:LINE: SENTENCE".
class problem_list {
public:
	void add(std::string_view file, std::size_t line, std::string_view sentence);

	const std::vector<std::string>& all() const noexcept { return all_; }

private:
	std::vector<std::string> all_;
};

/// Takes the settings out of a table of a TOML file, one by one. A value that is not what was
/// asked for is a problem, and so is, at the end, what nobody asked for.
class toml_table {
public:
	/// \param name  of the table, for the sentences: "[[vf]]"
	toml_table(const toml::table& table, std::string_view file, std::string name,
		   problem_list& problems);

	/// Each gives nothing where the setting is missing or wrong.
	std::optional<std::string> text(std::string_view key);
	std::optional<bool> truth(std::string_view key);
	std::optional<double> number(std::string_view key, double above, double most);
	std::optional<std::int64_t> whole(std::string_view key, std::int64_t least,
					  std::int64_t most);
	std::optional<rate> bit_rate(std::string_view key);
	std::optional<std::chrono::milliseconds>
	time(std::string_view key, std::chrono::milliseconds least, std::chrono::milliseconds most);
	/// "1%", or a fraction of 1.
	std::optional<double> part(std::string_view key);
	std::vector<std::string> texts(std::string_view key);

	/// One of some words.
	template <typename Value, std::size_t N>
	std::optional<Value> word(std::string_view key,
				  const std::pair<std::string_view, Value> (&known)[N])
	{
		const auto given = text(key);
		if (!given)
			return std::nullopt;
		std::string all;
		for (const auto& [name, value] : known) {
			if (name == *given)
				return value;
			all += (all.empty() ? "" : ", ") + std::string(name);
		}
		wrong(key, "is one of " + all + ", not \"" + *given + "\"");
		return std::nullopt;
	}

	bool has(std::string_view key) const { return table_.contains(key); }

	/// Of the table.
	place where() const;

	/// A problem of a setting: "KEY SENTENCE".
	void wrong(std::string_view key, std::string_view sentence);

	/// A problem of the table.
	void wrong(std::string_view sentence);

	/// Says so of settings that nobody asked for.
	void finish();

private:
	const toml::node* find(std::string_view key);
	std::size_t line() const noexcept;

	const toml::table& table_;
	std::string file_;
	std::string name_;
	problem_list& problems_;
	std::set<std::string, std::less<>> asked_;
};

} // namespace vfctl::daemon
