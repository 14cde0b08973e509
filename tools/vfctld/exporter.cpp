// SPDX-License-Identifier: GPL-2.0-only
#include "exporter.hpp"

#include <stdexcept>

#include <fmt/core.h>
#include <prometheus/collectable.h>
#include <prometheus/exposer.h>

#include "metrics.hpp"

namespace vfctl::daemon {

namespace {

class collector : public prometheus::Collectable {
public:
	explicit collector(const snapshot_board& from) : from_(from) {}

	std::vector<prometheus::MetricFamily> Collect() const override
	{
		const auto last = from_.get();
		return last ? metrics_of(*last) : std::vector<prometheus::MetricFamily>();
	}

private:
	const snapshot_board& from_;
};

// One that scrapes, and one that looks in by hand.
constexpr std::size_t threads = 2;

} // namespace

struct exporter::impl {
	impl(const std::string& address, const snapshot_board& from)
	    : metrics(std::make_shared<collector>(from)), server(address, threads)
	{
		server.RegisterCollectable(metrics);
	}

	std::shared_ptr<collector> metrics;
	prometheus::Exposer server;
};

exporter::exporter(const std::string& address, const snapshot_board& from)
{
	try {
		impl_ = std::make_unique<impl>(address, from);
	} catch (const std::exception& e) {
		throw std::runtime_error(fmt::format(
			"cannot serve metrics at {}: {} (is the address this host's, and the port "
			"free?)",
			address, e.what()));
	}
}

exporter::~exporter() = default;

} // namespace vfctl::daemon
