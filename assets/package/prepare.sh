#!/usr/bin/env bash
# Clears the place and draws the icons.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
rm -rf dist "$work"
mkdir -p dist "$work"
CGO_ENABLED=0 go run ./assets/package/icons assets/icon.svg "$work/icons"
