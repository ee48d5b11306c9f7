# Tests of the whole program; scripts/test runs each tests/acceptance/*.sh.
dist_noinst_SCRIPTS += tests/acceptance/osvs1.sh tests/acceptance/bad-input.sh
dist_noinst_SCRIPTS += tests/acceptance/tapes.sh
dist_noinst_SCRIPTS += tests/acceptance/dasd-tools.sh tests/acceptance/dasd-osvs1.sh
EXTRA_DIST += tests/acceptance/check.subr tests/acceptance/osvs1.subr \
	tests/acceptance/osvs1/restore.rc tests/acceptance/osvs1/cold.rc \
	tests/acceptance/osvs1/warm.rc
