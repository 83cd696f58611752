#!/usr/bin/env bash
# Builds the .deb, the .rpm and the portable .tar.gz, all of one tree that is
# /usr in the packages.
source "$(dirname "${BASH_SOURCE[0]}")/../common.sh"
from=assets/package/linux
tree=$work/linux
arch=$(go env GOARCH)

compile -buildmode=pie -ldflags "-s -w $feed -extldflags=-Wl,-z,relro,-z,now" -o "$tree/bin/exotel-monitor"

install -D -m 644 -t "$tree/share/applications" "$from/$id.desktop"
desktop-file-validate "$tree/share/applications/$id.desktop"

metainfo=$tree/share/metainfo/$id.metainfo.xml
install -d "${metainfo%/*}"
sed "s/@VERSION@/$VERSION/; s/@DATE@/$(date -ud "@$SOURCE_DATE_EPOCH" +%F)/" "$from/$id.metainfo.xml" >"$metainfo"
appstreamcli validate --no-net "$metainfo"

install -d "$tree/share/icons"
cp -r "$work/icons/hicolor" "$tree/share/icons/"

# The manual is what --help says.
manual=$tree/share/man/man1/exotel-monitor.1.gz
install -d "${manual%/*}"
{
	printf '.TH EXOTEL-MONITOR 1 %s "Exotel Monitor %s"\n' "$(date -ud "@$SOURCE_DATE_EPOCH" +%F)" "$VERSION"
	printf '.SH NAME\nexotel-monitor \\- see how an Exotel account'"'"'s phone lines are doing\n.SH USAGE\n.nf\n'
	"$tree/bin/exotel-monitor" --help | sed 's/\\/\\e/g; s/-/\\-/g; s/^[.'"'"']/\\\&&/'
	printf '.fi\n'
} | gzip -n9 >"$manual"

papers=$tree/share/doc/exotel-monitor
install -d "$papers"
{
	cat "$from/copyright"
	sed 's/^$/./; s/^/ /' LICENSE
} >"$papers/copyright"
licences | gzip -n9 >"$papers/licences.gz"
gzip -n9 <CHANGELOG.md >"$papers/changelog.gz"
dated "$tree"

for kind in deb rpm; do
	ARCH=$arch tool nfpm package --config "$from/nfpm.yaml" --packager "$kind" --target dist/
done
tar --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$SOURCE_DATE_EPOCH" \
	--transform "s,^\.,exotel-monitor-$VERSION," -C "$tree" -c . |
	gzip -n9 >"dist/exotel-monitor-$VERSION-linux-$arch.tar.gz"
sbom "$tree/bin/exotel-monitor" "linux-$arch"
