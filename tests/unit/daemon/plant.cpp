// SPDX-License-Identifier: GPL-2.0-only
#include "plant.hpp"

#include <algorithm>
#include <cmath>
#include <span>

namespace vfctl::test {

namespace {

// Of 2 ms, in a period of 100 ms.
constexpr int round_trips = 50;

// A packet of 1,500 bytes, and what is around it on the wire.
constexpr double on_wire = 1 + 24.0 / 1500;

} // namespace

plant::plant(double capacity, double bottleneck, std::vector<source> sources, unsigned seed)
    : capacity_(capacity), bottleneck_(bottleneck), sources_(std::move(sources)),
      flows_(sources_.size()), limits_(sources_.size(), all), delivered_(sources_.size(), 0),
      random_(seed)
{
	for (auto& flow : flows_)
		flow.efficiency = std::uniform_real_distribution(0.97, 1.0)(random_);
}

void plant::run(int periods)
{
	for (int n = 0; n < periods; ++n) {
		std::vector<double> sent(sources_.size(), 0);
		std::fill(delivered_.begin(), delivered_.end(), 0);
		for (int i = 0; i < round_trips; ++i)
			round_trip(sent);
		for (std::size_t i = 0; i < sent.size(); ++i) {
			sent[i] /= round_trips;
			delivered_[i] /= round_trips;
		}
		control(sent);
	}
}

void plant::round_trip(std::vector<double>& sent)
{
	double offered = 0;
	for (std::size_t i = 0; i < flows_.size(); ++i) {
		flow& f = flows_[i];
		const double ceiling = std::min(sources_[i].wants, limits_[i] * f.efficiency);
		if (!sources_[i].tcp || sources_[i].wants == 0)
			f.rate = ceiling;
		else if (f.slow_start)
			f.rate = std::min(ceiling, std::max(capacity_ * 1e-4, f.rate * 2));
		else
			f.rate = std::min(ceiling, f.rate + capacity_ / 100);
		f.slow_start = f.slow_start || sources_[i].wants == 0;
		offered += f.rate;
	}
	const double passes = std::min(1.0, bottleneck_ / std::max(offered, 1.0));
	for (std::size_t i = 0; i < flows_.size(); ++i) {
		flow& f = flows_[i];
		sent[i] += f.rate;
		delivered_[i] += f.rate * passes;
		// The more it sends the surer it loses something, but a tenth is sure to.
		if (passes < 1 && sources_[i].tcp &&
		    std::bernoulli_distribution(std::min(1.0, (1 - passes) * 10))(random_)) {
			f.rate /= 2;
			f.slow_start = false;
		}
	}
}

void plant::control(const std::vector<double>& sent)
{
	std::vector<daemon::claim> claims;
	std::uniform_real_distribution noise(0.995, 1.005);
	for (std::size_t i = 0; i < sent.size(); ++i) {
		const double read = sent[i] * noise(random_);
		const source& s = sources_[i];
		claims.push_back(
			{.pf = 0,
			 .group = std::nullopt,
			 .weight = s.weight,
			 .min = s.min,
			 .max = s.max,
			 .demand = flows_[i].estimator.update(read, read * on_wire, limits_[i])});
	}
	const std::vector<double> capacities{capacity_};
	daemon::ask_for_room(claims, capacities);
	const auto shares = daemon::allocate(claims, {}, capacities);
	std::vector<rate> offers;
	daemon::offer(claims, shares, capacities, offers);
	for (std::size_t i = 0; i < limits_.size(); ++i) {
		const auto now =
			std::isfinite(limits_[i])
				? rate::from_bits_per_sec(static_cast<std::uint64_t>(limits_[i]))
				: rate::none();
		if (daemon::worth_writing(now, offers[i], 0.01))
			limits_[i] = static_cast<double>(offers[i].bits_per_sec());
	}
}

double plant::used() const
{
	double wanted = 0;
	double arrived = 0;
	for (std::size_t i = 0; i < sources_.size(); ++i) {
		wanted += std::min(sources_[i].wants, sources_[i].max);
		arrived += delivered_[i];
	}
	return arrived / std::min(capacity_, std::max(wanted, 1.0));
}

double plant::evenness() const
{
	double sum = 0;
	double squares = 0;
	double n = 0;
	for (std::size_t i = 0; i < sources_.size(); ++i) {
		if (sources_[i].wants < capacity_)
			continue;
		const double part = delivered_[i] / sources_[i].weight;
		sum += part;
		squares += part * part;
		++n;
	}
	return n == 0 ? 1 : sum * sum / (n * squares);
}

} // namespace vfctl::test
