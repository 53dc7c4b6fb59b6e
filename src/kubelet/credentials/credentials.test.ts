import { describe, expect, it } from "vitest";
import { MemoryFiles } from "../testing/fake-runtime.ts";
import { dockercfg, dockerConfigJson } from "./docker-config.ts";
import { matchesGlob } from "./glob.ts";
import { Keyring, urlsMatch } from "./keyring.ts";
import { nodeKeyring } from "./node-keyring.ts";
import { keyringOf } from "./pull-secrets.ts";

const base64 = (text: string): string => Buffer.from(text).toString("base64");

describe("a Docker configuration", () => {
  it.each([
    ["a name and a password", { username: "u", password: "p" }, { username: "u", password: "p" }],
    ["both in one", { auth: base64("u:p:q") }, { username: "u", password: "p:q" }],
    ["both in one, unpadded, which wins", { username: "x", auth: base64("u:p").replace(/=+$/, "") }, { username: "u", password: "p" }],
    ["nothing", {}, { username: "", password: "" }],
  ])("may have %s", (_, entry, login) => {
    const config = [["reg.io", login]];
    expect(dockerConfigJson(JSON.stringify({ auths: { "reg.io": entry } }))).toEqual(config);
    expect(dockercfg(JSON.stringify({ "reg.io": entry }))).toEqual(config);
  });
  it.each([
    [
      `{"auths":{"r":{"auth":"${base64("nocolon")}"}}}`,
      "unable to parse auth field, must be formatted as base64-encoded username:password",
    ],
    [`{"auths":{"r":{"auth":"%%%"}}}`, "illegal base64 data at input byte 0"],
    ["{", "invalid character in a Docker configuration: it is no JSON"],
  ])("that is %j is refused", (text, words) => expect(() => dockerConfigJson(text)).toThrow(words));
});

it.each([
  ["*", "reg", true],
  ["re*", "reg", true],
  ["r?g", "reg", true],
  ["r[a-e]g", "reg", true],
  ["r[^a-e]g", "reg", false],
  ["*a*b", "xaxxb", true],
  ["*a*b", "xaxx", false],
  ["[", "[", false],
])("%s matches %s: %s", (pattern, name, matches) => expect(matchesGlob(pattern, name)).toBe(matches));

// From the documentation of images, "Interpretation of config.json".
it.each([
  ["*.kubernetes.io", "abc.kubernetes.io", true],
  ["*.kubernetes.io", "kubernetes.io", false],
  ["*.*.kubernetes.io", "abc.kubernetes.io", false],
  ["*.*.kubernetes.io", "abc.def.kubernetes.io", true],
  ["prefix.*.io", "prefix.kubernetes.io", true],
  ["*-good.kubernetes.io", "prefix-good.kubernetes.io", true],
  ["reg.io/images", "reg.io/images/app", true],
  ["reg.io/images", "reg.io/other", false],
  ["reg.io", "reg.io:5000/app", false],
  ["reg.io:5000", "reg.io:5000/app", true],
  ["*.reg.io:5000/a", "x.reg.io:5000/a/b", true],
])("%s covers %s: %s", (glob, repository, covers) => expect(urlsMatch(glob, repository)).toBe(covers));

describe("a keyring", () => {
  const login = (username: string) => ({ username, password: "p" });
  it("tries the most particular first, and all that may do", () => {
    const keyring = new Keyring();
    keyring.add([
      ["https://reg.io/v1/", login("host")],
      ["reg.io/team", login("team")],
      ["reg.io/team/app", login("app")],
      ["*.io", login("wild")],
      ["other.io", login("other")],
    ]);
    keyring.add([["reg.io", login("second")]]);
    expect(keyring.lookup("reg.io/team/app").map((l) => l.username)).toEqual(["app", "team", "host", "second", "wild"]);
    expect(keyring.lookup("reg.io/x").map((l) => l.username)).toEqual(["host", "second", "wild"]);
  });
  it("has Docker Hub's login for what has no other", () => {
    const keyring = new Keyring();
    keyring.add([["https://index.docker.io/v1/", login("hub")]]);
    expect(keyring.lookup("docker.io/library/nginx").map((l) => l.username)).toEqual(["hub"]);
    expect(keyring.lookup("reg.io/nginx")).toEqual([]);
  });
  it("remembers which Secret a login is of", () => {
    const data = { ".dockerconfigjson": base64(JSON.stringify({ auths: { "reg.io": login("me") } })) };
    const secret = { metadata: { uid: "u1", namespace: "default", name: "key" }, type: "kubernetes.io/dockerconfigjson", data };
    const old = {
      metadata: { uid: "u2", namespace: "default", name: "old" },
      type: "kubernetes.io/dockercfg",
      data: { ".dockercfg": base64(JSON.stringify({ "reg.io": login("old") })) },
    };
    const opaque = { metadata: { name: "o" }, type: "Opaque", data };
    expect(keyringOf([opaque, old, secret]).lookup("reg.io/app")).toEqual([
      { ...login("old"), secret: { uid: "u2", namespace: "default", name: "old" } },
      { ...login("me"), secret: { uid: "u1", namespace: "default", name: "key" } },
    ]);
  });
  it("is the machine's, from the first file that can be read", () => {
    const files = new MemoryFiles();
    expect(nodeKeyring(files).lookup("reg.io/app")).toEqual([]);
    files.writeFile("/root/.dockercfg", JSON.stringify({ "reg.io": login("old") }));
    expect(nodeKeyring(files).lookup("reg.io/app")).toEqual([login("old")]);
    files.writeFile("/var/lib/kubelet/config.json", "not JSON");
    files.writeFile("/root/.docker/config.json", JSON.stringify({ auths: { "reg.io": login("new") } }));
    expect(nodeKeyring(files).lookup("reg.io/app")).toEqual([login("new")]);
  });
});
