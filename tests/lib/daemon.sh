# shellcheck shell=bash
# Part "daemon": what there is around vfctld: its metrics, unit, rules and dashboard, and its
# threads under ThreadSanitizer.

DAEMON=$TOP/tools/vfctld

daemon_packages() {
	unit_need
	apt_need libbenchmark-dev systemd jq
}

daemon_run() {
	local promtool
	daemon_packages
	daemon_threads
	if promtool=$(daemon_promtool); then
		result_check "the alert rules are rules" "$promtool" check rules "$DAEMON/monitoring/alerts.yaml"
		result_check "promtool finds nothing in the metrics but the exporter's own label" \
			daemon_metrics "$promtool"
		result_check "the dashboard and the rules ask for metrics that there are" daemon_queries
	else
		result_failed "promtool could not be had"
	fi
	build_end
	result_check "the unit's exposure is at most 2.0" daemon_unit
}

# daemon_promtool: prints where it is. The package is not installed: Debian 12's would start a
# server. Debian 13 has promtool in a package of its own.
daemon_promtool() {
	local package version dir
	apt_suite machine || return 1
	for package in promtool prometheus; do
		version=$(apt_field "$package" Version)
		[[ -z $version ]] || break
	done
	dir=$(cache_item "promtool/$version" daemon_promtool_unpack "$package") &&
		printf '%s\n' "$dir/usr/bin/promtool"
}

daemon_promtool_unpack() {
	step "downloading promtool"
	deb_unpack "$1" "$2" && [[ -x $1/usr/bin/promtool ]]
}

# The exporter has threads of its own, which read what the event loop wrote.
daemon_threads() {
	step "daemon: ThreadSanitizer"
	build_begin clang-threads
	if ! watched "$WORK/said" build_make unit_daemon_exporter clang clang++ -DVFCTL_EXAMPLES=OFF \
		-DCMAKE_CXX_FLAGS=-fsanitize=thread -DCMAKE_C_FLAGS=-fsanitize=thread; then
		result_failed "daemon: build with ThreadSanitizer" "$WORK/said"
		return
	fi
	result_check "ThreadSanitizer finds nothing in the exporter" "$BUILD/tests/unit/unit_daemon_exporter"
}

# The example of the unit tests, as the daemon serves it.
daemon_metrics() {
	local promtool=$1 said
	build_begin gcc
	build_make unit_daemon_controller gcc g++ "${TOOLS_OPTIONS[@]}" -DVFCTL_TESTS=ON -DVFCTL_BENCH=ON &&
		VFCTL_METRICS_FILE=$WORK/metrics "$BUILD/tests/unit/unit_daemon_controller" "[.file]" || return 1
	said=$("$promtool" check metrics <"$WORK/metrics" 2>&1)
	# pciAddr is what the exporter calls it: without it, its dashboards would show nothing.
	! grep -v "^sriov_vf_[a-z_]* label names should be written in 'snake_case' not 'camelCase'$" <<<"$said"
}

daemon_queries() {
	local name
	grep -q '^# TYPE' "$WORK/metrics" || return 1
	# Of those, the example has no VF that drops or is unmanaged.
	{
		sed -n 's/^# TYPE \([^ ]*\) .*/\1/p' "$WORK/metrics"
		sed -n 's/.*"\(sriov_vf_[a-z_]*\)".*/\1/p' "$DAEMON/metrics.cpp"
	} | sort -u >"$WORK/names"
	jq -r '.. | .expr? // empty' "$DAEMON/monitoring/dashboard.json" |
		cat - "$DAEMON/monitoring/alerts.yaml" | grep -oE '(vfctl|sriov_vf)_[a-z_]+' | sort -u >"$WORK/asked"
	[[ -s $WORK/asked ]] && ! comm -13 "$WORK/names" "$WORK/asked" | grep .
}

daemon_unit() {
	sed 's|@CMAKE_INSTALL_FULL_SBINDIR@|/usr/bin|; s|/vfctld$|/true|' "$DAEMON/systemd/vfctld.service.in" >"$WORK/vfctld.service"
	systemd-analyze security --offline=true --threshold=20 "$WORK/vfctld.service" || return 1
	# It may not know the manual page here.
	SYSTEMD_LOG_LEVEL=warning systemd-analyze verify --man=false "$WORK/vfctld.service"
}
