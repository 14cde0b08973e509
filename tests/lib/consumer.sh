# shellcheck shell=bash
# What is installed can be used: from another folder than it was installed to, by
# CMake and by pkg-config, shared and static, by every standard and compiler.

CONSUMER=$TOP/tests/consumer
CONSUMER_FLAGS=(-Wall -Wextra -Werror)

# consumer_run BUILD: of which the library is installed.
consumer_run() {
	local prefix=$WORK/moved cxx
	step "the installed library"
	if ! consumer_install "$1" "$prefix" >"$WORK/said" 2>&1; then
		result_failed "the library is installed" "$WORK/said"
		return
	fi
	for cxx in g++ clang++; do
		result_check "a program uses the library by CMake, $cxx, C++17, 20 and 23" \
			consumer_cmake "$prefix" "$cxx"
		result_check "a program uses the library by pkg-config, $cxx" \
			consumer_pkgconfig "$prefix" "$cxx"
	done
	result_check "the shared library does without the files of those that it is made with" \
		consumer_alone "$prefix"
}

# The build's own prefix is another one, and so is that of cmake --install.
consumer_install() {
	local name
	cmake --install "$1" --prefix "$WORK/installed" && mv "$WORK/installed" "$2" || return 1
	for name in lib/libvfctl.{a,so,so.1} include/vfctl/vfctl.hpp; do
		[[ -e $2/$name ]] || { echo "$name was not installed"; return 1; }
	done
	! grep -rl "$WORK/installed" "$2"
}

# consumer_cmake PREFIX CXX
consumer_cmake() {
	local build=$WORK/consumer-$2 program
	cmake -S "$CONSUMER" -B "$build" -G Ninja -DCMAKE_PREFIX_PATH="$1" \
		-DCMAKE_CXX_COMPILER="$2" && cmake --build "$build" || return 1
	for program in "$build"/{shared,static}_{17,20,23}; do
		consumer_try "$program" || return 1
	done
}

# consumer_pkgconfig PREFIX CXX
consumer_pkgconfig() {
	local program=$WORK/pkgconfig-$2 flags
	local -x PKG_CONFIG_PATH=$1/lib/pkgconfig
	# shellcheck disable=SC2207 # words
	flags=($(pkg-config --cflags --libs libvfctl) "-Wl,-rpath,$(pkg-config --variable=libdir libvfctl)") &&
		"$2" -std=c++17 "${CONSUMER_FLAGS[@]}" -o "$program-shared" "$CONSUMER/main.cpp" "${flags[@]}" &&
		consumer_try "$program-shared" || return 1
	# Of two libraries in one folder, the linker would take the shared one.
	# shellcheck disable=SC2207
	flags=($(pkg-config --static --cflags --libs libvfctl)) &&
		"$2" -std=c++17 "${CONSUMER_FLAGS[@]}" -o "$program-static" "$CONSUMER/main.cpp" \
			"${flags[@]/#-lvfctl/-l:libvfctl.a}" &&
		consumer_try "$program-static"
}

# consumer_try PROGRAM: has "shared" or "static" in its name, and works so.
consumer_try() {
	local said needs=no
	said=$("$1" 2>&1) || { printf '%s failed: %s\n' "$1" "$said"; return 1; }
	[[ $said == *500Mbit*VFs* ]] || { printf '%s: %s\n' "$1" "$said"; return 1; }
	readelf --dynamic "$1" | grep -q 'NEEDED.*\[libvfctl\.so\.1\]' && needs=yes
	case ${1##*/} in
	*shared*) [[ $needs == yes ]] ;;
	*) [[ $needs == no ]] ;;
	esac || { echo "$1: needs libvfctl.so.1: $needs"; return 1; }
}

# consumer_alone PREFIX: with a pkg-config that finds nothing.
consumer_alone() {
	local -x PKG_CONFIG_LIBDIR=$WORK/nothing
	cmake -S "$CONSUMER" -B "$WORK/alone" -G Ninja -DCMAKE_PREFIX_PATH="$1" \
		-DCONSUMER_COMPONENTS=shared || return 1
	if cmake -S "$CONSUMER" -B "$WORK/lacking" -G Ninja -DCMAKE_PREFIX_PATH="$1" \
		-DCONSUMER_COMPONENTS=static >"$WORK/lacking.log" 2>&1; then
		echo "the static library was found without libmnl"
		return 1
	fi
	grep -q 'needs pkg-config and the development files of libmnl' "$WORK/lacking.log" ||
		{ cat "$WORK/lacking.log"; return 1; }
}
