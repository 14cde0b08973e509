// SPDX-License-Identifier: GPL-2.0-only
#include "module_code.hpp"

#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>
#include <string_view>

#include <elf.h>

#include "bytes.hpp"

namespace nlfuzz {

namespace {

// Where an x86-64 kernel is linked to run: KCOV takes the difference off (canonicalize_ip()).
constexpr std::uint64_t linked_text = 0xffffffff81000000;

// Behind the operand of a call, which is what a relocation points at, stands the place that
// KCOV tells of.
constexpr std::uint64_t operand_size = 4;

// Where a function ends with a jump to the tracer, KCOV tells of its caller's place instead.
constexpr std::uint8_t call_opcode = 0xe8;

constexpr std::string_view tracer = "__sanitizer_cov_trace_pc";

bool is_code(char kind)
{
	return kind == 't' || kind == 'T';
}

// Beside functions there are other symbols, and those that KASAN made: no code of the module's.
bool is_function(std::string_view name)
{
	return !name.starts_with("__") && !name.starts_with('.') && !name.starts_with("_sub_") &&
	       name != "init_module" && name != "cleanup_module";
}

bytes read_file(const std::string& name)
{
	std::ifstream file(name, std::ios::binary);
	const bytes read{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};

	if (read.empty())
		throw std::runtime_error("cannot read " + name);
	return read;
}

// An object file for the machine that this runs on.
class object_file {
public:
	explicit object_file(const std::string& name) : bytes_(read_file(name))
	{
		if (bytes_.size() < sizeof(Elf64_Ehdr) ||
		    std::memcmp(bytes_.data(), ELFMAG, SELFMAG) != 0)
			throw std::runtime_error(name + " is no object file");
		head_ = load<Elf64_Ehdr>(bytes_);
	}

	std::size_t count() const { return head_.e_shnum; }

	Elf64_Shdr section(std::size_t index) const
	{
		return at<Elf64_Shdr>(head_.e_shoff + index * sizeof(Elf64_Shdr));
	}

	template <typename T> T entry(const Elf64_Shdr& of, std::size_t index) const
	{
		return at<T>(of.sh_offset + index * sizeof(T));
	}

	std::string text(const Elf64_Shdr& table, std::size_t offset) const
	{
		const auto begin = table.sh_offset + offset;
		at<char>(begin);
		return text_of(view(bytes_).subspan(begin));
	}

	std::string name(const Elf64_Shdr& of) const
	{
		return text(section(head_.e_shstrndx), of.sh_name);
	}

private:
	template <typename T> T at(std::size_t offset) const
	{
		if (offset > bytes_.size() || bytes_.size() - offset < sizeof(T))
			throw std::runtime_error("the module's file is broken");
		return load<T>(bytes_, offset);
	}

	bytes bytes_;
	Elf64_Ehdr head_ = {};
};

// Where a section was loaded; 0 where it was not, or is no more.
std::uint64_t loaded_at(const std::string& module, const std::string& section)
{
	std::ifstream file("/sys/module/" + module + "/sections/" + section);
	std::uint64_t address = 0;

	file >> std::hex >> address;
	return address;
}

// What runs at loading or unloading alone, constructors among it, no input comes to.
bool is_kept(const std::string& section)
{
	return !section.starts_with(".init") && !section.starts_with(".exit") &&
	       !section.starts_with(".text.startup") && !section.starts_with(".text.exit");
}

} // namespace

module_code::module_code(const std::string& module, const std::string& file)
{
	read_symbols(module);
	if (!file.empty())
		read_places(module, file);
}

void module_code::read_symbols(const std::string& module)
{
	std::ifstream file("/proc/kallsyms");
	std::string line, name, owner;
	std::uint64_t address = 0;
	char kind = 0;

	while (std::getline(file, line)) {
		std::istringstream words(line);
		owner.clear();
		words >> std::hex >> address >> kind >> name >> owner;
		if (name == "_text" && owner.empty())
			moved_ = address - linked_text;
		if (owner == "[" + module + "]" && is_code(kind) && is_function(name))
			symbols_[address] = name;
	}
	if (symbols_.empty() || symbols_.begin()->first == 0)
		throw std::runtime_error("/proc/kallsyms does not tell where " + module + " is");
}

// Each place calls the tracer: there is a relocation for it, also where the kernel has patched
// the call meanwhile.
void module_code::read_places(const std::string& module, const std::string& file)
{
	const object_file object(file);

	for (std::size_t i = 0; i < object.count(); ++i) {
		const auto relocations = object.section(i);
		if (relocations.sh_type != SHT_RELA)
			continue;
		const auto code = object.section(relocations.sh_info);
		const auto base = loaded_at(module, object.name(code));
		if ((code.sh_flags & SHF_EXECINSTR) == 0 || base == 0 ||
		    !is_kept(object.name(code)))
			continue;
		const auto symbols = object.section(relocations.sh_link);
		const auto names = object.section(symbols.sh_link);
		for (std::size_t n = 0; n < relocations.sh_size / sizeof(Elf64_Rela); ++n) {
			const auto one = object.entry<Elf64_Rela>(relocations, n);
			const auto symbol =
				object.entry<Elf64_Sym>(symbols, ELF64_R_SYM(one.r_info));
			if (object.text(names, symbol.st_name) == tracer && one.r_offset != 0 &&
			    object.entry<std::uint8_t>(code, one.r_offset - 1) == call_opcode)
				places_.insert(base + one.r_offset + operand_size);
		}
	}
	if (places_.empty())
		throw std::runtime_error(file + " is not instrumented");
}

std::map<std::uint64_t, module_code::function>
module_code::look(const std::set<std::uint64_t>& pcs) const
{
	std::map<std::uint64_t, function> functions;
	const auto at = [&](std::uint64_t address) -> function* {
		const auto next = symbols_.upper_bound(address);
		return next == symbols_.begin() ? nullptr : &functions[std::prev(next)->first];
	};

	for (const auto& [address, name] : symbols_)
		functions[address].name = name;
	for (const auto place : places_)
		if (auto* one = at(place))
			++one->places;
	for (const auto pc : pcs) {
		const auto place = pc + moved_;
		auto* one = places_.empty() || places_.contains(place) ? at(place) : nullptr;
		if (one != nullptr)
			++one->reached;
	}
	return functions;
}

} // namespace nlfuzz
