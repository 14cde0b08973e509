// SPDX-License-Identifier: GPL-2.0-only
#include "../catch.hpp"

#include <array>
#include <csignal>
#include <cstdio>

#include <unistd.h>

#include "run.hpp"
#include "stop_signals.hpp"
#include "tool_run.hpp"

using namespace vfctl;
using namespace vfctl::test;
using namespace std::chrono_literals;

namespace {

// Runs `vfctl list -p` on enough VFs to fill any buffer, with output to a file of the test's own.
int list_to(std::FILE* out, std::FILE* err)
{
	const auto host = make_host();
	for (std::uint32_t n = 3; n < 256; ++n) {
		host->vfs.push_back(host->vfs.front());
		host->vfs.back().number = n;
	}
	tool::context ctx;
	ctx.out = out;
	ctx.err = err;
	ctx.connect = [&](backend_type) {
		return connect(host);
	};
	return tool::run({"list", "-p"}, ctx);
}

std::string content(std::FILE* file)
{
	std::rewind(file);
	std::array<char, 1024> text{};
	const std::size_t size = std::fread(text.data(), 1, text.size(), file);
	return {text.data(), size};
}

} // namespace

TEST_CASE("a reader that ends is no failure, and nothing is said")
{
	std::signal(SIGPIPE, SIG_IGN);
	std::array<int, 2> ends{};
	REQUIRE(::pipe(ends.data()) == 0);
	::close(ends[0]);
	std::FILE* out = ::fdopen(ends[1], "w");
	std::FILE* err = std::tmpfile();
	CHECK(list_to(out, err) == 0);
	CHECK(content(err).empty());
	std::fclose(out);
	std::fclose(err);
	std::signal(SIGPIPE, SIG_DFL);
}

TEST_CASE("output that cannot be written is a failure")
{
	std::FILE* out = std::fopen("/dev/full", "w");
	if (out == nullptr)
		return;
	std::FILE* err = std::tmpfile();
	CHECK(list_to(out, err) == 2);
	CHECK(content(err) == "vfctl: cannot write the output: No space left on device\n");
	std::fclose(out);
	std::fclose(err);
}

TEST_CASE("SIGINT ends stats well")
{
	const auto host = make_host();
	int reads = 0;
	host->on_read = [&](fake_host&) {
		if (++reads == 3)
			::raise(SIGINT);
	};
	const auto r = run_tool(host, {"stats", "eth0/1", "--interval", "1ms", "--raw"});
	CHECK(r.status == 0);
	CHECK(reads == 3);
	CHECK(r.err.empty());
	CHECK(r.out.find("veth0.1") != std::string::npos);
}

TEST_CASE("a signal wakes who waits; without one it is the time")
{
	using clock = std::chrono::steady_clock;
	tool::stop_signals stop;
	const auto begin = clock::now();
	CHECK(stop.wait_until(begin + 20ms));
	CHECK(clock::now() >= begin + 20ms);
	CHECK(stop.wait_until(begin - 1s));
	::raise(SIGTERM);
	CHECK_FALSE(stop.wait_until(clock::now() + 1h));
	// And it stays so.
	CHECK_FALSE(stop.wait_until(clock::now() + 1h));
}
