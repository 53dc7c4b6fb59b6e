import { describe, expect, it } from "vitest";
import {
  authorizerOf,
  compile,
  DYN,
  environment,
  estimateCost,
  evaluate,
  INT,
  listOf,
  objectOf,
  opaque,
  schemaType,
  STRING,
  toJson,
} from "./index.ts";

const self = objectOf("selfType", { replicas: INT, name: STRING, names: listOf(STRING) });
const world = environment({ self, object: DYN, authorizer: opaque("kubernetes.authorization.Authorizer") });
const variables: Record<string, unknown> = {
  self: { replicas: 3, name: "web", names: ["b", "a"] },
  object: {
    metadata: { name: "web", labels: { app: "web" } },
    spec: { replicas: 5, ratio: 0.5, nothing: null, containers: [{ image: "nginx:1.27" }, { image: "busybox" }] },
  },
  authorizer: authorizerOf(
    ({ user, verb, resource, namespace, path }) => ({
      allowed: verb === "get",
      reason: `${user.name} ${resource ?? path} ${namespace ?? ""}`,
    }),
    {
      name: "jane",
      groups: [],
    },
  ),
};

function run(source: string, limit?: number): unknown {
  const compiled = compile(source, world);
  if ("error" in compiled) return compiled.error;
  const outcome = evaluate(compiled.program, (name) => variables[name], limit);
  return "value" in outcome ? toJson(outcome.value) : `error: ${outcome.error}`;
}

describe("values", () => {
  it.each<[string, unknown]>([
    ["1 + 2 * 3 - 4 / 2 % 3", 5],
    ["-7 / 2", -3],
    ["1 == dyn(1.0) && 1u == dyn(1) && dyn('1') != dyn(1)", true],
    ["2 < 2.5 && 3u > 2", true],
    ["'a' in ['a', 'b'] && 'k' in {'k': 1} && !('x' in {'k': 1})", true],
    ["[1, 2] + [3]", [1, 2, 3]],
    ["{'a': 1}.a + {'b': {'c': 2}}['b'].c", 3],
    ["b'\\x41b' == bytes('Ab') && '\\u00e9' == 'é' && r'\\d' == '\\\\d'", true],
    ["0xFF + -0x0", 255],
    ["'héllo'.size()", 5],
    ["true ? 'yes' : 'no'", "yes"],
    ["type(1) == int && type('') == string && type(null) == null_type && type([]) == list && type(int) == type", true],
    ["string(1.5) + string(true) + string(b'x') + string(duration('90m')) + string(1u)", "1.5truex5400s1"],
    ["int('42') + int(3.9) + int(duration('1s'))", 1000000045],
    ["timestamp('2024-02-29T12:00:00.5Z') - duration('1h') == timestamp('2024-02-29T11:00:00.500Z')", true],
    ["timestamp('2024-03-01T00:00:00Z').getDayOfYear()", 60],
    ["timestamp('2024-03-01T00:00:00Z').getHours('-08:00')", 16],
    ["object.spec.replicas > self.replicas && object.spec.ratio == 0.5", true],
    ["object.spec.containers.map(c, c.image)", ["nginx:1.27", "busybox"]],
    ["object.spec.containers.filter(c, c.image.contains(':')).size()", 1],
    ["object.spec.containers.map(c, c.image.startsWith('b'), c.image)", ["busybox"]],
    ["[1, 2, 3].all(x, x > 0) && [1, 2].exists(x, x == 2) && [1, 2, 2].exists_one(x, x == 1)", true],
    ["{'a': 1, 'b': 2}.all(k, v, k != '' && v > 0)", true],
    ["['x', 'y'].transformList(i, v, string(i) + v)", ["0x", "1y"]],
    ["{'a': 1}.transformMap(k, v, v + 1)", { a: 2 }],
    ["{'a': 'b'}.transformMapEntry(k, v, {v: k})", { b: "a" }],
    ["has(object.spec.replicas) && !has(object.spec.missing) && has(object.spec.nothing)", true],
    ["object.?spec.?missing.orValue('none')", "none"],
    ["object.metadata.?labels['app'].value()", "web"],
    ["object.metadata.labels[?'x'].hasValue()", false],
    ["optional.of(2).optMap(x, x * 2).value() + optional.none().orValue(1)", 5],
    ["[?optional.of(1), ?optional.none()]", [1]],
    ["{?'a': optional.none(), 'b': 1}", { b: 1 }],
  ])("%s", (source, value) => {
    expect(run(source)).toEqual(value);
  });
});

describe("libraries", () => {
  it.each<[string, unknown]>([
    ["'tacocat'.charAt(3) + 'AbC'.lowerAscii() + 'x'.upperAscii() + ' y '.trim()", "oabcXy"],
    ["'a-b-c'.replace('-', '+', 1) + 'ab'.replace('', '.')", "a+b-c.a.b."],
    ["'a,b,c'.split(',', 2)", ["a", "b,c"]],
    ["'hello'.substring(1, 3) + string('hello'.indexOf('l')) + string('hello'.lastIndexOf('l'))", "el23"],
    ["['a', 'b'].join('-') + strings.quote('x\"y')", 'a-b"x\\"y"'],
    ["'%s %d %.2f %x %b %%'.format(dyn([dyn('a'), 3, 1234.5, 255, true]))", "a 3 1,234.50 ff 1 %"],
    ["'%s'.format([[1, 2]])", "[1, 2]"],
    ["'abc 123'.find('[0-9]+') + '1 2 3'.findAll('[0-9]', 2).join('')", "12312"],
    ["'abc'.matches('^a.c$')", true],
    ["[1, 3, 2].max() + [1, 3].min() + [1, 2].sum() + [5, 6].indexOf(6)", 8],
    ["self.names.isSorted()", false],
    ["['b', 'a'].sort() + ['x', 'x'].distinct() + lists.range(2).map(i, string(i))", ["a", "b", "x", "0", "1"]],
    ["[[1], [2, 3]].flatten().slice(1, 3).reverse()", [3, 2]],
    ["['aa', 'b'].sortBy(s, s.size())", ["b", "aa"]],
    ["sets.contains([1, 2], [2]) && sets.equivalent([1, 1], [1]) && !sets.intersects([1], [2])", true],
    ["quantity('1Gi').isGreaterThan(quantity('500Mi')) && quantity('1.5').add(1).asApproximateFloat() == 2.5", true],
    ["quantity('50k').compareTo(quantity('50000')) == 0 && isQuantity('1x') == false", true],
    ["ip('2001:db8::1').family() == 6 && ip('127.0.0.1').isLoopback() && !isIP('10.0.0.256')", true],
    ["ip.isCanonical('2001:DB8::1')", false],
    ["cidr('10.0.0.7/8').masked().ip() == ip('10.0.0.0') && cidr('10.0.0.0/8').containsIP('10.1.2.3')", true],
    ["cidr('10.0.0.0/8').containsCIDR(cidr('10.2.0.0/16')) && cidr('::1/128').prefixLength() == 128", true],
    ["url('https://example.com:80/a%20b?x=1&x=2').getQuery()", { x: ["1", "2"] }],
    ["url('https://[::1]:80/p').getHostname() + url('https://[::1]:80/p').getPort() + url('/a b').getEscapedPath()", "::180/a%20b"],
    ["semver('1.2.3-rc.1').isLessThan(semver('1.2.3')) && semver('v1.02', true).minor() == 2 && !isSemver('1')", true],
    ["format.dns1123Label().validate('ok').hasValue()", false],
    ["format.named('date').value().validate('2024-13-01').value()", ["invalid date"]],
    ["jsonpatch.escapeKey('k8s.io/my~label')", "k8s.io~1my~0label"],
    ["authorizer.group('').resource('pods').namespace('default').check('get').allowed()", true],
    ["authorizer.serviceAccount('ns', 'sa').path('/healthz').check('post').reason()", "system:serviceaccount:ns:sa /healthz "],
  ])("%s", (source, value) => {
    expect(run(source)).toEqual(value);
  });
});

