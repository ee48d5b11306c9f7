/* What the configuration and the operator have set, beyond what the machine itself
 * holds. Private to console/. */
#ifndef CONSOLE_SETTINGS_H
#define CONSOLE_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

/* The panel's colours, PANOPT MSGCOLOR: none, those for a dark or for a light background. */
enum panel_colours { COLOURS_NO, COLOURS_DARK, COLOURS_LIGHT };

struct settings {
    char loadparm[9];
    char cnslport[64];
    char tls_certificate[256], tls_key[256];    /* of CNSLPORT; "": no TLS */
    int keep_idle, keep_interval, keep_count;   /* CONKPALV: seconds, seconds, probes */
    char control[108];      /* CONTROL: path, port, "default"; empty: no socket */
    bool http;              /* the web page is wanted */
    int http_port;          /* 0: any */
    char token[65];         /* what callers over TCP say first; empty: made anew */
    int epoch;              /* year of which 1 January has TOD 0: SYSEPOCH */
    int year_offset;        /* years that the guest's clock is ahead of the host's */
    int zone_minutes;       /* TZOFFSET, minutes east */
    int maxcpu;
    int panrate_ms;
    enum panel_colours panel_colours;
    char panel_title[64];   /* PANTITLE; empty: the name of the partition */
    char separator;         /* CMDSEP: parts commands of a line; 0: none */
    bool licensed;          /* PGMPRDOS */
    bool rexx_subroutines;      /* exec hands over each word as an argument */
    bool diag8, diag8_echo; /* DIAG8CMD */
    bool shell, shell_diag8;/* SHCMDOPT */
    bool ignore_include_errors;
    unsigned long long reported[2];   /* program interruption codes 0-7F that are told */
};

#endif
