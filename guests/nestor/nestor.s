# Nestor, a virtual-machine monitor for System/370.
#
# It gives each of its users a whole machine, and can itself be run in one of them, to any depth.
# How it is written, nestor.inc says; what it does, docs/nestor.md. The processor's part, some three
# thousand lines, is what an evening is for: read it in this order. The rest is for other evenings, each
# part by itself.
        .include "s370.inc"
        .include "nestor.inc"
        .text   0
image_start:
# ---- the processor of a machine, and its storage
        .include "nucleus.s"
image_begin = image_start + 0x400
        .include "dispatch.s"
        .include "program.s"
        .include "privileged.s"
        .include "timers.s"
        .include "shadow.s"
        .include "paging.s"
        .include "pager.s"
# ---- its channels and devices, and the real ones
        .include "virtual-io.s"
        .include "translate.s"
        .include "interpret.s"
        .include "console.s"
        .include "terminal.s"
        .include "display.s"
        .include "real-io.s"
# ---- who has a machine, and what is typed
        .include "machine.s"
        .include "directory.s"
        .include "users.s"
        .include "commands.s"
        .include "commands-query.s"
        .include "commands-panel.s"
        .include "display-store.s"
        .include "settings.s"
        .include "commands-more.s"
# ---- minidisks and the directory
        .include "disks.s"
        .include "directory-disk.s"
        .include "format.s"
# ---- spooling
        .include "spool.s"
        .include "spool-keep.s"
        .include "spool-real.s"
        .include "spool-commands.s"
        .include "spool-diagnose.s"
# ---- what a machine may ask of Nestor
        .include "diagnose.s"
        .include "diagnose-io.s"
        .include "full-screen.s"
# ---- built-in programs; the beginning
        .include "programs.s"
        .include "start.s"
        .text   0
start:  goto    start_up
        module  end
image_end:
