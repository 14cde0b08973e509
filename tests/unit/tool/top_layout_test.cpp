// SPDX-License-Identifier: GPL-2.0-only
#include "../catch.hpp"

#include <clocale>
#include <regex>
#include <string>
#include <vector>

#include "text.hpp"
#include "top_layout.hpp"
#include "top_rows.hpp"
#include "top_table.hpp"

using namespace vfctl;
using namespace vfctl::tool;
using vfctl::test::mbit;
using vfctl::test::row_of;
using namespace std::chrono_literals;

namespace {

using size = std::optional<std::size_t>;

top_surface surface(size columns, size lines)
{
	return {.columns = columns,
		.lines = lines,
		.unicode = false,
		.raw = false,
		.time = "15:04:05"};
}

std::vector<std::string> drawn(const tool::top_model& model, size columns, size lines,
			       const top_view& view = {})
{
	std::vector<std::string> out;
	for (const auto& line : render(model, view, surface(columns, lines)).lines) {
		if (columns)
			CHECK(line.width() <= *columns);
		out.push_back(line.text());
	}
	if (lines)
		CHECK(out.size() == *lines);
	return out;
}

std::string joined(const std::vector<std::string>& lines)
{
	std::string out;
	for (const auto& line : lines)
		out += line + '\n';
	return out;
}

bool has(const std::vector<std::string>& lines, const std::string& pattern)
{
	const auto text = joined(lines);
	INFO(text);
	return std::regex_search(text, std::regex(pattern));
}

tool::top_model two_pfs()
{
	auto model = vfctl::test::model_of({row_of(0, 0, 800), row_of(0, 1, 250, mbit(500)),
					    row_of(1, 0, 0), row_of(1, 1, 48, mbit(50))});
	model.rows[3].vf.state = limit_state::pending;
	model.rows[3].vf.pending_reason = "the link of eth1 is down";
	model.rows[3].driver.reset();
	return model;
}

tool::top_model many(std::uint32_t vfs)
{
	std::vector<tool::top_row> rows;
	for (std::uint32_t i = 0; i < vfs; ++i)
		rows.push_back(row_of(0, i, i));
	return vfctl::test::model_of(rows);
}

} // namespace

TEST_CASE("a frame of 80x24 has a title, a line per PF, the VFs and the keys")
{
	const auto lines = drawn(two_pfs(), 80, 24);
	CHECK(lines[0] == "vfctl top  15:04:05  every 1s  module  4 VFs  by tx");
	CHECK(lines[1] == "eth0   1Gbit  tx 1.05Gbit ######## 105%  rx  105Mbit    2 VFs");
	CHECK(lines[2] == "eth1   1Gbit  tx 48.0Mbit #.......   5%  rx 4.80Mbit    2 VFs");
	CHECK(lines[3] == "DEVICE  VF     DRIVER         TX OF LIMIT              RX PKT/s   LIMIT "
			  "STATE");
	CHECK(lines[23] == "q quit  ? help  t tx  r rx  d device  l limit  R reverse  p pause  "
			   "+/- interval");
	CHECK(has(lines,
		  "veth0.0 eth0/0 vfio-pci  800Mbit #+\\.+ +80% 80.0Mbit 72.0k    none none"));
	CHECK(has(lines,
		  "veth0.1 eth0/1 vfio-pci  250Mbit #+\\.+ +50% 25.0Mbit 22.5k 500Mbit in-force"));
	CHECK(has(lines, "veth1.1 eth1/1 - +48.0Mbit #+\\.* +96% 4.80Mbit 4.32k  50Mbit pending"));
}

TEST_CASE("a wide frame tells why a limit is pending")
{
	const auto lines = drawn(two_pfs(), 200, 60);
	CHECK(has(lines, "pending: the link of eth1 is down"));
	CHECK(lines[3].find("DRIVER") != std::string::npos);
}

TEST_CASE("a narrow frame leaves out what matters least")
{
	const auto lines = drawn(two_pfs(), 60, 10);
	CHECK(has(lines, "DEVICE +TX OF LIMIT +RX +LIMIT STATE"));
	CHECK_FALSE(has(lines, "DRIVER"));
	CHECK_FALSE(has(lines, "PKT/s"));
	CHECK(has(lines, "pending"));
	// One line of ten for PFs: their sum.
	CHECK(lines[1] == "2 PFs  tx 1.10Gbit  rx 110Mbit  4 VFs");
	CHECK(lines[9].starts_with("q quit  ? help"));
}

