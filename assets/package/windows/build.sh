#!/usr/bin/env bash
# Builds the program for Windows and its installer, on Linux.
source "$(dirname "${BASH_SOURCE[0]}")/../common.sh"
from=$PWD/assets/package/windows
place=$work/windows
mkdir -p "$place"

# The icon, the manifest and the version get into the program by a file that go
# build takes from the program's folder.
cp "$from/winres.json" "$work/icons/exotel-monitor.ico" "$place/"
cp "$work/icons/hicolor/256x256/apps/$id.png" "$place/icon.png"
tool go-winres make --in "$place/winres.json" --out rsrc --arch amd64 \
	--file-version "$VERSION" --product-version "$VERSION"
trap 'rm -f rsrc_windows_amd64.syso' EXIT

# gcc only links: it knows where mingw's libraries are, and clang compiles much faster.
GOOS=windows GOARCH=amd64 CC="clang --target=x86_64-w64-mingw32" compile \
	-ldflags "-s -w $feed -H=windowsgui -extld=x86_64-w64-mingw32-gcc -extldflags=-Wl,--no-insert-timestamp" \
	-o "$place/exotel-monitor.exe"
"$from/sign.sh" "$place/exotel-monitor.exe"

# Notepad shows them.
GOOS=windows GOARCH=amd64 licences | sed 's/\r*$/\r/' >"$place/licences.txt"
sed 's/$/\r/' LICENSE >"$place/license.txt"
dated "$place"

makensis -V2 -WX -NOCD -INPUTCHARSET UTF8 "-DVERSION=$VERSION" "-DAPP_ID=$id" "-DFROM=$place" \
	"-DSIGN=$from/sign.sh" "-DSIZE=$(du -ck --apparent-size "$place"/*.exe "$place"/*.txt "$place/icon.png" | tail -1 | cut -f 1)" \
	"-DOUT=dist/exotel-monitor-$VERSION-setup.exe" "$from/installer.nsi"
"$from/sign.sh" "dist/exotel-monitor-$VERSION-setup.exe"
sbom "$place/exotel-monitor.exe" windows-amd64
