import { describe, expect, it } from "vitest";
import { computer } from "../testing/computer.ts";
import { pi } from "./pi.ts";

describe("perl", () => {
  it("knows pi", () => {
    expect([pi(1), pi(5), pi(50)]).toEqual(["3", "3.1416", "3.1415926535897932384626433832795028841971693993751"]);
    // The last digit is rounded, the others are those of any longer one.
    expect([pi(2000).length, pi(2010).startsWith(pi(2000).slice(0, -1))]).toEqual([2001, true]);
  });

  // As perl 5.36 on Linux answers.
  it.each([
    [String.raw`perl -Mbignum=bpi -wle 'print bpi(40)'`, "3.141592653589793238462643383279502884197\n"],
    [String.raw`perl -e 'print "a\tb\n", 1+2*3, " ", 2**10, " ", 10/4, " ", "x" x 3, "\n"'`, "a\tb\n7 1024 2.5 xxx\n"],
    [`perl -le 'print 7 % 3; print -7 % 3; print 1e21; print 1/3; print "1" + "2abc"'`, "1\n2\n1e+21\n0.333333333333333\n3\n"],
    [String.raw`perl -e 'my $x = 4; print "x is $x\n"; print $x * 2 . "\n"; exit 3'; echo $?`, "x is 4\n8\n3\n"],
    [String.raw`perl -e 'die "oops"' 2>&1; echo $?`, "oops at -e line 1.\n255\n"],
    [String.raw`perl -Mbignum -e 'print 2**100, "\n"'`, "1267650600228229401496703205376\n"],
    [`perl -le 'print 10/0' 2>&1; echo $?`, "Illegal division by zero at -e line 1.\n255\n"],
    [
      `perl -e 'foreach (1..3) { print }' 2>&1; echo $?`,
      `Timonel's perl runs only simple programs (print, say, sleep, exit, die, arithmetic, bpi), and does not understand "{ print }" at -e line 1.\n255\n`,
    ],
  ])("%s", async (script, out) => {
    const { exec } = await computer().run("perl:5.34", { command: ["sleep", "1000"] });
    expect(await exec("sh", "-c", script)).toEqual({ code: 0, out, err: "" });
  });
});
