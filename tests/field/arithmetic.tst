# Binary and floating-point arithmetic: displays of storage and registers, their judgement.
archlvl S/370
mainsize 1M
numcpu 1
ostailor quiet          # what is reported of interruptions is asked for where it counts

*Testcase ADD and STORE
sysclear
r 0=0008000000000200    # restart new PSW: EC mode
r 68=000A00000000DEAD
r 200=5810030058200304  # L     1,300      L 2,304
r 208=1A12501003080700  # AR    1,2        ST 1,308   NOPR
r 210=820003F0          # LPSW  3F0
r 300=00000001FFFFFFFF
r 3F0=000A000000000000
runtest 1
*Compare
r 300.10
*Want "operands and sum" 00000001 FFFFFFFF 00000000 00000000
*Key 06
gpr
*Gpr 1 00000000         # the sum
*Gpr 2 FFFFFFFF
*Explain AR must give 1 + -1 = 0
*Done

  *Testcase Floating point: 1.5 + 2.25, leading blanks
  sysclear
  r 0=0008000000000200
  r 200=68000300          # LD    0,300
  r 204=6A000308          # AD    0,308
  r 208=60000310          # STD   0,310
  r 20C=820003F0
  r 300=4118000000000000 4124000000000000
  r 3F0=000A000000000000
  runtest 1
  *Compare
  fpr
  *Fpr 0 413C000000000000
  r 310.8
  *Want 413C0000 00000000
  *Done

*Testcase Numbers are compared by value
sysclear
r 0=000A000000000000
r 300=00000012
runtest restart 1
*Compare
r 300.4
*Want 12
*Done
