// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include <vfctl/client.hpp>

namespace failnth {

/// For as long as what is done by works may take, a retry after a failure included.
inline constexpr std::chrono::seconds patience{15};

/// Waits until the condition holds, which may throw vfctl::error meanwhile.
/// \return what is wrong when the time is over, else nothing
std::string await(const std::function<std::string()>& complaint);

/// The PF that all is done to, and what is to be seen of it. Without faults.
struct world {
	/// \param vfs  how many there are to be; the PF has them now
	world(const std::string& pf, unsigned int vfs);

	std::string pf;           ///< name of its network device now
	unsigned int index;       ///< and the index
	const unsigned int vfs;   ///< as many as there are to be
	const std::string device; ///< folder of the parent device in sysfs
	const std::string driver; ///< and of its driver
	vfctl::client module;     ///< the netlink family
	std::string vfctl_ko;     ///< file of the module

	std::string stub(unsigned int vf) const;

	/// What is wrong with what is listed and can be found in sysfs, in words; else nothing.
	std::string complaint(unsigned int number_of_vfs);

	/// Throws wrong where something is still missing, or still there, after a while.
	/// \return how long it took
	std::chrono::milliseconds settle(unsigned int number_of_vfs);

	/// Writes sriov_numvfs and settles.
	void numvfs(unsigned int number);

	/// The limits of a VF as the module tells them. Throws wrong where the driver has another.
	vfctl::vf_info limits(unsigned int vf);
	void set(unsigned int vf, const vfctl::limits& wanted);

	bool is_bound() const;
	void bind();
	void unbind();

private:
	std::string listing_complaint(unsigned int number_of_vfs);

	vfctl::client route_;  ///< the PF driver's own words
	vfctl::pf_info usual_; ///< how the PF is listed when all is well
};

/// Writes a word to a file of sysfs or proc. Throws std::system_error.
void write_file(const std::string& file, const std::string& word);
std::string read_file(const std::string& file);
bool exists(const std::string& file);

} // namespace failnth
