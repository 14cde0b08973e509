# shellcheck shell=bash
# libvfctl and vfctl, built and installed as a user would, for the emulated host.

tools_need() {
	apt_need rsync cmake ninja-build g++ pkg-config libmnl-dev libnl-route-3-dev libcli11-dev \
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
	cache_item "tools/$key-$(tools_machine)" tools_build
}

# tools_machine: names what programs that are built here want of the machine: a newer release has
# other libraries.
tools_machine() {
	printf '%s-gcc%s\n' "$(debian_codename)" "$(gcc -dumpfullversion)"
}

# What g++ builds for hosts, for part "unit" and for torture is built in one folder, with
# options that add targets and change no flag: nothing is compiled twice.
# shellcheck disable=SC2016 # $ORIGIN is the loader's
TOOLS_OPTIONS=(-DCMAKE_BUILD_TYPE=Release "-DCMAKE_CXX_FLAGS_RELEASE=-O2 -DNDEBUG"
	-DCMAKE_INSTALL_LIBDIR=lib '-DCMAKE_INSTALL_RPATH=$ORIGIN/../lib'
	-DVFCTL_TESTS=OFF -DVFCTL_BENCH=OFF -DVFCTL_TORTURE=OFF)

# tools_compile OPTION...: in the folder that BUILD names then.
tools_compile() {
	build_begin gcc
	run_logged "$BUILD.log" build_configure gcc g++ "${TOOLS_OPTIONS[@]}" "$@" &&
		run_logged "$BUILD.log" cmake --build "$BUILD"
}

tools_build() {
	local dir=$1
	step "building libvfctl and vfctl"
	# A compiler that knows more warnings than those of the tests is none of a user's business.
	{ tools_compile || tools_compile -DCMAKE_COMPILE_WARNING_AS_ERROR=OFF; } &&
		run_logged "$BUILD.log" cmake --install "$BUILD" --prefix "$dir" &&
		mkdir "$dir/examples" &&
		find "$BUILD/examples" -maxdepth 1 -type f -executable -exec cp {} "$dir/examples/" \;
}
