#!/usr/bin/env bash
# Says what the files are, so that whoever downloads them can compare.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
cd dist
sum=(sha256sum)
if ! command -v sha256sum >/dev/null; then sum=(shasum -a 256); fi
"${sum[@]}" -- exotel-monitor* >SHA256SUMS
cat SHA256SUMS
