# Tools for disk images.
check_PROGRAMS += tests/unit/dasd-check
TESTS += tests/unit/dasd-check
tests_unit_dasd_check_SOURCES = tests/unit/dasd-check.c tests/unit/check.h
tests_unit_dasd_check_LDADD = $(DEVICES)
check_PROGRAMS += tests/fuzz/dasd-tools
TESTS += tests/fuzz/dasd-tools
tests_fuzz_dasd_tools_SOURCES = tests/fuzz/dasd-tools.c tests/fuzz/main.c tests/fuzz/fuzz.h
tests_fuzz_dasd_tools_LDADD = $(DEVICES)
check_PROGRAMS += tests/fuzz/media
TESTS += tests/fuzz/media
tests_fuzz_media_SOURCES = tests/fuzz/media.c tests/fuzz/main.c tests/fuzz/fuzz.h
tests_fuzz_media_LDADD = $(DEVICES)
