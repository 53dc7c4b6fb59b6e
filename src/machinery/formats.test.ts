import { describe, expect, it } from "vitest";
import * as m from "./index.ts";

describe("names", () => {
  it("says what upstream says", () => {
    expect(m.isDNS1123Subdomain("Bad_Name")).toEqual([
      "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
    ]);
    expect(m.isQualifiedName("bad key!")).toEqual([
      "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
    ]);
  });
  it.each<[(s: string) => readonly string[], string, boolean]>([
    [m.isDNS1123Label, "web-1", true],
    [m.isDNS1123Label, "-web", false],
    [m.isDNS1123Label, "a".repeat(64), false],
    [m.isDNS1123Subdomain, "a.b-c.d", true],
    [m.isDNS1123Subdomain, "a..b", false],
    [m.isDNS1035Label, "1a", false],
    [m.isQualifiedName, "example.com/Name", true],
    [m.isQualifiedName, "/x", false],
    [m.isValidLabelValue, "", true],
    [m.isValidPortName, "http", true],
    [m.isValidPortName, "80", false],
    [m.isValidIP, "10.0.0.1", true],
    [m.isValidIP, "10.0.0.01", false],
    [m.isValidIP, "2001:db8::1", true],
    [m.isValidIP, "1::2::3", false],
    [m.isValidIP, "::", true],
    [m.isValidCIDR, "10.0.0.0/8", true],
    [m.isValidCIDR, "10.0.0.0/33", false],
    [m.isConfigMapKey, "..x", false],
    [m.isWildcardDNS1123Subdomain, "*.example.com", true],
    [m.isCanonicalCIDR, "10.0.0.0/8", true],
    [m.isCanonicalIP, "::1", true],
  ])("%o %s", (f, s, ok) => expect(f(s).length === 0).toBe(ok));
});

describe("addresses", () => {
  it.each<[(s: string) => readonly string[], string, string]>([
    [m.isValidIP, "010.0.0.1", "must not have leading 0s"],
    [m.isValidIP, "::ffff:10.0.0.1", "must not be an IPv4-mapped IPv6 address"],
    [m.isValidIP, "10.0.0", "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"],
    [m.isCanonicalIP, "2001:DB8:0:0::1", 'must be in canonical form ("2001:db8::1")'],
    [m.isCanonicalIP, "1:0:0:2:0:0:0:3", 'must be in canonical form ("1:0:0:2::3")'],
    [m.isValidCIDR, "10.0.0.1/24", "must not have bits set beyond the prefix length"],
    [m.isValidCIDR, "2001:db8::1/65", "must not have bits set beyond the prefix length"],
    [m.isValidCIDR, "10.0.0.0/08", "must not have leading 0s in IP or prefix length"],
    [m.isValidCIDR, "::ffff:10.0.0.0/104", "must not have an IPv4-mapped IPv6 address"],
    [m.isCanonicalCIDR, "2001:db8:0::/64", 'must be in canonical form ("2001:db8::/64")'],
  ])("%o refuses %s", (f, s, why) => expect(f(s)).toEqual([why]));
  it("a network in a form of its own is warned of", () => {
    expect(m.cidrWarning("2001:DB8::/64")).toBe('IPv6 CIDR value "2001:DB8::/64" should be in RFC 5952 canonical format ("2001:db8::/64")');
    expect(m.cidrWarning("10.0.0.0/8")).toBeUndefined();
  });
});

describe("durations", () => {
  it.each([
    ["1h2m3s", 3723000, "1h2m3s"],
    ["90s", 90000, "1m30s"],
    ["1.5h", 5400000, "1h30m0s"],
    ["300ms", 300, "300ms"],
    ["0", 0, "0s"],
    ["-2s", -2000, "-2s"],
  ])("%s", (text, ms, out) => {
    expect(m.parseDuration(text)).toBe(ms);
    expect(m.formatDuration(ms)).toBe(out);
  });
  it.each([
    ["5", 'time: missing unit in duration "5"'],
    ["5d", 'time: unknown unit "d" in duration "5d"'],
    ["x", 'time: invalid duration "x"'],
  ])("refuses %s", (text, why) => expect(() => m.parseDuration(text)).toThrow(why));
  it.each([
    [-500, "0s"],
    [45_000, "45s"],
    [119_000, "119s"],
    [200_000, "3m20s"],
    [900_000, "15m"],
    [18_720_000, "5h12m"],
    [529_200_000, "6d3h"],
    [-5000, "<invalid>"],
    [86400000 * 800, "2y70d"],
  ])("%d as an age", (ms, out) => expect(m.humanDuration(ms)).toBe(out));
});

