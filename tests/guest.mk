# Stand-alone programs, run on the whole machine.
check_PROGRAMS += tests/guest/run
tests_guest_run_SOURCES = tests/guest/run.c tests/unit/check.h
tests_guest_run_LDADD = $(DEVICES)
check_PROGRAMS += tests/guest/image
tests_guest_image_SOURCES = tests/guest/image.c tests/unit/check.h
tests_guest_image_LDADD = $(CPU)
dist_check_SCRIPTS += tests/guest/guests
TESTS += tests/guest/guests
