# shellcheck shell=bash
# Part "bindings": what other languages have. The package for Go is built as its README says, from
# Debian's packages alone: without modules, and without network.

BINDINGS_GO=$TOP/bindings/go
BINDINGS_CONSUMER=$TOP/tests/consumer/go

# The race detector wants a C compiler.
bindings_packages() {
	apt_need rsync python3 python3-yaml gcc libc6-dev golang-go golang-github-mdlayher-genetlink-dev \
		golang-github-mdlayher-netlink-dev golang-github-vishvananda-netlink-dev
}

bindings_run() {
	bindings_packages
	step "bindings: Go"
	result_check "the generated Go files are what the generator makes" bindings_generated
	result_check "gofmt has nothing to change" bindings_gofmt
	bindings_begin
	result_check "go vet has nothing to say" bindings_go vet vfctl/... vfctl-go
	result_check "the tests of package vfctl pass, with the race detector" bindings_go test -race vfctl/...
	bindings_end
	result_check "programs are built from the package" bindings_programs
}

bindings_generated() {
	local file out=$WORK/generated-go
	mkdir -p "$out" && "$BINDINGS_GO/regen.sh" "$out" || return 1
	for file in constants_gen.go messages_gen.go; do
		diff -u "$BINDINGS_GO/$file" "$out/$file" || return 1
	done
}

bindings_gofmt() {
	local said
	said=$(gofmt -d "$BINDINGS_GO" "$BINDINGS_CONSUMER" 2>&1)
	printf '%s' "$said"
	[[ -z $said ]]
}

# bindings_begin: copies package and program to where Go looks for them, in the cache: the same place
# for each clone of the tree, so that Go compiles and tests again only what differs. They are this
# process's own until bindings_end.
bindings_begin() {
	local src=$CACHE/go/src
	mkdir -p "$src" || die "cannot write to the cache folder $CACHE (set VFCTL_CACHE to another one)"
	exec {BINDINGS_LOCK}>"$CACHE/go/lock"
	flock "$BINDINGS_LOCK"
	rsync -rlp --checksum --delete "$BINDINGS_GO/" "$src/vfctl/" &&
		rsync -rlp --checksum --delete "$BINDINGS_CONSUMER/" "$src/vfctl-go/"
}

bindings_end() {
	exec {BINDINGS_LOCK}>&-
}

# bindings_go WORD...: the command go, with nothing from the network.
bindings_go() {
	(cd "$CACHE/go" && env GO111MODULE=off GOPROXY=off GOTOOLCHAIN=local GOFLAGS='' GOCACHE="$CACHE/go/cache" \
		GOPATH="$CACHE/go:/usr/share/gocode" go "$@")
}

# bindings_programs: prints the folder of the programs that are built from the package, which need no
# library.
bindings_programs() {
	local key
	bindings_packages
	key=$(hash_of bindings/go tests/consumer/go)
	cache_item "bindings/$key-$(debian_codename)-$(go env GOVERSION)" bindings_build
}

bindings_build() {
	local status
	step "building programs from the package for Go"
	bindings_begin &&
		CGO_ENABLED=0 bindings_go build -o "$1/" vfctl-go vfctl/examples/exporter
	status=$?
	bindings_end
	return "$status"
}
