# Scripts in scripts, symbols, conditions, resumption after an interruption, time limits.

*Testcase A script within the script
sysclear
defsym answer 0000002A
script "$(testpath)/answer.subtst"
*Done

*Testcase Going on after an SVC
sysclear
r 0=0008000000000200
r 60=000A000000000000   # SVC new PSW
r 200=0A01              # SVC   1
r 202=41100007          # LA    1,7
r 206=0A02
runtest 1
*Compare
gpr
*Gpr 1 00000000
runtest svc 1
gpr
*Gpr 1 00000007
*Done

*Testcase Conditions
sysclear
r 0=000A000000000000
runtest 1
*Compare
gpr 1=1
*If $ptrsize = 8 & $zlib
*Gpr 1 00000001
*Else
*Gpr 1 00000002
*Fi
*If $max_cpu_engines < 1 | \ $zlib
*Gpr 1 00000003
*If 1
*Gpr 1 00000004
*Fi
*Fi
*If $platform = "Linux"
*Message conditions are judged
*Fi
*Done

*Testcase An endless loop
sysclear
r 0=0008000000000200
r 200=47F00200          # B     200
*Timeout
runtest 0.05
*Done nowait

*Testcase Storage to a file and back
sysclear
r 0=000A000000000000
r 400=00112233445566778899AABBCCDDEEFF
savecore "$(work)/field.core" 400 40F
r 400=FF
loadcore "$(work)/field.core" 500
runtest 1
*Compare
r 500.10
*Want "back" 00112233 44556677 8899AABB CCDDEEFF
r 400.4
*Want FF112233
*Done

*Testcase wait for the CPUs to stop, addresses with 0x
archlvl     s/370
sysclear
r 0x0=0000000000000200
r 200=1B11                              # SR    1,1
r 202=41110001                          # LA    1,1(1)
r 20a=47400202                          # BL    202
r 20e=82000220                          # LPSW  220
r 214=00010000
r 206=59100214                          # C     1,214
r 220=000a000000000000
restart
wait        30
*Compare
gpr
*Gpr 1 00010000
r 0x200.2
*Want 1B11
*Done
