nestordir = $(pkgdatadir)/nestor
dist_nestor_DATA = guests/nestor/start.rc guests/nestor/machine.cnf guests/nestor/nestor.deck
dist_noinst_SCRIPTS += guests/nestor/build guests/nestor/measure
EXTRA_DIST += guests/nestor/nestor.inc guests/nestor/nestor.s guests/nestor/nucleus.s \
	guests/nestor/dispatch.s guests/nestor/program.s guests/nestor/privileged.s \
	guests/nestor/timers.s guests/nestor/shadow.s guests/nestor/paging.s guests/nestor/pager.s \
	guests/nestor/virtual-io.s guests/nestor/translate.s guests/nestor/interpret.s guests/nestor/console.s \
	guests/nestor/terminal.s guests/nestor/display.s guests/nestor/real-io.s guests/nestor/machine.s \
	guests/nestor/directory.s guests/nestor/directory-disk.s guests/nestor/users.s guests/nestor/commands.s guests/nestor/commands-query.s \
	guests/nestor/commands-panel.s guests/nestor/display-store.s guests/nestor/settings.s guests/nestor/commands-more.s guests/nestor/disks.s guests/nestor/spool.s guests/nestor/spool-keep.s guests/nestor/spool-real.s \
	guests/nestor/spool-commands.s guests/nestor/spool-diagnose.s guests/nestor/diagnose.s guests/nestor/diagnose-io.s guests/nestor/full-screen.s guests/nestor/format.s \
	guests/nestor/programs.s guests/nestor/start.s \
	guests/nestor/programs/greeting.s guests/nestor/programs/primes.s \
	guests/nestor/programs/paging.s guests/nestor/programs/lines.s \
	guests/nestor/programs/masks.s guests/nestor/programs/screen.s guests/nestor/programs/monitor.s guests/nestor/programs/program.inc \
	guests/nestor/hostile/noise.s guests/nestor/hostile/asking.s guests/nestor/hostile/channels.s \
	guests/nestor/hostile/endless.s guests/nestor/hostile/escape.s guests/nestor/hostile/flood.s guests/nestor/hostile/tables.s guests/nestor/hostile/pending.s guests/nestor/hostile/storm.s \
	guests/nestor/checks/diagnose.s guests/nestor/checks/diagnose-io.s guests/nestor/checks/minidisk.s guests/nestor/checks/spool.s guests/nestor/checks/full-screen.s guests/nestor/checks/privileged.s
