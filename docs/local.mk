EXTRA_DIST += docs/differences.md docs/adding-a-device.md docs/internals.md
# Made by scripts/documents.
EXTRA_DIST += docs/commands.md docs/configuration.md docs/messages.md
