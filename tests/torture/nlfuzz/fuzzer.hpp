// SPDX-License-Identifier: GPL-2.0-only
// Does one input after the other to the kernel, and looks at what it makes of them.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "corpus.hpp"
#include "crowd.hpp"
#include "family.hpp"
#include "generator.hpp"
#include "input.hpp"
#include "judge.hpp"
#include "kcov.hpp"
#include "limits.hpp"
#include "mutator.hpp"
#include "random.hpp"
#include "values.hpp"

namespace nlfuzz {

struct tally {
	std::uint64_t inputs = 0;
	std::uint64_t messages = 0;
	std::uint64_t answers = 0;
	std::uint64_t accepted = 0;
	std::uint64_t overruns = 0;
	std::map<int, std::uint64_t> refused; ///< by errno
};

class fuzzer {
public:
	/// \param covered  null: what is reached is not known, and nothing is kept
	/// \throws std::system_error, std::runtime_error
	fuzzer(const std::string& family_name, std::uint64_t seed, std::unique_ptr<kcov> covered);

	/// Makes an input and does it.
	/// \return what was wrong, in words
	std::vector<std::string> step();

	/// Does this one.
	std::vector<std::string> run(input what);

	/// Sees each input before it is sent; may be empty.
	std::function<void(const input&)> before_sending;

	/// The last one, as it was sent.
	const input& last() const { return last_; }

	const family& of() const { return family_; }
	const corpus& kept() const { return corpus_; }
	const tally& count() const { return tally_; }
	const crowd& others() const { return crowd_; }

private:
	input make();
	answers send(netlink_socket& socket, std::vector<std::string>& complaints);
	answers read_all(netlink_socket& socket);
	netlink_socket& usual(const socket_options& options);
	void learn(const verdict& from);
	void look_at_limits(const verdict& after, std::vector<std::string>& complaints);

	dice luck_;
	std::unique_ptr<kcov> kcov_;
	netlink_socket observer_;
	family family_;
	values values_;
	generator generator_;
	mutator mutator_;
	crowd crowd_;
	corpus corpus_;
	limits limits_;
	tally tally_;
	input last_;
	std::uint32_t sequence_ = 0;
	std::vector<std::pair<socket_options, netlink_socket>> usual_;
};

} // namespace nlfuzz
