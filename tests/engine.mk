check_PROGRAMS += tests/unit/engine
TESTS += tests/unit/engine
tests_unit_engine_SOURCES = tests/unit/engine.c tests/unit/check.h
tests_unit_engine_LDADD = $(CPU)

# Host instructions per guest instruction, against limits.
dist_check_SCRIPTS += tests/speed
TESTS += tests/speed
# Translation in z/Architecture against a second reading of the manual.
check_PROGRAMS += tests/unit/dat-z
TESTS += tests/unit/dat-z
tests_unit_dat_z_SOURCES = tests/unit/dat-z.c tests/unit/check.h
tests_unit_dat_z_LDADD = $(CPU)
# Translations after PTLB against those of an empty cache.
check_PROGRAMS += tests/unit/revive
TESTS += tests/unit/revive
tests_unit_revive_SOURCES = tests/unit/revive.c tests/unit/check.h
tests_unit_revive_LDADD = $(CPU)
# SIGNAL PROCESSOR of ESA/390 and z/Architecture, every order.
check_PROGRAMS += tests/unit/sigp-z
TESTS += tests/unit/sigp-z
tests_unit_sigp_z_SOURCES = tests/unit/sigp-z.c tests/unit/check.h
tests_unit_sigp_z_LDADD = $(CPU)
# Priority of interruptions in z/Architecture.
check_PROGRAMS += tests/unit/priorities-z
TESTS += tests/unit/priorities-z
tests_unit_priorities_z_SOURCES = tests/unit/priorities-z.c tests/unit/check.h
tests_unit_priorities_z_LDADD = $(CPU)
# Program-event recording: areas around what an instruction fetches, stores and branches to.
check_PROGRAMS += tests/unit/per
TESTS += tests/unit/per
tests_unit_per_SOURCES = tests/unit/per.c tests/unit/check.h
tests_unit_per_LDADD = $(CPU)