describe("problems", () => {
  it.each<[string, string]>([
    [
      "self.replicas > 'a'",
      "ERROR: <input>:1:15: found no matching overload for '_>_' applied to '(int, string)'\n | self.replicas > 'a'\n | ..............^",
    ],
    ["self.missing", "ERROR: <input>:1:5: undefined field 'missing'\n | self.missing\n | ....^"],
    ["missing", "ERROR: <input>:1:1: undeclared reference to 'missing' (in container '')\n | missing\n | ^"],
    ["self.name.nope()", "ERROR: <input>:1:15: undeclared reference to 'nope' (in container '')\n | self.name.nope()\n | ..............^"],
    ["'a'.size(1)", "ERROR: <input>:1:9: found no matching overload for 'size' applied to 'string.(int)'\n | 'a'.size(1)\n | ........^"],
    ["true && 1", "ERROR: <input>:1:9: expected type 'bool' but found 'int'\n | true && 1\n | ........^"],
    ["[1, 'a']", "ERROR: <input>:1:5: expected type 'int' but found 'string'\n | [1, 'a']\n | ....^"],
    ["has(1)", "ERROR: <input>:1:5: invalid argument to has() macro\n | has(1)\n | ....^"],
    [
      "1.all(x, true)",
      "ERROR: <input>:1:1: expression of type 'int' cannot be range of a comprehension (must be list, map, or dynamic)\n | 1.all(x, true)\n | ^",
    ],
    ["duration('never')", "ERROR: <input>:1:10: invalid duration argument\n | duration('never')\n | .........^"],
    ["'a'.matches('(')", "ERROR: <input>:1:13: invalid matches argument\n | 'a'.matches('(')\n | ............^"],
    ["namespace == ''", "ERROR: <input>:1:1: reserved identifier: namespace\n | namespace == ''\n | ^"],
    [
      "1 +",
      "ERROR: <input>:1:4: Syntax error: mismatched input '<EOF>' expecting {'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}\n | 1 +\n | ...^",
    ],
    [
      "a\n  && b",
      "ERROR: <input>:1:1: undeclared reference to 'a' (in container '')\n | a\n | ^\nERROR: <input>:2:6: undeclared reference to 'b' (in container '')\n |   && b\n | .....^",
    ],
    ["object.spec.missing", "error: no such key: missing"],
    ["[1][3]", "error: index out of bounds: 3"],
    ["1 / 0", "error: division by zero"],
    ["9223372036854775807 + 1", "error: integer overflow"],
    ["dyn('a') + 1 == 2", "error: no such overload"],
    ["int('x')", "error: type conversion error from 'string' to 'int'"],
    ["quantity('x')", "error: quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"],
    ["optional.none().value()", "error: optional.none() dereference"],
  ])("%s", (source, problem) => {
    expect(run(source)).toBe(problem);
  });

  it("absorbs an error that does not decide", () => {
    expect([run("1 / 0 == 1 || true"), run("false && 1 / 0 == 1"), run("[0, 1].exists(x, 1 / x == 1)")]).toEqual([true, false, true]);
  });

  it("refuses a tower of parentheses in place of running out of stack", () => {
    expect(run(`${"(".repeat(5000)}1${")".repeat(5000)}`)).toContain("expression recursion limit exceeded: 250");
  });
});

describe("cost", () => {
  const cost = (source: string): number => {
    const compiled = compile(source, world);
    if ("error" in compiled) throw new Error(compiled.error);
    return evaluate(compiled.program, (name) => variables[name]).cost;
  };

  it.each<[string, number]>([
    ["1 + 1", 1],
    ["self.replicas", 2],
    ["has(self.name)", 1],
    ["[1, 2, 3].all(x, x > 0)", 26],
    ["'abcdefghijk'.startsWith('abc')", 2],
    ["authorizer.group('').resource('pods').check('get').allowed()", 350004],
  ])("%s costs %d", (source, expected) => {
    expect(cost(source)).toBe(expected);
  });

  it("stops what costs too much", () => {
    expect(run("lists.range(1000).all(x, lists.range(1000).all(y, x + y >= 0))")).toBe(
      "error: operation cancelled: actual cost limit exceeded",
    );
  });

  it("estimates by the bounds of a schema", () => {
    const estimate = (schema: Parameters<typeof schemaType>[0], source: string) => {
      const compiled = compile(source, environment({ self: schemaType(schema, false) ?? DYN }));
      if ("error" in compiled) throw new Error(compiled.error);
      return estimateCost(compiled.program.checked).max;
    };
    const names = { type: "array", items: { type: "string", maxLength: 10 } };
    expect(estimate({ ...names, maxItems: 10 }, "self.all(x, x == 'a')")).toBe(52);
    expect(estimate(names, "self.all(x, self.all(y, x == y))")).toBeGreaterThan(10_000_000);
  });
});

describe("schemas", () => {
  const type = schemaType(
    {
      type: "object",
      properties: {
        "a-b": { type: "string" },
        namespace: { type: "string" },
        port: { "x-kubernetes-int-or-string": true },
        when: { type: "string", format: "date-time" },
        set: { type: "array", items: { type: "string" }, "x-kubernetes-list-type": "set" },
        any: {},
      },
    },
    true,
  );
  const value = { "a-b": "x", namespace: "n", port: "http", when: "2024-01-01T00:00:00Z", set: ["a", "b"], metadata: { name: "m" } };
  const evaluated = (source: string) => {
    const compiled = compile(source, environment({ self: type ?? DYN }));
    if ("error" in compiled) return compiled.error;
    const outcome = evaluate(compiled.program, () => value);
    return "value" in outcome ? toJson(outcome.value) : outcome.error;
  };

  it("escapes names, converts formats, compares sets, and hides what has no type", () => {
    expect(
      [
        "self.a__dash__b",
        "self.__namespace__",
        "self.port == 'http'",
        "self.when.getFullYear()",
        "self.set == ['b', 'a']",
        "self.metadata.name",
        "self.any",
      ].map(evaluated),
    ).toEqual(["x", "n", true, 2024, true, "m", "ERROR: <input>:1:5: undefined field 'any'\n | self.any\n | ....^"]);
  });
});
