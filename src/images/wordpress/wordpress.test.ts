import { sha1 } from "@noble/hashes/legacy.js";
import { expect, it } from "vitest";
import { header } from "../../network/index.ts";
import { computer } from "../testing/computer.ts";

const packet = (sequence: number, data: readonly number[]): Uint8Array =>
  Uint8Array.from([data.length & 255, data.length >> 8, 0, sequence, ...data]);
const bytes = (text: string): readonly number[] => [...new TextEncoder().encode(text)];
const SALT = bytes("abcdefghijklmnopqrst");

/** A MySQL that knows one password by its double hash, and has an empty schema. */
function database(fabric: ReturnType<typeof computer>["fabric"], password: string): void {
  const stored = sha1(sha1(Uint8Array.from(bytes(password))));
  const listener = fabric.workstation().listen(3306);
  void (async () => {
    for (;;) {
      const socket = await listener.accept();
      const hello = [
        10,
        ...bytes("8.0.0\0"),
        1,
        0,
        0,
        0,
        ...SALT.slice(0, 8),
        0,
        255,
        247,
        45,
        2,
        0,
        255,
        129,
        21,
        ...Array<number>(10).fill(0),
        ...SALT.slice(8),
        0,
        ...bytes("mysql_native_password\0"),
      ];
      await socket.write(packet(0, hello));
      const answer = [...((await socket.read()) ?? [])];
      const proof = answer.slice(4 + 32 + "wp".length + 2, 4 + 32 + "wp".length + 22);
      const mask = sha1(Uint8Array.from([...SALT, ...stored]));
      const once = Uint8Array.from(proof, (byte, i) => byte ^ (mask[i] as number));
      const known = sha1(once).every((byte, i) => byte === stored[i]);
      await socket.write(known ? packet(2, [0, 0, 0, 2, 0, 0, 0]) : packet(2, [255, 21, 4]));
      if (!known) continue;
      await socket.read();
      await socket.write(packet(1, [0, 0, 0, 2, 0, 0, 0]));
      await socket.read();
      await socket.write(packet(1, [255, 122, 4]));
    }
  })().catch(() => {});
}

const env = { WORDPRESS_DB_HOST: "172.18.0.1", WORDPRESS_DB_USER: "wp", WORDPRESS_DB_PASSWORD: "secret" };

it("wordpress leads to its installer once its database lets it in", async () => {
  const { run, get, fabric } = computer();
  database(fabric, "secret");
  const { pod, log } = await run("wordpress:6.2.1-apache", { env });
  const first = await get(pod.ip, 80);
  expect([first.status, header(first.headers, "location")]).toEqual([302, `http://${pod.ip}:80/wp-admin/install.php`]);
  expect((await get(pod.ip, 80, "/wp-admin/install.php")).text).toContain("<title>WordPress &rsaquo; Installation</title>");
  expect(log("stderr")).toContain("copying 'wp-config-docker.php' (WORDPRESS_DB_HOST WORDPRESS_DB_PASSWORD WORDPRESS_DB_USER)\n");
});

it.each([
  ["is not there", undefined, env],
  ["knows another password", "other", env],
])("wordpress says that it has no connection when its database %s", async (_, password, variables) => {
  const { run, get, fabric } = computer();
  if (password !== undefined) database(fabric, password);
  const { pod, log } = await run("wordpress:latest", { env: variables });
  expect(await get(pod.ip, 80)).toMatchObject({
    status: 500,
    text: expect.stringContaining("<h1>Error establishing a database connection</h1>"),
  });
  expect(log("stdout")).toMatch(/"GET \/ HTTP\/1\.1" 500 \d+ "-" "test"\n$/);
});
