// SPDX-License-Identifier: GPL-2.0-only
#include "../catch.hpp"

#include <clocale>
#include <cstdio>
#include <cstdlib>

#include "style.hpp"
#include "table.hpp"
#include "text.hpp"

using namespace vfctl::tool;

namespace {

// Sets an environment variable, or removes it, until it goes out of scope.
class environment {
public:
	environment(const char* name, const char* value) : name_(name)
	{
		if (const char* before = std::getenv(name)) {
			had_ = true;
			before_ = before;
		}
		value ? ::setenv(name, value, 1) : ::unsetenv(name);
	}
	environment(const environment&) = delete;
	environment& operator=(const environment&) = delete;
	~environment() { had_ ? ::setenv(name_, before_.c_str(), 1) : ::unsetenv(name_); }

private:
	const char* name_;
	bool had_ = false;
	std::string before_;
};

} // namespace

TEST_CASE("columns are aligned: texts left, numbers right")
{
	table t({{.title = "NAME"}, {.title = "N", .side = align::right}, {.title = "LAST"}});
	t.add({"a", "1", "x"});
	t.add({"longer", "1000", "y"});
	CHECK(t.render(false) == "NAME       N  LAST\n"
				 "a          1  x\n"
				 "longer  1000  y\n");
}

TEST_CASE("a column that nobody has anything in is left out")
{
	table t({{.title = "A"}, {.title = "B"}, {.title = "C", .always = true}, {.title = "D"}});
	t.add({"1", "", "", ""});
	t.add({"2", "", "", "x"});
	CHECK(t.render(false) == "A  C  D\n1  -  -\n2  -  x\n");
}

TEST_CASE("a table without rows is nothing")
{
	CHECK(table({{.title = "A", .always = true}}).render(false).empty());
}

TEST_CASE("without headings; with a least width")
{
	table t({{.title = "A", .side = align::right, .least = 4}, {.title = "B"}});
	t.add({"1", "x"});
	CHECK(t.render(false, false) == "   1  x\n");
}

TEST_CASE("colour does not move columns")
{
	table t({{.title = "A"}, {.title = "B"}});
	t.add({cell("x", style::warning), "y"});
	CHECK(t.render(true) == "\033[1mA\033[0m  \033[1mB\033[0m\n\033[33mx\033[0m  y\n");
	CHECK(t.render(false) == "A  B\nx  y\n");
}

TEST_CASE("width is what a terminal shows")
{
	const char* before = std::setlocale(LC_CTYPE, "C.UTF-8");
	REQUIRE(before != nullptr);
	CHECK(display_width("abc") == 3);
	CHECK(display_width("gr\xc3\xbcn") == 4);
	CHECK(display_width("\xe6\xbc\xa2") == 2);
	CHECK(display_width("\xff\xfe") == 2);
	CHECK(cut("gr\xc3\xbcn", 3) == "gr\xc3\xbc");
	CHECK(cut("a\xe6\xbc\xa2", 2) == "a");
	table t({{.title = "A"}, {.title = "B"}});
	t.add({"gr\xc3\xbcn", "x"});
	t.add({"green", "y"});
	CHECK(t.render(false, false) == "gr\xc3\xbcn   x\ngreen  y\n");
	std::setlocale(LC_CTYPE, "C");
}

TEST_CASE("a name cannot drive the terminal")
{
	CHECK(printable("a\033[2Jb\x7f\n") == "a?[2Jb??");
	table t({{.title = "A"}});
	t.add({"\033]0;x\a"});
	CHECK(t.render(false, false) == "?]0;x?\n");
}

TEST_CASE("colour is for terminals, unless it is asked for")
{
	const environment term("TERM", "xterm");
	const environment none("NO_COLOR", nullptr);
	std::FILE* file = std::tmpfile();
	REQUIRE(file != nullptr);
	CHECK_FALSE(wants_colour(colour_choice::automatic, file));
	CHECK(wants_colour(colour_choice::always, file));
	CHECK_FALSE(wants_colour(colour_choice::never, file));
	std::fclose(file);
}

TEST_CASE("a terminal gets colour, but not with NO_COLOR, nor a dumb one")
{
	const int fd = ::posix_openpt(2 /* O_RDWR */);
	if (fd < 0)
		return; // no pseudo-terminals here
	std::FILE* file = ::fdopen(fd, "r+");
	const environment term("TERM", "xterm");
	{
		const environment none("NO_COLOR", nullptr);
		CHECK(wants_colour(colour_choice::automatic, file));
		const environment dumb("TERM", "dumb");
		CHECK_FALSE(wants_colour(colour_choice::automatic, file));
	}
	{
		const environment none("NO_COLOR", "1");
		CHECK_FALSE(wants_colour(colour_choice::automatic, file));
		CHECK(wants_colour(colour_choice::always, file));
	}
	{
		const environment empty("NO_COLOR", "");
		CHECK(wants_colour(colour_choice::automatic, file));
	}
	std::fclose(file);
}
