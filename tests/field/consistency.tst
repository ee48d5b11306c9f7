# While one CPU moves strings across a doubleword, wherever they begin, another sees it change
# at once: MVC is doubleword-consistent, whatever its operands' boundaries.

*Testcase doubleword consistency
mainsize    1
numcpu      2
archlvl     z/Arch
sysclear
r 1a0=00000001800000000000000000000200  # restart PSW
r 200=41100280401001ae                  # CPU 0: the other one's restart PSW
r 208=41300001ae030006                  # SIGP 3: restart it
r 210=58200320                          # L 2,320
r 214=e34005000004                      # LG 4,500
r 21a=e340040100204780022e              # CG 4,401; BE
r 224=e340048100204770023a              # CG 4,481; BNE: it was torn
r 22e=4620021492010324b2b20300          # BCT 2; stop the other; the end
r 23a=92010324b2b20310
r 280=d20f04fd0401d20f04fd0481          # CPU 1: MVC 4FD(16),401; MVC 4FD(16),481
r 28c=9500032447800280b2b20300          # until it is stopped
r 300=00020001800000000000000000000000
r 310=00020001800000000000000000000bad
r 320=0080000000                        # so often, and the sign to stop
r 401=1111111111111111111111111111111111111111111111111111111111111111
r 481=2222222222222222222222222222222222222222222222222222222222222222
r 500=1111111111111111
runtest     30
*Compare
r 4f0.10
*Want "before" 00000000 00000000 00000000 00222222
r 500.10
*Want "from it on" 22222222 22222222 22222222 22000000
*Done
numcpu      1
archlvl     S/370
