EXTRA_DIST += docs/differences.md docs/adding-a-device.md docs/internals.md
