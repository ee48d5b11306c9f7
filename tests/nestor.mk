# Nestor; scripts/test runs it with the other acceptance tests.
dist_noinst_SCRIPTS += tests/acceptance/nestor.sh tests/acceptance/nestor-assist.sh
dist_noinst_SCRIPTS += tests/acceptance/nestor-osvs1.sh tests/acceptance/nestor-3270.sh
