import { describe, expect, it } from "vitest";
import * as m from "./index.ts";

const pod = (name: string, app: string, node: string, ports: number[]): object => ({
  kind: "Pod",
  metadata: { name, labels: { app, "example.com/rank": "1" } },
  spec: { nodeName: node, containers: ports.map((p, i) => ({ name: `c${i}`, image: `i${i}`, ports: [{ containerPort: p }] })) },
});
const list = {
  kind: "List",
  items: [pod("alpha", "a", "node-1", [80, 443]), pod("beta", "b", "node-2", [8080]), pod("gamma", "a", "node-3", [1])],
};

describe("JSONPath", () => {
  it.each([
    ["{.items[*].metadata.name}", "alpha beta gamma"],
    [
      '{range .items[*]}{.metadata.name}{range .spec.containers[*]} {.name}={.image}{end}{"\\n"}{end}',
      "alpha c0=i0 c1=i1\nbeta c0=i0\ngamma c0=i0\n",
    ],
    ['{.items[?(@.metadata.labels.app=="a")].metadata.name}', "alpha gamma"],
    ['{.items[?(@.spec.nodeName!="node-1")].metadata.name}', "beta gamma"],
    [
      "{.items[0].metadata.name} {.items[-1].metadata.name} {.items[0:2].metadata.name} {.items[-2:].metadata.name}",
      "alpha gamma alpha beta beta gamma",
    ],
    ["{.items[0].metadata.labels.example\\.com/rank}", "1"],
    ["{.items[0].metadata.labels['app']}", "a"],
    ["{.items[0].metadata.labels}", '{"app":"a","example.com/rank":"1"}'],
    ["{..image}", "i0 i1 i0 i0"],
    ["[{.spec.nothing}] [{.items[0].nope.deeper}]", "[] []"],
    ["{range .items[*]}{.metadata.name}", "alphabetagamma"],
    ['{.kind}/{"literal {braces}"} {.items[0].kind}', "List/literal {braces} Pod"],
    ["{.items[0]['kind', 'metadata.name']}", "Pod alpha"],
    ["{.items[::2].metadata.name}", "alpha gamma"],
    [".metadata.name", ".metadata.name"],
    ["{.items[?(@.spec.containers[1])].metadata.name}", "alpha"],
  ])("%s", (path, out) => expect(m.parseJsonPath(path).print(list)).toBe(out));
  it.each([
    ['{.metadata.labels["example\\.com/rank"]}', 'invalid array index "example\\.com/rank"'],
    ["{.items[*.metadata.name}", "unterminated array"],
    ['{.items[?(@.metadata.name=="alpha" && @.kind=="Pod")].kind}', "unrecognized character in action: U+0026 '&'"],
    ["{.a", "unclosed action"],
  ])("refuses %s", (path, why) => expect(() => m.parseJsonPath(path)).toThrow(why));
  it("fails as kubectl does", () => {
    expect(() => m.parseJsonPath("{.items[7].name}").print(list)).toThrow("array index out of bounds: index 7, length 3");
    expect(() => m.parseJsonPath("{.nothing}").print(list, { allowMissingKeys: false })).toThrow("nothing is not found");
  });
});

describe("Go templates", () => {
  const data = {
    items: [{ metadata: { name: "a", labels: { x: "1" } }, data: { one: "1", two: "2" } }, { metadata: { name: "b" } }],
    word: "dHVsaXA=",
    n: 3,
    z: null,
  };
  it.each([
    ['{{range $k, $v := (index .items 0).data}}{{printf "%s->%s\\n" $k $v}}{{end}}', "one->1\ntwo->2\n"],
    ["{{.word | base64decode}} {{.nope}} {{.nope.deeper}} {{.n}}", "tulip <no value> <no value> 3"],
    ["{{range .items}}{{.metadata.name}};{{end}}", "a;b;"],
    ["{{if eq .n 3.0}}three{{else if .z}}z{{else}}no{{end}}{{with .nope}}x{{else}} none{{end}}", "three none"],
    ['{{define "t"}}<{{.}}>{{end}}{{template "t" .n}}{{block "b" .word}}[{{.}}]{{end}}', "<3>[dHVsaXA=]"],
    ["a  {{- 1 -}}  b{{/* c */}}", "a1b"],
    ['{{len .items}} {{index .items 0 "metadata" "name"}} {{exists . "a" "b"}} {{and .n .word}} {{not .z}}', "2 a false dHVsaXA= true"],
    ["{{$x := 1}}{{range .items}}{{$x = 2}}{{end}}{{$x}}", "2"],
    ["{{range $i, $e := .items}}{{if $i}}{{break}}{{end}}{{$i}}{{end}}", "0"],
    [
      '{{printf "%-5s|%5.2f|%q|%v|%d" "ab" .n "x" .items 4}}',
      'ab   |%!f(int64=3)|"x"|[map[data:map[one:1 two:2] metadata:map[labels:map[x:1] name:a]] map[metadata:map[name:b]]]|4',
    ],
    ['{{html "<a>"}}{{js "\'"}}{{urlquery "a b&"}}{{slice "hello" 1 3}}', "&lt;a&gt;\\'a+b%26el"],
  ])("%s", (source, out) => expect(m.parseGoTemplate(source).execute(data)).toEqual({ output: out, error: undefined }));
  it.each([
    ["{{.metadata.name", "template: output:1: unclosed action"],
    ["{{nofunc .metadata.name}}", 'template: output:1: function "nofunc" not defined'],
    ["{{if .x}}", "template: output:1: unexpected EOF"],
    ["{{end}}", "template: output:1: unexpected {{end}}"],
  ])("refuses %s", (source, why) => expect(() => m.parseGoTemplate(source)).toThrow(why));
  it("says where it failed, after what it wrote", () => {
    const r = m.parseGoTemplate('{{range .items}}{{.metadata.name}} {{len .data}}{{"\\n"}}{{end}}').execute(data);
    expect([r.output, r.error?.message]).toEqual([
      "a 2\nb ",
      'template: output:1:37: executing "output" at <len .data>: error calling len: reflect: call of reflect.Value.Type on zero Value',
    ]);
    const strict = m.parseGoTemplate("{{.metadata.nope.deeper}}").execute({ metadata: {} }, { allowMissingKeys: false });
    expect(strict.error?.message).toBe(
      'template: output:1:11: executing "output" at <.metadata.nope.deeper>: map has no entry for key "nope"',
    );
  });
});
