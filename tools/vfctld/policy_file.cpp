// SPDX-License-Identifier: GPL-2.0-only
#include "policy_file.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <functional>
#include <map>
#include <regex>
#include <system_error>
#include <utility>

#include <fmt/core.h>

#include <vfctl/error.hpp>

#include "atomic_file.hpp"
#include "toml_table.hpp"

namespace vfctl::daemon {

namespace {

using namespace std::chrono_literals;

constexpr double most_weight = 10'000;

bool is_mac(const std::string& text)
{
	static const std::regex mac("[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){5}");
	return std::regex_match(text, mac);
}

bool is_pci_address(const std::string& text)
{
	static const std::regex address("[0-9A-Fa-f]{4,8}:[0-9A-Fa-f]{2}:[0-9A-Fa-f]{2}\\.[0-7]");
	return std::regex_match(text, address);
}

void read_controller(toml_table& from, policy& into)
{
	into.times = from.where();
	if (const auto given = from.time("period", 20ms, 10s))
		into.period = *given;
	if (const auto given = from.part("step"))
		into.step = *given;
	if (const auto given = from.time("lost_after", 100ms, 10min))
		into.lost_after = *given;
	if (const auto given = from.word<lost_action>(
		    "on_lost", {{"hold", lost_action::hold}, {"safe", lost_action::safe}}))
		into.on_lost = *given;
	if (const auto given = from.bit_rate("safe_limit"))
		into.safe_limit = *given;
}

void read_metrics(toml_table& from, policy& into)
{
	if (const auto given = from.text("listen"))
		into.metrics_listen = *given;
}

void read_guests(toml_table& from, policy& into)
{
	if (const auto given = from.truth("enabled"))
		into.guest_channel = *given;
	if (const auto given = from.whole("port", 1, 0xfffffffe))
		into.guest_port = static_cast<std::uint32_t>(*given);
	if (const auto given = from.number("requests_per_second", 0, 1000))
		into.guest_requests_per_sec = *given;
}

void read_pf(toml_table& from, policy& into)
{
	pf_rule rule;
	rule.where = from.where();
	rule.device = from.text("device").value_or("");
	if (rule.device.empty())
		from.wrong("needs a device: a PF's name or PCI address");
	// "link" is what is meant where nothing is said.
	if (from.text("capacity") != "link") {
		if (const auto given = from.bit_rate("capacity"))
			rule.capacity = *given;
	}
	into.pfs.push_back(std::move(rule));
}

void read_group(toml_table& from, policy& into)
{
	group_rule rule;
	rule.where = from.where();
	rule.name = from.text("name").value_or("");
	if (rule.name.empty())
		from.wrong("needs a name");
	rule.weight = from.number("weight", 0, most_weight).value_or(rule.weight);
	rule.max = from.bit_rate("max").value_or(rate::none());
	into.groups.push_back(std::move(rule));
}

void check_match(toml_table& from, const vf_rule& rule)
{
	if (rule.kind == match_kind::mac && !is_mac(rule.match))
		from.wrong("mac", fmt::format("is none: \"{}\"", rule.match));
	else if (rule.kind == match_kind::address && !is_pci_address(rule.match))
		from.wrong("address", fmt::format("is no PCI address: \"{}\"", rule.match));
	else if (rule.match.empty())
		from.wrong("names no VF: the text is empty");
}

void read_match(toml_table& from, vf_rule& rule)
{
	static constexpr std::array<std::pair<const char*, match_kind>, 4> kinds = {{
		{"device", match_kind::device},
		{"mac", match_kind::mac},
		{"address", match_kind::address},
		{"name", match_kind::name},
	}};
	int given = 0;
	for (const auto& [key, kind] : kinds) {
		if (const auto text = from.text(key)) {
			rule.kind = kind;
			rule.match = *text;
			++given;
		}
	}
	if (given == 1)
		check_match(from, rule);
	else
		from.wrong("needs exactly one of device, mac, address and name");
}

void read_vf(toml_table& from, policy& into)
{
	vf_rule rule;
	rule.where = from.where();
	read_match(from, rule);
	rule.mode = from.word<vf_mode>("mode", {{"observe", vf_mode::observe},
						{"adopt", vf_mode::adopt},
						{"enforce", vf_mode::enforce}})
			    .value_or(rule.mode);
	rule.weight = from.number("weight", 0, most_weight).value_or(rule.weight);
	rule.min = from.bit_rate("min").value_or(rate::none());
	rule.max = from.bit_rate("max").value_or(rate::none());
	if (smaller(rule.min, rule.max) != rule.min && !rule.min.is_none())
		from.wrong("min", fmt::format("is above max: {} and {}", to_string(rule.min),
					      to_string(rule.max)));
	rule.group = from.text("group").value_or("");
	rule.guest_soft = from.truth("guest_soft").value_or(true);
	into.vfs.push_back(std::move(rule));
}

void read_guest(toml_table& from, policy& into)
{
	guest_rule rule;
	rule.where = from.where();
	// 0 to 2 are the hypervisor, the machine itself and the host: see vsock(7).
	if (const auto given = from.whole("cid", 3, 0xfffffffe))
		rule.cid = static_cast<std::uint32_t>(*given);
	else if (!from.has("cid"))
		from.wrong("needs a cid");
	rule.vfs = from.texts("vfs");
	if (rule.vfs.empty() && !from.has("vfs"))
		from.wrong("needs vfs");
	for (const auto& name : rule.vfs) {
		if (is_mac(name))
			continue;
		try {
			const vf_ref checked(name);
		} catch (const error& e) {
			from.wrong("vfs", e.message());
		}
	}
	into.guests.push_back(std::move(rule));
}

using reader = void (*)(toml_table&, policy&);

// A name in single brackets is there at most once in a file, one in double ones any number of
// times.
const std::map<std::string_view, reader> single = {
	{"controller", read_controller}, {"metrics", read_metrics}, {"guests", read_guests}};
const std::map<std::string_view, reader> repeated = {
	{"pf", read_pf}, {"group", read_group}, {"vf", read_vf}, {"guest", read_guest}};

void read_table(const toml::table& table, const std::string& file, const std::string& name,
		reader read, policy& into, problem_list& problems)
{
	toml_table from(table, file, name, problems);
	read(from, into);
	from.finish();
}

std::string text_of(const place& where, const std::string& from_file)
{
	return where.file == from_file ? fmt::format("in line {}", where.line)
				       : fmt::format("in {}:{}", where.file, where.line);
}

// What does not fit together, be it of several files.
class cross_check {
public:
	cross_check(const policy& what, problem_list& problems) : what_(what), problems_(problems)
	{}

