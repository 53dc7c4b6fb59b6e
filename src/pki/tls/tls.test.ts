import { describe, expect, it } from "vitest";
import { createAuthority } from "../curves.ts";
import { entropyOf } from "../entropy.ts";
import { tls } from "./index.ts";
import { TlsError, type Wire } from "./types.ts";

const NOW = Date.UTC(2026, 0, 1);
const DAY = 86_400_000;
const entropy = entropyOf(new Uint8Array(32), "test");
const random = { bytes: (n: number) => entropy(n) };
const root = createAuthority({ entropy, commonName: "root", now: NOW });
const order = { subject: { commonName: "web", organizations: [] }, usages: ["server auth"], notBefore: NOW, notAfter: NOW + DAY };
const web = root.issue({ ...order, dnsNames: ["web.example.com", "*.apps.example.com"], ipAddresses: [Uint8Array.of(10, 0, 0, 1)] });
const [leaf] = tls.certificates(web.certificate) as [Uint8Array];
const roots = tls.certificates(root.certificate);
const identity = () => tls.identity(web.certificate, web.key);

/** Two ends of a connection; `seen` is what went over it. */
function pair() {
  const seen: Uint8Array[] = [];
  const end = () => ({ data: [] as (Uint8Array | null)[], wake: () => {} });
  const [a, b] = [end(), end()];
  const side = (from: typeof a, to: typeof a): Wire => ({
    id: 1,
    local: { ip: "", port: 0 },
    remote: { ip: "", port: 0 },
    async read() {
      while (from.data.length === 0) await new Promise<void>((resolve) => (from.wake = resolve));
      return from.data[0] === null ? null : (from.data.shift() as Uint8Array);
    },
    async write(data) {
      seen.push(data);
      // A byte at a time: nobody may count on whole records.
      for (const byte of data) to.data.push(Uint8Array.of(byte));
      to.wake();
    },
    end() {
      to.data.push(null);
      to.wake();
    },
    destroy() {
      this.end();
    },
  });
  return { client: side(a, b), server: side(b, a), seen };
}

const text = (bytes: Uint8Array | null): string => new TextDecoder().decode(bytes ?? undefined);
async function all(socket: Wire): Promise<string> {
  let got = "";
  for (let piece = await socket.read(); piece !== null; piece = await socket.read()) got += text(piece);
  return got;
}

