import { describe, expect, it } from "vitest";
import { Fabric } from "./fabric.ts";
import { manualClock, outcome, soon, world } from "./testing/world.ts";
import type { Socket } from "./types.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (data: Uint8Array | null) => (data === null ? null : new TextDecoder().decode(data));

async function connected() {
  const w = world();
  const listener = w.b.listen(80);
  const accepting = listener.accept();
  const client = await soon(w.clock, w.a.connect(w.b.ip, 80));
  return { ...w, listener, client, server: await accepting };
}

describe("connections", () => {
  it("carry bytes both ways and show each other's addresses", async () => {
    const { clock, client, server, a, b } = await connected();
    expect(client.remote).toEqual({ ip: b.ip, port: 80 });
    expect(server.remote).toEqual({ ip: a.ip, port: client.local.port });
    await client.write(bytes("ping"));
    expect(await outcome(clock, server.read().then(text), 0.4)).toBe("pending");
    await clock.advance(1);
    await server.write(bytes("pong"));
    expect(text(await soon(clock, client.read()))).toBe("pong");
  });
  it("half close: the other direction stays open", async () => {
    const { clock, client, server } = await connected();
    await client.write(bytes("last words"));
    client.end();
    expect(text(await soon(clock, server.read()))).toBe("last words");
    expect(await soon(clock, server.read())).toBeNull();
    await server.write(bytes("heard"));
    expect(text(await soon(clock, client.read()))).toBe("heard");
    expect(await outcome(clock, client.write(bytes("more")), 1)).toBe("EPIPE");
  });
  it("wait when 64 KiB are unread, and go on when there is room", async () => {
    const { clock, client, server } = await connected();
    await client.write(new Uint8Array(64 * 1024));
    const blocked = client.write(bytes("x"));
    expect(await outcome(clock, blocked, 1000)).toBe("pending");
    expect((await server.read(1))?.length).toBe(1);
    expect(await outcome(clock, blocked, 0)).toBeUndefined();
  });
  it("reset: the peer learns it, waiting or not", async () => {
    const { clock, client, server } = await connected();
    const reading = server.read();
    client.destroy();
    expect(await outcome(clock, reading, 1)).toBe("ECONNRESET");
    expect(await outcome(clock, server.write(bytes("x")), 1)).toBe("ECONNRESET");
  });
  it("closed with unread data resets; closed after it ends the stream", async () => {
    const first = await connected();
    await first.client.write(bytes("unread"));
    await first.clock.advance(1);
    first.server.close?.();
    expect(await outcome(first.clock, first.client.read(), 1)).toBe("ECONNRESET");
    const second = await connected();
    second.server.close?.();
    expect(await soon(second.clock, second.client.read())).toBeNull();
    await second.client.write(bytes("too late"));
    await second.clock.advance(2);
    expect(await outcome(second.clock, second.client.write(bytes("x")), 1)).toBe("EPIPE");
  });
  it("are refused at once where nobody listens", async () => {
    const { clock, a, b } = world();
    expect(await outcome(clock, a.connect(b.ip, 81), 1)).toBe("ECONNREFUSED");
    expect(await outcome(clock, a.connect("127.0.0.1", 81), 1)).toBe("ECONNREFUSED");
    expect(await outcome(clock, a.query(b.ip, 53, bytes("?"), 5000), 1)).toBe("ECONNREFUSED");
  });
  it("find no route to an address of a pod range that nobody has, and time out elsewhere", async () => {
    const { clock, a, two } = world();
    expect(await outcome(clock, a.connect("10.244.1.77", 80), 3001)).toBe("EHOSTUNREACH");
    expect(await outcome(clock, a.connect("10.244.1.77", 80, { timeout: 500 }), 501)).toBe("ETIMEDOUT");
    expect(await outcome(clock, a.connect("192.0.2.1", 80), 126_000)).toBe("pending");
    two.power(false);
    expect(await outcome(clock, a.connect("10.244.1.2", 80, { timeout: 2000 }), 2001)).toBe("ETIMEDOUT");
  });
  it("get nowhere across a partition; what was sent on an open one arrives when it heals", async () => {
    const { clock, fabric, a, b, two, workstation } = world();
    const listener = b.listen(80);
    const client = await soon(clock, a.connect(b.ip, 80));
    const server = await soon(clock, listener.accept());
    fabric.partition((x, y) => (x === "node-2") !== (y === "node-2"));
    await client.write(bytes("still there?"));
    const read = server.read();
    expect(await outcome(clock, read, 60_000)).toBe("pending");
    expect(await outcome(clock, a.connect(b.ip, 80, { timeout: 1000 }), 1001)).toBe("ETIMEDOUT");
    expect(await outcome(clock, workstation.connect(two.ip, 22, { timeout: 1000 }), 1001)).toBe("ETIMEDOUT");
    expect(await outcome(clock, two.stack.connect(b.ip, 81), 1)).toBe("ECONNREFUSED");
    fabric.partition(undefined);
    await clock.advance(1);
    expect(text(await read)).toBe("still there?");
  });
  it("can be given up by a signal", async () => {
    const { clock, a } = world();
    const controller = new AbortController();
    const connecting = a.connect("192.0.2.1", 80, { signal: controller.signal });
    controller.abort(new Error("given up"));
    expect(await outcome(clock, connecting, 1)).toBe("given up");
  });
});

