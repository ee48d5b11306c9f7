        module  stubs
spool_command:
        tm      one+3,1
        br      14
start_translated:
halt_translated:
device_interrupted:
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
