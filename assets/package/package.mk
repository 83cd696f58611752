# Packages for people who have no Go, and the proof that they install. What is in
# them and why, the scripts of this folder say.

VERSION := $(shell sed -n 's/^\tversion *= "\(.*\)"/\1/p' main.go)

# The time in the packages is the commit's: built again, they are the same.
SOURCE_DATE_EPOCH ?= $(shell git log -1 --format=%ct)

PACKAGE_PACKAGES := binutils gcc-mingw-w64-x86-64-win32 nsis appstream desktop-file-utils \
	$(if $(SIGN_CERT),osslsigncode)
VERIFY_PACKAGES := debootstrap xvfb openbox xdotool x11-utils imagemagick curl cpio rpm rpmlint \
	wine64 gcc-mingw-w64-x86-64-win32 binutils osslsigncode openssl

package verify-packages: export VERSION := $(VERSION)
package verify-packages: export SOURCE_DATE_EPOCH := $(SOURCE_DATE_EPOCH)
package verify-packages: export TAGS := $(TAGS),release

# One recipe each for Linux, which also builds Windows' installer, and for a Mac.
PACKAGED := $(if $(filter Darwin,$(shell uname -s)),mac,linux windows)

.PHONY: package
package: $(if $(filter mac,$(PACKAGED)),,build-needs package-needs) ## build what people install into dist/
	assets/package/prepare.sh
	$(foreach system,$(PACKAGED),assets/package/$(system)/build.sh &&) true
	assets/package/sums.sh

.PHONY: verify-packages
verify-packages: verify-needs ## install, start and remove those packages: Debian, rpm, Wine
	assets/package/verify/rpm.sh
	assets/package/verify/deb.sh
	assets/package/verify/windows.sh

.PHONY: package-needs
package-needs:
	$(call install,$(PACKAGE_PACKAGES))

.PHONY: verify-needs
verify-needs:
	$(call install,$(VERIFY_PACKAGES))
