# Channel programs and I/O instructions.
check_PROGRAMS += tests/channel/cases tests/channel/guest tests/channel/noise \
	tests/channel/subsystem-guest
TESTS += tests/channel/cases tests/channel/guest tests/channel/noise \
	tests/channel/subsystem-guest
tests_channel_cases_SOURCES = tests/channel/cases.c tests/channel/cases.h \
	tests/channel/scripted.c tests/channel/scripted.h tests/channel/subsystem.c tests/unit/check.h
tests_channel_cases_LDADD = $(DEVICES)
tests_channel_guest_SOURCES = tests/channel/guest.c tests/unit/check.h
tests_channel_guest_LDADD = $(CHANNEL)
tests_channel_subsystem_guest_SOURCES = tests/channel/subsystem-guest.c tests/unit/check.h
tests_channel_subsystem_guest_LDADD = $(CHANNEL)
tests_channel_noise_SOURCES = tests/channel/noise.c tests/unit/check.h
tests_channel_noise_LDADD = $(DEVICES)
EXTRA_DIST += tests/channel/guest.s tests/channel/subsystem-guest.s tests/channel/cases.txt tests/channel/ccw.cases tests/channel/chain.cases tests/channel/device-cards.cases \
	tests/channel/device-consoles.cases tests/channel/device-disks.cases \
	tests/channel/device-tapes.cases \
	tests/channel/data.cases tests/channel/instructions.cases tests/channel/interruptions.cases \
	tests/channel/css-disk.cases tests/channel/css-instructions.cases tests/channel/css-programs.cases \
	tests/channel/css-status.cases tests/channel/css-system.cases \
	tests/channel/ipl.cases tests/channel/length.cases tests/channel/trace.cases

# Programs made of noise.
check_PROGRAMS += tests/channel/wild
TESTS += tests/channel/wild
tests_channel_wild_SOURCES = tests/channel/wild.c tests/unit/check.h
tests_channel_wild_LDADD = $(CHANNEL)

# The channel subsystem's instructions in every state, with every exception.
check_PROGRAMS += tests/channel/subsystem-z
TESTS += tests/channel/subsystem-z
tests_channel_subsystem_z_SOURCES = tests/channel/subsystem-z.c tests/channel/scripted.c \
	tests/channel/scripted.h tests/unit/check.h
tests_channel_subsystem_z_LDADD = $(CHANNEL)

# Not a test of the default run: scripts/compare-channels builds and drives it.
EXTRA_PROGRAMS += tests/compare/channels
tests_compare_channels_SOURCES = tests/compare/channels.c
tests_compare_channels_LDADD = libcore.a
EXTRA_DIST += tests/compare/channels.s