describe("a handshake", () => {
  it("costs no signature where the client believes everybody, as a probe does", async () => {
    const signed: string[] = [];
    const of = (who: string) => ({ ...identity()!, sign: (message: Uint8Array) => (signed.push(who), identity()!.sign(message)) });
    for (const trusting of [true, undefined] as const) {
      const { client, server } = pair();
      const accepted = tls.accept(server, { random, identity: () => of(String(trusting)) });
      const made = await tls.connect(client, { random, ...(trusting && { trusting }) });
      expect(made.peer).toEqual([leaf]);
      expect((await accepted).kind).toBe("tls");
    }
    expect(signed).toEqual(["undefined"]);
  });
  it("shows a certificate, agrees on a protocol, carries bytes both ways and says goodbye", async () => {
    const { client, server, seen } = pair();
    const accepted = tls.accept(server, { random, identity, alpn: ["http/1.1"] });
    const made = await tls.connect(client, { random, serverName: "Web.Example.com", alpn: ["h2", "http/1.1"] });
    const other = await accepted;
    if (other.kind !== "tls") throw new Error(other.kind);
    expect([made.protocol, other.socket.serverName, made.peer.length]).toEqual(["http/1.1", "web.example.com", 1]);
    await made.write(new TextEncoder().encode("x".repeat(40_000)));
    made.end();
    expect((await all(other.socket)).length).toBe(40_000);
    await other.socket.write(new TextEncoder().encode("bye"));
    other.socket.end();
    expect(await all(made)).toBe("bye");
    expect(seen.every((data) => [21, 22, 23].includes(data[0] as number) && data[1] === 3 && data[2] === 3)).toBe(true);
  });

  it("ends with the client's alert when it does not believe the server", async () => {
    const { client, server } = pair();
    const accepted = tls.accept(server, { random, identity });
    const problem = { code: 20, text: "unable to get local issuer certificate", depth: 0 };
    await expect(tls.connect(client, { check: () => problem })).rejects.toMatchObject({ reason: "untrusted", problem });
    expect(await accepted).toMatchObject({ kind: "failed", error: { reason: "alert", alert: "unknown_ca" } });
  });

  it("does not believe who shows a certificate that is another's", async () => {
    const stranger = root.issue({ ...order, dnsNames: [] });
    const stolen = { ...(tls.identity(stranger.certificate, stranger.key) as NonNullable<ReturnType<typeof identity>>), chain: [leaf] };
    const { client, server } = pair();
    void tls.accept(server, { random, identity: () => stolen });
    await expect(tls.connect(client, {})).rejects.toMatchObject({ reason: "broken", alert: "decrypt_error" });
  });

  it("asks for a client's certificate, and learns who it is", async () => {
    const { client, server } = pair();
    const accepted = tls.accept(server, {
      random,
      identity,
      client: { required: true, check: (chain) => tls.chainProblem(chain, { roots, now: NOW }) },
    });
    await tls.connect(client, { identity: identity() });
    const other = await accepted;
    expect(other.kind === "tls" && other.socket.peer.length).toBe(1);
  });

  it("tells a client that came without one, once it reads", async () => {
    const { client, server } = pair();
    void tls.accept(server, { random, identity, client: { required: true } });
    const made = await tls.connect(client, {});
    await expect(made.read()).rejects.toMatchObject({ reason: "alert", alert: "certificate_required" });
  });

  it("knows who speaks none, on either side", async () => {
    const one = pair();
    const accepted = tls.accept(one.server, { random, identity });
    await one.client.write(new TextEncoder().encode("GET / HTTP/1.1\r\n"));
    one.client.end();
    const plain = await accepted;
    if (plain.kind !== "plain") throw new Error(plain.kind);
    expect(await all(plain.socket)).toBe("GET / HTTP/1.1\r\n");
    const two = pair();
    await two.server.write(new TextEncoder().encode("HTTP/1.1 400 Bad Request\r\n"));
    await expect(tls.connect(two.client, {})).rejects.toThrowError(TlsError);
  });
});

describe("a chain", () => {
  const alone = tls.selfSigned({ entropy, subject: [["CN", "alone"]], dnsNames: ["alone"], now: NOW, days: 1 });
  const own = tls.certificates(alone.certificate);
  it.each<readonly [what: string, chain: readonly Uint8Array[], trusted: readonly Uint8Array[], at: number, code: number | undefined]>([
    ["leads to a root", [leaf], roots, NOW, undefined],
    ["has its root with it", [leaf, ...roots], roots, NOW, undefined],
    ["leads to nobody", [leaf], [], NOW, 20],
    ["ends in a root that nobody trusts", [leaf, ...roots], [], NOW, 19],
    ["signs itself", own, [], NOW, 18],
    ["signs itself and is trusted", own, own, NOW, undefined],
    ["has run out", [leaf], roots, NOW + 2 * DAY, 10],
    ["does not hold yet", [leaf], roots, NOW - DAY, 9],
    ["was signed by nobody who may", [leaf], own, NOW, 20],
  ])("that %s", (_, chain, trusted, now, code) => {
    expect(tls.chainProblem(chain, { roots: trusted, now })?.code).toBe(code);
  });

  it.each([
    ["web.example.com", true],
    ["WEB.example.com.", true],
    ["a.apps.example.com", true],
    ["a.b.apps.example.com", false],
    ["apps.example.com", false],
    ["10.0.0.1", true],
    ["10.0.0.2", false],
    ["web", false],
  ])("is for %s: %s", (host, fits) => {
    expect(tls.isFor(leaf, host, { commonName: true })).toBe(fits);
  });
});
