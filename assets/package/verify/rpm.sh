#!/usr/bin/env bash
# The .rpm: what is in it and what it asks for, as rpm and rpmlint see it, and that
# rpm can install and remove it. No system that uses rpm is at hand to start it on.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
rpm=$(package 'exotel-monitor-*.rpm')
deb=$(package 'exotel-monitor_*.deb')
echo "$rpm ($(du -h "$rpm" | cut -f 1))"

rpm -qp --qf '%{VERSION}' "$rpm" | grep -xF "$VERSION" >/dev/null || failed "it is not version $VERSION"
rpm -qpl "$rpm" | sort >"$place/in-rpm"
dpkg-deb -c "$deb" | awk '$6 !~ "/$" || $6 ~ "doc/.*/$" { sub("^[.]", "", $6); sub("/$", "", $6); print $6 }' | sort >"$place/in-deb"
diff "$place/in-deb" "$place/in-rpm" || failed "the .deb and the .rpm hold different files"
sed 's/^/      /' "$place/in-rpm"
proved "rpm -qpl: the files of the .deb, and no folder of others"

# What rpm's own tools find that the program is linked to must be asked for.
program=bin/package/linux/bin/exotel-monitor
rpm -qpR "$rpm" >"$place/requires"
objdump -p "$program" | awk '$1 == "NEEDED" { print $2 }' | while read -r library; do
	case $library in
	libc.so.6 | libm.so.6 | libresolv.so.2) library=libc.so.6 ;; # all of one package
	esac
	grep -qF "$library(" "$place/requires" || failed "$library is not asked for"
done
newest=$(objdump -T "$program" | grep -o 'GLIBC_[0-9.]*' | sort -Vu | tail -1)
grep -qF "$newest" "$place/requires" || failed "it needs $newest and does not say so"
proved "rpm -qpR: asks for every library that the program is linked to, and $newest"
[ -z "$(rpm -qp --scripts "$rpm")" ] || failed "it runs scripts"
proved "it runs no scripts"

# The names in its archive are absolute, and rpmlint would unpack it over this system.
mkdir "$place/bin"
printf '#!/bin/sh\nexec %s --no-absolute-filenames "$@"\n' "$(command -v cpio)" >"$place/bin/cpio"
chmod +x "$place/bin/cpio"
PATH=$place/bin:$PATH rpmlint -c assets/package/linux/rpmlint.toml "$rpm" >"$place/lint" || {
	cat "$place/lint" >&2
	failed "rpmlint"
}
proved "rpmlint: $(sed -n 's/.*checked; *//p' "$place/lint")"

root=$place/root
mkdir "$root"
rpm --root "$root" --initdb
rpm --root "$root" -i --nodeps "$rpm" 2>"$place/rpm.log" || failed "$(cat "$place/rpm.log")"
rpm --root "$root" -V --nodeps exotel-monitor || failed "what was installed is not what was packed"
rpm --root "$root" -e exotel-monitor
left=$(find "$root" -type f -not -path '*/lib/rpm/*' -not -path '*/.rpmdb/*' -not -path '*/lib/sysimage/*')
[ -z "$left" ] || failed "left: $left"
proved "installed into an empty root, verified, removed: no file is left"
