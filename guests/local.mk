# Programs of this project that run inside the machine.
dist_noinst_SCRIPTS += guests/assemble
EXTRA_DIST += guests/s370.inc guests/deck.s \
	guests/media/media.s \
	guests/bench/checksums guests/bench/kernel.inc \
	guests/bench/branches.s guests/bench/decimal.s guests/bench/execute.s \
	guests/bench/hfp-extended.s guests/bench/hfp-long.s guests/bench/hfp-short.s \
	guests/bench/interrupts.s guests/bench/modify.s guests/bench/registers.s \
	guests/bench/sieve.s guests/bench/sort.s guests/bench/spaces.s \
	guests/bench/storage.s guests/bench/strings.s \
	guests/bench/z/access.s guests/bench/z/checksums guests/bench/z/kernel.inc guests/bench/z/arithmetic.s \
	guests/bench/z/bfp-long.s guests/bench/z/bfp-short.s guests/bench/z/interrupts.s \
	guests/bench/z/memory.s guests/bench/z/mix.s guests/bench/z/mix.c guests/bench/z/search.s \
	guests/bench/z/spaces.s

# The default machine and its guest; the deck is assembled from hello.s by hand:
#     guests/assemble guests/hello/hello.s guests/hello/hello.deck 0x400
hellodir = $(pkgdatadir)
dist_hello_DATA = guests/hello/machine.cnf guests/hello/start.rc guests/hello/hello.deck
EXTRA_DIST += guests/hello/hello.s

# Guest tests; see tests/guest/guests.
EXTRA_DIST += guests/tests/test.inc guests/tests/dat.s guests/tests/keys.s \
	guests/tests/modify.s guests/tests/processors.s guests/tests/program.s guests/tests/svc.s \
	guests/tests/timers.s

# Address spaces; see tests/guest/guests.
EXTRA_DIST += guests/spaces/spaces-esa.s guests/spaces/spaces-z.s

# Programs for 3270 terminals; see tests/acceptance/tn3270.sh.
EXTRA_DIST += guests/terminal/3270.inc guests/terminal/orders.s guests/terminal/echo.s guests/terminal/attributes.s \
	guests/terminal/printer.s guests/terminal/clock.s

# Nestor; see guests/nestor/nestor.s. Its deck is assembled by hand:
#     guests/nestor/build guests/nestor/nestor.deck
include guests/nestor/local.mk
