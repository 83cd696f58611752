#!/usr/bin/env bash
# Signs a program or an installer in its place, if the environment names with what:
#   SIGN_CERT       file with the certificate, PEM, or PKCS#12 with the key in it
#   SIGN_KEY        file with the key, PEM; not for PKCS#12
#   SIGN_PASS_FILE  file with the password of the key, if it has one
#   SIGN_TIMESTAMP  address of a time stamp server; without one a signature ends
#                   with its certificate
# Without SIGN_CERT it does nothing.
set -euo pipefail
if [ -z "${SIGN_CERT:-}" ]; then exit; fi
if [ -n "${SIGN_KEY:-}" ]; then
	how=(-certs "$SIGN_CERT" -key "$SIGN_KEY")
else
	how=(-pkcs12 "$SIGN_CERT")
fi
if [ -n "${SIGN_PASS_FILE:-}" ]; then how+=(-readpass "$SIGN_PASS_FILE"); fi
if [ -n "${SIGN_TIMESTAMP:-}" ]; then how+=(-ts "$SIGN_TIMESTAMP"); fi
osslsigncode sign "${how[@]}" -h sha256 -n "Exotel Monitor" -in "$1" -out "$1.signed"
mv "$1.signed" "$1"
