// SPDX-License-Identifier: GPL-2.0-only
#include "family.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <system_error>

#include "attributes.hpp"

namespace nlfuzz {

namespace {

std::uint32_t u32(const nlattr* attribute)
{
	if (mnl_attr_get_payload_len(attribute) != sizeof(std::uint32_t))
		throw std::runtime_error("the controller's answer has a number of another length");
	return mnl_attr_get_u32(attribute);
}

std::uint64_t u64(const nlattr* attribute)
{
	if (mnl_attr_get_payload_len(attribute) != sizeof(std::uint64_t))
		throw std::runtime_error("the controller's answer has a number of another length");
	return mnl_attr_get_u64(attribute);
}

void learn_operation(const nlattr* from, family& into)
{
	operation made;

	for_each_nested(from, [&](const nlattr* attribute) {
		switch (mnl_attr_get_type(attribute)) {
		case CTRL_ATTR_OP_ID:
			made.command = static_cast<std::uint8_t>(u32(attribute));
			break;
		case CTRL_ATTR_OP_FLAGS:
			made.flags = u32(attribute);
			break;
		default:
			break;
		}
	});
	into.operations.push_back(made);
}

void learn_group(const nlattr* from, family& into)
{
	std::string name;
	std::uint32_t id = 0;

	for_each_nested(from, [&](const nlattr* attribute) {
		if (mnl_attr_get_type(attribute) == CTRL_ATTR_MCAST_GRP_NAME)
			name = mnl_attr_get_str(attribute);
		else if (mnl_attr_get_type(attribute) == CTRL_ATTR_MCAST_GRP_ID)
			id = u32(attribute);
	});
	into.groups[name] = id;
}

void learn_family(const nlattr* attribute, family& into)
{
	switch (mnl_attr_get_type(attribute)) {
	case CTRL_ATTR_FAMILY_ID:
		into.id = mnl_attr_get_u16(attribute);
		break;
	case CTRL_ATTR_VERSION:
		into.version = static_cast<std::uint8_t>(u32(attribute));
		break;
	case CTRL_ATTR_OPS:
		for_each_nested(attribute, [&](const nlattr* one) { learn_operation(one, into); });
		break;
	case CTRL_ATTR_MCAST_GROUPS:
		for_each_nested(attribute, [&](const nlattr* one) { learn_group(one, into); });
		break;
	default:
		break;
	}
}

void learn_limit(const nlattr* attribute, attribute_policy& into)
{
	switch (mnl_attr_get_type(attribute)) {
	case NL_POLICY_TYPE_ATTR_TYPE:
		into.kind = u32(attribute);
		break;
	case NL_POLICY_TYPE_ATTR_MIN_VALUE_U:
	case NL_POLICY_TYPE_ATTR_MIN_VALUE_S:
		into.min = u64(attribute);
		break;
	case NL_POLICY_TYPE_ATTR_MAX_VALUE_U:
	case NL_POLICY_TYPE_ATTR_MAX_VALUE_S:
		into.max = u64(attribute);
		break;
	case NL_POLICY_TYPE_ATTR_MIN_LENGTH:
		into.min_length = u32(attribute);
		break;
	case NL_POLICY_TYPE_ATTR_MAX_LENGTH:
		into.max_length = u32(attribute);
		break;
	case NL_POLICY_TYPE_ATTR_MASK:
		into.mask = u64(attribute);
		break;
	case NL_POLICY_TYPE_ATTR_POLICY_IDX:
		into.nested = u32(attribute);
		break;
	default:
		break;
	}
}

// Which policy the operations have; the kernel tells that of each in a message of its own.
void learn_operation_policy(const nlattr* from, family& into)
{
	for (auto& op : into.operations) {
		if (op.command != mnl_attr_get_type(from))
			continue;
		for_each_nested(from, [&](const nlattr* attribute) {
			if (mnl_attr_get_type(attribute) == CTRL_ATTR_POLICY_DO)
				op.do_policy = u32(attribute);
			else if (mnl_attr_get_type(attribute) == CTRL_ATTR_POLICY_DUMP)
				op.dump_policy = u32(attribute);
		});
	}
}

void learn_policy(const nlattr* from, family& into)
{
	auto& whole = into.policies[mnl_attr_get_type(from)];

	for_each_nested(from, [&](const nlattr* one) {
		attribute_policy made;
		made.type = mnl_attr_get_type(one);
		for_each_nested(one, [&](const nlattr* limit) { learn_limit(limit, made); });
		whole.push_back(made);
	});
}

void learn_policies(const nlattr* attribute, family& into)
{
	if (mnl_attr_get_type(attribute) == CTRL_ATTR_OP_POLICY)
		for_each_nested(attribute,
				[&](const nlattr* one) { learn_operation_policy(one, into); });
	else if (mnl_attr_get_type(attribute) == CTRL_ATTR_POLICY)
		for_each_nested(attribute, [&](const nlattr* one) { learn_policy(one, into); });
}

nlmsghdr* question(std::span<char> buffer, std::uint8_t command, std::uint16_t flags,
		   const family& about)
{
	auto* header = mnl_nlmsg_put_header(buffer.data());

	header->nlmsg_type = GENL_ID_CTRL;
	header->nlmsg_flags = static_cast<std::uint16_t>(NLM_F_REQUEST | flags);
	auto* second =
		static_cast<genlmsghdr*>(mnl_nlmsg_put_extra_header(header, sizeof(genlmsghdr)));
	second->cmd = command;
	second->version = 2;
	mnl_attr_put_strz(header, CTRL_ATTR_FAMILY_NAME, about.name.c_str());
	return header;
}

void converse(netlink_socket& socket, const nlmsghdr* what, const each_attribute& visit)
{
	bytes answer;
	const mnl_cb_t callback = [](const nlmsghdr* message, void* data) {
		for_each(message, *static_cast<const each_attribute*>(data));
		return MNL_CB_OK;
	};

	int failed = socket.send({reinterpret_cast<const std::uint8_t*>(what), what->nlmsg_len});
	while (failed == 0) {
		failed = socket.receive(answer, usual_room, true);
		const int run = failed != 0
					? MNL_CB_STOP
					: mnl_cb_run(answer.data(), answer.size(), 0, socket.port(),
						     callback, const_cast<each_attribute*>(&visit));
		if (run == MNL_CB_ERROR)
			failed = errno;
		if (run == MNL_CB_STOP || failed != 0)
			break;
	}
	if (failed != 0)
		throw std::system_error(failed, std::generic_category(), "ask nlctrl");
}

} // namespace

std::size_t attribute_policy::width() const
{
	switch (kind) {
	case NL_ATTR_TYPE_U8:
	case NL_ATTR_TYPE_S8:
		return 1;
	case NL_ATTR_TYPE_U16:
	case NL_ATTR_TYPE_S16:
		return 2;
	case NL_ATTR_TYPE_U32:
	case NL_ATTR_TYPE_S32:
		return 4;
	case NL_ATTR_TYPE_U64:
	case NL_ATTR_TYPE_S64:
	case NL_ATTR_TYPE_BITFIELD32:
		return 8;
	default:
		return 0;
	}
}

const operation* family::find(std::uint8_t command) const
{
	const auto found = std::find_if(operations.begin(), operations.end(),
					[&](const operation& op) { return op.command == command; });

	return found == operations.end() ? nullptr : &*found;
}

const policy& family::policy_of(const operation& of, bool dump) const
{
	static const policy none;
	const auto index = dump ? of.dump_policy : of.do_policy;

	if (!index)
		return none;
	const auto found = policies.find(*index);
	return found == policies.end() ? none : found->second;
}

family ask_family(netlink_socket& socket, const std::string& name)
{
	alignas(nlmsghdr) std::array<char, 256> buffer = {};
	family made;

	made.name = name;
	// With an acknowledgement, so that the end is the same as that of a dump.
	converse(socket, question(buffer, CTRL_CMD_GETFAMILY, NLM_F_ACK, made),
		 [&](const nlattr* attribute) { learn_family(attribute, made); });
	converse(socket, question(buffer, CTRL_CMD_GETPOLICY, NLM_F_DUMP, made),
		 [&](const nlattr* attribute) { learn_policies(attribute, made); });
	if (made.id < NLMSG_MIN_TYPE || made.operations.empty() || made.policies.empty())
		throw std::runtime_error("the kernel does not describe the family " + name);
	return made;
}

} // namespace nlfuzz
