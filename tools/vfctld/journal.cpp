// SPDX-License-Identifier: GPL-2.0-only
#include "journal.hpp"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <system_error>

#include <fmt/core.h>
#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

#include "atomic_file.hpp"

namespace vfctl::daemon {

namespace {

using nlohmann::json;

constexpr int version = 1;

// What a crash left of a file that was being written.
void remove_remains(const std::string& folder, const std::string& name)
{
	const std::string begin = "." + name + ".";
	for (const auto& entry : std::filesystem::directory_iterator(folder)) {
		if (entry.path().filename().string().rfind(begin, 0) == 0)
			std::filesystem::remove(entry.path());
	}
}

std::optional<std::string> content_of(const std::string& file)
{
	if (!std::filesystem::exists(file))
		return std::nullopt;
	return tool::read_file(file);
}

std::string boot_id()
{
	std::string id = tool::read_file("/proc/sys/kernel/random/boot_id");
	while (!id.empty() && id.back() == '\n')
		id.pop_back();
	return id;
}

rate bits(const json& value)
{
	return rate::from_bits_per_sec(value.get<std::uint64_t>());
}

json to_json(const lasting_state& state, const std::string& boot)
{
	json adopted = json::object();
	for (const auto& [vf, cap] : state.adopted)
		adopted[vf] = cap.bits_per_sec();
	json guests = json::object();
	for (const auto& [name, guest] : state.guests)
		guests[name] = {{"cid", guest.cid}, {"vfs", guest.vfs}};
	return {{"version", version},
		{"boot", boot},
		{"paused", state.paused},
		{"adopted", std::move(adopted)},
		{"guests", std::move(guests)}};
}

lasting_state lasting_from(const json& what, const std::string& boot)
{
	lasting_state state;
	state.paused = what.at("paused").get<bool>();
	for (const auto& [vf, cap] : what.at("adopted").items())
		state.adopted[vf] = bits(cap);
	// Guests of an earlier boot do not run any more, and others may have their CIDs.
	if (what.value("boot", "") != boot)
		return state;
	for (const auto& [name, guest] : what.at("guests").items())
		state.guests[name] = {guest.at("cid").get<std::uint32_t>(),
				      guest.at("vfs").get<std::vector<std::string>>()};
	return state;
}

lasting_state read_lasting(const std::string& file, const std::string& boot)
{
	const auto text = content_of(file);
	if (!text)
		return {};
	try {
		const json what = json::parse(*text);
		if (what.at("version") != version)
			throw std::runtime_error(fmt::format("it has version {}, and {} is known",
							     what.at("version").dump(), version));
		return lasting_from(what, boot);
	} catch (const std::exception& e) {
		throw std::runtime_error(fmt::format(
			"cannot use {}: {} (what is in it: whether vfctld is paused, caps that "
			"were adopted, guests; move it away to begin without)",
			file, e.what()));
	}
}

} // namespace

void put_guest(lasting_state& into, const std::string& name, const known_guest& guest)
{
	std::erase_if(into.guests,
		      [&](const auto& entry) { return entry.second.cid == guest.cid; });
	for (auto& [other, known] : into.guests) {
		std::erase_if(known.vfs, [&](const std::string& vf) {
			return std::find(guest.vfs.begin(), guest.vfs.end(), vf) != guest.vfs.end();
		});
	}
	into.guests[name] = guest;
}

journal::journal(const std::string& state_folder, const std::string& run_time_folder)
    : state_file_(std::filesystem::path(state_folder) / "state.json"),
      written_file_(std::filesystem::path(run_time_folder) / "written.json"), boot_(boot_id())
{
	remove_remains(state_folder, "state.json");
	remove_remains(run_time_folder, "written.json");
	lasting_ = read_lasting(state_file_, boot_);
	const auto text = content_of(written_file_);
	if (!text)
		return;
	try {
		const json what = json::parse(*text);
		if (what.at("version") != version || what.at("boot") != boot_)
			return;
		for (const auto& [vf, pair] : what.at("written").items())
			written_[vf] = {bits(pair.at(0)), bits(pair.at(1))};
	} catch (const std::exception& e) {
		// Limits that were set by the one before count as somebody else's then.
		spdlog::warn("{} is ignored: {}", written_file_, e.what());
		written_.clear();
	}
}

void journal::save(const lasting_state& next)
{
	if (next == lasting_)
		return;
	tool::write_file(state_file_, to_json(next, boot_).dump() + "\n");
	lasting_ = next;
}

void journal::intend(const std::vector<intention>& what)
{
	if (what.empty())
		return;
	auto next = written_;
	for (const auto& one : what)
		next[one.vf] = {one.now, one.next};
	json written = json::object();
	for (const auto& [vf, pair] : next)
		written[vf] = {pair.first.bits_per_sec(), pair.second.bits_per_sec()};
	const json all = {{"version", version}, {"boot", boot_}, {"written", std::move(written)}};
	tool::write_file(written_file_, all.dump() + "\n");
	written_ = std::move(next);
}

bool journal::is_own(const std::string& vf, rate limit) const
{
	const auto found = written_.find(vf);
	return found != written_.end() &&
	       (found->second.first == limit || found->second.second == limit);
}

} // namespace vfctl::daemon
