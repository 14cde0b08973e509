# shellcheck shell=bash
# libvfctl and vfctl, built and installed as a user would, for the emulated host.

tools_need() {
	apt_need cmake ninja-build g++ pkg-config libmnl-dev libnl-route-3-dev libcli11-dev \
		libfmt-dev nlohmann-json3-dev libncurses-dev libspdlog-dev libtomlplusplus-dev \
		prometheus-cpp-dev libsystemd-dev
}

# tools_prefix: prints the folder that it is installed in. VFCTL_PREFIX names another
# installation, which is taken as it is.
tools_prefix() {
	local key
	if [[ -n ${VFCTL_PREFIX-} ]]; then
		[[ -x $VFCTL_PREFIX/bin/vfctl ]] || die "$VFCTL_PREFIX has no bin/vfctl"
		printf '%s\n' "$VFCTL_PREFIX"
		return
	fi
	tools_need
	key=$(hash_of "$TOP"/{CMakeLists.txt,libvfctl,tools,examples,kmod/uapi})
	cache_item "tools/$key" tools_build
}

# One build folder per work tree, kept, so that only what has changed is compiled.
tools_build() {
	local dir=$1 build lock
	build=$CACHE/build/$(cksum <<<"$TOP" | cut -d' ' -f1)-tools
	mkdir -p "$build"
	exec {lock}>"$build.lock"
	flock "$lock"
	step "building libvfctl and vfctl"
	# shellcheck disable=SC2016 # $ORIGIN is the loader's
	run_logged "$build.log" cmake -S "$TOP" -B "$build" -G Ninja \
		-DCMAKE_BUILD_TYPE=Release -DCMAKE_INSTALL_LIBDIR=lib \
		-DCMAKE_INSTALL_RPATH='$ORIGIN/../lib' -DVFCTL_TESTS=OFF &&
		run_logged "$build.log" cmake --build "$build" &&
		run_logged "$build.log" cmake --install "$build" --prefix "$dir" &&
		mkdir "$dir/examples" &&
		find "$build/examples" -maxdepth 1 -type f -executable -exec cp {} "$dir/examples/" \;
	exec {lock}>&-
}
