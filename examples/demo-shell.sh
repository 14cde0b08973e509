# shellcheck shell=bash
# What the shell of demo.sh --shell begins with.
PS1='host# '

# Completion is looked for beside the programs of PATH: the patched ethtool and vfctl come first,
# with words to complete of their own.
for folder in ${PATH//:/ }; do
	[[ ! -d ${folder%/*}/share/bash-completion ]] || XDG_DATA_DIRS+=${XDG_DATA_DIRS:+:}${folder%/*}/share
done
unset folder
# shellcheck source=/dev/null
. /usr/share/bash-completion/bash_completion
