# shellcheck shell=bash
# JSON of vfctl, held to the schema in the tree.

JSON_SEEN=$(mktemp -d)

# json DEFINITION WORD...: what `vfctl -j WORD...` prints, kept for json_done.
json() {
	local definition=$1 said status
	shift
	said=$(vfctl -j "$@")
	status=$?
	json_valid "$definition" "$said"
	printf '%s\n' "$said"
	return "$status"
}

# json_valid DEFINITION DOCUMENT: is to be judged by json_done. It is kept once: the
# validator takes a second to start here.
json_valid() {
	printf '%s\n' "$2" >"$JSON_SEEN/$1.$(cksum <<<"$2" | tr -d ' ')"
}

# json_done: one result for each command that was seen.
json_done() {
	local definition
	for definition in $(find "$JSON_SEEN" -type f -printf '%f\n' | cut -d. -f1 | sort -u); do
		ok "what vfctl $definition prints is as its schema says" \
			"$VFCTL_TOP/tests/vm/schema.py" "$definition" "$JSON_SEEN/$definition".*
	done
	rm -rf "$JSON_SEEN"
}
