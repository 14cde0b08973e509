// SPDX-License-Identifier: GPL-2.0-only
#include "saved_limits.hpp"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <map>
#include <tuple>
#include <utility>

#include <fmt/core.h>

#include "input.hpp"
#include "json.hpp"

namespace vfctl::tool {

namespace {

constexpr const char* format_name = "vfctl-limits";
constexpr unsigned format_version = 1;

// Reads one entry. A sentence for each thing that is wrong with it.
class entry_reader {
public:
	entry_reader(const json& entry, std::size_t number, std::vector<std::string>& problems)
	    : entry_(entry), number_(number), problems_(problems)
	{}

	std::optional<saved_limit> read()
	{
		if (!entry_.is_object()) {
			wrong("is not an object");
			return std::nullopt;
		}
		const std::size_t before = problems_.size();
		saved_limit result;
		for (const auto& [key, value] : entry_.items())
			read_key(result, key, value);
		for (const char* key : {"pf", "vf"}) {
			if (!entry_.contains(key))
				wrong(fmt::format("has no \"{}\"", key));
		}
		return problems_.size() == before ? std::optional(result) : std::nullopt;
	}

private:
	void read_key(saved_limit& into, const std::string& key, const json& value)
	{
		if (key == "pf")
			into.pf = text(key, value);
		else if (key == "pci_address")
			into.pci_address = text(key, value);
		else if (key == "vf")
			into.vf = static_cast<std::uint32_t>(
				whole(key, value, std::numeric_limits<std::uint32_t>::max()));
		else if (key == "hard_bits_per_sec")
			into.wanted.hard = bits(key, value);
		else if (key == "soft_bits_per_sec")
			into.wanted.soft = bits(key, value);
		else if (key == "min_bits_per_sec")
			into.wanted.min = bits(key, value);
		else
			wrong(fmt::format("has the unknown key \"{}\"", key));
	}

	std::string text(const std::string& key, const json& value)
	{
		if (value.is_string() && !value.get_ref<const std::string&>().empty())
			return value.get<std::string>();
		wrong(fmt::format("has a \"{}\" that is not a name: {}", key, to_text(value)));
		return {};
	}

	std::uint64_t whole(const std::string& key, const json& value, std::uint64_t most)
	{
		if (value.is_number_unsigned() && value.get<std::uint64_t>() <= most)
			return value.get<std::uint64_t>();
		wrong(fmt::format("has a \"{}\" that is not a whole number from 0 to {}: {}", key,
				  most, to_text(value)));
		return 0;
	}

	rate bits(const std::string& key, const json& value)
	{
		return rate::from_bits_per_sec(
			whole(key, value, std::numeric_limits<std::uint64_t>::max()));
	}

	void wrong(const std::string& what)
	{
		problems_.push_back(fmt::format("entry {} {}", number_, what));
	}

