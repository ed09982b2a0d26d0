#!/bin/sh
# Installs briksync @VERSION@ for the current user. Nothing runs before its checksum is verified.
#
#   BRIKSYNC_BASE_URL   Where the release files are (default: @BASE_URL@)
#   BRIKSYNC_PREFIX     Where to install the program (default: ~/.local)

set -eu

fail() {
  printf 'error: %s\n' "$1" >&2
  exit 1
}

find_platform() {
  case "$(uname -s)" in
    Linux) os=linux ;;
    Darwin) os=darwin ;;
    *) fail "There is no executable for $(uname -s). Install the npm package @briksync/cli instead." ;;
  esac
  case "$(uname -m)" in
    x86_64 | amd64) cpu=x64 ;;
    aarch64 | arm64) cpu=arm64 ;;
    *) fail "There is no executable for $(uname -m). Install the npm package @briksync/cli instead." ;;
  esac
  if [ "$os" = linux ] && ldd --version 2>&1 | grep -qi musl; then
    fail "The executable needs glibc, and this system has musl. Install the npm package @briksync/cli instead."
  fi
  printf '%s-%s' "$os" "$cpu"
}

# Prints the SHA-256 digest of a file.
hash_file() {
  if command -v sha256sum >/dev/null; then
    sha256sum "$1" | cut -d ' ' -f 1
  elif command -v shasum >/dev/null; then
    shasum -a 256 "$1" | cut -d ' ' -f 1
  fi
}

download() {
  if command -v curl >/dev/null; then
    curl --fail --silent --show-error --location --proto-redir =https --output "$2" "$1"
  elif command -v wget >/dev/null; then
    wget --quiet --output-document "$2" "$1"
  else
    fail "Downloads need curl or wget. Install one of them, and run this script again."
  fi
}

# The script is one function that is called on its last line, so that a part of it does nothing.
main() {
  base=${BRIKSYNC_BASE_URL:-@BASE_URL@}
  prefix=${BRIKSYNC_PREFIX:-${HOME:?}/.local}
  case "$base" in
    https://* | http://127.0.0.1[:/]* | http://localhost[:/]*) ;;
    '') fail "Set BRIKSYNC_BASE_URL to the address of the release files." ;;
    *) fail "BRIKSYNC_BASE_URL must start with https://." ;;
  esac
  platform=$(find_platform)
  archive="briksync-@VERSION@-$platform.tar.gz"
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  [ -n "$(hash_file /dev/null)" ] || fail "Checksums need sha256sum or shasum. Nothing was installed."

  download "$base/SHA256SUMS" "$work/SHA256SUMS" || fail "Could not download $base/SHA256SUMS. Nothing was installed."
  wanted=$(sed -n "s/^\([0-9a-f]\{64\}\) [ *]$archive\$/\1/p" "$work/SHA256SUMS")
  [ "${#wanted}" -eq 64 ] || fail "SHA256SUMS does not list $archive. Nothing was installed."
  download "$base/$archive" "$work/$archive" || fail "Could not download $base/$archive. Nothing was installed."
  found=$(hash_file "$work/$archive")
  if [ "$found" != "$wanted" ]; then
    fail "$archive has the wrong checksum ($found). The download is incomplete or was changed. Nothing was installed."
  fi

  mkdir "$work/files"
  tar -xzf "$work/$archive" -C "$work/files"
  mkdir -p "$prefix/bin" "$prefix/share"
  cp -R "$work/files/share/." "$prefix/share/"
  # A running program must not be overwritten, so the new file replaces the old one by its name.
  cp "$work/files/bin/briksync" "$prefix/bin/.briksync.new"
  mv "$prefix/bin/.briksync.new" "$prefix/bin/briksync"
  printf 'briksync %s is installed in %s.\n' "$("$prefix/bin/briksync" --version)" "$prefix/bin"
  case ":$PATH:" in
    *":$prefix/bin:"*) ;;
    *) printf 'To run it by its name, add this folder to your PATH.\n' ;;
  esac
}

main "$@"
