# shellcheck shell=bash
# How the demo shows commands, on the emulated host.
bold=$'\e[1m' plain=$'\e[0m' failed=0
if grep -qw vm_plain /proc/cmdline; then
	# Newer tools colour what they print to a terminal, as the console is one.
	bold='' plain=''
	export NO_COLOR=1 TERM=dumb
fi

# say TEXT...: what is going on, between the commands.
say() {
	printf '\n%s# %s%s\n' "$bold" "$*" "$plain"
}

# run COMMANDLINE: as typed at a prompt.
run() {
	printf 'host# %s\n' "$1"
	if [[ -n $plain ]]; then
		eval "$1"
	else
		(eval "$1") 2>&1 | cat
		((PIPESTATUS[0] == 0))
	fi || failed=$((failed + 1))
}

# quietly COMMAND...: waiting that a person does without noticing.
quietly() {
	"$@" >/dev/null 2>&1 || {
		echo "(failed: $*)"
		failed=$((failed + 1))
	}
}

# run_in GUEST COMMANDLINE: typed in a guest, which is a machine of its own.
run_in() {
	printf '%s# %s\n' "$1" "$2"
	# The shell that types it there is a script, which has line numbers.
	guest_run "$1" "$2" | sed 's/^.*: line [0-9]*: /bash: /'
	((PIPESTATUS[0] == 0)) || failed=$((failed + 1))
}

# refused COMMAND...: run or run_in, of what is to be refused.
refused() {
	local before=$failed
	"$@"
	failed=$((failed == before ? before + 1 : before))
}
