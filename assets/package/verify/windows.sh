#!/usr/bin/env bash
# The installer for Windows under Wine: it installs without questions and without
# an administrator, the program answers and shows its window, and removed it leaves
# nothing but the user's own, and with a "Yes" not even that.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
setup=$(package 'exotel-monitor-*-setup.exe')
echo "$setup ($(du -h "$setup" | cut -f 1))"

openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj '/CN=Nobody' -addext extendedKeyUsage=codeSigning \
	-keyout "$place/key.pem" -out "$place/cert.pem" 2>/dev/null
cp "$setup" "$place/setup.exe"
SIGN_CERT=$place/cert.pem SIGN_KEY=$place/key.pem assets/package/windows/sign.sh "$place/setup.exe" >/dev/null
osslsigncode verify -CAfile "$place/cert.pem" -in "$place/setup.exe" >"$place/signature" || {
	tail -5 "$place/signature" >&2
	failed "a signed installer is not recognised as signed"
}
proved "a copy, signed with a certificate made for this proof, is recognised as signed"

desktop
export HOME=$place/home WINEPREFIX=$place/wine WINEDEBUG=-all USER=manager
export WINEDLLOVERRIDES='mscoree,mshtml,winemenubuilder.exe=' # none of these is needed
mkdir -p "$HOME"
wine=$(command -v wine64 || echo /usr/lib/wine/wine64)
server=$(command -v wineserver || echo /usr/lib/wine/wineserver)
end_wine() {
	"$server" -k 2>/dev/null || true # of this prefix only
	tidy
}
trap end_wine EXIT

"$wine" wineboot --init >/dev/null 2>&1
user=$WINEPREFIX/drive_c/users/manager
home='C:\users\manager\AppData\Local\Programs\Exotel Monitor'
folder="$user/AppData/Local/Programs/Exotel Monitor"
x86_64-w64-mingw32-gcc -shared -o "$WINEPREFIX/drive_c/windows/system32/bcryptprimitives.dll" \
	assets/package/verify/bcryptprimitives.c -ladvapi32

# files and registry list what a program can leave behind: temporary files, and what
# Wine keeps of itself, come and go.
files() {
	(cd "$WINEPREFIX/drive_c" && find . -not -path '*/Temp/*' -not -path '*/Temporary Internet Files*' | sort)
}
registry() {
	"$wine" reg export HKCU "Z:$place/registry" /y >/dev/null
	iconv -f UTF-16 -t UTF-8 "$place/registry" | tr -d '\r' | awk '/^\[/ { own = !/\\Software\\Wine/ } own'
}
# silently runs an installer or uninstaller and prints how it ended.
silently() {
	local ended=0
	"$wine" "$@" /S || ended=$?
	echo $ended
}
gone() { [ ! -e "$folder" ]; }
same() {
	diff "$place/files" <(files) >"$place/diff" || {
		head -20 "$place/diff" >&2
		failed "files that were not there before, or are gone"
	}
	diff "$place/keys" <(registry) >"$place/diff" || {
		head -20 "$place/diff" >&2
		failed "registry values that were not there before, or are gone"
	}
}

"$wine" reg add 'HKCU\Software\Wine' /v Version /d win7 /f >/dev/null
[ "$(silently "$setup")" = 2 ] || failed "it does not refuse Windows 7"
gone || failed "it refused Windows 7 and installed all the same"
proved "on Windows 7 it refuses, with exit code 2"
"$wine" reg add 'HKCU\Software\Wine' /v Version /d win10 /f >/dev/null
# Windows has these from the beginning.
windows='HKCU\Software\Microsoft\Windows\CurrentVersion'
for key in 'HKCU\Software\Classes' "$windows\\Uninstall" "$windows\\Run" "$windows\\Explorer\\StartupApproved\\Run"; do
	"$wine" reg add "$key" /f >/dev/null
done
mkdir -p "$user/AppData/Local/Programs"

