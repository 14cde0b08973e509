// SPDX-License-Identifier: GPL-2.0-only
#include "world.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <system_error>
#include <thread>

#include <fcntl.h>
#include <net/if.h>
#include <unistd.h>

#include <vfctl/error.hpp>

#include "operation.hpp"

namespace failnth {

namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds pause{10};

std::string canonical(const std::string& path)
{
	return std::filesystem::canonical(path).string();
}

bool same_caps(const vfctl::pf_info& a, const vfctl::pf_info& b)
{
	return a.caps && b.caps && a.caps->stats == b.caps->stats &&
	       a.caps->max_rate == b.caps->max_rate && a.caps->min_rate == b.caps->min_rate;
}

} // namespace

std::string await(const std::function<std::string()>& complaint)
{
	const auto end = std::chrono::steady_clock::now() + patience;

	for (;;) {
		std::string said;
		try {
			said = complaint();
		} catch (const vfctl::error& caught) {
			said = caught.what();
		}
		if (said.empty() || std::chrono::steady_clock::now() > end)
			return said;
		std::this_thread::sleep_for(pause);
	}
}

void write_file(const std::string& file, const std::string& word)
{
	const int fd = open(file.c_str(), O_WRONLY | O_CLOEXEC);
	const bool done =
		fd >= 0 && write(fd, word.data(), word.size()) == static_cast<ssize_t>(word.size());
	const int error = errno;

	if (fd >= 0)
		close(fd);
	if (!done)
		throw std::system_error(error, std::generic_category(), file);
}

std::string read_file(const std::string& file)
{
	std::array<char, 4096> text{};
	const int fd = open(file.c_str(), O_RDONLY | O_CLOEXEC);
	const ssize_t got = fd < 0 ? -1 : read(fd, text.data(), text.size());
	const int error = errno;

	if (fd >= 0)
		close(fd);
	if (got < 0)
		throw std::system_error(error, std::generic_category(), file);
	std::string word(text.data(), static_cast<std::size_t>(got));
	while (!word.empty() && word.back() == '\n')
		word.pop_back();
	return word;
}

bool exists(const std::string& file)
{
	return access(file.c_str(), F_OK) == 0;
}

world::world(const std::string& name, unsigned int number)
    : pf(name), index(if_nametoindex(name.c_str())), vfs(number),
      device(canonical("/sys/class/net/" + name + "/device")),
      driver(canonical(device + "/driver")), module(vfctl::backend_type::module),
      route_(vfctl::backend_type::rtnetlink), usual_(module.pf(name))
{
	settle(vfs);
}

std::string world::stub(unsigned int vf) const
{
	return "v" + pf + "." + std::to_string(vf);
}

std::string world::listing_complaint(unsigned int number)
{
	const auto listed = module.pfs();
	const auto found = std::find_if(listed.begin(), listed.end(),
					[this](const auto& one) { return one.name == pf; });
	if (found == listed.end())
		return pf + " is not listed";
	if (found->vfs != number)
		return pf + " is listed with " + std::to_string(found->vfs) + " VFs";
	if (found->provider != usual_.provider || !same_caps(*found, usual_))
		return pf + " has another provider, or not all that it could";

	const auto of = vfctl::pf_ref::by_index(found->index);
	const auto all = module.vfs(of);
	if (all.size() != number)
		return std::to_string(all.size()) + " VFs are listed";
	for (const auto& vf : all)
		if (vf.name != stub(vf.number))
			return "VF " + std::to_string(vf.number) + " has no stub";
	if (module.stats_of(of).size() != number)
		return "counters are listed of others";
	return {};
}

std::string world::complaint(unsigned int number)
{
	auto said = listing_complaint(number);

	if (!said.empty())
		return said;
	// Without VFs it would have nothing to say.
	if (number != 0 && !exists(device + "/bandwidth_allocation"))
		return "there is no bandwidth_allocation";
	for (unsigned int vf = 0; vf < vfs; vf++) {
		const bool there = if_nametoindex(stub(vf).c_str()) != 0;
		if (there != (vf < number))
			return there ? stub(vf) + " is there" : "there is no " + stub(vf);
	}
	return {};
}

std::chrono::milliseconds world::settle(unsigned int number)
{
	const auto begin = std::chrono::steady_clock::now();
	const auto said = await([&] { return complaint(number); });

	require(said.empty(), "with " + std::to_string(number) + " VFs: " + said);
	return std::chrono::duration_cast<std::chrono::milliseconds>(
		std::chrono::steady_clock::now() - begin);
}

void world::numvfs(unsigned int number)
{
	const std::string file = device + "/sriov_numvfs";

	// From one number to another there is a 0 between.
	if (read_file(file) != std::to_string(number)) {
		if (number != 0 && read_file(file) != "0")
			write_file(file, "0");
		write_file(file, std::to_string(number));
	}
	settle(number);
}

vfctl::vf_info world::limits(unsigned int vf)
{
	const auto told = module.vf({pf, vf});
	const auto driven = route_.vf({pf, vf});

	require(told.effective && told.hard && told.soft, "the module tells no limits");
	require(told.effective == vfctl::smaller(*told.hard, *told.soft),
		"the effective rate is not the smaller one");
	// Where there is none, rtnetlink may tell none.
	const auto rate = driven.hard.value_or(vfctl::rate::none());
	require(rate == *told.effective, "the driver has " + vfctl::to_string(rate) +
						 ", the module tells " +
						 vfctl::to_string(*told.effective));
	return told;
}

void world::set(unsigned int vf, const vfctl::limits& wanted)
{
	module.set({pf, vf}, wanted);
}

bool world::is_bound() const
{
	return exists(device + "/driver");
}

void world::bind()
{
	write_file(driver + "/bind", std::filesystem::path(device).filename());
}

void world::unbind()
{
	write_file(driver + "/unbind", std::filesystem::path(device).filename());
}

} // namespace failnth
