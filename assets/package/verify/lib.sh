# What the proofs share. Each says what it has seen, keeps pictures of windows in
# dist/verify, and ends at the first thing that is not so.
source "$(dirname "${BASH_SOURCE[0]}")/../common.sh"
mkdir -p dist/verify
place=$(mktemp -d)
ours=() # processes that were started here

proved() { printf '  ok  %s\n' "$*"; }
failed() {
	printf 'FAILED  %s\n' "$*" >&2
	exit 1
}

# package prints the name of the one file in dist/ that the pattern means.
package() {
	local found=(dist/$1)
	if [ ! -f "${found[0]}" ] || [ ${#found[@]} != 1 ]; then failed "dist/$1 is not one file: run make package"; fi
	echo "${found[0]}"
}

tidy() {
	local pid
	for pid in "${ours[@]}"; do kill "$pid" 2>/dev/null || true; done
	wait
	rm -rf --one-file-system "$place"
}
trap tidy EXIT

# desktop starts an empty screen with a window manager and names it in DISPLAY.
desktop() {
	Xvfb -displayfd 3 -screen 0 1400x900x24 -nolisten tcp 3>"$place/display" 2>/dev/null &
	ours+=($!)
	until_true 20 "a screen" test -s "$place/display"
	DISPLAY=:$(cat "$place/display")
	export DISPLAY LIBGL_ALWAYS_SOFTWARE=1
	openbox --sm-disable >/dev/null 2>&1 &
	ours+=($!)
}

# until_true waits up to some seconds for a command to succeed.
until_true() {
	local end=$((SECONDS + $1)) what=$2
	shift 2
	until "$@" >/dev/null 2>&1; do
		if ((SECONDS >= end)); then failed "waited in vain for $what"; fi
		sleep 0.1
	done
}

# window waits for the program's and prints its number.
window() {
	until_true 60 "the window" xdotool search --onlyvisible --name '^Exotel Monitor$'
	xdotool search --onlyvisible --name '^Exotel Monitor$' | head -1
}

# picture keeps the screen once something has been drawn into the window, and says so.
picture() {
	local window=$1 file=dist/verify/$2
	until_true 30 "something in the window" drawn "$window"
	sleep 3 # what is loading gets time to be in the picture; nothing depends on it
	import -window root "$file"
	proved "picture of the window: $file"
}

drawn() {
	[ "$(import -window "$1" -format %k info:-)" -gt 50 ] # colours
}

# milliseconds prints a clock.
milliseconds() {
	date +%s%3N
}