files >"$place/files"
registry >"$place/keys"
[ "$(silently "$setup")" = 0 ] || failed "it did not install"
new() { diff "$1" - | sed -n 's/^> /      /p' || true; }
files | new "$place/files"
registry | new "$place/keys" | grep -F '['
proved "installed without a question; these are its files and keys, all the user's"
for value in DisplayName DisplayVersion Publisher UninstallString QuietUninstallString; do
	"$wine" reg query "$windows\\Uninstall\\$id" /v $value |
		grep REG_SZ >/dev/null || failed "the list of programs has no $value"
done
proved "it is in the list of installed programs"
objdump -p "$folder/exotel-monitor.exe" | grep 'Windows GUI' >/dev/null || failed "it would open a console"
grep -aq permonitorv2 "$folder/exotel-monitor.exe" || failed "its manifest does not know displays' densities"
tr -d '\0' <"$folder/exotel-monitor.exe" | grep -a "ProductVersion$VERSION" >/dev/null || failed "it has no version resource"
proved "the program is one of windows, knows displays' densities, and has the version $VERSION"

[ "$("$wine" "$home\\exotel-monitor.exe" --version | tr -d '\r')" = "exotel-monitor $VERSION" ] || failed "--version"
proved "exotel-monitor --version says $VERSION into a pipe"

"$wine" "$home\\exotel-monitor.exe" serve --demo --api 127.0.0.1:0 >"$place/serve" 2>"$place/program.log" &
program=$!
ours+=($program)
until_true 30 "serve" grep -q '^serving http' "$place/serve"
address=$(sed -n 's,^serving \(http://[^/]*\)/.*,\1,p' "$place/serve" | tr -d '\r')
until_true 30 "the demo account's figures" curl -sf -o "$place/figures" "$address/api/dashboard"
grep -q '"metrics"' "$place/figures" || failed "serve answers without figures"
curl -sf -o "$place/health" "$address/api/health" || failed "serve does not answer for the health"
proved "serve --demo answers at $address: $(head -c 60 "$place/health")..."
[ "$(silently "$setup")" = 2 ] || failed "it replaced a program that runs"
[ "$(silently "$home\\uninstall.exe")" != "" ] && sleep 3
gone && failed "it removed a program that runs"
proved "while the program runs it is neither replaced nor removed"
kill "$program"
until_true 20 "the end of serve" test ! -e "/proc/$program"

started=$(milliseconds)
"$wine" "$home\\exotel-monitor.exe" --demo 2>>"$place/program.log" &
program=$!
ours+=($program)
number=$(window)
proved "the window opened after $(($(milliseconds) - started)) ms, Wine's own start included"
picture "$number" windows.png
kill "$program"
until_true 20 "the end of the program" test ! -e "/proc/$program"

[ "$(silently "$setup")" = 0 ] || failed "it does not install over itself"
proved "installed again over itself, as an update is"

data="$user/AppData/Roaming/exotel-monitor"
mkdir -p "$data"
echo '{}' >"$data/settings.json"
# As the program does when it shall start with Windows.
for key in Run 'Explorer\StartupApproved\Run'; do
	"$wine" reg add "$windows\\$key" /v 'Exotel Monitor' /d "$home\\exotel-monitor.exe" /f >/dev/null
done
silently "$home\\uninstall.exe" >/dev/null
until_true 30 "the end of the uninstaller" gone
[ -f "$data/settings.json" ] || failed "it deleted the user's data without asking"
proved "uninstalled silently, the user's data are kept: $(cd "$user/AppData" && find . -path '*exotel*' -type f | sort | tr '\n' ' ')"

[ "$(silently "$setup")" = 0 ] || failed "it did not install once more"
"$wine" "$home\\uninstall.exe" &
ours+=($!)
until_true 30 "the uninstaller" xdotool search --onlyvisible --name '^Exotel Monitor Uninstall'
sleep 1
import -window root dist/verify/windows-uninstall.png
xdotool search --onlyvisible --name '^Exotel Monitor Uninstall' windowfocus --sync key alt+u
until_true 30 "the question about the data" gone
sleep 2
import -window root dist/verify/windows-question.png
xdotool key alt+y
deleted() { [ ! -e "$data" ] && [ ! -e "$user/AppData/Roaming/fyne" ]; } # in this order
until_true 30 "the data's end" deleted
same
proved "uninstalled with a Yes to deleting the data, files and registry are as before"
