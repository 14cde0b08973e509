// SPDX-License-Identifier: GPL-2.0-only
#include "judge.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "reply.hpp"

namespace nlfuzz {

namespace {

// What requests may be refused with. ENOBUFS and EMSGSIZE are of answers that found no room.
constexpr std::array refusals = {EINVAL, ERANGE, EOPNOTSUPP, ENODEV, ENOENT, EAGAIN, EBUSY};

// What was seen of one message of the input.
struct trial {
	placed_message placed;
	draft what;
	const operation* op = nullptr;
	unsigned replies = 0;
	unsigned ends = 0; ///< acknowledgements, errors and ends of dumps
	int error = 0;
	bool has_words = false;

	bool has(unsigned flag) const { return (placed.header.nlmsg_flags & flag) == flag; }
	bool is_for_nobody() const
	{
		return !has(NLM_F_REQUEST) || placed.header.nlmsg_type < NLMSG_MIN_TYPE;
	}
	bool is_dump() const { return has(NLM_F_DUMP); }
	bool reaches_handler() const
	{
		return !is_for_nobody() && op != nullptr &&
		       (is_dump() ? op->can_dump() : op->can_do());
	}
	bool has_header() const { return placed.header.nlmsg_len >= NLMSG_HDRLEN + GENL_HDRLEN; }
};

class court {
public:
	court(const input& asked, const answers& got, const family& of, std::uint32_t port);

	verdict pass();

private:
	void complain(const std::string& text);
	void complain(const trial& of, const std::string& text);
	void hear(const bytes& datagram);
	void hear(const nlmsghdr* message);
	void hear_reply(trial& to, const nlmsghdr* message);
	void hear_error(trial& to, const nlmsghdr* message);
	void hear_end_of_dump(trial& to, const nlmsghdr* message);
	void hear_errno(trial& to, int error);
	void look_at_copy(const trial& to, const nlmsghdr* message, const nlmsgerr& error);
	void look_for_silence(const trial& at);
	fate fate_of(const trial& at) const;

