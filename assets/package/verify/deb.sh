#!/usr/bin/env bash
# The .deb on a clean Debian: apt installs it with what it declares and nothing
# else, its desktop entry opens the window, and removed it leaves nothing behind.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
if [ "$(id -u)" != 0 ]; then failed "only root can make another root: sudo -E $0"; fi
deb=$(package 'exotel-monitor_*.deb')
root=$place/root
user=manager
echo "$deb ($(du -h "$deb" | cut -f 1))"

# apt itself recommends ca-certificates, and would not remove it again.
debootstrap --variant=minbase --include=ca-certificates bookworm "$root" >"$place/debootstrap.log" 2>&1 || {
	tail -5 "$place/debootstrap.log" >&2
	failed "no Debian to try it on"
}
cp "$deb" "$root/tmp/package.deb"

desktop

# What runs a command in the new root, with a /proc that ends with the command, and
# what runs it there as a user. Both become the command, so that $! is its process.
inside=(unshare --mount bash -c 'mount -t proc proc "$0/proc"; exec chroot "$0" "$@"' "$root")
as_user=("${inside[@]}" setpriv --reuid $user --regid $user --clear-groups
	env -i HOME=/home/$user PATH=/usr/bin:/bin LANG=C.UTF-8 "DISPLAY=$DISPLAY" LIBGL_ALWAYS_SOFTWARE=1)
apt() {
	"${inside[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -y "$@" >"$place/apt.log" 2>&1 || {
		tail -20 "$place/apt.log" >&2
		failed "apt-get $*"
	}
}
files() {
	(cd "$root" && find . -xdev \( -path ./proc -o -path ./tmp -o -path ./home -o -path ./var/cache \
		-o -path ./var/lib/apt -o -path ./var/lib/dpkg -o -path ./var/log \) -prune -o -print | sort)
}

"${inside[@]}" useradd --create-home $user
apt update
apt upgrade
files >"$place/before"

apt install --no-install-recommends /tmp/package.deb
proved "apt installed it with $(grep -c '^Setting up' "$place/apt.log") packages, itself included, no recommended ones"
proved "$("${inside[@]}" dpkg-query -W -f '${Package} ${Version}, ${Installed-Size} KiB installed' exotel-monitor)"
if "${inside[@]}" ldd /usr/bin/exotel-monitor | grep 'not found'; then failed "a library is not declared"; fi
proved "every library it is linked to is there"
[ "$("${as_user[@]}" exotel-monitor --version)" = "exotel-monitor $VERSION" ] || failed "--version"
proved "exotel-monitor --version says $VERSION"

entry=$root/usr/share/applications/$id.desktop
value() { sed -n "s/^$1=//p" "$entry"; }
"${inside[@]}" sh -c "command -v $(value TryExec)" >/dev/null || failed "TryExec names no program"
for size in 16x16 22x22 24x24 32x32 48x48 64x64 128x128 256x256 512x512 scalable; do
	[ -n "$(find "$root/usr/share/icons/hicolor/$size/apps" -name "$(value Icon).*")" ] || failed "no icon of $size"
done
proved "the desktop entry's program and its icon at every size are there"

command=$(value Exec | sed 's/ *%[a-zA-Z]//g')
started=$(milliseconds)
"${as_user[@]}" $command 2>"$place/program.log" &
program=$!
ours+=($program)
number=$(window)
proved "\"$command\" of the desktop entry opened the window after $(($(milliseconds) - started)) ms, the first start here"
class=$(xprop -id "$number" WM_CLASS)
[[ $class == *"\"$(value StartupWMClass)\""* ]] || failed "the window is $class, the entry says $(value StartupWMClass)"
proved "the window belongs to the entry: $class"
picture "$number" deb.png
proved "it takes $(($(sed -n 's/^VmRSS:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$program/status") / 1024)) MiB of memory, with Mesa drawing"
kill "$program"
until_true 20 "the end of the program" test ! -e "/proc/$program"

"${as_user[@]}" exotel-monitor --demo 2>>"$place/program.log" &
program=$!
ours+=($program)
number=$(window)
picture "$number" deb-demo.png
kill "$program"
until_true 20 "the end of the program" test ! -e "/proc/$program"

portable=$(package 'exotel-monitor-*-linux-*.tar.gz')
mkdir "$root/tmp/portable"
tar -xzf "$portable" -C "$root/tmp/portable"
[ "$("${as_user[@]}" "/tmp/portable/exotel-monitor-$VERSION/bin/exotel-monitor" --version)" = "exotel-monitor $VERSION" ] ||
	failed "$portable does not run"
proved "$portable runs from where it is unpacked"

apt purge exotel-monitor
apt autoremove --purge
files >"$place/after"
diff "$place/before" "$place/after" >"$place/diff" || {
	head -20 "$place/diff" >&2
	failed "these were not there before, or are gone"
}
proved "removed, every file outside the user's home is as before"
proved "the user's own are left: $(cd "$root/home/$user" && find . -type f -newer "$root/tmp/package.deb" -not -path "*mesa*" | sort | tr '\n' ' ')"
