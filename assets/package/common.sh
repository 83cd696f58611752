# What the scripts of this folder share. `make` starts them and names VERSION,
# SOURCE_DATE_EPOCH and TAGS; they work from the repository's root.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
: "${VERSION:?start this with make package}" "${SOURCE_DATE_EPOCH:?}" "${TAGS:?}"
export TZ=UTC LC_ALL=C
umask 022
id=in.exotel-monitor.app
work=bin/package # what the packages are made of

# tool runs one of tools.mod.
tool() {
	go tool -modfile=assets/package/tools.mod "$@"
}

# compile builds the program for whom it is given to: stripped, without paths of
# this computer, with the tag that leaves Fyne's own checks out, and with the commit
# for the diagnosis. UPDATE_FEED is the address of the release feed, if there is one.
compile() {
	CGO_ENABLED=1 go build -trimpath -buildvcs=true -tags "$TAGS" "$@" .
}
feed="-X exotel-monitor/ui/system/update.DefaultFeed=${UPDATE_FEED:-}"

# licences prints those of the modules that are in the program for GOOS.
licences() {
	local modules='{{with .Module}}{{if not .Main}}{{.Dir}}{{"\t"}}{{.Path}} {{.Version}}{{end}}{{end}}'
	{
		printf '%s\tGo %s\n' "$(go env GOROOT)/LICENSE" "$(go env GOVERSION)"
		CGO_ENABLED=1 go list -deps -tags "$TAGS" -f "$modules" . | sed '/^$/d' | sort -u
	} | GOOS='' GOARCH='' go run ./assets/package/notices
}

# sbom lists what is in a built program, as CycloneDX. Its warnings are that this
# module is not published and Go's own licence not in a module.
sbom() {
	tool cyclonedx-gomod bin -json -licenses -std -noserial -notimestamp \
		-version "v$VERSION" -output "dist/exotel-monitor-$VERSION-$2.cdx.json" "$1"
}

# dated gives every file below a folder the commit's time.
dated() {
	find "$1" -exec touch -hd "@$SOURCE_DATE_EPOCH" {} +
}
