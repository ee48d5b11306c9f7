EXTRA_DIST += docs/differences.md docs/adding-a-device.md docs/internals.md
# Made by scripts/documents.
EXTRA_DIST += docs/commands.md docs/configuration.md docs/messages.md
dist_man_MANS += docs/endicott.1 docs/endicott-tape.1 docs/endicott-card.1 docs/endicott-dasd.1
dist_doc_DATA = README.md docs/guide.md docs/operating.md docs/performance.md \
	docs/instructions.md docs/panel.md
dist_doc_DATA += docs/control.md docs/web.md
EXTRA_DIST += docs/terminals.md docs/libraries.md
dist_doc_DATA += docs/nestor.md docs/nestor-logon.png docs/nestor-tour.png docs/recursion.md
