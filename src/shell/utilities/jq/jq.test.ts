import { expect, it } from "vitest";
import { shellPrograms } from "../../index.ts";
import { loaded } from "../../testing/loaded.ts";
import { testMachine } from "../../testing/machine.ts";

const programs = await loaded(shellPrograms);

const pods = '{"items":[{"metadata":{"name":"a","labels":{"app":"x"}},"n":1},{"metadata":{"name":"b"},"n":3}]}';
it.each([
  ["jq -r '.items[].metadata.name'", pods, "a\nb\n"],
  ["jq -c '.items | map(select(.n > 1) | .metadata)'", pods, '[{"name":"b"}]\n'],
  ["jq '.items | length'", pods, "2\n"],
  [
    "jq -c '[.items[] | {name: .metadata.name, n, app: (.metadata.labels.app // \"none\")}]'",
    pods,
    '[{"name":"a","n":1,"app":"x"},{"name":"b","n":3,"app":"none"}]\n',
  ],
  ["jq -r '.items[] | \"\\(.metadata.name)=\\(.n + 1)\"'", pods, "a=2\nb=4\n"],
  ["jq '.items[0].metadata'", pods, '{\n  "name": "a",\n  "labels": {\n    "app": "x"\n  }\n}\n'],
  [
    "jq -c 'to_entries, keys, (.a |= . + 1), (.b = 9), del(.a), with_entries(.value += 1)'",
    '{"a":1,"b":2}',
    '[{"key":"a","value":1},{"key":"b","value":2}]\n["a","b"]\n{"a":2,"b":2}\n{"a":1,"b":9}\n{"b":2}\n{"a":2,"b":3}\n',
  ],
  [
    "jq -c 'sort_by(.x), group_by(.y), (map(.x) | add, max, unique)'",
    '[{"x":2,"y":1},{"x":1,"y":1}]',
    '[{"x":1,"y":1},{"x":2,"y":1}]\n[[{"x":2,"y":1},{"x":1,"y":1}]]\n3\n2\n[1,2]\n',
  ],
  [
    'jq -c \'reduce .[] as $x (0; . + $x), (if .[0] == 1 then "one" else "no" end), .[1:], .[-1], [range(3)], (.[] as $i | $i * 2)\'',
    "[1,2,3]",
    '6\n"one"\n[2,3]\n3\n[0,1,2]\n2\n4\n6\n',
  ],
  [
    'jq -nr --arg v x \'$v, ([1,"a,b"] | @csv), ("hi" | @base64 | ., @base64d), (def f(g): g + 1; 2 | f(.))\'',
    "",
    'x\n1,"a,b"\naGk=\nhi\n3\n',
  ],
  ['jq -c \'.[] | try error("x") catch ., .a?, (tostring | test("^1"))\'', "[1]", '"x"\ntrue\n'],
  ["jq -s -c . ; echo 'null' | jq -e .; echo $?", "1 2", "[1,2]\nnull\n1\n"],
  [
    "jq -c '[..] , nosuch' 2>&1; echo $?",
    "[1]",
    "jq: error: nosuch/0 is not defined at <top-level>, line 1:\n[..] , nosuch       \njq: 1 compile error\n3\n",
  ],
])("%s", async (script, stdin, out) => {
  expect((await testMachine(programs).run(["sh", "-c", script], { stdin })).out).toBe(out);
});
it("says what is wrong", async () => {
  const run = async (script: string) => testMachine(programs).run(["sh", "-c", script]);
  expect(await run("echo '[1]' | jq .a")).toMatchObject({ err: 'jq: error (at <stdin>:1): Cannot index array with string "a"\n', code: 5 });
  expect(await run("echo '{}' | jq '.a |'")).toMatchObject({ code: 3 });
  expect(await run("echo '{' | jq .")).toMatchObject({ code: 2 });
});
