#!/usr/bin/env bash
# Builds "Exotel Monitor.app" for both kinds of Mac, in a .dmg from which it is
# dragged into Applications. On a Mac with Xcode's command line tools only. It
# signs for that Mac alone, or if the environment names with what, for everybody:
#   SIGN_IDENTITY   name of the Developer ID in the keychain
#   NOTARY_PROFILE  what `xcrun notarytool store-credentials` stored Apple's keys as
source "$(dirname "${BASH_SOURCE[0]}")/../common.sh"
from=assets/package/mac
disk=$work/disk
app="$disk/Exotel Monitor.app"
mkdir -p "$app/Contents/MacOS" "$app/Contents/Resources"

export MACOSX_DEPLOYMENT_TARGET=12.0
for arch in arm64 amd64; do
	GOOS=darwin GOARCH=$arch compile -ldflags "-s -w $feed" -o "$work/exotel-monitor-$arch"
	sbom "$work/exotel-monitor-$arch" "darwin-$arch"
done
lipo -create -output "$app/Contents/MacOS/exotel-monitor" "$work/exotel-monitor-arm64" "$work/exotel-monitor-amd64"

sed "s/@VERSION@/$VERSION/" "$from/Info.plist" >"$app/Contents/Info.plist"
plutil -lint "$app/Contents/Info.plist"
cp "$work/icons/exotel-monitor.icns" LICENSE "$app/Contents/Resources/"
GOOS=darwin licences >"$app/Contents/Resources/licences.txt"

if [ -n "${SIGN_IDENTITY:-}" ]; then
	codesign --force --options runtime --timestamp --sign "$SIGN_IDENTITY" "$app"
else
	codesign --force --sign - "$app"
fi
codesign --verify --strict "$app"

image=dist/exotel-monitor-$VERSION.dmg
ln -s /Applications "$disk/Applications"
hdiutil create -volname "Exotel Monitor" -srcfolder "$disk" -format UDZO -ov "$image"
if [ -n "${NOTARY_PROFILE:-}" ]; then
	codesign --timestamp --sign "$SIGN_IDENTITY" "$image"
	xcrun notarytool submit "$image" --keychain-profile "$NOTARY_PROFILE" --wait
	xcrun stapler staple "$image"
fi
