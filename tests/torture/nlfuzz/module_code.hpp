// SPDX-License-Identifier: GPL-2.0-only
// The module's code: its functions, and the places that KCOV can tell of.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>

namespace nlfuzz {

class module_code {
public:
	/// Of a module that is loaded, by /proc/kallsyms.
	/// \param file  the module's file, of which the places are counted; none where it is empty
	/// \throws std::runtime_error
	module_code(const std::string& module, const std::string& file);

	struct function {
		std::string name;
		std::size_t places = 0; ///< 0 where no file was given
		std::size_t reached = 0;
	};

	/// All functions, in the order of their addresses. Those that run at loading and unloading
	/// alone are not among them.
	/// \param pcs  as KCOV tells them
	std::map<std::uint64_t, function> look(const std::set<std::uint64_t>& pcs) const;

	/// How many places there are; 0 where no file was given.
	std::size_t places() const { return places_.size(); }

private:
	void read_symbols(const std::string& module);
	void read_places(const std::string& module, const std::string& file);

	std::map<std::uint64_t, std::string> symbols_;
	std::set<std::uint64_t> places_;
	std::uint64_t moved_ = 0; ///< by what the kernel is away from where it was linked
};

} // namespace nlfuzz
