# Disks.
check_PROGRAMS += tests/unit/dasd-ckd tests/unit/dasd-images
TESTS += tests/unit/dasd-ckd tests/unit/dasd-images
tests_unit_dasd_ckd_SOURCES = tests/unit/dasd-ckd.c tests/unit/dasd-bench.h tests/unit/check.h
tests_unit_dasd_ckd_LDADD = $(DEVICES)
tests_unit_dasd_images_SOURCES = tests/unit/dasd-images.c tests/unit/dasd-bench.h \
	tests/unit/check.h
tests_unit_dasd_images_LDADD = $(DEVICES)
