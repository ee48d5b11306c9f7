# Nestor, a virtual-machine monitor for System/370.
#
# It gives each of its users a whole machine, and can itself be run in one of them, to any depth.
# How it is written, nestor.inc says; what it does, docs/nestor.md. Read nucleus.s first.
        .include "s370.inc"
        .include "nestor.inc"
        .text   0
image_start:
        .include "nucleus.s"
image_begin = image_start + 0x400
        .include "dispatch.s"
        .include "program.s"
        .include "privileged.s"
        .include "timers.s"
        .include "shadow.s"
        .include "paging.s"
        .include "pager.s"
        .include "virtual-io.s"
        .include "translate.s"
        .include "interpret.s"
        .include "console.s"
        .include "terminal.s"
        .include "display.s"
        .include "real-io.s"
        .include "machine.s"
        .include "directory.s"
        .include "users.s"
        .include "commands.s"
        .include "commands-query.s"
        .include "commands-panel.s"
        .include "display-store.s"
        .include "settings.s"
        .include "commands-more.s"
        .include "disks.s"
        .include "directory-disk.s"
        .include "format.s"
        .include "spool.s"
        .include "spool-keep.s"
        .include "spool-real.s"
        .include "spool-commands.s"
        .include "spool-diagnose.s"
        .include "diagnose.s"
        .include "diagnose-io.s"
        .include "full-screen.s"
        .include "programs.s"
        .include "start.s"
        .text   0
start:  goto    start_up
        module  end
image_end:
