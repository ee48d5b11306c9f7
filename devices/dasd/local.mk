libdevices_a_SOURCES += \
	devices/dasd/ckd-commands.def devices/dasd/models.def \
	devices/dasd/cckd-chain.c devices/dasd/cckd-chain.h \
	devices/dasd/cckd-check.c devices/dasd/cckd-check.h devices/dasd/cckd-exam.h \
	devices/dasd/cckd-headers.c devices/dasd/cckd-recover.c \
	devices/dasd/cckd-codec.c devices/dasd/cckd-codec.h \
	devices/dasd/cckd-file.c devices/dasd/cckd-file.h devices/dasd/cckd-layout.h \
	devices/dasd/cckd-keeper.c devices/dasd/cckd-keeper.h \
	devices/dasd/ckd-compressed.c \
	devices/dasd/ckd-control.c \
	devices/dasd/ckd-device.c devices/dasd/ckd-device.h \
	devices/dasd/ckd-image.c devices/dasd/ckd-image.h devices/dasd/ckd-format.h \
	devices/dasd/ckd-locate.c \
	devices/dasd/ckd-motion.c \
	devices/dasd/ckd-plain.c \
	devices/dasd/ckd-read.c \
	devices/dasd/ckd-subsystem.c \
	devices/dasd/ckd-write.c \
	devices/dasd/control-unit.c devices/dasd/control-unit.h \
	devices/dasd/convert.c \
	devices/dasd/customary.c devices/dasd/customary.h \
	devices/dasd/dasdinit.c \
	devices/dasd/dataset.c devices/dasd/dataset.h \
	devices/dasd/disk-copy.c devices/dasd/disk-copy.h \
	devices/dasd/disk-file.c devices/dasd/disk-file.h \
	devices/dasd/disk-output.c devices/dasd/disk-output.h \
	devices/dasd/disk-journal.c devices/dasd/disk-journal.h \
	devices/dasd/fba-device.c \
	devices/dasd/fba-image.c devices/dasd/fba-image.h devices/dasd/fba-models.def \
	devices/dasd/free-space.c devices/dasd/free-space.h \
	devices/dasd/geometry.c devices/dasd/geometry.h \
	devices/dasd/layout.c devices/dasd/layout.h \
	devices/dasd/load.c devices/dasd/load.h \
	devices/dasd/load-members.c devices/dasd/load-members.h \
	devices/dasd/mount.c \
	devices/dasd/settings.c devices/dasd/shadows.c \
	devices/dasd/tool.c devices/dasd/tool.h \
	devices/dasd/tool-check.c devices/dasd/tool-copy.c devices/dasd/tool-create.c \
	devices/dasd/tool-diff.c devices/dasd/tool-list.c devices/dasd/tool-map.c \
	devices/dasd/tool-show.c \
	devices/dasd/isup.c \
	devices/dasd/track-cache.c devices/dasd/track-cache.h \
	devices/dasd/unloaded.c devices/dasd/unloaded.h \
	devices/dasd/volume-build.c devices/dasd/volume-build.h \
	devices/dasd/types.c devices/dasd/types.h \
	devices/dasd/vtoc.c devices/dasd/vtoc.h
