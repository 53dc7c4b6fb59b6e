import { expect, it } from "vitest";
import { base64Encode } from "../../machinery/index.ts";
import type { Files, JsonObject } from "../types.ts";
import { credentialsOf } from "./credentials.ts";

const files: Readonly<Record<string, string>> = { "/k/a.crt": "CRT", "/k/a.key": "KEY", "/tok": "abc\n" };
const fs = { exists: (path: string) => path in files, readText: (path: string) => files[path] } as unknown as Files;
const of = (user: JsonObject): unknown => {
  try {
    return credentialsOf(user, "jane", () => "/k", fs);
  } catch (error) {
    return (error as Error).message;
  }
};
const data = (text: string): string => base64Encode(new TextEncoder().encode(text));

// k8s: clientcmd validateAuthInfo, as kubectl 1.36.4 words it.
it.each<[string, JsonObject, unknown]>([
  ["nothing", {}, { user: {} }],
  ["a token", { token: "t", tokenFile: "/nowhere" }, { user: { token: "t", tokenFile: "/nowhere" } }],
  ["a token's file", { tokenFile: "/tok" }, { user: { tokenFile: "/tok", token: "abc" } }],
  ["a token's file that is not there", { tokenFile: "tok" }, "open /k/tok: no such file or directory"],
  [
    "files, from the kubeconfig's folder",
    { "client-certificate": "a.crt", "client-key": "/k/a.key" },
    { user: { "client-certificate": "a.crt", "client-key": "/k/a.key" }, pair: { certificate: "CRT", key: "KEY" } },
  ],
  [
    "data, before files",
    { "client-certificate-data": data("c"), "client-certificate": "no.crt", "client-key-data": data("k") },
    expect.objectContaining({ pair: { certificate: "c", key: "k" } }),
  ],
  [
    "a certificate that is not there",
    { "client-certificate": "b.crt", "client-key": "a.key" },
    "unable to read client-cert /k/b.crt for jane due to open /k/b.crt: no such file or directory",
  ],
  [
    "a certificate without its key",
    { "client-certificate": "a.crt" },
    "client-key-data or client-key must be specified for jane to use the clientCert authentication method.",
  ],
])("reads a user that has %s", (_, user, expected) => expect(of(user)).toEqual(expected));
