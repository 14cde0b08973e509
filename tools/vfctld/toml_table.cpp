// SPDX-License-Identifier: GPL-2.0-only
#include "toml_table.hpp"

#include <charconv>
#include <cmath>
#include <stdexcept>

#include <fmt/core.h>

#include <vfctl/error.hpp>

#include "time_span.hpp"

namespace vfctl::daemon {

void problem_list::add(std::string_view file, std::size_t line, std::string_view sentence)
{
	if (line == 0)
		all_.push_back(fmt::format("{}: {}", file, sentence));
	else
		all_.push_back(fmt::format("{}:{}: {}", file, line, sentence));
}

toml_table::toml_table(const toml::table& table, std::string_view file, std::string name,
		       problem_list& problems)
    : table_(table), file_(file), name_(std::move(name)), problems_(problems)
{}

place toml_table::where() const
{
	return {file_, line()};
}

std::size_t toml_table::line() const noexcept
{
	return table_.source().begin.line;
}

void toml_table::wrong(std::string_view key, std::string_view sentence)
{
	const toml::node* node = table_.get(key);
	problems_.add(file_, node != nullptr ? node->source().begin.line : line(),
		      fmt::format("{} {} {}", name_, key, sentence));
}

void toml_table::wrong(std::string_view sentence)
{
	problems_.add(file_, line(), fmt::format("{} {}", name_, sentence));
}

const toml::node* toml_table::find(std::string_view key)
{
	asked_.emplace(key);
	return table_.get(key);
}

std::optional<std::string> toml_table::text(std::string_view key)
{
	const toml::node* node = find(key);
	if (node == nullptr)
		return std::nullopt;
	if (const auto* given = node->as_string())
		return given->get();
	wrong(key, "is a text, in quotes");
	return std::nullopt;
}

std::optional<bool> toml_table::truth(std::string_view key)
{
	const toml::node* node = find(key);
	if (node == nullptr)
		return std::nullopt;
	if (const auto* given = node->as_boolean())
		return given->get();
	wrong(key, "is true or false");
	return std::nullopt;
}

std::optional<double> toml_table::number(std::string_view key, double above, double most)
{
	const toml::node* node = find(key);
	if (node == nullptr)
		return std::nullopt;
	const auto given = node->value<double>();
	if (given && !node->is_boolean() && *given > above && *given <= most)
		return given;
	wrong(key, fmt::format("is a number above {} and up to {}", above, most));
	return std::nullopt;
}

std::optional<std::int64_t> toml_table::whole(std::string_view key, std::int64_t least,
					      std::int64_t most)
{
	const toml::node* node = find(key);
	if (node == nullptr)
		return std::nullopt;
	const auto* given = node->as_integer();
	if (given != nullptr && given->get() >= least && given->get() <= most)
		return given->get();
	wrong(key, fmt::format("is a whole number from {} to {}", least, most));
	return std::nullopt;
}

std::optional<rate> toml_table::bit_rate(std::string_view key)
{
	const toml::node* node = find(key);
	if (node == nullptr)
		return std::nullopt;
	const auto* given = node->as_string();
	if (given == nullptr) {
		wrong(key, "is a rate in quotes, as in \"500mbit\"");
		return std::nullopt;
	}
	try {
		std::string note;
		const rate read = rate::parse(given->get(), &note);
		if (!note.empty()) {
			wrong(key, "is ambiguous: " + note);
			return std::nullopt;
		}
		// What drivers take: see rate.hpp.
		if (!read.is_none() && read.bits_per_sec() < 1'000'000) {
			wrong(key, fmt::format("is below 1 Mbit/s: \"{}\"", given->get()));
			return std::nullopt;
		}
		return read;
	} catch (const error& e) {
		wrong(key, fmt::format("is no rate: {}", e.what()));
		return std::nullopt;
	}
}

std::optional<std::chrono::milliseconds> toml_table::time(std::string_view key,
							  std::chrono::milliseconds least,
							  std::chrono::milliseconds most)
{
	const auto given = text(key);
	if (!given)
		return std::nullopt;
	try {
		const auto read = tool::parse_time(*given);
		if (read >= least && read <= most)
			return read;
		wrong(key, fmt::format("is a time from {}ms to {}ms, not \"{}\"", least.count(),
				       most.count(), *given));
	} catch (const std::invalid_argument& e) {
		wrong(key, fmt::format("is no time: {}", e.what()));
	}
	return std::nullopt;
}

std::optional<double> toml_table::part(std::string_view key)
{
	const toml::node* node = find(key);
	if (node == nullptr)
		return std::nullopt;
	double value = -1;
	if (const auto* given = node->as_string()) {
		const std::string& words = given->get();
		const char* end = words.data() + words.size();
		const auto [rest, code] = std::from_chars(words.data(), end, value);
		if (code != std::errc() ||
		    std::string_view(rest, static_cast<std::size_t>(end - rest)) != "%")
			value = -1;
		value /= 100;
	} else if (const auto plain = node->value<double>(); plain && !node->is_boolean()) {
		value = *plain;
	}
	if (std::isfinite(value) && value >= 0 && value <= 0.5)
		return value;
	wrong(key, "is a part from \"0%\" to \"50%\"");
	return std::nullopt;
}

std::vector<std::string> toml_table::texts(std::string_view key)
{
	std::vector<std::string> all;
	const toml::node* node = find(key);
	if (node == nullptr)
		return all;
	const auto* given = node->as_array();
	for (std::size_t i = 0; given != nullptr && i < given->size(); ++i) {
		if (const auto* one = given->get(i)->as_string())
			all.push_back(one->get());
	}
	if (given == nullptr || all.size() != given->size()) {
		wrong(key, "is a list of texts, as in [\"veth0.1\"]");
		all.clear();
	}
	return all;
}

void toml_table::finish()
{
	for (const auto& [key, node] : table_) {
		if (asked_.find(key.str()) == asked_.end())
			wrong(key.str(), "is no setting that is known here");
	}
}

} // namespace vfctl::daemon