describe("selectors", () => {
  it.each([
    ["a=b,c!=d", { a: "b" }, true],
    ["a in (x, y)", { a: "y" }, true],
    ["a notin (x)", {}, true],
    ["!a", { a: "" }, false],
    ["a", { a: "" }, true],
    ["n>3", { n: "4" }, true],
    ["", {}, true],
    ["a==b", { a: "c" }, false],
    ["a=", { a: "" }, true],
  ])("%s", (text, labels, ok) => expect(m.parseLabelSelector(text).matches(labels as m.Labels)).toBe(ok));
  it.each([
    ["env in prod", "unable to parse requirement: found 'prod' expected: '('"],
    ["env=prod=web", "found '=', expected: ',' or 'end of string'"],
    ["a,", "found '', expected: identifier after ','"],
    ["a b", "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"],
  ])("refuses %s", (text, why) => expect(() => m.parseLabelSelector(text)).toThrow(why));
  it("formats objects", () => {
    const s = {
      matchLabels: { b: "1" },
      matchExpressions: [
        { key: "a", operator: "In", values: ["y", "x"] },
        { key: "c", operator: "Exists" },
      ],
    };
    expect(m.formatLabelSelector(s)).toBe("a in (x,y),b=1,c");
    expect(m.labelSelector(undefined).matches({})).toBe(false);
    expect(m.formatLabelSelector({})).toBe("<none>");
  });
  it("parses field selectors", () => {
    const s = m.parseFieldSelector("spec.nodeName=n1,status.phase!=Failed");
    expect([s.matches({ "spec.nodeName": "n1", "status.phase": "Running" }), s.required("spec.nodeName"), s.toString()]).toEqual([
      true,
      "n1",
      "spec.nodeName=n1,status.phase!=Failed",
    ]);
    expect(() => m.parseFieldSelector("status.phase in (Running)")).toThrow(
      "invalid selector: 'status.phase in (Running)'; can't understand 'status.phase in (Running)'",
    );
  });
});

describe("equality and immutable updates", () => {
  it("knows loose and strict", () => {
    expect(m.deepEqual({ a: [1, { b: 2 }], x: undefined }, { a: [1, { b: 2 }] })).toBe(true);
    expect(m.deepEqual({ a: {} }, {})).toBe(false);
    expect(m.semanticEqual({ a: {}, b: null }, { c: [] })).toBe(true);
    expect(m.deepEqual({ a: 1, b: 2 }, { a: 1, c: 2 })).toBe(false);
  });
  it("copies only the path", () => {
    const o = { a: { b: 1 }, c: { d: 2 } };
    const n = m.setIn(o, ["a", "b"], 3);
    expect([n, n.c === o.c, m.setIn(o, ["a", "b"], 1) === o]).toEqual([{ a: { b: 3 }, c: { d: 2 } }, true, true]);
    expect(m.setIn(o, ["a"], undefined)).toEqual({ c: { d: 2 } });
  });
  it("hashes templates to words without vowels", () => {
    expect(m.computeHash({ a: 1, b: 2 })).toBe(m.computeHash({ b: 2, a: 1 }));
    expect(m.computeHash({ a: 1 }, 1)).not.toBe(m.computeHash({ a: 1 }));
    expect(m.computeHash({ a: 1 })).toMatch(/^[bcdfghjklmnpqrstvwxz2456789]{8,10}$/);
    expect(m.fnv1a32("foobar")).toBe(0xbf9cf968);
  });
});
