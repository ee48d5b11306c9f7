# Stories of Debian's Linux; those in tests/long are run by name alone: scripts/test linux-disk.
dist_noinst_SCRIPTS += scripts/guest-linux scripts/bench-linux tests/acceptance/linux.sh
dist_noinst_SCRIPTS += tests/long/linux-3270.sh tests/long/linux-disk.sh tests/long/linux-debian.sh tests/long/linux-suites.sh
EXTRA_DIST += tests/long/linux.bash tests/long/debian-checks
