# SPDX-License-Identifier: GPL-3.0-or-later
# The packages of Debian and Ubuntu that sppctl needs, in one place.
# Sourced by cli/quickstart.sh and tests/run.sh.

# To build it; the last five for disk images, WIMs and the screen, which are
# left out without.  qemu-utils has the program that unpacks all but raw images.
BUILD_PACKAGES="gcc libc6-dev cmake ninja-build pkg-config libhivex-dev
nettle-dev libidn2-dev libunistring-dev libjansson-dev libxml2-dev
ntfs-3g-dev libnbd-dev qemu-utils libwim-dev libncurses-dev"

# To make a disk image and a WIM to try it on.
SAMPLE_PACKAGES="ntfs-3g fdisk wimtools"

# To test it: CUnit, readers of hives that are not ours, and valgrind.
TEST_PACKAGES="libcunit1-dev libhivex-bin libwin-hivex-perl reglookup
valgrind python3 attr acl groff-base tmux"

# Programs of others that judge what is written: Registry.pol, XML, SARIF, JSON
# Schema, zones, hives.
JUDGE_PACKAGES="python3-samba libxml2-utils python3-jsonschema bind9 bind9-utils
bind9-dnsutils libregf-utils chromium mandoc man-db zsh fish clang-tidy
cppcheck"

# Wine, and Samba as a domain controller; a release that lacks one skips its
# test.
DOMAIN_PACKAGES="wine wine64 samba samba-ad-dc samba-ad-provision
samba-dsdb-modules samba-vfs-modules winbind"

# What spreads work over machines; a release that lacks one skips its test.
SPREAD_PACKAGES="parallel openssh-server openssh-client slurmctld slurmd
slurm-client munge ansible-core"

# What judges packages and manual pages; skipped likewise.
PACKAGING_PACKAGES="lintian rpm rpmlint mandoc shellcheck musl-tools
libc6-dev-i386"

# may_install PACKAGE...: asks a person, if ASK is set and one sits there
may_install()
{
	echo "these packages are needed and not installed:"
	echo "  $*"
	[ "${ASK-}" ] && [ -t 0 ] && [ -t 1 ] || return 0
	printf 'install them with apt-get? [Y/n] '
	read -r answer || answer=n
	case $answer in
	'' | y* | Y*) ;;
	*)
		echo "nothing was installed" >&2
		return 1
		;;
	esac
}

# install_packages PACKAGE...: installs those that are not there
install_packages()
{
	missing=
	for package; do
		dpkg-query -W -f '${Status}\n' "$package" 2>/dev/null |
			grep -q 'ok installed' || missing="$missing $package"
	done
	[ "$missing" ] || return 0
	may_install $missing || return 1
	as_root=
	if [ "$(id -u)" -ne 0 ]; then
		as_root=sudo
		command -v sudo >/dev/null || {
			echo "only root can install them: apt-get install$missing" >&2
			return 1
		}
	fi
	$as_root apt-get update -qq
	DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq \
		--no-install-recommends $missing
}
