# Disks.
DASD_BENCH = tests/unit/dasd-bench.h tests/unit/check.h
check_PROGRAMS += tests/unit/dasd-ckd tests/unit/dasd-fba tests/unit/dasd-images \
	tests/unit/dasd-shadow
TESTS += tests/unit/dasd-ckd tests/unit/dasd-fba tests/unit/dasd-images \
	tests/unit/dasd-shadow
tests_unit_dasd_ckd_SOURCES = tests/unit/dasd-ckd.c $(DASD_BENCH)
tests_unit_dasd_ckd_LDADD = $(DEVICES)
tests_unit_dasd_fba_SOURCES = tests/unit/dasd-fba.c $(DASD_BENCH)
tests_unit_dasd_fba_LDADD = $(DEVICES)
tests_unit_dasd_images_SOURCES = tests/unit/dasd-images.c $(DASD_BENCH)
tests_unit_dasd_images_LDADD = $(DEVICES)
tests_unit_dasd_shadow_SOURCES = tests/unit/dasd-shadow.c $(DASD_BENCH)
tests_unit_dasd_shadow_LDADD = $(DEVICES)
dist_noinst_SCRIPTS += tests/acceptance/shadow-files.sh

# Only on demand: its head tells how.
EXTRA_PROGRAMS += tests/fuzz/disk-image
tests_fuzz_disk_image_SOURCES = tests/fuzz/disk-image.c
tests_fuzz_disk_image_CPPFLAGS = $(AM_CPPFLAGS) -D_GNU_SOURCE
tests_fuzz_disk_image_LDFLAGS = -fsanitize=fuzzer
tests_fuzz_disk_image_LDADD = $(DEVICES)

# What survives a death: tests/unit/dasd-kill N kills N times for each kind of disk.
DASD_WORK = tests/unit/dasd-work.c tests/unit/dasd-work.h $(DASD_BENCH)
check_PROGRAMS += tests/unit/dasd-kill
TESTS += tests/unit/dasd-kill
tests_unit_dasd_kill_SOURCES = tests/unit/dasd-kill.c $(DASD_WORK)
tests_unit_dasd_kill_LDADD = $(DEVICES)
check_PROGRAMS += tests/unit/dasd-power
TESTS += tests/unit/dasd-power
tests_unit_dasd_power_SOURCES = tests/unit/dasd-power.c $(DASD_WORK)
tests_unit_dasd_power_LDADD = $(DEVICES)
check_PROGRAMS += tests/unit/dasd-faults
TESTS += tests/unit/dasd-faults
tests_unit_dasd_faults_SOURCES = tests/unit/dasd-faults.c $(DASD_WORK)
tests_unit_dasd_faults_LDADD = $(DEVICES)
check_PROGRAMS += tests/unit/dasd-flips
TESTS += tests/unit/dasd-flips
tests_unit_dasd_flips_SOURCES = tests/unit/dasd-flips.c $(DASD_WORK)
tests_unit_dasd_flips_LDADD = $(DEVICES)
check_PROGRAMS += tests/fuzz/disk-journal
TESTS += tests/fuzz/disk-journal
tests_fuzz_disk_journal_SOURCES = tests/fuzz/disk-journal.c tests/fuzz/main.c tests/fuzz/fuzz.h
tests_fuzz_disk_journal_LDADD = $(DEVICES)
