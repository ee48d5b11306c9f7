dist_noinst_SCRIPTS += scripts/setup scripts/build scripts/run scripts/test scripts/bench scripts/bench-media scripts/bench-osvs1 scripts/fuzz
dist_noinst_SCRIPTS += scripts/compare-peer scripts/compare-decimal scripts/compare-qemu scripts/compare-channels scripts/compare-float-peer
dist_noinst_SCRIPTS += scripts/documents

.PHONY: fuzz
fuzz:
	$(top_srcdir)/scripts/fuzz