	const json& entry_;
	std::size_t number_;
	std::vector<std::string>& problems_;
};

// The parser's message names its own class and position; of that, the line is of use.
std::string about(const json::parse_error& e, std::string_view text)
{
	const std::size_t end = std::min(e.byte == 0 ? 0 : e.byte - 1, text.size());
	const auto line =
		1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(end), '\n');
	std::string_view message = e.what();
	if (const auto colon = message.find(": "); colon != message.npos)
		message.remove_prefix(colon + 2);
	return fmt::format("line {} is not JSON: {}", line, message);
}

bool has_known_format(const json& file, std::vector<std::string>& problems)
{
	if (!file.is_object() || !file.contains("format") || file["format"] != format_name) {
		problems.emplace_back("it was not written by vfctl save");
		return false;
	}
	const json version = file.value("version", json());
	if (version != format_version) {
		problems.push_back(
			fmt::format("its version is {}, and {} is the only one known here",
				    to_text(version), format_version));
		return false;
	}
	if (!file.contains("limits") || !file["limits"].is_array()) {
		problems.emplace_back("it has no list \"limits\"");
		return false;
	}
	return true;
}

std::string name_of(const saved_limit& entry)
{
	std::string name = numbered(entry.pf, entry.vf);
	if (entry.pci_address)
		name += fmt::format(" ({})", *entry.pci_address);
	return name;
}

const vf_info* find(const saved_limit& entry, const std::vector<vf_info>& vfs)
{
	const auto found = std::find_if(vfs.begin(), vfs.end(), [&](const vf_info& vf) {
		return entry.pci_address ? vf.bus_address == entry.pci_address
					 : vf.pf_name == entry.pf && vf.number == entry.vf;
	});
	return found == vfs.end() ? nullptr : &*found;
}

// A limit that the VF has no place for.
void check_possible(const saved_limit& entry, const limit_change& change,
		    std::vector<std::string>& problems)
{
	if (change.to.soft && !change.vf.soft) {
		problems.push_back(fmt::format("{} has a soft limit, for which the module vfctl is "
					       "needed",
					       name_of(entry)));
	}
	if (change.to.min && !change.vf.min) {
		problems.push_back(fmt::format(
			"{} has a minimum rate, which its driver cannot give", name_of(entry)));
	}
}

} // namespace

std::string to_file(const std::vector<vf_info>& vfs)
{
	std::vector<const vf_info*> sorted;
	sorted.reserve(vfs.size());
	for (const auto& vf : vfs)
		sorted.push_back(&vf);
	std::sort(sorted.begin(), sorted.end(), [](const vf_info* a, const vf_info* b) {
		return std::tie(a->pf_name, a->number) < std::tie(b->pf_name, b->number);
	});
	std::string lines;
	for (const vf_info* vf : sorted) {
		json entry = {{"pf", vf->pf_name}, {"vf", vf->number}};
		if (vf->bus_address)
			entry["pci_address"] = *vf->bus_address;
		add(entry, limits{.hard = vf->hard, .soft = vf->soft, .min = vf->min});
		lines += fmt::format("{}\n    {}", lines.empty() ? "" : ",", to_text(entry));
	}
	return fmt::format(
		"{{\n  \"format\": \"{}\",\n  \"version\": {},\n  \"limits\": [{}{}]\n}}\n",
		format_name, format_version, lines, lines.empty() ? "" : "\n  ");
}

std::vector<saved_limit> from_file(std::string_view text, std::vector<std::string>& problems)
{
	json file;
	try {
		file = json::parse(text);
	} catch (const json::parse_error& e) {
		problems.push_back(about(e, text));
		return {};
	}
	if (!has_known_format(file, problems))
		return {};
	std::vector<saved_limit> result;
	std::size_t number = 0;
	for (const auto& entry : file["limits"]) {
		if (auto read = entry_reader(entry, ++number, problems).read())
			result.push_back(*std::move(read));
	}
	return result;
}

std::vector<limit_change> plan(const std::vector<saved_limit>& saved,
			       const std::vector<vf_info>& vfs, bool ignore_missing,
			       std::vector<std::string>& problems)
{
	std::vector<limit_change> changes;
	std::map<const vf_info*, const saved_limit*> seen;
	for (const auto& entry : saved) {
		const vf_info* vf = find(entry, vfs);
		if (vf == nullptr) {
			if (!ignore_missing)
				problems.push_back(
					fmt::format("there is no VF {}", name_of(entry)));
			continue;
		}
		if (const auto [first, is_new] = seen.try_emplace(vf, &entry); !is_new) {
			problems.push_back(fmt::format("{} and {} are the same VF",
						       name_of(*first->second), name_of(entry)));
			continue;
		}
		limit_change change = change_to(*vf, entry.wanted);
		check_possible(entry, change, problems);
		if (!change.empty())
			changes.push_back(std::move(change));
	}
	return changes;
}

} // namespace vfctl::tool
