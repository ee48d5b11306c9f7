# Control: program interruptions, control registers, keys, prefix, commands to set them.
defsym restart_psw "r 0=0008000000000200"
defsym end_psw "r 3F0=000A000000000000"

*Testcase Division by zero
sysclear
ostailor default
$(restart_psw)
r 68=000A00000000DEAD
r 200=5D000300
runtest 1
*Compare
abs 80.10               # interruption parameters: ILC and code at 8C
*Want "code" 00000000 00000000 00000000 00040009
*Program 0009
*Done

*Testcase LOAD CONTROL, SET PREFIX, SET STORAGE KEY
sysclear
ostailor quiet
$(restart_psw)
$(end_psw)
r 200=B7110300          # LCTL  1,1,300
r 204=58400304          # L     4,304
r 208=58500308          # L     5,308
r 20C=0845              # SSK   4,5
r 20E=B210030C          # SPX   30C
r 212=820003F0
r 300=00ABC000000000F0 00001000 00002000
r 23F0=000A000000000000 # where 3F0 is when the prefix is 2000
runtest 1
*Compare
cr
*Cr 1 00ABC000
pr
*Prefix 00002000
r 1000.4
*Key F0
*Want "zero" 0
*Done
pr 0

*Testcase Registers set by commands, seen by a program
sysclear
$(restart_psw)
$(end_psw)
gpr 3=12345678 4=9
cr 2=000000FF
r 200=50300300820003F0  # ST    3,300     LPSW 3F0
runtest 1
*Compare
gpr
*Gpr 3 12345678
*Gpr 4 00000009
cr
*Cr 2 000000FF
r 300.4
*Want 12345678
*Done

*Testcase From where the PSW says
sysclear
$(end_psw)
psw cmwp=8 ia=200 sm=00
r 200=820003F0
runtest start 1
*Done

*Testcase Another architecture has control registers of its own
*Compare
archlvl esa/390
cr
*Cr 2 00000000
*Cr 14 C2000000
*Cr 15 00000000
cr 14=00000ABC
archlvl z/arch
cr
*Cr 0 00000000000000E0
*Cr 14 00000000C2000000
cr 2=00000ABC
archlvl s/370
cr
*Cr 2 FFFFFFFF
*Cr 15 00000200
*Done nowait

*Testcase From where a program interruption came, in z/Architecture
archlvl z/arch
ostailor null
sysclear
r 1A0=00000001800000000000000000000200
r 1D0=00020001800000000000000000000000
r 200=0000A7190001
*Program 1
runtest 1
*Compare
gpr
*Gpr 1 0000000000000000
r 206=B2B203F0
r 3F0=00020001800000000000000000000000
runtest program 1
gpr
*Gpr 1 0000000000000001
*Done
ostailor default
archlvl s/370
