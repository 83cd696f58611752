# How the program is built and tested. `make` lists the targets.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
PROGRAM := bin/exotel-monitor

# One set of tags and one C compiler for everything: each other choice would
# compile the graphics packages once more. gcc takes five times as long for
# them as clang; `make CC=gcc` does where there is no clang.
TAGS := migrated_fynedo,no_metadata,x11
export CC := clang
export GOFLAGS := $(GOFLAGS) -buildvcs=false

# The race detector looks at everything but SQLite, which is C translated to Go: it
# takes six times as long there, and a connection is never used by two goroutines
# without passing through code of ours that it does look at.
RACE := -race -gcflags='modernc.org/...=-race=false'

# What Debian and Ubuntu call the things that building and testing need.
BUILD_PACKAGES := ca-certificates clang libc6-dev pkg-config libgl-dev libx11-dev \
	libxrandr-dev libxcursor-dev libxinerama-dev libxi-dev libxxf86vm-dev
RUN_PACKAGES := libgl1-mesa-dri
TEST_PACKAGES := xvfb openbox xdotool xclip dbus gnome-keyring libsecret-tools \
	tesseract-ocr curl dunst openssh-server desktop-file-utils libglib2.0-bin sqlite3 $(RUN_PACKAGES)

# $(call install,packages) installs those that are missing, if there are any.
define install
@installed=$$(dpkg-query -W -f '$${Package} $${db:Status-Status}\n' $(1) 2>/dev/null | sed -n 's/ installed$$//p' || true); \
missing=$$(printf '%s\n' $(1) | grep -vxF "$$installed" || true); \
if [ -z "$$missing" ]; then exit; fi; \
if ! command -v apt-get >/dev/null; then \
	echo "Needed, by their Debian names; if something fails, install your system's:" $(1); exit; \
fi; \
as_root=; if [ "$$(id -u)" != 0 ]; then as_root=sudo; fi; \
$$as_root apt-get update -q </dev/null; \
$$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $$missing </dev/null
endef

.PHONY: help
help: ## list the targets
	@sed -n 's/^\([a-z0-9-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 17

.PHONY: build
build: ## build bin/exotel-monitor
	go build -tags $(TAGS) -o $(PROGRAM) .

.PHONY: run
run: build-needs build ## install what the build needs, build, open the window
	$(PROGRAM)

.PHONY: demo
demo: build-needs build ## the same, straight into the demo account
	$(PROGRAM) --demo

.PHONY: test
test: build-needs test-needs check unit e2e race ## install what the tests need, run all of them

.PHONY: check
check: ## formatting, vet, staticcheck, tidy go.mod, known vulnerabilities
	@unformatted=$$(gofmt -l .); \
	if [ -n "$$unformatted" ]; then echo "not formatted, run gofmt -w:" $$unformatted; exit 1; fi
	go mod tidy -diff
	go vet -tags $(TAGS),e2e ./...
	go tool staticcheck -tags $(TAGS),e2e ./...
	@if curl -sSf -o /dev/null --max-time 20 https://vuln.go.dev/index/db.json; then \
		echo go tool govulncheck; go tool govulncheck -tags $(TAGS) ./...; \
	else echo "govulncheck: its database cannot be reached from here, so nothing was looked up"; fi

# metrics/refresh has tests of memory and of killed processes that do without the race
# detector.
.PHONY: unit
unit: ## unit tests: the window without a display or C compiler, then all with the race detector
	CGO_ENABLED=0 go test -timeout 10m -tags $(TAGS) ./ui/... ./metrics/refresh
	go test $(RACE) -timeout 40m -tags $(TAGS) ./...

# E2E_SHOTS=folder makes it put pictures of the screens there.
export E2E_SHOTS := $(abspath $(E2E_SHOTS))

.PHONY: e2e
e2e: build ## drive the built program in a real window
	@rm -rf bin/e2e; mkdir -p bin/e2e
	go test -tags $(TAGS),e2e -count=1 -v -timeout 10m -artifacts -outputdir $(CURDIR)/bin/e2e ./ui/e2e/

.PHONY: race
race: ## drive the program built with the race detector, which stops it at the first race
	go build $(RACE) -tags $(TAGS) -o $(PROGRAM)-race .
	@rm -rf bin/race; mkdir -p bin/race
	E2E_PROGRAM=$(CURDIR)/$(PROGRAM)-race GORACE=halt_on_error=1 \
		go test -tags $(TAGS),e2e -count=1 -v -timeout 10m -artifacts -outputdir $(CURDIR)/bin/race \
		-run 'TestDemo|TestWithoutDisplay' ./ui/e2e/

.PHONY: bench
bench: ## benchmarks
	CGO_ENABLED=0 go test -tags $(TAGS) -run '^$$' -bench . -benchmem $$(go list ./... | grep /)

.PHONY: build-needs
build-needs:
	$(call install,$(BUILD_PACKAGES) $(RUN_PACKAGES))

.PHONY: test-needs
test-needs:
	$(call install,$(TEST_PACKAGES))

.PHONY: clean
clean: ## remove what was built
	rm -rf bin dist

include assets/package/package.mk