TEST_CASE("the narrowest frames keep the device and what it sends")
{
	const auto lines = drawn(two_pfs(), 20, 6);
	CHECK(lines[2] == "DEVICE        TX");
	CHECK(lines[3] == "veth0.0  800Mbit");
	for (std::size_t columns = 0; columns < 130; ++columns) {
		for (std::size_t height = 0; height < 12; ++height)
			drawn(two_pfs(), columns, height);
	}
}

TEST_CASE("a table fits by itself, not by being cut off")
{
	const auto model = two_pfs();
	// DEVICE and TX, that are never left out.
	for (std::size_t columns = 16; columns < 130; ++columns) {
		INFO(columns);
		const top_table table(model.rows, columns, false, false);
		CHECK(table.heading().width() <= columns);
		for (const auto& row : model.rows)
			CHECK(table.line(row).width() == table.heading().width());
	}
}

TEST_CASE("pending is told by a word and a role of its own")
{
	bool found = false;
	for (const auto& line : render(two_pfs(), {}, surface(80, 24)).lines) {
		for (const auto& span : line.spans()) {
			if (span.text.find("pending") == std::string::npos)
				continue;
			found = true;
			CHECK(span.role == top_role::warning);
		}
	}
	CHECK(found);
}

TEST_CASE("without VFs, a frame says what is missing")
{
	tool::top_model model;
	model.backend = backend_type::rtnetlink;
	model.nothing = "There are no VFs.";
	const auto lines = drawn(model, 80, 24);
	CHECK(lines[0] == "vfctl top  15:04:05  every 1s  rtnetlink  0 VFs  by tx");
	CHECK(lines[2] == "There are no VFs.");
}

TEST_CASE("300 VFs are scrolled through, not beyond the last")
{
	const auto model = many(300);
	top_view view;
	auto frame = render(model, view, surface(80, 24));
	CHECK(frame.visible == 20);
	CHECK(frame.lines[0].text() ==
	      "vfctl top  15:04:05  every 1s  module  300 VFs (1-20)  by tx");
	CHECK(frame.lines[3].text().starts_with("veth0.0 "));

	press(view, top_key::page_down, frame.visible);
	frame = render(model, view, surface(80, 24));
	CHECK(frame.first == 20);
	CHECK(frame.lines[3].text().starts_with("veth0.20 "));

	press(view, top_key::end, frame.visible);
	frame = render(model, view, surface(80, 24));
	CHECK(frame.first == 280);
	CHECK(frame.lines[22].text().starts_with("veth0.299 "));
	CHECK(frame.lines[0].text().find("(281-300)") != std::string::npos);

	view.first = frame.first;
	press(view, top_key::up, frame.visible);
	CHECK(render(model, view, surface(80, 24)).first == 279);
	// When VFs go, the rest moves up.
	CHECK(render(many(3), view, surface(80, 24)).first == 0);
}

TEST_CASE("long names are shortened so that their numbers stay")
{
	auto model = two_pfs();
	for (auto& row : model.rows) {
		row.vf.pf_name = "enp129s0f" + std::to_string(row.vf.pf_index) + "npx";
		row.vf.name = "venp129s0ff3." + std::to_string(row.vf.number);
	}
	const auto lines = drawn(model, 80, 24);
	CHECK(has(lines, "venp129s0ff3.1|venp12.*~.*\\.1 "));
	CHECK(has(drawn(model, 120, 24), "venp129s0ff3.1 enp129s0f2npx/1 vfio-pci"));

	CHECK(shorten("venp129s0ff3.12", 10) == "venp12~.12");
	CHECK(shorten("enp129s0f2npx/7", 10) == "enp129s~/7");
	CHECK(shorten("abcdefghijklmnop", 5) == "abcd~");
	CHECK(shorten("abc", 3) == "abc");
	CHECK(shorten("a.bcdefghij", 4) == "a.b~");
	CHECK(shorten("abc", 0).empty());
}

TEST_CASE("names that would drive the terminal are made harmless")
{
	auto model = two_pfs();
	model.rows[0].vf.name = "v\033[2J.0";
	model.status = "bad \033]0;x";
	const auto text = joined(drawn(model, 80, 24));
	CHECK(text.find('\033') == std::string::npos);
	CHECK(text.find("v?[2J.0") != std::string::npos);
}

TEST_CASE("without stubs, VFs go by PF and number")
{
	auto model = two_pfs();
	for (auto& row : model.rows) {
		row.vf.name.reset();
		row.vf.effective.reset();
		row.vf.state.reset();
	}
	const auto lines = drawn(model, 60, 24);
	CHECK_FALSE(has(lines, "DEVICE"));
	CHECK(has(lines, "eth0/1 +250Mbit .* 50% .* 500Mbit -"));
}