	void run()
	{
		unique(what_.pfs, "[[pf]]", [](const pf_rule& one) { return one.device; });
		unique(what_.groups, "[[group]]", [](const group_rule& one) { return one.name; });
		unique(what_.guests, "[[guest]] cid",
		       [](const guest_rule& one) { return std::to_string(one.cid); });
		owners();
		for (const auto& vf : what_.vfs)
			group_of(vf);
		times();
	}

private:
	void wrong(const place& where, const std::string& sentence)
	{
		problems_.add(where.file, where.line, sentence);
	}

	template <typename Rule, typename Name>
	void unique(const std::vector<Rule>& rules, std::string_view table, Name name)
	{
		std::map<std::string, place> seen;
		for (const auto& one : rules) {
			const auto [first, is_new] = seen.emplace(name(one), one.where);
			if (!is_new && !first->first.empty())
				wrong(one.where,
				      fmt::format("{} \"{}\" is there already, {}", table,
						  first->first,
						  text_of(first->second, one.where.file)));
		}
	}

	// A VF has one guest.
	void owners()
	{
		std::map<std::string, std::uint32_t> seen;
		for (const auto& guest : what_.guests) {
			for (const auto& vf : guest.vfs) {
				const auto [first, is_new] = seen.emplace(vf, guest.cid);
				if (!is_new)
					wrong(guest.where,
					      fmt::format("[[guest]] {} belongs to cid {} already",
							  vf, first->second));
			}
		}
	}

