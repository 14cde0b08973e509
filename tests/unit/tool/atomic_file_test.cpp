// SPDX-License-Identifier: GPL-2.0-only
#include "../catch.hpp"

#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "atomic_file.hpp"

using namespace vfctl::tool;
namespace fs = std::filesystem;

namespace {

class folder {
public:
	folder()
	{
		std::string name = (fs::temp_directory_path() / "vfctl-test.XXXXXX").string();
		REQUIRE(::mkdtemp(name.data()) != nullptr);
		path_ = name;
	}
	folder(const folder&) = delete;
	folder& operator=(const folder&) = delete;
	~folder() { fs::remove_all(path_); }

	std::string operator/(const char* name) const { return (path_ / name).string(); }

	std::vector<std::string> entries() const
	{
		std::vector<std::string> names;
		for (const auto& one : fs::directory_iterator(path_))
			names.push_back(one.path().filename().string());
		return names;
	}

private:
	fs::path path_;
};

mode_t mode_of(const std::string& path)
{
	struct stat s {};
	REQUIRE(::stat(path.c_str(), &s) == 0);
	return s.st_mode & 07777U;
}

ino_t inode_of(const std::string& path)
{
	struct stat s {};
	REQUIRE(::stat(path.c_str(), &s) == 0);
	return s.st_ino;
}

} // namespace

TEST_CASE("a new file has the permissions that the umask leaves, and nothing stands beside it")
{
	const folder in;
	const mode_t before = ::umask(027);
	write_file(in / "f", "text\n");
	CHECK(::umask(before) == 027);
	CHECK(read_file(in / "f") == "text\n");
	CHECK(mode_of(in / "f") == 0640);
	CHECK(in.entries() == std::vector<std::string>{"f"});
}

TEST_CASE("an existing file is replaced, not written over, and keeps its permissions")
{
	const folder in;
	write_file(in / "f", "a long old text\n");
	REQUIRE(::chmod((in / "f").c_str(), 0604) == 0);
	const int reader = ::open((in / "f").c_str(), O_RDONLY | O_CLOEXEC);
	const ino_t old = inode_of(in / "f");
	write_file(in / "f", "new\n");
	CHECK(read_file(in / "f") == "new\n");
	CHECK(mode_of(in / "f") == 0604);
	CHECK(inode_of(in / "f") != old);
	// Who has the old one open still has all of it.
	struct stat s {};
	REQUIRE(::fstat(reader, &s) == 0);
	CHECK(s.st_size == 16);
	::close(reader);
}

TEST_CASE("a symbolic link stays one")
{
	const folder in;
	write_file(in / "f", "old");
	fs::create_symlink("f", in / "link");
	write_file(in / "link", "new");
	CHECK(fs::is_symlink(in / "link"));
	CHECK(read_file(in / "f") == "new");
}

TEST_CASE("a failure leaves the old file and no other")
{
	const folder in;
	CHECK_THROWS_AS(write_file(in / "no/such", "x"), std::system_error);
	REQUIRE(fs::create_directory(in / "d"));
	CHECK_THROWS_AS(write_file(in / "d", "x"), std::system_error);
	CHECK(in.entries() == std::vector<std::string>{"d"});
	try {
		write_file(in / "no/such", "x");
	} catch (const std::system_error& e) {
		CHECK(std::string(e.what()) ==
		      "cannot write " + (in / "no/such") + ": No such file or directory");
	}
}

TEST_CASE("a full disk is a failure")
{
	if (!fs::exists("/dev/full"))
		return;
	CHECK_THROWS_AS(write_file("/dev/full", "x"), std::system_error);
}

TEST_CASE("what is no regular file is written to as it is")
{
	const folder in;
	REQUIRE(::mkfifo((in / "fifo").c_str(), 0600) == 0);
	const int reader = ::open((in / "fifo").c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	write_file(in / "fifo", "text");
	char text[8] = {};
	CHECK(::read(reader, text, sizeof(text)) == 4);
	CHECK(std::string(text) == "text");
	::close(reader);
	CHECK(in.entries() == std::vector<std::string>{"fifo"});
}