TEST_CASE("what is not known is a dash and no bar, not zero")
{
	auto model = two_pfs();
	for (auto& row : model.rows)
		row.now = {};
	model.pfs = totals({model.pfs[0].pf}, model.rows);
	const auto lines = drawn(model, 80, 24);
	CHECK(has(lines, "eth0 .* tx +- .* rx +- "));
	CHECK(has(lines, "veth0.1 eth0/1 vfio-pci +-  +- +- +- 500Mbit in-force"));
	CHECK_FALSE(has(lines, "[#.]{3}"));
}

TEST_CASE("the title tells of a pause and of the order")
{
	top_view view;
	view.paused = view.reverse = true;
	view.by = top_sort::use;
	view.interval = 500ms;
	const auto lines = drawn(two_pfs(), 80, 24, view);
	CHECK(lines[0] ==
	      "vfctl top  15:04:05  PAUSED  every 500ms  module  4 VFs  by limit, reversed");
	// The PFs are sampled less often than that.
	CHECK(has(lines, "eth0 .*sampled every 1s"));
	CHECK_FALSE(has(drawn(two_pfs(), 80, 24), "sampled"));
}

TEST_CASE("an error has a line above the keys")
{
	auto model = two_pfs();
	model.status = "list VFs: the vfctl module is not loaded";
	const auto lines = drawn(model, 80, 24);
	CHECK(lines[22] == model.status);
	CHECK(lines[23].starts_with("q quit"));
}

TEST_CASE("a PF without link says so")
{
	auto model = two_pfs();
	model.pfs[1].pf.link_speed.reset();
	CHECK(has(drawn(model, 80, 24), "eth1 no link  tx 48.0Mbit "));
}

TEST_CASE("many PFs leave room for VFs")
{
	std::vector<tool::top_row> rows;
	for (std::uint32_t pf = 0; pf < 40; ++pf)
		rows.push_back(row_of(pf, 0, 10));
	const auto lines = drawn(vfctl::test::model_of(rows), 80, 24);
	CHECK(has(lines, "eth2 "));
	CHECK(lines[4] == "37 more PFs  tx 370Mbit  rx 37.0Mbit  37 VFs");
}

TEST_CASE("the help takes the place of the VFs")
{
	top_view view;
	view.help = true;
	for (const auto lines : {24, 10}) {
		const auto shown = drawn(two_pfs(), 80, static_cast<std::size_t>(lines), view);
		CHECK(has(shown, "sort by"));
		CHECK_FALSE(has(shown, "veth0"));
	}
}

TEST_CASE("printed frames show all VFs in full, and no keys")
{
	const auto lines = drawn(many(300), std::nullopt, std::nullopt);
	CHECK(lines.size() == 303);
	CHECK(lines[0] == "vfctl top  15:04:05  every 1s  module  300 VFs  by tx");
	CHECK(lines.back().starts_with(
		"veth0.299 eth0/299 vfio-pci  299Mbit ######.............."));
	CHECK_FALSE(has(lines, "quit"));
}

TEST_CASE("raw figures are in base units and fit")
{
	auto on = surface(std::nullopt, std::nullopt);
	on.raw = true;
	const auto frame = render(two_pfs(), {}, on);
	std::vector<std::string> lines;
	for (const auto& line : frame.lines)
		lines.push_back(line.text());
	CHECK(has(lines, "veth0.1 eth0/1 vfio-pci 250000000 .* 25000000 22500 500000000 in-force"));
}

TEST_CASE("in a Unicode locale, bars keep their columns")
{
	const char* const before = std::setlocale(LC_CTYPE, nullptr);
	const std::string kept = before != nullptr ? before : "C";
	REQUIRE(std::setlocale(LC_CTYPE, "C.UTF-8") != nullptr);
	auto on = surface(80, 24);
	on.unicode = true;
	const auto frame = render(two_pfs(), {}, on);
	for (std::size_t i = 3; i < 8; ++i)
		CHECK(frame.lines[i].width() <= 80);
	// Whatever the bar's length, the figure after it ends in the same column.
	for (std::size_t i = 4; i < 8; ++i) {
		const auto text = frame.lines[i].text();
		const auto at = text.find('%');
		REQUIRE(at != std::string::npos);
		CHECK(display_width(text.substr(0, at)) ==
		      display_width(
			      frame.lines[4].text().substr(0, frame.lines[4].text().find('%'))));
	}
	REQUIRE(std::setlocale(LC_CTYPE, kept.c_str()) != nullptr);
}
