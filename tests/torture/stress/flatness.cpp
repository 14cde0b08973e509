// SPDX-License-Identifier: GPL-2.0-only
#include "flatness.hpp"

#include <algorithm>
#include <sstream>
#include <vector>

namespace stress {

namespace {

// A leak of one object in each cycle makes as many as there are cycles: half of that is what may not
// be. Where there are few cycles, caches of files, processes and pages grow by more than that by
// themselves; those that drivers and the network use do not.
constexpr long noise = 40;
constexpr long noise_of_kmalloc = 10;

// But not those with the other word.
long lines_with(const std::string& file, const std::string& word, const std::string& without = "\n")
{
	std::istringstream lines(read_file(file).value_or(""));
	long count = 0;

	for (std::string line; std::getline(lines, line);)
		count += line.find(word) != std::string::npos &&
			 line.find(without) == std::string::npos;
	return count;
}

// "Slab:   12345 kB" of /proc/meminfo.
long meminfo(const std::string& name)
{
	std::istringstream words(read_file("/proc/meminfo").value_or(""));

	for (std::string word; words >> word;)
		if (word == name) {
			long value = 0;
			words >> value;
			return value;
		}
	throw failure("/proc/meminfo has no " + name);
}

void give_back()
{
	if (const int error = write_file("/proc/sys/vm/drop_caches", "3"))
		throw failure("cannot drop caches: " + errno_name(error));
	for (const std::string& cache : names_in("/sys/kernel/slab"))
		write_file("/sys/kernel/slab/" + cache + "/shrink", "1");
}

// What checkers keep of all the others' objects, in caches of their own; and the kernel of its
// virtual mappings, also of those that are gone and wait until there are many.
bool is_book(const std::string& cache)
{
	return cache.starts_with("kmemleak_") || cache.starts_with("debug_objects_") ||
	       cache == "vmap_area";
}

// Where the objects of a cache were allocated, as far as this kernel keeps that: lines of
// "203 ref_tracker_alloc+0x123/0x456 age=...".
std::vector<std::string> allocations(const std::string& cache)
{
	std::istringstream lines(
		read_file("/sys/kernel/debug/slab/" + cache + "/alloc_traces").value_or(""));
	std::vector<std::string> all;

	for (std::string line; std::getline(lines, line);) {
		std::istringstream words(line);
		long count = 0;
		if (words >> count && line.find("age=") != std::string::npos)
			all.push_back(line);
	}
	return all;
}

// With trackers of references each tracked object keeps the last 128 that were given back, to tell
// of one that is given back twice. Those that were not are reported by themselves.
constexpr const char* with_trackers = "kmalloc-32";

long trackers()
{
	long sum = 0;

	for (const std::string& line : allocations(with_trackers))
		if (line.find(" ref_tracker_alloc+") != std::string::npos)
			sum += std::stol(line);
	return sum;
}

std::map<std::string, long> slab_objects()
{
	std::istringstream lines(read_file("/proc/slabinfo").value_or(""));
	std::map<std::string, long> all;

	for (std::string line; std::getline(lines, line);) {
		std::istringstream words(line);
		std::string name;
		long active = 0;
		if (words >> name >> active && !is_book(name))
			all[name] = active;
	}
	if (const auto cache = all.find(with_trackers); cache != all.end())
		cache->second -= trackers();
	if (all.empty())
		throw failure("/proc/slabinfo says nothing");
	return all;
}

} // namespace

holdings holdings::count(const host& on)
{
	holdings now;

	give_back();
	now.slab_ = slab_objects();
	now.slab_kilobytes_ = meminfo("Slab:");
	for (const kernel_module* module : {&on.vfctl, &on.driver})
		now.exact_[module->name() + " refcnt"] = static_cast<long>(
			read_number("/sys/module/" + module->name() + "/refcnt").value_or(0));
	now.exact_["network devices"] = static_cast<long>(names_in("/sys/class/net").size());
	now.exact_["file descriptors"] = static_cast<long>(names_in("/proc/self/fd").size());
	now.exact_["netlink sockets"] = lines_with("/proc/net/netlink", " ");
	now.exact_["pages mapped for drivers"] =
		lines_with("/proc/vmallocinfo", "ioremap", "unpurged");
	return now;
}

std::string holdings::text(const holdings& before, const holdings& after)
{
	std::string all;
	const auto line = [&](const std::string& name, long was, long is) {
		all += name + ": " + std::to_string(was) + ", then " + std::to_string(is) + "\n";
	};

	for (const auto& [name, was] : before.exact_)
		line(name, was, after.exact_.at(name));
	line("slab in kB", before.slab_kilobytes_, after.slab_kilobytes_);
	for (const auto& [name, is] : after.slab_) {
		const auto was = before.slab_.find(name);
		if (was == before.slab_.end() || was->second != is)
			line("slab objects of " + name, was == before.slab_.end() ? 0 : was->second,
			     is);
	}
	return all;
}

std::string holdings::growth(const holdings& before, const holdings& after, long cycles)
{
	std::string all;

	for (const auto& [name, was] : before.exact_)
		if (after.exact_.at(name) > was)
			all += name + " ";
	for (const auto& [name, is] : after.slab_) {
		const auto was = before.slab_.find(name);
		const long grown = is - (was == before.slab_.end() ? 0 : was->second);
		if (grown <
		    std::max(cycles / 2, name.starts_with("kmalloc") ? noise_of_kmalloc : noise))
			continue;
		all += "slab:" + name + " ";
		for (const std::string& line : allocations(name))
			all += "\n" + line;
	}
	return all;
}

} // namespace stress
