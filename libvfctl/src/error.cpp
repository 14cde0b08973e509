// SPDX-License-Identifier: LGPL-2.1-or-later
#include <vfctl/error.hpp>

#include <utility>

namespace vfctl {

/// Shared, so that copying an exception does not throw.
struct error::data {
	std::string operation;
	std::string message;
	std::string attribute;
	source from;
	std::string what;
};

namespace {

std::string sentence(const std::string& operation, std::error_code code, const std::string& message)
{
	const std::string& cause = message.empty() ? code.message() : message;

	return operation.empty() ? cause : operation + ": " + cause;
}

} // namespace

error::error(std::string operation, std::error_code code, std::string message,
	     std::string attribute, source from)
    : std::system_error(code)
{
	std::string what = sentence(operation, code, message);

	data_ = std::make_shared<const data>(data{.operation = std::move(operation),
						  .message = std::move(message),
						  .attribute = std::move(attribute),
						  .from = from,
						  .what = std::move(what)});
}

error::error(const error&) noexcept = default;
error& error::operator=(const error&) noexcept = default;
error::~error() = default;

const char* error::what() const noexcept
{
	return data_->what.c_str();
}

const std::string& error::operation() const noexcept
{
	return data_->operation;
}

const std::string& error::message() const noexcept
{
	return data_->message;
}

const std::string& error::attribute() const noexcept
{
	return data_->attribute;
}

error::source error::refused_by() const noexcept
{
	return data_->from;
}

bool error::from_kernel() const noexcept
{
	return data_->from == source::kernel;
}

} // namespace vfctl