	void group_of(const vf_rule& vf)
	{
		const auto has_name = [&](const group_rule& group) {
			return group.name == vf.group;
		};
		if (!vf.group.empty() &&
		    std::none_of(what_.groups.begin(), what_.groups.end(), has_name))
			wrong(vf.where,
			      fmt::format("[[vf]] there is no [[group]] with the name \"{}\"",
					  vf.group));
	}

	void times()
	{
		if (what_.on_lost == lost_action::safe && what_.safe_limit.is_none())
			wrong(what_.times, "[controller] on_lost = \"safe\" needs a safe_limit");
		// Counters are sampled twice in a period.
		if (what_.lost_after < 2 * what_.period)
			wrong(what_.times,
			      fmt::format("[controller] lost_after is at least two periods, {}ms",
					  2 * what_.period.count()));
	}

	const policy& what_;
	problem_list& problems_;
};

void read_entry(const std::string& file, std::string_view name, const toml::node& node,
		policy& into, problem_list& problems)
{
	if (const auto one = single.find(name); one != single.end() && node.is_table()) {
		read_table(*node.as_table(), file, fmt::format("[{}]", name), one->second, into,
			   problems);
		return;
	}
	const auto many = repeated.find(name);
	if (many != repeated.end() && node.is_array_of_tables()) {
		for (const auto& element : *node.as_array())
			read_table(*element.as_table(), file, fmt::format("[[{}]]", name),
				   many->second, into, problems);
		return;
	}
	const auto line = node.source().begin.line;
	if (single.count(name) != 0)
		problems.add(file, line, fmt::format("{0} is a table: [{0}]", name));
	else if (many != repeated.end())
		problems.add(file, line, fmt::format("{0} is a list of tables: [[{0}]]", name));
	else
		problems.add(file, line,
			     fmt::format("there is no table or setting with the name {}", name));
}

void read_file_into(const policy_text& from, policy& into, problem_list& problems)
{
	try {
		const toml::table root = toml::parse(from.text, from.file);
		for (const auto& [key, node] : root)
			read_entry(from.file, key.str(), node, into, problems);
	} catch (const toml::parse_error& e) {
		problems.add(from.file, e.source().begin.line, e.description());
	}
}

std::string in_one_sentence(const std::vector<std::string>& problems)
{
	if (problems.size() == 1)
		return problems.front();
	return fmt::format("{} (and {} more)", problems.front(), problems.size() - 1);
}

} // namespace

policy_error::policy_error(std::vector<std::string> problems)
    : std::runtime_error(in_one_sentence(problems)), problems_(std::move(problems))
{}

policy parse_policy(const std::vector<policy_text>& texts)
{
	policy result;
	problem_list problems;
	for (const auto& one : texts)
		read_file_into(one, result, problems);
	// What is missing because of an earlier problem is no problem of its own.
	if (problems.all().empty())
		cross_check(result, problems).run();
	if (!problems.all().empty())
		throw policy_error(problems.all());
	return result;
}

policy load_policy(const std::string& path)
{
	std::vector<policy_text> texts{{path, tool::read_file(path)}};
	std::vector<std::string> more;
	const auto folder = std::filesystem::path(path).parent_path() / "conf.d";
	std::error_code code;
	for (const auto& entry : std::filesystem::directory_iterator(folder, code)) {
		if (entry.path().extension() == ".toml")
			more.push_back(entry.path().string());
	}
	// What cannot be read is not as if it were not there.
	if (code && code != std::errc::no_such_file_or_directory)
		throw std::system_error(code, "cannot read " + folder.string());
	std::sort(more.begin(), more.end());
	for (const auto& file : more)
		texts.push_back({file, tool::read_file(file)});
	return parse_policy(texts);
}

} // namespace vfctl::daemon
