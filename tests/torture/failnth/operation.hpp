// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <array>
#include <functional>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>

namespace failnth {

struct world;

/// What the caller of an operation was told. It is filled while memory fails, so it asks for none.
struct outcome {
	int error = 0;                 ///< errno, 0 where all went well
	bool silent = false;           ///< no answer came
	std::array<char, 128> words{}; ///< the kernel's sentence, where it gave one
};

/// What a sweep finds wrong.
class wrong : public std::runtime_error {
public:
	using std::runtime_error::runtime_error;
};

/// Throws wrong where it does not hold.
void require(bool holds, const std::string& what);

/// Something that is done again and again, while an allocation of the kernel fails in it.
class operation {
public:
	operation() = default;
	operation(const operation&) = delete;
	operation& operator=(const operation&) = delete;
	virtual ~operation() = default;

	/// Before each run.
	virtual void prepare() {}

	/// The run itself. In a thread whose memory fails: system calls, and nothing else.
	virtual outcome run() = 0;

	/// After each run. Throws wrong where the state is neither as before nor as wanted, or the
	/// caller was told something else.
	virtual void check(const outcome& came) = 0;

	/// Does it make works run, in which failures are injected, rather than in this thread?
	virtual bool by_work() const { return false; }
};

using operation_maker = std::function<std::unique_ptr<operation>(world&)>;
using operation_table = std::map<std::string, operation_maker>;

void add_reads(operation_table& table);
void add_writes(operation_table& table);
void add_device(operation_table& table);
void add_lives(operation_table& table);
void add_binds(operation_table& table);
void add_works(operation_table& table);

} // namespace failnth