describe("listeners", () => {
  it("hear their own address only, and one port only once", async () => {
    const { clock, a, b } = world();
    b.listen(80, { address: "127.0.0.1" });
    expect(await outcome(clock, a.connect(b.ip, 80), 1)).toBe("ECONNREFUSED");
    expect(
      await outcome(
        clock,
        b.connect("127.0.0.1", 80).then(() => "ok"),
        1,
      ),
    ).toBe("ok");
    expect(() => b.listen(80)).toThrow("Address already in use");
  });
  it("reject accept and reset what waits when closed", async () => {
    const { clock, a, b } = world();
    const listener = b.listen(80);
    const client = await soon(clock, a.connect(b.ip, 80));
    listener.close();
    expect(await outcome(clock, client.read(), 1)).toBe("ECONNRESET");
    expect(await outcome(clock, listener.accept(), 1)).toBe("EINVAL");
  });
});

describe("what surrounds a connection", () => {
  it("a node shows its bridge to its own pods, its address to others", async () => {
    const { clock, one, a, b } = world();
    for (const [stack, seen] of [
      [a, "10.244.0.1"],
      [b, "172.18.0.2"],
    ] as const) {
      const accepting = stack.listen(80).accept();
      await soon(clock, one.stack.connect(stack.ip, 80));
      expect((await accepting).remote.ip).toBe(seen);
    }
  });
  it("a verdict drops or rejects", async () => {
    const { clock, fabric, a, b } = world();
    b.listen(80);
    fabric.setVerdict((from, to, port) => (from.sandbox === "a" && to.sandbox === "b" && port === 80 ? "drop" : "allow"));
    expect(await outcome(clock, a.connect(b.ip, 80, { timeout: 1000 }), 1001)).toBe("ETIMEDOUT");
    fabric.setVerdict(() => "reject");
    expect(await outcome(clock, a.connect(b.ip, 80), 1)).toBe("ECONNREFUSED");
  });
  it("a removed sandbox resets its peers and gives its address back after a round", async () => {
    const { clock, client, b, two } = await connected();
    b.close();
    expect(await outcome(clock, client.read(), 1)).toBe("ECONNRESET");
    expect(two.createSandbox("c").ip).toBe("10.244.1.3");
    expect(two.sandbox("b")).toBeUndefined();
  });
  it("power lost is silence, power back is a reset", async () => {
    const { clock, client, two } = await connected();
    const reading = client.read();
    two.power(false);
    expect(await outcome(clock, reading, 60_000)).toBe("pending");
    two.power(true);
    expect(await outcome(clock, reading, 1)).toBe("ECONNRESET");
  });
  it("datagrams are answered, or time out when the handler is silent", async () => {
    const { clock, a, b } = world();
    const unbind = b.bind(53, async (data, from) => (text(data) === "who" ? bytes(from) : undefined));
    expect(text(await soon(clock, a.query(b.ip, 53, bytes("who"), 5000)))).toBe(a.ip);
    expect(await outcome(clock, a.query(b.ip, 53, bytes("?"), 5000), 5000)).toBe("ETIMEDOUT");
    unbind();
    expect(await outcome(clock, a.query(b.ip, 53, bytes("who"), 5000), 1)).toBe("ECONNREFUSED");
  });
});

