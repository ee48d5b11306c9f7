# Tape drives, and the images on them.
libdevices_a_SOURCES += \
	devices/tape/aws.c \
	devices/tape/fake.c \
	devices/tape/cartridge.c \
	devices/tape/drive.c devices/tape/drive.h \
	devices/tape/image.c devices/tape/image.h \
	devices/tape/label.c devices/tape/label.h \
	devices/tape/library.c devices/tape/library.h \
	devices/tape/models.c \
	devices/tape/oma.c \
	devices/tape/sense.c \
	devices/tape/simh.c \
	devices/tape/tool.c devices/tape/tool.h \
	devices/tape/tool-check.c devices/tape/tool-copy.c devices/tape/tool-get.c \
	devices/tape/tool-init.c devices/tape/tool-map.c \
	devices/tape/types.c
