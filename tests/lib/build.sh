# shellcheck shell=bash
# Folders in which CMake builds, in the cache. CMake is given a copy of the tree that always
# stands at the same place, beside the folder: a clone of the tree, wherever it lies, compiles
# only the files that differ from what was built before.

BUILD='' BUILD_SOURCE='' BUILD_LOCK=''

# build_begin NAME: sets BUILD, the folder of that name, and BUILD_SOURCE, a copy of this tree.
# They are this process's own until build_end or the next build_begin. Another process that
# wants the same folder waits.
build_begin() {
	build_end
	BUILD=$CACHE/build/$1 BUILD_SOURCE=$CACHE/build/$1.source
	mkdir -p "$BUILD" "$BUILD_SOURCE" || die "cannot write to the cache folder $CACHE (set VFCTL_CACHE to another one)"
	exec {BUILD_LOCK}>"$BUILD.lock"
	flock "$BUILD_LOCK"
	# A file whose content is the same keeps its time, and is not compiled again.
	rsync -rlp --checksum --delete --exclude=/.git --exclude='*.ko' --exclude='*.o' "$TOP/" "$BUILD_SOURCE/" >&2
}

build_end() {
	[[ -z ${BUILD_LOCK-} ]] || exec {BUILD_LOCK}>&-
	BUILD_LOCK=
}

# build_configure CC CXX OPTION...: of every build for tests.
build_configure() {
	local cc=$1 cxx=$2
	shift 2
	cmake -S "$BUILD_SOURCE" -B "$BUILD" -G Ninja -DCMAKE_BUILD_TYPE=Debug \
		-DCMAKE_C_COMPILER="$cc" -DCMAKE_CXX_COMPILER="$cxx" \
		-DCMAKE_COMPILE_WARNING_AS_ERROR=ON "$@"
}

# build_make TARGETS CC CXX OPTION...: configured and built.
build_make() {
	local targets=$1
	shift
	# shellcheck disable=SC2086 # words
	build_configure "$@" && cmake --build "$BUILD" --target $targets
}