	const input& asked_;
	const answers& got_;
	const std::uint32_t port_;
	std::vector<trial> trials_;
	verdict verdict_;
};

court::court(const input& asked, const answers& got, const family& of, std::uint32_t port)
    : asked_(asked), got_(got), port_(port)
{
	for (const auto& placed : walk(asked.datagram)) {
		trial one;
		one.placed = placed;
		one.what = take_apart(asked.datagram, placed);
		if (placed.header.nlmsg_type == of.id && one.has_header())
			one.op = of.find(one.what.command);
		trials_.push_back(std::move(one));
	}
}

void court::complain(const std::string& text)
{
	verdict_.complaints.push_back(text);
}

void court::complain(const trial& of, const std::string& text)
{
	complain("message at " + std::to_string(of.placed.at) + ", command " +
		 std::to_string(of.what.command) + ": " + text);
}

void court::hear(const bytes& datagram)
{
	auto left = static_cast<int>(datagram.size());
	const auto* message = reinterpret_cast<const nlmsghdr*>(datagram.data());

	for (; mnl_nlmsg_ok(message, left); message = mnl_nlmsg_next(message, &left))
		hear(message);
	if (left != 0)
		complain("an answer ends with " + std::to_string(left) + " bytes of something");
}

void court::hear(const nlmsghdr* message)
{
	const auto found = std::find_if(trials_.begin(), trials_.end(), [&](const trial& one) {
		return one.placed.header.nlmsg_seq == message->nlmsg_seq;
	});

	if (message->nlmsg_pid != port_)
		complain("an answer is for port " + std::to_string(message->nlmsg_pid));
	if (found == trials_.end())
		complain("an answer to what was not asked");
	else if (message->nlmsg_type == NLMSG_ERROR)
		hear_error(*found, message);
	else if (message->nlmsg_type == NLMSG_DONE)
		hear_end_of_dump(*found, message);
	else
		hear_reply(*found, message);
}

void court::hear_reply(trial& to, const nlmsghdr* message)
{
	const bool multi = (message->nlmsg_flags & NLM_F_MULTI) != 0;

	++to.replies;
	if (message->nlmsg_type != to.placed.header.nlmsg_type)
		return complain(to, "an answer of another type");
	const auto fault = fault_of_reply(message);
	if (!fault.empty())
		return complain(to, "answer: " + fault);
	const auto* header = static_cast<const genlmsghdr*>(mnl_nlmsg_get_payload(message));
	if (header->cmd != to.what.command || multi != to.is_dump())
		complain(to, "an answer of another kind");
	if (!to.reaches_handler() || !to.op->is_question())
		complain(to, "an answer to what is no question");
	if (to.ends != 0 && to.is_dump())
		complain(to, "an answer after the last one");
}

// errno of an acknowledgement, an error, or the end of a dump.
void court::hear_errno(trial& to, int error)
{
	// That there was no room to begin a dump is not its end: it goes on when there is some
	// (netlink_dump()).
	if (error == -ENOBUFS && to.is_dump() && !got_.complete)
		return;
	if (++to.ends > 1)
		complain(to, "it is answered twice");
	to.error = -error;
	if (error > 0)
		complain(to, "an error that is none: " + std::to_string(error));
	if (error < 0 && got_.complete &&
	    std::find(refusals.begin(), refusals.end(), -error) == refusals.end())
		complain(to, "refused as " + std::string(std::strerror(-error)));
}

void court::look_at_copy(const trial& to, const nlmsghdr* message, const nlmsgerr& error)
{
	const auto length = to.placed.header.nlmsg_len;
	const bool capped = (message->nlmsg_flags & NLM_F_CAPPED) != 0;
	const auto* copy = static_cast<const std::uint8_t*>(mnl_nlmsg_get_payload(message)) +
			   offsetof(nlmsgerr, msg);
	const auto behind = capped ? sizeof(nlmsgerr) : sizeof(error.error) + NLMSG_ALIGN(length);

	if (mnl_nlmsg_get_payload_len(message) <
	    sizeof(error.error) + (capped ? NLMSG_HDRLEN : length))
		return complain(to, "an error is too short for its request");
	if (std::memcmp(copy, asked_.datagram.data() + to.placed.at,
			capped ? std::size_t{NLMSG_HDRLEN} : length) != 0)
		complain(to, "an error has another request in it");
	// Nothing may follow, and then the last byte needs no alignment.
	if (mnl_nlmsg_get_payload_len(message) <= behind)
		return;
	const auto fault = fault_of_words(message, behind, length);
	if (!fault.empty())
		complain(to, fault);
}

void court::hear_error(trial& to, const nlmsghdr* message)
{
	if (mnl_nlmsg_get_payload_len(message) < sizeof(nlmsgerr))
		return complain(to, "an error is too short");
	const auto error = *static_cast<const nlmsgerr*>(mnl_nlmsg_get_payload(message));
	hear_errno(to, error.error);
	to.has_words = (message->nlmsg_flags & NLM_F_ACK_TLVS) != 0;
	look_at_copy(to, message, error);
	if (error.error == 0 && !to.has(NLM_F_ACK))
		complain(to, "an acknowledgement that nobody wanted");
	if (error.error != 0 && to.is_for_nobody())
		complain(to, "refused, and it was no request");
	if (error.error != 0 && to.replies != 0)
		complain(to, "refused after it was answered");
}

void court::hear_end_of_dump(trial& to, const nlmsghdr* message)
{
	if (mnl_nlmsg_get_payload_len(message) < sizeof(int))
		return complain(to, "the end of a dump is too short");
	hear_errno(to, *static_cast<const int*>(mnl_nlmsg_get_payload(message)));
	to.has_words = (message->nlmsg_flags & NLM_F_ACK_TLVS) != 0;
	const auto fault = fault_of_words(message, sizeof(int), to.placed.header.nlmsg_len);
	if (!fault.empty())
		complain(to, fault);
	if (!to.reaches_handler() || !to.is_dump())
		complain(to, "the end of a dump that was not begun");
}

void court::look_for_silence(const trial& at)
{
	const bool answered = at.ends != 0;

	if (at.is_for_nobody()) {
		if (answered != at.has(NLM_F_ACK))
			complain(at, "silence, or an answer, against the rules");
		return;
	}
	if (at.has(NLM_F_ACK) && !answered)
		complain(at, "silence, where an acknowledgement was wanted");
	if (!at.reaches_handler() && at.error == 0)
		complain(at, "it was not refused, and there is no such operation");
	if (at.is_dump() && !answered)
		complain(at, "a dump that does not end");
	if (at.reaches_handler() && !at.is_dump() && at.op->is_question() && at.error == 0 &&
	    at.replies != 1)
		complain(at, std::to_string(at.replies) + " answers to a question");
	// An error without words helps nobody; that one dump runs, the kernel itself says.
	if (at.reaches_handler() && at.error != 0 && at.error != EBUSY && asked_.socket.words &&
	    !at.has_words)
		complain(at, "refused without a word: " + std::string(std::strerror(at.error)));
}

fate court::fate_of(const trial& at) const
{
	if (at.error != 0 || (!at.is_for_nobody() && !at.reaches_handler()))
		return fate::refused;
	if (at.ends != 0 || got_.complete)
		return fate::accepted;
	return fate::unknown;
}

verdict court::pass()
{
	for (const auto& datagram : got_.datagrams)
		hear(datagram);
	for (const auto& one : trials_) {
		if (got_.complete)
			look_for_silence(one);
		verdict_.messages.push_back({one.what, fate_of(one), one.error});
	}
	return std::move(verdict_);
}

} // namespace

verdict judge(const input& asked, const answers& got, const family& of, std::uint32_t port)
{
	return court(asked, got, of, port).pass();
}

std::vector<std::string> judge_events(const bytes& datagram)
{
	auto left = static_cast<int>(datagram.size());
	const auto* message = reinterpret_cast<const nlmsghdr*>(datagram.data());
	std::vector<std::string> complaints;

	for (; mnl_nlmsg_ok(message, left); message = mnl_nlmsg_next(message, &left)) {
		const auto fault = fault_of_reply(message);
		if (!fault.empty())
			complaints.push_back("event: " + fault);
	}
	if (left != 0)
		complaints.push_back("events end with " + std::to_string(left) +
				     " bytes of something");
	return complaints;
}

} // namespace nlfuzz
