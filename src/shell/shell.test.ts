import { describe, expect, it } from "vitest";
import { shellPrograms } from "./index.ts";
import { loaded } from "./testing/loaded.ts";
import { recordings } from "./testing/bash-recordings.ts";
import { testMachine } from "./testing/machine.ts";

const programs = await loaded(shellPrograms);

const run = (argv: readonly string[], options = {}) => testMachine(programs).run(argv, options);

describe("bash does what GNU bash did", () => {
  it.each(recordings)("%s", async (script, out, err, code) => {
    expect(await run(["bash", "-c", `${script}\n`])).toEqual({ out, err, code });
  });
});

describe("sh words its errors as busybox ash", () => {
  it.each([
    ["nope", "sh: nope: not found\n", 127],
    ["cd /nope", "sh: cd: line 0: can't cd to /nope: No such file or directory\n", 2],
    ["echo x > /nope/x", "sh: can't create /nope/x: nonexistent directory\n", 1],
    ["cat < nope", "sh: can't open nope: no such file\n", 1],
    ["if true; then echo", 'sh: syntax error: unexpected end of file (expecting "fi")\n', 2],
    ["echo 'x", "sh: syntax error: unterminated quoted string\n", 2],
  ])("%s", async (script, err, code) => {
    expect(await run(["sh", "-c", script])).toEqual({ out: "", err, code });
  });
});

describe("freeze and thaw", () => {
  it.each([
    "i=0; while [ $i -lt 4 ]; do echo $i; i=$((i+1)); sleep 1; done; echo end",
    'for x in a b "c d"; do if [ "$x" != b ]; then echo "<$x>"; else echo B && echo BB; fi; done',
    "f() { local n=$1; [ $n -gt 0 ] || return 0; echo f$n; f $((n-1)); echo back$n; }; f 2; echo $?",
    "case x in x) echo one; echo two;; esac; { echo g; } ; for ((i=0;i<3;i++)); do echo $i; done",
    "eval 'echo a; echo b'; x=5; until [ $x -le 3 ]; do x=$((x-1)); echo $x; done",
    "set -- p q; while [ $# -gt 0 ]; do echo $1; shift; done",
  ])("re-enters without a lost or repeated line: %s", async (script) => {
    const points: { state: unknown; before: string }[] = [];
    const whole = await run(["bash", "-c", script], { checkpoint: (state: unknown, before: string) => points.push({ state, before }) });
    expect(points.length).toBeGreaterThan(3);
    for (const { state, before } of points) {
      const rest = await run(["bash", "-c", script], { restored: state });
      expect({ ...rest, out: before + rest.out }).toEqual(whole);
    }
  });
});

it("unsets an element counted from the end, as the learner's completion of kubectl does", async () => {
  const script = `a=(1 2 3); unset 'a[-1]'; a[7]=x; unset 'a[-2]'; declare -p a; unset 'a[-1]' 'a[-9]'; echo $?; declare -p a`;
  expect(await run(["bash", "-c", script])).toMatchObject({
    out: 'declare -a a=([0]="1" [1]="2" [7]="x")\n1\ndeclare -a a=([0]="1" [1]="2")\n',
    err: "bash: line 1: unset: [-9]: bad array subscript\n",
  });
});

describe("what a learner types stays bounded", () => {
  it("stops a doubling variable", async () => {
    const { code, err } = await run(["bash", "-c", "x=aaaaaaaaaaaaaaaa; while :; do x=$x$x; done"]);
    expect({ code, err }).toEqual({ code: 254, err: "bash: line 1: fork: Cannot allocate memory\n" });
  });
  it("stops endless recursion", async () => {
    const { code, err } = await run(["bash", "-c", "f() { f; }; f"]);
    expect({ code, err }).toEqual({ code: 1, err: "environment: line 1: f: maximum function nesting level exceeded (1000)\n" });
  });
});

describe("utilities", () => {
  it.each([
    ["printf 'foo bar\\nbaz\\n' | grep -n foo; echo aab | grep -o 'a*'", "1:foo bar\naa\n"],
    ["printf 'a\\nb\\nc\\n' | sed -n '2,$p' | sed 's/b/[&]/'", "[b]\nc\n"],
    ["mkdir -p d/e; touch d/x.txt; find d -name '*.txt' -exec echo got {} \\;", "got d/x.txt\n"],
    ["seq 3 | xargs -n 2 echo; printf 'b 2\\na 10\\n' | sort -k2 -n | cut -d' ' -f1", "1 2\n3\nb\na\n"],
    [
      "printf abc | sha256sum; printf hello | base64; timeout 1 sleep 9; echo $?",
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  -\naGVsbG8=\n124\n",
    ],
    ["seq 200000 | wc; seq 200000 | wc -L", " 200000  200000 1288895\n6\n"],
    ["touch f; chmod u+x,go-r f; stat -c '%a %A' f; busybox echo hi", "700 -rwx------\nhi\n"],
  ])("%s", async (script, out) => {
    expect((await run(["sh", "-c", script])).out).toBe(out);
  });
});
