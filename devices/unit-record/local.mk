# Card equipment and printers.
libdevices_a_SOURCES += \
	devices/unit-record/card-tool.c devices/unit-record/card-tool.h \
	devices/unit-record/card-xmi.c \
	devices/unit-record/card-code.c devices/unit-record/card-code.h \
	devices/unit-record/carriage.c devices/unit-record/carriage.h \
	devices/unit-record/deck.c devices/unit-record/deck.h \
	devices/unit-record/printer.c \
	devices/unit-record/punch.c \
	devices/unit-record/reader.c \
	devices/unit-record/sink.c devices/unit-record/sink.h \
	devices/unit-record/transmit.c devices/unit-record/transmit.h \
	devices/unit-record/types.c devices/unit-record/unit-record.h
