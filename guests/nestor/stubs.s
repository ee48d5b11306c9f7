        module  stubs
spool_command:
        tm      one+3,1
        br      14
page_read:
page_write:
find_pager:
free_slot:
unprefix:
trace_event:
        br      14
get_slot:
        tm      one+3,1
        br      14