describe("freeze and thaw", () => {
  it("brings back addresses, listeners with their backlog, and bytes on the way", async () => {
    const w = await connected();
    const waiting = await soon(w.clock, w.a.connect(w.b.ip, 80));
    await w.client.write(bytes("read "));
    await w.clock.advance(1);
    await w.client.write(bytes("in flight"));
    const stored = new Map<string, unknown>();
    for (const [key, value] of w.fabric.drain()) if (value !== undefined) stored.set(key, structuredClone(value));
    expect(w.fabric.drain().size).toBe(0);

    const clock = manualClock();
    await clock.advance(w.clock.now() - clock.now());
    const fabric = new Fabric({ clock });
    fabric.restore(stored);
    const two = fabric.addMachine("node-2", { ip: "172.18.0.3", podCidr: "10.244.1.0/24" });
    const b = two.sandbox("b");
    expect(b?.ip).toBe(w.b.ip);
    const server = fabric.socket(w.server.id) as Socket;
    const client = fabric.socket(w.client.id) as Socket;
    expect(text(await server.read())).toBe("read ");
    expect(text(await soon(clock, server.read()))).toBe("in flight");
    await server.write(bytes("still here"));
    expect(text(await soon(clock, client.read()))).toBe("still here");
    const listener = b?.listen(80);
    expect(listener?.id).toBe(w.listener.id);
    expect((await listener?.accept())?.id).toBe(waiting.id + 1);
    expect(two.createSandbox("c").ip).toBe("10.244.1.3");
  });
  it("resets what nobody came back for", async () => {
    const w = await connected();
    const stored = structuredClone(new Map([...w.fabric.drain()].filter(([, v]) => v !== undefined)));
    const clock = manualClock();
    const fabric = new Fabric({ clock });
    fabric.restore(stored);
    const client = fabric.socket(w.client.id) as Socket;
    fabric.resetUnclaimed();
    expect(await outcome(clock, client.read(), 1)).toBe("ECONNRESET");
    expect(await outcome(clock, fabric.workstation().connect(w.b.ip, 80), 1)).toBe("ECONNREFUSED");
    expect(await fabric.socket(w.client.id)?.read()).toBeNull();
  });
  it("writes nothing down while nothing happens", async () => {
    const { clock, fabric } = await connected();
    fabric.drain();
    await clock.advance(3_600_000);
    expect(fabric.drain().size).toBe(0);
  });
});

describe("ICMP", () => {
  const options = { ttl: 64, timeout: 5000 };
  it("is answered, with what the routers on the way left of its time to live", async () => {
    const { clock, a, b, one, two, workstation } = world();
    const neighbour = one.createSandbox("c");
    const rows = [
      [a, "127.0.0.1", 64],
      [a, neighbour.ip, 64],
      [a, "10.244.0.1", 64],
      [a, two.ip, 63],
      [a, b.ip, 62],
      [workstation, b.ip, 63],
    ] as const;
    for (const [from, ip, ttl] of rows)
      expect(await soon(clock, from.echo?.(ip, options) as Promise<unknown>)).toEqual({ kind: "reply", from: ip, ttl });
  });
  it("tells the routers on the way, one after the other", async () => {
    const { clock, a, b, two } = world();
    const hop = (ttl: number) => soon(clock, a.echo?.(b.ip, { ttl, timeout: 1000 }) as Promise<{ from: string; kind: string }>);
    expect([await hop(1), await hop(2), await hop(3)].map((e) => `${e.kind} ${e.from}`)).toEqual([
      "exceeded 10.244.0.1",
      `exceeded ${two.ip}`,
      `reply ${b.ip}`,
    ]);
  });
  it("misses a neighbour after three seconds, and hears nothing from a Service's address or where a policy drops it", async () => {
    const { clock, fabric, a, b } = world();
    const missing = a.echo?.("10.244.0.77", options) as Promise<unknown>;
    expect(await outcome(clock, missing, 2999)).toBe("pending");
    expect(await outcome(clock, missing, 1)).toEqual({ kind: "host unreachable", from: a.ip, ttl: 64 });
    expect(await outcome(clock, a.echo?.("10.96.0.1", options) as Promise<unknown>, 5000)).toBe("ETIMEDOUT");
    fabric.setVerdict((_from, _to, _port, protocol) => (protocol === "ICMP" ? "drop" : "allow"));
    expect(await outcome(clock, a.echo?.(b.ip, options) as Promise<unknown>, 5000)).toBe("ETIMEDOUT");
  });
  it("sockets of a namespace are listed with their state and what waits in them", async () => {
    const { client, a, b, server } = await connected();
    await client.write(bytes("hello"));
    expect(a.sockets?.()).toEqual([
      { id: client.id, protocol: "tcp", state: "ESTABLISHED", local: client.local, remote: client.remote, waiting: 0 },
    ]);
    expect(b.sockets?.().map((s) => `${s.state} ${s.local.ip}:${s.local.port}`)).toEqual([`LISTEN 0.0.0.0:80`, `ESTABLISHED ${b.ip}:80`]);
    server.end();
    expect(b.sockets?.()[1]?.state).toBe("FIN_WAIT2");
  });
});
