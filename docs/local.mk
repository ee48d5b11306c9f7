EXTRA_DIST += docs/differences.md
