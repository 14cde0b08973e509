// SPDX-License-Identifier: GPL-2.0-only
#include "tool_run.hpp"

#include <cstdio>
#include <cstdlib>
#include <utility>

#include "run.hpp"

namespace vfctl::test {

namespace {

using namespace std::chrono_literals;

// A file that keeps what is written to it.
class capture {
public:
	capture() : file_(::open_memstream(&text_, &size_)) {}
	capture(const capture&) = delete;
	capture& operator=(const capture&) = delete;
	~capture()
	{
		std::fclose(file_);
		std::free(text_);
	}

	std::FILE* file() const { return file_; }

	std::string text() const
	{
		std::fflush(file_);
		return {text_, size_};
	}

private:
	char* text_ = nullptr;
	std::size_t size_ = 0;
	std::FILE* file_;
};

std::optional<std::string> fake_driver(std::string_view address)
{
	if (address == "0000:01:10.0")
		return std::nullopt;
	return address == "0000:01:10.2" ? "vfio-pci" : "igbvf";
}

} // namespace

tool_result run_tool(const std::shared_ptr<fake_host>& host, std::vector<std::string> args)
{
	const capture out;
	const capture err;
	tool::context ctx;
	ctx.out = out.file();
	ctx.err = err.file();
	ctx.connect = [host](backend_type) {
		return connect(host);
	};
	ctx.now = [] {
		return sample_time() + 400ms;
	};
	ctx.driver_of = fake_driver;
	const int status = tool::run(std::move(args), ctx);
	return {.status = status, .out = out.text(), .err = err.text()};
}

} // namespace vfctl::test
