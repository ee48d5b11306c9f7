# Commands that set the machine, and their messages.

*Testcase Storage sizes
*Compare
mainsize 16
*Info HHC17003I MAIN     storage is 16M (mainsize); storage is not locked
mainsize 64K
*Info HHC17003I MAIN     storage is 64K (mainsize); storage is not locked
mainsize 16388K
*Info 0 HHC17003I MAIN     storage is 16388K (mainsize); storage is not locked
mainsize 4x
*Error HHC01451E Invalid value 4x specified for mainsize
mainsize 1M
*Hmsg 1 HHC01451E Invalid value 4x specified for mainsize
mainsize 1B
*Info HHC17003I MAIN     storage is 4K (mainsize); storage is not locked
archlvl esa/390
*Info 1 HHC17006W MAINSIZE increased to 1M architectural minimum
*Info HHC17003I MAIN     storage is 1M (mainsize); storage is not locked
archlvl s/370
r 800000.4
*Error HHC02290E A:0000000000800000  Addressing exception
*Done nowait

*Testcase Identification
*Compare
cpuserial 060305
cpumodel 3033
cpuverid FD force
lparnum BASIC
qcpuid
*Info HHC17004I CPUID  = FD06030530330000
*Done nowait

*Testcase Identification: the partition, in ESA/390 and z/Architecture
*Compare
archlvl esa/390
qcpuid
*Info HHC17004I CPUID  = FD06030530330000
lparnum 3
qcpuid
*Info HHC17004I CPUID  = FD03030530330000
cpuidfmt 1
qcpuid
*Info HHC17004I CPUID  = FD03030530338000
archlvl z/arch
cpuverid FD
qcpuid
*Info HHC17004I CPUID  = 0003030530338000
lparnum BASIC
cpuidfmt 0
archlvl s/370
cpuverid FD
*Done nowait

*Testcase A prefix is cut to its block; one beyond storage
*Compare
pr 2FFF
*Prefix 00002000
pr 800000
*Error HHC02290E A:0000000000800000  Addressing exception
pr 0
*Done nowait

*Testcase STIDP
sysclear
r 0=0008000000000200
r 200=B2020300820003F0
r 3F0=000A000000000000
runtest 1
*Compare
r 300.8
*Want FD060305 30330000
*Done

*Testcase Two processors, one off line
numcpu 2
sysclear
defsym cf_1st "cpu 1 cf off"
$(cf_1st)
r 0=0008000000000200
r 200=41400001          # LA    4,1
r 204=AE040001          # SIGP  0,4,1      sense
r 208=0570              # BALR  7,0
r 20A=50700300          # ST    7,300      condition code in the first byte
r 20E=820003F0
r 3F0=000A000000000000
runtest 1
*Compare
r 300.4
*Want "not operational: ILC 1, CC 3" 7000020A
*Done
cfall on
cpu 0
numcpu 1

*Testcase A frame that cannot be used
mainsize 1M
sysclear
f-4000
r 0=0008000000000200
r 200=58200300B22C0002  # L     2,300     TB 0,2
r 208=05705070030458200308 # BALR 7,0    ST 7,304  L 2,308
r 212=B22C0002          # TB    0,2
r 216=05705070030C      # BALR  7,0     ST 7,30C
r 21C=820003F0
r 300=00004000 00000000 00005000
r 3F0=000A000000000000
runtest 1
*Compare
r 300.10
*Want "CC 1, then CC 0" 00004000 5000020A 00005000 40000218
*Done
f+4000

*Testcase Devices come and go
*Compare
attach 0480 3420
t+0480
t-0480
detach 0480
detach 0480
*Error HHC02200E 0:0480 device not found
*Done nowait

*Testcase A guest gives commands
diag8cmd enable noecho
sysclear
r 0=0008000000000200
r 200=41100300          # LA    1,300
r 204=5830031C          # L     3,31C      length
r 208=83130008          # DIAG  1,3,8
r 20C=50300320          # ST    3,320
r 210=820003F0
r 300=D4E2C740 5C40C8C1 D3D3D6                # MSG * HALLO
r 31C=0000000B
r 3F0=000A000000000000
runtest 1
*Compare
r 320.4
*Want "return code" 00000000
*Done
diag8cmd disable

*Testcase facilities by their bits
archlvl     z/Arch
sysclear
msglvl      +time +usecs -debug
msglvl      notime
o+9                                     # (trace the device's requests)
o-9
fac dis 19                              # (no instructions of its own)
fac q 19
fac q raw
r 1a0=00000001800000000000000000000200  # restart PSW
r 200=41000002                          # LA    0,2
r 204=b2b00400                          # STFLE 400
r 208=b2b20300                          # LPSWE 300
r 300=00020001800000000000000000000000
runtest 1
*Compare
r 402.1
*Want EF
fac ena 019_LONG_DISPL_HPERF
*Done

*Testcase STORE SYSTEM INFORMATION tells what the statements say
archlvl     z/Arch
sysclear
manufacturer IBM
plant       02
model       x87 X8B
cpumodel    2097
r 1a0=00000001800000000000000000000200  # restart PSW
r 200=c00110000001                      # LGFI  0,10000001
r 206=a7180001                          # LHI   1,1
r 20a=b27d1fff                          # STSI  FFF(1)
r 20e=b2b20300                          # LPSWE 300
r 300=00020001800000000000000000000000
runtest 1
*Compare
r 1020.10
*Want "manufacturer" C9C2D440 40404040 40404040 40404040
r 1030.4
*Want "type" F2F0F9F7
r 1040.10
*Want "capacity" E7F8C240 40404040 40404040 40404040
r 1060.8
*Want "plant, model" F0F24040 E7F8F740
r 1074.4
*Want "permanent capacity" 00000000
*Done
model       Endicott
manufacturer Endicott
plant       EN
archlvl     s/370

*Testcase what old configurations say of facilities
archlvl     z/Arch
sysclear
archlvl     disable 019_LONG_DISPL_HPERF
*Compare
r 1a0=00000001800000000000000000000200  # restart PSW
r 200=41000002                          # LA    0,2
r 204=b2b00400                          # STFLE 400
r 208=b2b20300                          # LPSWE 300
r 300=00020001800000000000000000000000
runtest 1
r 402.1
*Want EF
archlvl     enable 19
*Done
