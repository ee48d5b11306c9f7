        module  stubs
spool_command:
        tm      one+3,1
        br      14
unprefix:
        br      14
