# Disks.
check_PROGRAMS += tests/unit/dasd-ckd
TESTS += tests/unit/dasd-ckd
tests_unit_dasd_ckd_SOURCES = tests/unit/dasd-ckd.c tests/unit/dasd-bench.h tests/unit/check.h
tests_unit_dasd_ckd_LDADD = $(DEVICES)
